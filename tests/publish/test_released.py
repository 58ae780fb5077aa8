"""What is released: reviewed projects and nothing of any other; nothing that rests on a field that is not public."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.publish.instance import (
    MEASURE,
    ORGANIZATIONS,
    build,
    project,
    released,
    review,
    write_endorsements,
    write_instance,
    write_project,
)
from tests.publish.trees import same_tree
from tests.publish.unpack import all_text
from tests.trust.history import who
from zongmu.model.finding import Outcome
from zongmu.trust.chain.checkpoint import Checkpoint
from zongmu.trust.signatures.sshsig import CHECKPOINT, armor

SEPARATE = {"disclosure_review": "separate"}
CANARY = "金丝雀"


def everything(root: Path) -> str:
    """All text of a built site, unpacked."""
    text = "\n".join(f"{path}\n{text}" for path, text in all_text(root / "public"))
    # How an id is written is explained with this very id.
    for example in ("registry/projects/shili/water/shili-2026-0001.yaml", "例如 shili-2026-0001"):
        text = text.replace(example, "")
    return text.replace("for example shili-2026-0001", "")


def outcomes(root: Path, id: str) -> dict[str, str]:
    """Public outcomes of a project by rule."""
    found = released(root).project(id)
    assert found is not None
    return {f.rule: f.outcome.value for f in found.findings if f.outcome is not None}


# ── merging is not publishing ──


def test_given_separate_review_when_nobody_reviewed_then_the_project_does_not_exist(tmp_path: Path) -> None:
    write_instance(tmp_path, [project(1, name=CANARY), project(2)], settings=SEPARATE)
    two = _public(tmp_path, 2)
    write_endorsements(tmp_path, "shili-2026-0002", {"disclosure_reviews": [review(two)]})
    said, _ = build(tmp_path)
    site = everything(tmp_path)
    assert "公开 1，不予公开 0，未经公开审查 1" in said
    assert CANARY not in site
    assert "shili-2026-0001" not in site
    assert "shili-2026-0002" in site


def test_given_a_review_when_the_public_text_changes_then_it_is_void(tmp_path: Path) -> None:
    write_instance(tmp_path, [project(1)], settings=SEPARATE)
    write_endorsements(tmp_path, "shili-2026-0001", {"disclosure_reviews": [review(_public(tmp_path, 1))]})
    assert released(tmp_path).project("shili-2026-0001") is not None
    write_project(tmp_path, project(1, name="改了名"))
    assert released(tmp_path).project("shili-2026-0001") is None
    assert released(tmp_path).unreviewed == 1


def test_given_a_review_that_withholds_then_a_page_with_the_ground_is_all_that_stays(tmp_path: Path) -> None:
    write_instance(tmp_path, [project(1, name=CANARY), project(2, parent_project="shili-2026-0001")])
    row = review(_public(tmp_path, 1), "withheld", ground="trade_secret")
    write_endorsements(tmp_path, "shili-2026-0001", {"disclosure_reviews": [row]})
    build(tmp_path)
    assert CANARY not in everything(tmp_path)
    page = (tmp_path / "public/projects/shili-2026-0001.html").read_text("utf-8")
    assert "不予公开" in page
    assert "商业秘密" in page
    assert "2026-04-01" in page
    assert not (tmp_path / "public/projects/shili-2026-0001.json").exists()


def test_given_a_reference_to_a_project_that_is_not_published_then_it_is_not_named(tmp_path: Path) -> None:
    write_instance(tmp_path, [project(1), project(2, parent_project="shili-2026-0001")], settings=SEPARATE)
    write_endorsements(tmp_path, "shili-2026-0002", {"disclosure_reviews": [review(_public(tmp_path, 2))]})
    build(tmp_path)
    assert "shili-2026-0001" not in everything(tmp_path)


def test_given_a_defect_of_the_record_then_it_is_left_out_and_named_to_whoever_builds(tmp_path: Path) -> None:
    write_instance(tmp_path, [project(1), project(2)])
    path = tmp_path / "registry/projects/shili/ju/shili-2026-0001.yaml"
    path.write_text(path.read_text("utf-8").replace("1200万元", "1200"), "utf-8")
    said, complained = build(tmp_path)
    assert "公开 1" in said
    assert "shili-2026-0001.yaml" in complained
    assert "shili-2026-0001" not in everything(tmp_path)


def test_given_endorsements_that_cannot_be_read_then_nothing_is_published_on_their_word(tmp_path: Path) -> None:
    """A withdrawal may stand in the file that cannot be read."""
    write_instance(tmp_path, [project(1)])
    write_endorsements(tmp_path, "shili-2026-0001", {"disclosure_reviews": [{"seq": 1, "conclusion": "withheld"}]})
    found = released(tmp_path)
    assert found.projects == ()
    assert [d.path for d in found.defective] == ["registry/projects/shili/ju/shili-2026-0001.yaml"]


# ── bodies, systems, districts ──


def test_only_bodies_and_systems_that_a_published_project_names_are_there(tmp_path: Path) -> None:
    write_instance(tmp_path, [project(1, builds=["shili/pingtai"])])
    found = released(tmp_path)
    assert set(found.organizations) == {"shili/ju", "shili/shuju"}
    assert set(found.systems) == {"shili/pingtai"}
    build(tmp_path)
    site = everything(tmp_path)
    assert "从不提及局" not in site
    assert "示例老局" in site
    assert "示例平台系统" in site


def test_a_successor_is_there_with_the_body_it_took_over_from(tmp_path: Path) -> None:
    bodies = [
        *(
            {**o, "successor": {"organization": "shili/secret", "date": "2026-05-01"}} if o["id"] == "shili/ju" else o
            for o in ORGANIZATIONS
        )
    ]
    write_instance(tmp_path, [project(1)], organizations=bodies)
    assert "shili/secret" in released(tmp_path).organizations


# ── outcomes ──


def test_outcomes_that_rest_on_public_fields_are_public_and_the_others_only_named(tmp_path: Path) -> None:
    write_instance(tmp_path, [project(1)])
    found = released(tmp_path).project("shili-2026-0001")
    assert found is not None
    assert outcomes(tmp_path, "shili-2026-0001") == {
        "sl01_contract_in_time": "pass",
        "sl02_within_approval": "pass",
        "sl03_plan": "pass",
        "sl07_no_duplicate": "pass",
    }
    assert found.checked == ("sl04_security_report", "sl05_protection_level", "sl06_incident_reported")


def test_a_rule_across_projects_is_asked_about_published_ones_alone(tmp_path: Path) -> None:
    """What is not reviewed moves nothing, be it another project of the same name; whoever builds is told."""
    sites = []
    for name in ("两个项目同名", "另一个项目"):
        root = tmp_path / name
        root.mkdir()
        write_instance(root, [project(1, name="两个项目同名"), project(2, name=name)], settings=SEPARATE)
        write_endorsements(root, "shili-2026-0001", {"disclosure_reviews": [review(_public(root, 1))]})
        told, complained = build(root)
        assert ("sl07_no_duplicate" in told + complained) is (name == "两个项目同名")
        sites.append(root)
    assert outcomes(sites[0], "shili-2026-0001")["sl07_no_duplicate"] == "pass"
    assert same_tree(sites[0] / "public", sites[1] / "public") == []
    page = (sites[0] / "public/projects/shili-2026-0001.html").read_text("utf-8")
    assert page.count("只就已公开的项目判断") == 1


def test_an_acknowledged_failure_stays_a_failure_and_says_so(tmp_path: Path) -> None:
    late = project(1, milestones=[{"kind": "approved", "date": "2026-03-02", "total": "10万元"}])
    write_instance(tmp_path, [late])
    row = {"seq": 1, "role": "data_bureau", "organization": "shili/shuju", "date": "2026-05-01",
           "code": "sl01_contract_in_time", "reason": CANARY}  # fmt: skip
    write_endorsements(tmp_path, "shili-2026-0001", {"acknowledgements": [row]})
    found = released(tmp_path).project("shili-2026-0001")
    assert found is not None
    finding = next(f for f in found.findings if f.rule == "sl01_contract_in_time")
    assert finding.outcome is Outcome.FAIL
    assert finding.acknowledged
    build(tmp_path)
    assert "主管职责方已确认" in (tmp_path / "public/projects/shili-2026-0001.html").read_text("utf-8")
    assert CANARY not in everything(tmp_path)


INTERNAL: dict[str, Any] = {
    "security": {"mlps_level": 1, "cii": True},
    "secrecy_review": {"office": CANARY, "date": "2026-01-01"},
    "necessity": CANARY,
    "content": CANARY,
    "necessity_public": "公开的必要性",
    "content_public": "公开的内容",
    "reasons": [{"seq": 1, "of": "sl03_plan", "role": "科长", "date": "2026-04-01", "text": CANARY}],
    "attestations": [{"seq": 1, "kind": "truth", "role": "科长", "date": "2026-04-01", "text": CANARY}],
}


def _with_internal(record: dict[str, Any], level: int) -> dict[str, Any]:
    """The project with internal fields, internal milestones and papers whose presence is not public."""
    inner = {
        **INTERNAL,
        "security": {"mlps_level": level},
        "necessity": f"{CANARY}{level}",
        "hosting": {
            "cloud": f"canarycloud{level}",
            "network": "canarynetwork",
            "own_room": "new",
            "private_network": level > 1,
        },
    }
    out = {**record, **inner}
    approved, contract = record["milestones"]
    papers = [*approved["documents"], {"kind": "security_report"}] if level >= 3 else approved["documents"]
    incident: list[dict[str, Any]] = [
        {
            "kind": "incident_occurred",
            "date": "2026-05-01",
            "incident": "security",
            "severity": "serious",
            "note": CANARY,
        }
    ]
    filing = {"kind": "filed", "date": "2026-05-03", "matter": "mlps", "number": f"{CANARY}〔2026〕1号"}
    answer = {"kind": "incident_reported", "date": "2026-05-02", "of": "incident_occurred"}
    out["milestones"] = [
        {**approved, "documents": papers, "signed_by": "科长", "note": f"{CANARY}{level}", "covers": ["goals"]},
        contract,
        *(incident if level != 2 else []),
        *([answer, filing] if level >= 3 else []),
    ]
    return out


def publish_checkpoints(root: Path) -> None:
    """A cosigned checkpoint, and what must not be served: a foreign one, a signature of something else, other text."""
    folder = root / "trust/checkpoints"
    folder.mkdir(parents=True)
    text = Checkpoint("registry.example", 7, bytes(32), "a" * 40).text()
    (folder / "2026-05-01.txt").write_text(text)
    (folder / "2026-05-01.audit-office.sig").write_bytes(
        armor(who("audit-office").sign(text.encode(), CHECKPOINT)) + b"\n"
    )
    (folder / "2026-05-01.forger.sig").write_bytes(armor(who("forger").sign(b"something else", CHECKPOINT)) + b"\n")
    (folder / "2026-05-02.txt").write_text(text.replace("registry.example", f"registry.example/{CANARY}"))
    (folder / "notes.md").write_text(CANARY)


def test_a_registry_that_fails_every_internal_rule_builds_the_same_bytes_as_one_that_passes_them(
    tmp_path: Path,
) -> None:
    """Internal fields, internal milestones and security papers differ; pages, exports and feeds do not, to the byte."""
    from tests.publish.test_changes import commit

    sites = []
    for level in (1, 2, 3):
        root = tmp_path / f"level-{level}"
        root.mkdir()
        write_instance(root, [_with_internal(project(n), level) for n in (1, 2, 3)])
        publish_checkpoints(root)
        commit(root, "2026-05-01")  # so that there are feeds and a history, which must not differ either
        _, complained = build(root)
        assert [line.split(": ")[0] for line in complained.splitlines() if "trust/" in line] == [
            f"trust/checkpoints/{name}" for name in ("2026-05-01.forger.sig", "2026-05-02.txt", "notes.md")
        ]
        sites.append(root)
        assert CANARY not in everything(root)
        assert "canarynetwork" not in everything(root)
    assert same_tree(sites[0] / "public", sites[1] / "public") == []
    assert same_tree(sites[0] / "public", sites[2] / "public") == []
    served = sorted(path.name for path in (sites[0] / "public/trust").iterdir())
    assert served == ["2026-05-01.audit-office.sig", "2026-05-01.txt"]
    for page in ("changes/trail.html", "en/changes/trail.html"):
        text = (sites[0] / "public" / page).read_text("utf-8")
        assert "audit-office <code>SHA256:" in text
        assert all(f"trust/{name}" in text for name in served)
    checked = released(sites[0]).project("shili-2026-0001")
    assert checked is not None
    assert "sl05_protection_level" in checked.checked


def test_an_outcome_that_read_an_act_which_is_not_public_is_not_public(tmp_path: Path) -> None:
    """The filing is left out, and with it whatever was read off it."""
    filing = {"kind": "filed", "date": "2026-05-03", "matter": "mlps"}
    answered = {"kind": "filed", "seq": 2, "date": "2026-05-04", "of": "filed"}
    record = project(1)
    record["milestones"] += [filing, answered]
    write_instance(tmp_path, [record])
    found = released(tmp_path).project("shili-2026-0001")
    assert found is not None
    assert [m.key for m in found.public.milestones] == ["approved", "contract_signed"]
    assert found.view.last("filed") is None


def test_the_counts_of_rules_leave_out_what_is_not_public(tmp_path: Path) -> None:
    write_instance(tmp_path, [_with_internal(project(1), 1)])
    tally = released(tmp_path).tally
    assert dict(tally["sl05_protection_level"]) == {"not_public": 1}
    assert dict(tally["sl06_incident_reported"]) == {"not_public": 1}
    assert dict(tally["sl01_contract_in_time"]) == {"pass": 1}


def test_figures_rest_on_public_acts_alone(tmp_path: Path) -> None:
    """A project whose only acts are internal has not begun, as far as the public can see."""
    incident = {"kind": "incident_occurred", "date": "2026-05-01", "incident": "delay", "severity": "ordinary"}
    write_instance(tmp_path, [project(1, milestones=[incident])])
    found = released(tmp_path).project("shili-2026-0001")
    assert found is not None
    assert found.view.status == "opened"
    assert found.stage is None


@pytest.mark.parametrize("word", ["mlps_level", "security_report"])
def test_words_that_only_internal_fields_hold_are_in_no_page_of_a_project(tmp_path: Path, word: str) -> None:
    assert word in MEASURE or word == "mlps_level"
    write_instance(tmp_path, [_with_internal(project(1), 3)])
    build(tmp_path)
    for name in ("shili-2026-0001.html", "shili-2026-0001.json"):
        assert word not in (tmp_path / "public/projects" / name).read_text("utf-8").replace("sl04_security_report", "")


def _public(root: Path, serial: int) -> Any:
    """The projection of a project as it stands, reviewed or not."""
    from zongmu.cli.session import checks_at, registry_at
    from zongmu.disclosure.findings import told_of
    from zongmu.disclosure.projection import project_public
    from zongmu.model.records.project import Project

    found = registry_at(root).by_id("project", f"shili-2026-{serial:04d}")
    assert found is not None
    assert isinstance(found.model, Project)
    return project_public(found.model, told_of(checks_at(root).measures.values()))


def test_of_a_closed_unit_nothing_is_public_whatever_a_review_says_but_for_the_number_where_that_is_wanted(
    tmp_path: Path,
) -> None:
    secret = "shili/secret"
    rows = [project(1), project(2, user=secret, parent_project="shili-2026-0001"), project(3, owner=secret)]
    rows[0]["parent_project"] = "shili-2026-0003"
    for counted in (False, True):
        root = tmp_path / str(counted)
        root.mkdir()
        closed = {"units": [{"unit": secret, **({"counted": True} if counted else {})}]}
        write_instance(root, rows, settings={"disclosure_review": "separate", "disclosure": closed})
        for n in (1, 2, 3):
            word = {"conclusion": "withheld", "ground": "trade_secret"} if n == 3 else {}
            signed = {**review(_public(root, n)), **word}
            write_endorsements(root, f"shili-2026-000{n}", {"disclosure_reviews": [signed]})
        release = released(root)
        assert [p.public.id for p in release.projects] == ["shili-2026-0001"]
        assert "parent_project" not in release.projects[0].public.facts
        assert (release.tombstones, release.unreviewed) == ((), 0)
        assert (release.closed, release.counted) == (2, 2 if counted else 0)
        assert secret not in release.organizations

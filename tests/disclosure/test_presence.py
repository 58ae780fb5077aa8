"""What may not be told of leaves no trace: no row, no gap in the numbers, no outcome that depends on it."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.publish.instance import SETTINGS, project, released, review, write_instance
from tests.shared import REPO
from zongmu.cli.checking.examples import run_examples
from zongmu.cli.session import checks_at
from zongmu.disclosure.findings import public_path, told_of
from zongmu.disclosure.projection import Told, as_project, project_public, projected
from zongmu.disclosure.review import standing
from zongmu.disclosure.shadow import NOT_TOLD, shadowed
from zongmu.model.fields.leaves import plain
from zongmu.model.records.endorsement import Endorsements
from zongmu.model.records.instance import Instance
from zongmu.model.records.project import Project
from zongmu.store.reading.reader import parse

TOLD = Told(frozenset({"plan"}), frozenset({"small_project"}))
HIDDEN = {"kind": "filed", "date": "2026-05-03", "matter": "mlps"}


def read(**more: Any) -> Project:
    return Project.model_validate({"format": 1, "jurisdiction": "shili", **project(1), **more})


def filed(*matters: str, seqs: tuple[int, ...] = ()) -> list[dict[str, Any]]:
    rows = zip(matters, seqs or range(1, len(matters) + 1), strict=True)
    return [{**HIDDEN, "matter": m, **({"seq": n} if n > 1 else {})} for m, n in rows]


@pytest.mark.parametrize(
    ("matters", "keys"),
    [
        (("mlps", "small_project", "small_project"), {"filed/2": "filed", "filed/3": "filed/2"}),
        (("small_project", "crypto", "small_project"), {"filed": "filed", "filed/3": "filed/2"}),
        (("small_project", "unheard_of"), {"filed": "filed"}),
        (("mlps", "crypto"), {}),
    ],
)
def test_acts_are_numbered_without_those_that_may_not_be_told_of(
    matters: tuple[str, ...], keys: dict[str, str]
) -> None:
    found = read(milestones=filed(*matters))
    assert projected(found, TOLD)[1] == keys
    public = project_public(found, TOLD)
    assert [m.key for m in public.milestones] == list(keys.values())
    if keys:
        assert public.data() == project_public(read(milestones=filed(*["small_project"] * len(keys))), TOLD).data()


def test_what_answers_an_act_that_is_not_told_of_is_not_told_of_either_and_references_follow_the_numbers() -> None:
    of = (None, None, "filed", "filed/2", "filed/3")
    rows = [{**row, **({"of": of[n]} if of[n] else {})} for n, row in enumerate(filed("mlps", *["small_project"] * 4))]
    public = project_public(read(milestones=rows), TOLD)
    assert [(m.key, m.facts.get("of")) for m in public.milestones] == [("filed", None), ("filed/2", "filed")]


def test_a_waiver_of_a_matter_that_is_not_told_of_is_left_out() -> None:
    row = {"seq": 1, "of": "sl03_plan", "authority": "shili/shuju", "number": "1号", "date": "2026-04-01"}
    rows = [{**row, "matter": "own_room"}, {**row, "seq": 2}]
    assert [w.get("matter") for w in project_public(read(waivers=rows), TOLD).waivers] == [None]


def test_a_reason_or_waiver_of_a_rule_that_is_internal_is_left_out(tmp_path: Path) -> None:
    """It would tell how a rule came out of which nobody outside may know; so would the only sentence of such rules."""
    write_instance(tmp_path, [])
    told = told_of(checks_at(tmp_path).measures.values())
    assert told.internal == {"sl05_protection_level", "sl06_incident_reported", "SL-5 p1 s1"}
    internal = ("sl05_protection_level", "SL-5 p1 s1", "sl06_incident_reported")
    row = {"date": "2026-04-01", "role": "科长", "text": "未定级"}
    reasons = [{"seq": n, "of": of, **row} for n, of in enumerate((*internal, "SL-4 p1 s1"), 1)]
    row = {"date": "2026-04-01", "authority": "shili/shuju", "number": "1号"}
    waivers = [{"seq": n, "of": of, **row} for n, of in enumerate(("sl03_plan", *internal), 1)]
    public = project_public(read(reasons=reasons, waivers=waivers), told)
    assert [(r["seq"], r["of"]) for r in public.reasons] == [(1, "SL-4 p1 s1")]
    assert [(w["seq"], w["of"]) for w in public.waivers] == [(1, "sl03_plan")]


def test_an_act_that_is_not_told_of_is_not_announced_either() -> None:
    rows = [{"kind": "rectified", "date": "2026-09"}, {"kind": "final_accepted", "date": "2026-12"}]
    assert project_public(read(planned=rows), TOLD).facts["planned"] == rows[1:]
    assert "planned" not in project_public(read(planned=rows[:1]), TOLD).facts


def test_a_review_from_before_a_withdrawal_brings_nothing_back() -> None:
    """Withdrawn, corrected, published again; then the record is as it was when it was withdrawn."""
    bad, good = (project_public(read(summary=text), TOLD) for text in ("不该公开的话。", "改正后的话。"))
    words = ((bad, "public"), (bad, "withheld"), (good, "public"))
    rows = [{**review(text, conclusion), "seq": n} for n, (text, conclusion) in enumerate(words, 1)]
    signed = Endorsements.model_validate(
        {"format": 1, "jurisdiction": "shili", "project": "shili-2026-0001", "disclosure_reviews": rows}
    )
    instance = Instance.model_validate({**SETTINGS, "disclosure_review": "separate"})
    assert [standing(instance, text, signed).state for text in (good, bad)] == ["public", "unreviewed"]


def test_a_single_paper_that_is_kept_back_leaves_no_gap() -> None:
    papers = [{"kind": "plan", "disclosure": "R", "number": "密1号"}, {"kind": "plan", "seq": 2, "number": "2号"}]
    act = {"kind": "approved", "date": "2026-03-02", "documents": papers}
    (milestone,) = project_public(read(milestones=[act]), TOLD).milestones
    assert milestone.papers == ({"kind": "plan", "number": "2号"},)


def test_what_is_judged_outside_holds_what_is_public_and_no_more() -> None:
    inside = read(security={"mlps_level": 3}, milestones=[*filed("mlps"), *project(1)["milestones"]], necessity="内情")
    public = project_public(inside, TOLD)
    outside = as_project(public)
    assert project_public(outside, TOLD).data() | {"withheld_fields": []} == public.data() | {"withheld_fields": []}
    assert outside.security is None
    assert outside.necessity is None


@pytest.mark.parametrize(
    ("path", "public"),
    [
        ("ordos-2026-0001/milestones/approved/body", True),
        ("ordos-2026-0001/milestones/incident_occurred", False),
        ("documents/plan", True),
        ("documents/security_report", False),
        ("milestones/approved/documents", True),
        ("milestones/approved/documents/security_report/date", False),
        ("reasons/1/until", True),
        ("reasons/1/text", False),
        ("security/mlps_level", False),
    ],
)
def test_paths(path: str, public: bool) -> None:
    assert public_path(path, TOLD.documents) is public


# ── whether an outcome is public does not depend on the outcome ──


@pytest.mark.parametrize(("declared", "code"), [("", 1), (', disclosure="internal"', 0)])
def test_a_rule_that_leans_on_what_is_not_public_must_be_declared_internal(
    tmp_path: Path, declared: str, code: int
) -> None:
    """Passing needs a paper whose presence is not told of; the failing example alone would not show it."""
    write_instance(tmp_path, [])
    rules = tmp_path / "checks/shili_2026/rules.py"
    head = 'act="approved")\ndef sl04'
    assert head in rules.read_text("utf-8")
    rules.write_text(rules.read_text("utf-8").replace(head, head.replace(")", f"{declared})")), "utf-8")
    file = tmp_path / "checks/shili_2026/examples/sl04_security_report.yaml"
    papers = "{milestones: {approved: {documents: [{kind: security_report}]}}}"
    file.write_text(
        "rule: sl04_security_report\ncases:\n"
        f"  - {{name: 有, given: {papers}, expect: {{outcome: pass}}}}\n"
        "  - {name: 无, given: {milestones: {approved: {}}}, expect: {outcome: fail}}\n",
        "utf-8",
    )
    out = io.StringIO()
    assert run_examples(tmp_path, ["sl04_security_report"], "zh", out) == code
    assert ("结论取决于不公开的内容" in out.getvalue()) is (code == 1)


@pytest.mark.parametrize(
    ("found", "code"), [("ctx.view.milestones[-1].documents", 1), ('ctx.view.documents("plan")', 0)]
)
def test_a_rule_that_leans_on_acts_beside_the_examples_is_found(tmp_path: Path, found: str, code: int) -> None:
    """Whether the last act has a paper: no example has an incident after it, and a record may."""
    write_instance(tmp_path, [])
    rules = tmp_path / "checks/shili_2026/rules.py"
    text = rules.read_text("utf-8")
    assert text.count('ctx.view.documents("plan")') == 1
    rules.write_text(text.replace('ctx.view.documents("plan")', found), "utf-8")
    (tmp_path / "checks/shili_2026/examples/sl03_plan.yaml").write_text(
        "rule: sl03_plan\ncases:\n"
        "  - {name: 有, given: {milestones: {approved: {documents: [{kind: plan}]}}}, expect: {outcome: pass}}\n"
        "  - {name: 无, given: {milestones: {approved: {}}}, expect: {outcome: fail}}\n",
        "utf-8",
    )
    out = io.StringIO()
    assert run_examples(tmp_path, ["sl03_plan"], "zh", out) == code, out.getvalue()
    assert ("结论取决于不公开的内容" in out.getvalue()) is (code == 1)


def test_acts_that_are_not_public_beside_its_own_leave_what_is_public_as_it_is() -> None:
    inside = read(milestones=[*filed("small_project"), *project(1)["milestones"]])
    more = shadowed(inside)
    assert len(more.milestones) > len(inside.milestones) + 10
    assert project_public(more, TOLD).data() == project_public(inside, TOLD).data()


def test_every_rule_whose_outcome_is_public_says_the_same_of_what_is_public() -> None:
    """All examples of all rules, those that pass and those that fail."""
    out = io.StringIO()
    assert run_examples(REPO, [], "zh", out) == 0, out.getvalue()


def test_in_the_demonstration_the_same_rules_are_public_of_every_project() -> None:
    found = released(REPO)
    for city in found.instance.jurisdictions:
        assert len({p.checked for p in found.projects if p.public.jurisdiction == city.id}) == 1
    assert found.unlike == ()


def test_in_the_demonstration_what_is_not_public_moves_nothing_that_is(tmp_path: Path) -> None:
    """Both cities, every project with incidents, disputes, filings and security facts that it does not have."""
    for folder in ("checks", "registry"):
        shutil.copytree(REPO / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    today = released(REPO).asof.isoformat()
    for file in sorted((tmp_path / "registry/projects").rglob("*.yaml")):
        record = parse(file.read_bytes(), file.name).value
        data = plain(shadowed(Project.model_validate(record)))
        acts = [m for m in data.get("milestones", ()) if m.get("matter") != NOT_TOLD or m["kind"] == "filed"]
        for act in acts:
            act |= {"date": min(act["date"], today), "signed_by": "科长", "note": "内情"}
            if act.get("matter") == NOT_TOLD:
                act["matter"] = "mlps"
        data |= {"format": 1, "milestones": acts} if acts else {"format": 1}
        data |= {"hosting": {"cloud": "own", "own_room": "new"}, "security": {"mlps_level": 0, "cii": True}}
        file.write_text(json.dumps(data, ensure_ascii=False) + "\n", "utf-8")
    inside, outside = (
        [(p.public.data(), p.stage, p.findings, p.checked) for p in released(root).projects]
        for root in (REPO, tmp_path)
    )
    assert len(inside) == 47
    assert outside == inside

"""Signing off and acknowledging from the command line: what is written, and who may not."""

from __future__ import annotations

from tests.instances import LATE, PROJECT, Instance
from zongmu.model.fields.digest import milestone_digest
from zongmu.model.records.project import Project
from zongmu.store.reading.reader import parse_exact

BOOK = "registry/endorsements/demo/demo-2026-0001.yaml"
LATE_BOOK = "registry/endorsements/demo/demo-2026-0002.yaml"
APPROVE = ("approve", "--role", "finance", "--by", "经办岗")


def rows(tiny: Instance, path: str, name: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = parse_exact(tiny.read(path).encode(), path).value[name]
    return found


def test_several_milestones_are_signed_off_in_one_go_each_with_its_digest(tiny: Instance) -> None:
    said = tiny.say(*APPROVE, "demo-2026-0001/design_approved", "demo-2026-0002/proposal_approved")
    assert said.code == 0, said.all
    project = Project.model_validate(parse_exact(tiny.read(PROJECT).encode(), PROJECT).value)
    digest = milestone_digest(project.id, next(m for m in project.milestones if m.kind == "design_approved"))
    assert rows(tiny, BOOK, "endorsements") == [
        {
            "seq": 1,
            "role": "finance",
            "organization": "demo/finance",
            "by": "经办岗",
            "date": "2026-06-30",
            "of": "design_approved",
            "digest": digest,
        }
    ]
    assert digest in said.out
    assert len(rows(tiny, LATE_BOOK, "endorsements")) == 1
    assert tiny.codes() == []


def test_what_is_signed_off_as_it_stands_is_not_signed_twice_and_an_edit_voids_it(tiny: Instance) -> None:
    target = "demo-2026-0001/design_approved"
    tiny.say(*APPROVE, target)
    again = tiny.say(*APPROVE, target)
    assert again.code == 0
    assert "已签认过" in again.out
    assert len(rows(tiny, BOOK, "endorsements")) == 1
    tiny.edit(PROJECT, "290万元", "291万元")
    tiny.append(BOOK, "# 手写的备注\n")
    tiny.say(*APPROVE, target)
    assert [row["seq"] for row in rows(tiny, BOOK, "endorsements")] == [1, 2]
    assert "手写的备注" in tiny.read(BOOK)


def test_whoever_may_not_sign_is_told_why_and_nothing_is_written(tiny: Instance) -> None:
    target = "demo-2026-0001/design_approved"
    for words, code in (
        (("--role", "bureau", target), "endorse.own-project"),
        (("--role", "finance", "--organization", "demo/office", target), "endorse.role-not-held"),
        (("--role", "mayor", target), "endorse.no-such-role"),
        (("--role", "finance", "demo-2026-0001/contract_signed"), "endorse.no-such-milestone"),
        (("--role", "finance", "--by", "11010519491231002X", target), "endorse.unfit-text"),
        # One that is wrong keeps the others from being written.
        (("--role", "finance", target, "demo-2026-0002/contract_signed"), "endorse.no-such-milestone"),
    ):
        said = tiny.say("approve", *words)
        assert (said.code, code in said.err) == (1, True), said.all
        assert "11010519491231002X" not in said.all
        assert not tiny.path(BOOK).exists()
    assert tiny.say("approve", "--role", "finance", "demo-2026-9999").code == 2


def test_an_acknowledged_breach_stays_visible_and_no_longer_stands_in_the_way(tiny: Instance) -> None:
    words = ("acknowledge", "demo-2026-0002", "dm1_apply", "--role", "finance", "--reason", "机构改革期间，已补报")
    said = tiny.say(*words, "--number", "示财函〔2026〕3号")
    assert said.code == 0, said.all
    (row,) = rows(tiny, LATE_BOOK, "acknowledgements")
    assert row["code"] == "dm1_apply"
    assert isinstance(row["excess"], int)
    (late,) = [f for f in tiny.report()["findings"] if f["path"] == LATE]
    assert late["acknowledged"] == "finance/1"
    assert not late["stands_in_way"]
    none = tiny.say("acknowledge", "demo-2026-0001", "dm1_apply", "--role", "finance", "--reason", "无")
    assert none.code == 1
    assert "endorse.no-such-breach" in none.err

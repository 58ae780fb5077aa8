"""What moved between two revisions, and whether it may."""

from __future__ import annotations

from typing import Any

import pytest

from tests.records import act, project
from zongmu.model.fields.change import Move, change_classes, moves
from zongmu.model.record_types import BY_NAME
from zongmu.model.records.project import Project

TYPE = BY_NAME["project"]
CONTRACT: dict[str, Any] = act("contract_signed", "2024-06-20", role="build", amount="400万元", warranty="2年")


def moved(base: Project, head: Project) -> list[Move]:
    return list(moves(base, head, TYPE))


def one(base: Project, head: Project) -> Move:
    (move,) = moved(base, head)
    return move


def correction(**more: Any) -> dict[str, Any]:
    return {
        "seq": 1,
        "of": "contract_signed",
        "field": "amount",
        "was": "400万元",
        "date": "2026-01-05",
        "reason": "录错",
        **more,
    }


def corrected(change: dict[str, Any], **more: Any) -> Move:
    """The move of *change* with a correction beside it."""
    head = project({**CONTRACT, **change}, corrections=[{k: v for k, v in correction(**more).items() if v is not None}])
    return next(m for m in moved(project(CONTRACT), head) if not m.path.startswith("corrections"))


def test_nothing_moved() -> None:
    assert moved(project(CONTRACT), project(CONTRACT)) == []
    assert moved(project(CONTRACT), project({**CONTRACT, "amount": "4000000元", "warranty": "24个月"})) == []


def test_a_milestone_recorded_late_is_one_addition() -> None:
    head = project(act("declared", "2024-01-01"), CONTRACT)
    assert {(m.kind, m.path) for m in moved(project(CONTRACT), head)} == {
        ("added", "milestones/declared/kind"),
        ("added", "milestones/declared/date"),
    }


def test_a_value_that_was_not_known_may_be_added_to_a_fact() -> None:
    move = one(project(CONTRACT), project({**CONTRACT, "supplier": "某公司"}))
    assert (move.kind, move.silent) == ("added", False)


def test_a_fact_edited_in_place_is_silent() -> None:
    move = one(project(CONTRACT), project({**CONTRACT, "amount": "500万元"}))
    assert (move.kind, move.change_class, move.silent) == ("edited", "fact", True)
    assert (move.before, move.after) == ("400万元", "500万元")


def test_a_fact_taken_away_is_silent() -> None:
    without = {k: v for k, v in CONTRACT.items() if k != "warranty"}
    move = one(project(CONTRACT), project(without))
    assert (move.kind, move.after, move.silent) == ("removed", None, True)
    assert all(m.silent for m in moved(project(CONTRACT), project()))


@pytest.mark.parametrize("was", ["400万元", "4000000元", "0.04亿元", None])
def test_a_correction_that_keeps_the_old_value_explains_it(was: str | None) -> None:
    move = corrected({"amount": "500万元"}, was=was)
    assert (move.kind, move.silent, move.by) == ("corrected", False, "corrections/1")


def test_a_duration_in_another_notation_is_the_old_value_too() -> None:
    assert corrected({"warranty": "3年"}, field="warranty", was="24个月").kind == "corrected"


@pytest.mark.parametrize(
    "wrong", [{"was": "401万元"}, {"field": "warranty"}, {"of": "contract_signed/2"}, {"field": None, "was": None}]
)
def test_a_correction_of_something_else_explains_nothing(wrong: dict[str, Any]) -> None:
    assert corrected({"amount": "500万元"}, **wrong).silent


def test_an_old_correction_explains_no_new_edit() -> None:
    base = project({**CONTRACT, "amount": "500万元"}, corrections=[correction()])
    head = project({**CONTRACT, "amount": "600万元"}, corrections=[correction()])
    assert one(base, head).silent


def test_a_correction_itself_is_a_fact() -> None:
    base = project(CONTRACT, corrections=[correction()])
    head = project(CONTRACT, corrections=[correction(reason="另一个说法")])
    assert one(base, head).silent


def test_a_row_of_a_list_within_a_milestone_is_corrected_by_its_path_or_by_the_whole_list() -> None:
    row = {"source": "fiscal", "level": "city", "amount": "300万元"}
    base = project(act("design_approved", "2024-05-01", funding=[row]))
    changed = act("design_approved", "2024-05-01", funding=[{**row, "amount": "310万元"}])
    for field, was in (("funding/fiscal-city/amount", "300万元"), ("funding", None)):
        fix = {k: v for k, v in correction(of="design_approved", field=field, was=was).items() if v is not None}
        found = [m for m in moved(base, project(changed, corrections=[fix])) if m.path.startswith("milestones")]
        assert [m.kind for m in found] == ["corrected"]


def test_rows_of_a_series_are_facts() -> None:
    row = {"seq": 1, "date": "2024-07-01", "contract": 1, "amount": "100万元"}
    move = one(project(payments=[row]), project(payments=[{**row, "amount": "99万元"}]))
    assert (move.path, move.silent) == ("payments/1/amount", True)
    assert not any(m.silent for m in moved(project(payments=[row]), project(payments=[row, {**row, "seq": 2}])))


def test_state_moves_freely_and_declared_says_so() -> None:
    base, head = project(summary="甲", owner="demo/a"), project(summary="乙", owner="demo/b", tags=["x"])
    found = {m.path: (m.change_class, m.kind, m.silent) for m in moved(base, head)}
    assert found == {
        "summary": ("state", "edited", False),
        "owner": ("declared", "edited", False),
        "tags": ("state", "added", False),
    }


def test_what_is_frozen_never_moves() -> None:
    move = one(project(), project(id="demo-2026-0002"))
    assert (move.change_class, move.silent) == ("frozen", True)


def test_a_translation_is_no_move() -> None:
    assert moved(project(name_en="A"), project(name_en="B")) == []
    assert moved(project(), project(summary_en="B")) == []


def test_true_is_not_one() -> None:
    base, head = project(security={"mlps_level": 1}), project(security={"cii": True})
    assert {m.kind for m in moved(base, head)} == {"added", "removed"}


def test_classes_are_named_as_the_file_names_the_fields() -> None:
    classes = change_classes(Project)
    assert classes["class"] == "declared"
    assert "class_" not in classes
    assert classes["milestones"] == "fact"
    assert classes["id"] == "frozen"

"""Contradictions are refused, gaps are not."""

from __future__ import annotations

import pytest

from tests.records import act, project, system
from zongmu.model.acts.kinds import CONTRADICTIONS
from zongmu.model.derived.lifecycle import contradictions
from zongmu.model.derived.views import SystemView, View

NEEDS = {
    "initial_accepted": {"conclusion": "pass"},
    "final_accepted": {"conclusion": "pass"},
    "procurement_awarded": {"winner": "某公司"},
}


def found(*acts: dict[str, object], **fields: object) -> list[tuple[str, str, str]]:
    return [(c.kind, c.key, c.other) for c in contradictions(View(project(*acts, **fields)))]


@pytest.mark.parametrize(("before", "after"), [p for p in CONTRADICTIONS if not p[1].startswith(("decom", "scrap"))])
def test_each_order_that_cannot_be(before: str, after: str) -> None:
    early = act(after, "2025-01-01", **NEEDS.get(after, {}))
    late = act(before, "2025-01-02", **NEEDS.get(before, {}))
    assert ("order", after, before) in found(early, late)
    same_day = {**late, "date": "2025-01-01"}
    assert found(early, same_day) == []


def test_a_gap_is_no_contradiction() -> None:
    assert found(act("final_accepted", "2025-01-01", conclusion="pass")) == []
    assert found(act("closed", "2025-01-01")) == []


def test_only_the_first_of_a_kind_is_held_against_the_order() -> None:
    acts = [
        act("build_started", "2025-01-01"),
        act("completed", "2025-02-01"),
        act("build_started", "2025-03-01", seq=2),
    ]
    assert found(*acts) == []


def test_nothing_is_built_after_the_end() -> None:
    acts = [act("terminated", "2025-01-01"), act("contract_signed", "2025-01-02", role="build")]
    assert found(*acts) == [("after_end", "contract_signed", "terminated")]
    aside = [act("terminated", "2025-01-01"), act("archived", "2025-02-01"), act("disclosed", "2025-03-01")]
    assert found(*aside) == []


def test_an_answer_needs_its_question_and_comes_after_it() -> None:
    asked = act("approval_applied", "2025-01-10")
    assert found(asked, act("rejected", "2025-01-10", of="approval_applied")) == []
    assert found(act("rejected", "2025-01-10", of="approval_applied")) == [
        ("answers_nothing", "rejected", "approval_applied")
    ]
    assert found(asked, act("rejected", "2025-01-09", of="approval_applied")) == [
        ("answers_later", "rejected", "approval_applied")
    ]
    assert found(asked, act("rejected", "2025-01-11", of="approval_applied/2")) == [
        ("answers_nothing", "rejected", "approval_applied/2")
    ]


def test_what_was_recorded_by_mistake_contradicts_nothing() -> None:
    acts = [act("completed", "2025-01-01"), act("build_started", "2025-02-01")]
    void = {"seq": 1, "of": "build_started", "date": "2025-03-01", "reason": "误登"}
    assert found(*acts) == [("order", "completed", "build_started")]
    assert found(*acts, corrections=[void]) == []


def test_an_answer_to_a_voided_question_is_let_be() -> None:
    acts = [act("approval_applied", "2025-01-10"), act("rejected", "2025-01-12", of="approval_applied")]
    void = {"seq": 1, "of": "approval_applied", "date": "2025-03-01", "reason": "误登"}
    assert found(*acts, corrections=[void]) == []


def test_systems_too() -> None:
    view = SystemView(system(act("decommissioned", "2025-01-01"), act("decommission_planned", "2025-02-01")))
    assert [(c.kind, c.key) for c in contradictions(view)] == [("order", "decommissioned")]

"""Ratings: from both baselines, exact at their limits, never better for a rebaselining."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.publish.test_figures import approved, view
from zongmu.publish.derived.duration import Period, planned_periods, put_off
from zongmu.publish.derived.ratings import COST_LIMIT, DAYS_LIMIT, Limits, quartiles, rate

LIMITS = Limits(True, COST_LIMIT, DAYS_LIMIT)
ASOF = dt.date(2026, 6, 30)


def contract(amount: str) -> dict[str, Any]:
    return {"kind": "contract_signed", "date": "2026-03-20", "role": "build", "amount": amount}


@pytest.mark.parametrize(
    ("amount", "grade"),
    [
        ("1000万元", "kept"),
        ("10000000.01元", "beyond"),
        ("1100万元", "beyond"),
        ("11000000.01元", "well_beyond"),
        ("1元", "kept"),
    ],
)
def test_money_is_compared_to_the_fen(amount: str, grade: str) -> None:
    rated = rate(view(milestones=[approved("1000万元"), contract(amount)]), ASOF, LIMITS)
    assert rated.cost_original is not None
    assert rated.cost_original.grade == grade
    assert rated.cost_current == rated.cost_original


def test_a_project_that_was_rebaselined_is_beyond_its_original_baseline_all_the_same() -> None:
    later = approved("1300万元", seq=2, date="2026-04-01")
    rated = rate(view(milestones=[approved("1000万元"), later, contract("1290万元")]), ASOF, LIMITS)
    assert rated.cost_original is not None
    assert rated.cost_current is not None
    assert (rated.cost_original.grade, rated.cost_original.bp) == ("well_beyond", 2900)
    assert rated.cost_current.grade == "kept"
    assert (rated.overall, rated.overall_current) == ("well_beyond", "kept")


@pytest.mark.parametrize(
    ("end", "built", "grade", "days", "running"),
    [
        ("2026-05-31", "2026-05-31", "kept", 0, False),
        ("2026-05-31", "2026-06-01", "beyond", 1, False),
        ("2026-03-02", "2026-05-31", "beyond", 90, False),
        ("2026-03-01", "2026-05-31", "well_beyond", 91, False),
        ("2026-06-30", None, "kept", 0, True),
        ("2026-06-29", None, "beyond", 1, True),
        ("2027-01-01", None, "kept", 0, True),
    ],
)
def test_time_is_counted_in_days_and_runs_on_while_nothing_is_built(
    end: str, built: str | None, grade: str, days: int, running: bool
) -> None:
    acts = [approved("1000万元", period={"start": "2026-01-01", "end": end}, date="2026-01-02")]
    acts += [{"kind": "completed", "date": built}] if built else []
    rating = rate(view(milestones=acts), ASOF, LIMITS).time_original
    assert rating is not None
    assert (rating.grade, rating.days, rating.running) == (grade, days, running)


def test_an_extension_moves_the_current_end_and_never_the_original() -> None:
    acts = [
        approved("1000万元", period={"start": "2026-01-01", "end": "2026-03-31"}, date="2026-01-02"),
        {"kind": "extended", "date": "2026-03-20", "until": "2026-05-31"},
        {"kind": "completed", "date": "2026-05-30"},
    ]
    rated = rate(view(milestones=acts), ASOF, LIMITS)
    assert rated.time_original is not None
    assert rated.time_current is not None
    assert rated.time_original.days == 60
    assert rated.time_current.days == -1


@pytest.mark.parametrize(
    ("until", "answer", "end"),
    [
        ("2026-08-31", {}, "2026-08-31"),
        ("2026-08-31", {"conclusion": "passed"}, "2026-08-31"),
        ("2026-08-31", {"conclusion": "rejected"}, "2026-05-31"),
        ("2026-05-31", {}, "2026-05-31"),
        ("2026-04-30", {}, "2026-05-31"),
    ],
)
def test_only_an_extension_that_was_granted_to_a_later_day_puts_the_end_off(
    until: str, answer: dict[str, Any], end: str
) -> None:
    extended = {"kind": "extended", "date": "2026-05-20", "until": until} | answer
    found = view(milestones=[approved("1000万元", period={"start": "2026-01-01", "end": "2026-05-31"}), extended])
    assert planned_periods(found)[1] == Period(dt.date(2026, 1, 1), dt.date.fromisoformat(end))
    assert (put_off(found) is not None) == (end != "2026-05-31")


def test_what_is_not_recorded_is_not_rated() -> None:
    rated = rate(view(milestones=[{"kind": "declared", "date": "2026-01-02"}]), ASOF, LIMITS)
    assert (rated.cost_original, rated.cost_current, rated.time_original, rated.overall) == (None,) * 4
    ended = [
        approved("1万元", period={"start": "2026-01-01", "end": "2026-03-31"}, date="2026-01-02"),
        {"kind": "terminated", "date": "2026-03-01", "body": "shili/ju"},
    ]
    assert rate(view(milestones=ended), ASOF, LIMITS).time_original is None


@pytest.mark.parametrize(
    ("figures", "found"),
    [([5], (5, 5, 5, 5)), ([1, 2], (1, 1, 2, 2)), ([1, 2, 3], (1, 2, 3, 3)), ([*range(1, 9)], (2, 4, 6, 8))],
)
def test_a_quartile_is_a_figure_that_is_there(figures: list[int], found: tuple[int, ...]) -> None:
    assert quartiles(figures) == found

"""Every number of the law is tried below, at and above among the examples; every period on the days where counting goes wrong.

Read off the traces of the examples themselves, so that a number that loses a side, or a period its leap day, is noticed.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from functools import cache
from typing import Any

import pytest

from tests.checks.results import afresh, every_example, numbers_asked, result
from tests.mutation.__main__ import equivalents
from tests.mutation.mutants import of_parameters
from tests.ours import calendar, checks
from tests.shared import REPO
from zongmu.model.finding import Step
from zongmu.model.periods.dates import add_days, add_months
from zongmu.model.scalars import Duration, Money, Ratio, share_cmp
from zongmu.policy.law.loading import LoadedMeasure
from zongmu.policy.law.parameters import Parameter

ATTESTED = {"od.dispute.clause": "a period that the clause of a contract names; no rule reads it"}

NO_LAST_DAY = {
    "lz.om.free": "agreed in the contract; no day is reckoned from it",
    "od.kpi.respond": "hours",
    "od.kpi.fix": "hours",
    "od.kpi.plan": "hours",
    "od.retire.window": "the trace says whether the end lies in the window",
    "od.period.normal": "the length of a building period, whose first day counts",
    "od.period.max": "the length of a building period, whose first day counts",
    **ATTESTED,
}
"""Lengths that end on no day reckoned as articles 201 to 203 of the Civil Code do."""

NOT_MOVED = {
    "od.lowuse.ban": "a ban",
    "od.warranty.build": "a minimum",
    "od.warranty.service": "a minimum",
    "od.selfeval.opens": "the start of a window",
}
"""Periods whose last day no day of rest moves (the rule above Table 4 of the clause tables)."""


def _side(step: Step) -> int | None:
    """-1 below, 0 at, 1 above the figure; None where the step holds no value against one."""
    value, limit = step.value, step.limit
    if isinstance(value, tuple) and isinstance(limit, Ratio):
        share = share_cmp(value[0], value[1], limit)
        return (share > 0) - (share < 0)
    if isinstance(value, Duration) and isinstance(limit, Duration):
        (a, unit), (b, other) = value.value, limit.value
        return (a > b) - (a < b) if unit == other else None
    if type(value) is type(limit) and isinstance(value, int | Money | Ratio | dt.date):
        return (value > limit) - (value < limit)  # type: ignore[operator]
    if value is None and isinstance(limit, dt.date) and step.holds is False:
        return 1  # nothing by the as-of day, which lies beyond
    return None


@cache
def _sides() -> dict[str, set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for loaded, case in every_example():
        for ruling in result(loaded, case).rulings:
            for step in ruling.verdict.trace:
                if step.param is not None and (side := _side(step)) is not None:
                    found[step.param].add(side)
    return found


def _parameters(*kinds: str) -> list[Any]:
    return [
        pytest.param(loaded, parameter, id=id)
        for loaded in checks().measures.values()
        for id, parameter in loaded.parameters.items()
        if not kinds or parameter.kind in kinds
    ]


@pytest.mark.parametrize(("loaded", "parameter"), _parameters())
def test_a_number_is_tried_below_at_and_above(loaded: LoadedMeasure, parameter: Parameter) -> None:
    """By the traces; where no step holds a value against the figure, by an example that notices each shift of it."""
    if parameter.id in ATTESTED or _sides()[parameter.id] == {-1, 0, 1}:
        return
    known = {what for _, what in equivalents()}
    reached = [case for one, case in every_example() if one is loaded and parameter.id in numbers_asked(one, case)]
    reached.sort(key=lambda case: parameter.cites not in loaded.rule(case.rule).cites)  # type: ignore[union-attr]
    unnoticed = []
    for mutant in of_parameters(loaded, REPO):
        if mutant.parameter == parameter.id and mutant.what not in known:
            with mutant.in_place():
                if all(afresh(loaded, case).ok for case in reached):
                    unnoticed.append(mutant.what)
    assert not unnoticed, f"{parameter.id}: sides {_sides()[parameter.id]}, and no example notices {unnoticed}"


# ── periods ──


@cache
def _spans() -> dict[str, list[tuple[dt.date, dt.date, Duration]]]:
    """The periods that examples reckon: parameter → (first day, last day, length)."""
    found: dict[str, list[tuple[dt.date, dt.date, Duration]]] = defaultdict(list)
    for loaded, case in every_example():
        for ruling in result(loaded, case).rulings:
            start: dt.date | None = None
            for step in ruling.verdict.trace:
                if step.say == "from" and isinstance(step.value, dt.date):
                    start = step.value
                parameter = loaded.parameters.get(step.param or "")
                if parameter is None or start is None or not isinstance(step.limit, dt.date):
                    continue
                length = parameter.values[-1][1]
                if isinstance(length, Duration):
                    found[parameter.id].append((start, step.limit, length))
    return found


def _unmoved(start: dt.date, length: Duration) -> dt.date:
    return add_months(start, length.months) if length.months is not None else add_days(start, length.n)


def _of_rest(day: dt.date) -> bool:
    return not calendar().is_workday(day)


def _holiday(day: dt.date) -> bool:
    """A day of rest that no ordinary weekend explains."""
    return _of_rest(day) and (day.weekday() < 5 or any(_of_rest(day + dt.timedelta(n)) for n in (-2, 2)))


def _leap(*days: dt.date) -> bool:
    return any((day.month, day.day) == (2, 29) for day in days)


def _seen_on(parameter: Parameter) -> set[str]:
    """What the examples of a period are tried on."""
    seen: set[str] = set()
    for start, last, length in _spans()[parameter.id]:
        if length.unit == "个工作日":
            days = [start + dt.timedelta(n) for n in range(1, (last - start).days + 1)]
            seen |= {"month-end"} if start.month != last.month else set()
            seen |= {"leap day"} if _leap(*days) else set()
            seen |= {"holiday"} if any(_of_rest(d) and d.weekday() < 5 for d in days) else set()
            seen |= {"make-up workday"} if any(not _of_rest(d) and d.weekday() >= 5 for d in days) else set()
            continue
        end = _unmoved(start, length)
        if (start + dt.timedelta(1)).day == 1 or (length.months is not None and end.day < start.day):
            seen.add("month-end")
        inside = length.months is None and any(_leap(start + dt.timedelta(n)) for n in range(1, length.n + 1))
        if _leap(start, end) or inside:
            seen.add("leap day")
        if _holiday(end) and last > end:
            seen.add("holiday")
        if not _of_rest(end) and end.weekday() >= 5 and last == end:
            seen.add("make-up workday")
        if _of_rest(end) and last == end:
            seen.add("day of rest")
    return seen


@pytest.mark.parametrize(("loaded", "parameter"), [p for p in _parameters("duration") if p.id not in NO_LAST_DAY])
def test_a_period_is_tried_on_the_days_where_counting_goes_wrong(loaded: LoadedMeasure, parameter: Parameter) -> None:
    rest = {"day of rest"} if parameter.id in NOT_MOVED else {"holiday", "make-up workday"}
    assert _seen_on(parameter) >= {"month-end", "leap day"} | rest
    assert ("holiday" in _seen_on(parameter)) is (parameter.id not in NOT_MOVED)


@pytest.mark.parametrize(("loaded", "parameter"), _parameters("month_day"))
def test_a_fixed_day_is_tried_where_it_is_a_day_of_rest(loaded: LoadedMeasure, parameter: Parameter) -> None:
    """A fixed day stays where it is; only an example on a day of rest shows it."""
    days = {
        step.limit
        for one, case in every_example()
        for ruling in result(one, case).rulings
        for step in ruling.verdict.trace
        if step.param == parameter.id and isinstance(step.limit, dt.date)
    }
    assert any(_of_rest(day) for day in days)

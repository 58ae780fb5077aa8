"""A watched day notes on which days the same would be said: whatever is asked of it comes out alike on all of them."""

from __future__ import annotations

import datetime as dt
import pickle
from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from zongmu.policy.finding_rows import verdict_of, verdict_row
from zongmu.policy.judging.asof import OF_DAYS, OF_NUMBERS, DaysSince, WatchedDay, elapsed
from zongmu.policy.judging.verdicts import failed

DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2029, 12, 31))
QUESTIONS: tuple[Callable[[dt.date, dt.date], object], ...] = (
    lambda a, b: a < b,
    lambda a, b: a <= b,
    lambda a, b: a > b,
    lambda a, b: a >= b,
    lambda a, b: a == b,
    lambda a, b: a != b,
    lambda a, b: b < a,
    lambda a, b: b >= a,
    lambda a, b: min(a, b) <= b,
    lambda a, b: sorted([b, a]) == [a, b],
    lambda a, b: a.year - b.year,
    lambda a, b: a.year,
)
CLOSER: tuple[Callable[[dt.date, dt.date], object], ...] = (
    lambda a, b: (a - b).days,
    lambda a, b: (b - a).days,
    lambda a, b: a in {b, b + dt.timedelta(days=1)},
    lambda a, b: (a.month, a.day),
    lambda a, b: f"{a} {a:%d} {a.isoformat()}",
    lambda a, b: a + dt.timedelta(days=b.day),
    lambda a, b: dt.timedelta(days=b.day) + a,
    lambda a, b: a.toordinal() % 7 + a.weekday(),
    lambda a, b: a.replace(day=1),
    lambda a, b: elapsed(a, b) > 30,
    lambda a, b: str(elapsed(a, b)),
    lambda a, b: elapsed(a, b) + 1,
    lambda a, b: bool(elapsed(a, b)),
    lambda a, b: elapsed(a, b).real,
)


@given(DAYS, DAYS, st.lists(st.tuples(st.sampled_from(QUESTIONS), DAYS), max_size=6))
def test_on_all_days_of_the_span_the_answers_are_the_same(
    day: dt.date, other: dt.date, asked: list[tuple[Callable[[dt.date, dt.date], object], dt.date]]
) -> None:
    watched = WatchedDay(day)
    answers = [question(watched, with_) for question, with_ in asked]
    first, last = watched.first, watched.last
    assert first <= day <= last
    for one in {first, last, min(max(other, first), last)}:
        assert [question(one, with_) for question, with_ in asked] == answers


@settings(max_examples=60)
@given(DAYS, DAYS, st.sampled_from(CLOSER))
def test_what_is_no_comparison_ends_the_span(
    day: dt.date, other: dt.date, question: Callable[[dt.date, dt.date], object]
) -> None:
    watched = WatchedDay(day)
    assert question(watched, other) == question(day, other)
    assert watched.first == watched.last == day


def test_nothing_can_be_asked_unseen() -> None:
    made = {"fromisoformat", "fromisocalendar", "fromordinal", "fromtimestamp", "today", "max", "min", "resolution"}
    own = {name for name in vars(WatchedDay) if name != "__module__"}
    anybody = set(dir(object)) - {"__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__hash__", "__str__"}
    assert set(dir(dt.date)) - made - anybody <= own | {"__reduce__"}
    assert {"__add__", "__sub__", "__str__", "__format__", "__repr__"} <= set(OF_DAYS)
    always = {"__str__", "__getnewargs__", "from_bytes", "imag", "denominator"}  # as text it is asked for its __repr__
    assert set(dir(int)) - anybody - always <= {*OF_NUMBERS, *vars(DaysSince)}


def test_how_long_it_has_been_is_kept_as_what_it_is() -> None:
    watched = WatchedDay(dt.date(2026, 3, 10))
    verdict = failed(because="overdue", excess=elapsed(watched, dt.date(2026, 3, 1)), unit="days")
    assert (watched.first, watched.last) == (dt.date.min, dt.date.max)
    row = verdict_row(verdict)
    assert verdict_of(row, dt.date(2026, 3, 10)) == failed(because="overdue", excess=9, unit="days")
    assert verdict_of(row, dt.date(2027, 3, 1)) == failed(because="overdue", excess=365, unit="days")


def test_both_go_from_a_worker_to_the_one_who_keeps() -> None:
    watched = WatchedDay(dt.date(2026, 3, 10))
    sent: Any = pickle.loads(pickle.dumps([watched, elapsed(watched, dt.date(2026, 3, 1))]))
    assert [type(one) for one in sent] == [WatchedDay, DaysSince]
    assert sent == [dt.date(2026, 3, 10), 9]
    assert sent[1].day == dt.date(2026, 3, 1)

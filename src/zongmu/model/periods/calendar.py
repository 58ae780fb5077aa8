"""Working days, and the last day of a legal period.

Working days of a year are known once the State Council has published that year's holidays and make-up days. In a year
that is not published the calendar counts with weekends and with the statutory holidays of fixed date, and says that
the result is *provisional*: the notice may still move it by some days.

Conventions (民法典 arts. 201 to 203, 1259; see :mod:`zongmu.model.periods.dates`): the first day is not counted; a last day
that is a day of rest moves to the next day that is not. The move is for periods within which someone must act. It is
not for minimum durations, bans, starts of windows or fixed dates: there call with ``shift=False``.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import Final, Literal

from zongmu.model.immutable import immutable
from zongmu.model.periods.dates import add_days, add_months
from zongmu.model.scalars import Duration

Interval = tuple[dt.date, dt.date]
"""Two days, both of them in the interval."""

# 全国年节及纪念日放假办法: holidays of fixed date; 2 May is one since 2025. The others follow the lunar calendar.
_FIXED: Final = ((1, 1), (5, 1), (10, 1), (10, 2), (10, 3))
_SECOND_OF_MAY_SINCE: Final = 2025


@immutable
class WorkYear:
    """One year of ``calendars/``: weekdays that are off, weekend days that are worked.

    ``status`` is ``official`` once it follows the State Council's notice. Raises ``ValueError`` when a day lies in
    another year, when a day off is a weekend day, or when a working weekend day is not one.
    """

    year: int
    status: Literal["official", "provisional"]
    off: frozenset[dt.date]
    on: frozenset[dt.date]

    def __post_init__(self) -> None:
        for day in self.off | self.on:
            if day.year != self.year:
                raise ValueError(f"{day} is not in {self.year}")
        for day in self.off:
            if day.weekday() >= 5:
                raise ValueError(f"{day} is a weekend day and needs no day off")
        for day in self.on:
            if day.weekday() < 5:
                raise ValueError(f"{day} is a weekday and needs no make-up work")

    @classmethod
    def statutory(cls, year: int) -> WorkYear:
        """What can be said of a *year* without a notice: weekends and the statutory holidays of fixed date."""
        days = [dt.date(year, month, day) for month, day in _FIXED]
        if year >= _SECOND_OF_MAY_SINCE:
            days.append(dt.date(year, 5, 2))
        return cls(year, "provisional", frozenset(day for day in days if day.weekday() < 5), frozenset())

    def ordinals(self) -> list[int]:
        """The working days of the year, in order, as proleptic ordinals."""
        first = dt.date(self.year, 1, 1).toordinal()
        last = dt.date(self.year, 12, 31).toordinal()
        off = {day.toordinal() for day in self.off}
        on = {day.toordinal() for day in self.on}
        # Ordinal 1 is a Monday, so (n - 1) % 7 is the weekday.
        return [n for n in range(first, last + 1) if (n not in off if (n - 1) % 7 < 5 else n in on)]


@immutable
class Due:
    """The last day of a period.

    ``provisional`` when a year without a published calendar took part.
    """

    day: dt.date
    provisional: bool = False


class Calendar:
    """The working days of all published years, and a provisional reckoning of all others.

    Behaves as a constant: days of further years are worked out when first asked for and kept.
    """

    __slots__ = ("_high", "_low", "_official", "_work", "_work_set", "_years")

    def __init__(self, years: Iterable[WorkYear] = ()) -> None:
        """Raises ``ValueError`` when a year is given twice."""
        self._years: dict[int, WorkYear] = {}
        for one in years:
            if one.year in self._years:
                raise ValueError(f"two calendars of {one.year}")
            self._years[one.year] = one
        self._official = frozenset(year for year, one in self._years.items() if one.status == "official")
        # Working days of the years _low.._high, as ordinals: sorted for counting, as a set for asking.
        start = min(self._years, default=2024)
        self._work: list[int] = []
        self._work_set: set[int] = set()
        self._low, self._high = start, start - 1
        self._reach(max(self._years, default=start))

    @property
    def years(self) -> tuple[WorkYear, ...]:
        """The years that it was made from, in order."""
        return tuple(self._years[year] for year in sorted(self._years))

    def published(self, day: dt.date) -> bool:
        """Whether the working days of the year of *day* are official."""
        return day.year in self._official

    def spans_unpublished(self, start: dt.date, end: dt.date) -> bool:
        """Whether any day after *start* up to and including *end* lies in a year that is not official."""
        if end <= start:
            return False
        first = start.year if (start.month, start.day) != (12, 31) else start.year + 1
        return any(year not in self._official for year in range(first, end.year + 1))

    def is_workday(self, day: dt.date) -> bool:
        """Whether *day* is a working day: a weekday that is not off, or a weekend day made a working day."""
        self._reach(day.year)
        return day.toordinal() in self._work_set

    def roll_over(self, day: dt.date) -> dt.date:
        """*day*, or where it is a day of rest the next day that is none (民法典 art. 203)."""
        self._reach(day.year)
        ordinal = day.toordinal()
        if ordinal in self._work_set:
            return day
        self._reach(day.year + 1)
        return dt.date.fromordinal(self._work[bisect_left(self._work, ordinal)])

    def add_workdays(self, start: dt.date, days: int) -> Due:
        """The last day of a period of *days* working days from *start*, which is not counted.

        Negative *days* count back from *start*: the latest day that leaves that many working days before it, itself
        included. Zero gives *start*.
        """
        if days == 0:
            return Due(start)
        self._reach(start.year)
        ordinal = start.toordinal()
        while True:
            if days > 0:
                index = bisect_right(self._work, ordinal) + days - 1
                if index < len(self._work):
                    break
                self._reach(self._high + 1)
            else:
                index = bisect_left(self._work, ordinal) + days
                if index >= 0:
                    break
                self._reach(self._low - 1)
        day = dt.date.fromordinal(self._work[index])
        if days > 0:
            return Due(day, self.spans_unpublished(start, day))
        return Due(day, self.spans_unpublished(day - dt.timedelta(days=1), start - dt.timedelta(days=1)))

    def add_workdays_outside(self, start: dt.date, days: int, excluding: Sequence[Interval]) -> Due:
        """The last day of a period of *days* working days from *start* of which the union of *excluding* does not count."""
        last = self.add_workdays(start, days)
        # As far on as days were left out; the days gone on over may be left out in their turn.
        while (lacking := days - self.workdays_between(start, last.day, excluding)) > 0:
            on = self.add_workdays(last.day, lacking)
            last = Due(on.day, last.provisional or on.provisional)
        # What follows at once and is left out does not count either: on such a day it is still in time.
        following = self.add_workdays(last.day, 1)
        while any(first <= following.day <= end for first, end in excluding):
            last = Due(following.day, last.provisional or following.provisional)
            following = self.add_workdays(last.day, 1)
        return last

    def workdays_between(self, start: dt.date, end: dt.date, excluding: Sequence[Interval] = ()) -> int:
        """Working days after *start* up to and including *end*, less those in the union of *excluding*.

        Intervals include both their days; where they overlap a day is taken off once. 0 when *end* is not after
        *start*. Ask :meth:`spans_unpublished` whether the count is provisional.
        """
        if end <= start:
            return 0
        low, high = start.toordinal(), end.toordinal()
        self._reach(start.year)
        self._reach(end.year)
        count = self._count(low, high)
        covered = low
        for first, last in sorted(excluding):
            after, until = max(first.toordinal() - 1, covered), min(last.toordinal(), high)
            if until > after:
                count -= self._count(after, until)
                covered = until
        return count

    def workdays_in(self, intervals: Sequence[Interval]) -> int:
        """Working days in the union of *intervals*, which include both their days."""
        if not intervals:
            return 0
        before = min(first for first, _ in intervals) - dt.timedelta(days=1)
        last = max(last for _, last in intervals)
        return self.workdays_between(before, last) - self.workdays_between(before, last, intervals)

    def due(self, start: dt.date, period: Duration, *, shift: bool = True) -> Due:
        """The last day of *period* counted from *start*.

        With *shift* a last day of rest moves on (art. 203); a period in working days cannot end on one. Raises
        ``ValueError`` for hours: they have no last day.
        """
        if period.unit == "个工作日":
            return self.add_workdays(start, period.n)
        if period.unit == "日":
            day = add_days(start, period.n)
        elif period.months is not None:
            day = add_months(start, period.months)
        else:
            raise ValueError(f"a period in {period.unit} has no last day")
        return self.roll(day) if shift else Due(day)

    def roll(self, day: dt.date) -> Due:
        """The end of a period whose last day is *day*, moved on if that is a day of rest; says if provisional."""
        end = self.roll_over(day)
        provisional = not self.published(day) or not self.published(end)
        return Due(end, provisional)

    def _count(self, after: int, until: int) -> int:
        """Working days in the half-open range (*after*, *until*] of ordinals, all within reach."""
        return bisect_right(self._work, until) - bisect_right(self._work, after)

    def _reach(self, year: int) -> None:
        """Work out the years up to *year*, in either direction, without a hole."""
        if self._low <= year <= self._high:
            return
        while self._high < year:
            more = self._days_of(self._high + 1)
            self._work.extend(more)
            self._work_set.update(more)
            self._high += 1
        if year < self._low:
            earlier = [day for y in range(year, self._low) for day in self._days_of(y)]
            self._low = year
            self._work[:0] = earlier
            self._work_set.update(earlier)

    def _days_of(self, year: int) -> list[int]:
        return (self._years.get(year) or WorkYear.statutory(year)).ordinals()

"""The as-of day while one record is judged, with a note of every day on which what is said of the record could be other.

Rules compare the as-of day with days of the record and of the law. Each comparison comes out alike on all days on one side
of the other day, so that the days on which all of them come out as they did are one span: on every day of the span the
same is said, and nobody need judge the record again. What asks for more than a comparison or the year (a difference, a
text, a hash) ends the span with the day itself.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final, TypeGuard

_ONE: Final = dt.timedelta(days=1)


class WatchedDay(dt.date):
    """A day that notes what it is compared with. It behaves as the day that it is; what it is made part of is not noted."""

    __slots__ = ("first", "last", "plain")

    plain: dt.date
    first: dt.date
    last: dt.date
    """The span that was noted since :meth:`begin`, both days included."""

    def __new__(cls, day: dt.date) -> WatchedDay:
        made = super().__new__(cls, day.year, day.month, day.day)
        made.plain = day
        made.begin()
        return made

    def begin(self) -> None:
        """Note afresh: as yet all days are alike."""
        self.first, self.last = dt.date.min, dt.date.max

    def stop(self) -> None:
        """End the span with the day itself."""
        self.first = self.last = self.plain

    def _before(self, other: dt.date) -> bool:
        """Whether it lies before *other*, as every day of the span then does, or none."""
        if self.plain < other:
            self.last = min(self.last, other - _ONE)
            return True
        self.first = max(self.first, other)
        return False

    def _after(self, other: dt.date) -> bool:
        if self.plain > other:
            self.first = max(self.first, other + _ONE)
            return True
        self.last = min(self.last, other)
        return False

    def __lt__(self, other: object) -> bool:
        return self._before(other) if _is_day(other) else NotImplemented

    def __ge__(self, other: object) -> bool:
        return not self._before(other) if _is_day(other) else NotImplemented

    def __gt__(self, other: object) -> bool:
        return self._after(other) if _is_day(other) else NotImplemented

    def __le__(self, other: object) -> bool:
        return not self._after(other) if _is_day(other) else NotImplemented

    def __eq__(self, other: object) -> bool:
        if not _is_day(other):
            return NotImplemented
        return not self._before(other) and not self._after(other)

    def __ne__(self, other: object) -> bool:
        return not self == other if _is_day(other) else NotImplemented

    def __hash__(self) -> int:
        self.stop()
        return hash(self.plain)

    @property
    def year(self) -> int:
        """The year, alike on all days of it."""
        year = self.plain.year
        self.first = max(self.first, dt.date(year, 1, 1))
        self.last = min(self.last, dt.date(year, 12, 31))
        return year

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        return WatchedDay, (self.plain,)


def _is_day(value: object) -> TypeGuard[dt.date]:
    return isinstance(value, dt.date) and not isinstance(value, dt.datetime)


def elapsed(asof: dt.date, day: dt.date) -> int:
    """Days from *day* to *asof*: for the excess of a verdict alone, which may be kept from day to day as what it is."""
    if isinstance(asof, WatchedDay):
        return DaysSince((asof.plain - day).days, day, asof)
    return (asof - day).days


class DaysSince(int):
    """The days that have passed since *day*. Whatever is done with the number ends the span of the as-of day."""

    day: dt.date
    _asof: WatchedDay

    def __new__(cls, days: int, day: dt.date, asof: WatchedDay) -> DaysSince:
        made = super().__new__(cls, days)
        made.day, made._asof = day, asof
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return DaysSince, (int.__int__(self), self.day, self._asof)


# ── whatever else is asked ──


def _of_day(name: str) -> Any:
    def asked(self: WatchedDay, *given: Any, **more: Any) -> Any:
        self.stop()
        return getattr(self.plain, name)(*given, **more)

    return asked


def _part_of_day(name: str) -> property:
    def asked(self: WatchedDay) -> Any:
        self.stop()
        return getattr(self.plain, name)

    return property(asked)


def _of_number(name: str) -> Any:
    method = getattr(int, name)

    def asked(self: DaysSince, *given: Any, **more: Any) -> Any:
        self._asof.stop()
        return method(self, *given, **more)

    return asked


OF_DAYS: Final = (
    "__add__", "__radd__", "__sub__", "__rsub__", "__str__", "__repr__", "__format__",
    "ctime", "isocalendar", "isoformat", "isoweekday", "replace", "strftime", "timetuple", "toordinal", "weekday",
    *(("__replace__",) if hasattr(dt.date, "__replace__") else ()),  # from Python 3.13 on
)  # fmt: skip
OF_NUMBERS: Final = tuple(
    name
    for name, value in vars(int).items()
    if callable(value) and name not in ("__new__", "__getattribute__", "__getnewargs__", "__sizeof__", "from_bytes")
)
for _name in OF_DAYS:
    setattr(WatchedDay, _name, _of_day(_name))
for _name in ("month", "day"):
    setattr(WatchedDay, _name, _part_of_day(_name))
for _name in OF_NUMBERS:
    setattr(DaysSince, _name, _of_number(_name))
for _name in ("real", "numerator"):
    setattr(DaysSince, _name, property(_of_number("__int__")))

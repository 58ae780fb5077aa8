"""Days and months."""

from __future__ import annotations

import calendar as _gregorian
import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, ClassVar, Final, Literal

from zongmu.model.finding import Bilingual
from zongmu.model.scalars.form import MEMO, Scalar, TextForm, common_trouble, refusal

_DAY_PATTERN: Final = r"(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_MONTH_PATTERN: Final = r"(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])"
_DAY: Final = re.compile(_DAY_PATTERN)
_ANY_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONTH: Final = re.compile(_MONTH_PATTERN)
_DAY_SHAPE: Final = re.compile(_MONTH_PATTERN + r"(?:-(?:0[1-9]|[12][0-9]|3[01]))?")


@lru_cache(MEMO)
def parse_day(text: str) -> dt.date:
    """The day of ``2026-03-01``, 1900 to 2099. Raises ``PydanticCustomError`` day_format or day_not_in_calendar."""
    if _DAY.fullmatch(text) is None:
        trouble = common_trouble(text, _DAY) or ("day_out_of_range" if _ANY_DAY.fullmatch(text) else "day_format")
        raise refusal(trouble, "2026-03-01")
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise refusal("day_not_in_calendar", "2026-02-28") from None


def _isoformat(day: dt.date) -> str:
    return day.isoformat()


DAY_FORM: Final = TextForm(
    pattern=_DAY_PATTERN,
    error="day_format",
    description=Bilingual("日期，年-月-日", "A day, year-month-day"),
    examples=("2026-03-01",),
    read=parse_day,
    write=_isoformat,
    format="date",
)

Day = Annotated[dt.date, DAY_FORM]
"""A day written ``2026-03-01``; in Python a ``dt.date``. A date object in place of the text is refused."""


@dataclass(frozen=True, order=True, slots=True)
class Month(Scalar):
    """A calendar month, 1900-01 to 2099-12."""

    year: int
    month: int

    PATTERN: ClassVar[str] = _MONTH_PATTERN
    ERROR: ClassVar[str] = "month_format"
    DESCRIPTION: ClassVar[Bilingual] = Bilingual("月份，年-月", "A month, year-month")
    EXAMPLES: ClassVar[tuple[str, ...]] = ("2026-03",)

    @classmethod
    def parse(cls, text: str) -> Month:
        """The month of ``2026-03``."""
        return _month(text)

    @classmethod
    def of(cls, day: dt.date) -> Month:
        """The month in which *day* lies."""
        return cls(day.year, day.month)

    @property
    def first(self) -> dt.date:
        """Its first day."""
        return dt.date(self.year, self.month, 1)

    @property
    def last(self) -> dt.date:
        """Its last day."""
        return dt.date(self.year, self.month, _gregorian.monthrange(self.year, self.month)[1])

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


@lru_cache(MEMO)
def _month(text: str) -> Month:
    if _MONTH.fullmatch(text) is None:
        Month._refuse(text)
    return Month(int(text[:4]), int(text[5:]))


@dataclass(frozen=True, order=True, slots=True)
class DayOrMonth(Scalar):
    """A day, or only the month where a plan knows no more: the days between ``earliest`` and ``latest``."""

    earliest: dt.date
    latest: dt.date

    PATTERN: ClassVar[str] = _DAY_SHAPE.pattern
    ERROR: ClassVar[str] = "day_or_month_format"
    DESCRIPTION: ClassVar[Bilingual] = Bilingual("日期，或只写到月", "A day, or only its month")
    EXAMPLES: ClassVar[tuple[str, ...]] = ("2026-03-01", "2026-03")

    @classmethod
    def parse(cls, text: str) -> DayOrMonth:
        """The day of ``2026-03-01`` or the month of ``2026-03``."""
        return _day_or_month(text)

    @property
    def precision(self) -> Literal["day", "month"]:
        """How exactly the time is known. (No month has one day, so equal bounds mean a day.)"""
        return "day" if self.earliest == self.latest else "month"

    def __str__(self) -> str:
        text = self.earliest.isoformat()
        return text if self.precision == "day" else text[:7]


@lru_cache(MEMO)
def _day_or_month(text: str) -> DayOrMonth:
    if _DAY_SHAPE.fullmatch(text) is None:
        DayOrMonth._refuse(text)
    if len(text) == 7:
        month = _month(text)
        return DayOrMonth(month.first, month.last)
    day = parse_day(text)
    return DayOrMonth(day, day)

"""Lengths of time as the law counts them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, Final, Literal

from zongmu.model.finding import Bilingual
from zongmu.model.scalars.form import MAX_LENGTH, MEMO, Scalar, common_trouble

DurationUnit = Literal["年", "个月", "日", "个工作日", "小时"]
_DURATION_PARTS: Final = re.compile(r"([1-9][0-9]{0,3})(年|个月|日|个工作日|小时)")


@dataclass(frozen=True, slots=True, eq=False)
class Duration(Scalar):
    """A length of time as the law counts it: calendar years or months, calendar days, working days, hours.

    ``2年`` equals ``24个月`` (both end on the corresponding day); days, working days and months never equal each
    other, since each is counted in its own way. ``str`` keeps the notation that was read.
    """

    n: int
    unit: DurationUnit

    PATTERN: ClassVar[str] = r"[1-9][0-9]{0,3}(?:年|个月|日|个工作日|小时)"
    ERROR: ClassVar[str] = "duration_format"
    DESCRIPTION: ClassVar[Bilingual] = Bilingual(
        "期限，整数加单位（年、个月、日、个工作日、小时）",
        "A duration: whole number and unit (years, months, days, working days, hours)",
    )
    EXAMPLES: ClassVar[tuple[str, ...]] = ("24个月", "30日", "10个工作日")

    @classmethod
    def parse(cls, text: str) -> Duration:
        """The duration of ``24个月``, ``30日``, ``10个工作日`` or ``2小时``."""
        return _duration(text)

    @property
    def months(self) -> int | None:
        """Calendar months of a duration in years or months, else None."""
        if self.unit == "个月":
            return self.n
        return self.n * 12 if self.unit == "年" else None

    @property
    def hours(self) -> int | None:
        """Hours of a duration in hours or days, else None."""
        if self.unit == "小时":
            return self.n
        return self.n * 24 if self.unit == "日" else None

    @property
    def value(self) -> tuple[int, str]:
        """What makes two durations equal: the number and its unit, years as months."""
        months = self.months
        return (self.n, self.unit) if months is None else (months, "个月")

    @classmethod
    def _diagnose(cls, value: Any) -> str:
        if type(value) in (int, float) or (
            type(value) is str and len(value) <= MAX_LENGTH and re.fullmatch(r"[0-9]+", value)
        ):
            return "duration_unit_missing"
        return common_trouble(value, re.compile(cls.PATTERN)) or cls.ERROR

    def __eq__(self, other: object) -> bool:
        return self.value == other.value if isinstance(other, Duration) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.value)

    def __str__(self) -> str:
        return f"{self.n}{self.unit}"

    def canonical(self) -> str:
        """The value's one text: months for years where four digits hold them (``2年`` → ``24个月``)."""
        n, unit = self.value
        return f"{n}{unit}" if n < 10_000 else str(self)


@lru_cache(MEMO)
def _duration(text: str) -> Duration:
    parts = _DURATION_PARTS.fullmatch(text)
    if parts is None:
        Duration._refuse(text)
    return Duration(int(parts[1]), parts[2])  # type: ignore[arg-type]  # the pattern admits only these units

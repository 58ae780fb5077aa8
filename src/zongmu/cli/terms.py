"""What hangs on the moment at which a command is asked: the seconds that it took, and the day."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(slots=True)
class Terms:
    """Between the check and whoever keeps its answer."""

    seconds: float | None = None  # what to write for the seconds that it took
    day: tuple[str, str] | None = None  # the timezone whose today was taken, and that day; None: the day was given

    def taken(self, began: float) -> float:
        """What to write for the seconds since *began*."""
        return round(time.monotonic() - began, 2) if self.seconds is None else self.seconds


def still_that_day(day: Sequence[str] | None) -> bool:
    """Whether it is still the *day* (with its timezone before it) that an answer was made on; None: the day was given."""
    if day is None:
        return True
    from zoneinfo import ZoneInfo

    return dt.datetime.now(ZoneInfo(day[0])).date().isoformat() == day[1]

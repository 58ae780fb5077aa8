"""Date arithmetic of legal periods that needs no calendar of working days.

民法典 (Civil Code), by analogy for a public body's periods, which is itself a recorded interpretation:
art. 201, the first day is not counted; art. 202, a period in months or years ends on the corresponding day of the last
month, on its last day where there is none; art. 1259, 以上, 以下, 以内 and 届满 include the figure, 不满, 超过 and 以外
do not.
What happens when the last day is a day of rest (art. 203) is in :mod:`zongmu.model.periods.calendar`.
"""

from __future__ import annotations

import calendar as _gregorian
import datetime as dt
from typing import Final

FIRST: Final = dt.date(1000, 1, 1)
LAST: Final = dt.date(2999, 12, 31)
"""Where a period ends that would end beyond, as ``9999年`` does: recorded days lie from 1900 to 2099, so none is judged
otherwise by it."""


def add_days(start: dt.date, days: int) -> dt.date:
    """The last day of a period of *days* calendar days from *start*, which is not counted; earlier if negative."""
    return start + dt.timedelta(days=days)


def add_months(start: dt.date, months: int) -> dt.date:
    """The corresponding day *months* calendar months later (earlier if negative), month-end where there is none.

    Between :data:`FIRST` and :data:`LAST`.
    """
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if not FIRST.year <= year <= LAST.year:
        return LAST if months > 0 else FIRST
    month += 1
    return dt.date(year, month, min(start.day, _gregorian.monthrange(year, month)[1]))


def whole_months_between(start: dt.date, end: dt.date) -> int:
    """How many whole calendar months lie between *start* and *end*: the largest n with ``add_months(start, n) <= end``.

    Negative when *end* is earlier: the months by which *start* must be moved back to be no later than *end*.
    """
    months = (end.year - start.year) * 12 + end.month - start.month
    return months if add_months(start, months) <= end else months - 1

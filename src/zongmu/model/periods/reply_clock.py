"""When the reply to a question is due: worked out, never typed.

Of a request for information the limit is the law's: 20 working days from receipt, 20 more where the asker was told of an
extension in time, and the time in which others were asked does not count (政府信息公开条例 art. 33, as in force since
2019-05-15). Of all else it is what the instance sets (``limits``: ``public_reply``), or none.
"""

import datetime as dt
from typing import Literal

from zongmu.model.immutable import immutable
from zongmu.model.periods.calendar import Calendar, Due
from zongmu.model.records.question import Question
from zongmu.model.scalars import Duration

LIMIT = "public_reply"
"""The matter of ``limits`` in ``registry.yaml``."""
SINCE = dt.date(2019, 5, 15)
"""From this day on a request is under the regulation as it stands."""
WITHIN = 20
"""Working days for the reply to a request."""
LONGER = 20
"""Working days by which the reply to a request may at most be put off."""

State = Literal["in_time", "late", "open", "overdue", "answered", "waiting"]
"""Replied in time or late, still to come or past its day; ``answered`` and ``waiting`` where there is no limit."""


@immutable
class ReplyClock:
    """Where a question stands on a day: the last day for its reply, and working days.

    ``days``: taken, of one that was answered; left, of one that is open; past its day, of one that is overdue; gone by
    since receipt, of one that waits without a limit. ``late``: working days past the last day, of a reply that came.
    """

    state: State
    due: Due | None
    days: int
    late: int = 0


def reply_clock(question: Question, calendar: Calendar, limit: Duration | None, asof: dt.date) -> ReplyClock:
    """Where *question* stands on the day *asof*. *limit*: what the instance sets for what is no request."""
    reply = question.reply
    until = reply.date if reply is not None else asof
    away = [(c.start, c.end or until) for c in question.consulting]
    due = _due(question, calendar, limit, away)
    taken = calendar.workdays_between(question.received, until, away)
    if due is None:
        return ReplyClock("answered" if reply is not None else "waiting", None, taken)
    # On a day of rest after the last day it is late too, though no working day has gone by.
    past = max(1, calendar.workdays_between(due.day, until)) if until > due.day else 0
    if reply is not None:
        return ReplyClock("late" if past else "in_time", due, taken, past)
    if past:
        return ReplyClock("overdue", due, past)
    return ReplyClock("open", due, calendar.workdays_between(until, due.day))


def _due(
    question: Question, calendar: Calendar, limit: Duration | None, away: list[tuple[dt.date, dt.date]]
) -> Due | None:
    """The last day; None where there is no limit."""
    received, extended = question.received, question.extended
    if question.kind == "request":
        if received < SINCE:
            return None
        first = calendar.add_workdays_outside(received, WITHIN, away)
        most = calendar.add_workdays_outside(received, WITHIN + LONGER, away)
    elif limit is not None:
        first = _end(calendar, received, limit)
        most = None
    else:
        return None
    if extended is None or extended.date > first.day or extended.until <= first.day:
        return first
    if most is not None and extended.until >= most.day:
        return most
    return Due(extended.until, calendar.spans_unpublished(received, extended.until))


def _end(calendar: Calendar, start: dt.date, limit: Duration) -> Due:
    """The end of a limit of this site; hours count as the days that they fill or begin, a hundred years is the most."""
    if limit.unit == "小时":
        limit = Duration(-(-limit.n // 24), "日")
    elif limit.months is not None:
        limit = Duration(min(limit.months, 1200), "个月")
    return calendar.due(start, limit)

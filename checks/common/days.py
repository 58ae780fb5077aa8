"""Days: what has happened lies in the past, a period runs forwards, a paper arrives after it was written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from checks.common.texts import code
from zongmu.model import Approved, Contract, Project, System, key_of
from zongmu.policy import CheckContext, Problem, Severity, check, problem

FUTURE = code(
    "record.future-date",
    ("日期在将来", "A day in the future"),
    (
        "{day} 晚于裁决日 {asof}；里程碑是已发生的行为",
        "{day} lies after {asof}; a milestone is an act that has happened",
    ),
    ("核对日期；计划中的写在 planned", "check the day; what is planned goes under planned"),
)
BACKWARDS = code(
    "record.period-backwards",
    ("起止颠倒", "A period that runs backwards"),
    ("起 {start} 晚于止 {end}", "it starts on {start} and ends on {end}"),
    ("核对两个日期", "check both days"),
)
RECEIVED_EARLY = code(
    "record.received-before-written",
    ("收到早于成文", "Received before it was written"),
    ("收到日期 {received} 早于成文日期 {day}", "received on {received}, dated {day}"),
    ("核对两个日期", "check both days"),
)


HAPPENED = frozenset({"date", "received"})
"""Fields of all records that hold the day of something that has happened; what is planned is under ``planned``."""


@check(on="any", codes=[FUTURE])
def nothing_ahead(ctx: CheckContext) -> Iterator[Problem]:
    """Acts, papers and rows of any record lie on or before the as-of day."""
    happened = [(path, str(value)) for path, value in ctx.named(HAPPENED) if not path.startswith("planned/")]
    latest = max((day for _, day in happened), default="")
    # One comparison of days for all: what is said then hangs on the as-of day no more than that.
    if not latest or dt.date(int(latest[:4]), int(latest[5:7]), int(latest[8:])) <= ctx.asof:
        return
    asof = ctx.asof.isoformat()
    for path, day in happened:
        if day > asof:
            yield problem(FUTURE, path, day=day, asof=asof)


@check(on="any", codes=[BACKWARDS, RECEIVED_EARLY])
def days_make_sense(ctx: CheckContext) -> Iterator[Problem]:
    """Periods run forwards, papers arrive on or after their day."""
    if not isinstance(ctx.record, Project | System):
        return
    for m in ctx.record.milestones:
        at = f"milestones/{key_of(m)}"
        if m.received is not None and m.received < m.date:
            yield problem(
                RECEIVED_EARLY,
                f"{at}/received",
                severity=Severity.WARNING,
                received=m.received.isoformat(),
                day=m.date.isoformat(),
            )
        if isinstance(m, Approved) and m.period is not None and m.period.end < m.period.start:
            yield problem(BACKWARDS, f"{at}/period", start=m.period.start.isoformat(), end=m.period.end.isoformat())
        if isinstance(m, Contract) and m.service is not None and m.service.end < m.service.start:
            yield problem(BACKWARDS, f"{at}/service", start=m.service.start.isoformat(), end=m.service.end.isoformat())
        if isinstance(m, Approved):
            for n, interval in enumerate(m.excluded):
                if interval.to < interval.from_:
                    yield problem(
                        BACKWARDS,
                        f"{at}/excluded",
                        key=f"{at}/excluded/{n}",
                        start=interval.from_.isoformat(),
                        end=interval.to.isoformat(),
                    )
    for q in ctx.record.questions if isinstance(ctx.record, Project) else ():
        spans = [(f"consulting/{n}", c.start, c.end or c.start) for n, c in enumerate(q.consulting)]
        spans += [("extended", q.extended.date, q.extended.until)] if q.extended is not None else []
        for name, start, end in spans:
            if end < start:
                yield problem(BACKWARDS, f"questions/{q.seq}/{name}", start=start.isoformat(), end=end.isoformat())

"""Periods and the days on which they end, as rules count them: from an act, in a window, before a day.

They know the three times of law: the day of the act, the as-of day, and the validity of the measure. Interpretation used: 民法典
art. 201 to 203 for periods.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from zongmu.model.derived.timeline import Fact
from zongmu.model.finding import Cap, Outcome, Severity, Step, Verdict
from zongmu.model.periods.calendar import Due
from zongmu.model.periods.dates import add_months
from zongmu.model.scalars import Duration
from zongmu.policy.judging.comparators import meant
from zongmu.policy.judging.context import Context, ProjectContext
from zongmu.policy.judging.verdicts import not_applicable, undetermined
from zongmu.policy.law.parameters import Param

ONE_DAY = dt.timedelta(days=1)


GIVEN_UP = ("withdrawn", "terminated", "superseded")
"""Ends of a project that leave nothing more to be done for it; a closed one was carried through."""


STILL_OWED = ("not_due", "overdue")


def _started_before(ctx: Context, trigger: dt.date, due: dt.date) -> tuple[Verdict | None, tuple[Cap, ...]]:
    """What a period across the ends of validity means: readings I24 (start) and I11 (end)."""
    law = ctx.law
    if law.since is None:
        return undetermined("law_not_configured"), ()
    if trigger < law.since:
        if due < law.since:
            return _too_early(ctx), ()
        return None, (Cap(Severity.NOTICE, "I24"),)
    if law.until is not None and due > law.until and law.after_expiry != "continued":
        return None, (Cap(Severity.NOTICE, "I11"),)
    return None, ()


_DOUBT = dt.timedelta(days=15)
"""How far a calendar that is not published yet can move the end of a period: the longest holiday with its make-up days."""


def _if_provisional(last: Due, day: dt.date) -> tuple[Cap, ...]:
    """A due day reckoned without a published calendar caps a failure at a warning while the calendar could still move it."""
    if last.provisional and day <= last.day + _DOUBT:
        return (Cap(Severity.WARNING, "provisional_calendar"),)
    return ()


def _too_early(ctx: Context) -> Verdict:
    return (
        undetermined("law_not_encoded")
        if ctx.law.measure.replaces is not None
        else not_applicable("no_measure_in_force")
    )


def ungoverned(ctx: Context, day: dt.date) -> Verdict | None:
    """What stands instead of a verdict on an act of *day* that the measure does not govern; None when it does.

    For rules across records and about plans or districts, which judge several acts and must ask for each: *day* then
    selects the law, and the numbers of the law, until the next is asked for.
    """
    ctx.law_day = day
    status = ctx.law.status(day)
    if status == "unset":
        return undetermined("law_not_configured")
    if status == "before":
        return _too_early(ctx)
    if status == "expired" and ctx.law.after_expiry == "none":
        return not_applicable("no_measure_in_force")
    return None


def due_after(ctx: Context, trigger: dt.date, period: Duration, *, shift: bool = True) -> Due:
    """The last day of *period* from *trigger*; with *shift* a last day of rest moves to the next working day."""
    return ctx.calendar.due(trigger, period, shift=shift)


def deadline(
    ctx: Context,
    trigger: Fact[dt.date],
    done: Fact[dt.date],
    limit: Param[Duration],
    *,
    shift: bool = True,
    excluding: Sequence[tuple[dt.date, dt.date]] = (),
    no_trigger: str = "not_triggered",
) -> Verdict:
    """*done* must lie no later than *limit* after *trigger*. The excess of a failure is in calendar days.

    *excluding*: intervals that do not count (only for limits in working days). Not done and the limit still open:
    undetermined ``not_due``, with the day it is due and the first day on which the verdict turns.
    """
    meant(limit, "<=")
    if trigger.value is None:
        return not_applicable(no_trigger, Step("missing", None, trigger.path))
    if excluding:
        if limit.value.unit != "个工作日":
            raise ValueError(f"a period of {limit.value} has no excluded days: it is not one of working days")
        last = ctx.calendar.add_workdays_outside(trigger.value, limit.value.n, excluding)
    else:
        last = due_after(ctx, trigger.value, limit.value, shift=shift)
    return by_day(ctx, trigger, done, last, limit)


def by_day(
    ctx: Context, trigger: Fact[dt.date], done: Fact[dt.date], last: Due, limit: Param[Any] | None = None
) -> Verdict:
    """*done* must lie no later than *last*. A *trigger* without a value: a fixed day, counted from nothing."""
    early, caps = _started_before(ctx, trigger.value, last.day) if trigger.value is not None else (None, ())
    if early is not None:
        return early
    caps = (*caps, *_if_provisional(last, done.value or ctx.asof))
    start = (Step("from", trigger.value, trigger.path),) if trigger.value is not None else ()
    param, value = (limit.id, limit.value) if limit is not None else (None, None)
    if done.value is not None:
        ok = done.value <= last.day
        step = Step("deadline", done.value, done.path, param, last.day, "<=", ok)
        if ok:
            return Verdict(Outcome.PASS, "in_time", (*start, step), due=last.day, provisional=last.provisional)
        late = (done.value - last.day).days
        return Verdict(
            Outcome.FAIL,
            "late",
            (*start, step),
            due=last.day,
            excess=late,
            unit="days",
            caps=caps,
            provisional=last.provisional,
        )
    step = Step("deadline", None, done.path, param, last.day, "<=", None)
    if value is not None:
        step = Step("deadline_open", None, done.path, param, last.day, "<=", None)
    if ctx.asof <= last.day:
        return Verdict(
            Outcome.UNDETERMINED,
            "not_due",
            (*start, step),
            until=last.day + ONE_DAY,
            due=last.day,
            provisional=last.provisional,
        )
    return Verdict(
        Outcome.FAIL,
        "overdue",
        (*start, Step("deadline", None, done.path, param, last.day, "<=", False)),
        due=last.day,
        excess=ctx.days_since(last.day),
        unit="days",
        caps=caps,
        provisional=last.provisional,
    )


def unless_given_up(ctx: ProjectContext, verdict: Verdict) -> Verdict:
    """*verdict*, but where it says that something is still owed and the project had been given up by then: not applicable.

    Given up is withdrawn, ended, or taken over by another project. What was overdue on that day stays overdue, and a
    milestone on record is judged as it stands.
    """
    if verdict.because not in STILL_OWED or verdict.due is None:
        return verdict
    end = ctx.view.day(*GIVEN_UP)
    if end.value is None or end.value > verdict.due:
        return verdict
    return not_applicable("given_up", Step("present", end.value, end.path))


def window(
    ctx: Context,
    start: Fact[dt.date],
    done: Fact[dt.date],
    opens: Param[Duration],
    closes: Param[Duration],
    *,
    no_trigger: str = "not_triggered",
) -> Verdict:
    """*done* must lie within a window after *start*. The opening is not moved for rest days, the closing is."""
    meant(opens, ">=")
    meant(closes, "<=")
    if start.value is None:
        return not_applicable(no_trigger, Step("missing", None, start.path))
    first = due_after(ctx, start.value, opens.value, shift=False).day
    last = due_after(ctx, start.value, closes.value)
    # A window that opens after commencement counts in full, whenever the act before it was (I24: "falling wholly after").
    early, caps = _started_before(ctx, first, last.day)
    if early is not None:
        return early
    early_act = done.value is not None and done.value < first
    if not early_act:  # no calendar moves the opening
        caps = (*caps, *_if_provisional(last, done.value or ctx.asof))
    steps = (Step("from", start.value, start.path), Step("opens", done.value, done.path, opens.id, first, ">="))
    if done.value is not None:
        ok = first <= done.value <= last.day
        end = Step("deadline", done.value, done.path, closes.id, last.day, "<=", ok)
        if ok:
            return Verdict(Outcome.PASS, "in_time", (*steps, end), due=last.day, provisional=last.provisional)
        because = "too_early" if early_act else "late"
        excess = (first - done.value).days if early_act else (done.value - last.day).days
        return Verdict(
            Outcome.FAIL,
            because,
            (*steps, end),
            due=last.day,
            excess=excess,
            unit="days",
            caps=caps,
            provisional=last.provisional,
        )
    end = Step("deadline_open", None, done.path, closes.id, last.day, "<=", None)
    if ctx.asof < first:
        return Verdict(
            Outcome.UNDETERMINED, "not_due", (*steps, end), until=first, due=last.day, provisional=last.provisional
        )
    if ctx.asof <= last.day:
        # The window is open and nothing is there: a warning already, a failure once it has closed.
        return Verdict(
            Outcome.FAIL,
            "window_open",
            (*steps, end),
            until=last.day + ONE_DAY,
            due=last.day,
            caps=(Cap(Severity.WARNING, "window_open"), *caps),
            provisional=last.provisional,
        )
    return Verdict(
        Outcome.FAIL,
        "overdue",
        (*steps, end),
        due=last.day,
        excess=ctx.days_since(last.day),
        unit="days",
        caps=caps,
        provisional=last.provisional,
    )


def last_of(start: dt.date, period: Duration) -> dt.date:
    """The last day of a *period* of months or days that *start* is itself the first day of.

    Two years from 1 March 2024 end on 28 February 2026. Where the last month lacks the corresponding day its own last day
    is the last (民法典 art. 202): two years from 29 February 2028 end on 28 February 2030.
    """
    if period.months is None:
        return start + dt.timedelta(days=period.n - 1)
    after = add_months(start, period.months)
    return after if after.day < start.day else after - ONE_DAY


def exceeds(start: dt.date, end: dt.date, period: Duration) -> int:
    """By how many days the span from *start* to *end* (both included) is longer than *period*; 0 if not."""
    return max(0, (end - last_of(start, period)).days)

"""The shapes that rules of law come in: threshold, share, deadline, window, gate, papers, order, site limit.

Each shape gives a verdict with its trace, says ``undetermined`` where a fact is missing, and knows the three times of law:
the day of the act, the as-of day, and the validity of the measure. Interpretations used here: 民法典 art. 1259 for the
comparators (以上、以内 include; 超过、不满 exclude), art. 201 to 203 for periods.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, Literal, TypeVar

from zongmu.model.calendar import Due, add_months
from zongmu.model.finding import Cap, Outcome, Severity, Step, Verdict
from zongmu.model.project import Attestation
from zongmu.model.scalars import Duration, Money, Ratio, share_cmp
from zongmu.model.timeline import Fact
from zongmu.policy.context import Context, LawError, ProjectContext
from zongmu.policy.parameters import Param

T = TypeVar("T")

ONE_DAY = dt.timedelta(days=1)

GIVEN_UP = ("withdrawn", "terminated", "superseded")
"""Ends of a project that leave nothing more to be done for it; a closed one was carried through."""

STILL_OWED = ("not_due", "overdue")


# ── verdicts ──


def passed(*trace: Step, because: str | None = None, **more: Any) -> Verdict:
    """The record does what the sentence asks."""
    return Verdict(Outcome.PASS, because, trace, **more)


def failed(*trace: Step, because: str | None = None, **more: Any) -> Verdict:
    """The record does not. Weight follows from the modality of the cited sentence."""
    return Verdict(Outcome.FAIL, because, trace, **more)


def attested_step(row: Attestation) -> Step:
    """The line of a trace that says what somebody vouched for, and when."""
    return Step("attested", row.date, f"attestations/{row.seq}", None, row.kind)


def warned(why: str, *trace: Step, because: str | None = None, **more: Any) -> Verdict:
    """A failure that weighs a warning at most, for the declared reason *why* (a reading such as ``I17``, or ``principle``)."""
    return Verdict(Outcome.FAIL, because, trace, caps=(Cap(Severity.WARNING, why), *more.pop("caps", ())), **more)


def noticed(why: str, *trace: Step, because: str | None = None, **more: Any) -> Verdict:
    """A failure that weighs a notice at most, for the declared reason *why*."""
    return Verdict(Outcome.FAIL, because, trace, caps=(Cap(Severity.NOTICE, why), *more.pop("caps", ())), **more)


def undetermined(because: str, *trace: Step, **more: Any) -> Verdict:
    """Nobody can say yet: ``missing_field``, ``not_due``, ``needs_attestation``, ``law_not_encoded``, …"""
    return Verdict(Outcome.UNDETERMINED, because, trace, **more)


def not_applicable(because: str, *trace: Step, **more: Any) -> Verdict:
    """The sentence does not speak of this record, for the reason *because*."""
    return Verdict(Outcome.NOT_APPLICABLE, because, trace, **more)


def missing(*facts: Fact[Any]) -> Verdict:
    """Undetermined because a fact is not recorded."""
    return Verdict(Outcome.UNDETERMINED, "missing_field", tuple(Step("missing", None, f.path) for f in facts))


def all_of(*verdicts: Verdict) -> Verdict:
    """Strong Kleene *and*: any failure fails, any undetermined is undetermined, not applicable counts as nothing.

    The gravest failure wins (fewest caps first), traces are joined.
    """
    if not verdicts:
        return not_applicable("nothing_to_judge")
    counted = [v for v in verdicts if v.outcome is not Outcome.NOT_APPLICABLE]
    # What does not apply today may apply from a day on: that day counts too.
    untils = [v.until for v in verdicts if v.until is not None]
    if len(counted) < 2:
        only = counted[0] if counted else verdicts[0]
        return replace(only, until=min(untils)) if untils and min(untils) != only.until else only
    order = {Outcome.ERROR: 0, Outcome.FAIL: 1, Outcome.UNDETERMINED: 2, Outcome.PASS: 3}

    def rank(v: Verdict) -> tuple[int, int]:
        return (order[v.outcome], -min((c.severity for c in v.caps), default=Severity.BLOCKING))

    worst = min(counted, key=rank)
    trace = tuple(step for v in counted for step in v.trace)
    return Verdict(
        worst.outcome,
        worst.because,
        trace,
        until=min(untils) if untils else None,
        due=worst.due,
        excess=worst.excess,
        caps=worst.caps,
        at=worst.at,
        addressee=worst.addressee,
        cites=worst.cites,
        provisional=any(v.provisional for v in counted),
    )


def any_of(*verdicts: Verdict) -> Verdict:
    """Strong Kleene *or*: any pass passes; else any undetermined is undetermined; else it fails."""
    for outcome in (Outcome.PASS, Outcome.UNDETERMINED, Outcome.FAIL):
        for v in verdicts:
            if v.outcome is outcome:
                return v
    return verdicts[0] if verdicts else not_applicable("nothing_to_judge")


# ── comparing ──

_OPS: dict[str, Callable[[Any, Any], bool]] = {
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    "=": lambda a, b: a == b,
}


def compare(fact: Fact[T], param: Param[T]) -> tuple[bool | None, Step]:
    """Whether a fact stands to a parameter as its comparator says; None when the fact is missing."""
    if fact.value is None:
        return None, Step("missing", None, fact.path, param.id, param.value, param.comparator)
    holds = _OPS[param.comparator](fact.value, param.value)
    return holds, Step("compare", fact.value, fact.path, param.id, param.value, param.comparator, holds)


def at_boundary(fact: Fact[T], param: Param[T]) -> bool:
    """Whether a fact is exactly the figure of a parameter (boundary readings)."""
    return fact.value is not None and fact.value == param.value


def _meant(param: Param[Any], comparator: str) -> None:
    """A shape that decides by one comparator refuses a parameter that declares another: the law would say two things."""
    if param.comparator != comparator:
        raise LawError(f"parameter {param.id} is compared by {comparator} and declares {param.comparator}")


def share(part: Fact[Money], whole: Fact[Money], cap: Param[Ratio]) -> tuple[int | None, Step]:
    """How *part* stands to the share *cap* of *whole*: excess in fen (negative below, 0 at the figure), None if unknown.

    Compared by cross-multiplication, so no rounding decides a boundary.
    """
    _meant(cap, "<=")
    if part.value is None or whole.value is None:
        lacking = part if part.value is None else whole
        return None, Step("missing", None, lacking.path, cap.id, cap.value, cap.comparator)
    over = share_cmp(part.value, whole.value, cap.value)
    excess = -(-over // 10_000) if over > 0 else over // 10_000 if over < 0 else 0
    step = Step("share", (part.value, whole.value), part.path, cap.id, cap.value, cap.comparator, over <= 0)
    return excess, step


# ── time ──


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
    _meant(limit, "<=")
    if trigger.value is None:
        return not_applicable(no_trigger, Step("missing", None, trigger.path))
    if excluding:
        last = _due_excluding(ctx, trigger.value, limit.value, excluding)
    else:
        last = due_after(ctx, trigger.value, limit.value, shift=shift)
    return by_day(ctx, trigger, done, last, limit)


def _due_excluding(ctx: Context, start: dt.date, period: Duration, excluding: Sequence[tuple[dt.date, dt.date]]) -> Due:
    """The last of *period* working days from *start* when the union of *excluding* does not count."""
    if period.unit != "个工作日":
        raise ValueError(f"a period of {period} has no excluded days: it is not one of working days")
    last = ctx.calendar.add_workdays(start, period.n)
    # As far on as days were left out; the days gone on over may be left out in their turn.
    while (lacking := period.n - ctx.calendar.workdays_between(start, last.day, excluding)) > 0:
        on = ctx.calendar.add_workdays(last.day, lacking)
        last = Due(on.day, last.provisional or on.provisional)
    # What follows at once and is left out does not count either: on such a day it is still in time.
    following = ctx.calendar.add_workdays(last.day, 1)
    while any(a <= following.day <= b for a, b in excluding):
        last = Due(following.day, last.provisional or following.provisional)
        following = ctx.calendar.add_workdays(last.day, 1)
    return last


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
            Outcome.FAIL, "late", (*start, step), due=last.day, excess=late, caps=caps, provisional=last.provisional
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
    _meant(opens, ">=")
    _meant(closes, "<=")
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
        caps=caps,
        provisional=last.provisional,
    )


def site_limit(
    ctx: Context, trigger: Fact[dt.date], done: Fact[dt.date], matter: str, *, no_trigger: str = "not_triggered"
) -> Verdict:
    """A limit that this site sets where the law says 及时 or 定期 (reading I10): late is a notice, never more."""
    limit = ctx.site_limit(matter)
    if trigger.value is None:
        return not_applicable(no_trigger, Step("missing", None, trigger.path))
    if limit is None:
        return undetermined("no_site_limit", Step("from", trigger.value, trigger.path))
    verdict = deadline(ctx, trigger, done, limit)
    if verdict.outcome is not Outcome.FAIL:
        return verdict
    return replace(verdict, caps=(Cap(Severity.NOTICE, "I10"), *verdict.caps))


def in_order(earlier: Fact[dt.date], later: Fact[dt.date], *, strict: bool = False) -> Verdict:
    """*earlier* must not lie after *later* (with *strict*: must lie before it). The excess of a failure is in days."""
    if earlier.value is None or later.value is None:
        return missing(*(f for f in (earlier, later) if f.value is None))
    ok = earlier.value < later.value if strict else earlier.value <= later.value
    step = Step("order", earlier.value, earlier.path, None, later.value, "<" if strict else "<=", ok)
    if ok:
        return passed(step)
    return failed(step, because="wrong_order", excess=(earlier.value - later.value).days)


# ── evidence ──


def covers(have: Iterable[str], want: Iterable[str], path: str) -> Verdict:
    """Every topic of *want* must be covered. The excess of a failure is how many are not."""
    given = set(have)
    lacking = [topic for topic in want if topic not in given]
    step = Step("covers", tuple(sorted(given)), path, None, tuple(want), None, not lacking)
    if not lacking:
        return passed(step)
    return failed(step, Step("lacking", tuple(lacking), path), because="incomplete", excess=len(lacking))


def present(value: object, path: str, *, say: str = "present") -> Verdict:
    """Something must be recorded at *path*."""
    if value is None or value == () or value == "":
        return failed(Step("absent", None, path), because="absent")
    return passed(
        Step(say, value if isinstance(value, str | int | dt.date | Money | Duration | Ratio | bool) else None, path)
    )


def gate(
    reached: bool, evidence: Verdict, *, at: str, early: Literal["undetermined", "not_applicable"] = "undetermined"
) -> Verdict:
    """Evidence that is asked for from stage *at* on. Before: a pass stays a pass, anything else is not due yet."""
    if reached or evidence.outcome is Outcome.PASS:
        return evidence
    if early == "not_applicable":
        return not_applicable(f"before_{at}")
    return undetermined("not_due", *evidence.trace)


def months_between(start: dt.date, end: dt.date) -> tuple[int, bool]:
    """Whole calendar months from *start* to *end*, and whether *end* lies beyond that corresponding day."""
    n = (end.year - start.year) * 12 + end.month - start.month
    if add_months(start, n) > end:
        n -= 1
    return n, add_months(start, n) < end


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

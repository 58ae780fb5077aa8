"""The shapes that rules of law come in beside deadlines: share, order, papers, gate, site limit.

Each shape gives a verdict with its trace, and says ``undetermined`` where a fact is missing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

from zongmu.model.derived.timeline import Fact
from zongmu.model.finding import Cap, Outcome, Severity, Step, Verdict
from zongmu.model.scalars import Duration, Money, Ratio, share_cmp
from zongmu.policy.judging.comparators import meant
from zongmu.policy.judging.context import Context
from zongmu.policy.judging.periods import deadline
from zongmu.policy.judging.verdicts import failed, missing, not_applicable, passed, undetermined
from zongmu.policy.law.parameters import Param


def share(part: Fact[Money], whole: Fact[Money], cap: Param[Ratio]) -> tuple[int | None, Step]:
    """How *part* stands to the share *cap* of *whole*: excess in fen (negative below, 0 at the figure), None if unknown.

    Compared by cross-multiplication, so no rounding decides a boundary.
    """
    meant(cap, "<=")
    if part.value is None or whole.value is None:
        lacking = part if part.value is None else whole
        return None, Step("missing", None, lacking.path, cap.id, cap.value, cap.comparator)
    over = share_cmp(part.value, whole.value, cap.value)
    excess = -(-over // 10_000) if over > 0 else over // 10_000 if over < 0 else 0
    step = Step("share", (part.value, whole.value), part.path, cap.id, cap.value, cap.comparator, over <= 0)
    return excess, step


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
    return failed(step, because="wrong_order", excess=(earlier.value - later.value).days, unit="days")


def covers(have: Iterable[str], want: Iterable[str], path: str) -> Verdict:
    """Every topic of *want* must be covered. The excess of a failure is how many are not."""
    given = set(have)
    lacking = [topic for topic in want if topic not in given]
    step = Step("covers", tuple(sorted(given)), path, None, tuple(want), None, not lacking)
    if not lacking:
        return passed(step)
    return failed(step, Step("lacking", tuple(lacking), path), because="incomplete", excess=len(lacking), unit="count")


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

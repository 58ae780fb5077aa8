"""The yearly plan, and review before budget (LZ-6)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from checks.laizhou_2022.helpers import before_record, held_by, without_city_budget
from zongmu.model.calendar import Due
from zongmu.model.milestones import Budgeted, Reviewed, key_of
from zongmu.policy import (
    Fact,
    MonthDay,
    Outcome,
    Param,
    ProjectContext,
    RecordContext,
    RegistryContext,
    Step,
    Verdict,
    by_day,
    fact,
    failed,
    not_applicable,
    passed,
    rule,
    rule_each,
    ungoverned,
)


@fact(on="plan")
def lz_plan_compiled(ctx: RecordContext) -> dict[str, Any]:
    """The year of a plan and the day it was compiled."""
    compiled = ctx.plan.compiled
    return {"year": ctx.plan.year, "compiled": compiled.date.isoformat() if compiled is not None else None}


def governed_days(ctx: RegistryContext, param: Param[MonthDay]) -> Iterator[dt.date]:
    """The fixed day in every year of validity, up to the end of the as-of year."""
    since = ctx.law.since
    assert since is not None  # the text says it
    year = since.year
    while year <= ctx.asof.year:
        day = param.value.in_year(year)
        if ungoverned(ctx, day) is None:
            yield day
        year += 1


@rule(cites=["LZ-6 p1 s1"], since="2022", on="registry", reads=[lz_plan_compiled], duty=True)
def lz6_yearly_plan(ctx: RegistryContext) -> Iterator[tuple[str, Verdict]]:
    """每年12月31日前编制下一年度建设规划。

    One verdict per year whose last day lies in the validity of the measure. A fixed date, never moved for rest days; it bounds the
    drafting, since the approval of the leading group has no date in the text. Goes to the queue of the office.
    """
    limit = ctx.month_day("lz.plan.due", "<=")
    plans = {row["year"]: row["compiled"] for row in ctx.facts(lz_plan_compiled).values()}
    for last in governed_days(ctx, limit):
        year = last.year + 1
        compiled = plans.get(year)
        done = Fact(dt.date.fromisoformat(compiled) if compiled is not None else None, f"plans/{year}/compiled/date")
        verdict = by_day(ctx, Fact(None, done.path), done, Due(last), limit)
        yield f"{ctx.jurisdiction}/{year}", verdict.about(f"plan/{year}")


@rule_each(Budgeted, "budget_listed", cites=["LZ-6 p1 s2"], since="2022", readings=["I26"])
def lz6_review_before_budget(ctx: ProjectContext, entry: Budgeted) -> Verdict:
    """未经评审的项目，财政部门不得列入年度部门预算。

    For each entry in a department budget: a joint review that passed, no later than the entry. The finding stands on the entry and goes to
    the finance bureau, not to the unit. Projects without city money are outside (I26).
    """
    if without_city_budget(ctx):
        return not_applicable("no_city_budget")
    listed = Step("from", entry.date, f"milestones/{key_of(entry)}/date")
    late: Verdict | None = None
    for m in ctx.view.of_kind(Reviewed, "reviewed"):
        path = f"milestones/{key_of(m)}"
        if m.conclusion != "passed":
            late = late or failed(listed, Step("present", m.conclusion, f"{path}/conclusion"), because="not_passed")
            continue
        by_office = held_by(ctx, (m.body, *m.with_), f"{path}/body", "office")
        if by_office.outcome is not Outcome.PASS:
            late = late or by_office
            continue
        step = Step("order", m.date, f"{path}/date", None, entry.date, "<=", m.date <= entry.date)
        if m.date <= entry.date:
            return passed(listed, step)
        late = failed(listed, step, because="wrong_order", excess=(m.date - entry.date).days, unit="days")
    absent = failed(listed, Step("absent", None, "milestones/reviewed"), because="not_reviewed")
    return late or before_record(ctx, "reviewed") or absent

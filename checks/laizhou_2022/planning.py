"""Who approves the plans, the yearly plan in time, review before budget (LZ-4 p1, LZ-6)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from checks.laizhou_2022.helpers import before_record, held_by, without_city_budget
from zongmu.model import Budgeted, Due, PlanAct, Reviewed, key_of
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
    all_of,
    by_day,
    fact,
    failed,
    in_order,
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


@fact(on="plan")
def lz_plan_approvals(ctx: RecordContext) -> dict[str, Any]:
    """When a plan was drawn up; the day and the body of its approval, and of that of the development plan above it."""
    plan = ctx.plan
    above = plan.development_plan
    return {
        "compiled": plan.compiled.date.isoformat() if plan.compiled is not None else None,
        "approved": _act(plan.approved),
        "development_plan": _act(above.approved) if above is not None else None,
        "developed": above is not None,
    }


def _act(act: PlanAct | None) -> list[str | None]:
    return [act.date.isoformat(), act.body] if act is not None else [None, None]


@rule(
    cites=["LZ-6 p1 s1", "LZ-4 p1"],
    since="2022.2",
    on="registry",
    reads=[lz_plan_approvals],
    duty=True,
    disclosure="internal",
)
def lz4_plans_approved(ctx: RegistryContext) -> Iterator[tuple[str, Verdict]]:
    """年度规划编制后报领导小组批准；所依据的发展规划也由领导小组审定。

    Approved by the leading group, and not before it was drawn up. A plan that is not approved yet is not carried out yet. With whom the
    office drew it up is recorded nowhere.
    """
    for id, row in ctx.facts(lz_plan_approvals).items():
        yield id, replace(_plan_approved(ctx, row["approved"], "approved", row["compiled"]), at="approved")
        if row["developed"]:
            verdict = _plan_approved(ctx, row["development_plan"], "development_plan/approved", None)
            yield id, replace(verdict, at="development_plan", cites=("LZ-4 p1",))


def _plan_approved(ctx: RegistryContext, act: list[str | None], path: str, compiled: str | None) -> Verdict:
    day, body = act
    if day is None:
        return not_applicable("not_triggered", Step("missing", None, path))
    approved = dt.date.fromisoformat(day)
    other = ungoverned(ctx, approved)
    if other is not None:
        return other
    order = passed()
    if compiled is not None:
        drawn_up = Fact(dt.date.fromisoformat(compiled), "compiled/date")
        order = in_order(drawn_up, Fact(approved, f"{path}/date"))
    return all_of(held_by(ctx, (body,), f"{path}/body", "leading_group"), order)


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

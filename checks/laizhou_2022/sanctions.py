"""Orders to rectify, payments held, next year's money cut (LZ-35)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from checks.laizhou_2022.helpers import builder, expiry_caps
from zongmu.model import Money, OpenAct, Order, key_of
from zongmu.policy import (
    Cap,
    Fact,
    ProjectContext,
    RecordContext,
    RegistryContext,
    Severity,
    Step,
    Verdict,
    fact,
    failed,
    missing,
    passed,
    rule,
    rule_each,
    undetermined,
    ungoverned,
)


@rule_each(Order, "rectification_ordered", cites=["LZ-35 p1 s1"], since="2022.2")
def lz35_order_has_limit(ctx: ProjectContext, order: Order) -> Verdict:
    """督促限期整改：整改通知要写明期限；没有的列入市财政局的待办。

    With whom it was ordered is recorded nowhere.
    """
    path = f"milestones/{key_of(order)}/due"
    if order.due is None:
        return failed(Step("absent", None, path), because="absent")
    return passed(Step("present", order.due, path))


@rule_each(Order, "rectification_ordered", cites=["LZ-35 p1 s1"], since="2022", disclosure="internal")
def lz35_payments_held(ctx: ProjectContext, order: Order) -> Verdict:
    """限期整改期间暂缓支付剩余资金：整改通知之后、整改完成之前的支付，列入市财政局的待办。

    A payment on the day of the order, or on the day the order was met, is none of them. The excess is how many payments.
    """
    key = key_of(order)
    answers = [m for m in ctx.view.answers(key, "rectified") if m.date >= order.date]
    met = (
        Fact(answers[0].date, f"milestones/{key_of(answers[0])}/date")
        if answers
        else Fact(None, "milestones/rectified")
    )
    held = [p for p in ctx.project.payments if p.date > order.date and (met.value is None or p.date < met.value)]
    steps = (Step("from", order.date, f"milestones/{key}/date"), Step("open_until", met.value, met.path))
    if not held:
        return passed(*steps)
    paid = Step("given", tuple(p.date for p in held), f"payments/{held[0].seq}")
    caps = expiry_caps(ctx, min(p.date for p in held))
    return failed(*steps, paid, because="paid_while_open", excess=len(held), unit="count", caps=caps)


@fact()
def lz_cancelled(ctx: ProjectContext) -> dict[str, Any] | None:
    """For a project cancelled after an order to rectify: the day, the units, whether a cut is on record."""
    end = ctx.view.first("terminated")
    orders = [m for m in ctx.view.of_class(Order) if end is not None and m.date <= end.date]
    if end is None or not orders:
        return None
    cut = [m for m in ctx.view.of_class(OpenAct) if m.code == "budget_cut" and m.date >= end.date]
    return {
        "key": key_of(end),
        "date": end.date.isoformat(),
        "units": sorted({u for u in (builder(ctx).value, ctx.project.user) if u is not None}),
        "cut": [key_of(cut[0]), cut[0].date.isoformat()] if cut else None,
    }


@fact()
def lz_budget_unit(ctx: ProjectContext) -> str | None:
    """The unit whose money a project's listing is."""
    return builder(ctx).value


@fact(on="plan")
def lz_plan_funds(ctx: RecordContext) -> dict[str, Any]:
    """A yearly plan: its year, and project and money (fen) of each listing; None where no money is stated."""
    listed = [(e.project, e.year_fund) for e in ctx.plan.entries]
    listed += [(e.project, e.year_fund) for e in ctx.plan.supplements]
    return {"year": ctx.plan.year, "funds": [[p, m.fen if m is not None else None] for p, m in listed]}


@rule(
    cites=["LZ-35 p1 s2"],
    since="2022",
    on="registry",
    reads=[lz_cancelled, lz_budget_unit, lz_plan_funds],
    duty=True,
    readings=["I11"],
)
def lz35_next_year_cut(ctx: RegistryContext) -> Iterator[tuple[str, Verdict]]:
    """整改后仍不达标而取消的项目，下一年度压缩或撤销该单位的信息化资金。

    A recorded decision is enough. Without one, the money listed for the unit in the plan of the next year must be less than in the plan of
    the year of the cancellation; a unit with no listing has nothing left to cut. Not less: a finding in the office's queue, the excess
    being the growth in fen. Before that year: not due. That money was recovered is attested.
    """
    units = ctx.facts(lz_budget_unit)
    plans = {p["year"]: p["funds"] for p in ctx.facts(lz_plan_funds).values()}
    for project, row in sorted(ctx.facts(lz_cancelled).items()):
        if row is None:
            continue
        day = dt.date.fromisoformat(row["date"])
        other = ungoverned(ctx, day)
        verdict = other if other is not None else _cut(ctx, row, day, units, plans)
        yield project, replace(verdict, at=row["key"])


def _cut(
    ctx: RegistryContext,
    row: Mapping[str, Any],
    day: dt.date,
    units: Mapping[str, str | None],
    plans: Mapping[int, list[list[Any]]],
) -> Verdict:
    start = Step("from", day, f"milestones/{row['key']}/date")
    if row["cut"] is not None:
        return passed(start, Step("present", row["cut"][1], f"milestones/{row['cut'][0]}"), because="decided")
    if not row["units"]:
        return missing(Fact(None, "owner"))
    year = day.year + ctx.count("lz.sanction.budget").value
    first = dt.date(year, 1, 1)
    if year not in plans:
        if ctx.asof < first:
            return undetermined("not_due", start, until=first)
        return missing(Fact(None, f"plans/{year}"))
    mine = set(row["units"])
    new = _listed(plans[year], mine, units)
    if new == []:
        return passed(start, Step("count", 0, f"plans/{year}/entries"), because="nothing_listed")
    if day.year not in plans:
        return missing(Fact(None, f"plans/{day.year}"))
    old = _listed(plans[day.year], mine, units)
    if None in new or None in old:
        return missing(Fact(None, f"plans/{year if None in new else day.year}/entries/year_fund"))
    before, after = (Money(sum(f for f in rows if f is not None)) for rows in (old, new))
    growth = after.fen - before.fen
    step = Step("compare", after, f"plans/{year}/entries", None, before, "<", growth < 0)
    if growth < 0:
        return passed(start, step)
    law = ctx.law
    late = law.until is not None and first > law.until and law.after_expiry != "continued"
    caps = (Cap(Severity.NOTICE, "I11"),) if late else ()
    return failed(start, step, because="not_cut", excess=growth, unit="fen", caps=caps)


def _listed(rows: list[list[Any]], mine: set[str], units: Mapping[str, str | None]) -> list[int | None]:
    """The money (fen) of the listings of projects of *mine*."""
    return [fund for project, fund in rows if units.get(project) in mine]

"""Trouble and oversight: delay and loss, progress, orders to rectify (OD-29, OD-37, OD-38)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from checks.ordos_2025.papers import APPROVALS
from checks.ordos_2025.parties import held_by
from checks.ordos_2025.performance import listed_by_city, listed_by_district
from zongmu.model import ENDS, Answer, Due, Incident, OmMoney, Order, key_of
from zongmu.policy import (
    Fact,
    Outcome,
    ProjectContext,
    RegistryContext,
    Step,
    Verdict,
    by_day,
    due_after,
    fact,
    failed,
    not_applicable,
    noticed,
    passed,
    rule,
    rule_each,
    site_limit,
    undetermined,
    warned,
)

ONE_DAY = dt.timedelta(days=1)
REPORTABLE = ("delay", "loss")


# ── delay and loss ──


def _other_incident(incident: Incident) -> Verdict | None:
    if incident.incident in REPORTABLE:
        return None
    path = f"milestones/{key_of(incident)}/incident"
    return not_applicable("other_incident", Step("guard", incident.incident, path))


def _reported(ctx: ProjectContext, incident: Incident) -> tuple[Fact[dt.date], Verdict | None]:
    """The first day on which the incident was reported to the data bureau; else why nobody can say, if so: a report that does
    not say to whom may have gone there."""
    unclear: Verdict | None = None
    for m in ctx.view.answers(key_of(incident), "incident_reported"):
        assert isinstance(m, Answer)
        verdict = held_by(ctx, m.to, f"milestones/{key_of(m)}/to", "data_bureau")
        if verdict.outcome is Outcome.PASS:
            return Fact(m.date, f"milestones/{key_of(m)}/date"), None
        if verdict.outcome is Outcome.UNDETERMINED:
            unclear = unclear or verdict
    return Fact(None, "milestones/incident_reported"), unclear


@rule_each(Incident, "incident_occurred", cites=["OD-29"], since="2025", readings=["I10"], disclosure="internal")
def od29_incident_reported(ctx: ProjectContext, incident: Incident) -> Verdict:
    """建设过程中出现逾期、投资损失等问题，应及时向数据管理局报告。

    Late against this site's limit is a notice (I10); not reported once final acceptance is applied for, or the project
    closed, fails. A report that does not say to whom leaves it open.
    """
    other = _other_incident(incident)
    if other is not None:
        return other
    done, unclear = _reported(ctx, incident)
    if unclear is not None:
        return unclear
    gate = [m for m in ctx.view.milestones if m.kind in ("final_applied", "closed") and m.date >= incident.date]
    if done.value is None and gate:
        return failed(Step("absent", None, done.path), because="absent")
    happened = Fact(incident.date, f"milestones/{key_of(incident)}/date")
    return site_limit(ctx, happened, done, "incident_report")


@rule_each(Incident, "incident_occurred", cites=["OD-29"], since="2025", readings=["I10"], disclosure="internal")
def od29_rectified(ctx: ProjectContext, incident: Incident) -> Verdict:
    """出现逾期、投资损失等问题，应及时整改或暂停项目建设。

    Neither rectified nor paused is a warning, at closing it fails.
    """
    other = _other_incident(incident)
    if other is not None:
        return other
    key = key_of(incident)
    for m in ctx.view.answers(key, "rectified", "suspended"):
        return passed(Step("present", m.date, f"milestones/{key_of(m)}"))
    for m in ctx.view.by_kind.get("suspended", ()):
        if getattr(m, "of", None) is None and m.date >= incident.date:
            return passed(Step("present", m.date, f"milestones/{key_of(m)}"))
    step = Step("absent", None, "milestones/rectified")
    if ctx.view.has("closed"):
        return failed(step, because="not_rectified")
    return warned("I10", step, because="not_rectified")


@rule(cites=["OD-29"], since="2025", act=APPROVALS, duty=True, readings=["I10", "I24"], disclosure="internal")
def od29_delay_reported(ctx: ProjectContext) -> Verdict:
    """批复的建设期届满仍未建成的，即为逾期，应及时向数据管理局报告。

    Asked where the period has run out without completion or initial acceptance and no delay is on record; a recorded
    delay is judged as an incident. The report is owed within this site's limit (I10), at final application at the latest.
    """
    view, period = ctx.view, ctx.view.approved_period
    if period.value is None:
        return not_applicable("not_triggered", Step("missing", None, period.path))
    end = Fact(period.value.end, f"{period.path}/end")
    last = period.value.end
    done = view.day("completed", "initial_accepted", "final_accepted")
    if done.value is not None and done.value <= last:
        return passed(Step("deadline", done.value, done.path, None, last, "<=", True), because="in_time")
    ended = view.day(*sorted(ENDS))
    if (ended.value or ctx.asof) <= last:
        until = last + ONE_DAY if ended.value is None else None
        return not_applicable("not_late", Step("deadline", ended.value, ended.path, None, last, "<="), until=until)
    delays = [m for m in view.of_class(Incident) if m.incident == "delay"]
    if delays:
        return not_applicable(
            "recorded_as_incident", Step("present", delays[0].date, f"milestones/{key_of(delays[0])}")
        )
    nothing: Fact[dt.date] = Fact(None, "milestones/incident_reported")
    if view.has("final_applied", "closed") and (ctx.law.since is None or last >= ctx.law.since):
        return failed(Step("from", last, end.path), Step("absent", None, nothing.path), because="absent")
    return site_limit(ctx, end, nothing, "incident_report")


# ── progress ──


@rule(cites=["OD-37 p1 s2"], since="2025", duty=True, readings=["I10"])
def od37_progress_current(ctx: ProjectContext) -> Verdict:
    """项目单位应在项目库中及时更新项目进展。

    From entry in the library (or the first approval or contract) to final acceptance. Older than this site's limit is a
    notice (I10); no update at all when final acceptance is applied for, or the project closed, fails.
    """
    view = ctx.view
    start = view.day("library_admitted", *APPROVALS, "contract_signed")
    if start.value is None:
        return not_applicable("not_triggered", Step("missing", None, start.path))
    latest = max((row.date for row in ctx.project.progress), default=None)
    if latest is None and view.has("final_applied", "final_accepted", "closed"):
        return failed(Step("absent", None, "progress"), because="absent")
    over = view.first("final_accepted", *sorted(ENDS))
    if over is not None:
        step = Step("present", over.date, f"milestones/{key_of(over)}")
        return passed(step) if latest is not None else not_applicable("ended", step)
    limit = ctx.site_limit("progress_update")
    if limit is None:
        return undetermined("no_site_limit", Step("from", start.value, start.path))
    since = ctx.law.since or start.value
    last = max(latest or start.value, since)
    due = due_after(ctx, last, limit.value)
    path = f"progress/{latest}" if latest is not None else start.path
    step = Step("deadline", ctx.asof, path, limit.id, due.day, "<=", ctx.asof <= due.day)
    if ctx.asof <= due.day:
        return passed(Step("from", last, path), step, until=due.day + ONE_DAY, due=due.day)
    days = ctx.days_since(due.day)
    return noticed("I10", Step("from", last, path), step, because="stale", due=due.day, excess=days, unit="days")


# ── orders ──


@rule_each(Order, "rectification_ordered", cites=["OD-38 p1 s2"], since="2025")
def od38_order_has_limit(ctx: ProjectContext, order: Order) -> Verdict:
    """发现违规的，应当要求项目单位限期整改：整改通知应有期限。

    A duty of the authority; an order without a day goes to its queue.
    """
    path = f"milestones/{key_of(order)}/due"
    return (
        passed(Step("present", order.due, path)) if order.due else failed(Step("absent", None, path), because="absent")
    )


@rule_each(Order, "rectification_ordered", cites=["OD-38 p1 s2"], since="2025", disclosure="internal")
def od38_rectified_in_time(ctx: ProjectContext, order: Order) -> Verdict:
    """项目单位应在整改期限内整改。

    The day that the order names is a fixed day. Not rectified by then: shown to the authority, whose next step it is.
    """
    key = key_of(order)
    if order.due is None:
        return not_applicable("no_limit", Step("missing", None, f"milestones/{key}/due"))
    answers = ctx.view.answers(key, "rectified")
    done = (
        Fact(answers[0].date, f"milestones/{key_of(answers[0])}/date")
        if answers
        else Fact(None, "milestones/rectified")
    )
    return by_day(ctx, Fact(order.date, f"milestones/{key}/date"), done, Due(order.due))


@fact(on="project")
def orders_with_limit(ctx: ProjectContext) -> list[list[str | None]]:
    """Key, day of issue, last day and day of rectification of each order that names a last day."""
    rows: list[list[str | None]] = []
    for m in ctx.view.of_class(Order):
        if m.due is not None:
            closed = next((a.date.isoformat() for a in ctx.view.answers(key_of(m), "rectified")), None)
            rows.append([key_of(m), m.date.isoformat(), m.due.isoformat(), closed])
    return rows


@fact(on="project")
def money_given(ctx: ProjectContext) -> list[list[str]]:
    """Day and place of each payment and each allocation of O&M money."""
    rows = [[p.date.isoformat(), f"payments/{p.seq}"] for p in ctx.project.payments]
    acts = ctx.view.of_kind(OmMoney, "om_funds_allocated")
    return sorted(rows + [[m.date.isoformat(), f"milestones/{key_of(m)}"] for m in acts])


@rule(
    cites=["OD-38 p1 s3"],
    since="2025",
    on="registry",
    reads=[orders_with_limit, money_given, listed_by_city, listed_by_district],
    disclosure="internal",
)
def od38_no_new_money(ctx: RegistryContext) -> Iterator[tuple[str, Verdict]]:
    """逾期不整改的，可暂缓安排投资、暂停直至终止项目：逾期期间又支付或列入计划的，提示主管部门。

    A permission of the authority: payments, O&M money and plan listings dated after the last day of an order and before
    it was rectified are shown to it.
    """
    money = ctx.facts(money_given)
    listed: dict[str, list[list[Any]]] = {}
    for source in (ctx.facts(listed_by_city), ctx.facts(listed_by_district)):
        for rows in source.values():
            for project, (year, day) in rows.items():
                listed.setdefault(project, []).append([day, f"plan/{year}"])
    today, since = ctx.asof.isoformat(), ctx.law.since
    for project, orders in sorted(ctx.facts(orders_with_limit).items()):
        for key, issued, due, closed in orders:
            assert key is not None
            assert issued is not None
            assert due is not None
            step = Step("deadline", closed, f"milestones/{key}/due", None, due, "<=", None)
            if since is not None and issued < since.isoformat():
                yield project, undetermined("law_not_encoded", step, at=key)
            elif (closed or today) <= due:
                yield project, passed(step, at=key)
            else:
                given = [
                    where
                    for day, where in (*money.get(project, ()), *listed.get(project, ()))
                    if day is not None and due < day <= (closed or today)
                ]
                if given:
                    path = given[0] if given[0].startswith(("payments", "milestones")) else None
                    verdict = failed(step, Step("given", tuple(given), path), because="money_while_overdue")
                    yield project, replace(verdict, at=key, excess=len(given), unit="count")
                else:
                    yield project, passed(step, because="held_back", at=key)

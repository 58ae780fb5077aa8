"""Operation and maintenance: what is bought, service levels, reports, the turn of the year (OD-25)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from checks.ordos_2025.guards import OM_ONLY
from zongmu.model import Contract, Due, Duration, OmMoney, Span, key_of
from zongmu.policy import (
    Cap,
    Fact,
    MonthDay,
    Outcome,
    Param,
    ProjectContext,
    Severity,
    Step,
    Verdict,
    all_of,
    by_day,
    covers,
    due_after,
    failed,
    missing,
    not_applicable,
    noticed,
    passed,
    rule,
    rule_each,
    undetermined,
    unless_given_up,
    warned,
)

KEY_ELEMENTS = ("om_scope", "om_content", "om_standard")
ONE_DAY = dt.timedelta(days=1)


@rule(cites=["OD-25 p1 s1"], since="2025", act="contract_signed", applies_to=[OM_ONLY], disclosure="internal")
def od25_plan_content(ctx: ProjectContext) -> Verdict:
    """运维类项目应细化运维服务的范围、内容和标准。

    The O&M plan covers all three. Asked once a contract is signed; a plan on record is judged at once.
    """
    plans = ctx.view.documents("om_plan")
    if not plans:
        step = Step("absent", None, "milestones/library_applied/documents/om_plan")
        return failed(step, because="absent") if ctx.reached("contracted") else undetermined("not_due", step)
    topics = [topic for act, plan in plans for topic in (*plan.covers, *act.covers)]
    return covers(topics, KEY_ELEMENTS, f"milestones/{key_of(plans[-1][0])}/documents/om_plan/covers")


def _within(contract: Contract, field: str, limit: Param[Duration]) -> Verdict:
    """Whether a service level of the contract is no longer than *limit*; a day counts as 24 hours."""
    path = f"milestones/{key_of(contract)}/{field}"
    given: Duration | None = getattr(contract, field)
    if given is None:
        return missing(Fact(None, path))
    hours, allowed = given.hours, limit.value.hours
    if hours is None or allowed is None:
        return undetermined("other_unit", Step("present", given, path))
    over = hours - allowed
    step = Step("compare", given, path, limit.id, limit.value, limit.comparator, over <= 0)
    return passed(step) if over <= 0 else failed(step, because="over_cap", excess=over, unit="hours")


@rule_each(Contract, "contract_signed", cites=["OD-25 p1 s2"], since="2025", applies_to=[OM_ONLY])
def od25_service_levels(ctx: ProjectContext, contract: Contract) -> Verdict:
    """运维合同的核心指标：2小时内响应、24小时内解决一般问题、48小时内拿出重大问题方案。

    Each level in the O&M contract at most as long as the measure says. A level that is not recorded: undetermined.
    """
    if contract.role != "om":
        return not_applicable("other_contract", Step("guard", contract.role, f"milestones/{key_of(contract)}/role"))
    return all_of(
        _within(contract, "respond_within", ctx.duration("od.kpi.respond", "<=")),
        _within(contract, "fix_within", ctx.duration("od.kpi.fix", "<=")),
        _within(contract, "plan_within", ctx.duration("od.kpi.plan", "<=")),
    )


def _service(contract: Contract) -> Span | Verdict:
    """The service period of an O&M contract, or the verdict that stands in its place."""
    key = key_of(contract)
    if contract.role != "om":
        return not_applicable("other_contract", Step("guard", contract.role, f"milestones/{key}/role"))
    if contract.service is None:
        return missing(Fact(None, f"milestones/{key}/service"))
    return contract.service


@rule_each(
    Contract,
    "contract_signed",
    cites=["OD-25 p1 s3"],
    since="2025",
    applies_to=[OM_ONLY],
    duty=True,
    readings=["I10"],
    disclosure="internal",
)
def od25_reports(ctx: ProjectContext, contract: Contract) -> Verdict:
    """运维期间应定期向数据管理局报送运维情况。

    The measure gives no interval. No report at all by the end of the contract's service, or by closing, fails; a gap
    longer than this site's limit is a notice (I10).
    """
    span = _service(contract)
    if isinstance(span, Verdict):
        return span
    since = ctx.law.since
    assert since is not None  # no rule is asked before the first day is set
    if span.end < since:
        return undetermined("law_not_encoded", Step("present", span.end, f"milestones/{key_of(contract)}/service/end"))
    reports = [m.date for m in ctx.view.by_kind.get("om_reported", ()) if span.start <= m.date <= span.end]
    closed = ctx.view.day("closed").value
    end = min(day for day in (ctx.asof, span.end, closed) if day is not None)
    over = ctx.asof > span.end or closed is not None
    if over and not reports:
        return failed(Step("absent", None, "milestones/om_reported"), because="absent")
    limit = ctx.site_limit("om_report")
    if limit is None:
        return undetermined("no_site_limit", Step("count", len(reports), "milestones/om_reported"))
    last = max(span.start, since)
    for day in reports:
        due = due_after(ctx, last, limit.value)
        if day > due.day:
            return _not_regular(limit, due, day, (day - due.day).days)
        last = max(last, day)
    due = due_after(ctx, last, limit.value)
    if end > due.day:
        return _not_regular(limit, due, None, (end - due.day).days)
    step = Step("count", len(reports), "milestones/om_reported")
    if not reports:
        return undetermined("not_due", step, until=due.day + ONE_DAY, due=due.day)
    return passed(step) if over else passed(step, until=due.day + ONE_DAY, due=due.day)


def _not_regular(limit: Param[Duration], due: Due, day: dt.date | None, days: int) -> Verdict:
    step = Step("deadline", day, "milestones/om_reported", limit.id, due.day, "<=", False)
    return noticed(
        "I10",
        step,
        because="late" if day else "overdue",
        due=due.day,
        excess=days,
        unit="days",
        provisional=due.provisional,
    )


# ── the turn of the year ──


def _by_close(
    ctx: ProjectContext, contract: Contract, span: Span, years: range, kind: str, limit: Param[MonthDay]
) -> Verdict:
    """In each of *years* an act of *kind* for the year after, no later than the fixed day (no day of rest moves it).

    A year counts once it has begun, if the service already ran on that day and the measure was in force.
    """
    since = ctx.law.since or dt.date.min
    acts = ctx.view.of_kind(OmMoney, kind)
    begins = f"milestones/{key_of(contract)}/service/start"
    verdicts = []
    for year in years:
        close = limit.value.in_year(year)
        if year > ctx.asof.year or close < max(span.start, since):
            continue
        found = next((m for m in acts if m.year == year + 1), None)
        done = Fact(found.date, f"milestones/{key_of(found)}/date") if found else Fact(None, f"milestones/{kind}")
        begin = Fact(max(span.start, dt.date(year, 1, 1)), begins)
        verdicts.append(unless_given_up(ctx, by_day(ctx, begin, done, Due(close), limit)))
    verdict = all_of(*verdicts) if verdicts else not_applicable("not_triggered", Step("from", span.start, begins))
    if years and years[-1] > ctx.asof.year:
        turn = dt.date(ctx.asof.year + 1, 1, 1)
        verdict = replace(verdict, until=min(verdict.until or turn, turn))
    return verdict


def _continues(ctx: ProjectContext, contract: Contract) -> tuple[bool | None, Contract | None]:
    """Whether the service goes on after this contract, and the contract that carries it on."""
    span = contract.service
    assert span is not None
    later = [c for c in ctx.view.contracts("om") if c.lot == contract.lot and _carries_on(c, contract, span)]
    following = min(later, key=lambda c: c.date, default=None)
    return (True if following is not None else contract.continues), following


def _carries_on(other: Contract, contract: Contract, span: Span) -> bool:
    """Whether *other* begins and ends later. One that began before and outlasts *contract* runs beside it."""
    if other.service is None:
        return other.date > contract.date
    return other.service.start > span.start and other.service.end > span.end


def _no_more(contract: Contract, goes_on: bool | None) -> Verdict | None:
    """What stands instead of a verdict where the service does not go on, or nobody has said whether it does."""
    path = f"milestones/{key_of(contract)}/continues"
    if goes_on is None:
        return missing(Fact(None, path))
    return None if goes_on else not_applicable("service_ends", Step("guard", False, path))


@rule_each(
    Contract,
    "contract_signed",
    cites=["OD-25 p1 s4"],
    since="2025",
    applies_to=[OM_ONLY],
    duty=True,
    readings=["I24", "N13", "N15"],
)
def od25_next_year_money(ctx: ProjectContext, contract: Contract) -> Verdict:
    """服务延续的，每年7月底前完成下一年度经费申报；现合同已覆盖下一年度的，未申报为提醒（N13）。

    For every year in which the service runs on 31 July and goes on into the next year. 31 July itself is in time and
    is not moved by a day of rest. Where the contract at hand already covers the next year nothing is to be renewed, and
    whether its money must be applied for all the same is open: a warning (N13).
    """
    span = _service(contract)
    if isinstance(span, Verdict):
        return span
    goes_on, _ = _continues(ctx, contract)
    path = f"milestones/{key_of(contract)}/continues"
    limit = ctx.month_day("od.om.money", "<=")
    # Up to the year before its last the contract itself runs into the next year.
    covered = _by_close(ctx, contract, span, range(span.start.year, span.end.year), "om_funds_applied", limit)
    if covered.outcome is Outcome.FAIL:
        covered = replace(covered, caps=(*covered.caps, Cap(Severity.WARNING, "N13")))
    ending = range(span.end.year, span.end.year + 1 if goes_on else span.end.year)
    verdict = all_of(covered, _by_close(ctx, contract, span, ending, "om_funds_applied", limit))
    if goes_on is None and ctx.asof.year >= span.end.year and verdict.outcome is not Outcome.FAIL:
        return missing(Fact(None, path))
    if goes_on is False and verdict.outcome is Outcome.NOT_APPLICABLE:
        return not_applicable("service_ends", Step("guard", False, path))
    return verdict


@rule_each(
    Contract,
    "contract_signed",
    cites=["OD-25 p1 s4"],
    since="2025",
    applies_to=[OM_ONLY],
    duty=True,
    readings=["I24", "N15"],
)
def od25_renewal_prepared(ctx: ProjectContext, contract: Contract) -> Verdict:
    """服务延续而合同年内到期的，7月底前完成续签筹备。

    In the year in which the contract ends. A contract that runs on into the next year has nothing to renew.
    """
    span = _service(contract)
    if isinstance(span, Verdict):
        return span
    goes_on, _ = _continues(ctx, contract)
    instead = _no_more(contract, goes_on)
    if instead is not None:
        return instead
    last = range(span.end.year, span.end.year + 1)
    return _by_close(ctx, contract, span, last, "renewal_prepared", ctx.month_day("od.om.renewal", "<="))


@rule_each(
    Contract,
    "contract_signed",
    cites=["OD-25 p1 s4"],
    since="2025",
    applies_to=[OM_ONLY],
    duty=True,
    readings=["I24", "I27", "N15"],
)
def od25_next_contract(ctx: ProjectContext, contract: Contract) -> Verdict:
    """服务延续的，次年1月1日前完成下一合同签订，避免服务中断。

    The contract that carries the service on is signed before 1 January after the year in which this one ends. On 1
    January itself: a warning (I27); later: fails. A gap between the two service periods is a warning.
    """
    span = _service(contract)
    if isinstance(span, Verdict):
        return span
    goes_on, following = _continues(ctx, contract)
    instead = _no_more(contract, goes_on)
    if instead is not None:
        return instead
    limit = ctx.month_day("od.om.contract", "<")
    new_year = limit.value.in_year(span.end.year + 1)
    ends = Fact(span.end, f"milestones/{key_of(contract)}/service/end")
    signed = (
        Fact(following.date, f"milestones/{key_of(following)}/date")
        if following is not None
        else Fact(None, "milestones/contract_signed")
    )
    verdict = unless_given_up(ctx, by_day(ctx, ends, signed, Due(new_year - ONE_DAY), limit))
    if verdict.outcome is Outcome.FAIL and signed.value == new_year:
        step = Step("deadline", signed.value, signed.path, limit.id, new_year, limit.comparator, False)
        return warned("I27", step, because="on_the_day", due=verdict.due, excess=verdict.excess, unit=verdict.unit)
    if verdict.because == "not_due" and ctx.asof > span.end:
        # Nothing is signed and the service has ended: interrupted, though the last day is still to come.
        days = (ctx.asof - span.end).days
        return warned(
            "service_gap",
            *verdict.trace,
            because="service_gap",
            until=verdict.until,
            due=verdict.due,
            excess=days,
            unit="days",
        )
    if verdict.outcome is not Outcome.PASS:
        return verdict
    assert following is not None  # it passed, so something was signed
    if following.service is None:
        return verdict
    gap = (following.service.start - span.end).days - 1
    if gap <= 0:
        return verdict
    step = Step("order", following.service.start, f"milestones/{key_of(following)}/service/start", None, span.end)
    return replace(warned("service_gap", *verdict.trace, step, because="service_gap"), excess=gap, unit="days")

"""Building: who answers for it, entry of the contract, building period, warranty, supervision (OD-22, OD-23, OD-26)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

from checks.ordos_2025.guards import CONSTRUCTION_ONLY, NOT_OM
from checks.ordos_2025.papers import has_warranty, in_both, is_main, warranty_end, warranty_length
from checks.ordos_2025.parties import held_by
from zongmu.model import Approved, Contract, Due, Duration, OpenAct, document_day, document_path, key_of
from zongmu.policy import (
    Cap,
    Fact,
    Outcome,
    Param,
    ProjectContext,
    Severity,
    Step,
    Verdict,
    at_boundary,
    by_day,
    compare,
    exceeds,
    failed,
    in_order,
    last_of,
    missing,
    not_applicable,
    passed,
    rule,
    rule_each,
    site_limit,
    undetermined,
    unless_given_up,
    warned,
)

NORMAL, LONGER = "OD-23 p1 s1", "OD-23 p1 s2"


@rule(
    cites=["OD-22 p1 s1"],
    since="2025",
    act=("procurement_announced", "contract_signed", "build_started"),
    readings=["I23"],
)
def od22_responsible_named(ctx: ProjectContext) -> Verdict:
    """项目单位应确定项目实施机构和项目责任人（只登记职务）。

    The implementing body and the responsible post are named. The text names no stage (I23): missing once procurement
    has begun is a warning, missing once building has begun fails.
    """
    project = ctx.project
    lacking = tuple(
        name
        for name, value in (("implementing_body", project.implementing_body), ("responsible", project.responsible))
        if value is None
    )
    if not lacking:
        return passed(Step("present", project.implementing_body, "implementing_body"))
    steps = tuple(Step("absent", None, name) for name in lacking)
    if ctx.reached("building"):
        return failed(*steps, because="absent", excess=len(lacking), unit="count")
    if ctx.reached("procurement"):
        return warned("I23", *steps, because="absent", excess=len(lacking), unit="count")
    return undetermined("not_due", *steps)


@rule_each(Contract, "contract_signed", cites=["OD-22 p1 s3"], since="2025", readings=["I10"])
def od22_contract_entered(ctx: ProjectContext, contract: Contract) -> Verdict:
    """合同签订后应及时将项目信息录入项目库。

    A progress row on or after the day of a main contract. Late against this site's limit is a notice (I10); none at
    all once final acceptance is applied for, or the project closed, fails.
    """
    if not is_main(ctx, contract):
        return not_applicable("other_contract", Step("guard", contract.role, f"milestones/{key_of(contract)}/role"))
    entered = min((row.date for row in ctx.project.progress if row.date >= contract.date), default=None)
    done = Fact(entered, f"progress/{entered}" if entered else "progress")
    if entered is None and ctx.view.has("final_applied", "closed"):
        return failed(Step("absent", None, "progress"), because="absent")
    return site_limit(ctx, Fact(contract.date, f"milestones/{key_of(contract)}/date"), done, "contract_entry")


# ── the building period ──


def _infrastructure(ctx: ProjectContext) -> Verdict | None:
    """Why OD-23's period does not speak of this project: infrastructure by OD-1 or by OD-7 (I22). None: it does.

    An exception has to be shown: a construction project that does not say it is infrastructure is bound.
    """
    project = ctx.project
    if project.subtype == "public_infrastructure":
        return not_applicable("infrastructure", Step("guard", project.subtype, "subtype"))
    if "infrastructure" in project.system_class:
        return not_applicable("infrastructure", Step("guard", "infrastructure", "system_class"))
    return None


def _expert_review(ctx: ProjectContext, by: dt.date) -> Verdict:
    """Whether the data bureau had experts review the project no later than *by*."""
    found: list[tuple[dt.date, str | None, str]] = [
        (document_day(act, paper), paper.issuer or act.body, document_path(act, paper))
        for act, paper in ctx.view.documents("expert_review")
    ]
    found += [
        (act.date, act.body, f"milestones/{key_of(act)}")
        for act in ctx.view.of_class(OpenAct)
        if act.code == "expert_argumentation"
    ]
    if not found:
        return failed(
            Step("absent", None, "milestones/approval_applied/documents/expert_review"), because="no_expert_review"
        )
    verdicts = []
    for day, body, path in sorted(found):
        verdict = held_by(ctx, [body] if body else [], path, "data_bureau")
        if verdict.outcome is Outcome.PASS and day > by:
            verdict = failed(Step("order", day, path, None, by, "<=", False), because="review_late")
        if verdict.outcome is Outcome.PASS:
            return verdict
        verdicts.append(verdict)
    return next((v for v in verdicts if v.outcome is Outcome.UNDETERMINED), verdicts[0])


def _may_take_longer(ctx: ProjectContext, by: dt.date) -> Verdict:
    """Over the threshold (I1) or across departments (N20), and reviewed by experts of the data bureau by *by*."""
    total = ctx.view.total_investment
    over, step = compare(total, ctx.money("od.period.big"))
    if ctx.project.partners:
        step = Step("present", len(ctx.project.partners), "partners")
    elif over is None:
        return missing(total)
    elif not over:
        return failed(step, because="neither_big_nor_complex")
    review = _expert_review(ctx, by)
    return replace(review, trace=(step, *review.trace), provisional=total.provisional and not ctx.project.partners)


@rule_each(
    Approved,
    "feasibility_approved",
    "design_approved",
    "plan_approved",
    "approved",
    cites=[NORMAL, LONGER],
    since="2025",
    applies_to=[CONSTRUCTION_ONLY],
    readings=["I1", "I22", "N16", "N20"],
    disclosure="internal",
)
def od23_building_period(ctx: ProjectContext, approval: Approved) -> Verdict:
    """建设类（不含基础设施）批复的建设周期原则上不超过2年；经专家论证可延长，不超过3年。

    Two years pass, the last day of the second year included. Longer, up to three years, passes above the investment
    threshold or with partner departments when the data bureau's expert review is dated no later than the approval;
    otherwise a warning. Over three years fails. Infrastructure by either article is not bound (I22).
    """
    path = f"milestones/{key_of(approval)}/period"
    span = approval.period
    if span is None:
        return missing(Fact(None, path)) if ctx.view.approved_period.value is None else not_applicable("no_period")
    barred = _infrastructure(ctx)
    if barred is not None:
        return barred
    normal, longest = ctx.duration("od.period.normal", "<="), ctx.duration("od.period.max", "<=")
    beyond = exceeds(span.start, span.end, longest.value)
    if beyond:
        step = Step("period", span.end, path, longest.id, longest.value, "<=", False)
        return failed(step, because="over_cap", excess=beyond, unit="days", cites=(LONGER, NORMAL))
    over = exceeds(span.start, span.end, normal.value)
    step = Step("period", span.end, path, normal.id, normal.value, "<=", not over)
    if not over:
        return passed(step)
    longer = _may_take_longer(ctx, approval.date)
    if longer.outcome is Outcome.FAIL:
        return failed(step, *longer.trace, because=longer.because, excess=over, unit="days")
    return replace(longer, trace=(step, *longer.trace))


@rule(
    cites=[NORMAL, LONGER],
    since="2025",
    act="build_started",
    duty=True,
    applies_to=[CONSTRUCTION_ONLY],
    readings=["I1", "I22", "I24", "N15", "N16", "N20"],
)
def od23_building_time(ctx: ProjectContext) -> Verdict:
    """建设类（不含基础设施）实际建设时间同样以2年为原则、3年为上限。

    From the start of building to completion (or the first acceptance recorded). Beyond two years is a warning unless
    the project may take longer, beyond three fails. A project's own length is no time limit, so no day of rest moves it.
    """
    start, done = ctx.view.day("build_started"), ctx.view.day("completed", "initial_accepted", "final_accepted")
    if start.value is None:
        return not_applicable("not_triggered", Step("missing", None, start.path))
    barred = _infrastructure(ctx)
    if barred is not None:
        return barred
    normal = _by_end(ctx, start, done, ctx.duration("od.period.normal", "<="))
    if normal.outcome is not Outcome.FAIL:
        return normal
    longest = _by_end(ctx, start, done, ctx.duration("od.period.max", "<="))
    if longest.outcome is Outcome.FAIL:
        return replace(longest, cites=(LONGER, NORMAL))
    assert normal.due is not None
    longer = _may_take_longer(ctx, normal.due)
    if longer.outcome is Outcome.FAIL:
        return replace(normal, trace=(*normal.trace, *longer.trace), until=longest.until)
    if longer.outcome is Outcome.UNDETERMINED:
        return longer
    return replace(longest, trace=(*longest.trace, *longer.trace))


def _by_end(ctx: ProjectContext, start: Fact[dt.date], done: Fact[dt.date], period: Param[Duration]) -> Verdict:
    """Whether *done* lies within *period* of which *start* is the first day."""
    assert start.value is not None
    return unless_given_up(ctx, by_day(ctx, start, done, Due(last_of(start.value, period.value)), period))


# ── warranty and after ──


@rule_each(
    Contract,
    "contract_signed",
    cites=["OD-23 p1 s3"],
    since="2025",
    applies_to=[CONSTRUCTION_ONLY],
    disclosure="internal",
)
def od23_warranty_fixed(ctx: ProjectContext, contract: Contract) -> Verdict:
    """建设类项目应在采购文件和合同中明确质保期。

    Every main contract and its procurement file name the warranty.
    """
    if not is_main(ctx, contract):
        return not_applicable("other_contract", Step("guard", contract.role, f"milestones/{key_of(contract)}/role"))
    return in_both(ctx.view, contract, "warranty", has_warranty(contract))


@rule_each(Contract, "contract_signed", cites=["OD-23 p1 s4"], since="2025", applies_to=[CONSTRUCTION_ONLY])
def od23_warranty_length(ctx: ProjectContext, contract: Contract) -> Verdict:
    """建设类项目质保期原则上自竣工验收合格之日起不少于1年。

    The corresponding day a year after final acceptance is enough. A minimum duration: no day of rest moves it.
    """
    if not is_main(ctx, contract):
        return not_applicable("other_contract", Step("guard", contract.role, f"milestones/{key_of(contract)}/role"))
    return warranty_length(ctx, contract, ctx.view.accepted, ctx.duration("od.warranty.build", ">="))


@rule(
    cites=["OD-23 p1 s5"], since="2025", act="final_accepted", duty=True, applies_to=[NOT_OM], readings=["I24", "N28"]
)
def od23_unified_om(ctx: ProjectContext) -> Iterator[Verdict]:
    """可纳入统一运维的项目，质保期结束后应委托市政务服务中心（市大数据中心）运维。

    Asked from the day after the warranty of the last main contract, of every O&M contract that runs on after it, not of the
    latest alone. The provider must be the service centre; a supplier that is no registered body is not. In a consortium that
    another leads, it is a member only: a warning (N28). No such contract on record: nobody can say yet. Where the warranty
    ended before the measure, a contract signed under it is a notice (I24).
    """
    end = _warranty_over(ctx)
    if isinstance(end, Verdict):
        yield end
        return
    assert end.value is not None
    step = Step("from", end.value, end.path)
    runs = ctx.view.contracts("om")
    early = ctx.law.status(_day_after(end.value)) == "before"
    if early and all(ctx.law.status(contract.date) == "before" for contract in runs):
        yield undetermined("law_not_encoded", step)
        return
    if ctx.project.unified_om is None:
        yield missing(Fact(None, "unified_om"))
        return
    told = [_after_warranty(ctx, contract, end.value, contract is runs[-1]) for contract in runs]
    if all(verdict.outcome is Outcome.NOT_APPLICABLE for verdict in told):
        yield missing(Fact(None, "milestones/contract_signed"))
    for contract, verdict in zip(runs, told, strict=True):
        yield replace(verdict, trace=(step, *verdict.trace)).about(key_of(contract))


def _warranty_over(ctx: ProjectContext) -> Fact[dt.date] | Verdict:
    """The last day of the warranty of the last main contract, once it is over; else what stands in place of any verdict."""
    project = ctx.project
    if project.unified_om is False:
        return not_applicable("not_unified", Step("guard", False, "unified_om"))
    accepted = ctx.view.accepted
    contracts = [c for c in ctx.view.contracts() if is_main(ctx, c)]
    if accepted.value is None:
        return not_applicable("not_triggered", Step("missing", None, accepted.path))
    if not contracts:
        return missing(Fact(None, "milestones/contract_signed"))
    ends = [warranty_end(ctx, c, accepted.value) for c in contracts]
    unknown = [end for end in ends if end.value is None]
    if unknown:
        return missing(*unknown)
    end = max(ends, key=lambda fact: fact.value or dt.date.min)
    assert end.value is not None
    free = _day_after(end.value)
    if ctx.asof < free:
        return undetermined("not_due", Step("from", end.value, end.path), until=free)
    return end


def _day_after(day: dt.date) -> dt.date:
    return day + dt.timedelta(days=1)


def _after_warranty(ctx: ProjectContext, contract: Contract, end: dt.date, latest: bool) -> Verdict:
    """One O&M contract: whether it runs on after the warranty's *end*, and then with the centre.

    Where its service period is not recorded, one signed after that day does, and so does the *latest*: it is the one by which
    the system runs today.
    """
    at = f"milestones/{key_of(contract)}"
    early = ctx.law.status(_day_after(end)) == "before"
    if early and ctx.law.status(contract.date) == "before":
        return undetermined("law_not_encoded", Step("present", contract.date, f"{at}/date"))
    if contract.service is not None and contract.service.end <= end:
        return not_applicable(
            "within_warranty", Step("order", contract.service.end, f"{at}/service/end", None, end, "<=", True)
        )
    if contract.service is None and contract.date <= end and not latest:
        return missing(Fact(None, f"{at}/service"))
    verdict = _run_by_centre(ctx, contract)
    if early and verdict.outcome is Outcome.FAIL:
        verdict = replace(verdict, caps=(*verdict.caps, Cap(Severity.NOTICE, "I24")))
    return verdict


def _run_by_centre(ctx: ProjectContext, contract: Contract) -> Verdict:
    """Whether an O&M contract is with the service centre: as its supplier; as a mere member of a consortium, a warning (N28)."""
    at = f"milestones/{key_of(contract)}"
    if contract.supplier_org is not None:
        verdict = held_by(ctx, [contract.supplier_org], f"{at}/supplier_org", "service_centre")
    elif contract.supplier is not None:
        verdict = failed(Step("body", contract.supplier, f"{at}/supplier"), because="other_body")
    else:
        return missing(Fact(None, f"{at}/supplier_org"))
    member = next((m.organization for m in contract.members if ctx.holds(m.organization, "service_centre")), None)
    if verdict.outcome is Outcome.FAIL and member is not None:
        return warned("N28", *verdict.trace, Step("body", member, f"{at}/members"), because="other_body")
    return verdict


# ── supervision ──


@rule(
    cites=["OD-26"],
    since="2025",
    act=("build_started", "initial_accepted", "final_accepted"),
    readings=["I1", "I2", "N19"],
)
def od26_supervision(ctx: ProjectContext) -> Verdict:
    """投资超过200万元的项目，原则上实行工程监理。

    Above the threshold a supervision contract is asked for once building has begun. Exactly at the threshold a missing
    one is a notice (I2), since the wording also carries 以上. The amount is the approved estimate, until then the figure
    submitted (I1). What is supervised is the building: a contract signed after completion supervised none, and for an O&M
    project a missing one is a notice (N19).
    """
    total, threshold = ctx.view.total_investment, ctx.money("od.supervision.threshold", ">")
    over, step = compare(total, threshold)
    if over is None:
        return missing(total)
    exactly = at_boundary(total, threshold)
    if not over and not exactly:
        return not_applicable("below_threshold", step, provisional=total.provisional)
    evidence = _supervised(ctx)
    if evidence.outcome is Outcome.FAIL and evidence.because == "absent" and not ctx.reached("building"):
        evidence = undetermined("not_due", *evidence.trace)
    elif evidence.outcome is Outcome.FAIL and exactly:
        evidence = replace(evidence, caps=(Cap(Severity.NOTICE, "I2"),))
    elif evidence.outcome is Outcome.FAIL and ctx.project.class_ == "om":
        kind = Step("guard", ctx.project.class_, "class")
        evidence = replace(evidence, trace=(kind, *evidence.trace), caps=(Cap(Severity.NOTICE, "N19"),))
    return replace(evidence, trace=(step, *evidence.trace), provisional=total.provisional)


def _supervised(ctx: ProjectContext) -> Verdict:
    """Whether there is a supervision contract, or the paper of one, no later than completion."""
    signed = [Fact(c.date, f"milestones/{key_of(c)}") for c in ctx.view.contracts("supervision")]
    signed += [
        Fact(document_day(*found), document_path(*found)) for found in ctx.view.documents("supervision_contract")
    ]
    if not signed:
        return failed(Step("absent_such", "supervision", "milestones/contract_signed/role"), because="absent")
    first = min(signed, key=lambda fact: fact.value or dt.date.max)
    built = ctx.view.day("completed", "initial_accepted", "final_accepted")
    return in_order(first, built) if built.value is not None else passed(Step("present", first.value, first.path))

"""Duties of bodies that show in a project: review opinion, approval, trading centre, operating company (LZ-4)."""

from __future__ import annotations

from checks.laizhou_2022.helpers import APPROVALS, PROCUREMENT, approved_day, at_gate, before_record, builder, held_by
from zongmu.model import Announced, Approved, Awarded, Contract, Reviewed, key_of
from zongmu.policy import (
    Fact,
    Outcome,
    ProjectContext,
    Step,
    Verdict,
    failed,
    in_order,
    missing,
    not_applicable,
    passed,
    rule,
    rule_each,
)


def _not_invested(ctx: ProjectContext) -> Verdict | None:
    """What stands instead where the project is not, or not known to be, government investment."""
    invested = ctx.project.government_investment
    if invested is None:
        return missing(Fact(None, "government_investment"))
    return (
        None
        if invested
        else not_applicable("not_government_investment", Step("guard", invested, "government_investment"))
    )


def _opinion(ctx: ProjectContext) -> tuple[Verdict, Reviewed | None]:
    """The opinion of 市发展改革局 that passed the project, and whether there is one."""
    lacking: Verdict = failed(Step("absent", None, "milestones/investment_reviewed"), because="absent")
    for m in ctx.view.of_kind(Reviewed, "investment_reviewed"):
        path = f"milestones/{key_of(m)}"
        verdict = held_by(ctx, (m.body,), f"{path}/body", "ndrc")
        if verdict.outcome is Outcome.PASS and m.conclusion != "passed":
            verdict = failed(Step("present", m.conclusion, f"{path}/conclusion"), because="not_passed")
        if verdict.outcome is Outcome.PASS:
            return verdict, m
        lacking = verdict
    return lacking, None


@rule(cites=["LZ-4 p3"], since="2022", act=APPROVALS, readings=["I20"])
def lz4_investment_review(ctx: ProjectContext) -> Verdict:
    """政府投资项目批复前应有市发展改革局的审查意见。

    Once the project is approved an opinion of that bureau that passed it must be recorded. A duty of the bureau: the finding goes to
    its queue, never to the unit. Governance projects are among them where they are government investment (I20).
    """
    other = _not_invested(ctx)
    if other is not None:
        return other
    verdict, _ = _opinion(ctx)
    return at_gate(ctx, verdict, approved_day(ctx))


@rule(cites=["LZ-4 p5"], since="2022", act=(*APPROVALS, PROCUREMENT), readings=["I20"])
def lz4_approval_on_opinion(ctx: ProjectContext) -> Verdict:
    """市行政审批服务局根据审查意见办理批准手续。

    The bureau's approval must not lie before the opinion, the same day is in order. Procurement begun without an approval of the
    bureau: a finding in its queue as well.
    """
    other = _not_invested(ctx)
    if other is not None:
        return other
    found: Verdict = failed(Step("absent", None, "milestones/approved"), because="absent")
    for m in ctx.view.approvals:
        found = held_by(ctx, (m.body,), f"milestones/{key_of(m)}/body", "approval_bureau")
        if found.outcome is Outcome.PASS:
            return _on_opinion(ctx, m)
    return before_record(ctx, *APPROVALS) or at_gate(ctx, found, ctx.view.day(PROCUREMENT))


def _on_opinion(ctx: ProjectContext, approval: Approved) -> Verdict:
    verdict, opinion = _opinion(ctx)
    if opinion is None:
        return (
            verdict
            if verdict.outcome is Outcome.UNDETERMINED
            else missing(Fact(None, "milestones/investment_reviewed"))
        )
    return in_order(
        Fact(opinion.date, f"milestones/{key_of(opinion)}/date"),
        Fact(approval.date, f"milestones/{key_of(approval)}/date"),
    )


@rule_each(Announced, PROCUREMENT, cites=["LZ-4 p5"], since="2022")
def lz4_trading_venue(ctx: ProjectContext, notice: Announced) -> Verdict:
    """依法应进交易中心的采购要登记交易场所；为空只提示。

    The venue is owed only where other law says so, which no record tells: an empty venue, or another than the trading centre, is a
    notice, never more.
    """
    other = _not_invested(ctx)
    if other is not None:
        return other
    path = f"milestones/{key_of(notice)}/venue"
    if notice.venue is None:
        return failed(Step("absent", None, path), because="no_venue")
    return held_by(ctx, (notice.venue,), path, "trading_centre")


@rule_each(Contract, "contract_signed", cites=["LZ-4 p11 s3"], since="2022")
def lz4_operating_company(ctx: ProjectContext, contract: Contract) -> Verdict:
    """运营公司承接任何合同，都要有它中标、成交的采购或招标记录。

    For each contract to which the operating company is a party, alone or in a consortium: an award to it, or to the consortium's lead, no
    later than the contract. A tender that the company ran itself does not prove it: the notice must come from another body.
    """
    parties = (contract.supplier_org, *(m.organization for m in contract.members))
    if not any(ctx.holds(party, "operating_company") for party in parties):
        path = f"milestones/{key_of(contract)}/supplier_org"
        return not_applicable("other_supplier", Step("guard", contract.supplier_org, path))
    own = False
    for award in ctx.view.of_class(Awarded):
        if award.date > contract.date or not _to_a_party(award, contract, parties):
            continue
        if contract.of is not None and award.of is not None and contract.of not in (key_of(award), award.of):
            continue
        key = f"milestones/{key_of(award)}"
        if ctx.holds(_organizer(ctx, award), "operating_company"):
            own = True
            continue
        if award.winner_org is None:
            return passed(Step("present", award.winner, f"{key}/winner"))
        return passed(Step("present", award.winner_org, f"{key}/winner_org"))
    return failed(
        Step("absent", None, "milestones/procurement_awarded"), because="own_tender" if own else "no_procurement"
    )


def _to_a_party(award: Awarded, contract: Contract, parties: tuple[str | None, ...]) -> bool:
    """Whether an award went to one of the *parties*; a winner that is no registered body is known by the supplier's name."""
    if award.winner_org is not None:
        return award.winner_org in parties
    return contract.supplier_org is None and award.winner == contract.supplier


def _organizer(ctx: ProjectContext, award: Awarded) -> str | None:
    """Who ran the procurement behind an award: the body of its notice, else the builder unit."""
    notice = ctx.view.by_key.get(award.of) if award.of is not None else None
    if notice is None:
        earlier = [m for m in ctx.view.by_kind.get(PROCUREMENT, ()) if m.date <= award.date]
        notice = earlier[-1] if earlier else None
    return notice.body if notice is not None and notice.body is not None else builder(ctx).value

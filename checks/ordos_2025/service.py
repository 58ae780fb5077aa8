"""Purchased services: terms in procurement file and contract, time to go live, warranty (OD-24)."""

from __future__ import annotations

from checks.ordos_2025.guards import SERVICE_ONLY
from checks.ordos_2025.papers import has_warranty, in_both, is_main, warranty_length
from zongmu.model import Contract, key_of
from zongmu.policy import (
    Fact,
    ProjectContext,
    Step,
    Verdict,
    all_of,
    deadline,
    not_applicable,
    rule,
    rule_each,
    unless_given_up,
)


def _other(contract: Contract) -> Verdict:
    return not_applicable("other_contract", Step("guard", contract.role, f"milestones/{key_of(contract)}/role"))


@rule_each(
    Contract, "contract_signed", cites=["OD-24 p1 s1"], since="2025", applies_to=[SERVICE_ONLY], disclosure="internal"
)
def od24_terms_fixed(ctx: ProjectContext, contract: Contract) -> Verdict:
    """采购服务类项目须在采购文件和合同中明确软件安装部署时限和质保期。

    Install limit and warranty, each in the procurement file and in the contract.
    """
    if not is_main(ctx, contract):
        return _other(contract)
    return all_of(
        in_both(ctx.view, contract, "deploy_limit", contract.deploy_within is not None),
        in_both(ctx.view, contract, "warranty", has_warranty(contract)),
    )


@rule(
    cites=["OD-24 p1 s1"],
    since="2025",
    act="contract_signed",
    duty=True,
    applies_to=[SERVICE_ONLY],
    readings=["I24", "N2", "N15"],
)
def od24_in_use(ctx: ProjectContext) -> Verdict:
    """采购服务类项目合同签订后6个月内完成部署并投入运行。

    Counted from the first main contract. Deployed and put into use, whichever is later; put into use implies deployed.
    A last day of rest moves on.
    """
    contract = next((c for c in ctx.view.contracts() if is_main(ctx, c)), None)
    if contract is None:
        return not_applicable("not_triggered", Step("missing", None, "milestones/contract_signed"))
    used, deployed = ctx.view.day("put_into_use"), ctx.view.day("deployed")
    done = used
    if used.value is not None and deployed.value is not None and deployed.value > used.value:
        done = deployed
    signed = Fact(contract.date, f"milestones/{key_of(contract)}/date")
    return unless_given_up(ctx, deadline(ctx, signed, done, ctx.duration("od.service.deploy")))


@rule_each(Contract, "contract_signed", cites=["OD-24 p1 s2"], since="2025", applies_to=[SERVICE_ONLY])
def od24_warranty_length(ctx: ProjectContext, contract: Contract) -> Verdict:
    """采购服务类项目质保期原则上自投入运行之日起不少于1年。

    The corresponding day a year after use began is enough. A minimum duration: no day of rest moves it.
    """
    if not is_main(ctx, contract):
        return _other(contract)
    return warranty_length(ctx, contract, ctx.view.day("put_into_use"), ctx.duration("od.warranty.service", ">="))

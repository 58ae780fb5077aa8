"""Results and archive: whose the results are, their handing over, the archive (OD-31, OD-32)."""

from __future__ import annotations

from checks.ordos_2025.papers import in_both, in_contract, is_main
from zongmu.model import Contract, key_of
from zongmu.policy import (
    Fact,
    ProjectContext,
    Step,
    Verdict,
    all_of,
    failed,
    missing,
    not_applicable,
    passed,
    rule,
    rule_each,
    site_limit,
    undetermined,
)


@rule_each(Contract, "contract_signed", cites=["OD-31 p1 s1"], since="2025", readings=["N21"], disclosure="internal")
def od31_ownership_fixed(ctx: ProjectContext, contract: Contract) -> Verdict:
    """采购文件和合同应明确成果及知识产权归项目建设单位所有，并明确违约条款。

    Ownership in both, for the unit and nobody else; breach clauses in the contract (N21). Supplies and O&M yield no results
    of their own.
    """
    key = key_of(contract)
    if not is_main(ctx, contract) or contract.role in ("supply", "om"):
        return not_applicable("other_contract", Step("guard", contract.role, f"milestones/{key}/role"))
    path = f"milestones/{key}/ip_owner"
    if contract.ip_owner is None:
        owner = missing(Fact(None, path))
    elif contract.ip_owner == "owner":
        owner = passed(Step("guard", contract.ip_owner, path))
    else:
        owner = failed(Step("guard", contract.ip_owner, path), because="other_owner")
    return all_of(
        in_both(ctx.view, contract, "ip_ownership", contract.ip_owner is not None),
        owner,
        in_contract(contract, "breach_clause"),
    )


@rule(cites=["OD-31 p1 s1"], since="2025", act="final_accepted", duty=True, readings=["I10", "I24"])
def od31_handover(ctx: ProjectContext) -> Verdict:
    """竣工验收后应及时移交成果。

    Late against this site's limit is a notice (I10); none by the time the project is closed fails.
    """
    if ctx.project.class_ == "om":
        return not_applicable("other_class", Step("guard", "om", "class"))
    accepted, done = ctx.view.accepted, ctx.view.day("handed_over")
    if accepted.value is not None and done.value is None and ctx.view.has("closed"):
        return failed(Step("absent", None, done.path), because="absent")
    return site_limit(ctx, accepted, done, "handover")


@rule(cites=["OD-32"], since="2025", act="closed")
def od32_archived(ctx: ProjectContext) -> Verdict:
    """做好项目档案管理：办结时应有归档记录或档案目录。

    Asked when the project is closed. That the archive is complete is attested.
    """
    archived = ctx.view.day("archived")
    if archived.value is not None:
        return passed(Step("present", archived.value, archived.path))
    index = ctx.view.documents("archive_index")
    if index:
        return passed(Step("present", index[-1][0].date, f"milestones/{key_of(index[-1][0])}/documents/archive_index"))
    step = Step("absent", None, archived.path)
    return failed(step, because="absent") if ctx.view.has("closed") else undetermined("not_due", step)

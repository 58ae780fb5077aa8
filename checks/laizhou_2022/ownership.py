"""Whose the results are: settled in tender file and contract, custom software for the unit (LZ-28)."""

from __future__ import annotations

from zongmu.model import Act, Announced, Contract, key_of, topics
from zongmu.policy import (
    Fact,
    ProjectContext,
    Step,
    Verdict,
    all_of,
    covers,
    failed,
    missing,
    not_applicable,
    passed,
    rule_each,
)

WITH_RESULTS = ("build", "service")
"""Roles of the contracts that yield technical results of the project. Supplies, O&M, supervision, advice do not."""

ANY_RESULT = "ip_ownership"
"""The topic of a clause that settles ownership as a whole."""

RESULTS = ("ip_source_code", "ip_data", "ip_copyright", "ip_patent", "ip_trademark", "ip_use")
"""The results that LZ-28 names one by one."""


def _settled(act: Act, *, one_by_one: bool) -> Verdict:
    """Whether an act settles who owns the results; *one_by_one*: a clause on the whole leaves open what it names."""
    stated, path = topics(act), f"milestones/{key_of(act)}/covers"
    if stated.isdisjoint(RESULTS):
        if ANY_RESULT not in stated:
            return failed(Step("lacking", (ANY_RESULT,), path), because="ownership_not_settled")
        return missing(Fact(None, path)) if one_by_one else passed(Step("present", ANY_RESULT, path))
    return covers(stated, RESULTS, path)


@rule_each(Act, "procurement_announced", "contract_signed", cites=["LZ-28a"], since="2022", disclosure="internal")
def lz28_ownership_settled(ctx: ProjectContext, act: Act) -> Verdict:
    """招标文件和合同都要明确技术成果的产权归属，条文列举的各项要写全。

    Tender file and contract are judged each by itself, each under the law of its own day. A tender file may settle ownership as a whole;
    once it names single results it names all. The contract names all: with a clause on the whole alone nobody can say. A notice whose
    contract is not known yet is judged only when something of its file is recorded. Supervision, testing, supplies, O&M: not applicable.
    """
    key = key_of(act)
    if isinstance(act, Contract):
        if act.role not in WITH_RESULTS:
            return not_applicable("other_contract", Step("guard", act.role, f"milestones/{key}/role"))
        known = ctx.view.tender_of(act) is not None
        tender = passed() if known else missing(Fact(None, "milestones/procurement_announced"))
        return all_of(_settled(act, one_by_one=True), tender)
    if isinstance(act, Announced) and act.method == "direct":
        return not_applicable("no_tender", Step("guard", act.method, f"milestones/{key}/method"))
    contracts = [c for c in ctx.view.of_class(Contract) if ctx.view.tender_of(c) is act]
    if contracts and all(c.role not in WITH_RESULTS for c in contracts):
        return not_applicable(
            "other_contract", Step("guard", contracts[0].role, f"milestones/{key_of(contracts[0])}/role")
        )
    if not contracts and not act.covers and not act.documents:
        return missing(Fact(None, f"milestones/{key}/covers"))
    return _settled(act, one_by_one=False)


@rule_each(Contract, "contract_signed", cites=["LZ-28b"], since="2022")
def lz28_custom_software_owned(ctx: ProjectContext, contract: Contract) -> Verdict:
    """定制软件及升级服务的成果原则上约定归建设单位；另有约定的说明理由。

    Custom software only; software bought off the shelf sets no such flag. A recorded reason clears it.
    """
    key = key_of(contract)
    if contract.role not in WITH_RESULTS:
        return not_applicable("other_contract", Step("guard", contract.role, f"milestones/{key}/role"))
    custom = ctx.project.custom_software
    if custom is None:
        return missing(Fact(None, "custom_software"))
    if not custom:
        return not_applicable("no_custom_software", Step("guard", False, "custom_software"))
    path = f"milestones/{key}/ip_owner"
    if contract.ip_owner is None:
        return missing(Fact(None, path))
    step = Step("same", contract.ip_owner, path, None, "owner", "=", contract.ip_owner == "owner")
    return passed(step) if step.holds else failed(step, because="other_owner")

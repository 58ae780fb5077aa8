"""Who answers for the work, supervision, software test, secrecy undertakings (LZ-20, LZ-23 p1, LZ-40)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from checks.laizhou_2022.helpers import (
    CARRYING,
    PROCUREMENT,
    PURCHASE,
    TENDER,
    at_gate,
    before_record,
    builder,
    building_day,
    estimate_on,
    paper_path,
    staged,
    total,
)
from zongmu.model import Accepted, Act, Announced, Contract, Document, document_day, document_path, key_of
from zongmu.policy import (
    Cap,
    Fact,
    Outcome,
    ProjectContext,
    RecordContext,
    RegistryContext,
    Severity,
    Step,
    Verdict,
    any_of,
    attested_step,
    compare,
    fact,
    failed,
    in_order,
    missing,
    not_applicable,
    passed,
    rule,
    rule_each,
    ungoverned,
)

BUILDING = ("build_started", "completed", "initial_accepted", "final_accepted")


@rule(
    cites=["LZ-20 p1 s1"],
    since="2022",
    act=(PROCUREMENT, *BUILDING),
    duty=True,
    readings=["I23"],
)
def lz20_body_and_person(ctx: ProjectContext) -> Verdict:
    """确定项目实施机构和项目负责人（只登记职务）；各项制度由人证明。

    The text names no stage (I23): missing when procurement begins is a warning, missing when building begins fails.
    """
    lacking = tuple(name for name in ("implementing_body", "responsible") if getattr(ctx.project, name) is None)
    if lacking:
        steps = tuple(Step("absent", None, name) for name in lacking)
        evidence = failed(*steps, because="absent", excess=len(lacking), unit="count")
    else:
        evidence = passed(Step("present", ctx.project.implementing_body, "implementing_body"))
    return staged(ctx, evidence, warn=ctx.view.day(PROCUREMENT), fail=building_day(ctx))


@rule(cites=["LZ-23 p1 s1"], since="2022", act=BUILDING, readings=["I1", "I2"])
def lz23_supervision(ctx: ProjectContext) -> Verdict:
    """达到起点数额的项目，开工前与监理单位签订合同。

    Exactly at the threshold is supervised (及以上). The contract lies no later than the start of building. Amount not known: undetermined;
    amount not yet approved: provisional (I1). An estimate that was below the threshold when building began and reached it later is a
    warning (I1). A contract while the day building began is not recorded, or began before the record did:
    undetermined, unless the contract came after completion.
    """
    amount = ctx.view.total_investment
    over, step = compare(amount, ctx.money("lz.supervision.threshold"))
    if over is None:
        return missing(amount)
    if not over:
        return total(ctx, not_applicable("below_threshold", step))
    begun = building_day(ctx)
    verdict = _supervised(ctx, step, begun)
    if verdict.outcome is Outcome.FAIL and begun.value is not None:
        reached, then = compare(estimate_on(ctx, begun.value), ctx.money("lz.supervision.threshold"))
        if reached is False:
            verdict = replace(verdict, trace=(then, *verdict.trace), caps=(Cap(Severity.WARNING, "I1"),))
    return total(ctx, verdict)


def _supervised(ctx: ProjectContext, step: Step, begun: Fact[dt.date]) -> Verdict:
    """Whether a contract of supervision lies no later than the start of building; *step* says that one is asked for."""
    contracts = ctx.view.contracts("supervision")
    unseen = before_record(ctx, "build_started")
    if not contracts and unseen is not None:
        return replace(unseen, trace=(step, *unseen.trace))
    if not contracts:
        evidence = failed(
            step,
            Step("absent_such", "supervision", "milestones/contract_signed/role"),
            because="no_supervision_contract",
        )
        return at_gate(ctx, evidence, begun)
    signed = Fact(contracts[0].date, f"milestones/{key_of(contracts[0])}/date")
    if begun.value is None:
        return passed(step, Step("present", signed.value, signed.path))
    verdict = in_order(signed, begun)
    if verdict.outcome is Outcome.PASS and not ctx.view.has("build_started"):
        verdict = missing(Fact(None, "milestones/build_started/date"))
    return replace(verdict, trace=(step, *verdict.trace))


@rule(cites=["LZ-23 p1 s2"], since="2022", act="final_accepted", readings=["I1", "I17"], disclosure="internal")
def lz23_software_test(ctx: ProjectContext) -> Verdict:
    """涉及软件开发的，验收时要有检验检测机构的第三方软件验收测评报告。

    No later than acceptance, and from a third party: a report of the unit itself or of a contractor that built the software is none. From
    5 million both readings of the semicolon agree: a failure; below it a warning (I17). Where the field says nothing, custom software
    (定制开发) is software that is developed.
    """
    developed = ctx.project.software_development
    if developed is None and ctx.project.custom_software:
        developed = True
    if developed is None:
        return missing(Fact(None, "software_development"))
    if not developed:
        return not_applicable("no_software_development", Step("guard", False, "software_development"))
    accepted = ctx.view.accepted
    reports = [_tested(ctx, m, d, accepted) for m, d in ctx.view.documents("software_test")]
    if reports:
        verdict = any_of(*reports)
    else:
        verdict = failed(Step("absent", None, paper_path("software_test")), because="absent")
    if verdict.outcome is Outcome.PASS:
        return verdict
    if accepted.value is None:
        return at_gate(ctx, verdict, accepted)
    amount = ctx.view.total_investment
    over, step = compare(amount, ctx.money("lz.softtest.threshold"))
    if over is None:
        return missing(amount)
    caps = () if over else (Cap(Severity.WARNING, "I17"),)
    return total(ctx, replace(verdict, trace=(step, *verdict.trace), caps=caps))


def _tested(ctx: ProjectContext, act: Act, report: Document, accepted: Fact[dt.date]) -> Verdict:
    """Whether a test report is a third party's and lies no later than acceptance."""
    day = Fact(document_day(act, report), document_path(act, report))
    parties = {builder(ctx).value, ctx.project.owner}
    for c in ctx.view.contracts(*CARRYING):
        parties |= {c.supplier, c.supplier_org, *(m.name for m in c.members)}
    issuer = next((who for who in (report.issuer, report.issuer_name) if who is not None and who in parties), None)
    if issuer is not None:
        where = "issuer" if issuer == report.issuer else "issuer_name"
        return failed(Step("present", issuer, f"{day.path}/{where}"), because="not_third_party")
    return in_order(day, accepted) if accepted.value is not None else passed(Step("present", day.value, day.path))


@rule(cites=["LZ-23 p1 s3", "LZ-23 p1 s4"], since="2022", act=BUILDING, readings=["I1", "I2"], disclosure="internal")
def lz23_supervision_choice(ctx: ProjectContext) -> Verdict:
    """不满500万元的项目自行选择：委托监理，或由建设单位自己负责。

    Below the threshold only, exactly at it the project is supervised (I2). Appointed: a contract once building begins. By the unit itself:
    it carries the duties, which somebody attests. Nothing recorded and no contract: undetermined.
    """
    amount = ctx.view.total_investment
    below, step = compare(amount, ctx.money("lz.supervision.optional"))
    if below is None:
        return missing(amount)
    if not below:
        return total(ctx, not_applicable("supervised", step))
    contracts = ctx.view.contracts("supervision")
    mode = ctx.project.supervision
    if contracts:
        return total(ctx, passed(step, Step("present", contracts[0].date, f"milestones/{key_of(contracts[0])}/date")))
    if mode is None:
        return missing(Fact(None, "supervision"))
    chosen = Step("present", mode, "supervision")
    if mode == "self":
        attested = ctx.attestation("self_supervision")
        if attested is None:
            return total(ctx, passed(step, chosen, Step("lacks_attestation", "self_supervision", "attestations")))
        return total(
            ctx,
            passed(step, chosen, attested_step(attested)),
        )
    return total(ctx, at_gate(ctx, failed(step, chosen, because="no_supervision_contract"), building_day(ctx)))


@rule_each(Accepted, "final_accepted", cites=["LZ-23 p1 s5"], since="2022")
def lz23_acceptance_responsible(ctx: ProjectContext, acceptance: Accepted) -> Verdict:
    """政府采购项目的验收责任主体是采购人，不因委托而转移。

    Government procurement: the governance class, or a way of procurement other than tender. The purchaser is the body of the procurement
    notice, else the builder.
    """
    notices = ctx.view.of_kind(Announced, PROCUREMENT)
    kind = ctx.project.class_
    methods = tuple(n.method for n in notices if n.method is not None)
    if kind != "governance" and not any(m in PURCHASE and m not in TENDER for m in methods):
        if kind is None and not methods:
            return missing(Fact(None, "class"))
        return not_applicable("no_government_procurement", Step("guard", kind, "class"))
    path = f"milestones/{key_of(acceptance)}/responsible"
    purchaser = notices[-1].body if notices and notices[-1].body is not None else builder(ctx).value
    if acceptance.responsible is None:
        return missing(Fact(None, path))
    if purchaser is None:
        return missing(builder(ctx))
    step = Step("same", acceptance.responsible, path, None, purchaser, "=", acceptance.responsible == purchaser)
    return passed(step) if step.holds else failed(step, because="other_body")


# ── LZ-40 ──


@rule_each(Contract, "contract_signed", cites=["LZ-40 p1 s1"], since="2022", disclosure="internal")
def lz40_undertaking(ctx: ProjectContext, contract: Contract) -> Verdict:
    """每个参与方都要签保密承诺书，不论合同性质；相关人员的由人证明。

    The undertaking comes with the contract as a document. Of a consortium every member signs: as many undertakings as members, or
    one from each by its issuer; one that does not say whose it is may be that of all.
    """
    path = f"milestones/{key_of(contract)}/documents/nda"
    found = [d for d in contract.documents if d.kind == "nda"]
    if not found:
        return failed(Step("absent", None, path), because="absent")
    parties = _parties(contract)
    if len(found) >= len(parties):
        return passed(Step("present", True, path))
    if any(d.issuer is None and d.issuer_name is None for d in found):
        return missing(Fact(None, f"{path}/issuer_name"))
    signed = {who for d in found for who in (d.issuer, d.issuer_name)}
    bare = tuple(name for name, others in parties.items() if signed.isdisjoint({name, *others}))
    return failed(Step("lacking", bare, path), because="member_without", excess=len(bare), unit="count")


def _parties(contract: Contract) -> dict[str, set[str]]:
    """Supplier and members of its consortium, each once, by name; with the registered body that each is."""
    out: dict[str, set[str]] = {}
    for name, body in (
        (contract.supplier, contract.supplier_org),
        *((m.name, m.organization) for m in contract.members),
    ):
        key = name or body
        if key is not None:
            out.setdefault(key, set()).update({body} if body is not None else ())
    return out


@fact(on="resources")
def lz_sanctions(ctx: RecordContext) -> list[dict[str, Any]]:
    """Sanctions on suppliers: names, codes, first and last day."""
    return [
        {
            "supplier": s.supplier,
            "uscc": s.uscc,
            "from": s.date.isoformat(),
            "until": s.until.isoformat(),
            "number": s.number,
        }
        for s in ctx.resources.sanctions
    ]


@fact()
def lz_contracts(ctx: ProjectContext) -> list[dict[str, Any]]:
    """Contracts: key, day, and the parties (the supplier, then the members of its consortium) by name and credit code."""
    return [
        {
            "key": key_of(c),
            "date": c.date.isoformat(),
            "parties": [
                {"name": c.supplier, "uscc": c.supplier_uscc},
                *({"name": m.name, "uscc": m.uscc} for m in c.members),
            ],
        }
        for c in ctx.view.of_class(Contract)
    ]


@rule(cites=["LZ-40 p1 s2"], since="2022", on="registry", reads=[lz_sanctions, lz_contracts], duty=True)
def lz40_sanctioned_supplier(ctx: RegistryContext) -> Iterator[tuple[str, Verdict]]:
    """与列入黑名单、尚在期内的供应商或其联合体成员签约，只提示：条文没有禁止。

    Suppliers are the same by credit code, or by name where one of them has no code. Both days of a sanction count.
    """
    sanctions = [s for rows in ctx.facts(lz_sanctions).values() for s in rows]
    for project, contracts in ctx.facts(lz_contracts).items():
        for c in contracts:
            day = dt.date.fromisoformat(c["date"])
            if ungoverned(ctx, day) is not None:
                continue
            path = f"milestones/{c['key']}/supplier"
            running = [s for s in sanctions if s["from"] <= c["date"] <= s["until"]]
            hit = next((s for s in running if any(_same_supplier(s, party) for party in c["parties"])), None)
            if hit is None:
                yield project, passed(Step("present", c["parties"][0]["name"], path), at=c["key"])
            else:
                step = Step("sanction", hit["number"], path, None, dt.date.fromisoformat(hit["until"]))
                yield project, failed(step, because="sanctioned", at=c["key"])


def _same_supplier(sanction: dict[str, Any], party: dict[str, Any]) -> bool:
    if sanction["uscc"] is not None and party["uscc"] is not None:
        return bool(sanction["uscc"] == party["uscc"])
    return party["name"] is not None and bool(sanction["supplier"] == party["name"])

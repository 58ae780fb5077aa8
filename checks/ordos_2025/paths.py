"""Which approval path a project may take: the decision table of Article 15, and what each path asks for.

All bands are permissions and overlap; the smallest is the lightest path allowed and a heavier one never fails (I12).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from checks.ordos_2025.across import PLAN_GROUNDS
from checks.ordos_2025.guards import CITY
from checks.ordos_2025.parties import held_by
from zongmu.model.derive import Fact, document_day, document_path
from zongmu.model.milestones import Filed, key_of
from zongmu.model.scalars import Money
from zongmu.policy import (
    Param,
    ProjectContext,
    Step,
    Verdict,
    all_of,
    any_of,
    compare,
    failed,
    gate,
    in_order,
    missing,
    not_applicable,
    noticed,
    passed,
    rule,
    undetermined,
    warned,
)

FULL, SIMPLER, MERGED, PLAN = "OD-15 p1 s1", "OD-15 p1 s2", "OD-15 p1(1)", "OD-15 p1(2) s1"
FILING, FILING_PAPERS, URGENT, SUPERIOR = "OD-15 p1(2) s2", "OD-15 p1(2) s3", "OD-15 p1(3)", "OD-15 p1(4)"
EXTENSIONS = ("rebuild", "expand", "upgrade")
ACTS = ("approval_applied", "filed", "library_applied")

WEIGHT = {"filing": 0, "implementation_plan": 1, "merged": 2, "full": 3}
"""From the lightest path to the heaviest."""


# ── the decision table ──


@dataclass(frozen=True, slots=True)
class Case:
    """What the table looks at. None: nobody recorded it."""

    total: Money
    class_: str | None
    urgent: bool  # one of the grounds of Article 11
    deep: bool  # depth attested
    simple: bool  # single content and simple technique, attested
    alike: bool  # extension alike to what exists, attested


@dataclass(frozen=True, slots=True)
class Bands:
    """The three figures of the article."""

    filing: Param[Money]
    plan: Param[Money]
    merged: Param[Money]


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the sentence that allows it, the path it allows, when it applies. The first row that applies wins."""

    cites: str
    path: str
    applies: Callable[[Case, Bands], bool]


TABLE = (
    Row(FILING, "filing", lambda c, b: c.total < b.filing.value),
    Row(URGENT, "implementation_plan", lambda c, _: c.urgent and c.deep),
    Row(PLAN, "implementation_plan", lambda c, b: c.total <= b.plan.value and c.class_ in ("construction", "service")),
    Row(MERGED, "merged", lambda c, b: c.total <= b.merged.value and c.simple),
    Row(MERGED, "merged", lambda c, _: c.alike),
    Row(FULL, "full", lambda _c, _b: True),
)
"""Hit policy: first. The last row closes every gap; the order settles every overlap in favour of the lighter path."""


def lightest(case: Case, bands: Bands) -> Row:
    """The lightest path that the table allows."""
    return next(row for row in TABLE if row.applies(case, bands))


def bands_of(ctx: ProjectContext) -> Bands:
    """The figures in force on the day of the act."""
    return Bands(ctx.money("od.path.filing"), ctx.money("od.path.plan"), ctx.money("od.path.merged"))


def case_of(ctx: ProjectContext, total: Money) -> Case:
    """What the table looks at, with a *total*."""
    p = ctx.project
    return Case(
        total=total,
        class_=p.class_,
        urgent=p.ground in PLAN_GROUNDS,
        deep=ctx.attestation("depth") is not None,
        simple=bool(p.single_content) and ctx.attestation("simplicity") is not None,
        alike=p.nature in EXTENSIONS and ctx.attestation("likeness") is not None,
    )


@rule(
    cites=[SIMPLER, FILING, FULL, MERGED, PLAN],
    since="2025",
    act=ACTS,
    applies_to=[CITY],
    readings=["I1", "I12", "N1"],
)
def od15_band(ctx: ProjectContext) -> Verdict:
    """所走程序不得比投资额所允许的更简：低于30万元备案，100万元以下实施方案，1000万元以下合并可研，其余可研与初设分别报批。

    The path taken is no lighter than the total investment allows: below 300,000 filing, up to 1 million an implementation
    plan, up to 10 million a merged study, else study and design. Until the approval the figure submitted counts; when the
    approved estimate leaves the band, that is a warning to redo the path (I1). A heavier path never fails; below 300,000 an
    approval is shown as not needed. Conditions other than the figure are judged by the rule of each path.
    """
    superior = next(
        (w for w in ctx.project.waivers if _of_procedure(w.of) and (w.until is None or w.until >= ctx.asof)), None
    )
    if superior is not None:
        return not_applicable(
            "superior_rules", Step("waiver", superior.number, f"waivers/{superior.seq}"), cites=(SUPERIOR,)
        )
    path = ctx.project.path
    if path is None:
        return missing(Fact(None, "path"))
    if path not in WEIGHT:
        return not_applicable("other_path", Step("guard", path, "path"))
    total = ctx.view.total_investment
    if total.value is None:
        return missing(total)
    bands = bands_of(ctx)
    limit = _limit(path, bands, ctx)
    if path == "full" or limit is None:
        return _heavier(ctx, total, bands, path)
    holds, step = compare(total, limit)
    if holds:
        return _heavier(ctx, total, bands, path, step)
    if path == "merged" and ctx.project.nature in EXTENSIONS and ctx.attestation("likeness") is None:
        return undetermined("needs_attestation", step, Step("missing", None, "attestations/likeness"))
    submitted = ctx.view.submitted_total
    within, _ = compare(submitted, limit)
    approved = ctx.view.approved_total
    if approved.value is not None and within:
        excess = approved.value.fen - limit.value.fen
        return warned("I1", step, because="band_left_later", excess=excess, cites=(FULL,))
    cites = {"filing": FILING, "implementation_plan": PLAN, "merged": MERGED}[path]
    excess = total.value.fen - limit.value.fen
    return failed(step, because="over_band", excess=excess, cites=(cites,), provisional=total.provisional)


def _of_procedure(of: str) -> bool:
    return of.lower().startswith(("od-15", "od15"))


def _limit(path: str, bands: Bands, ctx: ProjectContext) -> Param[Money] | None:
    """The figure that bounds a path, or None where another case opens it without one."""
    case = case_of(ctx, Money.ZERO)
    if path == "filing":
        return bands.filing
    if path == "implementation_plan":
        return None if ctx.project.ground in PLAN_GROUNDS else bands.plan
    if path == "merged":
        # An extension alike to what exists has no figure; which of the two cases it is, the attestation says.
        return None if case.alike and not case.simple else bands.merged
    return None


def _heavier(ctx: ProjectContext, total: Fact[Money], bands: Bands, path: str, *trace: Step) -> Verdict:
    """A path at least as heavy as the lightest allowed. Below the filing figure an approval is shown as not needed."""
    assert total.value is not None
    row = lightest(case_of(ctx, total.value), bands)
    step = Step("lightest_path", row.path, "path", None, path, "<=", WEIGHT[row.path] <= WEIGHT[path])
    decided = ctx.view.first("feasibility_approved", "design_approved", "plan_approved", "approved")
    if row.path == "filing" and path != "filing" and decided is not None:
        approval = Step("approval", decided.date, f"milestones/{key_of(decided)}/date")
        return noticed("I12", *trace, step, approval, because="approval_not_needed", cites=(FILING,))
    return passed(*trace, step, provisional=total.provisional)


# ── each path ──


@rule(cites=[FULL], since="2025", act="approval_applied", applies_to=[CITY])
def od15_full_in_order(ctx: ProjectContext) -> Verdict:
    """可研、初设分别报批的：两者俱备，先可研后初设。

    On the full path both the feasibility study and the design are there, the study first, once the project is approved.
    """
    path = ctx.project.path
    if path is None:
        return missing(Fact(None, "path"))
    if path != "full":
        return not_applicable("other_path", Step("guard", path, "path"))
    study, design = (
        _first_of(ctx, "feasibility", "feasibility_approved"),
        _first_of(ctx, "prelim_design", "design_approved"),
    )
    decided = ctx.view.has("design_approved", "approved")
    lacking = [f for f in (study, design) if f.value is None]
    if lacking:
        evidence = failed(*(Step("absent", None, f.path) for f in lacking), because="absent", excess=len(lacking))
        return gate(decided, evidence, at="approved")
    return in_order(study, design)


def _first_of(ctx: ProjectContext, document: str, approval: str) -> Fact[dt.date]:
    """The day of the first paper of a kind; failing that, of the approval of it."""
    papers = [(document_day(m, d), document_path(m, d)) for m, d in ctx.view.documents(document)]
    if papers:
        day, path = min(papers)
        return Fact(day, path)
    return ctx.view.day(approval)


@rule(cites=[MERGED], since="2025", act="approval_applied", applies_to=[CITY], readings=["I31"])
def od15_merged(ctx: ProjectContext) -> Verdict:
    """合并可研的条件：建设内容单一且证明技术方案简单，或改扩建且证明与已有内容一致、标准明确（升级改造亦可，I31）。

    The merged study is for single content with an attested simple technique, or for a rebuilding, extension or upgrade (I31)
    attested alike to what exists with clear standards. The figure is judged by od15_band.
    """
    path = ctx.project.path
    if path != "merged":
        return (
            missing(Fact(None, "path")) if path is None else not_applicable("other_path", Step("guard", path, "path"))
        )
    return any_of(_simple(ctx), _alike(ctx))


def _attested(ctx: ProjectContext, kind: str) -> Verdict:
    found = ctx.attestation(kind)
    if found is None:
        return undetermined("needs_attestation", Step("missing", None, f"attestations/{kind}"))
    return passed(Step("attested", found.date, f"attestations/{found.seq}"))


def _simple(ctx: ProjectContext) -> Verdict:
    single = ctx.project.single_content
    if single is None:
        return missing(Fact(None, "single_content"))
    step = Step("guard", single, "single_content")
    return _attested(ctx, "simplicity") if single else failed(step, because="not_simple")


def _alike(ctx: ProjectContext) -> Verdict:
    nature = ctx.project.nature
    if nature is None:
        return missing(Fact(None, "nature"))
    step = Step("guard", nature, "nature")
    return _attested(ctx, "likeness") if nature in EXTENSIONS else failed(step, because="not_an_extension")


@rule(cites=[PLAN], since="2025", act="approval_applied", applies_to=[CITY])
def od15_implementation_plan(ctx: ProjectContext) -> Verdict:
    """实施方案三合一限于建设、采购服务类，申请审批时附一份实施方案。

    The three-in-one plan is for construction and purchased services; one implementation plan comes with the application.
    Projects on a ground of Article 11 are judged by od15_urgent_plan.
    """
    verdict = _plan_path(ctx)
    if verdict is not None:
        return verdict
    if ctx.project.ground in PLAN_GROUNDS:
        return not_applicable("urgent", Step("guard", ctx.project.ground, "ground"))
    if ctx.project.class_ is None:
        return missing(Fact(None, "class"))
    if ctx.project.class_ == "om":
        return failed(Step("guard", "om", "class"), because="other_class")
    return _plan_paper(ctx)


def _plan_path(ctx: ProjectContext) -> Verdict | None:
    path = ctx.project.path
    if path is None:
        return missing(Fact(None, "path"))
    return None if path == "implementation_plan" else not_applicable("other_path", Step("guard", path, "path"))


def _plan_paper(ctx: ProjectContext) -> Verdict:
    found = ctx.view.documents("implementation_plan")
    if found:
        return passed(Step("present", document_day(*found[0]), document_path(*found[0])))
    step = Step("absent", None, "milestones/approval_applied/documents/implementation_plan")
    return gate(ctx.view.has("approval_applied"), failed(step, because="absent"), at="approval_applied")


@rule(cites=[URGENT], since="2025", act="approval_applied", applies_to=[CITY])
def od15_urgent_plan(ctx: ProjectContext) -> Verdict:
    """符合第十一条情形而编制实施方案的：证明情况紧急、前期工作深度达到规定，并附实施方案。

    On a ground of Article 11 the implementation plan is open whatever the figure, with the urgency and the depth attested.
    The ground itself and the consent are judged by od11_supplement.
    """
    verdict = _plan_path(ctx)
    if verdict is not None:
        return verdict
    ground = ctx.project.ground
    if ground not in PLAN_GROUNDS:
        return not_applicable("not_urgent", Step("guard", ground, "ground"))
    return all_of(_attested(ctx, "urgent"), _attested(ctx, "depth"), _plan_paper(ctx))


@rule(
    cites=[FILING_PAPERS, FILING], since="2025", act=("filed", "contract_signed"), applies_to=[CITY], readings=["N10"]
)
def od15_filing(ctx: ProjectContext) -> Verdict:
    """备案项目须向数据管理局备案，一并提交采购合同和数据资源目录；签订合同后仍无备案为不符合。

    A project on the filing path is filed with the data bureau together with the purchase contract and the data catalogue.
    The contract must exist first, so nothing is due before it is signed.
    """
    path = ctx.project.path
    if path != "filing":
        return (
            missing(Fact(None, "path")) if path is None else not_applicable("other_path", Step("guard", path, "path"))
        )
    filings = [m for m in ctx.view.of_class(Filed) if m.matter in ("small_project", None)]
    if not filings:
        absent = failed(Step("absent", None, "milestones/filed"), because="absent", cites=(FILING,))
        return gate(ctx.view.has("contract_signed"), absent, at="contracted")
    best = [_filing(ctx, m) for m in filings]
    return next((v for v in best if v.because is None), best[-1])


def _filing(ctx: ProjectContext, filing: Filed) -> Verdict:
    base = f"milestones/{key_of(filing)}"
    have = {d.kind for d in filing.documents}
    lacking = tuple(
        kind
        for kind, there in (
            ("procurement_contract", "procurement_contract" in have),
            ("data_catalog", "data_catalog" in have or bool(ctx.project.data_catalog)),
        )
        if not there
    )
    papers = passed(Step("covers", tuple(sorted(have)), f"{base}/documents"))
    if lacking:
        step = Step("lacking", lacking, f"{base}/documents")
        papers = failed(step, because="incomplete", excess=len(lacking))
    by = [filing.body] if filing.body is not None else []
    return all_of(papers, held_by(ctx, by, f"{base}/body", "data_bureau"))


def rows_of(case: Case, bands: Bands) -> Iterator[Row]:
    """Every row of the table that applies: what the test of gaps and overlaps asks."""
    return (row for row in TABLE if row.applies(case, bands))

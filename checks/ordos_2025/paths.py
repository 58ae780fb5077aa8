"""Which approval path a project may take: the decision table of Article 15, and what each path asks for.

All bands are permissions and overlap; the smallest is the lightest path allowed and a heavier one never fails (I12).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from checks.ordos_2025.across import PLAN_GROUNDS
from checks.ordos_2025.guards import CITY, approved_elsewhere
from checks.ordos_2025.papers import APPROVALS
from checks.ordos_2025.parties import held_by
from zongmu.model import Approved, Filed, Money, Waiver, document_day, document_path, key_of
from zongmu.policy import (
    Fact,
    Param,
    ProjectContext,
    Step,
    Verdict,
    all_of,
    attested_step,
    compare,
    failed,
    gate,
    in_order,
    missing,
    not_applicable,
    noticed,
    passed,
    rule,
    rule_each,
    undetermined,
    warned,
)

FULL, SIMPLER, MERGED, PLAN = "OD-15 p1 s1", "OD-15 p1 s2", "OD-15 p1(1)", "OD-15 p1(2) s1"
FILING, FILING_PAPERS, URGENT, SUPERIOR = "OD-15 p1(2) s2", "OD-15 p1(2) s3", "OD-15 p1(3)", "OD-15 p1(4)"
EXTENSIONS = ("rebuild", "expand", "upgrade")

FROM_LIGHT_TO_HEAVY = ("filing", "implementation_plan", "merged", "full")


def lighter(path: str, other: str) -> bool:
    """Whether a path is lighter than another."""
    return FROM_LIGHT_TO_HEAVY.index(path) < FROM_LIGHT_TO_HEAVY.index(other)


# ── the decision table ──


@dataclass(frozen=True)
class Case:
    """What the table looks at."""

    total: Money
    built: bool  # construction or purchased services
    urgent: bool  # one of the grounds of Article 11
    simple: bool  # single content and simple technique
    alike: bool  # a rebuilding, extension or upgrade alike to what exists, with clear standards


@dataclass(frozen=True)
class Bands:
    """The three figures of the article."""

    filing: Param[Money]
    plan: Param[Money]
    merged: Param[Money]


@dataclass(frozen=True)
class Row:
    """One row: the sentence that allows it, the path it allows, when it applies. The first row that applies wins."""

    cites: str
    path: str
    applies: Callable[[Case, Bands], bool]


def within(total: Money, band: Param[Money]) -> bool:
    """Whether a total lies in a band, by the comparator of its parameter (以下 includes the figure, 低于 does not)."""
    return bool(compare(Fact(total, "total"), band)[0])


TABLE = (
    Row(FILING, "filing", lambda c, b: within(c.total, b.filing)),
    Row(URGENT, "implementation_plan", lambda c, _: c.urgent),
    Row(PLAN, "implementation_plan", lambda c, b: within(c.total, b.plan) and c.built),
    Row(MERGED, "merged", lambda c, b: within(c.total, b.merged) and c.simple),
    Row(MERGED, "merged", lambda c, _: c.alike),
    Row(FULL, "full", lambda _c, _b: True),
)
"""Hit policy: first. The last row closes every gap; the order settles every overlap in favour of the lighter path."""


def rows_of(case: Case, bands: Bands) -> Iterator[Row]:
    """Every row of the table that applies, in the order of the table."""
    return (row for row in TABLE if row.applies(case, bands))


def lightest(case: Case, bands: Bands) -> str:
    """The lightest path that the table allows."""
    return next(rows_of(case, bands)).path


@dataclass(frozen=True)
class Conditions:
    """The conditions as the record has them: met, not met, or (None) not recorded or attested; ``open`` says where."""

    built: bool | None
    urgent: bool
    simple: bool | None
    alike: bool | None
    open: tuple[Step, ...]

    def allow(self, total: Money, bands: Bands, *, hopeful: bool) -> str:
        """The lightest path, with everything that is open taken as met (*hopeful*) or as not met."""
        built, simple, alike = (hopeful if v is None else v for v in (self.built, self.simple, self.alike))
        return lightest(Case(total, built, self.urgent, simple, alike), bands)


def conditions_of(ctx: ProjectContext) -> Conditions:
    """The conditions of the table in a record."""
    project = ctx.project
    unknown: list[Step] = []

    def recorded(value: bool | None, path: str) -> bool | None:
        if value is None:
            unknown.append(Step("missing", None, path))
        return value

    def attested(value: bool | None, kind: str) -> bool | None:
        return recorded(True if ctx.attestation(kind) else None, f"attestations/{kind}") if value else value

    class_, nature = project.class_, project.nature
    built = recorded(None if class_ is None else class_ in ("construction", "service"), "class")
    single = recorded(project.single_content, "single_content")
    extension = recorded(None if nature is None else nature in EXTENSIONS, "nature")
    simple, alike = attested(single, "simplicity"), attested(extension, "likeness")
    return Conditions(built, project.ground in PLAN_GROUNDS, simple, alike, tuple(unknown))


@rule(
    cites=[SIMPLER, FILING, FULL, MERGED, PLAN, URGENT],
    since="2025",
    act=("approval_applied", "filed"),
    applies_to=[CITY],
    readings=["I1", "I12", "I31", "N1"],
    disclosure="internal",
)
def od15_path(ctx: ProjectContext) -> Verdict:
    """所走程序不得比决策表所允许的更简；更完整的程序从不违规（I12）。

    低于30万元备案；属第十一条情形，或100万元以下的建设、采购服务类，实施方案；1000万元以下且内容单一、技术简单，或与已有一致的改扩建，
    合并可研；其余可研与初设分别报批。

    The path taken is no lighter than the table allows. Until the approval the figure submitted counts; where the approved
    estimate leaves the band that the figure submitted was in, that is a warning to redo the path (I1): nobody has looked at the
    path since. One that never was open was there to see for whoever approved it; a permission that is stretched weighs a notice,
    and a filing, which the text demands below its figure alone, blocks. Below the filing figure
    an approval is shown as not needed. A condition that nobody recorded or attested leaves the verdict open where it decides.
    """
    superior = _superior(ctx)
    if superior is not None:
        return replace(superior, cites=(SUPERIOR,))
    elsewhere = approved_elsewhere(ctx.project.channel)
    if elsewhere is not None:
        return elsewhere
    path, total = ctx.project.path, _total(ctx)
    if path is None:
        return missing(Fact(None, "path"))
    if path not in FROM_LIGHT_TO_HEAVY:
        return not_applicable("other_path", Step("guard", path, "path"))
    verdict = missing(total) if total.value is None else _against_table(ctx, path, total, total.value)
    return verdict if verdict.cites else replace(verdict, cites=_cites(ctx, path))


def _cites(ctx: ProjectContext, path: str) -> tuple[str, ...]:
    """The sentence that opens a path, and the one above it: what is said of one path says nothing of another."""
    if path == "implementation_plan" and ctx.project.ground in PLAN_GROUNDS:
        return (URGENT, SIMPLER)
    return ({"filing": FILING, "implementation_plan": PLAN, "merged": MERGED, "full": FULL}[path], SIMPLER)


def _against_table(ctx: ProjectContext, path: str, total: Fact[Money], figure: Money) -> Verdict:
    bands = Bands(ctx.money("od.path.filing"), ctx.money("od.path.plan"), ctx.money("od.path.merged"))
    conditions = conditions_of(ctx)
    surely = conditions.allow(figure, bands, hopeful=False)
    if not lighter(path, surely):
        return _allowed(ctx, path, surely, total)
    if not lighter(path, conditions.allow(figure, bands, hopeful=True)):
        unrecorded = any(not str(step.path).startswith("attestations/") for step in conditions.open)
        because = "missing_field" if unrecorded else "needs_attestation"
        return undetermined(because, *conditions.open, provisional=total.provisional)
    return _too_light(ctx, path, surely, total, bands, conditions)


def _total(ctx: ProjectContext) -> Fact[Money]:
    """The figure that decides (I1). A filing hands in the contracts and no other figure: then theirs, provisional."""
    total = ctx.view.total_investment
    signed = ctx.view.contracts()
    amounts = [ctx.view.contract_amount(c) for c in signed]
    if total.value is not None or ctx.project.path != "filing" or not signed:
        return total
    known = [amount.fen for amount in amounts if amount is not None]
    if len(known) < len(signed):
        return total
    return Fact(Money(sum(known)), f"milestones/{key_of(signed[0])}/amount", provisional=True)


def _superior(ctx: ProjectContext) -> Verdict | None:
    """Why the procedure of the measure does not speak of a project for which a superior one was decided; None where it does."""
    waiver = next((w for w in ctx.project.waivers if _of_procedure(ctx, w)), None)
    if waiver is None:
        return None
    return not_applicable("superior_rules", Step("waiver", waiver.number, f"waivers/{waiver.seq}/number"))


def _of_procedure(ctx: ProjectContext, waiver: Waiver) -> bool:
    """Whether a waiver, by a body that may, takes the project out of Article 15, and has not run out."""
    stands = waiver.until is None or waiver.until >= ctx.asof
    return stands and waiver.of.startswith(("OD-15", "od15")) and ctx.may_waive(waiver.authority)


def _allowed(ctx: ProjectContext, path: str, least: str, total: Fact[Money]) -> Verdict:
    """A path that the table allows. Below the filing figure an approval is shown as not needed."""
    step = Step("lightest_path", least, total.path, None, path, "<=", True)
    decided = ctx.view.first(*APPROVALS)
    if least == "filing" and decided is not None:
        approval = Step("approval", decided.date, f"milestones/{key_of(decided)}/date")
        return noticed("I12", step, approval, because="approval_not_needed", cites=(FILING,))
    return passed(step, provisional=total.provisional)


def _too_light(
    ctx: ProjectContext, path: str, least: str, total: Fact[Money], bands: Bands, conditions: Conditions
) -> Verdict:
    """A path lighter than the table allows: for its figure, for its other conditions, or since the approved estimate."""
    figure = {"filing": bands.filing, "implementation_plan": bands.plan, "merged": bands.merged}[path]
    inside, step = compare(total, figure)
    found = Step("lightest_path", least, total.path, None, path, "<=", False)
    if inside:
        return failed(step, found, because="conditions_not_met", provisional=total.provisional)
    assert total.value is not None
    excess = total.value.fen - figure.value.fen
    before = ctx.view.submitted_total.value
    if before is not None and not lighter(path, conditions.allow(before, bands, hopeful=True)):
        return warned(
            "I1", step, found, because="band_left_later", excess=excess, unit="fen", cites=(FULL, *_cites(ctx, path))
        )
    return failed(step, found, because="over_band", excess=excess, unit="fen", provisional=total.provisional)


# ── who approves ──


@rule_each(Approved, *APPROVALS, cites=["OD-2 p1(1) s3"], since="2025.2", applies_to=[CITY], disclosure="internal")
def od02_approving_body(ctx: ProjectContext, approval: Approved) -> Verdict:
    """市本级项目由数据管理局审批；由其他单位批复的列入其待办。

    City projects are approved by the data bureau. Another channel has another body, and so may a superior procedure. The
    proposal of a listed project is asked for by OD-9, a banner's project by OD-45.
    """
    elsewhere = _superior(ctx) or approved_elsewhere(ctx.project.channel)
    if elsewhere is not None:
        return elsewhere
    by = [approval.body] if approval.body is not None else []
    return held_by(ctx, by, f"milestones/{key_of(approval)}/body", "data_bureau")


# ── each path ──


@rule(cites=[FULL], since="2025", act="approval_applied", applies_to=[CITY])
def od15_full_in_order(ctx: ProjectContext) -> Verdict:
    """可研、初设分别报批的：两者俱备，先可研后初设。

    On the full path both the feasibility study and the design are there, the study first, once the project is approved.
    """
    other = _other_path(ctx, "full")
    if other is not None:
        return other
    study = _first_of(ctx, "feasibility", "feasibility_approved")
    design = _first_of(ctx, "prelim_design", "design_approved")
    lacking = [f for f in (study, design) if f.value is None]
    if lacking:
        evidence = failed(
            *(Step("absent", None, f.path) for f in lacking), because="absent", excess=len(lacking), unit="count"
        )
        return gate(ctx.view.has("design_approved", "approved"), evidence, at="approved")
    return in_order(study, design)


def _other_path(ctx: ProjectContext, path: str) -> Verdict | None:
    """What stands instead of a verdict where another path is taken, or nobody recorded which; None on *path*."""
    elsewhere = approved_elsewhere(ctx.project.channel)
    if elsewhere is not None:
        return elsewhere
    taken = ctx.project.path
    if taken is None:
        return missing(Fact(None, "path"))
    return None if taken == path else not_applicable("other_path", Step("guard", taken, "path"))


def _first_of(ctx: ProjectContext, document: str, approval: str) -> Fact[dt.date]:
    """The day of the first paper of a kind; failing that, of the approval of it."""
    papers = [(document_day(m, d), document_path(m, d)) for m, d in ctx.view.documents(document)]
    if papers:
        day, path = min(papers)
        return Fact(day, path)
    return ctx.view.day(approval)


@rule(cites=[PLAN, URGENT], since="2025", act="approval_applied", applies_to=[CITY])
def od15_plan_attached(ctx: ProjectContext) -> Verdict:
    """走实施方案三合一的，申请审批时附一份实施方案。

    On the three-in-one path one implementation plan comes with the application, whichever ground opens the path.
    """
    other = _other_path(ctx, "implementation_plan")
    if other is not None:
        return other
    cites = (URGENT,) if ctx.project.ground in PLAN_GROUNDS else (PLAN,)
    found = ctx.view.documents("implementation_plan")
    if found:
        return passed(Step("present", document_day(*found[0]), document_path(*found[0])), cites=cites)
    step = Step("absent", None, "milestones/approval_applied/documents/implementation_plan")
    evidence = failed(step, because="absent", cites=cites)
    return gate(ctx.view.has("approval_applied"), evidence, at="approval_applied")


@rule(cites=[URGENT], since="2025", act="approval_applied", applies_to=[CITY], disclosure="internal")
def od15_urgent_plan(ctx: ProjectContext) -> Verdict:
    """依第十一条情形走实施方案的：证明情况紧急、前期工作深度达到规定；批复时仍无证明为不符合。

    On a ground of Article 11 the implementation plan is open whatever the figure, with the urgency and the depth attested.
    Approved without them the condition was not met. The ground and the consent are judged by od11_supplement.
    """
    other = _other_path(ctx, "implementation_plan")
    if other is not None:
        return other
    ground = ctx.project.ground
    if ground not in PLAN_GROUNDS:
        return not_applicable("not_urgent", Step("guard", ground, "ground"))
    rows = {kind: ctx.attestation(kind) for kind in ("urgent", "depth")}
    lacking = tuple(Step("missing", None, f"attestations/{kind}") for kind, row in rows.items() if row is None)
    if not lacking:
        return passed(*(attested_step(r) for r in rows.values() if r is not None))
    if ctx.view.has(*APPROVALS):
        return failed(*lacking, because="needs_attestation", excess=len(lacking), unit="count")
    return undetermined("needs_attestation", *lacking)


@rule(cites=[FILING_PAPERS, FILING], since="2025", act=("filed", "contract_signed"), applies_to=[CITY])
def od15_filing(ctx: ProjectContext) -> Verdict:
    """备案项目须向数据管理局备案，一并提交采购合同和数据资源目录；签订合同后仍无备案为不符合。

    A project on the filing path is filed with the data bureau together with the purchase contract and the data catalogue.
    The contract must exist first, so nothing is due before it is signed.
    """
    other = _other_path(ctx, "filing")
    if other is not None:
        return other
    filings = [m for m in ctx.view.of_class(Filed) if m.matter in ("small_project", None)]
    if not filings:
        absent = failed(
            Step("absent_such", "small_project", "milestones/filed/matter"), because="absent", cites=(FILING,)
        )
        return gate(ctx.view.has("contract_signed"), absent, at="contracted")
    judged = [_filing(ctx, m) for m in filings]
    return next((v for v in judged if v.because is None), judged[-1])


def _filing(ctx: ProjectContext, filing: Filed) -> Verdict:
    base = f"milestones/{key_of(filing)}"
    have = {d.kind for d in filing.documents} | ({"data_catalog"} if ctx.project.data_catalog else set())
    lacking = tuple(kind for kind in ("procurement_contract", "data_catalog") if kind not in have)
    papers = passed(Step("present", "procurement_contract", f"{base}/documents/procurement_contract"))
    if lacking:
        step = Step("lacking", lacking, f"{base}/documents")
        papers = failed(step, because="incomplete", excess=len(lacking), unit="count")
    by = [filing.body] if filing.body is not None else []
    return all_of(papers, held_by(ctx, by, f"{base}/body", "data_bureau"))

"""What a declaration holds: documents by path, cost evaluation, framework plans, projects of towns (LZ-10 to LZ-12)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from checks.laizhou_2022.helpers import (
    at_gate,
    before_record,
    building_day,
    consent,
    has_paper,
    held_by,
    paper,
    paper_path,
    past_approval,
)
from zongmu.model import Applied, Budgeted, CostEvaluated, document_day, document_path, key_of
from zongmu.policy import (
    Fact,
    Guard,
    Outcome,
    ProjectContext,
    RecordContext,
    RegistryContext,
    Step,
    Verdict,
    all_of,
    any_of,
    attested_step,
    covers,
    fact,
    failed,
    in_order,
    missing,
    not_applicable,
    passed,
    rule,
    rule_each,
    undetermined,
    ungoverned,
    warned,
)

ALL = "LZ-10 p1 s1"
URGENT = Guard("path", ("urgent",), "other_path")
TOWN = Guard("level", ("town",), "other_level")
ALWAYS = ("feasibility", "prelim_design", "estimate")
"""可行性研究报告、初步设计方案、投资概算: owed on every path."""
PROPOSAL = ("proposal", "needs")
"""项目建议（需求）书: either paper will do."""
FRAMEWORK_TOPICS = ("departments", "goals", "main_content", "tasks", "sharing_catalog", "coordination_catalog")


# ── LZ-10 ──


@rule(cites=[ALL, "LZ-10 p1 s2", "LZ-10 p1 s3"], since="2022", act="declared")
def lz10_documents(ctx: ProjectContext) -> Verdict:
    """申报材料：项目建议（需求）书、可研、初设、概算；列入规划的和紧急的可以不报建议书。

    Three papers are owed on every path, the proposal on the full path only; what is supplied by approval counts, what came only after it
    is late. Lacking the proposal while no path is recorded:
    undetermined, since it depends on the path. The sentence of a path that was not taken is not cited.
    """
    if not ctx.view.has("declared"):
        return undetermined("not_due", Step("missing", None, "milestones/declared"))
    by = past_approval(ctx)
    verdicts = [has_paper(ctx, kind, by=by) for kind in ALWAYS]
    path = ctx.project.path
    proposal = has_paper(ctx, *PROPOSAL, by=by)
    if proposal.outcome is Outcome.PASS or path == "full":
        verdicts.append(proposal)
    elif path is None:
        verdicts.append(missing(Fact(None, "path")))
    taken = {"from_feasibility": ("LZ-10 p1 s2",), "urgent": ("LZ-10 p1 s3",)}.get(path or "", ())
    return replace(all_of(*verdicts), cites=(ALL, *taken))


@fact()
def lz_declared_from_feasibility(ctx: ProjectContext) -> dict[str, Any] | None:
    """For a project declared from the feasibility study on: when, and whether it had a proposal all the same by approval."""
    declared = ctx.view.first("declared")
    if ctx.project.path != "from_feasibility" or declared is None:
        return None
    proposal = has_paper(ctx, *PROPOSAL, by=past_approval(ctx))
    return {"declared": declared.date.isoformat(), "proposal": proposal.outcome is Outcome.PASS}


@fact(on="plan")
def lz_planned_projects(ctx: RecordContext) -> dict[str, Any]:
    """The projects on a yearly plan, each with the day on which it stood there approved; None while nothing is."""
    plan = ctx.plan
    approved = plan.approved.date if plan.approved is not None else None
    rows = {s.project: max(approved, s.date) if approved is not None else None for s in plan.supplements}
    rows.update(dict.fromkeys((e.project for e in plan.entries), approved))
    return {"projects": {project: day.isoformat() if day is not None else None for project, day in rows.items()}}


@rule(
    cites=["LZ-10 p1 s2", ALL],
    since="2022",
    on="registry",
    reads=[lz_declared_from_feasibility, lz_planned_projects],
    duty=True,
)
def lz10_listed(ctx: RegistryContext) -> Iterator[tuple[str, Verdict]]:
    """直接从可研申报的，申报时须已在批准的规划中；不在的，原则上还要项目建议书。

    Listed in a plan approved, or added to it, no later than the declaration: the permission is there. Otherwise the proposal is lacking, under the
    sentence that the lost permission leaves in force. A plan whose approval is not recorded: undetermined.
    """
    plans = tuple(ctx.facts(lz_planned_projects).values())
    for project, row in ctx.facts(lz_declared_from_feasibility).items():
        if row is None:
            continue
        declared = dt.date.fromisoformat(row["declared"])
        other = ungoverned(ctx, declared)
        if other is not None:
            yield project, other
        else:
            yield project, _listed(project, declared, row["proposal"], plans)


def _listed(project: str, declared: dt.date, proposal: bool, plans: tuple[dict[str, Any], ...]) -> Verdict:
    start = Step("from", declared, "milestones/declared/date")
    holding = [p for p in plans if project in p["projects"]]
    days = [dt.date.fromisoformat(day) for p in holding if (day := p["projects"][project]) is not None]
    if any(day <= declared for day in days):
        return passed(start, Step("order", min(days), "plans/approved/date", None, declared, "<=", True))
    if proposal:
        return passed(start, Step("present", True, paper_path("proposal")))
    if len(days) < len(holding):
        return missing(Fact(None, "plans/approved/date"))
    because = "listed_later" if days else "not_listed"
    return failed(start, Step("absent", None, "plans/entries"), because=because, cites=(ALL, "LZ-10 p1 s2"))


@rule(
    cites=["LZ-10 p1 s3", ALL],
    since="2022",
    act="declared",
    applies_to=[URGENT],
    readings=["I21"],
    disclosure="internal",
)
def lz10_urgent(ctx: ProjectContext) -> Verdict:
    """紧急项目：上级或市里明确要求（文号）、重大战略或公共安全、情况紧急、前期深度，均要证明。

    Urgency and depth both attested, and the demand (with its number) and the strategy: the path is open. Only one of the first two: a
    warning (I21). Without urgency or depth, or with neither of the first two: the path is closed, and the full set of papers is owed.
    """
    found = {kind: ctx.attestation(kind) for kind in ("demand", "strategy", "urgent", "depth")}
    steps = tuple(
        attested_step(a) if a is not None else Step("lacks_attestation", kind, "attestations")
        for kind, a in found.items()
    )
    demand = found["demand"]
    if found["urgent"] is None or found["depth"] is None or (demand is None and found["strategy"] is None):
        return failed(*steps, because="path_closed", cites=(ALL, "LZ-10 p1 s3"))
    if demand is not None and demand.number is None:
        return missing(Fact(None, f"attestations/{demand.seq}/number"))
    if demand is None or found["strategy"] is None:
        return warned("I21", *steps, because="one_ground_only", cites=(ALL, "LZ-10 p1 s3"))
    return passed(*steps)


@rule_each(Budgeted, "budget_listed", cites=["LZ-10 p2"], since="2022")
def lz10_cost_evaluation(ctx: ProjectContext, entry: Budgeted) -> Verdict:
    """列入预算前要有第三方造价评估报告；评估机构的资质由人证明。

    The evaluation itself or its report, no later than the entry. Goes to the queue of the office, which chooses the evaluator.
    """
    days = [Fact(m.date, f"milestones/{key_of(m)}/date") for m in ctx.view.of_class(CostEvaluated)]
    report = paper(ctx, "cost_eval")
    if report is not None:
        days.append(Fact(report[1], report[2]))
    if not days:
        absent = failed(Step("absent", None, "milestones/cost_evaluated"), because="absent")
        return before_record(ctx, "cost_evaluated") or absent
    return any_of(*(in_order(day, Fact(entry.date, f"milestones/{key_of(entry)}/date")) for day in days))


# ── LZ-11 ──


@rule(cites=["LZ-11 p1 s1"], since="2022", act="declared")
def lz11_office_projects(ctx: ProjectContext) -> Verdict:
    """基础性、支撑性、公共性项目由大数据局统筹规划建设。

    The unit, its builder or its lead is the office, or the office has delegated it in writing.
    """
    kind = ctx.project.subtype
    if kind is None:
        return missing(Fact(None, "subtype"))
    step = Step("guard", kind, "subtype")
    if kind not in ("basic", "supporting", "public"):
        return not_applicable("sector_project", step)
    project = ctx.project
    verdict = held_by(ctx, (project.owner, project.builder, project.lead), "owner", "office")
    return any_of(verdict, consent(ctx, "delegation", "office"))


def _joint(ctx: ProjectContext) -> bool | None:
    """Whether departments or levels build together; None where nothing says so either way."""
    project = ctx.project
    if project.partners or project.partner_towns or project.cross_level:
        return True
    return project.cross_level


@rule(cites=["LZ-11 p1 s3"], since="2022", act="declared")
def lz11_framework(ctx: ProjectContext) -> Verdict:
    """跨部门、跨层级项目：牵头部门会同参建部门形成统一框架方案后联合报审。

    A framework paper, or a reference to the project that holds it; and a joint submission: its own milestone, or the declaration,
    that names every partner department, or the reference; both no later than approval. 鼓励 governs the co-building only, not the
    procedure.
    """
    if not _joint(ctx):
        return not_applicable("single_unit")
    if not ctx.view.has("declared"):
        return undetermined("not_due", Step("missing", None, "milestones/declared"))
    if ctx.project.framework is not None and ctx.project.framework != ctx.project.id:
        return passed(Step("present", ctx.project.framework, "framework"))
    by = past_approval(ctx)
    framework = has_paper(ctx, "framework", by=by)
    lead = passed() if ctx.project.lead is not None else missing(Fact(None, "lead"))
    return all_of(framework, _submitted_jointly(ctx, by), lead)


def _submitted_jointly(ctx: ProjectContext, by: Fact[dt.date]) -> Verdict:
    """Whether one submission names every partner department, the one of the framework itself no later than *by*."""
    found: list[Verdict] = []
    for m in ctx.view.of_kind(Applied, "declared", "framework_submitted"):
        if m.kind == "declared" and not m.with_:
            continue
        path = f"milestones/{key_of(m)}"
        named = {*m.with_, m.body, ctx.project.lead}
        apart = tuple(p for p in ctx.project.partners if p not in named)
        step = Step("jointly_with", m.with_, f"{path}/with", None, ctx.project.partners, None, not apart)
        if apart:
            found.append(failed(step, because="not_joint", excess=len(apart), unit="count"))
        elif m.kind == "framework_submitted" and by.value is not None:
            found.append(in_order(Fact(m.date, f"{path}/date"), by))
        else:
            found.append(passed(step))
    absent = failed(Step("absent", None, "milestones/framework_submitted"), because="not_joint")
    return any_of(*found) if found else absent


@rule(cites=["LZ-11 p1 s4"], since="2022", act=("framework_submitted", "declared"), disclosure="internal")
def lz11_framework_content(ctx: ProjectContext) -> Verdict:
    """框架方案要写明参建部门、建设目标、主体内容、各部门任务、信息共享目录、业务协同目录。"""
    found = [(m, d) for m, d in ctx.view.documents("framework")]
    if not found:
        return not_applicable("no_framework")
    act, document = max(found, key=lambda row: document_day(*row))
    have = {*document.covers, *(act.covers if act.kind == "framework_submitted" else ())}
    return covers(have, FRAMEWORK_TOPICS, f"{document_path(act, document)}/covers")


@fact()
def lz_framework_scope(ctx: ProjectContext) -> dict[str, Any] | None:
    """The framework that a project belongs to, and the names of what it builds."""
    own = ctx.project.id if paper(ctx, "framework") is not None else None
    framework = ctx.project.framework or own
    if framework is None:
        return None
    first = ctx.view.first_act
    return {
        "framework": framework,
        "born": first.date.isoformat() if first is not None else None,
        "items": {"".join(i.name.split()).casefold(): i.id for i in ctx.project.scope},
    }


@rule(cites=["LZ-11 p1 s4"], since="2022", on="registry", reads=[lz_framework_scope], duty=True)
def lz11_no_overlap(ctx: RegistryContext) -> Iterator[tuple[str, Verdict]]:
    """同一框架下各项目的建设内容不重复：名称相同的分项算重复，实质重复由人判断。

    Items are compared by name, spaces and case aside. The excess is how many items of a project another one also has.
    """
    rows = {p: r for p, r in ctx.facts(lz_framework_scope).items() if r is not None}
    for project, row in rows.items():
        other = ungoverned(ctx, dt.date.fromisoformat(row["born"])) if row["born"] is not None else None
        if other is not None:
            yield project, other
            continue
        if not row["items"]:
            yield project, missing(Fact(None, "scope"))
            continue
        shared = {
            name: p
            for p, r in rows.items()
            if p != project and r["framework"] == row["framework"]
            for name in r["items"]
            if name in row["items"]
        }
        if not shared:
            yield project, passed(Step("count", len(row["items"]), "scope"))
            continue
        steps = tuple(Step("also_in", p, f"scope/{row['items'][name]}") for name, p in sorted(shared.items()))
        yield project, failed(*steps, because="overlap", excess=len(shared), unit="count")


# ── LZ-12 ──


@rule(cites=["LZ-12 p1 s1"], since="2022", act=("declared", "build_started"))
def lz12_city_requirements(ctx: ProjectContext) -> Verdict:
    """镇街（园区）共同参与的综合性项目，市级部门要制定信息共享和业务协同的要求、标准；是否协同由人证明。

    The paper must be there when building begins.
    """
    project = ctx.project
    if not project.partner_towns:
        return not_applicable("no_towns")
    if project.comprehensive is None:
        return missing(Fact(None, "comprehensive"))
    if not project.comprehensive:
        return not_applicable("not_comprehensive", Step("guard", False, "comprehensive"))
    begun = building_day(ctx)
    return at_gate(ctx, has_paper(ctx, "city_requirements", by=begun), begun)


@rule(
    cites=["LZ-12 p1 s3"],
    since="2022",
    act="declared",
    applies_to=[TOWN],
    readings=["I15"],
    waivable_by=["leading_group"],
)
def lz12_town_alone(ctx: ProjectContext) -> Verdict:
    """镇街（园区）原则上不单独建综合性项目，上层项目的分支和领导小组同意的试点除外。

    Alone: nobody else takes part or leads; whether one who does is of the city, lz12_city_takes_part asks. A branch names its parent
    project; a pilot needs a numbered consent of the leading group.
    """
    project = ctx.project
    if project.comprehensive is None:
        return missing(Fact(None, "comprehensive"))
    step = Step("guard", project.comprehensive, "comprehensive")
    if not project.comprehensive:
        return not_applicable("not_comprehensive", step)
    if project.partners or (project.lead is not None and project.lead != project.owner):
        return passed(
            step, Step("present", project.lead or project.partners[0], "lead" if project.lead else "partners")
        )
    if project.parent_project is not None:
        return passed(step, Step("present", project.parent_project, "parent_project"))
    pilot = consent(ctx, "pilot", "leading_group", by=building_day(ctx))
    if pilot.outcome is Outcome.FAIL:
        because = "alone" if pilot.because in ("no_consent", "other_body") else pilot.because
        return failed(step, *pilot.trace, because=because, excess=pilot.excess, unit=pilot.unit)
    return pilot

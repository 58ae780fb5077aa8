"""Projects built together with towns and parks: who leads, split, budget, who builds and maintains (LZ-12, LZ-18)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from checks.laizhou_2022.helpers import approved_day, at_gate, builder, building_day, consent, cost_key, funding
from zongmu.model import Contract
from zongmu.policy import (
    Fact,
    Outcome,
    ProjectContext,
    RecordContext,
    RegistryContext,
    Step,
    Verdict,
    all_of,
    fact,
    failed,
    missing,
    not_applicable,
    passed,
    rule,
    ungoverned,
)


@rule(cites=["LZ-18 p1 s1"], since="2022", act=("approved", "design_approved", "declared"), duty=True)
def lz18_split(ctx: ProjectContext) -> Verdict:
    """镇街（园区）协同建设的，按事权划分建设内容和资金：各分项有层级，资金分层级。

    Asked for once the project is approved, if that is in the time of the measure. The excess is how many items have no level.
    """
    project = ctx.project
    if not project.partner_towns:
        if project.level is None:
            return missing(Fact(None, "level"))
        if project.level != "town":
            return not_applicable("no_towns", Step("guard", project.level, "level"))
    rows, path = funding(ctx)
    bare = tuple(i.id for i in project.scope if i.level is None)
    if not project.scope or not rows:
        evidence = failed(Step("absent", None, "scope" if not project.scope else path), because="absent")
    elif bare:
        evidence = failed(Step("lacking", bare, "scope"), because="no_level", excess=len(bare), unit="count")
    else:
        evidence = passed(Step("count", len(project.scope), "scope"), Step("count", len(rows), path))
    return at_gate(ctx, evidence, approved_day(ctx))


@rule(cites=["LZ-18 p1 s2a"], since="2022", act=("approved", "design_approved", "declared"), disclosure="internal")
def lz18_town_budget(ctx: ProjectContext) -> Verdict:
    """镇街（园区）承担的建设资金和运维经费列入同级财政预算，有预算文号。

    Building money once approved, O&M money whenever it is recorded. The excess is how many rows have no budget reference.
    """
    rows, path = funding(ctx)
    building = [r for r in rows if r.level == "town" and r.source == "fiscal"]
    running = [c for c in ctx.project.om_costs if c.level == "town"]
    if not building and not running:
        return not_applicable("no_town_money")
    verdicts = []
    if building:
        bare = sum(1 for r in building if r.budget_ref is None)
        evidence = passed(Step("count", len(building), path))
        if bare:
            evidence = failed(
                Step("absent", None, f"{path}/budget_ref"), because="not_in_budget", excess=bare, unit="count"
            )
        verdicts.append(at_gate(ctx, evidence, approved_day(ctx)))
    for c in running:
        where = f"om_costs/{cost_key(c)}/budget_ref"
        if c.budget_ref is None:
            verdicts.append(failed(Step("absent", None, where), because="not_in_budget", excess=1, unit="count"))
        else:
            verdicts.append(passed(Step("present", c.budget_ref, where)))
    return all_of(*verdicts)


@fact(on="organization")
def lz_organization_level(ctx: RecordContext) -> str | None:
    """The level of a body."""
    return ctx.organization.level


@fact()
def lz_joint_parties(ctx: ProjectContext) -> dict[str, Any] | None:
    """For a project with partner towns: its builder, those who run it, its first act."""
    if not ctx.project.partner_towns:
        return None
    first = ctx.view.first_act
    return {
        "born": first.date.isoformat() if first is not None else None,
        "towns": list(ctx.project.partner_towns),
        "builder": builder(ctx).value,
        "own": {ctx.project.owner: ctx.project.level} if ctx.project.owner is not None else {},
        "om": [c.supplier_org for c in ctx.view.of_class(Contract) if c.role == "om" and c.supplier_org is not None],
    }


@rule(
    cites=["LZ-18 p1 s2b"],
    since="2022",
    on="registry",
    reads=[lz_joint_parties, lz_organization_level],
    duty=True,
    disclosure="internal",
)
def lz18_city_builds(ctx: RegistryContext) -> Iterator[tuple[str, Verdict]]:
    """镇街（园区）协同的项目，原则上由市级统一建设运维。

    Builder and O&M provider are bodies of the city level, by the register of organizations; a partner town is not. The level of the
    owner may also be read from its project. A level that is not recorded: undetermined.
    """
    levels = ctx.facts(lz_organization_level)
    for project, row in ctx.facts(lz_joint_parties).items():
        if row is None:
            continue
        other = ungoverned(ctx, dt.date.fromisoformat(row["born"])) if row["born"] is not None else None
        if other is not None:
            yield project, other
            continue
        parties = [("builder", row["builder"]), *(("milestones/contract_signed/supplier_org", o) for o in row["om"])]
        known = {**row["own"], **{body: level for body, level in levels.items() if level is not None}}
        yield project, all_of(*(_of_city(body, path, row["towns"], known.get(body)) for path, body in parties))


def _of_city(body: str | None, path: str, towns: list[str], level: str | None) -> Verdict:
    if body is None:
        return missing(Fact(None, path))
    step = Step("present", body, path)
    if body in towns or level == "town":
        return failed(step, because="built_by_town")
    if level is None:
        return missing(Fact(None, f"organizations/{body}/level"))
    return passed(step, Step("guard", level, "level"))


# ── LZ-12: who leads ──


@fact()
def lz_town_with_others(ctx: ProjectContext) -> dict[str, Any] | None:
    """For a town's comprehensive project: its first act, who else leads or takes part, what excuses its being a town's."""
    project = ctx.project
    if project.level != "town" or not project.comprehensive:
        return None
    first, pilot = ctx.view.first_act, consent(ctx, "pilot", "leading_group", by=building_day(ctx))
    excuse = "parent_project" if project.parent_project is not None else None
    if excuse is None and pilot.outcome is Outcome.PASS:
        excuse = pilot.trace[-1].path
    return {
        "born": first.date.isoformat() if first is not None else None,
        "with": [["lead", project.lead], *(["partners", body] for body in project.partners)],
        "own": project.owner,
        "towns": list(project.partner_towns),
        "excuse": excuse,
        "parent": project.parent_project,
    }


@fact()
def lz_project_level(ctx: ProjectContext) -> str | None:
    """The level of a project."""
    return ctx.project.level


@rule(
    cites=["LZ-12 p1 s3"],
    since="2022.2",
    on="registry",
    reads=[lz_town_with_others, lz_organization_level, lz_project_level],
    readings=["I15"],
    waivable_by=["leading_group"],
    duty=True,
    disclosure="internal",
)
def lz12_city_takes_part(ctx: RegistryContext) -> Iterator[tuple[str, Verdict]]:
    """镇街（园区）的综合性项目，牵头或参建的要有市级部门：另一个镇街牵头的，仍是独立开展。

    One department is enough: who leads or takes part is one unless the register of organizations, or the list of partner towns, has it
    as a town. Only towns: as if alone. A parent project that is a town's itself is no upper one. A project in which nobody else takes
    part is otherwise lz12_town_alone's.
    """
    levels, above = ctx.facts(lz_organization_level), ctx.facts(lz_project_level)
    for project, row in ctx.facts(lz_town_with_others).items():
        if row is None:
            continue
        other = ungoverned(ctx, dt.date.fromisoformat(row["born"])) if row["born"] is not None else None
        others = [(path, body) for path, body in row["with"] if body is not None and body != row["own"]]
        if other is not None:
            yield project, other
        elif row["excuse"] == "parent_project" and above.get(row["parent"]) == "town":
            step = Step("present", row["parent"], "parent_project")
            yield project, failed(step, because="parent_of_town")
        elif row["excuse"] is not None:
            yield project, passed(Step("present", True, row["excuse"]))
        elif others:
            yield project, _one_of_city(others, row["towns"], levels)


def _one_of_city(others: list[tuple[str, str]], towns: list[str], levels: Mapping[str, str | None]) -> Verdict:
    for path, body in others:
        if body not in towns and levels.get(body) != "town":
            return passed(Step("present", body, path))
    return failed(*(Step("present", body, path) for path, body in others), because="led_by_town")

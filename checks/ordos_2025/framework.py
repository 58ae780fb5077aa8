"""Projects of several departments: one framework plan, handed in jointly, then each its own part (OD-17)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from checks.ordos_2025.across import body, core, day_fact, day_of, days
from checks.ordos_2025.library import plain
from checks.ordos_2025.parties import held_by
from zongmu.model import Applied, document_path, key_of
from zongmu.policy import (
    Fact,
    ProjectContext,
    RegistryContext,
    Step,
    Verdict,
    all_of,
    covers,
    fact,
    failed,
    gate,
    in_order,
    missing,
    not_applicable,
    passed,
    rule,
    rule_each,
    ungoverned,
)

TOGETHER, CONTENT, PARTS, CROSS_LEVEL = "OD-17 p1 s1", "OD-17 p1 s2", "OD-17 p1 s3", "OD-17 p1 s4"
FRAMEWORK_TOPICS = ("departments", "goals", "content", "business_flow", "data_flow", "interfaces", "first_catalogue")


@rule(cites=[TOGETHER], since="2025", act=("framework_submitted", "declared", "library_applied"), duty=True)
def od17_joint_framework(ctx: ProjectContext) -> Verdict:
    """跨部门项目由牵头部门会同各参建部门形成统一框架方案，联合报数据管理局；申报前应有。

    A project of several departments has a framework plan, handed in by the lead jointly with every partner to the data bureau,
    before it is declared. Parts of a framework are judged by their framework project.
    """
    project = ctx.project
    if project.framework not in (None, project.id):
        return not_applicable("part_of_framework", Step("guard", project.framework, "framework"))
    if not project.partners:
        return not_applicable("single_department")
    early = ungoverned(ctx, ctx.law_day)
    if early is not None:
        return early
    submitted = ctx.view.of_kind(Applied, "framework_submitted")
    if not submitted:
        absent = failed(Step("absent", None, "milestones/framework_submitted"), because="absent")
        return gate(ctx.reached("declared"), absent, at="declared")
    last = submitted[-1]
    path = f"milestones/{key_of(last)}"
    has_plan = any(d.kind == "framework" for d in last.documents)
    paper_step = Step("present" if has_plan else "absent", "framework", f"{path}/documents/framework")
    paper = passed(paper_step) if has_plan else failed(paper_step, because="absent")
    joint = {*last.with_, *([last.body] if last.body else []), *([project.lead] if project.lead else [])}
    apart = tuple(p for p in project.partners if p not in joint)
    step = Step("jointly_with", tuple(sorted(last.with_)), f"{path}/with", None, project.partners, None, not apart)
    together = failed(step, because="not_joint", excess=len(apart), unit="count") if apart else passed(step)
    received = [held_by(ctx, last.to, f"{path}/to", "data_bureau")] if last.to else []
    return all_of(paper, together, *received)


@rule_each(Applied, "framework_submitted", cites=[CONTENT], since="2025", disclosure="internal")
def od17_framework_content(ctx: ProjectContext, framework: Applied) -> Verdict:
    """框架方案应含参建部门、目标、主体内容、业务流、数据流、系统接口和初步数据目录。

    The framework plan covers departments, goals, content, business flow, data flow, interfaces and a first catalogue.
    """
    found = [d for d in framework.documents if d.kind == "framework"]
    said = (*framework.covers, *(topic for d in found for topic in d.covers))
    path = f"{document_path(framework, found[0])}/covers" if found else f"milestones/{key_of(framework)}/covers"
    return covers(said, FRAMEWORK_TOPICS, path)


@fact(on="project")
def assigned(ctx: ProjectContext) -> list[list[str | None]]:
    """Name and unit of each scope item of a project of several departments; of any other project none.

    An item without a unit is the owner's own where none is assigned to anybody.
    """
    project = ctx.project
    if project.framework not in (None, project.id) or not (project.partners or ctx.view.has("framework_submitted")):
        return []
    own = None if any(item.unit is not None for item in project.scope) else project.owner
    return [[item.name, item.unit or own] for item in project.scope]


@rule(
    cites=[CONTENT], since="2025", on="registry", readings=["N18"], reads=[core, days, assigned], disclosure="internal"
)
def od17_no_overlap(ctx: RegistryContext) -> Iterator[tuple[str, Verdict]]:
    """框架方案确保各参建部门建设内容无重复交叉：同一框架下分项同名，即须划清或由人证明不重复（N18）。

    Parts of one framework do not overlap, neither with each other nor with what the leader builds itself, nor do the items that
    one plan assigns to different units. The same name of a scope item is an overlap, until a person has attested that it is none.
    """
    projects, plans = ctx.facts(core), ctx.facts(assigned)
    parts: dict[str, dict[str, set[str]]] = {}
    for id, project in projects.items():
        if project["framework"] is not None and not project["ended"]:
            for name in project["scope"]:
                parts.setdefault(project["framework"], {}).setdefault(plain(name), set()).add(id)
    for id, project in projects.items():
        for name, unit in () if project["ended"] else plans[id]:
            if unit is not None and unit == project["owner"]:
                parts.setdefault(id, {}).setdefault(plain(name or ""), set()).add(id)
    for id, project in projects.items():
        if project["ended"] or (project["framework"] is None and not plans[id]):
            continue
        early = ungoverned(ctx, day_of(ctx.facts(days)[id]["born"]) or ctx.asof)
        attested = "no_overlap" in project["attested"]
        if early is not None:
            yield id, early
        elif project["framework"] is None:
            also = {other for ids in parts.get(id, {}).values() if id in ids for other in ids - {id}}
            yield id, _apart(_assigned_twice(plans[id]) | also, attested)
        elif not project["scope"]:
            yield id, missing(Fact(None, "scope"))
        else:
            others = {other for name in project["scope"] for other in parts[project["framework"]][plain(name)] - {id}}
            yield id, _apart(others, attested)


def _assigned_twice(items: list[list[str | None]]) -> set[str]:
    """The units to which a plan assigns items of one name."""
    units: dict[str, set[str]] = {}
    for name, unit in items:
        if unit is not None:
            units.setdefault(plain(name or ""), set()).add(unit)
    return set().union(*(found for found in units.values() if len(found) > 1))


def _apart(others: set[str], attested: bool) -> Verdict:
    """What it means that *others* have an item of the same name: an overlap, until a person attests that it is none."""
    step = Step("shares_name", tuple(sorted(others)), "scope", None, None, None, not others)
    if not others:
        return passed(step)
    return (
        passed(step, because="attested")
        if attested
        else failed(step, because="same_item", excess=len(others), unit="count")
    )


@rule(cites=[PARTS], since="2025", on="registry", reads=[core, days])
def od17_parts_after_framework(ctx: RegistryContext) -> Iterator[tuple[str, Verdict]]:
    """参建部门的项目在框架方案报出之后申报，并注明框架项目。

    A department's part names its framework project and is declared no earlier than the framework plan was handed in. A
    project led by another department than its owner is a part.
    """
    when = ctx.facts(days)
    for id, project in ctx.facts(core).items():
        own = project["lead"] is None or project["lead"] == project["owner"]
        if project["framework"] is None and own:
            continue
        declared = day_fact(when[id]["declared"], "milestones/declared/date")
        verdict = ungoverned(ctx, declared.value) if declared.value is not None else None
        verdict = verdict or _part(project, declared, when)
        yield id, verdict


def _part(project: dict[str, Any], declared: Fact[Any], when: Any) -> Verdict:
    if project["framework"] is None:
        step = Step("absent", None, "framework")
        return gate(declared.value is not None, failed(step, because="absent"), at="declared")
    whole = when.get(project["framework"])
    if whole is None:
        return missing(Fact(None, "framework"))
    submitted = day_fact(whole["framework"], "framework")
    if declared.value is None:
        return gate(False, failed(because="absent"), at="declared")
    if submitted.value is None:
        return failed(Step("absent", None, submitted.path), because="no_framework_plan")
    return in_order(submitted, declared)


@rule(cites=[CROSS_LEVEL], since="2025", on="registry", reads=[core, days, body])
def od17_city_leads(ctx: RegistryContext) -> Iterator[tuple[str, Verdict]]:
    """跨层级项目由市本级部门统筹建设：牵头部门（未填的为项目单位）应为市本级。

    A cross-level project is led by a city department: the lead, or where none is named the owner, is at city level.
    """
    bodies = ctx.facts(body)
    for id, project in ctx.facts(core).items():
        if not (project["cross_level"] or (project["cross_level"] is None and project["towns"])):
            continue
        lead = project["lead"] or project["owner"]
        path = "lead" if project["lead"] else "owner"
        early = ungoverned(ctx, day_of(ctx.facts(days)[id]["born"]) or ctx.asof)
        level = bodies.get(lead or "", {}).get("level")
        if level is None:
            yield id, early or missing(Fact(None, f"{path}/level"))
            continue
        step = Step("level_of_lead", level, path, None, "city", "=", level == "city")
        verdict = passed(step) if level == "city" else failed(step, because="not_city_led")
        yield id, early or verdict

"""Projects of several departments: one framework plan, handed in jointly, then each its own part (OD-17)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from checks.ordos_2025.across import body, core, day_fact, day_of, days
from checks.ordos_2025.library import judged_alike, plain
from zongmu.model.derive import Fact, document_path
from zongmu.model.milestones import Applied, key_of
from zongmu.policy import (
    ProjectContext,
    RegistryContext,
    Step,
    Verdict,
    all_of,
    covers,
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

    A project of several departments has a framework plan, handed in by the lead jointly with every partner, before it is
    declared. Parts of a framework are judged by their framework project.
    """
    project = ctx.project
    if project.framework is not None:
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
    together = failed(step, because="not_joint", excess=len(apart)) if apart else passed(step)
    return all_of(paper, together)


@rule_each(Applied, "framework_submitted", cites=[CONTENT], since="2025", disclosure="internal")
def od17_framework_content(ctx: ProjectContext, framework: Applied) -> Verdict:
    """框架方案应含参建部门、目标、主体内容、业务流、数据流、系统接口和初步数据目录。

    The framework plan covers departments, goals, content, business flow, data flow, interfaces and a first catalogue.
    """
    found = [d for d in framework.documents if d.kind == "framework"]
    said = (*framework.covers, *(topic for d in found for topic in d.covers))
    path = f"{document_path(framework, found[0])}/covers" if found else f"milestones/{key_of(framework)}/covers"
    return covers(said, FRAMEWORK_TOPICS, path)


@rule(cites=[CONTENT], since="2025", on="registry", readings=["N6"], reads=[core, days], disclosure="internal")
def od17_no_overlap(ctx: RegistryContext) -> Iterator[tuple[str, Verdict]]:
    """同一框架下各参建部门项目的建设内容不得重复交叉：分项名称相同的，提醒核对（N6）。

    Parts of one framework do not overlap: the same name of a scope item in two parts is a warning. Whether it is an overlap a
    person judges.
    """
    projects = ctx.facts(core)
    parts: dict[str, dict[str, set[str]]] = {}
    for id, project in projects.items():
        if project["framework"] is not None and not project["ended"]:
            for name in project["scope"]:
                parts.setdefault(project["framework"], {}).setdefault(plain(name), set()).add(id)
    for id, project in projects.items():
        if project["framework"] is None or project["ended"]:
            continue
        early = ungoverned(ctx, day_of(ctx.facts(days)[id]["born"]) or ctx.asof)
        if not project["scope"]:
            yield id, early or missing(Fact(None, "scope"))
            continue
        shared = {other for name in project["scope"] for other in parts[project["framework"]][plain(name)] - {id}}
        yield id, early or judged_alike(shared, "no_overlap" in project["attested"])


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

"""Pages of districts (地区): what is spent there, what is due, and its yearly plans with their steps, planned against done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from markupsafe import Markup

from zongmu.model.codes import PlanStepKind
from zongmu.publish.derived.duties import Duties
from zongmu.publish.open_data.shares import DISTRICT_FOLDER
from zongmu.publish.pages.base import Files, Maker, Table
from zongmu.publish.pages.group import (
    duties_by,
    facet_of,
    group_links,
    group_tables,
    group_tiles,
    spending_cells,
    spending_sums,
)
from zongmu.publish.released.neutral import PublicDistrict
from zongmu.publish.released.registers import PublicDistrictPlan
from zongmu.publish.released.release import Released
from zongmu.publish.rendering.say import slug


def district_pages(make: Maker) -> Files:
    """The list of districts, and a page for each."""
    duties = duties_by(make, "region")
    projects: dict[str, list[Released]] = {}
    for p in make.release.projects:
        projects.setdefault(p.public.facts.get("region", ""), []).append(p)
    plans: dict[str, list[PublicDistrictPlan]] = {}
    for plan in make.release.registers.district_plans:
        plans.setdefault(plan.district, []).append(plan)
    yield _list(make, projects, plans, duties)
    for d in make.release.districts:
        here = duties.get(d.region, Duties())
        yield _page(make, d, projects.get(d.region, []), plans.get(d.id, []), here)


def _list(
    make: Maker,
    projects: dict[str, list[Released]],
    plans: dict[str, list[PublicDistrictPlan]],
    duties: Mapping[str, Duties],
) -> tuple[str, bytes]:
    say, tables = make.say, []
    headers = make.word(
        "地区,行政区划代码,已公开项目,现行批复（万元）,合同（万元）,已支付（万元）,逾期事项,年度计划",
        "District,Division code,Published projects,Approved (CNY),Contracted (CNY),Paid (CNY),Overdue duties,Yearly plans",
    ).split(",")
    for city in make.release.instance.jurisdictions:
        rows = []
        for d in make.release.districts:
            if d.jurisdiction != city.id:
                continue
            here = projects.get(d.region, [])
            link = Markup('<a href="%s.html">%s</a>%s') % (
                slug(d.id),
                say.name(d.name, d.name_en),
                _fictitious(make, d),
            )
            row: list[object] = [link, d.region, len(here)]
            row += spending_sums(make, here)
            row.append(len(duties[d.region].late) if d.region in duties else "")
            row.append(", ".join(str(plan.year) for plan in plans.get(d.id, ())))
            rows.append(row)
        if rows:
            title = say.city(city.id).striptags()
            tables.append(Table(city.id, title, headers, rows, frozenset(range(2, 7)), sortable=True))
    return make.listing(
        "district",
        make.word("地区", "Districts"),
        make.word(
            "各地区及其已公开的项目。市本级的项目不在其中，见总目录。",
            "Districts and the published projects in each. Projects of a city's own bodies are not among them: see the list.",
        ),
        tables,
        links=[(f"{say.up}projects/index.html", make.word("总目录", "Projects"))],
    )


def _fictitious(make: Maker, district: PublicDistrict) -> Markup:
    if not district.fictitious:
        return Markup("")
    return Markup(' <span class="zm-tag">%s</span>') % make.word("虚构", "fictitious")


def _page(
    make: Maker, d: PublicDistrict, projects: list[Released], plans: list[PublicDistrictPlan], duties: Duties
) -> tuple[str, bytes]:
    say, facet = make.say, facet_of("district", d.region)
    facts: list[tuple[str, Markup]] = [
        (make.word("城市", "City"), say.city(d.jurisdiction)),
        (make.word("行政区划代码", "Division code (GB/T 2260)"), Markup("%s") % d.region),
    ]
    if d.level:
        facts.append((make.word("层级", "Level"), Markup("%s") % say.code(d.jurisdiction, "level", d.level)))
    title = make.word("已公开项目", "Published projects")
    tables = group_tables(make, "projects", title, projects, duties) if projects else []
    for plan in plans:
        tables += [_steps(make, plan), _lines(make, plan)]
    name = d.name if make.zh else d.name_en or d.name
    links = group_links(make, DISTRICT_FOLDER, d.id, facet, len(projects))
    return make.sheet(
        "district",
        f"{slug(d.id)}.html",
        name,
        f"{name} {d.region}",
        parent=make.word("地区", "Districts"),
        name=say.name(d.name, d.name_en),
        subtitle=say.chinese(d.name) if not make.zh and d.name_en else "",
        lead="" if projects else make.word("还没有已公开的项目。", "No project is published yet."),
        note=make.word("虚构区划（演示）。", "A fictitious division (demonstration).") if d.fictitious else "",
        facts=facts,
        tiles=group_tiles(make, projects, duties, facet) if projects else (),
        links=links,
        tables=tables,
    )


# ── yearly plans ──


def _steps(make: Maker, plan: PublicDistrictPlan) -> Table:
    """Every step that a district's plan goes through, in order; one that is not recorded says so."""
    say, j = make.say, plan.jurisdiction
    rows: list[tuple[object, ...]] = []
    for kind in get_args(PlanStepKind):
        title = say.code(j, "plan_step", kind)
        found = [step for step in plan.steps if step.kind == kind]
        for step in found:
            covers = say.joined([say.code(j, "topic", topic) for topic in step.covers])
            rows.append(
                (
                    title,
                    Markup('<span class="zm-date">%s</span>') % step.date.isoformat(),
                    say.body(step.body) if step.body else "",
                    say.chinese(step.number) if step.number else "",
                    covers,
                )
            )
        if not found:
            rows.append((title, say.none, "", "", ""))
    headers = make.word("环节;日期;单位;文号;内容包括", "Step;Day;Body;Document;Covers").split(";")
    title = make.word(f"{plan.year} 年度计划：走到哪一步", f"Plan of {plan.year}: how far")
    return Table(f"plan-{plan.year}", title, headers, rows, short=frozenset({1, 3}))


def _lines(make: Maker, plan: PublicDistrictPlan) -> Table:
    """Published projects on the plan: what was planned, and what came of it."""
    say, j = make.say, plan.jurisdiction
    rows: list[tuple[object, ...]] = []
    for line in plan.lines:
        project = make.release.project(line.project)
        if project is None:
            continue
        rows.append(
            (
                say.project(line.project),
                say.code(j, "nature", line.nature) if line.nature else "",
                say.amount(line.total) if line.total is not None else "",
                *spending_cells(make, project.view),
                say.stage(j, project.stage) if project.stage else "",
            )
        )
    headers = make.word(
        "项目;性质;计划投资（万元）;现行批复（万元）;合同（万元）;已支付（万元）;现处阶段",
        "Project;Nature;Planned (CNY);Approved (CNY);Contracted (CNY);Paid (CNY);Stage now",
    ).split(";")
    note = make.word("只列已公开的项目。", "Published projects alone.")
    title = make.word(f"{plan.year} 年度计划：计划与完成", f"Plan of {plan.year}: planned and done")
    return Table(f"plan-{plan.year}-lines", title, headers, rows, frozenset({2, 3, 4, 5}), note)

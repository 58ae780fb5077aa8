"""Pages of bodies, systems and districts: neutral facts, and the published projects that name them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from zongmu.model.organization import Organization
from zongmu.model.project import Project
from zongmu.publish.fields import fields_of
from zongmu.publish.figures import total
from zongmu.publish.neutral import PublicDistrict, PublicOrganization, PublicSystem
from zongmu.publish.pages.base import Files, Maker, Table
from zongmu.publish.pages.project import former_names
from zongmu.publish.released import PARTY_FIELDS, Released, parties_of
from zongmu.publish.say import slug


def place_pages(make: Maker) -> Files:
    """Every body, the lists of bodies and systems, every district and their list."""
    named = _named(make)
    yield _organization_list(make, named)
    systems: dict[str, list[PublicSystem]] = {}
    for system in make.release.systems.values():
        systems.setdefault(system.unit, []).append(system)
    for organization in make.release.organizations.values():
        fields = named.get(organization.id, {})
        yield _organization_page(make, organization, fields, systems.get(organization.id, []))
    yield _system_list(make)
    yield _district_list(make)
    for district in make.release.districts:
        yield _district_page(make, district)


def _named(make: Maker) -> dict[str, dict[str, list[str]]]:
    """Body → project → the fields of the project that name it."""
    out: dict[str, dict[str, list[str]]] = {}
    for project in make.release.projects:
        for field, body in parties_of(project.public):
            fields = out.setdefault(body, {}).setdefault(project.public.id, [])
            if field not in fields:
                fields.append(field)
    return out


# ── bodies ──


def _organization_list(make: Maker, named: Mapping[str, Mapping[str, Any]]) -> tuple[str, bytes]:
    say = make.say
    rows = []
    owners = Counter(p.public.facts.get("owner") for p in make.release.projects)
    for o in make.release.organizations.values():
        owned = owners[o.id]
        rows.append(
            (
                say.body(o.id),
                former_names(make, o.id),
                say.city(o.jurisdiction),
                say.code(o.jurisdiction, "organization_type", o.type) if o.type else "",
                owned,
                len(named.get(o.id, {})),
            )
        )
    headers = make.word(
        "单位,曾用名,城市,类型,作为项目单位,参与项目",
        "Body,Former names,City,Type,Projects owned,Projects that name it",
    ).split(",")
    table = Table("organizations", make.word("单位", "Bodies"), headers, rows, frozenset({4, 5}))
    return make.listing(
        "organization",
        table.title,
        make.word(
            "已公开项目所涉及的单位。改过名的单位，新旧名称都在这里。",
            "Bodies that published projects name. A body that was renamed is here under both names.",
        ),
        [table],
        links=[(f"{make.say.up}systems/index.html", make.word("信息系统", "Systems"))],
    )


def _organization_page(
    make: Maker, o: PublicOrganization, fields: Mapping[str, list[str]], systems: Sequence[PublicSystem]
) -> tuple[str, bytes]:
    say, known = make.say, fields_of(Organization)

    def title(name: str) -> str:
        return known[name].title.pick(make.lang)

    facts: list[tuple[str, Markup]] = [(make.word("城市", "City"), say.city(o.jurisdiction))]
    for name, codelist in (("type", "organization_type"), ("level", "level")):
        code = getattr(o, name)
        if code is not None:
            facts.append((title(name), Markup("%s") % say.code(o.jurisdiction, codelist, code)))
    if o.short_name:
        facts.append((title("short_name"), say.chinese(o.short_name)))
    if o.former_names:
        facts.append((title("former_names"), former_names(make, o.id)))
    if o.parent:
        facts.append((title("parent"), say.body(o.parent)))
    if o.successor:
        id, day, number = o.successor
        text = Markup(make.word("%s（%s 起）", "%s (from %s)")) % (say.body(id), day.isoformat())
        facts.append((title("successor"), text + (Markup(" %s") % number if number else Markup(""))))
    for name in ("region", "uscc"):
        if getattr(o, name) is not None:
            facts.append((title(name), Markup("%s") % getattr(o, name)))
    facts.append((title("id"), Markup("%s") % o.id))
    before = [b for b in make.release.organizations.values() if b.successor is not None and b.successor[0] == o.id]
    if before:
        facts.append((make.word("承接自", "Took over from"), say.joined([say.body(b.id) for b in before])))
    naming = [p for id in fields if (p := make.release.project(id)) is not None]
    owned = [p for p in naming if p.public.facts.get("owner") == o.id]
    others = [p for p in naming if p.public.facts.get("owner") != o.id]
    tables = []
    if owned:
        tables.append(_projects_table(make, "owned", make.word("作为项目单位", "Projects it owns"), owned))
    if others:
        tables.append(_parts_table(make, others, fields))
    if systems:
        tables.append(
            Table(
                "systems",
                make.word("主管的系统", "Systems"),
                (make.word("系统", "System"), make.word("领域", "Field")),
                [(say.system(s.id), say.code(s.jurisdiction, "field", s.field) if s.field else "") for s in systems],
            )
        )
    amount, known_amounts = total(p.view.current_baseline.value for p in owned)
    lead = Markup("")
    if owned:
        lead = Markup(
            make.word("已公开项目 %s 个，现行批复合计 %s。", "%s published projects; approved in all %s.")
        ) % (
            len(owned),
            say.money(amount) if known_amounts else "–",
        )
    body = make.render(
        "place",
        kind=make.word("单位", "Bodies"),
        name=say.name(o.name, o.name_en),
        subtitle=say.chinese(o.name) if not make.zh and o.name_en else None,
        lead=lead,
        note=make.word("虚构机构（演示）。", "A fictitious body (demonstration).") if o.demonstration else "",
        facts=facts,
        tables=tables,
        up=say.up,
    )
    name = o.name if make.zh else o.name_en or o.name
    return make.page("organization", f"{slug(o.id)}.html", name, f"{name} {o.id}", body)


def _projects_table(make: Maker, id: str, title: str, projects: list[Released]) -> Table:
    say = make.say
    rows = []
    for p in projects:
        approved, contracted = p.view.current_baseline.value, p.view.contracted.value
        rows.append(
            (
                say.project(p.public.id),
                p.public.id,
                say.stage(p.public.jurisdiction, p.stage) if p.stage else "",
                say.amount(approved) if approved is not None else "",
                say.amount(contracted) if contracted is not None else "",
            )
        )
    headers = make.word(
        "项目,登记号,阶段,现行批复（万元）,合同（万元）", "Project,Number,Stage,Approved (CNY),Contracted (CNY)"
    ).split(",")
    return Table(id, title, headers, rows, frozenset({3, 4}))


def _parts_table(make: Maker, projects: list[Released], fields: Mapping[str, list[str]]) -> Table:
    say = make.say
    rows = [
        (say.project(p.public.id), p.public.id, say.joined([_part(make, p, f) for f in fields[p.public.id]]))
        for p in projects
    ]
    headers = make.word("项目,登记号,出现在", "Project,Number,Named as").split(",")
    return Table("named", make.word("参与的项目", "Projects that name it"), headers, rows)


def _part(make: Maker, project: Released, field: str) -> str:
    """As what a project names a body: the title of the field, of a milestone by that of the act."""
    known = fields_of(Project)
    if field in PARTY_FIELDS or field in known:
        return known[field].title.pick(make.lang)
    parts = field.split("/")[1:-1]
    return make.say.key(project.public.jurisdiction, "/".join(parts))


# ── systems ──


def _system_list(make: Maker) -> tuple[str, bytes]:
    say = make.say
    rows = []
    for s in make.release.systems.values():
        rows.append(
            (
                Markup('<span id="%s">%s</span>') % (slug(s.id), say.name(s.name, s.name_en)),
                say.body(s.unit),
                say.code(s.jurisdiction, "field", s.field) if s.field else "",
                say.day(s.in_use_since) if s.in_use_since else "",
                say.day(s.retired) if s.retired else "",
                _work(make, s),
            )
        )
    headers = make.word(
        "系统;主管单位;领域;投入使用;停用;建设、升级、运维项目",
        "System;Unit;Field;In use since;Retired;Built, upgraded and run by",
    ).split(";")
    table = Table("systems", make.word("信息系统", "Systems"), headers, rows)
    return make.listing(
        "system",
        table.title,
        make.word(
            "已公开项目建设、升级、运维的信息系统。系统比项目活得久。",
            "Systems that published projects build, upgrade or run. A system outlives its projects.",
        ),
        [table],
        links=[(f"{say.up}organizations/index.html", make.word("单位", "Bodies"))],
    )


def _work(make: Maker, s: PublicSystem) -> Markup:
    rows = [
        *((make.word("建设", "built"), id) for id in s.built_by),
        *((make.word("升级", "upgraded"), id) for id in s.upgraded_by),
        *((make.word("运维", "run"), id) for id in s.maintained_by),
    ]
    items = Markup("").join(
        Markup('<li><span class="zm-key">%s</span> %s</li>') % (word, make.say.project(id)) for word, id in rows
    )
    return Markup('<ul class="zm-rows">%s</ul>') % items if rows else Markup("")


# ── districts ──


def _in_district(make: Maker, district: PublicDistrict) -> list[Released]:
    return [p for p in make.release.projects if p.public.facts.get("region") == district.region]


def _district_list(make: Maker) -> tuple[str, bytes]:
    say, tables = make.say, []
    for city in make.release.instance.jurisdictions:
        rows = []
        for d in make.release.districts:
            if d.jurisdiction != city.id:
                continue
            projects = _in_district(make, d)
            amount, known = total(p.view.current_baseline.value for p in projects)
            link = Markup('<a href="%s.html">%s</a>%s') % (
                slug(d.id),
                say.name(d.name, d.name_en),
                _fictitious(make, d),
            )
            rows.append((link, d.region, len(projects), say.amount(amount) if known else ""))
        if rows:
            headers = make.word(
                "旗区、镇街,行政区划代码,已公开项目,现行批复（万元）",
                "District,Division code,Published projects,Approved (CNY)",
            ).split(",")
            tables.append(Table(city.id, say.city(city.id).striptags(), headers, rows, frozenset({2, 3})))
    title = make.word("旗区、镇街", "Districts")
    return make.listing(
        "district",
        title,
        make.word("各旗区、镇街及其已公开的项目。", "Districts and the published projects in each."),
        tables,
    )


def _fictitious(make: Maker, district: PublicDistrict) -> Markup:
    if not district.fictitious:
        return Markup("")
    return Markup(' <span class="zm-tag">%s</span>') % make.word("虚构", "fictitious")


def _district_page(make: Maker, d: PublicDistrict) -> tuple[str, bytes]:
    say = make.say
    projects = _in_district(make, d)
    facts: list[tuple[str, Markup]] = [
        (make.word("城市", "City"), say.city(d.jurisdiction)),
        (make.word("行政区划代码", "Division code (GB/T 2260)"), Markup("%s") % d.region),
    ]
    if d.level:
        facts.append((make.word("层级", "Level"), Markup("%s") % say.code(d.jurisdiction, "level", d.level)))
    tables = (
        [_projects_table(make, "projects", make.word("已公开项目", "Published projects"), projects)] if projects else []
    )
    body = make.render(
        "place",
        kind=make.word("旗区、镇街", "Districts"),
        name=say.name(d.name, d.name_en),
        subtitle=say.chinese(d.name) if not make.zh and d.name_en else None,
        lead=Markup(make.word("已公开项目 %s 个。", "%s published projects.")) % len(projects),
        note=make.word("虚构区划（演示）。", "A fictitious division (demonstration).") if d.fictitious else "",
        facts=facts,
        tables=tables,
        up=say.up,
    )
    name = d.name if make.zh else d.name_en or d.name
    return make.page("district", f"{slug(d.id)}.html", name, f"{name} {d.region}", body)

"""Pages of bodies: the units that own projects side by side, and for each what it spends, what is due, and where it takes part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from markupsafe import Markup

from zongmu.model.records.organization import Organization
from zongmu.model.records.project import Project
from zongmu.publish.derived.duties import Duties
from zongmu.publish.derived.figures import total
from zongmu.publish.derived.parties import PARTY_FIELDS
from zongmu.publish.derived.questions import Asked, by_body, questions
from zongmu.publish.derived.ratings import limits_of, rate
from zongmu.publish.open_data.shares import BODY_FOLDER
from zongmu.publish.pages.base import Later, Maker, Pages, Table
from zongmu.publish.pages.group import (
    duties_by,
    facet_of,
    group_links,
    group_tables,
    group_tiles,
    spending_sums,
)
from zongmu.publish.pages.project import former_names
from zongmu.publish.pages.questions import questions_table
from zongmu.publish.released.neutral import PublicOrganization, PublicSystem
from zongmu.publish.released.release import Released
from zongmu.publish.rendering.fields import fields_of
from zongmu.publish.rendering.say import slug


def body_pages(make: Maker) -> Pages:
    """The list of bodies, and a page for each."""
    named, owned = _named(make), _owned(make)
    duties = duties_by(make, "owner")
    systems: dict[str, list[PublicSystem]] = {}
    for system in make.release.systems.values():
        systems.setdefault(system.unit, []).append(system)
    asked = by_body(questions(make.release))
    yield _list(make, named, owned, duties)
    for o in make.release.organizations.values():
        fields, mine, due = named.get(o.id, {}), owned.get(o.id, []), duties.get(o.id, Duties())
        here = [p for id in fields if (p := make.release.project(id)) is not None]
        replies = asked.get(o.id, [])
        here += [one.project for one in replies]
        page = partial(_page, make, o, fields, mine, due, systems.get(o.id, []), replies)
        # Without a deadline on it, a page stays as it is from day to day.
        day = make.release.asof if due.late or due.due or replies else None
        yield Later(make.path("organization", f"{slug(o.id)}.html"), page, here, day)


def _owned(make: Maker) -> dict[str, list[Released]]:
    """Body → the projects that it owns."""
    out: dict[str, list[Released]] = {}
    for project in make.release.projects:
        owner = project.public.facts.get("owner")
        if owner:
            out.setdefault(owner, []).append(project)
    return out


def _named(make: Maker) -> dict[str, dict[str, list[str]]]:
    """Body → project → the fields of the project that name it."""
    out: dict[str, dict[str, list[str]]] = {}
    for project in make.release.projects:
        for field, body in project.parties:
            out.setdefault(body, {}).setdefault(project.public.id, []).append(field)
    return out


def _list(
    make: Maker,
    named: Mapping[str, Mapping[str, Any]],
    owned: Mapping[str, list[Released]],
    duties: Mapping[str, Duties],
) -> tuple[str, bytes]:
    found = [
        (o, total(p.view.current_baseline.value for p in owned.get(o.id, ()))[0])
        for o in make.release.organizations.values()
    ]
    found.sort(key=lambda row: (-row[1].fen, -len(owned.get(row[0].id, ())), row[0].id))
    units = [o for o, _ in found if o.id in owned]
    others = sorted((o for o, _ in found if o.id not in owned), key=lambda o: (-len(named.get(o.id, {})), o.id))
    return make.listing(
        "organization",
        make.word("单位", "Bodies"),
        make.word(
            "项目单位并列比较：批复、合同、支付、逾期、偏离。改过名的单位，新旧名称都在这里。",
            "The units that own projects side by side: approved, contracted, paid, overdue, off their baseline. A body that was "
            "renamed is here under both names.",
        ),
        [table for table in (_units(make, units, owned, duties), _others(make, others, named)) if table.rows],
        links=[(f"{make.say.up}systems/index.html", make.word("信息系统", "Systems"))],
    )


def _units(
    make: Maker, units: Sequence[PublicOrganization], owned: Mapping[str, list[Released]], duties: Mapping[str, Duties]
) -> Table:
    """What each unit spends and how it keeps to its plans; the largest sum first."""
    say, limits = make.say, limits_of(make.release.instance)
    rows = []
    for o in units:
        projects = owned[o.id]
        row: list[object] = [_titled(make, o), say.city(o.jurisdiction), len(projects)]
        row += spending_sums(make, projects)
        row.append(len(duties[o.id].late) if o.id in duties else 0)
        if limits.shown:
            grades = [rate(p.view, make.release.asof, limits).overall for p in projects]
            row.append(sum(grade == "well_beyond" for grade in grades))
        rows.append(row)
    headers = make.word(
        "单位;城市;项目;现行批复（万元）;合同（万元）;已支付（万元）;逾期事项",
        "Body;City;Projects;Approved (CNY);Contracted (CNY);Paid (CNY);Overdue duties",
    ).split(";")
    if limits.shown:
        headers.append(make.word("明显偏离的项目", "Projects well beyond"))
    note = make.word(
        "金额只计登记了金额的项目，没有登记的不当作零；合同不含运维合同，已支付含。“明显偏离”以原始基线为准，怎样算见“评级怎样算”。",
        "Amounts of the projects that record one; what is not recorded is not nought. Contracts to operate are left out, payments "
        "for them are not. “Well beyond” is against the original baseline; the formula stands on the page on ratings.",
    )
    title = make.word("项目单位", "Units that own projects")
    return Table("units", title, headers, rows, frozenset(range(2, len(headers))), note, sortable=True)


def _others(make: Maker, others: Sequence[PublicOrganization], named: Mapping[str, Mapping[str, Any]]) -> Table:
    """Bodies that own no project: those that review, buy, run or succeed."""
    rows = [
        (
            _titled(make, o),
            make.say.city(o.jurisdiction),
            make.say.code(o.jurisdiction, "organization_type", o.type) if o.type else "",
            len(named.get(o.id, {})),
        )
        for o in others
    ]
    headers = make.word("单位,城市,类型,出现的项目", "Body,City,Type,Projects that name it").split(",")
    title = make.word("参与项目的其他单位", "Other bodies that projects name")
    return Table("others", title, headers, rows, frozenset({3}), sortable=True)


def _titled(make: Maker, o: PublicOrganization) -> Markup:
    """A body with the names it bore before."""
    former = former_names(make, o.id)
    if not former:
        return make.say.body(o.id)
    return make.say.body(o.id) + Markup('<span class="zm-former">%s%s</span>') % (
        make.word("曾用名：", "formerly "),
        former,
    )


def _page(
    make: Maker,
    o: PublicOrganization,
    fields: Mapping[str, list[str]],
    owned: Sequence[Released],
    duties: Duties,
    systems: Sequence[PublicSystem],
    asked: Sequence[Asked],
) -> tuple[str, bytes]:
    say, facet = make.say, facet_of("owner", o.id)
    name = o.name if make.zh else o.name_en or o.name
    others = [p for id in fields if (p := make.release.project(id)) is not None and p.public.facts.get("owner") != o.id]
    title = make.word("作为项目单位的项目", "Projects it owns")
    tables = group_tables(make, "owned", title, owned, duties, unit=False) if owned else []
    if asked:
        tables.append(questions_table(make, asked, body=False))
    if others:
        tables.append(_parts_table(make, others, fields))
    if systems:
        tables.append(_systems(make, systems))
    links = group_links(make, BODY_FOLDER, o.id, facet, len(owned))
    return make.sheet(
        "organization",
        f"{slug(o.id)}.html",
        name,
        f"{name} {o.id}",
        parent=make.word("单位", "Bodies"),
        name=say.name(o.name, o.name_en),
        subtitle=say.chinese(o.name) if not make.zh and o.name_en else "",
        lead=_succession(make, o),
        note=make.word("虚构单位（演示）。", "A fictitious body (demonstration).") if o.demonstration else "",
        facts=_facts(make, o),
        tiles=group_tiles(make, owned, duties, facet) if owned else (),
        links=links,
        tables=tables,
    )


def _succession(make: Maker, o: PublicOrganization) -> Markup:
    """Where the body went, and which bodies it took over from; the first thing to know of one that is no more."""
    say, said = make.say, []
    if o.successor:
        id, day, number = o.successor
        text = Markup(make.word("自 %s 起由 %s 承接。", "From %s on carried on by %s.")) % (
            day.isoformat(),
            say.body(id),
        )
        said.append(text + (Markup(" %s") % say.chinese(number) if number else Markup("")))
    before = [b for b in make.release.organizations.values() if b.successor is not None and b.successor[0] == o.id]
    if before:
        names = say.joined([say.body(b.id) for b in before])
        said.append(Markup(make.word("承接自 %s。", "Took over from %s.")) % names)
    return Markup(" ").join(said)


def _facts(make: Maker, o: PublicOrganization) -> list[tuple[str, Markup]]:
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
    for name in ("region", "uscc"):
        if getattr(o, name) is not None:
            facts.append((title(name), Markup("%s") % getattr(o, name)))
    facts.append((title("id"), Markup("%s") % o.id))
    return facts


def _systems(make: Maker, systems: Sequence[PublicSystem]) -> Table:
    rows = [
        (make.say.system(s.id), make.say.code(s.jurisdiction, "field", s.field) if s.field else "") for s in systems
    ]
    headers = (make.word("系统", "System"), make.word("领域", "Field"))
    return Table("systems", make.word("主管的系统", "Systems"), headers, rows)


def _parts_table(make: Maker, projects: list[Released], fields: Mapping[str, list[str]]) -> Table:
    say = make.say
    rows = [
        (say.project(p.public.id), p.public.id, say.joined([_part(make, p, f) for f in fields[p.public.id]]))
        for p in projects
    ]
    headers = make.word("项目,登记号,出现在", "Project,Number,Named as").split(",")
    return Table("named", make.word("参与的项目", "Projects that name it"), headers, rows, sortable=True)


def _part(make: Maker, project: Released, field: str) -> str:
    """As what a project names a body: the title of the field, of a milestone by that of the act."""
    known = fields_of(Project)
    if field in PARTY_FIELDS or field in known:
        return known[field].title.pick(make.lang)
    parts = field.split("/")[1:-1]
    return make.say.key(project.public.jurisdiction, "/".join(parts))

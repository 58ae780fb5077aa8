"""Pages of shared resources (基础设施资源目录): what each city shares, who provides it, and which published projects use it."""

from __future__ import annotations

from typing import NamedTuple

from markupsafe import Markup

from zongmu.model.finding import Bilingual
from zongmu.publish.pages.base import Files, Maker
from zongmu.publish.released.registers import PublicResource
from zongmu.publish.released.release import Released
from zongmu.publish.rendering.tables import Table

NOT_IN_CATALOGUE = Bilingual("不在公开的资源目录里。", "Not in a published catalogue.")
"""The note on the page of a resource that is there for the projects alone that name it; a withdrawal goes by it."""


class Use(NamedTuple):
    """Published projects that say whether they use a resource."""

    using: list[Released]
    not_using: list[Released]


def resource_pages(make: Maker) -> Files:
    """The list of resources and a page for each that is in a catalogue or that a published project names."""
    known = {(r.jurisdiction, r.id): r for r in make.release.registers.resources}
    uses: dict[tuple[str, str], Use] = {key: Use([], []) for key in known}
    for p in make.release.projects:
        for row in p.public.shared_resources:
            use = uses.setdefault((p.public.jurisdiction, str(row["resource"])), Use([], []))
            (use.using if row.get("used") else use.not_using).append(p)
    yield _list(make, known, uses)
    for (city, id), use in sorted(uses.items()):
        yield _page(make, city, id, known.get((city, id)), use)


def _name(make: Maker, city: str, id: str, resource: PublicResource | None) -> Markup:
    if resource is not None:
        return make.say.name(resource.name, resource.name_en)
    return Markup("%s") % make.say.code(city, "resource", id)


def _list(
    make: Maker, known: dict[tuple[str, str], PublicResource], uses: dict[tuple[str, str], Use]
) -> tuple[str, bytes]:
    say, rows = make.say, []
    for (city, id), use in sorted(uses.items()):
        r = known.get((city, id))
        link = Markup('<a href="%s-%s.html">%s</a>') % (city, id, _name(make, city, id, r))
        rows.append(
            (
                link,
                say.city(city),
                say.body(r.provider) if r is not None and r.provider else "",
                say.day(r.since) if r is not None and r.since else "",
                len(use.using),
                len(use.not_using),
            )
        )
    headers = make.word(
        "资源;城市;提供单位;发布;使用的项目;不使用的项目",
        "Resource;City;Provider;Since;Projects that use it;Projects that do not",
    ).split(";")
    title = make.word("共享资源", "Shared resources")
    return make.listing(
        "resources",
        title,
        make.word(
            "项目应当先用的共享基础设施：由谁提供，哪些已公开的项目用了，哪些没有用。",
            "Shared infrastructure that projects must use first: who provides it, which published projects use it and which do not.",
        ),
        [Table("resources", title, headers, rows, frozenset({4, 5}), sortable=True)],
    )


def _page(make: Maker, city: str, id: str, resource: PublicResource | None, use: Use) -> tuple[str, bytes]:
    say = make.say
    facts: list[tuple[str, Markup]] = [(make.word("城市", "City"), say.city(city))]
    if resource is not None:
        if resource.provider:
            facts.append((make.word("提供单位", "Provider"), say.body(resource.provider)))
        for title, day in (
            (make.word("发布", "Since"), resource.since),
            (make.word("停止", "Until"), resource.until),
        ):
            if day is not None:
                facts.append((title, say.day(day)))
    tables = [
        _projects(make, part, title, projects)
        for part, title, projects in (
            ("using", make.word("使用的项目", "Projects that use it"), use.using),
            ("not-using", make.word("不使用的项目", "Projects that do not"), use.not_using),
        )
        if projects
    ]
    name = _name(make, city, id, resource)
    title = name.striptags()
    return make.sheet(
        "resources",
        f"{city}-{id}.html",
        title,
        f"{title} {city}",
        parent=make.word("共享资源", "Shared resources"),
        name=name,
        lead=say.chinese(resource.about) if resource is not None and resource.about else Markup(""),
        note="" if resource is not None else make.say.pick(NOT_IN_CATALOGUE),
        facts=facts,
        tables=tables,
    )


def _projects(make: Maker, part: str, title: str, projects: list[Released]) -> Table:
    say = make.say
    rows = []
    for p in projects:
        owner = p.public.facts.get("owner")
        stage = say.stage(p.public.jurisdiction, p.stage) if p.stage else ""
        rows.append((say.project(p.public.id), p.public.id, say.body(owner) if owner else "", stage))
    return Table(part, title, make.word("项目;登记号;项目单位;阶段", "Project;Number;Owner;Stage").split(";"), rows)

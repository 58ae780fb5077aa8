"""The page of systems: each with its unit and the projects that built, upgraded and run it."""

from __future__ import annotations

from markupsafe import Markup

from zongmu.publish.pages.base import Files, Maker, Table
from zongmu.publish.released.neutral import PublicSystem
from zongmu.publish.rendering.say import slug


def system_pages(make: Maker) -> Files:
    """The list of systems."""
    say = make.say
    rows: list[tuple[object, ...]] = []
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
    if not any(s.retired for s in make.release.systems.values()):
        headers, rows = [*headers[:4], headers[5]], [(*row[:4], row[5]) for row in rows]
    table = Table("systems", make.word("信息系统", "Systems"), headers, rows, sortable=True)
    yield make.listing(
        "system",
        table.title,
        make.word(
            "已公开项目建设、升级、运维的信息系统。系统的存续期长于项目。",
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

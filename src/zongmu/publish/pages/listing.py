"""The master list (总目录): plain tables of at most 200 rows, the newest first and by city and year.

The same rows as data, for the script that filters and sorts them, are in :mod:`zongmu.publish.derived.rows`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import Any

from zongmu.publish.derived.rows import newest_first
from zongmu.publish.open_data.about import about
from zongmu.publish.open_data.catalogue import datasets
from zongmu.publish.open_data.datafile import DataFile
from zongmu.publish.open_data.schema_org import list_json_ld
from zongmu.publish.pages.base import Later, Maker, Pages
from zongmu.publish.released.release import Released
from zongmu.publish.rendering.escape import safe

ROWS = 200
"""Rows of a table without JavaScript."""


def list_page(make: Maker, files: Sequence[DataFile]) -> tuple[str, bytes]:
    """The list with its controls. *files*: of the open data, which it describes for search engines."""
    projects = newest_first(make.release.projects)
    head = about(make.release)
    body = make.render(
        "list",
        rows=[_row(make, p) for p in projects[:ROWS]],
        total=len(projects),
        shown=min(ROWS, len(projects)),
        groups=_links(make, _groups(projects)),
        withheld=[(t.id, make.say.city(t.jurisdiction)) for t in make.release.tombstones],
        json_ld=safe(list_json_ld(head, datasets(head, files), make.lang)),
        up=make.say.up,
    )
    said = make.word(f"已公开的 {len(projects)} 个项目", f"{len(projects)} published projects")
    return make.page("list", "index.html", make.word("总目录", "Projects"), said, body)


def plain_list_pages(make: Maker) -> Pages:
    """The plain pages of the list, for each city and year."""
    for (city, year), members in _groups(newest_first(make.release.projects)).items():
        yield from _plain(make, city, year, members)


def _groups(projects: Sequence[Released]) -> dict[tuple[str, int], list[Released]]:
    """City and year of registration → projects, in the order of the list."""
    found = {key: list(rows) for key, rows in groupby(projects, key=_city_year)}
    return dict(sorted(found.items(), key=lambda item: (item[0][0], -item[0][1])))


def _city_year(project: Released) -> tuple[str, int]:
    city, year, _ = project.public.id.rsplit("-", 2)
    return city, int(year)


def _links(make: Maker, groups: Mapping[tuple[str, int], Sequence[Released]]) -> list[Mapping[str, Any]]:
    """The plain pages, city by city."""
    return [
        {
            "city": make.say.city(city),
            "years": [(year, file_of(city, year, 0), len(rows)) for (_, year), rows in members],
        }
        for city, members in groupby(groups.items(), key=lambda item: item[0][0])
    ]


def _plain(make: Maker, city: str, year: int, members: Sequence[Released]) -> Pages:
    pages = -(-len(members) // ROWS)
    known = make.release.jurisdiction(city)
    name = (known.name if make.zh else known.name_en or known.name) if known is not None else city
    title = make.word(f"{name} {year} 年登记的项目", f"{name}, projects registered in {year}")
    for n in range(pages):
        rows = members[n * ROWS : (n + 1) * ROWS]
        files = [file_of(city, year, m) for m in range(pages)]
        page = partial(_numbered, make, title, rows, len(members), n, files)
        yield Later(make.path("lists", files[n]), page, rows, (len(members), n))


def _numbered(
    make: Maker, title: str, members: Sequence[Released], total: int, n: int, files: Sequence[str]
) -> tuple[str, bytes]:
    """The n-th of the pages of a city and a year, counted from 0."""
    rows = [_row(make, p) for p in members]
    body = make.render("plain_projects", title=title, rows=rows, total=total, page=n + 1, files=files)
    ending = make.word(f" 第 {n + 1} 页", f", page {n + 1}") if n else ""
    return make.page("lists", files[n], title + ending, title, body)


def file_of(city: str, year: int, n: int) -> str:
    """The file of the n-th plain page of a city and a year, counted from 0."""
    return f"list-{city}-{year}.html" if n == 0 else f"list-{city}-{year}-{n + 1}.html"


def _row(make: Maker, project: Released) -> Mapping[str, Any]:
    public, say, view = project.public, make.say, project.view
    j = public.jurisdiction
    owner = public.facts.get("owner")
    approved, contracted = view.current_baseline.value, view.contracted.value
    last = max(public.milestones, key=lambda m: (m.date, m.key), default=None)
    return {
        "id": public.id,
        "name": say.name(public.name, public.facts.get("name_en")),
        "owner": say.body_name(owner) if owner else say.chinese(public.facts.get("buyer_name", "")),
        "cls": say.code(j, "class", public.facts["class"]) if "class" in public.facts else "",
        "stage": say.stage(j, project.stage) if project.stage else "",
        "approved": say.amount(approved) if approved is not None else "",
        "contracted": say.amount(contracted) if contracted is not None else "",
        "last": last.date.isoformat() if last is not None else "",
    }

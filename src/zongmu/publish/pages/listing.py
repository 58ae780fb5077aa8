"""The master list (总目录): plain tables of at most 200 rows, and the same rows as data for the script that filters them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from zongmu.model.finding import Bilingual, Outcome
from zongmu.publish.escape import encode, script_json
from zongmu.publish.pages.base import Files, Maker
from zongmu.publish.released import Release, Released
from zongmu.publish.say import Say

ROWS = 200
"""Rows of a table without JavaScript."""


def list_pages(make: Maker) -> Files:
    """The pages of the list."""
    projects = newest_first(make.release.projects)
    pages = max(1, -(-len(projects) // ROWS))
    for n in range(pages):
        rows = [_row(make, p) for p in projects[n * ROWS : (n + 1) * ROWS]]
        body = make.render(
            "list",
            rows=rows,
            page=n + 1,
            pages=pages,
            total=len(projects),
            first=n * ROWS + 1,
            last=min((n + 1) * ROWS, len(projects)),
            tombstones=len(make.release.tombstones) if n == 0 else 0,
            withheld=[(t.id, make.say.city(t.jurisdiction)) for t in make.release.tombstones] if n == 0 else [],
            files=[file_of(m) for m in range(pages)],
            up=make.say.up,
        )
        title = make.word("总目录", "Projects")
        if n:
            title += make.word(f" 第 {n + 1} 页", f", page {n + 1}")
        about = make.word(f"已公开的 {len(projects)} 个项目", f"{len(projects)} published projects")
        yield make.page("list", "projects", file_of(n), title, about, body)


def file_of(n: int) -> str:
    """The file of the n-th page, counted from 0."""
    return "index.html" if n == 0 else f"page-{n + 1}.html"


def newest_first(projects: Sequence[Released]) -> list[Released]:
    """By year and number, the newest first; cities in order of their ids."""
    return sorted(projects, key=_rank)


def _rank(project: Released) -> tuple[int, str, int]:
    city, year, serial = project.public.id.rsplit("-", 2)
    return (-int(year), city, -int(serial))


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


# ── rows for the script ──


def rows_script(release: Release, zh: Say, en: Say) -> bytes:
    """``projects/rows.js``: every published project in a line, codes as places in small tables of words.

    A script and not JSON, because a page opened from a folder may load the one and not the other.
    """
    tables: dict[str, _Words] = {name: _Words() for name in ("city", "class", "stage", "owner")}
    rows = [_data(project, tables, release, zh, en) for project in newest_first(release.projects)]
    data = {"format": 1, "tables": {name: t.rows for name, t in tables.items()}, "rows": rows}
    return encode(f"window.zongmuList={script_json(data)};\n")


class _Words:
    """A small table of words; a word is known by its key and named by its place."""

    def __init__(self) -> None:
        self.rows: list[list[str]] = []
        self._places: dict[str, int] = {}

    def place(self, key: str | None, words: Bilingual, more: str = "") -> int:
        """The place of a word, taken in when it is new; -1 for none."""
        if key is None:
            return -1
        if key not in self._places:
            self._places[key] = len(self.rows)
            self.rows.append([key, words.zh, words.en, more])
        return self._places[key]


def _data(project: Released, tables: Mapping[str, _Words], release: Release, zh: Say, en: Say) -> list[Any]:
    public, view = project.public, project.view
    j = public.jurisdiction
    city = release.jurisdiction(j)
    kind = public.facts.get("class")
    owner = public.facts.get("owner")
    body = release.organizations.get(owner) if owner else None
    if body is not None:
        name = Bilingual(body.name, body.name_en or body.name)
        former = " ".join([body.short_name or "", *(n for n, _ in body.former_names)]).strip()
    else:
        former = ""
        bare = owner or public.facts.get("buyer_name")
        owner, name = bare, Bilingual(bare or "", bare or "")
    stages = [s for m in release.measures(j) for s, _ in m.measure.stages]
    stage = project.stage
    last = max((m.date for m in public.milestones), default=None)
    suppliers = dict.fromkeys(c.supplier for c in view.contracts() if c.supplier)
    return [
        public.id,
        public.name,
        public.facts.get("name_en", ""),
        tables["city"].place(j, Bilingual(city.name, city.name_en or city.name) if city else Bilingual(j, j)),
        tables["class"].place(
            f"{j}/{kind}" if kind else None,
            Bilingual(zh.code(j, "class", kind), en.code(j, "class", kind)) if kind else Bilingual("", ""),
        ),
        tables["stage"].place(
            f"{j}/{stage}" if stage else None,
            Bilingual(zh.stage(j, stage), en.stage(j, stage)),
            f"{stages.index(stage):02d}" if stage in stages else "",
        ),
        tables["owner"].place(owner, name, former),
        int(public.id.rsplit("-", 2)[1]),
        _fen(view.current_baseline.value),
        _fen(view.contracted.value),
        last.isoformat() if last is not None else "",
        sum(f.outcome is Outcome.FAIL and not f.advisory for f in project.findings),
        " ".join(suppliers),
    ]


def _fen(amount: Any) -> int | None:
    return amount.fen if amount is not None else None

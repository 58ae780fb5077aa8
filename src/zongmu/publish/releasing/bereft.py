"""What a public tree shows for the sake of one project alone: bodies, whose names may be what was withdrawn, and shared resources
that are in no published catalogue.

A body is public because a published project, a system of one, a register or a review names it, or because it is the parent or
the successor of such a body (:mod:`zongmu.publish.released.neutral`). Here that is told from the tree itself, without the registry.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from zongmu.publish.pages.resources import NOT_IN_CATALOGUE
from zongmu.publish.rendering.say import slug

_NAMING_PAGES = re.compile(r"(?:projects|returns|resources|districts|years)/[^/]+\.html")
"""Pages that name bodies by their own right: of projects and tombstones, of registers and plans."""
_FORMS = (".html", ".csv", ".ics", ".atom", ".json")


def bereft(tree: Path, project: Mapping[str, Any], others: Collection[Mapping[str, Any]]) -> list[str]:
    """The bodies that *project* names and nothing else in *tree* does, in order; what is about the project is gone from the
    tree by now. *project*, *others*: public data."""
    bodies = {
        row["id"]: [row[n] for n in ("parent", "successor") if row.get(n)] for row in _rows(tree, "organizations")
    }
    units = {row["id"]: row["unit"] for row in _rows(tree, "systems") if row.get("unit")}
    open_ = {text for text in _texts(project) if text in bodies}
    while more := {next_ for id in open_ for next_ in bodies.get(id, ()) if next_ in bodies} - open_:
        open_ |= more
    # What stands for another reason, and what stands because of that.
    sure = (bodies.keys() - open_) | ({text for one in others for text in _texts(one)} & open_)
    sure |= open_ & {*units.values()}
    sure |= {id for id in open_ - sure if _linked(tree, id)}
    while more := {next_ for id in sure for next_ in bodies[id] if next_ in bodies} - sure:
        sure |= more
    return sorted(open_ - sure)


def unshared(tree: Path, project: Mapping[str, Any], others: Collection[Mapping[str, Any]]) -> list[str]:
    """The pages, by their names in ``resources/``, of what *project* says whether it uses and neither another project nor a
    catalogue has. *project*, *others*: public data."""
    alone = {*_resources(project)}.difference(*map(_resources, others))
    return sorted(page for page in alone if _says(tree / "en/resources" / page, NOT_IN_CATALOGUE.en))


def _says(file: Path, text: str) -> bool:
    return file.is_file() and text in file.read_text("utf-8", "replace")


def _resources(project: Mapping[str, Any]) -> Iterator[str]:
    return (_page_of(project["jurisdiction"], row["resource"]) for row in project.get("shared_resources", ()))


def _page_of(city: str, resource: str) -> str:
    return f"{city}-{resource}.html"


def own_files(tree: Path, body: str) -> Iterator[Path]:
    """The files of a body: its pages, its table, its calendar, its feeds."""
    for prefix in ("", "en/"):
        for folder in (f"{prefix}organizations", f"{prefix}feeds/organizations"):
            files = (tree / folder / f"{slug(body)}{form}" for form in _FORMS)
            yield from (file for file in files if file.is_file())


def _rows(tree: Path, table: str) -> list[dict[str, str]]:
    try:
        with open(tree / f"data/csv/{table}.csv", encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))
    except OSError:
        return []


def _texts(value: Any) -> Iterator[str]:
    """Every text in plain data."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def _linked(tree: Path, body: str) -> bool:
    """Whether a page that names bodies by its own right links to that of *body*."""
    link = f'organizations/{slug(body)}.html"'.encode()
    pages = (file for file in tree.glob("*/*.html") if _NAMING_PAGES.fullmatch(file.relative_to(tree).as_posix()))
    return any(link in file.read_bytes() for file in pages)

"""The table of changes: every public value that changed, by day, project and path, with what stood there before.

Whoever undoes the rows after some day has what was public on that day. What was withheld since is in neither.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from zongmu.model.fields.titles import path_title
from zongmu.model.finding import Bilingual
from zongmu.publish.open_data.tables import Column, Row, Table, whole
from zongmu.publish.released.history import Entry
from zongmu.publish.released.release import Release
from zongmu.publish.rendering.escape import dump

_COLUMNS = (
    Column("day", Bilingual("公开之日", "Public since"), "date"),
    Column("project", Bilingual("登记号", "Project"), refers=("projects", "id")),
    Column("row", Bilingual("行", "Row"), "integer"),
    Column("kind", Bilingual("种类", "Kind")),
    Column("path", Bilingual("字段路径", "Path of the field")),
    Column("path_title", Bilingual("字段", "Field")),
    Column("before", Bilingual("原值", "Before")),
    Column("after", Bilingual("新值", "After")),
    Column("organization", Bilingual("公开审查单位", "Body of the disclosure review")),
    Column("role", Bilingual("公开审查角色", "Role of the disclosure review")),
)


def changes_table(release: Release) -> Table:
    """The changes of published projects, the oldest first."""
    entries = sorted(
        (entry for rows in release.history.entries.values() for entry in rows), key=lambda e: (e.day, e.project)
    )
    return Table(
        "changes",
        Bilingual("变更", "Changes"),
        Bilingual(
            "公开内容的每次变化，按日、项目、字段一行；首次公开（published）只记一行",
            "Every change of what is public, a row for each day, project and field; one row where a project is first published",
        ),
        _COLUMNS,
        ("day", "project", "row"),
        [
            block
            for year, found in groupby(entries, key=lambda e: e.day.year)
            for block in whole([row for entry in found for row in _rows(entry)], year)
        ],
    )


def _rows(entry: Entry) -> Iterator[Row]:
    for n, change in enumerate(entry.changes, 1):
        title = path_title(change.path).zh
        said = (change.path, title, _text(change.before), _text(change.after))
        yield entry.day, entry.project, n, entry.kind, *said, entry.organization, entry.role
    if not entry.changes:
        yield entry.day, entry.project, 1, entry.kind, None, None, None, None, entry.organization, entry.role


def _text(value: Any) -> str | None:
    """A value as text: itself, or JSON where it is none."""
    return value if value is None or isinstance(value, str) else dump(value)

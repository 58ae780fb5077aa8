"""What changed: by day and project, each public value with its old and its new text; and the same on a project's own page."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from markupsafe import Markup
from pydantic import BaseModel

from zongmu.model.fields.leaves import goes_by_place
from zongmu.model.immutable import immutable
from zongmu.model.records.project import Project
from zongmu.model.scalars import Money
from zongmu.publish.pages.base import Files, Maker
from zongmu.publish.released.history import Change, Entry
from zongmu.publish.released.release import Released
from zongmu.publish.rendering.fields import FieldInfo, class_of_row, fields_of

NEW_IN_A_LINE = 200
"""Projects published on one day that are listed one by one; of more, the rest is counted."""

_AMOUNT = re.compile(Money.PATTERN)
SORTS: Mapping[str, tuple[str, str]] = {
    "published": ("首次公开", "newly published"),
    "acts": ("新的里程碑", "new milestones"),
    "amounts": ("金额变化", "amounts that changed"),
    "questions": ("提问与答复", "questions and replies"),
}
"""Sort of change → what a feed of such changes is called."""


@immutable
class Row:
    """What changed of an act, a row, or a field of the project. ``how``: added, removed, changed."""

    title: str
    how: str
    office: Markup | None
    fields: tuple[tuple[str, Markup | None, Markup | None], ...]  # title, old, new; None where absent


@immutable
class Told:
    """An entry as a page and a feed tell it."""

    entry: Entry
    project: Markup
    headline: str
    signed: Markup | None  # office and role of the disclosure review of a first publication
    rows: tuple[Row, ...]


def told(make: Maker, entry: Entry) -> Told:
    """An entry in the words of the law."""
    known = make.release.project(entry.project)
    j = known.public.jurisdiction if known is not None else entry.project.split("-", 1)[0]
    rows = tuple(_rows(make, known, j, entry.changes))
    return Told(entry, make.say.project(entry.project), _headline(make, entry, rows), _signed(make, j, entry), rows)


def is_of(entry: Entry, sort: str) -> bool:
    """Whether an entry tells of a change of that sort."""
    match sort:
        case "published":
            return entry.kind == "published"
        case "acts":
            return any(
                c.row.startswith("milestones/") and c.before is None and c.path == f"{c.row}/date"
                for c in entry.changes
            )
        case "questions":
            return any(c.row.startswith("questions/") for c in entry.changes)
        case _:
            return any(
                isinstance(value, str) and _AMOUNT.fullmatch(value)
                for c in entry.changes
                for value in (c.before, c.after)
            )


def _headline(make: Maker, entry: Entry, rows: Sequence[Row]) -> str:
    if entry.kind == "published":
        return make.word("首次公开", "Published")
    titles = list(dict.fromkeys(row.title for row in rows))
    comma = make.word("、", ", ")
    if len(titles) <= 3:
        return comma.join(titles)
    return make.word(
        f"{comma.join(titles[:3])}等 {len(titles)} 项", f"{comma.join(titles[:3])} and {len(titles) - 3} more"
    )


def _signed(make: Maker, j: str, entry: Entry) -> Markup | None:
    if entry.kind != "published" or entry.role is None:
        return None
    role = make.say.role(j, entry.role)
    if entry.organization is None:
        return Markup("%s") % role
    return Markup(make.word("%s，%s", "%s, %s")) % (make.say.body(entry.organization), role)


def _rows(make: Maker, project: Released | None, j: str, changes: Iterable[Change]) -> Iterator[Row]:
    for _, found in groupby(changes, lambda c: c.row or c.path):
        group = list(found)
        row = group[0].row
        cls, title, office = _of_row(make, project, j, row)
        if any(change.path == f"{row}/body" for change in group):
            office = None  # it is said among the fields
        fields = []
        added = all(c.before is None for c in group)
        paths = {change.path for change in group}
        for change in group:
            path = change.path.removeprefix(f"{row}/") if row else change.path
            if path in _named_by(row):
                continue
            if make.zh and added and path.endswith("_en") and change.path.removesuffix("_en") in paths:
                continue  # a translation of what stands beside it: the English page has it
            name, info = _field(make, j, cls, path)
            old, new = (None if v is None else make.say.value(j, info, v) for v in (change.before, change.after))
            fields.append((name, old, new))
        how = "added" if added else "removed" if all(c.after is None for c in group) else "changed"
        if not row:
            title = fields[0][0]
        yield Row(title, how, office, tuple(fields))


def _named_by(row: str) -> tuple[str, ...]:
    """The fields that the title of a row says already."""
    return ("kind", "seq") if row.startswith("milestones/") else ("seq",)


def _of_row(
    make: Maker, project: Released | None, j: str, row: str
) -> tuple[type[BaseModel] | None, str, Markup | None]:
    """The class of a row, its title, and the office whose act it is."""
    section, _, key = row.partition("/")
    cls = class_of_row(row)
    if section == "milestones":
        acts = project.public.milestones if project is not None else ()
        body = next((m.body for m in acts if m.key == key), None)
        return cls, make.say.key(j, key), make.say.body(body) if body else None
    info = fields_of(Project).get(section)
    if info is None:
        return cls, row, None
    return cls, make.word(f"{info.title.zh}（{key}）", f"{info.title.en} ({key})"), None


def _field(make: Maker, j: str, cls: type[BaseModel] | None, path: str) -> tuple[str, FieldInfo | None]:
    """The title of a field at *path* below a class, and what is known of its values."""
    titles: list[str] = []
    info: FieldInfo | None = None
    for part in path.split("/"):
        known = fields_of(cls).get(part) if cls is not None else None
        if known is not None:
            titles.append(known.title.pick(make.lang))
            info, cls = known, known.model
        elif titles and not part.isdigit():
            titles[-1] += f" {make.say.code(j, 'document', part)}"
        elif titles:
            place = part.isdigit() and cls is not None and goes_by_place(fields_of(cls))
            titles[-1] += f" {int(part) + 1 if place else part}"
        else:
            titles.append(part)
    return " · ".join(titles), info


# ── pages ──


def change_pages(make: Maker) -> Files:
    """``changes/index.html`` with the latest month, and a page for every month."""
    entries = make.release.history.newest()
    months = [(month, list(found)) for month, found in groupby(entries, lambda e: e.day.isoformat()[:7])]
    names = [(month, f"{month}.html") for month, _ in months]
    yield _page(make, "index.html", None, names, months[0][1] if months else [])
    for month, found in months:
        yield _page(make, f"{month}.html", month, names, found)


def _page(
    make: Maker, file: str, month: str | None, months: Sequence[tuple[str, str]], entries: Sequence[Entry]
) -> tuple[str, bytes]:
    title = make.word("变更公示", "What changed") + (f" {month}" if month else "")
    body = make.render(
        "changes",
        title=title,
        up=make.say.up,
        months=months,
        here=month or (months[0][0] if months else None),
        days=[_day(make, day, list(found)) for day, found in groupby(entries, lambda e: e.day)],
        sorts=[(sort, make.word(*words)) for sort, words in SORTS.items()],
        unknown=make.release.history.problem is not None,
        stands=_standing_clock(make, entries),
    )
    lead = make.word("按日、按项目、逐字段列出公开内容的变化", "Changes of what is public, by day, project and field")
    return make.page("change", file, title, lead, body)


def _standing_clock(make: Maker, entries: Sequence[Entry]) -> str | None:
    """The day at which the clock of a demonstration stands, where changes bear later ones."""
    release = make.release
    later = release.instance.demonstration is not None and any(entry.day > release.asof for entry in entries)
    return release.asof.isoformat() if later else None


@immutable
class _Day:
    day: str
    published: list[tuple[Markup | None, list[Told]]]  # by who signed the disclosure review
    new: int
    more: int
    changed: list[Told]


def _day(make: Maker, day: dt.date, entries: Sequence[Entry]) -> _Day:
    new = [e for e in entries if e.kind == "published"]
    changed = [told(make, e) for e in entries if e.kind == "changed"]
    signed: dict[Markup | None, list[Told]] = {}
    for one in (told(make, e) for e in new[:NEW_IN_A_LINE]):
        signed.setdefault(one.signed, []).append(one)
    return _Day(day.isoformat(), list(signed.items()), len(new), len(new[NEW_IN_A_LINE:]), changed)


def history_html(make: Maker, project: Released) -> Markup:
    """The history section of a project's page; the latest change first."""
    entries = [told(make, e) for e in reversed(make.release.history.of(project.public.id))]
    return make.render("history", entries=entries, id=project.public.id, root="../" if make.zh else "../../")

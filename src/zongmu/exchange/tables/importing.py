"""Rows of a table to project files: facts only, with their source. What is unknown stays unknown.

A project imported from a table opens with ``opened`` (期初): acts before it predate the registry. A row is known again by its key;
an existing file is never written over. A cell that cannot be read costs that cell (a required one: that row) and is reported with
row, column and reason; the rest goes in.
"""

from __future__ import annotations

import datetime as dt
import errno
import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from zongmu.exchange.given_ids import serials_of
from zongmu.exchange.tables.cell_values import (
    Unreadable,
    is_flag,
    is_nothing,
    read_day,
    read_flag,
    read_integer,
    read_line,
    read_money,
    read_month,
    read_ratio,
    read_text,
    read_year,
    unit_of_header,
)
from zongmu.exchange.tables.mapping import As, Column, Mapping
from zongmu.exchange.tables.reader import ERRORS, Row, Table, TableError
from zongmu.model.acts.kinds import KINDS as MILESTONES
from zongmu.model.finding import Bilingual
from zongmu.model.guards import KINDS, scan
from zongmu.model.immutable import immutable
from zongmu.model.record_types import BY_NAME
from zongmu.store.editing.canonical import written
from zongmu.store.editing.emit import Unwritable, document
from zongmu.store.fitting.validate import validate
from zongmu.store.reading.reader import parse
from zongmu.store.registry import LoadedRecord, Registry


@dataclass(slots=True)
class Yield:
    """What came of one column for one field; ``field`` is None where the mapping takes the column to none."""

    column: str
    field: str | None
    filled: int = 0
    understood: int = 0
    unreadable: int = 0
    empty: int = 0


_Yields = dict[tuple[str, str | None], Yield]
"""By column and field."""


@immutable
class Trouble:
    """A cell or a row that did not go in, and why."""

    row: int
    column: str
    reason: Bilingual
    whole_row: bool


@dataclass(slots=True)
class Import:
    """What an import makes: new files, what was there already, the yield of every column, every trouble."""

    files: dict[str, str] = field(default_factory=dict)  # path → text
    existing: list[str] = field(default_factory=list)
    yields: list[Yield] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    echoes: list[tuple[int, str, str, str]] = field(default_factory=list)  # row, column, as written, as understood
    rows: int = 0
    skipped: list[int] = field(default_factory=list)  # rows that the mapping leaves out


@immutable
class Known:
    """What the registry already holds of this jurisdiction: (source, row key) pairs, and the highest serial of each year."""

    keys: frozenset[tuple[str, str]]
    serials: dict[int, int]


def registrar(registry: Registry, mapping: Mapping) -> dict[str, str]:
    """The file of the body that registers the projects, by its path; none where it stands. The name is all that a table's
    mapping knows of it, or else what its folder is called."""
    id = f"{mapping.jurisdiction}/{mapping.folder}"
    path = f"registry/organizations/{id}.yaml"
    if path in registry.records:
        return {}
    data = {"format": 1, "id": id, "jurisdiction": mapping.jurisdiction, "name": mapping.folder_name or mapping.folder}
    header = "# yaml-language-server: $schema=../../../schema/organization.schema.json"
    return {path: written(data, BY_NAME["organization"], (header,))}


def known_from(registry: Registry, jurisdiction: str) -> Known:
    """What is there already: files that do not fit the schema count too, and so do the numbers given out before."""
    records = (record for record in registry.projects if record.jurisdiction == jurisdiction)
    keys = frozenset(key for record in records for key in _sources(record))
    return Known(keys, serials_of(registry, jurisdiction))


def _sources(record: LoadedRecord) -> Iterator[tuple[str, str]]:
    """Source and row key of every opening entry of a project's file, sound or not."""
    acts = (record.plain or {}).get("milestones", ())
    for act in acts if isinstance(acts, list) else ():
        source = act.get("source") if isinstance(act, dict) else None
        if isinstance(source, dict) and "row" in source:
            yield str(source.get("title", "")), str(source["row"])


def import_table(table: Table, mapping: Mapping, known: Known) -> Import:
    """The files that *table* makes under *mapping*. Raises :class:`TableError` when a column of the mapping is missing."""
    _columns_exist(table, mapping)
    out = Import()
    fields: dict[str, list[str | None]] = {}
    for column in mapping.columns:
        fields.setdefault(column.column, []).append(column.field)
    out.yields = [Yield(header, name) for header in table.headers for name in fields.get(header, [None])]
    yields: _Yields = {(one.column, one.field): one for one in out.yields}
    serials = dict(known.serials)
    seen: dict[str, int] = {}
    skip = frozenset(map(_squeezed, mapping.skip))
    for row in table.rows:
        out.rows += 1
        if _squeezed(next(filter(None, row.cells.values()), "")) in skip:
            out.skipped.append(row.number)
            continue
        _import_row(row, mapping, known, yields, serials, seen, out)
    return out


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _columns_exist(table: Table, mapping: Mapping) -> None:
    wanted = [c.column for c in mapping.columns] + [mapping.key]
    wanted += [column for column in (mapping.year, mapping.opening.date, mapping.opening.url) if column]
    lacking = sorted({c for c in wanted if c not in table.headers})
    if lacking:
        raise TableError(
            Bilingual(f"表里没有这些列：{'、'.join(lacking)}", f"the table has no columns: {', '.join(lacking)}"),
            Bilingual(f"表头有：{'、'.join(table.headers)}", f"its headers are: {', '.join(table.headers)}"),
        )


def _import_row(
    row: Row,
    mapping: Mapping,
    known: Known,
    yields: _Yields,
    serials: dict[int, int],
    seen: dict[str, int],
    out: Import,
) -> None:
    if row.surplus:
        _refuse_shifted(row, yields, mapping.key, out)
        return
    values, whole = _read_cells(row, mapping, yields, out)
    key = read_line(row.cells.get(mapping.key, ""))
    if not key:
        out.troubles.append(Trouble(row.number, mapping.key, Bilingual("没有行键", "no row key"), True))
        return
    if key in seen:
        reason = Bilingual(f"行键与第 {seen[key]} 行相同", f"the same key as row {seen[key]}")
        out.troubles.append(Trouble(row.number, mapping.key, reason, True))
        return
    seen[key] = row.number
    if (mapping.opening.title, key) in known.keys:
        out.existing.append(key)
        return
    if not whole:
        return
    _drop_undated(row, mapping, values, yields, out)
    column_name = mapping.opening.date or ""
    try:
        day = _opened(mapping, row)
        column_name = mapping.year or column_name
        year = read_year(row.cells.get(mapping.year, "")) if mapping.year else day.year
    except Unreadable as problem:
        out.troubles.append(Trouble(row.number, column_name, Bilingual(problem.zh, problem.en), True))
        return
    serial = serials.get(year, 0) + 1
    id = f"{mapping.jurisdiction}-{year}-{serial:04d}"
    path = f"registry/projects/{mapping.jurisdiction}/{mapping.folder}/{id}.yaml"
    data = _record(id, day.isoformat(), key, row, mapping, values)
    text, wrong = _written(data, path, _not_acceptable(data))
    if wrong:
        columns = _columns_of(mapping)
        out.troubles += [Trouble(row.number, columns.get(field, field), why, True) for field, why in wrong]
        return
    serials[year] = serial
    out.files[path] = text


def _read_cells(row: Row, mapping: Mapping, yields: _Yields, out: Import) -> tuple[dict[str, Any], bool]:
    """Field → value of the mapped cells that can be read, and whether none that the row needs is lacking.

    What each column yields is counted, and what cannot be read is told.
    """
    values: dict[str, Any] = {}
    whole = True

    def tell(header: str, reason: Bilingual, needed: bool) -> None:
        nonlocal whole
        whole = whole and not needed
        out.troubles.append(Trouble(row.number, header, reason, needed))

    for column in mapping.columns:
        header, needed = column.column, bool(column.required)
        text, tally = row.cells.get(header, ""), yields[header, column.field]
        if header in row.unsaved:
            tally.filled += 1
            tally.unreadable += 1
            tell(header, _UNSAVED_FORMULA, needed)
            continue
        if text in ERRORS:
            tally.filled += 1
            tally.unreadable += 1
            tell(header, _NO_RESULT, needed)
            continue
        if is_nothing(text) and not (column.as_ == "flag" and is_flag(text)):
            tally.empty += 1
            if needed:
                tell(header, Bilingual("必需的一格是空的", "a required cell is empty"), needed)
            continue
        tally.filled += 1
        try:
            value = read_cell(text, column)
        except Unreadable as problem:
            tally.unreadable += 1
            tell(header, Bilingual(problem.zh, problem.en), needed)
            continue
        tally.understood += 1
        understood = str(value).lower() if isinstance(value, bool) else str(value)
        if understood != text:
            out.echoes.append((row.number, header, text, understood))
        values[column.field] = value
    for (header, _), tally in yields.items():
        if tally.field is None:
            text = row.cells.get(header, "")
            tally.filled += not is_nothing(text)
            tally.empty += is_nothing(text)
    return values, whole


def _refuse_shifted(row: Row, yields: _Yields, key: str, out: Import) -> None:
    """A row with more cells than there are headers: whatever stands under a header may belong under another."""
    for (header, _), tally in yields.items():
        something = not is_nothing(row.cells.get(header, ""))
        tally.filled += something
        tally.empty += not something
        tally.unreadable += something and tally.field is not None
    reason = Bilingual(
        f"比表头多出 {row.surplus} 格：多了逗号，或含逗号的值（如 1,280）没有加引号，各列已经错位",
        f"{row.surplus} more cells than headers: a comma too many, or one in a value (1,280) without quotes, so columns have shifted",
    )
    out.troubles.append(Trouble(row.number, key, reason, True))


def _opened(mapping: Mapping, row: Row) -> dt.date:
    """The day of the opening entry. Raises :class:`Unreadable`."""
    if mapping.opening.day is not None:
        return mapping.opening.day
    return read_day(row.cells.get(mapping.opening.date or "", ""))


def _drop_undated(row: Row, mapping: Mapping, values: dict[str, Any], yields: _Yields, out: Import) -> None:
    """An act without its day cannot be recorded: what its other cells say is told as not understood, not lost in silence."""
    constant = {c.field for c in mapping.constants}
    for column in mapping.columns:
        parts = column.field.split("/")
        if parts[0] != "milestones" or column.field not in values:
            continue
        day = f"milestones/{parts[1]}/date"
        if day not in values and day not in constant:
            del values[column.field]
            tally = yields[column.column, column.field]
            tally.understood -= 1
            tally.unreadable += 1
            kind = MILESTONES[parts[1]]
            reason = Bilingual(
                f"没有读懂{kind.zh}的日期，这一格无处登记", f"no day of {kind.en} was understood to record it under"
            )
            out.troubles.append(Trouble(row.number, column.column, reason, False))


_UNSAVED_FORMULA = Bilingual(
    "公式的结果没有存在文件里：用表格软件打开，保存后再导入",
    "the value of a formula is not in the file: open it in a spreadsheet program, save, and import it again",
)
_NO_RESULT = Bilingual(
    "公式没有算出结果：改成数值或文字，再导入", "a formula without a result: put the value in, then import it again"
)
_Problem = tuple[str, Bilingual]
"""Which field, and why."""


def _not_acceptable(data: dict[str, Any]) -> list[_Problem]:
    """Why *data* is no project that may be stored."""
    blocked = [(field, KINDS[hit.kind]) for field, text in _texts(data) for hit in scan(text) if hit.block]
    if blocked:
        return [
            (field, Bilingual(f"含有不得入库的内容（{kind.zh}）", f"holds what must not be stored ({kind.en})"))
            for field, kind in blocked
        ]
    found = validate(BY_NAME["project"], data).findings
    return [
        (
            one.field_path or "",
            Bilingual(f"{one.message.zh}；{one.next_step.zh}", f"{one.message.en}. {one.next_step.en}"),
        )
        for one in found
    ]


def _columns_of(mapping: Mapping) -> dict[str, str]:
    """The column that fills a field."""
    made = {"milestones/opened/source/row": mapping.key}
    if mapping.opening.url:
        made["milestones/opened/source/url"] = mapping.opening.url
    return made | {column.field: column.column for column in mapping.columns}


def _written(data: dict[str, Any], path: str, wrong: list[_Problem]) -> tuple[str, list[_Problem]]:
    """The file of *data*, or why there can be none: nothing is *wrong*, and it must be one that ``zongmu check`` reads."""
    if wrong:
        return "", wrong
    try:
        text = document(data, header=(MODELINE,))
    except Unwritable:
        return "", [("", Bilingual("含有控制字符", "holds control characters"))]
    return text, [("", one.message) for one in parse(text.encode(), path).findings[:1]]


MODELINE = "# yaml-language-server: $schema=../../../../schema/project.schema.json"


_READERS: Final[dict[As, Callable[[str], Any]]] = {
    "day": lambda text: read_day(text).isoformat(),
    "month": read_month,
    "ratio": lambda text: str(read_ratio(text)),
    "integer": read_integer,
    "flag": read_flag,
    "text": read_text,
    "line": read_line,
}
"""How a cell is read that needs to be told no more of its column."""


def read_cell(text: str, column: Column) -> Any:
    """A cell as its column says. Raises :class:`Unreadable`."""
    match column.as_:
        case "money":
            return str(read_money(text, column.unit or unit_of_header(column.column)))
        case "code":
            for row in column.codes:
                if row.text == read_line(text):
                    return row.code
            raise Unreadable(f"“{text}”没有对应的代码", f"{text!r} has no code")
        case "url":
            plain = read_line(text)
            if not re.fullmatch(r"https?://[^\s]+", plain):
                raise Unreadable(f"“{text}”不是网址", f"{text!r} is no address")
            return plain
        case other:
            return _READERS[other](text)


def _record(id: str, opened: str, key: str, row: Row, mapping: Mapping, values: dict[str, Any]) -> dict[str, Any]:
    source: dict[str, Any] = {"title": mapping.opening.title}
    address = row.cells.get(mapping.opening.url, "") if mapping.opening.url else ""
    if address and not is_nothing(address):
        source["url"] = read_line(address)
    elif mapping.opening.address:
        source["url"] = mapping.opening.address
    source["row"] = key
    first: dict[str, Any] = {"kind": "opened", "date": opened}
    if mapping.opening.stage:
        first["stage"] = mapping.opening.stage
    first["source"] = source
    data: dict[str, Any] = {"format": 1, "id": id, "jurisdiction": mapping.jurisdiction}
    acts: dict[str, dict[str, Any]] = {}
    for path, value in [*((c.field, c.value) for c in mapping.constants), *values.items()]:
        parts = path.split("/")
        if parts[0] == "milestones":
            act = acts.setdefault(parts[1], {"kind": parts[1]})
            act["/".join(parts[2:])] = value
        elif parts[0] == "planned":
            data.setdefault("planned", []).append({"kind": parts[1], "date": value})
        elif len(parts) == 1:
            data[parts[0]] = value
        else:
            data.setdefault(parts[0], {})[parts[1]] = value
    data["milestones"] = [first, *(a for a in acts.values() if "date" in a)]
    return data


def _texts(value: Any, at: str = "") -> Iterable[tuple[str, str]]:
    """Every text of a record with the path of its field; a row of a list goes by its kind."""
    if isinstance(value, str):
        yield at, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _texts(inner, f"{at}/{name}" if at else name)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, f"{at}/{inner['kind']}")


def write_files(root: Path, files: dict[str, str]) -> None:
    """Write new files, each whole or not at all; none is written over.

    Raises ``OSError`` or :class:`~zongmu.store.atomic.WriteError` when the disk does not take one.
    """
    from zongmu.store.atomic import write_atomic

    for path, text in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
        write_atomic(target, text.encode())

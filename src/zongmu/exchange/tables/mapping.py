"""The mapping of a table to records: column → field, in YAML, so that the next spreadsheet needs no code."""

from __future__ import annotations

import difflib
import re
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, Field, StrictBool, StrictInt

from zongmu.exchange.field_values import type_of
from zongmu.exchange.tables.reader import TableError
from zongmu.exchange.workbooks.sheets import slot_in
from zongmu.model.base import Code, JurisdictionId, Line, Maybe, Slug, Strict, may, need, rows
from zongmu.model.fields.titles import family_of
from zongmu.model.finding import Bilingual, Position
from zongmu.model.record_types import RecordType
from zongmu.model.records.project import Project
from zongmu.model.scalars import Day
from zongmu.model.scalars.identifiers import HttpUrl
from zongmu.store.fitting.shapes import Leaf, slots
from zongmu.store.fitting.validate import validate
from zongmu.store.reading.positions import Positions
from zongmu.store.reading.reader import MAX_BYTES, parse_exact
from zongmu.store.refusal import refusal

As = Literal["line", "text", "day", "month", "money", "ratio", "integer", "url", "code", "flag"]
FieldPath = Annotated[
    str, Field(strict=True, pattern=r"^[a-z][a-z0-9_]*(?:/[a-z0-9][a-z0-9_-]*){0,4}$", max_length=120)
]


class Column(Strict):
    """What one column means."""

    column: Line = need("列名", "Header of the column")
    field: FieldPath = need(
        "字段", "Field", ("如 name、milestones/procurement_announced/limit_price", "For example name")
    )
    as_: As = need("读作", "Read as", alias="as")
    unit: Maybe[Literal["元", "万元", "亿元"]] = may("单位", "Unit", ("缺省看表头", "Absent: as the header says"))
    required: Maybe[StrictBool] = may("必需", "Required", ("缺了这一格，整行不导入", "Without it the row is left out"))
    codes: tuple[CodeValue, ...] = rows("代码对照", "Codes")


class CodeValue(Strict):
    """A word of the table and the code it stands for."""

    text: Line = need("表中文字", "Text")
    code: Code = need("代码", "Code")


class Constant(Strict):
    """A field that has the same value in every row."""

    field: FieldPath = need("字段", "Field")
    value: Line = need("值", "Value")


class Opening(Strict):
    """The opening entry that an imported project begins with: on the day in a column, or on one day for all rows."""

    date: Maybe[Line] = may("日期列", "Column of the day")
    day: Maybe[Day] = may("日期", "Day", ("表里没有日期列时，写接管之日", "Where the table has no such column"))
    stage: Maybe[Code] = may("阶段", "Stage")
    title: Line = need("来源", "Source")
    url: Maybe[Line] = may("网址列", "Column of the address")
    address: Maybe[HttpUrl] = may("来源网址", "Address of the source")


class Mapping(Strict):
    """A mapping file."""

    format: Literal[1] = need("格式版本", "Format")
    jurisdiction: JurisdictionId = need("辖区", "Jurisdiction")
    folder: Slug = need("登记单位", "Registering organization", ("项目文件所在的文件夹", "Folder of the project files"))
    folder_name: Maybe[Line] = may(
        "登记单位名称",
        "Name of the registering organization",
        ("单位还没有登记的，导入时照此新建", "Where it is not registered yet, it is begun under this name"),
    )
    key: Line = need(
        "行键列", "Key column", ("每行唯一，再次导入时据此认出", "Unique; tells a row again at the next import")
    )
    year: Maybe[Line] = may(
        "年份列",
        "Column of the year",
        ("登记号的年份；缺省取期初日期的年份", "Year of the project id; absent: of the opening"),
    )
    sheet: Maybe[Line] = may("工作表", "Sheet")
    header_row: Maybe[Annotated[StrictInt, Field(ge=1, le=50)]] = may("表头行", "Header row")
    header_lines: Maybe[Annotated[StrictInt, Field(ge=1, le=5)]] = may(
        "表头行数",
        "Rows of the header",
        ("两行表头写 2，列名为“上 下”", "2: the name of a column is what stands above, then below"),
    )
    skip: tuple[Line, ...] = rows(
        "略过的行", "Rows left out", ("首个有内容的格，如 合计", "By their first cell, as 合计")
    )
    opening: Opening = need("期初登记", "Opening entry")
    columns: tuple[Column, ...] = need("列", "Columns", min_length=1)
    constants: tuple[Constant, ...] = rows("常量", "Constants")
    ignore: tuple[Line, ...] = rows("不用的列", "Columns not used")


Column.model_rebuild()
_FILE = RecordType("mapping", "映射文件", "Mapping", re.compile(".*"), "examples/import/map.yaml", Mapping, {})


def load_mapping(path: Path) -> Mapping:
    """The mapping in *path*. Raises :class:`TableError` with file and line when it is wrong."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as problem:
        raise TableError(
            Bilingual(f"读不到：{refusal(problem).zh}", f"cannot be read: {refusal(problem).en}"),
            Bilingual("核对路径", "check the path"),
            path.name,
        ) from None
    parsed = parse_exact(data, path.name)
    if parsed.findings:
        first = parsed.findings[0]
        raise TableError(first.message, first.next_step, _place(path.name, first.position))
    checked = validate(_FILE, parsed.value, data=data, path=path.name)
    if not isinstance(checked.model, Mapping):
        first = checked.findings[0]
        raise TableError(first.message, first.next_step, _place(path.name, first.position))
    mapping = checked.model
    if (mapping.opening.date is None) == (mapping.opening.day is None):
        either = Bilingual("date（日期列）和 day（日期）写一个", "give either date (a column) or day")
        raise _wrong(path.name, data, ("opening",), either)
    seen: set[str] = set()
    filled = [("columns", n, c.field) for n, c in enumerate(mapping.columns)]
    filled += [("constants", n, c.field) for n, c in enumerate(mapping.constants)]
    for name, n, field in filled:
        why = _no_field(field) or (_unfit(field, mapping.columns[n].as_) if name == "columns" else None)
        if why is None and field in seen:
            why = Bilingual(f"{field} 写了两次", f"{field} is there twice")
        if why is not None:
            raise _wrong(path.name, data, (name, n, "field"), why)
        seen.add(field)
    for n, column in enumerate(mapping.columns):
        if (why := _incomplete(column.field, seen)) is not None:
            raise _wrong(path.name, data, ("columns", n, "field"), why)
    return mapping


def _place(name: str, position: Position | None) -> str:
    return name if position is None else f"{name}:{position.line}:{position.column}"


def _wrong(name: str, data: bytes, at: tuple[int | str, ...], why: Bilingual) -> TableError:
    field = "/".join(str(p) for p in at)
    return TableError(
        Bilingual(f"映射文件的 {field} 有误：{why.zh}", f"{field} of the mapping is wrong: {why.en}"),
        Bilingual("对照 examples/import/ 里的例子", "compare with the example under examples/import/"),
        _place(name, Positions.of(data).find(at)),
    )


def _no_field(path: str) -> Bilingual | None:
    """Why *path* names nothing that a cell can fill: better said once of the mapping than of every row."""
    parts = path.split("/")
    if parts[0] == "milestones":
        family = family_of(parts[1]) if len(parts) > 1 else None
        if family is None:
            return Bilingual(
                f"没有里程碑种类 {'/'.join(parts[1:])}", f"there is no kind of milestone {'/'.join(parts[1:])}"
            )
        return _no_leaf(family, parts[2:], path)
    if parts[0] == "planned" and len(parts) == 2 and family_of(parts[1]) is not None:
        return None
    if parts[0] in _MADE:
        return Bilingual(f"{parts[0]} 由导入程序填写", f"{parts[0]} is filled in by the import")
    return _no_leaf(Project, parts, path)


_MADE = frozenset({"format", "id", "jurisdiction"})


def _incomplete(path: str, filled: set[str]) -> Bilingual | None:
    """What else the act at *path* cannot be recorded without, if no column and no constant gives it."""
    parts = path.split("/")
    family = family_of(parts[1]) if parts[0] == "milestones" else None
    needed = [name for name, slot in slots(family).items() if slot.required and name != "kind"] if family else []
    lacking = [name for name in needed if f"milestones/{parts[1]}/{name}" not in filled]
    if not lacking:
        return None
    names = [f"milestones/{parts[1]}/{name}" for name in lacking]
    return Bilingual(
        f"还要有 {'、'.join(names)}：加一列，或写进 constants", f"{', '.join(names)} too: add a column, or a constant"
    )


_FITS: dict[str, frozenset[str]] = {
    "day": frozenset({"day"}),
    "month": frozenset({"month"}),
    "day_or_month": frozenset({"day", "month"}),
    "money": frozenset({"money"}),
    "ratio": frozenset({"ratio"}),
    "integer": frozenset({"integer"}),
    "flag": frozenset({"flag"}),
}
"""What a typed field may be read as. What is not here takes text."""


def _unfit(path: str, as_: As) -> Bilingual | None:
    """Why what is read *as_* says is no value of the field at *path*: better said once than of every row."""
    parts = path.split("/")
    if parts[0] == "planned":
        kind = "day_or_month"
    else:
        family = family_of(parts[1]) if parts[0] == "milestones" else None
        slot = slot_in(family, parts[2:]) if family is not None else slot_in(Project, parts)
        kind = type_of(slot.node) if slot is not None and isinstance(slot.node, Leaf) else "text"
    fits = _FITS.get(kind)
    if fits is None or as_ in fits:
        return None
    words = " / ".join(sorted(fits))
    return Bilingual(f"{path} 要读作 {words}，写的是 {as_}", f"{path} is read as {words}, not as {as_}")


def _no_leaf(cls: type[BaseModel], parts: list[str], path: str) -> Bilingual | None:
    """Why *parts* lead to no single value below *cls*."""
    fields = {info.alias or name: info for name, info in cls.model_fields.items()}
    if not parts or parts[0] not in fields:
        near = difflib.get_close_matches(parts[0] if parts else "", fields, 1)
        return Bilingual(
            f"没有字段 {path}" + (f"，是不是 {near[0]}" if near else ""),
            f"there is no field {path}" + (f"; did you mean {near[0]}" if near else ""),
        )
    inner = _held(fields[parts[0]].annotation)
    if fields[parts[0]].default == ():
        return Bilingual(f"{path} 是列表，一格填不了", f"{path} is a list, which no cell can fill")
    if inner is not None:
        return _no_leaf(inner, parts[1:], path)
    return Bilingual(f"没有字段 {path}", f"there is no field {path}") if len(parts) > 1 else None


def _held(annotation: Any) -> type[BaseModel] | None:
    """The record class that a field holds, if it does."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((held for a in get_args(annotation) if (held := _held(a)) is not None), None)

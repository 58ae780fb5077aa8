"""The mapping of a table to records: column → field, in YAML, so that the next spreadsheet needs no code."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, StrictBool, StrictInt, ValidationError

from zongmu.exchange.table_reader import TableError
from zongmu.model.base import Code, JurisdictionId, Line, Maybe, Slug, Strict, may, need, rows
from zongmu.model.finding import Bilingual
from zongmu.model.identifiers import HttpUrl
from zongmu.store.reader import parse_exact

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
    """The opening entry that an imported project begins with."""

    date: Line = need("日期列", "Column of the day")
    stage: Maybe[Code] = may("阶段", "Stage")
    title: Line = need("来源", "Source")
    url: Maybe[Line] = may("网址列", "Column of the address")
    address: Maybe[HttpUrl] = may("来源网址", "Address of the source")


class Mapping(Strict):
    """A mapping file."""

    format: Literal[1] = need("格式版本", "Format")
    jurisdiction: JurisdictionId = need("辖区", "Jurisdiction")
    folder: Slug = need("登记机构", "Registering organization", ("项目文件所在的文件夹", "Folder of the project files"))
    key: Line = need(
        "行键列", "Key column", ("每行唯一，再次导入时据此认出", "Unique; tells a row again at the next import")
    )
    year: Line = need("年份列", "Column of the year", ("登记号的年份", "Year of the project id"))
    sheet: Maybe[Line] = may("工作表", "Sheet")
    header_row: Maybe[Annotated[StrictInt, Field(ge=1, le=50)]] = may("表头行", "Header row")
    opening: Opening = need("期初登记", "Opening entry")
    columns: tuple[Column, ...] = need("列", "Columns", min_length=1)
    constants: tuple[Constant, ...] = rows("常量", "Constants")
    ignore: tuple[Line, ...] = rows("不用的列", "Columns not used")


Column.model_rebuild()


def load_mapping(path: Path) -> Mapping:
    """The mapping in *path*. Raises :class:`TableError` with file and line when it is wrong."""
    try:
        data = path.read_bytes()
    except OSError as problem:
        raise TableError(
            Bilingual(f"读不到 {path.name}：{problem.strerror}", f"{path.name} cannot be read: {problem.strerror}"),
            Bilingual("核对路径", "check the path"),
        ) from None
    parsed = parse_exact(data, path.name)
    if parsed.findings:
        first = parsed.findings[0]
        line = f":{first.position.line}:{first.position.column}" if first.position else ""
        raise TableError(
            Bilingual(f"{path.name}{line}：{first.message.zh}", f"{path.name}{line}: {first.message.en}"),
            first.next_step,
        )
    try:
        return Mapping.model_validate(parsed.value)
    except ValidationError as problem:
        raise TableError(*_wrong(path.name, data, problem)) from None


def _wrong(name: str, data: bytes, problem: ValidationError) -> tuple[Bilingual, Bilingual]:
    from zongmu.store.positions import Positions

    first: Any = problem.errors()[0]
    place = Positions.of(data).find(tuple(first["loc"]))
    where = f"{name}:{place.line}:{place.column}"
    field = "/".join(str(p) for p in first["loc"])
    return (
        Bilingual(f"{where}：映射文件的 {field} 有误：{first['msg']}", f"{where}: {field} is wrong: {first['msg']}"),
        Bilingual("对照 examples/import/ 里的例子", "compare with the example under examples/import/"),
    )

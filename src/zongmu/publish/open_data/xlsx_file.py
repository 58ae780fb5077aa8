"""XLSX: a sheet for each table under Chinese headings, a sheet that says what the columns mean, one about the whole.

openpyxl makes the workbook with its styles and first rows. The rows of data are put into the sheets as they are zipped:
ten times faster than cell objects, amounts exact to the last digit, and every text a text by its declared type.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from zongmu.publish.open_data.about import About
from zongmu.publish.open_data.spreadsheet import cell_text
from zongmu.publish.open_data.tables import Column, Row, Table, texts

_LONGEST = 32_767
"""Characters that a cell can hold."""

_MOST = 1_000_000
"""Rows of a sheet; Excel ends at 1,048,576. What is more goes on in another sheet."""

_FIRST = 3
"""The row in which the data begin, below the titles and the names of the columns."""

_AT_ONCE = 4096
"""Rows that are XML at the same time: the whole of a large sheet would take gigabytes."""

_LARGE = 1 << 19
"""Rows from which a sheet may pass the 2 GiB that a zip file must announce: a row has some hundreds of bytes."""

_LEVEL = 3
"""Of compression: a third of the time of the usual 6 for a tenth more bytes."""

_EPOCH = dt.date(1899, 12, 30)
_STILL = dt.datetime(2000, 1, 1)
_HEAD_END = b"</sheetData>"
_EXTENT = re.compile(rb'(<dimension ref="A1:[A-Z]+)[0-9]+(")')
_NOTES = (
    ("说明", "以 = + - @ 或撇号开头的文字前多一个撇号，以免表格软件当作公式；去掉一个即是原文"),
    ("note", "Text that begins with = + - @ or an apostrophe has one more in front, lest it be taken for a formula"),
)


def xlsx_file(about: About, tables: Sequence[Table]) -> bytes:
    """The tables as a workbook."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font, NamedStyle
    from openpyxl.utils import get_column_letter
    from openpyxl.writer.excel import ExcelWriter

    book = Workbook()
    book.properties.creator = about.publisher
    book.properties.title = about.registry
    book.properties.created = _STILL
    for style, form in (("zongmu-money", "#,##0.00"), ("zongmu-date", "yyyy-mm-dd")):
        book.add_named_style(NamedStyle(name=style, number_format=form))
    bold, top = Font(bold=True), Alignment(vertical="top", wrap_text=True)
    rows: dict[str, tuple[Table, Sequence[Row]]] = {}
    first = book.active
    assert first is not None
    _about_sheet(first, about, tables, bold)
    for table in tables:
        for n in range(max(1, -(-len(table.rows) // _MOST))):
            sheet = book.create_sheet(table.title.zh[:28] + (f" {n + 1}" if n else ""))
            sheet.append([c.title.zh + ("（元）" if c.type == "money" else "") for c in table.columns])
            sheet.append([c.name for c in table.columns])
            for place, column in enumerate(table.columns, 1):
                letter = get_column_letter(place)
                sheet.column_dimensions[letter].width = 40 if column.name == "name" else 16
                sheet.cell(1, place).font, sheet.cell(1, place).alignment = bold, top
            sheet.freeze_panes = "B3"
            part = table.rows[n * _MOST : (n + 1) * _MOST]
            sheet.auto_filter.ref = f"A2:{get_column_letter(len(table.columns))}{2 + len(part)}"
            rows[f"xl/worksheets/sheet{len(book.worksheets)}.xml"] = table, part
    _fields_sheet(book.create_sheet("字段"), tables, bold)
    styles = {name: _style_number(book, name) for name in ("zongmu-money", "zongmu-date")}
    out = io.BytesIO()
    with _Archive(out, rows, styles) as archive:
        ExcelWriter(book, archive).save()
    return out.getvalue()


def _style_number(book: Any, name: str) -> int:
    """The number under which cells refer to a named style."""
    cell = book.worksheets[0].cell(1, 16_000)
    cell.style = name
    number = int(cell.style_id)
    del book.worksheets[0]._cells[1, 16_000]
    return number


def _about_sheet(sheet: Any, about: About, tables: Sequence[Table], bold: Any) -> None:
    sheet.title = "说明"
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 24, 90
    for key, value in (*about.rows(), *_NOTES):
        sheet.append([key, cell_text(value)])
    sheet.append([])
    for table in tables:
        sheet.append([table.title.zh, f"{table.about.zh} · {table.about.en}", len(table.rows)])
    for row in sheet.iter_rows(max_col=1):
        row[0].font = bold


def _fields_sheet(sheet: Any, tables: Sequence[Table], bold: Any) -> None:
    sheet.append(["工作表", "表", "列", "标题", "英文标题", "类型", "代码表"])
    for letter, width in zip("ABCDEFG", (18, 18, 26, 30, 40, 10, 20), strict=True):
        sheet.column_dimensions[letter].width = width
    for table in tables:
        for c in table.columns:
            sheet.append([table.title.zh, table.name, c.name, c.title.zh, c.title.en, c.type, c.codelist])
    for cell in sheet[1]:
        cell.font = bold
    sheet.freeze_panes = "A2"


class _Archive(ZipFile):
    """A zip file without the time of the day, in which sheets get their rows."""

    def __init__(self, out: io.BytesIO, rows: dict[str, tuple[Table, Sequence[Row]]], styles: dict[str, int]) -> None:
        super().__init__(out, "w", ZIP_DEFLATED, compresslevel=_LEVEL)
        self._rows = rows
        self._styles = styles

    def writestr(self, zinfo_or_arcname: Any, data: Any, *args: Any, **more: Any) -> None:
        name = getattr(zinfo_or_arcname, "filename", zinfo_or_arcname)
        text = data.encode() if isinstance(data, str) else bytes(data)
        if name == "docProps/core.xml":
            text = _without_now(text)
        info = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
        info.compress_type, info._compresslevel = ZIP_DEFLATED, _LEVEL  # type: ignore[attr-defined]  # as writestr does
        info.external_attr = 0o644 << 16
        table, rows = self._rows.get(name, (None, ()))
        head, end, tail = text.partition(_HEAD_END) if table is not None else (text, b"", b"")
        if table is not None:  # readers that stream take no row beyond what the sheet says it holds
            head = _EXTENT.sub(rb"\g<1>%d\2" % (_FIRST - 1 + len(rows)), head)
        with self.open(info, "w", force_zip64=len(rows) > _LARGE) as file:
            file.write(head)
            if table is not None:
                for first in range(0, len(rows), _AT_ONCE):
                    file.write(self._xml(table, rows[first : first + _AT_ONCE], _FIRST + first))
            file.write(end + tail)

    def write(self, filename: Any, arcname: Any = None, *args: Any, **more: Any) -> None:
        with open(filename, "rb") as file:
            self.writestr(arcname or filename, file.read())

    def _xml(self, table: Table, rows: Sequence[Row], first: int) -> bytes:
        """Rows of a sheet, from row *first* on."""
        from openpyxl.utils import get_column_letter

        columns = [
            _cells(column, rows, place, get_column_letter(place + 1), first, self._styles)
            for place, column in enumerate(table.columns)
        ]
        found = enumerate(zip(*columns, strict=True), first)
        return "".join([f'<row r="{n}">{"".join(cells)}</row>' for n, cells in found]).encode()


def _cells(
    column: Column, rows: Sequence[Row], place: int, letter: str, first: int, styles: dict[str, int]
) -> list[str]:
    """The cells of a column as XML, from row *first* on; nothing for those that are empty."""
    cells = enumerate(texts(column, rows, place), first)
    match column.type:
        case "money":
            style = styles["zongmu-money"]
            return [f'<c r="{letter}{n}" s="{style}"><v>{v}</v></c>' if v else "" for n, v in cells]
        case "integer":
            return [f'<c r="{letter}{n}"><v>{v}</v></c>' if v else "" for n, v in cells]
        case "boolean":
            return [f'<c r="{letter}{n}" t="b"><v>{int(v == "true")}</v></c>' if v else "" for n, v in cells]
        case "date":
            style, epoch = styles["zongmu-date"], _EPOCH.toordinal()
            days = ((n, row[place]) for n, row in enumerate(rows, first))
            return [
                f'<c r="{letter}{n}" s="{style}"><v>{v.toordinal() - epoch}</v></c>' if isinstance(v, dt.date) else ""
                for n, v in days
            ]
        case _:
            known: dict[str, str] = {"": ""}
            out = []
            for n, v in cells:
                said = known.get(v)
                if said is None:
                    said = known[v] = (
                        f'" t="inlineStr"><is><t xml:space="preserve">{escape(_short(cell_text(v)))}</t></is></c>'
                    )
                out.append(f'<c r="{letter}{n}{said}' if said else "")
            return out


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _without_now(core: bytes) -> bytes:
    """The properties without the second in which openpyxl wrote them: it sets ``modified`` whatever was asked for."""
    still = _STILL.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    return re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + still, core)

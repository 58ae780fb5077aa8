"""XLSX: a sheet for each table under Chinese headings, a sheet that says what the columns mean, one about the whole.

openpyxl makes the workbook with its styles and first rows. The rows of data are put into the sheets as they are zipped:
ten times faster than cell objects, amounts exact to the last digit, and every text a text by its declared type. Blocks of
rows are compressed one by one, so that those of the last build are taken as they are.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from zongmu.publish.open_data.about import About
from zongmu.publish.open_data.pieces import Piece, Sheet, sheets_of
from zongmu.publish.open_data.spreadsheet import NOTES, cell_text, short
from zongmu.publish.open_data.still_zip import Part, StillZip, part
from zongmu.publish.open_data.tables import Column, Table, Values, is_empty, texts

_FIRST = 3
"""The row in which the data begin, below the titles and the names of the columns."""

_EPOCH = dt.date(1899, 12, 30)
_STILL = dt.datetime(2000, 1, 1)
_HEAD_END = b"</sheetData>"
_EXTENT = re.compile(rb'(<dimension ref="A1:[A-Z]+)[0-9]+(")')


class _Rows:
    """The rows of a sheet, compressed."""

    def __init__(self, pieces: Sequence[Piece], parts: Sequence[bytes]) -> None:
        self.pieces = pieces
        self.parts = parts
        self.number = sum(piece.size for piece in pieces)


class Workbook:
    """The tables as a workbook. *last*: that of the last build, where it is there."""

    def __init__(self, about: About, last: bytes | None) -> None:
        from openpyxl import Workbook
        from openpyxl.styles import NamedStyle

        self._about = about
        self._last = last
        self._book = book = Workbook()
        book.properties.creator = about.publisher
        book.properties.title = about.registry
        book.properties.created = _STILL
        for style, form in (("zongmu-money", "#,##0.00"), ("zongmu-date", "yyyy-mm-dd")):
            book.add_named_style(NamedStyle(name=style, number_format=form))
        self._styles = {name: _style_number(book, name) for name in ("zongmu-money", "zongmu-date")}
        self._tables: list[tuple[Table, int]] = []
        self._sheets: dict[str, _Rows] = {}

    def add(self, table: Table, pieces: Sequence[Piece]) -> None:
        """Take in a table; rows that the last build had in the same place are copied."""
        for n, some in enumerate(sheets_of(pieces)):
            self._sheet(table, n, some)
        self._tables.append((table, sum(piece.size for piece in pieces)))

    def _sheet(self, table: Table, n: int, pieces: Sequence[Piece]) -> None:
        from openpyxl.styles import Alignment, Font
        from openpyxl.utils import get_column_letter

        bold, top = Font(bold=True), Alignment(vertical="top", wrap_text=True)
        sheet = self._book.create_sheet(table.title.zh[:28] + (f" {n + 1}" if n else ""))
        sheet.append([c.title.zh + ("（元）" if c.type == "money" else "") for c in table.columns])
        sheet.append([c.name for c in table.columns])
        for place, column in enumerate(table.columns, 1):
            letter = get_column_letter(place)
            sheet.column_dimensions[letter].width = 40 if column.name == "name" else 16
            sheet.cell(1, place).font, sheet.cell(1, place).alignment = bold, top
        sheet.freeze_panes = "B3"
        parts, line = [], _FIRST
        for piece in pieces:
            parts.append(self._compressed(table, piece, line))
            line += piece.size
        sheet.auto_filter.ref = f"A2:{get_column_letter(len(table.columns))}{line - 1}"
        self._sheets[f"xl/worksheets/sheet{len(self._book.worksheets)}.xml"] = _Rows(pieces, parts)

    def _compressed(self, table: Table, piece: Piece, line: int) -> bytes:
        """The rows of a block from row *line* of the sheet on."""
        if self._last is not None and piece.was is not None and (was := piece.was.sheet).line == line:
            piece.sheet = was
            return self._last[was.at : was.at + was.size]
        xml = self._xml(table, piece.columns, line)
        made = part(xml)
        piece.sheet = Sheet(line, 0, len(made.data), made.size, made.crc)
        return made.data

    def _xml(self, table: Table, columns: Sequence[Values], first: int) -> bytes:
        """Rows of a sheet, from row *first* on."""
        from openpyxl.utils import get_column_letter

        cells = [
            _cells(column, values, get_column_letter(place), first, self._styles)
            for place, (column, values) in enumerate(zip(table.columns, columns, strict=True), 1)
            if not is_empty(values)
        ]
        found = enumerate(zip(*cells, strict=True), first)
        return "".join([f'<row r="{n}">{"".join(row)}</row>' for n, row in found]).encode()

    def written(self) -> bytes:
        """The whole of it."""
        from openpyxl.styles import Font
        from openpyxl.writer.excel import ExcelWriter

        bold, first = Font(bold=True), self._book.active
        assert first is not None
        _about_sheet(first, self._about, self._tables, bold)
        _fields_sheet(self._book.create_sheet("字段"), [table for table, _ in self._tables], bold)
        out = io.BytesIO()
        with _Archive(out, self._sheets) as archive:
            ExcelWriter(self._book, archive).save()
        return out.getvalue()


def _style_number(book: Any, name: str) -> int:
    """The number under which cells refer to a named style."""
    sheet = book.create_sheet()
    cell = sheet.cell(1, 1)
    cell.style = name
    book.remove(sheet)
    return int(cell.style_id)


def _about_sheet(sheet: Any, about: About, tables: Sequence[tuple[Table, int]], bold: Any) -> None:
    sheet.title = "说明"
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 24, 90
    for key, value in (*about.rows(), *NOTES):
        sheet.append([key, cell_text(value)])
    sheet.append([])
    for table, rows in tables:
        sheet.append([table.title.zh, f"{table.about.zh} · {table.about.en}", rows])
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


class _Archive(StillZip):
    """The zip file as openpyxl writes into it, in which sheets get their rows."""

    def __init__(self, out: io.BytesIO, sheets: Mapping[str, _Rows]) -> None:
        super().__init__(out)
        self._sheets = sheets

    def writestr(self, zinfo_or_arcname: Any, data: Any, *args: Any, **more: Any) -> None:
        name = getattr(zinfo_or_arcname, "filename", zinfo_or_arcname)
        text = data.encode() if isinstance(data, str) else bytes(data)
        if name == "docProps/core.xml":
            text = _without_now(text)
        rows = self._sheets.get(name)
        if rows is None:
            self.put(name, text)
        else:
            self._with_rows(name, text, rows)

    def write(self, filename: Any, arcname: Any = None, *args: Any, **more: Any) -> None:
        with open(filename, "rb") as file:
            self.writestr(arcname or filename, file.read())

    def _with_rows(self, name: str, text: bytes, rows: _Rows) -> None:
        """Write a sheet whose rows are compressed already, and note where each block of them stands."""
        head, end, tail = text.partition(_HEAD_END)
        # Readers that stream take no row beyond what the sheet says it holds.
        head = _EXTENT.sub(rb"\g<1>%d\2" % (_FIRST - 1 + rows.number), head)
        middle = [
            Part(data, piece.sheet.xml, piece.sheet.crc) for piece, data in zip(rows.pieces, rows.parts, strict=True)
        ]
        places = self.joined(name, [part(head), *middle, part(end + tail, last=True)])
        for piece, at in zip(rows.pieces, places[1:-1], strict=True):
            piece.sheet = piece.sheet._replace(at=at)


def _cells(column: Column, values: Values, letter: str, first: int, styles: dict[str, int]) -> list[str]:
    """The cells of a column as XML, from row *first* on; nothing for those that are empty."""
    cells = enumerate(texts(column, values), first)
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
            days = enumerate(values, first)
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
                        f'" t="inlineStr"><is><t xml:space="preserve">{escape(short(cell_text(v)))}</t></is></c>'
                    )
                out.append(f'<c r="{letter}{n}{said}' if said else "")
            return out


def _without_now(core: bytes) -> bytes:
    """The properties without the second in which openpyxl wrote them: it sets ``modified`` whatever was asked for."""
    still = _STILL.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    return re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + still, core)

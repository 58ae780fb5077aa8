"""ODS (OpenDocument 1.2): the tables as a spreadsheet that is no one's property, under the same headings as the XLSX.

Written directly: a cell has its type and its value, amounts are exact to the last digit, and no cell has a formula. Blocks of
rows are compressed one by one, so that those of the last build are taken as they are.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Sequence
from functools import lru_cache
from xml.sax.saxutils import escape

from zongmu.publish.open_data.about import About
from zongmu.publish.open_data.pieces import Piece, Sheet, sheets_of
from zongmu.publish.open_data.spreadsheet import NOTES, cell_text, short
from zongmu.publish.open_data.still_zip import Part, StillZip, part
from zongmu.publish.open_data.tables import Column, Table, Values, is_empty, texts

_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:"
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<office:document-content office:version="1.2" '
    + " ".join(f'xmlns:{name}="{_OFFICE}{space}"' for name, space in (
        ("office", "office:1.0"), ("table", "table:1.0"), ("text", "text:1.0"), ("style", "style:1.0"),
        ("number", "datastyle:1.0"), ("fo", "xsl-fo-compatible:1.0"),
    ))
    + "><office:automatic-styles>"
    '<number:number-style style:name="n"><number:number number:decimal-places="2" number:min-integer-digits="1" number:grouping="true"/></number:number-style>'
    '<number:date-style style:name="d"><number:year number:style="long"/><number:text>-</number:text><number:month number:style="long"/>'
    '<number:text>-</number:text><number:day number:style="long"/></number:date-style>'
    '<style:style style:name="money" style:family="table-cell" style:data-style-name="n"/>'
    '<style:style style:name="day" style:family="table-cell" style:data-style-name="d"/>'
    '<style:style style:name="head" style:family="table-cell"><style:text-properties fo:font-weight="bold"/></style:style>'
    "</office:automatic-styles><office:body><office:spreadsheet>"
)  # fmt: skip
_TAIL = "</office:spreadsheet></office:body></office:document-content>"
_MANIFEST = f'''<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="{_OFFICE}manifest:1.0" manifest:version="1.2">
<manifest:file-entry manifest:full-path="/" manifest:version="1.2" manifest:media-type="{_TYPE}"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>
</manifest:manifest>
'''
_BREAK = "</text:p><text:p>"
_END = "</table:table>"
_EMPTY = "\0"
"""Stands for an empty cell until the rows are text: no XML has the character, and most cells of most rows are empty."""
_SPACES = re.compile("(?<= ) +|^ +| +$|[\t\r]+")


class Spreadsheet:
    """The tables as a spreadsheet. *last*: that of the last build, where it is there."""

    def __init__(self, about: About, last: bytes | None) -> None:
        self._last = last
        rows = [[key, value] for key, value in (*about.rows(), *NOTES)]
        self._parts: list[tuple[Part, Piece | None]] = []
        self._text(_HEAD + _sheet("说明", 2) + "".join(map(_texts_row, rows)))

    def add(self, table: Table, pieces: Sequence[Piece]) -> None:
        """Take in a table; rows that the last build had are copied."""
        titles = [c.title.zh + ("（元）" if c.type == "money" else "") for c in table.columns]
        for n, some in enumerate(sheets_of(pieces)):
            head = _sheet(table.title.zh[:28] + (f" {n + 1}" if n else ""), len(titles))
            names = [c.name for c in table.columns]
            self._text(f"{_END}{head}{_texts_row(titles, 'head')}{_texts_row(names)}")
            self._parts += [(self._compressed(table, piece), piece) for piece in some]

    def _text(self, text: str) -> None:
        self._parts.append((part(text.encode()), None))

    def _compressed(self, table: Table, piece: Piece) -> Part:
        if self._last is not None and piece.was is not None and (was := piece.was.ods).size:
            return Part(self._last[was.at : was.at + was.size], was.xml, was.crc)
        return part(_rows(table, piece.columns).encode())

    def written(self) -> bytes:
        """The whole of it; where each block stands is noted."""
        out = io.BytesIO()
        with StillZip(out) as archive:
            archive.put("mimetype", _TYPE.encode(), stored=True)  # first and plain: readers look for it there
            archive.put("META-INF/manifest.xml", _MANIFEST.encode())
            parts = [one for one, _ in self._parts]
            places = archive.joined("content.xml", [*parts, part((_END + _TAIL).encode(), last=True)])
        for at, (one, piece) in zip(places, self._parts, strict=False):
            if piece is not None:
                piece.ods = Sheet(0, at, len(one.data), one.size, one.crc)
        return out.getvalue()


def _sheet(name: str, columns: int) -> str:
    name = re.sub(r"[\[\]*?:/\\]", " ", name)
    return f'<table:table table:name="{escape(name, {chr(34): "&quot;"})}"><table:table-column table:number-columns-repeated="{columns}"/>'


def _texts_row(cells: Sequence[str], style: str = "") -> str:
    said = f' table:style-name="{style}"' if style else ""
    return _filled(f"<table:table-row>{''.join([_text_cell(c, said) for c in cells])}</table:table-row>")


def _filled(rows: str) -> str:
    return rows.replace(_EMPTY, "<table:table-cell/>")


@lru_cache(maxsize=1 << 14)  # titles, names and codes come again in every row
def _text_cell(text: str, said: str = "") -> str:
    if not text:
        return _EMPTY
    lines = _BREAK.join(map(_line, short(cell_text(text)).split("\n")))
    return f'<table:table-cell{said} office:value-type="string"><text:p>{lines}</text:p></table:table-cell>'


def _line(text: str) -> str:
    """A line as a paragraph has it: runs of spaces would become one."""
    return _SPACES.sub(_spaces, escape(text))


def _spaces(found: re.Match[str]) -> str:
    run = found[0]
    return f'<text:s text:c="{len(run)}"/>' if run[0] == " " else "<text:tab/>" * len(run)


def _rows(table: Table, columns: Sequence[Values]) -> str:
    found = [_cells(*one) for one in zip(table.columns, columns, strict=True)]
    return _filled("".join([f"<table:table-row>{''.join(c)}</table:table-row>" for c in zip(*found, strict=True)]))


def _cells(column: Column, values: Values) -> list[str]:
    if is_empty(values):
        return [_EMPTY] * len(values)
    cells = texts(column, values)
    match column.type:
        case "money":
            return [_number(v, ' table:style-name="money"') if v else _EMPTY for v in cells]
        case "integer":
            return [_number(v) if v else _EMPTY for v in cells]
        case "boolean":
            kind = '<table:table-cell office:value-type="boolean" office:boolean-value='
            return [f'{kind}"{v}"><text:p>{v.upper()}</text:p></table:table-cell>' if v else _EMPTY for v in cells]
        case "date":
            kind = '<table:table-cell table:style-name="day" office:value-type="date" office:date-value='
            return [
                f'{kind}"{v}"><text:p>{v}</text:p></table:table-cell>' if isinstance(day, dt.date) else _EMPTY
                for v, day in zip(cells, values, strict=True)
            ]
        case _:
            return [_text_cell(v) if v else _EMPTY for v in cells]


def _number(value: str, style: str = "") -> str:
    return f'<table:table-cell{style} office:value-type="float" office:value="{value}"><text:p>{value}</text:p></table:table-cell>'

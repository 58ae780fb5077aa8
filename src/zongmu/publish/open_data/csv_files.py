"""CSV after RFC 4180 with CSVW metadata (W3C, Tabular Data on the Web): UTF-8 with the mark that Excel looks for."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from zongmu.model.finding import Bilingual
from zongmu.publish.open_data.about import About
from zongmu.publish.open_data.json_files import indented
from zongmu.publish.open_data.spreadsheet import cell_text
from zongmu.publish.open_data.tables import BETWEEN, Column, Links, Table, Values, is_empty, texts
from zongmu.publish.rendering.escape import encode

MARK = "\ufeff"


def csv_head(table: Table) -> bytes:
    """The first line of a table as CSV."""
    return encode(MARK) + _lines([[column.name for column in table.columns]])


def csv_rows(table: Table, columns: Sequence[Values]) -> bytes:
    """Rows of a table as CSV. Text that a spreadsheet would take for a formula has an apostrophe in front."""
    return _lines(_rows(table, columns))


def csv_lines(table: Table, columns: Sequence[Values]) -> list[bytes]:
    """The same row by row."""
    return [_lines([cells]) for cells in _rows(table, columns)]


def _rows(table: Table, columns: Sequence[Values]) -> Iterator[tuple[str, ...]]:
    return zip(*(_cells(*one) for one in zip(table.columns, columns, strict=True)), strict=True)


def _cells(column: Column, values: Values) -> Sequence[str]:
    cells = texts(column, values)
    if column.type not in ("text", "list") or is_empty(values):
        return cells
    return [c and cell_text(c) for c in cells]


def _lines(rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return encode(out.getvalue())


def csvw(about: About, tables: Sequence[tuple[Table, Links]]) -> bytes:
    """``csv-metadata.json``: the tables with what they point to, their columns with titles and types, keys, the licence."""
    data: dict[str, Any] = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "zh"}],
        "dc:title": _both(Bilingual(about.registry, about.registry_en)),
        "dc:publisher": about.publisher,
        "dc:modified": {"@value": about.modified, "@type": "xsd:date"},
        "dc:source": {"@id": about.address},
        "dialect": {"encoding": "utf-8", "header": True, "delimiter": ",", "lineTerminators": ["\r\n"]},
        "tables": [_table(*one) for one in tables],
    }
    if about.licence_uri is not None:
        data["dc:license"] = {"@id": about.licence_uri}
    if about.notice is not None:
        data["dc:description"] = about.notice
    return indented(data)


def _both(text: Bilingual) -> list[dict[str, str]]:
    """A text in both languages, as CSVW has properties of other vocabularies."""
    return [{"@value": text.zh, "@language": "zh"}, {"@value": text.en, "@language": "en"}]


def _table(table: Table, links: Links) -> dict[str, Any]:
    targets = {column.name: (f"{name}.csv", key) for column, name, key in links}
    schema: dict[str, Any] = {
        "columns": [_column(column, column.name in table.key, targets.get(column.name)) for column in table.columns],
        "primaryKey": list(table.key),
    }
    # A foreign key of CSVW wants its row for every row (Tabular Data Model 6.6), an empty cell included: only a column that
    # is never empty can have one. The others say in ``dc:references`` where they point.
    keys = [(name, *target) for name, target in targets.items() if name in table.key]
    if keys:
        schema["foreignKeys"] = [
            {"columnReference": name, "reference": {"resource": file, "columnReference": key}}
            for name, file, key in keys
        ]
    return {
        "url": f"{table.name}.csv",
        "dc:title": _both(table.title),
        "dc:description": _both(table.about),
        "tableSchema": schema,
    }


_DATATYPES: dict[str, Any] = {
    "date": {"base": "date", "format": "yyyy-MM-dd"},
    "money": {"base": "decimal", "format": "0.00", "dc:description": "元 CNY"},
    "integer": "integer",
    "boolean": "boolean",
    "text": "string",
    "list": "string",
}


def _column(column: Column, required: bool, target: tuple[str, str] | None) -> dict[str, Any]:
    out: dict[str, Any] = {
        "name": column.name,
        "titles": {"zh": [column.name, column.title.zh], "en": [column.title.en]},
        "datatype": _DATATYPES[column.type],
    }
    if column.type == "list":
        out["separator"] = BETWEEN
    if required:
        out["required"] = True
    if target is not None and not required:
        out["dc:references"] = {"@id": "{}#{}".format(*target)}
    if column.codelist is not None:
        out["dc:subject"] = f"code list {column.codelist}"
    return out

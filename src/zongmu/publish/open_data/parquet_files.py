"""Parquet: typed columns (days as days, amounts as decimals, lists as lists), the head of the file as its metadata."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from zongmu.publish.open_data.about import About
from zongmu.publish.open_data.pieces import Piece
from zongmu.publish.open_data.tables import Column, Table, decimal, unicode_of


def parquet_file(about: About, table: Table, pieces: Sequence[Piece], last: bytes | None) -> bytes:
    """A table as Parquet; *last*: that of the last build, from which rows are taken where it is there. Amounts are ``decimal128(20, 2)`` in 元: more than the largest amounts that fit one record add up to."""
    import pyarrow as pa
    from pyarrow import parquet

    types: dict[str, Any] = {
        "text": pa.string(),
        "list": pa.list_(pa.string()),
        "date": pa.date32(),
        "money": pa.decimal128(20, 2),
        "integer": pa.int64(),
        "boolean": pa.bool_(),
    }
    fields = [pa.field(c.name, types[c.type], metadata=_said(c)) for c in table.columns]
    head = {key: value.encode() for key, value in about.rows()} | {"title": table.title.zh.encode()}
    schema = pa.schema(fields, metadata=head)
    known = parquet.read_table(pa.BufferReader(last)).cast(schema) if last is not None else None
    parts = []
    for piece in pieces:
        if known is not None and (was := piece.was) is not None:
            parts.append(known.slice(was.first, was.rows))
            continue
        columns = [
            pa.array(_values(column, values), type=types[column.type])
            for column, values in zip(table.columns, piece.columns, strict=True)
        ]
        parts.append(pa.Table.from_arrays(columns, schema=schema))
    out = io.BytesIO()
    made = pa.concat_tables(parts) if parts else schema.empty_table()
    parquet.write_table(made.combine_chunks(), out, compression="zstd")
    return out.getvalue()


def _said(column: Column) -> dict[str, str]:
    out = {"title": column.title.zh, "title_en": column.title.en}
    if column.type == "money":
        out["unit"] = "CNY"
    return out | ({"codelist": column.codelist} if column.codelist is not None else {})


def _values(column: Column, values: Sequence[Any]) -> Sequence[Any]:
    match column.type:
        case "text":
            return unicode_of(values)
        case "list":
            return [None if v is None else unicode_of(list(v)) for v in values]
        case "money":
            return [None if v is None else decimal(v) for v in values]
        case _:
            return values

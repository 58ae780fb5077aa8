"""Parquet: typed columns (days as days, amounts as decimals, lists as lists), the head of the file as its metadata."""

from __future__ import annotations

import io
from typing import Any

from zongmu.publish.escape import encode
from zongmu.publish.open_data.about import About
from zongmu.publish.open_data.tables import Column, Table, Value, decimal


def parquet_file(about: About, table: Table) -> bytes:
    """A table as Parquet. Amounts are ``decimal128(18, 2)`` in 元."""
    import pyarrow as pa
    from pyarrow import parquet

    types: dict[str, Any] = {
        "text": pa.string(),
        "list": pa.list_(pa.string()),
        "date": pa.date32(),
        "money": pa.decimal128(18, 2),
        "integer": pa.int64(),
        "boolean": pa.bool_(),
    }
    fields = [pa.field(c.name, types[c.type], metadata=_said(c)) for c in table.columns]
    head = {key: value.encode() for key, value in about.rows()} | {"title": table.title.zh.encode()}
    schema = pa.schema(fields, metadata=head)
    columns = [
        pa.array([_value(column, row[n]) for row in table.rows], type=types[column.type])
        for n, column in enumerate(table.columns)
    ]
    out = io.BytesIO()
    parquet.write_table(pa.Table.from_arrays(columns, schema=schema), out, compression="zstd")
    return out.getvalue()


def _said(column: Column) -> dict[str, str]:
    out = {"title": column.title.zh, "title_en": column.title.en}
    if column.type == "money":
        out["unit"] = "CNY"
    return out | ({"codelist": column.codelist} if column.codelist is not None else {})


def _value(column: Column, value: Value) -> Any:
    if isinstance(value, str):
        return encode(value).decode()
    if isinstance(value, tuple):
        return list(value)
    if column.type == "money" and isinstance(value, int):
        return decimal(value)
    return value

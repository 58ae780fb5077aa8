"""What the tables of the open data are: columns with a type, a title in both languages, rows of exact values.

Every tabular format (CSV, XLSX, SQLite, Parquet) is written from the same tables. A value is a text, a list of texts, a
day, a number of fen, a whole number, a truth value or None; no float ever takes part.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal

from zongmu.model.finding import Bilingual
from zongmu.model.immutable import immutable
from zongmu.publish.escape import encode

Type = Literal["text", "list", "date", "money", "integer", "boolean"]
Value = str | tuple[str, ...] | dt.date | int | bool | None
Row = Sequence[Value]

BETWEEN = ";"
"""Stands between the items of a list where a format has no lists (RFC 4180 has none)."""


@immutable
class Column:
    """One column. Values of type ``money`` are whole fen; formats write them as 元 with two decimals."""

    name: str
    title: Bilingual
    type: Type = "text"
    codelist: str | None = None
    refers: tuple[str, str] | None = None  # table and column that the value points to


@immutable
class Table:
    """One table: rows in a fixed order, told apart by the columns of *key*."""

    name: str
    title: Bilingual
    about: Bilingual
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    rows: Sequence[Row]


def references(table: Table, tables: Sequence[Table]) -> list[tuple[Column, str, str]]:
    """Columns that point to another of the *tables*, with that table and its column, where every value is found there.

    A body without a record of its own has no row to point to.
    """
    out = []
    for place, column in enumerate(table.columns):
        if column.refers is None:
            continue
        name, key = column.refers
        for other in (t for t in tables if t.name == name):
            at = [c.name for c in other.columns].index(key)
            if {row[place] for row in table.rows} - {None} <= {row[at] for row in other.rows}:
                out.append((column, name, key))
    return out


@lru_cache(maxsize=65536)
def yuan(fen: int) -> str:
    """Fen as 元 with two decimals, exact: 118050000 is ``1180500.00``."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def decimal(fen: int) -> Decimal:
    """Fen as 元, exact."""
    return Decimal(fen).scaleb(-2)


def joined(items: Iterable[str]) -> str:
    """A list as one text. A semicolon within an item becomes a full-width one."""
    return BETWEEN.join([item.replace(BETWEEN, "；") for item in items])


def unicode_of(values: list[Any]) -> list[Any]:
    """Texts that UTF-8 can hold (and None): a lone surrogate becomes a question mark."""
    try:
        "".join([v for v in values if v is not None]).encode()
    except UnicodeEncodeError:
        return [v and encode(v).decode() for v in values]
    return values


def texts(column: Column, rows: Sequence[Row], place: int) -> list[str]:
    """A column as a format without types has it; nothing for None."""
    values = [row[place] for row in rows]
    match column.type:
        case "list":
            return [joined(v) if isinstance(v, tuple) else "" for v in values]
        case "boolean":
            return ["" if v is None else "true" if v else "false" for v in values]
        case "money":
            return [yuan(v) if isinstance(v, int) else "" for v in values]
        case _:
            return ["" if v is None else v if isinstance(v, str) else str(v) for v in values]

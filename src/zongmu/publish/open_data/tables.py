"""What the tables of the open data are: columns with a type, a title in both languages, rows of exact values.

Every tabular format (CSV, XLSX, SQLite, Parquet) is written from the same tables. A value is a text, a list of texts, a
day, a number of fen, a whole number, a truth value or None; no float ever takes part. The rows of a table come in blocks, so
that of a table that is nearly the same nearly all can be taken from the files of the last build.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from zongmu.model.finding import Bilingual
from zongmu.model.immutable import immutable
from zongmu.publish.rendering.escape import encode

Type = Literal["text", "list", "date", "money", "integer", "boolean"]
Value = str | tuple[str, ...] | dt.date | int | bool | None
Row = Sequence[Value]
Values = tuple[Value, ...]
"""The values of a column, row by row."""

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


class Block(NamedTuple):
    """Rows that are made together. ``key``: a digest of all that they are made from, with this program; empty where nobody knows.
    ``year``: to which year all of them belong, in a table that is also given year by year."""

    make: Callable[[], Sequence[Row]]
    key: str = ""
    year: int | None = None


@immutable
class Table:
    """One table: rows in a fixed order, told apart by the columns of *key*. ``ids``: the values of its key, where other tables
    point to it."""

    name: str
    title: Bilingual
    about: Bilingual
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    blocks: Sequence[Block]
    ids: Collection[str] = ()


_AT_ONCE = 4096
"""Rows that are text at the same time, where they are not made project by project."""


def whole(rows: Sequence[Row], year: int | None = None) -> list[Block]:
    """Rows that are there, as blocks."""
    parts = [rows[n : n + _AT_ONCE] for n in range(0, len(rows), _AT_ONCE)]
    return [Block(lambda part=part: part, "", year) for part in parts]  # type: ignore[misc]


def pointing(table: Table) -> list[int]:
    """The places of the columns that point to another table."""
    return [place for place, column in enumerate(table.columns) if column.refers is not None]


Links = Sequence[tuple[Column, str, str]]
"""Columns that point to another table, with that table and its column."""


def references(table: Table, values: Sequence[Iterable[str]], ids: Mapping[str, Collection[str]]) -> Links:
    """The columns of a table that point to another, where every one of their *values* is found there.

    *values*: of the columns of :func:`pointing`; *ids*: those of each table. A body without a record of its own has no row to
    point to.
    """
    out: list[tuple[Column, str, str]] = []
    for place, found in zip(pointing(table), values, strict=True):
        column = table.columns[place]
        assert column.refers is not None
        name, key = column.refers
        if name in ids and all(value in ids[name] for value in found):
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


def unicode_of(values: Sequence[Any]) -> Sequence[Any]:
    """Texts that UTF-8 can hold (and None): a lone surrogate becomes a question mark."""
    try:
        "".join([v for v in values if v is not None]).encode()
    except UnicodeEncodeError:
        return [v and encode(v).decode() for v in values]
    return values


def is_empty(values: Values) -> bool:
    """Whether nothing stands in a column: so it is with most columns of most blocks."""
    return not values or (values[-1] is None and values.count(None) == len(values))


def texts(column: Column, values: Values) -> Sequence[str]:
    """A column as a format without types has it; nothing for None."""
    if is_empty(values):
        return [""] * len(values)
    match column.type:
        case "list":
            return [joined(v) if isinstance(v, tuple) else "" for v in values]
        case "boolean":
            return ["" if v is None else "true" if v else "false" for v in values]
        case "money":
            return [yuan(v) if isinstance(v, int) else "" for v in values]
        case _:
            return ["" if v is None else v if isinstance(v, str) else str(v) for v in values]

"""SQLite: every table with its types and keys, views that add up, what the columns mean, the licence."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any

from zongmu.publish.open_data.about import About
from zongmu.publish.open_data.pieces import Piece
from zongmu.publish.open_data.tables import Column, Links, Table, Values, joined, unicode_of

_TYPES = {
    "text": "TEXT",
    "list": "TEXT",
    "date": "TEXT",
    "money": "INTEGER",
    "integer": "INTEGER",
    "boolean": "INTEGER",
}

_LADDER = ("first", "submitted", "original", "current", "contracted", "final", "paid")
_YUAN = ", ".join(
    f"iif({step}_fen IS NULL, NULL, printf('%d.%02d', {step}_fen / 100, {step}_fen % 100)) AS {step}_yuan"
    for step in _LADDER
)

_VIEWS = f"""
CREATE VIEW project_money AS
  SELECT id, name, owner_name, stage_title, {_YUAN} FROM projects ORDER BY id;
CREATE VIEW owners AS
  SELECT owner, owner_name, count(*) AS projects, sum(current_fen) AS approved_fen, sum(contracted_fen) AS contracted_fen
    FROM projects GROUP BY owner, owner_name ORDER BY approved_fen DESC, owner;
CREATE VIEW deadlines AS
  SELECT o.due, o.outcome, o.project, p.name, o.rule_title, o.addressee
    FROM outcomes o JOIN projects p ON p.id = o.project
   WHERE o.due IS NOT NULL AND NOT o.advisory ORDER BY o.due, o.project, o.rule;
"""


class Database:
    """The tables as a SQLite database. Amounts are whole fen, in columns that end in ``_fen``; days are ISO text.

    *last*: the database of the last build, where it is there.
    """

    def __init__(self, about: About, last: bytes | None) -> None:
        self._base = sqlite3.connect(":memory:")
        self._base.execute("PRAGMA page_size = 4096")
        self._last = last is not None
        if last is not None:
            self._base.execute("ATTACH ':memory:' AS last")
            self._base.deserialize(last, name="last")
        self._base.execute("CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID")
        self._base.executemany("INSERT INTO about VALUES (?, ?)", about.rows())
        self._base.execute(
            "CREATE TABLE fields (table_name TEXT, column_name TEXT, title TEXT, title_en TEXT, type TEXT,"
            " codelist TEXT, PRIMARY KEY (table_name, column_name)) WITHOUT ROWID"
        )

    def add(self, table: Table, links: Links, pieces: Sequence[Piece]) -> None:
        """Take in a table; rows that the last build had are copied."""
        base = self._base
        base.execute(_created(table, links))
        marks = ", ".join("?" * len(table.columns))
        for piece in pieces:
            if self._last and (was := piece.was) is not None:
                rows = f"SELECT * FROM last.{table.name} WHERE rowid > ? AND rowid <= ? ORDER BY rowid"
                base.execute(f"INSERT INTO {table.name} {rows}", (was.first, was.first + was.rows))
            else:
                base.executemany(f"INSERT INTO {table.name} VALUES ({marks})", _values(table, piece.columns))
        base.executemany(
            "INSERT INTO fields VALUES (?, ?, ?, ?, ?, ?)",
            [(table.name, column_name(c), c.title.zh, c.title.en, c.type, c.codelist) for c in table.columns],
        )

    def written(self) -> bytes:
        """The whole of it."""
        self._base.executescript(_VIEWS)
        self._base.commit()
        if self._last:
            self._base.execute("DETACH last")  # as large as what is to be written
        with closing(self._base):
            return self._base.serialize()


def column_name(column: Column) -> str:
    """The name of a column in the database."""
    return f"{column.name}_fen" if column.type == "money" else column.name


def _created(table: Table, links: Links) -> str:
    parts = []
    held = {column.name: (name, key) for column, name, key in links}
    for column in table.columns:
        part = f'"{column_name(column)}" {_TYPES[column.type]}'
        if column.type == "boolean":
            part += f' CHECK ("{column.name}" IN (0, 1))'
        if column.name in held:
            name, key = held[column.name]
            part += f" REFERENCES {name} ({key})"
        parts.append(part)
    keys = ", ".join(f'"{name}"' for name in table.key)
    return f"CREATE TABLE {table.name} ({', '.join(parts)}, PRIMARY KEY ({keys}))"


def _values(table: Table, columns: Sequence[Values]) -> Iterator[tuple[Any, ...]]:
    """The rows as the database has them."""
    return zip(*(_column(*one) for one in zip(table.columns, columns, strict=True)), strict=True)


def _column(column: Column, values: Sequence[Any]) -> Sequence[Any]:
    match column.type:
        case "text":
            return unicode_of(values)
        case "list":
            return unicode_of([None if v is None else joined(v) for v in values])
        case "date":
            return [None if v is None else v.isoformat() for v in values]
        case _:
            return values

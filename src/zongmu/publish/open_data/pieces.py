"""Blocks of tables on their way into the files, each with where the files of the last build have it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from zongmu.publish.open_data.tables import Block, Table, Values, is_empty, pointing

_MOST = 1_000_000
"""Rows of a sheet; Excel and LibreOffice end at 1,048,576. What is more goes on in another sheet."""


class Span(NamedTuple):
    """Bytes of a file."""

    at: int
    size: int


class Sheet(NamedTuple):
    """Rows of a sheet: compressed, and of their XML the size and the CRC; ``line``: the row of the sheet where they begin, where
    they say so (in XLSX)."""

    line: int
    at: int
    size: int
    xml: int
    crc: int


class Was(NamedTuple):
    """Where the files of a build have a block. ``values``: those of the columns that point to other tables."""

    key: str
    first: int  # row of the table, counted from 0
    rows: int
    csv: Span
    sheet: Sheet
    ods: Sheet
    values: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...] = ()  # bytes of each row as CSV, in the table that is also given in shares


class Piece:
    """A block in a table. Its values are made when somebody asks for them."""

    __slots__ = (
        "_block",
        "_columns",
        "_width",
        "csv",
        "first",
        "lines",
        "ods",
        "sheet",
        "size",
        "values",
        "was",
        "year",
    )

    def __init__(self, table: Table, block: Block, was: Was | None, first: int) -> None:
        self.first, self.was, self.year = first, was, block.year
        self._block, self._width = block, len(table.columns)
        self._columns: Sequence[Values] | None = None
        self.csv = Span(0, 0)
        self.lines: tuple[int, ...] = ()
        self.sheet = self.ods = Sheet(0, 0, 0, 0, 0)
        if was is not None:
            self.size, self.values = was.rows, was.values
            return
        self.size = len(self.columns[0])
        found = (self.columns[place] for place in pointing(table))
        self.values = tuple(tuple(sorted({str(value) for value in values if value is not None})) for values in found)

    @property
    def key(self) -> str:
        """What the rows are made from; empty where nobody knows."""
        return self._block.key

    @property
    def columns(self) -> Sequence[Values]:
        """The rows, column by column: most columns are empty, and then one and the same."""
        if self._columns is None:
            rows = self._block.make()
            nothing = (None,) * len(rows)
            columns = zip(*rows, strict=True) if rows else ((),) * self._width
            self._columns = [nothing if is_empty(values) else values for values in columns]
        return self._columns

    def forget(self) -> None:
        """Give up the values: all of them at once would fill the memory."""
        self._columns = None

    def remembered(self) -> Was:
        """Where the files that are being made have it."""
        return Was(self.key, self.first, self.size, self.csv, self.sheet, self.ods, self.values, self.lines)


def pieces_of(table: Table, known: Mapping[str, Was]) -> list[Piece]:
    """The blocks of a table. *known*: those that the last build had in it, by their keys."""
    out: list[Piece] = []
    first = 0
    for block in table.blocks:
        piece = Piece(table, block, known.get(block.key) if block.key else None, first)
        first += piece.size
        out.append(piece)
    return out


def values_of(pieces: Sequence[Piece], table: Table) -> list[set[str]]:
    """The values of the columns of *table* that point to other tables."""
    return [{value for piece in pieces for value in piece.values[n]} for n in range(len(pointing(table)))]


def was_of(row: Sequence[Any]) -> Was:
    """What was remembered, from plain data. Raises ``ValueError`` and ``TypeError``."""
    key, first, rows, csv, sheet, ods, values, lines = row
    found = tuple(tuple(v) for v in values)
    return Was(key, int(first), int(rows), Span(*csv), Sheet(*sheet), Sheet(*ods), found, tuple(lines))


def sheets_of(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """The blocks of a table sheet by sheet."""
    sheets: list[list[Piece]] = [[]]
    here = 0
    for piece in pieces:
        if here + piece.size > _MOST and here:
            sheets.append([])
            here = 0
        sheets[-1].append(piece)
        here += piece.size
    return sheets

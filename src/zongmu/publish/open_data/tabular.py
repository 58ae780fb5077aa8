"""The tables in every format, one table after the other; of what the last build had, nothing is made again.

The files of the last build are what is kept: an index says where each block of rows stands in them, and which digest each file
has. What does not fit its digest is not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

from zongmu.model.finding import Bilingual
from zongmu.publish.making.remembered import Remembered, digest
from zongmu.publish.making.tree import FreshTree
from zongmu.publish.open_data.about import About
from zongmu.publish.open_data.csv_files import csv_head, csv_lines, csv_rows, csvw
from zongmu.publish.open_data.datafile import CSV, CSVW, ODS, PARQUET, SQLITE, XLSX
from zongmu.publish.open_data.ods_file import Spreadsheet
from zongmu.publish.open_data.parquet_files import parquet_file
from zongmu.publish.open_data.pieces import Piece, Span, Was, pieces_of, values_of, was_of
from zongmu.publish.open_data.shares import Share
from zongmu.publish.open_data.sqlite_file import Database
from zongmu.publish.open_data.tables import Links, Table, references
from zongmu.publish.open_data.xlsx_file import Workbook
from zongmu.publish.open_data.years import PROJECTS, by_year

_WORKBOOK = "data/zongmu.xlsx"
_SPREADSHEET = "data/zongmu.ods"
_DATABASE = "data/zongmu.sqlite"
_ALL_TABLES = Bilingual("全部表，含字段说明和许可", "All tables, with the meaning of columns and the licence")
_ALL_TABLES_PLAIN = Bilingual("全部表和许可，开放文档格式", "All tables and the licence, as OpenDocument")


class Of(NamedTuple):
    """What a file holds alone: a table, or the rows of one year of it."""

    table: str
    year: int | None = None


class Tabular(NamedTuple):
    """A file of tables, in the order in which they are listed."""

    order: int
    path: str
    media_type: str
    title: Bilingual
    about: Bilingual
    data: bytes
    of: Of | None = None


class _Last:
    """The files of the last build, and where blocks of rows stand in them."""

    def __init__(self, memory: Remembered, tree: FreshTree) -> None:
        self._tree = tree
        self._digests, self._blocks = _known(memory)

    def file(self, path: str) -> bytes | None:
        """A file as the last build left it; None where it is not."""
        data = self._tree.old_bytes(path) if path in self._digests else None
        return data if data is not None and digest(data) == self._digests[path] else None

    def blocks(self, table: str) -> Mapping[str, Was]:
        """The blocks of a table, by their keys."""
        return {was.key: was for was in self._blocks.get(table, ())}


def tabular(
    head: About, made: Sequence[Table], cut: Sequence[Share], tree: FreshTree, memory: Remembered
) -> Iterator[Tabular]:
    """The tables as CSV, XLSX, ODS, SQLite and Parquet, and the shares that are *cut* of that of projects. *memory*: where the
    index is kept."""
    last = _Last(memory, tree)
    ids = {table.name: table.ids for table in made if table.ids}
    open_book = Spreadsheet(head, last.file(_SPREADSHEET))
    book, base = Workbook(head, last.file(_WORKBOOK)), Database(head, last.file(_DATABASE))
    blocks: dict[str, list[Piece]] = {}
    digests: dict[str, str] = {}
    all_links: list[tuple[Table, Links]] = []
    yearly: list[tuple[Table, Links]] = []
    for table in made:
        pieces = blocks[table.name] = pieces_of(table, last.blocks(table.name))
        links = references(table, values_of(pieces, table), ids)
        all_links.append((table, links))
        yield from _csv(table, pieces, last, cut, digests)
        for year, of_year in by_year(table):
            yearly.append((of_year, references(of_year, values_of(_of_year(pieces, year), of_year), ids)))
        base.add(table, links, pieces)
        book.add(table, pieces)
        open_book.add(table, pieces)
        path = f"data/parquet/{table.name}.parquet"
        data = _parquet(head, table, pieces, last, path)
        digests[path] = digest(data)
        title = Bilingual(f"{table.title.zh}（Parquet）", f"{table.title.en} (Parquet)")
        yield Tabular(5, path, PARQUET, title, table.about, data, Of(table.name))
        for piece in pieces:
            piece.forget()
    data = book.written()
    del book  # each of these is as large as its file
    digests[_WORKBOOK] = digest(data)
    title = Bilingual("电子表格（XLSX）", "Workbook (XLSX)")
    yield Tabular(0, _WORKBOOK, XLSX, title, _ALL_TABLES, data)
    data = open_book.written()
    del open_book
    digests[_SPREADSHEET] = digest(data)
    title = Bilingual("电子表格（ODS）", "Spreadsheet (ODS)")
    yield Tabular(0, _SPREADSHEET, ODS, title, _ALL_TABLES_PLAIN, data)
    data = base.written()
    digests[_DATABASE] = digest(data)
    title = Bilingual("数据库（SQLite）", "Database (SQLite)")
    said = Bilingual("全部表和几个汇总视图", "All tables and some views that add up")
    yield Tabular(4, _DATABASE, SQLITE, title, said, data)
    title = Bilingual("CSV 的列、类型和许可（CSVW）", "Columns, types and licence of the CSV files (CSVW)")
    said = Bilingual("各表的列名、类型、主键、外键", "Columns, types and keys of all tables")
    yield Tabular(3, "data/csv/csv-metadata.json", CSVW, title, said, csvw(head, [*all_links, *yearly]))
    index = {name: [p.remembered() for p in pieces if p.key] for name, pieces in blocks.items()}
    memory.write([digests, index])


def _csv(
    table: Table, pieces: Sequence[Piece], last: _Last, cut: Sequence[Share], digests: dict[str, str]
) -> Iterator[Tabular]:
    """A table as CSV, whole and in parts; all these bytes are given up before other formats are made. *digests*: of the files by
    path, to which the whole is added."""
    path = f"data/csv/{table.name}.csv"
    parts = _csv_parts(table, pieces, last.file(path))
    data = csv_head(table) + b"".join(parts)
    digests[path] = digest(data)
    title = Bilingual(f"{table.title.zh}（CSV）", f"{table.title.en} (CSV)")
    yield Tabular(1, path, CSV, title, table.about, data, Of(table.name))
    if table.name == PROJECTS:
        yield from _shares(table, pieces, data, cut)
    for year, of_year in by_year(table):
        of = [part for piece, part in zip(pieces, parts, strict=True) if piece.year == year]
        title = Bilingual(f"{of_year.title.zh}（CSV）", f"{of_year.title.en} (CSV)")
        path = f"data/csv/{of_year.name}.csv"
        yield Tabular(2, path, CSV, title, of_year.about, csv_head(of_year) + b"".join(of), Of(table.name, year))


def _of_year(pieces: Sequence[Piece], year: int) -> list[Piece]:
    return [piece for piece in pieces if piece.year == year]


def _csv_parts(table: Table, pieces: Sequence[Piece], last: bytes | None) -> list[bytes | memoryview]:
    """The blocks of a table as CSV."""
    out: list[bytes | memoryview] = []
    held = memoryview(last or b"")
    at = len(csv_head(table))
    for piece in pieces:
        if last is not None and (was := piece.was) is not None:
            data: bytes | memoryview = held[was.csv.at : was.csv.at + was.csv.size]
            piece.lines = was.lines
        elif table.name == PROJECTS:
            lines = csv_lines(table, piece.columns)
            piece.lines = tuple([len(line) for line in lines])
            data = b"".join(lines)
        else:
            data = csv_rows(table, piece.columns)
        piece.csv = Span(at, len(data))
        at += len(data)
        out.append(data)
    return out


def _shares(table: Table, pieces: Sequence[Piece], data: bytes, cut: Sequence[Share]) -> Iterator[Tabular]:
    """Rows of the table of projects under its head. *data*: the table as CSV."""
    head, held = csv_head(table), memoryview(data)
    ends = list(accumulate((size for piece in pieces for size in piece.lines), initial=len(head)))
    for share in cut:
        part = head + b"".join([held[ends[n] : ends[n + 1]] for n in share.rows])
        yield Tabular(6, share.path, CSV, share.title, table.about, part)


def _parquet(head: About, table: Table, pieces: Sequence[Piece], last: _Last, path: str) -> bytes:
    """A table as Parquet; the file of the last build, where all of its rows are those."""
    # A file of which no row is wanted may have other columns: an earlier version of this program made it.
    known = last.file(path) if any(piece.was for piece in pieces) else None
    same = [piece.was for piece in pieces] == [*last.blocks(table.name).values()]
    return known if known is not None and same else parquet_file(head, table, pieces, known)


def _known(memory: Remembered) -> tuple[Mapping[str, str], Mapping[str, Sequence[Was]]]:
    """What the last build remembered; nothing where that cannot be read."""
    try:
        digests, blocks = memory.read()
        return digests, {name: [was_of(row) for row in rows] for name, rows in blocks.items()}
    except (ValueError, TypeError, AttributeError):
        return {}, {}

"""Rows of a spreadsheet as text: ``.csv`` and ``.xlsx`` give the same cells for the same content.

A cell is text, as a person sees it: a whole number without ``.0``, a date as ISO. Formulas are never evaluated (the stored
value is read), hidden sheets are not read.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import unicodedata
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final

from zongmu.exchange.workbooks.size import Limits, bearable
from zongmu.model.finding import Bilingual
from zongmu.model.immutable import immutable
from zongmu.store.refusal import refusal
from zongmu.store.zips import DAMAGED

MAX_BYTES = 64 * 1024 * 1024
_LIMITS: Final = Limits(unpacked=512 * 1024 * 1024, texts=2_000_000)
MAX_ROWS = 200_000
MAX_COLUMNS = 1_000
_UNSAVED: Final = "\ud800"
"""Stands for the value of a formula that was not stored with it; no file can hold this text."""
ERRORS: Final = frozenset(
    {"#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!"}
)
"""What a spreadsheet shows where a formula has no result."""
SHEET_ROWS: Final = 1_048_576
"""Rows that a sheet can have, blank ones included: a number beyond is none of a spreadsheet's."""


class TableError(Exception):
    """A table, or its mapping, that cannot be read at all, with what to do; *where* in which file, if not the table's."""

    def __init__(self, message: Bilingual, next_step: Bilingual, where: str | None = None) -> None:
        super().__init__(message.zh)
        self.message = message
        self.next_step = next_step
        self.where = where


@immutable
class Row:
    """One row: its number in the file (from 1), its cells by header, and headers of formulas whose value was not stored."""

    number: int
    cells: dict[str, str]
    unsaved: frozenset[str] = frozenset()
    surplus: int = 0
    """Cells with content beyond the last header of a CSV: a comma too many, so that no cell is surely under its own header."""


@immutable
class Table:
    """A table with its headers, in order."""

    name: str
    headers: tuple[str, ...]
    rows: tuple[Row, ...]


def read_table(path: Path, *, sheet: str | None = None, header_row: int = 1, header_lines: int = 1) -> Table:
    """The table in *path*, its header in *header_lines* rows from *header_row* on.

    Raises :class:`TableError` for a file of another kind, unreadable text or no header.
    """
    try:
        if path.exists() and not path.is_file():
            raise TableError(
                Bilingual(f"{path.name} 不是普通文件", f"{path.name} is no regular file"),
                Bilingual("核对路径", "check the path"),
            )
        if path.stat().st_size > MAX_BYTES:
            raise TableError(
                Bilingual(f"文件大于 {MAX_BYTES // 1024 // 1024} MB", f"larger than {MAX_BYTES // 1024 // 1024} MB"),
                Bilingual("拆成几个文件再导入", "split it"),
            )
        suffix = path.suffix.lower()
        if suffix == ".csv":
            grid = csv_rows(path.read_bytes())
        elif suffix == ".xlsx":
            grid = _xlsx_grid(path, sheet, header_row - 1 + header_lines)
        else:
            raise TableError(
                Bilingual(f"不支持 {suffix or '没有扩展名的'} 文件", f"{suffix or 'no'} extension: not supported"),
                Bilingual("请另存为 .xlsx 或 .csv", "save it as .xlsx or .csv"),
            )
        return _table(path.name, grid, header_row, header_lines, held=suffix == ".csv")
    except OSError as problem:
        raise TableError(
            Bilingual(
                f"读不到 {path.name}：{refusal(problem).zh}", f"{path.name} cannot be read: {refusal(problem).en}"
            ),
            Bilingual("核对路径和权限", "check the path and the rights"),
        ) from None


def _table(name: str, grid: Iterator[list[str]], header_row: int, header_lines: int, *, held: bool) -> Table:
    """The table in *grid*; with *held*, rows are held to the width of the header."""
    lines = [cells for _number, cells in zip(range(header_row - 1 + header_lines), grid, strict=False)][
        header_row - 1 :
    ]
    headers = _headers(lines)
    rows: list[Row] = []
    for number, cells in enumerate(grid, header_row + header_lines):
        named = {h: c.strip() for h, c in zip(headers, cells, strict=False) if h}
        if number > SHEET_ROWS or (len(rows) == MAX_ROWS and any(named.values())):
            raise TableError(
                Bilingual(f"超过 {MAX_ROWS} 行", f"more than {MAX_ROWS} rows"),
                Bilingual("拆成几个文件", "split it"),
            )
        if any(named.values()):
            unsaved = frozenset(h for h, text in named.items() if text == _UNSAVED)
            surplus = sum(bool(cell.strip()) for cell in cells[len(headers) :]) if held else 0
            rows.append(Row(number, named | dict.fromkeys(unsaved, ""), unsaved, surplus))
    named_headers = [h for h in headers if h]
    if not named_headers:
        raise TableError(
            Bilingual(f"第 {header_row} 行没有表头", f"no header in row {header_row}"),
            Bilingual("在映射文件里用 header_row 指明表头所在行", "say header_row in the mapping"),
        )
    return Table(name, tuple(named_headers), tuple(rows))


def _headers(lines: list[list[str]]) -> list[str]:
    """One name for each column, from the rows of the header.

    What stands over several columns (``投资``) goes before what stands under it (``批复``, ``合同``). A name that several
    columns have is numbered in each, ``金额#1`` and ``金额#2``, so that none is taken for the other.
    """
    over = [[_header(cell) for cell in line] for line in lines]
    if any(any(line[MAX_COLUMNS:]) for line in over):
        raise TableError(
            Bilingual(f"表头超过 {MAX_COLUMNS} 列", f"the header has more than {MAX_COLUMNS} columns"),
            Bilingual("删去用不着的列，再另存", "delete the columns that are not needed and save it again"),
        )
    over = [line[:MAX_COLUMNS] for line in over]
    names = []
    for n in range(max(map(len, over), default=0)):
        own = [line[n] if n < len(line) else "" for line in over]
        for level in range(len(over) - 1):
            if not own[level] and any(own[level + 1 :]) and n < len(over[level]):
                own[level] = next((cell for cell in reversed(over[level][:n]) if cell), "")
        names.append(" ".join(part for part in own if part))
    often = Counter(names)
    seen: Counter[str] = Counter()
    for n, name in enumerate(names):
        seen[name] += 1
        if name and often[name] > 1:
            names[n] = f"{name}#{seen[name]}"
    return names


def _header(text: str) -> str:
    return " ".join(text.replace("\ufeff", "").split())


_BROKEN: Final = {
    "unexpected end": Bilingual("有个引号一直没有成对", "a quote is never closed"),
    "expected after": Bilingual("引号结束后还有文字", "there is text after a closing quote"),
    "field larger": Bilingual(
        "一格里的文字过长，多半是引号没有成对", "a cell is too long; most likely a quote is not closed"
    ),
}
_BROKEN_OTHERWISE: Final = Bilingual("不是 CSV 的写法", "this is not written as CSV is")


def csv_rows(data: bytes) -> Iterator[list[str]]:
    """The rows of a CSV in UTF-8, GB18030, or UTF-16 with its mark; where its first line has no comma, parted by tabs or
    semicolons. Raises :class:`TableError`."""
    text = ""
    for encoding in ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030"):
        with suppress(UnicodeDecodeError):
            text = data.decode(encoding)
            break
    first = next((line for line in text.splitlines() if line.strip()), "")
    if (data and not text) or "\0" in first:
        raise TableError(
            Bilingual("文字不是 UTF-8，也不是 GB18030，或者两种混在一起", "neither UTF-8 nor GB18030, or both mixed"),
            Bilingual(
                "用表格软件打开，另存为 UTF-8 的 CSV", "open it in a spreadsheet program and save it as CSV in UTF-8"
            ),
        )
    csv.field_size_limit(1024 * 1024)
    parted = "," if "," in first else next((sign for sign in "\t;" if sign in first), ",")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=parted, strict=True)
    begun = 1
    try:
        for row in reader:
            yield row
            begun = reader.line_num + 1
    except csv.Error as problem:
        why = next((said for word, said in _BROKEN.items() if word in str(problem)), _BROKEN_OTHERWISE)
        raise TableError(
            Bilingual(f"第 {begun} 行起读不下去：{why.zh}", f"broken CSV from line {begun} on: {why.en}"),
            Bilingual(
                "改正这一行，或用表格软件打开后重新另存",
                "mend the line, or open it in a spreadsheet program and save it again",
            ),
        ) from None


def too_large() -> TableError:
    """What unpacks to more than a table has."""
    return TableError(
        Bilingual("工作簿过大", "the workbook is too large"), Bilingual("分几份导入", "import it in parts")
    )


def load_book(file: Path | IO[bytes], **how: bool) -> Any:
    """What openpyxl makes of *file*, loaded as *how* says. Raises :class:`TableError`."""
    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and validations that nobody reads here
            return openpyxl.load_workbook(file, **how)
    except Exception:
        raise no_xlsx() from None


def _xlsx_grid(path: Path, sheet: str | None, head: int) -> Iterator[list[str]]:
    """The rows of a sheet, as far to the right as something stands in the first *head* of them: the header."""
    with path.open("rb") as file:
        if not bearable(file, _LIMITS):
            raise too_large()
    book = load_book(path, read_only=True, data_only=True)
    formulas = load_book(path, read_only=True) if _has_formulas(path) else None
    try:
        visible = [s for s in book.worksheets if s.sheet_state == "visible"]
        wanted = [s for s in visible if sheet is None or s.title == sheet]
        if not wanted:
            raise TableError(
                Bilingual(f"没有工作表 {sheet}", f"there is no sheet {sheet}")
                if sheet is not None
                else Bilingual("没有可见的工作表", "there is no visible sheet"),
                Bilingual(
                    f"可选：{'、'.join(s.title for s in visible)}", f"there are: {', '.join(s.title for s in visible)}"
                ),
            )
        columns = _columns_of(wanted[0], head)
        rows = _rows_of(wanted[0], columns)
        written = _rows_of(formulas[wanted[0].title], columns) if formulas is not None else None
        blank: object = None  # the reader gives all rows that are not there as one
        while True:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # a day that is none is told with its cell
                    cells = next(rows, None)
                    behind = next(written, None) if written is not None else None
            except Exception:  # what is broken in the sheet shows only as it is read
                raise no_xlsx() from None
            if cells is None:
                return
            if behind is None:
                if cells is blank or all(c is None for c in cells):
                    blank = cells
                    yield []
                else:
                    yield [cell_text(c) for c in cells]
            else:
                yield [
                    _UNSAVED if c is None and f is not None else cell_text(c)
                    for c, f in zip(cells, behind, strict=False)
                ]
    finally:
        book.close()
        if formulas is not None:
            formulas.close()


def _rows_of(sheet: Any, columns: int) -> Iterator[tuple[Any, ...]]:
    sheet.reset_dimensions()  # what a file says of its own size may be old: rows beyond it would be left out
    rows: Iterator[tuple[Any, ...]] = sheet.iter_rows(values_only=True, max_col=columns)
    return rows


def _columns_of(sheet: Any, head: int) -> int:
    """The last column with something in the first *head* rows, at least one. Raises :class:`TableError`."""
    try:
        rows = list(islice(_rows_of(sheet, MAX_COLUMNS), head))
    except Exception:
        raise no_xlsx() from None
    return max((n for row in rows for n, cell in enumerate(row, 1) if cell is not None), default=1)


def _has_formulas(path: Path) -> bool:
    """Whether some sheet of a workbook has formulas: only then is it worth reading twice. Raises :class:`TableError`."""
    try:
        with zipfile.ZipFile(path) as packed:
            for name in packed.namelist():
                if name.startswith("xl/worksheets/"):
                    with packed.open(name) as part:
                        end = b""
                        while block := part.read(1 << 20):
                            if re.search(rb"<(?:\w+:)?f[ />]", end + block):
                                return True
                            end = block[-16:]
    except DAMAGED:
        raise no_xlsx() from None
    return False


def no_xlsx() -> TableError:
    """What is broken, wherever in it."""
    return TableError(
        Bilingual(
            "不是可读的 .xlsx：文件坏了、没有下载完，或者本是别的格式",
            "no readable .xlsx: broken, cut short, or of another format",
        ),
        Bilingual("用表格软件打开后另存为 .xlsx", "open it and save it as .xlsx"),
    )


def cell_text(value: Any) -> str:
    """A cell as a person sees it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        # repr gives the shortest text that means this number; Decimal keeps it out of exponents.
        text = f"{Decimal(repr(value)):f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
        return "0" if text == "-0" else text
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep="T", timespec="seconds")
    if isinstance(value, dt.date):
        return value.isoformat()
    return unicodedata.normalize("NFC", str(value))

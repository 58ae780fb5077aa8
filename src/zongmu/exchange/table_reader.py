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
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, Final

from zongmu.model.finding import Bilingual
from zongmu.model.immutable import immutable
from zongmu.store.refusal import refusal

MAX_BYTES = 64 * 1024 * 1024
MAX_UNPACKED = 512 * 1024 * 1024
"""Bytes that a workbook may unpack to."""
MAX_ROWS = 200_000
MAX_COLUMNS = 1_000
_UNSAVED: Final = "\ud800"
"""Stands for the value of a formula that was not stored with it; no file can hold this text."""
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
            grid = _xlsx_grid(path, sheet)
        else:
            raise TableError(
                Bilingual(f"不支持 {suffix or '没有扩展名的'} 文件", f"{suffix or 'no'} extension: not supported"),
                Bilingual("请另存为 .xlsx 或 .csv", "save it as .xlsx or .csv"),
            )
        return _table(path.name, grid, header_row, header_lines)
    except OSError as problem:
        raise TableError(
            Bilingual(
                f"读不到 {path.name}：{refusal(problem).zh}", f"{path.name} cannot be read: {refusal(problem).en}"
            ),
            Bilingual("核对路径和权限", "check the path and the rights"),
        ) from None


def _table(name: str, grid: Iterator[list[str]], header_row: int, header_lines: int) -> Table:
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
            rows.append(Row(number, named | dict.fromkeys(unsaved, ""), unsaved))
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


def csv_rows(data: bytes) -> Iterator[list[str]]:
    """The rows of a CSV in UTF-8 or GB18030. Raises :class:`TableError`."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise TableError(
            Bilingual("不是 UTF-8，也不是 GB18030", "neither UTF-8 nor GB18030"),
            Bilingual("另存为 UTF-8 的 CSV", "save it as UTF-8"),
        )
    csv.field_size_limit(1024 * 1024)
    try:
        yield from csv.reader(io.StringIO(text, newline=""))
    except csv.Error as problem:
        raise TableError(
            Bilingual(f"CSV 有误：{problem}", f"broken CSV: {problem}"),
            Bilingual("用表格软件重新另存", "save it again"),
        ) from None


def unpacked(file: IO[bytes]) -> int:
    """Bytes that the parts of a zip unpack to, by its own account, which is also all that is read of them."""
    try:
        with zipfile.ZipFile(file) as packed:
            return sum(info.file_size for info in packed.infolist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return 0  # openpyxl says what is wrong with it


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
    except Exception as problem:
        raise _no_xlsx(problem) from None


def _xlsx_grid(path: Path, sheet: str | None) -> Iterator[list[str]]:
    with path.open("rb") as file:
        if unpacked(file) > MAX_UNPACKED:
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
        # What a file says of its own size may be old: rows beyond it would be left out.
        rows = _rows_of(wanted[0])
        written = _rows_of(formulas[wanted[0].title]) if formulas is not None else None
        blank: object = None  # the reader gives all rows that are not there as one
        while True:
            try:
                cells = next(rows, None)
                behind = next(written, None) if written is not None else None
            except Exception as problem:  # what is broken in the sheet shows only as it is read
                raise _no_xlsx(problem) from None
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


def _rows_of(sheet: Any) -> Iterator[tuple[Any, ...]]:
    sheet.reset_dimensions()
    rows: Iterator[tuple[Any, ...]] = sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS)
    return rows


def _has_formulas(path: Path) -> bool:
    """Whether some sheet of a workbook has formulas: only then is it worth reading twice."""
    with zipfile.ZipFile(path) as packed:
        for name in packed.namelist():
            if name.startswith("xl/worksheets/"):
                with packed.open(name) as part:
                    end = b""
                    while block := part.read(1 << 20):
                        if re.search(rb"<(?:\w+:)?f[ />]", end + block):
                            return True
                        end = block[-16:]
    return False


def _no_xlsx(problem: Exception) -> TableError:
    return TableError(
        Bilingual(f"不是可读的 .xlsx：{type(problem).__name__}", f"no readable .xlsx: {type(problem).__name__}"),
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

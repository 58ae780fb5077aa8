"""A workbook opened without trust: its size is known before it is unpacked, nothing in it is evaluated.

What a spreadsheet computed is read as it was last saved. A formula that has no result in the file was never computed by
a spreadsheet, and is told: an empty cell would be a guess.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import IO, Any, Final

from zongmu.exchange.tables.reader import TableError, load_book, no_xlsx, too_large
from zongmu.exchange.workbooks.size import Limits, bearable
from zongmu.model.finding import Bilingual
from zongmu.store.zips import DAMAGED

MAX_BYTES: Final = 20 * 1024 * 1024
"""Bytes of a workbook."""
_LIMITS: Final = Limits(unpacked=200 * 1024 * 1024, texts=500_000)
_LOADED: Final = Limits(unpacked=_LIMITS.unpacked, texts=_LIMITS.texts, cells=2_000_000)
"""What unpacks to more, or holds more once its empty rows are left out, is no form."""
MAX_ROWS: Final = 20_000
"""Rows of a sheet with something in them."""
_MAX_ROW: Final = 4 * 1024 * 1024
"""Bytes of one row, far beyond what its columns can hold."""
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How old workbooks begin, and new ones behind a password."""
_ODS: Final = b"mimetypeapplication/vnd.oasis.opendocument"
_FORMULA: Final = re.compile(rb"<(?:\w+:)?f[ >/]")
_ROW: Final = re.compile(rb"<(?:\w+:)?row[ />]")
_ROW_END: Final = re.compile(rb"</(?:\w+:)?row>|<(?:\w+:)?row(?: [^>]*)?/>")
_FILLED: Final = re.compile(rb"<(?:\w+:)?(?:v|is|f)[ >]")


def foreign() -> TableError:
    """What is no template of ours, where no mapping says what it is."""
    return TableError(
        Bilingual("这不是本系统的模板，又没有给出映射文件", "this is no template of ours, and no mapping was given"),
        Bilingual(
            "用 --map 指明映射，或用 zongmu template 生成模板填写",
            "say --map, or fill in a template of zongmu template",
        ),
    )


def other_format(data: bytes) -> TableError | None:
    """What to say of a workbook that is none of ours to read: of the old format, locked, or of OpenDocument."""
    if data.startswith(_OLE):
        return TableError(
            Bilingual(
                "是旧格式的工作簿（.xls、.et），或设了打开密码", "a workbook of the old format (.xls, .et), or locked"
            ),
            Bilingual("用 WPS 或 Excel 打开，另存为 .xlsx，不设密码", "open it, save it as .xlsx without a password"),
        )
    if data.startswith(b"PK") and _ODS in data[:200]:
        return TableError(
            Bilingual("是 .ods 工作簿", "an .ods workbook"),
            Bilingual("打开后另存为 .xlsx", "open it and save it as .xlsx"),
        )
    return None


def is_workbook(data: bytes) -> bool:
    """Whether *data* is a zip that holds a workbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return "xl/workbook.xml" in packed.namelist()
    except (*DAMAGED, OSError):
        return False


def opened(data: bytes, *, results: bool = True, styled: bool = False) -> Any:
    """The workbook in *data*: with the *results* of its formulas, or with the formulas; *styled*: texts keep their parts.

    Raises :class:`TableError`.
    """
    if (problem := other_format(data)) is not None:
        raise problem
    if not zipfile.is_zipfile(io.BytesIO(data)):
        raise foreign()
    if len(data) > MAX_BYTES or not bearable(io.BytesIO(data), _LIMITS):
        raise too_large()
    lean = _lean(data)
    if not bearable(io.BytesIO(lean), _LOADED):
        raise too_large()
    return load_book(io.BytesIO(lean), data_only=results, rich_text=styled)


def too_long(title: str = "") -> TableError:
    """A sheet of more rows than are taken in at once."""
    return TableError(
        Bilingual(
            f"工作表{f' {title} ' if title else '有内容的行'}超过 {MAX_ROWS} 行",
            f"sheet {title} has more than {MAX_ROWS} rows"
            if title
            else f"a sheet has more than {MAX_ROWS} filled rows",
        ),
        Bilingual("分几份导入", "import it in parts"),
    )


def _lean(data: bytes) -> bytes:
    """The workbook without rows that hold nothing, where a sheet has so many of them that loading it would take a minute.

    Raises :class:`TableError` where more rows hold something than are taken in: known here in a hundredth of the time.
    """
    lean: dict[str, bytes] = {}
    out = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            for name in packed.namelist():
                if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                    with packed.open(name) as file:
                        kept, many = _filled_rows(file)
                    if many:
                        lean[name] = kept
            if not lean:
                return data
            with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as new:
                for name in packed.namelist():
                    new.writestr(name, lean[name] if name in lean else packed.read(name))
    except (*DAMAGED, OSError):
        return data  # what is wrong with it is said as it is loaded
    return out.getvalue()


def _filled_rows(sheet: IO[bytes]) -> tuple[bytes, bool]:
    """The XML of a sheet without its empty rows, and whether it has more rows than are taken in."""
    kept: list[bytes] = []
    rest, rows, filled = b"", 0, 0
    while chunk := sheet.read(1024 * 1024):
        text, at = rest + chunk, 0
        for end in _ROW_END.finditer(text):
            row = text[at : end.end()]
            at = end.end()
            rows += 1
            if _FILLED.search(row):
                filled += 1
            elif (start := _ROW.search(row)) is not None:
                row = row[: start.start()]
            kept.append(row)
        rest = text[at:]
        if filled > MAX_ROWS + 8 or len(rest) > _MAX_ROW:  # the titles are rows too
            raise too_long()
    return b"".join((*kept, rest)), rows > MAX_ROWS


def cells_of(page: Any) -> list[Any]:
    """The cells that the file holds of a sheet. Asking for its range instead would make all those between: a sheet that was
    coloured to its last row has a million of them for each column."""
    return [cell for _, cell in sorted(page._cells.items())]


def formulas(data: bytes) -> dict[str, frozenset[str]]:
    """The cells that hold a formula, by sheet. *data* is a workbook that could be opened. Raises :class:`TableError`."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            sheets = (n for n in packed.namelist() if n.startswith("xl/worksheets/") and n.endswith(".xml"))
            if not any(_FORMULA.search(packed.read(name)) for name in sheets):
                return {}
    except (*DAMAGED, OSError):  # in a part that no sheet is read from
        raise no_xlsx() from None
    book = opened(data, results=False)
    return {
        page.title: frozenset(c.coordinate for c in cells_of(page) if c.data_type == "f") for page in book.worksheets
    }

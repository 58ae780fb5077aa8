"""A workbook opened without trust: its size is known before it is unpacked, nothing in it is evaluated.

What a spreadsheet computed is read as it was last saved. A formula that has no result in the file was never computed by
a spreadsheet, and is told: an empty cell would be a guess.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any, Final

from zongmu.exchange.table_reader import TableError, load_book, too_large, unpacked
from zongmu.model.finding import Bilingual

MAX_BYTES: Final = 20 * 1024 * 1024
MAX_UNPACKED: Final = 200 * 1024 * 1024
"""Bytes of a workbook, packed and unpacked: what unpacks to more is no form."""
_FORMULA: Final = re.compile(rb"<f[ >/]")


def foreign() -> TableError:
    """What is no template of ours, where no mapping says what it is."""
    return TableError(
        Bilingual("这不是本系统的模板，又没有给出映射文件", "this is no template of ours, and no mapping was given"),
        Bilingual(
            "用 --map 指明映射，或用 zongmu template 生成模板填写",
            "say --map, or fill in a template of zongmu template",
        ),
    )


def is_workbook(data: bytes) -> bool:
    """Whether *data* is a zip that holds a workbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return "xl/workbook.xml" in packed.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return False


def opened(data: bytes, *, results: bool = True, styled: bool = False) -> Any:
    """The workbook in *data*: with the *results* of its formulas, or with the formulas; *styled*: texts keep their parts.

    Raises :class:`TableError`.
    """
    if not zipfile.is_zipfile(io.BytesIO(data)):
        raise foreign()
    if len(data) > MAX_BYTES or unpacked(io.BytesIO(data)) > MAX_UNPACKED:
        raise too_large()
    return load_book(io.BytesIO(data), data_only=results, rich_text=styled)


def cells_of(page: Any) -> list[Any]:
    """The cells that the file holds of a sheet. Asking for its range instead would make all those between: a sheet that was
    coloured to its last row has a million of them for each column."""
    return [cell for _, cell in sorted(page._cells.items())]


def formulas(data: bytes) -> dict[str, frozenset[str]]:
    """The cells that hold a formula, by sheet. *data* is a workbook that could be opened."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        sheets = (n for n in packed.namelist() if n.startswith("xl/worksheets/") and n.endswith(".xml"))
        if not any(_FORMULA.search(packed.read(name)) for name in sheets):
            return {}
    book = opened(data, results=False)
    return {
        page.title: frozenset(c.coordinate for c in cells_of(page) if c.data_type == "f") for page in book.worksheets
    }

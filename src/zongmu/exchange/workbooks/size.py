"""Whether a workbook can be read in bounded time and memory, known before it is: a zip of a few kilobytes may unpack to
gigabytes, hold a row of millions of cells, or merge all the cells that a sheet can have."""

from __future__ import annotations

import re
import zipfile
from typing import IO, Final
from xml.parsers import expat

from zongmu.model.immutable import immutable
from zongmu.store.zips import DAMAGED

_PIECE: Final = 4 * 1024 * 1024
"""Bytes of one row, or of one text that cells share, far beyond what either can hold: each is held at once."""
_SHEETS: Final = 500
"""Sheets of a workbook. Each is loaded for itself: a list of so many names may be short, and name one part every time."""
_WHOLE: Final = 16 * 1024 * 1024
"""Bytes of any other part (styles, names, comments), which is held as a whole."""
_BLOCK: Final = 1024 * 1024
_ROW_ENDS: Final = re.compile(rb"</(?:\w+:)?row>|<(?:\w+:)?row(?: [^>]*)?/>")
_TEXT_ENDS: Final = re.compile(rb"</(?:\w+:)?si>|<(?:\w+:)?si/>")
_XML: Final = re.compile(rb"\s*<|\xef\xbb\xbf|\xff\xfe|\xfe\xff|\0")
"""How a part begins that a reader of XML would go on with; a picture does not."""
_RANGE: Final = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?")


@immutable
class Limits:
    """What a workbook may hold: bytes unpacked, texts that cells share, and, where all is loaded at once, cells."""

    unpacked: int
    texts: int
    cells: int | None = None


def bearable(file: IO[bytes], limits: Limits) -> bool:
    """Whether the workbook in *file* keeps to *limits*.

    A zip's own account of sizes is also all that is read of it. What is broken is not too large: that is said as it is read.
    """
    try:
        with zipfile.ZipFile(file) as packed:
            infos = packed.infolist()
            if sum(info.file_size for info in infos) > limits.unpacked:
                return False
            cells = _Cells(limits.cells)
            return all(_bearable(packed, info, limits, cells) for info in infos)
    except (*DAMAGED, OSError):
        return True


def _bearable(packed: zipfile.ZipFile, info: zipfile.ZipInfo, limits: Limits, cells: _Cells) -> bool:
    with packed.open(info) as part:
        if not _XML.match(part.read(64)):
            return True
    if info.file_size > _PIECE:
        shared = "sharedStrings" in info.filename
        ends = _ROW_ENDS if info.filename.startswith("xl/worksheets/") else _TEXT_ENDS if shared else None
        if ends is None:
            if info.file_size > _WHOLE:
                return False
        else:
            with packed.open(info) as part:
                pieces = _pieces(part, ends)
            if pieces is None or (shared and pieces > limits.texts):
                return False
    if limits.cells is None:
        return True
    with packed.open(info) as part:
        return cells.bearable(part)


def _pieces(part: IO[bytes], ends: re.Pattern[bytes]) -> int | None:
    """How many pieces a part has that end as *ends* says; None where one is too long."""
    count, rest = 0, b""
    while chunk := part.read(_BLOCK):
        text, at = rest + chunk, 0
        for end in ends.finditer(text):
            count, at = count + 1, end.end()
        rest = text[at:]
        if len(rest) > _PIECE:
            return None
    return count


class _TooMany(Exception):
    """More cells than a workbook may have."""


class _Cells:
    """Counts the cells of a workbook: those that are there, and those that a merge or a link spans, each of which is made."""

    def __init__(self, most: int | None) -> None:
        self._left = most or 0
        self._sheets: set[str] = set()

    def bearable(self, part: IO[bytes]) -> bool:
        """Whether *part* brings no more than are left. Its entities are not asked for: spreadsheets write none."""
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._element
        parser.StartDoctypeDeclHandler = self._entities
        try:
            while chunk := part.read(_BLOCK):
                parser.Parse(chunk, False)
        except _TooMany:
            return False
        except (expat.ExpatError, LookupError):  # broken, or in an encoding that is none
            pass  # that is said as it is read
        return True

    def _element(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "c":
            self._left -= 1
        elif name in ("mergeCell", "hyperlink"):
            self._left -= _spanned(attributes.get("ref", ""))
        elif name == "sheet" or (name == "Relationship" and attributes.get("Type", "").endswith("/worksheet")):
            self._sheet(name, attributes)
        if self._left < 0:
            raise _TooMany

    def _sheet(self, name: str, attributes: dict[str, str]) -> None:
        """A sheet by the name of its link, or the part that the link leads to: each leads to another."""
        said = next(
            (v for k, v in attributes.items() if k.rpartition(":")[2] == ("id" if name == "sheet" else "Target")), ""
        )
        one = f"{name} {said.rpartition('/')[2]}"
        if one in self._sheets or len(self._sheets) >= 2 * _SHEETS:
            raise _TooMany
        self._sheets.add(one)

    def _entities(self, *_: object) -> None:
        raise _TooMany


def _spanned(ref: str) -> int:
    """The number of cells in a range as ``A1:C9``; 1 where it is none."""
    found = _RANGE.fullmatch(ref)
    if found is None or found[3] is None:
        return 1
    from openpyxl.utils import column_index_from_string

    wide = abs(column_index_from_string(found[3]) - column_index_from_string(found[1])) + 1
    return wide * (abs(int(found[4]) - int(found[2])) + 1)

"""A zip file without the time of the day, with entries that are put together of parts compressed one by one.

Spreadsheets are such files. A part looks back at nothing before it, so that one of the last build is taken as it is.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, NamedTuple
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo
from zlib import Z_FINISH, Z_FULL_FLUSH, compressobj, crc32

_LEVEL = 3
"""Of compression: a third of the time of the usual 6 for a tenth more bytes."""

_DAY = (1980, 1, 1, 0, 0, 0)


class Part(NamedTuple):
    """A part of an entry: compressed, and of what it was before the size and the CRC."""

    data: bytes
    size: int
    crc: int


def part(text: bytes, last: bool = False) -> Part:
    """*text* as a part of a raw deflate stream (RFC 1951); *last*: the one that ends the stream."""
    made = compressobj(_LEVEL, wbits=-15)
    return Part(made.compress(text) + made.flush(Z_FINISH if last else Z_FULL_FLUSH), len(text), crc32(text))


class StillZip(ZipFile):
    """A zip file that is the same whenever it is made."""

    def __init__(self, out: io.BytesIO) -> None:
        super().__init__(out, "w", ZIP_DEFLATED, compresslevel=_LEVEL)
        self._out = out

    def put(self, name: str, data: bytes, stored: bool = False) -> None:
        """An entry at once."""
        with self.open(_info(name, stored), "w") as file:
            file.write(data)

    def joined(self, name: str, parts: Sequence[Part]) -> list[int]:
        """An entry of parts; where each of them stands in the file."""
        info = _info(name)
        info.file_size, info.CRC = 0, crc32(b"")
        for one in parts:
            info.file_size += one.size
            info.CRC = _both(info.CRC, one.crc, one.size)
        info.compress_size = sum(len(one.data) for one in parts)
        # From here on what ZipFile does with an entry whose size it knows.
        info.header_offset = self._out.tell()
        self._out.write(info.FileHeader())
        places = []
        for one in parts:
            places.append(self._out.tell())
            self._out.write(one.data)
        self.filelist.append(info)
        self.NameToInfo[info.filename] = info
        self.start_dir = self._out.tell()
        return places


def _info(name: str, stored: bool = False) -> ZipInfo:
    info: Any = ZipInfo(name, _DAY)
    info.compress_type, info._compresslevel = ZIP_STORED if stored else ZIP_DEFLATED, _LEVEL  # as writestr does
    info.external_attr = 0o644 << 16
    made: ZipInfo = info
    return made


def _both(one: int, other: int, size: int) -> int:
    """The CRC of two texts in a row, of their CRCs and the *size* of the second: a CRC is linear but for its beginning."""
    return other ^ crc32(bytes(size), one) ^ crc32(bytes(size))

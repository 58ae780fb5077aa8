"""Zips whose directory lies: what a reader makes of each is another error."""

from __future__ import annotations

from collections.abc import Iterator


def lying(data: bytes) -> Iterator[tuple[str, bytes]]:
    """*data*, a zip, with a version nobody has, an extra field beyond the end, a directory cut short and one before the beginning."""
    first, end = data.index(b"PK\1\2"), data.rindex(b"PK\5\6")
    for name, at, said in (
        ("version", first + 6, b"\xff\0"),
        ("extra field", first + 30, b"\xff\x7f"),
        ("size of the directory", end + 12, b"\1\0\0\0"),
        ("offset of the directory", end + 16, b"\xfe\xff\xff\xff"),
        ("offset of the file", first + 42, b"\xfe\xff\xff\xff"),
    ):
        yield name, data[:at] + said + data[at + len(said) :]

"""A record file cut into its top-level sections, and a long section into its items, by the bytes alone.

A record in its usual layout is a list of top-level sections, and its long sections are lists of items: ``milestones:``
with ``  - kind: …`` below. A piece is cut so that it means alone what it means in the file; wherever that is not certain
(another layout, several documents, two sections of one name) :class:`Uncertain` is raised.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from zongmu.model.record_types import FORMAT


class Uncertain(Exception):
    """A piece does not stand alone: parse the whole file."""


@dataclass(slots=True)
class Section:
    """A top-level section as bytes; where its items could be cut apart, also ``rows``: item → key of the row."""

    raw: bytes
    rows: dict[bytes, str] | None


# The first content stands in the first column, so every later section can only be its neighbour.
_OPENS: Final = re.compile(rb"(?:[ ]*(?:#[^\n]*)?\n)*[A-Za-z_]")
# A section, or what several documents and directives begin with: no section has such a name.
_NEXT: Final = re.compile(rb"\n(?=[A-Za-z_%]|---|\.\.\.)")
_LETTERS: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_")
_ITEM: Final = b"\n  - "
_NAME: Final = re.compile(rb"(?:[ ]*(?:#[^\n]*)?\n)*([A-Za-z_][A-Za-z0-9_-]*):(?:[ \n]|\Z)")
# A key with nothing but comments before its first item.
_HEAD: Final = re.compile(
    rb"(?:[ ]*(?:#[^\n]*)?\n)*[A-Za-z_][A-Za-z0-9_-]*:(?:[ ]*|[ ]+#[^\n]*)(?:\n[ ]*(?:#[^\n]*)?)*"
)
_COMMENTS: Final = re.compile(rb"[ ]*(?:#[^\n]*)?(?:\n[ ]*(?:#[^\n]*)?)*")
_FORMAT: Final = re.compile(rb"format: %d[ ]*(?:[ ]#[^\n]*)?(?:\n[ ]*(?:#[^\n]*)?)*" % FORMAT)

_NONE: Final = ("", Section(b"\0", None))
"""What no file has at the beginning of a section."""

_LARGE: Final = 64 * 1024
"""Above this the limits of the reader (on size, on the number of values) could tell a piece from the whole."""


def sections(data: bytes, known: Mapping[str, Section]) -> list[tuple[str, bytes, Section | None]]:
    """Name and bytes of each section of a file, in order; with it the section of *known* that it is, if it is one.

    *known* are the sections of an earlier revision in their order. Raises :class:`Uncertain` where the sections cannot be
    told from the bytes.
    """
    end = len(data) - 1
    if end >= _LARGE or not data.endswith(b"\n") or not _OPENS.match(data):
        raise Uncertain
    found: list[tuple[str, bytes, Section | None]] = []
    at = 0
    former = iter(known.items())
    name, section = next(former, _NONE)
    while at <= end:
        stop = at + len(section.raw)
        # The same bytes, and then the end of the file or another section.
        if data.startswith(section.raw, at) and (
            stop == end or (stop < end and data[stop] == 10 and data[stop + 1] in _LETTERS)
        ):
            found.append((name, section.raw, section))
            at = stop + 1
            name, section = next(former, _NONE)
            continue
        raw = _next(data, at, end)
        named = _NAME.match(raw)
        if named is None:
            raise Uncertain
        mine = named[1].decode()
        if mine == "format" and not _FORMAT.fullmatch(raw, named.start(1)):
            raise Uncertain
        one = known.get(mine)
        found.append((mine, raw, one if one is not None and one.raw == raw else None))
        at += len(raw) + 1
        if mine == name:
            name, section = next(former, _NONE)
    return found


def _next(data: bytes, at: int, end: int) -> bytes:
    """The section that begins at *at*; comments before the first one belong to it."""
    found = _NEXT.search(data, at, end)
    stop = found.start() if found else end
    if at == 0 and found and _COMMENTS.fullmatch(data, 0, stop):
        found = _NEXT.search(data, stop + 1, end)
        stop = found.start() if found else end
    return data[at:stop]


def items(raw: bytes) -> list[bytes]:
    """The items of a section that is nothing but a list of them, each without its dash; none where it is not."""
    head, *found = raw.split(_ITEM)
    return found if found and _HEAD.fullmatch(head) else []


def alone(name: str, item: bytes) -> bytes:
    """A file with nothing but one *item* of the section *name*."""
    return b"%s:%s%s\n" % (name.encode(), _ITEM, item)


def apart(new: Collection[str], keys: Collection[str]) -> bool:
    """Whether no row's fields could be taken for another row's: *new* among *keys*, the others being so already.

    ``contract_signed`` and ``contract_signed/2`` are apart: no field is called 2.
    """
    names = set(keys)
    if len(names) != len(keys):
        return False
    for key in new:
        at = key.find("/")
        while at >= 0:
            if key[:at] in names and not key[at + 1 : at + 2].isdigit():
                return False
            at = key.find("/", at + 1)
        below = key + "/"
        if any(one.startswith(below) and not one[len(below) : len(below) + 1].isdigit() for one in keys):
            return False
    return True

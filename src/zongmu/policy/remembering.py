"""What was judged before, by file content: a record that did not change, under a law that did not change, is not judged again
before a day comes on which something else could be said of it.

A verdict on one record is made of its path and content, of what every record is judged by (:func:`world_print`), and of the
day: it is kept with the days on which it stands (:mod:`zongmu.policy.judging.asof`). Only verdicts without a base are kept, none of a rule that crashed, and none with a value that could not be given back exactly.
"""

from __future__ import annotations

import datetime as dt
import json
import zlib
from collections.abc import Mapping
from typing import Final, Protocol

from pydantic_core import from_json

from zongmu.policy.finding_rows import UNREADABLE, Unkept
from zongmu.policy.judged_rows import JudgedRows
from zongmu.policy.judging.judged import Judged
from zongmu.policy.judging.placing import Places
from zongmu.policy.judging.world import World
from zongmu.store.kept.cache import Blocks, Cache
from zongmu.store.kept.prints import engine_print, print_of
from zongmu.store.registry import Registry

KIND: Final = "judged"
_SHARE: Final = 2
"""How many times as many verdicts are kept as a registry has records: those of a branch beside those of its tip."""
_TOGETHER: Final = 32
"""Verdicts that are read together, on average."""


def world_print(world: World, registry: Registry) -> str | None:
    """The print of all that a verdict on any one record of *registry* is made of, but the record and the day; None without
    a law."""
    if world.checks.print is None:
        return None
    return print_of((engine_print().encode(), world.checks.print.encode(), *_common(world, registry)))


def judged_alike(world: World, registry: Registry, other: World, other_registry: Registry) -> bool:
    """Whether a record comes to the same verdict in both worlds, which have one law."""
    return world.asof == other.asof and _common(world, registry) == _common(other, other_registry)


def _common(world: World, registry: Registry) -> list[bytes]:
    """All that a verdict on any one record of *registry* is made of, but the record, the day, the law and the program."""
    settings = [
        part
        for path, loaded in sorted(registry.records.items())
        if loaded.type.name in ("instance", "calendar")
        for part in (path.encode(), loaded.data or b"")
    ]
    held = [_roles(roles) for roles in (world.roles, world.authority)]
    return [*held, *settings]


def _roles(roles: Mapping[str, frozenset[str]]) -> bytes:
    return json.dumps(sorted((role, sorted(ids)) for role, ids in roles.items())).encode()


class Remembers(Protocol):
    """Knows what was said of records in the world of a run, and learns what is said now."""

    @property
    def places(self) -> Places | None:
        """Where findings across records stand."""

    def get(self, path: str, blob: str | None) -> Judged | None:
        """What was said of the content *blob* at *path*."""

    def put(self, blob: str | None, judged: Judged) -> None:
        """Keep what was said of the content *blob*."""

    def save(self) -> None:
        """All of a run is said."""


class Memory:
    """The verdicts of one world on one day, read as they are asked for. Reading never raises; nothing is written before :meth:`save`."""

    def __init__(self, cache: Cache, name: str, day: dt.date) -> None:
        self.cache = cache
        self.name = name
        self._held: Blocks | None = cache.blocks(KIND, name)
        self._bodies: dict[tuple[str, str], bytes | memoryview] = {}
        self._used: dict[tuple[str, str], None] = {}
        self._rows = JudgedRows(day)
        self._count = 0  # of blocks
        self._read: set[int] = set()
        self._new = False
        self.places: Places | None = Places(cache)
        if self._held is not None:
            try:
                head = self._held.head
                self._rows = JudgedRows(day, head["texts"], head["counted"])
                self._count = int(head["blocks"])
            except UNREADABLE:
                self._count = 0

    def _open(self, number: int) -> None:
        """Read block *number*."""
        if number in self._read or self._held is None:
            return
        self._read.add(number)
        try:
            held = self._held.get(str(number)) or b""
            view = memoryview(held)
            size = int.from_bytes(view[:8], "big")
            at = 8 + size
            for path, blob, length in from_json(held[8:at]):
                self._bodies.setdefault((path, blob), view[at : at + length])
                at += length
        except UNREADABLE:
            return

    def get(self, path: str, blob: str | None) -> Judged | None:
        """What was said of the content *blob* at *path*."""
        if blob is None:
            return None
        if self._count:
            self._open(_place(path, self._count))
        if (body := self._bodies.get((path, blob))) is None:
            return None
        try:
            judged = self._rows.judged(path, from_json(bytes(body)))
        except UNREADABLE:
            return None
        self._used[path, blob] = None
        return judged

    def holds(self, path: str, blob: str | None) -> bool:
        """Whether what was said of the content *blob* at *path* was taken from here, or is kept."""
        return blob is not None and (path, blob) in self._used

    def put(self, blob: str | None, judged: Judged) -> None:
        """Keep what was said of the content *blob*."""
        if blob is None:
            return
        try:
            body = json.dumps(self._rows.row(judged), ensure_ascii=False, separators=(",", ":")).encode()
        except (Unkept, UnicodeEncodeError):
            return
        self._bodies[judged.path, blob] = body
        self._used[judged.path, blob] = None
        self._new = True

    def save(self) -> None:
        """Write what is new, beside what was used and as much again of what was there."""
        if not self._new:
            return
        for number in range(self._count):
            self._open(number)
        rest = [key for key in self._bodies if key not in self._used]
        kept = [*self._used, *rest[: (_SHARE - 1) * len(self._used)]]
        count = max(1, len(kept) // _TOGETHER)
        together: dict[int, list[tuple[str, str]]] = {}
        for key in kept:
            together.setdefault(_place(key[0], count), []).append(key)
        blocks = {str(number): self._block(keys) for number, keys in sorted(together.items())}
        self.cache.put_blocks(KIND, self.name, {**self._rows.tables, "blocks": count}, blocks)
        self._new = False

    def _block(self, keys: list[tuple[str, str]]) -> bytes:
        table = [[path, blob, len(self._bodies[path, blob])] for path, blob in keys]
        text = json.dumps(table, separators=(",", ":")).encode()
        return b"".join((len(text).to_bytes(8, "big"), text, *(self._bodies[key] for key in keys)))


def _place(path: str, count: int) -> int:
    """The block of *count* in which what was said of *path* stands."""
    return zlib.crc32(path.encode("utf-8", "surrogateescape")) % count


def memory_of(cache: Cache | None, world: World, registry: Registry) -> Memory | None:
    """The memory of *world*; None without a cache or a law."""
    name = None if cache is None else world_print(world, registry)
    return None if cache is None or name is None else Memory(cache, name, world.asof)

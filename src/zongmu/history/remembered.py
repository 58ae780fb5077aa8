"""The trail up to some commit, kept in the sealed cache, so that a later reading costs what came since.

Kept are the events and what has to be known to go on: when each file was last readable, and of a file that cannot be
read the content that could be. Nothing here decides whether that commit still leads to the head; the trail does.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import marshal
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, Final

from zongmu.history.changes import FieldChange
from zongmu.history.event import Contribution, Event, Recorder
from zongmu.history.leaves import About
from zongmu.model.finding import Bilingual
from zongmu.model.immutable import immutable
from zongmu.store.kept.cache import Cache
from zongmu.store.kept.prints import engine_print

KIND: Final = "trail"
SEGMENTS: Final = "events"
_PIECE: Final = 64 * 1024 * 1024

Packed = tuple[bytes, ...]
"""What :func:`pack` made of the events of some commits: once, or once for each pass that shared the files."""


@dataclass(slots=True)
class Unread:
    """A file that cannot be read as it stands: its blob, why, and the last content that could be read, if any."""

    blob: str
    trouble: Bilingual
    readable: bytes | None


@dataclass(slots=True)
class State:
    """What a pass knows after the commit *head*: path → the commit that left it readable; the files that are not."""

    head: str
    read_at: dict[str, str | None] = field(default_factory=dict)
    unread: dict[str, Unread] = field(default_factory=dict)


class Memory:
    """The remembered trail of the instance below *prefix* of its repository; ``state`` is None where there is none.

    The events stand in segments that are written once. What is new becomes a segment of its own, and swallows those before
    it that are not much larger: so there are few, and a new commit writes little.
    """

    def __init__(self, cache: Cache, prefix: str) -> None:
        self._cache = cache
        self._name = hashlib.blake2b(f"{engine_print()} {prefix}".encode(), digest_size=16).hexdigest()
        self._segments: list[_Segment] = []
        self._new: list[Packed] = []
        self.state: State | None = None
        held = cache.get(KIND, self._name)
        if held is not None:
            head = json.loads(bytes(held))
            found = [cache.get(SEGMENTS, name) for name in head["segments"]]
            if None not in found:
                self._segments = [
                    _Segment(name, bytes(data)) for name, data in zip(head["segments"], found, strict=True) if data
                ]
                self.state = _state(head)

    def events(self, zone: dt.tzinfo) -> Iterator[Event]:
        """What is remembered, oldest first."""
        for segment in self._segments:
            for packed in marshal.loads(segment.data):
                yield from unpack(packed, zone)

    def forget(self) -> None:
        """Begin anew."""
        self._segments.clear()
        self._new.clear()
        self.state = None

    def add(self, packed: Packed) -> None:
        """Remember what :func:`pack` made of some commits too, once :meth:`save` is called."""
        if any(packed):
            self._new.append(packed)

    def save(self, state: State) -> None:
        """Write what is remembered, which ends at *state*."""
        for some in _in_pieces(self._new):
            new = _segment(some)
            while self._segments and len(self._segments[-1].data) < min(2 * len(new.data), _PIECE):
                new = _segment([*marshal.loads(self._segments.pop().data), *marshal.loads(new.data)])
            self._cache.put(SEGMENTS, new.name, new.data)
            self._segments.append(new)
        head = {
            "segments": [segment.name for segment in self._segments],
            "head": state.head,
            "read_at": state.read_at,
            "unread": {
                path: [
                    one.blob,
                    one.trouble.zh,
                    one.trouble.en,
                    None if one.readable is None else one.readable.decode("latin-1"),
                ]
                for path, one in state.unread.items()
            },
        }
        self._cache.put(KIND, self._name, json.dumps(head, separators=(",", ":")).encode())
        self._cache.keep(SEGMENTS, head["segments"])


@immutable
class _Segment:
    """What was packed of some commits, one after the other, as bytes; named by their digest."""

    name: str
    data: bytes


def _segment(packed: Sequence[Packed]) -> _Segment:
    data = marshal.dumps(list(packed))
    return _Segment(hashlib.blake2b(data, digest_size=16).hexdigest(), data)


def _in_pieces(packed: Iterable[Packed]) -> Iterator[list[Packed]]:
    """*packed* in lists none of which is larger than a piece, unless it is one alone."""
    held: list[Packed] = []
    size = 0
    for one in packed:
        more = sum(map(len, one))
        if held and size + more > _PIECE:
            yield held
            held, size = [], 0
        held.append(one)
        size += more
    if held:
        yield held


def _state(head: Any) -> State:
    return State(
        head["head"],
        head["read_at"],
        {
            path: Unread(blob, Bilingual(zh, en), None if text is None else text.encode("latin-1"))
            for path, (blob, zh, en, text) in head["unread"].items()
        },
    )


# --- events as plain data -----------------------------------------------------------------------------------------
# What many changes have in common (the title and the classes of a field) is written once for all of a window.


def pack(events: Sequence[Event], order: Mapping[str, int] | None = None) -> bytes:
    """*events* as bytes, for :func:`unpack` and for this Python alone; none where there are none.

    *order* numbers the commits, where the events of one file are to be put together with those of others.
    """
    if not events:
        return b""
    shapes: dict[tuple[Any, ...], int] = {}
    abouts: list[tuple[Any, ...]] = []

    def change(one: FieldChange) -> tuple[Any, ...]:
        shape = (id(one.about), one.kind, one.silent, one.in_merge)
        number = shapes.setdefault(shape, len(shapes))
        if number == len(abouts):
            abouts.append(_about(one.about))
        if one.row or one.by or one.reason:
            return number, one.path, one.before, one.after, one.row, one.by, one.reason
        return number, one.path, one.before, one.after

    rows = [
        (
            event.commit,
            int(event.when.timestamp()),
            event.path,
            event.record,
            event.type,
            event.file,
            [change(one) for one in event.changes],
            list(event.rows_added),
            list(event.rows_removed),
            event.merge,
            event.moved_from,
            None if event.unreadable is None else (event.unreadable.zh, event.unreadable.en),
            event.compared_with,
            [change(one) for one in event.dropped],
            None if event.recorder is None else _recorder(event.recorder),
            [(one.commit, int(one.when.timestamp()), *_recorder(one.recorder)) for one in event.contributions],
        )
        for event in events
    ]
    places = None if order is None else [order[event.commit] for event in events]
    forms = [(*about, *shape[1:]) for about, shape in zip(abouts, shapes, strict=True)]
    return marshal.dumps((places, forms, rows))


def unpack(packed: Packed, zone: dt.tzinfo) -> list[Event]:
    """The events of some commits, from one pass or from several that shared the files."""
    found: list[tuple[int, str, Event]] = []
    for data in packed:
        if data:
            places, shapes, rows = marshal.loads(data)
            events = _unpacked(shapes, rows, zone)
            if places is None:
                return list(events)
            found.extend((place, event.path, event) for place, event in zip(places, events, strict=True))
    found.sort(key=itemgetter(0, 1))
    return [event for _, _, event in found]


def _recorder(one: Recorder) -> tuple[str, ...]:
    return one.author, one.email, one.committer, one.subject


def _about(one: About) -> tuple[Any, ...]:
    return (
        *(one.title.zh, one.title.en, one.change_class, one.disclosure),
        *(one.codelist, one.money, one.section, one.place),
    )


def _about_of(zh: str, en: str, *facts: Any) -> About:
    return About(Bilingual(zh, en), *facts)


def _unpacked(forms: Any, rows: Any, zone: dt.tzinfo) -> Iterator[Event]:
    shapes = [(_about_of(*about), kind, silent, in_merge) for *about, kind, silent, in_merge in forms]

    def change(
        number: int, path: str, before: Any, after: Any, row: str = "", by: Any = None, reason: Any = None
    ) -> FieldChange:
        about, kind, silent, in_merge = shapes[number]
        return FieldChange(path, before, after, kind, about, row, silent, by, reason, in_merge)

    def day(seconds: int) -> dt.datetime:
        return dt.datetime.fromtimestamp(seconds, zone)

    for (
        commit, seconds, path, record, type_, file, changes, added, removed,
        merge, moved_from, unreadable, compared_with, dropped, recorder, contributions,
    ) in rows:  # fmt: skip
        when = day(seconds)
        yield Event(
            commit,
            when,
            when.date(),
            path,
            record,
            type_,
            file,
            tuple(change(*one) for one in changes),
            frozenset(added),
            frozenset(removed),
            merge,
            moved_from,
            None if unreadable is None else Bilingual(*unreadable),
            compared_with,
            tuple(change(*one) for one in dropped),
            None if recorder is None else Recorder(*recorder),
            tuple(Contribution(one[0], day(one[1]), Recorder(*one[2:])) for one in contributions),
        )

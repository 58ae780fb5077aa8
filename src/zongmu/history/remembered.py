"""The trail up to some commit, kept in the sealed cache, so that a later reading costs what came since.

Kept are the events and what has to be known to go on: when each file was last readable, and of a file that cannot be
read the content that could be. Nothing here decides whether that commit still leads to the head; the trail does.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from zongmu.history.event import Contribution, Event, FieldChange, Recorder
from zongmu.model.finding import Bilingual
from zongmu.store.cache import Cache
from zongmu.store.prints import engine_print

KIND: Final = "trail"


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
    """The remembered trail of the instance below *prefix* of its repository; ``state`` is None where there is none."""

    def __init__(self, cache: Cache, prefix: str) -> None:
        self._cache = cache
        self._name = hashlib.blake2b(f"{engine_print()} {prefix}".encode(), digest_size=16).hexdigest()
        self._chunks: list[bytes] = []
        self.state: State | None = None
        held = cache.get(KIND, self._name)
        if held is not None:
            head, *self._chunks = bytes(held).split(b"\n")
            self.state = _state(json.loads(head))

    def events(self, zone: dt.tzinfo) -> Iterator[Event]:
        """What is remembered, oldest first."""
        for chunk in self._chunks:
            yield from _unpacked(json.loads(chunk), zone)

    def forget(self) -> None:
        """Begin anew."""
        self._chunks.clear()
        self.state = None

    def add(self, events: Sequence[Event]) -> None:
        """Remember *events* too, once :meth:`save` is called."""
        if events:
            self._chunks.append(json.dumps(_packed(events), separators=(",", ":")).encode())

    def save(self, state: State) -> None:
        """Write what is remembered, which ends at *state*."""
        head = {
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
        parts = [json.dumps(head, separators=(",", ":")).encode()]
        for chunk in self._chunks:
            parts += (b"\n", chunk)
        self._cache.put(KIND, self._name, *parts)


def _state(head: Any) -> State:
    return State(
        head["head"],
        head["read_at"],
        {
            path: Unread(blob, Bilingual(zh, en), None if text is None else text.encode("latin-1"))
            for path, (blob, zh, en, text) in head["unread"].items()
        },
    )


# --- events as JSON -----------------------------------------------------------------------------------------------
# What many changes have in common (the title and the classes of a field) is written once for all of a chunk.


def _packed(events: Sequence[Event]) -> list[Any]:
    shapes: dict[tuple[Any, ...], int] = {}

    def change(one: FieldChange) -> list[Any]:
        shape = (
            one.kind,
            one.title.zh,
            one.title.en,
            one.change_class,
            one.disclosure,
            one.codelist,
            one.money,
            one.silent,
            one.in_merge,
        )
        number = shapes.setdefault(shape, len(shapes))
        rest = (one.row, one.by, one.reason)
        return [number, one.path, one.before, one.after, *(rest if any(rest) else ())]

    rows = [
        [
            event.commit,
            int(event.when.timestamp()),
            event.path,
            event.record,
            event.type,
            event.file,
            [change(one) for one in event.changes],
            sorted(event.rows_added),
            sorted(event.rows_removed),
            [event.summary.zh, event.summary.en],
            event.merge,
            event.moved_from,
            None if event.unreadable is None else [event.unreadable.zh, event.unreadable.en],
            event.compared_with,
            [change(one) for one in event.dropped],
            None if event.recorder is None else _recorder(event.recorder),
            [[one.commit, int(one.when.timestamp()), *_recorder(one.recorder)] for one in event.contributions],
        ]
        for event in events
    ]
    return [list(shapes), rows]


def _recorder(one: Recorder) -> list[str]:
    return [one.author, one.email, one.committer, one.subject]


def _unpacked(chunk: Any, zone: dt.tzinfo) -> Iterator[Event]:
    shapes = [(kind, Bilingual(zh, en), *rest) for kind, zh, en, *rest in chunk[0]]

    def change(
        number: int, path: str, before: Any, after: Any, row: str = "", by: Any = None, reason: Any = None
    ) -> Any:
        kind, title, change_class, disclosure, codelist, money, silent, in_merge = shapes[number]
        return FieldChange(
            path,
            before,
            after,
            kind,
            title,
            row,
            change_class,
            disclosure,
            codelist,
            money,
            silent,
            by,
            reason,
            in_merge,
        )

    def day(seconds: int) -> dt.datetime:
        return dt.datetime.fromtimestamp(seconds, zone)

    for (
        commit, seconds, path, record, type_, file, changes, added, removed, summary,
        merge, moved_from, unreadable, compared_with, dropped, recorder, contributions,
    ) in chunk[1]:  # fmt: skip
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
            Bilingual(*summary),
            merge,
            moved_from,
            None if unreadable is None else Bilingual(*unreadable),
            compared_with,
            tuple(change(*one) for one in dropped),
            None if recorder is None else Recorder(*recorder),
            tuple(Contribution(one[0], day(one[1]), Recorder(*one[2:])) for one in contributions),
        )

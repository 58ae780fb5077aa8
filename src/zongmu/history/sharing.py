"""One pass over a history by one process, or by two that share the files: each walks half of them from beginning to end.

Where a commit moved a record from one file to another the two belong together, and one process walks all. The events come
in the same order either way, which a test holds.
"""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from zongmu.history.event import Event
from zongmu.history.raw import Commit, History, Landing
from zongmu.history.remembered import Packed, State, pack, unpack
from zongmu.history.walk import Walk, kind_of
from zongmu.store.git.asking import Git
from zongmu.store.workers import how_many, stream

SHARED_FROM: Final = 4_000
"""Changes from which sharing them pays."""

_Item = tuple[Sequence[Landing] | None, int]


class Pass:
    """A walk over all files of a history. ``windows`` is to be taken to its end before ``state`` is asked for."""

    def __init__(
        self, git: Git, history: History, zone: dt.tzinfo, state: State | None = None, *, workers: int | None = None
    ) -> None:
        """*state* is that of an earlier pass, to go on from there; *workers* as in :mod:`zongmu.store.workers`."""
        self._zone = zone
        self._head = history.head
        self._all = Walk(git, history, zone, state=state)
        count = _sharers(history, workers)
        shares = range(count if count > 1 else 0)
        self._walks = [Walk(git, history, zone, _share(n, count), state=state, doubts=self._all.doubts) for n in shares]
        self._states: list[State] = []

    def windows(self) -> Iterator[tuple[list[Event], Packed | None]]:
        """The events, oldest first and some commits at a time; packed too, where they came so."""
        if not self._walks:
            for window in self._all.windows():
                yield self._all.window(window), None
            self._states = [self._all.state()]
            return
        windows = list(self._all.windows())
        shares = range(len(self._walks))
        # Item n is the work of process n mod their number, so each process walks its own files, window by window.
        items: list[_Item] = [(window, share) for window in (*windows, None) for share in shares]
        results = stream(self._work, items, workers=len(shares))
        for _ in windows:
            packed = tuple(data for data in (next(results) for _ in shares) if isinstance(data, bytes))
            yield unpack(packed, self._zone), packed
        self._states = [state for state in results if isinstance(state, State)]

    def _work(self, item: _Item) -> bytes | State:
        window, share = item
        walk = self._walks[share]
        if window is None:
            return walk.state()
        return pack(walk.window(window), {landing.commit.id: place for place, landing in enumerate(window)})

    def state(self) -> State:
        """What a later pass has to know to go on from here."""
        made = State(self._head)
        for one in self._states:
            made.read_at |= one.read_at
            made.unread |= one.unread
        return made


def _share(number: int, count: int) -> Callable[[str], bool]:
    return lambda path: zlib.crc32(path.encode("utf-8", "surrogateescape")) % count == number


def _sharers(history: History, workers: int | None) -> int:
    """How many processes walk *history*."""
    changes = sum(len(landing.commit.changes) for landing in history)
    if workers is None and changes < SHARED_FROM:
        return 1
    count = how_many(changes, workers)
    return 1 if count == 1 or any(_moves(landing.commit) for landing in history) else count


def _moves(commit: Commit) -> bool:
    """Whether a commit may have moved a record: a file came, and one went."""
    came = went = False
    for change in commit.changes:
        if (change.old_blob is None or change.new_blob is None) and kind_of(change.path) is not None:
            came = came or change.old_blob is None
            went = went or change.new_blob is None
    return came and went

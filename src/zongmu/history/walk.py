"""The pass over a history: what each commit did to each record, from the contents that differ.

Every file is walked by itself from its first commit to its last, except where a commit moved a record from one file to
another; so the files of a history can be shared among several passes (:mod:`zongmu.history.sharing`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from zongmu.history import merges
from zongmu.history.changes import FieldChange, field_changes
from zongmu.history.event import Contribution, Event, Recorder
from zongmu.history.held import File, Files
from zongmu.history.raw import Commit, History, Landing
from zongmu.history.remembered import State
from zongmu.history.rows import FileChange
from zongmu.history.sections import Doc, Reader
from zongmu.model.finding import Bilingual
from zongmu.model.record_types import RecordType, type_of_path
from zongmu.store.git.asking import Git
from zongmu.store.git.tree_changes import RawChange
from zongmu.store.reading import reader

_WINDOW: Final = 512  # changes taken at once
_MOST: Final = reader.MAX_BYTES + 1
REGULAR: Final = ("100644", "100755")
_NO_FILE: Final = Bilingual("不是普通文件（符号链接或子模块）", "not a regular file (a symbolic link or a submodule)")


@cache
def kind_of(path: str) -> RecordType | None:
    """The type of the record at *path*, or None."""
    return type_of_path(path)


@dataclass(slots=True)
class _Step:
    """One file in one commit, ready to be compared."""

    kind: RecordType
    path: str
    file: FileChange
    before: File | None
    after: File | None
    moved_from: str | None = None


class Walk:
    """One pass over a history, or over some of its files."""

    def __init__(
        self,
        git: Git,
        history: History,
        zone: dt.tzinfo,
        only: Callable[[str], bool] | None = None,
        *,
        state: State | None = None,
        doubts: merges.Doubts | None = None,
    ) -> None:
        """*only* says which paths to walk (None: all); *state* is that of an earlier pass, to go on from there.

        *doubts*: those of a walk over all files of the same history, where one found them already.
        """
        self._git = git
        self._history = history
        self._only = only
        self._zone = zone
        self.reader = Reader()
        self._files = Files()
        self._stream: Iterator[bytes] | None = None
        if state is not None:
            self._resume(state)
        if doubts is None:
            doubts = merges.doubts(git, history, self._wanted)
        self.doubts = {at: doubt for at, doubt in doubts.items() if self._wanted(at[1])}

    def _wanted(self, path: str) -> bool:
        return (self._only is None or self._only(path)) and kind_of(path) is not None

    def events(self) -> Iterator[Event]:
        """All events, oldest first; within a commit by path."""
        for window in self.windows():
            yield from self.window(window)

    def window(self, landings: Sequence[Landing]) -> list[Event]:
        """The events of the next *landings*, none of which may be left out or taken twice."""
        blobs = self._fetch(landings)
        events = [event for landing in landings for event in self._commit(landing, blobs)]
        self._files.spare()
        return events

    def state(self) -> State:
        """What another pass has to know to go on from here."""
        return self._files.state(self._history.head)

    def _resume(self, state: State) -> None:
        for path, one in state.unread.items():
            kind = kind_of(path)
            if kind is not None and self._wanted(path):
                readable = None if one.readable is None else self.reader.read(kind, path, one.readable)
                file = File(one.blob, Doc(b"", None, None, one.trouble), readable, state.read_at.get(path))
                self._files.put(path, file)
        self._files.remember({path: commit for path, commit in state.read_at.items() if self._wanted(path)})

    def windows(self) -> Iterator[list[Landing]]:
        """The landings that have events, in handy numbers."""
        window: list[Landing] = []
        size = 0
        for landing in self._history:
            changes = sum(self._wanted(change.path) for change in landing.commit.changes)
            if changes or self._doubtful(landing):
                window.append(landing)
                size += changes
            if size >= _WINDOW:
                yield window
                window, size = [], 0
        if window:
            yield window

    def _doubtful(self, landing: Landing) -> set[str]:
        """The files of a merge that it did not simply take over."""
        if not self.doubts or not landing.commit.merge:
            return set()
        paths = {change.path for commit in (landing.commit, *landing.side) for change in commit.changes}
        return {path for path in paths if (landing.commit.id, path) in self.doubts}

    def _fetch(self, window: Sequence[Landing]) -> dict[str, bytes]:
        """The contents that *window* needs and that are not held."""
        if self._stream is None:
            new = [change.new_blob for landing in self._history for change in self._arriving(landing)]
            self._stream = self._git.stream([blob for blob in new if blob is not None], _MOST)
        found: dict[str, bytes] = {}
        asked: dict[str, None] = {}
        coming: dict[str, str | None] = {}
        for landing in window:
            for change in landing.commit.changes:
                path, old = change.path, change.old_blob
                if old and change.old_mode in REGULAR and self._wanted(path):
                    known = coming[path] == old if path in coming else self._files.get(path, old) is not None
                    if not known:
                        asked[old] = None
                coming[path] = change.new_blob
            for change in self._arriving(landing):
                assert change.new_blob is not None
                found[change.new_blob] = next(self._stream)
        lacking = [blob for blob in asked if blob not in found]
        found.update(zip(lacking, self._git.blobs(lacking, _MOST), strict=True))
        return found

    def _arriving(self, landing: Landing) -> list[RawChange]:
        """The changes of a commit that leave a file with a content."""
        return [
            change
            for change in landing.commit.changes
            if change.new_blob and change.new_mode in REGULAR and self._wanted(change.path)
        ]

    # --- one commit ----------------------------------------------------------------------------------------------

    def _commit(self, landing: Landing, blobs: Mapping[str, bytes]) -> Iterator[Event]:
        commit = landing.commit
        steps: dict[str, _Step] = {}
        for change in commit.changes:
            kind = kind_of(change.path)
            if kind is None or not self._wanted(change.path):
                continue
            before = self._before(kind, change, blobs)
            after = self._after(kind, change, before, commit, blobs)
            file: FileChange = "created" if before is None else "deleted" if after is None else "edited"
            steps[change.path] = _Step(kind, change.path, file, before, after)
        self._join_moved(steps)
        for path, step in steps.items():
            if step.after is not None:
                self._files.put(path, step.after)
            else:
                self._files.drop(path)
        for path in sorted(steps.keys() | self._doubtful(landing)):
            doubt = self.doubts.get((commit.id, path))
            if path in steps:
                yield self._event(landing, steps[path], doubt)
            elif doubt is not None:
                event = self._dropped_only(landing, path, doubt)
                if event is not None:
                    yield event

    def _before(self, kind: RecordType, change: RawChange, blobs: Mapping[str, bytes]) -> File | None:
        if change.old_blob is None:
            return None
        held = self._files.get(change.path, change.old_blob)
        if held is not None:
            return held
        doc = self._doc(kind, change.path, change.old_blob, change.old_mode, None, blobs)
        return File(change.old_blob, doc, None if doc.trouble else doc, self._files.read_at(change.path))

    def _after(
        self, kind: RecordType, change: RawChange, before: File | None, commit: Commit, blobs: Mapping[str, bytes]
    ) -> File | None:
        if change.new_blob is None:
            return None
        last = before.readable if before is not None else None
        if before is not None and before.blob == change.new_blob and change.old_mode == change.new_mode:
            doc = before.doc
        else:
            doc = self._doc(kind, change.path, change.new_blob, change.new_mode, last, blobs)
        if doc.trouble is None:
            return File(change.new_blob, doc, doc, commit.id)
        return File(change.new_blob, doc, last, before.readable_at if before is not None else None)

    def _doc(
        self,
        kind: RecordType,
        path: str,
        blob: str,
        mode: str | None,
        like: Doc | None,
        blobs: Mapping[str, bytes],
    ) -> Doc:
        if mode not in REGULAR:
            return Doc(b"", None, None, _NO_FILE)
        data = blobs.get(blob)
        if data is None:
            data = self._git.blob(blob, _MOST)
        return self.reader.read(kind, path, data, like)

    def _join_moved(self, steps: dict[str, _Step]) -> None:
        """Make one step of a deletion and an addition of one record."""
        gone: dict[tuple[str, str], list[_Step]] = {}
        for step in steps.values():
            if step.file == "deleted" and step.before is not None:
                gone.setdefault((step.kind.name, _id_of(step.kind, step.path, step.before)), []).append(step)
        if not gone:
            return
        for step in list(steps.values()):
            if step.file != "created" or step.after is None:
                continue
            twins = gone.get((step.kind.name, _id_of(step.kind, step.path, step.after)))
            if not twins:
                continue
            old = twins.pop(0)
            step.file, step.before, step.moved_from = "moved", old.before, old.path
            if step.after.doc.trouble is not None and old.before is not None:
                step.after = File(step.after.blob, step.after.doc, old.before.readable, old.before.readable_at)
            del steps[old.path]
            self._files.drop(old.path)

    # --- one event -----------------------------------------------------------------------------------------------

    def _event(self, landing: Landing, step: _Step, doubt: merges.Doubt | None) -> Event:
        old = step.before.readable if step.before is not None else None
        new = step.after.doc if step.after is not None else None
        trouble = new.trouble if new is not None else None
        changes: tuple[FieldChange, ...] = ()
        added: frozenset[str] = frozenset()
        removed: frozenset[str] = frozenset()
        dropped: tuple[FieldChange, ...] = ()
        if trouble is None:
            own: Collection[str] = ()
            if doubt is not None:
                own, dropped = self._merged(step.kind, step.path, old, new, doubt)
            difference = self.reader.differences(step.kind, step.path, old, new)
            changes = field_changes(step.kind, difference, own)
            added, removed = difference.rows_added, difference.rows_removed
        bridged = (
            step.before.readable_at
            if trouble is None and step.before is not None and step.before.doc.trouble is not None
            else None
        )
        record = _id_of(step.kind, step.path, step.after or step.before)
        return self._make(
            landing,
            step.kind,
            step.path,
            record,
            file=step.file,
            changes=changes,
            added=added,
            removed=removed,
            dropped=dropped,
            moved_from=step.moved_from,
            unreadable=trouble,
            compared_with=bridged,
        )

    def _dropped_only(self, landing: Landing, path: str, doubt: merges.Doubt) -> Event | None:
        """The event of a merge that left a file alone although the merged branch had changed it."""
        kind = kind_of(path)
        assert kind is not None
        doc = self._doc(kind, path, doubt.result, "100644", None, {}) if doubt.result else None
        _, dropped = self._merged(kind, path, doc, doc, doubt)
        if not dropped:
            return None
        return self._make(
            landing,
            kind,
            path,
            (doc.id if doc is not None else None) or kind.id_from_path(path),
            file="kept",
            dropped=dropped,
        )

    def _merged(
        self, kind: RecordType, path: str, before: Doc | None, result: Doc | None, doubt: merges.Doubt
    ) -> tuple[set[str], tuple[FieldChange, ...]]:
        def at(blob: str) -> Doc:
            return self._doc(kind, path, blob, "100644", before, {})

        return merges.judged(self.reader, kind, path, before, result, doubt, at)

    def _make(
        self,
        landing: Landing,
        kind: RecordType,
        path: str,
        record: str,
        file: FileChange,
        *,
        changes: tuple[FieldChange, ...] = (),
        added: frozenset[str] = frozenset(),
        removed: frozenset[str] = frozenset(),
        dropped: tuple[FieldChange, ...] = (),
        moved_from: str | None = None,
        unreadable: Bilingual | None = None,
        compared_with: str | None = None,
    ) -> Event:
        head = landing.commit
        when = self._when(head)
        return Event(
            commit=head.id,
            when=when,
            recorded_day=when.date(),
            path=path,
            record=record,
            type=kind.name,
            file=file,
            changes=changes,
            rows_added=added,
            rows_removed=removed,
            merge=head.merge,
            moved_from=moved_from,
            unreadable=unreadable,
            compared_with=compared_with,
            dropped=dropped,
            recorder=_recorder(head),
            contributions=tuple(
                Contribution(one.id, self._when(one), _recorder(one))
                for one in landing.written_by({path, moved_from or path})
            ),
        )

    def _when(self, commit: Commit) -> dt.datetime:
        return dt.datetime.fromtimestamp(commit.time, self._zone)


def _id_of(kind: RecordType, path: str, file: File | None) -> str:
    """What the record calls itself, or what its path calls it."""
    if file is not None:
        for doc in (file.doc, file.readable):
            if doc is not None and doc.id is not None:
                return doc.id
    return kind.id_from_path(path)


def _recorder(commit: Commit) -> Recorder:
    return Recorder(commit.author, commit.email, commit.committer, commit.subject)

"""The change trail of records: every change of every value, in the order in which it reached the register.

One pass: ``git log`` for what each commit did to which file, ``git cat-file`` for the contents, and only those parts
parsed that differ (:mod:`zongmu.history.sections`). The events of a record, put one after the other, lead from nothing
to what stands in the file now; a test holds that too. A record is known by the id it bears, so a file that was moved
stays one record, and a file that cannot be read at some commit does not end its trail.

Reads at most some 64 MB of current contents into memory, besides the list of commits; with a cache also its own events.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from zongmu.history import merges, raw
from zongmu.history.event import Contribution, Event, FieldChange, Recorder, field_changes, plain_change, summary
from zongmu.history.event import FileChange as FileChange
from zongmu.history.fields import unknown
from zongmu.history.raw import Commit, History, Landing
from zongmu.history.remembered import Memory, State, Unread
from zongmu.history.sections import Doc, Flat, Leaf, Reader
from zongmu.model.finding import Bilingual, Code
from zongmu.model.records import BY_NAME, RecordType, type_of_path
from zongmu.store import reader
from zongmu.store.cache import Cache
from zongmu.store.git import Git, GitProblem, RawChange

NO_RECORD: Final = Code(
    "history.no-such-record",
    Bilingual("没有这份登记", "No such record"),
    Bilingual("历史里没有 {record}", "The history has no {record}"),
    Bilingual("请核对编号或路径{hint}", "Check the id or the path{hint}"),
)
AMBIGUOUS: Final = Code(
    "history.ambiguous-record",
    Bilingual("编号不唯一", "Ambiguous id"),
    Bilingual("{record} 可指几份登记：{paths}", "{record} may be any of these records: {paths}"),
    Bilingual("请改用路径", "Give the path instead"),
)
UNKNOWN_TIMEZONE: Final = Code(
    "history.unknown-timezone",
    Bilingual("不认识的时区", "Unknown time zone"),
    Bilingual("registry.yaml 的时区 {zone} 无法识别", "The time zone {zone} of registry.yaml is not known here"),
    Bilingual("请改为 Asia/Shanghai 之类，或安装 tzdata", "Write one like Asia/Shanghai, or install tzdata"),
)

CODES: Final[tuple[Code, ...]] = (*raw.CODES, NO_RECORD, AMBIGUOUS, UNKNOWN_TIMEZONE)
"""What a user can meet when reading the trail, beside :data:`zongmu.store.git.CODES`."""

TIMEZONE: Final = "Asia/Shanghai"
"""Where the instance names no other."""

_WINDOW: Final = 512  # blobs asked for at once
_HELD_BYTES: Final = 64 * 1024 * 1024
_REGULAR: Final = ("100644", "100755")
_NO_FILE: Final = Bilingual("不是普通文件（符号链接或子模块）", "not a regular file (a symbolic link or a submodule)")
_WHOLE_FILE: Final = Leaf(None, (unknown("file"),), "")


def trail(
    root: Path,
    paths: Collection[str] | None = None,
    since: str | None = None,
    *,
    cut: bool = True,
    cache: Cache | None = None,
) -> Iterator[Event]:
    """Every change of every record (or of *paths*, relative to the instance root), oldest first.

    Of a file that was moved, *paths* must name both places, else the one is deleted and the other created; see
    :func:`record_trail`.

    *since* is a revision: only what it cannot reach. Raises :class:`~zongmu.store.git.GitProblem` on a shallow clone,
    outside of a repository, or where objects are missing; never a partial answer. *cut* False parses whole files
    (slower, the same events). With a *cache*, a whole trail that was read before is taken from there, and only what
    came after it is read; it is not used where *paths* or *since* ask for a part.
    """
    git = Git(root)
    try:
        if cache is not None and paths is None and since is None:
            yield from _continued(git, Memory(cache, git.prefix))
        else:
            yield from _Walk(git, raw.read(git, since), paths, cut).events()
    finally:
        git.close()


def _continued(git: Git, memory: Memory) -> Iterator[Event]:
    """The remembered events, then the new ones, which are remembered when the last of them was taken."""
    history = _after(git, memory.state.head) if memory.state is not None else None
    if history is None:
        memory.forget()
        history = raw.read(git)
    walk = _Walk(git, history, None, state=memory.state)
    yield from memory.events(walk.zone)
    for events in walk.by_window():
        memory.add(events)
        yield from events
    if memory.state is None or history.landings:
        memory.save(walk.state())


def _after(git: Git, commit: str) -> History | None:
    """What came after *commit*; None where the first-parent chain of the head does not lead over it (any more)."""
    if git.ask("cat-file", "-e", f"{commit}^{{commit}}", ok=(0, 1, 128))[0] != 0:
        return None
    history = raw.read(git, commit)
    if not history.landings:
        return history if history.head == commit else None
    return history if history.landings[0].commit.parents[:1] == (commit,) else None


def record_trail(root: Path, record: str) -> Iterator[Event]:
    """Every change of one record, oldest first: of its file wherever it has stood, and of a project's endorsements.

    *record* is an id, or a path relative to the instance root. Raises as :func:`trail`, and when there is none.
    """
    git = Git(root)
    try:
        history = raw.read(git)
        yield from _Walk(git, history, _paths_of(git, history, record)).events()
    finally:
        git.close()


def timezone(git: Git, commit: str = "HEAD") -> dt.tzinfo:
    """The time zone in which this instance counts days, as of *commit*."""
    path = BY_NAME["instance"].example
    blob = raw.blobs_at(git, [(commit, path)])[0]
    value = reader.parse(git.blob(blob, reader.MAX_BYTES), path).value if blob else None
    name = value.get("timezone", TIMEZONE) if isinstance(value, dict) else TIMEZONE
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, TypeError, OSError):
        if name == TIMEZONE:
            # A system without time zone data: China has had one time without summer time since 1992.
            return dt.timezone(dt.timedelta(hours=8), TIMEZONE)
        raise GitProblem(UNKNOWN_TIMEZONE, zone=repr(name)[:80]) from None


# --- which files --------------------------------------------------------------------------------------------------


@cache
def _type(path: str) -> RecordType | None:
    return type_of_path(path)


def _all_paths(history: History) -> set[str]:
    return {
        change.path for landing in history for commit in (landing.commit, *landing.side) for change in commit.changes
    }


def _paths_of(git: Git, history: History, record: str) -> set[str]:
    """Every path at which *record* has stood."""
    known = {path: kind for path in _all_paths(history) if (kind := _type(path)) is not None}
    if record in known:
        return _moved(git, history, {record})
    found: dict[str, set[str]] = {}
    for path, kind in known.items():
        if kind.id_from_path(path) == record:
            found.setdefault(kind.name, set()).add(path)
    # The endorsements of a project bear its id, and belong to its life.
    if len(found.keys() - {"endorsements"}) > 1:
        raise GitProblem(AMBIGUOUS, record=record, paths=", ".join(sorted(set().union(*found.values()))))
    if not found:
        near = _near(record, (kind.id_from_path(path) for path, kind in known.items()))
        raise GitProblem(NO_RECORD, record=record, hint=f" ({near}?)" if near else "")
    return _moved(git, history, set().union(*found.values()))


def _near(record: str, ids: Iterable[str]) -> str | None:
    from difflib import get_close_matches

    return next(iter(get_close_matches(record, sorted(set(ids)), n=1)), None)


def _moved(git: Git, history: History, paths: set[str]) -> set[str]:
    """*paths*, and those from or to which a commit moved one of them: same type, same id inside."""
    found: set[str] = set()
    waiting = set(paths)
    pieces = Reader()
    while waiting:
        path = waiting.pop()
        found.add(path)
        kind = _type(path)
        assert kind is not None
        for landing in history:
            mine = next((c for c in landing.commit.changes if c.path == path), None)
            if mine is None or (mine.old_blob is None) == (mine.new_blob is None):
                continue
            for other in landing.commit.changes:
                if other.path in found or _type(other.path) is not kind:
                    continue
                if (other.old_blob, other.new_blob).count(None) != 1 or _came(other) == _came(mine):
                    continue
                ids = [_id(pieces, git, kind, change) for change in (mine, other)]
                if ids[0] == ids[1]:
                    waiting.add(other.path)
    return found


def _came(change: RawChange) -> bool:
    return change.old_blob is None


def _id(pieces: Reader, git: Git, kind: RecordType, change: RawChange) -> str:
    blob = change.new_blob or change.old_blob
    mode = change.new_mode or change.old_mode
    if blob is None or mode not in _REGULAR:
        return kind.id_from_path(change.path)
    return pieces.read(kind, change.path, git.blob(blob, reader.MAX_BYTES + 1)).id or kind.id_from_path(change.path)


# --- the pass -----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _File:
    """What stands at a path: its blob, its content, and the last content that could be read with its commit."""

    blob: str
    doc: Doc
    readable: Doc | None
    readable_at: str | None


@dataclass(slots=True)
class _Step:
    """One file in one commit, ready to be compared."""

    kind: RecordType
    path: str
    file: FileChange
    before: _File | None
    after: _File | None
    moved_from: str | None = None


class _Walk:
    """One pass over a history."""

    def __init__(
        self,
        git: Git,
        history: History,
        paths: Collection[str] | None,
        cut: bool = True,
        state: State | None = None,
    ) -> None:
        self._git = git
        self._history = history
        self._paths = None if paths is None else frozenset(paths)
        self.zone = timezone(git, history.head)
        self.reader = Reader(cut=cut)
        self._held: OrderedDict[str, _File] = OrderedDict()
        self._held_bytes = 0
        self._read_at: dict[str, str | None] = {}
        if state is not None:
            self._resume(state)
        self._doubts = merges.doubts(git, history, self._wanted) if _merged(history) else {}

    def _wanted(self, path: str) -> bool:
        return (self._paths is None or path in self._paths) and _type(path) is not None

    def events(self) -> Iterator[Event]:
        """All events, oldest first; within a commit by path."""
        for events in self.by_window():
            yield from events

    def by_window(self) -> Iterator[list[Event]]:
        """As :meth:`events`, some commits at a time."""
        for window in self._windows():
            blobs = self._fetch(window)
            yield [event for landing in window for event in self._commit(landing, blobs)]
            self._forget()

    def state(self) -> State:
        """What another pass has to know to go on from here."""
        unread = {
            path: Unread(file.blob, file.doc.trouble, file.readable.data if file.readable is not None else None)
            for path, file in self._held.items()
            if file.doc.trouble is not None
        }
        return State(self._history.head, self._read_at, unread)

    def _resume(self, state: State) -> None:
        self._read_at = state.read_at
        for path, one in state.unread.items():
            kind = _type(path)
            if kind is not None:
                readable = None if one.readable is None else self.reader.read(kind, path, one.readable)
                file = _File(one.blob, Doc(b"", None, None, one.trouble), readable, state.read_at.get(path))
                self._hold(path, file)

    def _windows(self) -> Iterator[list[Landing]]:
        window: list[Landing] = []
        size = 0
        for landing in self._history:
            changes = sum(self._wanted(change.path) for change in landing.commit.changes)
            if changes or any(key in self._doubts for key in self._keys(landing)):
                window.append(landing)
                size += changes
            if size >= _WINDOW:
                yield window
                window, size = [], 0
        if window:
            yield window

    def _keys(self, landing: Landing) -> list[tuple[str, str]]:
        """The files of a merge that it did not simply take over."""
        if not self._doubts or not landing.commit.merge:
            return []
        paths = {change.path for commit in (landing.commit, *landing.side) for change in commit.changes}
        return [(landing.commit.id, path) for path in sorted(paths) if (landing.commit.id, path) in self._doubts]

    def _fetch(self, window: Sequence[Landing]) -> dict[str, bytes]:
        """The contents that *window* needs and that are not held."""
        asked: dict[str, None] = {}
        coming = {path: file.blob for path, file in self._held.items()}
        for landing in window:
            for change in landing.commit.changes:
                if not self._wanted(change.path):
                    continue
                if change.old_blob and change.old_mode in _REGULAR and coming.get(change.path) != change.old_blob:
                    asked[change.old_blob] = None
                if change.new_blob and change.new_mode in _REGULAR:
                    asked[change.new_blob] = None
                    coming[change.path] = change.new_blob
                else:
                    coming.pop(change.path, None)
        return dict(zip(asked, self._git.blobs(asked, reader.MAX_BYTES + 1), strict=True))

    def _forget(self) -> None:
        """Let go of the contents that were used longest ago; of a file that cannot be read, never."""
        for path in list(self._held):
            if self._held_bytes <= _HELD_BYTES:
                return
            file = self._held[path]
            if file.doc.trouble is None:
                self._release(path)

    def _release(self, path: str) -> None:
        file = self._held.pop(path, None)
        if file is not None:
            self._held_bytes -= len(file.doc.data)

    def _hold(self, path: str, file: _File) -> None:
        self._release(path)
        self._held[path] = file
        self._held_bytes += len(file.doc.data)

    # --- one commit ----------------------------------------------------------------------------------------------

    def _commit(self, landing: Landing, blobs: Mapping[str, bytes]) -> Iterator[Event]:
        commit = landing.commit
        steps: dict[str, _Step] = {}
        for change in commit.changes:
            kind = _type(change.path)
            if kind is None or not self._wanted(change.path):
                continue
            before = self._before(kind, change, blobs)
            after = self._after(kind, change, before, commit, blobs)
            file: FileChange = "created" if before is None else "deleted" if after is None else "edited"
            steps[change.path] = _Step(kind, change.path, file, before, after)
        self._join_moved(steps, commit)
        for path, step in steps.items():
            self._release(path)
            self._read_at.pop(path, None)
            if step.after is not None:
                self._hold(path, step.after)
                self._read_at[path] = step.after.readable_at
        open_paths = {path for _, path in self._keys(landing)}
        for path in sorted(steps.keys() | open_paths):
            doubt = self._doubts.get((commit.id, path))
            if path in steps:
                yield self._event(landing, steps[path], doubt)
            elif doubt is not None:
                event = self._dropped_only(landing, path, doubt)
                if event is not None:
                    yield event

    def _before(self, kind: RecordType, change: RawChange, blobs: Mapping[str, bytes]) -> _File | None:
        if change.old_blob is None:
            return None
        held = self._held.get(change.path)
        if held is not None and held.blob == change.old_blob:
            return held
        doc = self._doc(kind, change.path, change.old_blob, change.old_mode, None, blobs)
        return _File(change.old_blob, doc, None if doc.trouble else doc, self._read_at.get(change.path))

    def _after(
        self, kind: RecordType, change: RawChange, before: _File | None, commit: Commit, blobs: Mapping[str, bytes]
    ) -> _File | None:
        if change.new_blob is None:
            return None
        last = before.readable if before is not None else None
        if before is not None and before.blob == change.new_blob and change.old_mode == change.new_mode:
            doc = before.doc
        else:
            doc = self._doc(kind, change.path, change.new_blob, change.new_mode, last, blobs)
        if doc.trouble is None:
            return _File(change.new_blob, doc, doc, commit.id)
        return _File(change.new_blob, doc, last, before.readable_at if before is not None else None)

    def _doc(
        self,
        kind: RecordType,
        path: str,
        blob: str,
        mode: str | None,
        like: Doc | None,
        blobs: Mapping[str, bytes],
    ) -> Doc:
        if mode not in _REGULAR:
            return Doc(b"", None, None, _NO_FILE)
        data = blobs.get(blob)
        if data is None:
            data = self._git.blob(blob, reader.MAX_BYTES + 1)
        return self.reader.read(kind, path, data, like)

    def _join_moved(self, steps: dict[str, _Step], commit: Commit) -> None:
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
                step.after = _File(step.after.blob, step.after.doc, old.before.readable, old.before.readable_at)
            del steps[old.path]
            self._release(old.path)
            self._read_at.pop(old.path, None)

    # --- one event -----------------------------------------------------------------------------------------------

    def _event(self, landing: Landing, step: _Step, doubt: merges.Doubt | None) -> Event:
        commit = landing.commit
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
                own, dropped = self._merge(step.kind, step.path, old, new, doubt)
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
            head=commit,
        )

    def _dropped_only(self, landing: Landing, path: str, doubt: merges.Doubt) -> Event | None:
        """The event of a merge that left a file alone although the merged branch had changed it."""
        kind = _type(path)
        assert kind is not None
        doc = self._doc(kind, path, doubt.result, "100644", None, {}) if doubt.result else None
        _, dropped = self._merge(kind, path, doc, doc, doubt)
        if not dropped:
            return None
        return self._make(
            landing,
            kind,
            path,
            (doc.id if doc is not None else None) or kind.id_from_path(path),
            file="kept",
            dropped=dropped,
            head=landing.commit,
        )

    def _make(
        self,
        landing: Landing,
        kind: RecordType,
        path: str,
        record: str,
        *,
        head: Commit,
        file: FileChange,
        changes: tuple[FieldChange, ...] = (),
        added: frozenset[str] = frozenset(),
        removed: frozenset[str] = frozenset(),
        dropped: tuple[FieldChange, ...] = (),
        moved_from: str | None = None,
        unreadable: Bilingual | None = None,
        compared_with: str | None = None,
    ) -> Event:
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
            summary=summary(
                kind.name, file, changes, added, removed, unreadable=unreadable is not None, dropped=len(dropped)
            ),
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
        return dt.datetime.fromtimestamp(commit.time, self.zone)

    def _merge(
        self, kind: RecordType, path: str, before: Doc | None, result: Doc | None, doubt: merges.Doubt
    ) -> tuple[set[str], tuple[FieldChange, ...]]:
        """What the merge changed by itself, and what of the merged sides it dropped."""
        sides = []
        for side in doubt.sides:
            docs = [
                self._doc(kind, path, blob, "100644", before, {}) if blob else None for blob in (side.tip, side.base)
            ]
            if any(doc is not None and doc.trouble is not None for doc in docs):
                # Values of a side that cannot be read cannot be compared; that it was not taken can be said.
                return set(), (plain_change("", _WHOLE_FILE, side.tip, doubt.result),)
            sides.append((self.reader.leaves(kind, path, docs[0]), self.reader.leaves(kind, path, docs[1])))
        out = self.reader.leaves(kind, path, result)
        own = merges.own_changes(self.reader.leaves(kind, path, before), out, sides)
        dropped = []
        for place, tip in sorted(merges.dropped_changes(out, sides).items()):
            leaf = tip.get(place) or out.get(place) or _base_leaf(sides, place)
            theirs, kept = tip.get(place), out.get(place)
            dropped.append(plain_change(place, leaf, theirs.value if theirs else None, kept.value if kept else None))
        return own, tuple(dropped)


def _base_leaf(sides: Sequence[tuple[Flat, Flat]], place: str) -> Leaf:
    return next(base[place] for _, base in sides if place in base)


def _merged(history: History) -> bool:
    return any(landing.commit.merge for landing in history)


def _id_of(kind: RecordType, path: str, file: _File | None) -> str:
    """What the record calls itself, or what its path calls it."""
    if file is not None:
        for doc in (file.doc, file.readable):
            if doc is not None and doc.id is not None:
                return doc.id
    return kind.id_from_path(path)


def _recorder(commit: Commit) -> Recorder:
    return Recorder(commit.author, commit.email, commit.committer, commit.subject)

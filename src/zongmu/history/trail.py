"""The change trail of records: every change of every value, in the order in which it reached the registry.

One pass: ``git log`` for what each commit did to which file, ``git cat-file`` for the contents, and only those parts
parsed that differ (:mod:`zongmu.history.sections`). The events of a record, put one after the other, lead from nothing
to what stands in the file now; a test holds that too. A record is known by the id it bears, so a file that was moved
stays one record, and a file that cannot be read at some commit does not end its trail.

Reads at most some 64 MB of current contents into memory, besides the list of commits; with a cache also its own events.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Final

from zongmu.history import raw
from zongmu.history.event import Event
from zongmu.history.raw import History
from zongmu.history.remembered import Memory, pack
from zongmu.history.rows import FileChange as FileChange
from zongmu.history.sections import Reader
from zongmu.history.sharing import Pass
from zongmu.history.walk import REGULAR, Walk, kind_of
from zongmu.model.finding import Bilingual, Code
from zongmu.model.record_types import BY_NAME, RecordType
from zongmu.store.git.asking import Git
from zongmu.store.git.codes import GitProblem
from zongmu.store.git.tree_changes import RawChange
from zongmu.store.kept.cache import Cache
from zongmu.store.reading import reader

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
"""What a user can meet when reading the trail, beside :data:`zongmu.store.git.codes.CODES`."""

TIMEZONE: Final = "Asia/Shanghai"
"""Where the instance names no other."""


def trail(
    root: Path,
    paths: Collection[str] | None = None,
    since: str | None = None,
    *,
    cache: Cache | None = None,
    workers: int | None = None,
) -> Iterator[Event]:
    """Every change of every record (or of *paths*, relative to the instance root), oldest first.

    Of a file that was moved, *paths* must name both places, else the one is deleted and the other created; see
    :func:`record_trail`.

    *since* is a revision: only what it cannot reach. Raises :class:`~zongmu.store.git.codes.GitProblem` on a shallow clone,
    outside of a repository, or where objects are missing; never a partial answer. With a *cache*, a whole trail that was read before is
    taken from there, and only what came after it is read; it is not used where *paths* or *since* ask for a part.
    *workers*: processes; by default two where it pays.
    """
    git = Git(root)
    try:
        if cache is not None and paths is None and since is None:
            yield from _continued(git, Memory(cache, git.prefix), workers)
        else:
            history = raw.read(git, since)
            zone = timezone(git, history.head)
            if paths is None:
                for events, _ in Pass(git, history, zone, workers=workers).windows():
                    yield from events
            else:
                yield from Walk(git, history, zone, set(paths).__contains__).events()
    finally:
        git.close()


def _continued(git: Git, memory: Memory, workers: int | None) -> Iterator[Event]:
    """The remembered events, then the new ones, which are remembered when the last of them was taken."""
    history = _after(git, memory.state.head) if memory.state is not None else None
    if history is None:
        memory.forget()
        history = raw.read(git)
    zone = timezone(git, history.head)
    new = Pass(git, history, zone, memory.state, workers=workers)
    yield from memory.events(zone)
    for events, packed in new.windows():
        memory.add(packed or (pack(events),))
        yield from events
    if memory.state is None or history.landings:
        memory.save(new.state())


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
        only = _paths_of(git, history, record).__contains__
        yield from Walk(git, history, timezone(git, history.head), only).events()
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


def _all_paths(history: History) -> set[str]:
    return {
        change.path for landing in history for commit in (landing.commit, *landing.side) for change in commit.changes
    }


def _paths_of(git: Git, history: History, record: str) -> set[str]:
    """Every path at which *record* has stood."""
    known = {path: kind for path in _all_paths(history) if (kind := kind_of(path)) is not None}
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
        kind = kind_of(path)
        assert kind is not None
        for landing in history:
            mine = next((c for c in landing.commit.changes if c.path == path), None)
            if mine is None or (mine.old_blob is None) == (mine.new_blob is None):
                continue
            for other in landing.commit.changes:
                if other.path in found or kind_of(other.path) is not kind:
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
    if blob is None or mode not in REGULAR:
        return kind.id_from_path(change.path)
    return pieces.read(kind, change.path, git.blob(blob, reader.MAX_BYTES + 1)).id or kind.id_from_path(change.path)

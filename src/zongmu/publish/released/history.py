"""The history of what was public: which public value of which project changed on which day. Nothing else of the history.

Computed from the first-parent chain of Git, and not told from it: a commit counts only by the public projection that it
leaves, and of the commits of one day only the last. So an edit of anything that is not public moves nothing here, and no
commit, branch, time of day or person is in it. What was withheld once begins anew when it is published again: that is how a
value that should never have been public leaves the history.

A sequence of contents per project is kept in ``.cache``; afterwards only new commits are read, and only projects that they
touch are worked out again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pydantic_core import from_json

from zongmu.disclosure import projection, review
from zongmu.disclosure.projection import PublicProject, Told, project_public, told_key
from zongmu.disclosure.review import standing
from zongmu.history import raw
from zongmu.history.trail import timezone
from zongmu.model.fields.leaves import leaves, row_key
from zongmu.model.guards import scan
from zongmu.model.immutable import immutable
from zongmu.model.record_types import BY_NAME, type_of_path
from zongmu.model.records.endorsement import Endorsements
from zongmu.model.records.instance import Instance
from zongmu.model.records.project import SERIES, Project
from zongmu.policy.finding_rows import UNREADABLE
from zongmu.publish.rendering.escape import dump
from zongmu.store.fitting.validate import model_of
from zongmu.store.git.asking import Git
from zongmu.store.git.codes import DAMAGED, GitProblem
from zongmu.store.kept.cache import Cache
from zongmu.store.reading import reader
from zongmu.store.workers import map_all

FORMAT = 1
KIND = "history"
_CHUNK = 1_000  # projects whose contents are held at once
_REGULAR = ("100644", "100755")
_REFERENCES = frozenset({"original_project", "parent_project", "framework", "by"})


class Change(NamedTuple):
    """A public value that changed: its path, the path of its row (empty outside of rows), old and new; None where absent."""

    path: str
    row: str
    before: Any
    after: Any


@immutable
class Entry:
    """What changed of one project on one day. ``organization`` and ``role`` are those of the disclosure review."""

    day: dt.date
    project: str
    kind: Literal["published", "changed"]
    changes: tuple[Change, ...] = ()
    organization: str | None = None
    role: str | None = None


@immutable
class PublicHistory:
    """The entries of every project that is public now, oldest first; why there are none, where Git cannot say."""

    entries: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    problem: GitProblem | None = None

    def of(self, project: str) -> tuple[Entry, ...]:
        """The entries of one project, oldest first."""
        return self.entries.get(project, ())

    def last_day(self, project: str) -> dt.date | None:
        """The day on which something public of a project changed last."""
        rows = self.of(project)
        return rows[-1].day if rows else None

    def newest(self) -> list[Entry]:
        """All entries, the latest day first; of one day by project."""
        rows = [entry for entries in self.entries.values() for entry in entries]
        return sorted(rows, key=lambda e: (-e.day.toordinal(), e.project))


def public_history(
    root: Path,
    instance: Instance,
    told: Mapping[str, Told],
    published: Collection[str],
    named: Collection[str],
    until: dt.date | None = None,
    cache: Cache | None = None,
    texts: Mapping[str, PublicProject] | None = None,
) -> PublicHistory:
    """The history of the projects *published*, up to the day *until*; other projects than *named* are not named in it.

    *texts*: projections by the blob that they were made from, which need not be made again. Outside of a repository, in a
    shallow clone or before the first commit the history is empty and says why. Raises :class:`GitProblem` where the
    repository is damaged.
    """
    git = Git(root)
    try:
        sequences, known, zone = _sequences(git, instance, told, cache)
        wanted = [id for id in sorted(published) if id in sequences]
        lines = _worked_out(git, instance, told, zone, {id: sequences[id] for id in wanted}, known, texts or {})
    except GitProblem as problem:
        if problem.code in DAMAGED:
            raise  # a site without its history must not come of a broken disk
        return PublicHistory(problem=problem)
    finally:
        git.close()
    if cache is not None and known.new:
        _keep(cache, sequences, lines, known)
    allowed = frozenset(named)
    return PublicHistory(
        {
            id: tuple(e for e in _without(lines[id][1], allowed) if until is None or e.day <= until)
            for id in wanted
            if lines[id][1]
        }
    )


# ── which contents a project had, commit by commit ──


class _Held(NamedTuple):
    """A content that a project's file or its endorsements had from a commit on: time, type of record, blob."""

    time: int
    type: str
    blob: str | None


@dataclass(slots=True)
class _Known:
    """What the last computation left in the cache."""

    key: str
    head: str = ""
    lines: dict[str, tuple[str, list[Entry]]] = field(default_factory=dict)
    new: bool = False  # whether there is more to keep now


_Sequences = dict[str, list[_Held]]


def _sequences(
    git: Git, instance: Instance, told: Mapping[str, Told], cache: Cache | None
) -> tuple[_Sequences, _Known, dt.tzinfo]:
    key = _key(instance, told)
    sequences, known = _read(cache, key)
    head = git.resolve("HEAD") if known.head and not git.is_shallow() else ""
    if known.head and known.head == head:
        return sequences, known, timezone(git, head)
    if not known.head or git.ask("merge-base", "--is-ancestor", known.head, "HEAD", ok=(0, 1, 128))[0] != 0:
        sequences, known.head = {}, ""
    history = raw.read(git, known.head or None)
    for landing in history:
        times: dict[str, int] = {}
        for change in landing.commit.changes:
            kind = type_of_path(change.path)
            if kind is None or kind.name not in ("project", "endorsements"):
                continue
            blob = change.new_blob if change.new_mode in _REGULAR else None
            id = kind.id_from_path(change.path)
            rows = sequences.setdefault(id, [])
            # What follows in the same second follows: equal times are those of one commit.
            time = times.setdefault(id, max(landing.commit.time, rows[-1].time + 1) if rows else landing.commit.time)
            gone = blob is None and any(r.time == time and r.type == kind.name for r in rows[-1:])
            if not gone:  # a file that moved is deleted and added in one commit, in either order
                rows.append(_Held(time, kind.name, blob))
    known.head, known.new = history.head, True
    return sequences, known, timezone(git, history.head)


# ── what of that was public ──


def _worked_out(
    git: Git,
    instance: Instance,
    told: Mapping[str, Told],
    zone: dt.tzinfo,
    sequences: _Sequences,
    known: _Known,
    texts: Mapping[str, PublicProject],
) -> dict[str, tuple[str, list[Entry]]]:
    out: dict[str, tuple[str, list[Entry]]] = {}
    todo: list[str] = []
    for id, rows in sequences.items():
        digest = hashlib.sha256(repr(rows).encode()).hexdigest()
        kept = known.lines.get(id)
        if kept is not None and kept[0] == digest:
            out[id] = kept
        else:
            out[id] = (digest, [])
            todo.append(id)
    known.new = known.new or bool(todo)
    for start in range(0, len(todo), _CHUNK):
        chunk = todo[start : start + _CHUNK]
        needed = (r.blob for id in chunk for r in sequences[id] if r.blob is not None and r.blob not in texts)
        blobs = list(dict.fromkeys(needed))
        contents = dict(zip(blobs, git.blobs(blobs, reader.MAX_BYTES + 1), strict=True))
        line = _Line(instance, told, zone, contents, texts)
        done = map_all(lambda id, line=line: line.entries(id, sequences[id]), chunk)  # type: ignore[misc]
        for id, entries in zip(chunk, done, strict=True):
            out[id] = (out[id][0], entries)
    return out


class _Line:
    """The states of one project after the other."""

    def __init__(
        self,
        instance: Instance,
        told: Mapping[str, Told],
        zone: dt.tzinfo,
        contents: Mapping[str, bytes],
        texts: Mapping[str, PublicProject],
    ) -> None:
        self._instance = instance
        self._told = told
        self._zone = zone
        self._contents = contents
        self._texts = texts

    def entries(self, id: str, rows: Sequence[_Held]) -> list[Entry]:
        """What changed of what was public, day by day."""
        out: list[Entry] = []
        shown: PublicProject | None = None
        before: Mapping[str, tuple[str, Any]] | None = None  # the same, flat; most projects never need it
        for day, states in self._by_day(rows):
            withheld = [n for n, s in enumerate(states, 1) if s.state == "withheld"]
            if withheld:
                out, shown, before = [], None, None
                states = states[withheld[-1] :]
            # What came later on the same day and waits for its review takes nothing back.
            last = next((s for s in reversed(states) if s.state == "public"), None)
            if last is None or last.public is None:
                continue
            signed = last.review
            office = (signed.organization, signed.role) if signed is not None else (None, None)
            if shown is None:
                out.append(Entry(day, id, "published", (), *office))
            else:
                after = flat(last.public.data())
                if moved := tuple(changes(before or flat(shown.data()), after)):
                    out.append(Entry(day, id, "changed", moved, *office))
                before = after
            shown = last.public
        return out

    def _by_day(self, rows: Sequence[_Held]) -> Iterator[tuple[dt.date, list[_State]]]:
        """The states that a day went through, for every day that had any; the days never go back.

        A withdrawal counts where it came into the history together with the review that publishes again.
        """
        signed: Endorsements | None = None
        withdrawn = 0
        public: PublicProject | None = None
        day, states = dt.date.min, list[_State]()
        for n, row in enumerate(rows):
            if row.type == "project":
                read = self._projected(row.blob)
                if row.blob is None or read is not None:
                    public = read
            else:
                found = self._model(row.blob, "endorsements")
                if row.blob is None or isinstance(found, Endorsements):
                    signed = found if isinstance(found, Endorsements) else None
            if n + 1 < len(rows) and rows[n + 1].time == row.time:
                continue  # of one commit
            now = max(dt.datetime.fromtimestamp(row.time, self._zone).date(), day)
            if now != day and states:
                yield day, states
                states = []
            day = now
            before = withdrawn
            withdrawn = sum(r.conclusion == "withheld" for r in signed.disclosure_reviews) if signed is not None else 0
            if withdrawn > before:
                states.append(_State("withheld", None, None))
            if public is None:
                states.append(_State("absent", None, None))
            else:
                stands = standing(self._instance, public, signed)
                states.append(_State(stands.state, public, stands.review))
        if states:
            yield day, states

    def _projected(self, blob: str | None) -> PublicProject | None:
        if blob is not None and (known := self._texts.get(blob)) is not None:
            return known
        project = self._model(blob, "project")
        if not isinstance(project, Project):
            return None
        return project_public(project, self._told.get(project.jurisdiction, Told()))

    def _model(self, blob: str | None, kind: str) -> object:
        """The record in a blob; None for what could not be read or would be refused today, which says nothing."""
        data = self._contents.get(blob) if blob is not None else None
        return model_of(BY_NAME[kind], data) if data is not None else None


class _State(NamedTuple):
    state: str
    public: PublicProject | None
    review: Any


def flat(data: Mapping[str, Any]) -> dict[str, tuple[str, Any]]:
    """Every public value by its path, with the path of its row."""
    out: dict[str, tuple[str, Any]] = {}
    for name, value in data.items():
        if name in ("id", "jurisdiction", "withheld_fields"):
            continue
        if isinstance(value, list) and value and isinstance(value[0], dict):
            for index, row in enumerate(value):
                at = f"{name}/{row_key(row, index, SERIES.get(name, ()))}"
                out.update({f"{at}/{path}": (at, leaf) for path, leaf in leaves(row, {})})
        else:
            out.update({path: ("", leaf) for path, leaf in leaves({name: value}, {})})
    return out


def changes(before: Mapping[str, tuple[str, Any]], after: Mapping[str, tuple[str, Any]]) -> Iterator[Change]:
    """What differs between two states, each as :func:`flat` gives it."""
    for path in dict.fromkeys((*before, *after)):
        old, new = before.get(path, ("", None)), after.get(path, ("", None))
        if old[1] != new[1]:
            yield Change(path, old[0] or new[0], old[1], new[1])


def _without(entries: Iterable[Entry], named: frozenset[str]) -> Iterator[Entry]:
    """The entries without the numbers of projects that are not named, and without text that no guard would let in today;
    without those that only told of such."""

    def shown(change: Change, value: Any) -> Any:
        if change.path.rsplit("/", 1)[-1] in _REFERENCES:
            return value if value in named else None
        return None if isinstance(value, str) and scan(value) else value

    for entry in entries:
        seen = (c._replace(before=shown(c, c.before), after=shown(c, c.after)) for c in entry.changes)
        kept = tuple(c for c in seen if c.before != c.after)
        if entry.kind == "published" or kept:
            yield Entry(entry.day, entry.project, entry.kind, kept, entry.organization, entry.role)


# ── the cache ──


def _key(instance: Instance, told: Mapping[str, Told]) -> str:
    """A digest of what decides which contents are public, beside the contents."""
    closed = [row.unit for row in instance.disclosure.units] if instance.disclosure is not None else []
    digest = hashlib.sha256(f"{FORMAT}:{instance.disclosure_review}:{instance.timezone}:{closed}".encode())
    for jurisdiction in sorted(told):
        digest.update(f"{jurisdiction}:{told_key(told[jurisdiction])};".encode())
    for file in deciding():
        digest.update(file.read_bytes())
    return digest.hexdigest()


def deciding() -> list[Path]:
    """The files of this program that decide what of a record is public: where one is another, nothing that was kept holds."""
    disclosure = [Path(str(module.__file__)) for module in (projection, review)]
    model = disclosure[0].parents[1] / "model"
    return [*disclosure, Path(__file__), *sorted(model.rglob("*.py"))]


def _read(cache: Cache | None, key: str) -> tuple[_Sequences, _Known]:
    """What the cache holds; nothing where it cannot be read or was made by other means."""
    held = cache.get(KIND, key[:32]) if cache is not None else None
    if held is None:
        return {}, _Known(key)
    try:
        data = from_json(bytes(held))
        sequences = {id: [_Held(*row) for row in rows] for id, rows in data["sequences"].items()}
        lines = {id: (digest, [_entry(id, row) for row in rows]) for id, (digest, rows) in data["lines"].items()}
        return sequences, _Known(key, data["head"], lines)
    except UNREADABLE:
        return {}, _Known(key)


def _entry(id: str, row: Sequence[Any]) -> Entry:
    day, kind, changes, organization, role = row
    return Entry(dt.date.fromisoformat(day), id, kind, tuple(Change(*c) for c in changes), organization, role)


def _keep(cache: Cache, sequences: _Sequences, lines: Mapping[str, tuple[str, list[Entry]]], known: _Known) -> None:
    kept = {**known.lines, **lines}
    data = {
        "head": known.head,
        "sequences": sequences,
        "lines": {
            id: (digest, [(e.day.isoformat(), e.kind, e.changes, e.organization, e.role) for e in entries])
            for id, (digest, entries) in kept.items()
        },
    }
    cache.put(KIND, known.key[:32], dump(data).encode())

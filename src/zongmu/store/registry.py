"""The registry: every record of one tree as a model, with what is wrong with it as a file.

One bad file never hides another's findings, and nothing raises but a repository that cannot be read. What is asked of
every record and answered small (findings, facts) is asked with :meth:`Registry.map`, in the processes that read the
records; :func:`load` is for whoever needs the records themselves.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from zongmu.model.base import Strict
from zongmu.model.fields.leaves import locate
from zongmu.model.finding import Finding, Position, Severity, finding
from zongmu.model.periods.calendar import Calendar
from zongmu.model.record_types import RecordType, upgrade
from zongmu.model.records.instance import Instance
from zongmu.store import ahead
from zongmu.store import tree_codes as codes
from zongmu.store.calendars import calendar_in
from zongmu.store.fitting.validate import validate
from zongmu.store.reading.reader import MAX_BYTES, parse
from zongmu.store.survey import INSTANCE_PATH, Located, Survey, safe_path, survey, unreadable
from zongmu.store.trees import READ_LIMIT, Tree, below
from zongmu.store.workers import Progress, how_many, map_all, no_collection, stream

R = TypeVar("R")

CODES: Final = codes.CODES
"""Everything that can be wrong with the files of a registry as files."""

_ALWAYS: Final = ("instance", "calendar")
"""Types of record that every other is judged by."""


@dataclass(slots=True)
class LoadedRecord:
    """A file of the registry as it was read.

    ``id`` is what its path says. ``data`` is None where it could not be read, ``model`` where it has a defect; what is
    wrong is in ``findings``. ``blob`` is its id in Git, where known.
    """

    path: str
    type: RecordType
    id: str
    data: bytes | None = None
    model: Strict | None = None
    findings: tuple[Finding, ...] = ()
    blob: str | None = None
    jurisdiction: str | None = None
    _plain: dict[str, Any] | None = None
    _fast: bool = False
    _positions: Any = None

    @property
    def plain(self) -> dict[str, Any] | None:
        """The content as plain data of the newest format; None where there is none. Read again when it is asked for."""
        if self._plain is None and self.data is not None:
            parsed = parse(self.data, self.path)
            self._plain = upgrade(self.type.name, parsed.value) if type(parsed.value) is dict else None
            self._fast = parsed.plain
        return self._plain

    def position(self, field_path: str | None, *, key: bool = False) -> Position | None:
        """The place of a field in the file, by its identity-based path (``milestones/contract_signed/2/amount``).

        With *key*, that of its name. What is not there has the place of the nearest thing that is; None where nothing
        could be read.
        """
        if self.data is None:
            return None
        if self._positions is None:
            from zongmu.store.reading.positions import Positions

            plain = self.plain is not None and self._fast
            self._positions = Positions.of(self.data, plain=plain)
        if not field_path:
            place: Position = self._positions.find(())
            return place
        where, there = locate(self.plain, field_path, self.type.series)
        if not there:
            # One step further than the data goes: Positions then points at what should hold it.
            where = (*where, "\0")
        place = self._positions.find(where, key=key)
        return place

    def forget(self) -> None:
        """Let go of what can be read again: plain data and places."""
        self._plain = None
        self._positions = None


@dataclass(slots=True)
class Registry:
    """The records of one tree.

    ``records`` holds what was loaded, by path in order; ``survey`` knows every path, loaded or not. ``strays`` are the
    findings about files as files, ``instance`` is None where ``registry.yaml`` is missing or broken.
    """

    tree: Tree
    survey: Survey
    records: Mapping[str, LoadedRecord]
    strays: tuple[Finding, ...]
    instance: Instance | None
    calendar: Calendar
    _by_type: dict[str, list[LoadedRecord]] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """What to call the tree."""
        return self.tree.label

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong with the files of the registry and with every record that was loaded, in order of path."""
        return (*self.strays, *(one for record in self.records.values() for one in record.findings))

    def of_type(self, name: str) -> list[LoadedRecord]:
        """The loaded records of a type (``project``, ``organization``, …), by path."""
        if not self._by_type:
            for record in self.records.values():
                self._by_type.setdefault(record.type.name, []).append(record)
        return self._by_type.get(name, [])

    def by_id(self, name: str, id: str) -> LoadedRecord | None:
        """The loaded record of a type that has that id by its path; of several the first."""
        return next((self.records[p] for p in self.paths_of(name, id) if p in self.records), None)

    def at(self, path: str) -> LoadedRecord | None:
        """The record at *path*, read now if it was not loaded; None where there is none."""
        found = self.records.get(path)
        if found is None and (located := self.survey.located.get(path)) is not None:
            found = load_record(self.tree, located)
        return found

    def file(self, path: str) -> LoadedRecord | None:
        """As :meth:`at`, for whoever only asks where things stand in the file: what was not loaded is not validated."""
        found = self.records.get(path)
        if found is None and (one := self.survey.located.get(path)) is not None:
            found = LoadedRecord(one.path, one.type, one.id, _bytes_of(self.tree, path), blob=one.blob)
        return found

    def paths_of(self, name: str, id: str) -> tuple[str, ...]:
        """Every path in the tree, loaded or not, that is one of a record of that type and id."""
        return self.survey.known.get((name, id), ())

    @property
    def projects(self) -> list[LoadedRecord]:
        """The loaded projects."""
        return self.of_type("project")

    def map(
        self,
        function: Callable[[LoadedRecord], R],
        *,
        paths: Collection[str] | None = None,
        workers: int | None = None,
        progress: Progress | None = None,
    ) -> list[tuple[str, R]]:
        """``function`` of every record (*paths*: of these), read where it runs: ``(path, result)`` in order of path.

        In forked workers where that pays, so the result must be picklable, and small. A record that was loaded is not
        read again.
        """
        chosen = _chosen(self.survey, paths)

        def work(one: Located) -> R:
            return function(self.records.get(one.path) or load_record(self.tree, one))

        done: dict[str, R] = {}
        if how_many(len(chosen), workers) > 1:
            ahead.enough()
            # What is made at the first record of a type, every worker would otherwise make for itself.
            done = {one.path: work(one) for one in {one.type.name: one for one in reversed(chosen)}.values()}
        rest = [one for one in chosen if one.path not in done]
        begun = len(done)

        def told(now: int, total: int) -> None:
            if progress is not None:
                progress(begun + now, begun + total)

        done |= zip((one.path for one in rest), map_all(work, rest, workers=workers, progress=told), strict=True)
        return [(one.path, done[one.path]) for one in chosen]


def load(
    tree: Tree,
    *,
    paths: Collection[str] | None = None,
    types: Collection[str] | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    known: Registry | None = None,
) -> Registry:
    """The registry in *tree*. Records that stand in *known* with the same content are taken from there.

    With *paths*, files or folders, only those records are loaded, and what every record is judged by: the instance and
    the calendars (``paths=()``: nothing else). A path that is not there is a finding. With *types*, of all this only
    the records of these types (``organization``, …), and again what every record is judged by. Raises
    :class:`~zongmu.store.git.codes.GitProblem` when the repository does not allow to list it.
    """
    found = survey(tree)
    chosen = _chosen(found, paths, always=True)
    if types is not None:
        chosen = [one for one in chosen if one.type.name in types or one.type.name in _ALWAYS]
    held = {} if known is None else {one.path: record for one in chosen if (record := same(known, one)) is not None}
    rest = [one for one in chosen if one.path not in held]
    fresh = {record.path: record for record in _load_all(tree, rest, workers, progress)}
    records = {one.path: held.get(one.path) or fresh[one.path] for one in chosen}
    strays = list(found.strays if paths is None else _strays_of(found, paths))
    if paths is not None:
        strays += _absent(tree, paths)
    instance = records.get(INSTANCE_PATH)
    model = instance.model if instance else None
    return Registry(
        tree,
        found,
        records,
        tuple(strays),
        model if isinstance(model, Instance) else None,
        calendar_in(record for record in records.values() if record.type.name == "calendar"),
    )


def same(known: Registry, one: Located) -> LoadedRecord | None:
    """What *known* holds of the same content at the same path."""
    record = known.records.get(one.path)
    return record if record is not None and one.blob is not None and record.blob == one.blob else None


def load_record(tree: Tree, one: Located) -> LoadedRecord:
    """One record of *tree*: read, parsed and validated. Never raises for what is wrong with the file."""
    return _validated(one, _read(tree, one))


@dataclass(slots=True)
class _Read:
    """What reading alone makes of a file: cheap to send from one process to another, unlike a model."""

    data: bytes | None
    value: Any = None
    findings: tuple[Finding, ...] = ()
    plain: bool = False


def _read(tree: Tree, one: Located) -> _Read:
    try:
        data = tree.read(one.path)
    except OSError as error:
        return _Read(None, None, (unreadable(one.path, one.id, error),))
    if len(data) >= READ_LIMIT:
        from zongmu.store.reading.characters import TOO_LARGE

        told = finding(
            TOO_LARGE, record=one.id, path=one.path, position=Position(1, 1), size=f"{READ_LIMIT}+", limit=MAX_BYTES
        )
        return _Read(data[:MAX_BYTES], None, (told,))
    parsed = parse(data, one.path)
    told_of = tuple(dataclasses.replace(told, record=one.id) for told in parsed.findings)
    return _Read(data, parsed.value, told_of, parsed.plain)


def _bytes_of(tree: Tree, path: str) -> bytes | None:
    """What is in the file; None where it cannot be read, or is longer than a record may be."""
    try:
        data = tree.read(path)
    except OSError:
        return None
    return data if len(data) < READ_LIMIT else data[:MAX_BYTES]


def _validated(one: Located, read: _Read) -> LoadedRecord:
    record = LoadedRecord(one.path, one.type, one.id, read.data, None, read.findings, one.blob, one.jurisdiction)
    if read.value is None:
        return record
    made = validate(one.type, read.value, data=read.data, path=one.path, record=one.id)
    if type(read.value) is dict:
        record._plain = upgrade(one.type.name, read.value)
        record._fast = read.plain
    # A file that programs read in two ways has no meaning yet, even where one of them fits the schema.
    if not any(told.severity is Severity.BLOCKING for told in read.findings):
        record.model = made.model
    record.findings = _told_once(record, made.findings)
    return record


def _told_once(record: LoadedRecord, made: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """What reading and the schema found, without what one says of a place less exactly than the other.

    The schema knows what a field takes, so it says how to write a value that programs read differently; the reader knows
    that a field which seems to be lacking is there and empty.
    """
    read = record.findings
    if not read or not made:
        return read + made
    lines = (record.data or b"").decode("utf-8", "replace").split("\n")
    empty = {told.position.line for told in read if told.code == "yaml.null" and told.position}
    by_schema = {told.position for told in made}

    def is_empty(told: Finding) -> bool:
        at = told.position.line if told.code == "schema.missing-field" and told.position else 0
        return at in empty and re.search(rf"\b{told.values['field']}[\"']?:", lines[at - 1]) is not None

    return (
        *(told for told in read if told.code != "yaml.quote-it" or told.position not in by_schema),
        *(told for told in made if not is_empty(told)),
    )


def _load_all(
    tree: Tree, chosen: Sequence[Located], workers: int | None, progress: Progress | None
) -> Iterator[LoadedRecord]:
    """Every chosen record, in order. Workers read; models are made here, since they are dear to send."""

    def work(one: Located) -> _Read:
        return _read(tree, one)

    with no_collection():
        for one, read in zip(chosen, stream(work, chosen, workers=workers, progress=progress), strict=True):
            record = _validated(one, read)
            record.forget()
            yield record


def _bare(path: str) -> str:
    """*path* as a tree names it: ``registry/projects/`` and ``./registry/projects`` are one, ``.`` is everything."""
    while path.startswith("./"):
        path = path[2:]
    return "" if path == "." else path.rstrip("/")


def _chosen(found: Survey, paths: Collection[str] | None, *, always: bool = False) -> list[Located]:
    """The records at *paths* or in the folders *paths*, in order; all where None."""
    if paths is None:
        return list(found.located.values())
    names = {_bare(path) for path in paths}
    folders = [name for name in names if name not in found.located]
    return [
        one
        for path, one in found.located.items()
        if path in names or (always and one.type.name in _ALWAYS) or any(below(path, folder) for folder in folders)
    ]


def _strays_of(found: Survey, paths: Collection[str]) -> list[Finding]:
    """The strays at *paths*, and those that concern every record."""
    names = [_bare(path) for path in paths]
    everybody = (codes.NO_INSTANCE.id, codes.NO_REGISTRY.id)
    return [one for one in found.strays if one.code in everybody or any(below(one.path, name) for name in names)]


def _absent(tree: Tree, paths: Iterable[str]) -> list[Finding]:
    """A finding for each of *paths* at which there is nothing."""
    out = []
    for path in paths:
        name = _bare(path)
        if name and not tree.exists(name) and not tree.entries(name):
            at = safe_path(path)
            out.append(finding(codes.NO_SUCH_FILE, record=at, path=at, file=at))
    return out

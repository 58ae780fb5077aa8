"""What is public of each project, and what the rules say of that alone: worked out by several processes, and kept by content.

A text is made of the file of a project and of what every record is judged by; where neither changed it is not made again. What
is kept is what the workers send, so that a build with the cache and one without it read the same.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import fields, replace
from typing import Any, Final, TypeVar

from pydantic_core import PydanticSerializationError, from_json, to_json

from zongmu.disclosure.findings import PublicFinding, is_internal, public_findings, told_of
from zongmu.disclosure.projection import (
    PublicMilestone,
    PublicProject,
    Told,
    Withheld,
    as_project,
    projected,
)
from zongmu.model.derived.views import View
from zongmu.model.finding import Outcome, Severity
from zongmu.model.immutable import immutable
from zongmu.model.record_types import RECORD_TYPES
from zongmu.model.records.project import Project
from zongmu.policy.finding_rows import Unkept, plain, verdict_of, verdict_row
from zongmu.policy.judging.engine import FactCrash, Under, ask, contexts_of, facts_of
from zongmu.policy.judging.world import World
from zongmu.policy.remembering import world_print
from zongmu.store.kept.cache import Cache
from zongmu.store.kept.prints import print_of
from zongmu.store.registry import LoadedRecord, Registry, load
from zongmu.store.survey import Located
from zongmu.store.trees import Tree
from zongmu.store.workers import Progress

KIND: Final = "texts"
R = TypeVar("R")
PROJECT_REFERENCES: Final = ("original_project", "parent_project", "framework")
"""Fields of a project that name another one."""


@immutable
class JudgedCopy:
    """What follows from the public facts of one project, and what the rules say of them."""

    jurisdiction: str
    stage: str | None
    findings: tuple[PublicFinding, ...]
    facts: Mapping[str, Any]


@immutable
class Text:
    """The public text of a project as its file has it. ``keys``: the keys of acts that bear another one outside; ``digest``: what
    a review binds to, where reviews are apart from merges."""

    public: PublicProject
    digest: str | None
    keys: Mapping[str, str]
    known: frozenset[str]  # the projects it names that were taken to have a page when its copy was judged
    copy: JudgedCopy
    print: bytes | None = None  # a digest of all of this but the findings; None of what no row holds


Row = bytes | memoryview | Text | None
"""A text as it is sent and kept; itself where it cannot be; None where a file has none."""


def told_by_city(world: World) -> dict[str, Told]:
    """What of whose presence each city tells."""
    return {j: told_of([m for m, _ in laws]) for j, laws in world.laws.items()}


def references(public: PublicProject) -> frozenset[str]:
    """The projects that a text names."""
    named = [public.facts[name] for name in PROJECT_REFERENCES if name in public.facts]
    named += [m.facts["by"] for m in public.milestones if m.kind == "superseded" and "by" in m.facts]
    return frozenset(named)


def among(public: PublicProject, known: Collection[str]) -> PublicProject:
    """The text without references to projects that have no page: what is not published is not named."""
    if all(id in known for id in references(public)):
        return public
    facts = {k: v for k, v in public.facts.items() if k not in PROJECT_REFERENCES or v in known}
    milestones = tuple(
        replace(m, facts={k: v for k, v in m.facts.items() if k != "by" or v in known}) if m.kind == "superseded" else m
        for m in public.milestones
    )
    return replace(public, facts=facts, milestones=milestones)


def judged_copy(world: World, told: Told, public: PublicProject) -> JudgedCopy:
    """What the rules say of what is public of a project."""
    copy = as_project(public)
    view = View(copy)
    measures = world.laws.get(copy.jurisdiction, ())
    under = list(contexts_of(world, copy, "project", view=view))
    rulings = (
        ruling
        for measure, rules, context in under
        for rule in rules
        if not is_internal(rule)
        for ruling in ask(context, measure, rule, copy.id)
    )
    found = public_findings(rulings, told.documents)
    stage = view.stage(measures[0][0].measure.stages) if measures else view.stage()
    return JudgedCopy(copy.jurisdiction, stage, found, _facts(world, copy, under))


def _facts(world: World, copy: Project, under: Iterable[Under]) -> Mapping[str, Any]:
    try:
        return facts_of(world, copy, "project", under)
    except FactCrash:
        return {}  # a fact that crashes is found, and said, where the records are judged


# ── all of a registry ──


def load_beside(tree: Tree) -> Registry:
    """The registry with all but its projects, which are read where they are judged."""
    return load(tree, types=[t.name for t in RECORD_TYPES if t.name != "project"])


def projects_of(registry: Registry) -> list[Located]:
    """The files of projects, loaded or not, by id."""
    return sorted(
        (one for one in registry.survey.located.values() if one.type.name == "project"), key=lambda one: one.id
    )


class Texts:
    """The text of every project of a registry whose file can be read.

    Made while somebody else reads the projects (:attr:`registry`), and what is lacking then when it is asked for.
    """

    def __init__(self, world: World, registry: Registry, cache: Cache | None = None) -> None:
        self._world = world
        self._cache = cache
        self._projects = projects_of(registry)
        self._ids = frozenset(one.id for one in self._projects)
        self._paths = frozenset(one.path for one in self._projects)
        self._told = told_by_city(world)
        law = world_print(world, registry) if cache is not None else None
        # What the rules say of a text hangs on the day, and the rows do not say on which other days it is the same.
        self._name = None if law is None else print_of((law.encode(), world.asof.isoformat().encode()))
        kept = dict(_read(cache, self._name)) if cache is not None and self._name is not None else {}
        self._rows: dict[str, Row] = {
            one.path: kept[one.path, one.blob] for one in self._projects if (one.path, one.blob) in kept
        }
        self._fresh = False
        self.registry: Registry = _ReadOnce(registry, self)

    def all(self) -> dict[str, Text]:
        """The texts by path. To be asked for once: the rows are given up."""
        lacking = [one.path for one in self._projects if one.path not in self._rows]
        if lacking:
            self.registry.map(_nothing, paths=lacking)
        if self._cache is not None and self._name is not None and self._fresh:
            _keep(self._cache, self._name, ((one, self._rows[one.path]) for one in self._projects))
        reading, out = _Reading(), {}
        for one in self._projects:
            row = self._rows.pop(one.path)
            if row is not None:
                out[one.path] = row if isinstance(row, Text) else reading.text(row)
        return out

    def row(self, loaded: LoadedRecord) -> Row:
        """The text of a project that was read, as a worker sends it; None for all else, and where it is known."""
        if loaded.type.name != "project" or loaded.path in self._rows:
            return None
        text = _text(self._world, self._told, self._ids, loaded)
        if text is None:
            return None
        try:
            return _row(text)
        except (Unkept, PydanticSerializationError):
            return text

    def take(self, rows: Iterable[tuple[str, Row]]) -> None:
        """Take what :meth:`row` gave of records, by their path."""
        for path, row in rows:
            if path in self._paths and path not in self._rows:
                self._rows[path] = row
                self._fresh = True


class _ReadOnce(Registry):
    """A registry that makes the texts of the projects that somebody reads."""

    __slots__ = ("_texts",)

    def __init__(self, registry: Registry, texts: Texts) -> None:
        super().__init__(**{f.name: getattr(registry, f.name) for f in fields(registry)})
        self._texts = texts

    def map(
        self,
        function: Callable[[LoadedRecord], R],
        *,
        paths: Collection[str] | None = None,
        workers: int | None = None,
        progress: Progress | None = None,
    ) -> list[tuple[str, R]]:
        """As :meth:`Registry.map`."""

        def both(loaded: LoadedRecord) -> tuple[R, Row]:
            return function(loaded), self._texts.row(loaded)

        done = super().map(both, paths=paths, workers=workers, progress=progress)
        self._texts.take((path, row) for path, (_, row) in done)
        return [(path, result) for path, (result, _) in done]


def _nothing(_loaded: LoadedRecord) -> None:
    """For whoever reads a record for its text alone."""


def _text(world: World, told: Mapping[str, Told], ids: frozenset[str], loaded: LoadedRecord) -> Text | None:
    project = loaded.model
    if not isinstance(project, Project):
        return None
    tells = told.get(project.jurisdiction, Told())
    public, numbers = projected(project, tells)
    keys = {key: outside for key, outside in numbers.items() if key != outside}
    known = references(public) & ids
    digest = public.digest() if world.instance.disclosure_review == "separate" else None
    return Text(public, digest, keys, known, judged_copy(world, tells, among(public, known)))


# ── texts as rows of JSON ──


def _row(text: Text) -> bytes:
    """A text as JSON, then each outcome as a JSON text of its own: most are the same for many projects, and are then read once.

    Raises :class:`Unkept` where a value could not be given back exactly, and ``PydanticSerializationError``.
    """
    public, copy = text.public, text.copy
    row = [
        [
            public.id,
            public.jurisdiction,
            public.facts,
            [
                [m.key, m.kind, m.date.isoformat(), m.number, m.body, m.body_name, m.facts, m.papers]
                for m in public.milestones
            ],
            public.shared_resources,
            public.external_ids,
            public.payments,
            public.om_costs,
            public.progress,
            public.waivers,
            public.reasons,
            public.questions,
            [[w.what, w.what_en, w.ground] for w in public.withheld],
        ],
        text.digest,
        text.keys,
        sorted(text.known),
        copy.jurisdiction,
        copy.stage,
        plain(copy.facts),
    ]
    return b"\t".join([to_json(row), *(to_json(_finding_row(f)) for f in copy.findings)])


def finding_print(found: PublicFinding) -> bytes:
    """A digest of an outcome. Raises :class:`Unkept` where a value could not be given back exactly, and
    ``PydanticSerializationError``."""
    return hashlib.sha256(to_json([*_finding_row(found), found.acknowledged])).digest()


def _finding_row(found: PublicFinding) -> list[Any]:
    return [
        found.rule,
        found.cites,
        found.withheld,
        found.outcome and found.outcome.value,
        None if found.severity is None else int(found.severity),
        found.verdict and verdict_row(found.verdict),
        found.addressee,
        found.advisory,
    ]


class _Reading:
    """Reads rows; what is the same in many is one object."""

    def __init__(self) -> None:
        self._findings: dict[bytes, PublicFinding] = {}

    def text(self, row: bytes | memoryview) -> Text:
        """The text that :func:`_row` wrote."""
        head, *findings = bytes(row).split(b"\t")
        public, digest, keys, known, jurisdiction, stage, facts = from_json(head)
        copy = JudgedCopy(jurisdiction, stage, tuple([self._finding(one) for one in findings]), facts)
        return Text(_public(public), digest, keys, frozenset(known), copy, hashlib.sha256(head).digest())

    def _finding(self, row: bytes) -> PublicFinding:
        found = self._findings.get(row)
        if found is None:
            rule, cites, withheld, outcome, severity, verdict, addressee, advisory = from_json(row)
            found = self._findings[row] = PublicFinding(
                rule,
                tuple(cites),
                withheld,
                None if outcome is None else Outcome(outcome),
                None if severity is None else Severity(severity),
                None if verdict is None else verdict_of(verdict),
                addressee,
                False,
                advisory,
            )
        return found


def _public(row: list[Any]) -> PublicProject:
    (
        id, jurisdiction, facts, acts, shared, external, payments, costs, progress, waivers, reasons, questions,
        withheld,
    ) = row  # fmt: skip
    return PublicProject(
        id=id,
        jurisdiction=jurisdiction,
        facts=facts,
        milestones=tuple([_milestone(*act) for act in acts]),
        shared_resources=tuple(shared),
        external_ids=external,
        payments=tuple(payments),
        om_costs=tuple(costs),
        progress=tuple(progress),
        waivers=tuple(waivers),
        reasons=tuple(reasons),
        questions=tuple(questions),
        withheld=tuple([Withheld(*one) for one in withheld]),
    )


def _milestone(
    key: str, kind: str, day: str, number: str | None, body: str | None, name: str | None, facts: Any, papers: list[Any]
) -> PublicMilestone:
    documents = tuple([paper["kind"] for paper in papers])
    return PublicMilestone(key, kind, dt.date.fromisoformat(day), number, body, name, facts, documents, tuple(papers))


# ── the cache ──


def _read(cache: Cache, name: str) -> Iterator[tuple[tuple[str, str | None], memoryview]]:
    """What was kept, by path and content."""
    held = cache.get(KIND, name) or memoryview(b"")
    for line in _LINE.finditer(held):
        yield (line[1].decode("utf-8", "surrogateescape"), line[2].decode()), held[line.start(3) : line.end(3)]


_LINE: Final = re.compile(rb"([^\t\n]*)\t([^\t\n]*)\t([^\n]*)\n")
"""Path, blob, row: JSON in a line holds no tab and no line break, so that tabs part what a row is made of."""


def _keep(cache: Cache, name: str, rows: Iterable[tuple[Located, Row]]) -> None:
    """Keep the rows of files whose content has a name."""
    parts: list[bytes | memoryview] = []
    for one, row in rows:
        if one.blob is not None and row is not None and not isinstance(row, Text):
            parts += [f"{one.path}\t{one.blob}\t".encode("utf-8", "surrogateescape"), row, b"\n"]
    cache.put(KIND, name, *parts)

"""What may be said outside about a rule's outcome.

A finding leaks what it read. An outcome is public only if its rule is publishable and every field on its trace is public;
otherwise the rule is listed as "checked, not public", whatever came of it, and counts nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Protocol

from pydantic import BaseModel

from zongmu.disclosure.projection import (
    MILESTONE_FIELDS,
    MILESTONE_KINDS_WITHHELD,
    STATE_FIELDS,
    Told,
    milestone_fields,
)
from zongmu.model.acts.kinds import KINDS
from zongmu.model.acts.parts import Document
from zongmu.model.fields.titles import family_of, models_in
from zongmu.model.finding import Outcome, Severity, Verdict
from zongmu.model.immutable import immutable
from zongmu.model.record_types import RECORD_TYPES

_PUBLIC_ROOTS = frozenset(
    {
        *STATE_FIELDS, "payments", "om_costs", "progress", "external_ids", "waivers", "shared_resources", "usage",
        "in_use_since", "entries", "supplements", "approved", "compiled", "plans", "draws", "trainings", "reasons",
        "plan", "year", "unit", "field",
    }
)  # fmt: skip
"""Where a path that leads to something public may begin, besides milestones."""


_PROJECT = re.compile(r"[a-z][a-z0-9]*-[0-9]{4}-[0-9]{4,}")

# What is needed of a ruling. Neither room may import the other, so the shape of it stands here.


class _Rule(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def cites(self) -> tuple[str, ...]: ...
    @property
    def disclosure(self) -> str: ...


class _Ruling(Protocol):
    @property
    def rule(self) -> _Rule: ...
    @property
    def verdict(self) -> Verdict: ...
    @property
    def severity(self) -> Severity: ...
    @property
    def addressee(self) -> str | None: ...
    @property
    def advisory(self) -> bool: ...


class _Measure(Protocol):
    @property
    def codes(self) -> Mapping[str, Mapping[str, object]]: ...


class _KnownRule(_Rule, Protocol):
    @property
    def act(self) -> tuple[str, ...]: ...
    @property
    def each(self) -> tuple[str, ...]: ...


class _LoadedMeasure(Protocol):
    @property
    def measure(self) -> _Measure: ...
    @property
    def rules(self) -> Sequence[_KnownRule]: ...


@immutable
class PublicFinding:
    """An outcome as the public sees it. ``withheld``: checked, and the outcome is not public."""

    rule: str
    cites: tuple[str, ...]
    withheld: bool
    outcome: Outcome | None = None
    severity: Severity | None = None
    verdict: Verdict | None = None
    addressee: str | None = None
    acknowledged: bool = False
    advisory: bool = False


@cache
def public_path(path: str, public_documents: frozenset[str]) -> bool:
    """Whether a field path of a trace may be seen outside: it begins where it may, and meets no field that is not public."""
    parts = path.split("/")
    if _PROJECT.fullmatch(parts[0]) and parts[1:]:
        parts = parts[1:]  # a path within another record that is released
    if parts[0] == "documents":
        return _public_paper(parts[1:], public_documents)
    if parts[0] != "milestones":
        return parts[0] in _PUBLIC_ROOTS and not _meets_private(parts)
    rest = parts[1:]
    kind = rest[0] if rest and rest[0] in KINDS else None
    if kind in MILESTONE_KINDS_WITHHELD:
        return False
    if kind is not None:
        rest = rest[2:] if rest[1:] and rest[1].isdigit() else rest[1:]
    if not rest:
        return True
    if rest[0] == "documents":
        return _public_paper(rest[1:], public_documents)
    if kind is None:
        return rest[0] in MILESTONE_FIELDS
    family = family_of(kind)
    return rest[0] in milestone_fields(kind) and not (family is not None and _private_below([family], rest))


def _public_paper(parts: Sequence[str], public_documents: frozenset[str]) -> bool:
    """Whether a path within a list of papers is public; the list itself is, as far as it is told."""
    return not parts or (parts[0] in public_documents and not _private_below([Document], parts[1:]))


def _meets_private(parts: Sequence[str]) -> bool:
    """Whether the path leads through a field that is not public in a record of any type."""
    return any(_private_below([t.model], parts) for t in RECORD_TYPES if parts[0] in _fields(t.model))


def _private_below(classes: Sequence[type[BaseModel]], parts: Sequence[str]) -> bool:
    """Whether a path into records of *classes* meets a field that is not public. A part that is no field names a row."""
    for part in parts:
        met = [fields[part] for fields in map(_fields, classes) if part in fields]
        if any(disclosure != "P" for disclosure, _ in met):
            return True
        if met:
            classes = [cls for _, inner in met for cls in inner]
    return False


@cache
def _fields(cls: type[BaseModel]) -> dict[str, tuple[str, tuple[type[BaseModel], ...]]]:
    """Fields of a class by their name in the file: disclosure class, and the record classes they hold."""
    out = {}
    for name, info in cls.model_fields.items():
        extra = info.json_schema_extra
        disclosure = str(extra["x-disclosure"]) if isinstance(extra, dict) and "x-disclosure" in extra else "I"
        out[info.alias or name] = (disclosure, tuple(models_in(info.annotation)))
    return out


def publishable(ruling: _Ruling, public_documents: frozenset[str]) -> bool:
    """Whether the outcome of a ruling may be said outside."""
    if ruling.rule.disclosure != "public":
        return False
    return all(s.path is None or public_path(s.path, public_documents) for s in ruling.verdict.trace)


def public_findings(rulings: Iterable[_Ruling], public_documents: frozenset[str]) -> tuple[PublicFinding, ...]:
    """The outcomes of a project as the public sees them; whether a breach is acknowledged, who gathers them adds."""
    out: list[PublicFinding] = []
    hidden: set[str] = set()
    for ruling in rulings:
        cites = ruling.verdict.cites or ruling.rule.cites
        if ruling.verdict.outcome is Outcome.ERROR or not publishable(ruling, public_documents):
            if ruling.rule.id not in hidden:
                hidden.add(ruling.rule.id)
                out.append(PublicFinding(ruling.rule.id, ruling.rule.cites, True))
            continue
        out.append(
            PublicFinding(
                ruling.rule.id,
                cites,
                False,
                ruling.verdict.outcome,
                ruling.severity,
                ruling.verdict,
                ruling.addressee,
                advisory=ruling.advisory,
            )
        )
    return tuple(out)


def is_internal(rule: _KnownRule) -> bool:
    """Whether a rule's outcome is never public: so declared, or about acts whose mere presence is not."""
    return rule.disclosure != "public" or not MILESTONE_KINDS_WITHHELD.isdisjoint((*rule.each, *rule.act))


def told_of(measures: Iterable[_LoadedMeasure]) -> Told:
    """What of whose presence may be told: the code lists ``document_public`` and ``matter_public`` of the measures, and which
    rules are internal."""
    measures = tuple(measures)
    tables = [m.measure.codes for m in measures]
    documents, matters = (frozenset(code for t in tables for code in t.get(name, ())) for name in _TOLD)
    named: dict[bool, set[str]] = {True: set(), False: set()}
    for rule in (rule for m in measures for rule in m.rules):
        named[is_internal(rule)] |= {rule.id, *rule.cites}
    return Told(documents, matters, frozenset(named[True] - named[False]))


_TOLD = ("document_public", "matter_public")

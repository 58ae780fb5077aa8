"""What was judged before, by file content: a record that did not change, under a law and a day that did not change, is not
judged again.

A verdict on one record is made of its path and content and of what every record is judged by (:func:`world_print`). Only
verdicts without a base are kept, none of a rule that crashed, and none with a value that could not be given back exactly.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any, Final

from pydantic_core import from_json

from zongmu.model.finding import (
    Bilingual,
    Cap,
    Category,
    Finding,
    Outcome,
    Position,
    Severity,
    Step,
    Verdict,
)
from zongmu.model.scalars import Duration, Money, Ratio
from zongmu.policy.engine import World
from zongmu.policy.exceptions import Doubtful
from zongmu.policy.judged import Judged
from zongmu.policy.placing import Places
from zongmu.store.cache import Cache
from zongmu.store.prints import engine_print, print_of
from zongmu.store.registry import Registry

KIND: Final = "judged"
_UNREADABLE: Final = (ValueError, TypeError, LookupError, AttributeError)
"""What reading raises where a file is sealed and still not what it should be."""
_SHARE: Final = 2
"""How many times as many verdicts are kept as a registry has records: those of a branch beside those of its tip."""


def world_print(world: World, registry: Registry) -> str | None:
    """The print of all that a verdict on any one record of *registry* is made of, but the record; None without a law."""
    if world.checks.print is None:
        return None
    settings = [
        part
        for path, loaded in sorted(registry.records.items())
        if loaded.type.name in ("instance", "calendar")
        for part in (path.encode(), loaded.data or b"")
    ]
    held = [_roles(roles) for roles in (world.roles, world.authority)]
    day = world.asof.isoformat().encode()
    return print_of((engine_print().encode(), world.checks.print.encode(), day, *held, *settings))


def _roles(roles: Mapping[str, frozenset[str]]) -> bytes:
    return json.dumps(sorted((role, sorted(ids)) for role, ids in roles.items())).encode()


class Memory:
    """The verdicts of one world. Reading never raises; nothing is written before :meth:`save`."""

    def __init__(self, cache: Cache, name: str) -> None:
        self._cache = cache
        self._name = name
        self._bodies: dict[tuple[str, str], bytes | memoryview] = {}
        self._used: dict[tuple[str, str], None] = {}
        self._texts: list[Bilingual] = []
        self._words: dict[Bilingual, int] = {}
        self._counted: list[tuple[str, str]] = []
        self._numbers: dict[tuple[str, str], int] = {}
        self._new = False
        self.places = Places(cache)
        held = cache.get(KIND, name)
        if held is not None:
            try:
                self._open(held)
            except _UNREADABLE:
                self._bodies.clear()

    def _open(self, held: memoryview) -> None:
        size = int.from_bytes(held[:8], "big")
        head = from_json(bytes(held[8 : 8 + size]))
        self._texts = [Bilingual(zh, en) for zh, en in head["texts"]]
        self._words = {text: n for n, text in enumerate(self._texts)}
        self._counted = [(rule, outcome) for rule, outcome in head["counted"]]
        self._numbers = {row: n for n, row in enumerate(self._counted)}
        at = 8 + size
        for path, blob, length in head["records"]:
            self._bodies[path, blob] = held[at : at + length]
            at += length

    def get(self, path: str, blob: str | None) -> Judged | None:
        """What was said of the content *blob* at *path*."""
        if blob is None or (body := self._bodies.get((path, blob))) is None:
            return None
        try:
            judged = self._judged(path, body)
        except _UNREADABLE:
            return None
        self._used[path, blob] = None
        return judged

    def _judged(self, path: str, body: bytes | memoryview) -> Judged:
        record, type_name, jurisdiction, findings, tally, facts, check_facts, doubtful = from_json(bytes(body))
        return Judged(
            record,
            path,
            type_name,
            jurisdiction,
            [self._finding(path, row) for row in findings],
            [self._counted[n] for n in tally],
            facts,
            check_facts,
            doubtful=tuple(Doubtful(*row) for row in doubtful),
        )

    def put(self, blob: str | None, judged: Judged) -> None:
        """Keep what was said of the content *blob*."""
        if blob is None or any(f.outcome is Outcome.ERROR for f in judged.findings):
            return
        try:
            row = [
                judged.record,
                judged.type,
                judged.jurisdiction,
                [self._row(finding) for finding in judged.findings],
                [self._number(pair) for pair in judged.tally],
                _plain(judged.facts),
                _plain(judged.check_facts),
                [[d.list, d.seq, d.of] for d in judged.doubtful],
            ]
            body = json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode()
        except (Unkept, UnicodeEncodeError):
            return
        self._bodies[judged.path, blob] = body
        self._used[judged.path, blob] = None
        self._new = True

    def save(self) -> None:
        """Write what is new, beside what was used and as much again of what was there."""
        if not self._new:
            return
        rest = [key for key in self._bodies if key not in self._used]
        kept = [*self._used, *rest[: (_SHARE - 1) * len(self._used)]]
        head = {
            "texts": [[text.zh, text.en] for text in self._texts],
            "counted": self._counted,
            "records": [[path, blob, len(self._bodies[path, blob])] for path, blob in kept],
        }
        text = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode()
        bodies = (bytes(self._bodies[key]) for key in kept)
        self._cache.put(KIND, self._name, len(text).to_bytes(8, "big"), text, *bodies)
        self._new = False

    # ── findings as rows ──

    def _number(self, row: tuple[str, str]) -> int:
        number = self._numbers.get(row)
        if number is None:
            number = self._numbers[row] = len(self._counted)
            self._counted.append(row)
        return number

    def _word(self, text: Bilingual) -> int:
        number = self._words.get(text)
        if number is None:
            number = self._words[text] = len(self._texts)
            self._texts.append(text)
        return number

    def _row(self, found: Finding) -> list[Any]:
        position = found.position
        return [
            found.code,
            found.category.value,
            int(found.severity),
            found.record,
            found.path,
            self._word(found.message),
            self._word(found.next_step),
            found.key,
            found.field_path,
            position and [position.line, position.column, position.end_line, position.end_column],
            found.outcome.value,
            {name: _kept(value) for name, value in found.values.items()},
            found.verdict and _verdict_row(found.verdict),
            found.addressee,
            found.sensitive,
        ]

    def _finding(self, path: str, row: list[Any]) -> Finding:
        (
            code,
            category,
            severity,
            record,
            at,
            message,
            next_step,
            key,
            field,
            place,
            outcome,
            values,
            verdict,
            to,
            hidden,
        ) = row
        return Finding(
            code,
            _CATEGORY[category],
            _SEVERITY[severity],
            record,
            path if at == path else at,
            self._texts[message],
            self._texts[next_step],
            key,
            field,
            place and Position(*place),
            _OUTCOME[outcome],
            {name: _given(value) for name, value in values.items()},
            verdict and _verdict(verdict),
            to,
            hidden,
        )


_CATEGORY: Final = {one.value: one for one in Category}
_SEVERITY: Final = {int(one): one for one in Severity}
_OUTCOME: Final = {one.value: one for one in Outcome}


def _verdict_row(verdict: Verdict) -> list[Any]:
    return [
        verdict.outcome.value,
        verdict.because,
        [[s.say, _kept(s.value), s.path, s.param, _kept(s.limit), s.comparator, s.holds] for s in verdict.trace],
        _kept(verdict.until),
        _kept(verdict.due),
        verdict.excess,
        [[int(cap.severity), cap.why] for cap in verdict.caps],
        verdict.at,
        verdict.addressee,
        list(verdict.cites),
        verdict.provisional,
    ]


def _verdict(row: list[Any]) -> Verdict:
    outcome, because, trace, until, due, excess, caps, at, addressee, cites, provisional = row
    return Verdict(
        _OUTCOME[outcome],
        because,
        tuple(
            [Step(say, _given(v), path, param, _given(limit), by, ok) for say, v, path, param, limit, by, ok in trace]
        ),
        _given(until),
        _given(due),
        excess,
        tuple([Cap(_SEVERITY[severity], why) for severity, why in caps]),
        at,
        addressee,
        tuple(cites),
        provisional,
    )


# ── values of traces: what JSON cannot say is a mapping with one key ──


class Unkept(Exception):
    """A value that could not be given back exactly: what holds it is judged again each time."""


_ITSELF: Final = frozenset({str, int, bool, type(None)})


def _kept(value: Any) -> Any:
    kind = type(value)
    if kind in _ITSELF:
        return value
    if kind is dt.date:
        return {"day": value.isoformat()}
    if kind is Money:
        return {"fen": value.fen}
    if kind is Ratio:
        return {"bp": value.bp}
    if kind is Duration:
        return {"duration": [value.n, value.unit]}
    if kind is tuple:
        return {"tuple": [_kept(one) for one in value]}
    raise Unkept(kind.__name__)


def _given(value: Any) -> Any:
    if type(value) is not dict:
        return value
    ((kind, held),) = value.items()
    if kind == "day":
        return dt.date.fromisoformat(held)
    if kind == "fen":
        return Money(held)
    if kind == "bp":
        return Ratio(held)
    if kind == "duration":
        return Duration(*held)
    return tuple([_given(one) for one in held])


def _plain(value: Any) -> Any:
    """*value* where JSON gives it back as it is. Raises :class:`Unkept`."""
    kind = type(value)
    if kind is dict and all(type(name) is str for name in value):
        for inner in value.values():
            _plain(inner)
    elif kind is list:
        for inner in value:
            _plain(inner)
    elif kind not in _ITSELF:
        raise Unkept(kind.__name__)
    return value


def memory_of(cache: Cache | None, world: World, registry: Registry) -> Memory | None:
    """The memory of *world*; None without a cache or a law."""
    name = None if cache is None else world_print(world, registry)
    return None if cache is None or name is None else Memory(cache, name)

"""A tip as it was judged, kept so that of a change to it only what the change touches has to be read.

Kept is what lies across the records: which facts each rule there looked at, those facts, what it found, and what is counted.
The verdicts on single records are in the :class:`~zongmu.policy.remembering.Memory` of the same world. A tip with anything out
of the ordinary (a stray file, an id used twice, a rule that crashed) is not kept, and judged whole each time.
"""

from __future__ import annotations

import datetime as dt
import zlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

from pydantic_core import from_json, to_json

from zongmu.model.finding import Finding, Outcome
from zongmu.model.records.endorsement import Endorsements
from zongmu.policy.finding_rows import UNREADABLE, Rows, Unkept
from zongmu.policy.judging.acknowledging import Acknowledged, Acknowledgements, acknowledgements_in
from zongmu.policy.judging.across import Asked, Noted, Noting
from zongmu.policy.judging.exceptions import ACK_IDLE, ACK_ROLE, NOT_NEEDED, Doubtful, wanted_by
from zongmu.policy.judging.one_record import counted
from zongmu.policy.judging.rules_across import ask_across, rules_across
from zongmu.policy.judging.weighing import Ruling
from zongmu.policy.judging.world import World
from zongmu.policy.law.loading import Checks
from zongmu.policy.proposals.merging import Counts, type_name
from zongmu.policy.remembering import Memory
from zongmu.policy.run import Run
from zongmu.store.kept.cache import Blocks, Cache
from zongmu.store.kept.prints import engine_print, print_of
from zongmu.store.registry import Registry

KIND: Final = "tip"
_KNOWN: Final = 128
"""Blocks over which the ids that are taken are spread."""
AFTERWARDS: Final = frozenset({NOT_NEEDED.id, ACK_IDLE.id, ACK_ROLE.id})
"""Codes of findings that are made when all rules have spoken."""

Wanted = tuple[Doubtful, frozenset[str]]
"""A waiver or reason that no rule about its project needs, and the rules across records that do."""
Standing = Mapping[tuple[str, str, str], bool]
"""Whether the breach that somebody acknowledged is there, by its fingerprint."""


def _name(checks: Checks, asof: dt.date) -> str | None:
    law = checks.print
    return None if law is None else print_of((engine_print().encode(), law.encode(), asof.isoformat().encode()))


# ── keeping ──


def keep(memory: Memory, world: World, registry: Registry, tree: str, run: Run) -> None:
    """Keep *run*, of the tip whose folder ``registry`` is *tree* to Git, where nothing about it is out of the ordinary."""
    name = _name(world.checks, world.asof)
    survey = registry.survey
    if name is None or run.crashed or survey.strays or any(len(paths) > 1 for paths in survey.known.values()):
        return
    # What is remembered has been found to come back exactly as it was.
    if not all(memory.holds(path, one.blob) and path.isascii() for path, one in survey.located.items()):
        return
    codes = codes_across(world)
    own = {finding.code for judged in run.judged.values() for finding in judged.findings}
    itself = _with_itself(world, run)
    if itself is None or not own.isdisjoint(codes):
        return
    rows = Rows(world.asof)
    found: dict[str, list[Any]] = {code: [] for code in codes}
    try:
        for finding in run.findings:
            if finding.code in codes:
                found[finding.code].append([finding.path, rows.row(finding), finding.acknowledged])
        blocks = {f"found/{code}": to_json(listed) for code, listed in found.items() if listed}
        blocks |= dict(_columns(run))
        blocks |= _known_blocks(survey.known)
    except (Unkept, ValueError):
        return
    given = acknowledgements_in(registry.of_type("endorsements"), world)
    head = {
        "texts": rows.texts,
        "registry": tree,
        "world": memory.name,
        "roles": {role: sorted(ids) for role, ids in world.roles.items()},
        "records": len(run.judged),
        "projects": sum(judged.type == "project" for judged in run.judged.values()),
        "tally": {rule: dict(counts) for rule, counts in run.tally.items()},
        "counts": Counts.of(run.findings).row,
        "rules": [[place, rule, _asked_row(said.asked)] for (place, rule), said in run.rulings_by_rule.items()],
        "checks": {id: _asked_row(said.asked) for id, said in run.found_by_check.items()},
        "itself": {rule: [_asked_row(asked), counts] for rule, (asked, counts) in itself.items()},
        "doubtful": _doubtful(run),
        "acknowledged": [[*place, [list(one) for one in ones]] for place, ones in given.items()],
        "standing": [[*place, there] for place, there in _standing(registry, run).items()],
        "shared": _shared(run),
    }
    memory.cache.put_blocks(KIND, name, head, blocks)


def codes_across(world: World) -> frozenset[str]:
    """The codes of all findings that are made across records."""
    rules = (rule.id for jurisdiction in world.laws for _, _, rule in rules_across(world, jurisdiction))
    checks = (code.id for check in world.checks.common if check.subject == "registry" for code in check.codes)
    return AFTERWARDS.union(rules, checks)


def _with_itself(world: World, run: Run) -> dict[str, tuple[Asked, dict[str, int]]] | None:
    """What each rule that compares looks at, and how often it says what, where nothing changed; None where it fails then."""
    out: dict[str, tuple[Asked, dict[str, int]]] = {}
    for jurisdiction in world.laws:
        facts = run.facts_in.get(jurisdiction, {})
        noting = Noting(facts)
        for loaded, law, rule in rules_across(world, jurisdiction):
            if not rule.compares:
                continue
            noted = Noted(facts, noting)
            rulings = list(ask_across(world, jurisdiction, loaded, law, rule, noted, noted))
            if any(ruling.verdict.outcome in (Outcome.FAIL, Outcome.ERROR) for ruling in rulings):
                return None
            asked, counts = out.get(rule.id, ({}, {}))
            tally = Counter(counts)
            tally.update(counted(rule.id, ruling.verdict, ruling.advisory)[1] for ruling in rulings)
            out[rule.id] = _both(asked, noted.asked), dict(tally)
    return out


def _both(one: Asked, other: Asked) -> Asked:
    out = dict(one)
    for id, fields in other.items():
        known = out.get(id, frozenset())
        out[id] = None if fields is None or known is None else known | fields
    return out


def _columns(run: Run) -> Iterator[tuple[str, bytes]]:
    """The facts that anybody may ask for again: their records, the paths of those, and the values."""
    columns: dict[str, tuple[list[str], list[str], list[Any]]] = {}
    for judged in run.judged.values():
        for group, facts in ((f"fact/{judged.jurisdiction}", judged.facts), ("check", judged.check_facts)):
            for fact, value in facts.items():
                column = columns.setdefault(f"{group}/{fact}", ([], [], []))
                for held, one in zip(column, (judged.record, judged.path, value), strict=True):
                    held.append(one)
    for name, column in columns.items():
        yield name, to_json(column)


def _known_blocks(known: Mapping[tuple[str, str], tuple[str, ...]]) -> dict[str, bytes]:
    spread: dict[int, list[tuple[str, str, str]]] = {}
    for (type_of, id), paths in known.items():
        spread.setdefault(_spread(type_of, id), []).append((type_of, id, paths[0]))
    return {f"known/{number}": to_json(rows) for number, rows in spread.items()}


def _spread(type_of: str, id: str) -> int:
    return zlib.crc32(f"{type_of} {id}".encode()) % _KNOWN


def _doubtful(run: Run) -> list[list[Any]]:
    rows = {(judged.record, judged.path): judged.doubtful for judged in run.judged.values() if judged.doubtful}
    about: dict[str, list[Ruling]] = {record: [] for record, _ in rows}
    for ruling in run.registry_rulings:
        if ruling.record in about:
            about[ruling.record].append(ruling)
    return [
        [record, path, [[d.list, d.seq, d.of, sorted(wanted_by(record, d, about[record]))] for d in doubtful]]
        for (record, path), doubtful in rows.items()
    ]


def _standing(registry: Registry, run: Run) -> dict[tuple[str, str, str], bool]:
    there = {f.fingerprint for f in run.findings if f.is_breach}
    out = {}
    for loaded in registry.of_type("endorsements"):
        if isinstance(loaded.model, Endorsements):
            for row in loaded.model.acknowledgements:
                place = (row.code, loaded.model.subject, row.key or "")
                out[place] = place in there
    return out


def _shared(run: Run) -> list[list[str]]:
    """Records that are one to a fingerprint, and have several files with findings."""
    files: dict[tuple[str, str], set[str]] = {}
    for judged in run.judged.values():
        for finding in judged.findings:
            files.setdefault((type_name(finding.path), finding.record), set()).add(judged.path)
    return [list(record) for record, paths in files.items() if len(paths) > 1]


def _asked_row(asked: Asked) -> dict[str, list[str] | None]:
    return {fact: None if fields is None else sorted(fields) for fact, fields in asked.items()}


# ── reading ──


class Tip:
    """A tip that was kept. What is large is read when it is asked for; ``LookupError`` where it cannot be."""

    def __init__(self, blocks: Blocks, asof: dt.date) -> None:
        head = blocks.head
        self._blocks = blocks
        self._rows = Rows(asof, head["texts"])
        self.registry: str = head["registry"]
        self.world: str = head["world"]
        self.roles = {role: frozenset(ids) for role, ids in head["roles"].items()}
        self.records: int = head["records"]
        self.projects: int = head["projects"]
        self.tally = {rule: Counter(counts) for rule, counts in head["tally"].items()}
        self.counts = Counts(*head["counts"])
        self.rules = {(place, rule): _asked(row) for place, rule, row in head["rules"]}
        self.checks = {id: _asked(row) for id, row in head["checks"].items()}
        self.itself = {rule: (_asked(row), counts) for rule, (row, counts) in head["itself"].items()}
        self.doubtful: dict[tuple[str, str], list[Wanted]] = {
            (record, path): [(Doubtful(name, seq, of), frozenset(wanted)) for name, seq, of, wanted in rows]
            for record, path, rows in head["doubtful"]
        }
        self.acknowledged: Acknowledgements = {
            (code, subject, key): [Acknowledged(*one) for one in ones]
            for code, subject, key, ones in head["acknowledged"]
        }
        self.standing: Standing = {(code, subject, key): there for code, subject, key, there in head["standing"]}
        self.shared = frozenset((type_of, record) for type_of, record in head["shared"])
        self.known = _Known(self)

    def found(self, codes: Collection[str]) -> list[Finding]:
        """The findings across records with one of these codes."""
        return [
            replace(self._rows.finding(path, row), acknowledged=by)
            for code in codes
            if (block := self._blocks.get(f"found/{code}")) is not None
            for path, row, by in from_json(block)
        ]

    def column(self, name: str) -> tuple[list[str], list[str], list[Any]]:
        """The records, paths and values of a fact; empty lists where no record has it."""
        block = self._blocks.get(name)
        if block is None:
            return [], [], []
        records, paths, values = from_json(block)
        return records, paths, values

    def ids(self, number: int) -> dict[tuple[str, str], tuple[str, ...]]:
        """One block of the ids that are taken."""
        block = self._blocks.get(f"known/{number}")
        return {} if block is None else {(type_of, id): (path,) for type_of, id, path in from_json(block)}


class _Known(Mapping[tuple[str, str], tuple[str, ...]]):
    """The paths of each (type, id) of a tip."""

    def __init__(self, tip: Tip) -> None:
        self._tip = tip
        self._read: dict[int, dict[tuple[str, str], tuple[str, ...]]] = {}

    def _block(self, number: int) -> dict[tuple[str, str], tuple[str, ...]]:
        if number not in self._read:
            self._read[number] = self._tip.ids(number)
        return self._read[number]

    def __getitem__(self, name: tuple[str, str]) -> tuple[str, ...]:
        return self._block(_spread(*name))[name]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        for number in range(_KNOWN):
            yield from self._block(number)

    def __len__(self) -> int:
        return sum(len(self._block(number)) for number in range(_KNOWN))


def _asked(row: Mapping[str, list[str] | None]) -> Asked:
    return {fact: None if fields is None else frozenset(fields) for fact, fields in row.items()}


def tip_of(cache: Cache, checks: Checks, asof: dt.date) -> Tip | None:
    """What was kept of a tip under that law on that day."""
    name = _name(checks, asof)
    blocks = cache.blocks(KIND, name) if name is not None else None
    if blocks is not None:
        with suppress(*UNREADABLE):
            return Tip(blocks, asof)
    return None

"""A change judged on a tip that is known: what it costs follows the change, not the registry.

The records that the change touches are judged as :func:`~zongmu.policy.run.run` judges them; rules and checks across records
are asked again only where a fact that they look at is another. What comes of it is what judging both sides whole comes to.
Where anything is out of the ordinary the answer is None, and both sides have to be judged whole.
"""

from __future__ import annotations

from bisect import insort
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from zongmu.model.finding import Finding, Outcome, Position
from zongmu.model.immutable import immutable
from zongmu.model.record_types import RECORD_TYPES, jurisdiction_of
from zongmu.model.records.endorsement import Endorsements
from zongmu.model.records.organization import Organization
from zongmu.policy.judging.acknowledging import acknowledged
from zongmu.policy.judging.across import changed_facts, stands
from zongmu.policy.judging.exceptions import NOT_NEEDED, Doubtful, left_over
from zongmu.policy.judging.hygiene import hygiene_across
from zongmu.policy.judging.judged import Judged
from zongmu.policy.judging.one_record import counted, judge_record
from zongmu.policy.judging.placing import all_placed
from zongmu.policy.judging.rules_across import ask_across, gather, rules_across
from zongmu.policy.judging.telling import to_finding
from zongmu.policy.judging.weighing import Ruling
from zongmu.policy.judging.world import World
from zongmu.policy.law.patience import ACROSS, patience
from zongmu.policy.law.rules import Check
from zongmu.policy.proposals.merging import Counts, Decision, decide, type_name
from zongmu.policy.remembering import Memory
from zongmu.policy.run import in_order, path_of
from zongmu.policy.tips import Tip
from zongmu.store.registry import LoadedRecord, Registry
from zongmu.store.survey import located_at
from zongmu.store.trees import REGULAR, Tree

MOST: Final = 200
"""Records that a change may touch and still be judged in this way: with more, two workers are quicker."""

_Known = Mapping[tuple[str, str], tuple[str, ...]]


@immutable
class Outcomes:
    """What the gate says of a change, and what is counted of the registry after it."""

    decision: Decision
    records: int
    projects: int
    tally: Mapping[str, Mapping[str, int]]
    crashed: bool


class _Unusual(Exception):
    """Both sides have to be judged whole."""


def judge_onto(
    kept: Tip, world: World, memory: Memory, tip: Registry, head: Registry, paths: Iterable[str]
) -> Outcomes | None:
    """Judge *head*, the tip with a change that touches *paths*, on the tip that was *kept*; None where that cannot be done.

    *paths*: those in the registry, at most :data:`MOST`. Of *tip* and *head* no more is read than what is asked for
    (:func:`~zongmu.store.glance.glance`).
    """
    try:
        return _Onto(kept, world, memory, tip, head, sorted(paths)).judged()
    except (_Unusual, LookupError, ValueError):
        return None


class _Onto:
    def __init__(
        self, kept: Tip, world: World, memory: Memory, tip: Registry, head: Registry, touched: list[str]
    ) -> None:
        self._kept = kept
        self._world = world
        self._memory = memory
        self._tip = tip
        self._head = head
        self._touched = touched
        self._before: dict[str, Judged] = {}
        self._after: dict[str, Judged] = {}
        self._added: dict[tuple[str, str], tuple[str, ...]] = {}

    def judged(self) -> Outcomes:
        for path in self._touched:
            self._judge(path)
        kept = self._kept
        tally = {rule: Counter(counts) for rule, counts in kept.tally.items()}
        for sides, step in ((self._before, -1), (self._after, 1)):
            for rule, outcome in (pair for judged in sides.values() for pair in judged.tally):
                tally[rule][outcome] += step
        asked, rulings = self._rules(tally)
        known = _Grown(kept.known, self._added)
        across = [
            to_finding(self._world.checks, ruling, path_of(ruling, _places(known, place, ruling.record)))
            for place, ruling in rulings
            if ruling.verdict.outcome in (Outcome.FAIL, Outcome.ERROR)
        ]
        was = kept.found({*asked, NOT_NEEDED.id})
        for check in self._world.checks.common:
            if check.subject == "registry":
                then, now = self._check(check, known)
                was += then
                across += now
        across += left_over(self._doubtful(asked), [ruling for _, ruling in rulings])
        old = [*acknowledged(_findings(self._before), kept.acknowledged), *was]
        new = [*acknowledged([*_findings(self._after), *self._placed(across, was)], kept.acknowledged)]
        self._same_breaches(old, new)
        decision = decide(sorted(new, key=in_order), sorted(old, key=in_order))
        return Outcomes(
            replace(decision, unlisted=kept.counts - Counts.of(old)),
            kept.records + len(self._after) - len(self._before),
            kept.projects + _projects(self._after) - _projects(self._before),
            tally,
            any(finding.outcome is Outcome.ERROR for finding in new),
        )

    # ── the records that the change touches ──

    def _judge(self, path: str) -> None:
        """What was said of the record at *path*, and what is to be said now."""
        there, here = _is_record(self._tip.tree, path), _is_record(self._head.tree, path)
        if not here:
            if there:
                raise _Unusual  # a record that is gone may be missed anywhere
            return
        base = self._tip.at(path) if there else None
        loaded = self._head.at(path)
        assert loaded is not None
        kind = loaded.type.name
        if kind in ("instance", "calendar") or _roles(base) != _roles(loaded):
            raise _Unusual  # every record is judged by it
        if _acknowledges(base) or _acknowledges(loaded):
            raise _Unusual
        if base is not None:
            was = self._memory.get(path, base.blob)
            if was is None:
                raise _Unusual
            self._before[path] = was
        elif (kind, loaded.id) in self._kept.known or (kind, loaded.id) in self._added:
            raise _Unusual  # two files of one id
        else:
            self._added[kind, loaded.id] = (path,)
        self._after[path] = judge_record(self._world, loaded, base)
        for judged in (self._before.get(path), self._after[path]):
            for finding in judged.findings if judged is not None else ():
                if finding.record != loaded.id or (type_name(path), loaded.id) in self._kept.shared:
                    raise _Unusual

    # ── rules across records ──

    def _rules(self, tally: dict[str, Counter[str]]) -> tuple[set[str], list[tuple[str, Ruling]]]:
        """The rules that had to be asked again, and what they say, with the jurisdiction; their outcomes go into *tally*."""
        kept, world = self._kept, self._world
        again: set[str] = set()
        for place in world.laws:
            mine = [path for path in self._touched if jurisdiction_of(path) == place]
            changed, _ = changed_facts(self._before, self._after, mine)
            for _, _, rule in rules_across(world, place):
                looked = kept.itself[rule.id][0] if rule.compares else kept.rules[place, rule.id]
                if not stands(looked, changed):
                    again.add(rule.id)
                elif rule.compares:
                    tally[rule.id] = Counter(kept.itself[rule.id][1])
        for id in again:
            tally[id] = Counter()
        out: list[tuple[str, Ruling]] = []
        for place in world.laws:
            facts = _Facts(kept, f"fact/{place}", place, self._before, self._after)
            base_facts = _Facts(kept, f"fact/{place}", place, {}, {})
            with patience(ACROSS):
                for loaded, law, rule in rules_across(world, place):
                    if rule.id in again:
                        out += [(place, r) for r in ask_across(world, place, loaded, law, rule, facts, base_facts)]
        for _, ruling in out:
            tally[ruling.rule.id][counted(ruling.rule.id, ruling.verdict, ruling.advisory)[1]] += 1
        return again, out

    def _doubtful(self, again: set[str]) -> dict[tuple[str, str], list[Doubtful]]:
        """The waivers and reasons that no rule has a use for, of those that are not asked *again*."""
        kept = self._kept.doubtful
        rows = {place: [row for row, _ in listed] for place, listed in kept.items() if place[1] not in self._after}
        rows |= {(j.record, path): list(j.doubtful) for path, j in self._after.items() if j.doubtful}
        out: dict[tuple[str, str], list[Doubtful]] = {}
        for place, listed in sorted(rows.items(), key=lambda row: row[0][1]):
            wanted = dict(kept.get(place, ()))
            # Of a row that is new nobody asked the rules that need not be asked again.
            left = [row for row in listed if wanted[row] <= again]
            if left:
                out[place] = left
        return out

    # ── hygiene across records ──

    def _check(self, check: Check, known: _Known) -> tuple[list[Finding], list[Finding]]:
        """What a check across records said and says of what it has to be asked again."""
        kept = self._kept
        codes = {code.id for code in check.codes}
        if check.by_file:
            was = [finding for finding in kept.found(codes) if self._added or finding.path in self._after]
            now = {path: judged.check_facts for path, judged in self._after.items()}
            for path in {finding.path for finding in was} - now.keys():
                now[path] = self._remembered(path).check_facts
            then = {path: judged.check_facts for path, judged in self._before.items()}
            base = gather(then) if check.compares else None
            return was, list(hygiene_across(self._world, check, gather(dict(sorted(now.items()))), base, known))
        if check.compares:
            raise _Unusual
        _, changed = changed_facts(self._before, self._after, self._touched)
        if not self._added and stands(kept.checks[check.id], changed):
            return [], []
        facts = _Facts(kept, "check", None, self._before, self._after)
        return kept.found(codes), list(hygiene_across(self._world, check, facts, None, known))

    def _remembered(self, path: str) -> Judged:
        """What was said of a record that the change does not touch."""
        located = self._tip.survey.located.get(path)
        found = self._memory.get(path, located.blob) if located is not None else None
        if found is None:
            raise _Unusual
        return found

    # ── what was found ──

    def _placed(self, findings: list[Finding], was: Iterable[Finding]) -> Iterator[Finding]:
        """The findings with their places: in files that the change does not touch those that they had, where they had one."""
        places: dict[tuple[str, str], Position | None] = {
            (f.path, f.field_path or ""): f.position for f in was if f.path not in self._after
        }
        unknown: list[Finding] = []
        for finding in findings:
            place = (finding.path, finding.field_path or "")
            if finding.position is None and place in places:
                yield finding.standing(places[place])
            else:
                unknown.append(finding)
        yield from all_placed(self._head, unknown, self._memory.places, 1)

    def _same_breaches(self, old: Iterable[Finding], new: Iterable[Finding]) -> None:
        """An acknowledgement is idle where there is no such breach: none of them may come or go."""
        then, now = ({f.fingerprint for f in side if f.is_breach} for side in (old, new))
        if not (then ^ now).isdisjoint(self._kept.standing):
            raise _Unusual


def _is_record(tree: Tree, path: str) -> bool:
    """Whether there is a record at *path*. Raises :class:`_Unusual` where there is something else."""
    entries = tree.entries(path)
    if not entries:
        return False
    if len(entries) > 1 or entries[0].path != path or entries[0].mode != REGULAR or located_at(entries[0]) is None:
        raise _Unusual
    return True


def _roles(loaded: LoadedRecord | None) -> frozenset[str]:
    if loaded is None or loaded.type.name != "organization":
        return frozenset()
    if not isinstance(loaded.model, Organization):
        raise _Unusual
    return frozenset(loaded.model.holds)


def _acknowledges(loaded: LoadedRecord | None) -> bool:
    if loaded is None or loaded.type.name != "endorsements":
        return False
    return not isinstance(loaded.model, Endorsements) or bool(loaded.model.acknowledgements)


def _findings(side: Mapping[str, Judged]) -> Iterator[Finding]:
    return (finding for judged in side.values() for finding in judged.findings)


def _projects(side: Mapping[str, Judged]) -> int:
    return sum(judged.type == "project" for judged in side.values())


def _places(known: _Known, place: str, record: str) -> list[tuple[str, str]]:
    """Type and path of the records of a jurisdiction that have an id, by path."""
    rows = [(kind.name, path) for kind in RECORD_TYPES for path in known.get((kind.name, record), ())]
    return sorted((row for row in rows if jurisdiction_of(row[1]) == place), key=lambda row: row[1])


class _Grown(Mapping[tuple[str, str], tuple[str, ...]]):
    """The ids that are taken, and those that are added."""

    def __init__(self, known: _Known, added: _Known) -> None:
        self._known = known
        self._added = added

    def __getitem__(self, name: tuple[str, str]) -> tuple[str, ...]:
        return self._added[name] if name in self._added else self._known[name]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        yield from self._known
        yield from self._added

    def __len__(self) -> int:
        return len(self._known) + len(self._added)


class _Facts(Mapping[str, Mapping[str, Any]]):
    """The facts of a tip, by record or (for hygiene) by path, with those of the records that a change touches."""

    def __init__(
        self, kept: Tip, column: str, place: str | None, before: Mapping[str, Judged], after: Mapping[str, Judged]
    ) -> None:
        self._kept = kept
        self._column = column
        self._place = place
        self._before = before
        self._after = after
        self._read: dict[str, dict[str, Any]] = {}

    def __getitem__(self, id: str) -> Mapping[str, Any]:
        if id not in self._read:
            self._read[id] = self._made(id)
        if not self._read[id]:
            raise KeyError(id)
        return self._read[id]

    def _made(self, id: str) -> dict[str, Any]:
        records, paths, values = self._kept.column(f"{self._column}/{id}")
        held = dict(zip(paths, zip(records, values, strict=True), strict=True))
        order = paths
        for path, judged in self._before.items():
            if self._has(judged, id) and not self._has(self._after[path], id):
                del held[path]
        for path, judged in self._after.items():
            if self._has(judged, id):
                if path not in held:
                    insort(order, path)
                held[path] = (judged.record, self._facts(judged)[id])
        by_path = self._place is None
        return {path if by_path else held[path][0]: held[path][1] for path in order if path in held}

    def _facts(self, judged: Judged) -> Mapping[str, Any]:
        return judged.check_facts if self._place is None else judged.facts

    def _has(self, judged: Judged, id: str) -> bool:
        return (self._place is None or judged.jurisdiction == self._place) and id in self._facts(judged)

    def __iter__(self) -> Iterator[str]:
        raise _Unusual  # what there is at all was not kept

    def __len__(self) -> int:
        raise _Unusual

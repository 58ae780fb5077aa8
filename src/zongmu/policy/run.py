"""One run over a registry: every record read, held against the schema, the hygiene checks and the law.

The result is data: findings, a tally of outcomes, and what is needed to compare two revisions. What may be merged is decided
in :mod:`zongmu.policy.proposals.merging`.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from zongmu.model.finding import Finding, Outcome
from zongmu.model.immutable import immutable
from zongmu.model.records.instance import Instance
from zongmu.policy.judging.acknowledging import acknowledged, acknowledgements_in
from zongmu.policy.judging.across import Asked, Noted, Said, changed_facts, rulings_across
from zongmu.policy.judging.exceptions import left_over, of_acknowledgements
from zongmu.policy.judging.hygiene import hygiene_across
from zongmu.policy.judging.judged import Judged
from zongmu.policy.judging.one_record import counted, judge_record
from zongmu.policy.judging.placing import Places, all_placed
from zongmu.policy.judging.rules_across import gather
from zongmu.policy.judging.telling import to_finding
from zongmu.policy.judging.weighing import Ruling
from zongmu.policy.judging.world import World, roles_of
from zongmu.policy.law.loading import Checks
from zongmu.policy.law.patience import ACROSS, patience
from zongmu.policy.remembering import Remembers
from zongmu.store.registry import LoadedRecord, Registry, load
from zongmu.store.trees import Tree
from zongmu.store.workers import Progress


@dataclass(slots=True)
class Run:
    """A whole run."""

    asof: dt.date
    judged: dict[str, Judged]  # by path
    findings: tuple[Finding, ...]
    tally: Mapping[str, Counter[str]]
    check_facts: Mapping[str, Mapping[str, Any]]
    registry_rulings: tuple[Ruling, ...]
    crashed: bool
    facts_in: Mapping[str, Mapping[str, Mapping[str, Any]]]  # by jurisdiction, fact and record
    rulings_by_rule: Mapping[tuple[str, str], Said[Ruling]]  # by (jurisdiction, rule)
    found_by_check: Mapping[str, Said[Finding]]  # of checks across records

    def rulings_of(self, record: str) -> tuple[Ruling, ...]:
        """All rulings about a record, those of rules across records included (kept only when the run was asked to)."""
        own = (r for j in self.judged.values() if j.record == record for r in j.rulings)
        return (*own, *(r for r in self.registry_rulings if r.record == record))


def today(instance: Instance | None) -> dt.date:
    """The as-of day by default: the frozen day of a demonstration, else today in the instance's timezone."""
    if instance is not None and instance.demonstration is not None:
        return instance.demonstration.as_of
    zone = ZoneInfo(instance.timezone) if instance is not None else ZoneInfo("Asia/Shanghai")
    return dt.datetime.now(zone).date()


def make_world(
    checks: Checks,
    registry: Registry,
    asof: dt.date | None = None,
    authority: Mapping[str, frozenset[str]] | None = None,
    roles: Mapping[str, frozenset[str]] | None = None,
) -> World | None:
    """What the rules share; None when the instance's own settings cannot be read.

    *authority*: who held which role before the change that is judged; *roles*: who holds which, where that is known.
    """
    instance = registry.instance
    if instance is None:
        return None
    if roles is None:
        roles = roles_of(r.model for r in registry.of_type("organization") if r.model is not None)
    return World(checks, instance, registry.calendar, asof or today(instance), roles, authority)


def load_for_run(tree: Tree, known: Registry | None = None) -> Registry:
    """The registry of *tree* with only what every record is judged by; :func:`run` reads the rest where it judges it.

    *known*: the other side of a change, from which what is the same is taken.
    """
    return load(tree, types=("organization", "endorsements"), known=known)


def run(
    world: World,
    registry: Registry,
    *,
    base: Run | None = None,
    base_registry: Registry | None = None,
    touched: Collection[str] | None = None,
    keep_rulings: bool = False,
    workers: int | None = None,
    progress: Progress | None = None,
    memory: Remembers | None = None,
    closely: bool = False,
    sparing: bool = False,
) -> Run:
    """Judge every record of *registry* and then what lies across records.

    *base_registry* gives rules and checks that compare revisions their other half, *base* is its run. With *touched*, the
    paths that the change touched, the other records keep what *base* says of them: not to be given where the change touches
    what every record is judged by. *workers*: how many processes (None: as pays); rulings are only kept in one. *memory*: what was
    said before in this world, of records that no base is held against. *closely*: note also which entries of facts are
    looked at across records. *sparing*: of what is found across records only what is always listed gets its place
    (:mod:`zongmu.policy.judging.placing`).
    """

    remembers = memory if base_registry is None and not keep_rulings else None
    asked = world if remembers is None else world.watched()

    def one(loaded: LoadedRecord) -> Judged:
        before = base_registry.at(loaded.path) if base_registry is not None else None
        return judge_record(asked, loaded, before, keep_rulings=keep_rulings)

    changed = None if touched is None else frozenset(touched)
    located = registry.survey.located
    kept: dict[str, Judged] = {}
    if remembers is not None:
        known = ((path, remembers.get(path, found.blob)) for path, found in located.items())
        kept = {path: judged for path, judged in known if judged is not None}
    elif base is not None and changed is not None:
        kept = {path: j for path, j in base.judged.items() if path not in changed and path in located}
    paths = [path for path in located if path not in kept]
    done = registry.map(one, paths=paths, workers=1 if keep_rulings else workers, progress=progress)
    if remembers is not None:
        for path, fresh in done:
            remembers.put(located[path].blob, fresh)
        remembers.save()
    judged = dict(sorted({**kept, **dict(done)}.items()))
    # Where something stands hangs on the file alone, whatever is held against it.
    places = memory.places if memory is not None else None
    standing = _standing(registry, judged, base, base_registry, changed)
    return _joined(world, registry, judged, base, standing, places, workers, closely, sparing)


@immutable
class _Standing:
    """What was said across the records of a base, and which facts of it are others now."""

    rulings: Mapping[tuple[str, str], Said[Ruling]]
    found: Mapping[str, Said[Finding]]
    changed: Asked
    changed_for_checks: Asked


_NOTHING_STANDS = _Standing({}, {}, {}, {})


def _standing(
    registry: Registry,
    judged: Mapping[str, Judged],
    base: Run | None,
    base_registry: Registry | None,
    touched: Collection[str] | None,
) -> _Standing:
    """What of the *base* still stands where the change *touched* no more than that."""
    if base is None or base_registry is None or touched is None:
        return _NOTHING_STANDS
    facts, check_facts = changed_facts(base.judged, judged, touched)
    # Checks across records also ask what is there.
    found = base.found_by_check if registry.survey.known == base_registry.survey.known else {}
    return _Standing(base.rulings_by_rule, found, facts, check_facts)


def _joined(
    world: World,
    registry: Registry,
    judged: dict[str, Judged],
    base: Run | None,
    standing: _Standing,
    places: Places | None,
    workers: int | None,
    closely: bool,
    sparing: bool,
) -> Run:
    """A run from its records: facts gathered, rules across records asked, findings acknowledged and put in order."""
    findings: list[Finding] = [*registry.survey.strays, *(f for j in judged.values() for f in j.findings)]
    tally: dict[str, Counter[str]] = {r.id: Counter() for m in world.checks.measures.values() for r in m.rules}
    for (rule, outcome), count in Counter(chain.from_iterable(j.tally for j in judged.values())).items():
        tally[rule][outcome] += count
    rulings: list[Ruling] = []
    paths: dict[tuple[str | None, str], list[tuple[str, str]]] = {}
    for j in judged.values():
        paths.setdefault((j.jurisdiction, j.record), []).append((j.type, j.path))
    across: list[Finding] = []
    said: dict[tuple[str, str], Said[Ruling]] = {}
    facts_in = _facts_by_jurisdiction(judged)
    for jurisdiction in world.laws:
        facts = facts_in.get(jurisdiction, {})
        base_facts = base.facts_in.get(jurisdiction, {}) if base is not None else None
        with patience(ACROSS):
            by_rule = dict(
                rulings_across(
                    world, jurisdiction, facts, base_facts, standing.rulings, standing.changed, closely=closely
                )
            )
        said |= by_rule
        for ruling in (ruling for one in by_rule.values() for ruling in one.what):
            rulings.append(ruling)
            tally[ruling.rule.id][counted(ruling.rule.id, ruling.verdict, ruling.advisory)[1]] += 1
            if ruling.verdict.outcome in (Outcome.FAIL, Outcome.ERROR):
                path = path_of(ruling, paths.get((jurisdiction, ruling.record), ()))
                across.append(to_finding(world.checks, ruling, path))
    check_facts = gather({j.path: j.check_facts for j in judged.values() if j.check_facts})
    found_by_check = dict(_across(world, registry, check_facts, base, standing))
    across.extend(found for one in found_by_check.values() for found in one.what)
    doubtful = {(j.record, j.path): j.doubtful for j in judged.values() if j.doubtful}
    across.extend(left_over(doubtful, rulings))
    across.extend(of_acknowledgements(world, registry.of_type("endorsements"), (*findings, *across)))
    findings.extend(all_placed(registry, across, places, workers, sparing=sparing))
    if places is not None:
        places.save()
    noted = tuple(acknowledged(findings, acknowledgements_in(registry.of_type("endorsements"), world)))
    return Run(
        asof=world.asof,
        judged=judged,
        findings=tuple(sorted(noted, key=in_order)),
        tally=tally,
        check_facts=check_facts,
        registry_rulings=tuple(rulings),
        crashed=any(f.outcome is Outcome.ERROR for f in noted),
        facts_in=facts_in,
        rulings_by_rule=said,
        found_by_check=found_by_check,
    )


def path_of(ruling: Ruling, places: Collection[tuple[str, str]]) -> str:
    """The file of the record that a ruling is about, of a type that the rule reads: records of two types may share an id."""
    read = {source.subject for source in ruling.rule.reads}
    return next((path for type, path in places if type in read), "registry/registry.yaml")


def _facts_by_jurisdiction(judged: Mapping[str, Judged]) -> dict[str, dict[str, dict[str, Any]]]:
    """Jurisdiction → fact id → record id → value. Records of two types may share an id (a plan and the draws of a year);
    facts never do."""
    out: dict[str, dict[str, dict[str, Any]]] = {}
    for j in judged.values():
        if j.facts and j.jurisdiction is not None:
            facts = out.setdefault(j.jurisdiction, {})
            for fact, value in j.facts.items():
                facts.setdefault(fact, {})[j.record] = value
    return out


def _across(
    world: World,
    registry: Registry,
    facts: Mapping[str, Mapping[str, Any]],
    base: Run | None,
    standing: _Standing,
) -> Iterator[tuple[str, Said[Finding]]]:
    """Hygiene across records: ids used twice, references that lead nowhere, records that vanished."""
    for check in world.checks.common:
        if check.subject != "registry" or (check.compares and base is None):
            continue
        known = standing.found.get(check.id)
        if known is not None and known.stands(standing.changed_for_checks):
            yield check.id, known
            continue
        base_facts = base.check_facts if base is not None and check.compares else None
        noted = Noted(facts)
        found = hygiene_across(world, check, noted, base_facts, registry.survey.known)
        yield check.id, Said(noted.asked, check.compares, found)


def in_order(finding: Finding) -> tuple[Any, ...]:
    """By what findings are sorted: file, place, code."""
    position = finding.position
    return (
        finding.path,
        position.line if position else 0,
        position.column if position else 0,
        finding.code,
        finding.key or "",
    )


def with_itself(world: World, registry: Registry, first: Run) -> Run:
    """A second run that has the registry itself as its base: rules that compare revisions have something to say.

    Only for the tally of a demonstration: nothing changed, so what is allowed to change shows as passed.
    """
    return run(world, registry, base=first, base_registry=registry)

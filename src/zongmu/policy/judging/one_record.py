"""Everything about one record by itself: how it reads, hygiene, and the rules about its type."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from zongmu.model.base import Strict
from zongmu.model.finding import Finding, Outcome, Verdict
from zongmu.model.records.project import Project
from zongmu.policy.judging.asof import WatchedDay
from zongmu.policy.judging.engine import FactCrash, answers, contexts_of, facts_of
from zongmu.policy.judging.exceptions import Doubtful, of_project
from zongmu.policy.judging.hygiene import check_context, crash_of, hygiene_of
from zongmu.policy.judging.hygiene_context import CheckContext
from zongmu.policy.judging.judged import Judged
from zongmu.policy.judging.placing import placed
from zongmu.policy.judging.telling import to_finding
from zongmu.policy.judging.weighing import Ruling, weigh
from zongmu.policy.judging.world import World
from zongmu.policy.law.offering import told_by_measure
from zongmu.policy.law.patience import patience
from zongmu.policy.law.rules import Check
from zongmu.store.registry import LoadedRecord

JUDGED = frozenset({"project", "system", "organization", "district", "plan", "returns", "resources", "draws"})
"""Record types that rules of a measure can be about."""


def judge_record(
    world: World, loaded: LoadedRecord, base: LoadedRecord | None = None, *, keep_rulings: bool = False
) -> Judged:
    """Everything about one record by itself: how it reads, the schema, hygiene, and the rules about its type."""
    out = Judged(loaded.id, loaded.path, loaded.type.name, loaded.jurisdiction, list(_of_file(world, loaded)))
    record = loaded.model
    asof = world.asof
    watched = asof if isinstance(asof, WatchedDay) else None
    if watched is not None:
        watched.begin()
    if record is not None:
        with patience():
            _judge_model(world, loaded, record, base, out, keep_rulings)
    if watched is not None:
        out.span = watched.first, watched.last
    return out


def _of_file(world: World, loaded: LoadedRecord) -> Iterable[Finding]:
    """What is wrong with the record as a file."""
    if not loaded.findings:
        return ()
    codes, _ = world.vocabulary(loaded.jurisdiction)
    return (told_by_measure(told, codes) for told in loaded.findings)


def sensitive_in(world: World, loaded: LoadedRecord) -> list[Finding]:
    """What a record holds that must not be stored; nothing else is asked of it."""
    found = [told for told in loaded.findings if told.sensitive]
    if loaded.model is not None:
        context = check_context(world, loaded, None)
        with patience():
            for check in world.checks.common:
                if _fits(check, loaded, None) and any(code.sensitive for code in check.codes):
                    found += (told for told in hygiene_of(check, context, loaded) if told.sensitive)
    return found


def _fits(check: Check, loaded: LoadedRecord, base: LoadedRecord | None) -> bool:
    return check.subject in ("any", loaded.type.name) and not (check.compares and base is None)


def _judge_model(
    world: World, loaded: LoadedRecord, record: Strict, base: LoadedRecord | None, out: Judged, keep_rulings: bool
) -> None:
    """Hygiene, and the rules about the record's type."""
    kind = loaded.type.name
    base_record = base.model if base is not None else None
    context = check_context(world, loaded, base_record)
    for check in world.checks.common:
        if _fits(check, loaded, base):
            out.findings.extend(hygiene_of(check, context, loaded))
    for source in world.check_facts.get(kind, ()):
        try:
            out.check_facts[source.id] = source.run(context)
        except (Exception, SystemExit) as crash:
            out.findings.append(crash_of(source.id, loaded.id, loaded.path, crash))
    if kind in JUDGED and loaded.jurisdiction is not None:
        _judge_by_law(world, context, loaded, record, base_record, out, keep_rulings)


def _judge_by_law(
    world: World,
    seen: CheckContext,
    loaded: LoadedRecord,
    record: Strict,
    base: Strict | None,
    out: Judged,
    keep_rulings: bool,
) -> None:
    """The rules about one record, and the facts that rules across records read of it."""
    kind = loaded.type.name
    record_id: str = getattr(record, "id", kind)
    # What excuses somebody is held against all that is ruled.
    excused = isinstance(record, Project) and bool(record.waivers or record.reasons)
    kept: list[Ruling] = []
    under = list(contexts_of(world, record, kind, base, seen.view if isinstance(record, Project) else None))
    for measure, rules, context in under:
        for rule in rules:
            for verdict, advisory in answers(context, measure, rule):
                out.tally.append(counted(rule.id, verdict, advisory))
                failed = verdict.outcome is Outcome.FAIL or verdict.outcome is Outcome.ERROR
                if failed or keep_rulings or excused:
                    ruling = weigh(context, measure, rule, record_id, verdict, advisory)
                    kept.append(ruling)
                    if failed:
                        out.findings.append(placed(to_finding(world.checks, ruling, loaded.path), loaded))
    if excused:
        _excuses(world, loaded, kept, base, out)
    try:
        out.facts = facts_of(world, record, kind, under)
    except FactCrash as crash:
        out.findings.append(crash_of(crash.fact, loaded.id, loaded.path, crash))
    if keep_rulings:
        out.rulings = tuple(kept)


def _excuses(world: World, loaded: LoadedRecord, rulings: Collection[Ruling], base: Any, out: Judged) -> None:
    """What is to be said of the record's waivers and reasons."""
    said = tuple(of_project(world, loaded, rulings, base))
    out.findings.extend(placed(f, loaded) for f in said if isinstance(f, Finding))
    out.doubtful = tuple(d for d in said if isinstance(d, Doubtful))


_COUNTED: dict[str, dict[str, tuple[str, str]]] = {}


def counted(rule: str, verdict: Verdict, advisory: bool) -> tuple[str, str]:
    """A row of the tally. Equal rows are one object: a worker then sends each of them once."""
    outcome = "advisory" if advisory else verdict.outcome._value_
    try:
        return _COUNTED[rule][outcome]
    except KeyError:
        return _COUNTED.setdefault(rule, {}).setdefault(outcome, (rule, outcome))

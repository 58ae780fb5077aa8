"""Asking the rules that look across records: by the facts that were taken of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from zongmu.model.finding import (
    Outcome,
    Verdict,
)
from zongmu.policy.judging.context import Law, RegistryContext
from zongmu.policy.judging.engine import UNSET, instead_of
from zongmu.policy.judging.weighing import EXCUSES, Ruling, advice, crashed, weigh
from zongmu.policy.judging.world import World
from zongmu.policy.law.loading import LoadedMeasure
from zongmu.policy.law.rules import Rule


def gather(per_record: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Record id → facts, turned into fact id → record id → value."""
    out: dict[str, dict[str, Any]] = {}
    for record_id, facts in per_record.items():
        for fact_id, value in facts.items():
            out.setdefault(fact_id, {})[record_id] = value
    return out


def judge_registry(
    world: World,
    jurisdiction: str,
    facts: Mapping[str, Mapping[str, Any]],
    base_facts: Mapping[str, Mapping[str, Any]] | None,
) -> Iterator[Ruling]:
    """Rulings of the rules across records of one jurisdiction. Such a rule yields ``(record id, verdict)``.

    A rule is silent about nothing it was asked: while the measure's first day is not set it is undetermined for the whole
    jurisdiction. Acts of a day on which the measure was in force are judged after its end too.
    """
    for loaded, law, rule in rules_across(world, jurisdiction):
        yield from ask_across(world, jurisdiction, loaded, law, rule, facts, base_facts)


def rules_across(world: World, jurisdiction: str) -> Iterator[tuple[LoadedMeasure, Law, Rule]]:
    """The rules across records of a jurisdiction, each with its measure and how it is applied."""
    for loaded, law in world.laws.get(jurisdiction, ()):
        for rule in world.rules_for(loaded.measure.id, "registry"):
            yield loaded, law, rule


def ask_across(
    world: World,
    jurisdiction: str,
    loaded: LoadedMeasure,
    law: Law,
    rule: Rule,
    facts: Mapping[str, Mapping[str, Any]],
    base_facts: Mapping[str, Mapping[str, Any]] | None,
) -> Iterator[Ruling]:
    """One rule across records, weighed. What it says follows from *world* and from the facts that it asks for.

    Only a rule that declares to compare sees the facts of the base.
    """
    if rule.compares and base_facts is None:
        return
    excuses = facts.get(EXCUSES, {})
    context = RegistryContext(
        law,
        world.asof,
        world.calendar,
        world.instance,
        jurisdiction,
        facts,
        base_facts if rule.compares else None,
        world.roles,
        world.authority,
    )
    if law.since is None:
        yield weigh(context, loaded, rule, jurisdiction, UNSET, advisory=False)
        return
    for record_id, verdict in _pairs(rule, context, jurisdiction):
        status = law.status(context.law_day)
        if not rule.duty and verdict.outcome is not Outcome.ERROR:
            instead = instead_of(law, status)
            verdict = verdict if instead is None else replace(instead, at=verdict.at)
        advisory = status == "expired" and law.after_expiry == "advisory"
        if advisory and verdict.outcome is Outcome.FAIL:
            verdict = advice(verdict)
        yield weigh(context, loaded, rule, record_id, verdict, advisory, excuses.get(record_id, ()))


def _pairs(rule: Rule, context: RegistryContext, jurisdiction: str) -> Iterator[tuple[str, Verdict]]:
    """What a rule across records yields, one by one; a crash ends it and is its own outcome.

    Each verdict is about an act of its own day: the rule asks of that day (``ungoverned``) before it yields, and
    ``context.law_day`` holds the answer's day until the next. Without asking, the as-of day selects the law.
    """
    try:
        rulings = iter(rule.run(context))
        while True:
            context.law_day = context.asof
            found = next(rulings, None)
            if found is None:
                return
            record_id, verdict = found
            if not isinstance(verdict, Verdict):
                raise TypeError(f"{type(verdict).__name__} is no verdict")
            yield record_id, verdict
    except (Exception, SystemExit) as crash:
        context.law_day = context.asof
        yield jurisdiction, crashed(crash)

"""Outcomes of rules as the public may see them: judged on what is public of each released project, and on nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from zongmu.disclosure.findings import PublicFinding, public_findings
from zongmu.disclosure.projection import MILESTONE_KINDS_WITHHELD, PublicProject, Told, as_project, public_keys
from zongmu.model.derive import View
from zongmu.model.finding import Category, Finding, Outcome
from zongmu.model.project import Project
from zongmu.policy.engine import FactCrash, Ruling, Under, World, ask, contexts_of, facts_of, judge_registry
from zongmu.policy.rules import Rule
from zongmu.policy.run import Run
from zongmu.store.registry import LoadedRecord


def is_internal(rule: Rule) -> bool:
    """Whether a rule's outcome is never public: so declared, or about acts whose mere presence is not."""
    return rule.disclosure != "public" or not MILESTONE_KINDS_WITHHELD.isdisjoint((*rule.each, *rule.act))


class Outcomes:
    """Outcomes of rules as the public may see them, project by project.

    *copies*: released projects, each with what is public of it alone; *others*: the projections of all other projects.
    """

    def __init__(
        self,
        world: World,
        result: Run,
        told: Mapping[str, Told],
        copies: Iterable[Project],
        others: Iterable[PublicProject],
        systems: frozenset[str],
        earlier: frozenset[str],
    ) -> None:
        self._told = told
        self._earlier = earlier
        self._fails: dict[str, list[Finding]] = {}
        for finding in result.findings:
            if finding.category is Category.LAW and finding.outcome is Outcome.FAIL:
                self._fails.setdefault(finding.path, []).append(finding)
        self._internal: dict[str, frozenset[str]] = {}
        self._order: dict[str, dict[str, int]] = {}
        for jurisdiction, laws in world.laws.items():
            rules = [r for m, _ in laws for r in m.rules if r.subject in ("project", "registry")]
            self._internal[jurisdiction] = frozenset(r.id for r in rules if is_internal(r))
            addresses = (at for m, _ in laws for at in m.measure.sentences)
            self._order[jurisdiction] = {at: n for n, at in enumerate(addresses)}
        self._judged = {copy.id: _judge(world, copy) for copy in copies}
        self._across, self._mixed = _across(world, result, self._judged, others, systems)
        self.unlike: set[str] = set()

    def view(self, id: str) -> View:
        """What follows from the public facts of a project."""
        return self._judged[id].view

    def of(self, loaded: LoadedRecord) -> tuple[tuple[PublicFinding, ...], tuple[str, ...]]:
        """The public outcomes about a project in the order of the law, and the rules whose outcome is not public."""
        jurisdiction = loaded.jurisdiction or ""
        hidden = self._internal.get(jurisdiction, frozenset()) | self._mixed.get(jurisdiction, frozenset())
        rulings = [*self._judged[loaded.id].rulings, *self._across.get(loaded.id, ())]
        told = self._told.get(jurisdiction, Told())
        assert isinstance(loaded.model, Project)
        keys = public_keys(loaded.model, told)
        fails = {(f.code, keys.get(f.key or "", f.key or "")): f for f in self._fails.get(loaded.path, ())}
        acknowledged = frozenset(key for key, f in fails.items() if f.acknowledged is not None)
        found = public_findings((r for r in rulings if r.rule.id not in hidden), told.documents, acknowledged)
        hidden |= {f.rule for f in found if f.withheld}
        order = self._order.get(jurisdiction, {})
        shown = [f for f in found if f.rule not in hidden]
        shown.sort(key=lambda f: (order.get(f.cites[0], 1 << 20) if f.cites else 1 << 20, f.rule, at_of(f)))
        public = {(f.rule, at_of(f)) for f in shown if f.outcome is Outcome.FAIL}
        if loaded.id not in self._earlier:  # else the record has moved on, and its outcomes with it
            self.unlike |= {rule for rule, _ in public ^ fails.keys()} - hidden
        return tuple(shown), tuple(sorted(hidden))


def at_of(finding: PublicFinding) -> str:
    return (finding.verdict.at if finding.verdict else None) or ""


@dataclass(frozen=True, slots=True)
class _JudgedCopy:
    """What the rules say of what is public of one project."""

    jurisdiction: str
    view: View
    rulings: tuple[Ruling, ...]
    facts: Mapping[str, Any]


def _judge(world: World, copy: Project) -> _JudgedCopy:
    view = View(copy)
    under = list(contexts_of(world, copy, "project", view=view))
    rulings = tuple(
        ruling
        for measure, rules, context in under
        for rule in rules
        if not is_internal(rule)
        for ruling in ask(context, measure, rule, copy.id)
    )
    return _JudgedCopy(copy.jurisdiction, view, rulings, _facts(world, copy, under))


def _facts(world: World, copy: Project, under: Iterable[Under] | None = None) -> Mapping[str, Any]:
    try:
        return facts_of(world, copy, "project", under)
    except FactCrash:
        return {}  # a fact that crashes is found, and said, where the records are judged


def _across(
    world: World,
    result: Run,
    released: Mapping[str, _JudgedCopy],
    others: Iterable[PublicProject],
    systems: frozenset[str],
) -> tuple[dict[str, list[Ruling]], dict[str, frozenset[str]]]:
    """Rulings of rules across records on released records alone, by project; and by city the rules that would say
    something else of a released project if they were asked about all records."""
    shown: dict[str, list[Ruling]] = {}
    mixed: dict[str, frozenset[str]] = {}
    rest = [as_project(p) for p in others]
    for jurisdiction in world.laws:
        alone: dict[str, dict[str, Any]] = {}
        whole: dict[str, dict[str, Any]] = {}
        for j in result.judged.values():
            if j.jurisdiction == jurisdiction and j.type != "project":
                _gather(whole, j.record, j.facts)
                if j.type != "system" or j.record in systems:
                    _gather(alone, j.record, j.facts)
        for id, judged in released.items():
            if judged.jurisdiction == jurisdiction:
                _gather(alone, id, judged.facts)
                _gather(whole, id, judged.facts)
        for copy in rest:
            if copy.jurisdiction == jurisdiction:
                _gather(whole, copy.id, _facts(world, copy))
        said, full = (_by_rule(judge_registry(world, jurisdiction, facts, None), released) for facts in (alone, whole))
        for (record, _), rulings in said.items():
            shown.setdefault(record, []).extend(rulings)
        mixed[jurisdiction] = frozenset(
            rule
            for record, rule in said.keys() | full.keys()
            if [r.verdict for r in said.get((record, rule), ())] != [r.verdict for r in full.get((record, rule), ())]
        )
    return shown, mixed


def _gather(into: dict[str, dict[str, Any]], record: str, facts: Mapping[str, Any]) -> None:
    for id, value in facts.items():
        into.setdefault(id, {})[record] = value


def _by_rule(rulings: Iterable[Ruling], released: Collection[str]) -> dict[tuple[str, str], list[Ruling]]:
    out: dict[tuple[str, str], list[Ruling]] = {}
    for r in rulings:
        if r.record in released and not is_internal(r.rule):
            out.setdefault((r.record, r.rule.id), []).append(r)
    return out

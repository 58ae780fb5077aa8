"""Outcomes of rules as the public may see them: judged on what is public of each released project, and on nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from zongmu.disclosure.findings import PublicFinding, public_findings
from zongmu.disclosure.projection import Told
from zongmu.model.finding import Finding, Outcome
from zongmu.policy.engine import Ruling, World, judge_registry
from zongmu.policy.run import Run
from zongmu.publish.texts import JudgedCopy, is_internal


class Outcomes:
    """Outcomes of rules as the public may see them, project by project.

    *copies*: what the rules say of each released project, of what is public of it alone; *others*: what rules across records
    read of all other projects, by their ids, each with its city.
    """

    def __init__(
        self,
        world: World,
        result: Run,
        told: Mapping[str, Told],
        copies: Mapping[str, JudgedCopy],
        others: Mapping[str, tuple[str, Mapping[str, Any]]],
        systems: frozenset[str],
        earlier: frozenset[str],
    ) -> None:
        self._told = told
        self._earlier = earlier
        self._fails: dict[str, list[Finding]] = {}
        for finding in result.findings:
            if finding.is_breach:
                self._fails.setdefault(finding.path, []).append(finding)
        self._internal: dict[str, frozenset[str]] = {}
        self._order: dict[str, dict[str, int]] = {}
        for jurisdiction, laws in world.laws.items():
            rules = [r for m, _ in laws for r in m.rules if r.subject in ("project", "registry")]
            self._internal[jurisdiction] = frozenset(r.id for r in rules if is_internal(r))
            addresses = (at for m, _ in laws for at in m.measure.sentences)
            self._order[jurisdiction] = {at: n for n, at in enumerate(addresses)}
        self._judged = copies
        self._across, self._mixed = _across(world, result, copies, others, systems)
        self.unlike: set[str] = set()

    def of(self, path: str, id: str, keys: Mapping[str, str]) -> tuple[tuple[PublicFinding, ...], tuple[str, ...]]:
        """The public outcomes about the project in the file *path* in the order of the law, and the rules whose outcome is not
        public. *keys*: the keys of its acts that bear another one outside."""
        copy = self._judged[id]
        jurisdiction = copy.jurisdiction
        hidden = self._internal.get(jurisdiction, frozenset()) | self._mixed.get(jurisdiction, frozenset())
        told = self._told.get(jurisdiction, Told())
        across = (r for r in self._across.get(id, ()) if r.rule.id not in hidden)
        found = [*copy.findings, *public_findings(across, told.documents)]
        fails = {(f.code, keys.get(f.key or "", f.key or "")): f for f in self._fails.get(path, ())}
        acknowledged = frozenset(key for key, f in fails.items() if f.acknowledged is not None)
        if acknowledged:
            found = [replace(f, acknowledged=not f.withheld and (f.rule, at_of(f)) in acknowledged) for f in found]
        hidden |= {f.rule for f in found if f.withheld}
        order = self._order.get(jurisdiction, {})
        shown = [f for f in found if f.rule not in hidden]
        shown.sort(key=lambda f: (order.get(f.cites[0], 1 << 20) if f.cites else 1 << 20, f.rule, at_of(f)))
        public = {(f.rule, at_of(f)) for f in shown if f.outcome is Outcome.FAIL}
        if id not in self._earlier:  # else the record has moved on, and its outcomes with it
            self.unlike |= {rule for rule, _ in public ^ fails.keys()} - hidden
        return tuple(shown), tuple(sorted(hidden))


def at_of(finding: PublicFinding) -> str:
    return (finding.verdict.at if finding.verdict else None) or ""


def _across(
    world: World,
    result: Run,
    released: Mapping[str, JudgedCopy],
    others: Mapping[str, tuple[str, Mapping[str, Any]]],
    systems: frozenset[str],
) -> tuple[dict[str, list[Ruling]], dict[str, frozenset[str]]]:
    """Rulings of rules across records on released records alone, by project; and by city the rules that would say
    something else of a released project if they were asked about all records."""
    shown: dict[str, list[Ruling]] = {}
    mixed: dict[str, frozenset[str]] = {}
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
        for id, (city, of_other) in others.items():
            if city == jurisdiction:
                _gather(whole, id, of_other)
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

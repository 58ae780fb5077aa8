"""Outcomes of rules as the public may see them: judged on what is public of each released project, and on nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from zongmu.disclosure.findings import PublicFinding, is_internal, public_findings
from zongmu.disclosure.projection import Told
from zongmu.model.finding import Finding, Outcome
from zongmu.policy.judging.acknowledging import Acknowledgements
from zongmu.policy.judging.rules_across import judge_registry
from zongmu.policy.judging.weighing import Ruling
from zongmu.policy.judging.world import World
from zongmu.policy.run import Run
from zongmu.publish.released.texts import JudgedCopy


class Outcomes:
    """Outcomes of rules as the public may see them, project by project.

    *copies*: what the rules say of each released project, of what is public of it alone. Rules across records are asked about
    released projects alone too: what the others say, or that there are any, moves no outcome.
    """

    def __init__(
        self,
        world: World,
        result: Run,
        told: Mapping[str, Told],
        copies: Mapping[str, JudgedCopy],
        systems: frozenset[str],
        earlier: frozenset[str],
        given: Acknowledgements,
    ) -> None:
        self._given = given
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
        self._across = _across(world, result, copies, systems)
        self.unlike: dict[str, str] = {}  # rule → the first project of which it says otherwise inside

    def of(self, path: str, id: str, keys: Mapping[str, str]) -> tuple[tuple[PublicFinding, ...], tuple[str, ...]]:
        """The public outcomes about the project in the file *path* in the order of the law, and the rules whose outcome is not
        public. *keys*: the keys of its acts that bear another one outside."""
        copy = self._judged[id]
        jurisdiction = copy.jurisdiction
        hidden = self._internal.get(jurisdiction, frozenset())
        told = self._told.get(jurisdiction, Told())
        across = (r for r in self._across.get(id, ()) if r.rule.id not in hidden)
        found = [*copy.findings, *public_findings(across, told.documents)]
        fails = {(f.code, keys.get(f.key or "", f.key or "")): f for f in self._fails.get(path, ())}
        inside = {outside: key for key, outside in keys.items()}
        found = [self._acknowledged(f, id, inside.get(at_of(f), at_of(f))) for f in found]
        hidden |= {f.rule for f in found if f.withheld}
        order = self._order.get(jurisdiction, {})
        shown = [f for f in found if f.rule not in hidden]
        shown.sort(key=lambda f: (order.get(f.cites[0], 1 << 20) if f.cites else 1 << 20, f.rule, at_of(f)))
        public = {(f.rule, at_of(f)) for f in shown if f.outcome is Outcome.FAIL}
        if id not in self._earlier:  # else the record has moved on, and its outcomes with it
            for rule in {rule for rule, _ in public ^ fails.keys()} - hidden:
                self.unlike.setdefault(rule, id)
        return tuple(shown), tuple(sorted(hidden))

    def _acknowledged(self, found: PublicFinding, id: str, key: str) -> PublicFinding:
        """Whether the breach that is public is acknowledged, whatever the record says by now."""
        if found.outcome is not Outcome.FAIL:
            return found
        covered = any(row.covers(found.verdict) for row in self._given.get((found.rule, id, key), ()))
        # One object for many projects, while nothing sets them apart.
        return found if covered == found.acknowledged else replace(found, acknowledged=covered)


def at_of(finding: PublicFinding) -> str:
    return (finding.verdict.at if finding.verdict else None) or ""


def _across(
    world: World, result: Run, released: Mapping[str, JudgedCopy], systems: frozenset[str]
) -> dict[str, list[Ruling]]:
    """Rulings of rules across records on released records alone, by project."""
    shown: dict[str, list[Ruling]] = {}
    for jurisdiction in world.laws:
        facts: dict[str, dict[str, Any]] = {}
        for j in result.judged.values():
            if j.jurisdiction == jurisdiction and j.type != "project" and (j.type != "system" or j.record in systems):
                _gather(facts, j.record, j.facts)
        for id, judged in released.items():
            if judged.jurisdiction == jurisdiction:
                _gather(facts, id, judged.facts)
        for ruling in judge_registry(world, jurisdiction, facts, None):
            if ruling.record in released and not is_internal(ruling.rule):
                shown.setdefault(ruling.record, []).append(ruling)
    return shown


def _gather(into: dict[str, dict[str, Any]], record: str, facts: Mapping[str, Any]) -> None:
    for id, value in facts.items():
        into.setdefault(id, {})[record] = value

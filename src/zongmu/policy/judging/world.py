"""What all rules share in one run: the checks, this instance, the calendar, the as-of day, who holds which role."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from copy import copy
from typing import Any

from zongmu.model.finding import Bilingual
from zongmu.model.periods.calendar import Calendar
from zongmu.model.records.instance import Instance
from zongmu.policy.judging.asof import WatchedDay
from zongmu.policy.judging.context import Law
from zongmu.policy.law.loading import Checks, LoadedMeasure
from zongmu.policy.law.rules import Rule

Vocabulary = tuple[Mapping[str, Mapping[str, Bilingual | None]], frozenset[str]]
"""Code lists by name, each code with its title where it has one; ids of rules and addresses of sentences."""


class World:
    """What all rules share in one run: the checks, this instance, the calendar, the as-of day, who holds which role.

    ``authority`` is who held which role before the change that is judged: nobody waives or acknowledges by a role that the
    change itself gives.
    """

    __slots__ = (
        "_vocabularies",
        "asof",
        "authority",
        "by_subject",
        "calendar",
        "check_facts",
        "checks",
        "instance",
        "laws",
        "roles",
    )

    def __init__(
        self,
        checks: Checks,
        instance: Instance,
        calendar: Calendar,
        asof: dt.date,
        roles: Mapping[str, frozenset[str]],
        authority: Mapping[str, frozenset[str]] | None = None,
    ) -> None:
        self.authority = roles if authority is None else authority
        self.checks = checks
        self.instance = instance
        self.calendar = calendar
        self.asof = asof
        self.roles = roles
        self.laws: dict[str, tuple[tuple[LoadedMeasure, Law], ...]] = {
            j.id: tuple(
                (checks.measures[m], Law(checks.measures[m].measure, checks.measures[m].parameters, instance))
                for m in j.measures
                if m in checks.measures
            )
            for j in instance.jurisdictions
        }
        self.by_subject = checks.rules_about
        self.check_facts = checks.facts_about
        self._vocabularies: dict[str | None, Vocabulary] = {}

    def watched(self) -> World:
        """The same, with an as-of day that notes on which other days the same would be said."""
        other = copy(self)
        other.asof = WatchedDay(self.asof)
        return other

    def rules_for(self, measure: str, subject: str) -> tuple[Rule, ...]:
        """The rules of a measure about a subject."""
        return self.by_subject.get((measure, subject), ())

    def vocabulary(self, jurisdiction: str | None) -> Vocabulary:
        """What a jurisdiction's measures name: its code lists, and its rules and sentences."""
        if jurisdiction not in self._vocabularies:
            codes: dict[str, dict[str, Bilingual | None]] = {}
            names: set[str] = set()
            for loaded, _ in self.laws.get(jurisdiction or "", ()):
                for name, table in loaded.measure.codes.items():
                    codes.setdefault(name, {}).update(table)
                if loaded.measure.roles:  # a measure that is only begun leaves the roles open, like any list it lacks
                    codes.setdefault("role", {}).update(loaded.measure.roles)
                stages = codes.setdefault("stage", {})
                for stage, _ in loaded.measure.stages:
                    stages.setdefault(stage, None)
                names.update(rule.id for rule in loaded.rules)
                names.update(loaded.measure.sentences)
            self._vocabularies[jurisdiction] = codes, frozenset(names)
        return self._vocabularies[jurisdiction]


def roles_of(organizations: Iterable[Any]) -> dict[str, frozenset[str]]:
    """Role → organizations that hold it, from the organizations' files."""
    held: dict[str, set[str]] = {}
    for organization in organizations:
        for role in organization.holds:
            held.setdefault(role, set()).add(organization.id)
    return {role: frozenset(ids) for role, ids in held.items()}

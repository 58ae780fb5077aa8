"""Rules and checks across records, asked again of a change only where a fact that they read is another.

What such a rule says follows from the world and from the facts that it asks for. Which those are is noted while it is asked; on
the other side of a change that leaves them all as they were it would ask for the same and say the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from zongmu.policy.engine import Ruling, World, ask_across, rules_across
from zongmu.policy.judged import Judged

T = TypeVar("T")
Facts = Mapping[str, Mapping[str, Any]]
"""Fact id → record → value."""


class Noted(Mapping[str, Mapping[str, Any]]):
    """Facts that note which of them are asked for, there or not."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self.asked: set[str] = set()

    def __getitem__(self, id: str) -> Mapping[str, Any]:
        self.asked.add(id)
        return self._facts[id]

    def __iter__(self) -> Iterator[str]:
        self.asked.update(self._facts)
        return iter(self._facts)

    def __len__(self) -> int:
        self.asked.update(self._facts)
        return len(self._facts)


@dataclass(frozen=True, slots=True)
class Said(Generic[T]):
    """What a rule or check across records said, and of which facts."""

    asked: frozenset[str]
    compares: bool  # whether it looks at the base revision too
    what: tuple[T, ...]

    def stands(self, changed: frozenset[str]) -> bool:
        """Whether it would say the same where only the facts *changed* are others."""
        return not self.compares and self.asked.isdisjoint(changed)


def rulings_across(
    world: World,
    jurisdiction: str,
    facts: Facts,
    base_facts: Facts | None,
    before: Mapping[tuple[str, str], Said[Ruling]],
    changed: frozenset[str],
) -> Iterator[tuple[tuple[str, str], Said[Ruling]]]:
    """What each rule across records of a jurisdiction says, by (jurisdiction, rule id).

    *before*: what they said where only the facts *changed* were others, in the same world and without a base.
    """
    for loaded, law, rule in rules_across(world, jurisdiction):
        key = (jurisdiction, rule.id)
        known = before.get(key)
        if known is None or not known.stands(changed):
            noted = Noted(facts)
            said = tuple(ask_across(world, jurisdiction, loaded, law, rule, noted, base_facts))
            known = Said(frozenset(noted.asked), rule.compares, said)
        yield key, known


_ABSENT: Final = object()


def changed_facts(
    before: Mapping[str, Judged], after: Mapping[str, Judged], touched: Iterable[str]
) -> tuple[frozenset[str], frozenset[str]]:
    """The facts, and those for checks across records, that differ in any of the records *touched*."""
    facts: set[str] = set()
    check_facts: set[str] = set()
    for path in touched:
        old, new = before.get(path), after.get(path)
        if old is None or new is None or (old.jurisdiction, old.record) != (new.jurisdiction, new.record):
            for judged in (old, new):
                if judged is not None:
                    facts.update(judged.facts)
                    check_facts.update(judged.check_facts)
            continue
        facts.update(_differing(old.facts, new.facts))
        check_facts.update(_differing(old.check_facts, new.check_facts))
    return frozenset(facts), frozenset(check_facts)


def _differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    return (id for id in old.keys() | new.keys() if old.get(id, _ABSENT) != new.get(id, _ABSENT))

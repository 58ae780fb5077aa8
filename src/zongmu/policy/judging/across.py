"""Rules and checks across records, asked again of a change only where a fact that they read is another.

What such a rule says follows from the world and from the facts that it asks for. Which those are is noted while it is asked; on
the other side of a change that leaves them all as they were it would ask for the same and say the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar

from zongmu.model.immutable import immutable
from zongmu.policy.judging.judged import Judged
from zongmu.policy.judging.rules_across import ask_across, rules_across
from zongmu.policy.judging.weighing import Ruling
from zongmu.policy.judging.world import World

T = TypeVar("T")
Facts = Mapping[str, Mapping[str, Any]]
"""Fact id → record → value."""


Asked = Mapping[str, frozenset[str] | None]
"""Which facts, by id, and of those that are mappings which entries; None: anything of it."""


class _Row(dict[str, Any]):
    """A fact of a record that notes which of its entries are looked at."""

    __slots__ = ("_note",)

    def __init__(self, value: Mapping[str, Any], note: _Note) -> None:
        super().__init__(value)
        self._note = note

    def __getitem__(self, name: str) -> Any:
        self._note.fields.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self._note.fields.add(name)
        return super().get(name, default)

    def __contains__(self, name: object) -> bool:
        self._note.fields.add(str(name))
        return super().__contains__(name)

    def _whole(self) -> None:
        self._note.whole = True

    def __iter__(self) -> Iterator[str]:
        self._whole()
        return super().__iter__()

    def keys(self) -> Any:
        self._whole()
        return super().keys()

    def values(self) -> Any:
        self._whole()
        return super().values()

    def items(self) -> Any:
        self._whole()
        return super().items()

    def __len__(self) -> int:
        self._whole()
        return super().__len__()

    def __eq__(self, other: object) -> bool:
        self._whole()
        return super().__eq__(other)

    def __ne__(self, other: object) -> bool:
        self._whole()
        return super().__ne__(other)

    def __or__(self, other: Any) -> Any:
        self._whole()
        return super().__or__(other)

    def __ror__(self, other: Any) -> Any:
        self._whole()
        return super().__ror__(other)

    def __repr__(self) -> str:
        self._whole()
        return super().__repr__()

    def copy(self) -> dict[str, Any]:
        self._whole()
        return super().copy()


@dataclass(slots=True)
class _Note:
    """What the rule that is being asked has looked at of one fact."""

    fields: set[str] = field(default_factory=set)
    whole: bool = False


class Noting:
    """Facts whose entries note that they are looked at, made once for all the rules that ask for them."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self._made: dict[str, tuple[Mapping[str, Any], _Note | None]] = {}

    def of(self, id: str) -> tuple[Mapping[str, Any], _Note | None]:
        """The fact of every record, and what has been looked at of it since it was last cleared; None: not to be told."""
        if id not in self._made:
            values = self.facts[id]
            note = _Note() if all(type(value) is dict for value in values.values()) else None
            rows = values if note is None else {record: _Row(value, note) for record, value in values.items()}
            self._made[id] = rows, note
        return self._made[id]


class Noted(Mapping[str, Mapping[str, Any]]):
    """Facts that note which of them are asked for, there or not."""

    def __init__(self, facts: Facts, noting: Noting | None = None) -> None:
        self._facts = facts
        self._noting = noting
        self._asked: dict[str, _Note | None] = {}

    def __getitem__(self, id: str) -> Mapping[str, Any]:
        if self._noting is None or id not in self._facts:
            self._asked[id] = None
            return self._facts[id]
        values, note = self._noting.of(id)
        if note is not None and id not in self._asked:
            note.fields, note.whole = set(), False
        self._asked[id] = note
        return values

    def __iter__(self) -> Iterator[str]:
        self._asked.update(dict.fromkeys(self._facts))
        return iter(self._facts)

    def __len__(self) -> int:
        self._asked.update(dict.fromkeys(self._facts))
        return len(self._facts)

    @property
    def asked(self) -> Asked:
        """What was asked for so far."""
        return {id: None if note is None or note.whole else frozenset(note.fields) for id, note in self._asked.items()}


def stands(asked: Asked, changed: Asked) -> bool:
    """Whether who asked for no more than *asked* would say the same where no more than *changed* is other."""
    for id, fields in asked.items():
        if id in changed:
            others = changed[id]
            if fields is None or others is None or not fields.isdisjoint(others):
                return False
    return True


@immutable
class Said(Generic[T]):
    """What a rule or check across records said, and of which facts."""

    asked: Asked
    compares: bool  # whether it looks at the base revision too
    what: tuple[T, ...]

    def stands(self, changed: Asked) -> bool:
        """Whether it would say the same where no more than *changed* is other."""
        return not self.compares and stands(self.asked, changed)


def rulings_across(
    world: World,
    jurisdiction: str,
    facts: Facts,
    base_facts: Facts | None,
    before: Mapping[tuple[str, str], Said[Ruling]],
    changed: Asked,
    *,
    closely: bool = False,
) -> Iterator[tuple[tuple[str, str], Said[Ruling]]]:
    """What each rule across records of a jurisdiction says, by (jurisdiction, rule id).

    *before*: what they said where only the facts *changed* were others, in the same world and without a base. *closely*: note
    also which entries of a fact are looked at, which takes longer.
    """
    noting = Noting(facts) if closely else None
    for loaded, law, rule in rules_across(world, jurisdiction):
        key = (jurisdiction, rule.id)
        known = before.get(key)
        if known is None or not known.stands(changed):
            noted = Noted(facts, noting)
            said = tuple(ask_across(world, jurisdiction, loaded, law, rule, noted, base_facts))
            known = Said(noted.asked, rule.compares, said)
        yield key, known


_ABSENT: Final = object()


def changed_facts(
    before: Mapping[str, Judged], after: Mapping[str, Judged], touched: Iterable[str]
) -> tuple[Asked, Asked]:
    """The facts, and those for checks across records, that differ in any of the records *touched*."""
    facts: dict[str, frozenset[str] | None] = {}
    check_facts: dict[str, frozenset[str] | None] = {}
    for path in touched:
        old, new = before.get(path), after.get(path)
        if old is None or new is None or (old.jurisdiction, old.record) != (new.jurisdiction, new.record):
            for judged in (old, new):
                if judged is not None:
                    facts.update(dict.fromkeys(judged.facts))
                    check_facts.update(dict.fromkeys(judged.check_facts))
            continue
        _differing(old.facts, new.facts, facts)
        _differing(old.check_facts, new.check_facts, check_facts)
    return facts, check_facts


def _differing(old: Mapping[str, Any], new: Mapping[str, Any], found: dict[str, frozenset[str] | None]) -> None:
    """Put into *found* what differs between the facts of a record on two sides."""
    for id in old.keys() | new.keys():
        was, now = old.get(id, _ABSENT), new.get(id, _ABSENT)
        if was == now:
            continue
        if type(was) is dict and type(now) is dict:
            others = frozenset(k for k in was.keys() | now.keys() if was.get(k, _ABSENT) != now.get(k, _ABSENT))
            known = found.get(id, frozenset())
            found[id] = None if known is None else known | others
        else:
            found[id] = None

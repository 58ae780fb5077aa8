"""A record as tables: one row per record, one table per list in it. The shape of the workbooks that go out and come in.

Made from the record classes, so that a new field is a new column and nothing else. What a row of a list belongs to is said
by its first columns: the record, and where lists stand in lists the row above, each by its key.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field
from functools import cache
from typing import Final

from zongmu.exchange.field_values import type_of
from zongmu.model.base import Strict
from zongmu.model.finding import Bilingual
from zongmu.model.immutable import immutable
from zongmu.model.record_types import BY_NAME, RecordType
from zongmu.store.editing.canonical import field_order
from zongmu.store.fitting.shapes import Group, Leaf, Listing, Slot, slots

FORMAT: Final = 1
"""The version of the workbooks. An older one is read; a newer one is refused."""

KEYS: Final[dict[str, str]] = {"project": "id", "plan": "year", "district": "id"}
"""Record types that have workbooks, and the field that names a record in every table."""

MADE: Final = frozenset({"format", "jurisdiction"})
"""Fields that the program fills in."""


@immutable
class Column:
    """One column: the path in its row, and the field; of milestones, the field that each kind has there."""

    path: tuple[str, ...]
    slot: Slot
    alike: bool = True  # every kind has the same field here

    @property
    def name(self) -> str:
        """What the hidden row of the sheet says."""
        return "/".join(self.path)

    @property
    def kind(self) -> str:
        """The sort of value, as :func:`type_of` says."""
        leaf = self.slot.node.item if isinstance(self.slot.node, Listing) else self.slot.node
        return type_of(leaf) if isinstance(leaf, Leaf) else "text"


@immutable
class Sheet:
    """One table. ``at`` is the path of lists that leads to its rows; empty for the records themselves."""

    at: tuple[str, ...]
    title: Bilingual
    group: Group
    columns: tuple[Column, ...]
    inner: tuple[Sheet, ...] = field(default=())

    @property
    def name(self) -> str:
        """The name of the sheet in a workbook: at most 31 characters, none of those that Excel forbids."""
        return f"{self.title.zh}·{'.'.join(self.at) or 'record'}".replace("/", "·")[:31]


@cache
def sheet_of(record_type: str) -> Sheet:
    """The tables of a record type."""
    kind: RecordType = BY_NAME[record_type]
    return _sheet((), Bilingual(kind.zh, kind.en), Group((kind.model,)))


def every(sheet: Sheet) -> Iterator[Sheet]:
    """A sheet and all below it."""
    yield sheet
    for one in sheet.inner:
        yield from every(one)


def _sheet(at: tuple[str, ...], title: Bilingual, group: Group) -> Sheet:
    columns: dict[tuple[str, ...], Column] = {}
    lists: dict[str, tuple[Bilingual, list[Group]]] = {}
    for cls in group.classes:
        for name in field_order(cls):
            slot = slots(cls)[name]
            if not at and name in MADE:
                continue
            if isinstance(slot.node, Listing) and isinstance(slot.node.item, Group):
                lists.setdefault(name, (slot.title, []))[1].append(slot.node.item)
                continue
            for column in _columns((name,), slot):
                known = columns.get(column.path)
                if known is None:
                    columns[column.path] = column
                elif (known.slot.codelist, known.slot.node) != (column.slot.codelist, column.slot.node):
                    columns[column.path] = Column(known.path, known.slot, alike=column.path == ("kind",))
    inner = tuple(_sheet((*at, name), own, _together(groups)) for name, (own, groups) in lists.items())
    return Sheet(at, title, group, tuple(columns.values()), inner)


def _together(groups: Sequence[Group]) -> Group:
    """One group for lists of one name: what each kind of milestone has there."""
    classes = tuple(dict.fromkeys(cls for g in groups for cls in g.classes))
    return Group(classes, tagged=any(g.tagged for g in groups))


def _columns(path: tuple[str, ...], slot: Slot) -> Iterator[Column]:
    if not isinstance(slot.node, Group):
        yield Column(path, slot)
        return
    for name, one in slots(slot.node.classes[0]).items():
        deeper = Slot(one.name, _joined(slot.title, one.title), one.node, one.required and slot.required, one.codelist)
        yield from _columns((*path, name), deeper)


def _joined(outer: Bilingual, own: Bilingual) -> Bilingual:
    return Bilingual(f"{outer.zh}·{own.zh}", f"{outer.en}: {own.en}")


def slot_in(cls: type[Strict], path: Sequence[str]) -> Slot | None:
    """The field at *path* of a class; None where it has none."""
    slot = slots(cls).get(path[0])
    for part in path[1:]:
        if slot is None or not isinstance(slot.node, Group):
            return None
        slot = slots(slot.node.classes[0]).get(part)
    return None if slot is None or isinstance(slot.node, Group) else slot

"""Rows that must differ: a milestone by kind and number, a series by its natural key, a document within its milestone.

No schema can say this, and a later step that looks a row up by its identity would silently take one of two.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from zongmu.model.base import Strict
from zongmu.model.immutable import immutable
from zongmu.model.record_types import RecordType
from zongmu.store.fitting.shapes import Group, Listing, identity, slots

Pointer = tuple[str | int, ...]


@immutable
class Rows:
    """How the rows of a list are told apart (*names*; empty for not at all), and the lists within them."""

    names: tuple[str, ...]
    inner: Mapping[str, Rows]


PLANS: dict[str, Mapping[str, Rows]] = {}
"""What :func:`row_plan` gave, by the name of the type."""


def row_plan(record_type: RecordType) -> Mapping[str, Rows]:
    """How the rows of every list of a record are told apart, by the name of the list."""
    plan = PLANS.get(record_type.name)
    if plan is None:
        plan = PLANS[record_type.name] = _plan((record_type.model,), tuple(record_type.series.items()))
    return plan


@cache
def _plan(classes: tuple[type[Strict], ...], natural: tuple[tuple[str, tuple[str, ...]], ...]) -> Mapping[str, Rows]:
    keys = dict(natural)
    out: dict[str, Rows] = {}
    for cls in classes:
        for name, slot in slots(cls).items():
            if not isinstance(slot.node, Listing) or not isinstance(slot.node.item, Group):
                continue
            row_classes = slot.node.item.classes
            names = keys.get(name) or identity(row_classes[0])
            inner = _plan(row_classes, ())
            if not names and not inner:
                continue
            assert len(names) <= 2, f"{cls.__name__}.{name}"
            known = out.get(name)
            # Two kinds of act that name a list alike must tell its rows apart alike: the plan goes by the name.
            assert known is None or known.names == names, f"{cls.__name__}.{name}"
            out[name] = Rows(names, {**known.inner, **inner} if known else inner)
    return out


def key_of_row(row: Mapping[str, Any], names: tuple[str, ...]) -> tuple[str | int, ...] | None:
    """What tells *row* apart, a missing ``seq`` beside a kind being 1; None where it lacks that."""
    key = tuple([row.get(name, 1 if name == "seq" and len(names) > 1 else None) for name in names])
    for part in key:
        if type(part) is not str and type(part) is not int:
            return None
    return key


def any_twins(node: Mapping[str, Any], plan: Mapping[str, Rows]) -> bool:
    """Whether :func:`twins` would find any in data that the model accepts: quicker, and needs sound rows."""
    for name, rows in plan.items():
        held = node.get(name)
        if not held:
            continue
        names, inner = rows.names, rows.inner
        if names and len(held) > 1:
            keys: list[Any]
            if len(names) == 1:
                only = names[0]
                keys = [row.get(only) for row in held]
            else:
                one, other = names[0], names[1]
                keys = [(row.get(one), row.get(other)) for row in held]
            if len(set(keys)) != len(held):
                return True
        if inner:
            for row in held:
                if not inner.keys().isdisjoint(row) and any_twins(row, inner):
                    return True
    return False


def twins(node: Mapping[str, Any], plan: Mapping[str, Rows], at: Pointer = ()) -> list[tuple[Pointer, Pointer]]:
    """Rows that have the identity of an earlier row of their list: (the later, the first)."""
    out: list[tuple[Pointer, Pointer]] = []
    for name, rows in plan.items():
        held = node.get(name)
        if type(held) is not list:
            continue
        names, inner = rows.names, rows.inner
        seen: dict[tuple[str | int, ...], int] = {}
        for index, row in enumerate(held):
            if type(row) is not dict:
                continue
            if names:
                key = key_of_row(row, names)
                if key is not None:
                    first = seen.setdefault(key, index)
                    if first != index:
                        out.append(((*at, name, index), (*at, name, first)))
            for deeper in inner:
                if deeper in row:
                    out += twins(row, inner, (*at, name, index))
                    break
    return out

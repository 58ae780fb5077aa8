"""The shape of a record class as data: which field stands where, what it is called, what may stand in it.

Read once from the model's own declarations, so that messages about a field and the model cannot disagree.
"""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from zongmu.model.base import Strict
from zongmu.model.finding import Bilingual
from zongmu.model.immutable import immutable
from zongmu.model.scalars import Scalar, TextForm


@immutable
class Leaf:
    """One value. ``base`` is ``str``, ``int`` or ``bool``; *choices* are its allowed codes, if they are listed."""

    base: type
    choices: tuple[str, ...] = ()
    pattern: str | None = None
    example: str | None = None


@immutable
class Listing:
    """A list."""

    item: Node


@immutable
class Group:
    """A mapping with fixed keys; where *tagged*, one of several classes, told by ``kind``."""

    classes: tuple[type[Strict], ...]
    tagged: bool = False

    def of_kind(self, kind: object) -> type[Strict] | None:
        """The class of the rows of one kind; of an untagged group its only class."""
        if not self.tagged:
            return self.classes[0]
        return kinds(self).get(kind) if isinstance(kind, str) else None


Node = Leaf | Listing | Group


@immutable
class Slot:
    """A field of a class, by its name in the file."""

    name: str
    title: Bilingual
    node: Node
    required: bool
    codelist: str | None


@cache
def slots(cls: type[Strict]) -> Mapping[str, Slot]:
    """The fields of a class by their names in the file, in order of declaration."""
    out: dict[str, Slot] = {}
    for attribute, info in cls.model_fields.items():
        name = info.alias or attribute
        extra = info.json_schema_extra
        assert isinstance(extra, dict), f"{cls.__name__}.{attribute} is not declared with need, may or rows"
        title = extra["x-title"]
        assert isinstance(title, dict)
        codelist = extra.get("x-codelist")
        out[name] = Slot(
            name,
            Bilingual(str(title["zh"]), str(title["en"])),
            _node_of_field(info),
            info.is_required(),
            str(codelist) if codelist else None,
        )
    return out


@cache
def kinds(group: Group) -> Mapping[str, type[Strict]]:
    """The class of every kind of a tagged group, in order of declaration."""
    out: dict[str, type[Strict]] = {}
    for cls in group.classes:
        node = slots(cls)["kind"].node
        assert isinstance(node, Leaf)
        out.update(dict.fromkeys(node.choices, cls))
    return out


def all_classes(cls: type[Strict]) -> Iterator[tuple[str, type[Strict]]]:
    """*cls* and every class of its rows, each with the field path that leads there (``milestones/documents``)."""
    seen: set[tuple[str, type[Strict]]] = set()
    waiting = [("", cls)]
    while waiting:
        path, one = waiting.pop()
        if (path, one) in seen:
            continue
        seen.add((path, one))
        yield path, one
        for slot in slots(one).values():
            node = slot.node.item if isinstance(slot.node, Listing) else slot.node
            if isinstance(node, Group):
                deeper = f"{path}/{slot.name}" if path else slot.name
                waiting += [(deeper, inner) for inner in node.classes]


@cache
def identity(cls: type[Strict]) -> tuple[str, ...]:
    """The fields that tell one row of a class from another: ``kind`` and ``seq``, an id, a number; empty for none."""
    names = slots(cls)
    if "kind" in names and "seq" in names:
        return ("kind", "seq")
    for name in ("id", "seq", "item", "resource", "measure"):
        if name in names:
            return (name,)
    return ()


def _node_of_field(info: FieldInfo) -> Node:
    node = _node(info.annotation)
    return _with_constraints(node, info.metadata) if isinstance(node, Leaf) else node


def _node(annotation: Any, extras: tuple[Any, ...] = ()) -> Node:
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *more = get_args(annotation)
        node = _node(inner, tuple(more))
        return _with_constraints(node, more) if isinstance(node, Leaf) else node
    if origin is tuple:
        return Listing(_node(get_args(annotation)[0]))
    if origin is Literal:
        values = get_args(annotation)
        return Leaf(type(values[0]), tuple(str(v) for v in values))
    if origin in (Union, types.UnionType):
        members = [member for member in get_args(annotation) if member is not type(None)]
        return _node(members[0], extras) if len(members) == 1 else Group(tuple(members), tagged=True)
    if isinstance(annotation, type) and issubclass(annotation, Strict):
        return Group((annotation,))
    if isinstance(annotation, type) and issubclass(annotation, Scalar):
        return Leaf(str, pattern=annotation.PATTERN, example=annotation.EXAMPLES[0])
    return Leaf(annotation if annotation in (bool, int) else str)


def _with_constraints(leaf: Leaf, metadata: Any) -> Leaf:
    """*leaf* with what its annotations add: a pattern, an example."""
    pattern, example = leaf.pattern, leaf.example
    for item in metadata:
        if isinstance(item, FieldInfo):
            nested = _with_constraints(leaf, item.metadata)
            pattern, example = nested.pattern or pattern, nested.example or example
        elif isinstance(item, TextForm):
            pattern, example = item.pattern, item.examples[0]
        elif isinstance(found := getattr(item, "pattern", None), str):
            pattern = found
    return Leaf(leaf.base, leaf.choices, pattern, example)

"""What a place in a record file is called: titles, disclosure, and the one text of a value, found from the model.

The history walks files of many years, among them files that the model of today would refuse. So nothing here
validates: a key that the model does not know gets itself as its title, and a value that its type does not understand
stays as it is.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from zongmu.model.base import ChangeClass
from zongmu.model.finding import Bilingual
from zongmu.model.record_types import BY_NAME
from zongmu.model.scalars import Money, Scalar


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """One field of a record class, or a key that no class knows.

    ``fields`` are the fields of what it holds (an object, or each row of a list); ``by_kind`` those of a row whose
    class follows from its ``kind``. ``many`` says that it is a list. ``order`` is its place in its class.
    """

    name: str
    title: Bilingual
    disclosure: str = "I"
    change: ChangeClass = "state"
    codelist: str | None = None
    known: bool = False
    order: int = 1_000
    many: bool = False
    scalar: type[Scalar] | None = None
    fields: Mapping[str, Field] = field(default_factory=dict)
    by_kind: Mapping[str, Mapping[str, Field]] = field(default_factory=dict)

    def child(self, name: str, holder: Mapping[str, Any]) -> Field:
        """The field called *name* of *holder*, a row or an object that this field holds."""
        return self.fields_of(holder).get(name) or unknown(name)

    def fields_of(self, holder: Mapping[str, Any]) -> Mapping[str, Field]:
        """The fields of *holder*, a row or an object that this field holds, by name."""
        kind = holder.get("kind") if self.by_kind else None
        return self.by_kind.get(kind, self.fields) if isinstance(kind, str) else self.fields

    @property
    def is_money(self) -> bool:
        """Whether it holds an amount."""
        return self.scalar is not None and issubclass(self.scalar, Money)

    def canonical(self, value: Any) -> Any:
        """The one text of *value* (``11765000元`` → ``1176.5万元``); unchanged where the type cannot read it."""
        if self.scalar is None or type(value) is not str:
            return value
        try:
            return self.scalar.parse(value).canonical()
        except ValueError:
            return value


@cache
def unknown(name: str) -> Field:
    """A field for a key that the model does not know: internal, because nobody has classed it."""
    return Field(name=name, title=Bilingual(name, name))


@cache
def root(name: str) -> Field:
    """The whole record of the type called *name* as one field. Raises ``KeyError`` for a type that does not exist."""
    record_type = BY_NAME[name]
    return Field(
        name=record_type.name,
        title=Bilingual(record_type.zh, record_type.en),
        known=True,
        fields=_fields(record_type.model),
    )


@cache
def _fields(model: type[BaseModel]) -> Mapping[str, Field]:
    out: dict[str, Field] = {}
    for order, (attribute, info) in enumerate(model.model_fields.items()):
        name = info.alias or attribute
        extra = info.json_schema_extra
        facts: Mapping[str, Any] = extra if isinstance(extra, dict) else {}
        title = facts.get("x-title", {"zh": name, "en": name})
        classes, many, scalar = _shape(info.annotation)
        out[name] = Field(
            name=name,
            title=Bilingual(title["zh"], title["en"]),
            disclosure=facts.get("x-disclosure", "I"),
            change=facts.get("x-change", "state"),
            codelist=facts.get("x-codelist"),
            known=True,
            order=order,
            many=many,
            scalar=scalar,
            fields=_fields(classes[0]) if classes else {},
            by_kind=_by_kind(classes) if len(classes) > 1 else {},
        )
    return out


def _by_kind(classes: tuple[type[BaseModel], ...]) -> Mapping[str, Mapping[str, Field]]:
    out: dict[str, Mapping[str, Field]] = {}
    for cls in classes:
        for kind in get_args(cls.model_fields["kind"].annotation):
            out[kind] = _fields(cls)
    return out


def _shape(annotation: Any) -> tuple[tuple[type[BaseModel], ...], bool, type[Scalar] | None]:
    """Record classes, whether it is a list, and the scalar type behind an annotation."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _shape(get_args(annotation)[0])
    if origin is Literal:
        return (), False, None
    if origin is tuple:
        classes, _, scalar = _shape(get_args(annotation)[0])
        return classes, True, scalar
    if origin is Union or origin is types.UnionType:
        found = [_shape(arg) for arg in get_args(annotation) if arg is not type(None)]
        scalars = [one[2] for one in found if one[2] is not None]
        return (
            tuple(cls for one in found for cls in one[0]),
            any(one[1] for one in found),
            scalars[0] if scalars else None,
        )
    if isinstance(annotation, type):
        if issubclass(annotation, BaseModel):
            return (annotation,), False, None
        if issubclass(annotation, Scalar):
            return (), False, annotation
    return (), False, None

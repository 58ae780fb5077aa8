"""Columns read off the model: a field that the public type gains gains a column, with its title and its type."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel

from zongmu.model.finding import Bilingual
from zongmu.model.immutable import immutable
from zongmu.model.scalars import Money
from zongmu.publish.open_data.tables import Column, Type, Value
from zongmu.publish.released.release import Release
from zongmu.publish.rendering.fields import FieldInfo, fields_of
from zongmu.publish.rendering.say import Say

_NOTHING: tuple[tuple[Value, ...], ...] = ((None,), (None, None))
_NAME_OF = Bilingual("（名称）", " (name)")
_REFERS = {"organization": ("organizations", "id"), "project": ("projects", "id")}
"""Sort of a field that names one other record → table and column where that stands."""
_TITLE_OF = Bilingual("（含义）", " (meaning)")


@immutable
class Field:
    """A field of a record on its way into columns: its path in the plain data, what the model says of it."""

    path: tuple[str, ...]
    info: FieldInfo
    type: Type
    prefix: Bilingual

    @property
    def name(self) -> str:
        """The name of its column."""
        return "_".join(self.path)

    def columns(self) -> Iterator[Column]:
        """Its column, and beside a code or a body the column that says in words what it is."""
        title = _beside(self.prefix, self.info.title)
        refers = _REFERS.get(self.info.sort) if self.type == "text" else None
        yield Column(self.name, title, self.type, self.info.codelist, refers)
        if self.info.codelist is not None:
            yield Column(f"{self.name}_title", _beside(title, _TITLE_OF), self.type)
        elif self.info.sort == "organization":
            yield Column(f"{self.name}_name", _beside(title, _NAME_OF), self.type)

    @property
    def nothing(self) -> tuple[Value, ...]:
        """The values of its columns where the record does not have it."""
        return _NOTHING[self.info.codelist is not None or self.info.sort == "organization"]

    def values(self, say: Say, jurisdiction: str, row: Mapping[str, Any]) -> Iterator[Value]:
        """The values of its columns."""
        value: Any = row
        for part in self.path:
            value = value.get(part) if isinstance(value, Mapping) else None
        typed = _typed(self.type, value)
        yield typed
        if self.info.codelist is not None:
            codelist = self.info.codelist
            yield _each(typed, lambda code: say.code(jurisdiction, codelist, code))
        elif self.info.sort == "organization":
            yield _each(typed, lambda id: body_name(say, id))


def body_name(say: Say, id: str) -> str:
    """The name of a body; its id where it has no record."""
    known = say.release.organizations.get(id)
    return known.name if known is not None else id


def rule_titles(release: Release) -> dict[str, str]:
    """What every rule is called in Chinese, by its id."""
    return {id: text.title.zh for m in release.checks.measures.values() for id, text in m.texts.items()}


def columns_of(fields: Iterable[Field]) -> tuple[Column, ...]:
    """The columns of *fields* in a row."""
    return tuple(column for field in fields for column in field.columns())


def values_of(fields: Iterable[Field], say: Say, jurisdiction: str, row: Mapping[str, Any]) -> list[Value]:
    """The values that belong to :func:`columns_of`."""
    out: list[Value] = []
    for field in fields:
        if field.path[0] in row:
            out += field.values(say, jurisdiction, row)
        else:  # most fields of most records
            out += field.nothing
    return out


def scalar_fields(cls: type[BaseModel], names: Iterable[str]) -> tuple[Field, ...]:
    """Those of the named fields that fit into columns: scalars, lists of scalars, and records within the record, taken
    apart. Lists of records are tables of their own (:func:`is_table`)."""
    known = fields_of(cls)
    out: list[Field] = []
    for name in names:
        info = known[name]
        if info.model is None:
            out.append(Field((name,), info, _type(cls, info), Bilingual("", "")))
        elif not is_table(cls, name):
            inner = fields_of(info.model).values()
            out += [
                Field((name, i.name), i, _type(info.model, i), Bilingual(f"{info.title.zh}：", f"{info.title.en}: "))
                for i in inner
                if i.model is None
            ]
    return tuple(out)


def is_table(cls: type[BaseModel], name: str) -> bool:
    """Whether a field is a list of records."""
    info = fields_of(cls)[name]
    return info.model is not None and _holds(_annotation(cls, name), tuple)


def _annotation(cls: type[BaseModel], name: str) -> Any:
    for attribute, info in cls.model_fields.items():
        if (info.alias or attribute) == name:
            return (info.annotation, *info.metadata)
    raise KeyError(name)


def _type(cls: type[BaseModel], info: FieldInfo) -> Type:
    annotation = _annotation(cls, info.name)
    if _holds(annotation, tuple):
        return "list"
    if _holds(annotation, bool):
        return "boolean"
    if _holds(annotation, int):
        return "integer"
    if info.sort == "money":
        return "money"
    return "date" if info.sort == "date" and not _holds(annotation, str) else "text"


def _holds(annotation: Any, wanted: type) -> bool:
    """Whether a type stands in an annotation, within unions and ``Annotated``."""
    if isinstance(annotation, tuple):
        return any(_holds(part, wanted) for part in annotation)
    if annotation is wanted or getattr(annotation, "__origin__", None) is wanted:
        return True
    return any(_holds(part, wanted) for part in get_args(annotation))


def _typed(type: Type, value: Any) -> Value:
    if value is None:
        return None
    match type:
        case "money":
            return Money.parse(value).fen
        case "date":
            return dt.date.fromisoformat(value)
        case "list":
            return tuple(str(item) for item in value)
        case "integer":
            return int(value)
        case "boolean":
            return bool(value)
        case _:
            return str(value)


def _each(value: Value, say: Any) -> Value:
    if value is None:
        return None
    return tuple(say(item) for item in value) if isinstance(value, tuple) else say(value)


def _beside(one: Bilingual, other: Bilingual) -> Bilingual:
    return Bilingual(one.zh + other.zh, one.en + other.en)

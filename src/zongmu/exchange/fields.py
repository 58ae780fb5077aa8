"""Fields of the record classes by path, such as ``milestones[kind=contract_signed].amount``.

A path names fields as a file does. ``[]`` after a list means each row; ``[key=value]`` the rows of which that holds
(several conditions with commas); ``[value]`` an element of a list of codes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from zongmu.model.finding import Bilingual
from zongmu.model.immutable import immutable
from zongmu.model.record_types import BY_NAME, RecordType

_SEGMENT = re.compile(r"([a-z0-9_]+)(?:\[([^\]]*)\])?")
_CODE = re.compile(r"[a-z][a-z0-9_]*")

Models = tuple[type[BaseModel], ...]


@immutable
class Place:
    """A field of a record type. *codes* are the codes that the path names, each with its list."""

    record: str
    path: str
    title: Bilingual
    disclosure: str
    codelist: str | None = None
    codes: tuple[tuple[str, str], ...] = ()


class NoSuchField(LookupError):
    """A path that the record classes do not have."""


def walk(record: RecordType) -> Iterator[Place]:
    """Every field of a record type, in the order of its classes; what kinds of milestone share comes once per list."""
    seen: set[tuple[str, str | None]] = set()
    for path, info in _walk((record.model,), ""):
        place = _place(record.name, path, info, ())
        if (path, place.codelist) not in seen:
            seen.add((path, place.codelist))
            yield place


def find(where: str) -> Place:
    """The field at ``<record type>: <path>``. Raises :class:`NoSuchField`."""
    record, _, path = where.partition(": ")
    if record not in BY_NAME:
        raise NoSuchField(f"{where}: no record type {record}")
    models: Models = (BY_NAME[record].model,)
    codes: list[tuple[str, str]] = []
    info: FieldInfo | None = None
    for segment in path.split("."):
        match = _SEGMENT.fullmatch(segment)
        holders = [i for m in models if match and (i := _by_name(m).get(match[1]))]
        if match is None or not holders:
            raise NoSuchField(f"{where}: no field {segment}")
        info, condition = holders[0], match[2]
        rows = any(_is_list(i.annotation) for i in holders)
        if rows != (condition is not None):
            raise NoSuchField(f"{where}: {segment} is {'a list' if rows else 'no list'}")
        models = tuple(dict.fromkeys(m for i in holders for m in _models(i.annotation)))
        for term in filter(None, (condition or "").split(",")):
            models = _narrow(where, term, models, info, codes)
    assert info is not None
    return _place(record, path, info, tuple(codes))


def _narrow(where: str, term: str, models: Models, info: FieldInfo, codes: list[tuple[str, str]]) -> Models:
    """The classes that can meet one condition; the code it names goes to *codes*."""
    key, equals, value = term.partition("=")
    if not equals:
        name = _about(info).get("x-codelist")
        if models or name is None or not _CODE.fullmatch(key):
            raise NoSuchField(f"{where}: {term} is no code of a list")
        codes.append((name, key))
        return models
    kept = []
    for model in models:
        field = _by_name(model).get(key)
        if field is None:
            continue
        literal = _literals(field.annotation)
        if value in literal or (not literal and _CODE.fullmatch(value)):
            kept.append(model)
            name = _about(field).get("x-codelist")
            if name and (name, value) not in codes:
                codes.append((name, value))
    if not kept:
        raise NoSuchField(f"{where}: nothing with {term}")
    return tuple(kept)


def _walk(models: Models, at: str) -> Iterator[tuple[str, FieldInfo]]:
    for model in models:
        for name, info in _by_name(model).items():
            path = f"{at}.{name}" if at else name
            yield path, info
            inner = _models(info.annotation)
            if inner:
                yield from _walk(inner, f"{path}[]" if _is_list(info.annotation) else path)


def _place(record: str, path: str, info: FieldInfo, codes: tuple[tuple[str, str], ...]) -> Place:
    about = _about(info)
    title = about["x-title"]
    return Place(
        record, path, Bilingual(title["zh"], title["en"]), about["x-disclosure"], about.get("x-codelist"), codes
    )


def _about(info: FieldInfo) -> dict[str, Any]:
    extra = info.json_schema_extra
    assert isinstance(extra, dict)
    return extra


@cache
def _by_name(model: type[BaseModel]) -> dict[str, FieldInfo]:
    return {info.alias or name: info for name, info in model.model_fields.items()}


def _parts(annotation: Any) -> Sequence[Any]:
    """What an annotation is made of, wrappers taken off."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _parts(get_args(annotation)[0])
    if origin in (Union, UnionType, tuple):
        return [part for arg in get_args(annotation) if arg not in (type(None), Ellipsis) for part in _parts(arg)]
    return [annotation]


def _models(annotation: Any) -> Models:
    return tuple(p for p in _parts(annotation) if isinstance(p, type) and issubclass(p, BaseModel))


def _literals(annotation: Any) -> tuple[str, ...]:
    return tuple(v for p in _parts(annotation) if get_origin(p) is Literal for v in get_args(p))


def _is_list(annotation: Any) -> bool:
    origin = get_origin(annotation)
    if origin is Annotated:
        return _is_list(get_args(annotation)[0])
    return origin is tuple or (origin in (Union, UnionType) and any(_is_list(a) for a in get_args(annotation)))

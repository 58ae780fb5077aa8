"""What a page needs to know of a field: its title, its code list, what sort of value it holds. Read off the model once."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any, Literal, get_args

from pydantic import BaseModel

from zongmu.model.acts.milestones import Act
from zongmu.model.fields.titles import family_of
from zongmu.model.finding import Bilingual
from zongmu.model.immutable import immutable
from zongmu.model.records.project import Project
from zongmu.model.scalars import Duration, Money, Ratio

Sort = Literal["money", "duration", "date", "text", "model", "organization", "system", "project", "url"]

_ORGANIZATIONS = frozenset(
    {
        "owner", "demand", "builder", "user", "lead", "partners", "partner_towns", "operator", "implementing_body",
        "unit", "body", "applicant", "with", "to", "payee", "responsible", "venue", "supplier_org", "winner_org", "from",
        "authority",
    }
)  # fmt: skip
_SYSTEMS = frozenset({"builds", "extends", "maintains", "collected_by"})
_PROJECTS = frozenset({"original_project", "parent_project", "framework", "by"})


@immutable
class FieldInfo:
    """One field of a record class, by its name in the file; ``place`` is its place in the class."""

    name: str
    place: int
    title: Bilingual
    codelist: str | None
    sort: Sort
    model: type[BaseModel] | None


@cache
def fields_of(cls: type[BaseModel]) -> dict[str, FieldInfo]:
    """The fields of a record class by their names in the file, in the order of the class."""
    out: dict[str, FieldInfo] = {}
    for attribute, info in cls.model_fields.items():
        name = info.alias or attribute
        extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
        title: Any = extra.get("x-title") or {"zh": name, "en": name}
        codelist = extra.get("x-codelist")
        types = tuple(_types((info.annotation, *info.metadata)))
        model = next((t for t in types if isinstance(t, type) and issubclass(t, BaseModel)), None)
        out[name] = FieldInfo(
            name,
            len(out),
            Bilingual(str(title["zh"]), str(title["en"])),
            str(codelist) if codelist else None,
            "model" if model is not None else _sort(name, types),
            model,
        )
    return out


def class_of_row(row: str) -> type[BaseModel] | None:
    """The class of a row of a project by its path (``milestones/approved``); of what stands in no row, of the project itself."""
    section, _, key = row.partition("/")
    if section == "milestones":
        return family_of(key.partition("/")[0]) or Act
    if not row:
        return Project
    info = fields_of(Project).get(section)
    return info.model if info is not None else None


def _types(annotations: tuple[Any, ...]) -> list[Any]:
    out: list[Any] = []
    for annotation in annotations:
        out.append(annotation)
        out.extend(_types(get_args(annotation)))
    return out


def _sort(name: str, types: tuple[Any, ...]) -> Sort:
    if Money in types:
        return "money"
    if Duration in types:
        return "duration"
    if Ratio in types:
        return "text"
    if dt.date in types:
        return "date"
    if name in _ORGANIZATIONS:
        return "organization"
    if name in _SYSTEMS:
        return "system"
    if name in _PROJECTS:
        return "project"
    if name in ("url", "source"):
        return "url"
    return "text"

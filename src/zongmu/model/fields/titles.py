"""What a field path is called: ``milestones/contract_signed/2/amount`` is 签订合同（2）· 合同金额."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any, NamedTuple, get_args

from pydantic import BaseModel

from zongmu.model.acts.kinds import KINDS
from zongmu.model.acts.milestones import FAMILIES, Act
from zongmu.model.codes import CODE_LISTS
from zongmu.model.finding import Bilingual
from zongmu.model.record_types import BY_NAME, RECORD_TYPES, RecordType


class _Field(NamedTuple):
    title: Bilingual
    models: tuple[type[BaseModel], ...]  # the record classes it holds
    codelist: str | None


@cache
def _fields(cls: type[BaseModel]) -> dict[str, _Field]:
    """Fields of a class by their name in the file."""
    out = {}
    for name, info in cls.model_fields.items():
        extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
        title = extra.get("x-title")
        text = Bilingual(str(title["zh"]), str(title["en"])) if isinstance(title, dict) else Bilingual(name, name)
        codes = extra.get("x-codelist")
        out[info.alias or name] = _Field(text, tuple(models_in(info.annotation)), str(codes) if codes else None)
    return out


def models_in(annotation: Any) -> list[type[BaseModel]]:
    """The classes of rows that an annotation names."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [m for a in get_args(annotation) for m in models_in(a)]


@cache
def _kind_title(cls: type[BaseModel], kind: str) -> Bilingual | None:
    """What a kind of row is called, where the kinds of its class are the same everywhere (the steps of a district's plan)."""
    known = _fields(cls).get("kind")
    title = CODE_LISTS.get(known.codelist or "", {}).get(kind) if known is not None else None
    return Bilingual(*title) if title is not None else None


@cache
def _folder(name: str) -> RecordType | None:
    """The record type whose files stand in a folder of the registry."""
    return next((one for one in RECORD_TYPES if one.example.split("/")[1] in (name, f"{name}.yaml")), None)


@cache
def family_of(kind: str) -> type[Act] | None:
    """The class of a milestone kind."""
    for family in FAMILIES:
        if kind in get_args(family.model_fields["kind"].annotation):
            return family
    return None


def field_title(cls: type[BaseModel], name: str) -> Bilingual:
    """The title of one field of a record class; its name where it has none."""
    known = _fields(cls).get(name)
    return known.title if known else Bilingual(name, name)


def path_title(path: str, record_type: str = "project") -> Bilingual:
    """What a field path of a record type is called, in both languages."""
    return _named(path, record_type)[0]


def path_codelist(path: str, record_type: str = "project") -> str | None:
    """The code list of the field that a path ends in; None where it has none."""
    return _named(path, record_type)[1]


def is_field(path: str) -> bool:
    """Whether a path leads to a field: of a project, or of another record by its folder (``organizations/type``)."""
    parts = path.split("/")
    other = None if parts[0] in _fields(BY_NAME["project"].model) else _folder(parts.pop(0))
    cls: type[BaseModel] | None = BY_NAME["project"].model if other is None and "/".join(parts) == path else None
    cls = other.model if other is not None else cls
    for part in parts:
        known = _fields(cls).get(part) if cls is not None else None
        if known is None and part in KINDS:
            cls = family_of(part)
        elif known is None:
            return False
        elif part != "milestones":
            cls = known.models[0] if len(known.models) == 1 else None
    return bool(parts)


@lru_cache(maxsize=65536)
def _named(path: str, record_type: str) -> tuple[Bilingual, str | None]:
    cls: type[BaseModel] | None = BY_NAME[record_type].model if record_type in BY_NAME else None
    zh: list[str] = []
    en: list[str] = []
    known: _Field | None = None
    for part in path.split("/"):
        known = _fields(cls).get(part) if cls is not None else None
        if part == "milestones" and known is not None:
            continue
        kind = KINDS.get(part)
        step = _kind_title(cls, part) if cls is not None and known is None else None
        if step is not None:
            zh.append(step.zh)
            en.append(step.en)
        elif known is None and kind is not None:
            zh.append(kind.zh)
            en.append(kind.en)
            cls = family_of(part)
        elif known is not None:
            zh.append(known.title.zh)
            en.append(known.title.en)
            cls = known.models[0] if len(known.models) == 1 else cls if not known.models else None
        elif part.isdigit() and zh:
            zh[-1] += f"（{part}）"
            en[-1] += f" ({part})"
        elif not zh and (other := _folder(part)) is not None:
            zh.append(other.zh)  # a path into another record, which a rule across records names by its folder
            en.append(other.en)
            cls = other.model
        else:
            zh.append(part)
            en.append(part)
    if not zh:
        return Bilingual("里程碑", "Milestones"), None
    return Bilingual("·".join(zh), " · ".join(en)), known.codelist if known is not None else None

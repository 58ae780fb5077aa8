"""What a field path is called: ``milestones/contract_signed/2/amount`` is 签订合同（2）· 合同金额."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any, get_args

from pydantic import BaseModel

from zongmu.model.finding import Bilingual
from zongmu.model.kinds import KINDS
from zongmu.model.milestones import FAMILIES
from zongmu.model.records import BY_NAME


@cache
def _fields(cls: type[BaseModel]) -> dict[str, tuple[Bilingual, tuple[type[BaseModel], ...]]]:
    """Fields of a class by their name in the file: title, and the record classes they hold."""
    out = {}
    for name, info in cls.model_fields.items():
        extra = info.json_schema_extra
        title = extra.get("x-title") if isinstance(extra, dict) else None
        text = Bilingual(str(title["zh"]), str(title["en"])) if isinstance(title, dict) else Bilingual(name, name)
        out[info.alias or name] = (text, tuple(_models(info.annotation)))
    return out


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [m for a in get_args(annotation) for m in _models(a)]


@cache
def family_of(kind: str) -> type[BaseModel] | None:
    """The class of a milestone kind."""
    for family in FAMILIES:
        if kind in get_args(family.model_fields["kind"].annotation):
            return family
    return None


def field_title(cls: type[BaseModel], name: str) -> Bilingual:
    """The title of one field of a record class; its name where it has none."""
    known = _fields(cls).get(name)
    return known[0] if known else Bilingual(name, name)


@lru_cache(maxsize=65536)
def path_title(path: str, record_type: str = "project") -> Bilingual:
    """What a field path of a record type is called, in both languages."""
    cls: type[BaseModel] | None = BY_NAME[record_type].model if record_type in BY_NAME else None
    zh: list[str] = []
    en: list[str] = []
    for part in path.split("/"):
        known = _fields(cls).get(part) if cls is not None else None
        if part == "milestones" and known is not None:
            continue
        kind = KINDS.get(part)
        if known is None and kind is not None:
            zh.append(kind.zh)
            en.append(kind.en)
            cls = family_of(part)
        elif known is not None:
            zh.append(known[0].zh)
            en.append(known[0].en)
            cls = known[1][0] if len(known[1]) == 1 else cls if not known[1] else None
        elif part.isdigit() and zh:
            zh[-1] += f"（{part}）"
            en[-1] += f" ({part})"
        else:
            zh.append(part)
            en.append(part)
    if not zh:
        return Bilingual("里程碑", "Milestones")
    return Bilingual("·".join(zh), " · ".join(en))

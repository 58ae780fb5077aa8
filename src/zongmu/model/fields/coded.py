"""Where a record holds codes, and of which list: found once per class, then read off every record fast."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel

from zongmu.model.acts.milestones import Act, key_of

Plan = tuple[tuple[str, str, str | None, bool], ...]
"""Per field of a class: attribute, name in the file, code list or None, and whether it holds further records."""


@cache
def _plan(cls: type[BaseModel]) -> Plan:
    out = []
    for name, info in cls.model_fields.items():
        extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
        codelist = extra.get("x-codelist")
        nested = _holds_models(info.annotation)
        if codelist or nested:
            out.append((name, info.alias or name, str(codelist) if codelist else None, nested))
    return tuple(out)


def _holds_models(annotation: Any) -> bool:
    if isinstance(annotation, type):
        return issubclass(annotation, BaseModel)
    return any(map(_holds_models, get_args(annotation)))


def codes_in(record: BaseModel) -> list[tuple[str, str]]:
    """Every code in a record without its place: ``(code list, code)``. Cheaper than :func:`coded_values`."""
    out: list[tuple[str, str]] = []
    waiting = [record]
    while waiting:
        one = waiting.pop()
        values = one.__dict__
        for name, _, codelist, nested in _plan(type(one)):
            value = values[name]
            if not value:
                continue
            if codelist is not None:
                if isinstance(value, str):
                    out.append((codelist, value))
                elif isinstance(value, tuple):
                    out.extend([(codelist, code) for code in value])
            if nested:
                if isinstance(value, BaseModel):
                    waiting.append(value)
                elif isinstance(value, tuple):
                    waiting.extend([row for row in value if isinstance(row, BaseModel)])
    return out


def coded_values(record: BaseModel, at: str = "") -> Iterator[tuple[str, str, str]]:
    """Every code in a record: ``(path, code list, code)``. Rows are named by their identity, items of a list by their place."""
    for name, alias, codelist, nested in _plan(type(record)):
        value = getattr(record, name)
        if value is None or value == ():
            continue
        path = f"{at}/{alias}" if at else alias
        if codelist is not None:
            if isinstance(value, str):
                yield path, codelist, value
            elif isinstance(value, tuple):
                for n, code in enumerate(value):
                    yield f"{path}/{n}", codelist, code
        if nested:
            if isinstance(value, BaseModel):
                yield from coded_values(value, path)
            elif isinstance(value, tuple):
                for n, row in enumerate(value):
                    if isinstance(row, BaseModel):
                        yield from coded_values(row, f"{path}/{_row(row, n)}")


def _row(row: BaseModel, index: int) -> str:
    if isinstance(row, Act):
        return key_of(row)
    for name in ("kind", "id", "seq", "item", "resource", "unit"):
        value = getattr(row, name, None)
        if value is not None:
            seq = getattr(row, "seq", None) if name == "kind" else None
            return f"{value}/{seq}" if seq else str(value)
    return str(index)

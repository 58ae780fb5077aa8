"""Canaries: a text of its own in every field that is not public, found off the model's disclosure classes; and where they may hide.

A field that the model gains tomorrow has its canary by itself.
"""

from __future__ import annotations

import base64
import gzip
import io
import sqlite3
import zipfile
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args, get_origin
from urllib.parse import quote

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

WORD = "zqcanary"
CHINESE = "金丝雀"

_FITTING: tuple[Any, ...] = (
    "2026-03-01", "1万元", "shili/ju", "shili-2026-0001", "approved", "other", "24个月", "10%", "https://example.org/x",
    "150600", "2026-05", "0001", 1, 2026, True, "示例",
)  # fmt: skip


class Canaries:
    """Gives out canaries, each with the field it sits in."""

    def __init__(self) -> None:
        self.placed: dict[str, str] = {}

    def of(self, place: str) -> str:
        """A canary for a field."""
        text = f"{WORD}{len(self.placed):04d}x{CHINESE}"
        self.placed[text] = place
        return text

    def inside(self, cls: type[BaseModel], at: str, secret: bool = False) -> dict[str, Any]:
        """What a record of *cls* needs, and a canary in every text that is not public."""
        out: dict[str, Any] = {}
        for attribute, info in cls.model_fields.items():
            name = info.alias or attribute
            hidden = secret or _letter(info) != "P"
            models = _models(info.annotation)
            holds = hidden or any(_has_hidden(m) for m in models)
            if not info.is_required() and not holds:
                continue
            value = self._value(info, f"{at}/{name}", hidden, models)
            if value is not None:
                out[name] = value
        return out

    def _value(self, info: FieldInfo, at: str, hidden: bool, models: list[type[BaseModel]]) -> Any:
        if models:
            rows = [self.inside(model, at, hidden) for model in models]
            return rows if get_origin(info.annotation) is tuple else rows[0]
        adapter = TypeAdapter(_annotated(info))
        if hidden and _fits(adapter, text := self.of(at)):
            return text
        if hidden and _fits(adapter, (text,)):
            return [text]
        self.placed.pop(text, None) if hidden else None
        for literal in _literals(info.annotation):
            return literal
        return next((v for v in _FITTING if _fits(adapter, v)), None)


def _annotated(info: FieldInfo) -> Any:
    from typing import Annotated

    return Annotated[(info.annotation, *info.metadata)] if info.metadata else info.annotation


def _fits(adapter: TypeAdapter[Any], value: Any) -> bool:
    try:
        adapter.validate_python(value)
    except ValidationError:
        return False
    return True


def _letter(info: FieldInfo) -> str:
    extra = info.json_schema_extra
    return str(extra["x-disclosure"]) if isinstance(extra, dict) else "I"


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [m for inner in get_args(annotation) for m in _models(inner)]


@cache
def _has_hidden(cls: type[BaseModel]) -> bool:
    return any(
        _letter(i) != "P" or any(_has_hidden(m) for m in _models(i.annotation)) for i in cls.model_fields.values()
    )


def _literals(annotation: Any) -> tuple[Any, ...]:
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    return tuple(v for inner in get_args(annotation) for v in _literals(inner))


# ── where they may hide ──


def found_in(tree: Path, words: tuple[str, ...] = (WORD, CHINESE)) -> list[str]:
    """Files of a tree that hold one of the words in any guise: as it is, as UTF-16, in base 64, percent-encoded, packed."""
    guises = _guises(words)
    out = []
    for file in sorted(p for p in tree.rglob("*") if p.is_file()):
        path = file.relative_to(tree).as_posix()
        if any(w.encode().lower() in path.encode().lower() for w in words):
            out.append(path)
        for name, data in _unpacked(path, file.read_bytes()):
            low = data.lower()
            out += [name for guise in guises if guise.lower() in low or guise in data]
    return sorted(set(out))


def _guises(words: tuple[str, ...]) -> tuple[bytes, ...]:
    out: set[bytes] = set()
    for word in words:
        for data in (word.encode(), word.encode("utf-16-le"), word.encode("utf-16-be")):
            out.add(data)
            for shift in range(3):  # base 64 of a word depends on where in a group of three it begins
                text = base64.b64encode(b"\0" * shift + data).decode().rstrip("=")
                out.add(text[(4 if shift else 0) : len(text) - 2].encode())
                out.add(text[(4 if shift else 0) : len(text) - 2].replace("+", "-").replace("/", "_").encode())
        out |= {quote(word).encode(), word.encode("unicode_escape"), word.encode("ascii", "xmlcharrefreplace")}
    return tuple(g for g in out if len(g) >= 6)


def _unpacked(path: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """A file and everything inside it."""
    yield path, data
    if data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            for name in package.namelist():
                yield from _unpacked(f"{path}!{name}", package.read(name))
    elif data[:2] == b"\x1f\x8b":
        yield from _unpacked(f"{path}!gz", gzip.decompress(data))
    elif data[:16] == b"SQLite format 3\0":
        base = sqlite3.connect(":memory:")
        base.deserialize(data)
        yield f"{path}!sql", "\n".join(base.iterdump()).encode()
    elif data[:4] == b"PAR1":
        import pyarrow.parquet as pq

        table = pq.read_table(io.BytesIO(data))
        yield f"{path}!rows", repr((table.to_pylist(), table.schema.metadata, table.schema.names)).encode()


def without_refused(data: dict[str, Any], model: type[BaseModel]) -> Mapping[str, Any]:
    """*data* without the values that the model refuses, one after the other."""
    for _ in range(200):
        try:
            model.model_validate(data)
        except ValidationError as refused:
            _drop(data, refused.errors()[0]["loc"])
        else:
            return data
    raise AssertionError("no valid record comes of it")


def _drop(data: Any, place: tuple[Any, ...]) -> None:
    parents = []
    node = data
    for part in place:
        if (isinstance(node, dict) and part in node) or (
            isinstance(node, list) and isinstance(part, int) and part < len(node)
        ):
            parents.append((node, part))
            node = node[part]
    holder, key = parents[-1]
    del holder[key]

"""Where findings of rules across records stand: found in files that are read for that, or remembered by content."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Final

from pydantic_core import from_json

from zongmu.model.finding import Finding, Position
from zongmu.store.cache import Cache
from zongmu.store.prints import engine_print
from zongmu.store.registry import LoadedRecord, Registry

KIND: Final = "places"


def placed(finding: Finding, loaded: LoadedRecord) -> Finding:
    """The finding with its position in the file."""
    if finding.position is not None:
        return finding
    return replace(finding, position=loaded.position(finding.field_path))


class Places:
    """Places by path, content and field. Those that the last run did not ask for are forgotten."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        held = cache.get(KIND, engine_print())
        self._held: dict[str, dict[str, list[int | None] | None]] = {}
        if held is not None:
            with suppress(ValueError):
                self._held = from_json(bytes(held))
        self._used: dict[str, dict[str, list[int | None] | None]] = {}
        self._new = False

    def of(self, path: str, blob: str, fields: Iterable[str]) -> dict[str, Position | None] | None:
        """The places of *fields* in the content *blob* at *path*; None where one of them is not known."""
        held = self._held.get(f"{blob} {path}")
        if held is None or any(field not in held for field in fields):
            return None
        self._used[f"{blob} {path}"] = held
        return {field: None if (row := held[field]) is None else Position(*row) for field in fields}  # type: ignore[arg-type]

    def put(self, path: str, blob: str, places: Iterable[tuple[str, Position | None]]) -> None:
        """Keep *places* of fields."""
        key = f"{blob} {path}"
        rows = self._used.setdefault(key, self._held.setdefault(key, {}))
        for field, place in places:
            rows[field] = None if place is None else [place.line, place.column, place.end_line, place.end_column]
        self._new = True

    def save(self) -> None:
        """Write what is new."""
        if self._new:
            self._cache.put(KIND, engine_print(), json.dumps(self._used, separators=(",", ":")).encode())
            self._new = False


def all_placed(registry: Registry, findings: Iterable[Finding], places: Places | None = None) -> Iterator[Finding]:
    """The findings with their places in files that are read for that, one at a time."""
    by_path: dict[str, list[Finding]] = {}
    for finding in findings:
        by_path.setdefault(finding.path, []).append(finding)
    for path, about in by_path.items():
        located = registry.survey.located.get(path)
        blob = located.blob if located is not None else None
        if places is None or blob is None:
            yield from _read(registry, path, about)
            continue
        # A finding of no field stands at the beginning of its file.
        known = places.of(path, blob, {finding.field_path or "" for finding in about})
        if known is not None:
            for finding in about:
                place = known[finding.field_path or ""]
                yield finding if finding.position is not None else replace(finding, position=place)
            continue
        found = list(_read(registry, path, about))
        yield from found
        # One that came with a place of its own says nothing about its field.
        places.put(
            path,
            blob,
            [
                (f.field_path or "", f.position)
                for f, before in zip(found, about, strict=True)
                if before.position is None
            ],
        )


def _read(registry: Registry, path: str, about: Iterable[Finding]) -> Iterator[Finding]:
    loaded = registry.file(path)
    yield from about if loaded is None else (placed(finding, loaded) for finding in about)

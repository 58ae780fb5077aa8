"""Where findings of rules across records stand: found in files that are read for that, or remembered by content.

Whoever lists all findings needs all their places; whoever counts most of them is *sparing*, and looks up later where those
stand that it lists after all.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cached_property
from typing import Final

from pydantic_core import from_json

from zongmu.model.finding import Finding, Outcome, Position, Severity
from zongmu.store.kept.cache import Cache
from zongmu.store.kept.prints import engine_print
from zongmu.store.registry import LoadedRecord, Registry
from zongmu.store.workers import map_all

KIND: Final = "places"


def always_listed(finding: Finding) -> bool:
    """Whether a report shows *finding* by itself, however many there are: it may stand in the way, or nothing was decided."""
    return finding.severity is Severity.BLOCKING or finding.outcome is Outcome.ERROR


def placed(finding: Finding, loaded: LoadedRecord) -> Finding:
    """The finding with its position in the file."""
    return finding if finding.position is not None else finding.standing(loaded.position(finding.field_path))


class Places:
    """Places by path, content and field. Those that the last run did not ask for are forgotten."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._used: dict[str, dict[str, list[int | None] | None]] = {}
        self._new = False

    @cached_property
    def _held(self) -> dict[str, dict[str, list[int | None] | None]]:
        held = self._cache.get(KIND, engine_print())
        if held is not None:
            with suppress(ValueError):
                known: dict[str, dict[str, list[int | None] | None]] = from_json(bytes(held))
                return known
        return {}

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


def all_placed(
    registry: Registry,
    findings: Iterable[Finding],
    places: Places | None = None,
    workers: int | None = None,
    *,
    sparing: bool = False,
) -> Iterator[Finding]:
    """The findings with their places in files that are read for that, by as many *workers* as pay; *sparing*: those
    that are always listed."""
    by_path: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.position is not None or (sparing and not always_listed(finding)):
            yield finding
        else:
            by_path.setdefault(finding.path, []).append(finding)
    unknown: list[tuple[str, list[Finding]]] = []
    for path, about in by_path.items():
        blob = _blob(registry, path)
        # A finding of no field stands at the beginning of its file.
        fields = {finding.field_path or "" for finding in about}
        known = places.of(path, blob, fields) if places is not None and blob is not None else None
        if known is None:
            unknown.append((path, about))
        else:
            yield from (finding.standing(known[finding.field_path or ""]) for finding in about)

    def read(one: tuple[str, list[Finding]]) -> list[Position | None]:
        loaded = registry.file(one[0])
        return [None if loaded is None else loaded.position(finding.field_path) for finding in one[1]]

    found = map_all(read, unknown, workers=workers)
    for (path, about), positions in zip(unknown, found, strict=True):
        yield from map(Finding.standing, about, positions)
        blob = _blob(registry, path)
        if places is not None and blob is not None:
            places.put(path, blob, zip([finding.field_path or "" for finding in about], positions, strict=True))


def _blob(registry: Registry, path: str) -> str | None:
    located = registry.survey.located.get(path)
    return located.blob if located is not None else None

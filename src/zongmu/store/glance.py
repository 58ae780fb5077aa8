"""A registry at a glance: what every record is judged by is read, of the rest only what is asked for by its path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Final

from zongmu.model.records.instance import Instance
from zongmu.store.calendars import calendar_in
from zongmu.store.registry import LoadedRecord, Registry, load_record, same
from zongmu.store.survey import INSTANCE_PATH, Located, Survey, located_at, survey
from zongmu.store.trees import Tree

SETTINGS: Final = (INSTANCE_PATH, "registry/calendars")
"""Where that stands by which every record is judged."""


class _Located(Mapping[str, Located]):
    """Every record of a tree by path. One is found without a list of all."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._found: dict[str, Located | None] = {}

    @cached_property
    def _all(self) -> Mapping[str, Located]:
        return survey(self._tree).located

    def __getitem__(self, path: str) -> Located:
        if path not in self._found:
            there = next((entry for entry in self._tree.entries(path) if entry.path == path), None)
            self._found[path] = None if there is None else located_at(there)
        found = self._found[path]
        if found is None:
            raise KeyError(path)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)


def glance(tree: Tree, known: Registry | None = None) -> Registry:
    """The registry in *tree*, with only the instance and the calendars loaded, and no list of what there is.

    Records that stand in *known* with the same content are taken from there.
    Nothing is said of files as files, nor of the ids that are taken: ``strays`` and ``survey.known`` are empty.
    """
    located = _Located(tree)
    records: dict[str, LoadedRecord] = {}
    for entry in (entry for place in SETTINGS for entry in tree.entries(place)):
        found = located_at(entry)
        if found is not None:
            held = same(known, found) if known is not None else None
            if held is None:
                held = load_record(tree, found)
                held.forget()
            records[entry.path] = held
    instance = records[INSTANCE_PATH].model if INSTANCE_PATH in records else None
    return Registry(
        tree,
        Survey(located, {}, ()),
        records,
        (),
        instance if isinstance(instance, Instance) else None,
        calendar_in(record for record in records.values() if record.type.name == "calendar"),
    )

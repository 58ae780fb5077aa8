"""The YAML files of the law as they were read before, and that nothing was wrong between its parts.

Reading them, and holding the rules against the sentences, takes longer than judging one record; both come to the same as long as
no file of the law, nor this program, is another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from pydantic_core import from_json, to_json

from zongmu.store.cache import Cache
from zongmu.store.prints import engine_print, folder_print, print_of

KIND: Final = "law"


class LawFiles:
    """The files of the law in *folder*. ``sound``: whether the law was loaded before and nothing was wrong with it."""

    def __init__(self, folder: Path, cache: Cache) -> None:
        self.print = folder_print(folder, cache)
        self.sound = False
        self._cache = cache
        self._name = print_of((engine_print(cache).encode(), self.print.encode(), str(folder).encode()))
        self._held: dict[str, Any] = {}
        held = cache.get(KIND, self._name)
        if held is not None:
            try:
                self._held = from_json(bytes(held))
                self.sound = True
            except ValueError:
                self._held = {}

    def read(self, name: str, read: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
        """The content of the file *name*, from *read* where it was not read before."""
        if name not in self._held:
            self._held[name] = read()
        values: Mapping[str, Any] = self._held[name]
        return values

    def keep(self) -> None:
        """Keep what was read of a law that is sound."""
        if not self.sound:
            with suppress(ValueError):
                data = to_json(self._held)
                if from_json(data) == self._held:
                    self._cache.put(KIND, self._name, data)

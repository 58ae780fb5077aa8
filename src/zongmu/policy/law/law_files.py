"""The texts of the law as they were read before, and that nothing was wrong between its parts.

Reading them, and holding the rules against the sentences, takes longer than judging one record; both come to the same as long as
no file of the law, nor this program, is another.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from pickle import PicklingError
from typing import Any, Final, TypeVar

from zongmu.store.kept.cache import Cache
from zongmu.store.kept.packing import Unreadable, pack, unpack
from zongmu.store.kept.prints import engine_print, folder_print, print_of

T = TypeVar("T")

KIND: Final = "law"


class LawFiles:
    """What was made of the law in *folder*. ``sound``: whether it was loaded before and nothing was wrong with it."""

    def __init__(self, folder: Path, cache: Cache) -> None:
        self.print = folder_print(folder, cache)
        self.sound = False
        self._cache = cache
        self._name = print_of((engine_print(cache).encode(), self.print.encode(), str(folder).encode()))
        self._held: dict[str, Any] = {}
        held = cache.get(KIND, self._name)
        if held is not None:
            with suppress(Unreadable):
                self._held = unpack(held)
                self.sound = True

    def made(self, name: str, make: Callable[[], T]) -> T:
        """What *make* makes of the folder *name*; asked only where it was not made before."""
        if name not in self._held:
            self._held[name] = make()
        value: T = self._held[name]
        return value

    def keep(self) -> None:
        """Keep what was made of a law that is sound."""
        if not self.sound:
            with suppress(PicklingError, TypeError):
                self._cache.put(KIND, self._name, pack(self._held))

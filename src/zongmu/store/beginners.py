"""Which account began which branch of a bare server: kept beside the branches, since Git itself does not say.

A note of the server, never of the registry: nothing that is pushed gets there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from zongmu.store.atomic import alone, write_atomic

_NAME: Final = "zongmu-branches.json"
_MOST: Final = 4 * 1024 * 1024


class Beginners:
    """The notes of the repository in *folder*."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._began = self._read()

    def of(self, branch: str) -> str | None:
        """The account that began *branch*, by its full name; None where nothing was noted."""
        return self._began.get(branch)

    def note(self, begun: Mapping[str, str], standing: Mapping[str, str]) -> None:
        """Note who begins which branch, and forget those that are not *standing*. Raises :class:`WriteError`."""
        if not begun:
            return
        with alone(self._folder):
            kept = {name: account for name, account in self._read().items() if name in standing}
            self._began = kept | dict(begun)
            text = json.dumps(self._began, ensure_ascii=False, indent=1, sort_keys=True)
            write_atomic(self._folder / _NAME, text.encode() + b"\n")

    def _read(self) -> dict[str, str]:
        try:
            with (self._folder / _NAME).open("rb") as file:
                data = json.loads(file.read(_MOST))
        except (OSError, ValueError):
            return {}  # nothing noted: only those who merge may then rewrite what is there
        if not isinstance(data, dict):
            return {}
        return {k: v for k, v in data.items() if isinstance(k, str) and isinstance(v, str)}

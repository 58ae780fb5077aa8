"""Which account began which branch of a bare server: kept beside the branches, since Git itself does not say.

A note of the server, never of the registry: nothing that is pushed gets there. It is taken before the branch stands, so two
accounts that begin one name at the same moment are both noted, each with its commit; what stands afterwards tells whose it is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from zongmu.store.atomic import alone, write_atomic

_NAME: Final = "zongmu-branches.json"
_MOST: Final = 4 * 1024 * 1024
_PENDING: Final = 1000
"""Notes of branches that do not stand, up to which they are kept."""

Claims = dict[str, str]
"""Who claims to have begun a branch, and at which commit."""


class Beginners:
    """The notes of the repository in *folder*."""

    def __init__(self, folder: Path, standing: Mapping[str, str]) -> None:
        """*standing*: the branches that are there, by their full names, and their commits."""
        self._folder = folder
        self._standing = standing
        self._claims = self._read()
        if any(len(claims) > 1 and name in standing for name, claims in self._claims.items()):
            self.note({})

    def began(self, account: str, branch: str) -> bool:
        """Whether *account* began *branch*, given by its full name; no where nothing was noted."""
        return account in self._claims.get(branch, {})

    def note(self, begun: Mapping[str, Claims]) -> None:
        """Note who begins which branch, and settle what was noted before. Raises :class:`WriteError`."""
        with alone(self._folder):
            kept = {name: self._settled(name, claims) for name, claims in self._read().items()}
            # What does not stand may be about to: another push is being judged at this moment.
            gone = [name for name in kept if name not in self._standing]
            for name in gone if len(gone) > _PENDING else ():
                del kept[name]
            self._claims = {name: kept.get(name, {}) | begun.get(name, {}) for name in kept.keys() | begun.keys()}
            text = json.dumps(self._claims, ensure_ascii=False, indent=1, sort_keys=True)
            write_atomic(self._folder / _NAME, text.encode() + b"\n")

    def _settled(self, name: str, claims: Claims) -> Claims:
        """Of several claims, those at the commit that came to stand."""
        won = {account: commit for account, commit in claims.items() if commit == self._standing.get(name)}
        return won if len(claims) > 1 and won else claims

    def _read(self) -> dict[str, Claims]:
        try:
            with (self._folder / _NAME).open("rb") as file:
                data = json.loads(file.read(_MOST))
        except (OSError, ValueError):
            return {}  # nothing noted: only those who merge may then rewrite what is there
        rows = data.items() if isinstance(data, dict) else ()
        return {
            name: {account: str(commit) for account, commit in claims.items()}
            for name, claims in rows
            if isinstance(claims, dict)
        }

"""Two trees compared by reading them: the work follows what differs, and ends where somebody made it endless.

A few hundred bytes of folders within folders name billions of files. Git lists them all, keeps the list, and only then
says something; here the walk stops.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from zongmu.model.immutable import immutable
from zongmu.store.git.text import path_text

MOST: Final = 500_000
"""Entries that one comparison looks at."""
DEEPEST: Final = 64
"""Folders within folders."""
FOLDER: Final = b"40000"
"""The mode of a folder, as a tree spells it."""
_MEMO: Final = 200_000
"""Entries of folders that are kept for the next comparison."""


@immutable
class RawChange:
    """One line of a raw difference: a path of the repository, its mode and blob on either side.

    ``None`` where the path is not there. ``new_blob`` is also None where Git did not look at the content of a file of
    the working tree.
    """

    path: str
    old_mode: str | None
    old_blob: str | None
    new_mode: str | None
    new_blob: str | None


class TreeEntry(NamedTuple):
    """One line of a tree; ``id`` is binary."""

    mode: bytes
    name: bytes
    id: bytes


class Trees:
    """The trees of a repository by id, as *read* hands them out."""

    def __init__(self, read: Callable[[str], bytes], refuse: Callable[[str], Exception]) -> None:
        """*refuse* makes the error for a tree that is none, or that leads too far, of what to say about it."""
        self._read = read
        self._refuse = refuse
        self._known: dict[bytes, list[TreeEntry]] = {}
        self._held = 0
        self._seen = 0

    def entries(self, tree: bytes) -> list[TreeEntry]:
        """The lines of a tree, which holds nothing but lines, each of its own name and in Git's order.

        Nothing may hide between them, nor be one thing to us and another to Git. A server need not have asked for that.
        """
        found = self._known.get(tree)
        if found is None:
            raw = self._read(tree.hex())
            found = [TreeEntry(*line) for line in _LINES[len(tree)].findall(raw)]
            whole = sum(len(line.mode) + len(line.name) + len(line.id) + 2 for line in found)
            ordered = [line.name + b"/" if line.mode == FOLDER else line.name for line in found]
            alone = len({line.name for line in found}) == len(found)
            if whole != len(raw) or not alone or ordered != sorted(ordered):
                raise self._refuse(f"tree {tree.hex()}")
            self._held += len(found)
            if self._held > _MEMO:
                self._known.clear()
                self._held = len(found)
            self._known[tree] = found
        return found

    def differences(self, old: str | None, new: str) -> list[RawChange]:
        """Every file that differs between two trees (None: the empty one), by path; a renamed file is both its paths."""
        self._seen = 0
        out: list[RawChange] = []
        self._differences(bytes.fromhex(old) if old else None, bytes.fromhex(new), b"", out)
        return out

    def _differences(self, old: bytes | None, new: bytes | None, at: bytes, out: list[RawChange]) -> None:
        if old == new:
            return
        if at.count(b"/") > DEEPEST:
            raise self._refuse(f"tree {(new or old or b'').hex()}: depth > {DEEPEST}")
        before, after = (self.entries(tree) if tree is not None else [] for tree in (old, new))
        pairs: dict[bytes, list[TreeEntry | None]] = {}
        ours = set(after)
        for entry in before:
            if entry not in ours:
                pairs[entry.name] = [entry, None]
        theirs = set(before)
        for entry in after:
            if entry not in theirs:
                pairs.setdefault(entry.name, [None, None])[1] = entry
        self._seen += len(pairs)
        if self._seen > MOST:
            raise self._refuse(f"files and folders > {MOST}")
        for name, (one, other) in sorted(pairs.items()):
            trees = [e.id if e is not None and e.mode == FOLDER else None for e in (one, other)]
            if trees != [None, None]:
                self._differences(trees[0], trees[1], at + name + b"/", out)
            files = [e if e is not None and e.mode != FOLDER else None for e in (one, other)]
            if files != [None, None]:
                out.append(_row(path_text(at + name), *files))


def _row(path: str, was: TreeEntry | None, now: TreeEntry | None) -> RawChange:
    return RawChange(
        path,
        was.mode.decode() if was else None,
        was.id.hex() if was else None,
        now.mode.decode() if now else None,
        now.id.hex() if now else None,
    )


_LINES: Final = {width: re.compile(rb"([0-7]{5,6}) ([^\0/]+)\0(.{%d})" % width, re.DOTALL) for width in (20, 32)}

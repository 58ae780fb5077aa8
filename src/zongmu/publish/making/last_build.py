"""What the last build left, file by file: what each was made from, so that what stays the same is linked and not made again.

The keys stand in ``.cache``, with size and time of each file, so that a file that somebody changed is made anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from zongmu.publish.making.remembered import Remembered
from zongmu.publish.making.tree import FreshTree, Put

Seen = tuple[str, int, int, str]
"""Key, size, time of change and SHA-256 of a file as the last build left it; of pages and feeds no SHA-256."""


class LastBuild:
    """The files of the last build at *out* that can stay in *tree*. *kept*: the folder of what is remembered between builds."""

    def __init__(self, kept: Path, out: Path, tree: FreshTree) -> None:
        self._tree = tree
        self._memory = Remembered(kept, "files", out)
        known = self._memory.read()
        self._seen: Mapping[str, Seen] = known if isinstance(known, dict) else {}

    def keep(self, key: str, paths: Sequence[str]) -> tuple[Put, ...] | None:
        """The files of the last build, if all of them are there as it left them and were made from the same."""
        for path in paths:
            seen, now = self._seen.get(path), self._tree.old(path)
            if seen is None or now is None or seen[0] != key or [now.st_size, now.st_mtime_ns] != [*seen[1:3]]:
                return None
        try:
            return tuple([self._tree.keep(path) for path in paths])
        except OSError:
            return None

    def digest(self, path: str) -> str:
        """The SHA-256 of a file that was kept."""
        return self._seen[path][3]

    def remember(self, files: Iterable[tuple[str, str, str]]) -> None:
        """Keep path, key and SHA-256 of *files* for the next build. To be called before the tree is swapped in: links keep
        size and time."""
        seen: dict[str, Seen] = {}
        for path, key, digest in files:
            stat = self._tree.new(path)
            seen[path] = (key, stat.st_size, stat.st_mtime_ns, digest)
        self._memory.write(seen)

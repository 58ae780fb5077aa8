"""Putting a folder of a commit on the disk, where a program has to find files: the law of the target branch, for the gate."""

from __future__ import annotations

from pathlib import Path

from zongmu.store.git.codes import OBJECT_MISSING, GitProblem
from zongmu.store.git.text import shown
from zongmu.store.trees import EXECUTABLE, READ_LIMIT, REGULAR, Tree


def copy_out(tree: Tree, folder: str, target: Path) -> int:
    """Write the ordinary files below *folder* of *tree* into *target*, at their paths. Returns how many.

    Links, submodules and names that lead elsewhere are left out. Raises :class:`GitProblem` where a file cannot be read
    whole.
    """
    count = 0
    for entry in tree.entries(folder):
        parts = entry.path.split("/")
        if entry.mode not in (REGULAR, EXECUTABLE) or any(p in ("", ".", "..") for p in parts) or "\0" in entry.path:
            continue
        try:
            data = tree.read(entry.path)
        except OSError:
            raise GitProblem(OBJECT_MISSING, object=shown(entry.path), command="git fetch --refetch origin") from None
        if len(data) >= READ_LIMIT:
            raise GitProblem(OBJECT_MISSING, object=shown(entry.path), command="git log -- checks")
        place = target / entry.path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
        count += 1
    return count

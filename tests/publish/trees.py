"""Two built trees beside each other."""

from __future__ import annotations

import filecmp
from pathlib import Path


def same_tree(one: Path, other: Path) -> list[str]:
    """Paths that differ between two trees, or stand in one of them only; in order."""
    mine, theirs = ({p.relative_to(base).as_posix() for p in base.rglob("*") if p.is_file()} for base in (one, other))
    differing = {p for p in mine & theirs if not filecmp.cmp(one / p, other / p, shallow=False)}
    return sorted(differing | (mine ^ theirs))

"""What a merge did that none of the commits it merged did: changes of its own, and changes it dropped.

A merge that takes each file as one side left it needs no look inside. Only where a file came out different from what
its branch held, or changed although the branch left it alone, are the values of the merge, of both parents and of their
merge base compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from zongmu.history.changes import FieldChange, plain_change
from zongmu.history.leaves import WHOLE_FILE, Flat, Leaf, same_value
from zongmu.history.raw import History, Landing, blobs_at
from zongmu.history.sections import Doc, Reader
from zongmu.model.immutable import immutable
from zongmu.model.record_types import RecordType
from zongmu.store.git.asking import Git

_WHOLE_FILE: Final = Leaf(None, WHOLE_FILE, "")


@immutable
class Side:
    """What one merged parent had for a file: its blob there, and the blob at the merge base; None where absent."""

    tip: str | None
    base: str | None


@immutable
class Doubt:
    """A file that a merge may have changed by itself: the blob that came out, and what each merged parent had."""

    result: str | None
    sides: tuple[Side, ...]


Doubts = dict[tuple[str, str], Doubt]
"""By ``(commit, path)``."""


def doubts(git: Git, history: History, wanted: Callable[[str], bool]) -> Doubts:
    """``(commit, path)`` → what to compare, for the *wanted* paths that a merge did not simply take over."""
    asked = [(landing, path) for landing in history if landing.commit.merge for path in sorted(_open(landing, wanted))]
    bases: dict[tuple[str, str], str | None] = {}
    places: list[tuple[str, str]] = []
    for landing, path in asked:
        first, *others = landing.commit.parents
        places.append((landing.commit.id, path))
        for other in others:
            if (first, other) not in bases:
                bases[first, other] = next(iter(git.merge_bases(first, other)), None)
            base = bases[first, other]
            # With no history in common there is nothing that either side began from.
            places.extend([(other, path), (base, path) if base else ("0" * len(other), path)])
    found = iter(blobs_at(git, places))
    out: Doubts = {}
    for landing, path in asked:
        result = next(found)
        sides = tuple(Side(next(found), next(found)) for _ in landing.commit.parents[1:])
        changed = any(change.path == path for change in landing.commit.changes)
        # A side that the merge took as it was, or that changed nothing in the end, leaves no doubt.
        if changed or any(side.tip not in (result, side.base) for side in sides):
            out[landing.commit.id, path] = Doubt(result, sides)
    return out


def _open(landing: Landing, wanted: Callable[[str], bool]) -> Iterator[str]:
    """The paths of a merge that are not plainly what its branch made of them."""
    first_old: dict[str, str | None] = {}
    last_new: dict[str, str | None] = {}
    for commit in landing.side:
        if not commit.merge:
            for change in commit.changes:
                first_old.setdefault(change.path, change.old_blob)
                last_new[change.path] = change.new_blob
    brought = {change.path: change for change in landing.commit.changes}
    for path in filter(wanted, first_old.keys() | brought.keys()):
        taken = (
            path in brought
            and path in last_new
            and first_old[path] == brought[path].old_blob
            and last_new[path] == brought[path].new_blob
        )
        if not taken:
            yield path


def judged(
    pieces: Reader,
    kind: RecordType,
    path: str,
    before: Doc | None,
    result: Doc | None,
    doubt: Doubt,
    at: Callable[[str], Doc],
) -> tuple[set[str], tuple[FieldChange, ...]]:
    """What the merge that led from *before* to *result* changed by itself, and what of the merged sides it dropped.

    *at* reads a blob of this file.
    """
    sides = []
    for side in doubt.sides:
        tip, base = (at(blob) if blob else None for blob in (side.tip, side.base))
        if any(doc is not None and doc.trouble is not None for doc in (tip, base)):
            # Values of a side that cannot be read cannot be compared; that it was not taken can be said.
            return set(), (plain_change("", _WHOLE_FILE, side.tip, doubt.result),)
        sides.append((pieces.leaves(kind, path, tip), pieces.leaves(kind, path, base)))
    out = pieces.leaves(kind, path, result)
    own = _own_changes(pieces.leaves(kind, path, before), out, sides)
    dropped = []
    for place, of_tip in sorted(_dropped_changes(out, sides).items()):
        leaf = of_tip.get(place) or out.get(place) or next(base[place] for _, base in sides if place in base)
        theirs, kept = of_tip.get(place), out.get(place)
        dropped.append(plain_change(place, leaf, theirs.value if theirs else None, kept.value if kept else None))
    return own, tuple(dropped)


def _own_changes(before: Flat, result: Flat, sides: Iterable[tuple[Flat, Flat]]) -> set[str]:
    """The paths whose value the merge changed against its first parent (*before*) and no merged side did.

    *sides* are pairs: the side's leaves, and those of its merge base.
    """
    moved = {path for path in before.keys() | result.keys() if not _same(before, result, path)}
    for tip, base in sides:
        moved -= {path for path in moved if _same(tip, result, path) and not _same(tip, base, path)}
    return moved


def _dropped_changes(result: Flat, sides: Iterable[tuple[Flat, Flat]]) -> dict[str, Flat]:
    """``path`` → the leaves of the side that changed it and whose value did not come out of the merge."""
    out: dict[str, Flat] = {}
    for tip, base in sides:
        for path in tip.keys() | base.keys():
            if not _same(tip, base, path) and not _same(tip, result, path):
                out[path] = tip
    return out


def _same(one: Flat, other: Flat, path: str) -> bool:
    x, y = one.get(path), other.get(path)
    if x is None or y is None:
        return x is y
    return same_value(x.value, y.value)

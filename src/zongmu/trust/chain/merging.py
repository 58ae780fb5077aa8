"""The only merges that are accepted: two parents, and each path as one side made it, where the other left it as it was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from zongmu.store.git.text import shown
from zongmu.store.git.tree_changes import RawChange
from zongmu.trust import codes
from zongmu.trust.chain.commits import Commit
from zongmu.trust.chain.objects import Objects
from zongmu.trust.codes import Fault


def merge_faults(objects: Objects, commit: Commit, parents: Sequence[Commit]) -> Iterator[Fault]:
    """What is wrong with the merge *commit* of *parents*."""
    bases = objects.git.merge_bases(*commit.parents) if len(parents) == 2 else []
    if len(bases) != 1:
        yield Fault(codes.MERGE_SHAPE, commit.id, {"parents": len(parents), "bases": len(bases)})
        return
    base = objects.commit(bases[0]).tree
    ours, theirs, made = (_results(objects.differences(base, c.tree)) for c in (*parents, commit))
    for path in sorted(ours.keys() | theirs.keys() | made.keys()):
        sides = {side[path] for side in (ours, theirs) if path in side}
        if len(sides) != 1 or made.get(path) not in sides:
            yield Fault(codes.MERGE_CONTENT, commit.id, {"path": shown(path)})


def _results(changes: Iterable[RawChange]) -> dict[str, tuple[str | None, str | None]]:
    return {change.path: (change.new_mode, change.new_blob) for change in changes}

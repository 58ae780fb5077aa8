"""What differs between two trees, with contents; and which commit changed trust last."""

from __future__ import annotations

from typing import Final

from zongmu.store.git.tree_changes import RawChange
from zongmu.trust.authority.edits import TRUST_PATHS, Edit, Moved, moved, needs_roots
from zongmu.trust.chain.objects import Objects

_REGULAR: Final = ("100644", "100755")


def edits_between(objects: Objects, old: str | None, new: str) -> list[Edit]:
    """Every file that differs between two trees (None: the empty one)."""
    return [_edit(objects, row) for row in objects.differences(old, new)]


def _edit(objects: Objects, row: RawChange) -> Edit:
    before = objects.blob(row.old_blob) if row.old_blob and row.old_mode in _REGULAR else None
    after = objects.blob(row.new_blob) if row.new_blob and row.new_mode in _REGULAR else None
    return Edit(row, before, after)


def moves_of(edits: list[Edit]) -> list[Moved]:
    """What the edits did to records that can be read."""
    return [move for edit in edits if (move := moved(edit)) is not None]


def trust_edits(edits: list[Edit], moves: list[Moved]) -> list[Edit]:
    """Those of *edits* that want several root persons."""
    wanting = set(needs_roots(edits, moves))
    return [edit for edit in edits if edit.path in wanting]


def trusted_at(objects: Objects, head: str) -> str:
    """The last commit of the main line up to *head* that changed trust; the first commit where none did."""
    asked = ("rev-list", "--first-parent", head)
    # Organizations are trust where the roles they hold change, which only their content shows.
    near = objects.git.run(*asked, "--", *TRUST_PATHS, "registry/organizations", top=True).decode("ascii").split()
    for id in near:
        commit = objects.commit(id)
        if not commit.parents:
            continue
        edits = edits_between(objects, objects.commit(commit.parents[0]).tree, commit.tree)
        if trust_edits(edits, moves_of(edits)):
            return id
    return objects.git.run(*asked, "--max-parents=0").decode("ascii").split()[-1]

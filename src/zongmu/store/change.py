"""A change against the tip of the branch that it wants to join: judged as the tip plus what it touches (decision 7)."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, NamedTuple

from zongmu.model.immutable import immutable
from zongmu.store.git.asking import Git
from zongmu.store.git.codes import (
    NO_MERGE_BASE,
    NOTHING_COMMITTED,
    SEVERAL_MERGE_BASES,
    SHALLOW_CLONE,
    UPDATE_YOUR_BRANCH,
    GitProblem,
)
from zongmu.store.git.objects import algorithm_of, blob_id
from zongmu.store.git.text import shown
from zongmu.store.git.tree_changes import RawChange
from zongmu.store.trees import (
    EXECUTABLE,
    REGULAR,
    SPECIAL,
    SUBMODULE,
    Entry,
    GitTree,
    OverlayTree,
    Tree,
    WorkTree,
    below,
)


class Touched(NamedTuple):
    """A path that a change touched since the merge base: what was there, what the change has there."""

    path: str
    before: Entry | None
    after: Entry | None


Join = Callable[[str, bytes | None, bytes, bytes], bytes | None]
"""``(path, merge base, tip, change)`` → the joined content, or None where it cannot be joined. No base: both added it."""


@immutable
class Change:
    """A change against the tip of the branch that it wants to join.

    ``head`` is None for the working tree. ``touched`` are paths of the instance; ``outside`` those of the repository
    around it. A rename is both its paths.
    """

    base: str
    head: str | None
    merge_base: str
    touched: tuple[Touched, ...]
    outside: tuple[str, ...]
    tree_before: GitTree
    tree_after: OverlayTree

    @property
    def paths(self) -> tuple[str, ...]:
        """The touched paths of the instance."""
        return tuple(touched.path for touched in self.touched)

    @property
    def paths_after(self) -> tuple[str, ...]:
        """Those of them that are there after the change."""
        return tuple(touched.path for touched in self.touched if touched.after is not None)


_JOINED: Final = ("registry", "trust")


def change_against(
    root: Path, base: str, head: str | None = None, *, join: Join | None = None, git: Git | None = None
) -> Change:
    """The change that *head* (None: the working tree, with what is not committed) makes to the tip *base*.

    A path below ``registry/`` or ``trust/`` that both sides changed since the merge base must be the same on both, or
    *join* must join it. *git*: the repository of *root*, where somebody has asked it already. Raises :class:`GitProblem`: an unknown revision, a shallow clone or no merge base (exit code
    2), several merge bases or a path that cannot be joined (exit code 1), each with the command to run.
    """
    git = git or Git(root)
    tip = GitTree(git, base)
    at = tip.commit if base == (head or "HEAD") else _head(git, tip.commit, base, head)
    start = GitTree(git, _merge_base(git, tip.commit, at, base, head), known=True)
    rows = _worktree_rows(git, start) if head is None else git.differences(start.commit, at)
    touched, outside = split_rows(rows, git.prefix)
    source: Tree = WorkTree(root)
    if head is not None:
        source = committed = GitTree(git, at, known=True)
        committed.expect(one.after for one in touched if one.after is not None)
    theirs: dict[str, RawChange] = {}
    if tip.commit != start.commit:
        theirs = {row.path: row for row in git.differences(start.commit, tip.commit)}
    changed: dict[str, Entry | None] = {}
    joined: dict[str, bytes] = {}
    clashes: list[str] = []
    for path, before, after in touched:
        other = theirs.get(git.prefix + path)
        if other is None or _same(other, after) or not _joinable(path):
            changed[path] = after
            continue
        data = _joined(join, start, tip, source, path, before, other, after)
        if data is None:
            clashes.append(path)
        else:
            joined[path] = data
            changed[path] = Entry(path, REGULAR, blob_id(data, algorithm_of(start.commit)))
    if clashes:
        raise GitProblem(
            UPDATE_YOUR_BRANCH,
            1,
            base=shown(base, 80),
            count=len(clashes),
            paths="、".join(shown(path) for path in clashes[:5]) + ("…" if len(clashes) > 5 else ""),
            # In the middle of a merge Git rebases nothing: what is left to do is to finish it.
            command="git add -A && git commit" if head is None and git.is_merging() else _rebase(base),
        )
    return Change(
        tip.commit,
        None if head is None else at,
        start.commit,
        tuple(touched),
        tuple(outside),
        tip,
        OverlayTree(tip, changed, source, joined),
    )


def _merge_base(git: Git, tip: str, at: str, base: str, head: str | None) -> str:
    if git.is_shallow():
        raise GitProblem(SHALLOW_CLONE, command="git fetch --unshallow origin")
    found = git.merge_bases(tip, at)
    if not found:
        raise _apart(base, head, tip, at)
    if len(found) > 1:
        names = {"base": shown(base, 80), "head": shown(head or "HEAD", 80)}
        raise GitProblem(SEVERAL_MERGE_BASES, 1, **names, count=len(found), command=_rebase(base))
    return found[0]


def _head(git: Git, tip: str, base: str, head: str | None) -> str:
    """The commit of *head*. A branch that is checked out and has none yet, beside a base that has some, was begun apart."""
    try:
        return git.resolve(head or "HEAD")
    except GitProblem as problem:
        raise (_apart(base, head, tip) if problem.code is NOTHING_COMMITTED else problem) from None


def _apart(base: str, head: str | None, *commits: str) -> GitProblem:
    command = " ".join(("git log --oneline --max-parents=0", *(one[:12] for one in commits)))
    onto = shlex.quote(shown(base))
    return GitProblem(
        NO_MERGE_BASE, 2, base=shown(base, 80), head=shown(head or "HEAD", 80), command=command, onto=onto
    )


def _rebase(base: str) -> str:
    onto = f"git rebase {shlex.quote(shown(base))}"
    branch = base.removeprefix("origin/")
    return f"git fetch origin {shlex.quote(shown(branch))} && {onto}" if branch != base else onto


def _worktree_rows(git: Git, start: GitTree) -> list[RawChange]:
    """What the working tree changes since *start*: read wherever Git goes by the time of a file alone."""
    rows = {row.path: row for row in git.differences_to_files(start.commit)}
    untracked, overlooked = git.unlooked()
    for path in untracked:
        # A repository within the repository is listed as a folder.
        kind = SUBMODULE if path.endswith("/") else REGULAR
        rows.setdefault(path.rstrip("/"), RawChange(path.rstrip("/"), None, None, kind, None))
    whole = WorkTree(git.toplevel())
    left_out = {one.path for one in overlooked if one.skipped and whole.entry(one.path) is None}
    for one in overlooked:
        # Where the index is as the start has it, no difference names the file.
        rows.setdefault(one.path, RawChange(one.path, one.mode, one.blob, one.mode, one.blob))
    executables = git.tells_executable()
    out = []
    for path, row in rows.items():
        if row.new_mode == SUBMODULE or path in left_out:
            if (row.old_mode, row.old_blob) != (row.new_mode, row.new_blob):
                out.append(row)
            continue
        entry = whole.entry(path)
        mode: str | None = None
        blob: str | None = None
        if entry is not None and entry.mode != SPECIAL:
            mode = entry.mode if executables or entry.mode != EXECUTABLE else row.old_mode or REGULAR
            if row.old_blob is not None or _joinable(path.removeprefix(git.prefix)):
                blob = whole.blob_of(entry, algorithm_of(start.commit))
        if mode != row.old_mode or blob != row.old_blob:
            out.append(RawChange(path, row.old_mode, row.old_blob, mode, blob))
    return out


def _joinable(path: str) -> bool:
    return any(below(path, folder) for folder in _JOINED)


def split_rows(rows: Iterable[RawChange], prefix: str) -> tuple[list[Touched], list[str]]:
    """*rows* as paths of the instance, and the paths around it; *prefix* leads from the top to the instance."""
    touched, outside = [], []
    for row in rows:
        if not row.path.startswith(prefix):
            outside.append(row.path)
            continue
        path = row.path[len(prefix) :]
        before = Entry(path, row.old_mode, row.old_blob) if row.old_mode else None
        after = Entry(path, row.new_mode, row.new_blob) if row.new_mode else None
        touched.append(Touched(path, before, after))
    return sorted(touched), sorted(outside)


def _same(other: RawChange, after: Entry | None) -> bool:
    """Whether the tip came to the same as the change: both deleted it, or both have this content and mode."""
    if after is None:
        return other.new_mode is None
    return (other.new_mode, other.new_blob) == (after.mode, after.blob)


def _joined(
    join: Join | None,
    start: Tree,
    tip: Tree,
    source: Tree,
    path: str,
    before: Entry | None,
    other: RawChange,
    after: Entry | None,
) -> bytes | None:
    """The joined content of a path that both sides changed, or None. Only ordinary files can be joined."""
    modes = {other.new_mode, after.mode if after else None, before.mode if before else REGULAR}
    if join is None or modes != {REGULAR}:
        return None
    return join(path, start.read(path) if before else None, tip.read(path), source.read(path))

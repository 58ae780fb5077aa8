"""Git, asked plainly: what is where, what differs, what a name stands for.

A revision that comes from outside always stands behind ``--end-of-options``. Paths travel as bytes separated by NUL and
become text that may hold lone surrogates (:func:`~zongmu.store.git.text.path_text`), never something quoted.

GitPython opens the repository and resolves names, in :meth:`Git.resolve` alone and only when a name is given: a full
commit id needs no resolving, and importing the package costs more than checking a small change.
"""

from __future__ import annotations

import itertools
import os
import re
import shlex
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

from zongmu.model.immutable import immutable
from zongmu.store.git.codes import NOTHING_COMMITTED, ODD_TREE, UNKNOWN_REVISION, GitProblem, missing
from zongmu.store.git.objects import Batch, stream
from zongmu.store.git.process import ENVIRONMENT, GitProcess
from zongmu.store.git.text import path_text, shown, unless_zeros
from zongmu.store.git.tree_changes import RawChange, Trees

_FOLDER: Final = "040000"
_HEADERS: Final = 1 << 17
"""Bytes of a commit in which its tree and its parents are looked for."""
_FULL_ID: Final = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_A_NAME: Final = re.compile(r"(?!-)(?!.*(?:\.\.|@\{))[^\s:^~?*\[\\]+")
"""What a branch may be called; ``HEAD:registry``, ``main..HEAD`` and ``main~2`` are no names."""


_OVERLOOKED: Final = frozenset("hSs")
"""How ``ls-files -v`` marks what Git takes for untouched: assumed unchanged, skipped in the work tree, both."""


@immutable
class Overlooked:
    """A tracked file that Git was told to take for untouched, with what the index holds of it."""

    path: str
    mode: str
    blob: str
    skipped: bool
    """Left out of the work tree on purpose (``skip-worktree``): that it is not on the disk says nothing."""

    @classmethod
    def of(cls, line: str) -> Overlooked:
        """One line of ``ls-files -v --stage``."""
        head, _, path = line.partition("\t")
        tag, mode, blob, _ = head.split(" ")
        return cls(path, mode, blob, tag in "Ss")


class Git(GitProcess):
    """A repository, asked from the root of an instance that stands in it.

    The instance may be a folder of the repository; :attr:`prefix` leads from the top of the repository to it. Works on
    a bare repository and on a linked working tree. Every method raises :class:`GitProblem` where Git gives no answer.
    """

    def __init__(self, root: Path) -> None:
        """*root* is the root of the instance. Nothing is run until something is asked."""
        super().__init__(root)
        self._batch: Batch | None = None
        self._trees = Trees(lambda id: next(iter(self.objects((id,), "tree"))), _odd_tree)
        self._headers: dict[str, tuple[str, list[str]]] = {}

    def resolve(self, revision: str) -> str:
        """The commit id of *revision*, a name from outside: a branch, a tag, ``HEAD~2``, an id.

        Raises :class:`GitProblem` when there is no such commit; with the command that fetches it.
        """
        if not revision or revision.startswith("-") or not revision.isprintable() or len(revision) > 250:
            raise self._unknown(revision)
        if revision == "HEAD" or _FULL_ID.fullmatch(revision):
            status, out = self.ask(*_verify(revision), ok=(0, 1, 128))
        else:
            status, out = self._resolve_name(revision)
        commit = out.decode("ascii", "replace").strip()
        if status != 0 or not _FULL_ID.fullmatch(commit):
            self._know()  # says so if this is no repository at all
            raise self._unknown(revision)
        return commit

    def _resolve_name(self, revision: str) -> tuple[int, bytes]:
        """Resolve a name through GitPython, whose import is dear: here and nowhere else."""
        with _no_git_variables():
            os.environ["GIT_PYTHON_REFRESH"] = "quiet"
            import git

            try:
                repository = git.Repo(self.root, search_parent_directories=True, expand_vars=False)
            except (git.InvalidGitRepositoryError, git.NoSuchPathError) as error:
                raise self.no_repository() from error
            with repository:
                try:
                    status, out, _ = repository.git.execute(
                        [*self.command, *_verify(revision)],
                        env=ENVIRONMENT,
                        with_extended_output=True,
                        with_exceptions=False,
                        stdout_as_string=False,
                    )
                except git.GitCommandNotFound as error:
                    raise self.not_found() from error
        return status, out

    def _unknown(self, revision: str) -> GitProblem:
        branch = revision.removeprefix("refs/heads/")
        if revision == "HEAD" or (branch and self.main_branch() == f"refs/heads/{branch}"):
            return GitProblem(NOTHING_COMMITTED, root=shown(self.root.name))
        remotes = path_text(self.run("remote")).split("\n")[:-1]
        command = "git fetch --all" if remotes else "git remote add origin <url> && git fetch origin"
        if "origin" in remotes:
            fetched = branch.removeprefix("origin/")
            if _A_NAME.fullmatch(fetched) and not (self.is_shallow() and _FULL_ID.fullmatch(fetched)):
                command = f"git fetch origin {shlex.quote(shown(fetched))}"
                if branch != revision:  # a branch of this clone is wanted, and not what is known of the remote's
                    command += f":{shlex.quote(shown(branch))}"
            else:
                command = f"git fetch {'--unshallow ' if self.is_shallow() else ''}origin"
        return GitProblem(UNKNOWN_REVISION, revision=shown(branch, 80) or '""', command=command)

    def merge_bases(self, one: str, other: str) -> list[str]:
        """All merge bases of two commits, given by id."""
        if one == other:
            return [one]
        return self.run("merge-base", "--all", one, other, ok=(0, 1)).decode("ascii").split()

    # --- what is where -------------------------------------------------------------------------------------------

    def list_tree(self, commit: str, *paths: str, folders: bool = False) -> list[tuple[str, str, str]]:
        """``(path, mode, object)`` of all that is below *paths* in *commit*, or of those themselves; paths from the top.

        Of everything where no path is given. *folders*: also of the folders that lead there.
        """
        scope = ("--", *paths) if paths else ()
        out = self.listed("ls-tree", "-r", "-t", "-z", "--full-tree", "--end-of-options", commit, *scope)
        rows = []
        for line in path_text(out).split("\0")[:-1]:
            head, _, name = line.partition("\t")
            mode, _, object_id = head.split(" ")
            if folders or mode != _FOLDER:
                rows.append((name, mode, object_id))
        return rows

    def tree_id(self, commit: str, path: str) -> str | None:
        """The id of the folder *path* (from the top) in *commit*: of its names and contents. None where there is none."""
        status, out = self.ask(
            "rev-parse", "--verify", "--quiet", "--end-of-options", f"{commit}:{path}", ok=(0, 1, 128)
        )
        return out.decode("ascii", "replace").strip() if status == 0 else None

    def differences(self, old: str, new: str) -> list[RawChange]:
        """All paths that differ between two commits; a renamed file is both its paths. Paths from the top."""
        return self._trees.differences(self.tree_of(old)[0], self.tree_of(new)[0])

    def tree_of(self, commit: str) -> tuple[str, list[str]]:
        """The tree and the parents of a commit, given by its id."""
        if commit not in self._headers:
            head = (
                next(iter(self.objects((commit,), "commit", _HEADERS))).partition(b"\n\n")[0].decode("ascii", "replace")
            )
            lines = [line.split(" ", 1) for line in head.split("\n")]
            parents = [rest[0] for name, *rest in itertools.takewhile(lambda line: line[0] == "parent", lines[1:])]
            self._headers[commit] = (lines[0][-1], parents)
        return self._headers[commit]

    def differences_to_files(self, old: str) -> list[RawChange]:
        """All tracked paths that may differ between a commit and the working tree; paths from the top.

        Git goes by the times of files, so some of these may turn out the same on reading.
        """
        return _raw(self.run("diff-index", "-z", "--raw", "--no-renames", "--no-ext-diff", old, top=True, files=True))

    def unlooked(self) -> tuple[list[str], list[Overlooked]]:
        """What no difference shows: untracked files that no ``.gitignore`` names, and tracked ones that Git was told to
        take for untouched (``assume-unchanged``, ``skip-worktree``). Paths from the top; a repository within ends in ``/``.
        """
        out = self.run("ls-files", "-z", "-v", "--stage", "--cached", "--others", "--exclude-standard", top=True)
        rows = [line for line in path_text(out).split("\0")[:-1] if not line.startswith("H ")]
        others = [line[2:] for line in rows if line.startswith("? ")]
        return others, [Overlooked.of(line) for line in rows if line[0] in _OVERLOOKED]

    def ignored(self, path: str) -> list[str]:
        """Untracked files below *path* that a ``.gitignore`` names; paths of the instance."""
        out = self.run("ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--", path)
        return path_text(out).split("\0")[:-1]

    def tracked(self, path: str) -> tuple[dict[str, tuple[str, str]], list[Overlooked]]:
        """``path → (mode, blob)`` of the files below *path* that the index holds, and those of them that Git was told to
        take for untouched; paths of the instance."""
        held: dict[str, tuple[str, str]] = {}
        overlooked: list[Overlooked] = []
        for line in path_text(self.run("ls-files", "-z", "-v", "--stage", "--", path)).split("\0")[:-1]:
            head, _, name = line.partition("\t")
            tag, mode, blob, stage = head.split(" ")
            if stage == "0":
                held[name] = (mode, blob)
            if tag in _OVERLOOKED:
                overlooked.append(Overlooked.of(line))
        return held, overlooked

    def touched(self, path: str) -> list[str]:
        """Tracked files below *path* that may differ from the index; paths of the instance.

        Goes by the times of files and reads none: a file that was only touched is among them.
        """
        out = self.run("diff-files", "-z", "--name-only", "--relative", "--no-ext-diff", "--", path, files=True)
        return path_text(out).split("\0")[:-1]

    def state_of_files(self, paths: Sequence[str]) -> tuple[bytes, list[str]]:
        """The index below *paths* (and what is ignored there) as Git prints it, and every file or folder there that may differ from it.

        The latter holds untracked files too, ignored ones included; a folder without any tracked file stands for all in it.
        Paths of the instance.
        """
        listed, differing, others, ignored = self.run_together(
            ("ls-files", "-z", "-v", "--stage", "--", *paths),
            ("diff-files", "-z", "--name-only", "--relative", "--no-ext-diff", "--", *paths),
            ("ls-files", "-z", "--others", "--directory", "--", *paths),
            ("ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--", *paths),
        )
        overlooked = b"".join(
            line.partition(b"\t")[2] + b"\0" for line in listed.split(b"\0") if line[:1].decode("ascii") in _OVERLOOKED
        )
        # What is ignored hangs on files that may lie anywhere above. Compiled Python comes of running.
        listed += b"\0".join(name for name in ignored.split(b"\0") if b"__pycache__/" not in name)
        return listed, path_text(differing + overlooked + others).split("\0")[:-1]

    def sizes(self, object_ids: Iterable[str]) -> dict[str, int]:
        """The bytes of each blob, without reading it. Raises :class:`GitProblem` when one is not there."""
        asked = list(dict.fromkeys(object_ids))
        if not asked:
            return {}
        stdin = "".join(f"{one}\n" for one in asked).encode("ascii")
        out: dict[str, int] = {}
        # Of a partial clone Git gives up at the first one that it would have to fetch.
        _, answer = self.ask("cat-file", "--batch-check", stdin=stdin, ok=(0, 128))
        for line in answer.decode("ascii", "replace").splitlines():
            words = line.split(" ")
            if len(words) == 3 and words[2].isdecimal():
                out[words[0]] = int(words[2])
        lacking = next((one for one in asked if one not in out), None)
        if lacking is not None:
            raise missing(lacking)
        return out

    def of_kind(self, object_ids: Iterable[str], kind: Literal["blob", "commit"]) -> list[str]:
        """Those of *object_ids* that are there and are of one *kind*, in order, without reading them."""
        asked = "".join(f"{one}\n" for one in object_ids).encode("ascii")
        if not asked:
            return []
        out = self.run("cat-file", "--batch-check=%(objectname) %(objecttype)", stdin=asked).decode("ascii", "replace")
        return [name for name, _, what in (line.partition(" ") for line in out.splitlines()) if what == kind]

    def commits_between(self, known: Sequence[str], tip: str) -> list[str]:
        """The commits that *tip* reaches and no commit of *known* does, oldest first."""
        revisions = "".join(f"{'^' if n else ''}{one}\n" for n, one in enumerate((tip, *known)))
        out = self.run("rev-list", "--reverse", "--topo-order", "--stdin", stdin=revisions.encode("ascii"))
        return out.decode("ascii").split()

    def changes_of(self, commit: str) -> list[RawChange]:
        """What a commit itself brings: of a merge, what is as in none of its parents (and how it was in the first)."""
        tree, parents = self.tree_of(commit)
        rows = self._trees.differences(self.tree_of(parents[0])[0] if parents else None, tree)
        for other in parents[1:]:
            if not rows:
                break
            theirs = {row.path for row in self._trees.differences(self.tree_of(other)[0], tree)}
            rows = [row for row in rows if row.path in theirs]
        return rows

    def is_unborn(self) -> bool:
        """Whether HEAD is a branch that has no commit yet.

        Raises :class:`GitProblem` where it stands for something that is not there, or cannot be read: a damaged
        repository is not an empty one.
        """
        status, out = self.ask("rev-parse", "--verify", "--quiet", "HEAD", ok=(0, 1, 128))
        branch = self.main_branch()
        if status == 0:
            id = out.decode("ascii", "replace").strip()
            if self.ask("rev-parse", "--verify", "--quiet", "HEAD^{commit}", ok=(0, 1, 128))[0] != 0:
                raise missing(id)
            return False
        self.refs("refs/heads")
        if branch is None or os.path.lexists(self.common_folder() / branch):
            raise missing(shown(branch or "HEAD"))
        return True

    def common_folder(self) -> Path:
        """Git's own folder, which all work trees of the clone share."""
        return self.root / path_text(self.run("rev-parse", "--git-common-dir")).strip("\n")

    def main_branch(self) -> str | None:
        """The full name of the branch that HEAD stands for, or None."""
        return path_text(self.run("symbolic-ref", "--quiet", "HEAD", ok=(0, 1))).strip() or None

    def is_merging(self) -> bool:
        """Whether a merge has begun in this working tree and is not committed."""
        return (self.folder / "MERGE_HEAD").is_file()

    def is_ancestor(self, one: str, other: str) -> bool:
        """Whether *other* comes after *one* or is it."""
        return self.ask("merge-base", "--is-ancestor", one, other, ok=(0, 1))[0] == 0

    def continues(self, one: str, other: str) -> bool:
        """Whether *other* comes after *one* as its first parent, or the first parent of that, and so on."""
        line = self.run("rev-list", "--first-parent", "--parents", other, f"^{one}").decode("ascii").splitlines()
        return bool(line) and one in line[-1].split()[1:2]

    def heads(self) -> dict[str, str]:
        """Every branch and its commit: ``refs/heads/main`` → id."""
        return self.refs("refs/heads")

    def refs(self, pattern: str) -> dict[str, str]:
        """Every name below *pattern* and what it stands for."""
        out = self.run("for-each-ref", "--format=%(objectname) %(refname)", "--", pattern)
        return {name: commit for commit, _, name in (row.partition(" ") for row in path_text(out).split("\n")[:-1])}

    # --- blobs ---------------------------------------------------------------------------------------------------

    def blob(self, object_id: str, limit: int | None = None) -> bytes:
        """The content of a blob, at most *limit* bytes of it. Raises :class:`GitProblem` when it is not there."""
        return next(iter(self.blobs((object_id,), limit)))

    def blobs(self, object_ids: Iterable[str], limit: int | None = None) -> Iterator[bytes]:
        """The contents of blobs, in order, at most *limit* bytes of each: one process for all of them."""
        return self.objects(object_ids, "blob", limit)

    def objects(
        self, object_ids: Iterable[str], kind: Literal["blob", "tree", "commit", "tag"], limit: int | None = None
    ) -> Iterator[bytes]:
        """As :meth:`blobs`, of objects of one *kind* as Git stores them."""
        # A forked worker must not share the parent's pipe.
        if self._batch is None or self._batch.owner != os.getpid() or self._batch.broken:
            self._batch = Batch([*self.command, "cat-file", "--batch"], self.root)
        return self._batch.read(object_ids, kind.encode(), limit)

    def stream(self, object_ids: Sequence[str], limit: int | None = None) -> Iterator[bytes]:
        """As :meth:`blobs`, of many that are all known beforehand: Git writes on while they are read."""
        return stream([*self.command, "cat-file", "--batch", "--buffer"], self.root, object_ids, limit)

    def close(self) -> None:
        """End the process that hands out blobs, if there is one."""
        if self._batch is not None and self._batch.owner == os.getpid():
            self._batch.close()
        self._batch = None


def _odd_tree(reason: str) -> GitProblem:
    return GitProblem(ODD_TREE, reason=reason)


def _verify(revision: str) -> tuple[str, ...]:
    return ("rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}")


@contextmanager
def _no_git_variables() -> Iterator[None]:
    """This process without ``GIT_*`` for a while: GitPython hands its whole environment on."""
    before = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("GIT_")}
    try:
        yield
    finally:
        for name in [name for name in os.environ if name.startswith("GIT_")]:
            del os.environ[name]
        os.environ.update(before)


def _raw(out: bytes) -> list[RawChange]:
    """The rows of ``--raw -z``: ``:<mode> <mode> <id> <id> <status>``, NUL, path, NUL."""
    parts = path_text(out).split("\0")
    rows = []
    for head, path in zip(parts[:-1:2], parts[1::2], strict=True):
        old_mode, new_mode, old_blob, new_blob, _ = head[1:].split(" ")
        rows.append(
            RawChange(
                path, unless_zeros(old_mode), unless_zeros(old_blob), unless_zeros(new_mode), unless_zeros(new_blob)
            ),
        )
    return rows

"""The commits of a registry and what each did to which file: one ``git log``, before any file is opened.

What counts as the history of the registry is the *first-parent chain* of its head: a change is recorded on the day it
arrives there. On a linear history that is every commit. A merge is compared with its first parent, so whatever it
brought, resolved or slipped in is in the difference, and the differences of the chain add up to the head exactly. The
commits of its other parents are the merge's :attr:`Landing.side`: they say who wrote what it brought, and whether
something they wrote was dropped on the way.

Renames are never guessed: a moved file is a deletion and an addition, put together by the record's own id.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, Literal

from zongmu.model.finding import Bilingual, Code
from zongmu.model.immutable import immutable
from zongmu.store.git.asking import Git
from zongmu.store.git.codes import COMMAND_FAILED, OBJECT_MISSING, GitProblem
from zongmu.store.git.text import clock, path_text
from zongmu.store.git.tree_changes import RawChange

SHALLOW: Final = Code(
    "history.shallow-clone",
    Bilingual("克隆不完整", "Shallow clone"),
    Bilingual(
        "这个克隆只有最近的提交，更早的变更看不到，因此不给出变更轨迹",
        "This clone holds the latest commits only; older changes cannot be seen, so no trail is given",
    ),
    Bilingual("请取得全部历史：{command}", "Fetch the whole history: {command}"),
)
NO_COMMITS: Final = Code(
    "history.no-commits",
    Bilingual("还没有提交", "No commits yet"),
    Bilingual("这个仓库还没有任何提交，也就没有变更轨迹", "This repository has no commits yet, and so no trail"),
    Bilingual("请先提交：{command}", "Commit first: {command}"),
)

CODES: Final[tuple[Code, ...]] = (SHALLOW, NO_COMMITS)
"""Why a history cannot be read, beside what :data:`zongmu.store.git.codes.CODES` says."""

FOLDER: Final = "registry"
"""Where records stand, below the root of the instance."""


@immutable
class Commit:
    """One commit. ``time`` is the committer's clock, seconds since 1970; ``email`` is the author's; ``changes`` are paths
    of the instance.

    The changes of a merge are those against its first parent.
    """

    id: str
    parents: tuple[str, ...]
    time: int
    author: str
    email: str
    committer: str
    subject: str
    changes: tuple[RawChange, ...]

    @property
    def merge(self) -> bool:
        """Whether it has several parents."""
        return len(self.parents) > 1


@immutable
class Landing:
    """A commit of the first-parent chain, with the commits that it brought in from its other parents, oldest first."""

    commit: Commit
    side: tuple[Commit, ...] = ()

    def written_by(self, paths: Collection[str]) -> tuple[Commit, ...]:
        """The commits brought in that changed one of *paths*; merges among them only where nobody else did."""
        touched = [commit for commit in self.side if any(change.path in paths for change in commit.changes)]
        return tuple(commit for commit in touched if not commit.merge) or tuple(touched)


@immutable
class History:
    """The first-parent chain of a head, oldest first."""

    head: str
    landings: tuple[Landing, ...]

    def __iter__(self) -> Iterator[Landing]:
        return iter(self.landings)


# One field each, closed by NUL, which no header of a commit can hold; a subject has no line breaks either.
_FORMAT: Final = "%H%x00%P%x00%ct%x00%an%x00%ae%x00%cn%x00%s"
_FIELDS: Final = 7
_WHO: Final = re.compile(r"^(author|committer) (.*?) ?<([^>\n]*)> ([0-9]+)", re.MULTILINE)


def read(git: Git, since: str | None = None) -> History:
    """The history of ``HEAD``, or the part of it that *since* (a revision) cannot reach.

    Raises :class:`~zongmu.store.git.codes.GitProblem`: no repository, a shallow clone, no commits, no such revision, objects
    that are missing.
    """
    if git.is_shallow():
        raise GitProblem(SHALLOW, command="git fetch --unshallow")
    if git.is_unborn():
        raise GitProblem(NO_COMMITS, command=f'git add {FOLDER} && git commit -m "..."')
    head = git.resolve("HEAD")
    span = [head] if since is None else [head, f"^{git.resolve(since)}"]
    out = git.run(
        "log",
        # Every commit with all its parents, also where it left the folder alone: the chain must not have holes.
        "--full-history",
        "--sparse",
        "--diff-merges=first-parent",
        "--raw",
        "-z",
        "--no-renames",
        "--no-abbrev",
        "--no-ext-diff",
        "--no-textconv",
        "--no-show-signature",
        "--no-notes",
        "--no-mailmap",
        "--no-color",
        "--encoding=UTF-8",
        f"--format={_FORMAT}",
        *span,
        # Looking at one folder alone costs Git a second comparison of each commit: worth it only among other things.
        *(("--", git.prefix + FOLDER) if git.prefix else ()),
        top=True,
    )
    commits = {commit.id: commit for commit in _commits(git, out)}
    return History(head, tuple(_landings(commits, head, whole=since is None)))


def _commits(git: Git, out: bytes) -> Iterator[Commit]:
    """The commits in the output of ``git log``. Each field stands at its place: nothing in a name can shift it."""
    words = path_text(out).split("\0")
    end = len(words) - 1
    below = f"{git.prefix}{FOLDER}/"
    skipped = len(git.prefix)
    at = 0
    while at < end:
        if len(words) - at <= _FIELDS:
            raise GitProblem(COMMAND_FAILED, command="log", reason="truncated output")
        name, parents, time, *told = words[at : at + _FIELDS]
        at += _FIELDS
        changes = []
        # A line break stands before the first line of a difference.
        while at < end and words[at].startswith((":", "\n:", "\n\n:")):
            path = words[at + 1]
            if path.startswith(below):
                old_mode, new_mode, old_blob, new_blob, status = words[at].split(" ", 4)
                here = path[skipped:] if skipped else path
                if status == "A":
                    changes.append(RawChange(here, None, None, new_mode, new_blob))
                elif status == "D":
                    changes.append(RawChange(here, old_mode[-6:], old_blob, None, None))
                else:
                    changes.append(RawChange(here, old_mode[-6:], old_blob, new_mode, new_blob))
            at += 2
        if not time:
            # By the encoding that it claims, all of the commit reads as nothing: nobody made it, in no year.
            time, *told = _as_stored(git, name)
        author, email, committer, subject = told
        yield Commit(name, tuple(parents.split()), clock(time), author, email, committer, subject, tuple(changes))


def _as_stored(git: Git, commit: str) -> tuple[str, str, str, str, str]:
    """Time, author, the author's e-mail, committer and subject, letter by letter."""
    head, _, body = path_text(next(iter(git.objects((commit,), "commit")))).partition("\n\n")
    who = {role: rest for role, *rest in reversed(_WHO.findall(head))}
    author, committer = (who.get(role, ["", "", ""]) for role in ("author", "committer"))
    return committer[2], author[0], author[1], committer[0], body.split("\n", 1)[0]


def _landings(commits: Mapping[str, Commit], head: str, whole: bool) -> Iterator[Landing]:
    chain = []
    at = commits.get(head)
    while at is not None:
        chain.append(at)
        if whole and at.parents and at.parents[0] not in commits:
            raise GitProblem(OBJECT_MISSING, object=at.parents[0], command="git fetch --refetch origin")
        at = commits.get(at.parents[0]) if at.parents else None
    seen = {commit.id for commit in chain}
    for commit in reversed(chain):
        side = list(_reach(commits, commit.parents[1:], seen)) if commit.merge else []
        yield Landing(commit, tuple(side))


def _reach(commits: Mapping[str, Commit], tips: Iterable[str], seen: set[str]) -> Iterator[Commit]:
    """The commits that *tips* reach and that are not *seen*, parents before children; they are seen from now on."""
    waiting = [(tip, False) for tip in reversed(tuple(tips))]
    while waiting:
        name, done = waiting.pop()
        if done:
            yield commits[name]
        elif name in commits and name not in seen:
            seen.add(name)
            waiting.append((name, True))
            waiting.extend((parent, False) for parent in reversed(commits[name].parents))


def blobs_at(git: Git, places: Sequence[tuple[str, str]]) -> list[str | None]:
    """The blob at each ``(commit, path of the instance)``, or None where there is none; one process for all."""
    return objects_at(git, places, "blob")


def objects_at(git: Git, places: Sequence[tuple[str, str]], kind: Literal["blob", "tree"]) -> list[str | None]:
    """As :func:`blobs_at`, of objects of one *kind*."""
    if not places:
        return []
    # Git reads a name a line: the way to the instance, which may hold anything, is left to Git.
    here = "./" if git.prefix else ""
    asked = "".join(f"{commit}:{here}{path}\n" for commit, path in places)
    out = git.run("cat-file", "--batch-check=%(objectname) %(objecttype)", stdin=asked.encode())
    found: list[str | None] = []
    for line in out.decode("utf-8", "replace").split("\n")[:-1]:
        name, _, what = line.partition(" ")
        found.append(name if what == kind else None)
    return found

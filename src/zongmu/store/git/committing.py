"""One commit with some files on top of another commit, on a branch of its own. No work tree is touched and nothing is fetched."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence

from zongmu.store.git.asking import Git
from zongmu.store.git.codes import COMMAND_FAILED, GitProblem
from zongmu.store.git.process import environment
from zongmu.store.git.text import path_bytes, shown
from zongmu.store.kept.scratch import scratch_folder
from zongmu.store.trees import REGULAR


def commit_files(git: Git, base: str, files: Mapping[str, bytes | None], message: str, who: tuple[str, str]) -> str:
    """The id of a new commit on *base* with *files* (paths of the instance) as they are given, by *who* (name, address).

    None takes a file away. Raises :class:`GitProblem`.
    """
    rows = [
        gone(git, path, base) if data is None else index_row(git, path, REGULAR, stored(git, data))
        for path, data in files.items()
    ]
    name, address = who
    person = {
        "GIT_AUTHOR_NAME": name,
        "GIT_AUTHOR_EMAIL": address,
        "GIT_COMMITTER_NAME": name,
        "GIT_COMMITTER_EMAIL": address,
    }
    return commit_rows(git, base, rows, message.encode(), person)


def stored(git: Git, data: bytes) -> str:
    """The id of *data* as a blob, which is put into the repository. Raises :class:`GitProblem`."""
    return git.run("hash-object", "-w", "--stdin", stdin=data).decode("ascii").strip()


def index_row(git: Git, path: str, mode: str, blob: str) -> bytes:
    """A row of Git's index: *path* (of the instance) holds *blob*."""
    return f"{mode} {blob}\t".encode() + path_bytes(git.prefix + path)


def gone(git: Git, path: str, base: str) -> bytes:
    """A row of Git's index that takes *path* (of the instance) away; *base* is any commit of the repository."""
    return index_row(git, path, "0", "0" * len(base))


def commit_rows(git: Git, base: str, rows: Sequence[bytes], message: bytes, who: Mapping[str, str]) -> str:
    """The id of a new commit on *base* with *rows* of Git's index; *who* is Git's environment.

    Raises :class:`GitProblem`.
    """
    with scratch_folder("zongmu-commit-") as folder:
        index = {"GIT_INDEX_FILE": str(folder / "index")}
        _plumb(git, ["read-tree", base], index)
        _plumb(git, ["update-index", "--add", "-z", "--index-info"], index, b"\0".join(rows) + b"\0")
        tree = _plumb(git, ["write-tree"], index)
    return _plumb(git, ["commit-tree", tree, "-p", base], who, message)


def set_branch(git: Git, branch: str, commit: str, old: str | None) -> None:
    """Puts *branch* at *commit*; it must be at *old* still, or not there (None). Raises :class:`GitProblem`."""
    was = old or "0" * len(commit)
    _plumb(git, ["update-ref", "-m", "zongmu intake", f"refs/heads/{branch}", commit, was], {})


def _plumb(git: Git, arguments: list[str], more: Mapping[str, str], stdin: bytes | None = None) -> str:
    """A command of Git that writes: in the clean environment, and with what it needs besides."""
    done = subprocess.run(
        ["git", "-c", "core.hooksPath=/dev/null", "-c", f"safe.directory={git.toplevel()}", *arguments],
        cwd=git.toplevel(),
        env=environment() | dict(more),
        input=stdin,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        reason = shown(done.stderr.decode("utf-8", "replace").strip(), 400)
        raise GitProblem(COMMAND_FAILED, command=arguments[0], reason=reason)
    return done.stdout.decode("ascii", "replace").strip()

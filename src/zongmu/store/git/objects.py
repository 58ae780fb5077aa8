"""Objects of a repository: the ids that Git gives them, and one process that hands them out."""

from __future__ import annotations

import hashlib
import os
import subprocess
import weakref
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

from zongmu.store.git.codes import NOT_INSTALLED, GitProblem, missing
from zongmu.store.git.process import environment


def object_id(kind: str, data: bytes, algorithm: str = "sha1") -> str:
    """The id that Git gives an object of a *kind* (``blob``, ``tree``, ``commit``)."""
    return hashlib.new(algorithm, b"%s %d\0" % (kind.encode(), len(data)) + data, usedforsecurity=False).hexdigest()


def blob_id(data: bytes, algorithm: str = "sha1") -> str:
    """The id that Git gives a blob of *data*."""
    return object_id("blob", data, algorithm)


def algorithm_of(like: str) -> str:
    """The hash of a repository whose ids look *like* this one."""
    return "sha256" if len(like) == 64 else "sha1"


_AT_ONCE: Final = 256
# 256 ids are 17 kB at most: they fit a pipe, so writing them never waits for Git to be read from.
_MUCH: Final = 1 << 18


class Batch:
    """One ``git cat-file --batch``: ids go in by the hundred, contents come out in order."""

    def __init__(self, command: Sequence[str], root: Path) -> None:
        """*command* is run in *root*. ``broken``: somebody stopped reading early, and it must not be used again."""
        self.owner = os.getpid()
        self.broken = False
        self._process = _start(command, root, subprocess.PIPE)
        self._finalizer = weakref.finalize(self, _stop, self._process, self.owner)

    def read(self, object_ids: Iterable[str], kind: bytes, limit: int | None) -> Iterator[bytes]:
        """The objects, in order, at most *limit* bytes of each. Raises :class:`GitProblem` where one is not there, or of another kind."""
        waiting = list(object_ids)
        for start in range(0, len(waiting), _AT_ONCE):
            some = waiting[start : start + _AT_ONCE]
            # Until the last answer is taken the pipe is out of step: whoever stops early must not use it again.
            self.broken = True
            self._send(some)
            for place, object_id in enumerate(some, 1):
                data = _receive(self._process, object_id, kind, limit)
                self.broken = place < len(some)
                yield data

    def _send(self, object_ids: Sequence[str]) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write("".join(f"{object_id}\n" for object_id in object_ids).encode("ascii"))
            self._process.stdin.flush()
        except OSError as error:
            raise missing(object_ids[0]) from error

    def close(self) -> None:
        """End the process."""
        self._finalizer()


def stream(command: Sequence[str], root: Path, object_ids: Sequence[str], limit: int | None) -> Iterator[bytes]:
    """The blobs that *command* hands out, run in *root* for these alone, at most *limit* bytes of each.

    Raises :class:`GitProblem` where one is not there, or is no blob.
    """
    import tempfile

    with tempfile.TemporaryFile() as asked:
        asked.write("".join(f"{object_id}\n" for object_id in object_ids).encode("ascii"))
        asked.seek(0)
        process = _start(command, root, asked, _MUCH)
    owner = os.getpid()
    try:
        for object_id in object_ids:
            yield _receive(process, object_id, b"blob", limit)
    finally:
        _stop(process, owner)


def _start(command: Sequence[str], root: Path, stdin: IO[bytes] | int, buffer: int = -1) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            command,
            bufsize=buffer,
            cwd=root,
            env=environment(),
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except FileNotFoundError as error:
        raise GitProblem(NOT_INSTALLED, command="apt-get install git") from error


def _receive(process: subprocess.Popen[bytes], object_id: str, kind: bytes, limit: int | None) -> bytes:
    """The next object that *process* hands out."""
    out = process.stdout
    assert out is not None
    head = out.readline().split()
    # "<id> missing", or nothing at all where Git gave up on a damaged object.
    if len(head) != 3:
        raise missing(object_id)
    size = int(head[2])
    keep = size if limit is None else min(size, limit)
    data = out.read(keep)
    left = size - len(data)
    while left > 0:
        skipped = len(out.read(min(left, 1 << 16)))
        if not skipped:
            raise missing(object_id)
        left -= skipped
    out.read(1)
    if head[1] != kind:
        raise missing(object_id)
    return data


def _stop(process: subprocess.Popen[bytes], owner: int) -> None:
    """End the process; only in the process that started it."""
    if os.getpid() != owner:
        return
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            # A dead Git leaves a pipe that cannot be flushed: nothing is lost by that.
            with suppress(OSError):
                pipe.close()
    process.wait()

"""Files read by a second processor while the first one is still importing the program.

A forked child reads the plain files of an instance, as :mod:`zongmu.store.reading.fast` does, and writes what they hold into memory that
this process and its workers read. What a file holds hangs on its bytes alone: it is looked up by their digest, so it does not
matter which file the child saw, nor whether it came that far. What it has not read is read as ever.
"""

from __future__ import annotations

import marshal
import os
import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from hashlib import blake2b
from itertools import islice
from typing import Any, Final

MOST: Final = 1 << 26
"""Bytes that are kept at most: 64 MB."""

_DIGEST: Final = 16
_HEAD: Final = _DIGEST + 4
_READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC

_ahead: _Ahead | None = None


def files(folder: str) -> Iterator[str]:
    """The YAML files below *folder*, by name. Links are not followed; what cannot be listed is left out."""
    with suppress(OSError), os.scandir(folder) as found:
        for one in sorted(found, key=lambda entry: entry.name):
            if one.is_dir(follow_symlinks=False):
                yield from files(one.path)
            elif one.name.endswith(".yaml") and one.is_file(follow_symlinks=False):
                yield one.path


def has_files(folder: str, count: int) -> bool:
    """Whether at least *count* YAML files lie below *folder*."""
    return next(islice(files(folder), count - 1, None), None) is not None


@contextmanager
def reading_ahead(paths: Iterable[str]) -> Iterator[None]:
    """Read the files *paths*, in this order, in another process. Where the system does not allow that, nothing is read."""
    global _ahead
    with suppress(OSError, AttributeError):
        _ahead = _Ahead(paths)
    try:
        yield
    finally:
        if _ahead is not None:
            _ahead.close()
        _ahead = None


def is_reading() -> bool:
    """Whether files are, or were, read ahead."""
    return _ahead is not None


def enough() -> None:
    """End the other process: its processor is wanted. What it has read stays known."""
    if _ahead is not None:
        _ahead.stop()


def known(data: bytes) -> Any:
    """What a file of these bytes holds, made anew at each call; None where the other process has not read it."""
    return None if _ahead is None else _ahead.get(data)


class _Ahead:
    """What the child has read: one frame per file, of the digest of its bytes, the length of what follows, and its content."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._places: dict[bytes, tuple[int, int]] = {}
        self._end = 0
        self._handle = os.memfd_create("zongmu")
        parent = os.getpid()
        try:
            self._pid = os.fork()
        except OSError:
            os.close(self._handle)
            raise
        if self._pid == 0:
            _read_all(paths, self._handle, parent)

    def get(self, data: bytes) -> Any:
        digest = blake2b(data, digest_size=_DIGEST).digest()
        place = self._places.get(digest) or self._look().get(digest)
        if place is None:
            return None
        start, length = place
        return marshal.loads(os.pread(self._handle, length, start))

    def _look(self) -> dict[bytes, tuple[int, int]]:
        """Take note of what was written since: whole frames alone."""
        size = os.fstat(self._handle).st_size
        while self._end + _HEAD <= size:
            head = os.pread(self._handle, _HEAD, self._end)
            start, length = self._end + _HEAD, int.from_bytes(head[_DIGEST:], "big")
            if start + length > size:
                break
            self._places[head[:_DIGEST]] = start, length
            self._end = start + length
        return self._places

    def stop(self) -> None:
        """End the child, in whatever it does."""
        if self._pid:
            with suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
            with suppress(ChildProcessError):
                os.waitpid(self._pid, 0)
            self._pid = 0

    def close(self) -> None:
        """End the child and forget what it has read."""
        self.stop()
        os.close(self._handle)


def _read_all(paths: Iterable[str], handle: int, parent: int) -> None:
    """The life of the child. Never returns."""
    try:
        # Ctrl-C is the parent's business: it ends its child, or leaves it alone.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        from zongmu.store.reading import fast
        from zongmu.store.reading.guard import MAX_BYTES

        written = 0
        for path in paths:
            data = _bytes(path, MAX_BYTES)
            if data is None or (value := fast.read(data, MAX_BYTES)) is None:
                continue
            held = marshal.dumps(value)
            frame = b"".join((blake2b(data, digest_size=_DIGEST).digest(), len(held).to_bytes(4, "big"), held))
            written += len(frame)
            if written > MOST or os.getppid() != parent or os.write(handle, frame) != len(frame):
                break
    finally:
        # Nothing of the parent's may be closed, flushed or torn down twice.
        os._exit(0)


def _bytes(path: str, most: int) -> bytes | None:
    """The content of a file of at most that many bytes; None where it is longer or cannot be read."""
    with suppress(OSError):
        handle = os.open(path, _READ)
        try:
            data = os.read(handle, most + 1)
        finally:
            os.close(handle)
        return data if len(data) <= most else None
    return None

"""What was worked out before, kept below ``.cache/zongmu``. May be deleted at any time: everything in it can be made again.

A file is only believed if its seal fits: a keyed digest of its name and content. The key never leaves this clone (it lies
in Git's own folder, where no commit can put anything), so a cache that came with a proposal, was cut short or was tampered
with is no cache. Where caches are carried between machines, ``ZONGMU_CACHE_KEY`` gives them a key in common. Nothing here
raises: whoever gets nothing works it out.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import stat
import time
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from zongmu.store.git.asking import Git
from zongmu.store.git.codes import GitProblem

FOLDER: Final = ".cache/zongmu"
KEY_FILE: Final = "zongmu-cache-key"
KEY_VARIABLE: Final = "ZONGMU_CACHE_KEY"

MAX_BYTES: Final = 1 << 29
"""Largest file that is read or written."""

_HEAD: Final = b"zongmu cache 2\n"
_FLAGS: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_SEAL: Final = 32
_SIZE: Final = 8
"""Bytes that hold the length of the table of a file of blocks."""
_KEEP: Final = {"answer": 8, "judged": 3, "print": 4, "gauge": 24, "events": 256}
"""Files of one kind that are kept, the last used; of any other kind two."""
_ABANDONED: Final = 3600.0
"""Seconds after which a file that is still being written never will be."""


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


class Blocks:
    """A file of the cache that is read block by block."""

    def __init__(self, handle: int) -> None:
        self.head: Any = None
        self._handle = handle
        self._table: Mapping[str, Any] = {}
        self._start = 0
        weakref.finalize(self, os.close, handle)

    def open(self, text: Any, start: int) -> None:
        """Take the head and the table of blocks, which begin at byte *start*. Raises ``ValueError``."""
        self.head, self._table = text
        self._start = start

    def get(self, name: str) -> bytes | None:
        """The block of that name; None where there is none. Raises ``LookupError`` where it is not what was kept."""
        if (row := self._table.get(name)) is None:
            return None
        at, size, digest = row
        try:
            data = _read(self._handle, size, self._start + at)
        except OSError:
            data = b""
        if not hmac.compare_digest(_digest(data), digest):
            raise LookupError(name)
        return data


class Cache:
    """The files of one cache. ``get`` gives what ``put`` was given under the same kind and name, or None."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self._folder = folder
        self._key = hashlib.blake2b(key, digest_size=_SEAL).digest()

    @classmethod
    def of(cls, root: Path, git: Git | None = None) -> Cache | None:
        """The cache of the instance in *root*; None where there is no place for its key, or none for it.

        *git*: the repository of *root*, where somebody has asked it already.
        """
        try:
            return cls(_made(root), _secret_of(git or Git(root)))
        except (GitProblem, OSError):
            return None

    def get(self, kind: str, name: str) -> memoryview | None:
        """The content of the file *name* of a *kind*."""
        try:
            with _opened(self._path(kind, name)) as handle:
                size = os.fstat(handle).st_size
                if not len(_HEAD) + _SEAL <= size <= MAX_BYTES:
                    return None
                held = _read(handle, size)
                os.utime(handle)
        except OSError:
            return None
        whole = memoryview(held)
        body = whole[len(_HEAD) + _SEAL :]
        if bytes(whole[: len(_HEAD)]) != _HEAD or not hmac.compare_digest(
            whole[len(_HEAD) : len(_HEAD) + _SEAL], self._seal(kind, name, body)
        ):
            return None
        return body

    def holds(self, kind: str) -> bool:
        """Whether there is any file of a *kind*."""
        return any(self._folder.glob(f"{kind}-*"))

    def put(self, kind: str, name: str, *parts: bytes | memoryview) -> None:
        """Keep *parts*, one after the other. A reader sees all of it or what was there before."""
        if sum(map(len, parts)) <= MAX_BYTES - len(_HEAD) - _SEAL:
            self._write(kind, name, parts, ())

    def _write(self, kind: str, name: str, sealed: Sequence[bytes | memoryview], more: Iterable[bytes]) -> None:
        import tempfile  # only now: most commands only read

        with suppress(OSError):
            handle, temporary = tempfile.mkstemp(dir=self._folder, prefix=".", suffix=".tmp")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(_HEAD + self._seal(kind, name, *sealed))
                    file.writelines(sealed)
                    file.writelines(more)
                os.replace(temporary, self._path(kind, name))
            except BaseException:
                os.unlink(temporary)
                raise
            self._clear(kind)

    def put_blocks(self, kind: str, name: str, head: Any, blocks: Mapping[str, bytes]) -> None:
        """Keep *blocks*, each to be read without the others, and *head*, which is read first. *head* is plain data."""
        table, at = {}, 0
        for block, data in blocks.items():
            table[block] = [at, len(data), _digest(data)]
            at += len(data)
        text = json.dumps([head, table], separators=(",", ":")).encode("ascii")
        if len(_HEAD) + _SEAL + _SIZE + len(text) + at <= MAX_BYTES:
            self._write(kind, name, (len(text).to_bytes(_SIZE, "big"), text), blocks.values())

    def blocks(self, kind: str, name: str) -> Blocks | None:
        """What :meth:`put_blocks` kept. Only the head is read; the seal is that of the head, which has the blocks' digests."""
        try:
            handle = os.open(self._path(kind, name), _FLAGS)
        except OSError:
            return None
        found = Blocks(handle)
        try:
            info = os.fstat(handle)
            first = os.pread(handle, len(_HEAD) + _SEAL + _SIZE, 0)
            size = int.from_bytes(first[-_SIZE:], "big")
            if not stat.S_ISREG(info.st_mode) or not len(first) + size <= info.st_size <= MAX_BYTES:
                return None
            text = os.pread(handle, size, len(first))
            if first[: len(_HEAD)] != _HEAD or not hmac.compare_digest(
                first[len(_HEAD) : -_SIZE], self._seal(kind, name, first[-_SIZE:], text)
            ):
                return None
            found.open(json.loads(text), len(first) + size)
            os.utime(handle)
        except (OSError, ValueError):
            return None
        return found

    def keep(self, kind: str, names: Iterable[str]) -> None:
        """Delete every file of a *kind* but those with one of *names*."""
        kept = {f"{kind}-{name}" for name in names}
        with suppress(OSError), os.scandir(self._folder) as rows:
            for row in rows:
                if row.name.startswith(f"{kind}-") and row.name not in kept:
                    os.unlink(row.path)

    def _path(self, kind: str, name: str) -> Path:
        return self._folder / f"{kind}-{name}"

    def _seal(self, kind: str, name: str, *parts: bytes | memoryview) -> bytes:
        # Processors have instructions for this digest, and files are large.
        digest = hmac.new(self._key, f"{kind}-{name}\n".encode(), "sha256")
        for part in parts:
            digest.update(part)
        return digest.digest()

    def _clear(self, kind: str) -> None:
        """Delete all but the last used of a kind, and what an interrupted run left."""
        held = []
        with os.scandir(self._folder) as rows:
            for row in rows:
                used = row.stat(follow_symlinks=False).st_mtime
                if row.name.startswith(f"{kind}-"):
                    held.append((used, row.path))
                elif row.name.endswith(".tmp") and used < time.time() - _ABANDONED:
                    os.unlink(row.path)
        for _, path in sorted(held, reverse=True)[_KEEP.get(kind, 2) :]:
            with suppress(OSError):
                os.unlink(path)


def private_folder(root: Path) -> Path:
    """A folder for what is kept without a seal, under a name that only this clone can know: nothing that came with a
    proposal lies in it. Where there is no repository, no proposal comes: the cache's own. Raises ``OSError``."""
    folder = _made(root)
    try:
        key = _secret_of(Git(root))
    except GitProblem:
        return folder
    folder /= f"own-{hashlib.blake2b(b'folder', key=hashlib.blake2b(key).digest(), digest_size=8).hexdigest()}"
    folder.mkdir(exist_ok=True)
    return folder


def _secret_of(git: Git) -> bytes:
    return os.environ.get(KEY_VARIABLE, "").encode("utf-8", "surrogateescape") or _key_of(git.folder)


def _made(root: Path) -> Path:
    """The folder of the cache, made where it is not there. Raises ``OSError``."""
    folder = root
    for part in FOLDER.split("/"):
        folder = folder / part
        with suppress(FileExistsError):
            os.mkdir(folder)
        # A link would lead the writing out of the instance.
        if not stat.S_ISDIR(os.lstat(folder).st_mode):
            raise NotADirectoryError(folder)
    with suppress(FileExistsError), open(folder / ".gitignore", "x", encoding="ascii") as file:
        file.write("*\n")
    return folder


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    handle = os.open(path, _FLAGS)
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError("not a regular file")
        yield handle
    finally:
        os.close(handle)


def _read(handle: int, size: int, at: int = 0) -> bytes:
    held = os.pread(handle, size, at)
    while len(held) < size and (more := os.pread(handle, size - len(held), at + len(held))):
        held += more
    return held


def _key_of(folder: Path) -> bytes:
    """The key in Git's folder; made at first."""
    path = folder / KEY_FILE
    if not os.path.lexists(path):
        _make_key(path)
    with _opened(path) as handle:
        key = _read(handle, os.fstat(handle).st_size)
    if len(key) != _SEAL:
        raise OSError("no key")
    return key


def _make_key(path: Path) -> None:
    import secrets
    import tempfile

    # Written aside and linked into place: a second process finds a whole key or none.
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(_SEAL))
        with suppress(FileExistsError):
            os.link(temporary, path)
    finally:
        os.unlink(temporary)

"""A fresh tree beside the old one, swapped in by rename: a failed or interrupted build leaves the old site as it was.

A file whose bytes are those of the old tree is linked to it instead of written, so that its time of change says when it
changed; hosts and mirrors that go by it copy nothing.
"""

from __future__ import annotations

import ctypes
import errno
import filecmp
import hashlib
import os
import re
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from zongmu.store.kept.scratch import work_folder

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
PREFIX = ".zongmu-build-"
STATE = "release.json"
"""In a tree to which releases are applied: which one stands there and what was withdrawn since. No build makes it."""

_PLAIN = re.compile(r"[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*")


class Put(NamedTuple):
    """A file that was put into a tree; ``linked``: it is that of the old tree."""

    path: str
    linked: bool


class FreshTree:
    """Files of a new tree. Paths are relative, POSIX; each is written once."""

    def __init__(self, folder: Path, old: Path) -> None:
        self.folder = folder
        self.paths: set[str] = set()
        self.written = 0
        self.linked = 0
        self._base = f"{folder}/"
        self._old = f"{old}/"
        self._dirs: set[str] = set()
        self._names: dict[str, frozenset[str]] = {}

    def write(self, path: str, data: bytes) -> None:
        """A file with these bytes. Raises ``ValueError`` for a path that is taken or leads elsewhere."""
        self.take([self.put(path, data)])

    def put(self, path: str, data: bytes) -> Put:
        """A file with these bytes, without counting it: for a process that works on this tree for another (:meth:`take`). Raises
        ``ValueError`` for a path that is taken or leads elsewhere."""
        target = self._place(path)
        if self._same(path, data) and self._link(path, target):
            return Put(path, True)
        try:
            handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        except FileExistsError:
            raise ValueError(f"{path} is made twice") from None
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(handle, view) :]
        finally:
            os.close(handle)
        return Put(path, False)

    def pour(self, path: str, parts: Iterable[bytes]) -> tuple[Put, int, str]:
        """As :meth:`put`, of a file that is too large to be held at once: *parts* of it one after the other. Also its size
        and its SHA-256."""
        target, digest, size = self._place(path), hashlib.sha256(), 0
        with open(target, "xb") as file:
            for part in parts:
                file.write(part)
                digest.update(part)
                size += len(part)
        old = self.old(path)
        same = old is not None and stat.S_ISREG(old.st_mode) and old.st_size == size
        if same and filecmp.cmp(self._old + path, target, shallow=False) and self._link(path, f"{target}.old"):
            os.replace(f"{target}.old", target)
            return Put(path, True), size, digest.hexdigest()
        return Put(path, False), size, digest.hexdigest()

    def keep(self, path: str) -> Put:
        """The file of the old tree as it is. Raises ``OSError`` where there is none, or where links cannot be made."""
        os.link(self._old + path, self._place(path))
        return Put(path, True)

    def old(self, path: str) -> os.stat_result | None:
        """What the file system says of a file of the old tree; None where there is none that everybody may read."""
        if not self._listed(path):
            return None
        try:
            found = os.stat(self._old + path, follow_symlinks=False)
        except OSError:
            return None
        return found if _open_to_all(found) else None

    def old_bytes(self, path: str) -> bytes | None:
        """The bytes of a file of the old tree; None where there is none that can be read."""
        try:
            handle = os.open(self._old + path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with os.fdopen(handle, "rb") as file:
                return file.read()
        except OSError:
            return None

    def new(self, path: str) -> os.stat_result:
        """What the file system says of a file of this tree."""
        return os.stat(self._base + path, follow_symlinks=False)

    def take(self, files: Iterable[Put]) -> None:
        """Count files that were put. Raises ``ValueError`` for a path that is taken."""
        for file in files:
            if file.path in self.paths:
                raise ValueError(f"{file.path} is made twice")
            self.paths.add(file.path)
            self.linked += file.linked
            self.written += not file.linked

    def read(self, path: str) -> bytes:
        """The bytes of a file of this tree."""
        return Path(self._base + path).read_bytes()

    def copy(self, path: str, source: Path) -> None:
        """A file with the bytes of *source*."""
        self.write(path, source.read_bytes())

    def _place(self, path: str) -> str:
        """Where a file goes; its folder is made."""
        if not _PLAIN.fullmatch(path) or ".." in path.split("/"):
            raise ValueError(f"{path!r} is not a plain path")
        cut = path.rfind("/")
        if cut > 0 and path[:cut] not in self._dirs:
            os.makedirs(self._base + path[:cut], exist_ok=True)
            self._dirs.add(path[:cut])
        return self._base + path

    def _link(self, path: str, target: str) -> bool:
        try:
            os.link(self._old + path, target)
        except OSError:
            return False  # a file system without links, or one that is full of them
        return True

    def _listed(self, path: str) -> bool:
        """Whether the old tree has that file: its folders are listed once, since to ask for each file is slow."""
        folder, _, name = path.rpartition("/")
        names = self._names.get(folder)
        if names is None:
            try:
                names = frozenset(os.listdir(self._old + folder))
            except OSError:
                names = frozenset()
            self._names[folder] = names
        return name in names

    def _same(self, path: str, data: bytes) -> bool:
        if not self._listed(path):
            return False
        try:
            handle = os.open(self._old + path, os.O_RDONLY | os.O_NOFOLLOW)
        except OSError:
            return False
        try:
            found = os.fstat(handle)
            if found.st_size != len(data) or not _open_to_all(found):
                return False
            return os.read(handle, len(data) + 1) == data
        except OSError:
            return False
        finally:
            os.close(handle)


def _open_to_all(found: os.stat_result) -> bool:
    return found.st_mode & 0o444 == 0o444


@contextmanager
def readable_by_all() -> Iterator[None]:
    """What is made meanwhile can be read by everybody, whatever the umask of whoever runs this: a public tree is public, and
    the web server is another user."""
    before = os.umask(0o022)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def fresh_tree(out: Path, work: Path | None = None) -> Iterator[FreshTree]:
    """A tree that takes the place of *out* when the block ends without an error, and vanishes otherwise.

    It grows in the folder *work* where that lies on the same file system, else beside *out*. Raises ``OSError`` where *out* cannot be made or replaced, and ``FileExistsError`` when *out* is there and is neither
    empty nor a site that this command made: a tree to which releases are applied knows what was withdrawn there.
    """
    parent = out.parent
    parent.mkdir(parents=True, exist_ok=True)
    if out.exists() and not _ours(out):
        raise FileExistsError(errno.EEXIST, "not empty, and not a site that zongmu built", str(out))
    if work is not None:
        work.mkdir(parents=True, exist_ok=True)
        if work.stat().st_dev == parent.stat().st_dev:
            parent = work
    with readable_by_all(), work_folder(parent, PREFIX) as folder:
        folder.chmod(0o755)
        yield FreshTree(folder, out)
        swap(folder, out)


def _ours(out: Path) -> bool:
    if not out.is_dir():
        return False
    built = (out / "build.json").is_file() and not (out / STATE).exists()
    return built or not any(out.iterdir())


def swap(new: Path, out: Path) -> None:
    """Put *new* at *out*; what was there ends up at *new*."""
    if not out.exists():
        new.rename(out)
        return
    if _exchange(new, out):
        return
    # No atomic exchange here: two renames, and the old tree is back if the second fails.
    aside = new.with_name(new.name + "-old")
    out.rename(aside)
    try:
        new.rename(out)
    except OSError:
        aside.rename(out)
        raise
    aside.rename(new)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step (Linux ``renameat2``). False where that cannot be done."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    done: int = renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE)
    return done == 0


def tree_print(folder: Path) -> str:
    """A digest of which files lie in *folder*, of what sort, size and time of change: the same where nobody touched any."""
    digest = hashlib.blake2b(digest_size=20)
    waiting = [os.fspath(folder)]
    while waiting:
        here = waiting.pop()
        try:
            with os.scandir(here) as found:
                rows = sorted(found, key=lambda row: row.name)
        except OSError as error:
            digest.update(f"{here}\0{error.errno}\0".encode("utf-8", "surrogateescape"))
            continue
        for row in rows:
            stat = row.stat(follow_symlinks=False)
            said = f"{here}/{row.name}\0{stat.st_mode}\0"
            if row.is_dir(follow_symlinks=False):
                waiting.append(row.path)
            else:
                said += f"{stat.st_size}\0{stat.st_mtime_ns}\0"
            digest.update(said.encode("utf-8", "surrogateescape"))
    return digest.hexdigest()

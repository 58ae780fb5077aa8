"""Trees of files: a folder, a commit, and a change laid over a tip.

A tree says what is there and hands out bytes; it judges nothing. Links are never followed, and what is neither a
file nor a folder is named as what it is, so that whoever reads the tree can refuse it. Paths are relative to the root
of the instance, POSIX, and may hold lone surrogates where a name is not UTF-8.
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from zongmu.store.git.asking import Git
from zongmu.store.git.codes import SPARSE, GitProblem
from zongmu.store.git.objects import blob_id
from zongmu.store.git.text import path_bytes, path_text, shown

REGULAR: Final = "100644"
EXECUTABLE: Final = "100755"
SYMLINK: Final = "120000"
SUBMODULE: Final = "160000"
DIRECTORY: Final = "040000"
"""A folder with no file in it; Git knows none."""
SPECIAL: Final = "special"
"""A pipe, a socket or a device."""
UNREADABLE: Final = "unreadable"
"""A folder that could not be looked into."""

READ_LIMIT: Final = 1 << 20
"""Bytes read of any one file. A record may have 256 KiB: what is cut here is refused for its size anyway."""


class Entry(NamedTuple):
    """Something in a tree: its path, its mode as Git writes it (or one of the words above), its blob where known."""

    path: str
    mode: str
    blob: str | None = None


class Tree(Protocol):
    """Files at one point: what is there, and what is in it."""

    @property
    def label(self) -> str:
        """What to call it: a short commit id, ``worktree``."""

    def entries(self, prefix: str = "") -> Sequence[Entry]:
        """Everything below the folder *prefix* in order of path; *prefix* itself where it is no folder."""

    def read(self, path: str) -> bytes:
        """The first :data:`READ_LIMIT` bytes of a file.

        Raises ``OSError`` when it is not there or no regular file, or cannot be read; :class:`GitProblem` when the
        repository lacks it.
        """

    def exists(self, path: str) -> bool:
        """Whether there is something at *path* that is no folder."""


def below(path: str, prefix: str) -> bool:
    """Whether *path* is *prefix* or lies in the folder *prefix*; everything lies in the empty one."""
    return not prefix or path == prefix or path.startswith(prefix + "/")


class WorkTree:
    """A folder as it stands on the disk.

    With *git*, files that Git saw last time and that have not been touched since carry their blob id, and files that
    ``.gitignore`` names are left out. Without it, the folder alone decides.
    """

    def __init__(self, root: Path, git: Git | None = None) -> None:
        self.root = Path(os.path.realpath(root))
        self._git = git
        self._bytes_root = os.fsencode(self.root)
        self._real: set[str] = {""}
        self._executables: bool | None = None

    @classmethod
    def of(cls, root: Path) -> WorkTree:
        """The folder *root*, with its repository where it stands in one that Git can read."""
        git = Git(root)
        try:
            return cls(root, None if git.is_bare() else git)
        except GitProblem:
            return cls(root)

    @property
    def label(self) -> str:
        return "worktree"

    def entries(self, prefix: str = "") -> Sequence[Entry]:
        if prefix and not self._is_folder(prefix):
            return [entry] if (entry := self.entry(prefix)) else []
        clean, ignored = self._from_git(prefix)
        found = []
        for entry in self._scan(prefix):
            if entry.path in ignored:
                continue
            mode, blob = clean.get(entry.path, (REGULAR, None))
            if entry.mode != EXECUTABLE or self._tells_executable():
                mode = entry.mode
            found.append(Entry(entry.path, mode, blob))
        found.sort()
        return found

    def _from_git(self, prefix: str) -> tuple[Mapping[str, tuple[str, str | None]], frozenset[str]]:
        """What Git adds: mode and blob of untouched files, and which files are ignored."""
        if self._git is None:
            return {}, frozenset()
        held, overlooked = self._git.tracked(prefix or ".")
        clean: dict[str, tuple[str, str | None]] = dict(held)
        if not clean:
            # The folder is not in the repository (yet): what is ignored there says nothing about it.
            return {}, frozenset()
        left_out = [one.path for one in overlooked if one.skipped and self.entry(one.path) is None]
        if left_out:
            raise GitProblem(
                SPARSE, count=len(left_out), path=shown(left_out[0]), command="git sparse-checkout disable"
            )
        for path in (*self._git.touched(prefix or "."), *(one.path for one in overlooked)):
            clean.pop(path, None)
        return clean, frozenset(self._git.ignored(prefix or "."))

    def _tells_executable(self) -> bool:
        """Whether the disk can tell an executable file; asked only when one seems to be there."""
        if self._executables is None:
            self._executables = self._git is None or self._git.tells_executable()
        return self._executables

    def _scan(self, prefix: str) -> Iterator[Entry]:
        waiting = [prefix]
        while waiting:
            folder = waiting.pop()
            try:
                with os.scandir(self._place(folder)) as rows:
                    names = list(rows)
            except OSError:
                yield Entry(folder, UNREADABLE)
                continue
            self._real.add(folder)
            if folder != "" and any(row.name == b".git" for row in names):
                yield Entry(folder, SUBMODULE)
                continue
            if not names and folder != prefix:
                yield Entry(folder, DIRECTORY)
            for row in names:
                name = path_text(row.name)
                path = f"{folder}/{name}" if folder else name
                try:
                    if row.is_dir(follow_symlinks=False):
                        if path != ".git":
                            waiting.append(path)
                    else:
                        yield Entry(path, _mode(row.stat(follow_symlinks=False).st_mode))
                except OSError:
                    yield Entry(path, UNREADABLE)

    def _place(self, path: str) -> bytes:
        return self._bytes_root + b"/" + path_bytes(path) if path else self._bytes_root

    def _is_folder(self, path: str) -> bool:
        """Whether *path* is a folder that no link leads to."""
        if path in self._real:
            return True
        above = path.rpartition("/")[0]
        if not self._is_folder(above):
            return False
        try:
            real = stat.S_ISDIR(os.lstat(self._place(path)).st_mode)
        except (OSError, ValueError):
            return False
        if real:
            self._real.add(path)
        return real

    def entry(self, path: str) -> Entry | None:
        """What is at *path*, if it is no folder and no link leads there."""
        if not self._is_folder(path.rpartition("/")[0]):
            return None
        try:
            mode = os.lstat(self._place(path)).st_mode
        except (OSError, ValueError):
            return None
        return None if stat.S_ISDIR(mode) else Entry(path, _mode(mode))

    def read(self, path: str) -> bytes:
        handle, size = self._open(path)
        try:
            # Asked for no more than is there, Python need not reserve the limit for every small file.
            return os.read(handle, min(size + 1, READ_LIMIT))
        finally:
            os.close(handle)

    def blob_of(self, entry: Entry, algorithm: str = "sha1") -> str:
        """The id that Git would give the content of a file or a link. Raises ``OSError``."""
        if entry.mode == SYMLINK:
            return blob_id(os.readlink(self._place(entry.path)), algorithm)
        handle, size = self._open(entry.path)
        with io.FileIO(handle) as file:
            digest = hashlib.new(algorithm, b"blob %d\0" % size, usedforsecurity=False)
            while part := file.read(READ_LIMIT):
                digest.update(part)
            return digest.hexdigest()

    def _open(self, path: str) -> tuple[int, int]:
        """A regular file to read, which the caller closes, and its size."""
        if not self._is_folder(path.rpartition("/")[0]):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        # A pipe must not make us wait, and the name may have become a link since it was looked at.
        handle = os.open(self._place(path), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            os.close(handle)
            raise OSError(errno.EINVAL, "not a regular file")
        return handle, found.st_size

    def exists(self, path: str) -> bool:
        return self.entry(path) is not None


def _mode(mode: int) -> str:
    if stat.S_ISLNK(mode):
        return SYMLINK
    if not stat.S_ISREG(mode):
        return SPECIAL
    return EXECUTABLE if mode & stat.S_IXUSR else REGULAR


class GitTree:
    """The files of one commit, read by blob from the object store: no checkout takes part."""

    def __init__(self, git: Git, revision: str, *, known: bool = False) -> None:
        """Raises :class:`GitProblem` when there is no such revision; not asked where it is *known* as the id of a commit."""
        self.git = git
        self.commit = revision if known else git.resolve(revision)
        self._listed: dict[str, list[Entry]] = {}
        self._known: dict[str, Entry | None] = {}
        self._folders: dict[str, str] = {}

    @property
    def label(self) -> str:
        return self.commit[:12]

    def entries(self, prefix: str = "") -> Sequence[Entry]:
        if prefix not in self._listed:
            top = self.git.prefix
            at = (top + prefix).rstrip("/")
            rows = self.git.list_tree(self.commit, *((at,) if at else ()))
            found = sorted(Entry(path[len(top) :], mode, blob) for path, mode, blob in rows)
            self._listed[prefix] = found
            self._known.update((entry.path, entry) for entry in found)
        return self._listed[prefix]

    def look_up(self, paths: Sequence[str]) -> None:
        """Learn what is at *paths*, files or folders, and of the folders above, at once: faster than one by one."""
        top = self.git.prefix
        listed: dict[str, list[Entry]] = {path: [] for path in paths if path not in self._listed}
        if not listed:
            return
        for name, mode, blob in self.git.list_tree(self.commit, *(top + path for path in listed), folders=True):
            entry = Entry(name[len(top) :], mode, blob)
            if mode == DIRECTORY:
                self._folders[name] = blob
                continue
            self._known[entry.path] = entry
            for path, held in listed.items():
                if below(entry.path, path):
                    held.append(entry)
        for path, held in listed.items():
            self._listed[path] = sorted(held)
            if not any(entry.path == path for entry in held):
                self._known[path] = None

    def expect(self, entries: Iterable[Entry]) -> None:
        """Take *entries*, which somebody has looked up, for what is at their paths."""
        self._known.update((entry.path, entry) for entry in entries)

    def entry(self, path: str) -> Entry | None:
        """What is at *path*, if it is no folder."""
        if path not in self._known:
            rows = self.git.list_tree(self.commit, self.git.prefix + path) if path else []
            # Asked for a folder, Git answers with what is in it.
            self._known[path] = next(
                (Entry(path, mode, blob) for name, mode, blob in rows if name == self.git.prefix + path), None
            )
        return self._known[path]

    def folder_id(self, path: str) -> str | None:
        """The id of the folder *path*, of its names and contents; None where there is none."""
        at = self.git.prefix + path
        return self._folders.get(at) or self.git.tree_id(self.commit, at)

    def read(self, path: str) -> bytes:
        return next(iter(self.read_many((path,))))

    def read_many(self, paths: Iterable[str]) -> Iterator[bytes]:
        """As :meth:`read`, of many files in order: faster than one by one."""
        blobs = []
        for path in paths:
            entry = self.entry(path)
            if entry is None or entry.mode == SUBMODULE:
                raise FileNotFoundError(path)
            blobs.append(entry.blob or "")
        return self.git.blobs(blobs, READ_LIMIT)

    def exists(self, path: str) -> bool:
        return self.entry(path) is not None


class OverlayTree:
    """The tip with the paths that a change touched as the change has them.

    *changed* says of each touched path what the change has there, None where it has nothing; *source* is the change's
    own tree, from which touched paths are read; *joined* is the content of paths that both sides changed.
    """

    def __init__(
        self,
        tip: Tree,
        changed: Mapping[str, Entry | None],
        source: Tree,
        joined: Mapping[str, bytes] | None = None,
    ) -> None:
        self.tip = tip
        self.changed = changed
        self.source = source
        self.joined = joined or {}

    @property
    def label(self) -> str:
        return f"{self.tip.label}+{self.source.label}"

    def entries(self, prefix: str = "") -> Sequence[Entry]:
        found = [entry for entry in self.tip.entries(prefix) if entry.path not in self.changed]
        found += [entry for path, entry in self.changed.items() if entry is not None and below(path, prefix)]
        found.sort()
        return found

    def read(self, path: str) -> bytes:
        if path in self.joined:
            return self.joined[path]
        if path not in self.changed:
            return self.tip.read(path)
        if self.changed[path] is None:
            raise FileNotFoundError(path)
        return self.source.read(path)

    def exists(self, path: str) -> bool:
        return self.changed[path] is not None if path in self.changed else self.tip.exists(path)


# Elsewhere the forge merges text as it always does, and no verdict on a record hangs on the result.

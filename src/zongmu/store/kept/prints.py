"""Prints: digests that tell whether anything changed of what a result was made from.

A print is made of contents, so that it is the same on every machine. That no file of a folder was touched since its print was
taken is seen from what the system says of each, as Git sees it of its work tree.
"""

from __future__ import annotations

import hashlib
import os
import stat
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import zongmu
from zongmu.store.git.asking import Git
from zongmu.store.git.text import path_bytes
from zongmu.store.kept.cache import Cache

KIND: Final = "print"
_SETTLED: Final = 2 * 10**9
"""Nanoseconds after which a change of a file is sure to show in its times."""

MOST_LOOSE: Final = 2000
"""Files that are not as Git knows them, up to which a print is worth taking."""


def print_of(parts: Iterable[bytes]) -> str:
    """One print of several parts, whose borders count."""
    digest = hashlib.blake2b(digest_size=20)
    for part in parts:
        digest.update(b"%d:" % len(part))
        digest.update(part)
    return digest.hexdigest()


_engine: str | None = None


def engine_print(cache: Cache | None = None) -> str:
    """Of this program: its own files, the Python that runs it, and what is installed beside it. Taken once.

    *cache*: as for :func:`folder_print`.
    """
    global _engine
    if _engine is None:
        package = Path(zongmu.__file__).parent
        installed = {os.path.dirname(p) for p in (_file_of("pydantic_core"), _file_of("yaml"), _file_of("ryaml")) if p}
        names = sorted(
            {name for folder in installed for name in os.listdir(os.path.dirname(folder)) if "-info" in name}
        )
        own = folder_print(package, cache)
        _engine = print_of((sys.version.encode(), "\n".join(names).encode(), own.encode()))
    return _engine


def _file_of(module: str) -> str | None:
    from importlib.util import find_spec

    found = find_spec(module)
    return found.origin if found is not None else None


def folder_print(folder: Path, cache: Cache | None = None) -> str:
    """Of the names and contents of all files in *folder*, but for compiled Python; links count by what they lead to too.

    *cache*: where the print is taken from if no file was touched since.
    """
    top = os.fsencode(folder)
    state = _state(top) if cache is not None else None
    if cache is None or state is None:
        return _folder_print(top)
    name = print_of((top,))
    kept = cache.get(KIND, name)
    if kept is not None:
        before, _, known = bytes(kept).decode().partition(" ")
        if before == state:
            return known
    made = _folder_print(top)
    if _state(top) == state:
        cache.put(KIND, name, f"{state} {made}".encode())
    return made


def _folder_print(top: bytes) -> str:
    return print_of(part for path in sorted(_files(top)) for part in (path[len(top) :], _content(path)))


def _state(top: bytes) -> str | None:
    """What the system says of every file in *top*; None where a link leads elsewhere, or a file was touched so lately that
    it could be touched again without a trace."""
    rows: list[bytes] = []
    latest = 0
    waiting = [top]
    try:
        while waiting:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    if entry.name == b"__pycache__" or entry.name.endswith(b".pyc"):
                        continue
                    info = entry.stat(follow_symlinks=False)
                    if stat.S_ISDIR(info.st_mode):
                        waiting.append(entry.path)
                        continue
                    if stat.S_ISLNK(info.st_mode):
                        return None
                    latest = max(latest, info.st_mtime_ns, info.st_ctime_ns)
                    seen = (info.st_mode, info.st_ino, info.st_size, info.st_mtime_ns, info.st_ctime_ns)
                    rows.append(entry.path + b" %d %d %d %d %d" % seen)
    except OSError:
        return None
    return print_of(sorted(rows)) if latest < time.time_ns() - _SETTLED else None


def _files(folder: bytes, above: frozenset[bytes] = frozenset()) -> Iterator[bytes]:
    """Every file below *folder*. A link to a folder is a file, and is followed unless it leads back up."""
    above |= {os.path.realpath(folder)}
    with os.scandir(folder) as rows:
        for row in rows:
            if row.is_symlink():
                yield row.path
            if row.is_dir():
                if row.name != b"__pycache__" and os.path.realpath(row.path) not in above:
                    yield from _files(row.path, above)
            elif not row.is_symlink() and not row.name.endswith(b".pyc"):
                yield row.path


def _content(path: bytes) -> bytes:
    """What stands at *path*: its kind, and the digest of its content."""
    try:
        mode = os.lstat(path).st_mode
        kind = b"%o " % mode
        if stat.S_ISLNK(mode):
            kind += os.readlink(path)
            mode = os.stat(path).st_mode
        if not stat.S_ISREG(mode):
            return kind
        with open(path, "rb") as file:
            return kind + b" " + hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=20)).digest()
    except OSError as error:
        return b"error %d" % (error.errno or 0)


def files_print(git: Git, root: Path, folders: Iterable[str], watched: Iterable[str]) -> str | None:
    """Of everything below *folders* of the instance in *root*, at the cost of ``git status``; None where that is too dear,
    or where a link leads to what Git does not see.

    Files that Git knows and that were not touched count by their blobs, all others by what is in them. Below *watched* the
    folders count by when a name in them last came or went, which tells of what Git does not see (a pipe, an empty folder).
    """
    top = os.fsencode(root) + b"/"
    # Git refuses to name a folder that is not there.
    chosen = [name for name in folders if os.path.isdir(root / name)]
    if not chosen or any(os.path.islink(root / name) for name in chosen):
        return None
    listed, loose = git.state_of_files(chosen)
    if len(loose) > MOST_LOOSE or any(row[2:].startswith(b"120000 ") for row in listed.split(b"\0")):
        return None
    parts = [listed]
    for path in _folders_in(listed, watched):
        try:
            parts.append(path + b" %d" % os.stat(top + path).st_mtime_ns)
        except OSError:
            parts.append(path)
    for name in sorted(set(loose)):
        place = top + path_bytes(name.rstrip("/"))
        inside = sorted(_files(place)) if name.endswith("/") and os.path.isdir(place) else [place]
        if len(inside) > MOST_LOOSE:
            return None
        parts += [part for path in inside for part in (path[len(top) :], _content(path))]
    return print_of(parts)


def _folders_in(listed: bytes, watched: Iterable[str]) -> list[bytes]:
    """The folders *watched* and all below them that hold a file of the index, in order."""
    tops = tuple(path_bytes(name) for name in watched)
    found = set(tops)
    for path in {line.partition(b"\t")[2].rpartition(b"/")[0] for line in listed.split(b"\0")}:
        while path not in found and path.startswith(tuple(top + b"/" for top in tops)):
            found.add(path)
            path = path.rpartition(b"/")[0]
    return sorted(found)

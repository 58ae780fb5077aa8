"""Prints: digests that tell whether anything changed of what a result was made from."""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Final

import zongmu
from zongmu.store.git import Git
from zongmu.store.git_text import path_bytes

MOST_LOOSE: Final = 2000
"""Files that are not as Git knows them, up to which a print is worth taking."""


def print_of(parts: Iterable[bytes]) -> str:
    """One print of several parts, whose borders count."""
    digest = hashlib.blake2b(digest_size=20)
    for part in parts:
        digest.update(b"%d:" % len(part))
        digest.update(part)
    return digest.hexdigest()


@cache
def engine_print() -> str:
    """Of this program: its own files, the Python that runs it, and what is installed beside it."""
    package = Path(zongmu.__file__).parent
    installed = {os.path.dirname(p) for p in (_file_of("pydantic_core"), _file_of("yaml"), _file_of("ryaml")) if p}
    names = sorted({name for folder in installed for name in os.listdir(os.path.dirname(folder)) if "-info" in name})
    return print_of((sys.version.encode(), "\n".join(names).encode(), folder_print(package).encode()))


def _file_of(module: str) -> str | None:
    from importlib.util import find_spec

    found = find_spec(module)
    return found.origin if found is not None else None


def folder_print(folder: Path) -> str:
    """Of the names and contents of all files in *folder*, but for compiled Python; links count by what they lead to too."""
    top = os.fsencode(folder)
    return print_of(part for path in sorted(_files(top)) for part in (path[len(top) :], _content(path)))


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
    if len(loose) > MOST_LOOSE or any(row.startswith(b"120000 ") for row in listed.split(b"\0")):
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

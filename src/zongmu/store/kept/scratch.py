"""Folders for as long as a run needs them: gone at its end, and gone with the next run where one was killed."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Final

_YOUNG: Final = 60.0
"""Seconds within which a new folder may not have been locked yet."""


def scratch_folder(prefix: str) -> AbstractContextManager[Path]:
    """A :func:`work_folder` in the temporary folder of the machine. Raises ``OSError``."""
    return work_folder(Path(tempfile.gettempdir()), prefix)


@contextmanager
def work_folder(parent: Path, prefix: str) -> Iterator[Path]:
    """A new folder in *parent* that vanishes at the end, whatever it is by then. What a run of the same user that was killed
    left there under that *prefix* is removed: nobody holds its lock. Raises ``OSError``."""
    parent.mkdir(parents=True, exist_ok=True)
    _remove_abandoned(parent, prefix)
    fresh = Path(tempfile.mkdtemp(prefix=f".{prefix}", dir=parent))
    folder = fresh.with_name(fresh.name[1:])
    lock = -1
    try:
        lock = os.open(fresh, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        with suppress(OSError):  # a file system without locks
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fresh.rename(folder)  # under its prefix nobody finds it before it is locked
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(fresh, ignore_errors=True)
        if lock >= 0:
            os.close(lock)


def _remove_abandoned(parent: Path, prefix: str) -> None:
    for folder in (*parent.glob(f"{prefix}*"), *parent.glob(f".{prefix}*")):
        with suppress(OSError):
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                found = os.fstat(handle)
                # In a folder for everybody anybody may use the name.
                if found.st_uid == os.geteuid() and (
                    folder.name.startswith(prefix) or found.st_mtime < time.time() - _YOUNG
                ):
                    shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(handle)

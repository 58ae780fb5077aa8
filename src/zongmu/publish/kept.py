"""Folders in which a build works and keeps what it made: found by nobody else, and gone when a build was killed."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from zongmu.store.cache import private_folder

WORK: Final = "work-"
_COMPLETE: Final = "complete"
_YOUNG: Final = 60.0
"""Seconds within which a new folder may not have been locked yet."""
_UNUSED: Final = 600.0
"""Seconds after which a folder that was kept under another key is of no use to a build that runs beside this one."""
_CLOSED: Final = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


@contextmanager
def kept_folder(root: Path, cached: bool = True) -> Iterator[Path]:
    """The folder of what the instance in *root* built before; one that is empty and vanishes, where nothing is to be taken
    from it (*cached* is false) or nothing can be kept there (a disc that is read only). Raises ``OSError``."""
    try:
        folder = private_folder(root)
    except OSError as error:
        if error.errno not in _CLOSED:
            raise
        with tempfile.TemporaryDirectory(prefix="zongmu-") as fresh:
            yield Path(fresh)
        return
    if cached:
        yield folder
        return
    with work_folder(folder, WORK) as fresh_folder:
        yield fresh_folder


@contextmanager
def work_folder(parent: Path, prefix: str) -> Iterator[Path]:
    """A new folder in *parent* that vanishes at the end, whatever it is by then. What a run that was killed left there
    under that *prefix* is removed: nobody holds its lock. Raises ``OSError``."""
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
                if folder.name.startswith(prefix) or os.fstat(handle).st_mtime < time.time() - _YOUNG:
                    shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(handle)


def made_once(folder: Path, make: Callable[[Path], None]) -> None:
    """See that *folder* is there, filled by *make* in one step; others of its kind (the name up to the last hyphen) that
    nobody used for a while are dropped. Raises what *make* raises, and ``OSError``."""
    if not (folder / _COMPLETE).is_file():
        with work_folder(folder.parent, WORK) as work:
            made = work / "made"
            made.mkdir()
            make(made)
            (made / _COMPLETE).touch()
            for again in (True, False):
                try:
                    made.rename(folder)
                    break
                except OSError:
                    if (folder / _COMPLETE).is_file():  # another build was quicker, with the same result
                        break
                    if not again:
                        raise
                    shutil.rmtree(folder, ignore_errors=True)
    with suppress(OSError):
        os.utime(folder)
    for other in folder.parent.glob(f"{folder.name.rpartition('-')[0]}-*"):
        with suppress(OSError):
            if other != folder and other.stat().st_mtime < time.time() - _UNUSED:
                shutil.rmtree(other, ignore_errors=True)

"""Folders in which a build works and keeps what it made: found by nobody else, and gone when a build was killed."""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from zongmu.store.kept.cache import private_folder
from zongmu.store.kept.scratch import scratch_folder, work_folder

WORK: Final = "work-"
_COMPLETE: Final = "complete"
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
        with scratch_folder("zongmu-build-") as fresh:
            yield fresh
        return
    if cached:
        yield folder
        return
    with work_folder(folder, WORK) as fresh:
        yield fresh


def is_made(folder: Path) -> bool:
    """Whether *folder* is there as :func:`made_once` filled it."""
    return (folder / _COMPLETE).is_file()


def made_once(folder: Path, make: Callable[[Path], None]) -> None:
    """See that *folder* is there, filled by *make* in one step; others of its kind (the name up to the last hyphen) that
    nobody used for a while are dropped. Raises what *make* raises, and ``OSError``."""
    if not is_made(folder):
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
                    if is_made(folder):  # another build was quicker, with the same result
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

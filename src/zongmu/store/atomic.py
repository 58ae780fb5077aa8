"""Writing a file so that after any failure it is either the old one or the new one, whole."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import re
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from zongmu.model.finding import Bilingual, Code, CodedError
from zongmu.store.refusal import refusal

DISK_FULL = Code(
    id="store.disk-full",
    title=Bilingual("磁盘已满", "Disk full"),
    message=Bilingual(
        "磁盘空间不足，没有写入 {name}；原文件完好。",
        "There is no space left: {name} was not written. The file is as it was.",
    ),
    next_step=Bilingual("腾出空间后再执行一次。", "Free some space and run the command again."),
)
NOT_WRITABLE = Code(
    id="store.not-writable",
    title=Bilingual("不能写入", "Not writable"),
    message=Bilingual(
        "不能写入 {name}（{reason_zh}）；原文件完好。",
        "{name} cannot be written ({reason_en}). The file is as it was.",
    ),
    next_step=Bilingual(
        "检查目录是否存在、权限是否足够，再执行一次。",
        "See that the directory exists and that you may write there, then run the command again.",
    ),
)
NOT_A_FILE = Code(
    id="store.not-a-file",
    title=Bilingual("不是普通文件", "Not a regular file"),
    message=Bilingual(
        "{name} 是符号链接、目录或设备，没有写入：登记库里只有普通文件。",
        "{name} is a symbolic link, a directory or a device and was not written: a registry has regular files only.",
    ),
    next_step=Bilingual("换成普通文件。", "Replace it by a regular file."),
)

CODES: Final = (DISK_FULL, NOT_WRITABLE, NOT_A_FILE)

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class WriteError(CodedError):
    """A file could not be written and is as it was. ``code`` says why; ``values`` fill its texts."""

    def __init__(self, code: Code, path: Path, **values: object) -> None:
        self.path = path
        super().__init__(code, name=path.name, **values)


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Alone among those who ask for *folder* in this way: between a look at a file and its writing nobody else writes."""
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        yield  # what is wrong with it shows as it is written
        return
    try:
        with contextlib.suppress(OSError):  # a file system without locks
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


_HALF: Final = re.compile(r"\.[^/]+\.[a-z0-9_]{8}\.tmp")


def half_written(name: str) -> bool:
    """Whether a file of this name is what :func:`write_atomic` leaves where it is killed."""
    return _HALF.fullmatch(name) is not None


def write_atomic(path: Path | str, data: bytes) -> None:
    """Makes *data* the content of the file *path*, or leaves it as it was.

    Writes a temporary file in the same directory, over what a run that was killed left of it, brings it to the disk, gives it the
    mode of the old file (0644 for a new one, less what the umask takes away), puts it in place of the old, and brings the directory
    to the disk.
    Raises :class:`WriteError`; the temporary file is then removed.
    """
    path = Path(path)
    try:
        mode = _mode(path)
        _replace(path, data, mode)
    except OSError as error:
        if error.errno in _FULL:
            raise WriteError(DISK_FULL, path) from error
        why = refusal(error)
        raise WriteError(NOT_WRITABLE, path, reason_zh=why.zh, reason_en=why.en) from error
    # The new file is in place. That the directory cannot be synchronised on some file systems is no failure.
    with contextlib.suppress(OSError):
        _sync_directory(path.parent)


def _mode(path: Path) -> int | None:
    """The mode of the file that is to be replaced; ``None`` if there is none yet."""
    try:
        status = os.lstat(path)
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(status.st_mode):
        raise WriteError(NOT_A_FILE, path)
    return stat.S_IMODE(status.st_mode)


def _replace(path: Path, data: bytes, mode: int | None) -> None:
    descriptor, name = _begun(path)
    try:
        try:
            opened = os.fdopen(descriptor, "wb")
        except BaseException:
            os.close(descriptor)
            raise
        with opened as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), _new_file_mode() if mode is None else mode)
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def _begun(path: Path) -> tuple[int, str]:
    """A temporary file for *path*, open and empty: the one of its own name, which is what a run that was killed has left, unless
    somebody holds it or it cannot be had; then another."""
    own = path.parent / f".{path.name}.{hashlib.sha256(os.fsencode(path.name)).hexdigest()[:8]}.tmp"
    with contextlib.suppress(OSError):
        descriptor = os.open(own, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o600)
        held = False
        try:
            held = _held(descriptor, own)
        finally:
            if not held:
                os.close(descriptor)
        if held:
            return descriptor, str(own)
    return tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")


def _held(descriptor: int, own: Path) -> bool:
    """Whether the open file is ours alone, and still stands at its name: emptied then."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in (errno.EWOULDBLOCK, errno.EACCES):  # a file system without locks
            os.unlink(own)
        return False
    ours = os.fstat(descriptor)
    if not stat.S_ISREG(ours.st_mode) or ours.st_nlink != 1 or not os.path.samestat(ours, os.lstat(own)):
        return False  # a pipe, a second name of another file, or put in place by its writer a moment ago
    os.ftruncate(descriptor, 0)
    return True


def _new_file_mode() -> int:
    umask = os.umask(0)
    os.umask(umask)
    return 0o644 & ~umask


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

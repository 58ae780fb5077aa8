"""A file is the old one or the new one, whole, whatever happens while it is written."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from zongmu.store import atomic
from zongmu.store.atomic import WriteError, write_atomic
from zongmu.store.refusal import refusal

OLD = "旧内容\n".encode()
NEW = "新内容\n".encode() * 1000


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "记录.yaml"
    path.write_bytes(OLD)
    path.chmod(0o640)
    return path


def only_file_in(directory: Path) -> str:
    (name,) = os.listdir(directory)
    return name


def test_the_new_content_is_there_and_the_mode_is_kept(file: Path) -> None:
    write_atomic(file, NEW)
    assert file.read_bytes() == NEW
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert only_file_in(file.parent) == file.name


def test_a_new_file_has_an_ordinary_mode(tmp_path: Path) -> None:
    old = os.umask(0o027)
    try:
        write_atomic(tmp_path / "new.yaml", NEW)
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "new.yaml").stat().st_mode) == 0o640


def test_a_path_may_be_text(file: Path) -> None:
    write_atomic(str(file), NEW)
    assert file.read_bytes() == NEW


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
@pytest.mark.parametrize("name", ["fsync", "replace", "fchmod", "fdopen"])
def test_a_full_disk_leaves_the_old_file_and_nothing_else(
    file: Path, monkeypatch: pytest.MonkeyPatch, name: str, number: int
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, name, full)
    with pytest.raises(WriteError) as caught:
        write_atomic(file, NEW)
    monkeypatch.undo()

    assert caught.value.code is atomic.DISK_FULL
    assert file.name in str(caught.value)
    assert file.read_bytes() == OLD
    assert only_file_in(file.parent) == file.name


def test_a_disk_that_fills_in_the_middle_of_writing(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.fdopen

    class Filling:
        """A file on a disk with room for ten bytes more."""

        def __init__(self, descriptor: int, mode: str) -> None:
            self._file = real(descriptor, mode)

        def __enter__(self) -> Filling:
            return self

        def __exit__(self, *_: object) -> None:
            self._file.close()

        def write(self, data: bytes) -> None:
            self._file.write(data[:10])
            self._file.flush()
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fdopen", Filling)
    with pytest.raises(WriteError) as caught:
        write_atomic(file, NEW)
    assert caught.value.code is atomic.DISK_FULL
    assert file.read_bytes() == OLD
    assert only_file_in(file.parent) == file.name


def test_an_interruption_leaves_the_old_file_and_nothing_else(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_atomic(file, NEW)
    assert file.read_bytes() == OLD
    assert only_file_in(file.parent) == file.name


def test_a_run_that_was_killed_leaves_the_old_file_and_the_next_one_clears_the_rest(file: Path) -> None:
    script = (
        "import os, signal, sys; from pathlib import Path; from zongmu.store.atomic import write_atomic\n"
        "os.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "write_atomic(Path(sys.argv[1]), b'half' * 100_000)"
    )
    other = file.with_name(f".another-{file.name}.a1b2c3d4.tmp")  # of another file: left to its own writer
    other.touch()
    for _ in range(2):
        subprocess.run([sys.executable, "-c", script, str(file)], check=False)
        assert file.read_bytes() == OLD
        assert len(os.listdir(file.parent)) == 3  # not one more for each
    write_atomic(file, NEW)
    assert file.read_bytes() == NEW
    other.unlink()
    assert only_file_in(file.parent) == file.name


def test_what_another_is_writing_at_this_moment_is_left_to_it(file: Path) -> None:
    descriptor, name = atomic._begun(file)
    os.write(descriptor, b"half")
    write_atomic(file, NEW)
    assert file.read_bytes() == NEW
    assert Path(name).read_bytes() == b"half"
    os.close(descriptor)
    write_atomic(file, OLD)
    assert only_file_in(file.parent) == file.name


def test_a_writer_that_waited_does_not_empty_the_file_that_was_put_in_place_meanwhile(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = fcntl.flock

    def first_another(descriptor: int, how: int) -> None:
        """Another writer comes to its end between our opening of the file and our asking for its lock."""
        monkeypatch.setattr(fcntl, "flock", lock)
        write_atomic(file, b"another")
        lock(descriptor, how)

    monkeypatch.setattr(fcntl, "flock", first_another)
    descriptor, name = atomic._begun(file)
    assert file.read_bytes() == b"another"
    os.close(descriptor)
    os.unlink(name)


@pytest.mark.parametrize(
    "make", [os.mkfifo, lambda at: os.link(at.with_name("another"), at), lambda at: at.symlink_to("another")]
)
def test_what_bears_the_name_of_the_temporary_file_and_is_none_is_left_alone(
    file: Path, make: Callable[[Path], None]
) -> None:
    another = file.with_name("another")
    another.write_bytes(OLD)
    descriptor, name = atomic._begun(file)
    os.close(descriptor)
    os.unlink(name)
    make(Path(name))
    write_atomic(file, NEW)
    assert (file.read_bytes(), another.read_bytes()) == (NEW, OLD)
    assert os.path.lexists(name)


def test_where_nothing_can_be_locked_nothing_is_left(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*_: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", refuses)
    write_atomic(file, NEW)
    assert file.read_bytes() == NEW
    assert only_file_in(file.parent) == file.name


def test_the_folder_is_not_read_for_each_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With thousands in one folder that would take longer than the writing."""
    for name in ("listdir", "scandir"):
        monkeypatch.setattr(os, name, None)
    write_atomic(file, NEW)
    assert file.read_bytes() == NEW


def test_a_directory_that_cannot_be_synchronised_is_no_failure(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(_: Path) -> None:
        raise OSError(errno.EINVAL, "no such thing here")

    monkeypatch.setattr(atomic, "_sync_directory", refuses)
    write_atomic(file, NEW)
    assert file.read_bytes() == NEW


def test_a_missing_directory_is_told(tmp_path: Path) -> None:
    with pytest.raises(WriteError) as caught:
        write_atomic(tmp_path / "missing" / "x.yaml", NEW)
    assert caught.value.code is atomic.NOT_WRITABLE


def test_nothing_is_written_through_a_link_or_over_a_directory(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.yaml"
    link.symlink_to(file)
    for path in (link, tmp_path):
        with pytest.raises(WriteError) as caught:
            write_atomic(path, NEW)
        assert caught.value.code is atomic.NOT_A_FILE
    assert file.read_bytes() == OLD
    assert link.is_symlink()


@pytest.fixture
def tiny_disk() -> Iterator[Path]:
    """A file system of 64 KiB, where the machine lets us mount one."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root may mount a tiny file system")
    directory = Path(tempfile.mkdtemp())
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(directory)], capture_output=True, check=False
    )
    if done.returncode:
        directory.rmdir()
        pytest.skip("this machine does not allow mounts")
    try:
        yield directory
    finally:
        subprocess.run(["umount", str(directory)], check=True)
        directory.rmdir()


def test_a_disk_that_is_really_full(tiny_disk: Path) -> None:
    file = tiny_disk / "x.yaml"
    file.write_bytes(OLD)
    with pytest.raises(WriteError) as caught:
        write_atomic(file, b"x" * 100_000)
    assert caught.value.code is atomic.DISK_FULL
    assert file.read_bytes() == OLD
    assert only_file_in(tiny_disk) == "x.yaml"
    write_atomic(file, NEW[:1000])
    assert file.read_bytes() == NEW[:1000]


def test_many_files_that_were_not_copied_are_refused_in_one_word(tmp_path: Path) -> None:
    error = shutil.Error([("/a/b", "/c/d", "[Errno 28] No space left on device: '/a/b' -> '/c/d'")] * 9)
    assert (refusal(error).zh, refusal(error).en) == ("磁盘已满", "No space left on device")

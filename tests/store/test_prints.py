"""The print of a folder is kept, and never that of a folder which has changed since."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.store.repositories import Repository
from zongmu.store.kept import prints
from zongmu.store.kept.cache import Cache
from zongmu.store.kept.prints import folder_print


def same_size_and_time(folder: Path) -> None:
    file = folder / "a.py"
    info = file.stat()
    file.write_bytes(b"b = 2\n")
    os.utime(file, ns=(info.st_atime_ns, info.st_mtime_ns))


def in_its_place(folder: Path) -> None:
    info = (folder / "a.py").stat()
    other = folder.with_name("other")
    other.write_bytes(b"b = 2\n")
    os.utime(other, ns=(info.st_atime_ns, info.st_mtime_ns))
    other.replace(folder / "a.py")


def one_more(folder: Path) -> None:
    (folder / "deep" / "c.py").write_bytes(b"")


def by_a_link(folder: Path) -> None:
    (folder / "deep" / "c.py").symlink_to("../a.py")


@pytest.mark.parametrize("change", [same_size_and_time, in_its_place, one_more, by_a_link])
def test_a_kept_print_is_that_of_what_is_there(
    change: Callable[[Path], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = Repository(tmp_path / "repository")
    cache = Cache.of(repository.root)
    assert cache is not None
    folder = tmp_path / "folder"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.py").write_bytes(b"a = 1\n")
    monkeypatch.setattr(prints, "_SETTLED", 0)
    first = folder_print(folder, cache)
    with monkeypatch.context() as patched:
        patched.setattr(prints, "_folder_print", lambda top: pytest.fail("read again"))
        assert folder_print(folder, cache) == first
    time.sleep(0.01)  # the clock of files is coarse
    change(folder)
    assert folder_print(folder, cache) == folder_print(folder) != first


def test_a_file_just_touched_is_read(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "repository")
    cache = Cache.of(repository.root)
    (tmp_path / "folder").mkdir()
    file = tmp_path / "folder" / "a.py"
    file.write_bytes(b"a = 1\n")
    seen = []
    for text in (b"b = 2\n", b"c = 3\n"):
        seen.append(folder_print(tmp_path / "folder", cache))
        file.write_bytes(text)
    assert seen[0] != seen[1] != folder_print(tmp_path / "folder", cache)

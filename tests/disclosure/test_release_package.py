"""A package is written one way: whatever else stands around its files is not taken."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest

from zongmu.disclosure.release_package import Manifest, PackageError, files_of, opened, write_package


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package of three files."""
    tree = tmp_path / "tree"
    tree.mkdir()
    for n in range(3):
        (tree / f"{n}.html").write_text("一" * 100 * n, encoding="utf-8")
    manifest = Manifest(
        format=1,
        kind="zongmu-release",
        registry="demo",
        address="https://demo.invalid/",
        number=1,
        as_of="2026-01-01",
        previous=None,
        projects=(),
        withheld=(),
        sheet=hashlib.sha256(b"sheet").hexdigest(),
        files=files_of(tree),
    )
    write_package(tmp_path / "1.zip", tree, manifest, b"sheet")
    return tmp_path / "1.zip"


def test_no_byte_of_what_the_archive_says_of_a_file_may_differ(package: Path) -> None:
    whole = package.read_bytes()
    with opened(package) as sound, zipfile.ZipFile(package) as archive:
        assert sorted(sound.manifest.files) == ["0.html", "1.html", "2.html"]
        heads = [range(i.header_offset, i.header_offset + 30 + len(i.filename)) for i in archive.infolist()]
        # Behind the last entry nothing follows that its lengths could lead astray.
        directory = range(archive.start_dir, len(whole) - 22 - 46 - len("tree/2.html"))
    for n in (place for places in (*heads, directory) for place in places):
        package.write_bytes(whole[:n] + bytes([whole[n] ^ 0x55]) + whole[n + 1 :])
        with pytest.raises(PackageError), opened(package):
            pytest.fail(str(n))


def test_nothing_stands_between_the_files(package: Path) -> None:
    whole = package.read_bytes()
    with zipfile.ZipFile(package) as archive:
        at = archive.start_dir
    end = whole[-22:-6] + (at + 4).to_bytes(4, "little") + whole[-2:]
    package.write_bytes(whole[:at] + b"more" + whole[at:-22] + end)
    with zipfile.ZipFile(package) as archive:
        assert len(archive.namelist()) == 5
    with pytest.raises(PackageError), opened(package):
        pytest.fail("taken")

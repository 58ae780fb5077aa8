"""What is not built a second time, and that whatever was kept changes no byte."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.publish.instance import build, project, write_instance, write_project
from zongmu.cli.main import main
from zongmu.publish.tree import same_tree

STAYED = "网站未动"


def git(root: Path, *words: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=t", "-c", "user.email=t@example.invalid", "-c", "commit.gpgsign=false", *words],
        cwd=root,
        check=True,
        capture_output=True,
    )


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An instance in a repository, its site built."""
    root = tmp_path / "instance"
    write_instance(root, [project(1), project(2)])
    (root / ".gitignore").write_text(".cache/\npublic/\n__pycache__/\n", "utf-8")
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "base")
    said, _ = build(root)
    assert STAYED not in said
    return root


def _edit(root: Path) -> None:
    write_project(root, project(2, summary="另一个简介。"))


def _commit(root: Path) -> None:
    git(root, "commit", "-q", "--allow-empty", "-m", "more")


def _page(root: Path) -> None:
    file = root / "site/pages/zh/about.md"
    file.write_text(file.read_text("utf-8") + "\n再补一句。\n", "utf-8")


def _gone(root: Path) -> None:
    (root / "public/projects/shili-2026-0001.json").unlink()


def _touched(root: Path) -> None:
    os.utime(root / "public/index.html")


def _added(root: Path) -> None:
    (root / "public/projects/extra.html").write_text("<p>extra", "utf-8")


def test_where_nothing_changed_the_site_stays(root: Path) -> None:
    before = (root / "public").stat()
    said, _ = build(root)
    assert STAYED in said
    assert (root / "public").stat().st_ino == before.st_ino


def test_where_anything_changed_it_is_built_and_is_what_a_build_from_nothing_gives(root: Path, tmp_path: Path) -> None:
    for change in (_edit, _commit, _page, _gone, _touched, _added):
        change(root)
        assert STAYED not in build(root)[0], change.__name__
    assert STAYED not in build(root, as_of="2026-06-01")[0]  # another day is another site
    build(root)
    assert main(["--root", str(root), "build", "--no-cache", "--out", str(tmp_path / "fresh")]) == 0
    assert same_tree(root / "public", tmp_path / "fresh") == []
    assert not [p for p in (root / ".cache/zongmu").iterdir() if p.name.startswith("work-")]


def test_a_cache_that_came_with_the_clone_is_not_believed(root: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    git(tmp_path, "clone", "-q", str(root), str(other))
    shutil.copytree(root / ".cache", other / ".cache")
    shutil.copytree(root / "public", other / "public", copy_function=shutil.copy2)
    assert STAYED not in build(other)[0]

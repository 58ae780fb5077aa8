"""What is not built a second time, and that whatever was kept changes no byte."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.publish.instance import build, project, released, write_instance, write_project
from tests.publish.page import Page
from tests.publish.trees import same_tree
from zongmu.cli.main import main
from zongmu.publish.making.kept import made_once
from zongmu.publish.open_data import content
from zongmu.publish.open_data.tables import Block
from zongmu.store import workers
from zongmu.store.kept.scratch import work_folder

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
    write_project(root, project(2, summary="另一个简介。", parent_project="shili-2026-0001"))


def _checked(root: Path) -> None:
    """The verdicts are known then, and the public texts are not."""
    write_project(root, project(1, summary="先查过。"))
    assert main(["--root", str(root), "check"]) == 1  # their breaches await a person


def _broken(root: Path) -> None:
    """A defect in the file that another project names: what was kept of that one took it for published."""
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "named")
    build(root)
    assert "shili-2026-0001.html" in (root / "public/projects/shili-2026-0002.html").read_text("utf-8")
    file = root / "registry/projects/shili/ju/shili-2026-0001.yaml"
    file.write_text(f"nonsense: 1\n{file.read_text('utf-8')}", "utf-8")


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
    compiled = root / "checks/shili_2026/__pycache__/rules.cpython-311.pyc"  # which the first build made, of itself
    compiled.parent.mkdir(exist_ok=True)
    compiled.write_bytes(b"other")
    said, _ = build(root)
    assert STAYED in said
    assert (root / "public").stat().st_ino == before.st_ino


def test_where_anything_changed_it_is_built_and_is_what_a_build_from_nothing_gives(root: Path, tmp_path: Path) -> None:
    for change in (_edit, _checked, _commit, _page, _gone, _touched, _added, _broken):
        change(root)
        assert STAYED not in build(root)[0], change.__name__
    assert "shili-2026-0001" not in (root / "public/projects/shili-2026-0002.html").read_text("utf-8")
    write_project(root, project(7, milestones=project(7)["milestones"][:1]))
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "unsigned")
    for day in ("2026-03-10", "2026-06-30"):  # before and after the last day on which its contract was to be signed
        assert STAYED not in build(root, as_of=day)[0]  # another day is another site
        out = tmp_path / day
        assert main(["--root", str(root), "build", "--no-cache", "--as-of", day, "--out", str(out)]) == 0
        assert same_tree(root / "public", out) == []
    assert not [p for p in (root / ".cache/zongmu").rglob("*") if p.name.startswith("work-")]


def test_what_one_project_says_of_another_is_said_wherever_that_stands(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two contracts under one credit code: the supplier is called what the first of them calls it. The second project stands
    in another block of the tables, whose rows are not made again, but move down where the first gains an act."""

    def contract(supplier: str, *more: object) -> list[Any]:
        approved, signed = project(1)["milestones"]
        return [approved, {**signed, "supplier": supplier, "supplier_uscc": "91110000600037341L"}, *more]

    write_project(root, project(1, milestones=contract("甲数据有限公司")))
    write_project(root, project(300, milestones=contract("乙数据有限公司")))
    build(root)
    accepted = {"kind": "final_accepted", "date": "2026-05-02", "body": "shili/ju", "conclusion": "pass"}
    write_project(root, project(1, milestones=contract("丙数据有限公司", accepted)))
    build(root)
    said = "".join(Page((root / "public/projects/shili-2026-0300.html").read_text("utf-8")).text)
    assert "由丙数据有限公司承建" in said
    write_project(root, project(1, name="新的名称", milestones=contract("丙数据有限公司", accepted)))
    table = root / "public/data/csv/contracts.csv"
    table.write_bytes(table.read_bytes().replace("丙数据".encode(), "丁数据".encode()))
    made: list[str] = []
    make = content._milestone
    monkeypatch.setattr(content, "_milestone", lambda p, *more: (made.append(p.public.id), make(p, *more))[1])
    whole = content.districts(released(root))  # another version of the program may have other columns
    rows = [row[:-1] for block in whole.blocks for row in block.make()]
    fewer = replace(whole, columns=whole.columns[:-1], blocks=[Block(lambda: rows)])
    monkeypatch.setattr(content, "districts", lambda _: fewer)
    build(root)
    assert {*made} == {"shili-2026-0001", "shili-2026-0002"}
    assert main(["--root", str(root), "build", "--no-cache", "--out", str(tmp_path / "fresh")]) == 0
    assert same_tree(root / "public", tmp_path / "fresh") == []


def test_several_processes_make_the_same_bytes(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forked: list[int] = []
    fork = workers._forked
    monkeypatch.setattr(workers, "FORK_FROM", 1)
    monkeypatch.setattr(workers, "available", lambda: 2)
    monkeypatch.setattr(workers, "_forked", lambda life, n, *more: (forked.append(len(n)), fork(life, n, *more))[1])
    assert main(["--root", str(root), "build", "--no-cache", "--out", str(tmp_path / "two")]) == 0
    # Records as they are loaded, shells, records as they are judged, history, pages and data, whole data.
    assert len(forked) == 6
    assert forked[4] == 2
    assert same_tree(root / "public", tmp_path / "two") == []


def test_a_cache_that_came_with_the_clone_is_not_believed(root: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    git(tmp_path, "clone", "-q", str(root), str(other))
    shutil.copytree(root / ".cache", other / ".cache")
    shutil.copytree(root / "public", other / "public", copy_function=shutil.copy2)
    planted = 0
    for page in (other / ".cache").rglob("*.html"):
        page.write_text("<script>planted</script>", "utf-8")
        planted += 1
    assert planted > 20
    assert STAYED not in build(other)[0]
    assert same_tree(root / "public", other / "public") == []


@pytest.mark.parametrize("beside", [True, False])
def test_what_a_killed_build_left_is_removed_and_what_another_is_doing_is_not(beside: bool, tmp_path: Path) -> None:
    """A folder of work of another process, which lives or was killed a moment ago."""
    code = (
        "import sys, time; from pathlib import Path; from zongmu.store.kept.scratch import work_folder\n"
        "with work_folder(Path(sys.argv[1]), 'work-') as f: print(f, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        folder = Path(other.stdout.readline().strip())
        (folder / "half.html").write_text("half", "utf-8")
        if not beside:
            other.kill()
            other.wait()
        with work_folder(tmp_path, "work-") as mine:
            assert folder.is_dir() == beside
            assert mine.is_dir()
        other.kill()
    assert not mine.exists()


def test_what_cannot_be_put_in_its_place_is_refused_and_not_taken_for_made(tmp_path: Path) -> None:
    made_once(tmp_path / "law-1", lambda work: (work / "page").touch())
    made_once(tmp_path / "law-1", lambda _: pytest.fail("made before"))
    assert (tmp_path / "law-1/page").is_file()
    (tmp_path / "law-2").touch()
    with pytest.raises(OSError, match="law-2"):
        made_once(tmp_path / "law-2", lambda _: None)
    (tmp_path / "law-3/half").mkdir(parents=True)
    made_once(tmp_path / "law-3", lambda _: None)
    assert not (tmp_path / "law-3/half").exists()

"""A record that has a defect: what was reviewed stays, unless it may hold what must not be stored; of a body or a system that
holds such a thing its id alone is said."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.instances import REPO
from tests.publish.instance import build, project, review, write_endorsements, write_instance
from tests.publish.test_changes import commit
from tests.publish.test_released import SEPARATE, _public, everything


def _instance(root: Path, *, separate: bool = True, **fields: Any) -> None:
    """An instance with one project, under the checks that hold in any city; *separate*: it waits for a review."""
    write_instance(root, [project(1, **fields)], settings=SEPARATE if separate else None)
    shutil.copytree(REPO / "checks/common", root / "checks/common", ignore=shutil.ignore_patterns("__pycache__"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("1200万元", "1200"),  # the file cannot be read as a project
        ("owner: shili/ju", "owner: shili/nobody"),  # it can, and names what is not there
    ],
)
def test_given_a_defect_of_a_published_record_then_it_stays_as_it_was_reviewed(
    before: str, after: str, tmp_path: Path
) -> None:
    """A slip in a file takes no page from the public; whoever builds is told."""
    _instance(tmp_path, name="上次审查的名称")
    write_endorsements(tmp_path, "shili-2026-0001", {"disclosure_reviews": [review(_public(tmp_path, 1))]})
    commit(tmp_path, "2026-05-01")
    path = tmp_path / "registry/projects/shili/ju/shili-2026-0001.yaml"
    path.write_text(path.read_text("utf-8").replace(before, after).replace("上次审查的名称", "没有审查的名称"), "utf-8")
    commit(tmp_path, "2026-05-03")
    said, complained = build(tmp_path)
    assert "公开 1" in said
    assert "网站仍是上次审查时的样子" in complained
    page = (tmp_path / "public/projects/shili-2026-0001.html").read_text("utf-8")
    assert "上次审查的名称" in page
    assert "没有审查的名称" not in everything(tmp_path)


def test_given_a_personal_number_in_a_published_record_then_nothing_of_it_stays(tmp_path: Path) -> None:
    """The text that was reviewed may hold it too."""
    _instance(tmp_path, summary="概述")
    write_endorsements(tmp_path, "shili-2026-0001", {"disclosure_reviews": [review(_public(tmp_path, 1))]})
    commit(tmp_path, "2026-05-01")
    path = tmp_path / "registry/projects/shili/ju/shili-2026-0001.yaml"
    path.write_text(path.read_text("utf-8").replace("概述", "联系 13800138000"), "utf-8")
    commit(tmp_path, "2026-05-03")
    _, complained = build(tmp_path)
    assert "未公开 [content.personal-number]" in complained
    assert not (tmp_path / "public/projects/shili-2026-0001.html").exists()


@pytest.mark.parametrize(
    ("record", "page"),
    [
        ("projects/shili/ju/shili-2026-0001.yaml", "projects/shili-2026-0001.html"),
        ("organizations/shili/ju.yaml", "organizations/shili-ju.html"),
    ],
)
def test_given_a_guard_that_crashes_on_a_record_then_nothing_of_it_is_shown(
    record: str, page: str, tmp_path: Path
) -> None:
    """Nobody looked whether it holds what must not be stored."""
    _instance(tmp_path, separate=False)
    guard = tmp_path / "checks/common/content.py"
    begins = "    comments = _comments(ctx.raw)\n"
    text = guard.read_text("utf-8")
    assert begins in text
    crash = f"    if ctx.path.endswith({record!r}):\n        raise RuntimeError\n"
    guard.write_text(text.replace(begins, crash + begins), "utf-8")
    _, complained = build(tmp_path)
    assert f"registry/{record}: 有缺陷，未公开 [content_may_be_stored]" in complained
    assert not (tmp_path / "public" / page).exists()


def test_given_a_defect_of_a_record_that_is_withheld_then_its_tombstone_stands(tmp_path: Path) -> None:
    write_instance(tmp_path, [project(1)], settings=SEPARATE)
    row = review(_public(tmp_path, 1), "withheld", ground="trade_secret")
    write_endorsements(tmp_path, "shili-2026-0001", {"disclosure_reviews": [row]})
    path = tmp_path / "registry/projects/shili/ju/shili-2026-0001.yaml"
    path.write_text(path.read_text("utf-8").replace("1200万元", "1200"), "utf-8")
    build(tmp_path)
    assert "商业秘密" in (tmp_path / "public/projects/shili-2026-0001.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("record", "before", "after"),
    [
        ("organizations/shili/ju.yaml", "name: 示例局", "name: 示例局张三13800138000"),
        ("organizations/shili/ju.yaml", "name: 示例老局", "name: 示例老局13800138000"),
        ("organizations/shili/shuju.yaml", "name_en: Example data bureau", "name_en: Data bureau 13800138000"),
        ("systems/shili/pingtai.yaml", "name: 示例平台系统", "name: 示例平台系统13800138000"),
        ("districts/shili/150690-x.yaml", "name: 示例旗", "name: 示例旗13800138000"),
    ],
)
def test_given_a_personal_number_in_what_a_project_names_then_its_id_alone_is_said(
    record: str, before: str, after: str, tmp_path: Path
) -> None:
    """The gate refuses it; a registry that came past the gate publishes it no more than that of a project."""
    _instance(tmp_path, separate=False, region="150690", builds=["shili/pingtai"])
    path = tmp_path / "registry" / record
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), "utf-8")
    said, complained = build(tmp_path)
    assert "公开 1" in said
    assert "13800138000" not in everything(tmp_path)
    if not record.startswith("districts/"):
        assert f"registry/{record}: 有缺陷，未公开 [content.personal-number]" in complained
        assert "shili/" in (tmp_path / "public/projects/shili-2026-0001.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("folder", "name", "fields"),
    [
        ("organizations", "ju", {"builder": "shili/other"}),
        ("systems", "pingtai", {"builds": ["shili/pingtai", "shili/other"]}),
    ],
)
def test_given_a_file_that_claims_to_be_another_then_the_site_is_built_without_it(
    folder: str, name: str, fields: dict[str, Any], tmp_path: Path
) -> None:
    """One file that is wrong takes no page from the others: two of them had one page to write, and nothing was built."""
    _instance(tmp_path, separate=False, **fields)
    there = tmp_path / f"registry/{folder}/shili"
    text = (there / f"{name}.yaml").read_text("utf-8").replace("示例", "假托")
    (there / "other.yaml").write_text(text, "utf-8")
    said, complained = build(tmp_path)
    assert "公开 1" in said
    assert f"registry/{folder}/shili/other.yaml: 有缺陷，未公开 [record.path-id]" in complained
    assert "假托" not in everything(tmp_path)
    assert "示例局" in (tmp_path / "public/organizations/shili-ju.html").read_text("utf-8")

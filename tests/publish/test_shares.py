"""The table of projects in shares: a file for each body and each district, beside its page."""

from __future__ import annotations

import csv
import hashlib
import io
from pathlib import Path

import pytest

from tests.publish.instance import build, project, write_instance, write_project
from tests.publish.page import Page
from tests.publish.trees import same_tree
from zongmu.cli.main import main

BODY, OTHER, DISTRICT = "organizations/shili-ju.csv", "organizations/shili-shuju.csv", "districts/shili-150690.csv"


def rows(site: Path, path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((site / path).read_text("utf-8-sig"), newline="")))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Four projects of two bodies, one in a district; texts with line breaks and commas; in two blocks of the table."""
    root = tmp_path / "instance"
    root.mkdir()
    write_instance(
        root,
        [
            project(1, summary='第一行，\n第二行"引号"\n', owner="shili/shuju"),
            project(2, name="=1+1,甲"),
            project(300, region="150690", summary="甲\n\n乙"),
            project(301, owner="shili/shuju"),
        ],
    )
    build(root)
    return root


def test_each_body_and_each_district_has_its_rows_of_the_table_of_projects_as_they_stand_there(root: Path) -> None:
    site = root / "public"
    whole = rows(site, "data/csv/projects.csv")
    assert [row["id"][-4:] for row in rows(site, BODY)] == ["0002", "0300"]
    assert rows(site, BODY) == [row for row in whole if row["owner"] == "shili/ju"]
    assert rows(site, OTHER) == [row for row in whole if row["owner"] == "shili/shuju"]
    assert rows(site, DISTRICT) == [row for row in whole if row["district"] == "shili/150690"]
    found = {p.relative_to(site).as_posix() for f in ("organizations", "districts") for p in (site / f).glob("*.csv")}
    assert found == {BODY, OTHER, DISTRICT}
    sums = (site / "SHA256SUMS").read_text("utf-8").splitlines()
    for path in found:
        assert f"{hashlib.sha256((site / path).read_bytes()).hexdigest()}  {path}" in sums
        for prefix, up in (("", "../"), ("en/", "../../")):
            page = Page((site / prefix / path).with_suffix(".html").read_text("utf-8"))
            assert f"{up}{path}" in {a.get("href") for a in page.of("a")}, (prefix, path)


def test_a_change_of_one_project_makes_only_the_tables_anew_in_which_it_stands(root: Path, tmp_path: Path) -> None:
    site = root / "public"
    before = {path: (site / path).stat().st_ino for path in (BODY, OTHER, DISTRICT)}
    write_project(root, project(1, summary="改了。", owner="shili/shuju"))
    build(root)
    assert {p for p, inode in before.items() if (site / p).stat().st_ino != inode} == {OTHER}
    write_project(root, project(1, summary="又改了，长得多的一段文字，移动了后面的行。"))  # of another body now
    build(root)
    assert [row["id"][-4:] for row in rows(site, OTHER)] == ["0301"]
    assert main(["--root", str(root), "build", "--no-cache", "--out", str(tmp_path / "fresh")]) == 0
    assert same_tree(site, tmp_path / "fresh") == []
    write_project(root, project(301))
    build(root)
    assert len(rows(site, BODY)) == 4
    assert not (site / OTHER).exists()
    assert "shili-shuju.csv" not in (site / "organizations/shili-shuju.html").read_text("utf-8")

"""A sheet of the template saved as CSV, in the encoding of an office: the everyday path, without a mapping."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.cli.test_workbooks import _column, _fill
from tests.instances import PROJECT, Instance


def saved(page: Any, file: Path, encoding: str) -> Path:
    """The sheet as a spreadsheet saves it: every row, the hidden one too, every cell as it is shown."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(
        ["" if v is None else str(v) for v in row] for row in page.iter_rows(values_only=True)
    )
    file.write_bytes(out.getvalue().encode(encoding))
    return file


@pytest.fixture
def template(tiny: Instance, tmp_path: Path) -> Any:
    assert tiny.say("template", "project", "--out", tmp_path / "t.xlsx").code == 0
    return openpyxl.load_workbook(tmp_path / "t.xlsx")


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig"])
def test_projects_come_in(tiny: Instance, template: Any, tmp_path: Path, encoding: str) -> None:
    page = template["项目·record"]
    _fill(page, 3, name="表里的“项目”㐂", owner="示例财政局", original_investment="４８０．５", summary="=1+1")
    _fill(page, 4, name="合　计")
    if encoding == "utf-8-sig":
        page.delete_rows(2)  # the row of field names is gone: the titles are enough
    said = tiny.say("import", saved(page, tmp_path / "表.csv", encoding))
    assert said.code == 0, said.all
    text = tiny.read("registry/projects/demo/finance/demo-2026-0003.yaml")
    assert "name: 表里的“项目”㐂\n" in text
    assert "original_investment: 480.5万元\n" in text
    assert "summary: =1+1\n" in text


def test_an_edit_leaves_what_the_sheet_does_not_hold(tiny: Instance, tmp_path: Path) -> None:
    tiny.say("export", "demo-2026-0001", "--out", tmp_path / "out.xlsx")
    page = openpyxl.load_workbook(tmp_path / "out.xlsx").worksheets[0]
    _fill(page, 3, summary="新的说明")
    before = tiny.read(PROJECT)
    said = tiny.say("import", saved(page, tmp_path / "a.csv", "gb18030"))
    assert said.code == 0, said.all
    assert tiny.read(PROJECT) == before.replace("owner: demo/office\n", "owner: demo/office\nsummary: 新的说明\n")


def test_milestones_come_in_by_the_id_of_their_project(tiny: Instance, tmp_path: Path) -> None:
    tiny.say("export", "demo-2026-0001", "--out", tmp_path / "out.xlsx")
    page = openpyxl.load_workbook(tmp_path / "out.xlsx")["里程碑·milestones"]
    page.delete_rows(3, 2)  # all but the last of those that are recorded
    _fill(page, 4, above0="demo-2026-0001", kind="签订合同", date="2026年3月20日", role="承建", amount=100)
    before = tiny.read(PROJECT)
    said = tiny.say("import", saved(page, tmp_path / "a.csv", "gb18030"))
    assert said.code == 0, said.all
    added = "  - kind: contract_signed\n    date: 2026-03-20\n    role: build\n    amount: 100万元\n"
    assert tiny.read(PROJECT) == before + added
    # A recorded fact that the sheet changes is a silent edit, as anywhere.
    page.cell(3, _column(page, "total")).value = "999"
    said = tiny.say("import", saved(page, tmp_path / "a.csv", "gb18030"), "--marked", tmp_path / "m.xlsx")
    assert (said.code, "[record.silent-edit]" in said.out) == (1, True), said.all
    marks = openpyxl.load_workbook(tmp_path / "m.xlsx")
    assert marks["错误清单"]["C2"].value == page.cell(3, _column(page, "total")).coordinate


def test_what_is_wrong_is_told_by_cell_and_what_is_foreign_is_refused(
    tiny: Instance, template: Any, tmp_path: Path
) -> None:
    page = template["项目·record"]
    _fill(page, 3, name="甲", owner="示例财政局", has_data="也许")
    said = tiny.say("import", saved(page, tmp_path / "a.csv", "gb18030"))
    assert (said.code, f"!{page.cell(3, _column(page, 'has_data')).coordinate} " in said.out) == (1, True), said.all
    for data in ("姓名,电话\n甲,乙\n".encode("gb18030"), b"\xff\xfe\x00", b""):
        (tmp_path / "b.csv").write_bytes(data)
        said = tiny.say("import", tmp_path / "b.csv")
        assert (said.code, "[import.unreadable]" in said.err) == (2, True), said.all
    acts = template["里程碑·milestones"]
    _fill(acts, 3, above0="demo-2026-0077", kind="签订合同", date="2026-03-20")
    said = tiny.say("import", saved(acts, tmp_path / "c.csv", "utf-8"))
    assert (said.code, "没有这样的所属行" in said.out) == (1, True), said.all

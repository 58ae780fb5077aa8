"""A filled template at the desk: taken in like a package, and given back with every cell marked that is to be looked at."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.cli.test_intake import packed
from tests.cli.test_workbooks import _below, _column, _fill
from tests.exchange.wps import as_wps
from tests.instances import Instance
from tests.zips import lying


@pytest.fixture
def template(tiny: Instance, tmp_path: Path) -> Any:
    tiny.commit()
    assert tiny.say("template", "project", "--out", tmp_path / "t.xlsx").code == 0
    return openpyxl.load_workbook(tmp_path / "t.xlsx")


def saved(book: Any, file: Path, change: Callable[[bytes], bytes] = as_wps) -> Path:
    out = io.BytesIO()
    book.save(out)
    file.write_bytes(change(out.getvalue()))
    return file


def filled(book: Any) -> tuple[Any, Any]:
    """What an office makes of a template: a title over it, dates as text and as numbers, rows that add up."""
    page, acts = book["项目·record"], book["里程碑·milestones"]
    _fill(page, 3, name="窗口的项目", owner="示例财政局", original_investment="４８０．５")
    _fill(page, 4, name="合　　计（万元）")
    _fill(acts, 3, above0="窗口的项目", kind="项目申报", date="2026年3月1日", number="示财【2026】1号", total=120)
    page.insert_rows(1)
    page.cell(1, 1).value = "××局政务信息化项目申报表"
    page.merge_cells("A1:H1")
    book.create_sheet("说明").sheet_state = "hidden"
    return page, acts


def test_a_workbook_in_the_manner_of_wps_is_recorded_once(tiny: Instance, template: Any, tmp_path: Path) -> None:
    filled(template)
    file = saved(template, tmp_path / "表.xlsx")
    said = tiny.say("intake", file, "--by", "窗口", "--unit", "示例财政局", "--out", tmp_path / "slips")
    assert said.code == 0, said.all
    ref = tiny.git("for-each-ref", "--format=%(refname)", "refs/heads/intake/")
    text = tiny.git("show", f"{ref}:registry/projects/demo/finance/demo-2026-0003.yaml")
    assert "original_investment: 480.5万元\n" in text
    assert "    date: 2026-03-01\n    number: 示财【2026】1号\n    total: 120万元" in text
    assert "合" not in text
    assert "Add demo-2026-0003 from a workbook" in tiny.git("log", "-1", "--format=%s", ref)
    assert [p.suffix for p in sorted((tmp_path / "slips").iterdir())] == [".html", ".md"]
    # Saved again, by another program: other bytes, the same paper.
    again = saved(openpyxl.load_workbook(file), tmp_path / "again.xlsx", lambda data: data)
    assert again.read_bytes() != file.read_bytes()
    assert "已经收过" in tiny.say("intake", again, "--by", "窗口").out
    # Put right and handed in anew: it takes the place of the one that waits, under the same id.
    acts = template["里程碑·milestones"]
    acts.cell(3, _column(acts, "total")).value = 121
    said = tiny.say("intake", saved(template, file), "--by", "窗口")
    assert (said.code, "已登记 demo-2026-0003" in said.out, "代替收件号" in said.out) == (0, True, True), said.all
    assert tiny.git("for-each-ref", "--format=%(refname)", "refs/heads/intake/") == ref
    assert "total: 121万元" in tiny.git("show", f"{ref}:registry/projects/demo/finance/demo-2026-0003.yaml")
    # A unit does not give out numbers.
    template["项目·record"].cell(4, _below(template["项目·record"], "id")).value = "demo-2026-0099"
    said = tiny.say("intake", saved(template, file), "--by", "窗口")
    assert (said.code, "[intake.unknown-id]" in said.out) == (1, True), said.all


def test_her_own_workbook_comes_back_marked_with_her_formats_kept(
    tiny: Instance, template: Any, tmp_path: Path
) -> None:
    page, acts = filled(template)
    name = page.cell(4, _below(page, "name"))
    name.font = openpyxl.styles.Font(name="楷体", sz=16, i=True)
    name.comment = openpyxl.comments.Comment("经办人自己的批注", "甲")
    page.cell(4, _below(page, "class")).value = "火箭"
    page.cell(4, _below(page, "region")).value = "=1/0"
    file = saved(template, tmp_path / "表.xlsx")
    said = tiny.say("intake", file, "--by", "窗口", "--out", tmp_path / "a")
    assert said.code == 1, said.all
    assert tiny.git("for-each-ref", "refs/heads/intake/") == ""
    back = next((tmp_path / "a").glob("*-marked.xlsx"))
    book = openpyxl.load_workbook(back, rich_text=True)
    listed = [[c.value for c in row] for row in book["错误清单"].iter_rows(min_row=2)]
    cells = {row[2] for row in listed}
    assert cells == {page.cell(4, _below(page, n)).coordinate for n in ("class", "region")}
    shown = book[page.title]
    assert shown.cell(4, _below(page, "class")).fill.fgColor.rgb == "00F8D7DA"
    assert "怎么" not in str(shown.cell(4, _below(page, "class")).value)
    assert shown.cell(4, _below(page, "region")).value == "=1/0"
    hers = shown.cell(4, _below(page, "name"))
    assert (hers.font.name, hers.font.i, hers.comment.text) == ("楷体", True, "经办人自己的批注")
    assert isinstance(hers.value, openpyxl.cell.rich_text.CellRichText)  # the runs that WPS wrote
    assert shown.merged_cells.ranges == page.merged_cells.ranges

    # Put right in the marked workbook itself: the old marks go, what the check says now is marked.
    shown.cell(4, _below(page, "class")).value = "建设"
    shown.cell(4, _below(page, "region")).value = None
    book[acts.title].cell(3, _column(acts, "total")).value = "480万元"
    rows = book[acts.title]
    rows.cell(4, _column(acts, "^0")).value = "窗口的项目"
    rows.cell(4, _column(acts, "kind")).value = "项目申报"
    rows.cell(4, _column(acts, "date")).value = 46082  # 2026-03-01, pasted as a number
    said = tiny.say("intake", saved(book, file), "--by", "窗口", "--out", tmp_path / "b")
    assert said.code == 1, said.all
    book = openpyxl.load_workbook(next((tmp_path / "b").glob("*-marked.xlsx")))
    shown = book[page.title]
    assert shown.cell(4, _below(page, "class")).comment is None
    assert shown.cell(4, _below(page, "class")).fill.fgColor.rgb == "00000000"
    assert shown.cell(4, _below(page, "name")).comment.text == "经办人自己的批注"
    assert {row[1].value for row in book["错误清单"].iter_rows(min_row=2)} == {acts.title}
    assert "2026-03-01" not in said.out or "46082" not in said.out


def test_a_package_that_holds_the_workbook_gives_it_back_marked(tiny: Instance, template: Any, tmp_path: Path) -> None:
    page, _ = filled(template)
    inside = saved(template, tmp_path / "in.xlsx").read_bytes()
    record = (
        "format: 1\nid: demo-2026-0001\njurisdiction: demo\nname: 窗口的项目\nsecrecy: none\nowner: demo/finance\n"
        "class: rocket\n"
    )
    file = tmp_path / "p.zip"
    file.write_bytes(packed(record, (inside,)))
    said = tiny.say("intake", file, "--by", "窗口", "--out", tmp_path / "a")
    assert said.code == 1, said.all
    book = openpyxl.load_workbook(next((tmp_path / "a").glob("*-marked.xlsx")))
    assert "必须补正" in str(book["错误清单"]["F2"].value) or "须补正" in str(book["错误清单"]["F2"].value)
    assert book["错误清单"]["B2"].value == page.title


def test_an_export_that_has_moved_on_is_not_taken_over_it(tiny: Instance, tmp_path: Path) -> None:
    tiny.commit()
    file = tmp_path / "out.xlsx"
    assert tiny.say("export", "demo-2026-0001", "--out", file).code == 0
    tiny.edit("registry/projects/demo/office/demo-2026-0001.yaml", "示例平台", "示例平台二期")
    book = openpyxl.load_workbook(file)
    _fill(book.worksheets[0], 3, summary="新的说明")
    book.save(file)
    for said in (tiny.say("import", file), (tiny.commit(), tiny.say("intake", file, "--by", "窗口"))[1]):
        assert (said.code, "[import.changed-meanwhile]" in said.all) == (1, True), said.all


def test_a_sheet_or_a_column_that_is_gone_says_nothing_and_takes_nothing_away(tiny: Instance, tmp_path: Path) -> None:
    file = tmp_path / "out.xlsx"
    tiny.say("export", "demo-2026-0001", "--out", file)
    book = openpyxl.load_workbook(file)
    book.remove(book["里程碑·milestones"])
    page = book.worksheets[0]
    page.delete_cols(_column(page, "class"))
    _fill(page, 3, summary="新的说明")
    book.save(file)
    before = tiny.read("registry/projects/demo/office/demo-2026-0001.yaml")
    said = tiny.say("import", file)
    after = tiny.read("registry/projects/demo/office/demo-2026-0001.yaml")
    assert after == before.replace("owner: demo/office\n", "owner: demo/office\nsummary: 新的说明\n"), said.all


def test_changes_of_one_record_wait_beside_each_other_and_are_told_of(tiny: Instance, tmp_path: Path) -> None:
    tiny.commit()
    file = tmp_path / "out.xlsx"
    assert tiny.say("export", "demo-2026-0001", "--out", file).code == 0
    for name, also in (("平台甲", False), ("平台乙", True)):
        book = openpyxl.load_workbook(file)
        book["项目·record"].cell(3, _column(book["项目·record"], "summary")).value = name
        said = tiny.say("intake", saved(book, tmp_path / "b.xlsx"), "--by", "窗口")
        assert ("另有一份改动待并入" in said.out) is also, said.all
    assert tiny.git("for-each-ref", "refs/heads/intake/").count("\n") == 1


def test_a_yearly_plan_put_right_takes_the_place_of_the_one_that_waits(tiny: Instance, tmp_path: Path) -> None:
    tiny.commit()
    assert tiny.say("template", "plan", "--out", tmp_path / "p.xlsx").code == 0
    for title, said in (("规划", "已登记"), ("发展规划", "代替收件号")):
        book = openpyxl.load_workbook(tmp_path / "p.xlsx")
        _fill(book["年度计划·record"], 3, year=2027, development_plan__title=title)
        _fill(book["项目·entries"], 3, above0=2027, seq=1, project="示例平台", year_fund=100)
        assert said in (told := tiny.say("intake", saved(book, tmp_path / "b.xlsx"), "--by", "窗口")).out, told.all


def test_a_workbook_of_another_format_says_how_to_save_it(tiny: Instance, tmp_path: Path) -> None:
    tiny.commit()
    book = io.BytesIO()
    with zipfile.ZipFile(book, "w") as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    for data, said in ((b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "打开密码"), (book.getvalue(), ".ods")):
        file = tmp_path / "表.xls"
        file.write_bytes(data)
        for told in (tiny.say("intake", file, "--by", "窗口"), tiny.say("import", file)):
            assert told.code in (1, 2)
            assert said in told.all, told.all
            assert "另存为 .xlsx" in told.all, told.all


def test_a_zip_of_another_kind_is_no_workbook(tiny: Instance, tmp_path: Path) -> None:
    tiny.commit()
    file = tmp_path / "x.xlsx"
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("xl/workbook.xml", "<x>")
    said = tiny.say("intake", file, "--by", "窗口")
    assert (said.code, "[intake.unreadable]" in said.out) == (1, True), said.all


def test_desks_that_take_in_at_once_in_one_clone_give_out_no_number_twice(
    tiny: Instance, template: Any, tmp_path: Path
) -> None:
    desks = []
    for n in range(4):
        _fill(template["项目·record"], 3, name=f"窗口的项目{n}", owner="示例财政局", original_investment=100 + n)
        file = saved(template, tmp_path / f"{n}.xlsx", lambda data: data)
        command = [sys.executable, "-m", "zongmu", "intake", str(file), "--by", f"窗口{n}", "--local"]
        desks.append(subprocess.Popen(command, cwd=tiny.root, stdout=subprocess.PIPE, text=True))
    said = [desk.communicate()[0] for desk in desks]
    given = sorted(word for text in said for word in re.findall("已登记 (demo-2026-[0-9]+)", text))
    assert given == [f"demo-2026-{n:04d}" for n in range(3, 7)], said


def test_a_workbook_whose_directory_lies_is_refused(tiny: Instance, template: Any, tmp_path: Path) -> None:
    filled(template)
    (tmp_path / "map.yaml").write_text("format: 1\njurisdiction: demo\ncolumns: {名称: name}\n", "utf-8")
    file = saved(template, tmp_path / "good.xlsx")
    for name, data in lying(file.read_bytes()):
        (tmp_path / "x.xlsx").write_bytes(data)
        for told in (
            tiny.say("intake", tmp_path / "x.xlsx", "--by", "窗口", "--dry-run"),
            tiny.say("import", tmp_path / "x.xlsx", "--dry-run"),
            tiny.say("import", tmp_path / "x.xlsx", "--map", tmp_path / "map.yaml", "--dry-run"),
        ):
            assert "cli.internal" not in told.all, (name, told.all)

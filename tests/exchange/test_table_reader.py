"""Rows of a spreadsheet: the same cells from ``.csv`` and ``.xlsx``, whatever the encoding; and files that are none."""

from __future__ import annotations

import datetime as dt
import os
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from zongmu.exchange.tables import reader as table_reader
from zongmu.exchange.tables.reader import Table, TableError, cell_text, read_table
from zongmu.exchange.workbooks.size import Limits, bearable

ROWS: list[list[Any]] = [
    ["编号", "名称", "限价（万元）", "日期", "备注"],
    ["1", "平台甲", "480.5", "2026-03-01", ""],
    ["2", "平台，乙", "12", "2026-03-02", "第一行\n第二行"],
    ["", "", "", "", ""],
    ["3", '引号"丙"', "0.000001", "2026-03-03", "末"],
]


def as_csv(path: Path, rows: list[list[Any]] = ROWS, encoding: str = "utf-8") -> Path:
    def quoted(cell: Any) -> str:
        text = str(cell)
        return '"' + text.replace('"', '""') + '"' if any(c in text for c in ',"\n') else text

    path.write_bytes("".join(",".join(quoted(c) for c in row) + "\r\n" for row in rows).encode(encoding))
    return path


def as_xlsx(path: Path, rows: list[list[Any]] = ROWS, title: str = "公告") -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def cells(table: Table) -> list[tuple[int, dict[str, str]]]:
    return [(row.number, row.cells) for row in table.rows]


def refused(path: Path, **how: Any) -> TableError:
    with pytest.raises(TableError) as error:
        read_table(path, **how)
    assert error.value.message.zh
    assert error.value.message.en
    assert error.value.next_step.zh
    return error.value


def test_csv_and_xlsx_give_the_same(tmp_path: Path) -> None:
    one, other = read_table(as_csv(tmp_path / "a.csv")), read_table(as_xlsx(tmp_path / "a.xlsx"))
    assert one.headers == other.headers == tuple(ROWS[0])
    assert cells(one) == cells(other)


def test_rows_keep_their_number_and_empty_ones_are_left_out(tmp_path: Path) -> None:
    found = cells(read_table(as_csv(tmp_path / "a.csv")))
    assert [number for number, _ in found] == [2, 3, 5]
    assert found[1][1] == {
        "编号": "2",
        "名称": "平台，乙",
        "限价（万元）": "12",
        "日期": "2026-03-02",
        "备注": "第一行\n第二行",
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
def test_encodings(encoding: str, tmp_path: Path) -> None:
    assert cells(read_table(as_csv(tmp_path / "a.csv", encoding=encoding))) == cells(
        read_table(as_csv(tmp_path / "b.csv"))
    )


@pytest.mark.parametrize("sign", ["\t", ";"])
def test_a_spreadsheet_that_parts_by_another_sign(sign: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f"编号{sign}名称\n1{sign}甲,乙\n", encoding="utf-16")
    assert cells(read_table(tmp_path / "a.csv")) == [(2, {"编号": "1", "名称": "甲,乙"})]


def test_a_quote_that_is_never_closed_swallows_no_rows(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('编号,名称\n1,甲\n2,"乙\n3,丙\n', encoding="utf-8")
    with pytest.raises(TableError, match="第 3 行起读不下去：有个引号一直没有成对"):
        read_table(tmp_path / "a.csv")


def test_numbers_and_days_as_a_person_sees_them(tmp_path: Path) -> None:
    typed: list[list[Any]] = [
        ["整数", "小数", "日期", "时刻", "真假", "空"],
        [3, 480.5, dt.date(2026, 3, 1), dt.datetime(2026, 3, 1, 9, 30), True, None],
        [3.0, 0.1 + 0.2, dt.datetime(2026, 3, 1), "2026年3月1日", False, " "],
    ]
    first, second = (row.cells for row in read_table(as_xlsx(tmp_path / "a.xlsx", typed)).rows)
    assert first == {
        "整数": "3",
        "小数": "480.5",
        "日期": "2026-03-01",
        "时刻": "2026-03-01T09:30:00",
        "真假": "true",
        "空": "",
    }
    assert second["整数"] == "3"
    assert second["日期"] == "2026-03-01"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1e15, "1000000000000000"),
        (1e-7, "0.0000001"),
        (4.8e6, "4800000"),
        (-0.5, "-0.5"),
        (480.50, "480.5"),
        (2**60, str(2**60)),
        (1e300, "1" + "0" * 300),
        (-0.0, "0"),
        (float("inf"), "Infinity"),
        ("e\u0301", "é"),
        (None, ""),
    ],
)
def test_cell_text(value: Any, text: str) -> None:
    assert cell_text(value) == text


SHEET = "xl/worksheets/sheet1.xml"


def patched(path: Path, old: bytes, new: bytes) -> Path:
    """The workbook of :data:`ROWS` with its sheet changed behind the library's back."""
    as_xlsx(path.with_name("base.xlsx"))
    with (
        zipfile.ZipFile(path.with_name("base.xlsx")) as source,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out,
    ):
        for name in source.namelist():
            data = source.read(name)
            assert name != SHEET or old in data
            out.writestr(name, data.replace(old, new) if name == SHEET else data)
    return path


@pytest.mark.parametrize("size", [b"A1", b"A1:E2", b"A1:XFD1048576"])
def test_what_a_sheet_says_of_its_own_size_leaves_no_row_out(tmp_path: Path, size: bytes) -> None:
    found = read_table(patched(tmp_path / "a.xlsx", b'ref="A1:E5"', b'ref="' + size + b'"'))
    assert [row.cells["编号"] for row in found.rows] == ["1", "2", "3"]


def test_a_row_far_below_is_found_or_there_are_too_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_reader, "MAX_ROWS", 2_000)
    far = patched(tmp_path / "a.xlsx", b'<row r="5"', b'<row r="1900"')
    assert [row.number for row in read_table(far).rows] == [2, 3, 1900]
    error = refused(patched(tmp_path / "b.xlsx", b'<row r="5"', b'<row r="1000000000"'))
    assert "2000" in error.message.zh


def test_what_unpacks_to_more_than_a_table_has_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_reader, "_LIMITS", Limits(unpacked=1_000_000, texts=10))
    error = refused(patched(tmp_path / "a.xlsx", b"</sheetData>", b"</sheetData>" + b" " * 1_000_000))
    assert "过大" in error.message.zh


def test_a_pipe_is_no_table(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.csv")
    assert "不是普通文件" in refused(tmp_path / "a.csv").message.zh


def test_headers_are_tidied(tmp_path: Path) -> None:
    path = as_csv(tmp_path / "a.csv", [["\ufeff 编号 ", "限价\n（万元）", "", "名称", ""], ["1", "2", "3", "4", "5"]])
    table = read_table(path)
    assert table.headers == ("编号", "限价 （万元）", "名称")
    assert table.rows[0].cells == {"编号": "1", "限价 （万元）": "2", "名称": "4"}


def test_the_header_may_stand_lower(tmp_path: Path) -> None:
    path = as_csv(tmp_path / "a.csv", [["2026年公告"], [], *ROWS])
    table = read_table(path, header_row=3)
    assert table.headers == tuple(ROWS[0])
    assert table.rows[0].number == 4


def test_rows_shorter_and_longer_than_the_header(tmp_path: Path) -> None:
    table = read_table(as_csv(tmp_path / "a.csv", [["a", "b"], ["1"], ["1", "2", "3"]]))
    assert [(row.cells, row.surplus) for row in table.rows] == [({"a": "1"}, 0), ({"a": "1", "b": "2"}, 1)]


# ── sheets ──


def test_the_first_sheet_that_can_be_seen_or_the_one_that_is_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    hidden = book.active
    assert hidden is not None
    hidden.title = "草稿"
    hidden.append(["x"])
    for title in ("甲", "乙"):
        book.create_sheet(title).append([title])
    hidden.sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    assert read_table(tmp_path / "a.xlsx").headers == ("甲",)
    assert read_table(tmp_path / "a.xlsx", sheet="乙").headers == ("乙",)
    error = refused(tmp_path / "a.xlsx", sheet="草稿")
    assert "甲、乙" in error.next_step.zh


def test_formulas_are_not_evaluated(tmp_path: Path) -> None:
    table = read_table(as_xlsx(tmp_path / "a.xlsx", [["a", "b"], ["x", "=1+1"]]))
    assert table.rows[0].cells["b"] == "", "the value that was stored, and none was"
    assert table.rows[0].unsaved == {"b"}


# ── files that are none ──


def test_what_is_no_table(tmp_path: Path) -> None:
    for name, data in (
        ("a.csv", b"\xff\xfe\xff"),
        ("b.csv", b""),
        ("c.csv", b"\n\n"),
        ("e.xlsx", b"no zip"),
        ("f.xlsx", b""),
        ("g.pdf", b"%PDF"),
        ("h", b"a,b\n"),
        ("i.xls", b"\xd0\xcf\x11\xe0"),
        ("j.csv", "a,b\n1,2\n".encode("utf-16-le")),
    ):
        path = tmp_path / name
        path.write_bytes(data)
        refused(path)
    refused(tmp_path / "nowhere.csv")
    (tmp_path / "folder.csv").mkdir()
    refused(tmp_path / "folder.csv")


def test_a_workbook_that_is_broken_within(tmp_path: Path) -> None:
    path = as_xlsx(tmp_path / "a.xlsx")
    for name, data in (
        ("xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row"),
        ("xl/workbook.xml", b"<"),
        ("[Content_Types].xml", b"<"),
    ):
        broken = tmp_path / "b.xlsx"
        with zipfile.ZipFile(path) as source, zipfile.ZipFile(broken, "w") as target:
            for item in source.namelist():
                target.writestr(item, data if item == name else source.read(item))
        refused(broken)


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    path = as_xlsx(tmp_path / "a.xlsx")
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + b"".join(
        b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(12)
    ) + b']><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row><c t="inlineStr"><is><t>&m;</t></is></c></row></sheetData></worksheet>'  # fmt: skip
    broken = tmp_path / "b.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(broken, "w") as target:
        for item in source.namelist():
            target.writestr(item, bomb if item.endswith("sheet1.xml") else source.read(item))
    refused(broken)


def test_too_large_and_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = as_csv(tmp_path / "a.csv")
    monkeypatch.setattr(table_reader, "MAX_ROWS", 2)
    assert "2" in refused(path).message.zh
    monkeypatch.setattr(table_reader, "MAX_ROWS", 3)
    read_table(path)  # a blank row is none
    monkeypatch.setattr(table_reader, "MAX_BYTES", 10)
    refused(path)


def test_a_cell_at_the_far_end_of_a_sheet_costs_nothing(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["a", "b"])
    sheet.append(["1", "2"])
    sheet.cell(row=2, column=16384, value="far")
    book.save(tmp_path / "a.xlsx")
    assert read_table(tmp_path / "a.xlsx").rows[0].cells == {"a": "1", "b": "2"}


def test_a_field_without_end(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('a,b\n1,"' + "x" * 2_000_000)
    refused(path)


HERE = b"</sheetData>"


@pytest.mark.parametrize(
    ("what", "cells", "fine"),
    [
        (HERE + b'<mergeCells><mergeCell ref="A7:J16"/></mergeCells>', 200, True),
        (HERE + b'<mergeCells><mergeCell ref="A7:XFD1048576"/></mergeCells>', 2_000_000, False),
        (HERE + b'<mergeCells><mergeCell ref="&#65;7:XFD1048576"/></mergeCells>', 2_000_000, False),
        (HERE + b'<hyperlinks><hyperlink ref="$A$7:$XFD$1048576"/></hyperlinks>', 2_000_000, False),
        (b"<row>" + b"<c/>" * 300 + b"</row>" + HERE, 200, False),
        (b"<row>" + b"<c/>" * 2_000_000 + b"</row>" + HERE, None, False),
        (HERE + b"<x/>" * 2_000_000, None, False),
    ],
    ids=["a merge", "all merged", "all merged in other letters", "all linked", "cells", "a row", "no rows"],
)
def test_what_a_small_file_would_make_of_itself_is_known_before(
    what: bytes, cells: int | None, fine: bool, tmp_path: Path
) -> None:
    with patched(tmp_path / "a.xlsx", HERE, what).open("rb") as file:
        assert bearable(file, Limits(unpacked=1 << 30, texts=10, cells=cells)) is fine


def test_other_parts_and_shared_texts_have_their_limits(tmp_path: Path) -> None:
    for name, part in (
        ("xl/styles.xml", b"<a>" + b" " * (17 << 20)),
        ("xl/any.bin", b"\n<a>" + b" " * (17 << 20)),
        ("xl/sharedStrings.xml", b"<sst>" + b"<si><t/></si>" * 400_000),
        ("xl/sharedStrings.xml", b"<sst><si>" + b"<r/>" * 2_000_000),
    ):
        with zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as made:
            made.writestr(name, part)
        refused(tmp_path / "a.xlsx")
        with (tmp_path / "a.xlsx").open("rb") as file:
            assert not bearable(file, Limits(unpacked=1 << 30, texts=10))
    with zipfile.ZipFile(tmp_path / "b.xlsx", "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/media/a.png", b"\x89PNG" + b" " * (17 << 20))
    with (tmp_path / "b.xlsx").open("rb") as file:
        assert bearable(file, Limits(unpacked=1 << 30, texts=10))


def test_more_columns_than_a_table_has(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a" + "," * 5_000 + "\n1" + "," * 5_000, encoding="utf-8")
    assert read_table(tmp_path / "a.csv").headers == ("a",)
    (tmp_path / "a.csv").write_text("a" + "," * 5_000 + "b\n1", encoding="utf-8")
    assert "1000 列" in refused(tmp_path / "a.csv").message.zh

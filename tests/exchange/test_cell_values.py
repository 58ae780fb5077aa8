"""What people type into cells: understood, or said to be unreadable; never guessed."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zongmu.exchange.tables.cell_values import (
    Unit,
    Unreadable,
    fold,
    is_flag,
    is_nothing,
    read_day,
    read_flag,
    read_integer,
    read_line,
    read_money,
    read_month,
    read_ratio,
    read_text,
    unit_of_header,
)
from zongmu.model.scalars import Money

# ── amounts ──


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        ("限价（万元）", "万元"), ("限价(万元)", "万元"), ("限价【万元】", "万元"), ("限价[元]", "元"), ("预算（单位：万元）", "万元"),
        ("预算 单位:亿元", "亿元"), ("金额（人民币元）", "元"), ("金额（ 万元 ）", "万元"), ("总投资万元", "万元"), ("投资亿元", "亿元"),
        ("预算（万元/年）", "万元"), ("限价", None), ("limit_price_cny", None), ("单价", None), ("元数据", None), ("多元", None),
        # A larger unit that ends alike is not that unit.
        ("预算百万元", None), ("预算（千元）", None), ("预算（百万元）", None), ("预算千万元", None), ("预算（万美元）", None), ("预算十亿元", None),
    ],
)  # fmt: skip
def test_the_unit_that_a_header_names(header: str, unit: Unit | None) -> None:
    assert unit_of_header(header) == unit


@pytest.mark.parametrize(
    ("text", "unit", "money"),
    [
        ("480.5", "万元", "480.5万元"),
        ("４８０．５", "万元", "480.5万元"),
        ("4,805,000.00", "元", "480.5万元"),
        ("４，８０５，０００", "元", "480.5万元"),
        ("480.5万元", None, "480.5万元"),
        ("480.5 万元", "元", "480.5万元"),  # the cell's own unit wins
        ("4805000元整", "万元", "480.5万元"),
        ("¥4,805,000", "元", "480.5万元"),
        ("￥ 480.5", "万元", "480.5万元"),
        ("人民币480.5万元", None, "480.5万元"),
        ("1.2亿", None, "12000万元"),
        ("480.5万", "元", "480.5万元"),
        ("0", "元", "0万元"),
        (" 0.01 ", "元", "0.000001万元"),
        ("480.500000", "万元", "480.5万元"),
    ],
)
def test_amounts(text: str, unit: Unit | None, money: str) -> None:
    assert str(read_money(text, unit)) == money


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("480.5", None), ("约480万元", "万元"), ("480-500", "万元"), ("-480", "万元"), ("480,5", "万元"), ("1,2345", "元"), ("4,80,500", "元"),
        ("0.0000001", "万元"), ("0.001", "元"), ("一百万元", "元"), ("480美元", "元"), ("480%", "元"), ("1e6", "元"), ("NaN", "元"), ("∞", "元"),
        ("10000000000000", "元"), ("99999999999999999999", "亿元"), ("4 805 000", "元"), ("480.5.1", "万元"), ("480万元（含税）", "元"), ("", "元"),
    ],
)  # fmt: skip
def test_what_is_no_amount(text: str, unit: Unit | None) -> None:
    with pytest.raises(Unreadable) as refused:
        read_money(text, unit)
    assert refused.value.zh
    assert refused.value.en


@given(st.integers(0, 10**14), st.sampled_from(["元", "万元", "亿元"]))
def test_an_amount_means_the_same_in_every_unit(fen: int, unit: Unit) -> None:
    scale = {"元": 2, "万元": 6, "亿元": 10}[unit]
    digits = f"{fen:0{scale + 1}d}"
    text = f"{digits[:-scale]}.{digits[-scale:]}"
    assert read_money(text, unit) == Money(fen)
    assert read_money(text + unit, None) == Money(fen)


# ── days ──


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01", "2026-3-1", "2026/3/1", "2026.3.1", "2026年3月1日", "2026年03月01日", "2026 年 3 月 1 日", "20260301", "２０２６－０３－０１",
        "2026-03-01 09:30", "2026-03-01T09:30:00", "2026/03/01 9:30:05", "2026-03-01 00:00:00.000", " 2026-03-01 ", "2026年3月1", "二〇二六年三月一日", "二○二六年三月一日",
    ],
)  # fmt: skip
def test_days(text: str) -> None:
    assert read_day(text) == dt.date(2026, 3, 1)


@pytest.mark.parametrize(
    "day", [dt.date(2020, 10, 20), dt.date(2009, 12, 31), dt.date(1999, 11, 10), dt.date(2026, 2, 1)]
)
def test_days_in_chinese_numerals(day: dt.date) -> None:
    digits = "〇一二三四五六七八九"
    year = "".join(digits[int(c)] for c in str(day.year))
    small = [
        "",
        *digits[1:],
        "十",
        *(f"十{c}" for c in digits[1:]),
        "二十",
        *(f"二十{c}" for c in digits[1:]),
        "三十",
        "三十一",
    ]
    assert read_day(f"{year}年{small[day.month]}月{small[day.day]}日") == day
    assert read_month(f"{year}年{small[day.month]}月") == f"{day:%Y-%m}"


@pytest.mark.parametrize(
    "text", ["二〇二六年十三月一日", "二〇二六年二月三十日", "二〇二六年三月", "二零二六年一一一月一日"]
)
def test_what_is_no_day_in_chinese_numerals(text: str) -> None:
    with pytest.raises(Unreadable):
        read_day(text)


@pytest.mark.parametrize(
    "text",
    ["2026-02-30", "2026-13-01", "2026-03", "3/1/2026", "01.03.2026", "26-3-1", "46082", "2026年3月", "2026-03-01起", "三月一日", "", "1899-01-01", "2100-01-01", "202631"],
)  # fmt: skip
def test_what_is_no_day(text: str) -> None:
    with pytest.raises(Unreadable):
        read_day(text)


def test_a_day_of_the_republic_is_asked_about_and_not_taken() -> None:
    with pytest.raises(Unreadable) as refused:
        read_day("民国 111 年 3 月 1 日")
    assert "2022-03-01？" in refused.value.zh


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2026-03", "2026-03"),
        ("2026年3月", "2026-03"),
        ("2026/3", "2026-03"),
        ("２０２６．３", "2026-03"),
        ("2026-3-15", "2026-03"),
    ],
)
def test_months(text: str, month: str) -> None:
    assert read_month(text) == month


@pytest.mark.parametrize("text", ["2026-13", "2026-00", "3月", "2026"])
def test_what_is_no_month(text: str) -> None:
    with pytest.raises(Unreadable):
        read_month(text)


# ── the rest ──


def test_shares() -> None:
    assert str(read_ratio("４１％")) == "41%"
    assert str(read_ratio(" 7.34 %")) == "7.34%"
    for text in ("41", "0.41", "41.234%", "-1%", "百分之四十"):
        with pytest.raises(Unreadable):
            read_ratio(text)


@pytest.mark.parametrize(
    ("text", "number"), [("3", 3), ("3.0", 3), ("１２", 12), ("1,234", 1234), ("12,345,678", 12345678), ("007", 7)]
)
def test_whole_numbers(text: str, number: int) -> None:
    assert read_integer(text) == number


@pytest.mark.parametrize("text", ["1,2", "3,5", "12,34", "3.5", "-3", "三", "1 000", "1" * 16])
def test_what_is_no_whole_number(text: str) -> None:
    with pytest.raises(Unreadable):
        read_integer(text)


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("是", True),
        ("有", True),
        ("Ｙ", True),
        ("TRUE", True),
        ("１", True),
        ("√", True),
        ("否", False),
        ("无", False),
        ("没有", False),
        ("0", False),
        ("No", False),
    ],
)
def test_yes_and_no(text: str, flag: bool) -> None:
    assert read_flag(text) is flag
    assert is_flag(text)


@pytest.mark.parametrize("text", ["", "不详", "/", "部分", "2"])
def test_neither_yes_nor_no(text: str) -> None:
    assert not is_flag(text)
    with pytest.raises(Unreadable):
        read_flag(text)


@pytest.mark.parametrize(
    "text", ["", " ", "　", "/", "－", "—", "——", "无", "暂无", "N/A", "Ｎ／Ａ", "None", "NULL", "待定", "不详"]
)
def test_nothing(text: str) -> None:
    assert is_nothing(text)


@pytest.mark.parametrize("text", ["0", "无锡市", "否", "零", "."])
def test_something(text: str) -> None:
    assert not is_nothing(text)


def test_lines_and_texts() -> None:
    assert read_line("  甲\t乙\u3000丙\r\n丁 ") == "甲 乙 丙 丁"
    assert read_line("e\u0301cole") == "école"
    assert read_text(" 甲 \t乙\r\n\r\n丙\r丁\n ") == "甲 乙\n\n丙\n丁"
    assert fold("ＡＢＣ\u200b１２％ ") == "ABC12%"


@given(st.text(max_size=30))
def test_no_cell_brings_a_reader_down(text: str) -> None:
    for read in (read_day, read_month, read_ratio, read_integer, read_flag):
        with suppress(Unreadable):
            read(text)
    for unit in ("元", "万元", None):
        with suppress(Unreadable):
            read_money(text, unit)  # type: ignore[arg-type]
    assert "\n" not in read_line(text)

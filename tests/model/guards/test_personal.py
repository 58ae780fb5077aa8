"""Numbers that lead to a person are found however they are written; public numbers pass. All numbers are made up."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.shared import SHARED, needs_shared
from zongmu.model import guards
from zongmu.model.guards.personal import luhn_ok, resident_id_ok

FOUND = [
    ("联系人身份证 110101198003076638 已核验", "resident_id", "110101198003076638", True),
    ("11010519491231002X", "resident_id", "11010519491231002X", True),
    ("11010519491231002x，", "resident_id", "11010519491231002x", True),
    ("身份证 110101 19800307 6638", "resident_id", "110101 19800307 6638", True),
    ("１１０１０１１９８００３０７６６３８", "resident_id", "１１０１０１１９８００３０７６６３８", True),
    ("110101\u200b19800307\u200b6638", "resident_id", "110101\u200b19800307\u200b6638", True),
    ("身份证号码：110101800307663", "resident_id", "110101800307663", True),
    ("电话13800138000", "mobile", "13800138000", True),
    ("电话 138-0013-8000", "mobile", "138-0013-8000", True),
    ("138 0013 8000", "mobile", "138 0013 8000", True),
    ("138.0013.8000", "mobile", "138.0013.8000", True),
    ("138\u30000013\u30008000", "mobile", "138\u30000013\u30008000", True),
    ("+86 13800138000", "mobile", "86 13800138000", True),
    ("(+86)13800138000", "mobile", "13800138000", True),
    ("8613800138000", "mobile", "8613800138000", True),
    ("013800138000", "mobile", "013800138000", True),
    ("１３８００１３８０００", "mobile", "１３８００１３８０００", True),
    ("①③⑧⓪⓪①③⑧⓪⓪⓪", "mobile", "①③⑧⓪⓪①③⑧⓪⓪⓪", True),
    ("1 3 8 0 0 1 3 8 0 0 0", "mobile", "1 3 8 0 0 1 3 8 0 0 0", True),
    ("1380\u200b0138\u200d000", "mobile", "1380\u200b0138\u200d000", True),
    ("手机1380-0138-000", "mobile", "1380-0138-000", True),
    ("tel13800138000", "mobile", "13800138000", True),
    ("2026-05-20 138-0013-8000", "mobile", "138-0013-8000", True),
    ("张三A13800138000", "mobile", "13800138000", True),
    ("Ａ１３８００１３８０００", "mobile", "１３８００１３８０００", True),
    ("WX13800138000", "mobile", "13800138000", True),
    ("ZSF13800138000", "mobile", "13800138000", False),
    ("138/0013/8000", "mobile", "138/0013/8000", True),
    ("138_0013_8000", "mobile", "138_0013_8000", True),
    ("A11010519491231002Xa", "resident_id", "11010519491231002X", True),
    ("1.1.0.1.0.5.1.9.4.9.1.2.3.1.0.0.2.X", "resident_id", "1.1.0.1.0.5.1.9.4.9.1.2.3.1.0.0.2.X", True),
    ("13800138000元旦值班", "mobile", "13800138000", True),
    ("收款账号 6222021234567890128", "bank_card", "6222021234567890128", True),
    ("6222 0212 3456 7890 128", "bank_card", "6222 0212 3456 7890 128", True),
    ("卡号：4111111111111111", "bank_card", "4111111111111111", True),
    ("电话一三八〇〇一三八〇〇〇", "mobile", "一三八〇〇一三八〇〇〇", True),
    ("联系人：壹叁捌零零壹叁捌零零零", "mobile", "壹叁捌零零壹叁捌零零零", True),
    ("1三8〇0一3捌00零", "mobile", "1三8〇0一3捌00零", True),
    ("一三八 〇〇一三\n  八〇〇〇", "mobile", "一三八 〇〇一三\n  八〇〇〇", True),
    ("幺三捌-零零幺三-捌零零零", "mobile", "幺三捌-零零幺三-捌零零零", True),
    ("一一〇一〇五一九四九一二三一〇〇二X", "resident_id", "一一〇一〇五一九四九一二三一〇〇二X", True),
    ("手机 138,0013,8000", "mobile", "138,0013,8000", True),
    ("手机：(１３８)００１３、８０００", "mobile", "１３８)００１３、８０００", True),
    ("电话一三八，〇〇一三，八〇〇〇", "mobile", "一三八，〇〇一三，八〇〇〇", True),
    ("身份证 110101、19800307、6638", "resident_id", "110101、19800307、6638", True),
    ("110101,19800307,6638", "resident_id", "110101,19800307,6638", False),
    ("卡号 6222,0212,3456,7890,128", "bank_card", "6222,0212,3456,7890,128", True),
    ("账号：1234567890123456", "bank_account", "1234567890123456", False),
    ("护照号码：E12345678", "travel_document", "E12345678", True),
    ("zhangsan@example.gov.cn", "email", "zhangsan@example.gov.cn", False),
    ("邮箱 zhang.san @ example.com。", "email", "zhang.san @ example.com", False),
    ("ｚｓ＠ｅｘａｍｐｌｅ．ｃｏｍ", "email", "ｚｓ＠ｅｘａｍｐｌｅ．ｃｏｍ", False),
]

PUBLIC = [
    "预算 13800138000.00 元",
    "总投资 13800138000 元",
    "¥13800138000",
    "统一社会信用代码 91110000600037341L",
    "采购编号 202600000000000001",
    "值班电话 010-12345678、0477-8581234、400-800-1234、12345",
    "投资项目代码 2701-150690-04-04-123454",
    "investment_code: 2701-620000-04-04-123454",
    "合同编号 HT-138-2024-0001",
    "鄂政数审〔2027〕示11号，EZC-2027-0419",
    "M3302005195026095001",
    "采购编号：EZC13812345678",
    "number: A13812345678",
    "合同 138/2024/12 至 150/2026/07，3/4/26",
    "1bdaba06-c26c-4724-1381-138001380001",
    "sha256: 8f3e13800138000abcdef1234567890abcdef1234567890abcdef1234567890ab",
    "https://example.gov.cn/art/2022/9/14/art_1228_58901234.html",
    "2026-05-20 13:20:10 至 2026-06-20 14:00:00，2027.04.01-2029.03.31",
    "东经109.78123456789，北纬39.60812345678，IP 192.168.100.101",
    "150602001 150602002 150602003",
    "1 2 3 4 5 6 7 8 9 10 11 12 13 14",
    "6222021234567890128",  # no word of a card, no groups: any serial number
    "收款账号以合同为准",
    "110101198003076639",  # the check character does not fit
    "110101198002306630",  # the thirtieth of February
    "puppeteer-core@2.1.1，@所有人",
    "户数 138、2025、2026，人数分别为 150,1200,1500",  # members of a list, and no word of a telephone
    "一、二、三、四、五、六、七、八、九、十、十一，一二三四五六七八九",
    "二〇二六年十一月二十二日至二〇二七年三月三十一日，一三八号，壹佰叁拾捌万零壹佰叁拾捌元整",
    "13,800,138,000 元",
]

PROVINCES = [
    *range(11, 16),
    *range(21, 24),
    *range(31, 38),
    *range(41, 47),
    *range(50, 55),
    *range(61, 66),
    71,
    81,
    82,
    83,
]


@pytest.mark.parametrize(("text", "kind", "passage", "block"), FOUND)
def test_given_a_personal_number_then_it_is_found_whole(text: str, kind: str, passage: str, block: bool) -> None:
    hits = [hit for hit in guards.scan(text) if hit.kind == kind]
    assert [(text[hit.start : hit.end], hit.block) for hit in hits] == [(passage, block)]


@pytest.mark.parametrize("text", PUBLIC)
def test_given_a_public_number_then_nothing_is_said(text: str) -> None:
    assert guards.thorough(text) == ()


@needs_shared
def test_given_the_shared_synthetic_rows_then_each_is_found_or_passes_as_it_says() -> None:
    kinds = {"resident id": "resident_id", "mobile": "mobile", "bank card": "bank_card", "email": "email"}
    for row in json.loads((SHARED / "payloads/own/pii_synthetic.json").read_text("utf-8")):
        expected = [kinds[row["kind"].split(" (")[0]]] if not row["kind"].startswith("OK") else []
        assert [hit.kind for hit in guards.scan(row["text"])] == expected, row["id"]


@st.composite
def resident_ids(draw: st.DrawFn, until: int = 2009) -> str:
    """A well-formed resident id, its check character counted independently of the code under test."""
    born = draw(st.dates(dt.date(1900, 1, 1), dt.date(until, 12, 31)))
    body = (
        f"{draw(st.sampled_from(PROVINCES))}{draw(st.integers(0, 9999)):04}{born:%Y%m%d}{draw(st.integers(0, 999)):03}"
    )
    total = sum(int(digit) * pow(2, 17 - i, 11) for i, digit in enumerate(body))
    rest = (12 - total % 11) % 11
    return body + ("X" if rest == 10 else str(rest))


def mobiles() -> st.SearchStrategy[str]:
    return st.from_regex(r"\A1[3-9][0-9]{9}\Z")


@st.composite
def bank_cards(draw: st.DrawFn) -> str:
    """A card number of 16 to 19 digits that satisfies Luhn."""
    body = "62" + draw(st.text("0123456789", min_size=13, max_size=16))
    return next(body + last for last in "0123456789" if luhn_ok(body + last))


HAN = st.text(alphabet="示例市政务信息化项目建设运维平台系统，。：；（）、年度统筹〔〕数据共享", max_size=30)


def grouped(number: str, *sizes: int, gap: str = " ") -> str:
    parts, at = [], 0
    for size in sizes:
        parts.append(number[at : at + size])
        at += size
    return gap.join([*parts, number[at:]]).rstrip(gap)


@given(HAN, resident_ids(), HAN, st.sampled_from(["whole", "spaced", "full-width", "zero-width"]))
def test_given_a_resident_id_anywhere_in_chinese_text_then_the_hit_covers_it(
    before: str, number: str, after: str, way: str
) -> None:
    written = {
        "whole": number,
        "spaced": grouped(number, 6, 8),
        "full-width": "".join(chr(ord(char) + 0xFEE0) for char in number),
        "zero-width": grouped(number, 6, 8, gap="\u200b"),
    }[way]
    text = before + written + after
    hits = [hit for hit in guards.scan(text) if hit.kind == "resident_id"]
    assert [(hit.start, hit.end, hit.block) for hit in hits] == [(len(before), len(before) + len(written), True)]


@given(HAN, mobiles(), HAN, st.sampled_from(["", " ", "-", "\u3000", "\u200b", "－"]))
def test_given_a_mobile_number_anywhere_in_chinese_text_then_the_hit_covers_it(
    before: str, number: str, after: str, gap: str
) -> None:
    written = grouped(number, 3, 4, gap=gap) if gap else number
    text = before + written + after
    assert (len(before), len(before) + len(written)) in {
        (hit.start, hit.end) for hit in guards.scan(text) if hit.kind == "mobile"
    }


@given(HAN, bank_cards(), HAN, st.booleans())
def test_given_a_card_with_its_word_anywhere_in_chinese_text_then_the_hit_covers_it(
    before: str, number: str, after: str, in_fours: bool
) -> None:
    written = grouped(number, 4, 4, 4, 4) if in_fours else number
    text = f"{before}卡号{written}{after}"
    start = len(before) + 2
    assert (start, start + len(written)) in {
        (hit.start, hit.end) for hit in guards.scan(text) if hit.kind == "bank_card"
    }


def test_given_a_birth_that_could_be_the_day_of_a_business_number_then_context_decides() -> None:
    number = "370683202409120" + next(
        f"{serial:02}{check}"
        for serial in range(100)
        for check in "0123456789"
        if resident_id_ok(f"370683202409120{serial:02}{check}")
    )
    assert [(hit.kind, hit.block) for hit in guards.scan(f"受理编号{number}")] == [("resident_id", False)]
    assert [(hit.kind, hit.block) for hit in guards.scan(f"身份证{number}")] == [("resident_id", True)]


def test_given_random_digits_then_hardly_any_is_taken_for_a_person() -> None:
    rng = random.Random(20260101)
    ids = sum(bool(guards.scan(f"编号{rng.randrange(10**17, 10**18)}号")) for _ in range(20_000))
    serials = sum(bool(guards.scan(f"编号{rng.randrange(10**18, 10**19)}号")) for _ in range(5_000))
    assert ids <= 4  # about one in 40,000 fits province, date and check
    assert serials == 0


def test_given_digests_then_none_is_taken_for_a_number() -> None:
    text = "\n".join(hashlib.sha256(str(i).encode()).hexdigest() for i in range(3_000))
    assert guards.scan(text) == ()


def test_given_numbers_on_two_lines_of_folded_yaml_then_they_are_still_one() -> None:
    assert [hit.kind for hit in guards.scan("summary: 请联系 138-0013-\n    8000")] == ["mobile"]

"""The text of a measure becomes addresses: article, paragraph, item, sentence."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ours import checks
from tests.shared import SHARED, needs_shared
from zongmu.exchange.law_text import _number, gaps, split
from zongmu.policy.law.addresses import address_words


def addresses(text: str) -> list[str]:
    return [s.at for s in split(text)]


@needs_shared
@pytest.mark.parametrize(
    ("file", "measure", "prefix", "sentences", "items"),
    [("laizhou-2022", "laizhou_2022", "LZ", 127, 10), ("ordos-2025", "ordos_2025", "OD", 139, 14)],
)
def test_both_measures_are_split_as_their_tables_are(
    file: str, measure: str, prefix: str, sentences: int, items: int
) -> None:
    found = split((SHARED / "measures" / f"{file}.txt").read_text(encoding="utf-8"))
    assert len(found) == sentences
    assert len({(s.article, s.paragraph, s.item) for s in found if s.item}) == items
    # The tables write a part of a sentence with a letter, a lone paragraph now and then with its number.
    rows = {re.sub(r"(?<=[0-9])[a-c]$", "", at) for at in checks().measures[measure].measure.sentences}
    known = rows | {re.sub(r" p1$", "", at) for at in rows}
    assert sorted({f"{prefix}-{s.at}" for s in found} - known) == []


@needs_shared
def test_what_the_numbering_skips_is_found() -> None:
    found = gaps(split((SHARED / "measures" / "ordos-2025.txt").read_text(encoding="utf-8")))
    assert [g.at for g in found] == [
        "6 p1(1)", "6 p1(2)", "6 p1(3)", "6 p1(4)", "6 p1(6)", "10", "19", "47", "49",
    ]  # fmt: skip
    assert gaps(split((SHARED / "measures" / "laizhou-2022.txt").read_text(encoding="utf-8"))) == ()


HEAD = "示例市办法\n第一章 总则\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("第一条 甲。", ["1"]),
        ("第一条 甲。乙；丙！", ["1 p1 s1", "1 p1 s2", "1 p1 s3"]),
        ("第一条甲，乙（丙；丁。）戊。", ["1"]),
        ("第一条 按照“甲；乙”办理。丙。", ["1 p1 s1", "1 p1 s2"]),
        ("第一条 甲。\n乙。丙。", ["1 p1", "1 p2 s1", "1 p2 s2"]),
        ("第一条 甲：\n（一）乙；\n（二）丙。丁。\n戊。", ["1 p1 s1", "1 p1(1)", "1 p1(2) s1", "1 p1(2) s2", "1 p2"]),
        ("第一条 甲:\n(一)乙;\n(二)丙。", ["1 p1 s1", "1 p1(1)", "1 p1(2)"]),
        ("第一条 甲\n\n乙。", ["1"]),
        ("第一条 甲。\n- 2 -\n第二条 乙。", ["1", "2"]),
        ("第一条 甲。\n第二章 管理\n第二条 乙。", ["1", "2"]),
        ("第一条 依照\n第三条的规定办理。\n第二条 乙。", ["1", "2"]),
        ("第一条 甲。\n抄送：乙。", ["1"]),
        ("第一条 甲。\n示例市人民政府\n2026年1月1日", ["1"]),
        ("第一条 甲：\n（一）乙：\n1.丙；\n2.丁。", ["1 p1 s1", "1 p1(1) s1", "1 p1(1) s2"]),
        ("第十条 甲。\n第二十一条 乙。\n第一百零二条 丙。", ["10", "21", "102"]),
        ("第1条 甲。\n第2条 乙。", ["1", "2"]),
        ("没有条文。", []),
    ],
)
def test_addresses(text: str, expected: list[str]) -> None:
    assert addresses(HEAD + text + "\n") == expected


@given(st.integers(1, 999))
def test_numerals_go_there_and_back(n: int) -> None:
    assert _number(address_words(str(n)).zh.removeprefix("第").removesuffix("条")) == n


@given(st.text(st.sampled_from("第一二三十百条款章（）()。；！：:;\n 甲乙“”《》1."), max_size=120))
def test_no_text_is_too_odd(text: str) -> None:
    found = split(text)
    assert len({s.at for s in found}) == len(found)
    assert all(s.text for s in found)
    gaps(found)
    assert all(s.label.zh and s.modality for s in found)


def test_a_sentence_says_its_address_in_words() -> None:
    (first, *_) = split("第十四条 甲：\n（一）乙；丙。")[1:]
    assert (first.at, first.label.zh, first.label.en) == (
        "14 p1(1) s1",
        "第十四条第一款第（一）项第1句",
        "Article 14, paragraph 1, item 1, sentence 1",
    )


@pytest.mark.parametrize(
    ("text", "modality"),
    [
        ("项目单位应当申报。", "must"),
        ("不得自行调整。", "must"),
        ("原则上不再审批。", "principle"),
        ("可以自行监理。", "may"),
        ("可行性研究报告由单位编制。", "declares"),
        ("加强密码应用。", "declares"),
    ],
)
def test_what_the_words_suggest(text: str, modality: str) -> None:
    assert split("第一条 " + text)[0].modality == modality


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("总投资 500 万元以上的，不少于 1 项。", ("500万元以上", "不少于1项")),
        ("在10个工作日内办结，半年内验收。", ("10个工作日内", "半年内")),
        ("依照鄂府发〔2023〕41号，自2022年9月29日起施行。", ()),
        ("不超过概算总投资15%。", ("15%",)),
        ("超过三百万元的，提取百分之二以内，一人一票。", ("超过三百万元", "百分之二以内")),
    ],
)
def test_words_that_carry_a_number(text: str, figures: tuple[str, ...]) -> None:
    assert split("第一条 " + text)[0].figures == figures

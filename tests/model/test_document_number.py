"""文号: given a text as offices write it, expect its parts, its canonical form and what is odd about it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zongmu.model.scalars.document_number import (
    NUMBER_PROBLEMS,
    canonical_document_number,
    problems,
)

GOOD = "鄂政数审〔2027〕17号"


def test_the_standard_form() -> None:
    assert canonical_document_number(GOOD) == GOOD
    assert problems(GOOD) == ()


@pytest.mark.parametrize("text", ["国办发〔2019〕57号", "川发改数字函〔2022〕805号", "莱政办发〔2023〕14号"])
def test_real_prefixes(text: str) -> None:
    assert problems(text) == ()


@pytest.mark.parametrize(
    ("text", "odd"),
    [
        ("鄂政数审[2027]17号", ("brackets",)),
        ("鄂政数审（2027）17号", ("brackets",)),
        ("鄂政数审(2027)17号", ("brackets",)),
        ("鄂政数审【2027】17号", ("brackets",)),
        ("鄂政数审〔2027]17号", ("brackets",)),
        ("鄂政数审〔2027〕第17号", ("di",)),
        ("鄂政数审〔2027〕017号", ("leading_zero",)),
        ("鄂政数审[2027]第017号", ("brackets", "di", "leading_zero")),
        ("鄂政数审〔２０２７〕17号", ("fullwidth",)),
        ("鄂政数审〔2027〕 17 号", ("spaces",)),
        ("鄂政数审〔2027〕17", ("hao_missing",)),
        ("鄂政数审2027年17号", ("brackets",)),
        ("鄂政数审2027-17号", ("brackets",)),
    ],
)
def test_other_notations_are_the_same_number_and_say_what_is_odd(text: str, odd: tuple[str, ...]) -> None:
    assert canonical_document_number(text) == GOOD
    assert problems(text) == odd


@pytest.mark.parametrize(
    ("text", "odd"),
    [
        ("鄂政数审17号", ("year_missing",)),
        ("鄂政数审第17号", ("year_missing", "di")),
        ("鄂政数审〔27〕17号", ("year_short",)),
        ("〔2027〕17号", ("prefix_missing",)),
    ],
)
def test_a_number_with_a_part_missing_is_another_number(text: str, odd: tuple[str, ...]) -> None:
    assert problems(text) == odd
    assert canonical_document_number(text) != GOOD


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("LZDR-2022-0020001", "LZDR-2022-0020001"),
        ("财政部令第110号", "财政部令第110号"),
        ("第31次常务会议", "第31次常务会议"),
        ("市政府2025年第31次常务会议", "市政府2025年第31次常务会议"),
        ("市政府第三十一次常务会议", "市政府第31次常务会议"),
        ("市政府第一百零五次常务会议", "市政府第105次常务会议"),
        ("市十八届人民政府第三十一次常务会议", "市十八届人民政府第31次常务会议"),
        ("市政府第十次会议纪要", "市政府第10次会议纪要"),
        ("专题会议纪要〔2025〕31号", "专题会议纪要〔2025〕31号"),
        ("市政府专题会议纪要〔2025〕第31期", "市政府专题会议纪要〔2025〕31期"),
        ("鄂府抄告〔2025〕12号", "鄂府抄告〔2025〕12号"),
    ],
)
def test_other_identities(text: str, canonical: str) -> None:
    assert canonical_document_number(text) == canonical
    assert problems(text) == ()


def test_a_paper_of_a_demonstration_is_marked_in_its_serial() -> None:
    assert problems("鄂政数审〔2027〕示17号") == ()
    assert canonical_document_number("鄂政数审〔2027〕示17号") == "鄂政数审〔2027〕示17号"


def test_a_paper_without_a_number_says_why() -> None:
    assert canonical_document_number("无文号: 会议当场决定") == "无文号：会议当场决定"
    assert problems("无文号：会议当场决定") == ()
    assert problems("无文号") == ("reason_missing",)
    assert problems("无文号:") == ("reason_missing",)


@pytest.mark.parametrize(
    "text", ["SL-HT-2027-031", "EZC-2027-0419", "abc", "", "无", "鄂政数审〔2027〕17号之一", "号" * 101]
)
def test_what_is_no_document_number(text: str) -> None:
    assert problems(text) == ("not_recognised",)
    assert canonical_document_number(text) == text


@given(st.text(max_size=120))
def test_any_text_can_be_asked_about(text: str) -> None:
    assert set(problems(text)) <= set(NUMBER_PROBLEMS)


PARTS = st.tuples(
    st.text(alphabet="鄂莱政数发改审办函纪要抄告示", max_size=6),
    st.sampled_from(["〔", "[", "（", "(", "【"]),
    st.integers(1900, 2099),
    st.sampled_from(["〕", "]", "）", ")", "】"]),
    st.sampled_from(["", "第"]),
    st.sampled_from(["", "0", "00"]),
    st.integers(1, 9999),
)


@given(PARTS)
def test_the_canonical_form_is_stable(parts: tuple[str, str, int, str, str, str, int]) -> None:
    prefix, opening, year, closing, di, zeros, serial = parts
    text = f"{prefix}{opening}{year}{closing}{di}{zeros}{serial}号"
    canonical = canonical_document_number(text)
    assert canonical == f"{prefix}〔{year}〕{serial}号"
    assert canonical_document_number(canonical) == canonical
    assert set(problems(canonical)) <= {"prefix_missing"}

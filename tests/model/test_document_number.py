"""文号: given a text as offices write it, expect its parts, its canonical form and what is odd about it."""

from __future__ import annotations

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from zongmu.model.document_number import (
    DOCUMENT_NUMBER_MESSAGES,
    NUMBER_PROBLEMS,
    DocumentNumber,
    canonical_document_number,
    parse_document_number,
    problems,
    same_document_number,
)

ADAPTER = TypeAdapter(DocumentNumber)
GOOD = "鄂政数审〔2027〕17号"


def test_the_standard_form() -> None:
    parsed = parse_document_number(GOOD)
    assert parsed is not None
    assert (parsed.kind, parsed.prefix, parsed.year, parsed.serial) == ("document", "鄂政数审", 2027, "17")
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
    assert same_document_number(text, GOOD)
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
    assert not same_document_number(text, GOOD)


@pytest.mark.parametrize(
    ("text", "kind", "year", "serial"),
    [
        ("LZDR-2022-0020001", "normative", 2022, "0020001"),
        ("财政部令第110号", "order", None, "110"),
        ("第31次常务会议", "meeting", None, "31"),
        ("市政府2025年第31次常务会议", "meeting", 2025, "31"),
        ("市十八届人民政府第三十一次常务会议", "meeting", None, "31"),
        ("市政府第十次会议纪要", "minutes", None, "10"),
        ("专题会议纪要〔2025〕31号", "minutes", 2025, "31"),
        ("市政府专题会议纪要〔2025〕第31期", "minutes", 2025, "31"),
        ("鄂府抄告〔2025〕12号", "transfer_note", 2025, "12"),
    ],
)
def test_other_identities(text: str, kind: str, year: int | None, serial: str) -> None:
    parsed = parse_document_number(text)
    assert parsed is not None
    assert (parsed.kind, parsed.year, parsed.serial) == (kind, year, serial)
    assert problems(text) == ()


def test_a_paper_of_a_demonstration_is_marked_in_its_serial() -> None:
    parsed = parse_document_number("鄂政数审〔2027〕示17号")
    assert parsed is not None
    assert (parsed.prefix, parsed.year, parsed.serial) == ("鄂政数审", 2027, "示17")
    assert problems("鄂政数审〔2027〕示17号") == ()
    assert not same_document_number("鄂政数审〔2027〕示17号", GOOD)


def test_a_meeting_in_chinese_figures_is_the_same_meeting() -> None:
    assert same_document_number("市政府第三十一次常务会议", "市政府第31次常务会议")
    assert same_document_number("市政府第一百零五次常务会议", "市政府第105次常务会议")


def test_a_paper_without_a_number_says_why() -> None:
    parsed = parse_document_number("无文号：会议当场决定")
    assert parsed is not None
    assert (parsed.kind, parsed.reason) == ("none", "会议当场决定")
    assert problems("无文号：会议当场决定") == ()
    assert problems("无文号") == ("reason_missing",)
    assert problems("无文号:") == ("reason_missing",)


@pytest.mark.parametrize(
    "text", ["SL-HT-2027-031", "EZC-2027-0419", "abc", "", "无", "鄂政数审〔2027〕17号之一", "号" * 101]
)
def test_what_is_no_document_number(text: str) -> None:
    assert parse_document_number(text) is None
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


# --- the type in a record ---------------------------------------------------------------------------------------


def test_equal_by_meaning_shown_as_written() -> None:
    one, other = DocumentNumber.parse("鄂政数审[2027]17号"), DocumentNumber.parse(GOOD)
    assert one == other
    assert hash(one) == hash(other)
    assert str(one) == "鄂政数审[2027]17号"
    assert ADAPTER.dump_python(one, mode="json") == GOOD
    assert one.problems == ("brackets",)
    assert other.parsed is not None


@pytest.mark.parametrize(
    "text",
    ["", " x", "x ", "\u3000x", "a\nb", "a\u200bb", "a\u202eb", "a\u2028b", "\ufeffa", "a\x00b", "x" * 101, "a\tb"],
)
def test_hostile_text_is_refused(text: str) -> None:
    with pytest.raises(ValidationError) as refused:
        ADAPTER.validate_python(text)
    assert refused.value.errors()[0]["type"] in DOCUMENT_NUMBER_MESSAGES


def test_a_number_is_no_document_number() -> None:
    with pytest.raises(ValidationError) as refused:
        ADAPTER.validate_python(17)
    assert refused.value.errors()[0]["type"] == "scalar_not_text"


@given(st.text(max_size=110))
def test_model_and_schema_accept_the_same(text: str) -> None:
    try:
        ADAPTER.validate_python(text)
        accepted = True
    except ValidationError:
        accepted = False
    assert jsonschema.Draft202012Validator(ADAPTER.json_schema()).is_valid(text) is accepted

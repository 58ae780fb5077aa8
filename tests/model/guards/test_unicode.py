"""Characters that deceive: each is found where it stands, ordinary Chinese text is left alone."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from tests.shared import SHARED, needs_shared
from zongmu.model import guards
from zongmu.model.base import ProjectId
from zongmu.model.guards import base, unicode

REFUSED = [
    ("预算\u202e元001\u202c", ["bidi", "bidi"]),
    ("承建单位\u2066甲\u2069", ["bidi", "bidi"]),
    ("ZJ-2026-\u200b0001", ["zero_width"]),
    ("政务\u200d云", ["zero_width"]),
    ("政\u2060务", ["zero_width"]),
    ("政\ufeff务", ["zero_width"]),
    ("申报\u00ad单位", ["zero_width"]),
    ("政\ufff9务", ["format"]),
    ("预算\u3164", ["filler"]),
    ("预算\u2800", ["filler"]),
    ("龍\ufe00", ["variation"]),
    ("龍\U000e0100", ["variation"]),
    ("项目\U000e0041\U000e0042", ["tag"]),
    ("浙江省\u2f24数据局", ["cjk_radical"]),
    ("政务\u2e8d云", ["cjk_radical"]),
    ("\u31d0般", ["cjk_radical"]),
    ("A\u0301", ["not_nfc"]),
    ("\uf900", ["not_nfc"]),  # a compatibility ideograph: NFC replaces it
    ("\u1112\u1161\u11ab", ["not_nfc"]),
    ("a\u0000b", ["control"]),
    ("a\u000bb", ["control"]),
    ("a\u001b[31m", ["control"]),
    ("a\rb", ["control"]),
    ("a\u0085b", ["line_separator"]),
    ("a\u2028b", ["line_separator"]),
    ("a\ufffe", ["noncharacter"]),
    ("a\U0001ffff", ["noncharacter"]),
    ("\ue000", ["private_use"]),
    ("\U000f0000", ["private_use"]),
    ("a\ud800b", ["surrogate"]),
    ("\U00050000", ["unassigned"]),
    ("ด" + "\u0e49" * 9, ["stacked_marks"]),
    ("д" + "\u0488" * 9, ["stacked_marks"]),
]

ORDINARY = [
    "ด" + "\u0e49" * 8,
    "项目（一期），含：运维。",
    "张　三",
    "\U00020bb7野",
    "\U00030edd",  # an extension newer than some interpreters
    "Ａ标段，预算１２万元",
    "第一行\n\t第二行\r\n第三行",
    "面积 100㎡，误差 ±5μm，Ⅱ 类，第①项，50％",
    "ᠣᠷᠳᠣᠰ\u180bᠠ\u180eᠠ",
    "café，naïve，Ørsted",
    "한국어、カタカナ、ひらがな",
    "😀 → ✓",
]


@pytest.mark.parametrize(("text", "kinds"), REFUSED)
def test_given_a_deceiving_character_then_it_is_refused_where_it_stands(text: str, kinds: list[str]) -> None:
    hits = guards.scan(text)
    assert [hit.kind for hit in hits] == kinds
    assert all(hit.block for hit in hits)
    assert all(
        not text[hit.start : hit.end].isascii() or ord(text[hit.start]) < 0x20 or "\u0301" in text for hit in hits
    )


@pytest.mark.parametrize("text", ORDINARY)
def test_given_ordinary_text_then_nothing_is_said(text: str) -> None:
    assert guards.thorough(text) == ()


def test_given_neighbours_of_one_kind_then_they_make_one_hit() -> None:
    assert guards.scan("甲\u200b\u200c\u200d乙") == (guards.Hit("zero_width", 1, 4, True),)


def test_given_a_mongolian_selector_outside_a_mongolian_word_then_it_is_refused() -> None:
    assert [hit.kind for hit in guards.scan("政\u180b务\u180e云")] == ["variation", "zero_width"]


def test_given_a_cyrillic_letter_in_a_latin_word_then_it_is_a_warning() -> None:
    (hit,) = guards.scan("ZJ-2\u041e26-0001")
    assert (hit.kind, hit.block) == ("mixed_script", False)
    assert guards.scan("Москва") == ()


def test_given_a_replacement_character_then_it_is_a_warning() -> None:
    assert [(hit.kind, hit.block) for hit in guards.scan("政务\ufffd云")] == [("replacement", False)]


def test_given_every_code_point_then_the_table_covers_what_unicode_calls_format_control_private_or_separator() -> None:
    missing = [
        hex(code)
        for code in range(0x110000)
        if unicodedata.category(chr(code)) in {"Cf", "Cc", "Co", "Cs", "Zl", "Zp"}
        and chr(code) not in "\t\n"
        and not guards.scan(chr(code))
    ]
    assert missing == []


def test_given_every_code_point_then_what_is_called_ordinary_is_reported_by_nobody_and_folds_to_itself() -> None:
    ordinary = re.compile(f"[{unicode.ORDINARY}]")
    for code in range(0x110000):
        char = chr(code)
        if ordinary.match(char):
            assert base.fold(char * 2).text == char * 2, hex(code)
            assert all(unicodedata.is_normalized("NFC", before + char) for before in ("a", "가", "か", "ᄀ", "")), hex(
                code
            )
            assert not unicode._hostile_hits(char, [0]), hex(code)


def test_given_every_code_point_then_no_form_other_than_nfc_passes() -> None:
    for code in (*range(0xD800), *range(0xE000, 0x110000)):
        for before in ("", "a", "가", "か", "ᄀ"):
            text = before + chr(code)
            if not unicodedata.is_normalized("NFC", text):
                assert "not_nfc" in {hit.kind for hit in unicode.character_hits(text)}, hex(code)


def test_the_table_is_ordered_and_without_overlap() -> None:
    for (_first, last, _kind), (first, _last, _other) in zip(unicode._TABLE, unicode._TABLE[1:], strict=False):
        assert last < first


@given(st.text(alphabet=st.characters(), max_size=40))
def test_given_any_text_then_text_without_findings_is_nfc_and_survives_xml(text: str) -> None:
    if not guards.scan(text):
        assert unicodedata.is_normalized("NFC", text)
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", text)


@needs_shared
def test_given_the_shared_hostile_rows_then_each_is_found_or_passes_as_it_says() -> None:
    rows: list[dict[str, Any]] = json.loads((SHARED / "payloads/own/unicode_hostile.json").read_text("utf-8"))
    for row in rows:
        refused = row["id"].endswith("-id") and not _is_id(row["text"])
        assert (refused or bool(guards.scan(row["text"]))) is not row["rule"].startswith("OK"), row["id"]
        assert not row["rule"].startswith("OK") or not guards.scan(row["text"]), row["id"]


def _is_id(text: str) -> bool:
    try:
        return bool(TypeAdapter(ProjectId).validate_python(text.lower()))
    except ValidationError:
        return False

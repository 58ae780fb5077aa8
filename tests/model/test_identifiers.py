"""Identifiers: given a code, expect it accepted, refused with a reason, or only doubted."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from stdnum.cn import uscc as stdnum_uscc
from stdnum.iso7064 import mod_11_10

from tests.shared import SHARED, needs_shared
from zongmu.model.scalars.identifiers import (
    IDENTIFIER_MESSAGES,
    DivisionCode,
    HttpUrl,
    InvestmentCode,
    Sha256,
    Uscc,
    investment_code_check_ok,
    investment_code_form,
    uscc_check_character,
)

TYPES: dict[str, Any] = {
    "uscc": Uscc,
    "investment": InvestmentCode,
    "division": DivisionCode,
    "sha256": Sha256,
    "url": HttpUrl,
}
ADAPTERS: dict[str, TypeAdapter[Any]] = {name: TypeAdapter(kind) for name, kind in TYPES.items()}

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
SAMPLE = "91110000600037341L"  # the example of python-stdnum's own documentation


def error_type(name: str, value: object) -> str | None:
    """The error type with which *value* is refused, or None when it is accepted."""
    try:
        ADAPTERS[name].validate_python(value)
    except ValidationError as refused:
        (error,) = refused.errors()
        return error["type"]
    return None


# --- unified social credit code ----------------------------------------------------------------------------------

BODIES = st.builds(
    lambda first, region, rest: first + region + rest,
    st.sampled_from("123456789ANY"),
    st.text("0123456789", min_size=7, max_size=7),
    st.text(ALPHABET, min_size=9, max_size=9),
)


def test_a_credit_code() -> None:
    assert error_type("uscc", SAMPLE) is None
    assert ADAPTERS["uscc"].validate_python(SAMPLE) == SAMPLE


@given(BODIES)
def test_the_check_character_decides(body: str) -> None:
    right = uscc_check_character(body)
    for char in ALPHABET:
        assert error_type("uscc", body + char) == (None if char == right else "uscc_check")


@given(BODIES.filter(lambda body: body[0].isdigit()))
def test_where_the_library_reads_a_code_it_agrees(body: str) -> None:
    code = body + uscc_check_character(body)
    assert stdnum_uscc.is_valid(code)


@pytest.mark.parametrize("first", ["N", "Y", "A"])
def test_registering_authorities_with_a_letter(first: str) -> None:
    body = first + "2370683MA3TE5T8X"
    assert error_type("uscc", body + uscc_check_character(body)) is None


@pytest.mark.parametrize("position", range(18))
def test_one_miscopied_character_is_noticed(position: int) -> None:
    for char in ALPHABET:
        if char != SAMPLE[position]:
            changed = SAMPLE[:position] + char + SAMPLE[position + 1 :]
            assert error_type("uscc", changed) in ("uscc_check", "uscc_format")


@pytest.mark.parametrize(
    "value", ["", SAMPLE[:-1], SAMPLE + "0", SAMPLE.lower(), "I" + SAMPLE[1:], SAMPLE + "\n", "９" + SAMPLE[1:]]
)
def test_what_has_not_the_form(value: str) -> None:
    assert error_type("uscc", value) == "uscc_format"


def test_a_number_in_its_place_is_no_text() -> None:
    assert error_type("uscc", 911100006000373410) == "scalar_not_text"


# --- investment project code -------------------------------------------------------------------------------------

REAL = [
    "2603-141124-89-05-346948",
    "2411-130202-89-01-637015",
    "2509-320193-89-01-544060",
    "2509-140602-89-05-864976",
    "2211-441900-04-02-310151",
    "2502-140109-89-01-287745",
]


@given(st.from_regex(r"(?:1[6-9]|2[0-9])(?:0[1-9]|1[0-2])-[1-9][0-9]{5}-[0-9]{2}-[0-9]{2}-[0-9]{6}", fullmatch=True))
def test_the_library_judges_the_digits_alike(code: str) -> None:
    assert investment_code_check_ok(code) is mod_11_10.is_valid(code.replace("-", ""))


@pytest.mark.parametrize("code", REAL)
def test_real_codes_have_the_check_digit(code: str) -> None:
    assert error_type("investment", code) is None
    assert investment_code_form(code) == "2021"
    assert investment_code_check_ok(code) is True


@pytest.mark.parametrize("code", REAL)
def test_a_wrong_check_digit_is_doubted_not_refused(code: str) -> None:
    for digit in "0123456789":
        other = code[:-1] + digit
        assert error_type("investment", other) is None
        assert investment_code_check_ok(other) is (other == code)


def test_the_old_form_has_no_check_digit() -> None:
    code = "2018-370683-65-03-012345"
    assert error_type("investment", code) is None
    assert investment_code_form(code) == "2016"
    assert investment_code_check_ok(code) is None


@pytest.mark.parametrize(
    "value",
    [
        "",
        "2413-130202-89-01-637015",  # month 13
        "2400-130202-89-01-637015",  # month 0
        "2015-130202-89-01-637015",  # before the old form
        "241113020289016370152411",
        "2411-130202-89-01-63701",
        "2411-030202-89-01-637015",
        "2411-130202-89-01-637015\n",
        "2411—130202—89—01—637015",
    ],
)
def test_what_is_no_investment_code(value: str) -> None:
    assert error_type("investment", value) == "investment_code_format"


# --- divisions ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["150000", "150600", "150602", "370683101", "150690"])
def test_divisions(code: str) -> None:
    assert error_type("division", code) is None


@pytest.mark.parametrize("value", ["", "160602", "990000", "15060", "1506020", "150602001000", "150602 ", "15060２"])
def test_what_is_no_division(value: str) -> None:
    assert error_type("division", value) == "division_format"


@needs_shared
def test_every_listed_division_is_accepted() -> None:
    rows = (SHARED / "data" / "admin_codes.csv").read_text(encoding="utf-8").splitlines()[1:]
    codes = [row.split(",", 1)[0] for row in rows]
    assert len(codes) > 100
    assert [code for code in codes if error_type("division", code)] == []


# --- digests and addresses ---------------------------------------------------------------------------------------


def test_digests() -> None:
    assert error_type("sha256", "0" * 64) is None
    for value in ("0" * 63, "0" * 65, "A" * 64, "g" * 64, "0" * 64 + "\n"):
        assert error_type("sha256", value) == "sha256_format"


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org",
        "http://Example.ORG:8080/a/b.html?x=1&y=[2]#t",
        "http://127.0.0.1:8000/",
        "https://xn--fiqs8s.example/%E6%80%BB",
        "https://example.org?x@y",
        "https://example.org:65535",
    ],
)
def test_addresses(url: str) -> None:
    assert error_type("url", url) is None


@pytest.mark.parametrize(
    "value",
    [
        "",
        "example.org",
        "ftp://example.org/",
        "javascript:alert(1)",
        "data:text/html,x",
        "HTTPS://example.org/",
        "https://",
        "https:///path",
        "https://user:word@example.org/",
        "https://example.org@evil.example/",
        "https://example.org\\@evil.example/",
        "https://example.org/总目",
        "https://example.org/a b",
        'https://example.org/"><script>',
        "https://example.org/\n",
        "https://-a.example/",
        "https://a..example/",
        "https://example.org:0/",
        "https://example.org:65536/",
        "https://example.org/" + "a" * 2000,
    ],
)
def test_what_is_no_address(value: str) -> None:
    assert error_type("url", value) == "url_format"


@pytest.mark.parametrize(
    ("label", "stands"),
    [("fiqs8s", True), ("FIQS8S", True), ("0", False), ("", False), ("abc-", False), ("fiqs8s-", False)],
)
def test_an_encoded_part_of_a_host_stands_for_text(label: str, stands: bool) -> None:
    for url in (f"https://xn--{label}/", f"https://a.xn--{label}.example:8080?q"):
        expected = None if stands else "url_format" if label[-1:] in ("", "-") else "url_host"
        assert error_type("url", url) == expected
    assert error_type("url", f"https://example.org/xn--{label}") is None


def test_a_hostile_address_is_refused_at_once() -> None:
    for value in ("https://" + "a-" * 1000, "https://" + "a." * 990 + "!", "https://" + "a" * 1990 + "!"):
        assert error_type("url", value) == "url_format"


# --- schema ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TYPES)
def test_examples_are_accepted_by_model_and_schema(name: str) -> None:
    schema = ADAPTERS[name].json_schema()
    for example in schema["examples"]:
        assert error_type(name, example) is None
        jsonschema.validate(example, schema)


NEAR = st.one_of(
    st.text("0123456789ABCNYILOZ-", max_size=26),
    st.from_regex(r"\A[0-9]{4}-[0-9]{6}-[0-9]{2}-[0-9]{2}-[0-9]{6}\n?\Z"),
    st.from_regex(r"\A[1-9][0-9]{5}([0-9]{3})?\n?\Z"),
    st.from_regex(r"\Ahttps?://[a-z0-9.@:/?#%-]{1,30}\n?\Z"),
    st.text(max_size=70),
    st.integers(),
)


@pytest.mark.parametrize("name", [name for name in TYPES if name != "uscc"])
@given(value=NEAR)
def test_model_and_schema_accept_the_same(name: str, value: object) -> None:
    schema = ADAPTERS[name].json_schema()
    assert (error_type(name, value) is None) is jsonschema.Draft202012Validator(schema).is_valid(value)


@given(st.one_of(BODIES.flatmap(lambda body: st.sampled_from(ALPHABET).map(lambda c: body + c)), NEAR))
def test_the_schema_says_all_of_a_credit_code_but_its_check_character(value: object) -> None:
    valid = jsonschema.Draft202012Validator(ADAPTERS["uscc"].json_schema()).is_valid(value)
    assert valid is (error_type("uscc", value) in (None, "uscc_check"))


def test_every_refusal_has_its_words() -> None:
    for kind in (
        "uscc_format",
        "uscc_check",
        "investment_code_format",
        "division_format",
        "sha256_format",
        "url_format",
    ):
        zh, en = IDENTIFIER_MESSAGES[kind]
        assert zh
        assert en

"""Typed scalars: given a text, expect a value; given a value, expect its text; model and JSON Schema agree."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from zongmu.model.scalars import (
    SCALAR_MESSAGES,
    Day,
    DayOrMonth,
    Duration,
    Money,
    Month,
    Ratio,
    parse_day,
    share_cmp,
)

TYPES: dict[str, Any] = {
    "money": Money,
    "ratio": Ratio,
    "duration": Duration,
    "day": Day,
    "month": Month,
    "day_or_month": DayOrMonth,
}
ADAPTERS: dict[str, TypeAdapter[Any]] = {name: TypeAdapter(kind) for name, kind in TYPES.items()}

FEN = st.integers(min_value=0, max_value=999_999_999_999_999)
DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31))


def error_type(name: str, value: object) -> str:
    """The one error type with which *value* is refused."""
    with pytest.raises(ValidationError) as refused:
        ADAPTERS[name].validate_python(value)
    (error,) = refused.value.errors()
    return error["type"]


# --- money ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("480.5万元", 480_500_000),
        ("4805000元", 480_500_000),
        ("1.2亿元", 12_000_000_000),
        ("0元", 0),
        ("0.01元", 1),
        ("0.000001万元", 1),
        ("0.0000000001亿元", 1),
        ("9999999999999.99元", 999_999_999_999_999),
        ("999999999.999999万元", 999_999_999_999_999),
        ("99999.9999999999亿元", 999_999_999_999_999),
    ],
)
def test_an_amount_is_read_to_the_fen(text: str, fen: int) -> None:
    assert Money.parse(text) == Money(fen)


@given(FEN)
def test_every_amount_comes_back_from_its_text(fen: int) -> None:
    assert Money.parse(str(Money(fen))).fen == fen


@given(FEN)
def test_notations_of_one_amount_are_equal_and_hash_alike(fen: int) -> None:
    yuan, wan, yi = (f"{fen // s}.{fen % s:0{w}d}" for s, w in ((100, 2), (10**6, 6), (10**10, 10)))
    amounts = {Money.parse(f"{yuan}元"), Money.parse(f"{wan}万元"), Money.parse(f"{yi}亿元")}
    assert amounts == {Money(fen)}


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (480, "money_unit_missing"),
        (480.5, "money_unit_missing"),
        ("480", "money_unit_missing"),
        ("480.5", "money_unit_missing"),
        ("480万", "money_unit_missing"),
        (True, "scalar_not_text"),
        (None, "scalar_not_text"),
        ([], "scalar_not_text"),
        (dt.date(2026, 3, 1), "scalar_not_text"),
        ("480.5 万元", "scalar_space"),
        ("480.5万元\n", "scalar_space"),
        ("４８０．５万元", "scalar_fullwidth"),
        ("4,805,000元", "money_separator"),
        ("4，805，000元", "money_separator"),
        ("480.1234567万元", "money_too_precise"),
        ("1.001元", "money_too_precise"),
        ("-86.4万元", "money_negative"),
        ("", "money_format"),
        ("0480万元", "money_too_large"),
        ("480.万元", "money_format"),
        (".5万元", "money_format"),
        ("1e3万元", "money_format"),
        ("480美元", "money_format"),
        ("四百八十万元", "money_format"),
        ("٤٨٠万元", "money_format"),
        ("10000000000000元", "money_too_large"),
        ("1000000000万元", "money_too_large"),
        ("100000亿元", "money_too_large"),
        ("9" * 100_000 + "元", "money_format"),
    ],
)
def test_a_refused_amount_says_why(value: object, kind: str) -> None:
    assert error_type("money", value) == kind
    zh, en = SCALAR_MESSAGES[kind]
    assert zh
    assert en


def test_the_message_for_a_bare_number_asks_for_the_unit() -> None:
    zh, en = SCALAR_MESSAGES["money_unit_missing"]
    assert "单位" in zh
    assert "480.5万元" in zh
    assert "unit" in en


def test_an_error_never_repeats_the_value() -> None:
    with pytest.raises(PydanticCustomError) as refused:
        Money.parse("13812345678")
    assert "13812345678" not in str(refused.value)


@given(st.lists(FEN.map(Money)))
def test_a_total_is_exact(amounts: list[Money]) -> None:
    assert Money.total(amounts).fen == sum(a.fen for a in amounts)
    assert Money.total(()) == Money.ZERO


@given(FEN, FEN)
def test_sums_and_differences_are_whole_fen(a: int, b: int) -> None:
    assert (Money(a) + Money(b)) - Money(b) == Money(a)
    assert abs(Money(a) - Money(b)) == abs(Money(b) - Money(a))
    assert -(Money(a) - Money(b)) == Money(b) - Money(a)
    assert (Money(a) < Money(b)) == (a < b)
    assert type((Money(a) - Money(b)).fen) is int


def test_a_negative_difference_can_be_shown() -> None:
    assert str(Money.parse("1万元") - Money.parse("1.5万元")) == "-0.5万元"
    assert (Money.parse("1元") - Money.parse("3.5元")).format_yuan() == "-2.50"


@pytest.mark.parametrize(
    ("text", "yuan"),
    [("480.5万元", "4,805,000.00"), ("0元", "0.00"), ("0.07元", "0.07"), ("1.2亿元", "120,000,000.00")],
)
def test_yuan_for_tables(text: str, yuan: str) -> None:
    assert Money.parse(text).format_yuan() == yuan


@pytest.mark.parametrize(
    ("text", "capital"),
    [
        ("0元", "零元整"),
        ("0.05元", "伍分"),
        ("0.5元", "伍角整"),
        ("0.55元", "伍角伍分"),
        ("10元", "壹拾元整"),
        ("1409.5元", "壹仟肆佰零玖元伍角整"),
        ("6007.14元", "陆仟零柒元壹角肆分"),
        ("1680.32元", "壹仟陆佰捌拾元零叁角贰分"),
        ("16409.02元", "壹万陆仟肆佰零玖元零贰分"),
        ("325.04元", "叁佰贰拾伍元零肆分"),
        ("480.5万元", "肆佰捌拾万零伍仟元整"),
        ("1.2亿元", "壹亿贰仟万元整"),
        ("1亿元", "壹亿元整"),
        ("100000001元", "壹亿零壹元整"),
        ("10000010000元", "壹佰亿零壹万元整"),
        ("10000亿元", "壹万亿元整"),
        ("12345.6789亿元", "壹万贰仟叁佰肆拾伍亿陆仟柒佰捌拾玖万元整"),
    ],
)
def test_capital_characters(text: str, capital: str) -> None:
    assert Money.parse(text).capital() == capital


def test_a_negative_amount_in_capitals() -> None:
    assert Money(-100).capital() == "负壹元整"


def read_capital(text: str) -> int:
    """The fen of an amount in capital characters: an independent reading, by adding up what each character says."""
    digits = {c: i for i, c in enumerate("零壹贰叁肆伍陆柒捌玖")}
    places = {"拾": 10, "佰": 100, "仟": 1000}
    total = part = digit = fen = 0
    for char in text:
        if char in digits:
            digit = digits[char]
        elif char in places:
            part, digit = part + digit * places[char], 0
        elif char == "万":
            total, part, digit = total + (part + digit) * 10_000, 0, 0
        elif char == "亿":
            total, part, digit = (total + part + digit) * 100_000_000, 0, 0
        elif char == "元":
            fen, digit = (total + part + digit) * 100, 0
        elif char in "角分":
            fen, digit = fen + digit * (10 if char == "角" else 1), 0
    return fen


@given(FEN)
def test_capital_characters_say_the_amount(fen: int) -> None:
    text = Money(fen).capital()
    assert read_capital(text) == fen
    assert "零零" not in text
    assert text.endswith("分") == bool(fen % 10)


# --- ratio and shares -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "bp"), [("41%", 4100), ("7.34%", 734), ("0%", 0), ("7.5%", 750), ("7.50%", 750)])
def test_a_ratio_is_whole_basis_points(text: str, bp: int) -> None:
    assert Ratio.parse(text) == Ratio(bp)


@given(st.integers(0, 999_999))
def test_every_ratio_comes_back_from_its_text(bp: int) -> None:
    assert Ratio.parse(str(Ratio(bp))).bp == bp


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (41, "ratio_sign_missing"),
        (0.41, "ratio_sign_missing"),
        ("0.41", "ratio_sign_missing"),
        (False, "scalar_not_text"),
        ("７.34％", "scalar_fullwidth"),
        ("41 %", "scalar_space"),
        ("7.345%", "ratio_format"),
        ("041%", "ratio_format"),
        ("-1%", "ratio_format"),
        ("百分之五", "ratio_format"),
    ],
)
def test_a_refused_ratio_says_why(value: object, kind: str) -> None:
    assert error_type("ratio", value) == kind
    assert kind in SCALAR_MESSAGES


@given(FEN, FEN, st.integers(0, 20_000))
def test_a_share_is_compared_exactly(part: int, whole: int, bp: int) -> None:
    exact = Fraction(part) <= Fraction(whole) * bp / 10_000
    assert (share_cmp(Money(part), Money(whole), Ratio(bp)) <= 0) is exact


def test_the_boundary_of_fifteen_percent() -> None:
    whole, cap = Money.parse("1176.5万元"), Ratio.parse("15%")
    at = Money.parse("176.475万元")
    assert share_cmp(at, whole, cap) == 0
    assert share_cmp(at + Money(1), whole, cap) > 0
    assert share_cmp(at - Money(1), whole, cap) < 0


def test_a_share_of_nothing() -> None:
    assert share_cmp(Money.ZERO, Money.ZERO, Ratio(1500)) == 0
    assert share_cmp(Money(1), Money.ZERO, Ratio(1500)) > 0
    assert Ratio.of(Money(1), Money.ZERO) is None


@pytest.mark.parametrize(
    ("part", "whole", "text"), [(1, 3, "33.33%"), (2, 3, "66.67%"), (1, 1, "100%"), (5, 4, "125%")]
)
def test_a_share_for_display_is_rounded(part: int, whole: int, text: str) -> None:
    assert str(Ratio.of(Money(part), Money(whole))) == text


# --- durations --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "n", "unit", "months"),
    [
        ("24个月", 24, "个月", 24),
        ("2年", 2, "年", 24),
        ("30日", 30, "日", None),
        ("10个工作日", 10, "个工作日", None),
        ("2小时", 2, "小时", None),
    ],
)
def test_a_duration_keeps_its_unit(text: str, n: int, unit: str, months: int | None) -> None:
    duration = Duration.parse(text)
    assert (duration.n, duration.unit, duration.months) == (n, unit, months)
    assert str(duration) == text


def test_years_equal_their_months_and_nothing_else_does() -> None:
    assert Duration.parse("2年") == Duration.parse("24个月")
    assert len({Duration.parse("2年"), Duration.parse("24个月")}) == 1
    assert Duration.parse("2年").canonical() == "24个月"
    assert Duration.parse("30日") != Duration.parse("1个月")
    assert Duration.parse("10日") != Duration.parse("10个工作日")
    assert Duration.parse("24小时") != Duration.parse("1日")


@given(st.integers(1, 9999), st.sampled_from(["年", "个月", "日", "个工作日", "小时"]))
def test_every_duration_comes_back_from_its_canonical_text(n: int, unit: str) -> None:
    duration = Duration.parse(f"{n}{unit}")
    assert Duration.parse(duration.canonical()) == duration


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (24, "duration_unit_missing"),
        ("24", "duration_unit_missing"),
        ("24 个月", "scalar_space"),
        ("２４个月", "scalar_fullwidth"),
        ("24月", "duration_format"),
        ("0日", "duration_format"),
        ("1.5年", "duration_format"),
        ("半年", "duration_format"),
        ("30天", "duration_format"),
    ],
)
def test_a_refused_duration_says_why(value: object, kind: str) -> None:
    assert error_type("duration", value) == kind
    assert kind in SCALAR_MESSAGES


# --- days and months --------------------------------------------------------------------------------------------


@given(DAYS)
def test_every_day_comes_back_from_its_text(day: dt.date) -> None:
    assert parse_day(day.isoformat()) == day
    assert ADAPTERS["day"].dump_python(day, mode="json") == day.isoformat()


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (dt.date(2026, 3, 1), "scalar_not_text"),
        (86400, "scalar_not_text"),
        (20260301, "scalar_not_text"),
        ("2023-02-29", "day_not_in_calendar"),
        ("1900-02-29", "day_not_in_calendar"),
        ("2026-04-31", "day_not_in_calendar"),
        ("2026-3-1", "day_format"),
        ("20260301", "day_format"),
        ("2026-W10-1", "day_format"),
        ("2026-03-01T00:00:00", "day_format"),
        ("2026/03/01", "day_format"),
        ("2026年3月1日", "day_format"),
        ("2026-13-01", "day_out_of_range"),
        ("2026-00-10", "day_out_of_range"),
        ("1899-12-31", "day_out_of_range"),
        ("2100-01-01", "day_out_of_range"),
        ("2026-03-01\n", "scalar_space"),
        ("２０２６-03-01", "scalar_fullwidth"),
    ],
)
def test_a_refused_day_says_why(value: object, kind: str) -> None:
    assert error_type("day", value) == kind
    assert kind in SCALAR_MESSAGES


def test_leap_days() -> None:
    assert parse_day("2024-02-29") == dt.date(2024, 2, 29)
    assert parse_day("2000-02-29") == dt.date(2000, 2, 29)


@given(DAYS)
def test_months(day: dt.date) -> None:
    month = Month.of(day)
    assert Month.parse(str(month)) == month
    assert month.first <= day <= month.last
    assert (month.last + dt.timedelta(days=1)).day == 1


def test_months_are_ordered() -> None:
    assert Month.parse("2026-12") < Month.parse("2027-01")
    assert Month.parse("2024-02").last == dt.date(2024, 2, 29)
    assert error_type("month", "2026-13") == "month_format"
    assert error_type("month", "2026-03-01") == "month_format"


@given(DAYS)
def test_a_day_or_its_month(day: dt.date) -> None:
    exact, vague = DayOrMonth.parse(day.isoformat()), DayOrMonth.parse(day.isoformat()[:7])
    assert (exact.precision, exact.earliest, exact.latest) == ("day", day, day)
    assert vague.precision == "month"
    assert vague.earliest <= day <= vague.latest
    assert [str(exact), str(vague)] == [day.isoformat(), day.isoformat()[:7]]


def test_a_vague_day_is_still_checked_against_the_calendar() -> None:
    assert error_type("day_or_month", "2026-02-30") == "day_not_in_calendar"
    assert error_type("day_or_month", "2026") == "day_or_month_format"


# --- in a record ------------------------------------------------------------------------------------------------


class Record(BaseModel):
    """A record with every scalar."""

    money: Money
    ratio: Ratio
    duration: Duration
    day: Day
    month: Month
    by: DayOrMonth


GIVEN = {
    "money": "4805000元",
    "ratio": "7.50%",
    "duration": "2年",
    "day": "2024-02-29",
    "month": "2024-02",
    "by": "2024-02",
}
CANONICAL = GIVEN | {"money": "480.5万元", "ratio": "7.5%", "duration": "24个月"}


def test_a_record_dumps_canonical_text_and_reads_it_again() -> None:
    record = Record.model_validate(GIVEN)
    assert record.model_dump(mode="json") == CANONICAL
    assert record.model_dump() == CANONICAL
    assert Record.model_validate(record.model_dump()) == record


def test_code_may_hand_over_a_value_it_already_has() -> None:
    assert Record.model_validate(GIVEN | {"money": Money(100)}).money == Money(100)


@pytest.mark.parametrize("name", TYPES)
def test_the_schema_of_a_scalar_carries_examples_that_it_accepts(name: str) -> None:
    schema = ADAPTERS[name].json_schema()
    assert schema["type"] == "string"
    for example in schema["examples"]:
        jsonschema.validate(example, schema)
        ADAPTERS[name].validate_python(example)


def accepts(name: str, value: object) -> bool:
    try:
        ADAPTERS[name].validate_python(value)
    except ValidationError:
        return False
    return True


NEAR = st.one_of(
    st.text(alphabet="0123456789.-%元万亿年个月日工作小时 \n,０", max_size=20),
    st.from_regex(r"\A[0-9]{1,14}(\.[0-9]{1,11})?(元|万元|亿元|%|年|个月|日|个工作日|小时)\n?\Z"),
    st.from_regex(r"\A(18|19|20|21)[0-9]{2}-[0-9]{2}(-[0-9]{2})?\n?\Z"),
    st.text(max_size=70),
    st.sampled_from(["1" * 60 + "元", "0元", "0.0元", "00元", "1元\n", "2026-02-30"]),
    st.integers(),
    st.booleans(),
)


@pytest.mark.parametrize("name", TYPES)
@given(value=NEAR)
def test_model_and_schema_accept_the_same(name: str, value: object) -> None:
    schema = ADAPTERS[name].json_schema()
    checker = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker(["date"]))
    says = checker.is_valid(value)
    if name == "day_or_month" and isinstance(value, str) and len(value) == 10 and says:
        return  # whether the day exists is beyond a pattern without a format
    assert accepts(name, value) is says

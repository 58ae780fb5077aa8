"""Typed scalars of a record: money, ratio, duration, day, month.

Each is first an ASCII pattern that means the same in Python's ``re`` and in ECMA-262, so that the published JSON
Schema and the model say the same thing, and then a value. Values are exact integers or dates: no float ever takes
part, and two notations of one value are equal (``480.5万元`` == ``4805000元``).

A scalar is read from text alone. A number, a boolean or a date object in its place means that the file was not read by
the exact reader, and is refused.
"""

from __future__ import annotations

import calendar as _gregorian
import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, ClassVar, Final, Literal, NoReturn, Self

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from zongmu.model.finding import Bilingual

MAX_LENGTH: Final = 64

# Distinct texts remembered per type. A registry repeats few days and amounts; 8,192 entries stay below 2 MB.
_MEMO: Final = 8192

SCALAR_MESSAGES: Final[dict[str, tuple[str, str]]] = {
    "scalar_not_text": (
        "这里要写文字，请加引号，例如 '2026-03-01'",
        "Text is expected here; put it in quotes, for example '2026-03-01'",
    ),
    "scalar_fullwidth": (
        "含有全角字符，请改用半角的数字和符号，例如 480.5万元、41%、2026-03-01",
        "Full-width characters; use ordinary digits and signs, for example 480.5万元, 41%, 2026-03-01",
    ),
    "scalar_space": (
        "中间或两端有空格，请去掉，例如写 480.5万元，不写 480.5 万元",
        "Remove the spaces: 480.5万元, not 480.5 万元",
    ),
    "money_format": (
        "金额写作数字加单位（元、万元、亿元），例如 480.5万元、1.2亿元、4805000元",
        "An amount is a number with its unit (元, 万元, 亿元), for example 480.5万元, 1.2亿元, 4805000元",
    ),
    "money_unit_missing": (
        "金额缺少单位：是元、万元还是亿元？例如 480.5万元",
        "The unit is missing: 元, 万元 or 亿元? For example 480.5万元",
    ),
    "money_separator": (
        "金额不加千分位逗号，例如写 4805000元，不写 4,805,000元",
        "No thousands separators: 4805000元, not 4,805,000元",
    ),
    "money_too_precise": (
        "金额精确到分为止：元最多 2 位小数，万元 6 位，亿元 10 位，例如 480.123456万元",
        "An amount is exact to the fen at most: 2 decimals for 元, 6 for 万元, 10 for 亿元, for example 480.123456万元",
    ),
    "money_negative": (
        "金额不写负数：核减的数额用相应字段的正数表示，例如 86.4万元",
        "Amounts are not negative: a reduction is a positive amount in its own field, for example 86.4万元",
    ),
    "ratio_format": (
        "比例写作百分数，最多两位小数，例如 41%、7.34%",
        "A ratio is a percentage with at most two decimals, for example 41% or 7.34%",
    ),
    "ratio_sign_missing": (
        "比例缺少百分号，例如写 41%，不写 41 或 0.41",
        "The percent sign is missing: 41%, not 41 or 0.41",
    ),
    "duration_format": (
        "期限写作整数加单位（年、个月、日、个工作日、小时），例如 24个月、30日、10个工作日",
        "A duration is a whole number and its unit (年, 个月, 日, 个工作日, 小时), for example 24个月, 10个工作日",
    ),
    "duration_unit_missing": (
        "期限缺少单位，例如 24个月、30日、10个工作日",
        "The unit is missing, for example 24个月, 30日, 10个工作日",
    ),
    "day_format": (
        "日期写作 年-月-日，月和日都是两位，例如 2026-03-01",
        "A day is written year-month-day with two digits each for month and day, for example 2026-03-01",
    ),
    "day_not_in_calendar": (
        "日历上没有这一天，请核对月份的天数，例如 2026-02-28",
        "No such day in the calendar; check the length of the month, for example 2026-02-28",
    ),
    "month_format": (
        "月份写作 年-月，月是两位，例如 2026-03",
        "A month is written year-month with two digits for the month, for example 2026-03",
    ),
    "day_or_month_format": (
        "写到日或只写到月，例如 2026-03-01 或 2026-03",
        "Write a day, or only the month, for example 2026-03-01 or 2026-03",
    ),
}
"""What to tell a person about each error type of this module: Chinese, English. Never holds the offending value."""


def json_pattern(pattern: str) -> str:
    """*pattern* anchored for JSON Schema.

    ``$`` alone lets a trailing newline pass in Python; with ``(?!\\n)`` behind it Python and ECMA-262 agree.
    """
    return f"^(?:{pattern})$(?!\\n)"


def refusal(kind: str, example: str = "") -> PydanticCustomError:
    """The error of stable type *kind*. Its own text is only the expected form; the value is never echoed."""
    return PydanticCustomError(kind, kind + (f": {example}" if example else ""))


def common_trouble(value: Any, accepts: re.Pattern[str]) -> str | None:
    """Why *value* failed, where the cause is common to all scalars: not text, full-width characters, spaces.

    Returns an error type, or None when the cause is the scalar's own. A mechanical cause is named only when removing
    it gives an acceptable text.
    """
    if type(value) is not str:
        return "scalar_not_text"
    if len(value) > 2 * MAX_LENGTH:
        return None
    squeezed = "".join(value.split())
    if squeezed != value and accepts.fullmatch(squeezed):
        return "scalar_space"
    narrow = unicodedata.normalize("NFKC", squeezed)
    if narrow != squeezed and accepts.fullmatch(narrow):
        return "scalar_fullwidth"
    return None


class Scalar:
    """Base of the typed scalars. A subclass gives PATTERN, ERROR and ``parse``.

    PATTERN uses neither ``\\d`` nor a bare ``$``: it must mean the same in every validator.
    """

    __slots__ = ()

    PATTERN: ClassVar[str]
    ERROR: ClassVar[str]
    DESCRIPTION: ClassVar[Bilingual]
    EXAMPLES: ClassVar[tuple[str, ...]]
    FORMAT: ClassVar[str | None] = None
    MAX_LENGTH: ClassVar[int] = MAX_LENGTH

    @classmethod
    def parse(cls, text: str) -> Self:
        """The value of *text*. Raises ``PydanticCustomError`` (a ``ValueError``) of a type in SCALAR_MESSAGES."""
        raise NotImplementedError

    def canonical(self) -> str:
        """The one text of this value, whatever notation it was read from; used by ``model_dump`` and digests."""
        return str(self)

    @classmethod
    def _validate(cls, value: Any) -> Self:
        if type(value) is str:
            return cls.parse(value)
        if type(value) is cls:
            return value
        raise refusal(cls._diagnose(value), cls.EXAMPLES[0])

    @classmethod
    def _diagnose(cls, value: Any) -> str:
        """The most helpful error type for a refused *value*; only runs on the way out."""
        return common_trouble(value, re.compile(cls.PATTERN)) or cls.ERROR

    @classmethod
    def _refuse(cls, text: str) -> NoReturn:
        raise refusal(cls._diagnose(text), cls.EXAMPLES[0])

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls._validate,
            serialization=core_schema.plain_serializer_function_ser_schema(
                cls.canonical, return_schema=core_schema.str_schema()
            ),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        out: JsonSchemaValue = {"type": "string", "pattern": json_pattern(cls.PATTERN), "maxLength": cls.MAX_LENGTH}
        if cls.FORMAT:
            out["format"] = cls.FORMAT
        out["examples"] = list(cls.EXAMPLES)
        out["x-form"] = {"zh": cls.DESCRIPTION.zh, "en": cls.DESCRIPTION.en}
        return out


@dataclass(frozen=True, slots=True)
class TextForm:
    """Annotation for a value that is plain text (or a ``dt.date``) with a form: ``Annotated[str, TextForm(...)]``.

    ``read`` turns the text into the value and raises ``PydanticCustomError``; ``write`` is its inverse.
    """

    pattern: str
    error: str
    description: Bilingual
    examples: tuple[str, ...]
    read: Callable[[str], Any]
    write: Callable[[Any], str] | None = None
    format: str | None = None
    max_length: int = MAX_LENGTH

    def validate(self, value: Any) -> Any:
        """The value of *value*, which must be text. Raises ``PydanticCustomError``."""
        if type(value) is str:
            return self.read(value)
        raise refusal("scalar_not_text", self.examples[0])

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        write = self.write
        serialization = (
            None
            if write is None
            else core_schema.plain_serializer_function_ser_schema(write, return_schema=core_schema.str_schema())
        )
        return core_schema.no_info_plain_validator_function(self.validate, serialization=serialization)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        out: JsonSchemaValue = {
            "type": "string",
            "pattern": json_pattern(self.pattern),
            "maxLength": self.max_length,
        }
        if self.format:
            out["format"] = self.format
        out["examples"] = list(self.examples)
        out["x-form"] = {"zh": self.description.zh, "en": self.description.en}
        return out


# --- money ------------------------------------------------------------------------------------------------------

_FEN_PER: Final = {"元": 100, "万元": 1_000_000, "亿元": 10_000_000_000}
_WHOLE: Final = {"元": 13, "万元": 9, "亿元": 5}
_DECIMALS: Final = {"元": 2, "万元": 6, "亿元": 10}
_MONEY_PARTS: Final = re.compile(r"(0|[1-9][0-9]{0,12})(?:\.([0-9]{1,10}))?(元|万元|亿元)")

_DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
_PLACES: Final = ("", "拾", "佰", "仟", "万", "拾", "佰", "仟")


@dataclass(frozen=True, order=True, slots=True)
class Money(Scalar):
    """An exact amount in fen (分, 1/100 元), below 10^13 元. Only a difference may be negative; a record never is."""

    fen: int

    # Digits are bounded by unit, so that every amount that can be read can also be written in 万元.
    PATTERN: ClassVar[str] = (
        r"(?:(?:0|[1-9][0-9]{0,12})(?:\.[0-9]{1,2})?元"
        r"|(?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,6})?万元"
        r"|(?:0|[1-9][0-9]{0,4})(?:\.[0-9]{1,10})?亿元)"
    )
    ERROR: ClassVar[str] = "money_format"
    DESCRIPTION: ClassVar[Bilingual] = Bilingual(
        "金额，带单位（元、万元、亿元），精确到分", "An amount with its unit (元, 万元, 亿元), exact to the fen"
    )
    EXAMPLES: ClassVar[tuple[str, ...]] = ("480.5万元", "1.2亿元", "4805000元")

    ZERO: ClassVar[Money]

    @classmethod
    def parse(cls, text: str) -> Money:
        """The amount of ``480.5万元``, ``1.2亿元`` or ``4805000元``; exact to the fen."""
        return _money(text)

    @classmethod
    def total(cls, amounts: Iterable[Money]) -> Money:
        """The sum of *amounts*; ``Money.ZERO`` of none."""
        return cls(sum(amount.fen for amount in amounts))

    @classmethod
    def _diagnose(cls, value: Any) -> str:
        if type(value) in (int, float):
            return "money_unit_missing"
        trouble = common_trouble(value, re.compile(cls.PATTERN))
        if trouble is not None or len(value) > MAX_LENGTH:
            return trouble or cls.ERROR
        if re.fullmatch(r"[0-9]+(?:\.[0-9]+)?万?", value):
            return "money_unit_missing"
        if value[:1] in ("-", "−", "－"):
            return "money_negative"
        if re.fullmatch(r"[0-9]{1,3}(?:[,，][0-9]{3})+(?:\.[0-9]+)?(?:[万亿]?元)?", value):
            return "money_separator"
        parts = re.fullmatch(r"(?:0|[1-9][0-9]{0,12})\.([0-9]+)([万亿]?元)", value)
        if parts and len(parts[1]) > _DECIMALS[parts[2]]:
            return "money_too_precise"
        return cls.ERROR

    def __add__(self, other: Money) -> Money:
        return Money(self.fen + other.fen)

    def __sub__(self, other: Money) -> Money:
        return Money(self.fen - other.fen)

    def __neg__(self) -> Money:
        return Money(-self.fen)

    def __abs__(self) -> Money:
        return Money(abs(self.fen))

    def portion(self, ratio: Ratio) -> Money:
        """The largest whole-fen amount that does not exceed *ratio* of this one (rounded down).

        Amounts are whole fen, so ``part <= whole.portion(ratio)`` says exactly what ``share_le`` says.
        """
        return Money(self.fen * ratio.bp // 10_000)

    def format(self) -> str:
        """Shortest exact text in 万元: ``480.5万元``."""
        sign = "-" if self.fen < 0 else ""
        whole, part = divmod(abs(self.fen), 1_000_000)
        return f"{sign}{whole}{f'.{part:06d}'.rstrip('0') if part else ''}万元"

    __str__ = format

    def format_yuan(self) -> str:
        """In 元 with thousands separators and two decimals, without the unit: ``4,805,000.00``."""
        sign = "-" if self.fen < 0 else ""
        whole, part = divmod(abs(self.fen), 100)
        return f"{sign}{whole:,}.{part:02d}"

    def capital(self) -> str:
        """In the capital characters of vouchers (大写金额): ``肆佰捌拾万零伍仟元整``.

        A run of zeros between two other digits is one 零; 整 closes an amount that ends before 分
        (支付结算办法, 附一, on writing bills and settlement vouchers).
        """
        if self.fen < 0:
            return "负" + Money(-self.fen).capital()
        if self.fen == 0:
            return "零元整"
        yuan, jiao, fen = self.fen // 100, self.fen // 10 % 10, self.fen % 10
        out = _spell(yuan) + "元" if yuan else ""
        if out and (jiao or fen) and (yuan % 10 == 0 or not jiao):
            out += "零"
        if jiao:
            out += _DIGITS[jiao] + "角"
        return out + (_DIGITS[fen] + "分" if fen else "整")


Money.ZERO = Money(0)


def _spell(number: int) -> str:
    """*number* > 0 in capital characters, without a unit of money."""
    high, low = divmod(number, 100_000_000)
    out = _spell(high) + "亿" if high else ""
    zero = bool(high) and high % 10 == 0
    in_wan = False
    for place in range(7, -1, -1):
        digit = low // 10**place % 10
        if digit:
            out += ("零" if zero and out else "") + _DIGITS[digit] + (_PLACES[place] if place != 4 else "")
            zero = False
            in_wan = in_wan or place >= 4
        else:
            zero = True
        if place == 4 and in_wan:
            out += "万"
    return out


@lru_cache(_MEMO)
def _money(text: str) -> Money:
    # Unit and decimals are bounded here by table rather than by the longer pattern: about twice as fast.
    parts = _MONEY_PARTS.fullmatch(text)
    if parts is None:
        Money._refuse(text)
    whole, decimals, unit = parts.groups()
    if len(whole) > _WHOLE[unit]:
        Money._refuse(text)
    scale = _FEN_PER[unit]
    fen = int(whole) * scale
    if decimals is not None:
        if len(decimals) > _DECIMALS[unit]:
            Money._refuse(text)
        fen += int(decimals) * (scale // 10 ** len(decimals))
    return Money(fen)


# --- ratio ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, order=True, slots=True)
class Ratio(Scalar):
    """A percentage in whole basis points (1/10,000): ``7.34%`` is 734."""

    bp: int

    PATTERN: ClassVar[str] = r"(?:0|[1-9][0-9]{0,3})(?:\.[0-9]{1,2})?%"
    ERROR: ClassVar[str] = "ratio_format"
    DESCRIPTION: ClassVar[Bilingual] = Bilingual("百分数，最多两位小数", "A percentage with at most two decimals")
    EXAMPLES: ClassVar[tuple[str, ...]] = ("41%", "7.34%")

    @classmethod
    def parse(cls, text: str) -> Ratio:
        """The ratio of ``41%`` or ``7.34%``."""
        return _ratio(text)

    @classmethod
    def of(cls, part: Money, whole: Money) -> Ratio | None:
        """*part* as a share of *whole*, rounded half up, for display; None where *whole* is not positive.

        Never compare with it: ``share_le`` is exact.
        """
        if whole.fen <= 0:
            return None
        return cls((2 * part.fen * 10_000 + whole.fen) // (2 * whole.fen))

    @classmethod
    def _diagnose(cls, value: Any) -> str:
        if type(value) in (int, float) or (
            type(value) is str and len(value) <= MAX_LENGTH and re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", value)
        ):
            return "ratio_sign_missing"
        return common_trouble(value, re.compile(cls.PATTERN)) or cls.ERROR

    def part_of(self, count: int) -> int:
        """This share of a whole number of things (days, months), rounded down."""
        return count * self.bp // 10_000

    def format(self) -> str:
        """Shortest exact text: ``7.5%``."""
        sign = "-" if self.bp < 0 else ""
        whole, part = divmod(abs(self.bp), 100)
        return f"{sign}{whole}{f'.{part:02d}'.rstrip('0') if part else ''}%"

    __str__ = format


@lru_cache(_MEMO)
def _ratio(text: str) -> Ratio:
    if _RATIO.fullmatch(text) is None:
        Ratio._refuse(text)
    whole, _, decimals = text[:-1].partition(".")
    return Ratio(int(whole) * 100 + int((decimals + "00")[:2]))


_RATIO: Final = re.compile(Ratio.PATTERN)


def share_cmp(part: Money, whole: Money, ratio: Ratio) -> int:
    """How *part* stands to *ratio* of *whole*: negative below, 0 exactly equal, positive above.

    By cross-multiplication of integers, so a share of exactly 15 % is exactly 15 %. Of a *whole* of zero only zero
    is an equal share. The result is the difference in 1/10,000 fen.
    """
    return part.fen * 10_000 - whole.fen * ratio.bp


def share_le(part: Money, whole: Money, ratio: Ratio) -> bool:
    """Whether *part* does not exceed *ratio* of *whole* (不超过: the figure itself is allowed)."""
    return share_cmp(part, whole, ratio) <= 0


# --- duration ---------------------------------------------------------------------------------------------------

DurationUnit = Literal["年", "个月", "日", "个工作日", "小时"]
_DURATION_PARTS: Final = re.compile(r"([1-9][0-9]{0,3})(年|个月|日|个工作日|小时)")


@dataclass(frozen=True, slots=True, eq=False)
class Duration(Scalar):
    """A length of time as the law counts it: calendar years or months, calendar days, working days, hours.

    ``2年`` equals ``24个月`` (both end on the corresponding day); days, working days and months never equal each
    other, since each is counted in its own way. ``str`` keeps the notation that was read.
    """

    n: int
    unit: DurationUnit

    PATTERN: ClassVar[str] = r"[1-9][0-9]{0,3}(?:年|个月|日|个工作日|小时)"
    ERROR: ClassVar[str] = "duration_format"
    DESCRIPTION: ClassVar[Bilingual] = Bilingual(
        "期限，整数加单位（年、个月、日、个工作日、小时）",
        "A duration: whole number and unit (years, months, days, working days, hours)",
    )
    EXAMPLES: ClassVar[tuple[str, ...]] = ("24个月", "30日", "10个工作日")

    @classmethod
    def parse(cls, text: str) -> Duration:
        """The duration of ``24个月``, ``30日``, ``10个工作日`` or ``2小时``."""
        return _duration(text)

    @property
    def months(self) -> int | None:
        """Calendar months of a duration in years or months, else None."""
        if self.unit == "个月":
            return self.n
        return self.n * 12 if self.unit == "年" else None

    @property
    def hours(self) -> int | None:
        """Hours of a duration in hours or days, else None."""
        if self.unit == "小时":
            return self.n
        return self.n * 24 if self.unit == "日" else None

    @property
    def value(self) -> tuple[int, str]:
        """What makes two durations equal: the number and its unit, years as months."""
        months = self.months
        return (self.n, self.unit) if months is None else (months, "个月")

    @classmethod
    def _diagnose(cls, value: Any) -> str:
        if type(value) in (int, float) or (
            type(value) is str and len(value) <= MAX_LENGTH and re.fullmatch(r"[0-9]+", value)
        ):
            return "duration_unit_missing"
        return common_trouble(value, re.compile(cls.PATTERN)) or cls.ERROR

    def __eq__(self, other: object) -> bool:
        return self.value == other.value if isinstance(other, Duration) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.value)

    def __str__(self) -> str:
        return f"{self.n}{self.unit}"

    def canonical(self) -> str:
        """The value's one text: months for years where four digits hold them (``2年`` → ``24个月``)."""
        n, unit = self.value
        return f"{n}{unit}" if n < 10_000 else str(self)


@lru_cache(_MEMO)
def _duration(text: str) -> Duration:
    parts = _DURATION_PARTS.fullmatch(text)
    if parts is None:
        Duration._refuse(text)
    return Duration(int(parts[1]), parts[2])  # type: ignore[arg-type]  # the pattern admits only these units


# --- days and months --------------------------------------------------------------------------------------------

_DAY_PATTERN: Final = r"(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_MONTH_PATTERN: Final = r"(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])"
_DAY: Final = re.compile(_DAY_PATTERN)
_MONTH: Final = re.compile(_MONTH_PATTERN)
_DAY_SHAPE: Final = re.compile(_MONTH_PATTERN + r"(?:-(?:0[1-9]|[12][0-9]|3[01]))?")


@lru_cache(_MEMO)
def parse_day(text: str) -> dt.date:
    """The day of ``2026-03-01``, 1900 to 2099. Raises ``PydanticCustomError`` day_format or day_not_in_calendar."""
    if _DAY.fullmatch(text) is None:
        raise refusal(common_trouble(text, _DAY) or "day_format", "2026-03-01")
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise refusal("day_not_in_calendar", "2026-02-28") from None


def _isoformat(day: dt.date) -> str:
    return day.isoformat()


DAY_FORM: Final = TextForm(
    pattern=_DAY_PATTERN,
    error="day_format",
    description=Bilingual("日期，年-月-日", "A day, year-month-day"),
    examples=("2026-03-01",),
    read=parse_day,
    write=_isoformat,
    format="date",
)

Day = Annotated[dt.date, DAY_FORM]
"""A day written ``2026-03-01``; in Python a ``dt.date``. A date object in place of the text is refused."""


@dataclass(frozen=True, order=True, slots=True)
class Month(Scalar):
    """A calendar month, 1900-01 to 2099-12."""

    year: int
    month: int

    PATTERN: ClassVar[str] = _MONTH_PATTERN
    ERROR: ClassVar[str] = "month_format"
    DESCRIPTION: ClassVar[Bilingual] = Bilingual("月份，年-月", "A month, year-month")
    EXAMPLES: ClassVar[tuple[str, ...]] = ("2026-03",)

    @classmethod
    def parse(cls, text: str) -> Month:
        """The month of ``2026-03``."""
        return _month(text)

    @classmethod
    def of(cls, day: dt.date) -> Month:
        """The month in which *day* lies."""
        return cls(day.year, day.month)

    @property
    def first(self) -> dt.date:
        """Its first day."""
        return dt.date(self.year, self.month, 1)

    @property
    def last(self) -> dt.date:
        """Its last day."""
        return dt.date(self.year, self.month, _gregorian.monthrange(self.year, self.month)[1])

    def plus(self, months: int) -> Month:
        """The month *months* later (earlier if negative)."""
        year, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return Month(year, month + 1)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


@lru_cache(_MEMO)
def _month(text: str) -> Month:
    if _MONTH.fullmatch(text) is None:
        Month._refuse(text)
    return Month(int(text[:4]), int(text[5:]))


@dataclass(frozen=True, order=True, slots=True)
class DayOrMonth(Scalar):
    """A day, or only the month where a plan knows no more: the days between ``earliest`` and ``latest``."""

    earliest: dt.date
    latest: dt.date

    PATTERN: ClassVar[str] = _DAY_SHAPE.pattern
    ERROR: ClassVar[str] = "day_or_month_format"
    DESCRIPTION: ClassVar[Bilingual] = Bilingual("日期，或只写到月", "A day, or only its month")
    EXAMPLES: ClassVar[tuple[str, ...]] = ("2026-03-01", "2026-03")

    @classmethod
    def parse(cls, text: str) -> DayOrMonth:
        """The day of ``2026-03-01`` or the month of ``2026-03``."""
        return _day_or_month(text)

    @property
    def precision(self) -> Literal["day", "month"]:
        """How exactly the time is known. (No month has one day, so equal bounds mean a day.)"""
        return "day" if self.earliest == self.latest else "month"

    def __str__(self) -> str:
        text = self.earliest.isoformat()
        return text if self.precision == "day" else text[:7]


@lru_cache(_MEMO)
def _day_or_month(text: str) -> DayOrMonth:
    if _DAY_SHAPE.fullmatch(text) is None:
        DayOrMonth._refuse(text)
    if len(text) == 7:
        month = _month(text)
        return DayOrMonth(month.first, month.last)
    day = parse_day(text)
    return DayOrMonth(day, day)

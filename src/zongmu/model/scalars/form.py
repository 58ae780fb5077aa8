"""What all scalars have in common: how one is read, refused and published."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any, ClassVar, Final, NoReturn, Self

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from zongmu.model.finding import Bilingual
from zongmu.model.immutable import immutable

MAX_LENGTH: Final = 64

# Distinct texts remembered per type. A registry repeats few days and amounts; 8,192 entries stay below 2 MB.
MEMO: Final = 8192

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
    "money_too_large": (
        "金额过大或前面多了零：最多 13 位整数的元、9 位的万元、5 位的亿元，请核对数字和单位，例如 1.2亿元",
        "Too large, or zeros in front: at most 13 whole digits of 元, 9 of 万元, 5 of 亿元; check number and unit, "
        "for example 1.2亿元",
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
    "share_over_whole": (
        "这一项是整体的一部分，写作不超过 100% 的百分数，例如 41%",
        "This is a part of a whole: a percentage of at most 100%, for example 41%",
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
    "day_out_of_range": (
        "请核对：年份在 1900 至 2099 之间，月份 01 至 12，日 01 至 31，例如 2026-03-01",
        "Check it: years from 1900 to 2099, months 01 to 12, days 01 to 31, for example 2026-03-01",
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


@immutable
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

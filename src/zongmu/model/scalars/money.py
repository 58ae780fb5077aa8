"""Amounts in 元 and ratios, exact; an amount in words (大写)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, ClassVar, Final

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from zongmu.model.finding import Bilingual
from zongmu.model.scalars.form import MAX_LENGTH, MEMO, Scalar, common_trouble, json_pattern, refusal

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
        return "money_too_large" if re.fullmatch(r"[0-9]+(?:\.[0-9]+)?[万亿]?元", value) else cls.ERROR

    def __add__(self, other: Money) -> Money:
        return Money(self.fen + other.fen)

    def __sub__(self, other: Money) -> Money:
        return Money(self.fen - other.fen)

    def __neg__(self) -> Money:
        return Money(-self.fen)

    def __abs__(self) -> Money:
        return Money(abs(self.fen))

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


@lru_cache(MEMO)
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

        Never compare with it: :func:`share_cmp` is exact.
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


@lru_cache(MEMO)
def _ratio(text: str) -> Ratio:
    if _RATIO.fullmatch(text) is None:
        Ratio._refuse(text)
    whole, _, decimals = text[:-1].partition(".")
    return Ratio(int(whole) * 100 + int((decimals + "00")[:2]))


_RATIO: Final = re.compile(Ratio.PATTERN)


class OfAWhole:
    """Annotation for a ratio that is a part of a whole: at most 100 %."""

    PATTERN: ClassVar[str] = r"(?:100(?:\.00?)?|(?:0|[1-9][0-9]?)(?:\.[0-9]{1,2})?)%"
    ERROR: ClassVar[str] = "share_over_whole"

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(_of_a_whole, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        out = handler(schema)
        out["pattern"] = json_pattern(self.PATTERN)
        return out


def _of_a_whole(ratio: Ratio) -> Ratio:
    if ratio.bp > 10_000:
        raise refusal(OfAWhole.ERROR, "100%")
    return ratio


Share = Annotated[Ratio, OfAWhole()]
"""A part of a whole: progress, satisfaction, the share of a member. Raises ``share_over_whole`` above 100 %."""


def share_cmp(part: Money, whole: Money, ratio: Ratio) -> int:
    """How *part* stands to *ratio* of *whole*: negative below, 0 exactly equal, positive above.

    By cross-multiplication of integers, so a share of exactly 15 % is exactly 15 %. Of a *whole* of zero only zero
    is an equal share. The result is the difference in 1/10,000 fen.
    """
    return part.fen * 10_000 - whole.fen * ratio.bp

"""What an unquoted scalar means, and which unquoted scalars programs read in different ways.

The registry knows text, integers of at most 15 digits without leading zero, ``true`` and ``false``. A day or month
(``2027-01-08``, ``2027-01``) is text. Whatever else YAML 1.1, YAML 1.2 or a common loader takes for a number, a truth
value, nothing, or a point in time has to be quoted, so that it is text for everybody. A negative number is among them:
no field of a record counts below zero.
"""

from __future__ import annotations

import re
from typing import Final

from zongmu.model.finding import Bilingual, Code

QUOTE_IT = Code(
    id="yaml.quote-it",
    title=Bilingual("应加引号", "Quote it"),
    message=Bilingual(
        "这个值没有加引号，不同程序会把它读成不同的东西（数、真假、时间或者文字）。",
        "This value is not quoted, and programs disagree about it: a number, a truth value, a time, or text.",
    ),
    next_step=Bilingual(
        '是文字（编号、代码、版本等）就加引号，如 "0102"、"1.0"、"no"；是整数就写成不带正负号、小数点、前导零和分隔符的'
        "数字，不超过 15 位；是金额或比例就带单位，如 480.5万元、41%；真假只写小写的 true、false。",
        'If it is text (a code, a number of a paper, a version), quote it: "0102", "1.0", "no". A whole number is '
        "written with digits alone, without sign, point, leading zero or separators, at most 15 of them. An amount or "
        "a ratio has its unit: 480.5万元, 41%. Truth is a lower-case true or false.",
    ),
)
QUOTE_LONG_NUMBER = Code(
    id="yaml.quote-long-number",
    title=Bilingual("长数字应加引号", "Quote the long number"),
    message=Bilingual(
        "这里是一个没有加引号的长数字，有的程序会丢掉末几位。为免泄露，不显示原文。",
        "This is a long number without quotes; some programs lose its last digits. It is not shown here, "
        "since it may be personal.",
    ),
    next_step=Bilingual(
        '代码、编号请加双引号，如 "91150690MA0XXXXXXX"。身份证号、银行卡号、手机号不得登记，请删去。',
        'Put a code in double quotes, like "91150690MA0XXXXXXX". Numbers of persons, bank cards and telephones do not '
        "belong in a record: take them out.",
    ),
    sensitive=True,
)
NULL = Code(
    id="yaml.null",
    title=Bilingual("空值", "Nothing written"),
    message=Bilingual(
        "这里是空值（什么也没写，或写了 null、~）。没有内容就不写这一行：表示“没有”只有这一种写法。",
        "There is no value here (nothing written, or null, or ~). What is absent is not written at all: "
        "that is the one way to say nothing.",
    ),
    next_step=Bilingual(
        "填上内容，或者删去这一行；如果下面各行属于它，请把它们缩进两个空格。",
        "Fill it in, or delete the line; if the lines below belong to it, indent them by two spaces.",
    ),
)

CODES: Final = (QUOTE_IT, QUOTE_LONG_NUMBER, NULL)

MAX_DIGITS: Final = 15
"""Longest integer, in digits: what a double holds exactly."""

_PERSONAL_DIGITS: Final = 11  # from the length of a telephone number on, a number is not shown

_STARTS: Final = frozenset("0123456789+-.~=<yYnNoOtTfFiI")
_INTEGER = re.compile(r"0|[1-9][0-9]{0,14}")
_NUMBER = re.compile(
    r"""
    [-+]?(?:
        [0-9][0-9_,]*                                                # 012, 1_000, 1,000, +1
      | 0[xXoObB][0-9a-fA-F_]+                                       # 0x1F, 0o17, 0b11
      | (?:[0-9][0-9_,]*)?\.[0-9_]*(?:[eE][-+]?[0-9_]*)?             # 1.0, .5, 5., 1.5e3
      | [0-9][0-9_,]*[eE][-+]?[0-9_]+                                # 1e3, 913100001E23456789
      | [0-9][0-9_]*(?::[0-9]{1,2})+(?:\.[0-9_]*)?                   # 1:30, 12:30:45: base 60
      | \.?(?i:inf|infinity|nan)
    )
    """,
    re.VERBOSE,
)
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|\ +)[0-9]{1,2}:[0-9]{2}[-0-9:.TtZz+ ]*", re.VERBOSE)
_WORDS: Final = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "=", "<<"})
_NULLS: Final = frozenset({"", "~", "null"})


def resolve(text: str) -> str | int | bool | Code:
    """The value of the unquoted scalar *text*, or the code of what is wrong with it."""
    if not text:
        return NULL
    if text[0] not in _STARTS:
        return text
    if text == "true":
        return True
    if text == "false":
        return False
    if _INTEGER.fullmatch(text):
        return int(text)
    if _NUMBER.fullmatch(text):
        digits = sum(map(str.isdigit, text))
        return QUOTE_LONG_NUMBER if digits >= _PERSONAL_DIGITS else QUOTE_IT
    if _MOMENT.fullmatch(text):
        return QUOTE_IT
    lower = text.lower()
    if lower in _NULLS:
        return NULL
    if lower in _WORDS:
        return QUOTE_IT
    return text

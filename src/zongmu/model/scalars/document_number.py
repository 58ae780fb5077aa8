"""文号: the number of an official paper, as offices really write it.

The standard form is that of GB/T 9704-2012, 7.2.5: 代字, the year in full in 〔〕, the serial without 第 and without
leading zeros, 号: ``示政数审〔2027〕17号``. Four other identities are as good: the registration number of a normative
document (``LZDR-2022-0020001``), an order (``财政部令第110号``), a meeting or its minutes
(``市政府2025年第31次常务会议``, ``专题会议纪要〔2025〕31号``), and a paper that has none (``无文号：<reason>``).
A contract's number is not a 文号. Invented papers of a demonstration carry 示 before the serial
(``示政数审〔2027〕示17号``), so that they can never be taken for a real one.

A record may hold any line of text: the paper says what it says. What is odd about it is listed by :func:`problems`,
so that a check can warn; two notations of one number are equal by their canonical form.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from zongmu.model.expressions import Lazy

NUMBER_PROBLEMS: Final[dict[str, tuple[str, str]]] = {
    "not_recognised": (
        "看不出是文号：应如 示政数审〔2027〕17号；确实没有文号的，写 无文号：原因",
        "Not recognised as a document number: 示政数审〔2027〕17号 is one; a paper without any is 无文号：reason",
    ),
    "brackets": (
        "年份应当用六角括号〔〕括起，例如 〔2027〕",
        "The year stands in the brackets 〔〕, as in 〔2027〕",
    ),
    "di": (
        "发文顺序号前不加“第”字，例如 〔2027〕17号",
        "No 第 before the serial: 〔2027〕17号",
    ),
    "leading_zero": (
        "发文顺序号不编虚位，例如 17号，不写 017号",
        "No leading zeros in the serial: 17号, not 017号",
    ),
    "year_missing": (
        "文号缺少年份，例如 示政数审〔2027〕17号",
        "The year is missing: 示政数审〔2027〕17号",
    ),
    "year_short": (
        "年份应当写全称四位，例如 〔2027〕，不写 〔27〕",
        "The year is written in full: 〔2027〕, not 〔27〕",
    ),
    "prefix_missing": (
        "文号缺少发文机关代字，例如 示政数审〔2027〕17号 里的 示政数审",
        "The issuer's prefix (代字) is missing, such as 示政数审 in 示政数审〔2027〕17号",
    ),
    "hao_missing": (
        "文号末尾缺少“号”字",
        "The number does not end with 号",
    ),
    "fullwidth": (
        "数字和字母应当用半角",
        "Digits and letters are half-width",
    ),
    "spaces": (
        "文号中间不留空格",
        "No spaces inside the number",
    ),
    "reason_missing": (
        "没有文号的要写明原因，例如 无文号：会议当场决定",
        "Say why there is no number, as in 无文号：会议当场决定 (decided in the meeting)",
    ),
}
"""What :func:`problems` may list, each with its Chinese and English text. None of them is a defect of the record."""


_MAX: Final = 100
_OPEN: Final = "〔[［(（【〖{｛"
_CLOSE: Final = "〕]］)）】〗}｝"
_WIDE: Final = {
    wide: wide - 0xFEE0 for wide in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}
_WIDE[0xFF0D] = ord("-")
_CHINESE_DIGIT: Final = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}

_O, _C = re.escape(_OPEN), re.escape(_CLOSE)
_PREFIX: Final = rf"(?P<prefix>[^0-9第{_O}{_C}]{{0,30}})"
_COUNT: Final = r"(?P<serial>[0-9]{1,6}|[〇零一二两三四五六七八九十百]{1,7})"

_STANDARD: Final = Lazy(
    rf"{_PREFIX}(?P<open>[{_O}])(?P<year>[0-9]{{2,4}})(?P<close>[{_C}])(?P<di>第?)(?P<mark>示?)"
    r"(?P<serial>[0-9]{1,6})(?P<unit>号|期|次|)"
)
_BARE_YEAR: Final = Lazy(
    rf"{_PREFIX}(?P<year>(?:19|20)[0-9]{{2}})(?:年(?P<di>第?)|(?P<di2>第)|-)(?P<serial>[0-9]{{1,6}})号"
)
_NO_YEAR: Final = Lazy(rf"{_PREFIX}[{_O}]?(?P<di>第?){_COUNT}(?P<unit>号|期|次)[{_C}]?")
_MEETING: Final = Lazy(
    rf"(?P<prefix>[^0-9第{_O}{_C}]{{0,40}}?)(?:(?P<year>(?:19|20)[0-9]{{2}})年)?第{_COUNT}次"
    r"(?P<what>[^0-9第]{0,30}会(?:议|议?纪要)?)"
)
_NORMATIVE: Final = Lazy(r"[A-Z]{2,6}-(?:19|20)[0-9]{2}-[0-9]{5,9}")
_FLAWLESS: Final = Lazy(
    rf"[^\s0-9第\uff0d\uff10-\uff19\uff21-\uff3a\uff41-\uff5a{_O}{_C}]{{1,30}}〔(?:19|20)[0-9]{{2}}〕[1-9][0-9]{{0,5}}号"
)
_NONE: Final = Lazy(r"无文号(?:[：:](?P<reason>.*))?")


def problems(text: str) -> tuple[str, ...]:
    """What is odd about *text* as a document number: keys of NUMBER_PROBLEMS, in reading order; () if nothing."""
    return () if _FLAWLESS.fullmatch(text) else _read(text)[1]


def canonical_document_number(text: str) -> str:
    """The form to compare and to show: canonical where *text* is a document number, else *text* itself."""
    canonical = _read(text)[0]
    return text if canonical is None else canonical


@lru_cache(8192)
def _read(text: str) -> tuple[str | None, tuple[str, ...]]:
    """The canonical form, None where *text* is no document number, and what is odd about it."""
    if len(text) > _MAX:
        return None, ("not_recognised",)
    none = _NONE.fullmatch(text.strip())
    if none:
        reason = (none["reason"] or "").strip()
        return (f"无文号：{reason}", ()) if reason else ("无文号", ("reason_missing",))
    found: list[str] = []
    narrow = text.translate(_WIDE)
    if narrow != text:
        found.append("fullwidth")
    plain = "".join(narrow.split())
    if plain != narrow:
        found.append("spaces")
    for reader in (_normative, _meeting, _standard, _bare_year, _no_year):
        result = reader(plain)
        if result is not None:
            canonical, more = result
            return canonical, (*found, *more)
    return None, ("not_recognised",)


_Read = tuple[str, list[str]] | None


def _normative(plain: str) -> _Read:
    return (plain, []) if _NORMATIVE.fullmatch(plain) else None


def _meeting(plain: str) -> _Read:
    m = _MEETING.fullmatch(plain)
    number = _count(m["serial"]) if m else None
    if m is None or number is None:
        return None
    year = f"{m['year']}年" if m["year"] else ""
    return f"{m['prefix']}{year}第{number}次{m['what']}", []


def _standard(plain: str) -> _Read:
    m = _STANDARD.fullmatch(plain)
    if m is None:
        return None
    unit = m["unit"] or "号"
    if unit != "号" and not _of_minutes(m["prefix"]):
        return None
    found = [] if m["open"] == "〔" and m["close"] == "〕" else ["brackets"]
    if len(m["year"]) != 4 or m["year"][:2] not in ("19", "20"):
        found.append("year_short")
    found += _serial_trouble(m["serial"], bool(m["di"]) and unit == "号")
    if not m["unit"]:
        found.append("hao_missing")
    if not m["prefix"]:
        found.append("prefix_missing")
    serial = m["mark"] + (m["serial"].lstrip("0") or "0")
    return f"{m['prefix']}〔{m['year']}〕{serial}{unit}", found


def _bare_year(plain: str) -> _Read:
    m = _BARE_YEAR.fullmatch(plain)
    if m is None:
        return None
    found = ["brackets", *_serial_trouble(m["serial"], bool(m["di"] or m["di2"]))]
    if not m["prefix"]:
        found.append("prefix_missing")
    serial = m["serial"].lstrip("0") or "0"
    return f"{m['prefix']}〔{m['year']}〕{serial}号", found


def _no_year(plain: str) -> _Read:
    m = _NO_YEAR.fullmatch(plain)
    number = _count(m["serial"]) if m else None
    if m is None or number is None or not m["prefix"]:
        return None
    prefix, unit = m["prefix"], m["unit"]
    if prefix.endswith("令") and unit == "号":
        return f"{prefix}第{number}号", []
    if _of_minutes(prefix):
        return f"{prefix}第{number}{unit}", ["year_missing"]
    if unit != "号":
        return None
    found = ["year_missing", *_serial_trouble(m["serial"], bool(m["di"]))]
    return f"{prefix}{number}号", found


def _of_minutes(prefix: str) -> bool:
    return prefix.endswith("纪要")


def _serial_trouble(serial: str, di: bool) -> list[str]:
    return (["di"] if di else []) + (["leading_zero"] if serial.startswith("0") else [])


def _count(text: str) -> int | None:
    """An ordinal in Arabic or Chinese figures up to 999 (三十一, 一百零五); None where it is none."""
    if text.isascii():
        return int(text)
    total, digit = 0, None
    for char in text:
        if char in "十百":
            total += (1 if digit is None else digit) * (10 if char == "十" else 100)
            digit = None
        elif digit in (None, 0):
            digit = _CHINESE_DIGIT[char]
        else:
            return None
    return total + (digit or 0) or None

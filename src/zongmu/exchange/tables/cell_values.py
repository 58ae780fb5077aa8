"""What people type into cells, understood and echoed back: amounts under a header that names the unit, messy dates, full width.

In YAML a bare number is refused; in a table whose header says 万元 it is understood. Nothing is guessed: what can be read in two
ways is unreadable, and said so.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Literal

from zongmu.model.scalars import Money, Ratio
from zongmu.model.scalars.republic import in_common_era

Unit = Literal["元", "万元", "亿元"]
NOTHING = frozenset({"", "/", "-", "—", "——", "无", "空", "暂无", "n/a", "na", "none", "null", "待定", "未定", "不详"})
"""What people write for nothing. It becomes an absent field, never a value."""

_UNIT = re.compile(
    r"(?:[（(\[【]|单位[:：]?)\s*(?:人民币)?\s*(万元|亿元|元)\s*(?:人民币)?[)）\]】]?|(?<![十百千])(万元|亿元)$"
)
_SCALE: dict[str, int] = {"元": 100, "万元": 1_000_000, "亿元": 10_000_000_000}
_DAY = re.compile(
    r"(?P<y>(?:19|20)[0-9]{2})\s*(?:年|[-./])\s*(?P<m>[0-9]{1,2})\s*(?:月|[-./])\s*(?P<d>[0-9]{1,2})\s*日?"
    r"(?:[T\s]+(?P<h>[0-9]{1,2}):(?P<min>[0-9]{2})(?::[0-9]{2}(?:\.[0-9]+)?)?)?"
)
_NUMERAL = re.compile(r"[〇○零一二三四五六七八九]{4}年[一二三四五六七八九十]{1,2}月(?:[一二三四五六七八九十]{1,3}日)?")
"""A day or a month as papers were dated before 2012: 二〇二六年三月五日."""
_COMPACT = re.compile(r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})")
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_MONTH = re.compile(r"((?:19|20)[0-9]{2})\s*(?:年|[-./])\s*([0-9]{1,2})\s*月?")
_NUMBER = re.compile(r"(?:人民币\s*)?(?:[¥￥]\s*)?([0-9]+(?:\.[0-9]+)?)\s*(亿元|万元|元|亿|万)?(?:整|人民币)?")

_NO_AMOUNT = (
    (re.compile(r"^[-−]\s*[0-9]|^\([0-9.,]+\)$"), "：是负数", ": it is negative"),
    (re.compile(r"[0-9万亿元]\s*[-~～—–至到]\s*[0-9]"), "：是一个区间，写一个数", ": it is a range; write one number"),
    (re.compile(r"约|左右|大概|余|不超过|以上|以下|以内|[≈<>≤≥]"), "：只说了大约，写准确的数", ": it is not exact"),
)


class Unreadable(ValueError):
    """A cell that cannot be understood; the reason is for a person: ``(zh, en)``."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.zh = zh
        self.en = en


def fold(text: str) -> str:
    """Full-width digits, letters and signs as ordinary ones; space at the ends taken off."""
    return unicodedata.normalize("NFKC", text).replace("\u200b", "").strip()


def is_nothing(text: str) -> bool:
    """Whether a cell says that there is nothing."""
    return fold(text).lower() in NOTHING


def unit_of_header(header: str) -> Unit | None:
    """The unit that a header names: ``限价（万元）``, ``预算(元)``, ``单位：万元``."""
    match = _UNIT.search(
        re.sub("#[0-9]+$", "", unicodedata.normalize("NFKC", header)).replace("(", "（").replace(")", "）")
    )
    if match is None:
        return None
    found = match[1] or match[2]
    return "万元" if found == "万元" else "亿元" if found == "亿元" else "元"


def read_money(text: str, unit: Unit | None) -> Money:
    """An amount. A unit in the cell wins over the header's; neither: unreadable. Raises :class:`Unreadable`."""
    plain = fold(text)
    grouped = re.fullmatch(r"((?:人民币\s*)?(?:[¥￥]\s*)?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?)(?![0-9,.])(.*)", plain)
    if grouped is not None:
        plain = grouped[1].replace(",", "") + grouped[2]
    match = _NUMBER.fullmatch(plain.strip())
    if match is None:
        why = next(((zh, en) for signs, zh, en in _NO_AMOUNT if signs.search(plain)), ("", ""))
        raise Unreadable(f"“{text}”不是金额{why[0]}", f"{text!r} is no amount{why[1]}")
    given = {"亿": "亿元", "万": "万元"}.get(match[2] or "", match[2])
    used = given or unit
    if used is None:
        raise Unreadable(
            f"“{text}”没有单位（元、万元、亿元；表格可以写在表头）",
            f"{text!r} has no unit (元, 万元, 亿元; a table may name it in its header)",
        )
    try:
        fen = Decimal(match[1]) * _SCALE[used]
    except InvalidOperation:
        raise Unreadable(f"“{text}”不是金额", f"{text!r} is no amount") from None
    if fen != fen.to_integral_value():
        raise Unreadable(f"“{text}”细于分", f"{text!r} is finer than a fen")
    if fen >= 10**15:
        raise Unreadable(f"“{text}”过大，核对单位", f"{text!r} is too large; check the unit")
    return Money(int(fen))


def read_day(text: str) -> dt.date:
    """A day: ISO, ``2026.3.1``, ``2026年3月1日``, ``二〇二六年三月一日``, ``2026/03/01 09:30``, ``20260301``.

    Raises :class:`Unreadable`.
    """
    plain = _in_digits(fold(text))
    match = _DAY.fullmatch(plain)
    parts = (match["y"], match["m"], match["d"]) if match else None
    if parts is None:
        compact = _COMPACT.fullmatch(plain)
        parts = (compact[1], compact[2], compact[3]) if compact else None
    if parts is None and (ours := in_common_era(text)) is not None:
        raise Unreadable(
            f"“{text}”是民国纪年，即公历 {ours}？请换成公历",
            f"{text!r} counts years of the Republic: {ours}? Write that",
        )
    if parts is None:
        raise Unreadable(
            f"“{text}”不是日期（要有年、月、日）{_serial(plain)[0]}",
            f"{text!r} is no day (year, month, day){_serial(plain)[1]}",
        )
    try:
        return dt.date(int(parts[0]), int(parts[1]), int(parts[2]))
    except ValueError:
        raise Unreadable(f"没有“{text}”这一天", f"there is no such day as {text!r}") from None


def _in_digits(text: str) -> str:
    """A day or a month in Chinese numerals with digits; any other text as it is."""
    if _NUMERAL.fullmatch(text) is None:
        return text
    year, rest = text[:4], text[5:]
    tens = re.sub(r"([一二三]?)十([一二三四五六七八九]?)", lambda m: f"{m[1] or '一'}{m[2] or '〇'}", rest)
    return f"{year}年{tens}".translate(_DIGITS)


def _serial(text: str) -> tuple[str, str]:
    """What a number that spreadsheets keep a day as would mean: said, and not taken, since there are two ways to count."""
    if not re.fullmatch(r"[2-7][0-9]{4}", text):
        return "", ""
    day = (dt.date(1899, 12, 30) + dt.timedelta(int(text))).isoformat()
    return (
        f"；像是表格软件里的 {day}：把这一列设为日期格式再保存",
        f"; it looks like {day} of a spreadsheet: format the column as dates and save it again",
    )


def read_year(text: str) -> int:
    """A year: ``2026``, ``2026年``, ``2026年度``, or the year of a day or a month. Raises :class:`Unreadable`."""
    match = re.fullmatch(r"((?:19|20)[0-9]{2})\s*(?:年度?)?", fold(text))
    return int(match[1] if match else read_month(text)[:4])


def read_month(text: str) -> str:
    """A month as ``2026-03``; a full day gives its month. Raises :class:`Unreadable`."""
    match = _MONTH.fullmatch(_in_digits(fold(text)))
    if match is None:
        return read_day(text).isoformat()[:7]
    if not 1 <= int(match[2]) <= 12:
        raise Unreadable(f"没有“{text}”这个月", f"there is no such month as {text!r}")
    return f"{match[1]}-{int(match[2]):02d}"


def read_ratio(text: str) -> Ratio:
    """A share: ``41%``, ``７.5％``; a bare number is unreadable. Raises :class:`Unreadable`."""
    plain = fold(text).replace(" ", "")
    try:
        return Ratio.parse(plain)
    except ValueError:
        raise Unreadable(f"“{text}”不是百分比（如 41%）", f"{text!r} is no percentage (like 41%)") from None


def read_integer(text: str) -> int:
    """A whole number; ``3.0`` is 3. Raises :class:`Unreadable`."""
    plain = fold(text)
    if re.fullmatch(r"[0-9]{1,3}(?:,[0-9]{3})+", plain):
        plain = plain.replace(",", "")
    match = re.fullmatch(r"([0-9]{1,15})(?:\.0+)?", plain)
    if match is None:
        raise Unreadable(f"“{text}”不是整数", f"{text!r} is no whole number")
    return int(match[1])


_YES = frozenset({"是", "有", "true", "1", "y", "yes", "√", "✓"})
_NO = frozenset({"否", "无", "没有", "false", "0", "n", "no", "×"})


def read_flag(text: str) -> bool:
    """Yes or no; in a column of yes and no, 无 is a no and not nothing. Raises :class:`Unreadable`."""
    plain = fold(text).lower()
    if plain in _YES or plain in _NO:
        return plain in _YES
    raise Unreadable(f"“{text}”不是是或否", f"{text!r} is neither yes nor no")


def is_flag(text: str) -> bool:
    """Whether a cell says yes or no."""
    return fold(text).lower() in _YES | _NO


def read_line(text: str) -> str:
    """Text on one line, white space folded."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def read_text(text: str) -> str:
    """Text of several lines: each with its white space folded, empty ones at the ends left out."""
    return "\n".join(" ".join(line.split()) for line in unicodedata.normalize("NFC", text).strip().splitlines())

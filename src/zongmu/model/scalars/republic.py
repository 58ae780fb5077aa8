"""Days counted in years of the Republic (民国纪年), as papers from Taiwan and old files have them. Never taken, only explained."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from zongmu.model.expressions import Lazy

_HAN: Final = dict(zip("〇零一二三四五六七八九", (0, 0, *range(1, 10)), strict=True))
_NUMBER: Final = r"[0-9]{1,3}|[〇零一二三四五六七八九十百]{1,5}"
_DATED = Lazy(
    rf"(?:中[华華])?民[国國](元|{_NUMBER})年?[-./]?(?:({_NUMBER})月?[-./]?(?:({_NUMBER})[日号號]?)?)?",
)
_FIRST_YEAR: Final = 1912


def in_common_era(text: str) -> str | None:
    """What *text* means in our years, as far as it goes: ``民国111年3月1日`` is ``2022-03-01``. None: no such year is named."""
    match = _DATED.fullmatch("".join(unicodedata.normalize("NFKC", text).split())) if len(text) <= 40 else None
    if match is None:
        return None
    year = 1 if match[1] == "元" else _number(match[1])
    parts = [str(_FIRST_YEAR - 1 + year), *(f"{_number(part):02d}" for part in match.groups()[1:] if part)]
    return "-".join(parts)


def _number(text: str) -> int:
    """The number of digits, of Han digits one by one (一一一) or of Han numerals (一百一十一)."""
    if text.isdecimal():
        return int(text)
    if not re.search("[十百]", text):
        return int("".join(str(_HAN[sign]) for sign in text))
    total = digit = 0
    for sign in text:
        if sign in "十百":
            total += (digit or 1) * (10 if sign == "十" else 100)
            digit = 0
        else:
            digit = _HAN[sign]
    return total + digit

"""Text on its way into a spreadsheet: never a formula, whatever the record says.

A cell is a formula to one program or another when its first visible character, in its plain form, is ``=``, ``+``, ``-``
or ``@``, or when it begins with a tab or a line break (OWASP, CSV injection). Such text gets an apostrophe in front, which
spreadsheets take as "this is text"; so does text that has one already, so that whoever takes one away has the text of the
record again. JSON, SQLite and Parquet hold the text without it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from zongmu.publish.rendering.escape import xml_holds

_LONGEST = 32_767
"""Characters that a cell can hold."""
NOTES = (
    ("说明", "以 = + - @ 或撇号开头的文字前多一个撇号，以免表格软件当作公式；去掉一个即是原文"),
    ("note", "Text that begins with = + - @ or an apostrophe has one more in front, lest it be taken for a formula"),
)
"""What a spreadsheet says of such text beside what it says of itself."""
_STARTS = "=+-@"
_MARKED = ("'", "\t", "\r", "\n")


@cache
def _formula() -> re.Pattern[str]:
    """Unseen characters, then one whose plain form begins a formula: full-width, small, raised and lowered forms too."""
    starts, unseen = [], []
    for point in (*range(0x20000), *range(0xE0000, 0xE0200)):
        char = chr(point)
        if unicodedata.category(char) in ("Cc", "Cf", "Zs", "Zl", "Zp"):
            unseen.append(char)
        elif unicodedata.normalize("NFKC", char)[:1] in _STARTS:
            starts.append(char)
    return re.compile(f"[{re.escape(''.join(unseen))}]*[{re.escape(''.join(starts))}]")


@lru_cache(maxsize=1 << 14)  # titles, names and codes come again in every row
def cell_text(text: str) -> str:
    """*text* as a spreadsheet may have it; what neither XML nor UTF-8 can hold becomes U+FFFD."""
    text = xml_holds(text)
    if text[:1].isalnum():  # nearly all text, and the search below costs most
        return text
    if text.startswith(_MARKED) or _formula().match(text):
        return "'" + text
    return text


def short(text: str) -> str:
    """*text* as long as a cell may be."""
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"

"""Reads what is so plain that one expression tells keys and values apart: a line for each key, no quotes, nothing within.

A narrower list than that of :mod:`zongmu.store.reading.guard`, for pieces of a file of which there are very many. What it reads,
it reads as the exact reader does, which a test holds; of everything else it says nothing.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from zongmu.store.reading.guard import plain_characters

_INDENT: Final = "\n    "
# Words that some loader takes for a truth value, nothing or a number.
_WORDS: Final = "(?i:n(?:o|ull|an)?|y(?:es)?|o(?:n|ff)|inf(?:inity)?|true|false)"
_KEY: Final = f"(?!{_WORDS}:)[A-Za-z_][A-Za-z0-9_.-]*"
_REST: Final = r"[^\n:#]*(?<! )"
# 480.5万元, 24个月, 41%; 2027-01-08, 2701-150690-04-04-123454; text.
_TEXT: Final = (
    rf"(?:(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:%| *[^\x00-\x7f]){_REST}|[1-9][0-9]*-[0-9A-Za-z-]+"
    rf"|(?!{_WORDS}\n)[(/A-Za-z\x80-\U0010ffff]{_REST})"
)
_NUMBER: Final = "0|[1-9][0-9]{0,14}"


@cache
def _lines() -> re.Pattern[str]:
    return re.compile(rf"\n    ({_KEY}): (?:({_TEXT})|({_NUMBER}))(?=\n)")


@cache
def _line() -> re.Pattern[str]:
    return re.compile(rf"({_KEY}): (?:({_TEXT})|({_NUMBER}))\n")


def row(item: bytes) -> dict[str, str | int] | None:
    """The mapping in an *item* of a list: the bytes after its dash, further lines four spaces in. None where it is not plain."""
    if not plain_characters(item):
        return None
    try:
        text = f"{_INDENT}{item.decode()}\n"
    except UnicodeDecodeError:
        return None
    found = _lines().findall(text)
    out = {key: value or int(number) for key, value, number in found}
    # Every character belongs to a line, and no key came twice.
    size = sum([len(key) + len(value) + len(number) for key, value, number in found])
    return out if size + 7 * len(found) + 1 == len(text) and len(out) == len(found) else None


def pair(line: bytes) -> tuple[str, str | int] | None:
    """Key and value of a *line* that begins with its key and ends with a line feed. None where it is not plain."""
    try:
        found = _line().fullmatch(line.decode()) if plain_characters(line) else None
    except UnicodeDecodeError:
        return None
    return (found[1], found[2] or int(found[3])) if found else None

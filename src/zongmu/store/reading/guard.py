"""Decides from the bytes whether a file is so plain that the fast loader reads it exactly as the format says.

A list of what is allowed, not of what is suspicious: a file passes if every one of its lines has one of a few shapes
whose meaning no loader disputes, and holds no byte that could begin a refused character. Everything else, good or bad,
goes to the exact reader, so a mistake here that is too strict costs half a millisecond and nothing else.

In a file that passes, every key is text; every unquoted value is text, a plain integer, ``true`` or ``false``; every
value stands on the line of its key, unless it is a block after ``|``; every key has a value; nothing has a backslash
inside double quotes; nesting stays below the limit. Duplicate keys and uneven indentation are left to the loader,
which refuses them.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

MAX_BYTES: Final = 256 * 1024
"""Largest file that is read at all, in bytes."""

MAX_FAST_BYTES: Final = 64 * 1024
"""Larger files go to the exact reader, which counts what it reads."""

MAX_INDENT: Final = 24
"""An indentation from which on the nesting could come near the limit."""

# --- characters -----------------------------------------------------------------------------------------------------

# ASCII without controls, and the Han characters U+4000 to U+9FFF: nothing in them needs a second look.
_ORDINARY: Final = bytes([0x0A, *range(0x20, 0x7F), *range(0x80, 0xC0), *range(0xE4, 0xEA)])
# Leading bytes of blocks in which only a part is harmless: the harmless part follows. The lists hold no character that
# combines, so that a text made of them is always in normal form.
_LEADS: Final = b"\xc2\xe2\xe3\xef"
_NOT_HARMLESS: Final = (
    # Latin-1 punctuation from U+00A0, without the soft hyphen
    re.compile(rb"\xc2(?![\xa0-\xac\xae-\xbf])"),
    # dashes, quotation marks, ellipsis; Roman numerals, arrows, operators; circled numbers, geometric shapes
    re.compile(rb"\xe2(?!\x80[\x90-\xa7\xb0-\xbf]|[\x85\x86\x88\x89\x91-\x93\x96\x97])"),
    # U+3000 to U+3FFF: punctuation without tone marks, kana without voicing marks, Bopomofo, squared signs, Han;
    # without the Hangul filler and the strokes
    re.compile(rb"\xe3(?!\x80[\x80-\xa9\xb0-\xbf]|[\x81\x83\x84\x88-\xbf]|\x82[\x80-\x98\x9b-\xbf])"),
    # full-width forms
    re.compile(rb"\xef(?!\xbc|\xbd|\xbf[\xa0-\xa6])"),
)


def plain_characters(data: bytes) -> bool:
    """Whether *data* holds only characters that are harmless in any order. It need not be valid UTF-8."""
    rest = data.translate(None, _ORDINARY)
    return not rest or not (rest.translate(None, _LEADS) or any(bad.search(data) for bad in _NOT_HARMLESS))


# --- lines ----------------------------------------------------------------------------------------------------------

# Words that some loader takes for a truth value, nothing or a number. They matter where they are the whole scalar.
_WORDS = rb"(?i:n(?:o|ull|an)?|y(?:es)?|o(?:n|ff)|inf(?:inity)?|true|false)"
# First letters of text that can be none of these words, and first letters that can.
_SAFE_ASCII = rb"A-EGHJ-MP-SU-XZa-eghj-mp-su-xz"
_SAFE_LETTER = rb"[" + _SAFE_ASCII + rb"\x80-\xff]"
_WORD_LETTER = rb"[FINOTYfinoty]"
_KEY_REST = rb"[A-Za-z0-9_.-]*"
_KEY = (
    rb"(?:[_" + _SAFE_ASCII + rb"]" + _KEY_REST
    + rb"|(?!" + _WORDS + rb" *:)" + _WORD_LETTER + _KEY_REST + rb")"
)  # fmt: skip


def _scalar(end: bytes, body: bytes) -> bytes:
    """An expression for a scalar on one line, before *end*; *body* is what may follow the first characters of text."""
    before_end = rb"(?=" + end + rb")"
    words = rb"(?!true|false)" + _WORDS
    return (
        rb"(?:(?:[(/]|" + _SAFE_LETTER + rb")" + body
        # 480.5万元, 24个月, 41%, 46 平方公里; 2027-01-08, 2701-150690-04-04-123454; 15 digits at most
        + rb"|[1-9][0-9]*(?:(?:\.[0-9]+)?(?:%| *[\x80-\xff])" + body
        + rb"|-[0-9A-Za-z-]+" + before_end
        + rb"|(?<![0-9]{16})" + before_end + rb")"
        + rb"|0(?:(?:\.[0-9]+)?(?:%| *[\x80-\xff])" + body + rb"|" + before_end + rb")"
        + rb'|"[^"\n\\]*"' + before_end
        + rb"|(?!" + words + end + rb")" + _WORD_LETTER + body
        + rb"|'[^'\n]*'" + before_end
        + rb")"
    )  # fmt: skip


def _line(depth: int) -> bytes:
    """An expression for one plain line with the line feed before it (and the lines of a block after ``|``).

    Brackets stand at most *depth* deep in one another.
    """
    # Inside brackets a scalar holds no punctuation of YAML. Every part is followed by a comma or the closing bracket.
    # Text reaches as far as that, spaces and all: there is one way to match it, so nothing is ever tried again.
    scalar = _scalar(rb" *[,\]}]", rb"[^\n,\[\]{}:#]*(?=[,\]}])")
    item = scalar
    brackets = rb""
    for _ in range(depth):
        brackets = (
            rb"(?:\{ *(?:" + _KEY + rb": +" + item + rb" *(?:, *|(?=\})))*\}"
            rb"|\[ *(?:" + item + rb" *(?:, *|(?=\])))*\])"
        )  # fmt: skip
        item = rb"(?:" + scalar + rb"|" + brackets + rb")"
    # After a value: nothing, or a comment. Text that is not quoted takes its trailing spaces into the body.
    comment = rb"(?:(?<= )#[^\n]*)?"
    body = rb"[^\n:#]*(?:(?::(?![ \n])|(?<! )#)[^\n:#]*)*(?=[\n#])"
    text = _scalar(rb"(?: *\n| +#)", body) + rb" *" + comment
    # Group 1 is the indentation, group 2 the dash before a key. The column of the key is the sum of the two.
    column = rb"\1(?(2)  )"
    # Unquoted text goes on in the next line if that is indented further: such text is not plain.
    goes_on = rb"(?!\n+" + column + rb" )"
    # A key without a value on its line has one below: further in, or a dash in the same column.
    below = rb" *" + comment + rb"(?=(?:\n(?: *#[^\n]*)?(?=\n))*\n" + column + rb"(?: +[^ \n#]|- ))"
    block = rb"\|[-+]?(?:\n(?=\n)|\n" + column + rb" [^\n]*)*"
    key = rb"(- )?" + _KEY + rb":(?: +(?:" + text + goes_on + rb"|" + block + rb")|" + below + rb")"
    closed = rb"(?:(?:- )?" + _KEY + rb": +|- )" + brackets + rb" *" + comment
    dash = rb"- " + text + rb"(?!\n+\1 )"
    return rb"\n( *)(?:" + key + rb"|" + closed + rb"|" + dash + rb"|#[^\n]*|(?<=\n))(?=\n)"


@cache
def _plain_line() -> re.Pattern[bytes]:
    """Compiled on first use: it takes ten milliseconds, which many commands need not spend."""
    return re.compile(_line(3))


_DEEP: Final = b"\n" + b" " * MAX_INDENT


def is_plain(data: bytes, most: int = MAX_FAST_BYTES) -> bool:
    """Whether *data*, *most* bytes of it, is a file that the fast loader reads as the format says. Takes some 20 ns a byte."""
    if len(data) > most or not data.endswith(b"\n"):
        return False
    lines = b"\n" + data
    return plain_characters(data) and _DEEP not in lines and _plain_line().sub(b"", lines) == b"\n"

"""What every guard works with: a hit, and a folded copy of a text whose offsets lead back to the original.

Personal numbers and marks are often written with full-width digits, spaces or invisible characters, by habit or to
slip past a search. The guards therefore read a *folded* text: invisible characters taken out, compatibility forms
of ASCII letters, digits and signs made ASCII (as NFKC does, but one character for one, so that offsets stay true).
The punctuation of Chinese sentences （），：；！？ and everything else stands as written.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

from zongmu.model.expressions import Lazy
from zongmu.model.immutable import immutable


@immutable
class Hit:
    """A passage that must not be stored, or that somebody should look at.

    ``start`` and ``end`` count code points of the original text from 0, ``end`` excluded. ``block`` means refused;
    otherwise it is a warning. A hit never holds the passage itself.
    """

    kind: str
    start: int
    end: int
    block: bool


INVISIBLE: Final = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""Characters that show nothing, as the inside of a character class. Reported by ``unicode``, skipped by the others."""

_INVISIBLE = Lazy(f"[{INVISIBLE}]")

_LIST_DIGITS = (
    "\u00b9\u2070-\u2079\u2080-\u2089\u2460-\u2468\u2474-\u247c\u2488-\u2490\u24ea\u24f5-\u24ff\u2776-\u277e\u2780-\u2792"
    "\U0001f100-\U0001f10a"
)
_FOREIGN_DIGITS = (
    "\u0660-\u0669\u06f0-\u06f9\u07c0-\u07c9\u0966-\u0d6f\u0de6-\u0def\u0e50-\u0f29\u1040-\u1099\u17e0-\u17e9"
    "\u1810-\u1819\u1946-\u19d9\u1a80-\u1a99\u1b50-\u1c59\ua620-\ua629\ua8d0-\uabf9"
    "\ufe50-\ufe6b\U000104a0-\U0001e959\U0001fbf0-\U0001fbf9"
)

# A lone circled digit is a list mark and stands before numbers ("①13..."); two or more in a row are a number.
_COMPAT = Lazy(f"[{_LIST_DIGITS}{_FOREIGN_DIGITS}\uff02-\uff07\uff0a\uff0b\uff0d-\uff19\uff1c-\uff1e\uff20-\uff5e]+")
_LIST_RUN = Lazy(f"[{_LIST_DIGITS}]+")


def _ascii_form(char: str) -> str:
    """The one ASCII character *char* stands for, or *char* itself."""
    code = ord(char)
    if 0xFF01 <= code <= 0xFF5E:
        return chr(code - 0xFEE0)
    digit = unicodedata.digit(char, None)
    if digit is not None:
        return str(digit)
    form = unicodedata.normalize("NFKC", char)
    return form if len(form) == 1 and form.isascii() else char


def _fold_match(match: re.Match[str]) -> str:
    found = match[0]
    return found if len(found) == 1 and _LIST_RUN.match(found) else "".join(map(_ascii_form, found))


@immutable
class Folded:
    """A text made plain for searching. ``origin[i]`` is where folded character *i* stands; ``None``: the same place."""

    text: str
    origin: Sequence[int] | None

    def hit(self, kind: str, start: int, end: int, *, block: bool) -> Hit:
        """The hit for folded characters *start* to *end* (excluded; at least one), in original offsets."""
        if self.origin is None:
            return Hit(kind, start, end, block)
        return Hit(kind, self.origin[start], self.origin[end - 1] + 1, block)

    def unbroken(self, start: int, end: int) -> bool:
        """Whether nothing was taken out between folded characters *start* and *end* (excluded)."""
        return self.origin is None or self.origin[end - 1] - self.origin[start] == end - 1 - start


def fold(text: str) -> Folded:
    """*text* without invisible characters and with compatibility forms of ASCII made ASCII."""
    origin: list[int] | None = None
    if _INVISIBLE.search(text):
        hidden = {match.start() for match in _INVISIBLE.finditer(text)}
        origin = [i for i in range(len(text)) if i not in hidden]
        text = "".join([text[i] for i in origin])
    return Folded(_COMPAT.pattern.sub(_fold_match, text), origin)


_ASCII: Final = bytes(range(128))
_NOT_SMALL: Final = bytes(set(range(256)) - set(b"abcdefghijklmnopqrstuvwxyz=_-"))
_NOT_CAPITAL: Final = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"))


class Traces:
    """What is left of a text when most of it is thrown away: enough to say quickly that something is *not* there.

    Throwing away joins what stood apart, so a word found here need not be in the text; a word missing here is missing.
    Bytes are searched several times faster than text, and these are short.
    """

    __slots__ = ("capitals", "encoded", "han", "small")

    def __init__(self, text: str) -> None:
        self.encoded = text.encode("utf-8", "surrogatepass")
        self.han = self.encoded.translate(None, _ASCII)
        """Only what is not ASCII, in UTF-8."""
        self.small = self.encoded.lower().translate(None, _NOT_SMALL)
        """Only Latin letters, in lower case, and ``= _ -``."""
        self.capitals = self.encoded.translate(None, _NOT_CAPITAL)
        """Only Latin capitals."""


def without_overlaps(hits: Sequence[Hit]) -> list[Hit]:
    """*hits* ordered by place; where two overlap the refused one stays, then the longer, then the earlier."""
    kept: list[Hit] = []  # ordered, disjoint
    starts: list[int] = []
    for hit in sorted(hits, key=lambda h: (not h.block, h.start - h.end, h.start)):
        at = bisect_left(starts, hit.end)
        if at == 0 or kept[at - 1].end <= hit.start:
            kept.insert(at, hit)
            starts.insert(at, hit.start)
    return kept

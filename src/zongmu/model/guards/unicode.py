"""Characters that hide, reorder, imitate or break: what they are and where they stand.

The table is written out and not asked of the interpreter, so that every Python gives the same verdict whatever
Unicode version it carries. Ordinary Chinese text is let through whole: full-width punctuation, letters and digits,
the ideographic space, rare Han of the supplementary planes, and the selectors inside Mongolian words, where
spelling needs them. Tab and line feed are text; a carriage return only before a line feed.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from typing import Final

from zongmu.model.expressions import Lazy
from zongmu.model.guards.base import Hit

_TABLE: Final[tuple[tuple[int, int, str], ...]] = (
    (0x0000, 0x0008, "control"),
    (0x000B, 0x000C, "control"),
    (0x000D, 0x000D, "control"),  # only where no line feed follows
    (0x000E, 0x001F, "control"),
    (0x007F, 0x0084, "control"),
    (0x0085, 0x0085, "line_separator"),
    (0x0086, 0x009F, "control"),
    (0x00AD, 0x00AD, "zero_width"),
    (0x034F, 0x034F, "zero_width"),
    (0x0600, 0x0605, "format"),
    (0x061C, 0x061C, "bidi"),
    (0x06DD, 0x06DD, "format"),
    (0x070F, 0x070F, "format"),
    (0x0890, 0x0891, "format"),
    (0x08E2, 0x08E2, "format"),
    (0x115F, 0x1160, "filler"),
    (0x17B4, 0x17B5, "filler"),
    (0x180B, 0x180D, "variation"),  # not after a Mongolian letter
    (0x180E, 0x180E, "zero_width"),  # not after a Mongolian letter
    (0x180F, 0x180F, "variation"),  # not after a Mongolian letter
    (0x200B, 0x200D, "zero_width"),
    (0x200E, 0x200F, "bidi"),
    (0x2028, 0x2029, "line_separator"),
    (0x202A, 0x202E, "bidi"),
    (0x2060, 0x2064, "zero_width"),
    (0x2065, 0x2065, "format"),
    (0x2066, 0x2069, "bidi"),
    (0x206A, 0x206F, "format"),
    (0x2800, 0x2800, "filler"),
    (0x2E80, 0x2FDF, "cjk_radical"),  # NFKC folds the Kangxi ones, and not those of the supplement
    (0x2FE0, 0x2FEF, "unassigned"),
    (0x3164, 0x3164, "filler"),
    (0x31C0, 0x31E5, "cjk_radical"),  # strokes: some look like 一 or 丿
    (0xD800, 0xDFFF, "surrogate"),
    (0xE000, 0xF8FF, "private_use"),
    (0xFDD0, 0xFDEF, "noncharacter"),
    (0xFE00, 0xFE0F, "variation"),
    (0xFEFF, 0xFEFF, "zero_width"),
    (0xFFA0, 0xFFA0, "filler"),
    (0xFFF0, 0xFFFB, "format"),
    (0xFFFC, 0xFFFD, "replacement"),
    (0xFFFE, 0xFFFF, "noncharacter"),
    (0x110BD, 0x110BD, "format"),
    (0x110CD, 0x110CD, "format"),
    (0x13430, 0x1343F, "format"),
    (0x16FE4, 0x16FE4, "filler"),
    (0x1BCA0, 0x1BCA3, "format"),
    (0x1D159, 0x1D159, "filler"),
    (0x1D173, 0x1D17A, "format"),
    (0x1FFFE, 0x1FFFF, "noncharacter"),
    (0x2FFFE, 0x2FFFF, "noncharacter"),
    (0x3FFFE, 0x3FFFF, "noncharacter"),
    (0x40000, 0xDFFFF, "unassigned"),
    (0xE0000, 0xE007F, "tag"),
    (0xE0080, 0xE00FF, "format"),
    (0xE0100, 0xE01EF, "variation"),
    (0xE01F0, 0xE0FFF, "format"),
    (0xE1000, 0xEFFFF, "unassigned"),
    (0xF0000, 0xFFFFD, "private_use"),
    (0xFFFFE, 0xFFFFF, "noncharacter"),
    (0x100000, 0x10FFFD, "private_use"),
    (0x10FFFE, 0x10FFFF, "noncharacter"),
)
"""First code point, last code point, kind. Ordered, without overlap."""

WARNED: Final = frozenset({"replacement", "mixed_script"})
"""Kinds that do harm only by being wrong: damaged text, and letters of two scripts in one word."""

_STARTS: Final = [first for first, _last, _kind in _TABLE]


_MONGOLIAN = Lazy("[\u1807\u180a\u1820-\u1878\u1880-\u18aa]")
_MONGOLIAN_SELECTORS: Final = "\u180b\u180c\u180d\u180e\u180f"

# Marks that may combine with what stands before them, and characters that NFC always replaces. Coarse on purpose:
# unicodedata has the last word on each piece found here. Hangul vowels and finals are among the marks.
_COMBINING = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0711-\u074a\u07eb-\u0963"
    "\u09bc-\u0a5e\u0abc-\u0acd\u0b3c-\u0b5d\u0bbe-\u0bd7\u0c3c-\u0c56\u0cbc-\u0cd6\u0d3b-\u0d57\u0dca-\u0ddf"
    "\u0e38-\u0e4b\u0eb8-\u0ecb\u0f18-\u0fc6\u102e-\u103a\u108d\u1161-\u11c2\u135d-\u135f\u1714-\u1734\u17d2-\u17dd"
    "\u18a9\u1939-\u193b\u1a17-\u1cf9\u1dc0-\u1dff\u20d0-\u20f0\u2cef-\u2cf1\u2d7f\u2de0-\u2dff\u302a-\u302f"
    "\u3099\u309a\ua66f-\ua69f\ua6f0\ua6f1\ua806-\uaaf6\uabed\ufb1e\ufe20-\ufe2f"
    "\U000101fd-\U00011d97\U00016af0-\U00016ff1\U0001bc9e\U0001d165-\U0001d1ad\U0001d242-\U0001e94a"
)
_SINGLETONS = (
    "\u0340\u0341\u0343\u0344\u0374\u037e\u0387\u0958-\u095f\u09dc-\u09df\u0a33-\u0a5e\u0b5c\u0b5d\u0f43-\u0fb9"
    "\u1f71-\u1ffd\u2000\u2001\u2126\u212a\u212b\u2329\u232a\u2adc\uf900-\ufaff\ufb1d-\ufb4e"
    "\U0001d15e-\U0001d1c0\U0002f800-\U0002fa1f"
)
# Marks alone. Spelling puts a handful on one letter; more than eight in a row only pile up over other lines.
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u06d6-\u06dc\u06df-\u06e4\u06ea-\u06ed"
    "\u0730-\u074a\u07a6-\u07b0\u07eb-\u07f3\u0816-\u0819\u081b-\u0823\u0829-\u082d\u0898-\u089f\u08ca-\u08e1"
    "\u08e3-\u0903\u093e-\u094f\u0951-\u0957\u09be-\u09cd\u09fe-\u0a03\u0a3c-\u0a51\u0abe-\u0acd\u0afa-\u0b03"
    "\u0b3e-\u0b57\u0bbe-\u0bcd\u0c00-\u0c04\u0c3e-\u0c56\u0cbe-\u0cd6\u0d00-\u0d03\u0d3e-\u0d4d\u0dca-\u0ddf"
    "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd\u0f71-\u0f84\u0f8d-\u0fbc\u102b-\u103e"
    "\u1056-\u1059\u1067-\u106d\u1071-\u1074\u1082-\u108d\u109a-\u109d\u1712-\u1715\u17b4-\u17d3\u1920-\u193b"
    "\u1a17-\u1a1b\u1a55-\u1a7f\u1ab0-\u1b04\u1b34-\u1b44\u1b6b-\u1b73\u1ba1-\u1bad\u1be6-\u1bf3\u1c24-\u1c37"
    "\u1cd4-\u1ce8\u1dc0-\u1dff\u20d0-\u20f0\u2de0-\u2dff\u302a-\u302f\u3099\u309a\ua66f-\ua672\ua674-\ua67d"
    "\ua823-\ua827\ua8b4-\ua8c5\ua8e0-\ua8f1\ua926-\ua92d\ua947-\ua953\ua980-\ua983\ua9b3-\ua9c0\uaa29-\uaa36"
    "\uaaeb-\uaaef\uabe3-\uabea\ufe20-\ufe2f"
)
_STACK = Lazy(f"[{_MARKS}]{{9,}}")
_COMPOSABLE = Lazy(f"[^{_COMBINING}]?[{_COMBINING}]+|[{_SINGLETONS}]", re.DOTALL)

# Greek and Cyrillic letters that no reader can tell from Latin ones (Unicode UTS #39).
_LOOKALIKE = "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧορϲϳЅІЈАВЕЗКМНОРСТУХЬаеорсухѕіјһԁԛԝ"
_MIXED = Lazy(f"[A-Za-z0-9]-?[{_LOOKALIKE}]|[{_LOOKALIKE}]-?[A-Za-z0-9]")

ORDINARY: Final = (
    "\t\n -\\[\\]-~\u00a0-\u00ac\u00ae-\u00b8\u00ba-\u02ff\u03a6\u03a8\u03a9\u03b1-\u03b8\u03ba-\u03be\u03c0\u03c1"
    "\u03c3-\u03c9\u1820-\u1842\u1e00-\u1eff\u2002-\u200a\u2010-\u2027\u202f-\u205f\u20a0-\u20bf\u2100-\u2125\u2127-\u2129"
    "\u212c-\u2328\u232b-\u245f\u2500-\u2775\u27c0-\u27ff\u2900-\u2adb\u3000-\u3029\u3030-\u303f\u3041-\u3096\u309b-\u30ff"
    "\u3105-\u312f\u3200-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uff01\uff08\uff09\uff0c\uff1a\uff1b\uff1f\uff5f-\uff9f\uffe0-\uffe6"
    "\U0001f300-\U0001faff\U00020000-\U0002f7ff\U0002fa20-\U0002fffd\U00030000-\U0003fffd"
)
"""Inside of a character class: characters that alone and together are never reported here, and that folding makes no
letter or digit. Not all of them: what is rare in Chinese text may be missing, and is then looked at. The backslash is
missing because it begins an escape in YAML and JSON."""

_UNUSUAL = Lazy(f"[^{ORDINARY}]")


def _is_spelling(text: str, at: int) -> bool:
    """Whether the character at *at* is a Mongolian selector that follows a Mongolian letter."""
    return text[at] in _MONGOLIAN_SELECTORS and at > 0 and _MONGOLIAN.match(text, at - 1) is not None


def _hostile_hits(text: str, unusual: list[int]) -> list[Hit]:
    spans: list[list[int]] = []
    kinds: list[str] = []
    for at in unusual:
        code = ord(text[at])
        _first, last, kind = _TABLE[bisect_right(_STARTS, code) - 1]
        if code > last or (code == 0x0D and text.startswith("\n", at + 1)) or _is_spelling(text, at):
            continue
        if kinds and kinds[-1] == kind and spans[-1][1] == at:
            spans[-1][1] = at + 1
        else:
            spans.append([at, at + 1])
            kinds.append(kind)
    return [Hit(kind, start, end, kind not in WARNED) for kind, (start, end) in zip(kinds, spans, strict=True)]


def _normal_form_hits(text: str) -> list[Hit]:
    if unicodedata.is_normalized("NFC", text):
        return []
    return [
        Hit("not_nfc", match.start(), match.end(), True)
        for match in _COMPOSABLE.finditer(text)
        if not unicodedata.is_normalized("NFC", match[0])
    ]


def unusual(text: str) -> bool:
    """Whether *text* has any character that is not plainly ordinary. ``False``: nothing here to report or to fold."""
    return _UNUSUAL.search(text) is not None


def character_hits(text: str) -> list[Hit]:
    """Characters of *text* that cannot be stored or should be looked at, in order of place.

    Kinds: ``bidi``, ``zero_width``, ``format``, ``tag``, ``variation``, ``filler``, ``control``, ``line_separator``,
    ``private_use``, ``noncharacter``, ``surrogate``, ``unassigned``, ``cjk_radical``, ``not_nfc``, ``stacked_marks`` are
    refused; ``replacement`` and ``mixed_script`` are warnings. Neighbours of one kind make one hit.
    """
    places = [match.start() for match in _UNUSUAL.finditer(text)]
    if not places:
        return []
    hits = _hostile_hits(text, places) + _normal_form_hits(text)
    hits += [Hit("stacked_marks", match.start(), match.end(), True) for match in _STACK.finditer(text)]
    hits += [Hit("mixed_script", match.start(), match.end(), False) for match in _MIXED.finditer(text)]
    return sorted(hits, key=lambda hit: (hit.start, hit.end))

"""Personal numbers that are not written as numbers are: in Han digits (一三八…, 壹叁捌…), or cut up by commas and brackets.

The text is made plain, one character for one, and read again as :mod:`zongmu.model.guards.personal` reads it; what counts is
what was found across such a character. Commas part the members of a list too, so what they cut up is a telephone only beside
a word that says so, and without a word of identity a resident id is a warning.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from zongmu.model.expressions import Lazy
from zongmu.model.guards.base import Folded, Hit
from zongmu.model.guards.personal import GAP, ID_WORDS, PARTING, PHONE_WORDS, near, number_hits

_VALUES: Final = {
    **dict(zip("〇零○", "000", strict=True)),
    **dict(zip("一二三四五六七八九", "123456789", strict=True)),
    **dict(zip("壹贰叁肆伍陆柒捌玖", "123456789", strict=True)),
    **dict(zip("貳參陸幺", "2361", strict=True)),
}
_HAN: Final = "".join(_VALUES)
_FROM_HAN: Final = str.maketrans(_VALUES)
_FROM_PARTING: Final = str.maketrans(dict.fromkeys(PARTING, " "))

_RUN = Lazy(rf"[0-9{_HAN}](?<![0-9][0-9])(?:[{re.escape(PARTING + GAP)}]{{0,4}}+[0-9{_HAN}]){{10,}}+")
_HAN_BESIDE = Lazy(
    rf"[{_HAN}](?:(?=[{re.escape(PARTING + GAP)}]{{0,4}}[0-9{_HAN}])|(?<=[0-9{_HAN}].)|(?<=[0-9{_HAN}][{re.escape(PARTING + GAP)}].))"
)
_HAN_MARK = Lazy(f"[{_HAN}]")
_PARTING_MARK = Lazy(f"[{re.escape(PARTING)}]")
_MARK = Lazy(f"[{_HAN}{re.escape(PARTING)}]")


def disguised_hits(folded: Folded) -> list[Hit]:
    """Personal numbers in *folded* that are only seen when it is made plain; kinds as
    :func:`zongmu.model.guards.personal.personal_hits` has them."""
    return [folded.hit(kind, first, last, block=block) for kind, first, last, block in _hits(folded.text)]


def disguised_maybe(text: str, eleven: bool) -> bool:
    """Whether *text*, with nothing folded, holds something this module reports. *eleven*: whether eleven digits follow each
    other in it, whatever parts them."""
    return (eleven or _han_beside(text)) and next(_hits(text), None) is not None


def _han_beside(text: str) -> bool:
    """Whether a Han digit stands beside another digit. Looked for one by one: that is faster than a class of characters."""
    for digit in _HAN:
        at = text.find(digit)
        while at >= 0:
            if _HAN_BESIDE.match(text, at) is not None:
                return True
            at = text.find(digit, at + 1)
    return False


def _hits(text: str) -> Iterator[tuple[str, int, int, bool]]:
    runs = [run.span() for run in _RUN.finditer(text) if _MARK.search(text, *run.span())]
    if not runs:
        return
    plain = _translated(text, runs, _FROM_HAN)
    if plain != text:
        yield from (hit for hit in number_hits(plain) if _HAN_MARK.search(text, hit[1], hit[2]))
    parted = _translated(plain, runs, _FROM_PARTING)
    if parted == plain:
        return
    for kind, first, last, _ in number_hits(parted):
        if _PARTING_MARK.search(text, first, last):
            if kind == "bank_card" or (kind == "mobile" and near(PHONE_WORDS, parted, first, last)):
                yield kind, first, last, True
            elif kind == "resident_id":
                yield kind, first, last, near(ID_WORDS, parted, first, last)


def _translated(text: str, runs: Iterable[tuple[int, int]], table: dict[int, str]) -> str:
    out, at = [], 0
    for start, end in runs:
        out += [text[at:start], text[start:end].translate(table)]
        at = end
    return "".join([*out, text[at:]])

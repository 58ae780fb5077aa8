"""Whether a measure has a row for every sentence of its text, which is not kept: told by the numbers and how many there are.

A measure that says how many sentences its text has (``text_sentences``) lists them all: no number of an article, paragraph, item
or sentence is skipped (what the copy lacks has its row of class ``missing``), and the rows come to that many.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Final, NamedTuple

from zongmu.model.finding import Bilingual
from zongmu.policy.law.addresses import address_words
from zongmu.policy.law.measure import Measure, MeasureError, Sentence

_ADDRESS: Final = re.compile(r"([A-Z][A-Z0-9]*-)(\d+)([a-z]?)(?: p(\d+))?(?:\((\d+)\))?(?: s(\d+)([a-z]?))?")


def whole_sentence(at: str) -> str:
    """The address of the sentence of which *at* may be a part: ``LZ-29 p1 s1b`` is of ``LZ-29 p1 s1``."""
    return re.sub(r"(?<=[0-9)])[a-z]$", "", at)


class _Place(NamedTuple):
    """Numbers from 1; 0 where an address does not say."""

    article: int
    paragraph: int
    item: int
    sentence: int

    def named(self) -> str:
        """The place as an address without a prefix."""
        said = f"{self.article}" + (f" p{self.paragraph}" if self.paragraph else "")
        return said + (f"({self.item})" if self.item else "") + (f" s{self.sentence}" if self.sentence else "")


def unnumbered(measure: Measure, path: str) -> Iterator[MeasureError]:
    """What a measure that says how many sentences its text has does not list, or lists otherwise; *path* is its file."""
    if measure.text_sentences is None:
        return
    rows = list(measure.sentences.values())
    places = {s.at: place for s in rows if (place := _place(s.at)) is not None and place.article}
    for lacking, before in _skipped(sorted(set(places.values()))):
        at = f"{measure.prefix}-{lacking.named()}"
        n = next(n for n, s in enumerate(rows) if places.get(s.at) == before)
        yield MeasureError(
            Bilingual(
                f"没有 {at}（{address_words(at).zh}）的行；原文缺失的写 class: missing",
                f"no row for {at} ({address_words(at).en}); where the text lacks it, class: missing",
            ),
            path,
            place=("sentences", n),
        )
    listed = {places[s.at] for s in rows if s.at in places and s.coverage != "missing"}
    if len(listed) != measure.text_sentences:
        yield MeasureError(
            Bilingual(
                f"列了 {len(listed)} 句，text_sentences 写的是 {measure.text_sentences} 句",
                f"{len(listed)} sentences are listed, text_sentences says {measure.text_sentences}",
            ),
            path,
            place=("text_sentences",),
        )
    yield from _hashes(rows, places, path)


def _place(at: str) -> _Place | None:
    found = _ADDRESS.fullmatch(at)
    return None if found is None else _Place(*(int(found[n] or 0) for n in (2, 4, 5, 6)))


def _skipped(places: list[_Place]) -> Iterator[tuple[_Place, _Place]]:
    """Every first number that is skipped, with the place that stands behind it."""
    for one, two in pairwise([_Place(0, 0, 0, 0), *places]):
        lacking: _Place | None
        if two.article > one.article + 1:
            lacking = _Place(one.article + 1, 0, 0, 0)
        elif two.article > one.article:
            lacking = _not_first(two, two.paragraph, two.item, two.sentence)
        elif two.paragraph > max(one.paragraph, 1) + 1:
            lacking = _Place(two.article, max(one.paragraph, 1) + 1, 0, 0)
        elif two.paragraph > one.paragraph:
            lacking = _not_first(two, 0, two.item, two.sentence)
        elif two.item > one.item + 1:
            lacking = two._replace(item=one.item + 1, sentence=0)
        elif two.item > one.item:
            lacking = _not_first(two, 0, 0, two.sentence)
        else:
            lacking = two._replace(sentence=one.sentence + 1) if two.sentence > one.sentence + 1 else None
        if lacking is not None:
            yield lacking, two


def _not_first(place: _Place, paragraph: int, item: int, sentence: int) -> _Place | None:
    """What comes before *place* where one of these numbers of it, which begin anew there, is not the first."""
    if paragraph > 1:
        return place._replace(paragraph=1, item=0, sentence=0)
    if item > 1:
        return place._replace(item=1, sentence=0)
    return place._replace(sentence=1) if sentence > 1 else None


def _hashes(rows: list[Sentence], places: Mapping[str, _Place], path: str) -> Iterator[MeasureError]:
    """Where one sentence has the hash of its wording, all have it; the parts of one sentence have the same."""
    if not any(s.hash for s in rows):
        return
    first: dict[_Place, str] = {}
    for n, s in enumerate(rows):
        if s.coverage == "missing" or s.at not in places:
            continue
        if s.hash is None:
            text = Bilingual(f"条款 {s.at} 没有 hash，其他各句都有", f"{s.at} has no hash, and the others have")
        elif first.setdefault(places[s.at], s.hash) != s.hash:
            text = Bilingual(
                f"条款 {s.at} 与同一句的另一部分 hash 不同", f"{s.at} and another part of its sentence differ in hash"
            )
        else:
            continue
        yield MeasureError(text, path, place=("sentences", n))

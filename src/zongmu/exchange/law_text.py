"""The plain text of a measure, split into addresses: article, paragraph (款), item (项), sentence.

A sentence ends at 。；！？ outside brackets and quotation marks, or with its paragraph; so each half of a 「；」 sentence has its
own number. Lines that a page broke are joined again. Only addresses leave this module for a file: no sentence of the law is
copied.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final, Literal

from zongmu.model.finding import Bilingual
from zongmu.model.immutable import immutable
from zongmu.policy.law.addresses import address_words

Modality = Literal["must", "principle", "may", "declares"]

_DIGITS: Final = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_NUMERAL: Final = "[零〇一二两三四五六七八九十百0-9]+"
_ARTICLE: Final = re.compile(rf"第({_NUMERAL})条")
_HEADING: Final = re.compile(rf"第{_NUMERAL}[编章节](?![^\s　]*[。；：])")
_ITEM: Final = re.compile(rf"[（(]({_NUMERAL})[）)]")
_SUB_ITEM: Final = re.compile(r"(?:[0-9]+[.．、]|[①-⑳])")
_END: Final = re.compile(r"(?:抄送|主送|抄报|附件|附表|附\s*[:：]|（此件|\(此件)")
_OPENING, _CLOSING = "（(《〈【[〔「『“‘", "）)》〉】]〕」』”’"
_STOPS: Final = "。；！？;!?"
_LINE_STOPS: Final = re.compile(r"[。；：！？;:!?][”’」』）)》]*$")
_BOUND = r"(?:不少于|不得少于|不低于|不得低于|不超过|不得超过|不满|超过|低于|少于|达到)?"
_UNIT = r"(?:亿元|万元|元|%|％|个工作日|工作日|个月|小时|日|天|年|项|次|人)"
_SIDE = r"(?:及?以上|及?以下|以内|以外|之内|内|前|后)"
_FIGURE: Final = re.compile(
    rf"{_BOUND}[0-9][0-9,.]*{_UNIT}{_SIDE}?"
    rf"|{_BOUND}[半一二两三四五六七八九十百千零]+(?:个?(?:年|月|工作日|日|天)|分之[一二三四五]|[万亿]+元|元){_SIDE}?"
    rf"|{_BOUND}百分之[一二三四五六七八九十百点零]+{_SIDE}?"
)
_NOT_A_FIGURE: Final = re.compile(
    r"[0-9]{4}年(?:[0-9]{1,2}月(?:[0-9]{1,2}日)?)?|〔[0-9]{4}〕[0-9]+号|第[0-9]+[条款项号]"
)


@immutable
class LawSentence:
    """One sentence of the text. Numbers count from 1; ``item`` 0: in no item. ``at`` is the address without a prefix."""

    at: str
    article: int
    paragraph: int
    item: int
    number: int
    text: str

    @property
    def label(self) -> Bilingual:
        """The address in words: 第四条第二款第（一）项第2句."""
        return address_words(self.at)

    @property
    def digest(self) -> str:
        """What tells its wording from any other: the first 12 digits of the SHA-256 of the text without white space."""
        return hashlib.sha256(re.sub(r"\s", "", self.text).encode()).hexdigest()[:12]

    @property
    def modality(self) -> Modality:
        """What the words suggest at first sight; a person decides."""
        if re.search(r"原则上|一般|优先", self.text):
            return "principle"
        if re.search(r"应当|不得|必须|方可|不允许|须|应(?!用|急|对|答|聘|付|收)|严禁|禁止", self.text):
            return "must"
        if re.search(r"可以|可(?!行|靠|信|能|持|视|用|控|研)|鼓励", self.text):
            return "may"
        return "declares"

    @property
    def figures(self) -> tuple[str, ...]:
        """The words that carry a number: 500万元以上, 30日内."""
        text = _NOT_A_FIGURE.sub("、", re.sub(r"\s", "", self.text))
        return tuple(dict.fromkeys(_FIGURE.findall(text)))


@immutable
class Gap:
    """An article or an item that the numbering skips; what stands before and after it, if anything."""

    at: str
    article: int
    item: int
    before: int
    after: int

    @property
    def label(self) -> Bilingual:
        """The address in words."""
        return address_words(self.at)


def split(text: str) -> tuple[LawSentence, ...]:
    """The sentences of the articles in *text*, in their order. Empty where there is no article (第一条)."""
    out: list[LawSentence] = []
    for article, blocks in groupby(_blocks(text), key=lambda block: block[0]):
        rows = [(paragraph, item, tuple(_sentences(text))) for _, paragraph, item, text in blocks]
        last = max(paragraph for paragraph, _, _ in rows)
        with_items = {paragraph for paragraph, item, _ in rows if item}
        for paragraph, item, sentences in rows:
            for n, sentence in enumerate(sentences, 1):
                alone = len(sentences) == 1 and (item > 0 or paragraph not in with_items)
                place = f"{article}"
                if last > 1 or not alone or item:
                    place += f" p{paragraph}"
                place += f"({item})" if item else ""
                place += "" if alone else f" s{n}"
                out.append(LawSentence(place, article, paragraph, item, n, sentence))
    return tuple(out)


def gaps(sentences: Sequence[LawSentence]) -> tuple[Gap, ...]:
    """Articles, and items of a paragraph, whose number is skipped."""
    out: list[Gap] = []
    articles = sorted({s.article for s in sentences})
    for before, after in zip([0, *articles], articles, strict=False):
        out.extend(Gap(f"{n}", n, 0, before, after) for n in range(before + 1, after))
    items: dict[tuple[int, int], list[int]] = {}
    for s in sentences:
        if s.item:
            items.setdefault((s.article, s.paragraph), []).append(s.item)
    for (article, paragraph), found in items.items():
        known = sorted(set(found))
        for before, after in zip([0, *known], known, strict=False):
            out.extend(Gap(f"{article} p{paragraph}({n})", article, n, before, after) for n in range(before + 1, after))
    return tuple(sorted(out, key=lambda gap: (gap.article, gap.item)))


def _blocks(text: str) -> Iterator[tuple[int, int, int, str]]:
    """``(article, paragraph, item, text)`` of every paragraph and item, in the order of the text."""
    article = paragraph = item = 0
    for line in _joined(text):
        if (found := _ARTICLE.match(line)) and _number(found[1]) > article:
            article, paragraph, item = _number(found[1]), 1, 0
            line = line[found.end() :].strip(" 　")
        elif article == 0:
            continue
        elif found := _ITEM.match(line):
            item = _number(found[1])
        else:
            paragraph, item = paragraph + 1, 0
        yield article, paragraph, item, line


def _joined(text: str) -> list[str]:
    """The lines from the first article on: without headings and what follows the last article, broken ones joined."""
    out: list[str] = []
    for raw in text.replace("﻿", "").split("\n"):
        line = raw.strip(" \t\r\f　")
        if not line or _HEADING.match(line) or re.fullmatch(r"[-—–]?\s*[0-9]+\s*[-—–]?", line):
            continue  # a page number is no text
        begun = bool(out)
        if not begun and not _ARTICLE.match(line):
            continue
        if begun and _END.match(line):
            break
        ended = begun and _LINE_STOPS.search(out[-1]) is not None
        # After a broken line 第三条 may be a reference that the break put first: a heading has a blank behind it.
        opens = _ITEM.match(line) or ((found := _ARTICLE.match(line)) and (ended or line[found.end() :][:1] in " 　\t"))
        if begun and ((not ended and not opens) or _SUB_ITEM.match(line)):
            out[-1] += line
        else:
            out.append(line)
    while len(out) > 1 and not _LINE_STOPS.search(out[-1]) and len(out[-1]) < _SIGNATURE:
        out.pop()  # who issued it, and when
    return out


_SIGNATURE: Final = 40


def _sentences(text: str) -> Iterator[str]:
    depth, start = 0, 0
    for n, c in enumerate(text):
        depth = max(0, depth + (c in _OPENING) - (c in _CLOSING))
        if c in _STOPS and depth == 0:
            yield text[start : n + 1].strip()
            start = n + 1
    if rest := text[start:].strip():
        yield rest


def _number(text: str) -> int:
    """A number in Chinese or Arabic numerals, below a thousand."""
    if text.isascii():
        return int(text)
    total = digit = 0
    for c in text:
        if c in _DIGITS:
            digit = _DIGITS[c]
        else:
            total, digit = total + (digit or 1) * (100 if c == "百" else 10), 0
    return total + digit

"""Addresses of sentences in words: ``OD-13 p1 s1`` is 第十三条第一款第1句."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from zongmu.model.finding import Bilingual

_ADDRESS: Final = re.compile(r"(?:[A-Z]+-)?(\d+)([a-z]?)(?: p(\d+))?(?: ?\((\d+)\))?(?: s(\d+)([a-z]?))?")


@lru_cache(maxsize=4096)
def address_words(at: str) -> Bilingual:
    """An address, with its prefix or without, in words; itself where it has another form. A letter is a part of a sentence."""
    found = _ADDRESS.fullmatch(at)
    if found is None:
        return Bilingual(at, at)
    article, half, paragraph, item, sentence, part = found.groups()
    if article == "0":
        return Bilingual("条文之前", "Before the articles")
    zh, en = f"第{_in_chinese(int(article))}条", f"Article {article}"
    if paragraph:
        zh, en = zh + f"第{_in_chinese(int(paragraph))}款", en + f", paragraph {paragraph}"
    if item:
        zh, en = zh + f"第（{_in_chinese(int(item))}）项", en + f", item {item}"
    if sentence:
        zh, en = zh + f"第{sentence}句", en + f", sentence {sentence}"
    letter = half or part
    return Bilingual(zh + f"（{letter}）", f"{en} ({letter})") if letter else Bilingual(zh, en)


def _in_chinese(n: int) -> str:
    ones = "零一二三四五六七八九"
    if n < 10:
        return ones[n]
    if n < 20:
        return "十" + (ones[n % 10] if n % 10 else "")
    if n < 100:
        return ones[n // 10] + "十" + (ones[n % 10] if n % 10 else "")
    hundreds, rest = divmod(n, 100)
    middle = "" if rest == 0 else "零" + ones[rest] if rest < 10 else ("一" if rest < 20 else "") + _in_chinese(rest)
    return ones[hundreds] + "百" + middle

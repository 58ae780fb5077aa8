"""An address is said in words as a lawyer cites it."""

from __future__ import annotations

import pytest

from zongmu.policy.law.addresses import address_words


@pytest.mark.parametrize(
    ("at", "zh", "en"),
    [
        ("OD-13 p1 s1", "第十三条第一款第1句", "Article 13, paragraph 1, sentence 1"),
        ("OD-2 p1(4)", "第二条第一款第（四）项", "Article 2, paragraph 1, item 4"),
        ("OD-2 p1(1) s3", "第二条第一款第（一）项第3句", "Article 2, paragraph 1, item 1, sentence 3"),
        ("OD-5 p1 s3b", "第五条第一款第3句（b）", "Article 5, paragraph 1, sentence 3 (b)"),
        ("LZ-28a", "第二十八条（a）", "Article 28 (a)"),
        ("40", "第四十条", "Article 40"),
        ("OD-0", "条文之前", "Before the articles"),
        ("附则", "附则", "附则"),
    ],
)
def test_an_address_in_words(at: str, zh: str, en: str) -> None:
    said = address_words(at)
    assert (said.zh, said.en) == (zh, en)

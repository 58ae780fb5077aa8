"""What a unit is told to put right names nothing by code."""

from __future__ import annotations

import pytest

from zongmu.exchange.plain_words import in_words, titles_of
from zongmu.model.finding import Bilingual

TITLES = titles_of({"inventory": Bilingual("既有系统清单", "Inventory"), "nameless": None})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("在 library_applied 下补登文件 inventory。", "在申请入库下补登文件既有系统清单。"),
        ("完成后登记初步验收（initial_accepted）。", "完成后登记初步验收。"),
        ("milestones/library_applied 缺少 date（日期）", "申请入库缺少日期"),
        ("补登 custom_software: false。", "补登定制开发为“否”。"),
        ("在 ordos-2026-0001 上改（zongmu export completed）", "在 ordos-2026-0001 上改（zongmu export completed）"),
        ("写 nameless、not_a_code、a/completed、completed2", "写 nameless、not_a_code、a/completed、completed2"),
    ],
)
def test_a_code_is_said_by_its_title_and_what_is_none_stays(text: str, said: str) -> None:
    assert in_words(text, TITLES) == said

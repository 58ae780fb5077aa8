"""The index of the search finds what is there: against a plain look at every text."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.publish.instance import project, released, write_instance
from zongmu.publish.derived.rows import newest_first
from zongmu.publish.search import fold, found_in, places, public_text, shard_count, shards, terms


def decoded(text: str) -> list[int]:
    """The places of a term, as the script in the browser reads them."""
    out, place = [], -1
    for part in text.split(" ") if text else ():
        step, _, more = part.partition(".")
        place += int(step, 36)
        out.append(place)
        for _ in range(int(more, 36) if more else 0):
            place += 1
            out.append(place)
    return out


@given(st.sets(st.integers(0, 5000)))
def test_places_come_back_as_they_were(numbers: set[int]) -> None:
    assert decoded(places(sorted(numbers))) == sorted(numbers)


def test_every_pair_of_a_text_leads_to_its_project_and_to_no_other(tmp_path: Path) -> None:
    write_instance(
        tmp_path,
        [
            project(1, summary="醫療保障與養老服務。", name_en="Medical Insurance"),
            project(2, content_public="养老服务的数据共享，采用OceanBase。"),
            project(3, indicators=[{"id": "k1", "name": "平均等候时间", "target": "30分钟"}]),
        ],
    )
    release = released(tmp_path)
    rows = newest_first(release.projects)
    held: dict[str, list[int]] = {}
    for script in shards([found_in(release, row) for row in rows]):
        for term, text in re.findall(r'"([^"]+)":"([^"]*)"', script.decode("utf-8")):
            held[term] = decoded(text)
    texts = [fold("\n".join(public_text(release, p))) for p in rows]
    for term in {t for text in texts for t in terms(text)}:
        if len(term) == 2 and not term.isascii():
            assert held[term] == [n for n, text in enumerate(texts) if term in text], term
    ids = [p.public.id[-1] for p in rows]
    for asked, found in {"医疗": "1", "養老": "21", "等候": "3", "ＯＣＥＡＮＢＡＳＥ": "2", "insurance": "1"}.items():
        (term,) = {t for t in terms(fold(asked)) if len(t) > 1}
        assert "".join(ids[n] for n in held[term]) == found, asked


def test_shards_grow_with_the_registry() -> None:
    assert [shard_count(n) for n in (0, 1, 40, 41, 10_000, 100_000)] == [1, 1, 1, 2, 256, 256]

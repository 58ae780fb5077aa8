"""Long lines on a terminal."""

from __future__ import annotations

from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zongmu.report.folding import Folded, folded
from zongmu.report.terminal import width


@pytest.mark.parametrize(
    ("line", "columns", "parts"),
    [
        ("  short", 20, ["  short"]),
        ("  aa bb cc dd", 8, ["  aa bb", "    cc", "    dd"]),
        ("  超过二百万元的，原则上监理。", 19, ["  超过二百万元的，", "    原则上监理。"]),
        ("依据（第三十条）不得", 14, ["依据（第三十", "  条）不得"]),
        ("averyverylongword and", 10, ["averyverylongword", "  and"]),
    ],
)
def test_a_line_is_folded_between_words_and_no_stop_begins_one(line: str, columns: int, parts: list[str]) -> None:
    assert list(folded(line, columns)) == parts


@given(st.text("ab 超过，。（）“”-1\u3000", max_size=60), st.integers(12, 40))
def test_nothing_is_lost_and_only_one_word_may_stand_out(line: str, columns: int) -> None:
    parts = list(folded(line, columns))
    assert "".join("".join(parts).split()) == "".join(line.split())
    assert all(width(part) <= columns or len(part.split()) == 1 for part in parts)


def test_lines_go_on_when_they_are_whole() -> None:
    out = StringIO()
    with Folded(out, 8) as folding:
        folding.write("aa bb")
        folding.write(" cc dd\ne")
        folding.write("e\n")
    assert out.getvalue() == "aa bb cc\n  dd\nee\n"

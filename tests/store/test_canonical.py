"""The one layout: what a file holds and every comment stay, and a second pass changes nothing."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.shared import REPO
from zongmu.model.record_types import BY_NAME, type_of_path
from zongmu.store.editing.canonical import formatted
from zongmu.store.editing.codes import EditError
from zongmu.store.editing.edit import same
from zongmu.store.reading.reader import parse_exact

FILES = sorted((REPO / "registry").rglob("*.yaml"))
PROJECT = BY_NAME["project"]


def fmt(text: str) -> str:
    return formatted(text.encode(), PROJECT, Path("p.yaml"))


@pytest.mark.parametrize("start", range(0, len(FILES), 60))
def test_every_record_of_the_demonstration_keeps_its_content(start: int) -> None:
    for file in FILES[start : start + 60]:
        kind = type_of_path(file.relative_to(REPO).as_posix())
        assert kind is not None
        once = formatted(file.read_bytes(), kind, file)
        assert formatted(once.encode(), kind, file) == once
        assert same(parse_exact(once.encode(), "p").value, parse_exact(file.read_bytes(), "p").value)


@settings(max_examples=40)
@given(st.integers(0, 2**32), st.sampled_from([f for f in FILES if "projects" in f.parts]))
def test_comments_anywhere_are_kept_and_stay_where_they_are(seed: int, file: Path) -> None:
    chance = random.Random(seed)
    out = []
    for n, line in enumerate(file.read_text(encoding="utf-8").split("\n")[:-1]):
        if chance.random() < 0.1:
            out.append(" " * chance.choice((0, 2, 4, 6)) + f"# 行上 {n}")
        out.append(line)
        if chance.random() < 0.1 and line.strip() and not line.endswith("|") and "#" not in line:
            out[-1] += f"  # 行尾 {n}"
    text = "\n".join(out) + "\n"
    once = fmt(text)
    assert fmt(once) == once
    for n in range(len(out)):
        assert once.count(f"# 行上 {n}\n") == text.count(f"# 行上 {n}\n")


def test_order_quotes_and_air() -> None:
    assert fmt(
        "# 头\nname: '示例'\nid: demo-2026-0001 # 号\nformat: 1\njurisdiction: demo\nmilestones:\n"
        "# 申报\n- {note: 备注, date: 2026-01-02, total: 5万元, kind: declared} # 尾\n"
    ) == (
        "# 头\nformat: 1\nid: demo-2026-0001 # 号\njurisdiction: demo\nname: 示例\n\nmilestones:\n"
        "  # 申报\n  - kind: declared # 尾\n    date: 2026-01-02\n    total: 5万元\n    note: 备注\n"
    )


def test_a_hash_in_a_text_is_no_comment() -> None:
    text = 'format: 1\nid: demo-2026-0001\njurisdiction: demo\nname: "a # b"\nsummary: |-\n  一\n  # 不是注释\n'
    assert fmt(text) == text


def test_a_file_with_defects_is_left_alone() -> None:
    with pytest.raises(EditError, match="problems of form"):
        fmt("format: 1\nname: a\nname: b\n")

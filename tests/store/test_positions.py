"""Places in a file: of values and keys, counted in code points, and a sensible answer for what is not there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.store.hostile import COSTLY, FORMAT, MATRIX
from zongmu.model.finding import Position
from zongmu.store.reading.positions import Positions

TEXT = """\
# 注释
名称: 平台
name: "示例：𠮷野家" # 尾注
flow: {年: 2027, list: [甲, {乙: 丙}]}
milestones:
  - kind: declared
    text: |
      第一行
      第二行

    after: x
  -
    kind: approved
    documents:
      - {kind: 建议书, 份数: 3}
"""

places = Positions.of(TEXT.encode())


def text_at(position: Position) -> str:
    """What stands between the ends of *position*."""
    lines = TEXT.split("\n")
    assert position.end_line is not None
    assert position.end_column is not None
    if position.line == position.end_line:
        return lines[position.line - 1][position.column - 1 : position.end_column - 1]
    inner = lines[position.line : position.end_line - 1]
    return "\n".join(
        [
            lines[position.line - 1][position.column - 1 :],
            *inner,
            lines[position.end_line - 1][: position.end_column - 1],
        ]
    )


@pytest.mark.parametrize(
    ("pointer", "text", "line", "column"),
    [
        (["名称"], "平台", 2, 5),
        (["name"], '"示例：𠮷野家"', 3, 7),
        (["flow", "年"], "2027", 4, 11),
        (["flow", "list", 0], "甲", 4, 24),
        (["flow", "list", 1, "乙"], "丙", 4, 31),
        (["milestones", 0, "kind"], "declared", 6, 11),
        (["milestones", 0, "after"], "x", 11, 12),
        (["milestones", "1", "kind"], "approved", 13, 11),
        (["milestones", 1, "documents", 0, "份数"], "3", 15, 25),
    ],
)
def test_a_value_is_found_by_its_pointer(pointer: list[str | int], text: str, line: int, column: int) -> None:
    position = places.find(pointer)
    assert (position.line, position.column) == (line, column)
    assert text_at(position) == text


@pytest.mark.parametrize(
    ("pointer", "text", "line", "column"),
    [
        (["name"], "name", 3, 1),
        (["flow", "list", 1, "乙"], "乙", 4, 28),
        (["milestones"], "milestones", 5, 1),
        (["milestones", 1, "documents"], "documents", 14, 5),
    ],
)
def test_a_key_is_found_by_its_pointer(pointer: list[str | int], text: str, line: int, column: int) -> None:
    position = places.find(pointer, key=True)
    assert (position.line, position.column) == (line, column)
    assert text_at(position) == text


def test_an_item_of_a_list_has_a_place_and_no_key() -> None:
    assert places.find(["milestones", 0]) == Position(6, 5)
    assert places.find(["milestones", 0], key=True) == Position(6, 5)
    assert places.find(["milestones", 1]) == Position(13, 5)


def test_what_is_not_there_is_looked_for_further_up() -> None:
    milestones = places.find(["milestones"], key=True)
    assert places.find(["milestones", 9]) == milestones
    assert places.find(["milestones", -1]) == milestones
    assert places.find(["milestones", "x", "y"]) == milestones
    assert places.find(["milestones", 0, "amount"]) == Position(6, 5)
    assert places.find(["milestones", 0, "kind", "deeper"]) == places.find(["milestones", 0, "kind"], key=True)
    assert places.find(["missing"]) == Position(2, 1)
    assert places.find([]) == Position(2, 1)


def test_of_two_equal_keys_the_first_counts() -> None:
    assert Positions.of(b"a: 1\nb: 2\na: 3\n").find(["a"]).line == 1


def test_a_long_text_ends_where_the_next_thing_begins() -> None:
    position = places.find(["milestones", 0, "text"])
    assert (position.line, position.column) == (7, 11)


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xfea\0", b"a: [", b"\x00", b"- " * 1000, b"[" * 1000, b"x", "a: 中".encode("gbk"), b"a: *b\n", b"? [a]\n: b\n",
     b"a" * 300_000, b"%YAML 9.9\n---\na: 1\n", b"a: 1\n\tb: 2\n"],
)  # fmt: skip
def test_text_in_ruins_has_its_first_line(data: bytes) -> None:
    position = Positions.of(data).find(["a", "b", 0])
    assert position.line >= 1
    assert position.column >= 1


def test_what_stands_before_an_error_is_found() -> None:
    assert Positions.of(b"a: 1\nb:\n  c: 2\nd: [\n").find(["b", "c"]) == Position(3, 6, 3, 7)


def test_a_document_behind_directives_and_marks_of_order_is_found() -> None:
    assert Positions.of("\ufeff--- # x\n名: 1\n".encode()).find(["名"]).line == 2


@pytest.mark.parametrize("case", [*FORMAT, *MATRIX, *COSTLY], ids=lambda case: case.name)
def test_hostile_files_have_places(case: object) -> None:
    positions = Positions.of(case.data)  # type: ignore[attr-defined]
    assert positions.find(["a", 0, "b"]).line >= 1


names = st.sampled_from(["a", "名", "键𠮷", "x y"])
tree = st.recursive(
    st.sampled_from(["v", "值", "𠮷野家", "0.5万元"]),
    lambda part: st.one_of(
        st.lists(part, min_size=1, max_size=3), st.dictionaries(names, part, min_size=1, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(names, tree, min_size=1, max_size=3))
def test_every_value_stands_where_its_place_says(value: dict[str, object]) -> None:
    from zongmu.store.editing import emit

    text = emit.document(value)
    lines = text.split("\n")
    found = Positions.of(text.encode())
    todo: list[tuple[list[str | int], object]] = [([], value)]
    while todo:
        pointer, part = todo.pop()
        if isinstance(part, dict):
            todo += [([*pointer, key], child) for key, child in part.items()]
        elif isinstance(part, list):
            todo += [([*pointer, index], child) for index, child in enumerate(part)]
        else:
            position = found.find(pointer)
            assert position.end_column is not None
            assert lines[position.line - 1][position.column - 1 : position.end_column - 1] == part

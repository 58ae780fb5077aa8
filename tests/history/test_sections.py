"""The proof: cutting a file into pieces finds the differences that parsing it whole finds, whatever was edited."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.history.repository import PATH, PROJECT
from tests.store.hostile import FORMAT
from zongmu.history.changes import field_changes
from zongmu.history.leaves import Difference
from zongmu.history.sections import Doc, Reader
from zongmu.model.fields.leaves import leaves
from zongmu.model.record_types import BY_NAME
from zongmu.store.reading.reader import Parsed, parse

KIND = BY_NAME["project"]

LINES = tuple(PROJECT.splitlines(keepends=True))
ODD = (
    # Lines that a cut could fall on, or that change the meaning of what stands around them.
    "name: 又一个名称\n", "summary: |\n", "summary: |+\n", "summary: >\n", "  - kind: declared\n", "  - kind: archived\n",
    "    date: 2027-02-02\n", "  text\n", "    text\n", "\n", "# 注释\n", "  # 注释\n", "   # 注释\n", "milestones:\n",
    "payments:\n", "  - seq: 1\n", "    seq: 2\n", "    seq: 3\n", "- kind: declared\n", '  - note: "\n', 'name: "a\n', 'b"\n',
    "name: 'a\n", "b'\n", "owner: {a: 1,\n", "  b: 2}\n", "x: [a,\n", "y: 1]\n", '"quoted": 1\n', "中文: 1\n", "a/b: 1\n",
    "---\n", "...\n", "%YAML 1.2\n", "tags:\n", "  - one\n", "  - two\n", "tags: [one, two]\n", "partners: a\n",
    "  -\n", "  - - x\n", "  -   kind: closed\n", "format: 2\n", "format: 1 # 版本\n", "id:\n", "  more: 1\n", "? x\n", ": y\n",
    "a: &x 1\n", "b: *x\n", "a: 480.5万元\n", "    total: 11765000元\n", "    total: 1176.5万元\n", "    amount: null\n", "\t\n",
    "    documents:\n", "      - {kind: needs}\n", "      - kind: needs\n", "scope:\n", "  - {id: a/name, name: x}\n",
    "  - {id: a, name: {name: y}}\n", "  - {seq: documents}\n", "  - {kind: a, seq: b, c: 1}\n", "  - {kind: a, b: {c: 2}}\n",
    "  - {colour: red}\n", "  - plain\n", "e: {}\n", "e: []\n", "yes: no\n", "cross_level: true\n", "cross_level: 1\n", "\r\n",
    "  - kind: contract_signed\r\n", "x: \r\n", " name: x\n",
)  # fmt: skip


@st.composite
def edited(draw: st.DrawFn) -> list[bytes]:
    """Revisions of a file, each made from the one before by a few edits of lines."""
    lines = list(LINES if draw(st.booleans()) else draw(st.lists(st.sampled_from(LINES + ODD), max_size=12)))
    out = ["".join(lines)]
    for _ in range(draw(st.integers(1, 3))):
        for _ in range(draw(st.integers(1, 4))):
            at = draw(st.integers(0, len(lines)))
            match draw(st.sampled_from(("insert", "insert", "remove", "copy", "swap", "change", "cut"))):
                case "insert":
                    lines.insert(at, draw(st.sampled_from(ODD + LINES)))
                case "remove" if at < len(lines):
                    del lines[at]
                case "copy" if at < len(lines):
                    lines.insert(draw(st.integers(0, len(lines))), lines[at])
                case "swap" if at < len(lines):
                    other = draw(st.integers(0, len(lines) - 1))
                    lines[at], lines[other] = lines[other], lines[at]
                case "change" if at < len(lines):
                    where = draw(st.integers(0, len(lines[at])))
                    lines[at] = lines[at][:where] + draw(st.sampled_from(" \n:#-|'\"[{}],a1万")) + lines[at][where:]
                case "cut" if lines:
                    lines[-1] = lines[-1].rstrip("\n")
        out.append("".join(lines))
    return [text.encode() for text in out]


ITEMS = (
    "kind: declared", "kind: declared\n    total: 1200万元", "kind: declared\n    total: 12000000元",
    "kind: contract_signed\n    seq: 2\n    amount: 9.8万元", "kind: contract_signed\n    seq: 2\n    amount: 9.9万元",
    "kind: contract_signed\n    note: |\n      文字\n      - 不是条目\n\n      还有", "{kind: archived, date: 2027-01-01}",
    "kind: reviewed\n    documents:\n      - kind: needs\n      - kind: needs\n        seq: 2\n        title: x",
    "id: a\n    name: x", "id: b\n    name: x", "seq: 1\n    date: 2027-01-01\n    amount: 1万元", "seq: 1\n    amount: 2万元",
    "colour: red", "one", "two", "- x", "kind: a\n    seq: b",
)  # fmt: skip
BODIES = (
    "x",
    "480.5万元",
    "[one, two]",
    "{office: a, post: b}",
    "|\n  行一\n\n  行二",
    "\n  office: a\n  post: b",
    "true",
    "1",
)
NAMES = ("name", "summary", "owner", "responsible", "original_investment", "tags", "unheard_of")
LISTS = ("milestones", "payments", "scope", "partners", "corrections", "unheard")


@st.composite
def arranged(draw: st.DrawFn) -> list[bytes]:
    """Revisions that mostly can be read: sections and items that come, go, move and change."""
    simple = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(BODIES), max_size=4)
    lists = st.dictionaries(
        st.sampled_from(LISTS), st.lists(st.sampled_from(ITEMS), min_size=1, max_size=5), min_size=1, max_size=3
    )
    space = st.sampled_from(("", "", "", "\n", "# 注释\n", "  # 注释\n"))
    fields, rows = draw(simple), draw(lists)
    out = []
    for _ in range(draw(st.integers(2, 4))):
        text = "format: 1\nid: ordos-2027-0007\n"
        for name, body in fields.items():
            text += f"{name}:{'' if body.startswith(chr(10)) else ' '}{body}\n{draw(space)}"
        for name, items in rows.items():
            text += f"{name}:\n" + "".join(f"  - {item}\n{draw(space)}" for item in items)
        out.append(text.encode())
        fields = fields | draw(simple)
        for items in rows.values():
            match draw(st.sampled_from(("add", "remove", "change", "shuffle", "keep"))):
                case "add":
                    items.insert(draw(st.integers(0, len(items))), draw(st.sampled_from(ITEMS)))
                case "remove" if len(items) > 1:
                    items.pop(draw(st.integers(0, len(items) - 1)))
                case "change":
                    items[draw(st.integers(0, len(items) - 1))] = draw(st.sampled_from(ITEMS))
                case "shuffle":
                    items.reverse()
    return out


def seen(doc: Doc) -> tuple[str | None, str | None]:
    return doc.id, doc.trouble.zh if doc.trouble else None


def plain(found: Difference) -> tuple[Any, ...]:
    after = found.after | {path: leaf for leaves in found.whole for path, leaf in leaves}
    return (
        {path: (repr(leaf.value), leaf.row, leaf.about) for path, leaf in found.before.items()},
        {path: (repr(leaf.value), leaf.row, leaf.about) for path, leaf in after.items()},
        found.rows_added,
        found.rows_removed,
        repr(field_changes(KIND, found)),
    )


def agree(revisions: list[bytes], fast: Reader | None = None) -> None:
    """Cut and whole say the same of each revision and of each step, forwards and backwards."""
    fast = fast or Reader()
    slow = Reader(cut=False)
    cut: list[Doc] = []
    whole: list[Doc] = []
    for data in revisions:
        before = cut[-1] if cut and cut[-1].trouble is None else None
        cut.append(fast.read(KIND, PATH, data, before))
        whole.append(slow.read(KIND, PATH, data))
        assert seen(cut[-1]) == seen(whole[-1])
    for (a, b), (x, y) in zip(pairwise(cut), pairwise(whole), strict=True):
        assert plain(fast.differences(KIND, PATH, a, b)) == plain(slow.differences(KIND, PATH, x, y))
        assert plain(fast.differences(KIND, PATH, b, a)) == plain(slow.differences(KIND, PATH, y, x))
        assert plain(fast.differences(KIND, PATH, None, b)) == plain(slow.differences(KIND, PATH, None, y))


@settings(max_examples=300)
@given(edited())
@example([b"summary: |\n  text\nname: x\n", b"summary: |\n  text"])
@example([b"summary: |+\n  text\n\nname: x\n", b"summary: |+\n  text\n\n"])
@example([b" name: x\nid: y\n", b"name: x\nid: y\n"])
@example([b"# c\n  name: x\nid: y\n", b"name: x\nid: y\n"])
@example([b"name: x\nname: x\n", b"name: x\n"])
@example([b"format: 2\nname: x\n", b"format: 1\nname: x\n"])
@example(
    [b"scope:\n  - {id: a/name, name: x}\n  - {id: a, name: {name: y}}\n", b"scope:\n  - {id: a, name: {name: y}}\n"]
)
@example([b"m:\n  - {kind: a, seq: b, c: 1}\n  - {kind: a, b: {c: 2}}\n", b"m:\n  - {kind: a, b: {c: 2}}\n"])
@example([b"m:\n  - {c: 1}\n  - {c: 2}\n", b"m:\n  - {c: 2}\n"])
@example([b"m:\n  - {id: a}\n  - plain\n  - {id: a, c: 1}\n", b"m:\n  - {id: a}\n"])
@example([b"summary: |\n  - kind: a\n  - kind: b\n", b"summary: |\n  - kind: b\n"])
@example([b"a: b\n  - x\n  - y\n", b"a:\n  - x\n  - y\n"])
@example([b"a/b: 1\na: {b: 2}\n", b"a: {b: 2}\n"])
def test_cut_and_whole_agree_on_random_edits(revisions: list[bytes]) -> None:
    agree(revisions)


@settings(max_examples=300)
@given(arranged())
def test_cut_and_whole_agree_on_readable_revisions(revisions: list[bytes]) -> None:
    agree(revisions)


@pytest.mark.parametrize("case", FORMAT, ids=lambda case: case.name)
def test_cut_and_whole_agree_on_hostile_files(case: Any) -> None:
    base = PROJECT.encode()
    agree([base, case.data, base + case.data, case.data + base, base])


def test_small_changes_parse_small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[bytes] = []

    def count(data: bytes, path: str) -> Parsed:
        parsed.append(data)
        return parse(data, path)

    monkeypatch.setattr("zongmu.store.reading.reader.parse", count)
    reader = Reader()
    base = PROJECT.encode()
    first = reader.read(KIND, PATH, base)
    parsed.clear()
    second = reader.read(KIND, PATH, base.replace("571.6万元".encode(), "517.6万元".encode()), first)
    found = reader.differences(KIND, PATH, first, second)
    assert list(found.after) == ["milestones/contract_signed/amount"]
    assert sum(map(len, parsed)) < len(base) / 3


def test_a_memory_that_overflows_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zongmu.history.sections._MEMO", 2)
    base = PROJECT.encode()
    agree([base, base.replace(b"571.6", b"517.6"), base.replace(b"seq: 2", b"seq: 3"), base])


def test_paths_and_values_are_those_of_the_model() -> None:
    found = Reader().read(KIND, PATH, PROJECT.encode())
    flat = Reader().leaves(KIND, PATH, found)
    expected = dict(leaves(parse(PROJECT.encode(), PATH).value, KIND.series))
    assert {path: leaf.value for path, leaf in flat.items()} == expected

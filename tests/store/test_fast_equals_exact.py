"""Where the fast loader answers at all, it answers as the exact reader does, and the exact reader has no objection."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.shared import REPO, SHARED, needs_shared
from tests.store.hostile import COSTLY, FORMAT, MATRIX, Case
from zongmu.model.guards.unicode import character_hits
from zongmu.store.editing import emit
from zongmu.store.editing.edit import same
from zongmu.store.reading import fast, guard
from zongmu.store.reading.reader import parse, parse_exact

ALL = (*FORMAT, *MATRIX, *COSTLY)

NASTY = [
    "", "~", "null", "Null", "yes", "No", "on", "OFF", "y", "N", "true", "True", "false", "tRue", "=", "<<", "0", "1", "01",
    "00", "123456789012345", "1234567890123456", "0x1F", "0o17", "0b11", "1_000", "1,000", "1e3", "1E3", ".5", "5.", "1.0",
    "-1", "+1", "-0", "1:30", "12:30:45", ".inf", "-.inf", ".nan", "inf", "NaN", "infinity", "2027-01-08", "2027-01",
    "2027-1-8", "2027-01-08T10:00:00", "2027-01-08 10:00:00", "2027-01-08 会议", "480.5万元", "41%", "10个工作日", "1.2.3",
    "913100001E23456789", "0.5万元", "a:b", "a: b", "a :b", "x #y", "x#y", "#x", "- x", "-x", "-", "--", "---", "...", "? x",
    "?x", ": x", ":x", "!x", "&x", "*x", "@x", "`x", "%x", "|", ">", "|x", "[x", "x]", "{x", "x}", "[]", "{}", "[a]", "a,b",
    ",a", "'x", "x'", '"x', 'x"', "'x'", '"x"', "''", '""', "'it''s'", '"a\\n"', '"\\u202e"', "it's", "a  b", "x ", "北京",
    "“北京”", "（一）", "示〔2027〕3号", "① 甲", "甲·乙", "甲—乙…", "張\u3000三", "\u3000x", "\u00a0x", "e\u0301", "\u2f24", "\u200bx",
    "x\u202e", "中\ufe00", "㎡", "か\u3099", "Ⅳ级", "→", "￥5", "𠮷野", "ﾊﾟ", "http://a.b/c?d=e#f", "sha256:aa", "/path", "(a)",
    "a\tb", "null x", "no one", "yes: no", "on,", "off]", "true}", "1 2", "1 000", "1-2", "12a", "5d3c0ffee", "0 x", "0,", "1]",
]  # fmt: skip

KEYS = ["a", "b", "name", "kind", "no", "on", "y", "n", "null", "true", "of", "name_en", "2027", "1.5", '"a"', "'b'", "甲",
        "a b", "<<", "inf", "title", "x.y", "x-y", "? a", "- a", "&a b", "off", "yes"]  # fmt: skip


def check(data: bytes) -> bool:
    """Holds both readers against each other; says whether the fast one answered."""
    value = fast.read(data)
    if value is None:
        return False
    exact = parse_exact(data, "x.yaml")
    assert exact.findings == (), data
    assert same(value, exact.value), data
    return True


small = [case for case in ALL if len(case.data) < 10_000]


@pytest.mark.parametrize("case", small, ids=[case.name for case in small])
def test_hostile_and_unusual_files(case: Case) -> None:
    check(case.data)
    if case.found:
        assert fast.read(case.data) is None


@pytest.mark.parametrize(
    "place",
    [
        "a: {}\n", "a:  {}\n", "a: {} \n", "a: {}  # x\n", "- {}\n", "- a: {}\n", "a: [{}]\n", "a: [b,{}]\n", "a: [b, {} ]\n",
        "a: {{b: {}}}\n", "a: {{b: {}, c: d}}\n", "{}: a\n", "- {}: a\n", "a: {{{}: b}}\n", "a:\n  {}\n", "a:\n  - {}\n",
        "a: {}\n  b\n", "a: {}\n  - b\n", "a: {}\n- b\n", "- {}\n  - b\n", "- a: {}\n  - b\n", "- a: {}\n   - b\n",
        "a: {}\n\n  - b\n", "a: {}\n# c\n  - b\n", "a: {}\n  # c\n", "a: x {}\n", "a: |\n  {}\n", "a: {}\nb: {}\n", "a: '{}'\n",
        'a: "{}"\n', "# {}\na: 1\n", "a: 1 # {}\n", "a: {}", "{}\n", " {}\n", "a:\n- {}\n- b\n", "a: [[{}], {{b: [{}]}}]\n",
        "- |\n  {}\n", "a: |{}\n  b\n", "a:{}\n", "a :{}\n", "a: b{}\n", "a: 中{}\n  - 文\n", "a: 中{}\n",
    ],
)  # fmt: skip
def test_every_nasty_scalar_in_every_place(place: str) -> None:
    around = place.replace("{{", "\1").replace("}}", "\2")
    for scalar in NASTY:
        check(around.replace("{}", scalar).replace("\1", "{").replace("\2", "}").encode())


ORDINARY = [
    "x",
    "项目",
    "2027-01-08",
    "480.5万元",
    "41%",
    "12",
    "true",
    '"0102"',
    "'a: b'",
    "示〔2027〕3号",
    "ordos/finance",
]

scalars: st.SearchStrategy[str] = st.one_of(
    *[st.sampled_from(ORDINARY)] * 8,
    st.sampled_from(NASTY),
    st.text(alphabet="ab中一0123456789.-_:#, '\"", max_size=8),
)
keys: st.SearchStrategy[str] = st.one_of(
    *[st.sampled_from(["a", "b", "c", "kind", "date", "name", "of", "title"])] * 20, st.sampled_from(KEYS)
)


@st.composite
def _inline(draw: st.DrawFn, depth: int = 0) -> str:
    shape = draw(st.integers(0, 5 if depth < 3 else 3))
    if shape <= 3:
        return draw(scalars)
    parts = [draw(_inline(depth + 1)) for _ in range(draw(st.integers(0, 3)))]
    between = draw(st.sampled_from([", ", ", ", ", ", ","]))
    if shape == 4:
        return f"[{between.join(parts)}]"
    return "{" + between.join(f"{draw(keys)}: {part}" for part in parts) + "}"


@st.composite
def _block(draw: st.DrawFn, indent: int = 0, dash: bool = False) -> str:
    """Lines of a mapping or list, mostly in order, now and then not."""
    lines: list[str] = []
    as_list = not dash and draw(st.integers(0, 3)) == 0
    used: set[str] = set()
    for index in range(draw(st.integers(1, 4))):
        shift = draw(st.sampled_from([0] * 30 + [-1, 1, 2]))
        pad = " " * max(0, indent + shift)
        if dash and index == 0:
            pad = ""
        tail = draw(st.sampled_from(["", "", "", "", " ", "  # x", " # 中: no", "#x"]))
        shape = draw(st.integers(0, 9))
        if as_list:
            if shape < 4:
                lines.append(f"{pad}- {draw(_inline())}{tail}")
            elif indent < 8:
                lines.append(f"{pad}- {draw(_block(indent + 2, True))}".removesuffix("\n"))
            continue
        key = draw(keys)
        if key in used and draw(st.integers(0, 9)):
            continue
        used.add(key)
        if shape < 5 or indent >= 8:
            lines.append(f"{pad}{key}: {draw(_inline())}{tail}")
        elif shape == 5:
            header = draw(st.sampled_from(["|", "|-", "|+", "|", ">", "|2"]))
            deeper = [
                " " * (indent + draw(st.sampled_from([2, 2, 2, 2, 4, 1, 0]))) for _ in range(draw(st.integers(0, 3)))
            ]
            lines += [f"{pad}{key}: {header}", *(f"{more}{draw(scalars)}" for more in deeper)]
        elif shape == 6:
            lines.append(draw(st.sampled_from(["", "", "# 中", f"{pad}# x", f"{pad}x", f"{pad}- x", f"{pad}  - x"])))
            used.discard(key)
        else:
            step = draw(st.sampled_from([2, 2, 2, 2, 0, 1, 4]))
            lines += [f"{pad}{key}:{tail}", draw(_block(indent + step)).removesuffix("\n")]
    return "".join(f"{line}\n" for line in lines)


@given(_block())
@example("a: x\n  - b\n")
@example("a: |\n  b\n c: no\n")
@example("- a: |\n    b\n  c: no\n")
@example("- a: |\n   b\n  c: no\n")
def test_documents_of_ordinary_and_nasty_parts(text: str) -> None:
    check(text.encode())


PLAIN = """\
# yaml-language-server: $schema=../schema/project.schema.json
format: 1
id: ordos-2027-0007
name: 示例平台（一期）
region: "150600"
system_class: [business, data_resource]
responsible: {office: 信息化科, post: 科长}
used: true
summary: |
  第一行：说明
    缩进的一行

  最后一行

milestones:
  - kind: declared
    date: 2022-10-12
    number: 示民〔2022〕33号
    amount: 640万元
    period: {start: 2023-03, end: 2024-02-28}
    documents:
      - {kind: needs, used: false}
      - kind: proposal  # 注释
        covers: [a, b]
  # 注释
  - kind: approved
    seq: 2
    text: |-
      文字
payments:
  - {seq: 1, ratio: 41%, scope: [{item: s1, amount: 12.5万元}]}
"""


def test_the_layout_of_the_registry_is_read_fast() -> None:
    assert check(PLAIN.encode())


@given(st.data())
def test_a_plain_file_with_a_few_signs_changed(data: st.DataObject) -> None:
    text = PLAIN
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        length = data.draw(st.sampled_from([0, 0, 1, 1, 2, 5]))
        new = data.draw(st.sampled_from(["", " ", "  ", "\n", "\n  ", "- ", ": ", ":", "#", " #", '"', "'", "|", ">", "[", "]", "{",
                                         "}", ",", "0", "1", "no", "null", "~", "中", "&", "*", "!", "\t", "\\", "%", "\r", "\n\n"]))  # fmt: skip
        text = text[:at] + new + text[at + length :]
    check(text.encode())


@given(st.data())
def test_a_plain_file_with_lines_moved(data: st.DataObject) -> None:
    lines = PLAIN.splitlines()
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        to = data.draw(st.integers(0, len(lines) - 1))
        shift = data.draw(st.sampled_from([0, 0, -2, -1, 1, 2]))
        line = lines.pop(at)
        line = " " * shift + line if shift >= 0 else line.removeprefix(" " * -shift)
        lines.insert(to, line)
    check("".join(f"{line}\n" for line in lines).encode())


SIGNS = [*NASTY, *KEYS, "\n", "\n", "\n  ", "\n    ", "\n - ", "\n  - ", "- ", ": ", ":\n", ":\n  ", ":\n- ", " #", " # ", "|\n", "|\n    ",
         "  ", " ", "[", "]", "{", "}", ", "]  # fmt: skip


@given(st.integers(0, 2**32))
def test_pieces_of_a_plain_file_with_signs_put_in(seed: int) -> None:
    random = Random(seed)
    lines = PLAIN.splitlines(keepends=True)
    for _ in range(50):
        first = random.randrange(len(lines))
        piece = lines[first : first + random.randint(1, 12)]
        margin = min((len(line) - len(line.lstrip()) for line in piece if line.strip()), default=0)
        text = "".join(line[margin:] if line.strip() else line for line in piece)
        for _ in range(random.randint(0, 3)):
            at = random.randint(0, len(text))
            if random.random() < 0.5:
                at = text.find(": ", at) + 2
            text = text[:at] + random.choice(SIGNS) + text[at + random.choice([0, 0, 1, 2, 4]) :]
        check(text.encode())


values = st.recursive(
    st.one_of(
        st.sampled_from(NASTY),
        st.text(alphabet=st.characters(codec="utf-8"), max_size=12),
        st.text(alphabet="a中 \n-:#'\"", max_size=8),
        st.integers(0, 10**15 - 1),
        st.booleans(),
    ),
    lambda part: st.one_of(
        st.lists(part, max_size=3),
        st.dictionaries(st.one_of(st.sampled_from(["a", "b", "kind", "no"]), st.text(max_size=5)), part, max_size=3),
    ),
    max_leaves=8,
)


@given(
    st.dictionaries(
        st.one_of(st.sampled_from(["a", "milestones", "no", "2027"]), st.text(max_size=5)), values, min_size=1
    )
)
def test_what_is_written_reads_back_by_both_readers(value: dict[str, object]) -> None:
    try:
        text = emit.document(value)
    except emit.Unwritable:
        return
    parsed = parse_exact(text.encode(), "x.yaml")
    found = {finding.code.removeprefix("yaml.").removesuffix("-character") for finding in parsed.findings}
    refused = {
        "bidi",
        "invisible",
        "private-use",
        "noncharacter",
        "line-separator",
        "lookalike",
        "not-nfc",
        "stacked-marks",
        "odd-space",
    }
    assert found <= refused | {"duplicate-key"}
    assert found != {"duplicate-key"}  # only keys in which characters were refused may become twins
    if not parsed.findings:
        assert same(parsed.value, value)
        assert same(parse(text.encode(), "x.yaml").value, value)


def _let_through() -> Iterator[str]:
    """Every character that the guard takes for plain."""
    for code in range(0x80, 0x110000):
        if not 0xD800 <= code <= 0xDFFF and guard.plain_characters(chr(code).encode()):
            yield chr(code)


def test_the_guard_lets_no_refused_character_through_and_none_that_combines() -> None:
    through = list(_let_through())
    assert len(through) > 0x6000
    assert not [hit for hit in character_hits("\n".join(through)) if hit.block]
    for char in through:
        assert unicodedata.is_normalized("NFC", char)
        assert unicodedata.combining(char) == 0
        # Behind a letter that composes with every mark, and behind itself: nothing grows together.
        assert unicodedata.is_normalized("NFC", f"か{char}{char}")
    assert set("，。：；（）《》〔〕、“”‘’—…·％０Ａ￥①Ⅳ→㎡一龥\u3000").issubset(through)


@given(
    st.text(
        alphabet=st.one_of(st.characters(codec="utf-8"), st.characters(min_codepoint=0x2000, max_codepoint=0x30FF)),
        max_size=10,
    )
)
def test_any_character_in_plain_places(text: str) -> None:
    check(f"a: x{text}\nb: '{text}'\n# {text}\n".encode())


def test_large_and_deep_files_go_to_the_exact_reader() -> None:
    assert fast.read(b"a: 1\n" * 20_000) is None
    deep = "".join(" " * i + "a:\n" for i in range(40)) + " " * 40 + "b: 1\n"
    assert fast.read(deep.encode()) is None
    deepest_fast = "".join("  " * i + "a:\n" for i in range(11)) + "  " * 11 + "- b: [[[1]]]\n"
    assert check(deepest_fast.encode())


@needs_shared
def test_the_samples_are_read_fast() -> None:
    files = sorted((SHARED / "samples/registry").rglob("*.yaml"))
    assert files
    read_fast = [check(file.read_bytes()) for file in files]
    assert sum(read_fast) >= len(files) - 1  # one has an unquoted number with letters, which takes the longer way


def test_the_registry_of_this_repository_is_read_fast() -> None:
    files = sorted((REPO / "registry").rglob("*.yaml"))
    if not files:
        pytest.skip("this checkout has no registry")
    slow = [file for file in files if not check(file.read_bytes())]
    assert len(slow) <= len(files) // 10, [file.name for file in slow]

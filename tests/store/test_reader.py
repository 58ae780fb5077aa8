"""The reader: what it takes, what it refuses, where it points, and that nothing makes it stumble."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.shared import REPO, SHARED, needs_shared
from tests.store.hostile import COSTLY, FORMAT, MATRIX, Case
from zongmu.model.finding import Category, Severity
from zongmu.store.reading import problems
from zongmu.store.reading.collect import MAX_PER_CODE
from zongmu.store.reading.guard import MAX_FAST_BYTES
from zongmu.store.reading.reader import MAX_BYTES, parse, parse_exact

T = TypeVar("T")

SECONDS = 0.5
"""CPU time within which the reader ends, whatever it is given."""
RUNS = 5


def soon(read: Callable[[], T]) -> T:
    """What *read* gives. It must come within :data:`SECONDS` of CPU time: the least of a few runs, since a busy machine slows some."""
    least = float("inf")
    for _ in range(RUNS):
        began = time.process_time()
        result = read()
        least = min(least, time.process_time() - began)
        if least < SECONDS:
            return result
    raise AssertionError(f"took {least:.2f} s of CPU time at best")


def codes_of(data: bytes) -> list[tuple[str, int, int]]:
    found = []
    for finding in parse(data, "x.yaml").findings:
        assert finding.position is not None
        found.append((finding.code, finding.position.line, finding.position.column))
    return found


def plain(value: object) -> bool:
    """Whether *value* is made of nothing but dict, list, str, int and bool."""
    stack = [value]
    while stack:
        part = stack.pop()
        if type(part) is dict:
            assert all(type(key) is str for key in part)
            stack.extend(part.values())
        elif type(part) is list:
            stack.extend(part)
        elif type(part) not in (str, int, bool):
            return False
    return True


def ids(cases: tuple[Case, ...]) -> list[str]:
    return [case.name for case in cases]


@pytest.mark.parametrize("case", FORMAT, ids=ids(FORMAT))
def test_each_problem_of_form_is_found_where_it_stands(case: Case) -> None:
    assert codes_of(case.data) == list(case.found)


@pytest.mark.parametrize("case", MATRIX, ids=ids(MATRIX))
def test_what_brings_other_loaders_down_ends_soon_and_with_a_place(case: Case) -> None:
    found = soon(lambda: codes_of(case.data))

    assert found[: len(case.found)] == list(case.found)
    assert bool(found) == bool(case.found)


@pytest.mark.parametrize("case", COSTLY, ids=ids(COSTLY))
def test_the_largest_file_of_each_kind_ends_soon(case: Case) -> None:
    assert len(case.data) <= MAX_BYTES

    parsed = soon(lambda: parse(case.data, "x.yaml"))

    assert parsed.findings or parsed.value is not None
    assert parsed.value is None or plain(parsed.value)


@pytest.mark.parametrize("case", COSTLY, ids=ids(COSTLY))
def test_the_largest_file_that_the_guard_looks_at_ends_soon(case: Case) -> None:
    data = case.data[: MAX_FAST_BYTES - 1] + b"\n"

    parsed = soon(lambda: parse(data, "x.yaml"))

    assert parsed.findings or parsed.value is not None


@pytest.mark.parametrize("size", [10, 1000, 10_000])
@pytest.mark.parametrize(
    ("start", "part", "end"),
    [
        ("a: [", "x  , ", "!]"),
        ("a: [", "x  , ", "]"),
        ("a: {", "x: y1 , ", "!}"),
        ("a: [", "[x], ", "!"),
        ("a: [", "{b: [x], c: d}  , ", "!]"),
        ("a: [", "'x'  ,  ", "!]"),
        ("a: [", "12  ,  ", "!]"),
        ("a: x", " ", "!: "),
        ("a: x", " #", ": "),
        ("a: x", ":y", ": "),
        ("a: 1", "0", "x: "),
        ("a: 1-", "a-", ": "),
        ("a: |", "\n  x", "\n y: ["),
        ("a: |", "\n", " ["),
        ("a:", "\n# x", "\n!"),
        ("a:", "\n", "!"),
        ("", "k:\n# x\n\n", "!"),
        ("a: x", "\n\n", "  - ["),
        ("- ", "- ", "x: ["),
        ("a: '", "''", ": "),
        ("", "n", ": ["),
        ("", "a: x\n", "  - b: ["),
    ],
)  # fmt: skip
def test_nothing_is_tried_again_and_again(start: str, part: str, end: str, size: int) -> None:
    data = (start + part * min(size, 60_000 // len(part)) + end + "\n").encode()
    parsed = soon(lambda: parse(data, "x.yaml"))
    assert parsed.findings or parsed.value is not None


@needs_shared
def test_the_hostile_files_that_came_with_the_task() -> None:
    text = (SHARED / "payloads/own/yaml_hostile.txt").read_text()
    cases = text.split("\n", 1)[1].split("====\n")
    assert len(cases) == 13
    for case in cases:
        found = soon(partial(codes_of, case.encode()))
        assert found, case
        for _code, line, column in found:
            assert 1 <= line <= case.count("\n") + 1
            assert 1 <= column <= max(map(len, case.split("\n"))) + 1


@needs_shared
def test_every_name_of_the_comparison_of_loaders_has_a_case() -> None:
    names = json.loads((SHARED / "data/yaml_adversarial_matrix.json").read_text())
    assert set(names) == {case.name for case in MATRIX}


@needs_shared
@pytest.mark.parametrize("place", ["value", "key", "comment", "escape"])
def test_hostile_characters_are_found_wherever_they_stand_and_harmless_ones_are_not(place: str) -> None:
    for row in json.loads((SHARED / "payloads/own/unicode_hostile.json").read_text()):
        text = row["text"]
        escaped = "".join(f"\\U{ord(char):08x}" for char in text)
        data = {
            "value": f"a: 甲{text}乙\n",
            "key": f'"甲{text}乙": 1\n',
            "comment": f"a: 1  # {text}\n",
            "escape": f'a: "{escaped}"\n',
        }[place].encode()
        # Whether an identifier is plain ASCII is asked of identifiers, not of every text.
        harmless = row["rule"].startswith("OK") or row["id"] in ("fullwidth-id", "cyrillic-id")
        assert bool(codes_of(data)) != harmless, row["id"]


def test_values_are_text_integers_and_truth_values() -> None:
    text = """\
# comment
id: ordos-2027-0007
name: 示例平台  # comment
year: 2027
zero: 0
most: 123456789012345
used: true
not_used: false
day: 2027-01-08
month: 2027-01
amount: 480.5万元
ratio: 41%
digest: sha256:aa11
region: "150600"
quoted: 'it''s "so"'
empty: ""
investment_code: 2701-150690-04-04-123454
version: 1.2.3
text: |
  第一行
    缩进

  第三行
tree: {a: [1, {b: 二}], c: []}
list:
  - x
  - {x: 1}
  - z: 2
    w:
    - 3
"""
    parsed = parse(text.encode(), "x.yaml")
    assert parsed.findings == ()
    assert parsed.value == {
        "id": "ordos-2027-0007",
        "name": "示例平台",
        "year": 2027,
        "zero": 0,
        "most": 123456789012345,
        "used": True,
        "not_used": False,
        "day": "2027-01-08",
        "month": "2027-01",
        "amount": "480.5万元",
        "ratio": "41%",
        "digest": "sha256:aa11",
        "region": "150600",
        "quoted": 'it\'s "so"',
        "empty": "",
        "investment_code": "2701-150690-04-04-123454",
        "version": "1.2.3",
        "text": "第一行\n  缩进\n\n第三行\n",
        "tree": {"a": [1, {"b": "二"}], "c": []},
        "list": ["x", {"x": 1}, {"z": 2, "w": [3]}],
    }


@pytest.mark.parametrize(
    "scalar",
    [
        "yes", "No", "ON", "off", "y", "N", "True", "FALSE", "tRuE", "=", "<<", "01", "00", "0x1F", "0o17", "0b11",
        "1_000", "1,000", "1e3", "1E+3", ".5", "5.", "1.0", "-1", "+1", "-0", "1:30", "12:30:45", "190:20:30.15",
        ".inf", "-.INF", ".nan", ".NaN", "inf", "NaN", "Infinity", "2027-01-08T10:00:00", "2027-1-8 9:05:00.5 +08:00",
        "0.", "+.5", "-0x10", "-1.5e-3", "1__0", "0_0",
    ],
)  # fmt: skip
def test_what_loaders_read_differently_is_to_be_quoted(scalar: str) -> None:
    assert codes_of(f"a: {scalar}\n".encode()) == [("yaml.quote-it", 1, 4)]
    assert codes_of(f"a: [b, {scalar}]\n".encode())[0][0] in ("yaml.quote-it", "yaml.unclosed-bracket")
    assert codes_of(f"a: '{scalar}'\n".encode()) == []
    assert parse(f'a: "{scalar}"\n'.encode(), "x").value == {"a": scalar}


@pytest.mark.parametrize(
    "scalar",
    ["一", "yesterday", "note", "online", "offer", "nothing", "yy", "1.2.3", "0x", "1e", "e1", "2027-1-8", "1-2", "12a",
     "2027-01-08 会议", "infra", "nanjing", "--", "41%", "3.2天", "１２", "a:b", "a#b", "+86a", "1:2:a", "3/4"],
)  # fmt: skip
def test_what_all_loaders_read_as_text_is_text(scalar: str) -> None:
    parsed = parse_exact(f"a: {scalar}\n".encode(), "x.yaml")
    assert parsed.findings == ()
    assert parsed.value == {"a": scalar}


def test_reading_goes_on_after_a_problem_and_later_checks_see_what_could_be_read() -> None:
    parsed = parse(b"a: 1\na: 2\nb: 010\nc:\nd: [~, x]\nno: 1\ne: \xe2\x80\xae!\n", "x.yaml")
    assert [finding.code for finding in parsed.findings] == [
        "yaml.duplicate-key",
        "yaml.quote-it",
        "yaml.null",
        "yaml.null",
        "yaml.key-not-text",
        "yaml.bidi-character",
    ]
    assert parsed.value == {"a": 1, "b": "010", "d": ["~", "x"], "e": "□!"}


_PARTS = (
    ("one:", "  - {a: 1}", "  - kind: x", "    day: 2026-01-01", "uno: z"),
    ("two:", "  e: [1, 2]", "  f:", "    - g", "    - h: |", "        text: more"),
)
"""Two parts of a file; no key stands in both. Each begins with an outermost key, which stays as it is."""


def _indented_otherwise(part: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """*part*, one line indented otherwise or spoilt, in all ways."""
    for at, line in enumerate(part[1:], start=1):
        said = line.lstrip()
        for other in (*(" " * n + said for n in range(10)), f"{line}: b: c", line.replace(":", "：", 1), f"{line} ]"):
            yield (*part[:at], other, *part[at + 1 :])


def test_what_is_broken_hides_nothing_that_is_broken_below_and_makes_nothing_of_what_is_not() -> None:
    whole = ("name: 平台", *_PARTS[0], *_PARTS[1], "last: 'x'")

    def found(first: tuple[str, ...], second: tuple[str, ...]) -> set[int]:
        """The lines; which code says it best may hang on the lines around."""
        return {line for _, line, _ in codes_of("\n".join((whole[0], *first, *second, whole[-1], "")).encode())}

    assert found(*_PARTS) == set()
    one, two = ([*_indented_otherwise(part)] for part in _PARTS)
    of_one = {part: found(part, _PARTS[1]) for part in one}
    of_two = {part: found(_PARTS[0], part) for part in two}
    told = 0
    for first, second in itertools.product(of_one, of_two):
        both = found(first, second)
        assert both <= of_one[first] | of_two[second], (first, second)
        told += both == of_one[first] | of_two[second]
    assert told / len(of_one) / len(of_two) > 0.9, told / len(of_one) / len(of_two)


@pytest.mark.parametrize(
    "text",
    [
        "a: {\nb: 1\nc: 2\nd: 3\n}\n",
        'a: "x\nb: y \\q\nc: [\n',
        "a: 'x\nb: [\n",
        "a: 1\n<<<<<<< ours\nb: 1\n=======\nb: 2\n>>>>>>> theirs\nc: [\n",
        "- a: b: c\nd: [\n",
        "a: [b\nc: {\n",
    ],
)
def test_where_the_next_key_may_be_a_part_of_what_is_broken_nothing_is_read_on(text: str) -> None:
    assert len(codes_of(text.encode())) == 1


def test_the_end_of_a_finding_is_excluded_and_counts_code_points() -> None:
    (finding,) = parse("名称: 𠮷, 中文\nb: 0102\n".encode(), "x.yaml").findings
    position = finding.position
    assert position is not None
    assert (position.line, position.column, position.end_line, position.end_column) == (2, 4, 2, 8)


def test_a_finding_names_the_file_and_is_a_defect_of_the_record() -> None:
    (finding,) = parse(b"a: no\n", "registry/x.yaml").findings
    assert finding.record == finding.path == "registry/x.yaml"
    assert finding.category is Category.RECORD
    assert finding.severity is Severity.BLOCKING


def test_folding_of_han_is_a_warning_and_the_value_stands() -> None:
    parsed = parse("a: >\n  中\n  文\n".encode(), "x.yaml")
    assert [(finding.code, finding.severity) for finding in parsed.findings] == [("yaml.folded-cjk", Severity.WARNING)]
    assert parsed.value == {"a": "中 文\n"}


def test_folding_of_latin_text_is_no_finding() -> None:
    assert codes_of(b"a: >\n  one\n  two - three\n") == []


@pytest.mark.parametrize("secret", ["110105194912310021", "6222020200112233445", "13800138000.0"])
def test_long_numbers_and_refused_characters_are_never_repeated(secret: str) -> None:
    for finding in parse(f"a: {secret}\nb: 中\u202e{secret}\n".encode(), "x.yaml").findings:
        assert finding.sensitive
        told = f"{finding.message.zh}{finding.message.en}{finding.next_step.zh}{finding.next_step.en}"
        assert secret not in told + str(finding.values)
        assert "\u202e" not in told


def test_a_refused_character_is_named_by_its_number() -> None:
    (finding,) = parse("a: x\u202ey\n".encode(), "x.yaml").findings
    assert "U+202E" in finding.message.zh
    assert "U+202E" in finding.message.en


def test_a_flood_of_one_kind_does_not_hide_another() -> None:
    data = ("".join(f"a{i}: no\n" for i in range(MAX_PER_CODE + 7)) + "a1: x\n").encode()
    found = parse(data, "x.yaml").findings
    assert sum(finding.code == "yaml.quote-it" for finding in found) == MAX_PER_CODE
    assert any(finding.code == "yaml.duplicate-key" for finding in found)
    assert found[-1].code == "yaml.more"
    assert found[-1].values == {"count": 7}


def test_null_is_kept_where_it_is_asked_for() -> None:
    parsed = parse(b"a: null\nb: {c: null}\nd:\ne: [~]\n", "x.yaml", nulls=True)
    assert parsed.findings == ()
    assert parsed.value == {"a": None, "b": {"c": None}, "d": None, "e": [None]}
    assert [finding.code for finding in parse(b"null: 1\n", "x.yaml", nulls=True).findings] == ["yaml.key-not-text"]


def test_depth_up_to_the_limit_is_read() -> None:
    assert codes_of(("a: " + "[" * 31 + "]" * 31 + "\n").encode()) == []
    assert codes_of(("a: " + "[" * 32 + "]" * 32 + "\n").encode()) == [("yaml.too-deep", 1, 35)]


def test_a_file_up_to_the_limit_is_read() -> None:
    most = b"a: " + b"x" * (MAX_BYTES - 4) + b"\n"
    assert codes_of(most) == []
    assert codes_of(most + b"\n") == [("yaml.too-large", 1, 1)]


def test_an_error_of_a_library_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> object:
        raise MemoryError

    monkeypatch.setattr("zongmu.store.reading.exact._document", broken)
    parsed = parse_exact(b"a: 1\n", "x.yaml")
    assert parsed.value is None
    assert [finding.code for finding in parsed.findings] == ["yaml.unreadable"]


@given(st.binary(max_size=200))
def test_any_bytes_end_in_a_value_or_a_finding(data: bytes) -> None:
    parsed = parse(data, "x.yaml")
    assert parsed.value is not None or parsed.findings
    assert parsed.value is None or plain(parsed.value)
    lines = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n") + 1
    for finding in parsed.findings:
        assert finding.position is not None
        assert 1 <= finding.position.line <= lines


@given(st.text(alphabet="ab:-[]{},&*!|>'\"%#?\\ \n\t中：nouyes0123456789._~<=@`\u202e\ufeff\r", max_size=80))
def test_any_text_of_the_signs_of_yaml_ends_in_a_value_or_a_finding(text: str) -> None:
    parsed = parse(text.encode(), "x.yaml")
    assert parsed.value is not None or parsed.findings
    assert parsed.value is None or plain(parsed.value)


def test_codes_are_unique_and_told_in_both_languages() -> None:
    seen = set()
    for code in problems.CODES:
        assert code.id.startswith("yaml.")
        assert code.id not in seen
        seen.add(code.id)
        for text in (code.title, code.message, code.next_step):
            assert any("\u4e00" <= char <= "\u9fff" for char in text.zh)
            assert text.en
            assert not text.en.endswith(" ")
    tested = {code for case in (*FORMAT, *MATRIX) for code, _line, _column in case.found}
    untested = seen - tested - {"yaml.more", "yaml.unreadable", "yaml.too-many-values", "yaml.syntax"}
    assert not untested


def test_too_many_values_are_told() -> None:
    assert codes_of(("a: [" + "1," * 100_000 + "]\n").encode())[0][0] == "yaml.too-many-values"


def test_importing_the_reader_imports_no_parser() -> None:
    code = "import sys, zongmu.store.reading.reader; print([name for name in ('yaml', 'ryaml', 'pydantic') if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(REPO / "src")},
        cwd=Path("/"),
    )
    assert done.stdout.strip() == "[]"

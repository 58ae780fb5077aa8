"""Edits change what is meant and not a byte else, or nothing at all."""

from __future__ import annotations

import difflib
import errno
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.shared import SHARED, needs_shared
from zongmu.store import atomic
from zongmu.store.editing import codes as edit_codes
from zongmu.store.editing import emit
from zongmu.store.editing.codes import EditError
from zongmu.store.editing.edit import Editor
from zongmu.store.reading.reader import parse_exact

LONG = "汇聚城管、交管、应急三部门事件，一处受理、协同处置；" * 20

TEXT = f"""\
# yaml-language-server: $schema=../../schema/project.schema.json
# 演示数据

format: 1
id: "ordos-2027-0007"     # 编号，不改
name: '示例平台'
summary: {LONG}
system_class: [business, data_resource]   # 两类
responsible: {{office: 信息化科, post: 科长}}
security:
  # 等级保护
  mlps_level: 3

milestones:
  - kind: declared   # 申报
    date: 2022-10-12
    documents:
      - {{kind: needs}}
      - {{kind: feasibility_study, title: "可研: 一"}}
  # 批复
  - kind: approved
    date: 2022-12-20
    text: |
      第一行
        第二行

    total: 612.8万元

# 付款
payments:
  - {{seq: 1, amount: 290.4万元}}   # 首付

progress: []
notes:
- 甲
- 乙

# 文件到此为止
"""


def editor(text: str = TEXT) -> Editor:
    return Editor(Path("x.yaml"), text.encode())


def changes(edited: Editor, text: str = TEXT) -> list[str]:
    """The lines taken away (-) and added (+)."""
    lines = difflib.ndiff(text.splitlines(), edited.text().splitlines())
    return [line for line in lines if line[0] in "+-"]


def test_nothing_edited_is_nothing_changed() -> None:
    assert editor().text() == TEXT


def scalars_in(value: Any, pointer: tuple[str | int, ...] = ()) -> list[tuple[tuple[str | int, ...], Any]]:
    if isinstance(value, dict):
        return [found for key, part in value.items() for found in scalars_in(part, (*pointer, key))]
    if isinstance(value, list):
        return [found for index, part in enumerate(value) for found in scalars_in(part, (*pointer, index))]
    return [(pointer, value)]


def test_setting_every_value_to_itself_leaves_every_byte() -> None:
    edited = editor()
    for pointer, value in scalars_in(edited.value):
        edited.set(pointer, value)
        assert edited.text() == TEXT, pointer


@pytest.mark.parametrize(
    ("pointer", "value", "expected"),
    [
        (["format"], 2, ["- format: 1", "+ format: 2"]),
        (["id"], "x-1", ['- id: "ordos-2027-0007"     # 编号，不改', '+ id: "x-1"     # 编号，不改']),
        (["name"], "它's", ["- name: '示例平台'", "+ name: '它''s'"]),
        (["system_class", 1], "a, b", [
            "- system_class: [business, data_resource]   # 两类", '+ system_class: [business, "a, b"]   # 两类']),
        (["system_class"], ["c"], ["- system_class: [business, data_resource]   # 两类", "+ system_class: [c]   # 两类"]),
        (["responsible", "post"], "no", [
            "- responsible: {office: 信息化科, post: 科长}", '+ responsible: {office: 信息化科, post: "no"}']),
        (["responsible", "tel"], True, [
            "- responsible: {office: 信息化科, post: 科长}", "+ responsible: {office: 信息化科, post: 科长, tel: true}"]),
        (["security", "mlps_level"], 2, ["-   mlps_level: 3", "+   mlps_level: 2"]),
        (["security", "crypto"], "有", ["+   crypto: 有"]),
        (["milestones", 0, "kind"], "2027-01-08", ["-   - kind: declared   # 申报", "+   - kind: 2027-01-08   # 申报"]),
        (["milestones", 0, "number"], "示〔2027〕1号", ["+     number: 示〔2027〕1号"]),
        (["milestones", 0, "documents", 1, "title"], "二", [
            '-       - {kind: feasibility_study, title: "可研: 一"}', '+       - {kind: feasibility_study, title: "二"}']),
        (["milestones", 1, "text"], "一\n 二\n\n三", [
            "-     text: |", "-       第一行", "-         第二行",
            "+     text: |-", "+       一", "+        二", "+ ", "+       三"]),
        (["milestones", 1, "total"], "0102", ["-     total: 612.8万元", '+     total: "0102"']),
        (["milestones", 1, "text"], "一行", [
            "-     text: |", "-       第一行", "-         第二行", "+     text: 一行"]),
        (["milestones", 1, "period"], {"start": "2027-03", "end": "2027-04"}, [
            "+     period: {start: 2027-03, end: 2027-04}"]),
        (["milestones", 1, "total"], "一\n二\n", [
            "-     total: 612.8万元", "+     total: |", "+       一", "+       二"]),
        (["notes", 0], "丙", ["- - 甲", "+ - 丙"]),
        (["city"], "是", ["+ city: 是"]),
        (["notes"], ["丁"], ["- - 甲", "- - 乙", "+   - 丁"]),
        (["security"], "无", ["- security:", "-   # 等级保护", "-   mlps_level: 3", "+ security: 无"]),
        (["payments", 0, "amount"], 5, [
            "-   - {seq: 1, amount: 290.4万元}   # 首付", "+   - {seq: 1, amount: 5}   # 首付"]),
        (["payments", 0], {"seq": 9}, ["-   - {seq: 1, amount: 290.4万元}   # 首付", "+   - {seq: 9}   # 首付"]),
        (["milestones", 0, "documents", 0], {"kind": "x", "a": {"b": ["c"]}}, [
            "-       - {kind: needs}", "+       - kind: x", "+         a:", "+           b: [c]"]),
        (["progress"], ["a"], ["- progress: []", "+ progress: [a]"]),
    ],
)  # fmt: skip
def test_set_changes_the_lines_that_are_meant(pointer: list[str | int], value: Any, expected: list[str]) -> None:
    edited = editor()
    edited.set(pointer, value)
    assert sorted(changes(edited)) == sorted(expected)
    assert dict(scalars_in(edited.value)).items() >= {(tuple(pointer) + at, part) for at, part in scalars_in(value)}


def test_a_new_key_goes_where_it_is_wanted() -> None:
    edited = editor()
    edited.set(["name_en"], "Example platform", after="name")
    edited.set(["milestones", 1, "body"], "ordos/data-bureau", after="date")
    lines = edited.text().splitlines()
    assert lines[lines.index("name: '示例平台'") + 1] == "name_en: Example platform"
    assert lines[lines.index("    date: 2022-12-20") + 1] == "    body: ordos/data-bureau"
    assert len(changes(edited)) == 2


def test_append_goes_below_the_last_item_and_above_the_comment_of_what_follows() -> None:
    edited = editor()
    edited.append(
        ["milestones"],
        {
            "kind": "contract_signed",
            "date": "2023-03-20",
            "covers": ["ip_ownership", "warranty"],
            "documents": [{"kind": "contract", "number": "0102"}, {"kind": "needs"}],
        },
    )
    assert changes(edited) == [
        "+   - kind: contract_signed",
        "+     date: 2023-03-20",
        "+     covers: [ip_ownership, warranty]",
        "+     documents:",
        '+       - {kind: contract, number: "0102"}',
        "+       - {kind: needs}",
    ]
    lines = edited.text().splitlines()
    at = lines.index("  - kind: contract_signed")
    assert lines[at - 1] == "    total: 612.8万元"
    assert lines[at + 6 : at + 8] == ["", "# 付款"]


def test_append_is_written_as_the_item_before() -> None:
    edited = editor()
    edited.append(["payments"], {"seq": 2, "amount": "387.2万元"})
    edited.append(["milestones", 0, "documents"], {"kind": "summary"})
    edited.append(["system_class"], "x: y")
    edited.append(["notes"], "丙")
    assert changes(edited) == [
        "- system_class: [business, data_resource]   # 两类",
        '+ system_class: [business, data_resource, "x: y"]   # 两类',
        "+       - {kind: summary}",
        "+   - {seq: 2, amount: 387.2万元}",
        "+ - 丙",
    ]


def test_append_begins_a_list_that_is_missing_or_empty() -> None:
    edited = editor()
    edited.append(["corrections"], {"seq": 1, "of": "approved", "reason": "笔误"})
    edited.append(["progress"], {"date": "2027-10-08", "percent": "20%"})
    edited.append(["milestones", 1, "covers"], "crypto")
    assert changes(edited) == [
        "+     covers: [crypto]",
        "- progress: []",
        "+ progress:",
        "+   - {date: 2027-10-08, percent: 20%}",
        "+ corrections:",
        "+   - seq: 1",
        "+     of: approved",
        "+     reason: 笔误",
        "+ ",
    ]
    assert edited.value["progress"] == [{"date": "2027-10-08", "percent": "20%"}]


def test_remove_takes_a_key_of_state_away() -> None:
    edited = editor()
    edited.remove(["name"])
    edited.remove(["responsible", "office"])
    edited.remove(["milestones", 0, "kind"])
    edited.remove(["milestones", 1, "text"])
    edited.remove(["security"])
    assert changes(edited) == [
        "- name: '示例平台'",
        "- responsible: {office: 信息化科, post: 科长}",
        "+ responsible: {post: 科长}",
        "- security:",
        "-   # 等级保护",
        "-   mlps_level: 3",
        "-   - kind: declared   # 申报",
        "-     date: 2022-10-12",
        "+   - date: 2022-10-12",
        "-     text: |",
        "-       第一行",
        "-         第二行",
    ]


@pytest.mark.parametrize(
    ("do", "code"),
    [
        (lambda e: e.set(["milestones", 7], "x"), edit_codes.NO_SUCH_PLACE),
        (lambda e: e.set(["a", "b"], "x"), edit_codes.NO_SUCH_PLACE),
        (lambda e: e.set(["name", "b"], "x"), edit_codes.NO_SUCH_PLACE),
        (lambda e: e.set([], "x"), edit_codes.NO_SUCH_PLACE),
        (lambda e: e.set(["x"], 1, after="nowhere"), edit_codes.NO_SUCH_PLACE),
        (lambda e: e.append(["name"], "x"), edit_codes.NOT_A_LIST),
        (lambda e: e.append([], "x"), edit_codes.NO_SUCH_PLACE),
        (lambda e: e.remove(["milestones", 0]), edit_codes.ONLY_GROWS),
        (lambda e: e.remove(["nothing"]), edit_codes.NO_SUCH_PLACE),
        (lambda e: e.remove([]), edit_codes.NO_SUCH_PLACE),
        (lambda e: e.remove(["security", "mlps_level"]), edit_codes.WOULD_BE_EMPTY),
        (lambda e: e.set(["name"], None), edit_codes.UNWRITABLE),
        (lambda e: e.set(["name"], 1.5), edit_codes.UNWRITABLE),
        (lambda e: e.set(["name"], -1), edit_codes.UNWRITABLE),
        (lambda e: e.set(["name"], 10**15), edit_codes.UNWRITABLE),
        (lambda e: e.set(["name"], "a\tb"), edit_codes.UNWRITABLE),
        (lambda e: e.set(["name"], {1: "x"}), edit_codes.UNWRITABLE),
        (lambda e: e.append(["milestones"], {"a": {"b": None}}), edit_codes.UNWRITABLE),
        (lambda e: e.set(["name"], "甲\u202e"), edit_codes.RESULT_REFUSED),
        (lambda e: e.set(["name"], "e\u0301"), edit_codes.RESULT_REFUSED),
        (lambda e: e.set(["name"], "x" * 300_000), edit_codes.RESULT_REFUSED),
    ],
)
def test_an_edit_that_cannot_be_done_changes_nothing(do: Any, code: object) -> None:
    edited = editor()
    with pytest.raises(EditError) as caught:
        do(edited)
    assert caught.value.code is code
    assert edited.text() == TEXT
    assert edited.value == parse_exact(TEXT.encode(), "x").value
    if code is edit_codes.RESULT_REFUSED:
        assert caught.value.findings
        assert "\u202e" not in str(caught.value)


def test_an_edit_that_would_change_more_is_refused() -> None:
    # The comment would become a line of the text.
    text = "a: x # 注释\n"
    edited = editor(text)
    with pytest.raises(EditError) as caught:
        edited.set(["a"], "一\n二")
    assert caught.value.code is edit_codes.CHANGES_MORE
    assert edited.text() == text


@pytest.mark.parametrize("text", ["a: 1\na: 2\n", "a: no\n", "a: [\n", "hello\n", "a: 1"])
def test_a_file_that_is_not_in_order_is_not_edited(text: str) -> None:
    with pytest.raises(EditError) as caught:
        editor(text)
    assert caught.value.code is edit_codes.NOT_READABLE
    assert caught.value.findings


def test_a_warning_does_not_stop_editing() -> None:
    edited = editor("a: >\n  中\n  文\nb: 1\n")
    edited.set(["b"], 2)
    assert edited.text() == "a: >\n  中\n  文\nb: 2\n"


def test_other_layouts_stay_as_they_are() -> None:
    text = "{ a: 1,\n  b: [ x,\n       v ] }\n"
    edited = editor(text)
    edited.set(["b", 1], "z")
    edited.append(["b"], "w")
    edited.set(["c"], {"d": ["e"]})
    edited.remove(["a"])
    assert edited.text() == "{ b: [ x,\n       z, w ], c: {d: [e]} }\n"
    text = "a:\n    -   b: 1\n        c: 2\n    -   b: 3\n"
    edited = editor(text)
    edited.set(["a", 0, "c"], "三")
    edited.set(["a", 1, "c"], 4)
    assert edited.text() == "a:\n    -   b: 1\n        c: 三\n    -   b: 3\n        c: 4\n"


def test_saving_writes_once_and_only_what_changed(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(TEXT)
    edited = Editor.open(path)
    before = path.stat().st_ino
    assert not edited.save()
    assert path.stat().st_ino == before
    edited.set(["format"], 2)
    assert edited.save()
    assert path.read_text() == TEXT.replace("format: 1", "format: 2")
    assert not edited.save()


def test_another_person_s_change_is_not_lost(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(TEXT)
    edited = Editor.open(path)
    edited.set(["format"], 2)
    path.write_text("mine: 1\n")
    with pytest.raises(EditError) as caught:
        edited.save()
    assert caught.value.code is edit_codes.CHANGED_MEANWHILE
    assert path.read_text() == "mine: 1\n"


def test_a_full_disk_leaves_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    path = tmp_path / "x.yaml"
    path.write_text(TEXT)
    edited = Editor.open(path)
    edited.set(["format"], 2)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(atomic.WriteError) as caught:
        edited.save()
    monkeypatch.undo()
    assert caught.value.code is atomic.DISK_FULL
    assert path.read_text() == TEXT
    assert edited.save()


def test_codes_are_told_in_both_languages() -> None:
    for code in (*edit_codes.CODES, *atomic.CODES):
        for text in (code.title, code.message, code.next_step):
            assert any("\u4e00" <= char <= "\u9fff" for char in text.zh)
            assert text.en


@needs_shared
def test_the_samples_keep_every_byte_but_the_new_ones() -> None:
    files = sorted((SHARED / "samples/registry/projects").rglob("*.yaml"))
    assert files
    for file in files:
        text = file.read_text()
        edited = editor(text)
        milestone = {"kind": "adjusted", "date": "2027-03-01", "documents": [{"kind": "x"}], "reason_text": "说明"}
        edited.append(["milestones"], milestone)
        edited.append(["payments"], {"seq": 9, "amount": "1万元"})
        edited.set(["name"], "新名称")
        edited.set(["necessity_public"], LONG, after="summary")
        found = changes(edited, text)
        assert [line for line in found if line.startswith("-")] == [
            f"- name: {parse_exact(file.read_bytes(), '').value['name']}"
        ]
        assert 6 < len(found) <= 11


words = st.sampled_from(
    ["v", "值", "no", "0102", "480.5万元", "a: b", "x, y", "it's", '"', "第一行\n第二行\n", "# x", "", "-", "{"]
)
parts = st.recursive(
    st.one_of(words, st.integers(0, 99), st.booleans()),
    lambda part: st.one_of(
        st.lists(part, max_size=3), st.dictionaries(st.sampled_from(["a", "b", "milestones", "no"]), part, max_size=3)
    ),
    max_leaves=6,
)


@given(
    st.dictionaries(st.sampled_from(["a", "b", "c", "milestones"]), parts, min_size=1),
    st.data(),
)
def test_any_edit_reads_back_as_meant_or_is_refused(value: dict[str, Any], data: st.DataObject) -> None:
    text = emit.document(value, header=["# 头"])
    edited = editor(text)
    assert edited.text() == text
    for _ in range(3):
        places = scalars_in(edited.value) or [((), "")]
        pointer = data.draw(st.sampled_from([at for at, _value in places]))
        cut = data.draw(st.integers(1, max(1, len(pointer))))
        pointer = pointer[:cut] or ("z",)
        new = data.draw(parts)
        action = data.draw(st.sampled_from(["set", "set", "append", "remove", "new"]))
        before, text = edited.value, edited.text()
        refused = None
        try:
            if action == "set":
                edited.set(pointer, new)
            elif action == "append":
                edited.append(pointer, new)
            elif action == "remove":
                edited.remove(pointer)
            else:
                edited.set((*pointer[:-1], "new"), new)
        except EditError as error:
            refused = error.code
        if refused is not None:
            assert refused in (
                edit_codes.NO_SUCH_PLACE,
                edit_codes.NOT_A_LIST,
                edit_codes.ONLY_GROWS,
                edit_codes.WOULD_BE_EMPTY,
            )
            assert edited.text() == text
            assert edited.value == before
        assert edited.text().startswith("# 头\n")
        assert parse_exact(edited.text().encode(), "x").findings == ()

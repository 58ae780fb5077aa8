"""What a person is told about a record that does not fit its schema: all of it, at its place, with what to do."""

from __future__ import annotations

import string
import textwrap
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zongmu.model.finding import Finding, Severity
from zongmu.model.record_types import BY_NAME, RECORD_TYPES
from zongmu.model.records.project import Project
from zongmu.policy.proposals.pushers import PUSHERS
from zongmu.store.fitting.codes import CODES, PATTERN_FORMS
from zongmu.store.fitting.report import MAX_PER_CODE
from zongmu.store.fitting.rows import any_twins, row_plan, twins
from zongmu.store.fitting.shapes import Leaf, Listing, all_classes, slots
from zongmu.store.fitting.validate import Validated, validate
from zongmu.store.fitting.wording import HIDDEN, field_path, show
from zongmu.store.reading.reader import parse
from zongmu.trust.authority.files import TRUST_TYPES
from zongmu.trust.rewriting.epochs import EPOCHS

HEAD = """\
format: 1
id: ordos-2026-0001
jurisdiction: ordos
name: 示例项目
"""


def judged(text: str, type_name: str = "project") -> Validated:
    data = textwrap.dedent(text).encode()
    value = parse(data, "x.yaml").value
    return validate(BY_NAME[type_name], value, data=data, path="x.yaml", record="ordos-2026-0001")


def findings(text: str, type_name: str = "project") -> tuple[Finding, ...]:
    made = judged(text, type_name)
    assert (made.model is None) == bool(made.findings)
    for told in made.findings:
        assert told.severity is Severity.BLOCKING
        for words in (told.message, told.next_step):
            for part in (words.zh, words.en):
                assert part.strip()
                assert "{" not in part.replace("{…}", "")
    return made.findings


def only(text: str, type_name: str = "project") -> Finding:
    told = findings(text, type_name)
    assert len(told) == 1, [f"{one.code} {one.field_path}: {one.message.en}" for one in told]
    return told[0]


def place(told: Finding) -> tuple[int, int]:
    assert told.position is not None
    return told.position.line, told.position.column


def test_a_sound_record_becomes_its_model() -> None:
    made = judged(HEAD + "milestones:\n  - {kind: approved, date: 2026-03-01, total: 480.5万元}\n")
    assert isinstance(made.model, Project)
    assert made.findings == ()


# --- one defect at a time ----------------------------------------------------------------------------------------


def test_a_required_field_is_missing() -> None:
    told = only("# note\nformat: 1\nid: ordos-2026-0001\njurisdiction: ordos\n")
    assert (told.code, told.field_path, place(told)) == ("schema.missing-field", "name", (2, 1))
    assert told.message.zh == "项目缺少 name（项目名称）"
    assert told.message.en == "The project lacks name (Name)"


def test_a_field_of_a_row_is_missing() -> None:
    told = only(HEAD + "milestones:\n  - kind: contract_signed\n    seq: 2\n    date: 2026-03-01\n")
    assert (told.code, told.field_path) == ("schema.missing-field", "milestones/contract_signed/2/role")
    assert place(told) == (6, 5)
    assert "role: build" in told.next_step.zh
    assert told.key == "contract_signed/2/role"


def test_a_key_is_unknown_and_the_nearest_is_named() -> None:
    told = only(HEAD + "sumary: 文字\n")
    assert (told.code, told.field_path, place(told)) == ("schema.unknown-key", "sumary", (5, 1))
    assert "summary" in told.message.zh
    assert "summary" in told.message.en


def test_a_key_in_the_wrong_place_is_told_where_there_is_one() -> None:
    told = only(HEAD + "limit_price: 5万元\n")
    assert "milestones/procurement_announced" in told.message.zh


def test_all_keys_of_a_small_mapping_are_offered() -> None:
    told = only(HEAD + "responsible:\n  office: 科\n  post: 长\n  phone: x\n")
    assert (told.field_path, place(told)) == ("responsible/phone", (8, 3))
    assert "office (Office), post" in told.next_step.en


def test_a_key_written_by_its_chinese_title_is_understood() -> None:
    told = only(HEAD + "项目单位: shili/office\n")
    assert "是不是 owner" in told.message.zh
    assert "owner 项目单位" in told.next_step.zh


@pytest.mark.parametrize(
    ("line", "right"),
    [
        ("region: “370683”", '"370683"'),
        ("content_types: [new_media，digital_art]", "英文逗号"),
        ("content_types: 【new_media, digital_art】", "[new_media, digital_art]"),
        ("security: {mlps_level: 03}", "写成 3"),
        ("has_data: 是", "写成 true"),
        ("original_investment: 999999亿元", "核对数字和单位"),
        ("milestones: [{kind: approved, date: 1023-06-13}]", "1900 至 2099"),
        ("milestones: [{kind: approved, date: 民国111年3月1日}]", "2022-03-01？"),
        ("milestones: [{kind: approved, date: 中華民國一百一十年十二月}]", "2021-12？"),
        ("milestones: [{kind: approved, date: 民国元年}]", "1912？"),
    ],
)
def test_a_slip_of_the_pen_is_named_and_not_the_form_of_the_field(line: str, right: str) -> None:
    assert right in only(HEAD + line + "\n").next_step.zh


def test_the_first_of_a_kind_has_no_number() -> None:
    told = only(HEAD + "milestones:\n  - {kind: approved, seq: 1, date: 2026-03-01}\n")
    assert "第一条不写这一行" in told.message.zh


def test_a_kind_of_milestone_is_unknown() -> None:
    told = only(HEAD + "milestones:\n  - date: 2026-03-01\n    kind: aproved\n")
    assert (told.code, place(told)) == ("schema.unknown-kind", (7, 11))
    assert "approved" in told.message.zh
    assert "approved 立项批复" in told.next_step.zh
    assert "kind: act" in told.next_step.en


def test_a_kind_written_in_chinese_is_understood() -> None:
    told = only(HEAD + "milestones:\n  - {kind: 竣工验收, date: 2026-03-01, conclusion: pass}\n")
    assert "final_accepted" in told.message.zh


def test_a_short_word_is_taken_for_none_that_only_sounds_like_it() -> None:
    told = only(HEAD + "standards:\n  - {seq: 1, kind: local, level: city}\n")
    assert told.code == "schema.not-in-list"
    assert "county" not in told.message.en
    assert "municipal 市级" in told.next_step.zh
    assert "county" in only(HEAD + "standards:\n  - {seq: 1, kind: local, level: couty}\n").message.en


def test_a_kind_of_a_project_does_not_belong_in_a_system() -> None:
    told = only(
        """\
        format: 1
        id: ordos/example
        jurisdiction: ordos
        name: 系统
        unit: ordos/bureau
        milestones:
          - {kind: contract_signed, date: 2026-03-01}
        """,
        "system",
    )
    assert (told.code, place(told)) == ("schema.unknown-kind", (7, 12))
    assert "不写在这一类文件里" in told.message.zh


def test_a_row_of_unknown_kind_still_tells_what_else_is_wrong() -> None:
    told = findings(HEAD + "milestones:\n  - kind: aproved\n    date: 2026-3-1\n    total: 5万元\n")
    assert [(one.code, place(one)) for one in told] == [
        ("schema.unknown-kind", (6, 11)),
        ("schema.pattern", (7, 11)),
    ]


def test_a_row_without_kind() -> None:
    told = findings(HEAD + "milestones:\n  - body: ordos/bureau\n")
    assert [(one.code, one.values["field"], place(one)) for one in told] == [
        ("schema.missing-field", "kind", (6, 5)),
        ("schema.missing-field", "date", (6, 5)),
    ]


def test_a_code_is_not_in_its_list() -> None:
    told = only(HEAD + "milestones:\n  - {kind: reviewed, date: 2026-03-01, conclusion: 通过}\n")
    assert (told.code, told.field_path) == ("schema.not-in-list", "milestones/reviewed/conclusion")
    assert "是不是 passed" in told.message.zh
    assert "returned 退回修改" in told.next_step.zh
    assert "returned (Returned)" in told.next_step.en


@pytest.mark.parametrize(
    ("line", "expected", "hint"),
    [
        ("region: 150602", "文字", '"150602"'),
        ("tags: x", "列表", "写成 [x]"),
        ("hosting: x", "一组“键: 值”", "缩进"),
        ("hosting: [a]", "一组“键: 值”", "缩进"),
        ("has_data: 是", "真假值", "true"),
        ('has_data: "no"', "真假值", "false"),
        ("has_data: maybe", "真假值", "true 或 false"),
        ("name_en: true", "文字", '"true"'),
        ("summary: {a: b}", "文字", "文字"),
        ("security: {mlps_level: 三级}", "整数", "不带引号"),
        ('security: {mlps_level: "3"}', "整数", "写成 3"),
        ("original_investment: true", "文字", "480.5万元"),
        ("milestones: x", "列表", "- "),
        ("milestones: [x]", "一组“键: 值”", "缩进"),
        ("milestones: [{kind: [x], date: 2026-01-01}]", "文字", "文字"),
    ],
)
def test_the_type_is_wrong(line: str, expected: str, hint: str) -> None:
    told = only(HEAD + line + "\n")
    assert told.code == "schema.wrong-type"
    assert f"应当是{expected}" in told.message.zh
    assert hint in told.next_step.zh
    assert place(told)[0] == 5


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("milestones: [{kind: approved, date: 2026-2-1}]", "2026-03-01"),
        ("milestones: [{kind: approved, date: 2026-02-30}]", "日历上没有这一天"),
        ("milestones: [{kind: approved, date: 2026-02-01, total: 5000}]", "单位"),
        ("milestones: [{kind: approved, date: 2026-02-01, total: 480.5 万元}]", "空格"),
        ("milestones: [{kind: approved, date: 2026-02-01, total: '4,805,000元'}]", "千分位"),
        ("milestones: [{kind: approved, date: 2026-02-01, total: -5万元}]", "负数"),
        ("progress: [{date: 2026-02-01, percent: '41'}]", "百分号"),
        ("milestones: [{kind: contract_signed, date: 2026-02-01, role: build, warranty: 两年}]", "24个月"),
        ("owner: 数据局", "shili/example-bureau"),
        ("owner: x", "shili/example-bureau"),
        ("class: Build", "小写字母"),
        ("source: example.org", "http"),
        ("investment_code: '123'", "2411-130202-89-01-637015"),
        ('name_en: "a\\nb"', "一行"),
        ("waivers: [{seq: 1, of: 第五条, authority: ordos/x, number: x, date: 2026-01-01}]", "AB-12 p1 s1"),
    ],
)
def test_the_form_is_wrong_and_the_right_one_is_told(line: str, words: str) -> None:
    told = only(HEAD + line + "\n")
    assert told.code == "schema.pattern"
    assert words in told.next_step.zh
    assert place(told)[0] == 5


def test_lengths_and_limits() -> None:
    assert only(HEAD + f"name_en: {'x' * 201}\n").values["length"] == 201
    assert only(HEAD + 'summary: ""\n').code == "schema.too-short"
    assert only(HEAD + "partners: []\n").code == "schema.empty-list"
    told = only(HEAD + "security: {mlps_level: 6}\n")
    assert (told.code, told.message.zh) == ("schema.out-of-range", "mlps_level（等保级别）是 6，不能大于 5")
    assert "不能小于 1" in only(HEAD + "standards: [{seq: 0, kind: local}]\n").message.zh


def test_a_list_whose_items_are_all_wrong_is_not_called_empty() -> None:
    assert [one.code for one in findings(HEAD + "partners: [甲, 乙]\n")] == ["schema.pattern"] * 2


def test_a_list_that_must_have_an_item() -> None:
    text = """\
        format: 1
        name: 库
        timezone: Asia/Shanghai
        site: {address: "https://example.org/"}
        repository: internal
        assurance: none
        disclosure_review: merge
        jurisdictions: []
        """
    told = only(text, "instance")
    assert (told.code, told.next_step.zh) == ("schema.empty-list", "请至少写一项")


@pytest.mark.parametrize("written", ["2", "0", "true", "'1'", "one", "[1]"])
def test_the_format_is_not_known(written: str) -> None:
    told = only(HEAD.replace("format: 1", f"format: {written}"))
    assert (told.code, told.field_path, place(told)) == ("schema.bad-format", "format", (1, 9))


def test_nothing_else_is_said_about_a_format_of_the_future() -> None:
    told = only("format: 7\nnew_field: 1\n")
    assert (told.code, "升级" in told.next_step.zh) == ("schema.bad-format", True)


@pytest.mark.parametrize("text", ["- a\n- b\n", "[]\n"])
def test_a_file_that_is_no_mapping(text: str) -> None:
    told = only(text)
    assert (told.code, place(told)) == ("schema.wrong-type", (1, 1))


# --- rows that are there twice -----------------------------------------------------------------------------------


def test_a_milestone_is_there_twice() -> None:
    told = only(
        HEAD
        + "milestones:\n"
        + "  - {kind: build_started, date: 2026-03-01}\n"
        + "  - {kind: build_started, seq: 2, date: 2026-03-01}\n"
        + "  - {kind: build_started, date: 2026-04-01}\n"
    )
    assert (told.code, place(told), told.values["first"]) == ("schema.duplicate-row", (8, 5), 6)
    assert "seq: 3" in told.next_step.zh


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("payments:\n  - &\n  - &\n".replace("&", "{seq: 1, date: 2026-01-01, contract: 1, amount: 1元}"), "1"),
        ("om_costs:\n  - &\n  - &\n".replace("&", "{year: 2026, amount: 1元}"), "2026"),
        ("progress:\n  - &\n  - &\n".replace("&", "{date: 2026-01-01, percent: 1%}"), "2026-01-01"),
        ("scope:\n  - &\n  - &\n".replace("&", "{id: a, name: 甲}"), "a"),
        ("shared_resources:\n  - &\n  - &\n".replace("&", "{resource: cloud, used: true}"), "cloud"),
        (
            "milestones:\n  - {kind: approved, date: 2026-01-01, documents: [&, {kind: plan, seq: 2}, &]}\n".replace(
                "&", "{kind: plan}"
            ),
            "plan",
        ),
        (
            "milestones:\n  - {kind: approved, date: 2026-01-01, scope: [&, &]}\n".replace(
                "&", "{item: a, amount: 1元}"
            ),
            "a",
        ),
    ],
)
def test_a_row_is_there_twice(text: str, name: str) -> None:
    told = only(HEAD + text)
    assert (told.code, told.values["value"]) == ("schema.duplicate-row", name)


def test_what_is_no_identity_may_be_there_twice() -> None:
    gaps = "gaps: [{year: 2026, serial: '0001', reason: x}, {year: 2026, serial: '0002', reason: y}]"
    text = f"""\
        format: 1
        name: 库
        timezone: Asia/Shanghai
        site: {{address: "https://example.org/"}}
        repository: internal
        assurance: none
        disclosure_review: merge
        jurisdictions:
          - {{id: ordos, name: x, region: "150600", {gaps}}}
        """
    assert judged(text, "instance").findings == ()
    planned = "planned: [{kind: contract_signed, date: 2026-03}, {kind: contract_signed, date: 2026-04}]\n"
    assert judged(HEAD + planned).findings == ()


def test_the_quick_look_at_rows_and_the_full_one_agree() -> None:
    plan = row_plan(BY_NAME["project"])
    rows = [
        {"kind": "a"},
        {"kind": "a", "seq": 2},
        {"kind": "b", "documents": [{"kind": "x"}, {"kind": "x", "seq": 2}]},
    ]
    for extra in ({"kind": "c"}, {"kind": "a", "seq": 2}, {"kind": "d", "documents": [{"kind": "x"}] * 2}):
        record = {"milestones": [*rows, extra], "payments": [{"seq": 1}, {"seq": 2}]}
        assert any_twins(record, plan) == bool(twins(record, plan))


# --- all of it ---------------------------------------------------------------------------------------------------


def test_one_record_tells_everything_in_order_of_place() -> None:
    told = findings(
        """\
        format: 1
        id: ordos-26-1
        jurisdiction: Ordos
        tags: []
        milestones:
          - {kind: approvd, date: 2026-01-01}
          - {kind: approved, date: 1 March}
          - {kind: closed, date: 2026-01-01, colour: red}
          - {kind: closed, date: 2026-01-01}
        payments:
          - {seq: 1, contract: 1, amount: 5}
        """
    )
    assert [(one.code.removeprefix("schema."), place(one)[0]) for one in told] == [
        ("missing-field", 1),
        ("pattern", 2),
        ("pattern", 3),
        ("empty-list", 4),
        ("unknown-kind", 6),
        ("pattern", 7),
        ("unknown-key", 8),
        ("duplicate-row", 9),
        ("missing-field", 11),
        ("pattern", 11),
    ]
    assert len({one.fingerprint for one in told}) == len(told)


def test_without_the_bytes_there_is_everything_but_the_place() -> None:
    made = validate(BY_NAME["project"], {"format": 1}, path="x.yaml")
    assert {one.field_path for one in made.findings} == {"id", "jurisdiction", "name"}
    assert all(one.position is None and one.record == "x.yaml" for one in made.findings)


def test_null_from_a_program_is_a_defect_and_not_a_crash() -> None:
    made = validate(BY_NAME["project"], {"format": 1, "id": None, "name": None, "milestones": None, "tags": [None]})
    assert made.model is None
    assert len(made.findings) == 5


SECRETS = ["13812345678", "11010519491231002X", "（机密★20年）", "password=hunter2-Zx81!", "zhang@example.com"]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize(
    "line",
    ["owner: '&'", "'&': x", "milestones: [{kind: '&', date: 2026-01-01}]", "source: '&'", "tags: ['&']",
     "payments: [{seq: '&'}]", "civil: {'&': true}", "milestones: [{kind: closed, date: '&'}]", "has_data: '&'",
     "scope: [{id: '&', name: x}, {id: '&', name: x}]", "name_en: {'&': x}"],
)  # fmt: skip
def test_what_must_not_get_out_is_not_repeated(line: str, secret: str) -> None:
    told = findings(HEAD + line.replace("&", secret) + "\n")
    assert told
    for one in told:
        said = f"{one.message} {one.next_step} {one.values} {one.field_path} {one.key} {one.fingerprint}"
        assert secret not in said
        assert one.sensitive or HIDDEN not in said.replace(f"{one.field_path} {one.key}", "")


def test_a_value_is_short_and_on_one_line() -> None:
    assert show("x" * 100) == "x" * 40 + "…"
    assert show("a\nb\x1b[31m") == HIDDEN or "\n" not in show("a\nb\x1b[31m")
    assert show(" a") == '" a"'
    assert show("") == '""'
    assert (show(True), show([1]), show({"a": 1})) == ("true", "[…]", "{…}")


def test_a_path_names_rows_and_never_what_is_unsound() -> None:
    series = BY_NAME["project"].series
    value = {"milestones": [{"kind": ["x"]}, {"kind": "a b\n"}, {"kind": "closed"}], "payments": [{"seq": 3}, {}]}
    assert field_path(value, ("milestones", 0, "date"), series) == "milestones/0/date"
    assert field_path(value, ("milestones", 1), series) == "milestones/1"
    assert field_path(value, ("milestones", 2, "date"), series) == "milestones/closed/date"
    assert field_path(value, ("payments", 0), series) == "payments/3"
    assert field_path(value, ("payments", 1), series) == "payments/1"


@pytest.mark.parametrize(
    "text",
    [
        "payments:\n" + "- {}\n" * 20000,
        "milestones:\n" + "- {kind: x}\n" * 10000,
        "".join(f"k{n}: 1\n" for n in range(15000)),
        "milestones:\n" + "- {kind: closed, date: 2026-01-01}\n" * 6000,
        "tags: [" + "A, " * 20000 + "A]\n",
        "x" * 100_000 + ": 1\n",
        "name_en: " + "x" * 200_000 + "\n",
        "milestones:\n- {kind: " + "x" * 200_000 + "}\n",
    ],
    ids=["empty rows", "unknown kinds", "unknown keys", "twins", "bad codes", "long key", "long text", "long kind"],
)
def test_a_flood_is_told_briefly_and_soon(text: str) -> None:
    start = time.process_time()
    told = findings(HEAD + text)
    spent = time.process_time() - start
    assert told
    counts = {one.code: sum(other.code == one.code for other in told) for one in told}
    assert max(counts.values()) <= MAX_PER_CODE
    assert all(len(one.message.zh) < 1000 for one in told)
    assert spent < 2  # far above what it takes: a slow machine is no defect


# --- the words cover the model -----------------------------------------------------------------------------------


def leaf_patterns() -> Iterator[tuple[str, str]]:
    for record_type in (*RECORD_TYPES, *TRUST_TYPES, EPOCHS, PUSHERS):
        for _, cls in all_classes(record_type.model):
            for slot in slots(cls).values():
                node = slot.node.item if isinstance(slot.node, Listing) else slot.node
                if isinstance(node, Leaf) and node.pattern and node.example is None:
                    yield node.pattern, f"{cls.__name__}.{slot.name}"


def test_every_pattern_of_the_model_has_words() -> None:
    used = dict(leaf_patterns())
    assert {pattern: used[pattern] for pattern in used if pattern not in PATTERN_FORMS} == {}
    assert set(PATTERN_FORMS) - set(used) == set()


def test_every_list_of_rows_is_planned() -> None:
    for record_type in RECORD_TYPES:
        plan = row_plan(record_type)
        assert set(record_type.series) <= set(plan)
        for name, natural in record_type.series.items():
            assert plan[name].names == natural


def test_codes_are_declared_once_and_in_both_languages() -> None:
    assert len({code.id for code in CODES}) == len(CODES)
    for code in CODES:
        names = {
            words: {name for _, name, _, _ in string.Formatter().parse(words) if name}
            for words in (code.message.zh, code.message.en, code.next_step.zh, code.next_step.en)
        }
        assert all(names is not None for names in names.values())
        assert code.id.startswith("schema.")


# --- anything the reader can yield -------------------------------------------------------------------------------

KEYS = st.sampled_from(sorted({*slots(Project), "kind", "seq", "date", "documents", "amount", "x", "no", ""}))
VALUES: st.SearchStrategy[object] = st.recursive(
    st.one_of(st.booleans(), st.integers(0, 10**15 - 1), st.text(max_size=20), st.sampled_from(["approved", "2026-01-01", "1元"])),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=12,
)  # fmt: skip


@given(st.dictionaries(KEYS, VALUES, max_size=8))
def test_no_data_makes_it_crash_and_a_model_means_no_finding(value: dict[str, object]) -> None:
    for name in ("project", "system", "district", "instance"):
        made = validate(BY_NAME[name], value, data=b"a: 1\n", path="x.yaml")
        assert (made.model is None) == bool(made.findings)

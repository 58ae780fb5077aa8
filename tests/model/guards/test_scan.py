"""The whole guard: quick look, many texts, what it costs, what it says, and that honest registers pass."""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from tests.shared import SHARED, needs_shared
from zongmu.model import guards
from zongmu.model.finding import finding

PIECES = [
    *"0123456789xX-. \n,|:=@/★\r\\\u200b\u00ad\u3000：，（）！？；—－０１３８ＡａＸ①③⑧²³",
    "138",
    "0013",
    "8000",
    "86",
    "6222021234567890128",
    "110101198003076638",
    "2701-150690-04-04-123454",
    "密",
    "机",
    "绝",
    "秘",
    "涉",
    "级",
    "机密",
    "密码",
    "密级",
    "工作秘密",
    "口令",
    "内部",
    "资料",
    "使用",
    "护照",
    "E12345678",
    "卡号",
    "电话",
    "元",
    "password",
    "PASSWORD",
    "token",
    "secret",
    "TOP ",
    "api_key",
    "AK",
    "Abc12345",
    "a@b.cn",
    "://u:pw@h",
    "eyJhbGciOiJI",
    ".",
    "A",
    "\u0301",
    "\u2f24",
    "О",
    "的",
    "数据",
]

TRICKY = st.lists(st.sampled_from(PIECES), max_size=24).map("".join)

RECORD = (
    "format: 1\nid: ordos-2027-0007\nname: 示例城市运行协同调度平台\ninvestment_code: 2701-150690-04-04-123454\n"
    "summary: 汇聚城管、交管、应急三部门事件，一处受理、协同处置；（一期）统筹建设，密码应用同步规划。\nmilestones:\n"
) + "".join(
    f"  - kind: contract_signed\n    seq: {i}\n    date: 2027-04-{i + 10}\n    number: SL-HT-2027-{i:03}\n"
    f"    role: build\n    supplier: 示例数据技术有限公司\n    amount: {i}68.5万元\n    body: ordos/data-bureau\n"
    f"    reason_text: 应急接入改用市视频共享平台，节余用于数据治理；资料齐全，同意备案。\n"
    for i in range(1, 17)
)
"""A clean record of about 5 KB."""


@given(TRICKY)
@example("1380013800²²")
@example("密码：Abc！1234")
@example("2701-150690-04-04-123454 138-0013-8000")
@example("9 2701-150690-04-04-123454")
def test_given_any_text_then_a_quick_no_is_certain(text: str) -> None:
    if not guards.quick(text):
        assert guards.thorough(text) == ()
    assert guards.scan(text) == guards.thorough(text)


@given(TRICKY)
def test_given_any_text_then_hits_lie_inside_it_in_order(text: str) -> None:
    hits = guards.scan(text)
    assert all(0 <= hit.start < hit.end <= len(text) for hit in hits)
    assert [hit.start for hit in hits] == sorted(hit.start for hit in hits)
    assert all(hit.kind in guards.KINDS for hit in hits)


@given(st.lists(TRICKY, max_size=6))
def test_given_many_texts_then_each_is_told_as_if_it_stood_alone(texts: list[str]) -> None:
    assert list(guards.scan_many(texts)) == [(n, hit) for n, text in enumerate(texts) for hit in guards.scan(text)]


@given(TRICKY)
def test_given_a_hit_then_what_is_said_depends_on_kind_and_place_alone(text: str) -> None:
    for hit in guards.scan(text):
        code = guards.code_for(hit.kind)
        told = finding(code, record="x", path="x.yaml", **guards.values_for(hit))
        same = finding(
            code, record="x", path="x.yaml", **guards.values_for(guards.Hit(hit.kind, hit.start, hit.end, hit.block))
        )
        assert told == same
        assert told.sensitive


@pytest.mark.parametrize(
    ("text", "passage"),
    [
        ("身份证 110101198003076638", "110101198003076638"),
        ("电话 138-0013-8000", "138-0013-8000"),
        ("收款账号 6222021234567890128", "6222021234567890128"),
        ("zhangsan@example.gov.cn", "zhangsan"),
        ("示例系统，机密★10年", "★10年"),
        ("密码：Abc@12345", "Abc@12345"),
    ],
)
def test_given_a_finding_then_nothing_in_it_repeats_the_passage(text: str, passage: str) -> None:
    for hit in guards.scan(text):
        told = finding(guards.code_for(hit.kind), record="x", path="x.yaml", **guards.values_for(hit))
        assert passage not in repr(told)
        assert str(hit.start + 1) in told.message.zh
        assert guards.KINDS[hit.kind].zh in told.message.zh
        assert guards.KINDS[hit.kind].en in told.message.en


def test_given_the_codes_then_all_are_sensitive_and_every_kind_has_one() -> None:
    assert len({code.id for code in guards.CODES}) == len(guards.CODES)
    assert all(code.sensitive and code.id.startswith("content.") for code in guards.CODES)
    assert {guards.code_for(kind) for kind in guards.KINDS} == set(guards.CODES)
    with pytest.raises(KeyError):
        guards.code_for("unheard-of")


def test_given_an_escape_in_a_file_then_the_quick_look_asks_for_the_loaded_values() -> None:
    source = 'name: "a\\u202eb"'
    assert guards.quick(source)
    assert guards.scan(source) == ()
    assert [hit.kind for hit in guards.scan(yaml.safe_load(source)["name"])] == ["bidi"]


def _best(call: Callable[[], object], times: int) -> float:
    """The fastest of some calls, in seconds."""
    best = float("inf")
    for _ in range(times):
        begun = time.process_time()
        call()
        best = min(best, time.process_time() - begun)
    return best


def test_given_a_clean_record_then_the_guard_costs_little_beside_parsing_it() -> None:
    assert not guards.quick(RECORD)
    assert 4_500 < len(RECORD.encode()) < 6_500
    parsing = _best(lambda: yaml.load(RECORD, yaml.CSafeLoader), 10)
    assert (
        _best(lambda: guards.quick(RECORD), 50) < parsing / 4
    )  # 8 to 20 times less where it was measured: machines differ


@pytest.mark.parametrize(
    "unit",
    [
        "1 ",
        "13 8 ",
        "13800138000 ",
        "a@b.co ",
        "@",
        "密",
        "机密",
        "密码 ",
        "-eyJ",
        "о",
        "\u200b",
        "1\u200b",
        "\r",
        "A\u0301",
    ],
)
def test_given_a_hostile_text_of_64_kib_then_the_time_grows_with_its_length_only(unit: str) -> None:
    short, long = (unit * (size // len(unit)) for size in (8_192, 65_536))
    assert _best(lambda: guards.scan(long), 2) < 8 * 6 * _best(lambda: guards.scan(short), 3) + 0.02


def _columns(path: Path, *names: str) -> Iterator[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            yield from (row[name] for name in names if row[name])


@needs_shared
def test_given_real_notices_and_projects_then_none_of_some_seven_thousand_texts_is_flagged() -> None:
    ningbo = SHARED / "data/china-ningbo-ygcg"
    texts = [
        *_columns(
            ningbo / "ningbo_bulletins_all.csv", "title", "buyer", "agent", "summary", "project_no", "project_id", "url"
        ),
        *_columns(ningbo / "ningbo_openings_it.csv", "prjName", "prjNo", "prjId", "bulletinId"),
        *_columns(SHARED / "data/real_projects.csv", "project_name", "owner", "supplier", "note", "source_url"),
    ]
    assert len(texts) > 7_000
    flagged = [(text, hits) for text in texts if (hits := guards.thorough(text))]
    assert flagged == []


@needs_shared
def test_given_the_sample_registry_then_no_file_is_flagged_and_the_quick_look_suffices() -> None:
    files = sorted((SHARED / "samples").rglob("*.yaml"))
    assert files
    for file in files:
        assert not guards.quick(file.read_text("utf-8")), file.name
        assert guards.thorough(file.read_text("utf-8")) == ()

"""``zongmu init-measure``: a measure folder that loads, passes its own examples and judges nothing; ``zongmu examples``."""

from __future__ import annotations

import errno
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.instances import Instance, make, say
from tests.shared import REPO
from zongmu.policy.law.loading import load_checks

TEXT = """示例市政务信息化项目管理办法
第一章 总则
第一条 为规范管理，制定本办法。
第二条 项目单位应当申报。投资 500 万元以上的，原则上应当监理：
（一）建设类；
（三）服务类。
第四条 本办法自印发之日起施行。
"""
COMMAND = ("init-measure", "shili_2026", "--jurisdiction", "demo", "--title", "示例市“办法”: 一")


def snapshot(root: Path) -> dict[str, bytes]:
    made = {"__pycache__", ".cache"}  # what a run leaves for the next
    files = (p for p in root.rglob("*") if p.is_file() and made.isdisjoint(p.parts))
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in files}


def begin(tmp_path: Path, *more: str | Path) -> Instance:
    one = make(tmp_path)
    said = one.say(*COMMAND, *more)
    assert said.code == 0, said.all
    return one


def test_it_loads_judges_nothing_and_touches_nothing_else(tmp_path: Path) -> None:
    one = make(tmp_path)
    before, gate = snapshot(one.root), one.say("check").out.splitlines()[-1]
    said = one.say(*COMMAND)
    assert said.code == 0
    after = snapshot(one.root)
    assert {k: v for k, v in after.items() if not k.startswith("checks/shili_2026/")} == before
    checks = load_checks(one.root)
    assert [str(p) for p in checks.problems] == []
    measure = checks.measures["shili_2026"].measure
    assert {s.coverage for s in measure.sentences.values()} == {"todo"}
    assert measure.title.zh == "示例市“办法”: 一"
    assert one.say("check").out.splitlines()[-1] == gate
    assert "registry/registry.yaml" in said.out
    assert "issued" in said.out


@pytest.mark.parametrize("days", [(), ("--from", "2025-02-02"), ("--from", "2026-01-01", "--to", "2028-12-31")])
def test_its_example_rule_passes_its_examples_whenever_the_measure_begins(
    days: tuple[str, ...], tmp_path: Path
) -> None:
    one = begin(tmp_path, *days)
    said = one.say("examples", "shili_2026")
    assert said.code == 0, said.all
    assert "1 条规则，7 个例子，全部符合" in said.out


def test_the_text_becomes_rows_and_none_of_it_is_copied(tmp_path: Path) -> None:
    text = tmp_path / "办法.txt"
    text.write_text(TEXT, encoding="utf-8")
    one = begin(tmp_path / "root", "--text", text, "--prefix", "SL")
    measure = load_checks(one.root).measures["shili_2026"].measure
    rows = {at: (s.coverage, s.modality) for at, s in measure.sentences.items()}
    assert rows == {
        "SL-0": ("todo", "declares"),
        "SL-1": ("todo", "declares"),
        "SL-2 p1 s1": ("todo", "must"),
        "SL-2 p1 s2": ("todo", "principle"),
        "SL-2 p1(1)": ("todo", "declares"),
        "SL-2 p1(2)": ("missing", "declares"),
        "SL-2 p1(3)": ("todo", "declares"),
        "SL-3": ("missing", "declares"),
        "SL-4": ("todo", "declares"),
    }
    files = [p for p in (one.root / "checks/shili_2026").rglob("*.*") if p.suffix != ".pyc"]
    written = "".join(p.read_text(encoding="utf-8") for p in files)
    assert "SL-2 p1 s2: 500万元以上" in written
    assert "规范管理" not in written
    assert "项目单位应当申报" not in written
    assert measure.sentences["SL-2 p1(1)"].gist.zh == "待写要旨：第二条第一款第（一）项"


def test_another_text_of_the_measure_is_held_against_the_rows(tmp_path: Path) -> None:
    text = tmp_path / "办法.txt"
    text.write_text(TEXT, encoding="utf-8")
    one = begin(tmp_path / "root", "--text", text, "--prefix", "SL")
    same = one.say("explain", "shili_2026", "--text", text)
    assert (same.code, same.out.splitlines()[-1]) == (0, "  6 句措辞全部相同")
    text.write_text(
        TEXT.replace("500 万元以上", "300万元以上")
        .replace("（三）服务类", "（二）服务类")
        .replace("应当申报", "应当\n申报"),
        encoding="utf-8",
    )
    other = one.say("explain", "shili_2026", "--text", text)
    assert other.code == 1
    assert "措辞不同（1）：\n    SL-2 p1 s2（第二条第一款第2句）" in other.out
    assert "这份文本里没有（1）：\n    SL-2 p1(3)" in other.out
    assert "这份文本里多出（1）：\n    SL-2 p1(2)" in other.out
    assert one.say("explain", "SL-1", "--text", text).code == 2


def test_a_text_as_an_office_saves_it(tmp_path: Path) -> None:
    text = tmp_path / "办法.txt"
    text.write_bytes(TEXT.replace("\n", "\r\n").encode("gb18030"))
    one = begin(tmp_path / "root", "--text", text)
    assert "SH-2 p1 s2" in load_checks(one.root).measures["shili_2026"].measure.sentences


def test_a_citys_matrix_is_all_todo_and_explained(tmp_path: Path) -> None:
    one = begin(tmp_path)
    said = one.say("explain", "SH-1")
    assert said.code == 0
    assert "尚未编码" in said.out


def test_once_named_in_the_registry_it_still_blocks_nothing(tmp_path: Path) -> None:
    one = begin(tmp_path, "--from", "2020-01-01")
    one.edit("registry/registry.yaml", "measures: [demo_2025]", "measures: [shili_2026]")
    one.project(9, "milestones:\n  - {kind: declared, date: 2026-01-08}\n")
    said = one.say("check")
    assert said.code == 0, said.all


def test_new_files_are_clean_to_the_tools_of_this_house(tmp_path: Path) -> None:
    one = begin(tmp_path)
    folder = one.root / "checks" / "shili_2026"
    config = REPO / "pyproject.toml"
    for command in (["check"], ["format", "--check"]):
        done = subprocess.run(
            [Path(sys.executable).parent / "ruff", *command, "--config", config, folder],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout
    sys.modules.pop("checks", None)


WRONG = {
    "bad-id": (("Shili-2026",), {}, "Shili-2026"),
    "exists": (("demo_2025",), {}, "demo_2025"),
    "unknown-jurisdiction": (("shili_2026",), {"--jurisdiction": "elsewhere"}, "elsewhere"),
    "bad-jurisdiction": (("shili_2026",), {"--jurisdiction": "示例"}, "示例"),
    "bad-prefix": (("shili_2026",), {"--prefix": "s l"}, "s l"),
    "prefix-taken": (("shili_2026",), {"--prefix": "DM"}, "DM"),
    "no-text": (("shili_2026",), {"--text": "nowhere.txt"}, "nowhere.txt"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_made_is_said_and_leaves_nothing(name: str, tmp_path: Path) -> None:
    one = make(tmp_path)
    before = snapshot(one.root)
    (id,), options, word = WRONG[name]
    given = {"--jurisdiction": "demo", "--title": "办法", **options}
    said = one.say("init-measure", id, *(part for pair in given.items() for part in pair))
    assert said.code == 2
    assert f"[init-measure.{name}]" in said.err
    assert word in said.err
    assert snapshot(one.root) == before


def test_half_a_measure_does_not_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = make(tmp_path)
    write = Path.write_text

    def full(path: Path, *args: Any, **more: Any) -> int:
        if path.name == "parameters.yaml":
            raise OSError(errno.ENOSPC, "full")
        return write(path, *args, **more)

    monkeypatch.setattr(Path, "write_text", full)
    before, said = snapshot(one.root), one.say(*COMMAND)
    assert (said.code, "磁盘已满" in said.err, snapshot(one.root)) == (2, True, before)


def test_a_file_without_articles_is_no_measure(tmp_path: Path) -> None:
    one = make(tmp_path / "root")
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(b"%PDF-1.4\n\xff\xfe\x00")
    said = one.say(*COMMAND, "--text", scan)
    assert "init-measure.no-articles" in said.err


def test_outside_an_instance(tmp_path: Path) -> None:
    assert "init-measure.no-checks" in say("--root", tmp_path, *COMMAND).err


# ── examples ──


def test_all_examples_of_an_instance(tmp_path: Path) -> None:
    one = make(tmp_path)
    said = one.say("examples", "--lang", "en")
    assert said.code == 0
    assert said.out.splitlines()[-1].startswith("4 rules, ")


def test_an_example_that_is_not_as_it_expects(tmp_path: Path) -> None:
    one = make(tmp_path)
    one.edit("checks/demo_2025/examples/dm3_surplus.yaml", "severity: notice", "severity: blocking")
    said = one.say("examples", "dm3_surplus")
    assert said.code == 1
    assert "checks/demo_2025/examples/dm3_surplus.yaml:3: 第 1 例 未退" in said.out
    # What differs, and what came of it as the file would have it.
    assert "期望 expected severity: blocking，得到 got record: demo-2026-0001, outcome: fail" in said.out
    assert "shows: [absent milestones/surplus_returned = None]" in said.out
    assert "1 处不符" in said.out


def test_an_example_whose_act_lies_before_the_measure_says_when_that_is_in_force(tmp_path: Path) -> None:
    one = make(tmp_path)
    one.edit("checks/demo_2025/measure.yaml", "from: 2025-01-01", "from: 2026-06-01")
    said = one.say("examples", "dm3_surplus")
    assert said.code == 1
    assert "no_measure_in_force" in said.out
    assert "demo_2025 的施行期为 2026-06-01 至 2026-12-31，例中行为的日期" in said.out


def test_settings_of_examples_that_do_not_fit_are_told_as_those_of_the_registry_are(tmp_path: Path) -> None:
    one = make(tmp_path)
    one.edit("checks/demo_2025/examples/_base.yaml", "repository: internal", "repository: inside")
    said = one.say("examples", "dm3_surplus")
    assert said.code == 1
    assert "invalid settings: repository（仓库）不能是 inside" in said.out
    assert "改成下列之一：internal 内部、public 公开" in said.out


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("outcome: fail", "outcome: fial", ":5: outcome 是不是 fail？"),
        ("severity: notice", "severity: note", ":5: severity 是不是 notice？"),
        ("severity: notice", "severty: notice", ":5: severty 是不是 severity？"),
    ],
)
def test_an_expectation_that_nothing_could_meet_is_told_with_what_was_meant(
    old: str, new: str, told: str, tmp_path: Path
) -> None:
    one = make(tmp_path)
    one.edit("checks/demo_2025/examples/dm3_surplus.yaml", old, new)
    said = one.say("examples", "dm3_surplus")
    assert said.code == 2
    assert all(word in said.err for word in told.split(" ")), said.err


def test_a_name_that_nothing_defines_is_told_though_no_example_comes_to_it(tmp_path: Path) -> None:
    one = make(tmp_path)
    one.edit(
        "checks/demo_2025/rules.py",
        "    if over is None:",
        "    if over is None and ctx is None:\n        return mising(over)\n    if over is None:",
    )
    said = one.say("examples", "dm2_supervision")
    assert said.code == 1
    assert "checks/demo_2025/rules.py:36: mising 没有定义" in said.out
    assert "1 处不符" in said.out


def test_a_reason_without_words_is_named(tmp_path: Path) -> None:
    one = make(tmp_path)
    one.edit("checks/demo_2025/messages.yaml", "same_name: ", "other: ")
    said = one.say("examples", "dm4_names")
    assert said.code == 1
    assert "same_name 没有文字" in said.out


def test_what_lowers_a_finding_is_a_reading_that_there_is(tmp_path: Path) -> None:
    one = make(tmp_path)
    one.edit("checks/demo_2025/rules.py", "    failed,\n", "    failed,\n    warned,\n")
    one.edit(
        "checks/demo_2025/rules.py",
        'return failed(step, because="absent")',
        'return warned("R7", step, because="absent")',
    )
    said = one.say("examples", "dm2_supervision")
    assert said.code == 1
    assert "dm2_supervision：以 R7 减轻" in said.out


def test_a_rule_whose_examples_never_pass(tmp_path: Path) -> None:
    one = make(tmp_path)
    file = "checks/demo_2025/examples/dm3_surplus.yaml"
    one.write(file, one.read(file).split("  - name: 已退")[0])
    said = one.say("examples")
    assert said.code == 1
    assert "checks/demo_2025/examples/dm3_surplus.yaml: dm3_surplus 没有结论为 pass 的例子" in said.out


def test_examples_that_are_wrong_or_of_nothing(tmp_path: Path) -> None:
    one = make(tmp_path)
    assert "examples.unknown" in one.say("examples", "dm9_none").err
    one.edit("checks/demo_2025/examples/dm3_surplus.yaml", "given: {milestones: {accounts_settled: {}}}", "gaven: {}")
    said = one.say("examples", "dm3_surplus")
    assert said.code == 2
    assert "checks/demo_2025/examples/dm3_surplus.yaml" in said.err

"""A folder of law that is wrong in one place: ``zongmu check`` says where, in both languages, and judges nothing."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.instances import Instance, make
from zongmu.policy import examples
from zongmu.policy.law import patience

FOLDER = "checks/demo_2025"
MEASURE, PARAMETERS, RULES, TEXTS = (
    f"{FOLDER}/{name}" for name in ("measure.yaml", "parameters.yaml", "rules.py", "messages.yaml")
)
TWICE = '\n@rule(cites=["DM-2"], since="0.1")\ndef dm2_supervision(ctx: ProjectContext) -> Verdict:\n    """二。"""\n    return passed()\n'

EDITS: dict[str, tuple[str, str, str, str]] = {
    # what is wrong: file, what stood there, what stands there now, where and what is said
    "a key of the measure misspelt": (MEASURE, "prefix: DM", "prefx: DM", "measure.yaml:2 prefx prefix？"),
    "a key of a sentence misspelt": (MEASURE, "modality: principle", "modalty: principle", "measure.yaml:14 modalty"),
    "a modality that is none": (MEASURE, "modality: principle", "modality: shall", "measure.yaml:14 shall"),
    "a class that is none": (MEASURE, "class: informational", "class: info", "measure.yaml:17 info"),
    "binding a role that is none": (MEASURE, "binds: finance", "binds: treasury", "measure.yaml:15 treasury"),
    "a day that is none": (MEASURE, "from: 2025-01-01", "from: 2025-02-30", "measure.yaml:4 2025-02-30"),
    "ending before it begins": (MEASURE, "to: 2026-12-31", "to: 2024-12-31", "measure.yaml:4 2024-12-31"),
    "a title in one language": (MEASURE, ", en: Demonstration measure", "", "measure.yaml:3 title"),
    "an id that is not the folder's": (MEASURE, "id: demo_2025", "id: demo_2026", "measure.yaml:1 demo_2026"),
    "roles that are a list": (MEASURE, "roles:\n", "roles: [bureau]\nx:\n", "measure.yaml: x"),
    "binding another role that is none": (
        MEASURE,
        "binds: finance",
        "binds: finance, also_binds: [treasury]",
        "measure.yaml:15 treasury",
    ),
    "vouching by a role that is none": (MEASURE, "binds: finance", "vouched_by: treasury", "measure.yaml:15 treasury"),
    "a field that no record has": (
        MEASURE,
        "class: informational",
        "class: structural, field: 'class, organizations/kind'",
        "measure.yaml:17 organizations/kind",
    ),
    "a sentence that has no row": (
        MEASURE,
        "readings:\n",
        "  - {at: DM-7 p2 s1, gist: {zh: 七, en: seven}, class: informational, reason: {zh: 无, en: none}}\ntext_sentences: 6\nreadings:\n",
        "measure.yaml:18 DM-6 第六条",
    ),
    "fewer sentences than the text has": (MEASURE, "sentences:\n", "text_sentences: 6\nsentences:\n", "measure.yaml:12 5"),
    "a count that is none": (MEASURE, "sentences:\n", "text_sentences: six\nsentences:\n", "measure.yaml:12 six"),
    "the wording of one sentence alone": (
        MEASURE,
        "sentences:\n  - {at: DM-1 p1 s1, ",
        "text_sentences: 5\nsentences:\n  - {at: DM-1 p1 s1, hash: 0a1b2c3d4e5f, ",
        "measure.yaml:15 DM-2 hash",
    ),
    "a hash that is none": (MEASURE, "at: DM-5, ", "at: DM-5, hash: 0a1b, ", "measure.yaml:17 DM-5 0a1b"),
    "a sentence listed twice": (MEASURE, "at: DM-5", "at: DM-3", "measure.yaml:17 DM-3"),
    "an automated sentence that no rule claims": (MEASURE, ", rules: [dm4_names]", "", "DM-4"),
    "a sentence that lists no rule there is": (MEASURE, "[dm4_names]", "[dm4_names, dm9_x]", "measure.yaml:16 dm9_x"),
    "a reading that is not said": (MEASURE, ", taken: {zh: 不要求, en: not required}", "", "measure.yaml:19 taken"),
    "a parameter without a citation": (PARAMETERS, "  cites: DM-2\n", "", "parameters.yaml:10 cites"),
    "a parameter of no sentence": (PARAMETERS, "cites: DM-2", "cites: DM-22", "parameters.yaml:10 DM-22"),
    "a key of a parameter misspelt": (PARAMETERS, "words: 二百", "word: 二百", "parameters.yaml:14 words？"),
    "an amount without its unit": (PARAMETERS, "200万元", "2000000", "parameters.yaml:10 金额缺少单位"),
    "a comparator that is none": (PARAMETERS, '">"', '"≥"', "parameters.yaml:10 ≥"),
    "values of overlapping validity": (
        PARAMETERS,
        "    - {from: measure, value: 200万元}",
        "    - {from: 2025-06-01, value: 200万元}\n    - {from: 2025-06-01, value: 300万元}",
        "parameters.yaml:10",
    ),
    "a day of checking that is none": (
        PARAMETERS,
        "readings: [R1]\n  last_checked: 2026-11-21",
        "readings: [R1]\n  last_checked: soon",
        "parameters.yaml:10 soon",
    ),
    "a text without a cure": (TEXTS, ", cure: {zh: 签订监理合同, en: sign a supervision contract}", "", "messages.yaml:2 cure"),
    "a text of more than there is": (TEXTS, "cure: {zh: 审核", "note: x, cure: {zh: 审核", "messages.yaml:3 note"),
    "texts of no rule": (TEXTS, "dm4_names:", "dm4_nams:", "messages.yaml:4 dm4_nams"),
    "YAML that does not read": (TEXTS, "en: check}}", "en: check}", "messages.yaml:3"),
    "Python that does not read": (RULES, "return passed() if", "return passed( if", "rules.py:51 SyntaxError"),
    "an import of nothing": (RULES, "    undetermined,\n", "    undetermned,\n", "rules.py:8 undetermned"),
    "an import of another room": (RULES, "from zongmu.policy import (", "import zongmu.store\nfrom zongmu.policy import (", "rules.py:8 zongmu.store"),
    "an import of the machine": (RULES, "from zongmu.policy import (", "import os\nfrom zongmu.policy import (", "rules.py:8 os itertools"),
    "reading a file": (RULES, "    if over is None:", "    if open('x'):", "rules.py:35 open"),
    "changing what it is given": (RULES, "    if over is None:", "    ctx.view.project = None\n    if over is None:", "rules.py:35 ctx.view.project"),
    "an argument that is none": (RULES, 'since="0.1", waivable_by', 'sinc="0.1", waivable_by', "rules.py:25 sinc"),
    "a text where a list belongs": (RULES, 'cites=["DM-2"]', 'cites="DM-2"', "rules.py:31 cites=['DM-2']"),
    "a citation of nothing": (RULES, 'cites=["DM-2"]', 'cites=["DM-22"]', "rules.py:31 DM-22"),
    "an act of no kind": (RULES, 'act="design_approved"', 'act="design_aproved"', "rules.py:31 design_approved？"),
    "a guard that is none": (RULES, 'act="design_approved"', 'act="design_approved", applies_to=["class"]', "rules.py:31 Guard"),
    "a subject that is none": (RULES, 'on="registry"', 'on="registri"', "rules.py:60 registri"),
    "a number in code": (RULES, "    if over is None:", "    if over is None or 500 > 1:", "rules.py:35 500"),
    "deciding otherwise than the parameter": (
        RULES, 'ctx.money("dm.supervision")', 'ctx.money("dm.supervision", ">=")', "rules.py:34 dm.supervision >="
    ),
    "the clock in code": (RULES, "    if over is None:", "    if date.today():", "rules.py:35 ctx.asof"),
}  # fmt: skip


def write(file: str, text: str) -> Callable[[Instance], object]:
    return lambda one: one.write(file, text)


def instead(file: str, made: Callable[[Path], object]) -> Callable[[Instance], object]:
    def put(one: Instance) -> None:
        one.path(file).unlink()
        made(one.path(file))

    return put


def append(file: str, text: str) -> Callable[[Instance], object]:
    return lambda one: one.append(file, text)


MADE: dict[str, tuple[Callable[[Instance], object], str]] = {
    "a rule in a folder below": (write(f"{FOLDER}/topic/rules.py", ""), "topic/rules.py demo_2025/"),
    "an empty measure": (write(MEASURE, ""), "measure.yaml:1"),
    "a measure that is a list": (write(MEASURE, "- a\n"), "measure.yaml"),
    "a module that raises": (append(RULES, '\nraise RuntimeError("boom")\n'), "rules.py:71 boom"),
    "a module that ends the process": (append(RULES, "\nraise SystemExit(0)\n"), "rules.py:71 SystemExit"),
    "two rules of a name": (append(RULES, TWICE), "rules.py:72 dm2_supervision"),
    "examples of no rule": (write(f"{FOLDER}/examples/dm9_x.yaml", "rule: dm9_x\ncases: []\n"), "dm9_x.yaml:1"),
    "a rule without examples": (lambda one: one.path(f"{FOLDER}/examples/dm4_names.yaml").unlink(), "rules.py:60"),
    "no texts": (lambda one: one.path(TEXTS).unlink(), "rules.py:25"),
    "a module that is no text": (write(RULES, "\0"), "rules.py null bytes"),
    "a package that is no text": (write("checks/__init__.py", "\0"), "checks/__init__.py null bytes"),
    "a folder for a module": (instead(RULES, Path.mkdir), "rules.py 应为普通文件"),
    "a link to nothing": (instead(PARAMETERS, lambda path: path.symlink_to("nowhere")), "parameters.yaml 应为普通文件"),
    "a pipe": (instead(f"{FOLDER}/examples/dm4_names.yaml", os.mkfifo), "dm4_names.yaml 应为普通文件"),
}
CASES = {name: ((lambda one, e=e: one.edit(*e[:3])), e[3]) for name, e in EDITS.items()} | MADE


@pytest.mark.parametrize("name", CASES)
def test_wrong_law_is_told_where_it_is(name: str, tmp_path: Path) -> None:
    one = make(tmp_path)
    breaks, said = CASES[name]
    breaks(one)
    told = one.say("check")
    assert told.code == 2
    assert "[checks.invalid]" in told.all
    assert "Traceback" not in told.all
    for part in said.split(" "):
        assert part in told.all, told.all
    assert not re.search(r"\.py:None|object has no|indices must be", told.all), "nothing of Python's own words"


RULE = '    over, step = compare(ctx.view.total_investment, ctx.money("dm.supervision"))\n'


SOON = 0.8
"""Seconds of work after which a loop is interrupted here: less to wait for, and enough for a sound rule on a busy machine."""


@pytest.mark.parametrize(
    "line", ["raise ValueError('x')", "dm2_supervision(ctx)", "raise SystemExit(0)", "while True: pass"]
)
def test_a_rule_that_crashes_ends_the_process_or_never_ends(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is a wrong rule, with its line in ``checks/``; the other rules are asked all the same."""
    if "while" in line:
        monkeypatch.setattr(patience, "RECORD", SOON)
        monkeypatch.setattr(examples, "EXAMPLE", 0.3)
    one = make(tmp_path)
    one.edit(RULES, RULE, f"    {line}\n{RULE}")
    assert one.say("examples", "dm2_supervision").code == 1
    told = one.say("check", "--no-cache")
    assert told.code == 2
    assert "未能裁决 [dm2_supervision]" in told.out
    assert "checks/demo_2025/rules.py:34" in told.out
    assert "dm1_apply" in told.out
    assert "签订监理合同" not in told.out, "the record is not to blame"


@pytest.mark.parametrize("file", ["__init__.py", "common/extra.py", "demo_2025/extra.py"])
def test_a_file_whose_import_never_ends_is_told_with_its_line(
    file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "RECORD", SOON)
    one = make(tmp_path)
    one.write(f"checks/{file}", "seen = 0\nwhile True:\n    seen += 1\n")
    said = one.say("check")
    assert said.code == 2
    assert re.search(rf"checks/{file}:[23]: .*不见尽头", said.err)


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("__init__.py", "import pathlib"),
        ("common/extra.py", "import pathlib"),
        ("demo_2025/extra.py", "import pathlib"),
        ("demo_2025/extra.py", "import re, pathlib"),
        ("demo_2025/extra.py", "import re as r , collections.abc, pathlib"),
        ("demo_2025/extra.py", "x = 1; import pathlib"),
    ],
)
def test_what_reaches_out_is_refused_before_it_runs(file: str, line: str, tmp_path: Path) -> None:
    one = make(tmp_path / "one")
    mark = tmp_path / "ran"
    there = one.read(f"checks/{file}") if one.path(f"checks/{file}").exists() else ""
    one.write(f"checks/{file}", f"{there}\n{line}\n\npathlib.Path({str(mark)!r}).touch()\n")
    said = one.say("check")
    assert said.code == 2
    assert f"checks/{file}:" in said.err
    assert "[checks.invalid]" in said.err
    assert not mark.exists()

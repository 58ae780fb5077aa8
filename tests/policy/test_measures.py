"""A measure folder that is wrong keeps the command from running, and says where: wrong law gives wrong verdicts."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from tests.instances import Instance, make
from zongmu.model.scalars import Duration, Money
from zongmu.policy.law.measure import MeasureError
from zongmu.policy.law.measure_file import measure_from
from zongmu.policy.law.parameters import MonthDay, parameters_from

FOLDER = "checks/demo_2025"
MEASURE, PARAMETERS = f"{FOLDER}/measure.yaml", f"{FOLDER}/parameters.yaml"
MESSAGES, RULES = f"{FOLDER}/messages.yaml", f"{FOLDER}/rules.py"

# What is changed (file, old text, new text; new file where old is ""), the file that must be named, what must be said.
WRONG: dict[str, tuple[str, str, str, str, str]] = {
    "parameter without citation": (PARAMETERS, "  cites: DM-2\n", "", PARAMETERS, "cites"),
    "parameter citing nothing": (PARAMETERS, "cites: DM-2", "cites: DM-99", PARAMETERS, "DM-99"),
    "parameter without words": (PARAMETERS, "  words: 三十日内\n", "", PARAMETERS, "words"),
    "parameter of no kind": (PARAMETERS, "kind: duration", "kind: length", PARAMETERS, "length"),
    "parameter of another notation": (PARAMETERS, "value: 30日", "value: 30", PARAMETERS, "dm.apply"),
    "parameter with a misspelt key": (PARAMETERS, "comparator: \">\"", "compare: \">\"", PARAMETERS, "compare"),
    "parameter without a value": (PARAMETERS, "  values:\n    - {from: measure, value: 30日}", "  values: []", PARAMETERS, "dm.apply"),
    "parameter that is a word": (PARAMETERS, "dm.apply:\n", "dm.other: 30日\ndm.apply:\n", PARAMETERS, "dm.other"),
    "parameter without an English title": (PARAMETERS, "{zh: 申报期限, en: Time to apply}", "{zh: 申报期限}", PARAMETERS, "en"),
    "parameter of an unknown reading": (PARAMETERS, "readings: [R1]", "readings: [R9]", PARAMETERS, "R9"),
    "values out of order": (
        PARAMETERS, "    - {from: measure, value: 30日}",
        "    - {from: 2026-01-01, value: 30日}\n    - {from: 2025-01-01, value: 20日}", PARAMETERS, "dm.apply",
    ),
    "parameters that are no YAML": (PARAMETERS, "dm.apply:\n", "dm.apply:\n  title: [\n", PARAMETERS, ""),
    "examples of an unknown rule": (f"{FOLDER}/examples/dm9_none.yaml", "", "rule: dm9_none\ncases: []\n", "dm9_none.yaml", "dm9_none"),
    "examples that name another rule": (
        f"{FOLDER}/examples/dm1_apply.yaml", "rule: dm1_apply", "rule: dm9_none", f"{FOLDER}/examples/dm1_apply.yaml", "dm9_none",
    ),
    "rule citing nothing there is": (RULES, 'cites=["DM-3"]', 'cites=["DM-77"]', RULES, "DM-77"),
    "rule citing no sentence": (RULES, 'cites=["DM-3"]', "cites=[]", RULES, "dm3_surplus"),
    "rule that its sentence does not list": (MEASURE, "rules: [dm3_surplus]", "rules: [dm2_supervision]", RULES, "DM-3"),
    "rule of an unknown reading": (RULES, 'readings=["R1"]', 'readings=["R8"]', RULES, "R8"),
    "rule without texts": (MESSAGES, "dm1_apply: {", "dm1_applies: {", RULES, "dm1_apply"),
    "texts without a rule": (MESSAGES, "", "", MESSAGES, "dm9_none"),
    "texts without a cure": (MESSAGES, ", cure: {zh: 改名, en: rename}", "", MESSAGES, "cure"),
    "texts that are a word": (MESSAGES, "", "", MESSAGES, "dm9_none"),
    "sentence listed twice": (MEASURE, "at: DM-5", "at: DM-4", MEASURE, "DM-4"),
    "sentence listing an unknown rule": (MEASURE, "rules: [dm4_names]", "rules: [dm4_names, dm4_more]", MEASURE, "dm4_more"),
    "automated sentence without a rule": (MEASURE, "class: informational, reason: {zh: 无可检查, en: nothing to check}", "class: automated", MEASURE, "DM-5"),
    "sentence of no class": (MEASURE, "class: informational", "class: whatever", MEASURE, "whatever"),
    "sentence of no modality": (MEASURE, "modality: principle", "modality: rather", MEASURE, "rather"),
    "sentence binding nobody known": (MEASURE, "binds: finance", "binds: treasury", MEASURE, "treasury"),
    "sentence with a misspelt key": (MEASURE, "modality: principle", "moddality: principle", MEASURE, "moddality"),
    "sentence without a gist": (MEASURE, "{at: DM-5, gist: {zh: 说明, en: Declares}, ", "{at: DM-5, ", MEASURE, "gist"),
    "sentence without English": (MEASURE, "gist: {zh: 说明, en: Declares}", "gist: 说明", MEASURE, "gist"),
    "sentence that is a word": (MEASURE, "sentences:\n", "sentences:\n  - DM-0\n", MEASURE, ""),
    "rules of a sentence that are a word": (MEASURE, "rules: [dm1_apply]", "rules: dm1_apply", MEASURE, "DM-1"),
    "missing sentence that a rule cites": (MEASURE, "modality: authority, binds: finance, class: automated", "class: missing", RULES, "DM-3"),
    "measure with a misspelt key": (MEASURE, "prefix: DM", "prefixes: DM", MEASURE, "prefixes"),
    "measure without an id": (MEASURE, "id: demo_2025\n", "", MEASURE, "id"),
    "measure in force from no day": (MEASURE, "from: 2025-01-01", "from: 2025-13-01", MEASURE, "2025-13-01"),
    "measure with a duplicate key": (MEASURE, "prefix: DM", "prefix: DM\nprefix: DN", MEASURE, "第 2 行"),
    "readings that share an id": (MEASURE, "readings:\n", "readings:\n  - {id: R1, point: {zh: 甲, en: a}, taken: {zh: 甲, en: a}}\n", MEASURE, "R1"),
    "module with a slip of the pen": (RULES, "    return passed() if", "    retrun passed() if", RULES, "SyntaxError"),
    "module importing what is not there": (RULES, "    warned,\n" if False else "    deadline,\n", "    deadlines,\n", RULES, "deadlines"),
    "rule declared wrongly": (RULES, 'act="accounts_settled"', 'akt="accounts_settled"', RULES, "akt"),
    "package that cannot be imported": ("checks/__init__.py", "", "raise RuntimeError('no')\n", "checks/__init__.py", "RuntimeError"),
}  # fmt: skip


def spoil(one: Instance, name: str) -> tuple[str, str]:
    """Make the law wrong; returns the file that must be named and what must be said."""
    file, old, new, told, word = WRONG[name]
    if name == "texts without a rule":
        one.append(MESSAGES, "dm9_none: {title: {zh: 甲, en: a}, about: {zh: 甲, en: a}, cure: {zh: 甲, en: a}}\n")
    elif name == "texts that are a word":
        one.append(MESSAGES, "dm9_none: 甲\n")
    elif not old:
        one.write(file, new)
    else:
        one.edit(file, old, new)
    return told, word


@pytest.mark.parametrize("name", WRONG)
def test_wrong_law_is_named_with_its_file_and_nothing_is_judged(name: str, tmp_path: Path) -> None:
    one = make(tmp_path)
    told, word = spoil(one, name)
    said = one.say("check")
    assert said.code == 2
    assert said.out == ""
    assert "Traceback" not in said.err
    assert "[checks.invalid]" in said.err, said.err
    first = said.err.splitlines()[0]
    assert told in first or told in said.err
    assert word in said.err


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("parameter without citation", "dm.supervision:"),
        ("sentence listed twice", "at: DM-4, gist: {zh: 说明"),
        ("sentence of no modality", "modality: rather"),
        ("module with a slip of the pen", "retrun"),
        ("module importing what is not there", "from zongmu.policy import"),
        ("rule of an unknown reading", "R8"),
        ("texts without a rule", "dm9_none:"),
        ("texts without a cure", "dm4_names:"),
        ("examples that name another rule", "rule: dm9_none"),
        ("measure with a duplicate key", "prefix: DN"),
    ],
)
def test_where_there_is_a_line_it_is_named(name: str, text: str, tmp_path: Path) -> None:
    one = make(tmp_path)
    told, _ = spoil(one, name)
    (line,) = [n for n, row in enumerate(one.read(told).splitlines(), 1) if text in row]
    assert one.say("check").err.startswith(f"{told}:{line}: ")


def test_everything_that_is_wrong_is_told_at_once_and_in_either_language(tmp_path: Path) -> None:
    one = make(tmp_path)
    for name in ("parameter of an unknown reading", "rule of an unknown reading", "sentence listing an unknown rule"):
        spoil(one, name)
    said = one.say("check", "--lang", "en").err
    assert all(word in said for word in ("R9", "R8", "dm4_more"))
    assert "could not run" in said
    assert "2 more" in said


@pytest.mark.parametrize("command", [["explain", "DM-1"], ["show", "demo-2026-0001"], ["check", "--format", "json"]])
def test_no_command_runs_under_wrong_law(command: list[str], tmp_path: Path) -> None:
    one = make(tmp_path)
    spoil(one, "sentence listed twice")
    said = one.say(*command)
    assert said.code == 2
    assert "checks.invalid" in said.err
    assert said.out == ""


def test_two_measures_of_one_id(tmp_path: Path) -> None:
    one = make(tmp_path)
    one.write("checks/demo_copy/measure.yaml", "id: demo_2025\nprefix: DN\ntitle: {zh: 甲, en: a}\n")
    assert "demo_2025" in one.say("check").err


def test_two_rules_of_one_id(tmp_path: Path) -> None:
    one = make(tmp_path)
    one.write("checks/demo_2025/again.py", one.read(RULES).split("@fact")[0])
    said = one.say("check")
    assert said.code == 2
    assert "dm1_apply" in said.err


def test_a_registry_that_names_a_measure_there_is_none_of_is_not_judged(tmp_path: Path) -> None:
    """A slip in registry.yaml must not repeal the law."""
    one = make(tmp_path)
    one.edit("registry/registry.yaml", "measures: [demo_2025]", "measures: [demo_2052]")
    said = one.say("check")
    assert said.code == 2
    assert "demo_2052" in said.err
    assert "registry/registry.yaml" in said.err


def test_a_city_without_a_measure_is_checked_for_hygiene_alone(tmp_path: Path) -> None:
    one = make(tmp_path)
    one.edit("registry/registry.yaml", ", measures: [demo_2025]", "")
    assert one.say("check").code == 0
    one.project(9, "class: Anything\n")
    assert one.say("check").code == 1


def test_the_measure_of_one_root_is_not_that_of_another(tmp_path: Path) -> None:
    first, second = make(tmp_path / "a"), make(tmp_path / "b")
    second.edit(PARAMETERS, "value: 30日", "value: 90日")
    assert [first.say("check").code, second.say("check").code, first.say("check").code] == [1, 0, 1]


# ── what the data means ──


def minimal(**more: Any) -> dict[str, Any]:
    return {"id": "m", "prefix": "M", "title": {"zh": "办法", "en": "measure"}, **more}


def test_a_measure_that_says_nothing_of_its_first_day_leaves_it_to_the_instance() -> None:
    for in_force in ({}, {"from": "setting"}, {"to": "2026-01-01"}):
        made = measure_from(minimal(in_force=in_force), "measure.yaml")
        assert (made.since, made.since_setting) == (None, True)
    assert not measure_from(minimal(in_force={"from": "2025-01-01"}), "measure.yaml").since_setting


@pytest.mark.parametrize(
    ("on", "status"),
    [("2024-12-31", "before"), ("2025-01-01", "in_force"), ("2026-12-31", "in_force"), ("2027-01-01", "expired")],
)
def test_both_days_of_validity_are_in_force(on: str, status: str) -> None:
    made = measure_from(minimal(in_force={"from": "2025-01-01", "to": "2026-12-31"}), "measure.yaml")
    assert made.status(dt.date.fromisoformat(on), made.since) == status
    assert made.status(dt.date.fromisoformat(on), None) == "unset"


def parameter(**change: Any) -> dict[str, Any]:
    row = {
        "title": {"zh": "甲", "en": "a"}, "kind": "money", "comparator": ">", "words": "二百万", "cites": "M-1",
        "last_checked": "2026-01-01", "values": [{"from": "measure", "value": "200万元"}], **change,
    }  # fmt: skip
    return {"p": row}


@pytest.mark.parametrize(
    ("kind", "value", "read"),
    [
        ("money", "200万元", Money.parse("200万元")),
        ("duration", "10个工作日", Duration.parse("10个工作日")),
        ("count", 3, 3),
        ("month_day", "07-31", MonthDay(7, 31)),
    ],
)
def test_values_of_each_kind(kind: str, value: Any, read: Any) -> None:
    row = parameter(kind=kind, values=[{"from": "measure", "value": value}])
    assert parameters_from(row, "p.yaml", {"M-1": 1})["p"].on(dt.date(2026, 1, 1)) == read


@pytest.mark.parametrize(
    ("kind", "value"),
    [("count", "3"), ("count", True), ("money", "200"), ("month_day", "13-01"), ("month_day", "02-29"), ("month_day", "7"), ("ratio", "0.15")],
)  # fmt: skip
def test_values_that_are_none(kind: str, value: Any) -> None:
    with pytest.raises(MeasureError, match=r"p\.yaml"):
        parameters_from(parameter(kind=kind, values=[{"from": "measure", "value": value}]), "p.yaml", {"M-1": 1})


def test_a_number_changes_with_its_days() -> None:
    rows = [{"from": "2025-01-01", "value": "100万元"}, {"from": "2026-01-01", "value": "200万元"}]
    made = parameters_from(parameter(values=rows), "p.yaml", {"M-1": 1})["p"]
    said = [made.on(dt.date.fromisoformat(d)) for d in ("2024-12-31", "2025-01-01", "2025-12-31", "2026-01-01")]
    assert said == [None, Money.parse("100万元"), Money.parse("100万元"), Money.parse("200万元")]


def test_a_fixed_day_of_a_year() -> None:
    assert MonthDay(7, 31).in_year(2026) == dt.date(2026, 7, 31)
    assert str(MonthDay(7, 5)) == "07-05"

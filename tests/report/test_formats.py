"""Reports for machines: what the command prints has the shape that its readers ask for."""

from __future__ import annotations

import json
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.instances import LATE, PROJECT, Instance, home, make, tiny
from tests.shared import REPO

__all__ = ["home", "tiny"]


@pytest.fixture
def changed(tiny: Instance) -> Instance:
    """A change with a defect, a new breach and an acknowledged one; its texts are hostile."""
    tiny.commit()
    tiny.edit(PROJECT, "date: 2026-02-05", "date: 2026-02-19")
    tiny.project(3, "milestones:\n  - {kind: proposal_approved, date: 2026-01-05, number: '示<b>]]>&\"〔2026〕1号'}\n")
    tiny.say("acknowledge", "demo-2026-0002", "dm1_apply", "--role", "finance", "--reason", "已报")
    return tiny


def schema(name: str) -> Any:
    return json.loads((REPO / "schema" / "reports" / f"{name}.schema.json").read_text(encoding="utf-8"))


def valid(data: Any, name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema(name))
    jsonschema.Draft202012Validator(schema(name)).validate(data)


def test_json_reports_are_as_their_published_schemas_say(changed: Instance) -> None:
    valid(json.loads(changed.say("check", "--format", "json").out), "check")
    valid(json.loads(changed.say("check", "--base", "HEAD", "--tally", "--format", "json").out), "check")
    valid(json.loads(changed.say("diff", "HEAD", "--format", "json").out), "change")
    changed.commit()
    gate = json.loads(changed.say("gate", "--base", "HEAD~1", "--head", "HEAD", "--format", "json").out)
    valid(gate, "gate")
    assert gate["change"]["records"]


def test_sarif_says_place_rule_and_relation_to_the_base(changed: Instance) -> None:
    data = json.loads(changed.say("check", "--base", "HEAD", "--format", "sarif").out)
    (run,) = data["runs"]
    assert (data["version"], run["columnKind"]) == ("2.1.0", "unicodeCodePoints")
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert rules == sorted(set(rules))
    states = set()
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert result["message"]["text"]
        assert result["level"] in ("none", "note", "warning", "error")
        region = result["locations"][0]["physicalLocation"].get("region", {"startLine": 1, "startColumn": 1})
        assert min(region.values()) >= 1
        assert len(result["partialFingerprints"]["zongmu/v1"]) == 64
        states.add(result["baselineState"])
    assert {"new", "unchanged"} <= states
    (late,) = [r for r in run["results"] if LATE in json.dumps(r["locations"])]
    assert late["suppressions"][0]["kind"] == "external"
    assert late["level"] == "warning"


def test_code_quality_is_what_gitlab_reads(changed: Instance) -> None:
    rows = json.loads(changed.say("check", "--base", "HEAD", "--all", "--format", "codequality").out)
    assert {row["severity"] for row in rows} >= {"blocker", "major"}
    for row in rows:
        assert set(row) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert row["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert row["location"]["lines"]["begin"] >= 1
    assert len({row["fingerprint"] for row in rows}) == len(rows)


def test_junit_is_sound_xml_whatever_stands_in_a_record(changed: Instance) -> None:
    said = changed.say("check", "--base", "HEAD", "--all", "--format", "junit")
    tree = ElementTree.fromstring(said.out)
    cases = tree.findall("./testsuite/testcase")
    failed = [case for case in cases if case.find("failure") is not None]
    for suite in (tree, *tree.findall("./testsuite")):  # the three counts are required by what Jenkins reads
        mine = list(suite.iter("testcase"))
        counted = [sum(case.find(kind) is not None for case in mine) for kind in ("failure", "error")]
        assert [int(suite.attrib[name]) for name in ("tests", "failures", "errors")] == [len(mine), *counted]
    assert all(case.find("failure").get("type") for case in failed)  # type: ignore[union-attr]
    assert "record.silent-edit" in {str(case.get("name")).split(" ")[0] for case in failed}
    assert said.code == 1


def test_a_forge_gets_its_own_paths_where_the_instance_is_a_folder_of_the_repository(tmp_path: Path) -> None:
    one = make(tmp_path / "city")
    one.append(PROJECT, "nonsense: 1\n")
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    for format, sign in (("github", "file="), ("codequality", '"path": "'), ("sarif", '"uri": "'), ("junit", 'name="')):
        assert f"{sign}city/{PROJECT}" in one.say("check", "--format", format).out

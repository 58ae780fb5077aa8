"""The examples beside the rules are the tests of the rules. Run one rule's with ``pytest -k <rule>``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.ours import calendar, checks
from zongmu.policy.examples import Case, base_of, cases, run_case
from zongmu.policy.loading import LoadedMeasure

ROOT = Path(__file__).resolve().parents[2]


def _cases() -> list[Any]:
    found = []
    for loaded in checks().measures.values():
        for rule in loaded.rules:
            if (loaded.folder / "examples" / f"{rule.id}.yaml").exists():
                for case in cases(loaded, rule.id, ROOT):
                    found.append(pytest.param(loaded, case, id=f"{rule.id}[{case.index + 1}]"))
    return found


@pytest.mark.parametrize(("loaded", "case"), _cases())
def test_example(loaded: LoadedMeasure, case: Case) -> None:
    result = run_case(checks(), loaded, case, base_of(loaded, ROOT), calendar())
    assert result.ok, f"{case.file} 第 {case.index + 1} 例「{case.name.zh}」\n" + "\n".join(result.differences)


def test_checks_load_without_problems() -> None:
    assert [str(p) for p in checks().problems] == []


def _outcomes(rule: str) -> set[str]:
    return {
        str(expect["outcome"])
        for loaded in checks().measures.values()
        if loaded.rule(rule)
        for case in cases(loaded, rule, ROOT)
        for expect in case.expect
    }


@pytest.mark.parametrize("rule", [r.id for m in checks().measures.values() for r in m.rules])
def test_rule_has_a_passing_and_a_failing_example(rule: str) -> None:
    assert {"pass", "fail"} <= _outcomes(rule), f"{rule}: {sorted(_outcomes(rule))}"

"""The examples beside the rules are the tests of the rules. Run one rule's with ``pytest -k <rule>``."""

from __future__ import annotations

from typing import Any

import pytest

from tests.checks.results import every_example, examples, result
from tests.ours import checks
from zongmu.policy.examples import Case
from zongmu.policy.law.loading import LoadedMeasure


def _cases() -> list[Any]:
    return [pytest.param(loaded, case, id=f"{case.rule}[{case.index + 1}]") for loaded, case in every_example()]


@pytest.mark.parametrize(("loaded", "case"), _cases())
def test_example(loaded: LoadedMeasure, case: Case) -> None:
    found = result(loaded, case)
    assert found.ok, f"{case.file} 第 {case.index + 1} 例「{case.name.zh}」\n" + "\n".join(found.differences)
    for verdict in (ruling.verdict for ruling in found.rulings):
        assert (verdict.excess is None) is (verdict.unit is None), "an excess says what it counts"


def test_checks_load_without_problems() -> None:
    assert [str(p) for p in checks().problems] == []


def _outcomes(rule: str) -> set[str]:
    return {
        str(expect["outcome"])
        for id in checks().measures
        for case in examples(id)
        if case.rule == rule
        for expect in case.expect
    }


@pytest.mark.parametrize("rule", [r.id for m in checks().measures.values() for r in m.rules])
def test_rule_has_a_passing_and_a_failing_example(rule: str) -> None:
    assert {"pass", "fail"} <= _outcomes(rule), f"{rule}: {sorted(_outcomes(rule))}"

"""What comes of the examples beside the rules, worked out once for all tests that ask."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any
from unittest import mock

from tests.ours import calendar, checks
from tests.shared import REPO
from zongmu.policy.examples import Case, CaseResult, base_of, cases, run_case
from zongmu.policy.judging.context import Context
from zongmu.policy.law.loading import LoadedMeasure


@cache
def examples(measure: str) -> tuple[Case, ...]:
    """The examples of a measure, rule by rule."""
    loaded = checks().measures[measure]
    files = {file.stem for file in (loaded.folder / "examples").glob("*.yaml")}
    return tuple(case for rule in loaded.rules if rule.id in files for case in cases(loaded, rule.id, REPO))


def every_example() -> Iterator[tuple[LoadedMeasure, Case]]:
    """The examples of all measures."""
    for id, loaded in checks().measures.items():
        for case in examples(id):
            yield loaded, case


def afresh(loaded: LoadedMeasure, case: Case) -> CaseResult:
    """What the engine makes of an example now."""
    return run_case(checks(), loaded, case, base_of(loaded, REPO), calendar())


_results: dict[tuple[str, int], tuple[CaseResult, frozenset[str]]] = {}


def _seen(loaded: LoadedMeasure, case: Case) -> tuple[CaseResult, frozenset[str]]:
    key = (case.rule, case.index)
    if key not in _results:
        asked: set[str] = set()
        ask = Context._param

        def noting(self: Context, id: str, cls: Any, by: Any) -> Any:
            asked.add(id)
            return ask(self, id, cls, by)

        with mock.patch.object(Context, "_param", noting):
            _results[key] = (afresh(loaded, case), frozenset(asked))
    return _results[key]


def result(loaded: LoadedMeasure, case: Case) -> CaseResult:
    """What the engine makes of an example."""
    return _seen(loaded, case)[0]


def numbers_asked(loaded: LoadedMeasure, case: Case) -> frozenset[str]:
    """The parameters that are asked for while an example is judged."""
    return _seen(loaded, case)[1]

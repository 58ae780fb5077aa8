"""The decision table of OD-15: no gap, every overlap settled by the order of the rows, no lighter path for more money."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from zongmu.model.scalars import Money
from zongmu.policy.loading import LoadedMeasure, load_checks
from zongmu.policy.parameters import Param

ROOT = Path(__file__).resolve().parents[2]


@cache
def measure() -> LoadedMeasure:
    return load_checks(ROOT).measures["ordos_2025"]


@cache
def paths() -> Any:
    measure()  # the checks are imported by path
    import checks.ordos_2025.paths as module

    return module


def bands() -> Any:
    def param(id: str) -> Param[Any]:
        parameter = measure().parameters[id]
        return Param(id, parameter.values[0][1], parameter.comparator)

    return paths().Bands(param("od.path.filing"), param("od.path.plan"), param("od.path.merged"))


FIGURES = (30, 100, 1000)
totals = st.one_of(
    st.integers(0, 20_000_000_000),
    st.sampled_from([n * 1_000_000 + d for n in FIGURES for d in (-1, 0, 1)]),
).map(Money)
flags = st.booleans()
kinds = st.sampled_from(["construction", "service", "om", None])
cases = st.tuples(kinds, flags, flags, flags, flags)


@given(totals, cases)
def test_some_row_always_applies(total: Money, facts: tuple[Any, ...]) -> None:
    case = paths().Case(total, *facts)
    rows = list(paths().rows_of(case, bands()))
    assert rows
    assert rows[-1].path == "full"


@given(totals, cases)
def test_where_rows_overlap_the_lightest_wins(total: Money, facts: tuple[Any, ...]) -> None:
    case = paths().Case(total, *facts)
    weights = [paths().WEIGHT[row.path] for row in paths().rows_of(case, bands())]
    assert paths().WEIGHT[paths().lightest(case, bands()).path] == min(weights)


@given(totals, totals, cases)
def test_more_money_never_makes_the_path_lighter(a: Money, b: Money, facts: tuple[Any, ...]) -> None:
    low, high = sorted((a, b), key=lambda m: m.fen)
    lighter = paths().lightest(paths().Case(low, *facts), bands())
    heavier = paths().lightest(paths().Case(high, *facts), bands())
    assert paths().WEIGHT[lighter.path] <= paths().WEIGHT[heavier.path]


def test_every_row_can_win() -> None:
    won = {
        paths().lightest(paths().Case(Money(fen), cls, urgent, deep, simple, alike), bands())
        for fen in (1, 50_000_000, 500_000_000, 2_000_000_000)
        for cls in ("construction", "om")
        for urgent in (True, False)
        for deep in (True, False)
        for simple in (True, False)
        for alike in (True, False)
    }
    assert won == set(paths().TABLE)


def test_every_path_of_the_table_is_a_code_of_the_measure() -> None:
    assert {row.path for row in paths().TABLE} == set(measure().measure.codes["path"])
    assert all(row.cites in measure().measure.sentences for row in paths().TABLE)

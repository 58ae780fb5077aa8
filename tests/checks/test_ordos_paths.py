"""The decision table of OD-15: no gap, every overlap settled by the order of the rows, no lighter path for more money."""

from __future__ import annotations

from itertools import product
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.ours import checks, module
from zongmu.model.scalars import Money
from zongmu.policy.law.loading import LoadedMeasure
from zongmu.policy.law.parameters import Param


def measure() -> LoadedMeasure:
    return checks().measures["ordos_2025"]


def paths() -> Any:
    return module("checks.ordos_2025.paths")


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
facts_ = st.tuples(flags, flags, flags, flags)


def weight(path: str) -> int:
    return int(paths().FROM_LIGHT_TO_HEAVY.index(path))


@given(totals, facts_)
def test_some_row_always_applies(total: Money, facts: tuple[bool, ...]) -> None:
    rows = list(paths().rows_of(paths().Case(total, *facts), bands()))
    assert rows
    assert rows[-1].path == "full"


@given(totals, facts_)
def test_where_rows_overlap_the_lightest_wins(total: Money, facts: tuple[bool, ...]) -> None:
    case = paths().Case(total, *facts)
    weights = [weight(row.path) for row in paths().rows_of(case, bands())]
    assert weight(paths().lightest(case, bands())) == min(weights)


@given(totals, totals, facts_)
def test_more_money_never_makes_the_path_lighter(a: Money, b: Money, facts: tuple[bool, ...]) -> None:
    low, high = sorted((a, b), key=lambda m: m.fen)
    least = paths().lightest(paths().Case(low, *facts), bands())
    assert weight(least) <= weight(paths().lightest(paths().Case(high, *facts), bands()))


def test_every_row_can_win() -> None:
    won = {
        next(paths().rows_of(paths().Case(Money(fen), *facts), bands())).cites
        for fen in (1, 50_000_000, 500_000_000, 2_000_000_000)
        for facts in product((True, False), repeat=4)
    }
    assert won == {row.cites for row in paths().TABLE}


def test_every_path_of_the_table_is_a_code_of_the_measure() -> None:
    assert {row.path for row in paths().TABLE} == set(measure().measure.codes["path"])
    assert all(row.cites in measure().measure.sentences for row in paths().TABLE)

"""The mutants themselves: what is changed, that it takes effect, that it is taken out again."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.instances import make
from tests.mutation.__main__ import stale
from tests.mutation.mutants import changes, functions, inner, living, of_code, of_parameters, of_rule, shifted
from zongmu.model.scalars import Duration, Money, Ratio
from zongmu.policy.examples import base_of, cases, run_case
from zongmu.policy.law.loading import Checks, LoadedMeasure, load_checks
from zongmu.policy.law.parameters import MonthDay
from zongmu.store.registry import load
from zongmu.store.trees import WorkTree


def made(text: str) -> list[str]:
    (function,) = functions(ast.parse(text))
    return sorted(ast.unparse(new) for node in inner(function) for _, new in changes(node))


@pytest.mark.parametrize(
    ("text", "mutants"),
    [
        ("lambda a, b: a < b", ["a <= b"]),
        ("lambda a, b: a >= b", ["a > b"]),
        ("lambda a, b: a == b", ["a != b"]),
        ("lambda a, b: a in b", ["a not in b"]),
        ("lambda a, b: a is None", ["a is not None"]),
        ("lambda a, b: a < b < 1", ["a < b <= 1", "a <= b < 1"]),
        ("lambda a, b: a and b", ["a or b"]),
        ("lambda a: not a", ["a"]),
        ("lambda a, b: a if b else 1", ["1", "a"]),
        ("lambda a, b: all_of(a, b)", ["any_of(a, b)"]),
        ("lambda a, b: f(a, shift=False)", ["shift=True"]),
        ("def f(a):\n    if a:\n        return 1\n    return 0", ["if False:\n    return 1"]),
        ("def f(a):\n    assert a is not None\n    return a", []),
    ],
)
def test_what_is_changed(text: str, mutants: list[str]) -> None:
    assert made(text) == mutants


def test_a_condition_of_a_list_is_dropped() -> None:
    (function,) = functions(ast.parse("lambda rows: [r for r in rows if r]"))
    (new,) = (new for node in inner(function) for _, new in changes(node))
    assert isinstance(new, ast.comprehension)
    assert new.ifs == []


@pytest.mark.parametrize(
    ("value", "up", "down"),
    [
        (Money.parse("200万元"), Money(200000001), Money(199999999)),
        (Ratio.parse("15%"), Ratio(1501), Ratio(1499)),
        (Duration.parse("30日"), Duration(31, "日"), Duration(29, "日")),
        (Duration.parse("1年"), Duration(2, "年"), None),
        (MonthDay(7, 31), MonthDay(8, 1), MonthDay(7, 30)),
        (MonthDay(12, 31), None, MonthDay(12, 30)),
        (3, 4, 2),
    ],
)
def test_a_unit_up_and_down(value: object, up: object, down: object) -> None:
    assert (shifted(value, 1), shifted(value, -1)) == (up, down)  # type: ignore[arg-type]


class Law:
    """The tiny measure, loaded afresh."""

    def __init__(self, root: Path) -> None:
        self.root = make(root).root
        self.checks: Checks = load_checks(self.root)
        self.loaded: LoadedMeasure = self.checks.measures["demo_2025"]
        self.calendar = load(WorkTree.of(self.root), paths=()).calendar

    def good(self, rule: str) -> bool:
        base = base_of(self.loaded, self.root)
        found = cases(self.loaded, rule, self.root)
        return all(run_case(self.checks, self.loaded, case, base, self.calendar).ok for case in found)


def test_a_mutant_lives_inside_its_block_only(tmp_path: Path) -> None:
    law = Law(tmp_path)
    file = law.loaded.folder / "rules.py"
    mutants = list(of_code(file, law.root, living(law.loaded.folder)))
    text = file.read_text(encoding="utf-8").split("\n")
    assert len(mutants) >= 8
    assert all(m.where[0] == "checks/demo_2025/rules.py" for m in mutants)
    (dropped,) = (m for m in mutants if m.what == "if not over: dropped")
    assert text[dropped.where[1] - 1].strip() == "if not over:"
    assert law.good("dm2_supervision")
    with dropped.in_place():
        assert not law.good("dm2_supervision")
    assert law.good("dm2_supervision")


def test_every_mutant_of_the_tiny_measure_can_be_put_in_place(tmp_path: Path) -> None:
    law = Law(tmp_path)
    for mutant in of_code(law.loaded.folder / "rules.py", law.root, living(law.loaded.folder)):
        with mutant.in_place():
            pass
    assert all(law.good(rule.id) for rule in law.loaded.rules)


def test_a_parameter_a_unit_off_is_noticed(tmp_path: Path) -> None:
    law = Law(tmp_path)
    found = {m.what: m for m in of_parameters(law.loaded, law.root)}
    assert found["dm.apply: 30日 → 29日"].where == ("checks/demo_2025/parameters.yaml", 1)
    with found["dm.apply: 30日 → 29日"].in_place():
        assert not law.good("dm1_apply")
    with found["dm.supervision: > → >="].in_place():
        assert not law.good("dm2_supervision")
    assert law.good("dm1_apply")


def test_a_rule_whose_duty_is_turned_round(tmp_path: Path) -> None:
    law = Law(tmp_path)
    (duty,) = (m for rule in law.loaded.rules if rule.id == "dm1_apply" for m in of_rule(rule))
    with duty.in_place():
        assert law.loaded.rule("dm1_apply").duty  # type: ignore[union-attr]
    assert not law.loaded.rule("dm1_apply").duty  # type: ignore[union-attr]


def test_an_excuse_that_no_living_mutant_needs_is_stale() -> None:
    rows = {
        ("checks/a_2025/x.py", "a < b → a <= b"): "",
        ("checks/a_2025/y.py", "gone"): "",
        ("checks/b_2025/x.py", "z"): "",
    }
    assert stale(rows, "checks/a_2025/", {("checks/a_2025/x.py", "a < b → a <= b")}) == [("checks/a_2025/y.py", "gone")]

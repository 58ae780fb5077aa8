"""The gate: what a change adds or makes worse stands in its way, what was already so does not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zongmu.model.finding import Bilingual, Category, ChangeState, Finding, Gate, Outcome, Severity, Verdict
from zongmu.policy.proposals.merging import decide, stands_in_way

TEXT = Bilingual("甲", "a")


def made(
    code: str = "x",
    *,
    category: Category = Category.LAW,
    severity: Severity = Severity.BLOCKING,
    key: str | None = None,
    excess: int | None = None,
    acknowledged: str | None = None,
    outcome: Outcome = Outcome.FAIL,
) -> Finding:
    verdict = Verdict(outcome, excess=excess) if category is Category.LAW else None
    return Finding(
        code,
        category,
        severity,
        "r",
        "p",
        TEXT,
        TEXT,
        key=key,
        verdict=verdict,
        acknowledged=acknowledged,
        outcome=outcome,
    )


DEFECT = made(category=Category.RECORD)
BREACH = made()


# ── without a base ──


@pytest.mark.parametrize(
    ("findings", "gate"),
    [
        ([], Gate.GOOD),
        ([BREACH], Gate.NEEDS_PERSON),
        ([DEFECT], Gate.REFUSED),
        ([BREACH, DEFECT], Gate.REFUSED),
        ([DEFECT, BREACH], Gate.REFUSED),
        ([made(severity=Severity.WARNING), made(severity=Severity.NOTICE)], Gate.GOOD),
        ([made(acknowledged="bureau/1")], Gate.GOOD),
        ([made(acknowledged="bureau/1"), BREACH], Gate.NEEDS_PERSON),
        ([made(outcome=Outcome.ERROR)], Gate.REFUSED),
    ],
)
def test_the_answer(findings: list[Finding], gate: Gate) -> None:
    assert decide(findings).gate is gate


def test_strict_counts_warnings_and_not_notices() -> None:
    assert decide([made(severity=Severity.WARNING)], strict=True).gate is Gate.NEEDS_PERSON
    assert decide([made(category=Category.RECORD, severity=Severity.WARNING)], strict=True).gate is Gate.REFUSED
    assert decide([made(severity=Severity.NOTICE)], strict=True).gate is Gate.GOOD


def test_who_has_to_act() -> None:
    decision = decide([BREACH, DEFECT, made("w", severity=Severity.WARNING)])
    assert decision.refused == (DEFECT,)
    assert decision.needs_person == (BREACH,)


# ── against a base ──


def states(head: list[Finding], base: list[Finding]) -> list[str]:
    return [f.state.value for f in decide(head, base).findings]


def test_new_existing_cured() -> None:
    old, new, gone = made("old"), made("new"), made("gone")
    decision = decide([old, new], [old, gone])
    assert [f.state for f in decision.findings] == [ChangeState.EXISTING, ChangeState.NEW]
    assert [(f.code, f.state) for f in decision.cured] == [("gone", ChangeState.CURED)]
    assert decision.gate is Gate.NEEDS_PERSON
    assert decide([old], [old, gone]).gate is Gate.GOOD


def test_what_was_already_so_does_not_stand_in_the_way() -> None:
    (found,) = decide([BREACH], [BREACH]).findings
    assert not stands_in_way(found)


@pytest.mark.parametrize(
    ("then", "now", "state"), [(5, 6, "worse"), (5, 5, "existing"), (5, 4, "existing"), (None, 9, "existing")]
)
def test_a_larger_excess_is_worse(then: int | None, now: int, state: str) -> None:
    assert states([made(excess=now)], [made(excess=then)]) == [state]


def test_a_graver_finding_is_worse() -> None:
    assert states([BREACH], [made(severity=Severity.WARNING)]) == ["worse"]
    assert states([made(severity=Severity.NOTICE)], [BREACH]) == ["existing"]


def test_the_place_and_the_text_of_a_finding_are_not_its_identity() -> None:
    moved = replace(BREACH, message=Bilingual("乙", "b"), path="elsewhere")
    assert states([moved], [BREACH]) == ["existing"]
    assert states([made(key="contract_signed/2")], [made(key="contract_signed")]) == ["new"]


def test_records_of_two_types_may_share_an_id() -> None:
    """The plan and the draws of a year: a defect of the one is no excuse for the same defect of the other."""
    plan = replace(DEFECT, record="shili/2026", path="registry/plans/shili/2026.yaml")
    draws = replace(plan, path="registry/draws/shili/2026.yaml")
    decision = decide([draws], [plan])
    assert [f.state for f in decision.findings] == [ChangeState.NEW]
    assert [f.path for f in decision.cured] == [plan.path]
    assert decision.gate is Gate.REFUSED


def test_a_second_one_of_the_same_is_new() -> None:
    """Two duplicate keys in one file have one fingerprint: the one that the change adds is its doing."""
    assert sorted(states([DEFECT, DEFECT], [DEFECT])) == ["existing", "new"]
    assert decide([DEFECT, DEFECT], [DEFECT]).gate is Gate.REFUSED
    assert len(decide([DEFECT], [DEFECT, DEFECT, DEFECT]).cured) == 2


def test_of_several_the_gravest_are_compared_first() -> None:
    ten, five = made(excess=10), made(excess=5)
    assert states([five, ten], [ten, five]) == ["existing", "existing"]
    assert states([five, made(excess=11)], [ten, five]) == ["existing", "worse"]


@given(st.lists(st.integers(1, 5), max_size=6), st.lists(st.integers(1, 5), max_size=6))
def test_nothing_is_lost_or_counted_twice(head: list[int], base: list[int]) -> None:
    decision = decide([made(excess=n) for n in head], [made(excess=n) for n in base])
    assert [f.verdict.excess for f in decision.findings if f.verdict] == head, "in the order they came"
    assert sum(f.state is ChangeState.NEW for f in decision.findings) == max(0, len(head) - len(base))
    assert len(decision.cured) == max(0, len(base) - len(head))
    assert decide([made(excess=n) for n in head], [made(excess=n) for n in head]).gate is Gate.GOOD

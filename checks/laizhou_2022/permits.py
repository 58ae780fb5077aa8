"""Permits besides the approval: the four that are spared, civil works apart (LZ-7)."""

from __future__ import annotations

from checks.laizhou_2022.helpers import APPROVALS, approved_day, at_gate
from zongmu.model import Permitted, key_of
from zongmu.policy import (
    Fact,
    ProjectContext,
    Step,
    Verdict,
    failed,
    missing,
    not_applicable,
    noticed,
    passed,
    rule,
    rule_each,
)

SPARED = ("energy", "siting", "land", "eia")
"""节能评估、规划选址、用地预审、环境影响评价."""


@rule_each(Permitted, "permitted", cites=["LZ-7 p1 s1"], since="2022")
def lz7_no_extra_permits(ctx: ProjectContext, permit: Permitted) -> Verdict:
    """不涉及新建土建、也不高耗能的项目，原则上不再办四项审批。

    Such a permit on record although there is neither new building nor high energy use: a notice that it was not needed.
    """
    path = f"milestones/{key_of(permit)}/permit"
    step = Step("guard", permit.permit, path)
    if permit.permit not in SPARED:
        return not_applicable("other_permit", step)
    civil = ctx.project.civil
    facts = (
        Fact(civil.new_building if civil else None, "civil/new_building"),
        Fact(civil.high_energy if civil else None, "civil/high_energy"),
    )
    for f in facts:
        if f.value is True:
            return passed(step, Step("guard", True, f.path))
    if any(f.value is None for f in facts):
        return missing(*(f for f in facts if f.value is None))
    return noticed("principle", step, because="permit_not_needed")


@rule(cites=["LZ-7 p1 s2"], since="2022", act=APPROVALS)
def lz7_civil_separate(ctx: ProjectContext) -> Verdict:
    """含土建的，土建部分与信息化部分分开审批。

    Civil works included: once the project is approved, a permit of its own for the civil part with a number.
    """
    civil = ctx.project.civil
    included = Fact(civil.included if civil else None, "civil/included")
    if included.value is None:
        return missing(included)
    if not included.value:
        return not_applicable("no_civil_works", Step("guard", False, included.path))
    evidence = failed(Step("absent_such", "civil", "milestones/permitted/permit"), because="absent")
    for m in ctx.view.of_class(Permitted):
        if m.permit == "civil":
            path = f"milestones/{key_of(m)}/number"
            evidence = missing(Fact(None, path)) if m.number is None else passed(Step("present", m.number, path))
    return at_gate(ctx, evidence, approved_day(ctx))

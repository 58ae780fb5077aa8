"""Rules of the measure that the engine's own tests use."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from zongmu.policy import (
    ProjectContext,
    RegistryContext,
    Step,
    Verdict,
    compare,
    deadline,
    fact,
    failed,
    missing,
    not_applicable,
    passed,
    rule,
    undetermined,
)


@rule(cites=["DM-1 p1 s1"], act="proposal_approved", since="0.1", waivable_by=["bureau"])
def dm1_apply(ctx: ProjectContext) -> Verdict:
    """三十日内申报。"""
    return deadline(ctx, ctx.view.day("proposal_approved"), ctx.view.day("approval_applied"), ctx.duration("dm.apply"))


@rule(cites=["DM-2"], act="design_approved", since="0.1", readings=["R1"])
def dm2_supervision(ctx: ProjectContext) -> Verdict:
    """二百万以上要监理。"""
    over, step = compare(ctx.view.total_investment, ctx.money("dm.supervision"))
    if over is None:
        return missing(ctx.view.total_investment)
    if not over:
        return not_applicable("below_threshold", step)
    if ctx.view.contracts("supervision"):
        return passed(step)
    if not ctx.view.has("build_started"):
        return undetermined("not_due", step)
    return failed(step, because="absent")


@rule(cites=["DM-3"], act="accounts_settled", since="0.1")
def dm3_surplus(ctx: ProjectContext) -> Verdict:
    """财政局审核结余。"""
    if not ctx.view.has("accounts_settled"):
        return not_applicable("not_triggered")
    return passed() if ctx.view.has("surplus_returned") else failed(Step("absent", None, "milestones/surplus_returned"))


@fact(on="project")
def name(ctx: ProjectContext) -> str:
    """The name of a project."""
    return ctx.project.name


@rule(cites=["DM-4"], on="registry", since="0.1", reads=[name])
def dm4_names(ctx: RegistryContext) -> Iterator[tuple[str, Verdict]]:
    """同名项目只立一次。"""
    by_name: dict[str, list[str]] = defaultdict(list)
    for id, text in ctx.facts(name).items():
        by_name[text].append(id)
    for ids in by_name.values():
        for n, id in enumerate(sorted(ids)):
            step = Step("compare", len(ids), "name")
            yield id, passed(step) if n == 0 else failed(step, because="same_name", excess=len(ids))

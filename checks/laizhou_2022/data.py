"""The data catalogue (LZ-27)."""

from __future__ import annotations

from checks.laizhou_2022.helpers import at_gate
from zongmu.policy import (
    Fact,
    ProjectContext,
    Step,
    Verdict,
    failed,
    missing,
    not_applicable,
    passed,
    rule,
)


@rule(cites=["LZ-27 p1 s2"], since="2022", act=("final_accepted", "put_into_use"), duty=True)
def lz27_data_catalog(ctx: ProjectContext) -> Verdict:
    """产生或持有数据的项目，验收时要有数据资源目录；标准的优先级由人证明。

    An acceptance in the time of the measure, whenever use began.
    """
    data = ctx.project.has_data
    if data is None:
        return missing(Fact(None, "has_data"))
    if not data:
        return not_applicable("no_data", Step("guard", False, "has_data"))
    rows = ctx.project.data_catalog
    evidence = passed(Step("count", len(rows), "data_catalog"))
    if not rows:
        evidence = failed(Step("absent", None, "data_catalog"), because="absent")
    return at_gate(ctx, evidence, ctx.view.accepted)

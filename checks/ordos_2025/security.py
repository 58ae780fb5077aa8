"""Network and data security of a project (OD-20). Nothing here is ever shown to the public."""

from __future__ import annotations

from zongmu.model import Filed, key_of
from zongmu.policy import Fact, ProjectContext, Step, Verdict, compare, failed, passed, rule, undetermined, warned

MLPS = "mlps"


@rule(cites=["OD-20"], since="2025", act="final_accepted", readings=["I23"], disclosure="internal")
def od20_protection_level(ctx: ProjectContext) -> Verdict:
    """落实等级保护：系统已定级，第二级以上已备案。

    Graded, and filed from the level that the national grading rules name. The text gives no stage (I23): missing at
    final acceptance is a warning, at closing it fails. That the regimes are carried out is attested.
    """
    security = ctx.project.security
    level = Fact(security.mlps_level if security is not None else None, "security/mlps_level")
    if not level.value:  # 0 means not graded
        return _lacking(ctx, Step("missing", None, level.path), "not_graded")
    owed, step = compare(level, ctx.count("mlps.filing.level"))
    if not owed:
        return passed(step)
    for m in ctx.view.of_class(Filed):
        if m.matter == MLPS:
            return passed(step, Step("present", m.date, f"milestones/{key_of(m)}"))
    papers = ctx.view.documents("mlps_filing")
    if papers:
        return passed(
            step, Step("present", papers[0][0].date, f"milestones/{key_of(papers[0][0])}/documents/mlps_filing")
        )
    return _lacking(ctx, step, "not_filed")


def _lacking(ctx: ProjectContext, step: Step, because: str) -> Verdict:
    if ctx.view.has("closed"):
        return failed(step, because=because)
    if ctx.reached("accepted"):
        return warned("I23", step, because=because)
    return undetermined("not_due", step)

"""Projects through other channels, and the IT part of other projects: filed with the data bureau (OD-18, OD-46)."""

from __future__ import annotations

from collections.abc import Iterator

from checks.ordos_2025.guards import CITY, OTHER_CHANNEL
from checks.ordos_2025.papers import APPROVALS
from checks.ordos_2025.parties import held_by
from zongmu.model import Filed, key_of, topics
from zongmu.policy import (
    Fact,
    Guard,
    ProjectContext,
    Step,
    Verdict,
    all_of,
    any_of,
    at_boundary,
    compare,
    covers,
    failed,
    gate,
    missing,
    not_applicable,
    noticed,
    passed,
    rule,
    rule_each,
    undetermined,
    warned,
)

FULL_MEASURE, PART_FILED = "OD-46 p1 s1", "OD-46 p1 s2"
CONTENTS = (
    "project_name",
    "project_unit",
    "approval_body",
    "performance_targets",
    "investment",
    "om_cost",
    "funding_channel",
    "data_catalog",
    "sharing_opening",
    "application_systems",
)
SECURITY_CONTENTS = ("mlps_filing", "crypto_plan", "crypto_evaluation")
OTHER_FILINGS = Guard("channel", (OTHER_CHANNEL,), "normal_channel")


# ── OD-18 ──


@rule(
    cites=["OD-18 p1 s1"],
    since="2025",
    act=("procurement_announced", "contract_signed"),
    applies_to=[CITY],
    readings=["N10"],
)
def od18_filed(ctx: ProjectContext) -> Verdict:
    """市直部门通过其他渠道的项目，应向数据管理局备案并纳入项目库。时点由本站设定：采购时（N10）。

    A city project through another channel is filed with the data bureau and enters the library; due, by this site's choice
    of stage (N10), once procurement begins. A project with a proposal approval or an application for approval came the
    normal way.
    """
    channel = ctx.project.channel
    if channel is None and ctx.view.has("proposal_approved", "approval_applied"):
        return not_applicable("normal_channel")
    if channel is None:
        return missing(Fact(None, "channel"))
    if channel != OTHER_CHANNEL:
        return not_applicable("normal_channel", Step("guard", channel, "channel"))
    asked = ctx.reached("procurement")
    filings = [m for m in ctx.view.of_class(Filed) if m.matter == "other_channel"]
    filed = _filed_with_bureau(ctx, filings, "other_channel")
    admitted = ctx.view.day("library_admitted")
    entered = passed(Step("present", admitted.value, admitted.path))
    if admitted.value is None:
        entered = failed(Step("absent", None, admitted.path), because="not_in_library")
    return gate(asked, all_of(filed, entered), at="procurement")


def _filed_with_bureau(ctx: ProjectContext, filings: list[Filed], matter: str) -> Verdict:
    """Whether one of the filings of a matter went to the authority (for a banner either office, I16)."""
    if not filings:
        return failed(Step("absent_such", matter, "milestones/filed/matter"), because="not_filed")
    return any_of(
        *(
            held_by(
                ctx,
                [m.body] if m.body is not None else [],
                f"milestones/{key_of(m)}/body",
                "data_bureau",
                "banner_data_office",
            )
            for m in filings
        )
    )


def _contents(filing: Filed, wanted: tuple[str, ...]) -> Verdict:
    path = f"milestones/{key_of(filing)}"
    if filing.matter is None:
        return missing(Fact(None, f"{path}/matter"))
    if filing.matter != "other_channel":
        return not_applicable("other_filing", Step("guard", filing.matter, f"{path}/matter"))
    return covers(topics(filing), wanted, f"{path}/covers")


@rule_each(Filed, "filed", cites=["OD-18 p1 s2"], since="2025", applies_to=[CITY, OTHER_FILINGS], disclosure="internal")
def od18_contents(ctx: ProjectContext, filing: Filed) -> Verdict:
    """其他渠道项目的备案文件应含项目名称、单位、审批部门、绩效、投资、运维费用、渠道、目录、共享开放、应用系统各项。

    The filing of a project through another channel covers ten headings; the security headings are asked by another rule.
    """
    return _contents(filing, CONTENTS)


@rule_each(Filed, "filed", cites=["OD-18 p1 s2"], since="2025", applies_to=[CITY, OTHER_FILINGS], disclosure="internal")
def od18_security_contents(ctx: ProjectContext, filing: Filed) -> Verdict:
    """备案文件还应含等级保护备案情况、密码应用方案、密码应用安全性评估报告。

    The filing also covers the MLPS filing, the crypto plan and the crypto evaluation report. Not public.
    """
    return _contents(filing, SECURITY_CONTENTS)


# ── OD-46 ──


@rule(
    cites=[FULL_MEASURE],
    since="2025",
    act=("approval_applied", "procurement_announced", "contract_signed"),
    readings=["I1", "I2", "N10"],
)
def od46_full_procedure(ctx: ProjectContext) -> Verdict:
    """其他财政项目的信息化部分超过100万元的，按本办法执行：不得只备案，采购前应有批复。

    The IT part of another fiscal project over 1 million follows the measure: filing is not enough, and an approval is there
    once procurement begins. Exactly 1 million is judged by od46_host_part.
    """
    host = ctx.project.host
    if host is None:
        return not_applicable("no_host_project")
    over, step = compare(Fact(host.it_part, "host/it_part"), ctx.money("od.itpart"))
    if not over:
        return not_applicable("below_threshold", step)
    if ctx.project.path == "filing":
        return failed(step, Step("guard", "filing", "path"), because="filing_not_enough")
    approved = ctx.view.first(*APPROVALS)
    if approved is not None:
        return passed(step, Step("approval", approved.date, f"milestones/{key_of(approved)}/date"))
    filed = next((m for m in ctx.view.of_class(Filed) if m.matter == "host_part"), None)
    if filed is not None and not ctx.view.has("library_applied", "proposal_approved", "approval_applied"):
        # What stands in the place of the procedure, unless that is under way too.
        return failed(step, Step("present", filed.date, f"milestones/{key_of(filed)}"), because="filing_not_enough")
    absent = failed(step, Step("absent", None, "milestones/approved"), because="absent")
    return gate(ctx.reached("procurement"), absent, at="procurement")


def only_filed(ctx: ProjectContext) -> bool:
    """Whether a project is the IT part of another that is filed and no more: below the figure, or at it without procedure."""
    host = ctx.project.host
    if host is None:
        return False
    part, limit = Fact(host.it_part, "host/it_part"), ctx.money("od.itpart")
    over, _ = compare(part, limit)
    return not over and not (at_boundary(part, limit) and ctx.view.has("approval_applied", *APPROVALS))


@rule(
    cites=[PART_FILED, FULL_MEASURE],
    since="2025",
    act=("filed", "procurement_announced", "contract_signed"),
    readings=["I2", "I16", "N10"],
    scope=True,
)
def od46_host_part(ctx: ProjectContext) -> Iterator[Verdict]:
    """不是其他项目的信息化部分，或该部分超过100万元的，按本办法执行；低于100万元的只须备案，其他各条不适用。

    恰为100万元：备案或完整程序均可，提示；两者皆无，提醒（I2）。

    A project of its own, or a part over 1 million, follows the measure. A part below is only filed: no other rule speaks of
    it. At exactly 1 million the text leaves a gap between two duties: filing or the full procedure will do, with a notice;
    neither is a warning (I2). The filing is due once procurement begins (N10).
    """
    host = ctx.project.host
    if host is None:
        yield not_applicable("not_triggered", Step("missing", None, "host"))
        return
    part, limit = Fact(host.it_part, "host/it_part"), ctx.money("od.itpart")
    over, step = compare(part, limit)
    if over:
        yield passed(step, because="full_procedure", cites=(FULL_MEASURE,))
        yield not_applicable("not_triggered", step)
        return
    filings = [m for m in ctx.view.of_class(Filed) if m.matter in ("host_part", None)]
    full = ctx.view.has("approval_applied", *APPROVALS)
    if at_boundary(part, limit):
        yield _at_the_figure(ctx, step, bool(filings) or full)
    else:
        filed = _filed_with_bureau(ctx, filings, "host_part")
        yield gate(ctx.reached("procurement"), all_of(passed(step), filed), at="procurement")
    if only_filed(ctx):
        yield not_applicable("only_filed", step, at="host")


def _at_the_figure(ctx: ProjectContext, step: Step, either: bool) -> Verdict:
    """Exactly at the figure: *either* duty done is a notice, neither a warning once procurement has begun."""
    if either:
        return noticed("I2", step, because="boundary")
    if not ctx.reached("procurement"):
        return undetermined("not_due", step)
    return warned("I2", step, Step("absent_such", "host_part", "milestones/filed/matter"), because="not_filed")

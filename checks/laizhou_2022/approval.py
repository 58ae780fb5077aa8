"""Class, path and parties: what LZ-8 and LZ-9 ask of a project by its class.

:data:`PATHS` is the decision table of LZ-9: one row per class, one column per question. The rules below read it, each one column.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Literal

from checks.laizhou_2022.helpers import (
    APPROVALS,
    CARRYING,
    CLASSED,
    GOVERNANCE,
    PROCUREMENT,
    PUBLIC_SERVICE,
    PURCHASE,
    TENDER,
    amount_of,
    approved_day,
    at_gate,
    before_record,
    builder,
    funding,
    held_by,
    past_approval,
    staged,
)
from zongmu.model import Act, Announced, Contract, Filed, Reviewed, key_of
from zongmu.policy import (
    Fact,
    Guard,
    Outcome,
    ProjectContext,
    Step,
    Verdict,
    all_of,
    failed,
    immutable,
    in_order,
    missing,
    not_applicable,
    passed,
    rule,
    rule_each,
    undetermined,
)

MARKET = Guard("class_", ("market",), "other_class")
# ── LZ-8: class ──


@rule(cites=["LZ-8 p1 s1"], since="2022", act="declared")
def lz8_class_and_money(ctx: ProjectContext) -> Verdict:
    """申报时确定建设类别、明确财政资金规模。

    Missing at declaration: undetermined, in the queue of the office. Approved without them: the office did not settle them.
    """
    rows, path = funding(ctx)
    lacking = []
    if ctx.project.class_ is None:
        lacking.append(Step("missing", None, "class"))
    if not rows:
        lacking.append(Step("missing", None, path))
    if not lacking:
        return passed(Step("present", ctx.project.class_, "class"), Step("count", str(amount_of(rows, "fiscal")), path))
    approved = approved_day(ctx)
    if approved.value is not None:
        return failed(
            *lacking,
            Step("gate", approved.value, approved.path),
            because="not_settled",
            excess=len(lacking),
            unit="count",
        )
    if not ctx.view.has("declared"):
        return undetermined("not_due", *lacking)
    return undetermined("missing_field", *lacking, addressee="office")


@rule(cites=["LZ-8 p1(1)"], since="2022", act="declared", applies_to=[GOVERNANCE])
def lz8_governance_class(ctx: ProjectContext) -> Verdict:
    """政务治理类：完全利用财政资金，或购买服务、其他不宜通过市场配置。

    Other than fiscal money needs one of the two other grounds. 完全 qualifies the first ground only.
    """
    rows, path = funding(ctx)
    if not rows:
        return missing(Fact(None, path))
    rest = amount_of(rows, "social", "other")
    money = Step("count", rest, path)
    if rest.fen == 0:
        return passed(money)
    ground = ctx.project.class_ground
    if ground is None:
        return missing(Fact(None, "class_ground"))
    step = Step("present", ground, "class_ground")
    if ground in ("purchased_service", "other_non_market"):
        return passed(money, step)
    return failed(money, step, because="class_does_not_fit", excess=rest.fen, unit="fen")


@rule(cites=["LZ-8 p1(2)"], since="2022", act="declared", applies_to=[PUBLIC_SERVICE])
def lz8_public_service_class(ctx: ProjectContext) -> Verdict:
    """公共服务类由运营公司建设运营；建设单位不是它，类别不合。"""
    who = builder(ctx)
    verdict = held_by(ctx, (who.value,), who.path, "operating_company")
    return replace(verdict, because="class_does_not_fit") if verdict.outcome is Outcome.FAIL else verdict


@rule(cites=["LZ-8 p1(3)"], since="2022", act="declared", applies_to=[MARKET])
def lz8_market_class(ctx: ProjectContext) -> Verdict:
    """市场运营类不是政府直接投资；有财政资金，类别不合。"""
    rows, path = funding(ctx)
    if not rows:
        return missing(Fact(None, path))
    fiscal = amount_of(rows, "fiscal")
    step = Step("count", fiscal, path)
    if fiscal.fen > 0:
        return failed(step, because="class_does_not_fit", excess=fiscal.fen, unit="fen")
    if ctx.project.government_investment:
        return failed(step, Step("guard", True, "government_investment"), because="class_does_not_fit")
    return passed(step)


# ── LZ-9: path by class ──

Party = Literal["demand", "operating_company"]


@immutable
class Path:
    """One row of LZ-9."""

    sentence: str
    reviewed_by: tuple[str, ...]  # roles that all take part in the review or verification
    approved_by: str | None  # role that approves afterwards
    filed_with: str | None  # role with which it is filed afterwards
    builder: Party
    user: Party
    methods: tuple[str, ...]  # ways of procurement
    venue: str | None  # role of the place where the tender is held


PATHS: dict[str, Path] = {
    "governance": Path(
        sentence="LZ-9 p1 s2",
        reviewed_by=("office", "finance"),
        approved_by=None,
        filed_with=None,
        builder="demand",
        user="demand",
        methods=PURCHASE,
        venue=None,
    ),
    "public_service": Path(
        sentence="LZ-9 p1 s3",
        reviewed_by=("office", "finance", "ndrc"),
        approved_by="approval_bureau",
        filed_with=None,
        builder="operating_company",
        user="demand",
        methods=TENDER,
        venue="trading_centre",
    ),
    "market": Path(
        sentence="LZ-9 p1 s4",
        reviewed_by=("office", "finance"),
        approved_by=None,
        filed_with="territorial_approval",
        builder="operating_company",
        user="operating_company",
        methods=TENDER,
        venue=None,
    ),
}
"""The decision table: class → what its procedure asks."""


def _row(ctx: ProjectContext) -> Path:
    return PATHS[ctx.project.class_ or ""]


@rule(
    cites=["LZ-9 p1 s2", "LZ-9 p1 s3", "LZ-9 p1 s4"],
    since="2022",
    act=("reviewed", *APPROVALS, PROCUREMENT),
    applies_to=[CLASSED],
)
def lz9_review(ctx: ProjectContext) -> Verdict:
    """按类别由规定的部门共同论证评审（核准），且在审批、备案、采购之前。

    All roles of the row take part, whoever of them leads, in one review or each in its own; what did not pass does not count. The review
    that makes them complete does not lie after the next step: the approval, the filing with the place, the procurement. Asked for once the project is approved or procuring.
    """
    row = _row(ctx)
    unseen = before_record(ctx, "reviewed")
    if unseen is not None:
        return replace(unseen, cites=(row.sentence,))
    verdict: Verdict = failed(Step("absent", None, "milestones/reviewed"), because="not_reviewed")
    bodies: list[str | None] = []
    for m in ctx.view.of_kind(Reviewed, "reviewed"):
        path = f"milestones/{key_of(m)}"
        if m.conclusion != "passed":
            verdict = failed(Step("present", m.conclusion, f"{path}/conclusion"), because="not_passed")
            continue
        bodies += (m.body, *m.with_)
        verdict = all_of(*(held_by(ctx, bodies, f"{path}/with", role) for role in row.reviewed_by))
        if verdict.outcome is Outcome.PASS:
            following = _next_steps(ctx, row)
            if following:
                first = min(following, key=lambda step: step.value or dt.date.max)
                verdict = in_order(Fact(m.date, f"{path}/date"), first)
            break
    return replace(at_gate(ctx, verdict, past_approval(ctx)), cites=(row.sentence,))


def _next_steps(ctx: ProjectContext, row: Path) -> list[Fact[dt.date]]:
    """The days of what the row has come after the review."""
    steps = [ctx.view.day(*(APPROVALS if row.approved_by else ()), PROCUREMENT)]
    if row.filed_with is not None:
        filings = (m for m in ctx.view.of_class(Filed) if m.matter == "territorial")
        steps += [Fact(m.date, f"milestones/{key_of(m)}/date") for m in filings]
    return [step for step in steps if step.value is not None]


@rule(cites=["LZ-9 p1 s3", "LZ-9 p1 s4"], since="2022", act=(PROCUREMENT, *APPROVALS), applies_to=[CLASSED])
def lz9_approval(ctx: ProjectContext) -> Verdict:
    """公共服务类经市行政审批服务局审批后、市场运营类向属地审批部门备案后，才招标。

    The approval or filing lies no later than the tender. The row of governance projects names neither (I20).
    """
    row = _row(ctx)
    acts: tuple[Act, ...]
    if row.approved_by is not None:
        acts, role = ctx.view.approvals, row.approved_by
    elif row.filed_with is not None:
        acts, role = tuple(f for f in ctx.view.of_class(Filed) if f.matter == "territorial"), row.filed_with
    else:
        return not_applicable("not_named", Step("guard", ctx.project.class_, "class"))
    lacking = (
        Step("absent", None, "milestones/approved")
        if row.approved_by is not None
        else Step("absent_such", "territorial", "milestones/filed/matter")
    )
    verdict: Verdict = failed(lacking, because="absent")
    begun = ctx.view.day(PROCUREMENT)
    for act in acts:
        path = f"milestones/{key_of(act)}"
        verdict = held_by(ctx, (act.body,), f"{path}/body", role)
        if verdict.outcome is Outcome.PASS:
            if begun.value is not None:
                verdict = in_order(Fact(act.date, f"{path}/date"), begun)
            break
    return replace(at_gate(ctx, verdict, begun), cites=(row.sentence,))


@rule(cites=["LZ-9 p1 s2", "LZ-9 p1 s3", "LZ-9 p1 s4"], since="2022", applies_to=[CLASSED])
def lz9_parties(ctx: ProjectContext) -> Verdict:
    """按类别，由需求单位或运营公司作为建设单位、使用单位。"""
    row = _row(ctx)
    verdict = all_of(
        _party(ctx, builder(ctx), row.builder),
        _party(ctx, ctx.field("user"), row.user),
    )
    return replace(verdict, cites=(row.sentence,))


def _party(ctx: ProjectContext, who: Fact[str], wanted: Party) -> Verdict:
    """Whether a unit is the one that the row names."""
    if who.value is None:
        return missing(who)
    if wanted == "operating_company":
        return held_by(ctx, (who.value,), who.path, "operating_company")
    if ctx.project.demand is None:
        return missing(Fact(None, "demand"))
    step = Step("same", who.value, who.path, None, ctx.project.demand, "=", who.value == ctx.project.demand)
    return passed(step) if step.holds else failed(step, because="other_body")


@rule_each(
    Act,
    PROCUREMENT,
    "contract_signed",
    cites=["LZ-9 p1 s2", "LZ-9 p1 s3", "LZ-9 p1 s4"],
    since="2022",
    applies_to=[CLASSED],
    waivable_by=["finance", "leading_group", "city_government"],  # finance oversees procurement (LZ-4 p4)
)
def lz9_procurement(ctx: ProjectContext, act: Act) -> Verdict:
    """政务治理类以政府采购方式，其余两类通过招投标；公共服务类在公共资源交易中心。

    Judged on the notice. A contract that carries the project while no notice behind it is recorded: undetermined, nobody can say how the
    contractor was found.
    """
    if isinstance(act, Announced):
        return _procured(ctx, act)
    assert isinstance(act, Contract)
    if act.role not in CARRYING:
        return not_applicable("other_contract", Step("guard", act.role, f"milestones/{key_of(act)}/role"))
    notice = ctx.view.tender_of(act)
    if notice is None:
        return replace(missing(Fact(None, f"milestones/{PROCUREMENT}/method")), cites=(_row(ctx).sentence,))
    return not_applicable("judged_with_notice", Step("present", notice.date, f"milestones/{key_of(notice)}/date"))


def _procured(ctx: ProjectContext, notice: Announced) -> Verdict:
    row = _row(ctx)
    path = f"milestones/{key_of(notice)}"
    if notice.method is None:
        method = missing(Fact(None, f"{path}/method"))
    else:
        step = Step("one_of", notice.method, f"{path}/method", None, row.methods, None, notice.method in row.methods)
        method = passed(step) if step.holds else failed(step, because="other_method")
    venue = held_by(ctx, (notice.venue,), f"{path}/venue", row.venue) if row.venue is not None else passed()
    return replace(all_of(method, venue), cites=(row.sentence,))


@rule(
    cites=["LZ-9 p1 s1"],
    since="2022",
    act=(*APPROVALS, PROCUREMENT, "build_started", "closed"),
    duty=True,
    readings=["I23"],
)
def lz9_central_filing(ctx: ProjectContext) -> Verdict:
    """项目向市政府办公室（市大数据局）集中备案。

    A filing of matter ``central`` with the office, with its number. The text names no stage (I23): missing once approved is a
    warning, missing at closing fails.
    """
    return staged(ctx, central_filing(ctx), warn=past_approval(ctx), fail=ctx.view.day("closed"))


def central_filing(ctx: ProjectContext) -> Verdict:
    """Whether the central filing is recorded, whatever the stage; undetermined if the project was opened past its approval."""
    absent = failed(Step("absent_such", "central", "milestones/filed/matter"), because="absent")
    verdict: Verdict = before_record(ctx, *APPROVALS) or absent
    for m in ctx.view.of_class(Filed):
        if m.matter != "central":
            continue
        path = f"milestones/{key_of(m)}"
        verdict = held_by(ctx, (m.body,), f"{path}/body", "office")
        if verdict.outcome is Outcome.PASS:
            return missing(Fact(None, f"{path}/number")) if m.number is None else verdict
    return verdict


@rule(cites=["LZ-9 p1 s5"], since="2022", act=(*APPROVALS, PROCUREMENT, "declared"), readings=["I26"])
def lz9_other_money(ctx: ProjectContext) -> Verdict:
    """使用其他资金渠道的项目参照本办法：要归入一类，才能按该类管理。

    With money from other channels the class must be settled by approval, since every rule on management and use of money goes by class.
    The force of 应 stays (I26); rules about the city's budget do not apply, each says so itself.
    """
    rows, path = funding(ctx)
    if not rows:
        return missing(Fact(None, path))
    other = amount_of(rows, "other")
    if other.fen == 0:
        return not_applicable("no_other_money", Step("count", other, path))
    step = Step("count", other, path)
    if ctx.project.class_ is not None:
        return passed(step, Step("present", ctx.project.class_, "class"))
    return at_gate(ctx, failed(step, Step("absent", None, "class"), because="absent"), past_approval(ctx))

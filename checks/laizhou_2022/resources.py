"""Shared resources, secure products, standards, cloud and network, city brain (LZ-13 to LZ-15, LZ-30, LZ-31)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from checks.laizhou_2022.helpers import (
    APPROVALS,
    approved_day,
    at_gate,
    building_day,
    consent,
    has_paper,
    past_approval,
    running_day,
    total,
)
from zongmu.model import Act, Approved, Standard, key_of, topics
from zongmu.policy import (
    Cap,
    Fact,
    Outcome,
    ProjectContext,
    RegistryContext,
    Severity,
    Step,
    Verdict,
    all_of,
    any_of,
    at_boundary,
    attested_step,
    compare,
    covers,
    deadline,
    fact,
    failed,
    in_order,
    missing,
    not_applicable,
    passed,
    rule,
    rule_each,
    undetermined,
    ungoverned,
)

APPROVAL_TOPICS = ("trusted_products", "crypto", "security_evaluation", "hardware_efficiency")
MAY_BUILD_ANEW = ("office", "leading_group", "city_government")
"""Who decides that the law or superiors demand a separate build (LZ-13 p1 s4): those who approve, and those above them."""
AT_LEAST_MUNICIPAL = ("municipal", "provincial", "national")
"""市级及以上: of a city with districts or above (N6)."""


# ── LZ-13 ──


@rule(cites=["LZ-13 p1 s2"], since="2022", act="declared", disclosure="internal")
def lz13_resource_list(ctx: ProjectContext) -> Verdict:
    """优先使用统一资源，申报时同步编制资源使用清单；不用的要写理由。

    At declaration the list has rows, and each resource that is not used has its reason. Which resources matter is the unit's to say.
    """
    rows = ctx.project.shared_resources
    if not rows:
        evidence = failed(Step("absent", None, "shared_resources"), because="absent")
    else:
        bare = tuple(r.resource for r in rows if not r.used and r.reason is None)
        step = Step("count", len(rows), "shared_resources")
        evidence = passed(step)
        if bare:
            evidence = failed(
                step, Step("lacking", bare, "shared_resources"), because="no_reason", excess=len(bare), unit="count"
            )
    return at_gate(ctx, evidence, ctx.view.day("declared", *APPROVALS))


@rule_each(
    Act,
    "reviewed",
    "cost_evaluated",
    "om_reviewed",
    "final_accepted",
    cites=["LZ-13 p1 s3"],
    since="2022",
    disclosure="internal",
)
def lz13_list_at_gates(ctx: ProjectContext, act: Act) -> Verdict:
    """立项审核、投资评审、运维保障、验收审查都要看资源使用清单。

    Each of these acts brings the list along or is recorded as having looked at it, or the project has its list in the registry, where
    every body finds it. Goes to the queue of the office.
    """
    path = f"milestones/{key_of(act)}"
    if "resource_list" in topics(act) or any(d.kind == "resource_list" for d in act.documents):
        return passed(Step("present", True, f"{path}/documents/resource_list"))
    if ctx.project.shared_resources:
        return passed(Step("count", len(ctx.project.shared_resources), "shared_resources"))
    return failed(Step("absent", None, f"{path}/documents/resource_list"), because="absent")


@rule(
    cites=["LZ-13 p1 s4"],
    since="2022",
    act=(*APPROVALS, "declared"),
    disclosure="internal",
    waivable_by=MAY_BUILD_ANEW,
)
def lz13_own_build(ctx: ProjectContext) -> Verdict:
    """目录内资源自建的，原则上不予审批；法律法规或上级要求独立建设的除外。

    Approved although a catalogued resource is built anew: a warning, unless the demand is cited as a numbered waiver or a paper.
    """
    own = tuple(r.resource for r in ctx.project.shared_resources if r.own_build)
    if not ctx.project.shared_resources:
        return missing(Fact(None, "shared_resources"))
    if not own:
        return passed(Step("count", len(ctx.project.shared_resources), "shared_resources"))
    step = Step("own_build", own, "shared_resources")
    waiver = ctx.waiver(matter="superior_law", by=MAY_BUILD_ANEW)
    if waiver is not None:
        return passed(step, Step("present", waiver.number, f"waivers/{waiver.seq}/number"))
    approved = approved_day(ctx)
    evidence = any_of(
        failed(step, because="built_anew", excess=len(own), unit="count"),
        has_paper(ctx, "superior_requirement", by=approved),
    )
    return at_gate(ctx, evidence, approved)


# ── LZ-14 ──


@rule(cites=["LZ-14 p1 s1"], since="2022", act=("approval_applied", *APPROVALS), disclosure="internal")
def lz14_trusted_products(ctx: ProjectContext) -> Verdict:
    """优先采用安全可靠产品，报批时附情况说明；是否安全可靠由人证明。

    Asked for with the application; supplied by the day of approval it still came in that stage, later it is late.
    """
    statement = has_paper(ctx, "trusted_products", by=approved_day(ctx))
    return at_gate(ctx, statement, ctx.view.day("approval_applied", *APPROVALS))


@rule_each(Approved, "approved", "design_approved", cites=["LZ-14 p1 s2"], since="2022", disclosure="internal")
def lz14_approval_topics(ctx: ProjectContext, approval: Approved) -> Verdict:
    """审批要看产品安全可靠、密码应用、安全评估、硬件利用效率四项。

    Several approvals of one project may share the topics: what an earlier one covered counts. Goes to the queue of the body that approves.
    """
    have: set[str] = set()
    for m in ctx.view.approvals:
        if m.date <= approval.date:
            have |= topics(m)
    verdict = covers(have, APPROVAL_TOPICS, f"milestones/{key_of(approval)}/covers")
    return replace(verdict, addressee="office") if ctx.holds(approval.body, "office") else verdict


# ── LZ-15 ──


def _counts(standard: Standard) -> bool | None:
    """Whether a standard is of the kind that LZ-15 asks for; None where the level of an engineering standard is unknown."""
    if standard.kind == "group":
        return True
    if standard.kind != "engineering":
        return False
    return None if standard.level is None else standard.level in AT_LEAST_MUNICIPAL


def _big_enough(ctx: ProjectContext) -> Verdict | None:
    """What stands instead where the project is no construction, below the threshold, or of unknown size."""
    if ctx.project.nature == "om":
        return not_applicable("no_construction", Step("guard", "om", "nature"))
    over, step = compare(ctx.view.total_investment, ctx.money("lz.standard.threshold"))
    if over is None:
        return missing(ctx.view.total_investment)
    return None if over else total(ctx, not_applicable("below_threshold", step))


@rule(cites=["LZ-15 p1 s1"], since="2022", act=APPROVALS, readings=["I1", "I2", "N6"])
def lz15_standard(ctx: ProjectContext) -> Verdict:
    """总投资达到起点的建设项目，原则上同步编制至少一项市级及以上工程标准或团体标准。

    A group standard has no administrative level. Exactly at the threshold the figure is included, shown as a boundary reading (I2). Asked
    for from approval on.
    """
    other = _big_enough(ctx)
    if other is not None:
        return other
    amount, threshold = ctx.view.total_investment, ctx.money("lz.standard.threshold")
    _, size = compare(amount, threshold)
    verdict = _enough_standards(ctx, size)
    if verdict.outcome is Outcome.FAIL and at_boundary(amount, threshold):
        verdict = replace(verdict, caps=(Cap(Severity.WARNING, "I2"),))
    return total(ctx, at_gate(ctx, verdict, past_approval(ctx)))


def _enough_standards(ctx: ProjectContext, size: Step) -> Verdict:
    judged = [_counts(s) for s in ctx.project.standards]
    wanted = ctx.count("lz.standard.min")
    enough, step = compare(Fact(sum(1 for j in judged if j), "standards"), wanted)
    if enough:
        return passed(size, step)
    unknown = next((s for s, j in zip(ctx.project.standards, judged, strict=True) if j is None), None)
    if unknown is not None:
        return missing(Fact(None, f"standards/{unknown.seq}/level"))
    return failed(size, step, because="no_standard")


@rule(cites=["LZ-15 p1 s2"], since="2022", act="final_accepted", duty=True, readings=["I1", "I11", "I24", "N4", "N6"])
def lz15_standard_published(ctx: ProjectContext) -> Verdict:
    """标准一般在项目验收后一年内发布。

    The first publication of a standard that counts, against the day of acceptance; a last day of rest moves on. Due after expiry: a
    notice (I11).
    """
    other = _big_enough(ctx)
    if other is not None:
        return other
    days = [
        Fact(s.published, f"standards/{s.seq}/published")
        for s in ctx.project.standards
        if s.published is not None and _counts(s) is not False
    ]
    first = min(days, key=lambda f: f.value or dt.date.max, default=Fact(None, "standards/published"))
    return deadline(ctx, ctx.view.accepted, first, ctx.duration("lz.standard.publish"), no_trigger="not_accepted")


# ── LZ-30 ──


@rule(cites=["LZ-30a"], since="2022", act="declared", disclosure="internal")
def lz30_cloud(ctx: ProjectContext) -> Verdict:
    """原则上依托政务云和政务网络部署。"""
    hosting = ctx.project.hosting
    return all_of(
        _is(hosting.cloud if hosting else None, "gov_cloud", "hosting/cloud"),
        _is(hosting.network if hosting else None, "gov_network", "hosting/network"),
    )


def _is(value: str | None, wanted: str, path: str) -> Verdict:
    if value is None:
        return missing(Fact(None, path))
    step = Step("same", value, path, None, wanted, "=", value == wanted)
    return passed(step) if step.holds else failed(step, because="other_hosting")


@rule(
    cites=["LZ-30b"],
    since="2022",
    act=("consented", "build_started", "declared"),
    disclosure="internal",
    waivable_by=["office"],
)
def lz30_own_room(ctx: ProjectContext) -> Verdict:
    """未经大数据局审核同意，不得新建、租用、改建、扩建自有机房。

    A numbered consent of the office, as a milestone or a waiver that still runs, no later than the project runs in the room.
    """
    hosting = ctx.project.hosting
    room = hosting.own_room if hosting else None
    if room is None:
        return missing(Fact(None, "hosting/own_room"))
    step = Step("guard", room, "hosting/own_room")
    if room == "none":
        return not_applicable("no_own_room", step)
    verdict = consent(ctx, "own_room", "office", by=running_day(ctx))
    return replace(verdict, trace=(step, *verdict.trace))


@rule(
    cites=["LZ-30b"],
    since="2022",
    act=("consented", "build_started", "declared"),
    disclosure="internal",
    waivable_by=["office"],
)
def lz30_private_network(ctx: ProjectContext) -> Verdict:
    """不得擅自搭建私有的内网、专网；要有大数据局的同意文号。

    A project that runs on a private network of its own has one, whatever the other field says.
    """
    hosting = ctx.project.hosting
    if hosting is not None and hosting.network == "private":
        step = Step("guard", hosting.network, "hosting/network")
    else:
        private = hosting.private_network if hosting else None
        if private is None:
            return missing(Fact(None, "hosting/private_network"))
        step = Step("guard", private, "hosting/private_network")
        if not private:
            return not_applicable("no_private_network", step)
    verdict = consent(ctx, "private_network", "office", by=running_day(ctx))
    return replace(verdict, trace=(step, *verdict.trace))


# ── LZ-31 ──


@rule(cites=["LZ-31 p1 s1a"], since="2022", act=(*APPROVALS, "build_started"), disclosure="internal")
def lz31_common_capability(ctx: ProjectContext) -> Verdict:
    """应用系统原则上基于共性能力构建；由人证明。

    A shared resource in use, or an attestation, by the time the project is past approval.
    """
    used = tuple(r.resource for r in ctx.project.shared_resources if r.used)
    attested = ctx.attestation("common_capability")
    if attested is not None:
        evidence = passed(attested_step(attested))
    elif used:
        evidence = passed(Step("present", ", ".join(used), "shared_resources"))
    else:
        evidence = failed(Step("absent", None, "shared_resources"), because="not_attested")
    return at_gate(ctx, evidence, past_approval(ctx))


@rule(cites=["LZ-31 p1 s1b"], since="2022", act=("put_into_use", "final_accepted"), disclosure="internal")
def lz31_contribution(ctx: ProjectContext) -> Verdict:
    """适合全市共用的能力要向“城市大脑”汇聚；由人证明。

    For a project tagged as holding a reusable capability. Attested: passes. Not attested: undetermined, and at closing a failure.
    """
    if "reusable" not in ctx.project.tags:
        return not_applicable("not_reusable")
    attested = ctx.attestation("city_brain_contribution")
    if attested is not None:
        return passed(attested_step(attested))
    step = Step("lacks_attestation", "city_brain_contribution", "attestations")
    closed = ctx.view.day("closed")
    if closed.value is None:
        return undetermined("needs_attestation", step)
    return at_gate(ctx, failed(step, because="not_attested"), closed)


@fact()
def lz_city_brain(ctx: ProjectContext) -> dict[str, Any] | None:
    """For a project tagged as a city brain: its first act, whether the office runs it, whether the leading group agreed."""
    if "city_brain" not in ctx.project.tags:
        return None
    first = ctx.view.first_act
    agreed = consent(ctx, "city_brain", "leading_group", by=building_day(ctx))
    told = agreed.trace[-1]
    return {
        "born": first.date.isoformat() if first is not None else None,
        "office": ctx.holds(ctx.project.owner, "office"),
        "agreed": agreed.outcome.value,
        "because": agreed.because,
        "late": [str(told.value), told.path, str(told.limit)] if agreed.because == "consent_late" else None,
    }


@rule(
    cites=["LZ-31 p1 s2"],
    since="2022",
    on="registry",
    reads=[lz_city_brain],
    duty=True,
    readings=["I15"],
    waivable_by=["leading_group"],
)
def lz31_city_brain(ctx: RegistryContext) -> Iterator[tuple[str, Verdict]]:
    """各部门原则上不再单独建“城市大脑”类项目，确需的经领导小组批准。

    The first one of the office needs nothing. Any other one, of a department or a second of the office, needs a numbered consent of
    the leading group. Which project is a city brain is the unit's tag (I15).
    """
    rows = {p: r for p, r in ctx.facts(lz_city_brain).items() if r is not None}
    first = min((p for p, r in rows.items() if r["office"]), key=lambda p: (rows[p]["born"] or "", p), default=None)
    for project, row in rows.items():
        step = Step("present", "city_brain", "tags")
        other = ungoverned(ctx, dt.date.fromisoformat(row["born"])) if row["born"] is not None else None
        if other is not None:
            yield project, other
        elif project == first or row["agreed"] == "pass":
            yield project, passed(step)
        elif row["agreed"] == "undetermined":
            yield project, undetermined(row["because"], step)
        elif row["late"] is not None:
            given, path, begun = row["late"]
            order = in_order(Fact(dt.date.fromisoformat(given), path), Fact(dt.date.fromisoformat(begun), "milestones"))
            yield project, replace(order, because=row["because"], trace=(step, *order.trace))
        else:
            yield project, failed(step, Step("absent", None, "milestones/consented"), because=row["because"])

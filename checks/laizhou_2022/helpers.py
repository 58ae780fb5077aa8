"""What several topics of this measure share: whom the words of the measure mean, evidence by stage, money by source."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import replace

from zongmu.model import (
    Act,
    Applied,
    Approved,
    Consented,
    FundingRow,
    Money,
    OmCost,
    document_day,
    document_path,
    key_of,
)
from zongmu.policy import (
    Cap,
    Context,
    Fact,
    Guard,
    Outcome,
    ProjectContext,
    RegistryContext,
    Severity,
    Step,
    SystemContext,
    Verdict,
    any_of,
    failed,
    in_order,
    missing,
    passed,
    undetermined,
    ungoverned,
)

APPROVALS = ("approved", "feasibility_approved", "design_approved")
"""Milestones that approve a project (立项、可研、设计和概算的批复)."""

PROCUREMENT = "procurement_announced"
"""The day the tender or procurement notice was published begins procurement."""

CARRYING = ("build", "supply", "service")
"""Roles of the contracts by which a project is built."""

CLASSED = Guard("class_", ("governance", "public_service", "market"), "other_class")
"""One of the three classes of LZ-8."""

GOVERNANCE = Guard("class_", ("governance",), "other_class")
"""政务治理类."""

PUBLIC_SERVICE = Guard("class_", ("public_service",), "other_class")
"""公共服务类."""

TENDER = ("public_tender", "invited_tender")
"""招投标."""

PURCHASE = (*TENDER, "negotiation", "consultation", "inquiry", "single_source", "framework")
"""政府采购: every recorded way but the direct award."""


# ── whom the words mean ──


def builder(ctx: ProjectContext) -> Fact[str]:
    """建设单位: its own field, else the owner."""
    if ctx.project.builder is not None:
        return Fact(ctx.project.builder, "builder")
    return Fact(ctx.project.owner, "owner")


def held_by(
    ctx: ProjectContext | SystemContext | RegistryContext, bodies: Iterable[str | None], path: str, *roles: str
) -> Verdict:
    """Whether one of *bodies* holds one of *roles*.

    Nobody recorded: undetermined ``missing_field``. Nobody in the registry holds any of the roles: undetermined
    ``role_not_assigned``, since then nobody can be told apart.
    """
    named = tuple(b for b in bodies if b is not None)
    if not named:
        return missing(Fact(None, path))
    step = Step("body", named, path)
    if any(ctx.holds(body, role) for body in named for role in roles):
        return passed(step)
    if not any(ctx.roles.get(role) for role in roles):
        return undetermined("role_not_assigned", step)
    return failed(replace(step, say="wrong_body", limit=roles), because="other_body")


def cost_key(cost: OmCost) -> str:
    """A row of O&M costs as paths name it: its year, and its number where the year has several."""
    return f"{cost.year}" if cost.seq is None else f"{cost.year}-{cost.seq}"


def approval_roles(ctx: ProjectContext) -> tuple[str, ...]:
    """Roles that act as 项目审批部门: for governance projects the office and the finance bureau too (reading I20)."""
    if ctx.project.class_ == "public_service":
        return ("approval_bureau",)
    return ("approval_bureau", "office", "finance")


def is_approver(ctx: ProjectContext, bodies: Iterable[str], path: str) -> Verdict:
    """Whether one of *bodies* is the approval body: the one that approved this project, or one that holds the role."""
    named = tuple(bodies)
    approved_by = {m.body for m in ctx.view.of_class(Approved) if m.body is not None}
    if approved_by & set(named):
        return passed(Step("body", named, path))
    return held_by(ctx, named, path, *approval_roles(ctx))


def consent(ctx: ProjectContext, matter: str, *roles: str, by: Fact[dt.date] | None = None) -> Verdict:
    """A numbered consent to *matter* by a holder of one of *roles*, as a milestone or as a waiver that still runs.

    None at all: a failure ``no_consent``. Only by others: ``other_body``. Without a number: undetermined. Only after the day *by* on which
    what it permits was done: ``consent_late``, the excess in days.
    """
    found: list[Verdict] = []
    for m in ctx.view.of_kind(Consented, "consented"):
        if m.matter != matter or (m.until is not None and m.until < ctx.asof):
            continue
        path = f"milestones/{key_of(m)}"
        verdict = held_by(ctx, (m.body,), f"{path}/body", *roles)
        if verdict.outcome is Outcome.PASS and m.number is None:
            verdict = missing(Fact(None, f"{path}/number"))
        found.append(_unless_late(verdict, Fact(m.date, f"{path}/date"), by, because="consent_late"))
    for w in ctx.project.waivers:
        if w.matter == matter and (w.until is None or w.until >= ctx.asof):
            verdict = held_by(ctx, (w.authority,), f"waivers/{w.seq}/authority", *roles)
            found.append(_unless_late(verdict, Fact(w.date, f"waivers/{w.seq}/date"), by, because="consent_late"))
    absent = failed(Step("absent_such", matter, "milestones/consented/matter"), because="no_consent")
    return any_of(*found, absent)


def _unless_late(verdict: Verdict, given: Fact[dt.date], by: Fact[dt.date] | None, *, because: str) -> Verdict:
    """*verdict*; a pass on what was only *given* after the day *by*, if that is known, fails for the reason *because*."""
    if verdict.outcome is not Outcome.PASS or by is None or by.value is None:
        return verdict
    order = in_order(given, by)
    return replace(order, because=because) if order.outcome is Outcome.FAIL else verdict


# ── papers ──


def paper(ctx: ProjectContext, *kinds: str) -> tuple[Act, dt.date, str] | None:
    """The earliest document of the kinds: the milestone that brought it, its day, its path."""
    found = [(m, document_day(m, d), document_path(m, d)) for m, d in ctx.view.documents(*kinds)]
    return min(found, key=lambda row: row[1], default=None)


_HOMES = {
    "framework": "framework_submitted",
    "trusted_products": "approval_applied",
    "redeclaration": "adjustment_applied",
    "budget_adjustment": "adjustment_applied",
    "software_test": "final_accepted",
    "risk_assessment": "final_accepted",
    "mlps_filing": "final_accepted",
    "crypto_report": "final_accepted",
    "crypto_filing": "final_accepted",
    "archive_index": "archived",
}
"""The milestone with which a paper is usually handed in, for the path of one that is lacking; else the declaration."""


def paper_path(kind: str) -> str:
    """Where a paper of a kind would stand."""
    return f"milestones/{_HOMES.get(kind, 'declared')}/documents/{kind}"


def has_paper(ctx: ProjectContext, *kinds: str, by: Fact[dt.date] | None = None) -> Verdict:
    """Whether a document of one of the kinds came with any milestone.

    With *by*, no later than that day: one that came only after it is a failure ``came_late``, the excess in days.
    """
    found = paper(ctx, *kinds)
    if found is None:
        return failed(Step("absent", None, paper_path(kinds[0])), because="absent")
    came = Fact(found[1], found[2])
    return _unless_late(passed(Step("present", came.value, came.path)), came, by, because="came_late")


# ── stages and validity ──


def expiry_caps(ctx: Context, day: dt.date) -> tuple[Cap, ...]:
    """What a gate reached after the measure has run out weighs, for a duty born before: a notice (reading I11)."""
    law = ctx.law
    if law.until is not None and ctx.law_day <= law.until < day and law.after_expiry != "continued":
        return (Cap(Severity.NOTICE, "I11"),)
    return ()


def staged(
    ctx: Context,
    evidence: Verdict,
    *,
    warn: Fact[dt.date] | None = None,
    fail: Fact[dt.date],
    weight: Severity = Severity.WARNING,
) -> Verdict:
    """Evidence asked for in two steps: lacking at *warn* weighs *weight* at most, lacking at *fail* is a breach.

    Before either: a pass stays a pass, anything else is not due yet. A gate passed before the measure began does not count; one
    reached after it ran out weighs a notice (reading I11).
    """
    first, last = (None if warn is None else warn.value), fail.value
    reached = max((day for day in (first, last) if day is not None), default=None)
    if reached is not None and _before(ctx, reached):
        return ungoverned(ctx, reached) or evidence
    if evidence.outcome is Outcome.PASS:
        return evidence
    if last is not None:
        step = Step("gate", last, fail.path)
        return replace(evidence, trace=(*evidence.trace, step), caps=(*evidence.caps, *expiry_caps(ctx, last)))
    if first is not None and warn is not None:
        step = Step("gate", first, warn.path)
        caps = (*evidence.caps, Cap(weight, "I23"), *expiry_caps(ctx, first))
        return replace(evidence, trace=(*evidence.trace, step), caps=caps)
    return undetermined("not_due", *evidence.trace)


def _before(ctx: Context, day: dt.date) -> bool:
    return ctx.law.since is not None and day < ctx.law.since


def born_late(ctx: Context, day: dt.date) -> Verdict | None:
    """What stands instead of a duty that was born after the measure had run out; None for any other."""
    return ungoverned(ctx, day) if ctx.law.until is not None and day > ctx.law.until else None


def under_law_of(ctx: Context, day: dt.date, judge: Callable[[], Verdict]) -> Verdict:
    """What *judge* says, where the law of *day* governs; for rules that judge several acts of one record.

    After the measure, where it goes on as advice only: advice.
    """
    law, own_day = ctx.law, ctx.law_day
    verdict = ungoverned(ctx, day)
    if verdict is None:
        ctx.law_day = day
        verdict = judge()
        advice = law.after_expiry == "advisory" and law.status(day) == "expired" and law.status(own_day) != "expired"
        if advice and verdict.outcome is Outcome.FAIL:
            verdict = replace(verdict, caps=(*verdict.caps, Cap(Severity.NOTICE, "advisory")))
    ctx.law_day = own_day
    return verdict


def at_gate(ctx: Context, evidence: Verdict, day: Fact[dt.date]) -> Verdict:
    """Evidence that must be there on a day: before it is recorded, anything but a pass is not due yet."""
    return staged(ctx, evidence, fail=day)


def approved_day(ctx: ProjectContext) -> Fact[dt.date]:
    """The day of the first approval."""
    return ctx.view.day(*APPROVALS)


def past_approval(ctx: ProjectContext) -> Fact[dt.date]:
    """The day by which a project is past approval: approved, or procuring and building without a recorded approval."""
    return ctx.view.day(*APPROVALS, PROCUREMENT, "build_started")


def building_day(ctx: ProjectContext) -> Fact[dt.date]:
    """The day building began, or the first later act that proves it did."""
    return ctx.view.day("build_started", "completed", "initial_accepted", "final_accepted")


def running_day(ctx: ProjectContext) -> Fact[dt.date]:
    """The first day on which what was built is known to run: deployed, on trial, completed, accepted or in use."""
    return ctx.view.day("deployed", "trial_started", "completed", "initial_accepted", "final_accepted", "put_into_use")


def before_record(ctx: ProjectContext, *kinds: str) -> Verdict | None:
    """Undetermined where none of *kinds* is recorded and a legacy project was opened (期初) at their place or past it.

    What came before the opening entry is not on record, so nobody can say whether it was done.
    """
    if not ctx.before_record(*kinds):
        return None
    return undetermined("predates_registry", Step("missing", None, f"milestones/{kinds[0]}"))


# ── money ──


def funding(ctx: ProjectContext) -> tuple[tuple[FundingRow, ...], str]:
    """The funding that stands: of the latest approval that states it, else of the latest application; with its path."""
    for m in reversed(ctx.view.of_class(Approved)):
        if m.funding:
            return m.funding, f"milestones/{key_of(m)}/funding"
    for a in reversed(ctx.view.of_class(Applied)):
        if a.funding:
            return a.funding, f"milestones/{key_of(a)}/funding"
    return (), "milestones/declared/funding"


def amount_of(rows: Iterable[FundingRow], *sources: str) -> Money:
    """What the rows of the sources come to."""
    return Money.total(r.amount for r in rows if r.source in sources)


def without_city_budget(ctx: ProjectContext) -> bool:
    """Whether all money comes from other channels, so that rules about the city's budget do not fit (reading I26)."""
    rows, _ = funding(ctx)
    return bool(rows) and all(r.source == "other" for r in rows)


def estimate_on(ctx: ProjectContext, day: dt.date) -> Fact[Money]:
    """The approved estimate in force on *day*: what is approved later is none yet."""
    for m in reversed(ctx.view.estimate_approvals):
        if m.date <= day:
            return Fact(m.total, f"milestones/{key_of(m)}/total")
    return Fact(None, "milestones/design_approved/total")


def total(ctx: ProjectContext, verdict: Verdict) -> Verdict:
    """Mark a verdict that rests on a figure not yet approved as provisional (reading I1)."""
    return replace(verdict, provisional=True) if ctx.view.total_investment.provisional else verdict

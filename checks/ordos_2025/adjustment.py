"""Keeping to the approval: overspend, scope, surplus, adjustments by the unit itself (OD-27, OD-28)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from checks.ordos_2025.parties import held_by
from zongmu.model import Adjustment, Approved, Filed, Money, Returned, Settled, View, key_of
from zongmu.policy import (
    Fact,
    Outcome,
    ProjectContext,
    Step,
    Verdict,
    all_of,
    by_day,
    due_after,
    failed,
    missing,
    not_applicable,
    passed,
    rule,
    rule_each,
    share,
    undetermined,
    warned,
)

BUILD_TO_APPROVAL = "OD-27 p1 s1"
SELF_ADJUST = "OD-28"
RETURN, IN_TIME = "OD-27 p1 s2", "OD-27 p1 s3"
OTHER_MONEY = frozenset({"social", "enterprise", "other"})
NOT_CARRIED_OUT = frozenset({"returned", "rejected", "deferred"})


# ── adjustments by the unit itself ──


def gross(adjustment: Adjustment) -> Fact[Money]:
    """The amount moved (I18): the larger of the sums of increases and of decreases; what is stated counts if it is more."""
    key = key_of(adjustment)
    amounts = [adjustment.moved.fen] if adjustment.moved is not None else []
    if adjustment.scope:
        steps = [move.to.fen - move.from_.fen for move in adjustment.scope]
        amounts.append(max(sum(s for s in steps if s > 0), -sum(s for s in steps if s < 0)))
    path = f"milestones/{key}/moved"
    return Fact(Money(max(amounts)), path) if amounts else Fact(None, path)


def _estimate_on(view: View, day: dt.date) -> Approved | None:
    """The approval of the estimate that is in force on *day*."""
    found = [m for m in view.estimate_approvals if m.date <= day]
    return found[-1] if found else None


def _carried_out(view: View) -> list[Adjustment]:
    return [m for m in view.of_kind(Adjustment, "adjusted") if m.conclusion not in NOT_CARRIED_OUT]


def _answering(view: View, adjustment: Adjustment) -> Approved | None:
    """The approval that answers the adjustment or its application by name."""
    applied = _application(view, adjustment)
    answered = {key_of(m) for m in (adjustment, applied) if m is not None}
    return next((m for m in view.approvals if m.of in answered), None)


def _new_approval(view: View, adjustment: Adjustment) -> Approved | None:
    """A new approval that covers the adjustment though it does not name it: a later one of the estimate."""
    applied = _application(view, adjustment)
    first, since = view.estimate_approvals[:1], applied.date if applied is not None else adjustment.date
    return next((m for m in view.estimate_approvals if m.of is None and m.date >= since and m not in first), None)


def _application(view: View, adjustment: Adjustment) -> Adjustment | None:
    """The application that the adjustment names; without a name the last one since the adjustment before it."""
    applications = view.of_kind(Adjustment, "adjustment_applied")
    if adjustment.of is not None:
        return next((a for a in applications if key_of(a) == adjustment.of), None)
    earlier = [m.date for m in _carried_out(view) if m.date < adjustment.date]
    since = max(earlier, default=dt.date.min)
    return next((a for a in reversed(applications) if since <= a.date <= adjustment.date), None)


def _filing(ctx: ProjectContext, adjustment: Adjustment, following: dt.date | None) -> Verdict:
    """Filed with the data bureau (for a banner: or its data office, I16) no later than the adjustment itself."""
    key = key_of(adjustment)
    filings = [
        m
        for m in ctx.view.of_class(Filed)
        if m.of == key
        or (
            m.of is None
            and m.matter == "self_adjustment"
            and m.date >= adjustment.date
            and (following is None or m.date < following)
        )
    ]
    if not filings:
        return failed(Step("absent_such", "self_adjustment", "milestones/filed/matter"), because="not_filed")
    filing = filings[0]
    path = f"milestones/{key_of(filing)}"
    bodies = [filing.body] if filing.body is not None else []
    recipient = held_by(ctx, bodies, f"{path}/body", "data_bureau", "banner_data_office")
    if recipient.outcome is not Outcome.PASS:
        return recipient
    late = (filing.date - adjustment.date).days
    step = Step("order", filing.date, f"{path}/date", None, adjustment.date, "<=", late <= 0)
    if late <= 0:
        return passed(step)
    # 同时: filed afterwards. The permission itself is cited, so it weighs a notice.
    return failed(step, because="filed_late", excess=late, unit="days", cites=(SELF_ADJUST, BUILD_TO_APPROVAL))


@rule_each(
    Adjustment,
    "adjusted",
    cites=[BUILD_TO_APPROVAL, SELF_ADJUST],
    since="2025",
    readings=["I3", "I16", "I18", "N14"],
)
def od28_self_adjustment(ctx: ProjectContext, adjustment: Adjustment) -> Verdict:
    """未超概算批复、建设目标不变、调整数额不超过概算总投资15%的，可自行调整，同时备案；否则须另行报批。

    Each adjustment, and the running total since the approval in force (I3), moves at most 15% of the approved estimate,
    gross (I18); the total afterwards stays within the approval; the goal is unchanged; it is filed by its own day (a
    later filing is a notice). Otherwise a new approval must be on record; one that answers the adjustment stands for the filing
    as well. What is broken then is the duty to build to the approval: a permission cannot be breached.
    """
    view, key = ctx.view, key_of(adjustment)
    if adjustment.conclusion in NOT_CARRIED_OUT:
        return not_applicable("not_carried_out", Step("guard", adjustment.conclusion, f"milestones/{key}/conclusion"))
    approval = _estimate_on(view, adjustment.date)
    if approval is None:
        return missing(Fact(None, "milestones/design_approved/total"))
    estimate = Fact(approval.total, f"milestones/{key_of(approval)}/total")
    answer = _answering(view, adjustment)
    if answer is not None:
        return passed(Step("present", answer.date, f"milestones/{key_of(answer)}"), because="newly_approved")
    done = _carried_out(view)
    place = done.index(adjustment)
    since = [m for m in done[: place + 1] if m.date >= approval.date]
    following = done[place + 1].date if place + 1 < len(done) else None
    simple = all_of(
        _moved(ctx, [adjustment], estimate, "over_cap"),
        *([_moved(ctx, since, estimate, "running_total")] if len(since) > 1 else []),
        _total_after(ctx, adjustment, estimate),
        _goal(adjustment),
    )
    if simple.outcome is Outcome.FAIL:
        renewed = _new_approval(view, adjustment)
        if renewed is not None:
            return passed(
                *simple.trace, Step("present", renewed.date, f"milestones/{key_of(renewed)}"), because="newly_approved"
            )
        return simple
    if simple.outcome is Outcome.UNDETERMINED:
        return simple
    filed = _filing(ctx, adjustment, following)
    return replace(filed, trace=(*simple.trace, *filed.trace))


def _moved(ctx: ProjectContext, adjustments: list[Adjustment], estimate: Fact[Money], because: str) -> Verdict:
    """Whether what the adjustments move together stays within the cap of the estimate.

    Over it by one reading of the base only, as approved or as submitted, that is a warning (N14).
    """
    amounts = [gross(m) for m in adjustments]
    unknown = [fact for fact in amounts if fact.value is None]
    if unknown:
        return missing(*unknown)
    total = Fact(Money.total(fact.value for fact in amounts if fact.value is not None), amounts[-1].path)
    cap = ctx.ratio("od.adjust.cap")
    excess, step = share(total, estimate, cap)
    assert excess is not None  # both are known
    submitted = ctx.view.submitted_total
    other, other_step = share(total, submitted, cap) if len(ctx.view.estimate_approvals) == 1 else (None, step)
    if excess <= 0 and (other is None or other <= 0):
        return passed(step)
    if other is not None and (excess > 0) is not (other > 0):
        return warned("N14", step, other_step, because=because, excess=max(excess, other), unit="fen")
    return failed(step, because=because, excess=excess, unit="fen")


def _total_after(ctx: ProjectContext, adjustment: Adjustment, estimate: Fact[Money]) -> Verdict:
    """Whether the total afterwards stays within the approved estimate. Not stated: as the scope moves add up."""
    assert estimate.value is not None
    path = f"milestones/{key_of(adjustment)}/total"
    net = Money(sum(move.to.fen - move.from_.fen for move in adjustment.scope))
    after = Fact(adjustment.total if adjustment.total is not None else estimate.value + net, path)
    excess, step = share(after, estimate, ctx.ratio("od.adjust.total"))
    assert excess is not None  # both are known
    return passed(step) if excess <= 0 else failed(step, because="over_approval", excess=excess, unit="fen")


def _goal(adjustment: Adjustment) -> Verdict:
    path = f"milestones/{key_of(adjustment)}/goal_unchanged"
    if adjustment.goal_unchanged is None:
        return missing(Fact(None, path))
    step = Step("guard", adjustment.goal_unchanged, path)
    return passed(step) if adjustment.goal_unchanged else failed(step, because="goal_changed")


# ── money and scope as approved ──


def _against(view: View, spent: Fact[Money], day: dt.date) -> Verdict:
    """Whether an amount stays within the estimate approved before *day*: an approval afterwards cures nothing."""
    earlier = [m for m in view.estimate_approvals if m.date < day]
    if not earlier:
        return missing(Fact(None, "milestones/design_approved/total"))
    limit = earlier[-1].total
    assert limit is not None
    assert spent.value is not None
    over = spent.value.fen - limit.fen
    step = Step("compare", spent.value, spent.path, None, limit, "<=", over <= 0)
    return passed(step) if over <= 0 else failed(step, because="overspent", excess=over, unit="fen")


@rule(cites=[BUILD_TO_APPROVAL], since="2025", act="accounts_settled")
def od27_overspend(ctx: ProjectContext) -> Verdict:
    """决算或累计支付不超过此前批复的概算；自行调整备案不能弥补超支，事后批复也不能。

    The final accounts, and the payments day by day, stay within the estimate approved before that day. Only a new
    approval dated before the overspend helps.
    """
    view = ctx.view
    verdicts = [
        _against(view, Fact(m.total, f"milestones/{key_of(m)}/total"), m.date)
        for m in view.of_class(Settled)
        if m.total is not None
    ]
    settled = bool(verdicts)
    running = {(c.seq or 1): c.role not in ("om", "data_operation") for c in view.contracts()}
    paid = 0
    for payment in sorted(ctx.project.payments, key=lambda p: (p.date, p.seq)):
        if not running.get(payment.contract, True):
            continue
        paid += payment.amount.fen
        verdicts.append(_against(view, Fact(Money(paid), f"payments/{payment.seq}/amount"), payment.date))
    if not verdicts:
        return not_applicable("not_triggered", Step("missing", None, "milestones/accounts_settled"))
    worst = max(
        (v for v in verdicts if v.outcome is Outcome.FAIL), key=lambda v: v.excess or 0, default=all_of(*verdicts)
    )
    if worst.outcome is Outcome.PASS and not settled:
        return undetermined("not_due", *worst.trace[-1:])
    return worst


@rule(cites=[BUILD_TO_APPROVAL], since="2025", duty=True, compares=True)
def od27_scope_changed(ctx: ProjectContext) -> Verdict:
    """批复后建设内容分项有增减的，应有相应的调整或再次批复。

    Compared with the base revision: scope items added or dropped after the estimate was approved need a new adjustment
    or approval in the same change. The change is made now, so the law of the as-of day holds.
    """
    assert ctx.base is not None
    if ctx.law.status(ctx.asof) == "before":
        return undetermined("law_not_encoded")
    if not ctx.base.view.estimate_approvals:
        return not_applicable("not_approved", Step("missing", None, "milestones/design_approved"))
    before, after = ({item.id for item in c.project.scope} for c in (ctx.base, ctx))
    changed = tuple(sorted(before ^ after))
    if not before or not changed:
        return passed(Step("count", len(after), "scope"))
    step = Step("scope_changed_items", changed, "scope")
    new = [
        key_of(m)
        for m in (*ctx.view.of_kind(Adjustment, "adjusted"), *ctx.view.approvals)
        if key_of(m) not in ctx.base.view.by_key
    ]
    if new:
        return passed(step, Step("present", new[0], f"milestones/{new[0]}"), because="with_adjustment")
    return failed(step, because="scope_changed", excess=len(changed), unit="count")


# ── surplus ──


def _unchanged(view: View) -> Verdict:
    """Whether goals and content stayed as approved, as far as the adjustments say."""
    verdicts = []
    for m in _carried_out(view):
        for name in ("goal_unchanged", "content_unchanged"):
            path = f"milestones/{key_of(m)}/{name}"
            value: bool | None = getattr(m, name)
            if value is False:
                return not_applicable("goal_or_content_changed", Step("guard", False, path))
            if value is None:
                verdicts.append(missing(Fact(None, path)))
    return all_of(*verdicts) if verdicts else passed()


def _surplus(view: View) -> Step | None:
    """The surplus: as the final accounts state it; else, on fiscal money alone, what they leave of the approved estimate.

    Of mixed money nobody can say which of it is left. None: nobody can say.
    """
    stated = [m for m in view.of_class(Settled) if m.surplus is not None]
    if stated:
        return Step("surplus", stated[-1].surplus, f"milestones/{key_of(stated[-1])}/surplus")
    spent, approved = view.final_total, view.approved_total
    if spent.value is None or approved.value is None:
        return None
    money = [row for m in view.of_class(Settled) for row in m.funding]
    money += [row for m in view.estimate_approvals[-1:] for row in m.funding]
    if approved.value.fen > spent.value.fen and any(row.source in OTHER_MONEY for row in money):
        return None
    left = Money(max(0, approved.value.fen - spent.value.fen))
    return Step("surplus_reckoned", left, spent.path, None, approved.value)


@rule(cites=[RETURN, IN_TIME], since="2025", act="final_accepted", duty=True, readings=["I8", "I16", "I24", "N2"])
def od27_surplus_returned(ctx: ProjectContext) -> Verdict:
    """目标和内容不变而有结余的，验收后30日内按原渠道退回财政局。

    The whole surplus of the final accounts goes back within 30 calendar days of final acceptance (I8; a last day of rest
    moves on), to the finance bureau (for a banner: or its finance office, I16), by the original channel. Not stated, it is what
    the final accounts leave of the approved estimate, if no money but fiscal money is in it.
    """
    view, accepted = ctx.view, ctx.view.accepted
    if accepted.value is None:
        return not_applicable("not_triggered", Step("missing", None, accepted.path))
    same = _unchanged(view)
    if same.outcome is Outcome.NOT_APPLICABLE:
        return same
    owed = _surplus(view)
    if owed is None:
        return missing(Fact(None, "milestones/accounts_settled/surplus"))
    surplus = owed.value
    assert isinstance(surplus, Money)
    if surplus.fen <= 0:
        return not_applicable("no_surplus", owed)
    if same.outcome is Outcome.UNDETERMINED:
        return same
    returns = view.of_class(Returned)
    unknown: list[Fact[Money]] = [Fact(None, f"milestones/{key_of(m)}/amount") for m in returns if m.amount is None]
    if unknown:
        return missing(*unknown)
    verdict = all_of(_returned_in_time(ctx, accepted, surplus, returns), *(_by_the_book(ctx, m) for m in returns))
    return replace(verdict, trace=(owed, *verdict.trace))


def _returned_in_time(
    ctx: ProjectContext, accepted: Fact[dt.date], surplus: Money, returns: tuple[Returned, ...]
) -> Verdict:
    """Whether the surplus is back by the last day; short once that day is past: the amount is what is broken."""
    assert accepted.value is not None
    limit = ctx.duration("od.surplus.limit", "<=")
    back = 0
    whole: Fact[dt.date] = Fact(None, "milestones/surplus_returned")
    for m in returns:
        assert m.amount is not None  # asked for before
        back += m.amount.fen
        if back >= surplus.fen and whole.value is None:
            whole = Fact(m.date, f"milestones/{key_of(m)}/date")
    verdict = by_day(ctx, accepted, whole, due_after(ctx, accepted.value, limit.value), limit)
    if verdict.outcome is not Outcome.FAIL:
        return verdict
    if whole.value is None and back > 0:
        step = Step("compare", Money(back), "milestones/surplus_returned/amount", None, surplus, ">=", False)
        return replace(
            verdict,
            because="short",
            trace=(*verdict.trace, step),
            excess=surplus.fen - back,
            unit="fen",
            cites=(RETURN, IN_TIME),
        )
    return replace(verdict, cites=(IN_TIME, RETURN))


def _by_the_book(ctx: ProjectContext, m: Returned) -> Verdict:
    """Payee and channel of one return."""
    key = key_of(m)
    payee = held_by(ctx, [m.payee] if m.payee else [], f"milestones/{key}/payee", "finance", "banner_finance")
    path = f"milestones/{key}/channel"
    if m.channel is None:
        channel = missing(Fact(None, path))
    elif m.channel == "original":
        channel = passed(Step("guard", m.channel, path))
    else:
        channel = failed(Step("guard", m.channel, path), because="not_original_channel")
    return replace(all_of(payee, channel), cites=(IN_TIME, RETURN), at=None)

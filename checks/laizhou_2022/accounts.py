"""What the final accounts say: within the approved estimate, the surplus returned (LZ-19 p1)."""

from __future__ import annotations

from collections.abc import Iterator

from checks.laizhou_2022.helpers import at_gate, estimate_on, funding, paper, paper_path
from zongmu.model import Adjustment, Budgeted, Money, Returned, Settled, key_of
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
    rule_each,
)


@rule_each(Settled, "accounts_settled", cites=["LZ-19 p1 s1"], since="2022")
def lz19_within_estimate(ctx: ProjectContext, accounts: Settled) -> Verdict:
    """决算不超过批复的概算；超过的，事先要有重新申报和预算调整。

    An adjustment on the simple route never cures an overspend, since it requires the total not to be exceeded. Only a new declaration and a
    budget adjustment dated no later than the accounts do; an estimate approved after them is not the one they are held against. The
    excess is in fen.
    """
    path = f"milestones/{key_of(accounts)}"
    if accounts.total is None:
        return missing(Fact(None, f"{path}/total"))
    approved = estimate_on(ctx, accounts.date)
    if approved.value is None:
        return missing(approved)
    over = accounts.total - approved.value
    step = Step("compare", accounts.total, f"{path}/total", None, approved.value, "<=", over.fen <= 0)
    if over.fen <= 0:
        return passed(step)
    anew, adjusted = paper(ctx, "redeclaration"), paper(ctx, "budget_adjustment")
    declared = [m.date for m in ctx.view.by_kind.get("declared", ()) if m.seq is not None]
    budgets = [m.date for m in ctx.view.by_kind.get("budget_adjusted", ())]
    declared += [anew[1]] if anew is not None else []
    budgets += [adjusted[1]] if adjusted is not None else []
    if any(d <= accounts.date for d in declared) and any(d <= accounts.date for d in budgets):
        return passed(step, Step("present", "redeclaration, budget_adjustment", paper_path("redeclaration")))
    return failed(step, because="over_estimate", excess=over.fen, unit="fen")


@rule(cites=["LZ-19 p1 s2"], since="2022", act="accounts_settled")
def lz19_surplus(ctx: ProjectContext) -> Verdict:
    """目标内容不变而有结余的，按原渠道退回；没有期限，办结时仍未退回的不符合。

    Goals and content both unchanged, as the adjustments that were agreed to and their applications say: what the accounts leave over goes
    back by the original channel. Accounts that state no surplus leave over what the approved total exceeds them by, where the budget was
    of the same amount and all of it fiscal; accounts of the whole total leave none. Another channel fails at once; too little fails at closing, the excess being what is still out, in fen.
    """
    settled = ctx.view.of_class(Settled)
    if not settled:
        return not_applicable("not_settled_yet")
    surplus = _surplus(ctx, settled[-1])
    if surplus.value is None:
        return missing(surplus)
    if surplus.value.fen <= 0:
        return not_applicable("no_surplus", Step("count", surplus.value, surplus.path))
    for change in _agreed(ctx):
        if change.goal_unchanged is False or change.content_unchanged is False:
            return not_applicable(
                "content_changed", Step("present", False, f"milestones/{key_of(change)}/content_unchanged")
            )
    step = Step("count", surplus.value, surplus.path)
    returned = ctx.view.of_class(Returned)
    for r in returned:
        path = f"milestones/{key_of(r)}"
        if r.channel is None:
            return missing(Fact(None, f"{path}/channel"))
        if r.channel != "original":
            return failed(step, Step("present", r.channel, f"{path}/channel"), because="other_channel")
        if r.amount is None:
            return missing(Fact(None, f"{path}/amount"))
    back = Money.total(r.amount for r in returned if r.amount is not None)
    out = surplus.value - back
    if out.fen <= 0:
        return passed(step, Step("count", back, "milestones/surplus_returned/amount"))
    return at_gate(
        ctx,
        failed(
            step,
            Step("count", back, "milestones/surplus_returned/amount"),
            because="not_returned",
            excess=out.fen,
            unit="fen",
        ),
        ctx.view.day("closed"),
    )


def _surplus(ctx: ProjectContext, accounts: Settled) -> Fact[Money]:
    """The surplus as stated, else as the approved total tells it.

    Unknown where the money arranged was another sum than that total, and of money that is not the city's alone: nobody can say
    which of it is left.
    """
    stated = Fact(accounts.surplus, f"milestones/{key_of(accounts)}/surplus")
    approved = ctx.view.approved_total
    if stated.value is not None or accounts.total is None or approved.value is None:
        return stated
    over = approved.value - accounts.total
    arranged = [
        b.total for b in ctx.view.of_kind(Budgeted, "budget_approved", "budget_adjusted") if b.total is not None
    ]
    rows, _ = funding(ctx)
    mixed = any(row.source != "fiscal" for row in (*rows, *accounts.funding))
    if over.fen > 0 and (mixed or any(total != approved.value for total in arranged)):
        return stated
    return Fact(over, f"milestones/{key_of(accounts)}/total")


def _agreed(ctx: ProjectContext) -> Iterator[Adjustment]:
    """Adjustments that were not refused, each with the application that it answers."""
    for answer in ctx.view.of_kind(Adjustment, "adjusted"):
        if answer.conclusion in (None, "passed"):
            yield answer
            applied = ctx.view.by_key.get(answer.of or "")
            if isinstance(applied, Adjustment):
                yield applied

"""Adjustments, and building to what was approved (LZ-19)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from checks.laizhou_2022.helpers import PROCUREMENT, builder, estimate_on
from zongmu.model import Adjustment, Budgeted, Money, key_of
from zongmu.policy import (
    Fact,
    Outcome,
    ProjectContext,
    Step,
    Verdict,
    all_of,
    attested_step,
    failed,
    immutable,
    in_order,
    missing,
    not_applicable,
    passed,
    rule,
    rule_each,
    share,
    undetermined,
    warned,
)

TO_THE_LETTER = "LZ-19 p1 s1"
ANEW = "LZ-19 p3"
GROUNDS = ("city_decision", "technical", "business")
"""The three grounds of LZ-19 p2(1) to (3)."""


# ── what was applied for ──


@immutable
class Change:
    """One adjustment: its application and its answer taken together. Amounts are those of the answer, else as applied for."""

    key: str
    applied: Fact[dt.date]
    answered: Fact[dt.date]
    answer: Adjustment | None
    refused: bool
    moved: Fact[Money]
    total: Fact[Money]
    goal_unchanged: Fact[bool]
    ground: Fact[str]
    rows: tuple[Adjustment, ...]


def _gross(rows: tuple[Adjustment, ...]) -> Fact[Money]:
    """The gross amount moved (reading I18): as stated, else the larger of the sums of increases and of decreases."""
    for row in rows:
        if row.moved is not None:
            return Fact(row.moved, f"milestones/{key_of(row)}/moved")
    for row in rows:
        if row.scope:
            up = Money.total(s.to - s.from_ for s in row.scope if s.to > s.from_)
            down = Money.total(s.from_ - s.to for s in row.scope if s.from_ > s.to)
            return Fact(max(up, down), f"milestones/{key_of(row)}/scope")
    return Fact(None, f"milestones/{key_of(rows[0])}/moved")


def _change(application: Adjustment | None, answer: Adjustment | None) -> Change:
    rows = tuple(r for r in (answer, application) if r is not None)
    lead = application or answer
    assert lead is not None
    path = f"milestones/{key_of(lead)}"
    total = next((Fact(r.total, f"milestones/{key_of(r)}/total") for r in rows if r.total is not None), None)
    goal = next(
        (
            Fact(r.goal_unchanged, f"milestones/{key_of(r)}/goal_unchanged")
            for r in rows
            if r.goal_unchanged is not None
        ),
        None,
    )
    ground = next((Fact(r.reason, f"milestones/{key_of(r)}/reason") for r in rows if r.reason is not None), None)
    refused = answer is not None and answer.conclusion not in (None, "passed")
    return Change(
        key=key_of(lead),
        applied=Fact(lead.date, f"{path}/date"),
        answered=Fact(answer.date if answer is not None and not refused else None, "milestones/adjusted"),
        answer=answer,
        refused=refused,
        moved=_gross(rows),
        total=total or Fact(None, f"{path}/total"),
        goal_unchanged=goal or Fact(None, f"{path}/goal_unchanged"),
        ground=ground or Fact(None, f"{path}/reason"),
        rows=rows,
    )


def changes(ctx: ProjectContext) -> tuple[Change, ...]:
    """All adjustments of a project, by the day they were applied for. An answer belongs to the application it names."""
    applications = ctx.view.of_kind(Adjustment, "adjustment_applied")
    answers = ctx.view.of_kind(Adjustment, "adjusted")
    out = []
    taken: set[str] = set()
    for application in applications:
        mine = [a for a in answers if a.of == key_of(application)]
        taken.update(key_of(a) for a in mine)
        out.append(_change(application, mine[-1] if mine else None))
    out.extend(_change(None, a) for a in answers if key_of(a) not in taken)
    return tuple(sorted(out, key=lambda c: c.applied.value or dt.date.max))


def declared_anew(ctx: ProjectContext, change: Change) -> Verdict:
    """Whether new declaration and budget adjustment are on record for a change: as its papers, or as acts since then."""
    own = {d.kind for r in change.rows for d in r.documents}
    since = change.applied.value or dt.date.min
    declaration = "redeclaration" in own or any(
        m.date >= since for m in ctx.view.by_kind.get("declared", ()) if m.seq is not None
    )
    budget = "budget_adjustment" in own or any(
        m.of in (None, change.key) and m.date >= since for m in ctx.view.of_kind(Budgeted, "budget_adjusted")
    )
    lacking = tuple(
        kind for kind, there in (("redeclaration", declaration), ("budget_adjustment", budget)) if not there
    )
    path = f"milestones/{change.key}/documents"
    if lacking:
        return failed(Step("lacking", lacking, path), because="not_declared_anew", excess=len(lacking), unit="count")
    return passed(Step("present", "redeclaration, budget_adjustment", path))


# ── LZ-19 p2, p3 ──


@rule_each(
    Adjustment,
    "adjustment_applied",
    "adjusted",
    cites=[ANEW, "LZ-19 p2 s1", TO_THE_LETTER, "LZ-19 p2(1)", "LZ-19 p2(2)", "LZ-19 p2(3)"],
    since="2022",
    readings=["I3", "I4", "I18", "N1", "N2"],
    disclosure="internal",
)
def lz19_adjustment(ctx: ProjectContext, act: Adjustment) -> Verdict:
    """调整：符合简易程序各项条件的，采购前申请并有答复；其余的重新申报并调整预算。

    The simple route is open when all hold: total within the budget approval, main goals unchanged, applied for before procurement, gross
    amount within the cap each and in total, one of three grounds. Open and answered: passes. Open without an answer: undetermined, and
    once procurement has begun a failure under p1 s1 (I4); what the unit says to itself is no answer. Closed: new declaration and budget adjustment are owed (p3); the adjustment that
    carries the running total over the cap is closed too (I3). Exactly at the cap is within it.
    """
    change = next((c for c in changes(ctx) if c.key == key_of(act)), None)
    if change is None:
        return not_applicable("judged_with_application")
    anew = declared_anew(ctx, change)
    if anew.outcome is Outcome.PASS:
        return anew
    if change.refused:
        return not_applicable("refused", Step("present", "refused", "milestones/adjusted/conclusion"))
    route = _route(ctx, change)
    if route.outcome is Outcome.FAIL:
        return replace(route, trace=(*route.trace, *anew.trace), cites=(ANEW,))
    if route.outcome is not Outcome.PASS:
        return route
    if change.answered.value is not None:
        by = _answered_by_other(ctx, change)
        if by.outcome is not Outcome.FAIL:
            return replace(by, because="simple_route", trace=route.trace) if by.outcome is Outcome.PASS else by
    begun = _procurement(ctx, change)
    if begun.value is None:
        begun = ctx.view.day("build_started")
    step = Step("absent", None, "milestones/adjusted")
    if begun.value is None:
        return undetermined("answer_missing", *route.trace, step)
    return failed(
        *route.trace, step, Step("gate", begun.value, begun.path), because="answer_missing", cites=(TO_THE_LETTER,)
    )


def _answered_by_other(ctx: ProjectContext, change: Change) -> Verdict:
    """Whether somebody else than the unit answered: the text has it apply, and nobody applies to oneself (I4)."""
    assert change.answer is not None
    path = f"milestones/{key_of(change.answer)}/body"
    if change.answer.body is None:
        return missing(Fact(None, path))
    step = Step("present", change.answer.body, path)
    own = change.answer.body in (builder(ctx).value, ctx.project.owner)
    return failed(step, because="answer_missing") if own else passed(step)


def _route(ctx: ProjectContext, change: Change) -> Verdict:
    """Whether the simple route of LZ-19 p2 is open to a change."""
    return all_of(
        _before_procurement(ctx, change),
        _within_budget(ctx, change),
        _same_goal(change),
        _within_cap(ctx, change),
        _grounded(ctx, change),
    )


def _procurement(ctx: ProjectContext, change: Change) -> Fact[dt.date]:
    """The day the procurement began that counts for a change: one that had failed by the application is no longer one (N2)."""
    for m in ctx.view.by_kind.get(PROCUREMENT, ()):
        failures = ctx.view.answers(key_of(m), "procurement_failed")
        if not any(f.date <= (change.applied.value or f.date) for f in failures):
            return Fact(m.date, f"milestones/{key_of(m)}/date")
    return Fact(None, f"milestones/{PROCUREMENT}")


def _before_procurement(ctx: ProjectContext, change: Change) -> Verdict:
    begun = _procurement(ctx, change)
    if begun.value is None:
        return passed()
    verdict = in_order(change.applied, begun, strict=True)
    return replace(verdict, because="after_procurement") if verdict.outcome is Outcome.FAIL else verdict


def _within_budget(ctx: ProjectContext, change: Change) -> Verdict:
    budget: Fact[Money] = Fact(None, "milestones/budget_approved/total")
    for m in ctx.view.of_kind(Budgeted, "budget_approved"):
        if m.total is not None and m.date <= (change.applied.value or m.date):
            budget = Fact(m.total, f"milestones/{key_of(m)}/total")
    if change.total.value is None or budget.value is None:
        return missing(*(f for f in (change.total, budget) if f.value is None))
    over = change.total.value - budget.value
    step = Step("compare", change.total.value, change.total.path, None, budget.value, "<=", over.fen <= 0)
    return passed(step) if over.fen <= 0 else failed(step, because="over_budget", excess=over.fen, unit="fen")


def _same_goal(change: Change) -> Verdict:
    if change.goal_unchanged.value is None:
        return missing(change.goal_unchanged)
    step = Step("present", change.goal_unchanged.value, change.goal_unchanged.path)
    return passed(step) if change.goal_unchanged.value else failed(step, because="goal_changed")


def estimates(ctx: ProjectContext, change: Change) -> tuple[Fact[Money], ...]:
    """What 概算总投资 may mean (N1): the estimate approved by the day of the application and, where it is another figure and the
    only estimate, the one submitted. Without an approval by then, as for every threshold, the figure submitted (I1)."""
    known, submitted = estimate_on(ctx, _day(change)), ctx.view.submitted_total
    if known.value is None:
        known = ctx.view.total_investment
    if len(ctx.view.estimate_approvals) > 1 or submitted.value in (None, known.value):
        return (known,)
    return known, submitted


def _day(change: Change) -> dt.date:
    return change.applied.value or dt.date.max


def _share(ctx: ProjectContext, change: Change, moved: Fact[Money], because: str) -> Verdict:
    """What is moved against the cap. Over it by one reading of the base only, that is a warning (N1)."""
    cap = ctx.ratio("lz.adjust.cap")
    found = [share(moved, whole, cap) for whole in estimates(ctx, change)]
    over = [(excess, step) for excess, step in found if excess is not None and excess > 0]
    if any(excess is None for excess, _ in found):
        return missing(*(f for f in (moved, estimates(ctx, change)[0]) if f.value is None))
    if not over:
        return passed(found[0][1])
    excess, step = over[0]
    if len(over) < len(found):
        return warned("N1", *(step for _, step in found), because=because, excess=excess, unit="fen")
    return failed(step, because=because, excess=excess, unit="fen")


def _within_cap(ctx: ProjectContext, change: Change) -> Verdict:
    """The cap for this change alone, then for the running total of all on the simple route up to it (reading I3), from the
    approval on that fixed the estimate in force."""
    alone = _share(ctx, change, change.moved, "over_cap")
    if alone.outcome is Outcome.UNDETERMINED or (alone.outcome is Outcome.FAIL and not alone.caps):
        return alone
    running: list[Money] = []
    since = max((m.date for m in ctx.view.estimate_approvals[1:] if m.date <= _day(change)), default=dt.date.min)
    for earlier in changes(ctx):
        if _day(earlier) < since:
            continue
        if earlier.refused or declared_anew(ctx, earlier).outcome is Outcome.PASS:
            continue
        if earlier.moved.value is None:
            return missing(earlier.moved)
        running.append(earlier.moved.value)
        if earlier.key == change.key:
            break
    together = _share(ctx, change, Fact(Money.total(running), change.moved.path), "running_total_over_cap")
    return all_of(alone, replace(together, trace=tuple(replace(step, say="running_total") for step in together.trace)))


def _grounded(ctx: ProjectContext, change: Change) -> Verdict:
    """One of the three grounds: the first with the number of the decision, the others attested."""
    ground = change.ground
    if ground.value is None:
        return missing(ground)
    step = Step("one_of", ground.value, ground.path, None, GROUNDS, None, ground.value in GROUNDS)
    if ground.value not in GROUNDS:
        return failed(step, because="no_ground")
    if ground.value == "city_decision":
        for row in change.rows:
            for d in row.documents:
                if d.kind == "city_decision" and d.number is not None:
                    return passed(step, Step("present", d.number, f"milestones/{key_of(row)}/documents/city_decision"))
        return missing(Fact(None, f"milestones/{change.key}/documents/city_decision/number"))
    attested = next((a for r in change.rows if (a := ctx.attestation("adjust_reason", key_of(r))) is not None), None)
    if attested is None:
        return undetermined("needs_attestation", step, Step("lacks_attestation", "adjust_reason", "attestations"))
    return passed(step, attested_step(attested))


# ── LZ-19 p1 ──


@rule(cites=[TO_THE_LETTER], since="2022", act=("design_approved", "approved"), compares=True)
def lz19_scope_change(ctx: ProjectContext) -> Verdict:
    """批复后建设内容变了，同一次改动里要有调整记录。

    Compares with the base revision: items of the scope added, dropped or renamed after approval need an adjustment that was not there
    before. The excess is how many items changed.
    """
    base = ctx.base
    assert base is not None
    if not base.view.has("design_approved", "approved"):
        return not_applicable("not_approved")
    before = {i.id: i.name for i in base.project.scope}
    after = {i.id: i.name for i in ctx.project.scope}
    changed = tuple(sorted(k for k in before.keys() | after.keys() if before.get(k) != after.get(k)))
    if not changed:
        return passed(Step("count", len(after), "scope"))
    known = {key_of(m) for m in base.view.of_class(Adjustment)}
    fresh = [m for m in ctx.view.of_class(Adjustment) if key_of(m) not in known]
    step = Step("changed", ", ".join(changed), "scope")
    if fresh:
        return passed(step, Step("present", fresh[0].date, f"milestones/{key_of(fresh[0])}/date"))
    return failed(
        step, Step("absent", None, "milestones/adjusted"), because="no_adjustment", excess=len(changed), unit="count"
    )

"""Acceptance within half a year, extension, what acceptance looks at (LZ-23 p2)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from checks.laizhou_2022.helpers import is_approver
from zongmu.model import Accepted, Due, Extension, key_of, topics
from zongmu.policy import (
    Cap,
    Fact,
    Outcome,
    ProjectContext,
    Severity,
    Step,
    Verdict,
    by_day,
    covers,
    due_after,
    missing,
    not_applicable,
    rule,
    rule_each,
    undetermined,
    unless_given_up,
)

ACCEPTANCE = (None, "completed", "acceptance_organized", "final_applied", "final_accepted")
"""What an extension may name as its object: in this measure only acceptance is extended."""


def organized(ctx: ProjectContext) -> Fact[dt.date]:
    """The first day on which acceptance was organised or applied for once the project was completed, initial acceptance included
    (N5); a final acceptance alone does not say when it was organised, nor does what came before completion."""
    kinds = ("acceptance_organized", "final_applied", "initial_accepted")
    days = [Fact(m.date, f"milestones/{key_of(m)}/date") for m in ctx.view.milestones if m.kind in kinds]
    for a in ctx.view.of_class(Accepted):
        if a.organized is not None:
            days.append(Fact(a.organized, f"milestones/{key_of(a)}/organized"))
    completed = ctx.view.completed.value or dt.date.min
    after = [f for f in days if f.value is not None and completed <= f.value]
    return min(after, key=lambda f: f.value or dt.date.max, default=Fact(None, "milestones/acceptance_organized"))


def extensions(ctx: ProjectContext) -> tuple[Extension, ...]:
    """Applications for a later acceptance."""
    return tuple(e for e in ctx.view.of_kind(Extension, "extension_applied") if e.of in ACCEPTANCE)


def _asked_of(ctx: ProjectContext, application: Extension) -> Verdict:
    """Whether an application went to the approval body."""
    return is_approver(ctx, application.to, f"milestones/{key_of(application)}/to")


def _answer(ctx: ProjectContext, application: Extension) -> Extension | None:
    return next((e for e in ctx.view.of_kind(Extension, "extended") if e.of in (None, key_of(application))), None)


def _granted(ctx: ProjectContext) -> dt.date | None:
    """The latest day to which the approval body has put off acceptance."""
    days = [
        e.until
        for e in ctx.view.of_kind(Extension, "extended")
        if e.until is not None
        and e.granted
        and e.body is not None
        and is_approver(ctx, (e.body,), "milestones/extended/body").outcome is Outcome.PASS
    ]
    return max(days, default=None)


def _limit(ctx: ProjectContext, completed: dt.date) -> Due:
    return due_after(ctx, completed, ctx.duration("lz.acceptance.limit", "<=").value)


@rule(cites=["LZ-23 p2 s1"], since="2022", act="completed", duty=True, readings=["I11", "I24", "N3", "N4", "N5"])
def lz23_acceptance_in_time(ctx: ProjectContext) -> Verdict:
    """建成后半年内组织验收；批准延期的以延至日为准，按时申请延期而未答复的未定。

    Six calendar months from completion, a last day of rest moves on. Only a late final acceptance known: undetermined, since nothing says
    when it was organised. An extension by the approval body moves the last day; one applied for with it in time and not yet answered
    leaves the matter open.
    """
    completed = ctx.view.completed
    if completed.value is None:
        if ctx.view.has("final_accepted", "acceptance_organized"):
            return missing(completed)
        return not_applicable("not_triggered", Step("missing", None, completed.path))
    limit = ctx.duration("lz.acceptance.limit", "<=")
    base = _limit(ctx, completed.value)
    granted = _granted(ctx)
    last = Due(max(base.day, granted), base.provisional) if granted is not None else base
    done = organized(ctx)
    final = ctx.view.day("final_accepted")
    if done.value is None and final.value is not None:
        if final.value > last.day:
            return undetermined(
                "when_organized", Step("deadline_open", final.value, final.path, limit.id, last.day, "<=")
            )
        done = final
    verdict = unless_given_up(ctx, by_day(ctx, completed, done, last, limit))
    if verdict.outcome is Outcome.FAIL and granted is None:
        asked = (e for e in extensions(ctx) if _asked_of(ctx, e).outcome is not Outcome.FAIL)
        pending = next((e for e in asked if e.date <= base.day and _answer(ctx, e) is None), None)
        if pending is not None:
            step = Step("present", pending.date, f"milestones/{key_of(pending)}/date")
            return undetermined("extension_pending", *verdict.trace, step, due=verdict.due)
    return verdict


@rule(cites=["LZ-23 p2 s3"], since="2022", act="completed", duty=True, readings=["I11", "I24", "N3", "N4", "N5"])
def lz23_extension(ctx: ProjectContext) -> Verdict:
    """不能按期验收的，向项目审批部门申请延期。

    Overdue without an application: a failure. The text gives no day, so an application after the limit is a warning, and so is one to
    another body, unless there is one to the approval body too. Only a late final acceptance known: undetermined, since acceptance may have been organised in time.
    """
    completed = ctx.view.completed
    if completed.value is None:
        return not_applicable("not_triggered", Step("missing", None, completed.path))
    last = _limit(ctx, completed.value)
    done, final = organized(ctx), ctx.view.day("final_accepted")
    if done.value is None and final.value is not None and final.value <= last.day:
        done = final
    if done.value is not None and done.value <= last.day:
        return not_applicable("in_time", Step("deadline", done.value, done.path, None, last.day, "<=", True))
    applications = extensions(ctx)
    right = (e for e in applications if _asked_of(ctx, e).outcome is not Outcome.FAIL)
    application = next(right, applications[0] if applications else None)
    applied = Fact(application.date, f"milestones/{key_of(application)}/date") if application is not None else None
    in_time = applied is not None and applied.value is not None and applied.value <= last.day
    if done.value is None and final.value is not None and not in_time:
        return undetermined("when_organized", Step("deadline_open", final.value, final.path, None, last.day, "<="))
    verdict = unless_given_up(ctx, by_day(ctx, completed, applied or Fact(None, "milestones/extension_applied"), last))
    if applied is None or application is None:
        if verdict.because == "overdue":
            return replace(verdict, because="no_extension")
        return verdict
    if verdict.outcome is Outcome.NOT_APPLICABLE:
        return verdict
    if verdict.outcome is Outcome.FAIL:
        return replace(verdict, because="applied_late", caps=(Cap(Severity.WARNING, "no_day_in_text"), *verdict.caps))
    recipient = _asked_of(ctx, application)
    if recipient.outcome is Outcome.FAIL:
        return replace(recipient, caps=(Cap(Severity.WARNING, "no_day_in_text"),))
    return replace(recipient, trace=(*verdict.trace, *recipient.trace), due=verdict.due)


@rule_each(Accepted, "final_accepted", cites=["LZ-23 p2 s2"], since="2022", disclosure="internal")
def lz23_acceptance_topics(ctx: ProjectContext, acceptance: Accepted) -> Verdict:
    """验收要看资源共享的范围程度和网络安全情况；内容由人证明。"""
    return covers(topics(acceptance), ("sharing", "security"), f"milestones/{key_of(acceptance)}/covers")

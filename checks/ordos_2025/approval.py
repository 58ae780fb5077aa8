"""Applying for approval and the time it takes: 30 days, 10 working days, what does not count, the project code (OD-13, OD-14)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from checks.ordos_2025.across import city_only, core, day_fact, day_of, held, listings, plan
from checks.ordos_2025.guards import CITY, NOT_OM, approved_elsewhere
from checks.ordos_2025.papers import APPROVALS, steps_of
from checks.ordos_2025.parties import astray, held_by
from zongmu.model import Act, Answer, Applied, Approved, Permitted, View, add_days, document_path, key_of
from zongmu.policy import (
    GIVEN_UP,
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
    compare,
    deadline,
    due_after,
    fact,
    failed,
    gate,
    immutable,
    missing,
    not_applicable,
    noticed,
    passed,
    present,
    rule,
    rule_each,
    undetermined,
    ungoverned,
    unless_given_up,
    warned,
)

APPLY, OPINION, EXCLUDED, CODE = "OD-13 p1 s1", "OD-13 p1 s2", "OD-13 p1 s3", "OD-13 p1 s4"
Interval = tuple[dt.date, dt.date]

PAPERS = {
    "full": ("feasibility", "prelim_design"),
    "merged": ("feasibility",),
    "implementation_plan": ("implementation_plan",),
}
"""By path: the papers that are approved. The merged study and the implementation plan stand in for several."""


# ── OD-13 p1 s1: applying ──


@fact(on="project")
def application(ctx: ProjectContext) -> dict[str, Any]:
    """The approval of the proposal, the application for approval and its papers, and whether the project was given up.

    An application that went to another body than the data bureau is none: ``elsewhere`` has its place and that body. Of several
    the first that does not lie before the approval of the proposal is meant.
    """
    view = ctx.view
    proposal, end = view.first("proposal_approved"), view.first(*GIVEN_UP)
    sent = view.of_kind(Applied, "approval_applied")
    elsewhere = {key_of(m): step for m in sent if (step := astray(ctx, m)) is not None}
    own = [m for m in sent if key_of(m) not in elsewhere]
    after = (m for m in own if proposal is None or proposal.date <= m.date)
    applied = next(after, own[0] if own else None)
    papers: dict[str, str] = {}
    opinions: list[list[str | None]] = []
    for m in view.milestones:
        if m.kind in ("approval_applied", "resubmitted") and key_of(m) not in elsewhere:
            for d in m.documents:
                papers.setdefault(d.kind, f"milestones/{key_of(m)}/documents/{d.kind}")
                if d.kind == "crypto_review":
                    opinions.append([f"{document_path(m, d)}/issuer", d.issuer, d.issuer_name])
    return {
        "proposal": key_of(proposal) if proposal else None,
        "dated": proposal.date.isoformat() if proposal else None,
        "received": proposal.received.isoformat() if proposal and proposal.received else None,
        "applied": applied.date.isoformat() if applied else None,
        "applied_key": key_of(applied) if applied else "approval_applied",
        "elsewhere": [(step.path, step.value) for step in elsewhere.values()],
        "given_up": end.date.isoformat() if end else None,
        "papers": papers,
        "opinions": opinions,
    }


def _bound(project: Mapping[str, Any]) -> Verdict | None:
    """The guards of OD-13 p1 s1 but for the listing; None when all are met. Other channels are Article 18's."""
    early = city_only(project) or approved_elsewhere(project["channel"])
    for field, value, because in (("class", "om", "other_class"), ("path", "filing", "filing_only")):
        if early is None and project[field] is None:
            early = missing(Fact(None, field))
        if early is None and project[field] == value:
            early = not_applicable(because, Step("guard", value, field))
    return early


def _unlisted(ctx: RegistryContext, id: str, day: dt.date) -> Verdict | None:
    """Not applicable where the plans of that year or the next leave the project out; None when it is listed.

    Where no such plan is recorded the approval of the proposal, which only listed projects get, is taken as listing (N9).
    """
    if id in listings(ctx) or not any(int(row["year"]) - day.year in (0, 1) for row in ctx.facts(plan).values()):
        return None
    return not_applicable("not_listed", Step("missing", None, "plan"))


@rule(
    cites=[APPLY],
    since="2025",
    on="registry",
    readings=["N2", "N9", "I24", "N15", "N26"],
    reads=[core, plan, application],
)
def od13_apply_in_time(ctx: RegistryContext) -> Iterator[tuple[str, Verdict]]:
    """列入年度计划的建设、采购服务类项目，自收到建议书批复起30日内申请审批；收到日未登记的，以批复日期代之并注明。

    Within 30 calendar days of receiving the proposal approval a listed project applies for approval. A last day of rest moves
    on. The day of receipt decides; where it is not recorded the approval's own date stands in, and the trace says so. Given
    up within the time, nothing is due any more. An application that went to another body is none, and one from before the
    approval a warning (N26).
    """
    for id, project in ctx.facts(core).items():
        yield id, _bound(project) or _in_time(ctx, id, ctx.facts(application)[id])


def _in_time(ctx: RegistryContext, id: str, row: Mapping[str, Any]) -> Verdict:
    path = f"milestones/{row['proposal']}"
    dated, received = day_of(row["dated"]), day_of(row["received"])
    if dated is None:
        return not_applicable("not_triggered", Step("missing", None, "milestones/proposal_approved"))
    unlisted = _unlisted(ctx, id, dated)
    if unlisted is not None:
        return unlisted
    marked = (Step("receipt_unknown", None, f"{path}/received"),) if received is None else ()
    start = Fact(dated, f"{path}/date") if received is None else Fact(received, f"{path}/received")
    limit = ctx.duration("od.apply.limit")
    applied = day_fact(row["applied"], f"milestones/{row['applied_key']}/date")
    given_up = day_fact(row["given_up"], "milestones/withdrawn/date")
    last = due_after(ctx, received or dated, limit.value).day
    if applied.value is None and given_up.value is not None and given_up.value <= last:
        return not_applicable("given_up", Step("present", given_up.value, given_up.path))
    verdict = deadline(ctx, start, applied, limit)
    if verdict.outcome is Outcome.PASS and applied.value is not None and applied.value < dated:
        step = Step("order", dated, f"{path}/date", None, applied.value, "<=", False)
        days = (dated - applied.value).days
        verdict = warned("N26", *verdict.trace, step, because="before_proposal", excess=days, unit="days")
    return replace(verdict, trace=(*marked, *_elsewhere(row), *verdict.trace))


def _elsewhere(row: Mapping[str, Any]) -> tuple[Step, ...]:
    """The applications that went to another body, as steps of a trace."""
    return tuple(Step("body", tuple(bodies), path) for path, bodies in row["elsewhere"])


def _handed_in(ctx: RegistryContext, id: str, project: Mapping[str, Any], wanted: Sequence[str]) -> Verdict:
    """Whether a listed project's application brought the papers *wanted*."""
    row = ctx.facts(application)[id]
    early = _bound(project)
    if early is not None:
        return early
    applied, have = day_of(row["applied"]), row["papers"]
    if applied is None:
        return not_applicable("not_triggered", *_elsewhere(row))
    early = ungoverned(ctx, applied) or _unlisted(ctx, id, day_of(row["dated"]) or applied)
    if early is not None:
        return early
    steps = [Step("present", kind, have[kind]) for kind in wanted if kind in have]
    lacking = tuple(kind for kind in wanted if kind not in have)
    if lacking:
        path = "milestones/approval_applied/documents"
        return failed(*steps, Step("lacking", lacking, path), because="incomplete", excess=len(lacking), unit="count")
    return passed(*steps)


@rule(cites=[APPLY], since="2025", on="registry", readings=["N9"], reads=[core, plan, application])
def od13_papers(ctx: RegistryContext) -> Iterator[tuple[str, Verdict]]:
    """申请审批须附可行性研究报告和初步设计方案；合并报批的附合并可研，实施方案三合一的附实施方案。

    The application brings the study and the design; on the merged path the merged study, on the three-in-one path the
    implementation plan. Papers of resubmissions and later applications count.
    """
    for id, project in ctx.facts(core).items():
        yield id, _handed_in(ctx, id, project, PAPERS.get(project["path"], PAPERS["full"]))


@rule(
    cites=[APPLY], since="2025", on="registry", readings=["N9"], reads=[core, plan, application], disclosure="internal"
)
def od13_crypto_opinion(ctx: RegistryContext) -> Iterator[tuple[str, Verdict]]:
    """申请审批须附密码应用方案的审核检查意见；写明由别的单位出具的不算。

    The application brings the opinion on the crypto plan. No issuer stated is taken for the cryptography bureau, which reviews
    the use of cryptography (OD-2 p1(3)); another body's is none.
    """
    for id, project in ctx.facts(core).items():
        verdict = _handed_in(ctx, id, project, ("crypto_review",))
        if verdict.outcome is Outcome.PASS:
            issued = any_of(*(_issued(ctx, *row) for row in ctx.facts(application)[id]["opinions"]))
            verdict = replace(all_of(verdict, issued), at=verdict.at)
        yield id, verdict


def _issued(ctx: RegistryContext, path: str, issuer: str | None, name: str | None) -> Verdict:
    """Whether an opinion is the cryptography bureau's; a name that is in no registry may be that of anybody."""
    if issuer is None:
        return passed() if name is None else missing(Fact(None, path))
    return held(ctx, issuer, "cryptography", path)


# ── OD-13 p1 s2-3: the authority's time ──


@immutable
class Handling:
    """How an application was handled: from when the time runs, what stops it, what ended it."""

    start: Fact[dt.date]
    stopped: tuple[Interval, ...]  # between a return and the resubmission
    open_return: Act | None  # returned and not resubmitted
    excluded: tuple[Interval, ...]  # form check, experts, third party, joint review
    excluded_path: str
    decided: Fact[dt.date]
    by: Verdict  # whether the data bureau decided
    elsewhere: tuple[Step, ...]  # decisions of other bodies, which decide nothing


def handling(ctx: ProjectContext, application: Applied) -> Handling:
    """The handling of an application (reading N4)."""
    view = ctx.view
    steps, keys = steps_of(view, application)
    accepted = next((m for m in steps if m.kind == "application_accepted"), None)
    found = [(m, _decided_by(ctx, m)) for m in _answering(view, application, keys)]
    own = [m for m, by in found if by.outcome is not Outcome.FAIL]
    decision, by = _decision(ctx, application, steps, own)
    approvals = [m for m in own if isinstance(m, Approved)]
    start = Fact(application.received or application.date, f"milestones/{key_of(application)}/date")
    returns = [m for m in steps if m.kind == "returned_for_correction"]
    if accepted is not None:
        start = Fact(accepted.date, f"milestones/{key_of(accepted)}/date")
        returns = [m for m in returns if m.date >= accepted.date]
    stopped: list[Interval] = []
    open_return: Act | None = None
    for returned in returns:
        again = next((m for m in steps if m.kind == "resubmitted" and m.date >= returned.date), None)
        if again is None:
            open_return = returned
            if decision.value is not None:
                stopped.append((add_days(returned.date, 1), decision.value))
        elif accepted is None:
            start = Fact(again.date, f"milestones/{key_of(again)}/date")
        else:
            stopped.append((add_days(returned.date, 1), again.date))
    path = f"milestones/{key_of(approvals[0])}/excluded" if approvals else "milestones/approved/excluded"
    return Handling(
        start=start,
        stopped=tuple(stopped),
        open_return=open_return,
        excluded=tuple((e.from_, e.to) for m in approvals for e in m.excluded),
        excluded_path=path,
        decided=decision,
        by=by,
        elsewhere=tuple(step for _, by in found if by.outcome is Outcome.FAIL for step in by.trace),
    )


def _decided_by(ctx: ProjectContext, m: Act) -> Verdict:
    """Whether a decision is the data bureau's."""
    return held_by(ctx, [m.body] if m.body is not None else [], f"milestones/{key_of(m)}/body", "data_bureau")


def _answering(view: View, application: Applied, keys: set[str]) -> list[Act]:
    """The decisions on an application: those that name it, else those between it and the next application."""
    applications = view.of_kind(Applied, "approval_applied")
    later = next((a for a in applications if a.date > application.date), None)
    # A decision on the very day of a second application answers the first.
    second = any(a.date < application.date for a in applications)
    first = add_days(application.date, 1) if second else application.date
    out: list[Act] = []
    for m in view.milestones:
        if m.kind == "rejected":
            if getattr(m, "of", None) in keys:
                out.append(m)
        elif isinstance(m, Approved) and m.kind in APPROVALS:
            if m.of is not None:
                if m.of in keys:
                    out.append(m)
            elif first <= m.date and (later is None or m.date <= later.date):
                out.append(m)
    return out


def _decision(
    ctx: ProjectContext, application: Applied, steps: list[Answer], found: list[Act]
) -> tuple[Fact[dt.date], Verdict]:
    """The day of the opinion among the decisions *found*, and whether it is known whose it is.

    An application that brings the design too waits for more than the study's approval.
    """
    last = ctx.view.last("approval_applied") is application
    if (
        last
        and ctx.project.path == "full"
        and any(d.kind == "prelim_design" for m in (application, *steps) for d in m.documents)
    ):
        found = [m for m in found if m.kind != "feasibility_approved"]
    if not found:
        return Fact(None, "milestones/approved"), passed()
    return Fact(found[0].date, f"milestones/{key_of(found[0])}/date"), _decided_by(ctx, found[0])


@rule_each(Applied, "approval_applied", cites=[OPINION], since="2025", applies_to=[CITY], readings=["N2", "N4", "N15"])
def od13_opinion_in_time(ctx: ProjectContext, application: Applied) -> Verdict:
    """数据管理局10个工作日内出具审核意见；形式审查、专家评审、第三方评估、部门联审的时间取并集不计入。

    The data bureau gives its opinion within 10 working days of accepting the application. The union of the excluded intervals
    does not count: parallel steps are taken off once. A return for correction stops the time (N4). Late goes to its queue.
    An application that went to another body starts no time, and what another body decides is no opinion.
    """
    other = astray(ctx, application)
    if other is not None:
        return not_applicable("other_body", other)
    h = handling(ctx, application)
    if h.decided.value is None and any(
        a.date > application.date for a in ctx.view.of_kind(Applied, "approval_applied")
    ):
        return not_applicable("applied_again")
    if h.decided.value is None and h.open_return is not None:
        step = Step("returned_on", h.open_return.date, f"milestones/{key_of(h.open_return)}/date")
        return undetermined("returned", step)
    off = (*h.excluded, *h.stopped)
    verdict = unless_given_up(ctx, deadline(ctx, h.start, h.decided, ctx.duration("od.opinion.limit"), excluding=off))
    days_off = Step("excluded_days", ctx.calendar.workdays_in(off), h.excluded_path)
    if verdict.outcome is Outcome.PASS and h.by.outcome is Outcome.UNDETERMINED:
        verdict = replace(h.by, trace=(*verdict.trace, *h.by.trace))
    return replace(verdict, trace=(days_off, *h.elsewhere, *verdict.trace))


@rule_each(Applied, "approval_applied", cites=[EXCLUDED], since="2025", applies_to=[CITY], readings=["I5", "N2"])
def od13_excluded_cap(ctx: ProjectContext, application: Applied) -> Verdict:
    """不计入时限的四种环节取并集后不超过30个工作日；连同计入的时间超过的，也提示并标明为另一读法（I5）。

    The union of the excluded steps is at most 30 working days; on the other reading everything together is (I5). Either is a
    notice to the authority, never a finding on the unit.
    """
    other = astray(ctx, application)
    if other is not None:
        return not_applicable("other_body", other)
    h = handling(ctx, application)
    if h.decided.value is None and not h.excluded:
        return undetermined("not_due", Step("missing", None, h.decided.path))
    cap = ctx.count("od.excluded.max")
    union = ctx.calendar.workdays_in(h.excluded)
    within, step = compare(Fact(union, h.excluded_path), cap)
    ends = [day for _, day in h.excluded] + ([h.decided.value] if h.decided.value else [])
    provisional = ctx.calendar.spans_unpublished(application.date, max(ends))
    if not within:
        caps = (Cap(Severity.WARNING, "provisional_calendar"),) if provisional else ()
        return failed(
            step, because="over_cap", excess=union - cap.value, unit="working_days", caps=caps, provisional=provisional
        )
    if h.decided.value is None or h.start.value is None:
        return passed(step, provisional=provisional)
    whole = Fact(ctx.calendar.workdays_between(h.start.value, h.decided.value, h.stopped), h.decided.path)
    short, total = compare(whole, cap)
    if short or whole.value is None:
        return passed(step, total, provisional=provisional)
    excess = whole.value - cap.value
    return noticed(
        "I5", step, total, because="over_on_other_reading", excess=excess, unit="working_days", provisional=provisional
    )


# ── OD-13 p1 s4, OD-14 ──


@rule(cites=[CODE], since="2025", act="approval_applied", applies_to=[CITY, NOT_OM])
def od13_project_code(ctx: ProjectContext) -> Verdict:
    """自申请审批起，应有投资在线平台的项目代码。

    From the application for approval on, the project has the code of the investment platform. Projects that are only filed
    have no approval, those of other channels another one.
    """
    project, code = ctx.project, ctx.project.investment_code
    elsewhere = approved_elsewhere(project.channel)
    if elsewhere is not None:
        return elsewhere
    if project.path == "filing":
        return not_applicable("filing_only", Step("guard", project.path, "path"))
    if project.path is None and code is None and not ctx.view.has("approval_applied"):
        return missing(Fact(None, "path"))
    value = str(code) if code is not None else None
    return gate(ctx.reached("approval_applied"), present(value, "investment_code"), at="approval_applied")


@rule_each(Permitted, "permitted", cites=["OD-14"], since="2025", applies_to=[CITY])
def od14_no_extra_permits(ctx: ProjectContext, permit: Permitted) -> Verdict:
    """市本级项目原则上不再办理节能、选址、用地、环评审批；涉及新建土建或高耗能的除外。

    A city project in principle needs no energy, siting, land or environmental approval, unless it has new civil works or high
    energy use; one all the same is a notice to the approval body. The approval of the civil works themselves is another matter.
    """
    if permit.permit == "civil":
        return not_applicable("civil_works", Step("guard", permit.permit, f"milestones/{key_of(permit)}/permit"))
    civil = ctx.project.civil
    facts = {
        "civil/new_building": civil.new_building if civil is not None else None,
        "civil/high_energy": civil.high_energy if civil is not None else None,
    }
    step = Step("guard", permit.permit, f"milestones/{key_of(permit)}/permit")
    excepted = [path for path, value in facts.items() if value]
    if excepted:
        return passed(step, *(Step("present", True, path) for path in excepted), because="excepted")
    unknown: list[Fact[bool]] = [Fact(None, path) for path, value in facts.items() if value is None]
    if unknown:
        return missing(*unknown)
    return noticed("principle", step, because="not_needed")

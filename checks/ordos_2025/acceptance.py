"""Initial and final acceptance, and extensions (OD-30)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from checks.ordos_2025.papers import APPROVALS, handed_in_with, steps_of
from checks.ordos_2025.parties import astray, held_by
from zongmu.model import (
    Accepted,
    Act,
    Applied,
    Document,
    Due,
    Extension,
    Ratio,
    Span,
    View,
    add_months,
    document_path,
    key_of,
    whole_months_between,
)
from zongmu.policy import (
    Fact,
    Outcome,
    ProjectContext,
    Step,
    Verdict,
    all_of,
    any_of,
    by_day,
    compare,
    covers,
    deadline,
    due_after,
    failed,
    in_order,
    missing,
    not_applicable,
    passed,
    rule,
    rule_each,
    undetermined,
    unless_given_up,
    warned,
)

ONE_DAY = dt.timedelta(days=1)
PAPERS = (
    "summary",
    "initial_report",
    "finance_report",
    "audit_report",
    "data_share_confirmation",
    "usage_confirmation",
    "trial_report",
)
"""Papers with the application for final acceptance; those that speak of security are asked for apart."""

ISSUERS = {"crypto_filing": "cryptography", "cac_confirmation": "cyberspace"}
"""Of the papers that speak of security those that a body issues: the role that it holds."""


def _bound(ctx: ProjectContext) -> Verdict | None:
    """Why Article 30 does not speak of this project; None where it does.

    It speaks of an approved building period: construction projects that were not only filed, and purchased services
    whose approval states one.
    """
    project = ctx.project
    if project.class_ is None:
        return missing(Fact(None, "class"))
    if project.class_ == "construction":
        if project.path is None:
            # Only small projects are filed and no more: where one could be and nobody says, nobody can say.
            small, step = compare(ctx.view.total_investment, ctx.money("od.path.filing"))
            return undetermined("missing_field", step, Step("missing", None, "path")) if small else None
        return not_applicable("filing_only", Step("guard", project.path, "path")) if project.path == "filing" else None
    if project.class_ == "service":
        period = ctx.view.approved_period
        return None if period.value is not None else not_applicable("no_period", Step("missing", None, period.path))
    return not_applicable("other_class", Step("guard", project.class_, "class"))


def _initial(ctx: ProjectContext) -> Fact[dt.date]:
    """The day of the first initial acceptance that passed."""
    for m in ctx.view.of_kind(Accepted, "initial_accepted"):
        if m.conclusion == "pass":
            return Fact(m.date, f"milestones/{key_of(m)}/date")
    return Fact(None, "milestones/initial_accepted")


@rule(cites=["OD-30 p1 s1"], since="2025", act=APPROVALS, duty=True, readings=["I24", "N15"])
def od30_initial_acceptance(ctx: ProjectContext) -> Verdict:
    """在批复的建设期内完成建设任务并组织完成初步验收。

    An initial acceptance that passed, no later than the last day of the approved period (the latest approval that states
    one). The end of a period is a fixed day: no day of rest moves it.
    """
    barred = _bound(ctx)
    if barred is not None:
        return barred
    period = ctx.view.approved_period
    if period.value is None:
        if not ctx.view.has(*APPROVALS):
            return not_applicable("not_triggered", Step("missing", None, period.path))
        return missing(period)
    start = Fact(period.value.start, f"{period.path}/start")
    return unless_given_up(ctx, by_day(ctx, start, _initial(ctx), Due(period.value.end)))


# ── final acceptance ──


def _final_due(ctx: ProjectContext) -> tuple[Fact[dt.date], Due | None, Due | None]:
    """What starts the time for the application, its last day, and the earliest last day when trial running is unknown."""
    initial, trial = _initial(ctx), ctx.view.day("trial_started")
    limit = ctx.duration("od.final.apply", "<=").value
    if initial.value is None:
        return initial, None, None
    if trial.value is None:
        return trial, None, due_after(ctx, initial.value, limit)
    start = trial if trial.value > initial.value else initial
    assert start.value is not None
    return start, due_after(ctx, start.value, limit), None


def _longest(due: dt.date, period: Span, share: Ratio) -> dt.date:
    """The last day that an extension may reach: the length of the approved period, in calendar months, after *due*."""
    months = whole_months_between(period.start, period.end + ONE_DAY)
    rest = (period.end + ONE_DAY - add_months(period.start, months)).days
    return add_months(due, share.part_of(months)) + dt.timedelta(days=share.part_of(rest))


def _elsewhere(ctx: ProjectContext, m: Applied | Extension) -> Step | None:
    """Where an application went, if to another body than the authority (for a banner: than its data office, I16)."""
    return astray(ctx, m, "banner_data_office")


def _astray(ctx: ProjectContext) -> tuple[Step, ...]:
    """The applications that went to another body, as steps of a trace."""
    sent: tuple[Applied | Extension, ...] = (
        *ctx.view.of_kind(Applied, "final_applied"),
        *ctx.view.of_kind(Extension, "extension_applied"),
    )
    return tuple(step for m in sent if (step := _elsewhere(ctx, m)) is not None)


def _applied(ctx: ProjectContext) -> Fact[dt.date]:
    """The day of the application for final acceptance: the first that does not lie before the initial acceptance, else the first."""
    own = [m for m in ctx.view.of_kind(Applied, "final_applied") if not _elsewhere(ctx, m)]
    passed_on = _initial(ctx).value
    after = (m for m in own if passed_on is None or passed_on <= m.date)
    m = next(after, own[0] if own else None)
    return Fact(m.date, f"milestones/{key_of(m)}/date") if m is not None else Fact(None, "milestones/final_applied")


def _granted(ctx: ProjectContext) -> list[Extension]:
    """Extensions granted with a day, by the authority (for a banner: or its data office, I16)."""
    return [
        m
        for m in ctx.view.of_kind(Extension, "extended")
        if m.granted and m.until is not None and _authority(ctx, m).outcome is Outcome.PASS
    ]


def _authority(ctx: ProjectContext, m: Act) -> Verdict:
    """Whether an act is the authority's (for a banner: or its data office's, I16)."""
    bodies = [m.body] if m.body is not None else []
    return held_by(ctx, bodies, f"milestones/{key_of(m)}/body", "data_bureau", "banner_data_office")


@rule(
    cites=["OD-30 p1 s2a"],
    since="2025",
    act="initial_accepted",
    duty=True,
    readings=["I6", "I16", "I24", "N2", "N15"],
)
def od30_final_application(ctx: ProjectContext) -> Verdict:
    """初验合格且系统稳定运行6个月内，提交竣工验收申请。

    Within six months of the later of initial acceptance and the start of trial running (I6); a last day of rest moves
    on. Trial start unknown and six months from initial acceptance passed: undetermined. An extension granted moves the
    last day, an application for one, made by then and not answered, leaves it open. What went to another body than the authority is no
    application; where no recipient is recorded it is taken to be the authority. Nor may it come before an initial acceptance that
    passed.
    """
    barred = _bound(ctx)
    if barred is not None:
        return barred
    start, last, earliest = _final_due(ctx)
    applied = _applied(ctx)
    if last is None and earliest is None:
        tried = ctx.view.last("initial_accepted")
        if applied.value is None or tried is None:
            return not_applicable("not_triggered", Step("missing", None, start.path))
        path = f"milestones/{key_of(tried)}/conclusion"
        step = Step("conclusion", getattr(tried, "conclusion", None), path, None, "pass", "=", False)
        return failed(Step("present", applied.value, applied.path), step, because="not_passed")
    order = in_order(_initial(ctx), applied) if applied.value is not None else passed()
    if order.outcome is Outcome.FAIL:
        return order
    limit = ctx.duration("od.final.apply", "<=")
    if last is None:
        assert earliest is not None
        in_time = unless_given_up(ctx, by_day(ctx, _initial(ctx), applied, earliest, limit))
        return missing(start) if in_time.outcome is Outcome.FAIL else in_time
    verdict = unless_given_up(ctx, by_day(ctx, start, applied, last, limit))
    if verdict.outcome is not Outcome.FAIL:
        return verdict
    granted = _granted(ctx)
    if granted:
        until = max(m.until for m in granted if m.until is not None)
        period = ctx.view.approved_period.value
        if period is not None:
            until = min(until, _longest(last.day, period, ctx.ratio("od.extension.max", "<=").value))
        return unless_given_up(ctx, by_day(ctx, start, applied, Due(max(until, last.day), last.provisional), limit))
    asked = [
        m for m in ctx.view.of_kind(Extension, "extension_applied") if m.date <= last.day and not _elsewhere(ctx, m)
    ]
    open_ones = [m for m in asked if not ctx.view.answers(key_of(m), "extended", "rejected")]
    if open_ones and applied.value is None:
        step = Step("present", open_ones[-1].date, f"milestones/{key_of(open_ones[-1])}")
        return undetermined("extension_pending", *verdict.trace, step, due=last.day)
    return replace(verdict, trace=(*verdict.trace, *_astray(ctx)))


@rule(
    cites=["OD-30 p2"],
    since="2025",
    act="initial_accepted",
    duty=True,
    readings=["I6", "I16", "I24", "N2", "N15", "N24"],
)
def od30_extension(ctx: ProjectContext) -> Verdict:
    """不能按期申请竣工验收的，应提出延期申请；延期不超过批复的建设周期。

    Overdue without an application for an extension fails; one that came only then is a warning (N24). An extension may reach, counted from the day on which the
    application for final acceptance was due, as many calendar months as the approved period has; it is granted by the
    data bureau (for a banner: or its data office, I16). What went to another body is no application, as above.
    """
    barred = _bound(ctx)
    if barred is not None:
        return barred
    start, last, earliest = _final_due(ctx)
    if last is None and earliest is None:
        return not_applicable("not_triggered", Step("missing", None, start.path))
    applied = _applied(ctx).value
    extensions = [
        m
        for m in ctx.view.of_kind(Extension, "extension_applied", "extended")
        if m.kind == "extended" or not _elsewhere(ctx, m)
    ]
    due = last or earliest
    assert due is not None
    if not extensions:
        if (applied or ctx.asof) <= due.day:
            return not_applicable(
                "not_needed", Step("deadline", applied, "milestones/final_applied", None, due.day, "<=")
            )
        if last is None:
            return missing(start)
        verdict = unless_given_up(ctx, by_day(ctx, start, Fact(applied, "milestones/final_applied"), due))
        step = Step("absent", None, "milestones/extension_applied")
        return (
            verdict
            if verdict.outcome is not Outcome.FAIL
            else replace(verdict, because="no_extension", trace=(*verdict.trace, step, *_astray(ctx)))
        )
    if last is None:
        return missing(start)
    period = ctx.view.approved_period
    if period.value is None:
        return missing(period)
    longest = _longest(last.day, period.value, ctx.ratio("od.extension.max", "<=").value)
    late = _asked_late(extensions, last) if (applied or ctx.asof) > last.day else ()
    return all_of(*late, *_each_extension(ctx, extensions, longest))


def _asked_late(extensions: Iterable[Extension], last: Due) -> Iterable[Verdict]:
    """What is said of a first application that came after the day on which the one for final acceptance was due (N24)."""
    first = next((m for m in extensions if m.kind == "extension_applied"), None)
    if first is not None and first.date > last.day:
        step = Step("deadline", first.date, f"milestones/{key_of(first)}/date", None, last.day, "<=", False)
        days = (first.date - last.day).days
        yield warned("N24", step, because="applied_late", due=last.day, excess=days, unit="days")


def _each_extension(ctx: ProjectContext, extensions: Iterable[Extension], longest: dt.date) -> Iterable[Verdict]:
    for m in extensions:
        granted = m.granted
        if m.kind == "extended" and not granted:
            continue
        path = f"milestones/{key_of(m)}/until"
        if m.until is None:
            yield missing(Fact(None, path)) if granted else passed(Step("present", m.date, f"milestones/{key_of(m)}"))
            continue
        over = (m.until - longest).days
        step = Step("deadline", m.until, path, "od.extension.max", longest, "<=", over <= 0)
        yield (
            passed(step, due=longest)
            if over <= 0
            else failed(step, because="too_long", due=longest, excess=over, unit="days")
        )
        if granted:
            yield _authority(ctx, m)


def _papers(ctx: ProjectContext, application: Applied) -> set[str]:
    """Kinds of papers handed in with an application, later ones with a resubmission of it included."""
    return {paper.kind for act in handed_in_with(ctx.view, application) for paper in act.documents}


@rule_each(Applied, "final_applied", cites=["OD-30 p1 s2a"], since="2025")
def od30_final_papers(ctx: ProjectContext, application: Applied) -> Verdict:
    """竣工验收申请应附建设总结、初验、财务、审计报告，共享与真实使用确认书，试运行报告等；定制开发的附软件测试报告。

    Presence only. The software test report is asked for custom software alone; where nobody says whether there is any,
    its lack is undetermined.
    """
    barred = _bound(ctx)
    if barred is not None:
        return barred
    path = f"milestones/{key_of(application)}/documents"
    have = _papers(ctx, application)
    wanted = PAPERS if ctx.project.custom_software is not True else (*PAPERS, "software_test")
    verdict = covers(have, wanted, path)
    if verdict.outcome is Outcome.PASS and ctx.project.custom_software is None and "software_test" not in have:
        return missing(Fact(None, "custom_software"))
    return verdict


@rule_each(Applied, "final_applied", cites=["OD-30 p1 s2a"], since="2025", disclosure="internal")
def od30_security_papers(ctx: ProjectContext, application: Applied) -> Verdict:
    """竣工验收申请应附安全风险评估报告（含等级测评报告）、密码评估备案证明、网信办备案确认书。

    Presence, and of the two that the text has issued by a body, by whom: no issuer stated is taken for that body. Never shown
    to the public.
    """
    barred = _bound(ctx)
    if barred is not None:
        return barred
    have = _papers(ctx, application)
    if "mlps_report" in have:
        have.add("risk_assessment")
    wanted = ("risk_assessment", *ISSUERS)
    path = f"milestones/{key_of(application)}/documents"
    complete = covers(have, wanted, path)
    if complete.outcome is not Outcome.PASS:
        return complete
    return all_of(complete, *(_issued(ctx, application, kind, role) for kind, role in ISSUERS.items()))


def _issued(ctx: ProjectContext, application: Applied, kind: str, role: str) -> Verdict:
    """Whether one of the papers of a kind is from a holder of *role*; no issuer stated is taken for one."""
    found = [
        (act, paper) for act in handed_in_with(ctx.view, application) for paper in act.documents if paper.kind == kind
    ]
    return any_of(*(_from(ctx, f"{document_path(act, paper)}/issuer", paper, role) for act, paper in found))


def _from(ctx: ProjectContext, path: str, paper: Document, role: str) -> Verdict:
    if paper.issuer is None:
        # A name that is in no registry may be that of anybody.
        return passed() if paper.issuer_name is None else missing(Fact(None, path))
    return held_by(ctx, [paper.issuer], path, role)


@rule_each(
    Applied, "final_applied", cites=["OD-30 p1 s2b"], since="2025", duty=True, readings=["I16", "I24", "N2", "N15"]
)
def od30_acceptance_organized(ctx: ProjectContext, application: Applied) -> Verdict:
    """数据管理局应在申请后1个月内组织（或委托第三方进行）竣工验收。

    A duty of the authority: late goes to its queue. Organising is enough, finishing is not asked. An application handed
    back counts anew from its resubmission; one to another body binds nobody. What another body organises is not the
    authority's acceptance (for a banner: its data office's will do, I16), whoever carries it out.
    """
    barred = _bound(ctx)
    if barred is not None:
        return barred
    other = _elsewhere(ctx, application)
    if other is not None:
        return not_applicable("other_body", other)
    key, view = key_of(application), ctx.view
    start: Fact[dt.date] = Fact(application.date, f"milestones/{key}/date")
    steps, keys = steps_of(view, application)
    again = [m for m in steps if m.kind == "resubmitted"]
    back = [m for k in keys for m in view.answers(k, "returned_for_correction", "rejected")]
    back.sort(key=lambda m: m.date)
    if back and (not again or again[-1].date < back[-1].date):
        return not_applicable("handed_back", Step("present", back[-1].date, f"milestones/{key_of(back[-1])}"))
    if again:
        start = Fact(again[-1].date, f"milestones/{key_of(again[-1])}/date")
    held = [(day, path, _authority(ctx, m)) for day, path, m in _organized(view) if day >= application.date]
    elsewhere = tuple(step for _, _, by in held if by.outcome is Outcome.FAIL for step in by.trace)
    first = min((row for row in held if row[2].outcome is not Outcome.FAIL), key=lambda row: row[0], default=None)
    done: Fact[dt.date] = Fact(first[0], first[1]) if first else Fact(None, "milestones/acceptance_organized")
    verdict = unless_given_up(ctx, deadline(ctx, start, done, ctx.duration("od.final.do")))
    if verdict.outcome is Outcome.PASS and first is not None and first[2].outcome is Outcome.UNDETERMINED:
        verdict = replace(first[2], trace=(*verdict.trace, *first[2].trace))
    return replace(verdict, trace=(*elsewhere, *verdict.trace))


def _organized(view: View) -> Iterable[tuple[dt.date, str, Act]]:
    """The days on which final acceptance was organised, by their own milestone or by that of the acceptance."""
    for m in view.by_kind.get("acceptance_organized", ()):
        yield m.date, f"milestones/{key_of(m)}/date", m
    for a in view.of_kind(Accepted, "final_accepted"):
        yield a.organized or a.date, f"milestones/{key_of(a)}/" + ("organized" if a.organized else "date"), a

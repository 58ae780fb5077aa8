"""Performance: ex-ante, mid-term and self-evaluation, and what follows from the results (OD-34 to OD-36)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from checks.ordos_2025.guards import CONSTRUCTION_ONLY, OM_ONLY, SERVICE_ONLY
from checks.ordos_2025.papers import APPROVALS
from checks.ordos_2025.parties import held_by
from zongmu.model import Evaluated, ExAnte, OmMoney, key_of, topics
from zongmu.policy import (
    GIVEN_UP,
    Cap,
    DistrictContext,
    Fact,
    Outcome,
    ProjectContext,
    RecordContext,
    RegistryContext,
    Severity,
    Step,
    Verdict,
    all_of,
    any_of,
    covers,
    fact,
    failed,
    in_order,
    missing,
    not_applicable,
    passed,
    rule,
    rule_each,
    undetermined,
    warned,
    window,
)

ONE_DAY = dt.timedelta(days=1)
COMPULSORY, CONDITION = "OD-34 p1 s1", "OD-34 p1 s2"
REFUSED = ("infeasible", "deferred")
POOR = ("poor", "fail")


# ── before entry ──


@rule(cites=[COMPULSORY, CONDITION], since="2025", act="library_admitted", readings=["N23"])
def od34_ex_ante(ctx: ProjectContext) -> Verdict:
    """必须开展事前绩效评价，其结果是入库的必要条件。

    An ex-ante evaluation no later than the day of entry in the library. None once admitted, or approved, fails. Admitted on a
    result of infeasible or deferred, the latest by that day, is a warning (N23): the text bars such a project from the plan.
    """
    view = ctx.view
    found, admitted = view.day("ex_ante_evaluated"), view.day("library_admitted")
    if found.value is None:
        step = Step("absent", None, found.path)
        if ctx.reached("library"):
            return failed(step, because="absent")
        return undetermined("not_due", step)
    if admitted.value is None:
        return passed(Step("present", found.value, found.path))
    verdict = replace(in_order(found, admitted), cites=(CONDITION, COMPULSORY))
    if verdict.outcome is not Outcome.PASS:
        return verdict
    last = [m for m in view.of_class(ExAnte) if m.date <= admitted.value][-1]
    if last.conclusion not in REFUSED:
        return verdict
    step = Step("guard", last.conclusion, f"milestones/{key_of(last)}/conclusion")
    return warned("N23", *verdict.trace, step, because="refused_but_admitted", cites=verdict.cites)


@fact(on="project")
def ex_ante_conclusions(ctx: ProjectContext) -> list[list[str]]:
    """Day and conclusion of each ex-ante evaluation, by day."""
    return [[m.date.isoformat(), m.conclusion] for m in ctx.view.of_class(ExAnte)]


@fact(on="plan")
def listed_by_city(ctx: RecordContext) -> dict[str, list[str | None]]:
    """Project → ``[year, day]`` of its listing in the city's yearly plan; the day is None while nothing is approved."""
    plan = ctx.plan
    act = plan.approved or plan.compiled
    day = act.date.isoformat() if act is not None else None
    rows: dict[str, list[str | None]] = {entry.project: [str(plan.year), day] for entry in plan.entries}
    rows.update({s.project: [str(plan.year), s.date.isoformat()] for s in plan.supplements})
    return rows


@fact(on="district")
def listed_by_district(ctx: DistrictContext) -> dict[str, list[str | None]]:
    """The same for the yearly plans of a banner or park, as of the approval by its government."""
    rows: dict[str, list[str | None]] = {}
    for plan in ctx.district.plans:
        approved = next((s.date.isoformat() for s in plan.steps if s.kind == "approved"), None)
        for entry in plan.entries:
            if entry.project is not None:
                rows[entry.project] = [str(plan.year), approved]
    return rows


@rule(
    cites=[CONDITION],
    since="2025",
    on="registry",
    reads=[ex_ante_conclusions, listed_by_city, listed_by_district],
)
def od34_refused_not_listed(ctx: RegistryContext) -> Iterator[tuple[str, Verdict]]:
    """事前评价结论为不可行或暂缓执行的项目，不得纳入年度计划。

    The latest conclusion on the day of the listing decides, in the city's plan and in those of the banners. Listed
    without any evaluation: undetermined here, the lack itself is another rule's finding.
    """
    conclusions = ctx.facts(ex_ante_conclusions)
    for listing in (ctx.facts(listed_by_city), ctx.facts(listed_by_district)):
        for rows in listing.values():
            for project, (year, day) in sorted(rows.items()):
                if project in conclusions:
                    yield project, replace(_listed(ctx, conclusions[project], day), at=f"plan/{year}")


def _listed(ctx: RegistryContext, conclusions: list[list[str]], day: str | None) -> Verdict:
    since = ctx.law.since
    if day is not None and since is not None and day < since.isoformat():
        return undetermined("law_not_encoded", Step("listed", day))
    known = [c for c in conclusions if day is None or c[0] <= day]
    if not known:
        return missing(Fact(None, "milestones/ex_ante_evaluated"))
    evaluated, conclusion = known[-1]
    step = Step("guard", conclusion, "milestones/ex_ante_evaluated/conclusion")
    steps = (step, Step("present", evaluated, "milestones/ex_ante_evaluated/date"))
    return failed(*steps, because="refused_but_listed") if conclusion in REFUSED else passed(*steps)


# ── past half of the period ──


def _mid_reports(ctx: ProjectContext) -> list[Evaluated]:
    return [m for m in ctx.view.of_class(Evaluated) if m.stage == "mid_term"]


@rule(cites=["OD-34 p1 s3"], since="2025", act=APPROVALS, duty=True, readings=["I16", "I24", "I29", "N15"])
def od34_mid_term(ctx: ProjectContext) -> Verdict:
    """批复的建设周期过半后，评价绩效目标执行情况并向数据管理局提交自评报告。

    A report dated after the middle of the approved period and handed in to the data bureau (for a banner: or its data
    office, I16); an earlier one does not count. None after the middle, or one to another body, is a warning, and none past
    the end of the period a warning marked overdue, since the text names no last day (I29). A project given up within the
    period owes none.
    """
    period = ctx.view.approved_period
    if period.value is None:
        if not ctx.view.has(*APPROVALS):
            return not_applicable("not_triggered", Step("missing", None, period.path))
        return missing(period)
    trigger = ctx.ratio("od.mid.trigger", ">")
    span = period.value
    middle = span.start + dt.timedelta(days=trigger.value.part_of((span.end - span.start).days))
    since = ctx.law.since
    if since is not None and span.end < since:
        return undetermined("law_not_encoded", Step("present", span.end, period.path))
    reports = [m for m in _mid_reports(ctx) if m.date > middle]
    step = Step(
        "after_middle" if reports else "open_after_middle",
        reports[0].date if reports else None,
        "milestones/evaluated",
        trigger.id,
        middle,
        ">",
    )
    if reports:
        handed_in = any_of(*(_to_the_bureau(ctx, m) for m in reports))
        if handed_in.outcome is Outcome.FAIL:
            handed_in = replace(handed_in, caps=(Cap(Severity.WARNING, "I29"),))
        return all_of(passed(Step("from", span.start, period.path), step), handed_in)
    early = _not_counted(_mid_reports(ctx))
    end = ctx.view.day(*GIVEN_UP)
    if end.value is not None and end.value <= span.end:
        return not_applicable("given_up", Step("present", end.value, end.path))
    if ctx.asof <= middle:
        return undetermined("not_due", step, *early, until=middle + ONE_DAY)
    caps = (Cap(Severity.NOTICE, "I24"),) if since is not None and middle < since else ()
    if ctx.asof <= span.end:
        return warned("I29", step, *early, because="half_passed", until=span.end + ONE_DAY, caps=caps)
    return warned("I29", step, *early, because="overdue", excess=(ctx.asof - span.end).days, unit="days", caps=caps)


def _not_counted(reports: Iterable[Evaluated]) -> tuple[Step, ...]:
    """Reports that came too early to count, as steps of a trace."""
    return tuple(Step("not_counted", m.date, f"milestones/{key_of(m)}/date") for m in reports)


def _other_report(report: Evaluated, stage: str) -> Verdict | None:
    if report.stage == stage:
        return None
    return not_applicable("other_report", Step("guard", report.stage, f"milestones/{key_of(report)}/stage"))


@rule_each(
    Evaluated,
    "evaluated",
    cites=["OD-34 p1(1) s1", "OD-34 p1(1) s2"],
    since="2025",
    applies_to=[CONSTRUCTION_ONLY],
    disclosure="internal",
)
def od34_mid_construction(ctx: ProjectContext, report: Evaluated) -> Verdict:
    """建设类期中报告应含建设进度和投资计划执行情况；已试运行的，还应含试运行效果及问题。

    Topics only; that the report is true in substance is attested.
    """
    other = _other_report(report, "mid_term")
    if other is not None:
        return other
    path = f"milestones/{key_of(report)}/covers"
    always = covers(topics(report), ("progress", "investment_execution"), path)
    trial = ctx.view.day("trial_started")
    if trial.value is None or trial.value > report.date:
        return always
    on_trial = replace(covers(topics(report), ("trial_effect",), path), cites=("OD-34 p1(1) s2", "OD-34 p1(1) s1"))
    return all_of(always, on_trial)


@rule_each(
    Evaluated,
    "evaluated",
    cites=["OD-34 p1(2) s1", "OD-34 p1(2) s2"],
    since="2025",
    applies_to=[SERVICE_ONLY],
    disclosure="internal",
)
def od34_mid_service(ctx: ProjectContext, report: Evaluated) -> Verdict:
    """采购服务类期中报告应含工作开展情况、阶段性总结和服务质量评价；有重大问题的，还应附专项报告。

    Major problems are those recorded as serious incidents by the day of the report, or named by the report itself.
    """
    other = _other_report(report, "mid_term")
    if other is not None:
        return other
    key = key_of(report)
    always = covers(topics(report), ("work_done", "stage_summary", "service_quality"), f"milestones/{key}/covers")
    serious = "major_problems" in topics(report) or any(
        getattr(m, "severity", None) == "serious" and m.date <= report.date
        for m in ctx.view.by_kind.get("incident_occurred", ())
    )
    if not serious:
        return always
    special = covers({paper.kind for paper in report.documents}, ("special_report",), f"milestones/{key}/documents")
    return all_of(always, replace(special, cites=("OD-34 p1(2) s2", "OD-34 p1(2) s1")))


@rule_each(Evaluated, "evaluated", cites=["OD-34 p1(3)"], since="2025", applies_to=[OM_ONLY], disclosure="internal")
def od34_mid_om(ctx: ProjectContext, report: Evaluated) -> Verdict:
    """运维类期中报告应含运维总结和运维质量评价，并按运维单位分别形成。

    With more than one provider under contract by the day of the report, members of consortia included, each needs a report of
    its own.
    """
    other = _other_report(report, "mid_term")
    if other is not None:
        return other
    key = key_of(report)
    content = covers(topics(report), ("om_summary", "om_quality"), f"milestones/{key}/covers")
    running = [c for c in ctx.view.contracts("om") if c.date <= report.date]
    providers = {name for c in running for name in (c.supplier, *(m.name for m in c.members)) if name is not None}
    if len(providers) <= 1:
        return content
    reported = {m.provider for m in _mid_reports(ctx) if m.provider is not None}
    each = covers(reported, sorted(providers), f"milestones/{key}/provider")
    return all_of(content, replace(each, because="provider_without_report") if each.outcome is Outcome.FAIL else each)


# ── after acceptance ──


@rule(
    cites=["OD-35 p1 s1"],
    since="2025",
    act=("final_accepted", "put_into_use"),
    duty=True,
    readings=["I16", "I24", "N2"],
)
def od35_self_evaluation(ctx: ProjectContext) -> Verdict:
    """通过验收并投入运行后12至24个月内自评价，报数据管理局和财政局。

    The window opens 12 months after the later of final acceptance and use (not moved by a day of rest) and closes after
    24 (moved). Open and nothing there: a warning; closed: fails. Two recipients; for a banner its own offices will do
    (I16).
    """
    accepted, used = ctx.view.accepted, ctx.view.day("put_into_use")
    if accepted.value is None:
        return not_applicable("not_triggered", Step("missing", None, accepted.path))
    if used.value is None:
        return missing(used)
    start = used if used.value > accepted.value else accepted
    opens, closes = ctx.duration("od.selfeval.opens"), ctx.duration("od.selfeval.closes")
    reports = [m for m in ctx.view.of_class(Evaluated) if m.stage == "self"]
    verdicts = []
    for m in reports:
        verdict = window(ctx, start, Fact(m.date, f"milestones/{key_of(m)}/date"), opens, closes)
        verdicts.append(all_of(verdict, _recipients(ctx, m)) if verdict.outcome is Outcome.PASS else verdict)
    good = next((v for v in verdicts if v.outcome is Outcome.PASS), None)
    if good is not None:
        return good
    inside = next((v for v in verdicts if v.because not in ("too_early", "late")), None)
    if inside is not None:
        return inside
    open_still = window(ctx, start, Fact(None, "milestones/evaluated"), opens, closes)
    if not verdicts or open_still.outcome is Outcome.UNDETERMINED or open_still.because == "window_open":
        # A report before the window opened does not count, and the window is still to come.
        return replace(open_still, trace=(*open_still.trace, *_not_counted(reports)))
    return verdicts[-1]


def _to_the_bureau(ctx: ProjectContext, report: Evaluated) -> Verdict:
    return held_by(ctx, report.to, f"milestones/{key_of(report)}/to", "data_bureau", "banner_data_office")


def _recipients(ctx: ProjectContext, report: Evaluated) -> Verdict:
    path = f"milestones/{key_of(report)}/to"
    return all_of(_to_the_bureau(ctx, report), held_by(ctx, report.to, path, "finance", "banner_finance"))


@rule_each(Evaluated, "evaluated", cites=["OD-35 p1 s2"], since="2025", disclosure="internal")
def od35_contents(ctx: ProjectContext, report: Evaluated) -> Verdict:
    """自评价报告应含预期目标达成、主要效益指标达成和经验教训总结。"""
    other = _other_report(report, "self")
    if other is not None:
        return other
    wanted = ("targets_reached", "indicators_reached", "lessons")
    return covers(topics(report), wanted, f"milestones/{key_of(report)}/covers")


@fact(on="project")
def grades(ctx: ProjectContext) -> list[list[Any]]:
    """Key, year and grade of each performance evaluation that has a grade."""
    return [[key_of(m), m.year or m.date.year, m.grade] for m in ctx.view.of_class(Evaluated) if m.grade is not None]


@fact(on="project")
def om_money(ctx: ProjectContext) -> list[list[Any]]:
    """Key and year of each request for, and allocation of, O&M money."""
    acts = ctx.view.of_kind(OmMoney, "om_funds_applied", "om_funds_allocated")
    return [[key_of(m), m.year] for m in acts]


@rule(cites=["OD-36"], since="2025", on="registry", reads=[grades, om_money, listed_by_city, listed_by_district])
def od36_results_used(ctx: RegistryContext) -> Iterator[tuple[str, Verdict]]:
    """评价结果是下一年度安排投资和运维经费的重要依据：结果差而下一年度仍有安排的，提示主管部门。

    A poor or failed evaluation of a year, and O&M money or a plan listing for the year after: a notice in the data
    bureau's queue. Nothing forbids the money; the result is to be weighed.
    """
    money = ctx.facts(om_money)
    listed: dict[str, set[int]] = {}
    for source in (ctx.facts(listed_by_city), ctx.facts(listed_by_district)):
        for rows in source.values():
            for project, (year, _) in rows.items():
                listed.setdefault(project, set()).add(int(year or 0))
    for project, evaluations in sorted(ctx.facts(grades).items()):
        for key, year, grade in evaluations:
            step = Step("guard", grade, f"milestones/{key}/grade")
            if grade not in POOR:
                yield project, passed(step, at=key)
                continue
            following = [k for k, y in money.get(project, ()) if y == year + 1]
            if year + 1 in listed.get(project, ()):
                following.append(f"plan/{year + 1}")
            if following:
                yield project, failed(step, Step("next_year", tuple(following)), because="poor_and_funded", at=key)
            else:
                yield project, passed(step, at=key)

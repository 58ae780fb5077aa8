"""Performance in the building period: targets, yearly report and what it contains (LZ-24)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

from checks.laizhou_2022.helpers import (
    at_gate,
    born_late,
    builder,
    is_approver,
)
from zongmu.model import Due, Evaluated, key_of, topics
from zongmu.policy import (
    GIVEN_UP,
    Fact,
    Outcome,
    ProjectContext,
    Step,
    Verdict,
    all_of,
    by_day,
    covers,
    failed,
    missing,
    not_applicable,
    passed,
    rule,
    rule_each,
    unless_given_up,
    warned,
)

YEARLY = ("annual", "mid_term")


@rule(cites=["LZ-24 p1 s1"], since="2022", act=("build_started", "completed"))
def lz24_targets(ctx: ProjectContext) -> Verdict:
    """科学设置绩效目标：建成时（最后一份报告到期时）仍没有的不符合。"""
    rows = ctx.project.indicators
    if rows:
        return passed(Step("count", len(rows), "indicators"))
    return at_gate(ctx, failed(Step("absent", None, "indicators"), because="absent"), ctx.view.completed)


@rule(
    cites=["LZ-24 p1 s1"],
    since="2022",
    act="build_started",
    duty=True,
    readings=["I11", "I24", "I28", "N3"],
    disclosure="internal",
)
def lz24_yearly_report(ctx: ProjectContext) -> Iterator[Verdict]:
    """建设期内每年年底前向项目审批部门报绩效评价，征求需求单位和监理单位意见。

    One verdict for each year that the building period touches. In the year of completion the last day is completion itself: after it but
    by 31 December is a warning, after that a failure (I28). A fixed date, never moved. A project given up before it owes none for that year. The demand unit is heard unless it is the builder, the
    supervisor if there is one.
    """
    begun, completed = ctx.view.day("build_started"), ctx.view.completed
    if begun.value is None:
        yield not_applicable("not_triggered", Step("missing", None, begun.path))
        return
    end = completed.value or ctx.view.day(*GIVEN_UP).value or ctx.asof
    for year in range(begun.value.year, max(end, begun.value).year + 1):
        yield replace(_report_of(ctx, year, begun.value, completed), at=f"annual/{year}")


def _report_of(ctx: ProjectContext, year: int, begun: dt.date, completed: Fact[dt.date]) -> Verdict:
    limit = ctx.month_day("lz.perf.yearly", "<=")
    start = Fact(max(begun, dt.date(year, 1, 1)), "milestones/build_started/date")
    late_born = born_late(ctx, start.value) if start.value is not None else None
    if late_born is not None:
        return late_born
    reports = [
        m
        for m in ctx.view.of_class(Evaluated)
        if m.stage in YEARLY and (m.year if m.year is not None else m.date.year) == year
    ]
    # One that went astray or heard nobody is made good by another.
    good = (m for m in reports if _heard(ctx, m).outcome is Outcome.PASS)
    report = next(good, reports[0] if reports else None)
    done = (
        Fact(report.date, f"milestones/{key_of(report)}/date")
        if report is not None
        else Fact(None, "milestones/evaluated")
    )
    verdict = unless_given_up(ctx, by_day(ctx, start, done, Due(limit.value.in_year(year)), limit))
    last = completed.value
    if last is not None and last.year == year and verdict.outcome in (Outcome.PASS, Outcome.UNDETERMINED):
        seen = done.value or ctx.asof
        if seen > last:
            step = Step("deadline", done.value, done.path, limit.id, last, "<=", False)
            late = warned(
                "I28",
                *verdict.trace,
                step,
                because="late" if done.value is not None else "overdue",
                due=last,
                until=verdict.until,
                excess=(seen - last).days,
                unit="days",
            )
            return all_of(late, _heard(ctx, report)) if report is not None else late
    if report is None or verdict.outcome is Outcome.NOT_APPLICABLE:
        return verdict
    return all_of(verdict, _heard(ctx, report))


def _heard(ctx: ProjectContext, report: Evaluated) -> Verdict:
    """Whether a report went to the approval body and heard whom it must."""
    path = f"milestones/{key_of(report)}"
    verdicts = [is_approver(ctx, report.to, f"{path}/to")]
    demand = ctx.project.demand
    if demand is None:
        verdicts.append(missing(Fact(None, "demand")))
    elif demand != builder(ctx).value:
        step = Step("one_of", demand, f"{path}/consulted", None, report.consulted)
        verdicts.append(passed(step) if demand in report.consulted else failed(step, because="not_consulted"))
    if ctx.project.supervision == "appointed" or ctx.view.contracts("supervision"):
        heard = Fact(report.supervisor_consulted, f"{path}/supervisor_consulted")
        if heard.value is None:
            verdicts.append(missing(heard))
        else:
            step = Step("present", heard.value, heard.path)
            verdicts.append(passed(step) if heard.value else failed(step, because="not_consulted"))
    return all_of(*verdicts)


@rule_each(Evaluated, "evaluated", cites=["LZ-24 p1 s2"], since="2022", disclosure="internal")
def lz24_report_content(ctx: ProjectContext, report: Evaluated) -> Verdict:
    """年度报告要有建设进度和投资计划执行；已试运行的还要有效果和问题。"""
    path = f"milestones/{key_of(report)}/covers"
    if report.stage not in YEARLY:
        return not_applicable("other_report", Step("guard", report.stage, f"milestones/{key_of(report)}/stage"))
    wanted = ["progress", "investment"]
    trial = ctx.view.day("trial_started")
    if trial.value is not None and trial.value <= report.date:
        wanted += ["trial_effect", "trial_problems"]
    return covers(topics(report), wanted, path)

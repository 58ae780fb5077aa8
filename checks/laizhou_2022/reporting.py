"""Serious trouble is reported, project information is published (LZ-32)."""

from __future__ import annotations

import datetime as dt

from checks.laizhou_2022.helpers import APPROVALS, approved_day, at_gate, expiry_caps, held_by
from zongmu.model import ENDS, Act, Answer, Incident, Project, key_of
from zongmu.policy import (
    Fact,
    Outcome,
    ProjectContext,
    Step,
    Verdict,
    failed,
    not_applicable,
    noticed,
    passed,
    rule,
    rule_each,
    site_limit,
    undetermined,
    ungoverned,
)

SERIOUS = ("delay", "loss")
"""工程逾期、投资损失: what LZ-32 p2 speaks of. Security incidents have rules of their own."""

RECIPIENTS = ("office", "finance")
"""Both get the report."""


# ── serious delay, major loss ──


def _report_to(ctx: ProjectContext, incident: Incident, role: str) -> tuple[Fact[dt.date], Verdict | None]:
    """The first day on which the incident was reported to a holder of *role*; else why nobody can say, if so."""
    unclear: Verdict | None = None
    for m in ctx.view.answers(key_of(incident), "incident_reported"):
        assert isinstance(m, Answer)
        verdict = held_by(ctx, m.to or (None,), f"milestones/{key_of(m)}/to", role)
        if verdict.outcome is Outcome.PASS:
            return Fact(m.date, f"milestones/{key_of(m)}/date"), None
        if verdict.outcome is Outcome.UNDETERMINED:
            unclear = verdict
    return Fact(None, "milestones/incident_reported"), unclear


def _gate_after(ctx: ProjectContext, day: dt.date) -> Act | None:
    """The first application for final acceptance, or closing, after *day*; acceptance proves an application not recorded."""
    kinds = ["final_applied", "closed"]
    if not ctx.view.has("final_applied"):
        kinds += ["acceptance_organized", "final_accepted"]
    return next((m for m in ctx.view.milestones if m.kind in kinds and m.date > day), None)


@rule_each(Incident, "incident_occurred", cites=["LZ-32 p2"], since="2022", readings=["I10"], disclosure="internal")
def lz32_serious_reported(ctx: ProjectContext, incident: Incident) -> Verdict:
    """严重逾期、重大损失，及时向大数据局和财政局两家报告。

    Late against this site's limit: a notice (I10). Not reported to either one by the time final acceptance is applied for, or the project
    closed: a failure; the excess is how many of the two have no report. Ordinary delays and losses: not applicable.
    """
    key = key_of(incident)
    if incident.incident not in SERIOUS:
        return not_applicable("other_incident", Step("guard", incident.incident, f"milestones/{key}/incident"))
    if incident.severity != "serious":
        return not_applicable("not_serious", Step("guard", incident.severity, f"milestones/{key}/severity"))
    reports = {role: _report_to(ctx, incident, role) for role in RECIPIENTS}
    for day, unclear in reports.values():
        if day.value is None and unclear is not None:
            return unclear
    days = [day for day, _ in reports.values()]
    gate = _gate_after(ctx, incident.date)
    if gate is not None:
        lacking = tuple(role for role, (day, _) in reports.items() if day.value is None or day.value > gate.date)
        if lacking:
            steps = (
                Step("lacking", lacking, "milestones/incident_reported"),
                Step("gate", gate.date, f"milestones/{key_of(gate)}/date"),
            )
            caps = expiry_caps(ctx, gate.date)
            return failed(*steps, because="not_reported", excess=len(lacking), unit="count", caps=caps)
    unreported = next((day for day in days if day.value is None), None)
    done = unreported or max(days, key=lambda day: day.value or dt.date.min)
    if unreported is None and ctx.site_limit("incident_report") is None:
        return passed(Step("present", done.value, done.path))
    return site_limit(ctx, Fact(incident.date, f"milestones/{key}/date"), done, "incident_report")


@rule(cites=["LZ-32 p2"], since="2022", act=APPROVALS, duty=True, readings=["I10"], disclosure="internal")
def lz32_planned_end_passed(ctx: ProjectContext) -> Verdict:
    """批复的建设周期已过而未建成，只提示：单凭这一点不能认定严重逾期。

    Not asked where a delay is on record. The period's last day selects the law. The excess is in days.
    """
    view, period = ctx.view, ctx.view.approved_period
    if period.value is None:
        return not_applicable("no_period", Step("missing", None, period.path))
    end = period.value.end
    other = ungoverned(ctx, end)
    if other is not None:
        return other
    done, ended = view.day("completed", "initial_accepted", "final_accepted"), view.day(*sorted(ENDS))
    now = done.value or ended.value or ctx.asof
    step = Step("deadline", done.value, done.path, None, end, "<=", now <= end)
    if now <= end:
        if done.value is not None:
            return passed(step, because="in_time")
        if ended.value is not None:
            return not_applicable("ended", Step("present", ended.value, ended.path))
        return undetermined("not_due", step, until=end + dt.timedelta(days=1), due=end)
    delays = [m for m in view.of_class(Incident) if m.incident == "delay"]
    if delays:
        return not_applicable(
            "recorded_as_incident", Step("present", delays[0].date, f"milestones/{key_of(delays[0])}")
        )
    return noticed("I10", step, because="planned_end_passed", due=end, excess=(now - end).days, unit="days")


# ── publication ──


def withheld_whole(project: Project) -> Fact[str]:
    """The ground on which the project as a whole is not published: a row that names no field of the record."""
    for row in project.withheld:
        name = row.field.split("/")[0]
        if name not in type(project).model_fields and f"{name}_" not in type(project).model_fields:
            return Fact(row.ground, "withheld")
    return Fact(None, "withheld")


@rule(cites=["LZ-32 p3"], since="2022", act=APPROVALS, duty=True, readings=["I10"])
def lz32_disclosed(ctx: ProjectContext) -> Verdict:
    """项目信息及时向社会公开，依法不公开的注明依据。

    From approval on. Late against this site's limit: a notice (I10). Not published when the project is closed: a failure. A ground for
    withholding the whole project: not applicable; one for a single field withholds that field alone.
    """
    ground = withheld_whole(ctx.project)
    if ground.value is not None:
        return not_applicable("withheld", Step("guard", ground.value, ground.path))
    done, closed = ctx.view.day("disclosed"), ctx.view.day("closed")
    if closed.value is not None and (done.value is None or done.value > closed.value):
        return at_gate(ctx, failed(Step("absent", done.value, done.path), because="not_published"), closed)
    start = approved_day(ctx)
    if done.value is not None and (start.value is None or ctx.site_limit("disclosure") is None):
        return passed(Step("present", done.value, done.path))
    return site_limit(ctx, start, done, "disclosure", no_trigger="not_approved")

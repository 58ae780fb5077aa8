"""What is not supported: a new project after a little-used one, money after a failed and retired system (OD-6)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from checks.ordos_2025.across import (
    body,
    city_only,
    core,
    day_fact,
    day_of,
    days,
    held,
    listings,
    plan,
)
from zongmu.model import Answer, Evaluated, Notice, Ratio, SystemView, View, key_of
from zongmu.policy import (
    Cap,
    Fact,
    Outcome,
    Param,
    ProjectContext,
    RegistryContext,
    Severity,
    Step,
    SystemContext,
    Verdict,
    all_of,
    compare,
    due_after,
    fact,
    failed,
    immutable,
    missing,
    not_applicable,
    noticed,
    passed,
    present,
    rule,
    undetermined,
    ungoverned,
    warned,
)

BAN, LOW_USE, RETIRED = "OD-6 p1(5) s1", "OD-6 p1(5) s2", "OD-6 p1(7)"


# ── facts ──


def _notices(view: View | SystemView) -> list[dict[str, Any]]:
    """Findings of low use: day and number of the written notice, its body, and the day of its publication."""
    out = []
    for notice in view.of_class(Notice):
        if notice.notice != "low_use":
            continue
        told = [m for m in view.of_kind(Answer, "notice_published") if m.of == key_of(notice)]
        out.append(
            {
                "key": key_of(notice),
                "day": notice.date.isoformat(),
                "body": notice.body,
                "number": notice.number,
                "published": told[0].date.isoformat() if told else None,
            }
        )
    return out


def _failed_on(view: View | SystemView) -> str | None:
    """The day of the first evaluation that was not passed."""
    return next((m.date.isoformat() for m in view.of_class(Evaluated) if m.grade == "fail"), None)


@fact(on="system")
def use(ctx: SystemContext) -> dict[str, Any]:
    """Use of a system month by month, what was found about it, when it was retired."""
    system, view = ctx.system, ctx.view
    done = view.day("completed")
    since = done if done.value is not None else view.in_use_since
    retired = view.retired.value
    return {
        "unit": system.unit,
        "level": system.level,
        "built_by": system.built_by,
        "completed": since.value.isoformat() if since.value is not None else None,
        "usage": [[str(row.month), row.rate.bp] for row in system.usage],
        "notices": _notices(view),
        "failed": _failed_on(view),
        "retired": retired.isoformat() if retired is not None else None,
    }


@fact(on="project")
def found(ctx: ProjectContext) -> dict[str, Any]:
    """What was found about a project: notices of low use, an evaluation that was not passed; and the systems it built."""
    return {"notices": _notices(ctx.view), "failed": _failed_on(ctx.view), "builds": list(ctx.project.builds)}


def _makers(ctx: RegistryContext) -> dict[str, str]:
    """System → the project that built it, as the system says; where it says nothing, as a project does."""
    out = {system: id for id, row in ctx.facts(found).items() for system in row["builds"]}
    out.update((id, row["built_by"]) for id, row in ctx.facts(use).items() if row["built_by"] is not None)
    return out


# ── use ──


@immutable
class Spell:
    """Months in a row: the first, the last, the mean of their rates as a fraction, the highest rate."""

    first: str
    last: str
    total: int
    count: int
    highest: int


def _next(month: str) -> str:
    year, number = int(month[:4]), int(month[5:7])
    return f"{year + number // 12:04d}-{number % 12 + 1:02d}"  # structural: the months of a year


def _runs(usage: list[list[Any]], after: dt.date) -> list[list[tuple[str, int]]]:
    """The months of use, split where one is missing; months that began before *after* are left out."""
    runs: list[list[tuple[str, int]]] = []
    for month, rate in sorted((str(m), int(r)) for m, r in usage):
        if f"{month}-01" < after.isoformat():
            continue
        if runs and _next(runs[-1][-1][0]) == month:
            runs[-1].append((month, rate))
        else:
            runs.append([(month, rate)])
    return runs


def _spells(run: list[tuple[str, int]], least: int) -> Iterator[Spell]:
    """Every stretch of at least *least* months of a run."""
    for start in range(len(run) - least + 1):
        for end in range(start + least, len(run) + 1):
            part = run[start:end]
            rates = [rate for _, rate in part]
            yield Spell(part[0][0], part[-1][0], sum(rates), len(part), max(rates))


@rule(cites=[LOW_USE], since="2025", on="registry", readings=["I19", "N1"], reads=[use, found, days, core, body])
def od06_low_use(ctx: RegistryContext) -> Iterator[tuple[str, Verdict]]:
    """系统建成后连续6个月月均使用率低于30%的，是使用率不高的线索；认定须有数据管理局的书面告知和公示，两个日期俱全。

    Six or more months in a row after completion with a mean rate below 30 % make a candidate. The finding itself is the data
    bureau's written notice, numbered, and its publication. The reading by single months stands in the trace (I19).
    """
    completed = {id: row["completed"] for id, row in ctx.facts(days).items()}
    makers = _makers(ctx)
    for id, row in ctx.facts(use).items():
        level = row["level"] or ctx.facts(body).get(row["unit"], {}).get("level")
        early = city_only({"level": level, "only_filed": False})
        yield id, early or _low_use(ctx, row, makers.get(id), completed.get(makers.get(id, "")))


def _low_use(ctx: RegistryContext, row: Mapping[str, Any], maker: str | None, project_completed: str | None) -> Verdict:
    if row["notices"]:
        return _told(ctx, row["notices"], "milestones")
    of_maker = ctx.facts(found).get(maker or "", {}).get("notices")
    if of_maker:
        return _told(ctx, of_maker, f"{maker}/milestones")
    after = day_fact(project_completed or row["completed"], "in_use_since")
    if after.value is None:
        return missing(after)
    months, rate = ctx.count("od.lowuse.months"), ctx.ratio("od.lowuse.rate")
    runs = _runs(row["usage"], after.value)
    longest = max((len(run) for run in runs), default=0)
    enough, step = compare(Fact(longest, "usage"), months)
    if not enough:
        return undetermined("too_few_months", replace_say(step, "months_in_a_row"))
    worst = min((s for run in runs for s in _spells(run, months.value)), key=lambda s: s.total / s.count)
    if early := ungoverned(ctx, dt.date.fromisoformat(f"{_next(worst.last)}-01")):
        return early
    # Rounded down: a mean is below a whole number of basis points exactly when its floor is.
    low, step = compare(Fact(Ratio(worst.total // worst.count), "usage"), rate)
    mean = replace_say(step, "mean_use")
    single = Step("each_month", worst.highest < rate.value.bp, "usage")
    if not low:
        return passed(mean, single)
    return failed(mean, single, because="candidate")


def replace_say(step: Step, say: str) -> Step:
    """The same step in other words."""
    return replace(step, say=say)


def _told(ctx: RegistryContext, notices: list[dict[str, Any]], home: str) -> Verdict:
    """Whether a finding was made as it must be: by the data bureau, in writing with a number, and published."""
    last = notices[-1]
    path = f"{home}/{last['key']}"
    early = ungoverned(ctx, dt.date.fromisoformat(last["day"]))
    if early is not None:
        return early
    published = Step("absent", None, f"{home}/notice_published")
    return all_of(
        held(ctx, last["body"], "data_bureau", f"{path}/body"),
        present(last["number"], f"{path}/number"),
        passed(Step("present", day_of(last["published"]), f"{home}/notice_published/date"))
        if last["published"] is not None
        else failed(published, because="not_published"),
    )


# ── the ban ──


@immutable
class Ban:
    """A finding that keeps a unit from new projects: the little-used project, its acceptance, the notice."""

    unit: str
    project: str
    accepted: dt.date | None
    notice: dt.date
    published: bool
    valid: bool


def _bans(ctx: RegistryContext) -> dict[str, list[Ban]]:
    """Unit → findings of low use about systems that it had newly built and accepted."""
    projects, when = ctx.facts(core), ctx.facts(days)
    out: dict[str, list[Ban]] = {}

    def add(project_id: str | None, notices: list[dict[str, Any]]) -> None:
        project = projects.get(project_id or "")
        # What a project built is new unless its record says otherwise.
        if project is None or project["nature"] not in ("new", None) or project["owner"] is None:
            return
        for n in notices:
            ban = Ban(
                project["owner"],
                str(project_id),
                day_of(when[str(project_id)]["accepted"]),
                dt.date.fromisoformat(n["day"]),
                n["published"] is not None and n["number"] is not None,
                ctx.holds(n["body"], "data_bureau"),
            )
            out.setdefault(ban.unit, []).append(ban)

    makers = _makers(ctx)
    for id, row in ctx.facts(use).items():
        add(makers.get(id), row["notices"])
    for id, row in ctx.facts(found).items():
        add(id, row["notices"])
    return out


@rule(
    cites=[BAN],
    since="2025",
    on="registry",
    readings=["I24", "N2", "N12", "N25"],
    reads=[core, days, use, found, plan],
    disclosure="internal",
)
def od06_ban_after_low_use(ctx: RegistryContext) -> Iterator[tuple[str, Verdict]]:
    """新建系统被认定使用率不高的，自终验之日起一年内，不得支持该单位新建项目入库、列入计划或批复；只是申请的为提醒。

    From final acceptance for a year, and never before the written notice, the unit of a little-used system gets no new
    project: entry, listing or approval within is a breach of the supporting body, not of the unit. A mere application is a
    warning (N12), a supplement that the city government agreed to a notice (N25). The end of the year does not move for a rest day.
    """
    bans, plans = _bans(ctx), listings(ctx)
    for id, project in ctx.facts(core).items():
        if project["owner"] not in bans:
            continue
        verdict = city_only(project)
        if verdict is None and project["nature"] is None:
            verdict = missing(Fact(None, "nature"))
        if verdict is None and project["nature"] != "new":
            verdict = not_applicable("not_new", Step("guard", project["nature"], "nature"))
        if verdict is not None:
            yield id, verdict
            continue
        for ban in bans[project["owner"]]:
            if ban.project != id:
                yield id, _banned(ctx, ban, ctx.facts(days)[id], plans.get(id, []))


def _banned(
    ctx: RegistryContext, ban: Ban, when: Mapping[str, Any], places: list[tuple[dict[str, Any], str]]
) -> Verdict:
    if not ban.valid:
        return undetermined("other_body", Step("body", None, "milestones/notice_issued/body"))
    if not ban.published:
        return undetermined("not_published", Step("missing", None, "milestones/notice_published"))
    if ban.accepted is None:
        return missing(Fact(None, "milestones/final_accepted"))
    early = ungoverned(ctx, ban.notice)
    if early is not None:
        return early
    limit = ctx.duration("od.lowuse.ban")
    end = due_after(ctx, ban.accepted, limit.value, shift=False).day
    first = max(ban.accepted, ban.notice)
    caps = (Cap(Severity.NOTICE, "I24"),) if ctx.law.since is not None and ban.accepted < ctx.law.since else ()
    span = (Step("from", ban.accepted, "milestones/final_accepted/date"), Step("notice", ban.notice, ban.project))
    ban_end = Param(limit.id, end, limit.comparator)
    for day, path in sorted(_support(when, places)):
        within, step = compare(Fact(day, path), ban_end)
        if within and first <= day:
            return Verdict(
                Outcome.FAIL, "supported_within_ban", (*span, replace_say(step, "supported")), caps=caps, at=path
            )
    applied = day_fact(when["applied"], "milestones/library_applied/date")
    within, step = compare(applied, ban_end)
    if within and applied.value is not None and first <= applied.value:
        named = replace_say(step, "applied")
        return warned("N12", *span, named, because="applied_within_ban", caps=caps, at="milestones/library_applied")
    for day, path in _supplemented(places):
        within, step = compare(Fact(day, path), ban_end)
        if within and first <= day:
            return noticed("N25", *span, replace_say(step, "supported"), because="supplemented_within_ban", at=path)
    until = end + dt.timedelta(days=1) if ctx.asof <= end else None
    return passed(*span, Step("ban_ends", end, None, limit.id), until=until)


def _support(when: Mapping[str, Any], places: list[tuple[dict[str, Any], str]]) -> Iterator[tuple[dt.date, str]]:
    """The acts that support a project: entry, the approval of a plan that lists it, its own approvals."""
    admitted = day_of(when["admitted"])
    if admitted is not None:
        yield admitted, "milestones/library_admitted"
    for row, where in places:
        listed = day_of(row["approved"])
        if listed is not None and where.startswith("entries/"):
            yield listed, f"plans/{row['year']}"
    for kind, key, day, _body, _number in when["approvals"]:
        if kind != "proposal_approved":
            yield dt.date.fromisoformat(day), f"milestones/{key}"


def _supplemented(places: list[tuple[dict[str, Any], str]]) -> Iterator[tuple[dt.date, str]]:
    """The days on which a project was added to a plan, and where."""
    for row, where in places:
        for seq, _project, day, _ground in row["supplements"]:
            if where == f"supplements/{seq}":
                yield dt.date.fromisoformat(day), f"plans/{row['year']}/{where}"


# ── failed and retired ──


@rule(
    cites=[RETIRED],
    since="2025",
    on="registry",
    readings=["I7"],
    reads=[core, days, use, found, plan, body],
    disclosure="internal",
)
def od06_no_money_after_failure(ctx: RegistryContext) -> Iterator[tuple[str, Verdict]]:
    """系统未通过绩效评估且建成后两年内停用的，其单位原则上不列入下一年度计划；两者俱备为提醒，只有其一为提示（I7）。

    The unit of a system that failed evaluation and was retired within two years of completion is in principle not in the
    next year's plan: both facts a warning, one of them a notice. The next year is counted from the later of the two.
    """
    marks = list(_marks(ctx))
    for id, places in listings(ctx).items():
        project = ctx.facts(core).get(id)
        if project is None:
            continue
        for row, where in places:
            hits = [m for m in marks if m.unit == project["owner"] and m.year + 1 == int(row["year"])]
            verdict = city_only(project) or _listed_after(hits)
            approved = day_of(row["approved"])
            if approved is not None:
                verdict = ungoverned(ctx, approved) or verdict
            yield id, replace(verdict, at=f"plans/{row['year']}/{where}")


@immutable
class Mark:
    """What speaks against a unit's money of the next year. ``early``: retired within the window; None: nobody can say."""

    unit: str
    system: str
    year: int
    failed: bool
    early: bool | None


def _marks(ctx: RegistryContext) -> Iterator[Mark]:
    window = ctx.duration("od.retire.window")
    makers = _makers(ctx)
    for id, row in ctx.facts(use).items():
        maker = makers.get(id, "")
        own = ctx.facts(found).get(maker, {})
        failed_on = day_of(row["failed"]) or day_of(own.get("failed"))
        retired = day_of(row["retired"])
        done = day_of(ctx.facts(days).get(maker, {}).get("completed")) or day_of(row["completed"])
        early: bool | None = False
        if retired is not None:
            early = None
            if done is not None:
                last = due_after(ctx, done, window.value, shift=False).day
                early, _ = compare(
                    Fact(retired, "milestones/decommissioned"), Param(window.id, last, window.comparator)
                )
        events = [d for d in (failed_on, retired if early is not False else None) if d is not None]
        if events:
            yield Mark(row["unit"], id, max(events).year, failed_on is not None, early)


def _listed_after(marks: list[Mark]) -> Verdict:
    if not marks:
        return passed(because="nothing_against")
    worst = max(marks, key=lambda m: (m.failed and bool(m.early), m.failed or bool(m.early)))
    trace = (
        Step("failed_evaluation", worst.failed, worst.system),
        Step("retired_early", worst.early, worst.system, "od.retire.window"),
    )
    if worst.failed and worst.early:
        return failed(*trace, because="failed_and_retired")
    if worst.early is None and not worst.failed:
        return missing(Fact(None, "in_use_since"))
    return noticed("I7", *trace, because="failed_or_retired")

"""Banners and parks: the yearly plan on its way, who approves, who keeps the library current, training (OD-43 to 45, OD-48)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

from checks.ordos_2025.across import core, days, held
from checks.ordos_2025.guards import DISTRICT
from zongmu.model import ENDS, KINDS, NO_STEP, District, DistrictPlan, PlanStep
from zongmu.policy import (
    DistrictContext,
    Fact,
    Outcome,
    ProjectContext,
    RecordContext,
    RegistryContext,
    Step,
    Verdict,
    all_of,
    compare,
    covers,
    due_after,
    fact,
    failed,
    in_order,
    missing,
    not_applicable,
    noticed,
    passed,
    rule,
    site_limit,
    undetermined,
    ungoverned,
)

REVIEWED, OPINION, ORDER, APPROVER, CURRENT = "OD-43 p1 s3", "OD-44 p1 s2", "OD-44 p1 s3", "OD-45 p1 s1", "OD-45 p1 s2"
OPINION_TOPICS = ("policy_basis", "cross_level", "integrated", "reuse", "data_sharing")
STEPS = ("drafted", "reviewed", "submitted", "opinion", "approved", "entered", "filed")
OPINION_AT = STEPS.index("opinion")
NOT_AGREED = ("returned", "rejected")
ONE_DAY = dt.timedelta(days=1)


# ── the plan on its way ──


def _step(plan: DistrictPlan, kind: str) -> PlanStep | None:
    """The latest step of a kind; a step may be repeated after a return."""
    found = [s for s in plan.steps if s.kind == kind]
    return max(found, key=lambda s: s.date, default=None)


def _path(plan: DistrictPlan, kind: str) -> str:
    return f"plans/{plan.year}/steps/{kind}"


def _day(plan: DistrictPlan, kind: str) -> Fact[dt.date]:
    step = _step(plan, kind)
    return Fact(step.date if step is not None else None, f"{_path(plan, kind)}/date")


def _each_plan(ctx: DistrictContext) -> Iterator[tuple[DistrictPlan, Verdict | None]]:
    """The plans of a district with steps, each with what stands instead of a verdict if the measure did not govern it."""
    for plan in ctx.district.plans:
        first = min((s.date for s in plan.steps), default=None)
        yield plan, ungoverned(ctx, first) if first is not None else undetermined("not_due")


@rule(cites=[REVIEWED], since="2025", on="district")
def od43_plan_reviewed(ctx: DistrictContext) -> Iterator[Verdict]:
    """旗区政数部门编制年度计划清单，组织评审论证，再报数据管理局审核。缺环节的，记在旗区计划上，不记在项目上。

    The banner office drafts the list, has it reviewed, then sends it to the city; a step that another body took is not its own.
    To whom it was sent is recorded nowhere. A finding stands on the district's plan,
    never on a project. Nothing is due while only the draft is there.
    """
    if not ctx.district.plans:
        yield not_applicable("no_plan")
    for plan, early in _each_plan(ctx):
        yield replace(early or _reviewed(ctx, plan), at=f"plans/{plan.year}")


def _furthest(plan: DistrictPlan) -> int:
    """How far a plan has come, as a place in STEPS."""
    return max(STEPS.index(step.kind) for step in plan.steps)


def _reviewed(ctx: DistrictContext, plan: DistrictPlan) -> Verdict:
    """Drafted, reviewed, submitted: each before the next, none left out, none by another body than the banner's office."""
    own = STEPS[:OPINION_AT]
    chain = [_day(plan, kind) for kind in own]
    lacking = [f for f in chain[: _furthest(plan)] if f.value is None]
    if lacking:
        return failed(
            *(Step("absent", None, f.path) for f in lacking), because="step_missing", excess=len(lacking), unit="count"
        )
    if chain[-1].value is None:
        return undetermined("not_due", Step("missing", None, chain[-1].path))
    by = (_own_step(ctx, plan, kind) for kind in own)
    return all_of(*(in_order(before, after) for before, after in pairwise(chain)), *by)


def _own_step(ctx: DistrictContext, plan: DistrictPlan, kind: str) -> Verdict:
    """Whether a step is the banner's office's own; where nobody is named it is taken for that."""
    step = _step(plan, kind)
    if step is None or step.body is None or step.body == ctx.district.data_office:
        return passed()
    return held(ctx, step.body, "banner_data_office", f"{_path(plan, kind)}/body")


@rule(cites=[OPINION], since="2025", on="district")
def od44_opinion(ctx: DistrictContext) -> Iterator[Verdict]:
    """数据管理局对旗区年度计划从五个方面审核并出具意见；旗区政府审定时仍无意见的，列入数据管理局的待办。

    The data bureau reviews five topics and gives an opinion. With no opinion by the banner government's approval the finding
    goes to the bureau's queue.
    """
    if not ctx.district.plans:
        yield not_applicable("no_plan")
    for plan, early in _each_plan(ctx):
        yield replace(early or _opinion(ctx, plan), at=f"plans/{plan.year}")


def _opinion(ctx: DistrictContext, plan: DistrictPlan) -> Verdict:
    opinion, path = _step(plan, "opinion"), _path(plan, "opinion")
    if opinion is None:
        if _furthest(plan) > OPINION_AT:
            return failed(Step("absent", None, path), because="absent")
        return undetermined("not_due", Step("missing", None, path))
    return all_of(
        held(ctx, opinion.body, "data_bureau", f"{path}/body"), covers(opinion.covers, OPINION_TOPICS, f"{path}/covers")
    )


@rule(cites=[ORDER], since="2025", on="district", readings=["I10"])
def od44_order(ctx: DistrictContext) -> Iterator[Verdict]:
    """先有市级审核意见，后经旗区政府审定，再录入项目库，最后向市备案；次序不符的，记在旗区计划上。

    Opinion, approval by the banner government, entry in the library, filing with the data bureau: in this order, the same day
    allowed. A step taken without the one before it is out of order. Entered and never filed is late by this site's limit (I10).
    """
    if not ctx.district.plans:
        yield not_applicable("no_plan")
    for plan, early in _each_plan(ctx):
        yield replace(early or _ordered(ctx, plan), at=f"plans/{plan.year}")


def _ordered(ctx: DistrictContext, plan: DistrictPlan) -> Verdict:
    """Opinion, approval, entry, filing: as far as the plan has come, each after the one before."""
    furthest = _furthest(plan)
    chain = [_day(plan, kind) for kind in STEPS[OPINION_AT:]]
    if furthest <= OPINION_AT:
        return undetermined("not_due", Step("missing", None, chain[1].path))
    verdicts: list[Verdict] = [_approver(ctx, plan)]
    for before, after in pairwise(chain[: furthest - OPINION_AT + 1]):
        if before.value is None:
            verdicts.append(failed(Step("absent", None, before.path), because="step_missing"))
        elif after.value is not None:
            verdicts.append(in_order(before, after))
    entered, filed = chain[-2:]
    if filed.value is None and entered.value is not None:
        # Only when it is due is open (I10), not whether.
        verdicts.append(site_limit(ctx, entered, filed, "filing"))
    elif filed.value is None:
        verdicts.append(undetermined("not_due", Step("missing", None, filed.path)))
    verdicts.append(_filing(ctx, plan))
    return all_of(*verdicts)


def _filing(ctx: DistrictContext, plan: DistrictPlan) -> Verdict:
    """The plan is filed with the data bureau, or by the banner's office: a step may name either; where none, it is taken for that."""
    filed, path = _step(plan, "filed"), f"{_path(plan, 'filed')}/body"
    if filed is None or filed.body is None:
        return passed()
    own = _own_step(ctx, plan, "filed")
    return own if own.outcome is Outcome.PASS else held(ctx, filed.body, "data_bureau", path)


def _approver(ctx: DistrictContext, plan: DistrictPlan) -> Verdict:
    """The plan is approved by the banner's government."""
    approved, path = _step(plan, "approved"), f"{_path(plan, 'approved')}/body"
    if approved is None:
        return passed()
    if approved.body is not None and approved.body == ctx.district.government:
        return passed(Step("body", approved.body, path))
    return held(ctx, approved.body, "banner_government", path)


@rule(cites=[ORDER], since="2025.2", on="district", disclosure="internal")
def od44_opinion_followed(ctx: DistrictContext) -> Iterator[Verdict]:
    """按市级审核意见形成年度计划：退回、不同意的项目不再录入项目库；仍录入的，记在旗区计划上。

    What the city returned or rejected, and nobody has agreed to since, is not carried on: an entry of that opinion that bears the
    number of a project in the library is. Judged once the banner's government has approved the plan.
    """
    if not ctx.district.plans:
        yield not_applicable("no_plan")
    for plan, early in _each_plan(ctx):
        yield replace(early or _followed(plan), at=f"plans/{plan.year}")


def _followed(plan: DistrictPlan) -> Verdict:
    approved = _day(plan, "approved")
    if approved.value is None:
        return undetermined("not_due", Step("missing", None, approved.path))
    against = tuple(
        f"plans/{plan.year}/entries/{e.seq}" for e in plan.entries if e.opinion in NOT_AGREED and e.project is not None
    )
    if against:
        step = Step("carried_on", against, against[0])
        return failed(step, because="against_opinion", excess=len(against), unit="count")
    return passed(Step("entries", len(plan.entries), f"plans/{plan.year}/entries"))


# ── who approves ──


@fact(on="district")
def office(ctx: DistrictContext) -> dict[str, Any]:
    """The region of a district and its data office."""
    district: District = ctx.district
    return {"region": district.region, "office": district.data_office}


@rule(cites=[APPROVER], since="2025", on="registry", reads=[core, days, office], disclosure="internal")
def od45_approving_body(ctx: RegistryContext) -> Iterator[tuple[str, Verdict]]:
    """旗区（园区）项目由所在旗区政数部门立项审批；由其他单位审批的，记在旗区记录上，不记在项目上。

    Banner projects are approved by the banner's own data office. Another body is a finding on the district, never on the
    project; each approval is looked at by itself.
    """
    offices = {row["region"]: (id, row["office"]) for id, row in ctx.facts(office).items()}
    for id, project in ctx.facts(core).items():
        if project["level"] not in DISTRICT.values:
            continue
        region = project["region"] or ""
        district, own = offices.get(region) or offices.get(region[:6]) or (None, None)
        for _kind, key, day, by, _number in ctx.facts(days)[id]["approvals"]:
            early = ungoverned(ctx, dt.date.fromisoformat(day))
            verdict = early or _own_office(by, own, f"{id}/milestones/{key}/body")
            yield (district or id), replace(verdict, at=f"{id}/{key}")


def _own_office(by: str | None, own: str | None, path: str) -> Verdict:
    if own is None:
        return missing(Fact(None, "data_office"))
    if by is None:
        return missing(Fact(None, path))
    step = Step("body", by, path, None, own, "=", by == own)
    return passed(step) if by == own else failed(step, because="other_body")


# ── keeping the library current ──


@rule(cites=[CURRENT], since="2025", act="library_admitted", applies_to=[DISTRICT], readings=["I10"])
def od45_library_current(ctx: ProjectContext) -> Verdict:
    """旗区政数部门及时更新项目库中的计划执行、审批、验收、绩效等情况。超过本站设定的时限为提示，列入其待办（I10）。

    The banner office keeps the library current: the latest step or progress report is no older than this site's limit. What
    befalls a project, and filings and consents beside its way, are none of what the sentence lists. Late is a notice in the
    office's queue, never more (I10). A project that has ended is not asked.
    """
    if not ctx.view.has("library_admitted"):
        return not_applicable("not_in_library")
    if ctx.view.has(*ENDS):
        return not_applicable("ended")
    limit = ctx.site_limit("progress_update")
    if limit is None:
        return undetermined("no_site_limit")
    steps = (m for m in ctx.view.milestones if m.kind not in NO_STEP and KINDS[m.kind].phase != "side")
    acts = [(m.date, f"milestones/{m.kind}/date") for m in steps]
    reports = [(row.date, f"progress/{row.date.isoformat()}") for row in ctx.project.progress]
    day, path = max(acts + reports)
    due = due_after(ctx, day, limit.value)
    step = Step("deadline", day, path, limit.id, due.day, "<=", ctx.asof <= due.day)
    if ctx.asof <= due.day:
        return passed(step, until=due.day + ONE_DAY)
    return noticed("I10", step, because="not_current", due=due.day, excess=(ctx.asof - due.day).days, unit="days")


# ── OD-48: training ──


@rule(cites=["OD-48"], since="2025", on="organization", readings=["N11"])
def od48_training(ctx: RecordContext) -> Iterator[Verdict]:
    """数据管理局每半年至少组织一次旗区培训；自施行后第一个完整的半年起计（N11）。

    The data bureau trains the banners at least once in every half-year, from the first whole one after commencement (N11). A
    half-year that still runs is not due; one that has ended without a training goes to the bureau's queue.
    """
    if "data_bureau" not in ctx.organization.holds:
        yield not_applicable("other_body")
        return
    assert ctx.law.since is not None  # no rule is asked before the first day is set
    least = ctx.count("od.training")
    trained = [t.date for t in ctx.organization.trainings]
    for start, end in _halves(ctx.law.since, ctx.asof):
        count = len([day for day in trained if start <= day <= end])
        at = f"trainings/{start.year}-h{1 if start.month == 1 else 2}"  # structural: the name of a half
        enough, step = compare(Fact(count, "trainings"), least)
        if enough:
            yield passed(step, at=at, due=end)
        elif ctx.asof <= end:
            yield undetermined("not_due", step, at=at, due=end, until=end + ONE_DAY)
        else:
            yield failed(step, because="no_training", at=at, due=end, excess=least.value - count, unit="count")


def _halves(since: dt.date, asof: dt.date) -> Iterator[tuple[dt.date, dt.date]]:
    """The whole half-years that begin on or after *since*, up to the one that runs on *asof*."""
    for year in range(since.year, asof.year + 1):
        for start, end in (
            (dt.date(year, 1, 1), dt.date(year, 6, 30)),  # structural: the halves of a year
            (dt.date(year, 7, 1), dt.date(year, 12, 31)),  # structural: the halves of a year
        ):
            if since <= start <= asof:
                yield start, end

"""The city's yearly plan: under the development plan, drawn from the library, approved by the city government, fixed once
approved, supplemented only on grounds (OD-4, OD-9, OD-11)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from checks.ordos_2025.across import (
    PLAN_GROUNDS,
    city_only,
    core,
    day_fact,
    day_of,
    days,
    held,
    listings,
    plan,
    predates,
)
from zongmu.model import Consented, Plan, key_of
from zongmu.policy import (
    Cap,
    Fact,
    Outcome,
    ProjectContext,
    RecordContext,
    RegistryContext,
    Severity,
    Step,
    Verdict,
    all_of,
    fact,
    failed,
    in_order,
    missing,
    not_applicable,
    noticed,
    passed,
    present,
    rule,
    undetermined,
    ungoverned,
)

FROM_LIBRARY, FIXED, PROPOSAL, SUPPLEMENT = "OD-9 p1 s1", "OD-9 p1 s2", "OD-9 p2", "OD-11"


# ── OD-4, OD-9: who approves the plans ──


@rule(cites=["OD-4 p1 s1", "OD-4 p1 s2"], since="2025.2", on="registry", reads=[plan], disclosure="internal")
def od04_development_plan(ctx: RegistryContext) -> Iterator[tuple[str, Verdict]]:
    """发展规划（含调整）由市政府批准后实施：年度计划所依据的规划，批准不晚于年度计划的审定。

    The development plan that a yearly plan follows, as it stands after changes, was approved by the city government no later
    than the yearly plan. With whom it was drafted, and the assessment before a change, are recorded nowhere.
    """
    for id, row in ctx.facts(plan).items():
        yield id, _development(ctx, row)


def _development(ctx: RegistryContext, row: Mapping[str, Any]) -> Verdict:
    path = "development_plan"
    yearly = day_fact(row["approved"], "approved/date")
    if row["development"] is None:
        return missing(Fact(None, path))
    approved = day_fact(row["development"][0], f"{path}/approved/date")
    if approved.value is None:
        if yearly.value is None:
            return undetermined("not_due", Step("missing", None, approved.path))
        return ungoverned(ctx, yearly.value) or failed(Step("absent", None, approved.path), because="absent")
    early = ungoverned(ctx, approved.value)
    by = early or held(ctx, row["development"][1], "city_government", f"{path}/approved/body")
    return all_of(by, in_order(approved, yearly)) if yearly.value is not None and early is None else by


@rule(cites=[FROM_LIBRARY], since="2025.2", on="registry", reads=[plan])
def od09_plan_approved(ctx: RegistryContext) -> Iterator[tuple[str, Verdict]]:
    """市本级年度计划拟定后报市政府审定。

    The plan is drawn up, then approved by the city government. That the finance bureau took part in drawing it up is recorded
    nowhere.
    """
    for id, row in ctx.facts(plan).items():
        approved = day_fact(row["approved"], "approved/date")
        if approved.value is None:
            yield id, undetermined("not_due", Step("missing", None, approved.path))
            continue
        verdict = ungoverned(ctx, approved.value)
        if verdict is None:
            compiled = day_fact(row["compiled"], "compiled/date")
            order = in_order(compiled, approved) if compiled.value is not None else passed()
            verdict = all_of(held(ctx, row["approver"], "city_government", "approved/body"), order)
        yield id, verdict


# ── OD-9 ──


def _entered(ctx: RegistryContext) -> Iterator[tuple[str, Mapping[str, Any], dict[str, Any], str]]:
    """Every project on a plan: its id, what it is, the plan, its place there. Supplements are left out."""
    projects = ctx.facts(core)
    for id, places in listings(ctx).items():
        if id in projects:
            for row, where in places:
                if where.startswith("entries/"):
                    yield id, projects[id], row, where


@rule(cites=[FROM_LIBRARY], since="2025", on="registry", readings=["N22"], reads=[core, days, plan])
def od09_from_library(ctx: RegistryContext) -> Iterator[tuple[str, Verdict]]:
    """列入市本级年度计划的项目，应在计划审定之前已入库；否则列入数据管理局的待办。

    A project on the city's plan entered the library before the plan was approved: on the day itself is too late. A finding
    is the plan-maker's, not the unit's.
    """
    when = ctx.facts(days)
    for id, project, row, where in _entered(ctx):
        approved = day_fact(row["approved"], f"plans/{row['year']}/approved/date")
        verdict = city_only(project)
        if verdict is None and approved.value is None:
            verdict = undetermined("not_due", Step("missing", None, approved.path))
        if verdict is None and approved.value is not None:
            admitted = day_fact(when[id]["admitted"], "milestones/library_admitted/date")
            verdict = ungoverned(ctx, approved.value) or (
                in_order(admitted, approved, strict=True)
                if admitted.value is not None
                else predates(ctx, when[id]["opened"], "library")
                or failed(Step("absent", None, admitted.path), because="absent")
            )
        if verdict is not None:
            yield id, replace(verdict, at=f"plans/{row['year']}/{where}")


@rule(cites=[FIXED], since="2025", on="plan", compares=True)
def od09_plan_fixed(ctx: RecordContext) -> Iterator[Verdict]:
    """年度计划审定后原则上不再调整：与基准版本相比新增、改动或去掉列项的，为提醒；符合第十一条的增补列入增补表，不在此限。

    Once approved, the plan is in principle not changed: an entry added, changed or dropped since the base revision is a
    warning. Supplements on the grounds of Article 11 have a list of their own and are free.
    """
    assert ctx.base is not None
    before, after = ctx.base.plan, ctx.plan
    if before.approved is None:
        yield not_applicable("plan_not_approved", Step("missing", None, "approved"))
        return
    early = ungoverned(ctx, before.approved.date)
    if early is not None:
        yield early
        return
    found = [*_entries_changed(before, after), *_groundless(before, after)]
    yield from found or [passed(Step("entries", len(after.entries), "entries"))]


def _entries_changed(before: Plan, after: Plan) -> Iterator[Verdict]:
    """Entries added, changed or dropped."""
    was, now = {e.project: e for e in before.entries}, {e.project: e for e in after.entries}
    for id in sorted(set(was) - set(now)):
        path = f"entries/{was[id].seq}"
        yield failed(Step("dropped", id, path), because="entry_dropped", at=path)
    for id, entry in sorted(now.items()):
        path = f"entries/{entry.seq}"
        if id not in was:
            yield failed(Step("added", id, path), because="entry_added", at=path)
        elif was[id].year_fund != entry.year_fund:
            step = Step("changed", entry.year_fund, f"{path}/year_fund", None, was[id].year_fund, "=", False)
            yield failed(step, because="amount_changed", at=path)


def _groundless(before: Plan, after: Plan) -> Iterator[Verdict]:
    """New supplements on no ground of Article 11."""
    known = {s.seq for s in before.supplements}
    for row in after.supplements:
        if row.seq not in known and row.ground not in PLAN_GROUNDS:
            path = f"supplements/{row.seq}"
            yield failed(Step("guard", row.ground, f"{path}/ground"), because="no_ground", at=path)


@rule(cites=[PROPOSAL], since="2025", on="registry", reads=[core, days, plan])
def od09_proposal_approved(ctx: RegistryContext) -> Iterator[tuple[str, Verdict]]:
    """列入审定的年度计划（含增补）的项目，应有数据管理局的项目建议书批复及文号；缺失的列入数据管理局的待办。

    For a project on an approved plan, supplements included, the data bureau approves the proposal, with a number, and not
    before the plan or the supplement; that of a project carried over is older. This sentence may belong to Article 10, whose
    number is lost.
    """
    projects = ctx.facts(core)
    for id, places in listings(ctx).items():
        if id not in projects:
            continue
        row, where = places[0]
        approved = day_of(row["approved"])
        verdict = city_only(projects[id])
        if verdict is None and approved is None:
            verdict = undetermined("not_due", Step("missing", None, f"plans/{row['year']}/approved"))
        if verdict is None and approved is not None:
            verdict = ungoverned(ctx, approved) or _proposal(ctx, ctx.facts(days)[id], row, where)
        if verdict is not None:
            yield id, verdict


def _proposal(ctx: RegistryContext, row: Mapping[str, Any], of: Mapping[str, Any], where: str) -> Verdict:
    for kind, key, day, by, number in row["approvals"]:
        if kind == "proposal_approved":
            path = f"milestones/{key}"
            return all_of(
                held(ctx, by, "data_bureau", f"{path}/body"),
                present(number, f"{path}/number"),
                _after_listing(of, where, day_fact(day, f"{path}/date")),
            )
    absent = failed(Step("absent", None, "milestones/proposal_approved"), because="absent")
    return predates(ctx, row["opened"], "proposal") or absent


def _after_listing(of: Mapping[str, Any], where: str, approved: Fact[dt.date]) -> Verdict:
    """Whether a proposal was approved no earlier than the plan *of*, or the supplement, that lists the project at *where*."""
    at = f"plans/{of['year']}/{where}"
    if where.startswith("supplements/"):
        added = next(s[2] for s in of["supplements"] if where == f"supplements/{s[0]}")
        return in_order(day_fact(added, f"{at}/date"), approved)
    order = in_order(day_fact(of["approved"], f"plans/{of['year']}/approved/date"), approved)
    if order.outcome is not Outcome.FAIL:
        return order
    carried = next(e[2] for e in of["entries"] if where == f"entries/{e[0]}")
    if carried is None:
        return missing(Fact(None, f"{at}/carry_over"))
    return order if carried == "new" else passed(Step("guard", carried, f"{at}/carry_over"))


@rule(cites=[PROPOSAL], since="2025", on="registry", readings=["N8"], reads=[core, days, plan])
def od09_outside_plan(ctx: RegistryContext) -> Iterator[tuple[str, Verdict]]:
    """已获批复而未见于任何年度计划的市本级建设、采购服务类项目，提示核对（N8）。备案、其他渠道、其他项目的信息化部分除外。

    An approved city project that no plan lists is shown as a notice only: the article that may have forbidden it is missing
    from the text at hand (N8). Filed projects, other channels and parts of other projects are not asked. Without any plan
    in the registry nobody can say.
    """
    listed, plans = listings(ctx), ctx.facts(plan)
    for id, project in ctx.facts(core).items():
        approvals = [a for a in ctx.facts(days)[id]["approvals"] if a[0] != "proposal_approved"]
        if not approvals:
            continue
        verdict = city_only(project) or ungoverned(ctx, dt.date.fromisoformat(approvals[0][2]))
        if verdict is None and (project["class"] == "om" or project["path"] == "filing"):
            verdict = not_applicable("other_class")
        if verdict is None and (project["channel"] == "other" or project["host"]):
            verdict = not_applicable("other_channel")
        if verdict is None:
            step = Step("approval", approvals[0][2], f"milestones/{approvals[0][1]}/date")
            if id in listed:
                verdict = passed(step, Step("listed", listed[id][0][0]["year"], "plan"))
            elif not plans:
                verdict = undetermined("no_plan_recorded", step)
            else:
                verdict = noticed("N8", step, because="outside_plan")
        yield id, verdict


# ── OD-11 ──


@fact(on="project")
def urgency(ctx: ProjectContext) -> dict[str, Any]:
    """What a supplement needs on the project's side: the attested urgency, the consent, the application."""
    consents = [m for m in ctx.view.of_class(Consented) if m.matter == "plan_supplement"]
    attested = ctx.attestation("urgent")
    return {
        "attested": attested.date.isoformat() if attested is not None else None,
        "consent": {
            "date": consents[0].date.isoformat(),
            "body": consents[0].body,
            "number": consents[0].number,
            "path": f"milestones/{key_of(consents[0])}",
        }
        if consents
        else None,
    }


@rule(
    cites=[SUPPLEMENT],
    since="2025",
    on="registry",
    readings=["N27"],
    reads=[core, days, plan, urgency],
    disclosure="internal",
)
def od11_supplement(ctx: RegistryContext) -> Iterator[tuple[str, Verdict]]:
    """增补项目：属三类情形之一，证明情况紧急、确需增补，并有市政府同意文号，不晚于增补和申请审批。

    A supplement has one of the three grounds, the attested urgency and need that close all three, and the city
    government's consent with its number, dated no later than the supplement and the application for approval.
    """
    for id, row, where in _supplements(ctx):
        project, when = ctx.facts(core)[id], ctx.facts(days)[id]
        verdict = city_only(project)
        added = day_of(row[2]) if row is not None else day_of(when["approval_applied"])
        if verdict is None:
            verdict = ungoverned(ctx, added or ctx.asof) or _supplement(ctx, id, row, where)
        yield id, replace(verdict, at=where)


def _supplements(ctx: RegistryContext) -> Iterator[tuple[str, list[Any] | None, str]]:
    """Projects added to a plan, and projects that claim a ground of Article 11 without such a row."""
    projects, seen = ctx.facts(core), set()
    for row in ctx.facts(plan).values():
        for entry in row["supplements"]:
            if entry[1] in projects:
                seen.add(entry[1])
                yield entry[1], entry, f"plans/{row['year']}/supplements/{entry[0]}"
    for id, project in projects.items():
        if id not in seen and project["ground"] in PLAN_GROUNDS:
            yield id, None, "ground"


def _supplement(ctx: RegistryContext, id: str, row: list[Any] | None, where: str) -> Verdict:
    ground = row[3] if row is not None else ctx.facts(core)[id]["ground"]
    if ground not in PLAN_GROUNDS:
        return failed(Step("guard", ground, f"{where}/ground"), because="no_ground")
    own = ctx.facts(urgency)[id]
    named = Step("guard", ground, f"{where}/ground")
    attested = (
        passed(named, Step("attested", day_of(own["attested"]), "attestations", None, "urgent"))
        if own["attested"] is not None
        else undetermined("needs_attestation", named, Step("missing", None, "attestations/urgent"))
    )
    added = day_fact(row[2], f"{where}/date") if row is not None else None
    return all_of(attested, _consent(ctx, own["consent"], day_of(ctx.facts(days)[id]["approval_applied"]), added))


def _before_adding(given: Fact[dt.date], added: Fact[dt.date] | None) -> Verdict:
    """Whether the consent came no later than the supplement; after it is a warning (N27): the text sets it before the approval."""
    if added is None:
        return passed()
    order = in_order(given, added)
    return order if order.outcome is not Outcome.FAIL else replace(order, caps=(Cap(Severity.WARNING, "N27"),))


def _consent(
    ctx: RegistryContext, consent: Mapping[str, Any] | None, applied: dt.date | None, added: Fact[dt.date] | None
) -> Verdict:
    """The city government's consent: its milestone on the project, with a number, no later than the supplement and the application."""
    if consent is None:
        step = Step("absent", None, "milestones/consented")
        return undetermined("not_due", step) if applied is None else failed(step, because="absent")
    path = str(consent["path"])
    given = day_fact(consent["date"], f"{path}/date")
    number = Fact(consent["number"], f"{path}/number")
    return all_of(
        held(ctx, consent["body"], "city_government", f"{path}/body"),
        missing(number) if number.value is None else passed(Step("present", number.value, number.path)),
        _before_adding(given, added),
        in_order(given, Fact(applied, "milestones/approval_applied/date")) if applied is not None else passed(),
    )

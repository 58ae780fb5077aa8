"""What rules across records read of each record, and what they share: departments, plans, excuses.

Facts are plain values (JSON): days as ISO text, amounts in fen. A rule across records asks for the law of each act itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from checks.ordos_2025.other_channel import only_filed
from zongmu.model import ENDS, Applied, Opened, View, key_of
from zongmu.policy import (
    DistrictContext,
    Fact,
    ProjectContext,
    RecordContext,
    RegistryContext,
    Step,
    Verdict,
    fact,
    failed,
    missing,
    not_applicable,
    passed,
    undetermined,
)

PLAN_GROUNDS = ("od11_demand", "od11_strategy", "od11_emergency")
"""Grounds on which a project may be added to a plan that is fixed (OD-11)."""


# ── facts ──


@fact(on="project")
def core(ctx: ProjectContext) -> dict[str, Any]:
    """What a project is: who, at which level, of which class; how it hangs together with others."""
    p = ctx.project
    return {
        "level": p.level,
        "class": p.class_,
        "nature": p.nature,
        "subtype": p.subtype,
        "path": p.path,
        "channel": p.channel,
        "ground": p.ground,
        "owner": p.owner,
        "lead": p.lead,
        "region": p.region,
        "framework": p.framework,
        "parent": p.parent_project,
        "original": p.original_project,
        "host": p.host is not None,
        "only_filed": only_filed(ctx),
        "cross_level": p.cross_level,
        "towns": bool(p.partner_towns),
        "ended": ctx.view.has(*ENDS),
        "name": p.name,
        "scope": [item.name for item in p.scope],
        "attested": sorted({row.kind for row in p.attestations}),
    }


@fact(on="project")
def days(ctx: ProjectContext) -> dict[str, Any]:
    """The days on which a project was applied for, admitted, approved, completed, accepted."""
    view = ctx.view
    applied = next(iter(view.of_kind(Applied, "library_applied")), None)
    return {
        "born": _iso(_born(view)),
        "declared": _iso(view.day("declared", "library_applied").value),
        "applied": _iso(applied.date) if applied else None,
        "applicant": applied.applicant if applied else None,
        "owner_then": view.owner_on(applied.date) if applied else None,
        "admitted": _iso(view.day("library_admitted").value),
        "opened": [m.stage for m in view.of_class(Opened)],
        "framework": _iso(view.day("framework_submitted").value),
        "approval_applied": _iso(view.day("approval_applied").value),
        "completed": _iso(view.completed.value),
        "accepted": _iso(view.accepted.value),
        "approvals": [[m.kind, key_of(m), _iso(m.date), m.body, m.number] for m in view.approvals],
    }


@fact(on="organization")
def body(ctx: RecordContext) -> dict[str, Any]:
    """Where a body stands: its parent department, its successor, its level."""
    o = ctx.organization
    return {"parent": o.parent, "successor": o.successor.organization if o.successor else None, "level": o.level}


@fact(on="plan")
def plan(ctx: RecordContext) -> dict[str, Any]:
    """A yearly plan: its year, its approval and that of the development plan that it follows, what it lists, what was added."""
    p, above = ctx.plan, ctx.plan.development_plan
    return {
        "year": p.year,
        "compiled": _iso(p.compiled.date) if p.compiled else None,
        "approved": _iso(p.approved.date) if p.approved else None,
        "approver": p.approved.body if p.approved else None,
        "development": [_iso(above.approved.date), above.approved.body]
        if above and above.approved
        else [None, None]
        if above
        else None,
        "entries": [[e.seq, e.project, e.carry_over] for e in p.entries],
        "supplements": [[s.seq, s.project, _iso(s.date), s.ground] for s in p.supplements],
    }


def _born(view: View) -> dt.date | None:
    first = view.first_act
    return first.date if first is not None else None


def _iso(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()


# ── reading them ──


def predates(ctx: RegistryContext, opened: list[str | None], stage: str) -> Verdict | None:
    """Undetermined for a project whose opening entry (期初) stands at *stage* or past it: what came before is not on record."""
    order = [name for name, _ in ctx.law.measure.stages]
    if any(at in order and order.index(at) >= order.index(stage) for at in opened):
        return undetermined("predates_registry", Step("missing", None, "milestones/opened/stage"))
    return None


def day_of(value: Any) -> dt.date | None:
    """The day of an ISO text of a fact."""
    return None if value is None else dt.date.fromisoformat(str(value))


def day_fact(value: Any, path: str) -> Fact[dt.date]:
    """The same with the path of the field it came from."""
    return Fact(day_of(value), path)


def city_only(project: Mapping[str, Any]) -> Verdict | None:
    """The guard of sentences that bind city-level projects, for rules across records; None when it is met.

    Nor do they speak of an IT part that is filed and no more (OD-46 p1 s2).
    """
    if project["only_filed"]:
        return not_applicable("only_filed", Step("present", None, "host"))
    level = project["level"]
    if level is None:
        return missing(Fact(None, "level"))
    return None if level == "city" else not_applicable("municipal_only", Step("guard", level, "level"))


def merged_into(bodies: Mapping[str, Mapping[str, Any]], id: str) -> str:
    """The body that carries on what *id* did: its last successor in the registry, else itself."""
    seen = {id}
    while (after := bodies.get(id, {}).get("successor")) is not None and after not in seen:
        seen.add(after)
        id = after
    return id


def department(bodies: Mapping[str, Mapping[str, Any]], id: str) -> str | None:
    """The top department of a body, mergers followed; None when the registry does not know the body."""
    id = merged_into(bodies, id)
    if id not in bodies:
        return None
    seen = {id}
    while (above := bodies.get(id, {}).get("parent")) is not None and above not in seen:
        above = merged_into(bodies, above)
        if above in seen:
            break
        seen.add(above)
        id = above
    return id


def listings(ctx: RegistryContext) -> dict[str, list[tuple[dict[str, Any], str]]]:
    """Project → the plans that list it, each with ``entries/1`` or ``supplements/1``. Earlier years first."""
    out: dict[str, list[tuple[dict[str, Any], str]]] = {}
    for row in sorted(ctx.facts(plan).values(), key=lambda r: int(r["year"])):
        for list_name in ("entries", "supplements"):
            for entry in row[list_name]:
                out.setdefault(entry[1], []).append((row, f"{list_name}/{entry[0]}"))
    return out


def held(ctx: RegistryContext | DistrictContext, body_id: str | None, role: str, path: str) -> Verdict:
    """Whether a body holds *role*. No body recorded, or nobody in the registry who holds it: undetermined."""
    if body_id is None:
        return missing(Fact(None, path))
    step = Step("body", body_id, path)
    if ctx.holds(body_id, role):
        return passed(step)
    if not ctx.roles.get(role):
        return undetermined("role_not_assigned", step)
    return failed(step, because="other_body")

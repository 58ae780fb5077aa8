"""Bodies act while they exist: what was taken over acts no more, and what it did before stands."""

from __future__ import annotations

from collections.abc import Iterator

from checks.common.texts import code
from checks.common.ways import way_back
from zongmu.model import key_of
from zongmu.policy import CheckContext, HygieneContext, Problem, Severity, check, fact, problem

TAKEN_OVER = code(
    "record.body-taken-over",
    ("单位已被承接", "A body that had been taken over"),
    ("{body} 自 {since} 起由 {successor} 承接，这一行为在 {day}", "{body} was taken over by {successor} on {since}; this act is of {day}"),
    (
        "核对日期和单位；应由承接单位作出的，改写为承接单位",
        "check the day and the body; where the successor acted, name the successor",
    ),
)  # fmt: skip
CIRCLE = code(
    "record.body-in-circle",
    ("单位关系兜圈子", "Bodies that lead back to themselves"),
    ("{what}从本单位又回到本单位：{chain}", "its {what_en} lead back to it: {chain}"),
    ("核对编号，改正其中写错的一处", "check the ids and mend the one that is wrong"),
)


@fact(on="project")
def acting_bodies(ctx: CheckContext) -> dict[str, list[str]]:
    """Body → its latest act in a project, and the day."""
    latest: dict[str, list[str]] = {}
    for m in ctx.project.milestones:
        if m.body is not None:
            day = m.date.isoformat()
            if m.body not in latest or latest[m.body][1] < day:
                latest[m.body] = [key_of(m), day]
    return latest


@fact(on="organization")
def succession(ctx: CheckContext) -> list[str] | None:
    """For a body that was taken over: its id, by whom, from which day."""
    body = ctx.data
    if "successor" not in body:
        return None
    return [body["id"], body["successor"]["organization"], body["successor"]["date"]]


@check(on="registry", codes=[TAKEN_OVER], reads=[acting_bodies, succession])
def bodies_act_while_they_are(ctx: HygieneContext) -> Iterator[Problem]:
    """No body acts after the day from which another carries on its work; on that day it still may."""
    over = {row[0]: row[1:] for row in ctx.facts(succession).values() if row is not None}
    for path, bodies in ctx.facts(acting_bodies).items() if over else ():
        for body in over.keys() & bodies.keys():
            (key, day), (successor, since) = bodies[body], over[body]
            if day > since:
                yield problem(
                    TAKEN_OVER, f"milestones/{key}/body", record=path, severity=Severity.WARNING,
                    body=body, successor=successor, since=since, day=day,
                )  # fmt: skip


@fact(on="organization")
def leads_to(ctx: CheckContext) -> dict[str, str]:
    """The body's id, and the bodies that it names as its parent and as its successor."""
    body = ctx.data
    out = {"id": body["id"]}
    if "parent" in body:
        out["parent"] = body["parent"]
    if "successor" in body:
        out["successor/organization"] = body["successor"]["organization"]
    return out


@check(on="registry", codes=[CIRCLE], reads=[leads_to])
def bodies_lead_somewhere(ctx: HygieneContext) -> Iterator[Problem]:
    """Parents end at a body that has none, and nobody carries on its own work.

    Two bodies that took each other's work over, one after the other, may have done so: that is asked about, not refused.
    """
    rows = ctx.facts(leads_to)
    for field, what, what_en in (
        ("parent", "主管部门", "parents"),
        ("successor/organization", "承接单位", "successors"),
    ):
        after = {row["id"]: row[field] for row in rows.values() if field in row}
        for path, row in rows.items():
            chain = way_back(row["id"], after)
            if chain:
                yield problem(
                    CIRCLE, field, record=path, what=what, what_en=what_en, chain=" → ".join([*chain, row["id"]]),
                    severity=Severity.BLOCKING if field == "parent" or len(chain) == 1 else Severity.WARNING,
                )  # fmt: skip

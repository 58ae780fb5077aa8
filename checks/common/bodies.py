"""Bodies act while they exist: what was taken over acts no more, and what it did before stands."""

from __future__ import annotations

from collections.abc import Iterator

from checks.common.texts import code
from zongmu.model.milestones import key_of
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

"""Who may receive or decide: the city's authority, and for a banner or park project the banner's too (reading I16)."""

from __future__ import annotations

from collections.abc import Iterable

from zongmu.model import Applied, Extension, key_of
from zongmu.policy import Fact, Outcome, ProjectContext, Step, Verdict, failed, missing, passed, undetermined

CITY = "city"


def held_by(
    ctx: ProjectContext, bodies: Iterable[str], path: str, role: str, banner_role: str | None = None
) -> Verdict:
    """Whether one of *bodies* holds *role*; for a project below the city *banner_role* will do as well.

    No body recorded, or the level unknown where it decides: undetermined. Nobody in the registry holds *role*:
    undetermined ``role_not_assigned``.
    """
    named = tuple(bodies)
    if not named:
        return missing(Fact(None, path))
    step = Step("body", named, path)
    if any(ctx.holds(body, role) for body in named):
        return passed(step)
    if any(ctx.holds(body, banner_role or "") for body in named):
        level = ctx.project.level
        if level is None:
            return missing(Fact(None, "level"))
        if level != CITY:
            return passed(step, Step("guard", level, "level"))
    if not ctx.roles.get(role):
        return undetermined("role_not_assigned", step)
    return failed(step, because="other_body")


def astray(ctx: ProjectContext, m: Applied | Extension, banner_role: str | None = None) -> Step | None:
    """Where an application went, if that is another body than the data bureau (for a banner: than *banner_role*, I16).

    None where it went to the authority, where nobody can be told apart, and where no recipient is recorded: an application
    under the measure is then taken to have gone where the measure sends it.
    """
    path = f"milestones/{key_of(m)}/to"
    if not m.to or held_by(ctx, m.to, path, "data_bureau", banner_role).outcome is not Outcome.FAIL:
        return None
    return Step("body", m.to, path)

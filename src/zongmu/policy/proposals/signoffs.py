"""Which recorded milestones wait for whose sign-off: as the measure says, against the rows of the endorsements.

A row counts while its digest is that of the milestone as it stands (decision 6); a later edit of the milestone voids it.
"""

from __future__ import annotations

from zongmu.model.acts.milestones import Act, key_of
from zongmu.model.derived.views import View
from zongmu.model.fields.digest import milestone_digest
from zongmu.model.records.endorsement import LEVELS, Endorsements
from zongmu.model.records.project import Project
from zongmu.policy.judging.world import World
from zongmu.policy.law.measure import UNIT
from zongmu.store.registry import Registry


def endorsements_of(registry: Registry, project: str) -> Endorsements | None:
    """What is signed off about a project, or None."""
    found = registry.by_id("endorsements", project)
    return found.model if found is not None and isinstance(found.model, Endorsements) else None


def confirmers(world: World, jurisdiction: str) -> dict[str, str]:
    """Milestone kind → the role whose sign-off the measures of a jurisdiction ask for."""
    return {
        kind: use.confirmed_by
        for loaded, _ in world.laws.get(jurisdiction, ())
        for kind, use in loaded.measure.milestones.items()
        if use.confirmed_by is not None and use.confirmed_by != UNIT
    }


def is_endorsed(signed: Endorsements | None, project: str, milestone: Act, role: str, level: str | None = None) -> bool:
    """Whether *role* signed off the milestone as it stands now, at *level* of assurance or above."""
    if signed is None:
        return False
    digest = milestone_digest(project, milestone)
    return any(
        row.of == key_of(milestone)
        and row.role == role
        and row.digest == digest
        and LEVELS.index(row.level or "none") >= LEVELS.index(level or "none")
        for row in signed.endorsements
    )


def waiting(world: World, project: Project, signed: Endorsements | None, role: str) -> list[Act]:
    """The milestones of a project that wait for the sign-off of *role*, by day."""
    wanted = confirmers(world, project.jurisdiction)
    return [
        m
        for m in View(project).milestones
        if wanted.get(m.kind) == role and not is_endorsed(signed, project.id, m, role)
    ]

"""Which acts that need an endorsement have one, at one version: in effect, waiting, or void because they changed since."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from zongmu.model.acts.milestones import Act, key_of
from zongmu.model.fields.digest import milestone_digest
from zongmu.model.immutable import immutable
from zongmu.model.records.endorsement import LEVELS, Endorsement, Endorsements
from zongmu.model.records.project import Project
from zongmu.model.scalars import Money
from zongmu.trust.authority.files import Confirmation
from zongmu.trust.authority.standing import Standing

State = Literal["effective", "waiting", "void", "below_level"]


@immutable
class EndorsedAct:
    """One act that the policy wants endorsed. ``level`` is what it has, or what it lacks."""

    project: str
    milestone: str
    role: str
    state: State
    level: str


def needed_level(rule: Confirmation, act: Act, standing: Standing) -> str:
    """The level that an endorsement of *act* needs: ``none``, ``F`` or ``S``."""
    level = rule.level or standing.assurance
    if rule.signed is not None:
        amount = getattr(act, rule.signed.field, None)
        # An amount that is not there yet might be any.
        if not isinstance(amount, Money) or amount > rule.signed.above:
            return "S"
    return level


def acts(standing: Standing, project: Project, signed: Endorsements | None) -> Iterator[EndorsedAct]:
    """Every act of *project* that the policy wants endorsed, with its state."""
    rows = standing.policy.confirm if standing.policy is not None else ()
    # A row for one city counts before one for all of them.
    rules = {rule.kind: rule for rule in rows if rule.jurisdiction is None}
    rules |= {rule.kind: rule for rule in rows if rule.jurisdiction == project.jurisdiction}
    for act in project.milestones:
        rule = rules.get(act.kind)
        if rule is None:
            continue
        key = key_of(act)
        mine = [row for row in (signed.endorsements if signed else ()) if row.of == key and row.role == rule.role]
        needed = needed_level(rule, act, standing)
        yield EndorsedAct(project.id, key, rule.role, *_state(mine, milestone_digest(project.id, act), needed))


def _state(rows: list[Endorsement], digest: str, needed: str) -> tuple[State, str]:
    fit = [row.level or "none" for row in rows if row.digest == digest]
    best = max(fit, key=LEVELS.index, default=None)
    if best is None:
        return ("void" if rows else "waiting"), needed
    return ("effective", best) if LEVELS.index(best) >= LEVELS.index(needed) else ("below_level", needed)

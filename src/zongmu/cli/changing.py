"""A change judged on both sides: the tip, and the tip overlaid with the change, at the same as-of day (decision 7)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache, cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from zongmu.cli.session import checks_at, no_settings, registry_at, world_of
from zongmu.cli.trouble import Trouble
from zongmu.model.finding import Bilingual
from zongmu.model.record_types import BY_NAME, type_of_path
from zongmu.policy.judging.world import World, roles_of
from zongmu.policy.law.loading import Checks
from zongmu.policy.onto import MOST, Outcomes, judge_onto
from zongmu.policy.proposals.merging import Decision, decide
from zongmu.policy.remembering import Memory, judged_alike, memory_of, world_print
from zongmu.policy.run import Run, load_for_run, run, today
from zongmu.policy.tips import keep, tip_of
from zongmu.store.change import Change, change_against
from zongmu.store.fitting.gauges import recall
from zongmu.store.git.asking import Git
from zongmu.store.git.codes import UPDATE_YOUR_BRANCH, GitProblem
from zongmu.store.glance import SETTINGS, glance
from zongmu.store.kept.cache import Cache
from zongmu.store.registry import Registry

if TYPE_CHECKING:
    from zongmu.store.editing.join import Joiner


@dataclass(frozen=True)
class JudgedChange:
    """Both sides of a change: registry, world and verdicts. Rulings are kept of the records that the change touches."""

    change: Change
    checks: Checks
    tip: Registry
    head: Registry
    world: World
    before: Run
    after: Run

    @cached_property
    def decision(self) -> Decision:
        """What the gate says of it."""
        return decide(self.after.findings, self.before.findings)


def read_change(root: Path, base: str, head: str | None, git: Git | None = None) -> Change:
    """The change of *head* (None: the work tree) against *base*, joined with it by identity.

    *git* as for :func:`change_against`.

    Raises :class:`Trouble`; where both sides changed one value, with that question.
    """

    @cache
    def joiner() -> Joiner:
        from zongmu.store.editing.join import Joiner  # only now: few changes have anything to join

        return Joiner()

    try:
        return change_against(root, base, head, join=lambda *sides: joiner()(*sides), git=git)
    except GitProblem as problem:
        message = problem.message
        if problem.code is UPDATE_YOUR_BRANCH and joiner().questions:
            from zongmu.report.changes.question import questions_text

            asked = questions_text(joiner().questions)
            message = Bilingual(f"{message.zh}\n    {asked.zh}", f"{message.en}\n    {asked.en}")
        raise Trouble(problem.code.id, message, problem.next_step, exit_code=problem.exit_code) from None


def judge_change(root: Path, base: str, head: str | None, asof: dt.date | None = None) -> JudgedChange:
    """Judge a change with the checks of *root*. Raises :class:`Trouble`."""
    return judged(root, read_change(root, base, head), checks_at(root), asof)


def judged(
    root: Path,
    change: Change,
    checks: Checks,
    asof: dt.date | None = None,
    *,
    registries: tuple[Registry, Registry] | None = None,
) -> JudgedChange:
    """Judge *change* with *checks*; authority is the tip's. *registries*: both sides, where they are read already.

    Raises :class:`Trouble`.
    """
    tip, head = registries or read_both(root, change)
    for side in (tip, head):
        if side.instance is None:
            raise no_settings(side)
    return JudgedChange(change, checks, tip, head, *judge_sides(change, checks, tip, head, asof, Cache.of(root)))


def judge_sides(
    change: Change,
    checks: Checks,
    tip: Registry,
    head: Registry,
    asof: dt.date | None,
    cache: Cache | None,
    workers: int | None = None,
) -> tuple[World, Run, Run]:
    """Judge the tip, then the tip overlaid with the change, at the same as-of day. Raises :class:`Trouble`."""
    # Authority is read from the tip. Where the change brings the registry, or its settings, there is none to read.
    held = roles_of(r.model for r in tip.of_type("organization") if r.model is not None) if tip.instance else None
    world = world_of(checks, head, asof, held)
    if tip.instance is None:
        tip_world = World(checks, world.instance, tip.calendar, world.asof, world.roles)
    else:
        tip_world = world_of(checks, tip, world.asof)
    memory = memory_of(cache, tip_world, tip)
    before = run(tip_world, tip, workers=workers, memory=memory, closely=memory is not None)
    if memory is not None and (tree := change.tree_before.folder_id("registry")) is not None:
        keep(memory, tip_world, tip, tree, before)
    # Where the change touches what every record is judged by, nothing of the tip stands.
    touched = change.paths if judged_alike(world, head, tip_world, tip) else None
    after = run(world, head, base=before, base_registry=tip, touched=touched, workers=workers, memory=memory)
    return world, before, after


@dataclass(frozen=True)
class KnownChange:
    """A change judged on a tip that is known: what came of it, and both sides as far as they were read."""

    tip: Registry
    head: Registry
    world: World
    outcomes: Outcomes


def judge_known(change: Change, checks: Checks, asof: dt.date | None, cache: Cache) -> KnownChange | None:
    """Judge *change* on what is kept of its tip, at a cost that follows the change; None where that cannot be done."""
    before = change.tree_before
    paths = [path for path in change.paths if path.startswith("registry/")]
    if len(paths) > MOST:
        return None
    recall(cache, (BY_NAME["instance"], BY_NAME["calendar"], *filter(None, map(type_of_path, paths))))
    before.look_up((*SETTINGS, *paths))
    tip = glance(before)
    head = glance(change.tree_after, tip)
    if tip.instance is None:
        return None
    kept = tip_of(cache, checks, asof or today(tip.instance))
    if kept is None or kept.registry != before.folder_id("registry"):
        return None
    world = world_of(checks, tip, asof, kept.roles, kept.roles)
    if world_print(world, tip) != kept.world:
        return None
    outcomes = judge_onto(kept, world, Memory(cache, kept.world, world.asof), tip, head, paths)
    return None if outcomes is None else KnownChange(tip, head, world, outcomes)


def read_both(root: Path, change: Change) -> tuple[Registry, Registry]:
    """The registry of the tip, and that of the tip with the change."""
    tip = registry_at(root, change.tree_before, load_with=load_for_run)
    return tip, registry_at(root, change.tree_after, load_with=partial(load_for_run, known=tip))

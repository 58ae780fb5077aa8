"""The gate's judgement of one proposal: what it may bring, who may bring it, what the law says of it.

The proposal is data from the object store. The checks, the settings, the roles and the accounts are those of the branch
that would take it; nothing of the proposal is run, imported or checked out.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from zongmu.cli.changing import JudgedChange, judged, read_both, read_change
from zongmu.cli.proposals.gating_trust import trust_findings
from zongmu.cli.session import invalid_checks
from zongmu.cli.trouble import Trouble
from zongmu.model.finding import Finding, Gate, finding
from zongmu.model.records.organization import Organization
from zongmu.policy.law.loading import Checks, load_checks
from zongmu.policy.proposals.admission import MAX_FILES, admission, several, zones_of
from zongmu.policy.proposals.ownership import (
    of_corrections,
    of_endorsements,
    of_pusher,
    of_records,
    of_waivers,
    zone_refused,
)
from zongmu.policy.proposals.pushers import LOCKED_OUT, PATH, UNREADABLE, Pusher, Pushers, Unreadable, pushers_in
from zongmu.policy.proposals.zones import Zone
from zongmu.store.change import Change
from zongmu.store.git.copying import copy_out
from zongmu.store.kept.scratch import scratch_folder
from zongmu.store.registry import Registry
from zongmu.store.trees import Tree


@dataclass(frozen=True)
class Answer:
    """What the gate says. ``judged`` is None where the proposal was not opened, or touches no record."""

    gate: Gate
    zones: tuple[Zone, ...]
    own: tuple[Finding, ...]  # the gate's own findings
    change: Change
    judged: JudgedChange | None
    law_changes: bool  # the proposal touches checks/: somebody has to look at the verdicts under both versions
    crashed: bool = False

    @cached_property
    def standing(self) -> tuple[Finding, ...]:
        """Everything that keeps the proposal out."""
        if self.judged is None:
            return self.own
        decision = self.judged.decision
        return (*self.own, *decision.refused, *decision.needs_person)


def judge_proposal(
    root: Path,
    base: str,
    head: str,
    *,
    account: str | None = None,
    closed: bool = False,
    merging: bool = False,
    max_files: int = MAX_FILES,
) -> Answer:
    """The gate's answer on the proposal *head* to the branch *base*.

    *account*: who pushes, as the server knows it. *closed*: there is no review but this gate, so that only accounts that
    the target branch names may change trust or code. *merging*: it goes into the main branch itself. Raises :class:`Trouble` where it could not be judged.
    """
    change = read_change(root, base, head)
    pushers = pushers_of(change.tree_before)
    law_changes = any(path.startswith("checks/") for path in change.paths)
    sizes = change.tree_before.git.sizes(
        t.after.blob for t in change.touched if t.after is not None and t.after.blob and t.after.mode != "160000"
    )
    added = any(t.before is None for t in change.touched)
    standing = [e.path for e in change.tree_after.entries()] if added else []
    found = admission(change.touched, change.outside, sizes, standing, max_files=max_files)
    if found:
        zones = zones_of(change.touched, change.outside)
        own = [*found, *several(zones, change.touched)]
        return Answer(Gate.REFUSED, zones, tuple(own), change, None, law_changes)
    both: tuple[Registry, Registry] | None = None
    holds = False
    if any(path.startswith("registry/") for path in change.paths):
        tip, head_registry = both = read_both(root, change)
        holds = roles_move(tip, head_registry, change.paths)
    zones = zones_of(change.touched, change.outside, holds=holds)
    own = list(several(zones, change.touched))
    place = change.paths[0] if change.paths else "registry"
    pusher = pushers.named(account) if pushers is not None and account is not None else None
    if pushers is not None and (account is not None or closed):
        # A server that does not say who pushes lets nobody in as somebody.
        own += of_pusher(pusher, account or "（未知 unknown）", zones, place, merging=merging)
    elif closed:
        own += [zone_refused(account or "（未知 unknown）", zone, place) for zone in zones if zone != "data"]
    if not merging:  # what lands is asked of its commits, by who made and who signed each of them
        own += list(trust_findings(change, account))
    own += _list_of_pushers(change, pushers)
    verdict: JudgedChange | None = None
    if both is not None:
        with checks_of(change.tree_before) as checks:
            verdict = judged(root, change, checks, registries=both)
        own += _authority(verdict, change, pusher, merging=merging)
    gate = verdict.decision.gate if verdict is not None else Gate.GOOD
    if own:
        gate = Gate.REFUSED
    crashed = verdict is not None and verdict.after.crashed
    return Answer(gate, zones, tuple(own), change, verdict, law_changes, crashed)


def _list_of_pushers(change: Change, before: Pushers | None) -> Iterator[Finding]:
    """A list of pushers that could not be used, or changed again, must not come in."""
    if PATH in change.paths_after:
        try:
            after = pushers_in(change.tree_after)
        except Unreadable as problem:
            yield finding(UNREADABLE, record=PATH, path=PATH, file=PATH, zh=problem.why.zh, en=problem.why.en)
        else:
            if before is not None and before.kept and after is not None and not after.kept:
                yield finding(LOCKED_OUT, record=PATH, path=PATH, file=PATH)


def _authority(verdict: JudgedChange, change: Change, pusher: Pusher | None, *, merging: bool) -> Iterator[Finding]:
    paths = tuple(p for p in change.paths if p.startswith("registry/"))
    if pusher is not None:
        yield from of_records(pusher, verdict.tip, verdict.head, verdict.world, paths)
        if merging:
            yield from of_waivers(pusher, verdict.tip, verdict.head, verdict.world, paths)
            yield from of_corrections(pusher, verdict.tip, verdict.head, verdict.world, paths)
    yield from of_endorsements(pusher, verdict.tip, verdict.head, verdict.world, paths)


def pushers_of(tree: Tree) -> Pushers | None:
    """The accounts that the target branch names. Raises :class:`Trouble` where the list cannot be used."""
    try:
        return pushers_in(tree)
    except Unreadable as problem:
        raise Trouble.of(problem, PATH) from None


def roles_move(tip: Registry, head: Registry, paths: tuple[str, ...]) -> bool:
    """Whether the change gives or takes a role: ``holds`` of an organization (decision 19)."""
    for path in paths:
        if path.startswith("registry/organizations/"):
            sides = [registry.at(path) for registry in (tip, head)]
            held = [s.model.holds if s is not None and isinstance(s.model, Organization) else () for s in sides]
            if set(held[0]) != set(held[1]):
                return True
    return False


@contextmanager
def checks_of(tree: Tree) -> Iterator[Checks]:
    """The law of a commit, put into a folder of its own for as long as it is used. Raises :class:`Trouble`."""
    with scratch_folder("zongmu-gate-") as folder:
        copy_out(tree, "checks", folder)
        checks = load_checks(folder)
        if checks.problems:
            raise invalid_checks(checks.problems)
        yield checks

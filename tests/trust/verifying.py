"""Verifying a history in a test."""

from __future__ import annotations

from tests.trust.history import HOUR, START, History, who
from zongmu.trust.chain.checkpoint import Checkpoint
from zongmu.trust.chain.objects import Objects, Refused, opened
from zongmu.trust.verifying.result import Progress, Result
from zongmu.trust.verifying.verify import Verifier


def verified(
    made: History,
    *,
    root: str | None = None,
    keys: tuple[str, ...] | None = ("root-a", "root-b"),
    since: Checkpoint | None = None,
    known: Progress | None = None,
    now: int = START + 30 * 24 * HOUR,
) -> Result:
    """What the verifier says, with the root keys of *keys* (None: the auditor has none)."""
    pinned = None if keys is None else frozenset(who(name).blob for name in keys)
    with opened(made.folder) as (git, head):
        return Verifier(Objects(git), head, pinned).run(root, since, known, now=now)


def outcome(made: History) -> tuple[set[str], set[str]]:
    """The codes under which the verifier refuses, and the states of the acts that need an endorsement."""
    try:
        result = verified(made)
    except Refused as refused:
        return {refused.code.id}, set()
    return {fault.code.id for fault in result.faults}, {act.state for act in result.acts}

"""What a verification found, and how far it has come."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field

from zongmu.model.immutable import immutable
from zongmu.trust.authority.effect import EndorsedAct
from zongmu.trust.authority.standing import Standing
from zongmu.trust.chain.checkpoint import Checkpoint
from zongmu.trust.codes import Fault
from zongmu.trust.rewriting.epochs import Epoch


@dataclass(slots=True)
class Progress:
    """How far a verification has come: all that a later one needs in order to go on from ``head``.

    ``entered`` says for each milestone who ever changed it; ``trusted`` is the commit that changed trust last. ``latest`` is the latest time of a commit of
    the main line, in seconds since 1970.
    """

    head: str = ""
    leaves: list[bytes] = field(default_factory=list)
    entered: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    trusted: str = ""
    latest: int = 0
    signed: int = 0
    commits: int = 0
    merges: int = 0
    signers: Counter[str] = field(default_factory=Counter)


@immutable
class Seen:
    """A fault that whoever verifies knows of, with her own note."""

    fault: Fault
    note: str


@dataclass(slots=True)
class Result:
    """What the verification found. Without ``faults`` everything from ``root`` to ``head`` was accepted, but for what is ``seen``."""

    head: str
    root: str
    checkpoint: Checkpoint
    start: Standing
    end: Standing
    faults: list[Fault]
    progress: Progress
    pinned_root: bool
    pinned_keys: bool
    before: int = 0  # commits before the start, which are not judged
    since: Checkpoint | None = None
    stopped: str | None = None
    acts: list[EndorsedAct] = field(default_factory=list)
    epochs: tuple[Epoch, ...] = ()
    day: dt.date = dt.date.min  # the verifier's own
    since_day: dt.date | None = None  # no commit after the checkpoint is dated before it
    proved_epochs: int = 0  # the last so many: their former histories were verified
    seen: list[Seen] = field(default_factory=list)
    unfound: int = 0  # entries of the verifier's list that nothing was found for

"""How long each phase of a build took: by the clock, and of processors, those of its workers included."""

from __future__ import annotations

import os
import resource
import sys
import time
from typing import NamedTuple


class Phase(NamedTuple):
    """One phase: its name, seconds by the clock (None of a part of the phase before it), seconds of processors, and how many
    things it worked on and kept."""

    name: str
    wall: float | None
    cpu: float
    done: int | None = None
    kept: int | None = None


class Clock:
    """Phases one after the other, from the making of the clock on."""

    def __init__(self) -> None:
        self.phases: list[Phase] = []
        self._began = self._last = _now()

    def lap(self, name: str, done: int | None = None, kept: int | None = None) -> None:
        """The phase *name* ends here. *done*: how many things it was about; *kept*: how many of those stayed as they were."""
        now = _now()
        self.phases.append(Phase(name, now[0] - self._last[0], now[1] - self._last[1], done, kept))
        self._last = now

    def part(self, name: str, cpu: float, done: int | None = None, kept: int | None = None) -> None:
        """What took *cpu* seconds of the phase that ended last; the rest as for :meth:`lap`."""
        self.phases.append(Phase(name, None, cpu, done, kept))

    def whole(self) -> Phase:
        """All of it so far."""
        now = _now()
        return Phase("whole", now[0] - self._began[0], now[1] - self._began[1])


def _now() -> tuple[float, float]:
    """The clock, and what this process and its workers that have ended took of processors."""
    times = os.times()
    return time.perf_counter(), times.user + times.system + times.children_user + times.children_system


def memory() -> int:
    """Bytes of memory that the largest process of this run held at once: this one, or one of its workers."""
    most = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return most if sys.platform == "darwin" else most * 1024

"""A rule that never comes to an end is a rule that crashes: after so much work it is interrupted.

Counted is processor time, so a busy machine interrupts nobody. Without the signal (another thread, another system) nothing is
interrupted.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from types import FrameType
from typing import Final

RECORD = 10.0
"""Seconds of work after which the rules about one record are interrupted; they take some milliseconds."""
EXAMPLE: Final = 2.0
"""The same for one example, of which a rule has many."""
ACROSS: Final = 300.0
"""The same for all rules across the records of a jurisdiction, which take seconds where there are many records."""


class TooLong(Exception):
    """Raised inside what takes too long."""


def _interrupt(_: int, __: FrameType | None) -> None:
    raise TooLong("no end in sight")


@contextmanager
def patience(seconds: float | None = None) -> Iterator[None]:
    """Interrupts what is done inside after *seconds* of work (``RECORD``), and again after as many: every rule that loops."""
    seconds = RECORD if seconds is None else seconds
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    _listen()
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


@cache
def _listen() -> None:
    """Once for good: nobody else sends this signal, and Python takes longer to change a handler than to set the clock."""
    signal.signal(signal.SIGVTALRM, _interrupt)

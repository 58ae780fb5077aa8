"""Progress on standard error, only for a person at a terminal and only when the work takes more than a second."""

from __future__ import annotations

import sys
import time


class Progress:
    """A line that is rewritten in place: ``检查 checking 1200/10000``."""

    def __init__(self, label: str) -> None:
        self.label = label
        self._begun = time.monotonic()
        self._last = 0.0
        self._shown = False
        self._live = sys.stderr.isatty()

    def __call__(self, done: int, total: int) -> None:
        """Say how far the work is. Cheap to call often."""
        now = time.monotonic()
        if not self._live or now - self._begun < 1 or now - self._last < 0.2:
            return
        self._last = now
        self._shown = True
        sys.stderr.write(f"\r{self.label} {done}/{total}\x1b[K")
        sys.stderr.flush()

    def end(self) -> None:
        """Clear the line."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

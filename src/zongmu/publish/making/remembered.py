"""What a build remembers for the next one to the same place. It may be lost at any time: then things are made again."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any


class Remembered:
    """One file of plain data in *kept*, of the builds to *out*. *kind*: what it is about."""

    def __init__(self, kept: Path, kind: str, out: Path) -> None:
        self._file = kept / f"{kind}-{hashlib.sha256(str(out).encode()).hexdigest()[:16]}.json"

    def read(self) -> Any:
        """What the last build wrote; None where it cannot be read."""
        try:
            return json.loads(self._file.read_text("utf-8"))
        except (OSError, ValueError):
            return None

    def write(self, data: Any) -> None:
        """Keep *data* for the next build. One that is interrupted leaves what :meth:`read` knows for unreadable."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text(json.dumps(data, separators=(",", ":")), "utf-8")


def digest(data: bytes) -> str:
    """The SHA-256 by which a file is known again."""
    return hashlib.sha256(data).hexdigest()

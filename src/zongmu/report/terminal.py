"""Text as it may stand on a terminal: nothing in it that a terminal would obey. Every command needs this, a refusal too."""

from __future__ import annotations

import json
import unicodedata
from typing import Any


def width(text: str) -> int:
    """Columns that a text takes on a terminal: wide characters take two."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 0 if unicodedata.combining(c) else 1 for c in text)


def printable(text: str) -> str:
    """Text of a record for a terminal: control and format characters shown as ``U+XXXX``, never sent."""
    return text if text.isprintable() else "".join(c if c.isprintable() else f"<U+{ord(c):04X}>" for c in text)


_MOST = 4_000
"""Characters at either end of a line that repeats what was typed: beyond, only how many there are is said."""


def bounded(line: str) -> str:
    """A line for a terminal, its middle left out where somebody typed a book: printable, see :func:`printable`."""
    left_out = len(line) - 2 * _MOST
    return printable(line if left_out <= 0 else f"{line[:_MOST]} …（{left_out}）… {line[-_MOST:]}")


def dump(data: Any) -> str:
    """JSON text, Chinese as it is, stable order of keys as built; nothing in it that a terminal would obey."""
    text = json.dumps(data, ensure_ascii=False, indent=2)
    # JSON escapes the control characters of ASCII; it lets through C1, separators, and what reorders or hides text.
    return "\n".join(line if line.isprintable() else _escaped(line) for line in text.split("\n")) + "\n"


def _escaped(line: str) -> str:
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in line)

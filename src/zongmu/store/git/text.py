"""What Git prints, as text: paths, zeros; and any text made safe to print."""

from __future__ import annotations

from typing import Final


def path_text(raw: bytes) -> str:
    """A path as text. Bytes that are not UTF-8 become lone surrogates, so that nothing is lost."""
    return raw.decode("utf-8", "surrogateescape")


def path_bytes(path: str) -> bytes:
    """The bytes of :func:`path_text`."""
    return path.encode("utf-8", "surrogateescape")


def shown(text: str, limit: int = 200) -> str:
    """*text* made safe to print: what is not printable is escaped, and what is long is cut.

    Keeps a path with line breaks, terminal codes or direction marks from faking a line of output.
    """
    out = "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in text[:limit])
    return out if len(text) <= limit else out + "…"


def unless_zeros(word: str) -> str | None:
    """A mode or an id as Git prints it; None for zeros, which stand for nothing."""
    return word if word.strip("0") else None


_LATEST: Final = 253_370_000_000
"""The last second of a year that a calendar has, with a day to spare for any zone."""


def clock(text: str) -> int:
    """Seconds since 1970 as a commit claims them, kept within years that a calendar has; 0 where it claims none."""
    try:
        return min(max(int(text), 0), _LATEST)
    except ValueError:
        return 0

"""Reading one file of the registry: bytes in, plain data and findings out. Never raises, whatever the bytes."""

from __future__ import annotations

from typing import Any, Final

from zongmu.model.finding import Finding, Severity
from zongmu.model.immutable import immutable
from zongmu.store import ahead
from zongmu.store.reading import fast
from zongmu.store.reading.guard import MAX_BYTES, MAX_FAST_BYTES

__all__ = ["MAX_BYTES", "Parsed", "parse", "parse_exact"]


@immutable
class Parsed:
    """What a file holds and what is wrong with its form.

    ``value`` is made of dict, list, str, int and bool; ``None`` when the file cannot be read. It is there in spite of
    findings where reading could go on, so that further checks can add theirs: then a scalar that should be quoted
    is its text, of duplicate keys the first counts, a key without value is left out, and refused characters are ``□``.
    ``plain`` when every line is so plain that the fast loader read the file.
    """

    value: Any
    findings: tuple[Finding, ...]
    plain: bool = False

    @property
    def sound(self) -> bool:
        """Whether nothing about the file's form is refused."""
        return all(found.severity is not Severity.BLOCKING for found in self.findings)


FEW: Final = 16
"""Files that the exact reader has read by the time that the fast one is ready: its guard is dear to compile. Not where files are
read ahead, since then there are many."""

_few_left = FEW
_NOTHING: Final[tuple[Finding, ...]] = ()


def parse(data: bytes, path: str, *, nulls: bool = False, ours: bool = False) -> Parsed:
    """Reads the file *path* with content *data*: fast where the file is plain, else exactly.

    *path* is relative to the instance root, POSIX; findings carry it as file and as record. With *nulls*, ``null``
    and an empty value are ``None`` and no finding (for rule examples, where null takes a field away; not for records). *ours*: a file of the
    law, whose size is no reason to count what is in it.
    """
    global _few_left
    if _few_left and not ahead.is_reading():
        _few_left -= 1
    elif (value := _quickly(data, MAX_BYTES if ours else MAX_FAST_BYTES)) is not None:
        return Parsed(value, _NOTHING, True)
    return parse_exact(data, path, nulls=nulls)


def _quickly(data: bytes, most: int) -> Any:
    """As :func:`zongmu.store.reading.fast.read`, from what was read ahead where it was."""
    held = ahead.known(data) if len(data) <= most else None
    return fast.read(data, most) if held is None else held


def parse_exact(data: bytes, path: str, *, nulls: bool = False) -> Parsed:
    """As :func:`parse`, always with the exact reader."""
    from zongmu.store.reading import characters, exact
    from zongmu.store.reading.collect import Problems

    problems = Problems()
    text = characters.read_text(data, problems)
    value = exact.read(text, problems, nulls=nulls) if text is not None else None
    return Parsed(value, problems.findings(path))

"""Writing values in the registry's own layout: two spaces a level, lists under their key, small things on one line.

What is written here reads back as the same value, with every loader: a scalar is quoted whenever reading it without
quotes could mean something else.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from zongmu.store.reading.scalars import MAX_DIGITS, resolve

WIDTH: Final = 100
"""Widest line, in code points, on which a mapping or list is written in brackets."""

BLOCK_LISTS: Final = frozenset({"milestones", "endorsements", "corrections"})
"""Lists whose items are always written over several lines, however small."""

_UNSAFE_START: Final = frozenset("-?:,[]{}#&*!|>'\"%@`. \t")
_UNSAFE_IN_BRACKETS: Final = frozenset(",[]{}:")
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")
_HAS_CONTROL: Final = "text with a control character (a tab, a carriage return, ...)"
_STEP: Final = 2


class Unwritable(ValueError):
    """A value that no file can hold: another type, an integer out of range, text with control characters (tabs too)."""


def scalar(value: Any, *, inside: bool = False, quote: str = "") -> str:
    """*value* on one line. ``inside`` brackets more has to be quoted; *quote* asks for ``"`` or ``'`` in any case.

    Raises :class:`Unwritable`.
    """
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, int):
        if value < 0 or len(str(value)) > MAX_DIGITS:
            raise Unwritable(f"not an integer of 0 to {MAX_DIGITS} digits")
        return str(value)
    if not isinstance(value, str):
        raise Unwritable(f"a record holds no {type(value).__name__}")
    if _CONTROL.search(value):
        raise Unwritable(_HAS_CONTROL)
    if not quote and _needs_no_quotes(value, inside):
        return value
    if "\n" not in value:
        if quote != "'" and '"' not in value and "\\" not in value:
            return f'"{value}"'
        return "'" + value.replace("'", "''") + "'"
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def inline(value: Any, *, inside: bool = True) -> str:
    """*value* on one line, mappings and lists in brackets. Raises :class:`Unwritable`."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(key)}: {inline(part)}" for key, part in value.items()) + "}"
    if _is_list(value):
        return "[" + ", ".join(map(inline, value)) + "]"
    return scalar(value, inside=inside)


def entry(key: str, value: Any, indent: int, *, block: bool = False) -> list[str]:
    """The lines of ``key: value`` at column *indent* (from 0), without line ends. *block*: a list goes below its key.

    Raises :class:`Unwritable`.
    """
    start = " " * indent + _key(key) + ":"
    if isinstance(value, str) and "\n" in value:
        return [*_text(start, value, " " * (indent + _STEP))]
    if not isinstance(value, Mapping) and not _is_list(value):
        return [f"{start} {scalar(value)}"]
    if not value:
        return [f"{start} {inline(value)}"]
    if not block and is_flat(value):
        line = f"{start} {inline(value)}"
        if len(line) <= WIDTH:
            return [line]
    if isinstance(value, Mapping):
        return [start, *entries(value, indent + _STEP)]
    return [start, *items(value, indent + _STEP, block=key in BLOCK_LISTS)]


def entries(value: Mapping[str, Any], indent: int) -> list[str]:
    """The lines of a mapping at column *indent*."""
    return [line for key, part in value.items() for line in entry(key, part, indent)]


def items(values: Iterable[Any], indent: int, *, block: bool = False) -> list[str]:
    """The lines of a list at column *indent*; mappings in brackets if all of them are small and not *block*."""
    values = list(values)
    pad = " " * indent
    in_brackets = not block and all(
        not isinstance(value, Mapping) or (is_flat(value) and len(inline(value)) + indent <= WIDTH) for value in values
    )
    lines: list[str] = []
    for value in values:
        if isinstance(value, Mapping) and value and not in_brackets:
            first, *rest = entries(value, indent + _STEP)
            lines += [f"{pad}- {first[indent + _STEP :]}", *rest]
        else:
            lines.append(f"{pad}- {inline(value, inside=False)}")
    return lines


def document(value: Mapping[str, Any], *, header: Sequence[str] = ()) -> str:
    """A whole file: *header* lines (comments, with their ``#``), then *value*, with air before each list of blocks.

    Raises :class:`Unwritable`.
    """
    lines = list(header)
    for key, part in value.items():
        new = entry(key, part, 0)
        if len(new) > 1 and _is_list(part) and lines:
            lines.append("")
        lines += new
    return "".join(f"{line}\n" for line in lines)


def is_flat(value: Any) -> bool:
    """Whether *value* is a mapping or list of scalars alone, none of several lines."""
    parts: Collection[Any] = value.values() if isinstance(value, Mapping) else value
    return all(
        not isinstance(part, Mapping) and not _is_list(part) and not (isinstance(part, str) and "\n" in part)
        for part in parts
    )


def _is_list(value: Any) -> bool:
    return isinstance(value, list | tuple)


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise Unwritable(f"a key is text, not {type(key).__name__}")
    return scalar(key, inside=True)


def _needs_no_quotes(text: str, inside: bool) -> bool:
    if not text or text[0] in _UNSAFE_START or text[-1] in " :" or ": " in text or " #" in text or "\n" in text:
        return False
    if inside and not _UNSAFE_IN_BRACKETS.isdisjoint(text):
        return False
    return resolve(text) is text


def _text(start: str, text: str, pad: str) -> Iterable[str]:
    """The lines of a text of several lines after ``|``; where that cannot hold it, one quoted line."""
    if _CONTROL.search(text):
        raise Unwritable(_HAS_CONTROL)
    body = text.rstrip("\n")
    ends = len(text) - len(body)
    if not body or body[0] in " \n":
        return [f"{start} {scalar(text)}"]
    header = ("|-", "|", "|+")[min(ends, 2)]
    return [f"{start} {header}", *(pad + line if line else "" for line in body.split("\n")), *[""] * (ends - 1)]

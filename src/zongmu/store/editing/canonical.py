"""The one layout of a record: keys in the order of the model, values as :mod:`zongmu.store.editing.emit` writes them, comments kept.

Two files that hold the same have the same bytes, comments aside. The order of list items is left as it is: it carries no
meaning, and it is the order in which people wrote.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from zongmu.model.acts.milestones import Act
from zongmu.model.base import Strict
from zongmu.model.finding import Severity
from zongmu.model.immutable import immutable
from zongmu.model.record_types import RecordType
from zongmu.store.editing import emit
from zongmu.store.editing.codes import CHANGES_MORE, NOT_READABLE, UNWRITABLE, EditError
from zongmu.store.editing.edit import same
from zongmu.store.fitting.shapes import Group, Listing, slots
from zongmu.store.fitting.shapes import Node as Shape
from zongmu.store.reading.positions import Node, compose
from zongmu.store.reading.reader import parse_exact

_AT_THE_END: Final = ("covers", "documents", "note")
"""Of a milestone: long lists and remarks, behind what its own kind says."""

_Pointer = tuple[str | int, ...]


def field_order(cls: type[Strict]) -> tuple[str, ...]:
    """The names of a class's fields in the order in which they are written."""
    names = tuple(slots(cls))
    if not issubclass(cls, Act):
        return names
    return (*(n for n in names if n not in _AT_THE_END), *(n for n in _AT_THE_END if n in names))


def ordered(value: Any, cls: type[Strict]) -> Any:
    """Plain data of a record with the keys of every mapping in their order; keys that the model lacks come last."""
    return _ordered(value, Group((cls,)))


def _ordered(value: Any, shape: Shape | None) -> Any:
    if isinstance(value, list):
        item = shape.item if isinstance(shape, Listing) else None
        return [_ordered(part, item) for part in value]
    if not isinstance(value, Mapping):
        return value
    cls = shape.of_kind(value.get("kind")) if isinstance(shape, Group) else None
    if cls is None:
        return {name: _ordered(part, None) for name, part in value.items()}
    known = slots(cls)
    names = [name for name in field_order(cls) if name in value]
    names += [name for name in value if name not in known]
    return {name: _ordered(value[name], known[name].node if name in known else None) for name in names}


def written(value: Mapping[str, Any], record_type: RecordType, header: tuple[str, ...] = ()) -> str:
    """A whole file that holds *value*, in the layout, under its *header* comments. Raises :class:`emit.Unwritable`."""
    return emit.document(ordered(value, record_type.model), header=header)


def formatted(data: bytes, record_type: RecordType, path: Path) -> str:
    """The file *data* in the layout. Raises :class:`EditError` where it has defects of form, or a comment has no place."""
    parsed = parse_exact(data, path.as_posix())
    blocking = [f for f in parsed.findings if f.severity is Severity.BLOCKING]
    if blocking or not isinstance(parsed.value, dict):
        raise EditError(NOT_READABLE, findings=blocking, name=path.name)
    old = data.decode()
    comments = list(_comments(old))
    try:
        bare = written(parsed.value, record_type)
    except emit.Unwritable:
        raise EditError(UNWRITABLE, pointer="/") from None
    new = _with_comments(bare, comments)
    again = parse_exact(new.encode(), path.as_posix())
    kept = sorted(c.text for c in _comments(new))
    if not same(again.value, parsed.value) or kept != sorted(c.text for c in comments):
        raise EditError(CHANGES_MORE, pointer="/")
    return new


# --- comments --------------------------------------------------------------------------------------------------------


@immutable
class _Comment:
    """A comment and the part that it belongs to: above its line, at the end of it, or below all of it."""

    text: str
    at: _Pointer
    place: str  # "head", "above", "beside", "below", "foot"


@immutable
class _Spot:
    """Where a key or an item begins."""

    pointer: _Pointer
    start: int
    line: int
    column: int
    in_brackets: bool


def _spots(node: Node, at: _Pointer = (), in_brackets: bool = False) -> Iterator[_Spot]:
    """Every key and every item, in the order of the text."""
    inside = in_brackets or node.style == "flow"
    for name, (key, value) in (node.fields or {}).items():
        yield _Spot((*at, name), key.start, key.line, key.column, inside)
        yield from _spots(value, (*at, name), inside)
    for n, value in enumerate(node.items or ()):
        dash = value.column - (0 if inside else 2)
        yield _Spot((*at, n), value.start, value.line, dash, inside)
        yield from _spots(value, (*at, n), inside)


def _scalars(node: Node, text: str) -> Iterator[tuple[int, int]]:
    """The spans in which a ``#`` is text."""
    for key, value in (node.fields or {}).values():
        yield key.start, key.end
        yield from _scalars(value, text)
    for value in node.items or ():
        yield from _scalars(value, text)
    if node.fields is None and node.items is None:
        start = node.start
        if node.style in ("|", ">"):
            start = text.find("\n", node.start) if "\n" in text[node.start :] else node.end
        yield start, node.end


def _comments(text: str) -> Iterator[_Comment]:
    """Every comment of *text* with what it belongs to."""
    root = compose(text)
    spots = sorted(_spots(root), key=lambda s: (s.start, len(s.pointer))) if root is not None else []
    spans = sorted(_scalars(root, text)) if root is not None else []
    offset, before, span = 0, -1, 0
    for number, line in enumerate(text.split("\n"), 1):
        at = -1
        for place in (n for n, c in enumerate(line) if c == "#" and (n == 0 or line[n - 1] in " \t")):
            while span < len(spans) and spans[span][1] <= offset + place:
                span += 1
            if span == len(spans) or not spans[span][0] <= offset + place:
                at = place
                break
        while before + 1 < len(spots) and spots[before + 1].start < offset + (at if at >= 0 else len(line) + 1):
            before += 1
        if at >= 0:
            yield _placed(line[at:].rstrip(), line[:at], at + 1, number, spots, before)
        offset += len(line) + 1


def _placed(text: str, lead: str, column: int, line: int, spots: list[_Spot], before: int) -> _Comment:
    following = spots[before + 1] if before + 1 < len(spots) else None
    if before < 0 or not spots:
        return _Comment(text, (), "head")
    if lead.strip() not in ("", "-"):
        here = [s for s in spots[: before + 1] if s.line == line and not s.in_brackets]
        return _Comment(text, (here[-1] if here else spots[before]).pointer, "beside")
    if following is not None and (column <= following.column or following.in_brackets or lead.strip()):
        return _Comment(text, following.pointer, "above")
    # Deeper than what follows: it closes the part above it.
    floor = following.column if following is not None else 1
    for spot in reversed(spots[: before + 1]):
        if floor < spot.column <= column and not spot.in_brackets:
            return _Comment(text, spot.pointer, "below")
        if spot.column <= floor:
            break
    return _Comment(text, (), "foot") if following is None else _Comment(text, following.pointer, "above")


def _with_comments(bare: str, comments: list[_Comment]) -> str:
    """*bare*, a text in the layout, with *comments* where they belong."""
    lines = bare.rstrip("\n").split("\n")
    root = compose(bare)
    spots = {s.pointer: s for s in _spots(root)} if root is not None else {}
    above: dict[int, list[str]] = {}
    below: dict[int, list[str]] = {}
    beside: dict[int, str] = {}
    for comment in comments:
        spot = spots.get(comment.at)
        if spot is None:
            continue
        number = spot.line - 1
        indent = lines[number][: len(lines[number]) - len(lines[number].lstrip(" "))]
        if comment.place == "beside" and number not in beside:
            beside[number] = comment.text
        elif comment.place == "below":
            last = max(s.line for p, s in spots.items() if p[: len(comment.at)] == comment.at) - 1
            depth = len(lines[last]) - len(lines[last].lstrip(" "))
            while last + 1 < len(lines) and (
                not lines[last + 1].strip() or len(lines[last + 1]) - len(lines[last + 1].lstrip(" ")) > depth
            ):
                last += 1  # the lines of a text
            while not lines[last].strip():
                last -= 1
            below.setdefault(last, []).append(" " * (spot.column - 1) + comment.text)
        else:
            above.setdefault(number, []).append(indent + comment.text)
    out = [c.text for c in comments if c.place == "head"]
    for number, line in enumerate(lines):
        out += above.get(number, ())
        out.append(f"{line} {beside[number]}" if number in beside else line)
        out += below.get(number, ())
    out += [c.text for c in comments if c.place == "foot"]
    return "".join(f"{line}\n" for line in out)

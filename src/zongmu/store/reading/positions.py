"""Where things stand in a file: line and column of any value or key, found once a file has a finding.

Reading does not keep positions, since nearly every file is without findings; this composes them from the text when they
are asked for. It accepts any text: what cannot be parsed has no places, and its findings point at the first line.

Of a file whose lines are all plain (:mod:`zongmu.store.reading.guard`) only the section, or the row of the list, that is asked for
is composed: what begins in the first column, or with a dash in the column of the list, can be nothing else there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from zongmu.model.finding import Position
from zongmu.store.reading.exact import MAX_DEPTH, MAX_EVENTS


class Node:
    """A value in the text: offsets count code points from 0 and exclude the end; line and column count from 1.

    ``fields`` of a mapping: key to (node of the key, node of the value); of two equal keys, the first. ``items`` of a
    list. A scalar has neither. The end of a scalar and of anything in brackets is exact; the end of other mappings
    and lists is that of their last part.
    """

    __slots__ = ("column", "end", "end_column", "end_line", "fields", "items", "line", "start", "style")

    def __init__(self, event: Any, style: str) -> None:
        start, end = event.start_mark, event.end_mark
        self.start: int = start.index
        self.line: int = start.line + 1
        self.column: int = start.column + 1
        self.end: int = end.index
        self.end_line: int = end.line + 1
        self.end_column: int = end.column + 1
        self.style = style
        """``"``, ``'``, ``|``, ``>`` or nothing for a scalar; ``flow`` or ``block`` for a mapping or list."""
        self.fields: dict[str, tuple[Node, Node]] | None = None
        self.items: list[Node] | None = None

    def finish(self, mark: Any) -> None:
        """Sets the end of a mapping or list, given the end mark of its last event."""
        last = self.last()
        if self.style == "flow" or last is None:
            self.end, self.end_line, self.end_column = mark.index, mark.line + 1, mark.column + 1
        else:
            self.end, self.end_line, self.end_column = last.end, last.end_line, last.end_column

    def last(self) -> Node | None:
        """The part that comes last in the text."""
        if self.fields:
            return next(reversed(self.fields.values()))[1]
        return self.items[-1] if self.items else None

    def position(self) -> Position:
        """Where it stands. A mapping or list has no end: it may go on for pages."""
        if self.fields is None and self.items is None:
            return Position(self.line, self.column, self.end_line, self.end_column)
        return Position(self.line, self.column)


def compose(text: str) -> Node | None:
    """The first value of *text* with all that is in it, as far as it can be parsed. Never raises."""
    from yaml._yaml import CParser

    root: Node | None = None
    try:
        for node in _grow(CParser(text).get_event):
            root = root or node
    except Exception:
        # The reader has told what is wrong; what was composed until then is of use.
        pass
    return root


def _grow(get_event: Any) -> Iterator[Node]:
    """Yields the root as soon as it begins, and goes on filling it. Raises what the parser raises."""
    from yaml.events import (
        AliasEvent,
        DocumentEndEvent,
        DocumentStartEvent,
        MappingEndEvent,
        MappingStartEvent,
        ScalarEvent,
        SequenceEndEvent,
        SequenceStartEvent,
        StreamStartEvent,
    )

    stack: list[tuple[Node, Node | None, str]] = []
    node: Node | None = None
    key: Node | None = None
    name = ""
    for _ in range(MAX_EVENTS):
        event = get_event()
        kind = type(event)
        if kind is ScalarEvent:
            new = Node(event, event.style or "")
            if node is not None and node.fields is not None and key is None:
                key, name = new, event.value
                continue
        elif kind is AliasEvent:
            new = Node(event, "")
            if node is not None and node.fields is not None and key is None:
                key, name = new, ""
                continue
        elif kind is MappingStartEvent or kind is SequenceStartEvent:
            new = Node(event, "flow" if event.flow_style else "block")
            if kind is MappingStartEvent:
                new.fields = {}
            else:
                new.items = []
        elif kind is MappingEndEvent or kind is SequenceEndEvent:
            if node is None:
                return
            node.finish(event.end_mark)
            if not stack:
                return
            node, key, name = stack.pop()
            continue
        elif kind is StreamStartEvent or kind is DocumentStartEvent or kind is DocumentEndEvent:
            continue
        else:
            return
        opens = new.fields is not None or new.items is not None
        if node is None:
            yield new
            if not opens:
                return
            node = new
            continue
        if node.fields is not None and key is None:
            # A mapping or list as a key: nothing points into it.
            key, name = new, "\0"
            if opens:
                if len(stack) >= MAX_DEPTH:
                    return
                stack.append((node, key, name))
                node, key = new, None
            continue
        if node.fields is not None and key is not None:
            node.fields.setdefault(name, (key, new))
            key = None
        elif node.items is not None:
            node.items.append(new)
        if opens:
            if len(stack) >= MAX_DEPTH:
                return
            stack.append((node, None, ""))
            node = new


_SECTION: Final = re.compile(r"^[A-Za-z_][A-Za-z0-9_.-]*:", re.MULTILINE)
_HEAD_OF_LIST: Final = re.compile(r"[^\n:]*: *(?:#[^\n]*)?\n(?: *(?:#[^\n]*)?\n)*( *)- ")

_ROW: Final = re.compile(r" *- (?=[A-Za-z_][A-Za-z0-9_]*:[ \n])")
_BRACKET_ROW: Final = re.compile(r" *- (?=[\[{])")
_BRACKET: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*: +(?=[\[{])")
_ONE_LINE: Final = re.compile(
    r"[A-Za-z_][A-Za-z0-9_]*: +"
    r"(\"[^\"\\\n]*\"|'[^'\n]*'(?!')|[0-9A-Za-z\u0080-\U0010ffff](?:[^ \n]| (?! *(?:#|\n)))*)"
    r" *(?:(?<= )#[^\n]*)?(?=\n)"
)


class _Part(NamedTuple):
    """Some whole lines of the text: offsets, the end excluded, and the number of lines before."""

    start: int
    end: int
    above: int


def _parts(text: str, starts: Sequence[int], end: int, above: int) -> list[_Part]:
    """The lines from each of *starts* to the next, the last to *end*; *above* the first there are that many lines."""
    out = []
    for start, stop in zip(starts, [*starts[1:], end], strict=False):
        out.append(_Part(start, stop, above))
        above += text.count("\n", start, stop)
    return out


class Positions:
    """The places of one file. Columns are code points; a place never lies outside of the file."""

    __slots__ = ("_composed", "_first", "_rows", "_sections", "_text")

    def __init__(self, text: str, *, plain: bool = False) -> None:
        self._text = text
        self._composed: dict[_Part, Node | None] = {}
        self._rows: dict[str, list[_Part]] = {}
        self._sections: dict[str, _Part | None] = {}
        self._first = _SECTION.search(text) if plain else None

    @classmethod
    def of(cls, data: bytes, *, plain: bool = False) -> Positions:
        """The places in *data*, whatever it is; *plain* if the fast loader read it. Never raises."""
        from zongmu.store.reading.characters import readable_text

        return cls(data.decode() if plain else readable_text(data), plain=plain)

    def find(self, pointer: Sequence[str | int], *, key: bool = False) -> Position:
        """The place of the value at *pointer* (keys and list indexes from the root), or of its key with ``key=True``.

        What is not there is looked for further up: the key of the nearest ancestor that exists, or the start of the
        list item; at last the first line.
        """
        if self._first is None:
            return _walk(self._compose(_Part(0, len(self._text), 0)), pointer, key)
        name = str(pointer[0]) if pointer else ""
        section = self._section(name)
        if section is None:
            # The start of the file's mapping, for what is not in it as well.
            return Position(self._text.count("\n", 0, self._first.start()) + 1, 1)
        rows = self._rows_of(name, section)
        if len(pointer) == 1 and key:
            return _name_of(name, section)
        if rows and len(pointer) > 1:
            index = _index(pointer[1])
            if index is None or index >= len(rows):
                return _name_of(name, section)
            quick = self._in_row(rows[index], pointer[2:]) if not key else None
            if quick is not None:
                return quick
            # Alone, a row is the first of its list.
            section, pointer = rows[index], (0, *pointer[2:])
        elif rows:
            return Position(rows[0].above + 1, self._text.index("-", rows[0].start) - rows[0].start + 1)
        elif len(pointer) == 1 and (quick := self._value(section.start, section.above)) is not None:
            return quick
        found = _walk(self._compose(section), pointer, key)
        if not section.above:
            return found
        end_line = None if found.end_line is None else found.end_line + section.above
        return Position(found.line + section.above, found.column, end_line, found.end_column)

    def _section(self, name: str) -> _Part | None:
        """The lines of what stands at the key *name* of the file's mapping."""
        if name not in self._sections:
            text, part = self._text, None
            start = 0 if text.startswith(f"{name}:") else text.find(f"\n{name}:") + 1
            if _SECTION.match(text, start) and text.startswith(f"{name}:", start):
                end = _SECTION.search(text, start + 1)
                part = _Part(start, end.start() if end else len(text), text.count("\n", 0, start))
            self._sections[name] = part
        return self._sections[name]

    def _rows_of(self, name: str, section: _Part) -> list[_Part]:
        """The rows of a section that is a list, each from its dash to the next."""
        if name not in self._rows:
            head = _HEAD_OF_LIST.match(self._text, section.start, section.end)
            rows: list[_Part] = []
            if head is not None:
                dash = f"\n{head[1]}- "
                starts = [head.end() - len(dash) + 1]
                while (start := self._text.find(dash, starts[-1], section.end)) >= 0:
                    starts.append(start + 1)
                above = section.above + self._text.count("\n", section.start, starts[0])
                rows = _parts(self._text, starts, section.end, above)
            self._rows[name] = rows
        return self._rows[name]

    def _in_row(self, row: _Part, pointer: Sequence[str | int]) -> Position | None:
        """The place of a row, or of what begins on one line of a row that is a mapping of such lines; None: it has to be
        composed."""
        head = _ROW.match(self._text, row.start, row.end)
        if not pointer and (begun := head or _BRACKET_ROW.match(self._text, row.start, row.end)) is not None:
            return Position(row.above + 1, begun.end() - row.start + 1)
        if head is None or len(pointer) != 1:
            return None
        start, name = head.end(), f"{pointer[0]}:"
        if self._text.startswith(name, start) and self._text[start + len(name)] in " \n":
            return self._value(start, row.above, row.start)
        place = self._text.find(f"\n{' ' * (start - row.start)}{name}", start, row.end)
        if place < 0:
            # What is not there has the place of its row.
            return Position(row.above + 1, start - row.start + 1)
        above = row.above + self._text.count("\n", row.start, place + 1)
        return self._value(place + 1 + start - row.start, above, place + 1)

    def _value(self, start: int, above: int, line: int | None = None) -> Position | None:
        """The place of the scalar, or of the brackets, on the line of the key that begins at *start*; *line* is where that line
        begins."""
        line = start if line is None else line
        found = _ONE_LINE.match(self._text, start)
        if found is None:
            bracket = _BRACKET.match(self._text, start)
            return None if bracket is None else Position(above + 1, bracket.end() - line + 1)
        return Position(above + 1, found.start(1) - line + 1, above + 1, found.end(1) - line + 1)

    def _compose(self, part: _Part) -> Node | None:
        if part not in self._composed:
            self._composed[part] = compose(self._text[part.start : part.end])
        return self._composed[part]


def _name_of(name: str, section: _Part) -> Position:
    """The place of the key of a section."""
    return Position(section.above + 1, 1, section.above + 1, len(name) + 1)


def _walk(node: Node | None, pointer: Sequence[str | int], key: bool) -> Position:
    """The place at *pointer* below *node*, as :meth:`Positions.find` says."""
    if node is None:
        return Position(1, 1)
    key_node: Node | None = None
    found = True
    for part in pointer:
        child: Node | None = None
        child_key: Node | None = None
        if node.fields is not None:
            pair = node.fields.get(str(part))
            if pair is not None:
                child_key, child = pair
        elif node.items is not None:
            index = _index(part)
            if index is not None and 0 <= index < len(node.items):
                child = node.items[index]
        if child is None:
            found = False
            break
        node, key_node = child, child_key
    if (key or not found) and key_node is not None:
        return key_node.position()
    return node.position()


def _index(part: str | int) -> int | None:
    """A list index, also when it comes as text (as in a JSON pointer)."""
    if isinstance(part, int):
        return part
    return int(part) if part.isascii() and part.isdigit() and len(part) < 9 else None

"""Editing one file in place: the lines that are meant change, and nothing else does.

An edit cuts into the text at the exact place of a value, so that comments, order, quoting and layout of everything else
stay as somebody wrote them. Each edit is then read back by the exact reader and compared: an edit that would change
anything but what was asked is refused.
"""

from __future__ import annotations

import copy
import errno
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from zongmu.model.finding import Finding, Severity
from zongmu.store.atomic import alone, write_atomic
from zongmu.store.editing import emit
from zongmu.store.editing.codes import (
    CHANGED_MEANWHILE,
    CHANGES_MORE,
    NO_SUCH_PLACE,
    NOT_A_LIST,
    NOT_READABLE,
    ONLY_GROWS,
    RESULT_REFUSED,
    UNWRITABLE,
    WOULD_BE_EMPTY,
    EditError,
)
from zongmu.store.reading.positions import Node, compose
from zongmu.store.reading.reader import parse_exact


class Editor:
    """One file being edited. Pointers are keys and list indexes from the root.

    Every method that edits raises :class:`EditError` and then has changed nothing. Nothing reaches the disk before
    :meth:`save`.
    """

    def __init__(self, path: Path, data: bytes) -> None:
        """Prepares to edit *data* as the file *path*. Raises :class:`EditError` if it has blocking findings."""
        self._path = path
        self._data = data
        parsed = parse_exact(data, path.as_posix())
        if parsed.value is None or _blocking(parsed.findings):
            raise EditError(NOT_READABLE, findings=parsed.findings, name=path.name)
        self._value: Any = parsed.value
        self._text = data.decode()

    @classmethod
    def open(cls, path: Path | str) -> Editor:
        """Reads the file *path*. Raises :class:`OSError`, and :class:`EditError` if it has blocking findings."""
        path = Path(path)
        if not path.is_file():  # a pipe would be waited for
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
        return cls(path, path.read_bytes())

    @property
    def value(self) -> Any:
        """What the file holds now, a copy."""
        return copy.deepcopy(self._value)

    def text(self) -> str:
        """The text as edited so far."""
        return self._text

    def set(self, pointer: Sequence[str | int], value: Any, *, after: str | None = None) -> None:
        """Makes *value* what stands at *pointer*; a key that is missing is added to its mapping.

        A new key goes behind the key *after*, or behind the last. What a new value replaces goes with its comments.
        """
        parent, inside = self._walk(pointer[:-1], pointer)
        inside = inside or parent.style == "flow"
        plain = self._plain(value, pointer)
        expected = self.value
        holder = _at(expected, pointer[:-1])
        last = pointer[-1] if pointer else ""
        with _Writing(pointer):
            if parent.fields is not None:
                name = str(last)
                pair = parent.fields.get(name)
                if pair is not None and same(holder[name], plain):
                    return
                if pair is None:
                    text = self._insert(parent, name, plain, after)
                else:
                    text = self._replace(pair[1], pair[0], name, plain, inside)
                holder[name] = plain
            elif parent.items is not None and isinstance(last, int) and 0 <= last < len(parent.items):
                if same(holder[last], plain):
                    return
                text = self._replace(parent.items[last], None, "", plain, inside)
                holder[last] = plain
            else:
                raise EditError(NO_SUCH_PLACE, pointer=_show(pointer))
        self._accept(text, expected, pointer)

    def append(self, pointer: Sequence[str | int], item: Any) -> None:
        """Adds *item* to the end of the list at *pointer*; a list that is missing is begun.

        The new item is written as the one before it: in brackets or over several lines.
        """
        plain = self._plain(item, pointer)
        parent, _ = self._walk(pointer[:-1], pointer)
        if parent.fields is not None and str(pointer[-1]) not in parent.fields:
            with _Writing(pointer):
                text = self._insert(parent, str(pointer[-1]), [plain], None, block=isinstance(plain, dict))
            expected = self.value
            _at(expected, pointer[:-1])[str(pointer[-1])] = [plain]
            self._accept(text, expected, pointer)
            return
        node, inside = self._walk(pointer, pointer)
        if node.items is None:
            raise EditError(NOT_A_LIST, pointer=_show(pointer))
        if not node.items and not inside and isinstance(plain, dict):
            self.set(pointer, [plain])
            return
        with _Writing(pointer):
            if node.style == "flow":
                at = node.items[-1].end if node.items else node.start + 1
                text = self._splice(at, at, (", " if node.items else "") + emit.inline(plain))
            else:
                before = node.items[-1]
                in_brackets = before.style == "flow" and isinstance(plain, dict) and emit.is_flat(plain)
                lines = emit.items([plain], node.column - 1, block=not in_brackets)
                text = self._below(before, lines)
        expected = self.value
        _at(expected, pointer).append(plain)
        self._accept(text, expected, pointer)

    def remove(self, pointer: Sequence[str | int]) -> None:
        """Takes a key and its value away. For state only: items of lists stay (``edit.only-grows``)."""
        parent, _ = self._walk(pointer[:-1], pointer)
        if parent.items is not None:
            raise EditError(ONLY_GROWS, pointer=_show(pointer))
        name = str(pointer[-1])
        if parent.fields is None or name not in parent.fields:
            raise EditError(NO_SUCH_PLACE, pointer=_show(pointer))
        if len(parent.fields) == 1:
            raise EditError(WOULD_BE_EMPTY, pointer=_show(pointer))
        names = list(parent.fields)
        place = names.index(name)
        key, node = parent.fields[name]
        if parent.style == "flow":
            if place:
                text = self._splice(parent.fields[names[place - 1]][1].end, node.end, "")
            else:
                text = self._splice(key.start, parent.fields[names[1]][0].start, "")
        else:
            line_start = self._text.rfind("\n", 0, key.start) + 1
            if self._text[line_start : key.start].strip():  # behind a dash: the next key takes its place
                text = self._splice(key.start, parent.fields[names[1]][0].start, "")
            else:
                text = self._splice(line_start, self._line_end(_end(self._text, node)) + 1, "")
        expected = self.value
        del _at(expected, pointer[:-1])[name]
        self._accept(text, expected, pointer)

    def save(self) -> bool:
        """Writes the file if it was changed, and says whether it was.

        Raises :class:`EditError` if somebody else changed it since it was opened, and
        :class:`zongmu.store.atomic.WriteError` if it cannot be written; the file is then as it was.
        """
        data = self._text.encode()
        if data == self._data:
            return False
        with alone(self._path.parent):
            try:
                unchanged = self._path.read_bytes() == self._data
            except OSError:
                unchanged = False
            if not unchanged:
                raise EditError(CHANGED_MEANWHILE, name=self._path.name)
            write_atomic(self._path, data)
        self._data = data
        return True

    def _walk(self, steps: Sequence[str | int], pointer: Sequence[str | int]) -> tuple[Node, bool]:
        """The node at *steps*, and whether it stands inside brackets."""
        node = compose(self._text)
        inside = False
        for step in steps:
            child: Node | None = None
            if node is not None and node.fields is not None:
                inside = inside or node.style == "flow"
                child = node.fields[str(step)][1] if str(step) in node.fields else None
            elif node is not None and node.items is not None and isinstance(step, int) and 0 <= step < len(node.items):
                inside = inside or node.style == "flow"
                child = node.items[step]
            node = child
        if node is None or not pointer:
            raise EditError(NO_SUCH_PLACE, pointer=_show(pointer))
        return node, inside

    def _plain(self, value: Any, pointer: Sequence[str | int]) -> Any:
        """*value* as dict, list, str, int and bool."""
        if isinstance(value, Mapping):
            return {key: self._plain(part, pointer) for key, part in value.items()}
        if isinstance(value, list | tuple):
            return [self._plain(part, pointer) for part in value]
        if isinstance(value, str | int):
            return value
        raise EditError(UNWRITABLE, pointer=_show(pointer))

    def _replace(self, node: Node, key: Node | None, name: str, value: Any, inside: bool) -> str:
        """The text with *value* in the place of *node*. *inside*: the node stands in brackets."""
        holds_parts = isinstance(value, dict | list)
        was_scalar = node.fields is None and node.items is None and node.style not in ("|", ">")
        if was_scalar and not holds_parts and (inside or not (isinstance(value, str) and "\n" in value)):
            quote = node.style if isinstance(value, str) else ""
            return self._splice(node.start, node.end, emit.scalar(value, inside=inside, quote=quote))
        if inside:
            return self._splice(node.start, node.end, emit.inline(value))
        same_kind = (isinstance(value, dict) and node.fields is not None) or (
            isinstance(value, list) and node.items is not None
        )
        if same_kind and node.style == "flow" and emit.is_flat(value):
            return self._splice(node.start, node.end, emit.inline(value))
        end = _end(self._text, node)
        if key is not None:
            indent = key.column - 1
            lines = emit.entry(name, value, indent, block=node.items is not None and node.style == "block")
            return self._splice(key.start, end, "\n".join(lines)[indent:])
        indent = node.column - 1 - len("- ")
        lines = emit.items([value], indent, block=node.style != "flow")
        return self._splice(node.start, end, "\n".join(lines)[indent + len("- ") :])

    def _insert(self, parent: Node, name: str, value: Any, after: str | None, *, block: bool = False) -> str:
        """The text with a new key in the mapping *parent*."""
        assert parent.fields is not None
        if after is not None and after not in parent.fields:
            raise EditError(NO_SUCH_PLACE, pointer=after)
        before = parent.fields[after][1] if after is not None else parent.last()
        if parent.style == "flow":
            pair = emit.inline({name: value})[1:-1]
            at = before.end if before is not None else parent.start + 1
            return self._splice(at, at, f", {pair}" if before is not None else pair)
        assert before is not None  # a mapping without brackets has at least one key
        lines = emit.entry(name, value, parent.column - 1, block=block)
        # The layout sets a section of rows off from what stands above it.
        apart = parent.column == 1 and block and isinstance(value, list) and "\n\n" in self._text
        return self._below(before, ["", *lines] if apart else lines)

    def _below(self, node: Node, lines: list[str]) -> str:
        """The text with *lines* below the line on which *node* ends."""
        at = self._line_end(_end(self._text, node))
        return self._splice(at, at, "".join(f"\n{line}" for line in lines))

    def _line_end(self, offset: int) -> int:
        end = self._text.find("\n", offset)
        return end if end >= 0 else len(self._text)

    def _splice(self, start: int, end: int, new: str) -> str:
        return self._text[:start] + new + self._text[end:]

    def _accept(self, text: str, expected: Any, pointer: Sequence[str | int]) -> None:
        """Takes *text* if it reads back as *expected*."""
        parsed = parse_exact(text.encode("utf-8", "surrogatepass"), self._path.as_posix())
        blocking = _blocking(parsed.findings)
        if blocking:
            codes = ", ".join(dict.fromkeys(finding.code for finding in blocking))
            raise EditError(RESULT_REFUSED, findings=blocking, pointer=_show(pointer), codes=codes)
        if not same(parsed.value, expected):
            raise EditError(CHANGES_MORE, pointer=_show(pointer))
        self._text, self._value = text, parsed.value


class _Writing:
    """Turns a value that cannot be written into an :class:`EditError` about *pointer*."""

    def __init__(self, pointer: Sequence[str | int]) -> None:
        self._pointer = pointer

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, emit.Unwritable):
            raise EditError(UNWRITABLE, pointer=_show(self._pointer)) from error


def same(a: Any, b: Any) -> bool:
    """Whether two values are equal and of the same types throughout (``1`` is not ``True``)."""
    if type(a) is not type(b):
        return False
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(part, b[key]) for key, part in a.items())
    if isinstance(a, list):
        return len(a) == len(b) and all(map(same, a, b))
    return bool(a == b)


def _blocking(findings: Sequence[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.severity is Severity.BLOCKING]


def _at(value: Any, pointer: Sequence[str | int]) -> Any:
    for part in pointer:
        value = value[str(part)] if isinstance(value, dict) else value[part]
    return value


def _end(text: str, node: Node) -> int:
    """Where *node* ends in *text*: behind its last character, not at the next token, as the parser has it."""
    while node.style == "block":
        last = node.last()
        if last is None:
            return node.end
        node = last
    if node.style in ("|", ">"):
        return node.start + len(text[node.start : node.end].rstrip())
    return node.end


def _show(pointer: Sequence[str | int]) -> str:
    return "/" + "/".join(map(str, pointer))

"""Joining two changes of one record by the identity of what they change, not by its lines.

Two branches that each add a milestone meet without a conflict, and the result is the same bytes in either order. A value that
both sides changed differently is a question with both values, and no join. The result is the base text with the merged
edits cut in, read back and compared, so that comments and layout of the base stay.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from zongmu.model.fields.change import same_notation
from zongmu.model.fields.leaves import row_key
from zongmu.model.immutable import immutable
from zongmu.model.record_types import RecordType, type_of_path
from zongmu.store.editing import emit
from zongmu.store.editing.codes import CHANGES_MORE, EditError
from zongmu.store.editing.edit import Editor, same
from zongmu.store.reading.reader import parse_exact

_GONE: Final = object()
"""Stands for a value that a side does not have."""


@immutable
class Question:
    """A value that both sides changed differently. ``ours`` is the target's, ``theirs`` the change's; None: absent."""

    file: str
    path: str
    base: Any
    ours: Any
    theirs: Any


@dataclass(slots=True)
class Joiner:
    """Joins files, and remembers the questions that kept it from joining."""

    questions: list[Question] = field(default_factory=list)
    lost_comments: int = 0

    def __call__(self, file: str, base: bytes | None, ours: bytes, theirs: bytes) -> bytes | None:
        """The joined file; None where a question stands, or where one of the three cannot be read."""
        if ours == theirs:
            return ours
        if base is not None and base in (ours, theirs):
            return theirs if base == ours else ours
        record_type = type_of_path(file)
        values = [_value(data, file) if data is not None else {} for data in (base, ours, theirs)]
        if record_type is None or any(value is None for value in values):
            return None
        merge = _Merge(file, record_type)
        merged = merge.value("", *values)
        self.questions.extend(merge.questions)
        if merge.questions or not isinstance(merged, dict):
            return None
        try:
            text = _written(file, base, _header(ours, theirs), values[0], merged)
        except (EditError, emit.Unwritable, RecursionError):
            return None
        self.lost_comments += _lost(base, ours, theirs, text)
        return text.encode()


def _value(data: bytes, file: str) -> Any:
    parsed = parse_exact(data, file)
    return None if parsed.findings or not isinstance(parsed.value, dict) else parsed.value


class _Merge:
    """Three values into one, by identity."""

    def __init__(self, file: str, record_type: RecordType) -> None:
        self._file = file
        self._series = record_type.series
        self.questions: list[Question] = []

    def value(self, path: str, base: Any, ours: Any, theirs: Any) -> Any:
        """The one value that both sides can agree on."""
        if _same(ours, theirs):
            # Equal, but perhaps written in another order: which of them stands must not depend on whose it is.
            return min(ours, theirs, key=_text) if isinstance(ours, dict | list) else ours
        if _same(base, ours):
            return theirs
        if _same(base, theirs):
            return ours
        sides = [v for v in (base, ours, theirs) if v is not _GONE]
        if ours is not _GONE and theirs is not _GONE:
            if all(isinstance(v, dict) for v in sides):
                return self._mapping(path, *({} if v is _GONE else v for v in (base, ours, theirs)))
            if all(_is_rows(v) for v in sides):
                return self._rows(path, *([] if v is _GONE else v for v in (base, ours, theirs)))
            if isinstance(ours, str) and isinstance(theirs, str) and same_notation(ours, theirs):
                return min(ours, theirs)
        self.questions.append(Question(self._file, path, *(None if v is _GONE else v for v in (base, ours, theirs))))
        return ours

    def _mapping(self, path: str, base: Any, ours: Any, theirs: Any) -> Any:
        out = {}
        # Names in the order of the base, then new ones in theirs alone: the result must not depend on whose side is whose.
        names = [*base, *sorted((ours.keys() | theirs.keys()) - base.keys(), key=_place(ours, theirs))]
        for name in names:
            at = f"{path}/{name}" if path else str(name)
            merged = self.value(at, base.get(name, _GONE), ours.get(name, _GONE), theirs.get(name, _GONE))
            if merged is not _GONE:
                out[name] = merged
        return out

    def _rows(self, path: str, base: list[Any], ours: list[Any], theirs: list[Any]) -> Any:
        natural = self._series.get(path, ())
        tables = [_by_key(rows, natural) for rows in (base, ours, theirs)]
        if any(table is None for table in tables):
            self.questions.append(Question(self._file, path, base, ours, theirs))
            return ours
        before, mine, yours = (table or {} for table in tables)
        sides: tuple[Mapping[str, Any], Mapping[str, Any]] = (mine, yours)
        if tuple(natural) == ("seq",) or _numbered(base, ours, theirs):
            sides = _renumbered(before, mine, yours)
        mine, yours = (dict(side) for side in sides)
        out: list[Any] = []
        for key in before:
            merged = self.value(f"{path}/{key}", before[key], mine.get(key, _GONE), yours.get(key, _GONE))
            if merged is not _GONE:
                out.append(merged)
        added: dict[str, Any] = {}
        for key in sorted((mine.keys() | yours.keys()) - before.keys()):
            added[key] = self.value(f"{path}/{key}", _GONE, mine.get(key, _GONE), yours.get(key, _GONE))
        return out + [added[key] for key in sorted(added, key=lambda k: _order(k, added[k]))]


def _place(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Any:
    """Where a new name goes: as far down as the side has it that has it further down; then by name."""
    places = [list(side) for side in (ours, theirs)]
    return lambda name: (max(p.index(name) if name in p else -1 for p in places), name)


def _same(one: Any, other: Any) -> bool:
    return one is other or (one is not _GONE and other is not _GONE and same(one, other))


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(row, dict) for row in value)


def _by_key(rows: list[Any], natural: Sequence[str]) -> dict[str, Any] | None:
    """Rows by identity; None where a row has none of its own, or two have the same."""
    out: dict[str, Any] = {}
    for row in rows:
        key = row_key(row, -1, natural)
        if key in out or key != row_key(row, -2, natural):
            return None
        out[key] = row
    return out


def _numbered(*sides: list[Any]) -> bool:
    """Whether rows are named by a running number alone, as in the endorsements."""
    return all("seq" in row and "kind" not in row for rows in sides for row in rows)


def _renumbered(
    before: Mapping[str, Any], mine: Mapping[str, Any], yours: Mapping[str, Any]
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Both sides with new numbers for their new rows, where both gave the same number to different rows.

    A row that somebody signed keeps its number: two of those on one number remain a question.
    """
    fresh = [{k: v for k, v in side.items() if k not in before} for side in (mine, yours)]
    clash = [k for k in fresh[0].keys() & fresh[1].keys() if not same(fresh[0][k], fresh[1][k])]
    if not clash or any(_signed(fresh[0][k]) and _signed(fresh[1][k]) for k in clash):
        return mine, yours
    kept = {k: v for side in fresh for k, v in side.items() if _signed(v)}
    loose: dict[str, Any] = {}
    for side in fresh:
        for row in side.values():
            if not _signed(row):
                bare = {name: value for name, value in row.items() if name != "seq"}
                loose.setdefault(str(bare.get("date", "")) + json.dumps(bare, ensure_ascii=False, sort_keys=True), bare)
    taken = {int(k) for k in (*before, *kept) if k.isdecimal()}
    number = max((int(k) for k in before if k.isdecimal()), default=0)
    new = dict(kept)
    for _, bare in sorted(loose.items()):
        number += 1
        while number in taken:
            number += 1
        new[str(number)] = {"seq": number, **bare}
    one, other = ({**{k: v for k, v in whole.items() if k in before}, **new} for whole in (mine, yours))
    return one, other


def _signed(row: Any) -> bool:
    evidence = row.get("evidence") if isinstance(row, dict) else None
    return isinstance(evidence, dict) and "signature" in evidence


def _order(key: str, row: Any) -> tuple[str, int, str]:
    """Where a new row goes: by its day, its number, its key."""
    day = str(row.get("date", "")) if isinstance(row, dict) else ""
    seq = row.get("seq", 1) if isinstance(row, dict) else 1
    return day, seq if isinstance(seq, int) else 1, key


# ── as text ──


def _written(file: str, base: bytes | None, header: Sequence[str], before: Any, merged: Mapping[str, Any]) -> str:
    if base is None:
        return emit.document(merged, header=header)
    editor = Editor(Path(file), base)
    for pointer, value in _edits((), before, merged):
        if value is _GONE:
            editor.remove(pointer)
        elif pointer and pointer[-1] == "+":
            editor.append(pointer[:-1], value)
        else:
            editor.set(pointer, value)
    # ``same`` does not mind the order of names: a new name of a mapping stands behind the others.
    if not same(editor.value, dict(merged)):
        raise EditError(CHANGES_MORE, pointer=file)
    return editor.text()


def _edits(pointer: tuple[str | int, ...], before: Any, after: Any) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """The edits that lead from one value to the other: rows in place, new ones at the end, mappings key by key."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name in before:
            if name not in after:
                yield (*pointer, name), _GONE
        for name, value in after.items():
            if name not in before:
                yield (*pointer, name), value
            elif not same(before[name], value):
                yield from _edits((*pointer, name), before[name], value)
    elif _is_rows(before) and _is_rows(after) and before and len(after) >= len(before):
        for index, row in enumerate(before):
            if not same(row, after[index]):
                yield from _edits((*pointer, index), row, after[index])
        for row in after[len(before) :]:
            yield (*pointer, "+"), row
    else:
        yield pointer, after


def _comments(data: bytes | None) -> set[str]:
    text = data.decode("utf-8", "replace") if data is not None else ""
    return {line.strip() for line in text.split("\n") if line.lstrip().startswith("#")}


def _header(ours: bytes, theirs: bytes) -> list[str]:
    """The comments at the head of a file that both sides begin with."""
    heads = []
    for data in (ours, theirs):
        lines = data.decode("utf-8", "replace").split("\n")
        heads.append(
            [line for n, line in enumerate(lines) if line.startswith("#") and all(x.startswith("#") for x in lines[:n])]
        )
    return [line for line in heads[0] if line in heads[1]]


def _lost(base: bytes | None, ours: bytes, theirs: bytes, text: str) -> int:
    """How many comments that a side added are not in the result."""
    return len((_comments(ours) | _comments(theirs)) - _comments(base) - _comments(text.encode()))

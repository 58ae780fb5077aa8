"""The changes of values between two revisions of a record: judged, and with the names that the law uses."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import lru_cache
from operator import itemgetter
from typing import Any, Final

from zongmu.history.leaves import About, Difference, Flat, Leaf
from zongmu.model.base import ChangeClass
from zongmu.model.fields.change import MoveKind, change_classes, flat_moves
from zongmu.model.finding import Bilingual
from zongmu.model.immutable import immutable
from zongmu.model.record_types import RecordType


@immutable
class FieldChange:
    """One value that changed.

    ``path`` is identity-based (:mod:`zongmu.model.fields.leaves`); ``before`` and ``after`` are canonical, None where absent.
    ``about`` is what the model says of the field; ``row`` the path of the top-level row it belongs to, or empty.
    ``silent``: a frozen field, or a fact that changed without a correction. ``by`` is the path of the correction that
    explains a change, ``reason`` its reason. ``in_merge``: no commit that was merged holds this change; the merge does.
    """

    path: str
    before: Any
    after: Any
    kind: MoveKind
    about: About
    row: str = ""
    silent: bool = False
    by: str | None = None
    reason: str | None = None
    in_merge: bool = False

    @property
    def title(self) -> Bilingual:
        """The name of the field within its row."""
        return self.about.title

    @property
    def change_class(self) -> ChangeClass:
        """How the field may change."""
        return self.about.change_class

    @property
    def disclosure(self) -> str:
        """The disclosure class of the field."""
        return self.about.disclosure

    @property
    def codelist(self) -> str | None:
        """The code list that its values are from."""
        return self.about.codelist

    @property
    def money(self) -> bool:
        """Whether it holds an amount."""
        return self.about.money


def field_changes(
    record_type: RecordType, difference: Difference, own: Collection[str] = ()
) -> tuple[FieldChange, ...]:
    """The changes in *difference*, corrections told from silent edits, as the model orders fields, rows by their keys.

    *own*: the paths that a merge itself changed.
    """
    before, after = difference.before, difference.after
    groups: dict[tuple[Any, ...], list[FieldChange]] = {}
    for path, (value, about, row) in after.items():
        # Most of what a history holds is new, and what is new needs no judging.
        if path not in before:
            change = FieldChange(path, None, value, "added", about, row, in_merge=path in own)
            groups.setdefault(_group(about, row), []).append(change)
    if before:
        for change in _judged(record_type, difference, own):
            groups.setdefault(_group(change.about, change.row), []).append(change)
    for some in groups.values():
        if len(some) > 1:
            some.sort(key=_within)
    for leaves in difference.whole:
        _, (_, about, row) = leaves[0]
        groups[_group(about, row)] = [
            FieldChange(path, None, value, "added", about, row, False, None, None, path in own)
            for path, (value, about, row) in leaves
        ]
    if len(groups) == 1:
        return tuple(next(iter(groups.values())))
    return tuple([change for _, some in sorted(groups.items(), key=_first) for change in some])


_first: Final = itemgetter(0)


def _group(about: About, row: str) -> tuple[Any, ...]:
    return about.section, _row_place(row), row


def _within(change: FieldChange) -> tuple[Any, ...]:
    return change.about.place, change.path


@lru_cache(4096)
def _row_place(row: str) -> tuple[tuple[int, str], ...]:
    # Numbers before words; what is longer than any number of a row is a word.
    return tuple((int(s), "") if s.isdecimal() and len(s) < 10 else (10**9, s) for s in row.split("/"))


def _judged(record_type: RecordType, difference: Difference, own: Collection[str]) -> Iterator[FieldChange]:
    """The changes of what was there before."""
    before, after = difference.before, difference.after
    known = {path: leaf.value for path, leaf in after.items() if path in before or path.startswith("corrections/")}
    for leaves in difference.whole:
        if leaves[0][0].startswith("corrections/"):
            after = after | dict(leaves)
            known |= _values(dict(leaves))
    for move in flat_moves(_values(before), known, change_classes(record_type.model)):
        if move.kind != "added":
            leaf = after.get(move.path) or before[move.path]
            reason = after.get(f"{move.by}/reason") if move.by else None
            yield FieldChange(
                move.path,
                move.before,
                move.after,
                move.kind,
                leaf.about,
                leaf.row,
                move.silent,
                move.by,
                str(reason.value) if reason is not None else None,
                move.path in own,
            )


def plain_change(path: str, leaf: Leaf, before: Any, after: Any) -> FieldChange:
    """A change that is not judged."""
    kind: MoveKind = "added" if before is None else "removed" if after is None else "edited"
    return FieldChange(path, before, after, kind, leaf.about, leaf.row)


def _values(flat: Flat) -> dict[str, Any]:
    return {path: leaf.value for path, leaf in flat.items()}

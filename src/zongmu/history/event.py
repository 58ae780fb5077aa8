"""One entry of the trail: what one commit did to one record, field by field, with the names that the law uses.

What happened and who did it are kept apart: :attr:`Event.recorder` and :attr:`Event.contributions` hold all there is of
persons and of their words. :meth:`Event.without_persons` is the rest. It is not yet what the public may see: values
have their disclosure class beside them and are still all there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from operator import itemgetter
from typing import Any, Final, Literal, NamedTuple

from zongmu.history.fields import Field, root
from zongmu.history.sections import Difference, Flat, Leaf
from zongmu.model.base import ChangeClass
from zongmu.model.change import MoveKind, change_classes, flat_moves
from zongmu.model.finding import Bilingual, immutable
from zongmu.model.kinds import KINDS
from zongmu.model.records import BY_NAME, RecordType

FileChange = Literal["created", "edited", "moved", "deleted", "kept"]
"""What happened to the file; ``kept`` as it was, or absent, by a merge that dropped what a branch had changed."""

_CLASSES: Final = "PSLRIX"
"""Disclosure classes, from what everybody may see to what is never stored."""


@immutable
class FieldChange:
    """One value that changed.

    ``path`` is identity-based (:mod:`zongmu.model.leaves`); ``before`` and ``after`` are canonical, None where absent.
    ``row`` is the path of the top-level row it belongs to, or empty. ``title`` names the field within its row.
    ``silent``: a frozen field, or a fact that changed without a correction. ``by`` is the path of the correction that
    explains a change, ``reason`` its reason. ``in_merge``: no commit that was merged holds this change; the merge does.
    """

    path: str
    before: Any
    after: Any
    kind: MoveKind
    title: Bilingual
    row: str = ""
    change_class: ChangeClass = "state"
    disclosure: str = "I"
    codelist: str | None = None
    money: bool = False
    silent: bool = False
    by: str | None = None
    reason: str | None = None
    in_merge: bool = False


@immutable
class RowChange:
    """The changes of one row (a milestone, a payment), or of one field outside of rows.

    ``kind``: the row is new, is gone, or changed. ``day`` is the day of the act that a new row records, ``late`` how
    many days later it was recorded (negative: before the act).
    """

    path: str
    title: Bilingual
    kind: Literal["added", "removed", "changed"]
    changes: tuple[FieldChange, ...]
    day: dt.date | None = None
    late: int | None = None

    def value(self, name: str) -> Any:
        """The new value of the row's field *name*, if it is among the changes."""
        return next((c.after for c in self.changes if c.path == f"{self.path}/{name}"), None)


@immutable
class Recorder:
    """Persons, and their words; ``email`` is the author's. Internal."""

    author: str
    email: str
    committer: str
    subject: str


@immutable
class Contribution:
    """A commit on a branch that the event's commit merged, and that changed the same file."""

    commit: str
    when: dt.datetime
    recorder: Recorder


@immutable
class Event:
    """What one commit did to one record.

    ``when`` is the committer's clock in the instance's time zone, ``recorded_day`` its day: for what came by a merge,
    the day it arrived. ``type`` is the record type's name. ``moved_from`` is the path the file had before.
    ``unreadable`` says why the file cannot be read as of this commit; then there are no changes, and the next readable
    revision is compared with the last one, whose commit ``compared_with`` names. ``dropped`` is what the merged
    branch had changed and the merge did not take over: ``before`` is the branch's value, ``after`` the one kept.
    """

    commit: str
    when: dt.datetime
    recorded_day: dt.date
    path: str
    record: str
    type: str
    file: FileChange
    changes: tuple[FieldChange, ...]
    rows_added: frozenset[str]
    rows_removed: frozenset[str]
    summary: Bilingual
    merge: bool = False
    moved_from: str | None = None
    unreadable: Bilingual | None = None
    compared_with: str | None = None
    dropped: tuple[FieldChange, ...] = ()
    recorder: Recorder | None = None
    contributions: tuple[Contribution, ...] = ()

    @property
    def author_name(self) -> str | None:
        """Who wrote the commit, as the commit says; None without persons."""
        return self.recorder.author if self.recorder else None

    def without_persons(self) -> Event:
        """The same without names of persons and without their words."""
        return replace(self, recorder=None, contributions=())

    def rows(self) -> list[RowChange]:
        """The changes put together by row, milestones last and by their day."""
        return rows(self.type, self.changes, self.rows_added, self.rows_removed, self.recorded_day)

    def as_data(self) -> dict[str, Any]:
        """Plain data for JSON. Persons are under ``persons``, and nowhere else."""
        data: dict[str, Any] = {
            "commit": self.commit,
            "when": self.when.isoformat(),
            "recorded_day": self.recorded_day.isoformat(),
            "path": self.path,
            "record": self.record,
            "type": self.type,
            "file": self.file,
            "merge": self.merge,
            "summary": {"zh": self.summary.zh, "en": self.summary.en},
            "changes": [_change_data(change) for change in self.changes],
            "rows": [
                {"path": row.path, "kind": row.kind, "day": row.day.isoformat() if row.day else None, "late": row.late}
                for row in self.rows()
                if row.kind != "changed"
            ],
        }
        if self.moved_from is not None:
            data["moved_from"] = self.moved_from
        if self.unreadable is not None:
            data["unreadable"] = {"zh": self.unreadable.zh, "en": self.unreadable.en}
        if self.compared_with is not None:
            data["compared_with"] = self.compared_with
        if self.dropped:
            data["dropped"] = [_change_data(change) for change in self.dropped]
        if self.recorder is not None:
            data["persons"] = _person_data(self.recorder) | {
                "contributions": [
                    {"commit": c.commit, "when": c.when.isoformat(), **_person_data(c.recorder)}
                    for c in self.contributions
                ]
            }
        return data


def _person_data(recorder: Recorder) -> dict[str, Any]:
    return {
        "author": recorder.author,
        "email": recorder.email,
        "committer": recorder.committer,
        "subject": recorder.subject,
    }


def _change_data(change: FieldChange) -> dict[str, Any]:
    data: dict[str, Any] = {
        "path": change.path,
        "kind": change.kind,
        "before": change.before,
        "after": change.after,
        "title": {"zh": change.title.zh, "en": change.title.en},
        "disclosure": change.disclosure,
        "silent": change.silent,
    }
    if change.by is not None:
        data |= {"correction": change.by, "reason": change.reason}
    if change.in_merge:
        data["in_merge"] = True
    return data


# --- from a difference --------------------------------------------------------------------------------------------


def field_changes(
    record_type: RecordType, difference: Difference, own: Collection[str] = ()
) -> tuple[FieldChange, ...]:
    """The changes in *difference*, corrections told from silent edits. *own*: the paths that a merge itself changed."""
    before, after = difference.before, difference.after
    classes = change_classes(record_type.model)
    name = record_type.name
    out: list[tuple[tuple[Any, ...], str, FieldChange]] = []
    for path, (value, chain, row) in after.items():
        # Most of what a history holds is new, and what is new needs no judging.
        if path not in before:
            place, cls, (title, disclosure, codelist, money, _) = _about(name, path.split("/", 1)[0], row, chain)
            merged = path in own
            change = FieldChange(
                path, None, value, "added", title, row, cls, disclosure, codelist, money, in_merge=merged
            )
            out.append((place, path, change))
    known = (
        {p: leaf.value for p, leaf in after.items() if p in before or p.startswith("corrections/")} if before else {}
    )
    for move in flat_moves(_values(before), known, classes):
        if move.kind == "added":
            continue
        leaf = after.get(move.path) or before[move.path]
        reason = after.get(f"{move.by}/reason") if move.by else None
        place, _, facts = _about(name, move.path.split("/", 1)[0], leaf.row, leaf.chain)
        change = FieldChange(
            move.path,
            move.before,
            move.after,
            move.kind,
            facts.title,
            leaf.row,
            move.change_class,
            facts.disclosure,
            facts.codelist,
            facts.money,
            silent=move.silent,
            by=move.by,
            reason=str(reason.value) if reason is not None else None,
            in_merge=move.path in own,
        )
        out.append((place, move.path, change))
    out.sort(key=_by_place)
    return tuple([change for _, _, change in out])


_by_place: Final = itemgetter(0, 1)


@lru_cache(16_384)
def _about(
    record_type: str, name: str, row: str, chain: tuple[Field | str, ...]
) -> tuple[tuple[Any, ...], ChangeClass, _Facts]:
    """Where a change stands among others (as the model orders fields, rows by their keys); its class; its other facts."""
    section, facts = root(record_type).child(name, {}), _facts(chain)
    place = (section.order, section.name, _row_place(row), facts.place)
    return place, change_classes(BY_NAME[record_type].model).get(name, "state"), facts


@lru_cache(4096)
def _row_place(row: str) -> tuple[tuple[int, str], ...]:
    return tuple((int(step), "") if step.isdecimal() else (1_000, step) for step in row.split("/"))


def plain_change(path: str, leaf: Leaf, before: Any, after: Any) -> FieldChange:
    """A change that is not judged."""
    kind: MoveKind = "added" if before is None else "removed" if after is None else "edited"
    facts = _facts(leaf.chain)
    return FieldChange(
        path,
        before,
        after,
        kind,
        facts.title,
        leaf.row,
        disclosure=facts.disclosure,
        codelist=facts.codelist,
        money=facts.money,
    )


class _Facts(NamedTuple):
    """What the way to a value says of it."""

    title: Bilingual
    disclosure: str
    codelist: str | None
    money: bool
    place: tuple[tuple[int, str], ...]


@lru_cache(8192)
def _facts(chain: tuple[Field | str, ...]) -> _Facts:
    fields = [step for step in chain if isinstance(step, Field)]
    return _Facts(
        _label(chain),
        max((field.disclosure for field in fields), key=_CLASSES.find),
        fields[-1].codelist,
        fields[-1].is_money,
        tuple((step.order, step.name) if isinstance(step, Field) else (1_000, step) for step in chain),
    )


def _values(flat: Flat) -> dict[str, Any]:
    return {path: leaf.value for path, leaf in flat.items()}


def _label(chain: Sequence[Field | str]) -> Bilingual:
    """``随附文件 contract·文号`` from the fields and keys on the way to a value."""
    zh: list[str] = []
    en: list[str] = []
    for step in chain:
        if isinstance(step, Field):
            zh.append(step.title.zh)
            en.append(step.title.en)
        elif zh:
            zh[-1] += f" {step}"
            en[-1] += f" {step}"
    return Bilingual("·".join(zh), " · ".join(en))


def row_title(record_type: str, path: str) -> Bilingual:
    """``签订合同（2）`` for ``milestones/contract_signed/2``, ``支付（1）`` for ``payments/1``."""
    section, _, key = path.partition("/")
    name, _, seq = key.partition("/")
    if section == "milestones" and name in KINDS:
        kind = KINDS[name]
        return Bilingual(kind.zh + (f"（{seq}）" if seq else ""), kind.en + (f" ({seq})" if seq else ""))
    title = root(record_type).child(section, {}).title
    return Bilingual(f"{title.zh}（{key}）", f"{title.en} ({key})") if key else title


# --- by row -------------------------------------------------------------------------------------------------------


def rows(
    record_type: str,
    changes: Iterable[FieldChange],
    added: frozenset[str],
    removed: frozenset[str],
    recorded: dt.date,
) -> list[RowChange]:
    """*changes* put together by row: fields first, then rows, milestones last and by their day."""
    groups: dict[str, list[FieldChange]] = {}
    for change in changes:
        groups.setdefault(change.row or change.path, []).append(change)
    out = [_row_change(record_type, path, tuple(group), added, removed, recorded) for path, group in groups.items()]
    return sorted(out, key=lambda row: (*_rank(row), row.day or dt.date.max))


def _rank(row: RowChange) -> tuple[bool, bool]:
    is_row = bool(row.changes[0].row)
    return (is_row, row.path.startswith("milestones/"))


def _row_change(
    record_type: str,
    path: str,
    changes: tuple[FieldChange, ...],
    added: frozenset[str],
    removed: frozenset[str],
    recorded: dt.date,
) -> RowChange:
    if not changes[0].row:
        return RowChange(path, changes[0].title, "changed", changes)
    title = row_title(record_type, path)
    if path not in added:
        return RowChange(path, title, "removed" if path in removed else "changed", changes)
    day = next((_day(c.after) for c in changes if c.path == f"{path}/date"), None)
    return RowChange(path, title, "added", changes, day, (recorded - day).days if day else None)


def _day(value: Any) -> dt.date | None:
    try:
        return dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


# --- in one line --------------------------------------------------------------------------------------------------

_FILE: Final[Mapping[FileChange, Bilingual]] = {
    "created": Bilingual("首次登记", "first recorded"),
    "deleted": Bilingual("文件被删除", "file deleted"),
    "moved": Bilingual("文件移至新路径", "file moved"),
}
_UNREADABLE: Final = Bilingual("此提交中的文件无法读取", "unreadable at this commit")
_NOTHING: Final = Bilingual("只改动了注释、写法或次序，数据未变", "comments, notation or order only; no data changed")


def summary(
    record_type: str,
    file: FileChange,
    changes: Sequence[FieldChange],
    added: frozenset[str],
    removed: frozenset[str],
    *,
    unreadable: bool = False,
    dropped: int = 0,
) -> Bilingual:
    """An event in one line."""
    parts = list(_parts(record_type, file, changes, added, removed))
    if unreadable:
        parts.append(_UNREADABLE)
    if dropped:
        parts.append(Bilingual(f"合并时舍弃 {dropped} 处改动", f"{_count(dropped, 'change')} dropped in the merge"))
    if not parts:
        parts.append(_NOTHING)
    return Bilingual("；".join(part.zh for part in parts), "; ".join(part.en for part in parts))


def _parts(
    record_type: str, file: FileChange, changes: Sequence[FieldChange], added: frozenset[str], removed: frozenset[str]
) -> Iterator[Bilingual]:
    if file in _FILE:
        yield _FILE[file]
    if file == "deleted":
        return
    acts = sorted(row for row in added if row.startswith("milestones/"))
    if len(acts) == 1:
        title = row_title(record_type, acts[0])
        yield Bilingual(f"登记{title.zh}", f"recorded: {title.en}")
    elif acts:
        yield Bilingual(f"登记 {len(acts)} 项里程碑", f"{len(acts)} milestones recorded")
    corrected = edited = silent = 0
    explained: set[str | None] = set()
    for change in changes:
        if change.kind == "corrected":
            corrected += 1
            explained.add(change.by)
        elif change.row not in added and change.row not in removed:
            edited += 1
        if change.silent:
            silent += 1
    if corrected:
        yield Bilingual(f"更正 {corrected} 处", f"{_count(corrected, 'value')} corrected")
    others = [row for row in added if row not in acts and row not in explained]
    if others:
        yield Bilingual(f"新增 {len(others)} 行", f"{_count(len(others), 'row')} added")
    if removed:
        yield Bilingual(f"删去 {len(removed)} 行", f"{_count(len(removed), 'row')} removed")
    if edited and file != "created":
        yield Bilingual(f"改动 {edited} 个字段", f"{_count(edited, 'field')} changed")
    if silent:
        yield Bilingual(f"其中 {silent} 处没有更正记录", f"{silent} of them without a correction")


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"

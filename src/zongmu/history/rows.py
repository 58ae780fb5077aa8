"""The changes of one record put together by row, and in one line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Literal

from zongmu.history.changes import FieldChange
from zongmu.history.fields import root
from zongmu.model.acts.kinds import KINDS
from zongmu.model.finding import Bilingual, counted
from zongmu.model.immutable import immutable

FileChange = Literal["created", "edited", "moved", "deleted", "kept"]
"""What happened to the file; ``kept`` as it was, or absent, by a merge that dropped what a branch had changed."""


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


def row_title(record_type: str, path: str) -> Bilingual:
    """``签订合同（2）`` for ``milestones/contract_signed/2``, ``支付（1）`` for ``payments/1``."""
    section, _, key = path.partition("/")
    name, _, seq = key.partition("/")
    if section == "milestones" and name in KINDS:
        kind = KINDS[name]
        return Bilingual(kind.zh + (f"（{seq}）" if seq else ""), kind.en + (f" ({seq})" if seq else ""))
    title = root(record_type).child(section, {}).title
    return Bilingual(f"{title.zh}（{key}）", f"{title.en} ({key})") if key else title


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
        parts.append(Bilingual(f"合并时舍弃 {dropped} 处改动", f"{counted(dropped, 'change')} dropped in the merge"))
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
        yield Bilingual(f"更正 {corrected} 处", f"{counted(corrected, 'value')} corrected")
    others = [row for row in added if row not in acts and row not in explained]
    if others:
        yield Bilingual(f"新增 {len(others)} 行", f"{counted(len(others), 'row')} added")
    if removed:
        yield Bilingual(f"删去 {len(removed)} 行", f"{counted(len(removed), 'row')} removed")
    if edited and file != "created":
        yield Bilingual(f"改动 {edited} 个字段", f"{counted(edited, 'field')} changed")
    if silent:
        yield Bilingual(f"其中 {silent} 处没有更正记录", f"{silent} of them without a correction")

"""One entry of the trail: what one commit did to one record, field by field, with the names that the law uses.

What happened and who did it are kept apart: :attr:`Event.recorder` and :attr:`Event.contributions` hold all there is of
persons and of their words. The rest is not yet what the public may see: values have their disclosure class beside
them and are still all there.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from zongmu.history.changes import FieldChange
from zongmu.history.rows import FileChange, RowChange, rows, summary
from zongmu.model.finding import Bilingual
from zongmu.model.immutable import immutable


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
    merge: bool = False
    moved_from: str | None = None
    unreadable: Bilingual | None = None
    compared_with: str | None = None
    dropped: tuple[FieldChange, ...] = ()
    recorder: Recorder | None = None
    contributions: tuple[Contribution, ...] = ()

    @property
    def summary(self) -> Bilingual:
        """The event in one line."""
        return summary(
            self.type,
            self.file,
            self.changes,
            self.rows_added,
            self.rows_removed,
            unreadable=self.unreadable is not None,
            dropped=len(self.dropped),
        )

    @property
    def author_name(self) -> str | None:
        """Who wrote the commit, as the commit says; None of a comparison, which nobody made."""
        return self.recorder.author if self.recorder else None

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

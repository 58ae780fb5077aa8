"""Acts that may be on record and that the public does not see: what is said outside must not hang on them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from typing import Any, get_args

from zongmu.model.codes import IncidentKind
from zongmu.model.milestones import Act, key_of
from zongmu.model.project import Project
from zongmu.model.titles import family_of

NOT_TOLD = "not_told"
"""A matter that no measure lists, so that nobody outside is told of it."""


def shadowed(project: Project) -> Project:
    """*project* with acts that are not public beside its own, early and late, and answers of that sort to each of its acts.

    What is public of it is what was public of it before.
    """
    if not project.milestones:
        return project
    count = Counter(m.kind for m in project.milestones)
    added: list[Act] = []
    for row in _rows(project):
        count[row["kind"]] += 1
        number = count[row["kind"]]
        family = family_of(row["kind"])
        assert family is not None
        added.append(family.model_validate({**row, "seq": number} if number > 1 else row))
    return project.model_copy(update={"milestones": (*project.milestones, *added)})


def _rows(project: Project) -> Iterator[dict[str, Any]]:
    days = [m.date for m in project.milestones]
    first, last = min(days), max(days)
    for day in dict.fromkeys((first, last)):
        yield {"kind": "om_reported", "date": day.isoformat()}
        yield {"kind": "dispute_opened", "date": day.isoformat()}
        for incident in get_args(IncidentKind):
            yield {"kind": "incident_occurred", "date": day.isoformat(), "incident": incident, "severity": "serious"}
    after = last + dt.timedelta(days=1)
    for kind in ("consented", "filed"):
        yield {"kind": kind, "date": after.isoformat(), "matter": NOT_TOLD, "number": "1"}
    for m in project.milestones:
        yield {"kind": "rectified", "date": after.isoformat(), "of": key_of(m)}

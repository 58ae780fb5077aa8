"""Acts that may be on record and that the public does not see: what is said outside must not hang on them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final, get_args

from zongmu.model.acts.milestones import Act, key_of
from zongmu.model.codes import IncidentKind
from zongmu.model.fields.titles import family_of
from zongmu.model.records.project import Project

NOT_TOLD = "not_told"
"""A matter that no measure lists, so that nobody outside is told of it."""


_ANSWERED: Final = {"incident_occurred": "incident_reported", "dispute_opened": "dispute_decided"}
"""What befalls a project, and what is recorded of it afterwards."""


def shadowed(project: Project) -> Project:
    """*project* with acts that are not public beside its own, early and late, and answers of that sort to each of its acts.

    What is public of it is what was public of it before.
    """
    if not project.milestones:
        return project
    count = Counter(m.kind for m in project.milestones)
    added: list[Act] = []

    def add(row: dict[str, Any]) -> None:
        count[row["kind"]] += 1
        number = count[row["kind"]]
        family = family_of(row["kind"])
        assert family is not None
        added.append(family.model_validate({**row, "seq": number} if number > 1 else row))

    for row, answered in _rows(project):
        add(row)
        if answered:
            add({"kind": _ANSWERED[row["kind"]], "date": row["date"], "of": key_of(added[-1])})
    return project.model_copy(update={"milestones": (*project.milestones, *added)})


def _rows(project: Project) -> Iterator[tuple[dict[str, Any], bool]]:
    """The acts that are added, each with whether one of :data:`_ANSWERED` answers it: the early ones are, the late ones wait."""
    days = [m.date for m in project.milestones]
    first, last = min(days), max(days)
    for day, answered in ((first.isoformat(), True), (last.isoformat(), False)):
        yield {"kind": "om_reported", "date": day}, False
        yield {"kind": "dispute_opened", "date": day}, answered
        for incident in get_args(IncidentKind):
            yield {"kind": "incident_occurred", "date": day, "incident": incident, "severity": "serious"}, answered
    after = (last + dt.timedelta(days=1)).isoformat()
    for kind in ("consented", "filed"):
        yield {"kind": kind, "date": after, "matter": NOT_TOLD, "number": "1"}, False
    for m in project.milestones:
        yield {"kind": "rectified", "date": after, "of": key_of(m)}, False

"""Duties of the law with a last day: which are overdue, which are still to come.

Only limits of a measure in force, excused by nothing, are overdue: what weighs a notice (limits that this site set, measures
that ended before the day, recorded reasons) stands on the project's page and is not counted here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from zongmu.disclosure.findings import PublicFinding
from zongmu.model.finding import Outcome, Severity
from zongmu.publish.released.outcomes import at_of

if TYPE_CHECKING:
    from zongmu.publish.released.release import Released

_RUNNING = ("overdue", "window_open")


class Duty(NamedTuple):
    """The last day of a duty, whose project it is, the outcome that says so."""

    day: dt.date
    project: Released
    finding: PublicFinding


@dataclass(slots=True)
class Duties:
    """``late``: the last day has passed with nothing recorded, the longest overdue first. ``due``: still to come, the nearest first."""

    late: list[Duty] = field(default_factory=list)
    due: list[Duty] = field(default_factory=list)


def duties_of(projects: Iterable[Released], asof: dt.date) -> Duties:
    """The duties of *projects* on the day *asof*."""
    found = Duties()
    for duty in sorted((duty for project in projects for duty in _open(project)), key=_by_day):
        if _passed(duty.finding):
            found.late.append(duty)
        elif duty.day >= asof:
            found.due.append(duty)
    return found


def _open(project: Released) -> Iterator[Duty]:
    for f in project.findings:
        if f.advisory or f.verdict is None or f.verdict.due is None:
            continue
        if f.outcome is Outcome.UNDETERMINED or (f.outcome is Outcome.FAIL and f.verdict.because in _RUNNING):
            yield Duty(f.verdict.due, project, f)


def _passed(finding: PublicFinding) -> bool:
    return (
        finding.outcome is Outcome.FAIL
        and finding.verdict is not None
        and finding.verdict.because == "overdue"
        and finding.severity is not None
        and finding.severity >= Severity.WARNING
    )


def _by_day(duty: Duty) -> tuple[dt.date, str, str, str]:
    return duty.day, duty.project.public.id, duty.finding.rule, at_of(duty.finding)

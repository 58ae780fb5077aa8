"""How long building was to take and took: the building period as first approved, as it stands, and the day it was built.

Shares are of the planned duration in days, both ends counted, in basis points rounded half up: 30 days late on 300 planned
is 1000. Nothing here asks what day it is.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from zongmu.model.acts.milestones import Extension
from zongmu.model.derived.views import View
from zongmu.model.immutable import immutable


@immutable
class Period:
    """A planned period, both days included."""

    start: dt.date
    end: dt.date

    @property
    def days(self) -> int:
        """How many days it has; none where it is written the wrong way round."""
        return max((self.end - self.start).days + 1, 0)


@immutable
class Delay:
    """Days later (positive) or earlier than planned; ``bp``: their share of the planned duration, None of a period of nought."""

    days: int
    bp: int | None


@immutable
class Term:
    """The period of a project. ``moved``: the end as it stands against the end as first approved, of the first duration;
    the others: the day it was built against either end, of that period's duration."""

    original: Period
    current: Period
    built: dt.date | None
    moved: Delay
    against_original: Delay | None
    against_current: Delay | None


def planned_periods(view: View) -> tuple[Period | None, Period | None]:
    """When building should begin and end: as first approved, and as approved or extended since; None where it is not recorded."""
    original, current = view.original_period.value, view.approved_period.value
    later = put_off(view)
    return (
        Period(original.start, original.end) if original is not None else None,
        Period(current.start, later[0] if later is not None else current.end) if current is not None else None,
    )


def put_off(view: View) -> tuple[dt.date, Extension] | None:
    """The latest day to which the end was put off, and by what, where it lies after the end of the approved period."""
    period = view.approved_period.value
    granted = [(m.until, m) for m in view.of_class(Extension) if m.granted and m.until is not None]
    if period is None or not granted:
        return None
    latest = max(granted, key=lambda one: one[0])
    return latest if latest[0] > period.end else None


def built_on(view: View) -> dt.date | None:
    """The day on which it was built: completion, else an acceptance, the earliest that is recorded."""
    return view.day("completed", "initial_accepted", "final_accepted").value


def delay(day: dt.date, period: Period) -> Delay:
    """How far *day* lies from the end of *period*."""
    days, planned = (day - period.end).days, period.days
    if not planned:
        return Delay(days, None)
    sign = -1 if days < 0 else 1
    return Delay(days, sign * ((abs(days) * 20000 + planned) // (2 * planned)))


def term(view: View) -> Term | None:
    """The period of a project; None where no approval states one."""
    original, current = planned_periods(view)
    if original is None or current is None:
        return None
    built = built_on(view)
    return Term(
        original,
        current,
        built,
        delay(current.end, original),
        delay(built, original) if built is not None else None,
        delay(built, current) if built is not None else None,
    )


def term_data(view: View) -> dict[str, Any] | None:
    """The same as plain data, as our JSON and the extension of OC4IDS have it."""
    found = term(view)
    if found is None:
        return None
    out: dict[str, Any] = {
        name: {"start": one.start.isoformat(), "end": one.end.isoformat(), "days": one.days}
        for name, one in (("original", found.original), ("current", found.current))
    }
    if found.built is not None:
        out["built"] = found.built.isoformat()
    for name, one in (
        ("end_moved", found.moved),
        ("against_original", found.against_original),
        ("against_current", found.against_current),
    ):
        if one is not None:
            out[name] = {"days": one.days} | ({"basis_points": one.bp} if one.bp is not None else {})
    return out

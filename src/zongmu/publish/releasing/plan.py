"""What the next release would make public, field by field, against a public tree or a package that stands now.

The clock is that of 政府信息公开条例 art. 26: what has to be disclosed is disclosed within 20 working days of the day on
which it came about or changed. The day of an act is such a day; a change that has none is not timed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Literal

from zongmu.disclosure.projection import PublicProject
from zongmu.model.immutable import immutable
from zongmu.model.periods.calendar import Calendar
from zongmu.model.records.endorsement import DisclosureReview
from zongmu.publish.released.history import Change, changes, flat
from zongmu.publish.released.release import Release

WITHIN = 20
"""Working days from the day that information came about to its disclosure (政府信息公开条例 art. 26)."""

State = Literal["new", "changed", "withheld", "gone", "waiting", "unchanged"]
"""``waiting``: recorded, and no review covers it as it is now; ``gone``: public so far, and nothing covers it any more."""


@immutable
class Clock:
    """The 20 working days: since when, until when, how many have gone, and whether a calendar is still to be published."""

    since: dt.date
    due: dt.date
    gone: int
    provisional: bool

    @property
    def late(self) -> bool:
        """Whether the days are over."""
        return self.gone > WITHIN


@immutable
class Item:
    """One project in the plan. ``review``: what covers it, or the last one that is there."""

    project: str
    name: str
    state: State
    changes: tuple[Change, ...]
    review: DisclosureReview | None
    digest: str
    clock: Clock | None


def plan(release: Release, before: Mapping[str, Mapping[str, Any]], calendar: Calendar) -> list[Item]:
    """Every project with where it stands to *before*: the public data of each project that is public now, by id."""
    out: list[Item] = []
    for project in release.projects:
        out.append(_item(project.public, project.review, before.get(project.public.id), release.asof, calendar))
    kept = {project.public.id for project in release.projects}
    for public, review in release.waiting:
        out.extend(_waiting(public, review, before.get(public.id), release.asof, calendar, public.id in kept))
    for stone in release.tombstones:
        if stone.id in before:
            out.append(_leaving(stone.id, "withheld", before[stone.id], None))
    known = {item.project for item in out} | {t.id for t in release.tombstones}
    for id in sorted(before.keys() - known):
        out.append(_leaving(id, "gone", before[id], None))
    return sorted(out, key=lambda item: (_ORDER.index(item.state), item.project))


_ORDER: tuple[State, ...] = ("new", "changed", "withheld", "gone", "waiting", "unchanged")


def _item(
    public: PublicProject,
    review: DisclosureReview | None,
    before: Mapping[str, Any] | None,
    asof: dt.date,
    calendar: Calendar,
) -> Item:
    moved = moves(public, before or {})
    state: State = "new" if before is None else "changed" if moved else "unchanged"
    return Item(public.id, public.name, state, moved, review, public.digest(), _clock(public, moved, asof, calendar))


def moves(public: PublicProject, before: Mapping[str, Any]) -> tuple[Change, ...]:
    """Every field that *public* says otherwise than *before*, the public data that stand now; all of them against nothing."""
    return (*changes(flat(before), flat(public.data())), *_newly_withheld(before, public.data()))


def _newly_withheld(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    """What is told to be there and not said, where that differs: it is public too, and a review has to cover it."""
    old, new = (
        [f"{row['what']}（{row['ground']}）" for row in data.get("withheld_fields", ())] for data in (before, after)
    )
    if old != new:
        yield Change("withheld", "", old or None, new or None)


def _waiting(
    public: PublicProject,
    review: DisclosureReview | None,
    before: Mapping[str, Any] | None,
    asof: dt.date,
    calendar: Calendar,
    kept: bool,
) -> Iterator[Item]:
    """What waits for a review; and, unless its reviewed text is *kept* public, that what is public goes until it has one."""
    yield replace(_item(public, review, before, asof, calendar), state="waiting")
    if before is not None and not kept:
        yield _leaving(public.id, "gone", before, review)


def _leaving(id: str, state: State, before: Mapping[str, Any], review: DisclosureReview | None) -> Item:
    """A project of which nothing stays public."""
    moved = tuple(changes(flat(before), {}))
    return Item(id, str(before.get("name", id)), state, moved, review, "", None)


def _clock(public: PublicProject, moved: Iterable[Change], asof: dt.date, calendar: Calendar) -> Clock | None:
    """From the earliest day of an act of which something is not public yet."""
    rows = {change.row for change in moved if change.after is not None}
    days = [m.date for m in public.milestones if f"milestones/{m.key}" in rows and m.date <= asof]
    if not days:
        return None
    since = min(days)
    due = calendar.add_workdays(since, WITHIN)
    return Clock(since, due.day, calendar.workdays_between(since, asof), due.provisional)


def data_of(items: Iterable[Item], asof: dt.date) -> dict[str, Any]:
    """The plan as plain data."""
    return {
        "as_of": asof.isoformat(),
        "within_working_days": WITHIN,
        "items": [
            {
                "project": i.project,
                "name": i.name,
                "state": i.state,
                "digest": i.digest or None,
                "review": None
                if i.review is None
                else {
                    "seq": i.review.seq,
                    "role": i.review.role,
                    "organization": i.review.organization,
                    "date": i.review.date.isoformat(),
                    "conclusion": i.review.conclusion,
                    "covers": i.review.digest == i.digest,
                },
                "clock": None
                if i.clock is None
                else {
                    "since": i.clock.since.isoformat(),
                    "due": i.clock.due.isoformat(),
                    "gone": i.clock.gone,
                    "late": i.clock.late,
                    "provisional": i.clock.provisional,
                },
                "changes": [{"path": c.path, "before": c.before, "after": c.after} for c in i.changes],
            }
            for i in items
        ],
    }

"""Questions from the public on released projects, each with where its reply stands on the as-of day."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator

from zongmu.model.immutable import immutable
from zongmu.model.periods.reply_clock import LIMIT, ReplyClock, State, reply_clock
from zongmu.model.records.question import Question
from zongmu.publish.released.release import Release, Released

_ORDER: dict[State, int] = {"overdue": 0, "open": 1, "waiting": 2}
WANTED: tuple[State, ...] = tuple(_ORDER)
"""Where a reply is still to come, the most pressing first."""


@immutable
class Asked:
    """A question, and the body that owes the reply; None where the project names no registered body."""

    project: Released
    question: Question
    body: str | None
    clock: ReplyClock

    @property
    def address(self) -> str:
        """Its place on the page of its project."""
        return f"projects/{self.project.public.id}.html#q-{self.question.seq}"


def asked_of(release: Release, project: Released) -> list[Asked]:
    """The questions on one project, in the order of their numbers."""
    if not project.public.questions:
        return []
    limit, calendar = release.instance.limit(LIMIT), release.world.calendar
    return [
        Asked(project, q, q.body or project.public.facts.get("owner"), reply_clock(q, calendar, limit, release.asof))
        for q in sorted(project.view.project.questions, key=lambda q: q.seq)
    ]


def questions(release: Release) -> list[Asked]:
    """All of them: those that wait for a reply first, the most pressing at the top, then the latest replies."""
    return sorted((one for p in release.projects for one in asked_of(release, p)), key=_rank)


def pressing(rows: Iterable[Asked]) -> Iterator[tuple[dt.date, Asked]]:
    """Of *rows* those whose reply is still to come by a day, with that day."""
    return ((one.clock.due.day, one) for one in rows if one.clock.state in WANTED and one.clock.due is not None)


def states(rows: Iterable[Asked]) -> Counter[State]:
    """How many stand where."""
    return Counter(one.clock.state for one in rows)


def by_body(rows: Iterable[Asked]) -> dict[str, list[Asked]]:
    """The same rows by the body that owes the reply, in their order."""
    out: dict[str, list[Asked]] = {}
    for one in rows:
        if one.body is not None:
            out.setdefault(one.body, []).append(one)
    return out


def _rank(one: Asked) -> tuple[int, int, str, int]:
    due, reply = one.clock.due, one.question.reply
    day = -reply.date.toordinal() if reply is not None else due.day.toordinal() if due is not None else 0
    return _ORDER.get(one.clock.state, len(_ORDER)), day, one.project.public.id, one.question.seq

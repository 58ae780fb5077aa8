"""The working-day calendar of an instance, from ``registry/calendars/``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING

from zongmu.model.finding import Finding, Position, finding
from zongmu.model.periods.calendar import Calendar, WorkYear
from zongmu.model.records.calendar import CalendarYear
from zongmu.store import tree_codes as codes

if TYPE_CHECKING:
    from zongmu.store.registry import LoadedRecord


def calendar_of(records: Iterable[CalendarYear]) -> Calendar:
    """The calendar that the yearly records make together."""
    return Calendar(WorkYear(r.year, r.status, frozenset(r.weekday_off), frozenset(r.weekend_on)) for r in records)


def calendar_in(records: Iterable[LoadedRecord]) -> Calendar:
    """The calendar that the yearly records make; one that is unsound is left out and says so in its findings."""
    sound: list[CalendarYear] = []
    for record in records:
        if not isinstance(record.model, CalendarYear):
            continue
        problems = list(_calendar_problems(record, record.model))
        if problems:
            record.findings += tuple(problems)
            record.model = None
        else:
            sound.append(record.model)
    return calendar_of(sound)


def _calendar_problems(record: LoadedRecord, year: CalendarYear) -> Iterable[Finding]:
    if record.id != str(year.year):
        yield finding(
            codes.CALENDAR_YEAR,
            record=record.id,
            path=record.path,
            position=record.position("year"),
            field_path="year",
            key="year",
            named=record.id,
            year=year.year,
        )
    for name, days, weekend in (("weekday_off", year.weekday_off, False), ("weekend_on", year.weekend_on, True)):
        for place, day in enumerate(days):
            reason = _day_problem(day, year.year, weekend)
            if reason is not None:
                yield finding(
                    codes.CALENDAR_DAY,
                    record=record.id,
                    path=record.path,
                    position=_position_of_day(record, name, place),
                    field_path=name,
                    key=f"{name}/{day}",
                    day=day.isoformat(),
                    reason_zh=reason[0],
                    reason_en=reason[1],
                )


def _day_problem(day: dt.date, year: int, weekend: bool) -> tuple[str, str] | None:
    if day.year != year:
        return f"不在 {year} 年", f"does not lie in {year}"
    if weekend and day.weekday() < 5:
        return "不是周末，不需要调休上班", "is no weekend day and needs no make-up work"
    if not weekend and day.weekday() >= 5:
        return "本来就是周末，不需要调休放假", "is a weekend day and needs no day off"
    return None


def _position_of_day(record: LoadedRecord, name: str, place: int) -> Position | None:
    from zongmu.store.reading.positions import Positions

    return Positions.of(record.data).find((name, place)) if record.data is not None else None

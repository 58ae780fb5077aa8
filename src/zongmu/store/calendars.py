"""The working-day calendar of an instance, from ``registry/calendars/``."""

from __future__ import annotations

from collections.abc import Iterable

from zongmu.model.calendar import Calendar, WorkYear
from zongmu.model.calendar_record import CalendarYear


def calendar_of(records: Iterable[CalendarYear]) -> Calendar:
    """The calendar that the yearly records make together."""
    return Calendar(WorkYear(r.year, r.status, frozenset(r.weekday_off), frozenset(r.weekend_on)) for r in records)

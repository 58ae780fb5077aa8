"""The working-day calendar of an instance, from ``registry/calendars/``."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from zongmu.model.calendar import Calendar, WorkYear
from zongmu.model.calendar_record import CalendarYear
from zongmu.store.reader import parse


def calendar_of(records: Iterable[CalendarYear]) -> Calendar:
    """The calendar that the yearly records make together."""
    return Calendar(WorkYear(r.year, r.status, frozenset(r.weekday_off), frozenset(r.weekend_on)) for r in records)


def load_calendar(root: Path) -> Calendar:
    """The calendar of the instance at *root*; years whose file cannot be read are left out (the check reports them)."""
    records = []
    for file in sorted((root / "registry" / "calendars").glob("*.yaml")):
        parsed = parse(file.read_bytes(), file.name)
        if parsed.value is not None and not parsed.findings:
            records.append(CalendarYear.model_validate(parsed.value))
    return calendar_of(records)

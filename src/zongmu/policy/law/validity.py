"""When the measures of a jurisdiction are in force, and that no two of them are on one day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import TYPE_CHECKING

from zongmu.model.records.instance import Instance
from zongmu.policy.law.measure import Measure

if TYPE_CHECKING:
    from zongmu.policy.law.loading import LoadedMeasure


def overlaps(measures: Mapping[str, LoadedMeasure], instance: Instance) -> Iterator[tuple[str, str, str]]:
    """``(jurisdiction, measure, measure)`` where two measures of one jurisdiction are in force on the same day.

    An act is judged by the measure of its day; there must be one. A measure that this instance continues after its end has
    no end; one whose first day is not set yet overlaps with nothing, nor does one that is not in ``checks/``.
    """
    for jurisdiction in instance.jurisdictions:
        for one, two in combinations(jurisdiction.measures, 2):
            if one not in measures or two not in measures:
                continue
            first, second = (_validity(measures[m].measure, instance) for m in (one, two))
            if one == two or (first and second and first[0] <= second[1] and second[0] <= first[1]):
                yield jurisdiction.id, one, two


def _validity(measure: Measure, instance: Instance) -> tuple[dt.date, dt.date] | None:
    setting = instance.setting(measure.id)
    since = (setting.issued if setting else None) if measure.since_setting else measure.since
    continued = setting is not None and setting.after_expiry == "continued"
    return None if since is None else (since, dt.date.max if continued or measure.until is None else measure.until)

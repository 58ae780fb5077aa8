"""``projects/figures.js``: what the page that sets projects side by side says beyond the rows of the list.

A script for the same reason as the rows, loaded by that page alone. Rows are found by number and not by place, so that a
file of another build can at worst know a project less.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from zongmu.publish.derived.duration import built_on, planned_periods
from zongmu.publish.derived.figures import LADDER, ladder, paid_share
from zongmu.publish.derived.ratings import GRADES, Rating, limits_of, rate
from zongmu.publish.derived.rows import as_number, fen_of
from zongmu.publish.released.release import Release, Released
from zongmu.publish.rendering.escape import encode, script_json

FORMAT = 1
_GRADES = list(GRADES)


def figures_script(release: Release, projects: Sequence[Released]) -> bytes:
    """Money from the first figure to the last and time planned and actual, of every project: in fen, basis points, days."""
    rows = [_row(release, project) for project in projects]
    data: dict[str, Any] = {
        "format": FORMAT,
        "ladder": [[step, words.zh, words.en] for step, words in LADDER.items()],
        "grades": [[sign, words.zh, words.en] for _, sign, words in GRADES.values()],
        "columns": {name: [row[name] for row in rows] for name in rows[0]} if rows else {},
    }
    return encode(f"window.zongmuFigures={script_json(data)};\n")


def _row(release: Release, project: Released) -> Mapping[str, Any]:
    view, limits = project.view, limits_of(release.instance)
    rungs = {rung.step: rung for rung in ladder(view)}
    ratings = rate(view, release.asof, limits)
    _, builders = release.suppliers.builders(project)
    return {
        "id": project.public.id,
        # In the order of the ladder: the amount, and how far it lies from the original baseline.
        "money": [fen_of(rung.amount) for rung in rungs.values()],
        "share": [r.against_original.bp if r.against_original is not None else None for r in rungs.values()],
        "paid": paid_share(view),
        "planned": [as_number(one.end) if one is not None else None for one in planned_periods(view)],
        "built": as_number(built_on(view)),
        "rated": [
            _rated(r)
            for r in (ratings.cost_original, ratings.cost_current, ratings.time_original, ratings.time_current)
        ]
        if limits.shown
        else [],
        "by": [[s.slug, s.name] for s in builders],
    }


def _rated(rating: Rating | None) -> Sequence[int] | None:
    """Grade, basis points, days, and whether it still runs; None where it cannot be computed."""
    if rating is None:
        return None
    return _GRADES.index(rating.grade), rating.bp, rating.days, int(rating.running)

"""Ratings: how far a project lies from its original and its current baseline, in money and in time. Computed, never typed.

Both baselines are always rated, so that a project that was rebaselined does not look as if it had kept its word. The page
``ratings.html`` prints the formula with the limits of this site.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from zongmu.model.acts.kinds import ENDS
from zongmu.model.derived.views import View, variance
from zongmu.model.finding import Bilingual
from zongmu.model.immutable import immutable
from zongmu.model.records.instance import Instance
from zongmu.model.scalars import Money, Ratio
from zongmu.publish.derived.duration import Period, built_on, delay, planned_periods

Grade = Literal["kept", "beyond", "well_beyond"]

GRADES: dict[Grade, tuple[str, str, Bilingual]] = {
    "kept": ("pass", "●", Bilingual("未偏离", "Kept")),
    "beyond": ("open", "▲", Bilingual("偏离", "Beyond")),
    "well_beyond": ("fail", "■", Bilingual("明显偏离", "Well beyond")),
}
"""Grade → class of the style sheet, a sign, the word; from the best to the worst."""

COST_LIMIT = Ratio(1000)
"""Above the baseline by more than this is well beyond: 10 %, unless the instance says otherwise."""
DAYS_LIMIT = 90
"""Later than planned by more days than this is well beyond, unless the instance says otherwise."""


@immutable
class Limits:
    """From where on a grade is the worst one, and whether ratings are shown at all."""

    shown: bool
    cost: Ratio
    days: int


@immutable
class Rating:
    """One rating: the grade, and by how much: in fen or in days, and in basis points of the baseline or the planned duration.
    ``running``: measured on the as-of day."""

    grade: Grade
    fen: int = 0
    bp: int = 0
    days: int = 0
    running: bool = False


@immutable
class Ratings:
    """The four ratings of a project; None where a baseline or the figure is not recorded."""

    cost_original: Rating | None
    cost_current: Rating | None
    time_original: Rating | None
    time_current: Rating | None

    @property
    def overall(self) -> Grade | None:
        """The worse of money and time against the original baseline: what lists and counts go by."""
        return worst(self.cost_original, self.time_original)

    @property
    def overall_current(self) -> Grade | None:
        """The same against the current baseline."""
        return worst(self.cost_current, self.time_current)


def worst(*ratings: Rating | None) -> Grade | None:
    """The worst grade among those that are known; None where none is."""
    order = list(GRADES)
    return max((r.grade for r in ratings if r is not None), key=order.index, default=None)


def limits_of(instance: Instance) -> Limits:
    """The limits of an instance, those of the house where it says nothing."""
    set_ = instance.site.ratings
    if set_ is None:
        return Limits(True, COST_LIMIT, DAYS_LIMIT)
    return Limits(set_.shown, set_.cost or COST_LIMIT, set_.days or DAYS_LIMIT)


@lru_cache(maxsize=1 << 15)  # every list asks of every project, a dozen times
def rate(view: View, asof: dt.date, limits: Limits) -> Ratings:
    """The ratings of a project on the day *asof*."""
    reached = view.final_total.value or view.contracted.value
    original, current = view.original_baseline.value, view.current_baseline.value
    return Ratings(
        _cost(reached or current, original, limits),
        _cost(reached, current, limits),
        *(_time(view, period, asof, limits) for period in planned_periods(view)),
    )


def _cost(figure: Money | None, baseline: Money | None, limits: Limits) -> Rating | None:
    if figure is None or baseline is None or baseline.fen <= 0:
        return None
    by = variance(figure, baseline)
    # Exact: compared in fen, the share is for display alone.
    well = by.fen * 10_000 > limits.cost.bp * baseline.fen
    grade: Grade = "kept" if by.fen <= 0 else "well_beyond" if well else "beyond"
    return Rating(grade, fen=by.fen, bp=by.bp)


def _time(view: View, period: Period | None, asof: dt.date, limits: Limits) -> Rating | None:
    """Built later than planned; while it is not built, how many days the end has passed on the as-of day."""
    if period is None:
        return None
    built = built_on(view)
    if built is None and view.has(*ENDS):
        return None
    by = delay(built or max(asof, period.end), period)  # still within the period: nothing is early yet
    days = by.days
    grade: Grade = "kept" if days <= 0 else "well_beyond" if days > limits.days else "beyond"
    return Rating(grade, bp=by.bp or 0, days=days, running=built is None)


def quartiles(rising: Sequence[int]) -> tuple[int, int, int, int]:
    """Of rising figures those at a quarter, at half, at three quarters and the last: figures that are there (nearest rank)."""
    first, middle, third, last = (rising[-(-len(rising) * quarter // 4) - 1] for quarter in (1, 2, 3, 4))
    return first, middle, third, last

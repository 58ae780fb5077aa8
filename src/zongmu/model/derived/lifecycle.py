"""Contradictions between recorded acts: what cannot both be true. Gaps are not contradictions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from zongmu.model.acts.kinds import CONTRADICTIONS, ENDS, KINDS, PHASES_OF_WORK
from zongmu.model.acts.milestones import Approved, key_of
from zongmu.model.derived.timeline import Timeline
from zongmu.model.immutable import immutable


@immutable
class Contradiction:
    """Two acts that cannot both be true, or an act that answers nothing."""

    kind: str  # order, after_end, answers_nothing, answers_later
    key: str
    day: dt.date
    other: str
    other_day: dt.date | None


def contradictions(timeline: Timeline) -> Iterator[Contradiction]:
    """Every contradiction among the effective milestones of a record."""
    by_kind = timeline.by_kind
    for before, after in CONTRADICTIONS:
        if before in by_kind and after in by_kind:
            first, then = by_kind[before][0], by_kind[after][0]
            if then.date < first.date:
                yield Contradiction("order", key_of(then), then.date, key_of(first), first.date)
    end = timeline.first(*ENDS)
    if end is not None:
        for m in timeline.milestones:
            if m.date > end.date and KINDS[m.kind].phase in PHASES_OF_WORK:
                yield Contradiction("after_end", key_of(m), m.date, key_of(end), end.date)
    for m in timeline.milestones:
        of = m.__dict__.get("of")  # not every act has the field, and asking a model for one it has not is dear
        if of is None or of in timeline.voided:
            continue
        answered = timeline.by_key.get(of)
        if answered is None:
            yield Contradiction("answers_nothing", key_of(m), m.date, of, None)
        elif m.date < answered.date and not (isinstance(m, Approved) and answered.kind == "adjusted"):
            # What is approved anew is approved before it is carried out.
            yield Contradiction("answers_later", key_of(m), m.date, of, answered.date)

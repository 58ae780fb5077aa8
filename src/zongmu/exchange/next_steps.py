"""What may be recorded next of a project: the milestones that its measure uses and that contradict nothing recorded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from zongmu.model.acts.kinds import CONTRADICTIONS, ENDS, KINDS, PHASES_OF_WORK
from zongmu.model.acts.milestones import Act
from zongmu.model.derived.views import View
from zongmu.model.fields.titles import family_of
from zongmu.model.finding import Bilingual
from zongmu.model.immutable import immutable
from zongmu.policy.law.measure import Measure
from zongmu.store.fitting.shapes import Slot, slots


@immutable
class NextStep:
    """One kind of milestone that may come: what it needs, who confirms it, and whether the next stage begins with it."""

    kind: str
    title: Bilingual
    needs: tuple[str, ...]
    confirmed_by: str | None
    leads_on: bool
    recorded: int


def title_of(kind: str, measure: Measure | None) -> Bilingual:
    """What a kind is called: by the measure, else by the engine."""
    use = measure.milestones.get(kind) if measure is not None else None
    known = KINDS[kind]
    return use.title if use is not None and use.title is not None else Bilingual(known.zh, known.en)


def needs_of(kind: str, measure: Measure | None) -> tuple[str, ...]:
    """The fields that a milestone of *kind* needs: of the schema first, then what the measure asks for. Without ``kind``."""
    use = measure.milestones.get(kind) if measure is not None else None
    names = [s.name for s in slots_of(kind).values() if s.required and s.name != "kind"]
    return tuple(dict.fromkeys((*names, *(use.requires if use is not None else ()))))


def act_class(kind: str) -> type[Act]:
    """The class of a milestone of *kind*. Raises ``KeyError`` where there is no such kind."""
    family = family_of(kind)
    if family is None or not issubclass(family, Act):
        raise KeyError(kind)
    return family


def slots_of(kind: str) -> Mapping[str, Slot]:
    """The fields of a milestone of *kind*, by name."""
    return slots(act_class(kind))


def next_steps(view: View, measure: Measure | None, today: dt.date) -> list[NextStep]:
    """What may be recorded with a day up to *today*, in the order of a life; first the kinds that begin the next stage."""
    used = list(measure.milestones) if measure is not None and measure.milestones else list(KINDS)
    ended = view.has(*ENDS)
    stages = measure.stages if measure is not None else ()
    reached = [n for n, (_, kinds) in enumerate(stages) if view.has(*kinds)]
    following = set(stages[reached[-1] + 1][1] if reached and reached[-1] + 1 < len(stages) else ())
    if not reached and stages:
        following = set(stages[0][1])
    out = []
    for kind in sorted(used, key=list(KINDS).index):
        if ended and KINDS[kind].phase in (*PHASES_OF_WORK, "end"):
            continue
        after = view.first(*(later for one, later in CONTRADICTIONS if one == kind))
        if after is not None and not view.has(kind) and after.date < today and kind not in following:
            continue
        use = measure.milestones.get(kind) if measure is not None else None
        out.append(
            NextStep(
                kind,
                title_of(kind, measure),
                needs_of(kind, measure),
                use.confirmed_by if use is not None else None,
                kind in following,
                len(view.by_kind.get(kind, ())),
            )
        )
    return sorted(out, key=lambda s: not s.leads_on)

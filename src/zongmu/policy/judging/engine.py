"""Asking the rules about one record at a time, each act under the law of its own day.

Pure functions over loaded records. Nothing here reads a file, a clock or a Git repository.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterable, Iterator, Sequence
from typing import Any, Final

from zongmu.model.acts.milestones import key_of
from zongmu.model.derived.views import View
from zongmu.model.finding import (
    Outcome,
    Step,
    Verdict,
)
from zongmu.model.records.district import District
from zongmu.model.records.project import Project
from zongmu.model.records.system import System
from zongmu.policy.judging.context import Context, DistrictContext, Law, ProjectContext, RecordContext, SystemContext
from zongmu.policy.judging.weighing import EXCUSES, Ruling, advice, crashed, excuses_of, weigh
from zongmu.policy.judging.world import World
from zongmu.policy.law.loading import LoadedMeasure
from zongmu.policy.law.measure import LawStatus
from zongmu.policy.law.patience import TooLong
from zongmu.policy.law.rules import Guard, Rule

Answer = tuple[Verdict, bool]
"""A verdict, and whether it is only advice: the law has expired and the instance asked for it all the same."""


Under = tuple[LoadedMeasure, tuple[Rule, ...], Context]
"""A measure, its rules about a kind of record, and one record's context under it."""


def contexts_of(world: World, record: Any, subject: str, base: Any = None, view: View | None = None) -> Iterator[Under]:
    """The measures that have rules or facts about such a record, with its context under each.

    *base*: as :func:`judge`; *view*: what follows from a project's milestones, where somebody has worked it out already.
    """
    if view is None and isinstance(record, Project):
        view = View(record)
    for loaded, law in world.laws.get(record.jurisdiction, ()):
        rules = world.rules_for(loaded.measure.id, subject)
        if not rules and not any(fact.subject == subject for fact in loaded.facts):
            continue
        context = make_context(world, law, record, view)
        if base is not None:
            context.base = make_context(world, law, base)
        yield loaded, rules, context


def judge(
    world: World, record: Any, subject: str, base: Any = None, only: Container[str] | None = None
) -> Iterator[Ruling]:
    """Every ruling about one record. *base*: the same record at the base revision, or None; *only*: of these rules."""
    record_id = record.id if hasattr(record, "id") else subject
    for loaded, rules, context in contexts_of(world, record, subject, base):
        for rule in rules:
            if only is None or rule.id in only:
                yield from ask(context, loaded, rule, record_id)


def make_context(world: World, law: Law, record: Any, view: View | None = None) -> Context:
    """The context of a record of any type."""
    args = (law, world.asof, world.calendar, world.instance)
    if isinstance(record, Project):
        return ProjectContext(record, *args, world.roles, view, world.authority)
    if isinstance(record, System):
        return SystemContext(record, *args, world.roles)
    if isinstance(record, District):
        return DistrictContext(record, *args, world.roles)
    return RecordContext(record, *args, record.jurisdiction)


def ask(context: Context, loaded: LoadedMeasure, rule: Rule, record_id: str) -> Iterator[Ruling]:
    """One rule about one record (``each`` rules: about every milestone of their kinds), weighed."""
    for verdict, advisory in answers(context, loaded, rule):
        yield weigh(context, loaded, rule, record_id, verdict, advisory)


_NO_BASE: Final = ((Verdict(Outcome.NOT_APPLICABLE, "no_base"), False),)


_NOT_TRIGGERED: Final = ((Verdict(Outcome.NOT_APPLICABLE, "not_triggered"), False),)


_PREDATES: Final = ((Verdict(Outcome.UNDETERMINED, "predates_registry"), False),)


UNSET: Final = Verdict(Outcome.UNDETERMINED, "law_not_configured")


_NOT_ENCODED: Final = Verdict(Outcome.UNDETERMINED, "law_not_encoded")


_NO_MEASURE: Final = Verdict(Outcome.NOT_APPLICABLE, "no_measure_in_force")


def instead_of(law: Law, status: LawStatus) -> Verdict | None:
    """What stands instead of a verdict on an act of a day with that *status*; None where the measure speaks of it."""
    if status == "unset":
        return UNSET
    if status == "before":
        return _NOT_ENCODED if law.measure.replaces is not None else _NO_MEASURE
    return _NO_MEASURE if status == "expired" and law.after_expiry == "none" else None


def answers(context: Context, loaded: LoadedMeasure, rule: Rule) -> Sequence[Answer]:
    """What a rule says of a record, not weighed yet: most of what is asked is passed or does not apply."""
    if rule.compares and context.base is None:
        return _NO_BASE
    if not isinstance(context, ProjectContext):
        return _run(context, rule, _law_day(context, rule), context)
    if not rule.scope:
        outside = context.outside
        if outside is None:
            outside = context.outside = _outside(context, loaded)
        if outside:
            return ((outside[0], False),)
    if rule.applies_to:
        barred = _guarded(context, rule.applies_to)
        if barred is not None:
            return ((barred, False),)
    if rule.each:
        found = [m for kind in rule.each for m in context.view.by_kind.get(kind, ())]
        if not found:
            return _NOT_TRIGGERED
        out: list[Answer] = []
        for milestone in found:
            for verdict, advisory in _run(context, rule, milestone.date, context, milestone):
                out.append((verdict if verdict.at is not None else verdict.about(key_of(milestone)), advisory))
        return out
    view = context.view
    if rule.act and context.before_record(*rule.act):
        return _PREDATES
    first = view.first(*rule.act) if rule.act else view.first_act
    return _run(context, rule, context.asof if first is None else first.date, context)


def _outside(context: ProjectContext, loaded: LoadedMeasure) -> tuple[Verdict, ...]:
    """What rules of scope say where the measure does not speak of this project at all; asked once per project."""
    verdicts = [v for r in loaded.rules if r.scope for v, _ in _run(context, r, _law_day(context, r), context)]
    return tuple(v for v in verdicts if v.outcome is Outcome.NOT_APPLICABLE and v.because not in _SAYS_NOTHING)


_SAYS_NOTHING: Final = ("no_measure_in_force", "not_triggered")
"""Why a rule of scope does not apply itself: then it bars no other."""


def _guarded(context: ProjectContext, guards: tuple[Guard, ...]) -> Verdict | None:
    """The verdict that a guard gives instead of the rule, or None when all are met."""
    told = context.guarded
    for guard in guards:
        # Many rules share a guard; the guards of a measure live as long as the process, so their ids name them.
        if id(guard) in told:
            verdict = told[id(guard)]
        else:
            verdict = told[id(guard)] = _one_guard(context.project, guard)
        if verdict is not None:
            return verdict
    return None


def _one_guard(project: Project, guard: Guard) -> Verdict | None:
    value = getattr(project, guard.field)
    name = guard.field.rstrip("_")
    if value is None:
        return Verdict(Outcome.UNDETERMINED, "missing_field", (Step("missing", None, name),))
    if (value in guard.values) is guard.but:
        return Verdict(Outcome.NOT_APPLICABLE, guard.because, (Step("guard", value, name),))
    return None


def _law_day(context: Context, rule: Rule) -> dt.date:
    """The day that selects the law: of the act that the rule names, else of the record's first act, else the as-of day."""
    if not isinstance(context, ProjectContext | SystemContext):
        return context.asof
    first = context.view.first(*rule.act) if rule.act else context.view.first_act
    return first.date if first is not None else context.asof


def _run(context: Context, rule: Rule, day: dt.date, *args: Any) -> Sequence[Answer]:
    """Run a rule under the law of *day*; a crash is its own outcome."""
    law = context.law
    status = law.status(day)
    if status != "in_force" and not (status == "before" and rule.duty):
        instead = instead_of(law, status)
        if instead is not None:
            return ((instead, False),)
    advisory = status == "expired" and law.after_expiry == "advisory"
    context.law_day = day
    try:
        if rule.id in law.given_up:
            raise TooLong(f"{rule.id} took too long before and is not asked again")
        result = rule.run(*args)
        if type(result) is Verdict:
            return ((advice(result) if advisory and result.outcome is Outcome.FAIL else result, advisory),)
        verdicts = (result,) if isinstance(result, Verdict) else tuple(result)
        for verdict in verdicts:
            if not isinstance(verdict, Verdict):
                raise TypeError(f"{type(verdict).__name__} is no verdict")
    except (Exception, SystemExit) as crash:
        if isinstance(crash, TooLong):
            law.given_up.add(rule.id)
        return ((crashed(crash), False),)
    return [(advice(v) if advisory and v.outcome is Outcome.FAIL else v, advisory) for v in verdicts]


class FactCrash(Exception):
    """A fact function crashed on a record. Like a crash of a rule: never a verdict on the record."""

    def __init__(self, fact: str, crash: BaseException) -> None:
        super().__init__(f"{fact}: {type(crash).__name__}: {crash}")
        self.fact = fact


def facts_of(world: World, record: Any, subject: str, under: Iterable[Under] | None = None) -> dict[str, Any]:
    """The facts of one record: fact id → value. Facts of a measure are taken under each measure of the jurisdiction.

    *under*: what :func:`contexts_of` said of the record, where somebody has asked already. Raises :class:`FactCrash` when
    a fact crashes.
    """
    out: dict[str, Any] = {}
    if isinstance(record, Project) and (record.waivers or record.reasons):
        out[EXCUSES] = excuses_of(record)
    for loaded, _, context in contexts_of(world, record, subject) if under is None else under:
        # A fact is of the record alone, whatever rule was asked before.
        context.law_day, context.base = context.asof, None
        for source in loaded.facts:
            if source.subject == subject:
                try:
                    out[source.id] = source.run(context)
                except (Exception, SystemExit) as crash:
                    raise FactCrash(source.id, crash) from crash
    return out

"""Asking the rules: one record at a time, each act under the law of its own day, severity from the sentence.

Pure functions over loaded records. Nothing here reads a file, a clock or a Git repository.
"""

from __future__ import annotations

import datetime as dt
import traceback
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from zongmu.model.calendar import Calendar
from zongmu.model.derive import View
from zongmu.model.district import District
from zongmu.model.finding import (
    Bilingual,
    Cap,
    Category,
    Finding,
    Outcome,
    Severity,
    Step,
    Verdict,
    immutable,
)
from zongmu.model.instance import Instance
from zongmu.model.milestones import key_of
from zongmu.model.project import Project
from zongmu.model.system import System
from zongmu.policy.asof import WatchedDay
from zongmu.policy.context import (
    Context,
    DistrictContext,
    Law,
    ProjectContext,
    RecordContext,
    RegistryContext,
    SystemContext,
)
from zongmu.policy.loading import PACKAGE, Checks, LoadedMeasure, RuleText
from zongmu.policy.measure import SEVERITY, UNIT, LawStatus
from zongmu.policy.patience import TooLong
from zongmu.policy.rules import FactSource, Guard, Rule
from zongmu.policy.words import BECAUSE


@immutable
class Ruling:
    """What one rule says of one record."""

    measure: str
    rule: Rule
    record: str
    verdict: Verdict
    severity: Severity
    addressee: str | None  # role in whose queue it goes; None: the project unit's
    advisory: bool = False  # the law has expired and the instance asked for advice: never counted, never blocking


Vocabulary = tuple[Mapping[str, Mapping[str, object]], frozenset[str]]
"""Code lists by name; ids of rules and addresses of sentences."""


class World:
    """What all rules share in one run: the checks, this instance, the calendar, the as-of day, who holds which role.

    ``authority`` is who held which role before the change that is judged: nobody waives or acknowledges by a role that the
    change itself gives.
    """

    __slots__ = (
        "_vocabularies",
        "asof",
        "authority",
        "by_subject",
        "calendar",
        "check_facts",
        "checks",
        "instance",
        "laws",
        "roles",
    )

    def __init__(
        self,
        checks: Checks,
        instance: Instance,
        calendar: Calendar,
        asof: dt.date,
        roles: Mapping[str, frozenset[str]],
        authority: Mapping[str, frozenset[str]] | None = None,
    ) -> None:
        self.authority = roles if authority is None else authority
        self.checks = checks
        self.instance = instance
        self.calendar = calendar
        self.asof = asof
        self.roles = roles
        self.laws: dict[str, tuple[tuple[LoadedMeasure, Law], ...]] = {
            j.id: tuple(
                (checks.measures[m], Law(checks.measures[m].measure, checks.measures[m].parameters, instance))
                for m in j.measures
                if m in checks.measures
            )
            for j in instance.jurisdictions
        }
        self.by_subject: dict[tuple[str, str], tuple[Rule, ...]] = {}
        for loaded in checks.measures.values():
            for rule in loaded.rules:
                key = (loaded.measure.id, rule.subject)
                self.by_subject[key] = (*self.by_subject.get(key, ()), rule)
        self.check_facts: dict[str, tuple[FactSource[Any], ...]] = {}
        for source in {f.id: f for check in checks.common for f in check.reads}.values():
            self.check_facts[source.subject] = (*self.check_facts.get(source.subject, ()), source)
        self._vocabularies: dict[str | None, Vocabulary] = {}

    def watched(self) -> World:
        """The same, with an as-of day that notes on which other days the same would be said."""
        other = copy(self)
        other.asof = WatchedDay(self.asof)
        return other

    def rules_for(self, measure: str, subject: str) -> tuple[Rule, ...]:
        """The rules of a measure about a subject."""
        return self.by_subject.get((measure, subject), ())

    def vocabulary(self, jurisdiction: str | None) -> Vocabulary:
        """What a jurisdiction's measures name: its code lists, and its rules and sentences."""
        if jurisdiction not in self._vocabularies:
            codes: dict[str, dict[str, object]] = {}
            names: set[str] = set()
            for loaded, _ in self.laws.get(jurisdiction or "", ()):
                for name, table in loaded.measure.codes.items():
                    codes.setdefault(name, {}).update(table)
                if loaded.measure.roles:  # a measure that is only begun leaves the roles open, like any list it lacks
                    codes.setdefault("role", {}).update(loaded.measure.roles)
                codes.setdefault("stage", {}).update({stage: None for stage, _ in loaded.measure.stages})
                names.update(rule.id for rule in loaded.rules)
                names.update(loaded.measure.sentences)
            self._vocabularies[jurisdiction] = codes, frozenset(names)
        return self._vocabularies[jurisdiction]


def roles_of(organizations: Iterable[Any]) -> dict[str, frozenset[str]]:
    """Role → organizations that hold it, from the organizations' files."""
    held: dict[str, set[str]] = {}
    for organization in organizations:
        for role in organization.holds:
            held.setdefault(role, set()).add(organization.id)
    return {role: frozenset(ids) for role, ids in held.items()}


# ── one record ──


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
_UNSET: Final = Verdict(Outcome.UNDETERMINED, "law_not_configured")
_NOT_ENCODED: Final = Verdict(Outcome.UNDETERMINED, "law_not_encoded")
_NO_MEASURE: Final = Verdict(Outcome.NOT_APPLICABLE, "no_measure_in_force")


def _instead(law: Law, status: LawStatus) -> Verdict | None:
    """What stands instead of a verdict on an act of a day with that *status*; None where the measure speaks of it."""
    if status == "unset":
        return _UNSET
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
        instead = _instead(law, status)
        if instead is not None:
            return ((instead, False),)
    advisory = status == "expired" and law.after_expiry == "advisory"
    context.law_day = day
    try:
        if rule.id in law.given_up:
            raise TooLong(f"{rule.id} took too long before and is not asked again")
        result = rule.run(*args)
        if type(result) is Verdict:
            return ((_advice(result) if advisory and result.outcome is Outcome.FAIL else result, advisory),)
        verdicts = (result,) if isinstance(result, Verdict) else tuple(result)
        for verdict in verdicts:
            if not isinstance(verdict, Verdict):
                raise TypeError(f"{type(verdict).__name__} is no verdict")
    except (Exception, SystemExit) as crash:
        if isinstance(crash, TooLong):
            law.given_up.add(rule.id)
        return ((_crashed(crash), False),)
    return [(_advice(v) if advisory and v.outcome is Outcome.FAIL else v, advisory) for v in verdicts]


def _crashed(crash: BaseException) -> Verdict:
    """What stands instead of a verdict where the rule itself is wrong: the error, and where in ``checks/`` it came up.

    A rule that was stopped because it came to no end has no error of its own, only a place.
    """
    place = ""
    for frame in reversed(traceback.extract_tb(crash.__traceback__)):
        parts = Path(frame.filename).parts
        if PACKAGE in parts[:-1]:
            place = f"{'/'.join(parts[len(parts) - 1 - parts[::-1].index(PACKAGE) :])}:{frame.lineno}"
            break
    if isinstance(crash, TooLong):
        return Verdict(Outcome.ERROR, "rule_stopped", (Step("stopped", place),) if place else ())
    said = f"{type(crash).__name__}: {crash}"
    return Verdict(Outcome.ERROR, "rule_crashed", (Step("crash", f"{said} ({place})" if place else said),))


def _advice(verdict: Verdict) -> Verdict:
    """A failure under a law that has expired."""
    return verdict.capped(Cap(Severity.NOTICE, "advisory"))


def weigh(
    context: Context,
    loaded: LoadedMeasure,
    rule: Rule,
    record_id: str,
    verdict: Verdict,
    advisory: bool,
    excuses: Iterable[Excuse] = (),
) -> Ruling:
    """Weigh a verdict: modality of the cited sentence part, then the declared caps, waivers and reasons."""
    severity, addressee = Severity.NONE, verdict.addressee
    cites = verdict.cites or rule.cites
    sentence = loaded.measure.sentence(cites[0])
    if sentence is None:
        # A breach of a sentence that is not there would weigh nothing.
        verdict = _crashed(LookupError(f"{cites[0]} does not exist"))
    if verdict.outcome is Outcome.ERROR or sentence is None:
        severity = Severity.BLOCKING
    elif verdict.outcome is Outcome.FAIL:
        severity = SEVERITY[sentence.modality]
        if addressee is None and sentence.binds != UNIT:
            addressee = sentence.binds
        if isinstance(context, ProjectContext):
            verdict = _excused(context, rule, cites, severity, verdict)
        elif excuses and isinstance(context, RegistryContext):
            verdict = _excused_across(context, rule, cites, severity, verdict, excuses)
        for cap in verdict.caps:
            severity = min(severity, cap.severity)
    return Ruling(loaded.measure.id, rule, record_id, verdict, severity, addressee, advisory)


def _excused(
    context: ProjectContext, rule: Rule, cites: tuple[str, ...], severity: Severity, verdict: Verdict
) -> Verdict:
    """A waiver caps a failure at a notice; a recorded reason does so for what the law puts as a principle."""
    names = (rule.id, *cites)
    project = context.project
    if project.waivers and context.waiver(*names, by=rule.waivable_by) is not None:
        return _capped(verdict, "waived")
    if project.reasons and severity is SEVERITY["principle"] and context.reason(*names) is not None:
        return _capped(verdict, "explained")
    return verdict


def _capped(verdict: Verdict, why: str) -> Verdict:
    if any(cap.why == why for cap in verdict.caps):  # the rule asked for itself
        return verdict
    return verdict.capped(Cap(Severity.NOTICE, why))


EXCUSES = "zongmu.excuses"
"""Fact that the engine itself takes of projects, for rules across records.

``[waived or explained, of, until, authority, level of the project]``.
"""

Excuse = tuple[str, str, str | None, str | None, str | None]


def _iso(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()


def _excuses_of(project: Project) -> list[list[str | None]]:
    """The waivers and reasons of a project."""
    waived = [["waived", w.of, _iso(w.until), w.authority, project.level] for w in project.waivers]
    return waived + [["explained", r.of, _iso(r.until), None, None] for r in project.reasons]


def _excused_across(
    context: RegistryContext,
    rule: Rule,
    cites: tuple[str, ...],
    severity: Severity,
    verdict: Verdict,
    excuses: Iterable[Excuse],
) -> Verdict:
    """The same for a ruling of a rule across records."""
    for why, of, until, authority, level in excuses:
        if (of != rule.id and of not in cites) or (until is not None and until < context.asof.isoformat()):
            continue
        may = rule.waivable_by or context.law.measure.may_waive(level)
        if why == "waived" and any(authority in context.authority.get(role, ()) for role in may):
            return _capped(verdict, why)
        if why == "explained" and severity is SEVERITY["principle"]:
            return _capped(verdict, why)
    return verdict


# ── across records ──


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
        out[EXCUSES] = _excuses_of(record)
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


def gather(per_record: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Record id → facts, turned into fact id → record id → value."""
    out: dict[str, dict[str, Any]] = {}
    for record_id, facts in per_record.items():
        for fact_id, value in facts.items():
            out.setdefault(fact_id, {})[record_id] = value
    return out


def judge_registry(
    world: World,
    jurisdiction: str,
    facts: Mapping[str, Mapping[str, Any]],
    base_facts: Mapping[str, Mapping[str, Any]] | None,
) -> Iterator[Ruling]:
    """Rulings of the rules across records of one jurisdiction. Such a rule yields ``(record id, verdict)``.

    A rule is silent about nothing it was asked: while the measure's first day is not set it is undetermined for the whole
    jurisdiction. Acts of a day on which the measure was in force are judged after its end too.
    """
    for loaded, law, rule in rules_across(world, jurisdiction):
        yield from ask_across(world, jurisdiction, loaded, law, rule, facts, base_facts)


def rules_across(world: World, jurisdiction: str) -> Iterator[tuple[LoadedMeasure, Law, Rule]]:
    """The rules across records of a jurisdiction, each with its measure and how it is applied."""
    for loaded, law in world.laws.get(jurisdiction, ()):
        for rule in world.rules_for(loaded.measure.id, "registry"):
            yield loaded, law, rule


def ask_across(
    world: World,
    jurisdiction: str,
    loaded: LoadedMeasure,
    law: Law,
    rule: Rule,
    facts: Mapping[str, Mapping[str, Any]],
    base_facts: Mapping[str, Mapping[str, Any]] | None,
) -> Iterator[Ruling]:
    """One rule across records, weighed. What it says follows from *world* and from the facts that it asks for.

    Only a rule that declares to compare sees the facts of the base.
    """
    if rule.compares and base_facts is None:
        return
    excuses = facts.get(EXCUSES, {})
    context = RegistryContext(
        law,
        world.asof,
        world.calendar,
        world.instance,
        jurisdiction,
        facts,
        base_facts if rule.compares else None,
        world.roles,
        world.authority,
    )
    if law.since is None:
        yield weigh(context, loaded, rule, jurisdiction, _UNSET, advisory=False)
        return
    for record_id, verdict in _pairs(rule, context, jurisdiction):
        status = law.status(context.law_day)
        if not rule.duty and verdict.outcome is not Outcome.ERROR:
            instead = _instead(law, status)
            verdict = verdict if instead is None else replace(instead, at=verdict.at)
        advisory = status == "expired" and law.after_expiry == "advisory"
        if advisory and verdict.outcome is Outcome.FAIL:
            verdict = _advice(verdict)
        yield weigh(context, loaded, rule, record_id, verdict, advisory, excuses.get(record_id, ()))


def _pairs(rule: Rule, context: RegistryContext, jurisdiction: str) -> Iterator[tuple[str, Verdict]]:
    """What a rule across records yields, one by one; a crash ends it and is its own outcome.

    Each verdict is about an act of its own day: the rule asks of that day (``ungoverned``) before it yields, and
    ``context.law_day`` holds the answer's day until the next. Without asking, the as-of day selects the law.
    """
    try:
        rulings = iter(rule.run(context))
        while True:
            context.law_day = context.asof
            found = next(rulings, None)
            if found is None:
                return
            record_id, verdict = found
            if not isinstance(verdict, Verdict):
                raise TypeError(f"{type(verdict).__name__} is no verdict")
            yield record_id, verdict
    except (Exception, SystemExit) as crash:
        context.law_day = context.asof
        yield jurisdiction, _crashed(crash)


# ── to findings ──


def because(loaded: LoadedMeasure, verdict: Verdict) -> Bilingual:
    """The words for why a verdict is what it is."""
    key = verdict.because or verdict.outcome.value
    return loaded.words_for(key) or BECAUSE.get(key) or Bilingual(key, key)


REPORT: Final = Bilingual(
    "这是 checks/ 里的规则本身有错，不是登记有错：请报给维护规则的人，附上这条信息",
    "the rule in checks/ is wrong, not the record: report this to those who maintain the rules",
)


LATE: Final = Bilingual(
    "日期写错的，改正并加更正行；已获批准而未登记的（如延期），补登；确实晚了的补不回来，由有权机关确认，如实留存",
    "Correct a day that is written wrongly, with its correction row; record what was granted and is not recorded (an "
    "extension, say); what was really late nothing makes early: the competent body acknowledges it, and it stays on record",
)


def next_step(loaded: LoadedMeasure, ruling: Ruling) -> Bilingual:
    """What to do about a ruling: the cure of its rule, but for what no record can cure any more."""
    if ruling.verdict.outcome is Outcome.ERROR:
        return REPORT
    if ruling.verdict.because == "late" and ruling.severity is Severity.BLOCKING:
        return LATE
    text = loaded.texts.get(ruling.rule.id)
    return text.cure if text is not None else Bilingual("", "")


def _message(loaded: LoadedMeasure, ruling: Ruling, text: RuleText | None) -> Bilingual:
    """What a rule found and why. Equal messages are one object: a worker then sends each of them once."""
    key = (ruling.rule.id, ruling.verdict.because or ruling.verdict.outcome.value)
    message = loaded.messages.get(key)
    if message is None:
        title = text.title if text else Bilingual(ruling.rule.id, ruling.rule.id)
        why = because(loaded, ruling.verdict)
        message = loaded.messages[key] = Bilingual(f"{title.zh}：{why.zh}", f"{title.en}: {why.en}")
    return message


def to_finding(checks: Checks, ruling: Ruling, path: str) -> Finding:
    """The finding of a ruling that has something to say (a failure, or a crash of the rule)."""
    loaded = checks.measures[ruling.measure]
    text = loaded.texts.get(ruling.rule.id)
    at = next((s.path for s in reversed(ruling.verdict.trace) if s.path), None)
    return Finding(
        code=ruling.rule.id,
        category=Category.LAW,
        severity=ruling.severity,
        record=ruling.record,
        path=path,
        message=_message(loaded, ruling, text),
        next_step=next_step(loaded, ruling),
        key=ruling.verdict.at,
        field_path=at,
        outcome=ruling.verdict.outcome,
        verdict=ruling.verdict,
        addressee=ruling.addressee,
    )

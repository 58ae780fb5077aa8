"""What a verdict weighs: the modality of the sentence it cites, and what lowers it: caps, waivers, recorded reasons."""

from __future__ import annotations

import datetime as dt
import traceback
from collections.abc import Iterable
from pathlib import Path

from zongmu.model.finding import (
    Cap,
    Outcome,
    Severity,
    Step,
    Verdict,
)
from zongmu.model.immutable import immutable
from zongmu.model.records.project import Project
from zongmu.policy.judging.context import Context, ProjectContext, RegistryContext
from zongmu.policy.law.law_modules import PACKAGE
from zongmu.policy.law.loading import LoadedMeasure
from zongmu.policy.law.measure import SEVERITY, UNIT
from zongmu.policy.law.patience import TooLong
from zongmu.policy.law.rules import Rule


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


def crashed(crash: BaseException) -> Verdict:
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


def advice(verdict: Verdict) -> Verdict:
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
        verdict = crashed(LookupError(f"{cites[0]} does not exist"))
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


def excuses_of(project: Project) -> list[list[str | None]]:
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

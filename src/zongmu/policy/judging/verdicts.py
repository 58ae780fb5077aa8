"""The verdicts that rules give, and how several become one."""

from __future__ import annotations

from typing import Any, Final

from zongmu.model.derived.timeline import Fact
from zongmu.model.finding import Cap, Outcome, Severity, Step, Verdict
from zongmu.model.records.project import Attestation


def passed(*trace: Step, because: str | None = None, **more: Any) -> Verdict:
    """The record does what the sentence asks."""
    return Verdict(Outcome.PASS, because, trace, **more)


def failed(*trace: Step, because: str | None = None, **more: Any) -> Verdict:
    """The record does not. Weight follows from the modality of the cited sentence."""
    return Verdict(Outcome.FAIL, because, trace, **more)


def attested_step(row: Attestation) -> Step:
    """The line of a trace that says what somebody vouched for, and when."""
    return Step("attested", row.date, f"attestations/{row.seq}", None, row.kind)


def warned(why: str, *trace: Step, because: str | None = None, **more: Any) -> Verdict:
    """A failure that weighs a warning at most, for the declared reason *why* (a reading such as ``I17``, or ``principle``)."""
    return Verdict(Outcome.FAIL, because, trace, caps=(Cap(Severity.WARNING, why), *more.pop("caps", ())), **more)


def noticed(why: str, *trace: Step, because: str | None = None, **more: Any) -> Verdict:
    """A failure that weighs a notice at most, for the declared reason *why*."""
    return Verdict(Outcome.FAIL, because, trace, caps=(Cap(Severity.NOTICE, why), *more.pop("caps", ())), **more)


def undetermined(because: str, *trace: Step, **more: Any) -> Verdict:
    """Nobody can say yet: ``missing_field``, ``not_due``, ``needs_attestation``, ``law_not_encoded``, …"""
    return Verdict(Outcome.UNDETERMINED, because, trace, **more)


def not_applicable(because: str, *trace: Step, **more: Any) -> Verdict:
    """The sentence does not speak of this record, for the reason *because*."""
    return Verdict(Outcome.NOT_APPLICABLE, because, trace, **more)


def missing(*facts: Fact[Any]) -> Verdict:
    """Undetermined because a fact is not recorded."""
    return Verdict(Outcome.UNDETERMINED, "missing_field", tuple(Step("missing", None, f.path) for f in facts))


_ORDER: Final = {Outcome.ERROR: 0, Outcome.FAIL: 1, Outcome.UNDETERMINED: 2, Outcome.PASS: 3}


def _rank(verdict: Verdict) -> tuple[int, int]:
    """By what the gravest comes first."""
    least = min([cap.severity for cap in verdict.caps]) if verdict.caps else Severity.BLOCKING
    return (_ORDER[verdict.outcome], -least)


def all_of(*verdicts: Verdict) -> Verdict:
    """Strong Kleene *and*: any failure fails, any undetermined is undetermined, not applicable counts as nothing.

    The gravest failure wins (fewest caps first), traces are joined.
    """
    if not verdicts:
        return not_applicable("nothing_to_judge")
    counted = [v for v in verdicts if v.outcome is not Outcome.NOT_APPLICABLE]
    # What does not apply today may apply from a day on: that day counts too.
    until = min([v.until for v in verdicts if v.until is not None], default=None)
    if len(counted) < 2:
        only = counted[0] if counted else verdicts[0]
        return only if until is None or until == only.until else only.turning(until)
    worst = min(counted, key=_rank)
    trace = tuple([step for v in counted for step in v.trace])
    return Verdict(
        worst.outcome,
        worst.because,
        trace,
        until=until,
        due=worst.due,
        excess=worst.excess,
        caps=worst.caps,
        at=worst.at,
        addressee=worst.addressee,
        cites=worst.cites,
        provisional=any(v.provisional for v in counted),
        unit=worst.unit,
    )


def any_of(*verdicts: Verdict) -> Verdict:
    """Strong Kleene *or*: any pass passes; else any undetermined is undetermined; else it fails."""
    for outcome in (Outcome.PASS, Outcome.UNDETERMINED, Outcome.FAIL):
        for v in verdicts:
            if v.outcome is outcome:
                return v
    return verdicts[0] if verdicts else not_applicable("nothing_to_judge")

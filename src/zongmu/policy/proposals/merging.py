"""What may be merged. A defect of the record that the change brings is refused; a breach of the law needs a person.

A finding says what the law says; the gate says what may be merged (decision 1). Blame is the tip against the tip overlaid with
the change, both at the same as-of day: what was already so is named as such and does not block, unless the change makes it
worse.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import Final

from zongmu.model.finding import Category, ChangeState, Finding, Gate, Outcome, Severity
from zongmu.model.immutable import immutable
from zongmu.model.record_types import type_of_path


@immutable
class Counts:
    """How many findings there are, of some kinds; acknowledged ones count as nothing else."""

    findings: int = 0
    acknowledged: int = 0
    warnings: int = 0
    notices: int = 0
    waived: int = 0
    explained: int = 0

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> Counts:
        """The counts of *findings*."""
        total = acknowledged = 0
        weights: Counter[Severity] = Counter()
        caps: Counter[str] = Counter()
        for finding in findings:
            total += 1
            if finding.acknowledged is not None:
                acknowledged += 1
            else:
                weights[finding.severity] += 1
            if finding.verdict is not None:
                caps.update(cap.why for cap in finding.verdict.caps)
        return cls(
            total, acknowledged, weights[Severity.WARNING], weights[Severity.NOTICE], caps["waived"], caps["explained"]
        )

    @property
    def row(self) -> tuple[int, ...]:
        """The figures in their order."""
        return self.findings, self.acknowledged, self.warnings, self.notices, self.waived, self.explained

    def __add__(self, other: Counts) -> Counts:
        return Counts(*map(int.__add__, self.row, other.row))

    def __sub__(self, other: Counts) -> Counts:
        return Counts(*map(int.__sub__, self.row, other.row))


_NONE: Final = Counts()


@immutable
class Decision:
    """The gate's answer, with every finding in its state.

    ``unlisted``: findings that were already so and are only counted, where nobody asked for a list of them.
    """

    gate: Gate
    findings: tuple[Finding, ...]
    cured: tuple[Finding, ...]
    unlisted: Counts = _NONE

    @property
    def existing(self) -> int:
        """How many findings were already so."""
        return self.unlisted.findings + sum(f.state is ChangeState.EXISTING for f in self.findings)

    @property
    def counts(self) -> Counts:
        """The counts of all findings."""
        return Counts.of(self.findings) + self.unlisted

    @property
    def refused(self) -> tuple[Finding, ...]:
        """Defects of the record that stand in the way."""
        return tuple(f for f in self.findings if stands_in_way(f) and f.category is Category.RECORD)

    @property
    def needs_person(self) -> tuple[Finding, ...]:
        """Breaches of the law that nobody in the competent role has acknowledged."""
        return tuple(f for f in self.findings if stands_in_way(f) and f.category is Category.LAW)


def stands_in_way(finding: Finding) -> bool:
    """Whether a finding keeps the change out: blocking, the change's own doing, and acknowledged by nobody."""
    return (
        finding.severity is Severity.BLOCKING
        and finding.state in (ChangeState.NEW, ChangeState.WORSE)
        and finding.acknowledged is None
    )


def decide(head: Iterable[Finding], base: Iterable[Finding] | None = None, *, strict: bool = False) -> Decision:
    """The gate's answer to the findings of *head*; with *base*, only to what the change adds or makes worse.

    With *strict* a warning of the record counts like a defect, and a warning of the law like a breach.
    """
    found = tuple(head)
    cured: tuple[Finding, ...] = ()
    if base is not None:
        found, cured = _compared(found, base)
    judged = tuple(
        replace(f, severity=Severity.BLOCKING) if strict and f.severity is Severity.WARNING else f for f in found
    )
    gate = Gate.GOOD
    for finding in judged:
        if stands_in_way(finding):
            if finding.category is Category.RECORD or finding.outcome is Outcome.ERROR:
                gate = Gate.REFUSED
                break
            gate = Gate.NEEDS_PERSON
    return Decision(gate, judged, cured)


_Print = tuple[str, str, str, str]


def _print(finding: Finding) -> _Print:
    """What makes findings of two revisions the same: the fingerprint, and of what type the record is.

    Records of two types may share an id: the plan, the draws and the returns of a year, a body and its system.
    """
    return (type_name(finding.path), *finding.fingerprint)


@lru_cache(maxsize=1 << 17)
def type_name(path: str) -> str:
    """The type of the record at *path*; empty where none belongs there."""
    of = type_of_path(path)
    return of.name if of is not None else ""


def _compared(head: tuple[Finding, ...], base: Iterable[Finding]) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """*head* in its states, and what of *base* is no more.

    Findings of one fingerprint are held against each other the gravest first: a second one where there was one is new.
    """
    before: dict[_Print, list[Finding]] = {}
    for finding in base:
        before.setdefault(_print(finding), []).append(finding)
    after: dict[_Print, list[int]] = {}
    for place, finding in enumerate(head):
        after.setdefault(_print(finding), []).append(place)
    out = list(head)
    for fingerprint, places in after.items():
        rows = sorted(before.get(fingerprint, ()), key=_weight, reverse=True)
        for n, place in enumerate(sorted(places, key=lambda p: _weight(head[p]), reverse=True)):
            out[place] = head[place].in_state(_state(head[place], rows[n] if n < len(rows) else None))
    cured = [
        row.in_state(ChangeState.CURED)
        for fingerprint, rows in before.items()
        for row in sorted(rows, key=_weight, reverse=True)[len(after.get(fingerprint, ())) :]
    ]
    return tuple(out), tuple(cured)


def _weight(finding: Finding) -> tuple[int, int]:
    excess = finding.verdict.excess if finding.verdict is not None else None
    return (finding.severity, excess or 0)


def _state(finding: Finding, old: Finding | None) -> ChangeState:
    if old is None:
        return ChangeState.NEW
    if finding.severity > old.severity:
        return ChangeState.WORSE
    now = finding.verdict.excess if finding.verdict is not None else None
    then = old.verdict.excess if old.verdict is not None else None
    if now is not None and then is not None and now > then:
        return ChangeState.WORSE
    return ChangeState.EXISTING

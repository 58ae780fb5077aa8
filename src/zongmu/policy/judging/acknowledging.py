"""Findings with the acknowledgement that covers them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from zongmu.model.finding import Finding, Verdict
from zongmu.model.records.endorsement import Endorsements
from zongmu.policy.judging.exceptions import competent
from zongmu.policy.judging.world import World
from zongmu.store.registry import LoadedRecord


class Acknowledged(NamedTuple):
    """That a role takes note of a breach, of an excess up to *excess*."""

    seq: str
    excess: int | None
    role: str

    def covers(self, verdict: Verdict | None) -> bool:
        """Whether a breach is no worse than it was then. What grows by the passing of time alone (an overdue duty) is no
        worsening by anybody's hand."""
        if self.excess is None or verdict is None or verdict.excess is None:
            return True
        return verdict.excess <= self.excess or verdict.because == "overdue"


Acknowledgements = Mapping[tuple[str, str, str], list[Acknowledged]]
"""By the fingerprint of the breach."""


def acknowledgements_in(records: Iterable[LoadedRecord], world: World) -> Acknowledgements:
    """What is acknowledged in *records* by whoever holds the role; whoever does not acknowledges nothing, and is told so."""
    found: dict[tuple[str, str, str], list[Acknowledged]] = {}
    for loaded in records:
        model = loaded.model
        if isinstance(model, Endorsements):
            for row in model.acknowledgements:
                if competent(world, row):
                    given = Acknowledged(str(row.seq), row.excess, row.role)
                    found.setdefault((row.code, model.subject, row.key or ""), []).append(given)
    return found


def acknowledged(findings: Iterable[Finding], given: Acknowledgements) -> Iterator[Finding]:
    """Findings with the acknowledgement that covers them: same code and key, no worse than when it was given."""
    for finding in findings:
        if given and finding.is_breach:
            covering = next((row for row in given.get(finding.fingerprint, ()) if row.covers(finding.verdict)), None)
            if covering is not None:
                finding = replace(finding, acknowledged=f"{covering.role}/{covering.seq}")
        yield finding

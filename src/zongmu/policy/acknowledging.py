"""Findings with the acknowledgement that covers them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from zongmu.model.endorsement import Endorsements
from zongmu.model.finding import Finding
from zongmu.policy.exceptions import competent
from zongmu.policy.world import World
from zongmu.store.registry import LoadedRecord


class Acknowledged(NamedTuple):
    """That a role takes note of a breach, of an excess up to *excess*."""

    seq: str
    excess: int | None
    role: str


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
            excess = finding.verdict.excess if finding.verdict is not None else None
            for seq, limit, role in given.get(finding.fingerprint, ()):
                if limit is None or excess is None or excess <= limit or _runs_on(finding):
                    finding = replace(finding, acknowledged=f"{role}/{seq}")
                    break
        yield finding


def _runs_on(finding: Finding) -> bool:
    """Whether the excess grows by the passing of time alone (an overdue duty): that is no worsening by anybody's hand."""
    return finding.verdict is not None and finding.verdict.because == "overdue"

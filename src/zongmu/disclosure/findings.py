"""What may be said outside about a rule's outcome.

A finding leaks what it read. An outcome is public only if its rule is publishable and every field on its trace is public;
otherwise the rule is listed as "checked, not public", whatever came of it, and counts nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from zongmu.disclosure.projection import MILESTONE_FIELDS, MILESTONE_KINDS_WITHHELD, STATE_FIELDS
from zongmu.model.finding import Outcome, Severity, Verdict
from zongmu.model.kinds import KINDS
from zongmu.policy.engine import Ruling
from zongmu.policy.loading import LoadedMeasure

_OTHER_PUBLIC = frozenset({"payments", "om_costs", "progress", "external_ids", "hosting", "waivers"})
_PRIVATE_PARTS = frozenset({"own_room", "private_network", "budget", "quota", "note", "reason", "budget_ref"})


@dataclass(frozen=True, slots=True)
class PublicFinding:
    """An outcome as the public sees it. ``withheld``: checked, and the outcome is not public."""

    rule: str
    cites: tuple[str, ...]
    withheld: bool
    outcome: Outcome | None = None
    severity: Severity | None = None
    verdict: Verdict | None = None
    addressee: str | None = None
    acknowledged: bool = False
    advisory: bool = False


@cache
def public_path(path: str, public_documents: frozenset[str]) -> bool:
    """Whether a field path of a trace may be seen outside."""
    parts = path.split("/")
    if parts[0] == "milestones":
        rest = parts[1:]
        if not rest:
            return True
        if rest[0] in KINDS:
            if rest[0] in MILESTONE_KINDS_WITHHELD:
                return False
            rest = rest[1:]
            if rest and rest[0].isdigit():
                rest = rest[1:]
        if not rest:
            return True
        if rest[0] == "documents":
            return len(rest) > 1 and rest[1] in public_documents
        return rest[0] in MILESTONE_FIELDS
    if any(part in _PRIVATE_PARTS for part in parts):
        return False
    return (
        parts[0] in STATE_FIELDS
        or parts[0] in _OTHER_PUBLIC
        or parts[0]
        in (
            "shared_resources",
            "usage",
            "in_use_since",
            "entries",
            "supplements",
            "approved",
            "compiled",
            "plans",
            "draws",
            "trainings",
        )
    )


def publishable(ruling: Ruling, public_documents: frozenset[str]) -> bool:
    """Whether the outcome of a ruling may be said outside."""
    if ruling.rule.disclosure != "public":
        return False
    return all(s.path is None or public_path(s.path, public_documents) for s in ruling.verdict.trace)


def public_findings(
    rulings: Iterable[Ruling], public_documents: frozenset[str], acknowledged: frozenset[tuple[str, str]] = frozenset()
) -> tuple[PublicFinding, ...]:
    """The outcomes of a project as the public sees them. *acknowledged*: (rule, key) pairs."""
    out: list[PublicFinding] = []
    hidden: set[str] = set()
    for ruling in rulings:
        cites = ruling.verdict.cites or ruling.rule.cites
        if ruling.verdict.outcome is Outcome.ERROR or not publishable(ruling, public_documents):
            if ruling.rule.id not in hidden:
                hidden.add(ruling.rule.id)
                out.append(PublicFinding(ruling.rule.id, ruling.rule.cites, True))
            continue
        out.append(
            PublicFinding(
                ruling.rule.id,
                cites,
                False,
                ruling.verdict.outcome,
                ruling.severity,
                ruling.verdict,
                ruling.addressee,
                (ruling.rule.id, ruling.verdict.at or "") in acknowledged,
                ruling.advisory,
            )
        )
    return tuple(out)


def internal_rules(rulings: Iterable[Ruling]) -> frozenset[str]:
    """Ids of rules that are never public."""
    return frozenset(r.rule.id for r in rulings if r.rule.disclosure != "public")


def documents_public(measures: Iterable[LoadedMeasure]) -> frozenset[str]:
    """Kinds of papers whose presence may be listed: the code list ``document_public`` of the measures."""
    return frozenset(code for m in measures for code in m.measure.codes.get("document_public", ()))

"""A change as JSON: the same facts as the text, for machines. Keys are stable."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from zongmu.model.finding import Bilingual
from zongmu.policy.law.loading import Checks
from zongmu.policy.proposals.approvals import Need
from zongmu.report.changes.report import ChangeReport, RecordChange, Shift
from zongmu.report.findings.data import finding_data, json_value, masked

FORMAT = 1


def change_json(report: ChangeReport, checks: Checks) -> dict[str, Any]:
    """A whole report."""
    data: dict[str, Any] = masked(
        {
            "format": FORMAT,
            "base": report.base,
            "head": report.head,
            "as_of": report.asof.isoformat(),
            "gate": report.gate.value,
            "refused": report.refused,
            "needs_person": report.needs_person,
            "records": [_record(record, checks) for record in report.records],
            "elsewhere": [finding_data(f, checks) for f in report.elsewhere],
            "other_paths": list(report.other_paths),
            "needs": [need_data(need) for need in report.needs],
        }
    )
    return data


def need_data(need: Need) -> dict[str, Any]:
    """One reason for one role."""
    return {
        "why": need.why,
        "role": need.role or None,
        "organizations": list(need.organizations),
        "record": need.record,
        "about": need.about,
        "clauses": list(need.clauses),
        "amount": json_value(need.amount),
    }


def _record(record: RecordChange, checks: Checks) -> dict[str, Any]:
    event = record.event
    publication = record.publication
    return {
        "record": event.record,
        "path": event.path,
        "type": event.type,
        "name": record.name or None,
        "file": event.file,
        "judged": record.judged,
        "unreadable": asdict(event.unreadable) if event.unreadable else None,
        "stage": {"before": _text(record.stage[0]), "after": _text(record.stage[1])},
        "changes": [
            {
                "path": c.path,
                "kind": c.kind,
                "before": json_value(c.before),
                "after": json_value(c.after),
                "title": asdict(c.title),
                "silent": c.silent,
            }
            for c in event.changes
        ],
        "rows_added": sorted(event.rows_added),
        "rows_removed": sorted(event.rows_removed),
        "consequences": [_shift(shift) for shift in record.shifts],
        "findings": [finding_data(f, checks) for f in record.findings],
        "cured": [finding_data(f, checks) for f in record.cured],
        "excused": [{"rule": rule, "why": why} for rule, why in record.excused],
        "needs": [need_data(need) for need in record.needs],
        "publication": None
        if publication is None
        else {
            "before": publication.before,
            "after": publication.after,
            "fields": list(publication.fields),
            "digest": publication.digest,
        },
    }


def _shift(shift: Shift) -> dict[str, Any]:
    return {
        "turn": shift.turn,
        "rule": shift.rule,
        "at": shift.at,
        "title": asdict(shift.title),
        "clauses": list(shift.clauses),
        "before": shift.before.value if shift.before else None,
        "after": shift.after.value if shift.after else None,
        "because": asdict(shift.why),
        "severity": shift.severity.name.lower(),
        "due_before": json_value(shift.due_before),
        "due_after": json_value(shift.due_after),
        "addressee": shift.addressee,
        "read": list(shift.read),
    }


def _text(text: Bilingual | None) -> dict[str, str] | None:
    return asdict(text) if text is not None else None

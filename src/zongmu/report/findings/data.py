"""Findings as JSON: the same facts as the text, for machines. Keys are stable."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from zongmu.model.finding import Category, Finding, Step, Verdict
from zongmu.model.guards import scan
from zongmu.model.scalars import Scalar
from zongmu.policy.law.loading import Checks
from zongmu.policy.proposals.merging import Decision, stands_in_way
from zongmu.report.findings.text import Summary
from zongmu.report.words import HIDDEN, readings_of, sayable, trace_lines

FORMAT = 1


def json_value(value: Any) -> Any:
    """A value of a trace as JSON; amounts and days in canonical text."""
    if isinstance(value, Scalar):
        return value.canonical()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, tuple | list | frozenset):
        return [json_value(v) for v in value]
    if isinstance(value, str):
        return HIDDEN if scan(value) else value
    if isinstance(value, int | bool) or value is None:
        return value
    return str(value)


def _step(step: Step) -> dict[str, Any]:
    return {k: json_value(v) for k, v in asdict_shallow(step).items() if v is not None}


def asdict_shallow(step: Step) -> dict[str, Any]:
    """A step's fields, values left as they are."""
    return {name: getattr(step, name) for name in ("say", "path", "value", "param", "limit", "comparator", "holds")}


def masked(data: Any) -> Any:
    """JSON data without what must not be repeated, in values or in keys."""
    if isinstance(data, str):
        return sayable(data)
    if isinstance(data, Mapping):
        return {sayable(str(key)): masked(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [masked(value) for value in data]
    return data


def verdict_data(verdict: Verdict) -> dict[str, Any]:
    """A verdict as JSON."""
    out: dict[str, Any] = {
        "outcome": verdict.outcome.value,
        "because": verdict.because,
        "due": json_value(verdict.due),
        "until": json_value(verdict.until),
        "excess": verdict.excess,
        "excess_unit": verdict.unit,
        "at": verdict.at,
        "provisional": verdict.provisional or None,
        "caps": [{"severity": c.severity.name.lower(), "why": c.why} for c in verdict.caps] or None,
        "trace": [_step(s) for s in verdict.trace] or None,
    }
    return {k: v for k, v in out.items() if v is not None}


def finding_data(finding: Finding, checks: Checks) -> dict[str, Any]:
    """A finding as JSON. A sensitive one holds position and kind, never the text it is about."""
    out: dict[str, Any] = {
        "code": finding.code,
        "category": finding.category.value,
        "severity": finding.severity.name.lower(),
        "stands_in_way": stands_in_way(finding),
        "state": finding.state.value,
        "record": finding.record,
        "key": finding.key,
        "path": finding.path,
        "field": finding.field_path,
        "message": asdict(finding.message),
        "next_step": asdict(finding.next_step),
        "addressee": finding.addressee,
        "acknowledged": finding.acknowledged,
    }
    if finding.position is not None:
        out["position"] = {k: v for k, v in asdict(finding.position).items() if v is not None}
    if finding.verdict is not None:
        out["verdict"] = verdict_data(finding.verdict)
        found = checks.rule(finding.code)
        if found is not None:
            loaded, rule = found
            out["cites"] = list(finding.verdict.cites or rule.cites)
            lowering = [c.why for c in finding.verdict.caps if c.why in loaded.measure.readings]
            out["readings"] = lowering + [r.id for r in readings_of(loaded, rule, finding.verdict)] or None
            out["trace"] = {
                "zh": trace_lines(finding.verdict, loaded, "zh", rule.subject),
                "en": trace_lines(finding.verdict, loaded, "en", rule.subject),
            }
    return {k: v for k, v in out.items() if v is not None}


def report_data(
    decision: Decision, summary: Summary, checks: Checks, tally: Mapping[str, Mapping[str, int]] | None = None
) -> dict[str, Any]:
    """A whole report as JSON; with *tally*, how often each rule came to which outcome."""
    return {
        "format": FORMAT,
        "gate": decision.gate.value,
        "summary": asdict(summary),
        "refused": len(decision.refused),
        "needs_person": len(decision.needs_person),
        "record_findings": sum(f.category is Category.RECORD for f in decision.findings),
        "findings": [finding_data(f, checks) for f in decision.findings],
        "cured": [finding_data(f, checks) for f in decision.cured],
        **({"tally": {rule: dict(counts) for rule, counts in tally.items()}} if tally is not None else {}),
    }

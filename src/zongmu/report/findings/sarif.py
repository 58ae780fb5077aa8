"""Findings as SARIF 2.1.0 (OASIS): what code-scanning pages and editors read. Columns count Unicode code points."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import quote

from zongmu import __version__
from zongmu.model.finding import Bilingual, ChangeState, Finding, Severity
from zongmu.policy.law.loading import Checks
from zongmu.policy.proposals.merging import stands_in_way
from zongmu.report.findings.catalog import codes, in_general

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVEL: Final = {
    Severity.BLOCKING: "error",
    Severity.WARNING: "warning",
    Severity.NOTICE: "note",
    Severity.NONE: "none",
}
_STATE: Final = {
    ChangeState.NEW: "new",
    ChangeState.WORSE: "updated",
    ChangeState.EXISTING: "unchanged",
    ChangeState.CURED: "absent",
}


def fingerprint(finding: Finding) -> str:
    """What makes two findings the same, as one word: of code, record and key, never of a line or a text."""
    return hashlib.sha256("\0".join(finding.fingerprint).encode()).hexdigest()


def sarif(findings: Iterable[Finding], cured: Iterable[Finding], checks: Checks, lang: str, *, based: bool) -> Any:
    """One run as plain data. *based*: there was a base, so that each result says how it relates to it."""
    results = [*findings, *cured]
    texts = _texts(checks)
    rules = sorted({f.code for f in results})
    place = {rule: n for n, rule in enumerate(rules)}
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "zongmu",
                        "version": __version__,
                        "language": "zh-CN" if lang == "zh" else "en-US",
                        "rules": [_rule(rule, texts.get(rule), lang) for rule in rules],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [_result(f, place[f.code], lang, based=based) for f in results],
            }
        ],
    }


def _texts(checks: Checks) -> Mapping[str, tuple[Bilingual, Bilingual]]:
    out = {
        code.id: (code.title, Bilingual(in_general(code.message.zh), in_general(code.message.en)))
        for code in codes(checks)
    }
    for loaded in checks.measures.values():
        out.update({id: (text.title, text.about) for id, text in loaded.texts.items()})
    return out


def _rule(id: str, texts: tuple[Bilingual, Bilingual] | None, lang: str) -> dict[str, Any]:
    out: dict[str, Any] = {"id": id}
    if texts is not None:
        out["shortDescription"] = {"text": texts[0].pick(lang)}
        if texts[1].pick(lang):
            out["fullDescription"] = {"text": texts[1].pick(lang)}
    return out


def _result(finding: Finding, index: int, lang: str, *, based: bool) -> dict[str, Any]:
    level = _LEVEL[finding.severity]
    if level == "error" and not stands_in_way(finding):
        level = "warning"
    step = finding.next_step.pick(lang)
    text = finding.message.pick(lang) + (f" {'怎么办：' if lang == 'zh' else 'Next: '}{step}" if step else "")
    physical: dict[str, Any] = {"artifactLocation": {"uri": quote(finding.path, safe="/"), "uriBaseId": "%SRCROOT%"}}
    if finding.position is not None:
        p = finding.position
        region = {"startLine": p.line, "startColumn": p.column}
        if p.end_line is not None:
            region["endLine"] = p.end_line
        if p.end_column is not None and (p.end_line, p.end_column) > (p.line, p.column):
            region["endColumn"] = p.end_column
        physical["region"] = region
    out: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": level,
        "message": {"text": text},
        "locations": [{"physicalLocation": physical}],
        "partialFingerprints": {"zongmu/v1": fingerprint(finding)},
        "properties": {"category": finding.category.value, "record": finding.record},
    }
    if based:
        out["baselineState"] = _STATE[finding.state]
    if finding.acknowledged is not None:
        out["suppressions"] = [{"kind": "external", "status": "accepted", "justification": finding.acknowledged}]
    return out

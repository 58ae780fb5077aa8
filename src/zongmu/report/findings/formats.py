"""Findings for machines of others: SARIF, GitLab's code quality, JUnit. One place picks the writer."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from zongmu.model.finding import Finding, Outcome, Severity
from zongmu.policy.law.loading import Checks
from zongmu.policy.proposals.merging import stands_in_way
from zongmu.report.findings.sarif import fingerprint, sarif
from zongmu.report.terminal import dump, printable

_SEVERITY: Final = {
    Severity.BLOCKING: "blocker",
    Severity.WARNING: "minor",
    Severity.NOTICE: "info",
    Severity.NONE: "info",
}


def from_top(findings: Iterable[Finding], prefix: str) -> list[Finding]:
    """*findings* with paths as a forge knows them, from the top of the repository; *prefix* leads to the instance."""
    return [replace(f, path=prefix + f.path) for f in findings] if prefix else [*findings]


def rendered(
    format: str, findings: Sequence[Finding], cured: Sequence[Finding], checks: Checks, lang: str, *, based: bool
) -> str:
    """*findings* as ``sarif``, ``codequality`` or ``junit``."""
    if format == "sarif":
        return dump(sarif(findings, cured, checks, lang, based=based))
    if format == "codequality":
        return json.dumps(code_quality(findings, lang), ensure_ascii=True, indent=2) + "\n"
    return junit(findings, lang)


def code_quality(findings: Sequence[Finding], lang: str) -> list[dict[str, Any]]:
    """GitLab's code quality report (the subset of Code Climate that GitLab reads)."""
    seen: dict[str, int] = {}
    out = []
    for finding in findings:
        severity = _SEVERITY[finding.severity]
        if severity == "blocker" and not stands_in_way(finding):
            severity = "major"
        print_ = fingerprint(finding)
        # GitLab drops the second of two with one fingerprint.
        seen[print_] = n = seen.get(print_, 0) + 1
        out.append(
            {
                "description": _text(finding, lang),
                "check_name": finding.code,
                "fingerprint": print_ if n == 1 else f"{print_}-{n}",
                "severity": severity,
                "location": {
                    "path": finding.path,
                    "lines": {"begin": finding.position.line if finding.position else 1},
                },
            }
        )
    return out


def junit(findings: Sequence[Finding], lang: str) -> str:
    """JUnit XML: a file is a suite, a finding a case; what stands in the way has failed, a rule that is itself wrong is an error."""
    by_path: dict[str, list[Finding]] = {}
    for finding in findings:
        by_path.setdefault(finding.path, []).append(finding)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    lines.append(f'<testsuites name="zongmu" {_counted(findings)}>')
    for path, rows in by_path.items():
        lines.append(f"  <testsuite name={_attribute(path)} {_counted(rows)}>")
        for finding in rows:
            key = f" {finding.key}" if finding.key else ""
            lines.append(f"    <testcase classname={_attribute(finding.record)} name={_attribute(finding.code + key)}>")
            text = escape(_xml(_text(finding, lang)))
            if (kind := _kind(finding)) is not None:
                head = f"{kind} type={_attribute(finding.code)} message={_attribute(finding.message.pick(lang))}"
                lines.append(f"      <{head}>{escape(_xml(finding.place))} {text}</{kind}>")
            else:
                lines.append(f"      <system-out>{text}</system-out>")
            lines.append("    </testcase>")
        lines.append("  </testsuite>")
    lines.append("</testsuites>")
    return "\n".join(lines) + "\n"


def _kind(finding: Finding) -> str | None:
    """What JUnit calls it: the rule itself is wrong, or something stands in the way; None for what only has to be read."""
    if finding.outcome is Outcome.ERROR:
        return "error"
    return "failure" if stands_in_way(finding) else None


def _counted(findings: Sequence[Finding]) -> str:
    """The three counts that readers of JUnit ask of a suite."""
    kinds = Counter(map(_kind, findings))
    return f'tests="{len(findings)}" failures="{kinds["failure"]}" errors="{kinds["error"]}"'


def _text(finding: Finding, lang: str) -> str:
    step = finding.next_step.pick(lang)
    joint = "怎么办：" if lang == "zh" else "Next: "
    return printable(finding.message.pick(lang)) + (f" {joint}{printable(step)}" if step else "")


def _attribute(text: str) -> str:
    return quoteattr(_xml(text))


def _xml(text: str) -> str:
    """*text* without what XML 1.0 cannot hold: lone surrogates and the non-characters."""
    return "".join(c if not ("\ud800" <= c <= "\udfff" or c in "\ufffe\uffff") else "\ufffd" for c in printable(text))

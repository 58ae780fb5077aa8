"""Findings as annotations of a forge's job (GitHub workflow commands). No value of a record leaves unescaped."""

from __future__ import annotations

from zongmu.model.finding import Finding, Severity
from zongmu.policy.proposals.merging import stands_in_way
from zongmu.report.terminal import printable

_LEVEL = {Severity.BLOCKING: "error", Severity.WARNING: "warning", Severity.NOTICE: "notice", Severity.NONE: "notice"}


def _data(*lines: str) -> str:
    return "%0A".join(printable(line).replace("%", "%25") for line in lines)


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def annotation(finding: Finding, lang: str) -> str:
    """One workflow command. A blocking finding that does not stand in the way is a warning, not an error."""
    level = _LEVEL[finding.severity]
    if level == "error" and not stands_in_way(finding):
        level = "warning"
    place = f"file={_property(finding.path)}"
    if finding.position is not None:
        place += f",line={finding.position.line},col={finding.position.column}"
    title = _property(finding.code)
    lines = [finding.message.pick(lang)]
    if finding.next_step.pick(lang):
        lines.append(f"{'怎么办：' if lang == 'zh' else 'next: '}{finding.next_step.pick(lang)}")
    return f"::{level} {place},title={title}::{_data(*lines)}"

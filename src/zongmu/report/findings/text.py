"""Findings for a person at a terminal: the line with a caret, what the law or the schema says, what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from zongmu.model.finding import Category, ChangeState, Finding, Gate
from zongmu.model.guards import scan
from zongmu.model.immutable import immutable
from zongmu.policy.law.loading import Checks
from zongmu.policy.proposals.merging import Decision
from zongmu.report.terminal import printable, width
from zongmu.report.words import GATE, STATE, law_line, reading_text, readings_of, trace_lines, verdict_word


@immutable
class Summary:
    """The figures at the foot of a report."""

    records: int
    projects: int
    seconds: float
    asof: str
    undetermined: int
    waived: int
    explained: int
    advisory: int
    base: str | None


@lru_cache(maxsize=16)
def _guarded(line: str) -> bool:
    """Whether *line* holds what is not repeated. Asked once of a line that thousands of findings stand on."""
    return bool(scan(line))


def finding_lines(finding: Finding, line_text: str | None, checks: Checks, lang: str) -> list[str]:
    """One finding. *line_text*: the line of the file it is about, or None."""
    position = finding.position
    state = "" if finding.state is ChangeState.NEW else f" · {STATE[finding.state].pick(lang)}"
    head = f"{finding.place}: {verdict_word(finding, lang)}{state} [{finding.code}] {printable(finding.message.pick(lang))}"
    out = [head]
    # Another finding may point at a line that holds what must not be repeated.
    if line_text is not None and position is not None and not finding.sensitive and not _guarded(line_text):
        out.extend(
            _snippet(
                line_text,
                position.line,
                position.column,
                position.end_column if position.end_line in (None, position.line) else None,
            )
        )
    loaded_rule = checks.rule(finding.code) if finding.category is Category.LAW else None
    if loaded_rule is not None:
        loaded, rule = loaded_rule
        cites = finding.verdict.cites if finding.verdict and finding.verdict.cites else rule.cites
        for address in cites:
            out.append(f"    {'依据' if lang == 'zh' else 'law'} {law_line(loaded, address, lang)}")
        if finding.verdict is not None:
            out.extend(f"    - {printable(line)}" for line in trace_lines(finding.verdict, loaded, lang, rule.subject))
            out.extend(f"    {reading_text(r, lang)}" for r in readings_of(loaded, rule, finding.verdict))
        if finding.addressee is not None:
            role = loaded.measure.roles.get(finding.addressee)
            name = role.pick(lang) if role else finding.addressee
            out.append(f"    {'责任单位：' if lang == 'zh' else 'for: '}{name}")
    if finding.next_step.pick(lang):
        out.append(f"    {'怎么办：' if lang == 'zh' else 'next: '}{printable(finding.next_step.pick(lang))}")
    return out


def _snippet(text: str, line: int, column: int, end_column: int | None) -> list[str]:
    """The line and a caret under the place, cut to what fits."""
    start = max(0, column - 1 - 40)
    shown = printable(text[start : start + 100])
    prefix = "…" if start else ""
    lead = printable(text[start : column - 1])
    mark = text[column - 1 : (end_column - 1) if end_column and end_column > column else column]
    carets = max(1, min(width(printable(mark)), 60))
    gutter = f"{line:>6} │ "
    return [f"{gutter}{prefix}{shown}", " " * 7 + "│ " + " " * (width(prefix) + width(lead)) + "^" * carets]


def summary_lines(decision: Decision, summary: Summary, lang: str) -> list[str]:
    """The last lines: how many of what, and what the gate says."""
    counts = decision.counts
    parts: list[str] = []
    if lang == "zh":
        parts.append(
            f"共 {summary.records} 个文件，其中项目 {summary.projects} 个；裁决日 {summary.asof}；用时 {summary.seconds:.2f} 秒"
        )
        parts.append(
            f"拒收 {len(decision.refused)}，待人处理 {len(decision.needs_person)}，已确认 {counts.acknowledged}，"
            f"提醒 {counts.warnings}，提示 {counts.notices}，暂不能判断 {summary.undetermined}"
        )
        parts.append(f"豁免 {summary.waived}，已说明理由 {summary.explained}，仅供参考 {summary.advisory}")
        if summary.base is not None:
            parts.append(f"与 {summary.base} 相比：原已存在 {decision.existing}，本次消除 {len(decision.cured)}")
    else:
        parts.append(
            f"{summary.records} files, {summary.projects} projects; as of {summary.asof}; {summary.seconds:.2f} s"
        )
        parts.append(
            f"refused {len(decision.refused)}, needs a person {len(decision.needs_person)}, acknowledged {counts.acknowledged}, "
            f"warnings {counts.warnings}, notices {counts.notices}, undetermined {summary.undetermined}"
        )
        parts.append(f"waived {summary.waived}, explained {summary.explained}, advisory {summary.advisory}")
        if summary.base is not None:
            parts.append(f"against {summary.base}: existing {decision.existing}, cured {len(decision.cured)}")
    parts.append(("结论：" if lang == "zh" else "gate: ") + GATE[decision.gate].pick(lang))
    return parts


def shown(findings: Iterable[Finding], *, all_states: bool) -> list[Finding]:
    """The findings a report lists: with a base, those that were already so only when asked for."""
    return [f for f in findings if all_states or f.state is not ChangeState.EXISTING]


def exit_code(gate: Gate) -> int:
    """0 nothing blocking, 1 refused or needs a person."""
    return 0 if gate is Gate.GOOD else 1


_TALLIED = ("pass", "fail", "undetermined", "not_applicable", "advisory")


def tally_lines(tally: Mapping[str, Mapping[str, int]], checks: Checks, lang: str) -> list[str]:
    """Outcomes per rule, a rule a line: passed, failed, undetermined, not applicable, advice only."""
    heads = ("符合", "不符合", "暂不能判断", "不适用", "仅供参考") if lang == "zh" else _TALLIED
    lines = ["  ".join(f"{' ' * max(0, 8 - width(h))}{h}" for h in heads)]
    for loaded in checks.measures.values():
        lines.append(loaded.measure.title.pick(lang))
        for rule in loaded.rules:
            row = tally.get(rule.id, {})
            counts = "  ".join(f"{row.get(k, 0):>{max(8, width(h))}}" for k, h in zip(_TALLIED, heads, strict=True))
            text = loaded.texts.get(rule.id)
            lines.append(f"{counts}  {rule.id}  {text.title.pick(lang) if text else ''}")
    return lines

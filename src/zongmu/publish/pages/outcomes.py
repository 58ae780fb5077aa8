"""Outcomes of rules on a project's page: by measure and clause, with their traces."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from markupsafe import Markup

from zongmu.disclosure.findings import PublicFinding
from zongmu.model.finding import Outcome, Severity
from zongmu.policy.engine import because
from zongmu.policy.loading import LoadedMeasure
from zongmu.publish.escape import html, safe
from zongmu.publish.pages.base import MARKS, Maker
from zongmu.publish.released import Released
from zongmu.report.words import OUTCOME, SEVERITY, trace_lines


@dataclass(slots=True)
class OutcomeGroup:
    """Outcomes under one measure; each is a list item."""

    title: str
    failed: list[Markup] = field(default_factory=list)
    open: list[Markup] = field(default_factory=list)
    passed: list[Markup] = field(default_factory=list)
    advice: list[Markup] = field(default_factory=list)
    counts: list[tuple[str, str, str, int]] = field(default_factory=list)  # class, sign, word, how many
    not_applicable: Markup = field(default_factory=Markup)  # rules in a line
    not_applicable_count: int = 0


@dataclass(frozen=True, slots=True)
class Hidden:
    """Rules that were asked and whose outcome is not public, in a line."""

    rules: Markup
    count: int


def outcome_groups(make: Maker, project: Released) -> tuple[list[OutcomeGroup], Hidden]:
    """Public outcomes by measure and clause, and the rules that were asked and whose outcome is not public."""
    groups: list[OutcomeGroup] = []
    hidden: list[tuple[LoadedMeasure, str]] = []
    for loaded in make.release.measures(project.public.jurisdiction):
        here = rules_of(make, loaded)
        findings = [f for f in project.findings if f.rule in here]
        hidden += [(loaded, rule) for rule in project.checked if rule in here]
        if findings:
            groups.append(_group(make, loaded, findings))
    return groups, Hidden(*_rules(make, tuple(hidden)))


def rules_of(make: Maker, loaded: LoadedMeasure) -> frozenset[str]:
    """The ids of a measure's rules."""
    found: frozenset[str] | None = make.memory.get(("rules", loaded.measure.id))
    if found is None:
        found = make.memory["rules", loaded.measure.id] = frozenset(r.id for r in loaded.rules)
    return found


def _group(make: Maker, loaded: LoadedMeasure, findings: list[PublicFinding]) -> OutcomeGroup:
    group = OutcomeGroup(loaded.measure.title.pick(make.lang))
    lists = {Outcome.FAIL: group.failed, Outcome.UNDETERMINED: group.open, Outcome.PASS: group.passed}
    idle: dict[str, None] = {}
    for finding in findings:
        if finding.outcome is Outcome.NOT_APPLICABLE:
            idle[finding.rule] = None
        elif finding.outcome in lists:
            into = group.advice if finding.advisory else lists[finding.outcome]
            into.append(outcome_html(make, loaded, finding))
    group.not_applicable, group.not_applicable_count = _rules(make, tuple((loaded, rule) for rule in idle))
    group.counts = list(_counts(make, lists))
    return group


def _counts(make: Maker, lists: dict[Outcome, list[Markup]]) -> Iterator[tuple[str, str, str, int]]:
    for outcome, rows in lists.items():
        if rows:
            yield *MARKS[outcome], OUTCOME[outcome].pick(make.lang), len(rows)


def _rules(make: Maker, rules: tuple[tuple[LoadedMeasure, str], ...]) -> tuple[Markup, int]:
    """Rules in a line, and how many; many projects share the same line."""
    key = ("line", tuple((m.measure.id, rule) for m, rule in rules))
    line: Markup | None = make.memory.get(key)
    if line is None:
        line = make.memory[key] = make.say.joined([make.say.rule(m, rule) for m, rule in rules])
    return line, len(rules)


def outcome_html(make: Maker, loaded: LoadedMeasure, finding: PublicFinding) -> Markup:
    """One outcome: what came of which rule under which clauses, why, by when, whose duty, and the trace."""
    verdict, outcome, say = finding.verdict, finding.outcome, make.say
    assert verdict is not None
    assert outcome is not None
    notice = outcome is Outcome.FAIL and finding.severity is not None and finding.severity <= Severity.NOTICE
    mark, head, clauses = _head(make, loaded, finding.rule, outcome, notice, finding.cites)
    at = f' <span class="zm-quiet">{html(say.about(_city(make, loaded), verdict.at))}</span>' if verdict.at else ""
    said = [html(because(loaded, verdict).pick(make.lang))] if verdict.because else []
    if verdict.due is not None:
        said.append(f'{make.word("期限", "due")} <span class="zm-date">{verdict.due.isoformat()}</span>')
    role = loaded.measure.roles.get(finding.addressee) if finding.addressee else None
    if role is not None:
        said.append(f"{make.word('责任方：', 'duty of: ')}{html(role.pick(make.lang))}")
    tag = make.word("主管职责方已确认", "acknowledged by the competent role")
    acknowledged = f' <span class="zm-tag">{tag}</span>' if finding.acknowledged else ""
    why = f"<p>{make.word('；', '; ').join(said)}{acknowledged}</p>" if said or acknowledged else ""
    lines = "".join([f"<li>{html(line)}</li>" for line in trace_lines(verdict, loaded, make.lang)])
    trace = f'<ul class="zm-trace">{lines}</ul>' if lines else ""
    return safe(f'<li class="zm-outcome zm-is-{mark}">{head}{at} {clauses}{why}{trace}</li>\n')


def _head(
    make: Maker, loaded: LoadedMeasure, rule: str, outcome: Outcome, notice: bool, cites: tuple[str, ...]
) -> tuple[str, str, str]:
    """Class, head and clauses of an outcome: the same on every page on which the rule comes out so."""
    key = ("head", rule, outcome, notice, cites)
    found: tuple[str, str, str] | None = make.memory.get(key)
    if found is None:
        mark, sign = MARKS[outcome]
        weight = ""
        if notice:  # lowered to a notice, for the reason that the trace gives: said as plainly, marked more softly
            mark, weight = "open", f' <span class="zm-tag">{SEVERITY[Severity.NOTICE].pick(make.lang)}</span>'
        head = (
            f'<p class="zm-outcome__head"><span class="zm-mark zm-mark--{mark}"><span aria-hidden="true">{sign}</span> '
            f"{OUTCOME[outcome].pick(make.lang)}</span>{weight} "
            f'<span class="zm-outcome__rule">{make.say.rule(loaded, rule)}</span>'
        )
        links = make.say.joined([make.say.clause(loaded, c) for c in cites])
        found = make.memory[key] = (mark, head, f'<span class="zm-outcome__clauses">{links}</span></p>')
    return found


def _city(make: Maker, loaded: LoadedMeasure) -> str:
    """The city whose names of acts hold under a measure."""
    key = ("city", loaded.measure.id)
    city: str | None = make.memory.get(key)
    if city is None:
        cities = make.release.instance.jurisdictions
        city = make.memory[key] = next((j.id for j in cities if loaded.measure.id in j.measures), "")
    return city

"""Outcomes of rules on a project's page: what failed and what is due first and in full, what is kept a line each.

By measure. What nobody can judge yet stands in one line for each reason, what does not apply in one line in all.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from markupsafe import Markup

from zongmu.disclosure.findings import PublicFinding
from zongmu.model.finding import Outcome, Severity
from zongmu.policy.judging.telling import because
from zongmu.policy.law.loading import LoadedMeasure
from zongmu.policy.law.words import BECAUSE
from zongmu.publish.pages.base import MARKS, Maker, mark_html
from zongmu.publish.released.release import Released
from zongmu.publish.rendering.escape import html, safe
from zongmu.report.words import OUTCOME, SEVERITY, trace_lines


class Line(NamedTuple):
    """Rules in a line of links, and how many."""

    rules: Markup
    number: int


@dataclass(slots=True)
class LawSection:
    """Outcomes under one measure; ``failed`` to ``advice`` are list items."""

    title: str
    counts: list[tuple[str, str, str, int]]  # class, sign, word, how many
    failed: Markup
    open: Markup
    waiting: list[tuple[str, Line]]  # why nobody can judge yet, the rules
    kept: Markup
    kept_count: int
    advice: Markup
    advice_count: int
    idle: Line


def law_sections(make: Maker, project: Released) -> tuple[list[LawSection], Line]:
    """Public outcomes by measure, and the rules that were asked and whose outcome is not public."""
    measures = _measures_of(make, project.public.jurisdiction)
    sorted_: dict[str, _Sorted] = {}
    for finding in project.findings:
        loaded = measures.get(finding.rule)
        if loaded is not None:
            key = loaded.measure.id
            if key not in sorted_:
                sorted_[key] = _Sorted(loaded)
            sorted_[key].add(finding)
    hidden = [(m, rule) for rule in project.checked if (m := measures.get(rule)) is not None]
    order = [m.measure.id for m in make.release.measures(project.public.jurisdiction)]
    return [_section(make, sorted_[id]) for id in order if id in sorted_], _line_of(make, hidden)


def totals(sections: Iterable[LawSection]) -> list[tuple[str, str, str, int]]:
    """The counts of all sections together: class, sign, word, how many."""
    out: dict[tuple[str, str, str], int] = {}
    for section in sections:
        for mark, sign, word, number in section.counts:
            out[mark, sign, word] = out.get((mark, sign, word), 0) + number
    return [(*kind, number) for kind, number in out.items()]


def _measures_of(make: Maker, jurisdiction: str) -> dict[str, LoadedMeasure]:
    """The measure of every rule of a city."""
    found: dict[str, LoadedMeasure] | None = make.memory.get(("measures", jurisdiction))
    if found is None:
        found = {r.id: m for m in make.release.measures(jurisdiction) for r in m.rules}
        make.memory["measures", jurisdiction] = found
    return found


@dataclass(slots=True)
class _Sorted:
    """Findings under one measure by what becomes of them on the page."""

    loaded: LoadedMeasure
    failed: list[PublicFinding] = field(default_factory=list)
    open: list[PublicFinding] = field(default_factory=list)
    waiting: dict[str, dict[str, None]] = field(default_factory=dict)  # why → rules
    kept: list[PublicFinding] = field(default_factory=list)
    advice: list[PublicFinding] = field(default_factory=list)
    idle: dict[str, None] = field(default_factory=dict)
    undetermined: int = 0

    def add(self, finding: PublicFinding) -> None:
        """Take a finding in."""
        verdict, outcome = finding.verdict, finding.outcome
        if verdict is None or outcome is None:
            return
        if outcome is Outcome.NOT_APPLICABLE:
            self.idle[finding.rule] = None
        elif finding.advisory:
            self.advice.append(finding)
        elif outcome is Outcome.PASS:
            self.kept.append(finding)
        elif outcome is Outcome.FAIL:
            self.failed.append(finding)
        elif outcome is Outcome.UNDETERMINED:
            self.undetermined += 1
            if verdict.trace or verdict.due is not None or not verdict.because:
                self.open.append(finding)
            else:
                self.waiting.setdefault(verdict.because, {})[finding.rule] = None


def _section(make: Maker, found: _Sorted) -> LawSection:
    loaded = found.loaded
    numbers = (
        (Outcome.FAIL, len(found.failed)),
        (Outcome.UNDETERMINED, found.undetermined),
        (Outcome.PASS, len(found.kept)),
    )
    return LawSection(
        title=loaded.measure.title.pick(make.lang),
        counts=[(*MARKS[outcome], OUTCOME[outcome].pick(make.lang), n) for outcome, n in numbers if n],
        failed=_items(make, loaded, sorted(found.failed, key=_weight)),
        open=_items(make, loaded, sorted(found.open, key=_due)),
        waiting=[
            (_why(make, loaded, reason), _line_of(make, [(loaded, rule) for rule in rules]))
            for reason, rules in found.waiting.items()
        ],
        kept=safe("".join([_once(make, _kept, loaded, f) for f in found.kept])),
        kept_count=len(found.kept),
        advice=_items(make, loaded, found.advice),
        advice_count=len(found.advice),
        idle=_line_of(make, [(loaded, rule) for rule in found.idle]),
    )


def _weight(finding: PublicFinding) -> int:
    return -(finding.severity.value if finding.severity is not None else 0)


def _due(finding: PublicFinding) -> dt.date:
    return finding.verdict.due if finding.verdict is not None and finding.verdict.due is not None else dt.date.max


def _why(make: Maker, loaded: LoadedMeasure, reason: str) -> str:
    words = loaded.words_for(reason) or BECAUSE.get(reason)
    return words.pick(make.lang) if words is not None else reason


def _line_of(make: Maker, rules: Sequence[tuple[LoadedMeasure, str]]) -> Line:
    """Rules in a line; many projects share the same one."""
    key = ("line", tuple([(m.measure.id, rule) for m, rule in rules]))
    line: Line | None = make.memory.get(key)
    if line is None:
        links = make.say.joined([make.say.rule(m, rule) for m, rule in rules])
        line = make.memory[key] = Line(links, len(rules))
    return line


# ── one outcome ──


_MOST = 1 << 15
"""Outcomes whose HTML is held at once."""


def _once(
    make: Maker, how: Callable[[Maker, LoadedMeasure, PublicFinding], str], loaded: LoadedMeasure, f: PublicFinding
) -> str:
    """The HTML of an outcome; where several projects have the very same one, it is written once."""
    memory: dict[int, str] = make.memory.setdefault(how, {})
    found = memory.get(id(f))  # an outcome lives as long as the release, and so does its id
    if found is None:
        if len(memory) >= _MOST:
            memory.clear()
        found = memory[id(f)] = how(make, loaded, f)
    return found


def _items(make: Maker, loaded: LoadedMeasure, findings: Iterable[PublicFinding]) -> Markup:
    return safe("".join([_once(make, _full, loaded, f) for f in findings]))


def _full(make: Maker, loaded: LoadedMeasure, finding: PublicFinding) -> str:
    """An outcome in full: what came of which rule under which clauses, why, by when, whose duty, and the trace."""
    verdict, outcome = finding.verdict, finding.outcome
    assert verdict is not None
    assert outcome is not None
    notice = outcome is Outcome.FAIL and finding.severity is not None and finding.severity <= Severity.NOTICE
    mark, head = _head(make, outcome, notice)
    rule, clauses = _cited(make, loaded, finding)
    said = [html(because(loaded, verdict).pick(make.lang))] if verdict.because else []
    if verdict.due is not None:
        said.append(f'{make.word("期限", "due")} <span class="zm-date">{verdict.due.isoformat()}</span>')
    role = loaded.measure.roles.get(finding.addressee) if finding.addressee else None
    if role is not None:
        said.append(f"{make.word('责任方：', 'duty of: ')}{html(role.pick(make.lang))}")
    tag = make.word("主管职责方已确认", "acknowledged by the competent role")
    acknowledged = f' <span class="zm-tag">{tag}</span>' if finding.acknowledged else ""
    why = f"<p>{make.word('；', '; ').join(said)}{acknowledged}</p>" if said or acknowledged else ""
    lines = "".join([f"<li>{_named(make, line)}</li>" for line in trace_lines(verdict, loaded, make.lang)])
    trace = f'<ul class="zm-trace">{lines}</ul>' if lines else ""
    return (
        f'<li class="zm-outcome zm-is-{mark}"><p class="zm-outcome__head">{head} {rule}{_about(make, loaded, finding)} '
        f"{clauses}</p>{why}{trace}</li>\n"
    )


_BODY = re.compile(r"[a-z][a-z0-9_]*/[a-z0-9][a-z0-9-]*")


def _named(make: Maker, line: str) -> str:
    """A line of a trace with bodies by their names: a reader of the page does not know their ids."""
    known = make.release.organizations
    return _BODY.sub(lambda m: make.say.body_name(m[0]) if m[0] in known else m[0], html(line))


def _kept(make: Maker, loaded: LoadedMeasure, finding: PublicFinding) -> str:
    """A rule that is kept, with its trace in a line."""
    assert finding.verdict is not None
    rule, clauses = _cited(make, loaded, finding)
    trace = _named(make, make.word("；", "; ").join(trace_lines(finding.verdict, loaded, make.lang)))
    said = f'<span class="zm-trace">{trace}</span>' if trace else ""
    return f"<li>{rule}{_about(make, loaded, finding)} {clauses}{said}</li>\n"


def _about(make: Maker, loaded: LoadedMeasure, finding: PublicFinding) -> str:
    at = finding.verdict.at if finding.verdict is not None else None
    return f' <span class="zm-quiet">{html(make.say.about(make.city_of(loaded.measure.id), at))}</span>' if at else ""


def _head(make: Maker, outcome: Outcome, notice: bool) -> tuple[str, str]:
    """The class and the mark of an outcome."""
    mark, sign = MARKS[outcome]
    weight = ""
    if notice:  # lowered to a notice, for the reason that the trace gives: said as plainly, marked more softly
        mark, weight = "open", f' <span class="zm-tag">{SEVERITY[Severity.NOTICE].pick(make.lang)}</span>'
    word = OUTCOME[outcome].pick(make.lang)
    return mark, f"{mark_html(mark, sign, word)}{weight}"


def _cited(make: Maker, loaded: LoadedMeasure, finding: PublicFinding) -> tuple[str, str]:
    """The rule and its clauses: the same on every page."""
    key = ("cited", finding.rule, finding.cites)
    found: tuple[str, str] | None = make.memory.get(key)
    if found is None:
        links = make.say.joined([make.say.clause(loaded, c) for c in finding.cites])
        rule = f'<span class="zm-outcome__rule">{make.say.rule(loaded, finding.rule)}</span>'
        known = loaded.rule(finding.rule)
        if known is not None and known.subject == "registry":
            rule += (
                f' <span class="zm-tag">{make.word("只就已公开的项目判断", "judged among published projects")}</span>'
            )
        found = make.memory[key] = (rule, f'<span class="zm-outcome__clauses">{links}</span>')
    return found

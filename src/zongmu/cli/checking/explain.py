"""``zongmu explain``: a rule, a sentence, a code, a parameter, a reading, or everything about one project."""

from __future__ import annotations

import difflib
import textwrap
from pathlib import Path
from typing import TextIO

from zongmu.cli.session import checks_at, invalid_checks, parse_day, registry_at, world_of
from zongmu.cli.trouble import Trouble
from zongmu.model.finding import Bilingual, Category, Outcome
from zongmu.model.records.project import Project
from zongmu.policy.examples import cases
from zongmu.policy.judging.telling import because, next_step
from zongmu.policy.judging.weighing import Ruling
from zongmu.policy.law.loading import Checks, LoadedMeasure
from zongmu.policy.law.measure import MeasureError, Sentence
from zongmu.policy.law.rules import Rule
from zongmu.policy.run import run
from zongmu.report.findings.catalog import code_named, codes, in_general, next_step_of
from zongmu.report.terminal import printable
from zongmu.report.words import (
    COMPARATOR,
    COVERAGE,
    MODALITY,
    OUTCOME,
    SEVERITY,
    aside,
    bound_text,
    evidence_text,
    in_force_text,
    law_line,
    listed,
    reading_text,
    readings_of,
    sayable,
    trace_lines,
    value_text,
    verdict_word,
    waived_by_text,
)
from zongmu.store.registry import LoadedRecord


def run_explain(root: Path, what: str, lang: str, as_of: str | None, text: Path | None, out: TextIO) -> int:
    """Explain *what*; a measure is compared with *text*. Returns 0, or 1 where they differ; :class:`Trouble` for no such name."""
    checks = checks_at(root)
    if what in checks.measures:
        from zongmu.cli.checking.explain_measure import explain_measure

        return explain_measure(checks.measures[what], lang, text, out)
    if text is not None:
        raise Trouble(
            "cli.usage",
            Bilingual(f"--text 与办法编号一起用，{what} 不是", f"--text goes with the id of a measure; {what} is none"),
            Bilingual(f"办法有：{'、'.join(checks.measures)}", f"measures: {', '.join(checks.measures)}"),
        )
    found = checks.rule(what)
    if found is not None:
        try:
            _rule(root, *found, lang, out)
        except MeasureError as problem:
            raise invalid_checks([problem]) from None
        return 0
    # Readings are numbered by measure, so two measures may both have one.
    if sum(_of_measure(loaded, what, lang, out) for loaded in checks.measures.values()):
        return 0
    code = code_named(checks, what)
    if code is not None:
        out.write(f"{code.id}  {code.title.pick(lang)}\n")
        for label, words in (("", code.message), ("怎么办：" if lang == "zh" else "next: ", next_step_of(code))):
            general = in_general(words.pick(lang))
            if general:
                out.write(f"  {label}{general}\n")
        return 0
    return _project(root, checks, what, lang, as_of, out)


def _of_measure(loaded: LoadedMeasure, what: str, lang: str, out: TextIO) -> bool:
    """The sentences at an address, the parameter or the reading of that name in one measure; whether there is any."""
    measure = loaded.measure
    sentences = [s for at, s in measure.sentences.items() if at == what or at.startswith((what + " ", what + "("))]
    for sentence in sentences:
        _sentence(loaded, sentence, lang, out)
    parameter = loaded.parameters.get(what)
    if parameter is not None:
        out.write(f"{parameter.id}  {parameter.title.pick(lang)}\n")
        for since, value in parameter.values:
            begins = since or measure.since or "…"
            number = f"{parameter.comparator} {value_text(value, lang)}"
            out.write(f"  {begins}  {number}{aside(f'{parameter.words}, {parameter.cites}', lang)}\n")
    reading = measure.readings.get(what)
    if reading is not None:
        out.write(f"{reading.id}  {measure.title.pick(lang)}  {'、'.join(reading.clauses)}\n")
        out.write(f"  {reading.point.pick(lang)}\n  → {reading.taken.pick(lang)}\n")
        if reading.other is not None:
            out.write(f"  {'另一读法：' if lang == 'zh' else 'other reading: '}{reading.other.pick(lang)}\n")
    return bool(sentences) or parameter is not None or reading is not None


def _rule(root: Path, loaded: LoadedMeasure, rule: Rule, lang: str, out: TextIO) -> None:
    text = loaded.texts[rule.id]
    zh = lang == "zh"
    out.write(f"{rule.id}  {text.title.pick(lang)}\n{_wrap(text.about.pick(lang))}")
    for address in rule.cites:
        sentence = loaded.measure.sentence(address)
        if sentence is not None:
            _sentence(loaded, sentence, lang, out, brief=True)
    for parameter in loaded.parameters.values():
        if parameter.cites in rule.cites:
            now = listed((value_text(v, lang) for _, v in parameter.values), lang)
            out.write(
                f"  {'数值：' if zh else 'number: '}{parameter.title.pick(lang)}"
                f" {COMPARATOR[parameter.comparator].pick(lang)} {now}{aside(parameter.words, lang)}\n"
            )
    for reading in rule.readings:
        out.write(f"  {reading_text(loaded.measure.readings[reading], lang)}\n")
    out.write(f"  {'怎样符合：' if zh else 'what makes it pass: '}{text.cure.pick(lang)}\n")
    out.write(f"  {in_force_text(loaded.measure, lang)}\n")
    out.write(f"  {'谁可以豁免：' if zh else 'may be waived by: '}{waived_by_text(loaded, rule, lang)}\n")
    out.write(
        f"  {'自版本' if zh else 'since'} {rule.since}{'；' if zh else '; '}{rule.module.replace('.', '/')}.py:{rule.line}\n"
    )
    out.write(f"  {'例子：' if zh else 'examples:'}\n")
    for case in cases(loaded, rule.id, root):
        outcomes = "、".join(
            OUTCOME[Outcome(str(e["outcome"]))].pick(lang) for e in case.expect if e["outcome"] != "nothing"
        )
        out.write(f"    {case.name.pick(lang)} → {outcomes}\n")


def _sentence(loaded: LoadedMeasure, s: Sentence, lang: str, out: TextIO, brief: bool = False) -> None:
    zh = lang == "zh"
    indent = "  " if brief else ""
    whom = bound_text(loaded, s, lang)
    whom = whom and f"{'；约束' if zh else '; binds'} {whom}"
    out.write(f"{indent}{law_line(loaded, s.at, lang)}\n")
    force = "" if s.coverage == "missing" else f"{MODALITY[s.modality].pick(lang)}{whom}{'；' if zh else '; '}"
    out.write(f"{indent}  {force}{COVERAGE[s.coverage].pick(lang)}")
    out.write(f"{'：' if zh else ': '}{listed(s.rules, lang)}\n" if s.rules and not brief else "\n")
    evidence = evidence_text(loaded, s, lang)
    if evidence is not None and not brief:
        out.write(f"{indent}  {evidence}\n")
    if s.reason is not None and not brief:
        out.write(f"{indent}  {s.reason.pick(lang)}\n")


def _law_of(loaded: LoadedMeasure, ruling: Ruling, lang: str, out: TextIO) -> None:
    """Which sentences say so, and by which readings; of what passed the addresses alone."""
    cites = ruling.verdict.cites or ruling.rule.cites
    if ruling.verdict.outcome is Outcome.PASS:
        out.write(f"  {listed(cites, lang)}\n")
        return
    for address in cites:
        out.write(f"  {law_line(loaded, address, lang)}\n")
    for reading in readings_of(loaded, ruling.rule, ruling.verdict):
        out.write(f"  {reading_text(reading, lang)}\n")


def _project(root: Path, checks: Checks, what: str, lang: str, as_of: str | None, out: TextIO) -> int:
    registry = registry_at(root)
    found = next((r for r in registry.of_type("project") if what in (r.id, r.path)), None)
    if found is None:
        _nothing(registry.of_type("project"), checks, what)
        return 2
    world = world_of(checks, registry, parse_day(as_of))
    result = run(world, registry, keep_rulings=True)
    model = found.model
    name = "" if not isinstance(model, Project) else model.name if lang == "zh" else model.name_en or model.name
    out.write(f"{found.id}  {printable(sayable(name))} {aside(world.asof.isoformat(), lang)}\n")
    order = {Outcome.ERROR: 0, Outcome.FAIL: 1, Outcome.UNDETERMINED: 2, Outcome.PASS: 3}
    rulings = [r for r in result.rulings_of(found.id) if r.verdict.outcome in order]
    for ruling in sorted(rulings, key=lambda r: (order[r.verdict.outcome], -r.severity, r.rule.id)):
        loaded = checks.measures[ruling.measure]
        text = loaded.texts[ruling.rule.id]
        weight = f"·{SEVERITY[ruling.severity].pick(lang)}" if ruling.verdict.outcome is Outcome.FAIL else ""
        at = f" [{ruling.verdict.at}]" if ruling.verdict.at else ""
        out.write(
            f"\n{OUTCOME[ruling.verdict.outcome].pick(lang)}{weight}  {ruling.rule.id}{at}  {text.title.pick(lang)}"
            f"{'：' if lang == 'zh' else ': '}{because(loaded, ruling.verdict).pick(lang)}\n"
        )
        _law_of(loaded, ruling, lang, out)
        for line in trace_lines(ruling.verdict, loaded, lang, ruling.rule.subject):
            out.write(f"  - {printable(line)}\n")
        if ruling.verdict.outcome is not Outcome.PASS:
            out.write(f"  {'怎么办：' if lang == 'zh' else 'next: '}{next_step(loaded, ruling).pick(lang)}\n")
    for finding in result.findings:
        if finding.path == found.path and finding.category is Category.RECORD:
            out.write(f"\n{verdict_word(finding, lang)}  {finding.code}  {printable(finding.message.pick(lang))}\n")
    return 0


def _nothing(projects: list[LoadedRecord], checks: Checks, what: str) -> None:
    if not what.strip():
        raise Trouble(
            "cli.nothing-named-so",
            Bilingual("没有写要解释什么", "nothing to explain is named"),
            Bilingual(
                "写规则号、条款号（AB-12）、代码或项目登记号",
                "give a rule id, an address (AB-12), a code or a project id",
            ),
        )
    names = [r.id for m in checks.measures.values() for r in m.rules]
    names += [a for m in checks.measures.values() for a in m.measure.sentences]
    names += [c.id for c in codes(checks)] + [p.id for p in projects]
    near = difflib.get_close_matches(what, names, 3)
    hint = f"：{'、'.join(near)}" if near else ""
    raise Trouble(
        "cli.nothing-named-so",
        Bilingual(f"没有叫 {what} 的规则、条款、代码或项目", f"no rule, sentence, code or project is called {what}"),
        Bilingual(
            f"看看是不是这些{hint}" if near else "用规则号、条款号（AB-12）、代码或项目登记号",
            f"did you mean{hint}" if near else "give a rule id, an address (AB-12), a code or a project id",
        ),
    )


def _wrap(text: str) -> str:
    return "".join(f"  {line}\n" for paragraph in text.split("\n") for line in (textwrap.wrap(paragraph, 100) or [""]))

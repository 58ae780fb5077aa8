"""What is wrong between the parts of a measure, found when it is loaded and reported with its file.

Each part alone (a sentence without a gist, a parameter without a citation) is looked at where it is read. Here they are held
against each other: rules and the sentences they cite, sentences and what their class owes, guards and the code lists,
code and parameters, and the measures of one jurisdiction against each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

from zongmu.model.acts.kinds import KINDS
from zongmu.model.fields.titles import is_field
from zongmu.model.finding import Bilingual
from zongmu.model.records.project import Project
from zongmu.policy.law.literals import wrong_in_code
from zongmu.policy.law.measure import Measure, MeasureError, Sentence, nearest
from zongmu.policy.law.measure_file import is_own
from zongmu.policy.law.numbering import unnumbered
from zongmu.policy.law.rules import Check, Guard, Rule

if TYPE_CHECKING:
    from zongmu.policy.law.loading import LoadedMeasure


def inspect(loaded: LoadedMeasure, root: Path) -> Iterator[MeasureError]:
    """What is wrong between the parts of one measure under *root*."""
    name = loaded.folder.relative_to(root).as_posix()
    for rule in loaded.rules:
        yield from _cited(rule, loaded.measure)
        yield from _furnished(rule, loaded)
        yield from _guarded(rule, loaded.measure)
    yield from _sentences(loaded, f"{name}/measure.yaml")
    yield from unnumbered(loaded.measure, f"{name}/measure.yaml")
    yield from _readings(loaded, name)
    yield from _texts(loaded, f"{name}/messages.yaml")
    yield from _examples(loaded, name)
    yield from _code(loaded, name)


def _at(rule: Rule, zh: str, en: str) -> MeasureError:
    file = rule.module.replace(".", "/") + ".py"
    return MeasureError(Bilingual(f"规则 {rule.id}：{zh}", f"rule {rule.id}: {en}"), file, rule.line)


# ── rules ──


def _cited(rule: Rule, measure: Measure) -> Iterator[MeasureError]:
    """A rule cites sentences that exist, and each of them lists it."""
    if not rule.cites:
        yield _at(rule, "没有引用条款", "cites no sentence")
    for address in rule.cites:
        sentence = measure.sentence(address)
        if sentence is None:
            yield _at(rule, f"所引条款 {address} 不存在", f"cites {address}, which does not exist")
        elif sentence.coverage == "missing":
            yield _at(
                rule, f"{address} 原文缺失，不能约束任何人", f"{address} is missing from the text and binds nothing"
            )
        elif rule.id not in sentence.rules:
            yield _at(
                rule,
                f"measure.yaml 里 {address} 的 rules 没有列出本规则",
                f"rules of {address} in measure.yaml does not list this rule",
            )
    for reading in rule.readings:
        if reading not in measure.readings:
            yield _at(rule, f"读法 {reading} 不存在", f"reading {reading} does not exist")
    for kind in (*rule.act, *rule.each):
        if kind not in KINDS:
            hint = nearest(kind, KINDS)
            yield _at(rule, f"没有里程碑种类 {kind}{hint.zh}", f"there is no milestone kind {kind}{hint.en}")
    for role in rule.waivable_by:
        if role not in measure.roles:
            yield _at(rule, f"waivable_by 里的职责 {role} 不存在", f"waivable_by names {role}, which is no role")


def _furnished(rule: Rule, loaded: LoadedMeasure) -> Iterator[MeasureError]:
    """A rule has texts, examples and a docstring."""
    if rule.id not in loaded.texts:
        yield _at(rule, "messages.yaml 中没有它的文字", "has no texts in messages.yaml")
    if not (loaded.folder / "examples" / f"{rule.id}.yaml").exists():
        yield _at(rule, f"没有例子 examples/{rule.id}.yaml", f"has no examples/{rule.id}.yaml")
    if not rule.doc:
        yield _at(rule, "没有说明", "has no docstring")


def _guarded(rule: Rule, measure: Measure) -> Iterator[MeasureError]:
    """Guards speak of fields and codes that exist; no two of them take the same code out, and some code is left."""
    by_field: dict[str, list[Guard]] = {}
    given: tuple[object, ...] = rule.applies_to  # as somebody wrote it
    for guard in given:
        if not isinstance(guard, Guard):
            yield _at(
                rule, f"applies_to 应为 Guard 的列表，不是 {guard!r}", f"applies_to wants guards, and not {guard!r}"
            )
            return
        by_field.setdefault(guard.field, []).append(guard)
    for field, guards in by_field.items():
        if field not in Project.model_fields:
            yield _at(rule, f"项目没有字段 {field}", f"a project has no field {field}")
            continue
        table = measure.codes.get(_codelist(field) or "", {})
        if not table:
            continue
        for value in sorted({v for g in guards for v in g.values} - set(table)):
            yield _at(rule, f"{field} 没有代码 {value}", f"{field} has no code {value}")
        out = [{code for code in table if (code in g.values) is g.but} for g in guards]
        for (one, these), (two, those) in combinations(zip(guards, out, strict=True), 2):
            for code in sorted(these & those) if one.because != two.because else ():
                yield _at(
                    rule,
                    f"{field} 为 {code} 时，两条例外（{one.because}、{two.because}）同时适用",
                    f"where {field} is {code} two exceptions apply at once ({one.because}, {two.because})",
                )
        if set(table) == set().union(*out):
            yield _at(rule, f"{field} 无论是什么都不适用", f"never applies, whatever {field} is")


@cache
def _codelist(field: str) -> str | None:
    extra = Project.model_fields[field].json_schema_extra
    name = extra.get("x-codelist") if isinstance(extra, dict) else None
    return str(name) if name else None


# ── sentences ──


def _sentences(loaded: LoadedMeasure, path: str) -> Iterator[MeasureError]:
    """A sentence lists rules that exist and has what its class owes."""
    ids = {r.id for r in loaded.rules}
    kinds = loaded.measure.codes.get("attestation")
    for n, sentence in enumerate(loaded.measure.sentences.values()):

        def at(zh: str, en: str, sentence: Sentence = sentence, n: int = n) -> MeasureError:
            text = Bilingual(f"条款 {sentence.at} {zh}", f"{sentence.at} {en}")
            return MeasureError(text, path, place=("sentences", n))

        for id in sentence.rules:
            if id not in ids:
                yield at(f"列出的规则 {id} 不存在", f"lists rule {id}, which does not exist")
        for kind in sentence.attested if kinds else ():
            if kinds and kind not in kinds:
                yield at(f"所需证明 {kind} 不在代码表 attestation 里", f"wants {kind}, which is no code of attestation")
        match sentence.coverage:
            case "automated" if not sentence.rules:
                yield at("标为自动检查却没有规则", "is classed automated and has no rule")
            case "attested" if not sentence.attested:
                yield at("标为由人证明却没有写证明什么（attested）", "is classed attested and does not say of what")
            case "structural" if not sentence.field:
                yield at("标为由结构保证却没有字段（field）", "is classed structural and names no field")
            case "structural":
                for field in (sentence.field or "").split(", "):
                    if not is_own(field) and not is_field(field):
                        yield at(f"的字段 {field} 不存在", f"names the field {field}, which does not exist")
            case "informational" | "missing" if sentence.reason is None:
                yield at(
                    f"标为 {sentence.coverage} 却没有缘由（reason）",
                    f"is classed {sentence.coverage} and gives no reason",
                )


_GOES_ON = ("", " ", "(", *"abcdefgh")
"""What may follow the address of an article or a paragraph in that of one of its sentences."""


def _readings(loaded: LoadedMeasure, name: str) -> Iterator[MeasureError]:
    """Parameters rest on readings that exist; readings are about sentences, or articles, that exist."""
    measure = loaded.measure
    for parameter in loaded.parameters.values():
        for reading in parameter.readings:
            if reading not in measure.readings:
                yield MeasureError(
                    Bilingual(
                        f"参数 {parameter.id} 的读法 {reading} 不存在",
                        f"parameter {parameter.id}: reading {reading} does not exist",
                    ),
                    f"{name}/parameters.yaml",
                    place=(parameter.id,),
                )
    for n, row in enumerate(measure.readings.values()):
        for clause in row.clauses:
            if not any(at.startswith(clause) and at[len(clause) :][:1] in _GOES_ON for at in measure.sentences):
                text = Bilingual(
                    f"读法 {row.id} 所说的 {clause} 不存在", f"reading {row.id} is about {clause}, unknown"
                )
                yield MeasureError(text, f"{name}/measure.yaml", place=("readings", n))


# ── texts, examples, code ──


def _texts(loaded: LoadedMeasure, path: str) -> Iterator[MeasureError]:
    ids = {r.id for r in loaded.rules}
    for id in loaded.texts:
        if id not in ids:
            text = Bilingual(
                f"messages.yaml 有 {id}，但没有这条规则", f"messages.yaml has {id}, and there is no such rule"
            )
            yield MeasureError(text, path, place=(id,))


_RULE_LINE = re.compile(rb"^rule:[ \t]*['\"]?([^\s'\"]+)", re.MULTILINE)


def _examples(loaded: LoadedMeasure, name: str) -> Iterator[MeasureError]:
    """Every file of examples is named after the rule it is about, which exists."""
    ids = {r.id for r in loaded.rules}
    for file in sorted((loaded.folder / "examples").glob("*.yaml")):
        path = f"{name}/examples/{file.name}"
        if file.name.startswith("_"):
            continue
        if file.stem not in ids:
            text = Bilingual(f"例子 {file.name} 没有对应的规则", f"examples {file.name}: there is no such rule")
            yield MeasureError(text, path, place=("rule",))
        elif (other := _rule_named(file)) not in (file.stem, None):
            text = Bilingual(f"rule 应为 {file.stem}，写的是 {other}", f"rule must be {file.stem}, not {other}")
            yield MeasureError(text, path, place=("rule",))


def _rule_named(file: Path) -> str | None:
    """The rule that a file of examples says it is about, without reading the examples: they are many."""
    with file.open("rb") as opened:
        found = _RULE_LINE.search(opened.read(4096))
    return found[1].decode("utf-8", "replace") if found else None


def _code(loaded: LoadedMeasure, name: str) -> Iterator[MeasureError]:
    """No number of the law in code; no parameter or sentence that does not exist."""
    measure = loaded.measure
    for file in sorted(loaded.folder.glob("*.py")):
        text = file.read_text(encoding="utf-8")
        for line, what in wrong_in_code(text, loaded.parameters, measure.sentences, measure.prefix):
            yield MeasureError(what, f"{name}/{file.name}", line)


# ── between measures ──


def shared_ids(measures: Iterable[LoadedMeasure], common: Iterable[Check]) -> Iterator[MeasureError]:
    """Rule ids and codes that are used twice."""
    seen: dict[str, str] = {}
    for loaded in measures:
        for rule in loaded.rules:
            if rule.id in seen:
                yield MeasureError(
                    Bilingual(
                        f"规则号 {rule.id} 用了两次（{seen[rule.id]}）",
                        f"rule id {rule.id} is used twice ({seen[rule.id]})",
                    ),
                    rule.module.replace(".", "/") + ".py",
                    rule.line,
                )
            seen[rule.id] = rule.module
    codes: dict[str, str] = {}
    for check in common:
        for code in check.codes:
            other = codes.setdefault(code.id, check.id)
            if other != check.id:
                yield MeasureError(
                    Bilingual(f"代码 {code.id} 由两个检查使用", f"code {code.id} is used by two checks"),
                    check.module.replace(".", "/") + ".py",
                    check.line,
                )

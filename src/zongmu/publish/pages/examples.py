"""Examples of a rule as a page shows them: given, when, expected, and what came of them just now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from zongmu.model.acts.kinds import KINDS
from zongmu.model.fields.titles import family_of, path_title
from zongmu.model.finding import Bilingual, Outcome, Severity
from zongmu.model.immutable import immutable
from zongmu.model.periods.calendar import Calendar
from zongmu.model.record_types import BY_NAME
from zongmu.model.records.instance import Instance
from zongmu.policy.examples import Case, CaseResult, cases, run_case
from zongmu.policy.judging.telling import because
from zongmu.policy.judging.weighing import Ruling
from zongmu.policy.law.loading import Checks, LoadedMeasure
from zongmu.policy.law.measure import UNIT
from zongmu.policy.law.rules import Rule
from zongmu.publish.pages.base import MARKS, Maker
from zongmu.publish.rendering.fields import FieldInfo, fields_of
from zongmu.report.words import OUTCOME, SEVERITY, cap_name, trace_lines, value_text


@immutable
class Example:
    """An example of a rule with what came of it just now."""

    case: Case
    result: CaseResult


def examples_of(
    root: Path, checks: Checks, loaded: LoadedMeasure, rule: Rule, base: Mapping[str, Any], calendar: Calendar
) -> list[Example]:
    """Every example of a rule, judged by the engine that judges the registry. *base*: what the measure's examples share."""
    return [
        Example(case, run_case(checks, loaded, case, base, calendar)) for case in cases(loaded, rule.id, root, base)
    ]


def example_row(make: Maker, loaded: LoadedMeasure, example: Example, n: int) -> Mapping[str, Any]:
    """An example as its table: what is given, on which day, what is expected, what came of it."""
    case, result, say = example.case, example.result, make.say
    data = case.data
    make.memory["example city"] = make.city_of(loaded.measure.id)
    subject = loaded.rule(case.rule)
    record = BY_NAME[subject.subject].model if subject is not None and subject.subject in BY_NAME else None
    given = list(_facts_given(make, record, data.get("given", {})))
    given += [(say.pick(_LABELS["without"]), path_title(str(path)).pick(make.lang)) for path in data.get("without", ())]
    given += [
        (f"{say.pick(_LABELS['before'])} · {t}", v) for t, v in _facts_given(make, record, data.get("before", {}))
    ]
    given += [
        (f"{say.pick(_LABELS['settings'])} · {t}", v) for t, v in _given(make, Instance, data.get("settings", {}))
    ]
    given += [(f"{say.pick(_LABELS['roles'])} · {t}", v) for t, v in _given(make, None, data.get("roles", {}))]
    return {
        "n": n,
        "name": say.pick(case.name) if case.name.en != case.name.zh or make.zh else say.chinese(case.name.zh),
        "given": given,
        "asof": case.asof.isoformat(),
        "expect": [_expected(make, loaded, e) for e in case.expect],
        "got": [_got(make, loaded, r) for r in result.rulings],
        "ok": result.ok,
        "differences": result.differences,
    }


def _facts_given(make: Maker, cls: type[BaseModel] | None, given: Any) -> Iterator[tuple[str, str]]:
    """Facts of one record, or (of a rule across records) of several, each by its type."""
    if isinstance(given, Mapping):
        yield from _given(make, cls, given)
        return
    for row in given:
        for kind, facts in row.items():
            if kind in BY_NAME:
                title = make.word(BY_NAME[kind].zh, BY_NAME[kind].en)
                said = [f"{name} {value}" for name, value in _given(make, BY_NAME[kind].model, facts)]
                yield title, make.word("；", "; ").join(said) or make.word("底本", "the base record")


_LABELS: dict[str, Bilingual] = {
    "without": Bilingual("去掉", "Left out"),
    "before": Bilingual("改动之前", "Before the change"),
    "settings": Bilingual("设定", "Settings"),
    "roles": Bilingual("职责", "Roles"),
}


def _given(
    make: Maker, cls: type[BaseModel] | None, value: Mapping[str, Any], at: str = ""
) -> Iterator[tuple[str, str]]:
    """Given facts as titles and values, one a row; codes by their titles as well."""
    known = fields_of(cls) if cls is not None else {}
    for name, inner in value.items():
        info = known.get(name)
        title = info.title.pick(make.lang) if info is not None else name
        if name == "milestones" and isinstance(inner, Mapping):
            for key, fields in inner.items():
                kind, _, seq = str(key).partition("/")
                yield from _row(make, family_of(kind), _act(make, kind, seq), fields)
        elif isinstance(inner, Mapping):
            yield from _given(make, info.model if info is not None else None, inner, f"{at}{title} · ")
        elif isinstance(inner, list | tuple) and inner and isinstance(inner[0], Mapping):
            for row in inner:
                kind = str(row.get("kind", ""))
                model = family_of(kind) if name == "milestones" else info.model if info is not None else None
                head = _act(make, kind, str(row.get("seq", ""))) if name == "milestones" else f"{at}{title}"
                yield from _row(make, model, head, row)
        else:
            yield f"{at}{title}", _plain_value(make, info, inner)


def _act(make: Maker, kind: str, seq: str) -> str:
    """A milestone by the title of the model: examples belong to no city."""
    known = KINDS.get(kind)
    title = kind if known is None else make.word(known.zh, known.en)
    return make.word(f"{title}（{seq}）", f"{title} ({seq})") if seq else title


def _row(make: Maker, cls: type[BaseModel] | None, head: str, row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """A row with a title of its own: its fields in one line."""
    fields = {k: v for k, v in row.items() if not (k in ("kind", "seq") and cls is not None)} if row else {}
    said = [f"{title} {value}" for title, value in _given(make, cls, fields)]
    yield head, make.word("；", "; ").join(said) or "✓"


def _plain_value(make: Maker, info: FieldInfo | None, value: Any) -> str:
    if isinstance(value, list | tuple):
        return make.word("、", ", ").join(_plain_value(make, info, v) for v in value)
    if isinstance(value, bool):
        return value_text(value, make.lang)
    text = str(value)
    if info is None or info.codelist is None or not isinstance(value, str):
        return text
    titles = make.say.codes(make.memory.get("example city", "")).get(info.codelist, {})
    return f"{titles[text].pick(make.lang)}（{text}）" if text in titles else text


def _expected(make: Maker, loaded: LoadedMeasure, expect: Mapping[str, Any]) -> Mapping[str, Any]:
    if expect["outcome"] == "nothing":
        return {"mark": "na", "sign": "–", "word": make.word("没有裁决", "nothing"), "more": ""}
    outcome = Outcome(str(expect["outcome"]))
    mark, sign = MARKS[outcome]
    more = [
        f"{_EXPECTED[name].pick(make.lang)} {_expected_value(make, loaded, name, value)}"
        for name, value in expect.items()
        if name in _EXPECTED and (value != "none" or name == "severity")
    ]
    return {
        "mark": mark,
        "sign": sign,
        "word": OUTCOME[outcome].pick(make.lang),
        "more": make.word("；", "; ").join(more),
    }


_EXPECTED: dict[str, Bilingual] = {
    "severity": Bilingual("分量", "weight"),
    "record": Bilingual("记录", "record"),
    "at": Bilingual("针对", "about"),
    "due": Bilingual("期限", "due"),
    "until": Bilingual("至迟变化于", "turns by"),
    "cites": Bilingual("条款", "clause"),
    "addressee": Bilingual("责任方", "duty of"),
    "caps": Bilingual("减轻", "lowered by"),
    "provisional": Bilingual("暂定", "provisional"),
}


def _expected_value(make: Maker, loaded: LoadedMeasure, name: str, value: Any) -> str:
    if name == "caps":
        whys = (f"{why} " * (why in loaded.measure.readings) + cap_name(loaded, why).pick(make.lang) for why in value)
        return make.word("、", ", ").join(whys) or make.word("无", "nothing")
    if name == "severity":
        return SEVERITY[Severity[str(value).upper()]].pick(make.lang)
    if name == "addressee":
        city = make.memory.get("example city", "")
        return make.word("项目单位", "project unit") if value == UNIT else make.say.role(city, str(value))
    if name == "at":
        return make.say.about(make.memory.get("example city", ""), str(value))
    return _plain_value(make, None, value)


def _got(make: Maker, loaded: LoadedMeasure, ruling: Ruling) -> Mapping[str, Any]:
    verdict = ruling.verdict
    mark, sign = MARKS[verdict.outcome]
    weight = SEVERITY[ruling.severity].pick(make.lang) if verdict.outcome is Outcome.FAIL else ""
    return {
        "mark": mark,
        "sign": sign,
        "word": OUTCOME[verdict.outcome].pick(make.lang),
        "weight": weight,
        "because": because(loaded, verdict).pick(make.lang) if verdict.because else "",
        "trace": trace_lines(verdict, loaded, make.lang, ruling.rule.subject),
    }

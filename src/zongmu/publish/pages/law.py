"""The law as pages: measures with their coverage sentence by sentence, rules with their examples run, problem codes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from markupsafe import Markup
from pydantic import BaseModel

from zongmu.model.calendar import Calendar
from zongmu.model.finding import Bilingual, Code, Outcome, Severity
from zongmu.model.instance import Instance
from zongmu.model.kinds import KINDS
from zongmu.model.records import BY_NAME
from zongmu.model.titles import family_of, path_title
from zongmu.policy.engine import Ruling, because
from zongmu.policy.examples import Case, CaseResult, base_of, cases, run_case
from zongmu.policy.loading import Checks, LoadedMeasure
from zongmu.policy.measure import UNIT, Sentence
from zongmu.policy.parameters import Parameter
from zongmu.policy.rules import Rule
from zongmu.publish.fields import FieldInfo, fields_of
from zongmu.publish.pages.base import MARKS, Files, Maker, Table
from zongmu.publish.released import is_internal
from zongmu.publish.say import anchor
from zongmu.report.catalog import codes
from zongmu.report.words import OUTCOME, SEVERITY, trace_lines, value_text

MODALITY: dict[str, Bilingual] = {
    "must": Bilingual("应当、不得", "must"),
    "principle": Bilingual("原则上", "in principle"),
    "may": Bilingual("可以", "may"),
    "authority": Bilingual("主管部门职责", "duty of an authority"),
    "declares": Bilingual("说明", "declares"),
}
COVERAGE: dict[str, Bilingual] = {
    "automated": Bilingual("自动检查", "automated"),
    "attested": Bilingual("由人证明", "attested"),
    "structural": Bilingual("由结构保证", "structural"),
    "informational": Bilingual("仅供了解", "informational"),
    "missing": Bilingual("原文缺失", "missing from the text"),
    "todo": Bilingual("尚未编码", "not encoded yet"),
}
TEXT_STATUS: dict[str, Bilingual] = {
    "official": Bilingual("依正式公布的文本", "after the text as officially published"),
    "web_copy_unverified": Bilingual(
        "依网上副本，未与正式文本核对；不得当作正式条文引用",
        "after a web copy not compared with the official text; not to be quoted as official wording",
    ),
}
COMPARATOR = {"<": "<", "<=": "≤", ">": ">", ">=": "≥", "=": "="}


@dataclass(frozen=True, slots=True)
class Example:
    """An example of a rule with what came of it just now."""

    case: Case
    result: CaseResult


@dataclass(frozen=True)
class Law:
    """The checks with their examples run once, for the pages of both languages."""

    checks: Checks
    examples: Mapping[str, Sequence[Example]]
    codes: Sequence[Code] = field(default_factory=tuple)


def run_law(root: Path, checks: Checks, calendar: Calendar) -> Law:
    """Every example of every rule, judged by the engine that judges the registry."""
    found: dict[str, list[Example]] = {}
    for loaded in checks.measures.values():
        base = base_of(loaded, root) if loaded.rules else {}
        for rule in loaded.rules:
            found[rule.id] = [
                Example(case, run_case(checks, loaded, case, base, calendar)) for case in cases(loaded, rule.id, root)
            ]
    return Law(checks, found, tuple(codes(checks)))


def law_pages(make: Maker, law: Law) -> Files:
    """Pages of measures, rules and codes. The list of rules is apart: it counts outcomes (:func:`rule_list`)."""
    yield _measure_list(make, law)
    for loaded in law.checks.measures.values():
        yield _measure_page(make, loaded)
        for rule in loaded.rules:
            yield _rule_page(make, law, loaded, rule)
    yield from _code_pages(make, law)


# ── measures ──


def _measure_list(make: Maker, law: Law) -> tuple[str, bytes]:
    rows = []
    for city in make.release.instance.jurisdictions:
        for loaded in make.release.measures(city.id):
            m = loaded.measure
            rows.append(
                (
                    Markup('<a href="%s.html">%s</a>') % (m.id, m.title.pick(make.lang)),
                    make.say.city(city.id),
                    _validity(make, loaded, city.id),
                    sum(s.coverage == "automated" for s in m.sentences.values()),
                    len(m.sentences),
                    len(loaded.rules),
                )
            )
    headers = make.word(
        "办法;城市;有效期;已自动检查的条款;条款合计;规则", "Measure;City;In force;Sentences automated;Sentences;Rules"
    ).split(";")
    title = make.word("办法", "Measures")
    body = make.render(
        "plain_list",
        title=title,
        lead=make.word(
            "管理办法逐句编码：哪一句由机器检查、哪一句由人证明、哪一句原文缺失，都列出来。",
            "Each measure is encoded sentence by sentence: what a machine checks, what a person attests, what is missing from the text.",
        ),
        tables=[Table("measures", title, headers, rows, frozenset({3, 4, 5}))],
        links=[],
        up=make.say.up,
    )
    return make.page("measure", "measures", "index.html", title, title, body)


def _validity(make: Maker, loaded: LoadedMeasure, city: str) -> str:
    law = next(law for m, law in make.release.world.laws[city] if m is loaded)
    since = law.since.isoformat() if law.since is not None else make.word("未设定", "not set")
    until = law.until.isoformat() if law.until is not None else ""
    return make.word(f"{since} 至 {until or '今'}", f"{since} to {until or 'the present'}")


def _measure_page(make: Maker, loaded: LoadedMeasure) -> tuple[str, bytes]:
    m, say = loaded.measure, make.say
    city = next((j.id for j in make.release.instance.jurisdictions if loaded in make.release.measures(j.id)), None)
    counts = {c: sum(s.coverage == c for s in m.sentences.values()) for c in COVERAGE}
    facts: list[tuple[str, Markup]] = []
    if city is not None:
        facts.append((make.word("城市", "City"), say.city(city)))
        facts.append((make.word("有效期", "In force"), Markup("%s") % _validity(make, loaded, city)))
        setting = make.release.instance.setting(m.id)
        if setting is not None and setting.source and m.since_setting:
            facts.append((make.word("施行日期的依据", "Source of the first day"), say.chinese(setting.source)))
        if setting is not None and setting.after_expiry and m.until is not None:
            after = say.code(city, "after_expiry", setting.after_expiry)
            facts.append((make.word("失效后", "After expiry"), Markup("%s") % after))
    if m.number:
        facts.append((make.word("文号", "Number"), say.chinese(m.number)))
    status = TEXT_STATUS.get(m.text_status)
    facts.append((make.word("文本", "Text"), Markup("%s") % (say.pick(status) if status else m.text_status)))
    for title, text in ((make.word("来源", "Source"), m.source), (make.word("替代", "Replaces"), m.replaces)):
        if text is not None:
            facts.append((title, Markup("%s") % say.pick(text)))
    body = make.render(
        "measure",
        title=m.title.pick(make.lang),
        subtitle=Markup('<span lang="zh">%s</span>') % m.title.zh if not make.zh else None,
        facts=facts,
        counts=[(c, COVERAGE[c].pick(make.lang), n) for c, n in counts.items() if n],
        total=len(m.sentences),
        sentences=[_sentence(make, loaded, s) for s in m.sentences.values()],
        parameters=[_parameter(make, loaded, p) for p in loaded.parameters.values()],
        readings=[
            {
                "id": r.id,
                "clauses": say.joined([say.clause(loaded, c) for c in r.clauses]),
                "point": say.pick(r.point),
                "taken": say.pick(r.taken),
                "other": say.pick(r.other) if r.other is not None else None,
            }
            for r in m.readings.values()
        ],
        up=say.up,
    )
    title = m.title.pick(make.lang)
    return make.page("measure", "measures", f"{m.id}.html", title, title, body)


def _sentence(make: Maker, loaded: LoadedMeasure, s: Sentence) -> Mapping[str, Any]:
    role = loaded.measure.roles.get(s.binds)
    return {
        "at": s.at,
        "anchor": anchor(s.at),
        "gist": make.say.pick(s.gist),
        "words": s.words,
        "modality": MODALITY[s.modality].pick(make.lang),
        "binds": make.word("项目单位", "project unit") if s.binds == UNIT else make.say.pick(role) if role else s.binds,
        "coverage": s.coverage,
        "coverage_word": COVERAGE[s.coverage].pick(make.lang),
        "rules": make.say.joined([make.say.rule(loaded, r) for r in s.rules]),
        "reason": make.say.pick(s.reason) if s.reason is not None else None,
    }


def _parameter(make: Maker, loaded: LoadedMeasure, p: Parameter) -> Mapping[str, Any]:
    values = [
        (since.isoformat() if since is not None else None, value_text(value, make.lang)) for since, value in p.values
    ]
    return {
        "id": p.id,
        "anchor": anchor(p.id),
        "title": make.say.pick(p.title),
        "comparator": COMPARATOR[p.comparator],
        "figures": values,
        "words": Markup('<span lang="zh">%s</span>') % p.words,
        "cites": make.say.clause(loaded, p.cites),
        "readings": p.readings,
        "checked": p.last_checked.isoformat(),
    }


# ── rules ──


def _rule_page(make: Maker, law: Law, loaded: LoadedMeasure, rule: Rule) -> tuple[str, bytes]:
    say, text = make.say, loaded.texts[rule.id]
    m = loaded.measure
    cited = [s for at in rule.cites if (s := m.sentence(at)) is not None]
    body = make.render(
        "rule",
        id=rule.id,
        measure=m.title.pick(make.lang),
        measure_id=m.id,
        title=say.pick(text.title),
        about=say.pick(text.about),
        cure=say.pick(text.cure),
        cites=[_sentence(make, loaded, s) for s in cited],
        parameters=[_parameter(make, loaded, p) for p in loaded.parameters.values() if p.cites in rule.cites],
        readings=[
            (r, say.pick(m.readings[r].point), say.pick(m.readings[r].taken)) for r in rule.readings if r in m.readings
        ],
        facts=_rule_facts(make, rule),
        internal=is_internal(rule),
        examples=[_example(make, loaded, e, n) for n, e in enumerate(law.examples.get(rule.id, ()), 1)],
        up=say.up,
    )
    title = say.pick(text.title)
    return make.page("rule", "rules", f"{rule.id}.html", f"{title} {rule.id}", say.pick(text.about), body)


_SUBJECT: dict[str, Bilingual] = {
    "project": Bilingual("项目", "project"),
    "system": Bilingual("系统", "system"),
    "organization": Bilingual("机构", "body"),
    "district": Bilingual("旗区、镇街", "district"),
    "plan": Bilingual("年度计划", "yearly plan"),
    "returns": Bilingual("报送", "returns"),
    "resources": Bilingual("资源目录", "resource catalogue"),
    "draws": Bilingual("随机抽取", "random draws"),
    "registry": Bilingual("跨记录", "across records"),
}


def _rule_facts(make: Maker, rule: Rule) -> list[tuple[str, Markup]]:
    rows: list[tuple[str, Markup]] = [
        (make.word("对象", "About"), Markup("%s") % _SUBJECT[rule.subject].pick(make.lang)),
        (make.word("规则号", "Id"), Markup("<code>%s</code>") % rule.id),
        (make.word("自版本", "Since"), Markup("%s") % rule.since),
        (
            make.word("源文件", "Source file"),
            Markup("<code>%s</code>") % f"{rule.module.replace('.', '/')}.py",
        ),
    ]
    if rule.compares:
        rows.append(
            (make.word("比较版本", "Compares"), Markup("%s") % make.word("与前一版本比较", "with the revision before"))
        )
    return rows


def _example(make: Maker, loaded: LoadedMeasure, example: Example, n: int) -> Mapping[str, Any]:
    case, result, say = example.case, example.result, make.say
    data = case.data
    make.memory["example city"] = _city_of(make, loaded)
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
        "expect": [_expected(make, e) for e in case.expect],
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


def _city_of(make: Maker, loaded: LoadedMeasure) -> str:
    cities = make.release.instance.jurisdictions
    return next((j.id for j in cities if loaded.measure.id in j.measures), "")


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


def _expected(make: Maker, expect: Mapping[str, Any]) -> Mapping[str, Any]:
    if expect["outcome"] == "nothing":
        return {"mark": "na", "sign": "–", "word": make.word("没有裁决", "nothing"), "more": ""}
    outcome = Outcome(str(expect["outcome"]))
    mark, sign = MARKS[outcome]
    more = [
        f"{_EXPECTED[name].pick(make.lang)} {_expected_value(make, name, value)}"
        for name, value in expect.items()
        if name in _EXPECTED
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
    "excess": Bilingual("超出", "excess"),
    "cites": Bilingual("条款", "clause"),
    "addressee": Bilingual("责任方", "duty of"),
    "caps": Bilingual("减轻", "lowered by"),
    "provisional": Bilingual("暂定", "provisional"),
}


def _expected_value(make: Maker, name: str, value: Any) -> str:
    if name == "severity":
        return SEVERITY[Severity[str(value).upper()]].pick(make.lang)
    if name == "addressee":
        city = make.memory.get("example city", "")
        return make.word("项目单位", "project unit") if value == UNIT else make.say.role(city, str(value))
    if name == "at":
        kind, _, seq = str(value).partition("/")
        return _act(make, kind, seq)
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


def in_order(loaded: LoadedMeasure) -> list[Rule]:
    """The rules of a measure in the order of the sentences they carry out."""
    places = {at: n for n, at in enumerate(loaded.measure.sentences)}
    return sorted(loaded.rules, key=lambda rule: (min(places.get(at, len(places)) for at in rule.cites), rule.id))


def rule_list(make: Maker) -> tuple[str, bytes]:
    """All rules with how often each came out how on what is public."""
    tables = []
    words = ("pass", "fail", "undetermined", "not_applicable", "advisory", "not_public")
    for loaded in make.release.checks.measures.values():
        rows = []
        for rule in in_order(loaded):
            counts: Mapping[str, int] = make.release.tally.get(rule.id, {})
            cells: list[object] = [
                Markup('%s<span class="zm-id">%s</span>') % (make.say.rule(loaded, rule.id), rule.id),
                make.say.joined([make.say.clause(loaded, at) for at in rule.cites]),
                _SUBJECT[rule.subject].pick(make.lang),
            ]
            if is_internal(rule):
                cells += [
                    Markup('<span class="zm-quiet">%s</span>') % make.word("不公开", "not public"),
                    "",
                    "",
                    "",
                    "",
                ]
            elif rule.subject not in ("project", "registry"):
                cells += [
                    Markup('<span class="zm-quiet">%s</span>') % make.word("不计数", "not counted"),
                    "",
                    "",
                    "",
                    "",
                ]
            else:
                cells += [counts.get(word, 0) or "" for word in words[:5]]
            rows.append(cells)
        headers = make.word(
            "规则;条款;对象;符合;不符合;暂不能判断;不适用;仅供参考",
            "Rule;Clauses;About;Pass;Fail;Undetermined;Not applicable;Advice only",
        ).split(";")
        tables.append(
            Table(loaded.measure.id, loaded.measure.title.pick(make.lang), headers, rows, frozenset(range(3, 8)))
        )
    title = make.word("规则", "Rules")
    body = make.render(
        "plain_list",
        title=title,
        lead=make.word(
            "每条规则执行办法里的一句话，都有例子。次数只计已公开项目的公开结果；关于计划、旗区、系统等记录的规则不在此计数。",
            "Each rule carries out a sentence of a measure and has its examples. Counts are of public outcomes about published projects; rules about plans, districts, systems and other records are not counted here.",
        ),
        tables=tables,
        links=[],
        up=make.say.up,
    )
    return make.page("rule", "rules", "index.html", title, title, body)


# ── codes ──


def _code_pages(make: Maker, law: Law) -> Files:
    say = make.say
    rows = []
    for code in law.codes:
        rows.append(
            (Markup('<a href="%s.html">%s</a>') % (code.id, code.id), say.pick(code.title), say.pick(code.message))
        )
    title = make.word("问题代码", "Problem codes")
    headers = make.word("代码;名称;说明", "Code;Title;Message").split(";")
    body = make.render(
        "plain_list",
        title=title,
        lead=make.word(
            "登记文件可能遇到的每一种问题，代码固定不变，各有一页。",
            "Every problem that a record can have; codes never change, and each has its page.",
        ),
        tables=[Table("codes", title, headers, rows)],
        links=[],
        up=say.up,
    )
    yield make.page("code", "codes", "index.html", title, title, body)
    for code in law.codes:
        body = make.render(
            "code",
            id=code.id,
            title=say.pick(code.title),
            message=say.pick(code.message),
            next_step=say.pick(code.next_step),
            sensitive=code.sensitive,
            up=say.up,
        )
        yield make.page(
            "code", "codes", f"{code.id}.html", f"{say.pick(code.title)} {code.id}", say.pick(code.title), body
        )

"""Verdicts and traces in words. One place turns keys and values into sentences, for the terminal, the page and the forge."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Any

from zongmu.model.codes import CODE_LISTS
from zongmu.model.fields.titles import path_codelist, path_title
from zongmu.model.finding import Bilingual, Category, ChangeState, Finding, Gate, Outcome, Severity, Step, Verdict
from zongmu.model.guards import scan
from zongmu.model.record_types import BY_NAME
from zongmu.model.scalars import Duration, Money, Ratio
from zongmu.policy.law.addresses import address_words
from zongmu.policy.law.loading import LoadedMeasure
from zongmu.policy.law.measure import UNIT, Measure, Reading, Sentence
from zongmu.policy.law.measure_file import OWN_FILE
from zongmu.policy.law.rules import Rule
from zongmu.policy.law.words import CAP_WHY, SAY

HIDDEN = "***"
"""Stands for a text that must not be repeated."""

SEVERITY: dict[Severity, Bilingual] = {
    Severity.NONE: Bilingual("说明", "info"),
    Severity.NOTICE: Bilingual("提示", "notice"),
    Severity.WARNING: Bilingual("提醒", "warning"),
    Severity.BLOCKING: Bilingual("阻断", "blocking"),
}
OUTCOME: dict[Outcome, Bilingual] = {
    Outcome.PASS: Bilingual("符合", "pass"),
    Outcome.FAIL: Bilingual("不符合", "fail"),
    Outcome.UNDETERMINED: Bilingual("暂不能判断", "undetermined"),
    Outcome.NOT_APPLICABLE: Bilingual("不适用", "not applicable"),
    Outcome.ERROR: Bilingual("未能裁决", "not judged"),
}
GATE: dict[Gate, Bilingual] = {
    Gate.GOOD: Bilingual("可以合并", "good"),
    Gate.NEEDS_PERSON: Bilingual("待人处理", "needs a person"),
    Gate.REFUSED: Bilingual("拒收", "refused"),
}
STATE: dict[ChangeState, Bilingual] = {
    ChangeState.NEW: Bilingual("本次新增", "new"),
    ChangeState.WORSE: Bilingual("本次加重", "worse"),
    ChangeState.EXISTING: Bilingual("原已存在", "existing"),
    ChangeState.CURED: Bilingual("本次消除", "cured"),
}
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
COMPARATOR: dict[str, Bilingual] = {
    "<": Bilingual("小于", "<"),
    "<=": Bilingual("不超过", "≤"),
    ">": Bilingual("超过", ">"),
    ">=": Bilingual("不少于", "≥"),
    "=": Bilingual("等于", "="),
}
_NOT: dict[str, Bilingual] = {
    "<": Bilingual("不小于", "≥"),
    "<=": Bilingual("超过", ">"),
    ">": Bilingual("不超过", "≤"),
    ">=": Bilingual("少于", "<"),
    "=": Bilingual("不等于", "≠"),
}
_UNITS = {"年": "years", "个月": "months", "日": "days", "个工作日": "working days", "小时": "hours"}


def aside(text: str, lang: str) -> str:
    """*text* in brackets behind what it says more of."""
    return f"（{text.replace(', ', '，')}）" if lang == "zh" else f" ({text})"


def listed(texts: Iterable[str], lang: str) -> str:
    """Several things one after the other."""
    return ("、" if lang == "zh" else ", ").join(texts)


def value_text(value: Any, lang: str) -> str:
    """A value for a person; what must not be repeated (a personal number, a secret) is :data:`HIDDEN`."""
    if value is None:
        return "未登记" if lang == "zh" else "not recorded"
    if isinstance(value, bool):
        return ("是" if value else "否") if lang == "zh" else ("yes" if value else "no")
    if isinstance(value, Money):
        return str(value) if lang == "zh" else f"CNY {value.format_yuan()}"
    if isinstance(value, Duration):
        return (
            str(value) if lang == "zh" else f"{value.n} {_UNITS[value.unit].removesuffix('s' if value.n == 1 else '')}"
        )
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Ratio):
        return str(value)
    if isinstance(value, list | tuple):
        return listed((value_text(v, lang) for v in value), lang)
    return sayable(str(value))


def sayable(text: str) -> str:
    """*text*; :data:`HIDDEN` where it must not be repeated."""
    return HIDDEN if _must_not_be_said(text) else text


@lru_cache(maxsize=8192)
def _must_not_be_said(text: str) -> bool:
    return bool(scan(text))


def code_text(loaded: LoadedMeasure | None, value: Any, lang: str) -> str:
    """A value, with the measure's titles for codes it knows (topics, documents, …)."""
    if loaded is not None and isinstance(value, str):
        known = loaded.measure.roles.get(value) or loaded.code_titles.get(value)
        if known is not None:
            return known.pick(lang)
    if loaded is not None and isinstance(value, list | tuple):
        return listed((code_text(loaded, v, lang) for v in value), lang)
    return value_text(value, lang)


def code_title(codelist: str, code: str, own: Mapping[str, Mapping[str, Bilingual]]) -> Bilingual | None:
    """The title of a code: in the list that holds anywhere, else in that of a measure's *own*; None where neither has it."""
    closed = CODE_LISTS.get(codelist, {}).get(code)
    return Bilingual(*closed) if closed is not None else own.get(codelist, {}).get(code)


def _said(value: Any, path: str | None, loaded: LoadedMeasure | None, lang: str, record_type: str) -> str:
    """A value of the field at *path*: a code by its title in the list of that field, where it has one."""
    if isinstance(value, list | tuple):
        return listed((_said(one, path, loaded, lang, record_type) for one in value), lang)
    codes = path_codelist(path, record_type) if path and type(value) is str else None
    if path and path.startswith("attestations"):
        codes = "attestation"  # what is attested is said by the attestation as a whole, wherever in it a step points
    elif codes is None and path and _PAPERS.search(path):
        codes = "document"
    if codes is not None:
        title = code_title(codes, value, loaded.measure.codes if loaded is not None else {})
        if title is not None:
            return title.pick(lang)
    return code_text(loaded, value, lang)


def _home(step: Step) -> str:
    """The path of a step; without the key of its row where that key is the value, which is said anyway."""
    path = step.path or ""
    row, _, key = path.rpartition("/")
    return row if row and isinstance(step.value, dt.date) and key == step.value.isoformat() else path


_NAMED_BY_KIND = re.compile(r"(?:^|/)(document|attestation)s/([a-z_]+)")
_PAPERS = re.compile(r"(?:^|/)documents(?:/[a-z_]+)?$")


def _field_text(path: str, loaded: LoadedMeasure | None, lang: str, record_type: str) -> str:
    """The title of a field; a paper or an attestation in its path by the title of its kind."""
    text = path_title(path, record_type).pick(lang)
    found = _NAMED_BY_KIND.search(path)
    title = loaded.measure.codes.get(found[1], {}).get(found[2]) if found and loaded is not None else None
    return text.replace(found[2], title.pick(lang)) if found and title is not None else text


def step_text(step: Step, loaded: LoadedMeasure | None, lang: str, record_type: str = "project") -> str:
    """One line of a trace as a sentence."""
    words = (loaded.words_for(step.say) if loaded else None) or SAY.get(step.say)
    field = _field_text(_home(step), loaded, lang, record_type) if step.path else ""
    param = param_text(loaded, step.param, lang)
    if words is None:
        value = code_text(loaded, step.value, lang) if step.value is not None else ""
        text = f"{step.say} {field} {value}".strip()
    else:
        text = words.pick(lang)
        values = {"field": field, "param": param}
        if _is_share(step):
            values["value"], values["limit"] = _share_text(step, lang)
        if "{value" in text:
            values.setdefault("value", _said(step.value, step.path, loaded, lang, record_type))
        if "{limit" in text:
            values.setdefault("limit", _said(step.limit, step.path, loaded, lang, record_type))
        if "{comparator" in text:
            values["comparator"] = _comparator(step, lang)
        with suppress(KeyError, IndexError, ValueError):
            text = text.format_map(values)
    if param:
        text += f"（{param}）" if lang == "zh" else f" ({param})"
    return text


def _is_share(step: Step) -> bool:
    return isinstance(step.limit, Ratio) and isinstance(step.value, tuple) and len(step.value) == 2


def _share_text(step: Step, lang: str) -> tuple[str, str]:
    """A part with its whole, and a share with the amount that it comes to, cut to the fen."""
    part, whole = step.value
    most = Money(whole.fen * step.limit.bp // 10_000)
    base, cap = (value_text(amount, lang) for amount in (whole, most))
    of = f"基数 {base}" if lang == "zh" else f"of {base}"
    return value_text(part, lang) + aside(of, lang), value_text(step.limit, lang) + aside(cap, lang)


def _comparator(step: Step, lang: str) -> str:
    if step.comparator is None:
        return ""
    table = _NOT if step.holds is False and step.say == "compare" else COMPARATOR
    return table.get(step.comparator, Bilingual(step.comparator, step.comparator)).pick(lang)


def param_text(loaded: LoadedMeasure | None, param: str | None, lang: str) -> str:
    """A parameter's title and citation."""
    if param is None:
        return ""
    if param.startswith("site."):
        return "本站设定" if lang == "zh" else "set by this site"
    parameter = loaded.parameters.get(param) if loaded else None
    if parameter is None:
        return param
    return (
        f"{parameter.title.pick(lang)}，{parameter.cites}"
        if lang == "zh"
        else f"{parameter.title.en}, {parameter.cites}"
    )


def law_line(loaded: LoadedMeasure, address: str, lang: str) -> str:
    """A sentence of a measure: its address, where that is in the text, and its gist."""
    sentence = loaded.measure.sentence(address)
    gist = f"{'：' if lang == 'zh' else ': '}{sentence.gist.pick(lang)}" if sentence is not None else ""
    return f"{address}{aside(address_words(address).pick(lang), lang)}{gist}"


def bound_text(loaded: LoadedMeasure, sentence: Sentence, lang: str) -> str:
    """Whom a sentence binds, by name; empty where it binds nobody."""
    return ("、" if lang == "zh" else ", ").join(body_of(loaded, role, lang) for role in sentence.bound)


def body_of(loaded: LoadedMeasure, role: str, lang: str) -> str:
    """A role of the measure by its name, or the project's unit."""
    if role == UNIT:
        return "项目单位" if lang == "zh" else "project unit"
    return loaded.measure.roles[role].pick(lang)


def in_force_text(measure: Measure, lang: str) -> str:
    """From when to when the measure governs what is done."""
    if lang == "zh":
        first = measure.since.isoformat() if measure.since else "registry.yaml 所设之日"
        return f"适用于 {first} 起{f'、{measure.until} 止' if measure.until else ''}的行为"
    first = measure.since.isoformat() if measure.since else "the day set in registry.yaml"
    return f"for acts from {first}{f' to {measure.until}' if measure.until else ' on'}"


def waived_by_text(loaded: LoadedMeasure, rule: Rule, lang: str) -> str:
    """Who may waive a rule: whom it names, else whom its measure names, for every level or for some."""
    whom = {"any": rule.waivable_by} if rule.waivable_by else loaded.measure.waivable_by
    levels = loaded.measure.codes.get("level", {})
    alike: dict[tuple[str, ...], list[str]] = {}
    for level, roles in whom.items():
        alike.setdefault(roles, []).append(level)
    parts = []
    for roles, of in alike.items():
        bodies = listed((loaded.measure.roles[role].pick(lang) for role in roles), lang)
        names = listed((levels[level].pick(lang) if level in levels else level for level in of), lang)
        parts.append(bodies if "any" in of else f"{names}另有{bodies}" if lang == "zh" else f"{names}: also {bodies}")
    return ("；" if lang == "zh" else "; ").join(parts) or ("谁也不能" if lang == "zh" else "nobody")


def evidence_text(loaded: LoadedMeasure, sentence: Sentence, lang: str) -> str | None:
    """What stands for a sentence where no machine can look: what is attested and by whom, or the field that holds it."""
    zh = lang == "zh"
    if sentence.attested:
        kinds = loaded.measure.codes.get("attestation", {})
        what = listed((kinds[kind].pick(lang) if kind in kinds else kind for kind in sentence.attested), lang)
        by = body_of(loaded, sentence.vouched_by, lang)
        rest = sentence.coverage == "automated"
        if zh:
            return f"{'其余' if rest else ''}由{by}证明：{what}"
        return f"{'the rest ' if rest else ''}attested by {by}: {what}"
    if sentence.coverage == "structural" and sentence.field is not None:
        fields = listed((_field_named(path, lang) for path in sentence.field.split(", ")), lang)
        return f"{'字段' if zh else 'field'}{'：' if zh else ': '}{fields}"
    return None


def _field_named(path: str, lang: str) -> str:
    return path if path.startswith(OWN_FILE) else f"{path_title(path).pick(lang)}{aside(path, lang)}"


def reading_text(reading: Reading, lang: str) -> str:
    """A reading: the open point and what is taken."""
    if lang == "zh":
        return f"读法 {reading.id}（{reading.point.zh}）：{reading.taken.zh}"
    return f"reading {reading.id} ({reading.point.en}): {reading.taken.en}"


def readings_of(loaded: LoadedMeasure, rule: Rule, verdict: Verdict) -> list[Reading]:
    """The readings that bear on a verdict and that its caps do not name already."""
    told = {cap.why for cap in verdict.caps}
    known = [loaded.measure.readings[id] for id in rule.readings if id in loaded.measure.readings]
    return [reading for reading in known if reading.id not in told and not reading.lowers]


def cap_name(loaded: LoadedMeasure | None, why: str) -> Bilingual:
    """Why a finding weighs less than its sentence would say, in few words: of a reading the open point."""
    reading = loaded.measure.readings.get(why) if loaded else None
    if reading is not None:
        return reading.point
    own = loaded.words_for(why) if loaded else None
    return own or CAP_WHY.get(why) or Bilingual(why, why)


def cap_text(loaded: LoadedMeasure | None, why: str, lang: str) -> str:
    """Why a finding weighs less than its sentence would say; of a reading what is taken as well."""
    reading = loaded.measure.readings.get(why) if loaded else None
    return reading_text(reading, lang) if reading is not None else cap_name(loaded, why).pick(lang)


def trace_lines(verdict: Verdict, loaded: LoadedMeasure | None, lang: str, record_type: str = "project") -> list[str]:
    """The trace of a verdict, a sentence a line, caps and due day after it. What a rule across records says is said of projects."""
    record_type = record_type if record_type in BY_NAME else "project"
    lines = [step_text(s, loaded, lang, record_type) for s in verdict.trace]
    if verdict.due is not None and not any(s.say.startswith("deadline") for s in verdict.trace):
        lines.append(f"期限 {verdict.due.isoformat()}" if lang == "zh" else f"due {verdict.due.isoformat()}")
    lines.extend(("减轻：" if lang == "zh" else "lowered: ") + cap_text(loaded, cap.why, lang) for cap in verdict.caps)
    if verdict.provisional:
        lines.append(cap_text(loaded, "provisional_calendar" if verdict.due is not None else "provisional", lang))
    return lines


def verdict_word(finding: Finding, lang: str) -> str:
    """What a finding amounts to: refused, needs a person, acknowledged, warning, notice; or that the rule is wrong."""
    if finding.acknowledged is not None:
        return "已确认" if lang == "zh" else "acknowledged"
    if finding.outcome is Outcome.ERROR:
        return OUTCOME[Outcome.ERROR].pick(lang)
    if finding.severity is Severity.BLOCKING:
        gate = Gate.REFUSED if finding.category is Category.RECORD else Gate.NEEDS_PERSON
        return GATE[gate].pick(lang)
    return SEVERITY[finding.severity].pick(lang)

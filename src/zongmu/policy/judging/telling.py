"""The finding of a ruling: what was found, why, and what to do next."""

from __future__ import annotations

from typing import Final

from zongmu.model.finding import (
    Bilingual,
    Category,
    Finding,
    Outcome,
    Severity,
    Verdict,
)
from zongmu.policy.judging.weighing import Ruling
from zongmu.policy.law.loading import Checks, LoadedMeasure, RuleText
from zongmu.policy.law.words import BECAUSE


def because(loaded: LoadedMeasure, verdict: Verdict) -> Bilingual:
    """The words for why a verdict is what it is."""
    key = verdict.because or verdict.outcome.value
    return loaded.words_for(key) or BECAUSE.get(key) or Bilingual(key, key)


REPORT: Final = Bilingual(
    "这是 checks/ 里的规则本身有错，不是登记有错：请报给维护规则的人，附上这条信息",
    "the rule in checks/ is wrong, not the record: report this to those who maintain the rules",
)


LATE: Final = Bilingual(
    "日期写错的，改正并加更正行；已获批准而未登记的（如延期），补登；确实晚了的补不回来，由有权机关确认，如实留存",
    "Correct a day that is written wrongly, with its correction row; record what was granted and is not recorded (an "
    "extension, say); what was really late cannot be made good: the competent body acknowledges it, and it stays on record",
)


def next_step(loaded: LoadedMeasure, ruling: Ruling) -> Bilingual:
    """What to do about a ruling: the cure of its rule, but for what no record can cure any more."""
    if ruling.verdict.outcome is Outcome.ERROR:
        return REPORT
    if ruling.verdict.because == "late" and ruling.severity is Severity.BLOCKING:
        return LATE
    text = loaded.texts.get(ruling.rule.id)
    return text.cure if text is not None else Bilingual("", "")


def _message(loaded: LoadedMeasure, ruling: Ruling, text: RuleText | None) -> Bilingual:
    """What a rule found and why. Equal messages are one object: a worker then sends each of them once."""
    key = (ruling.rule.id, ruling.verdict.because or ruling.verdict.outcome.value)
    message = loaded.messages.get(key)
    if message is None:
        title = text.title if text else Bilingual(ruling.rule.id, ruling.rule.id)
        why = because(loaded, ruling.verdict)
        message = loaded.messages[key] = Bilingual(f"{title.zh}：{why.zh}", f"{title.en}: {why.en}")
    return message


def to_finding(checks: Checks, ruling: Ruling, path: str) -> Finding:
    """The finding of a ruling that has something to say (a failure, or a crash of the rule)."""
    loaded = checks.measures[ruling.measure]
    text = loaded.texts.get(ruling.rule.id)
    at = next((s.path for s in reversed(ruling.verdict.trace) if s.path), None)
    return Finding(
        code=ruling.rule.id,
        category=Category.LAW,
        severity=ruling.severity,
        record=ruling.record,
        path=path,
        message=_message(loaded, ruling, text),
        next_step=next_step(loaded, ruling),
        key=ruling.verdict.at,
        field_path=at,
        outcome=ruling.verdict.outcome,
        verdict=ruling.verdict,
        addressee=ruling.addressee,
    )

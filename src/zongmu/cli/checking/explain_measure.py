"""``zongmu explain MEASURE``: what a measure is, how far it is carried out, and how it compares with a text of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TextIO

from zongmu.cli.founding.init_measure import read_text
from zongmu.policy.law.loading import LoadedMeasure
from zongmu.policy.law.numbering import whole_sentence
from zongmu.report.words import COVERAGE, aside, in_force_text, law_line, listed


def explain_measure(loaded: LoadedMeasure, lang: str, text: Path | None, out: TextIO) -> int:
    """Say what a measure is. With *text*: 1 where a sentence is worded otherwise there, or is on one side only."""
    measure, zh = loaded.measure, lang == "zh"
    out.write(f"{measure.id}  {measure.title.pick(lang)}\n  {in_force_text(measure, lang)}\n")
    if measure.source is not None:
        out.write(f"  {measure.source.pick(lang)}\n")
    rows = [s.coverage for s in measure.sentences.values()]
    counts = listed((f"{COVERAGE[c].pick(lang)} {rows.count(c)}" for c in COVERAGE if c in rows), lang)
    out.write(
        f"  {'逐句覆盖' if zh else 'coverage, sentence by sentence'}{aside(str(len(rows)), lang)}{'：' if zh else ': '}{counts}\n"
    )
    return 0 if text is None or _same_as(loaded, lang, text, out) else 1


def _same_as(loaded: LoadedMeasure, lang: str, file: Path, out: TextIO) -> bool:
    """Compare the wording that the rows were written from with that of *file*, sentence by sentence; white space is nothing."""
    measure, zh = loaded.measure, lang == "zh"
    known = {_plain(whole_sentence(s.at)): (s.at, s.hash) for s in measure.sentences.values() if s.hash is not None}
    there = {_plain(f"{measure.prefix}-{s.at}"): s for s in read_text(file)[0]}
    groups = (
        ("措辞不同", "worded otherwise", [known[k][0] for k in known if k in there and there[k].digest != known[k][1]]),
        ("这份文本里没有", "not in this text", [known[k][0] for k in known if k not in there]),
        (
            "这份文本里多出",
            "only in this text",
            [f"{measure.prefix}-{s.at}" for k, s in there.items() if k not in known],
        ),
    )
    for title, title_en, found in groups:
        if found:
            out.write(f"  {title if zh else title_en}{aside(str(len(found)), lang)}{'：' if zh else ':'}\n")
            out.writelines(f"    {law_line(loaded, at, lang)}\n" for at in found)
    if not any(found for _, _, found in groups):
        out.write(f"  {f'{len(known)} 句措辞全部相同' if zh else f'all {len(known)} sentences are worded alike'}\n")
        return True
    return False


def _plain(at: str) -> str:
    """An address without what may be left out where there is only one: the first paragraph, the first sentence."""
    return re.sub(r" (?:p1|s1)\b", "", at)

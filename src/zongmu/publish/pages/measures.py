"""Pages of the measures: coverage sentence by sentence, numbers, readings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from zongmu.model.finding import Bilingual
from zongmu.policy.law.addresses import address_words
from zongmu.policy.law.loading import LoadedMeasure
from zongmu.policy.law.measure import Sentence
from zongmu.policy.law.parameters import Parameter
from zongmu.publish.pages.base import Maker, Table
from zongmu.publish.rendering.say import anchor
from zongmu.report.words import COMPARATOR, COVERAGE, MODALITY, bound_text, evidence_text, value_text

TEXT_STATUS: dict[str, Bilingual] = {
    "official": Bilingual("依正式公布的文本", "after the text as officially published"),
    "web_copy_unverified": Bilingual(
        "依网上副本，未与正式文本核对；不得当作正式条文引用",
        "after a web copy that was not compared with the official text; not to be quoted as official wording",
    ),
}


def measure_list(make: Maker) -> tuple[str, bytes]:
    """The list of the measures of every city."""
    rows = []
    for city in make.release.instance.jurisdictions:
        for loaded in make.release.measures(city.id):
            m = loaded.measure
            rows.append(
                (
                    Markup('<a href="%s.html">%s</a>') % (m.id, m.title.pick(make.lang)),
                    make.say.city(city.id),
                    validity(make, loaded, city.id),
                    sum(s.coverage == "automated" for s in m.sentences.values()),
                    len(m.sentences),
                    len(loaded.rules),
                )
            )
    headers = make.word(
        "办法;城市;有效期;已自动检查的条款;条款合计;规则", "Measure;City;In force;Sentences automated;Sentences;Rules"
    ).split(";")
    title = make.word("办法", "Measures")
    return make.listing(
        "measure",
        title,
        make.word(
            "管理办法逐句编码：哪一句由机器检查、哪一句由人证明、哪一句原文缺失，都列出来。",
            "Each measure is encoded sentence by sentence: what a machine checks, what a person attests, what is missing from the text.",
        ),
        [Table("measures", title, headers, rows, frozenset({3, 4, 5}))],
    )


def validity(make: Maker, loaded: LoadedMeasure, city: str) -> str:
    """From when to when a measure is in force in a city."""
    law = next(law for m, law in make.release.world.laws[city] if m is loaded)
    since = law.since.isoformat() if law.since is not None else make.word("未设定", "not set")
    until = law.until.isoformat() if law.until is not None else ""
    return make.word(f"{since} 至 {until or '今'}", f"{since} to {until or 'the present'}")


def measure_page(make: Maker, loaded: LoadedMeasure) -> tuple[str, bytes]:
    """The page of a measure. Its sentences stand there by address and gist, never by their text."""
    m, say = loaded.measure, make.say
    city = next((j.id for j in make.release.instance.jurisdictions if loaded in make.release.measures(j.id)), None)
    counts = {c: sum(s.coverage == c for s in m.sentences.values()) for c in COVERAGE}
    facts: list[tuple[str, Markup]] = []
    if city is not None:
        facts.append((make.word("城市", "City"), say.city(city)))
        facts.append((make.word("有效期", "In force"), Markup("%s") % validity(make, loaded, city)))
        setting = make.release.instance.setting(m.id)
        if setting is not None and setting.source and m.since_setting:
            facts.append((make.word("施行日期的依据", "Source of the first day"), say.chinese(setting.source)))
        if setting is not None and setting.after_expiry and m.until is not None:
            after = Markup("%s") % say.code(city, "after_expiry", setting.after_expiry)
            if setting.continued_by:
                between = Markup("%s（%s）") if make.zh else Markup("%s (%s)")
                after = between % (after, say.chinese(setting.continued_by))
            facts.append((make.word("失效后", "After expiry"), after))
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
        sentences=[sentence_row(make, loaded, s) for s in m.sentences.values()],
        parameters=[parameter_row(make, loaded, p) for p in loaded.parameters.values()],
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
    return make.page("measure", f"{m.id}.html", title, title, body)


def sentence_row(make: Maker, loaded: LoadedMeasure, s: Sentence) -> Mapping[str, Any]:
    """A sentence as a row: address, gist, modality, whom it binds, how it is covered, by which rules."""
    return {
        "at": s.at,
        "words_at": address_words(s.at).pick(make.lang),
        "anchor": anchor(s.at),
        "gist": make.say.pick(s.gist),
        "words": s.words,
        "modality": "—" if s.coverage == "missing" else MODALITY[s.modality].pick(make.lang),
        "binds": bound_text(loaded, s, make.lang) or "—",
        "coverage": s.coverage,
        "coverage_word": COVERAGE[s.coverage].pick(make.lang),
        "rules": make.say.joined([make.say.rule(loaded, r) for r in s.rules]),
        "evidence": evidence_text(loaded, s, make.lang),
        "reason": make.say.pick(s.reason) if s.reason is not None else None,
    }


def parameter_row(make: Maker, loaded: LoadedMeasure, p: Parameter) -> Mapping[str, Any]:
    """A number of a measure as a row: its values by day, the words that carry it, where it stands."""
    values = [
        (since.isoformat() if since is not None else None, value_text(value, make.lang)) for since, value in p.values
    ]
    return {
        "id": p.id,
        "anchor": anchor(p.id),
        "title": make.say.pick(p.title),
        "comparator": COMPARATOR[p.comparator].en,
        "figures": values,
        "words": Markup('<span lang="zh">%s</span>') % p.words,
        "cites": make.say.clause(loaded, p.cites),
        "readings": p.readings,
        "checked": p.last_checked.isoformat(),
    }

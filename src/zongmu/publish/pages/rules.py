"""Pages of the rules: what each carries out, its numbers and readings, its examples run; and the list of all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from zongmu.disclosure.findings import is_internal
from zongmu.model.finding import Bilingual
from zongmu.policy.law.loading import LoadedMeasure
from zongmu.policy.law.rules import Rule
from zongmu.publish.pages.base import Maker, Table
from zongmu.publish.pages.examples import Example, example_row
from zongmu.publish.pages.measures import parameter_row, sentence_row, validity
from zongmu.report.words import waived_by_text


def rule_page(make: Maker, loaded: LoadedMeasure, rule: Rule, examples: Sequence[Example]) -> tuple[str, bytes]:
    """The page of a rule."""
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
        cites=[sentence_row(make, loaded, s) for s in cited],
        parameters=[parameter_row(make, loaded, p) for p in loaded.parameters.values() if p.cites in rule.cites],
        readings=[
            (r.id, say.pick(r.point), say.pick(r.taken), say.pick(r.other) if r.other is not None else None)
            for r in (m.readings[id] for id in rule.readings if id in m.readings)
        ],
        facts=_rule_facts(make, loaded, rule),
        internal=is_internal(rule),
        examples=[example_row(make, loaded, e, n) for n, e in enumerate(examples, 1)],
        up=say.up,
    )
    title = say.pick(text.title)
    return make.page("rule", f"{rule.id}.html", f"{title} {rule.id}", say.pick(text.about), body)


_SUBJECT: dict[str, Bilingual] = {
    "project": Bilingual("项目", "project"),
    "system": Bilingual("系统", "system"),
    "organization": Bilingual("单位", "body"),
    "district": Bilingual("地区", "district"),
    "plan": Bilingual("年度计划", "yearly plan"),
    "returns": Bilingual("报送", "returns"),
    "resources": Bilingual("资源目录", "resource catalogue"),
    "draws": Bilingual("随机抽取", "random draws"),
    "registry": Bilingual("跨记录", "across records"),
}


def _rule_facts(make: Maker, loaded: LoadedMeasure, rule: Rule) -> list[tuple[str, Markup]]:
    rows: list[tuple[str, Markup]] = [
        (make.word("对象", "About"), Markup("%s") % _SUBJECT[rule.subject].pick(make.lang)),
        (make.word("规则号", "Id"), Markup("<code>%s</code>") % rule.id),
        (make.word("自版本", "Since edition"), Markup("%s") % rule.since),
        (make.word("谁可以豁免", "May be waived by"), Markup("%s") % waived_by_text(loaded, rule, make.lang)),
        (
            make.word("源文件", "Source file"),
            Markup("<code>%s</code>") % f"{rule.module.replace('.', '/')}.py",
        ),
    ]
    city = make.city_of(loaded.measure.id)
    if city:
        rows.insert(3, (make.word("适用于何时的行为", "For acts of"), Markup("%s") % validity(make, loaded, city)))
    if rule.compares:
        rows.append(
            (make.word("比较版本", "Compares"), Markup("%s") % make.word("与前一版本比较", "with the revision before"))
        )
    return rows


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
            Table(
                loaded.measure.id,
                loaded.measure.title.pick(make.lang),
                headers,
                rows,
                frozenset(range(3, 8)),
                short=frozenset({2}),
            )
        )
    title = make.word("规则", "Rules")
    return make.listing(
        "rule",
        title,
        make.word(
            "每条规则执行办法里的一句话，都有例子。次数只计已公开项目的公开结果；关于计划、地区、系统等记录的规则不在此计数。",
            "Each rule carries out a sentence of a measure and has its examples. Counts are of public outcomes about published projects; rules about plans, districts, systems and other records are not counted here.",
        ),
        tables,
    )

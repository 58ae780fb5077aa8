"""``zongmu show``: one project at a glance: facts, where it stands, money, timeline, what is due."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TextIO

from zongmu.cli.past import tree_and_day
from zongmu.cli.session import checks_at, parse_day, project_named, registry_at, world_of
from zongmu.disclosure.findings import told_of
from zongmu.disclosure.projection import project_public
from zongmu.disclosure.review import standing
from zongmu.model.derive import STAGE_TITLES, STATUS_TITLES, View
from zongmu.model.endorsement import Endorsements
from zongmu.model.finding import Bilingual, Outcome
from zongmu.model.kinds import KINDS
from zongmu.model.leaves import plain
from zongmu.model.milestones import key_of
from zongmu.model.reply_clock import LIMIT, reply_clock
from zongmu.policy.loading import LoadedMeasure
from zongmu.policy.run import run
from zongmu.report.data import dump, json_value, masked, verdict_data
from zongmu.report.text import printable
from zongmu.report.words import aside, sayable, value_text


def _stage_title(measures: list[LoadedMeasure], stage: str) -> Bilingual:
    """What a stage is called: by the measure, else by the engine's own list."""
    for loaded in measures:
        title = loaded.measure.codes.get("stage", {}).get(stage)
        if title is not None:
            return title
    return Bilingual(*STAGE_TITLES.get(stage, (stage, stage)))


_STANDING = {
    "public": ("已公开", "public"),
    "withheld": ("不予公开", "withheld"),
    "unreviewed": ("现有内容尚未经公开审查", "not reviewed as it stands"),
}


def run_show(
    root: Path, project: str, lang: str, as_of: str | None, format: str, out: TextIO, at: str | None = None
) -> int:
    """Print one project, as it stood *at* a day or a revision. :class:`Trouble` when there is none, or it cannot be read."""
    tree, asof = tree_and_day(root, at, parse_day(as_of))
    registry = registry_at(root, tree)
    found = project_named(registry, project)
    checks = checks_at(root)
    world = world_of(checks, registry, asof)
    view = View(found)
    measures = [m for m, _ in world.laws.get(found.jurisdiction, ())]
    stages = measures[0].measure.stages if measures else None
    rulings = run(world, registry, keep_rulings=True).rulings_of(found.id)
    due = sorted(
        (r.verdict.due, r.rule.id)
        for r in rulings
        if r.verdict.outcome is Outcome.UNDETERMINED and r.verdict.due is not None
    )
    limit = world.instance.limit(LIMIT)
    clocks = ((q, reply_clock(q, world.calendar, limit, world.asof)) for q in found.questions if q.reply is None)
    owed = sorted((clock.due.day, q.seq) for q, clock in clocks if clock.due is not None)
    derived: dict[str, Any] = {
        "stage": view.stage(stages) if stages else view.stage(),
        "status": view.status,
        "total_investment": json_value(view.total_investment.value),
        "original_baseline": json_value(view.original_baseline.value),
        "current_baseline": json_value(view.current_baseline.value),
        "contracted": json_value(view.contracted.value),
        "final_total": json_value(view.final_total.value),
        "paid": json_value(view.paid),
        "due": [{"day": day.isoformat(), "rule": rule} for day, rule in due],
        "replies_due": [{"day": day.isoformat(), "question": seq} for day, seq in owed],
    }
    public = project_public(found, told_of(measures))
    endorsed = registry.by_id("endorsements", found.id)
    signed = endorsed.model if endorsed is not None and isinstance(endorsed.model, Endorsements) else None
    standing_now = standing(world.instance, public, signed).state
    derived["disclosure"] = {"state": standing_now, "digest": public.digest()}
    if format == "json":
        data = {
            "record": plain(found),
            "derived": derived,
            "rulings": [
                {"rule": r.rule.id, "severity": r.severity.name.lower(), **verdict_data(r.verdict)} for r in rulings
            ],
        }
        out.write(dump(masked(data)))
        return 0
    zh = lang == "zh"
    name = found.name if zh else found.name_en or found.name
    out.write(f"{found.id}  {printable(sayable(name))}\n")
    titles = {"status": Bilingual(*STATUS_TITLES[view.status]).pick(lang)}
    amounts = {
        "total_investment": view.total_investment,
        "original_baseline": view.original_baseline,
        "current_baseline": view.current_baseline,
        "contracted": view.contracted,
        "final_total": view.final_total,
    }
    titles |= {key: value_text(fact.value, lang) for key, fact in amounts.items()}
    if derived["stage"] is not None:
        titles["stage"] = _stage_title(measures, derived["stage"]).pick(lang)
    for label, key in (
        (("阶段", "stage"), "stage"),
        (("状态", "status"), "status"),
        (("总投资", "total investment"), "total_investment"),
        (("原始基线", "original baseline"), "original_baseline"),
        (("现行基线", "current baseline"), "current_baseline"),
        (("合同合计", "contracted"), "contracted"),
        (("决算", "final accounts"), "final_total"),
    ):
        out.write(f"  {label[0] + '：' if zh else label[1] + ': '}{titles.get(key) or value_text(None, lang)}\n")
    out.write("\n")
    for m in view.milestones:
        kind = KINDS[m.kind]
        number = f"  {printable(sayable(m.number))}" if m.number else ""
        out.write(f"  {m.date.isoformat()}  {kind.zh if zh else kind.en}{number}  [{key_of(m)}]\n")
    if due:
        out.write("\n" + ("到期事项\n" if zh else "due\n"))
        for day, rule in due:
            loaded = checks.rule(rule)
            title = loaded[0].texts[rule].title.pick(lang) if loaded else rule
            out.write(f"  {day.isoformat()}  {title}  [{rule}]\n")
    if owed:
        out.write("\n" + ("待答复的公众提问\n" if zh else "replies owed to the public\n"))
        for day, seq in owed:
            past = ("  已逾期" if zh else "  overdue") if day < world.asof else ""
            out.write(f"  {day.isoformat()}  [questions/{seq}]{past}\n")
    say = _STANDING[standing_now]
    out.write(f"\n{'公开状态：' if zh else 'disclosure: '}{say[0] if zh else say[1]}  {public.digest()}\n")
    fails = sum(r.verdict.outcome is Outcome.FAIL for r in rulings)
    out.write(f"\n{'不符合' if zh else 'failing'} {fails} {aside(f'zongmu explain {found.id}', lang)}\n")
    return 0

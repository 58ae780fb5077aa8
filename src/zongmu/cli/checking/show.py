"""``zongmu show``: one project at a glance: facts, where it stands, money, timeline, what is due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

from zongmu.cli.past import tree_and_day
from zongmu.cli.session import checks_at, parse_day, project_named, registry_at, world_of
from zongmu.disclosure.findings import told_of
from zongmu.disclosure.projection import project_public
from zongmu.disclosure.review import standing
from zongmu.model.acts.kinds import KINDS
from zongmu.model.acts.milestones import Contract, key_of
from zongmu.model.derived.timeline import Fact
from zongmu.model.derived.views import STAGE_TITLES, STATUS_TITLES, View
from zongmu.model.fields.leaves import plain
from zongmu.model.finding import Bilingual, Outcome
from zongmu.model.periods.reply_clock import LIMIT, reply_clock
from zongmu.model.records.endorsement import Endorsements
from zongmu.model.records.organization import Organization
from zongmu.model.records.project import Project
from zongmu.model.scalars import Money
from zongmu.policy.law.loading import Checks, LoadedMeasure
from zongmu.policy.run import run
from zongmu.publish.derived.figures import LADDER, first_estimate, told
from zongmu.report.findings.data import json_value, masked, verdict_data
from zongmu.report.terminal import dump, printable
from zongmu.report.words import aside, sayable, value_text
from zongmu.store.registry import LoadedRecord


def _stage_title(measures: list[LoadedMeasure], stage: str) -> Bilingual:
    """What a stage is called: by the measure, else by the engine's own list."""
    for loaded in measures:
        title = loaded.measure.codes.get("stage", {}).get(stage)
        if title is not None:
            return title
    return Bilingual(*STAGE_TITLES.get(stage, (stage, stage)))


_STANDING = {
    "public": Bilingual("已公开", "public"),
    "withheld": Bilingual("不予公开", "withheld"),
    "closed": Bilingual("该单位的项目一律不公开", "never published: a project of such a unit"),
    "unreviewed": Bilingual("现有内容尚未经公开审查", "not reviewed as it stands"),
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
        **{key: json_value(fact.value) for key, fact in _amounts(view).items()},
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
    stage = _stage_title(measures, derived["stage"]) if derived["stage"] is not None else None
    owner = registry.by_id("organization", found.owner) if found.owner is not None else None
    _head(found, owner, stage, view, lang, out)
    _acts(view, lang, out)
    _duties(checks, due, lang, out)
    _replies(owed, world.asof, lang, out)
    fails = sum(r.verdict.outcome is Outcome.FAIL for r in rulings)
    zh, said = lang == "zh", _STANDING[standing_now].pick(lang)
    out.write(f"\n{'公开状态：' if zh else 'disclosure: '}{said}  {public.digest()}\n")
    out.write(f"\n{'不符合' if zh else 'failing'} {fails} {aside(f'zongmu explain {found.id}', lang)}\n")
    return 0


def _amounts(view: View) -> Mapping[str, Fact[Money]]:
    """What is derived of the money, as data."""
    return {
        "first_estimate": first_estimate(view),
        "total_investment": view.total_investment,
        "original_baseline": view.original_baseline,
        "current_baseline": view.current_baseline,
        "contracted": view.contracted,
        "final_total": view.final_total,
    }


def _head(
    project: Project, owner: LoadedRecord | None, stage: Bilingual | None, view: View, lang: str, out: TextIO
) -> None:
    """What it is, whose, where it stands, and the ladder of its money as the pages have it."""
    zh = lang == "zh"
    name = project.name if zh else project.name_en or project.name
    out.write(f"{project.id}  {printable(sayable(name))}\n")
    body = owner.model if owner is not None and isinstance(owner.model, Organization) else None
    whose = project.owner if body is None else body.name if zh else body.name_en or body.name
    rows = [
        (Bilingual("项目单位", "Owner"), printable(sayable(whose)) if whose else value_text(None, lang)),
        (Bilingual("阶段", "Stage"), stage.pick(lang) if stage is not None else value_text(None, lang)),
        (Bilingual("状态", "Status"), Bilingual(*STATUS_TITLES[view.status]).pick(lang)),
        *((LADDER[rung.step], value_text(rung.amount, lang)) for rung in told(view) if rung.amount is not None),
    ]
    out.writelines(f"  {title.pick(lang)}{'：' if zh else ': '}{said}\n" for title, said in rows)


def _acts(view: View, lang: str, out: TextIO) -> None:
    out.write("\n")
    for m in view.milestones:
        kind = KINDS[m.kind]
        number = f"  {printable(sayable(m.number))}" if m.number else ""
        signed = _signed(m, lang) if isinstance(m, Contract) else ""
        out.write(f"  {m.date.isoformat()}  {kind.zh if lang == 'zh' else kind.en}{number}{signed}  [{key_of(m)}]\n")


def _signed(contract: Contract, lang: str) -> str:
    """With whom a contract was signed, the members of a consortium named, and over what."""
    names = [contract.supplier or contract.supplier_org, *(member.name for member in contract.members)]
    said = [
        ("、" if lang == "zh" else ", ").join(dict.fromkeys(name for name in names if name)),
        value_text(contract.amount, lang) if contract.amount is not None else None,
    ]
    return "".join(f"  {printable(sayable(word))}" for word in said if word)


def _duties(checks: Checks, due: Sequence[tuple[dt.date, str]], lang: str, out: TextIO) -> None:
    """Days to come of rules that are still open."""
    if due:
        out.write("\n" + ("到期事项\n" if lang == "zh" else "due\n"))
    for day, rule in due:
        loaded = checks.rule(rule)
        title = loaded[0].texts[rule].title.pick(lang) if loaded else rule
        out.write(f"  {day.isoformat()}  {title}  [{rule}]\n")


def _replies(owed: Sequence[tuple[dt.date, int]], asof: dt.date, lang: str, out: TextIO) -> None:
    """Questions of the public that wait for a reply, by the last day for it."""
    if owed:
        out.write("\n" + ("待答复的公众提问\n" if lang == "zh" else "replies owed to the public\n"))
    for day, seq in owed:
        past = ("  已逾期" if lang == "zh" else "  overdue") if day < asof else ""
        out.write(f"  {day.isoformat()}  [questions/{seq}]{past}\n")

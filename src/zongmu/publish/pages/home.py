"""What the home page shows of the registry: the figures that matter, what is overdue, what is due next, what happened last."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from zongmu.disclosure.findings import PublicFinding
from zongmu.model.derive import DEFAULT_STAGES
from zongmu.model.finding import Bilingual
from zongmu.model.kinds import ENDS, KINDS
from zongmu.model.scalars import Money
from zongmu.publish import svg
from zongmu.publish.figures import total
from zongmu.publish.pages.base import Maker, Table
from zongmu.publish.released import Release, Released, due_next, overdue

LISTED = 8
"""Rows of the short lists."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing and the table that says the same."""

    drawing: Markup
    table: Table


def home_html(make: Maker) -> Markup:
    """The stamped part of the home page."""
    release, say = make.release, make.home_say
    projects = release.projects
    approved, with_approval = total(p.view.current_baseline.value for p in projects)
    contracted, with_contract = total(p.view.contracted.value for p in projects)
    late, due = overdue(release), due_next(release)
    return make.render(
        "home",
        asof=release.asof.isoformat(),
        count=len(projects),
        approved=say.money(approved) if with_approval else say.none,
        with_approval=with_approval,
        contracted=say.money(contracted) if with_contract else say.none,
        with_contract=with_contract,
        late_count=len(late),
        late=[_duty(make, *row) for row in late[:LISTED]],
        due=[_duty(make, *row) for row in due[:LISTED]],
        charts=_charts(make),
        recent=_recent(make),
        up="",
    )


def _duty(make: Maker, day: dt.date, project: Released, finding: PublicFinding) -> Mapping[str, Any]:
    found = make.release.checks.rule(finding.rule)
    say = make.home_say
    title = Markup("%s") % finding.rule if found is None else say.rule(found[0], finding.rule)
    role = found[0].measure.roles.get(finding.addressee) if found is not None and finding.addressee else None
    return {
        "day": day.isoformat(),
        "project": say.project(project.public.id),
        "rule": title,
        "role": role.pick(make.lang) if role is not None else None,
    }


def _recent(make: Maker) -> list[Mapping[str, Any]]:
    say, asof = make.home_say, make.release.asof
    acts = sorted(
        (
            (m.date, p.public.id, m.key, p, m)
            for p in make.release.projects
            for m in p.public.milestones
            if m.date <= asof and m.kind != "opened"
        ),
        key=lambda row: (-row[0].toordinal(), row[1], row[2]),
    )
    out: list[Mapping[str, Any]] = []
    for day, id, _, p, m in acts[:LISTED]:
        code = m.facts.get("code")
        title = say.kind(p.public.jurisdiction, m.kind, code if isinstance(code, str) else None)
        out.append({"day": day.isoformat(), "project": say.project(id), "title": title, "number": m.number})
    return out


# ── charts ──


def _charts(make: Maker) -> list[Chart]:
    """The charts that have something to show: one bar alone, or sums of nothing, are no chart."""
    projects = make.release.projects
    charts: list[Chart] = []
    if any(p.view.current_baseline.value is not None for p in projects):
        title = make.word("现行批复金额，按城市", "Approved, by city")
        charts.append(
            _money_chart(make, "city", title, projects, lambda p: make.home_say.city(p.public.jurisdiction).striptags())
        )
    for id, title, counts in (
        ("phase", make.word("项目数，按所处环节", "Projects, by phase"), _by_phase(make, projects)),
        ("class", make.word("项目数，按类别", "Projects, by class"), _by_class(make, projects)),
        ("year", make.word("项目数，按登记年份", "Projects, by year of registration"), _by_year(projects)),
    ):
        if len(counts) > 1:
            charts.append(_count_chart(make, id, title, counts))
    return charts[:3]


def _by_year(projects: Iterable[Released]) -> list[tuple[str, int]]:
    counts = Counter(p.public.id.rsplit("-", 2)[1] for p in projects)
    return sorted(counts.items(), reverse=True)


PHASES: dict[str, Bilingual] = {
    "application": Bilingual("申报", "Application"),
    "library": Bilingual("入库", "Library"),
    "planning": Bilingual("计划", "Planning"),
    "approval": Bilingual("审批", "Approval"),
    "procurement": Bilingual("采购", "Procurement"),
    "building": Bilingual("建设", "Building"),
    "acceptance": Bilingual("验收", "Acceptance"),
    "operation": Bilingual("使用", "In use"),
    "retirement": Bilingual("停用", "Retirement"),
    "end": Bilingual("结束", "Ended"),
}
"""The phases of a life. Stages are each city's own; phases hold in any."""


def _by_phase(make: Maker, projects: Iterable[Released]) -> list[tuple[str, int]]:
    """How many projects stand in each phase, in the order of a life."""
    counts = Counter(phase_of(make.release, p) for p in projects)
    rows = [(title.pick(make.lang), counts[phase]) for phase, title in PHASES.items() if counts[phase]]
    if counts[None]:
        rows.append((make.word("未登记", "not recorded"), counts[None]))
    return rows


def phase_of(release: Release, project: Released) -> str | None:
    """The phase that the stage of a project belongs to: that of the first kind of act that reaches the stage."""
    if project.view.status in ENDS:
        return "end"
    measures = release.measures(project.public.jurisdiction)
    for stage, kinds in measures[0].measure.stages if measures else DEFAULT_STAGES:
        if stage == project.stage and kinds:
            phase = KINDS[kinds[0]].phase
            return phase if phase in PHASES else None
    return None


def _by_class(make: Maker, projects: Iterable[Released]) -> list[tuple[str, int]]:
    say, counts = make.home_say, Counter[str]()
    for p in projects:
        kind = p.public.facts.get("class")
        counts[say.code(p.public.jurisdiction, "class", kind) if kind else make.word("未登记", "not recorded")] += 1
    return sorted(counts.items(), key=lambda row: (-row[1], row[0]))


def _count_chart(make: Maker, id: str, title: str, counts: Sequence[tuple[str, int]]) -> Chart:
    rows = [svg.Bar(label, n, str(n)) for label, n in counts]
    cells = [(label, n) for label, n in counts]
    table = Table(id, title, (title, make.word("项目数", "Projects")), cells, frozenset({1}))
    return Chart(svg.bars(f"chart-{id}", title, _said(make, rows), rows), table)


def _money_chart(
    make: Maker, id: str, title: str, projects: Sequence[Released], of: Callable[[Released], str]
) -> Chart:
    sums: dict[str, list[Money]] = {}
    number = Counter(of(p) for p in projects)
    for p in projects:
        amount = p.view.current_baseline.value
        sums.setdefault(of(p), []).extend([amount] if amount is not None else [])
    totals = sorted(((label, Money.total(a)) for label, a in sums.items()), key=lambda row: (-row[1].fen, row[0]))
    say = make.home_say
    rows = [svg.Bar(label, amount.fen, say.money(amount).striptags()) for label, amount in totals]
    cells = [(label, number[label], say.amount(amount)) for label, amount in totals]
    headers = (title, make.word("项目数", "Projects"), make.word("金额（万元）", "Amount (CNY)"))
    return Chart(
        svg.bars(f"chart-{id}", title, _said(make, rows), rows), Table(id, title, headers, cells, frozenset({1, 2}))
    )


def _said(make: Maker, rows: Iterable[svg.Bar]) -> str:
    return make.word("；", "; ").join(f"{r.label} {r.text}" for r in rows)

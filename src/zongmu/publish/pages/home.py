"""What the home page shows of the registry: the figures that matter, what is overdue, what is due next, what happened last."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from zongmu.disclosure.findings import PublicFinding
from zongmu.disclosure.projection import PublicMilestone
from zongmu.model.immutable import immutable
from zongmu.model.scalars import Money
from zongmu.publish.derived.ratings import GRADES, Grade, limits_of, rate
from zongmu.publish.open_data.about import about
from zongmu.publish.open_data.schema_org import catalogue_json_ld
from zongmu.publish.pages.base import Maker, Table, Tile
from zongmu.publish.pages.group import facet_of, spending_tiles
from zongmu.publish.pages.phases import PHASES, phase_of
from zongmu.publish.pages.questions import summary
from zongmu.publish.released.release import Released
from zongmu.publish.rendering import svg
from zongmu.publish.rendering.escape import html, safe

LISTED = 8
"""Rows of the short lists."""
BARS = 6
"""Bars of a chart; what is beyond stands on the page that the chart leads to."""


@immutable
class Chart:
    """A drawing and the table that says the same."""

    drawing: Markup
    table: Table
    href: str = ""  # where all of it stands
    onward: str = ""


def home_html(make: Maker) -> Markup:
    """The stamped part of the home page."""
    release = make.release
    late, due = release.duties.late, release.duties.due
    acts = _acts(make)
    month = _in_month(make, acts)
    return make.render(
        "home",
        tiles=_tiles(make, len(late)),
        late_count=len(late),
        late=[_duty(make, *row) for row in late[:LISTED]],
        due=[_duty(make, *row) for row in due[:LISTED]],
        charts=_charts(make),
        month=f"{release.asof.year}-{release.asof.month:02d}",
        month_count=len(month),
        month_projects=len({p.public.id for p, _ in month}),
        recent=_recent(make, month or acts),
        due_count=len(due),
        questions=summary(make),
        json_ld=safe(catalogue_json_ld(about(release), make.lang)),
        up="",
    )


def _tiles(make: Maker, late: int) -> list[Tile]:
    """The chief figures, each with a link to the rows behind it."""
    release = make.release
    projects, asof = release.projects, release.asof
    tiles = [
        Tile(make.word("已公开项目", "Published projects"), len(projects), href="projects/index.html"),
        *spending_tiles(make, projects, "projects/index.html#", "years/index.html"),
        Tile(
            make.word("逾期事项", "Overdue duties"),
            late,
            make.word(f"截至 {asof}", f"as of {asof}"),
            "deadlines/index.html",
            bool(late),
        ),
    ]
    limits = limits_of(release.instance)
    if limits.shown:
        beyond = sum(rate(p.view, asof, limits).overall == "well_beyond" for p in projects)
        label = make.word("明显偏离的项目", "Well beyond baseline")
        note = make.word("较原始基线", "against the original one")
        tiles.append(Tile(label, beyond, note, "projects/index.html#rating=well_beyond" if beyond else "ratings.html"))
    return tiles


def _duty(make: Maker, day: dt.date, project: Released, finding: PublicFinding) -> Mapping[str, Any]:
    found = make.release.checks.rule(finding.rule)
    say = make.home_say
    title = Markup("%s") % finding.rule if found is None else say.rule(found[0], finding.rule)
    role = found[0].measure.roles.get(finding.addressee) if found is not None and finding.addressee else None
    owner, past = project.public.facts.get("owner"), (make.release.asof - day).days
    return {
        "day": day.isoformat(),
        "past": make.word(f"逾期 {past} 天", f"{past} days overdue") if past > 0 else "",
        "owner": say.body(owner) if owner else None,
        "project": say.project(project.public.id),
        "rule": title,
        "role": role.pick(make.lang) if role is not None else None,
    }


_Happened = tuple[Released, PublicMilestone]


def _acts(make: Maker) -> list[_Happened]:
    """Acts up to the as-of day, the latest first."""
    asof = make.release.asof
    found = [
        (p, m) for p in make.release.projects for m in p.public.milestones if m.date <= asof and m.kind != "opened"
    ]
    return sorted(found, key=lambda row: (-row[1].date.toordinal(), row[0].public.id, row[1].key))


def _in_month(make: Maker, acts: Iterable[_Happened]) -> list[_Happened]:
    """Those of the month in which the as-of day lies."""
    asof = make.release.asof
    return [row for row in acts if (row[1].date.year, row[1].date.month) == (asof.year, asof.month)]


def _recent(make: Maker, acts: Sequence[_Happened]) -> list[Mapping[str, Any]]:
    """The projects that moved last, each once: its latest act, and how many more there were."""
    say, many = make.home_say, Counter(p.public.id for p, _ in acts)
    rows: dict[str, Mapping[str, Any]] = {}
    for p, m in acts:
        if p.public.id in rows or len(rows) == LISTED:
            continue
        code = m.facts.get("code")
        rows[p.public.id] = {
            "day": m.date.isoformat(),
            "project": say.project(p.public.id),
            "title": say.kind(p.public.jurisdiction, m.kind, code if isinstance(code, str) else None),
            "number": m.number,
            "more": many[p.public.id] - 1,
        }
    return list(rows.values())


# ── charts ──


def _charts(make: Maker) -> list[Chart]:
    """The charts that have something to show: one bar alone, or sums of nothing, are no chart."""
    found = (
        _class_chart(make),
        _unit_chart(make),
        _supplier_chart(make),
        _year_chart(make),
        _phase_chart(make),
        _rating_chart(make),
    )
    return [chart for chart in found if chart is not None]


def _phase_chart(make: Maker) -> Chart | None:
    rows = _by_phase(make, make.release.projects)
    return _count_chart(make, "phase", make.word("走到哪一步：项目数", "How far: projects by phase"), rows)


def _rating_chart(make: Maker) -> Chart | None:
    """How many projects keep to their original baseline, in money and time."""
    limits = limits_of(make.release.instance)
    if not limits.shown:
        return None
    found = Counter(rate(p.view, make.release.asof, limits).overall for p in make.release.projects)
    rows = [(word.pick(make.lang), found[grade]) for grade, (_, _, word) in GRADES.items()]
    rows.append((make.word("不能计算", "Not computable"), found[None]))
    title = make.word("与原始基线相比：项目数", "Against the original baseline: projects")
    return _count_chart(make, "rating", title, rows, [GRADE_BARS[grade] for grade in GRADES] + ["c"])


GRADE_BARS: Mapping[Grade, str] = {"kept": "d", "beyond": "e", "well_beyond": "f"}
"""Grade → mark of its bar."""


def _year_chart(make: Maker) -> Chart | None:
    """What approvals of estimates came to, year by year: the last ones."""
    sums: dict[int, list[Money]] = {}
    for p in make.release.projects:
        for approval in p.view.estimate_approvals[:1]:
            if approval.total is not None:
                sums.setdefault(approval.date.year, []).append(approval.total)
    rows = [(safe(str(year)), len(sums[year]), Money.total(sums[year])) for year in sorted(sums, reverse=True)]
    title = make.word("何时批复：首次批复金额", "When: first approvals by year")
    return _money_chart(
        make,
        "year",
        title,
        make.word("年度", "Year"),
        rows[:BARS],
        "years/index.html",
        make.word("全部年度", "All years"),
    )


def _class_chart(make: Maker) -> Chart | None:
    """What the money is for."""
    say, sums = make.home_say, _Sums()
    for p in make.release.projects:
        kind = p.public.facts.get("class")
        word = say.code(p.public.jurisdiction, "class", kind) if kind else make.word("未登记", "not recorded")
        asked = facet_of("cls", make.say.code(p.public.jurisdiction, "class", kind)) if kind and make.zh else ""
        link = safe(f'<a href="projects/index.html#{asked}">{html(word)}</a>') if asked else safe(html(word))
        sums.add(word, link, p.view.current_baseline.value)
    title = make.word("花在什么上：现行批复金额", "On what: approved by class")
    return _money_chart(make, "class", title, make.word("类别", "Class"), sums.rows()[:BARS])


def _unit_chart(make: Maker) -> Chart | None:
    """Who spends most."""
    say, sums = make.home_say, _Sums()
    for p in make.release.projects:
        owner = p.public.facts.get("owner")
        if owner:
            sums.add(owner, say.body(owner), p.view.current_baseline.value)
    title = make.word("谁在花：现行批复金额最多的单位", "By whom: bodies with most approved")
    return _money_chart(
        make,
        "unit",
        title,
        make.word("单位", "Body"),
        sums.rows()[:BARS],
        "organizations/index.html",
        make.word("全部单位，并列比较", "All bodies side by side"),
    )


def _supplier_chart(make: Maker) -> Chart | None:
    """Who is paid most."""
    found = [(s, s.total) for s in make.release.suppliers.by_slug.values() if s.total is not None and s.total.fen > 0]
    rows = [(make.home_say.supplier(s), len(s.parts), total) for s, total in found[:BARS]]
    title = make.word("谁在承建：合同金额最多的供应商", "Who builds: suppliers with most contracted")
    return _money_chart(
        make,
        "supplier",
        title,
        make.word("供应商", "Supplier"),
        rows,
        "suppliers/index.html",
        make.word("全部供应商", "All suppliers"),
    )


class _Sums:
    """Amounts by a key, with what the key is called."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[Markup, list[Money], list[int]]] = {}

    def add(self, key: str, title: Markup, amount: Money | None) -> None:
        """Count a project, and its amount where one is known."""
        _, amounts, number = self._found.setdefault(key, (title, [], [0]))
        number[0] += 1
        if amount is not None:
            amounts.append(amount)

    def rows(self) -> list[tuple[Markup, int, Money]]:
        """Title, projects, sum; the largest sum first, keys without an amount left out."""
        rows = [(title, number[0], Money.total(amounts)) for title, amounts, number in self._found.values() if amounts]
        return sorted(rows, key=lambda row: (-row[2].fen, row[0]))


def _by_phase(make: Maker, projects: Iterable[Released]) -> list[tuple[str, int]]:
    """How many projects stand in each phase, in the order of a life."""
    counts = Counter(phase_of(make.release, p) for p in projects)
    rows = [(title.pick(make.lang), counts[phase]) for phase, title in PHASES.items() if counts[phase]]
    if counts[None]:
        rows.append((make.word("未登记", "not recorded"), counts[None]))
    return rows


def _count_chart(
    make: Maker, id: str, title: str, counts: Sequence[tuple[str, int]], marks: Sequence[str] = ()
) -> Chart | None:
    if sum(n > 0 for _, n in counts) < 2:
        return None
    rows = [svg.Bar(label, n, str(n), marks[place] if marks else "a") for place, (label, n) in enumerate(counts)]
    table = Table(id, title, (title, make.word("项目数", "Projects")), list(counts), frozenset({1}))
    return Chart(svg.bars(f"chart-{id}", title, _said(make, rows), rows), table)


def _money_chart(
    make: Maker,
    id: str,
    title: str,
    head: str,
    sums: Sequence[tuple[Markup, int, Money]],
    href: str = "",
    onward: str = "",
) -> Chart | None:
    """Bars of sums; *sums*: what, how many, how much."""
    if len(sums) < 2:
        return None
    say = make.home_say
    rows = [svg.Bar(label.striptags(), amount.fen, say.money(amount).striptags()) for label, _, amount in sums]
    cells = [(label, number, say.amount(amount)) for label, number, amount in sums]
    headers = (head, make.word("个数", "Number"), make.word("金额（万元）", "Amount (CNY)"))
    return Chart(
        svg.bars(f"chart-{id}", title, _said(make, rows), rows),
        Table(id, title, headers, cells, frozenset({1, 2})),
        href,
        onward,
    )


def _said(make: Maker, rows: Iterable[svg.Bar]) -> str:
    return make.word("；", "; ").join(f"{r.label} {r.text}" for r in rows)

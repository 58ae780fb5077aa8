"""Ratings as pages show them: in a project's first screen, and counted on the page that prints the formula."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from zongmu.model.derived.views import variance
from zongmu.publish.derived.ratings import GRADES, Grade, Rating, Ratings, limits_of, quartiles, rate
from zongmu.publish.pages.base import Maker, mark_html
from zongmu.publish.released.release import Released
from zongmu.publish.rendering.escape import html, safe
from zongmu.publish.rendering.tables import Table


def ratings_of(make: Maker, project: Released) -> Ratings | None:
    """The ratings of a project; None where the instance shows none."""
    limits = limits_of(make.release.instance)
    return rate(project.view, make.release.asof, limits) if limits.shown else None


def grade_mark(make: Maker, grade: Grade | None) -> Markup:
    """A grade with its sign and word."""
    if grade is None:
        return mark_html("na", "○", make.word("不能计算", "not computable"))
    mark, sign, word = GRADES[grade]
    return mark_html(mark, sign, word.pick(make.lang))


def rating_rows(make: Maker, project: Released) -> Sequence[Mapping[str, Any]]:
    """Money and time against both baselines; empty where nothing can be rated or the instance shows no ratings."""
    ratings = ratings_of(make, project)
    if ratings is None:
        return []
    view = project.view
    by = (
        make.word("按决算", "final accounts")
        if view.final_total.value is not None
        else make.word("按已签合同", "contracts so far")
        if view.contracted.value is not None
        else None
    )
    money = safe(html(make.word("资金", "Money")))
    if by is not None:
        money += safe(f'<span class="zm-basis zm-quiet">{by}</span>')
    rows = (
        (money, ratings.cost_original, ratings.cost_current),
        (make.word("进度", "Time"), ratings.time_original, ratings.time_current),
    )
    if all(one is None and other is None for _, one, other in rows):
        return []
    return [
        {"title": title, "original": _cell(make, original), "current": _cell(make, current)}
        for title, original, current in rows
    ]


def _cell(make: Maker, rating: Rating | None) -> Markup:
    mark = grade_mark(make, rating.grade if rating is not None else None)
    return safe(f"{html(mark)} {html(_by(make, rating))}") if rating is not None else mark


def overall_cell(make: Maker, ratings: Ratings) -> Markup:
    """The overall grade against the original baseline, with what makes it: the share of money; days, where they are late."""
    parts = [_by(make, ratings.cost_original)] if ratings.cost_original is not None else []
    if ratings.time_original is not None and ratings.time_original.days > 0:
        parts.append(_by(make, ratings.time_original))
    said = Markup(make.word("，", ", ")).join(parts)
    return grade_mark(make, ratings.overall) + (Markup(" %s") % said if said else Markup(""))


def _by(make: Maker, rating: Rating) -> Markup | str:
    """By how much: a share of the baseline for money; days, and their share of the planned duration, for time."""
    if rating.days:
        n = abs(rating.days)
        word = (
            make.word(f"已晚 {n} 天", f"{n} days late so far")
            if rating.running
            else make.word(f"晚 {n} 天", f"{n} days late")
            if rating.days > 0
            else make.word(f"早 {n} 天", f"{n} days early")
        )
        share = make.say.share(rating.bp)
        return safe(f'{word} <span class="zm-quiet">{make.word(f"（{share}）", f"({share})")}</span>')
    if rating.fen or rating.bp:
        return make.say.change(rating.fen, rating.bp)
    return make.word("尚在期内", "still within") if rating.running else make.word("相同", "the same")


def ratings_html(make: Maker) -> Markup:
    """The stamped part of the page on ratings: the limits of this site, how many of each, the projects well beyond."""
    limits = limits_of(make.release.instance)
    if not limits.shown:
        return make.render("ratings", limits=None, counts=None, spread=None, worst=None)
    rated = [(p, rate(p.view, make.release.asof, limits)) for p in make.release.projects]
    return make.render(
        "ratings",
        limits={"cost": f"{limits.cost.bp // 100}.{limits.cost.bp % 100:02d}%", "days": limits.days},
        counts=_counts(make, [r for _, r in rated]),
        spread=_spread(make),
        worst=_worst(make, rated),
    )


def _counts(make: Maker, rated: Sequence[Ratings]) -> Table:
    rows = []
    for title, values in (
        (make.word("资金，较原始基线", "Money against the original baseline"), [r.cost_original for r in rated]),
        (make.word("资金，较现行基线", "Money against the current baseline"), [r.cost_current for r in rated]),
        (make.word("进度，较原始周期", "Time against the original period"), [r.time_original for r in rated]),
        (make.word("进度，较现行周期", "Time against the current period"), [r.time_current for r in rated]),
    ):
        found = Counter(v.grade if v is not None else None for v in values)
        rows.append((title, *(found[grade] for grade in GRADES), found[None]))
    headers = [make.word("评级", "Rating"), *(g[2].pick(make.lang) for g in GRADES.values())]
    headers.append(make.word("不能计算", "Not computable"))
    return Table("counts", make.word("各有多少项目", "How many of each"), headers, rows, frozenset(range(1, 5)))


FEW = 10
"""Below so many projects a median says little, and the page says so."""


def _spread(make: Maker) -> Table:
    """How far amounts and days lie apart, step by step: the middle project, the middle half, the furthest."""
    views = [p.view for p in make.release.projects]
    money = (
        (make.word("原始基线 → 现行基线", "Original → current baseline"), "original_baseline", "current_baseline"),
        (make.word("现行基线 → 合同", "Current baseline → contracts"), "current_baseline", "contracted"),
        (make.word("合同 → 竣工决算", "Contracts → final accounts"), "contracted", "final_total"),
        (make.word("原始基线 → 竣工决算", "Original baseline → final accounts"), "original_baseline", "final_total"),
    )
    rows = []
    for title, start, end in money:
        found = sorted(
            variance(after, before).bp
            for before, after in ((getattr(v, start).value, getattr(v, end).value) for v in views)
            if before is not None and after is not None and before.fen > 0
        )
        rows.append(_quartiles(make, title, found, len(views), make.say.share))
    days = sorted(
        rating.days
        for v in views
        if (rating := rate(v, make.release.asof, limits_of(make.release.instance)).time_original) is not None
        and not rating.running
    )
    title = make.word("建成：较原始周期", "Built: against the original period")
    rows.append(_quartiles(make, title, days, len(views), lambda n: _days(make, n)))
    headers = make.word(
        "从哪到哪;项目;下四分位;中位;上四分位;最大;不能计算",
        "From where to where;Projects;Lower quartile;Median;Upper quartile;Largest;Not computable",
    ).split(";")
    note = make.word(
        f"每一格是一个真实项目的数：从小到大排列后，位于四分之一、一半、四分之三处和最末的项目。不足 {FEW} 个项目的，标“少”，不宜引用。进度只算已建成的。",
        f"Each cell is the figure of a project: the one at a quarter, at half, at three quarters of the order, and the last. Rows of fewer than "
        f"{FEW} projects are marked “few” and are not to be quoted. Time counts what is built.",
    )
    title = make.word("偏差有多大", "How far apart")
    return Table("spread", title, headers, rows, frozenset(range(1, 7)), note)


def _days(make: Maker, days: int) -> str:
    """Days after the plan, or before it, with their sign."""
    return f"{'+' if days > 0 else '−' if days < 0 else ''}{abs(days)} {make.word('天', 'days')}"


def _quartiles(
    make: Maker, title: str, found: Sequence[int], projects: int, said: Callable[[int], str]
) -> tuple[object, ...]:
    number: object = len(found)
    if 0 < len(found) < FEW:
        number = Markup('%d <span class="zm-tag">%s</span>') % (len(found), make.word("少", "few"))
    cells = [said(one) for one in quartiles(found)] if found else [""] * 4
    return title, number, *cells, projects - len(found)


def _worst(make: Maker, rated: Sequence[tuple[Released, Ratings]]) -> Table:
    """Projects that are beyond their original baseline, and what they look like against the current one."""
    say = make.home_say
    rows = [
        (
            say.project(p.public.id),
            _cell(make, r.cost_original),
            _cell(make, r.cost_current),
            _cell(make, r.time_original),
            _cell(make, r.time_current),
        )
        for p, r in rated
        if r.overall == "well_beyond"
    ]
    headers = make.word(
        "项目;资金，较原始;资金，较现行;进度，较原始;进度，较现行",
        "Project;Money, original;Money, current;Time, original;Time, current",
    ).split(";")
    return Table("worst", make.word("明显偏离原始基线的项目", "Projects well beyond their original baseline"), headers, rows)  # fmt: skip

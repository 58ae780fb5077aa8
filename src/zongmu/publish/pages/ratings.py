"""Ratings as pages show them: in a project's first screen, and counted on the page that prints the formula."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from zongmu.publish.pages.base import Maker, mark_html
from zongmu.publish.ratings import GRADES, Grade, Rating, Ratings, limits_of, rate
from zongmu.publish.released import Released
from zongmu.publish.tables import Table


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
    rows = (
        (make.word("资金", "Money"), ratings.cost_original, ratings.cost_current),
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
    return mark + Markup(" ") + _by(make, rating) if rating is not None else mark


def _by(make: Maker, rating: Rating) -> Markup:
    """By how much: a share for money, days for time."""
    if rating.fen or rating.bp:
        return make.say.change(rating.fen, rating.bp)
    if rating.days:
        n = abs(rating.days)
        word = (
            make.word(f"已晚 {n} 天", f"{n} days late so far")
            if rating.running
            else make.word(f"晚 {n} 天", f"{n} days late")
            if rating.days > 0
            else make.word(f"早 {n} 天", f"{n} days early")
        )
        return Markup("%s") % word
    return Markup("%s") % (make.word("尚在期内", "still within") if rating.running else make.word("相同", "the same"))


def ratings_html(make: Maker) -> Markup:
    """The stamped part of the page on ratings: the limits of this site, how many of each, the projects well beyond."""
    limits = limits_of(make.release.instance)
    if not limits.shown:
        return make.render("ratings", limits=None, counts=None, worst=None)
    rated = [(p, rate(p.view, make.release.asof, limits)) for p in make.release.projects]
    return make.render(
        "ratings",
        limits={"cost": f"{limits.cost.bp // 100}.{limits.cost.bp % 100:02d}%", "days": limits.days},
        counts=_counts(make, [r for _, r in rated]),
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

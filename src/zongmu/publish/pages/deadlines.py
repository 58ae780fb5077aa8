"""Deadlines: every duty that is overdue or still to come, with whose duty it is and by how many days."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from markupsafe import Markup

from zongmu.publish.derived.duties import Duties, Duty
from zongmu.publish.pages.base import Files, Maker, mark_html
from zongmu.publish.pages.paged import paged
from zongmu.publish.pages.questions import summary
from zongmu.publish.rendering.escape import html, safe
from zongmu.publish.rendering.tables import Table

SOON = (30, 90)
"""Days ahead that the counts on the page tell apart."""


def deadline_pages(make: Maker) -> Files:
    """The page of deadlines, the longest overdue first, then the nearest."""
    duties, asof = make.release.duties, make.release.asof
    table = deadlines_table(make, "all", make.word("期限与逾期", "Deadlines"), [*duties.late, *duties.due])
    lead = make.word(
        f"截至 {asof.isoformat()}：逾期 {len(duties.late)} 项，尚未到期 {len(duties.due)} 项。只列现行办法规定、无豁免无理由的期限；本站设定的时限见各项目页。",
        f"As of {asof.isoformat()}: {len(duties.late)} overdue, {len(duties.due)} still to come. Only limits of a measure in force, with no "
        "waiver or reason; limits set by this site stand on the projects' pages.",
    )
    yield from paged(
        make,
        "deadlines",
        table,
        lead,
        before=[_counts(make, duties)],
        empty=make.word("没有可以公开的期限。", "There is no deadline that may be shown."),
        links=[
            ("questions.html", summary(make) or make.word("公众提问与答复", "Questions from the public and replies"))
        ],
    )


def deadlines_table(make: Maker, id: str, title: str, duties: Sequence[Duty], *, unit: bool = True) -> Table:
    """Duties as a table, in the order given. *unit*: whether it says whose the project is."""
    headers = make.word("期限;状态;项目;单位;事项;责任方", "Due;State;Project;Body;Duty;Duty of").split(";")
    rows = [_row(make, duty) for duty in duties]
    if not unit:
        headers, rows = [*headers[:3], *headers[4:]], [(*row[:3], *row[4:]) for row in rows]
    return Table(id, title, headers, rows, short=frozenset({0, 1, len(headers) - 1}))


def _counts(make: Maker, duties: Duties) -> Table:
    """How many by city: overdue, within a month, within three, later."""
    counts: dict[str, Counter[str]] = {j.id: Counter() for j in make.release.instance.jurisdictions}
    for _, project, _ in duties.late:
        counts[project.public.jurisdiction]["late"] += 1
    for day, project, _ in duties.due:
        ahead = (day - make.release.asof).days
        word = next((str(limit) for limit in SOON if ahead <= limit), "later")
        counts[project.public.jurisdiction][word] += 1
    columns = ("late", *(str(limit) for limit in SOON), "later")
    rows = [(make.say.city(city), *(found[c] for c in columns)) for city, found in counts.items()]
    headers = make.word("城市;逾期;30 天内;31–90 天;更晚", "City;Overdue;Within 30 days;31–90 days;Later").split(";")
    return Table("counts", make.word("有多少项", "How many"), headers, rows, frozenset(range(1, 5)))


def _row(make: Maker, duty: Duty) -> tuple[object, ...]:
    """A duty as a row: day, state, project, unit, what is to be done, by whom."""
    say, (day, project, finding) = make.say, duty
    found = make.release.checks.rule(finding.rule)
    rule = say.rule(found[0], finding.rule) if found is not None else safe(html(finding.rule))
    role = found[0].measure.roles.get(finding.addressee) if found is not None and finding.addressee else None
    owner = project.public.facts.get("owner")
    return (
        safe(f'<span class="zm-date">{day.isoformat()}</span>'),
        _state(make, day),
        say.project(project.public.id),
        say.body(owner) if owner else "",
        rule,
        say.pick(role) if role is not None else make.word("项目单位", "unit of the project"),
    )


def _state(make: Maker, day: dt.date) -> Markup:
    """How far a day lies behind or ahead of the as-of day, said and marked."""
    days = (day - make.release.asof).days
    if days < 0:
        return mark_html("fail", "✕", make.word(f"逾期 {-days} 天", f"{-days} days overdue"))
    word = make.word(f"还有 {days} 天", f"in {days} days") if days else make.word("今天到期", "due today")
    mark = "open" if days <= SOON[0] else "na"
    return safe(f'<span class="zm-mark zm-mark--{mark}">{word}</span>')

"""Pages of amounts that moved: every change of an approved total or of a contract, year by year, with its act and its ground."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from markupsafe import Markup

from zongmu.model.acts.milestones import key_of
from zongmu.publish.derived.movements import WHAT, Movement, movements
from zongmu.publish.pages.base import Files, Maker, Table
from zongmu.publish.released.release import Released
from zongmu.publish.rendering.say import anchor

BANDS = (5000, 2000, 1000, 0)
"""Lower ends of the bands of rises, in basis points; a rise belongs to the first that it lies above."""

_Row = tuple[Released, Movement]


def amount_pages(make: Maker) -> Files:
    """``changes/amounts.html`` with the latest year, and a page for every year."""
    rows = [(p, one) for p in make.release.projects for one in movements(p.view)]
    rows.sort(key=lambda row: (-row[1].act.date.toordinal(), row[0].public.id))
    years: dict[int, list[_Row]] = {}
    for row in rows:
        years.setdefault(row[1].act.date.year, []).append(row)
    yield _page(make, None, years)
    for year in years:
        yield _page(make, year, years)


def _page(make: Maker, year: int | None, years: dict[int, list[_Row]]) -> tuple[str, bytes]:
    title = make.word("金额变动", "Amounts that moved")
    shown = year if year is not None else max(years, default=None)
    rows = years.get(shown, []) if shown is not None else []
    body = make.render(
        "amounts",
        title=title + (f" {year}" if year is not None else ""),
        up=make.say.up,
        years=[(n, len(found), f"amounts-{n}.html") for n, found in years.items()],
        here=shown,
        counts=_counts(make, years),
        rows=_table(make, shown, rows),
        csv=f"{'' if make.zh else '../'}../data/csv/amount_changes.csv",
    )
    lead = make.word("批复总额和合同金额的每一次变动", "Every change of an approved total or a contract's amount")
    file = "amounts.html" if year is None else f"amounts-{year}.html"
    return make.page("change", file, title + (f" {year}" if year is not None else ""), lead, body)


def _band(movement: Movement) -> int:
    """The place of the band of a movement; after all of them for one that went down."""
    return next((n for n, least in enumerate(BANDS) if movement.by.bp > least), len(BANDS))


def _counts(make: Maker, years: dict[int, list[_Row]]) -> Table:
    rows = []
    for year, found in years.items():
        counts = Counter(_band(one) for _, one in found)
        link = Markup('<a href="amounts-%d.html">%d</a>') % (year, year)
        rows.append((link, *(counts[n] for n in range(len(BANDS) + 1)), len(found)))
    headers = make.word(
        "年度;增加超过 50%;20%–50%;10%–20%;不超过 10%;减少;合计",
        "Year;Up by more than 50%;20%–50%;10%–20%;Up to 10%;Down;In all",
    ).split(";")
    title = make.word("变动了多少", "By how much")
    return Table("counts", title, headers, rows, frozenset(range(1, 7)))


def _by_whom(make: Maker, one: Movement) -> Markup:
    """The body whose act it is; nothing where none is recorded."""
    body = one.act.body
    if body is None:
        return Markup("")
    return Markup('<span class="zm-due">%s</span>') % make.say.body(str(body))


def _table(make: Maker, year: int | None, found: Sequence[_Row]) -> Table:
    say, rows = make.say, []
    for p, one in found:
        public, j = p.public, p.public.jurisdiction
        owner = public.facts.get("owner")
        key = key_of(one.act)
        of = say.key(j, one.of) if one.of is not None else ""
        rows.append(
            (
                say.project(public.id) + Markup('<span class="zm-id">%s</span>') % public.id,
                say.body(owner) if owner else "",
                Markup('<span class="zm-date">%s</span>') % one.act.date.isoformat(),
                Markup('%s<a href="%sprojects/%s.html#m-%s">%s</a>%s%s')
                % (
                    f"{of} " if of else "",
                    say.up,
                    public.id,
                    anchor(key),
                    say.key(j, key),
                    Markup(' <span class="zm-number">%s</span>') % say.chinese(str(one.act.number))
                    if one.act.number
                    else "",
                    _by_whom(make, one),
                ),
                WHAT[one.what].pick(make.lang),
                say.amount(one.before),
                say.amount(one.after),
                say.change(one.by.fen, one.by.bp),
                say.change(one.against_original.fen, one.against_original.bp) if one.against_original else "",
            )
        )
    headers = make.word(
        "项目;单位;日期;依据和作出的单位;变动的是;原来（万元）;现在（万元）;变动;较最初",
        "Project;Body;Day;By which act, and whose;What;Before (CNY);After (CNY);Change;Against the first",
    ).split(";")
    title = make.word(f"{year} 年的变动", f"Changes of {year}") if year is not None else make.word("变动", "Changes")
    return Table("amounts", title, headers, rows, frozenset({5, 6, 7, 8}), short=frozenset({4}), sortable=True)

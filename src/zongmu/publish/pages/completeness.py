"""Completeness, shown and not assumed: who has reported for which period, nil returns, days late; gaps in serial numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from markupsafe import Markup

from zongmu.publish.pages.base import Files, Maker, mark_html
from zongmu.publish.released.registers import PublicReturns, Reported
from zongmu.publish.rendering.escape import safe
from zongmu.publish.rendering.tables import Table


def completeness_pages(make: Maker) -> Files:
    """The page of rosters and serial numbers, and a page for each period."""
    rosters = sorted(make.release.registers.returns, key=lambda r: (r.due, r.jurisdiction), reverse=True)
    title = make.word("报送与完整性", "Returns and completeness")
    yield make.listing(
        "returns",
        title,
        make.word(
            "登记全不全，看三样：谁按期报送、谁是零报告、登记号有没有空缺。",
            "Whether the registry is whole shows in three things: who reported in time, who made a nil return, and which serial numbers are missing.",
        ),
        [_rosters(make, rosters), _serials(make)],
    )
    for roster in rosters:
        yield _roster_page(make, roster)


def _rosters(make: Maker, rosters: list[PublicReturns]) -> Table:
    say, rows = make.say, []
    for r in rosters:
        done = [u for u in r.units if u.date is not None]
        late = [u for u in done if u.days_late]
        rows.append(
            (
                Markup('<a href="%s-%s.html">%s</a>') % (r.jurisdiction, r.period.lower(), say.chinese(r.title)),
                say.city(r.jurisdiction),
                r.due.isoformat(),
                len(r.units),
                len(done) - len(late),
                sum(u.nil for u in done),
                len(late),
                len(r.units) - len(done),
                _share(len(late) + len(r.units) - len(done), len(r.units)),
            )
        )
    headers = make.word(
        "报送期;城市;截止;应报;按期;其中零报告;迟报;未报;迟报、未报占比",
        "Period;City;Due;Units;In time;Nil returns;Late;Not yet;Share late or not yet",
    ).split(";")
    return Table("rosters", make.word("报送情况", "Returns"), headers, rows, frozenset(range(3, 9)))


def _share(part: int, whole: int) -> str:
    """Whole per cent, rounded half up; nothing of nothing."""
    return f"{(200 * part + whole) // (2 * whole)}%" if whole else ""


def _roster_page(make: Maker, roster: PublicReturns) -> tuple[str, bytes]:
    say = make.say
    done = sum(u.date is not None for u in roster.units)
    late = sum(u.date is not None and u.days_late > 0 for u in roster.units)
    order = sorted(roster.units, key=lambda u: (u.date is not None, -u.days_late, u.unit))
    rows = [(say.body(u.unit), _state(make, u), u.date.isoformat() if u.date else "", u.days_late or "") for u in order]
    headers = make.word("单位;情况;报送日期;迟报天数", "Unit;State;Reported on;Days late").split(";")
    return make.sheet(
        "returns",
        f"{roster.jurisdiction}-{roster.period.lower()}.html",
        roster.title,
        roster.title,
        parent=make.word("报送与完整性", "Returns and completeness"),
        name=say.chinese(roster.title),
        lead=make.word(
            f"应报 {len(roster.units)} 个单位，已报 {done} 个，其中迟报 {late} 个；未报的按裁决日 {make.release.asof} 计迟报天数。",
            f"{len(roster.units)} units, {done} reported, {late} of them late. For those that have not, days late are counted up to {make.release.asof}.",
        ),
        facts=[
            (make.word("城市", "City"), say.city(roster.jurisdiction)),
            (make.word("截止", "Due"), safe(roster.due.isoformat())),
        ],
        tables=[Table("units", make.word("单位", "Units"), headers, rows, frozenset({3}))],
    )


def _state(make: Maker, unit: Reported) -> Markup:
    mark, sign, word = (
        ("fail", "✕", make.word("未报", "not yet"))
        if unit.date is None
        else ("open", "▲", make.word("迟报", "late"))
        if unit.days_late
        else ("pass", "✓", make.word("零报告", "nil return") if unit.nil else make.word("按期", "in time"))
    )
    return mark_html(mark, sign, word)


# ── serial numbers ──


class Serials(NamedTuple):
    """The serial numbers of a city and year up to the highest that is on the site."""

    city: str
    year: int
    highest: int
    published: int
    withheld: int
    explained: tuple[tuple[str, str], ...]  # number or range, reason
    absent: tuple[int, ...]


def serials_of(make: Maker) -> Iterator[Serials]:
    """Serial numbers by city and year, the newest year first."""
    published: dict[tuple[str, int], set[int]] = {}
    withheld: dict[tuple[str, int], set[int]] = {}
    for ids, into in (
        ([p.public.id for p in make.release.projects], published),
        ([t.id for t in make.release.tombstones], withheld),
    ):
        for id in ids:
            city, year, serial = id.rsplit("-", 2)
            into.setdefault((city, int(year)), set()).add(int(serial))
    for key in sorted(published.keys() | withheld.keys(), key=lambda k: (-k[1], k[0])):
        here, not_here = published.get(key, set()), withheld.get(key, set())
        jurisdiction = make.release.jurisdiction(key[0])
        gaps = [g for g in jurisdiction.gaps if g.year == key[1]] if jurisdiction is not None else []
        highest = max(here | not_here)
        told: set[int] = set()
        for gap in gaps:
            told.update(range(gap.first, min(gap.last, highest) + 1))
        absent = sorted(set(range(1, highest + 1)) - here - not_here - told)
        yield Serials(*key, highest, len(here), len(not_here), tuple((g.serial, g.reason) for g in gaps), tuple(absent))


def _serials(make: Maker) -> Table:
    say, rows = make.say, []
    for s in serials_of(make):
        told = [Markup("%s %s") % (serial, say.chinese(reason)) for serial, reason in s.explained]
        rows.append(
            (
                s.year,
                say.city(s.city),
                f"{s.highest:04d}",
                s.published,
                s.withheld or "",
                say.joined(told),
                _ranges(s.absent),
            )
        )
    headers = make.word(
        "年度;城市;本站最大序号;已公开;不予公开;已说明的空缺;本站没有的序号",
        "Year;City;Highest here;Published;Withheld;Gaps explained;Numbers not on this site",
    ).split(";")
    note = make.word(
        "登记号不重复使用，也不删除。“本站没有的序号”可能尚未经公开审查，也可能没有启用；本站不区分这两种情形。",
        "Serial numbers are never reused and nothing is deleted. A number that is not on this site may await its disclosure review or may "
        "never have been used; the site does not tell the two apart.",
    )
    if counted := make.release.counted:
        note += make.word(
            f"另有 {counted} 个项目，其单位的项目一律不公开，只公布个数。",
            f" {counted} more are projects of units whose projects are never published but for their number.",
        )
    return Table("serials", make.word("登记号", "Serial numbers"), headers, rows, frozenset({2, 3, 4}), note)


def _ranges(numbers: tuple[int, ...]) -> str:
    """``0003, 0007–0009``."""
    out: list[list[int]] = []
    for n in numbers:
        if out and n == out[-1][1] + 1:
            out[-1][1] = n
        else:
            out.append([n, n])
    return ", ".join(f"{a:04d}" if a == b else f"{a:04d}–{b:04d}" for a, b in out)

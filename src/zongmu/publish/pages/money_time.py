"""Money and time of a project: chief figures, the ladder against both baselines, planned against actual."""

from __future__ import annotations

import datetime as dt

from markupsafe import Markup

from zongmu.disclosure.projection import PublicMilestone
from zongmu.model.derived.views import OM_ROLES, Variance
from zongmu.model.scalars import Money
from zongmu.publish.derived.duration import Delay, Period, put_off, term
from zongmu.publish.derived.figures import LADDER, Rung, Scheduled, om_recorded, paid_share, parts, schedule, told
from zongmu.publish.pages.base import Maker, Table
from zongmu.publish.released.release import Released
from zongmu.publish.rendering import svg
from zongmu.publish.rendering.escape import html, safe
from zongmu.publish.rendering.say import anchor


def act_title(make: Maker, project: Released, m: PublicMilestone) -> str:
    """What an act is called, with its number among its kind."""
    code = m.facts.get("code")
    title = make.say.kind(project.public.jurisdiction, m.kind, code if isinstance(code, str) else None)
    seq = m.key.partition("/")[2]
    return make.word(f"{title}（{seq}）", f"{title} ({seq})") if seq else title


def tiles(make: Maker, project: Released) -> list[tuple[str, Markup, Markup | None]]:
    """The chief figures: label, figure, what it is held against."""
    say, out = make.say, []
    for rung in told(project.view):
        if rung.step in ("first", "submitted") or rung.amount is None:
            continue
        if rung.step == "limit" and project.view.contracted.value is not None:
            continue  # the contracts say it better
        note: Markup | None = None
        if rung.step == "paid":
            share = paid_share(project.view)
            if share is not None:
                part = f"{share // 100}.{share % 100:02d}%"
                note = safe(make.word(f"占现行基线 {part}", f"{part} of the current baseline"))
        elif rung.step == "original":
            note = _first_approved(make, project)
        elif rung.against_original is not None:
            note = _against_original(make, rung.against_original)
        out.append((LADDER[rung.step].pick(make.lang), say.money(rung.amount), note))
    return out


def _first_approved(make: Maker, project: Released) -> Markup:
    """What the original baseline is: the first approval, and its day."""
    day = next((m.date.isoformat() for m in project.view.estimate_approvals[:1]), "")
    return safe(f'{make.word("首次批复", "as first approved")} <span class="zm-date">{day}</span>')


def _against_original(make: Maker, difference: Variance) -> Markup:
    if difference.fen == 0:
        return safe(make.word("与原始基线相同", "same as the original baseline"))
    said = make.say.change(difference.fen, difference.bp)
    return safe(make.word(f"较原始基线 {said}", f"{said} against the original baseline"))


# ── money ──


def ladder_table(make: Maker, project: Released) -> Table | None:
    """The ladder: step, amount, its distance from both baselines, the act it comes from. None where all is unknown."""
    say = make.say
    acts = {m.key: m for m in project.public.milestones}
    rungs = [r for r in told(project.view) if r.amount is not None or r.step != "limit"]
    if all(rung.amount is None for rung in rungs):
        return None
    rows = []
    for rung in rungs:
        source = acts.get(_key_in(rung.path) or "")
        rows.append(
            (
                LADDER[rung.step].pick(make.lang),
                say.amount(rung.amount) if rung.amount is not None else _unknown(make, project, rung),
                _change(make, rung.against_original),
                _change(make, rung.against_current),
                _source(make, project, rung, source),
            )
        )
    headers = make.word(
        "环节;金额（万元）;较原始基线;较现行基线;出处", "Step;Amount (CNY);Against original;Against current;Source"
    ).split(";")
    return Table("money", make.word("资金", "Money"), headers, rows, frozenset({1, 2, 3}))


def _unknown(make: Maker, project: Released, rung: Rung) -> Markup:
    """Why there is no amount: not recorded, or contracts that do not add up to one."""
    contracts = project.view.contracts() if rung.step == "contracted" else ()
    if not contracts:
        return make.say.none
    if all(c.role in OM_ROLES for c in contracts):
        said = make.word("运维合同不计", "contracts to operate do not count")
    else:
        said = make.word("有合同未登记金额", "a contract has no amount")
    return safe(f'<a href="#contracts">{said}</a>')


def _source(make: Maker, project: Released, rung: Rung, act: PublicMilestone | None) -> Markup | str:
    """Where an amount comes from: an act, or the table that adds up to it."""
    if rung.amount is None:
        return ""
    payments = len(project.public.payments)
    if rung.step == "contracted" and len(project.view.contracts()) > 1:
        return safe(f'<a href="#contracts">{make.word("各份合同", "the contracts")}</a>')
    if rung.step == "paid" and payments:
        return safe(f'<a href="#payments">{make.word(f"{payments} 笔支付", f"payments: {payments}")}</a>')
    return act_link(make, project, act) if act is not None else ""


def parts_table(make: Maker, project: Released) -> Table | None:
    """The money by scope item, as first approved, at present and in the final accounts; None where nothing divides it.

    The final accounts have their columns where they are divided.
    """
    found = parts(project.view)
    if not found:
        return None
    names = {row["id"]: row for row in project.public.facts.get("scope", ()) if "id" in row}
    settled = any(one.final is not None for one in found)
    say = make.say

    def said(amount: Money | None) -> Markup | str:
        return say.amount(amount) if amount is not None else say.none

    rows = [
        (
            say.name(row["name"], row.get("name_en")) if "name" in (row := names.get(one.item, {})) else one.item,
            said(one.original),
            said(one.current),
            _change(make, one.change),
            *((said(one.final), _change(make, one.final_change)) if settled else ()),
        )
        for one in found
    ]
    headers = make.word(
        "建设内容;首次批复（万元）;现行（万元）;较首次批复", "Part;First approved (CNY);At present (CNY);Against first"
    ).split(";")
    if settled:
        headers += make.word("决算（万元）;决算较首次批复", "Final accounts (CNY);Final against first").split(";")
    title = make.word("分项资金", "Money by part")
    return Table("parts", title, headers, rows, frozenset(range(1, len(headers))))


def om_note(make: Maker, project: Released) -> Markup:
    """What operation costs beside, as far as it is recorded; empty without any."""
    recorded = om_recorded(project.view)
    if recorded is None:
        return Markup("")
    amount, first, last = recorded
    years = str(first) if first == last else f"{first}–{last}"
    said = make.word(f"{years} 年登记的运维费用共 ", f"Operation and maintenance recorded for {years}: ")
    return Markup("%s%s%s") % (said, make.say.money(amount), make.word("。", "."))


def exact_amounts(make: Maker, project: Released) -> list[tuple[str, str]]:
    """The steps with their amounts to the fen, for those who read in 万元 and need the exact figure."""
    if not make.zh:
        return []  # English pages say amounts in yuan anyway
    rungs = told(project.view)
    return [(LADDER[r.step].zh, r.amount.format_yuan()) for r in rungs if r.amount is not None]


def _change(make: Maker, difference: Variance | None) -> Markup | str:
    return make.say.change(difference.fen, difference.bp) if difference is not None else ""


def _key_in(path: str) -> str | None:
    """The milestone key of ``milestones/<kind>[/<seq>]/<field>``."""
    parts = path.split("/")
    if len(parts) < 3 or parts[0] != "milestones":
        return None
    return "/".join(parts[1:-1])


def act_link(make: Maker, project: Released, m: PublicMilestone) -> Markup:
    """An act as a link to its place on the page, with its document number."""
    number = f' <span class="zm-number">{make.say.chinese(m.number)}</span>' if m.number else ""
    return safe(f'<a href="#m-{anchor(m.key)}">{html(act_title(make, project, m))}</a>{number}')


def ladder_chart(make: Maker, project: Released) -> Markup:
    """The ladder drawn; empty with fewer than two steps."""
    marks = {
        "first": "c",
        "submitted": "c",
        "original": "b",
        "current": "a",
        "limit": "c",
        "contracted": "a",
        "final": "a",
        "paid": "d",
    }
    rungs = [r for r in told(project.view) if r.amount is not None]
    if len(rungs) < 2:
        return Markup("")
    rows = [
        svg.Bar(
            LADDER[r.step].pick(make.lang),
            r.amount.fen,
            make.say.money_text(r.amount),
            marks[r.step],
        )
        for r in rungs
        if r.amount is not None
    ]
    title = make.word("资金阶梯", "Ladder of money")
    said = make.word("；", "; ").join(f"{r.label} {r.text}" for r in rows)
    return svg.bars("chart-money", title, said, rows)


# ── time ──


def schedule_table(make: Maker, project: Released) -> Table | None:
    """Planned against actual days; none for a single day that nobody planned."""
    say, j = make.say, project.public.jurisdiction
    found = schedule(project.view)
    if len(found) < 2 and all(row.planned is None for row in found):
        return None
    later = put_off(project.view)
    until = make.word(f"（延至 {later[0]}）", f" (put off to {later[0]})") if later is not None else ""
    rows = [
        (
            say.kind(j, row.kind),
            f"{row.planned}{until if row.kind == 'completed' else ''}" if row.planned is not None else "",
            say.day(row.actual),
            _delay(make, row),
        )
        for row in found
    ]
    headers = make.word("环节;计划;实际;相差", "Step;Planned;Actual;Difference").split(";")
    return Table("time", make.word("进度：计划与实际", "Time: planned and actual"), headers, rows)


def _delay(make: Maker, row: Scheduled) -> Markup | str:
    if row.days is None:
        return ""
    if row.days > 0:
        late = make.word(f"晚 {row.days} 天", f"{row.days} days late")
        return safe(f'<strong class="zm-late-word"><span aria-hidden="true">▲</span> {late}</strong>')
    if row.days == 0:
        return make.word("按计划", "as planned")
    return make.word(f"早 {-row.days} 天", f"{-row.days} days early")


def duration_table(make: Maker, project: Released) -> Table | None:
    """The building period as first approved, as it stands and as it was; how far the ends lie apart. None without a period."""
    found = term(project.view)
    if found is None:
        return None

    def row(title: str, start: dt.date | None, end: dt.date | None, *by: Delay | None) -> tuple[object, ...]:
        days = Period(start, end).days if start is not None and end is not None else 0
        return title, make.say.day(start), make.say.day(end), days or "", *(_by(make, one) if one else "" for one in by)

    rows = [
        row(make.word("首次批复", "As first approved"), found.original.start, found.original.end, None, None),
        row(make.word("现行（批复或延期）", "As it stands"), found.current.start, found.current.end, found.moved, None),
    ]
    if found.built is not None:
        started = project.view.day("build_started").value
        rows.append(
            row(make.word("实际", "Actual"), started, found.built, found.against_original, found.against_current)
        )
    headers = make.word(
        "建设周期;开工;终点;天数;较首次批复;较现行", "Building period;Start;End;Days;Against first;Against current"
    ).split(";")
    note = make.word(
        "百分数 = 终点相差的天数 ÷ 所比建设周期的天数（首尾都计）。实际终点为建成日，没有的用初步验收日、竣工验收日，取最早。",
        "Per cent: days between the ends, divided by the days of the period compared with (both ends counted). The actual end is the day of completion, else of an acceptance, the earliest.",
    )
    title = make.word("工期：原定、现行、实际", "Duration: first, current, actual")
    return Table("duration", title, headers, rows, frozenset({3, 4, 5}), note)


def _by(make: Maker, by: Delay) -> str:
    """Days with their sign, and their share of the planned duration."""
    if by.days == 0:
        return make.word("相同", "the same")
    days = f"{'+' if by.days > 0 else '−'}{abs(by.days)} {make.word('天', 'days' if abs(by.days) > 1 else 'day')}"
    return days if by.bp is None else days + make.word(f"（{make.say.share(by.bp)}）", f" ({make.say.share(by.bp)})")


def timeline_chart(make: Maker, project: Released) -> Markup:
    """Planned against actual days drawn; empty with fewer than two steps."""
    rows = schedule(project.view)
    if len(rows) < 2:
        return Markup("")
    say, j = make.say, project.public.jurisdiction
    moments = [
        svg.Moment(
            say.kind(j, r.kind),
            r.planned_span,
            (r.actual, r.actual) if r.actual is not None else None,
            r.days is not None and r.days > 0,
        )
        for r in rows
    ]
    title = make.word("计划与实际", "Planned and actual")
    said = make.word(
        "空心为计划，实心为实际；各日期见下表", "hollow: planned; full: actual; the days stand in the table below"
    )
    return svg.timeline("chart-time", title, said, moments)

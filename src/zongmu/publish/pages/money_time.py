"""Money and time of a project: chief figures, the ladder against both baselines, planned against actual."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from zongmu.disclosure.projection import PublicMilestone
from zongmu.model.derive import Variance
from zongmu.publish import svg
from zongmu.publish.figures import LADDER, Scheduled, ladder, paid_share, schedule
from zongmu.publish.pages.base import Maker
from zongmu.publish.released import Released
from zongmu.publish.say import anchor


def act_title(make: Maker, project: Released, m: PublicMilestone) -> str:
    """What an act is called, with its number among its kind."""
    code = m.facts.get("code")
    title = make.say.kind(project.public.jurisdiction, m.kind, code if isinstance(code, str) else None)
    seq = m.key.partition("/")[2]
    return make.word(f"{title}（{seq}）", f"{title} ({seq})") if seq else title


def tiles(make: Maker, project: Released) -> list[tuple[str, Markup, Markup | None]]:
    """The chief figures: label, figure, what it is held against."""
    say, out = make.say, []
    for rung in ladder(project.view):
        if rung.step == "submitted" or rung.amount is None:
            continue
        if rung.step == "limit" and project.view.contracted.value is not None:
            continue  # the contracts say it better
        note: Markup | None = None
        if rung.step == "paid":
            share = paid_share(project.view)
            if share is not None:
                note = (
                    Markup(make.word("占现行基线 %s", "%s of the current baseline"))
                    % f"{share // 100}.{share % 100:02d}%"
                )
        elif rung.against_original is not None:
            note = _against_original(make, rung.against_original)
        out.append((LADDER[rung.step].pick(make.lang), say.money(rung.amount), note))
    return out


def _against_original(make: Maker, difference: Variance) -> Markup:
    if difference.fen == 0:
        return Markup("%s") % make.word("与原始基线相同", "same as the original baseline")
    said = make.say.change(difference.fen, difference.bp)
    return Markup(make.word("较原始基线 %s", "%s against the original baseline")) % said


# ── money ──


def ladder_rows(make: Maker, project: Released) -> list[Mapping[str, Any]]:
    """The ladder as rows: step, amount, its distance from both baselines, the act it comes from. Empty where all is unknown."""
    say = make.say
    rows: list[Mapping[str, Any]] = []
    numbers = {m.key: m for m in project.public.milestones}
    rungs = ladder(project.view)
    if all(rung.amount is None for rung in rungs):
        return []
    for rung in rungs:
        if rung.step == "limit" and rung.amount is None:
            continue
        key = _key_in(rung.path)
        source = numbers.get(key) if key else None
        rows.append(
            {
                "step": rung.step,
                "title": LADDER[rung.step].pick(make.lang),
                "amount": say.amount(rung.amount) if rung.amount is not None else None,
                "exact": rung.amount.format_yuan() if rung.amount is not None else None,
                "original": _change(make, rung.against_original),
                "current": _change(make, rung.against_current),
                "source": act_link(make, project, source) if source is not None and rung.amount is not None else None,
            }
        )
    return rows


def _change(make: Maker, difference: Any) -> Markup | None:
    return make.say.change(difference.fen, difference.bp) if difference is not None else None


def _key_in(path: str) -> str | None:
    """The milestone key of ``milestones/<kind>[/<seq>]/<field>``."""
    parts = path.split("/")
    if len(parts) < 3 or parts[0] != "milestones":
        return None
    return "/".join(parts[1:-1])


def act_link(make: Maker, project: Released, m: PublicMilestone) -> Markup:
    """An act as a link to its place on the page, with its document number."""
    number = Markup(" %s") % m.number if m.number else Markup("")
    return Markup('<a href="#m-%s">%s</a>%s') % (anchor(m.key), act_title(make, project, m), number)


def ladder_chart(make: Maker, project: Released) -> Markup:
    """The ladder drawn; empty with fewer than two steps."""
    marks = {
        "submitted": "c",
        "original": "b",
        "current": "a",
        "limit": "c",
        "contracted": "a",
        "final": "a",
        "paid": "d",
    }
    rungs = [r for r in ladder(project.view) if r.amount is not None]
    if len(rungs) < 2:
        return Markup("")
    rows = [
        svg.Bar(
            LADDER[r.step].pick(make.lang),
            r.amount.fen,
            make.say.money(r.amount).striptags(),
            marks[r.step],
        )
        for r in rungs
        if r.amount is not None
    ]
    title = make.word("资金阶梯", "Ladder of money")
    said = make.word("；", "; ").join(f"{r.label} {r.text}" for r in rows)
    return svg.bars("chart-money", title, said, rows)


# ── time ──


def schedule_rows(make: Maker, project: Released) -> Sequence[Mapping[str, Any]]:
    """Planned against actual days as rows; none for a single day that nobody planned."""
    say, j = make.say, project.public.jurisdiction
    rows = schedule(project.view)
    if len(rows) < 2 and all(row.planned is None for row in rows):
        return []
    return [
        {
            "title": say.kind(j, row.kind),
            "planned": str(row.planned) if row.planned is not None else None,
            "actual": row.actual.isoformat() if row.actual is not None else None,
            "delay": _delay(make, row),
            "late": row.days is not None and row.days > 0,
        }
        for row in rows
    ]


def _delay(make: Maker, row: Scheduled) -> str | None:
    if row.days is None:
        return None
    if row.days == 0:
        return make.word("按计划", "as planned")
    if make.zh:
        return f"晚 {row.days} 天" if row.days > 0 else f"早 {-row.days} 天"
    return f"{row.days} days late" if row.days > 0 else f"{-row.days} days early"


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

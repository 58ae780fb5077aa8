"""Needs and budget before building, self-evaluation, the yearly draw (LZ-34)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from checks.laizhou_2022.helpers import (
    APPROVALS,
    before_record,
    born_late,
    building_day,
    paper,
    paper_path,
    staged,
)
from zongmu.model import Draws, Due, Evaluated, key_of
from zongmu.policy import (
    Cap,
    Fact,
    Outcome,
    ProjectContext,
    RecordContext,
    RegistryContext,
    Severity,
    Step,
    Verdict,
    all_of,
    attested_step,
    by_day,
    compare,
    deadline,
    fact,
    failed,
    in_order,
    missing,
    not_applicable,
    passed,
    rule,
    ungoverned,
)

PAPERS = ("needs", "budget")
"""需求书 and 项目预算."""


@rule(
    cites=["LZ-34 p1 s1"],
    since="2022",
    act=("declared", "build_started", "completed", "initial_accepted", "final_accepted"),
    duty=True,
    readings=["I23"],
    disclosure="internal",
)
def lz34_needs_and_budget(ctx: ProjectContext) -> Verdict:
    """建设之前明确需求、编好预算：开工前要有需求书和项目预算；内容由人证明。

    Missing at the declaration: a notice, since the text asks for them before building (I23). Missing when building begins, or written
    after it began: a failure; the excess is how many papers. Declared before the record began: what is missing is undetermined.
    """
    begun = building_day(ctx)
    verdicts = [_paper_before(ctx, kind, begun) for kind in PAPERS]
    evidence = all_of(*verdicts)
    unseen = before_record(ctx, "declared") or before_record(ctx, "build_started")
    if unseen is not None and {v.because for v in verdicts if v.outcome is Outcome.FAIL} == {"absent"}:
        return unseen
    if evidence.outcome is Outcome.FAIL:
        evidence = replace(evidence, excess=sum(1 for v in verdicts if v.outcome is Outcome.FAIL), unit="count")
    attested = ctx.attestation("needs_research")
    step = (
        attested_step(attested) if attested is not None else Step("lacks_attestation", "needs_research", "attestations")
    )
    evidence = replace(evidence, trace=(*evidence.trace, step))
    return staged(ctx, evidence, warn=ctx.view.day("declared"), fail=begun, weight=Severity.NOTICE)


def _paper_before(ctx: ProjectContext, kind: str, begun: Fact[dt.date]) -> Verdict:
    found = paper(ctx, kind)
    if found is None:
        return failed(Step("absent", None, paper_path(kind)), because="absent")
    written = Fact(found[1], found[2])
    return passed(Step("present", written.value, written.path)) if begun.value is None else in_order(written, begun)


# ── self-evaluation ──


@rule(
    cites=["LZ-34 p1 s2"],
    since="2022",
    act=("completed", "put_into_use"),
    duty=True,
    readings=["I11", "I24", "I25", "N4"],
)
def lz34_self_evaluation(ctx: ProjectContext) -> Verdict:
    """竣工并投入使用后12个月内自评，自评报告上传管理平台。

    From the later of completion and use; a last day of rest moves on. Late on this count but in time counted from final acceptance, or not
    yet accepted: a warning (I25). Late on both: a failure. The upload counts, not the day of the report; one from before the period
    begins evaluates nothing yet and does not count.
    """
    used, completed = ctx.view.day("put_into_use"), ctx.view.completed
    if used.value is None:
        return not_applicable("not_triggered", Step("missing", None, used.path))
    if completed.value is None:
        return missing(completed)
    start = max(completed, used, key=lambda f: f.value or dt.date.min)
    late = born_late(ctx, start.value) if start.value is not None else None
    if late is not None:
        return late
    reports = [m for m in ctx.view.of_class(Evaluated) if m.stage == "self"]
    report = next((m for m in reports if start.value is None or start.value <= (m.uploaded or m.date)), None)
    early = tuple(Step("not_counted", m.date, f"milestones/{key_of(m)}/date") for m in reports if report is None)
    done: Fact[dt.date] = Fact(None, "milestones/evaluated")
    if report is not None:
        path = f"milestones/{key_of(report)}"
        done = Fact(report.uploaded, f"{path}/uploaded")
        if done.value is None:
            # Nothing is uploaded before it is written: a report written too late is late whenever it was uploaded.
            written = _evaluated_in_time(ctx, start, Fact(report.date, f"{path}/date"))
            return written if written.outcome is Outcome.FAIL else missing(done)
    verdict = _evaluated_in_time(ctx, start, done)
    return replace(verdict, trace=(*verdict.trace, *early))


def _evaluated_in_time(ctx: ProjectContext, start: Fact[dt.date], done: Fact[dt.date]) -> Verdict:
    """Judged from completion; a failure that final acceptance as the start would spare is a warning (I25)."""
    limit = ctx.duration("lz.selfeval.limit")
    verdict = deadline(ctx, start, done, limit)
    if verdict.outcome is not Outcome.FAIL:
        return verdict
    spared = replace(verdict, caps=(Cap(Severity.WARNING, "I25"), *verdict.caps))
    other = deadline(ctx, ctx.view.accepted, done, limit)
    if other.outcome is Outcome.FAIL:
        return verdict
    return replace(spared, until=other.until, trace=(*spared.trace, *other.trace))


# ── the yearly draw ──


@fact(on="draws")
def lz_draws(ctx: RecordContext) -> dict[str, Any]:
    """The draws of a year: day of each, whether a seed and a result are recorded, which projects it selected; drawn again, none."""
    rows = [
        {
            "seq": d.seq,
            "date": d.date.isoformat(),
            "seed": bool(d.seed),
            "result": bool(d.selected),
            "selected": [] if _redrawn(ctx.draws, d.seq) else list(d.selected),
        }
        for d in ctx.draws.draws
    ]
    return {"year": ctx.draws.year, "draws": rows}


def _redrawn(draws: Draws, seq: int) -> bool:
    """Whether the next row draws again in the place of a draw, which it says by its reason."""
    return any(d.seq == seq + 1 and d.reason is not None for d in draws.draws)


@fact()
def lz_under_way_since(ctx: ProjectContext) -> int | None:
    """The year in which a project was approved, or first known to be built or used; None before."""
    begun = ctx.view.day(*APPROVALS, "contract_signed", "build_started", "completed", "final_accepted", "put_into_use")
    return begun.value.year if begun.value is not None else None


@rule(
    cites=["LZ-34 p1 s3"],
    since="2022",
    on="registry",
    reads=[lz_draws, lz_under_way_since],
    duty=True,
    readings=["I11", "I24"],
)
def lz34_yearly_draw(ctx: RegistryContext) -> Iterator[tuple[str, Verdict]]:
    """每年至少一次“双随机”抽取，种子和结果要登记；到年底没有的列入大数据局的待办。

    A year counts once a project is approved, built or used, or a record of its draws exists. A draw without seed or result does not count. The last
    day of the year is a fixed day and not moved.
    """
    law = ctx.law
    assert law.since is not None  # the text says it
    begun = [year for year in ctx.facts(lz_under_way_since).values() if year is not None]
    records = {row["year"]: id for id, row in ctx.facts(lz_draws).items()}
    draws = [d for row in ctx.facts(lz_draws).values() for d in row["draws"]]
    for year in range(law.since.year, ctx.asof.year + 1):
        first = dt.date(year, 1, 1)
        asked = year in records or any(b <= year for b in begun)
        if asked and ungoverned(ctx, max(first, law.since)) is None:
            mine = [d for d in draws if d["date"][:4] == str(year)]
            yield records.get(year, f"{ctx.jurisdiction}/{year}"), replace(_drawn(ctx, first, mine), at=f"draws/{year}")


def _drawn(ctx: RegistryContext, first: dt.date, draws: list[dict[str, Any]]) -> Verdict:
    good = [d for d in draws if d["seed"] and d["result"]]
    enough, step = compare(Fact(len(good), "draws"), ctx.count("lz.posteval"))
    if enough:
        return passed(step)
    last = Due(dt.date(first.year, 12, 31))  # structural: a year ends
    verdict = by_day(ctx, Fact(first, "draws"), Fact(None, "draws"), last)
    verdict = replace(verdict, trace=verdict.trace[1:])  # a year is counted from nothing
    if draws and verdict.outcome is Outcome.FAIL:
        lacking = tuple(k for k in ("seed", "result") if not all(d[k] for d in draws))
        return replace(verdict, because="incomplete", trace=(*verdict.trace, step, Step("lacking", lacking, "draws")))
    return replace(verdict, trace=(*verdict.trace, step))


@fact()
def lz_post_evaluations(ctx: ProjectContext) -> list[list[str]]:
    """Key and day of each post-evaluation (绩效后评估), by day."""
    return [[key_of(m), m.date.isoformat()] for m in ctx.view.of_class(Evaluated) if m.stage == "post"]


@rule(
    cites=["LZ-34 p1 s3"],
    since="2022.2",
    on="registry",
    reads=[lz_draws, lz_post_evaluations],
    duty=True,
    readings=["I11", "I24", "N7"],
)
def lz34_drawn_evaluated(ctx: RegistryContext) -> Iterator[tuple[str, Verdict]]:
    """抽中的项目要作绩效后评估，年底前完成（N7）；没有的列入大数据局的待办。

    A post-evaluation of every project that a draw selected, from the day of the draw to the end of its year: the text has it done every
    year by way of the draw, and names no other day (N7).
    """
    made = ctx.facts(lz_post_evaluations)
    for row in ctx.facts(lz_draws).values():
        for draw in row["draws"]:
            drawn = dt.date.fromisoformat(draw["date"])
            for project in draw["selected"]:
                if project in made:
                    verdict = ungoverned(ctx, drawn) or _post_evaluated(ctx, drawn, made[project])
                    yield project, replace(verdict, at=f"draws/{row['year']}/{draw['seq']}")


def _post_evaluated(ctx: RegistryContext, drawn: dt.date, made: list[list[str]]) -> Verdict:
    done: Fact[dt.date] = Fact(None, "milestones/evaluated")
    for key, day in made:
        if day >= drawn.isoformat():
            done = Fact(dt.date.fromisoformat(day), f"milestones/{key}/date")
            break
    last = Due(dt.date(drawn.year, 12, 31))  # structural: a year ends
    return by_day(ctx, Fact(drawn, "draws"), done, last)

"""The platform: progress, electronic archive, filing of papers (LZ-16, LZ-25)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

from checks.laizhou_2022.helpers import PROCUREMENT, at_gate, born_late, has_paper
from zongmu.model import Filed, key_of
from zongmu.policy import (
    Fact,
    Outcome,
    ProjectContext,
    Step,
    Verdict,
    failed,
    not_applicable,
    passed,
    rule,
    site_limit,
)

_OPEN: Fact[dt.date] = Fact(None, "progress")
ENDING = ("final_applied", "final_accepted", "closed")
PAPERS = {
    "tender_papers": (PROCUREMENT, "procurement_awarded"),
    "implementation_papers": ("build_started", "completed"),
    "acceptance_papers": ("final_accepted",),
    "om_papers": ("om_funds_allocated",),
}
"""Papers of a phase: matter of the filing → the acts that show the phase took place. Reports of O&M show it too, but are not
public: :func:`lz25_om_papers` asks about them."""

CLOSED_BY = {
    "tender_papers": "procurement_awarded",
    "implementation_papers": "completed",
    "acceptance_papers": "final_accepted",
}
"""Papers of a phase: matter of the filing → the public act that closes the phase, from which the filing is due."""


# ── LZ-16 ──


@rule(cites=["LZ-16 p1 s2"], since="2022", act=("build_started", *ENDING), duty=True)
def lz16_progress(ctx: ProjectContext) -> Verdict:
    """申请验收或办结时，一次进展也没有更新过的不符合。"""
    rows = ctx.project.progress
    evidence = passed(Step("count", len(rows), "progress"))
    if not rows:
        evidence = failed(Step("absent", None, "progress"), because="absent")
    return at_gate(ctx, evidence, ctx.view.day(*ENDING))


@rule(cites=["LZ-16 p1 s2"], since="2022", act="build_started", readings=["I10"])
def lz16_progress_current(ctx: ProjectContext) -> Verdict:
    """建设期间“及时”更新进展：间隔超过本站时限只提示（读法 I10）。

    Each update counts from the one before, the first from the start of building; the last one is held against completion, else the as-of
    day. A limit of this site never feeds another rule.
    """
    begun = ctx.view.day("build_started")
    if begun.value is None:
        return not_applicable("not_triggered", Step("missing", None, begun.path))
    end = ctx.view.day("completed", *ENDING, "terminated")
    days = sorted(p.date for p in ctx.project.progress if end.value is None or p.date <= end.value)
    facts = [begun, *(Fact(d, f"progress/{d.isoformat()}/date") for d in days if d > begun.value)]
    if end.value is not None:
        facts.append(end)
    for n, earlier in enumerate(facts):
        later = facts[n + 1] if n + 1 < len(facts) else _OPEN
        if earlier is end:
            break
        verdict = site_limit(ctx, earlier, later, "progress_update")
        if verdict.because == "not_due":
            return Verdict(Outcome.PASS, "in_time", verdict.trace, until=verdict.until, due=verdict.due)
        if verdict.outcome is not Outcome.PASS:
            return verdict
    return passed(Step("count", len(days), "progress"))


@rule(cites=["LZ-16 p1 s2"], since="2022", act=("final_accepted", "closed"), duty=True)
def lz16_archive(ctx: ProjectContext) -> Verdict:
    """办结时要有电子档案目录。"""
    return at_gate(ctx, has_paper(ctx, "archive_index"), ctx.view.day("closed"))


# ── LZ-25 ──


def _filings(ctx: ProjectContext, matter: str) -> Fact[dt.date]:
    """The day the papers of a phase were filed."""
    for m in ctx.view.of_class(Filed):
        if m.matter == matter:
            return Fact(m.date, f"milestones/{key_of(m)}/date")
    return Fact(None, "milestones/filed")


@rule(cites=["LZ-25"], since="2022", act=(PROCUREMENT, "build_started", "final_accepted", "closed"), duty=True)
def lz25_papers_filed(ctx: ProjectContext) -> Verdict:
    """招标、实施、验收、运维的资料都要在平台备案；办结时仍缺的不符合。

    Only the phases that took place are asked for. The excess is how many are lacking.
    """
    owed = tuple(matter for matter, kinds in PAPERS.items() if ctx.view.has(*kinds))
    if not owed:
        return not_applicable("nothing_to_judge")
    lacking = tuple(matter for matter in owed if _filings(ctx, matter).value is None)
    step = Step("count", len(owed) - len(lacking), "milestones/filed")
    evidence = passed(step)
    if lacking:
        evidence = failed(
            step, Step("lacking", lacking, "milestones/filed"), because="incomplete", excess=len(lacking), unit="count"
        )
    return at_gate(ctx, evidence, ctx.view.day("closed"))


@rule(
    cites=["LZ-25"],
    since="2022",
    act=(PROCUREMENT, "build_started", "final_accepted"),
    duty=True,
    readings=["I10"],
)
def lz25_papers_in_time(ctx: ProjectContext) -> Iterator[Verdict]:
    """资料“及时”备案：超过本站时限只提示（读法 I10）。

    One verdict per phase, counted from the last act that closes it: award, completion, acceptance.
    """
    judged = False
    for matter, kind in CLOSED_BY.items():
        trigger = ctx.view.day(kind)
        if trigger.value is None:
            continue
        judged = True
        verdict = born_late(ctx, trigger.value) or site_limit(ctx, trigger, _filings(ctx, matter), "contract_entry")
        yield replace(verdict, at=matter)
    if not judged:
        yield not_applicable("nothing_to_judge")


@rule(cites=["LZ-25"], since="2022", act="om_reported", duty=True, readings=["I10"], disclosure="internal")
def lz25_om_papers(ctx: ProjectContext) -> Verdict:
    """报送运维情况后，运维资料及时备案：超过本站时限只提示（读法 I10），办结时仍缺的不符合。"""
    reported = ctx.view.day("om_reported")
    if reported.value is None:
        return not_applicable("nothing_to_judge")
    closed, done = ctx.view.day("closed"), _filings(ctx, "om_papers")
    if closed.value is not None and done.value is None:
        return at_gate(ctx, failed(Step("absent", None, done.path), because="absent"), closed)
    return born_late(ctx, reported.value) or site_limit(ctx, reported, done, "contract_entry")

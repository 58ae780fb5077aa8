"""Graded protection, risk assessment, cryptography (LZ-21, LZ-22). Outcomes are never public."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

from checks.laizhou_2022.helpers import (
    APPROVALS,
    before_record,
    born_late,
    has_paper,
    held_by,
    paper,
    paper_path,
    past_approval,
    staged,
)
from zongmu.model import Filed, document_day, document_path, key_of
from zongmu.policy import (
    Fact,
    Outcome,
    ProjectContext,
    Step,
    Verdict,
    all_of,
    any_of,
    compare,
    failed,
    not_applicable,
    passed,
    rule,
    site_limit,
)


def security_met(ctx: ProjectContext) -> Verdict:
    """Level recorded, filed where the level asks for it, risk assessed; whatever the stage."""
    security = ctx.project.security
    level = Fact(security.mlps_level if security is not None else None, "security/mlps_level")
    if not level.value:
        graded = failed(Step("absent", None, level.path), because="absent")
        return _unless_accepted_before(ctx, all_of(graded, has_paper(ctx, "risk_assessment")))
    filing_due, step = compare(level, ctx.count("mlps.filing.level"))
    filed = any_of(_filed(ctx, "mlps"), has_paper(ctx, "mlps_filing")) if filing_due else passed(step)
    return _unless_accepted_before(ctx, all_of(passed(step), filed, has_paper(ctx, "risk_assessment")))


def _filed(ctx: ProjectContext, matter: str, *roles: str) -> Verdict:
    """Whether a filing of a matter is recorded, with a body of one of the roles if any are given."""
    verdict = failed(Step("absent_such", matter, "milestones/filed/matter"), because="absent")
    for m in ctx.view.of_class(Filed):
        if m.matter == matter:
            path = f"milestones/{key_of(m)}"
            verdict = (
                held_by(ctx, (m.body,), f"{path}/body", *roles) if roles else passed(Step("present", m.date, path))
            )
            if verdict.outcome is Outcome.PASS:
                return verdict
    return verdict


@rule(
    cites=["LZ-21"],
    since="2022",
    act=("final_accepted", "closed"),
    duty=True,
    readings=["I23"],
    disclosure="internal",
)
def lz21_security(ctx: ProjectContext) -> Verdict:
    """验收时等保已定级，需备案级别的已备案，已做风险评估；安全制度由人证明。

    Filing is owed from the level of the national rules on. Level 0 means not graded. Missing at acceptance: a warning (I23); missing at
    closing: a failure.
    """
    return staged(ctx, security_met(ctx), warn=ctx.view.accepted, fail=ctx.view.day("closed"))


@rule(
    cites=["LZ-22"],
    since="2022",
    act=(*APPROVALS, "closed"),
    duty=True,
    readings=["I23"],
    disclosure="internal",
)
def lz22_crypto_plan(ctx: ProjectContext) -> Verdict:
    """批复时有密码应用方案；办结仍没有的不符合。"""
    plan = has_paper(ctx, "crypto_plan")
    unseen = before_record(ctx, "approval_applied") if plan.outcome is Outcome.FAIL else None
    return unseen or staged(ctx, plan, warn=past_approval(ctx), fail=ctx.view.day("closed"))


def crypto_met(ctx: ProjectContext) -> Verdict:
    """Evaluation report there and filed with 市密码管理局; whatever the stage."""
    filed = any_of(_filed(ctx, "crypto", "crypto_bureau"), has_paper(ctx, "crypto_filing"))
    return _unless_accepted_before(ctx, all_of(has_paper(ctx, "crypto_report"), filed))


def _unless_accepted_before(ctx: ProjectContext, verdict: Verdict) -> Verdict:
    """What is lacking at acceptance is undetermined where the project was accepted before its record began."""
    unseen = before_record(ctx, "final_accepted") if verdict.outcome is Outcome.FAIL else None
    return unseen or verdict


@rule(
    cites=["LZ-22"],
    since="2022",
    act=("final_accepted", "closed"),
    duty=True,
    readings=["I23"],
    disclosure="internal",
)
def lz22_crypto_evaluation(ctx: ProjectContext) -> Verdict:
    """验收时有密码应用安全性评估报告并已备案；办结仍没有的不符合。"""
    return staged(ctx, crypto_met(ctx), warn=ctx.view.accepted, fail=ctx.view.day("closed"))


def _reports(ctx: ProjectContext) -> list[Fact[dt.date]]:
    """The days of the cryptography evaluation reports, in order."""
    found = [Fact(document_day(m, d), document_path(m, d)) for m, d in ctx.view.documents("crypto_report")]
    return sorted(found, key=lambda f: f.value or dt.date.max)


@rule(
    cites=["LZ-22"],
    since="2022",
    act=("final_applied", "final_accepted", "put_into_use"),
    duty=True,
    readings=["I10"],
    disclosure="internal",
)
def lz22_crypto_filed_in_time(ctx: ProjectContext) -> Verdict:
    """评估报告“及时”备案：超过本站时限只提示（读法 I10）；报给别的单位的不算。"""
    reports = _reports(ctx)
    if not reports:
        return not_applicable("no_report")
    days = [
        Fact(m.date, f"milestones/{key_of(m)}/date")
        for m in ctx.view.of_class(Filed)
        if m.matter == "crypto"
        and held_by(ctx, (m.body,), f"milestones/{key_of(m)}/body", "crypto_bureau").outcome is not Outcome.FAIL
    ]
    document = paper(ctx, "crypto_filing")
    if document is not None:
        days.append(Fact(document[1], document[2]))
    done = min(days, key=lambda f: f.value or dt.date.max, default=Fact(None, "milestones/filed"))
    first = reports[0]
    late = born_late(ctx, first.value) if first.value is not None else None
    return late or site_limit(ctx, first, done, "crypto_filing")


@rule(
    cites=["LZ-22"],
    since="2022",
    act="put_into_use",
    duty=True,
    readings=["I10"],
    disclosure="internal",
)
def lz22_crypto_regular(ctx: ProjectContext) -> Verdict:
    """投入使用后“定期”评估：距上次评估超过本站时限只提示（读法 I10）。

    Each evaluation counts from the one before; the last one is held against the as-of day.
    """
    reports = _reports(ctx)
    if not reports or not ctx.view.has("put_into_use"):
        return not_applicable("no_report")
    for earlier, later in pairwise(reports):
        verdict = site_limit(ctx, earlier, later, "crypto_evaluation")
        if verdict.outcome is not Outcome.PASS:
            return verdict
    last = reports[-1]
    late = born_late(ctx, last.value) if last.value is not None else None
    verdict = late or site_limit(ctx, last, Fact(None, paper_path("crypto_report")), "crypto_evaluation")
    if verdict.because == "not_due":
        return Verdict(Outcome.PASS, "in_time", verdict.trace, until=verdict.until, due=verdict.due)
    return verdict

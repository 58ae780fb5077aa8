"""Data sharing in the papers, the data catalogue as a condition of approval, disputes over data (OD-16)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from checks.ordos_2025.papers import APPROVALS, handed_in_with
from checks.ordos_2025.parties import held_by
from zongmu.model import Accepted, Act, Applied, Dispute, Document, document_day, document_path, key_of, topics
from zongmu.policy import (
    Fact,
    Outcome,
    ProjectContext,
    Step,
    Verdict,
    all_of,
    attested_step,
    covers,
    deadline,
    failed,
    gate,
    in_order,
    missing,
    passed,
    rule,
    rule_each,
    undetermined,
)

STUDIES = ("feasibility", "prelim_design", "implementation_plan")
SHARING_TOPICS = ("sharing_analysis", "security_measures")
ACCEPTANCE_TOPICS = ("data_sharing", "security")


def _studies_cover(ctx: ProjectContext, application: Applied, wanted: tuple[str, ...]) -> Verdict:
    """Whether each study, design or plan of an application covers the topics *wanted*.

    A paper that a resubmission brings again takes the place of the one before it. What the volumes of a paper cover counts
    together, and so does what the act that brought it says that it covers.
    """
    latest: dict[str, dict[int | None, tuple[Act, Document]]] = {}
    for act in handed_in_with(ctx.view, application):
        for d in act.documents:
            if d.kind in STUDIES:
                latest.setdefault(d.kind, {})[d.seq] = act, d
    if not latest:
        return missing(Fact(None, f"milestones/{key_of(application)}/documents"))
    return all_of(*(_volumes_cover(list(volumes.values()), wanted) for volumes in latest.values()))


def _volumes_cover(volumes: list[tuple[Act, Document]], wanted: tuple[str, ...]) -> Verdict:
    """Whether the volumes of one paper cover the topics *wanted* between them."""
    said = [topic for act, d in volumes for topic in (*act.covers, *d.covers)]
    return covers(said, wanted, f"{document_path(*volumes[0])}/covers")


@rule_each(Applied, "approval_applied", cites=["OD-16 p1 s1"], since="2025", disclosure="internal")
def od16_studies(ctx: ProjectContext, application: Applied) -> Verdict:
    """申请审批所附的可研、初设、实施方案，应各含数据资源共享分析和网络、数据安全保障措施。

    Each study, design and plan handed in for approval holds the sharing analysis and the security measures.
    """
    return _studies_cover(ctx, application, SHARING_TOPICS)


@rule_each(Applied, "approval_applied", cites=["OD-16 p1 s5"], since="2025", disclosure="internal")
def od16_dispute_clause(ctx: ProjectContext, application: Applied) -> Verdict:
    """申请审批所附的可研、初设、实施方案，应各设跨部门数据共享争议协调条款；条款内容由人证明。

    Each of them holds the clause on cross-department data disputes. What the clause says is attested.
    """
    return _studies_cover(ctx, application, ("dispute_clause",))


def _catalogue(ctx: ProjectContext) -> Fact[str]:
    """The data catalogue: its rows in the record, else the paper."""
    if ctx.project.data_catalog:
        return Fact("data_catalog", "data_catalog")
    papers = ctx.view.documents("data_catalog")
    return Fact("data_catalog", document_path(*papers[0])) if papers else Fact(None, "data_catalog")


@rule(cites=["OD-16 p1 s2"], since="2025", act="approval_applied", readings=["N10"], disclosure="internal")
def od16_catalogue(ctx: ProjectContext) -> Verdict:
    """编制数据资源目录；共享开放长效机制、使用反馈机制和未向特定对象单独开放，由人证明。时点由本站设定（N10）。

    There is a data catalogue; the mechanisms for sharing and feedback, and that nobody was favoured, are attested. Due, by
    this site's choice of stage (N10), with the application for approval.
    """
    catalogue = _catalogue(ctx)
    asked = ctx.reached("approval_applied")
    if catalogue.value is None:
        return gate(asked, failed(Step("absent", None, catalogue.path), because="absent"), at="approval_applied")
    parts = [passed(Step("present", catalogue.value, catalogue.path))]
    for kind in ("sharing_mechanism", "no_favour"):
        found = ctx.attestation(kind)
        if found is None:
            parts.append(undetermined("needs_attestation", Step("missing", None, f"attestations/{kind}")))
        else:
            parts.append(passed(attested_step(found)))
    return all_of(*parts)


@rule(cites=["OD-16 p1 s3"], since="2025", act=APPROVALS)
def od16_no_catalogue_no_approval(ctx: ProjectContext) -> Verdict:
    """数据资源目录是审批的必备条件：批复时已有目录，日期不晚于批复。建议书批复不在此列。

    No catalogue, no approval: at the first approval the catalogue is there, dated no later. The approval of the proposal is
    not one. A catalogue whose day nobody recorded cannot be placed.
    """
    first = ctx.view.first(*APPROVALS)
    papers = [(document_day(m, d), document_path(m, d)) for m, d in ctx.view.documents("data_catalog")]
    catalogue = _catalogue(ctx)
    if first is None:
        step = Step("missing", None, "milestones/approved")
        return undetermined("not_due", step) if catalogue.value is None else passed(step)
    decided = Fact(first.date, f"milestones/{key_of(first)}/date")
    if papers:
        day, path = min(papers)
        return in_order(Fact(day, path), decided)
    if catalogue.value is not None:
        return missing(Fact(None, f"milestones/{key_of(first)}/documents/data_catalog"))
    return failed(Step("absent", None, catalogue.path), because="absent")


@rule_each(Accepted, "final_accepted", cites=["OD-16 p1 s4"], since="2025", disclosure="internal")
def od16_weighed_at_acceptance(ctx: ProjectContext, acceptance: Accepted) -> Verdict:
    """竣工验收记录应涵盖数据共享和网络安全情况；缺失的列入数据管理局的待办。

    The record of final acceptance covers data sharing and security; missing, it goes to the data bureau's queue.
    """
    return covers(topics(acceptance), ACCEPTANCE_TOPICS, f"milestones/{key_of(acceptance)}/covers")


@rule_each(Dispute, "dispute_opened", cites=["OD-16 p1 s6b"], since="2025", readings=["N2"])
def od16_dispute_in_time(ctx: ProjectContext, dispute: Dispute) -> Verdict:
    """数据共享争议由数据管理局牵头，10个工作日内出具协调意见；逾期列入其待办。

    The data bureau gives its opinion on a dispute over shared data within 10 working days; late goes to its queue. What
    another body says, a party to it above all, is none. Which others it was joined by the text does not name.
    """
    key = key_of(dispute)
    opened = Fact(dispute.date, f"milestones/{key}/date")
    done: Fact[dt.date] = Fact(None, "milestones/dispute_decided")
    led: Verdict = passed()
    elsewhere: tuple[Step, ...] = ()
    for m in ctx.view.answers(key, "dispute_decided"):
        led = held_by(ctx, [m.body] if m.body is not None else [], f"milestones/{key_of(m)}/body", "data_bureau")
        if led.outcome is not Outcome.FAIL:
            done = Fact(m.date, f"milestones/{key_of(m)}/date")
            break
        elsewhere += led.trace
    verdict = deadline(ctx, opened, done, ctx.duration("od.dispute.limit"))
    if verdict.outcome is Outcome.PASS and led.outcome is Outcome.UNDETERMINED:
        verdict = replace(led, trace=(*verdict.trace, *led.trace))
    return replace(verdict, trace=(*elsewhere, *verdict.trace))

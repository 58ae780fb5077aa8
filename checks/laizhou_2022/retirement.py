"""Retiring systems of no more use: plan, assessment, disposal, filing, scrapping (LZ-38)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from checks.laizhou_2022.helpers import at_gate, born_late, held_by
from zongmu.model import Filed, Retirement, document_day, document_path, key_of
from zongmu.policy import (
    Fact,
    Outcome,
    Step,
    SystemContext,
    Verdict,
    all_of,
    failed,
    not_applicable,
    passed,
    rule,
    site_limit,
)

STEPS = (
    ("decommission_planned", "decommission_plan"),
    ("data_assessed", "data_report"),
    ("asset_assessed", "asset_report"),
)
"""What comes before retirement: the act, or the paper that proves it."""

DISPOSALS = ("data_disposal", "device_disposal")
"""备份、迁移或销毁 of data and of devices."""

RECIPIENTS = ("office", "finance")
"""With whom the retirement is filed."""


def _by(days: Iterable[Fact[dt.date]], absent: str, last: dt.date) -> Verdict:
    """Whether the earliest of *days* lies no later than *last*."""
    first = min(days, key=lambda f: f.value or dt.date.max, default=None)
    if first is None or first.value is None:
        return failed(Step("absent", None, absent), because="absent")
    ok = first.value <= last
    step = Step("order", first.value, first.path, None, last, "<=", ok)
    return passed(step) if ok else failed(step, because="wrong_order")


def _done(ctx: SystemContext, kind: str, paper: str, last: dt.date) -> Verdict:
    days = [Fact(m.date, f"milestones/{key_of(m)}/date") for m in ctx.view.by_kind.get(kind, ())]
    days += [Fact(document_day(m, d), document_path(m, d)) for m, d in ctx.view.documents(paper)]
    return _by(days, f"milestones/{kind}", last)


def _disposed(ctx: SystemContext, field: str, last: dt.date) -> Verdict:
    acts = [m for m in ctx.view.of_class(Retirement) if getattr(m, field) is not None]
    days = [Fact(m.date, f"milestones/{key_of(m)}/{field}") for m in acts]
    return _by(days, f"milestones/decommissioned/{field}", last)


def _filed(ctx: SystemContext, role: str, last: dt.date) -> Verdict:
    found: list[Verdict] = []
    for m in ctx.view.of_class(Filed):
        if m.matter == "decommission":
            path = f"milestones/{key_of(m)}"
            verdict = held_by(ctx, (m.body,), f"{path}/body", role)
            if verdict.outcome is Outcome.PASS:
                verdict = _by([Fact(m.date, f"{path}/date")], path, last)
            found.append(verdict)
    for outcome in (Outcome.PASS, Outcome.UNDETERMINED):
        for verdict in found:
            if verdict.outcome is outcome:
                return verdict
    late = next((v for v in found if v.because == "wrong_order"), None)
    return late or failed(Step("no_filing", role, "milestones/filed"), because="absent")


@rule(cites=["LZ-38"], since="2022", on="system", act="decommissioned")
def lz38_retired_in_order(ctx: SystemContext) -> Verdict:
    """停用之前：有停用方案，评估数据和资产，处置数据和设备，向大数据局和财政局两家备案。

    Each no later than the day of retirement. The excess of a failure is how many of the seven are lacking or late.
    """
    retired = ctx.view.retired.value
    if retired is None:
        return not_applicable("not_triggered", Step("missing", None, ctx.view.retired.path))
    verdicts = [
        *(_done(ctx, kind, paper, retired) for kind, paper in STEPS),
        *(_disposed(ctx, field, retired) for field in DISPOSALS),
        *(_filed(ctx, role, retired) for role in RECIPIENTS),
    ]
    verdict = all_of(*verdicts)
    if verdict.outcome is not Outcome.FAIL:
        return verdict
    return replace(verdict, excess=sum(1 for v in verdicts if v.outcome is Outcome.FAIL), unit="count")


@rule(cites=["LZ-38"], since="2022", on="system", act="decommissioned")
def lz38_assets_disposed(ctx: SystemContext) -> Verdict:
    """停用后做好信息化资产报废处置：办结时要有记录。

    No day is set; asked when the record of the system is closed.
    """
    if ctx.view.retired.value is None:
        return not_applicable("not_triggered", Step("missing", None, ctx.view.retired.path))
    scrapped = ctx.view.day("scrapped")
    if scrapped.value is not None:
        return passed(Step("present", scrapped.value, scrapped.path))
    return at_gate(ctx, failed(Step("absent", None, scrapped.path), because="absent"), ctx.view.day("closed"))


@rule(cites=["LZ-38"], since="2022", on="system", act="suspended", duty=True, readings=["I10"])
def lz38_plan_in_time(ctx: SystemContext) -> Verdict:
    """没有使用价值的系统“及时”制定停用方案：自停止运行起超过本站时限只提示（读法 I10）。

    A system is out of use from the day it was suspended and not resumed. No such day: not applicable.
    """
    stopped, resumed = ctx.view.last("suspended"), ctx.view.last("resumed")
    if stopped is None or (resumed is not None and resumed.date >= stopped.date):
        return not_applicable("in_use", Step("absent", None, "milestones/suspended"))
    start = Fact(stopped.date, f"milestones/{key_of(stopped)}/date")
    planned = ctx.view.day("decommission_planned")
    return born_late(ctx, stopped.date) or site_limit(ctx, start, planned, "decommission_plan")

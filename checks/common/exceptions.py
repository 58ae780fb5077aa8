"""Waivers, reasons, attestations, corrections, acknowledgements: they name something that exists and have not run out."""

from __future__ import annotations

from collections.abc import Iterator

from checks.common.texts import code
from zongmu.model import Project, key_of
from zongmu.model.fields.change import change_classes
from zongmu.model.records.project import SERIES
from zongmu.policy import CheckContext, Problem, Severity, check, problem

UNKNOWN_RULE = code(
    "record.unknown-rule",
    ("没有这条规则或条款", "No such rule or sentence"),
    ("{of} 不是本辖区的规则或条款", "{of} is no rule or sentence of this jurisdiction"),
    ("写规则号（如 ab12_supervision）或条款号（如 AB-12）", "give a rule id or an address such as AB-12"),
)
EXPIRED = code(
    "record.exception-expired",
    ("已过有效期", "Run out"),
    ("{what} 有效至 {until}，裁决日 {asof}", "{what_en} held until {until}; judged on {asof}"),
    ("需要继续的，另行取得并另加一行", "get a new one and add a row if it is still needed"),
)
CORRECTS_NOTHING = code(
    "record.corrects-nothing",
    ("更正没有对象", "A correction of nothing"),
    ("{of} 在本记录里找不到", "{of} is not in this record"),
    (
        "of 写里程碑键、行键或单独的字段（contract_signed/2、payments/1、investment_code）",
        "of is the key of a milestone or a row, or a field of its own (contract_signed/2, payments/1, investment_code)",
    ),
)
ATTESTS_NOTHING = code(
    "record.attests-nothing",
    ("证明没有对象", "An attestation of nothing"),
    ("of: {of} 在本记录里找不到", "of: {of} is not in this record"),
    ("写里程碑键，如 adjusted/2；泛指的不写 of", "give a milestone key such as adjusted/2, or leave of out"),
)


SINGLE = {name for name, how in change_classes(Project).items() if how == "fact"} - {"milestones", *SERIES}
"""The facts of a project that stand alone, and are corrected by their own name."""


@check(codes=[UNKNOWN_RULE, EXPIRED, CORRECTS_NOTHING, ATTESTS_NOTHING])
def exceptions_hold(ctx: CheckContext) -> Iterator[Problem]:
    """Every waiver and reason names a rule or sentence that exists and has not run out; corrections and attestations have an object."""
    project = ctx.project
    for name, zh, en in (("waivers", "豁免", "the waiver"), ("reasons", "理由", "the reason")):
        for row in getattr(project, name):
            if ctx.rules and row.of not in ctx.rules:
                yield problem(UNKNOWN_RULE, f"{name}/{row.seq}/of", of=row.of)
            if row.until is not None and row.until < ctx.asof:
                yield problem(
                    EXPIRED, f"{name}/{row.seq}/until", severity=Severity.WARNING,
                    what=zh, what_en=en, until=row.until.isoformat(), asof=ctx.asof.isoformat(),
                )  # fmt: skip
    keys = {key_of(m) for m in project.milestones}
    if project.corrections:
        rows = {"/".join(path.split("/")[:2]) for path, _ in ctx.leaves if path.count("/")}
        for c in project.corrections:
            if c.of not in keys and c.of not in rows and c.of not in SINGLE:
                yield problem(CORRECTS_NOTHING, f"corrections/{c.seq}/of", of=c.of)
    known = ctx.view.by_key
    for a in project.attestations:
        if a.of is not None and a.of not in known:
            yield problem(ATTESTS_NOTHING, f"attestations/{a.seq}/of", of=a.of)

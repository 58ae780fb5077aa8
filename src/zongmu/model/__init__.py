"""What a rule names of a record, at one address that stays: ``from zongmu.model import Contract, Money, key_of``.

Measures import from here and from ``zongmu.policy``, and nothing behind either; the engine itself names the modules. A name is looked
up when it is asked for, so that a program that needs one class does not load the others.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from zongmu.model.acts.kinds import ENDS, KINDS, NO_STEP
    from zongmu.model.acts.milestones import (
        Accepted,
        Act,
        Adjustment,
        Announced,
        Answer,
        Applied,
        Approved,
        Awarded,
        Budgeted,
        Consented,
        Contract,
        CostEvaluated,
        Dispute,
        Evaluated,
        ExAnte,
        Extension,
        Filed,
        Incident,
        Notice,
        OmMoney,
        OpenAct,
        Opened,
        Order,
        Permitted,
        Plain,
        Retirement,
        Returned,
        Reviewed,
        Settled,
        Superseded,
        Supplemented,
        Suspended,
        Transferred,
        key_of,
    )
    from zongmu.model.acts.parts import Document, Excluded, FundingRow, Member, ScopeAmount, ScopeMove, Source, Span
    from zongmu.model.derived.timeline import Timeline, document_day, document_path, topics
    from zongmu.model.derived.views import SystemView, View
    from zongmu.model.periods.calendar import Calendar, Due
    from zongmu.model.periods.dates import add_days, add_months, whole_months_between
    from zongmu.model.records.district import District, DistrictPlan, PlanStep
    from zongmu.model.records.draw import Draw, Draws
    from zongmu.model.records.organization import Organization
    from zongmu.model.records.plan import Plan, PlanAct, PlanEntry
    from zongmu.model.records.project import (
        Attestation,
        OmCost,
        Payment,
        Progress,
        Project,
        Reason,
        ScopeItem,
        Standard,
        Waiver,
    )
    from zongmu.model.records.question import Question
    from zongmu.model.records.system import System, Usage
    from zongmu.model.scalars import Day, Duration, Money, Month, Ratio

__all__ = [
    "ENDS",
    "KINDS",
    "NO_STEP",
    "Accepted",
    "Act",
    "Adjustment",
    "Announced",
    "Answer",
    "Applied",
    "Approved",
    "Attestation",
    "Awarded",
    "Budgeted",
    "Calendar",
    "Consented",
    "Contract",
    "CostEvaluated",
    "Day",
    "Dispute",
    "District",
    "DistrictPlan",
    "Document",
    "Draw",
    "Draws",
    "Due",
    "Duration",
    "Evaluated",
    "ExAnte",
    "Excluded",
    "Extension",
    "Filed",
    "FundingRow",
    "Incident",
    "Member",
    "Money",
    "Month",
    "Notice",
    "OmCost",
    "OmMoney",
    "OpenAct",
    "Opened",
    "Order",
    "Organization",
    "Payment",
    "Permitted",
    "Plain",
    "Plan",
    "PlanAct",
    "PlanEntry",
    "PlanStep",
    "Progress",
    "Project",
    "Question",
    "Ratio",
    "Reason",
    "Retirement",
    "Returned",
    "Reviewed",
    "ScopeAmount",
    "ScopeItem",
    "ScopeMove",
    "Settled",
    "Source",
    "Span",
    "Standard",
    "Superseded",
    "Supplemented",
    "Suspended",
    "System",
    "SystemView",
    "Timeline",
    "Transferred",
    "Usage",
    "View",
    "Waiver",
    "add_days",
    "add_months",
    "document_day",
    "document_path",
    "key_of",
    "topics",
    "whole_months_between",
]

_HOMES: Final = (
    "acts.milestones",
    "acts.parts",
    "acts.kinds",
    "scalars",
    "derived.timeline",
    "derived.views",
    "periods.calendar",
    "periods.dates",
    "records.district",
    "records.draw",
    "records.organization",
    "records.plan",
    "records.project",
    "records.question",
    "records.system",
)
"""Where they are looked for: first where most of them are."""


def __getattr__(name: str) -> object:
    for home in _HOMES if name in __all__ else ():
        module = importlib.import_module(f"{__name__}.{home}")
        if hasattr(module, name):
            found: object = getattr(module, name)
            globals()[name] = found
            return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

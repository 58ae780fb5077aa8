"""What procurement files and contracts say: which contracts carry the project, the file of a contract, terms in both."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from zongmu.model import Act, Answer, Applied, Contract, Duration, View, key_of, topics
from zongmu.policy import (
    Fact,
    Param,
    ProjectContext,
    Step,
    Verdict,
    all_of,
    due_after,
    failed,
    missing,
    passed,
    undetermined,
)

MAIN_ROLES: dict[str, tuple[str, ...]] = {
    "construction": ("build", "supply"),
    "service": ("service", "build", "supply"),
    "om": ("om",),
}
"""By class of project: roles of the contracts that carry it. Supervision, design, testing and advice do not."""

ALL_MAIN = frozenset(role for roles in MAIN_ROLES.values() for role in roles)

APPROVALS = ("feasibility_approved", "design_approved", "plan_approved", "approved")
"""Approvals of a project, which may state its building period; that of a proposal is none."""

HANDLING = ("application_accepted", "returned_for_correction", "resubmitted")
"""How an application is handled before it is decided on."""


def steps_of(view: View, application: Applied) -> tuple[list[Answer], set[str]]:
    """Acceptance, returns and resubmissions of an application, those that name an earlier step included; and all their keys."""
    keys, steps = {key_of(application)}, []
    for m in view.of_kind(Answer, *HANDLING):
        if m.of in keys:
            keys.add(key_of(m))
            steps.append(m)
    return steps, keys


def handed_in_with(view: View, application: Applied) -> Iterator[Act]:
    """An application and its resubmissions."""
    yield application
    yield from (m for m in steps_of(view, application)[0] if m.kind == "resubmitted")


def is_main(ctx: ProjectContext, contract: Contract) -> bool:
    """Whether a contract carries the project; where the class is not recorded any of the classes' roles counts."""
    class_ = ctx.project.class_
    return contract.role in (ALL_MAIN if class_ is None else MAIN_ROLES.get(class_, ALL_MAIN))


def in_tender(view: View, contract: Contract, topic: str) -> Verdict:
    """Whether the procurement file of a contract covers *topic*. No procurement notice recorded: undetermined."""
    tender = view.tender_of(contract)
    if tender is None:
        return missing(Fact(None, "milestones/procurement_announced"))
    path = f"milestones/{key_of(tender)}/covers"
    if topic in topics(tender):
        return passed(Step("states", topic, path))
    return failed(Step("lacking", (topic,), path), because="not_in_tender")


def in_contract(contract: Contract, topic: str, stated: bool = False) -> Verdict:
    """Whether a contract covers *topic*; *stated*: a field of its own already says so."""
    path = f"milestones/{key_of(contract)}/covers"
    if stated or topic in topics(contract):
        return passed(Step("states", topic, path))
    return failed(Step("lacking", (topic,), path), because="not_in_contract")


def in_both(view: View, contract: Contract, topic: str, stated: bool = False) -> Verdict:
    """Whether *topic* is fixed in the procurement file and in the contract."""
    return all_of(in_tender(view, contract, topic), in_contract(contract, topic, stated))


def has_warranty(contract: Contract) -> bool:
    """Whether the contract itself gives a warranty, as a length or as a day."""
    return contract.warranty is not None or contract.warranty_until is not None


def warranty_end(ctx: ProjectContext, contract: Contract, start: dt.date) -> Fact[dt.date]:
    """The last day of the warranty: as written, else its length counted from *start*. Minimum durations never shift."""
    path = f"milestones/{key_of(contract)}/warranty"
    if contract.warranty_until is not None:
        return Fact(contract.warranty_until, f"{path}_until")
    length = contract.warranty
    if length is None or length.unit == "小时":
        return Fact(None, path)
    return Fact(due_after(ctx, start, length, shift=False).day, path)


def warranty_length(ctx: ProjectContext, contract: Contract, start: Fact[dt.date], least: Param[Duration]) -> Verdict:
    """Whether the warranty runs at least *least* from *start*.

    Before *start* a length in months is held against the limit as it stands; a day cannot be judged yet.
    """
    if not has_warranty(contract):
        return missing(Fact(None, f"milestones/{key_of(contract)}/warranty"))
    if start.value is None:
        return _before_start(contract, start, least)
    end = warranty_end(ctx, contract, start.value)
    if end.value is None:
        return missing(end)
    needed = due_after(ctx, start.value, least.value, shift=False).day
    ok = end.value >= needed
    steps = (Step("from", start.value, start.path), Step("warranty", end.value, end.path, least.id, needed, ">=", ok))
    if ok:
        return passed(*steps)
    return failed(*steps, because="too_short", excess=(needed - end.value).days, unit="days")


def _before_start(contract: Contract, start: Fact[dt.date], least: Param[Duration]) -> Verdict:
    given = contract.warranty.months if contract.warranty is not None else None
    wanted = least.value.months
    if given is None or wanted is None:
        return undetermined("not_due", Step("missing", None, start.path))
    ok = given >= wanted
    path = f"milestones/{key_of(contract)}/warranty"
    step = Step("compare", contract.warranty, path, least.id, least.value, ">=", ok)
    return passed(step) if ok else failed(step, because="too_short")

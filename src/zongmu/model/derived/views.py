"""What follows from a project's milestones: stage, status, baselines, variance, periods. Computed, never typed.

One :class:`View` per project is built once and shared by every rule and page. It is pure: no calendar, no law, no clock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Literal

from zongmu.model.acts.kinds import ENDS
from zongmu.model.acts.milestones import (
    Accepted,
    Adjustment,
    Announced,
    Applied,
    Approved,
    Awarded,
    Contract,
    CostEvaluated,
    Settled,
    Supplemented,
    Transferred,
    key_of,
)
from zongmu.model.acts.parts import Span
from zongmu.model.derived.timeline import Fact, Timeline, voided
from zongmu.model.immutable import immutable
from zongmu.model.records.project import Project
from zongmu.model.records.system import System
from zongmu.model.scalars import Money

Status = Literal[
    "opened", "active", "suspended", "in_use", "retired", "withdrawn", "terminated", "superseded", "closed"
]

ESTIMATE_KINDS = ("design_approved", "plan_approved", "approved")
"""Approvals that fix the estimate (概算批复)."""

DEFAULT_STAGES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("declared", ("declared", "library_applied")),
    ("library", ("library_admitted",)),
    ("approval_applied", ("approval_applied",)),
    ("approved", ("approved", "feasibility_approved", "design_approved", "plan_approved")),
    ("procurement", ("procurement_announced",)),
    ("contracted", ("contract_signed",)),
    ("building", ("build_started",)),
    ("initial_accepted", ("initial_accepted",)),
    ("final_applied", ("final_applied",)),
    ("accepted", ("final_accepted",)),
    ("in_use", ("put_into_use",)),
    ("closed", ("closed",)),
)
"""Stages where no measure names its own. The last one that a recorded milestone reaches is the stage."""

STAGE_TITLES: dict[str, tuple[str, str]] = {
    "declared": ("已申报", "Declared"),
    "library": ("已入库", "In the library"),
    "approval_applied": ("已申请审批", "Approval applied for"),
    "approved": ("已批复", "Approved"),
    "procurement": ("采购中", "Procurement"),
    "contracted": ("已签合同", "Contract signed"),
    "building": ("建设中", "Building"),
    "initial_accepted": ("已初验", "Initial acceptance"),
    "final_applied": ("已申请竣工验收", "Final acceptance applied for"),
    "accepted": ("已竣工验收", "Accepted"),
    "in_use": ("已投入使用", "In use"),
    "closed": ("已办结", "Closed"),
}
"""What the default stages are called (Chinese, English)."""

STATUS_TITLES: dict[str, tuple[str, str]] = {
    "opened": ("已登记，尚无办理行为", "Registered, no act yet"),
    "active": ("进行中", "Under way"),
    "suspended": ("暂停", "Suspended"),
    "in_use": ("在用", "In use"),
    "retired": ("已停用", "Retired"),
    "withdrawn": ("已撤回", "Withdrawn"),
    "terminated": ("已终止", "Terminated"),
    "superseded": ("由其他项目承接", "Superseded"),
    "closed": ("已办结", "Closed"),
}
"""What a status is called (Chinese, English)."""


OM_ROLES = ("om", "data_operation")
"""Roles of contracts to operate, which are no cost of building."""


@immutable
class Variance:
    """How far an amount lies from a baseline: the difference in fen and its share in basis points (rounded half up)."""

    fen: int
    bp: int


def variance(value: Money, baseline: Money) -> Variance:
    """*value* against *baseline*. Raises ``ZeroDivisionError`` for a baseline of nought."""
    diff = value.fen - baseline.fen
    sign = -1 if diff < 0 else 1
    return Variance(diff, sign * ((abs(diff) * 20000 + baseline.fen) // (2 * baseline.fen)))


class View(Timeline):
    """A project with everything that follows from its milestones."""

    __slots__ = ("_cache", "project")

    def __init__(self, project: Project) -> None:
        super().__init__(project.milestones, voided(project.corrections) if project.corrections else frozenset())
        self.project = project
        self._cache: dict[str, object] = {}

    # ── where it stands ──

    def stage(self, stages: Sequence[tuple[str, Sequence[str]]] = DEFAULT_STAGES) -> str | None:
        """The furthest stage that a recorded milestone reaches; the opening stage of a legacy project counts; else None."""
        reached: str | None = None
        opened = self.first("opened")
        opening = getattr(opened, "stage", None)
        for name, kinds in stages:
            if name == opening or self.has(*kinds):
                reached = name
        return reached

    def reached(self, stage: str, stages: Sequence[tuple[str, Sequence[str]]] = DEFAULT_STAGES) -> bool:
        """Whether the project stands at *stage* or beyond it."""
        order = [name for name, _ in stages]
        now = self.stage(stages)
        return now is not None and stage in order and order.index(now) >= order.index(stage)

    @property
    def status(self) -> Status:
        """Whether it is under way, stopped, in use, or ended."""
        end = self.last(*ENDS)
        if end is not None:
            return end.kind  # type: ignore[return-value]
        if self.has("suspended"):
            stopped, resumed = self.last("suspended"), self.last("resumed")
            if stopped is not None and (resumed is None or resumed.date < stopped.date):
                return "suspended"
        if self.has("final_accepted") and self.has("put_into_use"):
            return "in_use"
        return "active" if self.first_act is not None else "opened"

    # ── money ──

    @property
    def submitted_total(self) -> Fact[Money]:
        """Total investment as last submitted (概算总投资): application for approval, cost evaluation, declaration, entry."""
        for kind in ("approval_applied", "cost_evaluated", "declared", "library_applied"):
            for m in reversed(self.by_kind.get(kind, [])):
                if isinstance(m, Applied | CostEvaluated) and m.total is not None:
                    return Fact(m.total, f"milestones/{key_of(m)}/total")
        return Fact(None, "milestones/approval_applied/total")

    @property
    def approvals(self) -> tuple[Approved, ...]:
        """Approvals by day."""
        return self.of_class(Approved)

    @property
    def estimate_approvals(self) -> tuple[Approved, ...]:
        """Approvals that fix the estimate, with a total. A merged feasibility study counts where the path says so."""
        kinds = ESTIMATE_KINDS + (("feasibility_approved",) if self.project.path == "merged" else ())
        return tuple(m for m in self.approvals if m.kind in kinds and m.total is not None)

    @property
    def original_baseline(self) -> Fact[Money]:
        """The first approved estimate. It never moves."""
        for m in self.estimate_approvals:
            return Fact(m.total, f"milestones/{key_of(m)}/total")
        return Fact(None, "milestones/design_approved/total")

    @property
    def approved_total(self) -> Fact[Money]:
        """The estimate in force (概算批复): the latest approval of an estimate."""
        for m in reversed(self.estimate_approvals):
            return Fact(m.total, f"milestones/{key_of(m)}/total")
        return Fact(None, "milestones/design_approved/total")

    @property
    def current_baseline(self) -> Fact[Money]:
        """The latest figure that stands: an approval of the estimate, or a later adjustment that states a total."""
        best: Fact[Money] = self.approved_total
        after = max((m.date for m in self.estimate_approvals), default=None)
        for m in self.of_kind(Adjustment, "adjusted"):
            if m.total is not None and (after is None or m.date >= after):
                best = Fact(m.total, f"milestones/{key_of(m)}/total")
        return best

    @property
    def total_investment(self) -> Fact[Money]:
        """Total investment (reading I1): the approved estimate; until then the figure of the document submitted, provisional."""
        cached = self._cache.get("total")
        if cached is None:
            cached = self._total_investment()
            self._cache["total"] = cached
        return cached  # type: ignore[return-value]

    def _total_investment(self) -> Fact[Money]:
        approved = self.approved_total
        if approved.value is not None:
            return approved
        for m in reversed(self.approvals):
            if m.total is not None and m.kind != "proposal_approved":
                return Fact(m.total, f"milestones/{key_of(m)}/total", provisional=True)
        submitted = self.submitted_total
        if submitted.value is not None:
            return Fact(submitted.value, submitted.path, provisional=True)
        for m in reversed(self.approvals):
            if m.total is not None:
                return Fact(m.total, f"milestones/{key_of(m)}/total", provisional=True)
        return approved

    def contracts(self, *roles: str) -> tuple[Contract, ...]:
        """Contracts by day, of the roles if any are given."""
        found = self.of_class(Contract)
        return tuple(c for c in found if c.role in roles) if roles else found

    def tender_of(self, contract: Contract) -> Announced | None:
        """The procurement notice behind a contract: by ``of`` (through the award), else the latest by the day of the contract."""
        notices = self.of_kind(Announced, "procurement_announced")
        source = self.by_key.get(contract.of or "")
        if isinstance(source, Awarded):
            source = self.by_key.get(source.of or "")
        earlier = [m for m in notices if m is source] or [m for m in notices if m.date <= contract.date]
        return earlier[-1] if earlier else None

    def contract_amount(self, contract: Contract) -> Money | None:
        """What a contract amounts to after its latest supplement."""
        latest = contract.amount
        for s in self.of_class(Supplemented):
            if s.of == key_of(contract) and s.amount is not None:
                latest = s.amount
        return latest

    @property
    def contracted(self) -> Fact[Money]:
        """Sum of all build-side contracts (O&M contracts left out); None while one of them has no amount."""
        found = [c for c in self.of_class(Contract) if c.role not in OM_ROLES]
        amounts = [self.contract_amount(c) for c in found]
        known = [a for a in amounts if a is not None]
        if not found or len(known) != len(found):
            return Fact(None, "milestones/contract_signed/amount")
        return Fact(Money.total(known), "milestones/contract_signed/amount")

    @property
    def final_total(self) -> Fact[Money]:
        """Final accounts."""
        for m in reversed(self.of_class(Settled)):
            if m.total is not None:
                return Fact(m.total, f"milestones/{key_of(m)}/total")
        return Fact(None, "milestones/accounts_settled/total")

    @property
    def paid(self) -> Money:
        """Sum of the payments recorded."""
        return Money.total(p.amount for p in self.project.payments)

    # ── time ──

    @property
    def approved_period(self) -> Fact[Span]:
        """The approved building period of the latest approval that states one."""
        for m in reversed(self.approvals):
            if m.period is not None:
                return Fact(m.period, f"milestones/{key_of(m)}/period")
        return Fact(None, "milestones/design_approved/period")

    @property
    def original_period(self) -> Fact[Span]:
        """The building period of the first approval that states one. It never moves."""
        for m in self.approvals:
            if m.period is not None:
                return Fact(m.period, f"milestones/{key_of(m)}/period")
        return Fact(None, "milestones/design_approved/period")

    @property
    def completed(self) -> Fact[dt.date]:
        """The day of completion (建成)."""
        return self.day("completed")

    @property
    def accepted(self) -> Fact[dt.date]:
        """The day of a final acceptance that passed."""
        for m in self.of_kind(Accepted, "final_accepted"):
            if m.conclusion == "pass":
                return Fact(m.date, f"milestones/{key_of(m)}/date")
        return Fact(None, "milestones/final_accepted")

    @property
    def born(self) -> dt.date | None:
        """The day of the earliest act."""
        return self.milestones[0].date if self.milestones else None

    def owner_on(self, day: dt.date) -> str | None:
        """Who was responsible on *day*: ``transferred`` milestones move responsibility; the field holds the latest."""
        moves = self.of_class(Transferred)
        for m in moves:
            if m.date > day:
                return m.from_
        return moves[-1].to if moves else self.project.owner


class SystemView(Timeline):
    """A system with what follows from its milestones."""

    __slots__ = ("system",)

    def __init__(self, system: System) -> None:
        super().__init__(system.milestones, voided(system.corrections) if system.corrections else frozenset())
        self.system = system

    @property
    def in_use_since(self) -> Fact[dt.date]:
        """When it came into use: by its milestone, else by the field of systems older than the registry."""
        day = self.day("put_into_use")
        if day.value is not None:
            return day
        return Fact(self.system.in_use_since, "in_use_since")

    @property
    def retired(self) -> Fact[dt.date]:
        """When it was retired."""
        return self.day("decommissioned")

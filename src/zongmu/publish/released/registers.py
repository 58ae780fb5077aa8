"""Registers beside the projects that an instance publishes with its site: yearly plans of the city and of its districts,
returns, shared resources.

Field by field from an allow-list. What a register says of a project that is not published is left out, and so is its place in
the list, so that nothing tells of it. Which registers are published, ``registry.yaml`` says (``site.registers``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator

from zongmu.model.immutable import immutable
from zongmu.model.records.district import District, DistrictPlan
from zongmu.model.records.instance import Instance, PublicRegisters
from zongmu.model.records.plan import Plan
from zongmu.model.records.resources import Resources
from zongmu.model.records.returns import Returns
from zongmu.model.scalars import Money
from zongmu.store.registry import LoadedRecord, Registry


@immutable
class PlanDecision:
    """An act on a plan: its day, who, under which number."""

    date: dt.date
    body: str | None
    number: str | None


@immutable
class PlanLine:
    """A published project on a yearly plan. ``ground``: of one that was added after the plan was approved."""

    project: str
    fund: Money | None
    carry_over: str | None
    added: dt.date | None
    ground: str | None


@immutable
class PublicPlan:
    """A yearly plan as the public sees it."""

    jurisdiction: str
    year: int
    follows: str | None
    compiled: PlanDecision | None
    approved: PlanDecision | None
    lines: tuple[PlanLine, ...]


@immutable
class DistrictStep:
    """An act on the way of a district's plan."""

    kind: str
    date: dt.date
    body: str | None
    number: str | None
    covers: tuple[str, ...]


@immutable
class DistrictLine:
    """A published project on a district's plan: what it is and what was planned for it. The city's opinion is not public."""

    project: str
    nature: str | None
    total: Money | None


@immutable
class PublicDistrictPlan:
    """A district's plan of one year as the public sees it (OD-43 to OD-45)."""

    district: str
    jurisdiction: str
    year: int
    steps: tuple[DistrictStep, ...]
    lines: tuple[DistrictLine, ...]


@immutable
class Reported:
    """What one unit reported, and how many days late; ``date`` None: nothing yet."""

    unit: str
    date: dt.date | None
    nil: bool
    days_late: int


@immutable
class PublicReturns:
    """The roster of one period."""

    jurisdiction: str
    period: str
    title: str
    due: dt.date
    units: tuple[Reported, ...]


@immutable
class PublicResource:
    """A shared resource that projects must use first."""

    jurisdiction: str
    id: str
    name: str
    name_en: str | None
    provider: str | None
    since: dt.date | None
    until: dt.date | None
    about: str | None


@immutable
class Registers:
    """What an instance publishes beside its projects."""

    plans: tuple[PublicPlan, ...]
    returns: tuple[PublicReturns, ...]
    resources: tuple[PublicResource, ...]
    district_plans: tuple[PublicDistrictPlan, ...]  # of each district the newest first

    def bodies(self) -> Iterator[str]:
        """The bodies that the registers name; one may come several times."""
        for plan in self.plans:
            yield from (act.body for act in (plan.compiled, plan.approved) if act is not None and act.body)
        for district_plan in self.district_plans:
            yield from (step.body for step in district_plan.steps if step.body)
        for roster in self.returns:
            yield from (row.unit for row in roster.units)
        yield from (r.provider for r in self.resources if r.provider)


def registers_of(
    instance: Instance, registry: Registry, published: Collection[str], defects: Collection[str], asof: dt.date
) -> Registers:
    """The registers that *instance* publishes; *published*: ids of projects, *defects*: files that are left out."""

    shown = instance.site.registers or PublicRegisters()

    def sound(open_: bool, type: str) -> list[LoadedRecord]:
        if not open_:
            return []
        return [r for r in sorted(registry.of_type(type), key=lambda r: r.path) if r.path not in defects]

    return Registers(
        tuple(_plan(r.model, published) for r in sound(shown.plans, "plan") if isinstance(r.model, Plan)),
        tuple(_returns(r.model, asof) for r in sound(shown.returns, "returns") if isinstance(r.model, Returns)),
        tuple(
            PublicResource(
                r.model.jurisdiction, x.id, x.name, x.name_en, x.provider, x.since, x.until, x.about
            )
            for r in sound(shown.resources, "resources")
            if isinstance(r.model, Resources)
            for x in r.model.resources
        ),
        tuple(
            _district_plan(r.model, plan, published)
            for r in sound(shown.plans, "district")
            if isinstance(r.model, District)
            for plan in sorted(r.model.plans, key=lambda plan: -plan.year)
        ),
    )  # fmt: skip


def _plan(plan: Plan, published: Collection[str]) -> PublicPlan:
    lines = [PlanLine(e.project, e.year_fund, e.carry_over, None, None) for e in plan.entries]
    lines += [PlanLine(s.project, s.year_fund, None, s.date, s.ground) for s in plan.supplements]
    acts = [
        PlanDecision(act.date, act.body, act.number) if act is not None else None
        for act in (plan.compiled, plan.approved)
    ]
    follows = plan.development_plan.title if plan.development_plan is not None else None
    kept = tuple(line for line in lines if line.project in published)
    return PublicPlan(plan.jurisdiction, plan.year, follows, acts[0], acts[1], kept)


def _district_plan(district: District, plan: DistrictPlan, published: Collection[str]) -> PublicDistrictPlan:
    steps = tuple(DistrictStep(s.kind, s.date, s.body, s.number, s.covers) for s in plan.steps)
    lines = tuple(
        DistrictLine(e.project, e.nature, e.total)
        for e in plan.entries
        if e.project is not None and e.project in published
    )
    return PublicDistrictPlan(district.id, district.jurisdiction, plan.year, steps, lines)


def _returns(roster: Returns, asof: dt.date) -> PublicReturns:
    rows = tuple(
        Reported(u.unit, u.date, bool(u.nil), max(0, ((u.date or asof) - roster.due).days)) for u in roster.units
    )
    return PublicReturns(roster.jurisdiction, roster.period, roster.title, roster.due, rows)

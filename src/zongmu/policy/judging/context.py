"""What a rule may see: one record, the law of the day, the calendar, the settings of this instance. No clock, no index.

Contexts are read-only by convention and cheap to build: one per record and measure, shared by all its rules.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from zongmu.model.acts.kinds import RANK
from zongmu.model.derived.timeline import Fact
from zongmu.model.derived.views import SystemView, View
from zongmu.model.periods.calendar import Calendar
from zongmu.model.records.district import District
from zongmu.model.records.draw import Draws
from zongmu.model.records.instance import Instance
from zongmu.model.records.organization import Organization
from zongmu.model.records.plan import Plan
from zongmu.model.records.project import Attestation, Project, Reason, Waiver
from zongmu.model.records.resources import Resources
from zongmu.model.records.returns import Returns
from zongmu.model.records.system import System
from zongmu.model.scalars import Duration, Money, Ratio
from zongmu.policy.judging.asof import elapsed
from zongmu.policy.law.measure import LawStatus, Measure
from zongmu.policy.law.parameters import Comparator, MonthDay, Param, Parameter

if TYPE_CHECKING:
    from zongmu.model.finding import Verdict
    from zongmu.policy.law.rules import FactSource


T = TypeVar("T")


class LawError(Exception):
    """The measure itself is wrong: an unknown parameter, or one of another type. Never a verdict on a record."""


class Law:
    """A measure as this instance applies it: its first day, what holds after its end, its parameters."""

    __slots__ = ("after_expiry", "given_up", "measure", "parameters", "since", "until")

    def __init__(self, measure: Measure, parameters: Mapping[str, Parameter], instance: Instance) -> None:
        setting = instance.setting(measure.id)
        self.measure = measure
        self.parameters = parameters
        self.since = (setting.issued if setting else None) if measure.since_setting else measure.since
        self.until = measure.until
        self.given_up: set[str] = set()  # rules that took too long: they are not asked again
        self.after_expiry = (setting.after_expiry if setting else None) or "none"

    def status(self, day: dt.date) -> LawStatus:
        """Where *day* lies to the validity of the measure."""
        return self.measure.status(day, self.since)


class Context:
    """What every rule and fact may see."""

    __slots__ = ("asof", "base", "calendar", "instance", "jurisdiction", "law", "law_day")

    def __init__(self, law: Law, asof: dt.date, calendar: Calendar, instance: Instance, jurisdiction: str) -> None:
        self.law = law
        self.asof = asof
        self.law_day = asof
        self.calendar = calendar
        self.instance = instance
        self.jurisdiction = jurisdiction
        self.base: Any = None

    def days_since(self, day: dt.date) -> int:
        """Days from *day* to the as-of day, as the excess of a verdict: a record that is late is not judged again each day."""
        return elapsed(self.asof, day)

    def _param(self, id: str, cls: type[T], by: Comparator | None) -> Param[T]:
        parameter = self.law.parameters.get(id)
        if parameter is None:
            raise LawError(f"unknown parameter {id}")
        value = parameter.on(self.law_day)
        if not isinstance(value, cls) or isinstance(value, bool):
            raise LawError(f"parameter {id} is {type(value).__name__}, not {cls.__name__}")
        if by is not None and parameter.comparator != by:
            raise LawError(f"parameter {id} declares {parameter.comparator}, and the rule decides by {by}")
        return Param(id, value, parameter.comparator)

    def money(self, id: str, by: Comparator | None = None) -> Param[Money]:
        """A parameter that is an amount. *by*: the comparator that a rule with an arithmetic of its own decides by."""
        return self._param(id, Money, by)

    def ratio(self, id: str, by: Comparator | None = None) -> Param[Ratio]:
        """A parameter that is a share."""
        return self._param(id, Ratio, by)

    def duration(self, id: str, by: Comparator | None = None) -> Param[Duration]:
        """A parameter that is a length of time."""
        return self._param(id, Duration, by)

    def count(self, id: str, by: Comparator | None = None) -> Param[int]:
        """A parameter that is a number of things."""
        return self._param(id, int, by)

    def month_day(self, id: str, by: Comparator | None = None) -> Param[MonthDay]:
        """A parameter that is a fixed day of every year."""
        return self._param(id, MonthDay, by)

    def site_limit(self, id: str) -> Param[Duration] | None:
        """A limit set by this site where the law gives no number (及时, 定期), or None where the site sets none."""
        within = self.instance.limit(id)
        return None if within is None else Param(f"site.{id}", within, "<=")


class RolesContext(Context):
    """What a rule may see that asks who holds which role."""

    __slots__ = ("roles",)

    roles: Mapping[str, frozenset[str]]

    def holds(self, organization: str | None, role: str) -> bool:
        """Whether an organization holds a role of the measure (``holds`` in the organizations' files)."""
        return organization is not None and organization in self.roles.get(role, frozenset())


class ProjectContext(RolesContext):
    """A rule about one project. ``base`` is the same of the base revision, or None."""

    __slots__ = ("authority", "guarded", "outside", "project", "view")

    base: ProjectContext | None
    outside: tuple[Verdict, ...] | None  # why the measure does not speak of this project; None: not asked yet
    guarded: dict[int, Verdict | None]  # what each guard asked so far says, by its identity

    def __init__(
        self,
        project: Project,
        law: Law,
        asof: dt.date,
        calendar: Calendar,
        instance: Instance,
        roles: Mapping[str, frozenset[str]],
        view: View | None = None,
        authority: Mapping[str, frozenset[str]] | None = None,
    ) -> None:
        super().__init__(law, asof, calendar, instance, project.jurisdiction)
        self.authority = roles if authority is None else authority
        self.project = project
        self.view = view if view is not None else View(project)
        self.roles = roles
        self.outside = None
        self.guarded = {}

    @property
    def stage(self) -> str | None:
        """The stage by the measure's own list."""
        return self.view.stage(self.law.measure.stages)

    def reached(self, stage: str) -> bool:
        """Whether the project stands at *stage* of the measure's list or beyond."""
        return self.view.reached(stage, self.law.measure.stages)

    def before_record(self, *kinds: str) -> bool:
        """Whether an act of these *kinds* lies before the opening entry of a legacy or imported project.

        None of them is recorded and none will be: the record begins at their place or past it (期初). Nobody can say
        whether they were done well.
        """
        opened = self.view.by_kind.get("opened")
        if not opened or self.view.has(*kinds):
            return False
        stage = getattr(opened[0], "stage", None)
        reached = next((marks for name, marks in self.law.measure.stages if name == stage), ())
        return bool(reached) and min(RANK[k] for k in kinds) <= max(RANK[k] for k in reached)

    def attestation(self, kind: str, of: str | None = None) -> Attestation | None:
        """The latest attestation of a kind (about milestone *of*, if given)."""
        found = [a for a in self.project.attestations if a.kind == kind and (of is None or a.of in (None, of))]
        return max(found, key=lambda a: a.date, default=None)

    def may_waive(self, authority: str, by: Collection[str] = ()) -> bool:
        """Whether a body may waive: it holds one of the roles *by*; where none is given, one that the measure names.

        Whom the law gives nothing to decide cannot let anybody off.
        """
        roles = by or self.law.measure.may_waive(self.project.level)
        return any(authority in self.authority.get(role, ()) for role in roles)

    def waiver(self, *of: str, matter: str | None = None, by: Collection[str] = ()) -> Waiver | None:
        """A waiver of one of the rules or sentences, by a body that may, that has not run out on the as-of day."""
        for w in self.project.waivers:
            if (
                (w.of in of or (matter is not None and w.matter == matter))
                and (w.until is None or w.until >= self.asof)
                and self.may_waive(w.authority, by)
            ):
                return w
        return None

    def reason(self, *of: str) -> Reason | None:
        """A recorded reason for one of the rules or sentences that has not run out on the as-of day."""
        for r in self.project.reasons:
            if r.of in of and (r.until is None or r.until >= self.asof):
                return r
        return None

    def field(self, name: str) -> Fact[Any]:
        """A state field of the project with its path."""
        return Fact(getattr(self.project, name), name.rstrip("_"))


class SystemContext(RolesContext):
    """A rule about one system."""

    __slots__ = ("system", "view")

    base: SystemContext | None

    def __init__(
        self,
        system: System,
        law: Law,
        asof: dt.date,
        calendar: Calendar,
        instance: Instance,
        roles: Mapping[str, frozenset[str]],
    ) -> None:
        super().__init__(law, asof, calendar, instance, system.jurisdiction)
        self.system = system
        self.view = SystemView(system)
        self.roles = roles


class DistrictContext(RolesContext):
    """A rule about one district and its plans."""

    __slots__ = ("district",)

    base: DistrictContext | None

    def __init__(
        self,
        district: District,
        law: Law,
        asof: dt.date,
        calendar: Calendar,
        instance: Instance,
        roles: Mapping[str, frozenset[str]],
    ) -> None:
        super().__init__(law, asof, calendar, instance, district.jurisdiction)
        self.district = district
        self.roles = roles


class RecordContext(Context):
    """A rule or a fact about a record of another type (plan, draws, organization, returns, resources)."""

    __slots__ = ("record",)

    base: RecordContext | None

    def __init__(
        self,
        record: Plan | Draws | Organization | Returns | Resources,
        law: Law,
        asof: dt.date,
        calendar: Calendar,
        instance: Instance,
        jurisdiction: str,
    ) -> None:
        super().__init__(law, asof, calendar, instance, jurisdiction)
        self.record = record

    @property
    def plan(self) -> Plan:
        """The record as a plan. Raises ``LawError`` when it is something else."""
        return self._as(Plan)

    @property
    def draws(self) -> Draws:
        """The record as draws."""
        return self._as(Draws)

    @property
    def organization(self) -> Organization:
        """The record as an organization."""
        return self._as(Organization)

    @property
    def resources(self) -> Resources:
        """The record as the resources of a city."""
        return self._as(Resources)

    def _as(self, cls: type[T]) -> T:
        if not isinstance(self.record, cls):
            raise LawError(f"{type(self.record).__name__} is not a {cls.__name__}")
        return self.record


class RegistryContext(RolesContext):
    """A rule across records: it reads declared facts, keyed by record id, of this revision and of the base."""

    __slots__ = ("_base_facts", "_facts", "authority")

    def __init__(
        self,
        law: Law,
        asof: dt.date,
        calendar: Calendar,
        instance: Instance,
        jurisdiction: str,
        facts: Mapping[str, Mapping[str, Any]],
        base_facts: Mapping[str, Mapping[str, Any]] | None,
        roles: Mapping[str, frozenset[str]],
        authority: Mapping[str, frozenset[str]] | None = None,
    ) -> None:
        super().__init__(law, asof, calendar, instance, jurisdiction)
        self.authority = roles if authority is None else authority
        self._facts = facts
        self._base_facts = base_facts
        self.roles = roles

    def facts(self, source: FactSource[T]) -> Mapping[str, T]:
        """The fact of every record of this jurisdiction, by record id."""
        return self._facts.get(source.id, {})

    def base_facts(self, source: FactSource[T]) -> Mapping[str, T] | None:
        """The same of the base revision; None when there is no base to compare with."""
        return None if self._base_facts is None else self._base_facts.get(source.id, {})

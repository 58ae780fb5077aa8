"""What may be said of bodies, systems and districts: names and neutral facts, field by field from an allow-list.

A body or a system is shown only when a published project names it (or it is the parent or the successor of such a body).
"""

from __future__ import annotations

import datetime as dt

from zongmu.model.derived.views import SystemView
from zongmu.model.immutable import immutable
from zongmu.model.records.district import District
from zongmu.model.records.organization import Organization
from zongmu.model.records.system import System


@immutable
class PublicOrganization:
    """A body as the public sees it."""

    id: str
    jurisdiction: str
    name: str
    name_en: str | None
    short_name: str | None
    former_names: tuple[tuple[str, dt.date | None], ...]
    type: str | None
    level: str | None
    region: str | None
    uscc: str | None
    parent: str | None
    successor: tuple[str, dt.date, str | None] | None
    demonstration: bool


def organization_public(organization: Organization) -> PublicOrganization:
    """The public part of a body."""
    succession = organization.successor
    return PublicOrganization(
        id=organization.id,
        jurisdiction=organization.jurisdiction,
        name=organization.name,
        name_en=organization.name_en,
        short_name=organization.short_name,
        former_names=tuple((f.name, f.until) for f in organization.former_names),
        type=organization.type,
        level=organization.level,
        region=organization.region,
        uscc=organization.uscc,
        parent=organization.parent,
        successor=(succession.organization, succession.date, succession.number) if succession is not None else None,
        demonstration=bool(organization.demonstration),
    )


@immutable
class PublicSystem:
    """A system as the public sees it: no usage, no incidents, no projects that are not published."""

    id: str
    jurisdiction: str
    name: str
    name_en: str | None
    unit: str
    level: str | None
    field: str | None
    in_use_since: dt.date | None
    retired: dt.date | None
    built_by: tuple[str, ...]
    upgraded_by: tuple[str, ...]
    maintained_by: tuple[str, ...]


def system_public(system: System, known: frozenset[str]) -> PublicSystem:
    """The public part of a system; *known*: ids of projects that have a page."""
    view = SystemView(system)
    return PublicSystem(
        id=system.id,
        jurisdiction=system.jurisdiction,
        name=system.name,
        name_en=system.name_en,
        unit=system.unit,
        level=system.level,
        field=system.field,
        in_use_since=view.in_use_since.value,
        retired=view.retired.value,
        built_by=tuple(p for p in (system.built_by,) if p in known and p is not None),
        upgraded_by=tuple(p for p in system.upgraded_by if p in known),
        maintained_by=tuple(p for p in system.maintained_by if p in known),
    )


@immutable
class PublicDistrict:
    """A district as the public sees it. Its yearly plans are a register (:mod:`zongmu.publish.released.registers`)."""

    id: str
    jurisdiction: str
    name: str
    name_en: str | None
    region: str
    level: str | None
    fictitious: bool


def district_public(district: District, fictitious: frozenset[str]) -> PublicDistrict:
    """The public part of a district; *fictitious*: division codes that exist only in the demonstration."""
    return PublicDistrict(
        id=district.id,
        jurisdiction=district.jurisdiction,
        name=district.name,
        name_en=district.name_en,
        region=district.region,
        level=district.level,
        fictitious=district.region in fictitious,
    )

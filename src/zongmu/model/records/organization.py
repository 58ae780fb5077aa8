"""Organizations: names old and new, successors, document prefixes, and the roles of a measure that they hold."""

import datetime as dt
from collections.abc import Iterable
from typing import Annotated

from pydantic import Field, StrictBool, StrictInt

from zongmu.model.base import Code, Format, JurisdictionId, Line, Maybe, OrgRef, Strict, may, need, rows
from zongmu.model.codes import OwnerKind
from zongmu.model.records.project import Correction
from zongmu.model.scalars import Day
from zongmu.model.scalars.identifiers import DivisionCode, Uscc


class FormerName(Strict):
    """A name the body bore until a day; search finds it."""

    name: Line = need("曾用名", "Former name")
    until: Maybe[Day] = may("使用至", "Until")


class Succession(Strict):
    """The body that took over, from which day, by which document."""

    organization: OrgRef = need("承接单位", "Successor")
    date: Day = need("日期", "From")
    number: Maybe[Line] = may("文号", "Document number")


class Training(Strict):
    """A training that the body held (OD-48)."""

    seq: Annotated[StrictInt, Field(ge=1, le=999)] = need("序号", "Number", change="fact")
    date: Day = need("日期", "Date", change="fact")
    topic: Line = need("主题", "Topic", change="fact", clause="OD-48")


class Organization(Strict):
    """A body in the registry."""

    format: Format = need("格式版本", "Format", change="frozen")
    id: OrgRef = need("单位编号", "Organization id", change="frozen")
    jurisdiction: JurisdictionId = need("辖区", "Jurisdiction", change="frozen")
    name: Line = need("名称", "Name")
    name_en: Maybe[Line] = may("英文名称", "Name in English")
    short_name: Maybe[Line] = may("简称", "Short name")
    former_names: tuple[FormerName, ...] = rows("曾用名", "Former names")
    type: Maybe[OwnerKind] = may("单位类型", "Type", codes="organization_type", clause="LZ-2 p3")
    level: Maybe[Code] = may("层级", "Level", codes="level")
    region: Maybe[DivisionCode] = may("行政区划", "Division (GB/T 2260)")
    uscc: Maybe[Uscc] = may("统一社会信用代码", "Unified social credit code")
    parent: Maybe[OrgRef] = may("主管部门", "Parent department", clause="LZ-4 p10, OD-5 p1 s2")
    successor: Maybe[Succession] = may("承接", "Succession")
    document_prefixes: tuple[Line, ...] = rows(
        "机关代字", "Document prefixes", ("GB/T 9704 的发文机关代字", "As of GB/T 9704")
    )
    holds: tuple[Code, ...] = rows(
        "承担的职责",
        "Roles held",
        (
            "办法所列职责；被承接的单位仍写其原有职责，它当时的行为据此判断；改动属信任区",
            "Roles of the measure; a body taken over keeps those it had, by which its acts are judged; trust zone",
        ),
        codes="role",
    )
    demonstration: Maybe[StrictBool] = may("虚构单位", "Fictitious body")
    trainings: tuple[Training, ...] = rows("培训", "Trainings", change="fact", clause="OD-48")
    corrections: tuple[Correction, ...] = rows("更正", "Corrections", change="fact")


SERIES: dict[str, tuple[str, ...]] = {"trainings": ("seq",), "corrections": ("seq",)}


def heirs(bodies: Iterable[Organization], on: dt.date) -> dict[str, str]:
    """For each body that had been taken over by the day *on*, the body that does its work then: the last of a chain. Bodies that
    took over one another in a circle have none."""
    over = {b.id: b.successor.organization for b in bodies if b.successor is not None and b.successor.date <= on}
    found = {}
    for body in over:
        passed, at = {body}, over[body]
        while at in over and at not in passed:
            passed.add(at)
            at = over[at]
        if at not in passed:
            found[body] = at
    return found

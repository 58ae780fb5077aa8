"""The catalogue of shared infrastructure (基础设施资源目录, LZ-13) and the register of suppliers' sanctions."""

from zongmu.model.base import Code, Format, JurisdictionId, Line, Maybe, OrgRef, Seq, Strict, Text, may, need, rows
from zongmu.model.records.project import Correction
from zongmu.model.scalars import Day
from zongmu.model.scalars.identifiers import Uscc


class Resource(Strict):
    """A shared resource that projects must use first."""

    id: Code = need("编号", "Id", change="frozen")
    name: Line = need("名称", "Name")
    name_en: Maybe[Line] = may("英文名称", "Name in English")
    provider: Maybe[OrgRef] = may("提供单位", "Provider")
    since: Maybe[Day] = may("发布日期", "Since")
    until: Maybe[Day] = may("停止日期", "Until")
    about: Maybe[Text] = may("说明", "About")


class Sanction(Strict):
    """A sanction on a supplier: only with body, number, day and end (LZ-40)."""

    seq: Seq = need("序号", "Number", change="fact")
    supplier: Line = need("供应商", "Supplier", change="fact")
    uscc: Maybe[Uscc] = may("统一社会信用代码", "Credit code", change="fact")
    body: OrgRef = need("决定单位", "Body", change="fact")
    number: Line = need("文号", "Document number", change="fact")
    date: Day = need("日期", "Date", change="fact")
    until: Day = need("至", "Until", change="fact")


class Resources(Strict):
    """What one city shares."""

    format: Format = need("格式版本", "Format", change="frozen")
    jurisdiction: JurisdictionId = need("辖区", "Jurisdiction", change="frozen")
    resources: tuple[Resource, ...] = rows("资源", "Resources", clause="LZ-13 p1 s1")
    sanctions: tuple[Sanction, ...] = rows(
        "供应商失信", "Sanctions on suppliers", change="fact", clause="LZ-40 p1 s2-4"
    )
    corrections: tuple[Correction, ...] = rows("更正", "Corrections", change="fact")


SERIES: dict[str, tuple[str, ...]] = {"resources": ("id",), "sanctions": ("seq",), "corrections": ("seq",)}

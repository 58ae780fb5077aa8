"""Districts (地区: under the city, by whatever name): a profile and the yearly plans with their steps (OD-43 to OD-45)."""

from typing import Annotated

from pydantic import Field, StrictBool

from zongmu.model.base import (
    Code,
    Format,
    JurisdictionId,
    LaterSeq,
    Line,
    Maybe,
    OrgRef,
    ProjectId,
    Seq,
    Strict,
    Text,
    Year,
    may,
    need,
    rows,
)
from zongmu.model.codes import PlanOpinion, PlanStepKind
from zongmu.model.records.project import Correction
from zongmu.model.scalars import Day, Money
from zongmu.model.scalars.identifiers import DivisionCode


class PlanStep(Strict):
    """One act on the way of a district's yearly plan."""

    kind: PlanStepKind = need("环节", "Step", change="fact", codes="plan_step")
    seq: Maybe[LaterSeq] = may("序号", "Number in kind", change="fact")
    date: Day = need("日期", "Date", change="fact")
    received: Maybe[Day] = may("收到日期", "Day received", change="fact")
    body: Maybe[OrgRef] = may("作出单位", "Body", change="fact")
    number: Maybe[Line] = may("文号", "Document number", change="fact")
    covers: tuple[Code, ...] = rows("内容包括", "Covers", change="fact", codes="topic")


class DistrictEntry(Strict):
    """One project on a district's list; the project may not exist in the registry yet."""

    seq: Seq = need("序号", "Number", change="fact")
    project: Maybe[ProjectId] = may(
        "项目登记号", "Project", ("录入项目库后补登", "Added once in the registry"), change="state"
    )
    name: Line = need("项目名称", "Name", change="fact")
    owner: Maybe[OrgRef] = may("项目单位", "Owner", change="fact")
    nature: Maybe[Code] = may("建设性质", "Nature", change="fact", codes="nature")
    policy_basis: Maybe[Text] = may("政策依据及必要性", "Policy basis", change="fact", clause="OD-44")
    cross_level: Maybe[StrictBool] = may("跨层级跨部门统筹", "Cross-level", change="fact", clause="OD-44")
    integrated: Maybe[StrictBool] = may("一体化集约化部署", "Integrated", change="fact", clause="OD-44")
    reuse: Maybe[Text] = may("资源复用", "Reuse", change="fact", clause="OD-44")
    data_sharing: Maybe[Text] = may("数据共享", "Data sharing", change="fact", clause="OD-44")
    total: Maybe[Money] = may("总投资", "Total", change="fact")
    opinion: Maybe[PlanOpinion] = may("市级审核意见", "Opinion of the city", change="fact", codes="plan_opinion", d="I")
    reason: Maybe[Text] = may("意见说明", "Reason", change="fact", d="I")


class DistrictPlan(Strict):
    """A district's plan for one year."""

    year: Year = need("年度", "Year", change="fact")
    steps: tuple[PlanStep, ...] = rows("环节", "Steps", change="fact")
    entries: tuple[DistrictEntry, ...] = rows("项目", "Entries", change="fact")


class District(Strict):
    """A district of a city."""

    format: Format = need("格式版本", "Format", change="frozen")
    id: Annotated[str, Field(strict=True, pattern=r"^[a-z][a-z0-9]*/[0-9]{6}(?:[0-9]{3})?$", max_length=40)] = need(
        "地区编号", "District id", change="frozen"
    )
    jurisdiction: JurisdictionId = need("辖区", "Jurisdiction", change="frozen")
    name: Line = need("名称", "Name")
    name_en: Maybe[Line] = may("英文名称", "Name in English")
    region: DivisionCode = need("行政区划", "Division (GB/T 2260)", change="frozen")
    level: Maybe[Code] = may("层级", "Level", codes="level")
    data_office: Maybe[OrgRef] = may("政数部门", "Data office", clause="OD-43")
    government: Maybe[OrgRef] = may("人民政府", "Government", clause="OD-44")
    finance_office: Maybe[OrgRef] = may("财政部门", "Finance office")
    plans: tuple[DistrictPlan, ...] = rows("年度计划", "Yearly plans", change="fact", clause="OD-43")
    corrections: tuple[Correction, ...] = rows("更正", "Corrections", change="fact")


SERIES: dict[str, tuple[str, ...]] = {"plans": ("year",), "corrections": ("seq",)}

"""The city's yearly plan (年度计划): a named list with its approval, not a copy of project facts."""

from zongmu.model.base import (
    Code,
    Format,
    JurisdictionId,
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
from zongmu.model.codes import CarryOver
from zongmu.model.records.project import Correction
from zongmu.model.scalars import Day, Money


class PlanAct(Strict):
    """Compilation, approval or another act on the plan."""

    date: Day = need("日期", "Date", change="fact")
    body: Maybe[OrgRef] = may("单位", "Body", change="fact")
    number: Maybe[Line] = may("文号", "Document number", change="fact")


class DevelopmentPlan(Strict):
    """The multi-year development plan that the yearly plan follows (LZ-4 p1, OD-4)."""

    title: Line = need("规划名称", "Title")
    approved: Maybe[PlanAct] = may("批准", "Approved", clause="OD-4 p1 s1-2")


class PlanEntry(Strict):
    """A project on the plan, and the few facts that belong to the plan alone."""

    seq: Seq = need("序号", "Number")
    project: ProjectId = need("项目", "Project")
    year_fund: Maybe[Money] = may("年度资金安排", "Funds of the year")
    carry_over: Maybe[CarryOver] = may("新建、续建", "New or carried over", codes="carry_over")
    priority: Maybe[Line] = may("轻重缓急", "Priority", d="I")


class Supplement(Strict):
    """A project added after the plan was approved (OD-11)."""

    seq: Seq = need("序号", "Number", change="fact")
    project: ProjectId = need("项目", "Project", change="fact")
    date: Day = need("增补日期", "Date", change="fact")
    ground: Code = need("增补情形", "Ground", change="fact", codes="ground", clause="OD-11")
    year_fund: Maybe[Money] = may("年度资金安排", "Funds of the year", change="fact")
    reason: Maybe[Text] = may("说明", "Reason", change="fact", d="S")


class Plan(Strict):
    """The yearly plan of one city."""

    format: Format = need("格式版本", "Format", change="frozen")
    jurisdiction: JurisdictionId = need("辖区", "Jurisdiction", change="frozen")
    year: Year = need("年度", "Year", change="frozen")
    development_plan: Maybe[DevelopmentPlan] = may("发展规划", "Development plan", clause="LZ-4 p1, OD-4")
    compiled: Maybe[PlanAct] = may("编制", "Compiled", change="fact", clause="LZ-6 p1 s1")
    approved: Maybe[PlanAct] = may("审定", "Approved", change="fact", clause="OD-9 p1 s1")
    entries: tuple[PlanEntry, ...] = rows("项目", "Entries")
    supplements: tuple[Supplement, ...] = rows("增补", "Supplements", change="fact", clause="OD-11")
    corrections: tuple[Correction, ...] = rows("更正", "Corrections", change="fact")


SERIES: dict[str, tuple[str, ...]] = {"entries": ("seq",), "supplements": ("seq",), "corrections": ("seq",)}

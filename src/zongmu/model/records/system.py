"""Systems: what projects build, upgrade and run. A system outlives its projects; usage and retirement live here."""

from typing import Annotated

from pydantic import Field

from zongmu.model.acts.milestones import SystemMilestone
from zongmu.model.base import (
    Code,
    Format,
    JurisdictionId,
    Line,
    Maybe,
    OrgRef,
    ProjectId,
    Strict,
    SystemRef,
    may,
    need,
    rows,
)
from zongmu.model.records.project import Attestation, Correction
from zongmu.model.scalars import Day, Month, Ratio, Share


class Usage(Strict):
    """Use of the system in one month (OD-6)."""

    month: Month = need("月份", "Month", change="fact")
    rate: Ratio = need("使用率", "Rate of use", change="fact", clause="OD-6 p1(5) s2")
    logins: Maybe[Annotated[int, Field(strict=True, ge=0)]] = may("登录次数", "Logins", change="fact")
    transactions: Maybe[Annotated[int, Field(strict=True, ge=0)]] = may(
        "核心业务办理量", "Core transactions", change="fact"
    )
    satisfaction: Maybe[Share] = may("用户满意度", "Satisfaction", change="fact")


class System(Strict):
    """An information system of government (政务信息系统)."""

    format: Format = need("格式版本", "Format", change="frozen")
    id: SystemRef = need("系统编号", "System id", change="frozen")
    jurisdiction: JurisdictionId = need("辖区", "Jurisdiction", change="frozen")
    name: Line = need("系统名称", "Name")
    name_en: Maybe[Line] = may("英文名称", "Name in English")
    unit: OrgRef = need("主管单位", "Unit", clause="OD-3 p1 s3")
    level: Maybe[Code] = may("层级", "Level", codes="level")
    field: Maybe[Code] = may("业务领域", "Field", codes="field", clause="OD-3 p1 s3")
    in_use_since: Maybe[Day] = may(
        "投入使用", "In use since", ("项目登记之前的系统填写", "For systems older than the registry")
    )
    built_by: Maybe[ProjectId] = may("建设项目", "Built by")
    upgraded_by: tuple[ProjectId, ...] = rows("升级改造项目", "Upgraded by")
    maintained_by: tuple[ProjectId, ...] = rows("运维项目", "Maintained by")
    milestones: tuple[SystemMilestone, ...] = rows("里程碑", "Milestones", change="fact")
    usage: tuple[Usage, ...] = rows("使用情况", "Usage", change="fact", clause="OD-6 p1(5) s2")
    attestations: tuple[Attestation, ...] = rows("证明", "Attestations", change="fact")
    corrections: tuple[Correction, ...] = rows("更正", "Corrections", change="fact")


SERIES: dict[str, tuple[str, ...]] = {"usage": ("month",), "attestations": ("seq",), "corrections": ("seq",)}

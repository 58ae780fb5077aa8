"""Returns (报送): who has reported for a period, nil returns included. Completeness is shown, not assumed."""

from typing import Annotated

from pydantic import Field, StrictBool

from zongmu.model.base import Format, JurisdictionId, Line, Maybe, OrgRef, Strict, may, need, rows
from zongmu.model.scalars import Day

Period = Annotated[str, Field(strict=True, pattern=r"^[0-9]{4}(?:-(?:0[1-9]|1[0-2])|-q[1-4]|-h[12])?$", max_length=7)]


class UnitReturn(Strict):
    """What one unit reported."""

    unit: OrgRef = need("单位", "Unit", change="fact")
    date: Maybe[Day] = may("报送日期", "Reported on", ("缺省为未报", "Absent: not yet"), change="fact")
    nil: Maybe[StrictBool] = may("零报告", "Nil return", change="fact")
    note: Maybe[Line] = may("说明", "Note", change="fact")


class Returns(Strict):
    """The roster of one period."""

    format: Format = need("格式版本", "Format", change="frozen")
    jurisdiction: JurisdictionId = need("辖区", "Jurisdiction", change="frozen")
    period: Period = need("报送期", "Period", change="frozen")
    title: Line = need("名称", "Title")
    due: Day = need("截止日期", "Due", change="fact")
    units: tuple[UnitReturn, ...] = rows("单位", "Units", change="fact")


SERIES: dict[str, tuple[str, ...]] = {"units": ("unit",)}

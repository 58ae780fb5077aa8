"""``registry/calendars/<year>.yaml``: the working days of one year, as published by the State Council."""

from typing import Literal

from zongmu.model.base import Format, Line, Maybe, Strict, Year, may, need, rows
from zongmu.model.scalars import Day


class CalendarYear(Strict):
    """One year of the working-day calendar."""

    format: Format = need("格式版本", "Format", change="frozen")
    year: Year = need("年度", "Year", change="frozen")
    status: Literal["official", "provisional"] = need("状态", "Status", codes="calendar_status")
    notice: Maybe[Line] = may("通知", "Notice")
    weekday_off: tuple[Day, ...] = rows("调休放假的工作日", "Weekdays off")
    weekend_on: tuple[Day, ...] = rows("调休上班的周末", "Weekend days on")


SERIES: dict[str, tuple[str, ...]] = {}

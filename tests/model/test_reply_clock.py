"""When a reply is due: the law's 20 working days and 20 more, the site's limit, what does not count, and which day is late."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from zongmu.model.periods.calendar import Calendar, WorkYear
from zongmu.model.periods.reply_clock import reply_clock
from zongmu.model.records.question import Question
from zongmu.model.scalars import Duration

# 2026-03 to 2026-05 without a rest day but weekends, so that days can be counted by hand; 2027 is not published.
CALENDAR = Calendar([WorkYear(2026, "official", frozenset(), frozenset())])
MONDAY = "2026-03-02"
REQUEST: dict[str, Any] = {"seq": 1, "kind": "request", "received": MONDAY, "text": "问"}
DUE = dt.date(2026, 3, 30)


def clock(asof: str, limit: str | None = None, **more: Any) -> tuple[str, str | None, int, int]:
    found = reply_clock(
        Question.model_validate({**REQUEST, **more}),
        CALENDAR,
        Duration.parse(limit) if limit else None,
        dt.date.fromisoformat(asof),
    )
    return found.state, found.due.day.isoformat() if found.due else None, found.days, found.late


def replied(day: str) -> dict[str, Any]:
    return {"reply": {"date": day, "text": "答"}}


def extended(date: str, until: str) -> dict[str, Any]:
    return {"extended": {"date": date, "until": until, "reason": "因"}}


@pytest.mark.parametrize(
    ("asof", "state", "days"),
    [("2026-03-02", "open", 20), ("2026-03-29", "open", 1), ("2026-03-30", "open", 0), ("2026-03-31", "overdue", 1)],
)
def test_twenty_working_days_from_the_day_after_receipt(asof: str, state: str, days: int) -> None:
    assert clock(asof) == (state, "2026-03-30", days, 0)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (MONDAY, ("in_time", 0, 0)),
        ("2026-03-30", ("in_time", 20, 0)),
        ("2026-03-31", ("late", 21, 1)),
        ("2026-04-06", ("late", 25, 5)),
    ],
)
def test_a_reply_is_counted_by_its_day_and_not_by_today(day: str, said: tuple[str, int, int]) -> None:
    assert {clock(asof, **replied(day)) for asof in ("2026-06-30", "2026-12-31")} == {
        (said[0], "2026-03-30", *said[1:])
    }


def test_a_day_of_rest_after_the_last_day_is_late() -> None:
    friday = {"received": "2026-02-27"}
    assert clock("2026-06-30", **friday, **replied("2026-03-27"))[0] == "in_time"
    assert clock("2026-06-30", **friday, **replied("2026-03-28")) == ("late", "2026-03-27", 20, 1)
    assert clock("2026-03-28", **friday) == ("overdue", "2026-03-27", 1, 0)


@pytest.mark.parametrize(
    ("notice", "until", "due"),
    [
        ("2026-03-30", "2026-04-10", "2026-04-10"),  # on the last day
        ("2026-03-31", "2026-04-10", "2026-03-30"),  # too late
        ("2026-03-20", "2026-04-27", "2026-04-27"),  # 20 more
        ("2026-03-20", "2026-04-28", "2026-04-27"),  # a day beyond the most
        ("2026-03-20", "2026-03-25", "2026-03-30"),  # no shorter than the law
    ],
)
def test_an_extension_counts_in_time_and_up_to_twenty_days_more(notice: str, until: str, due: str) -> None:
    assert clock("2026-03-31", **extended(notice, until))[1] == due


def test_the_time_in_which_others_are_asked_does_not_count() -> None:
    away = {"consulting": [{"start": "2026-03-09", "end": "2026-03-13"}]}
    assert clock("2026-03-31", **away) == ("open", "2026-04-06", 4, 0)
    assert clock("2026-06-30", **away, **replied("2026-04-06")) == ("in_time", "2026-04-06", 20, 0)
    assert clock("2026-05-29", consulting=[{"start": "2026-03-09"}])[0] == "open", "still out"


def test_what_is_no_request_has_the_limit_of_the_site_or_none() -> None:
    inquiry = {"kind": "inquiry"}
    assert clock("2026-03-16", **inquiry) == ("waiting", None, 10, 0)
    assert clock("2026-03-16", **inquiry, **replied("2026-03-04")) == ("answered", None, 2, 0)
    assert clock("2026-03-16", "15个工作日", **inquiry) == ("open", "2026-03-23", 5, 0)
    assert clock("2026-03-16", "48小时", **inquiry)[1] == "2026-03-04"
    assert clock("2026-03-16", "15个工作日", **inquiry, **extended("2026-03-10", "2026-08-03"))[1] == "2026-08-03"
    assert clock("2026-03-16", "9999年", **inquiry)[0] == "open", "the longest that a setting can say"


def test_a_request_from_before_the_regulation_of_2019_has_no_clock_and_a_year_without_calendar_is_provisional() -> None:
    assert clock("2026-03-16", received="2019-05-14")[:2] == ("waiting", None)
    assert clock("2026-03-16", received="2019-05-15")[0] == "overdue"
    found = reply_clock(
        Question.model_validate({**REQUEST, "received": "2026-12-14"}), CALENDAR, None, dt.date(2026, 12, 14)
    )
    assert found.due is not None
    assert found.due.provisional

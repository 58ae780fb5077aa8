"""Working days and legal periods: given a start and a period, expect the last day, and whether it is final."""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.shared import SHARED, needs_shared
from zongmu.model.periods.calendar import Calendar, Due, WorkYear
from zongmu.model.periods.dates import add_days, add_months, whole_months_between
from zongmu.model.scalars import Duration

CALENDARS = Path(__file__).resolve().parents[2] / "registry" / "calendars"
YEARS = range(2022, 2027)
WORKDAYS = {2022: 249, 2023: 249, 2024: 251, 2025: 248, 2026: 248}


def d(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@cache
def published() -> Calendar:
    """The calendar that this repository ships."""
    years = []
    for year in YEARS:
        data = yaml.safe_load((CALENDARS / f"{year}.yaml").read_text(encoding="utf-8"))
        off, on = frozenset(data["weekday_off"]), frozenset(data["weekend_on"])
        years.append(WorkYear(data["year"], data["status"], off, on))
    return Calendar(years)


# --- the shipped years -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("year", YEARS)
def test_a_shipped_year_has_as_many_working_days_as_published(year: int) -> None:
    start = dt.date(year - 1, 12, 31)
    assert published().workdays_between(start, dt.date(year, 12, 31)) == WORKDAYS[year]


@needs_shared
@pytest.mark.parametrize("year", YEARS)
def test_a_shipped_year_says_what_its_source_says(year: int) -> None:
    source = json.loads((SHARED / "data" / "cn_workdays_2022_2026.json").read_text(encoding="utf-8"))[str(year)]
    data = yaml.safe_load((CALENDARS / f"{year}.yaml").read_text(encoding="utf-8"))
    assert data["status"] == source["status"]
    assert [str(day) for day in data["weekday_off"]] == source["weekday_off"]
    assert [str(day) for day in data["weekend_on"]] == source["weekend_on"]


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-03-02", True),  # a Monday
        ("2026-03-01", False),  # a Sunday
        ("2026-02-17", False),  # Spring Festival, a Tuesday
        ("2026-02-14", True),  # a Saturday made a working day
        ("2026-02-28", True),  # a Saturday made a working day
        ("2026-10-07", False),  # National Day week
        ("2026-10-10", True),  # its make-up day
        ("2024-02-29", True),
        ("2027-01-01", False),  # not published: statutory, of fixed date
        ("2027-05-03", True),  # not published: a plain Monday
    ],
)
def test_working_days(day: str, works: bool) -> None:
    assert published().is_workday(d(day)) is works


def test_what_is_published() -> None:
    assert published().published(d("2026-12-31"))
    assert not published().published(d("2027-01-01"))
    assert not published().published(d("2021-12-31"))


# --- periods in working days -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-03-02", 1, "2026-03-03"),
        ("2026-03-02", 10, "2026-03-16"),
        ("2026-03-06", 1, "2026-03-09"),  # over a weekend
        ("2026-02-13", 1, "2026-02-14"),  # the make-up Saturday counts
        ("2026-02-14", 1, "2026-02-24"),  # over Spring Festival
        ("2026-09-30", 10, "2026-10-20"),  # National Day and its make-up Saturday
        ("2025-12-31", 1, "2026-01-04"),  # New Year, and a Sunday made a working day
        ("2026-03-07", 1, "2026-03-09"),  # from a day of rest
        ("2026-03-02", 0, "2026-03-02"),
    ],
)
def test_the_last_working_day_of_a_period(start: str, days: int, end: str) -> None:
    assert published().add_workdays(d(start), days) == Due(d(end))


def test_counting_back() -> None:
    assert published().add_workdays(d("2026-03-16"), -10) == Due(d("2026-03-02"))
    assert published().add_workdays(d("2026-02-24"), -1) == Due(d("2026-02-14"))
    assert published().add_workdays(d("2022-01-04"), -1) == Due(d("2021-12-31"), provisional=True)


def test_a_period_that_crosses_into_an_unpublished_year_is_provisional() -> None:
    assert published().add_workdays(d("2026-12-31"), 1) == Due(d("2027-01-04"), provisional=True)
    assert published().add_workdays(d("2026-12-30"), 1) == Due(d("2026-12-31"))
    assert published().add_workdays(d("2029-12-24"), 10).provisional


def test_a_period_that_crosses_an_unpublished_year_between_two_published_ones_is_provisional() -> None:
    holes = Calendar([WorkYear(y, "official", frozenset(), frozenset()) for y in (2026, 2028)])
    assert holes.spans_unpublished(d("2026-06-01"), d("2028-02-01"))
    assert holes.add_workdays(d("2026-12-01"), 300).provisional
    assert not holes.spans_unpublished(d("2027-12-31"), d("2028-02-01"))
    assert not holes.spans_unpublished(d("2028-02-01"), d("2027-02-01"))


def test_a_provisional_year_counts_with_its_days_and_says_so() -> None:
    calendar = Calendar([WorkYear(2027, "provisional", frozenset({d("2027-02-08")}), frozenset())])
    assert calendar.add_workdays(d("2027-02-05"), 1) == Due(d("2027-02-09"), provisional=True)
    assert not calendar.published(d("2027-02-08"))


STARTS = st.dates(dt.date(2019, 6, 1), dt.date(2030, 6, 1))


@given(STARTS, st.integers(1, 60))
def test_adding_working_days_is_walking_them(start: dt.date, days: int) -> None:
    calendar, day, left = published(), start, days
    years = set()
    while left:
        day += dt.timedelta(days=1)
        years.add(day.year)
        left -= calendar.is_workday(day)
    assert calendar.add_workdays(start, days) == Due(day, not years <= set(YEARS))


@given(STARTS, st.integers(1, 60))
def test_working_days_added_are_working_days_between(start: dt.date, days: int) -> None:
    end = published().add_workdays(start, days).day
    assert published().workdays_between(start, end) == days
    assert published().is_workday(end)
    back = published().add_workdays(end, -days).day
    assert back <= start or not published().is_workday(start)
    assert published().add_workdays(back, days).day == end


# --- excluded intervals ------------------------------------------------------------------------------------------

SPANS = st.lists(
    st.tuples(STARTS, st.integers(0, 40)).map(lambda s: (s[0], s[0] + dt.timedelta(days=s[1]))), max_size=5
)


@given(st.dates(dt.date(2023, 1, 1), dt.date(2025, 1, 1)), st.integers(-5, 400), SPANS)
def test_excluded_intervals_are_united(start: dt.date, length: int, spans: list[tuple[dt.date, dt.date]]) -> None:
    end = start + dt.timedelta(days=length)
    expected = 0
    day = start
    while day < end:
        day += dt.timedelta(days=1)
        covered = any(first <= day <= last for first, last in spans)
        expected += published().is_workday(day) and not covered
    assert published().workdays_between(start, end, spans) == expected


@given(SPANS)
def test_working_days_in_a_union(spans: list[tuple[dt.date, dt.date]]) -> None:
    days = {first + dt.timedelta(days=n) for first, last in spans for n in range((last - first).days + 1)}
    assert published().workdays_in(spans) == sum(map(published().is_workday, days))


def test_parallel_steps_are_united_not_summed() -> None:
    experts, assessment = (d("2026-03-04"), d("2026-03-10")), (d("2026-03-09"), d("2026-03-12"))
    assert published().workdays_between(d("2026-03-02"), d("2026-03-20"), [experts, assessment]) == 14 - 7
    assert published().workdays_in([experts, assessment]) == 7


def test_the_first_day_is_not_counted_and_the_last_is() -> None:
    assert published().workdays_between(d("2026-03-02"), d("2026-03-02")) == 0
    assert published().workdays_between(d("2026-03-02"), d("2026-03-03")) == 1
    assert published().workdays_between(d("2026-03-03"), d("2026-03-02")) == 0


# --- days, months, years -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2026-01-31", 3, "2026-04-30"),
        ("2026-02-28", 1, "2026-03-28"),
        ("2025-11-15", 2, "2026-01-15"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-01-15", -1, "2025-12-15"),
        ("2026-12-31", 12, "2027-12-31"),
        ("2026-05-05", 0, "2026-05-05"),
        ("2099-12-31", 12 * 9999, "2999-12-31"),  # the longest that a record can say
        ("1900-01-01", -12 * 9999, "1000-01-01"),
    ],
)
def test_months_end_on_the_corresponding_day_or_month_end(start: str, months: int, end: str) -> None:
    assert add_months(d(start), months) == d(end)


def test_years_and_leap_days() -> None:
    assert add_months(d("2024-02-29"), 12) == d("2025-02-28")
    assert add_months(d("2024-02-29"), 48) == d("2028-02-29")
    assert add_days(d("2024-02-28"), 1) == d("2024-02-29")
    assert add_days(d("2025-12-31"), 30) == d("2026-01-30")


@given(STARTS, st.integers(-200, 200))
def test_months_never_skip_a_month(start: dt.date, months: int) -> None:
    end = add_months(start, months)
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == months
    assert end.day == start.day or (end + dt.timedelta(days=1)).day == 1
    assert end.day <= start.day


@given(STARTS, STARTS)
def test_whole_months_are_the_most_that_fit(start: dt.date, end: dt.date) -> None:
    months = whole_months_between(start, end)
    assert add_months(start, months) <= end < add_months(start, months + 1)


# --- the rest-day rule -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "moved"),
    [
        ("2026-03-02", "2026-03-02"),  # a working day stays
        ("2026-02-28", "2026-02-28"),  # a Saturday made a working day stays
        ("2026-02-07", "2026-02-09"),  # a plain Saturday
        ("2026-02-15", "2026-02-24"),  # over Spring Festival
        ("2026-10-01", "2026-10-08"),  # over National Day
        ("2026-01-01", "2026-01-04"),  # to a Sunday made a working day
    ],
)
def test_a_last_day_of_rest_moves_on(day: str, moved: str) -> None:
    assert published().roll_over(d(day)) == d(moved)


@given(STARTS)
def test_the_moved_day_is_the_next_day_that_is_no_day_of_rest(day: dt.date) -> None:
    expected = day
    while not published().is_workday(expected):
        expected += dt.timedelta(days=1)
    assert published().roll_over(day) == expected


@pytest.mark.parametrize(
    ("start", "period", "due"),
    [
        ("2026-01-06", "30日", Due(d("2026-02-05"))),
        ("2026-01-08", "30日", Due(d("2026-02-09"))),
        ("2026-01-31", "1个月", Due(d("2026-02-28"))),
        ("2025-10-01", "1年", Due(d("2026-10-08"))),
        ("2024-02-29", "2年", Due(d("2026-02-28"))),
        ("2026-03-02", "10个工作日", Due(d("2026-03-16"))),
        ("2026-06-30", "12个月", Due(d("2027-06-30"), provisional=True)),
        ("2026-10-03", "3个月", Due(d("2027-01-04"), provisional=True)),
        ("2026-12-01", "30日", Due(d("2026-12-31"))),
    ],
)
def test_the_due_day_of_a_period(start: str, period: str, due: Due) -> None:
    assert published().due(d(start), Duration.parse(period)) == due


def test_a_minimum_duration_is_not_moved() -> None:
    assert published().due(d("2026-01-08"), Duration.parse("30日"), shift=False) == Due(d("2026-02-07"))
    assert published().due(d("2026-01-08"), Duration.parse("3年"), shift=False) == Due(d("2029-01-08"))


def test_hours_have_no_last_day() -> None:
    with pytest.raises(ValueError, match="小时"):
        published().due(d("2026-01-08"), Duration.parse("2小时"))


# --- without a calendar ------------------------------------------------------------------------------------------


def test_without_any_calendar_everything_is_provisional() -> None:
    calendar = Calendar()
    assert calendar.add_workdays(d("2026-03-02"), 10) == Due(d("2026-03-16"), provisional=True)
    assert not calendar.is_workday(d("1999-10-01"))


@pytest.mark.parametrize(("day", "works"), [("2023-05-02", True), ("2028-05-02", False), ("2028-05-01", False)])
def test_the_second_of_may_is_a_holiday_since_2025(day: str, works: bool) -> None:
    assert Calendar().is_workday(d(day)) is works


def test_the_order_of_asking_changes_nothing() -> None:
    days = [d("2031-01-02"), d("2010-07-01"), d("2026-02-14"), d("2031-01-02")]
    forward, backward = published(), Calendar()
    asked = [forward.is_workday(day) for day in days]
    assert asked == [forward.is_workday(day) for day in reversed(days)][::-1]
    assert backward.workdays_between(d("2010-01-01"), d("2031-01-01")) == Calendar().workdays_between(
        d("2010-01-01"), d("2031-01-01")
    )


@pytest.mark.parametrize(
    ("off", "on", "why"),
    [
        ({"2027-01-01"}, set(), "not in 2026"),
        ({"2026-01-03"}, set(), "weekend day"),
        (set(), {"2026-01-05"}, "weekday"),
    ],
)
def test_a_year_that_contradicts_itself_is_refused(off: set[str], on: set[str], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        WorkYear(2026, "official", frozenset(map(d, off)), frozenset(map(d, on)))


def test_a_year_given_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="2026"):
        Calendar([WorkYear(2026, "official", frozenset(), frozenset())] * 2)

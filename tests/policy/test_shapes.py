"""The shapes of rules, on their boundaries: a figure, a month-end, a holiday, the ends of a law."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.policy.laws import amount, calendar, context, day, fact, figure, measure, portion, settings, within
from zongmu.model.derived.timeline import Fact
from zongmu.model.finding import Cap, Outcome, Severity, Step, Verdict
from zongmu.model.periods.calendar import Calendar, WorkYear
from zongmu.model.scalars import Duration
from zongmu.policy import (
    all_of,
    any_of,
    at_boundary,
    by_day,
    compare,
    covers,
    deadline,
    exceeds,
    failed,
    gate,
    in_order,
    missing,
    not_applicable,
    noticed,
    passed,
    present,
    share,
    site_limit,
    undetermined,
    ungoverned,
    warned,
    window,
)

PASS, FAIL, OPEN, NOT = Outcome.PASS, Outcome.FAIL, Outcome.UNDETERMINED, Outcome.NOT_APPLICABLE


def brief(v: Verdict) -> tuple[Outcome, str | None]:
    return (v.outcome, v.because)


def why(v: Verdict) -> list[tuple[str, Severity]]:
    return [(c.why, c.severity) for c in v.caps]


# ── comparing ──


@pytest.mark.parametrize(
    ("comparator", "below", "at", "above"),
    [
        (">", False, False, True),
        (">=", False, True, True),
        ("<", True, False, False),
        ("<=", True, True, False),
        ("=", False, True, False),
    ],
)
def test_a_threshold_and_its_fen_on_either_side(comparator: str, below: bool, at: bool, above: bool) -> None:
    limit = figure("200万元", comparator)
    held = [compare(amount(t), limit)[0] for t in ("1999999.99元", "200万元", "2000000.01元")]
    assert held == [below, at, above]
    assert at_boundary(amount("2000000元"), limit)
    assert not at_boundary(amount("2000000.01元"), limit)


def test_what_is_missing_stands_nowhere() -> None:
    held, step = compare(amount(None), figure("200万元", ">"))
    assert held is None
    assert (step.say, step.path) == ("missing", "milestones/x/total")
    assert not at_boundary(amount(None), figure("200万元", ">"))
    assert missing(amount(None), fact(None)).because == "missing_field"
    assert [s.path for s in missing(amount(None), fact(None)).trace] == ["milestones/x/total", "milestones/x/date"]


@pytest.mark.parametrize(
    ("part", "excess"),
    [("149999.99元", -1), ("15万元", 0), ("150000.01元", 1), ("0元", -15_000_000), ("16万元", 1_000_000)],
)
def test_a_share_is_exact_to_the_fen(part: str, excess: int) -> None:
    found, step = share(amount(part), amount("100万元"), portion("15%"))
    assert found == excess
    assert step.holds is (excess <= 0)


def test_a_share_that_is_no_whole_fen() -> None:
    """Fifteen per cent of 0.33 yuan is 4.95 fen: five exceed it by a part of a fen, and that is an excess."""
    assert share(amount("0.05元"), amount("0.33元"), portion("15%"))[0] == 1
    assert share(amount("0.04元"), amount("0.33元"), portion("15%"))[0] == -1


def test_of_nothing_only_nothing_is_a_share() -> None:
    assert share(amount("0元"), amount("0元"), portion("15%"))[0] == 0
    assert (share(amount("0.01元"), amount("0元"), portion("15%"))[0] or 0) > 0


@pytest.mark.parametrize(("part", "whole", "lacking"), [(None, "1元", "a"), ("1元", None, "b"), (None, None, "a")])
def test_a_share_of_what_is_not_known(part: str | None, whole: str | None, lacking: str) -> None:
    found, step = share(Fact(amount(part).value, "a"), Fact(amount(whole).value, "b"), portion("15%"))
    assert found is None
    assert step.path == lacking


# ── deadlines ──


@pytest.mark.parametrize(
    ("trigger", "limit", "due"),
    [
        ("2026-03-02", "30日", "2026-04-01"),  # the first day is not counted
        ("2026-01-08", "30日", "2026-02-09"),  # ends on a Saturday
        ("2026-09-01", "30日", "2026-10-08"),  # ends on the first day of a holiday of seven
        ("2026-01-15", "30日", "2026-02-14"),  # a Saturday that is worked
        ("2026-01-31", "1个月", "2026-02-28"),  # no corresponding day: the last of the month, a Saturday that is worked
        ("2024-01-31", "1个月", "2024-02-29"),
        ("2025-08-31", "6个月", "2026-02-28"),
        ("2024-02-29", "2年", "2026-02-28"),
        ("2026-03-02", "10个工作日", "2026-03-16"),
        ("2026-02-13", "5个工作日", "2026-02-27"),  # across the Spring Festival, with a worked Saturday in it
        ("2026-09-30", "1个工作日", "2026-10-08"),
        ("2026-05-08", "1个工作日", "2026-05-09"),  # a worked Saturday
    ],
)
def test_the_last_day(trigger: str, limit: str, due: str) -> None:
    last = day(due)
    early = deadline(context("2026-12-01"), fact(trigger), fact(str(last)), within(limit))
    assert (early.outcome, early.due) == (PASS, last)
    late = deadline(context("2026-12-01"), fact(trigger), fact(str(last + dt.timedelta(1))), within(limit))
    assert (late.outcome, late.because, late.excess, late.due) == (FAIL, "late", 1, last)


def test_a_period_that_does_not_move_for_rest_days() -> None:
    found = deadline(context(), fact("2026-01-08"), fact("2026-02-08"), within("30日"), shift=False)
    assert (found.outcome, found.due) == (FAIL, day("2026-02-07"))


def test_done_before_it_began_is_done_in_time() -> None:
    assert deadline(context(), fact("2026-03-02"), fact("2026-01-01"), within("30日")).outcome is PASS


@pytest.mark.parametrize(
    ("asof", "outcome", "because", "until", "excess"),
    [
        ("2026-03-31", OPEN, "not_due", "2026-04-02", None),
        ("2026-04-01", OPEN, "not_due", "2026-04-02", None),
        ("2026-04-02", FAIL, "overdue", None, 1),
        ("2026-06-30", FAIL, "overdue", None, 90),
    ],
)
def test_what_is_not_done_yet(asof: str, outcome: Outcome, because: str, until: str | None, excess: int | None) -> None:
    found = deadline(context(asof), fact("2026-03-02"), fact(None), within("30日"))
    assert (found.outcome, found.because, found.excess) == (outcome, because, excess)
    assert found.until == (None if until is None else day(until))
    assert found.due == day("2026-04-01")


def test_what_has_not_begun_binds_nobody() -> None:
    found = deadline(context(), fact(None), fact("2026-03-02"), within("30日"))
    assert brief(found) == (NOT, "not_triggered")
    assert (
        deadline(context(), fact(None), fact(None), within("30日"), no_trigger="opened_later").because == "opened_later"
    )


def test_by_a_fixed_day() -> None:
    last = calendar().roll(day("2026-07-31"))
    assert by_day(context(), fact("2026-01-01"), fact("2026-07-31"), last).outcome is PASS
    assert by_day(context(), fact(None), fact("2026-08-01"), last).outcome is FAIL
    assert by_day(context("2026-07-31"), fact(None), fact(None), last).outcome is OPEN


# ── intervals that do not count ──


def spans() -> st.SearchStrategy[list[tuple[dt.date, dt.date]]]:
    start = st.dates(dt.date(2025, 1, 1), dt.date(2026, 3, 1))
    one = st.tuples(start, st.integers(0, 40)).map(lambda p: (p[0], p[0] + dt.timedelta(p[1])))
    return st.lists(one, min_size=1, max_size=4)


@given(st.dates(dt.date(2025, 1, 1), dt.date(2026, 2, 1)), st.integers(1, 25), spans())
def test_excluded_days_do_not_count(start: dt.date, n: int, excluding: list[tuple[dt.date, dt.date]]) -> None:
    """The last day is the last working day by which no more than so many outside the intervals have gone by."""
    last, seen, counted = start, start, 0
    while True:
        seen += dt.timedelta(1)
        if not calendar().is_workday(seen):
            continue
        counted += not any(a <= seen <= b for a, b in excluding)
        if counted > n:
            break
        last = seen
    found = deadline(
        context("2026-12-31"), Fact(start, "a"), Fact(last, "b"), within(f"{n}个工作日"), excluding=excluding
    )
    assert found.due == last
    assert found.outcome is PASS
    assert found.provisional is (last.year > 2026)


def test_a_period_that_is_not_in_working_days_has_no_excluded_days() -> None:
    spell = [(day("2026-03-03"), day("2026-03-05"))]
    with pytest.raises(ValueError, match="working days"):
        deadline(context(), fact("2026-03-02"), fact(None), within("30日"), excluding=spell)


# ── the calendar is not published ──


def test_a_day_reckoned_without_a_calendar_is_provisional_and_warns_while_it_may_move() -> None:
    done = fact("2027-01-25")
    found = deadline(context("2027-02-01"), fact("2026-12-25"), done, within("10个工作日"))
    assert found.outcome is FAIL
    assert found.provisional
    assert why(found) == [("provisional_calendar", Severity.WARNING)]
    assert found.due == day("2027-01-11")


def test_no_calendar_moves_a_day_by_months() -> None:
    found = deadline(context("2027-06-01"), fact("2026-12-25"), fact("2027-04-01"), within("10个工作日"))
    assert found.provisional
    assert why(found) == []


def test_within_the_published_years_nothing_is_provisional() -> None:
    found = deadline(context(), fact("2026-11-30"), fact("2026-12-31"), within("1个月"))
    assert not found.provisional
    assert deadline(context(), fact("2026-12-30"), fact(None), within("1个工作日")).provisional is False


def test_make_up_days_of_a_calendar_are_worked() -> None:
    year = WorkYear(2026, "official", frozenset({day("2026-03-04")}), frozenset({day("2026-03-07")}))
    found = deadline(context(work=Calendar([year])), fact("2026-03-03"), fact("2026-03-06"), within("3个工作日"))
    assert found.due == day("2026-03-07")


# ── windows ──


@pytest.mark.parametrize(
    ("done", "outcome", "because", "excess"),
    [
        ("2026-03-31", FAIL, "too_early", 1),
        ("2026-04-01", PASS, "in_time", None),
        ("2026-05-04", PASS, "in_time", None),
        ("2026-05-06", PASS, "in_time", None),  # 1 May is a holiday: the closing moves, the opening would not
        ("2026-05-07", FAIL, "late", 1),
    ],
)
def test_a_window(done: str, outcome: Outcome, because: str, excess: int | None) -> None:
    found = window(context(), fact("2026-03-02"), fact(done), within("30日", ">="), within("60日"))
    assert (found.outcome, found.because, found.excess) == (outcome, because, excess)
    assert found.due == day("2026-05-06")


def test_the_opening_of_a_window_is_not_moved() -> None:
    """It opens on Saturday 7 February; on that day the act is in time."""
    assert (
        window(context(), fact("2026-01-08"), fact("2026-02-07"), within("30日", ">="), within("60日")).outcome is PASS
    )


@pytest.mark.parametrize(
    ("asof", "outcome", "because", "until", "caps"),
    [
        ("2026-03-31", OPEN, "not_due", "2026-04-01", []),
        ("2026-04-01", FAIL, "window_open", "2026-05-07", ["window_open"]),
        ("2026-05-06", FAIL, "window_open", "2026-05-07", ["window_open"]),
        ("2026-05-07", FAIL, "overdue", None, []),
    ],
)
def test_a_window_with_nothing_in_it(
    asof: str, outcome: Outcome, because: str, until: str | None, caps: list[str]
) -> None:
    found = window(context(asof), fact("2026-03-02"), fact(None), within("30日", ">="), within("60日"))
    assert brief(found) == (outcome, because)
    assert found.until == (None if until is None else day(until))
    assert [c.why for c in found.caps] == caps


def test_a_window_without_its_start() -> None:
    assert brief(window(context(), fact(None), fact(None), within("30日", ">="), within("60日"))) == (
        NOT,
        "not_triggered",
    )


def test_a_window_whose_end_is_provisional_says_so_whatever_comes_of_it() -> None:
    for done in ("2026-12-25", "2027-01-20", "2027-02-10", None):
        found = window(context("2027-02-12"), fact("2026-12-01"), fact(done), within("30日", ">="), within("60日"))
        assert found.provisional
    early = window(context("2027-02-12"), fact("2026-12-01"), fact("2026-12-25"), within("30日", ">="), within("60日"))
    assert brief(early) == (FAIL, "too_early")
    assert why(early) == [], "no calendar moves the opening"


# ── the law has a first and a last day ──


def overdue(since: str | None, until: str | None = None, **how: object) -> Verdict:
    instance = settings(law=[{"measure": "demo_2025", **how}]) if how else settings()
    ctx = context("2026-06-30", law=measure(since, until), instance=instance)
    return deadline(ctx, fact("2026-01-05"), fact(None), within("30日"))


def test_a_period_within_the_law() -> None:
    assert why(overdue("2026-01-05")) == []
    assert why(overdue("2025-01-01", "2026-02-04")) == []


def test_a_period_that_began_before_the_law_is_noticed_only() -> None:
    """Reading I24: the duty was born under the older law."""
    assert why(overdue("2026-01-06")) == [("I24", Severity.NOTICE)]
    assert why(overdue("2026-02-04")) == [("I24", Severity.NOTICE)]


def test_a_period_that_ended_before_the_law_is_not_its_business() -> None:
    assert brief(overdue("2026-02-05")) == (NOT, "no_measure_in_force")
    older = context(law=measure("2026-02-05", replaces=True))
    assert brief(deadline(older, fact("2026-01-05"), fact(None), within("30日"))) == (OPEN, "law_not_encoded")


def test_a_period_that_outlives_the_law_is_noticed_only_unless_the_law_is_continued() -> None:
    """Reading I11."""
    assert why(overdue("2025-01-01", "2026-02-03")) == [("I11", Severity.NOTICE)]
    assert why(overdue("2025-01-01", "2026-02-03", after_expiry="advisory")) == [("I11", Severity.NOTICE)]
    assert why(overdue("2025-01-01", "2026-02-03", after_expiry="continued")) == []


def test_a_law_whose_first_day_nobody_has_set_decides_nothing() -> None:
    assert brief(overdue(None)) == (OPEN, "law_not_configured")
    assert brief(overdue(None, issued="2026-01-01")) == (FAIL, "overdue")


@pytest.mark.parametrize(
    ("on", "how", "expected"),
    [
        ("2024-12-31", "none", (NOT, "no_measure_in_force")),
        ("2025-01-01", "none", None),
        ("2026-12-31", "none", None),
        ("2027-01-01", "none", (NOT, "no_measure_in_force")),
        ("2027-01-01", "advisory", None),
        ("2027-01-01", "continued", None),
    ],
)
def test_ungoverned(on: str, how: str, expected: tuple[Outcome, str] | None) -> None:
    instance = settings(law=[{"measure": "demo_2025", "after_expiry": how}])
    found = ungoverned(context(law=measure("2025-01-01", "2026-12-31"), instance=instance), day(on))
    assert (None if found is None else brief(found)) == expected


def test_ungoverned_where_the_first_day_is_open_or_an_older_law_stood() -> None:
    unset = ungoverned(context(law=measure(None)), day("2026-01-01"))
    older = ungoverned(context(law=measure("2025-01-01", replaces=True)), day("2024-01-01"))
    assert unset is not None
    assert older is not None
    assert (unset.because, older.because) == ("law_not_configured", "law_not_encoded")


# ── limits that the site sets ──


def test_a_limit_of_the_site_never_weighs_more_than_a_notice() -> None:
    ctx = context(instance=settings(limits=[{"id": "entry", "within": "30日"}]))
    assert site_limit(ctx, fact("2026-03-02"), fact("2026-04-01"), "entry").outcome is PASS
    late = site_limit(ctx, fact("2026-03-02"), fact("2026-04-02"), "entry")
    assert (late.outcome, late.excess) == (FAIL, 1)
    assert why(late) == [("I10", Severity.NOTICE)]
    assert site_limit(ctx, fact("2026-06-29"), fact(None), "entry").outcome is OPEN


def test_a_limit_that_the_site_has_not_set() -> None:
    assert brief(site_limit(context(), fact("2026-03-02"), fact(None), "entry")) == (OPEN, "no_site_limit")
    assert brief(site_limit(context(), fact(None), fact(None), "entry")) == (NOT, "not_triggered")


# ── order, spans, evidence ──


def test_in_order() -> None:
    assert in_order(fact("2026-01-01"), fact("2026-01-01")).outcome is PASS
    assert in_order(fact("2026-01-01"), fact("2026-01-01"), strict=True).outcome is FAIL
    late = in_order(fact("2026-01-03"), fact("2026-01-01"))
    assert (late.because, late.excess) == ("wrong_order", 2)
    assert in_order(fact(None), fact("2026-01-01")).because == "missing_field"


@pytest.mark.parametrize(
    ("start", "end", "period", "days"),
    [
        ("2024-03-01", "2026-02-28", "2年", 0),
        ("2024-03-01", "2026-03-01", "2年", 1),
        ("2024-02-29", "2026-02-28", "24个月", 0),  # no 29 February then: its month's last day is the last
        ("2024-02-29", "2026-03-01", "24个月", 1),
        ("2026-08-31", "2027-02-28", "6个月", 0),
        ("2026-01-01", "2026-01-30", "30日", 0),
        ("2026-01-01", "2026-01-31", "30日", 1),
    ],
)
def test_a_span_with_both_its_days(start: str, end: str, period: str, days: int) -> None:
    assert exceeds(day(start), day(end), Duration.parse(period)) == days


def test_covers() -> None:
    assert covers(["a", "b"], ["a"], "p").outcome is PASS
    found = covers(["b"], ["a", "b", "c"], "p")
    assert (found.because, found.excess) == ("incomplete", 2)
    assert found.trace[1].value == ("a", "c")
    assert covers([], [], "p").outcome is PASS


@pytest.mark.parametrize("nothing", [None, "", ()])
def test_present_and_absent(nothing: object) -> None:
    assert present(nothing, "p").because == "absent"
    assert present("x", "p").trace[0].value == "x"
    assert present(False, "p").outcome is PASS, "a no is recorded"


def test_evidence_is_asked_for_from_a_stage_on() -> None:
    lacking = failed(Step("absent", None, "p"))
    assert gate(True, lacking, at="approved") is lacking
    assert brief(gate(False, lacking, at="approved")) == (OPEN, "not_due")
    assert brief(gate(False, lacking, at="approved", early="not_applicable")) == (NOT, "before_approved")
    assert gate(False, passed(), at="approved").outcome is PASS


# ── joining verdicts ──


def test_all_of() -> None:
    a, b, c, d = passed(), failed(because="x"), undetermined("y"), not_applicable("z")
    assert all_of(a, d).outcome is PASS
    assert all_of(a, c).because == "y"
    assert all_of(a, c, b).because == "x"
    assert all_of(d, d) is d
    assert all_of().outcome is NOT


def test_the_gravest_failure_speaks_for_all() -> None:
    mild, grave = warned("I2", because="mild"), failed(because="grave")
    assert all_of(mild, grave, noticed("I3")).because == "grave"
    assert all_of(noticed("I3", because="less"), mild).because == "mild"


@given(st.lists(st.sampled_from([passed(), failed(), undetermined("x"), not_applicable("y")]), max_size=5))
def test_all_of_and_any_of_are_strong_kleene(verdicts: list[Verdict]) -> None:
    said = {v.outcome for v in verdicts} - {NOT}
    expected = next((o for o in (FAIL, OPEN, PASS) if o in said), NOT)
    assert all_of(*verdicts).outcome is expected
    expected = next((o for o in (PASS, OPEN, FAIL) if o in said), NOT)
    assert any_of(*verdicts).outcome is expected


def test_the_earliest_turn_and_every_doubt_are_kept() -> None:
    one = undetermined("x", until=day("2026-05-01"))
    two = undetermined("y", until=day("2026-04-01"), provisional=True)
    joined = all_of(one, two)
    assert joined.until == day("2026-04-01")
    assert joined.provisional
    assert warned("I2", caps=(Cap(Severity.NOTICE, "I3"),)).caps[1].why == "I3"

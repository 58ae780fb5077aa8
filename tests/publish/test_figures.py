"""The figures of a page: the ladder against both baselines, planned against actual, and the drawings of both."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest

from tests.publish.instance import project
from tests.publish.page import Page
from zongmu import publish
from zongmu.model.derived.views import View
from zongmu.model.records.project import Project
from zongmu.model.scalars import Money
from zongmu.publish.derived.figures import ladder, limit_price, om_recorded, paid_share, parts, schedule, told, total
from zongmu.publish.derived.movements import movements
from zongmu.publish.released.release import BESIDE_FIGURES
from zongmu.publish.rendering import svg


def view(**more: Any) -> View:
    """A project's view."""
    return View(Project.model_validate({"format": 1, "jurisdiction": "shili", **project(1, **more)}))


def approved(total: str, **more: Any) -> dict[str, Any]:
    return {"kind": "approved", "date": "2026-03-02", "total": total, **more}


def test_no_page_asks_a_view_for_what_it_does_not_hold() -> None:
    asked = set()
    for file in Path(str(publish.__file__)).parent.rglob("*.py"):
        asked |= set(re.findall(r"view\.(?:project\.)?(\w+)", file.read_text("utf-8")))
    assert {"payments", "planned", "contracts"} <= asked
    assert asked.isdisjoint(BESIDE_FIGURES)


# ── money ──


def test_given_an_adjustment_when_the_ladder_is_made_then_the_original_baseline_stays() -> None:
    adjusted = {"kind": "adjusted", "date": "2026-05-01", "total": "1100万元"}
    settled = {"kind": "accounts_settled", "date": "2026-06-01", "total": "1155万元"}
    rungs = {r.step: r for r in ladder(view(milestones=[approved("1000万元"), adjusted, settled]))}
    assert rungs["original"].amount == Money.parse("1000万元")
    assert rungs["current"].amount == Money.parse("1100万元")
    assert rungs["current"].against_original is not None
    assert rungs["current"].against_original.bp == 1000
    assert rungs["final"].against_original is not None
    assert rungs["final"].against_original.bp == 1550
    assert rungs["final"].against_current is not None
    assert rungs["final"].against_current.bp == 500
    assert rungs["original"].against_original is None


def test_the_first_estimate_stays_when_less_is_submitted_later() -> None:
    entered = {"kind": "library_applied", "date": "2025-07-28", "total": "1200万元"}
    applied = {"kind": "approval_applied", "date": "2026-02-01", "total": "1050万元"}
    steps = {r.step: r for r in told(view(milestones=[approved("1000万元"), applied, entered]))}
    assert (steps["first"].amount, steps["submitted"].amount) == (Money.parse("1200万元"), Money.parse("1050万元"))
    assert steps["first"].against_original is not None
    assert steps["first"].against_original.bp == 2000
    assert [r.step for r in told(view(milestones=[approved("1000万元"), applied]))][:2] == ["first", "original"]
    assert [r.step for r in told(view(milestones=[approved("1000万元")]))][:2] == ["submitted", "original"]


def test_the_money_of_each_part_stands_as_first_approved_and_after_what_was_moved_since() -> None:
    first = approved("1000万元", scope=[{"item": "desk", "amount": "600万元"}, {"item": "data", "amount": "400万元"}])
    early = {"kind": "adjusted", "date": "2026-02-01", "scope": [{"item": "desk", "from": "1元", "to": "2元"}]}
    moved = {
        "kind": "adjusted",
        "seq": 2,
        "date": "2026-05-01",
        "scope": [
            {"item": "data", "from": "400万元", "to": "300万元"},
            {"item": "app", "from": "0元", "to": "100万元"},
        ],
    }
    found = {
        p.item: (p.original, p.current, p.change and p.change.bp) for p in parts(view(milestones=[first, early, moved]))
    }
    wan = Money.parse
    assert found == {
        "desk": (wan("600万元"), wan("600万元"), 0),
        "data": (wan("400万元"), wan("300万元"), -2500),
        "app": (None, wan("100万元"), None),
    }
    assert parts(view(milestones=[approved("1000万元"), moved]))[0].original is None
    assert parts(view(milestones=[moved])) == ()  # nothing is approved, so nothing is moved


def test_costs_of_operation_are_added_up_over_their_years() -> None:
    costs = [{"year": 2027, "amount": "20万元"}, {"year": 2026, "amount": "10.5万元"}]
    assert om_recorded(view(om_costs=costs)) == (Money.parse("30.5万元"), 2026, 2027)
    assert om_recorded(view()) is None


def test_given_a_contract_without_an_amount_then_there_is_no_sum() -> None:
    contract = {"kind": "contract_signed", "date": "2026-03-20", "role": "build"}
    rungs = {r.step: r for r in ladder(view(milestones=[approved("1000万元"), contract]))}
    assert rungs["contracted"].amount is None
    assert rungs["contracted"].against_original is None


def test_given_a_baseline_of_nought_then_nothing_is_held_against_it() -> None:
    rungs = {r.step: r for r in ladder(view(milestones=[approved("0元"), approved("5万元", seq=2, date="2026-03-03")]))}
    assert rungs["current"].amount == Money.parse("5万元")
    assert rungs["current"].against_original is None


def test_amounts_that_move_are_held_against_what_stood_before_and_against_the_first() -> None:
    supplement = {"kind": "contract_supplemented", "of": "contract_signed", "date": "2026-04-01"}
    found = movements(
        view(
            milestones=[
                approved("1000万元"),
                {"kind": "adjusted", "date": "2026-05-01", "total": "1200万元"},
                {"kind": "adjusted", "seq": 2, "date": "2026-06-01", "total": "900万元"},
                {"kind": "adjusted", "seq": 3, "date": "2026-06-02", "content_unchanged": True},
                {"kind": "contract_signed", "date": "2026-03-20", "role": "build", "amount": "500万元"},
                {**supplement, "amount": "550万元"},
                {**supplement, "seq": 2, "date": "2026-04-02", "amount": "550万元"},
            ]
        )
    )
    against = [
        (m.what, str(m.before), str(m.after), m.by.bp, m.against_original and m.against_original.bp) for m in found
    ]
    assert against == [
        ("contract", "500万元", "550万元", 1000, 1000),
        ("estimate", "1000万元", "1200万元", 2000, 2000),
        ("estimate", "1200万元", "900万元", -2500, -1000),
    ]


def test_what_was_paid_is_a_share_of_the_current_baseline() -> None:
    payments = [{"seq": 1, "date": "2026-05-01", "contract": 1, "amount": "333.3333万元"}]
    assert paid_share(view(milestones=[approved("1000万元")], payments=payments)) == 3333
    assert paid_share(view(milestones=[approved("1000万元")])) is None


def test_a_sum_says_how_many_amounts_it_knows() -> None:
    assert total(iter([Money.parse("1万元"), None, Money.parse("2万元")])) == (Money.parse("3万元"), 2)


# ── time ──


@pytest.mark.parametrize(
    ("planned", "actual", "days"),
    [
        ("2026-05", "2026-05-01", 0),
        ("2026-05", "2026-05-31", 0),
        ("2026-05", "2026-06-01", 1),
        ("2026-05", "2026-04-30", -1),
        ("2026-05-10", "2026-05-10", 0),
        ("2026-05-10", "2026-05-12", 2),
        ("2024-02", "2024-02-29", 0),
        ("2026-05", None, None),
    ],
)
def test_a_plan_is_kept_within_its_month(planned: str, actual: str | None, days: int | None) -> None:
    acts = [{"kind": "build_started", "date": actual}] if actual else []
    rows = schedule(view(milestones=[approved("10万元"), *acts], planned=[{"kind": "build_started", "date": planned}]))
    row = next(r for r in rows if r.kind == "build_started")
    assert row.days == days


def test_the_approved_period_is_a_plan_where_the_project_has_none_of_its_own() -> None:
    period = {"start": "2026-04-01", "end": "2026-12-31"}
    rows = {r.kind: r for r in schedule(view(milestones=[approved("10万元", period=period)]))}
    assert rows["build_started"].planned == dt.date(2026, 4, 1)
    assert rows["completed"].planned == dt.date(2026, 12, 31)
    assert rows["completed"].actual is None


def test_an_acceptance_that_did_not_pass_is_no_acceptance() -> None:
    failed = {"kind": "final_accepted", "date": "2026-06-01", "conclusion": "rectify"}
    rows = {r.kind: r for r in schedule(view(milestones=[approved("10万元"), failed]))}
    assert rows["final_accepted"].actual is None


def test_steps_come_in_the_order_of_a_life() -> None:
    acts = [{"kind": "put_into_use", "date": "2026-06-02"}, {"kind": "build_started", "date": "2026-06-03"}]
    assert [r.kind for r in schedule(view(milestones=[approved("10万元"), *acts]))] == [
        "approved",
        "build_started",
        "put_into_use",
    ]


# ── drawings ──


def test_a_drawing_has_a_title_a_description_and_a_bar_for_each_row() -> None:
    drawing = svg.bars(
        "c", "标题 <b>", "说明 & 话", [svg.Bar("甲", 10, "10"), svg.Bar("乙", 0, "0"), svg.Bar("丙", 1, "1")]
    )
    page = Page(drawing)
    assert page.of("svg")[0]["aria-labelledby"] == "c-t c-d"
    assert {"c-t", "c-d"} <= set(page.ids)
    assert "标题 <b>" in page.text
    bars = [int(r["width"]) for r in page.of("rect") if r["class"].startswith("zm-bar")]
    assert bars == [360, 0, 36]


def test_nothing_at_all_draws_nothing() -> None:
    assert svg.timeline("t", "x", "y", [svg.Moment("甲", None, None)]) == ""
    assert Page(svg.bars("c", "x", "y", [])).of("rect") == []


def test_days_stand_in_order_on_the_axis_of_a_short_and_of_a_long_life() -> None:
    for last in (dt.date(2026, 12, 31), dt.date(2041, 6, 1)):
        moments = [svg.Moment(str(n), None, (day, day)) for n, day in enumerate((dt.date(2026, 1, 1), last))]
        page = Page(svg.timeline("t", "x", "y", moments))
        places = [int(c["cx"]) for c in page.of("circle")]
        assert places == sorted(places)
        assert len(set(places)) == 2
        years = [t for t in page.text if t[:2] == "20"]
        assert len(years) == len(set(years)) <= 12


def test_what_is_late_is_marked_by_more_than_colour() -> None:
    day = dt.date(2026, 5, 1)
    drawing = svg.timeline("t", "x", "y", [svg.Moment("甲", (day, day), (day.replace(month=8),) * 2, late=True)])
    page = Page(drawing)
    assert [line["class"] for line in page.of("line") if line["class"] != "zm-grid"] == ["zm-lag"]


# ── procurement ──


def notice(**more: Any) -> dict[str, Any]:
    return {"kind": "procurement_announced", "date": "2026-03-10", **more}


def test_the_limit_price_is_that_of_the_notices_and_the_budget_where_there_is_none() -> None:
    lots = [notice(limit_price="48.8万元"), notice(seq=2, budget="10万元")]
    assert limit_price(view(milestones=lots)).value == Money.parse("58.8万元")
    assert limit_price(view(milestones=[*lots, notice(seq=3)])).value is None
    assert limit_price(view()).value is None


def test_a_procurement_that_failed_costs_nothing() -> None:
    failed = {"kind": "procurement_failed", "date": "2026-04-01", "of": "procurement_announced"}
    acts = [notice(limit_price="48.8万元"), failed, notice(seq=2, limit_price="50万元")]
    assert limit_price(view(milestones=acts)).value == Money.parse("50万元")

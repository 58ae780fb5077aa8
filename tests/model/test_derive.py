"""What follows from milestones: stage, status, baselines, variance, periods, and where each came from."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.records import act, project, system
from zongmu.model.acts.milestones import key_of
from zongmu.model.derived.timeline import Fact, document_day, document_path
from zongmu.model.derived.views import SystemView, View, variance
from zongmu.model.scalars import Money


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def money(text: str) -> Money:
    return Money.parse(text)


LIFE = (
    act("declared", "2024-01-10", total="500万元"),
    act("feasibility_approved", "2024-03-01", total="480万元"),
    act("approval_applied", "2024-03-20", total="470万元"),
    act("design_approved", "2024-05-01", total="450万元", period={"start": "2024-06-01", "end": "2025-05-31"}),
    act("procurement_announced", "2024-05-20"),
    act("contract_signed", "2024-06-20", role="build", amount="400万元"),
    act("contract_signed", "2024-06-25", role="supervision", amount="20万元", seq=2),
    act("build_started", "2024-07-01"),
    act("completed", "2025-04-01"),
    act("initial_accepted", "2025-05-01", conclusion="pass"),
    act("final_accepted", "2025-09-01", conclusion="pass"),
    act("accounts_settled", "2025-11-01", total="418万元"),
)


# ── order and identity ──


@given(st.randoms(use_true_random=False))
def test_the_order_in_the_file_means_nothing(chance: random.Random) -> None:
    shuffled = list(LIFE)
    chance.shuffle(shuffled)
    one, other = View(project(*LIFE)), View(project(*shuffled))
    assert [key_of(m) for m in one.milestones] == [key_of(m) for m in other.milestones]
    assert one.stage() == other.stage()
    assert one.total_investment == other.total_investment
    assert one.contracted == other.contracted


def test_acts_of_one_day_stand_in_the_order_of_a_life() -> None:
    view = View(project(act("final_accepted", "2025-01-01", conclusion="pass"), act("build_started", "2025-01-01")))
    assert [m.kind for m in view.milestones] == ["build_started", "final_accepted"]


def test_first_last_day_and_the_path_of_what_is_missing() -> None:
    view = View(project(*LIFE))
    first = view.first("contract_signed", "build_started")
    assert first is not None
    assert key_of(first) == "contract_signed"
    assert view.day("contract_signed") == Fact(day("2024-06-20"), "milestones/contract_signed/date")
    assert view.last_day("contract_signed") == Fact(day("2024-06-25"), "milestones/contract_signed/2/date")
    assert view.day("put_into_use", "closed") == Fact(None, "milestones/put_into_use")
    assert view.first("closed") is None
    assert view.last("closed") is None
    assert not view.has("closed")


def test_a_voided_milestone_stays_in_the_record_and_counts_for_nothing() -> None:
    correction = {"seq": 1, "of": "build_started", "date": "2026-01-05", "reason": "误登"}
    record = project(*LIFE[:8], corrections=[correction])
    view = View(record)
    assert len(record.milestones) == 8
    assert not view.has("build_started")
    assert view.stage() == "contracted"
    assert view.voided == {"build_started"}


def test_a_correction_of_a_field_voids_nothing() -> None:
    correction = {
        "seq": 1,
        "of": "build_started",
        "field": "date",
        "was": "2024-07-02",
        "date": "2026-01-05",
        "reason": "误",
    }
    assert View(project(*LIFE, corrections=[correction])).has("build_started")


def test_answers_and_documents_are_found_with_their_paths() -> None:
    papers = [{"kind": "report", "date": "2024-02-01"}, {"kind": "report", "seq": 2}]
    view = View(
        project(
            act("approval_applied", "2024-03-20", documents=papers),
            act("application_accepted", "2024-03-22", of="approval_applied"),
            act("rejected", "2024-04-22", of="approval_applied"),
        )
    )
    assert [m.kind for m in view.answers("approval_applied")] == ["application_accepted", "rejected"]
    assert [m.kind for m in view.answers("approval_applied", "rejected")] == ["rejected"]
    found = view.documents("report")
    assert [document_path(m, d) for m, d in found] == [
        "milestones/approval_applied/documents/report",
        "milestones/approval_applied/documents/report/2",
    ]
    assert [document_day(m, d) for m, d in found] == [day("2024-02-01"), day("2024-03-20")]


# ── stage and status ──


@pytest.mark.parametrize(
    ("n", "stage"),
    [
        (0, None),
        (1, "declared"),
        (2, "approved"),
        (4, "approved"),
        (6, "contracted"),
        (8, "building"),
        (11, "accepted"),
    ],
)
def test_the_stage_is_the_furthest_that_a_milestone_reaches(n: int, stage: str | None) -> None:
    assert View(project(*LIFE[:n])).stage() == stage


def test_a_gap_does_not_hold_the_stage_back() -> None:
    assert View(project(act("final_accepted", "2025-01-01", conclusion="pass"))).stage() == "accepted"


def test_a_legacy_project_stands_at_its_opening_stage_until_it_goes_further() -> None:
    opened = act("opened", "2026-01-01", stage="contracted")
    assert View(project(opened)).stage() == "contracted"
    assert View(project(opened, act("declared", "2020-01-01"))).stage() == "contracted"
    assert View(project(opened, act("build_started", "2026-02-01"))).stage() == "building"


def test_a_measure_may_have_stages_of_its_own() -> None:
    stages = (("before", ("declared",)), ("work", ("build_started",)))
    view = View(project(*LIFE))
    assert view.stage(stages) == "work"
    assert view.reached("before", stages)
    assert not view.reached("nowhere", stages)
    assert not View(project()).reached("before", stages)


@pytest.mark.parametrize(
    ("acts", "status"),
    [
        ([], "opened"),
        ([act("opened", "2024-01-01")], "opened"),
        ([act("declared", "2024-01-01")], "active"),
        ([act("suspended", "2024-02-01")], "suspended"),
        ([act("suspended", "2024-02-01"), act("resumed", "2024-03-01")], "active"),
        ([act("suspended", "2024-02-01"), act("resumed", "2024-03-01"), act("suspended", "2024-04-01", seq=2)], "suspended"),
        ([act("final_accepted", "2024-02-01", conclusion="pass"), act("put_into_use", "2024-03-01")], "in_use"),
        ([act("put_into_use", "2024-03-01")], "active"),
        ([act("suspended", "2024-02-01"), act("withdrawn", "2024-03-01")], "withdrawn"),
        ([act("superseded", "2024-03-01", by="demo-2025-0001")], "superseded"),
        ([act("closed", "2024-03-01")], "closed"),
    ],
)  # fmt: skip
def test_status(acts: list[dict[str, object]], status: str) -> None:
    assert View(project(*acts)).status == status


# ── money ──


def test_the_ladder_of_money() -> None:
    view = View(project(*LIFE))
    assert view.submitted_total == Fact(money("470万元"), "milestones/approval_applied/total")
    assert view.approved_total == Fact(money("450万元"), "milestones/design_approved/total")
    assert view.total_investment == Fact(money("450万元"), "milestones/design_approved/total")
    assert view.contracted.value == money("420万元")
    assert view.final_total == Fact(money("418万元"), "milestones/accounts_settled/total")
    assert view.original_baseline == view.current_baseline == view.approved_total


@pytest.mark.parametrize(
    ("n", "path", "provisional"),
    [
        (0, "milestones/design_approved/total", False),  # nothing known: where it would stand
        (1, "milestones/declared/total", True),
        (2, "milestones/feasibility_approved/total", True),
        (3, "milestones/feasibility_approved/total", True),
        (4, "milestones/design_approved/total", False),
    ],
)
def test_total_investment_is_provisional_until_the_estimate_is_approved(n: int, path: str, provisional: bool) -> None:
    total = View(project(*LIFE[:n])).total_investment
    assert total.path == path
    assert total.provisional is provisional
    assert (total.value is None) == (n == 0)


def test_a_proposal_counts_only_when_nothing_else_is_known() -> None:
    proposal = act("proposal_approved", "2024-01-01", total="600万元")
    assert View(project(proposal)).total_investment.value == money("600万元")
    both = View(project(proposal, act("approval_applied", "2024-02-01", total="550万元")))
    assert both.total_investment.value == money("550万元")


def test_a_merged_feasibility_study_fixes_the_estimate_where_the_path_says_so() -> None:
    study = act("feasibility_approved", "2024-03-01", total="480万元")
    assert View(project(study)).approved_total.value is None
    assert View(project(study, path="merged")).approved_total == Fact(
        money("480万元"), "milestones/feasibility_approved/total"
    )


def test_the_original_baseline_never_moves_and_the_current_one_follows() -> None:
    acts = [
        *LIFE[:4],
        act("adjusted", "2024-08-01", total="460万元"),
        act("design_approved", "2024-10-01", total="490万元", seq=2),
        act("adjusted", "2025-01-01", total="495万元", seq=2),
        act("adjusted", "2025-02-01", seq=3),
    ]
    view = View(project(*acts))
    assert view.original_baseline.value == money("450万元")
    assert view.approved_total == Fact(money("490万元"), "milestones/design_approved/2/total")
    assert view.current_baseline == Fact(money("495万元"), "milestones/adjusted/2/total")


def test_an_adjustment_before_the_approval_is_overtaken_by_it() -> None:
    acts = [act("adjusted", "2024-01-01", total="460万元"), act("design_approved", "2024-05-01", total="450万元")]
    assert View(project(*acts)).current_baseline.value == money("450万元")


def test_an_application_to_adjust_moves_no_baseline() -> None:
    acts = [*LIFE[:4], act("adjustment_applied", "2024-08-01", total="999万元")]
    assert View(project(*acts)).current_baseline.value == money("450万元")


def test_contracts_with_supplements_and_without_amount() -> None:
    supplement = act("contract_supplemented", "2024-09-01", of="contract_signed", amount="410万元")
    assert View(project(*LIFE, supplement)).contracted.value == money("430万元")
    unknown = act("contract_signed", "2024-07-01", role="design", seq=3)
    assert View(project(*LIFE, unknown)).contracted == Fact(None, "milestones/contract_signed/amount")
    service = act("contract_signed", "2026-01-01", role="om", seq=3, amount="50万元")
    assert View(project(*LIFE, service)).contracted.value == money("420万元")
    assert [c.seq for c in View(project(*LIFE)).contracts("supervision")] == [2]


def test_payments_add_up() -> None:
    payments = [{"seq": n, "date": "2025-01-01", "contract": 1, "amount": "0.01元"} for n in (1, 2, 3)]
    assert View(project(payments=payments)).paid == Money(3)
    assert View(project()).paid == Money.ZERO


@pytest.mark.parametrize(
    ("value", "baseline", "fen", "bp"),
    [
        ("115万元", "100万元", 15_000_000, 1500),
        ("85万元", "100万元", -15_000_000, -1500),
        ("100万元", "100万元", 0, 0),
        ("100.005万元", "100万元", 5_000, 1),  # half a basis point goes up
        ("99.995万元", "100万元", -5_000, -1),  # and away from nought below it
        ("100.0049万元", "100万元", 4_900, 0),
    ],
)
def test_variance(value: str, baseline: str, fen: int, bp: int) -> None:
    found = variance(money(value), money(baseline))
    assert (found.fen, found.bp) == (fen, bp)


def test_variance_from_nothing_is_none_at_all() -> None:
    with pytest.raises(ZeroDivisionError):
        variance(Money(1), Money(0))


# ── time ──


def test_periods_original_and_approved() -> None:
    later = act("design_approved", "2024-10-01", seq=2, period={"start": "2024-06-01", "end": "2025-12-31"})
    view = View(project(*LIFE[:4], later))
    assert view.original_period.path == "milestones/design_approved/period"
    assert view.approved_period.path == "milestones/design_approved/2/period"
    assert View(project()).approved_period == Fact(None, "milestones/design_approved/period")


def test_only_an_acceptance_that_passed_is_one() -> None:
    acts = [
        act("final_accepted", "2025-01-01", conclusion="rectify"),
        act("final_accepted", "2025-03-01", conclusion="pass", seq=2),
    ]
    assert View(project(acts[0])).accepted == Fact(None, "milestones/final_accepted")
    assert View(project(*acts)).accepted == Fact(day("2025-03-01"), "milestones/final_accepted/2/date")


def test_who_was_responsible_on_a_day() -> None:
    acts = [
        act("transferred", "2024-06-01", from_="demo/a", to="demo/b"),
        act("transferred", "2025-06-01", from_="demo/b", to="demo/c", seq=2),
    ]
    view = View(project(*acts, owner="demo/c"))
    said = [view.owner_on(day(d)) for d in ("2024-05-31", "2024-06-01", "2025-05-31", "2025-06-01")]
    assert said == ["demo/a", "demo/b", "demo/b", "demo/c"]
    assert View(project(owner="demo/x")).owner_on(day("2020-01-01")) == "demo/x"


# ── systems ──


def test_a_system_lives_between_use_and_retirement() -> None:
    one = SystemView(system(act("put_into_use", "2024-01-01"), act("decommissioned", "2026-01-01")))
    assert one.in_use_since.value == day("2024-01-01")
    assert one.retired.value == day("2026-01-01")
    older = SystemView(system(in_use_since="2015-05-05"))
    assert older.in_use_since == Fact(day("2015-05-05"), "in_use_since")
    assert SystemView(system()).in_use_since.value is None

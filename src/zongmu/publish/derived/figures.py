"""The figures of a project that pages show: the ladder of money against both baselines, and planned against actual days.

Derived from public facts alone (the view of a released project holds no others), never typed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

from zongmu.model.acts.kinds import KINDS
from zongmu.model.acts.milestones import Adjustment, Announced, Applied, Approved, CostEvaluated, Settled, key_of
from zongmu.model.derived.timeline import Fact
from zongmu.model.derived.views import Variance, View, variance
from zongmu.model.finding import Bilingual
from zongmu.model.immutable import immutable
from zongmu.model.scalars import DayOrMonth, Money

Step = Literal["first", "submitted", "original", "current", "limit", "contracted", "final", "paid"]

LADDER: dict[Step, Bilingual] = {
    "first": Bilingual("最初估算", "First estimate"),
    "submitted": Bilingual("申报总投资", "Submitted"),
    "original": Bilingual("原始基线", "Original baseline"),
    "current": Bilingual("现行基线", "Current baseline"),
    "limit": Bilingual("采购限价", "Limit price"),
    "contracted": Bilingual("合同合计", "Contracted"),
    "final": Bilingual("竣工决算", "Final accounts"),
    "paid": Bilingual("已支付", "Paid"),
}


@immutable
class Rung:
    """One step of the ladder. A variance is None where there is nothing to hold it against."""

    step: Step
    amount: Money | None
    path: str
    against_original: Variance | None
    against_current: Variance | None


@lru_cache(maxsize=1 << 14)  # pages, tables and lists ask of the same view
def ladder(view: View) -> tuple[Rung, ...]:
    """Money from the first figure to the last, each against the original and the current baseline."""
    original, current = view.original_baseline, view.current_baseline
    steps: tuple[tuple[Step, Fact[Money]], ...] = (
        ("first", first_estimate(view)),
        ("submitted", view.submitted_total),
        ("original", original),
        ("current", current),
        ("limit", limit_price(view)),
        ("contracted", view.contracted),
        ("final", view.final_total),
        ("paid", Fact(paid(view), "payments")),
    )
    return tuple(
        Rung(
            step,
            fact.value,
            fact.path,
            _against(fact.value, original.value) if step not in ("original", "paid") else None,
            _against(fact.value, current.value) if step not in ("original", "current", "paid") else None,
        )
        for step, fact in steps
    )


_NO_ESTIMATE = ("framework_submitted", "final_applied")
"""Acts whose total is of several projects, or of one that is done."""


def first_estimate(view: View) -> Fact[Money]:
    """The first total that was put on paper, by a declaration, an application or an early approval; None where the record
    begins with the approved estimate."""
    acts: list[Applied | CostEvaluated | Approved] = [*view.of_class(Applied), *view.of_class(CostEvaluated)]
    acts += view.of_class(Approved)
    said = [act for act in acts if act.total is not None and act.kind not in _NO_ESTIMATE]
    first = min(said, key=lambda act: act.date, default=None)
    if first is None or first in view.estimate_approvals[:1]:
        return Fact(None, "milestones/library_applied/total")
    return Fact(first.total, f"milestones/{key_of(first)}/total")


def told(view: View) -> tuple[Rung, ...]:
    """The ladder as pages tell it: what was submitted once is the first estimate, and not said twice."""
    first, submitted, *rest = ladder(view)
    if first.amount is None:
        return submitted, *rest
    return (first, *rest) if submitted.path == first.path else (first, submitted, *rest)


def limit_price(view: View) -> Fact[Money]:
    """What the procurements may cost in all: limit prices, or budgets where no limit was set; failed ones left out.

    None while one of them states neither.
    """
    notices = [
        m for m in view.of_kind(Announced, "procurement_announced") if not view.answers(key_of(m), "procurement_failed")
    ]
    amounts = [m.limit_price or m.budget for m in notices]
    known = [a for a in amounts if a is not None]
    if not notices or len(known) != len(notices):
        return Fact(None, "milestones/procurement_announced/limit_price")
    field = "limit_price" if notices[0].limit_price is not None else "budget"
    return Fact(Money.total(known), f"milestones/{key_of(notices[0])}/{field}")


def _against(value: Money | None, baseline: Money | None) -> Variance | None:
    if value is None or baseline is None or baseline.fen == 0:
        return None
    return variance(value, baseline)


def paid_share(view: View) -> int | None:
    """What was paid, in basis points of the current baseline; None without payments or baseline."""
    current = view.current_baseline.value
    if not view.project.payments or current is None or current.fen == 0:
        return None
    return (view.paid.fen * 20000 + current.fen) // (2 * current.fen)


@immutable
class Part:
    """The money of one scope item, as first approved, at present and in the final accounts; None where that is not recorded.

    ``change``: of the present figure against the first; ``final_change``: of the final one against the first.
    """

    item: str
    original: Money | None
    current: Money | None
    final: Money | None
    change: Variance | None
    final_change: Variance | None


def parts(view: View) -> tuple[Part, ...]:
    """The approved money by scope item, in the order in which the items were approved or came in.

    The original figures are those of the first approved estimate. Those at present are of the latest approval that
    divides its total, and of the adjustments since, as for the current baseline. The final figures are those of the latest
    final accounts that divide theirs.
    """
    approvals = view.estimate_approvals
    settled = [m for m in view.of_class(Settled) if m.scope]
    final = {row.item: row.amount for row in settled[-1].scope} if settled else {}
    if not approvals:
        return tuple(Part(item, None, None, amount, None, None) for item, amount in final.items())
    original = {row.item: row.amount for row in approvals[0].scope}
    divided = [m for m in approvals if m.scope]
    now = {row.item: row.amount for row in divided[-1].scope} if divided else {}
    for m in view.of_kind(Adjustment, "adjusted"):
        if m.date >= max(one.date for one in approvals):
            now |= {row.item: row.to for row in m.scope}
    return tuple(
        Part(
            item,
            first := original.get(item),
            last := now.get(item),
            actual := final.get(item),
            _against(last, first),
            _against(actual, first),
        )
        for item in dict.fromkeys((*original, *now, *final))
    )


def om_recorded(view: View) -> tuple[Money, int, int] | None:
    """The costs of operation that are recorded: what they come to, their first and last year; None without any."""
    rows = view.project.om_costs
    if not rows:
        return None
    return Money.total([row.amount for row in rows]), min(row.year for row in rows), max(row.year for row in rows)


@immutable
class Scheduled:
    """A step of the life, planned and actual. ``days``: later (positive) or earlier than planned; None while open."""

    kind: str
    planned: DayOrMonth | dt.date | None
    actual: dt.date | None
    days: int | None

    @property
    def planned_span(self) -> tuple[dt.date, dt.date] | None:
        """First and last day of what was planned."""
        if self.planned is None:
            return None
        if isinstance(self.planned, dt.date):
            return self.planned, self.planned
        return span_of(self.planned)


_ALWAYS = (
    "approved", "feasibility_approved", "design_approved", "plan_approved", "procurement_announced", "contract_signed",
    "build_started", "completed", "initial_accepted", "final_accepted", "put_into_use",
)  # fmt: skip
"""Steps that a timeline shows when they happened, planned or not."""

_LIFE = {kind: n for n, kind in enumerate(KINDS)}


@lru_cache(maxsize=64)
def schedule(view: View) -> tuple[Scheduled, ...]:
    """Planned against actual: what the project planned, the building period as approved, and the chief acts.

    A planned month is kept when the act falls within it.
    """
    plans: dict[str, DayOrMonth | dt.date] = {p.kind: p.date for p in view.project.planned}
    period = view.approved_period.value
    if period is not None:
        plans.setdefault("build_started", period.start)
        plans.setdefault("completed", period.end)
    kinds = [*plans, *(k for k in _ALWAYS if k not in plans and view.has(k))]
    rows = [_scheduled(view, kind, plans.get(kind)) for kind in kinds]
    return tuple(sorted(rows, key=lambda row: (_LIFE.get(row.kind, len(_LIFE)), row.kind)))


def _scheduled(view: View, kind: str, planned: DayOrMonth | dt.date | None) -> Scheduled:
    actual = view.accepted.value if kind == "final_accepted" else view.day(kind).value
    row = Scheduled(kind, planned, actual, None)
    span = row.planned_span
    if span is None or actual is None:
        return row
    first, last = span
    days = (actual - last).days if actual > last else (actual - first).days if actual < first else 0
    return Scheduled(kind, planned, actual, days)


def span_of(day: DayOrMonth) -> tuple[dt.date, dt.date]:
    """First and last day that a day or a month stands for."""
    return day.earliest, day.latest


def total(amounts: Iterable[Money | None]) -> tuple[Money, int]:
    """The sum of the amounts that are known, and how many those are."""
    known = [a for a in amounts if a is not None]
    return Money.total(known), len(known)


def paid(view: View) -> Money | None:
    """What was paid; None where no payment is recorded, which is not nought."""
    return view.paid if view.project.payments else None


Spending = tuple[Money | None, Money | None, Money | None]
"""What is approved at present, contracted and paid; None for what is not recorded."""


def spending(view: View) -> Spending:
    """The chief amounts of a project."""
    return view.current_baseline.value, view.contracted.value, paid(view)


def spending_of(views: Iterable[View]) -> tuple[tuple[Money, int], ...]:
    """The same of several projects: for each the sum, and how many record it."""
    rows = [spending(view) for view in views]
    return tuple(total(row[n] for row in rows) for n in range(3))

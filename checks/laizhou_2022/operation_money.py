"""Free O&M, O&M money of the governance class, subsidies of the public-service class (LZ-29)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from checks.laizhou_2022.helpers import GOVERNANCE, PUBLIC_SERVICE, cost_key, held_by, under_law_of, without_city_budget
from zongmu.model import Accepted, Act, Consented, Contract, Duration, Money, OmCost, OmMoney, Reviewed, key_of
from zongmu.policy import (
    Cap,
    Fact,
    Outcome,
    ProjectContext,
    Severity,
    Step,
    Verdict,
    all_of,
    due_after,
    failed,
    immutable,
    missing,
    not_applicable,
    passed,
    rule,
    rule_each,
    share,
)

MAIN = ("build", "service")
"""Roles of the contracts that carry a project. Where there is none, the supply contracts do."""


def main_contracts(ctx: ProjectContext) -> tuple[Contract, ...]:
    """The contracts that carry the project."""
    return ctx.view.contracts(*MAIN) or ctx.view.contracts("supply")


def _end(ctx: ProjectContext, start: dt.date, period: Duration) -> dt.date:
    """The last day of a period from *start*, never moved: these are least durations, not times to act in."""
    return start if period.unit == "小时" else due_after(ctx, start, period, shift=False).day


# ── the free period ──


@rule_each(Contract, "contract_signed", cites=["LZ-29 p1 s1a"], since="2022", applies_to=[GOVERNANCE])
def lz29_free_om(ctx: ProjectContext, contract: Contract) -> Verdict:
    """政务治理类项目约定的免费运维期一般不少于三年。

    Judged on the day of the contract, since the agreement is the act; every contract that carries the project. Exactly the figure is
    enough. A period in days is held against the figure counted from the contract. The excess is in days.
    """
    key = key_of(contract)
    if contract not in main_contracts(ctx):
        return not_applicable("other_contract", Step("guard", contract.role, f"milestones/{key}/role"))
    path = f"milestones/{key}/free_om"
    if contract.free_om is None:
        return missing(Fact(None, path))
    least = ctx.duration("lz.om.free", ">=")
    short = (_end(ctx, contract.date, least.value) - _end(ctx, contract.date, contract.free_om)).days
    step = Step("compare", contract.free_om, path, least.id, least.value, least.comparator, short <= 0)
    return passed(step) if short <= 0 else failed(step, because="free_om_too_short", excess=short, unit="days")


@immutable
class YearCost:
    """O&M money of one year: where it stands, how much, and the day that selects the law."""

    key: str
    year: int
    amount: Fact[Money]
    day: dt.date


def year_costs(ctx: ProjectContext) -> tuple[YearCost, ...]:
    """The yearly O&M costs, the shares of city and towns together; for a year without a row, what was allocated for it.

    A cost has no day of its own. The money's allocation, where recorded, is the act; else the year's first day.
    """
    allocated: dict[int, list[OmMoney]] = {}
    for m in ctx.view.of_kind(OmMoney, "om_funds_allocated"):
        allocated.setdefault(m.year, []).append(m)
    borne: dict[int, list[OmCost]] = {}
    for row in ctx.project.om_costs:
        borne.setdefault(row.year, []).append(row)
    out = []
    for year, rows in borne.items():
        first = f"om_costs/{cost_key(rows[0])}"
        whole = Fact(Money.total([r.amount for r in rows]), f"{first}/amount" if len(rows) == 1 else "om_costs")
        day = allocated[year][0].date if year in allocated else dt.date(year, 1, 1)
        out.append(YearCost(f"om_costs/{year}", year, whole, day))
    for year, acts in allocated.items():
        if year not in borne:
            amounts = [m.amount for m in acts if m.amount is not None]
            total = Money.total(amounts) if len(amounts) == len(acts) else None
            key = key_of(acts[0])
            out.append(YearCost(key, year, Fact(total, f"milestones/{key}/amount"), acts[0].date))
    return tuple(sorted(out, key=lambda cost: cost.year))


def _each_year(ctx: ProjectContext, judge: Callable[[YearCost], Verdict]) -> Iterator[Verdict]:
    """A verdict per year of O&M money, each under the law of its own day."""
    costs = year_costs(ctx)
    if not costs:
        yield not_applicable("no_om_costs", Step("absent", None, "om_costs"))
    for cost in costs:
        yield replace(under_law_of(ctx, cost.day, partial(judge, cost)), at=cost.key)


@rule(
    cites=["LZ-29 p1 s1a", "LZ-29 p1 s1b"],
    since="2022",
    duty=True,
    applies_to=[GOVERNANCE],
    readings=["I14"],
)
def lz29_free_period(ctx: ProjectContext) -> Iterator[Verdict]:
    """免费运维期内的年度不列运维费用：整年都在免费期内而有费用的，提醒市财政局。

    The free period runs from acceptance (I14), the shortest one agreed where contracts differ. A year that ends within it has no
    cost; the year in which it ends may have some.
    """
    return _each_year(ctx, lambda cost: _outside_free_period(ctx, cost))


def _outside_free_period(ctx: ProjectContext, cost: YearCost) -> Verdict:
    accepted = ctx.view.accepted
    if accepted.value is None:
        return missing(accepted)
    ends = [
        Fact(_end(ctx, accepted.value, c.free_om), f"milestones/{key_of(c)}/free_om")
        for c in main_contracts(ctx)
        if c.free_om is not None
    ]
    if not ends:
        return missing(Fact(None, "milestones/contract_signed/free_om"))
    first = min(ends, key=lambda end: end.value or dt.date.max)
    last_day = dt.date(cost.year + 1, 1, 1) - dt.timedelta(days=1)
    free = first.value is not None and last_day <= first.value
    steps = (
        Step("from", accepted.value, accepted.path),
        Step("free_until", first.value, first.path),
        Step("year", cost.year, cost.amount.path, None, first.value, ">", not free),
    )
    if not free:
        return passed(*steps)
    return failed(*steps, because="within_free_period", addressee="finance", caps=(Cap(Severity.WARNING, "I14"),))


# ── money of the governance class ──


@rule(cites=["LZ-29 p1 s1c"], since="2022", duty=True, applies_to=[GOVERNANCE], readings=["I14"])
def lz29_om_cap(ctx: ProjectContext) -> Iterator[Verdict]:
    """每年的运维费用原则上不超过建设总投入的一成。

    Of the final accounts, else of the contracts without those for O&M, then provisional (I14). Exactly the figure is within. The excess
    is in fen.
    """
    return _each_year(ctx, lambda cost: _within_cap(ctx, cost))


def _within_cap(ctx: ProjectContext, cost: YearCost) -> Verdict:
    settled = ctx.view.final_total
    whole = settled if settled.value is not None else ctx.view.contracted
    if cost.amount.value is None or whole.value is None:
        return missing(*(f for f in (cost.amount, whole) if f.value is None))
    over, step = share(cost.amount, whole, ctx.ratio("lz.om.cap"))
    base = Step("count", whole.value, whole.path)
    if over is not None and over > 0:
        verdict = failed(base, step, because="over_cap", excess=over, unit="fen")
    else:
        verdict = passed(base, step)
    return replace(verdict, provisional=settled.value is None)


@rule_each(
    OmMoney, "om_funds_allocated", cites=["LZ-29 p1 s1b"], since="2022", applies_to=[GOVERNANCE], readings=["I26"]
)
def lz29_om_money_approved(ctx: ProjectContext, money: OmMoney) -> Verdict:
    """运维费用列入预算之前，有建设单位申请、大数据局审核、领导小组批准。

    The application is for the same year; the review follows it, the approval the review, the allocation both, the same day included. What is lacking goes
    to the finance bureau's queue, never against the unit. Without money of the city's budget: not applicable (I26).
    """
    if without_city_budget(ctx):
        return not_applicable("no_city_budget")
    applications = [m for m in ctx.view.of_kind(OmMoney, "om_funds_applied") if m.year == money.year]
    applied = _before(applications, lambda m: passed(), None, money.date, "om_funds_applied")
    start = next((m.date for m in applications if m.date <= money.date), None)
    return _together(
        applied,
        _office_review(ctx, start, money.date),
        _leading_group(ctx, money, "om_funds", _reviewed_on(ctx, start, money.date) or start),
    )


def _together(*verdicts: Verdict) -> Verdict:
    """All of them; the excess of a failure is how many steps are lacking."""
    verdict = all_of(*verdicts)
    if verdict.outcome is not Outcome.FAIL:
        return verdict
    return replace(verdict, excess=sum(1 for v in verdicts if v.outcome is Outcome.FAIL), unit="count")


def _before(
    acts: Sequence[Act],
    judge: Callable[[Act], Verdict],
    start: dt.date | None,
    end: dt.date,
    kind: str,
    since: str = "om_funds_applied",
) -> Verdict:
    """Whether one of *acts*, good by *judge*, lies between *start* (if any; the day of a *since*) and *end*, both included."""
    if not acts:
        return failed(Step("absent", None, f"milestones/{kind}"), because="absent")
    found: list[Verdict] = []
    for act in acts:
        verdict = judge(act)
        step = Step("order", act.date, f"milestones/{key_of(act)}/date", None, end, "<=", act.date <= end)
        if verdict.outcome is Outcome.PASS and act.date > end:
            verdict = failed(step, because="wrong_order")
        elif verdict.outcome is Outcome.PASS and start is not None and act.date < start:
            step = Step("order", start, f"milestones/{since}", None, act.date, "<=", False)
            verdict = failed(step, because="wrong_order")
        elif verdict.outcome is Outcome.PASS:
            return passed(step)
        found.append(verdict)
    return _best(found)


def _best(found: Iterable[Verdict]) -> Verdict:
    """Undetermined before failed: a record that may yet turn out good is not a breach."""
    return min(found, key=lambda v: v.outcome is Outcome.FAIL)


def _passed_by_office(ctx: ProjectContext, act: Act) -> Verdict:
    assert isinstance(act, Reviewed)
    path = f"milestones/{key_of(act)}"
    verdict = held_by(ctx, (act.body,), f"{path}/body", "office")
    if verdict.outcome is Outcome.PASS and act.conclusion != "passed":
        return failed(Step("present", act.conclusion, f"{path}/conclusion"), because="not_passed")
    return verdict


def _office_review(
    ctx: ProjectContext, start: dt.date | None, end: dt.date, since: str = "om_funds_applied"
) -> Verdict:
    reviews = ctx.view.of_kind(Reviewed, "om_reviewed")
    return _before(reviews, partial(_passed_by_office, ctx), start, end, "om_reviewed", since)


def _reviewed_on(ctx: ProjectContext, start: dt.date | None, end: dt.date) -> dt.date | None:
    """The day of the first review of the office that counts: the approval does not come before it."""
    good = (
        m.date
        for m in ctx.view.of_kind(Reviewed, "om_reviewed")
        if (start is None or start <= m.date) and m.date <= end and _passed_by_office(ctx, m).outcome is Outcome.PASS
    )
    return min(good, default=None)


def _leading_group(ctx: ProjectContext, money: OmMoney, matter: str, start: dt.date | None) -> Verdict:
    """The leading group's consent to the matter; money that the group itself granted needs no other."""
    if ctx.holds(money.body, "leading_group"):
        return passed(Step("body", money.body, f"milestones/{key_of(money)}/body"))

    def good(act: Act) -> Verdict:
        return held_by(ctx, (act.body,), f"milestones/{key_of(act)}/body", "leading_group")

    consents = [m for m in ctx.view.of_kind(Consented, "consented") if m.matter == matter]
    return _before(consents, good, start, money.date, "consented", "om_reviewed")


# ── subsidies of the public-service class ──


@rule_each(
    OmMoney, "subsidy_approved", cites=["LZ-29 p1 s2"], since="2022", applies_to=[PUBLIC_SERVICE], readings=["I26"]
)
def lz29_subsidy(ctx: ProjectContext, subsidy: OmMoney) -> Verdict:
    """安排运营补助之前，有需求（使用）部门验收、大数据局审核、领导小组批准。

    Acceptance by the demand or the user unit, not by the builder; then the review, then the approval, the same day included. What is lacking goes to the finance bureau's queue.
    Without money of the city's budget: not applicable (I26).
    """
    if without_city_budget(ctx):
        return not_applicable("no_city_budget")
    accepted = _accepted_by_user(ctx, subsidy.date)
    start = accepted.trace[0].value if accepted.outcome is Outcome.PASS else None
    assert start is None or isinstance(start, dt.date)
    return _together(
        accepted,
        _office_review(ctx, start, subsidy.date, "final_accepted"),
        _leading_group(ctx, subsidy, "subsidy", _reviewed_on(ctx, start, subsidy.date)),
    )


def _accepted_by_user(ctx: ProjectContext, end: dt.date) -> Verdict:
    wanted = tuple(u for u in (ctx.project.demand, ctx.project.user) if u is not None)

    def good(act: Act) -> Verdict:
        assert isinstance(act, Accepted)
        path = f"milestones/{key_of(act)}"
        if act.conclusion != "pass":
            return failed(Step("present", act.conclusion, f"{path}/conclusion"), because="not_passed")
        by = act.body or (act.responsible if act.responsible in wanted else ctx.view.owner_on(act.date))
        if not wanted:
            return missing(Fact(None, "demand"))
        if by is None:
            return missing(Fact(None, f"{path}/body"))
        step = Step("one_of", by, f"{path}/body", None, wanted, None, by in wanted)
        return passed(step) if by in wanted else failed(step, because="not_by_user")

    return _before(ctx.view.of_kind(Accepted, "final_accepted"), good, None, end, "final_accepted")

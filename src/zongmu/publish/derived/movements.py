"""Amounts that moved after they were fixed: approved estimates that were approved anew or adjusted, contracts that were supplemented.

Each holds what stood before, what stands after, and how far that lies from the original baseline. Derived from public facts
alone; an act that states no new amount is no movement.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Literal

from zongmu.model.acts.milestones import Act, Adjustment, Supplemented, key_of
from zongmu.model.derived.views import Variance, View, variance
from zongmu.model.finding import Bilingual
from zongmu.model.immutable import immutable
from zongmu.model.scalars import Money

What = Literal["estimate", "contract"]

WHAT: dict[What, Bilingual] = {
    "estimate": Bilingual("批复总额", "Approved total"),
    "contract": Bilingual("合同", "Contract"),
}


@immutable
class Movement:
    """One change of an amount by one act. ``of``: the key of the contract."""

    act: Act
    what: What
    of: str | None
    before: Money
    after: Money
    by: Variance
    against_original: Variance | None


def movements(view: View) -> tuple[Movement, ...]:
    """The changes of a project's amounts, by day."""
    found = [*_estimates(view), *_contracts(view)]
    return tuple(sorted(found, key=lambda one: one.act.date))


def _estimates(view: View) -> Iterator[Movement]:
    acts: list[tuple[Act, Money]] = [(m, m.total) for m in view.estimate_approvals if m.total is not None]
    acts += [(m, m.total) for m in view.of_kind(Adjustment, "adjusted") if m.total is not None]
    acts.sort(key=lambda row: row[0].date)
    original = acts[0][1] if acts else None
    for (_, before), (act, after) in pairwise(acts):
        yield from _moved(act, "estimate", None, before, after, original)


def _contracts(view: View) -> Iterator[Movement]:
    for contract in view.contracts():
        key, stands = key_of(contract), contract.amount
        for act in view.of_kind(Supplemented, "contract_supplemented"):
            if act.of != key or act.amount is None:
                continue
            if stands is not None:
                yield from _moved(act, "contract", key, stands, act.amount, contract.amount)
            stands = act.amount


def _moved(
    act: Act, what: What, of: str | None, before: Money, after: Money, original: Money | None
) -> Iterator[Movement]:
    if before.fen <= 0 or before == after:
        return
    against = variance(after, original) if original is not None and original.fen > 0 else None
    yield Movement(act, what, of, before, after, variance(after, before), against)

"""Amounts that must add up, to the fen; and amounts of a size that a slip of the unit gives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from checks.common.texts import code
from zongmu.model import Adjustment, Approved, Contract, FundingRow, Money, ScopeAmount, Settled, key_of
from zongmu.policy import CheckContext, Problem, Severity, check, problem

SUM = code(
    "record.amounts-do-not-add-up",
    ("金额合计不符", "Amounts do not add up"),
    ("{what}合计 {sum}，应为 {total}，差 {gap}", "{what_en} add up to {sum}, not {total}; {gap} apart"),
    ("核对各分项和总额；以批复文件为准", "check the parts and the total against the paper"),
)
OVERPAID = code(
    "record.paid-over-contract",
    ("支付超过合同", "Paid more than the contract"),
    ("合同 {contract} 已付 {sum}，合同额 {total}", "contract {contract}: {sum} paid of {total}"),
    ("核对支付和补充合同", "check the payments and the supplements"),
)
NO_CONTRACT = code(
    "record.payment-without-contract",
    ("支付没有合同", "A payment without a contract"),
    ("没有合同 contract_signed/{contract}", "there is no contract_signed/{contract}"),
    ("先登记合同，或改正合同序号", "record the contract first, or mend its number"),
)
UNLIKELY = code(
    "record.unlikely-amount",
    ("金额大小异常", "An amount of an unlikely size"),
    ("{amount} 即 {yuan} 元，{size}{meant}", "{amount} is {yuan} 元, {size_en}{meant_en}"),
    (
        "核对文件上的单位是元、万元还是亿元；单位无误就不必改",
        "look whether the paper says 元, 万元 or 亿元; where the unit is right, nothing is to be done",
    ),
)

AMOUNTS = frozenset(
    {
        "amount", "budget", "early_costs", "from", "it_part", "limit_price", "moved",
        "original_investment", "surplus", "to", "total", "year_fund",
    }
)  # fmt: skip
"""Fields of all records that hold an amount; days are called ``from`` and ``to`` too."""
WHOLE = frozenset({"budget", "it_part", "limit_price", "original_investment", "total"})
"""Those of them that speak of a whole project, contract or purchase: not of one row, a difference or a rest."""
_CODES = frozenset({"external_ids/budget"})
"""A code of another platform that only shares the name: any text may stand there."""
_PRICES = ("milestones/contract_", "milestones/procurement_awarded")
_LITTLE = 100_000
_MUCH = 100_000_000_000
"""1,000 元 and 1,000,000,000 元, in fen: an IT project of a city below or from there is first of all a slip of the unit."""
_UNITS = {"元": 100, "万元": 1_000_000, "亿元": 10_000_000_000}


@check(on="any", codes=[UNLIKELY])
def amounts_are_likely(ctx: CheckContext) -> Iterator[Problem]:
    """No amount has a size that only a slip of the unit would give."""
    for path, text in ctx.named(AMOUNTS):
        if not isinstance(text, str) or not text.endswith("元") or path in _CODES:
            continue
        fen = Money.parse(text).fen
        whole = path.split("/")[-1] in WHOLE or path.startswith(_PRICES)
        if fen >= _MUCH or (whole and 0 < fen < _LITTLE):
            meant = _meant(text, fen)
            yield problem(
                UNLIKELY, path, severity=Severity.WARNING, amount=text, yuan=Money(fen).format_yuan(),
                size="对信息化项目大得少见" if fen >= _MUCH else "对信息化项目小得少见",
                size_en="more than IT projects cost" if fen >= _MUCH else "less than IT projects cost",
                instead=meant, meant=f"；是不是 {meant}？" if meant else "", meant_en=f"; did you mean {meant}?" if meant else "",
            )  # fmt: skip


def _meant(text: str, fen: int) -> str | None:
    """The same number under the unit that makes it likely; None where none does."""
    number = text.rstrip("亿万元")
    unit = text[len(number) :]
    for other in ("万元", "元"):
        scaled = fen * _UNITS[other]
        if scaled % _UNITS[unit] == 0 and _LITTLE <= scaled // _UNITS[unit] < _MUCH:
            return f"{number}{other}"
    return None


@check(codes=[SUM])
def parts_add_up(ctx: CheckContext) -> Iterator[Problem]:
    """Funding adds up to its total and scope does not exceed it; what moves within an adjustment is what it says."""
    for m in ctx.view.of_class(Approved):
        yield from _parts(m, m.funding, m.scope, ("资金安排", "funding rows"), ("分项金额", "scope amounts"))
    for s in ctx.view.of_class(Settled):
        yield from _parts(s, s.funding, s.scope, ("分来源决算", "funding rows"), ("分项决算", "scope amounts"))
    for a in ctx.view.of_class(Adjustment):
        if a.scope and a.moved is not None:
            up = Money.total(r.to - r.from_ for r in a.scope if r.to > r.from_)
            down = Money.total(r.from_ - r.to for r in a.scope if r.from_ > r.to)
            yield from _sum(f"milestones/{key_of(a)}/moved", max(up, down), a.moved, ("分项调整", "scope moves"))


@check(codes=[OVERPAID, NO_CONTRACT])
def payments_stay_within_contracts(ctx: CheckContext) -> Iterator[Problem]:
    """Every payment names a contract, and no contract is paid beyond its amount with its supplements."""
    contracts = {m.seq or 1: m for m in ctx.view.of_class(Contract)}
    paid: dict[int, list[Money]] = {}
    for p in ctx.project.payments:
        if p.contract not in contracts:
            yield problem(NO_CONTRACT, f"payments/{p.seq}/contract", contract=p.contract)
        else:
            paid.setdefault(p.contract, []).append(p.amount)
    for seq, amounts in paid.items():
        total, limit = Money.total(amounts), ctx.view.contract_amount(contracts[seq])
        if limit is not None and total > limit:
            yield problem(
                OVERPAID, "payments", key=f"payments/contract-{seq}", severity=Severity.WARNING,
                contract=seq, sum=str(total), total=str(limit),
            )  # fmt: skip


def _parts(
    act: Approved | Settled,
    funding: Sequence[FundingRow],
    scope: Sequence[ScopeAmount],
    funding_named: tuple[str, str],
    scope_named: tuple[str, str],
) -> Iterator[Problem]:
    """What the parts of the total of an act make together, each sort by its name in both languages."""
    if act.total is None:
        return
    at = f"milestones/{key_of(act)}"
    if funding:
        yield from _sum(f"{at}/funding", Money.total(r.amount for r in funding), act.total, funding_named)
    if (parts := Money.total(r.amount for r in scope)) > act.total:
        yield from _sum(f"{at}/scope", parts, act.total, scope_named)


def _sum(path: str, found: Money, total: Money, named: tuple[str, str]) -> Iterator[Problem]:
    if found != total:
        what, what_en = named
        yield problem(
            SUM, path, what=what, what_en=what_en, sum=str(found), total=str(total), gap=str(abs(found - total))
        )

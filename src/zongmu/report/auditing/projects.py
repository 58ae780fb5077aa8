"""What the projects look like at the end of a period: quiet ones, amounts near a threshold, acts that do not fit.

Of amounts and acts only those of which something was recorded or changed in the period, so that the reports of twelve
months tell together what that of the year tells, and none tells it twice.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from zongmu.history.fields import root
from zongmu.model.acts.kinds import ENDS
from zongmu.model.acts.milestones import Act, Contract, key_of
from zongmu.model.derived.lifecycle import contradictions
from zongmu.model.derived.views import View
from zongmu.model.finding import Bilingual
from zongmu.model.scalars import Money
from zongmu.report.auditing import table as t
from zongmu.report.auditing.table import Cell, Material, Options, Table

_BUILDS: Final = frozenset({"build", "supply", "service"})
_WATCHES: Final = frozenset({"supervision", "assessment"})
_AMOUNTS: Final = ("total", "amount", "budget")
_USUAL: Final = (
    ("declared", "approved"),
    ("approval_applied", "approved"),
    ("approval_applied", "plan_approved"),
    ("approved", "procurement_announced"),
    ("plan_approved", "procurement_announced"),
    ("procurement_awarded", "contract_signed"),
    ("contract_signed", "build_started"),
)
"""Orders that an auditor expects of what builds; another one can be right, and is no contradiction in the record."""


def quiet(material: Material, options: Options) -> Table:
    """Projects of which nothing was recorded for long, at the end of the period."""
    last: dict[str, dt.date] = {}
    for event in material.events:
        if event.recorded_day <= options.end:
            last[event.record] = max(event.recorded_day, last.get(event.record, event.recorded_day))
    rows: list[tuple[Cell, ...]] = []
    for id, project in sorted(material.projects.items()):
        day, view = last.get(id), View(project)
        if day is not None and not view.has(*ENDS) and (options.end - day).days > options.quiet:
            acts = view.milestones
            latest = material.act(id, key_of(acts[-1])) if acts else ""
            rows.append((id, project.name, day.isoformat(), (options.end - day).days, latest))
    return Table(
        "quiet",
        Bilingual(f"{options.quiet} 天以上没有动静的项目", f"Projects quiet for more than {options.quiet} days"),
        Bilingual("已投入使用的项目可以一年没有登记", "A project in use may have nothing to record for a year"),
        (
            t.RECORD,
            t.NAME,
            Bilingual("最近登记", "Last recorded"),
            Bilingual("天数", "Days"),
            Bilingual("最近事项", "Last act"),
        ),
        tuple(rows),
    )


def near(material: Material, options: Options) -> Table:
    """Amounts just under a threshold that a measure sets, as of the day of the act; a row for each amount and threshold."""
    rows: list[tuple[Cell, ...]] = []
    for id, view, act in _acts(material, options):
        for name in _AMOUNTS:
            amount = getattr(act, name, None)
            if not isinstance(amount, Money):
                continue
            limits: dict[Money, list[tuple[str, Bilingual]]] = {}
            for law in material.laws.get(view.project.jurisdiction, ()):
                for parameter in law.parameters.values():
                    limit = parameter.on(act.date)
                    if isinstance(limit, Money) and _just_under(amount, limit, parameter.comparator, options.near):
                        limits.setdefault(limit, []).append((parameter.cites, parameter.title))
            field = root("project").child("milestones", {}).child(name, {"kind": act.kind}).title
            title = material.act(id, key_of(act))
            for limit, parameters in sorted(limits.items(), key=lambda row: row[0].fen):
                rows.append(
                    (
                        id,
                        Bilingual(f"{title.zh} {field.zh}", f"{title.en}: {field.en}"),
                        act.date.isoformat(),
                        amount.canonical(),
                        limit.canonical(),
                        "、".join(dict.fromkeys(cites for cites, _ in parameters)),
                        Bilingual(
                            "、".join(dict.fromkeys(said.zh for _, said in parameters)),
                            "; ".join(dict.fromkeys(said.en for _, said in parameters)),
                        ),
                    )
                )
    return Table(
        "near",
        Bilingual(f"略低于办法所定金额（{options.near}% 以内）", f"Amounts within {options.near} % below a threshold"),
        Bilingual(
            "预算按上限编制是常事；看同一单位是否反复",
            "Budgets are often made up to a limit; look for one unit doing it again and again",
        ),
        (
            t.RECORD,
            t.WHAT,
            t.ACT_DAY,
            t.AMOUNT,
            Bilingual("界限", "Threshold"),
            Bilingual("条款", "Sentence"),
            Bilingual("参数", "Parameter"),
        ),
        tuple(rows),
    )


def _just_under(amount: Money, limit: Money, comparator: str, percent: int) -> bool:
    """Whether an amount stays below what a threshold catches; exactly at it where only more is caught."""
    below = amount.fen < limit.fen or (amount.fen == limit.fen and comparator in (">", "<="))
    return below and amount.fen * 100 >= limit.fen * (100 - percent)


def _acts(material: Material, options: Options) -> Iterator[tuple[str, View, Act]]:
    """The acts that stand at the end of the period and of which something was recorded in it."""
    touched = material.touched(options)
    for id, project in sorted(material.projects.items()):
        view = View(project)
        for act in view.milestones:
            if (id, f"milestones/{key_of(act)}") in touched:
                yield id, view, act


def order(material: Material, options: Options) -> Table:
    """Acts that contradict each other, that came in an unusual order, or that were recorded before their day."""
    rows: list[tuple[Cell, ...]] = []
    touched = material.touched(options)
    for id, project in sorted(material.projects.items()):
        view = View(project)
        found = dict.fromkeys((c.key, c.day, c.other, c.other_day) for c in contradictions(view))
        found |= dict.fromkeys(_unusual(view))
        for key, day, other, other_day in found:
            if touched & {(id, f"milestones/{one}") for one in (key, other)}:
                titles = (material.act(id, one) for one in (key, other))
                first, second = titles
                rows.append((id, first, day.isoformat(), second, other_day.isoformat() if other_day else ""))
    for event in material.inside(options):
        for row in event.rows() if event.type == "project" else ():
            if row.day is not None and row.day > event.recorded_day and row.path.startswith("milestones/"):
                recorded = Bilingual("登记", "Recorded")
                title = material.matter(event.record, event.type, row.path)
                rows.append((event.record, title, row.day.isoformat(), recorded, event.recorded_day.isoformat()))
    return Table(
        "order",
        Bilingual("先后颠倒的事项", "Acts out of order"),
        Bilingual(
            "日期登错；办法允许容缺受理、先行实施的情形",
            "A day written wrongly; cases in which the measure allows to begin before a paper is there",
        ),
        (t.RECORD, t.WHAT, t.ACT_DAY, t.OTHER, Bilingual("其日期", "Its day")),
        tuple(rows),
    )


def _unusual(view: View) -> Iterator[tuple[str, dt.date, str, dt.date | None]]:
    """What comes before what it usually follows: the first of its kind before the first of the other."""
    for before, after in _USUAL:
        first, then = (_first(view, kind) for kind in (before, after))
        if first is not None and then is not None and then.date < first.date:
            yield key_of(then), then.date, key_of(first), first.date


def _first(view: View, kind: str) -> Act | None:
    """The first act of a kind; of contracts the first that builds, since studies and design come before an approval."""
    if kind == "contract_signed":
        return next((c for c in view.contracts() if c.role == "build"), None)
    return view.first(kind)


def two_hats(material: Material, options: Options) -> Table:
    """One supplier that builds and supervises, or tests, the same project."""
    rows: list[tuple[Cell, ...]] = []
    touched = material.touched(options)
    for id, project in sorted(material.projects.items()):
        for name, contracts in _suppliers(View(project).contracts()):
            roles = {contract.role for contract in contracts}
            new = touched & {(id, f"milestones/{key_of(c)}") for c in contracts}
            if new and roles & _WATCHES and roles & _BUILDS:
                said = [(material.act(id, key_of(c)), material.code(id, "contract_role", c.role)) for c in contracts]
                held = Bilingual(
                    "、".join(f"{act.zh} {role.zh}" for act, role in said),
                    "; ".join(f"{act.en}: {role.en}" for act, role in said),
                )
                rows.append((id, project.name, name, held))
    return Table(
        "two_hats",
        Bilingual("同一供应商既承建又监理或测评", "One supplier builds and supervises or tests"),
        Bilingual("名称相同的两家单位", "Two firms of one name"),
        (t.RECORD, t.NAME, Bilingual("供应商", "Supplier"), Bilingual("合同", "Contracts")),
        tuple(rows),
    )


def _suppliers(contracts: Iterable[Contract]) -> list[tuple[str, list[Contract]]]:
    """Each supplier or consortium member with its contracts.

    One is known by its credit code, or its record as a body; a name without either is the firm that bears this name with one
    elsewhere in the project, if it is one alone.
    """
    parties = [
        (contract, name or code or "", code)
        for contract in contracts
        for name, code in (
            (contract.supplier, contract.supplier_uscc or contract.supplier_org),
            *((member.name, member.uscc or member.organization) for member in contract.members),
        )
    ]
    codes: dict[str, set[str]] = {}
    for _, name, code in parties:
        codes.setdefault(_letters(name), set()).update({str(code)} if code else ())
    held: dict[str, tuple[str, list[Contract]]] = {}
    for contract, name, code in parties:
        known = codes[_letters(name)]
        who = str(code) if code else next(iter(known)) if len(known) == 1 else _letters(name)
        mine = held.setdefault(who, (name, []))[1]
        if who and contract not in mine:
            mine.append(contract)
    return sorted((row for row in held.values() if row[1]), key=lambda row: row[0])


def _letters(name: str) -> str:
    """A name without what width, case and spaces do to it."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())

"""Pages of years: the yearly plan where it is published, and what happened to published projects in that year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial

from markupsafe import Markup

from zongmu.model.acts.milestones import Accepted, Approved, Contract, key_of
from zongmu.model.acts.parts import FundingRow
from zongmu.model.scalars import Money
from zongmu.publish.pages.base import Later, Maker, Pages
from zongmu.publish.released.registers import PlanDecision, PublicPlan
from zongmu.publish.released.release import Released
from zongmu.publish.rendering.tables import Table


@dataclass(slots=True)
class _Year:
    """What published projects of a city did in a year, and all of those that did anything."""

    projects: dict[str, Released] = field(default_factory=dict)
    registered: list[Released] = field(default_factory=list)
    approved: list[tuple[Released, Approved]] = field(default_factory=list)
    signed: list[tuple[Released, Contract]] = field(default_factory=list)
    accepted: list[tuple[Released, Accepted]] = field(default_factory=list)
    funding: list[tuple[Released, FundingRow]] = field(default_factory=list)
    paid: list[tuple[Released, Money]] = field(default_factory=list)


Years = dict[tuple[str, int], _Year]


def year_pages(make: Maker) -> Pages:
    """The list of years and a page for each city and year."""
    years = _years(make)
    plans = {(p.jurisdiction, p.year): p for p in make.release.registers.plans}
    for key in plans:
        years.setdefault(key, _Year())
    yield _list(make, years, plans)
    for (city, number), year in years.items():
        plan = plans.get((city, number))
        here = list(year.projects.values())
        here += [p for line in plan.lines if (p := make.release.project(line.project)) is not None] if plan else []
        page = partial(_page, make, city, number, year, plan)
        yield Later(make.path("years", f"{city}-{number}.html"), page, here, plan)


def _years(make: Maker) -> Years:
    found: Years = {}

    def of(project: Released, number: int) -> _Year:
        year = found.setdefault((project.public.jurisdiction, number), _Year())
        year.projects[project.public.id] = project
        return year

    for p in make.release.projects:
        of(p, int(p.public.id.rsplit("-", 2)[1])).registered.append(p)
        for approval in p.view.estimate_approvals:
            of(p, approval.date.year).approved.append((p, approval))
        for contract in p.view.contracts():
            of(p, contract.date.year).signed.append((p, contract))
        for act in p.view.of_kind(Accepted, "final_accepted"):
            if act.conclusion == "pass":
                of(p, act.date.year).accepted.append((p, act))
        # Of the latest approval that says where the money comes from: earlier ones no longer hold.
        for row in next((a.funding for a in reversed(p.view.approvals) if a.funding), ()):
            if row.year is not None:
                of(p, row.year).funding.append((p, row))
        for payment in p.view.project.payments:
            of(p, payment.date.year).paid.append((p, payment.amount))
    return found


def _in_order(years: Years) -> Iterator[tuple[str, int, _Year]]:
    for city, number in sorted(years, key=lambda key: (-key[1], key[0])):
        yield city, number, years[city, number]


def _list(make: Maker, years: Years, plans: dict[tuple[str, int], PublicPlan]) -> tuple[str, bytes]:
    say, rows = make.say, []
    for city, number, year in _in_order(years):
        plan = plans.get((city, number))
        rows.append(
            (
                Markup('<a href="%s-%d.html">%d</a>') % (city, number, number),
                say.city(city),
                len(plan.lines) if plan is not None else "",
                len(year.registered),
                say.amount(_sum(a.total for _, a in year.approved)) if year.approved else "",
                say.amount(_sum(p.view.contract_amount(c) for p, c in year.signed)) if year.signed else "",
                say.amount(_funds(year)) if year.funding else "",
                say.amount(_paid(year)) if year.paid else "",
                len(year.accepted) or "",
            )
        )
    headers = make.word(
        "年度;城市;列入计划;登记项目;批复（万元）;签订合同（万元）;安排资金（万元）;支付（万元）;竣工验收",
        "Year;City;On the plan;Registered;Approved (CNY);Contracts signed (CNY);Assigned (CNY);Paid (CNY);Accepted",
    ).split(";")
    title = make.word("年度", "Years")
    return make.listing(
        "years",
        title,
        make.word(
            "每年的年度计划，和已公开项目在那一年的批复、合同、资金、支付、验收。",
            "The plan of each year, and what published projects did in it: approvals, contracts, money, payments, acceptance.",
        ),
        [Table("years", title, headers, rows, frozenset(range(2, 9)), _note(make))],
    )


def _note(make: Maker) -> str:
    return make.word(
        "批复按批复当年计；一个项目多年批复的，各年都计。合同按签订当年计，含运维合同，金额为补充后的。安排资金是最近一次批复安排在当年的，支付按支付当年计。",
        "Approvals count in the year of the approval, once for each approval; contracts, those to operate included, in the "
        "year they were signed, with what they amount to after supplements; money assigned is what the latest approval sets for the year; payments count in the year of the payment.",
    )


def _funds(year: _Year) -> Money:
    """The money that approvals assign to the year."""
    return Money.total(row.amount for _, row in year.funding)


def _paid(year: _Year) -> Money:
    """What was paid in the year."""
    return Money.total(amount for _, amount in year.paid)


def _sum(amounts: Iterable[Money | None]) -> Money:
    return Money.total(a for a in amounts if a is not None)


def _page(make: Maker, city: str, number: int, year: _Year, plan: PublicPlan | None) -> tuple[str, bytes]:
    say = make.say
    facts: list[tuple[str, Markup]] = [(make.word("城市", "City"), say.city(city))]
    tables: list[Table] = []
    if plan is not None:
        facts += _plan_facts(make, plan)
        if plan.lines:
            tables.append(_plan_table(make, year, plan))
    for id, title, rows in (
        ("approved", make.word("当年批复", "Approved in the year"), _approved(make, year)),
        ("signed", make.word("当年签订的合同", "Contracts signed in the year"), _signed(make, year)),
        ("accepted", make.word("当年竣工验收", "Accepted in the year"), _accepted(make, year)),
    ):
        if rows:
            headers = make.word("项目;日期;事项;文号;金额（万元）", "Project;Date;Act;Document;Amount (CNY)").split(";")
            tables.append(Table(id, title, headers, rows, frozenset({4})))
    if year.funding:
        tables.append(_funding(make, city, year))
    if year.funding or year.paid:
        tables.append(_spent(make, city, year))
    if year.registered:
        rows_ = [
            (say.project(p.public.id), p.public.id, say.stage(city, p.stage) if p.stage else "")
            for p in year.registered
        ]
        titles = make.word("项目;登记号;现处阶段", "Project;Number;Stage now").split(";")
        short = frozenset({1, 2})
        title = make.word("当年登记的项目", "Registered in the year")
        tables.append(Table("registered", title, titles, rows_, short=short))
    name = make.word(f"{say.city(city).striptags()} {number} 年度", f"{say.city(city).striptags()}, {number}")
    lead = _lead(make, year)
    return make.sheet(
        "years",
        f"{city}-{number}.html",
        name,
        lead.striptags(),
        parent=make.word("年度", "Years"),
        name=name,
        lead=lead,
        note="" if plan is not None else make.word("没有公开的年度计划。", "No yearly plan is published."),
        facts=facts,
        tables=tables,
    )


def _lead(make: Maker, year: _Year) -> Markup:
    """What came of the year, in one line: what nobody recorded is not nought, and not said."""
    say = make.say
    said: list[Markup | str] = []
    for word, amounts in (
        (make.word("批复 ", "approved "), [a.total for _, a in year.approved]),
        (make.word("签订合同 ", "contracts "), [p.view.contract_amount(c) for p, c in year.signed]),
    ):
        if any(amount is not None for amount in amounts):
            said.append(word + say.money(_sum(amounts)))
    if year.funding:
        said.append(make.word("批复安排在当年的资金 ", "assigned to the year by approvals ") + say.money(_funds(year)))
    if year.paid:
        said.append(make.word("支付 ", "paid ") + say.money(_paid(year)))
    if year.accepted:
        said.append(make.word(f"竣工验收 {len(year.accepted)} 项", f"projects accepted: {len(year.accepted)}"))
    if not said:
        return Markup(
            make.word("没有公开的批复、合同、支付和验收。", "No approval, contract, payment or acceptance is public.")
        )
    line = Markup(make.word("，", "; ")).join(said) + make.word("。", ".")
    return line[0].upper() + line[1:]


def _plan_facts(make: Maker, plan: PublicPlan) -> Iterator[tuple[str, Markup]]:
    for title, act in (
        (make.word("计划编制", "Compiled"), plan.compiled),
        (make.word("计划审定", "Approved"), plan.approved),
    ):
        if act is not None:
            yield title, _decision(make, act)
    if plan.follows:
        yield make.word("依据的规划", "Follows"), make.say.chinese(plan.follows)


def _decision(make: Maker, act: PlanDecision) -> Markup:
    said = [Markup('<span class="zm-date">%s</span>') % act.date.isoformat()]
    said += [make.say.body(act.body)] if act.body else []
    said += [make.say.chinese(act.number)] if act.number else []
    return Markup(" ").join(said)


def _plan_table(make: Maker, year: _Year, plan: PublicPlan) -> Table:
    say, rows, paid = make.say, [], _by_project(year.paid)
    for line in plan.lines:
        kind = say.code(plan.jurisdiction, "carry_over", line.carry_over) if line.carry_over else ""
        if line.added is not None:
            ground = say.code(plan.jurisdiction, "ground", line.ground) if line.ground else ""
            kind = make.word(f"增补 {line.added} {ground}", f"Added {line.added} {ground}").rstrip()
        project = make.release.project(line.project)
        stage = say.stage(plan.jurisdiction, project.stage) if project is not None and project.stage else ""
        amounts = (line.fund, paid.get(line.project))
        rows.append(
            (say.project(line.project), kind, stage, *(say.amount(a) if a is not None else "" for a in amounts))
        )
    funds = [line.fund for line in plan.lines if line.fund is not None]
    headers = make.word(
        "项目;新建、续建、增补;现处阶段;年度资金（万元）;当年支付（万元）",
        "Project;New, carried over or added;Stage now;Funds of the year (CNY);Paid in the year (CNY)",
    )
    return Table(
        "plan",
        make.word("年度计划", "Yearly plan"),
        headers.split(";"),
        rows,
        frozenset({3, 4}),
        make.word("只列已公开的项目；所列合计 ", "Published projects alone; in all ")
        + say.money(Money.total(funds)).striptags()
        + make.word("。", "."),
    )  # fmt: skip


_Row = tuple[object, ...]


def _approved(make: Maker, year: _Year) -> list[_Row]:
    return [
        (
            make.say.project(p.public.id),
            a.date.isoformat(),
            make.say.kind(p.public.jurisdiction, a.kind),
            make.say.chinese(str(a.number)) if a.number else "",
            make.say.amount(a.total) if a.total is not None else "",
        )
        for p, a in sorted(year.approved, key=lambda row: (row[1].date, row[0].public.id))
    ]


def _signed(make: Maker, year: _Year) -> list[_Row]:
    rows: list[_Row] = []
    for p, c in sorted(year.signed, key=lambda row: (row[1].date, row[0].public.id)):
        parties = make.release.suppliers.parties(p.public.id, key_of(c))
        role = make.say.code(p.public.jurisdiction, "contract_role", c.role)
        amount = p.view.contract_amount(c)
        rows.append(
            (
                make.say.project(p.public.id),
                c.date.isoformat(),
                Markup("<span>%s</span> %s") % (role, make.say.joined(map(make.say.supplier, parties)))
                if parties
                else role,
                make.say.chinese(str(c.number)) if c.number else "",
                make.say.amount(amount) if amount is not None else "",
            )
        )
    return rows


def _accepted(make: Maker, year: _Year) -> list[_Row]:
    rows: list[_Row] = []
    for p, a in sorted(year.accepted, key=lambda row: (row[1].date, row[0].public.id)):
        final = p.view.final_total.value
        rows.append(
            (
                make.say.project(p.public.id),
                a.date.isoformat(),
                make.say.kind(p.public.jurisdiction, a.kind)
                + (make.word("；金额为决算", "; amount of the final accounts") if final is not None else ""),
                make.say.chinese(str(a.number)) if a.number else "",
                make.say.amount(final) if final is not None else "",
            )
        )
    return rows


def _funding(make: Maker, city: str, year: _Year) -> Table:
    say = make.say
    sums: dict[tuple[str, str], list[Money]] = {}
    for _, row in year.funding:
        sums.setdefault((row.source, row.level or ""), []).append(row.amount)
    rows = [
        (
            say.code(city, "funding_source", source),
            say.code(city, "funding_level", level) if level else "",
            len(amounts),
            say.amount(Money.total(amounts)),
        )
        for (source, level), amounts in sorted(sums.items(), key=lambda item: -Money.total(item[1]).fen)
    ]
    headers = make.word("资金来源;层级;笔数;金额（万元）", "Source;Level;Rows;Amount (CNY)").split(";")
    title = make.word("批复中安排在当年的资金", "Money that approvals assign to the year")
    return Table("funding", title, headers, rows, frozenset({2, 3}))


def _spent(make: Maker, city: str, year: _Year) -> Table:
    """The projects of the year's money: what is assigned to it and paid in it, and how far all their contracts are paid."""
    say = make.say
    assigned, paid = _by_project((p, row.amount) for p, row in year.funding), _by_project(year.paid)
    sources: dict[str, dict[str, None]] = {}
    for p, row in year.funding:
        level = say.code(city, "funding_level", row.level) if row.level else ""
        sources.setdefault(p.public.id, {})[f"{say.code(city, 'funding_source', row.source)} {level}".rstrip()] = None
    here = {p.public.id: p for p, _ in (*year.funding, *year.paid)}
    nothing = Money.ZERO
    order = sorted(here, key=lambda id: (-assigned.get(id, nothing).fen, -paid.get(id, nothing).fen, id))
    rows = []
    for id in order:
        p, contracts = here[id], _contracts(here[id])
        in_all = p.view.paid if p.view.project.payments else None
        left = contracts - in_all if contracts is not None and in_all is not None else None
        amounts = (assigned.get(id), paid.get(id), contracts, in_all, left)
        rows.append(
            (
                say.project(id),
                say.stage(city, p.stage) if p.stage else "",
                make.word("、", ", ").join(sources.get(id, ())),
                *(say.amount(amount) if amount is not None else "" for amount in amounts),
            )
        )
    headers = make.word(
        "项目;现处阶段;资金来源;当年安排（万元）;当年支付（万元）;合同（万元）;累计支付（万元）;合同未付（万元）",
        "Project;Stage now;Source;Assigned (CNY);Paid (CNY);Contracts (CNY);Paid, all years (CNY);Still to pay (CNY)",
    ).split(";")
    title = make.word("当年的钱：安排与支付", "Money of the year: assigned and paid")
    note = make.word(
        "合同是这个项目全部合同补充后的合计，含运维合同；有一份没有登记金额的，不合计。没有登记支付的，不当作没有支付。",
        "Contracts are all of the project's after supplements, those to operate included; no sum where one has no amount. That no "
        "payment is recorded does not say that none was made.",
    )
    return Table("spent", title, headers, rows, frozenset(range(3, 8)), note, sortable=True)


def _by_project(amounts: Iterable[tuple[Released, Money]]) -> dict[str, Money]:
    """The sums of amounts by project."""
    found: dict[str, Money] = {}
    for project, amount in amounts:
        found[project.public.id] = found.get(project.public.id, Money.ZERO) + amount
    return found


def _contracts(project: Released) -> Money | None:
    """All contracts of a project after supplements; nothing without any, or where one has no amount."""
    amounts = [project.view.contract_amount(c) for c in project.view.contracts()]
    known = [a for a in amounts if a is not None]
    return Money.total(known) if known and len(known) == len(amounts) else None

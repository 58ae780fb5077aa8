"""What pages of bodies and districts say of a group of projects: chief figures, deadlines, money by year, who builds, where to
follow them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from markupsafe import Markup

from zongmu.model.acts.milestones import key_of
from zongmu.model.derived.views import View
from zongmu.model.scalars import Money
from zongmu.publish.derived.duties import Duties
from zongmu.publish.derived.figures import spending, spending_of, total
from zongmu.publish.derived.ratings import limits_of, rate
from zongmu.publish.derived.suppliers import Supplier
from zongmu.publish.open_data.shares import share_path
from zongmu.publish.pages.base import Maker, Table, Tile
from zongmu.publish.pages.deadlines import deadlines_table
from zongmu.publish.pages.ratings import overall_cell
from zongmu.publish.released.release import Released
from zongmu.publish.rendering.say import slug

LONG = 30
"""From so many projects on, their table comes last, so that it hides nothing."""


def duties_by(make: Maker, fact: str) -> Mapping[str, Duties]:
    """Duties by a fact of their project (``owner``, ``region``)."""
    out: dict[str, Duties] = {}
    for duty in make.release.duties.late:
        out.setdefault(duty.project.public.facts.get(fact, ""), Duties()).late.append(duty)
    for duty in make.release.duties.due:
        out.setdefault(duty.project.public.facts.get(fact, ""), Duties()).due.append(duty)
    return out


def group_tiles(make: Maker, projects: Sequence[Released], duties: Duties, facet: str) -> list[Tile]:
    """The chief figures of a group, each with the rows behind it; *facet*: how the list is asked for these projects."""
    to = f"{make.say.up}projects/index.html#{facet}"
    return [
        Tile(make.word("已公开项目", "Published projects"), len(projects), href=to),
        *spending_tiles(make, projects, f"{to}&", "#years"),
        Tile(
            make.word("逾期事项", "Overdue duties"),
            len(duties.late),
            # The day only where it decides something: a page without deadlines stays as it is from day to day.
            make.word(f"截至 {make.release.asof}", f"as of {make.release.asof}") if duties.late or duties.due else "",
            "#deadlines" if duties.late else "",
            bool(duties.late),
        ),
    ]


def spending_tiles(make: Maker, projects: Iterable[Released], to: str, payments: str) -> list[Tile]:
    """Approved, contracted and paid in all. *to*: the list of these projects, up to how it is sorted; *payments*: where
    payments stand."""
    views = [p.view for p in projects]
    (approved, with_approval), (contracted, with_contract), (paid, paying) = spending_of(views)
    money, none = make.say.money, make.say.none
    left_out = not with_contract and any(view.contracts() for view in views)
    return [
        Tile(
            make.word("现行批复合计", "Approved in all"),
            money(approved) if with_approval else none,
            make.projects(with_approval),
            f"{to}sort=-approved" if with_approval else "",
        ),
        Tile(
            make.word("合同合计", "Contracted in all"),
            money(contracted) if with_contract else none,
            make.word("运维合同和没有金额的不计", "without contracts to operate or of no amount")
            if left_out
            else make.projects(with_contract),
            f"{to}sort=-contracted" if with_contract else "",
        ),
        Tile(
            make.word("已支付", "Paid"),
            money(paid) if paying else none,
            make.projects(paying),
            payments if paying else "",
        ),
    ]


def facet_of(key: str, value: str) -> str:
    """The part of the list's address that asks for one facet."""
    return f"{key}={quote(value, safe='')}"


def group_tables(
    make: Maker, id: str, title: str, projects: Sequence[Released], duties: Duties, *, unit: bool = True
) -> list[Table]:
    """Deadlines, the projects, money by year, who builds; those that have rows. *unit*: whether rows say whose a project is."""
    due = [*duties.late, *duties.due]
    here = projects_table(make, id, title, projects, unit=unit)
    money = (_years(make, projects), _suppliers(make, projects))
    found = (
        deadlines_table(make, "deadlines", make.word("期限与逾期", "Deadlines"), due, unit=unit),
        *((*money, here) if len(projects) > LONG else (here, *money)),
    )
    return [table for table in found if table.rows]


def spending_cells(make: Maker, view: View) -> list[str | Markup]:
    """Approved, contracted and paid; empty for what is not recorded."""
    return [make.say.amount(amount) if amount is not None else "" for amount in spending(view)]


def spending_sums(make: Maker, projects: Iterable[Released]) -> list[str | Markup]:
    """The same of several projects."""
    return [make.say.amount(amount) if known else "" for amount, known in spending_of(p.view for p in projects)]


def projects_table(make: Maker, id: str, title: str, projects: Sequence[Released], *, unit: bool = True) -> Table:
    """Projects with their money and how they keep to their original baseline, the newest first."""
    say, rows = make.say, []
    limits = limits_of(make.release.instance)
    for p in sorted(projects, key=lambda p: p.public.id, reverse=True):
        owner = p.public.facts.get("owner")
        row: list[object] = [
            say.project(p.public.id) + Markup('<span class="zm-id">%s</span>') % p.public.id,
            *((say.body(owner) if owner else "",) if unit else ()),
            say.stage(p.public.jurisdiction, p.stage) if p.stage else "",
            *spending_cells(make, p.view),
        ]
        if limits.shown:
            row.append(overall_cell(make, rate(p.view, make.release.asof, limits)))
        rows.append(row)
    headers = make.word(
        "项目;阶段;现行批复（万元）;合同（万元）;已支付（万元）",
        "Project;Stage;Approved (CNY);Contracted (CNY);Paid (CNY)",
    ).split(";")
    if unit:
        headers.insert(1, make.word("单位", "Body"))
    first = headers.index(make.word("阶段", "Stage"))
    if limits.shown:
        headers.append(make.word("较原始基线", "Against original"))
    short = frozenset({first, first + 4})
    return Table(id, title, headers, rows, frozenset(range(first + 1, first + 4)), short=short, sortable=True)


@dataclass(slots=True)
class _Year:
    approved: list[Money | None] = field(default_factory=list)
    signed: list[Money | None] = field(default_factory=list)
    paid: list[Money | None] = field(default_factory=list)


def _years(make: Maker, projects: Iterable[Released]) -> Table:
    """What was approved, signed and paid in each year."""
    found: dict[int, _Year] = {}
    for p in projects:
        for approval in p.view.estimate_approvals[:1]:
            found.setdefault(approval.date.year, _Year()).approved.append(approval.total)
        for contract in p.view.contracts():
            found.setdefault(contract.date.year, _Year()).signed.append(p.view.contract_amount(contract))
        for payment in p.view.project.payments:
            found.setdefault(payment.date.year, _Year()).paid.append(payment.amount)
    rows: list[tuple[object, ...]] = []
    for year in sorted(found, reverse=True):
        of = found[year]
        rows.append((year, *_sum(make, of.approved), *_sum(make, of.signed), _sum(make, of.paid)[1]))
    headers = make.word(
        "年度;首次批复;金额（万元）;签订合同;金额（万元）;支付（万元）",
        "Year;First approvals;Amount (CNY);Contracts signed;Amount (CNY);Paid (CNY)",
    ).split(";")
    note = make.word(
        "批复按首次批复当年计，合同按签订当年、含运维合同、金额为补充后的，支付按支付当年。",
        "Approvals count in the year of the first one, contracts, those to operate included, in the year they were "
        "signed with what they amount to after supplements, payments in the year of the payment.",
    )
    title = make.word("分年资金", "Money by year")
    return Table("years", title, headers, rows, frozenset(range(1, 6)), note)


def _sum(make: Maker, amounts: Sequence[Money | None]) -> tuple[object, object]:
    """How many, and what they come to; empty for none."""
    found, known = total(amounts)
    return (len(amounts) or "", make.say.amount(found) if known else "")


def _suppliers(make: Maker, projects: Iterable[Released]) -> Table:
    """Who signed the contracts of these projects, the largest sum first."""
    sums: dict[str, list[Money]] = {}
    many: Counter[str] = Counter()
    by_slug: dict[str, Supplier] = {}
    for p in projects:
        for contract in p.view.contracts():
            supplier = make.release.suppliers.of(p.public.id, key_of(contract))
            if supplier is None:
                continue
            by_slug[supplier.slug] = supplier
            many[supplier.slug] += 1
            amount = p.view.contract_amount(contract)
            sums.setdefault(supplier.slug, []).extend([amount] if amount is not None else [])
    order = sorted(by_slug, key=lambda slug: (-Money.total(sums[slug]).fen, slug))
    rows = [
        (make.say.supplier(by_slug[slug]), many[slug], make.say.amount(Money.total(sums[slug])) if sums[slug] else "")
        for slug in order
    ]
    headers = make.word("供应商;合同;金额（万元）", "Supplier;Contracts;Amount (CNY)").split(";")
    return Table("suppliers", make.word("谁在承建", "Who builds"), headers, rows, frozenset({1, 2}))


def group_links(make: Maker, folder: str, id: str, facet: str, projects: int) -> list[tuple[str, str]]:
    """Where to go on from a group: its rows in the list and as a table, its calendar of deadlines, its feeds. A group without
    *projects* has none but the feeds."""
    up, root = make.say.up, "../" if make.zh else "../../"
    file = slug(id)
    feed = f"{up}feeds/{folder}/{file}"
    feeds = [(f"{feed}.atom", make.word("变更订阅（Atom）", "Changes (Atom)")), (f"{feed}.json", "JSON Feed")]
    if not projects:
        return feeds
    return [
        (f"{up}projects/index.html#{facet}", make.word("在总目录里筛选、下载", "Filter and download in the list")),
        (f"{root}{share_path(folder, id)}", make.word("这些项目的表（CSV）", "These projects as a table (CSV)")),
        (f"{root}{folder}/{file}.ics", make.word("期限日历（iCalendar）", "Deadlines (iCalendar)")),
        *feeds,
    ]

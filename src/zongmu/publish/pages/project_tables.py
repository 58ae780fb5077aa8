"""The tables of a project's page: its contracts, and the lists of rows that it registers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from zongmu.disclosure.projection import PublicMilestone
from zongmu.model.acts.milestones import key_at, key_of
from zongmu.model.records.project import Payment, Project, SharedUse
from zongmu.model.scalars import Money
from zongmu.publish.pages.base import Maker, Table
from zongmu.publish.released.release import Released
from zongmu.publish.rendering.escape import html, safe
from zongmu.publish.rendering.fields import FieldInfo, fields_of
from zongmu.publish.rendering.say import anchor

TABLES = ("scope", "standards", "indicators", "data_catalog")
"""Fields of a project's description that are lists of rows."""
_LAST = ("seq", "id")
"""What tells rows apart stands behind what they say."""


def contracts_table(make: Maker, project: Released) -> Table | None:
    """Contracts with what they amount to after their latest supplement."""
    say, rows = make.say, []
    public = {m.key: m for m in project.public.milestones}
    for contract in project.view.contracts():
        m = public[key_of(contract)]
        amount = project.view.contract_amount(contract)
        parties = make.release.suppliers.parties(project.public.id, m.key)
        paid = [p.amount for p in project.view.project.payments if p.contract == (contract.seq or 1)]
        rows.append(
            (
                _contract(make, project, m),
                say.joined([say.supplier(s) for s in parties]),
                safe(f'<span class="zm-date">{m.date.isoformat()}</span>'),
                say.amount(contract.amount) if contract.amount is not None else "",
                say.amount(amount) if amount is not None else "",
                say.amount(Money.total(paid)) if paid else "",
            )
        )
    if not rows:
        return None
    headers = make.word(
        "合同;供应商;签订;签订金额（万元）;补充后（万元）;已支付（万元）",
        "Contract;Supplier;Signed;As signed (CNY);After supplements (CNY);Paid (CNY)",
    ).split(";")
    return Table("contracts", make.word("合同", "Contracts"), headers, rows, frozenset({3, 4, 5}))


def _contract(make: Maker, project: Released, m: PublicMilestone) -> Markup:
    """A contract as a link to its place on the page: what it is for, and its number."""
    number = f' <span class="zm-number">{make.say.chinese(m.number)}</span>' if m.number else ""
    role = make.say.code(project.public.jurisdiction, "contract_role", str(m.facts.get("role", "")))
    return safe(
        f'<a href="#m-{anchor(m.key)}">{html(role) or html(make.say.key(project.public.jurisdiction, m.key))}</a>{number}'
    )


def further_tables(make: Maker, project: Released) -> list[Table]:
    """The lists of rows that the project registers, those that have any."""
    public, known = project.public, fields_of(Project)
    out = []
    sources: list[tuple[str, FieldInfo, Sequence[Mapping[str, Any]]]] = [
        *((name, known[name], public.facts.get(name, ())) for name in TABLES),
        ("shared_resources", known["shared_resources"], public.shared_resources),
        ("payments", known["payments"], public.payments),
        ("om_costs", known["om_costs"], public.om_costs),
        ("progress", known["progress"], public.progress),
        ("waivers", known["waivers"], public.waivers),
    ]
    for name, info, rows in sources:
        if rows and info.model is not None:
            out.append(_table(make, project, name, info, rows))
    return out


def _table(make: Maker, project: Released, name: str, info: FieldInfo, rows: Sequence[Mapping[str, Any]]) -> Table:
    assert info.model is not None
    jurisdiction = project.public.jurisdiction
    acts = {m.key: m for m in project.public.milestones}
    known = fields_of(info.model)
    columns = sorted((n for n in known if any(n in row for row in rows)), key=lambda n: n in _LAST)
    cells = []
    for row in rows:
        line: list[object] = []
        for column in columns:
            value = row.get(column)
            if value is None:
                line.append("")
            elif known[column].sort == "money":
                line.append(make.say.amount(Money.parse(value)))
            elif info.model is Payment and column == "contract":
                key = key_at("contract_signed", value)
                line.append(_contract(make, project, acts[key]) if key in acts else value)
            elif info.model is SharedUse and column == "resource":
                title = html(make.say.code(jurisdiction, "resource", value))
                line.append(
                    safe(f'<a href="{make.say.up}resources/{html(jurisdiction)}-{html(value)}.html">{title}</a>')
                )
            else:
                line.append(make.say.value(jurisdiction, known[column], value))
        cells.append(line)
    unit = make.word("（万元）", " (CNY)")
    headers = [_header(make, known[c]) + (unit if known[c].sort == "money" else "") for c in columns]
    numbers = frozenset(n for n, c in enumerate(columns) if known[c].sort == "money")
    return Table(name.replace("_", "-"), info.title.pick(make.lang), headers, cells, numbers)


def _header(make: Maker, field: FieldInfo) -> str:
    return make.word("合同", "Contract") if field.name == "contract" else field.title.pick(make.lang)

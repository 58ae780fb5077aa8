"""Pages of suppliers: their contracts, amounts, projects and roles."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from markupsafe import Markup

from zongmu.model.scalars import Money
from zongmu.publish.derived.suppliers import Part, Supplier
from zongmu.publish.pages.base import Later, Maker, Pages
from zongmu.publish.pages.paged import paged
from zongmu.publish.pages.upcoming import upcoming_pages
from zongmu.publish.rendering.say import anchor
from zongmu.publish.rendering.tables import Table


def supplier_pages(make: Maker) -> Pages:
    """The list of suppliers, what is to be procured, and a page for each supplier."""
    suppliers = list(make.release.suppliers.by_slug.values())
    lead = make.word(
        "已公开项目的合同由谁签订。以统一社会信用代码或单位登记为准；没有代码的按名称原样列出，相似的名称从不合并。",
        "Who signed the contracts of published projects. By credit code or record; without one by the name as written. "
        "Names that look alike are never merged.",
    )
    rows = [
        (
            make.say.supplier(s),
            s.uscc or Markup('<span class="zm-quiet">%s</span>') % make.word("未登记", "not recorded"),
            len({p.project.public.id for p in s.parts}),
            len(s.parts),
            _total(make, s),
            max(p.contract.date for p in s.parts).isoformat(),
        )
        for s in suppliers
    ]
    headers = make.word(
        "供应商;统一社会信用代码;项目;合同;合同合计（万元）;最近签订",
        "Supplier;Credit code;Projects;Contracts;Contracts in all (CNY);Latest",
    ).split(";")
    table = Table("suppliers", make.word("供应商", "Suppliers"), headers, rows, frozenset({2, 3, 4}), _note(make))
    yield from paged(
        make,
        "suppliers",
        table,
        lead,
        empty=make.word("还没有公开的合同。", "No contract is published yet."),
        links=[("upcoming.html", make.word("将要采购的项目", "Procurement to come"))],
    )
    yield from upcoming_pages(make)
    for s in suppliers:
        parts = [(p.contract.key, p.amount, p.member, p.share) for p in s.parts]
        said = s.name, s.uscc, s.organization, tuple(s.other_names), parts
        page = partial(_supplier_page, make, s)
        yield Later(make.path("suppliers", f"{s.slug}.html"), page, [p.project for p in s.parts], said)


def _total(make: Maker, s: Supplier) -> Markup:
    """What its contracts amount to, or why there is no sum."""
    if s.total is not None:
        return make.say.amount(s.total)
    if all(p.member for p in s.parts):
        said = make.word("联合体成员", "member of consortia")
    else:
        said = make.word("未登记", "not recorded")
    return Markup('<span class="zm-quiet">%s</span>') % said


def _note(make: Maker) -> str:
    return make.word(
        "合同合计按补充合同之后的金额；以联合体成员参加的合同不计入合计，免得重复计算。",
        "Amounts after supplements. Contracts in which a supplier is but a member of a consortium are not added up, so that none counts twice.",
    )


def _supplier_page(make: Maker, s: Supplier) -> tuple[str, bytes]:
    say = make.say
    facts: list[tuple[str, Markup]] = []
    if s.uscc:
        facts.append((make.word("统一社会信用代码", "Credit code"), Markup("%s") % s.uscc))
    if s.organization:
        facts.append((make.word("已登记的单位", "Registered body"), say.body(s.organization)))
    if s.other_names:
        title = make.word("合同上的其他写法", "Also written")
        facts.append((title, say.joined([say.chinese(n) for n in s.other_names])))
    led = [p for p in s.parts if not p.member]
    note = ""
    if not s.uscc and not s.organization:
        note = make.word(
            "合同没有登记统一社会信用代码，按名称原样列出，未经核实。",
            "No credit code is recorded with the contracts: listed by the name as written, not verified.",
        )
    projects = len({p.project.public.id for p in s.parts})
    if not led:
        said = make.word(
            "在 %s 个已公开项目中是联合体成员，没有自己签订的合同。",
            "A member of a consortium in %s published projects; it signed no contract itself.",
        )
        lead = Markup(said) % projects
    elif s.total is None:
        said = make.word(
            "在 %s 个已公开项目中签订 %s 份合同，都没有登记金额。",
            "%s published projects, %s contracts, none with an amount on record.",
        )
        lead = Markup(said) % (projects, len(led))
    else:
        said = make.word(
            "在 %s 个已公开项目中签订 %s 份合同，合计 %s。", "%s published projects, %s contracts, %s in all."
        )
        lead = Markup(said) % (projects, len(led), make.say.money(s.total))
        unknown = sum(p.amount is None for p in led)
        if unknown:
            lead += make.word(f"其中 {unknown} 份没有登记金额。", f" Of these, {unknown} without an amount on record.")
    return make.sheet(
        "suppliers",
        f"{s.slug}.html",
        s.name,
        lead.striptags(),
        parent=make.word("供应商", "Suppliers"),
        name=say.chinese(s.name),
        lead=lead,
        note=note,
        facts=facts,
        tables=[_contracts(make, s.parts)],
    )


def _contracts(make: Maker, parts: Sequence[Part]) -> Table:
    say, rows = make.say, []
    ends = any("warranty_until" in p.contract.facts for p in parts)
    for p in sorted(parts, key=lambda p: (p.contract.date, p.project.public.id), reverse=True):
        j, id = p.project.public.jurisdiction, p.project.public.id
        owner = p.project.public.facts.get("owner")
        role = say.code(j, "contract_role", str(p.contract.facts.get("role", "")))
        if p.member:
            role += make.word("（联合体成员）", " (member of a consortium)")
        if p.share:
            role += f" {p.share}"
        number = p.contract.number
        rows.append(
            (
                say.project(id),
                say.body(owner) if owner else "",
                Markup('<a href="%sprojects/%s.html#m-%s">%s</a>') % (say.up, id, anchor(p.contract.key), role),
                say.chinese(number) if number else "",
                Markup('<span class="zm-date">%s</span>') % p.contract.date.isoformat(),
                say.amount(p.amount) if p.amount is not None else "",
                _paid(make, p),
                say.stage(j, p.project.stage) if p.project.stage else "",
                *(
                    (Markup('<span class="zm-date">%s</span>') % p.contract.facts.get("warranty_until", ""),)
                    if ends
                    else ()
                ),
            )
        )
    headers = make.word(
        "项目;项目单位;合同;编号;签订;金额（万元）;已支付（万元）;项目现处阶段",
        "Project;Owner;Contract;Number;Signed;Amount (CNY);Paid (CNY);Stage of the project",
    ).split(";")
    if ends:
        headers.append(make.word("质保至", "Warranty until"))
    title = make.word("合同", "Contracts")
    return Table("contracts", title, headers, rows, frozenset({5, 6}), _note(make), sortable=True)


def _paid(make: Maker, part: Part) -> Markup:
    """What was paid on a contract; nothing where no payment is recorded."""
    seq = int(part.contract.key.partition("/")[2] or 1)
    paid = [row.amount for row in part.project.view.project.payments if row.contract == seq]
    return make.say.amount(Money.total(paid)) if paid else Markup("")

"""The page of procurement to come: projects that have no contract yet, how far they are, when and for how much they are expected."""

from __future__ import annotations

from typing import Literal, NamedTuple

from markupsafe import Markup

from zongmu.model.acts.kinds import KINDS
from zongmu.model.acts.milestones import Announced, key_of
from zongmu.model.derived.views import View
from zongmu.model.finding import Bilingual
from zongmu.model.scalars import Money
from zongmu.publish.derived.figures import limit_price
from zongmu.publish.pages.base import Files, Maker, Table
from zongmu.publish.pages.paged import paged
from zongmu.publish.pages.phases import phase_of
from zongmu.publish.released.release import Release, Released
from zongmu.publish.rendering.escape import html, safe
from zongmu.publish.rendering.say import anchor

State = Literal["announced", "intended", "approved", "applied", "suspended"]

STATES: dict[State, Bilingual] = {
    "announced": Bilingual("正在采购", "Out to tender"),
    "intended": Bilingual("已公布采购意向", "Intention published"),
    "approved": Bilingual("已批复，待采购", "Approved, to be procured"),
    "applied": Bilingual("申报中", "Applied for"),
    "suspended": Bilingual("暂停", "Suspended"),
}
"""How far a project is on its way to a contract, the nearest first."""

_BEFORE_APPROVAL = frozenset({"application", "library", "planning", "approval"})
_BEFORE_CONTRACT = _BEFORE_APPROVAL | {"procurement", None}
_EXPECTED = ("procurement_announced", "contract_signed", "build_started")


class Upcoming(NamedTuple):
    """A project that may be procured. ``expected``: a day or a month, as it is recorded."""

    project: Released
    state: State
    notice: Announced | None
    expected: str
    amount: Money | None
    basis: Bilingual | None


def upcoming(release: Release) -> list[Upcoming]:
    """Released projects without a contract that are not past procurement and were not turned down last; the nearest first, then
    by what is expected when.
    """
    found = [
        _upcoming(p)
        for p in release.projects
        if not p.view.contracts() and phase_of(release, p) in _BEFORE_CONTRACT and not _turned_down(p.view)
    ]
    order = list(STATES)
    return sorted(found, key=lambda row: (order.index(row.state), row.expected or "~", row.project.public.id))


def _turned_down(view: View) -> bool:
    """Whether the last that was done about admission and approval is that it was rejected."""
    acts = [m for m in view.milestones if KINDS[m.kind].phase in _BEFORE_APPROVAL]
    return bool(acts) and "rejected" in (acts[-1].kind, getattr(acts[-1], "conclusion", None))


def _upcoming(project: Released) -> Upcoming:
    view = project.view
    notices = [
        m for m in view.of_kind(Announced, "procurement_announced") if not view.answers(key_of(m), "procurement_failed")
    ]
    intended = view.of_kind(Announced, "procurement_intended")
    notice = notices[-1] if notices else intended[-1] if intended else None
    # The approval of a proposal opens the way to the application for approval, not to procurement.
    approved = any(m.kind != "proposal_approved" for m in view.approvals)
    state: State = "announced" if notices else "intended" if intended else "approved" if approved else "applied"
    if view.status == "suspended":
        state = "suspended"
    planned = {row.kind: str(row.date) for row in view.project.planned}
    expected = next((planned[kind] for kind in _EXPECTED if kind in planned), "")
    if notice is not None:
        expected = str(notice.deadline or notice.expected or "") or expected
    amounts = (
        (limit_price(view).value, Bilingual("采购限价", "limit price")),
        (notice.budget if notice is not None else None, Bilingual("采购预算", "budget")),
        (view.current_baseline.value, Bilingual("批复", "approved")),
        (view.submitted_total.value, Bilingual("申报", "applied for")),
    )
    amount, basis = next(((a, b) for a, b in amounts if a is not None), (None, None))
    return Upcoming(project, state, notice, expected, amount, basis)


def upcoming_pages(make: Maker) -> Files:
    """``suppliers/upcoming.html`` and further pages."""
    rows = [_row(make, row) for row in upcoming(make.release)]
    headers = make.word(
        "项目;单位;类别;走到哪一步;预计;金额（万元）;金额是;公告",
        "Project;Body;Class;How far;Expected;Amount (CNY);The amount is;Notice",
    ).split(";")
    title = make.word("将要采购的项目", "Procurement to come")
    note = make.word(
        "以政府采购网站的公告为准；这里只列已公开项目登记的事实。“预计”是公告的截止日、采购意向的月份，没有公告的是项目自己的计划。",
        "The notices on the procurement portal decide; this lists what published projects record. “Expected” is the closing day of "
        "the notice or the month of the intention, without a notice the project's own plan.",
    )
    yield from paged(
        make,
        "suppliers",
        Table("upcoming", title, headers, rows, frozenset({5}), note, frozenset({2, 3, 4, 6})),
        make.word(
            "还没有签订合同的项目：正在采购的在前，其次是公布了采购意向的、已批复的、申报中的，暂停的在后。不予批准的不列。",
            "Projects without a contract: those out to tender first, then intentions, those approved, those applied for; suspended "
            "ones last. Rejected ones are left out.",
        ),
        empty=make.word("已公开的项目都已签订合同。", "Every project has its contract."),
        file="upcoming",
        links=[
            ("index.html", make.word("供应商和合同", "Suppliers and contracts")),
            (f"{make.say.up}feed.atom", make.word("订阅变更（Atom）", "Follow changes (Atom)")),
        ],
    )


def _row(make: Maker, row: Upcoming) -> tuple[object, ...]:
    say, public = make.say, row.project.public
    owner, kind = public.facts.get("owner"), public.facts.get("class")
    return (
        say.project(public.id) + Markup('<span class="zm-id">%s</span>') % public.id,
        say.body(owner) if owner else say.chinese(public.facts.get("buyer_name", "")),
        say.code(public.jurisdiction, "class", kind) if kind else "",
        STATES[row.state].pick(make.lang),
        Markup('<span class="zm-date">%s</span>') % row.expected if row.expected else "",
        say.amount(row.amount) if row.amount is not None else "",
        row.basis.pick(make.lang) if row.basis is not None else "",
        _notice(make, row),
    )


def _notice(make: Maker, row: Upcoming) -> Markup:
    """The notice: its act on the project's page, and its address where one is recorded."""
    if row.notice is None:
        return Markup("")
    key, say = key_of(row.notice), make.say
    said = f"{say.key(row.project.public.jurisdiction, key)} {row.notice.number or ''}".strip()
    link = safe(f'<a href="{say.up}projects/{row.project.public.id}.html#m-{anchor(key)}">{html(said)}</a>')
    return link + Markup(" ") + say.link(str(row.notice.url)) if row.notice.url else link

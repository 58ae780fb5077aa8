"""What changed in a project's life and what came of its evaluations: two tables drawn from its acts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from markupsafe import Markup

from zongmu.disclosure.projection import PublicMilestone
from zongmu.model.acts.milestones import key_of
from zongmu.model.fields.titles import family_of
from zongmu.model.scalars import Money
from zongmu.publish.pages.base import Maker
from zongmu.publish.pages.money_time import act_link
from zongmu.publish.released.release import Released
from zongmu.publish.rendering.fields import fields_of
from zongmu.publish.rendering.tables import Table

_CHANGES = frozenset({"adjusted", "extended", "suspended", "resumed", "transferred", "contract_supplemented"})
_FOUND = {
    "ex_ante_evaluated": "conclusion",
    "initial_accepted": "conclusion",
    "final_accepted": "conclusion",
    "evaluated": "grade",
}
"""Kind of act → its field with the result."""


def changes_table(make: Maker, project: Released, acts: Sequence[PublicMilestone]) -> Table | None:
    """Adjustments, extensions, supplements, stops and transfers, each with what was so before and after."""
    rows: list[tuple[object, ...]] = []
    total: Money | None = None
    end: dt.date | None = None
    contracts: dict[str, Money] = {}
    estimates = {key_of(m) for m in project.view.estimate_approvals}
    for m in acts:
        facts = m.facts
        if m.kind == "contract_signed" and "amount" in facts:
            contracts[m.key] = Money.parse(facts["amount"])
        elif m.key in estimates and "total" in facts:
            total = Money.parse(facts["total"])
        if "period" in facts and "end" in facts["period"]:
            end = dt.date.fromisoformat(str(facts["period"]["end"]))
        if m.kind in _CHANGES:
            before, after = _before_after(make, m, total, end, contracts)
            rows.append(
                (
                    m.date.isoformat(),
                    act_link(make, project, m),
                    before,
                    after,
                    _moved(make, project.public.jurisdiction, m),
                )
            )
            if m.kind == "adjusted" and "total" in facts:
                total = Money.parse(facts["total"])
            if m.kind == "extended" and "until" in facts:
                end = dt.date.fromisoformat(str(facts["until"]))
            if m.kind == "contract_supplemented" and "amount" in facts:
                contracts[str(facts.get("of"))] = Money.parse(facts["amount"])
    if not rows:
        return None
    headers = make.word("日期;变更;变更前;变更后;说明", "Day;Change;Before;After;Note").split(";")
    note = make.word(
        "变更前后由各次批复、合同和变更算出。调整的情形照登记；理由的文字属内部事务、过程性信息，本站不公开，见所列文号的文件。",
        "What was so before and after is computed from approvals, contracts and changes. The ground of an adjustment is as recorded; the reasons in words are internal and not on this site: see the documents named.",
    )
    return Table("changes", make.word("变更", "Changes"), headers, rows, note=note)


def _before_after(
    make: Maker, m: PublicMilestone, total: Money | None, end: dt.date | None, contracts: dict[str, Money]
) -> tuple[object, object]:
    """What was so before the change, and after it; empty where nothing is recorded."""
    say, facts = make.say, m.facts

    def said(amount: Money | None) -> Markup:
        return say.money(amount) if amount is not None else Markup("")

    match m.kind:
        case "adjusted":
            return said(total), said(Money.parse(facts["total"])) if "total" in facts else ""
        case "contract_supplemented":
            after = Money.parse(facts["amount"]) if "amount" in facts else None
            return said(contracts.get(str(facts.get("of")))), said(after)
        case "extended":
            return end.isoformat() if end is not None else "", facts.get("until", "")
        case "transferred":
            return (
                say.body(facts["from"]) if "from" in facts else "",
                say.body(facts["to"]) if "to" in facts else "",
            )
        case _:
            return "", ""


def _moved(make: Maker, jurisdiction: str, m: PublicMilestone) -> Markup:
    """On which ground, how much was moved, and whether goal and content stayed as they were."""
    said: list[object] = []
    if "reason" in m.facts:
        said.append(make.say.code(jurisdiction, "adjustment_reason", m.facts["reason"]))
    if "moved" in m.facts:
        said.append(Markup(make.word("调整数额 %s", "%s moved")) % make.say.money(Money.parse(m.facts["moved"])))
    for name, kept, changed in (
        ("goal_unchanged", make.word("建设目标不变", "goal unchanged"), make.word("建设目标有变", "goal changed")),
        (
            "content_unchanged",
            make.word("建设内容不变", "content unchanged"),
            make.word("建设内容有变", "content changed"),
        ),
    ):
        if name in m.facts:
            said.append(kept if m.facts[name] else changed)
    return make.say.joined(said)  # fmt: skip


def evaluations_table(make: Maker, project: Released, acts: Sequence[PublicMilestone]) -> Table | None:
    """Evaluations and acceptances with their results."""
    j, rows = project.public.jurisdiction, []
    for m in acts:
        if m.kind not in _FOUND:
            continue
        family = family_of(m.kind)
        known = fields_of(family) if family is not None else {}
        result, stage = (
            make.say.value(j, known.get(name), m.facts[name]) if name in m.facts else ""
            for name in (_FOUND[m.kind], "stage")
        )
        year = f"{m.facts['year']} " if "year" in m.facts else ""
        by = make.say.body(m.body) if m.body else make.say.chinese(m.body_name) if m.body_name else ""
        rows.append((m.date.isoformat(), act_link(make, project, m), f"{year}{stage}", result, by))
    if not rows:
        return None
    headers = make.word("日期;事项;阶段;结果;单位", "Day;Act;Stage;Result;By").split(";")
    return Table("evaluation", make.word("评价与验收", "Evaluation and acceptance"), headers, rows)

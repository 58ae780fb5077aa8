"""What waits on one desk, a role's or a body's, sorted by the day by which the law wants it done.

Five kinds of work: a proposal that needs the role's agreement, a recorded milestone that waits for its sign-off, a duty
whose day is coming, a breach in the desk's own queue, a reply that is owed to a member of the public. A milestone's day is
that of a duty of the role about it; most sign-offs have none, and stand in the order of their acts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import field
from typing import Literal

from zongmu.model.acts.milestones import key_of
from zongmu.model.codes import CODE_LISTS
from zongmu.model.fields.digest import milestone_digest
from zongmu.model.fields.titles import path_title
from zongmu.model.finding import Bilingual, Category, Finding, Outcome
from zongmu.model.immutable import immutable
from zongmu.model.periods.reply_clock import LIMIT, ReplyClock, reply_clock
from zongmu.model.records.project import Project
from zongmu.model.scalars import Money
from zongmu.policy.judging.weighing import Ruling
from zongmu.policy.judging.world import World
from zongmu.policy.law.measure import UNIT
from zongmu.policy.proposals.signoffs import endorsements_of, waiting
from zongmu.policy.run import Run
from zongmu.report.changes.report import ChangeReport
from zongmu.report.words import GATE, sayable
from zongmu.store.registry import Registry

Work = Literal["proposal", "sign_off", "duty", "breach", "reply"]
_GIST = 60
"""Characters of a question in a queue."""


@immutable
class Desk:
    """Whose queue it is: a role's, a body's, or that of a body in a role.

    ``heirs``: who has taken over each body that is no more (:func:`~zongmu.model.records.organization.heirs`); its work waits with them.
    """

    role: str | None
    body: str | None = None
    heirs: Mapping[str, str] = field(default_factory=dict)

    def binds(self, whom: str, owner: str | None) -> bool:
        """Whether what binds *whom* in a project of *owner* is this desk's."""
        return whom == self.role or (whom == UNIT and self._sits_here(owner))

    def owes(self, world: World, body: str | None) -> bool:
        """Whether a reply that *body* owes is this desk's: the body's own, else that of one that holds the role."""
        if self.body is not None or self.role is None:
            return self._sits_here(body)
        return self._heir(body) in map(self._heir, world.roles.get(self.role, ()))

    def _sits_here(self, body: str | None) -> bool:
        return self.body is not None and self._heir(body) == self._heir(self.body)

    def _heir(self, body: str | None) -> str | None:
        return self.heirs.get(body, body) if body is not None else None


@immutable
class Item:
    """One thing to do. ``digest``: what a sign-off of it would bind. ``changed``: since the desk last looked, as ``news`` says.

    ``act``: the day of the act, or on which a question came.
    """

    work: Work
    record: str
    name: str
    owner: str | None
    about: str
    title: Bilingual
    clauses: tuple[str, ...]
    due: dt.date | None
    act: dt.date | None = None
    amount: Money | None = None
    digest: str | None = None
    changed: bool = False
    head: str | None = None  # of a proposal, the commit
    news: Bilingual | None = None  # what is new since the desk last looked
    clock: ReplyClock | None = None  # of a reply, with its working days

    def late(self, today: dt.date) -> bool:
        """Whether its day has passed."""
        return self.due is not None and self.due < today


def queue(
    world: World, registry: Registry, run: Run, desk: Desk, changed: Collection[str] | None = None
) -> tuple[Item, ...]:
    """The work of *desk*: first what has a day, the earliest first. *changed*: paths that differ since the last look."""
    items: list[Item] = []
    across: dict[str, list[Ruling]] = {}
    for ruling in run.registry_rulings:
        across.setdefault(ruling.record, []).append(ruling)
    found: dict[str, list[Finding]] = {}
    for finding in run.findings:
        found.setdefault(finding.path, []).append(finding)
    for path, judged in run.judged.items():
        loaded = registry.at(path)
        model = loaded.model if loaded is not None else None
        name, owner = str(getattr(model, "name", "")), getattr(model, "owner", None)
        rulings = [r for r in judged.rulings if desk.binds(r.addressee or UNIT, owner) or _binds(world, r, desk, owner)]
        rulings += [r for r in across.get(judged.record, ()) if _binds(world, r, desk, owner)]
        moved = changed is not None and path in changed
        if isinstance(model, Project):
            signed = endorsements_of(registry, model.id)
            for milestone in waiting(world, model, signed, desk.role) if desk.role is not None else ():
                key = key_of(milestone)
                amount = next(
                    (v for n in ("total", "amount") if isinstance(v := getattr(milestone, n, None), Money)), None
                )
                title = path_title(f"milestones/{key}")
                day = _day_of(rulings, key, milestone.kind)
                digest = milestone_digest(model.id, milestone)
                items.append(
                    Item("sign_off", model.id, name, owner, key, title, (), day, milestone.date, amount, digest, moved)
                )
            items.extend(_replies(world, model, desk, moved))
        items.extend(_duties(world, judged.record, name, owner, rulings, moved))
        items.extend(_breaches(world, judged.record, name, owner, found.get(path, ()), desk, moved))
    return ordered(items)


def _day_of(rulings: Iterable[Ruling], key: str, kind: str) -> dt.date | None:
    """The earliest day of a duty of the role about this milestone, or about an act of its kind; None where the law sets none."""
    days = (
        r.verdict.due
        for r in rulings
        if _open(r) and (r.verdict.at == key or (r.verdict.at is None and kind in (*r.rule.act, *r.rule.each)))
    )
    return min((day for day in days if day is not None), default=None)


def of_proposal(report: ChangeReport, branch: str, head: str, role: str, items: Collection[Item]) -> Iterator[Item]:
    """The records of a proposal that need the agreement of *role*; their day is that of the role's duties (*items*)."""
    for record in report.records:
        needs = [n for n in report.needs if n.role == role and n.record == record.event.record]
        if needs:
            id = record.event.record
            due = min(
                (i.due for i in items if i.record == id and i.work != "reply" and i.due is not None), default=None
            )
            clauses = tuple(dict.fromkeys(at for n in needs for at in n.clauses))
            amount = next((n.amount for n in needs if n.amount is not None), None)
            title = Bilingual(
                f"{record.event.summary.zh}（{GATE[report.gate].zh}）",
                f"{record.event.summary.en} ({GATE[report.gate].en})",
            )
            yield Item(
                "proposal", id, record.name, None, branch, title, clauses, due, amount=amount, changed=True, head=head
            )


def ordered(items: Iterable[Item]) -> tuple[Item, ...]:
    """Items in the order of a queue."""
    return tuple(sorted(items, key=_order))


def _order(item: Item) -> tuple[bool, dt.date, str, str]:
    return (item.due is None, item.due or item.act or dt.date.max, item.record, item.about)


def _open(ruling: Ruling) -> bool:
    return ruling.verdict.outcome is Outcome.UNDETERMINED and ruling.verdict.due is not None


def _binds(world: World, ruling: Ruling, desk: Desk, owner: str | None) -> bool:
    """Whether the sentence that the ruling is about binds the desk."""
    loaded = world.checks.measures[ruling.measure]
    cites = ruling.verdict.cites or ruling.rule.cites
    sentence = loaded.measure.sentence(cites[0]) if cites else None
    return sentence is not None and desk.binds(sentence.binds, owner)


def _replies(world: World, project: Project, desk: Desk, changed: bool) -> Iterator[Item]:
    """The questions on *project* that wait for a reply of the desk."""
    limit = world.instance.limit(LIMIT)
    for q in project.questions:
        if q.reply is None and desk.owes(world, q.body or project.owner):
            clock = reply_clock(q, world.calendar, limit, world.asof)
            kind = Bilingual(*CODE_LISTS["question_kind"][q.kind])
            gist = Bilingual(_short(q.text), _short(q.text_en or q.text))
            title = Bilingual(f"{kind.zh}：{gist.zh}", f"{kind.en}: {gist.en}")
            due = clock.due.day if clock.due is not None else None
            yield Item(
                "reply", project.id, project.name, project.owner, f"questions/{q.seq}", title, (), due, q.received,
                changed=changed, clock=clock,
            )  # fmt: skip


def _short(text: str) -> str:
    said = sayable(text).replace("\n", " ")
    return said if len(said) <= _GIST else said[: _GIST - 1] + "…"


def _duties(
    world: World, record: str, name: str, owner: str | None, rulings: Iterable[Ruling], changed: bool
) -> Iterator[Item]:
    for ruling in rulings:
        if _open(ruling):
            text = world.checks.measures[ruling.measure].texts.get(ruling.rule.id)
            title = text.title if text is not None else Bilingual(ruling.rule.id, ruling.rule.id)
            cites = ruling.verdict.cites or ruling.rule.cites
            yield Item("duty", record, name, owner, ruling.rule.id, title, cites, ruling.verdict.due, changed=changed)


def _breaches(
    world: World, record: str, name: str, owner: str | None, findings: Iterable[Finding], desk: Desk, changed: bool
) -> Iterator[Item]:
    for finding in findings:
        mine = finding.category is Category.LAW and desk.binds(finding.addressee or UNIT, owner)
        if mine and finding.acknowledged is None and finding.outcome is Outcome.FAIL:
            found = world.checks.rule(finding.code)
            cites = found[1].cites if found is not None else ()
            due = finding.verdict.due if finding.verdict is not None else None
            yield Item("breach", record, name, owner, finding.code, finding.message, cites, due, changed=changed)

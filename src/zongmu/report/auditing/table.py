"""What the questions of an audit report have in common: the period, the material, a table and its cells."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from zongmu.history.event import Event
from zongmu.history.rows import row_title
from zongmu.model.finding import Bilingual
from zongmu.model.immutable import immutable
from zongmu.model.records.organization import Organization
from zongmu.model.records.project import Project
from zongmu.policy.law.measure import Measure
from zongmu.policy.law.parameters import Parameter
from zongmu.report.words import code_title

Cell = str | int | Bilingual


@immutable
class Options:
    """The period (both days included), and what counts as late, quiet and near.

    ``late`` and ``quiet`` in calendar days, ``near`` in percent below a threshold.
    """

    start: dt.date
    end: dt.date
    late: int = 30
    quiet: int = 180
    near: int = 5


@immutable
class Table:
    """One question. ``explains`` is what may lie behind its rows without anybody's fault."""

    id: str
    title: Bilingual
    explains: Bilingual
    columns: tuple[Bilingual, ...]
    rows: tuple[tuple[Cell, ...], ...]


@immutable
class Law:
    """What a report needs of a measure: its words and its numbers. None of its rules is run."""

    measure: Measure
    parameters: Mapping[str, Parameter]


@dataclass(frozen=True)
class Material:
    """What the tables are made of.

    The whole trail oldest first; the projects as they stood at the end of the period; the law of each city; what
    organizations are called; and the e-mail addresses that each account ever had.
    """

    events: Sequence[Event]
    projects: Mapping[str, Project]
    laws: Mapping[str, Sequence[Law]] = field(default_factory=dict)
    organizations: Mapping[str, Organization] = field(default_factory=dict)
    accounts: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def inside(self, options: Options) -> list[Event]:
        """The events of the period."""
        return [event for event in self.events if options.start <= event.recorded_day <= options.end]

    def touched(self, options: Options) -> set[tuple[str, str]]:
        """``(record, row)`` of every row of which something was recorded or changed in the period."""
        return {(e.record, c.row) for e in self.inside(options) for c in e.changes if c.row}

    def act(self, record: str, key: str) -> Bilingual:
        """What the measure of a project's city calls the milestone *key*, else what anybody does."""
        return self.matter(record, "project", f"milestones/{key}")

    def matter(self, record: str, record_type: str, row: str) -> Bilingual:
        """What a row of a record is called."""
        section, _, key = row.partition("/")
        kind, _, seq = key.partition("/")
        for law in self._laws_of(record) if section == "milestones" else ():
            use = law.measure.milestones.get(kind)
            if use is not None and use.title is not None:
                own = use.title
                return Bilingual(own.zh + (f"（{seq}）" if seq else ""), own.en + (f" ({seq})" if seq else ""))
        return row_title(record_type, row)

    def code(self, record: str, codelist: str, code: str) -> Bilingual:
        """What a code is called in that city; the code itself where nobody has named it."""
        for law in self._laws_of(record):
            found = law.measure.roles.get(code) if codelist == "role" else None
            found = found or code_title(codelist, code, law.measure.codes)
            if found is not None:
                return found
        return code_title(codelist, code, {}) or Bilingual(code, code)

    def body(self, reference: object) -> Cell:
        """What an organization is called; the reference itself where there is none of it."""
        text = str(reference or "")
        found = self.organizations.get(text)
        return Bilingual(found.name, found.name_en or found.name) if found is not None else text

    def _laws_of(self, record: str) -> Sequence[Law]:
        return self.laws.get(record.partition("/")[0].partition("-")[0], ())

    def by(self, event: Event) -> str:
        """Who wrote what an event brought: those whose branch it merged, or whose commit it is."""
        return "、".join(dict.fromkeys(map(self.shown, people(event))))

    def shown(self, person: tuple[str, str]) -> str:
        """The name of a person; where others bear it too, with the account, or with a number, told apart by address."""
        name, email = person
        who = self.identity(email)
        bearers = self._bearers.get(name, [])
        if len(bearers) < 2:
            return name or "—"
        return f"{name} ({who if who in self.accounts else bearers.index(who) + 1})"

    @cached_property
    def _bearers(self) -> dict[str, list[str]]:
        """Who bears each name, in the order of the history."""
        held: dict[str, dict[str, None]] = {}
        for event in self.events:
            for name, email in people(event):
                held.setdefault(name, {})[self.identity(email)] = None
        return {name: list(who) for name, who in held.items()}

    def identity(self, email: str) -> str:
        """The account behind an address, else the address itself: one person may have written several names."""
        return self._account_of.get(email) or email.casefold()

    @cached_property
    def _account_of(self) -> dict[str, str]:
        return {email: account for account, emails in self.accounts.items() for email in emails}


def people(event: Event) -> Iterator[tuple[str, str]]:
    """``(name, e-mail)`` of everybody who wrote what an event brought."""
    for one in (part.recorder for part in event.contributions) if event.contributions else (event.recorder,):
        if one is not None:
            yield one.author, one.email


DAY: Final = Bilingual("登记日", "Recorded on")
RECORD: Final = Bilingual("记录", "Record")
WHAT: Final = Bilingual("事项", "Matter")
ACT_DAY: Final = Bilingual("行为日", "Day of the act")
NUMBER: Final = Bilingual("文号", "Document number")
BODY: Final = Bilingual("作出单位", "Body")
LATE: Final = Bilingual("晚于行为（天）", "Days after the act")
BY: Final = Bilingual("登记人", "Recorded by")
COMMIT: Final = Bilingual("提交", "Commit")
FIELD: Final = Bilingual("字段", "Field")
OLD: Final = Bilingual("原值", "Before")
NEW: Final = Bilingual("新值", "After")
REASON: Final = Bilingual("理由", "Reason")
AMOUNT: Final = Bilingual("金额", "Amount")
NAME: Final = Bilingual("名称", "Name")
OTHER: Final = Bilingual("另一事项", "Other matter")
ROLE: Final = Bilingual("职责", "Role")

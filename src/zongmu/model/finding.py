"""What the engine has to say about a record: findings, verdicts and where they point.

Everything here is data. Reporters (``zongmu.report``) and pages (``zongmu.publish``) turn it into
words; nothing in this module formats for a terminal, a forge or a browser.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import field
from enum import Enum, IntEnum
from typing import Any, Literal

from zongmu.model.immutable import immutable


@immutable
class Bilingual:
    """One text in Chinese and in English; Chinese leads."""

    zh: str
    en: str

    def pick(self, lang: str) -> str:
        """The text in *lang* (``zh`` or ``en``)."""
        return self.en if lang == "en" else self.zh

    def format(self, values: Mapping[str, object]) -> Bilingual:
        """Both texts with their named placeholders filled. Raises ``KeyError`` on an unknown placeholder."""
        return Bilingual(self.zh.format_map(values), self.en.format_map(values))


def counted(n: int, noun: str, nouns: str | None = None) -> str:
    """So many of something, in English: ``1 row``, ``2 rows``. *nouns*: its plural where that is no mere ``s``."""
    return f"{n} {noun if n == 1 else nouns or noun + 's'}"


class Outcome(Enum):
    """What a rule says of one record. ``ERROR`` is a crash of the rule itself, never a verdict on the record."""

    PASS = "pass"
    FAIL = "fail"
    UNDETERMINED = "undetermined"
    NOT_APPLICABLE = "not_applicable"
    ERROR = "error"


class Severity(IntEnum):
    """How much a finding weighs. Only ``BLOCKING`` makes the gate ask for a person or refuse."""

    NONE = 0
    NOTICE = 1
    WARNING = 2
    BLOCKING = 3


class Category(Enum):
    """A defect of the record is refused; a breach of the law is recorded and needs a person."""

    RECORD = "record"
    LAW = "law"


class Gate(Enum):
    """What the gate says of a change."""

    GOOD = "good"
    NEEDS_PERSON = "needs_person"
    REFUSED = "refused"


class ChangeState(Enum):
    """How a finding relates to the base revision. ``NEW`` and ``WORSE`` are the change's own doing."""

    NEW = "new"
    WORSE = "worse"
    EXISTING = "existing"
    CURED = "cured"


@immutable
class Position:
    """A place in a file. Lines and columns count from 1; a column is a Unicode code point."""

    line: int
    column: int
    end_line: int | None = None
    end_column: int | None = None


@immutable
class Code:
    """A stable code with its own page. Never reused for another meaning.

    ``message`` may hold named placeholders, filled from ``Finding.values``.
    """

    id: str
    title: Bilingual
    message: Bilingual
    next_step: Bilingual
    sensitive: bool = False  # the message and the reporters must never show the offending text


class CodedError(Exception):
    """Something that was not done; ``code`` says why, ``values`` fill its texts, ``exit_code`` is that of the command."""

    exit_code: int = 2

    def __init__(self, code: Code, **values: object) -> None:
        self.code = code
        self.values = values
        super().__init__(f"{code.id}: {self.message.en}")

    @property
    def message(self) -> Bilingual:
        """What is wrong."""
        return self.code.message.format(self.values)

    @property
    def next_step(self) -> Bilingual:
        """What to do, with the command to run where there is one."""
        return self.code.next_step.format(self.values)


@immutable
class Step:
    """One line of a trace: a value, where it came from, what it was held against. Never a sentence.

    ``say`` is a message key; the reporter makes the sentence for its audience. ``path`` is a field path
    such as ``milestones/contract_signed/2/amount``.
    """

    say: str
    value: Any = None
    path: str | None = None
    param: str | None = None
    limit: Any = None
    comparator: str | None = None
    holds: bool | None = None


@immutable
class Cap:
    """A declared reason why a finding weighs less than the modality of its sentence would say."""

    severity: Severity
    why: str  # reading number (I2), site_limit, advisory, provisional_calendar, boundary


Unit = Literal["fen", "days", "working_days", "hours", "count"]
"""What an excess counts: hundredths of a 元, calendar days, working days, hours, or things (papers, items, rows)."""


@immutable
class Verdict:
    """What one rule says of one subject, with its trace.

    ``because`` is a stable word for pages and examples; ``until`` the first day on which the verdict can change by
    the passing of time alone; ``due`` the last day on which the duty can be met; ``excess`` how far beyond a limit,
    which decides what "worse" means, and ``unit`` what that counts.
    """

    outcome: Outcome
    because: str | None = None
    trace: tuple[Step, ...] = ()
    until: dt.date | None = None
    due: dt.date | None = None
    excess: int | None = None
    caps: tuple[Cap, ...] = ()
    at: str | None = None  # milestone or row key the verdict is about
    addressee: str | None = None  # role in whose queue it goes; None: as the rule declares
    cites: tuple[str, ...] = ()  # () = as the rule declares
    provisional: bool = False
    unit: Unit | None = None  # of the excess

    def about(self, at: str) -> Verdict:
        """The same about the milestone or row *at*."""
        return self._with(self.caps, at, self.until)

    def capped(self, cap: Cap) -> Verdict:
        """The same with one *cap* more."""
        return self._with((*self.caps, cap), self.at, self.until)

    def turning(self, day: dt.date) -> Verdict:
        """The same, which may be another from *day* on."""
        return self._with(self.caps, self.at, day)

    def _with(self, caps: tuple[Cap, ...], at: str | None, until: dt.date | None) -> Verdict:
        """A copy, made by hand: ``dataclasses.replace`` takes several times as long."""
        return Verdict(
            self.outcome,
            self.because,
            self.trace,
            until,
            self.due,
            self.excess,
            caps,
            at,
            self.addressee,
            self.cites,
            self.provisional,
            self.unit,
        )


@immutable
class Finding:
    """Something to tell a person about one record.

    ``record`` is the record's id (or its path where it has none), ``key`` the milestone or row it is about.
    """

    code: str
    category: Category
    severity: Severity
    record: str
    path: str  # file, relative to the instance root, POSIX
    message: Bilingual
    next_step: Bilingual
    key: str | None = None
    field_path: str | None = None
    position: Position | None = None
    outcome: Outcome = Outcome.FAIL
    values: Mapping[str, Any] = field(default_factory=dict)
    verdict: Verdict | None = None
    addressee: str | None = None
    sensitive: bool = False
    state: ChangeState = ChangeState.NEW
    acknowledged: str | None = None  # key of the acknowledgement that covers it

    @property
    def is_breach(self) -> bool:
        """Whether it is a breach of the law, which somebody may acknowledge."""
        return self.category is Category.LAW and self.outcome is Outcome.FAIL

    def in_state(self, state: ChangeState) -> Finding:
        """The same in a *state*: itself where it is in that state."""
        return self if state is self.state else self._with(self.position, state)

    def standing(self, position: Position | None) -> Finding:
        """The same at a *position*."""
        return self._with(position, self.state)

    def _with(self, position: Position | None, state: ChangeState) -> Finding:
        """A copy, made by hand: ``dataclasses.replace`` takes several times as long."""
        return Finding(
            self.code,
            self.category,
            self.severity,
            self.record,
            self.path,
            self.message,
            self.next_step,
            self.key,
            self.field_path,
            position,
            self.outcome,
            self.values,
            self.verdict,
            self.addressee,
            self.sensitive,
            state,
            self.acknowledged,
        )

    @property
    def is_defect(self) -> bool:
        """Whether the record itself is wrong, so that it cannot be recorded as it is."""
        return self.category is Category.RECORD and self.severity is Severity.BLOCKING

    @property
    def place(self) -> str:
        """Its file, with line and column where they are known."""
        at = self.position
        return self.path if at is None else f"{self.path}:{at.line}:{at.column}"

    @property
    def fingerprint(self) -> tuple[str, str, str]:
        """What makes two findings the same: code, record, milestone or row. Never a line, an index or a text."""
        return (self.code, self.record, self.key or "")


def finding(
    code: Code,
    *,
    record: str,
    path: str,
    severity: Severity = Severity.BLOCKING,
    position: Position | None = None,
    field_path: str | None = None,
    key: str | None = None,
    **values: Any,
) -> Finding:
    """A defect of a record, from its declared *code*. Placeholders of the code's texts come from *values*."""
    return Finding(
        code=code.id,
        category=Category.RECORD,
        severity=severity,
        record=record,
        path=path,
        message=code.message.format(values),
        next_step=code.next_step.format(values),
        key=key,
        field_path=field_path,
        position=position,
        values=values,
        sensitive=code.sensitive,
    )

"""A measure as data: where it comes from, when it is in force, its sentences, code lists, roles, stages and readings.

No sentence of the law is quoted: an address, a gist in our own words, and the words that carry a number. The engine knows no
city; everything a city calls by name comes from here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from zongmu.model.finding import Bilingual, Severity
from zongmu.model.immutable import immutable
from zongmu.model.scalars import SCALAR_MESSAGES

Modality = Literal["must", "principle", "may", "authority", "declares"]


Coverage = Literal["automated", "attested", "structural", "informational", "missing", "todo"]


LawStatus = Literal["in_force", "before", "expired", "unset"]


SEVERITY: dict[str, Severity] = {
    "must": Severity.BLOCKING,
    "principle": Severity.WARNING,
    "may": Severity.NOTICE,
    "authority": Severity.NOTICE,
    "declares": Severity.NONE,
}
"""What a failed rule weighs by the modality of the sentence part it cites."""


UNIT = "unit"
"""``binds`` of a sentence that binds the project unit; any other value is a role of the measure."""


class MeasureError(Exception):
    """A measure folder that cannot be used. Holds the file and, where known, the line.

    ``place`` leads through the data of a YAML file to what is wrong (``("sentences", 3)``); the loader makes a line of it.
    """

    def __init__(
        self, message: Bilingual, path: str, line: int | None = None, place: tuple[str | int, ...] = ()
    ) -> None:
        super().__init__(message.zh)
        self.message = message
        self.path = path
        self.line = line
        self.place = place

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.message, self.path, self.line, self.place)

    def __str__(self) -> str:
        where = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{where}: {self.message.zh} / {self.message.en}"


@contextmanager
def within(path: str, *place: str | int) -> Iterator[None]:
    """Reading the part *place* of the file *path*: whatever is wrong in it becomes a :class:`MeasureError` there."""
    try:
        yield
    except MeasureError as problem:
        problem.place = (*place, *problem.place)
        raise
    except KeyError as lacking:
        raise MeasureError(Bilingual(f"缺少 {lacking}", f"lacks {lacking}"), path, place=place) from None
    except ValueError as problem:
        said = scalar_message(str(problem)) or Bilingual(f"值不对：{problem}", f"wrong value: {problem}")
        raise MeasureError(said, path, place=place) from None
    except (TypeError, AttributeError):
        text = Bilingual(
            "结构不对：这里应是映射、列表或文字中的另一种",
            "a mapping, a list or a text is wanted here, and this is another",
        )
        raise MeasureError(text, path, place=place) from None


def scalar_message(problem: str) -> Bilingual | None:
    """What is wrong with an amount, a day or a length of time, by the code that its reader gives; None for other errors."""
    texts = SCALAR_MESSAGES.get(problem.split(":")[0])
    return None if texts is None else Bilingual(*texts)


@immutable
class Sentence:
    """One sentence, or part of one, of the text at hand.

    ``field``: where what the sentence asks for has its place, as paths from a record (``organizations/type``; of a project without its
    folder), several with commas between; ``measure.yaml/in_force`` is of the measure itself. ``vouched_by``: who gives the evidence that
    ``attested`` names. ``hash``: of the wording that was read (``LawSentence.digest``), since the text itself is not kept.
    """

    at: str
    gist: Bilingual
    modality: Modality
    binds: str
    coverage: Coverage
    rules: tuple[str, ...] = ()
    attested: tuple[str, ...] = ()
    field: str | None = None
    reason: Bilingual | None = None
    words: str | None = None
    vouched_by: str = UNIT
    hash: str | None = None
    also_binds: tuple[str, ...] = ()  # whom it names beside ``binds``, whose queue it goes to

    @property
    def bound(self) -> tuple[str, ...]:
        """Whom it binds; nobody where it only declares, or is missing."""
        return () if self.modality == "declares" else (self.binds, *self.also_binds)


@immutable
class Reading:
    """How an open point of the text is read here, and how else it could be read.

    ``lowers``: it matters only to the findings that it lowers, and is shown there and not beside others of the same rule.
    """

    id: str
    clauses: tuple[str, ...]
    point: Bilingual
    taken: Bilingual
    other: Bilingual | None = None
    lowers: bool = False


@immutable
class KindUse:
    """How a measure uses a milestone kind."""

    kind: str
    title: Bilingual | None
    confirmed_by: str | None
    requires: tuple[str, ...]


@dataclass(frozen=True)
class Measure:
    """One measure of one city."""

    id: str
    title: Bilingual
    prefix: str
    text_status: str
    number: str | None
    since: dt.date | None
    until: dt.date | None
    since_setting: bool
    replaces: Bilingual | None
    roles: Mapping[str, Bilingual]
    codes: Mapping[str, Mapping[str, Bilingual]]
    milestones: Mapping[str, KindUse]
    stages: tuple[tuple[str, tuple[str, ...]], ...]
    sentences: Mapping[str, Sentence]
    readings: Mapping[str, Reading]
    source: Bilingual | None = None
    waivable_by: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Level of the project (``any``: of every level) → roles that may waive where a rule names none. Nobody else may."""
    text_sentences: int | None = None
    """How many sentences the articles of the text at hand have; None where nobody has counted."""

    def may_waive(self, level: str | None) -> tuple[str, ...]:
        """The roles that may waive, for a project of that *level*, what no rule leaves to a body of its own."""
        return (*self.waivable_by.get("any", ()), *self.waivable_by.get(level or "", ()))

    def status(self, day: dt.date, since: dt.date | None) -> LawStatus:
        """Where *day* lies to the validity of the measure, which begins on *since*; both ends are in force."""
        if since is None:
            return "unset"
        if day < since:
            return "before"
        if self.until is not None and day > self.until:
            return "expired"
        return "in_force"

    def sentence(self, address: str) -> Sentence | None:
        """The sentence at *address*, or None."""
        return self.sentences.get(address)


def nearest(word: str, known: Collection[str]) -> Bilingual:
    """Which of the *known* words may be meant by *word*, to stand behind what is said of it; empty where none is near."""
    import difflib

    meant = difflib.get_close_matches(word, known, 1)
    return Bilingual(f"；是不是 {meant[0]}？", f"; is {meant[0]} meant?") if meant else Bilingual("", "")


def refuse_unknown(row: Mapping[str, Any], keys: Collection[str], path: str, *, zh: str = "", en: str = "") -> None:
    """Raise :class:`MeasureError` at the first key of *row* that is none of *keys*, with the nearest that is one."""
    for key in row:
        if key not in keys:
            hint = nearest(str(key), keys)
            text = Bilingual(f"{zh}未知的键 {key}{hint.zh}", f"{en}unknown key {key}{hint.en}")
            raise MeasureError(text, path, place=(str(key),))

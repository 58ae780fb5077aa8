"""A measure as data: where it comes from, when it is in force, its sentences, code lists, roles, stages and readings.

``measure.yaml`` is the law's table of contents in this registry. No sentence of the law is quoted: an address, a gist in our
own words, and the words that carry a number. The engine knows no city; everything a city calls by name comes from here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from zongmu.model.derive import DEFAULT_STAGES
from zongmu.model.finding import Bilingual, Severity

Modality = Literal["must", "principle", "may", "authority", "declares"]
Coverage = Literal["automated", "attested", "structural", "informational", "missing", "todo"]
LawStatus = Literal["in_force", "before", "expired", "unset"]
AfterExpiry = Literal["none", "advisory", "continued"]

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
    """A measure folder that cannot be used. Holds the file and, where known, the line."""

    def __init__(self, message: Bilingual, path: str, line: int | None = None) -> None:
        super().__init__(message.zh)
        self.message = message
        self.path = path
        self.line = line

    def __str__(self) -> str:
        where = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{where}: {self.message.zh} / {self.message.en}"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, or part of one, of the text at hand."""

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


@dataclass(frozen=True, slots=True)
class Reading:
    """How an open point of the text is read here, and how else it could be read."""

    id: str
    clauses: tuple[str, ...]
    point: Bilingual
    taken: Bilingual
    other: Bilingual | None = None


@dataclass(frozen=True, slots=True)
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


def _text(value: Any, path: str, what: str) -> Bilingual:
    if isinstance(value, dict) and set(value) == {"zh", "en"}:
        return Bilingual(str(value["zh"]), str(value["en"]))
    raise MeasureError(Bilingual(f"{what} 应写成 {{zh: …, en: …}}", f"{what} must be {{zh: …, en: …}}"), path)


def _maybe_text(value: Any, path: str, what: str) -> Bilingual | None:
    return None if value is None else _text(value, path, what)


def _day(value: Any, path: str, what: str) -> dt.date | None:
    if value is None:
        return None
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError:
        raise MeasureError(Bilingual(f"{what} 不是日期：{value}", f"{what} is not a date: {value}"), path) from None


def _choice(value: Any, allowed: tuple[str, ...], path: str, what: str) -> Any:
    if value not in allowed:
        raise MeasureError(
            Bilingual(
                f"{what} 的值 {value} 不在 {'、'.join(allowed)} 之内",
                f"{what} is {value}, not one of {', '.join(allowed)}",
            ),
            path,
        )
    return value


_KEYS = {
    "id", "prefix", "title", "text_status", "number", "in_force", "replaces", "roles", "codes", "milestones", "stages",
    "sentences", "readings", "source",
}  # fmt: skip


def measure_from(data: Mapping[str, Any], path: str) -> Measure:
    """A measure from the plain data of its ``measure.yaml``. Raises :class:`MeasureError` with the file named."""
    unknown = sorted(set(data) - _KEYS)
    if unknown:
        raise MeasureError(Bilingual(f"未知的键：{unknown}", f"unknown keys: {unknown}"), path)
    in_force = data.get("in_force", {})
    sentences: dict[str, Sentence] = {}
    for row in data.get("sentences", ()):
        at = str(row["at"])
        if at in sentences:
            raise MeasureError(Bilingual(f"条款 {at} 列了两次", f"sentence {at} is listed twice"), path)
        coverage = _choice(row.get("class"), get_args(Coverage), path, f"{at} class")
        sentences[at] = Sentence(
            at=at,
            gist=_text(row.get("gist"), path, f"{at} gist"),
            modality=_choice(row.get("modality", "declares"), get_args(Modality), path, f"{at} modality"),
            binds=str(row.get("binds", UNIT)),
            coverage=coverage,
            rules=tuple(row.get("rules", ())),
            attested=tuple(row.get("attested", ())),
            field=row.get("field"),
            reason=_maybe_text(row.get("reason"), path, f"{at} reason"),
            words=row.get("words"),
        )
    stages = tuple((str(r["stage"]), tuple(r["from"])) for r in data.get("stages", ())) or DEFAULT_STAGES
    return Measure(
        id=str(data["id"]),
        title=_text(data["title"], path, "title"),
        prefix=str(data["prefix"]),
        text_status=str(data.get("text_status", "official")),
        number=data.get("number"),
        since=None if in_force.get("from") == "setting" else _day(in_force.get("from"), path, "in_force.from"),
        until=_day(in_force.get("to"), path, "in_force.to"),
        since_setting=in_force.get("from") == "setting" or "from" not in in_force,
        replaces=_maybe_text(data.get("replaces"), path, "replaces"),
        roles={k: _text(v, path, f"role {k}") for k, v in data.get("roles", {}).items()},
        codes={
            name: {code: _text(t, path, f"code {name}.{code}") for code, t in table.items()}
            for name, table in data.get("codes", {}).items()
        },
        milestones={
            kind: KindUse(
                kind,
                _maybe_text(use.get("title"), path, f"milestone {kind}"),
                use.get("confirmed_by"),
                tuple(use.get("requires", ())),
            )
            for kind, use in data.get("milestones", {}).items()
        },
        stages=stages,
        sentences=sentences,
        readings={
            row["id"]: Reading(
                id=row["id"],
                clauses=tuple(row.get("clauses", ())),
                point=_text(row.get("point"), path, f"reading {row['id']} point"),
                taken=_text(row.get("taken"), path, f"reading {row['id']} taken"),
                other=_maybe_text(row.get("other"), path, f"reading {row['id']} other"),
            )
            for row in data.get("readings", ())
        },
        source=_maybe_text(data.get("source"), path, "source"),
    )

"""Where every term of the field dictionary and of the clause tables lives: the data of the generated table.

``dictionary.yaml`` answers for each term with a place in the records, with the function that derives it, or with the
reason why it is absent. Here the answers are read and held against the model: a place must exist, a function must be
importable.
"""

from __future__ import annotations

import dataclasses
import importlib
import inspect
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Final, Literal

from zongmu.exchange import fields
from zongmu.exchange.fields import NoSuchField, Place
from zongmu.model.finding import Bilingual
from zongmu.model.immutable import immutable
from zongmu.store.reading import reader

Source = Literal["dictionary", "clauses"]
Answer = Literal["where", "derived", "absent"]

SOURCES: Final[Mapping[Source, Bilingual]] = {
    "dictionary": Bilingual("字段词典", "Field dictionary"),
    "clauses": Bilingual("条款表的字段名", "Field names of the clause tables"),
}

_MEASURE_PARTS: Final = {
    "id": Bilingual("办法编号", "Id of the measure"),
    "title": Bilingual("办法名称", "Title of the measure"),
    "since": Bilingual("施行日期", "In force from"),
    "until": Bilingual("有效期至", "In force until"),
    "replaces": Bilingual("所替代的办法", "Measure that it replaces"),
    "sentences": Bilingual("条款", "Sentences"),
    "readings": Bilingual("读法", "Readings"),
}


class DictionaryError(ValueError):
    """An entry of ``dictionary.yaml`` that has no answer, more than one, or one that does not hold."""


@immutable
class Term:
    """One term and its answer: *where* it lives, what *derived* it, or why it is *absent*."""

    source: Source
    name: str
    where: tuple[str, ...] = ()
    derived: tuple[str, ...] = ()
    absent: Bilingual | None = None
    note: Bilingual | None = None

    @property
    def answer(self) -> Answer:
        """Which of the three answers it is."""
        return "where" if self.where else "derived" if self.derived else "absent"


@cache
def terms() -> tuple[Term, ...]:
    """Every term, in the order of the file. Raises :class:`DictionaryError`."""
    data = resources.files("zongmu.exchange.schemas").joinpath("dictionary.yaml").read_bytes()
    tables = reader.parse(data, "dictionary.yaml").value
    return tuple(_term(source, name, said) for source in SOURCES for name, said in tables[source].items())


def place(where: str) -> Place:
    """The place that ``<record type>: <path>`` or ``measure: <part>`` names. Raises :class:`NoSuchField`."""
    record, _, path = where.partition(": ")
    return _part_of_measure(path) if record == "measure" else fields.find(where)


def derivation(path: str) -> Any:
    """The function or property at a dotted import path of this package. Raises :class:`DictionaryError`."""
    parts = path.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        try:
            found: Any = importlib.import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for name in parts[cut:]:
            if not hasattr(found, name):
                raise DictionaryError(f"{path}: no {name}")
            found = getattr(found, name)
        return found
    raise DictionaryError(f"{path}: no such module")


def table() -> dict[str, Any]:
    """The table as plain data: per source, each term with its answer, places with their titles and disclosure class.

    Raises :class:`DictionaryError` or :class:`~zongmu.exchange.fields.NoSuchField` when an answer does not hold.
    """
    return {
        source: {
            "title": {"zh": title.zh, "en": title.en},
            "terms": [_row(term) for term in terms() if term.source == source],
        }
        for source, title in SOURCES.items()
    }


def _row(term: Term) -> dict[str, Any]:
    row: dict[str, Any] = {"name": term.name, "answer": term.answer}
    if term.where:
        row["where"] = [
            {
                "record": found.record,
                "path": found.path,
                "title": {"zh": found.title.zh, "en": found.title.en},
                "disclosure": found.disclosure,
            }
            for found in map(place, term.where)
        ]
    if term.derived:
        row["derived"] = [{"function": path, "about": _about(derivation(path))} for path in term.derived]
    for key, text in (("reason", term.absent), ("note", term.note)):
        if text is not None:
            row[key] = {"zh": text.zh, "en": text.en}
    return row


def _about(function: Any) -> str:
    return (inspect.getdoc(function) or "").partition("\n")[0]


def _term(source: Source, name: str, said: Mapping[str, Any]) -> Term:
    answers = said.keys() & {"where", "derived", "absent"}
    if len(answers) != 1 or not said.keys() <= {*answers, "note"}:
        raise DictionaryError(f"{source}: {name}: one answer wanted, and at most a note")
    return Term(
        source,
        name,
        _texts(said.get("where")),
        _texts(said.get("derived")),
        *(Bilingual(t["zh"], t["en"]) if (t := said.get(key)) else None for key in ("absent", "note")),
    )


def _texts(said: Any) -> tuple[str, ...]:
    return (said,) if isinstance(said, str) else tuple(said or ())


def _part_of_measure(part: str) -> Place:
    from zongmu.policy.law.measure import Measure

    if part not in {field.name for field in dataclasses.fields(Measure)} or part not in _MEASURE_PARTS:
        raise NoSuchField(f"measure: {part}")
    return Place("measure", part, _MEASURE_PARTS[part], "P")

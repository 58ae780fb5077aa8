"""The generated table: every term has one home, a derivation, or a reason for having none, and each answer holds."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.shared import REPO, SHARED, needs_shared
from zongmu.exchange import fields
from zongmu.exchange.fields import NoSuchField
from zongmu.exchange.schemas import dictionary
from zongmu.exchange.schemas.code_lists import closed_lists, codes_of, settings
from zongmu.model.record_types import RECORD_TYPES

NAMES = Path(__file__).parent / "fixtures" / "dictionary_names.txt"
"""``<source> <name>`` of every term, sorted; taken from the shared material by :func:`terms_of_the_material`."""

CITYS_OWN = re.compile(r"\.(?:laizhou|ordos)_")
"""In the material a measure's own field bears the name of its city; in the engine's table, ``<measure>``."""


# ── complete ──


def terms_of_the_material() -> set[tuple[str, str]]:
    """Every row of the field dictionary; every name in the Fields column and in the vocabulary of the clause tables."""
    with (SHARED / "data/field_dictionary.csv").open(encoding="utf-8") as file:
        rows = {("dictionary", f"{row['entity']}.{row['key']}") for row in csv.DictReader(file)}
    text = (SHARED / "clauses.md").read_text("utf-8")
    return rows | {("clauses", name.replace("[]", "")) for name in (*_fields_column(text), *_vocabulary(text))}


def _fields_column(text: str) -> Iterator[str]:
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")]
        if re.match(r"\| (?:LZ|OD)-", line) and len(cells) >= 8 and cells[-1] != "-":
            for part in _split(cells[-1]):
                yield from _expanded(part)


def _vocabulary(text: str) -> Iterator[str]:
    section = text[text.index("## Field vocabulary") : text.index("## Table 1.")]
    for title, body in re.findall(r"^\*\*([^*]+)\.\*\* (.*)$", section, re.MULTILINE):
        if title == "Kinds":
            for part in body.rstrip(".").split(". "):
                record, _, kinds = part.partition(": ")
                yield from (f"{record}[kind={kind.strip()}]" for kind in kinds.split(","))
        else:
            for entry in body.rstrip(".").split(" · "):
                for name in re.findall(r"`([^`]+)`", entry.partition("(")[0]):
                    yield from _expanded(name)


def _split(text: str) -> Iterator[str]:
    """The parts between commas that stand outside brackets."""
    depth, part = 0, ""
    for char in text + ",":
        depth += (char in "{[(") - (char in "}])")
        if char == "," and depth == 0:
            yield part.strip()
            part = ""
        else:
            part += char


def _expanded(name: str, at: str = "") -> Iterator[str]:
    """``x{a, b{c}}`` as ``x``, ``x.a``, ``x.b``, ``x.b.c``."""
    match = re.fullmatch(r"([^{}]+)\{(.*)\}", name)
    yield at + (match[1] if match else name)
    if match:
        for part in _split(match[2]):
            yield from _expanded(part, f"{at}{match[1]}.")


def test_the_table_answers_for_every_known_name_and_no_other() -> None:
    known = {CITYS_OWN.sub(".<measure>_", name) for name in NAMES.read_text("utf-8").splitlines()}

    assert {f"{term.source} {term.name}" for term in dictionary.terms()} == known


@needs_shared
def test_the_known_names_are_those_of_the_material() -> None:
    known = set(NAMES.read_text("utf-8").splitlines())

    assert {" ".join(term) for term in terms_of_the_material()} == known


# ── true ──


@pytest.mark.parametrize("term", dictionary.terms(), ids=lambda term: f"{term.source} {term.name}")
def test_every_answer_holds(term: dictionary.Term) -> None:
    for where in term.where:
        place = dictionary.place(where)
        assert place.title.zh, where
        assert place.title.en, where
    for path in term.derived:
        assert dictionary.derivation(path) is not None
        assert path.startswith("zongmu.")
    for text in (term.absent, term.note):
        assert text is None or (re.search(r"[\u4e00-\u9fff]", text.zh) and text.en.isascii()), term.name
    assert bool(term.where) + bool(term.derived) + bool(term.absent) == 1


def test_the_table_shows_titles_disclosure_and_reasons() -> None:
    table = {row["name"]: row for row in dictionary.table()["clauses"]["terms"]}

    assert table["inv.final"]["derived"] == [{"function": "zongmu.model.View.final_total", "about": "Final accounts."}]
    assert table["payments.amount"]["where"] == [
        {"record": "project", "path": "payments[].amount", "title": {"zh": "金额", "en": "Amount"}, "disclosure": "P"}
    ]
    assert table["interpretations.body"]["answer"] == "absent"


def codes_named() -> set[tuple[str, str]]:
    """Every code of a list that a place of the table names."""
    return {code for term in dictionary.terms() for where in term.where for code in dictionary.place(where).codes}


def test_every_code_named_in_the_table_is_one_that_a_measure_or_the_model_knows() -> None:
    instance = settings(REPO)
    known: dict[str, set[str]] = {name: set(codes) for name, codes in closed_lists().items()}
    for jurisdiction, measures in instance.jurisdictions.items():
        for name, codes in codes_of(REPO, jurisdiction, measures).lists.items():
            known.setdefault(name, set()).update(codes)

    assert {f"{name}: {code}" for name, code in codes_named() if code not in known.get(name, set())} == set()


# ── paths ──


def test_every_field_of_every_record_can_be_found_by_its_path() -> None:
    for record in RECORD_TYPES:
        for place in fields.walk(record):
            try:
                found = fields.find(f"{record.name}: {place.path}")
            except NoSuchField:
                found = fields.find(f"{record.name}: {place.path}[]")
            assert found.title.zh


@pytest.mark.parametrize(
    "where",
    [
        "nothing: name",
        "project: no_such_field",
        "project: milestones.date",
        "project: name[]",
        "project: milestones[kind=no_such_kind].date",
        "project: milestones[kind=decommissioned].date",
        "project: milestones[kind=closed].amount",
        "project: milestones[kind=contract_signed,role=no_such_role].amount",
        "project: milestones[].documents[kind=Not-a-code].date",
        "project: partners[ordos]",
        "project: name.zh",
        "measure: no_such_part",
    ],
)
def test_a_path_that_is_not_there_is_refused(where: str) -> None:
    with pytest.raises(NoSuchField):
        dictionary.place(where)


def test_a_derivation_that_is_not_there_is_refused() -> None:
    with pytest.raises(dictionary.DictionaryError):
        dictionary.derivation("zongmu.model.View.no_such_figure")

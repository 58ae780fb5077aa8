"""Code lists, kinds and records hold together: what the type checker sees, what people read, what files may say."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel

from zongmu.model import codes
from zongmu.model.acts.kinds import CONTRADICTIONS, ENDS, KINDS, PHASES_OF_WORK, Phase
from zongmu.model.acts.milestones import FAMILIES
from zongmu.model.codes import CODE_LISTS
from zongmu.model.derived.views import DEFAULT_STAGES, ESTIMATE_KINDS
from zongmu.model.record_types import RECORD_TYPES, type_of_path
from zongmu.policy.proposals.pushers import PUSHERS


def record_classes(*more: type[BaseModel]) -> list[type[BaseModel]]:
    """Every class that a record file, or one of *more*, can hold."""
    found: dict[type[BaseModel], None] = {}
    stack: list[Any] = [*(t.model for t in RECORD_TYPES), *more]
    while stack:
        one = stack.pop()
        if isinstance(one, type) and issubclass(one, BaseModel):
            if one not in found:
                found[one] = None
                stack.extend(info.annotation for info in one.model_fields.values())
        else:
            stack.extend(get_args(one))
    return list(found)


CLASSES = record_classes(PUSHERS.model)
FIELDS = [(cls, name, info) for cls in CLASSES for name, info in cls.model_fields.items()]


def extra(info: Any) -> dict[str, Any]:
    return info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}


def literals(annotation: Any) -> Iterator[tuple[Any, ...]]:
    """The values of every ``Literal`` within an annotation that ends in text."""
    if get_origin(annotation) is Literal:
        yield get_args(annotation)
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return
    else:
        for part in get_args(annotation):
            yield from literals(part)


def ids(row: Any) -> str:
    return f"{row[0].__name__}.{row[1]}" if isinstance(row, tuple) else str(row)


@pytest.mark.parametrize("row", [r for r in FIELDS if extra(r[2]).get("x-codelist") in CODE_LISTS], ids=ids)
def test_a_closed_field_admits_what_its_list_names(row: Any) -> None:
    _, _, info = row
    (values,) = literals(info.annotation)
    assert set(values) == set(CODE_LISTS[extra(info)["x-codelist"]])


def test_every_literal_of_several_words_has_a_list_with_titles() -> None:
    bare = {
        f"{cls.__name__}.{name}"
        for cls, name, info in FIELDS
        for values in literals(info.annotation)
        if len(values) > 1 and name != "kind" and extra(info).get("x-codelist") not in CODE_LISTS
    }
    assert bare == set()


def test_every_list_is_used_and_has_both_titles() -> None:
    used = {extra(info).get("x-codelist") for _, _, info in FIELDS}
    assert set(CODE_LISTS) - used == set()
    for table in CODE_LISTS.values():
        for zh, en in table.values():
            assert zh.strip()
            assert en.strip()
            assert not zh.isascii()


def test_every_literal_of_the_module_stands_in_a_record() -> None:
    named = {get_args(v) for v in vars(codes).values() if get_origin(v) is Literal}
    used = {values for _, _, info in FIELDS for values in literals(info.annotation)}
    assert named - used == set()


# ── kinds ──

KINDS_OF_FAMILIES = [k for family in FAMILIES for k in get_args(family.model_fields["kind"].annotation)]


def test_every_kind_has_a_class_and_every_class_a_known_kind() -> None:
    assert sorted(KINDS_OF_FAMILIES) == sorted(set(KINDS_OF_FAMILIES)), "a kind in two classes"
    assert set(KINDS_OF_FAMILIES) == set(KINDS)


def test_kinds_have_titles_of_their_own() -> None:
    for title in ("zh", "en"):
        said = [getattr(k, title) for k in KINDS.values()]
        assert sorted(said) == sorted(set(said))
    assert {k.phase for k in KINDS.values()} == set(get_args(Phase))


def test_what_is_said_of_kinds_speaks_of_kinds_there_are() -> None:
    named = {k for pair in CONTRADICTIONS for k in pair} | ENDS | set(ESTIMATE_KINDS)
    named |= {k for _, kinds in DEFAULT_STAGES for k in kinds}
    assert named - set(KINDS) == set()
    assert set(get_args(Phase)) >= PHASES_OF_WORK


def test_contradictions_go_forward_only() -> None:
    """The pairs are a partial order: following them never leads back."""
    after: dict[str, set[str]] = {}
    for first, then in CONTRADICTIONS:
        after.setdefault(first, set()).add(then)

    def reaches(start: str, goal: str, seen: frozenset[str] = frozenset()) -> bool:
        return any(n == goal or (n not in seen and reaches(n, goal, seen | {n})) for n in after.get(start, ()))

    assert not [k for k in after if reaches(k, k)]


def test_the_words_that_yaml_takes_for_yes_and_no_name_nothing() -> None:
    words = {"no", "on", "off", "yes", "y", "n", "true", "false", "null"}
    assert not words & {info.alias or name for _, name, info in FIELDS}
    assert not words & set(KINDS)
    assert not words & {code for table in CODE_LISTS.values() for code in table}


# ── fields ──


@pytest.mark.parametrize("cls", CLASSES, ids=lambda c: c.__name__)
def test_every_field_says_what_it_is(cls: type[BaseModel]) -> None:
    for name, info in cls.model_fields.items():
        said = extra(info)
        assert said["x-title"]["zh"].strip(), name
        assert said["x-title"]["en"].strip(), name
        assert said["x-disclosure"] in {"P", "S", "R", "I", "L"}, name
        assert said["x-change"] in {"frozen", "fact", "declared", "state"}, name


def test_titles_within_a_class_are_not_mistaken_for_each_other() -> None:
    twice = []
    for cls in CLASSES:
        titles = [extra(info)["x-title"]["zh"] for info in cls.model_fields.values()]
        twice += [f"{cls.__name__}: {t}" for t in titles if titles.count(t) > 1]
    assert twice == []


def nullable(schema: Any) -> bool:
    """Whether null is admitted anywhere in a core schema."""
    stack = [schema]
    seen: set[int] = set()
    while stack:
        part = stack.pop()
        if id(part) in seen:
            continue
        seen.add(id(part))
        if isinstance(part, dict):
            if part.get("type") in ("nullable", "none"):
                return True
            stack.extend(part.values())
        elif isinstance(part, list | tuple):
            stack.extend(part)
    return False


def test_null_would_be_noticed() -> None:
    class Loose(BaseModel):
        name: str | None = None

    assert nullable(Loose.__pydantic_core_schema__)


@pytest.mark.parametrize("cls", CLASSES, ids=lambda c: c.__name__)
def test_no_record_admits_null(cls: type[BaseModel]) -> None:
    assert not nullable(cls.__pydantic_core_schema__)


def test_only_what_identifies_a_record_or_an_act_is_required() -> None:
    project = {
        n for n, i in next(t for t in RECORD_TYPES if t.name == "project").model.model_fields.items() if i.is_required()
    }
    assert project == {"format", "id", "jurisdiction", "name"}
    demanded = {n for f in FAMILIES for n, i in f.model_fields.items() if i.is_required()}
    # Kind, date, and what says which sub-kind it is or what it answers.
    assert demanded == {
        "kind", "date", "of", "conclusion", "matter", "permit", "winner", "role", "stage", "year", "incident", "severity",
        "notice", "from_", "to", "by", "code",
    }  # fmt: skip


# ── record types ──


@pytest.mark.parametrize("record_type", RECORD_TYPES, ids=lambda t: t.name)
def test_the_example_of_a_type_is_a_path_of_that_type(record_type: Any) -> None:
    assert type_of_path(record_type.example) is record_type
    assert record_type.id_from_path(record_type.example)


@pytest.mark.parametrize("record_type", RECORD_TYPES, ids=lambda t: t.name)
def test_natural_keys_are_fields_of_their_rows(record_type: Any) -> None:
    hints = typing.get_type_hints(record_type.model, include_extras=True)
    for name, keys in record_type.series.items():
        (row,) = [c for c in CLASSES if c in _inside(hints[name])]
        assert set(keys) <= set(row.model_fields)


def _inside(annotation: Any) -> set[Any]:
    return {annotation} | {x for a in get_args(annotation) for x in _inside(a)}

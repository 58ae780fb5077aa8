"""The public type names every field that leaves: each name stands for class P all the way down, and none is forgotten."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pydantic import BaseModel

from zongmu.disclosure.projection import (
    EXTERNAL_ID_FIELDS,
    LEFT_OUT,
    MILESTONE_FIELDS,
    MILESTONE_KINDS_WITHHELD,
    OM_COST_FIELDS,
    PAYMENT_FIELDS,
    PROGRESS_FIELDS,
    QUESTION_FIELDS,
    REASON_FIELDS,
    SHARED_RESOURCE_FIELDS,
    STATE_FIELDS,
    SUMMARY_TEXTS,
    WAIVER_FIELDS,
    milestone_fields,
)
from zongmu.model.acts.milestones import Act
from zongmu.model.records.project import Project
from zongmu.publish.rendering.fields import fields_of

ROWS = {
    "shared_resources": SHARED_RESOURCE_FIELDS,
    "external_ids": EXTERNAL_ID_FIELDS,
    "payments": PAYMENT_FIELDS,
    "om_costs": OM_COST_FIELDS,
    "progress": PROGRESS_FIELDS,
    "waivers": WAIVER_FIELDS,
    "reasons": REASON_FIELDS,
    "questions": (*QUESTION_FIELDS, "about"),
}
"""Sections of a project that are taken apart → the fields that leave."""


def classes(cls: type[BaseModel]) -> dict[str, str]:
    """Disclosure class of each field, by its name in the file."""
    found = {}
    for attribute, info in cls.model_fields.items():
        assert isinstance(info.json_schema_extra, dict), f"{cls.__name__}.{attribute} is not declared"
        found[info.alias or attribute] = str(info.json_schema_extra["x-disclosure"])
    return found


def below(cls: type[BaseModel], name: str) -> Iterator[tuple[str, str]]:
    """``(path, disclosure class)`` of a field and of everything inside it."""
    yield name, classes(cls)[name]
    inner = fields_of(cls)[name].model
    if inner is not None:
        for part in classes(inner):
            for path, letter in below(inner, part):
                yield f"{name}/{path}", letter


def acts(cls: type[Act] = Act) -> Iterator[type[Act]]:
    """Every class of milestones."""
    yield cls
    for sub in cls.__subclasses__():
        yield from acts(sub)


def kinds_of(cls: type[Act]) -> frozenset[str]:
    kind = cls.model_json_schema()["properties"]["kind"]
    return frozenset(kind.get("enum", [kind["const"]] if "const" in kind else []))


SHOWN = [cls for cls in acts() if not kinds_of(cls) or kinds_of(cls) - MILESTONE_KINDS_WITHHELD]
"""Classes of milestones of which some kind leaves."""


def test_there_are_milestones_that_leave_and_some_that_do_not() -> None:
    assert 0 < len(SHOWN) < len(list(acts()))


@pytest.mark.parametrize("name", STATE_FIELDS)
def test_a_state_field_that_leaves_is_public_all_the_way_down(name: str) -> None:
    assert [path for path, letter in below(Project, name) if letter != "P"] == []


@pytest.mark.parametrize("cls", SHOWN, ids=lambda cls: cls.__name__)
def test_a_milestone_field_that_leaves_is_public_all_the_way_down(cls: type[Act]) -> None:
    public = MILESTONE_FIELDS.union(*(milestone_fields(kind) for kind in kinds_of(cls)))
    leaving = [name for name in classes(cls) if name in public]
    assert [path for name in leaving for path, letter in below(cls, name) if letter != "P"] == []


@pytest.mark.parametrize("section", ROWS)
def test_a_row_that_leaves_is_public_all_the_way_down(section: str) -> None:
    cls = fields_of(Project)[section].model
    assert cls is not None
    assert [path for name in ROWS[section] for path, letter in below(cls, name) if letter != "P"] == []


def test_no_public_field_is_forgotten() -> None:
    named = {*STATE_FIELDS, *LEFT_OUT}
    assert [name for name, letter in classes(Project).items() if letter == "P" and name not in named] == []
    named = {*MILESTONE_FIELDS, *LEFT_OUT}
    for cls in acts():
        assert [name for name, letter in classes(cls).items() if letter == "P" and name not in named] == []


def test_no_name_stands_for_nothing() -> None:
    of_acts = {name for cls in acts() for name in classes(cls)}
    assert sorted(MILESTONE_FIELDS - of_acts) == []
    assert sorted(LEFT_OUT - of_acts - set(classes(Project))) == []


def test_a_summary_leaves_in_the_place_of_its_text() -> None:
    for internal, twin, _ in SUMMARY_TEXTS:
        assert (classes(Project)[internal], internal in STATE_FIELDS) == ("S", False)
        assert (classes(Project)[twin], twin in STATE_FIELDS) == ("P", True)

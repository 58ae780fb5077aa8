"""A digest binds to content: the value and not its notation, never a translation."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from tests.records import act, project
from zongmu.model.fields.digest import canonical, milestone_digest, sha256, without_translations

APPROVAL: dict[str, Any] = act("design_approved", "2024-05-01", total="450万元", number="示批〔2024〕1号")


def digest(**change: Any) -> str:
    record = project({k: v for k, v in {**APPROVAL, **change}.items() if v is not None})
    return milestone_digest(record.id, record.milestones[0])


def test_the_digest_is_frozen() -> None:
    """Signatures of ten years hang on it: a change here voids them all."""
    text = (
        '{"format":1,"milestone":"design_approved","project":"demo-2026-0001","values":'
        '{"date":"2024-05-01","kind":"design_approved","number":"示批〔2024〕1号","total":"450万元"}}'
    )
    assert digest() == "sha256:" + hashlib.sha256(text.encode()).hexdigest()
    assert digest() == "sha256:911bd14c71ebc96bbd1c88f6d57acd092a0bede0f06982aec2270c01f62b5a5f"


def test_notation_does_not_count() -> None:
    assert digest(total="4500000元") == digest()
    assert digest(total="0.045亿元") == digest()


@pytest.mark.parametrize(
    "change", [{"total": "450.000001万元"}, {"number": None}, {"date": "2024-05-02"}, {"seq": 2}, {"note": "备注"}]
)
def test_every_fact_counts(change: dict[str, Any]) -> None:
    assert digest(**change) != digest()


def test_the_place_in_the_file_and_other_milestones_do_not_count() -> None:
    one = project(APPROVAL)
    other = project(act("declared", "2024-01-01"), APPROVAL, name="别名", summary="简介")
    assert milestone_digest(one.id, one.milestones[0]) == milestone_digest(other.id, other.milestones[1])


def test_the_project_counts() -> None:
    one = project(APPROVAL).milestones[0]
    assert milestone_digest("demo-2026-0001", one) != milestone_digest("demo-2026-0002", one)


def test_translations_have_no_authority() -> None:
    data = {"name": "甲", "name_en": "A", "rows": [{"title": "乙", "title_en": "B"}]}
    assert without_translations(data) == {"name": "甲", "rows": [{"title": "乙"}]}


def test_canonical_json() -> None:
    assert canonical({"b": [1, True], "a": "甲"}) == '{"a":"甲","b":[1,true]}'.encode()
    assert sha256({"a": 1, "b": 2}) == sha256({"b": 2, "a": 1})
    assert sha256({}).startswith("sha256:")
    assert len(sha256({})) == 71

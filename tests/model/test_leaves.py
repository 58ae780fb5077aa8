"""Paths by identity: they survive a late entry, and lead back to the place in the file."""

from __future__ import annotations

from typing import Any

import pytest

from tests.records import act, project
from zongmu.model.fields.change import flatten
from zongmu.model.fields.leaves import leaves, locate, plain, row_key
from zongmu.model.record_types import BY_NAME

SERIES = BY_NAME["project"].series
RICH = project(
    act("design_approved", "2024-05-01", total="450万元", funding=[
        {"source": "fiscal", "level": "city", "year": 2024, "amount": "300万元"},
        {"source": "fiscal", "level": "city", "amount": "150万元"},
    ], excluded=[{"step": "expert_review", "from": "2024-03-01", "to": "2024-03-09"}], scope=[{"item": "a", "amount": "1万元"}]),
    act("contract_signed", "2024-06-20", role="build", covers=["a", "b"], documents=[{"kind": "contract", "title": "合同"}]),
    act("contract_signed", "2024-06-25", role="supervision", seq=2, members=[{"name": "甲公司"}]),
    owner="demo/office", tags=["one", "two"], scope=[{"id": "a", "name": "平台"}], security={"mlps_level": 3},
    payments=[{"seq": 1, "date": "2024-07-01", "contract": 1, "amount": "100万元"}],
    om_costs=[{"year": 2025, "amount": "9万元"}, {"year": 2025, "seq": 2, "amount": "3万元"}], progress=[{"date": "2024-08-01", "percent": "40%"}],
)  # fmt: skip
PATHS = flatten(RICH, SERIES)


def test_rows_are_named_by_their_identity() -> None:
    assert PATHS["milestones/contract_signed/2/role"] == "supervision"
    assert PATHS["milestones/contract_signed/documents/contract/title"] == "合同"
    assert PATHS["milestones/design_approved/funding/fiscal-city-2024/amount"] == "300万元"
    assert PATHS["milestones/design_approved/funding/fiscal-city/amount"] == "150万元"
    assert PATHS["milestones/design_approved/excluded/expert_review-2024-03-01/to"] == "2024-03-09"
    assert PATHS["milestones/design_approved/scope/a/amount"] == "1万元"
    assert PATHS["milestones/contract_signed/2/members/甲公司/name"] == "甲公司"
    assert PATHS["payments/1/amount"] == "100万元"
    assert (PATHS["om_costs/2025/amount"], PATHS["om_costs/2025-2/amount"]) == ("9万元", "3万元")
    assert PATHS["progress/2024-08-01/percent"] == "40%"
    assert PATHS["security/mlps_level"] == 3


def test_a_list_of_words_is_one_leaf() -> None:
    assert PATHS["tags"] == ["one", "two"]
    assert PATHS["milestones/contract_signed/covers"] == ["a", "b"]


def test_what_is_absent_or_empty_has_no_path() -> None:
    assert "summary" not in PATHS
    assert not [p for p in PATHS if p.startswith("waivers")]
    assert plain(project()) == {"format": 1, "id": "demo-2026-0001", "jurisdiction": "demo", "name": "示例"}


def test_nothing_is_lost_and_no_two_leaves_share_a_path() -> None:
    rows = list(leaves(plain(RICH), SERIES))
    assert len(rows) == len(dict(rows))


def test_one_value_has_one_notation() -> None:
    one = project(act("design_approved", "2024-05-01", total="450万元"))
    other = project(act("design_approved", "2024-05-01", total="4500000元"))
    assert flatten(one, SERIES) == flatten(other, SERIES)


def test_false_and_nought_are_values() -> None:
    record = project(software_development=False, security={"mlps_level": 0})
    flat = flatten(record, SERIES)
    assert flat["software_development"] is False
    assert flat["security/mlps_level"] == 0


@pytest.mark.parametrize("path", sorted(PATHS))
def test_every_path_leads_back_to_its_value(path: str) -> None:
    data: Any = plain(RICH)
    for step in locate(data, path, SERIES)[0]:
        data = data[step]
    assert data == PATHS[path]


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ("milestones/contract_signed/2/amount", ("milestones", 2)),
        ("milestones/contract_signed/2", ("milestones", 2)),
        ("milestones/contract_signed/3/amount", ("milestones", 1)),
        ("milestones/closed", ("milestones",)),
        ("security/cii", ("security",)),
        ("nowhere/at/all", ()),
        ("", ()),
    ],
)
def test_what_is_not_there_gives_its_nearest_ancestor(path: str, where: tuple[Any, ...]) -> None:
    assert locate(plain(RICH), path, SERIES)[0] == where


def test_pointer_bears_data_of_any_shape() -> None:
    """It is asked about files that do not fit the schema, too."""
    for data in (
        {"milestones": [1, "a", None, []]},
        {"milestones": "text"},
        [],
        "x",
        None,
        {"milestones": [{"kind": []}]},
    ):
        assert isinstance(locate(data, "milestones/contract_signed/2/amount", SERIES)[0], tuple)


@pytest.mark.parametrize(
    ("row", "key"),
    [
        ({"kind": "a", "seq": 2}, "a/2"),
        ({"kind": "a"}, "a"),
        ({"id": "x", "seq": 3}, "x"),
        ({"seq": 3}, "3"),
        ({"month": "2026-01"}, "2026-01"),
        ({"amount": "1元"}, "7"),
    ],
)
def test_row_key(row: dict[str, Any], key: str) -> None:
    assert row_key(row, 7) == key

"""Two changes of one record meet by identity: the same bytes in either order, nothing lost, and a question where they clash."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zongmu.store.editing import emit
from zongmu.store.editing.join import Joiner
from zongmu.store.reading.reader import parse_exact

FILE = "registry/projects/demo/office/demo-2026-0001.yaml"
BOOK = "registry/endorsements/demo/demo-2026-0001.yaml"
HEAD = "# 备注：保留\nformat: 1\nid: demo-2026-0001\njurisdiction: demo\nname: 平台 # 名称\nowner: demo/office\n"
BASE = HEAD + "\nmilestones:\n  - kind: declared\n    date: 2026-01-05 # 当天\n    number: 示申〔2026〕1号\n"
SIGNED = "  - kind: contract_signed\n    date: 2026-03-01\n    role: build\n    amount: 40万元\n"
GRADED = "  - kind: mlps_filed\n    date: 2026-02-20\n    number: 公备〔2026〕7号\n"


def join(base: str | None, ours: str, theirs: str, file: str = FILE) -> tuple[str | None, Joiner]:
    joiner = Joiner()
    out = joiner(file, base.encode() if base is not None else None, ours.encode(), theirs.encode())
    return (None if out is None else out.decode()), joiner


def value(text: str) -> Any:
    parsed = parse_exact(text.encode(), FILE)
    assert not parsed.findings, parsed.findings
    return parsed.value


def test_two_milestones_meet_in_either_order_to_the_same_bytes() -> None:
    one, _ = join(BASE, BASE + SIGNED, BASE + GRADED)
    other, _ = join(BASE, BASE + GRADED, BASE + SIGNED)
    assert one == other == BASE + GRADED + SIGNED  # by day, comments of the base kept


def test_different_fields_of_one_milestone_and_of_the_record_meet() -> None:
    mine = BASE.replace("示申〔2026〕1号", "示申〔2026〕2号").replace("name: 平台", "name: 新平台")
    yours = BASE.replace("date: 2026-01-05", "date: 2026-01-06") + "    received: 2026-01-09\n"
    joined, _ = join(BASE, mine, yours)
    assert joined is not None
    assert joined == join(BASE, yours, mine)[0]
    (act,) = value(joined)["milestones"]
    assert act == {"kind": "declared", "date": "2026-01-06", "number": "示申〔2026〕2号", "received": "2026-01-09"}
    assert "# 名称" in joined
    assert value(joined)["name"] == "新平台"


def test_one_field_changed_twice_is_one_question_with_both_values() -> None:
    mine, yours = (BASE.replace("1号", f"{n}号") for n in (2, 3))
    joined, joiner = join(BASE, mine, yours)
    assert joined is None
    (question,) = joiner.questions
    assert question.path == "milestones/declared/number"
    assert (question.base, question.ours, question.theirs) == ("示申〔2026〕1号", "示申〔2026〕2号", "示申〔2026〕3号")


@pytest.mark.parametrize(
    ("mine", "yours"),
    [
        (SIGNED, SIGNED.replace("40万元", "41万元")),  # one identity, two amounts
        ("    number2: x\n", "    number2: y\n"),
    ],
)
def test_what_cannot_both_be_so_is_never_joined(mine: str, yours: str) -> None:
    assert join(BASE, BASE + mine, BASE + yours)[0] is None


def test_one_amount_in_two_notations_is_one_amount() -> None:
    yours = SIGNED.replace("40万元", "400000元")
    assert join(BASE, BASE + SIGNED, BASE + yours)[0] == join(BASE, BASE + yours, BASE + SIGNED)[0] is not None


def test_sign_offs_on_one_number_are_numbered_anew_and_signed_ones_keep_theirs() -> None:
    head = "format: 1\njurisdiction: demo\nproject: demo-2026-0001\n\nendorsements:\n"
    row = "  - {{seq: 1, role: {role}, organization: demo/{role}, date: 2026-03-0{day}, of: declared, digest: sha256:{x}}}\n"
    rows = [row.format(role=role, day=day, x="0" * 64) for role, day in (("finance", 2), ("bureau", 1))]
    joined, _ = join(None, head + rows[0], head + rows[1], BOOK)
    assert joined == join(None, head + rows[1], head + rows[0], BOOK)[0]
    assert joined is not None
    assert [(r["seq"], r["role"]) for r in value(joined)["endorsements"]] == [(1, "bureau"), (2, "finance")]
    signed = [r.replace("}\n", ", evidence: {signature: abc}}\n") for r in rows]
    assert join(None, head + signed[0], head + signed[1], BOOK)[0] is None
    joined, _ = join(None, head + signed[0], head + rows[1], BOOK)
    assert joined is not None
    assert {(r["seq"], r["role"]) for r in value(joined)["endorsements"]} == {(1, "finance"), (2, "bureau")}


def test_a_file_that_cannot_be_read_is_not_joined() -> None:
    assert join(BASE, BASE + "a: [\n", BASE + GRADED)[0] is None
    assert join(BASE, BASE + SIGNED, BASE.replace("name: 平台", "name: &a 平台"))[0] is None


KINDS = ("accounts_settled", "build_started", "completed", "disclosed", "initial_accepted", "trial_started")
ACT = st.fixed_dictionaries(
    {"kind": st.sampled_from(KINDS), "date": st.dates().map(str)},
    optional={"number": st.text("号示甲:#-'", min_size=1, max_size=5), "total": st.sampled_from(["1万元", "2万元"])},
)
ACTS = st.lists(ACT, max_size=4, unique_by=lambda act: act["kind"])


@given(ACTS, ACTS, ACTS, st.sampled_from(["平台", "甲", "乙"]), st.sampled_from(["平台", "丙"]))
def test_order_never_matters_and_nothing_is_lost(
    base: list[dict[str, str]], mine: list[dict[str, str]], yours: list[dict[str, str]], one: str, other: str
) -> None:
    before = {act["kind"] for act in base}

    def text(added: list[dict[str, str]], name: str) -> str:
        fields = {"format": 1, "id": "demo-2026-0001", "jurisdiction": "demo", "name": name}
        acts = base + [act for act in added if act["kind"] not in before]
        return emit.document({**fields, **({"milestones": acts} if acts else {})})

    sides = text(mine, one), text(yours, other)
    there, asked = join(text([], "平台"), *sides)
    back, _ = join(text([], "平台"), *reversed(sides))
    assert there == back
    left, right = ({a["kind"]: a for a in value(s).get("milestones", ())} for s in sides)
    clash = one != "平台" != other or any(left[k] != right[k] for k in left.keys() & right.keys())
    assert (there is None) == clash
    if there is None:
        assert asked.questions
    else:
        assert {a["kind"]: a for a in value(there).get("milestones", ())} == left | right

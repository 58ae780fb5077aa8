"""``zongmu diff`` through the command: what moved, what follows, who has to agree, and nothing hostile gets through."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from markdown import markdown as rendered

from tests.instances import LATE, PROJECT, Instance

CORRECTED = """
corrections:
  - seq: 1
    of: design_approved
    field: total
    was: 290万元
    date: 2026-06-01
    reason: 批复原文为 180万元
"""


@pytest.fixture
def based(tiny: Instance) -> Instance:
    tiny.commit()
    return tiny


def report(tiny: Instance, *args: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(tiny.say("diff", "HEAD", "--format", "json", *args).out)
    return data


def record(data: dict[str, Any], path: str = PROJECT) -> dict[str, Any]:
    (found,) = [r for r in data["records"] if r["path"] == path]
    return dict(found)


def test_an_amount_that_moves_brings_its_consequence_with_the_clause(based: Instance) -> None:
    based.edit(PROJECT, "290万元", "180万元")
    based.append(PROJECT, CORRECTED)
    (shift,) = [s for s in record(report(based))["consequences"] if s["rule"] == "dm2_supervision"]
    assert (shift["turn"], shift["clauses"]) == ("ends", ["DM-2"])
    assert shift["read"] == ["milestones/design_approved/total"]
    said = based.say("diff", "HEAD")
    assert said.code == 0, said.all
    lines = said.out.splitlines()
    at = next(n for n, line in enumerate(lines) if "290万元 → 180万元" in line)
    assert "[DM-2] 不再适用" in lines[at + 1]
    english = based.say("diff", "HEAD", "--lang", "en").out
    assert "no longer applies" in english and "gate: good" in english  # noqa: PT018


def test_a_new_milestone_moves_the_stage_ends_the_duty_and_asks_for_the_right_body(based: Instance) -> None:
    contract = "  - kind: surplus_returned\n    date: 2026-06-01\n    amount: 3万元\n"
    based.append(PROJECT, contract)
    law = based.read("checks/demo_2025/measure.yaml")
    try:
        based.write("checks/demo_2025/measure.yaml", law + "milestones:\n  surplus_returned: {confirmed_by: finance}\n")
        based.append(LATE, "  - kind: contract_signed\n    date: 2026-06-02\n    role: build\n    amount: 40万元\n")
        data = report(based)
    finally:
        based.write("checks/demo_2025/measure.yaml", law)
    (need,) = [n for n in data["needs"] if n["why"] == "confirms"]
    assert need["role"] == "finance"
    assert need["organizations"] == ["demo/finance"]
    assert (need["about"], need["amount"]) == ("surplus_returned", "3万元")
    late = record(data, LATE)
    assert late["stage"]["after"]["zh"] == "已签合同"
    assert late["rows_added"] == ["milestones/contract_signed"]
    assert [f["state"] for f in late["findings"]] == ["existing"]


def test_a_breach_names_who_may_acknowledge_it_and_a_defect_sends_it_back(based: Instance) -> None:
    based.edit(PROJECT, "2026-02-05", "2026-02-19")
    said = based.say("diff", "HEAD")
    assert said.code == 1
    assert "record.silent-edit" in said.out
    assert "填报人改正后重新提交" in said.out
    based.git("checkout", "-q", ".")
    based.project(3, "milestones:\n  - {kind: proposal_approved, date: 2026-01-05}\n")
    said = based.say("diff", "HEAD")
    assert said.code == 1, said.all
    assert "数据局（示例办公室） 核实后确认" in said.out
    (need,) = [n for n in report(based)["needs"] if n["why"] == "breach"]
    assert (need["role"], need["clauses"]) == ("bureau", ["DM-1 p1 s1"])


def test_a_defective_file_is_not_taken_for_a_cure(based: Instance) -> None:
    based.append(LATE, "nonsense: 1\n")
    late = record(report(based), LATE)
    assert (late["judged"], late["consequences"], late["cured"]) == (False, [], [])
    assert "文件有误，规则无从裁决" in based.say("diff", "HEAD").out


HOSTILE = "<img src=x onerror=alert(1)> [x](javascript:alert(1)) @all #1 `x` **b** </details> ![i](http://e/i) --> |a|"


def test_no_text_of_a_record_is_more_than_words_in_the_comment(based: Instance) -> None:
    plain = HOSTILE.translate({ord(c): "x" for c in HOSTILE if not c.isalnum() and c != " "})
    shapes = []
    for text in (HOSTILE, plain):
        based.project(7, "secrecy: none\n", name=f"'{text}'")
        comment = based.say("diff", "HEAD", "--format", "markdown").out
        assert "涉密情况" in comment, "a title of ours is no secret"
        assert comment.startswith("<!-- zongmu:change -->\n")
        assert "@" not in comment
        shapes.append(re.findall(r"<[^>]*>", rendered(comment, extensions=["extra"])))
    assert shapes[0] == shapes[1]
    assert "img" not in "".join(shapes[0])


def test_a_huge_change_still_makes_one_comment_that_a_forge_takes(based: Instance) -> None:
    for n in range(10, 150):
        based.project(n, "nonsense: 1\n", name="长" * 100)
    comment = based.say("diff", "HEAD", "--format", "markdown").out
    assert len(comment) < 65_536
    assert comment.count("<details>") == comment.count("</details>")


def test_publication_says_what_becomes_public(tiny: Instance) -> None:
    tiny.edit("registry/registry.yaml", "disclosure_review: merge", "disclosure_review: separate")
    tiny.commit()
    tiny.append(PROJECT, "  - kind: contract_signed\n    date: 2026-06-02\n    role: build\n    amount: 40万元\n")
    publication = record(report(tiny))["publication"]
    assert publication["after"] == "unreviewed"
    assert "milestones/contract_signed/amount" in publication["fields"]
    assert "经公开审查后公开：签订合同（合同金额、日期、合同性质）" in tiny.say("diff", "HEAD").out


def test_keepers_are_named_each_for_their_own_zone(based: Instance) -> None:
    based.edit("registry/organizations/demo/office.yaml", "holds: [bureau]", "holds: [bureau, auditor]")
    based.write("README.md", "x\n")
    data = report(based)
    assert [(n["why"], n["about"]) for n in data["needs"]] == [
        ("trust", "registry/organizations/demo/office.yaml"),
        ("code", "README.md"),
    ]
    out = based.say("diff", "HEAD").out
    assert "信任区责任人（两人）\n        registry/organizations/demo/office.yaml" in out
    assert "代码区责任人\n        README.md" in out

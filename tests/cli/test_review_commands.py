"""Who has to agree, what the forge is told of it, and what a change of the law changes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.instances import PROJECT, Instance, make

PUSHERS = """format: 1
pushers:
  - {account: clerk, organizations: [demo/clinic]}
  - {account: money, organizations: [demo/finance], merges: true}
  - {account: keeper, organizations: [demo/office], zones: [data, trust, code], merges: true}
"""


@pytest.fixture
def own(tmp_path: Path) -> Instance:
    """An instance of its own, whose law says who confirms an approval."""
    made = make(tmp_path / "own")
    made.append("checks/demo_2025/measure.yaml", "milestones:\n  design_approved: {confirmed_by: finance}\n")
    made.write("trust/pushers.yaml", PUSHERS)
    made.commit()
    return made


def test_reviewers_are_those_that_held_the_role_before_the_change(own: Instance) -> None:
    own.append(
        PROJECT,
        "  - kind: design_approved\n    seq: 2\n    date: 2026-03-01\n    body: demo/office\n    total: 295万元\n",
    )
    own.edit("registry/organizations/demo/office.yaml", "holds: [bureau]", "holds: [bureau, finance]")
    said = own.say("reviewers", "HEAD")
    assert said.code == 0, said.all
    assert "财政局（示例财政局）" in said.out
    assert "295万元" in said.out
    (need,) = [
        n for n in json.loads(own.say("reviewers", "HEAD", "--format", "json").out)["needs"] if n["why"] == "confirms"
    ]
    assert need["organizations"] == ["demo/finance"]
    own.git("checkout", "-q", ".")
    own.append(
        "registry/projects/demo/office/demo-2026-0002.yaml",
        "  - kind: design_approved\n    date: 2026-04-01\n    total: 5万元\n",
    )
    own.edit("registry/organizations/demo/finance.yaml", "holds: [finance]\n", "")
    own.commit()
    own.append(
        PROJECT,
        "  - kind: design_approved\n    seq: 2\n    date: 2026-03-01\n    body: demo/office\n    total: 295万元\n",
    )
    said = own.say("reviewers", "HEAD")
    assert said.code == 1
    assert "没有单位承担 finance" in said.out


def test_a_plan_and_a_body_by_another_name_have_reviewers_too(own: Instance) -> None:
    plans = "{at: DM-6, gist: {zh: 审定计划, en: Plans}, modality: authority, binds: finance, class: structural, field: plans/approved}"
    own.edit("checks/demo_2025/measure.yaml", "readings:\n", f"  - {plans}\nreadings:\n")
    own.commit()
    own.edit("registry/organizations/demo/office.yaml", "name: ", "name: 新")
    own.write(
        "registry/plans/demo/2026.yaml", "format: 1\njurisdiction: demo\nyear: 2026\napproved: {date: 2026-02-01}\n"
    )
    assert own.say("reviewers", "HEAD").out.splitlines() == [
        "财政局（示例财政局）",
        "    核对 demo/office 的单位·名称",
        "    核对 demo/2026 的年度计划·审定 [DM-6]",
        "新示例办公室",
        "    demo/office 的单位·名称变更",
    ]


@pytest.mark.parametrize(
    ("forge", "place", "line"),
    [
        ("github", ".github/CODEOWNERS", "/registry/projects/demo/ @money"),
        ("gitlab", ".gitlab/CODEOWNERS", "/trust/ @keeper"),
        ("gitea", ".gitea/CODEOWNERS", "^registry/registry\\.yaml @keeper"),
    ],
)
def test_the_file_of_owners_is_made_and_kept_fresh(own: Instance, forge: str, place: str, line: str) -> None:
    assert own.say("codeowners", "--forge", forge, "--check").code == 1
    assert own.say("codeowners", "--forge", forge).code == 0
    assert line in own.read(place).split("\n")
    assert own.say("codeowners", "--forge", forge, "--check").code == 0
    own.edit("trust/pushers.yaml", "account: keeper", "account: warden")
    assert own.say("codeowners", "--forge", forge, "--check").code == 1
    own.write("trust/pushers.yaml", "format: 1\npushers: []\n")
    assert own.say("codeowners", "--forge", forge).code == 2


def test_a_change_of_the_law_shows_the_verdicts_that_differ(own: Instance) -> None:
    own.edit("checks/demo_2025/rules.py", 'because="absent")', 'because="absent") if False else passed(step)')
    own.edit(
        "checks/demo_2025/measure.yaml",
        "modality: must, class: automated, rules: [dm1_apply]",
        "modality: may, class: automated, rules: [dm1_apply]",
    )
    own.commit()
    said = own.say("verdicts", "HEAD~1", "HEAD")
    assert said.code == 1, said.all
    assert "[dm1_apply] blocking → notice" in said.out
    same = own.say("verdicts", "HEAD", "HEAD")
    assert (same.code, "裁决完全相同" in same.out) == (0, True), same.all
    own.write("checks/demo_2025/rules.py", "raise SystemExit")
    own.commit()
    broken = own.say("verdicts", "HEAD~1", "HEAD")
    assert (broken.code, "[verdicts.no-report]" in broken.err) == (2, True), broken.all

"""``zongmu check --fix``: notation is mended and said, meaning never changes, and what is not certain is left alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.instances import PROJECT, Instance

WRONG = {
    "2026-02-05": "2026年2月5日",
    "300万元": "300 万元",
    "示申〔2026〕2号": "示申[2026]第02号",
    "290万元": "2,900,000元",
    "date: 2026-02-20": "date: 2026/2/20",
}


def test_notation_is_mended_and_every_replacement_said(tiny: Instance) -> None:
    good = tiny.read(PROJECT)
    bad = good
    for right, wrong in WRONG.items():
        assert right in bad
        bad = bad.replace(right, wrong)
    bad = bad.replace("name: 示例平台", "name: 0102").replace("class: build", "class： 建设")
    tiny.write(PROJECT, "\ufeff" + bad.rstrip("\n").replace("\n", "\r\n"))
    said = tiny.say("check", "--fix", PROJECT)
    assert said.code == 0, said.all
    assert tiny.read(PROJECT) == good.replace("name: 示例平台", 'name: "0102"')
    for wrong in WRONG.values():
        assert wrong.removeprefix("date: ") in said.err
    again = tiny.say("check", "--fix", PROJECT)
    assert "改正了 0 处写法" in again.err


def test_what_is_not_certain_is_left_to_people(tiny: Instance) -> None:
    tiny.edit(PROJECT, "300万元", "300")  # no unit: yuan or ten thousand?
    tiny.edit(PROJECT, "2026-02-05", "2026年2月30日")
    tiny.append(PROJECT, "nonsense: 1\n")
    before = tiny.read(PROJECT)
    said = tiny.say("check", "--fix", PROJECT)
    assert (said.code, tiny.read(PROJECT)) == (1, before), said.all


def test_a_recorded_number_is_a_fact_and_is_not_rewritten(tiny: Instance) -> None:
    tiny.edit(PROJECT, "示申〔2026〕2号", "示申[2026]2号")
    tiny.commit()
    before = tiny.read(PROJECT)
    tiny.say("check", "--fix")
    assert tiny.read(PROJECT) == before
    assert tiny.report("--base", "HEAD")["gate"] == "good"


def test_only_the_work_tree_and_only_what_is_named_is_mended(tiny: Instance) -> None:
    tiny.edit(PROJECT, "300万元", "300 万元")
    before = tiny.read(PROJECT)
    tiny.say("check", "--fix", "registry/organizations")
    assert tiny.read(PROJECT) == before
    tiny.commit()
    assert tiny.say("check", "--fix", "--base", "HEAD", "--head", "HEAD").code == 2
    personal = "11010519491231002X"
    tiny.edit(PROJECT, "name: 示例平台", f"name: {personal}")
    said = tiny.say("check", "--fix", PROJECT)
    assert personal not in said.all


def test_the_folder_where_one_stands_is_mended_too(tiny: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tiny.root)
    for where in (".", "registry/../registry", str(tiny.root)):
        tiny.edit(PROJECT, "300万元", "300 万元")
        said = tiny.say("check", "--fix", where)
        assert "改正了 1 处写法" in said.err, (where, said.all)
        assert "300万元" in tiny.read(PROJECT)
    tiny.edit(PROJECT, "300万元", "300 万元")
    assert tiny.say("check", "--fix", "..").code == 2
    assert "300 万元" in tiny.read(PROJECT), "what lies outside names nothing here"


def test_the_gate_offers_the_same_repairs_as_suggestions_to_click(tiny: Instance, tmp_path: Path) -> None:
    tiny.commit()
    ticks = "示批〔2026〕3号 ```` x"
    tiny.project(8, f"milestones:\n  - kind: declared\n    date: 2026年2月5日\n    number: {ticks}\n", name="甲")
    head = tiny.commit()
    file = tmp_path / "review.json"
    said = tiny.say("gate", "--base", "HEAD~1", "--head", "HEAD", "--suggestions", file)
    assert said.code == 1, said.all
    review = json.loads(file.read_text(encoding="utf-8"))
    (comment,) = review["comments"]
    assert (review["commit_id"], comment["line"]) == (head, 8)
    assert comment["body"] == "```suggestion\n    date: 2026-02-05\n```"
    tiny.edit(comment["path"], "date: 2026年2月5日", "date: 2026-02-05")
    tiny.commit()
    tiny.say("gate", "--base", "HEAD~2", "--head", "HEAD", "--suggestions", file)
    assert file.read_text(encoding="utf-8") == ""

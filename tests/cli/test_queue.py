"""The queue of a role: by the legal day, each sign-off with the digest it would bind, and one command for all of them."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.instances import PROJECT, Instance, make, say

LAW = """milestones:
  design_approved: {confirmed_by: finance}
"""


@pytest.fixture
def desk(tmp_path: Path) -> Instance:
    made = make(tmp_path / "desk")
    made.append("checks/demo_2025/measure.yaml", LAW)
    made.project(
        4, "milestones:\n  - {kind: design_approved, date: 2026-03-01, total: 9万元}\n", name="'<script>甲</script>'"
    )
    made.project(5, "milestones:\n  - {kind: accounts_settled, date: 2026-05-01}\n")
    made.commit()
    return made


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)


def test_what_waits_is_listed_and_signed_off_in_one_go(desk: Instance) -> None:
    desk.edit(PROJECT, "290万元", "291万元")
    desk.commit()
    data = json.loads(desk.say("queue", "--role", "finance", "--since", "HEAD~1", "--format", "json").out)
    items = {(i["record"], i["about"]): i for i in data["items"]}
    assert set(items) == {
        ("demo-2026-0001", "design_approved"),
        ("demo-2026-0004", "design_approved"),
        ("demo-2026-0005", "dm3_surplus"),
    }
    assert [i["work"] for i in items.values()].count("sign_off") == 2
    assert "demo-2026-0001" in desk.say("queue", "--role", "finance", "--jurisdiction", "demo").out
    elsewhere = desk.say("queue", "--role", "finance", "--jurisdiction", "shili")
    assert (elsewhere.code, "cli.no-such-jurisdiction" in elsewhere.err) == (2, True)
    assert {k: i["changed"] for k, i in items.items() if i["changed"]} == {("demo-2026-0001", "design_approved"): True}
    assert items["demo-2026-0005", "dm3_surplus"]["clauses"] == ["DM-3"]

    said = desk.say("queue", "--role", "finance")
    command = next(line.split() for line in said.out.split("\n") if "zongmu approve" in line)
    done = desk.say(*command[1:])
    assert done.code == 0, done.all
    for item in items.values():
        assert item["digest"] is None or item["digest"] in done.out
    left = json.loads(desk.say("queue", "--role", "finance", "--format", "json").out)["items"]
    assert [i["work"] for i in left] == ["breach"]


def test_a_later_look_marks_what_is_new_and_signs_only_what_was_seen(desk: Instance, tmp_path: Path) -> None:
    def look(*args: str) -> tuple[dict[tuple[str, str], str | None], list[str], str]:
        said = desk.say("queue", "--role", "finance", "--lang", "en", "--format", "json", *args)
        assert said.code == 0, said.all
        data = json.loads(said.out)
        news = {(i["record"], i["about"]): i["news"] and i["news"]["en"] for i in data["items"]}
        return news, data["gone"], desk.say("queue", "--role", "finance").out

    first, gone, text = look("--seen")
    assert set(first.values()) == {None}
    assert gone == []
    command = next(line.split() for line in text.split("\n") if "zongmu approve" in line)
    assert look()[0] == first  # nothing has happened
    desk.edit(PROJECT, "290万元", "291万元")
    assert desk.say("correct", "demo-2026-0005", "accounts_settled", "--void", "--reason", "误登").code == 0
    desk.project(6, "milestones:\n  - {kind: design_approved, date: 2026-03-02, total: 8万元}\n", name="新来的")
    news, gone, text = look()
    assert {k: v for k, v in news.items() if v} == {
        ("demo-2026-0001", "design_approved"): "amount 290万元 → 291万元",
        ("demo-2026-0006", "design_approved"): "new",
    }
    assert gone == ["breach demo-2026-0005 dm3_surplus"]
    assert "上次以来办结或不再等待 1 项" in text
    # The command of the first look signs nothing that has changed since, and not half of it either.
    said = desk.say(*command[1:])
    assert (said.code, "[endorse.content-moved]" in said.err) == (1, True), said.all
    assert not desk.path("registry/endorsements/demo").exists()
    assert look("--seen")[0] == news
    assert set(look()[0].values()) == {None}
    page = tmp_path / "queue.html"
    assert desk.say("queue", "--role", "finance", "--format", "html", "--out", page).code == 0
    shown = page.read_text("utf-8")
    assert "zongmu approve --role finance \\\n  demo-2026-0001/design_approved@" in shown
    assert "上次以来" not in shown  # nothing is new to somebody who has just looked
    (desk.root / ".git" / "zongmu" / "look-finance.json").write_text("[broken")
    assert set(look()[0].values()) == {None}
    assert desk.git("status", "--porcelain", "--", ".git") == ""


def test_the_page_needs_nothing_and_obeys_nobody(desk: Instance, tmp_path: Path) -> None:
    page = tmp_path / "queue.html"
    assert desk.say("queue", "--role", "finance", "--format", "html", "--out", page).code == 0
    text = page.read_text(encoding="utf-8")
    tags = Tags()
    tags.feed(text)
    assert not {"script", "img", "link", "iframe"} & set(tags.seen)
    assert "&lt;script&gt;甲" in text
    assert "://" not in text
    assert desk.say("queue", "--role", "mayor").code == 2


def test_proposals_that_need_the_role_are_in_its_queue(desk: Instance) -> None:
    desk.git("checkout", "-q", "-b", "mine")
    desk.append(PROJECT, "  - {kind: design_approved, seq: 2, date: 2026-03-01, body: demo/office, total: 295万元}\n")
    desk.commit()
    desk.git("checkout", "-q", "main")
    desk.git("checkout", "-q", "-b", "other")
    desk.append(PROJECT, "  - {kind: disclosed, date: 2026-03-02}\n")
    desk.commit()
    desk.git("checkout", "-q", "--orphan", "alien")
    desk.git("commit", "-q", "-m", "x")
    desk.git("checkout", "-q", "-f", "main")
    data = json.loads(desk.say("queue", "--role", "finance", "--proposals", "--format", "json").out)
    found = {i["about"]: i for i in data["items"] if i["work"] == "proposal"}
    assert set(found) == {"mine", "alien"}
    assert (found["mine"]["record"], found["mine"]["amount"]) == ("demo-2026-0001", "295万元")
    assert found["alien"]["record"] == "git.no-merge-base"
    assert "zongmu diff --lang zh HEAD mine" in desk.say("queue", "--role", "finance", "--proposals").out
    # In a clone they are the remote's branches.
    desk.git("clone", "-q", ".", "clone")
    data = json.loads(
        say("--root", desk.root / "clone", "queue", "--role", "finance", "--proposals", "--format", "json").out
    )
    assert {i["about"] for i in data["items"] if i["work"] == "proposal"} == {"origin/mine", "origin/alien"}


def test_a_page_that_cannot_be_written_is_trouble_and_no_defect_of_ours(desk: Instance) -> None:
    said = desk.say("queue", "--role", "finance", "--out", str(desk.root / "nowhere" / "queue.html"))
    assert said.code == 2
    assert "[store.not-writable]" in said.err
    assert "queue.html" in said.err
    assert "cli.internal" not in said.err


ASKED = """questions:
  - {seq: 1, kind: request, received: 2026-03-02, text: 申请公开合同}
  - {seq: 2, kind: inquiry, received: 2026-03-02, text: 几时建成}
  - {seq: 3, kind: request, received: 2026-04-01, text: 申请公开方案}
  - {seq: 4, kind: request, received: 2026-03-02, text: 已答的, reply: {date: 2026-03-09, text: 已答}}
"""


def test_replies_owed_to_the_public_are_on_the_desk_of_the_body_and_of_its_role(desk: Instance) -> None:
    desk.project(7, ASKED, name="有人问")
    desk.project(8, "questions:\n  - {seq: 1, kind: request, received: 2026-04-01, body: demo/other, text: 别家答}\n")

    def owed(*args: str) -> dict[tuple[str, str], tuple[str | None, bool, str, int]]:
        said = desk.say("queue", *args, "--as-of", "2026-04-08", "--format", "json")
        assert said.code == 0, said.all
        found = [i for i in json.loads(said.out)["items"] if i["work"] == "reply"]
        return {(i["record"], i["about"]): (i["due"], i["late"], i["state"], i["working_days"]) for i in found}

    mine = owed("--body", "demo/office")
    # 20 working days from 2 March, none of them a holiday; Qingming is on 6 April.
    assert mine == {
        ("demo-2026-0007", "questions/1"): ("2026-03-30", True, "overdue", 6),
        ("demo-2026-0007", "questions/2"): (None, False, "waiting", 26),
        ("demo-2026-0007", "questions/3"): ("2026-04-30", False, "open", 16),
    }
    assert owed("--body", "示例办公室") == mine
    assert owed("--role", "bureau") == mine
    assert owed("--role", "finance") == {}
    text = desk.say("queue", "--body", "demo/office", "--as-of", "2026-04-08").out
    assert "申请公开合同  逾期 6 个工作日未答复" in text
    assert "申请公开方案  还有 16 个工作日" in text
    assert "zongmu approve" not in text


def test_what_a_body_owed_that_was_taken_over_waits_with_the_one_that_took_over(desk: Instance) -> None:
    head = "format: 1\njurisdiction: demo\n"
    for id, next_, day in (
        ("old", "between", "2026-03-20"),
        ("between", "office", "2026-04-01"),
        ("east", "office", "2026-04-09"),
    ):
        over = f"successor: {{organization: demo/{next_}, date: {day}}}\n"
        desk.write(f"registry/organizations/demo/{id}.yaml", f"{head}id: demo/{id}\nname: 示例{id}\n{over}")
    question = "questions:\n  - {{seq: 1, kind: request, received: 2026-03-02, body: demo/{}, text: 请答}}\n"
    for serial, id in ((7, "old"), (8, "between"), (9, "east")):
        desk.project(serial, question.format(id))

    def owed(*args: str) -> set[str]:
        items = json.loads(desk.say("queue", *args, "--as-of", "2026-04-08", "--format", "json").out)["items"]
        return {i["record"][-1] for i in items if i["work"] == "reply"}

    assert owed("--body", "demo/office") == {"7", "8"}, "the east was not taken over yet"
    assert owed("--role", "bureau") == {"7", "8"}
    assert owed("--body", "demo/old") == {"7", "8"}, (
        "whoever still asks for its desk is shown the one that has its work"
    )
    assert owed("--body", "demo/east") == {"9"}
    # Each the successor of the other: nobody's, and nobody waits for ever.
    desk.edit("registry/organizations/demo/between.yaml", "demo/office, date", "demo/old, date")
    assert owed("--body", "demo/old") == {"7"}
    assert owed("--body", "demo/between") == {"8"}


def test_a_body_sees_what_binds_the_unit_in_its_own_projects(desk: Instance) -> None:
    items = json.loads(desk.say("queue", "--body", "demo/office", "--format", "json").out)["items"]
    assert {(i["work"], i["record"]) for i in items} == {("breach", "demo-2026-0002")}
    both = json.loads(desk.say("queue", "--role", "finance", "--body", "demo/office", "--format", "json").out)["items"]
    assert {"sign_off", "breach"} == {i["work"] for i in both}
    assert desk.say("queue", "--body", "demo/nobody").code == 2
    assert "[cli.usage]" in desk.say("queue").err
    assert "[cli.usage]" in desk.say("queue", "--body", "demo/office", "--proposals").err

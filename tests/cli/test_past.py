"""``--at``: the registry as it stood on a day or at a revision, judged by the law as of then."""

from __future__ import annotations

import datetime as dt
import json
import re
from zoneinfo import ZoneInfo

import pytest

from tests.instances import Instance, say


def test_a_project_and_a_check_as_they_stood(tiny: Instance) -> None:
    path = tiny.project(3, "milestones:\n  - kind: declared\n    date: 2026-01-05\n    total: 490万元\n")
    first = tiny.commit()
    tiny.edit(path, "490万元", "590万元")
    tiny.commit()
    # In the zone of the instance, which may have another day than the machine.
    clock = dt.datetime.fromtimestamp(int(tiny.git("log", "-1", "--format=%ct")), ZoneInfo("Asia/Shanghai"))
    day = clock.date().isoformat()

    def total(*words: str) -> str:
        said = tiny.say("show", "demo-2026-0003", "--format", "json", *words)
        assert said.code == 0, said.err
        found: str = json.loads(said.out)["record"]["milestones"][0]["total"]
        return found

    assert (total(), total("--at", first), total("--at", "HEAD~1")) == ("590万元", "490万元", "490万元")
    assert total("--at", "2099-01-01") == "590万元"
    said = tiny.say("check", "--at", first, "--format", "json")
    assert day in said.out
    said = tiny.say("diff", first, "2099-01-01", "--format", "json")
    assert said.code in (0, 1), said.err
    assert "demo-2026-0003" in said.out
    assert "cli.before-the-registry" in tiny.say("diff", "2001-01-01", "HEAD").err
    assert "cli.days-reversed" in tiny.say("diff", "2099年1月2日", "2099-1-1").err
    for words, code in ((("--base", first, "--at", first), "cli.at-alone"), (("--head", first), "cli.head-alone")):
        said = tiny.say("check", *words)
        assert (said.code, said.out) == (2, "")
        assert code in said.err
    assert tiny.say("check", "--at", "2001-01-01").code == 2
    assert "cli.before-the-registry" in tiny.say("check", "--at", "2001-01-01").err
    # A clone that does not go back so far cannot say that there was nothing.
    tiny.git("clone", "-q", "--depth", "1", f"file://{tiny.root}", "shallow")
    said = say("--root", tiny.root / "shallow", "check", "--at", "2001-01-01")
    assert (said.code, "[cli.before-the-clone]" in said.err, "--unshallow" in said.err) == (2, True, True)
    assert tiny.say("show", "demo-2026-0003", "--at", "no-such-branch").code == 2
    assert tiny.say("show", "demo-2026-0003", "--at", "2026-13-40").code == 2


def test_between_two_days_an_act_was_recorded_when_it_was(tiny: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    for day, acts in (
        ("2026-03-01", "2026-02-01"),
        ("2026-03-03", "2026-02-01\n  - kind: approved\n    date: 2026-03-01"),
        ("2026-03-09", "2026-02-01\n  - kind: approved\n    date: 2026-03-02"),
    ):
        for who in ("AUTHOR", "COMMITTER"):
            # Still the day before in London: days are those of the registry.
            monkeypatch.setenv(f"GIT_{who}_DATE", f"{day}T00:30:00+08:00")
        tiny.project(3, f"milestones:\n  - kind: declared\n    date: {acts}\n")
        tiny.commit()
    said = tiny.say("diff", "2026-03-01", "2026-03-05", "--lang", "en")
    assert "2026-03-01 Approved (recorded 2026-03-03, 2 days later)" in said.out, said.all
    assert "demo-2026-0003" not in tiny.say("diff", "2026-03-03", "2026-03-08").out
    assert "2026-03-01 → 2026-03-02" in tiny.say("diff", "2026-03-08", "2026-03-09").out


def test_a_sentence_is_asked_of_the_cities_whose_law_has_it(tiny: Instance) -> None:
    waiver = "waivers:\n  - {seq: 1, of: DM-2, authority: demo/finance, number: 示财〔2026〕1号, date: 2026-03-02}\n"
    tiny.append("registry/registry.yaml", '  - {id: other, name: 邻市, region: "150700"}\n')
    here = tiny.project(3, waiver)
    text = tiny.read(here).replace("demo-2026", "other-2026").replace("jurisdiction: demo", "jurisdiction: other")
    tiny.write("registry/projects/other/office/other-2026-0003.yaml", text)
    tiny.commit()
    said = tiny.say("log", "DM-2", "--format", "json")
    assert {event["record"] for event in json.loads(said.out)["events"]} == {"demo-2026-0003"}, said.err
    said = tiny.say("log", "DM-77", "--lang", "en")
    assert (said.code, "cli.no-such-sentence" in said.err, "DM-1 p1 s1" in said.err) == (2, True, True)


@pytest.mark.parametrize(
    ("header", "clock", "year"), [("\nencoding UTF-16", "1780000000", "2026"), ("", "9" * 14, "9998")]
)
def test_a_commit_is_read_whatever_encoding_and_time_it_claims(
    tiny: Instance, header: str, clock: str, year: str
) -> None:
    tiny.project(3)
    tiny.commit()
    raw = tiny.git("cat-file", "commit", "HEAD").replace("\n\n", f"{header}\n\n", 1)
    raw = re.sub(r"(?m)> [0-9]+ ", f"> {clock} ", raw)
    tiny.path("raw").write_text(raw + "\n")
    tiny.git("update-ref", "HEAD", tiny.git("hash-object", "-t", "commit", "-w", "--literally", "raw"))
    said = tiny.say("log", "demo-2026-0003")
    assert (said.code, year in said.out, "Test" in said.out, "change" in said.out) == (0, True, True, True), said.all
    for words in (
        ("show", "demo-2026-0003", "--at", "HEAD"),
        ("audit", "report", "--from", "2026-01-01", "--to", "2026-12-31"),
    ):
        assert tiny.say(*words).code == 0

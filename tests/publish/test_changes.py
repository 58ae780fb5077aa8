"""The public history: what was public, by day; nothing of the commits. Feeds parse, ids stay, an internal edit moves no byte."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import feedparser
import pytest

from tests.publish.instance import build, project, released, review, write_endorsements, write_instance, write_project
from tests.publish.page import Page
from tests.publish.test_released import _public
from tests.publish.trees import same_tree
from tests.shared import REPO
from zongmu.publish.released.history import deciding, flat
from zongmu.publish.released.release import with_history

CANARY = "金丝雀canary"
ID = "shili-2026-0001"


def commit(root: Path, day: str, clock: str = "10:00:00", message: str = CANARY) -> None:
    """Everything recorded, on that day, by somebody whose name and words must not get out."""
    when = f"{day}T{clock}+08:00"
    env = os.environ | {
        "GIT_AUTHOR_NAME": CANARY, "GIT_AUTHOR_EMAIL": "canary@example.org", "GIT_AUTHOR_DATE": when,
        "GIT_COMMITTER_NAME": CANARY, "GIT_COMMITTER_EMAIL": "canary@example.org", "GIT_COMMITTER_DATE": when,
    }  # fmt: skip
    if not (root / ".git").exists():
        subprocess.run(["git", "init", "-q", "-b", "canary-branch"], cwd=root, check=True)
        (root / ".gitignore").write_text(".cache/\npublic/\n*.pyc\n")
    subprocess.run(["git", "add", "-A"], cwd=root, check=True)
    subprocess.run(["git", "commit", "-q", "--allow-empty", "-m", message], cwd=root, check=True, env=env)


def edited(**more: Any) -> dict[str, Any]:
    """The first project with its contract supplemented."""
    record = project(1, **more)
    record["milestones"][1]["amount"] = "1190万元"
    return record


def items(root: Path, path: str = "feed.json") -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((root / "public" / path).read_text("utf-8"))["items"]
    return rows


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Published on 1 May, its contract corrected on 3 May; a second project with it. No test writes here."""
    root = tmp_path_factory.mktemp("published")
    write_instance(root, [project(1), project(2)])
    commit(root, "2026-05-01")
    write_project(root, edited())
    commit(root, "2026-05-03")
    build(root)
    return root


@pytest.fixture
def told(published: Path, tmp_path: Path) -> Path:
    """What was published, with its site and all that the build kept, for one test."""
    return Path(shutil.copytree(published, tmp_path / "told"))


def test_a_public_value_that_changes_is_told_with_its_day_and_both_values(told: Path) -> None:
    newest = items(told)[0]
    assert newest["id"] == f"tag:registry.example,2026-05-03:{ID}"
    assert newest["date_published"] == "2026-05-03T00:00:00+08:00"
    assert newest["_zongmu"]["changes"] == [
        {"path": "milestones/contract_signed/amount", "before": "1180.5万元", "after": "1190万元"}
    ]
    assert "1,180.50 万元 → 1,190 万元" in newest["content_text"]
    assert [len(items(told, f"feeds/{sort}.json")) for sort in ("published", "acts", "amounts")] == [2, 0, 1]
    page = "".join(Page((told / "public/changes/index.html").read_text("utf-8")).text)
    assert "2026-05-03" in page
    assert "1,180.50 万元" in page
    assert "首次公开（2）" in page
    own = "".join(Page((told / "public/projects" / f"{ID}.html").read_text("utf-8")).text)
    assert "变更记录" in own
    assert "1,180.50 万元" in own
    assert "2026-05-03" not in (told / "public/projects/shili-2026-0002.html").read_text("utf-8")
    assert "时钟停在" not in page
    build(told, as_of="2026-05-02")
    assert "它的时钟停在 2026-05-02" in (told / "public/changes/index.html").read_text("utf-8")


def test_a_year_of_changes_stays_at_its_address_and_undone_they_give_what_was_public(tmp_path: Path) -> None:
    def public() -> dict[str, Any]:
        data = json.loads((tmp_path / "public/projects" / f"{ID}.json").read_text("utf-8"))["project"]
        return {path: value for path, (_, value) in flat(data).items()}

    def rows(year: int) -> list[dict[str, str]]:
        text = (tmp_path / f"public/data/csv/changes-{year}.csv").read_text("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text, newline="")))

    write_instance(tmp_path, [project(1), project(2)])
    commit(tmp_path, "2025-12-30")
    build(tmp_path)
    before, closed = public(), (tmp_path / "public/data/csv/changes-2025.csv").read_bytes()
    assert [(row["day"], row["project"], row["kind"]) for row in rows(2025)] == [
        ("2025-12-30", ID, "published"),
        ("2025-12-30", "shili-2026-0002", "published"),
    ]
    write_project(tmp_path, edited(name="改了的名称"))
    commit(tmp_path, "2026-05-03")
    build(tmp_path)
    assert (tmp_path / "public/data/csv/changes-2025.csv").read_bytes() == closed
    after = public()
    assert after != before
    for row in reversed(rows(2026)):
        assert after[row["path"]] == row["after"]
        after[row["path"]] = row["before"]
    assert after == before
    whole = (tmp_path / "public/data/csv/changes.csv").read_text("utf-8-sig").splitlines()
    assert len(whole) == 1 + len(rows(2025)) + len(rows(2026))


def test_the_kind_of_a_standard_is_no_name_of_its_row_and_is_told(told: Path) -> None:
    standard = {"seq": 1, "kind": "group", "title": "数据标准"}
    write_project(told, edited(standards=[standard]))
    commit(told, "2026-05-05")
    write_project(told, edited(standards=[{**standard, "kind": "local"}]))
    commit(told, "2026-05-06")
    build(told)
    newest = items(told)[0]
    assert newest["_zongmu"]["changes"] == [{"path": "standards/1/kind", "before": "group", "after": "local"}]
    assert newest["content_text"].count("→") == 1
    assert "序号" not in items(told)[1]["content_text"]


def test_nothing_of_the_commits_is_told(told: Path) -> None:
    for file in (p for p in (told / "public").rglob("*") if p.is_file()):
        data = file.read_bytes()
        assert b"canary" not in data, file
        assert "金丝雀".encode() not in data, file
        assert b"10:00" not in data, file
    head = subprocess.run(["git", "log", "--format=%H%n%h"], cwd=told, capture_output=True, text=True, check=True)
    everything = b"".join(p.read_bytes() for p in (told / "public").rglob("*") if p.is_file())
    assert not [word for word in head.stdout.split() if word.encode() in everything]


def test_an_internal_edit_moves_no_byte(told: Path) -> None:
    """Not in pages, feeds, dates or digests: of a commit only what was public counts."""
    os.rename(told / "public", told.parent / "before")
    write_project(told, edited(security={"mlps_level": 3}, secrecy_review={"office": CANARY, "date": "2026-01-01"}))
    commit(told, "2026-05-20", "23:59:59")
    (told / "registry/projects/shili/ju/shili-2026-0002.yaml").open("a").write(f"# {CANARY}\n")
    commit(told, "2026-06-02")
    build(told)
    assert same_tree(told.parent / "before", told / "public") == []


def test_what_the_cache_holds_changes_no_byte(told: Path) -> None:
    write_project(told, edited(summary="第三天。"))
    commit(told, "2026-05-04")
    build(told)
    build(told, told.parent / "warm")
    for kept in (told / ".cache/zongmu").glob("history-*"):
        kept.unlink()
    build(told, told.parent / "cold")
    assert same_tree(told.parent / "warm", told.parent / "cold") == []
    assert [e["_zongmu"]["day"] for e in items(told) if e["_zongmu"]["project"] == ID] == [
        "2026-05-04", "2026-05-03", "2026-05-01",
    ]  # fmt: skip


def test_a_history_that_was_rewritten_is_read_again(told: Path) -> None:
    subprocess.run(["git", "reset", "-q", "--soft", "HEAD~1"], cwd=told, check=True)
    commit(told, "2026-05-07")
    build(told)
    assert items(told)[0]["_zongmu"]["day"] == "2026-05-07"


def test_what_changes_and_changes_back_on_one_day_did_not_change(told: Path) -> None:
    write_project(told, edited(summary="一会儿。"))
    commit(told, "2026-05-09", "09:00:00")
    write_project(told, edited())
    commit(told, "2026-05-09", "11:00:00")
    build(told)
    assert items(told)[0]["_zongmu"]["day"] == "2026-05-03"


def test_a_withdrawn_project_vanishes_and_begins_anew(told: Path) -> None:
    row = review(_public(told, 1), "withheld", ground="trade_secret")
    write_endorsements(told, ID, {"disclosure_reviews": [row]})
    commit(told, "2026-05-10")
    build(told)
    for path in (
        "feed.json",
        "feed.atom",
        "changes/index.html",
        "changes/2026-05.html",
        "feeds/organizations/shili-ju.json",
    ):
        assert ID not in (told / "public" / path).read_text("utf-8"), path
    assert not (told / f"public/feeds/projects/{ID}.json").exists()
    again = {**review(_public(told, 1)), "seq": 2, "date": "2026-05-12"}
    write_endorsements(told, ID, {"disclosure_reviews": [row, again]})
    commit(told, "2026-05-12")
    build(told)
    assert [(e["_zongmu"]["day"], e["_zongmu"]["kind"]) for e in items(told, f"feeds/projects/{ID}.json")] == [
        ("2026-05-12", "published")
    ]


def test_a_withdrawal_that_comes_with_the_review_that_publishes_again_begins_anew_too(told: Path) -> None:
    """Withdrawn, corrected, reviewed: three commands and one merge."""
    first = {**review(_public(told, 1), "withheld", ground="trade_secret")}
    write_project(told, edited(summary="改正后的话。"))
    again = {**review(_public(told, 1)), "seq": 2, "date": "2026-05-12"}
    write_endorsements(told, ID, {"disclosure_reviews": [first, again]})
    commit(told, "2026-05-12")
    build(told)
    assert [(e["_zongmu"]["day"], e["_zongmu"]["kind"]) for e in items(told, f"feeds/projects/{ID}.json")] == [
        ("2026-05-12", "published")
    ]


def test_an_edit_that_waits_for_its_review_moves_no_acknowledgement(tmp_path: Path) -> None:
    """The breach that is public stays acknowledged where the record, as it is by now, no longer has it."""
    late = project(1, milestones=[{"kind": "approved", "date": "2026-03-02", "total": "10万元"}])
    write_instance(tmp_path, [late], settings={"disclosure_review": "separate"})
    row = {"seq": 1, "role": "data_bureau", "organization": "shili/shuju", "date": "2026-05-01",
           "code": "sl01_contract_in_time", "reason": CANARY}  # fmt: skip
    rows = {"acknowledgements": [row], "disclosure_reviews": [review(_public(tmp_path, 1))]}
    write_endorsements(tmp_path, ID, rows)
    commit(tmp_path, "2026-05-02")
    build(tmp_path)
    before = shutil.copytree(tmp_path / "public", tmp_path / "before")
    write_project(tmp_path, project(1))
    commit(tmp_path, "2026-05-03")
    build(tmp_path)
    assert "主管职责方已确认" in (tmp_path / "public/projects" / f"{ID}.html").read_text("utf-8")
    assert same_tree(before, tmp_path / "public") == []


def test_with_separate_review_the_day_is_that_of_the_release_and_no_version_between_is_told(tmp_path: Path) -> None:
    write_instance(tmp_path, [project(1)], settings={"disclosure_review": "separate"})
    commit(tmp_path, "2026-05-01")
    write_endorsements(tmp_path, ID, {"disclosure_reviews": [review(_public(tmp_path, 1))]})
    commit(tmp_path, "2026-05-02")
    write_project(tmp_path, project(1, summary=CANARY))
    commit(tmp_path, "2026-05-03")
    write_project(tmp_path, project(1, summary="最后的简介。"))
    rows = [review(_public(tmp_path, 1), seq=2, date="2026-05-04")]
    write_endorsements(tmp_path, ID, {"disclosure_reviews": rows})
    commit(tmp_path, "2026-05-04")
    build(tmp_path)
    assert [
        (e["_zongmu"]["day"], [(c["before"], c["after"]) for c in e["_zongmu"]["changes"]]) for e in items(tmp_path)
    ] == [("2026-05-04", [("一个例子。", "最后的简介。")]), ("2026-05-02", [])]
    assert CANARY not in (tmp_path / "public/changes/index.html").read_text("utf-8")


def test_a_change_that_waits_for_its_review_leaves_the_site_as_it_was(tmp_path: Path) -> None:
    """Merging is not publishing: the reviewed text stays until the new one is reviewed, or the project is withdrawn."""
    write_instance(tmp_path, [project(1), project(2)], settings={"disclosure_review": "separate"})
    first = review(_public(tmp_path, 1))
    write_endorsements(tmp_path, ID, {"disclosure_reviews": [first]})
    write_endorsements(tmp_path, "shili-2026-0002", {"disclosure_reviews": [review(_public(tmp_path, 2))]})
    commit(tmp_path, "2026-05-01")
    build(tmp_path, tmp_path / "before")
    for day, clock in (("2026-05-01", "10:00:00"), ("2026-05-01", "15:00:00"), ("2026-05-02", "10:00:00")):
        write_project(tmp_path, edited(name=f"{CANARY}{clock[:2]}{day[-1]}"))
        commit(tmp_path, day, clock)
        build(tmp_path, tmp_path / f"{day}-{clock[:2]}")
        assert same_tree(tmp_path / "before", tmp_path / f"{day}-{clock[:2]}") == [], (
            "the same second, the same day, the next"
        )
    write_project(tmp_path, edited(name=CANARY, summary="又改了。"))
    said, _ = build(tmp_path, tmp_path / "after")
    assert same_tree(tmp_path / "before", tmp_path / "after") == []
    assert "公开 2，不予公开 0，未经公开审查 1" in said
    row = {**review(_public(tmp_path, 1), "withheld", ground="trade_secret"), "seq": 2}
    write_endorsements(tmp_path, ID, {"disclosure_reviews": [first, row]})
    build(tmp_path, tmp_path / "withdrawn")
    assert "示例项目1" not in "".join(p.read_text("utf-8") for p in (tmp_path / "withdrawn").rglob("*.html"))


def test_a_text_that_was_taken_in_with_a_warning_stays_public_and_is_told_of(tmp_path: Path) -> None:
    """A paragraph that was folded is a warning for whoever writes, and no reason to lose what a review released."""
    write_instance(tmp_path, [project(1)], settings={"disclosure_review": "separate"})
    file = next((tmp_path / "registry/projects").rglob(f"{ID}.yaml"))
    text = file.read_text("utf-8")
    assert "summary: 一个例子。\n" in text
    file.write_text(text.replace("summary: 一个例子。\n", "summary: >-\n  一个\n  例子。\n"), "utf-8")
    write_endorsements(tmp_path, ID, {"disclosure_reviews": [review(_public(tmp_path, 1))]})
    commit(tmp_path, "2026-05-01")
    build(tmp_path, tmp_path / "before")
    assert [(e.day.isoformat(), e.kind) for e in with_history(released(tmp_path), tmp_path).history.of(ID)] == [
        ("2026-05-01", "published")
    ]
    write_project(tmp_path, edited(name=CANARY))
    build(tmp_path, tmp_path / "after")
    assert same_tree(tmp_path / "before", tmp_path / "after") == []


def test_a_project_that_is_not_published_is_not_named_in_an_old_value(tmp_path: Path) -> None:
    write_instance(tmp_path, [project(1, parent_project="shili-2026-0002"), project(2)])
    commit(tmp_path, "2026-05-01")
    write_project(tmp_path, project(1))
    commit(tmp_path, "2026-05-02")
    row = review(_public(tmp_path, 2), "withheld", ground="trade_secret")
    write_endorsements(tmp_path, "shili-2026-0002", {"disclosure_reviews": [row]})
    (tmp_path / "registry/projects/shili/ju/shili-2026-0002.yaml").unlink()
    commit(tmp_path, "2026-05-03")
    build(tmp_path)
    assert b"shili-2026-0002" not in b"".join(p.read_bytes() for p in (tmp_path / "public").rglob("*") if p.is_file())


def test_old_text_that_no_guard_would_let_in_is_not_repeated(tmp_path: Path) -> None:
    write_instance(tmp_path, [project(1, summary="联系人手机 13800138000。")])
    commit(tmp_path, "2026-05-01")
    write_project(tmp_path, project(1))
    commit(tmp_path, "2026-05-02")
    build(tmp_path)
    assert b"13800138000" not in b"".join(p.read_bytes() for p in (tmp_path / "public").rglob("*") if p.is_file())


def test_without_a_repository_the_pages_say_so(tmp_path: Path) -> None:
    write_instance(tmp_path, [project(1)])
    _, complained = build(tmp_path)
    assert "store.git-not-a-repository" in complained or "git" in complained.lower()
    assert "读不到完整的历史" in (tmp_path / "public/changes/index.html").read_text("utf-8")
    assert items(tmp_path) == []


# ── forms ──


def test_feeds_parse_and_hold_what_they_must(told: Path) -> None:
    found = sorted((told / "public").rglob("*.atom"))
    assert {p.relative_to(told / "public").as_posix() for p in found} >= {
        "feed.atom", "en/feed.atom", "feeds/organizations/shili-ju.atom", "feeds/districts/shili-150690.atom",
        "feeds/published.atom", "feeds/acts.atom", "en/feeds/amounts.atom",
        f"feeds/projects/{ID}.atom",
    }  # fmt: skip
    for file in found:
        parsed = feedparser.parse(file.read_bytes())
        assert not parsed.bozo, file
        assert parsed.version == "atom10"
        assert parsed.feed.id
        assert parsed.feed.title
        assert parsed.feed.updated
        assert parsed.feed.rights == "CC-BY-4.0"
        for row in parsed.entries:
            assert row.id.startswith("tag:registry.example,")
            assert row.title
            assert row.updated_parsed
    whole = feedparser.parse((told / "public/feed.atom").read_bytes())
    assert len(whole.entries) == 3
    assert len({e.id for e in whole.entries}) == 3
    for file in sorted((told / "public").rglob("feed*.json")):
        data = json.loads(file.read_text("utf-8"))
        assert data["version"] == "https://jsonfeed.org/version/1.1"
        assert data["_zongmu"] == {"licence": "CC-BY-4.0"}
        assert all({"id", "url", "content_text", "date_published"} <= row.keys() for row in data["items"])


def test_hostile_text_breaks_no_feed(tmp_path: Path) -> None:
    hostile = "]]></content><script>x</script>&#0;<!-- \u2028 </title>\u202e&amp;"
    record = project(1, name=hostile, summary=hostile)
    write_instance(tmp_path, [record])
    commit(tmp_path, "2026-05-01")
    record["milestones"][0]["number"] = hostile
    write_project(tmp_path, {**record, "name": hostile + "二"})
    commit(tmp_path, "2026-05-02")
    build(tmp_path)
    for file in (tmp_path / "public").rglob("*.atom"):
        root = ET.fromstring(file.read_bytes())
        assert {e.tag.rpartition("}")[2] for e in root.iter()} <= {
            "feed", "id", "title", "updated", "link", "author", "name", "rights", "entry", "category", "content",
        }  # fmt: skip
    for file in (tmp_path / "public").rglob("feed*/**/*.json"):
        json.loads(file.read_text("utf-8"))


def test_the_days_of_the_sitemap_are_those_of_the_public_history(told: Path) -> None:
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    rows = {
        str(url.findtext(f"{space}loc")): url.findtext(f"{space}lastmod")
        for url in ET.fromstring((told / "public/sitemap.xml").read_bytes()).iter(f"{space}url")
    }
    base = "https://registry.example/"
    assert rows[f"{base}projects/{ID}.html"] == rows[f"{base}en/projects/{ID}.html"] == "2026-05-03"
    assert rows[f"{base}projects/shili-2026-0002.html"] == "2026-05-01"
    assert rows[f"{base}organizations/shili-ju.html"] == "2026-05-03"
    assert rows[f"{base}measures/shili_2026.html"] is None


def test_whom_to_tell_of_a_weakness(tmp_path: Path) -> None:
    site = {"address": "https://registry.example/"}
    contact = {"contact": ["mailto:security@registry.example"], "expires": "2027-01-01"}
    write_instance(tmp_path, [], settings={"site": {**site, "security": contact}})
    build(tmp_path)
    assert (tmp_path / "public/.well-known/security.txt").read_text("utf-8").splitlines() == [
        "Contact: mailto:security@registry.example",
        "Expires: 2027-01-01T00:00:00Z",
        "Preferred-Languages: zh, en",
        "Canonical: https://registry.example/.well-known/security.txt",
    ]


def test_what_a_question_is_about_is_told_in_words_and_its_rows_are_counted_from_one(tmp_path: Path) -> None:
    record = project(1)
    record["milestones"].insert(0, {"kind": "declared", "date": "2025-12-01", "total": "1300万元"})
    write_instance(tmp_path, [record])
    commit(tmp_path, "2026-05-01")
    asked = {"seq": 1, "kind": "inquiry", "received": "2026-05-02", "about": "contract_signed", "text": "何时能用"}
    asked["text_en"] = "From when on?"
    write_project(tmp_path, record | {"questions": [asked | {"consulting": [{"start": "2026-05-03"}]}]})
    commit(tmp_path, "2026-05-04")
    build(tmp_path)
    own = "".join(Page((tmp_path / "public/projects" / f"{ID}.html").read_text("utf-8")).text)
    assert "针对 签订合同" in own
    assert "contract_signed" not in own
    assert "From when on?" not in own
    assert "From when on?" in (tmp_path / "public/en/changes/index.html").read_text("utf-8")
    assert "征求意见 1 · 发出日期" in own
    assert "已签合同 1,180.50 万元（目前比最初估算少 9.19%，合同未必已签完）" in own
    unit = "".join(Page((tmp_path / "public/organizations/shili-ju.html").read_text("utf-8")).text)
    assert re.search(r"未偏离\s+−\d", unit)


@pytest.mark.parametrize(("until", "said"), [("2026-12-31", True), ("2026-03-03", False)])
def test_what_is_overdue_though_the_end_was_put_off_says_why(tmp_path: Path, until: str, said: bool) -> None:
    record = project(1)
    record["milestones"] = [m for m in record["milestones"] if m["kind"] == "approved"]
    record["milestones"][0]["period"] = {"start": "2026-03-01", "end": "2026-03-02"}
    record["milestones"].append({"kind": "extended", "date": "2026-03-02", "number": "示〔2026〕9号", "until": until})
    write_instance(tmp_path, [record])
    build(tmp_path)
    own = "".join(Page((tmp_path / "public/projects" / f"{ID}.html").read_text("utf-8")).text)
    assert "逾期 1" in own
    assert (f"已获准延期到 {until}（延期 示〔2026〕9号）" in own) is said
    assert ("“较现行基线”按延期后的日子算" in own) is said
    assert f"2026-03-02（延至 {until}）" in own


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ([], "（目前与最初估算相同，合同未必已签完）"),
        ([{"kind": "final_accepted", "date": "2026-05-01", "conclusion": "pass"}], "（与最初估算相同）"),
    ],
)
def test_less_than_the_first_estimate_is_said_with_a_reservation_while_contracts_may_follow(
    tmp_path: Path, more: list[dict[str, Any]], said: str
) -> None:
    record = project(1)
    signed = next(m["amount"] for m in record["milestones"] if m["kind"] == "contract_signed")
    record["milestones"].insert(0, {"kind": "declared", "date": "2025-12-01", "total": signed})
    record["milestones"] += more
    write_instance(tmp_path, [record])
    build(tmp_path)
    assert said in "".join(Page((tmp_path / "public/projects" / f"{ID}.html").read_text("utf-8")).text)


def test_the_kept_history_rests_on_every_module_of_the_model() -> None:
    """In rooms of their own too: a class of records that is another makes another public text of the same bytes."""
    model = REPO / "src" / "zongmu" / "model"
    assert {file.relative_to(model) for file in model.rglob("*.py")} <= {
        file.relative_to(model) for file in deciding() if file.is_relative_to(model)
    }

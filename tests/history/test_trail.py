"""What the trail tells of real histories: nothing too much, nothing lost."""

from __future__ import annotations

import datetime as dt
import random
import re
import shutil
import subprocess
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest

from tests.history.repository import ID, PATH, PROJECT, Repository
from zongmu.history.event import Event, FieldChange
from zongmu.history.fields import root
from zongmu.history.sections import Reader
from zongmu.history.trail import record_trail, trail
from zongmu.model.record_types import BY_NAME
from zongmu.report.changes.trail import trail_lines
from zongmu.store.git.codes import GitProblem
from zongmu.store.kept.cache import Cache
from zongmu.store.workers import stream

APPROVAL = """\
  - kind: design_approved
    date: 2027-03-19
    number: 鄂政数审〔2027〕示17号
    body: ordos/data-bureau
    total: 1176.5万元
"""


@pytest.fixture
def repo(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


def events(repo: Repository) -> list[Event]:
    """All events; each time also the slow way, which must say the same."""
    fast = list(trail(repo.root))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("zongmu.history.walk.Reader", partial(Reader, cut=False))
        assert fast == list(trail(repo.root, workers=1))
    (repo.top.parent / f"{repo.top.name}-cache").mkdir(exist_ok=True)
    cache = Cache(repo.top.parent / f"{repo.top.name}-cache", b"key")
    assert fast == list(trail(repo.root, cache=cache))
    return fast


def told(changes: Sequence[FieldChange]) -> list[tuple[str, object, object, str]]:
    return [(c.path, c.before, c.after, c.kind) for c in changes]


def replayed(found: list[Event], path: str = PATH) -> dict[str, object]:
    """What the events of a record add up to."""
    state: dict[str, object] = {}
    for event in found:
        if path in (event.path, event.moved_from):
            for change in event.changes:
                if change.kind == "removed" or (change.kind == "corrected" and change.after is None):
                    del state[change.path]
                else:
                    assert state.get(change.path) == change.before
                    state[change.path] = change.after
    return state


def standing(repo: Repository, path: str = PATH) -> dict[str, object]:
    """What stands in the file."""
    reader = Reader()
    kind = BY_NAME["project"]
    leaves = reader.leaves(kind, path, reader.read(kind, path, (repo.root / path).read_bytes()))
    return {place: leaf.value for place, leaf in leaves.items()}


# --- a linear history ---------------------------------------------------------------------------------------------


def test_a_first_commit_adds_every_value(repo: Repository) -> None:
    commit = repo.save(PROJECT)
    (event,) = events(repo)
    assert (event.commit, event.path, event.record, event.type) == (commit, PATH, ID, "project")
    assert event.file == "created"
    assert {c.kind for c in event.changes} == {"added"}
    assert not any(c.silent for c in event.changes)
    assert replayed([event]) == standing(repo)
    assert event.summary.zh == "首次登记；登记 3 项里程碑；新增 2 行"


def test_an_edit_of_state_is_one_change_with_its_title(repo: Repository) -> None:
    repo.save(PROJECT)
    repo.save(PROJECT.replace("信息科", "数据科"), author="Li")
    event = events(repo)[-1]
    (change,) = event.changes
    assert told([change]) == [("responsible/office", "信息科", "数据科", "edited")]
    assert change.title.zh == "项目负责人职务·处室"
    assert not change.silent
    assert event.author_name == "Li"


def test_a_late_recording_at_the_top_of_the_list_is_one_row(repo: Repository) -> None:
    repo.save(PROJECT)
    repo.save(PROJECT.replace("milestones:\n", "milestones:\n" + APPROVAL), when="2027-03-22T09:00:00+08:00")
    event = events(repo)[-1]
    assert {c.row for c in event.changes} == {"milestones/design_approved"}
    (row,) = event.rows()
    assert (row.kind, row.title.zh, row.day, row.late) == ("added", "初步设计及概算批复", dt.date(2027, 3, 19), 3)
    assert event.summary.zh == "登记初步设计及概算批复"


def test_the_day_of_recording_is_that_of_the_instance(repo: Repository) -> None:
    repo.save(PROJECT, when="2027-03-21T20:00:00+00:00")
    (event,) = events(repo)
    assert event.recorded_day == dt.date(2027, 3, 22)
    assert event.when.isoformat() == "2027-03-22T04:00:00+08:00"


def test_the_time_zone_of_the_instance_counts(repo: Repository) -> None:
    repo.write("registry/registry.yaml", "format: 1\nname: x\ntimezone: America/Lima\n")
    repo.save(PROJECT, when="2027-03-21T04:00:00+00:00")
    assert {e.recorded_day for e in events(repo)} == {dt.date(2027, 3, 20)}


def test_a_clock_beyond_every_calendar_does_not_stop_the_trail(repo: Repository) -> None:
    repo.save(PROJECT)
    repo.git("commit", "--quiet", "--amend", "--no-edit", "--date", "@9999999999999 +0000",
             env={"GIT_COMMITTER_DATE": "@9999999999999 +0000"})  # fmt: skip
    assert events(repo)[0].when.year >= 1970


def test_a_correction_is_told_from_a_silent_edit(repo: Repository) -> None:
    repo.save(PROJECT)
    correction = """\
corrections:
  - seq: 1
    of: contract_signed
    field: amount
    was: 5716000元
    date: 2027-06-10
    reason: 录入时看错一位
"""
    repo.save(PROJECT.replace("571.6万元", "517.6万元") + correction)
    repo.save(PROJECT.replace("571.6万元", "517.6万元").replace("9.8万元", "8.9万元") + correction)
    honest, silent = events(repo)[1:]
    change = next(c for c in honest.changes if c.path.startswith("milestones/"))
    assert told([change]) == [("milestones/contract_signed/amount", "571.6万元", "517.6万元", "corrected")]
    assert (change.by, change.reason, change.silent) == ("corrections/1", "录入时看错一位", False)
    assert honest.summary.zh == "更正 1 处"
    (change,) = silent.changes
    assert told([change]) == [("milestones/contract_signed/2/amount", "9.8万元", "8.9万元", "edited")]
    assert change.silent
    assert silent.summary.zh == "改动 1 个字段；其中 1 处没有更正记录"


@pytest.mark.parametrize(
    "changed",
    [
        PROJECT.replace("571.6万元", "5716000元"),
        PROJECT.replace("name: 示例水务平台", "name: '示例水务平台'  # 名称"),
        PROJECT.replace("  - id: platform\n    name: 平台\n", "") .replace(
            "    name: 感知设备\n", "    name: 感知设备\n  - id: platform\n    name: 平台\n"
        ),
        PROJECT.replace("\n", "\r\n"),
        PROJECT.replace("responsible:\n  office: 信息科\n  post: 科长\n", "responsible: {office: 信息科, post: 科长}\n"),
    ],
    ids=["notation", "quotes and comment", "order", "line ends", "flow style"],
)  # fmt: skip
def test_what_says_the_same_is_an_event_without_changes(repo: Repository, changed: str) -> None:
    repo.save(PROJECT)
    repo.save(changed)
    event = events(repo)[-1]
    assert event.changes == ()
    assert event.summary.en == "comments, notation or order only; no data changed"


def test_a_number_that_becomes_a_truth_value_is_a_change(repo: Repository) -> None:
    repo.save(PROJECT + "cross_level: 1\n")
    repo.save(PROJECT + "cross_level: true\n")
    assert told(events(repo)[-1].changes) == [("cross_level", 1, True, "edited")]


def test_a_row_taken_away_is_told_value_by_value(repo: Repository) -> None:
    repo.save(PROJECT)
    repo.save(PROJECT[: PROJECT.index("  - kind: contract_signed\n    seq: 2")])
    event = events(repo)[-1]
    assert {c.kind for c in event.changes} == {"removed"}
    assert all(c.silent for c in event.changes)
    assert [(r.path, r.kind) for r in event.rows()] == [("milestones/contract_signed/2", "removed")]


def test_rows_without_an_identity_of_their_own_do_not_get_lost(repo: Repository) -> None:
    twice = "former:\n  - {colour: red}\n  - {colour: red}\n"
    repo.save(PROJECT + twice)
    repo.save(PROJECT + "former:\n  - {colour: red}\n")
    assert told(events(repo)[-1].changes) == [("former/1/colour", "red", None, "removed")]


def test_two_rows_that_claim_one_identity_are_both_told(repo: Repository) -> None:
    clash = PROJECT.replace("    seq: 2\n", "")
    repo.save(PROJECT)
    repo.save(clash)
    repo.save(clash.replace("9.8万元", "9.9万元"))
    assert told(events(repo)[-1].changes) == [
        ("milestones/contract_signed#2/amount", "9.8万元", "9.9万元", "edited"),
    ]
    assert replayed(events(repo)) == standing(repo)


# --- files that are bad, gone, moved ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "bad", [b"name: [\n", b"name: \xff\xfe\n", b"a: 1\na: 2\n", b"", b"x" * 300_000], ids=lambda b: repr(b[:8])
)
def test_an_unreadable_file_in_the_middle_loses_nothing(repo: Repository, bad: bytes) -> None:
    first = repo.save(PROJECT)
    repo.save(bad)
    repo.save(bad + b"\n# still\n")
    repo.save(PROJECT.replace("信息科", "数据科"))
    _, broken, still, mended = events(repo)
    assert broken.unreadable is not None
    assert still.unreadable is not None
    assert broken.changes == ()
    assert broken.record == ID
    assert "无法读取" in broken.summary.zh
    assert told(mended.changes) == [("responsible/office", "信息科", "数据科", "edited")]
    assert mended.compared_with == first
    assert replayed(events(repo)) == standing(repo)


def test_a_file_that_was_never_readable_before_is_all_new(repo: Repository) -> None:
    repo.save(b"name: [\n")
    repo.save(PROJECT)
    first, second = events(repo)
    assert first.file == "created"
    assert second.compared_with is None
    assert replayed([first, second]) == standing(repo)


def test_a_symbolic_link_is_not_followed(repo: Repository) -> None:
    repo.save(PROJECT)
    (repo.root / PATH).unlink()
    (repo.root / PATH).symlink_to("/etc/hostname")
    repo.commit()
    event = events(repo)[-1]
    assert event.unreadable is not None
    assert event.changes == ()


def test_a_file_with_the_line_ends_of_windows_is_read(repo: Repository) -> None:
    repo.save(PROJECT.replace("\n", "\r\n"))
    repo.save(PROJECT.replace("信息科", "数据科").replace("\n", "\r\n"))
    first, second = events(repo)
    assert first.unreadable is None
    assert told(second.changes) == [("responsible/office", "信息科", "数据科", "edited")]


def test_a_moved_file_stays_one_record(repo: Repository) -> None:
    other = PATH.replace("example-bureau", "other-bureau")
    repo.save(PROJECT)
    repo.git("mv", "--", "registry/projects/ordos/example-bureau", "registry/projects/ordos/other-bureau")
    # So much else changes that no score of likeness would call it a rename.
    repo.write(other, f"format: 1\nid: {ID}\njurisdiction: ordos\nname: 新名\n")
    repo.commit()
    _, moved = events(repo)
    assert (moved.file, moved.path, moved.moved_from, moved.record) == ("moved", other, PATH, ID)
    assert ("name", "示例水务平台", "新名", "edited") in told(moved.changes)
    assert [e.path for e in record_trail(repo.root, ID)] == [PATH, other]
    assert [e.path for e in record_trail(repo.root, PATH)] == [PATH, other]


def test_a_move_to_another_file_name_is_found_by_the_id_inside(repo: Repository) -> None:
    other = PATH.replace("0007", "0099")
    repo.save(PROJECT)
    (repo.root / PATH).rename(repo.root / other)
    repo.commit()
    assert [(e.file, e.record) for e in record_trail(repo.root, ID)] == [("created", ID), ("moved", ID)]


def test_two_files_that_swap_their_content_are_not_moved(repo: Repository) -> None:
    other = PATH.replace("0007", "0008")
    second = PROJECT.replace("ordos-2027-0007", "ordos-2027-0008").replace("示例水务平台", "别的平台")
    repo.write(other, second)
    repo.save(PROJECT)
    repo.write(other, PROJECT)
    repo.save(second)
    assert [e.file for e in events(repo)[-2:]] == ["edited", "edited"]
    assert any(told([c]) == [("id", ID, "ordos-2027-0008", "edited")] and c.silent for c in events(repo)[-2].changes)


def test_deleting_and_writing_again_are_two_events(repo: Repository) -> None:
    repo.save(PROJECT)
    (repo.root / PATH).unlink()
    repo.commit()
    repo.save(PROJECT)
    found = events(repo)
    assert [e.file for e in found] == ["created", "deleted", "created"]
    assert told(found[1].changes)[0][3] == "removed"
    assert len(found[1].changes) == len(found[2].changes)


def test_other_files_and_other_folders_have_no_events(repo: Repository) -> None:
    repo.write("src/x.py", "1")
    repo.write("registry/README.md", "1")
    repo.write("registry/projects/ordos/example-bureau/Ordos-1.yaml", "a: 1\n")
    repo.save(PROJECT)
    assert [e.path for e in events(repo)] == [PATH]


def test_an_instance_may_be_a_folder_of_the_repository(tmp_path: Path) -> None:
    repo = Repository(tmp_path, "city/data")
    (tmp_path / "registry").mkdir()
    (tmp_path / "registry" / "registry.yaml").write_text("format: 1\n")
    repo.save(PROJECT)
    assert [e.path for e in events(repo)] == [PATH]


# --- merges -------------------------------------------------------------------------------------------------------


def branch_and_main(repo: Repository, on_branch: str, on_main: str | None) -> None:
    """A branch where Zhao wrote *on_branch*, and perhaps a commit by Qian on main."""
    repo.save(PROJECT)
    repo.git("checkout", "--quiet", "-b", "side")
    repo.save(on_branch, when="2027-06-02T10:00:00+08:00", author="Zhao")
    repo.git("checkout", "--quiet", "main")
    if on_main is not None:
        repo.save(on_main, when="2027-06-03T10:00:00+08:00", author="Qian")


def test_a_merge_says_who_wrote_what_it_brought_and_when_it_arrived(repo: Repository) -> None:
    branch_and_main(repo, PROJECT.replace("信息科", "数据科"), None)
    repo.merge("side")
    _, merge = events(repo)
    assert told(merge.changes) == [("responsible/office", "信息科", "数据科", "edited")]
    assert merge.merge
    assert merge.author_name == "Merger"
    assert [c.recorder.author for c in merge.contributions] == ["Zhao"]
    assert merge.recorded_day == dt.date(2027, 7, 1)
    assert not merge.changes[0].in_merge
    assert merge.dropped == ()


def test_both_sides_of_a_merge_are_told_once(repo: Repository) -> None:
    branch_and_main(repo, PROJECT.replace("信息科", "数据科"), PROJECT.replace("9.8万元", "9.9万元"))
    repo.merge("side")
    found = events(repo)
    assert [told(e.changes) for e in found[1:]] == [
        [("milestones/contract_signed/2/amount", "9.8万元", "9.9万元", "edited")],
        [("responsible/office", "信息科", "数据科", "edited")],
    ]
    assert not found[2].changes[0].in_merge
    assert found[2].dropped == ()
    assert replayed(found) == standing(repo)


def test_a_conflict_resolved_to_a_third_value_is_the_merges_own(repo: Repository) -> None:
    branch_and_main(repo, PROJECT.replace("信息科", "数据科"), PROJECT.replace("信息科", "综合科"))
    repo.merge("side", ok=False)
    repo.save(PROJECT.replace("信息科", "办公室"), author="Merger")
    merge = events(repo)[-1]
    assert merge.merge
    assert told(merge.changes) == [("responsible/office", "综合科", "办公室", "edited")]
    assert merge.changes[0].in_merge
    assert told(merge.dropped) == [("responsible/office", "数据科", "办公室", "edited")]
    assert replayed(events(repo)) == standing(repo)


@pytest.mark.parametrize("by", ["ours", "by hand"])
def test_what_a_merge_dropped_is_told(repo: Repository, by: str) -> None:
    branch_and_main(repo, PROJECT.replace("571.6万元", "517.6万元"), PROJECT.replace("信息科", "综合科"))
    if by == "ours":
        repo.merge("side", "--strategy=ours")
    else:
        repo.merge("side", ok=False)
        repo.save(PROJECT.replace("信息科", "综合科"), author="Merger")
    merge = events(repo)[-1]
    assert (merge.file, merge.changes) == ("kept", ())
    assert told(merge.dropped) == [("milestones/contract_signed/amount", "517.6万元", "571.6万元", "edited")]
    assert merge.summary.zh == "合并时舍弃 1 处改动"
    assert [c.recorder.author for c in merge.contributions] == ["Zhao"]


def test_an_evil_merge_is_told_and_marked(repo: Repository) -> None:
    branch_and_main(repo, PROJECT.replace("信息科", "数据科"), None)
    repo.merge("side", ok=False)
    repo.save(PROJECT.replace("信息科", "数据科").replace("571.6万元", "999万元"), author="Merger")
    merge = events(repo)[-1]
    assert {(c.path, c.in_merge) for c in merge.changes} == {
        ("responsible/office", False),
        ("milestones/contract_signed/amount", True),
    }


def test_an_evil_merge_of_a_file_that_no_side_touched_is_told(repo: Repository) -> None:
    repo.save(PROJECT)
    repo.git("checkout", "--quiet", "-b", "side")
    repo.write("notes.txt", "x")
    repo.commit(author="Zhao")
    repo.git("checkout", "--quiet", "main")
    repo.merge("side", ok=False)
    repo.save(PROJECT.replace("571.6万元", "999万元"), author="Merger")
    merge = events(repo)[-1]
    assert [(c.path, c.in_merge) for c in merge.changes] == [("milestones/contract_signed/amount", True)]
    assert merge.contributions == ()


def test_a_foxtrot_merge_drops_nothing_unseen(repo: Repository) -> None:
    # The branch merges main, throws its correction away, and main is moved to the branch.
    branch_and_main(repo, PROJECT.replace("信息科", "数据科"), PROJECT.replace("571.6万元", "517.6万元"))
    repo.git("checkout", "--quiet", "side")
    repo.merge("main", "--strategy=ours")
    repo.git("checkout", "--quiet", "main")
    repo.git("merge", "--quiet", "--ff-only", "side")
    merge = events(repo)[-1]
    assert told(merge.dropped) == [("milestones/contract_signed/amount", "517.6万元", "571.6万元", "edited")]
    assert [c.recorder.author for c in merge.contributions] == ["Qian"]


def test_a_change_that_was_picked_to_both_sides_is_not_dropped(repo: Repository) -> None:
    same = PROJECT.replace("信息科", "数据科")
    branch_and_main(repo, same, same)
    repo.merge("side")
    found = events(repo)
    assert [len(e.changes) for e in found[1:]] == [1]


def test_a_branch_that_took_its_change_back_dropped_nothing(repo: Repository) -> None:
    branch_and_main(repo, PROJECT.replace("信息科", "数据科"), PROJECT.replace("9.8万元", "9.9万元"))
    repo.git("checkout", "--quiet", "side")
    repo.save(PROJECT, author="Zhao")
    repo.git("checkout", "--quiet", "main")
    repo.merge("side")
    assert [e.merge for e in events(repo)] == [False, False]


def test_a_file_deleted_in_a_merge_is_told(repo: Repository) -> None:
    repo.save(PROJECT)
    repo.git("checkout", "--quiet", "-b", "side")
    repo.write("notes.txt", "x")
    repo.commit()
    repo.git("checkout", "--quiet", "main")
    repo.merge("side", ok=False)
    (repo.root / PATH).unlink()
    repo.commit(author="Merger")
    last = events(repo)[-1]
    assert (last.file, last.merge) == ("deleted", True)
    assert all(c.in_merge for c in last.changes)


def remembered_step_by_step(repo: Repository) -> None:
    """A trail that goes on from what was remembered, at many heads, is the trail that is read whole."""
    bare = repo.top / "bare"
    repo.git("clone", "--quiet", "--bare", str(repo.top), str(bare))
    (bare / "kept").mkdir()
    cache = Cache(bare / "kept", b"key")
    chain = repo.git("rev-list", "--first-parent", "--reverse", "HEAD").split()
    for head in (*chain[::3], chain[-1], chain[0], chain[-2]):
        subprocess.run(["git", "update-ref", "--no-deref", "HEAD", head], cwd=bare, check=True)
        whole = list(trail(bare))
        assert whole == list(trail(bare, cache=cache))
        assert whole == list(trail(bare, cache=cache))
    shutil.rmtree(bare)


@pytest.mark.parametrize("seed", range(2))
def test_two_processes_tell_what_one_does(repo: Repository, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Several files, some of which cannot be read for a while, on two branches that are merged with choices of their own."""
    dice = random.Random(seed)
    paths = [PATH.replace("0007", f"{n:04}") for n in range(7, 14)]
    texts = {path: PROJECT.replace("0007", path[-9:-5]) for path in paths}
    for path in paths[:4]:
        repo.write(path, texts[path])
    repo.commit()
    repo.git("branch", "side")
    for step in range(16):
        branch = dice.choice(("main", "side"))
        repo.git("checkout", "--quiet", "--force", branch)
        if step % 6 == 5:
            repo.merge("main" if branch == "side" else "side", f"--strategy={dice.choice(('ours', 'ort'))}", ok=False)
        for path in dice.sample(paths, 3):
            text = texts[path].replace("信息科", f"科室{step}").replace("9.8万元", f"{step + 1}万元")
            repo.write(path, text + "name: 两次\n" if dice.random() < 0.2 else text)
        repo.commit(when=f"2027-06-{step + 1:02d}T10:00:00+08:00")
    alone = list(trail(repo.root, workers=1))
    shared = []
    monkeypatch.setattr("zongmu.history.sharing.stream", lambda *a, **k: shared.append(a) or stream(*a, **k))
    assert list(trail(repo.root, workers=2)) == alone
    assert len(shared) == 1
    (repo.top / ".git/kept").mkdir()
    cache = Cache(repo.top / ".git/kept", b"key")
    assert list(trail(repo.root, cache=cache, workers=2)) == alone
    repo.write(paths[0], texts[paths[0]])
    repo.commit(when="2027-07-01T10:00:00+08:00")
    assert list(trail(repo.root, cache=cache, workers=1)) == list(trail(repo.root, workers=1))


def test_a_new_commit_writes_little_of_what_is_remembered(repo: Repository) -> None:
    folder = repo.top / ".git/kept"
    folder.mkdir()
    cache = Cache(folder, b"key")

    def segments() -> set[str]:
        return {file.name for file in folder.iterdir() if file.name.startswith("events-")}

    for step in range(15):
        repo.write(PATH, PROJECT.replace("信息科", f"科室{step}"))
        repo.commit()
    assert len(list(trail(repo.root, cache=cache))) == 15
    (first,) = segments()
    for step in range(5):
        repo.write(PATH, PROJECT.replace("信息科", f"处室{step}"))
        repo.commit()
        assert len(list(trail(repo.root, cache=cache))) == 16 + step
        assert first in segments()
        assert len(segments()) <= 4
    (folder / first).unlink()
    assert len(list(trail(repo.root, cache=cache))) == 20
    assert len(segments()) == 1


def test_a_rewritten_history_is_not_told_from_memory(repo: Repository) -> None:
    repo.save(PROJECT)
    repo.save(PROJECT.replace("信息科", "数据科"))
    events(repo)
    repo.git("reset", "--quiet", "--hard", "HEAD~1")
    repo.git("reflog", "expire", "--expire=now", "--all")
    repo.git("gc", "--quiet", "--prune=now")
    repo.save(PROJECT.replace("信息科", "办公室"))
    assert told(events(repo)[-1].changes) == [("responsible/office", "信息科", "办公室", "edited")]


def test_a_remembered_trail_opens_no_old_content(repo: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.save(PROJECT)
    before = events(repo)
    repo.write("README.md", "x")
    repo.commit()
    cache = Cache(repo.top.parent / f"{repo.top.name}-cache", b"key")
    monkeypatch.setattr("zongmu.history.trail.Reader.read", None)
    assert list(trail(repo.root, cache=cache)) == before


@pytest.mark.parametrize("seed", range(4))
def test_the_events_of_a_wild_history_add_up_to_what_stands(repo: Repository, seed: int) -> None:
    dice = random.Random(seed)
    other = PATH.replace("example-bureau", "other-bureau")
    serial = iter(range(2, 999))

    def here() -> str:
        return other if (repo.root / other).exists() else PATH

    def edit(path: str) -> None:
        text = (repo.root / path).read_text() if (repo.root / path).exists() else PROJECT
        match dice.choice(("money", "state", "late", "drop", "break", "windows", "mend", "delete", "move")):
            case "money":
                text = re.sub(r"amount: .*", f"amount: {dice.randint(1, 999)}万元", text, count=dice.randint(1, 2))
            case "state":
                text = re.sub(r"office: .*", f"office: 科室{dice.randint(1, 9)}", text)
            case "late":
                act = f"  - kind: om_reported\n    seq: {next(serial)}\n    date: 2027-05-01\n"
                text = text.replace("milestones:\n", "milestones:\n" + act)
            case "drop":
                text = re.sub(r"  - kind: om_reported\n    seq.*\n    date.*\n", "", text, count=1)
            case "break":
                text += "name: 又一个\n"
            case "windows":
                text = text.replace("\n", "\r\n")
            case "mend":
                text = PROJECT
            case "delete":
                (repo.root / path).unlink(missing_ok=True)
                return
            case "move" if (repo.root / path).exists():
                (repo.root / path).unlink()
                path = PATH if path == other else other
        repo.write(path, text)

    repo.save(PROJECT)
    repo.git("branch", "side")
    for step in range(25):
        branch = dice.choice(("main", "main", "side"))
        repo.git("checkout", "--quiet", "--force", branch)
        if step % 5 == 4:
            repo.merge("main" if branch == "side" else "side", f"--strategy={dice.choice(('ours', 'ort'))}", ok=False)
            for path in (PATH, other):
                if "<<<<<<<" in ((repo.root / path).read_text() if (repo.root / path).exists() else ""):
                    (repo.root / path).unlink()
            if dice.random() < 0.5 or not (repo.root / here()).exists():
                edit(here())
        else:
            edit(here())
        repo.commit(when=f"2027-06-{step + 1:02d}T10:00:00+08:00")
    if dice.random() < 0.5:
        repo.git("checkout", "--quiet", "--force", "main")
    repo.write(PATH, PROJECT)
    (repo.root / other).unlink(missing_ok=True)
    repo.commit()

    state: dict[str, dict[str, object]] = {}
    remembered_step_by_step(repo)
    for event in events(repo):
        if event.file == "kept":
            assert event.dropped
            assert event.changes == ()
            continue
        values = state.pop(event.moved_from or event.path, {})
        assert values or event.file == "created" or event.compared_with is None
        for change in event.changes:
            assert values.get(change.path) == change.before
            if change.after is None:
                del values[change.path]
            else:
                values[change.path] = change.after
        if event.file != "deleted":
            state[event.path] = values
        else:
            assert values == {}
    assert state == {PATH: standing(repo)}
    assert all(line.isprintable() for lang in ("zh", "en") for line in trail_lines(trail(repo.root), lang))


# --- a part of it, and what cannot be told ------------------------------------------------------------------------


def test_since_a_revision_only_what_came_after(repo: Repository) -> None:
    first = repo.save(PROJECT)
    repo.save(PROJECT.replace("信息科", "数据科"))
    (event,) = trail(repo.root, since=first)
    assert told(event.changes) == [("responsible/office", "信息科", "数据科", "edited")]
    assert list(trail(repo.root, since="HEAD")) == []


def test_some_paths_only(repo: Repository) -> None:
    other = PATH.replace("0007", "0008")
    repo.write(other, PROJECT.replace("0007", "0008"))
    repo.save(PROJECT)
    assert [e.path for e in trail(repo.root, paths=[other])] == [other]


def test_a_project_comes_with_its_endorsements(repo: Repository) -> None:
    repo.write(f"registry/endorsements/ordos/{ID}.yaml", f"format: 1\njurisdiction: ordos\nproject: {ID}\n")
    repo.save(PROJECT)
    assert [e.type for e in record_trail(repo.root, ID)] == ["endorsements", "project"]


def test_an_id_of_two_kinds_of_records_asks_for_the_path(repo: Repository) -> None:
    repo.write("registry/organizations/ordos/water.yaml", "format: 1\nid: ordos/water\n")
    repo.write("registry/systems/ordos/water.yaml", "format: 1\nid: ordos/water\n")
    repo.commit()
    with pytest.raises(GitProblem) as caught:
        list(record_trail(repo.root, "ordos/water"))
    assert caught.value.code.id == "history.ambiguous-record"
    assert [e.type for e in record_trail(repo.root, "registry/systems/ordos/water.yaml")] == ["system"]


def test_an_unknown_record_names_the_nearest(repo: Repository) -> None:
    repo.save(PROJECT)
    with pytest.raises(GitProblem) as caught:
        list(record_trail(repo.root, "ordos-2027-0070"))
    assert caught.value.code.id == "history.no-such-record"
    assert ID in caught.value.next_step.en


def test_a_shallow_clone_is_refused_with_the_command(repo: Repository, tmp_path: Path) -> None:
    repo.save(PROJECT)
    repo.save(PROJECT.replace("信息科", "数据科"))
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", "--depth=1", f"file://{repo.top}", str(clone)], check=True)
    with pytest.raises(GitProblem) as caught:
        list(trail(clone))
    assert caught.value.code.id == "history.shallow-clone"
    assert "git fetch --unshallow" in caught.value.next_step.zh


def test_a_bare_clone_is_enough(repo: Repository, tmp_path: Path) -> None:
    repo.save(PROJECT)
    bare = tmp_path / "bare.git"
    subprocess.run(["git", "clone", "--quiet", "--bare", f"file://{repo.top}", str(bare)], check=True)
    assert list(trail(bare)) == events(repo)


def test_outside_of_a_repository_and_before_the_first_commit(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    with pytest.raises(GitProblem) as caught:
        list(trail(tmp_path / "plain"))
    assert caught.value.code.id == "git.not-a-repository"
    repo = Repository(tmp_path / "new")
    with pytest.raises(GitProblem) as caught:
        list(trail(repo.root))
    assert caught.value.code.id == "history.no-commits"


def test_a_missing_blob_is_an_error_and_not_an_omission(repo: Repository) -> None:
    repo.save(PROJECT)
    blob = repo.git("rev-parse", f"HEAD:{PATH}")
    (repo.top / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(GitProblem) as caught:
        list(trail(repo.root))
    assert caught.value.code.id == "git.object-missing"


def test_a_replaced_commit_does_not_rewrite_the_trail(repo: Repository) -> None:
    repo.save(PROJECT)
    middle = repo.save(PROJECT.replace("571.6万元", "999万元"))
    repo.save(PROJECT)
    honest = events(repo)
    last = repo.git("rev-parse", "HEAD")
    other = repo.git("commit-tree", "-m", "x", "-p", f"{middle}^", f"{last}^{{tree}}")
    repo.git("replace", last, other)
    assert events(repo) == honest
    assert len(honest) == 3


def test_hostile_words_in_a_commit_shift_nothing(repo: Repository) -> None:
    repo.save(PROJECT)
    raw = (
        f"tree {repo.git('rev-parse', 'HEAD^{tree}')}\n"
        "author :000000 100644 0 1 A <x> 1811556000 +0800\n"
        "committer \n:100644 <x> 1811556000 +0800\n"
        "\n:100644 100644 0000 1111 M\n\nregistry/x\x01\n"
    ).replace("committer \n", "committer \x01")
    made = subprocess.run(
        ["git", "hash-object", "-t", "commit", "-w", "--literally", "--stdin"],
        cwd=repo.top, input=raw, text=True, capture_output=True, check=True,
    ).stdout.strip()  # fmt: skip
    repo.git("update-ref", "refs/heads/main", made)
    (event,) = events(repo)
    assert event.recorder is not None
    assert event.recorder.author == ":000000 100644 0 1 A"
    assert event.recorder.subject == ":100644 100644 0000 1111 M"
    assert replayed([event]) == standing(repo)


def test_disclosure_is_that_of_the_strictest_field_on_the_way(repo: Repository) -> None:
    repo.save(PROJECT + "security:\n  mlps_level: 3\nunheard_of: 1\n")
    found = {c.path: c.disclosure for c in events(repo)[0].changes}
    assert found["security/mlps_level"] == "R"
    assert found["unheard_of"] == "I"
    assert found["name"] == "P"


def test_every_field_of_every_record_type_has_its_titles() -> None:
    for name in BY_NAME:
        assert all(f.known and f.title.zh and f.title.en for f in root(name).fields.values())

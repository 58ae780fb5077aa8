"""``zongmu check`` as a person or a job calls it: what it says, and the number it ends with."""

from __future__ import annotations

import json
import os
import unicodedata
from pathlib import Path

import pytest

from tests.instances import LATE, PROJECT, Instance, make, say

SETTINGS = "registry/registry.yaml"
WARNING = "payments:\n  - {seq: 1, date: 2026-03-01, contract: 1, amount: 2万元}\n"
CONTRACT = "milestones:\n  - {kind: contract_signed, date: 2026-02-01, role: build, amount: 1万元}\n"
"""With WARNING: paid more than the contract, which warns."""


def good(one: Instance) -> Instance:
    """The instance without its breach."""
    one.edit(LATE, "date: 2026-03-20", "date: 2026-02-05")
    return one


# ── the number it ends with ──


def test_0_when_nothing_stands_in_the_way(tiny: Instance) -> None:
    said = good(tiny).say("check")
    assert (said.code, said.err) == (0, "")
    assert said.out.rstrip().endswith("结论：可以合并")


def test_1_when_a_person_is_needed(tiny: Instance) -> None:
    said = tiny.say("check")
    assert said.code == 1
    assert said.out.rstrip().endswith("结论：待人处理")


def test_1_when_refused(tiny: Instance) -> None:
    tiny.append(PROJECT, "nonsense: 1\n")
    said = tiny.say("check")
    assert said.code == 1
    assert said.out.rstrip().endswith("结论：拒收")


def test_what_stands_in_nobodys_way_is_counted_and_listed_on_demand(tiny: Instance) -> None:
    for serial in range(10, 31):
        tiny.project(serial, CONTRACT + WARNING)
    brief = tiny.say("check", "--lang", "en")
    assert "      21  " in brief.out
    assert brief.out.count("demo-2026-00") < 5
    assert "needs a person [dm1_apply]" in brief.out  # what stands in the way is told in full
    for more in (["--all"], ["registry/projects"]):
        assert tiny.say("check", "--lang", "en", *more).out.count(": warning [") == 21
    assert len(tiny.report()["findings"]) == 22


@pytest.mark.parametrize(
    "args",
    [
        ["check", "--as-of", "yesterday"],
        ["check", "--as-of", "2026-02-30"],
        ["check", "--as-of", "2026-03"],
        ["check", "--as-of", "9999-12-31"],
        ["check", "nowhere.yaml"],
        ["check", "--base", "HEAD"],
        ["check", "--frmat", "json"],
        ["check", "--jobs", "many"],
        ["chek"],
        [],
    ],
)
def test_2_when_it_could_not_run(args: list[str], tiny: Instance) -> None:
    said = tiny.say(*args)
    assert said.code == 2
    assert said.err
    assert "Traceback" not in said.err


def test_2_where_there_is_no_instance(tmp_path: Path) -> None:
    for root in (tmp_path, tmp_path / "nowhere"):
        for command in (("check",), ("fmt", "--check"), ("examples",)):
            said = say("--root", root, *command)
            assert (said.code, said.out) == (2, "")
            assert f"[{'examples.no-checks' if command == ('examples',) else 'cli.no-registry'}]" in said.err


def test_2_where_nothing_was_committed(tiny: Instance) -> None:
    tiny.git("init", "-q")
    said = tiny.say("check", "--base", "HEAD")
    assert (said.code, said.out) == (2, "")
    assert "[git.nothing-committed]" in said.err


def test_2_where_there_are_no_files(tiny: Instance, tmp_path: Path) -> None:
    tiny.commit()
    tiny.git("clone", "-q", "--bare", ".", str(tmp_path / "bare.git"))
    said = say("--root", tmp_path / "bare.git", "check", "--base", "HEAD")
    assert (said.code, said.out) == (2, "")
    assert "[git.no-work-tree] bare.git 是裸仓库" in said.err


def test_what_a_field_takes_is_said_in_the_words_of_the_measure_and_what_a_reference_means(tiny: Instance) -> None:
    tiny.edit(PROJECT, "class: build", "class: 建设")
    tiny.edit(LATE, "owner: demo/office", "owner: demo/offise")
    path = tiny.project(3, "class: builds\n")
    said = tiny.say("check", PROJECT).out
    assert "建设，是不是 build 建设？" in said
    assert "改成下列之一：build 建设、service 服务" in said
    assert "zongmu check --fix" in said
    assert "是不是 demo/office？" in tiny.say("check", LATE).out
    assert "registry/organizations/demo/offise.yaml" in tiny.say("check", LATE).out
    said = tiny.say("check", path, "--lang", "en").out
    assert "did you mean build?" in said
    assert "build (Build), service (Service)" in said


def test_a_part_of_a_whole_is_at_most_the_whole(tiny: Instance) -> None:
    tiny.append(PROJECT, "progress:\n  - {date: 2026-03-01, percent: 100.0%}\n")
    assert "percent" not in tiny.say("check").out
    tiny.edit(PROJECT, "100.0%", "100.01%")
    said = tiny.say("check")
    assert said.code == 1
    assert ":24:33: 拒收 [schema.pattern] percent" in said.out
    assert "不超过 100%" in said.out


def test_what_is_counted_is_what_was_asked_about(tiny: Instance) -> None:
    path = tiny.project(3)
    whole, one = (tiny.report(*paths)["summary"]["undetermined"] for paths in ((), (path,)))
    assert whole > one > 0


def test_a_warning_counts_only_when_strict(tiny: Instance) -> None:
    good(tiny).project(3, CONTRACT + WARNING)
    assert tiny.say("check").code == 0
    said = tiny.say("check", "--strict")
    assert said.code == 1
    assert "record.paid-over-contract" in said.out


def test_a_notice_does_not_count_even_when_strict(tiny: Instance) -> None:
    good(tiny).project(3, "milestones:\n  - {kind: accounts_settled, date: 2026-05-01}\n")
    assert tiny.say("check", "--strict").code == 0
    assert "责任单位：财政局" in tiny.say("check").out


def test_a_breach_that_is_a_principle_warns(tiny: Instance) -> None:
    body = "milestones:\n  - {kind: design_approved, date: 2026-02-01, total: 300万元}\n  - {kind: build_started, date: 2026-03-01}\n"
    good(tiny).project(3, body)
    assert tiny.say("check").code == 0
    assert tiny.report("--strict")["gate"] == "needs_person"


# ── what it says ──


def test_text_shows_the_line_the_law_and_what_to_do(tiny: Instance) -> None:
    lines = tiny.say("check").out.splitlines()
    assert lines[0].startswith(f"{LATE}:15:11: 待人处理 [dm1_apply]")
    assert lines[1].endswith("date: 2026-03-20")
    caret = lines[2]
    assert caret.strip(" │") == "^" * len("2026-03-20")
    assert caret.index("^") == lines[1].index("2026-03-20")
    assert any(line.startswith("    依据 DM-1 p1 s1（第一条第一款第1句）：三十日内申报") for line in lines)
    assert any("期限 2026-02-09" in line for line in lines)
    assert any(line.startswith("    怎么办：日期写错的，改正并加更正行") for line in lines)


def test_the_caret_stands_under_the_place_behind_wide_characters(tiny: Instance) -> None:
    tiny.write(
        PROJECT, "format: 1\nid: demo-2026-0001\njurisdiction: demo\nname: 平台\nhosting: {云: 政务云, cloud: a}\n"
    )
    lines = tiny.say("check", "--lang", "en").out.splitlines()
    at = next(n for n, line in enumerate(lines) if "schema.unknown-key" in line)
    shown, caret = lines[at + 1], lines[at + 2]
    before = caret[: caret.index("^")].split("│ ", 1)[1]
    text = shown.split("│ ", 1)[1]
    columns = 0
    while columns < len(before):
        columns += 2 if unicodedata.east_asian_width(text[0]) in "WF" else 1
        text = text[1:]
    assert text.startswith("云: 政务云")


def test_english(tiny: Instance) -> None:
    said = tiny.say("check", "--lang", "en")
    assert "needs a person [dm1_apply] Applied in time: done after the time limit" in said.out
    assert "law DM-1 p1 s1 (Article 1, paragraph 1, sentence 1): Apply within thirty days" in said.out
    assert "next: Correct a day that is written wrongly" in said.out
    assert said.out.rstrip().endswith("gate: needs a person")


def test_the_language_may_be_set_once_for_all(tiny: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZONGMU_LANG", "en_GB.UTF-8")
    assert "gate: needs a person" in tiny.say("check").out


def test_json_says_the_same(tiny: Instance) -> None:
    report = tiny.report()
    assert (report["gate"], report["exit"], report["format"]) == ("needs_person", 1, 1)
    assert (report["refused"], report["needs_person"]) == (0, 1)
    (found,) = report["findings"]
    assert found["code"] == "dm1_apply"
    assert found["category"] == "law"
    assert found["severity"] == "blocking"
    assert found["record"] == "demo-2026-0002"
    assert found["path"] == LATE
    assert found["position"]["line"] == 15
    assert found["verdict"]["excess"] == 39
    assert found["verdict"]["due"] == "2026-02-09"
    assert found["cites"] == ["DM-1 p1 s1"]
    assert found["message"]["en"].startswith("Applied in time")
    assert report["summary"]["asof"] == "2026-06-30"
    assert report["summary"]["projects"] == 2


def test_annotations_of_a_forge(tiny: Instance) -> None:
    lines = tiny.say("check", "--format", "github").out.splitlines()
    assert lines[0].startswith(f"::error file={LATE},line=15,col=11,title=dm1_apply::")
    assert "%0A怎么办：日期写错的" in lines[0]
    assert not [line for line in lines[1:] if line.startswith("::")]


def test_what_does_not_stand_in_the_way_is_no_error_of_the_job(tiny: Instance) -> None:
    tiny.commit()
    tiny.append(LATE, "summary: 改了一句\n")
    said = tiny.say("check", "--base", "HEAD", "--format", "github", "--all")
    assert said.code == 0
    assert said.out.startswith("::warning file=")


def test_outcomes_per_rule(tiny: Instance) -> None:
    report = tiny.report("--tally")
    assert report["tally"]["dm1_apply"]["fail"] == 1
    assert report["tally"]["dm1_apply"]["pass"] >= 1
    text = tiny.say("check", "--tally")
    assert "dm1_apply" in text.out


def test_the_as_of_day_decides_what_is_due(tiny: Instance) -> None:
    body = "milestones:\n  - {kind: proposal_approved, date: 2026-06-01, total: 1万元}\n"
    good(tiny).project(3, body)
    codes = {day: tiny.codes("--as-of", day) for day in ("2026-07-01", "2026-07-02")}
    assert codes == {"2026-07-01": [], "2026-07-02": ["dm1_apply"]}


def test_a_year_whose_working_days_nobody_recorded_is_named_before_it_comes(tiny: Instance) -> None:
    """Given calendars that end with 2026; when the last month of it comes; then whoever checks hears of the next."""
    line = "2027 年的工作日历还没有登记为正式（registry/calendars/2027.yaml）"
    assert line not in tiny.say("check", "--as-of", "2026-11-15").out
    for day in ("2026-12-01", "2027-06-30"):
        assert line in tiny.say("check", "--as-of", day).out
    told = tiny.say("check", "--as-of", "2027-06-30", "--format", "github", "--lang", "en").out
    assert "::warning title=calendar::the working days of 2027 are not recorded" in told
    # Not of a part, nor of a change: those are asked something else.
    assert line not in tiny.say("check", "--as-of", "2027-06-30", PROJECT).out
    tiny.write("registry/calendars/2027.yaml", "format: 1\nyear: 2027\nstatus: official\n")
    assert line not in tiny.say("check", "--as-of", "2027-06-30").out


def test_a_registry_that_is_no_demonstration_is_judged_today(tiny: Instance) -> None:
    tiny.edit(SETTINGS, "demonstration: {as_of: 2026-06-30}\n", "")
    assert tiny.report()["summary"]["asof"] > "2026-01-01"


def test_an_unknown_timezone(tiny: Instance) -> None:
    tiny.edit(SETTINGS, "demonstration: {as_of: 2026-06-30}\n", "")
    for zone in ("Nowhere/Atall", "../../etc/passwd", "/etc/passwd"):
        tiny.edit(SETTINGS, "timezone: Asia/Shanghai", f"timezone: {zone}")
        said = tiny.say("check")
        assert said.code == 2
        assert "[cli.unknown-timezone]" in said.err
        tiny.edit(SETTINGS, f"timezone: {zone}", "timezone: Asia/Shanghai")


def test_several_processes_find_the_same(tiny: Instance) -> None:
    for n in range(3, 12):
        tiny.project(n, "nonsense: 1\n")
    one, two = tiny.report("--jobs", "1"), tiny.report("--jobs", "2")
    assert one["findings"] == two["findings"]


# ── only some files ──


@pytest.mark.parametrize(
    "name", [LATE, "registry/projects/demo/office", "registry/projects/", "registry", "./registry", "."]
)
def test_a_path_is_relative_to_where_one_stands(name: str, tiny: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tiny.root)
    assert [f["code"] for f in tiny.report(name)["findings"]] == ["dm1_apply"]


def test_a_path_seen_from_a_folder_below(tiny: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tiny.path("registry/projects"))
    assert [f["code"] for f in tiny.report("demo")["findings"]] == ["dm1_apply"]
    assert tiny.report("../organizations")["findings"] == []
    assert [f["code"] for f in tiny.report("registry/projects/demo/")["findings"]] == ["dm1_apply"]


@pytest.mark.parametrize("name", [LATE, "registry/projects/", "./registry/projects"])
def test_a_path_relative_to_the_root_from_outside(
    name: str, tiny: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert [f["code"] for f in tiny.report(name)["findings"]] == ["dm1_apply"]


def test_a_full_path(tiny: Instance) -> None:
    assert [f["code"] for f in tiny.report(tiny.path(LATE))["findings"]] == ["dm1_apply"]


def test_other_files_do_not_count(tiny: Instance) -> None:
    tiny.append(PROJECT, "nonsense: 1\n")
    report = tiny.report(LATE)
    assert (report["gate"], report["refused"]) == ("needs_person", 0)
    assert tiny.report(PROJECT)["gate"] == "refused"
    assert tiny.report("registry/organizations")["gate"] == "good"


def test_a_path_outside_the_instance_is_no_filter_that_fits_nothing(tiny: Instance, tmp_path: Path) -> None:
    tmp_path.joinpath("x.yaml").write_text("a: 1\n")
    said = tiny.say("check", tmp_path / "x.yaml")
    assert said.code == 2
    assert "[cli.no-such-path]" in said.err


def test_nothing_outside_the_path_is_counted_as_cured(tiny: Instance) -> None:
    tiny.commit()
    tiny.append(PROJECT, "summary: 改了一句\n")
    report = tiny.report("--base", "HEAD", PROJECT)
    assert (report["cured"], report["findings"], report["exit"]) == ([], [], 0)


def test_a_file_that_the_change_takes_away_can_be_named(tiny: Instance) -> None:
    tiny.commit()
    tiny.path(PROJECT).unlink()
    report = tiny.report("--base", "HEAD", PROJECT)
    assert [f["code"] for f in report["findings"]] == ["record.removed"]


# ── against a base ──


def test_a_change_is_judged_by_what_it_does(tiny: Instance) -> None:
    tiny.commit()
    tiny.append(PROJECT, "nonsense: 1\n")
    report = tiny.report("--base", "HEAD")
    assert (report["gate"], report["refused"], report["needs_person"]) == ("refused", 1, 0)
    text = tiny.say("check", "--base", "HEAD")
    assert "dm1_apply" not in text.out
    assert "原已存在 1" in text.out
    assert "--all" in text.out
    assert "原已存在 [dm1_apply]" in tiny.say("check", "--base", "HEAD", "--all").out


def test_a_revision_may_be_judged_that_is_not_checked_out(tiny: Instance) -> None:
    base = tiny.commit()
    tiny.append(PROJECT, "nonsense: 1\n")
    head = tiny.commit()
    tiny.git("checkout", "-q", base)
    assert tiny.report("--base", base, "--head", head)["gate"] == "refused"
    assert tiny.report("--base", base)["gate"] == "good"


def test_the_change_may_not_be_committed_yet(tiny: Instance) -> None:
    tiny.commit()
    tiny.project(3, "nonsense: 1\n")
    assert tiny.report("--base", "HEAD")["refused"] == 1


def test_both_sides_are_judged_on_one_day(tiny: Instance) -> None:
    """What falls due while a change waits is not the change's doing."""
    tiny.project(3, "milestones:\n  - {kind: proposal_approved, date: 2026-06-01, total: 1万元}\n")
    tiny.commit()
    tiny.append(PROJECT, "summary: 改了一句\n")
    report = tiny.report("--base", "HEAD", "--as-of", "2026-08-01")
    assert (report["gate"], {f["state"] for f in report["findings"]}) == ("good", {"existing"})


def test_an_unknown_revision(tiny: Instance) -> None:
    tiny.commit()
    for args in (["--base", "origin/nowhere"], ["--base", "HEAD", "--head", "nowhere"], ["--base", "--upload-pack=x"]):
        said = tiny.say("check", *args)
        assert said.code == 2
        assert said.out == ""
        assert "Traceback" not in said.err


def test_a_shallow_clone_is_told_the_command_that_helps(tiny: Instance, tmp_path: Path) -> None:
    for n in range(3):
        tiny.append(PROJECT, f"# {n}\n")
        tiny.commit()
    copy = Instance(tmp_path / "copy")
    tiny.git("clone", "-q", "--depth", "1", f"file://{tiny.root}", str(copy.root))
    said = copy.say("check", "--base", "HEAD")
    assert said.code == 2
    assert "git fetch --unshallow origin" in said.err


def test_histories_that_have_nothing_in_common(tiny: Instance) -> None:
    tiny.commit()
    tiny.git("checkout", "-q", "--orphan", "other")
    tiny.git("commit", "-q", "-m", "other")
    assert tiny.say("check", "--base", "main").code == 2


def test_a_record_changed_on_both_sides_asks_to_update_the_branch(tiny: Instance) -> None:
    tiny.commit()
    tiny.git("checkout", "-q", "-b", "mine")
    tiny.append(PROJECT, "summary: 我的\n")
    tiny.commit()
    tiny.git("checkout", "-q", "main")
    tiny.append(PROJECT, "summary: 别人的\n")
    tiny.commit()
    said = tiny.say("check", "--base", "main", "--head", "mine")
    assert said.code == 1, "nothing is broken: a person has to rebase"
    assert "git rebase" in said.err


def test_a_folder_without_a_repository(tmp_path: Path) -> None:
    said = make(tmp_path).say("check", "--base", "HEAD")
    assert said.code == 2
    assert "Traceback" not in said.err


def test_nobody_acknowledges_by_a_role_that_the_change_itself_gives(tiny: Instance) -> None:
    """Authority is read from the tip, never from the proposal."""
    tiny.commit()
    tiny.write(
        "registry/organizations/demo/clever.yaml",
        "format: 1\nid: demo/clever\njurisdiction: demo\nname: 聪明办\nholds: [bureau]\n",
    )
    tiny.edit(PROJECT, "date: 2026-02-05", "date: 2026-05-06")
    tiny.append(
        PROJECT,
        "corrections:\n  - {seq: 1, of: approval_applied, field: date, was: 2026-02-05, date: 2026-06-01, reason: 录错}\n",
    )
    tiny.write(
        "registry/endorsements/demo/demo-2026-0001.yaml",
        "format: 1\njurisdiction: demo\nproject: demo-2026-0001\nacknowledgements:\n"
        "  - {seq: 1, role: bureau, organization: demo/clever, date: 2026-06-01, code: dm1_apply, excess: 100, reason: 知道了}\n",
    )
    assert tiny.report("--base", "HEAD")["gate"] == "needs_person"
    tiny.commit()
    assert tiny.report()["needs_person"] == 1, "once merged, the role is held; only the other breach stands"


# ── settings that are wrong ──


def spoil_settings(one: Instance) -> None:
    one.edit(SETTINGS, "timezone: Asia/Shanghai", "timezone: [")


@pytest.mark.parametrize("format", ["text", "json", "github"])
def test_wrong_settings_are_told_and_what_is_wrong_elsewhere_too(format: str, tiny: Instance) -> None:
    spoil_settings(tiny)
    tiny.append(PROJECT, "nonsense: 1\n")
    tiny.append(LATE, "name: 又一个名字\n")
    said = tiny.say("check", "--format", format)
    assert said.code == 2
    assert "[cli.no-settings]" in said.err
    for word in (SETTINGS, "schema.unknown-key", "yaml.duplicate-key"):
        assert word in said.out
    assert "Traceback" not in said.all
    if format == "json":
        assert json.loads(said.out)["gate"] == "refused"


@pytest.mark.parametrize("command", [("show", "demo-2026-0001"), ("queue", "--role", "bureau"), ("release", "plan")])
def test_wrong_settings_are_told_with_their_place_by_every_command(command: tuple[str, ...], tiny: Instance) -> None:
    """A clerk who runs another command than a check need not run the check to see what is wrong."""
    tiny.edit(SETTINGS, "repository: internal", "repository: secret")
    said = tiny.say(*command, "--lang", "en")
    assert said.code == 2
    assert said.err.startswith(f"{SETTINGS}:5:13: could not run [cli.no-settings] ")
    assert "[schema." in said.err
    assert len(said.err.splitlines()) == 2


def test_wrong_settings_in_a_change_are_told_with_the_rest(tiny: Instance) -> None:
    tiny.commit()
    spoil_settings(tiny)
    tiny.append(PROJECT, "nonsense: 1\n")
    said = tiny.say("check", "--base", "HEAD")
    assert said.code == 2
    assert SETTINGS in said.out
    assert "schema.unknown-key" in said.out


def test_settings_that_do_not_fit_the_schema(tiny: Instance) -> None:
    tiny.edit(SETTINGS, "repository: internal", "repository: secret")
    said = tiny.say("check")
    assert said.code == 2
    assert f"{SETTINGS}:5:13" in said.out


def test_no_settings_at_all(tiny: Instance) -> None:
    tiny.path(SETTINGS).unlink()
    said = tiny.say("check")
    assert said.code == 2
    assert "[cli.no-settings]" in said.err
    assert "tree.no-instance" in said.out


def test_a_change_may_mend_the_settings(tiny: Instance) -> None:
    spoil_settings(tiny)
    tiny.commit()
    tiny.edit(SETTINGS, "timezone: [", "timezone: Asia/Shanghai")
    report = tiny.report("--base", "HEAD")
    assert report["gate"] == "good"
    assert "dm1_apply" not in [f["code"] for f in report["findings"] if f["state"] == "new"]


def test_a_change_may_bring_the_registry(tiny: Instance) -> None:
    files = {p: tiny.read(p) for p in (PROJECT, SETTINGS)}
    for path in files:
        tiny.path(path).unlink()
    tiny.git("init", "-q")
    tiny.git("commit", "-q", "--allow-empty", "-m", "nothing yet")
    for path, text in files.items():
        tiny.write(path, text)
    report = tiny.report("--base", "HEAD")
    assert report["gate"] == "needs_person"
    assert {f["state"] for f in report["findings"]} == {"new"}


# ── files that do not belong there ──


def test_files_that_are_no_records_are_told(tiny: Instance) -> None:
    tiny.write("registry/projects/demo/office/NOTES.txt", "x")
    tiny.write("registry/projects/demo/office/demo-2026-0009.yml", "a: 1\n")
    tiny.write("registry/somewhere/else.yaml", "a: 1\n")
    os.symlink("/etc/passwd", tiny.path("registry/projects/demo/office/demo-2026-0008.yaml"))
    paths = {f["path"] for f in tiny.report()["findings"]}
    assert {
        "registry/projects/demo/office/NOTES.txt",
        "registry/projects/demo/office/demo-2026-0009.yml",
        "registry/somewhere/else.yaml",
        "registry/projects/demo/office/demo-2026-0008.yaml",
    } <= paths


def test_a_file_that_cannot_be_read_is_no_pass(tiny: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    from zongmu.store.trees import WorkTree

    read = WorkTree.read

    def refusing(self: WorkTree, path: str) -> bytes:
        if path == PROJECT:
            raise PermissionError(13, "Permission denied")
        return read(self, path)

    monkeypatch.setattr(WorkTree, "read", refusing)
    said = tiny.say("check")
    assert said.code == 2
    assert PROJECT in said.out
    assert "tree.unreadable" in said.out
    assert "dm1_apply" in said.out, "the other file is judged all the same"


# ── the command itself ──


def test_it_is_found_from_anywhere_below(tiny: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tiny.path("registry/projects/demo/office"))
    assert "dm1_apply" in say("check").out


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    said = say("--version")
    assert said.code == 0
    assert said.out.startswith("zongmu ")


def test_a_defect_of_zongmu_itself_is_said_to_be_one(tiny: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    import zongmu.cli.checking.check

    def broken(*args: object, **more: object) -> None:
        raise RuntimeError("身份证 110101198003076638")

    monkeypatch.setattr(zongmu.cli.checking.check, "decide", broken)
    said = tiny.say("check")
    assert said.code == 2
    assert "[cli.internal] RuntimeError" in said.err
    assert "110101198003076638" not in said.err
    assert "Traceback" not in said.err
    monkeypatch.setenv("ZONGMU_DEBUG", "1")
    with pytest.raises(RuntimeError):
        tiny.say("check")


def test_an_interruption_is_no_pass(tiny: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    import zongmu.cli.checking.check

    def stopped(*args: object, **more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(zongmu.cli.checking.check, "decide", stopped)
    assert tiny.say("check").code == 130

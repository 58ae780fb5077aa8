"""``zongmu log``: what a person and a program get to read, and when it refuses."""

from __future__ import annotations

import io
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.history.repository import ID, PATH, PROJECT, Repository
from zongmu.cli.auditing.log import run_log
from zongmu.cli.main import main
from zongmu.cli.trouble import Trouble
from zongmu.model.fields.digest import digest_now
from zongmu.trust.authority.rows import read_project

APPROVAL = """\
  - kind: design_approved
    date: 2027-03-19
    number: 鄂政数审〔2027〕示17号
    body: ordos/data-bureau
    total: 11765000元
    documents:
      - kind: reply
      - kind: estimate
"""
CORRECTION = """\
corrections:
  - seq: 1
    of: contract_signed
    field: amount
    was: 571.6万元
    date: 2027-06-10
    reason: 录入时看错一位
"""


@pytest.fixture
def repo(tmp_path: Path) -> Repository:
    """A project that was recorded, approved three days ago, corrected, and edited on the quiet."""
    repo = Repository(tmp_path)
    repo.write(
        "registry/registry.yaml",
        "format: 1\ntimezone: Asia/Shanghai\njurisdictions:\n  - {id: ordos, name: x, measures: [ordos_2025]}\n",
    )
    repo.write(
        "checks/ordos_2025/measure.yaml",
        "roles:\n  data_bureau: {zh: 数据局, en: Data bureau}\ncodes:\n  document:\n    reply: {zh: 批复文件, en: Reply}\nmilestones:\n  declared: {title: {zh: 申报, en: Declared here}}\n",
    )
    repo.write("registry/organizations/ordos/data-bureau.yaml", "format: 1\nid: ordos/data-bureau\nname: 示例政数局\n")
    repo.save(PROJECT, when="2027-01-10T09:30:00+08:00")
    approved = PROJECT.replace("milestones:\n", "milestones:\n" + APPROVAL)
    repo.save(approved, when="2027-03-22T16:40:00+08:00", author="Li")
    corrected = approved.replace("571.6万元", "517.6万元") + CORRECTION
    repo.save(corrected, when="2027-06-10T10:00:00+08:00")
    repo.save(corrected.replace("9.8万元", "8.9万元"), when="2027-06-11T10:00:00+08:00")
    return repo


def log(repo: Repository, record: str = ID, *, lang: str = "zh", limit: int | None = None) -> str:
    out = io.StringIO()
    assert run_log(repo.root, record, lang=lang, format="text", limit=limit, out=out) == 0
    return out.getvalue()


def data(repo: Repository, record: str = ID) -> Any:
    out = io.StringIO()
    assert run_log(repo.root, record, lang="zh", format="json", limit=None, out=out) == 0
    return json.loads(out.getvalue())


# --- reading ------------------------------------------------------------------------------------------------------


def test_an_act_is_one_line_with_its_day_number_amount_and_lateness(repo: Repository) -> None:
    assert (
        "    + 2027-03-19 初步设计及概算批复 鄂政数审〔2027〕示17号 示例政数局 "
        "批复总投资 1176.5万元，随附文件 2（estimate、批复文件）（登记于 2027-03-22，晚 3 天）\n"
    ) in log(repo)


def test_a_correction_says_old_value_and_reason_and_is_one_line(repo: Repository) -> None:
    text = log(repo)
    assert "    * 更正 签订合同·合同金额：571.6万元 → 517.6万元（理由：录入时看错一位）\n" in text
    assert "更正（1）" not in text


def test_a_silent_edit_is_marked(repo: Repository) -> None:
    assert "    ~ 签订合同（2）·合同金额：9.8万元 → 8.9万元 [没有更正记录]\n" in log(repo)


def test_the_measure_says_what_an_act_is_called(repo: Repository) -> None:
    assert "    + 2027-01-08 申报 申报总投资 1200万元（登记于 2027-01-10，晚 2 天）\n" in log(repo)


def test_it_begins_with_the_record_and_goes_from_old_to_new(repo: Repository) -> None:
    lines = log(repo).splitlines()
    assert lines[:3] == [f"{ID}  示例水务平台", PATH, ""]
    assert [line[:16] for line in lines if line.startswith("2027-")] == [
        "2027-01-10 09:30", "2027-03-22 16:40", "2027-06-10 10:00", "2027-06-11 10:00",
    ]  # fmt: skip
    assert "  Li  " in next(line for line in lines if line.startswith("2027-03-22"))


def test_in_english(repo: Repository) -> None:
    text = log(repo, lang="en")
    assert "+ 2027-03-19 Design and estimate approved 鄂政数审〔2027〕示17号 示例政数局 " in text
    assert "Approved total CNY 11,765,000.00, Documents 2 (estimate, Reply) (recorded 2027-03-22, 3 days later)" in text
    assert "* corrected: Contract signed · Amount: CNY 5,716,000.00 → CNY 5,176,000.00 (reason: 录入时看错一位)" in text
    assert "[without a correction]" in text


def test_only_the_last_events(repo: Repository) -> None:
    text = log(repo, limit=1)
    assert "较早的 3 次变更未列出" in text
    assert "2027-03-22" not in text


def test_a_correction_without_its_change_and_one_that_voids(repo: Repository) -> None:
    other, base = PATH.replace("0007", "0008"), PROJECT.replace("0007", "0008")
    repo.write(other, base)
    repo.commit()
    repo.write(
        other,
        base
        + "corrections:\n  - {seq: 1, of: contract_signed, field: amount, was: 1万元, date: 2027-07-01, reason: 一}\n"
        + "  - {seq: 2, of: contract_signed/2, date: 2027-07-01, reason: 误登}\n",
    )
    repo.commit()
    text = log(repo, "ordos-2027-0008")
    assert "    ! 更正记录 签订合同·合同金额，此次提交里没有与之相符的改动（理由：一）\n" in text
    assert "    * 作废 签订合同（2）（理由：误登）\n" in text


def test_a_frozen_field_that_changed_is_marked(repo: Repository) -> None:
    repo.save(PROJECT.replace("jurisdiction: ordos", "jurisdiction: laizhou"))
    assert "~ 辖区：ordos → laizhou [固定字段被改]" in log(repo)


def test_a_merge_names_who_wrote_and_what_was_dropped(repo: Repository) -> None:
    text = (repo.root / PATH).read_text()
    repo.git("checkout", "--quiet", "-b", "side")
    side = repo.save(text.replace("科长", "处长"), when="2027-06-20T10:00:00+08:00", author="Zhao")
    repo.git("checkout", "--quiet", "main")
    repo.save(text.replace("信息科", "数据科"))
    repo.merge("side", "--strategy=ours")
    shown = log(repo)
    assert f"    合并；撰写：Zhao 2027-06-20 {side[:10]}\n" in shown
    assert "    ! 合并时舍弃 项目负责人职务·职务：分支上为 处长，保留 科长\n" in shown


def test_a_file_that_cannot_be_read_says_where(repo: Repository) -> None:
    repo.save("name: x\nname: y\n")
    repo.save(PROJECT)
    text = log(repo)
    assert "此提交中的文件无法读取" in text
    assert "无法读取：第 2 行：" in text
    assert "与上一个可读版本" in text


def test_nothing_in_a_name_or_a_value_reaches_the_terminal_raw(repo: Repository) -> None:
    repo.write(PATH, PROJECT.replace("信息科", "'\u202e科'"))
    repo.git("add", "--all")
    raw = f"tree {repo.git('write-tree')}\nparent {repo.git('rev-parse', 'HEAD')}\n"
    raw += "author a\x1b[31mb\u202e <x> 1812000000 +0800\ncommitter x <x> 1812000000 +0800\n\nhello \x1b]0;t\x07\n"
    made = subprocess.run(
        ["git", "hash-object", "-t", "commit", "-w", "--literally", "--stdin"],
        cwd=repo.top, input=raw, text=True, capture_output=True, check=True,
    ).stdout.strip()  # fmt: skip
    repo.git("update-ref", "refs/heads/main", made)
    text = log(repo) + log(repo, lang="en")
    assert not any(c in text for c in "\x1b\x07\u202e")
    assert "a<U+001B>[31mb" in text
    out = io.StringIO()
    assert run_log(repo.root, ID, lang="zh", format="json", limit=None, out=out) == 0
    assert "\u202e" not in out.getvalue()
    assert json.loads(out.getvalue())["events"][-1]["persons"]["author"] == "a\x1b[31mb\u202e"


# --- as data ------------------------------------------------------------------------------------------------------


def test_json_holds_the_same_with_persons_apart(repo: Repository) -> None:
    found = data(repo)
    assert (found["record"], found["uncommitted"], found["left_out"]) == (ID, [], 0)
    approval = found["events"][1]
    assert approval["rows"] == [{"path": "milestones/design_approved", "kind": "added", "day": "2027-03-19", "late": 3}]
    email = approval["persons"].pop("email")
    assert "@" in email
    assert approval["persons"] == {"author": "Li", "committer": "Li", "subject": "save", "contributions": []}
    (correction,) = [c for c in found["events"][2]["changes"] if c["kind"] == "corrected"]
    assert (correction["before"], correction["after"], correction["correction"], correction["reason"]) == (
        "571.6万元", "517.6万元", "corrections/1", "录入时看错一位",
    )  # fmt: skip


# --- the working tree ---------------------------------------------------------------------------------------------


def test_an_uncommitted_change_is_said_first(repo: Repository) -> None:
    repo.write(PATH, PROJECT)
    assert log(repo).splitlines()[2] == f"注意：{PATH} 有尚未提交的改动，不在下面"
    assert data(repo)["uncommitted"] == [PATH]


def test_other_line_ends_in_the_working_tree_are_no_change(repo: Repository) -> None:
    repo.write(PATH, (repo.root / PATH).read_bytes().replace(b"\n", b"\r\n"))
    assert "尚未提交" not in log(repo)


def test_a_record_that_was_never_committed_has_no_trail_yet(repo: Repository) -> None:
    other = PATH.replace("0007", "0009")
    repo.write(other, PROJECT.replace("0007", "0009"))
    for name in ("ordos-2027-0009", other):
        assert f"注意：{other} 有尚未提交的改动，不在下面" in log(repo, name)


@pytest.mark.parametrize("way", ["id", "path", "from here", "absolute"])
def test_a_record_is_named_by_id_or_path(repo: Repository, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repo.root / "registry" / "projects")
    name = {
        "id": ID,
        "path": PATH,
        "from here": PATH.removeprefix("registry/projects/"),
        "absolute": str(repo.root / PATH),
    }[way]
    assert len(data(repo, name)["events"]) == 4


# --- refusals -----------------------------------------------------------------------------------------------------


def test_a_shallow_clone_ends_with_2_and_the_command(
    repo: Repository, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    clone = tmp_path_factory.mktemp("clones") / "shallow"
    subprocess.run(["git", "clone", "--quiet", "--depth=1", f"file://{repo.top}", str(clone)], check=True)
    assert main(["--root", str(clone), "log", ID]) == 2
    shown = capsys.readouterr()
    assert "git fetch --unshallow" in shown.err
    assert shown.out == ""


def test_outside_of_a_repository_it_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--root", str(tmp_path), "log", ID]) == 2
    assert "Git 仓库" in capsys.readouterr().err


def test_an_unknown_record_ends_with_2_and_a_suggestion(repo: Repository) -> None:
    with pytest.raises(Trouble) as caught:
        log(repo, "ordos-2027-0070")
    assert "ordos-2027-0007?" in caught.value.next_step.en


def test_a_limit_is_a_positive_number(repo: Repository) -> None:
    with pytest.raises(Trouble):
        log(repo, limit=0)


def test_the_checks_of_the_repository_are_not_run(repo: Repository) -> None:
    repo.write("checks/ordos_2025/evil.py", "raise SystemExit('ran')\n")
    repo.write("checks/__init__.py", "raise SystemExit('ran')\n")
    assert "初步设计及概算批复" in log(repo)


# --- a unit, a field, a sentence; as it stood -------------------------------------------------------------------------


def test_a_field_across_records(repo: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--root", str(repo.root), "log", "milestones/contract_signed/2/amount"]) == 0
    out = capsys.readouterr().out
    assert "9.8万元 → 8.9万元" in out
    assert "571.6" not in out


def test_a_unit_has_the_events_of_its_projects(repo: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write(
        "registry/organizations/ordos/example-bureau.yaml", "format: 1\nid: ordos/example-bureau\nname: 示例局\n"
    )
    repo.commit("Add the bureau", when="2027-06-12T10:00:00+08:00")
    assert main(["--root", str(repo.root), "log", "ordos/example-bureau", "--format", "json"]) == 0
    events = json.loads(capsys.readouterr().out)["events"]
    assert {event["record"] for event in events} == {ID, "ordos/example-bureau"}
    assert len(events) == 5
    assert main(["--root", str(repo.root), "log", "例局", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["events"] == events, "by its name too, or a part that no other has"
    assert main(["--root", str(repo.root), "log", "没有这个局"]) == 2


def test_what_one_account_recorded_and_signed_off(repo: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    def said(*words: str) -> list[str]:
        assert main(["--root", str(repo.root), "log", *words, "--format", "json"]) == 0
        return [event["commit"] for event in json.loads(capsys.readouterr().out)["events"]]

    listed = "format: 1\npeople:\n  - {id: li, post: 岗, email: EMAIL, roles: []}\n"
    email = repo.git("log", "-1", "--format=%ae")
    repo.write("trust/keys.yaml", listed.replace("EMAIL", email))
    repo.commit()
    repo.write("trust/keys.yaml", listed.replace("EMAIL", "li@elsewhere.example"))
    repo.commit()
    approved = repo.git("rev-list", "--author=^Li ", "HEAD").split()
    assert said("--by", "Li") == approved
    assert said(ID, "--by", "Li") == approved
    assert main(["--root", str(repo.root), "log", "milestones/approved", "--by", "Li", "--lang", "en"]) == 0
    assert capsys.readouterr().out.endswith("there is no such change\n")
    # An account is known by the addresses that it once had.
    assert set(said("--by", "li")) == set(said("--by", email)) > set(approved)
    row = "seq: 1, role: data_bureau, by: chen, date: 2027-03-25, of: design_approved"
    repo.write(
        f"registry/endorsements/ordos/{ID}.yaml",
        f"format: 1\njurisdiction: ordos\nproject: {ID}\nendorsements:\n  - {{{row}, digest: 'sha256:{'0' * 64}'}}\n",
    )
    signed = repo.commit()
    assert said("--by", "chen") == [signed]
    assert main(["--root", str(repo.root), "log", "--by", "Zhu"]) == 2
    assert "cli.no-such-account" in capsys.readouterr().err
    assert main(["--root", str(repo.root), "log"]) == 2


def test_who_checked_an_act_and_under_which_rules(repo: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    place, text = f"registry/endorsements/ordos/{ID}.yaml", (repo.root / PATH).read_text(encoding="utf-8")
    found = read_project(text.encode())
    assert found is not None
    row = f"seq: 1, role: data_bureau, organization: ordos/data-bureau, by: 审批岗, date: 2027-03-25, of: design_approved, digest: '{digest_now(found, 'design_approved')}'"
    repo.write(place, f"format: 1\njurisdiction: ordos\nproject: {ID}\nendorsements:\n  - {{{row}}}\n")
    repo.commit("Endorse (!12)", when="2027-06-12T10:00:00+08:00")
    assert main(["--root", str(repo.root), "log", ID]) == 0
    out = capsys.readouterr().out
    assert "核对原件：数据局 示例政数局 审批岗 2027-03-25\n" in out
    tree = repo.git("rev-parse", "HEAD:checks")
    assert f"规则版本：checks@{tree[:10]}" in out
    # Once the act reads otherwise, nobody has checked it.
    repo.save(text.replace("total: 11765000元", "total: 11765001元"), when="2027-06-13T10:00:00+08:00")
    assert main(["--root", str(repo.root), "log", ID, "--lang", "en"]) == 0
    assert "Data bureau 示例政数局 审批岗 2027-03-25 (void: changed since)\n" in capsys.readouterr().out


def test_a_merge_request_is_named_in_the_words_of_the_forge_and_no_other_number_is(repo: Repository) -> None:
    said = {
        "Merge branch 'a' into 'main'\n\nTitle\n\nSee merge request city/registry!31": "city/registry!31",
        "Merge pull request #32 from office/a": "#32",
        "Record the approval (#33)": "#33",
        "Merge pull request 'Record it (2)' (#34) from a into main": "#34",
        "!35 Record it\nMerge pull request !35 from x": "!35",
        "Mend #36, as !37 did not (see #38 of May)\n\nIt was (#39)": None,
    }
    before = (repo.root / PATH).read_text(encoding="utf-8")
    for n, message in enumerate(said):
        repo.write(PATH, before.replace("name: 示例水务平台", f"name: 示例水务平台{n}"))
        repo.commit(message, when=f"2027-07-0{n + 1}T10:00:00+08:00")
    assert [event["request"] for event in data(repo)["events"][-len(said) :]] == list(said.values())
    assert "    合并请求：city/registry!31\n" in log(repo)


def test_an_instance_in_a_folder_of_any_name(tmp_path: Path) -> None:
    repo = Repository(tmp_path, "one\nline/数据")
    repo.write("registry/registry.yaml", "format: 1\ntimezone: Asia/Shanghai\n")
    repo.write("checks/README.md", "x\n")
    repo.save(PROJECT, when="2027-01-10T23:30:00+00:00")
    found = data(repo)
    assert [event["recorded_day"] for event in found["events"]] == ["2027-01-11"]
    assert found["events"][0]["rules"] == repo.git("rev-parse", "HEAD:one\nline/数据/checks")
    assert found["uncommitted"] == []

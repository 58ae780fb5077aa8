"""``zongmu audit verify`` as an auditor runs it: bundles, hostile repositories, odd input, exit codes, formats."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.shared import REPO
from tests.trust.history import (
    HOUR,
    PROJECT,
    SETTINGS,
    SIGNED,
    START,
    History,
    digest_of,
    endorsements,
    project,
    registry,
    row,
    who,
)
from tests.trust.verifying import verified
from zongmu.cli.main import main
from zongmu.trust.chain import objects
from zongmu.trust.verifying import progress
from zongmu.trust.verifying.conclusions import conclusions


def git(made: History, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", made.folder, *arguments], capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture(autouse=True)
def _own_cache_and_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("zongmu.cli.auditing.audit.time", SimpleNamespace(time=lambda: START + 30 * 24 * HOUR))


@pytest.fixture
def made(tmp_path: Path) -> History:
    made = registry(tmp_path / "registry")
    made.landed({SIGNED: endorsements(row(1, digest_of(project("shili-2026-0001", "water"))))}, by="finance")
    return made


def roots(tmp_path: Path) -> str:
    file = tmp_path / "roots.pub"
    file.write_text(f"# by hand, from the bureau\n{who('root-a').public} A\nroot-b {who('root-b').public}\n")
    return str(file)


def test_a_bundle_is_verified_in_one_command(made: History, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bundle = tmp_path / "registry.bundle"
    git(made, "bundle", "create", "-q", str(bundle), "HEAD", "main")
    first = git(made, "rev-list", "--max-parents=0", "HEAD")
    command = ["audit", "verify", str(bundle), "--root", first, "--root-keys", roots(tmp_path)]
    assert main([*command, "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["accepted"] is True
    assert told["signers"] == {"forge": 2}
    assert told["endorsed_acts"] == {"effective": 1, "waiting": 1, "void": 0, "below_level": 0}
    assert {c["id"] for c in told["conclusions"] if c["weight"] == "proved"} == {"form", "authority", "pinned"}
    assert {c["id"] for c in told["conclusions"] if c["weight"] == "not_proved"} == {
        "forge",
        "rollback",
        "fresh",
        "paper",
    }
    kept = tmp_path / "last.checkpoint"
    assert main(command) == 0
    kept.write_text("".join(capsys.readouterr().out.splitlines(keepends=True)[-4:]))
    assert kept.read_text() == told["checkpoint"]
    made.landed({PROJECT: project("shili-2026-0001", "water", name="改")})
    git(made, "bundle", "create", "-q", str(bundle), "HEAD", "main")
    assert main([*command, "--since", str(kept), "--lang", "en"]) == 0
    assert "since the checkpoint of 3 commits" in capsys.readouterr().out
    kept.write_text(told["checkpoint"].replace("registry.example", "another.example"))
    assert main([*command, "--since", str(kept)]) == 1
    assert "trust.checkpoint-root" in capsys.readouterr().out
    page = tmp_path / "report.html"
    assert main([*command, "--format", "html", "--out", str(page)]) == 0
    assert ">核验通过<" in page.read_text()
    before = page.read_bytes()
    assert main([*command, "--format", "html", "--out", str(page), "--no-cache"]) == 0
    assert page.read_bytes() == before


def test_an_unsigned_registry_is_fine_and_says_what_is_not_proved(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = History(tmp_path / "r")
    made.commit({PROJECT: project("shili-2026-0001", "water")}, author=who("anybody"))
    assert main(["audit", "verify", str(made.folder), "--format", "json"]) == 0
    said = {c["id"]: c["weight"] for c in json.loads(capsys.readouterr().out)["conclusions"]}
    assert said == dict.fromkeys(("root", "unsigned", "rollback", "fresh", "paper"), "not_proved") | {"form": "proved"}
    assert main(["audit", "verify", str(made.folder), "--require", "F"]) == 1
    assert "trust.below-required" in capsys.readouterr().err
    # An auditor who was given root keys does not take a history without any for the one they belong to.
    assert main(["audit", "verify", str(made.folder), "--root-keys", roots(tmp_path)]) == 1
    assert "trust.no-trust" in capsys.readouterr().out


def test_a_demonstration_says_so_and_a_registry_may_not_pass_for_one_once_it_has_keys(tmp_path: Path) -> None:
    mark = "demonstration: {as_of: 2026-09-01}\n"
    for n, (level, faults) in enumerate((("none", set()), ("F", {"trust.row-changed"}))):
        made = registry(tmp_path / str(n), level) if level == "F" else History(tmp_path / str(n))
        settings = SETTINGS.format(level=level) + mark
        if level == "F":
            made.trust({"registry/registry.yaml": settings})
        else:
            made.commit({"registry/registry.yaml": settings, PROJECT: project("shili-2026-0001", "water")})
        digest = digest_of(project("shili-2026-0001", "water"))
        made.landed({SIGNED: endorsements(row(1, digest))}, by="finance")
        made.landed({SIGNED: endorsements(row(1, digest, date="2026-09-23"))}, by="finance")
        result = verified(made, keys=("root-a", "root-b") if level == "F" else None)
        assert {fault.code.id for fault in result.faults} == faults
        assert ("demonstration" in {c.id for c in conclusions(result)}) is (level == "none")


def test_an_attack_ends_with_one_and_says_what_to_do(
    made: History, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made.commit({PROJECT: project("shili-2026-0001", "water", name="改")}, author=who("clerk"), committer=who("forge"))
    assert main(["audit", "verify", str(made.folder), "--root-keys", roots(tmp_path), "--lang", "en"]) == 1
    out = capsys.readouterr().out
    assert "not accepted" in out
    assert "[trust.unsigned]" in out
    assert "next: " in out


def test_a_commit_of_a_day_to_come_is_refused_also_after_it_was_accepted(
    made: History, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["audit", "verify", str(made.folder), "--lang", "en"]
    assert main(command) == 0
    assert main([*command, "--as-of", "2026-09-20"]) == 0  # a day is allowed
    assert "clock-ahead" not in capsys.readouterr().out
    assert main([*command, "--as-of", "2026-09-18"]) == 1
    assert "[trust.clock-ahead] Committed 2 days after the verifier's clock" in capsys.readouterr().out


def test_other_root_keys_are_refused(made: History, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "others.pub"
    file.write_text(f"{who('root-a').public}\n{who('stranger').public}\n")
    assert main(["audit", "verify", str(made.folder), "--root-keys", str(file)]) == 1
    assert "trust.wrong-root" in capsys.readouterr().out


def test_nothing_of_a_hostile_repository_runs_or_counts(made: History, tmp_path: Path) -> None:
    mark = tmp_path / "it-ran"
    script = tmp_path / "evil"
    script.write_text(f"#!/bin/sh\ntouch {mark}\necho Good\nexit 0\n")
    script.chmod(0o755)
    honest = verified(made)
    for name in (
        *("gpg.ssh.program", "gpg.program", "core.fsmonitor", "core.editor", "core.pager", "core.sshCommand"),
        *("core.alternateRefsCommand", "diff.external", "uploadpack.packObjectsHook", "filter.x.smudge"),
    ):
        git(made, "config", name, str(script))
    git(made, "config", "core.hooksPath", str(tmp_path))
    for hook in ("post-checkout", "reference-transaction", "pre-auto-gc"):
        (tmp_path / hook).write_text(script.read_text())
        (tmp_path / hook).chmod(0o755)
    result = verified(made)
    assert result.faults == []
    assert result.checkpoint == honest.checkpoint
    assert not mark.exists()


def test_replaced_objects_and_grafts_shorten_nothing(made: History) -> None:
    honest = verified(made).checkpoint
    assert made.head is not None
    bare = made.commit({}, author=who("clerk"), parents=[], move=False)
    made.move(made.head)
    git(made, "replace", made.head.id, bare.id)
    (made.folder / "info").mkdir(exist_ok=True)
    (made.folder / "info/grafts").write_text(f"{made.head.id}\n")
    assert verified(made).checkpoint == honest


def test_a_shallow_clone_a_part_of_a_bundle_and_a_damaged_one_are_no_answer(
    made: History, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shallow = tmp_path / "shallow"
    subprocess.run(["git", "clone", "-q", "--bare", "--depth=1", f"file://{made.folder}", shallow], check=True)
    assert main(["audit", "verify", str(shallow)]) == 2
    assert "trust.shallow" in capsys.readouterr().err
    tagged = tmp_path / "tagged"
    subprocess.run(["git", "clone", "-q", "--bare", made.folder, tagged], check=True)
    tag = f"object {made.head.id if made.head else ''}\ntype commit\ntag x\ntagger t <t@t.cn> 1790000000 +0800\n\nx\n"
    id = subprocess.run(["git", "mktag"], cwd=tagged, input=tag, text=True, capture_output=True, check=True).stdout
    (tagged / "packed-refs").unlink()
    (tagged / "refs" / "heads" / "main").write_text(id)  # to a bundle this would be another head
    assert main(["audit", "verify", str(tagged)]) == 1
    assert "refs/heads/main: tag" in capsys.readouterr().err
    part = tmp_path / "part.bundle"
    git(made, "bundle", "create", "-q", str(part), "main~1..main")
    assert main(["audit", "verify", str(part)]) == 2
    assert "trust.bad-bundle" in capsys.readouterr().err
    whole = tmp_path / "whole.bundle"
    git(made, "bundle", "create", "-q", str(whole), "HEAD")
    head, _, pack = whole.read_bytes().partition(b"\n\n")
    # Which of two heads Git would take is not for us to guess.
    whole.write_bytes(head + b"\n" + git(made, "rev-parse", "main~1").encode() + b" HEAD\n\n" + pack)
    assert main(["audit", "verify", str(whole)]) == 2
    assert "trust.bad-bundle" in capsys.readouterr().err
    git(made, "bundle", "create", "-q", str(whole), "HEAD")
    data = bytearray(whole.read_bytes())
    data[len(data) // 2] ^= 1
    whole.write_bytes(data)
    assert main(["audit", "verify", str(whole)]) == 1
    assert "trust.bad-objects" in capsys.readouterr().err
    git(made, "bundle", "create", "-q", str(whole), "HEAD")
    with monkeypatch.context() as patch:  # a few kilobytes unpack to any size
        patch.setattr(objects, "MOST_OF_A_FILE", 100)
        assert main(["audit", "verify", str(whole), "--no-cache"]) == 1
    assert "> 0 MB" in capsys.readouterr().err
    for odd in (b"", b"# v2 git bundle\n", b"\x00" * 100, b"# v2 git bundle\n" + b"0" * 40 + b" HEAD\n\n"):
        whole.write_bytes(odd)
        assert main(["audit", "verify", str(whole)]) in (1, 2)


def test_words_that_cannot_be_used_are_said(made: History, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    odd = tmp_path / "odd"
    odd.write_text("neither\n")
    for words, code, status in (
        (["--root-keys", str(odd)], "trust.bad-key-file", 2),
        (["--since", str(odd)], "trust.bad-checkpoint", 2),
        (["--since", str(tmp_path / "nothing")], "cli.cannot-read", 2),
        (["--root", "0" * 40], "trust.root-not-found", 1),
    ):
        assert main(["audit", "verify", str(made.folder), *words]) == status
        told = capsys.readouterr()
        assert code in told.out + told.err
    assert "主线提交数" not in told.out, "nothing was judged, so nothing is counted"
    assert main(["audit", "verify", str(tmp_path / "nowhere")]) == 2


def test_what_an_earlier_run_kept_is_taken_up_only_where_it_fits(made: History, tmp_path: Path) -> None:

    first = verified(made)
    file = tmp_path / "kept.json"
    progress.save(file, first.progress)
    made.landed({PROJECT: project("shili-2026-0001", "water", name="改")})
    again = verified(made, known=progress.load(file))
    assert again.checkpoint == verified(made).checkpoint
    assert again.progress == verified(made).progress
    text = file.read_text()
    file.write_text(text.replace('"signed": 2', '"signed": 3').replace(first.head[:6], "ffffff"))
    assert progress.load(file) is None
    file.write_text("[" * 100_000)
    assert progress.load(file) is None


def test_a_checkpoint_is_published_once_a_day(
    made: History, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", made.folder, clone], check=True)
    command = ["--root", str(clone), "checkpoint", "--publish", "--lang", "en"]
    assert main(command) == 0
    assert "is written. Have it cosigned" in capsys.readouterr().out
    (written,) = (clone / "trust/checkpoints").iterdir()
    assert written.read_text() == verified(made).checkpoint.text()
    assert main(command) == 1
    assert "trust.checkpoint-there" in capsys.readouterr().err


def test_what_the_auditor_knows_of_is_told_apart_and_hides_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = History(tmp_path / "r")
    made.commit({PROJECT: project("shili-2026-0001", "water")}, author=who("anybody"))
    made.commit({"registry/Odd.yaml": "x: 1\n"}, author=who("anybody"))
    command = ["audit", "verify", str(made.folder)]
    assert main([*command, "--format", "json"]) == 1
    [fault] = json.loads(capsys.readouterr().out)["faults"]
    mine = tmp_path / "known.txt"
    mine.write_text(f"# 我的清单\n\n{fault['commit']} {fault['code']} 2026-10-08 审计二科查明 <b>误名\n", "utf-8")
    command += ["--known", str(mine)]
    assert main([*command, "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["accepted"], told["faults"]) == (True, [])
    assert told["known"] == [{**fault, "note": "2026-10-08 审计二科查明 <b>误名"}]
    assert main(command) == 0
    text = capsys.readouterr().out
    assert text.startswith("核验通过，另有已知的情形\n")
    assert f"{fault['commit'][:12]} [{fault['code']}]" in text
    assert "除上述已知情形外" in text
    assert main([*command, "--format", "html"]) == 0
    page = capsys.readouterr().out
    assert "审计二科查明 &lt;b&gt;误名" in page
    assert "<b>误名" not in page
    # The same again in another commit is a new one, and the list in the registry itself is nobody's.
    made.commit({"registry/Odder.yaml": "x: 1\n", "known.txt": mine.read_text("utf-8")}, author=who("anybody"))
    assert main([*command, "--format", "json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert fault["commit"] not in {one["commit"] for one in told["faults"]}
    assert {one["code"] for one in told["faults"]} == {fault["code"]}
    assert [one["commit"] for one in told["known"]] == [fault["commit"]]


def test_an_entry_of_the_auditors_list_that_meets_with_nothing_is_said_and_a_line_that_is_none_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = History(tmp_path / "r")
    made.commit({PROJECT: project("shili-2026-0001", "water")}, author=who("anybody"))
    mine = tmp_path / "known.txt"
    mine.write_text(f"{'0' * 40} trust.odd-path 查明\n")
    command = ["audit", "verify", str(made.folder), "--known", str(mine)]
    assert main(command) == 0
    text = capsys.readouterr().out
    assert text.startswith("核验通过，但只凭包里的材料，见“没有证明”\n")
    assert main([*command, "--root", git(made, "rev-list", "--max-parents=0", "HEAD")]) == 0
    assert capsys.readouterr().out.startswith("核验通过\n")
    assert "清单里有 1 项没有遇到" in text
    for line in (f"{'0' * 12} trust.odd-path 查明", f"{'0' * 40} trust.odd-path", f"{'0' * 40} 查明"):
        mine.write_text(f"#\n{line}\n")
        assert main(command) == 2
        assert "trust.bad-known-list" in (said := capsys.readouterr().err)
        assert "第 2 行" in said


def test_what_is_kept_rests_on_every_module_that_judges() -> None:
    engine = REPO / "src" / "zongmu"
    files = {file for room in ("trust", "store", "model") for file in (engine / room).rglob("*.py")}
    assert files <= set(progress.judging())

"""Repositories that give no answer: each ends in exit 2 with what to do about it, never in "nothing found"."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.instances import PROJECT, REPO, Instance, Said, make, say
from zongmu.cli.proposals import receiving
from zongmu.store.git import tree_changes
from zongmu.store.git.asking import Git


def git(folder: Path, *args: str) -> str:
    done = subprocess.run(["git", *args], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Instance:
    """Three commits on main, and a proposal that breaks a rule."""
    made = make(tmp_path_factory.mktemp("faults") / "origin")
    made.commit()
    made.append(PROJECT, "# zwei\n")
    made.commit()
    made.git("checkout", "-q", "-b", "proposal")
    made.project(3, "milestones:\n  - {kind: proposal_approved, date: 2026-01-05}\n")
    made.commit()
    made.git("checkout", "-q", "main")
    return made


def copy(origin: Instance, tmp_path: Path, *options: str) -> Path:
    target = tmp_path / "clone"
    git(tmp_path, "clone", "-q", *options, f"file://{origin.root}", str(target))
    return target


def answers(root: Path, base: str, head: str) -> list[Said]:
    """What each command that judges a change says."""
    return [
        say("--root", root, "check", "--base", base, "--head", head),
        say("--root", root, "diff", base, head),
        say("--root", root, "gate", "--base", base, "--head", head),
    ]


def cannot(said: list[Said], code: str, remedy: str) -> None:
    for one in said:
        assert one.code == 2, one.all
        assert f"[{code}]" in one.err
        assert remedy in one.err
        assert one.out == ""


def test_a_sound_clone_needs_a_person(origin: Instance, tmp_path: Path) -> None:
    root = copy(origin, tmp_path)
    for said in answers(root, "origin/main", "origin/proposal"):
        assert said.code == 1, said.all
        assert "dm1_apply" in said.out


def test_a_shallow_clone(origin: Instance, tmp_path: Path) -> None:
    root = copy(origin, tmp_path, "--depth", "1", "--no-single-branch")
    cannot(answers(root, "origin/main", "origin/proposal"), "git.shallow-clone", "git fetch --unshallow")


def test_a_base_or_head_that_is_not_there(origin: Instance, tmp_path: Path) -> None:
    root = copy(origin, tmp_path, "--single-branch")
    cannot(answers(root, "origin/main", "origin/proposal"), "git.unknown-revision", "git fetch origin proposal")
    cannot(answers(root, "origin/nowhere", "HEAD"), "git.unknown-revision", "git fetch origin nowhere")


def test_a_head_that_is_on_no_branch_and_a_linked_work_tree_are_judged(origin: Instance, tmp_path: Path) -> None:
    root = copy(origin, tmp_path)
    git(root, "checkout", "-q", "--detach", "origin/proposal")
    linked = tmp_path / "linked"
    git(root, "worktree", "add", "-q", "--detach", str(linked), "origin/main")
    for place in (root, linked):
        for said in answers(place, "origin/main", "origin/proposal"):
            assert (said.code, "dm1_apply" in said.out) == (1, True), said.all


def test_a_base_that_was_rewritten_is_taken_as_it_is_now(origin: Instance, tmp_path: Path) -> None:
    root = copy(origin, tmp_path)
    git(root, "checkout", "-q", "-B", "main", "origin/main~1")
    git(root, "commit", "-q", "--allow-empty", "-m", "rewritten")
    for said in answers(root, "main", "origin/proposal"):
        assert (said.code, "dm1_apply" in said.out) == (1, True), said.all
    git(root, "checkout", "-q", "--orphan", "other")
    git(root, "commit", "-q", "-m", "no history in common")
    cannot(answers(root, "other", "origin/proposal"), "git.no-merge-base", "git log")


def test_a_partial_clone_does_not_fetch_and_does_not_guess(origin: Instance, tmp_path: Path) -> None:
    origin.git("config", "uploadpack.allowFilter", "true")
    root = copy(origin, tmp_path, "--filter=blob:none", "--no-checkout")
    cannot(answers(root, "origin/main", "origin/proposal"), "git.object-missing", "git fetch")


@pytest.mark.parametrize("damage", [b"", b"garbage", None], ids=["emptied", "garbled", "removed"])
def test_a_damaged_object(origin: Instance, tmp_path: Path, damage: bytes | None) -> None:
    root = copy(origin, tmp_path)
    for pack in (root / ".git" / "objects" / "pack").glob("*.pack"):
        data = pack.read_bytes()
        for one in pack.parent.glob(pack.stem + ".*"):
            one.unlink()
        subprocess.run(["git", "unpack-objects", "-q"], cwd=root, input=data, check=True, capture_output=True)
    blob = git(root, "rev-parse", "origin/proposal:registry/projects/demo/office/demo-2026-0003.yaml")
    place = root / ".git" / "objects" / blob[:2] / blob[2:]
    place.chmod(0o644)
    if damage is None:
        place.unlink()
    else:
        place.write_bytes(damage)
    for said in answers(root, "origin/main", "origin/proposal"):
        assert said.code == 2, said.all
        assert "[git." in said.err


@pytest.mark.parametrize("what", ["registry/projects", PROJECT])
def test_what_reads_the_history_says_which_object_is_missing(origin: Instance, tmp_path: Path, what: str) -> None:
    root = copy(origin, tmp_path)
    for pack in (root / ".git" / "objects" / "pack").glob("*.pack"):
        data = pack.read_bytes()
        for one in pack.parent.glob(pack.stem + ".*"):
            one.unlink()
        subprocess.run(["git", "unpack-objects", "-q"], cwd=root, input=data, check=True, capture_output=True)
    id = git(root, "rev-parse", f"origin/main~1:{what}")
    (root / ".git" / "objects" / id[:2] / id[2:]).unlink()
    for words in (
        ("check", "--base", "origin/main~1"),
        ("log", "demo-2026-0001"),
        ("show", "demo-2026-0001", "--at", "origin/main~1"),
        ("verdicts", "origin/main~1", "origin/main"),
        ("audit", "report", "--from", "2026-01-01", "--to", "2027-12-31"),
    ):
        said = say("--root", root, *words)
        assert (said.code, "[git.object-missing]" in said.err, id in said.err) == (2, True, True), (words, said.all)
        assert "git fetch" in said.err


@pytest.mark.parametrize(
    ("file", "content", "code"),
    [
        ("refs/heads/main", "zzzz", "git.command-failed"),
        ("HEAD", "1" * 40, "git.object-missing"),
        ("index", "garbage", "git.index-damaged"),
    ],
)
def test_a_damaged_repository_is_no_empty_one(
    origin: Instance, tmp_path: Path, file: str, content: str, code: str
) -> None:
    root = copy(origin, tmp_path)
    (root / ".git" / file).write_text(content + "\n")
    said = say("--root", root, *(("check",) if file == "index" else ("log", "demo-2026-0001")))
    assert (said.code, f"[{code}]" in said.err, said.out) == (2, True, ""), said.all
    if file == "index":  # mended by the command that is told
        subprocess.run(["sh", "-c", said.err[said.err.index("rm ") :].splitlines()[0]], cwd=root, check=True)
        assert say("--root", root, "check").code in (0, 1)


@pytest.mark.parametrize("name", ["a\nb", "a\udcffb"])
def test_a_folder_whose_name_programs_hand_back_otherwise_is_not_judged_in(
    origin: Instance, tmp_path: Path, name: str
) -> None:
    root = tmp_path / name
    git(tmp_path, "clone", "-q", f"file://{origin.root}", str(root))
    cannot(answers(root, "origin/main", "origin/proposal"), "cli.odd-root", "")
    assert (Git(root).folder, Git(root).prefix) == (root / ".git", "")


def test_odd_paths_are_named_and_not_obeyed(origin: Instance, tmp_path: Path) -> None:
    root = copy(origin, tmp_path)
    blob = git(root, "hash-object", "-w", PROJECT)
    for name in ("registry/a\nb.yaml", "registry/\x1b[31mred.yaml", "registry/\u00e9.yaml", "registry/e\u0301.yaml"):
        git(root, "update-index", "--add", "--cacheinfo", f"100644,{blob},{name}")
    git(root, "commit", "-q", "-m", "odd")
    said = say("--root", root, "gate", "--base", "origin/main", "--head", "HEAD")
    assert said.code == 1
    assert said.out.count("[gate.odd-name]") == 4
    assert "\x1b" not in said.out


@pytest.mark.parametrize("leaf", ["blob", "tree"])
def test_folders_within_folders_that_name_billions_of_files_are_not_walked(
    origin: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, leaf: str
) -> None:
    root = copy(origin, tmp_path)
    monkeypatch.setattr(tree_changes, "MOST", 1_000)
    id = git(root, "hash-object", "-w", "-t", leaf, "--stdin")
    for level in range(12):
        mode, kind = ("100644", leaf) if level == 0 and leaf == "blob" else ("040000", "tree")
        rows = "".join(f"{mode} {kind} {id}\tf{n}\n" for n in range(10))
        id = subprocess.run(["git", "mktree"], cwd=root, input=rows, text=True, capture_output=True).stdout.strip()
    top = git(root, "ls-tree", "origin/main") + f"\n040000 tree {id}\tbomb\n"
    top = subprocess.run(["git", "mktree"], cwd=root, input=top, text=True, capture_output=True).stdout.strip()
    bomb = git(root, "commit-tree", "-p", "origin/main", "-m", "x", top)
    cannot(answers(root, "origin/main", bomb), "git.odd-tree", "git fsck --full")


@pytest.mark.parametrize("names", [(b"b", b"a"), (b"a", b"a"), (b"a/b",)], ids=["order", "twice", "slash"])
def test_a_tree_that_git_and_we_might_read_in_two_ways_is_not_read(
    origin: Instance, tmp_path: Path, names: tuple[bytes, ...]
) -> None:
    """Not every server has Git look for such trees as they arrive."""
    root = copy(origin, tmp_path)
    blob = bytes.fromhex(git(root, "rev-parse", f"origin/main:{PROJECT}"))
    (root / "odd").write_bytes(b"".join(b"100644 %s\0%s" % (name, blob) for name in names))
    tree = git(root, "hash-object", "-w", "-t", "tree", "--literally", "odd")
    made = git(root, "commit-tree", "-p", "origin/main", "-m", "x", tree)
    cannot(answers(root, "origin/main", made), "git.odd-tree", "git fsck --full")


def test_what_commits_change_on_the_way_has_an_end(
    origin: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = copy(origin, tmp_path)
    git(root, "checkout", "-q", "-b", "way", "origin/main")
    for n in range(4):
        (root / PROJECT).write_text((root / PROJECT).read_text() + f"# {n}\n")
        git(root, "commit", "-q", "-am", "x")
    head = git(root, "rev-parse", "HEAD")
    git(root, "checkout", "-q", "--detach")
    git(root, "update-ref", "-d", "refs/heads/way")
    git(root, "update-ref", "refs/heads/main", "origin/main")
    git(root, "symbolic-ref", "HEAD", "refs/heads/main")
    line = f"{'0' * 40} {head} refs/heads/way\n".encode()
    for most, code in ((3, 0), (2, 1)):
        monkeypatch.setattr(receiving, "MAX_ON_THE_WAY", most)
        out = io.StringIO()
        assert receiving.run_pre_receive(root, None, io.BytesIO(line), out) == code, out.getvalue()
        assert ("[gate.too-many-on-the-way]" in out.getvalue()) == (code == 1)


@pytest.mark.parametrize("flag", ["assume-unchanged", "skip-worktree"])
def test_what_git_was_told_not_to_look_at_is_looked_at(origin: Instance, tmp_path: Path, flag: str) -> None:
    root = copy(origin, tmp_path)
    assert say("--root", root, "check", "--base", "HEAD").code == 0
    assert say("--root", root, "check").code == 1  # an answer to remember
    git(root, "update-index", f"--{flag}", PROJECT)
    (root / PROJECT).write_text((root / PROJECT).read_text() + "nonsense: 1\n")
    for words in (["check"], ["check", "--base", "HEAD"], ["diff", "HEAD"]):
        said = say("--root", root, *words)
        assert (said.code, "schema.unknown-key" in said.out) == (1, True), (words, said.all)


def test_a_law_that_a_sparse_work_tree_leaves_out_is_not_called_unknown(origin: Instance, tmp_path: Path) -> None:
    root = copy(origin, tmp_path)
    git(root, "sparse-checkout", "set", "--no-cone", "/*", "!/checks/demo_2025/")
    for args in (("check",), ("check", "--at", "HEAD")):
        cannot([say("--root", root, *args)], "cli.measure-left-out", "git sparse-checkout add checks")
    git(root, "sparse-checkout", "set", "--no-cone", "/*", "!/checks/")
    cannot([say("--root", root, "check")], "cli.measure-left-out", "git sparse-checkout add checks")


def test_a_sparse_work_tree_is_no_smaller_registry(origin: Instance, tmp_path: Path) -> None:
    root = copy(origin, tmp_path)
    git(root, "sparse-checkout", "set", "--no-cone", "/*", f"!/{PROJECT}")
    cannot([say("--root", root, "check")], "git.sparse-work-tree", "git sparse-checkout disable")
    assert say("--root", root, "check", "--base", "HEAD").code == 0
    assert say("--root", root, "check", "--at", "HEAD").code == 1


def test_runs_at_the_same_time_do_not_disturb_each_other(origin: Instance, tmp_path: Path) -> None:
    root = copy(origin, tmp_path)
    command = [sys.executable, "-m", "zongmu", "--root", str(root)]
    command += ["gate", "--base", "origin/main", "--head", "origin/proposal"]
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=REPO) for _ in range(3)]
    said = [(*run.communicate(), run.returncode) for run in runs]
    assert {code for _, _, code in said} == {1}
    assert len({out for out, _, _ in said}) == 1
    assert git(root, "status", "--porcelain") == ""


def test_not_a_repository_at_all(tmp_path: Path) -> None:
    (tmp_path / "registry").mkdir()
    said = say("--root", tmp_path, "gate", "--base", "HEAD~1", "--head", "HEAD")
    assert (said.code, "[git.not-a-repository]" in said.err) == (2, True)


def test_a_push_that_git_gc_swept_away_while_it_was_judged_is_to_be_sent_again(
    origin: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = copy(origin, tmp_path)
    base, head = (git(origin.root, "rev-parse", name) for name in ("main", "proposal"))
    for name in ("GIT_QUARANTINE_PATH", "GIT_OBJECT_DIRECTORY"):  # as git receive-pack tells its hook
        monkeypatch.setenv(name, str(root / ".git" / "objects" / "tmp_objdir-incoming-gone"))
    cannot(answers(root, base, head)[2:], "git.push-swept-away", "再推送一次")


def test_the_work_tree_takes_no_part(origin: Instance, tmp_path: Path) -> None:
    """The gate's law and settings are the target branch's commit, whatever lies on the disk."""
    root = copy(origin, tmp_path)
    shutil.rmtree(root / "checks")
    (root / "registry" / "registry.yaml").write_text("nonsense")
    said = say("--root", root, "gate", "--base", "origin/main", "--head", "origin/proposal")
    assert (said.code, "dm1_apply" in said.out) == (1, True), said.all


def test_hooks_of_a_clone_are_put_in_place_and_replace_no_other(origin: Instance, tmp_path: Path) -> None:
    root = copy(origin, tmp_path)
    hook = root / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 0\n")
    said = say("hook", "install", root)
    assert (said.code, "[hook.occupied]" in said.err) == (2, True)
    hook.unlink()
    assert say("hook", "install", root).code == 0
    assert say("hook", "install", root).code == 0  # again: its own it renews
    (root / PROJECT).write_text((root / PROJECT).read_text() + "nonsense: 1\n")
    done = subprocess.run([str(hook)], cwd=root, capture_output=True, text=True, check=False)
    assert (done.returncode, "schema.unknown-key" in done.stdout) == (1, True), done.stderr
    line = f"refs/heads/x {git(root, 'rev-parse', 'origin/proposal')} refs/heads/x {'0' * 40}\n"
    push = hook.with_name("pre-push")
    done = subprocess.run([str(push)], cwd=root, capture_output=True, text=True, check=False, input=line)
    assert (done.returncode, "dm1_apply" in done.stdout) == (0, True), done.stderr
    # Where it is not known what the push would go into, nothing is judged, and that is said.
    git(root, "checkout", "-q", "-b", "mine")
    for gone in ("refs/remotes/origin/HEAD", "refs/remotes/origin/main", "refs/heads/main"):
        git(root, "update-ref", "--no-deref", "-d", gone)
    done = subprocess.run([str(push)], cwd=root, capture_output=True, text=True, check=False, input=line)
    assert (done.returncode, done.stdout, "was not judged" in done.stderr) == (0, "", True), done.stderr
    git(root, "fetch", "-q", "origin")
    git(root, "remote", "set-head", "origin", "--auto")
    done = subprocess.run([str(push)], cwd=root, capture_output=True, text=True, check=False, input=line)
    assert "dm1_apply" in done.stdout, done.stderr

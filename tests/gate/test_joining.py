"""Joining as people meet it: ``git merge`` with the driver, and ``zongmu update`` on a bare repository."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.instances import PROJECT, Instance, make, say

SIGNED = "  - kind: contract_signed\n    date: 2026-03-01\n    role: build\n    amount: 40万元\n"
GRADED = "  - kind: trial_started\n    date: 2026-02-25\n    number: 公备〔2026〕7号\n"


def git(folder: Path, *args: str, ok: bool = True) -> str:
    done = subprocess.run(["git", *args], cwd=folder, capture_output=True, text=True, check=False)
    assert (done.returncode == 0) is ok, done.stderr
    return (done.stdout + done.stderr).strip()


@pytest.fixture
def forked(tmp_path: Path) -> Instance:
    """Main records a contract, ``side`` the graded protection, ``rival`` another amount of the same contract."""
    made = make(tmp_path / "repo")
    made.write(".gitattributes", "registry/**/*.yaml merge=zongmu\n")
    made.commit()
    for branch, text in (("side", GRADED), ("rival", SIGNED.replace("40万元", "41万元")), ("main", SIGNED)):
        made.git("checkout", "-q", "main")
        if branch != "main":
            made.git("checkout", "-q", "-b", branch)
        made.append(PROJECT, text)
        made.commit()
    return made


def test_git_merge_joins_and_nobody_sees_conflict_marks(forked: Instance) -> None:
    assert say("hook", "install", forked.root).code == 0
    git(forked.root, "merge", "-q", "side", "-m", "x")
    first = forked.read(PROJECT)
    assert "trial_started" in first
    assert "contract_signed" in first
    git(forked.root, "checkout", "-q", "side")
    git(forked.root, "merge", "-q", "main~1", "-m", "x")
    assert forked.read(PROJECT) == first
    git(forked.root, "checkout", "-q", "main")
    said = git(forked.root, "merge", "rival", "-m", "x", ok=False)
    assert "应以哪个为准" in said
    assert "40万元" in said
    assert "41万元" in said
    assert "<<<<" not in forked.read(PROJECT)


def test_the_gate_judges_the_join_and_the_server_makes_it(forked: Instance, tmp_path: Path) -> None:
    bare = tmp_path / "bare.git"
    git(tmp_path, "clone", "-q", "--bare", str(forked.root), str(bare))
    gate = say("--root", bare, "gate", "--base", "main", "--head", "side")
    assert gate.code == 0, gate.all
    assert say("--root", bare, "update", "side").code == 0
    assert git(bare, "merge-base", "main", "side") == git(bare, "rev-parse", "main")
    joined = git(bare, "show", f"side:{PROJECT}")
    assert "trial_started" in joined
    assert "contract_signed" in joined
    assert "已是最新" in say("--root", bare, "update", "side").out
    git(bare, "branch", "landed", "main~1")
    assert "main 里都有了" in (landed := say("--root", bare, "update", "landed")).out, landed.all
    assert landed.code == 0
    rival = say("--root", bare, "gate", "--base", "main", "--head", "rival")
    assert (rival.code, "41万元" in rival.err, "应以哪个为准" in rival.err) == (1, True, True), rival.all
    assert say("--root", bare, "update", "rival").code == 1
    # Two new projects under one id: of the later, the id gives way; nobody is asked, and nothing is lost.
    forked.git("checkout", "-q", "-b", "later", "main")
    forked.project(3, name="甲")
    forked.commit()
    forked.git("checkout", "-q", "main")
    forked.project(3, name="乙")
    forked.commit()
    git(bare, "fetch", "-q", str(forked.root), "+main:main", "later:later")
    asked = say("--root", bare, "gate", "--base", "main", "--head", "later")
    assert (asked.code, "两边各新建了一个" in asked.err) == (1, True), asked.all
    assert "demo-2026-0004" in say("--root", bare, "update", "later").out
    assert git(bare, "diff", "--name-only", "main", "later") == "registry/projects/demo/office/demo-2026-0004.yaml"
    assert say("--root", bare, "gate", "--base", "main", "--head", "later").code == 0
    assert "checked-out" in say("--root", forked.root, "update", "main").err

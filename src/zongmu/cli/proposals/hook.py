"""``zongmu hook``: what Git calls, and putting it in place."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, TextIO

from zongmu.cli.trouble import Trouble
from zongmu.model.finding import Bilingual
from zongmu.store.atomic import write_atomic
from zongmu.store.git.asking import Git
from zongmu.store.git.codes import GitProblem

_SIGN: Final = "# zongmu hook"
"""In the second line of every hook that this command writes: it replaces no other."""


MAX_PUSH: Final = "256m"
"""What one push may bring, packed, unless the server says otherwise: more is not even stored."""


def run_hook(root: Path, args: argparse.Namespace, out: TextIO, run: Callable[[Sequence[str]], int]) -> int:
    """Run or install a hook; *run* runs another command. Exit as the gate's; 2 also where it could not be put in place."""
    match args.action:
        case "install":
            return _install(args.dir or root, args.to, args.branch, args.lang, out)
        case "pre-receive":
            from zongmu.cli.proposals.receiving import run_pre_receive

            # What the server says goes to the person who pushes; Git takes it from either stream.
            return run_pre_receive(Path.cwd(), args.branch, sys.stdin.buffer, sys.stderr)
        case "pre-commit":
            return _check(root, "HEAD", run)
        case _:
            return _pre_push(root, sys.stdin.read(), run)


def _check(root: Path, base: str, run: Callable[[Sequence[str]], int]) -> int:
    """What ``zongmu check --base`` says of the work tree; a first commit has no base."""
    try:
        Git(root).resolve(base)
    except GitProblem:
        return run(["--root", str(root), "check"])
    return run(["--root", str(root), "check", "--base", base])


def _pre_push(root: Path, stdin: str, run: Callable[[Sequence[str]], int]) -> int:
    """Before anything leaves the machine: each branch against the remote's main branch, where that is known."""
    git = Git(root)
    worst = 0
    for line in stdin.splitlines():
        words = line.split(" ")
        if len(words) != 4 or not words[1].strip("0"):
            continue
        base = next((b for b in ("origin/HEAD", "origin/main", "main") if _there(git, b)), None)
        if base is None:
            sys.stderr.write(
                "zongmu：没有裁决这次推送：这个克隆里看不到目标分支。目标分支改了名的：git fetch origin && git remote set-head origin --auto\n"
                "zongmu: this push was not judged: the clone knows of no branch that it would go into. "
                "Where that was renamed: git fetch origin && git remote set-head origin --auto\n"
            )
            continue
        # What needs a person may be proposed; what is refused must not even leave.
        code = run(["--root", str(root), "gate", "--base", base, "--head", words[1], "--propose"])
        worst = max(worst, code)
    return worst


def _there(git: Git, revision: str) -> bool:
    try:
        git.resolve(revision)
    except GitProblem:
        return False
    return True


def _install(folder: Path, to: Path | None, branch: str | None, lang: str, out: TextIO) -> int:
    git = Git(folder)
    bare = git.is_bare()
    common = git.run("rev-parse", "--git-common-dir").decode().strip()
    place = Path(os.path.realpath(folder / common))
    names = ("pre-receive",) if bare else ("pre-commit", "pre-push")
    for name in names:
        if to is not None:
            target = to if len(names) == 1 else to / name
        elif (place / "hooks" / f"{name}.d").is_dir():
            target = place / "hooks" / f"{name}.d" / "zongmu"  # Gitea and Forgejo keep their own hook beside it
        else:
            target = place / "hooks" / name
        _put(target, name, branch, None if bare else git.toplevel())
        out.write(f"{'已安装' if lang == 'zh' else 'installed'} {target}\n")
    if bare:
        # Git itself refuses what no program should have to look at.
        for setting in ("receive.fsckObjects", "transfer.fsckObjects"):
            git.run("config", setting, "true")
        if git.ask("config", "--get", "receive.maxInputSize", ok=(0, 1))[0]:
            git.run("config", "receive.maxInputSize", MAX_PUSH)
    else:
        driver = " ".join(map(shlex.quote, (sys.executable, "-I", "-m", "zongmu", "merge-driver")))
        git.run("config", "merge.zongmu.name", "zongmu: join records by identity")
        git.run("config", "merge.zongmu.driver", f"{driver} %O %A %B %P")
    return 0


def _put(target: Path, name: str, branch: str | None, root: Path | None) -> None:
    if target.exists() and _SIGN not in target.read_text(encoding="utf-8", errors="replace")[:200]:
        raise Trouble(
            "hook.occupied",
            Bilingual(f"{target} 已有别的钩子，没有改动", f"{target} holds another hook and was left alone"),
            Bilingual(
                "把它移开，或用 --to 指定位置（GitLab：custom_hooks/pre-receive）",
                "move it away, or say where with --to (GitLab: custom_hooks/pre-receive)",
            ),
        )
    words = [sys.executable, "-I", "-m", "zongmu", "hook", name]
    if root is not None:
        words[4:4] = ["--root", str(root)]
    if branch is not None:
        words += ["--branch", branch]
    text = f"#!/bin/sh\n{_SIGN}: {name}\nexec {' '.join(map(shlex.quote, words))}\n"
    target.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(target, text.encode())
    target.chmod(0o755)

"""Pushing one commit to a remote: the one thing that goes out, with the user's own configuration, keys and hooks.

Whatever Git says is told without user names, passwords and tokens that an address may carry.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence
from typing import Final

from zongmu.model.finding import Bilingual, Code, CodedError
from zongmu.store.git.asking import Git
from zongmu.store.git.text import shown

TIMEOUT: Final = 300
"""Seconds that a push may take."""

NO_REMOTE: Final = Code(
    "push.no-remote",
    Bilingual("没有这个远端", "No such remote"),
    Bilingual("这个克隆里没有远端 {remote}", "this clone has no remote {remote}"),
    Bilingual(
        "用 git remote -v 核对；只留在本机：--local",
        "see git remote -v; to keep it on this machine: --local",
    ),
)
NOT_TAKEN: Final = Code(
    "push.not-taken",
    Bilingual("推送没有成功", "The push was not taken"),
    Bilingual("推送到 {remote} 没有成功：{said}", "{remote} did not take the push: {said}"),
    Bilingual(
        "按上面所说处理，然后再推送：{command}",
        "see to what it says, then push again: {command}",
    ),
)
CODES: Final = (NO_REMOTE, NOT_TAKEN)

_USER: Final = re.compile(r"(?<=://)[^/@\s]*@")
_OWN: Final = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES")


class PushProblem(CodedError):
    """Nothing was pushed; the commit and its branch stay as they are."""

    exit_code = 1


def remotes(git: Git) -> tuple[str, ...]:
    """The names of the remotes."""
    return tuple(git.run("remote").decode("utf-8", "replace").split())


def remote_url(git: Git, remote: str) -> str:
    """Where a push to *remote* goes. It may carry a password: never print it. Raises :class:`PushProblem`."""
    if remote.startswith("-") or remote not in remotes(git):
        raise PushProblem(NO_REMOTE, remote=shown(remote, 60))
    return git.run("remote", "get-url", "--push", remote).decode("utf-8", "replace").strip()


def default_branch(git: Git, remote: str) -> str | None:
    """The branch that others are merged into, as the remote had it when it was cloned."""
    code, out = git.ask("symbolic-ref", "--quiet", "--short", f"refs/remotes/{remote}/HEAD", ok=(0, 1))
    return out.decode("utf-8", "replace").strip().removeprefix(f"{remote}/") if code == 0 else None


def push(git: Git, remote: str, commit: str, to: str, options: Sequence[str], secrets: Sequence[str] = ()) -> list[str]:
    """Push *commit* to the name *to*; what the server said, line by line. Raises :class:`PushProblem`."""
    environment = {k: v for k, v in os.environ.items() if k not in _OWN} | {"LC_ALL": "C", "LANGUAGE": "C"}
    words = [word for option in options for word in ("-o", option)]
    try:
        done = subprocess.run(
            ["git", "push", "--porcelain", *words, "--", remote, f"{commit}:{to}"],
            cwd=git.root,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=TIMEOUT,
        )
        refused = [row for row in done.stdout.decode("utf-8", "replace").splitlines() if row.startswith("!")]
        said = "\n".join((*refused, done.stderr.decode("utf-8", "replace")))
        failed = done.returncode != 0
    except subprocess.TimeoutExpired:
        said, failed = f"no answer in {TIMEOUT} s", True
    lines = [without_secrets(line.removeprefix("remote:").strip(), secrets) for line in said.splitlines()]
    if failed:
        command = f"git push {shown(remote, 60)} {commit[:12]}:{to}"
        told = [line for line in lines if line and not line.startswith(("To ", "hint:"))]
        raise PushProblem(NOT_TAKEN, remote=shown(remote, 60), said=shown("; ".join(told), 400), command=command)
    return lines


def without_secrets(text: str, secrets: Sequence[str] = ()) -> str:
    """*text* without what an address carries before its host, and without *secrets*."""
    out = _USER.sub("", text)
    for secret in secrets:
        out = out.replace(secret, "***") if secret else out
    return out

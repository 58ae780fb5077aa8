"""A real repository to tell a story in: each commit with its day and its author."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

PATH = "registry/projects/ordos/example-bureau/ordos-2027-0007.yaml"
ID = "ordos-2027-0007"

PROJECT = """\
# yaml-language-server: $schema=../../../../schema/ordos/project.schema.json
format: 1
id: ordos-2027-0007
jurisdiction: ordos
name: 示例水务平台

owner: ordos/example-bureau
responsible:
  office: 信息科
  post: 科长
scope:
  - id: platform
    name: 平台
  - id: sensors
    name: 感知设备

milestones:
  - kind: declared
    date: 2027-01-08
    total: 1200万元
  - kind: contract_signed
    date: 2027-05-10
    role: build
    number: SLSW-2027-03
    supplier: 示例科技有限公司
    amount: 571.6万元
  - kind: contract_signed
    seq: 2
    date: 2027-05-12
    role: supervision
    amount: 9.8万元
"""


class Repository:
    """A Git repository with an instance at its root, or in *folder* of it."""

    def __init__(self, top: Path, folder: str = "") -> None:
        self.top = top
        self.root = top / folder
        self.root.mkdir(parents=True, exist_ok=True)
        self.git("init", "--quiet")

    def git(self, *arguments: str, env: dict[str, str] | None = None) -> str:
        """The output of a Git command."""
        done = subprocess.run(
            ["git", *arguments], cwd=self.top, env=os.environ | (env or {}), capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    def write(self, path: str, text: str | bytes) -> None:
        """Write a file of the instance."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())

    def commit(self, message: str = "change", when: str = "2027-06-01T10:00:00+08:00", author: str = "Wang") -> str:
        """Commit everything; the commit's id."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message, env=_identity(when, author))
        return self.git("rev-parse", "HEAD")

    def save(self, text: str | bytes, when: str = "2027-06-01T10:00:00+08:00", author: str = "Wang") -> str:
        """Commit *text* as the project's file."""
        self.write(PATH, text)
        return self.commit("save", when, author)

    def merge(self, branch: str, *options: str, when: str = "2027-07-01T10:00:00+08:00", ok: bool = True) -> str:
        """Merge *branch* with a merge commit by ``Merger``; with *ok* False leave it open, conflicts and all."""
        command = ["merge", "--no-ff", "--quiet", *options, branch]
        if ok:
            self.git(*command, "--message", "merge", env=_identity(when, "Merger"))
            return self.git("rev-parse", "HEAD")
        subprocess.run(["git", *command, "--no-commit"], cwd=self.top, capture_output=True, check=False)
        return ""


def _identity(when: str, author: str) -> dict[str, str]:
    return {
        "GIT_AUTHOR_NAME": author,
        "GIT_COMMITTER_NAME": author,
        "GIT_AUTHOR_DATE": when,
        "GIT_COMMITTER_DATE": when,
    }

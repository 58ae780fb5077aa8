"""Real repositories for tests: a small one that is quick to make, told what to do in Git's own words."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path


class Repository:
    """A repository in a folder."""

    def __init__(self, root: Path, *, init: bool = True) -> None:
        self.root = root
        if init:
            root.mkdir(parents=True, exist_ok=True)
            self("init", "-q")

    def __call__(self, *arguments: str, stdin: str | None = None) -> str:
        """The output of ``git <arguments>``; raises when it fails."""
        done = subprocess.run(
            ["git", *arguments], cwd=self.root, input=stdin, capture_output=True, text=True, errors="surrogateescape"
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def write(self, path: str, text: str | bytes) -> None:
        """Put a file there."""
        place = os.path.join(os.fsencode(self.root), path.encode("utf-8", "surrogateescape"))
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with open(place, "wb") as file:
            file.write(text.encode() if isinstance(text, str) else text)

    def commit(self, files: dict[str, str | None] | None = None) -> str:
        """Commit *files* (None: delete it), and everything else that changed. Returns the commit's id."""
        for path, text in (files or {}).items():
            if text is None:
                (self.root / path).unlink()
            else:
                self.write(path, text)
        self("add", "-A")
        self("commit", "-q", "--allow-empty", "-m", "change")
        return self("rev-parse", "HEAD")

    def stage(self, mode: str, path: str, content: str = "x") -> None:
        """Put something of any *mode* into the index: what no careful person would commit."""
        blob = "1" * 40 if mode == "160000" else self("hash-object", "-w", "--stdin", stdin=content)
        self("update-index", "--add", "--cacheinfo", f"{mode},{blob},{path}")

"""Small instances for tests: the tiny measure of ``tests/golden/_instance``, written afresh for every test.

``checks/`` is imported once per root and process, so tests that only change the registry share one root; a test that
changes the law makes a root of its own with :func:`make`.
"""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.shared import REPO
from zongmu.cli.main import main

TINY = REPO / "tests" / "golden" / "_instance"
PROJECT = "registry/projects/demo/office/demo-2026-0001.yaml"
LATE = "registry/projects/demo/office/demo-2026-0002.yaml"
"""The project of the tiny instance that breaks a deadline."""


@dataclass(frozen=True)
class Said:
    """What a command said."""

    code: int
    out: str
    err: str

    @property
    def all(self) -> str:
        """Everything printed."""
        return self.out + self.err


def say(*args: str | Path) -> Said:
    """``zongmu <args>`` in this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main([str(a) for a in args])
        except SystemExit as end:  # what argparse does with a wrong command line
            code = end.code if isinstance(end.code, int) else 2
    return Said(code, out.getvalue(), err.getvalue())


class Instance:
    """A folder with a registry and a law."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def reset(self) -> None:
        """Back to the tiny registry; the law stays, and what was kept of it."""
        for place in self.root.iterdir():
            if place.name in ("checks", ".cache"):
                continue
            if place.is_dir() and not place.is_symlink():
                shutil.rmtree(place, ignore_errors=True)
            else:
                place.unlink()
        shutil.copytree(TINY / "registry", self.root / "registry")
        shutil.copytree(REPO / "registry" / "calendars", self.root / "registry" / "calendars")

    def path(self, name: str) -> Path:
        """The place of a file."""
        return self.root / name

    def read(self, name: str) -> str:
        """The text of a file."""
        return self.path(name).read_text(encoding="utf-8")

    def write(self, name: str, text: str | bytes) -> Path:
        """Put a file there."""
        place = self.path(name)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text.encode() if isinstance(text, str) else text)
        return place

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace *old*, which must be there once."""
        text = self.read(name)
        assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
        self.write(name, text.replace(old, new))

    def append(self, name: str, text: str) -> None:
        """Put *text* behind what is there."""
        self.write(name, self.read(name) + text)

    def project(self, serial: int, body: str = "", *, name: str = "", folder: str = "office") -> str:
        """Write a smallest project with *body* behind it; returns its path."""
        id = f"demo-2026-{serial:04d}"
        head = f"format: 1\nid: {id}\njurisdiction: demo\nname: {name or f'第 {serial} 个'}\nowner: demo/office\n"
        path = f"registry/projects/demo/{folder}/{id}.yaml"
        self.write(path, head + body)
        return path

    def git(self, *args: str) -> str:
        """``git <args>`` in the instance."""
        done = subprocess.run(["git", *args], cwd=self.root, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def commit(self) -> str:
        """Commit everything; the id."""
        if not (self.root / ".git").exists():
            self.git("init", "-q")
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "change")
        return self.git("rev-parse", "HEAD")

    def say(self, *args: str | Path) -> Said:
        """``zongmu --root <here> <args>``."""
        return say("--root", self.root, *args)

    def report(self, *args: str | Path) -> dict[str, Any]:
        """What ``zongmu check --format json`` reports."""
        said = self.say("check", "--format", "json", *args)
        assert said.out.startswith("{"), said.all
        data: dict[str, Any] = json.loads(said.out)
        data["exit"] = said.code
        return data

    def codes(self, *args: str | Path) -> list[str]:
        """The codes of the findings, sorted; the breach that the tiny instance comes with left out."""
        return sorted(f["code"] for f in self.report(*args)["findings"] if f["path"] != LATE)

    def found(self, code: str, *args: str | Path) -> list[dict[str, Any]]:
        """The findings of one code."""
        return [f for f in self.report(*args)["findings"] if f["code"] == code]


def make(root: Path) -> Instance:
    """A new instance at *root* with the tiny measure, the hygiene checks and the calendars."""
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(TINY / "checks", root / "checks", ignore=ignore)
    shutil.copytree(REPO / "checks" / "common", root / "checks" / "common", ignore=ignore)
    shutil.copyfile(REPO / "checks" / "__init__.py", root / "checks" / "__init__.py")
    made = Instance(root)
    made.reset()
    return made


def demonstration_at(root: Path) -> Instance:
    """The demonstration of this repository with its law, copied to *root*."""
    for name in ("registry", "checks"):
        shutil.copytree(REPO / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    return Instance(root)


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Instance:
    """The one root that tests of the registry share."""
    return make(tmp_path_factory.mktemp("home") / "instance")


@pytest.fixture
def tiny(home: Instance) -> Instance:
    """The tiny instance as it was made, for one test."""
    home.reset()
    return home

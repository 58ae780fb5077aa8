"""``zongmu check`` cold, again, and of one change, each against a peer in the same run.

*Cold*: nothing is remembered; the peer is PyYAML's C loader merely parsing the project files on one core, with no schema and no
law; two processes whatever the machine has. *Again*: nothing has changed; the peers are Python's start with ``git status``. *One change*: a project is renamed in a
registry whose tip is known; the peer is Python starting with pydantic imported. All are whole processes with their start-up.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

from benchmarks import corpus
from benchmarks.timing import in_turn, once, peak, table
from zongmu.store.workers import available

REPO = Path(__file__).resolve().parents[1]
ZONGMU = str(Path(sys.executable).with_name("zongmu"))

_PARSE = """
import pathlib, sys, yaml
for file in sorted(pathlib.Path('registry/projects').rglob('*.yaml')):
    yaml.load(file.read_bytes(), Loader=yaml.CSafeLoader)
"""
_STATUS = "import subprocess; subprocess.run(['git', 'status', '--porcelain'], capture_output=True)"


def run(size: int, runs: int) -> list[str]:
    """Lines of the report for *size* projects."""
    with tempfile.TemporaryDirectory(prefix="zongmu-bench-") as folder:
        made = corpus.make(Path(folder), size, source=REPO)
        (made.root / ".gitignore").write_text(".cache/\n__pycache__/\n", "utf-8")
        corpus.commit(made.root, "base")
        cold = {
            "PyYAML C loader, parse only (one core)": [sys.executable, "-c", _PARSE],
            "zongmu check --no-cache, two processes": [ZONGMU, "check", "--no-cache", "--jobs", "2"],
            "zongmu check --no-cache, one process": [ZONGMU, "check", "--no-cache", "--jobs", "1"],
        }
        lines = [f"check: {made}", *table(in_turn(cold, made.root, runs), next(iter(cold)))]
        memory = peak([ZONGMU, "check", "--no-cache", "--jobs", "2"], made.root)
        lines.append(f"  largest process: {memory / 1e6:.0f} MB; processors that may be used: {available()}")
        again = {
            "python, git status": [sys.executable, "-c", _STATUS],
            "zongmu check, nothing changed": [ZONGMU, "check"],
        }
        lines += ["again:", *table(in_turn(again, made.root, runs), next(iter(again)))]
        return lines + _one_change(made, runs)


def _one_change(made: corpus.Corpus, runs: int) -> list[str]:
    """A change of one project, before and after its tip is known."""
    file = next(f for f in made.files if "/projects/" in f.as_posix())
    file.write_text(file.read_text("utf-8").replace("\nname: ", "\nname: 改名", 1), "utf-8")
    change = [ZONGMU, "check", "--base", "HEAD"]
    at_first = once(change, made.root)  # nothing is known of the tip yet
    commands = {
        "python, import pydantic": [sys.executable, "-c", "import pydantic; pydantic.BaseModel"],
        "zongmu --version": [ZONGMU, "--version"],
        "zongmu check --base HEAD": change,
    }
    if made.projects <= 1000:
        commands["zongmu check --base HEAD --no-cache"] = [*change, "--no-cache"]
    lines = ["one change, a project renamed:", *table(in_turn(commands, made.root, runs), next(iter(commands)))]
    lines.append(f"  at first, to know the tip: {at_first.cpu:.2f} CPU s")
    # What many rules across records look at.
    moved = re.sub(r"(?m)^( *-? *date: 20[0-9]{2}-[0-9]{2})-[0-9]{2}$", r"\1-28", file.read_text("utf-8"), count=1)
    file.write_text(moved, "utf-8")
    commands = {name: commands[name] for name in ("python, import pydantic", "zongmu check --base HEAD")}
    return [*lines, "the day of an act moved too:", *table(in_turn(commands, made.root, runs), next(iter(commands)))]

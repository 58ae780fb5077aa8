"""``zongmu check`` cold, against PyYAML's C loader merely parsing the same project files; and of one change; and start-up.

The peer parses on one core and does nothing else: no schema, no law. ``zongmu check`` reads, validates, checks hygiene, asks
every rule of both measures and reports, as a whole process with its start-up.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks import corpus
from benchmarks.timing import in_turn, table

REPO = Path(__file__).resolve().parents[1]
ZONGMU = str(Path(sys.executable).with_name("zongmu"))

_PARSE = """
import pathlib, sys, yaml
for file in sorted(pathlib.Path('registry/projects').rglob('*.yaml')):
    yaml.load(file.read_bytes(), Loader=yaml.CSafeLoader)
"""


def run(size: int, runs: int) -> list[str]:
    """Lines of the report for *size* projects."""
    with tempfile.TemporaryDirectory(prefix="zongmu-bench-") as folder:
        made = corpus.make(Path(folder), size, source=REPO)
        corpus.commit(made.root, "base")
        commands = {
            "PyYAML C loader, parse only (one core)": [sys.executable, "-c", _PARSE],
            "zongmu check, cold, as pays": [ZONGMU, "check"],
            "zongmu check, cold, one process": [ZONGMU, "check", "--jobs", "1"],
        }
        lines = [f"check: {made}", *table(in_turn(commands, made.root, runs), next(iter(commands)))]
        lines += _one_change(made, runs)
    return lines


def _one_change(made: corpus.Corpus, runs: int) -> list[str]:
    """A change of one project against the interpreter starting with pydantic imported."""
    file = next(f for f in made.files if "/projects/" in f.as_posix())
    file.write_text(file.read_text("utf-8").replace("\nname: ", "\nname: 改名", 1), "utf-8")
    commands = {
        "python, import pydantic": [sys.executable, "-c", "import pydantic; pydantic.BaseModel"],
        "zongmu --version": [ZONGMU, "--version"],
        "zongmu check --base HEAD, one file changed": [ZONGMU, "check", "--base", "HEAD"],
    }
    return ["one change:", *table(in_turn(commands, made.root, runs), next(iter(commands)))]

"""Golden folders: a base, a change, what the gate must say. A new case is a new folder with ``case.yaml``.

Every case runs the command that CI runs, ``zongmu check --base``, in a Git repository made from ``_instance`` with the case's
``base/`` laid over it and then ``head/``; ``case.yaml`` lists files to remove in the head and what to expect.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from zongmu.cli.main import main
from zongmu.store.reading.reader import parse_exact

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CASES = sorted(p.parent for p in HERE.glob("*/case.yaml"))


def git(root: Path, *args: str) -> str:
    return subprocess.run(["git", *args], cwd=root, check=True, capture_output=True, text=True).stdout


def lay(source: Path, target: Path) -> None:
    if source.is_dir():
        # Without the old times: Git takes a file of the same size and times for the same file.
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(source, target, dirs_exist_ok=True, ignore=ignore, copy_function=shutil.copyfile)


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    root = tmp_path / "instance"
    lay(HERE / "_instance", root)
    lay(ROOT / "checks" / "common", root / "checks" / "common")
    shutil.copyfile(ROOT / "checks" / "__init__.py", root / "checks" / "__init__.py")
    lay(ROOT / "registry" / "calendars", root / "registry" / "calendars")
    git(tmp_path, "init", "-q", "instance")
    return root


def commit(root: Path, message: str) -> None:
    git(root, "add", "-A")
    git(root, "commit", "-q", "--allow-empty", "-m", message)


@pytest.mark.parametrize("case", CASES, ids=lambda p: p.name)
def test_gate(case: Path, instance: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = parse_exact((case / "case.yaml").read_bytes(), "case.yaml")
    assert not data.findings, data.findings
    expect = data.value["expect"]
    lay(case / "base", instance)
    commit(instance, "base")
    lay(case / "head", instance)
    for path in data.value.get("remove", ()):
        (instance / path).unlink()
    commit(instance, "head")
    code = main(["--root", str(instance), "check", "--base", "HEAD~1", "--format", "json"])
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    standing = sorted(f["code"] for f in report["findings"] if f["stands_in_way"])
    states = {f"{f['record']} {f['code']}": f["state"] for f in report["findings"]}
    assert report["gate"] == expect["gate"], report["findings"]
    assert code == (0 if expect["gate"] == "good" else 1)
    assert standing == sorted(expect.get("standing", [])), report["findings"]
    for key, state in expect.get("states", {}).items():
        assert states.get(key) == state, states
    assert sorted(f["code"] for f in report["cured"]) == sorted(expect.get("cured", []))
    for text in expect.get("never", []):
        assert text not in json.dumps(report, ensure_ascii=False)


def test_there_are_cases() -> None:
    assert len(CASES) >= 15

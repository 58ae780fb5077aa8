"""The house stands: imports go downward only, the law uses two rooms of the engine, the engine knows no city."""

from __future__ import annotations

import argparse
import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO, get_type_hints

import pytest

from tests.shared import REPO
from zongmu.cli.dispatch import _RUN, run_of
from zongmu.cli.parser import parser_of

ENGINE = REPO / "src" / "zongmu"
FLOORS: tuple[frozenset[str], ...] = (
    frozenset({"model"}),
    frozenset({"store"}),
    frozenset({"policy", "history", "trust", "disclosure"}),
    frozenset({"publish", "exchange", "report"}),
    frozenset({"cli"}),
)
"""From the ground up. A room imports itself and the rooms of the floors below it, not its neighbours."""
ALLOWED = {("publish", "report")}
"""Neighbours all the same, one way: pages say a verdict in the words of the reports."""
ROOMS = {room: n for n, floor in enumerate(FLOORS) for room in floor}


def imports(file: Path) -> Iterator[tuple[int, str]]:
    """Every module that *file* imports, wherever in it, with the line."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"), str(file))):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield node.lineno, name.name
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}:{node.lineno}: a relative import"
            module = node.module or ""
            for name in node.names:
                # ``from zongmu import store`` names a room as well as a value.
                yield node.lineno, f"{module}.{name.name}" if module in ("zongmu", "checks") else module


def sources(folder: Path) -> list[Path]:
    return [p for p in sorted(folder.rglob("*.py")) if "seed" not in p.relative_to(folder).parts]


def test_every_room_has_its_floor() -> None:
    rooms = {p.name for p in ENGINE.iterdir() if p.is_dir() and any(p.glob("*.py"))}
    assert rooms - set(ROOMS) == set()


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_imports_go_downward_only(room: str) -> None:
    wrong = []
    for file in sources(ENGINE / room):
        for line, module in imports(file):
            parts = module.split(".")
            if parts[0] != "zongmu" or len(parts) < 2 or parts[1] not in ROOMS:
                assert parts[0] != "checks", f"{file}:{line}: the engine imports no check by name"
                continue
            other = parts[1]
            if other != room and ROOMS[other] >= ROOMS[room] and (room, other) not in ALLOWED:
                wrong.append(f"{file.relative_to(REPO)}:{line}: {room} imports {other}")
    assert wrong == []


def test_the_law_is_read_without_being_asked() -> None:
    """Within the policy: reading the law, then asking it about records; proposals and runs stand on both."""
    above = {"law": ("judging", "proposals"), "judging": ("proposals",)}
    wrong = [
        f"{file.relative_to(REPO)}:{line}: {module}"
        for lower, uppers in above.items()
        for file in sources(ENGINE / "policy" / lower)
        for line, module in imports(file)
        if module.startswith(tuple(f"zongmu.policy.{upper}" for upper in uppers))
    ]
    assert wrong == []


def test_the_model_does_no_input_or_output() -> None:
    forbidden = {"os", "io", "pathlib", "subprocess", "socket", "shutil", "tempfile", "urllib", "http", "git", "time"}
    wrong = []
    for file in sources(ENGINE / "model"):
        for line, module in imports(file):
            if module.split(".")[0] in forbidden:
                wrong.append(f"{file.relative_to(REPO)}:{line}: {module}")
    assert wrong == []


def test_checks_use_the_policy_and_the_model_and_nothing_else_of_the_engine() -> None:
    wrong = []
    for file in sources(REPO / "checks"):
        own = f"checks.{file.relative_to(REPO / 'checks').parts[0]}"
        for line, module in imports(file):
            parts = module.split(".")
            fine = (
                parts[0] not in ("zongmu", "checks")
                or parts[:2] in (["zongmu", "policy"], ["zongmu", "model"])
                or module.startswith((own + ".", "checks.common."))
                or module in (own, "checks.common")
            )
            if not fine:
                wrong.append(f"{file.relative_to(REPO)}:{line}: {module}")
    assert wrong == []


def test_no_rule_asks_what_day_it_is() -> None:
    asked = re.compile(r"\b(?:today|now|utcnow|time\.time|monotonic)\(")
    wrong = [
        f"{file.relative_to(REPO)}:{number}"
        for file in sources(REPO / "checks")
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if asked.search(line)
    ]
    assert wrong == []


# ── the engine knows no city ──

CITY = re.compile(
    r"laizhou|ordos|ningbo|莱州|鄂尔多斯|宁波|烟台|康巴什|东胜|准格尔|大数据局|政务服务数据管理局|旗区|镇街",
    re.IGNORECASE,
)
_TEXTS = {".py", ".yaml", ".yml", ".j2", ".html", ".js", ".css", ".json", ".md", ".txt", ".csv"}


def test_the_engine_contains_no_city_name() -> None:
    wrong = []
    for file in sorted(ENGINE.rglob("*")):
        name = file.relative_to(ENGINE).as_posix()
        if not file.is_file() or file.suffix not in _TEXTS:
            continue
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if CITY.search(line):
                wrong.append(f"src/zongmu/{name}:{number}: {line.strip()[:80]}")
    assert wrong == []


def test_checks_common_names_no_city() -> None:
    wrong = [
        f"{file.relative_to(REPO)}:{number}: {line.strip()[:80]}"
        for file in sources(REPO / "checks" / "common")
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if CITY.search(line) or re.search(r"\b(?:OD|LZ)-\d|\b(?:od|lz)\d", line)
    ]
    assert wrong == []


def test_no_name_of_the_policy_hides_one_of_its_modules() -> None:
    """Importing a submodule binds its name in the package: ``gate`` the shape was once lost to ``gate`` the module."""
    import zongmu.policy

    modules = {p.stem for p in Path(zongmu.policy.__file__).parent.iterdir()}
    assert modules & set(zongmu.policy.__all__) == set()


# ── the map and the table of commands say the truth: nothing else would notice ──


def test_the_map_has_every_room_and_names_places_that_there_are() -> None:
    text = (REPO / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d) \| `(\w+)` \|", text, re.MULTILINE)
    assert {room: int(floor) - 1 for floor, room in rows} == ROOMS
    named = set(re.findall(r"`((?:src|checks|registry|site|tests|script|schema)/[^`\s<>]*)", text))
    assert [place for place in sorted(named) if not any(REPO.glob(place.rstrip("/")))] == []


def test_every_command_that_takes_its_words_whole_is_there() -> None:
    commands = next(a.choices for a in parser_of()._actions if isinstance(a, argparse._SubParsersAction))
    assert set(_RUN) <= set(commands)
    for name in _RUN:
        types = [*get_type_hints(run_of(name)).values()]
        assert types == [Path, argparse.Namespace, TextIO, int], name

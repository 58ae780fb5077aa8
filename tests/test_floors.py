"""The house stands: imports go downward only, the law uses two rooms of the engine, the engine knows no city."""

from __future__ import annotations

import argparse
import ast
import importlib
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


STAIRS: dict[str, tuple[frozenset[str], ...]] = {
    # Values of one field, acts made of them, files made of acts; what is reckoned from a record, and any record by its fields.
    "model": (
        frozenset({"scalars", "guards"}),
        frozenset({"acts"}),
        frozenset({"records"}),
        frozenset({"derived", "periods", "fields"}),
    ),
    # Reading the law, then asking it about records; proposals and runs stand on both.
    "policy": (frozenset({"law"}), frozenset({"judging"}), frozenset({"proposals"})),
    # One finding, what a change or a period of them comes to, and what somebody has to do about it.
    "report": (frozenset({"findings"}), frozenset({"changes", "auditing"}), frozenset({"queue"})),
    # What is signed, the history as bytes, who may do what in it, how it is rewritten by order, and the whole of it verified.
    "trust": tuple(frozenset({part}) for part in ("signatures", "chain", "authority", "rewriting", "verifying")),
}
"""Rooms that have stairs inside: a part imports the parts below it, and none beside it. Modules of no part stand where they like."""


@pytest.mark.parametrize("room", sorted(STAIRS))
def test_imports_go_downward_inside_a_room(room: str) -> None:
    steps = {part: n for n, step in enumerate(STAIRS[room]) for part in step}
    assert set(steps) == {p.parent.name for p in (ENGINE / room).glob("*/__init__.py")}
    wrong = [
        f"{file.relative_to(REPO)}:{line}: {module}"
        for part, step in steps.items()
        for file in sources(ENGINE / room / part)
        for line, module in imports(file)
        for other in [".".join(module.split(".")[2:3])]
        if module.startswith(f"zongmu.{room}.") and other in steps and other != part and steps[other] >= step
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


def test_measures_come_in_by_the_two_doors() -> None:
    """What stands behind the doors may move; the rules of a city must not have to follow it."""
    wrong = [
        f"{file.relative_to(REPO)}:{line}: {module}"
        for file in sources(REPO / "checks")
        if file.relative_to(REPO / "checks").parts[0] != "common"  # is part of the program, and comes with it
        for line, module in imports(file)
        if module.startswith("zongmu") and module not in ("zongmu.policy", "zongmu.model")
    ]
    assert wrong == []


def test_the_door_of_the_model_opens_on_what_it_names_and_is_for_rules_alone() -> None:
    import zongmu.model

    door = Path(zongmu.model.__file__)
    told = {
        alias.name: node.module
        for node in ast.walk(ast.parse(door.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("zongmu.model.")
        for alias in node.names
    }
    assert set(told) == set(zongmu.model.__all__)
    for name, module in told.items():
        assert getattr(zongmu.model, name) is getattr(importlib.import_module(str(module)), name), name
    wrong = [
        f"{file.relative_to(REPO)}:{node.lineno}"
        for file in sources(ENGINE)
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "zongmu.model"
        if {alias.name for alias in node.names} & set(told)
    ]
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


@pytest.mark.parametrize("room", ["model", "policy"])
def test_no_name_of_a_door_hides_one_of_its_modules(room: str) -> None:
    """Importing a submodule binds its name in the package: ``gate`` the shape was once lost to ``gate`` the module."""
    door = importlib.import_module(f"zongmu.{room}")
    modules = {p.stem for p in (ENGINE / room).iterdir()}
    assert modules & set(door.__all__) == set()


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

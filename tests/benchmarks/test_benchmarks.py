"""The benchmarks run, and their corpus is a registry that the command accepts."""

from __future__ import annotations

import re
from functools import partial

import pytest

from benchmarks import audit, build, check
from benchmarks.timing import Sample, in_turn, table
from zongmu.cli.publishing import build_again
from zongmu.publish.making.clock import Clock, Phase


def test_check_runs_and_says_its_ratios(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "in_turn", partial(in_turn, warm=False))  # nobody reads the times
    lines = check.run(5, 1)
    assert re.search(r"check: [0-9]+ projects, [0-9]+ records", lines[0])
    ratio = re.compile(r"(?P<name>.*?) +[0-9.]+ +[0-9.]+ +(?P<wall>[0-9.]+) +(?P<cpu>[0-9.]+)$")
    said = {found["name"].strip() for line in lines if (found := ratio.match(line))}
    assert {
        "zongmu check --no-cache, two processes",
        "zongmu check, nothing changed",
        "zongmu check --base HEAD",
    } <= said


def test_the_audit_runs_and_accepts_what_it_made() -> None:
    lines = audit.run(12, 1)
    assert lines[0] == "audit: 12 signed commits"
    assert {line[2:].split("  ")[0] for line in lines[1:]} >= {"everything, first time", "everything, again"}


def test_the_phases_that_make_pages_are_found_in_what_a_build_says() -> None:
    clock = Clock()
    parts = {"law", "projects", "lists", "exports"}
    wall = {name: None if name in parts else 2.0 for name in build_again._PHASES if name != "nothing"}
    clock.phases = [Phase(name, seconds, 3.0, 5, 1) for name, seconds in wall.items()]
    said = {"size": 1, "unchanged": 0, "pages": 1, "files": 1, "asof": "2026-06-30", "projects": (1, 0, 0)}
    pages = build._pages("\n".join(build_again._lines("public", said, clock, "en")), Sample(20.0, 30.0, 0))
    assert (pages.wall, pages.cpu) == (8.0, 12.0)  # shells, law, projects, lists


def test_a_ratio_is_to_the_peer() -> None:
    rows = table({"peer": Sample(2.0, 1.0, 0), "ours": Sample(1.0, 3.0, 0)}, "peer")
    assert rows[2].split()[-2:] == ["0.500", "3.000"]

"""The law and the calendar of this checkout, read once for all tests."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import cache
from types import ModuleType
from typing import Any

from tests.shared import REPO
from zongmu.model.periods.calendar import Calendar
from zongmu.policy.law.loading import Checks, load_checks
from zongmu.store.registry import load
from zongmu.store.trees import WorkTree


@cache
def _loaded() -> tuple[Checks, Mapping[str, ModuleType]]:
    held = load_checks(REPO)
    # A process has one package ``checks``: a test that loads the law of another instance takes its place.
    return held, {name: module for name, module in sys.modules.items() if name.startswith("checks.")}


def checks() -> Checks:
    """What ``checks/`` holds."""
    return _loaded()[0]


def module(name: str) -> Any:
    """The module of ``checks/`` with that full name, as :func:`checks` read it."""
    return _loaded()[1][name]


@cache
def calendar() -> Calendar:
    """The working days that the registry knows."""
    return load(WorkTree.of(REPO), paths=()).calendar

"""The law and the calendar of this checkout, read once for all tests."""

from __future__ import annotations

from functools import cache

from tests.shared import REPO
from zongmu.model.calendar import Calendar
from zongmu.policy.loading import Checks, load_checks
from zongmu.store.registry import load
from zongmu.store.trees import WorkTree


@cache
def checks() -> Checks:
    """What ``checks/`` holds."""
    return load_checks(REPO)


@cache
def calendar() -> Calendar:
    """The working days that the registry knows."""
    return load(WorkTree.of(REPO), paths=()).calendar

"""What holds for every test: an impartial Git, property tests that do not depend on how busy the machine is, and the order."""

from __future__ import annotations

import gc
import os
from collections.abc import Generator, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadFileScheduling

from tests.shared import REPO

# No deadline: a shared machine is slow for reasons that are no fault of the code. In CI the examples are the same on
# every run, so that a change is judged by what it changes; elsewhere they vary, which is how new failures are found.
_COMMON = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow], "print_blob": True}
settings.register_profile("here", **_COMMON)
settings.register_profile("ci", derandomize=True, **_COMMON)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "here")

SLOWEST = (
    "publish/test_changes.py",
    "publish/test_accessible.py",
    "publish/test_build.py",
    "cli/test_release.py",
    "publish/test_in_browser.py",
    "publish/test_released.py",
    "exchange/test_parity.py",
    "publish/test_editor.py",
    "publish/test_open_data.py",
    "cli/test_init.py",
    "publish/test_law_in_browser.py",
    "publish/test_form.py",
    "history/test_trail.py",
    "checks/test_examples.py",
)
"""The files of tests that take longest. They come first, so that no process works on one of them while the others wait at
the end; a name that is missing here costs time and nothing else."""

EXAMPLES = ("tests/checks/", "tests/publish/test_law_in_browser.py")
"""What asks for the outcome of every example (``tests/checks/results.py``): one process does all of it, and works each out once."""


class _Scheduling(LoadFileScheduling):
    """A file of tests at a time."""

    def _split_scope(self, nodeid: str) -> str:
        return "examples" if nodeid.startswith(EXAMPLES) else super()._split_scope(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling | None:
    """How ``--dist loadfile`` hands out the tests."""
    return _Scheduling(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slowest files first, the others as they were."""
    place = {REPO / "tests" / name: number for number, name in enumerate(SLOWEST)}
    items.sort(key=lambda item: place.get(item.path, len(place)))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is collected stays to the end: nobody need look through thousands of tests, again and again, for what can go."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture(scope="session", autouse=True)
def _impartial_git(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Git without the habits of the person who runs the tests: no hooks, no signing, no waiting for disks, `main`, and an identity."""
    config = tmp_path_factory.mktemp("git") / "config"
    config.write_text(
        "[user]\n\tname = Test\n\temail = test@example.invalid\n"
        "[init]\n\tdefaultBranch = main\n"
        "[core]\n\tautocrlf = false\n\thooksPath = /dev/null\n\tfsync = none\n"
        "[commit]\n\tgpgSign = false\n"
        "[safe]\n\tdirectory = *\n"
    )
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("GIT_")]:
            patch.delenv(name)
        patch.setenv("GIT_CONFIG_GLOBAL", str(config))
        patch.setenv("GIT_CONFIG_NOSYSTEM", "1")
        yield

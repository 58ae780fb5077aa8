"""What holds for every test: an impartial Git, and property tests that do not depend on how busy the machine is."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

# No deadline: a shared machine is slow for reasons that are no fault of the code. In CI the examples are the same on
# every run, so that a change is judged by what it changes; elsewhere they vary, which is how new failures are found.
_COMMON = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow], "print_blob": True}
settings.register_profile("here", **_COMMON)
settings.register_profile("ci", derandomize=True, **_COMMON)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "here")


@pytest.fixture(scope="session", autouse=True)
def _impartial_git(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Git without the habits of the person who runs the tests: no hooks, no signing, `main`, and an identity."""
    config = tmp_path_factory.mktemp("git") / "config"
    config.write_text(
        "[user]\n\tname = Test\n\temail = test@example.invalid\n"
        "[init]\n\tdefaultBranch = main\n"
        "[core]\n\tautocrlf = false\n\thooksPath = /dev/null\n"
        "[commit]\n\tgpgSign = false\n"
        "[safe]\n\tdirectory = *\n"
    )
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("GIT_")]:
            patch.delenv(name)
        patch.setenv("GIT_CONFIG_GLOBAL", str(config))
        patch.setenv("GIT_CONFIG_NOSYSTEM", "1")
        yield

"""Chromium and Node.js for tests: found, or the test is skipped; in CI, found or failed.

A skipped browser test looks green. That is right on a laptop without Chromium and wrong in CI, where ``script/test``
sets ``ZONGMU_REQUIRE_BROWSER``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

REQUIRE = "ZONGMU_REQUIRE_BROWSER"
"""Environment variable: ``1`` turns the skip into a failure."""

CHROMIUM = "ZONGMU_CHROMIUM"
"""Environment variable: the Chromium to use, before any on the path."""


def find_chromium() -> str | None:
    """The Chromium of this machine, or ``None``. The names are those ``script/bootstrap`` looks for."""
    named = os.environ.get(CHROMIUM)
    if named:
        return shutil.which(named)
    return _first("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_node() -> str | None:
    """The Node.js of this machine, or ``None``."""
    return _first("node", "nodejs")


def need_chromium() -> str:
    """The Chromium to run. Without one, skips the calling test, or fails it where :data:`REQUIRE` is ``1``."""
    return find_chromium() or _missing("Chromium")


def need_node() -> str:
    """The Node.js to run. Without one, skips the calling test, or fails it where :data:`REQUIRE` is ``1``."""
    return find_node() or _missing("Node.js")


def chromium_command(profile: Path, *arguments: str) -> list[str]:
    """A headless Chromium that keeps to itself: its own profile, no first-run pages, no host but this machine.

    *profile* is an empty folder for this run. There is no sandbox: neither root nor a container can have Chromium's,
    and what it opens here is our own build.
    """
    return [
        need_chromium(),
        "--headless=new",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-default-apps",
        "--disable-sync",
        "--hide-scrollbars",
        "--mute-audio",
        "--no-default-browser-check",
        "--no-first-run",
        "--no-proxy-server",
        "--no-sandbox",
        "--password-store=basic",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
        f"--user-data-dir={profile}",
        *arguments,
    ]


def rendered(url: str, profile: Path, *arguments: str, timeout: float = 180) -> str:
    """The document at *url* as Chromium has it after its scripts ran, as HTML.

    *timeout* is in seconds. Fails the test with what Chromium said; raises ``subprocess.TimeoutExpired``.
    """
    return _run(chromium_command(profile, *arguments, "--virtual-time-budget=5000", "--dump-dom", url), timeout)


def screenshot(url: str, target: Path, profile: Path, *, width: int, height: int, timeout: float = 180) -> Path:
    """A PNG of *url* at *width* × *height* pixels, written to *target* and returned. Fails as :func:`rendered`."""
    _run(chromium_command(profile, f"--window-size={width},{height}", f"--screenshot={target}", url), timeout)
    assert target.is_file(), "Chromium wrote no screenshot"
    return target


def _run(command: list[str], timeout: float) -> str:
    done = subprocess.run(
        command, check=False, capture_output=True, encoding="utf-8", timeout=timeout, stdin=subprocess.DEVNULL
    )
    if done.returncode:
        pytest.fail(f"Chromium ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return done.stdout


def _first(*names: str) -> str | None:
    return next((path for name in names if (path := shutil.which(name))), None)


def _missing(what: str) -> str:
    reason = f"{what} is not on this machine; `script/bootstrap --browser` installs it"
    if os.environ.get(REQUIRE) == "1":
        pytest.fail(reason)
    pytest.skip(reason)

"""Puts into the wheel what `zongmu init` gives a new city: the hygiene checks, the site's pages, the calendars, the settings."""

from __future__ import annotations

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

HERE = Path(__file__).parent
SEED = (
    "checks/__init__.py",
    "checks/common",
    "site",
    "mkdocs.yml",
    "registry/calendars",
    "requirements.lock",
    "script/bootstrap",
    ".editorconfig",
    ".vscode/settings.json",
    ".github/workflows/check.yml",
    ".github/workflows/publish.yml",
    ".github/workflows/weekly.yml",
    ".gitea/workflows/check.yml",
    ".gitlab-ci.yml",
)


class WithSeed(build_py):
    """The ordinary build, and the seed of an instance beside the code."""

    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return  # a checkout reads its own files
        target = Path(self.build_lib) / "zongmu" / "seed"
        for name in SEED:
            source = HERE / name
            if source.is_dir():
                ignore = shutil.ignore_patterns("__pycache__", "*.pyc", "node_modules")
                shutil.copytree(source, target / name, dirs_exist_ok=True, ignore=ignore)
            elif source.is_file():
                (target / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, target / name)


setup(cmdclass={"build_py": WithSeed})

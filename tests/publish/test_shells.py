"""The shells are rendered beside the judging: what was rendered is taken, and what is wrong is said as if nothing had been."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.instances import REPO
from zongmu.model.finding import Bilingual
from zongmu.publish.rendering import shells
from zongmu.publish.rendering.shells import LANGUAGES, render, rendered_beside
from zongmu.publish.rendering.site_settings import SiteProblem

SETTINGS: Mapping[str, Mapping[str, Any]] = {lang: {"site_name": "总目", "zongmu": {}} for lang in LANGUAGES}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An instance on a machine of two processors."""
    shutil.copy(REPO / "mkdocs.yml", tmp_path)
    monkeypatch.setattr(shells, "how_many", lambda *_: 2)
    return tmp_path


def _written(_root: Path, _said: object, _settings: object, folder: Path) -> None:
    for lang in LANGUAGES:
        (folder / lang).mkdir()
        (folder / lang / "index.html").write_text(f"<p>{lang}")


def _wrong(*_: object) -> None:
    raise SiteProblem(Bilingual("缺一页", "a page is missing"), "site/pages/zh")


def test_what_was_rendered_meanwhile_is_not_rendered_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shells, "_fill", _written)
    with rendered_beside(root, SETTINGS, root / "kept"):
        pass
    monkeypatch.setattr(shells, "_fill", _wrong)
    assert render(root, SETTINGS, root / "kept")["en"].pages == {"index.html": "<p>en"}


def test_a_process_that_is_killed_or_a_file_that_cannot_be_read_holds_nothing_up(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shells, "_fill", lambda *_: os._exit(1))
    with rendered_beside(root, SETTINGS, root / "kept"):
        pass
    monkeypatch.setattr(shells, "_sources", lambda _: [root / "no such file"])
    with rendered_beside(root, SETTINGS, root / "kept"):
        pass
    with pytest.raises(FileNotFoundError):
        render(root, SETTINGS, root / "kept")


def test_what_is_wrong_with_the_site_is_said_where_it_is_asked_for(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shells, "_fill", _wrong)
    with rendered_beside(root, SETTINGS, root / "kept"):
        pass
    with pytest.raises(SiteProblem, match="缺一页"):
        render(root, SETTINGS, root / "kept")

"""Seven thousand hostile texts: no page, list, feed or script takes another shape, and nothing of them runs in the browser.

Forty to a page, each in a field of its own; all of them end in a Chinese character, so that an English page marks each alike.
"""

from __future__ import annotations

import datetime as dt
import json
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import cycle, islice
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest

from tests.browser import need_chromium
from tests.publish.page import Page, made
from tests.publish.test_escape import HOSTILE, hostile_project, makers, release
from tests.shared import SHARED, needs_shared
from zongmu.disclosure.projection import Told, project_public
from zongmu.model.records.project import Project
from zongmu.publish.feeds import ProjectFeeds, feeds
from zongmu.publish.pages.base import Maker
from zongmu.publish.pages.changes import change_pages
from zongmu.publish.pages.project import project_page
from zongmu.publish.released.history import Change, Entry, PublicHistory
from zongmu.publish.released.release import Release, Released
from zongmu.publish.rendering.escape import html

__all__ = ["makers", "release"]  # fixtures

MANY = 7_000
SLOT = "洞"
_VOICES = (
    "{}", '">{}', "'>{}", "</title>{}", "</textarea>{}", "-->{}", "]]>{}", "</script>{}", "{{{{{}}}}}", "{{% {} %}}", "`{}`",
    "<b title='{}'>", '<a href="{}">', "<svg><style>{}", "[x]({})", "![x]({})", "<!--{}", "&{};", "javascript:{}", "\\{}",
    "<details open ontoggle='{}'>", "<input autofocus onfocus=\"{}\">", "<math><mi xlink:href='{}'>",
)  # fmt: skip


def _lists() -> list[str]:
    """Every text of the payloads beside this clone (none where they do not lie there), and our own."""
    folder = SHARED / "payloads"
    out = list(HOSTILE)
    if folder.is_dir():
        out += json.loads((folder / "blns.json").read_text("utf-8"))
        for name in ("csv-injection-payloads.txt", "directory-traversal.txt", "own/yaml_hostile.txt"):
            out += (folder / name).read_text("utf-8", "replace").splitlines()
        for name in ("own/unicode_hostile.json", "own/secrecy_markings.json"):
            out += _strings(json.loads((folder / name).read_text("utf-8")))
    return out


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    rows = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for row in rows for text in _strings(row)]


@cache
def payloads() -> tuple[str, ...]:
    """Seven thousand different texts, each fit for a line and ended by a Chinese character."""
    out: dict[str, None] = {}
    for voice in _VOICES:
        for text in _lists():
            for said in (text, quote(text, errors="replace"), html(text), unicodedata.normalize("NFKC", text)):
                line = " ".join(voice.format(said).split())[:190]
                if line:
                    out[line + "中"] = None
                if len(out) == MANY:
                    return tuple(out)
    return tuple(out)


def _filled(value: Any, texts: Iterator[str]) -> Any:
    """The record with a text of its own in every slot."""
    if isinstance(value, dict):
        return {k: _filled(v, texts) for k, v in value.items()}
    if isinstance(value, list):
        return [_filled(v, texts) for v in value]
    return next(texts) if value == SLOT else value


def _slots() -> int:
    return json.dumps(hostile_project(SLOT), ensure_ascii=False).count(SLOT)


def _hostile(found: Released, texts: Iterator[str], serial: int) -> Released:
    record = {**_filled(hostile_project(SLOT), texts), "id": f"shili-2026-{serial:04d}"}
    model = Project.model_validate(record)
    return replace(found, public=project_public(model, Told(frozenset({"plan"}))))


def _all(release: Release) -> Release:
    """The release with every payload in some field of some project, and in the history of each."""
    texts = iter(payloads())
    pages = len(payloads()) // _slots()
    projects = tuple(_hostile(release.projects[0], texts, n) for n in range(2, pages + 2))
    return _told(replace(release, projects=projects), cycle(payloads()))


def _told(release: Release, texts: Iterator[str]) -> Release:
    day = dt.date(2026, 5, 1)
    row = "milestones/contract_signed"
    history = {
        p.public.id: (
            Entry(day, p.public.id, "published", (), "shili/shuju", "data_bureau"),
            Entry(
                day + dt.timedelta(days=1),
                p.public.id,
                "changed",
                tuple(
                    Change(path, at, old, new)
                    for (path, at), old, new in zip(
                        (("name", ""), ("summary", ""), (f"{row}/number", row), (f"{row}/supplier", row)),
                        islice(texts, 4),
                        islice(texts, 4),
                        strict=True,
                    )
                ),
            ),
        )
        for p in release.projects
    }
    return replace(release, history=PublicHistory(history))


def _same(release: Release, count: int) -> Release:
    """As :func:`_all`, with a harmless text in every place."""
    projects = tuple(_hostile(release.projects[0], cycle(["无害中"]), n) for n in range(2, count + 2))
    return _told(replace(release, projects=projects), cycle(["无害中", "无害的中"]))


@pytest.fixture(scope="module")
def hostile(release: Release) -> Release:
    return _all(release)


@needs_shared
def test_there_are_seven_thousand_and_they_are_hostile() -> None:
    found = payloads()
    assert len(set(found)) == MANY
    assert sum("<" in p for p in found) > 2_000
    assert _slots() > 30


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_page_takes_another_shape(release: Release, makers: dict[str, Maker], hostile: Release, lang: str) -> None:
    maker = makers[lang]
    plain = _same(release, 1)
    expected = Page(
        project_page(Maker(lang, plain, maker.rendered, maker._templates), plain.projects[0])[1].decode()
    ).shape
    make = Maker(lang, hostile, maker.rendered, maker._templates)
    for project in hostile.projects[:: 1 if lang == "zh" else 10]:
        page = Page(project_page(make, project)[1].decode("utf-8"))
        assert page.unbalanced == [], project.public.id
        assert page.shape == expected, project.public.id


def test_no_page_of_changes_and_no_feed_takes_another_shape(
    release: Release, makers: dict[str, Maker], hostile: Release
) -> None:
    maker = makers["zh"]
    kinds = [Maker("zh", r, maker.rendered, maker._templates) for r in (hostile, _same(release, len(hostile.projects)))]
    pages = [{path: Page(data.decode("utf-8")).shape for path, data in change_pages(make)} for make in kinds]
    assert pages[0] == pages[1]
    trees: list[dict[str, Any]] = []
    for make in kinds:
        shapes: dict[str, Any] = {}
        own = ProjectFeeds(make)
        for path, data in (*made(feeds(make)), *(file for p in make.release.projects for file in own.of(p))):
            if path.endswith(".atom"):
                shapes[path] = [(e.tag, sorted(e.attrib)) for e in ET.fromstring(data).iter()]
            else:
                items = json.loads(data)["items"]
                shapes[path] = [sorted(item) for item in items]
                assert all(isinstance(item["title"], str) and item["title"] for item in items)
        trees.append(shapes)
    assert trees[0] == trees[1]


def test_titles_and_descriptions_stay_text(makers: dict[str, Maker]) -> None:
    """MkDocs does not escape them; we do. Every payload by the function, some by the parsed shell."""
    assert not [p for p in payloads() if set(html(p)) & set("<>\"'")]
    shell = makers["zh"].rendered.shells["project"]
    expected = Page(shell.fill(title="无害", description="无害", file="x.html", body="").decode()).shape
    for text in payloads()[::70]:
        page = Page(shell.fill(title=text, description=text, file="x.html", body="").decode("utf-8", "replace"))
        assert page.shape == expected, text


@pytest.mark.browser
def test_nothing_runs_in_the_browser(makers: dict[str, Maker], hostile: Release, tmp_path: Path) -> None:
    """No dialog, no request to elsewhere, and nothing that the policy of the page had to stop: nothing was ever code."""
    from playwright.sync_api import sync_playwright

    maker = makers["zh"]
    make = Maker("zh", hostile, maker.rendered, maker._templates)
    pages = [project_page(make, p) for p in hostile.projects[::7]] + list(change_pages(make))
    for path, data in pages:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    seen: list[str] = []
    watch = (
        "addEventListener('securitypolicyviolation', e => (window.stopped ??= []).push(e.violatedDirective + e.sample))"
    )
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=need_chromium(), args=["--no-sandbox"])
        page = browser.new_page()
        page.add_init_script(watch)
        page.on("dialog", lambda dialog: (seen.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda r: None if r.url.startswith("file:") else seen.append(f"request {r.url}"))
        for path, _ in pages:
            page.goto((tmp_path / path).as_uri(), wait_until="load")
            state = page.evaluate("[Object.keys(document.documentElement.dataset), window.stopped ?? []]")
            ran, stopped = state
            seen += [f"{path} ran"] * ("ran" in ran) + [f"{path} {s}" for s in stopped]
        browser.close()
    assert seen == []

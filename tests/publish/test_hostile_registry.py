"""A registry whose every free text is hostile, in every kind of record and in the settings: the site keeps its shape, runs
nothing, and no text widens a page.

The texts go in through files, as a city's would. Each has a number of its own, so that what is one stays one and what is
sorted stays in order; the other registry has a harmless text in each of those places.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from tests.browser import need_chromium
from tests.publish.instance import DISTRICTS, _dump, build, project, write_instance
from tests.publish.page import Page
from tests.publish.test_escape import HOSTILE
from tests.publish.test_gathered import registers, settings
from zongmu.model.record_types import type_of_path
from zongmu.store.fitting.validate import validate
from zongmu.store.reading.reader import parse

WORDS = (
    *HOSTILE,
    "W" * 150,
    "字" * 90,
    "a-b-" * 30,
    "://evil.example/?" + "q=1&" * 30,
    "BEGIN:VCALENDAR;X=1,2\\nEND:VCALENDAR",
    '"],["x",1];document.documentElement.dataset.ran=1//',
    "__proto__ constructor toString",
    "<style>*{display:none}</style>",
    "# 标题 **粗** | 表 | `码`",
)
KEPT = {"timezone", "period", "level", "class", "role"}
"""What is no free text, though its type is one here."""


def _leaves(node: Any) -> Iterator[tuple[Any, Any]]:
    """Every text of a record: what holds it, and under which key."""
    for key, value in list(node.items() if isinstance(node, dict) else enumerate(node)):
        if isinstance(value, (dict, list)):
            yield from _leaves(value)
        elif isinstance(value, str) and key not in KEPT:
            yield node, key


def fill(root: Path, hostile: bool) -> set[str]:
    """Put a text of its own into every free text of the registry in *root*; the fields that have one."""
    words, filled = cycle(WORDS), set()
    for file in sorted((root / "registry").rglob("*.yaml")):
        path = file.relative_to(root).as_posix()
        record = type_of_path(path)
        data = parse(file.read_bytes(), path).value
        assert record is not None
        for number, (node, key) in enumerate(list(_leaves(data))):
            was = node[key]
            harmless = f"甲{len(filled):02d}{number:03d}无害"
            node[key] = harmless
            if validate(record, data).model is None:
                node[key] = was
                continue
            for _ in WORDS:
                node[key] = f"甲{len(filled):02d}{number:03d} {next(words)}"[:200]
                made = validate(record, data).model
                _dump(file, data)
                if made is not None and parse(file.read_bytes(), path).sound:
                    filled.add(f"{record.name}/{key}")
                    break
            else:
                raise AssertionError(f"{path}: {key} takes none of them")
            if not hostile:
                node[key] = harmless
        _dump(file, data)
    return filled


def _instance(root: Path) -> Path:
    change = {
        "number": "x",
        "kind": "adjusted",
        "date": "2026-04-20",
        "reason_text": "x",
        "total": "1300万元",
        "note": "x",
    }
    milestones = project(1)["milestones"]
    milestones[1] |= {"members": [{"name": "甲", "share": "10%"}, {"name": "乙", "share": "90%"}], "note": "x"}
    rich = {
        "name_en": "x",
        "summary_en": "x",
        "content_public": "x",
        "policy_basis": "x",
        "necessity_public": "x",
        "builds": ["shili/pingtai"],
        "milestones": [*milestones, change],
        "shared_resources": [{"resource": "cloud", "used": True, "quota": "x"}],
        "questions": [
            {
                "seq": 1,
                "kind": "request",
                "received": "2026-05-06",
                "text": "x",
                "text_en": "x",
                "extended": {"date": "2026-05-20", "until": "2026-06-26", "reason": "x", "reason_en": "x"},
            },
            {
                "seq": 2,
                "of": 1,
                "kind": "inquiry",
                "received": "2026-05-06",
                "text": "x",
                "reply": {"date": "2026-05-29", "number": "x", "text": "x", "text_en": "x"},
            },
        ],
    }
    shown = settings(plans=True, returns=True, resources=True)
    shown["site"] |= {"footer": [{"text": "x", "text_en": "x", "url": "https://registry.example/"}], "contact": "x"}
    write_instance(root, [project(1, **rich), project(5, region="150690")], settings=shown, districts=[*DISTRICTS])
    registers(root)
    return root


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The hostile site and the harmless one."""
    made = []
    for name in ("hostile", "plain"):
        root = _instance(tmp_path_factory.mktemp(name))
        filled = fill(root, name == "hostile")
        assert {"organization/name", "system/name", "district/name", "plan/number", "returns/title"} <= filled
        assert {"resources/name", "instance/text", "instance/notice", "instance/operator", "project/supplier"} <= filled
        _, complained = build(root)
        assert "shili" not in complained, complained
        made.append(root / "public")
    return made[0], made[1]


def _same_place(path: str) -> str:
    """A path without the print of a supplier's name."""
    return "suppliers/" if path.startswith(("suppliers/name-", "en/suppliers/name-")) else path


def test_every_page_keeps_its_shape(sites: tuple[Path, Path]) -> None:
    shapes: list[dict[str, list[Any]]] = []
    for site in sites:
        found: dict[str, list[Any]] = {}
        for file in sorted(site.rglob("*.html")):
            page = Page(file.read_text("utf-8"))
            assert page.unbalanced == [], file
            # A drawing shortens a long label and says the whole of it in its title.
            shape = [row for row in page.shape if row[1] != "title"]
            found.setdefault(_same_place(file.relative_to(site).as_posix()), []).append(shape)
        shapes.append({path: sorted(rows) for path, rows in found.items()})
    assert shapes[0].keys() == shapes[1].keys()
    assert [path for path in shapes[0] if shapes[0][path] != shapes[1][path]] == []


def test_every_file_for_machines_parses(sites: tuple[Path, Path]) -> None:
    site = sites[0]
    for file in site.rglob("*"):
        match file.suffix:
            case ".json" | ".jsonld":
                json.loads(file.read_text("utf-8"))
            case ".atom" | ".xml" | ".svg":
                ET.fromstring(file.read_bytes())
            case ".ics":
                text = file.read_bytes()
                assert all(len(line) <= 75 for line in text.split(b"\r\n"))
                assert text.count(b"BEGIN:VCALENDAR") == text.count(b"\r\nEND:VCALENDAR") == 1


@pytest.mark.browser
def test_nothing_runs_and_no_page_is_wider_than_a_phone(sites: tuple[Path, Path], tmp_path: Path) -> None:
    from playwright.sync_api import sync_playwright

    site = tmp_path / "site"
    shutil.copytree(sites[0], site)
    law = ("rules/", "codes/", "schema/", "measures/")
    pages = {}
    for file in sorted(site.rglob("*.html")):
        path = file.relative_to(site).as_posix()
        if not path.startswith(("en/", *law)):
            pages.setdefault(path if path.endswith("index.html") else path.rpartition("-")[0] or path, path)
    seen: list[str] = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=need_chromium(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 360, "height": 780})
        page.add_init_script(
            "addEventListener('securitypolicyviolation', e => (window.stopped ??= []).push(e.violatedDirective))"
        )
        page.on("dialog", lambda dialog: (seen.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda r: None if r.url.startswith("file:") else seen.append(f"request {r.url}"))
        page.on("pageerror", lambda error: seen.append(f"error {error}"))
        for path in pages.values():
            page.goto((site / path).as_uri(), wait_until="load")
            root = "document.documentElement"
            ran, stopped, width = page.evaluate(f"['ran' in {root}.dataset, window.stopped ?? [], {root}.scrollWidth]")
            seen += [f"{path} ran"] * ran + [f"{path} {s}" for s in stopped] + [f"{path} {width}"] * (width > 361)
        browser.close()
    assert len(pages) > 20
    assert seen == []

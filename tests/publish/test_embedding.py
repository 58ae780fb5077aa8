"""Quoting the data in a page of another origin: the lines of the page of the interface, behind the headers that the notes on
releasing give."""

from __future__ import annotations

import functools
import http.server
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from html import unescape
from pathlib import Path

import pytest

from tests.browser import need_chromium, rendered
from tests.publish.instance import build, project, write_instance
from tests.shared import REPO

pytestmark = pytest.mark.browser

ID = "shili-2026-0001"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    need_chromium()
    root = tmp_path_factory.mktemp("instance")
    write_instance(root, [project(1, name="<b>示例</b>项目", name_en="<b>Example</b> project")])
    build(root)
    return root / "public"


def documented() -> dict[str, str]:
    """The headers of the server in the notes on releasing."""
    text = (REPO / "site/pages/en/release.md").read_text("utf-8").partition("```nginx")[2].partition("```")[0]
    return {name: value.strip('"') for name, value in re.findall(r"add_header (\S+) (\S+) always;", text)}


@contextmanager
def served(folder: Path, headers: Mapping[str, str]) -> Iterator[str]:
    """The origin of *folder* behind a server that sends *headers*."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def end_headers(self) -> None:
            for name, value in headers.items():
                self.send_header(name, value)
            super().end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("lang", "said"), [("zh", "<b>示例</b>项目：active"), ("en", "<b>Example</b> project: active")]
)
def test_a_page_of_another_origin_reads_a_project_with_the_lines_that_the_interface_gives(
    site: Path, tmp_path: Path, lang: str, said: str
) -> None:
    lines = (REPO / f"site/pages/{lang}/api.md").read_text("utf-8").partition("```html\n")[2].partition("```")[0]
    other = tmp_path / "other"
    other.mkdir()
    found = {}
    for allowed in (True, False):
        headers = documented()
        assert headers["Access-Control-Allow-Origin"] == "*"
        if not allowed:
            del headers["Access-Control-Allow-Origin"]
        with served(site, headers) as origin, served(other, {}) as theirs:
            code = re.sub("https://zongmu.example", origin, lines)
            code = re.sub(r"[^/\"]+\.json\"", f'{ID}.json"', code)
            (other / "page.html").write_text(f'<!doctype html><meta charset="utf-8">{code}', "utf-8")
            page = rendered(f"{theirs}/page.html", tmp_path / f"profile-{allowed}")
        told = re.search(r'<p id="[^"]+">(.*?)</p>', page)
        assert told is not None
        found[allowed] = unescape(told[1])
    assert found == {True: said, False: ""}

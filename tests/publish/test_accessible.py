"""Every kind of page in a real browser: WCAG 2.2 AA by axe, in the light and in the dark; keyboard, narrow and enlarged; nothing
leaves the origin, nothing is refused by the content security policy; below a sub-path of a portal.

One Chromium for all of it.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request, sync_playwright

from tests.browser import need_chromium
from tests.publish.instance import build, project, write_instance
from tests.publish.test_gathered import registers, settings
from zongmu.cli.publishing.serve import make_server

pytestmark = pytest.mark.browser

KINDS = (
    "index.html", "ratings.html", "data.html", "projects/index.html", "projects/shili-2026-0001.html",
    "projects/compare.html#id=shili-2026-0001,shili-2026-0002",
    "projects/shili-2026-0002.html", "organizations/index.html", "organizations/shili-ju.html", "systems/index.html",
    "suppliers/index.html", "years/shili-2026.html", "deadlines/index.html", "deadlines/questions.html", "returns/index.html",
    "returns/shili-2026-q1.html", "changes/index.html", "changes/amounts.html", "suppliers/upcoming.html", "districts/shili-150690.html", "measures/shili_2026.html", "rules/sl01_contract_in_time.html",
)  # fmt: skip
PORTAL = "portal/zdxm"
"""Where a portal puts the site."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site with a page of every kind, served below a sub-path."""
    need_chromium()
    root = tmp_path_factory.mktemp("accessible")
    period = {"start": "2026-01-01", "end": "2026-02-28"}
    late = [
        {"kind": "approved", "date": "2026-01-02", "total": "10万元", "period": period, "number": "示数审〔2026〕2号"}
    ]
    asked = {"seq": 1, "kind": "request", "received": "2026-05-06", "about": "approved", "text": "申请公开批复附件"}
    reply = {"date": "2026-06-08", "text": "附件见政府网站", "ground": "commercial", "satisfied": True}
    used = [{"resource": "cloud", "used": True}]
    write_instance(
        root,
        [
            project(1, name_en="Example platform", builds=["shili/pingtai"], shared_resources=used),
            project(
                2, milestones=late, region="150690", questions=[asked, {**asked, "seq": 2, "of": 1, "reply": reply}]
            ),
            {"id": "shili-2026-0005", "name": "只有名称"},
        ],
        settings=settings(plans=True, returns=True, resources=True),
    )
    registers(root)
    build(root)
    served = root / "served"
    shutil.copytree(root / "public", served / PORTAL)
    server = make_server(served, 0)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/{PORTAL}/"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=need_chromium(), args=["--no-sandbox"])
        yield browser
        browser.close()


def open_page(browser: Browser, **context: Any) -> tuple[Page, list[Request], list[str]]:
    """A page, the requests it makes and what it complains of, as they come."""
    page = browser.new_context(**context).new_page()
    requests: list[Request] = []
    complaints: list[str] = []
    page.on("request", lambda request: requests.append(request))
    page.on("console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda e: complaints.append(str(e)))
    return page, requests, complaints


def test_every_kind_of_page_meets_wcag_and_asks_nobody_else(site: str, browser: Browser) -> None:
    from axe_playwright_python.sync_playwright import Axe

    axe, found = Axe(), []
    options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
    for scheme, pages in (
        ("light", KINDS),
        ("dark", ("index.html", "projects/shili-2026-0002.html", "en/returns/index.html")),
    ):
        page, requests, complaints = open_page(
            browser, color_scheme=scheme, viewport={"width": 1280, "height": 800}, bypass_csp=False
        )
        for path in pages:
            page.goto(site + path)
            # The page's policy lets no script in but its own: axe comes in by the debugger.
            result = axe.run(page, options=options).response
            found += [
                (scheme, path, v["id"], [node["html"][:200] for node in v["nodes"][:3]]) for v in result["violations"]
            ]
        assert complaints == []
        assert {urlsplit(r.url).netloc for r in requests} == {urlsplit(site).netloc}
        assert all(urlsplit(r.url).path.startswith(f"/{PORTAL}/") for r in requests)
    assert found == [], "\n".join(map(str, found))


def test_narrow_or_enlarged_no_page_scrolls_sideways(site: str, browser: Browser) -> None:
    """360 px wide; 1280 px enlarged to 200 %, which is a view of 640 px of twice the density; and on paper."""
    for viewport, scale in (({"width": 360, "height": 700}, 1), ({"width": 640, "height": 400}, 2)):
        page, _, _ = open_page(browser, viewport=viewport, device_scale_factor=scale)
        wide = []
        for path in (*KINDS, "en/index.html", "en/projects/shili-2026-0001.html", "en/deadlines/index.html"):
            page.goto(site + path)
            if page.evaluate("document.documentElement.scrollWidth") > viewport["width"]:
                wide.append(path)
        assert wide == []
        page.goto(site + "codes/index.html")  # sentences in a table of three columns are read without moving it
        assert page.evaluate("document.querySelector('.zm-scroll').scrollWidth") <= viewport["width"]
    page, _, _ = open_page(browser, viewport={"width": 680, "height": 960})  # A4 with margins of 15 mm
    page.emulate_media(media="print")
    cut = []
    for path in (
        "projects/index.html",
        "projects/shili-2026-0001.html",
        "organizations/index.html",
        "rules/index.html",
    ):
        page.goto(site + path)
        right = "Math.max(...[...document.querySelectorAll('main *')].map(one => one.getBoundingClientRect().right))"
        if page.evaluate(right) > 680:
            cut.append(path)
        broken = "[...document.querySelectorAll('.zm-figure')].filter(f => f.offsetHeight > 2 * parseFloat(getComputedStyle(f).fontSize))"
        assert page.evaluate(f"{broken}.map(f => f.textContent)") == []  # an amount stays in one line
    assert cut == [], "what is printed must fit the sheet"


def test_a_page_is_walked_by_keyboard_with_the_focus_in_sight(site: str, browser: Browser) -> None:
    page, _, _ = open_page(browser, viewport={"width": 1280, "height": 800})
    page.goto(site + "projects/shili-2026-0001.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "md-skip"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#content"
    seen, unseen = set(), []
    for _ in range(60):
        page.keyboard.press("Tab")
        where = page.evaluate(
            "(() => { const e = document.activeElement, s = getComputedStyle(e);"
            " return [e.tagName, e.textContent.trim().slice(0, 40), s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 1] })()"
        )
        seen.add(where[0])
        if where[0] != "BODY" and not where[2]:
            unseen.append(where)
    assert unseen == []
    assert {"A", "SUMMARY", "DIV"} <= seen  # links, folded parts, tables that scroll

"""The site in Chromium, opened from a folder: the list filters, nothing overflows a phone, nothing is fetched, nothing runs."""

from __future__ import annotations

import json
import re
import shutil
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser import need_chromium, rendered
from tests.publish.instance import build, project, write_instance
from tests.publish.page import Page
from tests.publish.test_escape import HOSTILE, hostile_project
from zongmu.cli.publishing.serve import make_server

pytestmark = pytest.mark.browser

RAN = "data-ran"
"""What every hostile text would set on the root element, if it could."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of 60 projects, built once; the second has hostile text in every field."""
    need_chromium()
    root = tmp_path_factory.mktemp("instance")
    projects = [project(n, **{"class": "om" if n % 2 else "construction"}) for n in range(1, 61)]
    projects[4]["milestones"][1]["amount"] = "1300万元"
    projects[6]["name"] = "医疗保障结算平台"
    projects[6]["name_en"] = "Medical insurance platform"
    projects[8]["content_public"] = "电子病历的交换与共享，采用OceanBase数据库。"
    projects[9]["region"] = "150690"
    put_off = projects[19]["milestones"]
    put_off[0]["period"] = {"start": "2026-03-01", "end": "2026-03-02"}
    put_off[1] = {"kind": "extended", "date": "2026-03-02", "number": "示〔2026〕9号", "until": "2026-12-31"}
    write_instance(root, projects)
    build(root)
    return root / "public"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium, which lets a page look into frames of other files."""
    arguments = ["--no-sandbox", "--allow-file-access-from-files"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=need_chromium(), args=arguments)
        yield browser
        browser.close()


def dom(url: str, browser: Browser) -> Page:
    """The page as the browser has it once it asks for nothing more: shards of the search, where the tree begins."""
    with browser.new_page() as page:
        page.goto(url, wait_until="networkidle")
        return Page(page.content())


def rows(page: Page) -> list[str]:
    """The projects that the list shows."""
    return [a["href"] for a in page.of("a") if re.fullmatch(r"shili-2026-[0-9]{4}\.html", a.get("href", ""))]


def test_the_list_pages_by_fifty_and_opens_from_a_folder(site: Path, browser: Browser) -> None:
    page = dom((site / "projects/index.html").as_uri(), browser)
    assert len(rows(page)) == 50
    assert rows(page)[0] == "shili-2026-0060.html"
    assert "共 60 个" in "".join(page.text)


SEARCHES: dict[str, list[str]] = {
    "#q=医疗保障": ["shili-2026-0007.html"],
    "#q=%E5%8C%BB%E7%96%97": ["shili-2026-0007.html"],
    "#q=ＭＥＤＩＣＡＬ": ["shili-2026-0007.html"],
    "#q=2026-0012": ["shili-2026-0012.html"],
    "#q=示例老局 0012": ["shili-2026-0012.html"],
    "#q=没有这样的项目": [],
    "#q=醫療保障": ["shili-2026-0007.html"],
    "#q=示例数据局的平台": [],
    "#q=病歷的交換": ["shili-2026-0009.html"],
    "#q=oceanb": ["shili-2026-0009.html"],
    "#q=病": ["shili-2026-0009.html"],
    "#q=示数审〔2026〕12号": ["shili-2026-0012.html"],
    "#q=SHILI-2026-12": ["shili-2026-0012.html"],
    "#q=__proto__ constructor": [],
    "#district=150690": ["shili-2026-0010.html"],
    "#owner=shili/ju&band=3&q=0011": ["shili-2026-0011.html"],
    "#year=1999": [],
    "#sort=name&q=医疗&page=9": ["shili-2026-0007.html"],
    "#cls=建设类&q=000": [
        "shili-2026-0008.html",
        "shili-2026-0006.html",
        "shili-2026-0004.html",
        "shili-2026-0002.html",
    ],
    "#sort=last&q=000&cls=建设类": [
        "shili-2026-0008.html",
        "shili-2026-0006.html",
        "shili-2026-0004.html",
        "shili-2026-0002.html",
    ],
    "#sort=-name&q=shili-2026-000": [f"shili-2026-{n:04d}.html" for n in (9, 8, 6, 5, 4, 3, 2, 1, 7)],
}


def test_an_address_shows_what_was_searched(site: Path, browser: Browser) -> None:
    ask = "[...d.querySelectorAll('#zm-list tbody a')].map(a => a.getAttribute('href'))"
    pages = [f"projects/index.html{hash}" for hash in SEARCHES]
    for path, found in in_frames(site, browser, pages, 1000, ask):
        expected = SEARCHES["#" + path.partition("#")[2]]
        if "sort=-name" in path:
            assert set(found) == set(expected), path
        else:
            assert found == expected, path


def test_the_page_of_what_leads_nowhere_opens_from_a_folder_too(site: Path, browser: Browser, tmp_path: Path) -> None:
    ask = "[...d.querySelectorAll('a[href]')].map(one => one.href)"
    for path, found in in_frames(site, browser, ["404.html", "en/404.html"], 800, ask):
        assert found, path
        assert [a for a in found if not Path(unquote(urlsplit(a).path)).is_file()] == [], path
    alone = tmp_path / "alone"  # as a host shows it below a path that it does not know
    alone.mkdir()
    shutil.copy(site / "404.html", alone)
    ask = "[...d.querySelectorAll('.zm-header, .zm-nav li')].map(one => JSON.stringify([...['color', 'display', 'padding'].map(n => d.defaultView.getComputedStyle(one)[n])]))"
    ((_, own),) = in_frames(alone, browser, ["404.html"], 800, ask)
    ((_, theirs),) = in_frames(site, browser, ["changes/index.html"], 800, ask)
    assert own == theirs


def test_the_page_of_what_leads_nowhere_finds_the_tree_below_another_path_than_its_address_says(
    site: Path, browser: Browser, tmp_path: Path
) -> None:
    shutil.copytree(site, tmp_path / "www/a/preview")
    shutil.copy(site / "404.html", tmp_path / "www")
    server = make_server(tmp_path / "www", 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        page = dom(f"http://127.0.0.1:{server.server_address[1]}/a/preview/projects/none/x.html", browser)
    finally:
        server.shutdown()
        server.server_close()
    links = [a["href"] for a in page.of("a") if a.get("href", "").startswith("/")]
    assert "/a/preview/projects/index.html" in links
    assert [link for link in links if not (tmp_path / f"www{link.partition('#')[0]}").is_file()] == []
    assert page.of("form")[0]["data-to"] == "/a/preview/projects/index.html"


def test_an_address_that_makes_no_sense_shows_the_whole_list(site: Path, browser: Browser) -> None:
    ask = "d.querySelectorAll('#zm-list tbody a').length"
    pages = [f"projects/index.html{hash}" for hash in ("#q=%ZZ&sort=%3Cscript%3E", "#=", "#page=-1", "#sort=99&page=x")]
    assert [n for _, n in in_frames(site, browser, pages, 1000, ask)] == [50] * len(pages)


def test_an_address_sets_projects_side_by_side(site: Path, browser: Browser) -> None:
    """Each row's cells, as the project's own data have them; what is not on the site is said and left out."""
    ask = (
        "[d.getElementById('zm-compare-said').textContent, "
        "[...d.querySelectorAll('.zm-compare tr')].map(r => [...r.cells].map(c => c.textContent))]"
    )
    asked = ("#id=shili-2026-0005,shili-2026-0007,shili-2099-0001", "#id=%ZZ", "#id=__proto__", "#id=shili-2026-0020")
    found = in_frames(site, browser, [f"projects/compare.html{a}" for a in asked], 1000, ask)
    said, rows = found[0][1]
    assert "shili-2099-0001" in said
    assert [cell[:4] for cell in rows[0]] == ["项目", "示例项目", "医疗保障"]
    assert len({len(row) for row in rows}) == 1
    ladder = {}
    for n in (5, 7):
        data = json.loads((site / f"projects/shili-2026-{n:04d}.json").read_text("utf-8"))
        ladder[n] = {row["step"]: row for row in data["derived"]["ladder"]}
    over = ladder[5]["contracted"]["against_original"]["basis_points"]
    by_title = {row[0]: row[1:] for row in rows}
    assert by_title["合同合计（万元）"][0] == f"1,300.00较原始基线 +{over // 100}.{over % 100:02d}%"
    assert by_title["合同合计（万元）"][1].startswith("1,180.50较原始基线 −1.63%")
    assert by_title["资金，较原始基线"][0].startswith("▲ 偏离")
    assert [len(rows) for _, (_, rows) in found[1:3]] == [0, 0]
    assert "__proto__" in found[2][1][0]
    put_off = {row[0]: row[1] for row in found[3][1][1]}
    assert "尚在期内" in put_off["进度，较现行周期"]
    assert put_off["下一期限"].startswith("逾期 2026-")
    assert put_off["下一期限"].endswith("这一项按它自己的条文算，建设期延长也不移动；见项目页")
    assert "自己的条文" not in by_title["下一期限"][0]


def test_controls_have_labels_and_sorting_says_its_direction(site: Path, browser: Browser) -> None:
    ask = (
        "[[...d.querySelectorAll('form input, form select')].map(f => f.labels.length),"
        " [...d.querySelectorAll('th[aria-sort]')].map(h => h.getAttribute('aria-sort')),"
        " d.getElementById('zm-count').textContent]"
    )
    ((_, (labels, sorting, count)),) = in_frames(
        site, browser, ["projects/index.html#cls=建设类&sort=-approved"], 1000, ask
    )
    assert labels == [1] * 7  # search, class, two stages, overdue or not, body, order
    assert sorting == ["descending"]
    assert count == "符合条件 30 个，共 60 个"


def test_choices_are_counted_and_an_empty_result_says_what_to_try(site: Path, browser: Browser) -> None:
    ask = (
        "[[...d.querySelectorAll('form select')].map(s => [...s.options].map(o => o.text)),"
        " [...d.querySelectorAll('#zm-empty li')].map(e => e.textContent)]"
    )
    asked = ("cls=建设类", "cls=建设类&q=医疗", "q=医疗保帐", "q=medcial", "q=智慧医疗")
    pages = [f"projects/index.html#{one}" for one in asked]
    told = [said for _, said in in_frames(site, browser, pages, 1000, ask)]
    (chosen, tried), (_, suggested), *mistyped = told
    assert [offers[0] for _, offers in mistyped] == [
        "是不是“医疗保障”（有 1 个）",
        "是不是“medical”（有 1 个）",
        "只查“医疗”（有 1 个）",
    ]
    assert ["全部（60）", "建设类（30）", "运维服务类（30）"] in chosen
    assert ["全部（30）", "示例旗（1）", "示例市（29）"] in chosen
    assert tried == []
    assert suggested[0] == "去掉“类别：建设类”（有 1 个）"
    assert suggested[-1] == "看全部项目"


def test_what_is_typed_draws_every_row_and_every_count_though_bit_by_bit(site: Path, browser: Browser) -> None:
    with browser.new_page() as page:
        page.goto(f"{(site / 'projects/index.html').as_uri()}#q=0007")
        assert page.locator("#zm-list tbody a").count() == 1
        page.fill(".zm-filter input", "示例")
        shown = page.locator("#zm-list tbody a")
        expect(shown).to_have_count(50, timeout=30_000)
        for option in ("全部（60）", "建设类（30）", "运维服务类（30）"):
            expect(page.locator("form option", has_text=option).first).to_be_attached(timeout=30_000)
        found = [a.get_attribute("href") for a in shown.all()]
    assert found == [f"shili-2026-{n:04d}.html" for n in range(60, 10, -1)]


def test_bodies_of_one_name_in_two_cities_are_told_apart(site: Path, browser: Browser, tmp_path: Path) -> None:
    for name in ("assets", "search"):
        shutil.copytree(site / name, tmp_path / "site" / name)
    (tmp_path / "site/projects").mkdir()
    shutil.copy(site / "projects/index.html", tmp_path / "site/projects/index.html")
    head, _, rest = (site / "projects/rows.js").read_text("utf-8").partition("=")
    data = json.loads(rest.rstrip(";\n"))
    data["tables"]["owner"] = [["shili/ju", "示例局", "Bureau", ""], ["ling/ju", "示例局", "Bureau", ""]]
    data["tables"]["city"].append(["ling", "另市", "Other city", ""])
    data["columns"]["owner"] = [n % 2 for n in range(60)]
    (tmp_path / "site/projects/rows.js").write_text(f"{head}={json.dumps(data)};", "utf-8")
    ask = "[...d.querySelectorAll('form option')].map(o => o.text).filter(o => o.indexOf('示例局') === 0)"
    ((_, bodies),) = in_frames(tmp_path / "site", browser, ["projects/index.html"], 1000, ask)
    assert sorted(bodies) == ["示例局 · 另市（30）", "示例局 · 示例市（30）"]


def test_the_box_in_the_header_leads_to_the_list(site: Path, browser: Browser) -> None:
    ask = "(f => [f.hidden, f.dataset.to, f.querySelector('input').labels.length])(d.getElementById('zm-find'))"
    pages = ["index.html", "projects/shili-2026-0007.html", "en/rules/index.html"]
    assert [said for _, said in in_frames(site, browser, pages, 1000, ask)] == [
        [False, "./projects/index.html", 0],
        [False, "../projects/index.html", 0],
        [False, "../projects/index.html", 0],
    ]


def test_without_scripts_the_list_is_whole(site: Path, browser: Browser) -> None:
    """Scripts cannot be turned off on the command line; a page whose scripts are gone is the same."""
    text = (site / "projects/index.html").read_text("utf-8")
    copy = site / "projects/without-scripts.html"
    copy.write_text(re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL), "utf-8")
    assert len(rows(dom(copy.as_uri(), browser))) == 60
    copy.unlink()


PAGES = (
    "index.html", "about.html", "glossary.html", "data.html", "projects/index.html", "projects/shili-2026-0007.html",
    "organizations/index.html", "organizations/shili-ju.html", "districts/index.html", "systems/index.html", "changes/amounts.html",
    "measures/shili_2026.html", "rules/index.html", "rules/sl01_contract_in_time.html", "codes/index.html",
    "codes/yaml.anchor.html", "en/index.html", "en/projects/index.html", "en/projects/shili-2026-0007.html",
    "en/measures/shili_2026.html", "en/data.html",
)  # fmt: skip


def in_frames(site: Path, browser: Browser, pages: Sequence[str], width: int, ask: str) -> list[tuple[str, Any]]:
    """What the script *ask* says of each page, opened in frames *width* pixels wide; ``d`` is the page's document."""
    frames = "".join(f'<iframe width="{width}" height="800" src="{path}"></iframe>' for path in pages)
    script = (
        "[...document.querySelectorAll('iframe')].map("
        f"f => {{ const d = f.contentDocument; return [f.getAttribute('src'), {ask}] }})"
    )
    wrapper = site / "frames.html"
    wrapper.write_text(f"<!doctype html><title></title>{frames}", "utf-8")
    try:
        with browser.new_page() as page:
            page.goto(wrapper.as_uri(), wait_until="networkidle")
            said = [(str(path), answer) for path, answer in page.evaluate(script)]
    finally:
        wrapper.unlink()
    assert len(said) == len(pages)
    return said


@pytest.mark.parametrize("width", [360, 768])
def test_no_page_scrolls_sideways(site: Path, browser: Browser, width: int) -> None:
    """Wide tables scroll within their own frame."""
    widths = in_frames(site, browser, PAGES, width, "d.documentElement.scrollWidth")
    assert [(path, w) for path, w in widths if w > width] == []


def test_no_request_leaves_the_origin(site: Path, browser: Browser, tmp_path: Path) -> None:
    """What the pages ask for: a request of a page carries the hints of a client, the browser's own errands do not."""
    log = tmp_path / "net.json"
    server = make_server(site, 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    origin = f"http://127.0.0.1:{server.server_address[1]}"
    pages = ("index.html", "projects/index.html", "projects/shili-2026-0007.html", "en/rules/index.html")
    wrapper = site / "frames.html"
    wrapper.write_text("".join(f'<iframe src="{path}"></iframe>' for path in pages), "utf-8")
    try:
        rendered(f"{origin}/frames.html", tmp_path / "profile", f"--log-net-log={log}")
    finally:
        wrapper.unlink()
        server.shutdown()
        server.server_close()
    lines = [line for line in log.read_text("utf-8", "replace").splitlines() if "sec-ch-ua" in line]
    asked = {url for line in lines for url in re.findall(r'"url":"([^"]+)"', line)}
    assert asked >= {f"{origin}/{path}" for path in (*pages, "assets/zongmu.css")}
    assert {url for url in asked if not url.startswith(f"{origin}/")} == set()


def test_hostile_text_is_shown_and_runs_nowhere(browser: Browser, tmp_path: Path) -> None:
    need_chromium()
    texts = [t for t in HOSTILE if not set(t) & set("\u202e\ufeff\x0c\u2028\ufe0f")]  # these the reader refuses
    records = []
    for n, text in enumerate(texts, 1):
        record = hostile_project(" ".join(text.split())[:200])
        record["id"] = f"shili-2026-{n:04d}"
        del record["format"], record["jurisdiction"]
        records.append(record)
    write_instance(tmp_path, records)
    said, _ = build(tmp_path)
    assert f"公开 {len(texts)}，" in said
    site = tmp_path / "public"
    projects = [f"projects/{p.name}" for p in sorted((site / "projects").glob("shili-*.html"))]
    pages = ["index.html", "projects/index.html", "en/projects/index.html", *projects]
    chosen = ",".join(Path(path).stem for path in projects[:4])
    pages += [f"projects/compare.html#id={chosen}", "projects/compare.html#id=<img src=x onerror=alert(1)>"]
    ask = "[d.documentElement.dataset.ran || null, [...d.scripts].filter(s => s.type !== 'application/ld+json').length, d.querySelector('h1').textContent]"
    for path, (ran, scripts, heading) in in_frames(site, browser, pages, 800, ask):
        assert ran is None, path
        expected = (
            7 if "compare" in path else 6 if path.endswith("projects/index.html") else 2 if path in projects else 1
        )
        assert scripts == expected, path
        if path in projects:
            assert heading == " ".join(texts[projects.index(path)].split())[:200], path

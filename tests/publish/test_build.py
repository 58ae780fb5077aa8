"""The built site as a whole: reproducible, atomic, whole without a server, nothing from outside, every link leading somewhere."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import struct
import subprocess
import threading
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import unquote, urlsplit
from urllib.request import urlopen

import pytest

from tests.publish.instance import SETTINGS, build, project, review, write_endorsements, write_instance
from tests.publish.page import Page
from tests.publish.test_released import _public
from tests.publish.trees import same_tree
from tests.publish.unpack import all_text
from tests.shared import REPO
from zongmu.cli.main import main
from zongmu.cli.publishing.serve import make_server
from zongmu.cli.trouble import Trouble
from zongmu.policy.law.loading import Checks
from zongmu.publish.making.tree import fresh_tree
from zongmu.report.findings.catalog import codes


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built site with a project of every sort: usual, late, with a system, in a district, with no milestone, withheld."""
    root = tmp_path_factory.mktemp("instance")
    write_instance(
        root,
        [
            project(1, builds=["shili/pingtai"], name_en="Example platform", summary_en="An example."),
            project(2, milestones=[{"kind": "approved", "date": "2026-03-02", "total": "10万元"}], region="150690"),
            {"id": "shili-2026-0003", "name": "只有名称"},
            project(4),
        ],
    )
    (root / "schema").mkdir()
    (root / "schema/project.schema.json").write_text('{"$id": "https://registry.example/schema/project.schema.json"}\n')
    row = review(_public(root, 4), "withheld", ground="trade_secret")
    write_endorsements(root, "shili-2026-0004", {"disclosure_reviews": [row]})
    theirs = os.umask(0o077)  # whoever builds keeps other files to himself
    build(root)
    assert os.umask(theirs) == 0o077
    return root / "public"


ANYWHERE = ("404.html", "en/404.html")
"""Pages that a host shows at any depth: their links start at the root of the site's address."""


def parsed(site: Path) -> dict[str, Page]:
    """Every page of a site by its path, parsed."""
    return {file.relative_to(site).as_posix(): Page(file.read_text("utf-8")) for file in sorted(site.rglob("*.html"))}


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, Page]:
    """Every page of *site*: there are more than a thousand, so they are parsed once."""
    return parsed(site)


# ── reproducible, atomic ──


def test_two_builds_give_the_same_bytes_and_the_second_touches_nothing(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for root in (one, two):
        root.mkdir()
        write_instance(root, [project(1), project(2)])
        build(root)
    assert same_tree(one / "public", two / "public") == []
    page = one / "public/projects/shili-2026-0001.html"
    before = page.stat()
    said, _ = build(one)
    after = page.stat()
    files = sum(p.is_file() for p in (one / "public").rglob("*"))
    assert f"{files} 个文件（{files} 个未变）" in said
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_what_is_kept_in_the_cache_changes_no_byte(tmp_path: Path) -> None:
    write_instance(tmp_path, [project(1)])
    build(tmp_path, tmp_path / "cold")
    build(tmp_path, tmp_path / "warm")
    assert same_tree(tmp_path / "cold", tmp_path / "warm") == []


def test_a_change_of_one_project_changes_only_what_shows_it(tmp_path: Path) -> None:
    write_instance(tmp_path, [project(1), project(2)])
    build(tmp_path, tmp_path / "before")
    from tests.publish.instance import write_project

    write_project(tmp_path, project(2, summary="另一个简介。"))
    build(tmp_path, tmp_path / "after")
    changed = same_tree(tmp_path / "before", tmp_path / "after")
    assert "data/csv/projects.csv" in changed
    assert "data/csv/contracts.csv" not in changed
    assert [path for path in changed if not path.startswith("data/")] == [
        "SHA256SUMS",
        "catalog.jsonld",
        "catalog.rdf",
        "catalog.ttl",
        "data.html",
        "data.json",
        "en/data.html",
        "en/projects/index.html",  # it has the checksums of the files, as the page of the data
        "en/projects/shili-2026-0002.html",
        "organizations/shili-ju.csv",
        "projects/index.html",
        "projects/shili-2026-0002.html",
        "projects/shili-2026-0002.json",
        "projects/shili-2026-0002.oc4ids.json",
        "search/0.js",
    ]


def test_the_as_of_day_stands_where_deadlines_are_and_in_build_json_alone(tmp_path: Path) -> None:
    write_instance(tmp_path, [project(1)])
    build(tmp_path, tmp_path / "one", "2026-06-29")
    build(tmp_path, tmp_path / "two", "2026-06-28")
    assert same_tree(tmp_path / "one", tmp_path / "two") == [
        "build.json",
        "deadlines/index.html",
        "en/deadlines/index.html",
        "en/index.html",
        "index.html",
        "projects/rows.js",
    ]


def test_a_build_that_fails_leaves_the_old_site(tmp_path: Path) -> None:
    write_instance(tmp_path, [project(1)])
    build(tmp_path)
    page = tmp_path / "site/pages/zh/about.md"
    page.write_text(page.read_text("utf-8") + "\n<!-- zongmu:nonsense -->\n", "utf-8")
    before = {p: p.read_bytes() for p in (tmp_path / "public").rglob("*") if p.is_file()}
    with pytest.raises(Trouble) as trouble:
        build(tmp_path)
    assert trouble.value.where == "site/pages/zh/about.md"
    assert {p: p.read_bytes() for p in (tmp_path / "public").rglob("*") if p.is_file()} == before
    assert not [p for p in (tmp_path / ".cache/zongmu").rglob("*") if p.name.startswith((".zongmu-build-", "work-"))]


def test_a_tree_is_swapped_in_only_when_it_is_whole(tmp_path: Path) -> None:
    out = tmp_path / "public"
    with fresh_tree(out) as tree:
        tree.write("build.json", b"{}")
        tree.write("a/page.html", b"old")

    def interrupted() -> None:
        with fresh_tree(out) as tree:
            tree.write("a/page.html", b"new")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert (out / "a/page.html").read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["public"]


@pytest.mark.parametrize("path", ["../evil.html", "/etc/x", "a/../../b", "a b.html", "页.html", "a//b", ""])
def test_a_path_that_leads_elsewhere_is_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(ValueError, match="not a plain path"), fresh_tree(tmp_path / "public") as tree:
        tree.write(path, b"")


def test_settings_that_must_not_get_out_make_no_site(tmp_path: Path) -> None:
    site = {"address": "https://example.org/", "footer": [{"text": "联系 13912345678"}]}
    write_instance(tmp_path, [project(1)], settings={"site": site})
    with pytest.raises(Trouble) as trouble:
        build(tmp_path, tmp_path / "out")
    assert (trouble.value.code, trouble.value.exit_code) == ("build.settings", 1)
    assert not (tmp_path / "out").exists()


def test_a_folder_that_zongmu_did_not_build_is_left_alone(tmp_path: Path) -> None:
    write_instance(tmp_path, [project(1)])
    other = tmp_path / "other"
    other.mkdir()
    (other / "thesis.txt").write_text("all my work")
    with pytest.raises(Trouble) as trouble:
        build(tmp_path, other)
    assert trouble.value.code == "build.not-ours"
    assert (other / "thesis.txt").read_text() == "all my work"


def test_a_tree_that_holds_an_applied_release_is_left_to_apply(tmp_path: Path) -> None:
    """It knows what was withdrawn there; a build in its place would bring that back."""
    write_instance(tmp_path, [project(1)])
    www = tmp_path / "www"
    build(tmp_path, www)
    (www / "release.json").write_text("{}")
    with pytest.raises(Trouble) as trouble:
        build(tmp_path, www)
    assert trouble.value.code == "build.not-ours"
    assert "release apply" in trouble.value.next_step.zh
    assert (www / "release.json").read_text() == "{}"


def test_settings_that_cannot_be_read_stop_the_build(tmp_path: Path) -> None:
    write_instance(tmp_path, [project(1)])
    (tmp_path / "registry/registry.yaml").write_text("format: 2\n")
    with pytest.raises(Trouble) as trouble:
        build(tmp_path)
    assert trouble.value.code == "cli.no-settings"


def test_examples_that_cannot_be_read_stop_the_build(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A check does not read them; the pages of the rules show them."""
    write_instance(tmp_path, [project(1)])
    (tmp_path / "checks/shili_2026/examples/_base.yaml").write_text("asof: [\n", "utf-8")
    assert main(["--root", str(tmp_path), "build", "--lang", "en"]) == 2
    said = capsys.readouterr().err
    assert "checks/shili_2026/examples/_base.yaml:1: could not run [checks.invalid] " in said
    assert not (tmp_path / "public").exists()


def test_a_site_can_be_read_by_a_web_server(site: Path, pages: dict[str, Page]) -> None:
    modes = {p.stat().st_mode & 0o777 for p in site.rglob("*") if p.is_file()}
    folders = {p.stat().st_mode & 0o777 for p in (site, *site.rglob("*")) if p.is_dir()}
    assert (modes, folders) == ({0o644}, {0o755})


# ── pages ──


def test_the_pages_that_must_be_there_are_there_in_both_languages(site: Path, pages: dict[str, Page]) -> None:
    expected = {
        "index.html", "about.html", "submit.html", "review.html", "audit.html", "new-measure.html", "glossary.html",
        "data.html",
        "projects/index.html", "projects/shili-2026-0001.html", "projects/shili-2026-0004.html",
        "organizations/index.html", "organizations/shili-ju.html", "systems/index.html",
        "districts/index.html", "districts/shili-150690.html", "measures/index.html", "measures/shili_2026.html",
        "rules/index.html", "rules/sl01_contract_in_time.html", "codes/index.html", "codes/yaml.anchor.html",
    }  # fmt: skip
    expected |= {f"codes/{code.id}.html" for code in codes(Checks({}, ()))}
    made = {*pages}
    assert expected <= made
    # What to do is said of a code on its page, also where it hangs on the case.
    for code in ("schema.pattern", "yaml.quote-it"):
        for prefix, asked in (("", "怎么办"), ("en/", "What to do")):
            text = " ".join(Page((site / f"{prefix}codes/{code}.html").read_text("utf-8")).text)
            assert len(text.partition(asked)[2].split("…")[0].strip()) > 10, (prefix, code)
    zh = {p for p in made if not p.startswith("en/")}
    assert {p.removeprefix("en/") for p in made if p.startswith("en/")} == zh
    assert not [p for p in made if "shell" in p]
    assert "ZONGMU-" not in "".join((site / p).read_text("utf-8") for p in made)


def test_what_leads_nowhere_has_a_page_whose_links_hold_at_any_depth(site: Path) -> None:
    server = make_server(site, 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with pytest.raises(HTTPError) as refused:
            urlopen(f"http://127.0.0.1:{server.server_address[1]}/en/projects/none/such.html")
    finally:
        server.shutdown()
        server.server_close()
    assert refused.value.code == 404
    page = Page(refused.value.read().decode("utf-8"))
    links = [urlsplit(a["href"]).path for a in page.of("a") if not a["href"].startswith("#")]
    assert {"/en/projects/index.html", "/en/returns/index.html"} <= set(links)
    for path in [*links, *(s["src"] for s in page.of("script") if "src" in s)]:
        assert path.startswith("/"), path
        assert (site / os.path.normpath(path[1:])).is_file(), path


def test_each_file_of_the_catalogue_is_served_as_what_the_catalogue_says_it_is(site: Path) -> None:
    listed = [f for d in json.loads((site / "data.json").read_text())["dataset"] for f in d["distribution"]]
    files = {Path(urlsplit(f["downloadURL"]).path): f["mediaType"] for f in listed if "downloadURL" in f}
    files |= {Path("/catalog.ttl"): "text/turtle", Path("/catalog.rdf"): "application/rdf+xml"}
    files |= {Path("/catalog.jsonld"): "application/ld+json", Path("/feed.atom"): "application/atom+xml"}
    by_kind = {path.suffix: (path, media) for path, media in files.items() if path.name != "csv-metadata.json"}
    server = make_server(site, 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        for path, media in by_kind.values():
            with urlopen(f"http://127.0.0.1:{server.server_address[1]}{path}") as answer:
                assert answer.headers.get_content_type() == media, path
                assert answer.headers["Access-Control-Allow-Origin"] is None
    finally:
        server.shutdown()
        server.server_close()
    assert {".csv", ".parquet", ".sqlite", ".xlsx", ".ods", ".ndjson", ".ics", ".rdf"} <= set(by_kind)


def test_every_page_is_sound(pages: dict[str, Page]) -> None:
    """Balanced, one h1, unique ids, a language, a viewport, headers with scope, drawings with a title, fields with labels."""
    for path, page in pages.items():
        assert page.unbalanced == [], path
        assert len(page.of("h1")) == 1, path
        assert len(page.ids) == len(set(page.ids)), path
        assert page.of("html")[0]["lang"] == ("en" if path.startswith("en/") else "zh"), path
        assert any(m.get("name") == "viewport" for m in page.of("meta")), path
        assert all(th.get("scope") in ("row", "col") for th in page.of("th")), path
        for drawing in page.of("svg"):
            assert drawing["role"] == "img"
            assert set(drawing["aria-labelledby"].split()) <= set(page.ids)
        assert all(img.get("alt") for img in page.of("img")), path


def test_chinese_pages_set_their_marks_as_chinese_does(pages: dict[str, Page]) -> None:
    """No comma, colon or semicolon of half a width after a Han character, but in what an editor's file is shown to hold."""
    for path, page in pages.items():
        if path.startswith(("en/", "codes/")):
            continue
        text = re.sub("“键: 值”", "", "".join(page.text))
        assert re.findall(r".{0,20}[\u4e00-\u9fff][,:;](?= ).{0,20}", text) == [], path


def test_the_demonstration_says_so_on_every_page(pages: dict[str, Page]) -> None:
    notice = {lang: SETTINGS["demonstration"][f"notice{'_en' if lang == 'en' else ''}"] for lang in ("zh", "en")}
    for path, page in pages.items():
        assert notice["en" if path.startswith("en/") else "zh"] in "".join(page.text), path


def test_before_anything_is_reviewed_there_is_a_site_that_says_so_and_every_link_leads_somewhere(
    tmp_path: Path,
) -> None:
    write_instance(tmp_path, [project(1)], settings={"disclosure_review": "separate"})
    shutil.copytree(REPO / "schema", tmp_path / "schema")
    build(tmp_path)
    site = tmp_path / "public"
    _every_link_leads_somewhere(site, parsed(site))
    assert "还没有公开的项目" in (site / "projects/index.html").read_text("utf-8")
    assert list((site / "projects").glob("*.json")) == []
    assert not (site / "data/oc4ids.json").exists()  # a package wants a project


def test_every_link_leads_somewhere(site: Path, pages: dict[str, Page]) -> None:
    _every_link_leads_somewhere(site, pages)


def _every_link_leads_somewhere(site: Path, pages: dict[str, Page]) -> None:
    ids = {path: set(page.ids) for path, page in pages.items()}
    there = {file.relative_to(site).as_posix() for file in site.rglob("*") if file.is_file()}
    for path, page in ((path, page) for path, page in pages.items() if path not in ANYWHERE):
        for attrs in (*page.of("a"), *page.of("link"), *page.of("script")):
            address = attrs.get("href", attrs.get("src"))
            if address is None or attrs.get("rel") in ("canonical", "alternate"):
                continue
            parts = urlsplit(address)
            if parts.scheme:
                continue
            target = os.path.normpath(os.path.join(os.path.dirname(path), unquote(parts.path))) if parts.path else path
            assert not target.startswith(".."), (path, address)
            assert target in there, (path, address)
            if parts.fragment and "=" not in parts.fragment and target.endswith(".html"):
                assert parts.fragment in ids[target], (path, address)


def test_canonical_and_alternate_addresses_are_those_of_the_pages(pages: dict[str, Page]) -> None:
    for path, page in pages.items():
        links = {
            (a["rel"], a.get("hreflang", "")): a["href"]
            for a in page.of("link")
            if "hreflang" in a or a["rel"] == "canonical"
        }
        bare = path.removeprefix("en/")
        assert links == {
            ("canonical", ""): f"https://registry.example/{path}",
            ("alternate", "zh"): f"https://registry.example/{bare}",
            ("alternate", "en"): f"https://registry.example/en/{bare}",
        }, path


# ── nothing from outside, nothing that runs ──

_EVENT = re.compile(r"^on[a-z]+$")


def test_a_page_that_is_shared_shows_a_card_of_this_site(site: Path, pages: dict[str, Page]) -> None:
    for path, page in pages.items():
        said = {m["property"]: m["content"] for m in page.of("meta") if "property" in m}
        assert said["og:image"] == "https://registry.example/assets/card.png", path
        assert said["og:title"], path
    card = (site / "assets/card.png").read_bytes()
    assert struct.unpack(">II", card[16:24]) == (int(said["og:image:width"]), int(said["og:image:height"]))


def test_nothing_is_loaded_from_outside_and_nothing_runs_that_is_not_ours(site: Path, pages: dict[str, Page]) -> None:
    for path, page in pages.items():
        policy = [m["content"] for m in page.of("meta") if m.get("http-equiv") == "Content-Security-Policy"]
        assert len(policy) == 1, path
        own = " 'sha256-[A-Za-z0-9+/=]{44}'" if path in ANYWHERE else ""  # its one line that makes links relative
        assert re.search(f"default-src 'none'; script-src 'self'{own}; style-src 'self'{own * 2};", policy[0]), path
        scripts = [a for a in page.of("script") if a.get("type") != "application/ld+json"]  # data, which nothing runs
        assert len([a for a in scripts if "src" not in a]) == bool(own), path
        scripts = [a for a in scripts if "src" in a]
        loaded = [a.get("src") for a in (*scripts, *page.of("img"), *page.of("iframe"))]
        loaded += [a["href"] for a in page.of("link") if a["rel"] not in ("canonical", "alternate")]
        assert all(address and not urlsplit(address).scheme and not address.startswith("//") for address in loaded), (
            path
        )
        assert bool(page.of("style")) == (path in ANYWHERE), path
        assert not [a for _, _, a in page.tags if "style" in a or any(_EVENT.match(name) for name in a)], path
    for name in ("zongmu.css", "list.js", "search.js", "find.js", "tables.js", "cells.js"):
        assert "//" not in re.sub(
            r"/\*.*?\*/", "", (site / "assets" / name).read_text("utf-8"), flags=re.DOTALL
        ).replace("://", "://")
    named = re.findall(r"\w*://[^/\"]*", (site / "assets/sheet.js").read_text("utf-8"))
    assert set(named) == {"http://schemas.openxmlformats.org"}  # names of XML, at which nobody calls
    sheet = next((site / "assets/stylesheets").glob("main.*.css")).read_text("utf-8")
    assert not re.findall(r"url\((?![\"']?data:)", sheet)


def test_no_script_of_the_theme_is_shipped(site: Path) -> None:
    assert sorted(p.relative_to(site).as_posix() for p in site.rglob("*.js")) == [
        "assets/cells.js",
        "assets/compare.js",
        "assets/find.js",
        "assets/form/form.js",
        "assets/list.js",
        "assets/search.js",
        "assets/sheet.js",
        "assets/tables.js",
        "projects/figures.js",
        "projects/rows.js",
        "search/0.js",
        "search/fold.js",
        "submit/data.js",
        "submit/shili.js",
        "submit/shili.law.js",
    ]
    assert not list(site.rglob("*.map"))


# ── data ──


def test_data_files_parse_and_their_checksums_hold(site: Path) -> None:
    whole = json.loads((site / "data/projects.json").read_text("utf-8"))
    assert [p["project"]["id"] for p in whole["projects"]] == [f"shili-2026-000{n}" for n in (1, 2, 3)]
    assert whole["demonstration"] == SETTINGS["demonstration"]["notice"]
    for row in whole["projects"]:
        assert row == json.loads((site / f"projects/{row['project']['id']}.json").read_text("utf-8"))
        assert row["licence"] == "CC-BY-4.0"
    lines = (site / "SHA256SUMS").read_text("utf-8").splitlines()
    assert "schema/project.schema.json" in "\n".join(lines)
    calendars = {p.relative_to(site).as_posix() for p in site.rglob("*.ics")}
    assert len(calendars) > 1
    assert calendars <= {line.split("  ")[1] for line in lines}
    for line in lines:
        digest, path = line.split("  ")
        assert hashlib.sha256((site / path).read_bytes()).hexdigest() == digest
    done = subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=site, check=False, capture_output=True)
    assert done.returncode == 0


def test_the_ladder_in_the_data_is_exact(site: Path) -> None:
    rows = json.loads((site / "projects/shili-2026-0001.json").read_text("utf-8"))["derived"]["ladder"]
    assert rows == [
        {"step": "original", "amount": "1200万元", "source": "milestones/approved/total"},
        {
            "step": "current",
            "amount": "1200万元",
            "source": "milestones/approved/total",
            "against_original": {"fen": 0, "basis_points": 0},
        },
        {
            "step": "contracted",
            "amount": "1180.5万元",
            "source": "milestones/contract_signed/amount",
            "against_original": {"fen": -19500000, "basis_points": -163},
            "against_current": {"fen": -19500000, "basis_points": -163},
        },
    ]


def test_the_rows_of_the_list_are_one_assignment_of_json(site: Path) -> None:
    text = (site / "projects/rows.js").read_text("utf-8")
    assert text.startswith("window.zongmuList=")
    columns = json.loads(text.removeprefix("window.zongmuList=").rstrip(";\n"))["columns"]
    assert columns["id"] == ["shili-2026-0003", "shili-2026-0002", "shili-2026-0001"]


def test_addresses_for_search_engines(site: Path, pages: dict[str, Page]) -> None:
    listed = re.findall(r"<loc>(.*?)</loc>", (site / "sitemap.xml").read_text("utf-8"))
    made = {*pages} - set(ANYWHERE)
    assert set(listed) == {f"https://registry.example/{path}" for path in made}
    assert "sitemap.xml" in (site / "robots.txt").read_text("utf-8")


# ── what pages say ──


def test_the_page_of_a_rule_shows_what_really_comes_of_its_examples(site: Path) -> None:
    page = "".join(Page((site / "rules/sl01_contract_in_time.html").read_text("utf-8")).text)
    assert "逾期未签" in page
    assert "已过期限，尚无记录" in page
    assert "与预期不符" not in page
    assert "三十日内" in page


def test_an_internal_rule_says_that_its_outcome_is_not_public(site: Path) -> None:
    for name in ("sl05_protection_level", "sl06_incident_reported"):
        assert "这条规则的结果不公开" in (site / f"rules/{name}.html").read_text("utf-8")
    assert "这条规则的结果不公开" not in (site / "rules/sl03_plan.html").read_text("utf-8")


def test_the_page_of_a_measure_shows_what_is_missing_from_the_text(site: Path) -> None:
    page = "".join(Page((site / "measures/shili_2026.html").read_text("utf-8")).text)
    assert "原文缺失" in page
    assert "自批复之日" in page
    assert "SL-1 p1 s1" in page


def test_the_page_of_a_measure_names_the_document_by_which_it_goes_on(site: Path) -> None:
    for page, said in (
        ("measures/shili_2026.html", "继续执行（示政发〔2029〕9号）"),
        ("en/measures/shili_2026.html", "Applied further (示政发〔2029〕9号)"),
    ):
        assert said in "".join(Page((site / page).read_text("utf-8")).text)


def test_the_home_page_says_what_is_overdue(site: Path) -> None:
    text = (site / "index.html").read_text("utf-8")
    assert "2026-04-01" in text  # 30 days from 2 March
    assert 'href="projects/shili-2026-0002.html"' in text
    assert "2026-06-30" in text


def test_an_english_page_marks_what_exists_in_chinese_alone(site: Path) -> None:
    text = (site / "en/projects/shili-2026-0002.html").read_text("utf-8")
    assert '<h1 id="content"><span lang="zh">示例项目2</span></h1>' in text
    assert '<h1 id="content">Example platform</h1>' in (site / "en/projects/shili-2026-0001.html").read_text("utf-8")
    assert 'Run by <span lang="zh">示例数据局</span>' in text


def test_a_project_of_which_only_the_name_is_known_has_a_page(site: Path) -> None:
    text = "".join(Page((site / "projects/shili-2026-0003.html").read_text("utf-8")).text)
    assert "只有名称" in text
    assert "未登记" in text


def test_more_than_200_projects_come_in_pages(tmp_path: Path) -> None:
    write_instance(tmp_path, [{"id": f"shili-2026-{n:04d}", "name": f"项目{n}"} for n in range(1, 252)])
    build(tmp_path)
    listed: list[str] = []
    for name in ("list-shili-2026.html", "list-shili-2026-2.html"):
        page = Page((tmp_path / "public/projects" / name).read_text("utf-8"))
        found = [a["href"] for a in page.of("a") if re.fullmatch(r"shili-2026-[0-9]{4}\.html", a.get("href", ""))]
        assert len(found) <= 200
        listed += found
    assert len(listed) == 251
    assert listed[0] == "shili-2026-0251.html"


# ── what is not made again ──


def test_a_page_that_somebody_changed_is_made_anew(tmp_path: Path) -> None:
    write_instance(tmp_path, [project(1), project(2)])
    build(tmp_path)
    page = tmp_path / "public/projects/shili-2026-0001.html"
    was = page.read_bytes()
    page.write_bytes(was.replace("示例项目1".encode(), "示例项目9".encode()))
    build(tmp_path)
    assert page.read_bytes() == was


def test_a_body_that_was_renamed_is_renamed_on_the_pages_of_its_projects(tmp_path: Path) -> None:
    write_instance(tmp_path, [project(1)])
    build(tmp_path)
    path = tmp_path / "registry/organizations/shili/ju.yaml"
    path.write_text(path.read_text("utf-8").replace("name: 示例局\n", "name: 示例新局\n"), "utf-8")
    build(tmp_path)
    said = (tmp_path / "public/projects/shili-2026-0001.html").read_text("utf-8")
    assert "项目单位 示例新局</span>" in said  # the trace of a rule too: a reader knows no ids


def test_a_project_that_is_withdrawn_leaves_no_file_of_it(tmp_path: Path) -> None:
    write_instance(tmp_path, [project(1), project(2)])
    build(tmp_path)
    row = review(_public(tmp_path, 1), "withheld", ground="trade_secret")
    write_endorsements(tmp_path, "shili-2026-0001", {"disclosure_reviews": [row]})
    build(tmp_path)
    assert not (tmp_path / "public/projects/shili-2026-0001.json").exists()
    assert [path for path, text in all_text(tmp_path / "public") if "示例项目1" in text] == []


def test_a_memory_that_cannot_be_read_is_no_memory(tmp_path: Path) -> None:
    write_instance(tmp_path, [project(1)])
    build(tmp_path)
    before = (tmp_path / "public/projects/shili-2026-0001.html").read_bytes()
    for memory in (tmp_path / ".cache/zongmu").glob("files-*.json"):
        memory.write_text("{nonsense")
    build(tmp_path)
    assert (tmp_path / "public/projects/shili-2026-0001.html").read_bytes() == before

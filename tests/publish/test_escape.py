"""Whatever text a record holds, the parsed shape of a page is that of a harmless one, titles and attributes included."""

from __future__ import annotations

import json
import string
from collections.abc import Iterable, Iterator
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.publish.instance import CITY, project, released, write_instance
from tests.publish.page import Page, made
from tests.shared import SHARED
from zongmu.disclosure.projection import Told, project_public
from zongmu.model.derived.views import View
from zongmu.model.records.project import Project
from zongmu.publish.build import shell_settings
from zongmu.publish.derived.rows import rows_script
from zongmu.publish.open_data.json_files import project_data
from zongmu.publish.pages.base import Maker
from zongmu.publish.pages.bodies import body_pages
from zongmu.publish.pages.districts import district_pages
from zongmu.publish.pages.home import home_html
from zongmu.publish.pages.listing import list_page, plain_list_pages
from zongmu.publish.pages.project import project_page
from zongmu.publish.pages.systems import system_pages
from zongmu.publish.released.release import Release, Released
from zongmu.publish.rendering.escape import html, safe, script_json
from zongmu.publish.rendering.shells import LANGUAGES, render
from zongmu.publish.rendering.templating import FOLDER, Templates, in_language
from zongmu.publish.search import found_in, shards

HOSTILE = (
    "<script>document.documentElement.dataset.ran=1</script>",
    "<img src=x onerror=document.documentElement.dataset.ran=1>",
    '"><svg onload=document.documentElement.dataset.ran=1>',
    "' onmouseover='document.documentElement.dataset.ran=1",
    "</title><script>document.documentElement.dataset.ran=1</script>",
    "</textarea></style></script><h1>x",
    "<!-- --!> <b>",
    "]]><x>",
    "{{ 7*7 }}{% raw %}{# x #}",
    "${7*7} #{7*7} <%= 7*7 %>",
    "ZONGMU-BODY ZONGMU-TITLE zongmu-shell-project.html",
    "<!-- zongmu:home -->",
    "[[甲|乙]]",
    "[点我](javascript:alert(1)) ![x](x)",
    "&lt;b&gt; &amp;amp; &#60;i&#62; &",
    "javascript:alert(1)",
    "\u202e反转\u2066",
    "＜script＞",
    "a\u2028b\u2029c",
    "\ufeff\u200b",
    "'; DROP TABLE projects; --",
    "../../etc/passwd",
    "=cmd|' /C calc'!A0",
    "%s %d {0} {name} %(x)s",
    "\\u003cscript\\u003e",
    "\x0c\x0b<b\x0bonclick=x>",
    "𠜎𠜱🏳0🌈️",
    "<a href=//evil.example>x</a>",
    "</script><script src=//evil.example></script>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content=0;url=//evil.example>",
)


def _naughty() -> list[str]:
    file = SHARED / "payloads" / "blns.json"
    return [p for p in json.loads(file.read_text("utf-8")) if p.strip()] if file.is_file() else []


NAUGHTY = _naughty()


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    root = tmp_path_factory.mktemp("instance")
    write_instance(root, [project(1)])
    return released(root)


@pytest.fixture(scope="module")
def makers(release: Release, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Maker]:
    root = write_instance(tmp_path_factory.mktemp("shells"), [])
    rendered = render(root, shell_settings(release.instance), root / ".cache")
    return {lang: Maker(lang, release, rendered[lang], Templates(lang)) for lang in LANGUAGES}


def hostile_project(text: str) -> dict[str, Any]:
    """A project with *text* in every field that takes words."""
    record = project(1)
    approved, contract = record["milestones"]
    return {
        "format": 1,
        "jurisdiction": CITY,
        **record,
        "name": text,
        "name_en": text,
        "summary": text,
        "summary_en": text,
        "necessity_public": text,
        "buyer_name": text,
        "responsible": {"office": text, "post": text},
        "scope": [{"id": "s1", "name": text}],
        "indicators": [{"id": "i1", "name": text, "target": text, "actual": text}],
        "standards": [{"seq": 1, "kind": "local", "title": text, "number": text}],
        "data_catalog": [{"id": "d1", "name": text, "share": "none", "open": "none"}],
        "withheld": [{"field": text, "ground": "trade_secret", "text": text}],
        "external_ids": {"trading": text, "library": text},
        "source": "https://example.org/?q=1",
        "milestones": [
            {"kind": "opened", "date": "2026-01-01", "source": {"title": text, "row": text}},
            {**approved, "number": text, "body_name": text},
            {"kind": "procurement_announced", "date": "2026-03-10", "agent": text, "lot": text},
            {"kind": "procurement_awarded", "date": "2026-03-15", "winner": text},
            {**contract, "number": text, "supplier": text, "lot": text, "members": [{"name": text}]},
            {"kind": "final_accepted", "date": "2026-06-01", "conclusion": "pass", "third_party": text},
        ],
        "waivers": [{"seq": 1, "of": "sl03_plan", "authority": "shili/shuju", "number": text, "date": "2026-04-01"}],
        "questions": [
            {
                "seq": 1,
                "kind": "inquiry",
                "received": "2026-04-01",
                "text": text,
                "text_en": text,
                "reply": {"date": "2026-04-02", "number": text, "text": text},
            }
        ],
    }


def _one_line(text: str) -> str:
    return (" ".join(text.split()) or "空")[:200]


def _release_with(release: Release, text: str) -> Release:
    """The release with *text* in every word of its project, its bodies, its district and its settings."""
    model = Project.model_validate(hostile_project(text))
    found = release.projects[0]
    public = project_public(model, Told(frozenset({"plan"})))
    hostile = Released(public, found.stage, found.findings, found.checked, found.review)
    vars(hostile)["view"] = View(model)
    bodies = {
        id: replace(o, name=text, name_en=text, short_name=text, former_names=((text, None),), uscc=text)
        for id, o in release.organizations.items()
    }
    districts = tuple(replace(d, name=text, name_en=text) for d in release.districts)
    return replace(release, projects=(hostile,), organizations=bodies, districts=districts)


def shapes(release: Release, makers: dict[str, Maker], text: str, every_kind: bool = True) -> Iterator[tuple[str, Any]]:
    """The shape of pages that show words of a record: of every kind in both languages, or of the project alone."""
    one = _release_with(release, text)
    for lang, maker in makers.items():
        make = Maker(lang, one, maker.rendered, maker._templates)
        if not every_kind:
            path, data = project_page(make, one.projects[0])
            yield path, Page(data.decode("utf-8")).shape
            return
        places = (file for pages in (body_pages, system_pages, district_pages) for file in pages(make))
        files = [project_page(make, one.projects[0]), list_page(make, ()), *plain_list_pages(make), *places]
        for path, data in made(files):
            page = Page(data.decode("utf-8"))
            assert page.unbalanced == [], (path, text)
            yield path, page.shape
        yield f"{lang} home", Page(home_html(make)).shape
        rows = rows_script(one, one.projects, make.say, make.say).decode("utf-8")
        assert json.loads(rows.removeprefix("window.zongmuList=").rstrip(";\n"))["columns"]["name"][0] == text
        for script in (rows, *(shard.decode("utf-8") for shard in shards([found_in(one, p) for p in one.projects]))):
            assert "<" not in script
    assert json.loads(json.dumps(project_data(one, one.projects[0])))["project"]["name"] == text


def _differing(
    release: Release, makers: dict[str, Maker], texts: Iterable[str], every_kind: bool = True
) -> list[tuple[str, str]]:
    """Pages whose shape a text changes. An English page marks words that are not ASCII as Chinese: hence two harmless ones."""
    harmless = {word.isascii(): dict(shapes(release, makers, word)) for word in ("无害", "harmless")}
    out = []
    for text in map(_one_line, texts):
        expected = harmless[text.isascii()]
        out += [(p, text) for p, shape in shapes(release, makers, text, every_kind) if shape != expected[p]]
    return out


def test_our_own_hostile_texts_change_no_shape(release: Release, makers: dict[str, Maker]) -> None:
    assert _differing(release, makers, HOSTILE) == []


@pytest.mark.skipif(not NAUGHTY, reason="the list of naughty strings does not lie beside this clone (../shared)")
def test_the_big_list_of_naughty_strings_changes_no_shape(release: Release, makers: dict[str, Maker]) -> None:
    assert _differing(release, makers, NAUGHTY, every_kind=False) == []


@settings(max_examples=25)
@given(
    st.text(
        st.sampled_from("<>&\"'`=/!-[]{}()%#;:\\ax \u2028\u202e\u00a0中" + string.ascii_letters[:4]),
        min_size=1,
        max_size=60,
    )
)
def test_no_text_at_all_changes_a_shape(release: Release, makers: dict[str, Maker], text: str) -> None:
    assert _differing(release, makers, [text]) == []


def test_the_words_arrive_as_they_were_written(release: Release, makers: dict[str, Maker]) -> None:
    text = _one_line(HOSTILE[2])
    one = _release_with(release, text)
    make = Maker("zh", one, makers["zh"].rendered, makers["zh"]._templates)
    page = Page(project_page(make, one.projects[0])[1].decode("utf-8"))
    assert text in "".join(page.text)
    assert [m["content"] for m in page.of("meta") if m.get("property") == "og:title"] == [f"{text} shili-2026-0001"]


# ── the functions themselves ──


@given(st.text())
def test_escaped_text_holds_no_markup_and_reads_as_it_was(text: str) -> None:
    said = html(text)
    assert not set(said) & set("<>\"'")
    assert unescape(said) == text


def test_markup_is_taken_as_it_is_and_everything_else_is_escaped() -> None:
    assert html(safe("<b>x</b>")) == "<b>x</b>"
    assert html("<b>") == "&lt;b&gt;"
    assert html(7) == "7"
    assert html(None) == "None"


@given(st.text())
def test_json_in_a_script_cannot_end_it(text: str) -> None:
    said = script_json([text])
    assert "<" not in said
    assert "\u2028" not in said
    assert json.loads(said) == [text]


def test_templates_have_both_languages_everywhere() -> None:
    for file in sorted(FOLDER.glob("*.html")):
        source = file.read_text("utf-8")
        en = in_language(source, "en")
        assert not any("\u4e00" <= c <= "\u9fff" for c in en), file.name
        assert "|safe" not in source.replace(" ", ""), file.name


def test_words_that_are_not_in_both_languages_are_an_error() -> None:
    with pytest.raises(ValueError, match="not written as"):
        in_language("[[只有中文]]", "zh")

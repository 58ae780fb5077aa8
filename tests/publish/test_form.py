"""The form page: the same bytes, digests and amounts as the program; filled in by a clerk in a real browser, over plain HTTP."""

from __future__ import annotations

import hashlib
import json
import subprocess
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter
from pydantic_core import PydanticCustomError

from tests.browser import need_chromium, need_node
from tests.ours import checks
from tests.publish.instance import build, project, write_instance
from tests.shared import REPO
from zongmu.cli.publishing.serve import make_server
from zongmu.model.record_types import BY_NAME
from zongmu.model.scalars import SCALAR_MESSAGES, Day, DayOrMonth, Duration, Money, Month, Ratio
from zongmu.model.scalars.days import DAY_FORM
from zongmu.policy.run import make_world
from zongmu.publish.form_data import check_texts, form_file
from zongmu.store.editing.canonical import formatted
from zongmu.store.fitting import wording
from zongmu.store.fitting.codes import VALUE_FORMS
from zongmu.store.registry import load
from zongmu.store.trees import WorkTree

FORM = REPO / "site" / "assets" / "form"

_NODE = r"""
const fs = require("fs"), vm = require("vm");
const page = { documentElement: { lang: "zh" }, baseURI: "http://127.0.0.1/", getElementById: () => null };
const world = { document: page, location: { protocol: "http:", search: "", origin: "null", pathname: "/" }, navigator: { userAgent: "node" }, console, setTimeout,
  clearTimeout, TextEncoder, TextDecoder, URL, URLSearchParams, MessageChannel, performance, queueMicrotask, structuredClone };
world.window = world.self = world.globalThis = world;
vm.createContext(world);
vm.runInContext(fs.readFileSync(process.argv[1], "utf8"), world);
const tools = world.zongmuFormTools;
const task = JSON.parse(fs.readFileSync(0, "utf8"));
const out = { files: {} };
for (const [path, schema] of task.files) {
  const { data, header } = tools.readYaml(fs.readFileSync(path, "utf8"));
  out.files[path] = tools.document(data, JSON.parse(fs.readFileSync(schema, "utf8")), header);
}
out.digests = task.texts.map((t) => tools.sha256Text(t));
out.capitals = task.amounts.map((a) => { const m = tools.readMoney(a, "万元"); return m && [m.text, tools.capital(m.fen), tools.yuan(m.fen)]; });
out.causes = task.causes.map(([value, node]) => tools.causeOf(value, node, task.words) || null);
out.problems = task.drafts.map(([data, schema]) => tools.validate(data, { id: data.jurisdiction, schema: JSON.parse(fs.readFileSync(schema, "utf8")) }, task.common).map((p) => [p.pointer.join("/"), `${p.said} ${p.next}`]));
out.code = tools.checkCode("a".repeat(64), ["b".repeat(64)]);
out.link = tools.forgeLink("gitlab", "https://git.example/a/b.git", "main", "registry/x.yaml", "名: a&b\n");
process.stdout.write(JSON.stringify(out), () => process.exit(0));
"""


def test_the_bundle_is_the_one_that_its_sources_make() -> None:
    manifest = json.loads((FORM / "manifest.json").read_text("utf-8"))
    for folder, rows in ((FORM, manifest["built"]), (REPO / "site" / "form", manifest["sources"])):
        for name, digest in rows.items():
            assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest, f"{name}: run npm run build"
    sources = {f"src/{p.name}" for p in (REPO / "site" / "form" / "src").iterdir()}
    assert sources <= set(manifest["sources"])
    assert "://" not in (REPO / "site" / "form" / "package-lock.json").read_text("utf-8"), "a lock without addresses"


def _node(**asked: Any) -> Any:
    """What the page's functions give of what is asked of them; see ``_NODE``."""
    task = {"files": [], "texts": [], "amounts": ["1"], "causes": [], "words": {}, "drafts": [], "common": {}, **asked}
    done = subprocess.run(
        [need_node(), "-e", _NODE, str(FORM / "form.js")],
        input=json.dumps(task),
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_form_writes_what_fmt_writes_and_reckons_as_the_program_does() -> None:
    files = sorted((REPO / "registry" / "projects").rglob("*.yaml"))
    schemas = {p: REPO / "schema" / p.relative_to(REPO / "registry" / "projects").parts[0] for p in files}
    texts = ["", "abc", "总目" * 40, "x" * 55, "x" * 56, "x" * 64, "a" * 100_000]
    amounts = ["480.5", "4,805,000元", "１．２亿元", "0.01元", "100010001元", "10.5元", "1000000000", "0", "20300.05元"]
    said = _node(
        files=[[str(p), str(s / "project.schema.json")] for p, s in schemas.items()], texts=texts, amounts=amounts
    )
    for path, text in said["files"].items():
        assert text == formatted(Path(path).read_bytes(), BY_NAME["project"], Path(path)), path
    assert said["digests"] == [hashlib.sha256(t.encode()).hexdigest() for t in texts]
    for given, found in zip(amounts, said["capitals"], strict=True):
        if found is not None:
            money = Money.parse(found[0])
            assert found[1] == money.capital(), given
    assert said["capitals"][0][0] == "480.5万元"
    assert said["capitals"][6] is None or said["capitals"][6][0] == "1000000000万元"
    assert (
        said["link"] == "https://git.example/a/b/-/new/main?file_name=registry%2Fx.yaml&content=%E5%90%8D%3A%20a%26b%0A"
    )


_WRONG: list[tuple[Any, list[str]]] = [
    (Money, ["10 000万元", "４８０万元", "480", "480万", "-5万元", "4,805元", "1.123元", "99999999999999元", "约5", "民国111年"]),
    (Ratio, ["41", "41 %", "４１%", "a"]),
    (Duration, ["24", "24 个月", "两年"]),
    (DAY_FORM, ["2026-02-31", "2026-13-01", "2026-3-1", "2026-03 -01", "民国一百一十一年三月五日", "中華民國111/3/1", "民国元年", "三月"]),
    (DayOrMonth, ["2026-02-31", "2026-02-30"]),
    (Month, ["2026-13", "2026 -03", "民國一一一年3月"]),
]  # fmt: skip
"""Of each form, texts that are none: every cause that the check tells apart."""


def test_the_form_says_what_is_wrong_in_titles_and_knows_the_days_of_a_month() -> None:
    draft = {
        "format": 1,
        "id": "ordos-2026-0099",
        "jurisdiction": "ordos",
        "planned": [{"kind": "approved", "date": "2026-02-31"}, {"kind": "contract_signed", "date": "2028-02-29"}],
        "milestones": [{"kind": "contract_signed", "seq": 2, "colour": "red"}],
    }
    said = _node(drafts=[[draft, str(REPO / "schema/ordos/project.schema.json")]], common=check_texts())
    (problems,) = said["problems"]
    told = dict(problems)
    assert told["name"].startswith("项目缺少“项目名称” ")
    assert told["milestones/0/date"].startswith("签订合同 · 2 缺少“日期” ")
    assert told["milestones/0/colour"].startswith("签订合同 · 2 没有 colour 这个字段")
    assert told["planned/0/date"].startswith("“计划日期”的写法不对：2026-02-31 ")
    assert SCALAR_MESSAGES["day_not_in_calendar"][0] in told["planned/0/date"]
    assert "planned/1/date" not in told


def test_the_form_tells_the_cause_that_the_check_tells() -> None:
    def told(read: Any, value: str) -> list[str]:
        with pytest.raises(PydanticCustomError) as refused:
            read(value)
        slip = wording.slip(value, in_list=False)
        return [slip.zh, slip.en] if slip else list(VALUE_FORMS[refused.value.type])

    cases = [(form, value) for form, values in _WRONG for value in values]
    said = _node(
        causes=[[value, TypeAdapter(Day if form is DAY_FORM else form).json_schema()] for form, value in cases],
        words={**SCALAR_MESSAGES, "republic": [wording.REPUBLIC.zh, wording.REPUBLIC.en]},
    )
    for (form, value), found in zip(cases, said["causes"], strict=True):
        read, otherwise = (form.read, form.error) if form is DAY_FORM else (form.parse, form.ERROR)
        assert (found or list(VALUE_FORMS[otherwise])) == told(read, value), value


def _with_law(folder: Path) -> None:
    """A second jurisdiction beside the one of the instance: one that has a measure."""
    found = load(WorkTree.of(REPO), paths=[])
    world = make_world(checks(), found)
    assert world is not None
    (city,) = (j for j in world.instance.jurisdictions if j.id == "ordos")
    for name, data in form_file(REPO, world, city):
        (folder / Path(name).name).write_bytes(data)
    start, _, text = (folder / "data.js").read_text("utf-8").partition('["common"]=')
    common = json.loads(text.rstrip().removesuffix(";"))
    common["jurisdictions"].append({"id": "ordos", "title": {"zh": city.name, "en": city.name}})
    common["asOf"] = "2026-11-16"
    (folder / "data.js").write_text(f'{start}["common"]={json.dumps(common)}', "utf-8")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    need_chromium()
    root = tmp_path_factory.mktemp("form")
    write_instance(root, [project(1), project(2)])
    (root / "schema" / "shili").mkdir(parents=True)
    (root / "schema" / "shili" / "project.schema.json").write_bytes(
        (REPO / "schema" / "project.schema.json").read_bytes()
    )
    build(root)
    _with_law(root / "public" / "submit")
    server = make_server(root / "public", 0)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()


UNREADABLE = (
    ("a.yaml", b"format: 1\nname: x\n__proto__: 1\n", "3:1 没有 __proto__ 这个字段"),
    ("a.yaml", b"format: 1\nformat: 1\n", "2:1 同一个键写了两次"),
    ("a.yaml", "name: 项目".encode("gb18030"), "不是 UTF-8 文本"),
    ("a.zip", b"PK", "不是填报页下载的申报包"),
    ("a.xlsx", b"PK", "Excel 表不在这里打开"),
)


_PASTE = """(input, text) => {
  const data = new DataTransfer(); data.setData("text", text);
  input.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


@pytest.mark.browser
def test_a_clerk_fills_in_a_project_and_hands_in_a_package(address: str, tmp_path: Path) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=need_chromium(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(20000)
        wrong: list[str] = []
        page.on("pageerror", lambda e: wrong.append(str(e)))
        page.on("console", lambda m: wrong.append(m.text) if m.type in ("error", "warning") else None)
        page.on("request", lambda r: wrong.append(r.url) if not r.url.startswith((address, "blob:", "data:")) else None)
        page.goto(f"{address}/submit/index.html")
        page.wait_for_selector(".zf-columns")

        def field(name: str) -> Any:
            return page.locator(f'[id="p/{name}"]')

        assert "项目缺少“项目名称”" in page.inner_text(".zf-problems")
        field("name").fill("测试项目")
        field("owner").fill("示例市数据局")
        field("owner").blur()
        page.locator('[id="f-p/owner"] .zf-ask button', has_text="示例数据局").click()
        page.select_option("#zf-add-milestone", "declared")
        field("milestones/0/date").fill("2026-04-20")
        field("milestones/0/total").fill("4,805,000元")
        assert "肆佰捌拾万零伍仟元整" in page.inner_text('[id="p/milestones/0/total-echo"]')
        field("milestones/0/total").fill("-5")
        page.locator('[id="f-p/milestones/0/total"] .zf-bad', has_text="金额不写负数").wait_for()
        field("milestones/0/total").fill("480.1234567")
        page.locator('[id="f-p/milestones/0/total"] .zf-bad', has_text="金额精确到分为止").wait_for()
        field("milestones/0/total").fill("4,805,000元")
        for pasted, because in (("2026年2月31日", "日历上没有这一天"), ("民国115年4月20日", "换算成公历：2026-04-20")):
            field("milestones/0/date").evaluate(_PASTE, pasted)
            page.locator('[id="f-p/milestones/0/date"] .zf-bad', has_text=because).wait_for()
        field("milestones/0/date").press_sequentially("02312026")
        field("milestones/0/date").blur()
        page.locator('[id="f-p/milestones/0/date"] .zf-bad', has_text="日期没有填全").wait_for()
        field("milestones/0/date").fill("2026-04-20")
        field("summary").fill("联系 13912345678")
        page.locator(".zf-problems", has_text="手机号").wait_for()
        assert page.is_disabled("#zf-package")
        field("summary").fill("一句简介")
        page.wait_for_selector(".zf-panel .zf-good")
        paper = tmp_path / "申请 报告.pdf"
        paper.write_bytes(b"%PDF-1.4 paper")
        page.click('[id="f-p/milestones/0/documents"] button')
        field("milestones/0/documents/0/kind").fill("application")
        page.set_input_files('[id="p/milestones/0/documents/0/sha256"]', str(paper))
        page.wait_for_selector("text=已附")
        with page.expect_download() as download:
            page.click("#zf-package")
        target = tmp_path / "package.zip"
        download.value.save_as(target)
        with zipfile.ZipFile(target) as package:
            manifest = json.loads(package.read("manifest.json"))
            record = package.read("project.yaml")
            assert hashlib.sha256(record).hexdigest() == manifest["record"]["sha256"]
            assert package.read(manifest["attachments"][0]["path"]) == paper.read_bytes()
            paper_form = package.read("sheet.html").decode()
            assert manifest["check_code"] in paper_form
            assert "演示数据，均为虚构。" in paper_form
            assert "示例数据局" in paper_form
            assert "2026-04-20 项目申报" in paper_form
            assert not {"declared", "shili/"} & set(paper_form.replace("<", " ").replace(">", " ").split())
        assert formatted(record, BY_NAME["project"], Path("p.yaml")) == record.decode()
        with page.expect_popup() as popup:
            page.click("#zf-sheet")
        popup.value.wait_for_load_state()
        popup.value.wait_for_function("getComputedStyle(document.querySelector('th')).borderTopWidth === '1px'")
        popup.value.close()
        page.reload()
        page.wait_for_selector(".zf-note")
        assert field("name").input_value() == "测试项目"
        page.locator("#zf-handin .zf-ask", has_text="附件不在本页").wait_for()
        for name, content, said in UNREADABLE:
            page.set_input_files(".zf-opening .zf-file input", {"name": name, "mimeType": "", "buffer": content})
            page.locator(".zf-note", has_text=said).wait_for()
        assert field("name").input_value() == "测试项目"
        page.set_input_files(".zf-opening .zf-file input", str(target))
        page.locator("#zf-handin .zf-ask").wait_for(state="detached")
        marked = record.replace(b"owner:", "# 责任单位\nowner:".encode())
        page.set_input_files(
            ".zf-opening .zf-file input", {"name": "a.yaml", "mimeType": "text/yaml", "buffer": marked}
        )
        page.wait_for_selector("#zf-changes")
        page.locator("#zf-back", has_text="测试项目").wait_for()  # what was there can be had back
        field("name").fill("改名")
        page.locator("#zf-changes", has_text="改名").wait_for()
        text = page.text_content("#zf-preview pre") or ""
        assert text.splitlines() == [
            line if not line.startswith("name:") else "name: 改名" for line in marked.decode().splitlines()
        ]
        page.click(".zf-act summary")
        field("milestones/0/total").fill("490")
        page.fill("#zf-reason", "录错")
        page.locator(".zf-silent button").click()
        page.locator(".zf-silent").wait_for(state="detached")  # what is explained is not asked for again
        page.wait_for_selector("#s-rows >> text=录错", state="attached")
        page.fill("#zf-public", "shili-2026-0002")
        page.press("#zf-public", "Enter")
        page.locator(".zf-note", has_text="登记号是新的").wait_for()
        assert field("id").input_value() == "shili-2026-0003"
        assert field("name").input_value() not in ("", "改名")
        browser.close()
        assert wrong == []


@pytest.mark.browser
def test_on_a_phone_one_step_at_a_time_and_the_law_speaks_as_one_types(address: str) -> None:
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=need_chromium(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 360, "height": 780})
        page.set_default_timeout(20000)
        wrong: list[str] = []
        page.on("pageerror", lambda e: wrong.append(str(e)))
        page.on("console", lambda m: wrong.append(m.text) if m.type in ("error", "warning") else None)
        page.goto(f"{address}/en/submit/index.html")
        page.select_option(".zf-opening select", "ordos")
        page.wait_for_selector('[id="p/name"]')
        page.fill('[id="p/name"]', "Platform")
        page.select_option('[id="p/class"]', "construction")
        page.select_option('[id="p/path"]', "full")
        page.get_by_role("button", name="Milestones").click()
        page.select_option("#zf-add-milestone", "final_applied")
        page.fill('[id="p/milestones/0/date"]', "2026-10-01")
        page.fill('[id="p/milestones/0/total"]', "4,805,000")
        page.locator('[id="f-p/milestones/0/total"] .zf-ask', has_text="did you mean 4805000元?").locator(
            "button"
        ).click()
        assert page.input_value('[id="p/milestones/0/total"]') == "4805000"
        page.locator(".zf-ask").wait_for(state="detached")
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        assert not page.is_visible('[id="p/name"]')
        page.get_by_role("button", name="Check", exact=False).first.click()
        breaches = page.locator(".zf-told-breaches")
        breaches.get_by_text("OD-30 p1 s2a").first.wait_for()
        assert "Lacking: " in breaches.inner_text()
        assert page.locator("#zf-law summary").count() > 5
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa"]}).response["violations"]
        assert [(v["id"], v["nodes"][0]["html"]) for v in found] == []
        breaches.locator("li", has_text="Lacking: ").locator("a").first.click()
        page.wait_for_selector("#s-milestones.zf-now")
        page.locator("#s-milestones :focus").wait_for(state="attached")
        page.get_by_role("button", name="Next").click()
        page.wait_for_selector("#s-plan.zf-now")
        browser.close()
        assert wrong == []


@pytest.mark.browser
def test_where_the_law_cannot_be_read_nobody_is_told_that_all_is_well(address: str) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=need_chromium(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(20000)
        page.route("**/submit/shili.law.js", lambda route: route.abort())
        page.goto(f"{address}/submit/index.html")
        # A draft that is damaged, or of something else on the same server, does not keep the page from opening.
        page.evaluate("""() => localStorage.setItem("zongmu-draft-1", '{"city": "shili", "data": null}')""")
        page.reload()
        page.locator("[role=alert]", has_text="读不到").wait_for()
        page.fill('[id="p/name"]', "测试项目")
        page.fill('[id="p/owner"]', "示例数据局")
        page.locator(".zf-problems").wait_for(state="detached")
        assert page.locator("#zf-check").count() == 1
        assert page.locator("#zf-check .zf-good").count() == 0
        browser.close()

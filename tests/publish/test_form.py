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

from tests.browser import need_chromium, need_node
from tests.publish.instance import build, project, write_instance
from tests.shared import REPO
from zongmu.cli.serve import make_server
from zongmu.model.records import BY_NAME
from zongmu.model.scalars import Money
from zongmu.store.canonical import formatted

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
const out = { files: {}, problems: {} };
for (const [path, schema] of task.files) {
  const { data, header } = tools.readYaml(fs.readFileSync(path, "utf8"));
  out.files[path] = tools.document(data, JSON.parse(fs.readFileSync(schema, "utf8")), header);
}
out.digests = task.texts.map((t) => tools.sha256Text(t));
out.capitals = task.amounts.map((a) => { const m = tools.readMoney(a, "万元"); return m && [m.text, tools.capital(m.fen), tools.yuan(m.fen)]; });
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


def _node(task: dict[str, Any]) -> Any:
    done = subprocess.run(
        [need_node(), "-e", _NODE, str(FORM / "form.js")],
        input=json.dumps(task),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_form_writes_what_fmt_writes_and_reckons_as_the_program_does() -> None:
    files = sorted((REPO / "registry" / "projects").rglob("*.yaml"))
    schemas = {p: REPO / "schema" / p.relative_to(REPO / "registry" / "projects").parts[0] for p in files}
    texts = ["", "abc", "总目" * 40, "x" * 55, "x" * 56, "x" * 64, "a" * 100_000]
    amounts = ["480.5", "4,805,000元", "１．２亿元", "0.01元", "100010001元", "10.5元", "1000000000", "0", "20300.05元"]
    said = _node(
        {
            "files": [[str(p), str(s / "project.schema.json")] for p, s in schemas.items()],
            "texts": texts,
            "amounts": amounts,
        }
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
    server = make_server(root / "public", 0)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()


@pytest.mark.browser
def test_a_clerk_fills_in_a_project_and_hands_in_a_package(address: str, tmp_path: Path) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=need_chromium(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 390, "height": 900})
        page.set_default_timeout(20000)
        wrong: list[str] = []
        page.on("pageerror", lambda e: wrong.append(str(e)))
        page.on("console", lambda m: wrong.append(m.text) if m.type in ("error", "warning") else None)
        page.on("request", lambda r: wrong.append(r.url) if not r.url.startswith((address, "blob:", "data:")) else None)
        page.goto(f"{address}/en/submit/index.html")
        page.wait_for_selector(".zf-columns")
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        page.goto(f"{address}/submit/index.html")
        page.wait_for_selector(".zf-columns")

        def field(name: str) -> Any:
            return page.locator(f'[id="p/{name}"]')

        assert "项目缺少 name（项目名称）" in page.inner_text(".zf-problems")
        field("name").fill("测试项目")
        field("owner").fill("示例数据局")
        page.select_option("#zf-add-milestone", "declared")
        field("milestones/0/date").fill("2026-04-20")
        field("milestones/0/total").fill("4,805,000元")
        assert "肆佰捌拾万零伍仟元整" in page.inner_text('[id="p/milestones/0/total-echo"]')
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
            assert manifest["check_code"] in package.read("sheet.html").decode()
        assert formatted(record, BY_NAME["project"], Path("p.yaml")) == record.decode()
        page.reload()
        page.wait_for_selector(".zf-note")
        assert field("name").input_value() == "测试项目"
        page.set_input_files(".zf-file input", {"name": "a.yaml", "mimeType": "text/yaml", "buffer": record})
        page.wait_for_selector("#zf-changes")
        field("name").fill("改名")
        page.locator("#zf-changes", has_text="改名").wait_for()
        page.fill("#zf-public", "shili-2026-0002")
        page.press("#zf-public", "Enter")
        page.locator(".zf-note", has_text="登记号是新的").wait_for()
        assert field("id").input_value() == "shili-2026-0003"
        assert field("name").input_value() not in ("", "改名")
        browser.close()
        assert wrong == []

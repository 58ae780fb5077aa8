"""The editor at /admin/: made from the schemas, and opened in a real browser against a GitLab that answers what it is asked."""

from __future__ import annotations

import hashlib
import json
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.browser import need_chromium
from tests.publish.instance import CITY, SETTINGS
from tests.shared import REPO
from zongmu.model.instance import Instance
from zongmu.publish.editor import configuration, editor_files
from zongmu.publish.shells import SiteProblem

CMS = REPO / "site" / "cms"
FORGE = "https://git.example"


def _instance(**editor: str) -> Instance:
    data = json.loads(json.dumps(SETTINGS).replace(CITY, "laizhou"))
    if editor:
        data["site"]["editor"] = editor
    return Instance.model_validate(data)


GITLAB = {"forge": "gitlab", "address": FORGE, "repository": "shili/registry"}


def test_the_bundle_is_the_one_that_its_sources_make() -> None:
    manifest = json.loads((CMS / "manifest.json").read_text("utf-8"))
    for folder, rows in ((CMS / "admin", manifest["built"]), (CMS, manifest["sources"])):
        for name, digest in rows.items():
            assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest, f"{name}: run npm run build"
    assert "://" not in (CMS / "package-lock.json").read_text("utf-8"), "a lock without addresses"


def test_no_editor_is_published_unless_the_settings_ask_for_it(tmp_path: Path) -> None:
    assert not list(editor_files(REPO, _instance()))
    with pytest.raises(SiteProblem):
        list(editor_files(tmp_path, _instance(**GITLAB)))


def test_the_page_may_reach_the_forge_and_no_other_host() -> None:
    for settings, hosts in (
        (GITLAB, FORGE),
        ({"forge": "github", "repository": "a/b"}, "https://github.com https://api.github.com"),
    ):
        page = dict(editor_files(REPO, _instance(**settings)))["admin/index.html"].decode()
        assert f"connect-src 'self' data: {hosts};" in page
        assert "unsafe-eval" not in page


def test_every_field_and_code_of_the_schema_has_its_place() -> None:
    instance = _instance(**GITLAB)
    assert instance.site.editor is not None
    made = configuration(REPO, instance, instance.site.editor)
    for collection, record in zip(made["collections"], ("project", "system", "organization"), strict=True):
        schema = json.loads((REPO / f"schema/laizhou/{record}.schema.json").read_text("utf-8"))
        fields = {f["name"]: f for f in collection["fields"]}
        assert list(fields) == list(schema["properties"])
        if record == "project":
            kinds = schema["$defs"]["Milestone"]["properties"]["kind"]["enum"]
            assert [t["name"] for t in fields["milestones"]["types"]] == kinds
            assert [o["value"] for o in fields["class"]["options"]] == schema["properties"]["class"]["enum"]
            assert {o["value"] for o in fields["has_data"]["options"]} == {True, False}
            signed = next(t for t in fields["milestones"]["types"] if t["name"] == "contract_signed")
            assert [f["name"] for f in signed["fields"]] == [
                p for p in schema["$defs"]["Contract"]["properties"] if p != "kind"
            ]


_SAVE = """async (text) => {
  const { read, revised } = await import("./cms.js");
  const data = read(text);
  const same = revised(text, data);
  data.name = "改名";
  data.milestones[0].note = "新注";
  return [same, revised(text, data)];
}"""


class _GitLab:
    """A GitLab in memory: who signs in, and the files of one branch."""

    def __init__(self, files: dict[str, str]) -> None:
        self.files = files
        self.calls: list[str] = []

    def answer(self, method: str, path: str, body: Any) -> Any:
        self.calls.append(f"{method} {path}")
        if path == "/api/v4/user":
            return {"id": 7, "name": "示例", "username": "clerk", "email": "c@git.example", "web_url": f"{FORGE}/clerk"}
        if path == "/api/v4/projects/shili%2Fregistry/users?search=clerk":
            return [{"id": 7, "username": "clerk"}]
        if path.startswith("/api/v4/projects/shili%2Fregistry/repository/branches/main"):
            return {"name": "main", "commit": {"id": "a" * 40}}
        if method == "GET" and path.startswith("/api/v4/projects/shili%2Fregistry/"):
            return []  # merge requests, deployments, states of commits: none yet
        assert path == "/api/graphql", path
        query, variables = body["query"], body["variables"]
        assert variables["fullPath"] == "shili/registry"
        repository: dict[str, Any]
        if "lastCommit" in query:
            repository = {"tree": {"lastCommit": {"sha": "a" * 40, "message": "-"}}}
        elif "rawTextBlob" in query:
            repository = {"blobs": {"nodes": [{"rawTextBlob": self.files[p]} for p in variables["paths"]]}}
        else:
            nodes = [
                {"type": "blob", "path": p, "sha": hashlib.sha1(t.encode()).hexdigest()} for p, t in self.files.items()
            ]
            page = {"endCursor": "", "hasNextPage": False}
            repository = {"rootRef": "main", "tree": {"blobs": {"nodes": nodes, "pageInfo": page}}}
        return {"data": {"project": {"repository": repository}}}


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


def test_the_page_opens_and_lists_the_records_of_the_forge(tmp_path: Path) -> None:
    from playwright.sync_api import Route, sync_playwright

    for path, data in editor_files(REPO, _instance(**GITLAB)):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    record = next((REPO / "registry" / "projects" / "laizhou").rglob("*.yaml"))
    forge = _GitLab({record.relative_to(REPO).as_posix(): record.read_text("utf-8")})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    strangers, here = [], f"http://localhost:{server.server_port}"

    def route(asked: Route) -> None:
        request = asked.request
        if request.url.startswith(here):
            asked.continue_()
        elif request.url.startswith(FORGE):
            cross = {"access-control-allow-origin": "*", "access-control-allow-headers": "*"}
            body = forge.answer(request.method, request.url.removeprefix(FORGE), request.post_data_json)
            asked.fulfill(status=200, headers=cross, json=body)
        else:
            strangers.append(request.url)
            asked.abort()

    try:
        with sync_playwright() as play:
            browser = play.chromium.launch(executable_path=need_chromium(), args=["--no-sandbox"])
            page = browser.new_page(locale="zh-CN")
            page.route("**/*", route)
            page.goto(f"{here}/admin/index.html")
            page.get_by_text("使用访问令牌登录").click()
            page.locator("dialog input, [role=dialog] input").first.fill("token")
            page.keyboard.press("Enter")
            page.get_by_text("laizhou-").first.wait_for(timeout=20_000)
            seen = page.inner_text("body")
            text = record.read_text("utf-8")
            same, changed = page.evaluate(_SAVE, text)
            browser.close()
    finally:
        server.shutdown()
    for word in ("示例市 项目 Projects", "示例市 系统 Systems", "示例市 机构 Organizations", record.stem):
        assert word in seen
    assert "POST /api/graphql" in forge.calls
    assert not [
        url for url in strangers if "/fonts/" not in url
    ]  # fonts of a CDN are asked for, and the policy refuses
    assert same == text
    old, new = text.splitlines(), changed.splitlines()
    assert [line for line in new if line not in old] == ["name: 改名", "    note: 新注"]
    assert [line for line in old if line not in new] == [next(line for line in old if line.startswith("name: "))]

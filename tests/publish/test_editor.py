"""The editor at /admin/: made from the schemas, and driven in a real browser against a forge that keeps what it is asked."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser import need_chromium
from tests.publish.forges import HEAD, REPOSITORY, Forge, GitHub, GitLab, decoded
from tests.publish.instance import CITY, SETTINGS
from tests.shared import REPO
from zongmu.model.record_types import BY_NAME
from zongmu.model.records.instance import Instance
from zongmu.publish.editor import configuration, editor_files
from zongmu.publish.rendering.site_settings import SiteProblem
from zongmu.store.editing.canonical import formatted

if TYPE_CHECKING:
    from playwright.sync_api import Page

CMS = REPO / "site" / "cms"


def _instance(**editor: str) -> Instance:
    data = json.loads(json.dumps(SETTINGS).replace(CITY, "laizhou"))
    if editor:
        data["site"]["editor"] = editor
    return Instance.model_validate(data)


GITLAB = {"forge": "gitlab", "address": GitLab.address, "repository": REPOSITORY}
GITHUB = {"forge": "github", "repository": REPOSITORY}


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
        (GITLAB, GitLab.address),
        (GITHUB, "https://github.com https://api.github.com"),
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


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def _opened(tmp_path: Path, forge: Forge, settings: dict[str, str]) -> Iterator[Page]:
    """The editor, signed in to *forge* with a token; a request to any other host fails the test."""
    from playwright.sync_api import Route, sync_playwright

    for path, data in editor_files(REPO, _instance(**settings)):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    strangers: list[str] = []
    here = f"http://localhost:{server.server_port}"

    def route(asked: Route) -> None:
        request = asked.request
        if request.url.startswith(here):
            asked.continue_()
        elif request.url.startswith(forge.address):
            cross = {
                "access-control-allow-origin": "*",
                "access-control-allow-headers": "*",
                "access-control-allow-methods": "*",
            }
            try:
                body = forge.answer(request.method, request.url.removeprefix(forge.address), request.post_data_json)
            except (AssertionError, KeyError) as unknown:
                strangers.append(f"{request.method} {request.url}: {unknown!r}")
                asked.fulfill(status=404, headers=cross, json={})
            else:
                asked.fulfill(
                    status=204 if body is None else 200, headers=cross, **({} if body is None else {"json": body})
                )
        else:
            strangers.append(request.url)
            asked.abort()

    try:
        with sync_playwright() as play:
            browser = play.chromium.launch(executable_path=need_chromium(), args=["--no-sandbox"])
            page = browser.new_page(locale="zh-CN", viewport={"width": 1280, "height": 900})
            page.set_default_timeout(20_000)
            page.route("**/*", route)
            page.goto(f"{here}/admin/index.html")
            page.get_by_text("使用访问令牌登录").click()
            page.locator("dialog input, [role=dialog] input").first.fill("token")
            page.keyboard.press("Enter")
            page.get_by_text("示例市 项目 Projects").first.wait_for()
            yield page
            browser.close()
    finally:
        server.shutdown()
    # Fonts of a CDN are asked for, and the policy of the page refuses.
    assert not [url for url in strangers if "/fonts/" not in url]


RECORD = REPO / "registry/projects/laizhou/shili-chengxiang/laizhou-2023-0001.yaml"
"""Written with comments and quotes of its own; its folder is that of the unit that registered it, not of its owner."""
PATH = RECORD.relative_to(REPO).as_posix()
FOLDER = RECORD.parent.name
NEW = f"registry/projects/laizhou/{FOLDER}/laizhou-2026-0077.yaml"


def _save_both(page: Page, forge: Forge) -> None:
    """Change the name of the record that exists, then begin another in the same folder."""

    def fill(key: str, text: str) -> None:
        place = page.locator(f'section[data-key-path="{key}"]')
        place.scroll_into_view_if_needed()
        place.locator("input, textarea").first.fill(text)

    def save() -> None:
        before = len(forge.writes)
        page.get_by_role("button", name="保存").first.click()
        for _ in range(200):
            if len(forge.writes) >= before + forge.writes_of_a_save:
                return
            page.wait_for_timeout(50)
        pytest.fail(f"nothing was saved: {forge.writes[before:]}")

    page.get_by_text(FOLDER).first.click()
    page.get_by_text(RECORD.stem).first.click()
    fill("name", "改名")
    save()
    page.evaluate(f"location.hash = '#/collections/projects_laizhou/filter/{FOLDER}'")
    page.get_by_text("新建").first.click()
    year = datetime.now(UTC).astimezone(timezone(timedelta(hours=8))).year
    offered = page.locator('section[data-key-path="id"]').locator("input, textarea").first
    assert offered.input_value() == f"laizhou-{year}-0001", "the next free one of the year"
    fill("id", "laizhou-2026-0077")
    fill("name", "新项目")
    save()


def _only_the_name_changed(text: str) -> None:
    old, new = RECORD.read_text("utf-8").splitlines(), text.splitlines()
    changed = [(a, b) for a, b in zip(old, new, strict=True) if a != b]
    assert changed == [(next(line for line in old if line.startswith("name: ")), "name: 改名")]


def _is_a_new_record(text: str) -> None:
    assert formatted(text.encode(), BY_NAME["project"], Path(NEW)) == text
    assert "id: laizhou-2026-0077\njurisdiction: laizhou\nname: 新项目\n" in text


def test_on_gitlab_a_save_is_a_branch_from_the_target_with_one_commit_and_a_draft_merge_request(tmp_path: Path) -> None:
    forge = GitLab({PATH: RECORD.read_text("utf-8")})
    with _opened(tmp_path, forge, GITLAB) as page:
        page.get_by_text(FOLDER).first.click()
        page.get_by_text(RECORD.stem).first.wait_for()
        seen = page.inner_text("body")
        text = RECORD.read_text("utf-8")
        same, changed = page.evaluate(_SAVE, text)
        _save_both(page, forge)
    for word in ("示例市 项目 Projects", "示例市 系统 Systems", "示例市 单位 Organizations", RECORD.stem):
        assert word in seen
    assert same == text
    old, new = text.splitlines(), changed.splitlines()
    assert [line for line in new if line not in old] == ["name: 改名", "    note: 新注"]
    assert [line for line in old if line not in new] == [next(line for line in old if line.startswith("name: "))]
    project = "/api/v4/projects/shili%2Fregistry"
    commits = [body for call, body in forge.writes if call == f"POST {project}/repository/commits"]
    requests = [body for call, body in forge.writes if call == f"POST {project}/merge_requests"]
    assert len(forge.writes) == 4
    for commit, request, action, path in zip(commits, requests, ("update", "create"), (PATH, NEW), strict=True):
        (change,) = commit["actions"]
        assert (commit["start_branch"], change["action"], change["file_path"]) == ("main", action, path)
        assert commit["branch"] == request["source_branch"] != "main"
        assert (request["target_branch"], request["labels"]) == ("main", "sveltia-cms/draft")
        assert request["title"].startswith("Draft: ")
        assert request["remove_source_branch"] is True
    _only_the_name_changed(commits[0]["actions"][0]["content"])
    _is_a_new_record(commits[1]["actions"][0]["content"])


def test_on_github_a_save_is_a_branch_from_the_target_with_one_commit_and_a_draft_pull_request(tmp_path: Path) -> None:
    forge = GitHub({PATH: RECORD.read_text("utf-8")})
    with _opened(tmp_path, forge, GITHUB) as page:
        _save_both(page, forge)
    assert [call for call, _ in forge.writes] == 2 * [
        "POST /graphql",
        "POST /graphql",
        f"POST /repos/{REPOSITORY}/pulls",
        f"POST /repos/{REPOSITORY}/issues/1/labels",
    ]
    for n, path in enumerate((PATH, NEW)):
        ref, commit, request, labels = (body for _, body in forge.writes[4 * n : 4 * n + 4])
        branch = request["head"]
        assert ref["variables"]["input"] == {"repositoryId": "R_1", "name": f"refs/heads/{branch}", "oid": HEAD}
        given = commit["variables"]["input"]
        assert given["branch"] == {"repositoryNameWithOwner": REPOSITORY, "branchName": branch}
        assert given["expectedHeadOid"] == HEAD
        assert (request["base"], request["draft"]) == ("main", True)
        assert labels == {"labels": ["sveltia-cms/draft"]}
        (added,) = given["fileChanges"]["additions"]
        assert given["fileChanges"]["deletions"] == []
        assert added["path"] == path
        (_only_the_name_changed, _is_a_new_record)[n](decoded(added["contents"]))

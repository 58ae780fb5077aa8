"""``zongmu intake`` opens the request on her behalf: the exact push and the exact call of each forge, and no token anywhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.cli.test_intake import RECORD, packed
from tests.gate.forge import Fake, forge
from tests.instances import Instance, say
from zongmu.exchange.forges.merge_request import LINK_LIMIT, Place, Request, link_of, place_of

TOKEN = "t0ken-for-nobody"


@pytest.fixture(scope="module")
def fake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fake]:
    with forge(tmp_path_factory.mktemp("forge")) as made:
        yield made


@pytest.fixture
def desk(tiny: Instance, fake: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Instance:
    monkeypatch.delenv("ZONGMU_FORGE_TOKEN", raising=False)
    tiny.commit()
    tiny.git("branch", "-M", "main")
    tiny.git("remote", "add", "origin", fake.remote)
    (tmp_path / "a.zip").write_bytes(packed())
    fake.forget()
    fake.answer = (201, {}, b"{}")
    return tiny


def _quiet(*texts: str) -> None:
    for text in texts:
        assert TOKEN not in text
        assert "secret" not in text  # the password in the remote's address


@pytest.mark.parametrize("kind", ["gitlab", "gitea"])
def test_a_forge_that_takes_push_options_opens_it_with_the_push(
    desk: Instance, fake: Fake, tmp_path: Path, kind: str
) -> None:
    said = desk.say("intake", tmp_path / "a.zip", "--by", "窗口", "--forge", kind)
    assert said.code == 0, said.all
    _quiet(said.all)
    branch = desk.git("for-each-ref", "--format=%(refname:short)", "refs/heads/intake/")
    options = dict(o.partition("=")[::2] for o in fake.options())
    if kind == "gitlab":
        assert fake.pushed() == [f"refs/heads/{branch}"]
        assert list(options) == [
            "merge_request.create", "merge_request.target", "merge_request.title", "merge_request.description",
            "merge_request.remove_source_branch",
        ]  # fmt: skip
        assert options["merge_request.target"] == "main"
        body = options["merge_request.description"]
        assert "/-/merge_requests/7" in said.out
    else:
        assert fake.pushed() == ["refs/for/main"]
        assert list(options) == ["topic", "title", "description"]
        assert options["topic"] == branch
        body = options["description"]
    assert "demo-2026-0003" in options.get("title", options.get("merge_request.title", ""))
    assert "示例财政局" in body
    assert fake.calls == []
    # The same package again: neither a second commit nor a second push.
    (fake.bare / "pushed").write_text("")
    again = desk.say("intake", tmp_path / "a.zip", "--by", "窗口", "--forge", kind)
    assert (again.code, "已经收过" in again.out, fake.pushed()) == (0, True, [])


CALLS = {
    "github": ("/api/v3/repos/city/registry/pulls", "authorization", f"Bearer {TOKEN}"),
    "gitea": ("/api/v1/repos/city/registry/pulls", "authorization", f"token {TOKEN}"),
    "gitee": ("/api/v5/repos/city/registry/pulls", None, None),
}


@pytest.mark.parametrize("kind", CALLS)
def test_with_a_token_the_interface_is_called(
    desk: Instance, fake: Fake, tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZONGMU_FORGE_TOKEN", TOKEN)
    page = "https://forge.example/city/registry/pulls/9"
    fake.answer = (201, {}, json.dumps({"html_url": page, "number": 9}).encode())
    said = desk.say("intake", tmp_path / "a.zip", "--by", "窗口", "--forge", kind, "--lang", "en")
    assert (said.code, page in said.out) == (0, True), said.all
    _quiet(said.all, desk.git("log", "--all", "--format=%B"), (desk.root / ".git" / "logs" / "HEAD").read_text("utf-8"))
    branch = desk.git("for-each-ref", "--format=%(refname:short)", "refs/heads/intake/")
    assert fake.pushed() == [f"refs/heads/{branch}"]
    assert fake.options() == []
    (called,) = fake.calls
    path, header, value = CALLS[kind]
    assert called[0] == path
    assert called[1]["content-type"] == "application/json"
    assert header is None or called[1][header] == value
    body = dict(called[2])
    assert body.pop("access_token", None) == (TOKEN if kind == "gitee" else None)
    assert set(body) == {"title", "body", "head", "base"}
    assert (body["head"], body["base"]) == (branch, "main")
    assert "冒名" in body["body"]
    assert not any(line.startswith("Entered-By: 冒名") for line in body["body"].split("\n"))


def test_what_the_forge_refuses_is_told_with_a_way_on_and_without_the_token(
    desk: Instance, fake: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZONGMU_FORGE_TOKEN", TOKEN)
    file = tmp_path / "a.zip"
    for status, headers, answer, code in (
        (401, {}, {"message": f"Bad credentials {TOKEN}\u001b[31m"}, "request.refused"),
        (422, {}, {"message": "Validation Failed", "errors": [{"message": "exists"}]}, "request.refused"),
        (302, {"Location": "http://elsewhere.example/"}, {}, "request.refused"),
    ):
        fake.answer = (status, headers, json.dumps(answer).encode())
        fake.forget()
        desk.reset()
        desk.commit()
        desk.git("branch", "-M", "main")
        desk.git("remote", "add", "origin", fake.remote)
        said = desk.say("intake", file, "--by", "窗口", "--forge", "github")
        assert (said.code, f"[{code}]" in said.out) == (1, True), said.all
        assert "/compare/main...intake/" in said.out
        assert "\u001b" not in said.out
        _quiet(said.all)
    # What was recorded stays, and is proposed when the same package is brought again.
    fake.answer = (201, {}, b"[]")
    again = desk.say("intake", file, "--by", "窗口", "--forge", "github")
    assert (again.code, "已提出合并请求" in again.out) == (0, True), again.all


def test_without_a_token_the_page_to_open_is_filled_in(desk: Instance, fake: Fake, tmp_path: Path) -> None:
    said = desk.say("intake", tmp_path / "a.zip", "--by", "窗口", "--forge", "github", "--target", "main")
    link = next(word for word in said.out.split() if "/compare/" in word)
    filled = parse_qs(urlsplit(link).query)
    assert filled["expand"] == ["1"]
    assert "demo-2026-0003" in filled["title"][0]
    assert "示例财政局" in filled["body"][0]
    assert fake.calls == []
    _quiet(said.all)


def test_a_push_that_is_not_taken_leaves_the_branch_and_says_what_to_do(
    desk: Instance, fake: Fake, tmp_path: Path
) -> None:
    desk.git("remote", "set-url", "origin", "http://desk:secret@127.0.0.1:9/city/registry.git")
    said = desk.say("intake", tmp_path / "a.zip", "--by", "窗口", "--forge", "gitlab")
    assert (said.code, "[push.not-taken]" in said.out, "已登记" in said.out) == (1, True, True), said.all
    assert "git push origin" in said.out
    desk.git("remote", "set-url", "origin", fake.remote)
    ref = desk.git("for-each-ref", "--format=%(refname)", "refs/heads/intake/")
    other = desk.git("commit-tree", "HEAD^{tree}", "-m", "taken in at another desk")
    desk.git("push", "-q", fake.remote, f"{other}:{ref}")
    again = desk.say("intake", tmp_path / "a.zip", "--by", "窗口", "--forge", "gitlab")
    assert "non-fast-forward" in again.out, again.all
    _quiet(said.all)
    assert desk.git("for-each-ref", "refs/heads/intake/")
    assert "[push.no-remote]" in desk.say("intake", tmp_path / "a.zip", "--by", "窗口", "--remote", "up").all
    (tmp_path / "b.zip").write_bytes(packed(RECORD.format("a" * 64)))
    local = desk.say("intake", tmp_path / "b.zip", "--by", "窗口", "--local")
    assert "git push" in local.out
    assert "push.not-taken" not in local.out


def test_addresses_of_remotes_are_understood_and_carry_no_password() -> None:
    for url, page in {
        "https://u:p@git.example/a/b.git": "https://git.example/a/b",
        "http://git.example:3000/sub/a/b/": "http://git.example:3000/sub/a/b",
        "ssh://git@git.example:2222/a/b.git": "https://git.example/a/b",
        "git@gitee.com:city/registry.git": "https://gitee.com/city/registry",
    }.items():
        place = place_of(url)
        assert place is not None
        assert place.page == page
    grouped = place_of("https://gitlab.example/a/b/c.git", "gitlab")
    assert grouped is not None
    assert (grouped.owner, grouped.page) == ("a/b", "https://gitlab.example/a/b/c")
    for url in ("/srv/git/registry.git", "file:///srv/git/registry.git", "../up", "https://git.example/", "C:\\x"):
        assert place_of(url) is None, url
    long = Request("题", "项" * 5000, "intake/1", "main")
    for kind in ("github", "gitlab"):
        link = link_of(kind, Place("https://git.example", "a", "b"), long)  # type: ignore[arg-type]
        assert len(link) <= LINK_LIMIT
        assert "intake/1" in link or "intake%2F1" in link


COMMENTS = {
    "gitlab": ("/api/v4/projects/city%2Fregistry/merge_requests/7/notes", "username", "author", "PUT"),
    "gitea": ("/api/v1/repos/city/registry/issues/7/comments", "login", "user", "PATCH"),
}


@pytest.mark.parametrize("kind", COMMENTS)
def test_the_comment_is_one_and_only_the_desks_own_is_changed(
    fake: Fake, tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    many, name, author, change = COMMENTS[kind]
    marked = "<!-- zongmu:change -->\n**x**\n"
    (tmp_path / "zongmu.md").write_text(marked, "utf-8")
    theirs = {"id": 4, "body": marked, author: {name: "stranger"}}
    fake.holds = {f"/api/{many.split('/')[2]}/user": {name: "desk"}, many: [theirs]}
    args = (
        "comment",
        tmp_path / "zongmu.md",
        "--forge",
        kind,
        "--at",
        fake.remote.removesuffix(".git"),
        "--request",
        "7",
    )
    assert say(*args).code == 2, "nobody to comment as"
    monkeypatch.setenv("ZONGMU_FORGE_TOKEN", TOKEN)
    fake.calls.clear()
    first = say(*args)
    assert (first.code, "已发出" in first.out) == (0, True), first.all
    assert (fake.calls[-1][0], fake.calls[-1][2]) == (many, {"body": marked})
    assert TOKEN in str(fake.calls[-1][1])
    fake.holds[many] = [theirs, {"id": 5, "body": marked, author: {name: "desk"}}]
    assert "已更新" in say(*args).out
    place = many.replace("/7/comments", "/comments/5") if kind == "gitea" else f"{many}/5"
    assert (fake.calls[-1][0], fake.calls[-1][2]) == (f"{change} {place}", {"body": marked})
    _quiet(first.all)
    if kind == "gitlab":
        row = {"path": "registry/x.yaml", "line": 3, "side": "RIGHT", "body": "```suggestion\n  x: 1\n```"}
        (tmp_path / "review.json").write_text(
            json.dumps({"commit_id": "c", "event": "COMMENT", "comments": [row]}), "utf-8"
        )
        refs = {"base_sha": "a", "start_sha": "b", "head_sha": "c"}
        fake.holds[many.removesuffix("/notes")] = {"diff_refs": refs}
        assert "修改建议 1 处" in say(*args, "--suggestions", tmp_path / "review.json").out
        path, _, body = fake.calls[-1]
        assert path == many.replace("/notes", "/discussions")
        assert body["position"].items() >= {**refs, "new_path": "registry/x.yaml", "new_line": 3}.items()
        assert body["body"].startswith("```suggestion:-0+0\n")
        fake.holds[many].append({"id": 6, author: {name: "desk"}, **body})
        assert "修改建议" not in say(*args, "--suggestions", tmp_path / "review.json").out, "offered once"

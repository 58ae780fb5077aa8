"""GitLab and GitHub in memory, as far as the editor at /admin/ asks them: every call is kept, an unknown one fails the test.

The shapes of the answers are those of the forges' published interfaces: GitLab REST v4 and GraphQL, GitHub REST and GraphQL.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, field
from typing import Any

HEAD = "a" * 40
REPOSITORY = "shili/registry"
_PROJECT = "/api/v4/projects/shili%2Fregistry"


@dataclass
class Forge:
    """The files of the target branch, and what was asked: reads by address, writes with their bodies."""

    files: dict[str, str]
    reads: list[str] = field(default_factory=list)
    writes: list[tuple[str, Any]] = field(default_factory=list)

    address = ""
    writes_of_a_save = 0

    def answer(self, method: str, path: str, body: Any) -> Any:
        """The JSON for one request."""
        query = body.get("query", "") if isinstance(body, dict) else ""
        if method == "GET" or (query and not query.lstrip().startswith("mutation")):
            self.reads.append(f"{method} {path}")
            return self._read(path, body)
        self.writes.append((f"{method} {path}", body))
        return self._write(path, body)

    def _read(self, path: str, body: Any) -> Any:
        raise NotImplementedError

    def _write(self, path: str, body: Any) -> Any:
        raise NotImplementedError

    def _blobs(self) -> list[dict[str, Any]]:
        return [
            {"type": "blob", "path": p, "sha": hashlib.sha1(t.encode()).hexdigest(), "size": len(t.encode())}
            for p, t in self.files.items()
        ]


class GitLab(Forge):
    """A GitLab of one's own."""

    address = "https://git.example"
    writes_of_a_save = 2

    def _read(self, path: str, body: Any) -> Any:
        if path == "/api/v4/user":
            return {"id": 7, "name": "示例", "username": "clerk", "email": "c@git.example", "web_url": "-"}
        if path == f"{_PROJECT}/users?search=clerk":
            return [{"id": 7, "username": "clerk"}]
        if path.startswith(f"{_PROJECT}/repository/branches/"):
            return {"name": path.rsplit("/", 1)[1], "commit": {"id": HEAD}}
        if re.match(rf"{re.escape(_PROJECT)}/(?:merge_requests|deployments|repository/commits/\w+/statuses)", path):
            return []
        assert path == "/api/graphql", path
        query, variables = body["query"], body["variables"]
        assert variables["fullPath"] == REPOSITORY
        repository: dict[str, Any]
        if "lastCommit" in query:
            repository = {"tree": {"lastCommit": {"sha": HEAD, "message": "-"}}}
        elif "rawTextBlob" in query:
            repository = {"blobs": {"nodes": [{"rawTextBlob": self.files[p]} for p in variables["paths"]]}}
        else:
            page = {"endCursor": "", "hasNextPage": False}
            repository = {"rootRef": "main", "tree": {"blobs": {"nodes": self._blobs(), "pageInfo": page}}}
        return {"data": {"project": {"repository": repository}}}

    def _write(self, path: str, body: Any) -> Any:
        if path == f"{_PROJECT}/repository/commits":
            return {"id": "b" * 40, "committed_date": "2026-11-16T09:00:00.000+08:00"}
        assert path == f"{_PROJECT}/merge_requests", path
        return {
            "iid": len(self.writes),
            "title": body["title"],
            "source_branch": body["source_branch"],
            "target_branch": body["target_branch"],
            "labels": [body["labels"]],
            "state": "opened",
            "sha": "b" * 40,
            "draft": True,
            "web_url": f"{self.address}/{REPOSITORY}/-/merge_requests/1",
            "created_at": "2026-11-16T09:00:00.000+08:00",
            "updated_at": "2026-11-16T09:00:00.000+08:00",
            "author": {"id": 7, "username": "clerk", "name": "示例"},
        }


class GitHub(Forge):
    """github.com."""

    address = "https://api.github.com"
    writes_of_a_save = 4

    def _read(self, path: str, body: Any) -> Any:
        if path == "/user":
            return {"id": 7, "name": "示例", "login": "clerk", "email": "c@git.example", "html_url": "-"}
        if path == f"/repos/{REPOSITORY}/collaborators/clerk":
            return None
        if path.startswith(f"/repos/{REPOSITORY}/git/trees/"):
            return {"sha": HEAD, "tree": self._blobs(), "truncated": False}
        if path.startswith((f"/repos/{REPOSITORY}/issues", f"/repos/{REPOSITORY}/pulls", "/user/")):
            return []
        assert path == "/graphql", path
        query = body["query"]
        if "fork: repository" in query:
            return {"data": {"fork": {"id": "R_1"}, "base": {"ref": {"target": {"oid": HEAD}}}}}
        texts = {hashlib.sha1(t.encode()).hexdigest(): t for t in self.files.values()}
        repository: dict[str, Any] = {
            name: {"text": texts[sha], "isTruncated": False}
            for name, sha in re.findall(r'(\w+): object\(oid: "(\w+)"\)', query)
            if sha in texts
        }
        author = {"name": "示例", "email": "c@git.example", "user": None}
        commit = {"oid": HEAD, "message": "-", "author": author, "committedDate": "2026-11-01T00:00:00Z"}
        for name in re.findall(r"(\w+): ref\(", query):
            repository[name] = {"target": {"history": {"nodes": [commit]}}}
        repository["ref"] = {"target": {"oid": HEAD, "history": {"nodes": [commit]}}}
        repository["pullRequests"] = {"nodes": [], "pageInfo": {"hasNextPage": False, "endCursor": None}}
        repository["defaultBranchRef"] = {"name": "main"}
        return {"data": {"repository": repository}}

    def _write(self, path: str, body: Any) -> Any:
        if path == "/graphql" and "createRef" in body["query"]:
            return {"data": {"createRef": {"ref": {"id": "REF_1", "name": body["variables"]["input"]["name"]}}}}
        if path == "/graphql":
            names = re.findall(r"(file_\d+): file", body["query"])
            commit = {"oid": "b" * 40, "committedDate": "2026-11-16T01:00:00Z"}
            return {"data": {"createCommitOnBranch": {"commit": {**commit, **{n: {"oid": "c" * 40} for n in names}}}}}
        if path.endswith("/labels"):
            return [{"name": name} for name in body["labels"]]
        assert path == f"/repos/{REPOSITORY}/pulls", path
        return {
            "number": 1,
            "node_id": "PR_1",
            "title": body["title"],
            "state": "open",
            "draft": body.get("draft", False),
            "html_url": f"https://github.com/{REPOSITORY}/pull/1",
            "head": {"ref": body["head"], "sha": "b" * 40},
            "base": {"ref": body["base"]},
            "labels": [],
            "user": {"login": "clerk"},
            "created_at": "2026-11-16T01:00:00Z",
            "updated_at": "2026-11-16T01:00:00Z",
        }


def decoded(contents: str) -> str:
    """The text of a file as GitHub takes it."""
    return base64.b64decode(contents).decode("utf-8")

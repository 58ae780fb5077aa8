"""A merge request as each forge wants to be asked for it. Pure: addresses, push options, bodies; nothing is sent here.

GitLab, and Gitea and Forgejo (AGit flow), open a request from the options of a push. GitHub and Gitee have an interface to
call with a token, and a page to open without one. None of the four was tried live; the calls are those that their manuals
describe.
"""

from __future__ import annotations

import re
from typing import Any, Final, Literal
from urllib.parse import quote, urlencode, urlsplit

from zongmu.model.immutable import immutable

Forge = Literal["github", "gitlab", "gitea", "gitee"]
LINK_LIMIT: Final = 8_000
"""Bytes of an address that forges and the servers before them take."""
_SCP: Final = re.compile(r"(?:[^@/:\s]+@)?([^/:\s\[\]]+):(?!//)(.+)")
_HOSTS: Final[tuple[tuple[str, Forge], ...]] = (
    ("github", "github"), ("gitlab", "gitlab"), ("gitee", "gitee"), ("gitea", "gitea"), ("forgejo", "gitea"),
    ("codeberg", "gitea"),
)  # fmt: skip


@immutable
class Place:
    """A repository on a forge: where its pages begin, and its path there. No user name, no password."""

    web: str  # https://git.example[:port][/sub-path]
    owner: str  # on GitLab all groups
    name: str

    @property
    def page(self) -> str:
        """The address of the repository's own page."""
        return f"{self.web}/{_path(self.owner)}/{_path(self.name)}"

    @property
    def host(self) -> str:
        """The host alone."""
        return urlsplit(self.web).hostname or ""


@immutable
class Request:
    """What is asked for."""

    title: str
    body: str
    branch: str
    target: str


@immutable
class Call:
    """One call to a forge's interface. It holds the token: never print it."""

    url: str
    headers: dict[str, str]
    body: dict[str, Any]


def place_of(url: str, forge: Forge | None = None) -> Place | None:
    """The repository that a remote's address names; None for a folder and what else is no forge."""
    split = urlsplit(url)
    if split.scheme in ("http", "https", "ssh"):
        try:
            port = split.port
        except ValueError:
            return None
        web = "https" if split.scheme == "ssh" else split.scheme
        host, path = split.hostname or "", split.path
        # The port of SSH says nothing of the pages.
        netloc = f"{host}:{port}" if port is not None and split.scheme != "ssh" else host
    elif (found := _SCP.fullmatch(url)) is not None and not split.scheme.startswith("file"):
        web, netloc, path = "https", found[1], found[2]
    else:
        return None
    parts = [p for p in path.removesuffix("/").removesuffix(".git").split("/") if p]
    if not netloc or len(parts) < 2:
        return None
    if forge == "gitlab":
        return Place(f"{web}://{netloc}", "/".join(parts[:-1]), parts[-1])
    above = "".join(f"/{p}" for p in parts[:-2])
    return Place(f"{web}://{netloc}{above}", parts[-2], parts[-1])


def forge_of(place: Place) -> Forge | None:
    """The forge that a host's name says it is."""
    return next((forge for word, forge in _HOSTS if word in place.host), None)


def push_options(forge: Forge, request: Request) -> tuple[str, tuple[str, ...]] | None:
    """Where to push the commit and with which options, so that the push itself opens the request; None where none can."""
    body = request.body.replace("\\", "＼").replace("\n", "\\n")  # a push option is one line
    if forge == "gitlab":
        return f"refs/heads/{request.branch}", (
            "merge_request.create",
            f"merge_request.target={request.target}",
            f"merge_request.title={request.title}",
            f"merge_request.description={' · '.join(row.removeprefix('- ') for row in request.body.split(chr(10)))}",
            "merge_request.remove_source_branch",
        )
    if forge == "gitea":
        return f"refs/for/{request.target}", (
            f"topic={request.branch}",
            f"title={request.title}",
            f"description={body}",
        )
    return None


def call_of(forge: Forge, place: Place, request: Request, token: str) -> Call | None:
    """The call that opens the request once its branch is there; None where the push does it."""
    plain = {"title": request.title, "body": request.body, "head": request.branch, "base": request.target}
    repository = f"repos/{_path(place.owner)}/{_path(place.name)}/pulls"
    headers = {"Content-Type": "application/json", "Accept": "application/json", "User-Agent": "zongmu"}
    if forge == "github":
        api = "https://api.github.com" if place.host == "github.com" else f"{place.web}/api/v3"
        accept = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
        return Call(f"{api}/{repository}", {**headers, **accept, "Authorization": f"Bearer {token}"}, plain)
    if forge == "gitea":
        return Call(f"{place.web}/api/v1/{repository}", {**headers, "Authorization": f"token {token}"}, plain)
    if forge == "gitee":
        return Call(f"{place.web}/api/v5/{repository}", headers, {"access_token": token, **plain})
    return None


def link_of(forge: Forge, place: Place, request: Request) -> str:
    """The page on which a person opens the request with a click, filled in where the forge can and the address fits."""
    span = f"{_path(request.target)}...{_path(request.branch)}"
    if forge == "gitlab":
        filled = {
            "merge_request[source_branch]": request.branch,
            "merge_request[target_branch]": request.target,
            "merge_request[title]": request.title,
            "merge_request[description]": request.body,
        }
        return _fitting(f"{place.page}/-/merge_requests/new", filled, 2)
    if forge == "github":
        filled = {"expand": "1", "title": request.title, "body": request.body}
        return _fitting(f"{place.page}/compare/{span}", filled, 1)
    return f"{place.page}/compare/{span}"


def _fitting(page: str, filled: dict[str, str], needed: int) -> str:
    """The address with as much filled in as it can carry; at least the first *needed*."""
    rows = list(filled.items())
    while len(rows) > needed and len(f"{page}?{urlencode(rows)}") > LINK_LIMIT:
        rows.pop()
    return f"{page}?{urlencode(rows)}"


def _path(text: str) -> str:
    return quote(text, safe="/")

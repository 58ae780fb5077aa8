"""The one comment of a merge request on GitLab, and on Gitea and Forgejo: found by its first line and its author, updated in place.

On GitHub the workflow does this with the forge's own client. Calls are those of the manuals; none was tried live.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal
from urllib.parse import quote

from zongmu.exchange.forges.calling import REFUSED, ForgeProblem, ask
from zongmu.exchange.forges.merge_request import Place
from zongmu.model.immutable import immutable

Forge = Literal["gitlab", "gitea"]
_PAGE: Final = 100
_PAGES: Final = 50


@immutable
class _Interface:
    """Where a forge keeps the comments of one request: ``one`` and its number is where a comment is changed."""

    headers: dict[str, str]
    me: str
    name: str  # of the account, in what ``me`` answers
    many: str
    one: str
    change: Literal["PUT", "PATCH"]
    author: str  # of a comment
    link: str


def _interface(forge: Forge, place: Place, number: int, token: str) -> _Interface:
    plain = {"Content-Type": "application/json", "Accept": "application/json", "User-Agent": "zongmu"}
    if forge == "gitlab":
        api = f"{place.web}/api/v4"
        notes = f"{api}/projects/{quote(f'{place.owner}/{place.name}', safe='')}/merge_requests/{number}/notes"
        headers = {**plain, "PRIVATE-TOKEN": token}
        link = f"{place.page}/-/merge_requests/{number}"
        return _Interface(headers, f"{api}/user", "username", notes, f"{notes}/", "PUT", "author", link)
    api = f"{place.web}/api/v1"
    issues = f"{api}/repos/{quote(place.owner)}/{quote(place.name)}/issues"
    return _Interface(
        {**plain, "Authorization": f"token {token}"},
        f"{api}/user",
        "login",
        f"{issues}/{number}/comments",
        f"{issues}/comments/",
        "PATCH",
        "user",
        f"{place.page}/pulls/{number}",
    )


class _Talk:
    """The talk below one request, as one account has it."""

    def __init__(self, forge: Forge, place: Place, number: int, token: str, account: str | None) -> None:
        self.at = _interface(forge, place, number, token)
        self._token = token
        self._whole = forge == "gitea"  # which answers with all comments at once
        found = self.call("GET", self.at.me) if account is None else {self.at.name: account}
        self._me = found.get(self.at.name) if isinstance(found, dict) else None

    def call(self, method: str, url: str, body: dict[str, Any] | None = None) -> Any:
        """What the forge answers. Raises :class:`ForgeProblem`."""
        return ask(method, url, self.at.headers, body, self._token, self.at.link)

    def own(self) -> Iterator[dict[str, Any]]:
        """The comments of the account, the oldest first."""
        for page in range(1, _PAGES + 1):
            rows = self.call("GET", f"{self.at.many}?sort=asc&per_page={_PAGE}&limit={_PAGE}&page={page}")
            rows = rows if isinstance(rows, list) else []
            for row in rows:
                author = row.get(self.at.author) if isinstance(row, dict) else None
                if isinstance(author, dict) and self._me is not None and author.get(self.at.name) == self._me:
                    yield row
            if self._whole or len(rows) < _PAGE:
                return


def put_comment(forge: Forge, place: Place, number: int, text: str, token: str, account: str | None) -> bool:
    """Make *text* the comment of request *number*; whether there was one already.

    Only a comment of the token's own account that begins with the first line of *text* is ours, whoever else writes
    such a line. *account*: its name, where the token may not ask. Raises :class:`ForgeProblem`.
    """
    talk = _Talk(forge, place, number, token, account)
    marker = text.split("\n", 1)[0]
    for row in talk.own():
        if isinstance(row.get("id"), int) and str(row.get("body")).startswith(marker):
            talk.call(talk.at.change, f"{talk.at.one}{row['id']}", {"body": text})
            return True
    talk.call("POST", talk.at.many, {"body": text})
    return False


def put_suggestions(place: Place, number: int, review: Mapping[str, Any], token: str, account: str | None) -> int:
    """Offer the changes of *review* (as GitHub takes them) on GitLab, each at its line; how many were new.

    A line that the request does not show is not taken by the forge; one that was offered before is not offered again.
    Raises :class:`ForgeProblem`.
    """
    talk = _Talk("gitlab", place, number, token, account)
    request = talk.at.many.removesuffix("/notes")
    found = talk.call("GET", request)
    refs = found.get("diff_refs") if isinstance(found, dict) else None
    if not isinstance(refs, dict) or refs.get("head_sha") != review.get("commit_id"):
        return 0  # it has moved on: the newer run offers its own
    offered = set()
    for row in talk.own():
        at = row.get("position")
        if isinstance(at, dict):
            offered.add((at.get("new_path"), at.get("new_line"), row.get("body")))
    count = 0
    for one in review.get("comments", ()):
        body = str(one["body"]).replace("suggestion\n", "suggestion:-0+0\n", 1)
        if (one["path"], one["line"], body) in offered:
            continue
        place_in = {
            "position_type": "text", "new_path": one["path"], "old_path": one["path"], "new_line": one["line"],
            **{name: refs.get(name) for name in ("base_sha", "start_sha", "head_sha")},
        }  # fmt: skip
        try:
            talk.call("POST", f"{request}/discussions", {"body": body, "position": place_in})
            count += 1
        except ForgeProblem as problem:
            if problem.code is not REFUSED:
                raise
    return count

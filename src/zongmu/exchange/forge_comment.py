"""The one comment of a merge request on GitLab, and on Gitea and Forgejo: found by its first line and its author, updated in place.

On GitHub the workflow does this with the forge's own client. Calls are those of the manuals; none was tried live.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal
from urllib.parse import quote

from zongmu.exchange.forge_call import ask
from zongmu.exchange.merge_request import Place

_PAGE: Final = 100
_PAGES: Final = 50


@dataclass(frozen=True, slots=True)
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


def _interface(forge: Literal["gitlab", "gitea"], place: Place, number: int, token: str) -> _Interface:
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


def put_comment(
    forge: Literal["gitlab", "gitea"], place: Place, number: int, text: str, token: str, account: str | None
) -> bool:
    """Make *text* the comment of request *number*; whether there was one already.

    Only a comment of the token's own account that begins with the first line of *text* is ours, whoever else writes
    such a line. *account*: its name, where the token may not ask. Raises :class:`ForgeProblem`.
    """
    at = _interface(forge, place, number, token)

    def call(method: str, url: str, body: dict[str, Any] | None = None) -> Any:
        return ask(method, url, at.headers, body, token, at.link)

    me = account
    if me is None:
        found = call("GET", at.me)
        me = str(found.get(at.name)) if isinstance(found, dict) else None
    marker = text.split("\n", 1)[0]
    for page in range(1, _PAGES + 1):
        rows = call("GET", f"{at.many}?per_page={_PAGE}&limit={_PAGE}&page={page}")
        rows = rows if isinstance(rows, list) else []
        for row in rows:
            author = row.get(at.author) if isinstance(row, dict) else None
            own = isinstance(author, dict) and author.get(at.name) == me
            if own and isinstance(row.get("id"), int) and str(row.get("body")).startswith(marker):
                call(at.change, f"{at.one}{row['id']}", {"body": text})
                return True
        if forge == "gitea" or len(rows) < _PAGE:  # Gitea answers with all of them
            break
    call("POST", at.many, {"body": text})
    return False

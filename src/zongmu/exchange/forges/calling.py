"""One call to a forge, with the standard library: no redirect is followed, and a token never leaves in a message."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any, Final
from urllib.parse import urlsplit

from zongmu.exchange.forges.merge_request import Call
from zongmu.model.finding import Bilingual, Code, CodedError

TIMEOUT: Final = 30
"""Seconds that a forge has to answer."""
_MOST: Final = 8 * 1024 * 1024

REFUSED: Final = Code(
    "request.refused",
    Bilingual("平台没有接受", "The forge did not take it"),
    Bilingual("{host} 回答 {status}：{said}", "{host} answered {status}: {said}"),
    Bilingual(
        "核对令牌的权限和有效期；或打开这个链接自己提出：{link}",
        "check what the token may do and until when; or open it yourself at {link}",
    ),
)
UNREACHABLE: Final = Code(
    "request.unreachable",
    Bilingual("连不上平台", "The forge cannot be reached"),
    Bilingual("{host} 没有回答：{said}", "{host} did not answer: {said}"),
    Bilingual(
        "核对网络后再运行一次，或打开这个链接自己提出：{link}", "check the network and run it again, or open {link}"
    ),
)
CODES: Final = (REFUSED, UNREACHABLE)


class ForgeProblem(CodedError):
    """The request was not opened; the branch is where it was pushed to."""

    exit_code = 1


class _Stay(urllib.request.HTTPRedirectHandler):
    """A token goes to the host that was named and to no other."""

    def redirect_request(self, *_: Any) -> None:
        return None


def send(call: Call, token: str, link: str) -> str | None:
    """Open the request; the address of its page where the forge says one. Raises :class:`ForgeProblem`."""
    data = ask("POST", call.url, call.headers, call.body, token, link)
    page = data.get("html_url") if isinstance(data, dict) else None
    return page if isinstance(page, str) and page.startswith(("https://", "http://")) else None


def ask(
    method: str, url: str, headers: Mapping[str, str], body: Mapping[str, Any] | None, token: str, link: str
) -> dict[str, Any] | list[Any]:
    """What the forge answers to one call. *link*: where a person does the same. Raises :class:`ForgeProblem`."""
    host = urlsplit(url).netloc
    data = json.dumps(body, ensure_ascii=False).encode() if body is not None else None
    request = urllib.request.Request(url, data=data, headers=dict(headers), method=method)
    try:
        with urllib.request.build_opener(_Stay).open(request, timeout=TIMEOUT) as answer:
            return _json(answer.read(_MOST))
    except urllib.error.HTTPError as refused:
        with refused:
            told = _json(refused.read(_MOST))
            said = (_said(told) if isinstance(told, dict) else "") or str(refused.reason)
        raise ForgeProblem(REFUSED, host=host, status=refused.code, said=_safe(said, token), link=link) from None
    except (OSError, HTTPException) as problem:
        said = str(getattr(problem, "reason", problem))
        raise ForgeProblem(UNREACHABLE, host=host, said=_safe(said, token), link=link) from None


def _json(data: bytes) -> dict[str, Any] | list[Any]:
    try:
        found = json.loads(data.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, (dict, list)) else {}


def _said(answer: dict[str, Any]) -> str:
    """What a forge says of its refusal, with the details that GitHub puts beside it."""
    rows = answer.get("errors")
    more = [r.get("message") if isinstance(r, dict) else r for r in rows] if isinstance(rows, list) else []
    return "; ".join(str(text) for text in (answer.get("message"), *more) if text)


def _safe(text: str, token: str) -> str:
    """One short line without the token."""
    return " ".join(text.replace(token, "***").split())[:300]

"""A commit as the bytes it is made of: who claims what, and whether it is spelled in the one way that counts.

Git reads the first of two headers and others the last; git's own log stops at a NUL. So a commit that matters must have
exactly these headers in this order, each once: tree, parents, author, committer, and one SSH signature.
"""

from __future__ import annotations

import re
from typing import Final

from zongmu.model.immutable import immutable

_ID: Final = rb"[0-9a-f]{40}(?:[0-9a-f]{24})?"
_PERSON: Final = rb"([^<>\n\0]*) <([^<>\n\0]*)> (0|[1-9][0-9]{0,11}) ([+-][0-9]{4})"
_HEADER: Final = re.compile(
    rb"tree (" + _ID + rb")\n"
    rb"((?:parent " + _ID + rb"\n)*)"
    rb"author " + _PERSON + rb"\n"
    rb"committer " + _PERSON + rb"\n"
)
_SIGNATURE: Final = re.compile(
    rb"gpgsig (-----BEGIN SSH SIGNATURE-----\n(?: [A-Za-z0-9+/=]+\n)+ -----END SSH SIGNATURE-----)\n"
)
_TRAILER: Final = re.compile(rb"(?m)^Zongmu-Consent: ([a-z0-9][a-z0-9-]{0,63}) ([A-Za-z0-9+/=]{1,4000})$")

MAX_BYTES: Final = 256 * 1024


class BadCommit(ValueError):
    """Not a commit that can be read at all."""


@immutable
class Commit:
    """A commit. ``time`` is the committer's clock in seconds since 1970.

    ``signature`` is the armour of its SSH signature, or None. ``exact`` says that there is nothing in it but what the
    module's text lists. ``payload`` is what the signature is over.
    """

    id: str
    tree: str
    parents: tuple[str, ...]
    author_name: str
    author_email: str
    email: str
    time: int
    message: bytes
    payload: bytes
    signature: bytes | None
    exact: bool

    def consents(self) -> list[tuple[str, str]]:
        """``(person, signature)`` of every ``Zongmu-Consent`` line of the message."""
        return [(who.decode(), text.decode()) for who, text in _TRAILER.findall(self.message)]


def parse(id: str, raw: bytes) -> Commit:
    """The commit *id* in *raw*. Raises :class:`BadCommit` where even its first headers are not as they must be."""
    head = _HEADER.match(raw)
    if len(raw) > MAX_BYTES or head is None:
        raise BadCommit(id)
    tree, parents, author, author_email, _, _, _, email, time, _ = head.groups()
    rest = raw[head.end() :]
    signed = _SIGNATURE.match(rest)
    body = rest[signed.end() :] if signed else rest
    exact = body.startswith(b"\n") and b"\0" not in raw
    message = body[1:] if exact else body.partition(b"\n\n")[2]
    return Commit(
        id=id,
        tree=tree.decode(),
        parents=tuple(line[7:].decode() for line in parents.splitlines()),
        author_name=author.decode("utf-8", "replace"),
        author_email=author_email.decode("utf-8", "replace"),
        email=email.decode("utf-8", "replace"),
        time=int(time),
        message=message,
        payload=raw[: head.end()] + body,
        signature=signed[1].replace(b"\n ", b"\n") if signed else None,
        exact=exact,
    )

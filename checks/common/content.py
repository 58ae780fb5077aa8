"""What must not be stored: secrecy marks, personal data, credentials, characters that deceive. Messages never repeat it."""

from __future__ import annotations

from collections.abc import Iterator

from zongmu.model.guards import CODES, code_for, quick, scan, values_for
from zongmu.policy import CheckContext, Position, Problem, Severity, check, problem

OFFICE_MAILBOXES = frozenset({("instance", "site/contact"), ("instance", "site/security/contact")})
"""Where an address is asked for, to be published: whom to tell of an error, and of a hole (RFC 9116)."""


@check(on="any", codes=CODES)
def content_may_be_stored(ctx: CheckContext) -> Iterator[Problem]:
    """No text of a record, its comments included, holds what must not be here. Position and kind are said, never the value."""
    comments = _comments(ctx.raw)
    texts = ctx.texts
    if not quick("\n|\n".join([comment for _, comment in comments] + texts)):
        return
    yield from _in_comments(ctx.raw, comments, texts)
    for path, text in _texts(ctx):
        for hit in scan(text):
            if hit.kind == "email" and (ctx.record_type, path) in OFFICE_MAILBOXES:
                continue
            yield problem(
                code_for(hit.kind),
                path,
                key=f"{path}#{hit.kind}",
                severity=Severity.BLOCKING if hit.block else Severity.WARNING,
                **values_for(hit),
            )


def _comments(raw: bytes) -> list[tuple[int, str]]:
    """What may be a comment, with its place: a number sign within quotes or a block looks the same, and is scanned anyway."""
    found: list[tuple[int, str]] = []
    if b"#" not in raw:
        return found
    text = raw.decode("utf-8", "replace")
    at = text.find("#")
    while at >= 0:
        if at == 0 or text[at - 1] in " \t\n":
            end = text.find("\n", at)
            end = len(text) if end < 0 else end
            found.append((at, text[at:end]))
            at = end
        at = text.find("#", at + 1)
    return found


def _in_comments(raw: bytes, comments: list[tuple[int, str]], values: list[str]) -> Iterator[Problem]:
    text = raw.decode("utf-8", "replace")
    for start, comment in comments:
        for hit in scan(comment):
            passage = comment[hit.start : hit.end]
            if any(passage in value for value in values):
                continue  # no comment, or one that repeats a value: the value is told of
            at = start + hit.start
            line = text.count("\n", 0, at) + 1
            yield problem(
                code_for(hit.kind),
                key=f"comment#{hit.kind}",
                severity=Severity.BLOCKING if hit.block else Severity.WARNING,
                position=Position(line, at - text.rfind("\n", 0, at)),
                **values_for(hit),
            )


def _texts(ctx: CheckContext) -> Iterator[tuple[str, str]]:
    """Every text of the record with its path."""
    for path, value in ctx.leaves:
        if isinstance(value, str):
            yield path, value
        elif isinstance(value, list):
            for text in value:
                if isinstance(text, str):
                    yield path, text

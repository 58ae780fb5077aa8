"""What must not be stored: secrecy marks, personal data, credentials, characters that deceive. Messages never repeat it."""

from __future__ import annotations

from collections.abc import Iterator

from zongmu.model.guards import CODES, code_for, quick, scan, values_for
from zongmu.model.guards.codes import IDENTIFIER
from zongmu.policy import CheckContext, Position, Problem, Severity, check, problem


# What identifiers are written in, the schema holds them to.
@check(on="any", codes=[code for code in CODES if code is not IDENTIFIER])
def content_may_be_stored(ctx: CheckContext) -> Iterator[Problem]:
    """No text of a record, its comments included, holds what must not be here. Position and kind are said, never the value."""
    yield from _comments(ctx)
    if not quick("\n|\n".join([text for _, text in _texts(ctx)])):
        return
    for path, text in _texts(ctx):
        for hit in scan(text):
            yield problem(
                code_for(hit.kind),
                path,
                key=f"{path}#{hit.kind}",
                severity=Severity.BLOCKING if hit.block else Severity.WARNING,
                **values_for(hit),
            )


def _found(text: str) -> Iterator[tuple[int, str]]:
    """What may be a comment, with its place: a number sign within quotes or a block looks the same, and is scanned anyway."""
    at = text.find("#")
    while at >= 0:
        if at == 0 or text[at - 1] in " \t\n":
            end = text.find("\n", at)
            end = len(text) if end < 0 else end
            yield at, text[at:end]
            at = end
        at = text.find("#", at + 1)


def _comments(ctx: CheckContext) -> Iterator[Problem]:
    if b"#" not in ctx.raw:
        return
    text = ctx.raw.decode("utf-8", "replace")
    found = list(_found(text))
    if not quick("\n|\n".join([comment for _, comment in found])):
        return
    values = [value for _, value in _texts(ctx)]
    for start, comment in found:
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

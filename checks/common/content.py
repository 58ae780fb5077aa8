"""What must not be stored: secrecy marks, personal data, credentials, characters that deceive. Messages never repeat it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from zongmu.model.guards import CODES, code_for, quick, scan, values_for
from zongmu.model.guards.codes import IDENTIFIER
from zongmu.model.leaves import leaves
from zongmu.model.records import BY_NAME
from zongmu.policy import CheckContext, Position, Problem, Severity, check, problem


# What identifiers are written in, the schema holds them to.
@check(on="any", codes=[code for code in CODES if code is not IDENTIFIER])
def content_may_be_stored(ctx: CheckContext) -> Iterator[Problem]:
    """No text of a record, its comments included, holds what must not be here. Position and kind are said, never the value."""
    yield from _comments(ctx)
    rows = [(path, text) for path, value in leaves(ctx.data, BY_NAME[ctx.record_type].series) for text in _texts(value)]
    if not quick("\n|\n".join(text for _, text in rows)):
        return
    for path, text in rows:
        for hit in scan(text):
            yield problem(
                code_for(hit.kind),
                path,
                key=f"{path}#{hit.kind}",
                severity=Severity.BLOCKING if hit.block else Severity.WARNING,
                **values_for(hit),
            )


_COMMENT = re.compile(r"(?:^|(?<=[ \t]))#.*", re.MULTILINE)
"""What may be a comment: a number sign within quotes or a block of text looks the same, and is scanned as text anyway."""


def _comments(ctx: CheckContext) -> Iterator[Problem]:
    if b"#" not in ctx.raw:
        return
    text = ctx.raw.decode("utf-8", "replace")
    found = list(_COMMENT.finditer(text))
    if not quick("\n|\n".join(comment[0] for comment in found)):
        return
    values = [t for _, value in leaves(ctx.data, BY_NAME[ctx.record_type].series) for t in _texts(value)]
    for comment in found:
        for hit in scan(comment[0]):
            passage = comment[0][hit.start : hit.end]
            if any(passage in value for value in values):
                continue  # no comment, or one that repeats a value: the value is told of
            at = comment.start() + hit.start
            line = text.count("\n", 0, at) + 1
            yield problem(
                code_for(hit.kind),
                key=f"comment#{hit.kind}",
                severity=Severity.BLOCKING if hit.block else Severity.WARNING,
                position=Position(line, at - text.rfind("\n", 0, at)),
                **values_for(hit),
            )


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        yield from (v for v in value if isinstance(v, str))

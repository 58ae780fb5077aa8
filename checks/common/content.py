"""What must not be stored: secrecy marks, personal data, credentials, characters that deceive. Messages never repeat it."""

from __future__ import annotations

from collections.abc import Iterator

from zongmu.model.guards import CODES, code_for, quick, scan, values_for
from zongmu.model.leaves import leaves
from zongmu.model.records import BY_NAME
from zongmu.policy import CheckContext, Problem, Severity, check, problem


@check(on="any", codes=CODES)
def content_may_be_stored(ctx: CheckContext) -> Iterator[Problem]:
    """No text of a record holds what must not be here. Position and kind are said, never the value."""
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


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        yield from (v for v in value if isinstance(v, str))

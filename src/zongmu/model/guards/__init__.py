"""What must not be stored: personal numbers, marks of secrecy, credentials, characters that deceive.

Pure functions over text. The same guards stand in the checks, in the hooks before a push and behind the forms.
A hit gives place and kind and never the passage, and so do the messages of its code.

Scan the values as loaded, or a whole file's text: comments are text too, and offsets then are offsets in the file.
What a file spells with a backslash (``"\\u202e"``) is only seen in the loaded value; :func:`quick` says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from zongmu.model.guards.base import Hit, Traces, fold, without_overlaps
from zongmu.model.guards.codes import CODES, KINDS, code_for, values_for
from zongmu.model.guards.credentials import credential_hits, credentials_maybe
from zongmu.model.guards.disguised import disguised_hits, disguised_maybe
from zongmu.model.guards.personal import eleven_in_a_row, personal_hits, personal_maybe
from zongmu.model.guards.secrecy import secrecy_hits, secrecy_maybe
from zongmu.model.guards.unicode import character_hits, unusual

__all__ = [
    "CODES",
    "KINDS",
    "Hit",
    "code_for",
    "quick",
    "scan",
    "scan_many",
    "thorough",
    "values_for",
]

# Between texts scanned as one: no word, number or sentence goes on across it.
_JOINT: Final = "\n|\n"


def quick(text: str) -> bool:
    """Whether *text* may hold anything :func:`scan` reports. ``False`` is certain, ``True`` means: scan it.

    Meant for a whole file's text at once; some tens of microseconds for a record.
    """
    if unusual(text):
        return True
    traces = Traces(text)
    eleven = eleven_in_a_row(traces.encoded)
    return (
        personal_maybe(text, traces, eleven)
        or secrecy_maybe(text, traces)
        or credentials_maybe(text, traces)
        or disguised_maybe(text, eleven)
    )


def scan(text: str) -> tuple[Hit, ...]:
    """Everything in *text* that must not be stored or should be looked at, ordered by place."""
    return thorough(text) if quick(text) else ()


def thorough(text: str) -> tuple[Hit, ...]:
    """As :func:`scan`, without the quick look first."""
    folded = fold(text)
    traces = Traces(folded.text)
    hits = character_hits(text) + without_overlaps([*personal_hits(folded), *disguised_hits(folded)])
    if secrecy_maybe(folded.text, traces):
        hits += secrecy_hits(folded)
    if credentials_maybe(folded.text, traces):
        hits += credential_hits(folded)
    return tuple(sorted(hits, key=lambda hit: (hit.start, hit.end, hit.kind)))


def scan_many(texts: Iterable[str]) -> Iterator[tuple[int, Hit]]:
    """The hits of many short texts with the number of each text from 0; clean texts cost one quick look together."""
    held = list(texts)
    if quick(_JOINT.join(held)):
        for number, text in enumerate(held):
            for hit in scan(text):
                yield number, hit

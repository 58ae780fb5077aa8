"""Irregularities that an auditor has looked into and knows of, in a list of her own: told apart from those that are new.

The list comes from whoever verifies, never from the registry that is verified. A commit's id binds all that it holds, so an
entry can hide nothing that is done later: the same finding in another commit is a new one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from zongmu.model.immutable import immutable
from zongmu.trust.codes import Fault
from zongmu.trust.verifying.result import Result, Seen

_ENTRY: Final = re.compile(r"([0-9a-f]{40}|[0-9a-f]{64}) +([a-z]+\.[a-z0-9-]+) +(\S.*)")


class BadList(ValueError):
    """A line that is no entry; its number, counted from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


@immutable
class Known:
    """One entry. ``note`` says who looked into it and what came of it."""

    commit: str
    code: str
    note: str


def parse(text: str) -> list[Known]:
    """The entries of *text*: ``<commit, in full> <code> <note>`` in each line; empty lines and those with # say nothing. Raises
    :class:`BadList`."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        entry = _ENTRY.fullmatch(line)
        if entry is None:
            raise BadList(number)
        found.append(Known(*entry.groups()))
    return found


def set_apart(result: Result, known: Sequence[Known]) -> Result:
    """*result* with the faults that *known* names set apart. Where verification ended early they all stay: what comes after
    was not judged."""
    if result.stopped is not None:
        return result
    notes = {(one.commit, one.code): one for one in known}

    def entry(fault: Fault) -> Known | None:
        return notes.get((fault.commit, fault.code.id))

    seen = [Seen(fault, one.note) for fault in result.faults if (one := entry(fault)) is not None]
    used = {(one.fault.commit, one.fault.code.id) for one in seen}
    return replace(
        result,
        faults=[fault for fault in result.faults if entry(fault) is None],
        seen=seen,
        unfound=len(notes.keys() - used),
    )

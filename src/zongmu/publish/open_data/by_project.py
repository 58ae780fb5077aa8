"""Tables cut into blocks by project: what a block is made from is known by the keys of its projects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import groupby
from typing import NamedTuple

from zongmu.publish.making.keys import Keys
from zongmu.publish.open_data.tables import Block, Row
from zongmu.publish.released.release import Release, Released

_AT_ONCE = 128
"""Projects whose rows are made, and kept, together."""


class _Group(NamedTuple):
    """Projects of one city and year, one after the other, with a digest of all that their rows are made from."""

    projects: tuple[Released, ...]
    key: str
    year: int


class ByProject:
    """Cuts tables into blocks. The same projects are cut alike whatever stands beside them."""

    def __init__(self, release: Release, keys: Keys) -> None:
        self._groups = []
        for (name, year, _), found in groupby(release.projects, key=_place):
            projects = tuple(found)
            self._groups.append(_Group(projects, keys.page(f"{name}-{year}", projects, None), year))

    def of(self, rows: Callable[[Released], Iterable[Row]]) -> list[Block]:
        """The blocks of a table: what *rows* gives of one project after the other."""

        def made(projects: Sequence[Released]) -> list[Row]:
            return [row for project in projects for row in rows(project)]

        return [Block(partial(made, group.projects), group.key, group.year) for group in self._groups]


def _place(project: Released) -> tuple[str, int, int]:
    city, year, serial = project.public.id.rsplit("-", 2)
    return city, int(year), int(serial) // _AT_ONCE

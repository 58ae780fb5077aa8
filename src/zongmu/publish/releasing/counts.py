"""How much a release makes public, how much it keeps back and on which grounds: for the sheet and for the statement.

What is kept back is counted by its ground, and as the pages say it themselves: neither a field nor a project is named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from typing import get_args

from pydantic import BaseModel

from zongmu.model.acts.milestones import FAMILIES
from zongmu.model.codes import CODE_LISTS
from zongmu.model.finding import Bilingual
from zongmu.model.immutable import immutable
from zongmu.model.records.project import Project
from zongmu.publish.released.history import Change
from zongmu.publish.released.release import Release
from zongmu.publish.releasing.plan import Item, moves
from zongmu.publish.rendering.say import Say


@immutable
class Counts:
    """``fields``: public values; ``moved``: those that are new or other than before. ``unsaid``: by the title of the ground, in
    how many places a page says that something is not public, and how many projects are withheld whole."""

    fields: int
    moved: int
    unsaid: tuple[tuple[str, int, int], ...]

    @property
    def places(self) -> int:
        """In how many places a page says that something is not public."""
        return sum(places for _, places, _ in self.unsaid)

    @property
    def withheld(self) -> int:
        """How many projects are withheld whole."""
        return sum(projects for _, _, projects in self.unsaid)


def counts_of(release: Release, items: Sequence[Item], say: Say) -> Counts:
    """The counts of *release*, whose plan *items* are."""
    places, projects = Counter[str](), Counter[str]()

    def title(city: str, ground: str) -> str:
        return say.code(city, "withholding_ground", ground)

    for one in release.projects:
        public = one.public
        places.update(title(public.jurisdiction, row.ground) for row in public.withheld)
        places.update(title(public.jurisdiction, row["ground"]) for row in public.facts.get("withheld", ()))
    for stone in release.tombstones:
        projects[title(stone.jurisdiction, stone.ground) if stone.ground else "—"] += 1
    order = sorted({*places, *projects}, key=lambda ground: (-places[ground], -projects[ground], ground))
    return Counts(
        fields=sum(1 for p in release.projects for _ in filter(tells, moves(p.public, {}))),
        moved=sum(1 for item in items if item.state in ("new", "changed") for _ in told(item)),
        unsaid=tuple((ground, places[ground], projects[ground]) for ground in order),
    )


def told(item: Item) -> Iterator[Change]:
    """The changes of a project that are worth a line."""
    return filter(tells, item.changes if item.state in ("new", "changed", "waiting") else ())


def tells(change: Change) -> bool:
    """Whether a change says more than the path of its row does already."""
    return not (change.row and change.path.rsplit("/", 1)[-1] in ("kind", "seq"))


@cache
def never_public() -> tuple[tuple[Bilingual, int], ...]:
    """How many fields a project's record has of each class that is not published as it is, whatever a project holds. A field
    that several acts have counts once."""
    found: dict[str, set[str]] = {}
    waiting: list[type[BaseModel]] = [Project, *FAMILIES]
    seen = set[type[BaseModel]]()
    for cls in waiting:  # which grows meanwhile
        if cls not in seen:
            seen.add(cls)
            for name, info in cls.model_fields.items():
                extra = info.json_schema_extra
                disclosure = str(extra.get("x-disclosure", "I")) if isinstance(extra, dict) else "I"
                found.setdefault(disclosure, set()).add(info.alias or name)
                waiting += _models(info.annotation)
    return tuple((Bilingual(*title), len(found[code])) for code, title in _CLASSES.items() if code in found)


_CLASSES = {code: title for code, title in CODE_LISTS["disclosure"].items() if code != "P"}


def _models(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models(inner)

"""Numbers of project ids: which were given out in each year, and which are free."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import count

from zongmu.store.registry import Registry


def serials_of(registry: Registry, jurisdiction: str) -> dict[int, int]:
    """The last number given out in each year, to a file that does not fit the schema and to a gap too."""
    given = [record.id.rsplit("-", 2)[1:] for record in registry.projects if record.jurisdiction == jurisdiction]
    city = registry.instance.jurisdiction(jurisdiction) if registry.instance is not None else None
    given += [[str(gap.year), str(gap.last)] for gap in city.gaps] if city is not None else []
    serials: dict[int, int] = {}
    for year, serial in given:
        serials[int(year)] = max(serials.get(int(year), 0), int(serial))
    return serials


def free_ids(registry: Registry, jurisdiction: str, year: int, taken: Collection[str] = ()) -> Iterator[str]:
    """Project ids of a *year* that are free and not *taken*, in their order.

    Numbers given out before, gaps and unreadable files included, are not used again.
    """
    for number in count(serials_of(registry, jurisdiction).get(year, 0) + 1):
        if (id := f"{jurisdiction}-{year}-{number:04d}") not in taken:
            yield id

"""The search index from one build to the next: the terms of each project are kept, and a shard in which none came or went stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from zongmu.publish.making.keys import Keys
from zongmu.publish.making.remembered import Remembered, digest
from zongmu.publish.making.tree import FreshTree
from zongmu.publish.released.release import Release, Released
from zongmu.publish.search import found_in, held_in, placed, places, shard, shard_count, shard_of, shards


class _Of(NamedTuple):
    """What was found of a project: what it was made from, its terms with spaces between them."""

    key: str
    terms: str


class SearchIndex:
    """Makes the shards of a release. *memory*: where the terms are kept."""

    def __init__(self, memory: Remembered, tree: FreshTree) -> None:
        self._memory = memory
        self._tree = tree
        self._digests, self._was = _known(memory)

    def shards(self, release: Release, projects: Sequence[Released], keys: Keys) -> list[bytes]:
        """The shards as scripts; places are those of *projects*, in the order of the list."""
        now: dict[str, _Of] = {}
        for project in projects:
            key, was = keys.of(project), self._was.get(project.public.id)
            if was is None or was.key != key:
                was = _Of(key, " ".join(sorted(found_in(release, project))))
            now[project.public.id] = was
        made = self._moved(now)
        if made is None:
            made = shards([of.terms.split() for of in now.values()])
        self._memory.write([[digest(data) for data in made], now])
        return made

    def _moved(self, now: Mapping[str, _Of]) -> list[bytes] | None:
        """The shards of the last build with the places of the terms that came and went; None where the list is in another order or
        they are not as that build left them."""
        if [*now] != [*self._was]:
            return None
        found = [self._tree.old_bytes(f"search/{n}.js") for n in range(shard_count(len(now)))]
        made = [data for data in found if data is not None]
        if [digest(data) for data in made] != self._digests or len(made) != len(found):
            return None
        moved: dict[int, dict[str, set[int]]] = {}
        for place, (id, of) in enumerate(now.items()):
            if of != (was := self._was[id]):
                for term in {*of.terms.split()} ^ {*was.terms.split()}:
                    moved.setdefault(shard_of(term, len(made)), {}).setdefault(term, set()).add(place)
        for n, terms in moved.items():
            held = held_in(n, made[n])
            for term, other in terms.items():
                held[term] = places(sorted({*placed(held.get(term, ""))} ^ other))
            made[n] = shard(n, {term: held[term] for term in sorted(held) if held[term]})
        return made


def _known(memory: Remembered) -> tuple[Sequence[str], Mapping[str, _Of]]:
    """What the last build remembered; nothing where that cannot be read."""
    try:
        digests, known = memory.read()
        return digests, {id: _Of(*row) for id, row in known.items()}
    except (ValueError, TypeError, AttributeError):
        return [], {}

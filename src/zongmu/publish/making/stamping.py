"""Project by project: the page in each language and the data file, by several processes, and not again what stays the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from zongmu.model.immutable import immutable
from zongmu.publish.feeds import ProjectFeeds, feed_paths
from zongmu.publish.making.keys import Keys
from zongmu.publish.making.last_build import LastBuild
from zongmu.publish.making.remembered import digest
from zongmu.publish.making.tree import FreshTree, Put
from zongmu.publish.open_data import oc4ids
from zongmu.publish.open_data.about import about
from zongmu.publish.open_data.json_files import project_data
from zongmu.publish.pages.base import Maker
from zongmu.publish.pages.project import project_page, tombstone_page
from zongmu.publish.released.release import Release, Released
from zongmu.publish.rendering.escape import json_bytes

_AT_ONCE = 16
"""Projects that a worker takes at a time."""


@immutable
class Stamped:
    """What came of one project."""

    key: str
    files: tuple[Put, ...]
    data_path: str
    digest: str  # SHA-256 of the data file
    package_path: str
    package_digest: str  # SHA-256 of the OC4IDS package

    @property
    def sums(self) -> tuple[tuple[str, str], ...]:
        """The files of data with their SHA-256."""
        return (self.data_path, self.digest), (self.package_path, self.package_digest)

    def known(self) -> Iterator[tuple[str, str, str]]:
        """Path, key and SHA-256 of each file; of pages and feeds no SHA-256."""
        sums = dict(self.sums)
        return ((file.path, self.key, sums.get(file.path, "")) for file in self.files)


class Stamper:
    """Makes the files of projects in a tree, those that the last build does not have as they are."""

    def __init__(self, tree: FreshTree, last: LastBuild, release: Release, makers: Sequence[Maker], keys: Keys) -> None:
        self._tree = tree
        self._last = last
        self._release = release
        self._makers = makers
        self._keys = keys
        self._about = about(release)
        self._say = makers[0].say
        self._feeds = ProjectFeeds(makers[0])

    def stones(self) -> None:
        """The pages of projects that are withheld."""
        for make in self._makers:
            for stone in self._release.tombstones:
                self._tree.write(*tombstone_page(make, stone))

    def jobs(self) -> list[tuple[int, Callable[[], list[Stamped]]]]:
        """How many projects, and what makes their files; whoever has them done takes the files into the tree."""
        for folder in ("projects", "feeds/projects", *(f"{m.prefix}projects" for m in self._makers)):
            (self._tree.folder / folder).mkdir(parents=True, exist_ok=True)
        projects = self._release.projects
        parts = [projects[n : n + _AT_ONCE] for n in range(0, len(projects), _AT_ONCE)]
        return [(len(part), partial(self._some, part)) for part in parts]

    def _some(self, projects: Iterable[Released]) -> list[Stamped]:
        return [self._one(project) for project in projects]

    def _one(self, project: Released) -> Stamped:
        id = project.public.id
        data_path, package_path = f"projects/{id}.json", f"projects/{id}.oc4ids.json"
        key = self._keys.of(project)
        pages = (f"{m.prefix}projects/{id}.html" for m in self._makers)
        kept = self._last.keep(key, [data_path, package_path, *feed_paths(id), *pages])
        if kept is not None:
            digests = self._last.digest(data_path), self._last.digest(package_path)
            return Stamped(key, kept, data_path, digests[0], package_path, digests[1])
        put, head = self._tree.put, self._about
        data = json_bytes(project_data(self._release, project)) + b"\n"
        package = oc4ids.package(head, oc4ids.oc4ids_project(project, self._say, head.address), package_path)
        made = [*self._feeds.of(project), *(project_page(m, project) for m in self._makers)]
        files = (put(data_path, data), put(package_path, package), *(put(*file) for file in made))
        return Stamped(key, files, data_path, digest(data), package_path, digest(package))

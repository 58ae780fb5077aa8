"""Project by project: the page in each language and the data file, by several processes, and not again what stays the same.

What a project's files are made from goes into a key. Where key and file are those of the last build, the file is kept by a
link and nothing is made. The keys stand in ``.cache``, with size and time of each file, so that a file that somebody
changed is made anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from pydantic_core import PydanticSerializationError

from zongmu.model.immutable import immutable
from zongmu.policy.finding_rows import Unkept
from zongmu.publish.escape import json_bytes
from zongmu.publish.feeds import ProjectFeeds, feed_paths
from zongmu.publish.open_data import oc4ids
from zongmu.publish.open_data.about import about
from zongmu.publish.open_data.json_files import project_data
from zongmu.publish.pages.base import Maker
from zongmu.publish.pages.project import project_page, tombstone_page
from zongmu.publish.questions import asked_of
from zongmu.publish.ratings import limits_of, rate
from zongmu.publish.released import Release, Released, due_next_of
from zongmu.publish.texts import PROJECT_REFERENCES, finding_print
from zongmu.publish.tree import FreshTree, Put

Seen = tuple[str, int, int, str]
"""Key, size, time of change and SHA-256 of a file as the last build left it; of pages and feeds no SHA-256."""

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


class Stamper:
    """Makes the files of projects in a tree. *kept*: the folder of what is remembered from one build to the next."""

    def __init__(
        self, kept: Path, out: Path, tree: FreshTree, release: Release, makers: Sequence[Maker], shared: str
    ) -> None:
        self._tree = tree
        self._release = release
        self._makers = makers
        self._shared = hashlib.sha256(f"{shared}:{beside(release)!r}".encode("utf-8", "replace")).digest()
        self._about = about(release)
        self._say = makers[0].say
        self._limits = limits_of(release.instance)
        name = hashlib.sha256(str(out).encode()).hexdigest()[:16]
        self._feeds = ProjectFeeds(makers[0])
        self._memory = kept / f"files-{name}.json"
        self._seen = _read(self._memory)
        self._prints: dict[int, bytes] = {}
        self.contents = {p.public.id: self._content(p) for p in release.projects}

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

    def remember(self, done: Sequence[Stamped]) -> None:
        """Keep the keys for the next build. To be called before the tree is swapped in: links keep size and time."""
        seen: dict[str, Seen] = {}
        for stamped in done:
            sums = dict(stamped.sums)
            for file in stamped.files:
                stat = self._tree.new(file.path)
                seen[file.path] = (stamped.key, stat.st_size, stat.st_mtime_ns, sums.get(file.path, ""))
        self._memory.parent.mkdir(parents=True, exist_ok=True)
        self._memory.write_text(json.dumps(seen, separators=(",", ":")), "utf-8")

    def _some(self, projects: Iterable[Released]) -> list[Stamped]:
        return [self._one(project) for project in projects]

    def _one(self, project: Released) -> Stamped:
        id = project.public.id
        data_path, package_path = f"projects/{id}.json", f"projects/{id}.oc4ids.json"
        key = self._key(project)
        pages = (f"{m.prefix}projects/{id}.html" for m in self._makers)
        kept = self._keep(key, [data_path, package_path, *feed_paths(id), *pages])
        if kept is not None:
            return Stamped(key, kept, data_path, self._seen[data_path][3], package_path, self._seen[package_path][3])
        put, head = self._tree.put, self._about
        data = json_bytes(project_data(self._release, project)) + b"\n"
        package = oc4ids.package(head, oc4ids.oc4ids_project(project, self._say, head.address), package_path)
        made = [*self._feeds.of(project), *(project_page(m, project) for m in self._makers)]
        files = (put(data_path, data), put(package_path, package), *(put(*file) for file in made))
        return Stamped(key, files, data_path, _sum(data), package_path, _sum(package))

    def _content(self, project: Released) -> str:
        """A digest of all that the data file of a project says."""
        try:
            return self._printed(project)
        except (Unkept, PydanticSerializationError):
            return _sum(json_bytes(project_data(self._release, project)))

    def _printed(self, project: Released) -> str:
        if project.print is None:
            raise Unkept
        digest = hashlib.sha256(project.print)
        for found in project.findings:  # an outcome that many projects have is one object
            if (one := self._prints.get(id(found))) is None:
                one = self._prints[id(found)] = finding_print(found)
            digest.update(one)
        review = project.review and project.review.model_dump_json()
        digest.update(repr((project.checked, review)).encode("utf-8", "replace"))
        return digest.hexdigest()

    def _key(self, project: Released) -> str:
        """What the pages of a project are made from: all that its data file says, and what they show beyond it."""
        public = project.public
        others = [self._release.project(public.facts[name]) for name in PROJECT_REFERENCES if name in public.facts]
        others += [self._release.project(m.facts["by"]) for m in public.milestones if "by" in m.facts]
        names = [(o.public.name, o.public.name_en) for o in others if o is not None]
        history = self._release.history.of(public.id)
        # Who a supplier is depends on other projects' contracts; how late something is, on the day.
        suppliers = [self._release.suppliers.signed.get((public.id, m.key)) for m in public.milestones]
        due = due_next_of(project, self._release.asof)
        day = (due[0], due[2].rule) if due is not None else None
        said = (
            self.contents[public.id],
            names,
            suppliers,
            history,
            day,
            rate(project.view, self._release.asof, self._limits),
            [one.clock for one in asked_of(self._release, project)],
        )
        return hashlib.sha256(self._shared + repr(said).encode("utf-8", "replace")).hexdigest()

    def _keep(self, key: str, paths: Sequence[str]) -> tuple[Put, ...] | None:
        """The files of the last build, if all of them are there as it left them and were made from the same."""
        for path in paths:
            seen, now = self._seen.get(path), self._tree.old(path)
            if seen is None or now is None or seen[0] != key or [now.st_size, now.st_mtime_ns] != [*seen[1:3]]:
                return None
        try:
            return tuple([self._tree.keep(path) for path in paths])
        except OSError:
            return None


def beside(release: Release) -> tuple[object, ...]:
    """What a page shows beyond its own project: names of bodies, systems and districts, the settings."""
    return release.organizations, release.systems, release.districts, release.tombstones, release.instance


def _sum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _read(file: Path) -> Mapping[str, Seen]:
    """What the last build remembered; nothing where that cannot be read."""
    try:
        data: Any = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}

"""What the pages of each project are made from, as a digest: two builds with the same key make the same files of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from pydantic_core import PydanticSerializationError

from zongmu.policy.finding_rows import Unkept
from zongmu.publish.derived.duties import duties_of
from zongmu.publish.derived.questions import asked_of
from zongmu.publish.derived.ratings import limits_of, rate
from zongmu.publish.open_data.json_files import project_data
from zongmu.publish.released.release import Release, Released
from zongmu.publish.released.texts import PROJECT_REFERENCES, finding_print
from zongmu.publish.rendering.escape import json_bytes


class Keys:
    """The keys of all projects of a release. *shared*: a digest of the law, the settings, the shells and this program."""

    def __init__(self, release: Release, shared: str) -> None:
        self._release = release
        self._shared = hashlib.sha256(f"{shared}:{beside(release)!r}".encode("utf-8", "replace")).digest()
        self._limits = limits_of(release.instance)
        self._prints: dict[int, bytes] = {}
        self.contents = {p.public.id: self._content(p) for p in release.projects}
        self._keys = {p.public.id: self._key(p) for p in release.projects}

    def of(self, project: Released) -> str:
        """The key of one project."""
        return self._keys[project.public.id]

    def page(self, path: str, projects: Iterable[Released], said: object) -> str:
        """The key of a page on which *projects* stand, in that order, and beside them no more than *said*."""
        digest = hashlib.sha256(self._shared)
        digest.update(f"{path}:{said!r}".encode("utf-8", "replace"))
        for project in projects:
            digest.update(self.of(project).encode())
        return digest.hexdigest()

    def _content(self, project: Released) -> str:
        """A digest of all that the data file of a project says."""
        try:
            return self._printed(project)
        except (Unkept, PydanticSerializationError):
            return hashlib.sha256(json_bytes(project_data(self._release, project))).hexdigest()

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
        """All that its data file says, and what its pages show beyond it."""
        public, release = project.public, self._release
        history = release.history.of(public.id)
        named: list[Any] = [public.facts[name] for name in PROJECT_REFERENCES if name in public.facts]
        named += [m.facts["by"] for m in public.milestones if "by" in m.facts]
        named += [value for entry in history for c in entry.changes for value in (c.before, c.after)]
        others = [release.project(id) for id in named if isinstance(id, str)]
        names = [(o.public.name, o.public.name_en) for o in others if o is not None]
        # Who a supplier is depends on other projects' contracts; how late something is, on the day.
        signed = [release.suppliers.parties(public.id, m.key) for m in public.milestones if m.kind == "contract_signed"]
        suppliers = [[(s.slug, s.name) for s in parties] for parties in signed]
        due = duties_of((project,), release.asof).due[:1]
        day = [(duty.day, duty.finding.rule) for duty in due]
        said = (
            self.contents[public.id],
            names,
            suppliers,
            history,
            day,
            rate(project.view, release.asof, self._limits),
            [one.clock for one in asked_of(release, project)],
        )
        return hashlib.sha256(self._shared + repr(said).encode("utf-8", "replace")).hexdigest()


def beside(release: Release) -> tuple[object, ...]:
    """What a page shows beyond its own project: names of bodies, systems and districts, the settings."""
    return release.organizations, release.systems, release.districts, release.tombstones, release.instance

"""Records as they stand in a tree of a history."""

from __future__ import annotations

from collections.abc import Container, Iterator

from zongmu.model.records.project import Project
from zongmu.trust.authority import rows
from zongmu.trust.authority.effect import EndorsedAct, acts
from zongmu.trust.authority.standing import Standing
from zongmu.trust.chain.objects import Objects


def _paths(objects: Objects, tree: str, id: str) -> Iterator[str]:
    """Where a project stands: once, or not at all, in a sound history."""
    city = id.split("-", 1)[0]
    for unit in objects.names(tree, f"registry/projects/{city}"):
        path = f"registry/projects/{city}/{unit}/{id}.yaml"
        if objects.find(tree, path) is not None:
            yield path


def project(objects: Objects, tree: str, id: str) -> Project | None:
    """The project *id* of a tree; None where it is missing or not sound."""
    path = next(_paths(objects, tree, id), None)
    return rows.read_project(objects.file(tree, path)) if path is not None else None


def is_one_of(objects: Objects, tree: str, blobs: Container[str], id: str) -> bool:
    """Whether the content of the project *id* is one of *blobs*."""
    found = [objects.find(tree, path) for path in _paths(objects, tree, id)]
    return any(place is not None and place[1] in blobs for place in found)


def elsewhere(objects: Objects, tree: str, id: str, path: str) -> bool:
    """Whether the project *id* also stands at another place than *path*."""
    return any(other != path for other in _paths(objects, tree, id))


def endorsed(objects: Objects, commit: str, end: Standing) -> Iterator[EndorsedAct]:
    """Every act of every project as of *commit* that has to be endorsed, by the trust of *end*."""
    tree = objects.commit(commit).tree
    for city in objects.names(tree, "registry/projects"):
        for unit in objects.names(tree, f"registry/projects/{city}"):
            folder = f"registry/projects/{city}/{unit}"
            for name in objects.names(tree, folder):
                found = rows.read_project(objects.file(tree, f"{folder}/{name}"))
                signed = f"registry/endorsements/{city}/{name}"
                if found is not None:
                    yield from acts(end, found, rows.read(objects.file(tree, signed)))

"""A public tree on the outer side: a package takes its place at once, the former stays beside it, a project can be taken out.

``release.json`` in the tree says which release stands there and what was withdrawn here since. It is the only thing that is
not in a package.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from zongmu.disclosure.release_package import (
    APPLIED,
    FOREIGN,
    GAP,
    NO_SPACE,
    NOT_A_TREE,
    OLDER,
    REPUBLISHES,
    WRONG_CODE,
    Manifest,
    PackageError,
    manifest_data,
    opened,
)
from zongmu.model.immutable import immutable
from zongmu.publish.making.tree import PREFIX, STATE, readable_by_all, swap
from zongmu.store.kept.scratch import work_folder


@immutable
class Standing:
    """What ``release.json`` of a tree says; ``withdrawn``: project → ground and day."""

    number: int
    digest: str
    address: str
    as_of: str
    withdrawn: Mapping[str, Mapping[str, str]]


def standing_of(tree: Path) -> Standing | None:
    """What stands at *tree*; None where there is nothing. Raises :class:`PackageError` where it is something else."""
    if tree.is_symlink() or (tree.exists() and not tree.is_dir()):
        raise PackageError(NOT_A_TREE, name=tree.name)
    if not tree.exists() or not any(tree.iterdir()):
        return None
    try:
        data = json.loads((tree / STATE).read_text("utf-8"))
        return Standing(
            int(data["number"]), str(data["digest"]), str(data["address"]), str(data["as_of"]), dict(data["withdrawn"])
        )
    except (OSError, ValueError, KeyError, TypeError):
        raise PackageError(NOT_A_TREE, name=tree.name) from None


def public_data(path: Path) -> dict[str, Mapping[str, Any]]:
    """The public data of every project in a package or a public tree, by id. Raises :class:`PackageError`, ``OSError``."""
    if path.is_dir():
        files = sorted((path / "projects").glob("*.json"))
        return dict(filter(None, (_project(file.read_bytes()) for file in files)))
    with opened(path) as found:
        return dict(filter(None, map(_project, found.project_files())))


def _project(data: bytes) -> tuple[str, Mapping[str, Any]] | None:
    """Id and public data in the data file of a project; None for any other file."""
    try:
        project = json.loads(data)["project"]
        return str(project["id"]), project
    except (ValueError, KeyError, TypeError):
        return None


@immutable
class Applied:
    """What came of it: the release that stands now, and where the former one is (None: there was none, or it held what is
    withdrawn now)."""

    manifest: Manifest
    former: Path | None


def former_of(tree: Path) -> Path:
    """Where the tree that stood at *tree* before is kept."""
    return tree.with_name(f"{tree.name}.former")


def apply(
    package: Path, tree: Path, *, code: str | None = None, over_gap: bool = False, republish: bool = False
) -> Applied:
    """Put the tree of *package* at *tree*. Raises :class:`PackageError`, ``OSError``; then nothing has changed."""
    here = standing_of(tree)
    tree.parent.mkdir(parents=True, exist_ok=True)
    with opened(package) as found:
        manifest = found.manifest
        _may_follow(manifest, here, code, over_gap, republish)
        need = sum(row.size for row in manifest.files.values())
        free = shutil.disk_usage(tree.parent).free
        if need > free:
            raise PackageError(NO_SPACE, need=need, free=free)
        with readable_by_all(), work_folder(tree.parent, PREFIX) as work:
            work.chmod(0o755)
            found.unpack(work)
            write_state(work, {**manifest_data(manifest), "withdrawn": _still_withdrawn(manifest, here)})
            os.sync()  # what is swapped in is on the disk
            former = former_of(tree) if here is not None else None
            swap(work, tree)
            if former is not None:
                shutil.rmtree(former, ignore_errors=True)
                if any((work / f"projects/{id}.json").exists() for id in manifest.withheld):
                    former = None  # a tree that holds what was withdrawn is not kept
                else:
                    work.rename(former)
    return Applied(manifest, former)


def _still_withdrawn(manifest: Manifest, here: Standing | None) -> dict[str, Mapping[str, str]]:
    """What was withdrawn here and of which the package says nothing: neither that the registry withholds it, nor that it is
    public again. A later package may bring it back only as this one might have."""
    known = {*manifest.projects, *manifest.withheld}
    return {} if here is None else {id: row for id, row in here.withdrawn.items() if id not in known}


def _may_follow(manifest: Manifest, here: Standing | None, code: str | None, over_gap: bool, republish: bool) -> None:
    if code is not None and _plain(code) != _plain(manifest.check_code):
        raise PackageError(WRONG_CODE, found=manifest.check_code, given=code[:40])
    if here is None:
        return
    if manifest.address != here.address:
        raise PackageError(FOREIGN, found=manifest.address, here=here.address)
    if manifest.digest == here.digest:
        raise PackageError(APPLIED, here=here.number)
    if manifest.number <= here.number:
        raise PackageError(OLDER, found=manifest.number, here=here.number)
    if manifest.previous != here.digest and not over_gap:
        raise PackageError(GAP)
    again = sorted(here.withdrawn.keys() & set(manifest.projects))
    if again and not republish:
        raise PackageError(REPUBLISHES, projects="、".join(again))


def _plain(code: str) -> str:
    return "".join(c for c in code.upper() if c.isalnum())


def write_state(tree: Path, data: Mapping[str, Any]) -> None:
    """``release.json`` of a tree, in place of the one that is there."""
    work = tree / f".{STATE}.part"
    work.write_text(json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True) + "\n", "utf-8")
    work.replace(tree / STATE)

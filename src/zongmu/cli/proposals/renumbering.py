"""A new project whose id went to another one meanwhile takes the next free id, so that two may come in in any order."""

from __future__ import annotations

from pathlib import Path

from zongmu.cli.session import registry_at
from zongmu.exchange.given_ids import free_ids
from zongmu.model.record_types import BY_NAME
from zongmu.store.change import split_rows
from zongmu.store.editing.canonical import formatted
from zongmu.store.editing.codes import EditError
from zongmu.store.editing.edit import Editor
from zongmu.store.git.asking import Git
from zongmu.store.git.committing import commit_files
from zongmu.store.reading.reader import parse
from zongmu.store.trees import EXECUTABLE, REGULAR, GitTree

_PROJECTS = "registry/projects/"
_FILES = (REGULAR, EXECUTABLE)


def renumbered(root: Path, git: Git, onto: str, head: str) -> tuple[str, dict[str, str]]:
    """*head*, or a commit on it in which new projects have other ids; and those ids, by the one they had.

    A project that both sides began under one name stays: that is a question for people. So does one whose id another
    file of the branch names.
    """
    tip = git.resolve(onto)
    bases = git.merge_bases(tip, head)
    if not bases:
        return head, {}
    touched, _ = split_rows(git.differences(bases[0], head), git.prefix)
    blobs = {
        t.path: git.blob(t.after.blob)
        for t in touched
        if t.path.startswith("registry/") and t.after is not None and t.after.mode in _FILES and t.after.blob
    }
    new_ones = {t.path for t in touched if t.before is None}
    registry = registry_at(root, GitTree(git, tip))
    changed: dict[str, bytes | None] = {}
    given: dict[str, str] = {}
    taken = {path.rsplit("/", 1)[1].removesuffix(".yaml") for path in blobs}
    for path, data in blobs.items():
        id = path.rsplit("/", 1)[1].removesuffix(".yaml")
        there = registry.by_id("project", id)
        if not path.startswith(_PROJECTS) or there is None or path not in new_ones:
            continue
        mine = parse(data, path).value
        name = mine.get("name") if isinstance(mine, dict) else None
        named_elsewhere = any(id.encode() in other for p, other in blobs.items() if p != path)
        if named_elsewhere or name is None or name == (there.plain or {}).get("name"):
            continue
        city, year, _ = id.rsplit("-", 2)
        new = next(free_ids(registry, city, int(year), taken))
        try:
            editor = Editor(root / path, data)
            editor.set(["id"], new)
            text = formatted(editor.text().encode(), BY_NAME["project"], root / path)
        except EditError:
            continue  # the gate says what is wrong with it
        given[id] = new
        taken.add(new)
        changed[path] = None
        changed[path.replace(f"{id}.yaml", f"{new}.yaml")] = text.encode()
    if not changed:
        return head, {}
    return commit_files(
        git, head, changed, "Take the next free id\n", ("zongmu update", "update@zongmu.invalid")
    ), given

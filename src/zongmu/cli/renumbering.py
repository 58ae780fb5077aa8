"""A new project whose id went to another one meanwhile takes the next free id, so that two may come in in any order."""

from __future__ import annotations

from pathlib import Path

from zongmu.cli.session import registry_at
from zongmu.exchange.table_import import serials_of
from zongmu.model.records import BY_NAME
from zongmu.store.canonical import formatted
from zongmu.store.committing import commit_rows
from zongmu.store.edit import EditError, Editor
from zongmu.store.git import Git
from zongmu.store.git_text import path_bytes
from zongmu.store.reader import parse
from zongmu.store.trees import GitTree

_PROJECTS = "registry/projects/"


def renumbered(root: Path, git: Git, onto: str, head: str) -> tuple[str, dict[str, str]]:
    """*head*, or a commit on it in which new projects have other ids; and those ids, by the one they had.

    A project that both sides began under one name stays: that is a question for people. So does one whose id another
    file of the branch names.
    """
    tip = git.resolve(onto)
    bases = git.merge_bases(tip, head)
    if not bases:
        return head, {}
    listed = git.run("diff", "-z", "--name-only", "--no-renames", "--diff-filter=AM", bases[0], head)
    paths = [p for p in listed.decode("utf-8", "surrogateescape").split("\0") if p]
    blobs = {p: git.run("cat-file", "blob", f"{head}:{p}") for p in paths if p.startswith(f"{git.prefix}registry/")}
    registry = registry_at(root, GitTree(git, tip))
    rows: list[bytes] = []
    given: dict[str, str] = {}
    for full, data in blobs.items():
        path = full.removeprefix(git.prefix)
        id = path.rsplit("/", 1)[1].removesuffix(".yaml")
        there = registry.by_id("project", id)
        if not path.startswith(_PROJECTS) or there is None or git.list_tree(bases[0], full):
            continue
        mine = parse(data, path).value
        name = mine.get("name") if isinstance(mine, dict) else None
        named_elsewhere = any(id.encode() in other for p, other in blobs.items() if p != full)
        if named_elsewhere or name is None or name == (there.plain or {}).get("name"):
            continue
        city, year, _ = id.rsplit("-", 2)
        serial = serials_of(registry, city).get(int(year), 0) + 1 + len(given)
        new = f"{city}-{year}-{serial:04d}"
        try:
            editor = Editor(root / path, data)
            editor.set(["id"], new)
            text = formatted(editor.text().encode(), BY_NAME["project"], root / path)
        except EditError:
            continue  # the gate says what is wrong with it
        given[id] = new
        blob = git.run("hash-object", "-w", "--stdin", stdin=text.encode()).decode().strip()
        rows.append(b"0 " + b"0" * 40 + b"\t" + path_bytes(full))
        rows.append(f"100644 {blob}\t".encode() + path_bytes(full.replace(f"{id}.yaml", f"{new}.yaml")))
    if not rows:
        return head, {}
    who = {"GIT_AUTHOR_NAME": "zongmu update", "GIT_AUTHOR_EMAIL": "update@zongmu.invalid",
           "GIT_COMMITTER_NAME": "zongmu update", "GIT_COMMITTER_EMAIL": "update@zongmu.invalid"}  # fmt: skip
    message = b"Take the next free id\n"
    return commit_rows(git, head, rows, message, who), given

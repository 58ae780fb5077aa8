"""What the desk has taken in and nobody has merged yet: the branches under ``intake/``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from zongmu.store.change import split_rows
from zongmu.store.git import Git
from zongmu.store.reader import parse

_HEADS = "refs/heads/intake/"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A project that came in on a branch of its own and is not in the registry yet."""

    id: str
    name: str
    owner: str
    path: str
    branch: str
    head: str
    receipt: str


def waiting_projects(git: Git, tip: str) -> tuple[Waiting, ...]:
    """The new projects on branches of the desk that are not merged into *tip*."""
    return tuple(one for ref, head in git.refs(_HEADS).items() for one in _of(git, tip, ref, head))


def _of(git: Git, tip: str, ref: str, head: str) -> Iterator[Waiting]:
    base = next(iter(git.merge_bases(tip, head)), None)
    if base is None or base == head:
        return
    receipt = git.run("log", "-1", "--format=%(trailers:key=Receipt,valueonly)", head).decode().strip()
    branch = ref.removeprefix("refs/heads/")
    for touched in split_rows(git.differences(base, head), git.prefix)[0]:
        path, after = touched.path, touched.after
        if touched.before is not None or after is None or after.blob is None:
            continue
        if not path.startswith("registry/projects/") or not path.endswith(".yaml"):
            continue
        data = parse(git.blob(after.blob), path).value
        said = data if isinstance(data, dict) else {}
        id = path.rsplit("/", 1)[1].removesuffix(".yaml")
        yield Waiting(id, str(said.get("name")), str(said.get("owner")), path, branch, head, receipt)

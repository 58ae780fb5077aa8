"""What the desk has taken in and nobody has merged yet: the branches under ``intake/``."""

from __future__ import annotations

from collections.abc import Iterator

from zongmu.model.immutable import immutable
from zongmu.model.record_types import type_of_path
from zongmu.store.change import split_rows
from zongmu.store.git.asking import Git
from zongmu.store.reading.reader import parse

_HEADS = "refs/heads/intake/"


@immutable
class Waiting:
    """A record that came in on a branch of the desk: new, or a change of one that is registered."""

    id: str
    name: str
    owner: str
    path: str
    branch: str
    head: str
    receipt: str
    new: bool


def waiting_records(git: Git, tip: str) -> tuple[Waiting, ...]:
    """The records on branches of the desk that are not merged into *tip*."""
    return tuple(one for ref, head in git.refs(_HEADS).items() for one in _of(git, tip, ref, head))


def _of(git: Git, tip: str, ref: str, head: str) -> Iterator[Waiting]:
    base = next(iter(git.merge_bases(tip, head)), None)
    if base is None or base == head:
        return
    receipt = git.run("log", "-1", "--format=%(trailers:key=Receipt,valueonly)", head).decode().strip()
    branch = ref.removeprefix("refs/heads/")
    for touched in split_rows(git.differences(base, head), git.prefix)[0]:
        path, after = touched.path, touched.after
        kind = type_of_path(path)
        if kind is None or after is None or after.blob is None:
            continue
        data = parse(git.blob(after.blob), path).value
        said = data if isinstance(data, dict) else {}
        id, new = kind.id_from_path(path).rsplit("/", 1)[-1], touched.before is None
        yield Waiting(id, str(said.get("name")), str(said.get("owner")), path, branch, head, receipt, new)

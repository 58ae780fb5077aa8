"""The public text that a review released, where the record has moved on: its new text waits for a review, or its file has a defect.

A review binds a digest. The content of that digest is looked for among those that the project's file had on the first-parent
chain; where it is found, that text stays public as it was until another one is reviewed, or the project is withdrawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from zongmu.disclosure.projection import PublicProject, Told, projected
from zongmu.model.record_types import BY_NAME
from zongmu.model.records.endorsement import DisclosureReview
from zongmu.model.records.project import Project
from zongmu.store.fitting.validate import model_of
from zongmu.store.git.asking import Git
from zongmu.store.git.codes import DAMAGED, GitProblem
from zongmu.store.git.text import path_text
from zongmu.store.reading import reader


class Waiting(NamedTuple):
    """A project of which no reviewed text stands: its file and its reviews."""

    path: str
    reviews: Sequence[DisclosureReview]


class Before(NamedTuple):
    """A text that was released: what it said, the keys of acts that bore another one outside, the review."""

    public: PublicProject
    keys: Mapping[str, str]
    review: DisclosureReview


Reviewed = Mapping[str, Before]


def reviewed_before(root: Path, told: Mapping[str, Told], waiting: Mapping[str, Waiting]) -> Reviewed:
    """Of each waiting project the text that its latest review released; nothing where Git does not hold it."""
    wanted = {id: rows for id, one in waiting.items() if (rows := _releasing(one.reviews))}
    if not wanted:
        return {}
    git = Git(root)
    try:
        if git.is_shallow():
            return {}
        blobs = _blobs(git, {waiting[id].path: id for id in wanted})
        return {id: found for id, rows in wanted.items() if (found := _match(git, blobs.get(id, ()), rows, told))}
    except GitProblem as problem:
        if problem.code in DAMAGED:
            raise  # what was public must not vanish with a broken disk
        return {}
    finally:
        git.close()


def _releasing(reviews: Sequence[DisclosureReview]) -> list[DisclosureReview]:
    """The reviews that released something and were not withdrawn since, the latest first."""
    out: list[DisclosureReview] = []
    for row in sorted(reviews, key=lambda r: -r.seq):
        if row.conclusion == "withheld":
            break
        out.append(row)
    return out


def _blobs(git: Git, ids: Mapping[str, str]) -> dict[str, list[str]]:
    """The contents that each file had, the latest first."""
    out = git.run(
        "log", "--first-parent", "--diff-merges=first-parent", "--raw", "-z", "--no-renames", "--no-abbrev",
        "--no-ext-diff", "--no-textconv", "--no-show-signature", "--no-notes", "--no-color", "--format=", "HEAD", "--",
        *(git.prefix + path for path in ids), top=True,
    )  # fmt: skip
    found: dict[str, list[str]] = {}
    words = path_text(out).split("\0")
    for row, path in zip(words[::2], words[1::2], strict=False):
        id = ids.get(path.removeprefix(git.prefix))
        blob = row.lstrip("\n").split(" ")[3] if row.count(" ") >= 4 else ""
        if id is not None and blob.strip("0"):
            found.setdefault(id, []).append(blob)
    return found


def _match(git: Git, blobs: Sequence[str], rows: Sequence[DisclosureReview], told: Mapping[str, Told]) -> Before | None:
    by_digest: dict[str, tuple[PublicProject, dict[str, str]]] = {}
    for public, keys in _projections(git, blobs, told):
        digest = public.digest()
        if digest == rows[0].digest:
            return Before(public, keys, rows[0])  # most often the one before the last
        by_digest.setdefault(digest, (public, keys))
    return next((Before(*by_digest[row.digest], row) for row in rows if row.digest in by_digest), None)


def _projections(
    git: Git, blobs: Sequence[str], told: Mapping[str, Told]
) -> Iterator[tuple[PublicProject, dict[str, str]]]:
    for data in git.blobs(dict.fromkeys(blobs), reader.MAX_BYTES + 1):
        project = model_of(BY_NAME["project"], data)
        if isinstance(project, Project):
            yield projected(project, told.get(project.jurisdiction, Told()))

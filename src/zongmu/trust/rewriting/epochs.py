"""``trust/epochs.yaml``: when something had to leave the history by order, what left it, and what stood there before.

Taking a leaked value out of Git's history changes the id of every later commit, and with it every signature. An epoch
record ties the two histories together: it names the former one by its checkpoint, every version of a file that was
replaced by its digests, and every commit whose author or message was. All the rest of the new history follows from the
former one by a fixed procedure (:mod:`zongmu.trust.rewriting.procedure`), so whoever holds the former commits and trees can prove
that nothing else changed. Of contents they hold only those on which authority or a signature rests
(:mod:`zongmu.trust.rewriting.resting`). No value stands here; but digests let somebody who knows all the rest of a file test guesses.
"""

from __future__ import annotations

import re
from typing import Annotated, Final

from pydantic import Field, StrictInt

from zongmu.model.base import Format, Line, Maybe, Seq, Strict, may, need, rows
from zongmu.model.record_types import RecordType
from zongmu.model.records.endorsement import Digest
from zongmu.model.scalars import Day
from zongmu.store.fitting.validate import model_of

ObjectId = Annotated[str, Field(strict=True, pattern=r"^[0-9a-f]{40}(?:[0-9a-f]{24})?$", max_length=64)]
REPLACEABLE: Final = r"(?:registry(?:/[a-z0-9][A-Za-z0-9_.-]*)+|trust/(?:keys|policy))\.yaml"
"""Paths of files of which a version may be replaced."""
RecordPath = Annotated[
    str,
    Field(
        strict=True,
        pattern=f"^{REPLACEABLE}$",
        max_length=200,
    ),
]


class Former(Strict):
    """The checkpoint of the history that was replaced."""

    size: Annotated[StrictInt, Field(ge=1)] = need("主线提交数", "Commits on the main line", change="frozen")
    head: ObjectId = need("最后的提交", "Last commit", change="frozen")
    root: Digest = need("根摘要", "Merkle root", change="frozen")

    @property
    def root_hash(self) -> bytes:
        """The root as a checkpoint has it."""
        return bytes.fromhex(self.root.removeprefix("sha256:"))


class Version(Strict):
    """One content that was replaced by another. ``digest`` is the id that Git's SHA-256 format gives the former one."""

    before: ObjectId = need("原内容", "Former content", d="I", change="frozen")
    digest: Digest = need("原内容摘要", "Digest of the former content", d="I", change="frozen")
    after: ObjectId = need("现内容", "Content now", d="I", change="frozen")


class Redacted(Strict):
    """A file with every version of it that was replaced."""

    path: RecordPath = need("文件", "File", d="I", change="frozen")
    versions: tuple[Version, ...] = need("版本", "Versions", d="I", change="frozen", min_length=1)


class Reworded(Strict):
    """A commit whose author, committer or message was replaced; its times stay."""

    before: ObjectId = need("原提交", "Former commit", d="I", change="frozen")
    after: ObjectId = need("现提交", "Commit now", d="I", change="frozen")


class Epoch(Strict):
    """One lawful rewriting of the history."""

    seq: Seq = need("序号", "Number", change="frozen")
    date: Day = need("日期", "Day", change="frozen")
    authority: Line = need("决定机关", "Authority", ("决定改写的机关", "Who ordered it"), change="frozen")
    ground: Line = need("依据", "Ground", ("所依法律条款", "The provision of law"), change="frozen")
    number: Maybe[Line] = may("文号", "Document number", change="frozen")
    former: Former = need("原历史", "Former history", change="frozen")
    files: tuple[Redacted, ...] = rows("改写的文件", "Files replaced", d="I", change="frozen")
    commits: tuple[Reworded, ...] = rows("改写的提交信息", "Commits reworded", d="I", change="frozen")

    def replaced(self) -> dict[str, str]:
        """Former content → content now, by id."""
        return {one.before: one.after for file in self.files for one in file.versions}

    def places(self) -> set[tuple[str, str]]:
        """``(path, former content)`` of everything that was replaced."""
        return {(file.path, one.before) for file in self.files for one in file.versions}

    def digests(self) -> dict[str, bytes]:
        """Former content → its id in Git's SHA-256 format."""
        return {one.before: bytes.fromhex(one.digest[7:]) for file in self.files for one in file.versions}

    def reworded(self) -> dict[str, str]:
        """Former commit → commit now, of those whose author, committer or message was replaced."""
        return {one.before: one.after for one in self.commits}

    def said(self) -> str:
        """Who ordered it and why, on one line."""
        return "，".join(word for word in (self.authority, self.number, self.ground) if word)


class Epochs(Strict):
    """``trust/epochs.yaml``. Rows are only added."""

    format: Format = need("格式版本", "Format", change="frozen")
    epochs: tuple[Epoch, ...] = need("改写记录", "Epochs", min_length=1)


EPOCHS_PATH: Final = "trust/epochs.yaml"
EPOCHS: Final = RecordType(
    "epochs",
    "历史改写记录",
    "Epochs",
    re.compile(re.escape(EPOCHS_PATH)),
    EPOCHS_PATH,
    Epochs,
    {"epochs": ("seq",), "files": ("path",), "versions": ("before",), "commits": ("before",)},
)


def epochs_in(data: bytes | None) -> tuple[Epoch, ...] | None:
    """The records in *data*; none where there is no file, None where it is not in order.

    In order means also: numbered from 1, each former history longer than the one before, one content now for each
    former one, and of each commit.
    """
    if data is None:
        return ()
    model = model_of(EPOCHS, data)
    if not isinstance(model, Epochs):
        return None
    size = 0
    for number, epoch in enumerate(model.epochs, 1):
        pairs = {(one.before, one.digest, one.after) for file in epoch.files for one in file.versions}
        sound = (
            epoch.seq == number
            and epoch.former.size > size
            and len({before for before, _, _ in pairs}) == len(pairs)
            and len(epoch.reworded()) == len(epoch.commits)
            and bool(epoch.files or epoch.commits)
        )
        if not sound:
            return None
        size = epoch.former.size
    return model.epochs

"""Taking words out of the whole history by order: which contents hold them, what stands there afterwards, and the record.

Nothing of the repository is moved: new objects are written beside the old ones, and the caller decides what leads to them.
The words are never printed, logged or kept.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from zongmu.model.finding import Bilingual, Code, CodedError
from zongmu.model.records import type_of_path
from zongmu.store import reader
from zongmu.store.git import Git
from zongmu.store.git_objects import algorithm_of, blob_id
from zongmu.store.git_text import shown
from zongmu.store.validate import model_of
from zongmu.trust.checkpoint import root_hash
from zongmu.trust.epochs import EPOCHS_PATH, epochs_in, redactable
from zongmu.trust.objects import Objects
from zongmu.trust.rewriting import Rewriting

NOT_FOUND: Final = Code(
    "epoch.not-found",
    Bilingual("历史里没有要去掉的内容", "Nothing to take out"),
    Bilingual(
        "第 {number} 行的内容在整个历史里都没有出现", "What line {number} names stands nowhere in the whole history"
    ),
    Bilingual("逐字核对（空格、全角半角、编码）", "Compare it letter by letter: spaces, full-width forms, encoding"),
)
NOT_HERE: Final = Code(
    "epoch.not-redactable",
    Bilingual("不能这样去掉", "Cannot be taken out so"),
    Bilingual(
        "要去掉的内容还在{zh}里；权限和签名以它为准，或它不是登记文件，不能改写",
        "What is to be taken out also stands in {en}, on which authority or signatures rest, or which is no record",
    ),
    Bilingual(
        "由根人员另作处置；提交信息、签认、单位和信任文件里的内容只能随新库重新开始",
        "The root persons have to deal with it otherwise: what stands in messages, endorsements, organizations or trust "
        "files goes only with a new repository",
    ),
)
NOT_SOUND: Final = Code(
    "epoch.not-sound",
    Bilingual("换上的文字不合格式", "The replacement does not fit"),
    Bilingual(
        "换上之后 {path} 的 {count} 个版本不再是合格的登记",
        "With the replacement {count} versions of {path} would be no sound record any more",
    ),
    Bilingual(
        "另写一种合该字段格式的文字：原文==>替换文字",
        "Write another replacement that the field takes: TEXT==>REPLACEMENT",
    ),
)
TOO_MANY: Final = Code(
    "epoch.too-many",
    Bilingual("改写的版本过多", "Too many versions"),
    Bilingual(
        "要改写 {count} 个版本，记录超过一个文件的大小限制",
        "{count} versions would be replaced; the record would be larger than a file may be",
    ),
    Bilingual("分几次改写，每次去掉一部分", "Rewrite in several steps, a part each time"),
)
CODES: Final = (NOT_FOUND, NOT_HERE, NOT_SOUND, TOO_MANY)

_SHOWN: Final = 3


class CannotRedact(CodedError):
    """The history cannot be rewritten so. Nothing was done."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class Redaction:
    """A rewriting that was written: the new head, and ``trust/epochs.yaml`` with its record."""

    head: str
    seq: int
    value: dict[str, Any]
    files: int
    versions: int


def redact(git: Git, head: str, words: Sequence[tuple[bytes, bytes]], said: Mapping[str, str]) -> Redaction:
    """Write the history of *head* with each of *words* replaced; *said* is who ordered it, why and when.

    Raises :class:`CannotRedact` where it cannot be done without touching what authority rests on.
    """
    objects = Objects(git, len(head))
    _not_in_commits(git, head, words)
    changed = _contents(git, head, words)
    algorithm = algorithm_of(head)
    new = {id: blob_id(data, algorithm) for id, (_, data) in changed.items()}
    made = Rewriting(objects, new)
    tip = made.run(head)
    _allowed(made.places, changed)
    leaves = objects.leaves(objects.main_line(head))
    digests = objects.strong_blobs([bytes.fromhex(id) for id in changed])
    files: dict[str, list[dict[str, str]]] = {}
    for path, before in sorted(made.places):
        digest = digests[bytes.fromhex(before)].hex()
        files.setdefault(path, []).append({"before": before, "digest": f"sha256:{digest}", "after": new[before]})
    old = objects.file(objects.commit(head).tree, EPOCHS_PATH)
    value: dict[str, Any] = {"format": 1, "epochs": []}
    if old is not None:
        value = reader.parse(old, EPOCHS_PATH).value
    seq = len(epochs_in(old) or ()) + 1
    former = {"size": len(leaves), "head": head, "root": f"sha256:{root_hash(leaves).hex()}"}
    listed = [{"path": path, "versions": versions} for path, versions in files.items()]
    value["epochs"].append({"seq": seq, **said, "former": former, "files": listed})
    _write(git, [*made.made.values(), *(("blob", data) for _, data in changed.values())], algorithm)
    return Redaction(tip, seq, value, len(files), len(changed))


def _contents(git: Git, head: str, words: Sequence[tuple[bytes, bytes]]) -> dict[str, tuple[bytes, bytes]]:
    """Id → former and new content, of every blob of the history that holds one of *words*."""
    ids = git.run("rev-list", "--objects", "--no-object-names", head)
    listed = git.run("cat-file", "--batch-check=%(objectname) %(objecttype)", stdin=ids).decode("ascii").splitlines()
    blobs = [line.split(" ")[0] for line in listed if line.endswith(" blob")]
    found: set[int] = set()
    out: dict[str, tuple[bytes, bytes]] = {}
    for id, data in zip(blobs, git.blobs(blobs), strict=True):
        new = data
        for number, (word, instead) in enumerate(words, 1):
            if word in new:
                found.add(number)
                new = new.replace(word, instead)
        if new != data:
            out[id] = (data, new)
    missing = next((number for number in range(1, len(words) + 1) if number not in found), None)
    if missing is not None:
        raise CannotRedact(NOT_FOUND, number=missing)
    return out


def _not_in_commits(git: Git, head: str, words: Iterable[tuple[bytes, bytes]]) -> None:
    """Refuse where a message or an author holds one of *words*: both are part of what was signed."""
    ids = git.run("rev-list", head).decode("ascii").split()
    for id, raw in zip(ids, git.objects(ids, "commit"), strict=True):
        if any(word in raw for word, _ in words):
            raise CannotRedact(NOT_HERE, zh=f"提交 {id[:12]} 的信息", en=f"the message or author of commit {id[:12]}")


def _allowed(places: Iterable[tuple[str, str]], changed: Mapping[str, tuple[bytes, bytes]]) -> None:
    """Refuse paths that may not be rewritten, and replacements that would make a sound record unsound."""
    odd = sorted({path for path, _ in places if not redactable(path)})
    if odd:
        names = "、".join(map(shown, odd[:_SHOWN]))
        raise CannotRedact(NOT_HERE, zh=names, en=names)
    broken: dict[str, int] = {}
    for path, id in places:
        kind = type_of_path(path)
        former, new = changed[id]
        if kind is None or (model_of(kind, former) is not None and model_of(kind, new) is None):
            broken[path] = broken.get(path, 0) + 1
    if broken:
        path = min(broken)
        raise CannotRedact(NOT_SOUND, path=shown(path), count=broken[path])


_KINDS: Final = {"commit": 1, "tree": 2, "blob": 3}


def _write(git: Git, objects: Sequence[tuple[str, bytes]], algorithm: str) -> None:
    """Put *objects* into the repository as one pack, which Git checks on the way."""
    pack = [b"PACK" + struct.pack(">II", 2, len(objects))]
    for kind, data in objects:
        size = len(data)
        head = [_KINDS[kind] << 4 | size & 15]
        size >>= 4
        while size:
            head[-1] |= 128
            head.append(size & 127)
            size >>= 7
        pack += (bytes(head), zlib.compress(data))
    body = b"".join(pack)
    end = hashlib.new(algorithm, body, usedforsecurity=False).digest()
    git.run("index-pack", "--stdin", "--fsck-objects", stdin=body + end)

"""Taking words out of the whole history by order: which contents hold them, what stands there afterwards, and the record.

Nothing of the repository is moved: new objects are written beside the old ones, and the caller decides what leads to them.
The words are never printed, logged or kept.
"""

from __future__ import annotations

import hashlib
import re
import struct
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from zongmu.model.finding import Bilingual, Code, CodedError
from zongmu.model.immutable import immutable
from zongmu.store.fitting.validate import model_of
from zongmu.store.git.asking import Git
from zongmu.store.git.objects import algorithm_of, blob_id
from zongmu.store.git.text import shown
from zongmu.store.reading import reader
from zongmu.trust.chain.checkpoint import root_hash
from zongmu.trust.chain.objects import Objects
from zongmu.trust.rewriting.epochs import EPOCHS_PATH, REPLACEABLE, epochs_in
from zongmu.trust.rewriting.procedure import Rewriting, Words, words_of
from zongmu.trust.rewriting.resting import decides_the_same, rests, type_at

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
        "要去掉的内容还在{zh}里；能改写的只有登记文件、信任文件和提交的作者与信息",
        "What is to be taken out also stands in {en}; only records, trust files, and authors and messages of commits can be "
        "replaced",
    ),
    Bilingual(
        "由根人员另作处置：这样的内容只能随新库重新开始",
        "The root persons have to deal with it otherwise: this goes only with a new repository",
    ),
)
DECIDES: Final = Code(
    "epoch.decides",
    Bilingual("会改动权限", "It would change what is decided"),
    Bilingual(
        "{path} 的权限或签名以要去掉的内容为准；这类文件里只能换掉注释和说明文字",
        "In {path} authority or signatures rest on what is to be taken out; of such a file only comments and words that decide "
        "nothing can be replaced",
    ),
    Bilingual(
        "写长一些，只取要去掉的那几个字；权限本身用 zongmu trust 改",
        "Write more of what stands around it, so that only those words are replaced; authority itself is changed with zongmu trust",
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
CODES: Final = (NOT_FOUND, NOT_HERE, DECIDES, NOT_SOUND, TOO_MANY)

_SHOWN: Final = 3
_PATH: Final = re.compile(REPLACEABLE)


class CannotRedact(CodedError):
    """The history cannot be rewritten so. Nothing was done."""

    exit_code = 1


@immutable
class Redaction:
    """A rewriting that was written: the new head, and ``trust/epochs.yaml`` with its record.

    ``kept`` are the former contents that auditors need beside the former commits, by id.
    """

    head: str
    seq: int
    value: dict[str, Any]
    files: int
    versions: int
    commits: int
    kept: tuple[str, ...]


def redact(git: Git, head: str, words: Sequence[tuple[bytes, bytes]], said: Mapping[str, str]) -> Redaction:
    """Write the history of *head* with each of *words* replaced; *said* is who ordered it, why and when.

    Raises :class:`CannotRedact` where it cannot be done without touching what authority rests on.
    """
    objects = Objects(git)
    found: set[int] = set()
    changed = _contents(git, head, words, found)
    reworded = _reworded(git, head, words, found)
    missing = next((number for number in range(1, len(words) + 1) if number not in found), None)
    if missing is not None:
        raise CannotRedact(NOT_FOUND, number=missing)
    algorithm = algorithm_of(head)
    new = {id: blob_id(data, algorithm) for id, (_, data) in changed.items()}
    made = Rewriting(objects, new, reworded)
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
    commits = [{"before": before, "after": after} for before, after in made.reworded().items()]
    row = {"seq": seq, **said, "former": former}
    value["epochs"].append(row | ({"files": listed} if listed else {}) | ({"commits": commits} if commits else {}))
    _write(git, [*made.made.values(), *(("blob", data) for _, data in changed.values())], algorithm)
    kept = tuple(sorted({before for path, before in made.places if rests(path)}))
    return Redaction(tip, seq, value, len(files), len(changed), len(commits), kept)


def _replaced(data: bytes, words: Iterable[tuple[bytes, bytes]], found: set[int]) -> bytes:
    """*data* with each of *words* replaced; the numbers of those that stood there are put into *found*."""
    for number, (word, instead) in enumerate(words, 1):
        if word in data:
            found.add(number)
            data = data.replace(word, instead)
    return data


def _contents(
    git: Git, head: str, words: Sequence[tuple[bytes, bytes]], found: set[int]
) -> dict[str, tuple[bytes, bytes]]:
    """Id → former and new content, of every blob of the history that holds one of *words*."""
    named = git.run("rev-list", "--objects", head)
    paths = (line.partition(b" ")[2] for line in named.splitlines())
    odd = next((path for path in paths if any(word in path for word, _ in words)), None)
    if odd is not None:
        raise CannotRedact(NOT_HERE, zh="文件名", en="the name of a file")
    blobs = git.of_kind((line.partition(b" ")[0].decode("ascii") for line in named.splitlines()), "blob")
    out: dict[str, tuple[bytes, bytes]] = {}
    for id, data in zip(blobs, git.blobs(blobs), strict=True):
        new = _replaced(data, words, found)
        if new != data:
            out[id] = (data, new)
    return out


def _reworded(git: Git, head: str, words: Sequence[tuple[bytes, bytes]], found: set[int]) -> dict[str, Words]:
    """The new words of every commit whose author, committer or message holds one of *words*."""
    out: dict[str, Words] = {}
    ids = git.run("rev-list", head).decode("ascii").split()
    for id, raw in zip(ids, git.objects(ids, "commit"), strict=True):
        if any(word in raw for word, _ in words):
            said = words_of(raw)
            out[id] = Words(*(_replaced(one, words, found) for one in said))
            if out[id] == said:
                raise CannotRedact(NOT_HERE, zh=f"提交 {id[:12]} 的其他内容", en=f"something else of commit {id[:12]}")
            if not all(_PERSON.fullmatch(one) for one in out[id][:2]):
                raise CannotRedact(NOT_SOUND, path=f"commit {id[:12]}", count=1)
    return out


_PERSON: Final = re.compile(rb"[^<>\n\0]* <[^<>\n\0]*>")


def _allowed(places: Iterable[tuple[str, str]], changed: Mapping[str, tuple[bytes, bytes]]) -> None:
    """Refuse paths that may not be rewritten, and replacements that make a sound file unsound or decide something."""
    kinds = {path: type_at(path) for path, _ in places}
    odd = sorted(path for path, kind in kinds.items() if kind is None or not _PATH.fullmatch(path))
    if odd:
        names = "、".join(map(shown, odd[:_SHOWN]))
        raise CannotRedact(NOT_HERE, zh=names, en=names)
    broken: dict[str, int] = {}
    for path, id in sorted(places):
        kind = kinds[path]
        former, new = changed[id]
        assert kind is not None
        if rests(path) and not decides_the_same(kind, former, new):
            raise CannotRedact(DECIDES, path=shown(path))
        if model_of(kind, former) is not None and model_of(kind, new) is None:
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

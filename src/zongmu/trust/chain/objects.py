"""The objects of a history: taken out of a bundle into a repository of our own, then read as bytes.

Nothing of the audited repository is used but its objects. No configuration, hook, replaced object, graft, shallow
boundary or reference of it comes along; the only name taken from it is the head's id.

Every tree also gets the id that Git gives it in its SHA-256 format, so that what rests on it does not rest on SHA-1.
"""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from zongmu.model.finding import CodedError
from zongmu.store.git.asking import Git
from zongmu.store.git.codes import NOT_INSTALLED, GitProblem
from zongmu.store.git.objects import algorithm_of
from zongmu.store.git.process import environment
from zongmu.store.git.text import path_text, shown
from zongmu.store.git.tree_changes import DEEPEST, FOLDER, RawChange, TreeEntry, Trees
from zongmu.store.kept.scratch import scratch_folder
from zongmu.store.refusal import refusal
from zongmu.trust import codes
from zongmu.trust.chain import commits
from zongmu.trust.chain.checkpoint import leaf_hash
from zongmu.trust.chain.commits import Commit

_REFERENCE: Final = re.compile(rb"([0-9a-f]{40}(?:[0-9a-f]{24})?) (HEAD|refs/[^\0\n]{1,250})")
_LINES: Final = 10_000


class Refused(CodedError):
    """The objects themselves are not acceptable: a verdict (exit 1), not a failure to run."""

    exit_code = 1

    def __init__(self, reason: str) -> None:
        super().__init__(codes.BAD_OBJECTS, reason=reason)


@contextmanager
def opened(source: Path, branch: str | None = None, *, bare: bool = False) -> Iterator[tuple[Git, str]]:
    """A repository of our own with the objects of *source* (a bundle, or a repository), and the id of its head.

    *branch* names another reference than ``HEAD``; *bare* takes a bundle of commits and trees alone too. Raises :class:`~zongmu.store.git.codes.GitProblem`, or :class:`Refused`
    where the objects are damaged.
    """
    with scratch_folder("zongmu-audit-") as folder:
        git = Git(folder)
        try:
            head = (
                _from_repository(source, folder, branch)
                if source.is_dir()
                else _from_bundle(source, folder, branch, bare)
            )
            yield git, head
        finally:
            git.close()


def _init(folder: Path, algorithm: str) -> None:
    _run(["git", "init", "--quiet", "--bare", "--template=", f"--object-format={algorithm}", str(folder)], None)


def _from_bundle(source: Path, folder: Path, branch: str | None, bare: bool) -> str:
    try:
        file = source.open("rb")
    except OSError as error:
        raise _bad(source, f"打不开（{refusal(error).zh}）", f"it cannot be opened ({refusal(error).en})") from None
    with file:
        algorithm, references = _header(source, file, bare)
        _init(folder, algorithm)
        _unpack(folder, file, bare)
    return _head(source, references, branch)


def _header(source: Path, file: BinaryIO, bare: bool) -> tuple[str, dict[str, str]]:
    """The hash algorithm and the references of a bundle; *file* then stands at its pack."""
    first = file.readline(64)
    if first not in (b"# v2 git bundle\n", b"# v3 git bundle\n"):
        raise _bad(source, "文件头不对", "its first line is not a bundle's")
    algorithm = "sha1"
    references: dict[str, str] = {}
    for _ in range(_LINES):
        line = file.readline(1024)
        if line == b"\n":
            return algorithm, references
        if line in (b"@object-format=sha1\n", b"@object-format=sha256\n"):
            algorithm = line[15:-1].decode()
        elif line == b"@filter=blob:none\n" and bare:
            continue
        elif line.startswith((b"-", b"@")):
            raise _bad(source, "只含一部分历史", "it holds a part of the history only")
        elif found := _REFERENCE.fullmatch(line.removesuffix(b"\n")):
            name = path_text(found[2])
            if name in references:
                # Git would take one of them, and we perhaps the other.
                raise _bad(source, f"有两个 {shown(name, 80)}", f"it has two of {shown(name, 80)}")
            references[name] = found[1].decode()
        else:
            break
    raise _bad(source, "文件头不对", "its header is damaged")


def _head(source: Path, references: dict[str, str], branch: str | None) -> str:
    wanted = (branch, f"refs/heads/{branch}") if branch else ("HEAD", "refs/heads/main", "refs/heads/master")
    for name in wanted:
        if name in references:
            return references[name]
    raise _bad(source, f"没有 {branch or 'HEAD'}", f"it has no {branch or 'HEAD'}")


def _from_repository(source: Path, folder: Path, branch: str | None) -> str:
    """As from a bundle, straight out of a repository: Git is asked for a pack, in our environment."""
    theirs = Git(source)
    if theirs.is_shallow():
        raise GitProblem(codes.SHALLOW)
    head = theirs.resolve(branch or "HEAD")
    full = theirs.main_branch() if branch is None else f"refs/heads/{branch.removeprefix('refs/heads/')}"
    if full is not None and theirs.refs(full).get(full, head) != head:
        # A bundle of the same repository would have another head.
        raise Refused(f"{shown(full, 80)}: tag")
    _init(folder, algorithm_of(head))
    pack = theirs.run("pack-objects", "--stdout", "--revs", "--quiet", stdin=f"{head}\n".encode())
    _unpack(folder, io.BytesIO(pack))
    return head


def _unpack(folder: Path, file: BinaryIO, bare: bool = False) -> None:
    """Put a pack into *folder*; Git computes every id again and refuses objects that are malformed or missing.

    *bare*: contents may be missing.
    """
    # index-pack wants a descriptor that stands where the pack begins.
    with tempfile.TemporaryFile(dir=folder) as copy:
        shutil.copyfileobj(file, copy)
        copy.seek(0)
        strict = () if bare else ("--strict",)
        _run(["git", "--git-dir", str(folder), "index-pack", "--stdin", *strict, "--fsck-objects"], copy)


def _run(command: Sequence[str], stdin: BinaryIO | None) -> None:
    try:
        done = subprocess.run(
            command,
            stdin=stdin or subprocess.DEVNULL,
            capture_output=True,
            env=environment() | {"GIT_CONFIG_COUNT": "0"},
            check=False,
        )
    except FileNotFoundError:
        raise GitProblem(NOT_INSTALLED, command="apt-get install git") from None
    if done.returncode != 0:
        lines = [line for line in path_text(done.stderr).splitlines() if not line.startswith("hint:")]
        raise Refused(shown("; ".join(lines), 300))


def _bad(source: Path, zh: str, en: str) -> GitProblem:
    return GitProblem(codes.BAD_BUNDLE, name=shown(source.name), zh=zh, en=en)


# --- reading ----------------------------------------------------------------------------------------------------------


_AT_ONCE: Final = 256
MOST_OF_A_FILE: Final = 256 << 20
"""Bytes of any one file: a server takes no push as large, and a few kilobytes of a bundle unpack to any size."""


class Objects:
    """Commits, trees and blobs by id, each read once."""

    def __init__(self, git: Git) -> None:
        self.git = git
        self._commits: dict[str, tuple[Commit, bytes]] = {}
        self._trees = Trees(lambda id: next(iter(git.objects((id,), "tree"))), Refused)
        self._strong: dict[bytes, bytes] = {}
        self._blobs: dict[str, bytes] = {}

    def load_commits(self, ids: Sequence[str]) -> None:
        """Read many commits at once. Raises :class:`Refused` where one cannot be read as a commit."""
        missing = [id for id in ids if id not in self._commits]
        for id, raw in zip(missing, self.git.objects(missing, "commit"), strict=True):
            try:
                self._commits[id] = (commits.parse(id, raw), hashlib.sha256(raw).digest())
            except commits.BadCommit:
                raise Refused(f"commit {id}") from None

    def commit(self, id: str) -> Commit:
        """The commit *id*."""
        self.load_commits((id,))
        return self._commits[id][0]

    def each(self, ids: Sequence[str]) -> Iterator[Commit]:
        """The commits *ids* in order, some hundred read at a time."""
        for start in range(0, len(ids), _AT_ONCE):
            some = ids[start : start + _AT_ONCE]
            self.load_commits(some)
            yield from map(self.commit, some)

    def main_line(self, head: str) -> list[str]:
        """The first-parent chain that ends at *head*, oldest first."""
        return self.git.run("rev-list", "--first-parent", "--reverse", head).decode("ascii").split()

    def leaf(self, id: str) -> bytes:
        """What a checkpoint holds of a commit: its id, the SHA-256 of its bytes, and its tree in SHA-256."""
        commit, digest = self._commits[id]
        return id.encode() + digest + self.strong_tree(bytes.fromhex(commit.tree))

    def leaves(self, ids: Sequence[str]) -> list[bytes]:
        """The hashes of the leaves of the commits *ids*, in order."""
        return [leaf_hash(self.leaf(commit.id)) for commit in self.each(ids)]

    def entries(self, tree: bytes) -> list[TreeEntry]:
        """The lines of a tree. Raises :class:`Refused` where it holds anything but lines."""
        return self._trees.entries(tree)

    def blob(self, id: str) -> bytes:
        """The content of a blob."""
        found = self._blobs.get(id)
        if found is None:
            if len(self._blobs) > 2_000:
                self._blobs.clear()
            self._blobs[id] = found = self._whole(id, self.git.blob(id, MOST_OF_A_FILE + 1))
        return found

    def _whole(self, id: str, data: bytes) -> bytes:
        if len(data) > MOST_OF_A_FILE:
            raise Refused(f"blob {id}: > {MOST_OF_A_FILE >> 20} MB")
        return data

    def find(self, tree: str, path: str) -> tuple[str, str] | None:
        """``(mode, id)`` of what stands at *path*, or None."""
        at = bytes.fromhex(tree)
        mode = FOLDER
        for name in path.encode("utf-8", "surrogateescape").split(b"/"):
            entry = next((e for e in self.entries(at) if e.name == name), None) if mode == FOLDER else None
            if entry is None:
                return None
            mode, at = entry.mode, entry.id
        return mode.decode(), at.hex()

    def file(self, tree: str, path: str) -> bytes | None:
        """The content of the regular file at *path*, or None."""
        found = self.find(tree, path)
        return self.blob(found[1]) if found is not None and found[0] in ("100644", "100755") else None

    def names(self, tree: str, path: str) -> list[str]:
        """What the folder *path* holds; nothing where it is none."""
        found = self.find(tree, path)
        if found is None or found[0] != FOLDER.decode():
            return []
        return [path_text(entry.name) for entry in self.entries(bytes.fromhex(found[1]))]

    def differences(self, old: str | None, new: str) -> list[RawChange]:
        """Every file that differs between two trees (None: the empty one). Raises :class:`Refused` where they lead too far."""
        return self._trees.differences(old, new)

    # --- in SHA-256 --------------------------------------------------------------------------------------------------

    def strong_tree(self, tree: bytes, depth: int = 0) -> bytes:
        """The id of *tree* in Git's SHA-256 format. A submodule, which has none, stands with the id it has."""
        found = self._strong.get(tree)
        if found is None:
            if depth > DEEPEST:
                raise Refused(f"tree {tree.hex()}: depth > {DEEPEST}")
            entries = self.entries(tree)
            self._load_strong_blobs([e.id for e in entries if e.mode not in (FOLDER, b"160000")])
            body = b"".join(b"%s %s\0%s" % (e.mode, e.name, self._strong_id(e, depth)) for e in entries)
            self._strong[tree] = found = hashlib.sha256(b"tree %d\0" % len(body) + body).digest()
        return found

    def _strong_id(self, entry: TreeEntry, depth: int) -> bytes:
        if entry.mode == FOLDER:
            return self.strong_tree(entry.id, depth + 1)
        return self._strong[entry.id] if entry.mode != b"160000" else entry.id

    def strong_blobs(self, ids: Sequence[bytes]) -> dict[bytes, bytes]:
        """The id of each blob in Git's SHA-256 format."""
        self._load_strong_blobs(ids)
        return {id: self._strong[id] for id in ids}

    def _load_strong_blobs(self, ids: Sequence[bytes]) -> None:
        missing = list(dict.fromkeys(id for id in ids if id not in self._strong))
        contents = self.git.blobs([id.hex() for id in missing], MOST_OF_A_FILE + 1)
        for id, data in zip(missing, contents, strict=True):
            self._whole(id.hex(), data)
            self._strong[id] = hashlib.sha256(b"blob %d\0" % len(data) + data).digest()
            if len(data) < 65_536 and len(self._blobs) < 2_000:
                self._blobs[id.hex()] = data

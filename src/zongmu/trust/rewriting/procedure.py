"""How a history is rewritten: by one procedure that leaves no choice, so that anybody can do it again and compare.

Wherever a former content stands, the content now stands in its place. Commits keep everything (author, committer, times,
message, order, parents) but the ids of their tree and parents; a commit that changes so loses its signature, which would no
longer fit. Of the commits that are to be reworded, names, addresses and message are those given. What comes before the
first change stays as it is, with its id.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from zongmu.store.git.objects import algorithm_of, object_id
from zongmu.store.git.text import path_text
from zongmu.store.git.tree_changes import FOLDER
from zongmu.trust.chain.objects import Objects

_DROPPED: Final = (b"gpgsig ", b"gpgsig-sha256 ", b"mergetag ")
_PARENT: Final = re.compile(rb"parent ([0-9a-f]+)")


_PERSON: Final = re.compile(rb"(author|committer) (.*) ([0-9]+ [+-][0-9]{4})")


class Words(NamedTuple):
    """What persons are called in a commit (name and address), and what they said."""

    author: bytes
    committer: bytes
    message: bytes


def words_of(raw: bytes) -> Words:
    """The words of a commit; empty where it has none in the usual place."""
    head, _, message = raw.partition(b"\n\n")
    people = {found[1]: found[2] for line in head.split(b"\n") if (found := _PERSON.fullmatch(line))}
    return Words(people.get(b"author", b""), people.get(b"committer", b""), message)


class Rewriting:
    """One rewriting of the history that *objects* reads: ``before`` → ``after`` of contents, by id.

    *reworded* are the words that some commits, by former id, are to have. Afterwards :attr:`commits` leads from each former
    commit to the new one, :attr:`places` says where contents were replaced, and :attr:`made` holds the new trees and
    commits by id.
    """

    def __init__(
        self, objects: Objects, replaced: Mapping[str, str], reworded: Mapping[str, Words] | None = None
    ) -> None:
        self._objects = objects
        self._reworded = reworded or {}
        self._replaced = {bytes.fromhex(before): bytes.fromhex(after) for before, after in replaced.items()}
        self._trees: dict[tuple[bytes, bytes], bytes] = {}
        self._algorithm = algorithm_of(next(iter((*replaced, *self._reworded)), ""))
        self.commits: dict[str, str] = {}
        self.places: set[tuple[str, str]] = set()
        self.made: dict[str, tuple[str, bytes]] = {}

    def run(self, head: str) -> str:
        """Rewrite everything that *head* reaches; the new head."""
        git = self._objects.git
        ids = git.run("rev-list", "--topo-order", "--reverse", head).decode("ascii").split()
        for id, raw in zip(ids, git.objects(ids, "commit"), strict=True):
            self.commits[id] = self._commit(id, raw)
        return self.commits[head]

    def reworded(self) -> dict[str, str]:
        """Former commit → new one, of those that were to be reworded and were met."""
        return {id: self.commits[id] for id in self._reworded if id in self.commits}

    def _commit(self, id: str, raw: bytes) -> str:
        head, gap, body = raw.partition(b"\n\n")
        words = self._reworded.get(id)
        lines: list[bytes] = []
        same, dropping = words is None, False
        for line in head.split(b"\n"):
            if line.startswith(b" "):
                if not dropping:
                    lines.append(line)
                continue
            dropping = line.startswith(_DROPPED)
            now = line
            if line.startswith(b"tree "):
                now = b"tree " + self._tree(bytes.fromhex(line[5:].decode("ascii")), b"").hex().encode()
            elif found := _PARENT.fullmatch(line):
                parent = found[1].decode()
                now = b"parent " + self.commits.get(parent, parent).encode()
            elif words is not None and (found := _PERSON.fullmatch(line)):
                person = words.author if found[1] == b"author" else words.committer
                now = b"%s %s %s" % (found[1], person, found[3])
            same = same and now == line
            if not dropping:
                lines.append(now)
        if same:
            return id
        return self._keep("commit", b"\n".join(lines) + gap + (body if words is None else words.message))

    def _tree(self, tree: bytes, at: bytes) -> bytes:
        known = self._trees.get((tree, at))
        if known is None:
            self._trees[tree, at] = known = self._new_tree(tree, at)
        return known

    def _new_tree(self, tree: bytes, at: bytes) -> bytes:
        lines: list[bytes] = []
        same = True
        for mode, name, id in self._objects.entries(tree):
            now = id
            if mode == FOLDER:
                now = self._tree(id, at + name + b"/")
            elif id in self._replaced:
                now = self._replaced[id]
                self.places.add((path_text(at + name), id.hex()))
            same = same and now == id
            lines.append(b"%s %s\0%s" % (mode, name, now))
        return tree if same else bytes.fromhex(self._keep("tree", b"".join(lines)))

    def _keep(self, kind: str, data: bytes) -> str:
        id = object_id(kind, data, self._algorithm)
        self.made[id] = (kind, data)
        return id

"""Verifying a history that was rewritten by order: the former one first, then that the new one follows from it.

A *former history* is a bundle of the commits and trees before an epoch, without contents (``git bundle create FILE
--filter=blob:none HEAD``), but for those on which authority or a signature rests. It is verified as any history, with its own
signatures: any other content that was replaced is read as the content now, all the rest comes from the history at hand,
where it must still be. The rewriting is then done again, and every commit must come out with the id that it has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise

from zongmu.model.immutable import immutable
from zongmu.store.git.asking import Git
from zongmu.store.git.codes import GitProblem
from zongmu.store.git.objects import object_id
from zongmu.store.git.text import shown
from zongmu.trust import codes
from zongmu.trust.chain.checkpoint import Checkpoint
from zongmu.trust.chain.objects import Objects
from zongmu.trust.codes import Fault
from zongmu.trust.rewriting.epochs import EPOCHS_PATH, Epoch, epochs_in
from zongmu.trust.rewriting.procedure import Rewriting, Words, words_of
from zongmu.trust.rewriting.resting import decides_the_same, rests, type_at
from zongmu.trust.verifying.result import Progress, Result
from zongmu.trust.verifying.verify import Verifier

History = tuple[Git, str]
"""A repository of our own, and the head of the history in it."""


class FormerObjects(Objects):
    """The objects of a former history. What was replaced is read as what stands there now, unless it was kept."""

    def __init__(
        self,
        git: Git,
        present: Objects,
        replaced: Mapping[str, str],
        digests: Mapping[str, bytes],
        originals: Mapping[str, Git],
    ) -> None:
        """*originals* says which former history holds a content that was replaced."""
        super().__init__(git)
        self._present = present
        self._replaced = replaced
        self._digests = {bytes.fromhex(id): digest for id, digest in digests.items()}
        self._originals = originals

    def blob(self, id: str) -> bytes:
        """The content of a blob, or that which replaced it (in the last of several epochs)."""
        while id in self._replaced and id not in self._originals:
            id = self._replaced[id]
        return self._originals[id].blob(id) if id in self._originals else self._present.blob(id)

    def _load_strong_blobs(self, ids: Sequence[bytes]) -> None:
        self._strong.update((id, self._digests[id]) for id in ids if id in self._digests)
        self._strong.update(self._present.strong_blobs([id for id in ids if id not in self._strong]))


@immutable
class _Era:
    """The main line between two rewritings. ``begins`` is how much of it was rewritten from the era before.

    ``hidden`` are the contents of it that nobody can read any more, by id.
    """

    objects: Objects
    line: list[str]
    begins: int
    hidden: frozenset[str] = frozenset()

    @property
    def head(self) -> str:
        return self.line[-1]


@immutable
class _Asked:
    """What an auditor brings: the keys, the start and the checkpoint that she got from outside, and the clock."""

    roots: frozenset[bytes] | None
    root: str | None
    since: Checkpoint | None
    now: int

    def verifier(self, era: _Era, allowed: frozenset[str] = frozenset()) -> Verifier:
        """For one era; *allowed* are the commits that may enter an epoch record."""
        return Verifier(era.objects, era.head, self.roots, hidden=era.hidden, epochs=allowed)

    def answer(self, made: Result, epochs: tuple[Epoch, ...]) -> Result:
        """What was *made* of a part of it, as the answer to the whole of what was asked."""
        pinned = self.root is not None
        return replace(made, root=self.root or made.root, since=self.since, pinned_root=pinned, epochs=epochs)

    def stopped(self, objects: Objects, head: str, fault: Fault, epochs: tuple[Epoch, ...] = ()) -> Result:
        """The answer where nothing can be judged: the one fault, and what the history at hand is."""
        line = objects.main_line(head)
        known = Progress(head=head, leaves=objects.leaves(line))
        made = Verifier(objects, head).run(head, None, known, now=self.now)
        return self.answer(replace(made, root=line[0], faults=[fault], stopped=None), epochs)


def verify_all(
    git: Git,
    head: str,
    roots: frozenset[bytes] | None,
    root: str | None,
    since: Checkpoint | None,
    known: Progress | None,
    former: Sequence[History],
    *,
    now: int,
) -> Result:
    """As :meth:`~zongmu.trust.verifying.verify.Verifier.run`, through every epoch. *former* are the former histories, in any order.

    A start beyond the last epoch needs none of them.
    """
    present = Objects(git)
    asked = _Asked(roots, root, since, now)
    stopped = partial(asked.stopped, present, head)
    epochs = epochs_in(present.file(present.commit(head).tree, EPOCHS_PATH))
    if epochs is None:
        return stopped(Fault(codes.EPOCH_RECORD, head))
    named = {epoch.former.head for epoch in epochs}
    stranger = next((tip for _, tip in former if tip not in named), None)
    if stranger is not None:
        return stopped(Fault(codes.EPOCH_UNNAMED, "", {"head": stranger}), epochs)
    eras = _eras(epochs, head, present, former)
    first = next((n for n, era in enumerate(eras) if era and (root is None or root in era.line[era.begins :])), None)
    needed = epochs if first is None or root is None else epochs[first:]
    missing = next((epoch for epoch in needed if eras[epoch.seq - 1] is None), None)
    if missing is not None:
        values = {"seq": missing.seq, "size": missing.former.size, "head": missing.former.head}
        return stopped(Fault(codes.EPOCH_FORMER, "", values), epochs)
    if first is None or first == len(epochs):
        made = Verifier(present, head, roots).run(root, since, known, now=now)
        return replace(made, epochs=epochs)
    return _through(asked, epochs, [era for era in eras[first:] if era is not None])


def _eras(epochs: tuple[Epoch, ...], head: str, present: Objects, former: Sequence[History]) -> list[_Era | None]:
    """The eras in order, the history at hand last; None for one whose history was not given."""
    given = {tip: theirs for theirs, tip in former}
    replaced = {before: after for epoch in epochs for before, after in epoch.replaced().items()}
    digests = {before: digest for epoch in epochs for before, digest in epoch.digests().items()}
    originals = {id: theirs for theirs, _ in former for id in theirs.of_kind(replaced, "blob")}
    hidden = frozenset(replaced.keys() - originals.keys())
    begins = 0
    out: list[_Era | None] = []
    for epoch in epochs:
        tip = epoch.former.head
        if tip in given:
            objects = FormerObjects(given[tip], present, replaced, digests, originals)
            out.append(_Era(objects, objects.main_line(tip), begins, hidden))
        else:
            out.append(None)
        begins = epoch.former.size
    out.append(_Era(present, present.main_line(head), begins))
    return out


def _through(asked: _Asked, epochs: tuple[Epoch, ...], eras: Sequence[_Era]) -> Result:
    """Verify one era after the other; *eras* are the last of them, from the one with the start on."""
    start, progress, allowed = asked.root, None, frozenset[str]()
    wanted = asked.since
    proved = len(eras) - 1
    last = eras[-1]
    for (era, later), epoch in zip(pairwise(eras), epochs[len(epochs) - proved :], strict=True):
        try:
            result = asked.verifier(era, allowed).run(start, None, progress, now=asked.now)
        except GitProblem:
            fault = _more(epoch, "原有内容在新历史里找不到", "a former content is nowhere in the new history")
            return asked.stopped(last.objects, last.head, fault, epochs)
        if wanted is not None and wanted.is_of(era.line, result.progress.leaves):
            wanted = None
        made = Rewriting(era.objects, epoch.replaced(), _reworded(epoch, later))
        made.run(era.head)
        found = (
            _other(epoch, result)
            or _unfaithful(epoch, made, era, later)
            or _unequal(epoch, era, later)
            or _unrecorded(epochs, epoch, later)
        )
        if found is not None:
            result.faults.append(found)
        if result.faults:
            return asked.answer(result, epochs)
        start = made.commits[start] if start is not None else None
        leaves = later.objects.leaves(later.line[: later.begins])
        trusted = made.commits[result.progress.trusted]
        progress = replace(result.progress, head=later.line[later.begins - 1], leaves=leaves, trusted=trusted)
        allowed = frozenset((later.line[later.begins],))
    end = asked.verifier(last, allowed).run(start, wanted, progress, now=asked.now)
    return asked.answer(replace(end, proved_epochs=proved), epochs)


def _other(epoch: Epoch, result: Result) -> Fault | None:
    """Whether the former history is another one than the record names."""
    size = result.checkpoint.size
    if size == epoch.former.size and result.checkpoint.root == epoch.former.root_hash:
        return None
    said = (
        (f"它有 {size} 个提交", f"it has {size} commits") if size != epoch.former.size else ("根摘要不同", "other root")
    )
    values = {"seq": epoch.seq, "size": epoch.former.size, "zh": said[0], "en": said[1]}
    return Fault(codes.EPOCH_OTHER, "", values)


def _reworded(epoch: Epoch, later: _Era) -> dict[str, Words]:
    """What the reworded commits say now, by former id. One that is not there says nothing, and will not come out."""
    git = later.objects.git
    found = git.of_kind((commit.after for commit in epoch.commits), "commit")
    said = dict(zip(found, map(words_of, git.objects(found, "commit")), strict=True))
    return {one.before: said.get(one.after, Words(b"", b"", b"")) for one in epoch.commits}


def _unequal(epoch: Epoch, era: _Era, later: _Era) -> Fault | None:
    """Whether something on which authority or a signature rests was not kept, or decides otherwise now."""
    for file in epoch.files:
        kind = type_at(file.path)
        for one in file.versions if rests(file.path) else ():
            path = shown(file.path)
            if kind is None or one.before in era.hidden:
                return Fault(codes.EPOCH_KEPT, "", {"seq": epoch.seq, "path": path, "id": one.before})
            before = era.objects.blob(one.before)
            if object_id("blob", before, "sha256") != one.digest.removeprefix("sha256:"):
                return _more(epoch, f"{path} 的原件与所记摘要不符", f"the former content of {path} has another digest")
            if not decides_the_same(kind, before, later.objects.blob(one.after)):
                return _more(epoch, f"换上的 {path} 所定的事与原来不同", f"{path} decides something else now")
    return None


def _unfaithful(epoch: Epoch, made: Rewriting, era: _Era, later: _Era) -> Fault | None:
    """Whether the later era holds anything but what the rewriting, done again, makes of this one."""
    for at, id in enumerate(era.line):
        if at >= len(later.line) or later.line[at] != made.commits[id]:
            place = later.line[at] if at < len(later.line) else ""
            zh = f"第 {at + 1} 个提交不是由原来的第 {at + 1} 个改写而来"
            return _more(epoch, zh, f"commit number {at + 1} is not what the former one becomes", place)
    other = sorted(set(made.reworded().items()) ^ set(epoch.reworded().items()))
    if other:
        return _more(epoch, "改写的提交信息与记录不一", "other commits were reworded than are recorded", other[0][1])
    odd = sorted(made.places ^ epoch.places())
    if odd:
        path = shown(odd[0][0])
        return _more(epoch, f"{path} 改写的版本与记录不一", f"other versions of {path} were replaced than are recorded")
    return None


def _unrecorded(epochs: tuple[Epoch, ...], epoch: Epoch, later: _Era) -> Fault | None:
    """Whether the first commit after the rewriting does anything but enter this record."""
    if len(later.line) <= later.begins:
        return Fault(codes.EPOCH_RECORD, later.head)
    commit = later.objects.commit(later.line[later.begins])
    before, after = later.objects.commit(later.line[later.begins - 1]).tree, commit.tree
    changed = [change.path for change in later.objects.differences(before, after)]
    was, now = (epochs_in(later.objects.file(tree, EPOCHS_PATH)) for tree in (before, after))
    alone = len(commit.parents) == 1 and changed == [EPOCHS_PATH]
    if alone and was == epochs[: epoch.seq - 1] and now == epochs[: epoch.seq]:
        return None
    return Fault(codes.EPOCH_RECORD, commit.id)


def _more(epoch: Epoch, zh: str, en: str, commit: str = "") -> Fault:
    return Fault(codes.EPOCH_CHANGED, commit, {"seq": epoch.seq, "zh": zh, "en": en})

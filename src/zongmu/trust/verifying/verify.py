"""The verifier: one pass over a history that accepts a commit only for reasons that the version before it gives.

It starts at a commit that the auditor pinned, and takes nothing from the repository on trust but that commit's files.
Every later commit is judged by the trust files of its parents (:mod:`zongmu.trust.authority.standing`); what came by a side branch
also by those of the place where it landed. No network, no configuration, no program of the audited repository.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from zongmu.model.finding import Code
from zongmu.trust import codes
from zongmu.trust.authority import rows
from zongmu.trust.authority.changes import edits_between, moves_of, trust_edits
from zongmu.trust.authority.consent import adoption_faults, consent_faults
from zongmu.trust.authority.edits import Edit, Moved, form_faults
from zongmu.trust.authority.files import KEYS_PATH, POLICY_PATH, SETTINGS_PATH, Person
from zongmu.trust.authority.signer import Judge, author_faults, key_of, merger_faults, signer_of
from zongmu.trust.authority.standing import Standing, standing
from zongmu.trust.chain.checkpoint import Checkpoint, leaf_hash, origin_of, root_hash
from zongmu.trust.chain.commits import Commit
from zongmu.trust.chain.merging import merge_faults
from zongmu.trust.chain.objects import Objects
from zongmu.trust.chain.published import fits, is_published
from zongmu.trust.codes import Fault
from zongmu.trust.rewriting.epochs import EPOCHS_PATH
from zongmu.trust.signatures.sshsig import BadSignature, fingerprint
from zongmu.trust.verifying import contents
from zongmu.trust.verifying.result import Progress, Result

ALLOWED_BACK = 600
"""How many seconds a committer's clock may lie before that of a parent."""

ALLOWED_AHEAD = 86_400
"""How many seconds a committer's clock may lie after that of the verifier."""

_MOST_FAULTS = 200
_TRUST_FILES = (KEYS_PATH, POLICY_PATH, SETTINGS_PATH)


class Verifier:
    """Verifies one history in a repository of our own (:mod:`zongmu.trust.chain.objects`)."""

    def __init__(
        self,
        objects: Objects,
        head: str,
        roots: frozenset[bytes] | None = None,
        *,
        hidden: frozenset[str] = frozenset(),
        epochs: frozenset[str] = frozenset(),
    ) -> None:
        """*roots* are the public keys that the auditor got from outside, None if there are none.

        Of a former history, *hidden* are the contents (by id) that were replaced by others. *epochs* are the commits that may
        enter an epoch record, because what they say was verified.
        """
        self._head = head
        self._roots = roots
        self._hidden = hidden
        self._epochs = epochs
        self.objects = objects
        self._standings: dict[tuple[str, ...], tuple[Standing, str | None]] = {}
        self._faults: list[Fault] = []
        self._stopped: str | None = None
        self._line: list[str] = []
        self._arrives: int | None = None
        self.progress = Progress()

    def run(
        self, root: str | None, since: Checkpoint | None = None, known: Progress | None = None, *, now: int
    ) -> Result:
        """Verify from *root* (None: the first commit) to the head. *known* is an earlier progress to go on from.

        *now* is the verifier's clock in seconds since 1970.
        """
        chain = self._line = self.objects.main_line(self._head)
        start = root or chain[0]
        if start not in chain:
            self._fault(codes.ROOT_NOT_FOUND, "", root=start)
            return self._result(chain[0], chain, since, root is not None)
        self._follow(chain, start, known)
        self._check_end(chain, now)
        made = self._result(start, chain, since, root is not None)
        made.day = made.end.day(now)
        if since is not None and since.head in chain:
            made.since_day = made.end.day(self.objects.commit(since.head).time - ALLOWED_BACK)
        return made

    def replay(self, known: Progress | None) -> Progress:
        """Judge nothing up to the head; what stands there is needed in order to judge what follows. *known* as in :meth:`run`."""
        self._line = self.objects.main_line(self._head)
        self._follow(self._line, self._head, known)
        return self.progress

    def land(self, known: Progress, *, now: int) -> list[Fault]:
        """What speaks against the commits after that of *known*, which this takes over: as :meth:`run`, without conclusions.

        They arrive *now*: whoever signed one has to count today too. What an expired key dates back, only this moment shows.
        """
        self._arrives = now
        self._line = self.objects.main_line(self._head)
        if known.head not in self._line:
            self._fault(codes.ROOT_NOT_FOUND, "", root=known.head)
        else:
            self._follow(self._line, known.head, known)
            self._check_end(self._line, now)
        return self._faults

    def _follow(self, chain: list[str], start: str, known: Progress | None) -> None:
        """Go along the main line, from where *known* has come: up to *start* nothing is judged."""
        at = chain.index(start)
        done = 0
        if known is not None and known.head in chain:
            place = chain.index(known.head) + 1
            if place == len(known.leaves) and self._same_leaf(known):
                self.progress, done = known, place
        self._check_start(start)
        for number, commit in enumerate(self.objects.each(chain[done:]), done):
            if number <= at:
                self._replay(commit)
            elif self._stopped is None:
                self._landing(commit)
            self.progress.leaves.append(leaf_hash(self.objects.leaf(commit.id)))
            self.progress.head = commit.id
            self.progress.latest = max(self.progress.latest, commit.time)

    def _same_leaf(self, known: Progress) -> bool:
        return self.objects.leaves((known.head,)) == known.leaves[-1:]

    # --- begin and end -----------------------------------------------------------------------------------------------

    def _check_start(self, start: str) -> None:
        first, broken = self._standing(self.objects.commit(start).tree)
        if broken is not None:
            self._fault(codes.NO_TRUST, start, path=broken)
            self._stopped = start
        if self._roots is not None and first.known:
            for _, key in first.roots():
                if key not in self._roots:
                    self._fault(codes.WRONG_ROOT, start, key=fingerprint(key))

    def _check_end(self, chain: list[str], now: int) -> None:
        """No commit lies in the future: since clocks do not run back, the head's says it of all."""
        latest = now + ALLOWED_AHEAD
        if self.objects.commit(self._head).time > latest:
            first = next(commit for commit in self.objects.each(chain) if commit.time > latest)
            self._fault(codes.CLOCK_AHEAD, first.id, days=(first.time - now) // 86_400)

    def _result(self, root: str, chain: list[str], since: Checkpoint | None, pinned: bool) -> Result:
        leaves = self.progress.leaves
        end, _ = self._standing(self.objects.commit(self._head).tree)
        if self._roots is not None and not end.known and not self._faults:
            self._fault(codes.NO_TRUST, self._head, path=KEYS_PATH)
        if since is not None and leaves:
            self._since(since, chain)
        made = Checkpoint(self._origin(self._head), len(leaves) or 1, root_hash(leaves), self._head)
        return Result(
            head=self._head,
            root=root,
            checkpoint=made,
            start=self._standing(self.objects.commit(root).tree)[0],
            end=end,
            faults=self._faults,
            progress=self.progress,
            pinned_root=pinned,
            pinned_keys=self._roots is not None,
            before=chain.index(root),
            since=since,
            stopped=self._stopped,
            acts=list(contents.endorsed(self.objects, self._head, end)) if end.known else [],
        )

    def _since(self, since: Checkpoint, chain: list[str]) -> None:
        if since.size > len(chain) or chain[since.size - 1] != since.head:
            self._fault(codes.CHECKPOINT_DIFFERS, "", size=since.size, head=since.head)
        elif root_hash(self.progress.leaves[: since.size]) != since.root or since.origin != self._origin(since.head):
            self._fault(codes.CHECKPOINT_ROOT, "", size=since.size)

    def _origin(self, commit: str) -> str:
        return origin_of(self.objects.file(self.objects.commit(commit).tree, SETTINGS_PATH))

    def _fault(self, code: Code, commit: str, **values: object) -> None:
        self._add(Fault(code, commit, dict(values)))

    def _add(self, fault: Fault) -> None:
        if len(self._faults) < _MOST_FAULTS:
            self._faults.append(fault)

    # --- one landing -------------------------------------------------------------------------------------------------

    def _replay(self, commit: Commit) -> None:
        """What stands before the pinned commit is not judged; only who entered what is remembered."""
        edits = self._edits(commit)
        moves = moves_of(edits)
        self._remember(commit, moves, None)
        if not self.progress.trusted or trust_edits(edits, moves):
            self.progress.trusted = commit.id

    def _landing(self, commit: Commit) -> None:
        """A commit of the chain, and before it those that it brings from its other parents."""
        here = self._standing(self.objects.commit(commit.parents[0]).tree)[0]
        if len(commit.parents) > 1:
            side = self.objects.git.run(
                *("rev-list", "--topo-order", "--reverse", *commit.parents[1:], f"^{commit.parents[0]}")
            )
            for id in side.decode("ascii").split():
                # Whatever time it gives itself, it has to be in order where and when it lands.
                self._commit(self.objects.commit(id), ((here, here.day(commit.time)),), 0)
                if self._stopped is not None:
                    return
        arrives = () if self._arrives is None else ((here, here.day(self._arrives)),)
        # Not its parent's time alone: ten minutes of every commit would add up to days.
        if self._commit(commit, arrives, self.progress.latest):
            self.progress.trusted = commit.id

    def _commit(self, commit: Commit, also: Sequence[Judge], latest: int) -> bool:
        """Judge one commit, dated not before *latest*. Whether it changes trust, against its first parent."""
        before = len(self._faults)
        parents = [self.objects.commit(parent) for parent in commit.parents]
        before_it = [self._standing(parent.tree)[0] for parent in parents]
        judges = [*((judge, judge.day(commit.time)) for judge in before_it), *also]
        signer, unsound = signer_of(commit, judges)
        for fault in unsound:
            self._add(fault)
        if signer is not None:
            self.progress.signed += 1
            self.progress.signers[signer.id] += 1
        back = max([latest, *(parent.time for parent in parents)]) - commit.time
        if back > ALLOWED_BACK:
            self._fault(codes.CLOCK, commit.id, minutes=back // 60, allowed=ALLOWED_BACK // 60)
        self.progress.commits += 1
        edits = self._edits(commit)
        moves = moves_of(edits)
        if len(parents) > 1:
            self.progress.merges += 1
            for fault in merge_faults(self.objects, commit, parents):
                self._add(fault)
            for fault in merger_faults(commit, signer, judges):
                self._add(fault)
            touches_trust = bool(trust_edits(edits, moves))
        else:
            # First who entered what: nobody enters and endorses in one commit either.
            self._remember(commit, moves, before_it[0] if before_it else None)
            touches_trust = self._judge(commit, edits, moves, signer, judges)
        after, broken = self._standing(commit.tree)
        lost = any(judge.known for judge in before_it) and not after.known
        if broken is not None or lost:
            self._fault(codes.NO_TRUST, commit.id, path=broken or KEYS_PATH)
        governed = any(judge.known for judge in before_it)
        if broken is not None or lost or (governed and touches_trust and len(self._faults) > before):
            # What a change of trust allows after it is worth nothing when the change itself is not accepted.
            self._stopped = commit.id
        return touches_trust

    def _edits(self, commit: Commit) -> list[Edit]:
        return edits_between(
            self.objects, self.objects.commit(commit.parents[0]).tree if commit.parents else None, commit.tree
        )

    # --- the content -------------------------------------------------------------------------------------------------

    def _judge(
        self,
        commit: Commit,
        edits: list[Edit],
        moves: list[Moved],
        signer: Person | None,
        judges: Sequence[Judge],
    ) -> bool:
        """Judge what a commit with one parent did. Whether it touches what wants root persons."""
        trust = trust_edits(edits, moves)
        faults = [
            *form_faults(edits, partial(contents.elsewhere, self.objects, commit.tree)),
            *self._records(commit, edits),
        ]
        for judge, day in judges:
            if judge.known:
                if trust:
                    faults.extend(consent_faults(commit, self.progress.trusted, trust, signer, judge, day))
                if judge.signed and signer is not None:
                    faults.extend(author_faults(commit, signer, judge, day, edits, moves))
            # A program renews the digests of a demonstration's reviews; nobody vouches for any of it.
            if judge.known or not judge.demonstration:
                faults.extend(self._endorsed(commit, edits, signer, judge, day))
        adopts = self._roots is not None and not any(judge.known for judge, _ in judges)
        if adopts and any(edit.path in (KEYS_PATH, POLICY_PATH) for edit in trust):
            key = self._key(commit)
            faults.extend(adoption_faults(commit, self.progress.trusted, trust, key, self._roots or frozenset()))
        said: dict[tuple[str, str], Fault] = {}  # two standings may say the same of one commit
        for fault in faults:
            said.setdefault((fault.code.id, repr(sorted(fault.values.items()))), fault)
        for fault in said.values():
            self._add(Fault(fault.code, commit.id, fault.values))
        return bool(trust)

    def _records(self, commit: Commit, edits: Iterable[Edit]) -> Iterator[Fault]:
        """What may not be said of the history itself: epochs that were not verified, checkpoints that are none of its own."""
        if commit.id not in self._epochs and any(edit.path == EPOCHS_PATH for edit in edits):
            yield Fault(codes.EPOCH_RECORD)
        for edit in edits:
            if is_published(edit.path) and edit.after is not None and not self._published(commit.tree, edit):
                yield Fault(codes.CHECKPOINT_FILE, values={"path": edit.path})

    def _endorsed(
        self, commit: Commit, edits: Iterable[Edit], signer: Person | None, judge: Standing, day: dt.date
    ) -> Iterator[Fault]:
        """What speaks against rows of endorsements that landed, by the standing of one version before."""
        project = partial(contents.project, self.objects, commit.tree)
        hidden = partial(contents.is_one_of, self.objects, commit.tree, self._hidden)
        landing = rows.Landing(judge, signer, day, project, self._entered, hidden)
        for edit in edits:
            if edit.path.startswith("registry/endorsements/") and edit.after is not None:
                yield from rows.row_faults(edit.path, edit.before, edit.after, landing)

    def _published(self, tree: str, edit: Edit) -> bool:
        """Whether a checkpoint that was published is one of this history, and none that stood there was changed."""
        folder, _, name = edit.path.rpartition("/")
        beside = partial(self._beside, tree, folder)
        return edit.before is None and fits(name, edit.after or b"", beside, self._line, self.progress.leaves)

    def _beside(self, tree: str, folder: str, name: str) -> bytes | None:
        return self.objects.file(tree, f"{folder}/{name}")

    def _key(self, commit: Commit) -> bytes | None:
        """The key that signed *commit*, if it is soundly signed."""
        try:
            return key_of(commit) if commit.signature is not None else None
        except BadSignature:
            return None

    def _remember(self, commit: Commit, moves: Iterable[Moved], judge: Standing | None) -> None:
        """Note who entered which milestone."""
        author = judge.author(commit.author_email, judge.day(commit.time)) if judge is not None else None
        who = {commit.author_email} | ({author.id} if author is not None else set())
        for move in moves:
            if move.kind.name == "project":
                for milestone in move.milestones():
                    key = (move.record, milestone)
                    self.progress.entered[key] = self.progress.entered.get(key, frozenset()) | who

    def _entered(self, project: str, milestone: str) -> frozenset[str]:
        return self.progress.entered.get((project, milestone), frozenset())

    def _standing(self, tree: str) -> tuple[Standing, str | None]:
        found = tuple(str(self.objects.find(tree, path)) for path in _TRUST_FILES)
        if found not in self._standings:
            self._standings[found] = standing(partial(self.objects.file, tree))
        return self._standings[found]

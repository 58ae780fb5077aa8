"""``pre-receive``: the gate of a bare server, where nothing else stands between a push and the registry.

Git calls it before any name moves; the objects of the push lie in quarantine and vanish when it says no. Every branch is
held against the main one, every new commit is looked through for what must not even arrive, and a push is taken whole or
not at all.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, TextIO

from zongmu.cli.crashed import crash_lines
from zongmu.cli.proposals.gate import account_of, answer_lines
from zongmu.cli.proposals.gating import Answer, checks_of, judge_proposal, pushers_of
from zongmu.cli.proposals.gating_trust import landing_findings
from zongmu.cli.session import registry_at, world_of
from zongmu.cli.trouble import Trouble
from zongmu.model.finding import Bilingual, Finding, Gate
from zongmu.policy.judging.one_record import sensitive_in
from zongmu.policy.judging.world import World
from zongmu.policy.law.loading import Checks
from zongmu.policy.proposals.admission import of_entries
from zongmu.policy.proposals.commits import of_clock, of_shape, of_words, target_of, time_of, too_long
from zongmu.policy.proposals.ref_names import of_new_names
from zongmu.policy.proposals.refs import (
    DETOUR,
    MAX_COMMITS,
    MAX_ON_THE_WAY,
    MAX_REFS,
    NO_MAIN,
    NOT_A_COMMIT,
    OF_ANOTHER,
    TOO_MANY_COMMITS,
    TOO_MANY_ON_THE_WAY,
    TOO_MANY_REFS,
    UNSOUND,
    RefUpdate,
    about,
    of_ref,
    updates,
)
from zongmu.policy.proposals.zones import zone_of
from zongmu.policy.run import load_for_run
from zongmu.report.findings.text import finding_lines
from zongmu.store.change import Touched, split_rows
from zongmu.store.git.asking import Git
from zongmu.store.git.beginners import Beginners
from zongmu.store.git.codes import GitProblem
from zongmu.store.git.soundness import unsound
from zongmu.store.registry import load_record
from zongmu.store.survey import located_at, safe_path
from zongmu.store.trees import GitTree

_LANGS = ("zh", "en")
_SEEN = 40
"""Findings that are printed of the commits in between."""
_AT_ONCE = 256


class Receiver:
    """One push to one repository."""

    def __init__(self, root: Path, main: str | None, account: str | None, out: TextIO) -> None:
        self._root = root
        self._git = Git(root)
        self._account = account
        self._out = out
        self._heads = heads = self._git.heads()
        self._known = [*heads.values()]
        self._main = main or self._git.main_branch() or "refs/heads/main"
        self._tip = heads.get(self._main)
        self._beginners = Beginners(self._git.folder, heads)
        self._world: World | None = None
        self._read: set[tuple[str, str | None]] = set()

    def receive(self, stdin: bytes) -> bool:
        """Whether the push may come in. Raises :class:`Trouble` where that could not be judged."""
        moves = updates(stdin)
        if moves is None:
            raise Trouble(
                "hook.not-from-git",
                Bilingual("输入不是 Git 交给 pre-receive 的样子", "the input is not what Git hands to pre-receive"),
                Bilingual("这条命令由 Git 调用：zongmu hook install", "Git calls this command: zongmu hook install"),
            )
        if len(moves) > MAX_REFS:
            return self._refuse([about(TOO_MANY_REFS, moves[0], count=len(moves), limit=MAX_REFS)])
        # Names first: they cost nothing, and a push that moves one of them wrongly is not looked into.
        confused = list(of_new_names(moves, self._git.refs("refs"))) if self._tip is not None else []
        refused = confused or [f for move in moves if (f := self._name(move)) is not None]
        if refused:
            return self._refuse(refused)
        # All of them are judged, so that everything is said at once.
        answers = [self._judge(move) for move in moves if move.new is not None]
        if all(answers) and self._account is not None:
            # What stands is asked of the server: a client may say of any name that it is new.
            begun = {m.name: m.new for m in moves if m.name not in self._heads and m.kind(self._main) == "branch"}
            claims = {name: {self._account: new} for name, new in begun.items() if new is not None}
            if claims:
                self._beginners.note(claims)
        return all(answers)

    def _name(self, move: RefUpdate) -> Finding | None:
        if move.new is not None and not self._is_commit(move.new, peeled=move.kind(self._main) == "tag"):
            return about(NOT_A_COMMIT, move)
        if self._tip is None and move.new is not None and move.name != self._main:
            return about(NO_MAIN, move, main=safe_path(self._main))
        found = of_ref(move, self._main, self._git.is_ancestor, self._git.continues)
        return found if found is not None else self._of_another(move)

    def _of_another(self, move: RefUpdate) -> Finding | None:
        """That a branch is rewritten or deleted by an account that neither began it nor merges; nothing where none is told apart."""
        if self._tip is None or move.old is None or move.kind(self._main) != "branch":
            return None
        if move.new is not None and self._git.is_ancestor(move.old, move.new):
            return None
        pushers = pushers_of(GitTree(self._git, self._tip))
        pusher = pushers.named(self._account) if pushers is not None and self._account is not None else None
        if pushers is None or (pusher is not None and pusher.merges):
            return None
        if pusher is not None and self._beginners.began(pusher.account, move.name):
            return None
        return about(OF_ANOTHER, move, account=self._account or "（未知 unknown）")

    def _is_commit(self, id: str, *, peeled: bool) -> bool:
        """Whether *id* is a commit; *peeled*: or a tag of one. A branch that is a tag would be another to every reader."""
        try:
            return self._git.resolve(id) == id or peeled
        except GitProblem:
            return False

    def _judge(self, move: RefUpdate) -> bool:
        assert move.new is not None
        new = self._git.resolve(str(move.new))
        self._out.write(f"\nzongmu  {safe_path(move.name)}\n")
        if new != move.new:
            found = list(self._tag(move, str(move.new), new))
            if found:
                return self._refuse(found)
        commits = self._git.commits_between(self._known, new)
        into_main = move.name == self._main
        if not commits and not into_main:
            return True  # nothing new arrives
        if len(commits) > MAX_COMMITS:
            return self._refuse([about(TOO_MANY_COMMITS, move, count=len(commits), limit=MAX_COMMITS)])
        between = commits if self._tip is None else [c for c in commits if c != new]
        found = list(self._commits(commits)) or list(self._between(move, between))
        if not found and (what := unsound(self._git, new, self._known)) is not None:
            found = [about(UNSOUND, move, what=what)]
        if not found and into_main:
            found = list(self._clocks(new))
        if found:
            return self._refuse(found)
        if self._tip is None:
            if not commits:
                return True
            self._say(
                Bilingual(
                    f"{move.name}：库里还没有主分支，只核对了文件本身；之后的推送按它裁决",
                    f"{move.name}: there is no main branch yet, so files were looked at as files; pushes after this one are judged by it",
                )
            )
            return True
        return self._gate(move, new, commits)

    def _gate(self, move: RefUpdate, new: str, commits: Sequence[str] = ()) -> bool:
        assert self._tip is not None
        tip = self._tip
        answer = judge_proposal(
            self._root, tip, new, account=self._account, closed=True, merging=move.name == self._main
        )
        strays = [] if answer.crashed else list(self._detours(move, commits, answer))
        if move.name == self._main and not answer.crashed:
            strays += landing_findings(self._git, tip, new)
        if answer.standing or not strays:
            for line in answer_lines(answer, _LANGS):
                self._out.write(line + "\n")
        if strays:
            return self._refuse(strays)
        if answer.crashed:
            for line in (line for lang in _LANGS for line in crash_lines(lang)):
                self._out.write(line + "\n")
            return False
        # What needs a person may be proposed on a branch; it comes into the main one when somebody has taken note of it.
        return answer.gate is Gate.GOOD or (answer.gate is Gate.NEEDS_PERSON and move.name != self._main)

    def _detours(self, move: RefUpdate, commits: Sequence[str], answer: Answer) -> Iterator[Finding]:
        """What a commit changes although the change as a whole leaves it as it is: a record, or a file of another zone."""
        net = {*answer.change.paths, *answer.change.outside}
        for commit in commits:
            for row in self._git.changes_of(commit):
                path = row.path.removeprefix(self._git.prefix)
                if path not in net and (zone_of(path) != "code" or "code" not in answer.zones):
                    yield about(DETOUR, move, commit=commit[:12], file=safe_path(path))
                    return

    def _tag(self, move: RefUpdate, id: str, commit: str) -> Iterator[Finding]:
        """What a tag with words of its own says."""
        long = too_long(id, self._git.sizes((id,))[id])
        if long is not None:
            yield long
            return
        raw = next(self._git.objects((id,), "tag"))
        if target_of(raw) != commit:
            yield about(NOT_A_COMMIT, move)
        yield from of_words(id, raw)

    def _commits(self, commits: Sequence[str]) -> Iterator[Finding]:
        """What is wrong with each commit by itself; one that is too long is not opened, nor is anything after that."""
        long = [found for id, size in self._git.sizes(commits).items() if (found := too_long(id, size)) is not None]
        if long:
            yield from long
            return
        for commit, raw in zip(commits, self._git.objects(commits, "commit"), strict=True):
            yield from of_shape(commit, raw)
            yield from of_words(commit, raw)

    def _clocks(self, new: str) -> Iterator[Finding]:
        """Commits at a wrong time that would come into the main branch, whoever sent them before."""
        commits = self._git.commits_between([self._tip] if self._tip is not None else [], new)
        now, times = int(time.time()), dict[str, int]()
        for commit, raw in zip(commits, self._git.objects(commits, "commit"), strict=True):
            parents = [line[7:].decode() for line in raw.partition(b"\n\n")[0].split(b"\n") if line[:7] == b"parent "]
            known = [times[p] if p in times else self._time(p) for p in parents]
            yield from of_clock(commit, raw, max(known, default=None), now)
            times[commit] = time_of(raw) or 0

    def _time(self, commit: str) -> int:
        return int(self._git.run("rev-list", "--no-walk", "--timestamp", commit).split()[0])

    def _between(self, move: RefUpdate, commits: Sequence[str]) -> Iterator[Finding]:
        """What must not arrive even in a commit that a later one mends: odd entries, personal data, secrets."""
        count = files = 0
        for start in range(0, len(commits), _AT_ONCE):
            touched: dict[str, list[Touched]] = {}
            for commit in commits[start : start + _AT_ONCE]:
                touched[commit] = split_rows(self._git.changes_of(commit), self._git.prefix)[0]
                files += len(touched[commit])
                if files > MAX_ON_THE_WAY and self._tip is not None:
                    yield about(TOO_MANY_ON_THE_WAY, move, count=files, limit=MAX_ON_THE_WAY)
                    return
            entries = [t.after for rows in touched.values() for t in rows if t.after is not None]
            sizes = self._git.sizes(e.blob for e in entries if e.blob and e.mode != "160000")
            for commit, rows in touched.items():
                found = list(of_entries(rows, sizes))
                if not found and self._tip is not None:
                    found = list(self._sensitive(commit, rows, self._tip))
                yield from found[: _SEEN - count]
                count += len(found)
                if count >= _SEEN:
                    return

    def _law(self, tip: str) -> World:
        """What the commits in between are read by: the target's, made once."""
        if self._world is None:
            tree = GitTree(self._git, tip)
            with checks_of(tree) as checks:
                registry = registry_at(self._root, tree, load_with=load_for_run)
                self._world = world_of(checks, registry, None)
        return self._world

    def _sensitive(self, commit: str, touched: list[Touched], tip: str) -> Iterator[Finding]:
        tree = GitTree(self._git, commit, known=True)
        entries = [t.after for t in touched if t.after is not None and t.path.startswith("registry/")]
        tree.expect(entries)
        for located in filter(None, map(located_at, entries)):
            seen = (located.path, located.blob)
            if seen not in self._read:
                self._read.add(seen)
                yield from sensitive_in(self._law(tip), load_record(tree, located))

    def _say(self, text: Bilingual) -> None:
        self._out.write(f"{text.zh}\n{text.en}\n")

    def _refuse(self, findings: list[Finding]) -> bool:
        for finding in findings:
            for line in finding_lines(finding, None, Checks({}, ()), "zh"):
                self._out.write(line + "\n")
            self._out.write(f"    {finding.message.en}\n    next: {finding.next_step.en}\n")
        self._out.write("结论：拒收 / gate: refused\n")
        return False


def run_pre_receive(root: Path, main: str | None, stdin: BinaryIO, out: TextIO) -> int:
    """Judge one push from *stdin*. Exit 0 taken, 1 refused, 2 could not be judged: then nothing comes in either."""
    return 0 if Receiver(root, main, account_of(None), out).receive(stdin.read()) else 1

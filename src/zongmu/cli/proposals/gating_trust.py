"""What the trust files of the target branch say of a proposal, as findings of the gate."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Final

from zongmu.model.finding import Bilingual, Category, Finding, Severity
from zongmu.store.change import Change
from zongmu.store.git.asking import Git
from zongmu.store.git.tree_changes import RawChange
from zongmu.store.trees import Entry, Tree

if TYPE_CHECKING:
    from zongmu.trust.codes import Fault


_AGAIN: Final = Bilingual(
    "主分支不能改写：把提交改好再推送；要签名的，由有权合并的人签：git commit --amend -S",
    "the main branch is never rewritten: mend the commit and push again; who may land it signs it: git commit --amend -S",
)


_UNMERGED: Final = Bilingual(
    "主分支不能改写：合成一个新提交再推送：从主分支起，git merge --squash <分支>，git commit",
    "the main branch is never rewritten: make one new commit of it and push that: on the main branch, git merge --squash <branch>, git commit",
)


def trust_findings(change: Change, account: str | None) -> Iterator[Finding]:
    """Why *account* may not propose this, or why an endorsement in it does not hold. Nothing without trust files."""
    from zongmu.trust.authority.files import KEYS_PATH, POLICY_PATH

    tip = change.tree_before
    if not (tip.exists(KEYS_PATH) or tip.exists(POLICY_PATH)):
        return
    from zongmu.model.records.project import Project
    from zongmu.trust.authority import rows
    from zongmu.trust.authority.edits import Edit
    from zongmu.trust.authority.proposal import entered_in, proposal_faults
    from zongmu.trust.chain.objects import Objects

    edits = [
        Edit(
            RawChange(t.path, *_half(t.before), *_half(t.after)),
            _read(change.tree_before, t.path),
            _read(change.tree_after, t.path),
        )
        for t in change.touched
    ]
    head = change.head or tip.commit
    objects = Objects(tip.git)

    @cache
    def path_of(id: str) -> str | None:
        folder = f"registry/projects/{id.split('-', 1)[0]}"
        entries = change.tree_after.entries(folder)
        return next((entry.path for entry in entries if entry.path.endswith(f"/{id}.yaml")), None)

    @cache
    def project(id: str) -> Project | None:
        path = path_of(id)
        return rows.read_project(_read(change.tree_after, path)) if path is not None else None

    @cache
    def entries(id: str) -> dict[str, frozenset[str]]:
        path = path_of(id)
        return entered_in(objects, head, path) if path else {}

    def entered(id: str, milestone: str) -> frozenset[str]:
        return entries(id).get(milestone, frozenset())

    for fault in proposal_faults(lambda path: _read(tip, path), edits, account, project, entered):
        yield _finding(fault, edits[0].path if edits else "registry")


def landing_findings(git: Git, tip: str, new: str) -> Iterator[Finding]:
    """What the audit would say of the commits that bring the main branch from *tip* to *new*.

    The main branch is never rewritten: a commit that the audit does not accept must not come in at all.
    """
    from zongmu.trust.chain.objects import Objects
    from zongmu.trust.codes import EPOCH_RECORD, MERGE_CONTENT, MERGE_SHAPE
    from zongmu.trust.verifying import progress
    from zongmu.trust.verifying.verify import Verifier

    objects = Objects(git)
    # Who entered what, since the beginning: kept beside the branches, where nothing that is pushed gets.
    kept = progress.file_of_server(git.folder)
    known = progress.load(kept)
    before = known.head if known is not None else None
    standing = Verifier(objects, tip).replay(known)
    if standing.head != before:
        progress.save(kept, standing)
    for fault in Verifier(objects, new).land(standing, now=int(time.time())):
        # Whether a record of an epoch is true hangs on the former history, which the server no longer has.
        if fault.code is not EPOCH_RECORD:
            again = _UNMERGED if fault.code in (MERGE_SHAPE, MERGE_CONTENT) else _AGAIN
            yield replace(_finding(fault, fault.commit[:12]), next_step=again)


def _finding(fault: Fault, place: str) -> Finding:
    path = str(fault.values.get("path", place))
    return Finding(
        code=fault.code.id,
        category=Category.RECORD,
        severity=Severity.BLOCKING,
        record=path,
        path=path,
        message=fault.message,
        next_step=fault.code.next_step,
        key=fault.values.get("row"),
    )


def _half(entry: Entry | None) -> tuple[str | None, str | None]:
    return (entry.mode, entry.blob) if entry is not None else (None, None)


def _read(tree: Tree, path: str) -> bytes | None:
    try:
        return tree.read(path)
    except OSError:
        return None

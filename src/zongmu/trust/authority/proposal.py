"""May this proposal be made by this account? What the verifier would say of it once landed, asked before it is.

Asked of the trust files of the target branch. The signatures of commits are left to the verifier: a proposal is squashed
and signed when it lands.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator

from zongmu.model.records.project import Project
from zongmu.store.git.tree_changes import RawChange
from zongmu.trust import codes
from zongmu.trust.authority import rows
from zongmu.trust.authority.changes import moves_of
from zongmu.trust.authority.edits import Edit, edit_faults, moved
from zongmu.trust.authority.files import FORGE, Person
from zongmu.trust.authority.standing import Standing, standing
from zongmu.trust.chain.objects import Objects
from zongmu.trust.codes import Fault

Read = Callable[[str], bytes | None]


def proposal_faults(
    before: Read,
    edits: list[Edit],
    account: str | None,
    project: Callable[[str], Project | None],
    entered: Callable[[str, str], frozenset[str]],
) -> Iterator[Fault]:
    """What speaks against *edits*, proposed by *account* (an id or an e-mail of ``trust/keys.yaml``; None: not known).

    *before* reads the target branch; *project* a project as it would be; *entered* says who ever entered a milestone.
    Nothing where the target branch has no trust files.
    """
    here, _ = standing(before)
    if not here.known:
        return
    day = here.day(int(time.time()))
    if account is not None and here.signed:
        person = here.person(account, day) or here.author(account, day)
        if person is None:
            yield Fault(codes.UNKNOWN_AUTHOR, values={"claimed": account})
        else:
            yield from edit_faults(here, person, day, edits, moves_of(edits))
    landing = rows.Landing(here, _service(here, day), day, project, entered, lambda _: False)
    for edit in edits:
        if edit.path.startswith("registry/endorsements/") and edit.after is not None:
            yield from rows.row_faults(edit.path, edit.before, edit.after, landing)


def _service(here: Standing, day: dt.date) -> Person | None:
    """The merge service, which will land the proposal."""
    people = here.keys.people if here.keys is not None else ()
    return next((p for p in people if FORGE in p.roles and here.person(p.id, day) is not None), None)


def entered_in(objects: Objects, head: str, path: str) -> dict[str, frozenset[str]]:
    """Milestone → the e-mails of those who changed it in the project at *path* of the instance, up to *head*."""
    git = objects.git

    def content(commit: str) -> bytes | None:
        return objects.file(objects.commit(commit).tree, git.prefix + path)

    out: dict[str, frozenset[str]] = {}
    for id in git.run("rev-list", head, "--", path).decode("ascii").split():
        commit = objects.commit(id)
        before = content(commit.parents[0]) if commit.parents else None
        move = moved(Edit(RawChange(path, None, None, None, None), before, content(id)))
        for milestone in move.milestones() if move is not None else ():
            out[milestone] = out.get(milestone, frozenset()) | {commit.author_email}
    return out

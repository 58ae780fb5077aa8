"""Who answers for a commit: whose signature it bears, and for whom that person may make it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from zongmu.store.git.text import shown
from zongmu.trust import codes
from zongmu.trust.authority.edits import Edit, Moved, edit_faults
from zongmu.trust.authority.files import FORGE, ROOT, Person
from zongmu.trust.authority.standing import Standing
from zongmu.trust.chain.commits import Commit
from zongmu.trust.codes import Fault
from zongmu.trust.signatures.sshsig import GIT, BadSignature, fingerprint, from_armor, verify

Judge = tuple[Standing, dt.date]
"""Trust that judges a commit, and the day on which it is asked."""


def signer_of(commit: Commit, judges: Sequence[Judge]) -> tuple[Person | None, list[Fault]]:
    """Whose signature the commit bears, by every standing that judges it, None where nobody's that counts; what is wrong with it."""
    wanted = any(judge.signed for judge, _ in judges)
    if wanted and not commit.exact:
        return None, [Fault(codes.ODD_COMMIT, commit.id)]
    if not any(judge.known for judge, _ in judges):
        return None, []
    if commit.signature is None or not commit.exact:
        return None, [Fault(codes.UNSIGNED, commit.id)] if wanted else []
    try:
        key = key_of(commit)
    except BadSignature as error:
        values = {"what": "提交", "what_en": "the commit", "reason": str(error)}
        return None, [Fault(codes.BAD_SIGNATURE, commit.id, values)] if wanted else []
    people = [judge.signer(key, day) for judge, day in judges if judge.known]
    person = people[0]
    if person is None or any(other is None or other.id != person.id for other in people):
        values = {"key": fingerprint(key), "what": "提交", "what_en": "the commit"}
        return None, [Fault(codes.UNKNOWN_KEY, commit.id, values)] if wanted else []
    return person, [*_claimed(commit, person), *_may_land(commit, person, judges)]


def key_of(commit: Commit) -> bytes:
    """The key that signed a commit that is signed. Raises :class:`~zongmu.trust.signatures.sshsig.BadSignature`."""
    assert commit.signature is not None
    return verify(from_armor(commit.signature), commit.payload, GIT)


def _claimed(commit: Commit, person: Person) -> Iterator[Fault]:
    """A committer's address is that of who signed."""
    if commit.email != person.email:
        yield _another(commit, person, commit.email)


def _may_land(commit: Commit, person: Person, judges: Sequence[Judge]) -> Iterator[Fault]:
    """Who signs may land, by every standing; the first that says no is told."""
    for judge, day in judges:
        if judge.signed and judge.policy is not None:
            roles = judge.roles(person, day)
            if not roles & {*judge.policy.land, ROOT}:
                names = "、".join(judge.policy.land)
                yield Fault(codes.MAY_NOT_LAND, commit.id, {"person": person.id, "roles": names})
                return


def author_faults(
    commit: Commit, signer: Person, judge: Standing, day: dt.date, edits: Iterable[Edit], moves: Iterable[Moved]
) -> Iterator[Fault]:
    """Whether the author may make this change: a service commits for others, everybody else for himself."""
    if FORGE in signer.roles:
        author = judge.author(commit.author_email, day)
        if author is None or FORGE in author.roles:
            yield Fault(codes.UNKNOWN_AUTHOR, values={"claimed": shown(commit.author_email, 80)})
            return
    else:
        author = signer
        if commit.author_email != signer.email:
            yield _another(commit, signer, commit.author_email)
    yield from edit_faults(judge, author, day, edits, moves)


def merger_faults(commit: Commit, signer: Person | None, judges: Sequence[Judge]) -> Iterator[Fault]:
    """Whether a merge names as its author who made it, or whom the merge service made it for."""
    if signer is None or not any(judge.signed for judge, _ in judges):
        return
    if FORGE not in signer.roles:
        if commit.author_email != signer.email:
            yield _another(commit, signer, commit.author_email)
    elif any(judge.known and judge.author(commit.author_email, day) is None for judge, day in judges):
        yield Fault(codes.UNKNOWN_AUTHOR, commit.id, {"claimed": shown(commit.author_email, 80)})


def _another(commit: Commit, signer: Person, claimed: str) -> Fault:
    return Fault(codes.SIGNED_FOR_ANOTHER, commit.id, {"person": signer.id, "claimed": shown(claimed, 80)})

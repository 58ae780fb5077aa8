"""Two root persons for one change of trust or checks: what the second one signs.

The statement names every file with the SHA-256 of its content before and after, and the commit that changed trust last.
So a consent fits one change at one place in the history: it cannot be used again to bring an old policy back. It travels
as a line of the commit message, ``Zongmu-Consent: <account> <signature in base64>``.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator

from zongmu.model.fields.digest import canonical
from zongmu.model.record_types import FORMAT
from zongmu.trust import codes
from zongmu.trust.authority.edits import Edit
from zongmu.trust.authority.files import ROOT, Person
from zongmu.trust.authority.standing import Standing
from zongmu.trust.chain.commits import Commit
from zongmu.trust.codes import Fault
from zongmu.trust.signatures.sshsig import CONSENT, BadSignature, fingerprint, from_text, verify


def statement(previous: str, edits: Iterable[Edit]) -> bytes:
    """The bytes that a consent is over: canonical JSON. *previous* is the commit that changed trust last."""
    changes = sorted((edit.path, _digest(edit.before), _digest(edit.after)) for edit in edits)
    return canonical({"format": FORMAT, "previous": previous, "changes": [list(change) for change in changes]})


def _digest(data: bytes | None) -> str:
    return hashlib.sha256(data).hexdigest() if data is not None else ""


def consent_faults(
    commit: Commit, previous: str, edits: list[Edit], signer: Person | None, standing: Standing, day: dt.date
) -> Iterator[Fault]:
    """Why a change of trust is not accepted: too few root persons agreed to it."""
    assert standing.policy is not None
    message = statement(previous, edits)
    agreed = {signer.id} if signer is not None and ROOT in signer.roles else set()
    for claimed, text in commit.consents():
        who = {"what": f"{claimed} 的同意", "what_en": f"the consent of {claimed}"}
        try:
            key = verify(from_text(text), message, CONSENT)
        except BadSignature as error:
            yield Fault(codes.BAD_SIGNATURE, commit.id, who | {"reason": str(error)})
            continue
        person = standing.signer(key, day)
        if person is None or ROOT not in person.roles:
            yield Fault(codes.UNKNOWN_KEY, commit.id, who | {"key": fingerprint(key)})
        elif person.id != claimed:
            yield Fault(codes.SIGNED_FOR_ANOTHER, commit.id, {"person": person.id, "claimed": claimed})
        else:
            agreed.add(person.id)
    needed = standing.policy.roots
    # A root person's own signature has to be there, or anybody could push what two once agreed on.
    if len(agreed) < needed or signer is None or signer.id not in agreed:
        path = "、".join(sorted(edit.path for edit in edits)[:3])
        yield Fault(codes.TWO_ROOTS, commit.id, {"needed": needed, "found": len(agreed), "path": path})


def adoption_faults(
    commit: Commit, previous: str, edits: list[Edit], key: bytes | None, roots: frozenset[bytes]
) -> Iterator[Fault]:
    """As :func:`consent_faults`, of the commit that brings the first trust files: judged by the auditor's root keys."""
    agreed = {key} if key in roots else set()
    for _, text in commit.consents():
        try:
            agreed.add(verify(from_text(text), statement(previous, edits), CONSENT))
        except BadSignature:
            continue
    found = len(agreed & roots)
    if found < 2 or key not in roots:
        yield Fault(codes.TWO_ROOTS, commit.id, {"needed": 2, "found": found, "path": edits[0].path})

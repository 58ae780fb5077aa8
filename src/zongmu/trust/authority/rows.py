"""Rows of endorsements: what exactly a row says and signs, and whether it was allowed where it landed.

A row binds one milestone of one project by the digest of its content (``zongmu.model.fields.digest``). At level S its person has
signed :func:`statement` in namespace ``zongmu-endorsement``; the row holds the signature as one word of base64, and plain
``ssh-keygen -Y verify`` can check it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from zongmu.model.fields.digest import canonical, digest_now
from zongmu.model.fields.leaves import plain
from zongmu.model.immutable import immutable
from zongmu.model.record_types import BY_NAME, FORMAT
from zongmu.model.records.endorsement import SERIES, Endorsements
from zongmu.model.records.project import Project
from zongmu.store.fitting.validate import model_of
from zongmu.trust import codes
from zongmu.trust.authority.files import FORGE, Person
from zongmu.trust.authority.standing import Standing
from zongmu.trust.codes import Fault
from zongmu.trust.signatures.sshsig import ENDORSEMENT, BadSignature, fingerprint, from_text, verify

SECTIONS: Final = tuple(SERIES)


def statement(record: str, section: str, row: Mapping[str, Any]) -> bytes:
    """The bytes that a personal signature of *row* is over: canonical JSON, the signature itself left out."""
    bare = {name: value for name, value in row.items() if name != "evidence"}
    evidence = {name: value for name, value in row.get("evidence", {}).items() if name != "signature"}
    if evidence:
        bare["evidence"] = evidence
    return canonical({"format": FORMAT, "record": record, "section": section, "row": bare})


def read(data: bytes | None) -> Endorsements | None:
    """An endorsements file; None where it is missing or not sound."""
    model = model_of(BY_NAME["endorsements"], data) if data is not None else None
    return model if isinstance(model, Endorsements) else None


def read_project(data: bytes | None) -> Project | None:
    """A project; None where it is missing or not sound."""
    model = model_of(BY_NAME["project"], data) if data is not None else None
    return model if isinstance(model, Project) else None


@immutable
class Landing:
    """Where rows landed: under whose key, on what day, beside what content.

    ``project`` reads a project by its id from the same tree; ``entered`` says who ever entered a milestone; ``hidden``
    whether a project's content of that time was replaced, so that digests of it cannot be computed.
    """

    standing: Standing
    signer: Person | None
    day: dt.date
    project: Callable[[str], Project | None]
    entered: Callable[[str, str], frozenset[str]]
    hidden: Callable[[str], bool]


def row_faults(path: str, before: bytes | None, after: bytes | None, landing: Landing) -> Iterator[Fault]:
    """What is wrong with the rows that a change added to the endorsements at *path*, and with those it touched."""
    new = read(after)
    if new is None:
        yield Fault(codes.UNREADABLE, values={"path": path})
        return
    old = read(before)
    if before is not None and old is None:
        yield Fault(codes.UNREADABLE, values={"path": path})
        return
    was = _rows(old)
    now = _rows(new)
    for key, row in was.items():
        if now.get(key) != row:
            yield Fault(codes.ROW_CHANGED, values={"path": path, "row": "/".join(key)})
    for key, row in now.items():
        if key not in was:
            yield from _new_row(path, new.subject, key, row, landing)


def _rows(model: Endorsements | None) -> dict[tuple[str, str], dict[str, Any]]:
    data = plain(model) if model is not None else {}
    return {(section, str(row["seq"])): row for section in SECTIONS for row in data.get(section, ())}


def _new_row(path: str, record: str, key: tuple[str, str], row: dict[str, Any], landing: Landing) -> Iterator[Fault]:
    section = key[0]
    where = {"path": path, "row": "/".join(key)}
    bound = section == "endorsements" and not landing.hidden(record)
    if bound and digest_now(landing.project(record), row["of"]) != row["digest"]:
        yield Fault(codes.ROW_DIGEST, values=where)
    if not landing.standing.known or landing.standing.assurance == "none":
        return
    person = landing.standing.person(row.get("by", ""), landing.day)
    if person is None or row["role"] not in landing.standing.roles(person, landing.day):
        yield Fault(codes.ROW_BY, values=where | {"person": row.get("by", "—"), "role": row["role"]})
        return
    milestone = row["of"] if section == "endorsements" else row.get("key")
    if milestone is not None and {person.id, person.email} & landing.entered(record, milestone):
        yield Fault(codes.ROW_OWN, values=where | {"person": person.id})
    yield from _level_faults(record, section, row, person, landing, where)


def _level_faults(
    record: str, section: str, row: dict[str, Any], person: Person, landing: Landing, where: dict[str, str]
) -> Iterator[Fault]:
    level = row.get("level", "none")
    evidence = row.get("evidence", {})
    if level == "S":
        what = {"what": where["row"], "what_en": where["row"]}
        try:
            key = verify(from_text(evidence.get("signature", "")), statement(record, section, row), ENDORSEMENT)
        except BadSignature as error:
            yield Fault(codes.BAD_SIGNATURE, values=where | what | {"reason": str(error)})
            return
        owner = landing.standing.signer(key, landing.day)
        if owner is None:
            yield Fault(codes.UNKNOWN_KEY, values=where | what | {"key": fingerprint(key)})
        elif owner.id != person.id:
            yield Fault(codes.SIGNED_FOR_ANOTHER, values=where | {"person": owner.id, "claimed": person.id})
    elif level == "F":
        service = landing.signer is not None and FORGE in landing.signer.roles
        if not service or not evidence.get("request") or landing.standing.assurance == "S":
            yield Fault(codes.ROW_LEVEL, values=where)
    else:
        yield Fault(codes.ROW_LEVEL, values=where)

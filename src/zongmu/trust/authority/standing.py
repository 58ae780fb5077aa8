"""Who stood for what at one version of the registry: the trust files of one tree, read and asked.

The trust of a tree judges the changes that follow it, never itself.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Callable, Iterator
from dataclasses import field
from typing import Any, Final, Literal

from zongmu.model.finding import Finding
from zongmu.model.immutable import immutable
from zongmu.model.record_types import RecordType
from zongmu.store.fitting.validate import validate
from zongmu.store.reading import reader
from zongmu.trust.authority.files import (
    FORGE,
    KEYS,
    KEYS_PATH,
    POLICY,
    POLICY_PATH,
    ROOT,
    SETTINGS_PATH,
    Key,
    Keys,
    Person,
    Policy,
)
from zongmu.trust.signatures.sshsig import public_key

Assurance = Literal["none", "F", "S"]

_CHINA: Final = dt.timezone(dt.timedelta(hours=8))


@immutable
class Standing:
    """The trust of one tree. Without ``keys`` and ``policy`` nobody is known, and nothing is signed for.

    ``demonstration``: the settings say that all of it is invented.
    """

    assurance: Assurance
    keys: Keys | None = None
    policy: Policy | None = None
    zone: dt.tzinfo = _CHINA
    demonstration: bool = False
    _by_key: dict[bytes, tuple[Person, Key]] = field(default_factory=dict)
    _by_email: dict[str, Person] = field(default_factory=dict)
    _by_id: dict[str, Person] = field(default_factory=dict)

    @property
    def known(self) -> bool:
        """Whether there are trust files at all."""
        return self.keys is not None

    @property
    def signed(self) -> bool:
        """Whether every commit has to be signed."""
        return self.known and self.assurance != "none"

    def day(self, time: int) -> dt.date:
        """The day of *time* (seconds since 1970) where the registry is."""
        return dt.datetime.fromtimestamp(min(time, 253_370_000_000), self.zone).date()

    def signer(self, key: bytes, day: dt.date) -> Person | None:
        """Whose key that is, if it counts on *day*."""
        found = self._by_key.get(key)
        if found is None or not _counts(found[1], day) or not _there(found[0], day):
            return None
        return found[0]

    def author(self, email: str, day: dt.date) -> Person | None:
        """The account that commits under *email*, if it is there on *day*."""
        person = self._by_email.get(email)
        return person if person is not None and _there(person, day) else None

    def person(self, id: str, day: dt.date) -> Person | None:
        """The account *id*, if it is there on *day*."""
        person = self._by_id.get(id)
        return person if person is not None and _there(person, day) else None

    def roles(self, person: Person, day: dt.date) -> frozenset[str]:
        """The roles of *person* on *day*, those included that somebody who is still there delegated.

        ``root`` cannot be delegated.
        """
        out = set(person.roles)
        for row in self.keys.delegations if self.keys else ():
            giver = self.person(row.giver, day)
            if row.to == person.id and row.start <= day <= row.end and giver is not None:
                out |= (set(row.roles) & set(giver.roles)) - {ROOT, FORGE}
        return frozenset(out)

    def roots(self) -> Iterator[tuple[Person, bytes]]:
        """Every key of a root person, on whatever day: those who left and keys that are retired left out."""
        for blob, (person, key) in self._by_key.items():
            if ROOT in person.roles and key.retired is None and person.left is None:
                yield person, blob


def expired(keys: Keys, day: dt.date, since: dt.date | None = None) -> list[str]:
    """``account/key`` of every key whose days are over on *day* and that nobody has retired.

    Not of those whose days were over before *since*, where nothing can be dated before that any more.
    """
    return [
        f"{person.id}/{key.id}"
        for person in keys.people
        if person.left is None
        for key in person.keys
        if key.until is not None and key.until < day and key.retired is None and (since is None or key.until >= since)
    ]


def _counts(key: Key, day: dt.date) -> bool:
    return key.retired is None and (key.start is None or key.start <= day) and (key.until is None or day <= key.until)


def _there(person: Person, day: dt.date) -> bool:
    return person.left is None or day < person.left


def standing(read: Callable[[str], bytes | None]) -> tuple[Standing, str | None]:
    """The standing in a tree that *read* reads, and the path of the trust file that cannot be used, or None.

    A tree without trust files has assurance ``none``, whatever its settings say: nobody could vouch.
    """
    data = {path: read(path) for path in (KEYS_PATH, POLICY_PATH, SETTINGS_PATH)}
    assurance, zone, demonstration = _settings(data[SETTINGS_PATH])
    if data[KEYS_PATH] is None and data[POLICY_PATH] is None:
        return Standing("none", zone=zone, demonstration=demonstration), None
    keys, _ = load(KEYS, data[KEYS_PATH])
    policy, _ = load(POLICY, data[POLICY_PATH])
    if not isinstance(keys, Keys):
        return Standing("none", zone=zone), KEYS_PATH
    if not isinstance(policy, Policy):
        return Standing("none", zone=zone), POLICY_PATH
    try:
        by_key, by_email, by_id = _indexes(keys)
    except ValueError:
        return Standing("none", zone=zone), KEYS_PATH
    made = Standing(assurance, keys, policy, zone, demonstration, by_key, by_email, by_id)
    # Fewer than that, and the files could never be changed again.
    if len({person.id for person, _ in made.roots()}) < policy.roots:
        return Standing("none", zone=zone), KEYS_PATH
    return made, None


def load(kind: RecordType, data: bytes | None) -> tuple[Keys | Policy | None, tuple[Finding, ...]]:
    """A trust file as its model, or None and what is wrong with it."""
    if data is None or len(data) > reader.MAX_BYTES:
        return None, ()
    parsed = reader.parse(data, kind.example)
    if not parsed.sound:
        return None, parsed.findings
    done = validate(kind, parsed.value, data=data, path=kind.example)
    assert done.model is None or isinstance(done.model, Keys | Policy)
    return done.model, done.findings


def _indexes(keys: Keys) -> tuple[dict[bytes, tuple[Person, Key]], dict[str, Person], dict[str, Person]]:
    """By key, by e-mail, by id. Raises :class:`ValueError` where one of them could mean two persons."""
    by_key: dict[bytes, tuple[Person, Key]] = {}
    by_email: dict[str, Person] = {}
    by_id: dict[str, Person] = {}
    for person in keys.people:
        if person.id in by_id or person.email in by_email:
            raise ValueError(f"{person.id}: twice")
        if FORGE in person.roles and ROOT in person.roles:
            raise ValueError(f"{person.id}: a service is no root person")
        by_id[person.id] = by_email[person.email] = person
        for key in person.keys:
            blob = public_key(key.public)
            if blob in by_key:
                raise ValueError(f"{person.id}: a key of two")
            by_key[blob] = (person, key)
    return by_key, by_email, by_id


def _settings(data: bytes | None) -> tuple[Assurance, dt.tzinfo, bool]:
    value: Any = reader.parse(data, SETTINGS_PATH).value if data is not None else None
    value = value if isinstance(value, dict) else {}
    level: Assurance = "S"
    # What the settings do not say plainly is taken at its strictest.
    if value.get("assurance") in ("none", "F"):
        level = value["assurance"]
    demonstration = "demonstration" in value
    try:
        return level, zoneinfo.ZoneInfo(value.get("timezone", "")), demonstration
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, TypeError, OSError):
        return level, _CHINA, demonstration

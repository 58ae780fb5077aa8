"""Which e-mail addresses the accounts of a registry ever had: who somebody is, whatever name a commit gives."""

from __future__ import annotations

from zongmu.history.raw import blobs_at
from zongmu.store.git.asking import Git
from zongmu.store.reading import reader
from zongmu.trust.authority.files import KEYS_PATH


def addresses(git: Git) -> dict[str, frozenset[str]]:
    """Account → every address that any version of ``trust/keys.yaml`` gave it."""
    commits = git.run("rev-list", "--full-history", "HEAD", "--", KEYS_PATH).decode("ascii").split()
    blobs = {blob for blob in blobs_at(git, [(commit, KEYS_PATH) for commit in commits]) if blob is not None}
    out: dict[str, frozenset[str]] = {}
    for data in git.blobs(blobs, reader.MAX_BYTES + 1):
        value = reader.parse(data, KEYS_PATH).value
        people = value.get("people") if isinstance(value, dict) else None
        for person in people if isinstance(people, list) else ():
            if isinstance(person, dict) and isinstance(id := person.get("id"), str):
                email = person.get("email")
                out[id] = out.get(id, frozenset()) | ({email} if isinstance(email, str) else frozenset())
    return out

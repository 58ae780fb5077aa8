"""Checkpoints: what the whole history was at one moment, in four lines that anyone can keep.

The root is that of a Merkle tree (RFC 6962) over the first-parent chain, one leaf a commit, oldest first. The text has the
shape of a C2SP checkpoint: origin, size, root, and our extension line with the head's id. Outsiders cosign the file with
plain ``ssh-keygen -Y sign -n zongmu-checkpoint``.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from typing import Final

from zongmu.model.immutable import immutable
from zongmu.store.reading import reader
from zongmu.trust.signatures.sshsig import CHECKPOINT, from_armor, verify

_TEXT: Final = re.compile(
    r"([^\s+][^\n+]{0,199})\n([1-9][0-9]{0,11})\n([A-Za-z0-9+/]{43}=)\nhead ([0-9a-f]{40}(?:[0-9a-f]{24})?)\n"
)


class BadCheckpoint(ValueError):
    """Not a checkpoint of ours."""


@immutable
class Checkpoint:
    """``size`` commits whose leaves have this ``root``; the last of them is ``head``."""

    origin: str
    size: int
    root: bytes
    head: str

    def text(self) -> str:
        """The four lines."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\nhead {self.head}\n"

    def is_of(self, line: Sequence[str], leaves: Sequence[bytes]) -> bool:
        """Whether it is one of the history with that main line; *leaves* are the hashes of its first commits."""
        return (
            self.size <= len(leaves)
            and line[self.size - 1] == self.head
            and root_hash(leaves[: self.size]) == self.root
        )


def parse(text: str) -> Checkpoint:
    """The checkpoint in *text*. Raises :class:`BadCheckpoint` on the least difference from what we write."""
    found = _TEXT.fullmatch(text)
    if found is None:
        raise BadCheckpoint("not the four lines of a checkpoint")
    try:
        root = base64.b64decode(found[3], validate=True)
    except binascii.Error:
        raise BadCheckpoint("the root is not base64") from None
    made = Checkpoint(found[1], int(found[2]), root, found[4])
    if made.text() != text:
        raise BadCheckpoint("another spelling of a checkpoint")
    return made


def leaf_hash(leaf: bytes) -> bytes:
    """RFC 6962: the hash of one leaf."""
    return hashlib.sha256(b"\0" + leaf).digest()


def root_hash(leaves: Sequence[bytes]) -> bytes:
    """RFC 6962: the root over the hashes of leaves."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    level = list(leaves)
    while len(level) > 1:
        pairs = [hashlib.sha256(b"\1" + level[at] + level[at + 1]).digest() for at in range(0, len(level) - 1, 2)]
        # A last one without a partner goes up as it is, which is the tree of the RFC.
        level = pairs + ([level[-1]] if len(level) % 2 else [])
    return level[0]


def origin_of(settings: bytes | None) -> str:
    """Whose history it is: the site's address without its scheme, as C2SP asks; ``zongmu`` where there is none."""
    value = reader.parse(settings, "").value if settings is not None else None
    site = value.get("site") if isinstance(value, dict) else None
    address = site.get("address") if isinstance(site, dict) else None
    return origin_of_address(address)


def origin_of_address(address: object) -> str:
    """As :func:`origin_of`, of a site's address."""
    name = re.sub(r"^https?://", "", address).strip("/") if isinstance(address, str) else ""
    return name if re.fullmatch(r"[!-*,-~]{1,200}", name) else "zongmu"


def cosigned_by(text: bytes, armored: bytes) -> bytes:
    """The key that cosigned the checkpoint *text*. Raises :class:`~zongmu.trust.signatures.sshsig.BadSignature`."""
    return verify(from_armor(armored), text, CHECKPOINT)

"""SSH signatures (the SSHSIG format of OpenSSH's PROTOCOL.sshsig), read and verified in this process.

Strict where OpenSSH is generous: one spelling of a signature is accepted, the one that ``ssh-keygen`` writes, so that
nobody can make a second signature (and with it a second commit id) out of the first. Which algorithms count, :mod:`zongmu.trust.signatures.schemes`
says.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import struct
from collections.abc import Iterator
from typing import Final

from zongmu.model.immutable import immutable
from zongmu.trust.signatures.schemes import Words, scheme_of, word

GIT: Final = "git"
"""Namespace of a signed commit, fixed by Git."""
ENDORSEMENT: Final = "zongmu-endorsement"
CONSENT: Final = "zongmu-consent"
CHECKPOINT: Final = "zongmu-checkpoint"

_MAGIC: Final = b"SSHSIG"
_BEGIN: Final = b"-----BEGIN SSH SIGNATURE-----\n"
_END: Final = b"-----END SSH SIGNATURE-----"
_LINE: Final = 70
_LIMIT: Final = 8192
_HASHES: Final = {b"sha256": hashlib.sha256, b"sha512": hashlib.sha512}


class BadSignature(ValueError):
    """Not a signature, not one in the only accepted spelling, or one that does not verify."""


@immutable
class Signature:
    """A signature taken apart. ``key`` is the public key in SSH's wire format."""

    key: bytes
    namespace: str
    hash: bytes
    value: bytes


def parse(blob: bytes) -> Signature:
    """The signature in *blob* (binary). Raises :class:`BadSignature` unless it is spelled as ``ssh-keygen`` would."""
    if len(blob) > _LIMIT or blob[:6] != _MAGIC or blob[6:10] != b"\0\0\0\1":
        raise BadSignature("no SSHSIG version 1")
    words = Words(blob[10:])
    try:
        key, namespace, reserved, hash_name, value = (words.take() for _ in range(5))
        words.end()
    except ValueError as error:
        raise BadSignature(str(error)) from None
    if reserved or hash_name not in _HASHES:
        raise BadSignature("reserved words or an unknown hash")
    try:
        return Signature(key, namespace.decode("ascii"), hash_name, value)
    except UnicodeDecodeError:
        raise BadSignature("the namespace is not ASCII") from None


def from_armor(text: bytes) -> bytes:
    """The binary signature in its armour. Raises :class:`BadSignature` unless the armour is exactly as written."""
    if len(text) > 2 * _LIMIT:
        raise BadSignature("too long")
    body = text.removesuffix(b"\n")
    if not body.startswith(_BEGIN) or not body.endswith(b"\n" + _END):
        raise BadSignature("no armour")
    blob = _decoded(body[len(_BEGIN) : -len(_END)].replace(b"\n", b""))
    if armor(blob) != body:
        raise BadSignature("another spelling of the armour")
    return blob


def armor(blob: bytes) -> bytes:
    """*blob* as ``ssh-keygen`` writes it, without the last line feed."""
    text = base64.b64encode(blob)
    lines = b"".join(text[at : at + _LINE] + b"\n" for at in range(0, len(text), _LINE))
    return _BEGIN + lines + _END


def from_text(text: str) -> bytes:
    """A signature as one word of base64, the way records and trailers hold it. Raises :class:`BadSignature`."""
    if len(text) > 2 * _LIMIT or not text.isascii():
        raise BadSignature("not base64")
    blob = _decoded(text.encode())
    if base64.b64encode(blob).decode() != text:
        raise BadSignature("another spelling of base64")
    return blob


def to_text(armored: bytes) -> str:
    """The one word of base64 for what ``ssh-keygen -Y sign`` wrote. Raises :class:`BadSignature`."""
    return base64.b64encode(from_armor(armored)).decode()


def _decoded(text: bytes) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise BadSignature("not base64") from None


def verify(blob: bytes, message: bytes, namespace: str) -> bytes:
    """The public key (wire format) that signed *message* in *namespace*. Raises :class:`BadSignature`.

    Says nothing about whose key that is.
    """
    signature = parse(blob)
    if signature.namespace != namespace:
        raise BadSignature(f"made for {signature.namespace!r}, not for {namespace!r}")
    data = signed_data(message, namespace, signature.hash)
    try:
        name = Words(signature.key).take()
        scheme = scheme_of(name)
        sound = scheme is not None and scheme.verify(signature.key, signature.value, data)
    except (ValueError, struct.error) as error:
        raise BadSignature(str(error)) from None
    if scheme is None:
        raise BadSignature(f"no accepted algorithm: {name[:40]!r}")
    if not sound:
        raise BadSignature("the signature does not fit the content")
    return signature.key


def signed_data(message: bytes, namespace: str, hash_name: bytes = b"sha512") -> bytes:
    """What is really signed: a frame with the namespace and the hash of *message*."""
    digest = _HASHES[hash_name](message).digest()
    return _MAGIC + word(namespace.encode()) + word(b"") + word(hash_name) + word(digest)


def public_key(line: str) -> bytes:
    """The wire format of a public key as ``ssh-ed25519 AAAA…``, with or without a comment. Raises :class:`ValueError`."""
    parts = line.split()
    if len(parts) < 2 or not line.isascii():
        raise ValueError("not a public key of OpenSSH")
    try:
        blob = base64.b64decode(parts[1], validate=True)
    except binascii.Error:
        raise ValueError("not base64") from None
    name = Words(blob).take()
    scheme = scheme_of(name)
    if name.decode("latin-1") != parts[0] or scheme is None:
        raise ValueError(f"not an accepted algorithm: {parts[0]}")
    if base64.b64encode(blob).decode() != parts[1]:
        raise ValueError("not the usual spelling of base64")
    scheme.check_key(blob)
    return blob


def fingerprint(key: bytes) -> str:
    """``SHA256:…`` as ``ssh-keygen -l`` prints it."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(key).digest()).decode().rstrip("=")


def allowed_signers(text: str) -> Iterator[tuple[str, bytes]]:
    """``(principal, key)`` of each line of an ``allowed_signers`` file, or of a file of plain public keys.

    Raises :class:`ValueError` with the number of the line that is neither. Options other than ``namespaces`` are refused.
    """
    for number, line in enumerate(text.splitlines(), 1):
        parts = line.split()
        if not parts or parts[0].startswith("#"):
            continue
        at = next((n for n, part in enumerate(parts) if scheme_of(part.encode()) is not None), None)
        if at is None or at > 2 or len(parts) < at + 2 or (at == 2 and not parts[1].startswith("namespaces=")):
            raise ValueError(f"line {number}: no public key that is accepted here")
        try:
            key = public_key(" ".join(parts[at : at + 2]))
        except ValueError as error:
            raise ValueError(f"line {number}: {error}") from None
        comment = parts[at + 2] if len(parts) > at + 2 else fingerprint(key)
        yield (parts[0] if at else comment), key

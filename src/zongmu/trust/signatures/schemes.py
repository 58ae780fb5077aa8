"""The signature algorithms that count, each under the name that SSH gives it.

A scheme verifies bytes and knows nothing of commits or people. RSA and DSA are left out on purpose. Another one (SM2 with
SM3, say) comes with a package that is installed beside this program, on the machine of whoever verifies: it declares an
entry point in the group :data:`GROUP`, whose name is the key type and whose object makes a :class:`Scheme`. Nothing of an
audited repository is ever looked for there.
"""

from __future__ import annotations

import hashlib
import struct
from functools import cache
from typing import Final, Protocol

from zongmu.model.finding import CodedError
from zongmu.trust.codes import SCHEME


class Words:
    """Reads the length-prefixed words of SSH's wire format. Raises :class:`ValueError` where there is none."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self) -> bytes:
        """The next word."""
        (length,) = struct.unpack(">I", self.raw(4))
        return self.raw(length)

    def raw(self, length: int) -> bytes:
        """The next *length* bytes."""
        end = self._at + length
        if end > len(self._data):
            raise ValueError("cut short")
        data = self._data[self._at : end]
        self._at = end
        return data

    def end(self) -> None:
        """Refuse anything that is left."""
        if self._at != len(self._data):
            raise ValueError("bytes left over")


def word(data: bytes) -> bytes:
    """*data* with its length before it."""
    return struct.pack(">I", len(data)) + data


class Scheme(Protocol):
    """One algorithm."""

    def check_key(self, key: bytes) -> None:
        """Raise :class:`ValueError` unless *key* (wire format) is a key of this algorithm."""

    def verify(self, key: bytes, signature: bytes, data: bytes) -> bool:
        """Whether *signature* (wire format) over *data* is by *key*. Raises :class:`ValueError` on odd bytes."""


_TOUCHED: Final = 0x01


class _Ssh:
    """What the algorithms of OpenSSH have in common: the frame of keys and signatures, and security keys.

    A security key (FIDO, ``sk-``) signs a hash of its application, flags and a counter with the data; one that was not
    touched by a person does not count.
    """

    def __init__(self, name: bytes, fields: int, *, security_key: bool) -> None:
        self._name = name
        self._fields = fields
        self._security_key = security_key

    def _key(self, key: bytes) -> list[bytes]:
        words = Words(key)
        if words.take() != self._name:
            raise ValueError("a key of another type")
        parts = [words.take() for _ in range(self._fields + self._security_key)]
        words.end()
        return parts

    def verify(self, key: bytes, signature: bytes, data: bytes) -> bool:
        parts = self._key(key)
        words = Words(signature)
        if words.take() != self._name:
            raise ValueError("a signature of another type")
        value = words.take()
        if self._security_key:
            flags = words.raw(1)
            counter = words.raw(4)
            if not flags[0] & _TOUCHED:
                return False
            data = hashlib.sha256(parts[-1]).digest() + flags + counter + hashlib.sha256(data).digest()
        words.end()
        return self._holds(parts, value, data)

    def _holds(self, parts: list[bytes], value: bytes, data: bytes) -> bool:
        raise NotImplementedError


class Ed25519(_Ssh):
    """``ssh-ed25519`` (RFC 8709), and the same on a security key."""

    def __init__(self, name: bytes, *, security_key: bool = False) -> None:
        super().__init__(name, 1, security_key=security_key)

    def check_key(self, key: bytes) -> None:
        if len(self._key(key)[0]) != 32:
            raise ValueError("not 32 bytes")

    def _holds(self, parts: list[bytes], value: bytes, data: bytes) -> bool:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        if len(value) != 64:
            return False
        try:
            Ed25519PublicKey.from_public_bytes(parts[0]).verify(value, data)
        except InvalidSignature:
            return False
        return True


class Ecdsa256(_Ssh):
    """``ecdsa-sha2-nistp256`` (RFC 5656), and the same on a security key."""

    def __init__(self, name: bytes, *, security_key: bool = False) -> None:
        super().__init__(name, 2, security_key=security_key)

    def check_key(self, key: bytes) -> None:
        from cryptography.hazmat.primitives.asymmetric import ec

        curve, point = self._key(key)[:2]
        if curve != b"nistp256":
            raise ValueError("another curve")
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)

    def _holds(self, parts: list[bytes], value: bytes, data: bytes) -> bool:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

        words = Words(value)
        r, s = (_positive(words.take()) for _ in range(2))
        words.end()
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), parts[1])
        try:
            key.verify(encode_dss_signature(r, s), data, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            return False
        return True


def _positive(data: bytes) -> int:
    """A positive whole number in its shortest form (RFC 4251 mpint)."""
    shortest = data and not data[0] & 0x80 and not (data[0] == 0 and (len(data) == 1 or not data[1] & 0x80))
    if not shortest or len(data) > 33:
        raise ValueError("not a positive number in its shortest form")
    return int.from_bytes(data)


SCHEMES: Final[dict[bytes, Scheme]] = {
    b"ssh-ed25519": Ed25519(b"ssh-ed25519"),
    b"sk-ssh-ed25519@openssh.com": Ed25519(b"sk-ssh-ed25519@openssh.com", security_key=True),
    b"ecdsa-sha2-nistp256": Ecdsa256(b"ecdsa-sha2-nistp256"),
    b"sk-ecdsa-sha2-nistp256@openssh.com": Ecdsa256(b"sk-ecdsa-sha2-nistp256@openssh.com", security_key=True),
}
"""Key type → algorithm. A type that is not here signs nothing."""

GROUP: Final = "zongmu.schemes"
"""Entry points of packages that bring a further algorithm."""


class BrokenScheme(CodedError):
    """A package that is installed beside this program brings an algorithm that does not work: no verdict."""

    exit_code = 2


def scheme_of(name: bytes) -> Scheme | None:
    """The algorithm of the key type *name*; None where there is none, and then nothing signs with it.

    Raises :class:`BrokenScheme`.
    """
    return SCHEMES.get(name) or _installed(name.decode("latin-1"))


class _Foreign:
    """An algorithm that is not ours: whatever it stumbles over, there is no verdict."""

    def __init__(self, name: str, scheme: Scheme) -> None:
        self._name = name
        self._scheme = scheme

    def check_key(self, key: bytes) -> None:
        try:
            self._scheme.check_key(key)
        except ValueError:
            raise
        except Exception as error:
            raise BrokenScheme(SCHEME, name=self._name, reason=type(error).__name__) from error

    def verify(self, key: bytes, signature: bytes, data: bytes) -> bool:
        try:
            return self._scheme.verify(key, signature, data) is True
        except ValueError:
            raise
        except Exception as error:
            raise BrokenScheme(SCHEME, name=self._name, reason=type(error).__name__) from error


@cache
def _installed(name: str) -> Scheme | None:
    from importlib.metadata import entry_points

    found = [one for one in entry_points(group=GROUP) if one.name == name]
    if not found:
        return None
    try:
        (only,) = found
        return _Foreign(name, only.load()())
    except Exception as error:
        raise BrokenScheme(SCHEME, name=name, reason=type(error).__name__) from error

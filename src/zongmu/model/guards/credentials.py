"""Passwords, tokens and keys that somebody typed or pasted into a record.

密码 is also cryptography, which every project has to plan: 密码应用, 商用密码, 密码测评 and the names of algorithms
and standards after 密码 pass. A password is what follows the word with a sign or at once and looks like one: letters
and digits mixed, or anything plain after a colon. Values that are masked or filled in later pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from zongmu.model.expressions import Lazy
from zongmu.model.guards.base import Folded, Hit, Traces, without_overlaps

_VALUE: Final = (
    r"(?P<value>[!#-&*-+\--:<-Z\\^-z|~]{4,})(?P<next>.?)"  # ASCII without quotes, brackets, comma, semicolon
)
_CHINESE = Lazy(
    r"(?P<word>密码|口令|密钥|令牌|私钥)\s{0,40}(?P<sign>是|为|[:：=])?\s{0,40}[\"'“‘「『(（\[<]?" + _VALUE, re.DOTALL
)
_PASSWORD = Lazy(
    r"(?:(?i:passwords?|passwd|passphrase|pwd)|(?<![A-Za-z])(?i:pass)(?=\s?=))[\"']?\s{0,3}(?P<sign>=>|[:：=])\s{0,3}[\"'“]?"
    + _VALUE,
    re.DOTALL,
)
_TOKEN = Lazy(
    r"(?:(?i:(?:access|api|app|secret|account)[ _-]?(?:access[ _-]?)?(?:key|secret|token)(?:[ _-]?(?:id|secret))?"
    r"|client[_-]?secret|token|secret)|(?<![A-Za-z])(?:AK|SK))[\"']?\s{0,3}(?:=>|[:：=])\s{0,3}[\"'“]?"
    r"(?:(?i:bearer)\s+)?(?P<value>[A-Za-z0-9+/_.~=-]{12,})"
)
_ISSUED = Lazy(
    r"(?<![0-9A-Za-z_-])(?:(?:AKIA|ASIA)[0-9A-Z]{16}|LTAI[0-9A-Za-z]{12,24}|AKID[0-9A-Za-z]{32}"
    r"|gh[pousr]_[0-9A-Za-z]{36,}|glpat-[0-9A-Za-z_-]{20,}"
    r"|eyJ[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]{6,})(?![0-9A-Za-z])"
)
_PRIVATE_KEY = Lazy(r"-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----")
_URL_LOGIN = Lazy(r"://[^\s/:@?#]{1,64}:(?P<value>[^\s/@?#]{1,128})@")

# Algorithms, standards and products that stand after 密码 in plans and reports.
_TECHNICAL = Lazy(
    r"(?:(?:SM[1-9]|ZUC|AES|3?DES|RSA|ECC|ECDSA|SHA|MD5|HMAC|TLS|SSL|IPSEC|VPN|PKI|CA|RA|KMS|HSM|TPM|TCM|OTP|MFA|SSO|LDAP"
    r"|USB|UKEY|KEY|API|SDK|GM|GB|GA|JR|YD|ISO|IEC|FIPS|NIST|RFC|V[0-9])(?:[-+/_.&|: A-Z0-9]|UKey|Key|v)*)\Z",
    re.IGNORECASE,
)
_STANDARD = Lazy(r"(?:GM|GB|GA|JR|YD|ISO|IEC|FIPS|NIST|RFC)(?:/[TZ])?[ -]?[0-9]", re.IGNORECASE)
_MASKED = Lazy(r"[*xX#.•●_-]+|<.*|\$\{?.*|\{.*|%.*|https?:.*", re.DOTALL)
_NO_SECRET = Lazy(
    r"required|optional|true|false|null|none|string|text|hidden|masked|policy|protected|hash(?:ed)?|encrypted|changed"
    r"|strong|must|should|reset|length",
    re.IGNORECASE,
)
_WORDLIKE = Lazy(r"[a-z]+|[A-Z][a-z]+")

# What must be there for a pattern to match at all, as it stands in Traces.
_HAN_WORDS: Final = tuple(word.encode() for word in ("密码", "密钥", "口令", "令牌", "私钥"))
_KEY = re.compile(rb"(?:access|api|app|account)[_-]?key")

_Found = tuple[str, int, int, bool]


def _mixed(value: str) -> bool:
    """Whether *value* mixes letters with digits or signs, as chosen passwords do and words do not."""
    letters = any(char.isalpha() for char in value)
    digits = any(char.isdigit() for char in value)
    signs = any(char in "!@#$%^&*+=?~|\\" for char in value)
    return len(value) >= 6 and letters + digits + signs >= 2


def _is_secret(value: str, following: str, *, signed: bool) -> bool:
    """Whether *value*, found after a word for a password, is one. *signed*: a colon or the like stood between."""
    value = value.rstrip(".:")
    if _MASKED.fullmatch(value) or _TECHNICAL.match(value) or _STANDARD.match(value) or _NO_SECRET.fullmatch(value):
        return False
    if _mixed(value):
        return True
    before_han = "\u3400" <= following <= "\u9fff"
    return signed and len(value) >= 4 and any(char.isalnum() for char in value) and not before_han


def _chinese(text: str) -> Iterator[_Found]:
    for match in _CHINESE.finditer(text):
        if _is_secret(match["value"], match["next"], signed=match["sign"] is not None):
            kind = "password" if match["word"] in ("密码", "口令") else "token"
            yield kind, *match.span("value"), True


def _english(text: str) -> Iterator[_Found]:
    for match in _PASSWORD.finditer(text):
        prose = _WORDLIKE.fullmatch(match["value"]) and match["next"] == " " and match["sign"] == ":"
        if not prose and _is_secret(match["value"], match["next"], signed=True):
            yield "password", *match.span("value"), True
    for match in _TOKEN.finditer(text):
        if _mixed(match["value"]) and not _MASKED.fullmatch(match["value"]):
            yield "token", *match.span("value"), True


def _issued(text: str) -> Iterator[_Found]:
    for match in _ISSUED.finditer(text):
        yield "token", *match.span(), True
    for match in _PRIVATE_KEY.finditer(text):
        yield "private_key", *match.span(), True


def _logins(text: str) -> Iterator[_Found]:
    for match in _URL_LOGIN.finditer(text):
        if not _MASKED.fullmatch(match["value"]):
            yield "password", *match.span("value"), True


def credential_hits(folded: Folded) -> list[Hit]:
    """Credentials in *folded*, all refused: kinds ``password``, ``token``, ``private_key``. Hits cover the value."""
    text = folded.text
    found = [*_chinese(text), *_english(text), *_issued(text), *_logins(text)]
    return without_overlaps([folded.hit(kind, first, last, block=block) for kind, first, last, block in found])


def _english_maybe(traces: Traces) -> bool:
    letters, capitals = traces.small, traces.capitals
    return (  # written out: a loop takes longer than the search
        b"passw" in letters
        or b"passphrase" in letters
        or b"pass=" in letters
        or b"pwd" in letters
        or b"token" in letters
        or b"secret" in letters
        or (b"key" in letters and _KEY.search(letters) is not None)
        or b"AK" in capitals
        or b"SK" in capitals
    )


def _issued_maybe(traces: Traces) -> bool:
    letters, capitals = traces.small, traces.capitals
    return (
        b"AKIA" in capitals
        or b"ASIA" in capitals
        or b"LTAI" in capitals
        or b"AKID" in capitals
        or b"PRIVATEKEY" in capitals
        or b"eyj" in letters
        or b"ghp_" in letters
        or b"glpat-" in letters
    )


def credentials_maybe(text: str, traces: Traces) -> bool:
    """Whether *text*, with nothing folded, holds something this module reports."""
    return (
        (any(word in traces.han for word in _HAN_WORDS) and next(_chinese(text), None) is not None)
        or (_english_maybe(traces) and next(_english(text), None) is not None)
        or (_issued_maybe(traces) and next(_issued(text), None) is not None)
        or ("@" in text and next(_logins(text), None) is not None)
    )

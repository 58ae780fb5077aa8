"""Files on which authority or a signature rests: what of them may be replaced in a lawful rewriting.

Of such a file only words that decide nothing may be replaced, and auditors get the former content beside the former
commits, because signatures are over it. Everything else in it must come out the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from zongmu.model.record_types import RecordType, type_of_path
from zongmu.store.reading import reader
from zongmu.trust.authority.edits import zone_of
from zongmu.trust.authority.files import TRUST_TYPES

_SIGNED: Final = ("registry/endorsements/", "registry/organizations/")

_WORDS: Final[Mapping[str, frozenset[str]]] = {
    "keys": frozenset({"people/post", "people/email", "people/keys/retired/reason", "delegations/number"}),
    "organization": frozenset({"name", "name_en", "short_name", "former_names/name"}),
    "endorsements": frozenset({"acknowledgements/reason"}),
}
"""Fields whose words decide nothing, by record type. An account is known by its id and its keys, whatever its address."""
_KEY: Final = "people/keys/public"


def rests(path: str) -> bool:
    """Whether authority or a signature rests on what stands at *path*."""
    return zone_of(path) != "data" or path.startswith(_SIGNED)


def type_at(path: str) -> RecordType | None:
    """The type of the file at *path*, a record's or a trust file's; None of any other, of which nothing can be replaced."""
    return next((kind for kind in TRUST_TYPES if kind.example == path), None) or type_of_path(path)


def decides_the_same(kind: RecordType, before: bytes, after: bytes) -> bool:
    """Whether two contents of a file of *kind* differ only in comments and in words that decide nothing."""
    one, other = reader.parse(before, ""), reader.parse(after, "")
    return one.sound and other.sound and _same(one.value, other.value, "", _WORDS.get(kind.name, frozenset()))


def _same(one: Any, other: Any, at: str, words: frozenset[str]) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(
            _same(one[name], other[name], f"{at}/{name}" if at else name, words) for name in one
        )
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(_same(x, y, at, words) for x, y in zip(one, other, strict=True))
    if at == _KEY and isinstance(one, str) and isinstance(other, str):
        # What stands behind the key is a comment.
        return one.split(" ")[:2] == other.split(" ")[:2]
    return type(one) is type(other) and (one == other or (isinstance(one, str) and at in words))

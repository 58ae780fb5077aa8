"""The values of a record, each with its path and with what the model says of the way there.

A row is named by its identity, never by its place (:mod:`zongmu.model.fields.leaves`), so a row that moved is no difference.
Values are in their canonical text: ``1176.5万元`` and ``11765000元`` are the same amount.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from zongmu.history.fields import Field, root, unknown
from zongmu.model.base import ChangeClass
from zongmu.model.fields.change import change_classes
from zongmu.model.fields.leaves import row_key
from zongmu.model.finding import Bilingual
from zongmu.model.immutable import immutable
from zongmu.model.record_types import BY_NAME, RecordType

_CLASSES: Final = "PSLRIX"
"""Disclosure classes, from what everybody may see to what is never stored."""
_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")

Place = tuple[tuple[int, str], ...]
Chain = tuple[Field | str, ...]
"""From the section (or the row) to a value: fields, and keys of rows."""
Section = tuple[str, str]
"""The names of a record type and of a top-level key."""


@immutable
class About:
    """What the way to a value says of it. ``section`` and ``place``: where it stands among others, as the model orders them."""

    title: Bilingual
    change_class: ChangeClass
    disclosure: str
    codelist: str | None
    money: bool
    section: tuple[int, str]
    place: Place


class Leaf(NamedTuple):
    """One value of a record. ``row``: the path of the top-level row it belongs to, ``milestones/contract_signed/2``, or empty."""

    value: Any
    about: About
    row: str


Flat = dict[str, Leaf]
"""Identity-based path → value."""

Leaves = tuple[tuple[str, Leaf], ...]
"""The values of one row with their paths, as the model orders its fields."""


@lru_cache(8192)
def about(section: Section, chain: Chain) -> About:
    """What *chain*, which leads to a value of *section*, says of it."""
    kind, name = section
    top = root(kind).child(name, {})
    fields = [step for step in chain if isinstance(step, Field)]
    return About(
        _label(chain),
        change_classes(BY_NAME[kind].model).get(name, "state"),
        max((field.disclosure for field in fields), key=_CLASSES.find),
        fields[-1].codelist,
        fields[-1].is_money,
        (top.order, top.name),
        tuple((step.order, step.name) if isinstance(step, Field) else (1_000, step) for step in chain),
    )


def _label(chain: Chain) -> Bilingual:
    """``随附文件 contract·文号`` from the fields and keys on the way to a value."""
    zh: list[str] = []
    en: list[str] = []
    for step in chain:
        if isinstance(step, Field):
            zh.append(step.title.zh)
            en.append(step.title.en)
        elif zh:
            zh[-1] += f" {step}"
            en[-1] += f" {step}"
    return Bilingual("·".join(zh), " · ".join(en))


WHOLE_FILE: Final = About(
    Bilingual("整个文件", "the whole file"), "state", "I", None, False, (1_000, "file"), ((1_000, "file"),)
)
"""What is said of a file as a whole."""


def flatten(record_type: RecordType, name: str, value: Any, out: Flat) -> bool:
    """Put the leaves of the top-level key *name* into *out*; the result as of :func:`_walk`."""
    section = (record_type.name, name)
    field = root(record_type.name).child(name, {})
    at, regular = _step("", name)
    if isinstance(value, list) and value and isinstance(value[0], dict):
        for key, row in _keyed(value, record_type.series.get(name, ())):
            regular &= _walk(section, row, field, f"{at}/{key}", (), f"{at}/{key}", out)
        return regular
    return _walk(section, value, field, at, (field,), "", out) and regular


def of_row(section: Section, key: str, row: dict[str, Any]) -> Leaves | None:
    """The leaves of *row*, named *key*. None when a name could be taken for a key of a row or two leaves have one path."""
    kind = row.get("kind")
    at = f"{section[1]}/{key}"
    form = _form(section, kind if isinstance(kind, str) else None, tuple(row))
    if form is not None:
        # Nearly every row: no value holds others.
        out = []
        for name, below, field, facts in form:
            value = row[name]
            if type(value) is str:
                if field.scalar is not None:
                    value = field.canonical(value)
            elif type(value) is dict or type(value) is list:
                break
            out.append((at + below, Leaf(value, facts, at)))
        else:
            return tuple(out)
    flat: Flat = {}
    if not _walk(section, row, root(section[0]).child(section[1], {}), at, (), at, flat):
        return None
    return tuple(sorted(flat.items(), key=_by_place))


def _by_place(one: tuple[str, Leaf]) -> tuple[Place, str]:
    return one[1].about.place, one[0]


_Form = tuple[tuple[str, str, Field, About], ...]


@lru_cache(4096)
def _form(section: Section, kind: str | None, names: tuple[str, ...]) -> _Form | None:
    """What is known of a row of *kind* from its keys alone: of each its name, its path below the row, its field."""
    fields = root(section[0]).child(section[1], {}).fields_of({} if kind is None else {"kind": kind})
    out = []
    for name in names:
        below, plain = _named(name)
        if not plain:
            return None
        field = fields.get(name) or unknown(name)
        out.append((name, f"/{below}", field, about(section, (field,))))
    out.sort(key=lambda one: (one[3].place, one[1]))
    return tuple(out)


def _walk(section: Section, value: Any, field: Field, at: str, chain: Chain, row: str, out: Flat) -> bool:
    """Put the leaves of *value* into *out*, as :func:`zongmu.model.fields.leaves.leaves` does, losing none of a bad file.

    False when a name could be taken for a key of a row or two leaves have one path: then pieces do not stand alone.
    """
    regular = True
    if isinstance(value, dict) and value:
        fields = field.fields_of(value)
        for name, inner in value.items():
            child = fields.get(name) or unknown(name)
            below, plain = _step(at, name)
            regular &= _walk(section, inner, child, below, (*chain, child), row, out) and plain
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for key, inner in _keyed(value, ()):
            regular &= _walk(section, inner, field, f"{at}/{key}", (*chain, key), row, out)
    else:
        place, n = at, 1
        while place in out:
            n += 1
            place = f"{at}#{n}"
        out[place] = Leaf(_canonical(field, value), about(section, chain or (field,)), row)
        regular = n == 1
    return regular


def _step(at: str, name: str) -> tuple[str, bool]:
    """The path of key *name* below *at*, and whether it is a name that a field can have."""
    shown, plain = _named(name)
    return (f"{at}/{shown}" if at else shown), plain


@lru_cache(4096)
def _named(name: str) -> tuple[str, bool]:
    plain = _KEY.fullmatch(name) is not None
    return (name if plain else name.replace("~", "~0").replace("/", "~1")), plain


def _keyed(rows: list[Any], natural: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """Rows with their keys; of rows with one key the second is ``key#2``."""
    seen: dict[str, int] = {}
    for index, row in enumerate(rows):
        key = row_key(row, index, natural) if isinstance(row, dict) else str(index)
        seen[key] = n = seen.get(key, 0) + 1
        yield (key if n == 1 else f"{key}#{n}"), row


def _canonical(field: Field, value: Any) -> Any:
    if isinstance(value, list):
        return [field.canonical(one) for one in value]
    return field.canonical(value)


def key_of(row: dict[str, Any], natural: Sequence[str]) -> str | None:
    """The identity of a row; None where it has none but its place."""
    key = row_key(row, -1, natural)
    return None if key == "-1" and row_key(row, -2, natural) != key else key


def same_value(one: Any, other: Any) -> bool:
    """Whether two values are equal and of one type: ``1`` and ``true`` are not."""
    if type(one) is not type(other):
        return False
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same_value, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same_value(one[k], other[k]) for k in one)
    return bool(one == other)


# --- what differs -------------------------------------------------------------------------------------------------


@immutable
class Difference:
    """The leaves of either revision that the other lacks or has with another value; rows that are new, and gone.

    ``whole``: rows that are new from end to end; their leaves are not repeated in ``after``.
    """

    before: Flat
    after: Flat
    rows_added: frozenset[str]
    rows_removed: frozenset[str]
    whole: tuple[Leaves, ...] = ()


NOTHING: Final = Difference({}, {}, frozenset(), frozenset())


_NO_ROWS: Final[frozenset[str]] = frozenset()


def difference(old: Flat, new: Flat, whole: Sequence[Leaves] = ()) -> Difference:
    """The difference of two revisions. Rows that are equal may be left out of both, and *whole* is in neither."""
    added = [leaves[0][1].row for leaves in whole]
    if not old and not new:
        return Difference(old, new, frozenset(added), _NO_ROWS, tuple(whole))
    one = {leaf.row for leaf in old.values()}
    other = {leaf.row for leaf in new.values()}
    if one != other or added:
        gone, come = frozenset(one - other - _OUTSIDE), frozenset((other - one - _OUTSIDE).union(added))
    else:
        gone = come = _NO_ROWS
    same = {p for p, leaf in old.items() if p in new and same_value(leaf.value, new[p].value)}
    if same:
        old = {p: leaf for p, leaf in old.items() if p not in same}
        new = {p: leaf for p, leaf in new.items() if p not in same}
    return Difference(old, new, come, gone, tuple(whole))


_OUTSIDE: Final = frozenset({""})

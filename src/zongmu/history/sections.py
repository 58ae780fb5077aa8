"""What differs between two revisions of one file, opening only the parts that are not the same bytes.

A record in its usual layout is a list of top-level sections, and its long sections are lists of items: ``milestones:``
with ``  - kind: …`` below. The bytes are cut there and compared; only what differs is parsed, and what was parsed is
remembered by its bytes. A piece is cut so that it means alone what it means in the file; wherever that is not certain
(another layout, a defect in a piece, rows without an identity of their own) the whole file is parsed instead. The
result is the same either way, which a test holds over random edits.

A row is named by its identity, never by its place (:mod:`zongmu.model.leaves`), so an item that moved is no
difference. Values are compared in their canonical text: ``1176.5万元`` and ``11765000元`` are the same amount.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, NamedTuple

from zongmu.history.fields import Field, root, unknown
from zongmu.model.finding import Bilingual, Severity
from zongmu.model.leaves import row_key
from zongmu.model.records import FORMAT, RecordType, upgrade
from zongmu.store import reader


class Leaf(NamedTuple):
    """One value of a record. ``chain`` leads from the section (or the row) to the value: fields, and keys of rows.

    ``row`` is the path of the top-level row that it belongs to, ``milestones/contract_signed/2``; empty outside rows.
    """

    value: Any
    chain: tuple[Field | str, ...]
    row: str

    @property
    def field(self) -> Field:
        """The innermost field."""
        return next(step for step in reversed(self.chain) if isinstance(step, Field))


Flat = dict[str, Leaf]
"""Identity-based path → value."""

Parse = Callable[[bytes, str], reader.Parsed]


@dataclass(slots=True)
class Section:
    """A top-level section as bytes; where its items could be cut apart, also ``rows``: item → key of the row."""

    raw: bytes
    rows: dict[bytes, str] | None


@dataclass(slots=True)
class Doc:
    """One revision of one file. ``trouble`` says why it cannot be read, else None.

    ``id`` is what the record calls itself, or None. ``sections`` is None where the whole file has to be parsed.
    """

    data: bytes
    id: str | None
    sections: dict[str, Section] | None
    trouble: Bilingual | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """The leaves of either revision that the other lacks or has with another value; rows that are new, and gone."""

    before: Flat
    after: Flat
    rows_added: frozenset[str]
    rows_removed: frozenset[str]


def difference(old: Flat, new: Flat) -> Difference:
    """The difference of two revisions. Rows that are equal may be left out of both."""
    same = {p for p, leaf in old.items() if p in new and same_value(leaf.value, new[p].value)}
    one = frozenset(leaf.row for leaf in old.values())
    other = frozenset(leaf.row for leaf in new.values())
    return Difference(
        {p: leaf for p, leaf in old.items() if p not in same},
        {p: leaf for p, leaf in new.items() if p not in same},
        other - one - {""},
        one - other - {""},
    )


class _Uncertain(Exception):
    """A piece does not stand alone: parse the whole file."""


# The first content stands in the first column, so every later section can only be its neighbour.
_OPENS: Final = re.compile(rb"(?:[ ]*(?:#[^\n]*)?\n)*[A-Za-z_]")
_SECTION: Final = re.compile(rb"\n(?=[A-Za-z_])")
_ITEM: Final = re.compile(rb"\n(?=  - )")
_NAME: Final = re.compile(rb"(?:[ ]*(?:#[^\n]*)?\n)*([A-Za-z_][A-Za-z0-9_-]*):(?:[ \n]|\Z)")
# A key with nothing but comments before its first item.
_HEAD: Final = re.compile(
    rb"(?:[ ]*(?:#[^\n]*)?\n)*[A-Za-z_][A-Za-z0-9_-]*:(?:[ ]*|[ ]+#[^\n]*)(?:\n[ ]*(?:#[^\n]*)?)*"
)
_COMMENTS: Final = re.compile(rb"[ ]*(?:#[^\n]*)?(?:\n[ ]*(?:#[^\n]*)?)*")
# Several documents, and directives.
_STREAM: Final = (b"---", b"...", b"%")
_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_FORMAT: Final = re.compile(rb"format: %d[ ]*(?:[ ]#[^\n]*)?(?:\n[ ]*(?:#[^\n]*)?)*" % FORMAT)

# Above this the limits of the reader (on size, on the number of values) could tell a piece from the whole.
_LARGE: Final = 64 * 1024
_MEMO: Final = 20_000

_TOO_LARGE: Final = Bilingual("文件过大", "the file is too large")


class _Row(NamedTuple):
    key: str
    leaves: tuple[tuple[str, Leaf], ...]


class Reader:
    """Reads and compares revisions. One for a whole pass: it remembers the pieces that it has parsed."""

    def __init__(self, parse: Parse = reader.parse, *, cut: bool = True) -> None:
        """*cut* False parses every file whole: the slow way, which the other must agree with."""
        self._parse = parse
        self._cut = cut
        self._rows: dict[tuple[str, str, bytes], _Row | None] = {}
        self._flats: dict[tuple[str, str, bytes], Flat] = {}
        self.parsed_bytes = 0  # how much was parsed, for tests and benchmarks

    # --- reading -------------------------------------------------------------------------------------------------

    def read(self, record_type: RecordType, path: str, data: bytes, before: Doc | None = None) -> Doc:
        """*data* as a revision of *path*. What it shares with *before*, the revision it follows, is not read again."""
        if len(data) > reader.MAX_BYTES:
            return Doc(data[:0], None, None, _TOO_LARGE)
        # A file that lost its line feeds to an editor of Windows says the same.
        data = data.replace(b"\r\n", b"\n")
        if self._cut:
            try:
                return self._read_sections(record_type, data, before)
            except _Uncertain:
                pass
        value, trouble = self._whole(data, path)
        id = value.get("id") if trouble is None else None
        return Doc(data, id if isinstance(id, str) else None, None, trouble)

    def _whole(self, data: bytes, path: str) -> tuple[dict[str, Any], Bilingual | None]:
        self.parsed_bytes += len(data)
        parsed = self._parse(data, path)
        refused = next((f for f in parsed.findings if f.severity is Severity.BLOCKING), None)
        if refused is not None:
            place = refused.position
            if place is None:
                return {}, refused.message
            return {}, Bilingual(
                f"第 {place.line} 行：{refused.message.zh}", f"line {place.line}: {refused.message.en}"
            )
        if not isinstance(parsed.value, dict):
            return {}, Bilingual("文件不是一份登记", "the file is not a record")
        return parsed.value, None

    def _read_sections(self, record_type: RecordType, data: bytes, before: Doc | None) -> Doc:
        known = before.sections if before is not None and before.sections is not None else {}
        same = {section.raw: name for name, section in known.items()}
        sections: dict[str, Section] = {}
        for raw in _cut(data):
            if (name := same.get(raw)) is not None and name not in sections:
                sections[name] = known[name]
                continue
            named = _NAME.match(raw)
            if named is None:
                raise _Uncertain
            name = named[1].decode()
            if name in sections:
                raise _Uncertain
            if name == "format" and not _FORMAT.fullmatch(raw, named.start(1)):
                raise _Uncertain
            sections[name] = self._section(record_type, name, raw, known.get(name))
        if before is not None and "id" in sections and sections["id"] is known.get("id"):
            return Doc(data, before.id, sections)
        id = self._flat(record_type, "id", sections["id"].raw).get("id") if "id" in sections else None
        return Doc(data, id.value if id is not None and isinstance(id.value, str) else None, sections)

    def _section(self, record_type: RecordType, name: str, raw: bytes, old: Section | None) -> Section:
        head, *items = _ITEM.split(raw)
        if items and _HEAD.fullmatch(head):
            known = old.rows if old is not None and old.rows is not None else {}
            rows: dict[bytes, str] = {}
            for item in items:
                key = known.get(item)
                if key is None:
                    row = self._row(record_type, name, item)
                    if row is None:
                        break
                    key = row.key
                rows[item] = key
            if len(rows) == len(items) and _apart(rows.values()):
                return Section(raw, rows)
        self._flat(record_type, name, raw)
        return Section(raw, None)

    # --- pieces --------------------------------------------------------------------------------------------------

    def _piece(self, name: str, data: bytes) -> Any:
        """The value of the one key *name* in *data*. Raises :class:`_Uncertain` on the least doubt."""
        self.parsed_bytes += len(data)
        parsed = self._parse(data, "")
        if parsed.findings or not isinstance(parsed.value, dict) or list(parsed.value) != [name]:
            raise _Uncertain
        return parsed.value[name]

    def _row(self, record_type: RecordType, name: str, item: bytes) -> _Row | None:
        """The row in *item*; None where it has no identity of its own."""
        memo = (record_type.name, name, item)
        try:
            return self._rows[memo]
        except KeyError:
            pass
        value = self._piece(name, b"%s:\n%s\n" % (name.encode(), item))
        row: _Row | None = None
        if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict):
            natural = record_type.series.get(name, ())
            key = row_key(value[0], -1, natural)
            if key == row_key(value[0], -2, natural):
                flat: Flat = {}
                field = root(record_type.name).child(name, {})
                at = f"{name}/{key}"
                if not _walk(value[0], field, at, (), at, flat):
                    raise _Uncertain
                row = _Row(key, tuple(flat.items()))
        if len(self._rows) >= _MEMO:
            self._rows.clear()
        self._rows[memo] = row
        return row

    def _flat(self, record_type: RecordType, name: str, raw: bytes) -> Flat:
        """The leaves of one section."""
        memo = (record_type.name, name, raw)
        try:
            return self._flats[memo]
        except KeyError:
            pass
        flat: Flat = {}
        if not _top(record_type, name, self._piece(name, raw + b"\n"), flat):
            raise _Uncertain
        if len(self._flats) >= _MEMO:
            self._flats.clear()
        self._flats[memo] = flat
        return flat

    # --- comparing -----------------------------------------------------------------------------------------------

    def differences(self, record_type: RecordType, path: str, before: Doc | None, after: Doc | None) -> Difference:
        """What differs between two revisions of *path*. One that is missing or cannot be read has no leaves."""
        if before is after:
            return Difference({}, {}, frozenset(), frozenset())
        try:
            old, new = self._unlike(record_type, before, after)
        except _Uncertain:
            old, new = self.leaves(record_type, path, before), self.leaves(record_type, path, after)
        return difference(old, new)

    def _unlike(self, record_type: RecordType, before: Doc | None, after: Doc | None) -> tuple[Flat, Flat]:
        """The leaves of the sections and items that are not the same bytes."""
        x = _sections(before)
        y = _sections(after)
        old: Flat = {}
        new: Flat = {}
        names = [name for name, section in y.items() if x.get(name) is not section]
        for name in (*names, *(x.keys() - y.keys())):
            one, other = x.get(name), y.get(name)
            if one and other and one.raw == other.raw:
                continue
            if one and other and one.rows is not None and other.rows is not None:
                for mine, yours, out in ((one.rows, other.rows, old), (other.rows, one.rows, new)):
                    for item in mine.keys() - yours.keys():
                        row = self._row(record_type, name, item)
                        assert row is not None
                        out.update(row.leaves)
                continue
            for section, out in ((one, old), (other, new)):
                if section is not None:
                    out.update(self._flat(record_type, name, section.raw))
        return old, new

    def leaves(self, record_type: RecordType, path: str, doc: Doc | None) -> Flat:
        """Every leaf of a revision, from the whole file."""
        flat: Flat = {}
        if doc is None or doc.trouble is not None:
            return flat
        value, _ = self._whole(doc.data, path)
        for name, inner in upgrade(record_type.name, value).items():
            _top(record_type, name, inner, flat)
        return flat


def _sections(doc: Doc | None) -> Mapping[str, Section]:
    if doc is None or doc.trouble is not None:
        return {}
    if doc.sections is None:
        raise _Uncertain
    return doc.sections


def _apart(keys: Collection[str]) -> bool:
    """Whether keys of rows are unique, and no row's fields could be taken for another row's.

    ``contract_signed`` and ``contract_signed/2`` are apart: no field is called 2.
    """
    names = set(keys)
    if len(names) != len(keys):
        return False
    for key in names:
        at = key.find("/")
        while at >= 0:
            if key[:at] in names and not key[at + 1 : at + 2].isdigit():
                return False
            at = key.find("/", at + 1)
    return True


def _several(data: bytes) -> bool:
    """Whether it may be more than one document."""
    return data.startswith(_STREAM) or any(b"\n" + mark in data for mark in _STREAM)


def _cut(data: bytes) -> list[bytes]:
    """The sections of a file. Raises :class:`_Uncertain` where they cannot be told from the bytes."""
    if len(data) > _LARGE or not data.endswith(b"\n") or not _OPENS.match(data) or _several(data):
        raise _Uncertain
    first, *others = _SECTION.split(data[:-1])
    if others and _COMMENTS.fullmatch(first):
        others[0] = first + b"\n" + others[0]
        return others
    return [first, *others]


# --- leaves with their names --------------------------------------------------------------------------------------


def _top(record_type: RecordType, name: str, value: Any, out: Flat) -> bool:
    """Put the leaves of one top-level key into *out*; the result as of :func:`_walk`."""
    field = root(record_type.name).child(name, {})
    at, regular = _step("", name)
    if isinstance(value, list) and value and isinstance(value[0], dict):
        for key, row in _keyed(value, record_type.series.get(name, ())):
            regular &= _walk(row, field, f"{at}/{key}", (), f"{at}/{key}", out)
        return regular
    return _walk(value, field, at, (field,), "", out) and regular


def _walk(value: Any, field: Field, at: str, chain: tuple[Field | str, ...], row: str, out: Flat) -> bool:
    """Put the leaves of *value* into *out*, as :func:`zongmu.model.leaves.leaves` does, losing none of a bad file.

    False when a name could be taken for a key of a row or two leaves have one path: then pieces do not stand alone.
    """
    regular = True
    if isinstance(value, dict) and value:
        fields = field.fields_of(value)
        for name, inner in value.items():
            child = fields.get(name) or unknown(name)
            below, plain = _step(at, name)
            if type(inner) is str and below not in out:
                # Nearly every value: the rest of this function, in short.
                out[below] = Leaf(child.canonical(inner), (*chain, child), row)
                regular &= plain
            else:
                regular &= _walk(inner, child, below, (*chain, child), row, out) and plain
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for key, inner in _keyed(value, ()):
            regular &= _walk(inner, field, f"{at}/{key}", (*chain, key), row, out)
    else:
        place, n = at, 1
        while place in out:
            n += 1
            place = f"{at}#{n}"
        out[place] = Leaf(_canonical(field, value), chain or (field,), row)
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


def same_value(one: Any, other: Any) -> bool:
    """Whether two values are equal and of one type: ``1`` and ``true`` are not."""
    if type(one) is not type(other):
        return False
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same_value, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same_value(one[k], other[k]) for k in one)
    return bool(one == other)

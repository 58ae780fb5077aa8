"""What differs between two revisions of one file, opening only the parts that are not the same bytes.

The bytes are cut into sections and items (:mod:`zongmu.history.cutting`) and compared; only what differs is parsed, and
what was parsed is remembered by its bytes. Wherever a piece might not stand alone (another layout, a defect in a piece, rows
without an identity of their own) the whole file is parsed instead. The result is the same either way, which a test
holds over random edits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from zongmu.history import cutting
from zongmu.history.cutting import Section, Uncertain
from zongmu.history.leaves import NOTHING, Difference, Flat, Leaves, difference, flatten, key_of, of_row
from zongmu.model.finding import Bilingual, Severity
from zongmu.model.record_types import RecordType, upgrade
from zongmu.store.reading import lines, reader

_MEMO: Final = 20_000
_UNREAD: Final = object()
_TOO_LARGE: Final = Bilingual("文件过大", "the file is too large")


@dataclass(slots=True)
class Doc:
    """One revision of one file. ``trouble`` says why it cannot be read, else None.

    ``id`` is what the record calls itself, or None. ``sections`` is None where the whole file has to be parsed.
    """

    data: bytes
    id: str | None
    sections: dict[str, Section] | None
    trouble: Bilingual | None = None


class _Row(NamedTuple):
    key: str
    leaves: Leaves


class _Given:
    """What a new file holds, parsed at once when it is first asked for.

    Only of a file whose every line stands for itself: then each piece does. Of any other nothing is known.
    """

    def __init__(self, data: bytes, names: list[str]) -> None:
        self._data = data
        self._names = names
        self._values: Mapping[str, Any] | None = None

    def section(self, name: str) -> Any:
        """The value of the section *name*."""
        if self._values is None:
            parsed = reader.parse(self._data, "")
            plain = parsed.plain and isinstance(parsed.value, dict) and list(parsed.value) == self._names
            self._values = parsed.value if plain else {}
        return self._values.get(name, _UNREAD)

    def item(self, name: str, place: int, count: int) -> Any:
        """The item at *place* of the section *name*, which has *count*."""
        listed = self.section(name)
        return listed[place] if isinstance(listed, list) and len(listed) == count else _UNREAD


class Reader:
    """Reads and compares revisions. One for a whole pass: it remembers the pieces that it has parsed."""

    def __init__(self, *, cut: bool = True) -> None:
        """*cut* False parses every file whole: the slow way, which the other must agree with."""
        self._cut = cut
        self._rows: dict[tuple[str, str, bytes], _Row | None] = {}
        self._flats: dict[tuple[str, str, bytes], Flat] = {}

    # --- reading -------------------------------------------------------------------------------------------------

    def read(self, record_type: RecordType, path: str, data: bytes, before: Doc | None = None) -> Doc:
        """*data* as a revision of *path*. What it shares with *before*, the revision it follows, is not read again."""
        if len(data) > reader.MAX_BYTES:
            return Doc(data[:0], None, None, _TOO_LARGE)
        if b"\r" in data:
            # A file that lost its line feeds to an editor of Windows says the same.
            data = data.replace(b"\r\n", b"\n")
        if self._cut:
            try:
                return self._read_sections(record_type, data, before)
            except Uncertain:
                pass
        value, trouble = self._whole(data, path)
        id = value.get("id") if trouble is None else None
        return Doc(data, id if isinstance(id, str) else None, None, trouble)

    def _whole(self, data: bytes, path: str) -> tuple[dict[str, Any], Bilingual | None]:
        parsed = reader.parse(data, path)
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
        pieces = cutting.sections(data, known)
        given = None if known else _Given(data, [name for name, _, _ in pieces])
        sections: dict[str, Section] = {}
        for name, raw, same in pieces:
            if name in sections:
                raise Uncertain
            sections[name] = same or self._section(record_type, name, raw, known.get(name), given)
        if before is not None and "id" in sections and sections["id"] is known.get("id"):
            return Doc(data, before.id, sections)
        id = self._flat(record_type, "id", sections["id"].raw).get("id") if "id" in sections else None
        return Doc(data, id.value if id is not None and isinstance(id.value, str) else None, sections)

    def _section(
        self, record_type: RecordType, name: str, raw: bytes, old: Section | None, given: _Given | None
    ) -> Section:
        items = cutting.items(raw)
        if items:
            known = old.rows if old is not None and old.rows is not None else {}
            rows: dict[bytes, str] = {}
            new: list[str] = []
            for place, item in enumerate(items):
                key = known.get(item)
                if key is None:
                    row = self._row(record_type, name, item, given, place, len(items))
                    if row is None:
                        break
                    key = row.key
                    new.append(key)
                rows[item] = key
            else:
                if len(rows) == len(items) and cutting.apart(new, rows.values()):
                    return Section(raw, rows)
        self._flat(record_type, name, raw, given)
        return Section(raw, None)

    # --- pieces --------------------------------------------------------------------------------------------------

    def _piece(self, name: str, data: bytes) -> Any:
        """The value of the one key *name* in *data*. Raises :class:`Uncertain` on the least doubt."""
        parsed = reader.parse(data, "")
        if parsed.findings or not isinstance(parsed.value, dict) or list(parsed.value) != [name]:
            raise Uncertain
        return parsed.value[name]

    def _row(
        self,
        record_type: RecordType,
        name: str,
        item: bytes,
        given: _Given | None = None,
        place: int = 0,
        count: int = 0,
    ) -> _Row | None:
        """The row in *item*, the one at *place* of *count*; None where it has no identity of its own."""
        memo = (record_type.name, name, item)
        try:
            return self._rows[memo]
        except KeyError:
            pass
        value: Any = lines.row(item)
        if value is None:
            value = given.item(name, place, count) if given is not None else _UNREAD
            if value is _UNREAD:
                listed = self._piece(name, cutting.alone(name, item))
                value = listed[0] if isinstance(listed, list) and len(listed) == 1 else None
        row: _Row | None = None
        if isinstance(value, dict):
            key = key_of(value, record_type.series.get(name, ()))
            if key is not None:
                leaves = of_row((record_type.name, name), key, value)
                if leaves is None:
                    raise Uncertain
                row = _Row(key, leaves)
        if len(self._rows) >= _MEMO:
            self._rows.clear()
        self._rows[memo] = row
        return row

    def _flat(self, record_type: RecordType, name: str, raw: bytes, given: _Given | None = None) -> Flat:
        """The leaves of one section."""
        memo = (record_type.name, name, raw)
        try:
            return self._flats[memo]
        except KeyError:
            pass
        flat: Flat = {}
        pair = lines.pair(raw + b"\n")
        value = pair[1] if pair is not None else given.section(name) if given is not None else _UNREAD
        if value is _UNREAD:
            value = self._piece(name, raw + b"\n")
        if not flatten(record_type, name, value, flat):
            raise Uncertain
        if len(self._flats) >= _MEMO:
            self._flats.clear()
        self._flats[memo] = flat
        return flat

    # --- comparing -----------------------------------------------------------------------------------------------

    def differences(self, record_type: RecordType, path: str, before: Doc | None, after: Doc | None) -> Difference:
        """What differs between two revisions of *path*. One that is missing or cannot be read has no leaves."""
        if before is after:
            return NOTHING
        try:
            old, new, whole = self._unlike(record_type, before, after)
        except Uncertain:
            old, new = self.leaves(record_type, path, before), self.leaves(record_type, path, after)
            whole = []
        return difference(old, new, whole)

    def _unlike(
        self, record_type: RecordType, before: Doc | None, after: Doc | None
    ) -> tuple[Flat, Flat, list[Leaves]]:
        """The leaves of the sections and items that are not the same bytes, and rows that are new altogether."""
        x = _sections(before)
        y = _sections(after)
        old: Flat = {}
        new: Flat = {}
        whole: list[Leaves] = []
        names = [name for name, section in y.items() if x.get(name) is not section]
        for name in (*names, *(x.keys() - y.keys())):
            one, other = x.get(name), y.get(name)
            if one and other and one.raw == other.raw:
                continue
            mine, yours = one.rows if one else {}, other.rows if other else {}
            if mine is not None and yours is not None:
                gone = [self._known(record_type, name, item) for item in mine if item not in yours]
                keys = {row.key for row in gone}
                for row in gone:
                    old.update(row.leaves)
                for item in yours:
                    if item not in mine:
                        row = self._known(record_type, name, item)
                        if row.key in keys:
                            new.update(row.leaves)
                        else:
                            whole.append(row.leaves)
                continue
            for section, out in ((one, old), (other, new)):
                if section is not None:
                    out.update(self._flat(record_type, name, section.raw))
        return old, new, whole

    def _known(self, record_type: RecordType, name: str, item: bytes) -> _Row:
        """The row in *item*, which has an identity."""
        row = self._row(record_type, name, item)
        assert row is not None
        return row

    def leaves(self, record_type: RecordType, path: str, doc: Doc | None) -> Flat:
        """Every leaf of a revision, from the whole file."""
        flat: Flat = {}
        if doc is None or doc.trouble is not None:
            return flat
        value, _ = self._whole(doc.data, path)
        for name, inner in upgrade(record_type.name, value).items():
            flatten(record_type, name, inner, flat)
        return flat


def _sections(doc: Doc | None) -> Mapping[str, Section]:
    if doc is None or doc.trouble is not None:
        return {}
    if doc.sections is None:
        raise Uncertain
    return doc.sections

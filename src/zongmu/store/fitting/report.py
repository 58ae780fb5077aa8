"""Everything that is wrong with one record, told in full: what stands there, what is expected, what to do.

Loaded only when a record has a defect (``zongmu.store.fitting.validate``).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from pydantic import ValidationError

from zongmu.model.acts.kinds import KINDS
from zongmu.model.acts.milestones import Act
from zongmu.model.base import Strict
from zongmu.model.finding import Bilingual, Code, Finding, Position, finding
from zongmu.model.immutable import immutable
from zongmu.model.record_types import FORMAT, RecordType
from zongmu.store.fitting import codes, wording
from zongmu.store.fitting.codes import OTHER_FORM, PATTERN_FORMS, VALUE_FORMS
from zongmu.store.fitting.rows import Pointer, key_of_row, row_plan, twins
from zongmu.store.fitting.shapes import Group, Leaf, Listing, Node, Slot, all_classes, kinds, slots
from zongmu.store.fitting.wording import HIDDEN, field_path, show
from zongmu.store.reading.positions import Positions

MAX_PER_CODE: Final = 50
"""Defects of one code that are listed of one file."""

_ONE_LINE: Final = r"^[^\n\r]*$"


@immutable
class _Place:
    """Where an error of pydantic lies: in the file (*pointer*), and in the shape of the record."""

    pointer: Pointer
    owner: type[Strict]
    slot: Slot | None
    node: Node


class Report:
    """The defects of one record, told in full."""

    def __init__(self, record_type: RecordType, plain: Any, data: bytes | None, path: str, record: str | None) -> None:
        self._type = record_type
        self._plain = plain
        self._path = path
        self._record = record or path
        self._data = data
        self._positions: Positions | None = None
        self._found: list[Finding] = []
        self._counts: dict[str, int] = {}
        self._unlisted = 0
        self._taken: dict[Pointer, set[tuple[str | int, ...] | None]] = {}

    def of(self, error: ValidationError | None) -> tuple[Finding, ...]:
        """Everything that *error* says, and the rows that are there twice; or that this is no record at all."""
        if type(self._plain) is not dict:
            self._not_a_record()
            return tuple(self._found)
        version = self._plain.get("format")
        if type(version) is int and version > FORMAT:
            # What a later format asks for is not known here: any further word would be a guess.
            self._bad_format(version)
            return tuple(self._found)
        if error is not None:
            self._tell_all(error, self._type.model, ())
        double = twins(self._plain, row_plan(self._type))
        for later, first in double[:MAX_PER_CODE]:
            self._twin(later, first)
        self._unlisted += max(0, len(double) - MAX_PER_CODE)
        out = sorted(self._found, key=_line_and_column)
        if self._unlisted:
            # They lie behind the ones that are listed.
            last = out[-1].position if out else None
            more = finding(codes.MORE, record=self._record, path=self._path, position=last, count=self._unlisted)
            out.append(more)
        return tuple(out)

    # --- finding the place -------------------------------------------------------------------------------------------

    def _place(self, loc: Sequence[int | str], start: type[Strict], at: Pointer) -> _Place:
        """Where *loc* lies, which begins at *at* in a *start*. Pydantic names the kind of a row; the file does not."""
        owner = start
        node: Node = Group((start,))
        slot: Slot | None = None
        pointer = list(at)
        for part in loc:
            if isinstance(node, Group) and node.tagged:
                node = Group((node.of_kind(part) or node.classes[0],))
                continue
            pointer.append(part)
            if isinstance(node, Listing):
                node = node.item
            elif isinstance(node, Group):
                owner = node.classes[0]
                slot = slots(owner).get(str(part))
                if slot is None:
                    break
                node = slot.node
        return _Place(tuple(pointer), owner, slot, node)

    def _position(self, pointer: Pointer, *, key: bool = False) -> Position | None:
        if self._data is None:
            return None
        if self._positions is None:
            self._positions = Positions.of(self._data)
        return self._positions.find(pointer, key=key)

    def _input(self, pointer: Pointer) -> Any:
        node = self._plain
        for part in pointer:
            node = node[part]
        return node

    # --- telling -----------------------------------------------------------------------------------------------------

    def _tell_all(self, error: ValidationError, start: type[Strict], at: Pointer) -> None:
        for one in error.errors(include_url=False):
            kind = one["type"]
            told = self._counts[kind] = self._counts.get(kind, 0) + 1
            if told > MAX_PER_CODE:
                # A flood of one kind must neither bury the others nor cost what telling it would.
                self._unlisted += 1
                continue
            self._tell(self._place(one["loc"], start, at), kind, one["input"], one.get("ctx", {}))

    def _tell(self, place: _Place, kind: str, value: Any, context: Mapping[str, Any]) -> None:
        if place.pointer == ("format",) and kind != "missing":
            self._bad_format(value)
        elif kind in _TELLERS:
            _TELLERS[kind](self, place, value, context)
        elif kind in VALUE_FORMS:
            self._form(place, value, VALUE_FORMS[kind])
        elif kind.endswith("_type"):
            self._wrong_type(place, value)
        else:
            self._add(codes.NOT_ACCEPTED, place.pointer, value=show(value), **_named(place))

    def _add(self, code: Code, pointer: Pointer, /, *, at_key: bool = False, **values: Any) -> None:
        count = self._counts[code.id] = self._counts.get(code.id, 0) + 1
        if count > MAX_PER_CODE:
            self._unlisted += 1
            return
        at = field_path(self._plain, pointer, self._type.series)
        made = finding(
            code,
            record=self._record,
            path=self._path,
            position=self._position(pointer, key=at_key),
            field_path=at,
            # Each field has a fingerprint of its own: one more defect in the same row is a new one.
            key=at.removeprefix("milestones/") or None,
            **values,
        )
        if HIDDEN in (values.get("value"), values.get("name")):
            made = dataclasses.replace(made, sensitive=True)
        self._found.append(made)

    def _where(self, pointer: Pointer) -> dict[str, Any]:
        """The mapping at *pointer*, in words."""
        if not pointer:
            return {"where_zh": self._type.zh, "where_en": f"The {self._type.en.lower()}"}
        at = field_path(self._plain, pointer, self._type.series)
        return {"where_zh": f"{at} ", "where_en": at}

    def _not_a_record(self) -> None:
        title = Bilingual(self._type.zh, self._type.en)
        slot = Slot(self._type.name, title, Group((self._type.model,)), True, None)
        self._wrong_type(_Place((), self._type.model, slot, slot.node), self._plain)

    def _bad_format(self, value: Any) -> None:
        hint = Bilingual(f"请写 format: {FORMAT}", f"Write format: {FORMAT}")
        if type(value) is int and value > FORMAT:
            hint = Bilingual(
                f"本程序只认识到 format: {FORMAT}，请升级 zongmu",
                f"This program knows formats up to {FORMAT}: upgrade zongmu",
            )
        self._add(codes.BAD_FORMAT, ("format",), value=show(value), hint_zh=hint.zh, hint_en=hint.en)

    def _missing(self, place: _Place, value: Any, context: Mapping[str, Any]) -> None:
        assert place.slot is not None
        self._lacks(place.pointer, place.slot, wording.example_line(place.slot))

    def _lacks(self, pointer: Pointer, slot: Slot, example: str) -> None:
        self._add(codes.MISSING_FIELD, pointer, example=example, **_titled(slot), **self._where(pointer[:-1]))

    def _unknown_key(self, place: _Place, value: Any, context: Mapping[str, Any]) -> None:
        key = str(place.pointer[-1])
        known = slots(place.owner)
        titles = {name: (slot.title.zh, slot.title.en) for name, slot in known.items()}
        hint, offered = wording.offered_keys(key, list(known), titles)
        if hint == wording.NOTHING:
            hint = self._elsewhere(key)
        self._add(
            codes.UNKNOWN_KEY,
            place.pointer,
            at_key=True,
            name=show(key),
            hint_zh=hint.zh,
            hint_en=hint.en,
            allowed_zh=offered.zh,
            allowed_en=offered.en,
            **self._where(place.pointer[:-1]),
        )

    def _elsewhere(self, key: str) -> Bilingual:
        """Where else in this type of record a field of that name stands."""
        zh: dict[str, None] = {}
        en: dict[str, None] = {}
        for path, cls in all_classes(self._type.model):
            if key not in slots(cls):
                continue
            places = [path]
            if issubclass(cls, Act):
                node = slots(cls)["kind"].node
                assert isinstance(node, Leaf)
                places = [f"{path}/{kind}" for kind in node.choices]
            zh.update(dict.fromkeys(place or "文件顶层" for place in places))
            en.update(dict.fromkeys(place or "the top level" for place in places))
        if not zh:
            return wording.NOTHING
        return Bilingual(f"；有这个字段的是 {'、'.join(list(zh)[:3])}", f"; it is a field of {', '.join(list(en)[:3])}")

    def _unknown_kind(self, place: _Place, value: Any, context: Mapping[str, Any]) -> None:
        assert isinstance(place.node, Group)
        written = value.get("kind") if isinstance(value, dict) else None
        slot = slots(Act)["kind"]
        pointer = (*place.pointer, "kind")
        if isinstance(written, str):
            known = list(kinds(place.node))
            titles = wording.titles_of(slot)
            hint, offered = wording.offered_kinds(written, known, titles)
            if written in KINDS:
                hint = Bilingual("；它不写在这一类文件里", "; it does not belong in this type of record")
            self._add(
                codes.UNKNOWN_KIND,
                pointer,
                value=show(written),
                hint_zh=hint.zh,
                hint_en=hint.en,
                allowed_zh=offered.zh,
                allowed_en=offered.en,
            )
        else:
            self._wrong_type(_Place(pointer, Act, slot, slot.node), written)
        self._common_fields(place.pointer, value)

    def _no_kind(self, place: _Place, value: Any, context: Mapping[str, Any]) -> None:
        self._lacks((*place.pointer, "kind"), slots(Act)["kind"], "kind: approved")
        self._common_fields(place.pointer, value)

    def _common_fields(self, pointer: Pointer, row: Any) -> None:
        """The defects of a row whose kind is not known, in the fields that every kind has."""
        common = slots(Act)
        try:
            Act.model_validate({**{name: row[name] for name in row if name in common}, "kind": "act"})
        except ValidationError as error:
            self._tell_all(error, Act, pointer)

    def _not_in_list(self, place: _Place, value: Any, context: Mapping[str, Any]) -> None:
        assert place.slot is not None
        choices = place.node.choices if isinstance(place.node, Leaf) else ()
        titles = wording.titles_of(place.slot)
        hint, offered = wording.offered_codes(value, choices, titles)
        meant = wording.titled(value, choices, titles) if isinstance(value, str) else []
        by_title: dict[str, Any] = {"meant": meant[0]} if len(meant) == 1 else {}
        self._add(
            codes.NOT_IN_LIST,
            place.pointer,
            value=show(value),
            **by_title,
            hint_zh=hint.zh,
            hint_en=hint.en,
            allowed_zh=offered.zh,
            allowed_en=offered.en,
            **_named(place),
        )

    def _wrong_type(self, place: _Place, value: Any) -> None:
        expected, found = wording.expected_type(place.node), wording.type_name(value)
        hint = wording.type_hint(place.node, value) if place.pointer else wording.NO_KEYS
        meant = wording.meant_by(place.node, value)
        as_meant: dict[str, Any] = {} if meant is None else {"meant": meant}
        self._add(
            codes.WRONG_TYPE,
            place.pointer,
            value=show(value),
            expected_zh=expected.zh,
            expected_en=expected.en,
            found_zh=found.zh,
            found_en=found.en,
            **as_meant,
            hint_zh=hint.zh,
            hint_en=hint.en,
            **_named(place),
        )

    def _not_text(self, place: _Place, value: Any, context: Mapping[str, Any]) -> None:
        self._wrong_type(place, value)

    def _form(self, place: _Place, value: Any, form: tuple[str, str]) -> None:
        slip = wording.slip(value, in_list=bool(place.pointer) and isinstance(place.pointer[-1], int))
        told = form if slip is None else (slip.zh, slip.en)
        # A list that only the measures close: whoever knows them says which codes there are.
        open_list: dict[str, Any] = (
            {} if slip or place.slot is None or place.slot.codelist is None else {"codelist": place.slot.codelist}
        )
        self._add(
            codes.PATTERN,
            place.pointer,
            value=show(value),
            form_zh=told[0],
            form_en=told[1],
            **open_list,
            **_named(place),
        )

    def _pattern(self, place: _Place, value: Any, context: Mapping[str, Any]) -> None:
        pattern = place.node.pattern if isinstance(place.node, Leaf) else None
        self._form(place, value, PATTERN_FORMS.get(pattern or context["pattern"], OTHER_FORM))

    def _too_short(self, place: _Place, value: Any, context: Mapping[str, Any]) -> None:
        pattern = place.node.pattern if isinstance(place.node, Leaf) else None
        if value and pattern in PATTERN_FORMS and pattern != _ONE_LINE:
            self._form(place, value, PATTERN_FORMS[pattern])
        else:
            self._add(codes.TOO_SHORT, place.pointer, **_named(place))

    def _too_long(self, place: _Place, value: Any, context: Mapping[str, Any]) -> None:
        self._add(codes.TOO_LONG, place.pointer, length=len(value), limit=context["max_length"], **_named(place))

    def _range(self, place: _Place, value: Any, context: Mapping[str, Any]) -> None:
        low = context.get("ge")
        limit = (
            Bilingual(f"不能小于 {low}", f"{low} at least")
            if low is not None
            else Bilingual(f"不能大于 {context['le']}", f"{context['le']} at most")
        )
        if low == 2:  # a number that begins with the second of its kind
            limit = Bilingual("不能小于 2（第一条不写这一行）", "2 at least (the first of its kind has no such line)")
        self._add(
            codes.OUT_OF_RANGE,
            place.pointer,
            value=show(value),
            limit_zh=limit.zh,
            limit_en=limit.en,
            **_named(place),
        )

    def _empty_list(self, place: _Place, value: Any, context: Mapping[str, Any]) -> None:
        if value:
            return  # every item is wrong, and each was told
        assert place.slot is not None
        hint = Bilingual("没有内容就删去这一行", "Where there is nothing to say, delete the line")
        if place.slot.required:
            hint = Bilingual("请至少写一项", "Give one item at least")
        self._add(codes.EMPTY_LIST, place.pointer, hint_zh=hint.zh, hint_en=hint.en, **_named(place))

    def _twin(self, later: Pointer, first: Pointer) -> None:
        *at, name, _ = later
        rows = self._input((*at, name))
        plan = row_plan(self._type)
        for part in at:
            if isinstance(part, str):
                plan = plan[part].inner
        names = plan[str(name)].names
        hint = Bilingual(
            f"改成不同的 {'、'.join(names)}，或者删去一条", f"Give it another {', '.join(names)}, or delete one"
        )
        if names == ("kind", "seq"):
            row = self._input(later)
            taken = self._taken.get((*at, name))
            if taken is None:  # one list may hold thousands of rows and many twins
                taken = {key_of_row(one, names) for one in rows if isinstance(one, dict)}
                self._taken[(*at, name)] = taken
            free = next(n for n in range(2, len(rows) + 3) if (row["kind"], n) not in taken)
            hint = Bilingual(
                f"另有其事就加一行 seq: {free}；重复登记的，删去一条",
                f"If it happened again, add the line seq: {free}; if it was recorded twice, delete one",
            )
        place = self._position(first)
        row_name = field_path(self._plain, later, self._type.series).removeprefix(
            field_path(self._plain, later[:-1], self._type.series) + "/"
        )
        self._add(
            codes.DUPLICATE_ROW,
            later,
            value=row_name,
            first=place.line if place else int(first[-1]) + 1,
            hint_zh=hint.zh,
            hint_en=hint.en,
            **_titled(self._list_slot(later)),
        )

    def _list_slot(self, pointer: Pointer) -> Slot:
        """The field whose list the row at *pointer* stands in."""
        node: Node = Group((self._type.model,))
        slot: Slot | None = None
        for place, part in enumerate(pointer):
            if isinstance(node, Listing):
                node = node.item
            elif isinstance(node, Group):
                owner = node.of_kind(self._input(pointer[:place]).get("kind")) or node.classes[0]
                slot = slots(owner)[str(part)]
                node = slot.node
        assert slot is not None
        return slot


def _titled(slot: Slot) -> dict[str, Any]:
    return {"field": slot.name, "title_zh": slot.title.zh, "title_en": slot.title.en}


def _named(place: _Place) -> dict[str, Any]:
    """The field of *place* by name and title; an item of a list by its place in it."""
    assert place.slot is not None
    named = _titled(place.slot)
    if place.pointer and isinstance(number := place.pointer[-1], int):
        named["title_zh"] += f"，第 {number + 1} 项"
        named["title_en"] += f", item {number + 1}"
    return named


def _line_and_column(one: Finding) -> tuple[int, int]:
    return (one.position.line, one.position.column) if one.position else (0, 0)


_Teller = Callable[[Report, _Place, Any, Mapping[str, Any]], None]

_TELLERS: Final[dict[str, _Teller]] = {
    "missing": Report._missing,
    "extra_forbidden": Report._unknown_key,
    "union_tag_invalid": Report._unknown_kind,
    "union_tag_not_found": Report._no_kind,
    "literal_error": Report._not_in_list,
    "scalar_not_text": Report._not_text,
    "string_pattern_mismatch": Report._pattern,
    "string_too_short": Report._too_short,
    "string_too_long": Report._too_long,
    "greater_than_equal": Report._range,
    "less_than_equal": Report._range,
    "too_short": Report._empty_list,
}

"""What people type for a field, understood: on the command line, in a cell, in a form that came in.

The field says what it takes; a code may be written as its title, a body as its name, a day as ``2026.3.1``, yes as 是.
What can be read in two ways is unreadable, and said so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from difflib import get_close_matches
from functools import cache
from typing import Any, Final

from zongmu.exchange.schemas.code_lists import KIND_LIST, Codes, model_kinds
from zongmu.exchange.tables import cell_values as cells
from zongmu.exchange.tables.cell_values import Unit, Unreadable
from zongmu.model.base import OrgRef, ProjectId, Strict, need
from zongmu.model.codes import CODE_LISTS
from zongmu.model.finding import Bilingual
from zongmu.model.immutable import immutable
from zongmu.model.scalars import Day, DayOrMonth, Duration, Money, Month, Ratio
from zongmu.store.fitting.shapes import Group, Leaf, Listing, Slot, slots
from zongmu.store.fitting.wording import shortened
from zongmu.store.reading.reader import parse
from zongmu.store.registry import Registry

ITEMS: Final = re.compile(r"[、，,;；\n]+")
"""What stands between the items of a list in one cell."""

_PROJECT: Final = "[a-z][a-z0-9]*-[0-9]{4}-[0-9]{4,8}"
_ORG: Final = "^[a-z][a-z0-9]*/[a-z0-9][a-z0-9-]*$"


class _Samples(Strict):
    """Fields of each typed scalar, to know them again by their pattern."""

    money: Money = need("金额", "Amount")
    ratio: Ratio = need("比例", "Ratio")
    day: Day = need("日期", "Day")
    month: Month = need("月份", "Month")
    day_or_month: DayOrMonth = need("日期", "Day or month")
    duration: Duration = need("时长", "Duration")
    org: OrgRef = need("单位", "Body")
    project: ProjectId = need("项目", "Project")


@cache
def _patterns() -> dict[str, str]:
    return {s.node.pattern or name: name for name, s in slots(_Samples).items() if isinstance(s.node, Leaf)}


def type_of(leaf: Leaf) -> str:
    """``flag``, ``integer``, ``money``, ``ratio``, ``day``, ``month``, ``day_or_month``, ``duration``, ``org``, ``project`` or ``text``."""
    if leaf.base is bool:
        return "flag"
    if leaf.base is int:
        return "integer"
    return _patterns().get(leaf.pattern or "", "text")


@immutable
class Vocabulary:
    """What words may stand for: codes by list, bodies and projects by name, in one jurisdiction."""

    lists: Mapping[str, Mapping[str, Bilingual]] = field(default_factory=dict)
    bodies: Mapping[str, Bilingual] = field(default_factory=dict)  # reference → name
    projects: Mapping[str, str] = field(default_factory=dict)  # id → name
    former: Mapping[str, str] = field(default_factory=dict)  # former name of a body → reference

    def codes_for(self, slot: Slot) -> Mapping[str, Bilingual]:
        """The codes that a field takes with their titles; empty where it is open."""
        leaf = slot.node.item if isinstance(slot.node, Listing) else slot.node
        if slot.codelist and slot.codelist in self.lists:
            titles = self.lists[slot.codelist]
            if isinstance(leaf, Leaf) and leaf.choices:
                return {c: titles.get(c, Bilingual(c, c)) for c in leaf.choices}
            return titles
        if isinstance(leaf, Leaf) and leaf.choices:
            known = CODE_LISTS.get(slot.codelist or "", {})
            kinds = self.lists.get(KIND_LIST, {})
            return {c: Bilingual(*known[c]) if c in known else kinds.get(c, Bilingual(c, c)) for c in leaf.choices}
        return {}


def vocabulary_of(registry: Registry, codes: Codes) -> Vocabulary:
    """The words of one jurisdiction."""
    lists = {name: {c: e.title for c, e in entries.items()} for name, entries in codes.lists.items()}
    kinds = {c: e.title for c, e in model_kinds().items()}
    lists[KIND_LIST] = {**kinds, **{c: e.title for c, e in codes.kinds.items()}}
    bodies = {}
    former: dict[str, str] = {}
    for record in registry.of_type("organization"):
        name = getattr(record.model, "name", None)
        if name is not None and record.jurisdiction == codes.jurisdiction:
            bodies[record.id] = Bilingual(name, getattr(record.model, "name_en", None) or name)
            former |= {cells.fold(old.name): record.id for old in getattr(record.model, "former_names", ())}
    projects = {
        r.id: str(getattr(r.model, "name", ""))
        for r in registry.of_type("project")
        if r.jurisdiction == codes.jurisdiction and r.model is not None
    }
    return Vocabulary(lists, bodies, projects, former)


def read_value(text: str, slot: Slot, words: Vocabulary, unit: Unit | None = None) -> Any:
    """*text* as the field takes it. Lists of values may be written with 、 between them. Raises :class:`Unreadable`."""
    node = slot.node
    if text.lstrip()[:1] in ("[", "{") and not isinstance(node, Leaf):
        return _structure(text)
    if isinstance(node, Listing) and isinstance(node.item, Leaf):
        return [_one(part, node.item, slot, words, unit) for part in ITEMS.split(text) if part.strip()]
    if isinstance(node, Leaf):
        return _one(text, node, slot, words, unit)
    raise Unreadable(
        f"{slot.title.zh}有几项内容，请写成 {{字段: 值}} 或 [{{字段: 值}}]",
        f"{slot.title.en} has several parts: write it as {{field: value}} or [{{field: value}}]",
    )


def _structure(text: str) -> Any:
    parsed = parse(f"value: {text.strip()}\n".encode(), "value")
    if not isinstance(parsed.value, dict) or parsed.findings:
        told = parsed.findings[0].message if parsed.findings else Bilingual("读不懂", "it cannot be read")
        raise Unreadable(told.zh, told.en)
    return parsed.value["value"]


def _one(text: str, leaf: Leaf, slot: Slot, words: Vocabulary, unit: Unit | None) -> Any:
    codes = words.codes_for(slot)
    if codes:
        return code_for(text, codes, slot.title)
    kind = type_of(leaf)
    match kind:
        case "flag":
            return cells.read_flag(text)
        case "integer":
            return cells.read_integer(text)
        case "money":
            return str(cells.read_money(text, unit))
        case "ratio":
            return str(cells.read_ratio(text))
        case "day":
            return cells.read_day(text).isoformat()
        case "month":
            return cells.read_month(text)
        case "day_or_month":
            return _day_or_month(text)
        case "duration":
            return cells.fold(text).replace(" ", "")
        case "org":
            return body_for(text, words)
        case "project" if slot.name != "id":
            return project_for(text, words, slot.title)
        case _:
            return cells.read_text(text) if "\n" in text else cells.read_line(text)


def _day_or_month(text: str) -> str:
    try:
        return cells.read_day(text).isoformat()
    except Unreadable:
        return cells.read_month(text)


def code_for(text: str, codes: Mapping[str, Bilingual], title: Bilingual) -> str:
    """The code that *text* is, or whose title it is. Raises :class:`Unreadable` with the codes that there are."""
    plain = cells.fold(cells.read_line(text))
    head = plain.split(" ", 1)[0]
    if plain in codes or head in codes:
        return plain if plain in codes else head
    named = [c for c, t in codes.items() if plain.lower() in (cells.fold(t.zh).lower(), t.en.lower())]
    if len(named) == 1:
        return named[0]
    near = [(c, t) for c, t in codes.items() if plain and (plain in cells.fold(t.zh) or plain.lower() in t.en.lower())]
    if not near:
        titles = {c: (t.zh, t.en) for c, t in codes.items()}
        alike = shortened(plain, list(codes), titles) or get_close_matches(plain.lower(), codes, 4)
        near = [(c, codes[c]) for c in alike]
    some = (near or list(codes.items()))[:16]
    more = "…" if len(near or codes) > len(some) else ""
    have_zh, have_en = ("是不是：", "is it") if near else ("有：", "there are:")
    raise Unreadable(
        f"“{text}”不是{title.zh}的代码或名称；{have_zh}{'、'.join(f'{t.zh}（{c}）' for c, t in some)}{more}",
        f"{text!r} is no code or title of {title.en}; {have_en} {', '.join(f'{c} ({t.en})' for c, t in some)}{more}",
    )


def body_for(text: str, words: Vocabulary) -> str:
    """The reference of the body that *text* is or names. Raises :class:`Unreadable` with the nearest names."""
    plain = cells.fold(cells.read_line(text))
    head = plain.split(" ", 1)[0]
    if re.fullmatch(_ORG, head):
        return head
    named = [
        ref for ref, name in words.bodies.items() if plain.lower() in (cells.fold(name.zh).lower(), name.en.lower())
    ]
    if not named and plain in words.former:
        return words.former[plain]
    if len(named) == 1:
        return named[0]
    near = named or [ref for ref, name in words.bodies.items() if plain and plain in name.zh]
    if len(near) == 1:
        return near[0]
    if not near:
        names = {name.zh: ref for ref, name in words.bodies.items()}
        near = [names[one] for one in get_close_matches(plain, names, 4, 0.5)]
    offered = "、".join(f"{words.bodies[ref].zh}（{ref}）" for ref in near[:6])
    raise Unreadable(
        f"“{text}”不是登记过的单位"
        + (
            f"；是不是：{offered}"
            if offered
            else "，请写登记的全称或编号（辖区/短名）；没有登记的先登记：registry/organizations/<辖区>/<短名>.yaml"
        ),
        f"{text!r} is no registered body"
        + (
            f"; did you mean {', '.join(near[:6])}?"
            if near
            else ": write its registered name or its reference; "
            "one that is not there yet is a file registry/organizations/<jurisdiction>/<short-name>.yaml"
        ),
    )


def project_for(text: str, words: Vocabulary, title: Bilingual) -> str:
    """The id that *text* is, or of the project that it names. Raises :class:`Unreadable` with the nearest."""
    plain = cells.fold(cells.read_line(text))
    if re.fullmatch(_PROJECT, plain):
        return plain
    named = [id for id, name in words.projects.items() if cells.fold(name) == plain]
    if len(named) == 1:
        return named[0]
    near = named or [id for id, name in words.projects.items() if plain in cells.fold(name)]
    if not near:
        names = {name: id for id, name in words.projects.items()}
        near = [names[one] for one in get_close_matches(plain, names, 4, 0.6)]
    offered = "、".join(f"{words.projects[id]}（{id}）" for id in near[:6])
    raise Unreadable(
        f"{title.zh}“{text}”不在库里"
        + (f"；是不是：{offered}" if offered else "，请写登记号或登记的全名；未登记的先登记"),
        f"{title.en} {text!r} is not registered"
        + (f"; did you mean {', '.join(near[:6])}?" if near else ": write its id or its whole name; register it first"),
    )


def field_parts(cls: type[Strict], parts: Sequence[str]) -> list[str]:
    """*parts* as the names of fields below a record class, where one is written by its title; the others as they are."""
    out: list[str] = []
    below: type[Strict] | None = cls
    for part in parts:
        known = slots(below) if below is not None else {}
        titled = [n for n, s in known.items() if cells.fold(part).lower() in (s.title.zh, s.title.en.lower())]
        out.append(titled[0] if part not in known and len(titled) == 1 else part)
        node = known[out[-1]].node if out[-1] in known else None
        below = node.classes[0] if isinstance(node, Group) and not node.tagged else None
    return out


def slot_at(cls: type[Strict], parts: list[str]) -> Slot:
    """The field at *parts* below a record class, through mappings only. Raises :class:`Unreadable` with what there is."""
    known = slots(cls)
    slot = known.get(parts[0])
    if slot is None:
        from zongmu.store.fitting.wording import near

        close = near(parts[0], known)
        raise Unreadable(
            f"没有字段 {parts[0]}"
            + (
                f"，是不是 {close[0]}？"
                if close
                else f"；有：{'、'.join(f'{s.title.zh} {n}' for n, s in known.items())}"
            ),
            f"there is no field {parts[0]}"
            + (f"; did you mean {close[0]}?" if close else f"; there are: {', '.join(known)}"),
        )
    if len(parts) == 1:
        return slot
    if isinstance(slot.node, Group) and not slot.node.tagged:
        return slot_at(slot.node.classes[0], parts[1:])
    raise Unreadable(
        f"{slot.title.zh}下面没有 {'/'.join(parts[1:])}", f"{slot.title.en} has no {'/'.join(parts[1:])} below it"
    )


def put(data: dict[str, Any], parts: list[str], value: Any) -> None:
    """Puts *value* at *parts* in nested mappings."""
    for part in parts[:-1]:
        data = data.setdefault(part, {})
    data[parts[-1]] = value

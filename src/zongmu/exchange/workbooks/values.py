"""What stands in one cell of a template, as its field takes it: the unit of the header, days that became numbers."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, Final

from zongmu.exchange.field_values import Vocabulary, code_for, read_value
from zongmu.exchange.tables.cell_values import fold, is_flag, is_nothing
from zongmu.exchange.workbooks.sheets import Column
from zongmu.model.scalars import Money
from zongmu.store.fitting.shapes import Group, Listing, Slot

_SERIAL: Final = re.compile(r"([3-7][0-9]{4})(?:\.0+)?")
"""A day as spreadsheets count it, 1982 to 2119: what is left of a date that was pasted as a number."""


def cell_value(column: Column, slot: Slot, cell: Any, text: str, words: Vocabulary, epoch: dt.datetime) -> Any:
    """*text* as the field takes it; None where it says that there is nothing. Raises :class:`Unreadable`.

    *cell* is where it stands, *epoch* the day from which its workbook counts.
    """
    leaf = slot.node.item if isinstance(slot.node, Listing) else slot.node
    if isinstance(leaf, Group):
        return None
    kind = Column(column.path, slot).kind
    free = kind == "text" and not words.codes_for(slot)
    if is_nothing(text) and not free and not (kind == "flag" and is_flag(text)):
        return None
    if slot.name == "kind" and slot.codelist is None:
        return code_for(text, words.lists.get("milestone_kind", {}), slot.title)
    if free:
        return [p.strip() for p in text.split("、") if p.strip()] if isinstance(slot.node, Listing) else text
    if kind == "money":
        return _money(text, cell, slot, words)
    if kind in ("day", "month", "day_or_month") and (serial := _SERIAL.fullmatch(fold(text))):
        text = (epoch + dt.timedelta(days=int(serial[1]))).date().isoformat()
    return read_value(text, slot, words)


def _money(text: str, cell: Any, slot: Slot, words: Vocabulary) -> str:
    """An amount: as it is written where it has its unit, else a number under 万元."""
    tried = [text]
    if isinstance(cell.value, (int, float)) and not isinstance(cell.value, bool):
        tried.append(f"{text}万元")
    for one in tried:
        try:
            Money.parse(one)
        except ValueError:
            continue
        return one
    return str(read_value(text, slot, words, "万元"))

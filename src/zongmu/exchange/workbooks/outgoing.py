"""Workbooks that go out: templates with drop-downs and notes, and records in the same shape.

Every cell is text, so that no spreadsheet makes a date or a formula of it; an amount in 万元 is a number under a header
that says so.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from zongmu.exchange.field_values import Vocabulary, type_of
from zongmu.exchange.workbooks.guide import add_guide, needed
from zongmu.exchange.workbooks.sheets import FORMAT, KEYS, Column, Sheet, every, sheet_of, slot_in
from zongmu.model.acts.kinds import KINDS
from zongmu.model.fields.leaves import row_key
from zongmu.model.finding import Bilingual
from zongmu.model.record_types import BY_NAME
from zongmu.store.fitting.shapes import Leaf, Listing, Slot

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

ROWS: Final = 300
"""Rows that have drop-downs."""
FIRST: Final = 3
"""The first row of data: a row of titles stands above it, and a hidden one of field names."""
CODES_SHEET: Final = "codes"
STAMP_SHEET: Final = "zongmu"
BASE: Final = "base:"
"""Before the key of a record in the stamp, beside the digest of the file that it was exported from."""
_BRAND: Final = "17395C"

Rows = dict[Sheet, list[tuple[list[str], Mapping[str, Any]]]]
"""By sheet: the keys of what a row belongs to, and the row."""


def workbook(
    record_type: str,
    jurisdiction: str,
    words: Vocabulary,
    records: Iterable[Mapping[str, Any]] = (),
    bases: Mapping[str, str] | None = None,
) -> bytes:
    """A workbook of *records* (plain data), or a template where there are none; *bases*: digests of their files by key."""
    from openpyxl import Workbook

    book = Workbook()
    for empty in book.worksheets:
        book.remove(empty)
    lists: dict[tuple[str, ...], str] = {}
    codes: list[list[str]] = []
    parts = _split(record_type, records)
    for sheet, rows in parts.items():
        page = book.create_sheet(sheet.name)
        _page(page, sheet, rows, words, record_type, lists, codes)
    if not any(parts.values()):
        add_guide(book, record_type, list(parts))
    stamp = [*_stamp(record_type, jurisdiction), *((f"{BASE}{key}", digest) for key, digest in (bases or {}).items())]
    _hidden(book, stamp, codes)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _split(record_type: str, records: Iterable[Mapping[str, Any]]) -> Rows:
    main = sheet_of(record_type)
    out: Rows = {sheet: [] for sheet in every(main)}
    series = BY_NAME[record_type].series

    def walk(sheet: Sheet, keys: list[str], row: Mapping[str, Any]) -> None:
        out[sheet].append((keys[:-1], row))
        for inner in sheet.inner:
            natural = series.get("/".join(inner.at), ())
            for n, one in enumerate(row.get(inner.at[-1], ())):
                walk(inner, [*keys, row_key(one, n, natural)], one)

    for record in records:
        walk(main, [str(record[KEYS[record_type]])], record)
    return out


def headers(sheet: Sheet, record_type: str) -> list[tuple[str, Bilingual]]:
    """The columns that say what a row belongs to: hidden name and title."""
    if not sheet.at:
        return []
    kind = BY_NAME[record_type]
    own = Bilingual(f"{kind.zh}编号", f"{kind.en} (id)")
    return [("^0", own), *((f"^{n}", Bilingual("所属行", "Belongs to")) for n in range(1, len(sheet.at)))]


def _page(
    page: Worksheet,
    sheet: Sheet,
    rows: Sequence[tuple[list[str], Mapping[str, Any]]],
    words: Vocabulary,
    record_type: str,
    lists: dict[tuple[str, ...], str],
    codes: list[list[str]],
) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    lead = headers(sheet, record_type)
    names = [name for name, _ in lead] + [c.name for c in sheet.columns]
    for at, name in enumerate(names, 1):
        column = sheet.columns[at - 1 - len(lead)] if at > len(lead) else None
        title = lead[at - 1][1] if column is None else column.slot.title
        head = page.cell(1, at, _title(title, column, sheet, record_type))
        head.font = Font(bold=True, color="FFFFFF")
        head.fill = PatternFill("solid", fgColor=_BRAND)
        head.alignment = Alignment(wrap_text=True, vertical="center")
        safe_text(page.cell(2, at), name)
        letter = get_column_letter(at)
        page.column_dimensions[letter].width = 14 if column is None or column.kind != "text" else 22
        if column is None or column.kind not in ("money", "integer"):
            page.column_dimensions[letter].number_format = "@"
        if column is None:
            continue
        rule = DataValidation(allow_blank=True, showErrorMessage=False, showInputMessage=True)
        choices = _choices(column, words)
        if choices:
            where = lists.get(choices)
            if where is None:
                codes.append(list(choices))
                where = (
                    f"{CODES_SHEET}!${get_column_letter(len(codes))}$1:${get_column_letter(len(codes))}${len(choices)}"
                )
                lists[choices] = where
            rule = DataValidation(type="list", formula1=where, allow_blank=True, showErrorMessage=False)
            rule.showInputMessage = True
        rule.promptTitle = title.zh[:32]
        rule.prompt = _note(column)[:250]
        rule.add(f"{letter}{FIRST}:{letter}{FIRST + ROWS}")
        page.add_data_validation(rule)
    page.row_dimensions[1].height = 34
    page.row_dimensions[2].hidden = True
    page.freeze_panes = f"{get_column_letter(len(lead) + 2)}{FIRST}"
    for number, (above, record) in enumerate(rows, FIRST):
        for at, key in enumerate(above[: len(lead)], 1):
            safe_text(page.cell(number, at), key)
        for at, column in enumerate(sheet.columns, len(lead) + 1):
            value = _inside(record, column.path)
            if value is not None:
                _put(page.cell(number, at), value, column, sheet, record, words)
    page.sheet_properties.tabColor = _BRAND if not sheet.at or sheet.at == ("milestones",) else "B9C5D3"


def _inside(row: Mapping[str, Any], path: Sequence[str]) -> Any:
    value: Any = row
    for part in path:
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _title(title: Bilingual, column: Column | None, sheet: Sheet, record_type: str) -> str:
    unit = "（万元）" if column is not None and column.kind == "money" else ""
    need = " *" if column is not None and needed(column, sheet, record_type) else ""
    return f"{title.zh}{unit}{need}\n{title.en}"


_HOW: Final = {
    "money": "数字按表头的万元；其他单位写在数后，如 4805000元。A number is in 万元; another unit is written behind it.",
    "day": "如 2026-03-01，2026.3.1、2026年3月1日 也可以。Like 2026-03-01.",
    "month": "如 2026-03。Like 2026-03.",
    "day_or_month": "如 2026-03-01 或 2026-03。A day, or only its month.",
    "ratio": "如 41%。Like 41%.",
    "duration": "如 24个月、30日。Like 24个月.",
    "flag": "是 或 否。是 (yes) or 否 (no).",
    "org": "登记的单位名称，或其编号。The registered name of a body, or its reference.",
}


def _note(column: Column) -> str:
    several = "；多项之间用“、”隔开。Several: with 、 between." if isinstance(column.slot.node, Listing) else ""
    return f"{_HOW.get(column.kind, '')}{several}" or "没有就空着。Leave it empty where there is nothing."


def _choices(column: Column, words: Vocabulary) -> tuple[str, ...]:
    if not column.alike:
        return ()
    if column.kind == "flag":
        return ("是", "否")
    if column.kind == "org":
        return tuple(word_for(ref, words.bodies) for ref in words.bodies)
    titles = words.lists.get("milestone_kind", {}) if column.path == ("kind",) and column.slot.codelist is None else {}
    titles = titles or words.codes_for(column.slot)
    return tuple(word_for(code, titles) for code in titles)


def word_for(code: str, titles: Mapping[str, Bilingual]) -> str:
    """What stands for a code in a cell: its title where no other has the same, else the code."""
    title = titles.get(code)
    if title is None or sum(t.zh == title.zh for t in titles.values()) > 1 or title.zh in titles:
        return code
    return code if any(sep in title.zh for sep in "、，,;；\n") else title.zh


def _put(cell: Any, value: Any, column: Column, sheet: Sheet, row: Mapping[str, Any], words: Vocabulary) -> None:
    cls = sheet.group.of_kind(row.get("kind"))
    slot = (slot_in(cls, column.path) if cls is not None else None) or column.slot
    if isinstance(value, (list, tuple)):
        safe_text(cell, "、".join(_said(v, slot, words) for v in value))
    elif column.kind == "money" and column.alike and isinstance(value, str) and _in_wan(value) is not None:
        cell.value = _in_wan(value)
    elif isinstance(value, bool):
        safe_text(cell, "是" if value else "否")
    elif isinstance(value, int):
        cell.value = value
    else:
        safe_text(cell, _said(value, slot, words))


def _in_wan(text: str) -> int | float | None:
    """The number of an amount written in 万元, where a spreadsheet keeps it exactly."""
    number = text.removesuffix("万元")
    if number == text:
        return None
    if number.isdigit() and len(number) <= 12:
        return int(number) if str(int(number)) == number else None
    if "." not in number or number.endswith("0"):
        return None
    as_float = float(number)
    return as_float if len(number) <= 14 and f"{as_float:.10f}".rstrip("0") == number else None


def _said(value: Any, slot: Slot, words: Vocabulary) -> str:
    if not isinstance(value, str):
        return str(value)
    codes = words.codes_for(slot)
    if slot.name == "kind" and slot.codelist is None:
        codes = words.lists.get("milestone_kind", {c: Bilingual(k.zh, k.en) for c, k in KINDS.items()})
    if codes:
        return word_for(value, codes)
    leaf = slot.node.item if isinstance(slot.node, Listing) else slot.node
    named = isinstance(leaf, Leaf) and type_of(leaf) == "org" and value in words.bodies
    return word_for(value, words.bodies) if named else value


def safe_text(cell: Any, text: str) -> None:
    """Text that stays text, whatever it begins with."""
    cell.value = text
    cell.data_type = "s"
    cell.number_format = "@"
    cell.quotePrefix = True


def _hidden(book: Workbook, said: Sequence[tuple[str, str]], codes: Sequence[Sequence[str]]) -> None:
    page = book.create_sheet(CODES_SHEET)
    for at, values in enumerate(codes, 1):
        for row, value in enumerate(values, 1):
            safe_text(page.cell(row, at), value)
    page.sheet_state = "hidden"
    stamp = book.create_sheet(STAMP_SHEET)
    for row, (name, value) in enumerate(said, 1):
        safe_text(stamp.cell(row, 1), name)
        safe_text(stamp.cell(row, 2), value)
    stamp.sheet_state = "hidden"


def _stamp(record_type: str, jurisdiction: str) -> Iterator[tuple[str, str]]:
    yield "format", str(FORMAT)
    yield "type", record_type
    yield "jurisdiction", jurisdiction

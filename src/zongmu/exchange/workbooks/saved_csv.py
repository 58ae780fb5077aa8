"""One sheet of a template that was saved as CSV, as WPS and Excel do: in GB18030 or UTF-8, with the row of field names or without.

A CSV is one sheet: what the other sheets hold stays as it is recorded. Of a sheet of rows (milestones, payments) each row
names the record that it belongs to, which must be there; a row that is recorded already is that row, any other is new.
"""

from __future__ import annotations

import copy
import io
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from zongmu.exchange.field_values import Vocabulary
from zongmu.exchange.tables.cell_values import fold
from zongmu.exchange.tables.reader import MAX_COLUMNS, TableError, csv_rows
from zongmu.exchange.workbooks.incoming import Read, plain_title, read_book
from zongmu.exchange.workbooks.opening import MAX_BYTES, MAX_ROWS, foreign, too_long
from zongmu.exchange.workbooks.outgoing import headers, safe_text
from zongmu.exchange.workbooks.sheets import KEYS, Sheet, every, sheet_of
from zongmu.model.finding import Bilingual

_CITY: Final = re.compile(r"([a-z][a-z0-9]*)(?:-[0-9]{4}-[0-9]{4,}|/[a-z0-9][a-z0-9-]*)")
_LOOKED: Final = 8
"""Rows at the top among which the titles are looked for, as in a workbook."""


def read_csv(
    data: bytes,
    words_of: Mapping[str, Vocabulary],
    city: str | None,
    recorded: Callable[[str, str, str], dict[str, Any] | None],
) -> tuple[Read, bytes]:
    """The records in a CSV, and the same as a workbook, to be marked. *city*: as somebody said; *recorded*: a record as
    it stands, by type, jurisdiction and key.

    Raises :class:`TableError`.
    """
    import openpyxl

    if len(data) > MAX_BYTES:
        raise TableError(Bilingual("文件过大", "the file is too large"), Bilingual("分几份导入", "import it in parts"))
    rows: list[list[str]] = []
    for row in csv_rows(data):
        rows.append(row[:MAX_COLUMNS])
        if len(rows) > MAX_ROWS + _LOOKED:
            raise too_long()
    kind, sheet = _sheet_of(rows)
    found = city or _city(rows, words_of)
    if found is None or found not in words_of:
        raise TableError(
            Bilingual("看不出属于哪个辖区", "it does not say to which jurisdiction it belongs"),
            Bilingual(f"用 --jurisdiction 指明：{'、'.join(words_of)}", f"say --jurisdiction: {', '.join(words_of)}"),
        )
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = sheet.name
    for number, row in enumerate(rows, 1):
        for at, text in enumerate(row, 1):
            if text.strip():
                safe_text(page.cell(number, at), _clean(text))
    into = Read(kind, found)
    ids = sorted({row[0].strip() for row in rows if row}) if sheet.at else ()
    standing = {id: copy.deepcopy(plain) for id in ids if (plain := recorded(kind, found, id)) is not None}
    out = io.BytesIO()
    book.save(out)
    return read_book(book, into, words_of[found], {}, standing), out.getvalue()


def _clean(text: str) -> str:
    """Without what no workbook may hold; the reader of a record would refuse it as well."""
    return "".join(c for c in text if c.isprintable() or c in "\n\t")


def _sheet_of(rows: Sequence[Sequence[str]]) -> tuple[str, Sheet]:
    """The type and the sheet whose columns stand at the top: the one that knows most of them, and most of its own."""
    best: tuple[int, int, str, Sheet] | None = None
    for kind in KEYS:
        for sheet in every(sheet_of(kind)):
            lead = headers(sheet, kind)
            names = {name for name, _ in lead} | {c.name for c in sheet.columns}
            titles = {plain_title(t.zh) for _, t in lead} | {plain_title(c.slot.title.zh) for c in sheet.columns}
            for row in rows[:_LOOKED]:
                texts = [fold(t) for t in row if t.strip()]
                hits = max(sum(t in names for t in texts), sum(plain_title(t) in titles for t in texts))
                if hits >= 2 and hits * 2 >= len(texts) and (best is None or (hits, -len(names)) > best[:2]):
                    best = (hits, -len(names), kind, sheet)
    if best is None:
        raise foreign()
    return best[2], best[3]


def _city(rows: Sequence[Sequence[str]], words_of: Mapping[str, Vocabulary]) -> str | None:
    """The one jurisdiction that ids, references and names of bodies speak of; the only one there is; else None."""
    if len(words_of) == 1:
        return next(iter(words_of))
    texts = {text.strip() for row in rows for text in row}
    said = {m[1] for text in texts if (m := _CITY.fullmatch(text)) is not None} & set(words_of)
    said |= {city for city, words in words_of.items() if any(name.zh in texts for name in words.bodies.values())}
    return said.pop() if len(said) == 1 else None

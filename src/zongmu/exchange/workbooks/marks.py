"""The clerk's own workbook with every cell marked that somebody has to look at: filled, with a comment that says what to do,
and a list of all.

Her entries, formulas and formats stay as they are. Marks of an earlier round are taken off first, so that a workbook that
goes back and forth shows what is wrong now.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from zongmu.exchange.workbooks.incoming import CellTrouble, Read
from zongmu.exchange.workbooks.opening import cells_of, opened
from zongmu.exchange.workbooks.outgoing import safe_text
from zongmu.exchange.workbooks.sheets import every, sheet_of
from zongmu.model.fields.leaves import locate
from zongmu.model.finding import Bilingual, Finding
from zongmu.model.guards import scan
from zongmu.model.record_types import BY_NAME

UNMARKED: Final = Bilingual(
    "这份工作簿另存不了，没有标出各处：请按所列各项在原件上改正",
    "this workbook cannot be written again, so nothing is marked in it: go by the list",
)
_MUST: Final = "F8D7DA"
_LOOK: Final = "FFF3CD"
_OURS: Final = "【总目 zongmu】"
"""Begins our part of a comment: what stands before it is hers."""
_LIST: Final = Bilingual("错误清单", "To put right")
_HEADS: Final = (
    Bilingual("序号", "No."),
    Bilingual("工作表", "Sheet"),
    Bilingual("单元格", "Cell"),
    Bilingual("问题", "What is wrong"),
    Bilingual("怎么办", "What to do"),
    Bilingual("", ""),
)
_WIDTHS: Final = (7, 20, 10, 60, 60, 12)
_SAID: Final = {True: Bilingual("须补正", "required"), False: Bilingual("请核对", "please check")}


def marked(data: bytes, troubles: Sequence[CellTrouble], lang: str) -> bytes | None:
    """*data*, a workbook that was read, with the marks; None where it holds what cannot be written again.

    Raises :class:`TableError`.
    """
    book = opened(data, results=False, styled=True)
    for title in (_LIST.zh, _LIST.en):
        if title in book.sheetnames:
            book.remove(book[title])
    for page in book.worksheets:
        _unmark(page)
    _list(book.create_sheet(_LIST.pick(lang), 0), troubles, lang)
    for t in troubles:
        if t.sheet in book.sheetnames and ":" not in t.cell:
            _mark(book[t.sheet], t, lang)
    for page in book.worksheets:
        page.sheet_view.tabSelected = False
    book.active = 0
    out = io.BytesIO()
    # Reading lets pass a value that is none of its kind, or a style that is none; writing does not.
    try:
        book.save(out)
    except Exception:
        return None
    return out.getvalue()


def of_findings(read: Read, keys: Mapping[str, str], findings: Iterable[Finding]) -> list[CellTrouble]:
    """What was found in the records of a workbook, at its cells and in its order. *keys*: by file, the workbook's key."""
    series = BY_NAME[read.type].series
    sheets = [sheet.name for sheet in every(sheet_of(read.type))]
    rows: list[tuple[tuple[int, int, str], CellTrouble]] = []
    for f in findings:
        key = keys.get(f.path)
        if key is None:
            continue
        field = f.field_path or (f"milestones/{f.key}" if f.key else "")
        sheet, cell = read.cell_of(key, locate(read.records[key], field, series)[0])
        number = int("".join(c for c in cell if c.isdecimal()) or 0)
        at = (sheets.index(sheet) if sheet in sheets else len(sheets), number, cell)
        rows.append((at, CellTrouble(sheet, cell, "", f.message, f.next_step, f.is_defect)))
    return [row for _, row in sorted(rows, key=lambda r: r[0])]


def _wrong(trouble: CellTrouble, lang: str) -> str:
    return "***" if scan(trouble.wrong.zh) else trouble.wrong.pick(lang)


def _unmark(page: Any) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    for cell in cells_of(page):
        comment = cell.comment
        if comment is None or _OURS not in comment.text:
            continue
        hers = comment.text.split(_OURS)[0].rstrip("\n")
        cell.comment = Comment(hers, comment.author) if hers else None
        if cell.fill.fgColor.rgb in (f"00{_MUST}", f"00{_LOOK}", f"FF{_MUST}", f"FF{_LOOK}"):
            cell.fill = PatternFill()


def _mark(page: Any, trouble: CellTrouble, lang: str) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    # A cell inside a merged area shows what its first cell holds.
    area = next((r for r in page.merged_cells.ranges if trouble.cell in r), None)
    cell = page.cell(area.min_row, area.min_col) if area is not None else page[trouble.cell]
    must = trouble.must or (cell.fill.fgColor.rgb or "")[-6:] == _MUST
    cell.fill = PatternFill("solid", fgColor=_MUST if must else _LOOK)
    before = cell.comment
    text = f"{before.text}\n" if before is not None else ""
    text += f"{_OURS}{_SAID[trouble.must].pick(lang)}\n{_wrong(trouble, lang)}\n→ {trouble.cure.pick(lang)}"
    cell.comment = Comment(text[:4000], before.author if before is not None else "zongmu", width=340, height=160)


def _list(page: Any, troubles: Sequence[CellTrouble], lang: str) -> None:
    """The list of all, in order, each with a link to its cell."""
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.worksheet.hyperlink import Hyperlink

    for at, (head, width) in enumerate(zip(_HEADS, _WIDTHS, strict=True), 1):
        safe_text(page.cell(1, at), head.pick(lang))
        page.cell(1, at).font = Font(bold=True)
        page.column_dimensions["ABCDEF"[at - 1]].width = width
    for number, t in enumerate(troubles, 1):
        row = number + 1
        texts = (str(number), t.sheet, t.cell, _wrong(t, lang), t.cure.pick(lang), _SAID[t.must].pick(lang))
        for at, text in enumerate(texts, 1):
            safe_text(page.cell(row, at), text)
            page.cell(row, at).alignment = Alignment(wrap_text=True, vertical="top")
        page.cell(row, 6).fill = PatternFill("solid", fgColor=_MUST if t.must else _LOOK)
        name = t.sheet.replace("'", "''")
        page.cell(row, 3).hyperlink = Hyperlink(
            ref=page.cell(row, 3).coordinate, location=f"'{name}'!{t.cell.split(':')[0]}"
        )
        page.cell(row, 3).font = Font(underline="single", color="0563C1")
    page.freeze_panes = "A2"

"""The clerk's own workbook with every wrong cell marked: filled, with a comment that says what to do, and a list of all."""

from __future__ import annotations

import io
from collections.abc import Sequence

from zongmu.exchange.workbook_read import CellTrouble
from zongmu.exchange.workbook_write import safe_text
from zongmu.model.guards import scan

_FILL = "F8D7DA"


def marked(data: bytes, troubles: Sequence[CellTrouble], lang: str) -> bytes:
    """*data*, a workbook that was read, with the marks. Her entries stay as they are."""
    import openpyxl
    from openpyxl.comments import Comment
    from openpyxl.styles import Font, PatternFill

    book = openpyxl.load_workbook(io.BytesIO(data))
    title = "错误清单" if lang == "zh" else "To put right"
    if title in book.sheetnames:
        book.remove(book[title])
    listed = book.create_sheet(title, 0)
    heads = ("工作表", "单元格", "问题", "怎么办") if lang == "zh" else ("Sheet", "Cell", "What is wrong", "What to do")
    for at, head in enumerate(heads, 1):
        safe_text(listed.cell(1, at), head)
        listed.cell(1, at).font = Font(bold=True)
        listed.column_dimensions["ABCD"[at - 1]].width = (18, 10, 60, 60)[at - 1]
    for number, t in enumerate(troubles, 2):
        wrong = "***" if scan(t.wrong.zh) else t.wrong.pick(lang)
        for at, text in enumerate((t.sheet, t.cell, wrong, t.cure.pick(lang)), 1):
            safe_text(listed.cell(number, at), text)
        if t.sheet not in book.sheetnames or ":" in t.cell:
            continue
        cell = book[t.sheet][t.cell]
        if type(cell).__name__ == "MergedCell":
            continue
        cell.fill = PatternFill("solid", fgColor=_FILL)
        before = f"{cell.comment.text}\n" if cell.comment is not None else ""
        cell.comment = Comment(f"{before}{wrong}\n{t.cure.pick(lang)}"[:2000], "zongmu", width=320, height=140)
    book.active = 0
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()

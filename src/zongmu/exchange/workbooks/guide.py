"""The first sheet of a template: how to fill it in, for somebody who opens it without having been told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from zongmu.exchange.workbooks.sheets import Column, Sheet
from zongmu.model.finding import Bilingual
from zongmu.model.record_types import BY_NAME

if TYPE_CHECKING:
    from openpyxl import Workbook

GUIDE_SHEET: Final = "填表说明"
"""Nothing in it is read back."""

_BRAND: Final = "17395C"
_SAID: Final = (
    Bilingual(
        "先填下一张表，一行一条；表头带 * 的必填，其余没有就空着。新项目不写登记号，收件时取号。",
        "Begin with the next sheet, one row each; headers with * are needed, leave empty what there is not. A new project has no "
        "id: it gets one when it is taken in.",
    ),
    Bilingual(
        "其他各表写同一条的明细：首列写它的登记号，还没有登记号的写名称；“所属行”写上一级的种类或序号，如 项目申报。",
        "The other sheets hold its rows: the first column is its id, or its name where it has none yet; “Belongs to” is the "
        "kind or number of the row above, like Declared.",
    ),
    Bilingual(
        "有下拉的选名称；点住单元格会显示怎样填。多项之间用“、”隔开。",
        "Where there is a drop-down, choose the name; a cell says how it is filled in when you stand on it. Between several “、” stands.",
    ),
    Bilingual(
        "表头写（万元）的只填数字；其他单位写在数后，如 4805000元。日期写 2026-03-01，2026.3.1、2026年3月1日 也可以。",
        "Under （万元） enter the number alone; another unit goes behind it, like 4805000元. Days like 2026-03-01.",
    ),
    Bilingual(
        "合计行可以留着；隐藏的第 2 行和隐藏的表不要删。",
        "Rows that add up may stay; leave the hidden second row and the hidden sheets.",
    ),
    Bilingual(
        "存成 .xlsx 交给经办机关。有错会一次列全，并标在这份表上退回。",
        "Save as .xlsx and hand it in. What is wrong comes back all at once, marked in this workbook.",
    ),
    Bilingual(
        "不得填写涉密内容、身份证号、手机号、银行卡号、密码。",
        "Never enter secrets, identity-card, phone or bank-card numbers, passwords.",
    ),
)


def needed(column: Column, sheet: Sheet, record_type: str) -> bool:
    """Whether a row has to say it: the id of a new project is given when it is taken in."""
    return column.slot.required and not (record_type == "project" and not sheet.at and column.path == ("id",))


def add_guide(book: Workbook, record_type: str, sheets: Sequence[Sheet]) -> None:
    """Put the guide before all other sheets of *book*."""
    from openpyxl.styles import Alignment, Font, PatternFill

    page = book.create_sheet(GUIDE_SHEET, 0)
    kind = BY_NAME[record_type]
    page.append([f"{kind.zh}填报模板", f"{kind.en}: template"])
    for number, text in enumerate(_SAID, 1):
        page.append([f"{number}. {text.zh}", f"{number}. {text.en}"])
    page.append([])
    page.append(["各表 · 带 * 的栏", "Sheets and what is needed in each"])
    heads = (1, page.max_row)
    for sheet in sheets:
        need = [c.slot.title for c in sheet.columns if needed(c, sheet, record_type)]
        page.append(
            [
                f"{sheet.name}：{'、'.join(t.zh for t in need) or '没有必填的栏'}",
                f"{sheet.name}: {', '.join(t.en for t in need) or 'nothing is needed'}",
            ]
        )
    for row in page.iter_rows():
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if cell.row in heads:
                cell.font = Font(bold=True, color="FFFFFF")
                cell.fill = PatternFill("solid", fgColor=_BRAND)
    page.column_dimensions["A"].width = page.column_dimensions["B"].width = 64
    page.sheet_properties.tabColor = _BRAND
    book.active = 0

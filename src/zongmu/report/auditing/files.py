"""The tables of an audit report as one HTML page, a workbook, or JSON: the same tables give the same bytes."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Sequence
from typing import Any, Final

from zongmu.model.finding import Bilingual
from zongmu.report.auditing.table import Cell, Options, Table
from zongmu.report.terminal import dump, printable
from zongmu.report.words import sayable

_WORD: Final = re.compile(r"[0-9A-Za-z/-]{1,26}")
_STYLE: Final = """
:root{color-scheme:light}
body{font:15px/1.65 "Noto Sans SC","Microsoft YaHei","PingFang SC","Noto Sans CJK SC",sans-serif;color:#1b2430;background:#fff;
margin:2rem auto;padding:0 1.5rem;max-width:80rem}
h1{font-size:1.6rem;margin:0}h2{font-size:1.1rem;margin:2.2rem 0 .2rem}p{margin:.2rem 0 .6rem;color:#566275}
nav{columns:18rem;margin:1rem 0}nav a{display:block;color:#0b57a4}
.wide{overflow-x:auto}table{border-collapse:collapse;min-width:100%;font-variant-numeric:tabular-nums}
th,td{text-align:start;vertical-align:top;padding:.3rem .7rem;border-bottom:1px solid #d8dee6;overflow-wrap:anywhere;min-width:4.5rem}
th{border-bottom:2px solid #8794a6;white-space:nowrap}td.n{text-align:end}td.w{white-space:nowrap}
@media print{body{font-size:9pt;margin:0}.wide{overflow:visible}tr{break-inside:avoid}nav{display:none}}
"""


def as_json(tables: Sequence[Table], options: Options, head: str) -> str:
    """As JSON. Keys are stable."""
    data = {
        "format": 2,
        "head": head,
        "from": options.start.isoformat(),
        "to": options.end.isoformat(),
        "late": options.late,
        "quiet": options.quiet,
        "near": options.near,
        "clocks": {"zh": CLOCKS.zh, "en": CLOCKS.en},
        "tables": [
            {
                "id": table.id,
                "title": {"zh": table.title.zh, "en": table.title.en},
                "explains": {"zh": table.explains.zh, "en": table.explains.en},
                "columns": [{"zh": c.zh, "en": c.en} for c in table.columns],
                "rows": [[_datum(cell) for cell in row] for row in table.rows],
            }
            for table in tables
        ],
    }
    return dump(data)


def _datum(cell: Cell) -> Any:
    return {"zh": cell.zh, "en": cell.en} if isinstance(cell, Bilingual) else cell


CLOCKS: Final = Bilingual(
    "登记的日子取自各提交自己的时钟；这些时钟有没有证明，看 zongmu audit verify 的结论。",
    "Days of recording are by the commits' own clocks; zongmu audit verify says what proves them, if anything does.",
)
"""What whoever reads a date in the report has to know; in a registry without signatures nothing holds those clocks."""


def as_html(tables: Sequence[Table], options: Options, head: str, lang: str) -> str:
    """As one page without scripts or addresses."""
    zh = lang == "zh"
    title = "审计报告" if zh else "Audit report"
    about = (
        f"{options.start} 至 {options.end}，版本 {head[:12]}。内部资料，不得公开；各表只提出问题，不是结论。"
        if zh
        else f"{options.start} to {options.end}, revision {head[:12]}. Internal. The tables ask questions and are no findings."
    )
    out = [
        f'<!doctype html>\n<html lang="{"zh-CN" if zh else "en"}">\n<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        f"<title>{title} {options.start} {options.end}</title>\n<style>{_STYLE}</style>\n<main>\n<h1>{title}</h1>\n<p>{about} {CLOCKS.pick(lang)}</p>\n<nav>",
        *(f'<a href="#{t.id}">{_title(t, lang)}</a>' for t in tables),
        "</nav>",
        *(_table(table, lang) for table in tables),
        "</main>\n</html>\n",
    ]
    return "\n".join(out)


def _title(table: Table, lang: str) -> str:
    count = f"（{len(table.rows)}）" if lang == "zh" else f" ({len(table.rows)})"
    return html.escape(table.title.pick(lang)) + count


def _table(table: Table, lang: str) -> str:
    said = html.escape(table.explains.pick(lang))
    label = "可能的正常原因：" if lang == "zh" else "What may explain it: "
    head = f'<h2 id="{table.id}">{_title(table, lang)}</h2>\n<p>{label}{said}</p>'
    if not table.rows:
        return head
    names = "".join(f"<th>{html.escape(c.pick(lang))}" for c in table.columns)
    rows = "\n".join("<tr>" + "".join(_cell(value, lang) for value in row) for row in table.rows)
    return f'{head}\n<div class="wide"><table>\n<tr>{names}\n{rows}\n</table></div>'


def _cell(value: Cell, lang: str) -> str:
    value = value.pick(lang) if isinstance(value, Bilingual) else value
    if isinstance(value, int):
        return f'<td class="n">{value}'
    # Days, ids and numbers of documents are read as one word.
    mark = ' class="w"' if _WORD.fullmatch(value) else ""
    return f"<td{mark}>{html.escape(printable(sayable(value)))}"


# --- workbook ---------------------------------------------------------------------------------------------------------

_FORMULA: Final = re.compile(r"[\s\ufeff]*[=+\-@＝＋－＠]")
_STILL: Final = b"2000-01-01T00:00:00Z"


def as_xlsx(tables: Sequence[Table], options: Options, head: str, lang: str) -> bytes:
    """As a workbook, a sheet for each table. Text is text, never a formula."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font

    book = Workbook()
    first = book.active
    assert first is not None
    first.title = "说明" if lang == "zh" else "About"
    for row in (
        ("审计报告" if lang == "zh" else "Audit report", f"{options.start} – {options.end}"),
        ("版本" if lang == "zh" else "Revision", head),
        ("", "内部资料，不得公开；各表只提出问题，不是结论" if lang == "zh" else "Internal; the tables ask questions"),
        ("", CLOCKS.pick(lang)),
    ):
        first.append(row)
    for table in tables:
        first.append((table.title.pick(lang), table.explains.pick(lang), len(table.rows)))
        sheet = book.create_sheet(re.sub(r"[\\/*?:\[\]]", " ", table.title.pick(lang))[:31])
        sheet.append([c.pick(lang) for c in table.columns])
        for line in table.rows:
            sheet.append([_safe(value, lang) for value in line])
        for cells in sheet.iter_rows(min_row=2):
            for cell in cells:
                if isinstance(cell.value, str):
                    cell.data_type = "s"
        for cell in sheet[1]:
            cell.font = Font(bold=True)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            sheet.column_dimensions[cell.column_letter].width = 22
        sheet.freeze_panes = "A2"
    first.column_dimensions["A"].width, first.column_dimensions["B"].width = 40, 70
    out = io.BytesIO()
    book.save(out)
    return _still(out.getvalue())


def _safe(value: Cell, lang: str) -> str | int:
    value = value.pick(lang) if isinstance(value, Bilingual) else value
    if isinstance(value, int):
        return value
    text = printable(sayable(value))[:32_000]
    return "'" + text if _FORMULA.match(text) else text


def _still(data: bytes) -> bytes:
    """The workbook without the time at which it was made."""
    from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

    out = io.BytesIO()
    with ZipFile(io.BytesIO(data)) as made, ZipFile(out, "w", ZIP_DEFLATED) as still:
        for name in made.namelist():
            content: Any = made.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>" + _STILL, content)
            info = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = ZIP_DEFLATED
            still.writestr(info, content)
    return out.getvalue()

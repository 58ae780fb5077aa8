"""Plain tables of a page: headers, rows, numbers aligned; the same HTML wherever one stands."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from markupsafe import Markup

from zongmu.model.immutable import immutable
from zongmu.publish.rendering.escape import html, safe


@immutable
class Table:
    """A plain table: headers, rows of cells, and which columns hold numbers."""

    id: str
    title: str
    headers: Sequence[str]
    rows: Sequence[Sequence[object]]
    numbers: frozenset[int] = frozenset()
    note: str = ""
    short: frozenset[int] = frozenset()  # columns of codes and numbers of documents, whose cells stay in one line
    wordy: bool = False  # sentences in its cells: a card on a phone however few its columns
    sortable: bool = False  # whole on its page, so that a reader with scripts may order its rows


CARDS = 4
"""Columns from which a row is a card on a phone: each cell then says its header."""


def table_html(table: Table) -> Markup:
    """The table in a region that scrolls by itself, so that the page never does. The first cell of a row heads it."""
    head, first, marks = _frame(
        table.title, tuple(table.headers), table.numbers, table.short, table.wordy, table.sortable
    )
    out = [head]
    for row in table.rows:
        cells = [f"{mark}{html(cell)}</td>" for mark, cell in zip(marks, row[1:], strict=True)]
        out.append(f"{first}{html(row[0])}</th>{''.join(cells)}</tr>\n")
    out.append("</tbody></table></div>\n")
    if table.note:
        out.append(f'<p class="zm-note">{html(table.note)}</p>\n')
    return safe("".join(out))


@lru_cache(maxsize=1024)
def _frame(
    title: str, headers: tuple[str, ...], numbers: frozenset[int], short: frozenset[int], wordy: bool, sortable: bool
) -> tuple[str, str, tuple[str, ...]]:
    """What stands before the rows, how a row begins, and how each further cell of it does: alike in most tables of a kind."""
    marks = [
        ' class="zm-num"' if n in numbers else ' class="zm-line"' if n in short else "" for n in range(len(headers))
    ]
    head = "".join([f'<th scope="col"{mark}>{html(title)}</th>' for mark, title in zip(marks, headers, strict=True)])
    cards = ""
    if wordy or len(headers) >= CARDS:
        cards = " zm-table--cards"
        marks = [f' data-label="{html(title)}"{mark}' for mark, title in zip(marks, headers, strict=True)]
    elif numbers:
        cards = " zm-table--few"  # figures stand near what they belong to
    sort = " data-sort" if sortable else ""
    return (
        f'<div class="zm-scroll" role="group" aria-label="{html(title)}" tabindex="0">\n<table class="zm-table{cards}"{sort}>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n",
        f'<tr><th scope="row"{marks[0]}>',
        tuple([f"<td{mark}>" for mark in marks[1:]]),
    )

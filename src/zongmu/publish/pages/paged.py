"""A long table over several pages of one folder: ``index.html``, ``page-2.html``, and so on; or by another name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from zongmu.publish.pages.base import Files, Maker
from zongmu.publish.rendering.tables import Table

ROWS = 200
"""Rows of a table on one page."""


def paged(
    make: Maker,
    kind: str,
    table: Table,
    lead: str,
    *,
    before: Sequence[Table] = (),
    empty: str = "",
    links: Sequence[tuple[str, str]] = (),
    file: str = "index",
) -> Files:
    """The pages of *table* in the folder of its kind; *before* stands above it on the first page."""
    pages = max(1, -(-len(table.rows) // ROWS))
    further = "page" if file == "index" else file
    files = [f"{file}.html", *(f"{further}-{n}.html" for n in range(2, pages + 1))]
    for n, file in enumerate(files):
        # Rows are ordered in the browser only where all of them stand on the page.
        part = replace(table, rows=table.rows[n * ROWS : (n + 1) * ROWS], sortable=pages == 1)
        title = table.title if n == 0 else table.title + make.word(f" 第 {n + 1} 页", f", page {n + 1}")
        body = make.render(
            "paged",
            title=title,
            lead=lead if n == 0 else "",
            before=before if n == 0 else (),
            part=part,
            total=len(table.rows),
            first=n * ROWS + 1,
            last=n * ROWS + len(part.rows),
            files=files,
            here=n,
            empty=empty,
            links=links if n == 0 else (),
            up=make.say.up,
        )
        yield make.page(kind, file, title, lead or title, body)

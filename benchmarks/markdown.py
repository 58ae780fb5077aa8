"""A page that zongmu made, written as the Markdown of an ordinary MkDocs page: the same headings, tables, lists and links.

Drawings are left out, and so are folding and marks of style: the ordinary page is never more work than ours.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

_BLOCKS = frozenset({"p", "h1", "h2", "h3", "li", "tr", "div", "dt", "dd", "summary", "ul", "ol", "table", "figure"})
_SPACE = re.compile(r"\s+")
_MARKS = re.compile(r"([\\`*_\[\]<>|])")


def markdown(page: str) -> str:
    """The body of a stamped page as Markdown."""
    began = page.index('<div class="zm-page">')
    reader = _Reader()
    reader.feed(page[began : page.index("<footer", began)])
    reader.close()
    reader.end()
    return "\n".join(reader.lines) + "\n"


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self._text: list[str] = []
        self._cells: list[str] | None = None
        self._head = False
        self._href: str | None = None
        self._lead = ""
        self._skip = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("svg", "script"):
            self._skip += 1
        elif tag == "tr":
            self.end()
            self._cells = []
        elif tag in ("th", "td"):
            self._text = []
        elif tag == "thead":
            self._head = True
        elif tag == "a":
            self._href = dict(attrs).get("href") or ""
            self._text.append("[")
        elif tag in _BLOCKS and tag != "dd" and self._cells is None:
            self.end()
            self._lead = {"h1": "# ", "h2": "## ", "h3": "### ", "li": "- ", "dt": "- **"}.get(tag, "")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("svg", "script"):
            self._skip -= 1
        elif tag == "a":
            self._text.append(f"]({self._href})")
        elif tag in ("th", "td") and self._cells is not None:
            self._cells.append(self._said())
        elif tag == "tr" and self._cells is not None:
            self.lines.append(f"| {' | '.join(self._cells)} |")
            if self._head:
                self.lines.append("|---" * len(self._cells) + "|")
                self._head = False
            self._cells = None
        elif tag == "dt" and self._cells is None:
            self._text.append("** ")
        elif tag == "table":
            self.lines.append("")
        elif tag in _BLOCKS and tag not in ("div", "dt") and self._cells is None:
            self.end()

    def handle_data(self, data: str) -> None:
        if not self._skip:
            self._text.append(_MARKS.sub(r"\\\1", data))

    def end(self) -> None:
        """What was read so far is a block."""
        text, lead = self._said(), self._lead
        self._lead = ""
        if text:
            if self.lines and self.lines[-1].startswith("- ") and not lead.startswith("- "):
                self.lines.append("")
            self.lines.append(lead + text)
            if not lead.startswith("- "):
                self.lines.append("")

    def _said(self) -> str:
        text = _SPACE.sub(" ", "".join(self._text)).strip()
        self._text = []
        return text

"""Reading pages in tests: the shape of a page, its links, its attributes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html.parser import HTMLParser

from zongmu.publish.pages.base import Later

VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})


class Page(HTMLParser):
    """A parsed page: every start tag with its attributes, in order and with its depth."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[int, str, dict[str, str]]] = []
        self.unbalanced: list[str] = []
        self.text: list[str] = []
        self.in_script = 0
        self._open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((len(self._open), tag, {k: v or "" for k, v in attrs}))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # Written as <rect/> in a drawing; in HTML itself the slash means nothing.
        self.tags.append((len(self._open), tag, {k: v or "" for k, v in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1] == tag:
            self._open.pop()
        else:
            self.unbalanced.append(tag)

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    @property
    def shape(self) -> list[tuple[int, str, tuple[str, ...]]]:
        """Depth, tag and names of attributes: what no text of a record may change."""
        return [(depth, tag, tuple(sorted(attrs))) for depth, tag, attrs in self.tags]

    def of(self, tag: str) -> list[dict[str, str]]:
        """The attributes of every *tag*."""
        return [attrs for _, name, attrs in self.tags if name == tag]

    @property
    def ids(self) -> list[str]:
        """The ids of elements, in order."""
        return [attrs["id"] for _, _, attrs in self.tags if "id" in attrs]


def made(files: Iterable[tuple[str, bytes] | Later]) -> Iterator[tuple[str, bytes]]:
    """Path and bytes of every file, those too that a build need not make again."""
    return (one.make() if isinstance(one, Later) else one for one in files)

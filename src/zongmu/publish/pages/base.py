"""What every kind of page is made with: a language, its words, its templates, its shells."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from markupsafe import Markup

from zongmu.model.finding import Outcome, counted
from zongmu.model.immutable import immutable
from zongmu.publish.released.release import Release, Released
from zongmu.publish.rendering.escape import safe
from zongmu.publish.rendering.say import Say
from zongmu.publish.rendering.shells import KINDS, Rendered
from zongmu.publish.rendering.tables import Table as Table
from zongmu.publish.rendering.templating import Templates

Files = Iterator[tuple[str, bytes]]


class Later(NamedTuple):
    """A file that need not be made where the last build made it from the same: on it stand *projects*, in that order, and beside
    them, the law, the settings and the registers of bodies, systems and districts no more than *said*."""

    path: str
    make: Callable[[], tuple[str, bytes]]
    projects: Sequence[Released]
    said: object


Pages = Iterator[tuple[str, bytes] | Later]

_FOLDERS = {kind.name: kind.folder for kind in KINDS}

MARKS: dict[Outcome, tuple[str, str]] = {
    Outcome.PASS: ("pass", "✓"),
    Outcome.FAIL: ("fail", "✕"),
    Outcome.UNDETERMINED: ("open", "?"),
    Outcome.NOT_APPLICABLE: ("na", "–"),
    Outcome.ERROR: ("na", "!"),
}
"""Outcome → class of the style sheet and a sign, so that colour is never alone."""


def mark_html(mark: str, sign: str, word: str) -> Markup:
    """A word that is marked by a colour and a sign; *word* is of this program and not of a record."""
    return safe(f'<span class="zm-mark zm-mark--{mark}"><span aria-hidden="true">{sign}</span> {word}</span>')


@immutable
class Tile:
    """A chief figure: what it is, the figure, what it is held against, the page with the rows behind it."""

    label: str
    figure: Markup | str | int
    note: Markup | str = ""
    href: str = ""
    late: bool = False


class Maker:
    """Makes pages of one language."""

    def __init__(self, lang: str, release: Release, rendered: Rendered, templates: Templates) -> None:
        self.lang = lang
        self.zh = lang == "zh"
        self.release = release
        self.rendered = rendered
        self.prefix = "" if self.zh else "en/"
        self.say = Say(lang, release, "../")
        self.home_say = Say(lang, release, "")
        self.memory: dict[object, Any] = {}  # what many pages share, by a key of its maker
        self._templates = templates

    def city_of(self, measure: str) -> str:
        """The city whose names of acts hold under a measure; empty where none has it."""
        return next((j.id for j in self.release.instance.jurisdictions if measure in j.measures), "")

    def word(self, zh: str, en: str) -> str:
        """A word in this language."""
        return zh if self.zh else en

    def projects(self, number: int) -> str:
        """So many projects; nothing for none."""
        if not number:
            return ""
        return self.word(f"{number} 个项目", counted(number, "project"))

    def render(self, template: str, /, **values: Any) -> Markup:
        """A template's HTML."""
        return Markup(self._templates.render(template, **values))

    def page(self, kind: str, file: str, title: str, description: str, body: Markup) -> tuple[str, bytes]:
        """A page of a kind, in the folder of its kind: its path in the tree and its bytes."""
        data = self.rendered.shells[kind].fill(
            title=one_line(title), description=one_line(description), file=file, body=body
        )
        return self.path(kind, file), data

    def path(self, kind: str, file: str) -> str:
        """The path of a page of a kind in the tree."""
        return f"{self.prefix}{_FOLDERS[kind]}/{file}"

    def listing(
        self,
        kind: str,
        title: str,
        lead: str,
        tables: Sequence[Table],
        *,
        file: str = "index.html",
        links: Sequence[tuple[str, str]] = (),
        head: str = "",
        description: str = "",
    ) -> tuple[str, bytes]:
        """A page of plain tables. *head* and *description* go into its head, where they are not the title."""
        body = self.render("plain_list", title=title, lead=lead, tables=tables, links=links)
        return self.page(kind, file, head or title, description or title, body)

    def sheet(
        self,
        kind: str,
        file: str,
        title: str,
        description: str,
        *,
        parent: str,
        name: Markup | str,
        tables: Sequence[Table],
        subtitle: Markup | str = "",
        lead: Markup | str = "",
        note: str = "",
        facts: Sequence[tuple[str, Markup]] = (),
        tiles: Sequence[Tile] = (),
        links: Sequence[tuple[str, str]] = (),
    ) -> tuple[str, bytes]:
        """A page about one thing: its chief figures, facts and tables; *parent*: what its list is called."""
        body = self.render(
            "place",
            kind=parent,
            name=name,
            subtitle=subtitle,
            lead=lead,
            note=note,
            facts=facts,
            tiles=tiles,
            links=links,
            tables=tables,
            up=self.say.up,
        )
        return self.page(kind, file, title, description, body)


def one_line(text: str) -> str:
    """Text without line breaks or runs of space, for titles and descriptions."""
    return " ".join(text.split())


_BOTH = re.compile(r"(.*[\u3000-\u9fff\uff00-\uffef])\s+(.+)")
"""A text in both languages: Chinese up to its last character, then English."""


def one_half(text: str, lang: str) -> str:
    """The half of a text of a schema that is in *lang*; all of it where it is not in two languages."""
    found = _BOTH.fullmatch(text)
    return text if found is None else found[1] if lang == "zh" else found[2]


_TYPES = {
    "string": ("文字", "text"),
    "integer": ("整数", "whole number"),
    "boolean": ("是否", "yes or no"),
    "object": ("一组字段", "fields"),
    "array": ("列表", "list"),
    "null": ("空", "nothing"),
}


def type_words(make: Maker, kind: object) -> str:
    """What a type of JSON Schema is called; empty for none."""
    return make.word(*_TYPES.get(str(kind), ("", "")))

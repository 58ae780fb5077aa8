"""Cutting what names one project out of the files of a public tree, each kind in its own way.

What can be cut is cut: a row, an entry, a list item, a place in a list of columns, the places of a search index. A cutter
gives None where it cannot tell what to cut; the file then goes whole.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import string
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from copy import copy
from html.parser import HTMLParser
from typing import Any, Final

from zongmu.publish.released.release import SYSTEM_REFERENCES
from zongmu.publish.rendering.escape import html, script_json
from zongmu.publish.search import placed, places

_PAIR: Final = "div of dt and dd"
_CUT: Final = frozenset({"tr", "li", "article", "option", "entry", "dd", _PAIR})
"""Elements that stand for one project where they name it."""
_SAYING: Final = frozenset({"tr", "li", "figure", "p", _PAIR})
"""Elements that say a sum."""
_LESS: Final = frozenset({"p", "figure"})
"""Elements that are cut where nothing smaller than the page stands for the project."""
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_SUM = re.compile(r"<data |<svg |[0-9] ?(?:万|亿)?元|CNY [0-9]")
_DESCRIPTION = re.compile(r'<meta [^>]*content="[^"]*"[^>]*>\n?')
_PROJECT = re.compile(r"[a-z][a-z0-9]*-[0-9]{4}-[0-9]{4,8}")
_PROJECT_PAGE = re.compile(rf'href="(?:[^"]*/)?{_PROJECT.pattern}\.html')


class Marks:
    """By what a project is known: its number, its names, and texts of it that stand nowhere else, as each kind of file has them.

    *spared*: names of other projects, in which a name of this one is a part of theirs. *closed*: the texts are ids, of which one
    may begin like another.
    """

    def __init__(self, project: str, texts: Iterable[str], spared: Iterable[str] = (), *, closed: bool = False) -> None:
        self.project, self.closed = project, closed
        others = {spelled for one in spared for spelled in _as_written(one)}
        # Each spelling of each text, with the names that are spared and where in them it stands.
        self._texts = [
            {word: tuple((o, m.start()) for o in others for m in re.finditer(re.escape(word), o)) for word in spelled}
            for spelled in ({project}, *map(_as_written, texts))
        ]
        words = {word for text in self._texts for word in text}
        self._bytes = tuple({w.encode(code) for w in words for code in ("utf-8", "utf-16-le")})
        self._before = frozenset(_LETTERS + "-" if closed else _LETTERS)
        self._after = frozenset(_LETTERS + "-" if closed else string.digits)

    def of(self, file: str) -> Marks:
        """The same for the cells and rows of one *file*, which has few of the texts: the others are not asked for in each."""
        near = copy(self)
        near._texts = [text for text in self._texts if any(word in file for word in text)]
        return near

    def in_text(self, text: str) -> bool:
        """Whether a text names the project."""
        return next(self._found(text), None) is not None

    def places(self, text: str) -> list[int]:
        """Where a text names it."""
        return sorted({*self._found(text)})

    def _found(self, text: str) -> Iterator[int]:
        """Where each text stands by itself. Looked for one by one: a large tree has a thousand names to spare, and asking for
        all of them at every place of every file takes hours."""
        for word, spared in (row for spelled in self._texts for row in spelled.items()):
            at = text.find(word)
            while at >= 0:
                end = at + len(word)
                alone = text[at - 1 : at] not in self._before and text[end : end + 1] not in self._after
                if alone and not any(n <= at and text.startswith(other, at - n) for other, n in spared):
                    yield at
                at = text.find(word, at + 1)

    def in_bytes(self, data: bytes) -> bool:
        """Whether bytes name it, in UTF-8 or UTF-16."""
        return any(word in data for word in self._bytes)


_LETTERS: Final = string.ascii_letters + string.digits


def _as_written(text: str) -> set[str]:
    """A text as files of each kind write it."""
    return {text, html(text), json.dumps(text)[1:-1], script_json(text)[1:-1], text.replace('"', '""')}


_NAMING: Final = frozenset(
    {"number", "investment_code", "supplier", "supplier_uscc", "winner", "winner_uscc", "uscc", "trading", "library",
     "url", "source", "buyer_name", "body_name", "name"}
)  # fmt: skip
"""Fields whose value leads to one project where no other has it."""


def naming(facts: Mapping[str, Any]) -> Iterator[str]:
    """The texts of a project's public data that may lead to it: numbers of papers, who built it, its systems."""
    rows = [facts, facts.get("external_ids", {}), *facts.get("milestones", ())]
    rows += [inner for m in facts.get("milestones", ()) for n in ("documents", "members") for inner in m.get(n, ())]
    rows += [q["reply"] for q in facts.get("questions", ()) if "reply" in q]
    for row in rows:
        yield from (v for k, v in row.items() if k in _NAMING and isinstance(v, str) and len(v) >= 5)
    for id in (id for name in SYSTEM_REFERENCES for id in facts.get(name, ())):
        yield from (id, id.replace("/", "-", 1))


# ── data ──

_HEAD: Final = re.compile(r"\s*(?:\(?window\.\w+(?:=window\.\w+\|\|\{\}\))?(?:\[[^\]]*\])?\s*=\s*)?")


def _oc4ids(text: str, marks: Marks) -> str | None:
    """A package of OC4IDS, whose schema has no empty list or object: what is empty now goes with its name."""
    data = json.loads(text)
    return f"{_dumped(_without_empty(_pruned(data, marks)))}\n"


def _without_empty(value: Any) -> Any:
    if isinstance(value, dict):
        inner = {key: _without_empty(one) for key, one in value.items()}
        return {key: one for key, one in inner.items() if one not in ({}, [])}
    if isinstance(value, list):
        return [one for one in map(_without_empty, value) if one not in ({}, [])]
    return value


def _json(text: str, marks: Marks) -> str | None:
    found = _HEAD.match(text)
    head = found[0] if found is not None else ""
    body, tail = text[len(head) :].rstrip(), ""
    if body.endswith(";"):
        body, tail = body[:-1], ";"
    data = _pruned(json.loads(body), marks)
    said = script_json(data) if head.strip() else _dumped(data)
    return f"{head}{said}{tail}\n"


def _pruned(value: Any, marks: Marks) -> Any:
    """The value without the innermost rows that name the project."""
    if isinstance(value, list):
        kept = []
        for row in value:
            if not marks.in_text(json.dumps(row, ensure_ascii=False)):
                kept.append(row)
            elif isinstance(row, (list, dict)) and not _about(row, marks):
                new = _pruned(row, marks)
                if not marks.in_text(json.dumps(new, ensure_ascii=False)):
                    kept.append(new)
        return kept
    if isinstance(value, dict):
        return {
            k: _pruned(v, marks) if isinstance(v, (list, dict)) else v
            for k, v in _without_place(value, marks.project).items()
            if k != marks.project and not (isinstance(v, str) and marks.in_text(v))
        }
    return value


def place_in(columns: Mapping[str, Any], project: str) -> int | None:
    """The place of a project where a mapping is a table in columns; None where it is none or has it not."""
    ids = columns.get("id")
    if not isinstance(ids, list) or project not in ids:
        return None
    return ids.index(project) if all(isinstance(c, list) and len(c) == len(ids) for c in columns.values()) else None


def _without_place(value: Mapping[str, Any], project: str) -> Mapping[str, Any]:
    """A table in columns without the place of the project, marked anew; any other mapping as it is."""
    columns = value.get("columns")
    place = place_in(columns, project) if isinstance(columns, dict) else None
    if place is None or not isinstance(columns, dict):
        return value
    left = {name: column[:place] + column[place + 1 :] for name, column in columns.items()}
    words = {"tables": _words_left(value["tables"], left)} if isinstance(value.get("tables"), dict) else {}
    mark = {"mark": hashlib.sha256(repr(left).encode("utf-8", "replace")).hexdigest()[:12]} if "mark" in value else {}
    return {**value, **words, "columns": left, **mark}


def _words_left(tables: Mapping[str, list[Any]], columns: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """The small tables of words that *columns* point to without the words that no row has any more, in the order of the rows as
    a build has them; the columns then point to where the words are now."""
    out = dict(tables)
    for name, rows in tables.items():
        if name in columns:
            places = {place: n for n, place in enumerate(dict.fromkeys(p for p in columns[name] if p >= 0))}
            columns[name] = [places.get(place, -1) for place in columns[name]]
            out[name] = [rows[place] for place in places]
    return out


_ABOUT = ("id", "@id", "identifier", "project", "name", "name_en", "title", "text", "content_text", "url")


def _about(row: Any, marks: Marks) -> bool:
    """Whether a row of a list is about the project, and does not merely name it in a field."""
    if isinstance(row, list):
        return any(isinstance(v, str) and marks.in_text(v) for v in row)
    if not isinstance(row, dict):
        return False
    inner = row.get("project")
    rows = (row, inner) if isinstance(inner, dict) else (row,)
    return any(isinstance(v := one.get(k), str) and marks.in_text(v) for one in rows for k in _ABOUT)


_SHARD: Final = re.compile(r"window\.zongmuShard\((\d+),(\{.*\})\);\s*", re.DOTALL)


def cut_shard(text: str, place: int) -> str:
    """A shard of the search index without the row at *place*; the rows after it move up. Raises ``ValueError``."""
    found = _SHARD.fullmatch(text)
    if found is None:
        raise ValueError(text[:40])
    left: dict[str, str] = {}
    for term, held in json.loads(found[2]).items():
        if kept := [n - (n > place) for n in placed(held) if n != place]:
            left[term] = places(kept)
    return f"window.zongmuShard({found[1]},{script_json(left)});\n"


def _lines(text: str, marks: Marks) -> str:
    return "".join(line for line in re.findall(r"[^\n]*\n|[^\n]+", text) if not marks.in_text(line))


def _ndjson(text: str, marks: Marks) -> str:
    """Lines of JSON: without what names the project, and without those that are about it."""
    rows = ((line, json.loads(line) if marks.in_text(line) else None) for line in text.splitlines())
    kept = (line if row is None else _dumped(_pruned(row, marks)) for line, row in rows if not _about(row, marks))
    return "".join(f"{line}\n" for line in kept)


def _dumped(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _csv(text: str, marks: Marks) -> str:
    """A table without the rows that name the project; of another project's own row, the reference to it goes alone."""
    rows = csv.reader(io.StringIO(text))
    head = next(rows, [])
    # In any other table an id is that of a part, which may look alike.
    of_projects = bool(head) and head[0].removeprefix("\ufeff") == "id"
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n" if "\r\n" in text else "\n")
    writer.writerow(head)
    for row in rows:
        if of_projects and row and row[0] != marks.project and _PROJECT.fullmatch(row[0]):
            row = ["" if cell == marks.project else cell for cell in row]
        if not marks.in_text("\n".join(row)):
            writer.writerow(row)
    return out.getvalue()


_EVENT: Final = re.compile(r"BEGIN:VEVENT\r?\n.*?END:VEVENT\r?\n", re.DOTALL)
_FOLD: Final = re.compile(r"\r?\n[ \t]")


def _calendar(text: str, marks: Marks) -> str:
    """A calendar without the events that name the project; long lines are folded (RFC 5545, 3.1)."""
    return _EVENT.sub(lambda event: "" if marks.in_text(_FOLD.sub("", event[0])) else event[0], text)


# ── pages ──


def _markup(text: str, marks: Marks) -> str | None:
    spans = _Spans(text)
    cut: list[tuple[int, int]] = []
    for place in marks.places(text):
        around = spans.around(place, _CUT)
        if around is not None and "<h1" in text[slice(*around)]:
            # The whole page: a paragraph of it that gives the project as an example is enough, or a chart.
            around = spans.around(place, _LESS) or around
        around = around or spans.around(place, _LESS)
        if around is None:
            return None
        cut.append(around)
    return without(text, cut)


def cut_sums(text: str, *, whole: bool, links: Collection[str] = ()) -> str:
    """A page without what it sums up over several projects: all of it where the *whole* page counts the project, its
    description too, else the rows that sum up and lead to one of *links*. A row that leads to one project is no sum."""
    if not whole and not any(f'{link}"' in text for link in links):
        return text
    if whole:
        text = _DESCRIPTION.sub(lambda m: "" if _SUM.search(m[0]) else m[0], text)
    spans = _Spans(text)
    found = [m.start() for m in _SUM.finditer(text)]
    cut = []
    for place in found:
        around = spans.around(place, _SAYING)
        if around is None or _PROJECT_PAGE.search(text, *around):
            continue
        if whole or any(f'{link}"' in text[around[0] : around[1]] for link in links):
            cut.append(around)
    return without(text, cut)


def without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """A text without the spans, which may lie within each other."""
    out, at = [], 0
    for start, end in sorted(set(spans)):
        if start >= at:
            out.append(text[at:start])
        at = max(at, end)
    return "".join([*out, text[at:]])


class _Spans(HTMLParser):
    """Where the elements that may be cut begin and end."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self._found: list[tuple[int, int, str]] = []
        self._open: list[tuple[str, str, int]] = []  # tag, what it counts as, where it begins
        self._starts = [0]
        for line in re.findall(r"[^\n]*\n|[^\n]+", text):
            self._starts.append(self._starts[-1] + len(line))
        self._text = text
        self.feed(text)
        self.close()
        self._found.sort()

    def around(self, place: int, names: Collection[str]) -> tuple[int, int] | None:
        """The innermost element of those names around a place: of those that lie within each other, the last to begin."""
        for n in range(bisect_right(self._found, (place, len(self._text) + 1, "")) - 1, -1, -1):
            start, end, name = self._found[n]
            if place < end and name in names:
                return start, end
        return None

    def _at(self) -> int:
        line, column = self.getpos()
        return self._starts[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "dt" and self._open and self._open[-1][0] == "div":
            self._open[-1] = ("div", _PAIR, self._open[-1][2])
        if tag not in _VOID:
            inside = tag == "dd" and bool(self._open) and self._open[-1][1] == _PAIR
            self._open.append((tag, "" if inside else tag, self._at()))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An empty element of XML holds nothing and stands for nothing."""

    def handle_endtag(self, tag: str) -> None:
        while tag not in _VOID and self._open:
            opened, name, start = self._open.pop()
            if opened == tag:
                if name in _CUT or name in _SAYING:
                    self._found.append((start, self._text.index(">", self._at()) + 1, name))
                return


CUTTERS: Final[Mapping[str, Callable[[str, Marks], str | None]]] = {
    "oc4ids.json": _oc4ids,
    ".json": _json,
    ".js": _json,
    ".jsonld": _json,
    ".ndjson": _ndjson,
    ".txt": _lines,
    ".csv": _csv,
    ".ics": _calendar,
    ".html": _markup,
    ".atom": _markup,
}
"""How each kind of file is cut; raises ``ValueError``, ``csv.Error`` or ``RecursionError`` for what is no such file."""

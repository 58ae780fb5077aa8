"""Taking one project out of a public tree that stands, at once, without the registry.

Its own pages become tombstones and its data and feeds go. In what is left, rows, entries and list items that name it are cut
out; a file from which it cannot be cut (a database, an archive) is removed until the next release brings it back without.
The new tree takes the place of the old one in one step.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from zongmu.disclosure.package import NO_SUCH_GROUND, NOT_A_TREE, PackageError
from zongmu.model.finding import Bilingual, Code
from zongmu.publish.applied import STATE, public_data, standing_of, write_state
from zongmu.publish.escape import encode, html
from zongmu.publish.kept import work_folder
from zongmu.publish.open_data.json_files import checksums
from zongmu.publish.tree import PREFIX, swap

NOT_PUBLIC = Code(
    "release.not-public",
    Bilingual("公开目录里没有这个项目", "Project is not in the tree"),
    Bilingual("{name} 里没有公开的 {project}", "{project} is not public in {name}"),
    Bilingual("核对登记号和目录", "Check the number and the folder"),
)
CODES = (NOT_PUBLIC,)

_CUT = frozenset({"tr", "li", "article", "option", "entry", "dd"})
"""Elements that stand for one project where they name it."""
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_TEXT = (".html", ".json", ".js", ".ndjson", ".csv", ".atom", ".xml", ".txt", ".ttl", ".jsonld", ".rdf", ".ics", ".svg")


@dataclass(slots=True)
class Withdrawn:
    """What came of it: files rewritten, files removed."""

    changed: int = 0
    removed: int = 0


def withdraw(tree: Path, project: str, ground: str, day: dt.date | None = None) -> Withdrawn:
    """Take *project* out of *tree*. Raises :class:`PackageError`, ``OSError``; then nothing has changed."""
    here = standing_of(tree)
    if here is None:
        raise PackageError(NOT_A_TREE, name=tree.name)
    facts = public_data(tree).get(project)
    if facts is None or not re.fullmatch(r"[a-z0-9-]+", project):
        raise PackageError(NOT_PUBLIC, name=tree.name, project=project[:60])
    titles = _grounds(tree, project)
    title = titles.get(ground, Bilingual(ground, ground))
    if (titles and ground not in titles) or not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", ground):
        raise PackageError(NO_SUCH_GROUND, ground=ground[:60], known="、".join(titles))
    names = [n for n in (facts.get("name"), facts.get("name_en")) if isinstance(n, str) and len(n) >= 3]
    day = day or dt.date.today()
    with work_folder(tree.parent, PREFIX) as work:
        shutil.copytree(tree, work, symlinks=True, dirs_exist_ok=True)
        done = _scrub(work, _Marks(project, names), title, day)
        state: dict[str, Any] = json.loads((work / STATE).read_text("utf-8"))
        state["withdrawn"] = {**state["withdrawn"], project: {"ground": ground, "day": day.isoformat()}}
        write_state(work, state)
        _checksums(work)
        swap(work, tree)
    return done


def _grounds(tree: Path, project: str) -> dict[str, Bilingual]:
    """The grounds that the tree's own code list names for the city of *project*; empty where it has none."""
    try:
        data = json.loads(
            (tree / f"schema/codes/{project.partition('-')[0]}/withholding_ground.json").read_text("utf-8")
        )
        return {str(row["code"]): Bilingual(str(row["zh"]), str(row["en"])) for row in data["codes"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


class _Marks:
    """By what a project is known: its number and its names, as they stand in each kind of file."""

    def __init__(self, project: str, names: list[str]) -> None:
        self.project = project
        words = {project, *names, *(html(n) for n in names), *(json.dumps(n)[1:-1] for n in names)}
        self._words = tuple(sorted(words))
        self._bytes = tuple({w.encode() for w in words} | {w.encode("utf-16-le") for w in words})
        self._whole = re.compile("|".join(rf"(?<![0-9A-Za-z]){re.escape(w)}(?![0-9])" for w in self._words))

    def in_text(self, text: str) -> bool:
        return self._whole.search(text) is not None

    def places(self, text: str) -> list[int]:
        return [m.start() for m in self._whole.finditer(text)]

    def in_bytes(self, data: bytes) -> bool:
        return any(word in data for word in self._bytes)


def _scrub(tree: Path, marks: _Marks, ground: Bilingual, day: dt.date) -> Withdrawn:
    done = Withdrawn()
    for file in sorted(p for p in tree.rglob("*") if p.is_file() and not p.is_symlink()):
        path = file.relative_to(tree).as_posix()
        if path in (STATE, "SHA256SUMS"):
            continue
        stem = file.name.partition(".")[0]
        if stem == marks.project:
            if file.suffix == ".html":
                file.write_bytes(_tombstone(file.read_text("utf-8"), path, marks.project, ground, day))
                done.changed += 1
            else:
                file.unlink()
                done.removed += 1
            continue
        data = file.read_bytes()
        text = data.decode("utf-8", "replace") if file.suffix in _TEXT else None
        if text is None:
            if file.suffix in _OPAQUE or marks.in_bytes(data):
                file.unlink()
                done.removed += 1
        elif marks.in_text(text):
            new = _without(file.suffix, path, text, marks)
            if new is None or (path != "sitemap.xml" and marks.in_text(new)):
                file.unlink()
                done.removed += 1
            else:
                file.write_bytes(encode(new))
                done.changed += 1
    return done


_OPAQUE = frozenset({".xlsx", ".sqlite", ".db", ".parquet", ".zip", ".gz", ".tar", ".zst"})
"""Compressed or binary: whether it names the project cannot be seen from its bytes."""


def _without(suffix: str, path: str, text: str, marks: _Marks) -> str | None:
    """The text without what names the project; None where it cannot be cut."""
    if path == "sitemap.xml":
        return text  # the address stays: a tombstone stands there
    try:
        cutter = _CUTTERS.get(suffix)
        return cutter(text, marks) if cutter is not None else None
    except (ValueError, csv.Error, RecursionError):
        return None


def _json(text: str, marks: _Marks) -> str | None:
    head, tail = "", ""
    start = re.match(r"\s*(?:window\.\w+\s*=\s*)?", text)
    if start is not None:
        head, text = start[0], text[start.end() :]
    if text.rstrip().endswith(";"):
        text, tail = text.rstrip()[:-1], ";"
    data = _pruned(json.loads(text), marks)
    return f"{head}{json.dumps(data, ensure_ascii=False, separators=(',', ':'))}{tail}\n"


def _pruned(value: Any, marks: _Marks) -> Any:
    """The value without the innermost rows that name the project."""
    if isinstance(value, list):
        kept = []
        for row in value:
            new = _pruned(row, marks) if isinstance(row, (list, dict)) else row
            if _about(row, marks) or (not isinstance(row, (list, dict)) and marks.in_text(str(row))):
                continue
            if isinstance(new, (list, dict)) and marks.in_text(json.dumps(new, ensure_ascii=False)):
                continue
            kept.append(new)
        return kept
    if isinstance(value, dict):
        return {
            k: _pruned(v, marks) if isinstance(v, (list, dict)) else v
            for k, v in value.items()
            if k != marks.project and not (isinstance(v, str) and marks.in_text(v))
        }
    return value


_SELF = ("id", "@id", "identifier", "project", "name", "name_en", "title", "url")


def _about(row: Any, marks: _Marks) -> bool:
    """Whether a row of a list is about the project, and does not merely name it in a field."""
    if isinstance(row, list):
        return any(isinstance(v, str) and marks.in_text(v) for v in row)
    if not isinstance(row, dict):
        return False
    inner = row.get("project")
    places = (row, inner) if isinstance(inner, dict) else (row,)
    return any(isinstance(v := place.get(k), str) and marks.in_text(v) for place in places for k in _SELF)


def _lines(text: str, marks: _Marks) -> str:
    return "".join(line for line in re.findall(r"[^\n]*\n|[^\n]+", text) if not marks.in_text(line))


def _csv(text: str, marks: _Marks) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n" if "\r\n" in text else "\n")
    writer.writerows(row for row in csv.reader(io.StringIO(text)) if not any(marks.in_text(cell) for cell in row))
    return out.getvalue()


def _markup(text: str, marks: _Marks) -> str | None:
    spans = _Spans(text)
    cut: list[tuple[int, int]] = []
    for place in marks.places(text):
        around = [s for s in spans.found if s[0] <= place < s[1]]
        if not around:
            return None
        cut.append(min(around, key=lambda s: s[1] - s[0]))
    for start, end in sorted(set(cut), reverse=True):
        text = text[:start] + text[end:]
    return text


class _Spans(HTMLParser):
    """Where the elements that may be cut begin and end."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[int, int]] = []
        self._open: list[tuple[str, int]] = []
        self._starts = [0]
        for line in re.findall(r"[^\n]*\n|[^\n]+", text):
            self._starts.append(self._starts[-1] + len(line))
        self._text = text
        self.feed(text)
        self.close()

    def _at(self) -> int:
        line, column = self.getpos()
        return self._starts[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _VOID:
            self._open.append((tag, self._at()))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An empty element of XML holds nothing and stands for nothing."""

    def handle_endtag(self, tag: str) -> None:
        while tag not in _VOID and self._open:
            name, start = self._open.pop()
            if name == tag:
                if tag in _CUT:
                    self.found.append((start, self._text.index(">", self._at()) + 1))
                return


_CUTTERS: dict[str, Callable[[str, _Marks], str | None]] = {
    ".json": _json,
    ".js": _json,
    ".jsonld": _json,
    ".ndjson": _lines,
    ".txt": _lines,
    ".csv": _csv,
    ".html": _markup,
    ".atom": _markup,
}


def _tombstone(page: str, path: str, project: str, ground: Bilingual, day: dt.date) -> bytes:
    en = path.startswith("en/")
    lang = "en" if en else "zh"
    said = (
        f"<h1>{html(project)} is withheld</h1><p>Withdrawn on {day.isoformat()}. Ground: {html(ground.en)}.</p>"
        if en
        else f"<h1>{html(project)} 不予公开</h1><p>{day.isoformat()} 撤下。依据：{html(ground.zh)}。</p>"
    )
    sheets = "".join(
        f'<link rel="stylesheet" href="{h}">' for h in re.findall(r'<link rel="stylesheet" href="([\w./-]+)">', page)
    )
    return encode(
        f'<!doctype html>\n<html lang="{lang}"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'self'\">"
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">'
        f'<title>{html(project)}</title>{sheets}</head><body><main class="zm-page">{said}</main></body></html>\n'
    )


def _checksums(tree: Path) -> None:
    """``SHA256SUMS`` of what is left, as it stands now."""
    file = tree / "SHA256SUMS"
    if not file.is_file():
        return
    paths = [line.partition("  ")[2] for line in file.read_text("utf-8").splitlines()]
    left = [path for path in paths if path and (tree / path).is_file()]
    file.write_bytes(checksums({path: hashlib.sha256((tree / path).read_bytes()).hexdigest() for path in left}))

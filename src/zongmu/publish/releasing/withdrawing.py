"""Taking one project out of a public tree that stands, at once, without the registry.

Its own pages become tombstones and its data and feeds go. In what is left, what names it is cut out
(:mod:`zongmu.publish.releasing.scrubbing`), and so are its places in the search index and the sums that still count it; a file from
which it cannot be cut (a database, an archive) is removed until the next release brings it back without. The new tree takes
the place of the old one in one step.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from zongmu.disclosure.release_package import NO_SUCH_GROUND, NOT_A_TREE, PackageError, known_grounds
from zongmu.model.finding import Bilingual, Code
from zongmu.publish.making.tree import PREFIX, STATE, readable_by_all, swap
from zongmu.publish.open_data.json_files import checksums, indented
from zongmu.publish.open_data.shares import BODY_FOLDER, DISTRICT_FOLDER
from zongmu.publish.releasing.applied import former_of, public_data, standing_of, write_state
from zongmu.publish.releasing.bereft import bereft, own_files, unshared
from zongmu.publish.releasing.relisting import relisted
from zongmu.publish.releasing.scrubbing import CUTTERS, Marks, cut_shard, cut_sums, naming, place_in
from zongmu.publish.rendering.escape import encode, html
from zongmu.publish.rendering.say import slug
from zongmu.store.kept.scratch import work_folder

NOT_PUBLIC = Code(
    "release.not-public",
    Bilingual("公开目录里没有这个项目", "Project is not in the tree"),
    Bilingual("{name} 里没有公开的 {project}", "{project} is not public in {name}"),
    Bilingual("核对登记号和目录", "Check the number and the folder"),
)
CODES = (NOT_PUBLIC,)


@dataclass(slots=True)
class Withdrawn:
    """What came of it: files rewritten, files removed."""

    changed: set[str] = field(default_factory=set)
    removed: set[str] = field(default_factory=set)


def withdraw(tree: Path, project: str, ground: str, day: dt.date | None = None) -> Withdrawn:
    """Take *project* out of *tree*. Raises :class:`PackageError`, ``OSError``; then nothing has changed."""
    here = standing_of(tree)
    if here is None:
        raise PackageError(NOT_A_TREE, name=tree.name)
    public = public_data(tree)
    facts = public.get(project)
    if facts is None or not re.fullmatch(r"[a-z0-9-]+", project):
        raise PackageError(NOT_PUBLIC, name=tree.name, project=project[:60])
    titles = _grounds(tree, project)
    title = titles.get(ground, Bilingual(ground, ground))
    if (titles and ground not in titles) or not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", ground):
        raise PackageError(NO_SUCH_GROUND, ground=ground[:60], known=known_grounds(titles))
    day = day or dt.date.today()
    with readable_by_all(), work_folder(tree.parent, PREFIX) as work:
        shutil.copytree(tree, work, copy_function=_linked, symlinks=True, dirs_exist_ok=True)
        digests = {path: _digest(file) for path, file in _files(work) if path.startswith("data/")}
        others = [other for id, other in public.items() if id != project]
        done = _scrub(work, _marks(work, facts, others), title, day)
        _without_what_is_left(work, bereft(work, facts, others), unshared(work, facts, others), done)
        _fewer(work)
        for path, data in relisted(work, here.address, {was: _digest(work / path) for path, was in digests.items()}):
            _rewrite(work / path, data)
        done.changed |= _warn(work, day, done.changed)
        _sitemap(work, here.address)
        state: dict[str, Any] = json.loads((work / STATE).read_text("utf-8"))
        state["withdrawn"] = {**state["withdrawn"], project: {"ground": ground, "day": day.isoformat()}}
        write_state(work, state)
        _checksums(work)
        shutil.rmtree(former_of(tree), ignore_errors=True)  # it holds the project too
        swap(work, tree)
    return done


def _marks(tree: Path, facts: Mapping[str, Any], others: Collection[Mapping[str, Any]]) -> Marks:
    """By what the project with these public *facts* is known in *tree*: its number, its names, and what leads to it alone. A text
    that another project has too, or that names a body, leads nowhere, and to cut it would take their data away."""
    project = str(facts["id"])
    theirs = {str(other[n]) for other in others for n in ("name", "name_en") if n in other}
    named = {n for n in (facts.get("name"), facts.get("name_en")) if isinstance(n, str) and len(n) >= 3} - theirs
    longer = {one for one in theirs if any(name in one for name in named)}
    leads = {*naming(facts)} - named
    files = [file for file in tree.glob("projects/*.json") if file.name.partition(".")[0] != project]
    for file in (*files, *(tree / path for path in _BODIES)):
        if leads and file.is_file():
            text = file.read_text("utf-8", "replace")
            leads = {one for one in leads if one not in text}
    return Marks(project, named | leads, spared=longer)


_BODIES = tuple(f"data/csv/{table}.csv" for table in ("organizations", "districts", "resources"))


def _linked(source: str, target: str) -> None:
    """The same file under a second name: most files stay as they are, so the disk needs no room for them twice."""
    try:
        os.link(source, target)
    except OSError:  # a file system without links, or a tree that is a disk of its own
        shutil.copy2(source, target)


def _rewrite(file: Path, data: bytes) -> None:
    """Other bytes under that name alone: those of the tree that stands are left as they are."""
    file.unlink()
    file.write_bytes(data)


def _grounds(tree: Path, project: str) -> dict[str, Bilingual]:
    """The grounds that the tree's own code list names for the city of *project*; empty where it has none."""
    try:
        data = json.loads(
            (tree / f"schema/codes/{project.partition('-')[0]}/withholding_ground.json").read_text("utf-8")
        )
        return {str(row["code"]): Bilingual(str(row["zh"]), str(row["en"])) for row in data["codes"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _scrub(tree: Path, marks: Marks, ground: Bilingual, day: dt.date) -> Withdrawn:
    """Cut the project out of every file; its pages say that it is withdrawn."""
    place = _place(tree, marks.project)

    def without(path: str, data: bytes) -> bytes | None:
        file = PurePosixPath(path)
        if file.name.partition(".")[0] == marks.project:
            page = file.suffix == ".html"
            return _tombstone(data.decode("utf-8", "replace"), path, marks.project, ground, day) if page else None
        return None if file.suffix in _OPAQUE else _without(path, data, marks, place)

    changed, removed = _each(tree, without)
    changed |= _without_sums(tree, marks.project.partition("-")[0], changed | removed)
    return Withdrawn(changed, removed)


def _without_what_is_left(tree: Path, bodies: Collection[str], resources: Collection[str], done: Withdrawn) -> None:
    """Take out *bodies* and the pages of *resources*, which nothing names any more, and the tables of projects that hold none
    any more, with what links to them: in one look at all files."""
    gone = [file for body in bodies for file in own_files(tree, body)]
    pages = [f"{lang}resources/{page}" for page in resources for lang in ("", "en/")]
    gone += [tree / page for page in pages if (tree / page).is_file()]
    shares = [file for folder in (BODY_FOLDER, DISTRICT_FOLDER) for file in sorted((tree / folder).glob("*.csv"))]
    empty = [file for file in shares if file not in gone and file.read_bytes().count(b"\n") < 2]
    for file in (*gone, *empty):
        file.unlink()
        done.removed.add(file.relative_to(tree).as_posix())
    named = (text for body in bodies for text in (body, slug(body)))
    words = [*named, *resources, *(file.relative_to(tree).as_posix() for file in empty)]
    if words:
        marks = Marks(words[0], words[1:], closed=True)
        # A shard of the search names projects alone.
        changed, removed = _each(
            tree, lambda path, data: data if _SHARD.fullmatch(path) else _without(path, data, marks, None)
        )
        done.changed |= changed
        done.removed |= removed


def _each(tree: Path, without: Callable[[str, bytes], bytes | None]) -> tuple[set[str], set[str]]:
    """Give every file what *without* makes of it, or remove it where that is nothing: the files that were changed, and removed."""
    changed, removed = set[str](), set[str]()
    for path, file in _files(tree):
        if path in (STATE, "SHA256SUMS") or file.match("sitemap*.xml"):
            continue
        data = file.read_bytes()
        new = without(path, data)
        if new is None:
            file.unlink()
            removed.add(path)
        elif new != data:
            _rewrite(file, new)
            changed.add(path)
    return changed, removed


def _fewer(tree: Path) -> None:
    """One project less in ``build.json``, and one more that is withheld."""
    file = tree / "build.json"
    try:
        data = json.loads(file.read_text("utf-8"))
        data |= {"projects": data["projects"] - 1, "withheld": data["withheld"] + 1}
    except (OSError, ValueError, KeyError, TypeError):
        return
    _rewrite(file, indented(data, 2))


def _digest(file: Path) -> str:
    """SHA-256 of a file; zeros of one that is gone: the old digest would tell whether a guess at what it held is right."""
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else "0" * 64


def _files(tree: Path) -> Iterator[tuple[str, Path]]:
    files = sorted(p for p in tree.rglob("*") if p.is_file() and not p.is_symlink())
    return ((file.relative_to(tree).as_posix(), file) for file in files)


_OPAQUE = frozenset({".xlsx", ".ods", ".sqlite", ".db", ".parquet", ".zip", ".gz", ".tar", ".zst"})
"""Compressed or binary: whether it names the project cannot be seen from its bytes."""
_SHARD = re.compile(r"search/[0-9]+\.js")


def _place(tree: Path, project: str) -> int | None:
    """The place of the project in the list, by which the search index knows it; None where that cannot be told."""
    try:
        text = (tree / "projects/rows.js").read_text("utf-8")
        return place_in(json.loads(text[text.index("=") + 1 :].rstrip().removesuffix(";"))["columns"], project)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _without(path: str, data: bytes, marks: Marks, place: int | None) -> bytes | None:
    """A file without what names the project; None where it cannot be cut."""
    shard = _SHARD.fullmatch(path)
    if shard is None and not marks.in_bytes(data):
        return data
    cutter = CUTTERS.get("oc4ids.json" if path.endswith("oc4ids.json") else Path(path).suffix)
    try:
        text = data.decode("utf-8")
        if shard is not None:
            return encode(cut_shard(text, place)) if place is not None else None
        if marks.closed and not marks.in_text(text):
            return data  # an id that begins like that of another
        new = cutter(text, marks.of(text)) if cutter is not None else None
    except (ValueError, csv.Error, RecursionError):
        return None
    return encode(new) if new is not None and not marks.in_text(new) else None


_GATHERED = re.compile(
    r"(?:en/)?(?:(?:organizations|suppliers|districts|years|systems|changes|deadlines|resources)/.*|projects/index|index)\.html"
)
"""Pages that say sums over several projects."""
_HOME = ("index.html", "en/index.html")


def _without_sums(tree: Path, city: str, touched: Collection[str]) -> set[str]:
    """Cut the sums that still count the project; the pages that were cut. *touched*: the files that named it.

    The years of its city count it too where they do not name it.
    """
    stale = {path for path in touched if _GATHERED.fullmatch(path)} - {*_HOME}
    stale |= {path for path, _ in _files(tree) if re.fullmatch(rf"(?:en/)?years/{city}-[0-9]+\.html", path)}
    links = sorted({path.removeprefix("en/") for path in stale if not path.endswith("index.html")})
    done = set()
    for path, file in _files(tree):
        if _GATHERED.fullmatch(path):
            text = file.read_text("utf-8")
            new = cut_sums(text, whole=path in stale or path in _HOME, links=_as_linked(links, path))
        elif path == "data/csv/suppliers.csv":
            text = file.read_bytes().decode("utf-8")
            new = "".join(line for line in text.splitlines(True) if not any(link in line for link in links))
        else:
            continue
        if new != text:
            _rewrite(file, encode(new))
            done.add(path)
    return done


def _as_linked(links: Iterable[str], path: str) -> list[str]:
    """How a page leads to *links*: to those in its own folder by the name alone too."""
    folder = path.removeprefix("en/").rpartition("/")[0] + "/"
    return [*links, *(f'href="{link.removeprefix(folder)}' for link in links if link.startswith(folder))]


_INDEXES = re.compile(
    r"(?:en/)?(?:(?:organizations|suppliers|districts|years|systems|changes|deadlines|resources|returns|rules)/index|changes/trail|projects/(?:index|list-.*)|index|ratings|data)\.html"
)
"""Pages that count all projects, or those of each body, year, rule, whether they name one or not."""
_WARNING = re.compile(r'<p class="zm-note" id="zm-withdrawn">[^<]*</p>')


def _warn(tree: Path, day: dt.date, touched: Collection[str]) -> set[str]:
    """Say where counts are read that may still count the project that they are those of the last release: on the pages of lists,
    and on those that gather projects and named it (*touched*). Gives these pages."""
    said = set()
    for path, file in _files(tree):
        if _INDEXES.fullmatch(path) or (path in touched and _GATHERED.fullmatch(path)):
            words = (
                f"A project was withdrawn on {day.isoformat()}: counts and sizes on this page are worked out anew with the next release."
                if path.startswith("en/")
                else f"{day.isoformat()} 撤下过项目：本页的个数、大小到下一次发布时重算。"
            )
            text = _WARNING.sub("", file.read_text("utf-8"))
            head, found, rest = text.partition("</h1>")
            if found:
                _rewrite(file, encode(f'{head}{found}<p class="zm-note" id="zm-withdrawn">{words}</p>{rest}'))
                said.add(path)
    return said


_ADDRESS = re.compile(r"<url><loc>([^<]*)</loc>.*?</url>\n?")


def _sitemap(tree: Path, site: str) -> None:
    """The sitemaps without addresses at which nothing stands any more."""
    base = site.rstrip("/") + "/"
    for file in tree.glob("sitemap*.xml"):
        text = file.read_text("utf-8")
        left = _ADDRESS.sub(lambda m: m[0] if (tree / (m[1].removeprefix(base) or "index.html")).exists() else "", text)
        _rewrite(file, encode(left))


def _tombstone(page: str, path: str, project: str, ground: Bilingual, day: dt.date) -> bytes:
    en = path.startswith("en/")
    lang = "en" if en else "zh"
    said = (
        '<nav class="zm-crumbs"><a href="../index.html">Home</a> › <a href="index.html">Projects</a></nav>'
        f"<h1>{html(project)} is withheld</h1><p>Withdrawn on {day.isoformat()}. Ground: {html(ground.en)}.</p>"
        if en
        else '<nav class="zm-crumbs"><a href="../index.html">首页</a> › <a href="index.html">总目录</a></nav>'
        f"<h1>{html(project)} 不予公开</h1><p>{day.isoformat()} 撤下。依据：{html(ground.zh)}。</p>"
    )
    sheets = "".join(
        f'<link rel="stylesheet" href="{h}">' for h in re.findall(r'<link rel="stylesheet" href="([\w./-]+)">', page)
    )
    return encode(
        f'<!doctype html>\n<html lang="{lang}"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'self'\">"
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">'
        f'<title>{html(project)}</title>{sheets}</head><body><main class="md-main"><div class="md-main__inner md-grid"><div class="zm-page">{said}</div></div></main></body></html>\n'
    )


def _checksums(tree: Path) -> None:
    """``SHA256SUMS`` of what is left, as it stands now."""
    file = tree / "SHA256SUMS"
    if not file.is_file():
        return
    paths = [line.partition("  ")[2] for line in file.read_text("utf-8").splitlines()]
    _rewrite(file, checksums({path: _digest(tree / path) for path in paths if path and (tree / path).is_file()}))

"""What the whole of the open data is, file by file: made by several processes, and not again what stays the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from operator import itemgetter
from pathlib import Path
from typing import Any

from zongmu.model.finding import Bilingual
from zongmu.model.immutable import immutable
from zongmu.publish.derived.comparison import figures_script
from zongmu.publish.derived.rows import newest_first, rows_script
from zongmu.publish.making.keys import Keys
from zongmu.publish.making.remembered import Remembered
from zongmu.publish.making.remembered import digest as digest_of
from zongmu.publish.making.search_kept import SearchIndex
from zongmu.publish.making.tree import FreshTree, Put
from zongmu.publish.open_data import oc4ids
from zongmu.publish.open_data.about import About, about
from zongmu.publish.open_data.catalogue import OPENAPI, datasets
from zongmu.publish.open_data.content import tables
from zongmu.publish.open_data.datafile import (
    CALENDAR,
    JSON,
    JSON_LD,
    NDJSON,
    RDF_XML,
    SCHEMA,
    SCRIPT,
    TURTLE,
    DataFile,
)
from zongmu.publish.open_data.dcat_ap import catalogue
from zongmu.publish.open_data.dcat_us import data_json, data_json_1_1
from zongmu.publish.open_data.deadlines import calendars
from zongmu.publish.open_data.json_files import WHOLE, WHOLE_ABOUT, WHOLE_TITLE, schema_files, whole_json
from zongmu.publish.open_data.oc4ids_extension import SCHEMA_PATH, extension_schema
from zongmu.publish.open_data.openapi import openapi
from zongmu.publish.open_data.shares import Share, shares
from zongmu.publish.open_data.tables import Table
from zongmu.publish.open_data.tabular import Of, tabular
from zongmu.publish.released.release import Release
from zongmu.publish.rendering.say import Say
from zongmu.publish.search import fold_script
from zongmu.store.workers import how_many, map_all, no_collection


@immutable
class Made:
    """A file that was put into the tree, by this process or by another."""

    put: Put
    file: DataFile
    mtime: int


_Files = Iterator[tuple[str, str, Bilingual, Bilingual, bytes | Iterator[bytes], Of | None]]
"""Path, media type, title, what it holds, bytes or parts of them, of what alone."""
Maker = Callable[[], _Files]


class Exporter:
    """Makes the files that are not one project's in a tree, where those of the last build cannot stay (:meth:`kept`).

    *key*: a digest of everything that they are made from; *kept*: the folder of what is remembered from one build to the next.
    """

    def __init__(self, kept: Path, out: Path, tree: FreshTree, key: str) -> None:
        self._tree = tree
        self._key = key
        self._memory, self._blocks, self._terms = (Remembered(kept, kind, out) for kind in ("data", "blocks", "terms"))

    def jobs(self, release: Release, zh: Say, en: Say, keys: Keys) -> list[Callable[[], list[Made]]]:
        """What makes the files for which nothing but the release is needed, in pieces that can be made apart; the longest
        first. What they give goes to :meth:`finish`, in this order."""
        head = about(release)
        return [
            lambda: self._tabular(head, tables(release, zh, keys), shares(release)),
            lambda: self._run(lambda: _list(release, zh, en, SearchIndex(self._terms, self._tree), keys)),
            lambda: self._run(lambda: _calendars(head, release, zh)),
        ]

    def finish(
        self, release: Release, root: Path, projects: Sequence[tuple[str, str]], made: Sequence[Sequence[Made]]
    ) -> list[DataFile]:
        """Make the rest: the published schemas, what is put together of the files of projects, the catalogues.

        *projects*: paths of the JSON and the OC4IDS file of each project. *made*: what the jobs gave.
        """
        head, tree, [tabular, *others] = about(release), self._tree, made
        data, packages = [path for path, _ in projects], [path for _, path in projects]
        parts = (lambda: _whole(release, root, tree, data), lambda: _joined(head, tree, data, packages))
        whole, joined = map_all(self._run, parts, workers=min(2, how_many(len(projects), None)))
        done = [*whole, *tabular, *joined, *(m for some in others for m in some)]
        done += self._run(lambda: _catalogues(head, [m.file for m in done]))
        self._tree.take(m.put for m in done)
        self._remember(done)
        return [m.file for m in done]

    def _tabular(self, head: About, made: Sequence[Table], cut: Sequence[Share]) -> list[Made]:
        """The tables in every format, by one process: what is made of a table is made of the same rows."""
        with no_collection():
            done = [(one.order, self._put(*one[1:])) for one in tabular(head, made, cut, self._tree, self._blocks)]
        return [file for _, file in sorted(done, key=itemgetter(0))]

    def _run(self, job: Maker) -> list[Made]:
        with no_collection():
            return [self._put(*made) for made in job()]

    def _put(
        self,
        path: str,
        media_type: str,
        title: Bilingual,
        said: Bilingual,
        data: bytes | Iterator[bytes],
        of: Of | None,
    ) -> Made:
        if isinstance(data, bytes):
            put, size, digest = self._tree.put(path, data), len(data), digest_of(data)
        else:
            put, size, digest = self._tree.pour(path, data)
        file = DataFile(path, media_type, title, said, size, digest, *(of or ()))
        return Made(put, file, self._tree.new(path).st_mtime_ns)

    def kept(self) -> list[DataFile] | None:
        """The files of the last build, if all of them are there as it left them and were made from the same."""
        try:
            memory = self._memory.read()
            if memory["key"] != self._key:
                return None
            rows = [(_file(row["file"]), int(row["mtime"])) for row in memory["files"]]
        except (ValueError, KeyError, TypeError):
            return None
        for file, mtime in rows:
            now = self._tree.old(file.path)
            if now is None or (now.st_size, now.st_mtime_ns) != (file.size, mtime):
                return None
        try:
            puts = [self._tree.keep(file.path) for file, _ in rows]
        except OSError:
            return None
        self._tree.take(puts)
        return [file for file, _ in rows]

    def _remember(self, done: Iterable[Made]) -> None:
        rows = [{"file": asdict(m.file), "mtime": m.mtime} for m in done]
        self._memory.write({"key": self._key, "files": rows})


def _file(row: dict[str, Any]) -> DataFile:
    return DataFile(**{**row, "title": Bilingual(**row["title"]), "about": Bilingual(**row["about"])})


def _whole(release: Release, root: Path, tree: FreshTree, projects: Sequence[str]) -> _Files:
    texts = (tree.read(path) for path in projects)
    yield WHOLE, JSON, WHOLE_TITLE, WHOLE_ABOUT, whole_json(release, texts), None
    for path, data, title, said in schema_files(root):
        yield path, JSON, title, said, data, None


def _joined(head: About, tree: FreshTree, projects: Sequence[str], packages: Sequence[str]) -> _Files:
    title = Bilingual("全部项目，一行一个（NDJSON）", "All projects, a line each (NDJSON)")
    said = Bilingual("每行就是该项目的 JSON 文件", "Each line is the JSON file of a project")
    yield "data/projects.ndjson", NDJSON, title, said, (tree.read(path) for path in projects), None
    path = "data/oc4ids.json"
    if packages:
        data = oc4ids.whole(head, path, (tree.read(package) for package in packages))
        title = Bilingual("全部项目（OC4IDS 0.9）", "All projects (OC4IDS 0.9)")
        said = Bilingual("开放承包基础设施数据标准", "Open Contracting for Infrastructure Data Standards")
        yield path, JSON, title, said, data, None
    title = Bilingual("OC4IDS 扩展的结构", "Schema of the OC4IDS extension")
    yield SCHEMA_PATH, SCHEMA, title, Bilingual("x_zongmu", "x_zongmu"), extension_schema(head), None


def _list(release: Release, zh: Say, en: Say, index: SearchIndex, keys: Keys) -> _Files:
    """What the master list and its search load; no data to be listed, but made from the same and kept with them."""
    projects, none = newest_first(release.projects), Bilingual("", "")
    yield "projects/rows.js", SCRIPT, none, none, rows_script(release, projects, zh, en), None
    yield "projects/figures.js", SCRIPT, none, none, figures_script(release, projects), None
    yield "search/fold.js", SCRIPT, none, none, fold_script(), None
    for n, data in enumerate(index.shards(release, projects, keys)):
        yield f"search/{n}.js", SCRIPT, none, none, data, None


def _calendars(head: About, release: Release, say: Say) -> _Files:
    title = Bilingual("期限（iCalendar）", "Deadlines (iCalendar)")
    said = Bilingual(
        "未到期和已逾期的期限，可在日历软件中订阅", "Open and overdue deadlines, to subscribe to in a calendar"
    )
    for path, data in calendars(head, release, say):
        yield path, CALENDAR, title, said, data, None


def _catalogues(head: About, files: Sequence[DataFile]) -> _Files:
    sets = datasets(head, files)
    turtle, json_ld, rdf_xml = catalogue(head, sets)
    said = Bilingual("数据目录，供其他目录收割", "The catalogue of the data, for harvesters")
    yield "catalog.ttl", TURTLE, Bilingual("DCAT-AP 3（Turtle）", "DCAT-AP 3 (Turtle)"), said, turtle, None
    yield "catalog.jsonld", JSON_LD, Bilingual("DCAT-AP 3（JSON-LD）", "DCAT-AP 3 (JSON-LD)"), said, json_ld, None
    yield "catalog.rdf", RDF_XML, Bilingual("DCAT-AP 3（RDF/XML）", "DCAT-AP 3 (RDF/XML)"), said, rdf_xml, None
    yield "data.json", JSON, Bilingual("DCAT-US 3", "DCAT-US 3"), said, data_json(head, sets), None
    yield "data-1.1.json", JSON, Bilingual("DCAT-US 1.1", "DCAT-US 1.1"), said, data_json_1_1(head, sets), None
    title = Bilingual("接口说明（OpenAPI 3.1）", "Interface description (OpenAPI 3.1)")
    said = Bilingual("各 JSON 文件的地址和结构", "Addresses and schemas of the JSON files")
    yield OPENAPI, JSON, title, said, openapi(head), None

"""The whole site: shells rendered, pages stamped into them, data written, a fresh tree swapped in."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from zongmu.model.finding import Bilingual
from zongmu.model.leaves import plain
from zongmu.publish.clock import Clock
from zongmu.publish.editor import editor_files
from zongmu.publish.escape import encode
from zongmu.publish.feeds import feeds, security_txt, sitemap
from zongmu.publish.form_data import form_common, form_file
from zongmu.publish.kept import made_once
from zongmu.publish.open_data.datafile import JSON, SCRIPT, DataFile
from zongmu.publish.open_data.files import Exporter
from zongmu.publish.open_data.json_files import WHOLE, WHOLE_ABOUT, WHOLE_TITLE, checksums, schema_files, whole_json
from zongmu.publish.pages.base import Files, Maker
from zongmu.publish.pages.changes import change_pages
from zongmu.publish.pages.comparing import compare_page
from zongmu.publish.pages.data import build_file, data_html
from zongmu.publish.pages.form import form_html
from zongmu.publish.pages.gathered import gathered_pages
from zongmu.publish.pages.home import home_html
from zongmu.publish.pages.law import law_jobs
from zongmu.publish.pages.listing import list_pages
from zongmu.publish.pages.missing import missing_page
from zongmu.publish.pages.ratings import ratings_html
from zongmu.publish.pages.rules import rule_list
from zongmu.publish.pages.schemas import schema_pages
from zongmu.publish.pages.trail import trail_page
from zongmu.publish.released import Release
from zongmu.publish.shells import LANGUAGES, SLOT, Rendered, SiteProblem, render
from zongmu.publish.stamping import Stamped, Stamper, beside
from zongmu.publish.templating import Templates
from zongmu.publish.tree import FreshTree, Put, fresh_tree
from zongmu.store.prints import engine_print, folder_print
from zongmu.store.workers import how_many, map_all

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Built:
    """What a build did: pages, files, bytes in them, files that are those of the build before."""

    pages: int = 0
    files: int = 0
    unchanged: int = 0
    size: int = 0


def build_site(
    root: Path,
    out: Path,
    release: Release,
    kept: Path,
    progress: Progress | None = None,
    clock: Clock | None = None,
) -> Built:
    """Build the site of *release* at *out*, in both languages.

    *clock* is told of each phase. *kept*: the folder of what was made before.

    Raises :class:`~zongmu.publish.shells.SiteProblem` where the hand-written part cannot be rendered, ``OSError`` where
    the tree cannot be written; the old site is then as it was.
    """
    clock = clock or Clock()
    settings = {lang: _settings(release, lang) for lang in LANGUAGES}
    rendered = render(root, settings, kept)
    clock.lap("shells")
    makers = [Maker(lang, release, rendered[lang], Templates(lang, kept / "templates")) for lang in LANGUAGES]
    with fresh_tree(out, kept) as tree:
        _assets(root, tree, rendered)
        key = _law_key(root, release, makers)
        _law(root, kept, tree, release, makers, key)
        clock.lap("law", len(tree.paths), tree.linked)
        stamper = Stamper(kept, out, tree, release, makers, key)
        done = stamper.stamp(progress)
        clock.lap("projects", len(done), sum(all(put.linked for put in stamped.files) for stamped in done))
        before = len(tree.paths), tree.linked
        files = _data(root, kept, out, tree, makers, done, key)
        clock.lap("data", len(tree.paths) - before[0], tree.linked - before[1])
        before = len(tree.paths), tree.linked
        workers = how_many(len(release.projects), None)
        for puts in map_all(lambda make: _lists(make, tree, files, done), makers, workers=workers):
            tree.take(puts)
        tree.write("build.json", build_file(release))
        tree.write(*form_common(root, release))
        for path, made in editor_files(root, release.instance):
            tree.write(path, made)
        for name, text in (file for one in release.checkpoints for file in one.files):
            tree.write(f"trust/{name}", text)
        for path, data in (*sitemap(release, tree.paths), *security_txt(release)):
            tree.write(path, data)
        clock.lap("lists", len(tree.paths) - before[0], tree.linked - before[1])
        stamper.remember(done)
        pages = sum(p.endswith(".html") for p in tree.paths)
        built = Built(pages, len(tree.paths), tree.linked, sum(tree.new(p).st_size for p in tree.paths))
    clock.lap("swap")
    return built


def _settings(release: Release, lang: str) -> dict[str, Any]:
    """What the shells say of the instance, in one language."""
    instance, en = release.instance, lang == "en"
    demonstration = instance.demonstration
    notice = ""
    if demonstration is not None:
        said = demonstration.notice_en if en else demonstration.notice
        notice = said or ("Demonstration data; not real." if en else "演示数据，不是真实数据。")
    return {
        "site_name": (instance.name_en if en and instance.name_en else instance.name),
        "zongmu": {
            "address": release.address,
            "prefix": "en/" if en else "",
            "root": "../" if en else "",
            "notice": notice,
            "operator": instance.site.operator or "",
            "contact": instance.site.contact or "",
            "licence": instance.site.licence or "",
            "footer": [
                {"text": line.text_en if en and line.text_en else line.text, "url": line.url or ""}
                for line in instance.site.footer
            ],
        },
    }


def _assets(root: Path, tree: FreshTree, rendered: Mapping[str, Rendered]) -> None:
    """The theme's style sheet, one for both languages, and what the instance keeps in ``site/assets``."""
    for path, file in rendered["zh"].assets.items():
        tree.copy(path, file)
    folder = root / "site" / "assets"
    for file in sorted(p for p in folder.rglob("*") if p.is_file()) if folder.is_dir() else ():
        tree.copy(f"assets/{file.relative_to(folder).as_posix()}", file)


def _lists(make: Maker, tree: FreshTree, files: Sequence[DataFile], done: Sequence[Stamped]) -> list[Put]:
    """Put into the tree what shows many projects at once, in one language."""
    made = (
        *list_pages(make),
        compare_page(make),
        *gathered_pages(make),
        *change_pages(make),
        *trail_page(make),
        missing_page(make),
        *feeds(make),
        rule_list(make),
        *_written(make, files, done),
    )
    return [tree.put(path, data) for path, data in made]


def _written(make: Maker, files: Sequence[DataFile], done: Sequence[Stamped]) -> Files:
    """The hand-written pages with their slots filled."""
    makers: dict[str, Callable[[], str]] = {
        "home": lambda: str(home_html(make)),
        "data": lambda: str(data_html(make, files, [s.data_path for s in done])),
        "ratings": lambda: str(ratings_html(make)),
        "form": lambda: str(form_html(make)),
    }
    for path, page in make.rendered.pages.items():
        out, last = [], 0
        for slot in SLOT.finditer(page):
            filler = makers.get(slot[1])
            if filler is None:
                raise SiteProblem(
                    Bilingual(f"不认识的盖印位置 zongmu:{slot[1]}", f"unknown slot zongmu:{slot[1]}"),
                    f"site/pages/{make.lang}/{path.removesuffix('.html')}.md",
                )
            out += [page[last : slot.start()], filler()]
            last = slot.end()
        out.append(page[last:])
        yield f"{make.prefix}{path}", encode("".join(out))


def _data(
    root: Path,
    kept: Path,
    out: Path,
    tree: FreshTree,
    makers: Sequence[Maker],
    done: Sequence[Stamped],
    shared: str,
) -> list[DataFile]:
    """The data of all projects in every format, schemas, checksums. Returns the files that are not one project's."""
    release = makers[0].release
    paths, packages = [s.data_path for s in done], [s.package_path for s in done]
    sums = {s.data_path: s.digest for s in done} | {s.package_path: s.package_digest for s in done}
    files: list[DataFile] = []
    put, size, digest = tree.pour(WHOLE, whole_json(release, (tree.read(path) for path in paths)))
    tree.take([put])
    files.append(DataFile(WHOLE, JSON, WHOLE_TITLE, WHOLE_ABOUT, size, digest))
    for path, data, title, about in schema_files(root):
        tree.write(path, data)
        files.append(DataFile(path, JSON, title, about, len(data), hashlib.sha256(data).hexdigest()))
    key = hashlib.sha256(
        repr(
            (shared, release.asof, sums, [(f.path, f.digest) for f in files], release.history.entries, *beside(release))
        ).encode("utf-8", "replace")
    ).hexdigest()
    made = Exporter(kept, out, tree, key).export(release, makers[0].say, makers[1].say, paths, packages, files)
    told = [f for f in made if f.media_type != SCRIPT]
    files += [f for f in told if not f.path.startswith(("organizations/", "districts/"))]
    tree.write("SHA256SUMS", checksums(sums | {f.path: f.digest for f in (*files, *told)}))
    return files


# ── pages of the law, which change with checks/ and not with the registry ──


def _law(root: Path, kept: Path, tree: FreshTree, release: Release, makers: list[Maker], key: str) -> None:
    """Pages of measures, rules and codes; kept under a key of all that they are made from."""
    folder = kept / f"law-{key[:32]}"
    made_once(folder, lambda work: _fill(work / "pages", _law_jobs(root, release, makers)))
    for file in sorted(p for p in (folder / "pages").rglob("*") if p.is_file()):
        tree.copy(file.relative_to(folder / "pages").as_posix(), file)


def _law_jobs(root: Path, release: Release, makers: list[Maker]) -> list[Callable[[], Files]]:
    """What the pages of the law are made by, the longest first."""
    world = release.world
    return [
        *(partial(form_file, root, world, city) for city in world.instance.jurisdictions),
        *(partial(schema_pages, make, root) for make in makers),
        *law_jobs(root, makers, release.checks, world.calendar),
    ]


def _fill(folder: Path, jobs: Sequence[Callable[[], Files]]) -> None:
    """The files of *jobs*, made by two processes, in *folder*."""

    def made(job: Callable[[], Files]) -> None:
        for path, data in job():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)

    map_all(made, jobs, workers=2)


def _law_key(root: Path, release: Release, makers: list[Maker]) -> str:
    """A digest of checks, calendars, settings, shells and this program."""
    digest = hashlib.sha256()
    for make in makers:
        for name in sorted(make.rendered.shells):
            digest.update(make.rendered.shells[name].fill(title="", description="", file="", body=""))
    digest.update(repr(plain(release.instance)).encode())
    digest.update(engine_print().encode())
    for name in ("checks", "schema", "registry/calendars"):
        if (root / name).is_dir():
            digest.update(f"{name} {folder_print(root / name)}".encode())
    return digest.hexdigest()

"""The whole site: shells rendered, pages stamped into them, data written, a fresh tree swapped in."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, Final, NamedTuple

from zongmu.model.fields.leaves import plain
from zongmu.model.finding import Bilingual
from zongmu.model.records.instance import Instance
from zongmu.publish.editor import editor_files
from zongmu.publish.feeds import feeds, security_txt, sitemap
from zongmu.publish.form_data import form_common, form_file
from zongmu.publish.making.clock import Clock
from zongmu.publish.making.kept import made_once
from zongmu.publish.making.keys import Keys, beside
from zongmu.publish.making.last_build import LastBuild
from zongmu.publish.making.side_by_side import Done, Job, run_jobs
from zongmu.publish.making.stamping import Stamped, Stamper
from zongmu.publish.making.tree import FreshTree, Put, fresh_tree
from zongmu.publish.open_data.datafile import SCRIPT, DataFile
from zongmu.publish.open_data.files import Exporter
from zongmu.publish.open_data.json_files import checksums
from zongmu.publish.open_data.shares import BODY_FOLDER, DISTRICT_FOLDER
from zongmu.publish.pages.api import api_html
from zongmu.publish.pages.base import Files, Later, Maker, Pages
from zongmu.publish.pages.changes import change_pages
from zongmu.publish.pages.comparing import compare_page
from zongmu.publish.pages.data import build_file, data_html
from zongmu.publish.pages.form import form_html
from zongmu.publish.pages.gathered import SORTS
from zongmu.publish.pages.home import home_html
from zongmu.publish.pages.law import law_jobs
from zongmu.publish.pages.listing import list_page, plain_list_pages
from zongmu.publish.pages.missing import missing_page
from zongmu.publish.pages.ratings import ratings_html
from zongmu.publish.pages.rules import rule_list
from zongmu.publish.pages.schemas import schema_pages
from zongmu.publish.pages.trail import trail_page
from zongmu.publish.released.release import Release, address_of
from zongmu.publish.rendering.escape import encode
from zongmu.publish.rendering.shells import LANGUAGES, SLOT, Rendered, render
from zongmu.publish.rendering.site_settings import SiteProblem
from zongmu.publish.rendering.templating import Templates
from zongmu.store.kept.prints import engine_print, folder_print
from zongmu.store.workers import Progress, how_many


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

    Raises :class:`~zongmu.publish.rendering.shells.SiteProblem` where the hand-written part cannot be rendered, ``OSError`` where
    the tree cannot be written; the old site is then as it was.
    """
    clock = clock or Clock()
    rendered = render(root, shell_settings(release.instance), kept)
    clock.lap("shells")
    makers = [Maker(lang, release, rendered[lang], Templates(lang, kept / "templates")) for lang in LANGUAGES]
    _slots_known(makers)
    with fresh_tree(out, kept) as tree:
        _assets(root, tree, rendered)
        key = _law_key(root, release, makers)
        last, keys = LastBuild(kept, out, tree), Keys(release, key)
        stamper = Stamper(tree, last, release, makers, keys)
        stamper.stones()
        exporter = Exporter(kept, out, tree, _data_key(key, release, keys.contents))
        whole = exporter.kept()
        exports = exporter.jobs(release, makers[0].say, makers[1].say, keys) if whole is None else ()
        jobs = [
            *(Job("exports", job) for job in exports),
            *_list_jobs(_Lists(tree, last, keys), makers),
            *_project_jobs(stamper),
        ]
        done = _run(root, kept / f"law-{key[:32]}", partial(_law_again, tree, last, key), tree, makers, jobs, progress)
        projects: list[Stamped] = [one for some in done.results.get("projects", ()) for one in some]
        clock.lap("together")
        kept_whole = sum(all(put.linked for put in one.files) for one in projects)
        clock.part("projects", done.seconds.get("projects", 0.0), len(projects), kept_whole)
        tree.take(put for one in projects for put in one.files)
        lists = [one for some in done.results["lists"] for one in some]
        law = [put for some in done.results["law"] for put in some]
        for name, puts in (("law", law), ("lists", [put for put, _ in lists])):
            clock.part(name, done.seconds[name], len(puts), sum(put.linked for put in puts))
            tree.take(puts)
        before = len(tree.paths), tree.linked
        if whole is None:
            clock.part("exports", done.seconds["exports"])
            paths = [(one.data_path, one.package_path) for one in projects]
            whole = exporter.finish(release, root, paths, done.results["exports"])
        _write_rest(root, tree, makers, projects, whole)
        keyed = [*((put.path, key, "") for put in law), *((put.path, of, "") for put, of in lists if of)]
        last.remember(chain(keyed, *(one.known() for one in projects)))
        clock.lap("whole", len(tree.paths) - before[0], tree.linked - before[1])
        pages = sum(p.endswith(".html") for p in tree.paths)
        built = Built(pages, len(tree.paths), tree.linked, sum(tree.new(p).st_size for p in tree.paths))
    clock.lap("swap")
    return built


def _run(
    root: Path,
    law: Path,
    again: Callable[[Path], list[Put]],
    tree: FreshTree,
    makers: Sequence[Maker],
    jobs: Sequence[Job],
    progress: Progress | None,
) -> Done:
    """Do the *jobs*, and the pages of the law, which change with ``checks/`` and not with the registry: kept in the folder
    *law*, from which *again* takes them."""
    release = makers[0].release
    workers = how_many(len(release.projects), None)
    done: list[Done] = []

    def make(work: Path) -> None:
        fresh = [Job("law", partial(_law, tree, work / "pages", job)) for job in _law_jobs(root, release, makers)]
        done.append(run_jobs([*fresh, *jobs], max(2, workers), progress))

    made_once(law, make)
    if done:
        return done[0]
    return run_jobs([Job("law", partial(again, law / "pages")), *jobs], workers, progress)


def _project_jobs(stamper: Stamper) -> list[Job]:
    return [Job("projects", job, weight) for weight, job in stamper.jobs()]


def _list_jobs(lists: _Lists, makers: Sequence[Maker]) -> list[Job]:
    """What shows many projects at once."""
    jobs = [partial(pages, make) for pages in (*SORTS, feeds, _lists) for make in makers]
    return [Job("lists", partial(lists.put, job)) for job in jobs]


class _Lists(NamedTuple):
    """Puts files into a tree; those that need not be made again as the last build left them."""

    tree: FreshTree
    last: LastBuild
    keys: Keys

    def put(self, made: Callable[[], Pages]) -> list[tuple[Put, str]]:
        """The files, each with its key; those that were made whatever they are made from have none."""
        return [self._put(one) for one in made()]

    def _put(self, one: tuple[str, bytes] | Later) -> tuple[Put, str]:
        if not isinstance(one, Later):
            return self.tree.put(*one), ""
        key = self.keys.page(one.path, one.projects, one.said)
        kept = self.last.keep(key, [one.path])
        return (kept[0] if kept is not None else self.tree.put(*one.make())), key


def shell_settings(instance: Instance) -> dict[str, dict[str, Any]]:
    """What the shells say of the instance, in each language."""
    return {lang: _settings(instance, lang) for lang in LANGUAGES}


def _settings(instance: Instance, lang: str) -> dict[str, Any]:
    en = lang == "en"
    return {
        "site_name": (instance.name_en if en and instance.name_en else instance.name),
        "zongmu": {
            "address": address_of(instance),
            "prefix": "en/" if en else "",
            "root": "../" if en else "",
            "notice": instance.notice(lang) or "",
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


def _lists(make: Maker) -> Pages:
    """What shows many projects and gathers nothing, in one language."""
    yield from plain_list_pages(make)
    yield compare_page(make)
    yield from change_pages(make)
    yield from trail_page(make)
    yield missing_page(make)
    yield rule_list(make)
    fillers = {"home": home_html, "ratings": ratings_html, "form": form_html, "api": api_html}
    yield from _written(make, {name: partial(filler, make) for name, filler in fillers.items()})


_LATE: Final = "data"
"""The slot that shows what files there are."""
_SLOTS: Final = frozenset({"home", "ratings", "form", "api", _LATE})


def _slots_known(makers: Sequence[Maker]) -> None:
    """Raises :class:`SiteProblem` where a hand-written page has a slot that nothing fills."""
    for make in makers:
        for path, page in make.rendered.pages.items():
            for slot in SLOT.finditer(page):
                if slot[1] not in _SLOTS:
                    raise SiteProblem(
                        Bilingual(f"不认识的盖印位置 zongmu:{slot[1]}", f"unknown slot zongmu:{slot[1]}"),
                        f"site/pages/{make.lang}/{path.removesuffix('.html')}.md",
                    )


def _written(make: Maker, fillers: Mapping[str, Callable[[], object]]) -> Files:
    """The hand-written pages with their slots filled; those that show what files there are only with a filler for it."""
    for path, page in make.rendered.pages.items():
        parts = SLOT.split(page)
        if (_LATE in parts[1::2]) == (_LATE in fillers):
            parts[1::2] = [str(fillers[name]()) for name in parts[1::2]]
            yield f"{make.prefix}{path}", encode("".join(parts))


def _write_rest(
    root: Path, tree: FreshTree, makers: Sequence[Maker], projects: Sequence[Stamped], made: Sequence[DataFile]
) -> None:
    """What says of the whole tree what is in it. *made*: the files that are not one project's."""
    release = makers[0].release
    shown = [file for file in made if file.media_type != SCRIPT]
    sums = {file.path: file.digest for file in shown}
    sums |= {path: digest for one in projects for path, digest in one.sums}
    tree.write("SHA256SUMS", checksums(sums))
    listed = [file for file in shown if not file.path.startswith((f"{BODY_FOLDER}/", f"{DISTRICT_FOLDER}/"))]
    paths = [one.data_path for one in projects]
    for make in makers:
        tree.write(*list_page(make, listed))
        for path, data in _written(make, {_LATE: partial(data_html, make, listed, paths)}):
            tree.write(path, data)
    tree.write("build.json", build_file(release))
    tree.write(*form_common(root, release))
    for path, text in editor_files(root, release.instance):
        tree.write(path, text)
    for name, text in (file for one in release.checkpoints for file in one.files):
        tree.write(f"trust/{name}", text)
    for path, data in (*sitemap(release, tree.paths), *security_txt(release)):
        tree.write(path, data)


def _data_key(shared: str, release: Release, contents: Mapping[str, str]) -> str:
    """A digest of everything that the open data are made from. *contents*: digests of what the data say of each project."""
    said = (shared, release.asof, contents, release.history.entries, *beside(release))
    return hashlib.sha256(repr(said).encode("utf-8", "replace")).hexdigest()


# ── pages of the law, which change with checks/ and not with the registry ──


def _law_jobs(root: Path, release: Release, makers: Sequence[Maker]) -> list[Callable[[], Files]]:
    """What the pages of the law are made by, the longest first."""
    world = release.world
    return [
        *(partial(form_file, root, world, city) for city in world.instance.jurisdictions),
        *(partial(schema_pages, make, root) for make in makers),
        *law_jobs(root, makers, release.checks, world.calendar),
    ]


def _law(tree: FreshTree, folder: Path, job: Callable[[], Files]) -> list[Put]:
    """Files of the law, put into the tree and kept in *folder*."""
    puts = []
    for path, data in job():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        puts.append(tree.put(path, data))
    return puts


def _law_again(tree: FreshTree, last: LastBuild, key: str, folder: Path) -> list[Put]:
    """Files of the law as they were kept in *folder*; those of the last build, where they were made under the same *key*."""
    puts = []
    for file in sorted(p for p in folder.rglob("*") if p.is_file()):
        path = file.relative_to(folder).as_posix()
        kept = last.keep(key, [path])
        puts.append(kept[0] if kept is not None else tree.put(path, file.read_bytes()))
    return puts


def _law_key(root: Path, release: Release, makers: Sequence[Maker]) -> str:
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

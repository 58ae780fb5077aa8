"""``zongmu build`` against MkDocs Material and Hugo making the same pages of projects, in both languages.

*The same pages*: what zongmu put on the page of each project, written as Markdown (headings, facts, tables, acts, outcomes and
their traces; without drawings). The peers are given it ready; zongmu judges every project first, and makes the data files,
feeds, lists and search beside the pages. So its phases that make pages are summed up in a line of their own.

MkDocs Material, out of the navigation and with its search on, is too slow for all of them: the pages of some projects are
built, and the time is scaled up from the slope between none and those. Hugo, with a theme of two short templates, gets those
same ones over and over under other names; it holds all pages in memory, so beyond some thousands its time is scaled up too.
A peer that is not installed is left out, and that is said.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from benchmarks import corpus
from benchmarks.markdown import markdown
from benchmarks.timing import Sample, in_turn, table

REPO = Path(__file__).resolve().parents[1]
ZONGMU = str(Path(sys.executable).with_name("zongmu"))
ORDINARY = 60
"""How many projects are really built as ordinary pages."""
HUGO_MOST = 4000
"""Pages that Hugo is really given, at most: a megabyte of memory each."""

_MKDOCS = """\
site_name: bench
docs_dir: pages
site_dir: out
theme: {name: material, font: false, language: zh}
plugins: [search]
markdown_extensions: [tables, attr_list]
not_in_nav: |
  /projects/*
  /en/projects/*
nav: [index.md]
validation: {links: {not_found: ignore, unrecognized_links: ignore, anchors: ignore}}
"""
_HUGO = {
    "config.toml": 'baseURL = "https://bench.example/"\ntitle = "bench"\ndisableKinds = ["taxonomy", "term", "RSS"]\n',
    "layouts/_default/single.html": "<!doctype html><title>{{ .Title }}</title><main>{{ .Content }}</main>\n",
    "layouts/_default/list.html": "<!doctype html><ul>{{ range .Pages }}<li>{{ .Title }}{{ end }}</ul>\n",
    "content/_index.md": "---\ntitle: bench\n---\n",
}
_PHASE = re.compile(r"^ +(?:([0-9.]+) +)?([0-9.]+)  +([a-z]+)", re.MULTILINE)
_PAGES = ("shells", "pages", "lists")
"""Phases of zongmu that make pages, by the first word of their titles."""


def run(size: int, runs: int) -> list[str]:
    """Lines of the report for *size* projects."""
    with tempfile.TemporaryDirectory(prefix="zongmu-bench-") as folder:
        base = Path(folder)
        made = _instance(base / "instance", size)
        public = made.root / "public"
        first = next(f for f in made.files if "/projects/" in f.as_posix())
        command = f"exec {ZONGMU} build --lang en"
        cold = ["sh", "-c", f"rm -rf public .cache && {command} > {base}/phases"]
        after = {
            "zongmu build, nothing changed": ["sh", "-c", command],
            "zongmu build, one project changed": [
                "sh",
                "-c",
                f"sed -i \"s/^name: .*/name: 改名 $(date +%N)/\" '{first}' && {command} > {base}/changed",
            ],
        }
        ours = in_turn({"zongmu build, cold": cold}, made.root, runs, warm=False)
        phases = (base / "phases").read_text("utf-8")
        ours["  of this, making pages"] = _pages(phases, ours["zongmu build, cold"])
        checked = {
            "zongmu check, cold": ["sh", "-c", f"rm -rf public .cache && exec {ZONGMU} check > {base}/checked"],
            "zongmu build, after that check": ["sh", "-c", command],
        }
        ours |= in_turn(checked | after, made.root, runs, warm=False)
        files = sorted(public.glob("projects/*-[0-9][0-9][0-9][0-9]-[0-9]*.html"))[: min(ORDINARY, size)]
        pages = {p.relative_to(public).with_suffix("").as_posix(): markdown(p.read_text("utf-8")) for p in _both(files)}
        peers, notes = _peers(base, pages, size, runs)
        return [
            f"build: {made}; zongmu's {len(files)} projects as ordinary pages, {sum(map(len, pages.values())) // len(pages)} "
            "characters each",
            *table({**peers, **ours}, next(iter(peers))),
            *notes,
            *(
                f"  memory, {name.strip()}: {s.memory / 1e6:.0f} MB"
                for name, s in {**peers, **ours}.items()
                if s.memory
            ),
            *(f"  {line}" for line in phases.splitlines()),
            "  after the change of one project:",
            *(f"  {line}" for line in (base / "changed").read_text("utf-8").splitlines()[1:]),
        ]


def _pages(phases: str, whole: Sample) -> Sample:
    """What the phases took that make pages. A part of a phase has the share of its clock that it has of its processors."""
    wall = cpu = share = 0.0
    for by_clock, by_processor, word in _PHASE.findall(phases):
        seconds = float(by_processor)
        if by_clock:
            share = float(by_clock) / seconds if seconds else 0.0
        if word in _PAGES:
            wall, cpu = wall + seconds * share, cpu + seconds
    return Sample(wall, cpu, whole.code)


def _instance(root: Path, size: int) -> corpus.Corpus:
    """A registry of *size* projects with the hand-written pages, all of it public without a review of its own."""
    made = corpus.make(root, size, source=REPO)
    shutil.copytree(REPO / "site", root / "site")
    shutil.copyfile(REPO / "mkdocs.yml", root / "mkdocs.yml")
    settings = root / "registry" / "registry.yaml"
    text = settings.read_text("utf-8")
    settings.write_text(text.replace("disclosure_review: separate", "disclosure_review: merge"), "utf-8")
    (root / ".gitignore").write_text(".cache/\npublic/\n__pycache__/\n", "utf-8")
    corpus.commit(root, "base")
    return made


def _both(pages: Iterable[Path]) -> list[Path]:
    """The pages in Chinese and in English."""
    return [p for page in pages for p in (page, page.parents[1] / "en" / "projects" / page.name)]


# ── the peers ──


def _peers(base: Path, pages: Mapping[str, str], size: int, runs: int) -> tuple[dict[str, Sample], list[str]]:
    """What each peer took for the pages of *size* projects, and what is to be said of it."""
    notes = []
    mkdocs = [sys.executable, "-m", "mkdocs", "build", "--quiet"]
    none = in_turn({"": mkdocs}, _ordinary(base / "none", {}), runs, warm=False)[""]
    some = in_turn({"": mkdocs}, _ordinary(base / "same", pages), runs, warm=False)[""]
    factor = 2 * size / len(pages)
    found = {f"MkDocs Material, the same {2 * size} pages": _scaled(none, some, factor)}
    notes.append(f"  MkDocs Material really built {len(pages)} pages; its time above nothing is scaled by {factor:g}")
    hugo = shutil.which("hugo")
    if hugo is None:
        notes.append("  hugo is not installed: left out")
        return found, notes
    number = min(2 * size, HUGO_MOST)
    command = [hugo, "--quiet"]
    empty = in_turn({"": command}, _hugo(base / "hugo-none", pages, 0), runs, warm=False)[""]
    full = in_turn({"": command}, _hugo(base / "hugo", pages, number), runs, warm=False)[""]
    found[f"Hugo, {2 * size} such pages"] = replace(_scaled(empty, full, 2 * size / number), memory=full.memory)
    said = subprocess.run([hugo, "version"], check=True, capture_output=True, text=True).stdout.split()
    notes.append(
        f"  Hugo ({said[1]}) really built {number} pages; its time above nothing is scaled by {2 * size / number:g}"
    )
    if full.code:
        notes.append(f"  hugo ended with {full.code}: its figures mean nothing")
    return found, notes


def _ordinary(folder: Path, pages: Mapping[str, str]) -> Path:
    """An MkDocs project of *pages*."""
    _write(folder, {"mkdocs.yml": _MKDOCS, "pages/index.md": "# 总目录\n"})
    _write(folder / "pages", {f"{path}.md": text for path, text in pages.items()})
    return folder


def _hugo(folder: Path, pages: Mapping[str, str], number: int) -> Path:
    """A Hugo project of that *number* of pages, taken from *pages* in turn."""
    _write(folder, _HUGO)
    texts = list(pages.items())
    for n in range(number):
        path, text = texts[n % len(texts)]
        _write(folder / "content", {f"{path}-{n}.md": f'---\ntitle: "{path} {n}"\n---\n{text}'})
    return folder


def _write(folder: Path, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")


def _scaled(none: Sample, some: Sample, factor: float) -> Sample:
    """What all pages would take, if each of them takes what those took that were built."""
    return Sample(
        none.wall + (some.wall - none.wall) * factor, none.cpu + (some.cpu - none.cpu) * factor, some.code or none.code
    )

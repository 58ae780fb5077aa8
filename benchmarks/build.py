"""``zongmu build`` against the same pages as ordinary MkDocs Material pages (out of the navigation, search on).

Two peers. *The same pages*: what zongmu put on the page of each project, in both languages, written as Markdown (headings,
facts, tables, acts, outcomes and their traces; without drawings). *Small pages*: facts and milestones of each project as one
table each, in one language, which is what a handful of lines of script would make. Fewer of them are built and the time is
scaled up from the slope between none and those, which the report says. zongmu judges every project, builds every page and
the data files; its phases are printed as it prints them, and the memory of its largest process.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from benchmarks import corpus
from benchmarks.markdown import markdown
from benchmarks.timing import Sample, in_turn, peak, table
from zongmu.store.reader import parse

REPO = Path(__file__).resolve().parents[1]
ZONGMU = str(Path(sys.executable).with_name("zongmu"))
ORDINARY = 200
"""How many projects are really built as ordinary pages."""

_CONFIG = """\
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


def run(size: int, runs: int) -> list[str]:
    """Lines of the report for *size* projects."""
    with tempfile.TemporaryDirectory(prefix="zongmu-bench-") as folder:
        base = Path(folder)
        made = _instance(base / "instance", size)
        public = base / "public"
        command = [ZONGMU, "build", "--out", str(public)]
        cold = ["sh", "-c", f"rm -rf {public} .cache && exec {' '.join(command)}"]
        ours = in_turn({"zongmu build, cold": cold}, made.root, runs)
        phases = subprocess.run(cold, cwd=made.root, check=True, capture_output=True, text=True).stdout.strip()
        ours |= in_turn({"zongmu build, again": command}, made.root, runs)
        pages = sorted(public.glob("projects/*-[0-9][0-9][0-9][0-9]-[0-9]*.html"))[: min(ORDINARY, size)]
        same, small, none = base / "same", base / "small", base / "none"
        _site(
            same, {f"{p.relative_to(public).with_suffix('.md')}": markdown(p.read_text("utf-8")) for p in _both(pages)}
        )
        chosen = {p.stem for p in pages}
        _site(small, dict(_small(f for f in made.files if "/projects/" in f.as_posix() and f.stem in chosen)))
        _site(none, {})
        peers = {name: _mkdocs(path, runs) for name, path in (("same", same), ("small", small), ("none", none))}
        factor = size / len(pages)
        same_name = f"MkDocs Material, the same {2 * size} pages"
        samples = {
            same_name: _scaled(peers["none"], peers["same"], factor),
            f"MkDocs Material, {size} small pages": _scaled(peers["none"], peers["small"], factor),
            **ours,
        }
        return [
            f"build: {made}; ordinary pages of {len(pages)} projects built, scaled by {factor:g}",
            *table(samples, same_name),
            f"  {phases}",
            f"  memory of the largest process: {peak(command, made.root) / 1e6:.0f} MB",
        ]


def _instance(root: Path, size: int) -> corpus.Corpus:
    """A registry of *size* projects with the hand-written pages, all of it public without a review of its own."""
    made = corpus.make(root, size, source=REPO)
    shutil.copytree(REPO / "site", root / "site")
    shutil.copyfile(REPO / "mkdocs.yml", root / "mkdocs.yml")
    settings = root / "registry" / "registry.yaml"
    text = settings.read_text("utf-8")
    settings.write_text(text.replace("disclosure_review: separate", "disclosure_review: merge"), "utf-8")
    return made


def _both(pages: Iterable[Path]) -> list[Path]:
    """The pages in Chinese and in English."""
    return [p for page in pages for p in (page, page.parents[1] / "en" / "projects" / page.name)]


def _site(folder: Path, pages: dict[str, str]) -> None:
    (folder / "pages").mkdir(parents=True)
    (folder / "mkdocs.yml").write_text(_CONFIG, "utf-8")
    for path, text in {"index.md": "# 总目录\n", **pages}.items():
        target = folder / "pages" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")


def _small(files: Iterable[Path]) -> Iterable[tuple[str, str]]:
    for file in files:
        data = parse(file.read_bytes(), file.name).value
        rows = "\n".join(f"| {k} | {v} |" for k, v in data.items() if isinstance(v, str | int | bool))
        acts = "\n".join(
            f"| {m['date']} | {m['kind']} | {m.get('number', '')} | {m.get('total', m.get('amount', ''))} |"
            for m in data.get("milestones", ())
        )
        yield (
            f"projects/{data['id']}.md",
            f"# {data['name']}\n\n{data.get('summary', '')}\n\n| 字段 | 值 |\n|---|---|\n{rows}\n\n"
            f"## 里程碑\n\n| 日期 | 种类 | 文号 | 金额 |\n|---|---|---|---|\n{acts}\n",
        )


def _mkdocs(folder: Path, runs: int) -> Sample:
    return in_turn({"mkdocs": [sys.executable, "-m", "mkdocs", "build", "--quiet"]}, folder, runs)["mkdocs"]


def _scaled(none: Sample, some: Sample, factor: float) -> Sample:
    """What all pages would take, if each of them takes what those took that were built."""
    return Sample(
        none.wall + (some.wall - none.wall) * factor, none.cpu + (some.cpu - none.cpu) * factor, some.code or none.code
    )

"""``zongmu build`` against the same projects as ordinary MkDocs Material pages (out of the navigation, search on).

The ordinary pages are Markdown with the facts and milestones of each project, in one language. Fewer of them are built and
the time is scaled up from the slope between two sizes, which the report says; zongmu builds every page of every project in two
languages, with the data files.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from benchmarks import corpus
from benchmarks.timing import in_turn, table
from zongmu.store.reader import parse

REPO = Path(__file__).resolve().parents[1]
ZONGMU = str(Path(sys.executable).with_name("zongmu"))
ORDINARY = 200
"""How many ordinary pages are really built."""

_CONFIG = """\
site_name: bench
docs_dir: pages
site_dir: out
theme: {name: material, font: false, language: zh}
plugins: [search]
not_in_nav: /projects/*
nav: [index.md]
"""


def run(size: int, runs: int) -> list[str]:
    """Lines of the report for *size* projects."""
    with tempfile.TemporaryDirectory(prefix="zongmu-bench-") as folder:
        made = corpus.make(Path(folder) / "instance", size, source=REPO)
        for name in ("site", "mkdocs.yml"):
            source = REPO / name
            if source.is_dir():
                shutil.copytree(source, made.root / name)
            else:
                shutil.copyfile(source, made.root / name)
        settings = made.root / "registry" / "registry.yaml"
        settings.write_text(
            settings.read_text("utf-8").replace("disclosure_review: separate", "disclosure_review: merge"), "utf-8"
        )
        few, none = Path(folder) / "few", Path(folder) / "none"
        projects = [f for f in made.files if "/projects/" in f.as_posix()]
        ordinary = min(ORDINARY, size)
        _pages(few, projects[:ordinary])
        _pages(none, ())
        mkdocs = [sys.executable, "-m", "mkdocs", "build", "--quiet"]
        site = in_turn({"ordinary": mkdocs}, few, runs)["ordinary"]
        empty = in_turn({"empty": mkdocs}, none, runs)["empty"]
        public = str(Path(folder) / "public")
        samples = in_turn(
            {"zongmu build, cold": ["sh", "-c", f"rm -rf {public} .cache && exec {ZONGMU} build --out {public}"]},
            made.root,
            runs,
        )
        samples |= in_turn({"zongmu build, again": [ZONGMU, "build", "--out", public]}, made.root, runs)
        factor = size / ordinary
        name = f"MkDocs Material, {size} pages ({ordinary} built, scaled)"
        wall = empty.wall + (site.wall - empty.wall) * factor
        cpu = empty.cpu + (site.cpu - empty.cpu) * factor
        peer = {name: type(site)(wall, cpu, site.code)}
        return [f"build: {made}", *table({**peer, **samples}, name)]


def _pages(folder: Path, files: Iterable[Path]) -> None:
    pages = folder / "pages"
    (pages / "projects").mkdir(parents=True)
    (folder / "mkdocs.yml").write_text(_CONFIG, "utf-8")
    (pages / "index.md").write_text("# 总目录\n", "utf-8")
    for file in files:
        data = parse(file.read_bytes(), file.name).value
        rows = "\n".join(f"| {k} | {v} |" for k, v in data.items() if isinstance(v, str | int | bool))
        acts = "\n".join(
            f"| {m['date']} | {m['kind']} | {m.get('number', '')} | {m.get('total', m.get('amount', ''))} |"
            for m in data.get("milestones", ())
        )
        text = f"# {data['name']}\n\n{data.get('summary', '')}\n\n| 字段 | 值 |\n|---|---|\n{rows}\n\n## 里程碑\n\n| 日期 | 种类 | 文号 | 金额 |\n|---|---|---|---|\n{acts}\n"
        (pages / "projects" / f"{data['id']}.md").write_text(text, "utf-8")

"""``zongmu build`` once more: where nothing changed since the site was built, it stays as it is.

What counts is everything that a build reads: registry, law, schemas, hand-written pages, the history (by the commit), this
program, the day; and that the site lies there as the build left it, file by file. Any doubt leads to the build itself.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, TextIO

from zongmu.cli.terms import still_that_day
from zongmu.publish.making.clock import Clock, Phase, memory
from zongmu.publish.making.tree import tree_print
from zongmu.store.git.asking import Git
from zongmu.store.git.codes import GitProblem
from zongmu.store.kept.cache import Cache
from zongmu.store.kept.prints import engine_print, files_print, print_of

KIND: Final = "built"
READ: Final = ("registry", "checks", "schema", "site", "trust")
"""The folders that a build reads, beside ``mkdocs.yml``."""


Said = Mapping[str, Any]
"""What a build has to say, as JSON can hold it."""


def run_build(
    root: Path, out: Path | None, as_of: str | None, lang: str, out_stream: TextIO, *, cached: bool = True
) -> int:
    """Build the public site into *out* (by default ``public`` in the instance); *cached*: with what was made before.

    Returns 0. Raises :class:`~zongmu.cli.trouble.Trouble` (exit 2) when settings, law or hand-written pages cannot be read,
    or the folder cannot be written; the old site stays then. Records with defects are left out and named on standard error.
    """
    clock = Clock()
    target = (root / "public") if out is None else (Path.cwd() / out).resolve()
    cache = Cache.of(root) if cached else None
    name = None if cache is None else _name(root, target, as_of)
    said = None if cache is None or name is None else _said_before(cache, name, target)
    if said is not None:
        clock.lap("nothing")
    else:
        from zongmu.cli.publishing.build import build_and_say

        said, day = build_and_say(root, target, as_of, clock, cached)
        # What was changed while it was read belongs to neither state.
        if cache is not None and name is not None and _name(root, target, as_of) == name:
            _keep(cache, name, target, day, said)
    complain(said["left_out"][lang])
    out_stream.write("\n".join(_lines(target.name, said, clock, lang)) + "\n")
    return 0


def complain(lines: Iterable[str]) -> None:
    """Say on standard error what whoever builds should know."""
    for line in lines:
        print(line, file=sys.stderr)


# ── what was built before ──


def _name(root: Path, target: Path, as_of: str | None) -> str | None:
    """The print of everything that a site is made from but the day; None where it cannot be told."""
    try:
        git = Git(root)
        state = files_print(git, root, READ, watched=("registry", "site"))
        if state is None or git.is_shallow():
            return None
        pages = (root / "mkdocs.yml").read_bytes()
        head = git.resolve("HEAD")
    except (GitProblem, OSError):
        return None
    asked = json.dumps([str(target), as_of]).encode()
    return print_of((engine_print().encode(), state.encode(), pages, head.encode(), asked))


def _said_before(cache: Cache, name: str, target: Path) -> Said | None:
    """What was kept of the build *name*, if today is its day and the site lies at *target* as it left it."""
    held = cache.get(KIND, name)
    if held is None:
        return None
    known: dict[str, Any] = json.loads(bytes(held))
    if not still_that_day(known["day"]) or tree_print(target) != known["tree"]:
        return None
    said: Said = known["said"]
    return said


def _keep(cache: Cache, name: str, target: Path, day: tuple[str, str] | None, said: Said) -> None:
    """Keep what is to be *said* of a build. *day*: the timezone whose today was taken, and that day; None: it was given."""
    data = {"tree": tree_print(target), "day": day, "said": said}
    cache.put(KIND, name, json.dumps(data, ensure_ascii=False).encode())


# ── what a build says ──

_PHASES: Final = {
    "read": ("读入登记库", "registry and law read"),
    "judge": ("裁决全部登记，连同公开文本", "all records judged, and what is public of them"),
    "release": ("定出公开哪些", "what is released"),
    "history": ("公开历史", "history of what is public"),
    "shells": ("外壳和手写页", "shells and hand-written pages"),
    "together": ("以下几项一起做，值得时由几个进程分担", "together, shared among processes where that pays:"),
    "law": ("　法规页、表单", "  pages of the law, forms"),
    "projects": ("　项目页和项目数据", "  pages and data of projects"),
    "lists": ("　目录、单位、期限、变更等页", "  lists, bodies, deadlines, changes"),
    "exports": ("　表格、数据库、搜索、日历", "  tables, databases, search, calendars"),
    "whole": ("拼合的整体数据、数据目录、数据页", "data put together, catalogues, what says of the whole"),
    "swap": ("换上新站", "the new site put in place"),
    "nothing": ("与上次相比没有变化，网站未动", "nothing changed since the last build: the site stays"),
}


def _lines(name: str, said: Said, clock: Clock, lang: str) -> list[str]:
    """What was built, and a table of its phases."""
    zh = lang == "zh"
    size, unchanged = said["size"] / 1e6, said["files"] if clock.phases[0].name == "nothing" else said["unchanged"]
    pages, files, asof, (shown, withheld, waiting) = said["pages"], said["files"], said["asof"], said["projects"]
    head = (
        f"{name}/：{pages} 页，{files} 个文件（{unchanged} 个未变），{size:.1f} MB；"
        f"项目：公开 {shown}，不予公开 {withheld}，未经公开审查 {waiting}；裁决日 {asof}"
        if zh
        else f"{name}/: {pages} pages, {files} files ({unchanged} unchanged), {size:.1f} MB; "
        f"projects: {shown} published, {withheld} withheld, {waiting} not reviewed; as of {asof}"
    )
    rows = [_row(phase, _PHASES[phase.name][0 if zh else 1], zh) for phase in clock.phases]
    most = f"{memory() / 1e6:.0f} MB"
    total = f"合计；最大的进程占 {most}" if zh else f"in all; the largest process held {most}"
    columns = "    用时 s  处理器 s" if zh else "    wall s     CPU s"
    return [head, columns, *rows, _row(clock.whole(), total, zh)]


def _row(phase: Phase, title: str, zh: bool) -> str:
    count = ""
    if phase.done is not None:
        count = f"：{phase.done}" if zh else f": {phase.done}"
        if phase.kept:
            count += f"，其中 {phase.kept} 照旧" if zh else f", {phase.kept} of them as before"
    wall = "" if phase.wall is None else f"{phase.wall:.2f}"
    return f"{wall:>10}{phase.cpu:>10.2f}  {title}{count}"

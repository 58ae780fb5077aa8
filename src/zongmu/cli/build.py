"""``zongmu build``: judge the registry, take what is released, make the public site of it."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TextIO

from zongmu.cli.progress import Progress
from zongmu.cli.session import checks_at, parse_day, registry_at, world_of
from zongmu.cli.trouble import Trouble
from zongmu.model.finding import Bilingual
from zongmu.policy.remembering import memory_of
from zongmu.policy.run import run
from zongmu.publish.build import Built, build_site
from zongmu.publish.released import Release, release, with_history
from zongmu.publish.shells import CACHE, SiteProblem
from zongmu.store.cache import Cache
from zongmu.store.workers import no_collection


def run_build(root: Path, out: Path | None, as_of: str | None, lang: str, out_stream: TextIO) -> int:
    """Build the public site into *out* (by default ``public`` in the instance).

    Returns 0. Raises :class:`Trouble` (exit 2) when settings, law or hand-written pages cannot be read, or the folder
    cannot be written; the old site stays then. Records with defects are left out and named on standard error.
    """
    began = time.monotonic()
    target = (root / "public") if out is None else (Path.cwd() / out).resolve()
    found, built, judged = build_to(root, target, as_of)
    left_out(found, lang)
    out_stream.write(_summary(found, built, judged, time.monotonic() - began, target.name, lang) + "\n")
    return 0


def build_to(root: Path, target: Path, as_of: str | None) -> tuple[Release, Built, float]:
    """Build the public site at *target*: what it shows, what was done, seconds of judging. Raises :class:`Trouble`."""
    with no_collection():
        return _build_to(root, target, as_of)


def _build_to(root: Path, target: Path, as_of: str | None) -> tuple[Release, Built, float]:
    began = time.monotonic()
    checks = checks_at(root)
    registry = registry_at(root)
    world = world_of(checks, registry, parse_day(as_of))
    memory = memory_of(Cache.of(root), world, registry)
    found = release(checks, registry, world, run(world, registry, memory=memory), root)
    found = with_history(found, root, root / CACHE / "public-history.json")
    judged = time.monotonic() - began
    progress = Progress("建站 building")
    try:
        built = build_site(root, target, found, progress)
    except SiteProblem as problem:
        raise Trouble(
            "build.site",
            problem.message,
            Bilingual("改正 site/ 或 mkdocs.yml", "mend site/ or mkdocs.yml"),
            where=problem.where,
        ) from None
    except FileExistsError:
        raise Trouble(
            "build.not-ours",
            Bilingual(
                f"{target.name} 里有别的文件，不是 zongmu 建的网站",
                f"{target.name} holds something that zongmu did not build",
            ),
            Bilingual("换一个 --out，或自己清空它", "give another --out, or empty it yourself"),
        ) from None
    except OSError as problem:
        raise Trouble(
            "build.cannot-write",
            Bilingual(
                f"写不了 {target.name}：{problem.strerror}", f"{target.name} cannot be written: {problem.strerror}"
            ),
            Bilingual("原来的网站没有动；检查磁盘和权限", "the old site is untouched; check disk and permissions"),
        ) from None
    finally:
        progress.end()
    return found, built, judged


def left_out(found: Release, lang: str) -> None:
    """Name the records that are not on the site because of a defect: on standard error, for whoever builds."""
    for row in found.defective:
        codes = ", ".join(row.codes)
        why = "有缺陷，未公开" if lang == "zh" else "has a defect and is not published"
        print(f"{row.path}: {why}{f' [{codes}]' if codes else ''}", file=sys.stderr)
    if found.history.problem is not None:
        problem = found.history.problem
        print(f"{_NO_HISTORY.pick(lang)} [{problem.code.id}]", file=sys.stderr)
    for rule in found.unlike:
        print(f"{rule}: {_UNLIKE.pick(lang)}", file=sys.stderr)


_NO_HISTORY = Bilingual(
    "读不到完整的 Git 历史，变更页和订阅为空",
    "the whole Git history cannot be read: the pages of changes and the feeds are empty",
)
_UNLIKE = Bilingual(
    "按全部登记与按公开内容，结论不同；网站写的是后者。请为它补一个例子，再运行 zongmu examples",
    "comes out otherwise on all that is recorded than on what is public, which is what the site says. "
    "Write it an example, then run zongmu examples",
)


def _summary(found: Release, built: Built, judged: float, seconds: float, name: str, lang: str) -> str:
    counts = (len(found.projects), len(found.tombstones), found.unreviewed)
    phases = {"judge": judged, **built.seconds}
    if lang == "zh":
        words = {
            "judge": "裁决",
            "shells": "外壳",
            "data": "数据",
            "law": "法规",
            "projects": "项目",
            "lists": "目录",
            "swap": "替换",
        }
        said = "，".join(f"{words[k]} {v:.2f}" for k, v in phases.items())
        return (
            f"{name}/：{built.pages} 页，{built.files} 个文件（{built.unchanged} 个未变），{seconds:.2f} 秒（{said}）；"
            "项目：公开 {}，不予公开 {}，未经公开审查 {}".format(*counts)
            + f"；裁决日 {found.asof.isoformat()}"
        )
    said = ", ".join(f"{k} {v:.2f}" for k, v in phases.items())
    return (
        f"{name}/: {built.pages} pages, {built.files} files ({built.unchanged} unchanged), {seconds:.2f} s ({said}); "
        "projects: {} published, {} withheld, {} not reviewed".format(*counts)
        + f"; as of {found.asof.isoformat()}"
    )

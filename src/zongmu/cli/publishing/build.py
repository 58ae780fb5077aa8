"""``zongmu build``: judge the registry, take what is released, make the public site of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from zongmu.cli.progress import Progress
from zongmu.cli.session import checks_at, parse_day, registry_at, world_of
from zongmu.cli.trouble import Trouble
from zongmu.model.finding import Bilingual
from zongmu.model.guards import KINDS, scan
from zongmu.policy.remembering import memory_of
from zongmu.policy.run import run
from zongmu.publish.build import Built, build_site, shell_settings
from zongmu.publish.making.clock import Clock
from zongmu.publish.making.kept import kept_folder
from zongmu.publish.released.release import Release, needed, release, with_history
from zongmu.publish.released.texts import Texts, load_beside
from zongmu.publish.rendering.shells import rendered_beside
from zongmu.publish.rendering.site_settings import SiteProblem
from zongmu.report.terminal import printable
from zongmu.store.kept.cache import Cache
from zongmu.store.refusal import refusal
from zongmu.store.survey import INSTANCE_PATH
from zongmu.store.workers import no_collection
from zongmu.trust.chain.published import FOLDER


def build_and_say(
    root: Path, target: Path, as_of: str | None, clock: Clock, cached: bool
) -> tuple[dict[str, Any], tuple[str, str] | None]:
    """Build the public site at *target*: what to say of it; timezone and day, where today was taken. Raises :class:`Trouble`."""
    found, built = build_to(root, target, as_of, clock, cached)
    day = None
    if as_of is None and found.instance.demonstration is None:
        day = (str(found.instance.timezone), found.asof.isoformat())
    said = {
        "pages": built.pages,
        "files": built.files,
        "unchanged": built.unchanged,
        "size": built.size,
        "projects": (len(found.projects), len(found.tombstones), found.unreviewed),
        "asof": found.asof.isoformat(),
        "left_out": {lang: left_out(found, lang) for lang in ("zh", "en")},
    }
    return said, day


def build_to(
    root: Path, target: Path, as_of: str | None, clock: Clock | None = None, cached: bool = True
) -> tuple[Release, Built]:
    """Build the public site at *target*: what it shows, and what was done. Raises :class:`Trouble`."""
    with no_collection(), kept_folder(root, cached) as kept:
        return _build_to(root, target, as_of, clock or Clock(), kept, Cache.of(root) if cached else None)


def _may_be_shown(found: Release) -> None:
    """The settings go on every page (name, operator, footer). Raises :class:`Trouble` where a guard would not let them in."""
    words = json.dumps(found.instance.model_dump(mode="json", exclude_none=True), ensure_ascii=False, indent=0)
    hit = next((hit for hit in scan(words) if hit.block), None)
    if hit is not None:
        kind = KINDS[hit.kind]
        raise Trouble(
            "build.settings",
            Bilingual(
                f"设定里有不得公开的内容（{kind.zh}），没有建站", f"the settings hold what must not get out ({kind.en})"
            ),
            Bilingual("运行 zongmu check，看在哪一行，删去它", "zongmu check says in which line: delete it"),
            where=INSTANCE_PATH,
            exit_code=1,
        )


def _build_to(
    root: Path, target: Path, as_of: str | None, clock: Clock, kept: Path, cache: Cache | None
) -> tuple[Release, Built]:
    found = _released(root, as_of, clock, kept, cache)
    _may_be_shown(found)
    progress = Progress("建站 building")
    try:
        built = build_site(root, target, found, kept, progress, clock)
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
            Bilingual(
                "换一个 --out，或自己清空它；已应用发布包的目录只用 zongmu release apply 更新",
                "give another --out, or empty it yourself; a tree that holds a release is renewed by zongmu release apply alone",
            ),
        ) from None
    except OSError as problem:
        raise Trouble(
            "build.cannot-write",
            Bilingual(
                f"写不了 {target.name}：{refusal(problem).zh}",
                f"{target.name} cannot be written: {refusal(problem).en}",
            ),
            Bilingual("原来的网站没有动；检查磁盘和权限", "the old site is untouched; check disk and permissions"),
        ) from None
    finally:
        progress.end()
    return found, built


def _released(root: Path, as_of: str | None, clock: Clock, kept: Path, cache: Cache | None) -> Release:
    """What is public. Nothing else of the registry outlives this: a build of ten thousand projects holds enough."""
    checks = checks_at(root, cache)
    registry = registry_at(root, load_with=load_beside)
    world = world_of(checks, registry, parse_day(as_of))
    clock.lap("read", len(registry.survey.located))
    with rendered_beside(root, shell_settings(world.instance), kept):
        texts = Texts(world, registry, cache)
        # Where findings stand is for reports: no page says it.
        result = run(world, texts.registry, memory=memory_of(cache, world, registry), sparing=True)
        clock.lap("judge", len(result.judged))
        result = needed(result)
        found = release(checks, registry, world, result, root, texts)
        clock.lap("release", len(found.texts))
        found = with_history(found, root, cache)
        clock.lap("history")
    return found


def left_out(found: Release, lang: str) -> list[str]:
    """What to tell whoever builds: the records that are not on the site because of a defect, and what else is amiss."""
    out = []
    for row in found.defective:
        codes = ", ".join(row.codes)
        why = (_STANDS if row.stands else _LEFT_OUT).pick(lang)
        out.append(f"{row.path}: {why}{f' [{codes}]' if codes else ''}")
    out += [f"{FOLDER}/{printable(name)}: {_ODD.pick(lang)}" for name in found.odd_checkpoints]
    if found.history.problem is not None:
        out.append(f"{_NO_HISTORY.pick(lang)} [{found.history.problem.code.id}]")
    for id, project in found.unlike:
        rule = found.checks.rule(id)
        across = rule is not None and rule[1].subject == "registry"
        out.append(f"{id} ({project}): {(_AMONG_PUBLISHED if across else _UNLIKE).pick(lang)}")
    return out


_LEFT_OUT = Bilingual("有缺陷，未公开", "has a defect and is not published")
_STANDS = Bilingual("有缺陷，网站仍是上次审查时的样子", "has a defect; the site shows it as it was last reviewed")
_NO_HISTORY = Bilingual(
    "读不到完整的 Git 历史，变更页和订阅为空",
    "the whole Git history cannot be read: the pages of changes and the feeds are empty",
)
_ODD = Bilingual(
    "不是本库的检查点或它的共签，未公布；文件名写作 日期.txt、日期.共签人.sig",
    "is no checkpoint of this registry, nor a cosignature of one, and is not served; names are DAY.txt, DAY.COSIGNER.sig",
)
_AMONG_PUBLISHED = Bilingual(
    "连同未公开的项目，结论不同；网站只就已公开的项目判断，并已注明。公开审查其余项目后即一致",
    "comes out otherwise where projects that are not published count; the site judges among published ones and says so. "
    "It agrees once the others are reviewed",
)
_UNLIKE = Bilingual(
    "按全部登记与按公开内容，结论不同；网站写的是后者。请看这个项目里是什么不公开，并为规则补一个这样的例子，再运行 zongmu examples",
    "comes out otherwise on all that is recorded than on what is public, which is what the site says. "
    "See what of this project is not public, write the rule such an example, then run zongmu examples",
)

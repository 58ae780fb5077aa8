"""What every command begins with: the checks, the registry, the as-of day. Failures become :class:`Trouble`."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

from zongmu.cli.trouble import Trouble
from zongmu.model import scalars
from zongmu.model.finding import Bilingual
from zongmu.model.records.project import Project
from zongmu.policy.judging.world import World
from zongmu.policy.law.law_modules import PACKAGE
from zongmu.policy.law.loading import Checks, LawAsRead, load_checks
from zongmu.policy.law.measure import MeasureError
from zongmu.policy.law.validity import overlaps
from zongmu.policy.run import make_world
from zongmu.store import ahead
from zongmu.store.git.asking import Git
from zongmu.store.git.codes import GitProblem
from zongmu.store.kept.cache import Cache
from zongmu.store.registry import Registry, load
from zongmu.store.trees import Tree, WorkTree
from zongmu.store.workers import beside


def parse_day(text: str | None) -> dt.date | None:
    """A day given on the command line, if one was."""
    return None if text is None else day_named(text)


def day_named(text: str) -> dt.date:
    """A day written on the command line, as offices write it too: 2026.3.1, 2026年3月1日. Raises :class:`Trouble`."""
    try:
        return scalars.parse_day(text)
    except ValueError:
        pass
    from zongmu.exchange.tables.cell_values import Unreadable, read_day  # only now: a day is nearly always plain

    try:
        return read_day(text)
    except Unreadable:
        raise Trouble(
            "cli.bad-date",
            Bilingual(f"{text} 不是日期", f"{text} is not a date"),
            Bilingual(
                "写成 2026-03-01 这样，年份从 1900 到 2099", "write it like 2026-03-01, of the years 1900 to 2099"
            ),
        ) from None


def checks_at(root: Path, cache: Cache | None = None) -> Checks:
    """The law of this instance. A measure that is wrong keeps the command from running: wrong law gives wrong verdicts."""
    checks = load_checks(root, cache)
    _be_sound(checks.problems)
    return checks


@contextmanager
def checks_beside(root: Path, cache: Cache | None) -> Iterator[Checks]:
    """As :func:`checks_at`, while the block reads what is to be judged, and judges nothing: that the law is sound is only known
    at its end. What is wrong with the law is said before what is wrong with the rest.

    Where the registry is large, and a second processor there, it looks the law through meanwhile.
    """
    law = LawAsRead(root, cache)
    apart = ahead.is_reading() and not law.sound
    with beside(law.problems) if apart else nullcontext(law.problems) as problems:
        try:
            yield law.checks()
        except Exception:
            _be_sound(problems())
            raise
        _be_sound(problems())
    law.keep()


def _be_sound(problems: Sequence[MeasureError]) -> None:
    if problems:
        raise invalid_checks(problems)


def invalid_checks(problems: Sequence[MeasureError]) -> Trouble:
    """What to say where the law itself is wrong: the first thing, its place, and what else."""
    first = problems[0]
    more = len(problems) - 1
    rest = "".join(f"\n    {p}" for p in problems[1:20])
    return Trouble(
        "checks.invalid",
        Bilingual(
            f"checks/ 有误：{first.message.zh}" + (f"（另有 {more} 处）{rest}" if more else ""),
            f"checks/ is wrong: {first.message.en}" + (f" (and {more} more){rest}" if more else ""),
        ),
        Bilingual("先改正这里再检查登记文件", "mend this first, then check the records"),
        where=first.path if first.line is None else f"{first.path}:{first.line}",
    )


def registry_at(root: Path, tree: Tree | None = None, *, load_with: Callable[[Tree], Registry] = load) -> Registry:
    """The registry of the work tree (or of *tree*)."""
    if tree is None:
        there_is_a_registry(root)
    return load_with(tree if tree is not None else WorkTree.of(root))


def there_is_a_registry(root: Path) -> None:
    """Raises :class:`Trouble` where nothing is: what finds nothing wrong there has looked at nothing."""
    if not (root / "registry").is_dir():
        raise Trouble(
            "cli.no-registry",
            Bilingual(f"{root.name} 里没有 registry/", f"there is no registry/ in {root.name}"),
            Bilingual(
                "到实例目录里运行，或用 --root 指明；新建实例用 zongmu init DIR",
                "run it inside an instance, or say --root; zongmu init DIR makes one",
            ),
        )


def prefix_of(root: Path) -> str:
    """The way from the top of the repository to the instance, as a forge writes paths; empty where there is none."""
    try:
        return Git(root).prefix
    except GitProblem:
        return ""


def project_path(registry: Registry, name: str) -> str:
    """The path of the project with that id, or with that name where only one has it; else what was given: it may be a path."""
    named = [r.path for r in registry.of_type("project") if isinstance(r.model, Project) and r.model.name == name]
    return next(iter(registry.paths_of("project", name)), named[0] if len(named) == 1 else name)


def project_named(registry: Registry, name: str) -> Project:
    """The project with that id or name, or in the file at that path. Raises :class:`Trouble`."""
    found = registry.at(project_path(registry, name))
    if found is None or not isinstance(found.model, Project):
        raise no_such_project(registry, name)
    return found.model


def no_such_project(registry: Registry, name: str) -> Trouble:
    """What to say where no project has that id or name, or its file is wrong; those are offered whose name holds *name*."""
    if not name.strip():
        return Trouble(
            "cli.no-such-project",
            Bilingual("没有写是哪个项目", "no project is named"),
            Bilingual("写登记号或全名", "give its id or its whole name"),
        )
    projects = (r.model for r in registry.of_type("project") if isinstance(r.model, Project))
    some = [f"{project.id} {project.name}" for project in projects if name in project.name]
    offered = "、".join(some[:5])
    return Trouble(
        "cli.no-such-project",
        Bilingual(
            f"没有项目 {name}，或其文件有误" + (f"；是不是：{offered}" if offered else ""),
            f"there is no project {name}, or its file is wrong" + (f"; did you mean {offered}" if offered else ""),
        ),
        Bilingual(
            "核对登记号或全名；zongmu check 会列出有误的文件",
            "check the id or the whole name; zongmu check lists files that are wrong",
        ),
    )


def names_under(root: Path, path: str) -> Iterator[str]:
    """What *path* may be relative to the root: as seen from the current folder, then as seen from the root."""
    for start in (Path.cwd(), root):
        # Links are left as they are: a link is a finding of its own.
        full = Path(os.path.normpath(start / path))
        for base in (root, root.resolve()):
            if full.is_relative_to(base):
                name = full.relative_to(base).as_posix()
                yield "" if name == "." else name


SETTINGS = "registry/registry.yaml"


def no_settings(registry: Registry) -> Trouble:
    """What to say where the instance's own settings are missing or wrong: the first thing, its place, and how many more."""
    wrong = [
        *(one for one in registry.strays if one.path == SETTINGS),
        *(one for record in registry.of_type("instance") for one in record.findings),
    ]
    first = min(wrong, key=lambda one: -one.severity, default=None)
    if first is None:
        return Trouble(
            "cli.no-settings",
            Bilingual(f"{SETTINGS} 不存在", f"{SETTINGS} is missing"),
            Bilingual("恢复它，或用 zongmu init DIR 新建实例", "restore it, or make an instance with zongmu init DIR"),
            where=SETTINGS,
        )
    more = len(wrong) - 1
    return Trouble(
        "cli.no-settings",
        Bilingual(
            f"设定有误，无法裁决：[{first.code}] {first.message.zh}" + (f"（另有 {more} 处）" if more else ""),
            f"the settings are wrong, so nothing can be judged: [{first.code}] {first.message.en}"
            + (f" (and {more} more)" if more else ""),
        ),
        Bilingual(
            first.next_step.zh.rstrip("。") + ("；zongmu check 列出全部" if more else ""),
            first.next_step.en.rstrip(".") + ("; zongmu check lists them all" if more else ""),
        ),
        where=first.place,
    )


def _no_measure(checks: Checks, city: str, measure: str) -> Trouble:
    """What to say where the settings name a measure that was not read: it is in the repository and not on the disk, or nowhere."""
    if checks.root is not None and _left_out(checks.root, measure):
        return Trouble(
            "cli.measure-left-out",
            Bilingual(
                f"{city} 适用的办法 {measure} 在仓库里，但没有检出到工作区（稀疏检出），没有它不能裁决",
                f"{city} names the measure {measure}, which is in the repository but not in this sparse work tree: nothing is judged without it",
            ),
            Bilingual("检出它：git sparse-checkout add checks", "check it out: git sparse-checkout add checks"),
            where=SETTINGS,
        )
    known = "、".join(checks.measures)
    return Trouble(
        "cli.unknown-measure",
        Bilingual(
            f"{city} 适用的办法 {measure} 不在 checks/ 里",
            f"{city} names the measure {measure}, which is not in checks/",
        ),
        Bilingual(
            f"核对编号（checks/ 里有：{known or '无'}），或把办法的文件夹放进 checks/",
            f"check the id (checks/ has: {known or 'none'}), or add the measure's folder",
        ),
        where=SETTINGS,
    )


def _left_out(root: Path, measure: str) -> bool:
    """Whether Git was told to leave the files of *measure* out of the work tree."""
    try:
        return any(one.skipped for one in Git(root).tracked(f"{PACKAGE}/{measure}")[1])
    except (GitProblem, OSError):
        return False


def world_of(
    checks: Checks,
    registry: Registry,
    asof: dt.date | None,
    authority: Mapping[str, frozenset[str]] | None = None,
    roles: Mapping[str, frozenset[str]] | None = None,
) -> World:
    """What the rules share; *authority* and *roles* as in :func:`make_world`.

    Raises :class:`Trouble` when ``registry/registry.yaml`` cannot be read or makes no sense.
    """
    instance = registry.instance
    if instance is None:
        raise no_settings(registry)
    for jurisdiction in instance.jurisdictions:
        for measure in jurisdiction.measures:
            if measure not in checks.measures:
                # A slip here must not repeal the law.
                raise _no_measure(checks, jurisdiction.id, measure)
    for id, one, two in overlaps(checks.measures, instance):
        raise Trouble(
            "cli.measures-overlap",
            Bilingual(
                f"{id} 的两个办法 {one}、{two} 在同一天都有效，无法确定依哪个办法裁决",
                f"{id}: {one} and {two} are both in force on the same days; nobody can say by which to judge",
            ),
            Bilingual(
                f"核对 {SETTINGS} 的 measures、印发日期与失效后的设定，以及两个 measure.yaml 的 in_force",
                f"check measures, days of issue and after_expiry in {SETTINGS}, and in_force of both measures",
            ),
            where=_place(registry, f"jurisdictions/{id}/measures"),
        )
    try:
        world = make_world(checks, registry, asof, authority, roles)
    except (LookupError, ValueError, OSError):
        raise Trouble(
            "cli.unknown-timezone",
            Bilingual(f"没有时区 {instance.timezone}", f"there is no timezone {instance.timezone}"),
            Bilingual("写成 Asia/Shanghai 这样", "write it like Asia/Shanghai"),
            where=SETTINGS,
        ) from None
    assert world is not None
    return world


def _place(registry: Registry, field_path: str) -> str:
    """File and line of a setting."""
    settings = next(iter(registry.of_type("instance")), None)
    position = settings.position(field_path) if settings is not None else None
    return SETTINGS if position is None else f"{SETTINGS}:{position.line}"

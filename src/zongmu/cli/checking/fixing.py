"""``zongmu check --fix``: mend what is only a matter of notation, say every replacement, leave the rest to people."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TextIO

from zongmu.cli.session import checks_at, names_under, registry_at, world_of
from zongmu.cli.trouble import Trouble
from zongmu.exchange.mending import mended
from zongmu.model.finding import Bilingual, Finding
from zongmu.model.guards import scan
from zongmu.policy.judging.one_record import judge_record
from zongmu.policy.run import load_for_run
from zongmu.report.terminal import printable
from zongmu.report.words import HIDDEN
from zongmu.store.atomic import write_atomic
from zongmu.store.git.asking import Git
from zongmu.store.git.codes import GitProblem
from zongmu.store.registry import LoadedRecord
from zongmu.store.trees import GitTree, below


def run_fix(root: Path, args: argparse.Namespace, out: TextIO) -> None:
    """Mend the files of the work tree, of the paths named only those. Raises :class:`Trouble` where one cannot be written."""
    lang = args.lang
    if args.head is not None or getattr(args, "at", None) is not None:
        raise Trouble(
            "fix.not-the-work-tree",
            Bilingual("--fix 只改工作区里的文件", "--fix mends files of the work tree"),
            Bilingual("去掉 --head 和 --at", "leave out --head and --at"),
        )
    wanted = [name for path in args.paths for name in names_under(root, path)]
    registry = registry_at(root, load_with=load_for_run)
    world = world_of(checks_at(root), registry, None)

    def judge(record: LoadedRecord) -> list[Finding]:
        return judge_record(world, record).findings

    last = _last(root)
    count = 0
    for path in registry.survey.located:
        if args.paths and not any(below(path, name) for name in wanted):
            continue
        loaded = registry.file(path)
        if loaded is None or loaded.data is None:
            continue
        data, mends = mended(path, loaded.data, judge, _committed(last, path))
        if not mends:
            continue
        write_atomic(root / path, data)
        for mend in mends:
            count += 1
            change = (
                f"{_safe(mend.before)} → {_safe(mend.after)}"
                if mend.before
                else "已整理"
                if lang == "zh"
                else "put right"
            )
            out.write(f"{path}:{mend.line}: {change} [{mend.code}]\n")
    out.write((f"改正了 {count} 处写法\n" if lang == "zh" else f"{count} notations mended\n") + "\n")


def _last(root: Path) -> GitTree | None:
    """What was last committed; None where there is no repository, or nothing in it."""
    try:
        return GitTree(Git(root), "HEAD")
    except GitProblem:
        return None


def _committed(last: GitTree | None, path: str) -> str:
    try:
        return last.read(path).decode("utf-8", "replace") if last is not None else ""
    except OSError:
        return ""


def _safe(text: str) -> str:
    return HIDDEN if scan(text) else printable(text)

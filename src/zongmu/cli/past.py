"""The registry as it stood: at a revision, or at the end of a day."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from zongmu.cli.session import day_named
from zongmu.cli.trouble import Trouble
from zongmu.model.finding import Bilingual
from zongmu.store.git.asking import Git
from zongmu.store.git.text import clock
from zongmu.store.trees import GitTree

_DAY: Final = re.compile(r"[0-9]{4}(?:-[0-9]{1,2}-[0-9]{1,2}|年[0-9]{1,2}月[0-9]{1,2}日)")


def is_day(at: str) -> bool:
    """Whether *at* names a day and no revision."""
    return _DAY.fullmatch(at) is not None


def tree_at(root: Path, at: str) -> tuple[GitTree, dt.date]:
    """The files that stood at *at* (a revision, or a day: its last commit on the main line), and the day to judge on.

    The day is the one given, or that of the commit, where the registry is. The law is today's checks as of that day.
    Raises :class:`Trouble`.
    """
    from zongmu.history.trail import timezone

    git = Git(root)
    zone = timezone(git, git.resolve("HEAD"))
    commit = _last_of(git, at, zone) if is_day(at) else git.resolve(at)
    tree = GitTree(git, commit)
    if is_day(at):
        return tree, day_named(at)
    _, day = next(_days(git, zone, "--no-walk", commit))
    return tree, day


def tree_and_day(root: Path, at: str | None, asof: dt.date | None) -> tuple[GitTree | None, dt.date | None]:
    """What a command looks at (None: the work tree), and the day to judge on: *asof* where it is given. Raises :class:`Trouble`."""
    if at is None:
        return None, asof
    tree, then = tree_at(root, at)
    return tree, asof or then


def revision_at(root: Path, at: str) -> str:
    """*at* as a revision: of a day its last commit on the main line, anything else as it is. Raises :class:`Trouble`."""
    return tree_at(root, at)[0].commit if is_day(at) else at


def reached(root: Path, day: dt.date) -> dt.date:
    """*day*, or today where it has not come yet, where the registry is."""
    from zongmu.history.trail import timezone

    git = Git(root)
    return min(day, dt.datetime.now(timezone(git, git.resolve("HEAD"))).date())


def _last_of(git: Git, text: str, zone: dt.tzinfo) -> str:
    """The last commit of the main line on or before a day."""
    found = _last_on(git, day_named(text), zone)
    if found is None:
        raise Trouble(
            "cli.before-the-registry",
            Bilingual(f"{text} 时本库还没有提交", f"there was no commit yet on {text}"),
            Bilingual(
                "写登记库有了提交以后的一天；git log --reverse 列出最早的",
                "name a day on which there was one; git log --reverse lists the first",
            ),
        )
    return found


def standing_on(git: Git, day: dt.date) -> str | None:
    """The last commit of the main line on or before *day*, where the registry is; None where there was none yet."""
    from zongmu.history.trail import timezone

    return _last_on(git, day, timezone(git, git.resolve("HEAD")))


def _last_on(git: Git, day: dt.date, zone: dt.tzinfo) -> str | None:
    """Raises :class:`Trouble` where the clone does not go back to *day*: whether there was a commit is not known then."""
    found = next((commit for commit, on in _days(git, zone, "--first-parent", "HEAD") if on <= day), None)
    if found is None and git.is_shallow():
        raise Trouble(
            "cli.before-the-clone",
            Bilingual(
                f"这个克隆只有最近的提交，看不到 {day.isoformat()} 时的登记",
                f"this clone holds the latest commits only, and nothing as it stood on {day.isoformat()}",
            ),
            Bilingual(
                "请取得全部历史：git fetch --unshallow origin", "fetch the whole history: git fetch --unshallow origin"
            ),
        )
    return found


def _days(git: Git, zone: dt.tzinfo, *asked: str) -> Iterator[tuple[str, dt.date]]:
    """Commits, and the day of each by its committer's clock: what it says, whatever encoding it claims."""
    for line in git.run("rev-list", "--timestamp", *asked).decode("ascii").splitlines():
        seconds, _, commit = line.partition(" ")
        yield commit, dt.datetime.fromtimestamp(clock(seconds), zone).date()

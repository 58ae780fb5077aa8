"""What the words of several commands have in common. Parsing only, so that start-up stays light."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from typing import TypeAlias

Add: TypeAlias = Callable[[str, str], argparse.ArgumentParser]
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_sub(commands: Commands, name: str, help: str) -> argparse.ArgumentParser:
    """Declare a command, or a second word of one."""
    sub = commands.add_parser(name, help=help, description=help)
    # Before the command or after it; where it is not given after it, what stands before it holds.
    sub.add_argument("--lang", choices=("zh", "en"), default=argparse.SUPPRESS, help="语言 language")
    return sub


class Unasked:
    """Stands for a command that nobody asked for: what is declared of it goes nowhere. Half of the start of a small command
    would be spent on declaring the fifty others."""

    def __getattr__(self, name: str) -> Callable[..., Unasked]:
        return lambda *_, **__: self


def asked_for(words: Iterable[str]) -> str | None:
    """The command among *words*, where nothing but ``--root`` and ``--lang`` stands before it."""
    waiting = iter(words)
    for word in waiting:
        if word in ("--root", "--lang"):
            next(waiting, None)
        elif not word.startswith("-"):
            return word
        elif not word.startswith(("--root=", "--lang=")):
            return None
    return None


def add_signing(command: argparse.ArgumentParser, *, required: bool = True) -> None:
    """Declare who signs: the role, the body, the office and the day."""
    command.add_argument("--role", required=required, metavar="ROLE", help="以何职责 in which role")
    command.add_argument("--organization", metavar="ORG", help="哪个单位（唯一承担者可省） the body that holds it")
    command.add_argument("--by", metavar="OFFICE", help="经办岗位，不写姓名 office, never a name")
    command.add_argument("--date", metavar="DATE", help="日期（缺省今天） day (default: today)")


def add_requesting(parser: argparse.ArgumentParser) -> None:
    """The options of a command that opens merge requests."""
    parser.add_argument(
        "--remote", default=None, metavar="NAME", help="推送到这个远端并提出合并请求（缺省 origin）where to push"
    )
    parser.add_argument("--local", action="store_true", help="只留在本机的分支上，不推送 push nothing")
    parser.add_argument(
        "--forge", choices=("github", "gitlab", "gitea", "gitee"), default=None, help="平台（缺省从地址判断）the forge"
    )
    parser.add_argument("--target", default=None, metavar="BRANCH", help="并入的分支（缺省为远端主分支）to merge into")

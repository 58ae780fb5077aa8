"""What the words of several commands have in common. Parsing only, so that start-up stays light."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TypeAlias

Add: TypeAlias = Callable[[str, str], argparse.ArgumentParser]
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_sub(commands: Commands, name: str, help: str) -> argparse.ArgumentParser:
    """Declare a second word of a command."""
    sub = commands.add_parser(name, help=help, description=help)
    # Also after the second word; where it is not given, what the first one says stands.
    sub.add_argument("--lang", choices=("zh", "en"), default=argparse.SUPPRESS, help="语言 language")
    return sub


def add_signing(command: argparse.ArgumentParser, *, required: bool = True) -> None:
    """Declare who signs: the role, the body, the office and the day."""
    command.add_argument("--role", required=required, metavar="ROLE", help="以何职责 in which role")
    command.add_argument("--organization", metavar="ORG", help="哪个单位（唯一承担者可省） the body that holds it")
    command.add_argument("--by", metavar="OFFICE", help="经办岗位，不写姓名 office, never a name")
    command.add_argument("--date", metavar="DATE", help="日期（缺省今天） day (default: today)")

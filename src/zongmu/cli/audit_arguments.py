"""The words of the commands of the trail: audit, checkpoint, trust. Parsing only, so that start-up stays light."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
Add = Callable[[str, str], argparse.ArgumentParser]


def add_audit(add: Add) -> None:
    """Declare the commands of the trail with *add*."""
    audit = add("audit", "核验变更轨迹 verify the change trail")
    what = audit.add_subparsers(dest="what", metavar="WHAT", required=True)
    verify = _sub(what, "verify", "离线核验一个仓库包 verify a bundle, offline")
    verify.add_argument("source", type=Path, metavar="BUNDLE", help="仓库包或克隆 a bundle, or a clone")
    verify.add_argument(
        "--root", dest="pinned", metavar="ID", help="从外部取得的起点提交 starting commit, from outside"
    )
    verify.add_argument("--root-keys", type=Path, metavar="FILE", help="从外部取得的根公钥 root keys, from outside")
    verify.add_argument("--since", type=Path, metavar="FILE", help="上次的检查点 the last checkpoint")
    verify.add_argument("--require", choices=("F", "S"), help="低于此保证级别即不通过 refuse a lower assurance")
    verify.add_argument("--branch", metavar="NAME", help="分支（缺省 HEAD）branch (default: HEAD)")
    verify.add_argument("--no-cache", action="store_true", help="从头核验 begin anew")
    _output(verify, ("text", "json", "html"))


def _sub(commands: Commands, name: str, help: str) -> argparse.ArgumentParser:
    sub = commands.add_parser(name, help=help, description=help)
    # Also after the second word; where it is not given, what the first one says stands.
    sub.add_argument("--lang", choices=("zh", "en"), default=argparse.SUPPRESS, help="语言 language")
    return sub


def _output(command: argparse.ArgumentParser, formats: tuple[str, ...]) -> None:
    command.add_argument("--format", choices=formats, default=formats[0], help="输出格式 output format")
    command.add_argument("--out", type=Path, metavar="FILE", help="写入文件 write to a file")

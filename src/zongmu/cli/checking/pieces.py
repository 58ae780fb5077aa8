"""``zongmu check --shard I/N`` judges a part of the registry, ``--pieces`` puts the parts together."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from zongmu.cli.past import tree_and_day
from zongmu.cli.progress import Progress
from zongmu.cli.session import checks_at, no_settings, parse_day, registry_at, world_of
from zongmu.cli.trouble import Trouble, unreadable
from zongmu.model.finding import Bilingual
from zongmu.policy.judging.world import World
from zongmu.policy.pieces import PieceError, Whole, piece
from zongmu.policy.run import load_for_run
from zongmu.store.registry import Registry

_MOST = 256
_SHARD = re.compile(r"([1-9][0-9]{0,2})/([1-9][0-9]{0,2})")


def run_shard(root: Path, args: argparse.Namespace) -> int:
    """Write the piece that ``--shard`` names to standard output. Exit 0: what it says is decided when all are together."""
    number, of = _shard(args.shard)
    if args.base is not None or args.head is not None or args.paths or args.pieces:
        raise Trouble(
            "cli.shard-alone",
            Bilingual(
                "--shard 检查全部登记中的一份，不与 --base、--head、--pieces 或路径同用",
                "--shard judges a part of the whole registry: not with --base, --head, --pieces or a path",
            ),
            Bilingual("去掉其中一个", "leave out one of them"),
        )
    tree, asof = tree_and_day(root, args.at, parse_day(args.as_of))
    checks = checks_at(root)
    registry = registry_at(root, tree, load_with=load_for_run)
    if registry.instance is None:
        raise no_settings(registry)
    world = world_of(checks, registry, asof)
    progress = Progress("检查 checking" if args.lang == "zh" else "checking")
    data = piece(world, registry, number, of, workers=args.jobs, progress=progress)
    progress.end()
    # Escaped throughout: nothing in it is for a terminal.
    json.dump(data, sys.stdout, separators=(",", ":"))
    sys.stdout.write("\n")
    return 0


def _shard(text: str) -> tuple[int, int]:
    found = _SHARD.fullmatch(text)
    number, of = (int(found[1]), int(found[2])) if found else (0, 0)
    if not 1 <= number <= of <= _MOST:
        raise Trouble(
            "cli.bad-shard",
            Bilingual(f"{text} 不是第几份/共几份", f"{text} is not the number of a piece and how many there are"),
            Bilingual(f"写成 1/4 这样，最多 {_MOST} 份", f"write it like 1/4, with at most {_MOST} pieces"),
        )
    return number, of


def whole_of(files: Sequence[Path], world: World, registry: Registry) -> Whole:
    """What the pieces in *files* say together. Raises :class:`Trouble`."""
    try:
        return Whole(_read(files), world, registry)
    except PieceError as problem:
        raise Trouble.of(problem) from None


def _read(files: Sequence[Path]) -> Iterator[tuple[str, Any]]:
    for file in files:
        try:
            text = file.read_bytes()
        except OSError as problem:
            raise unreadable(str(file), problem) from None
        try:
            yield str(file), json.loads(text)
        except (ValueError, RecursionError):
            yield str(file), None

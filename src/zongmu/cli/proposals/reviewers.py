"""``zongmu reviewers`` and ``zongmu codeowners``: who has to agree to a change, and telling the forge so."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TextIO

from zongmu.cli.changing import judge_change
from zongmu.cli.proposals.diff import reported
from zongmu.cli.proposals.gating import pushers_of
from zongmu.cli.session import checks_at, registry_at, world_of
from zongmu.cli.trouble import Trouble
from zongmu.exchange.forges.codeowners import PLACES, codeowners
from zongmu.model.finding import Bilingual
from zongmu.policy.proposals.pushers import PATH
from zongmu.policy.run import load_for_run
from zongmu.report.changes.text import Teller
from zongmu.store.atomic import write_atomic
from zongmu.store.trees import WorkTree


def run_reviewers(root: Path, args: argparse.Namespace, out: TextIO) -> int:
    """Print whose approval the measure demands. Exit 0; 1 where a role is held by nobody."""
    judged = judge_change(root, args.base, args.head)
    report, names = reported(judged)
    teller = Teller(report, names, args.lang)
    if args.format == "json":
        from zongmu.report.changes.data import need_data
        from zongmu.report.terminal import dump

        out.write(dump({"format": 1, "base": report.base, "needs": [need_data(n) for n in report.needs]}))
    else:
        for line in teller.needs():
            out.write(line.text + "\n")
            for reason in line.below:
                out.write(f"    {reason.text}\n")
        if not report.needs:
            out.write("无须他人同意\n" if args.lang == "zh" else "nobody else has to agree\n")
    warnings = teller.warnings()
    for warning in warnings:
        out.write(warning + "\n")
    return 1 if warnings else 0


def run_codeowners(root: Path, args: argparse.Namespace, out: TextIO) -> int:
    """Write the file of owners for a forge, or with ``--check`` say whether it is current. Exit 0, 1 stale."""
    pushers = pushers_of(WorkTree(root))
    if pushers is None:
        raise Trouble(
            "codeowners.no-pushers",
            Bilingual(
                f"没有 {PATH}，不知道哪个账号代表哪个单位",
                f"there is no {PATH}: which account stands for which body is unknown",
            ),
            Bilingual(
                "在其中写明 account、organizations、zones、merges",
                "name account, organizations, zones and merges there",
            ),
        )
    registry = registry_at(root, load_with=load_for_run)
    world = world_of(checks_at(root), registry, None)
    text = codeowners(pushers, world, registry, args.forge)
    place = root / PLACES[args.forge]
    name = place.relative_to(root).as_posix()
    current = place.read_text(encoding="utf-8") if place.is_file() else None
    if current == text:
        out.write(f"{name} 是最新的 is up to date\n")
        return 0
    if args.check:
        out.write(f"{name} 已过时：运行 zongmu codeowners --forge {args.forge} / is stale: run that\n")
        return 1
    place.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(place, text.encode())
    out.write(f"{name}\n")
    return 0

"""``zongmu draw``: fixes the pool of a random draw, and draws from it once its seed is public."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO

from zongmu.cli.proposing import Desk, desk_at, settle
from zongmu.cli.recording.entering import assign, editor_of, jurisdiction_named, new_file, words_for
from zongmu.cli.session import no_such_project
from zongmu.cli.trouble import Trouble, trouble
from zongmu.model.acts.milestones import Accepted
from zongmu.model.derived.views import View
from zongmu.model.record_types import BY_NAME
from zongmu.model.records.draw import Draw, Draws, pool_digest, select
from zongmu.model.records.project import Project
from zongmu.report.terminal import printable
from zongmu.store.editing.canonical import ordered
from zongmu.store.editing.codes import EditError

_DRAWS = BY_NAME["draws"]
_OVER = ("withdrawn", "terminated", "superseded", "decommissioned")
"""Acts after which nothing is left to be looked at."""


def run_draw(root: Path, args: argparse.Namespace, out: TextIO) -> int:
    """Add a pool to the draws of a year; or, with a seed, what it selects from the pool that waits for one."""
    desk = desk_at(root)
    city = jurisdiction_named(desk, args.jurisdiction)
    year = args.year if args.year is not None else desk.world.asof.year
    path = f"registry/draws/{city}/{year}.yaml"
    known = _known(desk, path)
    waiting = next((d for d in known.draws if d.pool and not d.selected), None) if known is not None else None
    _refuse_what_makes_no_sense(waiting, args, year)
    if waiting is None:
        row = _fixed(
            known, args.date or desk.world.asof.isoformat(), _pool(desk, city, args.among, args.without), args.size
        )
    else:
        row = {"seq": waiting.seq, "pool": waiting.pool, "size": waiting.size}
    more: dict[str, Any] = {}
    assign(more, Draw, args.set, words_for(desk, city))
    if args.seed:
        more |= {"seed": args.seed, "selected": list(select(row["pool"], args.seed, row["size"]))}
    text = _added(desk, path, known, waiting, row, more) if known is not None else _begun(city, year, row | more)
    code = settle(desk, {path: text.encode()}, args.lang, out, dry_run=args.dry_run)
    if args.dry_run or _is_written(root / path, text):
        _say(desk, row | more, f"zongmu draw --jurisdiction {city} --year {year}", args.lang, out)
    return code


def _refuse_what_makes_no_sense(waiting: Draw | None, args: argparse.Namespace, year: int) -> None:
    """Raises :class:`Trouble` where neither a pool is to be fixed nor one, as it was fixed, to be drawn from."""
    if args.size is not None and args.size < 1:
        raise trouble(
            "cli.draw-size",
            f"样本量 {args.size} 不是正整数",
            f"{args.size} is no number of projects to draw",
            "样本量至少是 1",
            "draw one at least",
        )
    if waiting is not None and args.size is not None:
        raise trouble(
            "cli.draw-waits",
            f"第 {waiting.seq} 次抽取的名单已定，还没有抽",
            f"the pool of draw {waiting.seq} is fixed and nothing was drawn from it yet",
            "种子公布后用 --seed 抽取，不写 --size",
            "when its seed is public give --seed, without --size",
        )
    if waiting is None and args.size is None:
        raise trouble(
            "cli.no-draw",
            f"{year} 年没有等着抽取的名单",
            f"no pool of {year} waits to be drawn from",
            "先用 --size 写明样本量，固定名单",
            "fix one first: say with --size how many are to be drawn",
        )
    if waiting is not None and waiting.pool_sha256 not in (None, pool_digest(waiting.pool)):
        raise trouble(
            "cli.pool-changed",
            "名单与固定时的摘要不符，没有抽取",
            "the pool is not the one whose digest was fixed; nothing was drawn",
            "从 Git 历史恢复固定时的名单；名单确有错误的，另登记一次并说明原因",
            "put back the pool as it was fixed, from the history in Git; where that was wrong, record another draw with its reason",
        )
    if waiting is not None and not args.seed:
        raise trouble(
            "cli.seed-needed",
            "没有给出种子",
            "no seed was given",
            "写 --seed 加公开的数字，可写几次",
            "give what became public as --seed; more than one if need be",
        )


def _is_written(file: Path, text: str) -> bool:
    return file.is_file() and file.read_bytes() == text.encode()


def _known(desk: Desk, path: str) -> Draws | None:
    """The draws of the year; None where there are none yet. Raises :class:`Trouble` where the file has defects."""
    found = desk.registry.records.get(path)
    if found is None:
        return None
    if not isinstance(found.model, Draws):
        raise trouble(
            "cli.draws-not-sound",
            "这一年的抽取文件有误，不能由程序添写",
            "the file of draws of that year has defects; no program can add to it",
            f"先运行 zongmu check {path} 并改正",
            f"run zongmu check {path} first and put it right",
            where=path,
        )
    return found.model


def _fixed(known: Draws | None, day: str, pool: Sequence[str], size: int) -> dict[str, Any]:
    """The row of a pool before anything is drawn from it."""
    return {
        "seq": max((draw.seq for draw in known.draws), default=0) + 1 if known is not None else 1,
        "date": day,
        "algorithm": "sha256-rank-v1",
        "pool": pool,
        "pool_sha256": pool_digest(pool),
        "size": size,
    }


def _pool(desk: Desk, city: str, among: Sequence[str], without: Sequence[str]) -> list[str]:
    """The ids to draw from, in their order: those of *among*, or all projects of the city that passed their final acceptance and
    are not over; none of *without*. Raises :class:`Trouble` for a project that there is not."""
    projects = {r.id: r.model for r in desk.registry.of_type("project") if r.jurisdiction == city}
    for id in (*among, *without):
        if id not in projects:
            raise no_such_project(desk.registry, id)
    ids = among or [id for id, model in projects.items() if isinstance(model, Project) and _may_be_drawn(View(model))]
    return sorted({*ids} - {*without})


def _may_be_drawn(view: View) -> bool:
    passed = any(act.conclusion == "pass" for act in view.of_kind(Accepted, "final_accepted"))
    return passed and not any(view.has(kind) for kind in _OVER)


def _begun(city: str, year: int, row: dict[str, Any]) -> str:
    header = ("# yaml-language-server: $schema=../../../schema/draws.schema.json",)
    return new_file({"format": 1, "jurisdiction": city, "year": year, "draws": [row]}, _DRAWS, header)


def _added(desk: Desk, path: str, known: Draws, waiting: Draw | None, row: dict[str, Any], more: dict[str, Any]) -> str:
    """The file with a new row, or with *more* in the one that waits. Raises :class:`Trouble`."""
    editor = editor_of(desk.registry.records[path], desk.root)
    try:
        if waiting is None:
            editor.append(["draws"], ordered(row | more, Draw))
        else:
            for name, value in ordered(more, Draw).items():
                editor.set(("draws", known.draws.index(waiting), name), value)
        return editor.text()
    except EditError as problem:
        raise Trouble.of(problem, path) from None


def _say(desk: Desk, row: dict[str, Any], again: str, lang: str, out: TextIO) -> None:
    zh = lang == "zh"
    if "selected" in row:
        out.write(f"{'抽中' if zh else 'selected'} {len(row['selected'])}/{len(row['pool'])}\n")
        names = {r.id: r.model.name for r in desk.registry.of_type("project") if isinstance(r.model, Project)}
        for n, id in enumerate(row["selected"], 1):
            out.write(f"  {n}. {id}  {printable(names.get(id, ''))}\n")
        if "date" in row:
            out.write(
                "名单和种子同时登记，事后无法证明名单先定；宜先固定名单、公布摘要，再抽取。\n"
                if zh
                else "Pool and seed were recorded at once, so nobody can prove that the pool came first; better fix it, publish its "
                "digest, then draw.\n"
            )
        return
    out.write(f"{'名单' if zh else 'pool'} {len(row['pool'])}，SHA-256 {row['pool_sha256']}\n")
    out.write(
        f"下一步：提交并公布名单、摘要和将用作种子的公开数字（如某日的彩票号码）；数字公布后运行 {again} --seed …\n"
        if zh
        else f"next: commit this and publish pool, digest and the public figure that will be the seed (as a lottery of a day to come); "
        f"when it is known run {again} --seed …\n"
    )

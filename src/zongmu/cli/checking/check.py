"""``zongmu check``: read, validate, judge, decide, report."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from zongmu.cli.checking.check_report import Answer, report
from zongmu.cli.crashed import without_answer
from zongmu.cli.past import tree_and_day
from zongmu.cli.progress import Progress
from zongmu.cli.session import (
    checks_at,
    checks_beside,
    names_under,
    no_settings,
    parse_day,
    registry_at,
    world_of,
)
from zongmu.cli.terms import Terms
from zongmu.cli.trouble import Trouble
from zongmu.model.finding import Bilingual, Finding, Outcome
from zongmu.policy.judging.one_record import counted
from zongmu.policy.judging.world import World
from zongmu.policy.law.loading import Checks
from zongmu.policy.proposals.merging import Counts, decide
from zongmu.policy.remembering import Remembers, memory_of
from zongmu.policy.run import Run, load_for_run, run, with_itself
from zongmu.report.findings.text import Summary, exit_code
from zongmu.store.git.asking import Git
from zongmu.store.kept.cache import Cache
from zongmu.store.registry import Registry, load
from zongmu.store.trees import below

if TYPE_CHECKING:
    from zongmu.policy.onto import Outcomes

_AHEAD = dt.timedelta(days=31)


class _Asked(NamedTuple):
    """What is asked, and what every way of answering needs."""

    root: Path
    args: argparse.Namespace
    terms: Terms
    began: float
    asof: dt.date | None
    git: Git
    cache: Cache | None

    @property
    def seconds(self) -> float:
        return self.terms.taken(self.began)


def run_check(root: Path, args: argparse.Namespace, terms: Terms) -> int:
    """Check the registry (or, with ``--base``, a change) and print what was found."""
    began = time.monotonic()
    _refuse_unheard(args)
    asof = parse_day(args.as_of)
    git = Git(root)
    asked = _Asked(root, args, terms, began, asof, git, None if args.no_cache else Cache.of(root, git))
    answer = _registry(asked) if args.base is None else _change(asked)
    report(root, args, answer)
    return without_answer(args.lang) if answer.crashed else exit_code(answer.decision.gate)


def _registry(asked: _Asked) -> Answer:
    """The whole registry: as it lies there, or as it stood with ``--at``."""
    root, args, cache = asked.root, asked.args, asked.cache
    with checks_beside(root, cache) as checks:
        tree, asof = tree_and_day(root, args.at, asked.asof)
        registry = registry_at(root, tree, load_with=load_for_run)
        wanted = _wanted(args.paths, root, registry)
    if registry.instance is None:
        raise _unsettled(asked, registry_at(root, tree), wanted, checks)
    world = world_of(checks, registry, asof)
    progress = Progress("检查 checking" if args.lang == "zh" else "checking")
    memory: Remembers | None = memory_of(cache, world, registry)
    if args.pieces is not None:
        from zongmu.cli.checking.pieces import whole_of

        memory = whole_of(args.pieces, world, registry)
    sparing = args.format == "text" and not (args.all or args.paths)
    result = run(world, registry, workers=args.jobs, progress=progress, memory=memory, sparing=sparing)
    progress.end()
    demonstrates = registry.instance.demonstration is not None
    if asof is None and not demonstrates:
        asked.terms.day = registry.instance.timezone, world.asof.isoformat()
    tally = None
    if args.tally:
        tally = (with_itself(world, registry, result) if demonstrates else result).tally
    return Answer(
        checks,
        registry,
        decide(_inside(result.findings, wanted), strict=args.strict),
        _summary(result, asked, wanted),
        result.crashed,
        tally,
        None if wanted else _next_calendar(world),
    )


def _change(asked: _Asked) -> Answer:
    """A change against ``--base``: judged on what is kept of its tip where that can be, else both sides whole."""
    from zongmu.cli.changing import judge_known, judge_sides, read_both, read_change

    root, args, cache = asked.root, asked.args, asked.cache
    checks = checks_at(root, cache)
    change = read_change(root, args.base, args.head, asked.git)
    if cache is not None and _lists_news(args):
        known = judge_known(change, checks, asked.asof, cache)
        if known is not None:
            outcomes = known.outcomes
            return Answer(
                checks, known.head, outcomes.decision, _counted(outcomes, asked, known.world.asof), outcomes.crashed
            )
    tip, registry = read_both(root, change)
    wanted = _wanted(args.paths, root, registry, tip)
    if registry.instance is None:
        raise _unsettled(asked, load(registry.tree), wanted, checks)
    _, before, result = judge_sides(change, checks, tip, registry, asked.asof, cache, args.jobs)
    return Answer(
        checks,
        registry,
        decide(_inside(result.findings, wanted), _inside(before.findings, wanted), strict=args.strict),
        _summary(result, asked, wanted),
        result.crashed,
        result.tally if args.tally else None,
    )


def _refuse_unheard(args: argparse.Namespace) -> None:
    """Raises :class:`Trouble` where one option would go unheard beside the others: the answer would be to another question."""
    if args.base is None and args.head is not None:
        raise Trouble(
            "cli.head-alone",
            Bilingual(
                "--head 须与 --base 同用：与哪个版本相比", "--head goes with --base: judged against which revision"
            ),
            Bilingual(
                "加上 --base 版本；单独检查一个版本用 --at", "add --base REV; to check one revision by itself, --at"
            ),
        )
    if args.base is not None and args.at is not None:
        raise Trouble(
            "cli.at-alone",
            Bilingual(
                "--at 检查的是当时的全部登记，不与 --base 同用",
                "--at judges the whole registry as it stood: not with --base",
            ),
            Bilingual(
                "去掉其中一个；比较两个版本用 --base 和 --head", "leave out one; for two revisions, --base and --head"
            ),
        )
    if args.base is not None and args.pieces is not None:
        raise Trouble(
            "cli.pieces-alone",
            Bilingual(
                "--pieces 合并的是全部登记，不与 --base 同用", "--pieces is of the whole registry: not with --base"
            ),
            Bilingual("去掉其中一个", "leave out one of them"),
        )


def _lists_news(args: argparse.Namespace) -> bool:
    """Whether the answer lists no finding that was already so: then nothing of the rest need be read."""
    wordy = args.all or args.tally or args.strict or args.paths
    return not wordy and args.format in ("text", "github", "codequality", "junit")


def _unsettled(asked: _Asked, registry: Registry, wanted: list[str], checks: Checks) -> Trouble:
    """Nothing can be judged without the instance's settings; what is wrong with every file is said before that."""
    summary = Summary(
        records=len(registry.records),
        projects=len(registry.projects),
        seconds=round(time.monotonic() - asked.began, 2),
        asof="—",
        undetermined=0,
        waived=0,
        explained=0,
        advisory=0,
        base=None,
    )
    decision = decide(_inside(registry.findings, wanted), strict=asked.args.strict)
    report(asked.root, asked.args, Answer(checks, registry, decision, summary, crashed=False))
    return no_settings(registry)


def _wanted(paths: list[str], root: Path, *registries: Registry) -> list[str]:
    """The files or folders named on the command line, relative to the root; ``""`` is everything.

    A path is taken from the current folder, else from the root. Also a file that the change takes away has a name. Raises
    :class:`Trouble` for what is neither there nor in this instance: a filter that fits nothing would report nothing.
    """
    wanted: list[str] = []
    for path in paths:
        found = next((name for name in names_under(root, path) if _is_there(name, root, registries)), None)
        if found is None:
            raise Trouble(
                "cli.no-such-path",
                Bilingual(f"本实例里没有 {path}", f"there is no {path} in this instance"),
                Bilingual("核对路径；路径相对于当前目录", "check the path; it is relative to the current folder"),
            )
        wanted.append(found)
    return wanted


def _is_there(name: str, root: Path, registries: tuple[Registry, ...]) -> bool:
    return os.path.lexists(root / name) or any(r.tree.exists(name) or r.tree.entries(name) for r in registries)


def _inside(findings: Iterable[Finding], wanted: list[str]) -> list[Finding]:
    """The findings about the *wanted* files and folders; all of them when none is named."""
    return [f for f in findings if not wanted or any(below(f.path, name) for name in wanted)]


def _summary(result: Run, asked: _Asked, wanted: list[str]) -> Summary:
    return _figures(
        _tally_of(result, wanted) if wanted else result.tally,
        Counts.of(_inside(result.findings, wanted)),
        len(result.judged),
        sum(j.type == "project" for j in result.judged.values()),
        asked,
        result.asof,
    )


def _tally_of(result: Run, wanted: list[str]) -> Mapping[str, Mapping[str, int]]:
    """Outcomes per rule about the records in the *wanted* files and folders."""
    inside = [j for path, j in result.judged.items() if any(below(path, name) for name in wanted)]
    records = {j.record for j in inside}
    said = [pair for j in inside for pair in j.tally]
    said += [counted(r.rule.id, r.verdict, r.advisory) for r in result.registry_rulings if r.record in records]
    tally: dict[str, Counter[str]] = {}
    for rule, outcome in said:
        tally.setdefault(rule, Counter())[outcome] += 1
    return tally


def _counted(outcomes: Outcomes, asked: _Asked, asof: dt.date) -> Summary:
    counts = outcomes.decision.counts
    return _figures(outcomes.tally, counts, outcomes.records, outcomes.projects, asked, asof)


def _figures(
    tally: Mapping[str, Mapping[str, int]],
    counts: Counts,
    records: int,
    projects: int,
    asked: _Asked,
    asof: dt.date,
) -> Summary:
    return Summary(
        records=records,
        projects=projects,
        seconds=asked.seconds,
        asof=asof.isoformat(),
        undetermined=sum(row.get(Outcome.UNDETERMINED.value, 0) for row in tally.values()),
        waived=counts.waived,
        explained=counts.explained,
        advisory=sum(row.get("advisory", 0) for row in tally.values()),
        base=asked.args.base,
    )


def _next_calendar(world: World) -> int | None:
    """The year of this day or of the coming month whose working days nobody recorded as published; None where both are.

    Without it deadlines go on being reckoned, provisionally, and no record has a finding for it: whoever runs the
    registry hears of it nowhere else.
    """
    for day in (world.asof, world.asof + _AHEAD):
        if not world.calendar.published(day):
            return day.year
    return None

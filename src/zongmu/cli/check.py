"""``zongmu check``: read, validate, judge, decide, report."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import shlex
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from zongmu.cli.crashed import without_answer
from zongmu.cli.lines import Lines
from zongmu.cli.past import tree_and_day
from zongmu.cli.progress import Progress
from zongmu.cli.session import (
    checks_at,
    checks_beside,
    names_under,
    no_settings,
    parse_day,
    prefix_of,
    registry_at,
    world_of,
)
from zongmu.cli.terms import Terms
from zongmu.cli.trouble import Trouble
from zongmu.exchange.notation import may_be_mended
from zongmu.model.finding import Bilingual, Finding, Outcome
from zongmu.policy.judging import counted
from zongmu.policy.loading import Checks
from zongmu.policy.merging import Counts, Decision, decide
from zongmu.policy.placing import all_placed
from zongmu.policy.remembering import Remembers, memory_of
from zongmu.policy.run import Run, in_order, load_for_run, run, with_itself
from zongmu.policy.world import World
from zongmu.report.counting import counted_lines, parted
from zongmu.report.text import Summary, exit_code, finding_lines, shown, summary_lines, tally_lines
from zongmu.store.cache import Cache
from zongmu.store.git import Git
from zongmu.store.registry import Registry, load
from zongmu.store.trees import below
from zongmu.store.workers import stream

if TYPE_CHECKING:
    from zongmu.policy.onto import Outcomes

_AHEAD = dt.timedelta(days=31)


def run_check(root: Path, args: argparse.Namespace, terms: Terms) -> int:
    """Check the registry (or, with ``--base``, a change) and print what was found."""
    began = time.monotonic()
    _refuse_unheard(args)
    asof = parse_day(args.as_of)
    git = Git(root)
    cache = None if args.no_cache else Cache.of(root, git)
    before: Run | None = None
    if args.base is None:
        with checks_beside(root, cache) as checks:
            tree, asof = tree_and_day(root, args.at, asof)
            registry = registry_at(root, tree, load_with=load_for_run)
            wanted = _wanted(args.paths, root, registry)
        if registry.instance is None:
            return _broken_instance(root, registry_at(root, tree), wanted, checks, args, began)
        world = world_of(checks, registry, asof)
        progress = Progress("检查 checking" if args.lang == "zh" else "checking")
        memory: Remembers | None = memory_of(cache, world, registry)
        if args.pieces is not None:
            from zongmu.cli.pieces import whole_of

            memory = whole_of(args.pieces, world, registry)
        sparing = args.format == "text" and not (args.all or args.paths)
        result = run(world, registry, workers=args.jobs, progress=progress, memory=memory, sparing=sparing)
        progress.end()
        if asof is None and registry.instance.demonstration is None:
            terms.day = registry.instance.timezone, world.asof.isoformat()
    else:
        from zongmu.cli.changing import judge_known, judge_sides, read_both, read_change

        checks = checks_at(root, cache)
        change = read_change(root, args.base, args.head, git)
        if cache is not None and _lists_news(args):
            known = judge_known(change, checks, asof, cache)
            if known is not None:
                summary = _counted(known.outcomes, terms.taken(began), known.world.asof, args.base)
                _report(root, known.outcomes.decision, summary, known.head, checks, args, None)
                gate = known.outcomes.decision.gate
                return without_answer(args.lang) if known.outcomes.crashed else exit_code(gate)
        tip, registry = read_both(root, change)
        wanted = _wanted(args.paths, root, registry, tip)
        if registry.instance is None:
            return _broken_instance(root, load(registry.tree), wanted, checks, args, began)
        world, before, result = judge_sides(change, checks, tip, registry, asof, cache, args.jobs)
    decision = decide(
        _inside(result.findings, wanted),
        None if before is None else _inside(before.findings, wanted),
        strict=args.strict,
    )
    tally: Mapping[str, Mapping[str, int]] | None = None
    if args.tally:
        demonstrates = registry.instance.demonstration is not None
        tally = (with_itself(world, registry, result) if before is None and demonstrates else result).tally
    summary = _summary(result, terms.taken(began), args.base, wanted)
    whole = args.base is None and not wanted
    _report(root, decision, summary, registry, checks, args, tally, _next_calendar(world) if whole else None)
    return without_answer(args.lang) if result.crashed else exit_code(decision.gate)


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


def _broken_instance(
    root: Path, registry: Registry, wanted: list[str], checks: Checks, args: argparse.Namespace, began: float
) -> int:
    """Nothing can be judged without the instance's settings; what is wrong with every file is still said."""
    decision = decide(_inside(registry.findings, wanted), strict=args.strict)
    summary = Summary(
        records=len(registry.records),
        projects=len(registry.projects),
        seconds=round(time.monotonic() - began, 2),
        asof="—",
        undetermined=0,
        waived=0,
        explained=0,
        advisory=0,
        base=None,
    )
    _report(root, decision, summary, registry, checks, args, None)
    raise no_settings(registry)


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


def _summary(result: Run, seconds: float, base: str | None, wanted: list[str]) -> Summary:
    return _figures(
        _tally_of(result, wanted) if wanted else result.tally,
        Counts.of(_inside(result.findings, wanted)),
        len(result.judged),
        sum(j.type == "project" for j in result.judged.values()),
        seconds,
        result.asof,
        base,
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


def _counted(outcomes: Outcomes, seconds: float, asof: dt.date, base: str) -> Summary:
    counts = outcomes.decision.counts
    return _figures(outcomes.tally, counts, outcomes.records, outcomes.projects, seconds, asof, base)


def _figures(
    tally: Mapping[str, Mapping[str, int]],
    counts: Counts,
    records: int,
    projects: int,
    seconds: float,
    asof: dt.date,
    base: str | None,
) -> Summary:
    return Summary(
        records=records,
        projects=projects,
        seconds=seconds,
        asof=asof.isoformat(),
        undetermined=sum(row.get(Outcome.UNDETERMINED.value, 0) for row in tally.values()),
        waived=counts.waived,
        explained=counts.explained,
        advisory=sum(row.get("advisory", 0) for row in tally.values()),
        base=base,
    )


def _texts(
    listed: Iterable[Finding], registry: Registry, checks: Checks, lang: str, workers: int | None
) -> Iterator[str]:
    """The findings as text, those of a file together, in their order."""
    lines = Lines(registry)

    def text(found: list[Finding]) -> str:
        return "".join(f"{line}\n" for one in found for line in finding_lines(one, lines.of(one), checks, lang))

    yield from stream(text, [list(found) for _, found in groupby(listed, lambda one: one.path)], workers=workers)


def _tell_of_fix(listed: Iterable[Finding], args: argparse.Namespace) -> None:
    """That what is only a matter of notation need not be mended by hand."""
    if any(found.is_defect and may_be_mended(found) for found in listed):
        command = " ".join(["zongmu check --fix", *map(shlex.quote, args.paths)])
        print(
            f"写法问题可先由程序改正（逐处说明，改不准的不动）: {command}"
            if args.lang == "zh"
            else f"what is only notation can be mended for you (each replacement is told, the rest left): {command}"
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


def _calendar_line(year: int, lang: str) -> str:
    file = f"registry/calendars/{year}.yaml"
    if lang == "zh":
        return f"{year} 年的工作日历还没有登记为正式（{file}）：到那一年的期限都是暂定的。放假通知公布后请登记。"
    return f"the working days of {year} are not recorded as official ({file}): deadlines in that year are provisional. Record the notice once it is out."


def _report(
    root: Path,
    decision: Decision,
    summary: Summary,
    registry: Registry,
    checks: Checks,
    args: argparse.Namespace,
    tally: Mapping[str, Mapping[str, int]] | None,
    no_calendar: int | None = None,
) -> None:
    if args.format == "json":
        from zongmu.report.data import dump, report_data

        sys.stdout.write(dump(report_data(decision, summary, checks, tally)))
        return
    if args.format in ("sarif", "codequality", "junit"):
        from zongmu.report.formats import from_top, rendered

        listed = shown(decision.findings, all_states=args.all or summary.base is None or args.format == "sarif")
        prefix, based = prefix_of(root), summary.base is not None
        listed, cured = from_top(listed, prefix), from_top(decision.cured, prefix)
        sys.stdout.write(rendered(args.format, listed, cured, checks, args.lang, based=based))
        return
    if tally is not None:
        for line in tally_lines(tally, checks, args.lang):
            print(line)
        print()
    listed = shown(decision.findings, all_states=args.all or summary.base is None)
    if not (args.all or args.paths):
        listed, counted = parted(listed)
        if counted:
            for line in counted_lines(counted, checks, args.lang):
                print(line)
            print()
    if args.format == "github":
        from zongmu.report.formats import from_top
        from zongmu.report.github import annotation

        for finding in from_top(listed, prefix_of(root)):
            print(annotation(finding, args.lang))
    else:
        listed = sorted(all_placed(registry, listed, None, args.jobs), key=in_order)
        for text in _texts(listed, registry, checks, args.lang, args.jobs):
            sys.stdout.write(text)
    if listed:
        print()
    if args.format == "text" and not args.fix and args.head is None and args.at is None:
        _tell_of_fix(listed, args)
    hidden = decision.existing if not args.all and summary.base is not None else 0
    if no_calendar is not None:
        mark = "::warning title=calendar::" if args.format == "github" else ""
        print(f"{mark}{_calendar_line(no_calendar, args.lang)}")
    for line in summary_lines(decision, summary, args.lang):
        print(line)
    if hidden:
        print(
            f"（--all 可列出原已存在的 {hidden} 项）"
            if args.lang == "zh"
            else f"(--all lists {hidden} that were already so)"
        )

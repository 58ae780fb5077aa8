"""What ``zongmu check`` came to, in the form that was asked for: text, JSON, annotations, what other tools read."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from zongmu.cli.lines import Lines
from zongmu.cli.session import prefix_of
from zongmu.exchange.notation import may_be_mended
from zongmu.model.finding import Finding
from zongmu.policy.judging.placing import all_placed
from zongmu.policy.law.loading import Checks
from zongmu.policy.proposals.merging import Decision
from zongmu.policy.run import in_order
from zongmu.report.findings.counting import counted_lines, parted
from zongmu.report.findings.text import Summary, finding_lines, shown, summary_lines, tally_lines
from zongmu.store.registry import Registry
from zongmu.store.workers import stream


@dataclass(frozen=True, slots=True)
class Answer:
    """What a check came to.

    ``crashed``: a check ended in an error of its own, so that something was not judged. ``tally``: outcomes per rule, where
    they were asked for. ``no_calendar``: the year of this day, or of the coming month, without published working days.
    """

    checks: Checks
    registry: Registry
    decision: Decision
    summary: Summary
    crashed: bool
    tally: Mapping[str, Mapping[str, int]] | None = None
    no_calendar: int | None = None


def report(root: Path, args: argparse.Namespace, answer: Answer) -> None:
    """Print *answer* in the form that was asked for."""
    decision, summary = answer.decision, answer.summary
    every = args.all or summary.base is None
    if args.format == "json":
        from zongmu.report.findings.data import report_data
        from zongmu.report.terminal import dump

        sys.stdout.write(dump(report_data(decision, summary, answer.checks, answer.tally)))
    elif args.format in ("sarif", "codequality", "junit"):
        from zongmu.report.findings.formats import from_top, rendered

        listed = shown(decision.findings, all_states=every or args.format == "sarif")
        prefix, based = prefix_of(root), summary.base is not None
        listed, cured = from_top(listed, prefix), from_top(decision.cured, prefix)
        sys.stdout.write(rendered(args.format, listed, cured, answer.checks, args.lang, based=based))
    else:
        _print(root, args, answer, shown(decision.findings, all_states=every))


def _print(root: Path, args: argparse.Namespace, answer: Answer, listed: Sequence[Finding]) -> None:
    """The *listed* findings and what they come to, for people: as text, or as annotations of a change."""
    checks = answer.checks
    if answer.tally is not None:
        _block(tally_lines(answer.tally, checks, args.lang))
    if not (args.all or args.paths):
        listed, alike = parted(listed)
        _block(counted_lines(alike, checks, args.lang) if alike else ())
    if args.format == "github":
        from zongmu.report.findings.formats import from_top
        from zongmu.report.findings.github import annotation

        for finding in from_top(listed, prefix_of(root)):
            print(annotation(finding, args.lang))
    else:
        listed = sorted(all_placed(answer.registry, listed, None, args.jobs), key=in_order)
        for text in _texts(listed, answer.registry, checks, args.lang, args.jobs):
            sys.stdout.write(text)
    if listed:
        print()
    if args.format == "text" and not args.fix and args.head is None and args.at is None:
        _tell_of_fix(listed, args)
    if answer.no_calendar is not None:
        mark = "::warning title=calendar::" if args.format == "github" else ""
        print(f"{mark}{_calendar_line(answer.no_calendar, args.lang)}")
    for line in summary_lines(answer.decision, answer.summary, args.lang):
        print(line)
    hidden = answer.decision.existing if not args.all and answer.summary.base is not None else 0
    if hidden:
        print(
            f"（--all 可列出原已存在的 {hidden} 项）"
            if args.lang == "zh"
            else f"(--all lists {hidden} that were already so)"
        )


def _block(lines: Iterable[str]) -> None:
    """*lines*, and an empty one after them where there are any."""
    told = "".join(f"{line}\n" for line in lines)
    if told:
        print(told)


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


def _calendar_line(year: int, lang: str) -> str:
    file = f"registry/calendars/{year}.yaml"
    if lang == "zh":
        return f"{year} 年的工作日历还没有登记为正式（{file}）：到那一年的期限都是暂定的。放假通知公布后请登记。"
    return f"the working days of {year} are not recorded as official ({file}): deadlines in that year are provisional. Record the notice once it is out."

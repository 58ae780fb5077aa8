"""``zongmu diff``: a change in the terms of the law, for the people who have to agree to it."""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from zongmu.cli.changing import JudgedChange, judge_change
from zongmu.cli.crashed import without_answer
from zongmu.cli.past import is_day, reached, revision_at
from zongmu.cli.session import day_named, parse_day
from zongmu.cli.trouble import trouble
from zongmu.report.changes.markdown import markdown
from zongmu.report.changes.report import ChangeReport, change_report
from zongmu.report.changes.text import Names, names_of, text_lines
from zongmu.report.changes.trail import Notes


def run_diff(root: Path, args: argparse.Namespace, out: TextIO) -> int:
    """Print what a change means. Exit 0 where nothing stands in its way, 1 where it is refused or needs a person."""
    head, asof = args.head, parse_day(args.as_of)
    then = day_named(head) if head is not None and is_day(head) else None
    if then is not None and is_day(args.base) and then < day_named(args.base):
        raise trouble(
            "cli.days-reversed",
            f"{head} 早于 {args.base}",
            f"{head} lies before {args.base}",
            "先写较早的一天，再写较晚的一天",
            "write the earlier day first",
        )
    base = revision_at(root, args.base)
    judged = judge_change(
        root, base, None if head is None else revision_at(root, head), asof or (then and reached(root, then))
    )
    report, names = reported(judged)
    if then is not None:
        # What has long been recorded is no proposal: it was recorded when it was, not today.
        names = replace(names, notes=Notes(recorded=_recorded(root, base, judged.change.paths)))
    write_report(report, names, judged, args.format, args.lang, out)
    if judged.after.crashed:
        return without_answer(args.lang)
    return 0 if report.gate.value == "good" else 1


def _recorded(root: Path, base: str, paths: Collection[str]) -> dict[tuple[str, str], dt.date]:
    """The day on which each row of some files was recorded, of those that *base* does not have."""
    from zongmu.history.trail import trail

    out: dict[tuple[str, str], dt.date] = {}
    for event in trail(root, paths, base):
        for row in event.rows_added:
            out.setdefault((event.record, row), event.recorded_day)
    return out


def reported(judged: JudgedChange) -> tuple[ChangeReport, Names]:
    """The report of a judged change, and what roles and bodies are called."""
    report = change_report(
        judged.change, judged.tip, judged.head, judged.world, judged.before, judged.after, judged.decision
    )
    return report, names_of(judged.world, judged.head)


def write_report(report: ChangeReport, names: Names, judged: JudgedChange, format: str, lang: str, out: TextIO) -> None:
    """The report in one of its formats."""
    if format == "json":
        from zongmu.report.changes.data import change_json
        from zongmu.report.terminal import dump

        out.write(dump(change_json(report, judged.checks)))
    elif format == "markdown":
        out.write(markdown(report, names, lang))
    else:
        for line in text_lines(report, names, lang):
            out.write(line + "\n")

"""``zongmu diff``: a change in the terms of the law, for the people who have to agree to it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TextIO

from zongmu.cli.changing import JudgedChange, judge_change
from zongmu.cli.past import revision_at
from zongmu.cli.session import parse_day
from zongmu.report.change_data import ChangeReport, change_report
from zongmu.report.change_markdown import markdown
from zongmu.report.change_text import Names, names_of, text_lines


def run_diff(root: Path, args: argparse.Namespace, out: TextIO) -> int:
    """Print what a change means. Exit 0 where nothing stands in its way, 1 where it is refused or needs a person."""
    head = None if args.head is None else revision_at(root, args.head)
    judged = judge_change(root, revision_at(root, args.base), head, parse_day(args.as_of))
    report, names = reported(judged)
    write_report(report, names, judged, args.format, args.lang, out)
    if judged.after.crashed:
        return 2
    return 0 if report.gate.value == "good" else 1


def reported(judged: JudgedChange) -> tuple[ChangeReport, Names]:
    """The report of a judged change, and what roles and bodies are called."""
    report = change_report(
        judged.change, judged.tip, judged.head, judged.world, judged.before, judged.after, judged.decision
    )
    return report, names_of(judged.world, judged.head)


def write_report(report: ChangeReport, names: Names, judged: JudgedChange, format: str, lang: str, out: TextIO) -> None:
    """The report in one of its formats."""
    if format == "json":
        from zongmu.report.change_json import change_json
        from zongmu.report.data import dump

        out.write(dump(change_json(report, judged.checks)))
    elif format == "markdown":
        out.write(markdown(report, names, lang))
    else:
        for line in text_lines(report, names, lang):
            out.write(line + "\n")

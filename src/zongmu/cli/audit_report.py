"""``zongmu audit report``: a period as tables, for an auditor. Internal: it names persons."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TextIO

from zongmu.cli.audit import write
from zongmu.cli.session import checks_at, parse_day, registry_at, world_of
from zongmu.cli.trouble import Trouble
from zongmu.model.finding import Bilingual
from zongmu.model.project import Project
from zongmu.store.git import Git


def run_report(root: Path, args: argparse.Namespace, out: TextIO) -> int:
    """Write the report: 0, or :class:`Trouble`."""
    from zongmu.history.trail import trail
    from zongmu.report.auditing import Material, Options, tables
    from zongmu.report.auditing_files import as_html, as_json, as_xlsx

    start, end = parse_day(args.start), parse_day(args.end)
    assert start is not None
    assert end is not None
    wrong = end < start or min(args.late, args.quiet, args.near) < 0
    if wrong:
        raise Trouble(
            "audit.bad-period",
            Bilingual("止日早于起日，或天数为负", "the end lies before the start, or a number is negative"),
            Bilingual("写成 --from 2026-01-01 --to 2026-12-31", "write --from 2026-01-01 --to 2026-12-31"),
        )
    if args.format == "xlsx" and args.out is None:
        raise Trouble(
            "audit.out-needed",
            Bilingual("xlsx 须写 --out", "xlsx needs --out"),
            Bilingual("加上 --out 报告.xlsx", "add --out report.xlsx"),
        )
    checks = checks_at(root)
    registry = registry_at(root)
    instance = world_of(checks, registry, None).instance
    git = Git(root)
    try:
        head = git.resolve("HEAD")
        # From Git alone: a copy that an auditor was handed may come with its own cache, and with the key that seals it.
        events = list(trail(root))
    finally:
        git.close()
    material = Material(
        events,
        {record.id: record.model for record in registry.projects if isinstance(record.model, Project)},
        {j.id: [checks.measures[m] for m in j.measures if m in checks.measures] for j in instance.jurisdictions},
    )
    options = Options(start, end, args.late, args.quiet, args.near)
    made = list(tables(material, options))
    match args.format:
        case "xlsx":
            write(as_xlsx(made, options, head, args.lang), args.out, out)
        case "json":
            write(as_json(made, options, head), args.out, out)
        case "html":
            write(as_html(made, options, head, args.lang), args.out, out)
        case _:
            lines = [f"{table.title.pick(args.lang)}  {len(table.rows)}\n" for table in made]
            write("".join(lines), args.out, out)
    return 0

"""``zongmu audit report``: a period as tables, for an auditor. Internal: it names persons.

Everything is taken from the commits of the repository: not from the working tree, and not from a cache, either of which
may be other than the history that came with it. Nothing of the registry is run.
"""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from zongmu.cli.auditing.accounts import addresses
from zongmu.cli.named_files import write
from zongmu.cli.past import standing_on
from zongmu.cli.session import no_settings, parse_day, registry_at
from zongmu.cli.trouble import Trouble
from zongmu.model.finding import Bilingual
from zongmu.model.records.organization import Organization
from zongmu.model.records.project import Project
from zongmu.store.git.asking import Git
from zongmu.store.registry import Registry, load
from zongmu.store.trees import GitTree

if TYPE_CHECKING:
    from zongmu.report.auditing.table import Law, Material


def run_report(root: Path, args: argparse.Namespace, out: TextIO) -> int:
    """Write the report: 0, or :class:`Trouble`."""
    from zongmu.report.auditing.files import CLOCKS, as_html, as_json, as_xlsx
    from zongmu.report.auditing.questions import tables
    from zongmu.report.auditing.table import Options

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
    git = Git(root)
    try:
        head, material = _material(root, git, end)
    finally:
        git.close()
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
            write("".join(lines) + CLOCKS.pick(args.lang) + "\n", args.out, out)
    return 0


def _material(root: Path, git: Git, end: dt.date) -> tuple[str, Material]:
    """The id of the head, and what the tables are made of."""
    from zongmu.history.trail import trail
    from zongmu.report.auditing.table import Material

    events = list(trail(root))
    tip = GitTree(git, "HEAD")
    now = registry_at(root, tip, load_with=lambda tree: load(tree, types=("organization",)))
    commit = standing_on(git, end)
    then = load(GitTree(git, commit), types=("project",)) if commit is not None else None
    return tip.commit, Material(
        events,
        {one.id: one.model for one in then.projects if isinstance(one.model, Project)} if then is not None else {},
        _laws(tip, now),
        {one.id: one.model for one in now.of_type("organization") if isinstance(one.model, Organization)},
        addresses(git),
    )


def _laws(tree: GitTree, registry: Registry) -> dict[str, list[Law]]:
    """The words and numbers of the measures of each city. Raises :class:`Trouble`, or what a wrong measure raises."""
    from zongmu.policy.law.loading import yaml_mapping
    from zongmu.policy.law.measure_file import measure_from
    from zongmu.policy.law.parameters import parameters_from
    from zongmu.report.auditing.table import Law

    if registry.instance is None:
        raise no_settings(registry)

    def law(id: str) -> Law:
        path, figures = (f"checks/{id}/{name}.yaml" for name in ("measure", "parameters"))
        measure = measure_from(yaml_mapping(lambda: tree.read(path), path), path)
        if not tree.exists(figures):
            return Law(measure, {})
        return Law(
            measure, parameters_from(yaml_mapping(lambda: tree.read(figures), figures), figures, measure.sentences)
        )

    return {city.id: [law(id) for id in city.measures] for city in registry.instance.jurisdictions}

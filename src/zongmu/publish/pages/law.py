"""The law as pages: measures, rules, problem codes. They change with ``checks/`` and not with the registry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from zongmu.model.calendar import Calendar
from zongmu.model.finding import Code
from zongmu.policy.loading import Checks
from zongmu.publish.pages.base import Files, Maker
from zongmu.publish.pages.codes import code_pages
from zongmu.publish.pages.examples import Example, run_examples
from zongmu.publish.pages.measures import measure_list, measure_page
from zongmu.publish.pages.rules import rule_page
from zongmu.report.catalog import codes


@dataclass(frozen=True)
class Law:
    """The checks with their examples run once, for the pages of both languages."""

    checks: Checks
    examples: Mapping[str, Sequence[Example]]
    codes: Sequence[Code]


def run_law(root: Path, checks: Checks, calendar: Calendar) -> Law:
    """Every example of every rule, judged by the engine that judges the registry."""
    return Law(checks, run_examples(root, checks, calendar), tuple(codes(checks)))


def law_pages(make: Maker, law: Law) -> Files:
    """Pages of measures, rules and codes. The list of rules is apart: it counts outcomes."""
    yield measure_list(make)
    for loaded in law.checks.measures.values():
        yield measure_page(make, loaded)
        for rule in loaded.rules:
            yield rule_page(make, loaded, rule, law.examples.get(rule.id, ()))
    yield from code_pages(make, law.codes)

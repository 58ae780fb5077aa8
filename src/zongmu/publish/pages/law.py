"""The law as pages: measures, rules, problem codes. They change with ``checks/`` and not with the registry."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from zongmu.model.periods.calendar import Calendar
from zongmu.policy.examples import base_of
from zongmu.policy.law.loading import Checks, LoadedMeasure
from zongmu.policy.law.rules import Rule
from zongmu.publish.pages.base import Files, Maker
from zongmu.publish.pages.codes import code_pages
from zongmu.publish.pages.examples import examples_of
from zongmu.publish.pages.measures import measure_list, measure_page
from zongmu.publish.pages.rules import rule_page
from zongmu.report.findings.catalog import codes


def law_jobs(root: Path, makers: Sequence[Maker], checks: Checks, calendar: Calendar) -> list[Callable[[], Files]]:
    """Pages of measures, rules and codes, in pieces that can be made apart: each is to be called once, in any process.

    The list of rules is not among them: it counts outcomes.
    """
    jobs: list[Callable[[], Files]] = [partial(_measures, make, checks) for make in makers]
    for loaded in checks.measures.values():
        base = base_of(loaded, root) if loaded.rules else {}
        jobs += [partial(_rule, makers, loaded, rule, root, checks, base, calendar) for rule in loaded.rules]
    return [*jobs, partial(_codes, makers, checks)]


def _codes(makers: Sequence[Maker], checks: Checks) -> Files:
    """The pages of codes in each language. To gather the codes takes in half of the program: one process does."""
    known = tuple(codes(checks))
    for make in makers:
        yield from code_pages(make, known)


def _measures(make: Maker, checks: Checks) -> Files:
    yield measure_list(make)
    for loaded in checks.measures.values():
        yield measure_page(make, loaded)


def _rule(
    makers: Sequence[Maker],
    loaded: LoadedMeasure,
    rule: Rule,
    root: Path,
    checks: Checks,
    base: Mapping[str, Any],
    calendar: Calendar,
) -> Files:
    """The page of a rule in each language, with its examples judged once."""
    examples = examples_of(root, checks, loaded, rule, base, calendar)
    for make in makers:
        yield rule_page(make, loaded, rule, examples)

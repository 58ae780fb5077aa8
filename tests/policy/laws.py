"""A law and a context to ask shapes about, without a registry."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

from tests.records import project
from tests.shared import REPO
from zongmu.model.derived.timeline import Fact
from zongmu.model.finding import Bilingual
from zongmu.model.periods.calendar import Calendar
from zongmu.model.records.instance import Instance
from zongmu.model.scalars import Duration, Money, Ratio
from zongmu.policy.judging.context import Law, ProjectContext
from zongmu.policy.law.measure import Measure
from zongmu.policy.law.measure_file import measure_from
from zongmu.policy.law.parameters import Param
from zongmu.store.registry import load
from zongmu.store.trees import WorkTree


@cache
def calendar() -> Calendar:
    """The published calendars, 2022 to 2026."""
    return load(WorkTree.of(REPO), paths=()).calendar


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def fact(text: str | None, path: str = "milestones/x/date") -> Fact[dt.date]:
    """A day with a path; None: not recorded."""
    return Fact(None if text is None else day(text), path)


def amount(text: str | None) -> Fact[Money]:
    return Fact(None if text is None else Money.parse(text), "milestones/x/total")


def within(text: str, comparator: Any = "<=") -> Param[Duration]:
    return Param("demo.within", Duration.parse(text), comparator)


def figure(text: str, comparator: Any) -> Param[Money]:
    return Param("demo.figure", Money.parse(text), comparator)


def portion(text: str) -> Param[Ratio]:
    return Param("demo.portion", Ratio.parse(text), "<=")


def settings(**more: Any) -> Instance:
    return Instance.model_validate(
        {
            "format": 1,
            "name": "例",
            "timezone": "Asia/Shanghai",
            "site": {"address": "https://zongmu.example/"},
            "repository": "internal",
            "assurance": "none",
            "disclosure_review": "merge",
            "jurisdictions": [{"id": "demo", "name": "示例市", "region": "150600", "measures": ["demo_2025"]}],
            **more,
        }
    )


def measure(since: str | None = "2023-01-01", until: str | None = None, *, replaces: bool = False) -> Measure:
    """A measure; without *since* its first day is a setting of the instance."""
    in_force = {k: v for k, v in (("from", since or "setting"), ("to", until)) if v is not None}
    data: dict[str, Any] = {
        "id": "demo_2025",
        "prefix": "DM",
        "title": {"zh": "办法", "en": "measure"},
        "in_force": in_force,
    }
    if replaces:
        data["replaces"] = {"zh": "旧办法", "en": "the older one"}
    return measure_from(data, "measure.yaml")


def context(
    asof: str = "2026-06-30",
    *,
    law: Measure | None = None,
    record: Any = None,
    instance: Instance | None = None,
    roles: dict[str, frozenset[str]] | None = None,
    work: Calendar | None = None,
) -> ProjectContext:
    """What a rule sees."""
    made = Law(law or measure(), {}, instance or settings())
    return ProjectContext(
        record or project(),
        made,
        day(asof),
        work or calendar(),
        instance or settings(),
        roles if roles is not None else {},
    )


TEXT = Bilingual("甲", "A")

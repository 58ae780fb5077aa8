"""What came of one record: its findings, what is counted, and what rules across records read of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from zongmu.model.finding import Finding
from zongmu.policy.judging.exceptions import Doubtful
from zongmu.policy.judging.weighing import Ruling


@dataclass(slots=True)
class Judged:
    """What came of one record."""

    record: str
    path: str
    type: str
    jurisdiction: str | None
    findings: list[Finding]
    tally: list[tuple[str, str]] = field(default_factory=list)  # (rule, outcome)
    facts: dict[str, Any] = field(default_factory=dict)
    check_facts: dict[str, Any] = field(default_factory=dict)
    rulings: tuple[Ruling, ...] = ()
    doubtful: tuple[Doubtful, ...] = ()  # waivers and reasons that no rule about the record alone needs
    span: tuple[dt.date, dt.date] | None = (
        None  # first and last as-of day on which this is said, where that was watched
    )

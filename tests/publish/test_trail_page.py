"""The page on the health of the trail counts what became public, how soon, and what was corrected."""

from __future__ import annotations

import datetime as dt

from zongmu.publish.pages.trail import health
from zongmu.publish.released.history import Change, Entry, PublicHistory


def test_health_counts_what_changed_after_the_first_publication() -> None:
    def act(key: str, day: str) -> Change:
        return Change(f"milestones/{key}/date", f"milestones/{key}", None, day)

    first = Entry(dt.date(2026, 3, 1), "demo-2026-0001", "published", (act("declared", "2020-01-01"),))
    later = Entry(
        dt.date(2026, 4, 1),
        "demo-2026-0001",
        "changed",
        (
            act("approved", "2026-03-20"),
            act("contract_signed", "2026-02-01"),
            act("accepted", "2025-01-01"),
            Change("corrections/1/reason", "corrections/1", None, "笔误"),
            Change("corrections/1/of", "corrections/1", None, "approved"),
            Change("name", "", "甲", "乙"),
        ),
    )
    found = health(PublicHistory({"demo-2026-0001": (first, later), "other-2026-0001": (first,)}))
    one = found["demo"]
    assert (one.projects, one.changes, one.corrections, one.last) == (1, 1, 1, dt.date(2026, 4, 1))
    assert dict(one.bands) == {"soon": 1, "later": 1, "late": 1}
    assert (found["other"].changes, found["other"].last) == (0, dt.date(2026, 3, 1))

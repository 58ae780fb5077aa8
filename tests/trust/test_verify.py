"""Honest histories are accepted, and the report says exactly what that proves."""

from __future__ import annotations

from pathlib import Path

from tests.trust.history import SIGNED, digest_of, endorsements, project, registry, row
from tests.trust.verifying import verified


def test_an_honest_history_is_accepted(tmp_path: Path) -> None:
    made = registry(tmp_path)
    text = project("shili-2026-0001", "water")
    made.landed({SIGNED: endorsements(row(1, digest_of(text)))}, by="finance")
    result = verified(made)
    assert [f"{f.code.id} {f.values}" for f in result.faults] == []
    assert {(a.project, a.state, a.level) for a in result.acts} == {
        ("shili-2026-0001", "effective", "F"),
        ("shili-2026-0002", "waiting", "F"),
    }

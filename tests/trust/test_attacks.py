"""Every attack is refused, has no effect, or is seen by who kept a checkpoint."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.trust.attacks import ATTACKS
from tests.trust.history import registry
from tests.trust.verifying import outcome, verified


@pytest.mark.parametrize("name", sorted(ATTACKS))
def test_attack(name: str, tmp_path: Path) -> None:
    attack = ATTACKS[name]
    made = registry(tmp_path, attack.level)
    attack.build(made)
    found, states = outcome(made)
    match attack.caught:
        case "checkpoint":
            # Nothing in the history itself shows it; the copy of the checkpoint that somebody kept does.
            assert found == set()
            assert {fault.code.id for fault in verified(made, since=made.seen).faults} == {"trust.checkpoint-differs"}
        case "void" | "below_level":
            assert found == set()
            assert states == {attack.caught, "waiting"}
        case "neutral":
            assert found == set()
        case code:
            assert code in found

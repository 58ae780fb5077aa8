"""A reading that a rule or a number rests on says so at the sentence that they carry out: it is shown there too."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.ours import checks
from zongmu.policy.law.loading import LoadedMeasure


def _unsaid(loaded: LoadedMeasure) -> Iterator[str]:
    about = {id: set(reading.clauses) for id, reading in loaded.measure.readings.items()}
    rows = [(rule.id, rule.cites, rule.readings) for rule in loaded.rules]
    rows += [(number.id, (number.cites,), number.readings) for number in loaded.parameters.values()]
    for id, cites, readings in rows:
        yield from (f"{id}: {reading}" for reading in readings if about[reading].isdisjoint(cites))


@pytest.mark.parametrize("id", sorted(checks().measures))
def test_a_reading_names_the_sentences_that_rest_on_it(id: str) -> None:
    assert list(_unsaid(checks().measures[id])) == []

"""What came of a record as a plain row, and back, without loss."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from zongmu.model.finding import Outcome
from zongmu.policy.finding_rows import Rows, Unkept, plain
from zongmu.policy.judging.exceptions import Doubtful
from zongmu.policy.judging.judged import Judged


class JudgedRows:
    """Records as rows. What many of them say alike stands in two tables, of texts and of (rule, outcome)."""

    def __init__(
        self, day: dt.date, texts: Iterable[tuple[str, str]] = (), counted: Iterable[tuple[str, str]] = ()
    ) -> None:
        """*day*: the as-of day of what is written, and of what is read where that is said on it."""
        self._day = day
        self._rows = Rows(day, texts)
        self._counted = [(rule, outcome) for rule, outcome in counted]
        self._numbers = {row: n for n, row in enumerate(self._counted)}

    @property
    def tables(self) -> dict[str, list[tuple[str, str]]]:
        """Both tables, by the names of their parameters."""
        return {"texts": self._rows.texts, "counted": self._counted}

    def row(self, judged: Judged) -> list[Any]:
        """*judged* as a row. Raises :class:`Unkept` for one that could not be given back, or of a rule that crashed."""
        if any(finding.outcome is Outcome.ERROR for finding in judged.findings):
            raise Unkept(judged.path)
        return [
            judged.record,
            judged.type,
            judged.jurisdiction,
            [self._rows.row(finding) for finding in judged.findings],
            [self._number(pair) for pair in judged.tally],
            plain(judged.facts),
            plain(judged.check_facts),
            [[d.list, d.seq, d.of] for d in judged.doubtful],
            [day.toordinal() for day in judged.span or (self._day, self._day)],
        ]

    def judged(self, path: str, row: list[Any]) -> Judged:
        """The record at *path* from its row. Raises ``LookupError`` where that is not said on the as-of day."""
        record, type_name, jurisdiction, findings, tally, facts, check_facts, doubtful, (first, last) = row
        if not first <= self._day.toordinal() <= last:
            raise LookupError(path)
        return Judged(
            record,
            path,
            type_name,
            jurisdiction,
            [self._rows.finding(path, one) for one in findings],
            [self._counted[n] for n in tally],
            facts,
            check_facts,
            doubtful=tuple(Doubtful(*one) for one in doubtful),
        )

    def _number(self, row: tuple[str, str]) -> int:
        number = self._numbers.get(row)
        if number is None:
            number = self._numbers[row] = len(self._counted)
            self._counted.append(row)
        return number

"""Findings and what they are made of as plain rows, and back, without loss: what JSON cannot say is a mapping with one key."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, Final

from zongmu.model.finding import (
    Bilingual,
    Cap,
    Category,
    Finding,
    Outcome,
    Position,
    Severity,
    Step,
    Verdict,
)
from zongmu.model.scalars import Duration, Money, Ratio
from zongmu.policy.judging.asof import DaysSince, WatchedDay

UNREADABLE: Final = (ValueError, TypeError, LookupError, AttributeError)
"""What reading raises where rows are sealed and still not what they should be."""


class Rows:
    """Findings as rows. Their texts, of which there are few, stand in a table of their own."""

    def __init__(self, day: dt.date, texts: Iterable[tuple[str, str]] = ()) -> None:
        """*day*: the as-of day, for what is counted from it."""
        self._day = day
        self._texts = [Bilingual(zh, en) for zh, en in texts]
        self._words = {text: n for n, text in enumerate(self._texts)}

    @property
    def texts(self) -> list[tuple[str, str]]:
        """The table of texts."""
        return [(text.zh, text.en) for text in self._texts]

    def _word(self, text: Bilingual) -> int:
        number = self._words.get(text)
        if number is None:
            number = self._words[text] = len(self._texts)
            self._texts.append(text)
        return number

    def row(self, found: Finding) -> list[Any]:
        """*found* as a row. Raises :class:`Unkept`."""
        position = found.position
        return [
            found.code,
            found.category.value,
            int(found.severity),
            found.record,
            found.path,
            self._word(found.message),
            self._word(found.next_step),
            found.key,
            found.field_path,
            position and [position.line, position.column, position.end_line, position.end_column],
            found.outcome.value,
            {name: _kept(value) for name, value in found.values.items()},
            found.verdict and verdict_row(found.verdict),
            found.addressee,
            found.sensitive,
        ]

    def finding(self, path: str, row: list[Any]) -> Finding:
        """The finding of a *row*; *path* is that of the record it was written for."""
        (
            code,
            category,
            severity,
            record,
            at,
            message,
            next_step,
            key,
            field,
            place,
            outcome,
            values,
            verdict,
            to,
            hidden,
        ) = row
        return Finding(
            code,
            _CATEGORY[category],
            _SEVERITY[severity],
            record,
            path if at == path else at,
            self._texts[message],
            self._texts[next_step],
            key,
            field,
            place and Position(*place),
            _OUTCOME[outcome],
            {name: _given(value, self._day) for name, value in values.items()},
            verdict and verdict_of(verdict, self._day),
            to,
            hidden,
        )


_CATEGORY: Final = {one.value: one for one in Category}
_SEVERITY: Final = {int(one): one for one in Severity}
_OUTCOME: Final = {one.value: one for one in Outcome}


def verdict_row(verdict: Verdict) -> list[Any]:
    """A verdict as JSON can hold it. Raises :class:`Unkept`."""
    return [
        verdict.outcome.value,
        verdict.because,
        [[s.say, _kept(s.value), s.path, s.param, _kept(s.limit), s.comparator, s.holds] for s in verdict.trace],
        _kept(verdict.until),
        _kept(verdict.due),
        _kept(verdict.excess),
        [[int(cap.severity), cap.why] for cap in verdict.caps],
        verdict.at,
        verdict.addressee,
        list(verdict.cites),
        verdict.provisional,
        verdict.unit,
    ]


def verdict_of(row: list[Any], day: dt.date | None = None) -> Verdict:
    """The verdict that :func:`verdict_row` wrote, said on the as-of *day* (None: of a verdict that did not hang on it)."""
    outcome, because, trace, until, due, excess, caps, at, addressee, cites, provisional, unit = row
    return Verdict(
        _OUTCOME[outcome],
        because,
        tuple(
            [
                Step(say, _given(v, day), path, param, _given(limit, day), by, ok)
                for say, v, path, param, limit, by, ok in trace
            ]
        ),
        _given(until, day),
        _given(due, day),
        _given(excess, day),
        tuple([Cap(_SEVERITY[severity], why) for severity, why in caps]),
        at,
        addressee,
        tuple(cites),
        provisional,
        unit,
    )


class Unkept(Exception):
    """A value that could not be given back exactly: what holds it is judged again each time."""


_ITSELF: Final = frozenset({str, int, bool, type(None)})


def _kept(value: Any) -> Any:
    kind = type(value)
    if kind in _ITSELF:
        return value
    if kind is dt.date:
        return {"day": value.isoformat()}
    if kind is Money:
        return {"fen": value.fen}
    if kind is Ratio:
        return {"bp": value.bp}
    if kind is Duration:
        return {"duration": [value.n, value.unit]}
    if kind is tuple:
        return {"tuple": [_kept(one) for one in value]}
    if kind is DaysSince:
        return {"since": value.day.isoformat()}
    if kind is WatchedDay:
        return {"asof": ""}
    raise Unkept(kind.__name__)


def _given(value: Any, day: dt.date | None) -> Any:
    if type(value) is not dict:
        return value
    ((kind, held),) = value.items()
    if kind == "day":
        return dt.date.fromisoformat(held)
    if kind == "fen":
        return Money(held)
    if kind == "bp":
        return Ratio(held)
    if kind == "duration":
        return Duration(*held)
    if kind == "tuple":
        return tuple([_given(one, day) for one in held])
    if day is None:
        raise ValueError(kind)
    return day if kind == "asof" else (day - dt.date.fromisoformat(held)).days


def plain(value: Any) -> Any:
    """*value* where JSON gives it back as it is. Raises :class:`Unkept`."""
    kind = type(value)
    if kind is dict and all(type(name) is str for name in value):
        for inner in value.values():
            plain(inner)
    elif kind is list:
        for inner in value:
            plain(inner)
    elif kind not in _ITSELF:
        raise Unkept(kind.__name__)
    return value

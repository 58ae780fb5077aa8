"""The milestones of a record in the order of their days, and what is found among them.

Voided acts are left out: they count for no rule and no page.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Generic, TypeVar

from zongmu.model.acts.kinds import NO_STEP, RANK
from zongmu.model.acts.milestones import Act, key_of
from zongmu.model.acts.parts import Document
from zongmu.model.immutable import immutable

T = TypeVar("T")
A = TypeVar("A", bound=Act)


@immutable
class Fact(Generic[T]):
    """A value with the path it came from. ``value is None`` means: not recorded, and ``path`` where it would stand."""

    value: T | None
    path: str
    provisional: bool = False


class Timeline:
    """The effective milestones of a record: sorted by day, voided ones left out, found by kind or by class."""

    __slots__ = ("_by_class", "_documents", "by_key", "by_kind", "first_act", "milestones", "voided")

    def __init__(self, milestones: Iterable[Act], voided: frozenset[str] = frozenset()) -> None:
        self.voided = voided
        kept = [m for m in milestones if key_of(m) not in voided] if voided else list(milestones)
        kept.sort(key=_order)
        self.milestones: tuple[Act, ...] = tuple(kept)
        by_kind: dict[str, list[Act]] = {}
        for m in kept:
            by_kind.setdefault(m.kind, []).append(m)
        self.by_kind: dict[str, list[Act]] = by_kind
        self.by_key: dict[str, Act] = {key_of(m): m for m in kept}
        self.first_act: Act | None = next((m for m in kept if m.kind not in NO_STEP), None)
        """The earliest milestone that is a step of the record's own, neither an opening entry nor what befell it."""
        self._by_class: dict[type, tuple[Act, ...]] | None = None
        self._documents: tuple[tuple[Act, Document], ...] | None = None

    def has(self, *kinds: str) -> bool:
        """Whether a milestone of any of the kinds is recorded."""
        return not self.by_kind.keys().isdisjoint(kinds)

    def first(self, *kinds: str) -> Act | None:
        """The earliest milestone of the kinds."""
        best: Act | None = None
        for kind in kinds:
            found = self.by_kind.get(kind)
            if found and (best is None or found[0].date < best.date):
                best = found[0]
        return best

    def last(self, *kinds: str) -> Act | None:
        """The latest milestone of the kinds."""
        best: Act | None = None
        for kind in kinds:
            found = self.by_kind.get(kind)
            if found and (best is None or found[-1].date >= best.date):
                best = found[-1]
        return best

    def of_class(self, cls: type[A]) -> tuple[A, ...]:
        """All milestones of a class, by day."""
        if self._by_class is None:
            # As isinstance, which models make dear.
            found: dict[type, list[Act]] = {}
            for m in self.milestones:
                for base in type(m).__mro__:
                    found.setdefault(base, []).append(m)
            self._by_class = {base: tuple(acts) for base, acts in found.items()}
        return self._by_class.get(cls, ())  # type: ignore[return-value]

    def of_kind(self, cls: type[A], *kinds: str) -> tuple[A, ...]:
        """All milestones of a class that have one of the kinds, by day."""
        return tuple(m for m in self.of_class(cls) if m.kind in kinds)

    def day(self, *kinds: str) -> Fact[dt.date]:
        """Day of the earliest milestone of the kinds."""
        m = self.first(*kinds)
        return Fact(m.date, f"milestones/{key_of(m)}/date") if m else Fact(None, f"milestones/{kinds[0]}")

    def last_day(self, *kinds: str) -> Fact[dt.date]:
        """Day of the latest milestone of the kinds."""
        m = self.last(*kinds)
        return Fact(m.date, f"milestones/{key_of(m)}/date") if m else Fact(None, f"milestones/{kinds[0]}")

    def answers(self, key: str, *kinds: str) -> tuple[Act, ...]:
        """Milestones that answer the milestone *key* (``of:``), of the kinds if any are given."""
        return tuple(m for m in self.milestones if m.__dict__.get("of") == key and (not kinds or m.kind in kinds))

    def documents(self, *kinds: str) -> tuple[tuple[Act, Document], ...]:
        """All documents of the kinds with the milestone that brought them."""
        if self._documents is None:
            self._documents = tuple((m, d) for m in self.milestones if m.documents for d in m.documents)
        return tuple([one for one in self._documents if one[1].kind in kinds])


def _order(m: Act) -> tuple[dt.date, int, int]:
    return (m.date, RANK.get(m.kind, 999), m.seq or 1)


def document_day(milestone: Act, document: Document) -> dt.date:
    """The day of a document: its own, else the day of the milestone that brought it."""
    return document.date or milestone.date


def document_path(milestone: Act, document: Document) -> str:
    """The path of a document within its record."""
    tail = document.kind if document.seq is None else f"{document.kind}/{document.seq}"
    return f"milestones/{key_of(milestone)}/documents/{tail}"


def topics(act: Act) -> set[str]:
    """All topics that an act and its documents are recorded as covering."""
    return {*act.covers, *(topic for document in act.documents for topic in document.covers)}


def voided(corrections: Iterable[object]) -> frozenset[str]:
    """Keys of milestones that a correction without ``field`` declares recorded by mistake."""
    return frozenset(c.of for c in corrections if getattr(c, "field", None) is None)  # type: ignore[attr-defined]

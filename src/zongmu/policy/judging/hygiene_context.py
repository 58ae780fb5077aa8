"""What hygiene checks see: one record with its file, or facts of all records by path."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from zongmu.model.derived.views import View
from zongmu.model.fields.leaves import Placed, leaves, named, placed, texts
from zongmu.model.finding import Bilingual
from zongmu.model.record_types import BY_NAME, type_of_path
from zongmu.model.records.instance import Instance
from zongmu.model.records.project import Project

if TYPE_CHECKING:
    from zongmu.policy.law.rules import FactSource
from zongmu.policy.judging.context import LawError

T = TypeVar("T")


class CheckContext:
    """What a hygiene check sees of one record: the record itself, its file, and the same of the base revision."""

    __slots__ = (
        "_leaves",
        "_placed",
        "_view",
        "asof",
        "base",
        "codes",
        "data",
        "id",
        "instance",
        "jurisdiction",
        "path",
        "raw",
        "record",
        "record_type",
        "rules",
    )

    def __init__(
        self,
        record: Any,
        record_type: str,
        *,
        id: str,
        path: str,
        data: Mapping[str, Any],
        asof: dt.date,
        instance: Instance,
        jurisdiction: str | None,
        codes: Mapping[str, Mapping[str, Bilingual | None]],
        rules: frozenset[str],
        base: Any = None,
        raw: bytes = b"",
    ) -> None:
        self.record = record
        self.record_type = record_type
        self.id = id
        self.path = path
        self.data = data
        self.asof = asof
        self.instance = instance
        self.jurisdiction = jurisdiction
        self.codes = codes  # code lists of the jurisdiction's measures; empty where none is encoded
        self.rules = rules  # rule ids and sentence addresses that exist in the jurisdiction
        self.base = base  # the record at the base revision, or None
        self.raw = raw  # the bytes of the file: comments are not in the data
        self._placed: Placed | None = None
        self._leaves: tuple[tuple[str, Any], ...] | None = None
        self._view: View | None = None

    @property
    def leaves(self) -> tuple[tuple[str, Any], ...]:
        """Every leaf of the file with its path, as :func:`zongmu.model.fields.leaves.leaves` names it."""
        if self._leaves is None:
            self._leaves = tuple(leaves(self.data, BY_NAME[self.record_type].series))
        return self._leaves

    def named(self, names: Container[str]) -> list[tuple[str, Any]]:
        """Those leaves that are fields of these *names*: cheaper than all."""
        return named(self._all, BY_NAME[self.record_type].series, names)

    @property
    def texts(self) -> list[str]:
        """Every text of the file without its path: cheaper than the leaves."""
        return texts(self._all)

    @property
    def _all(self) -> Placed:
        if self._placed is None:
            self._placed = placed(self.data)
        return self._placed

    @property
    def view(self) -> View:
        """What follows from the project's milestones. Raises ``LawError`` when the record is something else."""
        if self._view is None:
            self._view = View(self.project)
        return self._view

    @property
    def project(self) -> Project:
        """The record as a project. Raises ``LawError`` when it is something else."""
        if not isinstance(self.record, Project):
            raise LawError(f"{self.record_type} is not a project")
        return self.record


class HygieneContext:
    """What a hygiene check across records sees: facts by file path, of this revision and of the base."""

    __slots__ = ("_base_facts", "_facts", "_known", "asof", "instance")

    def __init__(
        self,
        asof: dt.date,
        instance: Instance,
        facts: Mapping[str, Mapping[str, Any]],
        base_facts: Mapping[str, Mapping[str, Any]] | None,
        known: Mapping[tuple[str, str], tuple[str, ...]],
    ) -> None:
        self.asof = asof
        self.instance = instance
        self._facts = facts
        self._base_facts = base_facts
        self._known = known

    def exists(self, record_type: str, id: str) -> bool:
        """Whether a record of that type and id stands in the tree by its path, readable or not."""
        return (record_type, id) in self._known

    def near(self, record_type: str, id: str) -> str | None:
        """The id of a record of that type, of the same jurisdiction, that may be meant by *id*, which names none."""
        import difflib  # only now: few references lead nowhere

        city = id.partition("/")[0]
        ids = [known for kind, known in self._known if kind == record_type and known.partition("/")[0] == city]
        return next(iter(difflib.get_close_matches(id, ids, 1, 0.8)), None)

    def is_there(self, path: str) -> bool:
        """Whether a record stands at that path, readable or not."""
        record_type = type_of_path(path)
        return record_type is not None and path in self._known.get(
            (record_type.name, record_type.id_from_path(path)), ()
        )

    def facts(self, source: FactSource[T]) -> Mapping[str, T]:
        """The fact of every record, by the path of its file."""
        return self._facts.get(source.id, {})

    def base_facts(self, source: FactSource[T]) -> Mapping[str, T] | None:
        """The same of the base revision; None when there is no base to compare with."""
        return None if self._base_facts is None else self._base_facts.get(source.id, {})

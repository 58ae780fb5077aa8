"""What moved between two revisions of one record, judged by how each field may change (decisions 4 and 5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Literal

from pydantic import BaseModel

from zongmu.model.base import ChangeClass, Strict
from zongmu.model.fields.leaves import leaves, plain
from zongmu.model.immutable import immutable
from zongmu.model.record_types import RecordType

MoveKind = Literal["added", "removed", "edited", "corrected"]


@immutable
class Move:
    """One leaf that differs between two revisions."""

    kind: MoveKind
    change_class: ChangeClass
    path: str
    before: Any = None
    after: Any = None
    by: str | None = None  # path of the correction that explains it: ``corrections/3``

    @property
    def silent(self) -> bool:
        """Whether the move is one that the registry refuses: a frozen field, or a fact that no correction explains."""
        if self.change_class == "frozen":
            return True
        return self.change_class == "fact" and self.kind in ("edited", "removed")


@cache
def change_classes(model: type[Strict]) -> Mapping[str, ChangeClass]:
    """Change class of every top-level field of a record class, by its name in the file."""
    out: dict[str, ChangeClass] = {}
    for name, info in model.model_fields.items():
        extra = info.json_schema_extra
        assert isinstance(extra, dict)
        out[info.alias or name] = extra["x-change"]  # type: ignore[assignment]
    return out


def flatten(record: BaseModel, series: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    """A record as path → canonical value, rows by identity."""
    return dict(leaves(plain(record), series))


def row_and_field(path: str) -> tuple[str, str]:
    """What a fact's path belongs to, as corrections name it, and the field in it.

    A milestone (``contract_signed/2``), a row (``payments/1``), a single act (``approved``), or the field itself and then no other.
    """
    parts = path.split("/")
    if parts[0] == "milestones":
        n = 3 if len(parts) > 2 and parts[2].isdigit() else 2
        return "/".join(parts[1:n]), "/".join(parts[n:])
    n = 2 if len(parts) > 2 else 1
    return "/".join(parts[:n]), "/".join(parts[n:])


_Fixes = Mapping[tuple[str, str | None], tuple[Any, str]]


def _corrected(record: Mapping[str, Any], base: Mapping[str, Any]) -> _Fixes:
    """New correction rows of *record*: (row, field) → the old value that it states, and the path of the correction."""
    rows: dict[str, dict[str, Any]] = {}
    for path, value in record.items():
        if path.startswith("corrections/") and path.count("/") > 1:
            _, seq, name = path.split("/", 2)
            rows.setdefault(seq, {})[name] = value
    if not rows:
        return {}
    return {
        (row["of"], row.get("field")): (row.get("was"), f"corrections/{seq}")
        for seq, row in rows.items()
        if isinstance(row.get("of"), str)
        and isinstance(row.get("field", ""), str)
        and f"corrections/{seq}/of" not in base
    }


def moves(base: BaseModel, head: BaseModel, record_type: RecordType) -> Iterator[Move]:
    """Every difference between two revisions of one record, facts judged against the corrections of *head*.

    A fact that changed with a matching new correction (its ``was`` equals the base value) is ``corrected``; without
    one it is ``edited`` and silent. Facts that are new are ``added``. A translation (``*_en``) is never a move.
    """
    classes = change_classes(type(head)) if isinstance(head, Strict) else {}
    for move in flat_moves(flatten(base, record_type.series), flatten(head, record_type.series), classes):
        if not move.path.rsplit("/", 1)[-1].endswith("_en"):
            yield move


def flat_moves(
    before: Mapping[str, Any], after: Mapping[str, Any], classes: Mapping[str, ChangeClass]
) -> Iterator[Move]:
    """As :func:`moves`, between two maps of path → canonical value, translations included.

    The maps may leave out rows that are equal on both sides. *classes* as :func:`change_classes`.
    """
    fixes = _corrected(after, before)
    for path in sorted(before.keys() | after.keys()):
        x, y = before.get(path), after.get(path)
        if type(x) is type(y) and x == y:
            continue
        cls = _class(classes, path)
        if path not in before:
            # A new leaf of a row that was there: a value that was not known yet may be added.
            yield Move("added", cls, path, None, y)
        elif cls == "fact":
            kind, by = _fact_move(path, x, y, fixes)
            yield Move(kind, cls, path, x, y, by)
        else:
            yield Move("edited" if path in after else "removed", cls, path, x, y)


def _class(classes: Mapping[str, ChangeClass], path: str) -> ChangeClass:
    return classes.get(path.split("/", 1)[0], "state")


def _fact_move(path: str, x: Any, y: Any, fixes: _Fixes) -> tuple[MoveKind, str | None]:
    row, leaf = row_and_field(path)
    if not leaf and (row, None) in fixes:
        was, by = fixes[(row, None)]
        if was is not None and same_notation(was, x):
            return "corrected", by
    for field in (leaf, leaf.split("/", 1)[0]):
        if (row, field) in fixes:
            was, by = fixes[(row, field)]
            if was is None or field != leaf or str(was) == str(x) or same_notation(was, x):
                return "corrected", by
    return ("edited" if y is not None else "removed"), None


def same_notation(was: Any, base: Any) -> bool:
    """Whether two texts say one value in two notations (1176.5万元, 11765000元; 2年, 24个月)."""
    from zongmu.model.scalars import Duration, Money, Ratio

    for scalar in (Money, Ratio, Duration):
        try:
            return bool(scalar.parse(str(was)) == scalar.parse(str(base)))
        except ValueError:
            continue
    return str(was).lower() == str(base).lower()

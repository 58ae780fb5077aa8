"""From plain data to a model, or to everything that is wrong with it.

One call reports all defects of a record, each with its place in the file, what stands there, what is expected and what
to do. What a guard would not let out (a personal number, a mark of secrecy) is never repeated: ``***`` stands for it.

Only a record with a defect pays for any of this; a good one costs the model's validation and a look at its rows.
"""

from __future__ import annotations

from typing import Any, Final

from pydantic import ValidationError

from zongmu.model.base import Strict
from zongmu.model.finding import Finding
from zongmu.model.immutable import immutable
from zongmu.model.record_types import RecordType, upgrade
from zongmu.store.fitting.codes import CODES
from zongmu.store.fitting.rows import any_twins, row_plan
from zongmu.store.reading import reader

__all__ = ["CODES", "Validated", "model_of", "validate"]


@immutable
class Validated:
    """A record as its model, or None and everything that is wrong with it."""

    model: Strict | None
    findings: tuple[Finding, ...]


_SOUND: Final[tuple[Finding, ...]] = ()


def validate(
    record_type: RecordType, value: Any, *, data: bytes | None = None, path: str = "", record: str | None = None
) -> Validated:
    """The model of *value* (plain data as the reader yields it, of any past format), or its defects in order of place.

    *data* are the bytes of the file, from which places are found when there is a defect; *record* is the id that
    findings carry, the path where there is none. The codes are those of ``zongmu.store.fitting.codes``.
    """
    error: ValidationError | None = None
    if type(value) is dict:
        value = upgrade(record_type.name, value)
        try:
            model = record_type.model.model_validate(value)
        except ValidationError as refused:
            error = refused
        else:
            if not any_twins(value, row_plan(record_type)):
                return Validated(model, _SOUND)
    from zongmu.store.fitting.report import Report

    return Validated(None, Report(record_type, value, data, path, record).of(error))


def model_of(record_type: RecordType, data: bytes) -> Strict | None:
    """The record in *data*, as loading the registry would take it; None for what it would refuse."""
    parsed = reader.parse(data, record_type.example)
    return validate(record_type, parsed.value).model if parsed.sound else None

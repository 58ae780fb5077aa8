"""What it takes to hold a record against its class: pydantic's validator and serializer, and how rows are told apart.

Working these out of the classes takes a command longer than most changes take to judge, so they are kept in the cache, by the
print of this program.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from pydantic_core import SchemaError, SchemaSerializer, SchemaValidator

from zongmu.model.record_types import RecordType
from zongmu.store.fitting.rows import PLANS, row_plan
from zongmu.store.kept.cache import Cache
from zongmu.store.kept.packing import Unreadable, pack, unpack
from zongmu.store.kept.prints import engine_print, print_of

KIND: Final = "gauge"


def recall(cache: Cache, record_types: Iterable[RecordType]) -> None:
    """Take from *cache* what validating records of these types takes; what it lacks is worked out now and kept there."""
    for record_type in record_types:
        if record_type.name in PLANS:
            continue
        name = print_of((engine_print(cache).encode(), record_type.name.encode()))
        kept = cache.get(KIND, name)
        if kept is None or not _taken(record_type, kept):
            record_type.model.model_rebuild()
            schema = _bare(record_type.model.__pydantic_core_schema__)
            cache.put(KIND, name, pack((schema, row_plan(record_type))))


def _taken(record_type: RecordType, kept: memoryview) -> bool:
    """Whether what was *kept* could be read. A class that is asked for more still completes itself, as pydantic does."""
    try:
        schema, plan = unpack(kept)
        validator, serializer = SchemaValidator(schema), SchemaSerializer(schema)
    except (Unreadable, SchemaError, TypeError, ValueError):
        return False
    record_type.model.__pydantic_validator__ = validator
    record_type.model.__pydantic_serializer__ = serializer
    PLANS[record_type.name] = plan
    return True


def _bare(schema: Any) -> Any:
    """*schema* without what only a JSON Schema is made of."""
    if isinstance(schema, dict):
        return {name: _bare(part) for name, part in schema.items() if name != "metadata"}
    if isinstance(schema, list | tuple):
        return type(schema)(_bare(part) for part in schema)
    return schema

"""What validates a record comes back from the cache as it was worked out: same models, same refusals, same text of a model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from pydantic_core import SchemaSerializer, SchemaValidator

from tests.store.repositories import Repository
from zongmu.model.base import Strict
from zongmu.model.record_types import BY_NAME, RECORD_TYPES, RecordType, type_of_path
from zongmu.store.fitting import rows
from zongmu.store.fitting.gauges import KIND, recall
from zongmu.store.kept.cache import Cache
from zongmu.store.kept.packing import Unreadable, pack, unpack
from zongmu.store.kept.prints import engine_print, print_of
from zongmu.store.reading.reader import parse

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    made = Cache.of(Repository(tmp_path / "repository").root)
    assert made is not None
    return made


@pytest.fixture
def unknown(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing is known of any class; afterwards every class is what pydantic makes it."""
    monkeypatch.setattr(rows, "PLANS", {})
    monkeypatch.setattr("zongmu.store.fitting.gauges.PLANS", rows.PLANS)
    yield
    for name in rows.PLANS:
        BY_NAME[name].model.model_rebuild(force=True)


def _examples(record_type: RecordType) -> list[dict[str, Any]]:
    files = sorted((ROOT / "registry").rglob("*.yaml"))
    paths = [p for f in files if type_of_path(p := f.relative_to(ROOT).as_posix()) is record_type]
    sound = [parse((ROOT / path).read_bytes(), path).value for path in paths[:3]]
    wrong: tuple[Any, ...] = (None, 0, "x", [], [{}], {})
    broken = [{**data, name: value} for data in sound[:1] for name in data for value in wrong]
    return [*sound, *broken, *({k: v for k, v in d.items() if k != n} for d in sound[:1] for n in d)]


def _said(validator: Any, serializer: SchemaSerializer, value: Any) -> object:
    try:
        model: Strict = validator.validate_python(value)
    except ValidationError as refused:
        return refused.errors(include_url=False), refused.title
    return type(model), model, serializer.to_python(model, mode="json", by_alias=True, exclude_none=True)


@pytest.mark.parametrize("record_type", RECORD_TYPES, ids=lambda one: one.name)
def test_what_was_kept_judges_as_the_class_does(record_type: RecordType, cache: Cache, unknown: None) -> None:
    recall(cache, [record_type])
    cls = record_type.model
    fresh = cls.__pydantic_validator__, cls.__pydantic_serializer__
    plan = rows.PLANS.pop(record_type.name)
    recall(cache, [record_type])
    kept = cls.__pydantic_validator__, cls.__pydantic_serializer__
    assert kept[0] is not fresh[0]
    assert rows.PLANS[record_type.name] == plan
    assert isinstance(kept[0], SchemaValidator)
    assert isinstance(kept[1], SchemaSerializer)
    for value in _examples(record_type):
        assert _said(*kept, value) == _said(*fresh, value)


def test_what_cannot_be_unpacked_is_worked_out_again(cache: Cache, unknown: None) -> None:
    calendar = BY_NAME["calendar"]
    name = print_of((engine_print(cache).encode(), b"calendar"))
    cache.put(KIND, name, b"\x80\x05nothing")
    recall(cache, [calendar])
    assert "calendar" in rows.PLANS
    kept = cache.get(KIND, name)
    assert kept is not None
    assert len(unpack(kept)) == 2


@pytest.mark.parametrize(
    "written",
    [
        b"cbuiltins\nprint\n(S'called'\ntR.",
        b"\x80\x04\x8c\x13zongmu.store.packing\x8c\x08io.print\x93.",
        b"\x80\x04\x8c\x12zongmu.store.cache\x8c\x09os.getcwd\x93)R.",
        b"czongmu.store.packing\nmethod\n(czongmu.store.packing\npack\nS'__globals__'\ntR.",
    ],
)
def test_nothing_but_what_the_program_defines_is_unpacked(written: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Unreadable):
        unpack(written)
    assert capsys.readouterr().out == ""


def test_what_the_program_defines_comes_back() -> None:
    assert unpack(pack({"a": (1, [BY_NAME["calendar"].example])})) == {"a": (1, ["registry/calendars/2026.yaml"])}

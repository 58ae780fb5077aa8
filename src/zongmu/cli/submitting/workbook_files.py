"""What a workbook that was read makes of the registry: new files, and edits that touch nothing but what differs."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from zongmu.cli.proposing import Desk
from zongmu.cli.trouble import Trouble, trouble
from zongmu.exchange.given_ids import free_ids
from zongmu.exchange.workbooks.incoming import Read
from zongmu.exchange.workbooks.sheets import KEYS
from zongmu.model.fields.leaves import row_key
from zongmu.model.record_types import BY_NAME
from zongmu.report.terminal import printable
from zongmu.store.editing.canonical import ordered, written
from zongmu.store.editing.codes import EditError
from zongmu.store.editing.edit import Editor, same
from zongmu.store.registry import LoadedRecord


@dataclass(slots=True)
class Made:
    """Files by path, the workbook's key of each, the ids of the records, and how many records are as they were."""

    files: dict[str, bytes] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    ids: list[str] = field(default_factory=list)
    unchanged: int = 0
    edits: bool = False  # at least one of them was there before


def files_of(desk: Desk, read: Read, taken: Collection[str] = ()) -> Made:
    """The files that the records make. *taken*: ids that are not free although the registry does not have them.

    Raises :class:`Trouble`, also where a record has changed since it was exported.
    """
    kind = BY_NAME[read.type]
    made = Made()
    free = free_ids(desk.registry, read.jurisdiction, desk.world.asof.year, {*taken, *read.records})
    for key, data in read.records.items():
        found = _registered(desk, read.type, read.jurisdiction, str(data.get(KEYS[read.type], "")))
        if found is not None:
            base = read.bases.get(key)
            _not_moved_on(found, base)
            plain = found.plain
            assert plain is not None
            # Only where she began from what is recorded does an empty cell take something away.
            whole = _laid_over(plain, data, kind.series) if base is None else _with_unsaid(plain, data, read.fields)
            edited = _edited(desk, found, whole)
            if edited is None:
                made.unchanged += 1
                continue
            path, content, made.edits = found.path, edited, True
            made.ids.append(found.id)
        else:
            path, whole = _new(read, data, key, free)
            depth = "../" * path.count("/")
            header = (f"# yaml-language-server: $schema={depth}schema/{read.jurisdiction}/{read.type}.schema.json",)
            content = written(whole, kind, header).encode()
            made.ids.append(str(whole.get("id") or f"{read.jurisdiction}/{whole.get(KEYS[read.type])}"))
        made.files[path] = content
        made.keys[path] = key
    return made


def _registered(desk: Desk, record_type: str, city: str, key: str) -> LoadedRecord | None:
    """The record that a workbook names by *key*."""
    return desk.registry.by_id(record_type, f"{city}/{key}" if record_type == "plan" else key)


def recorded(desk: Desk, record_type: str, city: str, key: str) -> dict[str, Any] | None:
    """A record as it is registered, as plain data; None where there is none."""
    found = _registered(desk, record_type, city, key)
    return found.plain if found is not None else None


def digest_of(found: LoadedRecord) -> str:
    """What ties an exported record to its file as it was."""
    assert found.data is not None
    return hashlib.sha256(found.data).hexdigest()


def _not_moved_on(found: LoadedRecord, base: str | None) -> None:
    if base is not None and base != digest_of(found):
        raise trouble(
            "import.changed-meanwhile",
            f"{found.id} 在导出之后又有变动，照收会盖掉别人的登记",
            f"{found.id} has changed since it was exported; taking this in would undo that",
            f"重新导出，把改动填进去：zongmu export {found.id} --out 新表.xlsx",
            f"export it again and make the change there: zongmu export {found.id} --out NEW.xlsx",
            where=found.path,
            exit_code=1,
        )


def _laid_over(old: Any, new: Any, series: Mapping[str, Sequence[str]], at: str = "") -> Any:
    """*new* over what is recorded: rows by their keys, and what *new* does not say stays."""
    if isinstance(old, dict) and isinstance(new, dict):
        over = {k: _laid_over(old[k], v, series, f"{at}/{k}" if at else k) if k in old else v for k, v in new.items()}
        return {**old, **over}
    if not (isinstance(old, list) and isinstance(new, list) and old and isinstance(old[0], dict)):
        return new
    rows = list(old)
    natural = series.get(at, ())
    places = {row_key(row, n, natural): n for n, row in enumerate(old)}
    for n, row in enumerate(new):
        place = places.get(row_key(row, n, natural))
        if place is None:
            rows.append(row)
        else:
            rows[place] = _laid_over(rows[place], row, series, at)
    return rows


def _with_unsaid(plain: dict[str, Any], data: dict[str, Any], said: Collection[str]) -> dict[str, Any]:
    """*data* with what the file holds in fields of which the workbook says nothing: no column, no sheet."""
    out = dict(data)
    for name, value in plain.items():
        if name in said or name in ("format", "jurisdiction"):
            continue
        if isinstance(value, dict) and isinstance(data.get(name), dict):
            out[name] = {**value, **data[name]}
        else:
            out[name] = value
    return out


def _new(read: Read, data: dict[str, Any], key: str, free: Iterator[str]) -> tuple[str, dict[str, Any]]:
    """Where a new record goes, and the record with its id."""
    city = read.jurisdiction
    if read.type == "plan":
        return f"registry/plans/{city}/{data['year']}.yaml", data
    if read.type == "district":
        code = str(data["id"]).partition("/")[2]
        return f"registry/districts/{city}/{code}-district.yaml", data
    owner = str(data.get("owner", "")).partition("/")[2]
    if not owner:
        raise trouble(
            "cli.field-needed",
            f"{printable(str(data.get('name') or key))} 没有项目单位",
            f"{printable(str(data.get('name') or key))} has no owner",
            "在模板里填写“项目单位”",
            "fill in the owner in the template",
        )
    id = str(data.get("id") or "") or next(free)
    return f"registry/projects/{city}/{owner}/{id}.yaml", {
        "format": 1,
        "id": id,
        "jurisdiction": city,
        **data,
    }


def _edited(desk: Desk, found: LoadedRecord, data: dict[str, Any]) -> bytes | None:
    """The file of a record with what the workbook says in it: only what differs is touched. None where nothing does."""
    plain, path = found.plain, desk.root / found.path
    assert plain is not None
    assert found.data is not None
    wanted = ordered(data, found.type.model)
    if same(ordered(plain, found.type.model), wanted):
        return None
    try:
        editor = Editor(path, found.data)
        for name in [n for n in plain if n not in wanted]:
            editor.remove([name])
        before: str | None = None
        for name, value in wanted.items():
            old, after, before = plain.get(name), before, name
            if old is not None and same(old, value):
                continue
            if (
                isinstance(old, list)
                and isinstance(value, list)
                and len(value) > len(old)
                and same(old, value[: len(old)])
            ):
                for row in value[len(old) :]:
                    editor.append([name], row)
            elif isinstance(old, list) and isinstance(value, list) and len(value) == len(old):
                for n, row in enumerate(value):
                    if not same(old[n], row):
                        editor.set([name, n], row)
            else:
                editor.set([name], value, after=after if old is None else None)
    except EditError as problem:
        raise Trouble.of(problem, found.path) from None
    return editor.text().encode()

"""The folder ``schema/``: the published schemas, code lists and the dictionary of an instance.

``schema/<record>.schema.json`` is what holds in any city, ``schema/<jurisdiction>/<record>.schema.json`` what holds in one
with its measures. ``schema/codes/`` holds the code lists alone, and ``schema/dictionary.json`` where every term of the law
and of the field dictionary lives. All of it is generated: :func:`generate` makes it, :func:`write` puts it in place,
:func:`stale` says what differs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from zongmu.exchange import fields
from zongmu.exchange.schemas import dictionary
from zongmu.exchange.schemas.code_lists import (
    KIND_LIST,
    Codes,
    Entries,
    Settings,
    closed_lists,
    codes_of,
    model_kinds,
    settings,
)
from zongmu.exchange.schemas.record_schema import FOLDER, TYPES, base_schema, composed_schema, path_of
from zongmu.exchange.schemas.report_schemas import report_schemas
from zongmu.model.acts.kinds import KINDS
from zongmu.model.finding import Bilingual, Code, Finding, finding
from zongmu.model.record_types import RECORD_TYPES
from zongmu.store.atomic import write_atomic

STALE: Final = Code(
    id="schema.stale",
    title=Bilingual("结构文件已过期", "Published schema out of date"),
    message=Bilingual("{file}：{zh}", "{file}: {en}"),
    next_step=Bilingual(
        "运行 zongmu schema，并提交 schema/ 下的改动", "Run zongmu schema and commit what changes in schema/"
    ),
)
CODES: Final = (STALE,)

# Lists that no field of the model names as its code list.
_UNUSED: Final = {
    KIND_LIST: Bilingual("里程碑种类", "Milestone kind"),
    "document_public": Bilingual("可以公开其有无的文件种类", "Kinds of paper whose presence is public"),
    "matter_public": Bilingual("可以公开其有无的事项", "Matters whose presence is public"),
}

_DIFFERENCE: Final = {
    "stale": Bilingual("与模型或办法不一致", "differs from the model or the measures"),
    "missing": Bilingual("缺少", "is missing"),
    "extra": Bilingual("多余，不再生成", "is no longer generated"),
}


# ── code lists on their own ──


@cache
def _uses() -> dict[str, tuple[Bilingual, tuple[str, ...]]]:
    """For each code list of the model: a title (that of the first field that draws from it), and all such fields."""
    out: dict[str, tuple[Bilingual, tuple[str, ...]]] = {}
    for record in TYPES.values():
        for place in fields.walk(record):
            if place.codelist:
                title, paths = out.get(place.codelist, (place.title, ()))
                out[place.codelist] = (title, (*paths, f"{record.name}: {place.path}"))
    return out


def _list_file(path: str, address: str, name: str, entries: Entries) -> dict[str, Any]:
    title, used_by = _uses().get(name, (_UNUSED.get(name, Bilingual(name, name)), ()))
    rows = []
    for e in entries.values():
        row: dict[str, Any] = {"code": e.code, "zh": e.title.zh, "en": e.title.en}
        if name == KIND_LIST and e.code in KINDS:
            row["phase"] = KINDS[e.code].phase
        if e.measures:
            row["measures"] = list(e.measures)
        if e.requires:
            row["requires"] = list(e.requires)
        if e.confirmed_by:
            row["confirmed_by"] = e.confirmed_by
        rows.append(row)
    return {
        "$id": f"{address}/{path}",
        "name": name,
        "title": {"zh": title.zh, "en": title.en},
        "used_by": list(used_by),
        "codes": rows,
    }


# ── the folder ──


def generate(root: Path) -> dict[str, str]:
    """Every file of ``schema/`` by its path from *root*, as text.

    Raises :class:`~zongmu.exchange.schemas.code_lists.CannotRead`.
    """
    instance = settings(root)
    out: dict[str, dict[str, Any]] = {}
    for record in TYPES.values():
        out[path_of(record)] = base_schema(record, instance.address, public=instance.public)
    for name, entries in {**closed_lists(), KIND_LIST: model_kinds()}.items():
        path = f"{FOLDER}/codes/{name}.json"
        out[path] = _list_file(path, instance.address, name, entries)
    for jurisdiction, measures in instance.jurisdictions.items():
        out.update(_of_city(instance, codes_of(root, jurisdiction, measures)))
    out[f"{FOLDER}/dictionary.json"] = dictionary.table()
    out.update(report_schemas(instance.address))
    return {path: json.dumps(data, ensure_ascii=False, indent=2) + "\n" for path, data in sorted(out.items())}


def _of_city(instance: Settings, codes: Codes) -> Iterator[tuple[str, dict[str, Any]]]:
    for record in RECORD_TYPES:
        if record.per_jurisdiction:
            schema = composed_schema(record, instance.address, codes, public=instance.public)
            yield path_of(record, codes.jurisdiction), schema
    lists = {**codes.lists, **({KIND_LIST: codes.kinds} if codes.kinds else {})}
    for name, entries in lists.items():
        path = f"{FOLDER}/codes/{codes.jurisdiction}/{name}.json"
        yield path, _list_file(path, instance.address, name, entries)


def differences(root: Path) -> dict[str, str]:
    """Paths whose file is not what :func:`generate` makes: ``stale``, ``missing`` or ``extra``."""
    wanted = generate(root)
    out = {path: "extra" for path in _present(root) if path not in wanted}
    for path, text in wanted.items():
        try:
            if (root / path).read_bytes() != text.encode():
                out[path] = "stale"
        except FileNotFoundError:
            out[path] = "missing"
    return dict(sorted(out.items()))


def stale(root: Path) -> list[Finding]:
    """One finding per file of ``schema/`` that is out of date, missing, or no longer generated."""
    return [
        finding(STALE, record=path, path=path, file=path, zh=_DIFFERENCE[what].zh, en=_DIFFERENCE[what].en)
        for path, what in differences(root).items()
    ]


def write(root: Path) -> list[str]:
    """Bring ``schema/`` up to date; files that are as they should be are left alone. Returns the paths that changed.

    Raises :class:`~zongmu.store.atomic.WriteError`.
    """
    wanted = generate(root)
    changed = []
    for path, what in differences(root).items():
        file = root / path
        if what == "extra":
            file.unlink()
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            write_atomic(file, wanted[path].encode())
        changed.append(path)
    return changed


def _present(root: Path) -> list[str]:
    return [file.relative_to(root).as_posix() for file in (root / FOLDER).rglob("*.json") if file.is_file()]

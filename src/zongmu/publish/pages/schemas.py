"""The schema browser: every published JSON Schema field by field, every code list code by code, in both languages."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup

from zongmu.model.codes import CODE_LISTS
from zongmu.publish.pages.base import Files, Maker, one_half, type_words
from zongmu.publish.released.disclosure_policy import policy_line
from zongmu.publish.rendering.escape import html, safe
from zongmu.publish.rendering.say import anchor
from zongmu.publish.rendering.tables import Table

_CHANGE = {
    "frozen": ("不可改", "frozen"),
    "fact": ("更正须留痕", "fact: corrected openly"),
    "declared": ("改动须说明", "declared"),
    "state": ("可改", "state"),
}
_DISCLOSURE = CODE_LISTS["disclosure"]


def schema_pages(make: Maker, root: Path) -> Files:
    """The list of schemas, a page for each, and the code lists of each city on one page."""
    folder = root / "schema"
    if not folder.is_dir():
        return
    schemas = dict(_read(folder, "*.schema.json"))
    codes: dict[str, dict[str, Any]] = {}
    for path, data in _read(folder / "codes", "*.json"):
        city, _, name = path.removesuffix(".json").rpartition("/")
        codes.setdefault(city, {})[name] = data
    yield _index(make, schemas, codes)
    for path, data in schemas.items():
        yield _schema(make, path, data, codes)
    for city, lists in codes.items():
        yield _codes(make, city, lists)


def _read(folder: Path, pattern: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for file in sorted(folder.rglob(pattern)) if folder.is_dir() else ():
        path = file.relative_to(folder).as_posix()
        try:
            data = json.loads(file.read_bytes())
        except ValueError:
            continue  # an instance may keep what it likes beside the generated files
        if isinstance(data, dict):
            yield path, data


def _file(path: str) -> str:
    """The page of a schema: ``<city>/project.schema.json`` is on ``<city>-project.html``."""
    return path.removesuffix(".schema.json").replace("/", "-") + ".html"


def _codes_file(city: str) -> str:
    return f"codes-{city}.html" if city else "codes.html"


def _raw(make: Maker, path: str) -> Markup:
    """A link to the file itself; there is one for both languages."""
    up = "" if make.zh else "../../schema/"
    return safe(f'<a href="{up}{html(path)}">JSON</a>')


def _title(make: Maker, data: Mapping[str, Any], name: str) -> str:
    title = data.get("x-title", data.get("title", name))
    if isinstance(title, Mapping):
        return str(title.get(make.lang, name))
    return one_half(str(title), make.lang)


def _up(make: Maker) -> tuple[str, str]:
    """The list of schemas: its address and its title."""
    return "index.html", make.word("结构与代码表", "Schemas and code lists")


def _index(make: Maker, schemas: Mapping[str, Any], codes: Mapping[str, Mapping[str, Any]]) -> tuple[str, bytes]:
    title = _up(make)[1]
    cities = list(dict.fromkeys(["", *(city for city in codes if city)]))
    found: dict[str, dict[str, Markup]] = {}
    for path, data in schemas.items():
        city, _, name = path.rpartition("/")
        if city not in cities:
            city, name = "", path
        page = f'<a href="{html(_file(path))}">{html(_title(make, data, path))}</a>'
        number = make.word(f"{len(data.get('properties', ()))} 个字段", f"{len(data.get('properties', ()))} fields")
        said = safe(f'{page} <span class="zm-quiet">{number} · {_raw(make, path)}</span>')
        found.setdefault(name, {})[city] = said
    rows = [[row.get(city, "") for city in cities] for row in sorted(found.values(), key=lambda row: -len(row))]
    many = {city: make.word(f"{len(codes.get(city, ()))} 个", str(len(codes.get(city, ())))) for city in cities}
    lists = [
        safe(
            f'<a href="{html(_codes_file(city))}">{html(make.word("代码表", "Code lists"))}</a> <span class="zm-quiet">{many[city]}</span>'
        )
        if city in codes
        else ""
        for city in cities
    ]
    headers = [str(Markup(_city(make, city)).striptags()) for city in cities]
    tables = [
        Table("schemas", make.word("登记文件", "Records"), headers, rows),
        Table("codes", make.word("代码表", "Code lists"), headers, [lists]),
    ]
    lead = make.word(
        "每种登记文件的字段、每个代码表的代码。", "The fields of each kind of record, the codes of each list."
    )
    return make.listing("schema", title, Markup("%s%s") % (lead, _policy(make)), tables, description=lead)


def _policy(make: Maker) -> Markup:
    """The document that says what may be public; it bears a Chinese name."""
    policy = policy_line(make.release.instance, make.release.asof, "zh")
    if policy is None:
        return Markup("")
    said = make.word("公开范围的依据：%s。", " What may be public is laid down by %s.")
    return Markup(said) % make.say.chinese(policy)


def _city(make: Maker, city: str) -> Markup | str:
    return make.say.city(city) if city else make.word("各城市通用", "any")


# ── a schema ──


def _schema(
    make: Maker, path: str, data: Mapping[str, Any], codes: Mapping[str, Mapping[str, Any]]
) -> tuple[str, bytes]:
    city = path.rpartition("/")[0]
    headers = make.word(
        "字段;名称;类型;必填;公开属性;改动;说明", "Field;Title;Type;Required;Disclosure;Change;Note"
    ).split(";")
    parts = [("", data), *sorted(data.get("$defs", {}).items())]
    tables = [
        Table(
            _anchor(name),
            (f"{_title(make, part, name)} {name}" if name else _title(make, data, path)),
            headers,
            [
                _field(make, field, _resolved(data, spec), part, city, codes)
                for field, spec in part["properties"].items()
            ],
        )
        for name, part in parts
        if isinstance(part, Mapping) and isinstance(part.get("properties"), Mapping)
    ]
    title = _title(make, data, path)
    lead = safe(html(make.word("文件：", "File: "))) + _raw(make, path)
    return make.listing("schema", title, lead, tables, file=_file(path), links=[_up(make)], head=f"{title} {path}")


def _anchor(name: str) -> str:
    return f"d-{anchor(name)}" if name else "record"


def _resolved(data: Mapping[str, Any], spec: Any) -> Mapping[str, Any]:
    """A property, with what it refers to in another part of the schema (``#/$defs/Act/properties/date``) put in."""
    if not isinstance(spec, Mapping):
        return {}
    ref = spec.get("$ref")
    if isinstance(ref, str) and "/properties/" in ref:
        found: Any = data
        for step in ref.lstrip("#/").split("/"):
            found = found.get(step) if isinstance(found, Mapping) else None
        if isinstance(found, Mapping):
            return {**found, **{k: v for k, v in spec.items() if k != "$ref"}}
    return spec


def _field(
    make: Maker,
    field: str,
    spec: Mapping[str, Any],
    part: Mapping[str, Any],
    city: str,
    codes: Mapping[str, Mapping[str, Any]],
) -> tuple[object, ...]:
    about = spec.get("x-about")
    pick = 0 if make.zh else 1
    return (
        safe(f"<code>{html(field)}</code>"),
        _title(make, spec, ""),
        _type(make, spec, city, codes),
        make.word("是", "yes") if field in part.get("required", ()) else "",
        _DISCLOSURE.get(str(spec.get("x-disclosure")), ("", ""))[pick],
        _CHANGE.get(str(spec.get("x-change")), ("", ""))[pick],
        str(about.get(make.lang, "")) if isinstance(about, Mapping) else "",
    )


def _type(make: Maker, spec: Mapping[str, Any], city: str, codes: Mapping[str, Mapping[str, Any]]) -> Markup:
    """What a value may be, with a link to its code list or to the part of the schema it consists of."""
    ref, inner = spec.get("$ref"), spec.get("items")
    if isinstance(ref, str):
        name = ref.rpartition("/")[2]
        return safe(f'<a href="#{html(_anchor(name))}">{html(name)}</a>')
    if isinstance(inner, Mapping):
        return safe(f"<span>{make.word('列表：', 'list of ')}</span>") + _type(make, {**inner, "x-codelist": spec.get("x-codelist", inner.get("x-codelist"))}, city, codes)  # fmt: skip
    codelist = spec.get("x-codelist")
    for place in (city, ""):
        if codelist in codes.get(place, {}):
            return safe(f'<a href="{html(_codes_file(place))}#{html(anchor(str(codelist)))}">{html(codelist)}</a>')
    said = str(spec.get("format") or type_words(make, spec.get("type")))
    examples = spec.get("examples")
    if isinstance(examples, list) and examples:
        return safe(f'{html(said)} <span class="zm-quiet">{html(examples[0])}</span>')
    return safe(html(said))


# ── code lists ──


def _codes(make: Maker, city: str, lists: Mapping[str, Mapping[str, Any]]) -> tuple[str, bytes]:
    headers = make.word("代码;中文;英文", "Code;Chinese;English").split(";")
    folder = f"codes/{city}/" if city else "codes/"
    tables = [
        Table(
            anchor(name),
            f"{_title(make, data, name)} {name}",
            headers,
            [(safe(f"<code>{html(r.get('code', ''))}</code>"), make.say.chinese(r.get("zh", "")), str(r.get("en", ""))) for r in data.get("codes", ())],
            note=f"schema/{folder}{name}.json",
        )
        for name, data in lists.items()
    ]  # fmt: skip
    known = make.release.jurisdiction(city)
    of = (known.name if make.zh else known.name_en or known.name) if known is not None else city
    title = make.word("代码表", "Code lists") + (make.word(f"：{of}", f": {of}") if city else "")
    return make.listing("schema", title, "", tables, file=_codes_file(city), links=[_up(make)])

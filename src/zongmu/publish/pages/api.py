"""The page of the interface: every address of ``openapi.json`` with an example, every answer field by field. Plain HTML,
made from the same description as the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from zongmu.publish.open_data.about import about
from zongmu.publish.open_data.openapi import described
from zongmu.publish.open_data.shares import shares
from zongmu.publish.pages.base import Maker, one_half, type_words
from zongmu.publish.rendering.escape import html
from zongmu.publish.rendering.tables import Table

_FEW = 12
"""Values of a closed list that a cell names; of longer lists it says how many there are."""


def api_html(make: Maker) -> Markup:
    """The stamped part of the page of the interface."""
    data = described(about(make.release))
    server = data["servers"][0]["url"]
    project = min((p.public.id for p in make.release.projects), default=None)
    held = [share.path for share in shares(make.release)]
    return make.render(
        "api",
        root="" if make.zh else "../",
        server=server,
        paths=[
            _path(make, server, path, operations["get"], project, held) for path, operations in data["paths"].items()
        ],
        schemas=[_schema(make, name, schema) for name, schema in data["components"]["schemas"].items()],
    )


def _path(
    make: Maker, server: str, path: str, operation: Mapping[str, Any], project: str | None, held: Sequence[str]
) -> Mapping[str, Any]:
    """An address: what it gives, what stands in it, a real one to try. *held*: the shares of the table of projects."""
    ((media, content),) = operation["responses"]["200"]["content"].items()
    may_lack = "404" in operation["responses"]
    filled = path.replace("{table}", "projects").replace("{id}", project or "{id}")
    if "{slug}" in filled:
        folder = filled.partition("{slug}")[0]
        filled = next((f"/{share}" for share in held if f"/{share}".startswith(folder)), filled)
    return {
        "id": operation["operationId"],
        "path": path,
        "title": one_half(operation["summary"], make.lang),
        "media": media,
        "schema": content["schema"].get("$ref", "").rpartition("/")[2],
        "parameters": [
            (p["name"], one_half(p["description"], make.lang), p["schema"]["pattern"])
            for p in operation.get("parameters", ())
        ],
        "absent": one_half(operation["responses"]["404"]["description"], make.lang) if may_lack else None,
        "href": filled.lstrip("/") if "{" not in filled and (project or not may_lack) else None,
        "curl": f"curl -sSf '{server}{filled}'",
    }


def _schema(make: Maker, name: str, schema: Mapping[str, Any]) -> Table:
    headers = make.word("字段;类型;必有;说明", "Field;Type;Always;Meaning").split(";")
    rows = list(_fields(make, schema, ""))
    note = one_half(schema.get("description", ""), make.lang)
    return Table(f"schema-{name}", name, headers, rows, note=note, wordy=True)


def _fields(make: Maker, schema: Mapping[str, Any], prefix: str) -> Iterator[Sequence[object]]:
    """The fields of an object, those of objects within it by their paths."""
    required = schema.get("required", ())
    known = schema.get("properties", {})
    for name, field in {**known, **{n: {} for n in required if n not in known}}.items():
        said = one_half(field.get("title", field.get("description", "")), make.lang)
        always = make.word("是", "yes") if name in required else ""
        yield Markup("<code>%s%s</code>") % (prefix, name), _type(make, field), always, said
        inner = field.get("items", field)
        if "properties" in inner:
            yield from _fields(make, inner, f"{prefix}{name}{'[]' if 'items' in field else ''}.")


def _type(make: Maker, field: Mapping[str, Any]) -> Markup | str:
    """What a value of a field is, in words; a link where it is described in a table of its own."""
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        return Markup('<a href="#schema-%s">%s</a>') % (name, name)
    if "items" in field:
        return Markup("%s%s") % (make.word("列表：", "list of "), _type(make, field["items"]))
    if "const" in field:
        return Markup("<code>%s</code>") % (str(field["const"]),)
    if "enum" in field:
        if len(field["enum"]) > _FEW:
            return make.word(f"{len(field['enum'])} 种代码之一", f"one of {len(field['enum'])} codes")
        return Markup(" ".join(f"<code>{html(value)}</code>" for value in field["enum"]))
    kinds = field.get("type", "")
    names = [type_words(make, kind) for kind in ([kinds] if isinstance(kinds, str) else kinds)]
    said = make.word("或", " or ").join(name for name in names if name)
    form = _FORMATS.get(field.get("format", ""))
    return make.word(*form) if form is not None else said


_FORMATS = {
    "date": ("日期", "date"),
    "date-time": ("时刻", "date and time"),
    "uri": ("网址", "address"),
}

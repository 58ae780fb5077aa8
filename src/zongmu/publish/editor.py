"""The editor at ``/admin/``: Sveltia CMS with a configuration made from the JSON Schema of each jurisdiction.

It is for cities whose registry is on GitHub or GitLab and whose site is served over HTTPS; without ``site.editor`` in the
settings nothing of it is published. What is saved becomes a merge request; the checks and the gate see it as any other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from zongmu.model.finding import Bilingual
from zongmu.model.records.instance import Editor, Instance, Jurisdiction
from zongmu.publish.rendering.escape import encode
from zongmu.publish.rendering.site_settings import SiteProblem

FOLDER: Final = "site/cms/admin"
"""Where an instance keeps the bundle, which ``site/cms/build.mjs`` makes."""

_COLLECTIONS: Final = (("project", "projects", "项目 Projects"), ("system", "systems", "系统 Systems"),
                       ("organization", "organizations", "单位 Organizations"))  # fmt: skip
_BY_UNIT: Final = {"nested": {"depth": 2, "subfolders": False}, "meta": {"path": {}}}
"""Projects stand in the folder of the unit that registers them: a new one is put where its writer stands."""

_HOME: Final = {"github": "https://github.com", "gitlab": "https://gitlab.com"}
_ANCHORED: Final = re.compile(r"^\^(.*)\$(?:\(\?!\\n\))?$", re.DOTALL)


def editor_files(root: Path, instance: Instance) -> Iterator[tuple[str, bytes]]:
    """The files under ``admin/``: page, configuration, bundle. None where the settings ask for no editor.

    Raises :class:`~zongmu.publish.rendering.shells.SiteProblem` where the settings ask for it and the bundle or a schema is absent.
    """
    editor = instance.site.editor
    if editor is None:
        return
    folder = root / FOLDER
    if not (folder / "cms.js").is_file():
        raise _absent(f"{FOLDER}/cms.js")
    for file in sorted(p for p in folder.rglob("*") if p.is_file()):
        yield f"admin/{file.relative_to(folder).as_posix()}", file.read_bytes()
    yield "admin/index.html", _page(editor)
    yield "admin/config.json", encode(json.dumps(configuration(root, instance, editor), ensure_ascii=False) + "\n")


def configuration(root: Path, instance: Instance, editor: Editor) -> dict[str, Any]:
    """The configuration of Sveltia CMS. Raises :class:`~zongmu.publish.rendering.shells.SiteProblem` without a schema."""
    backend: dict[str, Any] = {"name": editor.forge, "repo": editor.repository, "branch": editor.branch}
    backend["commit_messages"] = {"create": "登记 {{slug}}", "update": "修改 {{slug}}"}
    if editor.address is not None:
        api, graphql = _endpoints(editor)
        backend |= {"base_url": _origin(editor), "api_root": api, "graphql_api_root": graphql}
    return {
        "backend": backend,
        "publish_mode": "editorial_workflow",
        "media_folder": "registry/attachments",
        "site_url": instance.site.address,
        "slug": {"encoding": "unicode", "lowercase": False},
        "output": {"omit_empty_optional_fields": True},
        "collections": [c for city in instance.jurisdictions for c in _collections(root, city)],
    }


def _collections(root: Path, city: Jurisdiction) -> Iterator[dict[str, Any]]:
    for record, folder, title in _COLLECTIONS:
        schema = _schema(root, city.id, record)
        yield {
            "name": f"{folder}_{city.id}",
            "label": f"{city.name} {title}",
            "folder": f"registry/{folder}/{city.id}",
            "format": "zongmu",
            "extension": "yaml",
            "identifier_field": "id",
            "summary": "{{id}} {{name}}",
            **(_BY_UNIT if record == "project" else {}),
            "create": record != "organization",
            "delete": False,
            "publish": False,
            "editor": {"preview": False},
            "fields": list(_Fields(schema).of(schema)),
        }


class _Fields:
    """The fields of the editor for the objects of one schema."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._schema = schema

    def of(self, node: Mapping[str, Any], without: str = "") -> Iterator[dict[str, Any]]:
        """One field for each property of the object *node*."""
        required = node.get("required", ())
        for name, inner in node["properties"].items():
            if name != without:
                yield self._field(name, self._resolved(inner), name in required)

    def _resolved(self, node: Mapping[str, Any]) -> dict[str, Any]:
        out = dict(node)
        while "$ref" in out:
            target: Any = self._schema
            for part in out.pop("$ref").removeprefix("#/").split("/"):
                target = target[part]
            out = {**target, **out}
        return out

    def _field(self, name: str, node: Mapping[str, Any], required: bool) -> dict[str, Any]:
        if "const" in node:
            return {"name": name, "label": node.get("title", name), "widget": "hidden", "default": node["const"]}
        field: dict[str, Any] = {"name": name, "label": node.get("title", name), "required": required}
        if "description" in node:
            field["hint"] = node["description"]
        return field | self._widget(node)

    def _widget(self, node: Mapping[str, Any]) -> dict[str, Any]:
        kind = node.get("type")
        if kind == "array":
            return self._rows(node, self._resolved(node["items"]))
        if kind == "object":
            return {"widget": "object", "collapsed": True, "fields": list(self.of(node))}
        if "enum" in node:
            return {"widget": "select", "options": _options(node)}
        if kind == "boolean":
            # Not a switch: a switch has no third state for what is not known.
            return {
                "widget": "select",
                "options": [{"label": "是 Yes", "value": True}, {"label": "否 No", "value": False}],
            }
        if kind == "integer":
            limits = {"min": node.get("minimum"), "max": node.get("maximum")}
            return {"widget": "number", "value_type": "int", **{k: v for k, v in limits.items() if v is not None}}
        return {"widget": "string" if "pattern" in node else "text", **_pattern(node)}

    def _rows(self, node: Mapping[str, Any], item: Mapping[str, Any]) -> dict[str, Any]:
        if "enum" in item:
            return {"widget": "select", "multiple": True, "options": _options(item)}
        if "allOf" in item:
            return {"widget": "list", "collapsed": True, "typeKey": "kind", "types": list(self._types(item))}
        if item.get("type") == "object":
            return {"widget": "list", "collapsed": True, "fields": list(self.of(item))}
        return {"widget": "list", "field": self._field("value", {"title": node.get("title", ""), **item}, True)}

    def _types(self, item: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """One type of row for each kind of milestone."""
        branches = {
            kind: branch["then"] for branch in item["allOf"] for kind in branch["if"]["properties"]["kind"]["enum"]
        }
        for option in _options(item["properties"]["kind"]):
            family = self._resolved(branches[option["value"]])
            yield {
                "name": option["value"],
                "label": option["label"],
                "widget": "object",
                "fields": list(self.of(family, without="kind")),
            }


def _options(node: Mapping[str, Any]) -> list[dict[str, Any]]:
    titles = node.get("x-titles", {})
    return [
        {"label": f"{titles[code]['zh']} {titles[code]['en']}" if code in titles else str(code), "value": code}
        for code in node["enum"]
    ]


def _pattern(node: Mapping[str, Any]) -> dict[str, Any]:
    found = _ANCHORED.match(node.get("pattern", ""))
    if found is None:
        return {}
    return {
        "pattern": [f"^{found[1]}$", node.get("description", "格式不对 Not in the right form").split("\n公开属性")[0]]
    }


def _schema(root: Path, jurisdiction: str, record: str) -> dict[str, Any]:
    path = f"schema/{jurisdiction}/{record}.schema.json"
    try:
        schema: dict[str, Any] = json.loads((root / path).read_text("utf-8"))
    except (OSError, ValueError):
        raise _absent(path) from None
    return schema


def _absent(path: str) -> SiteProblem:
    return SiteProblem(
        Bilingual(
            f"registry.yaml 设了在线编辑，但读不到 {path}",
            f"registry.yaml asks for the editor, and {path} cannot be read",
        ),
        path,
    )


# ── the page ──


def _origin(editor: Editor) -> str:
    return _origin_of(editor.address or _HOME[editor.forge])


def _endpoints(editor: Editor) -> tuple[str, str]:
    """The REST and GraphQL addresses of the forge."""
    origin = _origin(editor)
    if editor.forge == "gitlab":
        return f"{origin}/api/v4", f"{origin}/api/graphql"
    if origin == _HOME["github"]:
        return "https://api.github.com", "https://api.github.com/graphql"
    return f"{origin}/api/v3", f"{origin}/api/graphql"


def _page(editor: Editor) -> bytes:
    """The one page of the site that may reach another host, and that one only."""
    hosts = " ".join(dict.fromkeys((_origin(editor), _origin_of(_endpoints(editor)[0]))))
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        f"font-src 'self'; connect-src 'self' data: {hosts}; base-uri 'none'; form-action 'none'; object-src 'none'"
    )
    return encode(
        '<!doctype html>\n<html lang="zh">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="robots" content="noindex">\n<meta name="referrer" content="no-referrer">\n'
        "<title>在线编辑 Editor</title>\n"
        '<link rel="icon" href="../assets/favicon.svg">\n'
        '<link rel="cms-config-url" type="application/json" href="config.json">\n'
        '<script type="module" src="cms.js"></script>\n</head>\n<body>\n'
        "<noscript><p>在线编辑需要 JavaScript。The editor needs JavaScript.</p></noscript>\n</body>\n</html>\n"
    )


def _origin_of(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"

"""The JSON Schema (2020-12) of one record type: in any city, and in one city with the code lists of its measures.

Made from the record classes by pydantic and finished here: a union that names the wrong field, patterns that mean the same
in every validator, titles and descriptions in Chinese and English. A schema says less than the model in the cases of
:data:`SCHEMA_CANNOT_SAY`, and nowhere else: a property test holds the two against each other.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from zongmu.exchange.schemas.code_lists import KIND_LIST, Codes, Entries, Entry, closed_lists, model_kinds
from zongmu.model.acts.kinds import KINDS
from zongmu.model.acts.milestones import Act
from zongmu.model.codes import CODE_LISTS
from zongmu.model.finding import Bilingual
from zongmu.model.record_types import BY_NAME, RecordType
from zongmu.model.scalars import json_pattern
from zongmu.policy.proposals.pushers import PUSHERS
from zongmu.trust.authority.files import TRUST_TYPES
from zongmu.trust.rewriting.epochs import EPOCHS

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
FOLDER: Final = "schema"

SCHEMA_CANNOT_SAY: Final[Mapping[str, Bilingual]] = {
    "uscc_check": Bilingual("统一社会信用代码的校验位", "The check character of a credit code"),
    "url_host": Bilingual(
        "主机名中 xn-- 开头的一段是否确是文字的编码", "Whether a part of a host that begins with xn-- encodes a text"
    ),
    "day_not_in_calendar": Bilingual(
        "日历上有没有这一天（写到日或月的字段；或校验器未启用 format）",
        "Whether a day exists (where a day or a month may stand, or where a validator does not assert formats)",
    ),
}
"""Error types of the model that no schema can say. Beyond the model altogether, and said by checks: row keys that occur
twice, agreement between fields, between records, and with the path."""

# Keys in the order a reader wants them, extensions after them, then the containers. Properties keep the model's order.
_FIRST: Final = (
    *("$schema", "$id", "$comment", "title", "description", "$ref", "type", "const", "enum", "format"),
    *("pattern", "minLength", "maxLength", "minimum", "maximum", "minItems", "examples", "required"),
    *("additionalProperties", "if", "then"),
)
_LAST: Final = ("properties", "items", "allOf", "$defs")
_ORDER: Final = {key: (0, n) for n, key in enumerate(_FIRST)} | {key: (2, n) for n, key in enumerate(_LAST)}
_HIDDEN: Final = frozenset({"R", "I"})


class _Generator(GenerateJsonSchema):
    """Pydantic's generator with a union that names the wrong field: ``if kind … then …`` in place of ``oneOf``.

    Under ``oneOf`` one bad amount reads "not valid under any schema" (decision 17).
    """

    def sort(self, value: JsonSchemaValue, parent_key: str | None = None) -> JsonSchemaValue:
        """Keep the order of the model."""
        return value

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """No defaults: absent is the one way to say nothing, and an editor must not write one in."""
        return self.generate_inner(schema["schema"])

    def tagged_union_schema(self, schema: core_schema.TaggedUnionSchema) -> JsonSchemaValue:
        """The tag as an enumeration, and one ``if``/``then`` for each family of kinds."""
        families: dict[str, tuple[JsonSchemaValue, list[str]]] = {}
        for tag, choice in schema["choices"].items():
            ref = self.generate_inner(choice)
            families.setdefault(ref["$ref"], (ref, []))[1].append(str(tag))
        kinds = [kind for kind in KINDS if any(kind in tags for _, tags in families.values())]
        about = Act.model_fields["kind"].json_schema_extra
        assert isinstance(about, dict)
        return {
            "type": "object",
            "required": ["kind"],
            "properties": {"kind": {"type": "string", "enum": kinds, **about, "x-codelist": KIND_LIST}},
            "allOf": [
                {"if": {"properties": {"kind": {"enum": tags}}, "required": ["kind"]}, "then": dict(ref)}
                for ref, tags in families.values()
            ],
        }


# ── one record type, any city ──

TYPES: Final[Mapping[str, RecordType]] = BY_NAME | {kind.name: kind for kind in (*TRUST_TYPES, EPOCHS, PUSHERS)}
"""The types whose schema does not depend on a city, by name."""


@cache
def _base(name: str) -> JsonSchemaValue:
    record = TYPES[name]
    schema: JsonSchemaValue = record.model.model_json_schema(by_alias=True, schema_generator=_Generator)
    defs = schema.setdefault("$defs", {})
    for prop in schema["properties"].values():
        union = prop.get("items", {})
        if "allOf" in union:
            defs["Milestone"] = union
            prop["items"] = {"$ref": "#/$defs/Milestone"}
            for branch in union["allOf"]:
                defs[_target(branch["then"])]["properties"]["kind"]["x-codelist"] = KIND_LIST
    for definition in defs.values():
        if "title" in definition:
            # A class has no Chinese name; its docstring is for those who read the code.
            del definition["title"]
        if "description" in definition:
            definition["$comment"] = definition.pop("description")
    schema["title"] = f"{record.zh} {record.en}"
    schema["description"] = "\n".join(
        (
            f"{record.zh}记录的结构。文件如 {record.example}",
            f"The structure of a record of type {record.name}. A file of it: {record.example}",
        )
    )
    for node in _nodes(schema):
        _finish(node)
    _name_definitions(schema)
    return schema


def base_schema(record: RecordType, address: str, *, public: bool = False) -> JsonSchemaValue:
    """The schema of a record type in any city. *address* is that of the site, without a slash at the end.

    In a *public* repository fields of class R and I have no place and are refused like unknown keys (decision 10).
    """
    return _sealed(_open(record, public), f"{address}/{path_of(record)}")


def _open(record: RecordType, public: bool) -> JsonSchemaValue:
    """A copy of the schema of any city, to work on."""
    schema = copy.deepcopy(_base(record.name))
    if public:
        _hide(schema)
    return schema


def _sealed(schema: JsonSchemaValue, id_: str) -> JsonSchemaValue:
    """*schema* as it is published: with its address, what all milestones share said once, keys in order."""
    defs = schema["$defs"]
    if "Milestone" in defs:
        families = [defs[_target(branch["then"])] for branch in defs["Milestone"]["allOf"]]
        shared = {
            name: node
            for name, node in families[0]["properties"].items()
            if all(family["properties"].get(name) == node for family in families)
        }
        defs["Act"] = {"title": "里程碑 Milestone", "$comment": "What every milestone has.", "properties": shared}
        for family in families:
            family["properties"].update({name: {"$ref": f"#/$defs/Act/properties/{name}"} for name in shared})
    ordered: JsonSchemaValue = _ordered({"$schema": DIALECT, "$id": id_, **schema})
    return ordered


def _target(node: Mapping[str, Any]) -> str:
    """The name of the definition that *node* refers to, or nothing."""
    return str(node.get("$ref", "")).removeprefix("#/$defs/")


def path_of(record: RecordType, jurisdiction: str | None = None) -> str:
    """Where the schema of a record type stands, relative to the instance root and to the site's address."""
    folder = FOLDER if jurisdiction is None else f"{FOLDER}/{jurisdiction}"
    return f"{folder}/{record.name}.schema.json"


def _nodes(node: Any) -> Iterator[dict[str, Any]]:
    """Every schema object within *node*, itself included; not the conditions of ``if``, which describe nothing."""
    if not isinstance(node, dict):
        return
    yield node
    for key, value in node.items():
        if key in ("properties", "$defs"):
            for inner in value.values():
                yield from _nodes(inner)
        elif key == "items":
            yield from _nodes(value)
        elif key == "allOf":
            for branch in value:
                yield from _nodes(branch["then"])


def _finish(node: dict[str, Any]) -> None:
    """Anchor the pattern, title the codes, and describe the field, in place."""
    pattern = node.get("pattern")
    if pattern is not None and not pattern.endswith(r"(?!\n)"):
        node["pattern"] = json_pattern(re.sub(r"^\^|\$$", "", pattern))
    if "const" in node and isinstance(node["const"], str):
        node["enum"] = [node.pop("const")]
    name = node.get("x-codelist")
    if name in CODE_LISTS:
        # Of a list of codes the enumeration is that of its items.
        _entitle(node if "enum" in node else node["items"], closed_lists()[name])
    elif name == KIND_LIST:
        _entitle(node, model_kinds())
    form = node.pop("x-form", None)
    if "x-title" in node:
        node.setdefault("title", f"{node['x-title']['zh']} {node['x-title']['en']}")
        node["description"] = _description(node, form)
    elif form is not None:
        node["description"] = f"{form['zh']}\n{form['en']}"


def _description(node: Mapping[str, Any], form: Mapping[str, str] | None) -> str:
    lines: list[str] = []
    for text in (node.get("x-about"), form):
        if text is not None:
            lines += [text["zh"], text["en"]]
    if "x-clause" in node:
        lines.append(f"条款 Clause: {node['x-clause']}")
    zh, en = CODE_LISTS["disclosure"][node["x-disclosure"]]
    lines.append(f"公开属性 Disclosure: {zh} {en}")
    return "\n".join(lines)


def _entitle(node: dict[str, Any], entries: Entries) -> None:
    """Give the enumeration of *node* its titles, in the form of an editor and in the form of a program."""
    titles = {code: entries[code].title for code in node["enum"]}
    node["x-titles"] = {code: {"zh": t.zh, "en": t.en} for code, t in titles.items()}
    node["markdownEnumDescriptions"] = [f"{t.zh} {t.en}" for t in titles.values()]


def _name_definitions(schema: dict[str, Any]) -> None:
    """Title each definition as the fields that hold it are titled, or its kinds."""
    defs = schema["$defs"]
    for node in _nodes(schema):
        target = _target(node) or _target(node.get("items", {}))
        if target and "title" in node:
            defs[target].setdefault("title", node["title"])
    for definition in defs.values():
        kinds = definition.get("properties", {}).get("kind", {}).get("markdownEnumDescriptions", ())
        if "title" not in definition and kinds:
            definition["title"] = kinds[0] if len(kinds) == 1 else "里程碑 Milestone"


def _hide(schema: dict[str, Any]) -> None:
    """Take out the fields of class R and I; a milestone whose very kind is internal goes as a whole."""
    defs = schema["$defs"]
    hidden = {
        name
        for name, definition in defs.items()
        if definition.get("properties", {}).get("kind", {}).get("x-disclosure") in _HIDDEN
    }
    for node in _nodes(schema):
        if "allOf" in node:
            kept = [branch for branch in node["allOf"] if _target(branch["then"]) not in hidden]
            stay = {kind for branch in kept for kind in branch["if"]["properties"]["kind"]["enum"]}
            node["allOf"] = kept
            kind = node["properties"]["kind"]
            kind["enum"] = [k for k in kind["enum"] if k in stay]
            _entitle(kind, model_kinds())
        elif "properties" in node and node.get("additionalProperties") is False:
            node["properties"] = {k: v for k, v in node["properties"].items() if v.get("x-disclosure") not in _HIDDEN}
    reachable = _reachable(schema)
    schema["$defs"] = {name: d for name, d in defs.items() if name in reachable}


def _reachable(schema: dict[str, Any]) -> set[str]:
    """The definitions that the properties of *schema* lead to."""
    found: set[str] = set()
    todo: list[Any] = [{k: v for k, v in schema.items() if k != "$defs"}]
    while todo:
        for node in _nodes(todo.pop()):
            name = _target(node)
            if name and name not in found:
                found.add(name)
                todo.append(schema["$defs"][name])
    return found


# ── one record type, one city ──


def composed_schema(record: RecordType, address: str, codes: Codes, *, public: bool = False) -> JsonSchemaValue:
    """The schema of a record type in one jurisdiction: the open lists that its measures declare are closed."""
    schema = _open(record, public)
    schema["x-measures"] = list(codes.measures)
    schema["properties"]["jurisdiction"]["const"] = codes.jurisdiction
    kinds = _kinds(codes)
    for node in _nodes(schema):
        name = node.get("x-codelist", "")
        if name == KIND_LIST:
            node["enum"] = [kind for kind in kinds if kind in node["enum"]]
            _entitle(node, kinds)
        elif name in codes.lists:
            _close(node, codes.lists[name])
    if "Milestone" in schema["$defs"]:
        _demand(schema["$defs"]["Milestone"]["properties"]["kind"], kinds)
    return _sealed(schema, f"{address}/{path_of(record, codes.jurisdiction)}")


def _close(node: dict[str, Any], entries: Entries) -> None:
    """Close an open list. A list that the model itself closes keeps its codes and takes the measure's titles."""
    target: dict[str, Any] = node["items"] if node.get("type") == "array" else node
    if "enum" in target:
        entries = {**closed_lists()[node["x-codelist"]], **{c: e for c, e in entries.items() if c in target["enum"]}}
    else:
        target["enum"] = list(entries)
    _entitle(target, entries)


def _kinds(codes: Codes) -> dict[str, Entry]:
    """All milestone kinds: those that the measures declare first, under the measures' titles."""
    return {
        **{k: e for k, e in codes.kinds.items() if k in KINDS},
        **{k: e for k, e in model_kinds().items() if k not in codes.kinds},
    }


def _demand(kind: dict[str, Any], kinds: Mapping[str, Entry]) -> None:
    """Note, per milestone kind, what the measures ask for and whose endorsement gives effect. No schema enforces it."""
    declared = [kinds[code] for code in kind["enum"]]
    kind["x-requires"] = {e.code: list(e.requires) for e in declared if e.requires}
    kind["x-confirmed-by"] = {e.code: e.confirmed_by for e in declared if e.confirmed_by}


def _ordered(node: Any) -> Any:
    """*node* with its keys in the order of :data:`_ORDER`."""
    if isinstance(node, list):
        return [_ordered(item) for item in node]
    if not isinstance(node, dict):
        return node
    out = {}
    for key in sorted(node, key=lambda k: (*_ORDER.get(k, (1, 0)), k)):
        value = node[key]
        if key == "properties":
            out[key] = {name: _ordered(inner) for name, inner in value.items()}
        elif key == "$defs":
            out[key] = {name: _ordered(value[name]) for name in sorted(value)}
        else:
            out[key] = value if key.startswith("x-") else _ordered(value)
    return out

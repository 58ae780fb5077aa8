"""Model and schema accept and refuse the same documents, save for what a schema cannot say.

Documents are drawn from the schemas over what the reader can yield (mappings, lists, text, integers, booleans), then
bent in one place. The exceptions are listed in the package, by the error type of the model.
"""

from __future__ import annotations

import copy
import datetime as dt
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from zongmu.exchange.schemas.record_schema import SCHEMA_CANNOT_SAY, base_schema
from zongmu.model.record_types import BY_NAME, RECORD_TYPES
from zongmu.model.scalars.identifiers import uscc_check_character

NAMES = [record.name for record in RECORD_TYPES]
_ANCHORED = re.compile(r"\^\(\?:(.*)\)\$\(\?!\\n\)", re.DOTALL)

same_documents = settings(derandomize=True, database=None)


@cache
def schema_of(name: str) -> dict[str, Any]:
    return base_schema(BY_NAME[name], "https://zongmu.example")


@cache
def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(schema_of(name), format_checker=Draft202012Validator.FORMAT_CHECKER)


def refusals(name: str, document: Any) -> set[str]:
    """The model's error types; none when it accepts."""
    try:
        BY_NAME[name].model.model_validate(document)
    except ValidationError as refused:
        # Pydantic counts only the rows that fit, so a list whose one row is wrong is also "too short".
        errors = refused.errors(include_url=False, include_context=False)
        return {e["type"] for e in errors if not (e["type"] == "too_short" and e["input"])}
    return set()


def agree(name: str, document: Any) -> bool:
    """Whether both say the same of *document*, or the schema accepts what only the model can refuse."""
    accepted, found = validator(name).is_valid(document), refusals(name, document)
    return accepted is (not found) or (accepted and found <= SCHEMA_CANNOT_SAY.keys())


# ── documents that fit ──

TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)


@cache
def text(pattern: str, low: int, high: int) -> st.SearchStrategy[str]:
    """Text that fits an anchored pattern."""
    match = _ANCHORED.fullmatch(pattern)
    assert match, pattern
    found = st.from_regex(re.compile(match[1]), fullmatch=True, alphabet=st.characters(codec="utf-8"))
    return found.filter(lambda s: low <= len(s) <= high)


def uscc(code: str) -> str:
    """*code* with the check character that it calls for."""
    return code[:17] + uscc_check_character(code)


DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31))


@st.composite
def fitting(draw: st.DrawFn, schema: dict[str, Any], node: dict[str, Any], depth: int = 0) -> Any:
    """A document that a node of a schema accepts."""
    if "$ref" in node:
        target: Any = schema
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        return draw(fitting(schema, target, depth))
    if "const" in node:
        return node["const"]
    if "enum" in node:
        return draw(st.sampled_from(node["enum"]))
    match node["type"]:
        case "string":
            return draw(string(node))
        case "integer":
            return draw(st.integers(node.get("minimum", -(10**14)), node.get("maximum", 10**14)))
        case "boolean":
            return draw(st.booleans())
        case "array":
            return [draw(fitting(schema, node["items"], depth + 1)) for _ in range(draw(st.integers(1, 2)))]
        case _:
            return draw(mapping(schema, node, depth))


def string(node: dict[str, Any]) -> st.SearchStrategy[str]:
    """Text that a node accepts, calendar and check characters included."""
    if node.get("format") == "date":
        return DAYS.map(str)
    if node.get("examples") == ["2026-03-01", "2026-03"]:
        return DAYS.flatmap(lambda day: st.sampled_from([str(day), str(day)[:7]]))
    if "pattern" not in node:
        return TEXT
    found = text(node["pattern"], node.get("minLength", 0), node["maxLength"])
    return found.map(uscc) if node.get("examples") == ["91110000600037341L"] else found


@st.composite
def mapping(draw: st.DrawFn, schema: dict[str, Any], node: dict[str, Any], depth: int) -> dict[str, Any]:
    """What is required and a few of the rest; milestones more often than chance would have it."""
    if "allOf" in node:
        branch = draw(st.sampled_from(node["allOf"]))
        out: dict[str, Any] = draw(fitting(schema, branch["then"], depth))
        return out
    fields = node["properties"]
    wanted = list(node.get("required", ()))
    rest = [name for name in fields if name not in wanted]
    if rest:
        wanted += draw(st.lists(st.sampled_from(rest), max_size=3 if depth else 4, unique=True))
    if depth == 0 and "milestones" in fields and "milestones" not in wanted and draw(st.booleans()):
        wanted.append("milestones")
    return {name: draw(fitting(schema, fields[name], depth + 1)) for name in wanted}


def documents(name: str) -> st.SearchStrategy[dict[str, Any]]:
    """Records of a type that fit."""
    found: st.SearchStrategy[dict[str, Any]] = fitting(schema_of(name), schema_of(name))
    return found


# ── and such as may not ──

ODD_TEXTS = [
    *(
        "",
        " ",
        "\n",
        "x",
        "none",
        "P",
        "1",
        "0",
        "true",
        "-",
        "/",
        "ordos",
        "ordos/x",
        "act",
        "no_such_code",
        "鄂尔多斯",
    ),
    *("2026-02-29", "2026-02-28", "2026-02", "2026-13-01", "20260228", "2026-2-8", "1899-12-31", "2026-02-28T00:00:00"),
    *(
        "480.5",
        "480.5万元",
        "480.5 万元",
        "４８０万元",
        "0元",
        "00元",
        "1.234元",
        "0.1234567万元",
        "-1元",
        "9999999999999元",
    ),
    *(
        "10000000000000元",
        "41%",
        "41",
        "0.001%",
        "10000%",
        "24个月",
        "0日",
        "99999日",
        "ordos-2026-0001",
        "ordos-2026-1",
    ),
    *(
        "x" * 201,
        "万" * 4001,
        "9" * 24,
        "contract_signed/2",
        "contract_signed/0",
        "sha256:" + "0" * 64,
        "a@b",
        "http://x",
    ),
]
ODD = st.one_of(
    st.sampled_from(
        [True, False, 0, 1, 2, -1, 999, 1000, 2101, 10**15, [], {}, [[]], [{}], ["x"], [1], {"kind": "act"}]
    ),
    st.sampled_from([{"kind": "closed", "date": "2026-02-28"}, {"start": "2026-01-01", "end": "2026-02-30"}]),
    st.sampled_from(ODD_TEXTS),
).map(copy.deepcopy)
BENT_TEXT = (
    lambda s: s + "\n",
    lambda s: "\n" + s,
    lambda s: s + " ",
    lambda s: s + "\u2028",
    lambda s: s + "\r",
    lambda s: s[:-1],
    lambda s: s[1:],
    lambda s: "",
    *((lambda s, n=n: (s * n)[:n]) for n in (200, 201, 4000, 4001)),
    lambda s: s.upper(),
    lambda s: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in s),
    lambda s: [s],
    lambda s: {"zh": s},
)
EDGES = (-1, 0, 1, 2, 5, 6, 999, 1000, 1989, 1990, 2100, 2101, 9999, 10000)
BENT_NUMBER = (*((lambda _, n=n: n) for n in EDGES), str, bool, lambda n: -n, lambda n: n * 10**6, lambda n: [n])
BENT_LIST = (
    lambda v: [],
    lambda v: v + v,
    lambda v: [v],
    lambda v: v[0],
    lambda v: dict(enumerate(map(str, v))) and {},
)


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container in a document with every key or index of it."""
    for key in list(value) if isinstance(value, dict) else range(len(value)):
        yield value, key
        if isinstance(value[key], dict | list):
            yield from places(value[key])


@st.composite
def bent(draw: st.DrawFn, name: str) -> Any:
    """A record that fits, changed in one place or two."""
    document = copy.deepcopy(draw(documents(name)))
    for _ in range(draw(st.integers(1, 2))):
        spots = list(places(document))
        if not spots:
            break
        container, key = draw(st.sampled_from(spots))
        value = container[key]
        match draw(st.sampled_from(["odd", "drop", "add", "bend", "bend"])):
            case "odd":
                container[key] = draw(ODD)
            case "drop":
                del container[key]
            case "add" if isinstance(container, dict):
                container[draw(st.sampled_from(["note", "kind", "seq", "amount", "total", "no_such_key", ""]))] = draw(
                    ODD
                )
            case _ if isinstance(value, str):
                container[key] = draw(st.sampled_from(BENT_TEXT))(value)
            case _ if isinstance(value, int):
                container[key] = draw(st.sampled_from(BENT_NUMBER))(value)
            case _ if isinstance(value, list):
                container[key] = draw(st.sampled_from(BENT_LIST))(value)
            case _:
                container[key] = draw(ODD)
    return document


def _many(name: str) -> int:
    """How many documents: the more a record type can hold, the more."""
    return {"project": 80, "system": 40}.get(name, 20)


@pytest.mark.parametrize("name", NAMES)
def test_what_fits_the_schema_fits_the_model(name: str) -> None:
    @settings(same_documents, max_examples=_many(name) // 2)
    @given(documents(name))
    def holds(document: Any) -> None:
        assert validator(name).is_valid(document), document
        assert refusals(name, document) == set(), document

    holds()


@pytest.mark.parametrize("name", NAMES)
def test_what_is_bent_is_judged_alike(name: str) -> None:
    @settings(same_documents, max_examples=_many(name) * 2)
    @given(bent(name))
    def holds(document: Any) -> None:
        assert agree(name, document), (document, validator(name).is_valid(document), refusals(name, document))

    holds()


# ── every field at its edges ──


def resolved(schema: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    """The node that a local reference names."""
    found: Any = node
    if "$ref" in node:
        found = schema
        for step in node["$ref"].removeprefix("#/").split("/"):
            found = found[step]
    return dict(found)


SAMPLES = (
    "x",
    "ordos",
    "ordos/x",
    "ordos-2026-0001",
    "closed/2",
    "ordos/150602",
    "2026",
    "mailto:x@example.invalid",
    "sha256:" + "0" * 64,
    "0" * 40,
)


def least(schema: dict[str, Any], node: dict[str, Any]) -> Any:
    """The least document that fits."""
    node = resolved(schema, node)
    if "allOf" in node:
        return least(schema, node["allOf"][0]["then"])
    match node.get("type"):
        case _ if "const" in node or "enum" in node:
            return node.get("const", node.get("enum", [None])[0])
        case "string":
            pattern = node.get("pattern", "")
            return next(
                t
                for t in (*node.get("examples", ()), *SAMPLES)
                if len(t) >= node.get("minLength", 0) and re.search(pattern, t)
            )
        case "integer":
            return node.get("minimum", 1)
        case "boolean":
            return True
        case "array":
            return [least(schema, node["items"])]
        case _:
            return {name: least(schema, node["properties"][name]) for name in node.get("required", ())}


def edges(node: dict[str, Any], fits: Any) -> list[Any]:
    """Values of one leaf at and beyond its limits, and of other types."""
    other: list[Any] = [True, 1, 0, "", "x", "no_such_code", [], {}, [fits], {"x": fits}]
    if isinstance(fits, bool):
        return [*other, False, "true"]
    if isinstance(fits, int):
        low, high = node.get("minimum", -5), node.get("maximum", 10**14)
        return [*other, low - 1, low, high, high + 1, str(fits)]
    longer = [
        (fits * n)[:n] for n in (node.get("minLength", 1), node.get("maxLength", 0), node.get("maxLength", 0) + 1)
    ]
    turned = [fits + "\n", "\n" + fits, fits + " ", fits + "\u2028", fits.upper(), fits[:-1], fits + "0", fits + "x"]
    return [*other, *longer, *turned, *(BENT_DAYS if node.get("format") == "date" else ())]


BENT_DAYS = (
    "2026-02-29",
    "2028-02-29",
    "2026-13-01",
    "1899-12-31",
    "1900-01-01",
    "2099-12-31",
    "2100-01-01",
    "20260301",
)


def variants(schema: dict[str, Any], node: dict[str, Any], seen: set[str]) -> Iterator[Any]:
    """The least document with one leaf at an edge, one key too many, one too few; a definition used twice is bent once."""
    ref, node = node.get("$ref"), resolved(schema, node)
    fits = least(schema, node)
    if ref in seen:
        yield fits
        return
    if ref:
        seen.add(ref)
    if "allOf" in node:
        for branch in node["allOf"]:
            yield from variants(schema, branch["then"], seen)
    elif "properties" in node:
        yield fits | {"no_such_key": 1}
        yield from ({k: v for k, v in fits.items() if k != name} for name in fits)
        for name, inner in node["properties"].items():
            yield from (fits | {name: value} for value in variants(schema, inner, seen))
    elif node.get("type") == "array":
        yield from ([], fits[0], fits * 2, "x", {}, [fits])
        yield from ([value] for value in variants(schema, node["items"], seen))
    else:
        yield fits
        yield from edges(node, fits)


@pytest.mark.parametrize("name", NAMES)
def test_every_field_has_the_same_limits(name: str) -> None:
    schema = schema_of(name)
    documents = list(variants(schema, schema, set()))

    assert len(documents) > 50
    assert [d for d in documents if not agree(name, d)] == []


# ── by name ──

PROJECT: dict[str, Any] = {"format": 1, "id": "ordos-2026-0001", "jurisdiction": "ordos", "name": "示例"}
CLOSED = {"kind": "closed", "date": "2026-02-28"}


@pytest.mark.parametrize(
    "more",
    [
        {"format": True},
        {"format": "1"},
        {"format": 2},
        {"name": "示例\n"},
        {"name": ""},
        {"name": "x" * 201},
        {"id": "ordos-2026-0001\n"},
        {"secrecy": "secret"},
        {"tags": []},
        {"tags": "priority"},
        {"milestones": [CLOSED | {"seq": 1}]},
        {"milestones": [CLOSED | {"seq": True}]},
        {"milestones": [CLOSED | {"date": "2026-02-30"}]},
        {"milestones": [CLOSED | {"date": "2026-02-28\n"}]},
        {"milestones": [{"date": "2026-02-28"}]},
        {"milestones": [CLOSED | {"kind": ["closed"]}]},
        {"milestones": [CLOSED | {"amount": "1元"}]},
        {"milestones": [{"kind": "decommissioned", "date": "2026-02-28"}]},
        {"payments": [{"seq": 1, "date": "2026-02-28", "contract": 1, "amount": 100}]},
        {"security": {"mlps_level": 6}},
        {"security": {"mlps_level": True}},
    ],
    ids=str,
)
def test_both_refuse(more: dict[str, Any]) -> None:
    document = PROJECT | more

    assert not validator("project").is_valid(document)
    assert refusals("project", document)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (
            {
                "milestones": [
                    {"kind": "procurement_awarded", "date": "2026-02-28", "winner": "甲", "winner_uscc": "9" * 18}
                ]
            },
            "uscc_check",
        ),
        ({"planned": [{"kind": "completed", "date": "2026-02-30"}]}, "day_not_in_calendar"),
        ({"milestones": [CLOSED | {"url": "https://xn--0.example/"}]}, "url_host"),
    ],
    ids=["check character", "calendar", "host"],
)
def test_what_a_schema_cannot_say_the_model_refuses(more: dict[str, Any], why: str) -> None:
    document = PROJECT | more

    assert validator("project").is_valid(document)
    assert refusals("project", document) == {why}


def _patterns(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("pattern"), str):
            yield node["pattern"]
        for inner in node.values():
            yield from _patterns(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from _patterns(inner)


@pytest.mark.skipif(
    shutil.which("node") is None, reason="Node.js is not installed; it is what judges ECMA-262 patterns"
)
def test_every_pattern_means_the_same_in_ecma() -> None:
    patterns = sorted({p for name in NAMES for p in _patterns(schema_of(name))})
    texts = [*ODD_TEXTS, *(t + "\n" for t in ODD_TEXTS)]
    script = (
        "const [p, t] = JSON.parse(require('fs').readFileSync(0));"
        "console.log(JSON.stringify(p.map(x => { const r = new RegExp(x, 'u'); return t.map(y => r.test(y)) })))"
    )
    ran = subprocess.run(
        ["node", "-e", script], input=json.dumps([patterns, texts]), capture_output=True, text=True, check=True
    )

    assert json.loads(ran.stdout) == [[re.search(p, t) is not None for t in texts] for p in patterns]
    assert all(_ANCHORED.fullmatch(p) for p in patterns)

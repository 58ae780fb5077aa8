"""The JSON Schemas of what ``check``, ``diff``, ``gate`` and ``audit`` report with ``--format json``, in ``schema/reports/``.

Keys that are there in every report are required, others come and go; new keys may be added within a format, so none is
forbidden.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, get_args

from zongmu.exchange.schemas.record_schema import DIALECT, FOLDER
from zongmu.model.finding import Bilingual, Category, ChangeState, Gate, Outcome, Severity, Unit

_TEXT: Final = {"type": "string"}
_DAY: Final = {"type": "string", "format": "date"}
_COUNT: Final = {"type": "integer", "minimum": 0}
_LIST: Final = {"type": "array", "items": _TEXT}


def _maybe(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"anyOf": [dict(schema), {"type": "null"}]}


def _object(required: Mapping[str, Any], optional: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": {**required, **(optional or {})}, **more}


def _many(name: str) -> dict[str, Any]:
    return {"type": "array", "items": {"$ref": f"#/$defs/{name}"}}


def _words(values: Iterator[str] | list[str]) -> dict[str, Any]:
    return {"enum": list(values)}


_BILINGUAL: Final = _object({"zh": _TEXT, "en": _TEXT})
_POSITION: Final = _object(
    {"line": {"type": "integer", "minimum": 1}, "column": {"type": "integer", "minimum": 1}},
    {"end_line": _COUNT, "end_column": _COUNT},
)
_OUTCOME: Final = _words([o.value for o in Outcome])
_SEVERITY: Final = _words([s.name.lower() for s in Severity])
_VERDICT: Final = _object(
    {"outcome": _OUTCOME},
    {
        "because": _TEXT,
        "due": _DAY,
        "until": _DAY,
        "excess": {"type": "integer"},
        "excess_unit": _words(list(get_args(Unit))),
        "at": _TEXT,
        "provisional": {"const": True},
    },
)
_FINDING: Final = _object(
    {
        "code": _TEXT,
        "category": _words([c.value for c in Category]),
        "severity": _SEVERITY,
        "stands_in_way": {"type": "boolean"},
        "state": _words([s.value for s in ChangeState]),
        "record": _TEXT,
        "path": _TEXT,
        "message": {"$ref": "#/$defs/bilingual"},
        "next_step": {"$ref": "#/$defs/bilingual"},
    },
    {
        "key": _TEXT,
        "field": _TEXT,
        "addressee": _TEXT,
        "acknowledged": _TEXT,
        "position": {"$ref": "#/$defs/position"},
        "verdict": {"$ref": "#/$defs/verdict"},
        "cites": _LIST,
        "readings": _LIST,
    },
)
_NEED: Final = _object(
    {
        "why": _words(
            ["confirms", "breach", "waives", "attests", "corrects", "party", "disclosure", "register", "trust", "code"]
        ),
        "role": _maybe(_TEXT),
        "organizations": _LIST,
        "record": _TEXT,
        "about": _TEXT,
        "clauses": _LIST,
        "amount": _maybe(_TEXT),
    }
)
_SHIFT: Final = _object(
    {
        "turn": _words(["begins", "ends", "changes", "moves"]),
        "rule": _TEXT,
        "at": _maybe(_TEXT),
        "title": {"$ref": "#/$defs/bilingual"},
        "clauses": _LIST,
        "before": _maybe(_OUTCOME),
        "after": _maybe(_OUTCOME),
        "because": {"$ref": "#/$defs/bilingual"},
        "severity": _SEVERITY,
        "due_before": _maybe(_DAY),
        "due_after": _maybe(_DAY),
        "addressee": _maybe(_TEXT),
        "read": _LIST,
    }
)
_MOVE: Final = _object(
    {
        "path": _TEXT,
        "kind": _words(["added", "removed", "edited", "corrected"]),
        "before": {},
        "after": {},
        "title": {"$ref": "#/$defs/bilingual"},
        "silent": {"type": "boolean"},
    }
)
_RECORD: Final = _object(
    {
        "record": _TEXT,
        "path": _TEXT,
        "type": _TEXT,
        "name": _maybe(_TEXT),
        "file": _words(["created", "edited", "deleted"]),
        "judged": {"type": "boolean"},
        "stage": _object(
            {"before": _maybe({"$ref": "#/$defs/bilingual"}), "after": _maybe({"$ref": "#/$defs/bilingual"})}
        ),
        "changes": _many("move"),
        "rows_added": _LIST,
        "rows_removed": _LIST,
        "consequences": _many("shift"),
        "findings": _many("finding"),
        "cured": _many("finding"),
        "excused": {"type": "array", "items": _object({"rule": _TEXT, "why": _words(["waived", "explained"])})},
        "needs": _many("need"),
        "publication": _maybe(
            _object({"before": _maybe(_TEXT), "after": _TEXT, "fields": _LIST, "digest": _TEXT}),
        ),
    }
)
_CHANGE: Final = {
    "format": {"const": 1},
    "base": _TEXT,
    "head": _maybe(_TEXT),
    "as_of": _DAY,
    "gate": _words([g.value for g in Gate]),
    "refused": _COUNT,
    "needs_person": _COUNT,
    "records": _many("record"),
    "elsewhere": _many("finding"),
    "other_paths": _LIST,
    "needs": _many("need"),
}
_SUMMARY: Final = _object(
    {
        "records": _COUNT,
        "projects": _COUNT,
        "seconds": {"type": "number"},
        "asof": _TEXT,
        "undetermined": _COUNT,
        "waived": _COUNT,
        "explained": _COUNT,
        "advisory": _COUNT,
        "base": _maybe(_TEXT),
    }
)
_COMMIT: Final = {"type": "string", "pattern": "^[0-9a-f]{40}([0-9a-f]{24})?$"}
_CELL: Final = {"anyOf": [_TEXT, {"type": "integer"}, {"$ref": "#/$defs/bilingual"}]}
_TABLE: Final = _object(
    {
        "id": _TEXT,
        "title": {"$ref": "#/$defs/bilingual"},
        "explains": {"$ref": "#/$defs/bilingual"},
        "columns": _many("bilingual"),
        "rows": {"type": "array", "items": {"type": "array", "items": _CELL}},
    }
)
_REPORTS: Final[Mapping[str, tuple[Bilingual, dict[str, Any]]]] = {
    "check": (
        Bilingual("zongmu check 的报告", "What zongmu check reports"),
        _object(
            {
                "format": {"const": 1},
                "gate": _words([g.value for g in Gate]),
                "summary": _SUMMARY,
                "refused": _COUNT,
                "needs_person": _COUNT,
                "record_findings": _COUNT,
                "findings": _many("finding"),
                "cured": _many("finding"),
            },
            {"tally": {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": _COUNT}}},
        ),
    ),
    "change": (Bilingual("zongmu diff 的报告", "What zongmu diff reports"), _object(_CHANGE)),
    "gate": (
        Bilingual("zongmu gate 的报告", "What zongmu gate reports"),
        _object(
            {
                "format": {"const": 1},
                "base": _TEXT,
                "head": _maybe(_TEXT),
                "gate": _words([g.value for g in Gate]),
                "zones": {"type": "array", "items": _words(["data", "trust", "code"])},
                "own": _many("finding"),
                "law_changes": {"type": "boolean"},
                "change": _maybe(_object(_CHANGE)),
            }
        ),
    ),
    "audit_report": (
        Bilingual("zongmu audit report 的报告", "What zongmu audit report reports"),
        _object(
            {
                "format": {"const": 2},
                "head": _COMMIT,
                "from": _DAY,
                "to": _DAY,
                "late": _COUNT,
                "quiet": _COUNT,
                "near": _COUNT,
                "clocks": {"$ref": "#/$defs/bilingual"},
                "tables": _many("table"),
            }
        ),
    ),
    "audit_verify": (
        Bilingual("zongmu audit verify 的报告", "What zongmu audit verify reports"),
        _object(
            {
                "format": {"const": 1},
                "accepted": {"type": "boolean"},
                "head": _COMMIT,
                "root": _COMMIT,
                "assurance": _words(["none", "F", "S"]),
                "commits": _COUNT,
                "merges": _COUNT,
                "signed": _COUNT,
                "signers": {"type": "object", "additionalProperties": _COUNT},
                "checkpoint": _TEXT,
                "endorsed_acts": {"type": "object", "additionalProperties": _COUNT},
                "open_acts": {
                    "type": "array",
                    "items": _object(dict.fromkeys(("project", "milestone", "role", "state", "needs"), _TEXT)),
                },
                "epochs": {
                    "type": "array",
                    "items": _object({"seq": _COUNT, "date": _DAY, "proved": {"type": "boolean"}}),
                },
                "conclusions": {
                    "type": "array",
                    "items": _object(
                        {"id": _TEXT, "weight": _words(["proved", "not_proved", "refused"]), "zh": _TEXT, "en": _TEXT}
                    ),
                },
                "faults": {"type": "array", "items": _object(dict.fromkeys(("code", "commit", "zh", "en"), _TEXT))},
            }
        ),
    ),
}
_DEFS: Final = {
    "bilingual": _BILINGUAL,
    "position": _POSITION,
    "verdict": _VERDICT,
    "finding": _FINDING,
    "need": _NEED,
    "shift": _SHIFT,
    "move": _MOVE,
    "record": _RECORD,
    "table": _TABLE,
}


def report_schemas(address: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each schema with its path from the root."""
    for name, (title, schema) in _REPORTS.items():
        path = f"{FOLDER}/reports/{name}.schema.json"
        head = {"$schema": DIALECT, "$id": f"{address}/{path}", "title": f"{title.zh} {title.en}"}
        yield path, {**head, **schema, "$defs": _needed(schema)}


def _needed(schema: Any) -> dict[str, Any]:
    """The definitions that a schema leads to."""
    found: dict[str, Any] = {}
    waiting = [schema]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            name = str(part.get("$ref", "")).removeprefix("#/$defs/")
            if name in _DEFS and name not in found:
                found[name] = _DEFS[name]
                waiting.append(_DEFS[name])
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)
    return {name: found[name] for name in _DEFS if name in found}

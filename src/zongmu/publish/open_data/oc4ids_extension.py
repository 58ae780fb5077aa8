"""What OC4IDS has no place for, under one key of ours, with its schema: ``schema/oc4ids/x_zongmu.schema.json``.

The ladder of money from the first figure to the final accounts against both baselines, document numbers and bodies of
acts, outcomes by clause, what is withheld and why. Amounts here are exact text, as in our own JSON.
"""

from __future__ import annotations

from typing import Any

from zongmu.model.codes import CODE_LISTS
from zongmu.model.derived.views import Variance
from zongmu.model.finding import Outcome
from zongmu.publish.derived.duration import term_data
from zongmu.publish.derived.figures import LADDER, ladder, parts
from zongmu.publish.open_data.about import About
from zongmu.publish.open_data.columns import body_name
from zongmu.publish.open_data.json_files import indented
from zongmu.publish.open_data.tables import yuan
from zongmu.publish.released.release import Released
from zongmu.publish.rendering.say import Say

EXTENSION = "x_zongmu"
SCHEMA_PATH = "schema/oc4ids/x_zongmu.schema.json"


def extension(project: Released, say: Say, page: str) -> dict[str, Any]:
    """The value of the key for one project. *page*: its address without the ending."""
    public = project.public
    counts = project.counts()
    out: dict[str, Any] = {
        "jurisdiction": public.jurisdiction,
        "page": f"{page}.html",
        "json": f"{page}.json",
        "status": project.view.status,
        "money": [
            {
                "step": rung.step,
                "title": LADDER[rung.step].zh,
                "yuan": yuan(rung.amount.fen),
                **_against("original", rung.against_original),
                **_against("current", rung.against_current),
            }
            for rung in ladder(project.view)
            if rung.amount is not None
        ],
        "parts": [
            {"item": part.item}
            | {
                name: yuan(amount.fen)
                for name, amount in (("original", part.original), ("current", part.current), ("final", part.final))
                if amount is not None
            }
            for part in parts(project.view)
        ],
        "acts": [
            {
                "milestone": m.key,
                **({"number": m.number} if m.number else {}),
                **({"body": body_name(say, m.body) if m.body else m.body_name} if m.body or m.body_name else {}),
            }
            for m in public.milestones
            if m.number or m.body or m.body_name
        ],
        "questions": [
            {name: row[name] for name in _QUESTION if name in row}
            | {f"reply_{name}": row["reply"][name] for name in _REPLY if name in row.get("reply", {})}
            for row in public.questions
        ],
        "outcomes": {o.value: counts[o] for o in (Outcome.PASS, Outcome.FAIL, Outcome.UNDETERMINED)},
        "checked_not_public": len(project.checked),
        "withheld": [{"what": w.what, "ground": w.ground} for w in public.withheld],
    }
    if (period := term_data(project.view)) is not None:
        out["period"] = period
    if project.stage is not None:
        out["stage"] = {"code": project.stage, "title": say.stage(public.jurisdiction, project.stage)}
    return {name: value for name, value in out.items() if value != []}


_QUESTION = ("seq", "of", "kind", "channel", "received", "body", "text")
_REPLY = ("date", "number", "text", "ground")


def _against(name: str, difference: Variance | None) -> dict[str, int]:
    """How far a step lies from a baseline, in basis points."""
    return {f"against_{name}_bp": difference.bp} if difference is not None else {}


_TEXT = {"type": "string", "minLength": 1}
_DAY = {"type": "string", "format": "date"}


def _object(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def extension_schema(about: About) -> bytes:
    """The JSON Schema of the key."""
    amount = {"type": "string", "pattern": "^-?[0-9]+\\.[0-9]{2}$", "description": "元 CNY"}
    bp = {"type": "integer", "description": "万分之一 basis points (rounded half up)"}
    steps = list(LADDER)
    planned = _object({"start": _DAY, "end": _DAY, "days": {"type": "integer", "minimum": 0}}, ["start", "end", "days"])
    apart = _object({"days": {"type": "integer"}, "basis_points": bp}, ["days"])
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{about.address}{SCHEMA_PATH}",
        "title": "OC4IDS 扩展 OC4IDS extension x_zongmu",
        "description": "OC4IDS 没有位置的内容：资金阶梯、文号、检查结果、不公开事项。"
        "What OC4IDS has no place for: the ladder of money, document numbers, outcomes, what is withheld.",
        **_object(
            {
                "jurisdiction": {**_TEXT, "description": "辖区 City"},
                "page": {**_TEXT, "format": "uri"},
                "json": {**_TEXT, "format": "uri"},
                "status": {**_TEXT, "description": "状态 Status, derived"},
                "stage": _object({"code": _TEXT, "title": _TEXT}, ["code", "title"]),
                "money": {
                    "description": "资金阶梯 From the first figure to the last, each against both baselines",
                    "type": "array",
                    "items": _object(
                        {
                            "step": {"enum": steps},
                            "title": _TEXT,
                            "yuan": amount,
                            "against_original_bp": bp,
                            "against_current_bp": bp,
                        },
                        ["step", "title", "yuan"],
                    ),
                },
                "parts": {
                    "description": "分项资金：首次批复、现行、决算（元） Money by part: as first approved, at present, in the final accounts (CNY)",
                    "type": "array",
                    "items": _object({"item": _TEXT, "original": amount, "current": amount, "final": amount}, ["item"]),
                },
                "period": {
                    "description": "建设周期：首次批复、现行、建成日，相差天数及占周期的份额 Building period: as first approved, current, the day it was built; days apart and their share of the period",
                    **_object(
                        {
                            "original": planned,
                            "current": planned,
                            "built": _DAY,
                            **dict.fromkeys(("end_moved", "against_original", "against_current"), apart),
                        },
                        ["original", "current", "end_moved"],
                    ),
                },
                "acts": {
                    "description": "各事项的文号和作出单位 Document number and body of acts",
                    "type": "array",
                    "items": _object({"milestone": _TEXT, "number": _TEXT, "body": _TEXT}, ["milestone"]),
                },
                "questions": {
                    "description": "公众提问与答复 Questions from the public and the replies, without who asked",
                    "type": "array",
                    "items": _object(
                        {
                            "seq": {"type": "integer", "minimum": 1},
                            "of": {"type": "integer", "minimum": 1},
                            "kind": {"enum": list(CODE_LISTS["question_kind"])},
                            "channel": {"enum": list(CODE_LISTS["question_channel"])},
                            "received": _DAY,
                            **dict.fromkeys(("body", "text"), _TEXT),
                            "reply_date": _DAY,
                            **{f"reply_{name}": _TEXT for name in _REPLY[1:]},
                        },
                        ["seq", "kind", "received", "text"],
                    ),
                },
                "outcomes": {
                    "description": "公开的检查结果 Public outcomes, counted; advice left out",
                    **_object(
                        {name: {"type": "integer", "minimum": 0} for name in ("pass", "fail", "undetermined")},
                        ["pass", "fail", "undetermined"],
                    ),
                },
                "checked_not_public": {"type": "integer", "minimum": 0, "description": "结果不公开的规则数"},
                "withheld": {
                    "description": "不公开的内容及依据 What is there and not said, and the ground",
                    "type": "array",
                    "items": _object({"what": _TEXT, "ground": _TEXT}, ["what", "ground"]),
                },
            },
            ["jurisdiction", "page", "json", "status", "outcomes", "checked_not_public"],
        ),
    }
    return indented(schema, 2)

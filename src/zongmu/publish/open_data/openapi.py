"""``openapi.json`` (OpenAPI 3.1): the static, keyless JSON of this site as an interface, with the schema of each answer."""

from __future__ import annotations

from typing import Any, get_args

from zongmu import __version__
from zongmu.disclosure.projection import MILESTONE_FIELDS, STATE_FIELDS
from zongmu.model.acts.kinds import KINDS
from zongmu.model.codes import CODE_LISTS
from zongmu.model.derived.views import STATUS_TITLES
from zongmu.model.finding import Outcome, Severity
from zongmu.model.records.project import Project
from zongmu.publish.derived.figures import Step
from zongmu.publish.open_data.about import About
from zongmu.publish.open_data.columns import scalar_fields
from zongmu.publish.open_data.datafile import CALENDAR, CSV, JSON, JSON_FEED, NDJSON
from zongmu.publish.open_data.json_files import indented
from zongmu.publish.open_data.shares import BODY_FOLDER, DISTRICT_FOLDER

_TEXT = {"type": "string"}
_ID = {"type": "string", "pattern": "^[a-z][a-z0-9]*-[0-9]{4}-(?:[0-9]{4}|[1-9][0-9]{4,7})$"}
_DAY = {"type": "string", "format": "date"}
_MONEY = {
    "type": "string",
    "pattern": "^[0-9]+(\\.[0-9]+)?(元|万元|亿元)$",
    "description": "金额，精确到分 exact to the fen",
}
_JSON_TYPES: dict[str, Any] = {
    "text": _TEXT,
    "list": {"type": "array", "items": _TEXT},
    "date": _DAY,
    "money": _MONEY,
    "integer": {"type": "integer"},
    "boolean": {"type": "boolean"},
}


def openapi(about: About) -> bytes:
    """The description of the interface, as a file."""
    return indented(described(about))


def described(about: About) -> dict[str, Any]:
    """The description of the interface. Texts are in both languages: Chinese, a space, English."""
    project = {
        "name": "id",
        "in": "path",
        "required": True,
        "schema": _ID,
        "description": "登记号 number of the project",
    }
    table = {
        "name": "table",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "pattern": "^[a-z0-9_-]+$"},
        "description": "表名，见开放数据页 name of a table, as the page of the data lists them",
    }
    share = {
        "name": "slug",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "pattern": "^[a-z0-9-]+$"},
        "description": "页面的文件名 file name of the page",
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": about.registry,
            "summary": "静态只读接口，不需要密钥 Static, read-only, no key",
            "version": __version__,
            "description": "每个地址都是一个文件；没有查询参数。Every address is a file; there are no query parameters.",
            **({"license": _licence(about)} if about.licence is not None else {}),
        },
        "servers": [{"url": about.address.rstrip("/")}],
        "paths": {
            "/projects/{id}.json": _get("getProject", "一个项目 One project", _ref("ProjectFile"), [project]),
            "/data/projects.json": _get("getProjects", "全部项目 All projects", _ref("ProjectsFile")),
            "/data/projects.ndjson": _get(
                "getProjectLines", "一行一个项目 A project a line", _ref("ProjectFile"), type=NDJSON
            ),
            "/projects/{id}.oc4ids.json": _get(
                "getProjectOc4ids", "一个项目（OC4IDS） One project (OC4IDS)", _ref("Oc4idsPackage"), [project]
            ),
            "/data/oc4ids.json": _get(
                "getOc4ids",
                "全部项目（OC4IDS） All projects (OC4IDS)",
                _ref("Oc4idsPackage"),
                absent="还没有公开的项目 No project is public yet",  # a package without one is none
            ),
            "/data/csv/{table}.csv": _get("getTable", "一个表 One table", _TEXT, [table], type=CSV),
            f"/{BODY_FOLDER}/{{slug}}.csv": _get(
                "getBodyTable", "一个单位的项目表 Projects of one body", _TEXT, [share], type=CSV
            ),
            f"/{DISTRICT_FOLDER}/{{slug}}.csv": _get(
                "getDistrictTable", "一个地区的项目表 Projects of one district", _TEXT, [share], type=CSV
            ),
            "/feed.json": _get(
                "getFeed", "变更（JSON Feed 1.1） Changes (JSON Feed 1.1)", _ref("Feed"), type=JSON_FEED
            ),
            "/feeds/projects/{id}.json": _get(
                "getProjectFeed", "一个项目的变更 Changes of one project", _ref("Feed"), [project], type=JSON_FEED
            ),
            "/data/deadlines.ics": _get("getDeadlines", "期限 Deadlines", _TEXT, type=CALENDAR),
            "/build.json": _get("getBuild", "本次发布 This release", _ref("Build")),
            "/SHA256SUMS": _get("getChecksums", "校验和 Checksums", _TEXT, type="text/plain"),
        },
        "components": {"schemas": _schemas()},
    }


def _licence(about: About) -> dict[str, str]:
    return {"name": str(about.licence)} | ({"url": about.licence_uri} if about.licence_uri is not None else {})


def _get(
    id: str,
    summary: str,
    schema: dict[str, Any],
    parameters: list[dict[str, Any]] | None = None,
    type: str = JSON,
    absent: str | None = None,
) -> dict[str, Any]:
    """A file that can be read. *absent*: why it may not be there; of files with a name in their address this is said anyway."""
    answers: dict[str, Any] = {"200": {"description": summary, "content": {type: {"schema": schema}}}}
    if parameters or absent:
        answers["404"] = {"description": absent or "没有，或不予公开 There is none, or it is withheld"}
    operation = {"operationId": id, "summary": summary, "responses": answers}
    return {"get": operation | ({"parameters": parameters} if parameters else {})}


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(properties: dict[str, Any], required: list[str], closed: bool = True) -> dict[str, Any]:
    out: dict[str, Any] = {"type": "object", "properties": properties, "required": required}
    return out | ({"unevaluatedProperties": False} if closed else {})


def _schemas() -> dict[str, Any]:
    head = {
        "format": {"const": 1},
        "registry": _TEXT,
        "address": {"type": "string", "format": "uri"},
        "licence": _TEXT,
        "demonstration": {"type": "string", "description": "演示数据的标记 Only in a demonstration"},
    }
    needed = ["format", "registry", "address"]
    difference = _object({"fen": {"type": "integer"}, "basis_points": {"type": "integer"}}, ["fen", "basis_points"])
    strings = {"type": "array", "items": _TEXT}
    whole = {"type": "integer"}
    planned = _object({"start": _DAY, "end": _DAY, "days": whole}, ["start", "end", "days"])
    apart = _object({"days": whole, "basis_points": whole}, ["days"])
    return {
        "ProjectFile": _object(
            {
                **head,
                "project": _ref("Project"),
                "derived": _ref("Derived"),
                "outcomes": {"type": "array", "items": _ref("Outcome")},
                "not_applicable": {**strings, "description": "不适用的规则 Rules that do not apply"},
                "checked_not_public": {**strings, "description": "结果不公开的规则 Rules whose outcome is not public"},
                "disclosure_review": _object(
                    {"date": _DAY, "role": _TEXT, "conclusion": _TEXT, "organization": _TEXT},
                    ["date", "role", "conclusion"],
                ),
            },
            [*needed, "project", "derived", "outcomes"],
            closed=False,
        ),
        "ProjectsFile": _object(
            {**head, "projects": {"type": "array", "items": _ref("ProjectFile")}}, [*needed, "projects"]
        ),
        "Project": _object(
            {
                "id": _ID,
                "jurisdiction": _TEXT,
                **_state(),
                "milestones": {"type": "array", "items": _ref("Milestone")},
                "questions": {
                    "type": "array",
                    "items": _ref("Question"),
                    "description": "公众提问与答复 Questions from the public and the replies, without who asked",
                },
                "withheld_fields": {
                    "type": "array",
                    "items": _object({"what": _TEXT, "ground": _TEXT}, ["what", "ground"]),
                    "description": "不公开的内容及依据 What is there and not said, and the ground",
                },
            },
            ["id", "jurisdiction", "name", "milestones", "withheld_fields"],
            closed=False,
        ),
        "Milestone": _object(
            {
                "kind": {"enum": list(KINDS)},
                "seq": {"type": "integer"},
                **{name: _TEXT for name in ("body", "body_name", "number", "of") if name in MILESTONE_FIELDS},
                **dict.fromkeys(("total", "amount", "moved", "budget", "limit_price", "surplus"), _MONEY),
                "date": _DAY,
                "documents": {"type": "array", "items": _object({"kind": _TEXT, "date": _DAY}, ["kind"], closed=False)},
            },
            ["kind", "date"],
            closed=False,
        ),
        "Question": _object(
            {
                **{name: {"type": "integer", "minimum": 1} for name in ("seq", "of")},
                "kind": {"enum": list(CODE_LISTS["question_kind"])},
                "channel": {"enum": list(CODE_LISTS["question_channel"])},
                "received": _DAY,
                **dict.fromkeys(("about", "body", "text", "text_en"), _TEXT),
                "consulting": {
                    "type": "array",
                    "items": _object({"start": _DAY, "end": _DAY}, ["start"]),
                },
                "extended": _object(
                    {"date": _DAY, "until": _DAY, "reason": _TEXT, "reason_en": _TEXT}, ["date", "until", "reason"]
                ),
                "reply": _object(
                    {
                        "date": _DAY,
                        **dict.fromkeys(("number", "text", "text_en", "ground"), _TEXT),
                        "satisfied": {"type": "boolean"},
                    },
                    ["date"],
                ),
            },
            ["seq", "kind", "received", "text"],
        ),
        "Derived": _object(
            {
                "replies": {
                    "type": "array",
                    "items": _object(
                        {"question": {"type": "integer"}, "due": _DAY, "provisional": {"type": "boolean"}}, ["question"]
                    ),
                    "description": "答复期限 By when each question is to be answered, where there is a limit",
                },
                "parts": {
                    "type": "array",
                    "items": _object(
                        {
                            "item": _TEXT,
                            **dict.fromkeys(("original", "current", "final"), _MONEY),
                            **dict.fromkeys(("current_against_original", "final_against_original"), difference),
                        },
                        ["item"],
                    ),
                    "description": "分项资金 Money by part: as first approved, at present, in the final accounts",
                },
                "period": {
                    **_object(
                        {
                            "original": planned,
                            "current": planned,
                            "built": _DAY,
                            **dict.fromkeys(("end_moved", "against_original", "against_current"), apart),
                        },
                        ["original", "current", "end_moved"],
                    ),
                    "description": "建设周期 Building period; shares are of its days, both ends counted",
                },
                "stage": {"type": ["string", "null"]},
                "status": {"enum": list(STATUS_TITLES)},
                "ladder": {
                    "type": "array",
                    "items": _object(
                        {
                            "step": {"enum": list(get_args(Step))},
                            "amount": _MONEY,
                            "source": _TEXT,
                            "against_original": difference,
                            "against_current": difference,
                        },
                        ["step", "amount", "source"],
                    ),
                },
            },
            ["stage", "status", "ladder"],
            closed=False,
        ),
        "Outcome": _object(
            {
                "rule": _TEXT,
                "cites": {**strings, "description": "所依据的句子 Sentences that the rule carries out"},
                "outcome": {"enum": [o.value for o in Outcome]},
                "weight": {"enum": [s.name.lower() for s in Severity]},
                "because": _TEXT,
                "due": _DAY,
                "trace": {"type": "array", "items": {"type": "object"}},
            },
            ["rule", "cites"],
            closed=False,
        ),
        "Oc4idsPackage": {
            "type": "object",
            "description": "OC4IDS 0.9 项目包 OC4IDS 0.9 project package",
            "required": ["uri", "publishedDate", "publisher", "version", "projects"],
        },
        "Feed": {
            "type": "object",
            "description": "JSON Feed 1.1，一个项目一天一条 JSON Feed 1.1, an item for a project and a day",
            "required": ["version", "title", "items"],
            "properties": {
                "version": {"const": "https://jsonfeed.org/version/1.1"},
                "title": _TEXT,
                "items": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["id", "url"],
                        "properties": {
                            "id": _TEXT,
                            "url": {"type": "string", "format": "uri"},
                            "date_modified": {"type": "string", "format": "date-time"},
                            "tags": strings,
                        },
                    },
                },
            },
        },
        "Build": _object(
            {
                **head,
                "generator": _TEXT,
                "as_of": {**_DAY, "description": "裁决日 The day that everything was judged on"},
                "projects": {"type": "integer"},
                "withheld": {"type": "integer"},
            },
            [*needed, "generator", "as_of", "projects", "withheld"],
            closed=False,
        ),
    }


def _state() -> dict[str, Any]:
    """The public fields of a project as the model knows them; records within are objects."""
    out: dict[str, Any] = {}
    for name in STATE_FIELDS:
        fields = scalar_fields(Project, [name])
        if len(fields) == 1 and len(fields[0].path) == 1:
            info = fields[0].info
            out[name] = {**_JSON_TYPES[fields[0].type], "title": f"{info.title.zh} {info.title.en}"}
        else:
            out[name] = {"type": ["object", "array"]}
    return out

"""The published schemas: titled in both languages, the same in every validator, closed by the measures of a city."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.shared import REPO
from zongmu.cli.checking.schema import run_schema
from zongmu.cli.trouble import Trouble
from zongmu.exchange.schemas import json_schema
from zongmu.exchange.schemas.code_lists import KIND_LIST
from zongmu.model.acts.kinds import KINDS
from zongmu.model.codes import CODE_LISTS
from zongmu.model.record_types import RECORD_TYPES
from zongmu.policy.proposals.pushers import PUSHERS
from zongmu.trust.authority.files import TRUST_TYPES
from zongmu.trust.rewriting.epochs import EPOCHS

REGISTRY = """\
format: 1
name: 示例
timezone: Asia/Shanghai
site: {address: "https://zongmu.example/base/"}
repository: REPOSITORY
assurance: none
disclosure_review: merge
jurisdictions:
  - {id: xing, name: 星市, region: "150600", measures: [xing_2020, xing_2025]}
  - {id: yue, name: 月市, region: "370683"}
"""
OLDER = """\
id: xing_2020
prefix: XA
title: {zh: 旧办法, en: Older measure}
text_status: official
in_force: {from: "2020-01-01", to: "2024-12-31"}
codes:
  class: {construction: {zh: 建设, en: Building}, market: {zh: 市场类, en: Market}}
"""
NEWER = """\
id: xing_2025
prefix: XB
title: {zh: 新办法, en: Newer measure}
text_status: official
in_force: {from: "2025-01-01"}
roles: {bureau: {zh: 数据局, en: Data bureau}}
codes:
  class: {construction: {zh: 建设类, en: Construction}}
  system_class: {network: {zh: 网络, en: Network}}
  conclusion: {passed: {zh: 同意, en: Agreed}, unheard_of: {zh: 无, en: None}}
milestones:
  design_approved: {title: {zh: 初设批复, en: Design approved here}, confirmed_by: bureau, requires: [number, total]}
  adjusted: {}
stages:
  - {stage: approved, from: [design_approved]}
"""


def instance(folder: Path, repository: str = "internal") -> Path:
    """A small instance: one city with two measures, one without any."""
    for path, text in {
        "registry/registry.yaml": REGISTRY.replace("REPOSITORY", repository),
        "checks/xing_2020/measure.yaml": OLDER,
        "checks/xing_2025/measure.yaml": NEWER,
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return instance(tmp_path_factory.mktemp("instance"))


@pytest.fixture(scope="module")
def files(root: Path) -> dict[str, Any]:
    return {path: json.loads(text) for path, text in json_schema.generate(root).items()}


@pytest.fixture(scope="module")
def schemas(files: dict[str, Any]) -> dict[str, Any]:
    # Those of records; what the commands report has schemas of another make (tests/report/test_formats.py).
    found = {path: data for path, data in files.items() if path.endswith(".schema.json")}
    return {path: data for path, data in found.items() if not path.startswith("schema/reports/")}


def nodes(value: Any, at: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object within a schema, with its path."""
    if isinstance(value, dict):
        yield at, value
        for key, inner in value.items():
            yield from nodes(inner, f"{at}/{key}")
    elif isinstance(value, list):
        for n, inner in enumerate(value):
            yield from nodes(inner, f"{at}/{n}")


def fields(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every property that a schema declares, local references resolved; the conditions of ``if`` declare none."""
    for at, node in nodes(schema):
        if "/if" in at or at.endswith("/x-titles"):
            continue
        for name, field in (node.get("properties") or {}).items():
            if "x-title" not in field and "$ref" in field:
                found: Any = schema
                for step in field["$ref"].removeprefix("#/").split("/"):
                    found = found[step]
                yield f"{at}/{name}", found
            else:
                yield f"{at}/{name}", field


def errors(schema: dict[str, Any], record: Any) -> list[tuple[str, str]]:
    """Where and by which keyword a record fails."""
    return [(e.json_path, e.validator) for e in Draft202012Validator(schema).iter_errors(record)]


def project(**more: Any) -> dict[str, Any]:
    return {"format": 1, "id": "xing-2026-0001", "jurisdiction": "xing", "name": "示例项目", **more}


# ── form ──


def test_every_record_type_has_a_schema_and_every_city_its_own(schemas: dict[str, Any]) -> None:
    for record in RECORD_TYPES:
        assert f"schema/{record.name}.schema.json" in schemas
        for city in ("xing", "yue"):
            assert (f"schema/{city}/{record.name}.schema.json" in schemas) is record.per_jurisdiction


def test_every_schema_is_valid_2020_12_and_stands_where_its_id_says(files: dict[str, Any]) -> None:
    for path, data in files.items():
        if path.endswith(".schema.json"):
            assert data["$schema"] == "https://json-schema.org/draft/2020-12/schema"
            Draft202012Validator.check_schema(data)
        if path != "schema/dictionary.json":
            assert data["$id"] == f"https://zongmu.example/base/{path}"


def test_every_field_has_titles_and_a_description_in_both_languages(schemas: dict[str, Any]) -> None:
    for path, schema in schemas.items():
        seen = list(fields(schema))
        assert seen
        for at, field in seen:
            title = field["x-title"]
            assert title["zh"], (path, at)
            assert title["en"], (path, at)
            assert title["en"].isascii() or "&" in title["en"], (path, at)
            assert field["title"] == f"{title['zh']} {title['en']}", (path, at)
            assert "公开属性 Disclosure: " in field["description"], (path, at)


def test_definitions_are_named_and_titled(schemas: dict[str, Any]) -> None:
    for path, schema in schemas.items():
        for name, definition in schema["$defs"].items():
            assert name.isalpha(), path
            assert name[0].isupper(), path
            assert definition["title"], (path, name)


def test_nothing_in_a_schema_writes_a_default_or_admits_null_or_hides_the_wrong_field(schemas: dict[str, Any]) -> None:
    for path, schema in schemas.items():
        for at, node in nodes(schema):
            assert not node.keys() & {"default", "oneOf", "anyOf", "discriminator"}, (path, at)
            assert node.get("type") != "null", (path, at)
            if "properties" in node and "/if" not in at and at not in ("/$defs/Milestone", "/$defs/Act"):
                assert node["additionalProperties"] is False, (path, at)


def test_every_enumeration_has_titles_and_is_a_known_list(schemas: dict[str, Any]) -> None:
    for path, schema in schemas.items():
        for at, node in nodes(schema):
            if "enum" not in node or "/if/" in at:
                continue
            assert list(node["x-titles"]) == node["enum"], (path, at)
            assert len(node["markdownEnumDescriptions"]) == len(node["enum"]), (path, at)
            titles = [f"{t['zh']} {t['en']}" for t in node["x-titles"].values()]
            assert node["markdownEnumDescriptions"] == titles


def test_the_literals_of_the_model_and_the_titled_lists_hold_the_same_codes(schemas: dict[str, Any]) -> None:
    seen = set()
    for record in (*RECORD_TYPES, *TRUST_TYPES, EPOCHS, PUSHERS):
        for at, node in nodes(schemas[f"schema/{record.name}.schema.json"]):
            name = node.get("x-codelist")
            coded = node.get("items", node)
            if "enum" in coded and "/if/" not in at and name not in (KIND_LIST, None):
                # A policy may ask for F or S; it cannot ask for none.
                assert set(coded["enum"]) <= CODE_LISTS[name].keys(), at
                assert record in TRUST_TYPES or coded["enum"] == list(CODE_LISTS[name]), at
                seen.add(name)
    assert seen == CODE_LISTS.keys()


def test_a_code_list_file_gives_its_title_its_uses_and_its_codes(files: dict[str, Any]) -> None:
    conclusion = files["schema/codes/conclusion.json"]
    kinds = files["schema/codes/milestone_kind.json"]

    assert conclusion["title"] == {"zh": "结论", "en": "Conclusion"}
    assert "project: milestones[].conclusion" in conclusion["used_by"]
    assert conclusion["codes"][0] == {"code": "passed", "zh": "通过", "en": "Passed"}
    assert [row["code"] for row in kinds["codes"]] == list(KINDS)
    assert kinds["codes"][0]["phase"] == "opening"


# ── what an error says ──


def test_a_bad_amount_in_a_milestone_is_named_and_nothing_else(schemas: dict[str, Any]) -> None:
    bad = {"kind": "contract_signed", "date": "2026-03-01", "role": "build", "amount": "480.5 万元"}

    assert errors(schemas["schema/project.schema.json"], project(milestones=[bad])) == [
        ("$.milestones[0].amount", "pattern")
    ]


def test_an_unknown_kind_is_one_error_at_the_kind(schemas: dict[str, Any]) -> None:
    found = errors(
        schemas["schema/project.schema.json"], project(milestones=[{"kind": "signed", "date": "2026-03-01"}])
    )

    assert found == [("$.milestones[0].kind", "enum")]


def test_a_key_of_another_kind_of_milestone_is_refused(schemas: dict[str, Any]) -> None:
    found = errors(
        schemas["schema/project.schema.json"],
        project(milestones=[{"kind": "completed", "date": "2026-03-01", "amount": "1元"}]),
    )

    assert found == [("$.milestones[0]", "additionalProperties")]


# ── a city ──


def test_the_lists_of_its_measures_are_united_and_the_later_title_wins(schemas: dict[str, Any]) -> None:
    field = schemas["schema/xing/project.schema.json"]["properties"]["class"]

    assert field["enum"] == ["construction", "market"]
    assert field["x-titles"]["construction"] == {"zh": "建设类", "en": "Construction"}


def test_a_list_of_codes_is_closed_at_its_items(schemas: dict[str, Any]) -> None:
    schema = schemas["schema/xing/project.schema.json"]

    assert errors(schema, project(system_class=["network"])) == []
    assert errors(schema, project(system_class=["nothing"])) == [("$.system_class[0]", "enum")]


def test_a_list_that_no_measure_declares_stays_open(schemas: dict[str, Any]) -> None:
    assert errors(schemas["schema/xing/project.schema.json"], project(nature="anything")) == []
    assert errors(schemas["schema/yue/project.schema.json"], project(jurisdiction="yue", **{"class": "anything"})) == []


def test_a_city_schema_takes_records_of_that_city_alone(schemas: dict[str, Any]) -> None:
    assert errors(schemas["schema/yue/project.schema.json"], project()) == [("$.jurisdiction", "const")]


def test_a_measure_may_rename_a_code_of_a_closed_list_and_not_add_one(schemas: dict[str, Any]) -> None:
    field = schemas["schema/xing/project.schema.json"]["$defs"]["Reviewed"]["properties"]["conclusion"]

    assert field["enum"] == list(CODE_LISTS["conclusion"])
    assert field["x-titles"]["passed"]["zh"] == "同意"


def test_roles_and_stages_of_a_measure_are_lists_too(schemas: dict[str, Any]) -> None:
    held = schemas["schema/xing/organization.schema.json"]["properties"]["holds"]["items"]
    stage = schemas["schema/xing/project.schema.json"]["$defs"]["Opened"]["properties"]["stage"]

    assert held["enum"] == ["bureau"]
    assert stage["enum"] == ["approved"]


def test_the_kinds_that_a_measure_declares_come_first_under_its_titles(schemas: dict[str, Any]) -> None:
    kind = schemas["schema/xing/project.schema.json"]["$defs"]["Milestone"]["properties"]["kind"]
    own = schemas["schema/xing/project.schema.json"]["$defs"]["Approved"]["properties"]["kind"]

    assert kind["enum"][:3] == ["design_approved", "adjusted", "opened"]
    assert kind["x-titles"]["design_approved"]["zh"] == "初设批复"
    assert kind["x-titles"]["adjusted"]["zh"] == KINDS["adjusted"].zh
    assert own["x-titles"]["design_approved"]["zh"] == "初设批复"
    assert kind["x-requires"] == {"design_approved": ["number", "total"]}
    assert kind["x-confirmed-by"] == {"design_approved": "bureau"}


def test_its_code_lists_stand_on_their_own_and_say_which_measure_they_come_from(files: dict[str, Any]) -> None:
    rows = files["schema/codes/xing/class.json"]["codes"]

    assert rows[0] == {
        "code": "construction",
        "zh": "建设类",
        "en": "Construction",
        "measures": ["xing_2020", "xing_2025"],
    }
    assert "schema/codes/yue/class.json" not in files


def test_in_a_public_repository_internal_and_restricted_fields_are_unknown(tmp_path: Path) -> None:
    schema = json.loads(json_schema.generate(instance(tmp_path, "public"))["schema/project.schema.json"])
    incident = {"kind": "incident_occurred", "date": "2026-03-01", "incident": "delay", "severity": "serious"}

    assert errors(schema, project(security={"cii": True})) == [("$", "additionalProperties")]
    assert errors(schema, project(milestones=[{"kind": "closed", "date": "2026-03-01", "note": "x"}])) == [
        ("$.milestones[0]", "additionalProperties")
    ]
    assert errors(schema, project(milestones=[incident])) == [("$.milestones[0].kind", "enum")]
    assert all(d.get("x-disclosure") not in ("R", "I") for _, d in fields(schema))


# ── the folder ──


def test_what_is_written_is_fresh_and_written_once(tmp_path: Path) -> None:
    root = instance(tmp_path)

    assert len(json_schema.write(root)) == len(json_schema.generate(root))
    assert json_schema.write(root) == []
    assert json_schema.stale(root) == []
    assert all(text.endswith("}\n") and "\r" not in text for text in json_schema.generate(root).values())


def test_check_names_what_is_stale_missing_and_left_over(tmp_path: Path) -> None:
    root = instance(tmp_path)
    json_schema.write(root)
    (root / "schema/plan.schema.json").write_text("{}\n")
    (root / "schema/draws.schema.json").unlink()
    (root / "schema/codes/old.json").write_text("{}\n")
    out = io.StringIO()

    assert run_schema(root, True, out) == 1

    assert [(f.code, f.path, f.values["en"]) for f in json_schema.stale(root)] == [
        ("schema.stale", "schema/codes/old.json", "is no longer generated"),
        ("schema.stale", "schema/draws.schema.json", "is missing"),
        ("schema.stale", "schema/plan.schema.json", "differs from the model or the measures"),
    ]
    assert "schema/plan.schema.json" in out.getvalue()
    assert run_schema(root, False, out) == 0
    assert run_schema(root, True, out) == 0


def test_a_measure_that_is_not_there_cannot_be_passed_over(tmp_path: Path) -> None:
    root = instance(tmp_path)
    (root / "checks/xing_2020/measure.yaml").unlink()

    with pytest.raises(Trouble) as trouble:
        run_schema(root, True, io.StringIO())

    assert trouble.value.where == "checks/xing_2020/measure.yaml"


@pytest.mark.parametrize(
    ("path", "old", "new", "where"),
    [
        ("registry/registry.yaml", "name: 示例\n", "name: [\n", "registry/registry.yaml:2:7"),
        ("registry/registry.yaml", "repository: internal", "repository: secret", "registry/registry.yaml:5:13"),
        ("registry/registry.yaml", "[xing_2020, xing_2025]", '["../../etc"]', "registry/registry.yaml:9:55"),
        ("checks/xing_2025/measure.yaml", "prefix: XB", "prefix: [", "checks/xing_2025/measure.yaml:2:9"),
        ("checks/xing_2025/measure.yaml", "  adjusted: {}", "  adjusted: 5", "checks/xing_2025/measure.yaml:13"),
    ],
)
def test_what_the_schemas_are_made_from_is_told_with_its_place(
    tmp_path: Path, path: str, old: str, new: str, where: str
) -> None:
    root = instance(tmp_path)
    text = (root / path).read_text("utf-8")
    assert text.count(old) == 1
    (root / path).write_text(text.replace(old, new), "utf-8")

    with pytest.raises(Trouble) as trouble:
        run_schema(root, True, io.StringIO())

    assert trouble.value.where == where
    assert trouble.value.code == "schema.source-unreadable"


def test_the_text_does_not_depend_on_the_process(root: Path) -> None:
    code = (
        "import sys, hashlib; from pathlib import Path; from zongmu.exchange.schemas.json_schema import generate;"
        "print(hashlib.sha256(repr(generate(Path(sys.argv[1]))).encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code, str(root)],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(REPO / "src")},
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


@pytest.mark.skipif(
    not (REPO / "registry/registry.yaml").is_file(), reason="this checkout holds no instance (registry/registry.yaml)"
)
def test_the_schemas_of_this_repository_are_fresh() -> None:
    assert [f.message.en for f in json_schema.stale(REPO)] == []

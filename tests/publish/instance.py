"""A small instance of its own for tests of the site: settings, a measure of one page, bodies, systems, projects.

The measure is made up (示例办法); what it has is one rule of each sort that matters to publishing: a deadline and a cap that
are public, one about papers of which some are public, one that is internal, one about acts that are internal, one across
projects.
"""

from __future__ import annotations

import copy
import io
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import redirect_stderr
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tests.shared import REPO
from zongmu.cli.publishing.build_again import run_build
from zongmu.cli.session import checks_at, registry_at, world_of
from zongmu.policy.run import run
from zongmu.publish.released.release import Release, release
from zongmu.store.kept.cache import private_folder

CITY = "shili"

_WARM = tempfile.TemporaryDirectory(prefix="zongmu-site-cache-")
"""What one test's build kept for the next build, so that MkDocs runs once for each set of settings."""

SETTINGS: dict[str, Any] = {
    "format": 1,
    "name": "示例登记库",
    "name_en": "Example registry",
    "timezone": "Asia/Shanghai",
    "site": {"address": "https://registry.example/", "operator": "示例数据局", "licence": "CC-BY-4.0"},
    "repository": "internal",
    "assurance": "none",
    "disclosure_review": "merge",
    "demonstration": {
        "as_of": "2026-06-30",
        "notice": "演示数据，均为虚构。",
        "notice_en": "Demonstration data; all fictitious.",
        "divisions": [{"code": "150690", "name": "示例旗"}],
    },
    "jurisdictions": [
        {"id": CITY, "name": "示例市", "name_en": "Example city", "region": "150600", "measures": ["shili_2026"]}
    ],
    "law": [{"measure": "shili_2026", "after_expiry": "continued", "continued_by": "示政发〔2029〕9号"}],
}

MEASURE = """\
id: shili_2026
prefix: SL
title: {zh: 示例市政务信息化项目管理办法, en: Example measure on government IT projects}
text_status: official
number: 示政发〔2025〕1号
in_force: {from: "2026-01-01", to: "2029-12-31"}
roles:
  data_bureau: {zh: 数据局, en: Data bureau}
codes:
  class:
    construction: {zh: 建设类, en: Construction}
    om: {zh: 运维服务类, en: Operation and maintenance}
  level:
    city: {zh: 市本级, en: City}
  stage:
    approved: {zh: 已批复, en: Approved}
    contracted: {zh: 已签合同, en: Contract signed}
    accepted: {zh: 已竣工验收, en: Accepted}
  document:
    plan: {zh: 实施方案, en: Implementation plan}
    security_report: {zh: 安全测评报告, en: Security report}
  document_public:
    plan: {zh: 实施方案, en: Implementation plan}
  withholding_ground:
    trade_secret: {zh: 商业秘密, en: Trade secret}
stages:
  - {stage: approved, from: [approved]}
  - {stage: contracted, from: [contract_signed]}
  - {stage: accepted, from: [final_accepted]}
milestones:
  approved: {title: {zh: 立项批复（示例）, en: Approved (example)}}
sentences:
  - at: SL-1 p1 s1
    gist: {zh: 批复后按期签订合同, en: Sign within a time of the approval}
    modality: must
    class: automated
    rules: [sl01_contract_in_time]
  - at: SL-2 p1 s1
    gist: {zh: 合同不得超过批复, en: A contract must not exceed the approval}
    modality: must
    class: automated
    rules: [sl02_within_approval]
  - at: SL-3 p1 s1
    gist: {zh: 提交实施方案, en: Hand in a plan}
    modality: principle
    class: automated
    rules: [sl03_plan]
  - at: SL-4 p1 s1
    gist: {zh: 提交安全测评报告, en: Hand in a security report}
    modality: must
    binds: data_bureau
    class: automated
    rules: [sl04_security_report, sl05_protection_level]
  - at: SL-5 p1 s1
    gist: {zh: 及时报告事项, en: Report incidents}
    modality: must
    class: automated
    rules: [sl06_incident_reported]
  - at: SL-6 p1 s1
    gist: {zh: 不得重复立项, en: No two projects of one name}
    modality: must
    class: automated
    rules: [sl07_no_duplicate]
  - at: SL-7 p1 s1
    gist: {zh: 原文缺失, en: missing}
    class: missing
    reason: {zh: 手头文本没有, en: Not in the text at hand}
readings:
  - id: R1
    clauses: [SL-1 p1 s1]
    point: {zh: 自哪天起算, en: From which day}
    taken: {zh: 自批复之日, en: From the day of the approval}
    other: {zh: 自收到之日, en: From the day of receipt}
"""

PARAMETERS = """\
sl.contract.within:
  title: {zh: 签订合同时限, en: Time to sign}
  kind: duration
  comparator: "<="
  words: 三十日内
  cites: SL-1 p1 s1
  readings: [R1]
  last_checked: 2026-01-02
  values:
    - {from: measure, value: 30日}
sl.level.least:
  title: {zh: 最低等级, en: Least level}
  kind: count
  comparator: ">="
  words: 不低于三级
  cites: SL-4 p1 s1
  last_checked: 2026-01-02
  values:
    - {from: measure, value: 3}
"""

_RULES = ("sl01_contract_in_time", "sl02_within_approval", "sl03_plan", "sl04_security_report", "sl05_protection_level",
          "sl06_incident_reported", "sl07_no_duplicate")  # fmt: skip

MESSAGES = "".join(
    f"{id}:\n  title: {{zh: 规则{id}, en: Rule {id}}}\n  about: {{zh: 说明, en: About}}\n  cure: {{zh: 补上, en: Add it}}\n"
    for id in _RULES
)

RULES = '''\
"""The rules of the example."""

from zongmu.policy import ProjectContext, RegistryContext, Verdict, deadline, fact, failed, passed, present, rule, rule_each, undetermined
from zongmu.policy import Step
from zongmu.model.acts.milestones import Incident


@rule(cites=["SL-1 p1 s1"], since="0.1", act="approved", readings=["R1"])
def sl01_contract_in_time(ctx: ProjectContext) -> Verdict:
    """A contract within 30 days of the approval."""
    return deadline(ctx, ctx.view.day("approved"), ctx.view.day("contract_signed"), ctx.duration("sl.contract.within"))


@rule(cites=["SL-2 p1 s1"], since="0.1", act="approved")
def sl02_within_approval(ctx: ProjectContext) -> Verdict:
    """The contracts do not exceed the approval."""
    approved, contracted = ctx.view.approved_total, ctx.view.contracted
    if approved.value is None or contracted.value is None:
        return undetermined("missing_field", Step("missing", None, contracted.path))
    step = Step("compare", contracted.value, contracted.path, None, approved.value, "<=", contracted.value <= approved.value)
    if contracted.value <= approved.value:
        return passed(step, Step("body", ctx.project.owner, "owner"))
    return failed(step, because="over_cap", excess=contracted.value.fen - approved.value.fen)


@rule(cites=["SL-3 p1 s1"], since="0.1", act="approved")
def sl03_plan(ctx: ProjectContext) -> Verdict:
    """The plan is there."""
    found = ctx.view.documents("plan")
    return present("plan" if found else None, "milestones/approved/documents/plan")


@rule(cites=["SL-4 p1 s1"], since="0.1", act="approved")
def sl04_security_report(ctx: ProjectContext) -> Verdict:
    """The security report is there; a paper whose presence is not public."""
    found = ctx.view.documents("security_report")
    return present("security_report" if found else None, "milestones/approved/documents/security_report")


@rule(cites=["SL-4 p1 s1"], since="0.1", act="approved", disclosure="internal")
def sl05_protection_level(ctx: ProjectContext) -> Verdict:
    """The protection level is known and at least 3."""
    security = ctx.project.security
    level, least = security.mlps_level if security else None, ctx.count("sl.level.least").value
    return passed() if level and level >= least else failed(because="absent", excess=least - (level or 0))


@rule_each(Incident, "incident_occurred", cites=["SL-5 p1 s1"], since="0.1")
def sl06_incident_reported(ctx: ProjectContext, incident: Incident) -> Verdict:
    """An incident is reported."""
    return passed() if ctx.view.answers(incident.kind, "incident_reported") else failed(because="absent")


@fact()
def names(ctx: ProjectContext) -> str:
    """The name."""
    return ctx.project.name


@rule(cites=["SL-6 p1 s1"], since="0.1", on="registry", reads=[names])
def sl07_no_duplicate(ctx: RegistryContext):
    """No two projects share a name."""
    held: dict[str, list[str]] = {}
    for record, name in ctx.facts(names).items():
        held.setdefault(name, []).append(record)
    for name, records in held.items():
        for record in records:
            step = Step("count", len(records), "name")
            yield record, passed(step) if len(records) == 1 else failed(step, because="over_cap")
'''

BASE = """\
asof: 2026-06-30
settings:
  format: 1
  name: 例
  timezone: Asia/Shanghai
  site: {address: "https://registry.example/"}
  repository: internal
  assurance: none
  disclosure_review: merge
  jurisdictions:
    - {id: shili, name: 示例市, region: "150600", measures: [shili_2026]}
project: {format: 1, id: shili-2026-0001, jurisdiction: shili, name: 例}
milestone_defaults:
  approved: {date: 2026-03-02}
  contract_signed: {date: 2026-03-20, role: build}
"""

EXAMPLES: dict[str, str] = {
    "sl01_contract_in_time": """\
rule: sl01_contract_in_time
cases:
  - name: 按期
    name_en: in time
    given: {milestones: {approved: {}, contract_signed: {}}}
    expect: {outcome: pass}
  - name: 逾期未签
    given: {milestones: {approved: {}}}
    expect: {outcome: fail, because: overdue}
""",
} | {
    id: f"rule: {id}\ncases:\n  - name: 底本\n    expect: {{outcome: {outcome}}}\n"
    for id, outcome in (
        ("sl02_within_approval", "undetermined"),
        ("sl03_plan", "fail"),
        ("sl04_security_report", "fail"),
        ("sl05_protection_level", "fail"),
        ("sl06_incident_reported", "not_applicable"),
    )
} | {
    "sl07_no_duplicate": "rule: sl07_no_duplicate\ncases:\n  - name: 一个\n    given:\n      - project: {}\n    expect: {outcome: pass}\n"
}  # fmt: skip

ORGANIZATIONS: list[dict[str, Any]] = [
    {
        "id": "shili/ju",
        "name": "示例局",
        "name_en": "Example bureau",
        "former_names": [{"name": "示例老局", "until": "2026-01-01"}],
        "demonstration": True,
    },
    {"id": "shili/shuju", "name": "示例数据局", "name_en": "Example data bureau", "holds": ["data_bureau"]},
    {"id": "shili/secret", "name": "从不提及局"},
]

SYSTEMS: list[dict[str, Any]] = [
    {"id": "shili/pingtai", "name": "示例平台系统", "unit": "shili/ju", "built_by": "shili-2026-0001"},
]

DISTRICTS: list[dict[str, Any]] = [
    {"id": "shili/150690", "name": "示例旗", "name_en": "Example banner", "region": "150690"},
]


def project(serial: int, **more: Any) -> dict[str, Any]:
    """A project: approved, contracted within its time and its money."""
    base: dict[str, Any] = {
        "id": f"{CITY}-2026-{serial:04d}",
        "name": f"示例项目{serial}",
        "level": "city",
        "class": "construction",
        "region": "150600",
        "owner": "shili/ju",
        "summary": "一个例子。",
        "milestones": [
            {
                "kind": "approved",
                "date": "2026-03-02",
                "body": "shili/shuju",
                "number": f"示数审〔2026〕{serial}号",
                "total": "1200万元",
                "documents": [{"kind": "plan"}],
            },
            {
                "kind": "contract_signed",
                "date": "2026-03-20",
                "role": "build",
                "number": f"HT-{serial}",
                "supplier": "示例数据有限公司",
                "amount": "1180.5万元",
            },
        ],
    }
    return {**base, **copy.deepcopy(more)}


def write_instance(
    root: Path,
    projects: Iterable[Mapping[str, Any]],
    *,
    settings: Mapping[str, Any] | None = None,
    organizations: Iterable[Mapping[str, Any]] = ORGANIZATIONS,
    systems: Iterable[Mapping[str, Any]] = SYSTEMS,
    districts: Iterable[Mapping[str, Any]] = DISTRICTS,
    endorsements: Mapping[str, Mapping[str, Any]] | None = None,
) -> Path:
    """An instance at *root*, with this repository's own ``site/`` and ``mkdocs.yml``."""
    shutil.copytree(REPO / "site", root / "site", ignore=shutil.ignore_patterns("node_modules"))
    shutil.copy(REPO / "mkdocs.yml", root / "mkdocs.yml")
    _dump(root / "registry/registry.yaml", {**SETTINGS, **(settings or {})})
    measure = root / "checks" / "shili_2026"
    for path, text in {
        root / "checks/__init__.py": "",
        measure / "__init__.py": "",
        measure / "measure.yaml": MEASURE,
        measure / "parameters.yaml": PARAMETERS,
        measure / "messages.yaml": MESSAGES,
        measure / "rules.py": RULES,
        measure / "examples/_base.yaml": BASE,
        **{measure / f"examples/{id}.yaml": text for id, text in EXAMPLES.items()},
    }.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    for row in organizations:
        _dump(root / f"registry/organizations/{row['id']}.yaml", {"format": 1, "jurisdiction": CITY, **row})
    for row in systems:
        _dump(root / f"registry/systems/{row['id']}.yaml", {"format": 1, "jurisdiction": CITY, **row})
    for row in districts:
        _dump(root / f"registry/districts/{row['id']}-x.yaml", {"format": 1, "jurisdiction": CITY, **row})
    for record in projects:
        write_project(root, record)
    for id, rows in (endorsements or {}).items():
        write_endorsements(root, id, rows)
    return root


def write_project(root: Path, record: Mapping[str, Any]) -> None:
    """One project's file."""
    path = root / f"registry/projects/{CITY}/ju/{record['id']}.yaml"
    _dump(path, {"format": 1, "jurisdiction": CITY, **record})


def write_endorsements(root: Path, id: str, rows: Mapping[str, Any]) -> None:
    """The endorsements of a project."""
    path = root / f"registry/endorsements/{CITY}/{id}.yaml"
    _dump(path, {"format": 1, "jurisdiction": CITY, "project": id, **rows})


def _dump(path: Path, data: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.allow_unicode = True
    yaml.width = 10000
    text = io.StringIO()
    yaml.dump(dict(data), text)
    path.write_text(text.getvalue(), "utf-8")


def build(root: Path, out: Path | None = None, as_of: str | None = None) -> tuple[str, str]:
    """Build the site; what was said on standard output and on standard error."""
    said, complained = io.StringIO(), io.StringIO()
    kept = private_folder(root)
    _share(Path(_WARM.name), kept)
    with redirect_stderr(complained):
        assert run_build(root, out, as_of, "zh", said) == 0
    _share(kept, Path(_WARM.name))
    return said.getvalue(), complained.getvalue()


def _share(source: Path, target: Path) -> None:
    for folder in source.iterdir():
        if folder.name.startswith(("law-", "shells-", "templates")) and not (target / folder.name).exists():
            shutil.copytree(folder, target / folder.name, copy_function=_link)


def copied(root: Path, target: Path) -> Path:
    """An instance again at *target*; what is kept of builds is the same files, which nobody writes into."""

    def copy(source: str, place: str) -> None:
        (_link if ".cache" in Path(source).parts else shutil.copy2)(source, place)

    return Path(shutil.copytree(root, target, copy_function=copy))


def _link(source: str, target: str) -> None:
    """The same file in both places: of what is kept a build writes none anew. A copy, where the disc is another."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def released(root: Path) -> Release:
    """What of an instance is released."""
    checks = checks_at(root)
    registry = registry_at(root)
    world = world_of(checks, registry, None)
    return release(checks, registry, world, run(world, registry))


def review(public: Any, conclusion: str = "public", **more: Any) -> dict[str, Any]:
    """A disclosure review of a projection."""
    row = {
        "seq": 1,
        "role": "data_bureau",
        "organization": "shili/shuju",
        "date": "2026-04-01",
        "conclusion": conclusion,
    }
    return {**row, "digest": public.digest(), **more}

"""What a record points to must exist: organizations, systems, projects, documents' issuers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from checks.common.texts import code
from checks.common.ways import way_back
from zongmu.policy import CheckContext, HygieneContext, Problem, check, fact, problem

UNRESOLVED = code(
    "record.unresolved-reference",
    ("引用落空", "Reference leads nowhere"),
    ("{value} 不在库中{near}", "{value_en} is not in the registry{near_en}"),
    ("{do}", "{do_en}"),
)

ITSELF = code(
    "record.refers-to-itself",
    ("引用自己", "A reference to itself"),
    ("{value} 写的是本项目自己", "{value} is this very project"),
    ("核对编号，写另一个项目，或删去", "check the id: name another project, or take it out"),
)
CIRCLE = code(
    "record.project-in-circle",
    ("项目关系兜圈子", "Projects that lead back to themselves"),
    ("{what}从本项目又回到本项目：{chain}", "its {what_en} lead back to it: {chain}"),
    ("核对编号，改正其中写错的一处", "check the ids and mend the one that is wrong"),
)
_OTHERS = ("original_project", "parent_project")
"""Fields of a project that name another one. Its framework may be its own."""

ORGANIZATION_FIELDS = frozenset(
    {
        "owner", "demand", "builder", "user", "lead", "partners", "partner_towns", "operator", "implementing_body", "body",
        "applicant", "with", "issuer", "unit", "venue", "supplier_org", "winner_org", "payee", "consulted", "by", "from",
        "authority", "parent", "organization", "data_office", "government", "finance_office", "provider", "responsible", "to",
    }
)  # fmt: skip
PROJECT_FIELDS = frozenset(
    {
        "original_project",
        "parent_project",
        "framework",
        "built_by",
        "upgraded_by",
        "maintained_by",
        "project",
        "by",
        "pool",
        "selected",
    }
)
SYSTEM_FIELDS = frozenset({"builds", "extends", "maintains", "collected_by"})
_ORGANIZATION = re.compile(r"[a-z][a-z0-9]*/[a-z0-9][a-z0-9-]*")
_PROJECT = re.compile(r"[a-z][a-z0-9]*-[0-9]{4}-[0-9]{4,}")


# What a field may refer to, by its name, in the order in which it is asked.
_KINDS: dict[str, list[tuple[str, re.Pattern[str]]]] = {"record": [("record", re.compile(r"(?s).*"))]}
for _names, _kind_of, _form in (
    (SYSTEM_FIELDS, "system", _ORGANIZATION),
    (PROJECT_FIELDS, "project", _PROJECT),
    (ORGANIZATION_FIELDS, "organization", _ORGANIZATION),
):
    for _name in _names:
        _KINDS.setdefault(_name, []).append((_kind_of, _form))


def _references(ctx: CheckContext) -> list[list[str]]:
    """``[kind, path, value]`` of every reference in a record."""
    out: list[list[str]] = []
    for path, value in ctx.named(_KINDS):
        kinds = _KINDS[path[path.rfind("/") + 1 :]]
        for text in value if isinstance(value, list) else (value,):
            kind = next((kind for kind, form in kinds if isinstance(text, str) and form.fullmatch(text)), None)
            if kind is not None:
                out.append([kind, path, text])
    return out


@fact(on="project")
def project_references(ctx: CheckContext) -> list[list[str]]:
    """References of a project, and the body in whose folder it is filed where nothing else in it names that one."""
    references = _references(ctx)
    body = "/".join(ctx.path.split("/")[2:4])
    if all(value != body for _, _, value in references):
        references.append(["organization", "", body])
    return references


@fact(on="system")
def system_references(ctx: CheckContext) -> list[list[str]]:
    """References of a system."""
    return _references(ctx)


@fact(on="organization")
def organization_references(ctx: CheckContext) -> list[list[str]]:
    """References of an organization."""
    return _references(ctx)


@fact(on="district")
def district_references(ctx: CheckContext) -> list[list[str]]:
    """References of a district."""
    return _references(ctx)


@fact(on="plan")
def plan_references(ctx: CheckContext) -> list[list[str]]:
    """References of a plan."""
    return _references(ctx)


@fact(on="draws")
def draw_references(ctx: CheckContext) -> list[list[str]]:
    """References of draws."""
    return _references(ctx)


@fact(on="returns")
def return_references(ctx: CheckContext) -> list[list[str]]:
    """References of returns."""
    return _references(ctx)


@fact(on="resources")
def resource_references(ctx: CheckContext) -> list[list[str]]:
    """References of the shared resources."""
    return _references(ctx)


@fact(on="endorsements")
def endorsement_references(ctx: CheckContext) -> list[list[str]]:
    """References of endorsements, and what they endorse."""
    return _references(ctx)


@fact(on="instance")
def instance_references(ctx: CheckContext) -> list[list[str]]:
    """References of the settings: a unit of which nothing is to be published must not be missed for a slip of the pen."""
    return _references(ctx)


_SOURCES = (
    project_references,
    system_references,
    organization_references,
    district_references,
    plan_references,
    draw_references,
    return_references,
    resource_references,
    endorsement_references,
    instance_references,
)
_ENDORSED = ("system", "organization", "district", "plan", "draws", "returns")
"""What ``record`` of an endorsement may be, besides a city as a whole."""


@check(codes=[ITSELF])
def names_another(ctx: CheckContext) -> Iterator[Problem]:
    """A project is not its own original or parent."""
    for name in _OTHERS:
        if getattr(ctx.project, name) == ctx.project.id:
            yield problem(ITSELF, name, value=ctx.project.id)


@fact(on="project")
def comes_from(ctx: CheckContext) -> dict[str, str]:
    """The projects that a project names as its original, its parent and its framework, itself left out."""
    named = {name: getattr(ctx.project, name) for name in (*_OTHERS, "framework")}
    return {name: id for name, id in named.items() if id is not None and id != ctx.project.id}


@check(on="registry", codes=[CIRCLE], reads=[comes_from])
def projects_lead_somewhere(ctx: HygieneContext) -> Iterator[Problem]:
    """No project upgrades, belongs to or is planned by one that, in turn, does so to it."""
    named = {path: row for path, row in ctx.facts(comes_from).items() if row}
    rows = {path.rpartition("/")[2].removesuffix(".yaml"): (path, row) for path, row in named.items()}
    for field, what, what_en in (
        ("original_project", "原项目", "original projects"),
        ("parent_project", "上级项目", "parent projects"),
        ("framework", "统一框架", "frameworks"),
    ):
        after = {id: row[field] for id, (_, row) in rows.items() if field in row}
        for id in after:
            chain = way_back(id, after)
            if chain:
                yield problem(
                    CIRCLE, field, record=rows[id][0], what=what, what_en=what_en, chain=" → ".join([*chain, id])
                )


@check(on="registry", codes=[UNRESOLVED], reads=_SOURCES, by_file=True)
def references_resolve(ctx: HygieneContext) -> Iterator[Problem]:
    """Every reference names a record that exists."""
    for source in _SOURCES:
        for path, references in ctx.facts(source).items():
            for kind, field, value in references:
                if not _exists(ctx, kind, value):
                    yield _unresolved(ctx, path, kind, field, value)


_FOLDERS = {"organization": "organizations", "system": "systems"}
"""Where a record is put that bears its name; a project's id is given, not chosen."""


def _unresolved(ctx: HygieneContext, path: str, kind: str, field: str, value: str) -> Problem:
    """What to say of a reference that leads nowhere: what may be meant, and where to register what is not."""
    near = ctx.near(kind, value) if kind in _FOLDERS else None
    do, do_en = "核对编号", "check the id"
    if kind in _FOLDERS:
        place = f"registry/{_FOLDERS[kind]}/{value}.yaml"
        do = f"核对编号；还没有登记的，先新建 {place}，写上 format、id、jurisdiction、name"
        do_en = f"check the id; where it is not registered yet, begin {place} with format, id, jurisdiction and name"
    if not field:
        do += "；或者把文件移到登记单位的文件夹（登记之后就不再移动）"
        do_en += "; or move the file to the folder of the body that registers it (once registered it stays there)"
    elif kind == "organization":
        do += "；没有登记的单位写在 *_name 字段"
        do_en += "; a body that is not to be registered goes into the *_name field"
    return problem(
        UNRESOLVED,
        field or None,
        record=path,
        key=f"{field}={value}",
        value=value if field else f"所在文件夹的单位 {value}",
        value_en=value if field else f"the body of its folder, {value},",
        near=f"，是不是 {near}？" if near else "",
        near_en=f"; did you mean {near}?" if near else "",
        do=do,
        do_en=do_en,
    )


def _exists(ctx: HygieneContext, kind: str, value: str) -> bool:
    if kind != "record":
        return ctx.exists(kind, value)
    return ctx.instance.jurisdiction(value) is not None or any(ctx.exists(one, value) for one in _ENDORSED)

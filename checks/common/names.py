"""A registered body that is only named: rules know bodies by their ids, so a name alone keeps them from asking."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from checks.common.texts import code
from zongmu.policy import CheckContext, HygieneContext, Problem, Severity, check, fact, problem

BY_NAME_ONLY = code(
    "record.registered-by-name-only",
    ("已登记的单位只写了名称", "A registered body by its name only"),
    (
        "{value} 是已登记的单位 {body}，{field} 却没有登记",
        "{value} is the registered body {body}, yet {field} is not recorded",
    ),
    (
        "在 {field} 登记 {body}；规则按编号认单位，不按名称",
        "record {body} in {field}: rules know a body by its id, not by its name",
    ),
)

NAME_TAKEN = code(
    "record.body-name-taken",
    ("两个单位同名", "Two bodies of one name"),
    ("{name} 也是 {other} 的名称", "{name} is the name of {other} too"),
    ("写各自的全称；由另一单位承接的，登记承接关系（successor）", "give each its full name; where one carries on the other's work, record it (successor)"),
)  # fmt: skip
PREFIX_TAKEN = code(
    "record.document-prefix-taken",
    ("两个单位同一代字", "Two bodies of one document prefix"),
    ("机关代字 {prefix} 也是 {other} 的；凭文号分不清是谁的文件", "{other} has the document prefix {prefix} too: a number no longer says whose document it is"),
    ("与代字的登记单位核对，只留在用它的单位", "check with whoever keeps the prefixes; leave it with the body that uses it"),
)  # fmt: skip

REFERENCE = {
    "supplier": "supplier_org",
    "winner": "winner_org",
    "body_name": "body",
    "issuer_name": "issuer",
    "buyer_name": "owner",
}
"""A field for the name of a body → the field for its id beside it."""


def _plain(name: str) -> str:
    return "".join(name.split())


@fact(on="project")
def names_alone(ctx: CheckContext) -> list[list[str]]:
    """``[path, name, field of the id]`` of every body that is named without its id."""
    found = dict(ctx.named([*REFERENCE, *REFERENCE.values()]))
    out: list[list[str]] = []
    for path, value in found.items():
        at, _, name = path.rpartition("/")
        if name in REFERENCE and isinstance(value, str):
            beside = f"{at}/{REFERENCE[name]}" if at else REFERENCE[name]
            if beside not in found:
                out.append([path, value, REFERENCE[name]])
    return out


@fact(on="organization")
def organization_names(ctx: CheckContext) -> dict[str, str]:
    """The name of an organization and those it bore before, each with its id."""
    names = [ctx.data["name"], *(row["name"] for row in ctx.data.get("former_names", ()))]
    return {_plain(name): ctx.id for name in names}


@check(on="registry", codes=[BY_NAME_ONLY], reads=[names_alone, organization_names])
def registered_by_name_only(ctx: HygieneContext) -> Iterator[Problem]:
    """A supplier, a winner, a body or an issuer that is registered is recorded by its id too."""
    bodies = {name: id for names in ctx.facts(organization_names).values() for name, id in names.items()}
    for record, rows in ctx.facts(names_alone).items():
        for path, value, field in rows:
            body = bodies.get(_plain(value))
            if body is not None:
                yield problem(
                    BY_NAME_ONLY,
                    path,
                    record=record,
                    key=path,
                    severity=Severity.WARNING,
                    value=value,
                    body=body,
                    field=field,
                )


@fact(on="organization")
def marks_of_a_body(ctx: CheckContext) -> list[str]:
    """Id, jurisdiction, division and who carries on its work (or nothing), name; then its document prefixes."""
    heir = ctx.data["successor"]["organization"] if "successor" in ctx.data else ""
    marks = [ctx.id, ctx.data["jurisdiction"], ctx.data.get("region", ""), heir, _plain(ctx.data["name"])]
    return [*marks, *(_plain(prefix) for prefix in ctx.data.get("document_prefixes", ()))]


class _Body(NamedTuple):
    path: str
    id: str
    region: str
    heir: str

    def carries_on(self, other: _Body) -> bool:
        """Whether one of the two carries on the work of the other."""
        return other.id == self.heir or self.id == other.heir


@check(on="registry", codes=[NAME_TAKEN, PREFIX_TAKEN], reads=[marks_of_a_body])
def bodies_are_told_apart(ctx: HygieneContext) -> Iterator[Problem]:
    """No two bodies of a jurisdiction share a name or a document prefix, unless one carries on the work of the other.

    Towns have offices of one name: bodies of two divisions are only asked about.
    """
    holders: dict[tuple[str, str, str], list[_Body]] = {}
    for path, (id, jurisdiction, region, heir, name, *prefixes) in ctx.facts(marks_of_a_body).items():
        body = _Body(path, id, region, heir)
        holders.setdefault((jurisdiction, "name", name), []).append(body)
        for prefix in prefixes:
            holders.setdefault((jurisdiction, "document_prefixes", prefix), []).append(body)
    for (_, field, mark), bodies in holders.items():
        for body, nearest in _pairs(bodies) if len(bodies) > 1 else ():
            if field == "name":
                severity = Severity.WARNING if _apart(body, nearest) else Severity.BLOCKING
                yield problem(NAME_TAKEN, field, record=body.path, severity=severity, name=mark, other=nearest.id)
            else:
                yield problem(
                    PREFIX_TAKEN,
                    field,
                    record=body.path,
                    key=mark,
                    severity=Severity.WARNING,
                    prefix=mark,
                    other=nearest.id,
                )


def _pairs(bodies: list[_Body]) -> Iterator[tuple[_Body, _Body]]:
    """Each of the *bodies* with another that it is not told apart from: of its own division if one is, first by id.

    Where all have one name there are as many pairs as bodies, and not as many as their square.
    """
    ordered = sorted(bodies, key=_id)
    of_region: dict[str, list[_Body]] = {}
    for body in ordered:
        of_region.setdefault(body.region, []).append(body)
    for body in bodies:
        near = [of_region.get("", []), of_region[body.region]] if body.region else [ordered]
        found = [other for bodies_near in near for other in _first(body, bodies_near)] or _first(body, ordered)
        if found:
            yield body, min(found, key=_id)


def _first(body: _Body, others: list[_Body]) -> list[_Body]:
    """The first of *others* that is not told apart from *body*, if one is not."""
    return next(([other] for other in others if other.id != body.id and not body.carries_on(other)), [])


def _id(body: _Body) -> str:
    return body.id


def _apart(body: _Body, other: _Body) -> bool:
    return bool(body.region and other.region and body.region != other.region)

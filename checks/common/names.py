"""A registered body that is only named: rules know bodies by their ids, so a name alone keeps them from asking."""

from __future__ import annotations

from collections.abc import Iterator

from checks.common.texts import code
from zongmu.policy import CheckContext, HygieneContext, Problem, Severity, check, fact, problem

BY_NAME_ONLY = code(
    "record.registered-by-name-only",
    ("登记机构只写了名称", "A registered body by its name only"),
    (
        "{value} 是登记机构 {body}，{field} 却没有登记",
        "{value} is the registered body {body}, yet {field} is not recorded",
    ),
    (
        "在 {field} 登记 {body}；规则按编号认机构，不按名称",
        "record {body} in {field}: rules know a body by its id, not by its name",
    ),
)

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

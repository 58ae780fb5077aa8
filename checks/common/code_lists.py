"""Codes must be on the code lists of the city's measures. Where no measure is encoded, codes are open."""

from __future__ import annotations

from collections.abc import Iterator

from checks.common.texts import code
from zongmu.model.codes import CODE_LISTS
from zongmu.model.fields.coded import coded_values, codes_in
from zongmu.policy import CheckContext, Problem, check, offered, problem

UNKNOWN_CODE = code(
    "record.unknown-code",
    ("代码不在代码表内", "Code not on its list"),
    ("{value} 不在代码表 {list} 内{near}", "{value} is not on the code list {list}{near_en}"),
    ("可用：{allowed}", "use one of: {allowed_en}"),
)


@check(on="any", codes=[UNKNOWN_CODE])
def codes_are_listed(ctx: CheckContext) -> Iterator[Problem]:
    """Every code of an open list is one that a measure of the jurisdiction declares."""
    if all(_listed(ctx, codelist, value) for codelist, value in set(codes_in(ctx.record))):
        return
    for path, codelist, value in coded_values(ctx.record):
        if _listed(ctx, codelist, value):
            continue
        near, allowed = offered(value, ctx.codes[codelist])
        yield problem(
            UNKNOWN_CODE,
            path,
            key=path.rstrip("/0123456789"),
            value=value,
            list=codelist,
            near=near.zh,
            near_en=near.en,
            allowed=allowed.zh,
            allowed_en=allowed.en,
        )


def _listed(ctx: CheckContext, codelist: str, value: str) -> bool:
    """Whether a code is on its list, or the list is open here, or the schema itself holds it."""
    table = ctx.codes.get(codelist)
    return table is None or value in table or codelist in CODE_LISTS

"""A draw must be what its pool and its seed give: anybody can draw it again."""

from __future__ import annotations

from collections.abc import Iterator

from checks.common.texts import code
from zongmu.model.draw import Draws, select
from zongmu.policy import CheckContext, Problem, check, problem

NOT_REPRODUCIBLE = code(
    "record.draw-not-reproducible",
    ("抽取结果不能重现", "A draw that cannot be drawn again"),
    (
        "按名单、种子和样本量重抽，得到 {expected}，登记的是 {found}",
        "pool, seed and size give {expected}; recorded is {found}",
    ),
    (
        "核对名单、种子和中签项目；重抽的另登记一行并说明原因",
        "check pool, seed and selection; a redraw is a row of its own, with its reason",
    ),
)


@check(on="draws", codes=[NOT_REPRODUCIBLE])
def draws_can_be_drawn_again(ctx: CheckContext) -> Iterator[Problem]:
    """What was selected is what ``sha256-rank-v1`` selects, where pool, seed and selection are all recorded."""
    if not isinstance(ctx.record, Draws):
        return
    for draw in ctx.record.draws:
        if draw.pool and draw.seed and draw.selected:
            expected = select(draw.pool, draw.seed, draw.size)
            if set(expected) != set(draw.selected):
                yield problem(
                    NOT_REPRODUCIBLE,
                    f"draws/{draw.seq}/selected",
                    expected="、".join(expected),
                    found="、".join(draw.selected),
                )

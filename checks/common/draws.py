"""A draw must be what its pool and its seed give: anybody can draw it again, from the list that was frozen before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from checks.common.texts import code
from zongmu.model import Draws
from zongmu.model.records.draw import pool_digest, select
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

POOL_UNSOUND = code(
    "record.draw-pool-unsound",
    ("抽取名单有误", "An unsound pool of a draw"),
    ("抽取名单有误：{why_zh}", "The pool of the draw is unsound: {why_en}"),
    (
        "对照抽取前固定下来的名单核对；名单确有错误的，重抽另登记一行并说明原因",
        "compare it with the list that was frozen before the draw; where that list was wrong, a redraw is a row of its own, "
        "with its reason",
    ),
)


@check(on="draws", codes=[POOL_UNSOUND])
def pools_are_the_ones_that_were_frozen(ctx: CheckContext) -> Iterator[Problem]:
    """A pool names each project once, holds at least as many as are drawn, and has the digest that was published of it."""
    if not isinstance(ctx.record, Draws):
        return
    for draw in ctx.record.draws:
        if not draw.pool:
            continue
        at = f"draws/{draw.seq}"
        twice = [id for id, times in Counter(draw.pool).items() if times > 1]
        if twice:
            yield problem(
                POOL_UNSOUND,
                f"{at}/pool",
                why_zh=f"{'、'.join(twice)} 列了不止一次",
                why_en=f"{', '.join(twice)} listed more than once",
            )
        elif draw.size > len(draw.pool):
            yield problem(
                POOL_UNSOUND,
                f"{at}/size",
                why_zh=f"名单只有 {len(draw.pool)} 项，样本量却是 {draw.size}",
                why_en=f"it holds {len(draw.pool)} and {draw.size} are to be drawn",
            )
        if draw.pool_sha256 is not None and draw.pool_sha256 != pool_digest(draw.pool):
            yield problem(
                POOL_UNSOUND,
                f"{at}/pool_sha256",
                why_zh="登记的摘要不是这份名单的摘要，名单或摘要改过",
                why_en="the digest recorded is not that of this list: one of them was changed",
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

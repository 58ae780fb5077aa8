"""Acts that contradict each other cannot both be recorded; a gap is no contradiction."""

from __future__ import annotations

from collections.abc import Iterator

from checks.common.texts import code
from zongmu.model import Project, System, SystemView, View
from zongmu.model.derived.lifecycle import contradictions
from zongmu.model.fields.titles import path_title
from zongmu.policy import CheckContext, Problem, check, problem

ORDER = code(
    "record.contradictory-order",
    ("先后矛盾", "Contradictory order"),
    (
        "{what}（{day}）早于 {other}（{other_day}），两者不可能都对",
        "{what_en} ({day}) lies before {other_en} ({other_day}); both cannot be true",
    ),
    (
        "核对两个日期；原来写错的，改正并在 corrections 里写明原值和理由",
        "check both days; correct the wrong one with a corrections row",
    ),
)
AFTER_END = code(
    "record.after-end",
    ("结束之后又有进展", "Something happened after the end"),
    (
        "{other_day} 已{other}，不能再有 {what}（{day}）",
        "it ended on {other_day} ({other_en}); {what_en} ({day}) cannot follow",
    ),
    (
        "核对日期；确要继续的，另立项目并以 superseded 承接",
        "check the days; to go on, make a new project and end this one with superseded",
    ),
)
ANSWERS_NOTHING = code(
    "record.answers-nothing",
    ("所答复的里程碑不存在", "Answers a milestone that is not there"),
    ("of: {other} 在本记录里找不到", "of: {other} is not in this record"),
    (
        "写成里程碑键，如 adjusted 或 adjusted/2；被答复的要先登记",
        "write a milestone key such as adjusted or adjusted/2; record that one first",
    ),
)
ANSWERS_LATER = code(
    "record.answers-later",
    ("答复早于所答复的事项", "An answer before what it answers"),
    (
        "{what}（{day}）早于它所答复的 {other}（{other_day}）",
        "{what_en} ({day}) lies before {other_en} ({other_day}), which it answers",
    ),
    ("核对两个日期", "check both days"),
)
_CODES = {"order": ORDER, "after_end": AFTER_END, "answers_nothing": ANSWERS_NOTHING, "answers_later": ANSWERS_LATER}


@check(on="any", codes=[ORDER, AFTER_END, ANSWERS_NOTHING, ANSWERS_LATER])
def acts_do_not_contradict(ctx: CheckContext) -> Iterator[Problem]:
    """No two recorded acts contradict each other; every answer has a question, and comes after it."""
    if isinstance(ctx.record, Project):
        timeline: View | SystemView = ctx.view
    elif isinstance(ctx.record, System):
        timeline = SystemView(ctx.record)
    else:
        return
    for found in contradictions(timeline):
        what, other = path_title(f"milestones/{found.key}"), path_title(f"milestones/{found.other}")
        yield problem(
            _CODES[found.kind],
            f"milestones/{found.key}/{'of' if found.kind == 'answers_nothing' else 'date'}",
            key=f"milestones/{found.key}",
            what=what.zh,
            what_en=what.en,
            day=found.day.isoformat(),
            other=found.other if found.kind == "answers_nothing" else other.zh,
            other_en=other.en,
            other_day=found.other_day.isoformat() if found.other_day else "",
        )

"""How a record may change: frozen fields never, facts only with a correction, declared fields only through an act."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from checks.common.texts import code
from zongmu.model import Approved, Project
from zongmu.model.base import Strict
from zongmu.model.fields.change import Move, flatten, moves, row_and_field
from zongmu.model.fields.titles import path_title
from zongmu.model.record_types import BY_NAME, RecordType
from zongmu.policy import CheckContext, Problem, check, problem

FROZEN = code(
    "record.frozen-field",
    ("不可改动的字段被改动", "A frozen field was changed"),
    ("{what} 登记后不能改：原为 {before}，现为 {after}", "{what_en} never changes: {before} became {after}"),
    ("改回原值", "put the old value back"),
)
SILENT = code(
    "record.silent-edit",
    ("已登记的事实被直接改动", "A recorded fact was changed in place"),
    (
        "{what} 原为 {before}，现为 {after}，没有相应的更正行",
        "{what_en}: {before} became {after}, and no correction says so",
    ),
    (
        "原来写错的：{how}；情况变了的：另记{new}",
        "if it was wrongly written, {how_en}; if the world changed, record {new_en}",
    ),
)
GONE = code(
    "record.fact-removed",
    ("已登记的事实被删去", "A recorded fact was taken away"),
    ("{what} 已登记，现在没有了", "{what_en} was recorded and is gone"),
    (
        "恢复它；整条误登的里程碑也留着，在 corrections 里加一行作废：of 写里程碑键，不写 field，写明理由",
        "put it back; a milestone recorded by mistake stays too: a corrections row with its key in of, without field, and the reason makes it void",
    ),
)
DECLARED = code(
    "record.declared-field-changed",
    ("批复后改动了申报内容", "A declared field changed after approval"),
    (
        "{what} 在批复后由 {before} 改为 {after}，没有相应的调整、移交或新的批复",
        "{what_en} changed from {before} to {after} after approval, without an adjustment, a transfer or a new approval",
    ),
    (
        "记录引起改动的里程碑（adjusted、transferred 或新的批复），或改回原值",
        "record the act that changed it (adjusted, transferred, a new approval), or put the old value back",
    ),
)
OPENED_LATE = code(
    "record.opened-late",
    ("补登期初", "An opening entry added later"),
    (
        "项目已登记了里程碑，不能再补登期初（opened）：它会使此前缺少的行为无从判断",
        "milestones are recorded already, so no opening entry can be added: it would excuse what is missing before it",
    ),
    ("删去 opened；以前的行为照实登记为里程碑", "take opened out; record earlier acts as the milestones they are"),
)
_PAPER = re.compile(r"documents/[a-z_]+(?:/[0-9]+)?(?=/)")
_CAUSES = frozenset(
    {
        "adjusted",
        "transferred",
        "proposal_approved",
        "feasibility_approved",
        "design_approved",
        "plan_approved",
        "approved",
    }
)


@check(on="any", codes=[FROZEN, SILENT, GONE, DECLARED], compares=True)
def changes_are_open(ctx: CheckContext) -> Iterator[Problem]:
    """Against the base revision: nothing frozen moved, no fact was edited silently or taken away, no declared field changed by itself."""
    if ctx.base is None or type(ctx.base) is not type(ctx.record):
        return
    kind = BY_NAME[ctx.record_type]
    found = tuple(moves(ctx.base, ctx.record, kind))
    gone = _gone(found, ctx.record, kind)
    said: set[str] = set()
    explained = _explained(ctx)
    for move in found:
        whole, paper = _units(move.path)
        lost = whole if whole in gone else paper if paper in gone else None
        if move.silent and lost is not None:
            if lost not in said:
                said.add(lost)
                title = path_title(lost, ctx.record_type)
                yield problem(GONE, lost, what=title.zh, what_en=title.en)
            continue
        row, field = row_and_field(move.path)
        title = path_title(move.path, ctx.record_type)
        words: dict[str, Any] = {
            "what": title.zh,
            "what_en": title.en,
            "before": _short(move.before),
            "after": _short(move.after),
        }
        if move.change_class == "frozen":
            yield problem(FROZEN, move.path, **words)
        elif move.silent:
            yield problem(SILENT, move.path, **words, **_how(ctx, row, field, words["before"]))
        elif move.change_class == "declared" and move.kind != "added" and _approved(ctx.base) and not explained:
            yield problem(DECLARED, move.path, **words)


def _units(path: str) -> tuple[str, str]:
    """The milestone or row that a path belongs to, and the paper within it, if it is in one."""
    _, field = row_and_field(path)
    whole = path.removesuffix(field).rstrip("/")
    paper = _PAPER.match(field)
    return whole, f"{whole}/{paper[0]}" if paper else whole


def _gone(found: tuple[Move, ...], record: Strict, kind: RecordType) -> set[str]:
    """The milestones, rows and papers of which nothing is left."""
    lost = {unit for m in found if m.silent and m.kind == "removed" for unit in _units(m.path) if unit != m.path}
    return lost - {unit for path in flatten(record, kind.series) for unit in _units(path)} if lost else lost


def _how(ctx: CheckContext, row: str, field: str, before: str) -> dict[str, Any]:
    """How a wrong value is mended in this record, and what is added where the world changed."""
    new = (
        {"new": "一个里程碑", "new_en": "a new milestone"}
        if hasattr(ctx.record, "milestones")
        else {"new": "一行", "new_en": "a new row"}
    )
    if not hasattr(ctx.record, "corrections"):
        return {
            "how": "恢复原值，另记一行说明",
            "how_en": "put the old value back and say it in a row of its own",
            **new,
        }
    wrong = next((c for c in ctx.record.corrections if (c.of, c.field or "") == (row, field)), None)
    if wrong is not None:
        return {
            "how": f"corrections 第 {wrong.seq} 行的 was 与原值不符，应为 {before}",
            "how_en": f"row {wrong.seq} of corrections does not say the old value: was must be {before}",
            **new,
        }
    at, at_en = (f"of: {row}，field: {field}", f"of: {row}, field: {field}") if field else (f"of: {row}", f"of: {row}")
    return {
        "how": f"在 corrections 里加一行，{at}，was: {before}，写明理由",
        "how_en": f"add a corrections row ({at_en}, was: {before}) with the reason",
        **new,
    }


@check(codes=[OPENED_LATE], compares=True)
def opened_with_the_record(ctx: CheckContext) -> Iterator[Problem]:
    """A legacy project begins with its opening entry; one that is under way here gets none."""
    if isinstance(ctx.base, Project) and ctx.base.milestones:
        before = any(m.kind == "opened" for m in ctx.base.milestones)
        after = next((m for m in ctx.project.milestones if m.kind == "opened"), None)
        if after is not None and not before:
            yield problem(OPENED_LATE, "milestones/opened")


def _short(value: object) -> str:
    text = "（空）" if value is None else str(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _approved(record: object) -> bool:
    return isinstance(record, Project) and any(
        isinstance(m, Approved) and m.kind != "proposal_approved" for m in record.milestones
    )


def _explained(ctx: CheckContext) -> bool:
    """Whether the change itself records an act that may change what was declared."""
    if not isinstance(ctx.record, Project) or not isinstance(ctx.base, Project):
        return False
    before = {(m.kind, m.seq) for m in ctx.base.milestones}
    return any(m.kind in _CAUSES and (m.kind, m.seq) not in before for m in ctx.record.milestones)

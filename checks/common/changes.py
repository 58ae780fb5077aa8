"""How a record may change: frozen fields never, facts only with a correction, declared fields only through an act."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from checks.common.texts import code
from zongmu.model.change import moves
from zongmu.model.milestones import Approved
from zongmu.model.project import Project
from zongmu.model.records import BY_NAME
from zongmu.model.titles import path_title
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
        "原来写错的：在 corrections 里加一行，of: {row}，field: {field}，was: {before}，写明理由；情况变了的：另记一个里程碑",
        "if it was wrongly written, add a corrections row (of: {row}, field: {field}, was: {before}) with the reason; if the world changed, record a new milestone",
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


@check(on="any", codes=[FROZEN, SILENT, DECLARED], compares=True)
def changes_are_open(ctx: CheckContext) -> Iterator[Problem]:
    """Against the base revision: nothing frozen moved, no fact was edited silently, no declared field changed by itself."""
    if ctx.base is None or type(ctx.base) is not type(ctx.record):
        return
    explained = _explained(ctx)
    for move in moves(ctx.base, ctx.record, BY_NAME[ctx.record_type]):
        title = path_title(move.path, ctx.record_type)
        row, _, field = _split(move.path)
        words: dict[str, Any] = {
            "what": title.zh,
            "what_en": title.en,
            "before": _short(move.before),
            "after": _short(move.after),
            "row": row,
            "field": field,
        }
        if move.change_class == "frozen":
            yield problem(FROZEN, move.path, **words)
        elif move.silent:
            yield problem(SILENT, move.path, **words)
        elif move.change_class == "declared" and move.kind != "added" and _approved(ctx.base) and not explained:
            yield problem(DECLARED, move.path, **words)


@check(codes=[OPENED_LATE], compares=True)
def opened_with_the_record(ctx: CheckContext) -> Iterator[Problem]:
    """A legacy project begins with its opening entry; one that is under way here gets none."""
    if isinstance(ctx.base, Project) and ctx.base.milestones:
        before = any(m.kind == "opened" for m in ctx.base.milestones)
        after = next((m for m in ctx.project.milestones if m.kind == "opened"), None)
        if after is not None and not before:
            yield problem(OPENED_LATE, "milestones/opened")


def _split(path: str) -> tuple[str, str, str]:
    parts = path.split("/")
    n = 3 if len(parts) > 3 and parts[0] == "milestones" and parts[2].isdigit() else 2
    row = "/".join(parts[1:n]) if parts[0] == "milestones" else "/".join(parts[:n])
    return row, "/", "/".join(parts[n:]) or parts[-1]


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

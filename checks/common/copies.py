"""One paper is one act: a project is not recorded a second time under another id.

One approval may cover several projects, and one letter may declare them; their amounts or their scans differ, or somebody
says so in a note. What is the same in all of it, act after act, is a copy.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from hashlib import blake2b
from typing import Final

from checks.common.texts import code
from zongmu.model import Act, Money, Project, System, key_of
from zongmu.policy import CheckContext, HygieneContext, Problem, Severity, check, fact, problem

COPIED = code(
    "record.copied-acts",
    ("重复登记", "Recorded twice"),
    (
        "{acts} 与 {other} 的完全相同（种类、日期、文号、金额、文件）：同一批文件不能登记成两个项目",
        "{acts} are the same as those of {other} in kind, day, number, amounts and papers: one set of papers is one project",
    ),
    (
        "同一个项目：继续在 {other} 里登记，不提交这一份；确是一文批几个项目：在这些里程碑的 note 里写明与哪个项目同一批文",
        "if it is one project, go on in {other} and leave this file out; if one paper covers several, "
        "say in the note of these milestones which others it covers",
    ),
)
TWICE = code(
    "record.act-twice",
    ("同一行为登记两次", "One act recorded twice"),
    ("{act} 与 {other} 除序号外完全相同", "{act} is the same as {other} in all but its number"),
    (
        "同一件事只登记一次：尚未并入的删去这一条，已并入的用 zongmu correct --void 作废；确有两次的，写上各自的文号或说明",
        "one act is one milestone: take this one out, or make it void with zongmu correct --void where it is merged already; "
        "where there were two, give each its number or a note",
    ),
)
FEWEST: Final = 2
"""Equal acts that make a copy; one is enough where the name is the same too."""


@check(on="any", codes=[TWICE])
def acts_are_recorded_once(ctx: CheckContext) -> Iterator[Problem]:
    """No act of a project or a system stands there a second time under another number."""
    if not isinstance(ctx.record, Project | System) or all(m.seq is None for m in ctx.record.milestones):
        return
    known: list[tuple[Act, dict[str, object]]] = []
    for m, row in zip(ctx.record.milestones, ctx.data["milestones"], strict=True):
        said = {name: value for name, value in row.items() if name != "seq"}
        for other, theirs in known:
            if said == theirs and not _void(ctx, m, other):
                yield problem(
                    TWICE, f"milestones/{key_of(m)}", severity=Severity.WARNING, act=key_of(m), other=key_of(other)
                )
                break
        known.append((m, said))


def _void(ctx: CheckContext, *acts: Act) -> bool:
    keys = {key_of(act) for act in acts}
    return isinstance(ctx.record, Project) and any(c.of in keys and c.field is None for c in ctx.record.corrections)


@fact(on="project")
def acts_on_paper(ctx: CheckContext) -> list[list[str]]:
    """The name, then key and digest of every act that its paper tells from others: a number with an amount or a scan."""
    out = [["", ctx.project.name]]
    for m in ctx.project.milestones:
        if m.number is None:
            continue
        amounts = [f"{name}={value}" for name, value in vars(m).items() if isinstance(value, Money)]
        scans = sorted(d.sha256 for d in m.documents if d.sha256 is not None)
        if amounts or scans:
            said = "\n".join((m.kind, str(m.date), m.body or "", m.number, *amounts, *scans, m.note or ""))
            out.append([key_of(m), blake2b(said.encode(), digest_size=8).hexdigest()])
    return out if len(out) > 1 else []


@check(on="registry", codes=[COPIED], reads=[acts_on_paper])
def acts_of_its_own(ctx: HygieneContext) -> Iterator[Problem]:
    """No project repeats the acts of another."""
    facts = ctx.facts(acts_on_paper)
    first: dict[str, str] = {}
    places: dict[str, list[str]] = {}
    for path, rows in facts.items():
        for row in rows[1:]:
            there = first.setdefault(row[1], path)
            if there is not path:
                places.setdefault(row[1], [there]).append(path)
    shared: dict[str, Counter[str]] = {}
    for paths in places.values():
        for path in sorted(set(paths))[1:]:
            # Two files of one id are told as that.
            earlier = (other for other in set(paths) if other < path and _id(other) != _id(path))
            shared.setdefault(path, Counter()).update(earlier)
    for path, others in sorted(shared.items()):
        if not others:
            continue
        other, count = min(others.items(), key=lambda row: (-row[1], row[0]))
        if count < FEWEST and facts[path][0] != facts[other][0]:
            continue
        theirs = {said for _, said in facts[other][1:]}
        keys = [key for key, said in facts[path][1:] if said in theirs]
        id = _id(other)
        yield problem(COPIED, f"milestones/{keys[0]}", record=path, key=id, acts="、".join(keys), other=id)


def _id(path: str) -> str:
    return path.rsplit("/", 1)[-1].removesuffix(".yaml")

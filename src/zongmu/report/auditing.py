"""Questions that an auditor asks of a period, each a table: who recorded what, late, corrected, near a threshold.

None of it is a breach of the law, and none is published. Every table says what may explain its rows innocently. The same
history, days and options give the same tables.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from zongmu.history.changes import FieldChange
from zongmu.history.event import Event
from zongmu.history.rows import RowChange, row_title
from zongmu.model.derive import View
from zongmu.model.finding import Bilingual
from zongmu.model.kinds import ENDS, KINDS
from zongmu.model.lifecycle import contradictions
from zongmu.model.milestones import Act, Contract, key_of
from zongmu.model.project import Project
from zongmu.model.scalars import Money
from zongmu.policy.loading import LoadedMeasure

Cell = str | int


@dataclass(frozen=True, slots=True)
class Options:
    """The period (both days included), and what counts as late, quiet and near.

    ``late`` and ``quiet`` in calendar days, ``near`` in percent below a threshold.
    """

    start: dt.date
    end: dt.date
    late: int = 30
    quiet: int = 180
    near: int = 5


@dataclass(frozen=True, slots=True)
class Table:
    """One question. ``explains`` is what may lie behind its rows without anybody's fault."""

    id: str
    title: Bilingual
    explains: Bilingual
    columns: tuple[Bilingual, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Material:
    """What the tables are made of: the whole trail oldest first, the projects as they stand, and the law of each city."""

    events: Sequence[Event]
    projects: Mapping[str, Project]
    measures: Mapping[str, Sequence[LoadedMeasure]] = field(default_factory=dict)


_DAY: Final = Bilingual("登记日", "Recorded on")
_RECORD: Final = Bilingual("记录", "Record")
_WHAT: Final = Bilingual("事项", "Matter")
_ACT_DAY: Final = Bilingual("行为日", "Day of the act")
_NUMBER: Final = Bilingual("文号", "Document number")
_BODY: Final = Bilingual("作出单位", "Body")
_LATE: Final = Bilingual("晚于行为（天）", "Days after the act")
_BY: Final = Bilingual("登记人", "Recorded by")
_COMMIT: Final = Bilingual("提交", "Commit")
_FIELD: Final = Bilingual("字段", "Field")
_OLD: Final = Bilingual("原值", "Before")
_NEW: Final = Bilingual("新值", "After")
_REASON: Final = Bilingual("理由", "Reason")
_AMOUNT: Final = Bilingual("金额", "Amount")
_OTHER: Final = Bilingual("另一事项", "Other matter")


def tables(material: Material, options: Options) -> Iterator[Table]:
    """Every table, always all of them and in this order."""
    inside = [event for event in material.events if options.start <= event.recorded_day <= options.end]
    acts = [(event, row) for event in inside for row in event.rows() if _is_act(row)]
    yield Table(
        "recorded",
        Bilingual("登记的事项", "Acts recorded"),
        Bilingual(
            "照常登记的也在内，供抽样", "Those recorded in the ordinary way are among them; to draw samples from"
        ),
        (_DAY, _RECORD, _WHAT, _ACT_DAY, _NUMBER, _BODY, _LATE, _BY, _COMMIT),
        tuple(_act_row(event, row) for event, row in acts),
    )
    yield Table(
        "late",
        Bilingual(f"迟于行为 {options.late} 天以上登记", f"Recorded more than {options.late} days after the act"),
        Bilingual("补录历史项目、文件晚到", "Older projects entered later; papers that arrived late"),
        (_DAY, _RECORD, _WHAT, _ACT_DAY, _NUMBER, _BODY, _LATE, _BY, _COMMIT),
        tuple(_act_row(event, row) for event, row in acts if (row.late or 0) > options.late),
    )
    yield _changed(
        "corrections",
        Bilingual("更正", "Corrections"),
        Bilingual("笔误；以更正所附理由为准", "Slips of the pen; see the reason that came with each"),
        inside,
        lambda change: change.kind == "corrected",
    )
    yield _changed(
        "silent",
        Bilingual("没有更正记录的改动", "Facts changed without a correction"),
        Bilingual("启用本库之前的整理", "Tidying before the registry was in use"),
        inside,
        lambda change: change.silent,
    )
    yield _changed(
        "amounts",
        Bilingual("变动的金额", "Amounts that moved"),
        Bilingual("经批准的调整会另有里程碑", "An approved adjustment has a milestone of its own"),
        inside,
        lambda change: change.money and change.kind in ("edited", "corrected", "removed"),
    )
    yield _waivers(inside)
    yield _own(material, options)
    yield _quiet(material, options)
    yield _near(material, options)
    yield _order(material)
    yield _two_hats(material)
    yield _odd_files(inside)


def _is_act(row: RowChange) -> bool:
    return row.kind == "added" and row.path.startswith("milestones/")


def _by(event: Event) -> str:
    return "、".join(dict.fromkeys(_people(event)))


def _people(event: Event) -> list[str]:
    """Who wrote what an event brought: those whose branch it merged, or whose commit it is."""
    if event.contributions:
        return [one.recorder.author for one in event.contributions]
    return [event.author_name or "—"]


def _act_row(event: Event, row: RowChange) -> tuple[Cell, ...]:
    body = row.value("body") or row.value("body_name") or ""
    day = row.day.isoformat() if row.day else ""
    late = row.late if row.late is not None else ""
    number = str(row.value("number") or "")
    return (
        event.recorded_day.isoformat(),
        event.record,
        row.title.zh,
        day,
        number,
        str(body),
        late,
        _by(event),
        event.commit[:12],
    )


def _changed(id: str, title: Bilingual, explains: Bilingual, events: Iterable[Event], wanted: Any) -> Table:
    rows = tuple(
        (
            *(event.recorded_day.isoformat(), event.record, _named(event, change)),
            *(_plain(change.before), _plain(change.after), change.reason or "", _by(event), event.commit[:12]),
        )
        for event in events
        for change in event.changes
        if wanted(change)
    )
    return Table(id, title, explains, (_DAY, _RECORD, _FIELD, _OLD, _NEW, _REASON, _BY, _COMMIT), rows)


def _named(event: Event, change: FieldChange) -> str:
    return f"{row_title(event.type, change.row).zh} {change.title.zh}" if change.row else change.title.zh


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)


def _waivers(events: Iterable[Event]) -> Table:
    rows = tuple(
        (
            *(event.recorded_day.isoformat(), event.record, str(row.value("of") or "")),
            *(str(row.value("authority") or ""), str(row.value("number") or ""), str(row.value("until") or "")),
            *(_by(event), event.commit[:12]),
        )
        for event in events
        for row in event.rows()
        if row.kind == "added" and row.path.startswith("waivers/")
    )
    return Table(
        "waivers",
        Bilingual("豁免", "Waivers"),
        Bilingual("办法允许的豁免，须有决定单位和文号", "Allowed by the measure, with an authority and a number"),
        (
            _DAY,
            _RECORD,
            Bilingual("规则或条款", "Rule"),
            Bilingual("决定单位", "Authority"),
            _NUMBER,
            Bilingual("有效至", "Until"),
            _BY,
            _COMMIT,
        ),
        rows,
    )


def _own(material: Material, options: Options) -> Table:
    """Sign-offs by somebody who entered what he signed off, or by the project's own unit."""
    entered: dict[tuple[str, str], set[str]] = {}
    rows: list[tuple[Cell, ...]] = []
    for event in material.events:
        if event.type == "project":
            for change in event.changes:
                if change.row.startswith("milestones/"):
                    entered.setdefault((event.record, change.row.removeprefix("milestones/")), set()).update(
                        _people(event)
                    )
        if event.type != "endorsements" or not options.start <= event.recorded_day <= options.end:
            continue
        project = material.projects.get(event.record)
        for row in event.rows():
            if row.kind != "added" or not row.path.startswith("endorsements/"):
                continue
            milestone = str(row.value("of") or "")
            same = entered.get((event.record, milestone), set()) & set(_people(event))
            unit = row.value("organization")
            own = project is not None and unit is not None and unit in (project.owner, project.builder)
            if same or own:
                why = "、".join(sorted(same)) or str(unit)
                title = row_title("project", f"milestones/{milestone}").zh
                rows.append(
                    (
                        event.recorded_day.isoformat(),
                        event.record,
                        title,
                        str(row.value("role") or ""),
                        why,
                        event.commit[:12],
                    )
                )
    return Table(
        "own",
        Bilingual("填报人自己签认", "Signed off by who entered it"),
        Bilingual(
            "合并服务替人提交时，作者即填报人；同名账号",
            "One account for a whole office; a merge service that names no author",
        ),
        (_DAY, _RECORD, _WHAT, Bilingual("职责", "Role"), Bilingual("同一人或本单位", "Same person or unit"), _COMMIT),
        tuple(rows),
    )


def _quiet(material: Material, options: Options) -> Table:
    last: dict[str, dt.date] = {}
    for event in material.events:
        if event.recorded_day <= options.end:
            last[event.record] = max(event.recorded_day, last.get(event.record, event.recorded_day))
    rows = []
    for id, project in sorted(material.projects.items()):
        day = last.get(id)
        ended = any(m.kind in ENDS for m in project.milestones)
        if day is not None and not ended and (options.end - day).days > options.quiet:
            acts = View(project).milestones
            latest = acts[-1] if acts else None
            rows.append((id, project.name, day.isoformat(), (options.end - day).days, _act_title(latest)))
    return Table(
        "quiet",
        Bilingual(f"{options.quiet} 天以上没有动静的项目", f"Projects quiet for more than {options.quiet} days"),
        Bilingual("已投入使用的项目可以一年没有登记", "A project in use may have nothing to record for a year"),
        (
            _RECORD,
            Bilingual("名称", "Name"),
            Bilingual("最近登记", "Last recorded"),
            Bilingual("天数", "Days"),
            Bilingual("最近事项", "Last act"),
        ),
        tuple(rows),
    )


def _act_title(act: Act | None) -> str:
    return KINDS[act.kind].zh if act is not None else ""


def _near(material: Material, options: Options) -> Table:
    """Amounts just under a threshold that a measure sets, as of the day of the act."""
    rows: list[tuple[Cell, ...]] = []
    for id, project in sorted(material.projects.items()):
        for act in View(project).milestones:
            if not options.start <= act.date <= options.end:
                continue
            for name in ("total", "amount", "budget"):
                amount = getattr(act, name, None)
                if not isinstance(amount, Money):
                    continue
                for measure in material.measures.get(project.jurisdiction, ()):
                    for parameter in measure.parameters.values():
                        limit = parameter.on(act.date)
                        if isinstance(limit, Money) and _just_under(amount, limit, options.near):
                            rows.append(
                                (
                                    id,
                                    f"{_act_title(act)} {name}",
                                    act.date.isoformat(),
                                    amount.canonical(),
                                    limit.canonical(),
                                    parameter.cites,
                                    parameter.title.zh,
                                )
                            )
    return Table(
        "near",
        Bilingual(f"略低于办法所定金额（{options.near}% 以内）", f"Amounts within {options.near} % below a threshold"),
        Bilingual(
            "预算按上限编制是常事；看同一单位是否反复",
            "Budgets are often made up to a limit; look for one unit doing it again and again",
        ),
        (
            _RECORD,
            _WHAT,
            _ACT_DAY,
            _AMOUNT,
            Bilingual("界限", "Threshold"),
            Bilingual("条款", "Sentence"),
            Bilingual("参数", "Parameter"),
        ),
        tuple(rows),
    )


def _just_under(amount: Money, limit: Money, percent: int) -> bool:
    return amount.fen < limit.fen and amount.fen * 100 >= limit.fen * (100 - percent)


def _order(material: Material) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for id, project in sorted(material.projects.items()):
        for found in contradictions(View(project)):
            titles = [row_title("project", f"milestones/{key}").zh for key in (found.key, found.other)]
            day = found.other_day.isoformat() if found.other_day else ""
            rows.append((id, titles[0], found.day.isoformat(), titles[1], day))
    return Table(
        "order",
        Bilingual("先后矛盾的事项", "Acts out of order"),
        Bilingual("日期登错", "A day written wrongly"),
        (_RECORD, _WHAT, _ACT_DAY, _OTHER, Bilingual("其日期", "Its day")),
        tuple(rows),
    )


def _two_hats(material: Material) -> Table:
    """One supplier that builds and supervises, or tests, the same project."""
    rows: list[tuple[Cell, ...]] = []
    for id, project in sorted(material.projects.items()):
        held: dict[str, list[Contract]] = {}
        for act in View(project).milestones:
            if isinstance(act, Contract):
                for name in {act.supplier_uscc or act.supplier or "", *(m.uscc or m.name for m in act.members)} - {""}:
                    held.setdefault(name, []).append(act)
        for name, contracts in sorted(held.items()):
            roles = {contract.role for contract in contracts}
            if roles & {"supervision", "assessment"} and roles - {"supervision", "assessment"}:
                keys = "、".join(row_title("project", f"milestones/{key_of(c)}").zh for c in contracts)
                rows.append((id, project.name, name, "、".join(sorted(roles)), keys))
    return Table(
        "two_hats",
        Bilingual("同一供应商既承建又监理或测评", "One supplier builds and supervises or tests"),
        Bilingual("名称相同的两家单位", "Two firms of one name"),
        (
            _RECORD,
            Bilingual("名称", "Name"),
            Bilingual("供应商", "Supplier"),
            Bilingual("合同性质", "Roles"),
            Bilingual("合同", "Contracts"),
        ),
        tuple(rows),
    )


def _odd_files(events: Iterable[Event]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for event in events:
        what = []
        if event.file in ("deleted", "moved"):
            what.append(event.summary.zh)
        if event.unreadable is not None:
            what.append(event.unreadable.zh)
        if event.dropped:
            what.append(f"合并时舍弃 {len(event.dropped)} 处改动")
        if any(change.in_merge for change in event.changes):
            what.append("合并自带改动")
        if what:
            rows.append((event.recorded_day.isoformat(), event.path, "；".join(what), _by(event), event.commit[:12]))
    return Table(
        "files",
        Bilingual(
            "删除、移动、读不出的文件与合并时的取舍", "Files removed, moved or unreadable; choices made in merges"
        ),
        Bilingual("解决冲突时的取舍", "Choices in resolving a conflict"),
        (_DAY, Bilingual("文件", "File"), _WHAT, _BY, _COMMIT),
        tuple(rows),
    )

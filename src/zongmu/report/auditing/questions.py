"""Questions that an auditor asks of a period, each a table: who recorded what, late, corrected, near a threshold.

None of it is a breach of the law, and none is published. Every table says what may explain its rows innocently. The same
history, days and options give the same tables: what was recorded in the period is taken from the trail, and what stands
against what from the projects as they stood at its end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from zongmu.history.changes import FieldChange
from zongmu.history.event import Event
from zongmu.history.rows import RowChange
from zongmu.model.finding import Bilingual
from zongmu.report.auditing import table as t
from zongmu.report.auditing.own import own
from zongmu.report.auditing.projects import near, order, quiet, two_hats
from zongmu.report.auditing.table import Cell, Material, Options, Table


def tables(material: Material, options: Options) -> Iterator[Table]:
    """Every table, always all of them and in this order."""
    inside = material.inside(options)
    dated = [(event, row) for event in inside for row in event.rows() if row.kind == "added" and row.day]
    # A sign-off answers for an act, and a correction for a value: both have tables of their own.
    acts = [(e, row) for e, row in dated if e.type != "endorsements" and not row.path.startswith("corrections/")]
    columns = (t.DAY, t.RECORD, t.WHAT, t.ACT_DAY, t.NUMBER, t.BODY, t.AMOUNT, t.LATE, t.BY, t.COMMIT)
    yield Table(
        "recorded",
        Bilingual("登记的事项", "Acts recorded"),
        Bilingual(
            "照常登记的也在内，供抽样", "Those recorded in the ordinary way are among them; to draw samples from"
        ),
        columns,
        tuple(_act_row(material, event, row) for event, row in acts),
    )
    yield Table(
        "late",
        Bilingual(f"迟于行为 {options.late} 天以上登记", f"Recorded more than {options.late} days after the act"),
        Bilingual("补录历史项目、文件晚到", "Older projects entered later; papers that arrived late"),
        columns,
        tuple(_act_row(material, event, row) for event, row in acts if (row.late or 0) > options.late),
    )
    # A file that was removed has a row among the files, not one for each of its values.
    kept = [event for event in inside if event.file != "deleted"]
    yield _changed(
        material,
        "corrections",
        Bilingual("更正", "Corrections"),
        Bilingual("笔误；以更正所附理由为准", "Slips of the pen; see the reason that came with each"),
        kept,
        lambda change: change.kind == "corrected",
    )
    yield _changed(
        material,
        "silent",
        Bilingual("没有更正记录的改动", "Facts changed without a correction"),
        Bilingual("启用本库之前的整理", "Tidying before the registry was in use"),
        kept,
        lambda change: change.silent,
    )
    yield _changed(
        material,
        "amounts",
        Bilingual("变动的金额", "Amounts that moved"),
        Bilingual("经批准的调整会另有里程碑", "An approved adjustment has a milestone of its own"),
        kept,
        lambda change: change.money and change.kind in ("edited", "corrected", "removed"),
    )
    yield _waivers(material, inside)
    yield own(material, options)
    yield quiet(material, options)
    yield near(material, options)
    yield order(material, options)
    yield two_hats(material, options)
    yield _odd_files(material, inside)


def _act_row(material: Material, event: Event, row: RowChange) -> tuple[Cell, ...]:
    amount = next((c.after for c in row.changes if c.money and c.path.count("/") == row.path.count("/") + 1), "")
    return (
        event.recorded_day.isoformat(),
        event.record,
        material.matter(event.record, event.type, row.path),
        row.day.isoformat() if row.day else "",
        str(row.value("number") or ""),
        material.body(row.value("body") or row.value("body_name") or row.value("authority")),
        str(amount),
        row.late if row.late is not None else "",
        material.by(event),
        event.commit[:12],
    )


def _changed(
    material: Material,
    id: str,
    title: Bilingual,
    explains: Bilingual,
    events: Iterable[Event],
    wanted: Callable[[FieldChange], bool],
) -> Table:
    rows = tuple(
        (
            *(event.recorded_day.isoformat(), event.record, _named(material, event, change)),
            *(_plain(change.before), _plain(change.after), change.reason or "", material.by(event), event.commit[:12]),
        )
        for event in events
        for change in event.changes
        if wanted(change)
    )
    columns = (t.DAY, t.RECORD, t.FIELD, t.OLD, t.NEW, t.REASON, t.BY, t.COMMIT)
    return Table(id, title, explains, columns, rows)


def _named(material: Material, event: Event, change: FieldChange) -> Bilingual:
    if not change.row:
        return change.title
    row = material.matter(event.record, event.type, change.row)
    return Bilingual(f"{row.zh} {change.title.zh}", f"{row.en}: {change.title.en}")


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)


def _waivers(material: Material, events: Iterable[Event]) -> Table:
    rows = tuple(
        (
            *(event.recorded_day.isoformat(), event.record, str(row.value("of") or "")),
            *(material.body(row.value("authority")), str(row.value("number") or ""), str(row.value("until") or "")),
            *(material.by(event), event.commit[:12]),
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
            t.DAY,
            t.RECORD,
            Bilingual("规则或条款", "Rule or sentence"),
            Bilingual("决定单位", "Authority"),
            t.NUMBER,
            Bilingual("有效至", "Until"),
            t.BY,
            t.COMMIT,
        ),
        rows,
    )


def _odd_files(material: Material, events: Iterable[Event]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for event in events:
        what = []
        if event.file in ("deleted", "moved"):
            what.append(event.summary)
        if event.unreadable is not None:
            what.append(event.unreadable)
        if event.dropped:
            count = len(event.dropped)
            what.append(Bilingual(f"合并时舍弃 {count} 处改动", f"changes dropped in the merge: {count}"))
        if any(change.in_merge for change in event.changes):
            what.append(Bilingual("合并自带改动", "changes of the merge itself"))
        if what:
            said = Bilingual("；".join(one.zh for one in what), "; ".join(one.en for one in what))
            rows.append((event.recorded_day.isoformat(), event.path, said, material.by(event), event.commit[:12]))
    return Table(
        "files",
        Bilingual(
            "删除、移动、读不出的文件与合并时的取舍", "Files removed, moved or unreadable; choices made in merges"
        ),
        Bilingual("解决冲突时的取舍", "Choices in resolving a conflict"),
        (t.DAY, Bilingual("文件", "File"), t.WHAT, t.BY, t.COMMIT),
        tuple(rows),
    )

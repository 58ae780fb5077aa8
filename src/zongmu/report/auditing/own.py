"""Who signed off what they had entered themselves, or what is their own unit's.

Persons are told apart by account and address, never by the name that they write: two may share a name, and one may write
several. A signature, or the forge's word, says who signed off; elsewhere the name in the row is but a claim, and whoever
wrote the commit counts besides.
"""

from __future__ import annotations

from zongmu.history.event import Event
from zongmu.history.rows import RowChange
from zongmu.model.finding import Bilingual
from zongmu.report.auditing import table as t
from zongmu.report.auditing.table import Cell, Material, Options, Table, people

_PROVEN = ("F", "S")


def own(material: Material, options: Options) -> Table:
    """Sign-offs and acknowledgements by somebody who entered what they are of, or by the project's own unit."""
    entered: dict[tuple[str, str], dict[str, str]] = {}
    rows: list[tuple[Cell, ...]] = []
    for event in material.events:
        if event.type == "project":
            who = {material.identity(email): material.shown((name, email)) for name, email in people(event)}
            for change in event.changes:
                if change.row.startswith("milestones/"):
                    entered.setdefault((event.record, change.row), {}).update(who)
        if event.type != "endorsements" or not options.start <= event.recorded_day <= options.end:
            continue
        for row in event.rows():
            if row.kind != "added" or not row.path.startswith(("endorsements/", "acknowledgements/")):
                continue
            milestone = str(row.value("of") or row.value("key") or "")
            by = entered.get((event.record, f"milestones/{milestone}"), {})
            why = _same(material, event, row, by) or _unit(material, event, row)
            if why:
                code = row.value("code")
                rows.append(
                    (
                        *(event.recorded_day.isoformat(), event.record),
                        material.act(event.record, milestone) if milestone else str(code or ""),
                        material.code(event.record, "role", str(row.value("role") or "")),
                        *(why, event.commit[:12]),
                    )
                )
    return Table(
        "own",
        Bilingual("填报人或本单位自己签认", "Signed off by who entered it, or by its own unit"),
        Bilingual(
            "一个账号由全处室共用；项目单位本身就是须签认的部门",
            "One account for a whole office; the project's own unit is the body that has to sign off",
        ),
        (t.DAY, t.RECORD, t.WHAT, t.ROLE, Bilingual("同一人或本单位", "Same person or unit"), t.COMMIT),
        tuple(rows),
    )


def _same(material: Material, event: Event, row: RowChange, entered: dict[str, str]) -> str:
    """Those who entered a milestone and signed it off."""
    by = str(row.value("by") or "")
    signers = {by if by in material.accounts else material.identity(by)}
    if not (by in material.accounts and row.value("level") in _PROVEN):
        signers |= {material.identity(email) for _, email in people(event)}
    # A registry without accounts names people as their commits do.
    named = {who for who, name in entered.items() if by and by not in material.accounts and name == by}
    return "、".join(sorted(entered[who] for who in signers & entered.keys() | named))


def _unit(material: Material, event: Event, row: RowChange) -> Cell:
    project = material.projects.get(event.record)
    unit = row.value("organization")
    if project is None or unit is None or unit not in (project.owner, project.builder):
        return ""
    return material.body(unit)

"""A change in the terms of the law: what moved, what that brings with it, who has to agree, what becomes public.

Everything here is data. Both sides are judged as everywhere (the tip, and the tip overlaid with the change); a rule whose
answer differs between them is tied to the values that moved and that it read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

from zongmu.disclosure.findings import told_of
from zongmu.disclosure.projection import PublicProject, project_public
from zongmu.disclosure.review import State, standing
from zongmu.history.changes import field_changes
from zongmu.history.event import Event
from zongmu.history.leaves import NOTHING
from zongmu.history.sections import Reader
from zongmu.model.acts.milestones import key_of
from zongmu.model.derived.views import STAGE_TITLES, View
from zongmu.model.fields.leaves import leaves
from zongmu.model.finding import Bilingual, ChangeState, Finding, Gate, Outcome, Severity
from zongmu.model.immutable import immutable
from zongmu.model.records.endorsement import Endorsements
from zongmu.model.records.organization import Organization
from zongmu.model.records.plan import Plan
from zongmu.model.records.project import SERIES, Project
from zongmu.policy.judging.one_record import judge_record
from zongmu.policy.judging.telling import because
from zongmu.policy.judging.weighing import Ruling
from zongmu.policy.judging.world import World
from zongmu.policy.proposals.approvals import (
    Need,
    of_attestations,
    of_body,
    of_breaches,
    of_corrections,
    of_disclosure,
    of_milestones,
    of_parties,
    of_plan,
    of_waivers,
)
from zongmu.policy.proposals.merging import Decision, stands_in_way
from zongmu.policy.proposals.signoffs import endorsements_of
from zongmu.policy.proposals.zones import zone_of
from zongmu.policy.run import Run
from zongmu.store.change import Change
from zongmu.store.registry import LoadedRecord, Registry

Turn = Literal["begins", "ends", "changes", "moves"]
"""A rule begins to apply, ends to, comes to another answer, or its day moves."""
_SILENT = (None, Outcome.NOT_APPLICABLE)


@immutable
class Shift:
    """A rule whose answer differs between the two sides. ``read``: the paths of the moved values that it read."""

    turn: Turn
    rule: str
    at: str | None
    title: Bilingual
    clauses: tuple[str, ...]
    before: Outcome | None
    after: Outcome | None
    why: Bilingual
    severity: Severity
    due_before: dt.date | None
    due_after: dt.date | None
    addressee: str | None
    read: tuple[str, ...]


@immutable
class Publication:
    """What the change means for the public: the state before and after, and the public values that differ."""

    before: State | None
    after: State
    fields: tuple[str, ...]
    digest: str


@immutable
class RecordChange:
    """One record that the change touches."""

    event: Event
    judged: bool  # False: the file is defective, and no rule could be asked
    name: str
    jurisdiction: str | None
    stage: tuple[Bilingual | None, Bilingual | None]
    shifts: tuple[Shift, ...]
    findings: tuple[Finding, ...]  # new, worse and existing
    cured: tuple[Finding, ...]
    excused: tuple[tuple[str, str], ...]  # (rule, waived or explained)
    needs: tuple[Need, ...]
    publication: Publication | None

    @property
    def duties(self) -> tuple[tuple[str, Shift], ...]:
        """The days that arise (``+``), end (``-``) or move (``~``)."""
        out = []
        for shift in self.shifts:
            if shift.due_before != shift.due_after:
                mark = "+" if shift.due_before is None else "-" if shift.due_after is None else "~"
                out.append((mark, shift))
        return tuple(out)


@immutable
class ChangeReport:
    """A whole change. ``elsewhere``: findings that it causes in records it does not touch."""

    base: str
    head: str | None
    gate: Gate
    asof: dt.date
    records: tuple[RecordChange, ...]
    elsewhere: tuple[Finding, ...]
    other_paths: tuple[str, ...]
    needs: tuple[Need, ...]
    refused: int
    needs_person: int


def change_report(
    change: Change, tip: Registry, head: Registry, world: World, before: Run, after: Run, decision: Decision
) -> ChangeReport:
    """The report of a judged change."""
    touched = [p for p in change.paths if head.survey.located.get(p) or tip.survey.located.get(p)]
    books = {p for p in touched if p.startswith("registry/endorsements/")}
    both = _Both(change, tip, head, world, before, after, decision, Reader())
    records = tuple(_record(both, path) for path in [p for p in touched if p not in books] + sorted(books))
    about = {r.event.path for r in records}
    elsewhere = tuple(f for f in decision.findings if f.path not in about and f.state is not ChangeState.EXISTING)
    others = tuple(p for p in change.paths if p not in about)
    needs = [need for record in records for need in record.needs]
    # The roles that a body holds are a matter of trust, though its file is data.
    roles = [r.event.path for r in records if any(c.path == "holds" for c in r.event.changes)]
    needs.extend(Need("trust", "", (), path, path) for path in roles)
    for path in (*change.paths, *change.outside):
        zone = zone_of(path)
        if zone != "data":
            needs.append(Need("trust" if zone == "trust" else "code", "", (), path, path))
    for finding in elsewhere:
        if stands_in_way(finding):
            needs.extend(of_breaches(world, _jurisdiction(head, finding.path), (finding,)))
    return ChangeReport(
        change.base,
        change.head,
        decision.gate,
        world.asof,
        records,
        elsewhere,
        (*others, *change.outside),
        tuple(dict.fromkeys(needs)),
        len(decision.refused),
        len(decision.needs_person),
    )


def _jurisdiction(registry: Registry, path: str) -> str | None:
    located = registry.survey.located.get(path)
    return located.jurisdiction if located is not None else None


@immutable
class _Both:
    """A change with its two sides, as they were read and as they were judged."""

    change: Change
    tip: Registry
    head: Registry
    world: World
    before: Run
    after: Run
    decision: Decision
    reader: Reader


def _record(both: _Both, path: str) -> RecordChange:
    old, new = both.tip.at(path), both.head.at(path)
    loaded = new or old
    assert loaded is not None
    event = _event(both.reader, loaded, old, new, both.change, both.world.asof)
    # What cannot be read is ruled on by no rule: that is no answer that changed, and nothing is cured by it.
    judged = new is None or new.model is not None
    mine = [f for f in both.decision.findings if f.path == path]
    was, now = (side.model if side is not None else None for side in (old, new))
    former, project = (model if isinstance(model, Project) else None for model in (was, now))
    publication = None
    needs: list[Need] = []
    if project is not None:
        signed = endorsements_of(both.head, project.id)
        needs.extend(_of_project(both.world, project, former, signed))
        publication = _publication(both.world, project, former, signed, endorsements_of(both.tip, project.id))
        if publication.fields and publication.after == "unreviewed":
            needs.append(of_disclosure(both.world, project, signed))
    elif isinstance(now, Organization):
        needs.extend(of_body(both.world, now, was if isinstance(was, Organization) else None))
    elif isinstance(now, Plan):
        needs.extend(of_plan(both.world, loaded.id, now, was if isinstance(was, Plan) else None))
    needs.extend(of_breaches(both.world, loaded.jurisdiction, [f for f in mine if stands_in_way(f)]))
    return RecordChange(
        event,
        judged,
        _name(new) or _name(old),
        loaded.jurisdiction,
        (_stage(both.world, former), _stage(both.world, project)),
        tuple(_shifts(both, old, new, event)) if judged else (),
        tuple(mine),
        tuple(f for f in both.decision.cured if f.path == path) if judged else (),
        tuple(_excused(mine)),
        tuple(needs),
        publication,
    )


def _of_project(world: World, project: Project, former: Project | None, signed: Endorsements | None) -> Iterator[Need]:
    """Who has to agree to what a change does to a project."""
    known = {key_of(m): m for m in former.milestones} if former is not None else {}
    yield from of_milestones(world, project, [m for m in project.milestones if known.get(key_of(m)) != m], signed)
    yield from of_waivers(project, former)
    yield from of_attestations(project, former)
    yield from of_corrections(project, former)
    if former is not None:
        yield from of_parties(project, former)


def _name(loaded: LoadedRecord | None) -> str:
    return str(getattr(loaded.model, "name", "")) if loaded is not None else ""


def _excused(findings: Iterable[Finding]) -> Iterator[tuple[str, str]]:
    for finding in findings:
        for cap in finding.verdict.caps if finding.verdict is not None else ():
            if cap.why in ("waived", "explained"):
                yield finding.code, cap.why


def _event(
    reader: Reader,
    loaded: LoadedRecord,
    old: LoadedRecord | None,
    new: LoadedRecord | None,
    change: Change,
    asof: dt.date,
) -> Event:
    """The difference as an entry of the trail, with nobody's name: it has not been recorded yet."""
    kind, path = loaded.type, loaded.path
    docs = [
        reader.read(kind, path, side.data) if side is not None and side.data is not None else None
        for side in (old, new)
    ]
    trouble = next((doc.trouble for doc in docs if doc is not None and doc.trouble is not None), None)
    found = NOTHING
    if trouble is None:
        found = reader.differences(kind, path, docs[0], docs[1])
    changes = field_changes(kind, found)
    file: Literal["created", "edited", "deleted"] = "created" if old is None else "deleted" if new is None else "edited"
    return Event(
        commit=change.head or "",
        when=dt.datetime.combine(asof, dt.time()),
        recorded_day=asof,
        path=path,
        record=loaded.id,
        type=kind.name,
        file=file,
        changes=changes,
        rows_added=found.rows_added,
        rows_removed=found.rows_removed,
        unreadable=trouble,
    )


# ── what the law makes of it ──


_Key = tuple[str, str | None]


def _rulings(world: World, loaded: LoadedRecord | None, base: LoadedRecord | None, run: Run) -> dict[_Key, Ruling]:
    if loaded is None:
        return {}
    own = judge_record(world, loaded, base, keep_rulings=True).rulings
    across = (r for r in run.registry_rulings if r.record == loaded.id)
    return {(r.rule.id, r.verdict.at): r for r in (*own, *across) if not r.rule.compares}


def _shifts(both: _Both, old: LoadedRecord | None, new: LoadedRecord | None, event: Event) -> Iterator[Shift]:
    x, y = _rulings(both.world, old, None, both.before), _rulings(both.world, new, old, both.after)
    moved = [c.path for c in event.changes]
    for key in sorted(x.keys() | y.keys(), key=lambda k: (k[0], k[1] or "")):
        was, now = x.get(key), y.get(key)
        then, since = was.verdict.outcome if was else None, now.verdict.outcome if now else None
        due = tuple(_due(r) for r in (was, now))
        turn = _turn(then, since, due)
        if turn is None:
            continue
        ruling = now or was
        assert ruling is not None
        loaded = both.world.checks.measures[ruling.measure]
        text = loaded.texts.get(ruling.rule.id)
        yield Shift(
            turn,
            ruling.rule.id,
            key[1],
            text.title if text is not None else Bilingual(ruling.rule.id, ruling.rule.id),
            ruling.verdict.cites or ruling.rule.cites,
            then,
            since,
            because(loaded, ruling.verdict),
            now.severity if now is not None else Severity.NONE,
            due[0],
            due[1],
            ruling.addressee,
            tuple(_read(moved, [r for r in (was, now) if r is not None])),
        )


def _due(ruling: Ruling | None) -> dt.date | None:
    """The day of a duty that is still to be met."""
    if ruling is None or ruling.verdict.outcome is not Outcome.UNDETERMINED:
        return None
    return ruling.verdict.due


def _turn(then: Outcome | None, since: Outcome | None, due: tuple[dt.date | None, ...]) -> Turn | None:
    if then in _SILENT and since in _SILENT:
        return None
    if then in _SILENT:
        return "begins"
    if since in _SILENT:
        return "ends"
    if then is not since:
        return "changes"
    return "moves" if due[0] != due[1] else None


def _read(moved: Sequence[str], rulings: Iterable[Ruling]) -> list[str]:
    """Those of the *moved* values that the rulings read, by the paths of their traces."""
    read = {step.path for ruling in rulings for step in ruling.verdict.trace if step.path}
    return [
        path
        for path in moved
        if any(path == at or path.startswith(f"{at}/") or at.startswith(f"{path}/") for at in read)
    ]


def _stage(world: World, project: Project | None) -> Bilingual | None:
    if project is None:
        return None
    measures = [loaded.measure for loaded, _ in world.laws.get(project.jurisdiction, ())]
    stage = View(project).stage(measures[0].stages) if measures else View(project).stage()
    if stage is None:
        return None
    named = next((t for m in measures if (t := m.codes.get("stage", {}).get(stage)) is not None), None)
    return named or Bilingual(*STAGE_TITLES.get(stage, (stage, stage)))


# ── what the public will see ──


def _publication(
    world: World, project: Project, former: Project | None, signed: Endorsements | None, was_signed: Endorsements | None
) -> Publication:
    now = _public(world, project)
    then = _public(world, former) if former is not None else None
    x, y = _leaves(then), _leaves(now)
    return Publication(
        standing(world.instance, then, was_signed).state if then is not None else None,
        standing(world.instance, now, signed).state,
        tuple(sorted(path for path in x.keys() | y.keys() if x.get(path) != y.get(path))),
        now.digest(),
    )


def _public(world: World, project: Project) -> PublicProject:
    return project_public(project, told_of(m for m, _ in world.laws.get(project.jurisdiction, ())))


def _leaves(public: PublicProject | None) -> Mapping[str, Any]:
    if public is None:
        return {}
    data = {k: v for k, v in public.data().items() if k not in ("id", "jurisdiction", "withheld_fields")}
    return dict(leaves(data, SERIES))

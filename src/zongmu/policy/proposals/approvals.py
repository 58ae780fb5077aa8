"""Whose approval a change needs, and why: the bodies that the measure names, as they held their roles before the change.

A need is one reason for one role. What the measure says: a milestone is confirmed by a role, a breach goes to the body
that may waive or that the sentence binds. What the registry says: a change of the parties concerns both of them, a body's
name and successor that body and the one that keeps the registry, a yearly plan the one that settles it; a change of what
every verdict rests on is a matter of trust, a change of what is public wants its written review.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from typing import Literal

from zongmu.model.acts.milestones import Act, key_of
from zongmu.model.finding import Finding
from zongmu.model.immutable import immutable
from zongmu.model.records.endorsement import Endorsements
from zongmu.model.records.organization import Organization
from zongmu.model.records.plan import Plan
from zongmu.model.records.project import Attestation, Correction, Project, Waiver
from zongmu.model.scalars import Money
from zongmu.policy.judging.world import World
from zongmu.policy.law.loading import LoadedMeasure
from zongmu.policy.law.measure import UNIT
from zongmu.policy.proposals.signoffs import confirmers, is_endorsed

Why = Literal["confirms", "breach", "waives", "attests", "corrects", "party", "disclosure", "register", "trust", "code"]
PARTIES = ("owner", "builder", "operator", "lead")
"""Fields that say who is responsible."""


@immutable
class Need:
    """One reason for one role. ``role`` is empty where a body itself is meant and not a role."""

    why: Why
    role: str
    organizations: tuple[str, ...]
    record: str
    about: str  # milestone key, rule id, field (of another record with its folder) or path
    clauses: tuple[str, ...] = ()
    amount: Money | None = None


def of_milestones(
    world: World, project: Project, touched: Iterable[Act], signed: Endorsements | None
) -> Iterator[Need]:
    """The sign-offs that the *touched* milestones wait for."""
    by_kind = confirmers(world, project.jurisdiction)
    for milestone in touched:
        role = by_kind.get(milestone.kind)
        if role is None or is_endorsed(signed, project.id, milestone, role):
            continue
        amount = next((v for n in _AMOUNTS if isinstance(v := getattr(milestone, n, None), Money)), None)
        clauses = _clauses(world, project.jurisdiction, milestone.kind, role)
        yield Need(
            "confirms",
            role,
            holders(world, project.jurisdiction, role),
            project.id,
            key_of(milestone),
            clauses,
            amount,
        )


_AMOUNTS = ("total", "amount", "budget", "moved")


def of_breaches(world: World, jurisdiction: str | None, findings: Iterable[Finding]) -> Iterator[Need]:
    """Who has to take note of the breaches that stand in the way."""
    if jurisdiction is None:
        return
    by_kind = confirmers(world, jurisdiction)
    for finding in findings:
        found = world.checks.rule(finding.code)
        if found is None:
            continue
        loaded, rule = found
        confirming = {by_kind[k] for k in (*rule.act, *rule.each) if k in by_kind}
        roles = (finding.addressee,) if finding.addressee else rule.waivable_by or sorted(confirming)
        cites = finding.verdict.cites if finding.verdict is not None and finding.verdict.cites else rule.cites
        for role in roles or (lead_role(loaded),):
            if role:
                yield Need("breach", role, holders(world, jurisdiction, role), finding.record, finding.code, cites)


def of_waivers(project: Project, before: Project | None) -> Iterator[Need]:
    """The bodies that are said to have waived a rule: it is theirs to say whether they did."""
    for row in waived(project, before):
        yield Need("waives", "", (row.authority,), project.id, f"waivers/{row.seq}", (row.of,))


def of_attestations(project: Project, before: Project | None) -> Iterator[Need]:
    """The bodies other than the project's own that are said to vouch for something."""
    for row, by in attested(project, before):
        yield Need("attests", "", (by,), project.id, f"attestations/{row.seq}")


def of_corrections(project: Project, before: Project | None) -> Iterator[Need]:
    """The bodies other than the project's own whose recorded acts are corrected or declared void."""
    for row, act in corrected(project, before):
        if act.body is not None and act.body not in (project.owner, project.builder):
            yield Need("corrects", "", (act.body,), project.id, row.of)


def waived(project: Project, before: Project | None) -> Iterator[Waiver]:
    """The new rows of ``waivers``."""
    known = set(before.waivers) if before is not None else set()
    return (row for row in project.waivers if row not in known)


def attested(project: Project, before: Project | None) -> Iterator[tuple[Attestation, str]]:
    """The new rows of ``attestations``, each with its body, where that is another than the project's own."""
    known = set(before.attestations) if before is not None else set()
    for row in project.attestations:
        if row not in known and row.by is not None and row.by not in (project.owner, project.builder):
            yield row, row.by


def corrected(project: Project, before: Project | None) -> Iterator[tuple[Correction, Act]]:
    """The new rows of ``corrections``, each with the act as it was recorded before."""
    if before is None:
        return
    known = {row.seq for row in before.corrections}
    acts = {key_of(act): act for act in before.milestones}
    for row in project.corrections:
        if row.seq not in known and row.of in acts:
            yield row, acts[row.of]


def of_parties(project: Project, before: Project) -> Iterator[Need]:
    """The bodies between which a responsibility moves: both of them."""
    for name in PARTIES:
        old, new = getattr(before, name), getattr(project, name)
        if old != new:
            bodies = tuple(body for body in (old, new) if isinstance(body, str))
            yield Need("party", "", bodies, project.id, name)


def of_body(world: World, body: Organization, before: Organization | None) -> Iterator[Need]:
    """Who has to agree that a body is called or followed by another, or is new: the body itself, its successor, the lead body."""
    moved = [name for name in _BODY if before is None or getattr(before, name) != getattr(body, name)]
    role = _lead(world, body.jurisdiction)
    if not moved:
        return
    if role:
        yield Need("register", role, holders(world, body.jurisdiction, role), body.id, f"organizations/{moved[0]}")
    for name in moved if before is not None else ():
        successors = [one.successor.organization for one in (before, body) if one is not None and one.successor]
        both = (body.id, *successors) if name == "successor" else (body.id,)
        yield Need("party", "", tuple(dict.fromkeys(both)), body.id, f"organizations/{name}")


_BODY = ("name", "successor")


def of_plan(world: World, id: str, plan: Plan, before: Plan | None) -> Iterator[Need]:
    """Who has to agree to a yearly plan: the roles that the measure lays what moved upon, else the lead body."""
    moved = [name for name in _PLAN if getattr(before, name, None) != getattr(plan, name)]
    found: dict[str, tuple[str, list[str]]] = {}
    for name in moved:
        for loaded, _ in world.laws.get(plan.jurisdiction, ()):
            for sentence in loaded.measure.sentences.values():
                if sentence.binds != UNIT and f"plans/{name}" in (sentence.field or "").split(", "):
                    found.setdefault(sentence.binds, (f"plans/{name}", []))[1].append(sentence.at)
    if moved and not found and (lead := _lead(world, plan.jurisdiction)):
        found[lead] = (f"plans/{moved[0]}", [])
    for role, (field, clauses) in found.items():
        yield Need("register", role, holders(world, plan.jurisdiction, role), id, field, tuple(clauses))


_PLAN = ("entries", "supplements", "approved", "compiled", "development_plan")


def of_disclosure(world: World, project: Project, signed: Endorsements | None) -> Need:
    """Who reviews before publication: the role of the latest review, else the lead body."""
    latest = max(signed.disclosure_reviews, key=lambda r: r.seq, default=None) if signed is not None else None
    role = latest.role if latest is not None else _lead(world, project.jurisdiction)
    return Need("disclosure", role, holders(world, project.jurisdiction, role), project.id, "disclosure_reviews")


def holders(world: World, jurisdiction: str, role: str) -> tuple[str, ...]:
    """The bodies of a jurisdiction that held *role* before the change."""
    return tuple(sorted(o for o in world.authority.get(role, ()) if o.split("/")[0] == jurisdiction))


def lead_role(loaded: LoadedMeasure) -> str:
    """The role that the measure lays most duties on; empty where it names none."""
    counted = Counter(s.binds for s in loaded.measure.sentences.values() if s.binds != UNIT)
    return min(counted, key=lambda role: (-counted[role], role), default="")


def _lead(world: World, jurisdiction: str) -> str:
    return next((lead_role(loaded) for loaded, _ in world.laws.get(jurisdiction, ())), "")


def _clauses(world: World, jurisdiction: str, kind: str, role: str) -> tuple[str, ...]:
    """The sentences that bind *role* and that a rule about the act cites: why it is this body that looks at it."""
    return tuple(
        dict.fromkeys(
            at
            for loaded, _ in world.laws.get(jurisdiction, ())
            for rule in loaded.rules
            if kind in rule.act or kind in rule.each
            for at in rule.cites
            if (sentence := loaded.measure.sentence(at)) is not None and sentence.binds == role
        )
    )


def merged(needs: Iterable[Need]) -> dict[tuple[str, tuple[str, ...], str], list[Need]]:
    """Needs by role and bodies, in the order in which they came up; where no role is meant, also by their reason."""
    out: dict[tuple[str, tuple[str, ...], str], list[Need]] = {}
    for need in needs:
        rows = out.setdefault((need.role, need.organizations, "" if need.role else need.why), [])
        if need not in rows:
            rows.append(need)
    return out


def unheld(needs: Collection[Need]) -> list[Need]:
    """Needs that nobody can meet: a role that no body holds."""
    return [
        need
        for need in needs
        if not need.organizations and need.why in ("confirms", "breach", "register", "disclosure")
    ]

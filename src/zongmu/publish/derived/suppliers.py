"""Suppliers, put together from the contracts of released projects.

A supplier is known by its credit code, else by its record as a body, else by its name letter for letter (width and spaces
aside). Names that merely look alike are never merged. A contract that gives only a name goes to the supplier with a code or a
record that bears exactly this name, if there is one alone.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from zongmu.disclosure.projection import PublicMilestone
from zongmu.model.acts.milestones import key_of
from zongmu.model.immutable import immutable
from zongmu.model.scalars import Money
from zongmu.publish.released.neutral import PublicOrganization

if TYPE_CHECKING:
    from zongmu.publish.released.release import Released


_WORK = ("build", "supply", "service", "data_operation", "om")
"""The roles of contracts that a project may be about, the first that it has."""


class Part(NamedTuple):
    """A contract in which a supplier has a part. ``share``: of a member of a consortium; its amount is that of the whole."""

    project: Released
    contract: PublicMilestone
    amount: Money | None
    member: bool
    share: str | None


@dataclass(slots=True)
class Supplier:
    """A supplier with its contracts, in the order of projects."""

    slug: str
    name: str
    uscc: str | None
    organization: str | None
    other_names: dict[str, None] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)

    @property
    def total(self) -> Money | None:
        """What its contracts amount to, those not counted in which it is but a member; nothing where no amount is known."""
        amounts = [p.amount for p in self.parts if p.amount is not None and not p.member]
        return Money.total(amounts) if amounts else None


class _Named(NamedTuple):
    name: str
    uscc: str | None
    organization: str | None


@immutable
class Suppliers:
    """All suppliers by slug, and who signed which contract."""

    by_slug: Mapping[str, Supplier]
    signed: Mapping[tuple[str, str], str]  # project and contract → slug
    joined: Mapping[tuple[str, str], Sequence[str]]  # project and contract → slugs of members of the consortium

    def of(self, project: str, contract: str) -> Supplier | None:
        """The supplier of a contract."""
        slug = self.signed.get((project, contract))
        return self.by_slug[slug] if slug is not None else None

    def parties(self, project: str, contract: str) -> list[Supplier]:
        """The supplier of a contract, then the members of its consortium."""
        leader, key = self.of(project, contract), (project, contract)
        return [*([leader] if leader is not None else ()), *(self.by_slug[slug] for slug in self.joined.get(key, ()))]

    def builders(self, project: Released) -> tuple[str, list[Supplier]]:
        """Who does what a project is about, and in which role: the parties to the contracts to build, else to supply, to serve,
        to operate; the role is empty where there are but others (who supervises builds nothing), all of whom are meant then.
        """
        contracts = project.view.contracts()
        role = next((role for role in _WORK if any(c.role == role for c in contracts)), "")
        found = [s for c in contracts if role in ("", c.role) for s in self.parties(project.public.id, key_of(c))]
        return role, list({s.slug: s for s in found}.values())


def suppliers_of(projects: Iterable[Released], organizations: Mapping[str, PublicOrganization]) -> Suppliers:
    """The suppliers of all contracts of *projects*."""
    found: list[tuple[_Named, Part]] = []
    for project in projects:
        amounts = {key_of(c): project.view.contract_amount(c) for c in project.view.contracts()}
        for m in project.public.milestones:
            if m.kind == "contract_signed":
                found += _parties(project, m, amounts.get(m.key))
    codes = {row.organization: row.uscc for row, _ in found if row.organization and row.uscc}
    codes |= {id: o.uscc for id, o in organizations.items() if o.uscc}
    bearers = _bearers((row for row, _ in found), codes, organizations)
    by_slug: dict[str, Supplier] = {}
    signed: dict[tuple[str, str], str] = {}
    joined: dict[tuple[str, str], list[str]] = {}
    for row, part in found:
        supplier = _identified(row, codes, bearers)
        slug = _slug(supplier)
        known = by_slug.get(slug)
        if known is None:
            body = organizations.get(supplier.organization or "")
            known = by_slug[slug] = Supplier(
                slug, body.name if body is not None else row.name, supplier.uscc, supplier.organization
            )
        if plain_name(row.name) != plain_name(known.name):
            known.other_names[row.name] = None
        last = known.parts[-1] if known.parts else None
        # One who stands twice on a contract stands there in a row.
        if last is None or last.project is not part.project or last.contract.key != part.contract.key:
            known.parts.append(part)
        where = part.project.public.id, part.contract.key
        if not part.member:
            signed[where] = slug
        elif slug not in (signed.get(where), *joined.get(where, ())):
            joined.setdefault(where, []).append(slug)
    return Suppliers(dict(sorted(by_slug.items(), key=_greatest)), signed, joined)


def _greatest(row: tuple[str, Supplier]) -> tuple[int, str]:
    """The greatest total first, those without a known amount last."""
    slug, supplier = row
    return (-supplier.total.fen if supplier.total is not None else 1, slug)


def _parties(project: Released, m: PublicMilestone, amount: Money | None) -> list[tuple[_Named, Part]]:
    """The supplier of a contract and the members of its consortium; one who is both stands once, with its share."""
    facts, out = m.facts, []
    leader = None
    if "supplier" in facts or "supplier_org" in facts:
        name = facts.get("supplier") or facts["supplier_org"]
        leader = _Named(name, facts.get("supplier_uscc"), facts.get("supplier_org"))
        out.append((leader, Part(project, m, amount, False, None)))
    for member in facts.get("members", ()):
        name, share = member["name"], member.get("share")
        if leader is not None and plain_name(name) == plain_name(leader.name):
            out[0] = (leader, Part(project, m, amount, False, share))
        else:
            out.append((_Named(name, member.get("uscc"), None), Part(project, m, amount, True, share)))
    return out


def _bearers(
    rows: Iterable[_Named], codes: Mapping[str, str | None], organizations: Mapping[str, PublicOrganization]
) -> dict[str, set[_Named]]:
    """Who bears a name: suppliers with a code or a record, under every name they are known by."""
    out: dict[str, set[_Named]] = {}
    for row in rows:
        if row.uscc or row.organization:
            who = _Named("", row.uscc or codes.get(row.organization or ""), row.organization)
            names = {row.name}
            body = organizations.get(row.organization or "")
            if body is not None:
                names |= {body.name, *(name for name, _ in body.former_names)}
            for name in names:
                out.setdefault(plain_name(name), set()).add(who)
    return out


def _identified(row: _Named, codes: Mapping[str, str | None], bearers: Mapping[str, set[_Named]]) -> _Named:
    if row.uscc or row.organization:
        return _Named(row.name, row.uscc or codes.get(row.organization or ""), row.organization)
    known = bearers.get(plain_name(row.name), set())
    slugs = {_slug(who) for who in known}
    if len(slugs) != 1:
        return row
    who = min(known, key=lambda w: (w.organization is None, w.organization or ""))
    return _Named(row.name, who.uscc, who.organization)


def _slug(row: _Named) -> str:
    """The file name of a supplier's page: by its code, its record, or a digest of its name."""
    if row.uscc:
        return f"uscc-{row.uscc.lower()}"
    if row.organization:
        return f"body-{row.organization.replace('/', '-', 1)}"
    return f"name-{hashlib.sha256(plain_name(row.name).encode('utf-8', 'replace')).hexdigest()[:16]}"


def plain_name(name: str) -> str:
    """A name without differences of width, case and space."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())

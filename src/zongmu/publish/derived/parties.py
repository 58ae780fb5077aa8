"""The bodies that a project names, each with the field that names it."""

from __future__ import annotations

from collections.abc import Iterator
from sys import intern

from zongmu.disclosure.projection import PublicProject

PARTY_FIELDS = (
    "owner", "builder", "demand", "user", "lead", "partners", "partner_towns", "operator", "implementing_body",
)  # fmt: skip
_MILESTONE_PARTIES = (
    "body", "applicant", "with", "to", "payee", "responsible", "venue", "supplier_org", "winner_org", "from",
)  # fmt: skip
_NAMING = frozenset(_MILESTONE_PARTIES)


def parties_of(public: PublicProject) -> Iterator[tuple[str, str]]:
    """Field and body; a body may come several times."""
    for name in PARTY_FIELDS:
        value = public.facts.get(name)
        for id in (value,) if isinstance(value, str) else value or ():
            yield name, id
    for row in public.facts.get("scope", ()):
        if "unit" in row:
            yield "scope", row["unit"]
    for row in public.waivers:
        yield "waivers", row["authority"]
    for row in public.questions:
        if "body" in row:
            yield "questions", row["body"]
    for m in public.milestones:
        for name in () if _NAMING.isdisjoint(m.facts) else _MILESTONE_PARTIES:
            value = m.facts.get(name)
            # ``to`` of a transfer is a body, of an excluded interval a day: those stand in rows of their own.
            for id in (value,) if isinstance(value, str) else value or ():
                if isinstance(id, str) and "/" in id:
                    yield intern(f"milestones/{m.key}/{name}"), id

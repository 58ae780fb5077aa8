"""OC4IDS 0.9 (Open Contracting for Infrastructure Data Standards): a package for each project, and one of all.

What the standard has no place for stands under one key of our own, ``x_zongmu`` (:mod:`.oc4ids_extension`). Amounts are
JSON numbers there, in 元 with at most two decimals; days begin at midnight in Beijing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from zongmu.model.acts.kinds import KINDS, Phase
from zongmu.model.acts.milestones import Announced, Contract, Supplemented, key_of
from zongmu.model.scalars import Money
from zongmu.publish.derived.suppliers import plain_name
from zongmu.publish.open_data.about import About
from zongmu.publish.open_data.columns import body_name
from zongmu.publish.open_data.json_files import parted
from zongmu.publish.open_data.oc4ids_extension import EXTENSION, extension
from zongmu.publish.released.release import Released
from zongmu.publish.released.texts import PROJECT_REFERENCES
from zongmu.publish.rendering.escape import json_bytes
from zongmu.publish.rendering.say import Say

VERSION = "0.9"
PREFIX = "oc4ids-zongmu"
"""Stands for the prefix that the helpdesk of the standard gives each publisher; this one is a placeholder."""

BODY_SCHEME = "CN-GB32100"
"""Our name for 统一社会信用代码 (GB 32100) in the absence of a registered one."""

_STATUS: dict[str, str] = {
    "retired": "decommissioned",
    "withdrawn": "cancelled",
    "terminated": "cancelled",
    "superseded": "cancelled",
    "in_use": "maintenance",
    "closed": "maintenance",
}
_PHASES: tuple[tuple[str, frozenset[str]], ...] = (
    ("completion", frozenset({"completed", "initial_accepted", "final_accepted", "accounts_settled"})),
    ("implementation", frozenset({"contract_signed", "build_started"})),
    ("preparation", frozenset({"approved", "feasibility_approved", "design_approved", "plan_approved",
                               "procurement_announced", "library_admitted"})),
)  # fmt: skip
_TYPES: dict[Phase, str] = {
    "approval": "approval",
    "procurement": "procurement",
    "building": "delivery",
    "acceptance": "assessment",
}
_ROLES: dict[str, str] = {
    "owner": "publicAuthority",
    "builder": "buyer",
    "implementing_body": "administrativeEntity",
    "user": "interestedParty",
    "demand": "interestedParty",
}
_NATURES = {"build": "construction", "supply": "construction", "design": "design", "supervision": "supervision"}
_METHODS = {
    "open": "open",
    "tender": "open",
    "invited": "selective",
    "negotiation": "limited",
    "consultation": "limited",
    "inquiry": "limited",
    "single": "direct",
    "direct": "direct",
}


def package(about: About, project: Mapping[str, Any], path: str) -> bytes:
    """The package of one project; its second line is the project alone."""
    return _head(about, path, str(project["updated"])) + json_bytes(project) + b"\n]}\n"


def whole(about: About, path: str, packages: Iterable[bytes]) -> Iterator[bytes]:
    """The package of all projects part by part, from the packages of each. Without any it would not be valid."""
    yield _head(about, path, _moment(about.modified))
    yield from parted(text.split(b"\n", 2)[1] for text in packages)
    yield b"\n]}\n"


def _head(about: About, path: str, published: str) -> bytes:
    head: dict[str, Any] = {
        "uri": f"{about.address}{path}",
        "publishedDate": published,
        "publisher": {"name": about.publisher, "uri": about.address},
        "version": VERSION,
    }
    if about.licence_uri is not None:
        head["license"] = about.licence_uri
    head["publicationPolicy"] = f"{about.address}data.html"
    return json_bytes(head)[:-1] + b',"projects":[\n'


def oc4ids_project(project: Released, say: Say, address: str) -> dict[str, Any]:
    """One project. What is not known is left out; the standard has no empty values."""
    public, view, facts = project.public, project.view, project.public.facts
    page = f"{address}projects/{public.id}"
    last = max((day.isoformat() for day in project.days()), default=f"{public.id.rsplit('-', 2)[1]}-01-01")
    out: dict[str, Any] = {
        "id": f"{PREFIX}-{public.id}",
        "updated": _moment(last),
        "language": "zh",
        "identifiers": [
            {"id": public.id, "scheme": address},
            *_some({"id": facts.get("investment_code"), "scheme": "CN-investment-project-code"}, "id"),
        ],
        "title": public.name,
        "description": facts.get("summary") or facts.get("content_public"),
        "purpose": facts.get("necessity_public"),
        "status": _status(project),
        "publicAuthority": _body(say, facts["owner"]) if "owner" in facts else None,
        "parties": _parties(project, say),
        "sector": ["governance"],
        "locations": [{"id": facts["region"], "gazetteer": {"scheme": "CN-GB2260", "identifiers": [facts["region"]]}}]
        if "region" in facts
        else None,
        "budget": _budget(project),
        "period": _period(view.original_period.value),
        "implementationPeriod": _period(view.approved_period.value),
        "completion": _completion(project),
        "milestones": [*_milestones(project, say), *_planned(project, say)],
        "metrics": _metrics(project),
        "documents": list(_documents(project, say)),
        "contractingProcesses": [_process(project, contract, say) for contract in view.contracts()],
        "relatedProjects": list(_related(project, say, address)),
        "additionalClassifications": list(_classes(project, say)),
    }
    kept = {name: value for name, value in out.items() if value not in (None, [], {})}
    kept[EXTENSION] = extension(project, say, page)
    return kept


def _some(row: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [row] if row[name] is not None else []


def _moment(day: str) -> str:
    return f"{day}T00:00:00+08:00"


def _value(amount: Money | None) -> dict[str, Any] | None:
    """An amount. 元 with two decimals, of which a float of this size is exact in its shortest form."""
    if amount is None:
        return None
    yuan = amount.fen // 100 if amount.fen % 100 == 0 else amount.fen / 100
    return {"amount": yuan, "currency": "CNY"}


def _without(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value not in (None, [], {}, "")}


def _status(project: Released) -> str:
    view = project.view
    if view.status in _STATUS:
        return _STATUS[view.status]
    return next((phase for phase, kinds in _PHASES if view.has(*kinds)), "identification")


# ── parties ──


def _body(say: Say, id: str) -> dict[str, str]:
    return {"id": id, "name": body_name(say, id)}


def _supplier(contract: Contract) -> dict[str, str] | None:
    id = contract.supplier_org or contract.supplier_uscc or contract.supplier
    return {"id": str(id), "name": contract.supplier or str(id)} if id else None


def _suppliers(contract: Contract) -> list[dict[str, Any]]:
    """The supplier of a contract, then the other members of its consortium, each as a party."""
    leader = _supplier(contract)
    found = [(leader, contract.supplier_uscc)] if leader is not None else []
    for member in contract.members:
        if leader is None or plain_name(member.name) != plain_name(leader["name"]):
            found.append(
                ({"id": str(member.organization or member.uscc or member.name), "name": member.name}, member.uscc)
            )
    return [
        {**row, "identifier": {"scheme": BODY_SCHEME, "id": str(uscc)}} if uscc else dict(row) for row, uscc in found
    ]


def _parties(project: Released, say: Say) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}

    def add(row: dict[str, Any], role: str) -> None:
        party = found.setdefault(row["id"], {**row, "roles": []})
        if role not in party["roles"]:
            party["roles"].append(role)

    for field, role in _ROLES.items():
        if field in project.public.facts:
            id = project.public.facts[field]
            known = say.release.organizations.get(id)
            row: dict[str, Any] = dict(_body(say, id))
            if known is not None and known.uscc:
                row["identifier"] = {"scheme": BODY_SCHEME, "id": known.uscc, "legalName": known.name}
            add(row, role)
    for contract in project.view.contracts():
        for row in _suppliers(contract):
            add(row, "supplier")
    return list(found.values())


# ── money and time ──


def _budget(project: Released) -> dict[str, Any]:
    view = project.view
    approvals = view.estimate_approvals
    asked = view.day("approval_applied").value
    return _without(
        {
            "amount": _value(view.current_baseline.value),
            "requestDate": _moment(asked.isoformat()) if asked is not None else None,
            "approvalDate": _moment(approvals[0].date.isoformat()) if approvals else None,
        }
    )


def _period(span: Any) -> dict[str, str] | None:
    if span is None:
        return None
    return {"startDate": _moment(span.start.isoformat()), "endDate": _moment(span.end.isoformat())}


def _completion(project: Released) -> dict[str, Any]:
    accepted = project.view.accepted.value
    return _without(
        {
            "endDate": _moment(accepted.isoformat()) if accepted is not None else None,
            "finalValue": _value(project.view.final_total.value),
        }
    )


def _milestones(project: Released, say: Say) -> Iterator[dict[str, Any]]:
    for m in project.public.milestones:
        kind, code = KINDS.get(m.kind), m.facts.get("code")
        total = m.facts.get("total") or m.facts.get("amount")
        yield _without(
            {
                "id": m.key,
                "title": say.kind(project.public.jurisdiction, m.kind, code if isinstance(code, str) else None),
                "type": _TYPES.get(kind.phase) if kind is not None else None,
                "code": m.kind,
                "description": m.number,
                "dateMet": _moment(m.date.isoformat()),
                "status": "met",
                "value": _value(Money.parse(total)) if isinstance(total, str) else None,
            }
        )


def _planned(project: Released, say: Say) -> Iterator[dict[str, Any]]:
    """Planned steps that have not come yet, each with an id of its own; a month is due on its last day."""
    seen: Counter[str] = Counter()
    for row in project.view.project.planned:
        if not project.view.has(row.kind):
            seen[row.kind] += 1
            yield {
                "id": f"planned/{row.kind}" + (f"/{seen[row.kind]}" if seen[row.kind] > 1 else ""),
                "title": say.kind(project.public.jurisdiction, row.kind),
                "code": row.kind,
                "dueDate": _moment(row.date.latest.isoformat()),
                "status": "scheduled",
            }


def _metrics(project: Released) -> list[dict[str, Any]] | None:
    rows = [
        {
            "id": str(n),
            "period": {"endDate": _moment(row["date"])},
            "measure": row["percent"].removesuffix("%"),
            "unit": {"name": "percent"},
        }
        for n, row in enumerate(project.public.progress, 1)
        if "percent" in row
    ]
    return [{"id": "physicalProgress", "title": "进展", "observations": rows}] if rows else None


def _documents(project: Released, say: Say) -> Iterator[dict[str, Any]]:
    """That a paper is there; papers themselves are not published."""
    for m in project.public.milestones:
        for n, kind in enumerate(m.documents, 1):
            title = say.code(project.public.jurisdiction, "document", kind)
            yield {"id": f"{m.key}/{n}", "documentType": kind, "title": title, "language": "zh"}


# ── contracts ──


def _process(project: Released, contract: Contract, say: Say) -> dict[str, Any]:
    view, key = project.view, key_of(contract)
    payments = [p for p in view.project.payments if p.contract == (contract.seq or 1)]
    supplements = [s for s in view.of_class(Supplemented) if s.of == key]
    supplier = _supplier(contract)
    title = say.code(project.public.jurisdiction, "contract_role", contract.role)
    summary = {
        "externalReference": str(contract.number) if contract.number else None,
        "nature": [_NATURES[contract.role]] if contract.role in _NATURES else None,
        "title": title,
        "status": "closed" if view.has("final_accepted", "terminated", "closed") else "active",
        "tender": _tender(project, contract, say),
        "suppliers": [{"id": row["id"], "name": row["name"]} for row in _suppliers(contract)],
        "contractValue": _value(contract.amount),
        "finalValue": _value(view.contract_amount(contract)) if supplements else None,
        "modifications": [_modification(s) for s in supplements],
        "transactions": [
            _without(
                {"id": str(p.seq), "date": _moment(p.date.isoformat()), "value": _value(p.amount), "payee": supplier}
            )
            for p in payments
        ],
        "milestones": [
            {
                "id": key,
                "title": "签订合同",
                "code": "contract_signed",
                "dateMet": _moment(contract.date.isoformat()),
                "status": "met",
            }
        ],
    }
    return {"id": f"{project.public.id}-{key.replace('/', '-')}", "summary": _without(summary)}


def _tender(project: Released, contract: Contract, say: Say) -> dict[str, Any] | None:
    """The procurement that the contract came from: the one it names, or the only one there is."""
    found = project.view.of_class(Announced)
    named = [a for a in found if key_of(a) == contract.of] or (
        list(found) if len(found) == 1 and not contract.of else []
    )
    notice = next((a for a in named if a.kind == "procurement_announced"), None)
    if notice is None:
        return None
    method = notice.method
    return _without(
        {
            "procurementMethod": _METHODS.get(method) if method else None,
            "procurementMethodDetails": say.code(project.public.jurisdiction, "procurement_method", method)
            if method
            else None,
            "datePublished": _moment(notice.date.isoformat()),
            "costEstimate": _value(notice.limit_price or notice.budget),
        }
    )


def _modification(supplement: Supplemented) -> dict[str, Any]:
    return _without(
        {
            "id": key_of(supplement),
            "date": _moment(supplement.date.isoformat()),
            "type": "value" if supplement.amount is not None else None,
            "newContractValue": _value(supplement.amount),
        }
    )


# ── beside the project ──


def _related(project: Released, say: Say, address: str) -> Iterator[dict[str, Any]]:
    for n, field in enumerate((f for f in PROJECT_REFERENCES if f in project.public.facts), 1):
        id = project.public.facts[field]
        other = say.release.project(id)
        yield _without(
            {
                "id": str(n),
                "scheme": "oc4ids",
                "identifier": f"{PREFIX}-{id}",
                "relationship": field,
                "title": other.public.name if other is not None else None,
                "uri": f"{address}projects/{id}.html",
            }
        )


def _classes(project: Released, say: Say) -> Iterator[dict[str, Any]]:
    """Codes of the city's measure, each behind the name of its code list: ids are unique among classifications."""
    j, facts = project.public.jurisdiction, project.public.facts
    for field in ("class", "subtype", "level", "path", "nature", "funding_form"):
        if field in facts:
            code = facts[field]
            yield {"scheme": f"zongmu:{j}", "id": f"{field}/{code}", "description": say.code(j, field, code)}

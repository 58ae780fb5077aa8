"""The public type: what may be said of a record outside. Built field by field from an allow-list, never by taking away.

A field that is not named here does not exist outside, whatever its class says; a test holds that every name here has class
P in the model, and that every P field is either named here or named as left out. Text of class S is public only through its
public twin; without one it is withheld, with its ground. Nothing is summarised by machine.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final

from pydantic import BaseModel

from zongmu.model.acts.kinds import BEFALLS
from zongmu.model.acts.milestones import Act, key_of
from zongmu.model.acts.parts import PRESENCE_WITHHELD
from zongmu.model.derived.timeline import voided
from zongmu.model.fields.digest import sha256, without_translations
from zongmu.model.fields.leaves import plain
from zongmu.model.immutable import immutable
from zongmu.model.records.project import Project

STATE_FIELDS: tuple[str, ...] = (
    "name", "name_en", "investment_code", "level", "region", "class", "class_ground", "subtype", "funding_form",
    "system_class", "om_kind", "nature", "path", "channel", "content_types", "government_investment",
    "government_control", "software_development", "custom_software", "has_data", "comprehensive", "cross_level",
    "single_content", "unified_om", "tags", "owner", "demand", "builder", "user", "lead", "partners", "partner_towns",
    "operator", "implementing_body", "responsible", "buyer_name", "summary", "summary_en", "necessity_public",
    "content_public", "policy_basis_public", "original_project", "original_investment", "parent_project", "framework",
    "host", "builds", "extends", "maintains", "scope", "data_catalog", "civil", "supervision", "standards", "indicators",
    "planned", "withheld", "source",
)  # fmt: skip
"""State fields that are public as they stand."""

SHARED_RESOURCE_FIELDS = ("resource", "used")
EXTERNAL_ID_FIELDS = ("trading", "library")
PAYMENT_FIELDS = ("seq", "date", "contract", "amount")
OM_COST_FIELDS = ("year", "seq", "amount", "level")
PROGRESS_FIELDS = ("date", "percent")
WAIVER_FIELDS = ("seq", "of", "matter", "authority", "number", "date", "until")
REASON_FIELDS = ("seq", "of", "date", "until")
QUESTION_FIELDS = (
    "seq", "of", "kind", "channel", "received", "body", "text", "text_en", "consulting", "extended", "reply",
)  # fmt: skip
"""Fields of a question that are public as they stand; what it is about is public where that is."""
DOCUMENT_FIELDS = ("kind", "number", "date", "received")

MILESTONE_FIELDS: frozenset[str] = frozenset(
    {
        "kind", "seq", "date", "received", "body", "body_name", "number", "url", "stage", "source", "total", "applicant",
        "with", "conclusion", "evaluator", "year", "of", "to", "period", "funding", "early_costs", "matter", "until",
        "permit", "method", "venue", "agent", "budget", "limit_price", "lot", "deadline", "opening", "expected", "winner",
        "winner_uscc", "winner_org", "amount", "bidders", "role", "supplier", "supplier_uscc", "supplier_org", "members",
        "warranty", "warranty_until", "deploy_within", "free_om", "service", "continues", "respond_within", "fix_within",
        "plan_within", "ip_owner", "moved", "goal_unchanged", "content_unchanged", "organized", "responsible",
        "third_party", "surplus", "payee", "channel", "grade", "uploaded", "provider", "due", "notice", "from", "by",
        "code", "scope", "excluded",
    }
)  # fmt: skip
"""Fields of a milestone that are public. Topics covered, notes, reasons in words, who signed and what was attached are not."""

MILESTONE_FIELDS_OF: dict[str, frozenset[str]] = dict.fromkeys(
    ("adjustment_applied", "adjusted"), frozenset({"reason"})
)
"""What else is public of a kind: on which of the grounds that the measure names a project was adjusted."""


@cache
def milestone_fields(kind: str) -> frozenset[str]:
    """The public fields of a milestone of *kind*."""
    return MILESTONE_FIELDS | MILESTONE_FIELDS_OF.get(kind, frozenset())


MILESTONE_KINDS_WITHHELD: frozenset[str] = BEFALLS
"""Kinds whose mere presence is internal (条例 art. 14 and 16): no step among them, so that a project begins on one day inside and out."""

LEFT_OUT: frozenset[str] = frozenset(
    {
        "format", "id", "jurisdiction", "secrecy", "ground", "external_ids", "shared_resources", "milestones",
        "payments", "om_costs", "progress", "waivers", "reasons", "attestations", "questions", "corrections", "reason",
        "reason_text",
        "covers", "documents", "consulted", "supervisor_consulted", "incident", "severity", "data_disposal",
        "device_disposal",
    }
)  # fmt: skip
"""P fields that are not in the lists above on purpose: taken apart, shown another way, or not said."""

SUMMARY_TEXTS: tuple[tuple[str, str, str], ...] = (
    ("necessity", "necessity_public", "process"),
    ("content", "content_public", "commercial"),
    ("policy_basis", "policy_basis_public", "process"),
)
"""Class S text, its public twin, and the ground on which it is withheld without one."""

GROUNDS: dict[str, tuple[str, str]] = {
    "security": (
        "涉及国家安全、公共安全（政府信息公开条例第十四条）",
        "Security (Regulation on open government information, art. 14)",
    ),
    "commercial": ("涉及商业秘密（条例第十五条）", "Commercial secrets (art. 15)"),
    "privacy": ("涉及个人隐私（条例第十五条）", "Privacy (art. 15)"),
    "process": ("内部事务、过程性信息（条例第十六条）", "Internal and deliberative information (art. 16)"),
}
"""Grounds of withholding, city-free."""

ALWAYS_WITHHELD: tuple[tuple[str, str, str], ...] = (
    ("网络与数据安全", "Network and data security", "security"),
    ("内部意见与备注", "Internal opinions and notes", "process"),
)
"""Said of every project alike, so that saying it tells nothing of any one of them."""


@immutable
class Told:
    """What of whose mere presence may be told: kinds of papers, and matters of filings, consents and waivers.

    To list who has filed for protection or cryptography is to list who has not (条例 art. 14): what is not named here
    leaves no trace.
    """

    documents: frozenset[str] = frozenset()
    matters: frozenset[str] = frozenset()
    internal: frozenset[str] = frozenset()  # rules, and sentences with such rules alone, whose outcome is never public


def told_key(told: Told) -> str:
    """The same text for the same lists, whatever the order in which a set gives its members."""
    return f"{sorted(told.documents)}{sorted(told.matters)}{sorted(told.internal)}"


@immutable
class PublicMilestone:
    """A milestone as the public sees it."""

    key: str
    kind: str
    date: dt.date
    number: str | None
    body: str | None
    body_name: str | None
    facts: Mapping[str, Any]  # file name of the field → plain value
    documents: tuple[str, ...]  # kinds of papers, only such kinds as the measure lists as public
    papers: tuple[Mapping[str, Any], ...] = ()  # the same papers with their numbers and days


@immutable
class Withheld:
    """Something that is there and not said, and why."""

    what: str
    what_en: str
    ground: str


@immutable
class PublicProject:
    """A project as the public sees it. There is no other way out of the registry."""

    id: str
    jurisdiction: str
    facts: Mapping[str, Any]
    milestones: tuple[PublicMilestone, ...]
    shared_resources: tuple[Mapping[str, Any], ...]
    external_ids: Mapping[str, Any]
    payments: tuple[Mapping[str, Any], ...]
    om_costs: tuple[Mapping[str, Any], ...]
    progress: tuple[Mapping[str, Any], ...]
    waivers: tuple[Mapping[str, Any], ...]
    reasons: tuple[Mapping[str, Any], ...]
    questions: tuple[Mapping[str, Any], ...]
    withheld: tuple[Withheld, ...]

    @property
    def name(self) -> str:
        """The project's name."""
        return str(self.facts["name"])

    @property
    def name_en(self) -> str:
        """The English name, or the Chinese one where there is none."""
        return str(self.facts.get("name_en", self.facts["name"]))

    def data(self) -> dict[str, Any]:
        """The projection as plain data: what the open data carry, and what a disclosure review binds to."""
        return {
            "id": self.id,
            "jurisdiction": self.jurisdiction,
            **self.facts,
            "milestones": [
                {**m.facts, **({"documents": [dict(p) for p in m.papers]} if m.papers else {})} for m in self.milestones
            ],
            **{
                name: [dict(r) for r in rows]
                for name, rows in (
                    ("shared_resources", self.shared_resources),
                    ("payments", self.payments),
                    ("om_costs", self.om_costs),
                    ("progress", self.progress),
                    ("waivers", self.waivers),
                    ("reasons", self.reasons),
                    ("questions", self.questions),
                )
                if rows
            },
            **({"external_ids": dict(self.external_ids)} if self.external_ids else {}),
            "withheld_fields": [{"what": w.what, "ground": w.ground} for w in self.withheld],
        }

    def digest(self) -> str:
        """What a disclosure review binds to: a later change of anything public voids it."""
        return sha256(without_translations(self.data()))


def project_public(project: Project, told: Told) -> PublicProject:
    """The public projection of a project."""
    return projected(project, told)[0]


def projected(project: Project, told: Told) -> tuple[PublicProject, dict[str, str]]:
    """The public projection of a project, and the key of each act that is public → the key that it has outside."""
    data = plain(project)
    acts = tuple(zip(project.milestones, data.get("milestones", ()), strict=True))
    numbers = _numbers(acts, told)
    keys = _unvoided(project, numbers)
    public = PublicProject(
        id=project.id,
        jurisdiction=project.jurisdiction,
        facts=_facts(data),
        milestones=tuple(_milestone(m, row, numbers, told) for m, row in acts if key_of(m) in keys),
        shared_resources=_rows(data.get("shared_resources", ()), SHARED_RESOURCE_FIELDS),
        external_ids=_row(data.get("external_ids", {}), EXTERNAL_ID_FIELDS),
        payments=_rows(data.get("payments", ()), PAYMENT_FIELDS),
        om_costs=_rows(data.get("om_costs", ()), OM_COST_FIELDS),
        progress=_rows(data.get("progress", ()), PROGRESS_FIELDS),
        waivers=_numbered((r for r in _excusing(data, "waivers", told) if _told(r.get("matter"), told)), WAIVER_FIELDS),
        reasons=_numbered(_excusing(data, "reasons", told), REASON_FIELDS),
        questions=tuple(_question(row, keys, told) for row in data.get("questions", ())),
        withheld=_withheld(data),
    )
    return public, keys


def _facts(data: Mapping[str, Any]) -> dict[str, Any]:
    facts = {name: data[name] for name in STATE_FIELDS if name in data}
    if planned := [row for row in facts.pop("planned", ()) if row["kind"] not in MILESTONE_KINDS_WITHHELD]:
        facts["planned"] = planned  # an act that may not be told of may not be announced either
    return facts


def _unvoided(project: Project, numbers: Mapping[str, str]) -> dict[str, str]:
    taken_back = voided(project.corrections) if project.corrections else ()
    return {key: number for key, number in numbers.items() if key not in taken_back}


def _numbers(acts: Sequence[tuple[Act, Mapping[str, Any]]], told: Told) -> dict[str, str]:
    """The key outside of each act that may be told of, voided ones included.

    Acts of a kind are numbered without those that may not, so that no gap tells of them.
    """
    # Most kinds have no such field, and to ask the model for one that is not there is slow.
    hidden = {key_of(m) for m, row in acts if m.kind in MILESTONE_KINDS_WITHHELD or not _told(row.get("matter"), told)}
    while more := {key_of(m) for m, row in acts if row.get("of") in hidden} - hidden:
        hidden |= more  # what answers an act that may not be told of may not either, and so on
    count: Counter[str] = Counter()
    out: dict[str, str] = {}
    for m in sorted((m for m, _ in acts), key=lambda m: m.seq or 1):
        if (key := key_of(m)) not in hidden:
            count[m.kind] += 1
            out[key] = m.kind if count[m.kind] == 1 else f"{m.kind}/{count[m.kind]}"
    return out


def as_project(public: PublicProject, without: Container[str] = ()) -> Project:
    """A project that holds what is public and nothing else, so that nothing derived or judged can rest on more.

    *without*: fields of the project and of its acts that are left out, for whoever has no use for them.
    """
    data = {name: value for name, value in public.data().items() if name not in without}
    del data["withheld_fields"]
    data["format"] = 1
    acts = data.pop("milestones")
    if acts:
        data["milestones"] = acts
    for act in acts:
        if "documents" in act and "documents" in without:
            del act["documents"]
        if act["kind"] == "superseded":
            act.setdefault("by", public.id)  # by one that has no page and is not named; the model wants some project
    for row in data.get("reasons", ()):
        row |= {"role": "-", "text": "-"}
    return Project.model_validate(data)


_GIVEN: Final[dict[frozenset[str], set[str]]] = {}
"""Sets of names of fields, each once."""


def lean(project: Project) -> Project:
    """*project*, which is to be held with thousands of others. Each of its parts has a set of the fields that were given, and
    most of these are the same: they take more memory than the facts, and are held once."""
    waiting: list[Any] = [project]
    parts = _parts()
    for value in waiting:  # which grows meanwhile
        if type(value) is tuple:
            waiting += [part for part in value if type(part) in parts]
        else:
            given = value.__pydantic_fields_set__
            object.__setattr__(value, "__pydantic_fields_set__", _GIVEN.setdefault(frozenset(given), given))
            waiting += [part for part in value.__dict__.values() if type(part) in parts]
    return project


@cache
def _parts() -> frozenset[type]:
    """What holds more than a value: rows, and the classes of the model. To ask of each whether it is of one is slow."""
    found: list[type] = [BaseModel]
    for cls in found:
        found += cls.__subclasses__()
    return frozenset((*found, tuple))


def _excusing(data: Mapping[str, Any], name: str, told: Told) -> Iterator[Mapping[str, Any]]:
    """Waivers or reasons, but for those that would tell how a rule came out whose outcome is not public."""
    return (row for row in data.get(name, ()) if row["of"] not in told.internal)


def _question(row: Mapping[str, Any], keys: Mapping[str, str], told: Told) -> dict[str, Any]:
    """A question; what it is about only where that tells of nothing that is not public itself."""
    out = _row(row, QUESTION_FIELDS)
    about = str(row.get("about", ""))
    if about in keys:
        out["about"] = keys[about]
    elif (
        about in STATE_FIELDS
        or about.partition("/")[0] in _PUBLIC_ROWS
        or (about[:1].isupper() and not any(f"{one} ".startswith(f"{about} ") for one in told.internal))
    ):
        out["about"] = about
    return out


_PUBLIC_ROWS = ("payments", "om_costs", "progress")
"""Lists of which every row is public under its own key."""


def _told(matter: str | None, told: Told) -> bool:
    return matter is None or matter in told.matters


def _milestone(milestone: Act, row: Mapping[str, Any], numbers: Mapping[str, str], told: Told) -> PublicMilestone:
    key = numbers[key_of(milestone)]
    fields = milestone_fields(milestone.kind)
    facts = {name: row[name] for name in row if name in fields}
    number = key.partition("/")[2]
    if number:
        facts["seq"] = int(number)
    else:
        facts.pop("seq", None)
    if "of" in facts:
        facts["of"] = numbers.get(facts["of"], facts["of"])
    papers = tuple(_papers(milestone, row, told))
    return PublicMilestone(
        key=key,
        kind=milestone.kind,
        date=milestone.date,
        number=milestone.number,
        body=milestone.body,
        body_name=milestone.body_name,
        facts=facts,
        documents=tuple(paper["kind"] for paper in papers),
        papers=papers,
    )


def _papers(milestone: Act, row: Mapping[str, Any], told: Told) -> Iterator[dict[str, Any]]:
    """The papers that may be told of, numbered among themselves."""
    count: Counter[str] = Counter()
    for document, facts in zip(milestone.documents, row.get("documents", ()), strict=True):
        if document.kind in told.documents and document.disclosure not in PRESENCE_WITHHELD:
            count[document.kind] += 1
            number = {"seq": count[document.kind]} if count[document.kind] > 1 else {}
            yield {"kind": document.kind, **number, **_row(facts, DOCUMENT_FIELDS)}


def _row(row: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: row[name] for name in names if name in row}


def _rows(rows: Iterable[Mapping[str, Any]], names: tuple[str, ...]) -> tuple[dict[str, Any], ...]:
    return tuple(_row(row, names) for row in rows)


def _numbered(rows: Iterable[Mapping[str, Any]], names: tuple[str, ...]) -> tuple[dict[str, Any], ...]:
    """The rows, numbered among themselves."""
    return tuple(_row({**row, "seq": n}, names) for n, row in enumerate(rows, 1))


def _withheld(data: Mapping[str, Any]) -> tuple[Withheld, ...]:
    out = [Withheld(zh, en, ground) for zh, en, ground in ALWAYS_WITHHELD]
    from zongmu.model.fields.titles import field_title

    for internal, twin, ground in SUMMARY_TEXTS:
        if internal in data and twin not in data:
            title = field_title(Project, internal)
            out.append(Withheld(title.zh, title.en, ground))
    return tuple(out)

"""Waivers, recorded reasons and acknowledgements that are no longer needed, or were given by a body that may not.

Whether a row still does something is not guessed from its words: the record is judged once more without it. A row that
changes no ruling is not needed, unless a rule that it names is still open. Rules across records are asked afterwards, from
their rulings. None of this blocks: what was decided on paper may be recorded as it was decided; it just has no effect.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from zongmu.model.finding import Bilingual, Code, Finding, Outcome, Severity, finding
from zongmu.model.immutable import immutable
from zongmu.model.records.endorsement import Acknowledgement, Endorsements
from zongmu.model.records.project import Project, Reason, Waiver
from zongmu.policy.judging.engine import judge
from zongmu.policy.judging.weighing import Ruling
from zongmu.policy.judging.world import World
from zongmu.policy.law.rules import Rule
from zongmu.store.registry import LoadedRecord

NOT_NEEDED = Code(
    "record.exception-not-needed",
    Bilingual("豁免或理由已无必要", "A waiver or reason that is not needed"),
    Bilingual("{what}针对 {of}：没有它，裁决也一样", "{what_en} of {of}: without it every ruling would be the same"),
    Bilingual(
        "可以不理；要让它不再出现，写明 until（失效日），不要删除",
        "nothing need be done; to end it give it an until, do not delete it",
    ),
)
AUTHORITY = Code(
    "record.waiver-authority",
    Bilingual("豁免不是有权单位作出的", "Waived by a body that may not"),
    Bilingual(
        "{of} 的豁免由{roles}决定，{authority} 不是；这项豁免不起作用",
        "{of} is waived by {roles_en}, which {authority} is not; the waiver has no effect",
    ),
    Bilingual(
        "核对决定单位；确由它决定的照实登记，另请有权单位决定",
        "check the authority; if it did decide, leave it so, and ask the body that may",
    ),
)
NOT_A_PRINCIPLE = Code(
    "record.reason-not-for-principle",
    Bilingual("理由针对的不是原则性规定", "A reason for what is no principle"),
    Bilingual(
        "{of} 不是“原则上”一类的规定，说明理由不能代替遵守",
        "{of} is not put as a principle: giving a reason does not excuse from it",
    ),
    Bilingual("确需例外的，取得豁免（waivers）", "where an exception is due, get a waiver (waivers)"),
)
ACK_IDLE = Code(
    "record.acknowledgement-idle",
    Bilingual("确认没有对象", "An acknowledgement of nothing"),
    Bilingual("对 {rule} 的确认：{why}", "acknowledgement of {rule}: {why_en}"),
    Bilingual(
        "核对 code 与 key；违规已消除的，留作记录即可",
        "check code and key; where the breach is cured it stays as a record",
    ),
)
ACK_ROLE = Code(
    "record.acknowledgement-role",
    Bilingual("确认人没有该职责", "Acknowledged by nobody in the role"),
    Bilingual(
        "{who} 不承担 {role}，这项确认不起作用", "{who_en} does not hold {role}; the acknowledgement has no effect"
    ),
    Bilingual(
        "由承担该职责的单位另行确认；职责写在单位文件的 holds 里",
        "let a body that holds the role acknowledge; roles are under holds in the body's file",
    ),
)
CODES = (NOT_NEEDED, AUTHORITY, NOT_A_PRINCIPLE, ACK_IDLE, ACK_ROLE)


@immutable
class Doubtful:
    """A waiver or reason that no rule about the project alone needs; rules across records may."""

    list: str  # "waivers" or "reasons"
    seq: int
    of: str


_WHAT = {"waivers": Bilingual("豁免", "the waiver"), "reasons": Bilingual("理由", "the reason")}


# ── of one project ──


def of_project(
    world: World, loaded: LoadedRecord, rulings: Collection[Ruling], base: Any = None
) -> Iterator[Finding | Doubtful]:
    """What is to be said of the waivers and reasons of a project, *rulings* being all that its own rules say of it.

    Rows that have run out or name no rule are left to ``checks/common``.
    """
    project = loaded.model
    if not isinstance(project, Project):
        return
    for waiver in project.waivers:
        named = _named(world, project.jurisdiction, waiver.of)
        if named is None or _run_out(waiver, world):
            continue
        may = _may_waive(world, project, named)
        if not any(waiver.authority in world.authority.get(role, ()) for role in may):
            yield finding(
                AUTHORITY,
                record=loaded.id,
                path=loaded.path,
                severity=Severity.WARNING,
                key=f"waivers/{waiver.seq}",
                field_path=f"waivers/{waiver.seq}/authority",
                authority=waiver.authority,
                roles="、".join(text.zh for text in may.values()) or "（办法没有写明由谁）",
                roles_en=" or ".join(text.en for text in may.values()) or "nobody that the measure names",
                of=waiver.of,
            )
        elif not _open(rulings, waiver.of) and not _matters(world, project, "waivers", waiver, named, rulings, base):
            yield Doubtful("waivers", waiver.seq, waiver.of)
    for reason in project.reasons:
        named = _named(world, project.jurisdiction, reason.of)
        if named is None or _run_out(reason, world):
            continue
        if _matters(world, project, "reasons", reason, named, rulings, base):
            continue
        if not _principle(world, project.jurisdiction, named, reason.of):
            yield finding(
                NOT_A_PRINCIPLE,
                record=loaded.id,
                path=loaded.path,
                severity=Severity.WARNING,
                key=f"reasons/{reason.seq}",
                field_path=f"reasons/{reason.seq}/of",
                of=reason.of,
            )
        elif not _open(rulings, reason.of):
            yield Doubtful("reasons", reason.seq, reason.of)


def _named(world: World, jurisdiction: str, of: str) -> tuple[Rule, ...] | None:
    """The rules that a rule id or an address stands for; None where there is neither in the jurisdiction."""
    rules: list[Rule] = []
    known = False
    for loaded, _ in world.laws.get(jurisdiction, ()):
        known = known or of in loaded.measure.sentences
        rules.extend(r for r in loaded.rules if r.id == of or of in r.cites)
    return tuple(rules) if known or rules else None


def _run_out(row: Waiver | Reason, world: World) -> bool:
    return row.until is not None and row.until < world.asof


def _may_waive(world: World, project: Project, rules: Iterable[Rule]) -> dict[str, Bilingual]:
    """The roles whose holders may waive, by name: those that a rule declares, else those that its measure does."""
    ids = {rule.id for rule in rules}
    out: dict[str, Bilingual] = {}
    for loaded, _ in world.laws.get(project.jurisdiction, ()):
        default = loaded.measure.may_waive(project.level)
        own = [rule for rule in loaded.rules if rule.id in ids]
        for role in (r for rule in own for r in rule.waivable_by or default) if own else default:
            out[role] = loaded.measure.roles[role]
    return out


def _principle(world: World, jurisdiction: str, rules: Iterable[Rule], of: str) -> bool:
    """Whether what *of* names is put as a principle: the sentence, or one that the rule cites."""
    addresses = {of}.union(*(rule.cites for rule in rules if rule.id == of))
    return any(
        (sentence := loaded.measure.sentence(at)) is not None and sentence.modality == "principle"
        for loaded, _ in world.laws.get(jurisdiction, ())
        for at in addresses
    )


def _open(rulings: Iterable[Ruling], of: str) -> bool:
    """Whether a rule that *of* names has not made up its mind: then nobody can say yet that the row is not needed."""
    return any(
        r.verdict.outcome in (Outcome.UNDETERMINED, Outcome.ERROR) or r.verdict.because == "no_base"
        for r in rulings
        if _speaks_of(r, of)
    )


def _speaks_of(ruling: Ruling, of: str) -> bool:
    return of == ruling.rule.id or of in (ruling.verdict.cites or ruling.rule.cites) or of in ruling.rule.cites


def _matters(
    world: World,
    project: Project,
    name: str,
    row: Waiver | Reason,
    named: Iterable[Rule],
    rulings: Collection[Ruling],
    base: Any,
) -> bool:
    """Whether any rule says something else of the project when *row* is left out. Rules about the row itself do not count."""
    rows = tuple(r for r in getattr(project, name) if r is not row)
    without = project.model_copy(update={name: rows})
    itself = f"{name}/{row.seq}"
    about = {r.rule.id for r in rulings if r.verdict.at == itself}
    # Nearly always it is a rule that the row names: then no other need be asked.
    first = {rule.id for rule in named}
    before = (r for r in rulings if r.rule.id in first)
    if _weights(before, about) != _weights(judge(world, without, "project", base, first), about):
        return True
    return _weights(rulings, about) != _weights(judge(world, without, "project", base), about)


def _weights(rulings: Iterable[Ruling], about: Collection[str]) -> list[tuple[Any, ...]]:
    return [
        (r.rule.id, r.verdict.at, r.verdict.outcome, r.verdict.because, r.severity, r.verdict.caps)
        for r in rulings
        if r.rule.id not in about
    ]


# ── after the rules across records ──


def wanted_by(record: str, row: Doubtful, rulings: Iterable[Ruling]) -> set[str]:
    """The rules whose *rulings* have a use for a doubtful row of *record*."""
    wanting = (Outcome.FAIL, Outcome.UNDETERMINED, Outcome.ERROR)
    return {r.rule.id for r in rulings if r.record == record and r.verdict.outcome in wanting and _speaks_of(r, row.of)}


def left_over(doubtful: Mapping[tuple[str, str], Collection[Doubtful]], rulings: Iterable[Ruling]) -> Iterator[Finding]:
    """The doubtful rows, by (record, path), that no rule across records has a use for either."""
    if not doubtful:
        return
    records = {record for record, _ in doubtful}
    across: dict[str, list[Ruling]] = {}
    for ruling in rulings:
        if ruling.record in records:
            across.setdefault(ruling.record, []).append(ruling)
    for (record, path), rows in doubtful.items():
        for row in rows:
            if wanted_by(record, row, across.get(record, ())):
                continue
            what = _WHAT[row.list]
            yield finding(
                NOT_NEEDED,
                record=record,
                path=path,
                severity=Severity.NOTICE,
                key=f"{row.list}/{row.seq}",
                field_path=f"{row.list}/{row.seq}",
                what=what.zh,
                what_en=what.en,
                of=row.of,
            )


# ── acknowledgements ──


def competent(world: World, row: Acknowledgement) -> bool:
    """Whether the role that acknowledged is held at all, and by the body that is named, if one is."""
    holders = world.authority.get(row.role, frozenset())
    return bool(holders) if row.organization is None else row.organization in holders


_NO_RULE = Bilingual("没有这条规则", "there is no such rule")
_NO_FINDING = Bilingual("没有与它相符的违规", "there is no such breach")


def of_acknowledgements(
    world: World, records: Iterable[LoadedRecord], findings: Iterable[Finding]
) -> Iterator[Finding]:
    """Acknowledgements by nobody in the role, of a rule that does not exist, or of a breach that is not there.

    A rule that compares two revisions finds its breach only in the change that makes it: an acknowledgement of one is never
    idle.
    """
    standing = {f.fingerprint for f in findings if f.is_breach}
    for loaded in records:
        if not isinstance(loaded.model, Endorsements):
            continue
        for row in loaded.model.acknowledgements:
            place = f"acknowledgements/{row.seq}"
            if not competent(world, row):
                who = row.organization
                yield finding(
                    ACK_ROLE,
                    record=loaded.id,
                    path=loaded.path,
                    severity=Severity.WARNING,
                    key=place,
                    field_path=f"{place}/role" if who is None else f"{place}/organization",
                    who=who or "没有单位",
                    who_en=who or "no body",
                    role=row.role,
                )
            rule = world.checks.rule(row.code)
            if rule is not None and (rule[1].compares or (row.code, loaded.model.subject, row.key or "") in standing):
                continue
            why = _NO_RULE if rule is None else _NO_FINDING
            yield finding(
                ACK_IDLE,
                record=loaded.id,
                path=loaded.path,
                severity=Severity.NOTICE,
                key=place,
                field_path=f"{place}/code",
                rule=row.code,
                why=why.zh,
                why_en=why.en,
            )
